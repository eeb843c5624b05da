//! The unit of state: one person in one post from a start to an end or to no known end.

use std::sync::Arc;

use crate::bounds::{Bounds, Certainty};
use crate::day::Day;
use crate::event::{Concurrency, Confidence, Employment};
use crate::name::Name;
use crate::position::EventId;
use crate::statement::{PersonNo, UnitNo};

/// How the ledger came to know one end of a tenure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A source stated it.
    Stated,
    /// The end is the death of the person, and no source states another.
    Death,
    /// The fold inferred it.
    Inferred,
    /// The fold inferred it because a move in between was missed (rule 6).
    MissingLink,
}

impl Origin {
    /// Whether the fold inferred it, for whatever reason.
    pub fn is_inferred(self) -> bool {
        match self {
            Origin::Stated | Origin::Death => false,
            Origin::Inferred | Origin::MissingLink => true,
        }
    }
}

/// One end of a tenure.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// Between which days it lies.
    pub bounds: Bounds,
    /// Stated or inferred.
    pub origin: Origin,
    /// The events that state it, believed or not, or from which it is inferred; sorted by id.
    pub events: Vec<EventId>,
}

/// From when on a manager is the manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Since {
    /// From the start of the tenure.
    Start,
    /// From a later change.
    Change(Bounds),
}

/// What the claim that opened a tenure does with it. A claim opens no more than one tenure of each sort, whatever else is
/// known, so that the two are told apart for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpenedAs {
    /// It has the tenure in force.
    InForce,
    /// It ends the tenure, of which no other claim tells: the post that a move or a change of title leaves.
    Ended,
}

/// One entry of a tenure's small history of managers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ManagerSpell {
    /// The manager, if there is one.
    pub manager: Option<PersonNo>,
    /// From when on.
    pub since: Since,
    /// The latest day on which a source names this manager.
    pub attested: Option<Day>,
}

/// A person in a post.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tenure {
    /// Where.
    pub company: UnitNo,
    /// The unit, where known.
    pub unit: Option<UnitNo>,
    /// The title, where known.
    pub title: Option<Name>,
    /// The main one of its company and employment.
    pub primary: bool,
    /// Whether joining elsewhere leaves it.
    pub concurrency: Concurrency,
    /// Heads the unit, or without a unit the company.
    pub lead: bool,
    /// Holds the post until a successor is appointed.
    pub acting: bool,
    /// What it rests on.
    pub employment: Employment,
    /// What the person is responsible for.
    pub remit: Option<Arc<str>>,
    /// The managers, in the order in which they took over.
    pub managers: Vec<ManagerSpell>,
    /// When it began.
    pub start: Edge,
    /// When it ended; none: not known to have ended.
    pub end: Option<Edge>,
    /// The reason that the believed statement of the end gives; `died` where a death ended it.
    pub end_reason: Option<Arc<str>>,
    /// The latest day that a `seen` surely reaches: the source saw it in force then or later.
    pub seen: Option<Day>,
    /// The latest day on which a source has it in force.
    pub attested: Option<Day>,
    /// The highest confidence of the events that state its start or see it in force.
    pub confidence: Confidence,
    /// Every event that states its start, its end or one of its fields; sorted by id.
    pub supports: Vec<EventId>,
    /// The first reported event of the claim that opened it.
    pub opened_by: EventId,
    /// Which of the tenures that this claim opened it is.
    pub opened_as: OpenedAs,
}

impl Tenure {
    /// Whether a source states the end of this tenure: that the person died says it of none.
    pub fn end_is_stated(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.origin == Origin::Stated)
    }

    /// Between which days an end lies that a source tells of: "nothing ends before it began, or before it was last
    /// seen" (contract, section 4, rule 4).
    #[must_use]
    pub fn raised(&self, end: Bounds) -> Bounds {
        raised(end, self.start.bounds, self.attested)
    }

    /// How sure it is that the tenure is in force on that day.
    pub fn certainty(&self, day: Day) -> Option<Certainty> {
        Certainty::of(self.start.bounds, self.end.as_ref().map(|end| end.bounds), day)
    }

    /// The manager on that day: the last one whose latest day is not after it.
    pub fn manager(&self, day: Day) -> Option<PersonNo> {
        let in_force = |spell: &&ManagerSpell| match spell.since {
            Since::Start => true,
            Since::Change(bounds) => bounds.latest().is_some_and(|latest| latest <= day),
        };
        self.managers.iter().rev().find(in_force).and_then(|spell| spell.manager)
    }
}

/// The end of a tenure that began then and was last attested on that day; see [`Tenure::raised`].
#[must_use]
pub fn raised(end: Bounds, start: Bounds, attested: Option<Day>) -> Bounds {
    end.raised(start.earliest()).raised(attested.map(Day::next))
}

/// Everything the fold says of one person.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Career {
    /// When the person died, as far as it is believed.
    pub died: Option<Edge>,
    /// The tenures, in the order in which the fold opened them.
    pub tenures: Vec<Tenure>,
    /// The conflicts, sorted.
    pub conflicts: Vec<crate::conflict::Conflict>,
}
