//! What a store says of itself.

use serde::{Deserialize, Serialize};
use tenure_domain::excerpt::MentionCounts;

/// What a store says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Always the first.
    pub(crate) fold_version: u32,
    /// The last position that is folded in.
    pub(crate) seq: u64,
    /// The log's digest there.
    pub(crate) digest: String,
    pub(crate) people: u64,
    pub(crate) units: u32,
    /// How many ways of naming these the log has.
    pub(crate) ways: MentionCounts,
    /// Over how many buckets the names are spread.
    pub(crate) buckets: u32,
    /// Over how many buckets the leaves of the directory are spread.
    pub(crate) leaf_buckets: u32,
    /// How many these are.
    pub(crate) leaves: u64,
    /// How many records hold no event.
    pub(crate) passed_over: u64,
    /// Events that could not be read: position, reason, hint.
    pub(crate) quarantined: Vec<(u64, String, String)>,
}

impl Head {
    /// How many people live events mean.
    pub(crate) fn people_count(&self) -> usize {
        usize::try_from(self.people).unwrap_or(usize::MAX)
    }
}
