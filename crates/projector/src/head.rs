//! What a store says of itself.

use serde::{Deserialize, Serialize};
use tenure_domain::excerpt::MentionCounts;

use crate::load::Quarantined;

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
    /// How many events could not be read.
    pub(crate) quarantined: u64,
    /// The last of these: position and reason.
    pub(crate) last_quarantined: Vec<(u64, String)>,
}

/// How many of the events that could not be read a head tells of. All are read from the log.
pub(crate) const LAST: usize = 20;

impl Head {
    /// Counts events that could not be read, which follow those that are counted.
    pub(crate) fn quarantine(&mut self, events: Vec<Quarantined>) {
        self.quarantined += events.len() as u64;
        let last = events.into_iter().rev().take(LAST).rev();
        self.last_quarantined.extend(last.map(|one| (one.seq.number(), one.refusal.reason)));
        let surplus = self.last_quarantined.len().saturating_sub(LAST);
        self.last_quarantined.drain(..surplus);
    }

    /// How many people live events mean.
    pub(crate) fn people_count(&self) -> usize {
        usize::try_from(self.people).unwrap_or(usize::MAX)
    }
}
