//! Rule 1. Same claim, several sources.

use std::cmp::Reverse;
use std::ops::Deref;
use std::sync::Arc;

use tenure_domain::bounds::Bounds;
use tenure_domain::conflict::ConflictKind;
use tenure_domain::event::Concurrency;
use tenure_domain::name::Name;
use tenure_domain::position::EventId;

use super::said::{Belief, Kind, Said};

/// Statements that are one claim: what they say together (`event` and `reported_at` being those of the first
/// reported), and each of them.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) no: usize,
    pub(super) said: Said,
    pub(super) members: Vec<Said>,
}

impl Deref for Claim {
    type Target = Said;

    fn deref(&self) -> &Said {
        &self.said
    }
}

impl Claim {
    pub(super) fn events(&self) -> Vec<EventId> {
        self.events_that(|_| true)
    }

    pub(super) fn events_that(&self, give: impl Fn(&Said) -> bool) -> Vec<EventId> {
        self.members.iter().filter(|member| give(member)).map(|member| member.event.clone()).collect()
    }

    /// "A field, like a date, counts as the most believed of the statements that give it."
    pub(super) fn belief_of_those_that(&self, give: impl Fn(&Said) -> bool) -> Option<Belief> {
        self.members.iter().filter(|member| give(member)).map(Said::belief).max()
    }

    /// The statements that give the date of the claim: of a `HeldPost` those that give a `from`, where one does.
    pub(super) fn dating(&self) -> Vec<Said> {
        let some_give_from = self.members.iter().any(|member| member.from.is_some());
        let dates = |member: &&Said| self.kind != Kind::Held || !some_give_from || member.from.is_some();
        self.members.iter().filter(dates).cloned().collect()
    }

    pub(super) fn dating_events(&self) -> Vec<EventId> {
        self.dating().into_iter().map(|member| member.event).collect()
    }

    pub(super) fn dating_belief(&self) -> Belief {
        self.dating().iter().map(Said::belief).max().expect("a claim has members")
    }

    /// "the reason of the most believed member that gives one"
    pub(super) fn stated_reason(&self) -> Option<Arc<str>> {
        let gives_one = self.members.iter().filter(|member| member.reason.is_some());
        gives_one.max_by_key(|member| member.belief()).and_then(|member| member.reason.clone())
    }

    pub(super) fn of_two_keys_with(&self, other: &Claim) -> bool {
        self.members.iter().any(|one| other.members.iter().any(|two| one.of_two_keys(two)))
    }
}

pub(super) fn same_title(one: Option<&Name>, other: Option<&Name>) -> bool {
    one.map(Name::key) == other.map(Name::key)
}

/// Equal, or absent in one.
pub(super) fn agree<T: Copy + PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

pub(super) fn titles_agree(one: Option<&Name>, other: Option<&Name>) -> bool {
    agree(one.map(Name::key), other.map(Name::key))
}

pub(super) fn same_claims(mut said: Vec<Said>) -> (Vec<Claim>, Vec<(ConflictKind, Vec<EventId>)>) {
    // "They are taken in the order (narrowest bounds, with unbounded ones alike and last; `reported_at`; id)"
    said.sort_by_key(|one| {
        let width = one.bounds.width();
        (width.is_none(), width, one.reported_at, one.event.clone(), one.kind)
    });
    // "each joining the first claim that it fits."
    let mut claims: Vec<Claim> = Vec::new();
    for one in said {
        match claims.iter_mut().find(|claim| fits(claim, &one)) {
            Some(claim) => join(claim, one),
            None => claims.push(Claim { no: claims.len(), said: one.clone(), members: vec![one] }),
        }
    }
    // "Where they differ in `title` or `reports_to`, the believed gives it and `field_disagrees` is recorded."
    let mut conflicts = Vec::new();
    for claim in &mut claims {
        let titled: Vec<Said> = claim.members.iter().filter(|m| m.said_title().is_some()).cloned().collect();
        if titled.iter().any(|one| !same_title(one.said_title(), titled[0].said_title())) {
            let believed = titled.iter().max_by_key(|member| member.belief()).expect("several");
            claim.said.title.clone_from(&believed.title);
            conflicts.push((ConflictKind::FieldDisagrees, claim.events_that(|m| m.said_title().is_some())));
        }
        let managed: Vec<Said> = claim.members.iter().filter(|m| m.manager.is_some()).cloned().collect();
        if managed.iter().any(|one| one.manager != managed[0].manager) {
            let believed = managed.iter().max_by_key(|member| member.belief()).expect("several");
            claim.said.manager = believed.manager;
            conflicts.push((ConflictKind::FieldDisagrees, claim.events_that(|m| m.manager.is_some())));
        }
    }
    (claims, conflicts)
}

