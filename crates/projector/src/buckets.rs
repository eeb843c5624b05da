//! Over how many buckets a store spreads what is looked up by its text: names, and the leaves of the directory.

use crate::head::Head;
use crate::store::Store;

/// Calls per bucket of names that a rebuild aims at.
const CALLS_PER_BUCKET: usize = 16;

/// How many times more entities than its buckets are made for a store may hold. Each event that is added rewrites whole
/// buckets; beyond that all events are read once, and the store gets the buckets that it should have.
const OUTGROWN: usize = 4;

/// Over how many buckets names and leaves are spread.
#[derive(Clone, Copy)]
pub(crate) struct Buckets {
    pub(crate) names: u32,
    pub(crate) leaves: u32,
}

impl Buckets {
    /// As many as are made for so many people and units, and so many leaves.
    pub(crate) fn of(entities: usize, leaves: usize) -> Buckets {
        let spread = |calls: usize| {
            u32::try_from(calls / CALLS_PER_BUCKET + 1).unwrap_or(1 << 31).min(1 << 31).next_power_of_two()
        };
        Buckets { names: spread(entities * 2), leaves: spread(leaves) }
    }

    /// As many as a store has that says this of itself.
    pub(crate) fn of_head(head: &Head) -> Buckets {
        let Head { buckets, leaf_buckets, .. } = *head;
        Buckets { names: buckets, leaves: leaf_buckets }
    }

    /// As many as others, and never fewer than these.
    pub(crate) fn grown(self, others: Buckets) -> Buckets {
        Buckets { names: self.names.max(others.names), leaves: self.leaves.max(others.leaves) }
    }
}

/// Whether a store that was made of few events holds too many for its buckets.
pub(crate) fn is_outgrown(head: &Head) -> bool {
    let entities = head.people_count().saturating_add(head.units as usize);
    let leaves = usize::try_from(head.leaves).unwrap_or(usize::MAX);
    let outgrows = |count: usize, buckets: u32| {
        count > (buckets as usize).saturating_mul(CALLS_PER_BUCKET).saturating_mul(OUTGROWN)
    };
    outgrows(entities.saturating_mul(2), head.buckets) || outgrows(leaves, head.leaf_buckets)
}

impl Store {
    /// Whether what is looked up by its text is spread over about as many buckets as the store's size asks for, for the
    /// tests.
    #[doc(hidden)]
    pub fn is_spread_well(&self) -> bool {
        let Head { people, units, leaves, .. } = *self.head();
        // What was added last may be beyond it by a step.
        !is_outgrown(&Head { people: people / 2, units: units / 2, leaves: leaves / 2, ..self.head().clone() })
    }
}
