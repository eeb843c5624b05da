//! One event of an archive, with its references replaced by mentions.

use std::sync::Arc;

use crate::bounds::Bounds;
use crate::day::Instant;
use crate::event::{Confidence, DescribedName, Field, PersonFact, Reference, UnitFact};
use crate::position::{EventId, Seq};

/// A way of naming a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonRef(pub(crate) u32);

/// A way of naming a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompanyRef(pub(crate) u32);

/// A way of naming a unit of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitRef(pub(crate) u32);

/// A company, or a unit of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganisationRef {
    /// A company.
    Company(CompanyRef),
    /// A unit.
    Unit(UnitRef),
}

/// How a mention names its entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Manner {
    /// All its names are names of the entity.
    Plain,
    /// Its last name is the one that a rename brought.
    Renamed,
    /// As a parent or as what others merge into: the company's own name means the company.
    Above,
}

/// One distinct way of naming an entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mention {
    /// For a unit, the company that scopes its names.
    pub(crate) scope: Option<CompanyRef>,
    pub(crate) reference: Reference,
    pub(crate) manner: Manner,
}

/// What an event claims, its references replaced by mentions.
#[derive(Clone, Debug)]
pub(crate) enum EntryFact {
    Person {
        person: PersonRef,
        fact: Box<PersonFact<PersonRef, CompanyRef, UnitRef>>,
    },
    Unit {
        unit: OrganisationRef,
        fact: Box<UnitFact<OrganisationRef>>,
    },
    PersonDescribed {
        person: PersonRef,
        /// The company in which the names mean this person.
        company: Option<CompanyRef>,
        names: Box<[DescribedName]>,
    },
    Died {
        person: PersonRef,
    },
    SamePerson {
        person: PersonRef,
        same_as: PersonRef,
    },
    SameUnit {
        unit: OrganisationRef,
        same_as: OrganisationRef,
    },
    Retracted {
        event: EventId,
    },
    Erased {
        person: PersonRef,
    },
    /// An event about an erased person, of which nothing is answered; that it named others is still known.
    Withheld {
        people: Box<[PersonRef]>,
        places: Box<[OrganisationRef]>,
        /// Whether it claimed something of the posts of the erased person.
        was_claim: bool,
    },
}

impl EntryFact {
    /// Whether it claims something of a person's posts: what a post was, or that all ended by a death.
    pub(crate) fn is_claim(&self) -> bool {
        match self {
            EntryFact::Person { .. } | EntryFact::Died { .. } => true,
            EntryFact::Withheld { was_claim, .. } => *was_claim,
            EntryFact::Unit { .. }
            | EntryFact::PersonDescribed { .. }
            | EntryFact::SamePerson { .. }
            | EntryFact::SameUnit { .. }
            | EntryFact::Retracted { .. }
            | EntryFact::Erased { .. } => false,
        }
    }

    /// The company that an event about a person names.
    pub(crate) fn company(&self) -> Option<CompanyRef> {
        match self {
            EntryFact::Person { fact, .. } => Some(*fact.company()),
            EntryFact::PersonDescribed { company, .. } => *company,
            EntryFact::Unit { .. }
            | EntryFact::Died { .. }
            | EntryFact::SamePerson { .. }
            | EntryFact::SameUnit { .. }
            | EntryFact::Retracted { .. }
            | EntryFact::Erased { .. }
            | EntryFact::Withheld { .. } => None,
        }
    }

    /// The names that it gives a person, and whom.
    pub(crate) fn describes(&self) -> Option<(PersonRef, &[DescribedName])> {
        if let EntryFact::PersonDescribed { person, names, .. } = self { Some((*person, names)) } else { None }
    }

    /// Whether it decides who a person is whom others name: it states that two are the same, or erases a person.
    pub(crate) fn decides(&self) -> bool {
        match self {
            EntryFact::SamePerson { .. } | EntryFact::SameUnit { .. } | EntryFact::Erased { .. } => true,
            EntryFact::Person { .. }
            | EntryFact::Unit { .. }
            | EntryFact::PersonDescribed { .. }
            | EntryFact::Died { .. }
            | EntryFact::Retracted { .. }
            | EntryFact::Withheld { .. } => false,
        }
    }

    /// The event that it retracts.
    pub(crate) fn retracts(&self) -> Option<&EventId> {
        if let EntryFact::Retracted { event } = self { Some(event) } else { None }
    }

    /// The person whom it erases.
    pub(crate) fn erases(&self) -> Option<PersonRef> {
        if let EntryFact::Erased { person } = self { Some(*person) } else { None }
    }
}

/// One event of the archive.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its position in the log.
    pub seq: Seq,
    /// When the log recorded it.
    pub recorded_at: Instant,
    /// When the world learned it.
    pub reported_at: Instant,
    /// Its id.
    pub id: EventId,
    /// How far to trust it.
    pub confidence: Confidence,
    /// Who says so: the publisher, else the address.
    pub says: Arc<str>,
    pub(crate) key: Option<Arc<str>>,
    pub(crate) retrieved_at: Option<Instant>,
    pub(crate) effective: Bounds,
    /// Whether the source dated it.
    pub(crate) dated: bool,
    pub(crate) corrects: Option<EventId>,
    pub(crate) fact: EntryFact,
    /// Which of its fields tell of an erased person.
    pub(crate) withheld: WithheldFields,
}

/// Which fields of an event are withheld.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WithheldFields(u16);

impl WithheldFields {
    /// Of a retraction of an event about an erased person: it retracts, and nothing of it is answered.
    pub(crate) const ALL: WithheldFields = WithheldFields(u16::MAX);

    pub(crate) fn insert(&mut self, field: Field) {
        self.0 |= 1 << field as u16;
    }

    pub(crate) fn contains(self, field: Field) -> bool {
        self.0 & (1 << field as u16) != 0
    }
}

impl Entry {
    /// Whether nothing of it may be answered, because it is about an erased person, or retracts what is.
    pub fn is_withheld(&self) -> bool {
        matches!(self.fact, EntryFact::Withheld { .. }) || self.withheld == WithheldFields::ALL
    }

    /// The fields of the event that name an erased person and may not be answered. Texts beside the claim, which the
    /// archive does not hold, are looked through by [`ErasedNames`](crate::erasure::ErasedNames).
    pub fn withheld_fields(&self) -> impl Iterator<Item = &'static str> {
        let fields = [Field::ReportsTo, Field::Succeeds, Field::Remit, Field::Reason];
        let withheld = self.withheld;
        fields.into_iter().filter(move |field| withheld.contains(*field)).map(Field::name)
    }
}
