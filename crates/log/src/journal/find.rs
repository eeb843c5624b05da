//! Where events stand, by their ids and by when they were recorded.

use tenure_domain::day::Instant;
use tenure_domain::position::{EventId, Seq};

use super::Journal;
use crate::error::LogError;
use crate::identity::IdHash;
use crate::sidecar::ENTRIES_AT_A_TIME;

impl Journal {
    /// Where the event with that id stands. The whole index is gone through, unless the ids are at hand because something
    /// was appended before.
    pub fn position(&self, id: &EventId) -> Result<Option<Seq>, LogError> {
        let id = IdHash::of(id);
        if let Some(identities) = &self.identities {
            return Ok(identities.get(id).map(|(seq, _)| seq));
        }
        let mut first = Seq::ZERO.next();
        while first <= self.head() {
            let last = Seq::new(first.number() + ENTRIES_AT_A_TIME - 1);
            let entries = self.index.entries(first, last).map_err(LogError::io(self.index.path()))?;
            let place = entries.iter().position(|entry| entry.is_some_and(|entry| entry.id == id));
            if let Some(place) = place {
                return Ok(Some(Seq::new(first.number() + place as u64)));
            }
            first = last.next();
        }
        Ok(None)
    }

    /// The last position recorded at or before an instant.
    pub fn seq_at(&self, at: Instant) -> Result<Seq, LogError> {
        let (mut low, mut high) = (0, self.head().number());
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.read(Seq::new(middle))?.recorded_at <= at {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(Seq::new(low))
    }
}
