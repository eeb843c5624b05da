//! The full check of a journal.

use tenure_domain::position::Seq;

use super::Journal;
use crate::damage::Damage;
use crate::digest::Digest;
use crate::error::{Digests, LogError};
use crate::identity::Identities;
use crate::sidecar::ENTRIES_AT_A_TIME;

/// What a full check found, where all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many records there are.
    pub records: u64,
    /// How many segment files.
    pub segments: usize,
    /// Their length together.
    pub bytes: u64,
    /// The digest over all events.
    pub digest: Digest,
}

impl Journal {
    /// Reads everything and checks everything: every line, the order, the ids, the index and the digest.
    pub fn verify(&self) -> Result<Verified, LogError> {
        let unfit = |seq, journal, remembered| LogError::Unfit {
            file: self.index.path().to_owned(),
            seq,
            digests: Box::new(Digests { journal: Some(journal), remembered }),
        };
        let mut identities = Identities::of(Vec::new());
        let (mut head, mut digest) = (Seq::ZERO, Digest::EMPTY);
        for block in self.blocks(Seq::ZERO) {
            let block = block?;
            let mut offset = block.offset();
            let mut indexed = Vec::new().into_iter();
            for record in block.records() {
                let record = record?;
                if indexed.len() == 0 {
                    let last = Seq::new(record.seq.number() + ENTRIES_AT_A_TIME - 1);
                    let entries = self.index.entries(record.seq, last);
                    indexed = entries.map_err(LogError::io(self.index.path()))?.into_iter();
                }
                let entry = self.entry_of(&block, record, offset, digest)?;
                if let Some((first, _)) = identities.get(entry.id) {
                    return Err(block.damaged(record.seq, Damage::IdTwice { first }));
                }
                identities.push(entry.id, entry.fingerprint);
                let remembered = indexed.next().flatten();
                if remembered != Some(entry) {
                    return Err(unfit(record.seq, entry.digest, remembered.map(|entry| entry.digest)));
                }
                (head, digest, offset) = (record.seq, entry.digest, entry.end());
            }
        }
        if (head, digest) != (self.head(), self.digest()) {
            return Err(unfit(head, digest, Some(self.digest())));
        }
        Ok(Verified { records: head.number(), segments: self.segments.len(), bytes: self.bytes(), digest })
    }
}
