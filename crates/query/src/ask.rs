//! Whom an asker means by a name (contract, section 2, the last point).

mod candidates;

use std::cmp::Reverse;

use tenure_domain::day::Instant;
use tenure_domain::event::GivenId;
use tenure_domain::identity::KnownName;
use tenure_domain::name::NameKey;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{Meant, View, ViewError};

use crate::Inquiry;
use crate::location::MergerPaths;
use crate::naming::sort_by_asked_key;
use tenure_answers::{Candidate, Person, Sort, Unit};
use tenure_domain::spelling::{Match, Signature, Spelling};

/// How many candidates an error lists; of more it gives the number.
const LISTED: usize = 20;
/// How many near names an error suggests.
const SUGGESTED: usize = 3;

/// Why a name in a question means no single person or unit.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No person and no unit bears it, at any basis.
    #[error("{}", absence(asked, company.as_deref(), title.as_ref()))]
    NotFound {
        /// The name asked for.
        asked: String,
        /// The company in which a unit of that name was asked for.
        company: Option<String>,
        /// Those whose names come near it, the nearest first.
        suggestions: Vec<Candidate>,
        /// Where people had it as a title, if they had.
        title: Option<TitleHeld>,
    },
    /// What bears it is of another sort than the question is about.
    #[error("`{asked}` is {}", described(asked, found))]
    OtherSort {
        /// The name asked for.
        asked: String,
        /// What bears it.
        found: Box<Candidate>,
    },
    /// The name of a company is that of a unit.
    #[error("`{asked}` is {}, and no company", described(asked, found))]
    NoCompany {
        /// The name asked for.
        asked: String,
        /// What bears it.
        found: Box<Candidate>,
    },
    /// Several bear it.
    #[error("`{asked}` can mean {total}")]
    Ambiguous {
        /// The name asked for.
        asked: String,
        /// Whom it can mean, by id; the first of them where they are many.
        candidates: Vec<Candidate>,
        /// How many it can mean.
        total: usize,
    },
    /// The ledger that is asked does not read.
    #[error(transparent)]
    View(#[from] ViewError),
}

impl AskError {
    /// Whom an asker means; none where that is no single entity.
    pub fn in_particular<T>(asked: Result<T, AskError>) -> Result<Option<T>, ViewError> {
        match asked {
            Ok(meant) => Ok(Some(meant)),
            Err(AskError::View(error)) => Err(error),
            Err(
                AskError::NotFound { .. }
                | AskError::OtherSort { .. }
                | AskError::NoCompany { .. }
                | AskError::Ambiguous { .. },
            ) => Ok(None),
        }
    }
}

/// What a candidate is, in words; with its name, where it was asked for by another or by its id.
fn described(asked: &str, found: &Candidate) -> String {
    let sort = match (found.kind, &found.company) {
        (Sort::Person, _) => "a person".to_owned(),
        (Sort::Unit, Some(company)) => format!("a unit of {}", company.name),
        (Sort::Unit, None) => "a company".to_owned(),
        (Sort::Tenure, _) => "a tenure".to_owned(),
        (Sort::Event, _) => "an event".to_owned(),
    };
    if asked == found.name { sort } else { format!("{}, {sort}", found.name) }
}

/// Whether those whose names come near one that nothing bears are looked for, which takes a look at every name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suggestions {
    /// They are.
    #[default]
    Made,
    /// They are not: the error alone is wanted.
    Left,
}

/// A title that was asked for as if it were a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleHeld {
    /// In which units and companies people had it, the most first; the first few where they are many.
    pub places: Vec<Candidate>,
    /// Whether the name of the first of them means no other.
    pub is_first_alone: bool,
    /// In how many more.
    pub more: usize,
}

impl TitleHeld {
    /// How the first place is asked for: by its name where that means no other, else by its id.
    pub fn first_asked(&self) -> &str {
        let asked = self.places.first().map(|place| if self.is_first_alone { &place.name } else { &place.id });
        asked.map_or("UNIT", String::as_str)
    }
}

