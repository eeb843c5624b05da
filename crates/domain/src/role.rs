//! The roles that events have for people: from mentions to what is stated of whom.
//!
//! Who is meant by a mention is settled elsewhere ([`Resolve`]).

use crate::archive::{Archive, CompanyRef, Entry, EntryFact, OrganisationRef, PersonRef, UnitRef};
use crate::event::{Field, Named, PersonFact, Renaming};
use crate::statement::{PersonNo, Statement, StatementFact, UnitNo};

/// What an event is for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Own,
    Succeeded,
    Described,
}

/// Whom and what mentions mean.
pub(crate) trait Resolve {
    /// Whom a mention of a person means in an event about that company; none where nothing live makes it.
    fn person_meant(&self, company: Option<CompanyRef>, person: PersonRef) -> Option<PersonNo>;
    /// Which company a mention means.
    fn company_meant(&self, company: CompanyRef) -> Option<UnitNo>;
    /// Which unit a mention means.
    fn unit_meant(&self, unit: UnitRef) -> Option<UnitNo>;
}

/// A mention in an event.
pub(crate) type Mentioned = Named<PersonRef, CompanyRef, UnitRef>;

impl From<OrganisationRef> for Mentioned {
    fn from(place: OrganisationRef) -> Mentioned {
        match place {
            OrganisationRef::Company(company) => Named::Company(company),
            OrganisationRef::Unit(unit) => Named::Unit(unit),
        }
    }
}

/// Every mention that an event makes, with its field; the company of a unit before the unit. What is withheld is told as if
/// it were managers and companies.
pub(crate) fn mentions(archive: &Archive, fact: &EntryFact, tell: &mut dyn FnMut(Mentioned, Field)) {
    let place = |company: Field, field: Field, place: OrganisationRef, tell: &mut dyn FnMut(Mentioned, Field)| {
        if let OrganisationRef::Unit(UnitRef(unit)) = place
            && let Some(scope) = archive.units[unit as usize].scope
        {
            tell(Named::Company(scope), company);
        }
        tell(place.into(), field);
    };
    match fact {
        EntryFact::Person { person, fact } => {
            tell(Named::Person(*person), Field::Person);
            fact.visit(|field, named| {
                tell(
                    match named {
                        Named::Person(person) => Named::Person(*person),
                        Named::Company(company) => Named::Company(*company),
                        Named::Unit(unit) => Named::Unit(*unit),
                    },
                    field,
                );
            });
        }
        EntryFact::Unit { unit, fact } => {
            place(Field::Company, Field::Unit, *unit, tell);
            if let Some((field, other)) = fact.other() {
                tell((*other).into(), field);
            }
        }
        EntryFact::PersonDescribed { person, company, .. } => {
            tell(Named::Person(*person), Field::Person);
            if let Some(company) = company {
                tell(Named::Company(*company), Field::Company);
            }
        }
        EntryFact::Died { person } | EntryFact::Erased { person } => {
            tell(Named::Person(*person), Field::Person);
        }
        EntryFact::SamePerson { person, same_as } => {
            tell(Named::Person(*person), Field::Person);
            tell(Named::Person(*same_as), Field::SameAs);
        }
        EntryFact::SameUnit { unit, same_as } => {
            place(Field::Company, Field::Unit, *unit, tell);
            place(Field::SameAsCompany, Field::SameAs, *same_as, tell);
        }
        EntryFact::Withheld { people, places, .. } => {
            for person in people {
                tell(Named::Person(*person), Field::ReportsTo);
            }
            for one in places {
                tell((*one).into(), Field::Company);
            }
        }
        EntryFact::Retracted { .. } => {}
    }
}

/// What an event states of a person for whom it has that role; none where it is only a description.
pub(crate) fn statement(resolve: &impl Resolve, entry: &Entry, role: Role) -> Option<Statement> {
    let stated = |fact: StatementFact| Statement {
        event: entry.id.clone(),
        reported_at: entry.reported_at,
        confidence: entry.confidence,
        publisher: entry.says.clone(),
        key: entry.key.clone(),
        effective: entry.effective,
        fact,
    };
    let fact = match (&entry.fact, role) {
        (EntryFact::Person { fact, .. }, _) => fact,
        (EntryFact::Died { .. }, Role::Own) => return Some(stated(StatementFact::Died)),
        _ => return None,
    };
    let stated_fact = match (role, &**fact) {
        (Role::Succeeded, PersonFact::AppointedToPost { company, post, .. }) => StatementFact::Succeeded {
            company: resolve.company_meant(*company)?,
            unit: post.unit.and_then(|unit| resolve.unit_meant(unit)),
            title: post.title.clone(),
            lead: post.lead,
        },
        (Role::Described | Role::Succeeded, _) => return None,
        (Role::Own, fact) => {
            StatementFact::Own(fact.clone().renamed(&mut Resolved { resolve, company: *fact.company() })?)
        }
    };
    Some(stated(stated_fact))
}

/// What the mentions of a claim about a company mean. Whom a person succeeded is stated of that other person.
struct Resolved<'r, R> {
    resolve: &'r R,
    company: CompanyRef,
}

impl<R: Resolve> Renaming<PersonRef, CompanyRef, UnitRef> for Resolved<'_, R> {
    type Person = PersonNo;
    type Company = UnitNo;
    type Unit = UnitNo;

    fn person(&mut self, _company: UnitNo, field: Field, person: PersonRef) -> Option<PersonNo> {
        if field == Field::Succeeds { None } else { self.resolve.person_meant(Some(self.company), person) }
    }

    fn company(&mut self, company: CompanyRef) -> Option<UnitNo> {
        self.resolve.company_meant(company)
    }

    fn unit(&mut self, _company: UnitNo, unit: UnitRef) -> Option<UnitNo> {
        self.resolve.unit_meant(unit)
    }
}
