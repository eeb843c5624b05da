//! Rule 4: dates. What ends a tenure, and what states a start or an end again.

use crate::bounds::Bounds;
use crate::event::Employment;
use crate::position::EventId;
use crate::statement::UnitNo;
use crate::tenure::{Edge, Origin};

use super::claim::{Belief, Claim, Post, Says, titles_differ};
use super::draft::{Succeeded, TenureDraft};
use super::drafts::{Among, Sort, Which};
use super::turn::{ClaimPart, CurrentClaim};
use super::{Fold, sorted};

impl<'f> CurrentClaim<'f> {
    /// The events that state the end: of a `HeldPost`, those that give its `to`.
    pub(super) fn ending_events(&self) -> Vec<EventId> {
        match self.part {
            ClaimPart::Whole => sorted(self.claim.events()),
            ClaimPart::To(_) => sorted(self.claim.enders().map(|s| &s.event)),
        }
    }

    /// The most believed of the statements of the end.
    fn ending_belief(&self) -> Belief<'f> {
        let belief = match self.part {
            ClaimPart::Whole => Claim::most_believed(self.claim.members.iter().copied()),
            ClaimPart::To(_) => Claim::most_believed(self.claim.enders()),
        };
        belief.unwrap_or(self.claim.belief)
    }
}

impl<'f> TenureDraft<'f> {
    /// Ends the tenure between those days, which were raised before.
    pub(super) fn end(&mut self, bounds: Bounds, origin: Origin, now: &CurrentClaim<'f>) {
        let events = now.ending_events();
        self.end_disagrees = false;
        self.left_by.clear();
        self.tenure.end_reason = None;
        self.ended_by_joining = false;
        self.relieved = match now.part {
            ClaimPart::To(_) => true,
            ClaimPart::Whole => matches!(now.claim.says, Says::Relieved { .. } | Says::Succeeded { .. }),
        };
        let is_succession = matches!(now.claim.says, Says::Succeeded { .. });
        self.succeeded = Succeeded::default();
        if is_succession {
            self.succeeded.alone = true;
            self.succeeded.note(bounds.latest(), now.ending_belief(), events.clone());
        }
        if !origin.is_inferred() {
            self.tenure.supports.extend(events.iter().cloned());
            self.tenure.end_reason = now.claim.reason();
            if matches!(now.claim.says, Says::Left) {
                self.left_by.push(now.index);
            }
        }
        self.tenure.end = Some(Edge { bounds, origin, events });
        self.end_belief = Some(now.ending_belief());
        self.ended_by = Some(now.index);
        self.cut_start(bounds);
    }

    /// "The latest day of the tenure's start is cut to that of its end."
    pub(super) fn cut_start(&mut self, end: Bounds) {
        self.tenure.start.bounds = self.tenure.start.bounds.cut(end.latest());
    }

    /// A move or a change of title ends the tenure, or states again an end that a source stated.
    pub(super) fn end_by_change(&mut self, bounds: Bounds, now: &CurrentClaim<'f>) {
        if self.tenure.end.as_ref().is_some_and(|end| end.origin == Origin::Stated) {
            self.state_end_again(now);
            self.relieved = false;
        } else {
            self.end(bounds, Origin::Stated, now);
        }
    }

    /// "Another statement of an end" that a source stated.
    pub(super) fn state_end_again(&mut self, now: &CurrentClaim<'f>) {
        let events = now.ending_events();
        let Some(end) = self.tenure.end.as_mut() else { return };
        end.events.extend(events.iter().cloned());
        self.tenure.supports.extend(events.iter().cloned());
        if matches!(now.claim.says, Says::Left) {
            self.left_by.push(now.index);
        }
        if matches!(now.claim.says, Says::Succeeded { .. }) {
            self.end_by_then(now, events);
        } else {
            self.end_on(now);
        }
        self.raise_end();
    }

    /// "Nothing ends before it began, or before it was last seen."
    pub(super) fn raise_end(&mut self) {
        if let Some(end) = self.tenure.end.as_ref().map(|end| end.bounds) {
            let bounds = self.tenure.raised(end);
            self.put_end(bounds);
            self.cut_start(bounds);
        }
    }

    fn put_end(&mut self, bounds: Bounds) {
        if let Some(end) = self.tenure.end.as_mut() {
            end.bounds = bounds;
        }
    }

    /// "A succession says *by then*: against a stated end that may lie before it, it only cuts the end's latest day, and
    /// contradicts nothing."
    fn end_by_then(&mut self, now: &CurrentClaim<'f>, events: Vec<EventId>) {
        let (Some(end), Some(belief)) = (self.tenure.end.as_ref(), self.end_belief) else { return };
        let (bounds, latest, other) = (end.bounds, now.bounds.latest(), now.ending_belief());
        if !Bounds::until(latest).surely_before(bounds) {
            self.put_end(bounds.cut(latest));
            self.succeeded.note(latest, other, events);
            return;
        }
        self.end_disagrees = true;
        if other.over(&belief) {
            self.believe_end(now.bounds, now);
            self.succeeded.alone = true;
            self.succeeded.note(latest, other, events);
            self.succeeded.contradict(self.succeeded.before(bounds));
        }
    }

