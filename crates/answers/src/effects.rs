//! What events would change: answers without them and with them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Conflict, Holder, Person, Unit};

/// Something without the events and with them. One of the two is there, or both.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Difference<T> {
    /// Without the events; null where it is new.
    pub before: Option<T>,
    /// With the events; null where it is gone.
    pub after: Option<T>,
}

/// A unit with what is told of it over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnitProfile {
    /// The unit.
    pub unit: Unit,
    /// All its names, the first reported first.
    pub names: Vec<String>,
    /// What became of it: names, kinds, parents, and whether it exists, each with its date.
    pub history: Vec<String>,
}

/// How answers differ with some events and without them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Effects {
    /// People who are others, or have other names.
    pub people: Vec<Difference<Person>>,
    /// Units whose names or whose history differ.
    pub units: Vec<Difference<UnitProfile>>,
    /// Tenures that begin, end or say something else, or belong to another person.
    pub tenures: Vec<Difference<Holder>>,
    /// Contradictions that come or go.
    pub conflicts: Vec<Difference<Conflict>>,
    /// How many differences more there are than are listed.
    pub more: usize,
}

/// An event that was appended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Appended {
    /// Its id.
    pub id: String,
    /// Its position.
    pub seq: u64,
}

/// `retract`, `correct`, `same`, `apart`: the events, what they change, and where they stand.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MendAnswer {
    /// The events as they are written.
    pub events: Vec<Value>,
    /// How answers differ with them and without them.
    pub effects: Effects,
    /// Those that were appended: all, or none.
    pub appended: Vec<Appended>,
}

impl Effects {
    /// How many differences there are, listed or not.
    pub fn count(&self) -> usize {
        self.listed() + self.more
    }

    fn listed(&self) -> usize {
        self.people.len() + self.units.len() + self.tenures.len() + self.conflicts.len()
    }

    /// Keeps so many of each sort, and counts the rest.
    #[must_use]
    pub fn cut(mut self, most: usize) -> Effects {
        let count = self.count();
        self.people.truncate(most);
        self.units.truncate(most);
        self.tenures.truncate(most);
        self.conflicts.truncate(most);
        self.more = count - self.listed();
        self
    }
}
