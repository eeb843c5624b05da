//! The parts that events take in people's states: from mentions to what is said of whom.
//!
//! Who is meant by a mention is settled elsewhere ([`Resolve`]).

use crate::archive::{Archive, CompanyRef, Entry, EntryFact, PersonRef, Place, UnitRef};
use crate::event::{PersonFact, Post, UnitFact};
use crate::statement::{PersonNo, Statement, Told, UnitNo};

/// How an event takes part in a person's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
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

/// A mention in an event, with its place there.
pub(crate) enum Named {
    Person(PersonRef),
    Company(CompanyRef),
    Unit(UnitRef),
}

impl From<Place> for Named {
    fn from(place: Place) -> Named {
        match place {
            Place::Company(company) => Named::Company(company),
            Place::Unit(unit) => Named::Unit(unit),
        }
    }
}

/// Every mention that an event makes, the company of a unit before the unit.
pub(crate) fn mentions(archive: &Archive, fact: &EntryFact, mut tell: impl FnMut(Named, u8)) {
    let place = |place: Place, at: u8, tell: &mut dyn FnMut(Named, u8)| {
        if let Place::Unit(UnitRef(unit)) = place
            && let Some(company) = archive.units[unit as usize].scope
        {
            tell(Named::Company(company), at);
        }
        tell(place.into(), at + 1);
    };
    match fact {
        EntryFact::Person { person, fact } => {
            tell(Named::Person(*person), 0);
            tell(Named::Company(*fact.company()), 1);
            let mut post = |post: &Post<PersonRef, UnitRef>| {
                if let Some(unit) = post.unit {
                    tell(Named::Unit(unit), 3);
                }
                if let Some(manager) = post.reports_to {
                    tell(Named::Person(manager), 5);
                }
            };
            match &**fact {
                PersonFact::JoinedCompany { post: p, .. } | PersonFact::HeldPost { post: p, .. } => post(p),
                PersonFact::TransferredUnit { from_unit, to_unit, post: p, .. } => {
                    post(p);
                    if let Some(from) = from_unit {
                        tell(Named::Unit(*from), 2);
                    }
                    tell(Named::Unit(*to_unit), 3);
                }
                PersonFact::AppointedToPost { post: p, succeeds, .. } => {
                    post(p);
                    if let Some(other) = succeeds {
                        tell(Named::Person(*other), 6);
                    }
                }
                PersonFact::RelievedOfPost { unit, .. } | PersonFact::ChangedTitle { unit, .. } => {
                    if let Some(unit) = unit {
                        tell(Named::Unit(*unit), 3);
                    }
                }
                PersonFact::ChangedManager { unit, reports_to, .. } => {
                    if let Some(unit) = unit {
                        tell(Named::Unit(*unit), 3);
                    }
                    if let Some(manager) = reports_to {
                        tell(Named::Person(*manager), 5);
                    }
                }
                PersonFact::LeftCompany { .. } => {}
            }
        }
        EntryFact::Unit { unit, fact } => {
            place(*unit, 0, &mut tell);
            match &**fact {
                UnitFact::Formed { parent: Some(other), .. }
                | UnitFact::Moved { parent: other }
                | UnitFact::Merged { into: other }
                | UnitFact::Described { parent: Some(other), .. } => place(*other, 3, &mut tell),
                UnitFact::Formed { parent: None, .. }
                | UnitFact::Renamed { .. }
                | UnitFact::Dissolved
                | UnitFact::Described { parent: None, .. } => {}
            }
        }
        EntryFact::PersonDescribed { person, company, .. } => {
            tell(Named::Person(*person), 0);
            if let Some(company) = company {
                tell(Named::Company(*company), 1);
            }
        }
        EntryFact::Died { person } | EntryFact::Erased { person } => {
            tell(Named::Person(*person), 0);
        }
        EntryFact::SamePerson { person, same_as } => {
            tell(Named::Person(*person), 0);
            tell(Named::Person(*same_as), 1);
        }
        EntryFact::SameUnit { unit, same_as } => {
            place(*unit, 0, &mut tell);
            place(*same_as, 3, &mut tell);
        }
        EntryFact::Withheld { people, places } => {
            for person in people {
                tell(Named::Person(*person), 5);
            }
            for one in places {
                tell((*one).into(), 1);
            }
        }
        EntryFact::Retracted { .. } => {}
    }
}

