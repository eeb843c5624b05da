//! The changes of one person: what became of each post between two points.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tenure_domain::day::Day;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::Tenure as FoldedTenure;
use tenure_domain::view::{EvidenceRef, PersonState, ViewError};

use super::{Point, counterparts};
use crate::location::Stint;
use crate::tenure_id::TenureIds;
use tenure_answers::{Change, Person, Position};

/// What passes between two points.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Passing {
    /// Knowledge, seen on one day. Ends up to `until` are told by what happened, where time passes too.
    Knowledge {
        /// The later day of the diff.
        until: Day,
    },
    /// Time.
    Time,
}

/// Whether a post before and one after are the same in some sense.
type Same<'s> = dyn Fn(&Position, &Position) -> Result<bool, ViewError> + 's;

/// The changes of a person, who is known at one of the points at least.
pub(super) fn person_changes(
    before: &Point<'_>,
    b: Option<PersonNo>,
    after: &Point<'_>,
    a: Option<PersonNo>,
    passing: Passing,
) -> Result<Vec<Change>, ViewError> {
    let positions = |point: &Point<'_>, p: Option<PersonNo>| match p {
        Some(p) => point.inquiry.positions_of(p),
        None => Ok(Vec::new()),
    };
    let (old, new) = (positions(before, b)?, positions(after, a)?);
    if old.is_empty() && new.is_empty() {
        return Ok(Vec::new());
    }
    let companies = |posts: &[Position]| posts.iter().map(|p| p.tenure.company.id.clone()).collect::<BTreeSet<_>>();
    let (was_in, is_in) = (companies(&old), companies(&new));
    let mut told = FoundChanges { person: None, changes: Vec::new() };
    let both = BothPoints { before: AsNeeded::of(before, b), after: AsNeeded::of(after, a), passing };
    let (old, new) = told.matched(old, new, &both)?;
    if !old.is_empty() || !new.is_empty() {
        let (then, now) = both.holdings()?;
        for post in old {
            told.gone(post, then, now, after, passing, &is_in)?;
        }
        for post in new {
            told.come(post, then, now, before, passing, &was_in)?;
        }
    }
    if !told.changes.is_empty() {
        told.person = match (a, b) {
            (Some(a), _) => Some(after.inquiry.person_shown(a)?),
            (None, Some(b)) => Some(before.inquiry.person_shown(b)?),
            (None, None) => None,
        };
    }
    let FoundChanges { person, mut changes } = told;
    for change in &mut changes {
        change.person.clone_from(&person);
    }
    Ok(changes)
}

/// The changes that have been found.
struct FoundChanges {
    person: Option<Person>,
    changes: Vec<Change>,
}

impl FoundChanges {
    fn change(&mut self, kind: &str, before: Option<Position>, after: Option<Position>) {
        self.changes.push(Change { kind: kind.to_owned(), person: None, unit: None, before, after });
    }

    /// Pairs the posts before with those after, and tells in what they differ. What is left is at one point only.
    fn matched(
        &mut self,
        mut old: Vec<Position>,
        mut new: Vec<Position>,
        both: &BothPoints<'_>,
    ) -> Result<(Vec<Position>, Vec<Position>), ViewError> {
        // The same post at both points, then the same seat under another title, then what one event ended and began,
        // then the primary posts.
        let stages: [&Same<'_>; 5] = [
            &|b, a| Ok(b.tenure.tenure == a.tenure.tenure),
            &|b, a| {
                let alike = b.tenure.title == a.tenure.title && b.tenure.employment == a.tenure.employment;
                Ok(alike && both.are_in_one_unit(b, a)?)
            },
            &|b, a| Ok(same_company(b, a) && both.is_move(b, a)?),
            &|b, a| {
                let primary = b.tenure.primary && a.tenure.primary;
                let alike = same_company(b, a) && primary && b.tenure.employment == a.tenure.employment;
                Ok(alike && both.follows(b, a)?)
            },
            &|b, a| {
                let alike = b.tenure.primary == a.tenure.primary && b.tenure.employment == a.tenure.employment;
                Ok(alike && both.are_in_one_unit(b, a)? && both.follows(b, a)?)
            },
        ];
        for same in stages {
            let mut rest = Vec::new();
            for b in old {
                match first_that(&new, |a| same(&b, a))? {
                    Some(found) => {
                        let a = new.remove(found);
                        if let Some(kind) = both.difference(&b, &a)? {
                            self.change(kind, Some(b), Some(a));
                        }
                    }
                    None => rest.push(b),
                }
            }
            old = rest;
        }
        Ok((old, new))
    }

