//! The fold of one person: statements in, tenures and conflicts out (contract, section 4).
//!
//! [`fold`] is a pure function of the set of statements: their order plays no part, nor does a clock.
//! There is one module for each rule: `claim` and `merge` are rule 1, `order` rule 2, `about` rule 3, `dates` rule 4,
//! `begin` and `field` rule 5, `transfer` rule 6, `end` rule 7, `change` rule 8, `death` rule 9. `draft` holds a tenure in the
//! making.
//!
//! The fold deliberately knows nothing of names, units' histories or answers: identity is settled before it, and
//! what became of a unit is asked after it.

mod about;
mod ahead;
mod alike;
mod begin;
mod change;
mod claim;
mod dates;
mod days;
mod death;
mod draft;
mod drafts;
mod end;
mod field;
mod keys;
mod merge;
mod order;
mod trail;
mod transfer;
mod turn;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::day::Day;
use crate::position::EventId;
use crate::statement::{Statement, StatementFact};
use crate::tenure::{Career, Edge, Tenure};

use claim::{Claim, Says};
use draft::TenureDraft;
use drafts::{Drafts, Looked};
use order::Queue;
use turn::{ClaimPart, CurrentClaim};

/// Folds the live statements about one person.
///
/// The order of the statements plays no part, and a statement that is given twice counts once. The tenures
/// come in the order in which the fold opened them, the conflicts sorted.
pub fn fold(statements: &[Statement]) -> Career {
    fold_beyond(MANY, statements).0
}

/// The same, where more than none are already many: for the tests that hold the indexes against the walks.
#[doc(hidden)]
pub fn fold_by_indexes(statements: &[Statement]) -> Career {
    fold_beyond(0, statements).0
}

/// How many tenures and claims the rules were asked about to fold these statements, for the tests of how that grows.
#[doc(hidden)]
pub fn looks(statements: &[Statement]) -> u64 {
    fold_beyond(MANY, statements).1
}

/// How many tenures or claims of one person are walked through one by one. Where there are more, they have an index.
const MANY: usize = 48;

fn fold_beyond(many: usize, statements: &[Statement]) -> (Career, u64) {
    let mut conflicts = Vec::new();
    let statements = distinct(statements);
    let (deaths, statements): (Vec<&Statement>, Vec<&Statement>) =
        statements.into_iter().partition(|s| matches!(s.fact, StatementFact::Died));
    let looked = Looked::default();
    let claims = merge::claims(&statements, many, &looked, &mut conflicts);
    let (queue, drafts) = (Queue::new(&claims, many), Drafts::new(many));
    let mut fold = Fold { claims: &claims, queue, drafts, attesting: Vec::new(), conflicts };
    while let Some(next) = fold.queue.next() {
        fold.apply_in_turn(next);
    }
    let looks = looked.times() + fold.drafts.looked() + fold.queue.looked.times();
    (fold.finish(&deaths), looks)
}

/// Each event once, without regard to the order in which they are given.
fn distinct(statements: &[Statement]) -> Vec<&Statement> {
    let mut distinct: Vec<&Statement> = statements.iter().collect();
    if distinct.len() > 1 {
        let told = |s: &Statement| u8::from(matches!(s.fact, StatementFact::Succeeded { .. }));
        distinct.sort_by(|a, b| (&a.event, told(a)).cmp(&(&b.event, told(b))));
        distinct.dedup_by(|a, b| a.event == b.event && told(a) == told(b));
    }
    distinct
}

/// A fold under way: the claims, those that wait for their turn, and the tenures made of the others.
struct Fold<'f> {
    claims: &'f [Claim<'f>],
    queue: Queue,
    /// In the order in which they were opened.
    drafts: Drafts<'f>,
    /// The statements that attest a day, with that day.
    attesting: Vec<(Day, &'f Statement)>,
    conflicts: Vec<Conflict>,
}

impl<'f> Fold<'f> {
    fn apply(&mut self, now: &CurrentClaim<'f>) {
        match (&now.claim.says, now.part) {
            (_, ClaimPart::To(_)) => self.end_held(now),
            (
                Says::Joined { post, concurrency }
                | Says::Appointed { post, concurrency }
                | Says::Held { post, concurrency, .. },
                ClaimPart::Whole,
            ) => self.begin(now, post, *concurrency),
            (Says::Sighting { post, concurrency }, ClaimPart::Whole) => self.sight(now, post, *concurrency),
            (Says::Moved { from, to, post }, ClaimPart::Whole) => self.transfer(now, *from, *to, post),
            (Says::Left, ClaimPart::Whole) => self.leave(now),
            (Says::Relieved { named }, ClaimPart::Whole) => self.relieve(now, named),
            (Says::Succeeded { named, .. }, ClaimPart::Whole) => self.succeed(now, named),
            (Says::Retitled(change), ClaimPart::Whole) => self.retitle(now, change),
            (Says::NewManager { named, manager }, ClaimPart::Whole) => self.change_manager(now, named, *manager),
        }
    }

