//! What comes to a ledger that is served, told to listeners as it is applied.

use serde::{Deserialize, Serialize};
use tenure_domain::position::Seq;
use tenure_ledger::{AppliedEvent, ApplyError, SharedLedger};

/// What was applied in one step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AppliedStep {
    /// The position up to which everything is answered now.
    pub(crate) seq: u64,
    /// The events; none where they were too many to be told one by one.
    pub(crate) events: Option<Vec<AppliedEvent>>,
}

/// The subject beside that of questions on which something else goes: `tenure.query` has `tenure.changes` beside it.
pub(crate) fn beside(queries: &str, name: &str) -> String {
    queries.rsplit_once('.').map_or_else(|| format!("{queries}-{name}"), |(above, _)| format!("{above}.{name}"))
}

/// What was applied between two positions.
pub(crate) fn step(ledger: &SharedLedger, before: Seq, now: Seq) -> Result<AppliedStep, ApplyError> {
    Ok(AppliedStep { seq: now.number(), events: ledger.events_between(before, now)? })
}