/// What an event states of a person in whom it takes that part; none where it is only a description.
pub(crate) fn statement(resolve: &impl Resolve, entry: &Entry, part: Part) -> Option<Statement> {
    let stated = |told: Told| Statement {
        event: entry.id.clone(),
        reported_at: entry.reported_at,
        confidence: entry.confidence,
        publisher: entry.says.clone(),
        key: entry.key.clone(),
        effective: entry.effective,
        told,
    };
    let fact = match (&entry.fact, part) {
        (EntryFact::Person { fact, .. }, _) => fact,
        (EntryFact::Died { .. }, Part::Own) => return Some(stated(Told::Died)),
        _ => return None,
    };
    let company_ref = *fact.company();
    let company = resolve.company_meant(company_ref)?;
    let person = |mention: PersonRef| resolve.person_meant(Some(company_ref), mention);
    let unit = |mention: UnitRef| resolve.unit_meant(mention);
    let whole_post = |post: &Post<PersonRef, UnitRef>| Post {
        unit: post.unit.and_then(unit),
        title: post.title.clone(),
        lead: post.lead,
        acting: post.acting,
        remit: post.remit.clone(),
        reports_to: post.reports_to.and_then(person),
        employment: post.employment,
    };
    let told = match (part, &**fact) {
        (Part::Succeeded, PersonFact::AppointedToPost { post, .. }) => {
            Told::Succeeded { company, unit: post.unit.and_then(unit), title: post.title.clone(), lead: post.lead }
        }
        (Part::Described | Part::Succeeded, _) => return None,
        (Part::Own, fact) => Told::Own(match fact {
            PersonFact::JoinedCompany { post, concurrency, .. } => {
                PersonFact::JoinedCompany { company, post: whole_post(post), concurrency: *concurrency }
            }
            PersonFact::LeftCompany { reason, .. } => PersonFact::LeftCompany { company, reason: reason.clone() },
            PersonFact::TransferredUnit { from_unit, to_unit, post, .. } => PersonFact::TransferredUnit {
                company,
                from_unit: from_unit.and_then(unit),
                to_unit: unit(*to_unit)?,
                post: whole_post(post),
            },
            PersonFact::AppointedToPost { post, .. } => {
                PersonFact::AppointedToPost { company, post: whole_post(post), succeeds: None }
            }
            PersonFact::RelievedOfPost { unit: u, title, reason, .. } => PersonFact::RelievedOfPost {
                company,
                unit: u.and_then(unit),
                title: title.clone(),
                reason: reason.clone(),
            },
            PersonFact::ChangedTitle { unit: u, from_title, to_title, lead, acting, .. } => PersonFact::ChangedTitle {
                company,
                unit: u.and_then(unit),
                from_title: from_title.clone(),
                to_title: to_title.clone(),
                lead: *lead,
                acting: *acting,
            },
            PersonFact::ChangedManager { unit: u, title, reports_to, .. } => PersonFact::ChangedManager {
                company,
                unit: u.and_then(unit),
                title: title.clone(),
                reports_to: reports_to.and_then(person),
            },
            PersonFact::HeldPost { post, from, to, seen, concurrency, .. } => PersonFact::HeldPost {
                company,
                post: whole_post(post),
                from: from.clone(),
                to: to.clone(),
                seen: seen.clone(),
                concurrency: *concurrency,
            },
        }),
    };
    Some(stated(told))
}
