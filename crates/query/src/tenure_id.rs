//! The ids of tenures: `PERSON@HASH`, and behind it `.2` for a tenure that the event only ends: the post that it tells was
//! left.
//!
//! The hash is of the event that opened the tenure, and long enough that no two events have the same. An event can open
//! one tenure of each sort, and whether it opens both depends on what else is known: an id says of which sort its tenure
//! is, so that it never comes to mean the other one. People type the first digits: whatever fits one tenure alone means it.

use sha2::{Digest, Sha256};
use tenure_domain::position::EventId;
use tenure_domain::tenure::{OpenedAs, Tenure};
use tenure_domain::view::PersonState;

/// How many bytes of the digest an id has: half a SHA-256, for which no two events can be found.
const BYTES: usize = 16;
/// What is behind the digits of a tenure that was opened as one that is ended.
const ENDED: &str = "2";

/// The digits that an event gives to the ids of the tenures that it opened.
fn digits(event: &EventId) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(event.as_str().as_bytes());
    let nibbles = digest[..BYTES].iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from(HEX[usize::from(nibble)])).collect()
}

/// The ids of the tenures of one person, which are made when they are asked for.
pub(crate) struct TenureIds<'p> {
    person: &'p PersonState,
}

impl<'p> TenureIds<'p> {
    pub(crate) fn of(person: &'p PersonState) -> TenureIds<'p> {
        TenureIds { person }
    }

    /// The id of the tenure at that place of the fold's order.
    pub(crate) fn id(&self, index: usize) -> String {
        let person = &self.person.who.id;
        let tenure = &self.person.career.tenures[index];
        let digits = digits(&tenure.opened_by);
        match tenure.opened_as {
            OpenedAs::InForce => format!("{person}@{digits}"),
            OpenedAs::Ended => format!("{person}@{digits}.{ENDED}"),
        }
    }
}

/// A tenure's id without the person, or with the first digits only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdAsked<'i> {
    first_digits: &'i str,
    /// As what the tenure was opened.
    pub(crate) opened_as: OpenedAs,
}

impl IdAsked<'_> {
    pub(crate) fn of(hash: &str) -> Option<IdAsked<'_>> {
        let (first_digits, opened_as) = match hash.split_once('.') {
            None => (hash, OpenedAs::InForce),
            Some((digits, ENDED)) => (digits, OpenedAs::Ended),
            Some(_) => return None,
        };
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_hash = !first_digits.is_empty() && first_digits.len() <= 2 * BYTES && first_digits.bytes().all(hex);
        is_hash.then_some(IdAsked { first_digits, opened_as })
    }

    /// The same of a whole id.
    pub(crate) fn of_id(id: &str) -> Option<IdAsked<'_>> {
        IdAsked::of(id.rsplit_once('@')?.1)
    }

    /// Whether it has all digits of an id.
    pub(crate) fn is_whole(&self) -> bool {
        self.first_digits.len() == 2 * BYTES
    }

    /// Whether a tenure with that id can have been opened by the event, whosever tenure it is.
    pub(crate) fn is_opened_by(&self, event: &EventId) -> bool {
        digits(event).starts_with(self.first_digits)
    }

    /// The tenures of a person that it can mean, by the order of the fold.
    pub(crate) fn meant(&self, person: &PersonState) -> Vec<usize> {
        let fits = |tenure: &Tenure| self.opened_as == tenure.opened_as && self.is_opened_by(&tenure.opened_by);
        (0..).zip(&person.career.tenures).filter(|(_, tenure)| fits(tenure)).map(|(i, _)| i).collect()
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::tenure::OpenedAs;

    use super::{IdAsked, digits};

    #[test]
    fn ids_are_long_enough_to_tell_all_events_apart() {
        // Two events whose hashes of 32 bits were the same.
        let [one, other] = ["f166716e3418", "8e88fe29cb3a"].map(|id| digits(&id.parse().expect("an id")));
        assert_ne!(one, other);
        assert_eq!((one.len(), other.len()), (32, 32));
    }

    #[test]
    fn the_first_digits_of_an_id_are_read() {
        let check = |hash: &str, expect: Option<(&str, OpenedAs)>| {
            let expect = expect.map(|(first_digits, opened_as)| IdAsked { first_digits, opened_as });
            assert_eq!(IdAsked::of(hash), expect, "{hash}");
        };
        check("9f", Some(("9f", OpenedAs::InForce)));
        check("9f86d081.2", Some(("9f86d081", OpenedAs::Ended)));
        for hash in ["", "9F", "9f.", "9f.1", "9f.3", "9f.x", "news", "9f86d081884c7d659a2feaa0c55ad0150"] {
            check(hash, None);
        }
    }
}
