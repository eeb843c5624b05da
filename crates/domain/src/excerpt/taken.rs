//! An event that was looked up, and what it names.

use std::cell::RefCell;
use std::sync::OnceLock;

use super::directory::{Kind, Use, each_use};
use crate::archive::{Archive, CompanyRef};
use crate::day::Instant;
use crate::event::{Event, Named};
use crate::mark::{Mark, MentionMarks};
use crate::name::NameKey;
use crate::role::mentions;

/// The ways of naming that were met so far, with their marks.
#[derive(Default)]
pub(super) struct MetNames(RefCell<(Archive, MentionMarks)>);

/// An event of a log. What it names is found out once: it can be kept for as long as the log is, and excerpts share it.
pub struct KnownEvent {
    pub(super) recorded_at: Instant,
    pub(super) event: Event,
    named: OnceLock<NamedIn>,
}

/// What an event names.
#[derive(Default)]
pub(super) struct NamedIn {
    /// Which ways of naming it uses.
    pub(super) uses: Vec<Use>,
    /// The names of companies among them, also where they only say whose a unit is.
    pub(super) company_names: Vec<NameKey>,
}

impl NamedIn {
    /// The ways of naming people among them.
    pub(super) fn people(&self) -> impl Iterator<Item = Mark> + '_ {
        self.of_kind(Kind::Person)
    }

    /// Those of companies, also where they only say whose a unit is.
    pub(super) fn companies(&self) -> impl Iterator<Item = Mark> + '_ {
        self.of_kind(Kind::Company)
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Mark> + '_ {
        self.uses.iter().filter(move |used| used.kind == kind).map(|used| used.mark)
    }
}

impl KnownEvent {
    /// An event, and when the log recorded it.
    pub fn of(recorded_at: Instant, event: Event) -> KnownEvent {
        KnownEvent { recorded_at, event, named: OnceLock::new() }
    }

    /// The event.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// What it names.
    pub(super) fn named(&self, met: &MetNames) -> &NamedIn {
        self.named.get_or_init(|| {
            let (archive, marks) = &mut *met.0.borrow_mut();
            let fact = archive.fact(self.event.fact.clone());
            marks.follow(archive);
            let mut named = NamedIn::default();
            each_use(archive, marks, &fact, |used| named.uses.push(used));
            mentions(archive, &fact, &mut |mentioned, _| {
                if let Named::Company(CompanyRef(company)) = mentioned {
                    let names = &archive.companies[company as usize].reference.names;
                    named.company_names.extend(names.iter().map(|name| name.key().clone()));
                }
            });
            named
        })
    }
}
