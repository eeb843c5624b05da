//! The deaths that snapshots told of, and which of them a later one takes back by listing the person as it does.

use std::collections::BTreeMap;

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::VagueDate;

/// The reason of an ending that a page tells by telling of a death.
pub(super) const DIED: &str = "died";

/// A death, or an ending by one, as an event tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Death {
    /// The id of the event.
    pub(super) event: String,
    pub(super) when: When,
}

/// When it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// The date of a death.
    On(String),
    /// The posts of the person ended with a death, whatever its date.
    Ended,
}

/// Between which days a death of that date was; none where it is no date.
fn bounds(effective: &str) -> Option<Bounds> {
    effective.parse::<VagueDate>().ok().map(|died| died.bounds())
}

/// Whether a death of that date was by a day.
pub(super) fn is_by(effective: &str, day: Day) -> bool {
    bounds(effective).and_then(Bounds::latest).is_some_and(|died| died <= day)
}

/// The deaths that stand, by the keys of the persons.
#[derive(Clone, Debug, Default)]
pub(super) struct Deaths(BTreeMap<String, Vec<Death>>);

impl Deaths {
    /// Notes a death.
    pub(super) fn note(&mut self, person: &str, death: Death) {
        let of = self.0.entry(person.to_owned()).or_default();
        if !of.contains(&death) {
            of.push(death);
        }
    }

    /// The dates that are told of the death of a person.
    pub(super) fn dates(&self, person: &str) -> Vec<Bounds> {
        let told = self.0.get(person).into_iter().flatten();
        told.filter_map(|death| if let When::On(date) = &death.when { bounds(date) } else { None }).collect()
    }

    /// Takes out what was told of a person who is listed now, and not as having died then. What ended with a death has
    /// ended as long as any is listed.
    pub(super) fn taken_back(&mut self, person: &str, listed: &[Death]) -> Vec<Death> {
        let Some(told) = self.0.remove(person) else { return Vec::new() };
        let is_listed = |death: &Death| listed.iter().any(|now| death.when == When::Ended || now.when == death.when);
        let (stays, gone): (Vec<Death>, Vec<Death>) = told.into_iter().partition(is_listed);
        if !stays.is_empty() {
            self.0.insert(person.to_owned(), stays);
        }
        gone
    }
}
