//! Rule 4: dates. What ends a tenure, and what states a start or an end again.

use crate::bounds::Bounds;
use crate::day::Day;
use crate::event::Employment;
use crate::position::EventId;
use crate::statement::UnitNo;
use crate::tenure::{Edge, Origin, Tenure};

use super::claim::{Belief, Says, titles_differ};
use super::{Fold, Now, Part, Seat};

/// Nothing ends before it began, or before it was last seen.
pub(super) fn raised(end: Bounds, tenure: &Tenure) -> Bounds {
    end.raised(tenure.start.bounds.earliest()).raised(tenure.attested.map(Day::next))
}

impl Now<'_> {
    /// The events that state the end: of a `HeldPost`, those that give its `to`.
    pub(super) fn ending_events(&self) -> Vec<EventId> {
        let mut events: Vec<EventId> = match self.part {
            Part::Whole => self.claim.events().cloned().collect(),
            Part::To(_) => self.claim.enders.clone(),
        };
        events.sort();
        events
    }
}

impl Seat {
    /// Ends the tenure between those days, which were raised before.
    pub(super) fn end(&mut self, bounds: Bounds, origin: Origin, now: &Now<'_>) {
        let events = now.ending_events();
        self.end_disagrees = false;
        self.left_by.clear();
        if !origin.is_inferred() {
            self.tenure.supports.extend(events.iter().cloned());
            if matches!(now.claim.says, Says::Left) {
                self.left_by.push(now.index);
            }
        }
        self.tenure.end = Some(Edge { bounds, origin, events });
        self.end_belief = Some(now.claim.belief.clone());
        self.ended_by = Some(now.index);
        self.cut_start(bounds);
    }

    /// The latest day of the start is cut to that of the end.
    fn cut_start(&mut self, end: Bounds) {
        self.tenure.start.bounds = self.tenure.start.bounds.cut(end.latest());
    }

    /// Another statement of an end that a source stated.
    pub(super) fn state_end_again(&mut self, now: &Now<'_>) {
        let (Some(end), Some(belief)) = (self.tenure.end.as_mut(), self.end_belief.as_mut()) else {
            return;
        };
        let events = now.ending_events();
        let disagrees = restate(&mut end.bounds, belief, now.bounds, &now.claim.belief);
        self.end_disagrees |= disagrees;
        end.events.extend(events.iter().cloned());
        end.events.sort();
        end.events.dedup();
        if matches!(now.claim.says, Says::Left) {
            self.left_by.push(now.index);
        }
        let bounds = raised(end.bounds, &self.tenure);
        if let Some(end) = self.tenure.end.as_mut() {
            end.bounds = bounds;
        }
        self.tenure.supports.extend(events);
        self.cut_start(bounds);
    }

    /// Another statement of the start. An inferred start gives way to it.
    pub(super) fn state_start_again(&mut self, bounds: Bounds, now: &Now<'_>) {
        let start = &mut self.tenure.start;
        let events = now.claim.starting();
        if start.origin.is_inferred() {
            start.bounds = start.bounds.intersect(bounds).unwrap_or(bounds);
            start.origin = Origin::Stated;
            start.events = events;
            self.start_belief = now.claim.belief.clone();
        } else {
            self.start_disagrees |= restate(&mut start.bounds, &mut self.start_belief, bounds, &now.claim.belief);
            start.events.extend(events);
        }
        start.events.sort();
        start.events.dedup();
        if let Some(end) = self.tenure.end.as_ref().map(|end| end.bounds) {
            self.cut_start(end);
        }
    }
}

/// Overlapping bounds intersect and count as the most believed of their statements; disjoint ones leave the
/// believed. Returns whether they are disjoint.
fn restate(bounds: &mut Bounds, belief: &mut Belief, other: Bounds, other_belief: &Belief) -> bool {
    let more_believed = other_belief.over(belief);
    let both = bounds.intersect(other);
    match both {
        Some(both) => *bounds = both,
        None if more_believed => *bounds = other,
        None => {}
    }
    if more_believed {
        *belief = other_belief.clone();
    }
    both.is_none()
}

/// Which ended tenures a beginning comes after.
pub(super) enum After<'p> {
    /// Any of the company and employment.
    Any,
    /// Those that differ in neither unit nor title.
    Alike(&'p super::claim::Post),
}

impl Fold<'_> {
    /// The start of a tenure that is begun where one has ended: no earlier than the earliest day of that end.
    pub(super) fn start_after_ended(
        &self,
        bounds: Bounds,
        company: UnitNo,
        employment: Employment,
        after: &After<'_>,
    ) -> Bounds {
        let alike = |i: &usize| {
            let t = &self.seats[*i].tenure;
            let fits = match after {
                After::Any => true,
                After::Alike(post) => {
                    let units_differ = matches!((post.unit, t.unit), (Some(a), Some(b)) if a != b);
                    !units_differ && !titles_differ(post.title.as_ref(), t.title.as_ref())
                }
            };
            t.employment == employment && fits
        };
        let last = self.ended(company).find(alike);
        let end = last.and_then(|i| self.seats[i].tenure.end.as_ref());
        bounds.raised(end.and_then(|end| end.bounds.earliest()))
    }
}
