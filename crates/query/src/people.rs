//! People, their tenures and their posts on a day.

use tenure_domain::bounds::Certainty;
use tenure_domain::day::Day;
use tenure_domain::edtf::shortest;
use tenure_domain::event::{Confidence, DescribedName, Employment};
use tenure_domain::name::Name;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::{Edge, Tenure as Held};
use tenure_domain::view::{PersonState, Persona, UnitState};

use crate::Inquiry;
use crate::answer::{Basis, Bounds, CareerAnswer, Company, Conflict, Person, PersonAnswer, Position, Tenure, Unit};
use crate::ask::Asked;
use crate::place::{Place, Stint, company, in_force, place};

/// The word for a confidence.
pub(crate) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Rumoured => "rumoured",
        Confidence::Reported => "reported",
        Confidence::Confirmed => "confirmed",
    }
}

/// The word for a certainty.
pub(crate) fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Possible => "possible",
        Certainty::Certain => "certain",
    }
}

fn employment(employment: Employment) -> &'static str {
    match employment {
        Employment::Employee => "employee",
        Employment::Board => "board",
        Employment::Advisor => "advisor",
        Employment::Contractor => "contractor",
    }
}

/// The described name to show on the day in the language asked for: one that is dated and in force before others,
/// the last reported of equals.
fn described<'n>(names: &'n [DescribedName], lang: Option<&str>, day: Day) -> Option<&'n Name> {
    let speaks = |name: &DescribedName| match (lang, &name.lang) {
        (None, _) => true,
        (Some(lang), Some(of)) => {
            of.eq_ignore_ascii_case(lang) || of.split('-').next().is_some_and(|p| p.eq_ignore_ascii_case(lang))
        }
        (Some(_), None) => false,
    };
    let dated = |name: &DescribedName| name.from.is_some() || name.to.is_some();
    let in_force = |name: &DescribedName| {
        let start = name.from.as_ref().is_none_or(|d| d.bounds().latest().is_some_and(|l| l <= day));
        let over = name.to.as_ref().is_some_and(|d| d.bounds().latest().is_some_and(|l| l <= day));
        start && !over
    };
    let mut fitting = names.iter().rev().filter(|name| speaks(name));
    let now = fitting.clone().find(|name| dated(name) && in_force(name));
    // Without a language, an undated description is no more than one of the names.
    now.or_else(|| fitting.find(|name| lang.is_some() && !dated(name))).map(|name| &name.name)
}