/// What bears no such name, in words.
fn absence(asked: &str, company: Option<&str>, title: Option<&TitleHeld>) -> String {
    match (title, company) {
        (Some(TitleHeld { places, more, .. }), _) => {
            let names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
            let more = if *more > 0 { format!(" and {more} more") } else { String::new() };
            format!("`{asked}` is a title, held in {}{more}", names.join(", "))
        }
        (None, Some(company)) => format!("nothing of {company} is called `{asked}`"),
        (None, None) => format!("nothing in this ledger is called `{asked}`"),
    }
}

/// Which sort a question is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Person,
    Unit,
    Either,
}

/// Among which units a name is looked for.
#[derive(Clone, Copy)]
enum Scope {
    /// All.
    Everywhere,
    /// Companies, where one of them bears the name.
    Companies,
    /// Those of a company.
    Of(UnitNo),
}

/// Whom a question is about.
#[derive(Clone, Debug)]
pub enum Asked<N, S> {
    /// One of the basis.
    Here(N),
    /// None of the basis: first reported later.
    Later {
        /// As known today.
        shown: S,
        /// When it was first reported.
        first_reported: Option<Instant>,
    },
}

impl<N: Copy, S> Asked<N, S> {
    /// Who is meant on the basis, where one is.
    pub fn here(&self) -> Option<N> {
        match self {
            Asked::Here(entity) => Some(*entity),
            Asked::Later { .. } => None,
        }
    }

