//! A tenure in the making, with what the rules must remember of it.

use crate::bounds::Bounds;
use crate::day::{Day, Instant};
use crate::event::{Concurrency, Employment};
use crate::name::Name;
use crate::position::EventId;
use crate::statement::{Statement, UnitNo};
use crate::tenure::{Edge, ManagerSpell, OpenedAs, Origin, Since, Tenure};

use super::claim::{Belief, Claim, Field, Post, Says};
use super::keys::Keys;
use super::trail::Trail;
use super::turn::CurrentClaim;
use super::{Fold, sorted};

/// A tenure in the making.
#[expect(clippy::struct_excessive_bools, reason = "each is a respect of its own, as in a tenure")]
pub(super) struct TenureDraft<'f> {
    /// What it is so far; its managers are those of `managers`.
    pub(super) tenure: Tenure,
    /// The most believed statement of the start.
    pub(super) start_belief: Belief<'f>,
    pub(super) start_disagrees: bool,
    /// The statements of the start, believed or not, and their keys.
    pub(super) started_by: Vec<&'f Statement>,
    pub(super) start_keys: Keys<'f>,
    /// The most believed statement of the end.
    pub(super) end_belief: Option<Belief<'f>>,
    pub(super) end_disagrees: bool,
    /// The claim whose application ended it.
    pub(super) ended_by: Option<usize>,
    /// Whether a joining of another company ended it, by inference.
    pub(super) ended_by_joining: bool,
    /// Whether an ending of this post ended it, and no move or change has left it since.
    pub(super) relieved: bool,
    /// The `LeftCompany` claims among the statements of its end.
    pub(super) left_by: Vec<usize>,
    /// Who gave the unit, the title and the manager from the start.
    pub(super) unit_from: Option<FieldOrigin<'f>>,
    pub(super) title_from: Option<FieldOrigin<'f>>,
    pub(super) manager_from: Option<FieldOrigin<'f>>,
    /// The history of managers, in the order in which they took over.
    pub(super) managers: Vec<Spell<'f>>,
    /// The `HeldPost` claims that it comes from.
    pub(super) held: Vec<HeldClaim>,
    /// The keys of those that opened or supported it.
    pub(super) rows: Keys<'f>,
    /// The days on which it was seen, each the earliest that its `seen` allows, with their events.
    pub(super) seen: Vec<(Day, &'f EventId)>,
    /// The first day on which a sighting or a change has it in force.
    pub(super) in_force: Option<Day>,
    /// What successions say of the end.
    pub(super) succeeded: Succeeded<'f>,
}

/// What successions say of an end: "a succession says *by then*".
#[derive(Clone, Default)]
pub(super) struct Succeeded<'f> {
    /// Whether nothing else states the end.
    pub(super) alone: bool,
    /// By when it was, as each of them says, the earliest day first.
    by: Vec<ByThen<'f>>,
    /// How many of the first contradict a statement of the end.
    contradicted: usize,
    /// The events of those that contradict nothing, once all claims are applied.
    pub(super) by_then: Vec<EventId>,
}

/// What a succession says of an end.
#[derive(Clone)]
struct ByThen<'f> {
    /// By which day it was; none where it says none.
    latest: Option<Day>,
    belief: Belief<'f>,
    /// The most believed of this one and those that say an earlier day.
    most_believed: Belief<'f>,
    events: Vec<EventId>,
}

impl<'f> Succeeded<'f> {
    /// Notes one that says that the end was by that day.
    pub(super) fn note(&mut self, latest: Option<Day>, belief: Belief<'f>, events: Vec<EventId>) {
        let place = |latest: Option<Day>| (latest.is_none(), latest);
        let at = self.by.partition_point(|one| place(one.latest) <= place(latest));
        self.by.insert(at, ByThen { latest, belief, most_believed: belief, events });
        self.contradicted += usize::from(at < self.contradicted);
        self.weigh(at);
    }

