//! Which events a question admits (contract, section 1).

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::archive::Entry;
use crate::day::Instant;
use crate::event::Confidence;
use crate::name::NameKey;
use crate::position::Seq;

/// Which events a question admits. The default admits all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Only what was reported by then.
    pub known: Option<Instant>,
    /// Only what was recorded up to that position.
    pub recorded: Option<Seq>,
    /// Only claims about people of at least that confidence.
    pub min_confidence: Option<Confidence>,
    /// Only claims about people by these publishers, where any are given.
    pub sources: Vec<String>,
    /// No claims about people by these publishers.
    pub not_sources: Vec<String>,
}

impl Basis {
    /// Whether it admits all events that a log holds.
    pub fn is_head(&self) -> bool {
        *self == Basis::default()
    }

    /// Whether it admits all events up to the position that it names.
    pub fn is_of_position(&self) -> bool {
        *self == Basis { recorded: self.recorded, ..Basis::default() }
    }

    /// Whether it leaves out claims by who makes them or how sure they are.
    pub fn narrows_claims(&self) -> bool {
        self.min_confidence.is_some() || !self.sources.is_empty() || !self.not_sources.is_empty()
    }

    /// Whether the event was reported and recorded in time, by any source.
    pub fn admits_in_time(&self, entry: &Entry) -> bool {
        self.known.is_none_or(|known| entry.reported_at <= known)
            && self.recorded.is_none_or(|recorded| entry.seq <= recorded)
    }

    /// The basis, made ready to be held against many events.
    pub fn filter(&self) -> Filter<'_> {
        let publishers = |names: &[String]| Publishers::of(names.iter().map(String::as_str));
        Filter { basis: self, sources: publishers(&self.sources), not_sources: publishers(&self.not_sources) }
    }
}

/// A basis that is held against many events, whose publishers are compared once each.
pub struct Filter<'b> {
    basis: &'b Basis,
    sources: Publishers,
    not_sources: Publishers,
}

impl Filter<'_> {
    /// Whether a list of events shows this one: reported and recorded in time, and of the sources and the confidence
    /// asked for where it claims something of a person's posts.
    pub fn lists(&self, entry: &Entry) -> bool {
        let sure = self.basis.min_confidence.is_none_or(|least| entry.confidence >= least);
        self.admits(entry) && (sure || !entry.fact.is_claim())
    }

    pub(super) fn admits(&self, entry: &Entry) -> bool {
        self.basis.admits_in_time(entry) && (!entry.fact.is_claim() || self.is_of_sources(entry))
    }

    /// Whether an event is of the sources asked for, whatever it is about.
    pub fn is_of_sources(&self, entry: &Entry) -> bool {
        (self.basis.sources.is_empty() || self.sources.include(&entry.says)) && !self.not_sources.include(&entry.says)
    }
}

/// Publishers as askers name them, to be held against those of events. What an event is by is compared once.
pub struct Publishers {
    /// Each as it was asked for, and as a name.
    asked: Vec<(String, Option<NameKey>)>,
    included: RefCell<FxHashMap<Arc<str>, bool>>,
}

impl Publishers {
    /// The publishers of these names.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Publishers {
        let asked = names.into_iter().map(|name| (name.to_owned(), NameKey::of(name))).collect();
        Publishers { asked, included: RefCell::default() }
    }

    /// Whether what an event is by is one of them: equal as names, or by the host of its address.
    pub fn include(&self, says: &Arc<str>) -> bool {
        if self.asked.is_empty() {
            return false;
        }
        if let Some(known) = self.included.borrow().get(says) {
            return *known;
        }
        let (host, key) = (host_of(says), NameKey::of(says));
        let is_it = |(asked, asked_key): &(String, Option<NameKey>)| {
            **asked == **says
                || host.is_some_and(|host| host.eq_ignore_ascii_case(asked))
                || (key.is_some() && key == *asked_key)
        };
        let is_one = self.asked.iter().any(is_it);
        self.included.borrow_mut().insert(says.clone(), is_one);
        is_one
    }
}

/// The host of an address, by which a source without a publisher is asked for; none of what is no address.
pub fn host_of(says: &str) -> Option<&str> {
    says.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(rest))
}
