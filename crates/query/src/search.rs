//! `find`: people, units and titles by any script or spelling.

use std::collections::BTreeSet;

use tenure_domain::event::GivenId;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::structure::{DatedValue, Existence};
use tenure_domain::tenure::Tenure as FoldedTenure;
use tenure_domain::titles::TitleUse;
use tenure_domain::view::ViewError;

use crate::Inquiry;
use crate::ask::those_like;
use crate::findings::Findings;
use crate::location::{Stint, in_force};
use crate::naming::{StartKey, start_key};
use crate::people::shown_bounds;
use tenure_answers::{Bounds, FindAnswer, Found, Occurrence, PostShown};
use tenure_domain::spelling::{Match, Spelling, Via};

/// The most units in which a title is shown to occur.
const PLACES: usize = 5;

/// What was found, before it is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Entity {
    Person(PersonNo),
    Unit(UnitNo),
    Title(usize),
}

/// How well something matches, and in which way.
#[derive(Clone, Copy)]
struct Hit {
    score: u16,
    via: &'static str,
}

impl From<Match> for Hit {
    fn from(found: Match) -> Hit {
        Hit { score: found.score, via: via(found.via) }
    }
}

impl Inquiry<'_> {
    /// `find`: the best first, at most `most`.
    pub fn find_answer(&self, asked: &str, most: usize) -> Result<FindAnswer, ViewError> {
        let exact = Hit { score: 1000, via: via_exact(asked) };
        let mut found: Vec<(Hit, Entity)> = Vec::new();
        found.extend(self.view.people_asked(asked)?.into_iter().map(|person| (exact, Entity::Person(person))));
        found.extend(self.view.units_asked(asked)?.into_iter().map(|unit| (exact, Entity::Unit(unit))));
        let query = Spelling::of(asked);
        self.view.each_name(&mut those_like(&query, |hit, _, person| {
            found.push((hit.into(), Entity::Person(person)));
        }))?;
        self.view.each_unit_name(&mut those_like(&query, |hit, _, unit| {
            found.push((hit.into(), Entity::Unit(unit)));
        }))?;
        let alike = |name: &str| query.score(&Spelling::of(name));
        let titles = self.view.titles(&|signature, name| query.may_match(signature) && alike(name).is_some())?;
        for (at, title) in titles.iter().enumerate() {
            found.extend(alike(&title.name).map(|hit| (hit.into(), Entity::Title(at))));
        }
        // The best match of each, and no more of the rest than is shown, for showing takes longer than matching.
        found.sort_by(|(a, one), (b, other)| (b.score, one).cmp(&(a.score, other)));
        let mut seen = BTreeSet::new();
        found.retain(|(_, entity)| seen.insert(*entity));
        let total = Some(found.len()).filter(|total| *total > most);
        let last = found.get(most.saturating_sub(1)).map_or(0, |(hit, _)| hit.score);
        found.retain(|(hit, _)| hit.score >= last);
        let mut shown: Vec<(Found, Entity)> = Vec::with_capacity(found.len());
        for (hit, entity) in found {
            let found = match entity {
                Entity::Person(person) => self.person_found(person, hit)?,
                Entity::Unit(unit) => self.unit_found(unit, hit)?,
                Entity::Title(at) => self.title_found(&titles[at], hit)?,
            };
            shown.push((found, entity));
        }
        shown.sort_by(|(a, _), (b, _)| {
            // A company and a unit can have one id.
            let key = |found: &'_ Found| {
                let company = found.company.as_ref().map(|company| company.id.clone());
                (found.name.clone(), found.kind.clone(), found.id.clone(), company)
            };
            b.score.total_cmp(&a.score).then_with(|| key(a).cmp(&key(b)))
        });
        shown.truncate(most);
        let matches = shown.into_iter().map(|(found, entity)| match entity {
            Entity::Person(person) => Ok(Found { post: self.last_post(person)?, ..found }),
            Entity::Unit(_) | Entity::Title(_) => Ok(found),
        });
        Ok(FindAnswer { matches: matches.collect::<Result<_, ViewError>>()?, total })
    }

    fn person_found(&self, person: PersonNo, hit: Hit) -> Result<Found, ViewError> {
        let shown = self.person_shown(person)?;
        Ok(found("person", shown.id, shown.name, shown.names, hit))
    }

    fn unit_found(&self, unit: UnitNo, hit: Hit) -> Result<Found, ViewError> {
        let state = self.view.unit(unit)?;
        let names = state.names.iter().map(|n| n.name.as_str().to_owned()).collect();
        let (from, to) = self.existed(unit)?;
        let company = self.unit_shown(unit)?.company;
        Ok(Found { company, from, to, ..found("unit", state.id.to_string(), self.unit_name(&state), names, hit) })
    }

    fn title_found(&self, title: &TitleUse, hit: Hit) -> Result<Found, ViewError> {
        let mut places = Vec::new();
        for (unit, people) in self.most_frequent(&title.places, PLACES)? {
            places.push(Occurrence { unit: self.unit_shown(unit)?, people });
        }
        let names = vec![title.name.clone()];
        let found = found("title", title.key.as_str().to_owned(), title.name.clone(), names, hit);
        Ok(Found { places, people: Some(title.people), ..found })
    }

    /// What a person does on the day, or else did last.
    pub(crate) fn last_post(&self, person: PersonNo) -> Result<Option<PostShown>, ViewError> {
        let state = self.view.person(person)?;
        let mut found = Findings::default();
        let mut last: Option<((bool, bool, StartKey), &FoldedTenure, _)> = None;
        for held in &state.career.tenures {
            let is_here = in_force(&mut found.ways, self.view, &Stint::of(held), self.at)?.is_some();
            let told = self.as_told(&mut found.ways, held)?;
            let place = (is_here, is_here && held.primary, start_key(told.start.bounds));
            if last.as_ref().is_none_or(|(best, ..)| place >= *best) {
                last = Some((place, held, told));
            }
        }
        let Some((_, held, told)) = last else { return Ok(None) };
        let shown = match self.position(&mut found, held, String::new)? {
            Some(position) => position.tenure,
            None => self.told_shown(&mut found, String::new(), &told)?,
        };
        let unit = shown.unit.unwrap_or(shown.company);
        Ok(Some(PostShown { title: shown.title, unit, from: shown.from, to: shown.to }))
    }

    /// When a unit was formed, and when it was dissolved or merged, as far as sources tell.
    pub(crate) fn existed(&self, unit: UnitNo) -> Result<(Option<Bounds>, Option<Bounds>), ViewError> {
        let state = self.view.unit(unit)?;
        let shown = |change: &DatedValue<Existence>| shown_bounds(change.bounds, false);
        Ok((state.history.formed().map(shown), state.history.gone().map(shown)))
    }
}

