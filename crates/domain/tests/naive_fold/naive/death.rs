//! Rule 9. Death.

use std::sync::Arc;

use tenure_domain::bounds::Bounds;
use tenure_domain::conflict::ConflictKind;
use tenure_domain::day::Day;
use tenure_domain::position::EventId;
use tenure_domain::statement::{Statement, StatementFact};
use tenure_domain::tenure::{Edge, Origin};

use super::said::Belief;
use super::state::{NaiveTenure, State};

/// Statements of one death.
pub(super) struct Death {
    bounds: Bounds,
    belief: Belief,
    events: Vec<EventId>,
}

/// "Statements of it merge as in rule 1": in the order (narrowest bounds; `reported_at`; id), each joining the first
/// claim that it overlaps.
pub(super) fn claims_of_death(statements: &[Statement]) -> Vec<Death> {
    let mut told: Vec<&Statement> =
        statements.iter().filter(|statement| statement.fact == StatementFact::Died).collect();
    told.sort_by_key(|one| {
        let width = one.effective.width();
        (width.is_none(), width, one.reported_at, one.event.clone())
    });
    let mut deaths: Vec<Death> = Vec::new();
    for one in told {
        if deaths.iter().any(|death| death.events.contains(&one.event)) {
            continue;
        }
        let belief: Belief = (one.confidence, std::cmp::Reverse(one.reported_at), std::cmp::Reverse(one.event.clone()));
        if let Some(death) = deaths.iter_mut().find(|death| death.bounds.overlaps(one.effective)) {
            death.bounds = death.bounds.intersect(one.effective).expect("they overlap");
            death.belief = death.belief.clone().max(belief);
            death.events.push(one.event.clone());
        } else {
            deaths.push(Death { bounds: one.effective, belief, events: vec![one.event.clone()] });
        }
    }
    deaths
}

impl State {
    /// "`PersonDied` bounds every tenure when all else is applied."
    pub(super) fn die(&mut self, deaths: &[Death]) -> Option<Edge> {
        let mut all: Vec<EventId> = deaths.iter().flat_map(|death| death.events.clone()).collect();
        all.sort();
        // "of disjoint ones the believed counts, and `date_disagrees` is recorded."
        let death = deaths.iter().max_by_key(|death| death.belief.clone())?;
        if deaths.len() > 1 {
            self.conflicts.push((ConflictKind::DateDisagrees, all.clone()));
        }
        let is_later = |day: Day| death.bounds.latest().is_some_and(|latest| latest < day);
        // "A death less believed than a statement that attests a later day bounds nothing, and `after_death` is
        // recorded."
        let attesting: Vec<EventId> = self
            .attested
            .iter()
            // What was said before the death can tell of a later day only as what was to come.
            .filter(|(day, belief, _)| is_later(*day) && is_later(belief.1.0.day()) && *belief > death.belief)
            .map(|(_, _, event)| event.clone())
            .collect();
        if !attesting.is_empty() {
            self.conflicts.push((ConflictKind::AfterDeath, [death.events.clone(), attesting].concat()));
            return None;
        }
        let tenures = std::mem::take(&mut self.tenures);
        for mut held in tenures {
            // "A tenure whose earliest start is after the death's latest day is not answered"
            let dropped = held.tenure.start.bounds.earliest().is_some_and(is_later);
            let mut after: Vec<EventId> = Vec::new();
            if dropped {
                after.extend(held.tenure.supports.clone());
            } else {
                after.extend(held.seen.iter().filter(|(day, _)| is_later(*day)).map(|(_, event)| event.clone()));
                after.extend(held.die(death, is_later));
            }
            // "Where that drops a tenure, or puts aside a stated end or a later `seen`, `after_death` is recorded"
            if !after.is_empty() {
                self.conflicts.push((ConflictKind::AfterDeath, [death.events.clone(), after].concat()));
            }
            if !dropped {
                self.tenures.push(held);
            }
        }
        Some(Edge { bounds: death.bounds, origin: Origin::Stated, events: all })
    }
}

impl NaiveTenure {
    /// Bounds the tenure; answers the events of a stated end that is put aside.
    fn die(&mut self, death: &Death, is_later: impl Fn(Day) -> bool) -> Vec<EventId> {
        let ends_before = self.tenure.end.clone().filter(|end| !end.bounds.earliest().is_some_and(is_later));
        if let Some(mut end) = ends_before {
            // "of another the latest day of the end, and so of the start, is cut to it."
            end.bounds = end.bounds.cut(death.bounds.latest());
            self.tenure.end = Some(end);
            self.cut_start();
            return Vec::new();
        }
        // "one without an end, or whose earliest end is after that day, ends by the death (rule 4)"
        let put_aside = self.tenure.end.take().filter(|end| end.origin == Origin::Stated);
        let bounds = self.raise(death.bounds);
        let origin = if put_aside.is_some() { Origin::Stated } else { Origin::Death };
        self.tenure.end = Some(Edge { bounds, origin, events: death.events.clone() });
        self.tenure.end_reason = Some(Arc::from("died"));
        self.tenure.supports.extend(death.events.clone());
        self.cut_start();
        // "A succession says *by then* (..) and contradicts nothing." (rule 7)
        let mut put_aside = put_aside.map(|end| end.events).unwrap_or_default();
        put_aside.retain(|event| !self.only_succeeded && !self.succeeded_by_then.contains(event));
        put_aside
    }
}
