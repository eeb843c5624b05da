//! The deaths that snapshots told of, and which of them a later one takes back by listing the person as it does.

use std::collections::BTreeMap;

use tenure_domain::day::Day;
use tenure_domain::edtf::VagueDate;

/// A death, as an event tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Death {
    /// The id of the event.
    pub(super) event: String,
    /// When it was.
    pub(super) effective: String,
}

/// Whether a death of that date was by a day.
pub(super) fn is_by(effective: &str, day: Day) -> bool {
    effective.parse::<VagueDate>().is_ok_and(|died| died.bounds().latest().is_some_and(|died| died <= day))
}

/// The deaths that stand, by the keys of the persons.
#[derive(Clone, Debug, Default)]
pub(super) struct Deaths(BTreeMap<String, Vec<Death>>);

impl Deaths {
    /// Notes a death.
    pub(super) fn note(&mut self, person: &str, death: Death) {
        self.0.entry(person.to_owned()).or_default().push(death);
    }

    /// Takes out what was told of a person who is listed now, and not as having died then.
    pub(super) fn taken_back(&mut self, person: &str, listed: &[Death]) -> Vec<Death> {
        let Some(told) = self.0.remove(person) else { return Vec::new() };
        let is_listed = |death: &Death| listed.iter().any(|now| now.effective == death.effective);
        let (stays, gone): (Vec<Death>, Vec<Death>) = told.into_iter().partition(is_listed);
        if !stays.is_empty() {
            self.0.insert(person.to_owned(), stays);
        }
        gone
    }
}
