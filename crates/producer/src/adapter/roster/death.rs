//! The deaths that snapshots told of, and which of them a later one takes back by listing the person as it does.

use std::collections::BTreeMap;

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::VagueDate;

use crate::adapter::claims::over;

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

impl Death {
    /// Between which days it was; none of an ending, and where it is no date.
    fn on(&self) -> Option<Bounds> {
        match &self.when {
            When::On(date) => bounds(date),
            When::Ended => None,
        }
    }
}

/// Between which days a death of that date was; none where it is no date.
fn bounds(effective: &str) -> Option<Bounds> {
    effective.parse::<VagueDate>().ok().map(|died| died.bounds())
}

/// Whether a death of that date had come by the day of the page that tells of it.
pub(super) fn is_by(effective: &str, day: Day) -> bool {
    bounds(effective).is_some_and(|died| over::had_come(died, day))
}

/// The date of a death as a page of a day tells of it: it is never told ahead.
pub(super) fn told_by(effective: &str, day: Day) -> String {
    bounds(effective).and_then(|died| over::told_by(died, day)).unwrap_or_else(|| effective.to_owned())
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
        told.filter_map(Death::on).collect()
    }

    /// Takes out what was told of a person who is listed now, and not as having died then. What ended with a death has
    /// ended as long as any is listed.
    pub(super) fn taken_back(&mut self, person: &str, listed: &[Death]) -> Vec<Death> {
        let Some(told) = self.0.remove(person) else { return Vec::new() };
        let is_listed = |death: &Death| {
            let on = death.on();
            listed.iter().any(|now| on.is_none() || on.zip(now.on()).is_some_and(|(on, now)| on.overlaps(now)))
        };
        let (stays, gone): (Vec<Death>, Vec<Death>) = told.into_iter().partition(is_listed);
        if !stays.is_empty() {
            self.0.insert(person.to_owned(), stays);
        }
        gone
    }
}