fn fits(claim: &Claim, event: &Said) -> bool {
    // "Events of one type about the same person, company and (for those that begin a post) `employment`"
    if claim.kind != event.kind || claim.company != event.company {
        return false;
    }
    if event.kind.begins() && claim.employment() != event.employment() {
        return false;
    }
    // "when their date bounds overlap (`HeldPost`: its `from`, without one as in rule 5, and `to` where both give one)"
    if !claim.bounds.overlaps(event.bounds) {
        return false;
    }
    if let (Some(one), Some(other)) = (claim.to, event.to)
        && !one.overlaps(other)
    {
        return false;
    }
    if event.kind == Kind::Held && !held_posts_fit(claim, event) {
        return false;
    }
    // "and their fields fit by the table"
    match event.kind {
        Kind::Joined => agree(claim.unit, event.unit),
        Kind::Left => true,
        Kind::Moved => {
            claim.unit == event.unit
                && agree(claim.named_unit, event.named_unit)
                && agree(claim.employment, event.employment)
        }
        Kind::Appointed | Kind::Held => {
            claim.unit == event.unit && titles_agree(claim.title.as_ref(), event.title.as_ref())
        }
        // "`succeeds` makes a claim of its own, joined only with its like: a `RelievedOfPost` of the person
        // succeeded, with this `unit`, `title`, `lead` and date."
        Kind::Relieved | Kind::Succeeded => {
            claim.named_unit == event.named_unit && titles_agree(claim.named_title.as_ref(), event.named_title.as_ref())
        }
        Kind::Retitled => {
            same_title(claim.title.as_ref(), event.title.as_ref())
                && agree(claim.named_unit, event.named_unit)
                && titles_agree(claim.named_title.as_ref(), event.named_title.as_ref())
        }
        Kind::NewManager => {
            claim.manager == event.manager
                && agree(claim.named_unit, event.named_unit)
                && titles_agree(claim.named_title.as_ref(), event.named_title.as_ref())
        }
        // "A sighting joins no other claim"
        Kind::Sighting => false,
        Kind::To => unreachable!("no event is a `to`"),
    }
}

fn held_posts_fit(claim: &Claim, event: &Said) -> bool {
    // "nor do a `HeldPost` without `to` and one whose `to` is not after the earliest day of its `seen` join"
    let parted = |without: &Said, with: &Said| {
        let latest = with.to.and_then(Bounds::latest);
        without.to.is_none() && latest.is_some_and(|to| without.seen_day().is_some_and(|seen| to <= seen))
    };
    if claim.members.iter().any(|member| parted(member, event) || parted(event, member)) {
        return false;
    }
    // "nor two whose common `from` would be surely after their common `to`."
    let common = |one: Option<Bounds>, other: Option<Bounds>| match (one, other) {
        (Some(one), Some(other)) => one.intersect(other),
        (one, other) => one.or(other),
    };
    if let (Some(from), Some(to)) = (common(claim.from, event.from), common(claim.to, event.to))
        && to.surely_before(from)
    {
        return false;
    }
    // "`HeldPost`s of two keys are one claim only where both give `from`, and both or neither `to`."
    claim
        .members
        .iter()
        .filter(|member| member.of_two_keys(event))
        .all(|member| member.from.is_some() && event.from.is_some() && member.to.is_some() == event.to.is_some())
}

/// "Bounds intersect, a missing field is filled by the first event that has it, confidence is the highest,
/// `reported_at` and id are those of the first reported."
fn join(claim: &mut Claim, event: Said) {
    let said = &mut claim.said;
    let both = |one: Option<Bounds>, other: Option<Bounds>| match (one, other) {
        (Some(one), Some(other)) => Some(one.intersect(other).expect("they overlap")),
        (one, other) => one.or(other),
    };
    said.bounds = said.bounds.intersect(event.bounds).expect("they overlap");
    said.from = both(said.from, event.from);
    said.to = both(said.to, event.to);
    said.confidence = said.confidence.max(event.confidence);
    if (event.reported_at, &event.event) < (said.reported_at, &said.event) {
        said.reported_at = event.reported_at;
        said.event = event.event.clone();
    }
    // "A statement that is not believed attests all the same."
    said.attested = said.attested.max(event.attested);
    said.named_unit = said.named_unit.or(event.named_unit);
    said.named_title = said.named_title.take().or_else(|| event.named_title.clone());
    said.unit = said.unit.or(event.unit);
    said.title = said.title.take().or_else(|| event.title.clone());
    said.employment = said.employment.or(event.employment);
    said.lead |= event.lead;
    said.new_lead = said.new_lead.or(event.new_lead);
    said.acting |= event.acting;
    said.remit = said.remit.take().or_else(|| event.remit.clone());
    said.manager = said.manager.or(event.manager);
    if event.concurrency == Concurrency::Concurrent {
        said.concurrency = Concurrency::Concurrent;
    }
    claim.members.push(event);
}

/// "Two moves of one person in one company on one and the same day with different destinations, neither starting
/// where the other ends, are a `contested_move`: the one with the higher confidence, then more distinct publishers,
/// then the earlier `reported_at`, then the smaller id is applied; the other is not."
pub(super) fn uncontested(claims: Vec<Claim>, conflicts: &mut Vec<(ConflictKind, Vec<EventId>)>) -> Vec<Claim> {
    let (mut moves, mut applied): (Vec<Claim>, Vec<Claim>) =
        claims.into_iter().partition(|claim| claim.kind == Kind::Moved);
    moves.sort_by_key(|claim| {
        let mut publishers: Vec<&str> = claim.members.iter().map(|member| &*member.publisher).collect();
        publishers.sort_unstable();
        publishers.dedup();
        (Reverse(claim.confidence), Reverse(publishers.len()), claim.reported_at, claim.event.clone())
    });
    for one in moves {
        let rivals: Vec<&Claim> = applied.iter().filter(|other| contest(&one, other)).collect();
        for rival in &rivals {
            conflicts.push((ConflictKind::ContestedMove, [one.events(), rival.events()].concat()));
        }
        if rivals.is_empty() {
            applied.push(one);
        }
    }
    applied
}

fn contest(one: &Claim, other: &Claim) -> bool {
    let linked = |from: &Claim, to: &Claim| from.named_unit.is_some() && from.named_unit == to.unit;
    one.kind == Kind::Moved
        && other.kind == Kind::Moved
        && one.company == other.company
        && one.bounds.single().is_some()
        && one.bounds.single() == other.bounds.single()
        && one.unit != other.unit
        && !linked(one, other)
        && !linked(other, one)
}
