//! The answer about one event: what it says, what it supports, and what became of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{BasisShown, Conflict, Evidence, Person, WhyAnswer};

/// The names of those whom the fields of an event mean, by the name of the field.
pub type Names = BTreeMap<String, String>;

/// An event in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventRef {
    /// Its id.
    pub id: String,
    /// Its position in the log.
    pub seq: u64,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When the world learned it.
    pub reported_at: String,
    /// Who says so: the publisher, else the address.
    pub says: String,
}

/// An event with all that it says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventShown {
    /// What it is as evidence.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// The fields of its type, as the source gave them.
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// The names of those whom these fields mean on this basis.
    pub names: Names,
    /// The ids of the same.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ids: BTreeMap<String, String>,
    /// The free text of the scraper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The address of the page with its quote marked, where there are both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_url: Option<String>,
}

/// A tenure that an event supports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Supported {
    /// The id of the tenure.
    pub tenure: String,
    /// Whose it is.
    pub person: Person,
    /// What of it: `start`, `end`, `inferred_start`, `inferred_end`, and the fields that the event gives: `unit`,
    /// `title`, `lead`, `acting`, `remit`, `reports_to`.
    pub what: Vec<String>,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Became {
    /// `live`, `not_believed` (it counts, and another is believed), `waiting` (it counts, and what it retracts or
    /// corrects is not there), `superseded`, `corrected`, `retracted`, `withheld` (its person was erased), or
    /// `outside` (the filters of the question leave it out).
    pub state: String,
    /// By which event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<EventRef>,
    /// Why, as the retraction says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The live event that stands in its place, where that is another one yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands: Option<EventRef>,
    /// In which conflict another is believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// The id of the event that it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
}

/// `why` of an event.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// The event; null where it is about an erased person.
    pub event: Option<EventShown>,
    /// The tenures that it supports, in the order of their people and of the fold.
    pub supports: Vec<Supported>,
    /// The events that it retracts, corrects or restates, by position.
    pub replaces: Vec<EventRef>,
    /// What became of it.
    pub became: Became,
}

/// What became of an event of `log`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogFate {
    /// `superseded`, `corrected`, `retracted` or `outside`.
    pub state: String,
    /// The position of the event that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<u64>,
}

/// What `why` answers: of an event, or of a tenure.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "there is one to a question, and it is handed on, not kept")]
pub enum WhyOrEvent {
    /// Of an event. It is looked for first: a tenure has no `became`.
    Event(EventAnswer),
    /// Of a tenure.
    Tenure(WhyAnswer),
}
