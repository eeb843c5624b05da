//! What the fold of one person is given: live events about that person, every reference resolved.
//!
//! The fold compares people, companies and units for equality only, so it works with small numbers that
//! the identity step gives out. The numbers mean nothing outside one reading of the ledger.

use std::sync::Arc;

use crate::bounds::Bounds;
use crate::day::Instant;
use crate::event::{Confidence, PersonFact};
use crate::name::Name;
use crate::position::EventId;

/// A person, within one reading of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonNo(pub u32);

/// A company or a unit, within one reading of the ledger. Companies and units share one numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitNo(pub u32);

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StatementFact {
    /// What an event about the person claims. The `succeeds` of an appointment is told to the other person.
    Own(PersonFact<PersonNo, UnitNo, UnitNo>),
    /// The person died.
    Died,
    /// Another person was appointed to succeed this one: a `RelievedOfPost` with the unit and the title of that
    /// appointment, which rule 3 matches in its own way.
    Succeeded {
        /// Where.
        company: UnitNo,
        /// The unit of the successor's post.
        unit: Option<UnitNo>,
        /// Its title.
        title: Option<Name>,
        /// Whether the successor leads.
        lead: bool,
    },
}

/// One live event about one person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    /// The event.
    pub event: EventId,
    /// When the world learned it.
    pub reported_at: Instant,
    /// How far to trust it.
    pub confidence: Confidence,
    /// Who says so: the publisher, else the address.
    pub publisher: Arc<str>,
    /// The publisher's own name for this statement: two keys of one publisher are two statements.
    pub key: Option<Arc<str>>,
    /// When it happened; for `HeldPost` unused.
    pub effective: Bounds,
    /// What it says.
    pub fact: StatementFact,
}
