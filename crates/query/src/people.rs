//! People, their tenures and their posts on a day.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use tenure_domain::bounds::{Bounds as DayBounds, Certainty};
use tenure_domain::day::Day;
use tenure_domain::edtf::shortest;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::{Edge, Origin, Tenure as FoldedTenure};
use tenure_domain::view::{PersonState, Persona, ViewError};

use crate::Inquiry;
use crate::ask::Asked;
use crate::findings::{Findings, Leaver, Leavings, Left, company_of};
use crate::location::{MergerPaths, Stint, as_ended, in_force};
use crate::naming::{NameOrder, StartKey, start_key};
use crate::tenure_id::TenureIds;
use crate::turning_days;
use tenure_answers::{BasisShown, Bounds, CareerAnswer, Conflict, Person, PersonAnswer, Position, Tenure};

/// The word for a certainty.
pub(crate) fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Possible => "possible",
        Certainty::Certain => "certain",
    }
}

impl Inquiry<'_> {
    /// How surely and in which unit the tenure is in force on the day, as fresh evidence as is asked for taken for it.
    pub(crate) fn in_force(
        &self,
        ways: &mut MergerPaths,
        stint: &Stint,
    ) -> Result<Option<(UnitNo, Certainty)>, ViewError> {
        let found = in_force(ways, self.view, stint, self.at)?;
        Ok(found.map(|(unit, sure)| (unit, self.aged(stint.end, stint.attested, sure))))
    }

    /// How sure it is that a tenure is in force on the day, where its dates alone say `sure`.
    pub(crate) fn aged(&self, end: Option<DayBounds>, attested: Option<Day>, sure: Certainty) -> Certainty {
        self.seen_within.map_or(sure, |within| within.aged(end, attested, self.at, sure))
    }

    /// A tenure with its dates as the day asked about tells them: a unit that is dissolved by then ended it, which no source
    /// says of it.
    pub(crate) fn as_told<'h>(
        &self,
        ways: &mut MergerPaths,
        held: &'h FoldedTenure,
    ) -> Result<Cow<'h, FoldedTenure>, ViewError> {
        let stint = Stint::of(held);
        let Stint { start, end, .. } = as_ended(ways, self.view, stint, self.at)?;
        let Some(bounds) = end.filter(|end| stint.end != Some(*end)) else { return Ok(Cow::Borrowed(held)) };
        let events = held.end.as_ref().map(|end| end.events.clone()).unwrap_or_default();
        Ok(Cow::Owned(FoldedTenure {
            start: Edge { bounds: start, ..held.start.clone() },
            end: Some(Edge { bounds, origin: Origin::Inferred, events }),
            end_reason: None,
            ..held.clone()
        }))
    }

    /// A tenure as a row of a timeline shows it, in the unit that its sources gave.
    pub(crate) fn tenure_shown(
        &self,
        found: &mut Findings,
        id: String,
        held: &FoldedTenure,
    ) -> Result<Tenure, ViewError> {
        let told = self.as_told(&mut found.ways, held)?;
        self.told_shown(found, id, &told)
    }

    /// The same of one whose dates are as the day tells them.
    pub(crate) fn told_shown(
        &self,
        found: &mut Findings,
        id: String,
        told: &FoldedTenure,
    ) -> Result<Tenure, ViewError> {
        self.tenure_named(found, id, told, &self.of_row(told), told.company)
    }

    /// A tenure, its dates as the day tells them, with the names that `names` gives. `company` is where its manager must be on
    /// the day.
    fn tenure_named(
        &self,
        found: &mut Findings,
        id: String,
        held: &FoldedTenure,
        names: &Inquiry<'_>,
        company: UnitNo,
    ) -> Result<Tenure, ViewError> {
        let shown = |edge: &Edge| shown_bounds(edge.bounds, edge.origin.is_inferred());
        let day = day_of(held, self.at);
        let manager = self.manager_of(held).map(|manager| self.manager_shown(found, manager, company, day, names));
        Ok(Tenure {
            tenure: id,
            company: names.unit_shown(held.company)?,
            unit: held.unit.map(|unit| names.unit_shown(unit)).transpose()?,
            title: held.title.as_ref().map(|t| t.as_str().to_owned()),
            primary: held.primary,
            lead: held.lead,
            acting: held.acting,
            employment: held.employment.word().to_owned(),
            remit: self.words(held.remit.as_deref())?,
            reports_to: manager.transpose()?,
            from: shown(&held.start),
            to: held.end.as_ref().map(shown),
            end_reason: self.words(held.end_reason.as_deref())?,
            attested: held.attested.map(|d| d.to_string()),
            confidence: held.confidence.word().to_owned(),
            supports: held.supports.iter().map(|event| event.as_str().to_owned()).collect(),
            turning_days: turning_days::of_managers(held),
        })
    }

    /// A text of a source, where no name of an erased person stands in it.
    fn words(&self, text: Option<&str>) -> Result<Option<String>, ViewError> {
        let Some(text) = text else { return Ok(None) };
        Ok((!self.view.erased_names()?.stand_in(text)).then(|| text.to_owned()))
    }

    /// The manager of a tenure on the day, or on the day of the tenure that is nearest to it.
    pub(crate) fn manager_of(&self, held: &FoldedTenure) -> Option<PersonNo> {
        held.manager(day_of(held, self.at))
    }

    /// A manager, and when the manager left the company, where that is so on the day.
    fn manager_shown(
        &self,
        found: &mut Findings,
        manager: PersonNo,
        company: UnitNo,
        day: Day,
        names: &Inquiry<'_>,
    ) -> Result<Person, ViewError> {
        let (who, left) = self.leaver(found, manager, company, day)?;
        Ok(Person { left: left.map(Left::shown), ..names.persona_shown(&who) })
    }

    /// When a person left a company who surely holds nothing there any more on the day: the end of the last tenure there.
    pub(crate) fn left(
        &self,
        found: &mut Findings,
        person: PersonNo,
        company: UnitNo,
        day: Day,
    ) -> Result<Option<Left>, ViewError> {
        Ok(self.leaver(found, person, company, day)?.1)
    }

    /// The same, with who that is.
    fn leaver(
        &self,
        found: &mut Findings,
        person: PersonNo,
        company: UnitNo,
        day: Day,
    ) -> Result<(Arc<Persona>, Option<Left>), ViewError> {
        // What is compared with it is where mergers brought people by then.
        let company = found.ways.company(self.view, company, day)?;
        if let Some(known) = found.left.get(&person).filter(|known| known.day == day) {
            return Ok((known.who.clone(), known.leavings.get(&company).copied()));
        }
        let state = self.view.person(person)?;
        let leavings = self.leavings(&mut found.ways, &state, day)?;
        let (who, left) = (state.who.clone(), leavings.get(&company).copied());
        found.left.insert(person, Leaver { who: who.clone(), day, leavings });
        Ok((who, left))
    }

    fn leavings(&self, ways: &mut MergerPaths, state: &PersonState, day: Day) -> Result<Leavings, ViewError> {
        let then = Inquiry { at: day, ..*self };
        let mut leavings = Leavings::default();
        let mut stays: FxHashSet<UnitNo> = FxHashSet::default();
        for held in &state.career.tenures {
            if let Some((unit, _)) = in_force(ways, self.view, &Stint::of(held), day)? {
                stays.insert(company_of(ways, self.view, held, unit, day)?);
                continue;
            }
            let told = then.as_told(ways, held)?;
            let over = told.end.as_ref().filter(|end| end.bounds.latest().is_some_and(|latest| latest <= day));
            if let Some(end) = over {
                let company = ways.company(self.view, held.company, day)?;
                let left = Left { bounds: end.bounds, inferred: end.origin.is_inferred() };
                let last = Left::later(leavings.get(&company).copied(), Some(left));
                leavings.extend(last.map(|last| (company, last)));
            }
        }
        leavings.retain(|company, _| !stays.contains(company));
        Ok(leavings)
    }

    /// A tenure as a post on the day, where it is in force then. `id` makes its id.
    pub(crate) fn position(
        &self,
        found: &mut Findings,
        held: &FoldedTenure,
        id: impl FnOnce() -> String,
    ) -> Result<Option<Position>, ViewError> {
        let stint = Stint::of(held);
        let Some((unit, sure)) = self.in_force(&mut found.ways, &stint)? else { return Ok(None) };
        let company = company_of(&mut found.ways, self.view, held, unit, self.at)?;
        let mut tenure = self.tenure_named(found, id(), held, self, company)?;
        if unit != stint.unit {
            // A person who led what was merged away does not lead what it was merged into.
            tenure.lead = false;
            let has_company = self.view.unit(unit)?.company.is_some();
            tenure.unit = has_company.then(|| self.unit_shown(unit)).transpose()?;
        }
        if company != held.company {
            tenure.company = self.unit_shown(company)?;
        }
        let attested = held.attested.filter(|attested| tenure.to.is_none() && *attested <= self.at);
        let unseen_days = attested.map(|attested| self.at.number() - attested.number());
        Ok(Some(Position { tenure, certainty: certainty(sure).to_owned(), unseen_days }))
    }

    /// The posts of a person on the day: primary first, then by company, unit and title.
    pub fn positions_of(&self, person: PersonNo) -> Result<Vec<Position>, ViewError> {
        self.positions(&*self.view.person(person)?)
    }

    fn positions(&self, state: &PersonState) -> Result<Vec<Position>, ViewError> {
        Ok(self.placed_positions(&mut Findings::default(), state)?.into_iter().map(|(_, position)| position).collect())
    }

    /// The same, each with the place of its tenure in the fold's order.
    pub(crate) fn placed_positions(
        &self,
        found: &mut Findings,
        state: &PersonState,
    ) -> Result<Vec<(usize, Position)>, ViewError> {
        let ids = TenureIds::of(state);
        let mut positions: Vec<(usize, Position)> = Vec::new();
        for (i, held) in state.career.tenures.iter().enumerate() {
            positions.extend(self.position(found, held, || ids.id(i))?.map(|position| (i, position)));
        }
        positions.sort_by_cached_key(|(_, p)| (!p.tenure.primary, tenure_order(&p.tenure)));
        Ok(positions)
    }

    /// `person`: the posts held on the day.
    pub fn person_answer(&self, basis: BasisShown, asked: Asked<PersonNo, Person>) -> Result<PersonAnswer, ViewError> {
        Ok(match asked {
            Asked::Later { shown, .. } => PersonAnswer { basis, person: shown, died: None, positions: Vec::new() },
            Asked::Here(person) => {
                let state = self.view.person(person)?;
                let (person, died) = (self.persona_shown(&state.who), died(&state));
                PersonAnswer { basis, person, died, positions: self.positions(&state)? }
            }
        })
    }

    /// `career`: all tenures, and what the sources disagree on.
    pub fn career_answer(&self, basis: BasisShown, asked: Asked<PersonNo, Person>) -> Result<CareerAnswer, ViewError> {
        let person = match asked {
            Asked::Later { shown, .. } => {
                let (tenures, conflicts, turning_days) = (Vec::new(), Vec::new(), Vec::new());
                return Ok(CareerAnswer { basis, person: shown, died: None, tenures, conflicts, turning_days });
            }
            Asked::Here(person) => person,
        };
        let state = self.view.person(person)?;
        let ids = TenureIds::of(&state);
        let mut tenures: Vec<(StartKey, Tenure)> = Vec::with_capacity(state.career.tenures.len());
        let mut found = Findings::default();
        for (i, held) in state.career.tenures.iter().enumerate() {
            let told = self.as_told(&mut found.ways, held)?;
            tenures.push((start_key(told.start.bounds), self.told_shown(&mut found, ids.id(i), &told)?));
        }
        tenures.sort_by_cached_key(|(start, shown)| (*start, tenure_order(shown)));
        let shown = self.persona_shown(&state.who);
        let mut conflicts: Vec<Conflict> = Vec::new();
        for conflict in &state.career.conflicts {
            conflicts.push(self.conflict_shown(Some(person), None, conflict)?);
        }
        for (unit, conflict) in self.outliving(&mut MergerPaths::default(), person)? {
            conflicts.push(self.conflict_shown(Some(person), Some(unit), &conflict)?);
        }
        let tenures = tenures.into_iter().map(|(_, tenure)| tenure).collect();
        let turning_days = turning_days::of_person(&state.who.described);
        Ok(CareerAnswer { basis, person: shown, died: died(&state), tenures, conflicts, turning_days })
    }
}