    fn weigh(&mut self, from: usize) {
        for at in from..self.by.len() {
            let before = at.checked_sub(1).map(|before| self.by[before].most_believed);
            let one = &mut self.by[at];
            one.most_believed = before.map_or(one.belief, |before| before.most(one.belief));
        }
    }

    /// How many of the first say that it was before those days.
    pub(super) fn before(&self, end: Bounds) -> usize {
        self.by.partition_point(|one| Bounds::until(one.latest).surely_before(end))
    }

    /// Whether one of the first so many is believed over a statement of a later end.
    pub(super) fn outweighs(&self, first: usize, belief: &Belief<'f>) -> bool {
        first.checked_sub(1).is_some_and(|last| self.by[last].most_believed.over(belief))
    }

    /// The first so many contradict a statement.
    pub(super) fn contradict(&mut self, first: usize) {
        self.contradicted = self.contradicted.max(first);
    }

    /// The first so many are not believed.
    pub(super) fn put_aside(&mut self, first: usize) {
        self.by.drain(..first);
        self.contradicted = self.contradicted.saturating_sub(first);
        self.weigh(0);
    }

    /// An end that is before none of them, as they leave it.
    pub(super) fn cut(&self, end: Bounds) -> Bounds {
        end.cut(self.by.first().and_then(|one| one.latest))
    }
}

/// Who gave a field its value: the most believed statement, and the events that say it.
#[derive(Clone)]
pub(super) struct FieldOrigin<'f> {
    pub(super) belief: Belief<'f>,
    pub(super) events: Trail<'f>,
    pub(super) brought: Brought,
}

/// What sort of claim gave a field its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Brought {
    /// One that has the tenure so from its start, or found it so.
    Stated,
    /// A move or a change of title.
    ByChange,
}

/// An entry of the history of managers, with the report that decides between two of one day.
#[derive(Clone)]
pub(super) struct Spell<'f> {
    pub(super) spell: ManagerSpell,
    pub(super) reported: (Instant, &'f EventId),
}

/// A `HeldPost` claim from which a tenure comes, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct HeldClaim {
    pub(super) claim: usize,
    pub(super) how: HeldLink,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HeldLink {
    /// It opened or supported the tenure.
    Directly,
    /// A change of title, or a move, made the tenure of one that it opened or supported.
    Through,
}

/// A tenure about to be opened.
pub(super) struct Opening {
    pub(super) unit: Option<UnitNo>,
    pub(super) title: Option<Name>,
    pub(super) employment: Employment,
    pub(super) concurrency: Concurrency,
    pub(super) primary: bool,
    pub(super) start: Bounds,
    pub(super) origin: Origin,
    /// The fields of the claim that give it its unit and its title.
    pub(super) fields: [Field; 2],
}

/// Of a post that a claim opens.
pub(super) const OPENED: [Field; 2] = [Field::Unit, Field::Title];
/// Of a post that a move leaves.
pub(super) const LEFT: [Field; 2] = [Field::FromUnit, Field::FromTitle];
/// Of a seat before a change of title.
pub(super) const RETITLED: [Field; 2] = [Field::Unit, Field::FromTitle];

impl<'f> Claim<'f> {
    /// Who gives a field, by this claim.
    pub(super) fn given(&self, field: Field) -> FieldOrigin<'f> {
        let belief = Claim::most_believed(self.giving(field)).unwrap_or(self.belief);
        FieldOrigin { belief, events: Trail::of(self.giving(field).map(|s| &s.event)), brought: Brought::Stated }
    }

    /// Who gives a field that the tenure lacked before this claim.
    pub(super) fn brought(&self, field: Field) -> FieldOrigin<'f> {
        let is_brought = match &self.says {
            Says::Moved { .. } => matches!(field, Field::Unit | Field::Title | Field::Manager),
            Says::Retitled(_) => matches!(field, Field::Unit | Field::Title),
            Says::Joined { .. }
            | Says::Left
            | Says::Appointed { .. }
            | Says::Relieved { .. }
            | Says::Succeeded { .. }
            | Says::NewManager { .. }
            | Says::Held { .. }
            | Says::Sighting { .. } => false,
        };
        let brought = if is_brought { Brought::ByChange } else { Brought::Stated };
        FieldOrigin { brought, ..self.given(field) }
    }
}

