//! The state of the fold: the tenures, and what must be remembered of each while folding.

use tenure_domain::bounds::Bounds;
use tenure_domain::conflict::{Conflict, ConflictKind};
use tenure_domain::day::{Day, Instant};
use tenure_domain::event::{Concurrency, Employment};
use tenure_domain::position::EventId;
use tenure_domain::statement::UnitNo;
use tenure_domain::tenure::{Career, Edge, ManagerSpell, OpenedAs, Origin, Since, Tenure};

use super::about::{Fit, TenureDraft};
use super::claims::{Claim, same_title};
use super::said::{Belief, Kind, Said};

/// "The unit of state is the **tenure**".
pub(super) struct State {
    /// Every claim that is applied at some time.
    pub(super) all: Vec<Claim>,
    /// Those that are yet to be applied.
    pub(super) waiting: Vec<Claim>,
    pub(super) tenures: Vec<NaiveTenure>,
    pub(super) conflicts: Vec<(ConflictKind, Vec<EventId>)>,
    /// What the statements of the claims applied so far attest.
    pub(super) attested: Vec<(Day, Belief, EventId)>,
    /// How many claims have been applied: the number of the one being applied.
    pub(super) applied: usize,
}

/// A tenure, and what must be remembered of it while folding.
#[derive(Clone)]
pub(super) struct NaiveTenure {
    pub(super) tenure: Tenure,
    /// How far the start is believed, and the statements of it.
    pub(super) start_belief: Belief,
    pub(super) start_said: Vec<Said>,
    pub(super) start_disagrees: bool,
    /// The days on which sightings and changes have it in force.
    pub(super) in_force: Vec<Day>,
    pub(super) end_belief: Option<Belief>,
    pub(super) end_disagrees: bool,
    /// The successions that are believed to say by when the end was, and the events of those that contradict no other
    /// statement.
    pub(super) successions: Vec<Claim>,
    pub(super) succeeded_by_then: Vec<EventId>,
    /// Nothing but successions states the end.
    pub(super) only_succeeded: bool,
    /// Which claim, by its turn, set the end.
    pub(super) ended_in_turn: usize,
    /// What sort of claim that was.
    pub(super) ended_by: Option<Kind>,
    /// The claims of `LeftCompany` among the statements of the end.
    pub(super) left_by: Vec<usize>,
    pub(super) unit_giver: Option<Giver>,
    pub(super) title_giver: Option<Giver>,
    pub(super) manager_giver: Option<Giver>,
    /// The history of managers, with when and by what each was reported.
    pub(super) spells: Vec<(ManagerSpell, Instant, EventId)>,
    /// The claims that opened or supported it.
    pub(super) claims: Vec<usize>,
    /// The claims whose `to` is about it though they opened or supported another: the tenure that changes of title
    /// and moves made it of.
    pub(super) made_of: Vec<usize>,
    /// The earliest day of each `seen`.
    pub(super) seen: Vec<(Day, EventId)>,
}

/// The claims that gave a field its present value: the belief in the most believed, and the events of all of them.
#[derive(Clone)]
pub(super) struct Giver {
    pub(super) belief: Belief,
    pub(super) events: Vec<EventId>,
    /// "what a move or a change of title brought" (rule 5)
    pub(super) brought: bool,
}

impl Giver {
    /// The events of the claim that give the field; none where none does.
    pub(super) fn of(claim: &Claim, give: impl Fn(&Said) -> bool) -> Option<Giver> {
        let belief = claim.belief_of_those_that(&give)?;
        let brought = matches!(claim.kind, Kind::Moved | Kind::Retitled);
        Some(Giver { belief, events: claim.events_that(give), brought })
    }

    /// A statement that agrees with a field's present value strengthens its belief.
    fn strengthen(&mut self, other: Giver) {
        self.belief = self.belief.clone().max(other.belief);
        self.events.extend(other.events);
    }
}

/// A statement of a field that is set already.
#[derive(Clone, Copy)]
pub(super) enum Differing {
    /// "where unit, title or manager differ the believed statement gives the value and `field_disagrees` is recorded"
    Disagrees,
    /// "what a move or a change of title brought stands against a beginning whose start overlaps: both can be true."
    StandsIfBrought,
}

/// Whether the field takes the new value: it lacks one, or the new one differs and is believed. One that agrees
/// strengthens the belief in the present value.
fn settle(
    before: &mut Option<Giver>,
    now: Giver,
    agrees: bool,
    differing: Differing,
    disagreeing: &mut Vec<Vec<EventId>>,
) -> bool {
    match (before, differing) {
        (Some(before), _) if agrees => {
            before.strengthen(now);
            false
        }
        (Some(before), Differing::StandsIfBrought) if before.brought => false,
        (Some(before), Differing::Disagrees | Differing::StandsIfBrought) => {
            disagreeing.push([before.events.clone(), now.events.clone()].concat());
            let believed = now.belief > before.belief;
            if believed {
                *before = now;
            }
            believed
        }
        (none, Differing::Disagrees | Differing::StandsIfBrought) => {
            *none = Some(now);
            true
        }
    }
}

