//! Rule 4. Dates.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::tenure::{Edge, Origin};

use super::claims::{Claim, agree, titles_agree};
use super::order::may_lie_before;
use super::said::{Kind, Said};
use super::state::{NaiveTenure, State};

impl NaiveTenure {
    /// "the earliest day of that end is raised to the tenure's earliest start and to the day after it was last
    /// attested, each only where that day is not after the end's latest"
    pub(super) fn raise(&self, end: Bounds) -> Bounds {
        end.raised(self.tenure.start.bounds.earliest()).raised(self.tenure.attested.map(Day::next))
    }

    /// "and the latest day of the tenure's start is cut to that of its end"
    pub(super) fn cut_start(&mut self) {
        if let Some(end) = &self.tenure.end {
            self.tenure.start.bounds = self.tenure.start.bounds.cut(end.bounds.latest());
        }
    }

    /// Sets an end that has been raised, in the place of none or of an inferred one, which leaves no events behind.
    pub(super) fn set_end(&mut self, bounds: Bounds, origin: Origin, claim: &Claim, turn: usize) {
        self.tenure.end = Some(Edge { bounds, origin, events: claim.events() });
        self.end_belief = Some(claim.dating_belief());
        self.end_disagrees = false;
        self.succeeded_by_then.clear();
        self.succeeded_on = None;
        self.only_succeeded = claim.kind == Kind::Succeeded;
        self.ended_in_turn = turn;
        self.left_by = if claim.kind == Kind::Left { vec![claim.no] } else { Vec::new() };
        self.tenure.end_reason = claim.stated_reason().filter(|_| origin == Origin::Stated);
        self.cut_start();
        if origin == Origin::Stated {
            self.tenure.supports.extend(claim.events());
        }
    }

    /// "Another statement of a start or an end: overlapping bounds intersect, and count as the most believed of
    /// their statements; disjoint ones leave the believed, and `date_disagrees` is recorded"
    pub(super) fn restate_end(&mut self, claim: &Claim, turn: usize) {
        let end = self.tenure.end.as_mut().expect("an ended tenure");
        if end.origin.is_inferred() {
            // "A statement always beats an inference."
            let bounds = self.raise(claim.bounds);
            self.set_end(bounds, Origin::Stated, claim, turn);
            return;
        }
        self.tenure.supports.extend(claim.events());
        if claim.kind == Kind::Left {
            self.left_by.push(claim.no);
        }
        // "A succession says *by then*: against a stated end that may lie before it, it only cuts the end's latest day,
        // and contradicts nothing." (rule 7)
        if claim.kind == Kind::Succeeded && may_lie_before(end.bounds, claim.bounds) {
            end.events.extend(claim.events());
            end.bounds = end.bounds.cut(claim.bounds.latest());
            self.succeeded_by_then.extend(claim.events());
            self.succeeded_on = [self.succeeded_on, claim.bounds.latest()].into_iter().flatten().min();
            self.cut_start();
            return;
        }
        if self.only_succeeded && claim.kind != Kind::Succeeded && may_lie_before(claim.bounds, end.bounds) {
            self.succeeded_by_then.append(&mut end.events.clone());
            self.succeeded_on = end.bounds.latest();
            end.events.extend(claim.events());
            let cut = claim.bounds.cut(end.bounds.latest());
            self.only_succeeded = false;
            self.believe_end(claim, cut);
            self.end_belief = Some(claim.dating_belief());
            return;
        }
        self.only_succeeded &= claim.kind == Kind::Succeeded;
        let belief = self.end_belief.clone().expect("the end was stated");
        end.events.extend(claim.events());
        let believed = claim.dating_belief() > belief;
        match end.bounds.intersect(claim.bounds) {
            Some(both) if believed => self.believe_end(claim, both),
            Some(both) => {
                let raised = self.raise(both);
                self.tenure.end.as_mut().expect("an ended tenure").bounds = raised;
                self.cut_start();
            }
            None => {
                self.end_disagrees = true;
                if believed {
                    // The successions that only say by when it was say so of this end too.
                    let by_then = self.succeeded_on.filter(|by| claim.bounds.earliest().is_none_or(|day| day < *by));
                    self.believe_end(claim, claim.bounds.cut(by_then));
                }
            }
        }
    }

    /// The claim is now the most believed statement of the end.
    fn believe_end(&mut self, claim: &Claim, bounds: Bounds) {
        let raised = self.raise(bounds);
        self.tenure.end.as_mut().expect("an ended tenure").bounds = raised;
        self.tenure.end_reason = claim.stated_reason();
        self.end_belief = Some(claim.dating_belief());
        self.cut_start();
    }

    /// "except that a start which is surely later, and of two keys with any statement of that start, is a **renewal**"
    pub(super) fn is_renewed_by(&self, claim: &Claim) -> bool {
        let two_keys = |member: Said| self.start_said.iter().any(|statement| statement.of_two_keys(&member));
        self.tenure.start.bounds.surely_before(claim.bounds) && claim.dating().into_iter().any(two_keys)
    }

    pub(super) fn restate_start(&mut self, claim: &Claim) {
        let start = &mut self.tenure.start;
        let both = start.bounds.intersect(claim.bounds);
        let belief = claim.dating_belief();
        // "No start is moved past a day on which a sighting or a change has the tenure in force."
        let in_force = self.in_force.iter().min().copied();
        let past = |to: Bounds| {
            to.earliest() > start.bounds.earliest() && in_force.is_some_and(|day| to.earliest() > Some(day))
        };
        let stated = claim.dating_events();
        if start.origin.is_inferred() {
            // "A statement always beats an inference."
            let bounds = both.unwrap_or(claim.bounds);
            if past(bounds) {
                self.start_disagrees = true;
                start.events.extend(stated);
            } else {
                let bounds = if both.is_some() { bounds } else { bounds.cut(in_force) };
                let kept_back = self.start_said.iter().map(|said| said.event.clone());
                *start = Edge { bounds, origin: Origin::Stated, events: kept_back.chain(stated).collect() };
                self.start_belief = belief;
            }
        } else {
            start.events.extend(stated);
            if let Some(both) = both {
                if past(both) {
                    self.start_disagrees = true;
                } else {
                    start.bounds = both;
                    self.start_belief = self.start_belief.clone().max(belief);
                }
            } else {
                self.start_disagrees = true;
                if belief > self.start_belief && !past(claim.bounds) {
                    start.bounds = claim.bounds.cut(in_force);
                    self.start_belief = belief;
                }
            }
        }
        self.start_said.extend(claim.dating());
        self.tenure.confidence = self.tenure.confidence.max(claim.confidence);
    }
}

impl State {
    /// "A tenure begun (rule 5) of one company and `employment` where one has ended that differs from it in neither
    /// unit nor title (for `JoinedCompany`: any; of several, the last opened) starts no earlier than the earliest day
    /// of that end."
    pub(super) fn no_earlier_than_the_last_end(&self, claim: &Claim, start: Bounds) -> Bounds {
        let last = self.ended(claim.company).into_iter().rfind(|draft| {
            draft.employment == claim.employment()
                && (claim.kind == Kind::Joined
                    || (agree(draft.unit, claim.unit) && titles_agree(draft.title.as_ref(), claim.title.as_ref())))
        });
        let end = last.and_then(|draft| self.tenures[draft.at].tenure.end.clone());
        end.map_or(start, |end| start.raised(end.bounds.earliest()))
    }

    pub(super) fn end_one(&mut self, at: usize, end: Bounds, origin: Origin, claim: &Claim) {
        let turn = self.applied;
        self.tenures[at].set_end(end, origin, claim, turn);
    }
}