impl Inquiry<'_> {
    /// A unit by its id, and when it existed, as far as sources tell.
    pub fn unit_told_apart(&self, unit: UnitNo) -> Result<String, ViewError> {
        let id = self.unit_shown(unit)?.id;
        let (from, to) = self.existed(unit)?;
        Ok(match (from, to) {
            (None, None) => id,
            (Some(from), None) => format!("{id} (since {})", from.edtf),
            (None, Some(to)) => format!("{id} (until {})", to.edtf),
            (Some(from), Some(to)) => format!("{id} ({} to {})", from.edtf, to.edtf),
        })
    }
}

fn via_exact(asked: &str) -> &'static str {
    if asked.starts_with('~') || (asked.parse::<GivenId>().is_ok() && asked.contains(['-', ':', '_', '/'])) {
        "id"
    } else {
        "name"
    }
}

fn via(via: Via) -> &'static str {
    match via {
        Via::Name => "name",
        Via::Part => "part",
        Via::Pinyin => "pinyin",
        Via::Transliteration => "transliteration",
        Via::Spelling => "spelling",
    }
}

fn found(kind: &str, id: String, name: String, names: Vec<String>, hit: Hit) -> Found {
    Found {
        kind: kind.to_owned(),
        id,
        name,
        names,
        score: f64::from(hit.score) / 1000.0,
        via: hit.via.to_owned(),
        company: None,
        post: None,
        from: None,
        to: None,
        places: Vec::new(),
        people: None,
    }
}
