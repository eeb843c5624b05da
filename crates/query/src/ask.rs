//! Whom an asker means by a name (contract, section 2, the last point).

use tenure_domain::day::Instant;
use tenure_domain::event::GivenId;
use tenure_domain::identity::KnownName;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::View;

use crate::Inquiry;
use crate::answer::{Bounds, Person, PostShown, Unit};
use crate::spelling::Spelling;

/// One of several that a name can mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its id, with which to ask again.
    pub id: String,
    /// Its name; for people with what they do or did last, for units with the company and when they existed.
    pub name: String,
}

/// Why a name in a question means nobody in particular.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Nobody bears it, at any basis.
    #[error("nothing in this ledger is called `{asked}`")]
    NotFound {
        /// The name asked for.
        asked: String,
        /// Names that come near it, the nearest first.
        suggestions: Vec<String>,
    },
    /// Several bear it.
    #[error("`{asked}` can mean {}", candidates.len())]
    Ambiguous {
        /// The name asked for.
        asked: String,
        /// Whom it can mean, by id.
        candidates: Vec<Candidate>,
    },
}

/// Whom a question is about.
#[derive(Clone, Debug)]
pub enum Asked<N, S> {
    /// Somebody of the basis.
    Here(N),
    /// Nobody at the basis: first reported later.
    Later {
        /// As known today.
        shown: S,
        /// When it was first reported.
        first_reported: Option<Instant>,
    },
}

impl<N: Copy, S> Asked<N, S> {
    /// Who is meant on the basis, where anybody is.
    pub fn here(&self) -> Option<N> {
        match self {
            Asked::Here(entity) => Some(*entity),
            Asked::Later { .. } => None,
        }
    }
}

/// A person or a unit.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A person.
    Person(Asked<PersonNo, Person>),
    /// A unit or company.
    Unit(Asked<UnitNo, Unit>),
}

/// In which company a unit is looked for.
#[derive(Clone, Copy)]
enum Scope {
    /// In all.
    Any,
    /// In one.
    Of {
        /// The company on the basis.
        company: UnitNo,
        /// The same as known today, where anything of it stands.
        of_today: Option<UnitNo>,
    },
}

impl Scope {
    fn company(self) -> Option<UnitNo> {
        match self {
            Scope::Any => None,
            Scope::Of { company, .. } => Some(company),
        }
    }

    /// The scope as known today; none where nothing of the company stands any more.
    fn today(self) -> Option<Scope> {
        match self {
            Scope::Any => Some(Scope::Any),
            Scope::Of { of_today, .. } => of_today.map(|company| Scope::Of { company, of_today: None }),
        }
    }
}

/// Everything by which an entity known today can have been called.
fn calls(names: &[KnownName], ids: &[GivenId], id: &str) -> Vec<String> {
    let names = names.iter().map(|n| n.name.as_str().to_owned());
    let ids = ids.iter().map(|id| id.as_str().to_owned());
    std::iter::once(id.to_owned()).chain(ids).chain(names).collect()
}

/// A post as it tells candidates apart: `Clerk, Voice, Kestrel, 2020 to 2021`.
fn post_in_words(post: &PostShown) -> String {
    let company = post.unit.company.as_ref().map(|company| &company.name);
    let parts: Vec<&str> = post.title.iter().chain([&post.unit.name]).chain(company).map(String::as_str).collect();
    format!("{}{}", parts.join(", "), span_in_words(Some(&post.from), post.to.as_ref()))
}

/// From when to when, after a comma; nothing where neither is known.
fn span_in_words(from: Option<&Bounds>, to: Option<&Bounds>) -> String {
    match (from, to) {
        (None, None) => String::new(),
        (Some(from), None) => format!(", since {}", from.edtf),
        (None, Some(to)) => format!(", until {}", to.edtf),
        (Some(from), Some(to)) => format!(", {} to {}", from.edtf, to.edtf),
    }
}

impl<'v> Inquiry<'v> {
    /// The person whom the asker means.
    pub fn ask_person(&self, asked: &str) -> Result<Asked<PersonNo, Person>, AskError> {
        match self.view.people_asked(asked).as_slice() {
            [one] => return Ok(Asked::Here(*one)),
            [] => {}
            several => return Err(self.several_people(asked, self.view, several)),
        }
        let Some(today) = self.today else { return Err(self.not_found(asked, true, false)) };
        let known_today = match today.people_asked(asked).as_slice() {
            [one] => *one,
            [] => return Err(self.not_found(asked, true, false)),
            several => return Err(self.several_people(asked, today, several)),
        };
        let who = today.who(known_today);
        let mut at_basis: Vec<PersonNo> =
            calls(&who.names, &who.ids, &who.id).iter().flat_map(|name| self.view.people_asked(name)).collect();
        at_basis.sort_unstable();
        at_basis.dedup();
        match at_basis.as_slice() {
            [one] => Ok(Asked::Here(*one)),
            [] => {
                let then = Inquiry { view: today, today: None, ..*self };
                let first_reported = today.first_reported(known_today);
                Ok(Asked::Later { shown: then.person_shown(known_today), first_reported })
            }
            several => Err(self.several_people(asked, self.view, several)),
        }
    }