    /// Tells of a post that is in force before and has no match after. Where knowledge passed and the later point still
    /// tells of it, it is shown as it is told there.
    fn gone(
        &mut self,
        post: Position,
        then: &Holdings,
        now: &Holdings,
        after: &Point<'_>,
        passing: Passing,
        is_in: &BTreeSet<String>,
    ) -> Result<(), ViewError> {
        let ended = if is_in.contains(&post.tenure.company.id) { "relieved" } else { "left" };
        if passing == Passing::Time {
            self.change(ended, Some(post), None);
            return Ok(());
        }
        match now.counterpart(&post, then) {
            Some(held) => {
                let told = now.shown(held, after)?;
                let began = held.start.bounds.earliest().is_none_or(|start| start <= after.inquiry.at);
                let kind = if began && told.tenure.to.is_some() { ended } else { "corrected" };
                self.change(kind, Some(post), Some(told));
            }
            None if now.tells_any(&post.tenure.supports) => self.change(ended, Some(post), None),
            None => self.change("withdrawn", Some(post), None),
        }
        Ok(())
    }

    /// Tells of a post that is in force after and has no match before. One that was known, and not as in force on the
    /// day, is corrected.
    fn come(
        &mut self,
        post: Position,
        then: &Holdings,
        now: &Holdings,
        before: &Point<'_>,
        passing: Passing,
        was_in: &BTreeSet<String>,
    ) -> Result<(), ViewError> {
        let known = match passing {
            Passing::Time => None,
            Passing::Knowledge { .. } => then.counterpart(&post, now),
        };
        let began =
            if was_in.contains(&post.tenure.company.id) || !post.tenure.primary { "appointed" } else { "joined" };
        match known {
            Some(held) => self.change("corrected", Some(then.shown(held, before)?), Some(post)),
            None => self.change(began, None, Some(post)),
        }
        Ok(())
    }
}

/// The tenures of a person at both points, and in what a post at the one differs from a post at the other.
struct BothPoints<'p> {
    before: AsNeeded<'p>,
    after: AsNeeded<'p>,
    passing: Passing,
}

impl BothPoints<'_> {
    fn holdings(&self) -> Result<(&Holdings, &Holdings), ViewError> {
        Ok((self.before.get()?, self.after.get()?))
    }

    /// Whether the later point has one event that ended the one post and began the other: a move.
    fn is_move(&self, b: &Position, a: &Position) -> Result<bool, ViewError> {
        let ending = self.after.get()?.held(b).and_then(|held| held.end.as_ref());
        let stated = ending.filter(|end| !end.origin.is_inferred());
        Ok(stated
            .is_some_and(|end| a.tenure.supports.iter().any(|event| end.events.iter().any(|e| e.as_str() == event))))
    }

    /// Whether the person can have the one post in place of the other. Not where the one had surely ended before the other
    /// can have begun; nor is a post that the other point knows as well, if not as in force on the day, in the place of one.
    fn follows(&self, b: &Position, a: &Position) -> Result<bool, ViewError> {
        let (then, now) = self.holdings()?;
        let end = now.held(b).and_then(|held| held.end.as_ref());
        let start = now.held(a).map(|held| held.start.bounds);
        if end.zip(start).is_some_and(|(end, start)| end.bounds.surely_before(start)) {
            return Ok(false);
        }
        let is_known = || now.counterpart(b, then).is_some() || then.counterpart(a, now).is_some();
        Ok(self.passing == Passing::Time || !is_known())
    }

    /// Whether two posts are in one unit: as they are shown, or as sources gave it, whatever that was merged into.
    fn are_in_one_unit(&self, b: &Position, a: &Position) -> Result<bool, ViewError> {
        if is_shown_in_one_unit(b, a) {
            return Ok(true);
        }
        let (then, now) = self.holdings()?;
        let (Some(b), Some(a)) = (then.held(b), now.held(a)) else { return Ok(false) };
        counterparts::is_one_unit(self.before.point, Stint::of(b).unit, self.after.point, Stint::of(a).unit)
    }

    /// In what one post before and one after differ, the greatest first. That its unit was merged is told of the unit.
    fn difference(&self, b: &Position, a: &Position) -> Result<Option<&'static str>, ViewError> {
        if !self.are_in_one_unit(b, a)? {
            // Time moves no tenure: what is known of its unit is otherwise.
            return Ok(Some(if b.tenure.tenure == a.tenure.tenure { "corrected" } else { "moved" }));
        }
        let manager = |p: &Position| p.tenure.reports_to.as_ref().map(|m| m.id.clone());
        // Who led what was merged away is not shown to lead what it was merged into.
        let leads_otherwise = is_shown_in_one_unit(b, a) && b.tenure.lead != a.tenure.lead;
        let acts_otherwise = b.tenure.acting != a.tenure.acting;
        // Who no longer acts, or has come to lead, has another title than before.
        let is_otherwise = self.passing == Passing::Time && (acts_otherwise || leads_otherwise);
        if b.tenure.title != a.tenure.title || is_otherwise {
            return Ok(Some("retitled"));
        }
        if manager(b) != manager(a) {
            return Ok(Some("new_manager"));
        }
        Ok(match self.passing {
            Passing::Time => None,
            Passing::Knowledge { until } => {
                let later =
                    |to: &tenure_answers::Bounds| to.latest.as_ref().is_none_or(|latest| *latest > until.to_string());
                let ended_anew = b.tenure.to != a.tenure.to && (b.tenure.to.is_some() || a.tenure.to.iter().any(later));
                let fields_differ = b.tenure.remit != a.tenure.remit || b.tenure.primary != a.tenure.primary;
                let otherwise = leads_otherwise || acts_otherwise || fields_differ;
                let restated = b.tenure.from != a.tenure.from || b.certainty != a.certainty;
                (restated || ended_anew || otherwise).then_some("corrected")
            }
        })
    }
}

