//! Which events a question admits (contract, section 1).

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

    /// Whether a list of events shows this one: reported and recorded in time, and of the sources and the confidence
    /// asked for where it claims something of a person's posts.
    pub fn lists(&self, entry: &Entry) -> bool {
        let sure = self.min_confidence.is_none_or(|least| entry.confidence >= least);
        self.admits(entry) && (sure || !entry.fact.is_claim())
    }

    pub(super) fn admits(&self, entry: &Entry) -> bool {
        let in_time = self.admits_in_time(entry);
        if !in_time || !entry.fact.is_claim() {
            return in_time;
        }
        let said_by = |names: &[String]| names.iter().any(|name| is_same_source(name, &entry.says));
        (self.sources.is_empty() || said_by(&self.sources)) && !said_by(&self.not_sources)
    }
}

/// The host of an address, by which a source without a publisher is asked for; none of what is no address.
pub fn host_of(says: &str) -> Option<&str> {
    says.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(rest))
}

/// Whether an asker's name of a publisher means this one: equal as names, or the host of its address.
pub fn is_same_source(asked: &str, says: &str) -> bool {
    asked == says
        || host_of(says).is_some_and(|host| host.eq_ignore_ascii_case(asked))
        || (NameKey::of(asked).is_some() && NameKey::of(asked) == NameKey::of(says))
}