    fn several_people(&self, asked: &str, view: &'v dyn View, people: &[PersonNo]) -> AskError {
        let there = Inquiry { view, ..*self };
        let mut candidates: Vec<Candidate> = people
            .iter()
            .map(|person| {
                let shown = there.person_shown(*person);
                let post = there.last_post(*person).map(|post| format!(", {}", post_in_words(&post)));
                Candidate { id: shown.id, name: format!("{}{}", shown.name, post.unwrap_or_default()) }
            })
            .collect();
        candidates.sort_by(|a, b| a.id.cmp(&b.id));
        AskError::Ambiguous { asked: asked.to_owned(), candidates }
    }

    /// The unit or company that the asker means.
    pub fn ask_unit(&self, asked: &str) -> Result<Asked<UnitNo, Unit>, AskError> {
        let Some(company) = self.company else { return self.ask_scoped(asked, Scope::Any) };
        // What was withdrawn since is known on an older basis all the same.
        let of_today = self.today.and_then(|view| {
            let today = Inquiry { view, today: None, company: None, ..*self };
            today.ask_scoped(company, Scope::Any).ok()?.here()
        });
        match self.ask_scoped(company, Scope::Any)? {
            Asked::Here(company) => self.ask_scoped(asked, Scope::Of { company, of_today }),
            // The company is not known on the basis, and so its unit is not: what is it today?
            Asked::Later { .. } => {
                let (Some(view), Some(company)) = (self.today, of_today) else {
                    return Err(self.not_found(asked, false, true));
                };
                let today = Inquiry { view, today: None, ..*self };
                match today.ask_scoped(asked, Scope::Of { company, of_today: None })? {
                    Asked::Here(unit) => Ok(today.later(unit)),
                    later @ Asked::Later { .. } => Ok(later),
                }
            }
        }
    }

    /// A unit of today that the basis does not know.
    fn later(&self, unit: UnitNo) -> Asked<UnitNo, Unit> {
        let first_reported = self.view.unit(unit).names.iter().map(|n| n.reported_at).min();
        Asked::Later { shown: self.unit_shown(unit), first_reported }
    }

    /// The unit that a name means in that scope.
    fn ask_scoped(&self, asked: &str, scope: Scope) -> Result<Asked<UnitNo, Unit>, AskError> {
        let company = scope.company();
        let found = self.narrowed(self.view, self.view.units_asked(asked), company);
        match found.as_slice() {
            [one] => return Ok(Asked::Here(*one)),
            [] => {}
            several => return Err(self.several_units(asked, self.view, several)),
        }
        let (Some(today), Some(scope_today)) = (self.today, scope.today()) else {
            return Err(self.not_found(asked, false, true));
        };
        let known_today = match self.narrowed(today, today.units_asked(asked), scope_today.company()).as_slice() {
            [one] => *one,
            [] => return Err(self.not_found(asked, false, true)),
            several => return Err(self.several_units(asked, today, several)),
        };
        let state = today.unit(known_today);
        let mut at_basis: Vec<UnitNo> = calls(&state.names, &state.ids, &state.id)
            .iter()
            .flat_map(|name| self.view.units_asked(name))
            .filter(|unit| self.is_of_same_company(today, state.company, *unit))
            .collect();
        at_basis.sort_unstable();
        at_basis.dedup();
        match self.narrowed(self.view, at_basis, company).as_slice() {
            [one] => Ok(Asked::Here(*one)),
            [] => Ok(Inquiry { view: today, today: None, ..*self }.later(known_today)),
            several => Err(self.several_units(asked, self.view, several)),
        }
    }

    /// Whether a unit of the basis belongs to what is that company today.
    fn is_of_same_company(&self, today: &dyn View, company: Option<UnitNo>, unit: UnitNo) -> bool {
        match (company, self.view.unit(unit).company) {
            (None, None) => true,
            (Some(company), Some(then)) => {
                let company = today.unit(company);
                let calls = calls(&company.names, &company.ids, &company.id);
                calls.iter().any(|name| self.view.units_asked(name).contains(&then))
            }
            _ => false,
        }
    }

