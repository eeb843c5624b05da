//! What claims name: each reference visited with its field, and each replaced by another way of naming.
//!
//! Which variant has which references is said here alone.

use super::{Fact, Name, PersonFact, Post, Reference, UnitFact};

/// A field of an event that names a person, a unit or a company, or has free words. Of the fields of one event, an earlier one is
/// the first to use a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Of whom it tells.
    Person,
    /// The company of a post, or of a unit.
    Company,
    /// The unit that a move leaves.
    FromUnit,
    /// The unit of a post, or of which it tells.
    Unit,
    /// The unit to which a move goes.
    ToUnit,
    /// The unit above another.
    Parent,
    /// The unit to which another's people go.
    Into,
    /// The company of `same_as`.
    SameAsCompany,
    /// The other of two that are the same.
    SameAs,
    /// The manager.
    ReportsTo,
    /// Whose post ends by an appointment.
    Succeeds,
    /// What a post was for.
    Remit,
    /// Why a post was left.
    Reason,
}

impl Field {
    /// The name of the field, as the contract has it.
    pub fn name(self) -> &'static str {
        match self {
            Field::Person => "person",
            Field::Company => "company",
            Field::FromUnit => "from_unit",
            Field::Unit => "unit",
            Field::ToUnit => "to_unit",
            Field::Parent => "parent",
            Field::Into => "into",
            Field::SameAsCompany => "same_as_company",
            Field::SameAs => "same_as",
            Field::ReportsTo => "reports_to",
            Field::Succeeds => "succeeds",
            Field::Remit => "remit",
            Field::Reason => "reason",
        }
    }
}

/// One that a claim names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named<P, C, U> {
    /// A person.
    Person(P),
    /// A company.
    Company(C),
    /// A unit.
    Unit(U),
}

/// Another way of naming, by which the references of a claim are replaced. A reference that has none there is left out of
/// the claim.
pub trait Renaming<P, C, U> {
    /// What people are there.
    type Person;
    /// What companies are there.
    type Company: Copy;
    /// What units are there.
    type Unit;
    /// A person, in the field of a claim about that company.
    fn person(&mut self, company: Self::Company, field: Field, person: P) -> Option<Self::Person>;
    /// A company.
    fn company(&mut self, company: C) -> Option<Self::Company>;
    /// A unit of that company.
    fn unit(&mut self, company: Self::Company, unit: U) -> Option<Self::Unit>;
    /// A title, which stays what it is.
    fn title(&mut self, title: Name) -> Name {
        title
    }
}

impl Fact {
    /// Tells of all that the claim names: whom or what it is about first. What names no company is itself one.
    pub fn visit<'f>(&'f self, mut tell: impl FnMut(Field, Named<&'f Reference, &'f Reference, &'f Reference>)) {
        let of = |company: &Option<Reference>, unit: &'f Reference| match company {
            Some(_) => Named::Unit(unit),
            None => Named::Company(unit),
        };
        match self {
            Fact::Person { person, fact } => {
                tell(Field::Person, Named::Person(person));
                fact.visit(tell);
            }
            Fact::Unit { unit, company, fact } => {
                tell(Field::Unit, of(company, unit));
                if let Some((field, other)) = fact.other() {
                    tell(field, of(company, other));
                }
                if let Some(company) = company {
                    tell(Field::Company, Named::Company(company));
                }
            }
            Fact::PersonDescribed { person, company, .. } => {
                tell(Field::Person, Named::Person(person));
                if let Some(company) = company {
                    tell(Field::Company, Named::Company(company));
                }
            }
            Fact::SamePerson { person, same_as } => {
                tell(Field::Person, Named::Person(person));
                tell(Field::SameAs, Named::Person(same_as));
            }
            Fact::SameUnit { unit, company, same_as, same_as_company } => {
                tell(Field::Unit, of(company, unit));
                let is_company = company.is_none() && same_as_company.is_none();
                tell(Field::SameAs, if is_company { Named::Company(same_as) } else { Named::Unit(same_as) });
                let companies = [(Field::SameAsCompany, same_as_company), (Field::Company, company)];
                for (field, company) in companies {
                    if let Some(company) = company {
                        tell(field, Named::Company(company));
                    }
                }
            }
            Fact::PersonDied { person } | Fact::PersonErased { person } => tell(Field::Person, Named::Person(person)),
            Fact::EventRetracted { .. } => {}
        }
    }
}

impl<P, C, U> PersonFact<P, C, U> {
    /// Tells of all that the claim names beside its person: the company first, units, then people.
    pub fn visit<'f>(&'f self, mut tell: impl FnMut(Field, Named<&'f P, &'f C, &'f U>)) {
        tell(Field::Company, Named::Company(self.company()));
        let (unit, manager) = match self {
            PersonFact::JoinedCompany { post, .. }
            | PersonFact::TransferredUnit { post, .. }
            | PersonFact::AppointedToPost { post, .. }
            | PersonFact::HeldPost { post, .. } => (post.unit.as_ref(), post.reports_to.as_ref()),
            PersonFact::RelievedOfPost { unit, .. } | PersonFact::ChangedTitle { unit, .. } => (unit.as_ref(), None),
            PersonFact::ChangedManager { unit, reports_to, .. } => (unit.as_ref(), reports_to.as_ref()),
            PersonFact::LeftCompany { .. } => (None, None),
        };
        if let PersonFact::TransferredUnit { from_unit, to_unit, .. } = self {
            if let Some(from) = from_unit {
                tell(Field::FromUnit, Named::Unit(from));
            }
            tell(Field::ToUnit, Named::Unit(to_unit));
        }
        if let Some(unit) = unit {
            tell(Field::Unit, Named::Unit(unit));
        }
        if let Some(manager) = manager {
            tell(Field::ReportsTo, Named::Person(manager));
        }
        if let PersonFact::AppointedToPost { succeeds: Some(person), .. } = self {
            tell(Field::Succeeds, Named::Person(person));
        }
    }