/// A post without its dates, by which a tenure of one point is looked up at the other.
#[derive(Clone, PartialEq, Eq, Hash)]
struct PostKey {
    company: String,
    unit: Option<String>,
    title: Option<String>,
    employment: String,
}

impl PostKey {
    fn of(position: &Position) -> PostKey {
        let tenure = &position.tenure;
        PostKey {
            company: tenure.company.id.clone(),
            unit: tenure.unit.as_ref().map(|unit| unit.id.clone()),
            title: tenure.title.clone(),
            employment: tenure.employment.clone(),
        }
    }
}

/// The tenures of a person at one point, which are gone through when they are first needed.
struct AsNeeded<'p> {
    point: &'p Point<'p>,
    person: Option<PersonNo>,
    holdings: OnceCell<Holdings>,
}

impl<'p> AsNeeded<'p> {
    fn of(point: &'p Point<'p>, person: Option<PersonNo>) -> AsNeeded<'p> {
        AsNeeded { point, person, holdings: OnceCell::new() }
    }

    fn get(&self) -> Result<&Holdings, ViewError> {
        if let Some(holdings) = self.holdings.get() {
            return Ok(holdings);
        }
        let holdings = Holdings::of(self.point, self.person)?;
        Ok(self.holdings.get_or_init(|| holdings))
    }
}

/// All tenures of a person at one point, those that are not in force on the day too.
struct Holdings {
    state: Option<Arc<PersonState>>,
    ids: Vec<String>,
    by_id: FxHashMap<String, usize>,
    by_seat: FxHashMap<PostKey, Vec<usize>>,
    /// Which of them are in force on the day: these have been compared already.
    in_force: Vec<bool>,
    supports: FxHashMap<String, Vec<usize>>,
}

impl Holdings {
    fn of(point: &Point<'_>, person: Option<PersonNo>) -> Result<Holdings, ViewError> {
        let mut holdings = Holdings {
            state: person.map(|person| point.inquiry.view.person(person)).transpose()?,
            ids: Vec::new(),
            by_id: FxHashMap::default(),
            by_seat: FxHashMap::default(),
            in_force: Vec::new(),
            supports: FxHashMap::default(),
        };
        let Some(state) = holdings.state.clone() else { return Ok(holdings) };
        holdings.ids = TenureIds::of(&state).all();
        holdings.by_id = holdings.ids.iter().cloned().zip(0..).collect();
        for (i, held) in state.career.tenures.iter().enumerate() {
            let id = |unit: UnitNo| Ok::<_, ViewError>(point.inquiry.view.unit(unit)?.id.to_string());
            let seat = PostKey {
                company: id(held.company)?,
                unit: held.unit.map(id).transpose()?,
                title: held.title.as_ref().map(|title| title.as_str().to_owned()),
                employment: crate::people::employment(held.employment).to_owned(),
            };
            holdings.by_seat.entry(seat).or_default().push(i);
            holdings.in_force.push(point.inquiry.in_force(&Stint::of(held))?.is_some());
            for event in &held.supports {
                holdings.supports.entry(event.as_str().to_owned()).or_default().push(i);
            }
        }
        Ok(holdings)
    }

    fn tenures(&self) -> &[FoldedTenure] {
        self.state.as_ref().map_or(&[], |state| &state.career.tenures)
    }