impl<'f> TenureDraft<'f> {
    /// The manager who is the last in the history, for whom `attested` can be raised.
    pub(super) fn hold_manager(&mut self, spell: ManagerSpell, now: &CurrentClaim<'f>) {
        // "The last one whose latest day is not after it (of one day: the one reported later); one stated with the start
        // holds from the start."
        let order = |spell: &Spell<'f>| match spell.spell.since {
            Since::Start => (false, false, None, spell.reported),
            Since::Change(bounds) => (true, bounds.latest().is_none(), bounds.latest(), spell.reported),
        };
        let spell = Spell { spell, reported: now.claim.belief.first() };
        let place = self.managers.partition_point(|other| order(other) <= order(&spell));
        self.managers.insert(place, spell);
    }

    /// The history of managers for a tenure that is made of this one and starts then: those that can be shown on a day
    /// of it, or on the day before, and the one from the start.
    pub(super) fn managers_from(&self, start: Bounds) -> Vec<Spell<'f>> {
        let holds_before = |spell: &Spell<'f>| match spell.spell.since {
            Since::Start => true,
            Since::Change(bounds) => bounds.latest().is_some_and(|latest| Some(latest) < start.earliest()),
        };
        let last = self.managers.iter().rposition(holds_before).unwrap_or_default();
        let mut managers = self.managers[last..].to_vec();
        let first = self.managers.first().filter(|first| last > 0 && first.spell.since == Since::Start);
        if let Some(first) = first {
            managers.insert(0, first.clone());
        }
        managers
    }

    /// The manager from the start, where one was stated.
    pub(super) fn first_manager(&mut self) -> Option<&mut ManagerSpell> {
        self.managers.first_mut().map(|spell| &mut spell.spell).filter(|spell| spell.since == Since::Start)
    }

    /// Notes the day on which a sighting or a change has it in force.
    fn note_in_force(&mut self, now: &CurrentClaim<'f>) {
        let day = match &now.claim.says {
            // A vague sighting has it in force on one of its days: the start is surely past it after the latest.
            Says::Sighting { .. } => now.bounds.latest(),
            // What one of several sources attests later says nothing of the day by which it had happened.
            Says::Retitled(_) | Says::NewManager { .. } => now.attested.into_iter().chain(now.bounds.latest()).min(),
            Says::Joined { .. }
            | Says::Left
            | Says::Moved { .. }
            | Says::Appointed { .. }
            | Says::Relieved { .. }
            | Says::Succeeded { .. }
            | Says::Held { .. } => None,
        };
        if let Some(day) = day {
            self.in_force = Some(self.in_force.map_or(day, |known| known.min(day)));
        }
    }

    /// A claim of any sort that has the tenure in force supports it. "`confidence` is the highest of those that state its
    /// start or see it in force."
    pub(super) fn support(&mut self, now: &CurrentClaim<'f>) {
        self.tenure.confidence = self.tenure.confidence.max(now.claim.belief.confidence);
        self.tenure.supports.extend(now.claim.events().cloned());
        self.tenure.attested = self.tenure.attested.max(now.attested);
        self.seen.extend(now.claim.seen.iter().copied());
        self.note_in_force(now);
        self.note_held(now);
    }

    fn note_held(&mut self, now: &CurrentClaim<'f>) {
        if matches!(now.claim.says, Says::Held { .. }) {
            self.held.push(HeldClaim { claim: now.index, how: HeldLink::Directly });
            self.rows.extend(&now.claim.keys);
        }
    }

    /// The events of both ends, sorted, each once.
    pub(super) fn sort_events(&mut self) {
        let end = self.tenure.end.as_mut().map(|end| &mut end.events);
        let Succeeded { by, contradicted, by_then, .. } = &mut self.succeeded;
        by_then.extend(by.drain(*contradicted..).flat_map(|one| one.events));
        for events in [&mut self.tenure.start.events, by_then].into_iter().chain(end) {
            events.sort();
            events.dedup();
        }
    }

    /// The tenure, finished.
    pub(super) fn into_tenure(self) -> Tenure {
        let mut tenure = self.tenure;
        tenure.managers = self.managers.into_iter().map(|spell| spell.spell).collect();
        tenure.seen = self.seen.iter().map(|(day, _)| *day).max();
        tenure.supports.sort();
        tenure.supports.dedup();
        tenure
    }
}

