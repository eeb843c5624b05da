//! The answer of `log`.

use serde::{Deserialize, Serialize};

use crate::{BasisShown, LogFate, Names};

/// One event of `log`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogEntry {
    /// Its position.
    pub seq: u64,
    /// When the log recorded it.
    pub recorded_at: String,
    /// When the world learned it: where the scraper did not say, when the ledger recorded it; of a month its last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<String>,
    /// The event as recorded; null where it is about an erased person.
    pub event: Option<serde_json::Value>,
    /// The names of those whom its fields mean on this basis.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub names: Names,
    /// What became of it, where it does not count on this basis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub became: Option<LogFate>,
}

/// `log`: the events as recorded, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// The events.
    pub events: Vec<LogEntry>,
}