    /// Without when it was first reported: of that nothing stands.
    #[must_use]
    pub fn unreported(self) -> Asked<N, S> {
        match self {
            Asked::Later { shown, .. } => Asked::Later { shown, first_reported: None },
            here @ Asked::Here(_) => here,
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

impl Subject {
    /// Without when it was first reported: of that nothing stands.
    #[must_use]
    pub fn unreported(self) -> Subject {
        match self {
            Subject::Person(asked) => Subject::Person(asked.unreported()),
            Subject::Unit(asked) => Subject::Unit(asked.unreported()),
        }
    }
}

/// The units that a view admits.
fn kept(units: &[UnitNo], mut admits: impl FnMut(UnitNo) -> Result<bool, ViewError>) -> Result<Vec<UnitNo>, ViewError> {
    let mut kept = Vec::new();
    for unit in units {
        if admits(*unit)? {
            kept.push(*unit);
        }
    }
    Ok(kept)
}

/// Everything by which an entity known today can have been called.
fn calls(names: &[KnownName], ids: &[GivenId], id: &str) -> Vec<String> {
    let names = names.iter().map(|n| n.name.as_str().to_owned());
    let ids = ids.iter().map(|id| id.as_str().to_owned());
    std::iter::once(id.to_owned()).chain(ids).chain(names).collect()
}

impl<'v> Inquiry<'v> {
    /// The person whom the asker means.
    pub fn ask_person(&self, asked: &str) -> Result<Asked<PersonNo, Person>, AskError> {
        if let Some(found) = self.find_person(asked)? {
            return Ok(found);
        }
        let there = self.best_view();
        let unit = there.view.units_asked(asked)?.first().map(|unit| there.unit_candidate(*unit)).transpose()?;
        Err(self.absent(asked, unit, Wanted::Person)?)
    }

    /// The person whom the asker means; none where no person bears the name.
    fn find_person(&self, asked: &str) -> Result<Option<Asked<PersonNo, Person>>, AskError> {
        match self.view.people_asked(asked)?.as_slice() {
            [one] => return Ok(Some(Asked::Here(*one))),
            [] => {}
            several => return Err(self.several_people(asked, self.view, several)?),
        }
        let Some(today) = self.today else { return Ok(None) };
        let known_today = match today.people_asked(asked)?.as_slice() {
            [one] => *one,
            [] => return Ok(None),
            several => return Err(self.several_people(asked, today, several)?),
        };
        let who = today.who(known_today)?;
        let mut at_basis: Vec<PersonNo> = Vec::new();
        for name in calls(&who.names, &who.ids, &who.id) {
            at_basis.extend(self.view.people_asked(&name)?);
        }
        at_basis.sort_unstable();
        at_basis.dedup();
        match at_basis.as_slice() {
            [one] => Ok(Some(Asked::Here(*one))),
            [] => {
                let then = Inquiry { view: today, today: None, ..*self };
                let first_reported = today.who(known_today)?.first_reported;
                Ok(Some(Asked::Later { shown: then.person_shown(known_today)?, first_reported }))
            }
            several => Err(self.several_people(asked, self.view, several)?),
        }
    }

    fn several_people(&self, asked: &str, view: &'v dyn View, people: &[PersonNo]) -> Result<AskError, ViewError> {
        let there = Inquiry { view, today: None, ..*self };
        let mut people = people.to_vec();
        sort_by_asked_key(&mut people, |person| Ok(view.who(*person)?.id.clone()))?;
        let candidates = people.iter().take(LISTED).map(|person| there.person_candidate(*person));
        let candidates = candidates.collect::<Result<_, _>>()?;
        Ok(AskError::Ambiguous { asked: asked.to_owned(), candidates, total: people.len() })
    }

    /// The ledger in which a name that the basis lacks is looked for: as known today.
    fn best_view(&self) -> Inquiry<'v> {
        Inquiry { view: self.today.unwrap_or(self.view), today: None, ..*self }
    }

    /// The unit or company that the asker means.
    pub fn ask_unit(&self, asked: &str) -> Result<Asked<UnitNo, Unit>, AskError> {
        if let Some(found) = self.find_unit(asked)? {
            return Ok(found);
        }
        let there = self.best_view();
        let person = there.view.people_asked(asked)?.first().map(|person| there.person_candidate(*person));
        Err(self.absent(asked, person.transpose()?, Wanted::Unit)?)
    }

    /// The company to which the question confines the names of units, where it does.
    pub fn ask_company(&self) -> Result<Option<Asked<UnitNo, Unit>>, AskError> {
        let Some(company) = self.company else { return Ok(None) };
        let unscoped = Inquiry { company: None, ..*self };
        let Some(found) = unscoped.find_scoped(company, Scope::Companies, Scope::Companies)? else {
            let there = unscoped.best_view();
            let person = there.view.people_asked(company)?.first().map(|person| there.person_candidate(*person));
            return Err(match person.transpose()? {
                Some(found) => AskError::NoCompany { asked: company.to_owned(), found: Box::new(found) },
                None => unscoped.absent(company, None, Wanted::Unit)?,
            });
        };
        if let Asked::Here(unit) = found
            && self.view.unit(unit)?.company.is_some()
        {
            let found = Box::new(unscoped.unit_candidate(unit)?);
            return Err(AskError::NoCompany { asked: company.to_owned(), found });
        }
        Ok(Some(found))
    }

    /// The unit or company that the asker means; none where none bears the name.
    fn find_unit(&self, asked: &str) -> Result<Option<Asked<UnitNo, Unit>>, AskError> {
        let Some(company) = self.ask_company()? else {
            return self.find_scoped(asked, Scope::Everywhere, Scope::Everywhere);
        };
        let of_today = match self.today {
            None => None,
            Some(view) => {
                // What was withdrawn since is found on the basis alone.
                let today = Inquiry { view, today: None, ..*self };
                let company = AskError::in_particular(today.ask_company())?.flatten();
                company.and_then(|company| Some((today, company.here()?)))
            }
        };
        match (company, of_today) {
            (Asked::Here(company), Some((_, now))) => self.find_scoped(asked, Scope::Of(company), Scope::Of(now)),
            (Asked::Here(company), None) => {
                Inquiry { today: None, ..*self }.find_scoped(asked, Scope::Of(company), Scope::Everywhere)
            }
            // The company is not known on the basis, and so its unit is not: what is it today?
            (Asked::Later { .. }, Some((today, now))) => {
                Ok(match today.find_scoped(asked, Scope::Of(now), Scope::Everywhere)? {
                    Some(Asked::Here(unit)) => Some(today.later(unit)?),
                    later @ (Some(Asked::Later { .. }) | None) => later,
                })
            }
            (Asked::Later { .. }, None) => Ok(None),
        }
    }

    /// A unit of today that the basis does not know.
    fn later(&self, unit: UnitNo) -> Result<Asked<UnitNo, Unit>, ViewError> {
        let first_reported = self.view.unit(unit)?.first_reported;
        Ok(Asked::Later { shown: self.unit_shown(unit)?, first_reported })
    }

    /// `scope` scopes the name on the basis, `scope_today` as known today.
    fn find_scoped(
        &self,
        asked: &str,
        scope: Scope,
        scope_today: Scope,
    ) -> Result<Option<Asked<UnitNo, Unit>>, AskError> {
        let found = self.narrowed(self.view, self.view.units_asked(asked)?, scope)?;
        match found.as_slice() {
            [one] => return Ok(Some(Asked::Here(*one))),
            [] => {}
            several => return Err(self.several_units(asked, self.view, several)?),
        }
        let Some(today) = self.today else { return Ok(None) };
        let known_today = match self.narrowed(today, today.units_asked(asked)?, scope_today)?.as_slice() {
            [one] => *one,
            [] => return Ok(None),
            several => return Err(self.several_units(asked, today, several)?),
        };
        let state = today.unit(known_today)?;
        let mut at_basis: Vec<UnitNo> = Vec::new();
        for name in calls(&state.names, &state.ids, &state.id) {
            for unit in self.view.units_asked(&name)? {
                if self.is_of_same_company(today, known_today, unit)? {
                    at_basis.push(unit);
                }
            }
        }
        at_basis.sort_unstable();
        at_basis.dedup();
        match self.narrowed(self.view, at_basis, scope)?.as_slice() {
            [one] => Ok(Some(Asked::Here(*one))),
            [] => Ok(Some(Inquiry { view: today, today: None, ..*self }.later(known_today)?)),
            several => Err(self.several_units(asked, self.view, several)?),
        }
    }

    /// Whether what is the company of a unit of the basis has, or names, that unit today; companies alone are no company's.
    fn is_of_same_company(&self, today: &dyn View, known_today: UnitNo, unit: UnitNo) -> Result<bool, ViewError> {
        match (today.unit(known_today)?.company, self.view.unit(unit)?.company) {
            (None, None) => Ok(true),
            (Some(own), Some(then)) => {
                let then = self.view.unit(then)?;
                for name in calls(&then.names, &then.ids, &then.id) {
                    for company in today.units_asked(&name)? {
                        if company == own || today.unit(company)?.below.binary_search(&known_today).is_ok() {
                            return Ok(true);
                        }
                    }
                }
                Ok(false)
            }
            _ => Ok(false),
        }
    }

    /// Of several units of one name, those of the company asked for: its own units, rather than those of other companies
    /// that its events name, rather than the company itself; then those that exist on the day; then, where no company was asked for, a
    /// company rather than its own units; then, of a name that several ids claim, one with an id rather than what stands for the name.
    fn narrowed(&self, view: &dyn View, mut found: Vec<UnitNo>, scope: Scope) -> Result<Vec<UnitNo>, ViewError> {
        let have_ids = |units: &[UnitNo]| kept(units, |unit| Ok(!view.unit(unit)?.ids.is_empty()));
        let all_with_ids = if found.len() > 1 { have_ids(&found)? } else { Vec::new() };
        match scope {
            Scope::Everywhere => {}
            Scope::Companies => {
                let companies = kept(&found, |unit| Ok(view.unit(unit)?.company.is_none()))?;
                if !companies.is_empty() {
                    found = companies;
                }
            }
            Scope::Of(company) => {
                let is_asked = found.contains(&company);
                found.retain(|unit| *unit != company);
                let mut ways = MergerPaths::default();
                let own = kept(&found, |unit| {
                    let merged = ways.company(view, unit, self.at)?;
                    Ok(view.unit(unit)?.company == Some(company) || merged == company)
                })?;
                // The name can be what the company's events have for a unit of another one.
                let named = &view.unit(company)?.below;
                found.retain(|unit| named.binary_search(unit).is_ok());
                if !own.is_empty() {
                    found = own;
                } else if found.is_empty() && is_asked {
                    found.push(company);
                }
            }
        }
        // What stands for a name is there where several with an id are called so in the company.
        let stands_for_name = |unit: UnitNo| {
            let state = view.unit(unit)?;
            let Some(company) = state.company.filter(|_| state.ids.is_empty()) else { return Ok(false) };
            let below = &view.unit(company)?.below;
            Ok(all_with_ids.iter().filter(|unit| below.binary_search(unit).is_ok()).count() > 1)
        };
        if found.len() > 1 {
            let existing = kept(&found, |unit| Ok(view.unit(unit)?.history.exists(self.at)))?;
            // It exists whenever it is asked for, and says nothing of which of the others do.
            if !kept(&existing, |unit| Ok(!stands_for_name(unit)?))?.is_empty() {
                found = existing;
            }
        }
        let companies = kept(&found, |unit| Ok(view.unit(unit)?.company.is_none()))?;
        if let [one] = companies.as_slice()
            && kept(&found, |unit| Ok(unit == *one || view.unit(unit)?.company == Some(*one)))?.len() == found.len()
        {
            return Ok(companies);
        }
        if found.len() > 1
            && let [with_id] = have_ids(&found)?.as_slice()
        {
            let company = view.unit(*with_id)?.company;
            let is_it = |unit| Ok(view.unit(unit)?.company == company && (unit == *with_id || stands_for_name(unit)?));
            if kept(&found, is_it)?.len() == found.len() {
                return Ok(vec![*with_id]);
            }
        }
        Ok(found)
    }

    fn several_units(&self, asked: &str, view: &'v dyn View, units: &[UnitNo]) -> Result<AskError, ViewError> {
        let there = Inquiry { view, today: None, ..*self };
        let mut units = units.to_vec();
        sort_by_asked_key(&mut units, |unit| there.place(*unit))?;
        let candidates = units.iter().take(LISTED).map(|unit| there.unit_candidate(*unit));
        let candidates = candidates.collect::<Result<_, _>>()?;
        Ok(AskError::Ambiguous { asked: asked.to_owned(), candidates, total: units.len() })
    }

    /// The person or unit that the asker means.
    pub fn ask(&self, asked: &str) -> Result<Subject, AskError> {
        match (self.find_person(asked)?, self.find_unit(asked)?) {
            (None, None) => Err(self.absent(asked, None, Wanted::Either)?),
            (Some(Asked::Here(person)), Some(Asked::Here(unit))) => {
                let candidates = vec![self.person_candidate(person)?, self.unit_candidate(unit)?];
                Err(AskError::Ambiguous { asked: asked.to_owned(), candidates, total: 2 })
            }
            // Of two, the one that is there on the basis.
            (Some(person), None | Some(Asked::Later { .. })) => Ok(Subject::Person(person)),
            (None | Some(Asked::Later { .. }), Some(unit)) => Ok(Subject::Unit(unit)),
        }
    }

    /// The error about a name that nothing bears of the sort that is asked for: something of the other sort does, or
    /// some names come near it.
    fn absent(&self, asked: &str, other: Option<Candidate>, wanted: Wanted) -> Result<AskError, ViewError> {
        if let Some(found) = other {
            return Ok(AskError::OtherSort { asked: asked.to_owned(), found: Box::new(found) });
        }
        let there = self.best_view();
        let company = match wanted {
            Wanted::Unit | Wanted::Either => {
                AskError::in_particular(there.ask_company())?.flatten().and_then(|company| company.here())
            }
            Wanted::Person => None,
        };
        let (suggestions, title) = match self.suggestions {
            Suggestions::Made => (there.near(asked, wanted, company)?, there.title_held(asked, company)?),
            Suggestions::Left => (Vec::new(), None),
        };
        let company = company.map(|company| there.unit_shown(company)).transpose()?.map(|company| company.name);
        Ok(AskError::NotFound { asked: asked.to_owned(), company, suggestions, title })
    }

    /// Where people had a title, of a company its own.
    fn title_held(&self, asked: &str, company: Option<UnitNo>) -> Result<Option<TitleHeld>, ViewError> {
        let Some(key) = NameKey::of(asked) else { return Ok(None) };
        let Some(mut title) = self.view.title(&key)? else { return Ok(None) };
        if let Some(company) = company {
            let mut of_company = Vec::new();
            for (unit, people) in title.places {
                if unit == company || self.view.unit(unit)?.company == Some(company) {
                    of_company.push((unit, people));
                }
            }
            title.places = of_company;
        }
        if title.places.is_empty() {
            return Ok(None);
        }
        let most_frequent = self.most_frequent(&title.places, SUGGESTED)?;
        let places = most_frequent.iter().map(|(unit, _)| self.unit_candidate(*unit));
        let places: Vec<Candidate> = places.collect::<Result<_, _>>()?;
        let is_first_alone = self.view.units_asked(&places[0].name)? == [most_frequent[0].0];
        Ok(Some(TitleHeld { places, is_first_alone, more: title.places.len().saturating_sub(SUGGESTED) }))
    }

    /// The few whose names come near one that nothing bears; of a company its own units, and those that bear the very
    /// name elsewhere.
    fn near(&self, asked: &str, wanted: Wanted, company: Option<UnitNo>) -> Result<Vec<Candidate>, ViewError> {
        let mut names: Vec<(Match, String, Meant)> = Vec::new();
        let query = Spelling::of(asked);
        if wanted != Wanted::Unit {
            self.view.each_name(&mut those_like(&query, |alike, name, person| {
                names.push((alike, name.to_owned(), Meant::Person(person)));
            }))?;
        }
        if wanted != Wanted::Person {
            let mut units: Vec<(Match, String, UnitNo)> = Vec::new();
            self.view.each_unit_name(&mut those_like(&query, |alike, name, unit| {
                units.push((alike, name.to_owned(), unit));
            }))?;
            for (alike, name, unit) in units {
                if company.is_none() || self.view.unit(unit)?.company == company {
                    names.push((alike, name, Meant::Unit(unit)));
                }
            }
        }
        let mut elsewhere = if company.is_some() { self.view.units_asked(asked)? } else { Vec::new() };
        sort_by_asked_key(&mut elsewhere, |unit| self.place(*unit))?;
        let mut suggestions: Vec<Candidate> = Vec::new();
        for unit in elsewhere.into_iter().take(SUGGESTED) {
            suggestions.push(self.unit_candidate(unit)?);
        }
        names.sort_by(|(one, name_of_one, _), (other, name_of_other, _)| {
            (Reverse(one.score), name_of_one, one.via).cmp(&(Reverse(other.score), name_of_other, other.via))
        });
        for alike in names.chunk_by(|(_, name, _), (_, other, _)| name == other) {
            if suggestions.len() >= SUGGESTED {
                break;
            }
            let name = &alike[0].1;
            if suggestions.iter().any(|known| known.name == *name) {
                continue;
            }
            // Of several who bear the name, the one with the least id.
            let mut bearers: Vec<Meant> = alike.iter().map(|(_, _, bearer)| *bearer).collect();
            sort_by_asked_key(&mut bearers, |bearer| match bearer {
                Meant::Person(person) => Ok((self.view.who(*person)?.id.to_string(), None, None)),
                Meant::Unit(unit) => self.place(*unit).map(|(id, company, name)| (id, company, Some(name))),
            })?;
            let candidate = match bearers[0] {
                Meant::Person(person) => self.person_candidate(person)?,
                Meant::Unit(unit) => self.unit_candidate(unit)?,
            };
            suggestions.push(Candidate { name: name.clone(), ..candidate });
        }
        Ok(suggestions)
    }
}

/// Takes, of the names that it is given, those that are like what is asked.
pub(crate) fn those_like<T>(asked: &Spelling, mut take: impl FnMut(Match, &str, T)) -> impl FnMut(T, Signature, &str) {
    move |bearer, signature, name| {
        let alike = if asked.may_match(signature) { asked.score(&Spelling::of(name)) } else { None };
        if let Some(alike) = alike {
            take(alike, name, bearer);
        }
    }
}
