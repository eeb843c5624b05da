//! An event of an excerpt, and what it names.

use std::cell::OnceCell;

use super::directory::{Kind, Use, each_use};
use crate::archive::Archive;
use crate::day::Instant;
use crate::event::Event;
use crate::mark::{Mark, MentionMarks};
use crate::name::NameKey;
use crate::position::Seq;

/// An event that was looked up.
pub(super) struct TakenEvent {
    seq: Seq,
    pub(super) recorded_at: Instant,
    pub(super) event: Event,
    named: OnceCell<NamedIn>,
}

/// What an event names.
#[derive(Default)]
pub(super) struct NamedIn {
    /// Which ways of naming it uses.
    pub(super) uses: Vec<Use>,
    /// Those of companies, also where they only say whose a unit is.
    pub(super) companies: Vec<Mark>,
    /// The names of these.
    pub(super) company_names: Vec<NameKey>,
}

impl NamedIn {
    /// The ways of naming people among them.
    pub(super) fn people(&self) -> impl Iterator<Item = Mark> + '_ {
        self.uses.iter().filter(|used| used.kind == Kind::Person).map(|used| used.mark)
    }
}

impl TakenEvent {
    pub(super) fn of(seq: Seq, recorded_at: Instant, event: Event) -> TakenEvent {
        TakenEvent { seq, recorded_at, event, named: OnceCell::new() }
    }

    /// What it names.
    pub(super) fn named(&self) -> &NamedIn {
        self.named.get_or_init(|| {
            let mut one = Archive::new();
            one.push(self.seq, self.recorded_at, self.event.clone());
            let marks = MentionMarks::of(&one);
            let mut uses = Vec::new();
            if let Some(entry) = one.entries.first() {
                each_use(&one, &marks, &entry.fact, |used| uses.push(used));
            }
            let names = one.companies.iter().flat_map(|company| &company.reference.names);
            let company_names = names.map(|name| name.key().clone()).collect();
            NamedIn { uses, companies: marks.companies, company_names }
        })
    }
}