/// A tenure of which only the claim is known that it comes from.
pub(super) fn blank(claim: &Claim) -> NaiveTenure {
    NaiveTenure {
        tenure: Tenure {
            company: claim.company,
            unit: None,
            title: None,
            primary: false,
            concurrency: Concurrency::Exclusive,
            lead: false,
            acting: false,
            employment: Employment::Employee,
            remit: None,
            managers: Vec::new(),
            start: Edge { bounds: claim.bounds, origin: Origin::Stated, events: claim.dating_events() },
            end: None,
            end_reason: None,
            seen: None,
            attested: None,
            confidence: claim.confidence,
            supports: claim.events(),
            opened_by: claim.event.clone(),
            opened_as: OpenedAs::InForce,
        },
        start_belief: claim.dating_belief(),
        start_said: claim.dating(),
        start_disagrees: false,
        in_force: Vec::new(),
        end_belief: None,
        end_disagrees: false,
        successions: Vec::new(),
        succeeded_by_then: Vec::new(),
        only_succeeded: false,
        ended_in_turn: 0,
        ended_by: None,
        left_by: Vec::new(),
        unit_giver: None,
        title_giver: None,
        manager_giver: None,
        spells: Vec::new(),
        claims: Vec::new(),
        made_of: Vec::new(),
        seen: Vec::new(),
    }
}

/// The tenure that a beginning or a move opens.
pub(super) fn opened(claim: &Claim, employment: Employment, concurrency: Concurrency, start: Bounds) -> NaiveTenure {
    let mut held = blank(claim);
    held.tenure.unit = claim.unit;
    held.unit_giver = Giver::of(claim, |member| member.unit.is_some());
    held.tenure.title.clone_from(&claim.title);
    held.title_giver = Giver::of(claim, |member| member.title.is_some());
    held.tenure.lead = claim.lead;
    held.tenure.acting = claim.acting;
    held.tenure.remit.clone_from(&claim.remit);
    held.tenure.employment = employment;
    held.tenure.concurrency = concurrency;
    held.tenure.start.bounds = start;
    held.tenure.attested = claim.attested;
    held.fill_first_manager(claim);
    held.remember(claim);
    held
}

/// A tenure that the fold infers, with what the claim names of it. "start unknown (on or before this date)"
pub(super) fn inferred(claim: &Claim) -> NaiveTenure {
    let mut held = blank(claim);
    held.tenure.unit = claim.named_unit;
    held.unit_giver = Giver::of(claim, |member| member.named_unit.is_some()).map(not_brought);
    held.tenure.title.clone_from(&claim.named_title);
    held.title_giver = Giver::of(claim, |member| member.named_title.is_some()).map(not_brought);
    held.tenure.start.bounds = Bounds::until(claim.bounds.latest());
    held.tenure.start.origin = Origin::Inferred;
    held.tenure.start.events = claim.events();
    held.start_said = Vec::new();
    held
}

/// What a move or a change of title names of the tenure that it ends was not brought by it.
fn not_brought(giver: Giver) -> Giver {
    Giver { brought: false, ..giver }
}

impl NaiveTenure {
    /// The claim opened or supported it.
    pub(super) fn remember(&mut self, claim: &Claim) {
        self.claims.push(claim.no);
        if claim.kind == Kind::Sighting {
            // Of a vague sighting, on one of its days.
            self.in_force.extend(claim.bounds.latest());
        }
        for member in &claim.members {
            self.seen.extend(member.seen_day().map(|seen| (seen, member.event.clone())));
        }
    }

    /// The claim supports it and sees it in force.
    pub(super) fn support(&mut self, claim: &Claim) {
        self.tenure.supports.extend(claim.events());
        self.tenure.attested = self.tenure.attested.max(claim.attested);
        self.tenure.confidence = self.tenure.confidence.max(claim.confidence);
    }

    pub(super) fn support_unit(
        &mut self,
        unit: Option<UnitNo>,
        now: Option<Giver>,
        differing: Differing,
        disagreeing: &mut Vec<Vec<EventId>>,
    ) {
        let agrees = self.tenure.unit == unit;
        if let Some(now) = now
            && settle(&mut self.unit_giver, now, agrees, differing, disagreeing)
        {
            self.tenure.unit = unit;
        }
    }

    pub(super) fn support_title(&mut self, claim: &Claim, differing: Differing, disagreeing: &mut Vec<Vec<EventId>>) {
        let agrees = same_title(self.tenure.title.as_ref(), claim.title.as_ref());
        if let Some(now) = Giver::of(claim, |member| member.title.is_some())
            && settle(&mut self.title_giver, now, agrees, differing, disagreeing)
        {
            self.tenure.title.clone_from(&claim.title);
        }
    }