impl Inquiry<'_> {
    /// The person, as answers show one.
    pub fn person_shown(&self, person: PersonNo) -> Person {
        self.persona_shown(&self.view.who(person))
    }

    fn persona_shown(&self, state: &Persona) -> Person {
        let by_day =
            described(&state.described, self.lang, self.at).or_else(|| described(&state.described, None, self.at));
        let name = by_day.or(state.names.first().map(|n| &n.name));
        Person {
            id: state.id.to_string(),
            name: name.map_or(state.id.to_string(), |n| n.as_str().to_owned()),
            names: state.names.iter().map(|n| n.name.as_str().to_owned()).collect(),
        }
    }

    /// The unit, as answers show one.
    pub fn unit_shown(&self, unit: UnitNo) -> Unit {
        let state = self.view.unit(unit);
        let company = state.company.map(|company| {
            let state = self.view.unit(company);
            Company { id: state.id.to_string(), name: self.unit_name(&state) }
        });
        Unit { id: state.id.to_string(), name: self.unit_name(&state), company }
    }

    pub(crate) fn unit_name(&self, state: &UnitState) -> String {
        let spoken = self.lang.and_then(|lang| described(&state.history.described, Some(lang), self.at));
        let named = spoken
            .or_else(|| state.history.name(self.at))
            .or_else(|| described(&state.history.described, None, self.at))
            .or_else(|| state.names.iter().find(|n| !n.renamed).or(state.names.first()).map(|n| &n.name));
        named.map_or(state.id.to_string(), |n| n.as_str().to_owned())
    }

    /// A tenure as answers show it: `unit` is where its people are, which a merger can have changed.
    pub(crate) fn tenure_shown(&self, person: &PersonState, held: &Held) -> Tenure {
        let stint = Stint::of(held);
        let (mut from, mut to) = (edge(&held.start), held.end.as_ref().map(edge));
        if let Place::Dissolved(bounds) = place(self.view, &stint, self.at) {
            let later = |end: &Edge| end.bounds.latest().is_none_or(|l| bounds.latest().is_none_or(|b| b < l));
            if held.end.as_ref().is_none_or(later) {
                to = Some(shown_bounds(bounds, true));
                from = shown_bounds(held.start.bounds.cut(bounds.latest()), held.start.origin.is_inferred());
            }
        }
        let manager = held.manager(day_of(held, self.at));
        Tenure {
            tenure: tenure_id(person, held),
            company: self.unit_shown(held.company),
            unit: held.unit.map(|unit| self.unit_shown(unit)),
            title: held.title.as_ref().map(|t| t.as_str().to_owned()),
            primary: held.primary,
            lead: held.lead,
            acting: held.acting,
            employment: employment(held.employment).to_owned(),
            remit: held.remit.as_deref().map(str::to_owned),
            reports_to: manager.map(|m| self.person_shown(m)),
            from,
            to,
            attested: held.attested.map(|d| d.to_string()),
            confidence: confidence(held.confidence).to_owned(),
            supports: held.supports.iter().map(|event| event.as_str().to_owned()).collect(),
        }
    }

    /// A tenure as a post on the day, where it is in force then.
    pub(crate) fn position(&self, person: &PersonState, held: &Held) -> Option<Position> {
        let stint = Stint::of(held);
        let (unit, sure) = in_force(self.view, &stint, self.at)?;
        let mut tenure = self.tenure_shown(person, held);
        if unit != stint.unit {
            // Whoever led what was merged away does not lead what it was merged into.
            tenure.lead = false;
            let state = self.view.unit(unit);
            tenure.unit = state.company.map(|_| self.unit_shown(unit));
        }
        tenure.company = self.unit_shown(company(self.view, unit, self.at));
        Some(Position { tenure, certainty: certainty(sure).to_owned() })
    }

    /// The posts of a person on the day: primary first, then by company, unit and title.
    pub fn positions_of(&self, person: PersonNo) -> Vec<Position> {
        let state = self.view.person(person);
        let mut positions: Vec<Position> =
            state.career.tenures.iter().filter_map(|held| self.position(&state, held)).collect();
        positions.sort_by_cached_key(|p| (!p.tenure.primary, place_key(&p.tenure)));
        positions
    }

    /// `person`: the posts held on the day.
    pub fn person_answer(&self, basis: Basis, asked: Asked<PersonNo, Person>) -> PersonAnswer {
        match asked {
            Asked::Later { shown, .. } => PersonAnswer { basis, person: shown, positions: Vec::new() },
            Asked::Here(person) => {
                // A view has whom it was asked about last at hand.
                let positions = self.positions_of(person);
                PersonAnswer { basis, person: self.person_shown(person), positions }
            }
        }
    }

    /// `career`: all tenures, and what the sources disagree on.
    pub fn career_answer(&self, basis: Basis, asked: Asked<PersonNo, Person>) -> CareerAnswer {
        let person = match asked {
            Asked::Later { shown, .. } => {
                return CareerAnswer { basis, person: shown, tenures: Vec::new(), conflicts: Vec::new() };
            }
            Asked::Here(person) => person,
        };
        let state = self.view.person(person);
        let mut tenures: Vec<(&Held, Tenure)> =
            state.career.tenures.iter().map(|held| (held, self.tenure_shown(&state, held))).collect();
        tenures.sort_by_cached_key(|(held, shown)| (start_key(held), place_key(shown)));
        let shown = self.persona_shown(&state.who);
        let conflicts = state
            .career
            .conflicts
            .iter()
            .map(|c| Conflict {
                kind: c.kind.as_str().to_owned(),
                person: Some(shown.clone()),
                unit: None,
                events: c.events.iter().map(ToString::to_string).collect(),
                detail: c.detail.clone(),
            })
            .collect();
        CareerAnswer { basis, person: shown, tenures: tenures.into_iter().map(|(_, t)| t).collect(), conflicts }
    }
}

/// By latest start, unbounded last, then earliest start.
pub(crate) fn start_key(held: &Held) -> (bool, Option<Day>, Option<Day>) {
    let start = held.start.bounds;
    (start.latest().is_none(), start.latest(), start.earliest())
}

/// Company, unit, title; then the start and the id, so that the order is always the same.
fn place_key(tenure: &Tenure) -> (String, Option<String>, Option<String>, Option<String>, String) {
    (
        tenure.company.id.clone(),
        tenure.unit.as_ref().map(|u| u.id.clone()),
        tenure.title.clone(),
        tenure.from.latest.clone(),
        tenure.tenure.clone(),
    )
}

/// The day on which a tenure's manager is shown: the day asked about, where the tenure can be in force then; else the
/// nearest day of the tenure.
fn day_of(held: &Held, at: Day) -> Day {
    if held.certainty(at).is_some() {
        return at;
    }
    let last = held.end.as_ref().and_then(|end| end.bounds.latest()).map(Day::previous);
    let first = held.start.bounds.latest();
    let day = last.map_or(at, |last| at.min(last));
    first.map_or(day, |first| if last.is_none_or(|last| first <= last) { day.max(first) } else { day })
}

fn edge(edge: &Edge) -> Bounds {
    shown_bounds(edge.bounds, edge.origin.is_inferred())
}

pub(crate) fn shown_bounds(bounds: tenure_domain::bounds::Bounds, inferred: bool) -> Bounds {
    Bounds {
        edtf: shortest(bounds),
        earliest: bounds.earliest().map(|d| d.to_string()),
        latest: bounds.latest().map(|d| d.to_string()),
        inferred,
    }
}

/// A tenure's id: the person's id, `@`, and a short hash of the event that opened it; where one event opened
/// several, those after the first by the order of the fold have `.2`, `.3` behind it.
pub(crate) fn tenure_id(state: &PersonState, held: &Held) -> String {
    let person = &state.who.id;
    let before = state
        .career
        .tenures
        .iter()
        .take_while(|other| !std::ptr::eq(*other, held))
        .filter(|other| other.opened_by == held.opened_by)
        .count();
    let hash = fnv(held.opened_by.as_str());
    match before {
        0 => format!("{person}@{hash:08x}"),
        n => format!("{person}@{hash:08x}.{}", n + 1),
    }
}

/// FNV-1a, 32 bits: tells the few events of one person apart in an id that people type.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
