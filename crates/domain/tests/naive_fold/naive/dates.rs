//! Rule 4. Dates.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::position::EventId;
use tenure_domain::tenure::{Edge, Origin};

use super::claims::{Claim, agree, titles_agree};
use super::said::{Kind, Said};
use super::state::{NaiveTenure, State};

/// Whether a succession says that the end was before those days.
fn is_before(succession: &Claim, end: Bounds) -> bool {
    matches!((succession.bounds.latest(), end.earliest()), (Some(by), Some(earliest)) if by < earliest)
}

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
        self.successions.clear();
        self.succeeded_by_then.clear();
        self.only_succeeded = claim.kind == Kind::Succeeded;
        if self.only_succeeded {
            self.note_succession(claim);
        }
        self.ended_in_turn = turn;
        self.ended_by = Some(claim.kind);
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
        end.events.extend(claim.events());
        let (stated, belief) = (end.bounds, self.end_belief.clone().expect("the end was stated"));
        let believed = claim.dating_belief() > belief;
        if claim.kind == Kind::Succeeded {
            // "A succession says *by then*: against a stated end that may lie before it, it only cuts the end's latest day,
            // and contradicts nothing." (rule 7)
            if !is_before(claim, stated) {
                self.note_succession(claim);
                self.put_end(stated.cut(claim.bounds.latest()));
                return;
            }
            self.end_disagrees = true;
            if believed {
                self.only_succeeded = true;
                self.note_succession(claim);
                self.contradict(stated);
                self.believe_end(claim, claim.bounds);
            }
            return;
        }
        let by_then: Vec<Claim> = self.successions.iter().filter(|one| is_before(one, claim.bounds)).cloned().collect();
        let both = stated.intersect(claim.bounds).filter(|_| !self.only_succeeded);
        let disjoint = both.is_none() && !self.only_succeeded;
        self.end_disagrees |= disjoint || !by_then.is_empty();
        // What says that it was by an earlier day is a statement of the end like another: the believed one stays.
        if (disjoint && !believed) || by_then.iter().any(|one| one.dating_belief() > claim.dating_belief()) {
            self.contradict(claim.bounds);
            return;
        }
        self.contradict(claim.bounds);
        self.successions.retain(|one| !is_before(one, claim.bounds));
        self.only_succeeded = false;
        match both {
            Some(both) if believed => self.believe_end(claim, both),
            Some(both) => self.put_end(both),
            None => {
                let latest = self.successions.iter().filter_map(|one| one.bounds.latest()).min();
                self.believe_end(claim, claim.bounds.cut(latest));
            }
        }
    }

    fn note_succession(&mut self, claim: &Claim) {
        self.successions.push(claim.clone());
        self.succeeded_by_then.extend(claim.events());
    }

    /// The successions that say that it was before those days contradict them.
    fn contradict(&mut self, end: Bounds) {
        let contradicting = self.successions.iter().filter(|one| is_before(one, end));
        let events: Vec<EventId> = contradicting.flat_map(Claim::events).collect();
        self.succeeded_by_then.retain(|event| !events.contains(event));
    }

    pub(super) fn put_end(&mut self, bounds: Bounds) {
        let raised = self.raise(bounds);
        self.tenure.end.as_mut().expect("an ended tenure").bounds = raised;
        self.cut_start();
    }

    /// The claim is now the most believed statement of the end.
    fn believe_end(&mut self, claim: &Claim, bounds: Bounds) {
        self.put_end(bounds);
        self.tenure.end_reason = claim.stated_reason();
        self.end_belief = Some(claim.dating_belief());
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

    /// A move or a change of title ends a tenure, or states again an end that was stated.
    pub(super) fn end_by_change(&mut self, at: usize, end: Bounds, claim: &Claim) {
        let before = &self.tenures[at].tenure.end;
        if before.as_ref().is_some_and(|end| end.origin == Origin::Stated) {
            let turn = self.applied;
            self.tenures[at].restate_end(claim, turn);
            self.tenures[at].ended_by = Some(claim.kind);
        } else {
            self.end_one(at, end, Origin::Stated, claim);
        }
    }

    pub(super) fn end_one(&mut self, at: usize, end: Bounds, origin: Origin, claim: &Claim) {
        let turn = self.applied;
        self.tenures[at].set_end(end, origin, claim, turn);
    }
}
