//! What new events come to, ready to be applied to a store.

use tenure_domain::position::Seq;

use crate::error::{Unfit, Unusable};
use crate::head::Head;
use crate::store::Store;
use crate::writes::Writes;

/// What was done to have the snapshots at the head.
#[derive(Clone, Debug)]
pub enum Done {
    /// They were there.
    Nothing,
    /// So many people were folded again, for so many events, without reading the others.
    Added {
        /// Events that were new.
        events: u64,
        /// People whose state was made anew.
        people: usize,
    },
    /// The same, with all events read.
    CaughtUp {
        /// Events that were new.
        events: u64,
        /// People whose state was made anew.
        people: usize,
    },
    /// They were made anew.
    Rebuilt {
        /// Why those that were there could not be used.
        why: Unusable,
    },
}

/// What events that are new come to, ready to be applied.
pub struct SnapshotChange {
    /// Up to where the store was folded for which it was made.
    pub(crate) from: Seq,
    pub(crate) writes: Writes,
    pub(crate) head: Head,
    pub(crate) done: Done,
}

impl Store {
    /// The state after a change, in memory, and what was done. A change that was made for another position gives none.
    pub fn after(&self, change: SnapshotChange) -> Result<Option<(Store, Done)>, Unfit> {
        let SnapshotChange { from, writes, head, done } = change;
        if from != self.seq() || matches!(done, Done::Nothing) {
            return Ok(None);
        }
        Ok(Some((self.with_writes(writes, head).map_err(Unfit)?, done)))
    }

    /// See [`Snapshots::take`](crate::Snapshots::take).
    pub(crate) fn take(&mut self, change: SnapshotChange) -> Result<Done, Unfit> {
        let Some((after, done)) = self.after(change)? else { return Ok(Done::Nothing) };
        *self = after;
        if let Some(written) = self.written().map_err(Unfit)? {
            *self = written;
        }
        Ok(done)
    }
}