/// The tenure of a person that a row of a roster names.
pub(crate) fn tenure_at(state: &PersonState, tenure: u32) -> Result<(usize, &FoldedTenure), ViewError> {
    let index = tenure as usize;
    let held = state.career.tenures.get(index);
    held.map(|held| (index, held)).ok_or_else(|| ViewError::new("a roster names a tenure that is not there"))
}

impl Left {
    pub(crate) fn shown(self) -> Bounds {
        shown_bounds(self.bounds, self.inferred)
    }
}

fn died(person: &PersonState) -> Option<Bounds> {
    person.career.died.as_ref().map(|died| shown_bounds(died.bounds, died.origin.is_inferred()))
}

/// Company, unit, title; then the start and the id, so that the order is always the same.
pub(crate) type TenureOrder = (NameOrder, Option<NameOrder>, Option<NameOrder>, Option<String>, String);

/// The place of a tenure among others: by company, unit and title.
pub(crate) fn tenure_order(tenure: &Tenure) -> TenureOrder {
    (
        NameOrder::unit(&tenure.company),
        tenure.unit.as_ref().map(NameOrder::unit),
        tenure.title.as_ref().map(|title| NameOrder::text(title, "")),
        tenure.from.latest.clone(),
        tenure.tenure.clone(),
    )
}

/// The day on which a tenure's manager is shown: the day asked about, where the tenure can be in force then; else the
/// nearest day of the tenure.
fn day_of(held: &FoldedTenure, at: Day) -> Day {
    if held.certainty(at).is_some() {
        return at;
    }
    let last = held.end.as_ref().and_then(|end| end.bounds.latest()).map(Day::previous);
    let first = held.start.bounds.latest();
    let day = last.map_or(at, |last| at.min(last));
    let no_earlier = match (first, last) {
        // It ended on the day that it began, or can have: of its days none is sure.
        (Some(first), Some(last)) if last < first => held.start.bounds.earliest().map(|earliest| earliest.min(last)),
        _ => first,
    };
    no_earlier.map_or(day, |no_earlier| day.max(no_earlier))
}

pub(crate) fn shown_bounds(bounds: DayBounds, inferred: bool) -> Bounds {
    Bounds {
        edtf: shortest(bounds),
        earliest: bounds.earliest().map(|d| d.to_string()),
        latest: bounds.latest().map(|d| d.to_string()),
        inferred,
    }
}