    /// The same claim with other references; none where its company, or the unit to which a move goes, has none.
    pub fn renamed<R: Renaming<P, C, U>>(self, by: &mut R) -> Option<PersonFact<R::Person, R::Company, R::Unit>> {
        Some(match self {
            PersonFact::JoinedCompany { company, post, concurrency } => {
                let company = by.company(company)?;
                PersonFact::JoinedCompany { company, post: post.renamed(company, by), concurrency }
            }
            PersonFact::LeftCompany { company, reason } => {
                PersonFact::LeftCompany { company: by.company(company)?, reason }
            }
            PersonFact::TransferredUnit { company, from_unit, to_unit, post } => {
                let company = by.company(company)?;
                PersonFact::TransferredUnit {
                    company,
                    from_unit: from_unit.and_then(|unit| by.unit(company, unit)),
                    to_unit: by.unit(company, to_unit)?,
                    post: post.renamed(company, by),
                }
            }
            PersonFact::AppointedToPost { company, post, succeeds } => {
                let company = by.company(company)?;
                let post = post.renamed(company, by);
                let succeeds = succeeds.and_then(|person| by.person(company, Field::Succeeds, person));
                PersonFact::AppointedToPost { company, post, succeeds }
            }
            PersonFact::RelievedOfPost { company, unit, title, reason } => {
                let company = by.company(company)?;
                let unit = unit.and_then(|unit| by.unit(company, unit));
                PersonFact::RelievedOfPost { company, unit, title: title.map(|title| by.title(title)), reason }
            }
            PersonFact::ChangedTitle { company, unit, from_title, to_title, lead, acting } => {
                let company = by.company(company)?;
                let unit = unit.and_then(|unit| by.unit(company, unit));
                let from_title = from_title.map(|title| by.title(title));
                PersonFact::ChangedTitle { company, unit, from_title, to_title: by.title(to_title), lead, acting }
            }
            PersonFact::ChangedManager { company, unit, title, reports_to } => {
                let company = by.company(company)?;
                let unit = unit.and_then(|unit| by.unit(company, unit));
                let title = title.map(|title| by.title(title));
                let reports_to = reports_to.and_then(|person| by.person(company, Field::ReportsTo, person));
                PersonFact::ChangedManager { company, unit, title, reports_to }
            }
            PersonFact::HeldPost { company, post, from, to, seen, concurrency } => {
                let company = by.company(company)?;
                PersonFact::HeldPost { company, post: post.renamed(company, by), from, to, seen, concurrency }
            }
        })
    }
}

impl<P, U> Post<P, U> {
    fn renamed<C, R: Renaming<P, C, U>>(self, company: R::Company, by: &mut R) -> Post<R::Person, R::Unit> {
        Post {
            unit: self.unit.and_then(|unit| by.unit(company, unit)),
            title: self.title.map(|title| by.title(title)),
            lead: self.lead,
            acting: self.acting,
            remit: self.remit,
            reports_to: self.reports_to.and_then(|person| by.person(company, Field::ReportsTo, person)),
            employment: self.employment,
        }
    }
}

impl<U> UnitFact<U> {
    /// The other unit that the claim names.
    pub fn other(&self) -> Option<(Field, &U)> {
        match self {
            UnitFact::Formed { parent, .. } | UnitFact::Described { parent, .. } => {
                parent.as_ref().map(|parent| (Field::Parent, parent))
            }
            UnitFact::Moved { parent } => Some((Field::Parent, parent)),
            UnitFact::Merged { into } => Some((Field::Into, into)),
            UnitFact::Renamed { .. } | UnitFact::Dissolved => None,
        }
    }

    /// The same claim with another reference to that unit. Where there is none, a parent that is only described is left
    /// out, and of the other claims nothing is left.
    pub fn renamed<V>(self, mut by: impl FnMut(U) -> Option<V>) -> Option<UnitFact<V>> {
        Some(match self {
            UnitFact::Formed { parent, kind } => UnitFact::Formed { parent: parent.and_then(by), kind },
            UnitFact::Renamed { name } => UnitFact::Renamed { name },
            UnitFact::Moved { parent } => UnitFact::Moved { parent: by(parent)? },
            UnitFact::Merged { into } => UnitFact::Merged { into: by(into)? },
            UnitFact::Dissolved => UnitFact::Dissolved,
            UnitFact::Described { names, identifiers, kind, parent } => {
                UnitFact::Described { names, identifiers, kind, parent: parent.and_then(by) }
            }
        })
    }
}