    /// What states the end outright is held against what successions say, and against the end that was stated.
    fn end_on(&mut self, now: &CurrentClaim<'f>) {
        let (Some(end), Some(belief)) = (self.tenure.end.as_ref(), self.end_belief) else { return };
        let (bounds, other) = (end.bounds, now.ending_belief());
        let contradicted = self.succeeded.before(now.bounds);
        let overlap = if self.succeeded.alone { None } else { bounds.intersect(now.bounds) };
        self.end_disagrees |= contradicted > 0 || (overlap.is_none() && !self.succeeded.alone);
        let is_outweighed = overlap.is_none() && !self.succeeded.alone && !other.over(&belief);
        if is_outweighed || self.succeeded.outweighs(contradicted, &other) {
            self.succeeded.contradict(contradicted);
            return;
        }
        self.succeeded.put_aside(contradicted);
        self.succeeded.alone = false;
        match overlap {
            Some(both) if other.over(&belief) => self.believe_end(both, now),
            Some(both) => self.put_end(both),
            None => self.believe_end(self.succeeded.cut(now.bounds), now),
        }
    }

    /// The end is as that claim has it.
    fn believe_end(&mut self, bounds: Bounds, now: &CurrentClaim<'f>) {
        self.put_end(bounds);
        self.end_belief = Some(now.ending_belief());
        self.tenure.end_reason = now.claim.reason();
    }

    /// Whether another statement of the start is "surely later, and of two keys with any statement of that start".
    pub(super) fn is_renewed_by(&self, now: &CurrentClaim<'f>) -> bool {
        self.tenure.start.bounds.surely_before(now.bounds)
            && now.claim.starters().any(|one| self.start_keys.are_two_with(one, |_| true))
    }

    /// "Another statement of a start". An inferred start gives way to it.
    pub(super) fn state_start_again(&mut self, now: &CurrentClaim<'f>) {
        let bounds = now.bounds;
        let start = &mut self.tenure.start;
        let other = Claim::most_believed(now.claim.starters()).unwrap_or(now.claim.belief);
        let events = now.claim.starters().map(|s| s.event.clone());
        let inferred = start.origin.is_inferred();
        // "A statement always beats an inference."
        let more_believed = inferred || other.over(&self.start_belief);
        let both = start.bounds.intersect(bounds);
        // "No start is moved past a day on which a sighting or a change has the tenure in force."
        let is_past = |to: &Bounds| {
            let is_moved = to.earliest() > start.bounds.earliest();
            is_moved && self.in_force.is_some_and(|day| to.earliest() > Some(day))
        };
        let moved_to = match both {
            Some(both) => Some(both).filter(|both| !is_past(both)),
            None if more_believed => Some(bounds).filter(|to| !is_past(to)).map(|to| to.cut(self.in_force)),
            None => None,
        };
        self.start_disagrees |= moved_to.is_none() || (both.is_none() && !inferred);
        if inferred && moved_to.is_some() {
            start.origin = Origin::Stated;
            // What it was inferred from says nothing of it; what was kept back does.
            start.events = self.started_by.iter().map(|s| s.event.clone()).collect();
        }
        start.events.extend(events);
        for starter in now.claim.starters() {
            self.started_by.push(starter);
            self.start_keys.add(starter);
        }
        if let Some(moved_to) = moved_to {
            start.bounds = moved_to;
            if more_believed {
                self.start_belief = other;
            }
        }
        if let Some(end) = self.tenure.end.as_ref().map(|end| end.bounds) {
            self.cut_start(end);
        }
    }
}

/// Which ended tenures a beginning comes after.
pub(super) enum After<'p> {
    /// Any of the company and employment.
    Any,
    /// Those that differ in neither unit nor title.
    Alike(&'p Post),
}

impl Fold<'_> {
    /// "A tenure begun of one company and `employment` where one has ended that differs from it in neither unit nor title
    /// (for `JoinedCompany`: any; of several, the last opened) starts no earlier than the earliest day of that end."
    pub(super) fn start_after_ended(
        &self,
        bounds: Bounds,
        company: UnitNo,
        employment: Employment,
        after: &After<'_>,
    ) -> Bounds {
        let all = Among::all(company).of(Sort::Of(employment));
        let last = match after {
            After::Any => self.drafts.last_ended(&[all], &|t| t.employment == employment),
            After::Alike(post) => {
                let title = post.title.as_ref();
                let alike = all.in_unit(Which::not_differing(post.unit)).titled(Which::not_differing(title));
                self.drafts.last_ended(&[alike], &|t| {
                    let units_differ = matches!((post.unit, t.unit), (Some(a), Some(b)) if a != b);
                    t.employment == employment && !units_differ && !titles_differ(title, t.title.as_ref())
                })
            }
        };
        let end = last.and_then(|i| self.drafts[i].tenure.end.as_ref());
        bounds.raised(end.and_then(|end| end.bounds.earliest()))
    }
}