    /// "one stated with the start holds from the start" (rule 8)
    pub(super) fn fill_first_manager(&mut self, claim: &Claim) {
        if claim.manager.is_some() {
            let spell = ManagerSpell { manager: claim.manager, since: Since::Start, attested: claim.attested };
            self.spells.insert(0, (spell, claim.reported_at, claim.event.clone()));
            self.manager_giver = Giver::of(claim, |member| member.manager.is_some());
        }
    }

    /// The manager that holds from the start is named once more.
    pub(super) fn strengthen_first_manager(&mut self, claim: &Claim) {
        let Some((first, _, _)) = self.spells.first() else {
            return;
        };
        if first.since == Since::Start
            && first.manager == claim.manager
            && let Some(giver) = &mut self.manager_giver
            && let Some(now) = Giver::of(claim, |member| member.manager.is_some())
        {
            giver.strengthen(now);
        }
    }

    /// The manager compared is the one that holds from the start.
    pub(super) fn support_first_manager(
        &mut self,
        claim: &Claim,
        differing: Differing,
        disagreeing: &mut Vec<Vec<EventId>>,
    ) {
        let Some((first, _, _)) = self.spells.first_mut().filter(|(spell, _, _)| spell.since == Since::Start) else {
            self.fill_first_manager(claim);
            return;
        };
        let agrees = first.manager == claim.manager;
        let now = Giver::of(claim, |member| member.manager.is_some()).expect("the claim names a manager");
        if settle(&mut self.manager_giver, now, agrees, differing, disagreeing) {
            first.manager = claim.manager;
            first.attested = claim.attested;
        } else if agrees {
            first.attested = first.attested.max(claim.attested);
        }
    }
}

impl State {
    pub(super) fn draft(&self, at: usize) -> TenureDraft {
        let tenure = &self.tenures[at].tenure;
        TenureDraft {
            at,
            unit: tenure.unit,
            title: tenure.title.clone(),
            primary: tenure.primary,
            lead: tenure.lead,
            acting: tenure.acting,
            employment: tenure.employment,
            fit: Fit::Has,
        }
    }

    fn drafts(&self, company: UnitNo, which: impl Fn(&Tenure) -> bool) -> Vec<TenureDraft> {
        (0..self.tenures.len())
            .filter(|at| self.tenures[*at].tenure.company == company && which(&self.tenures[*at].tenure))
            .map(|at| self.draft(at))
            .collect()
    }

    /// The open tenures in the company. "Primary ones come first."
    pub(super) fn open(&self, company: UnitNo) -> Vec<TenureDraft> {
        let mut open = self.drafts(company, |tenure| tenure.end.is_none());
        open.sort_by_key(|draft| (!draft.primary, draft.at));
        open
    }

    pub(super) fn ended(&self, company: UnitNo) -> Vec<TenureDraft> {
        self.drafts(company, |tenure| tenure.end.is_some())
    }

    pub(super) fn no_primary_open(&self, company: UnitNo, employment: Employment) -> bool {
        !self.open(company).iter().any(|draft| draft.primary && draft.employment == employment)
    }

    /// The conflicts of dates.
    pub(super) fn record_dates(&mut self) {
        for held in &self.tenures {
            // "disjoint ones leave the believed, and `date_disagrees` is recorded": of each edge all statements.
            if held.start_disagrees {
                self.conflicts.push((ConflictKind::DateDisagrees, held.tenure.start.events.clone()));
            }
            let Some(end) = &held.tenure.end else {
                continue;
            };
            if held.end_disagrees {
                let mut events = end.events.clone();
                events.retain(|event| !held.succeeded_by_then.contains(event));
                self.conflicts.push((ConflictKind::DateDisagrees, events));
            }
            // "A tenure with a `seen` after the last day on which it can have ended: `seen_after_end`."
            let after = |day: Day| end.bounds.latest().is_some_and(|latest| latest < day);
            let seen: Vec<EventId> =
                held.seen.iter().filter(|(day, _)| after(*day)).map(|(_, event)| event.clone()).collect();
            if !seen.is_empty() {
                self.conflicts.push((ConflictKind::SeenAfterEnd, [seen, end.events.clone()].concat()));
            }
        }
    }

    pub(super) fn career(self, died: Option<Edge>) -> Career {
        let mut conflicts: Vec<Conflict> =
            self.conflicts.into_iter().map(|(kind, events)| Conflict::new(kind, events, String::new())).collect();
        conflicts.sort();
        conflicts.dedup();
        let tenures = self.tenures.into_iter().map(|held| {
            let mut tenure = held.tenure;
            for edge in [Some(&mut tenure.start), tenure.end.as_mut()].into_iter().flatten() {
                edge.events.sort();
                edge.events.dedup();
            }
            tenure.supports.sort();
            tenure.supports.dedup();
            tenure.managers = held.spells.into_iter().map(|(spell, _, _)| spell).collect();
            tenure.seen = held.seen.into_iter().map(|(day, _)| day).max();
            tenure
        });
        Career { died, tenures: tenures.collect(), conflicts }
    }
}
