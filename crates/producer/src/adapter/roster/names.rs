//! What units and people with ids are called, by the last snapshot that listed them, however long ago.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry::{Occupied, Vacant};

use tenure_domain::day::Day;

use super::page::{Label, Post};

/// The name of each id.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    units: BTreeMap<String, LastName>,
    people: BTreeMap<String, LastName>,
}

/// A name, and when it was last listed.
#[derive(Clone, Debug)]
pub(super) struct LastName {
    pub(super) name: String,
    pub(super) last: Day,
}

impl Names {
    /// Notes what a post of a snapshot is called by. Of one day the name that is listed first counts.
    pub(super) fn note(&mut self, post: &Post, day: Day) {
        let unit = post.unit.as_ref().and_then(|unit| Some((&mut self.units, unit.id.as_ref()?, &unit.text)));
        let person = post.person.id.as_ref().map(|id| (&mut self.people, id, &post.person.name));
        for (names, id, name) in unit.into_iter().chain(person) {
            let now = LastName { name: name.clone(), last: day };
            match names.entry(id.clone()) {
                Vacant(entry) => drop(entry.insert(now)),
                Occupied(mut entry) if entry.get().last < day => drop(entry.insert(now)),
                Occupied(_) => {}
            }
        }
    }

    /// What the unit of a post was called, where that is another name.
    pub(super) fn unit_before(&self, unit: &Label) -> Option<&LastName> {
        self.units.get(unit.id.as_deref()?).filter(|before| before.name != unit.text)
    }

    /// What the person of a post was called, where that is another name.
    pub(super) fn person_before(&self, post: &Post) -> Option<&LastName> {
        self.people.get(post.person.id.as_deref()?).filter(|before| before.name != post.person.name)
    }
}
