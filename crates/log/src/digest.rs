//! One value that stands for all events up to a position, so that two ledgers can be compared.
//!
//! digest(0) is 32 zero bytes, digest(n) = SHA-256(digest(n-1), then the event bytes of record n).
//! Positions are in it by the order of the chain; stamps are not, so that a copied ledger has the same digest.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::passed_over::PassedOver;

/// The SHA-256 chain over the events of a journal up to a position; shown as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub(crate) [u8; 32]);

impl Digest {
    /// The digest of no events.
    pub const EMPTY: Digest = Digest([0; 32]);

    /// The digest with one more event after those of this one. A record without an event changes nothing.
    #[must_use]
    pub fn then(self, event: &str) -> Digest {
        if PassedOver::is_one(event) {
            return self;
        }
        Digest(Sha256::new().chain_update(self.0).chain_update(event).finalize().into())
    }

    /// The digest that is shown as these 64 hex digits.
    pub(crate) fn of_hex(text: &str) -> Option<Digest> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Digest(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn the_chain_is_plain_sha_256() {
        assert_eq!(Digest::EMPTY.to_string(), "0".repeat(64));
        // head -c 32 /dev/zero | cat - <(printf '{}') | sha256sum
        assert_eq!(
            Digest::EMPTY.then("{}").to_string(),
            "fb1634c4e6cd4b1f1afe3ce2d6ef080f7ac5d1f357d723ad4dfca782733b62db"
        );
        assert_ne!(Digest::EMPTY.then("{}").then("[]"), Digest::EMPTY.then("{}[]"));
    }
}