    /// What every tenure must be looked at for when all claims are applied.
    fn finish(self, deaths: &[&'f Statement]) -> Career {
        let Fold { claims, drafts, attesting, mut conflicts, .. } = self;
        let mut drafts = drafts.into_vec();
        let tellers = Tellers::of(claims);
        for draft in &mut drafts {
            draft.sort_events();
            let tenure = &draft.tenure;
            if draft.start_disagrees {
                let Edge { bounds, events, .. } = &tenure.start;
                conflicts.push(tellers.dates_disagree(tenure, Side::Start, *bounds, events.clone()));
            }
            let Some(end) = &tenure.end else { continue };
            if draft.end_disagrees {
                let mut events = end.events.clone();
                events.retain(|event| draft.succeeded.by_then.binary_search(event).is_err());
                conflicts.push(tellers.dates_disagree(tenure, Side::End, end.bounds, events));
            }
            conflicts.extend(draft.seen_after_end(end));
        }
        let died = death::bound_by_death(&mut drafts, deaths, &attesting, &mut conflicts);
        conflicts.sort();
        conflicts.dedup_by(|a, b| a.kind == b.kind && a.events == b.events);
        Career { died, tenures: drafts.into_iter().map(TenureDraft::into_tenure).collect(), conflicts }
    }
}

impl TenureDraft<'_> {
    /// "A tenure with a `seen` after the last day on which it can have ended: `seen_after_end`."
    fn seen_after_end(&self, end: &Edge) -> Option<Conflict> {
        let after = |day: Day| end.bounds.latest().is_some_and(|latest| latest < day);
        let late: Vec<(Day, &EventId)> = self.seen.iter().copied().filter(|(day, _)| after(*day)).collect();
        let (day, _) = late.iter().max()?;
        let events = late.iter().map(|(_, event)| (*event).clone()).chain(end.events.iter().cloned()).collect();
        let detail = format!("seen on {day}, after the end {}", end.bounds);
        Some(Conflict::new(ConflictKind::SeenAfterEnd, events, detail))
    }
}

/// One of the two ends of a tenure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    End,
}

/// The statements of the claims, in their order, each found by its event.
struct Tellers<'f> {
    claims: &'f [Claim<'f>],
    by_event: OnceCell<FxHashMap<&'f EventId, Vec<(usize, &'f Statement)>>>,
}

impl<'f> Tellers<'f> {
    fn of(claims: &'f [Claim<'f>]) -> Tellers<'f> {
        Tellers { claims, by_event: OnceCell::new() }
    }

    /// What those events say, in the order of the claims.
    fn told_by(&self, events: &[EventId]) -> Vec<&'f Statement> {
        let by_event = self.by_event.get_or_init(|| {
            let mut by_event: FxHashMap<&EventId, Vec<(usize, &Statement)>> = FxHashMap::default();
            for (number, statement) in self.claims.iter().flat_map(|claim| &claim.members).enumerate() {
                by_event.entry(&statement.event).or_default().push((number, statement));
            }
            by_event
        });
        let mut told: Vec<(usize, &Statement)> =
            events.iter().filter_map(|e| by_event.get(e)).flatten().copied().collect();
        told.sort_by_key(|(number, _)| *number);
        told.into_iter().map(|(_, statement)| statement).collect()
    }

    /// The conflict of an edge whose statements are disjoint: who says what, and what is believed.
    fn dates_disagree(&self, tenure: &Tenure, side: Side, believed: Bounds, events: Vec<EventId>) -> Conflict {
        let mut told: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for statement in self.told_by(&events) {
            let bounds = claim::stated(statement, side);
            told.entry(crate::edtf::shortest(bounds)).or_default().push(statement.event.as_str());
        }
        let told: Vec<String> = told.iter().map(|(date, events)| format!("{date} ({})", events.join(", "))).collect();
        let post = tenure.title.as_ref().map_or("the post".to_owned(), |title| format!("`{}`", title.as_str()));
        let verb = if side == Side::Start { "began" } else { "ended" };
        let detail = format!("{post} {verb} {}; {believed} is believed", told.join(" or "));
        Conflict::new(ConflictKind::DateDisagrees, events, detail)
    }
}

/// The ids of events, sorted.
fn sorted<'e>(events: impl Iterator<Item = &'e EventId>) -> Vec<EventId> {
    let mut events: Vec<EventId> = events.cloned().collect();
    events.sort();
    events
}