    /// Of several units of one name, those of the company asked for, then those that exist on the day, then a company
    /// rather than its own units, then one with an id rather than what stands for a name that several ids claim.
    fn narrowed(&self, view: &dyn View, mut found: Vec<UnitNo>, company: Option<UnitNo>) -> Vec<UnitNo> {
        if let Some(company) = company {
            found.retain(|unit| {
                let merged = crate::place::company(view, *unit, self.at);
                *unit == company || view.unit(*unit).company == Some(company) || merged == company
            });
        }
        if found.len() > 1 {
            let existing: Vec<UnitNo> =
                found.iter().copied().filter(|unit| view.unit(*unit).history.exists(self.at)).collect();
            if !existing.is_empty() {
                found = existing;
            }
        }
        let companies: Vec<UnitNo> = found.iter().copied().filter(|unit| view.unit(*unit).company.is_none()).collect();
        if let [one] = companies.as_slice()
            && found.iter().all(|unit| unit == one || view.unit(*unit).company == Some(*one))
        {
            return companies;
        }
        if found.len() > 1 {
            let with_ids: Vec<UnitNo> = found.iter().copied().filter(|unit| !view.unit(*unit).ids.is_empty()).collect();
            if with_ids.len() == 1 && Inquiry::have_one_company(view, &found) {
                return with_ids;
            }
        }
        found
    }

    /// Whether they are units of one company.
    fn have_one_company(view: &dyn View, units: &[UnitNo]) -> bool {
        let mut companies = units.iter().map(|unit| view.unit(*unit).company);
        let first = companies.next().flatten();
        first.is_some() && companies.all(|company| company == first)
    }

    fn several_units(&self, asked: &str, view: &'v dyn View, units: &[UnitNo]) -> AskError {
        let there = Inquiry { view, ..*self };
        let mut candidates: Vec<Candidate> = units
            .iter()
            .map(|unit| {
                let shown = there.unit_shown(*unit);
                let name = match shown.company {
                    Some(company) => format!("{}, {}", shown.name, company.name),
                    None => shown.name,
                };
                let (from, to) = there.existed(*unit);
                let name = format!("{name}{}", span_in_words(from.as_ref(), to.as_ref()));
                Candidate { id: shown.id, name }
            })
            .collect();
        candidates.sort_by(|a, b| a.id.cmp(&b.id));
        AskError::Ambiguous { asked: asked.to_owned(), candidates }
    }

    /// The person or unit that the asker means.
    pub fn ask(&self, asked: &str) -> Result<Subject, AskError> {
        match (self.ask_person(asked), self.ask_unit(asked)) {
            (Err(AskError::NotFound { .. }), Err(AskError::NotFound { .. })) => Err(self.not_found(asked, true, true)),
            (Err(error @ AskError::Ambiguous { .. }), _) | (_, Err(error @ AskError::Ambiguous { .. })) => Err(error),
            (Ok(Asked::Here(person)), Ok(Asked::Here(unit))) => {
                let (person, unit) = (self.person_shown(person), self.unit_shown(unit));
                let candidates =
                    vec![Candidate { id: person.id, name: person.name }, Candidate { id: unit.id, name: unit.name }];
                Err(AskError::Ambiguous { asked: asked.to_owned(), candidates })
            }
            // Of two, the one that is there on the basis.
            (Ok(person), Err(AskError::NotFound { .. }) | Ok(Asked::Later { .. })) => Ok(Subject::Person(person)),
            (Err(AskError::NotFound { .. }) | Ok(Asked::Later { .. }), Ok(unit)) => Ok(Subject::Unit(unit)),
        }
    }

    /// What comes near a name that nobody bears.
    fn not_found(&self, asked: &str, people: bool, units: bool) -> AskError {
        let view = self.today.unwrap_or(self.view);
        let there = Inquiry { view, today: None, ..*self };
        let mut names: Vec<(Spelling, String)> = Vec::new();
        if people {
            names.extend(there.people_spelled().map(|(spelling, name, _)| (spelling, name)));
        }
        if units {
            names.extend(there.units_spelled().map(|(spelling, name, _)| (spelling, name)));
        }
        let query = Spelling::of(asked);
        let ranked = query.ranked(names.iter().map(|(spelling, name)| (spelling, name.clone())));
        let mut suggestions: Vec<String> = Vec::new();
        for (_, name) in ranked {
            if suggestions.len() < 3 && !suggestions.contains(&name) {
                suggestions.push(name);
            }
        }
        AskError::NotFound { asked: asked.to_owned(), suggestions }
    }

    pub(crate) fn people_spelled(&self) -> impl Iterator<Item = (Spelling, String, PersonNo)> + use<'v> {
        let view = self.view;
        view.people().into_iter().flat_map(move |person| {
            let who = view.who(person);
            let names: Vec<String> = who.names.iter().map(|n| n.name.as_str().to_owned()).collect();
            names.into_iter().map(move |name| (Spelling::of(&name), name, person))
        })
    }

    pub(crate) fn units_spelled(&self) -> impl Iterator<Item = (Spelling, String, UnitNo)> + use<'v> {
        let view = self.view;
        view.units().into_iter().flat_map(move |unit| {
            let state = view.unit(unit);
            let names: Vec<String> = state.names.iter().map(|n| n.name.as_str().to_owned()).collect();
            names.into_iter().map(move |name| (Spelling::of(&name), name, unit))
        })
    }
}
