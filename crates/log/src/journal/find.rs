//! Where events stand, by their ids and by when they were recorded.

use tenure_domain::day::Instant;
use tenure_domain::position::{EventId, Seq};

use super::{Journal, identity_of};
use crate::error::LogError;
use crate::identity::IdHash;
use crate::passed_over::PassedOver;
use crate::sidecar::{ENTRIES_AT_A_TIME, IndexEntry};

impl Journal {
    /// Where the event with that id stands. The whole index is gone through, unless the ids are at hand because something
    /// was appended before.
    pub fn position(&self, id: &EventId) -> Result<Option<Seq>, LogError> {
        let id = IdHash::of(id);
        if let Some(identities) = &self.identities {
            return Ok(identities.get(id).map(|(seq, _)| seq));
        }
        let head = self.head().number();
        let mut last = 0;
        while last < head {
            let first = last + 1;
            last = head.min(last + ENTRIES_AT_A_TIME);
            let entries = self.index.entries(Seq::new(first), Seq::new(last));
            let mut entries = entries.map_err(LogError::io(self.index.path()))?.into_iter();
            for seq in (first..=last).map(Seq::new) {
                if self.known_by(seq, entries.next().flatten())? == Some(id) {
                    return Ok(Some(seq));
                }
            }
        }
        Ok(None)
    }

    /// By what a record is known. Where the index does not tell, the record does.
    fn known_by(&self, seq: Seq, entry: Option<IndexEntry>) -> Result<Option<IdHash>, LogError> {
        Ok(match entry {
            Some(entry) if entry.fingerprint != PassedOver::FINGERPRINT => Some(entry.id),
            Some(entry) => Some(self.retried(seq)?.map_or(entry.id, |(id, _)| id)),
            None => identity_of(self.identify, &self.read(seq)?.event).map(|identity| IdHash::of(&identity.id)),
        })
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
