//! What new events come to, ready to be applied to a store.

use tenure_domain::position::Seq;

use crate::error::StoreError;
use crate::head::Head;
use crate::store::Store;
use crate::writes::Writes;

/// What was done to have the snapshots at the head.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// They were made anew, for that reason.
    Rebuilt {
        /// Why.
        reason: String,
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

/// Why a store cannot be used any more; it is to be made anew from the log.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unfit(pub(crate) StoreError);

/// Calls per bucket of names that a rebuild aims at.
pub(crate) const CALLS_PER_BUCKET: usize = 16;

/// How many times more entities than its buckets are made for a store may hold. Each event that is added rewrites whole
/// buckets; beyond that all events are read once, and the store gets the buckets that it should have.
const OUTGROWN: usize = 4;

/// Whether a store that was made of few events holds too many for its buckets.
pub(crate) fn is_outgrown(head: &Head) -> bool {
    let entities = usize::try_from(head.people).unwrap_or(usize::MAX).saturating_add(head.units as usize);
    let leaves = usize::try_from(head.leaves).unwrap_or(usize::MAX);
    let outgrows = |count: usize, buckets: u32| {
        count > (buckets as usize).saturating_mul(CALLS_PER_BUCKET).saturating_mul(OUTGROWN)
    };
    outgrows(entities.saturating_mul(2), head.buckets) || outgrows(leaves, head.leaf_buckets)
}

impl Store {
    /// The state after a change, and what was done, where the change is one of this state.
    pub(crate) fn after(&self, change: SnapshotChange) -> Result<Option<(Store, Done)>, Unfit> {
        let SnapshotChange { from, writes, head, done } = change;
        if from != self.seq() || done == Done::Nothing {
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

    /// Whether what is looked up by its text is spread over about as many buckets as the store's size asks for, for the
    /// tests.
    #[doc(hidden)]
    pub fn is_spread_well(&self) -> bool {
        let Head { people, units, leaves, .. } = *self.head();
        // What was added last may be beyond it by a step.
        !is_outgrown(&Head { people: people / 2, units: units / 2, leaves: leaves / 2, ..self.head().clone() })
    }
}