impl<'f> Fold<'f> {
    /// Opens a tenure by a claim.
    pub(super) fn open_draft(&mut self, now: &CurrentClaim<'f>, opening: Opening) -> usize {
        let claim = now.claim;
        let inferred = opening.origin.is_inferred();
        let starters: Vec<&'f Statement> = claim.starters().collect();
        let tenure = Tenure {
            company: claim.company,
            unit: opening.unit,
            title: opening.title,
            primary: opening.primary,
            concurrency: opening.concurrency,
            lead: false,
            acting: false,
            employment: opening.employment,
            remit: None,
            managers: Vec::new(),
            start: Edge {
                bounds: opening.start,
                origin: opening.origin,
                events: sorted(starters.iter().map(|s| &s.event)),
            },
            end: None,
            end_reason: None,
            seen: None,
            attested: if inferred { None } else { now.attested },
            confidence: claim.belief.confidence,
            supports: sorted(claim.events()),
            opened_by: claim.belief.id.clone(),
            opened_as: OpenedAs::InForce,
        };
        let [unit, title] = opening.fields;
        let start_belief = Claim::most_believed(starters.iter().copied()).unwrap_or(claim.belief);
        let mut start_keys = Keys::default();
        if !inferred {
            for starter in &starters {
                start_keys.add(starter);
            }
        }
        let mut draft = TenureDraft {
            start_belief,
            start_disagrees: false,
            start_keys,
            started_by: if inferred { Vec::new() } else { starters },
            end_belief: None,
            end_disagrees: false,
            ended_by: None,
            ended_by_joining: false,
            relieved: false,
            left_by: Vec::new(),
            unit_from: tenure.unit.map(|_| claim.brought(unit)),
            title_from: tenure.title.as_ref().map(|_| claim.brought(title)),
            manager_from: None,
            managers: Vec::new(),
            held: Vec::new(),
            rows: Keys::default(),
            seen: if inferred { Vec::new() } else { claim.seen.clone() },
            in_force: None,
            succeeded: Succeeded::default(),
            tenure,
        };
        // A change of title that opens a tenure states its start, and no more.
        if claim.is_sighting() {
            draft.note_in_force(now);
        }
        self.drafts.push(draft)
    }

    /// Gives a tenure just opened what the claim says of the post beside unit and title.
    pub(super) fn describe(&mut self, draft: usize, now: &CurrentClaim<'f>, post: &Post) {
        let draft = &mut self.drafts[draft];
        draft.tenure.lead = post.lead;
        draft.tenure.acting = post.acting;
        draft.tenure.remit.clone_from(&post.remit);
        if let Some(manager) = post.reports_to {
            let (manager, attested) = (Some(manager), now.attested);
            draft.hold_manager(ManagerSpell { manager, since: Since::Start, attested }, now);
            draft.manager_from = Some(now.claim.brought(Field::Manager));
        }
        draft.note_held(now);
    }

    /// "An inferred tenure (of rules 6 and 8 too) is primary when no other primary one of that company and `employment` is
    /// open." One that ends by the claim that tells of it.
    pub(super) fn infer_ended(&mut self, now: &CurrentClaim<'f>, opening: Opening) -> usize {
        let draft = self.open_draft(now, opening);
        self.drafts[draft].tenure.opened_as = OpenedAs::Ended;
        self.end_one(draft, now);
        draft
    }
}
