//! The ids of tenures: `PERSON@HASH`, and behind it `.2`, `.3` where one event opened several.
//!
//! The hash is of the event that opened the tenure, and long enough that no two events have the same. People type the
//! first digits: whatever fits one tenure alone means it.

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use tenure_domain::position::EventId;
use tenure_domain::view::PersonState;

/// How many bytes of the digest an id has: half a SHA-256, for which no two events can be found.
const BYTES: usize = 16;
/// Up to how many tenures those of one event are counted without a table.
const FEW: usize = 16;

/// The digits that an event gives to the ids of the tenures that it opened.
fn digits(event: &EventId) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(event.as_str().as_bytes());
    let nibbles = digest[..BYTES].iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from(HEX[usize::from(nibble)])).collect()
}

/// Of each tenure of a person, which of those that one event opened it is: 1 for the first by the order of the fold.
fn places(person: &PersonState) -> Vec<usize> {
    let tenures = &person.career.tenures;
    if tenures.len() <= FEW {
        let before = |i: usize| tenures[..i].iter().filter(|other| other.opened_by == tenures[i].opened_by).count();
        return (0..tenures.len()).map(|i| before(i) + 1).collect();
    }
    let mut counts: FxHashMap<&EventId, usize> = FxHashMap::default();
    tenures
        .iter()
        .map(|held| {
            let count = counts.entry(&held.opened_by).or_default();
            *count += 1;
            *count
        })
        .collect()
}

/// The ids of the tenures of one person, which are made when they are asked for.
pub(crate) struct TenureIds<'p> {
    person: &'p PersonState,
    places: Vec<usize>,
}

impl<'p> TenureIds<'p> {
    pub(crate) fn of(person: &'p PersonState) -> TenureIds<'p> {
        TenureIds { person, places: places(person) }
    }

    /// The ids of all tenures, in the fold's order.
    pub(crate) fn all(&self) -> Vec<String> {
        (0..self.places.len()).map(|index| self.id(index)).collect()
    }

    /// The id of the tenure at that place of the fold's order.
    pub(crate) fn id(&self, index: usize) -> String {
        let person = &self.person.who.id;
        let digits = digits(&self.person.career.tenures[index].opened_by);
        match self.places[index] {
            1 => format!("{person}@{digits}"),
            nth => format!("{person}@{digits}.{nth}"),
        }
    }
}

/// Whether the text is the hash of a tenure's id, or its first digits, with or without a number behind it.
pub(crate) fn asked(hash: &str) -> Option<(&str, usize)> {
    let (digits, nth) = match hash.split_once('.') {
        None => (hash, 1),
        Some((digits, nth)) => (digits, nth.parse().ok().filter(|nth| *nth > 1)?),
    };
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (!digits.is_empty() && digits.len() <= 2 * BYTES && digits.bytes().all(hex)).then_some((digits, nth))
}

/// Whether a tenure with that id, or with those first digits of one, can have been opened by the event, whosever tenure it is.
pub(crate) fn is_opened_by(tenure: &str, event: &EventId) -> bool {
    let asked = tenure.rsplit_once('@').and_then(|(_, hash)| asked(hash));
    asked.is_some_and(|(first_digits, _)| digits(event).starts_with(first_digits))
}

/// The tenures of a person that the first digits of an id can mean, by the order of the fold.
pub(crate) fn meant(person: &PersonState, first_digits: &str, nth: usize) -> Vec<usize> {
    let places = places(person);
    let fits = |i: &usize| places[*i] == nth && digits(&person.career.tenures[*i].opened_by).starts_with(first_digits);
    (0..places.len()).filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::{asked, digits};

    #[test]
    fn ids_are_long_enough_to_tell_all_events_apart() {
        // Two events whose hashes of 32 bits were the same.
        let [one, other] = ["f166716e3418", "8e88fe29cb3a"].map(|id| digits(&id.parse().expect("an id")));
        assert_ne!(one, other);
        assert_eq!((one.len(), other.len()), (32, 32));
    }

    #[test]
    fn the_first_digits_of_an_id_are_read() {
        let check = |hash: &str, expect: Option<(&str, usize)>| assert_eq!(asked(hash), expect, "{hash}");
        check("9f", Some(("9f", 1)));
        check("9f86d081.2", Some(("9f86d081", 2)));
        for hash in ["", "9F", "9f.", "9f.1", "9f.0", "9f.x", "news", "9f86d081884c7d659a2feaa0c55ad0150"] {
            check(hash, None);
        }
    }
}