    fn evidence(&self) -> &[EvidenceRef] {
        self.state.as_ref().map_or(&[], |state| &state.evidence)
    }

    /// Whether any of these events still says something of the person's posts.
    fn tells_any(&self, events: &[String]) -> bool {
        events.iter().any(|event| self.supports.contains_key(event))
    }

    /// The tenure, not in force on the day, as which this point knows a post that the other has in force: the one of the
    /// same id; else in the same seat one that begins on days which overlap; else in the same company one that rests on
    /// an event in common; else in the same seat the only one that is not known as another tenure there.
    fn counterpart(&self, post: &Position, other: &Holdings) -> Option<&FoldedTenure> {
        let free = |i: &usize| !self.in_force[*i];
        let tenures = self.tenures();
        let start = other.held(post)?.start.bounds;
        if let Some(same) = self.by_id.get(&post.tenure.tenure).copied().filter(free) {
            return Some(&tenures[same]);
        }
        let in_seat: Vec<usize> =
            self.by_seat.get(&PostKey::of(post)).into_iter().flatten().copied().filter(free).collect();
        if let Some(overlapping) = in_seat.iter().find(|i| tenures[**i].start.bounds.overlaps(start)) {
            return Some(&tenures[*overlapping]);
        }
        let mut shared: Vec<usize> = post
            .tenure
            .supports
            .iter()
            .filter_map(|event| self.supports.get(event))
            .flatten()
            .copied()
            .filter(free)
            .collect();
        shared.extend(self.restated(post, other));
        shared.sort_unstable();
        if let Some(shared) =
            shared.into_iter().find(|i| in_seat.contains(i) || tenures[*i].start.bounds.overlaps(start))
        {
            return Some(&tenures[shared]);
        }
        let strangers: Vec<usize> = in_seat.into_iter().filter(|i| !other.knows(self, *i, post)).collect();
        if let [one] = strangers[..] { Some(&tenures[one]) } else { None }
    }

    /// The tenures, not in force on the day, that rest on what replaced an event of the post, or on what one replaced.
    fn restated(&self, post: &Position, other: &Holdings) -> Vec<usize> {
        let supports = |e: &&EvidenceRef| post.tenure.supports.iter().any(|id| id == e.id.as_str());
        let of_post: Vec<&EvidenceRef> = other.evidence().iter().filter(supports).collect();
        let is_other_version =
            |one: &&EvidenceRef| of_post.iter().any(|e| e.replaces.contains(&one.seq) || one.replaces.contains(&e.seq));
        let versions = self.evidence().iter().filter(is_other_version);
        let tenures = versions.filter_map(|one| self.supports.get(one.id.as_str())).flatten().copied();
        tenures.filter(|i| !self.in_force[*i]).collect()
    }

    /// The tenure that a post of either point shows, as this point has it.
    fn held(&self, post: &Position) -> Option<&FoldedTenure> {
        Some(&self.tenures()[*self.by_id.get(&post.tenure.tenure)?])
    }

    /// Whether a tenure of the other point, in the seat of that post, is known here as another tenure than the post.
    fn knows(&self, other: &Holdings, tenure: usize, post: &Position) -> bool {
        let start = other.tenures()[tenure].start.bounds;
        let in_seat = self.by_seat.get(&PostKey::of(post)).into_iter().flatten();
        in_seat
            .filter(|i| self.ids[**i] != post.tenure.tenure)
            .any(|i| self.ids[*i] == other.ids[tenure] || self.tenures()[*i].start.bounds.overlaps(start))
    }

    /// A tenure that is not in force on the day, as changes show it.
    fn shown(&self, held: &FoldedTenure, point: &Point<'_>) -> Result<Position, ViewError> {
        let place = self.tenures().iter().position(|one| std::ptr::eq(one, held));
        let id = place.map_or(String::new(), |place| self.ids[place].clone());
        let tenure = point.inquiry.tenure_shown(id, held)?;
        Ok(Position { tenure, certainty: "certain".to_owned(), unseen_days: None })
    }
}

/// The place of the first post that fits.
fn first_that(
    posts: &[Position],
    fits: impl Fn(&Position) -> Result<bool, ViewError>,
) -> Result<Option<usize>, ViewError> {
    for (place, post) in posts.iter().enumerate() {
        if fits(post)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn same_company(b: &Position, a: &Position) -> bool {
    b.tenure.company.id == a.tenure.company.id
}

fn is_shown_in_one_unit(b: &Position, a: &Position) -> bool {
    same_company(b, a) && b.tenure.unit.as_ref().map(|u| &u.id) == a.tenure.unit.as_ref().map(|u| &u.id)
}
