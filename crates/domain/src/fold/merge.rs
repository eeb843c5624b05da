//! Rule 1: events of several sources that tell the same are one claim with several supports.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::day::{Day, Instant};

use crate::event::{Concurrency, Employment};
use crate::name::Name;
use crate::position::EventId;
use crate::statement::{PersonNo, Statement, StatementFact, UnitNo};

use super::alike::{Alike, Candidates};
use super::claim::{Belief, Claim, Field, Post, Retitling, Says, single, titles_differ};
use super::drafts::Looked;
use super::keys::Ends;

/// The claims that the statements make, without the moves that lose a contest.
pub(super) fn claims<'f>(
    statements: &[&'f Statement],
    many: usize,
    looked: &Looked,
    conflicts: &mut Vec<Conflict>,
) -> Vec<Claim<'f>> {
    let mut singles: Vec<Claim<'f>> = statements.iter().map(|s| single(s)).collect();
    if singles.len() > 1 {
        singles.sort_by(|a, b| joining_order(a).cmp(&joining_order(b)));
    }
    let mut claims: Vec<Claim<'f>> = Vec::with_capacity(singles.len());
    let mut alike: FxHashMap<Alike, Candidates<'f>> = FxHashMap::default();
    for one in singles {
        // "A sighting joins no other claim."
        let Some(key) = Alike::of(&one) else {
            claims.push(one);
            continue;
        };
        let candidates = alike.entry(key).or_default();
        let statement = one.members[0];
        let claim = if let Some(claim) = candidates.first(&claims, &one, looked) {
            claims[claim].join(one);
            claim
        } else {
            claims.push(one);
            claims.len() - 1
        };
        candidates.note(&claims, claim, statement, many);
    }
    for claim in &mut claims {
        claim.settle_fields(conflicts);
    }
    settle_contests(&mut claims, conflicts);
    claims
}

/// "They are taken in the order (narrowest bounds, with unbounded ones alike and last; `reported_at`; id)."
fn joining_order<'f>(claim: &Claim<'f>) -> (i64, (Instant, &'f EventId)) {
    (claim.bounds.width().map_or(i64::MAX, i64::from), claim.belief.first())
}

fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

impl<'f> Claim<'f> {
    /// Whether a claim of one statement, alike in what must be equal, tells the same: the dates overlap, and nothing
    /// disagrees that must not.
    pub(super) fn fits(&self, one: &Claim<'_>) -> bool {
        if !self.bounds.overlaps(one.bounds) {
            return false;
        }
        match (&self.says, &one.says) {
            (Says::Joined { post: a, .. }, Says::Joined { post: b, .. }) => !differ(a.unit, b.unit),
            (Says::Left, Says::Left) => true,
            (Says::Moved { from: f, post: a, .. }, Says::Moved { from: g, post: b, .. }) => {
                !differ(*f, *g) && !differ(a.employment, b.employment)
            }
            (Says::Appointed { post: a, .. }, Says::Appointed { post: b, .. }) => {
                !titles_differ(a.title.as_ref(), b.title.as_ref())
            }
            (Says::Held { post: a, to: t, .. }, Says::Held { post: b, to: u, .. }) => {
                !titles_differ(a.title.as_ref(), b.title.as_ref()) && self.spells_agree(*t, one, *u)
            }
            (Says::Relieved { named: a }, Says::Relieved { named: b })
            | (Says::Succeeded { named: a, .. }, Says::Succeeded { named: b, .. }) => {
                !titles_differ(a.title.as_ref(), b.title.as_ref())
            }
            (Says::Retitled(Retitling { named: a, .. }), Says::Retitled(Retitling { named: b, .. }))
            | (Says::NewManager { named: a, .. }, Says::NewManager { named: b, .. }) => {
                !differ(a.unit, b.unit) && !titles_differ(a.title.as_ref(), b.title.as_ref())
            }
            _ => false,
        }
    }

    /// What keeps two `HeldPost`s apart beside their fields and the bounds of their starts.
    fn spells_agree(&self, to: Option<Bounds>, one: &Claim<'_>, one_to: Option<Bounds>) -> bool {
        // "And `to` where both give one."
        if matches!((to, one_to), (Some(to), Some(one_to)) if !to.overlaps(one_to)) {
            return false;
        }
        // "Nor do a `HeldPost` without `to` and one whose `to` is not after the earliest day of its `seen` join."
        if self.looks.over_by(one.looks) || one.looks.over_by(self.looks) {
            return false;
        }
        // "Nor two whose common `from` would be surely after their common `to`."
        let common_from = self.bounds.intersect(one.bounds);
        let common_to = match (to, one_to) {
            (Some(to), Some(one_to)) => to.intersect(one_to),
            (to, one_to) => to.or(one_to),
        };
        if matches!((common_from, common_to), (Some(from), Some(to)) if to.surely_before(from)) {
            return false;
        }
        !one.members.iter().any(|other| self.is_row_beside(other))
    }

    /// Whether a `HeldPost` is another row than one of these: "`HeldPost`s of two keys are one claim only where both give
    /// `from`, and both or neither `to`."
    pub(super) fn is_row_beside(&self, other: &Statement) -> bool {
        let ends = Ends::of(other);
        self.keys.are_two_with(other, |given| !(given.from && ends.from && given.to == ends.to))
    }

    /// Takes in a claim that fits: "bounds intersect, a missing field is filled by the first event that has it".
    fn join(&mut self, one: Claim<'f>) {
        self.bounds = self.bounds.intersect(one.bounds).expect("a claim joins one that it overlaps");
        self.attested = self.attested.max(one.attested);
        self.seen.extend(one.seen);
        self.looks.join(one.looks);
        self.keys.extend(&one.keys);
        match (&mut self.says, one.says) {
            (Says::Joined { post, concurrency }, Says::Joined { post: more, concurrency: also })
            | (Says::Appointed { post, concurrency }, Says::Appointed { post: more, concurrency: also }) => {
                fill_post(post, more);
                join_concurrency(concurrency, also);
            }
            (Says::Moved { from, post, .. }, Says::Moved { from: more_from, post: more, .. }) => {
                *from = from.or(more_from);
                fill_post(post, more);
            }
            (Says::Relieved { named }, Says::Relieved { named: more })
            | (Says::NewManager { named, .. }, Says::NewManager { named: more, .. }) => {
                fill(&mut named.unit, more.unit);
                fill(&mut named.title, more.title);
            }
            (Says::Succeeded { named, lead }, Says::Succeeded { named: more, lead: also }) => {
                fill(&mut named.title, more.title);
                *lead |= also;
            }
            (Says::Retitled(change), Says::Retitled(more)) => {
                fill(&mut change.named.unit, more.named.unit);
                fill(&mut change.named.title, more.named.title);
                change.lead = change.lead.or(more.lead);
                change.acting |= more.acting;
            }
            (Says::Held { post, to, concurrency }, Says::Held { post: more, to: more_to, concurrency: also }) => {
                fill_post(post, more);
                join_concurrency(concurrency, also);
                *to = match (*to, more_to) {
                    (Some(a), Some(b)) => a.intersect(b),
                    (a, b) => a.or(b),
                };
            }
            _ => {}
        }
        for statement in one.members {
            self.belief.join(Belief::of(statement));
            self.members.push(statement);
        }
    }

    /// "Where they differ in `title` or `reports_to`, the believed gives it and `field_disagrees` is recorded."
    fn settle_fields(&mut self, conflicts: &mut Vec<Conflict>) {
        if self.members.len() < 2 {
            return;
        }
        let titles: Vec<(&Name, &'f Statement)> =
            self.giving(Field::Title).filter_map(|s| Some((post_of(s)?.title.as_ref()?, s))).collect();
        let believed_title =
            most_believed(&titles).filter(|_| titles.iter().any(|(t, _)| t.key() != titles[0].0.key()));
        if believed_title.is_some() {
            let told = titles.iter().map(|(title, s)| format!("`{}` ({})", title.as_str(), s.event));
            let detail = format!("one claim, several titles: {}", listed(told));
            let events = titles.iter().map(|(_, s)| s.event.clone()).collect();
            conflicts.push(Conflict::new(ConflictKind::FieldDisagrees, events, detail));
        }
        let managers: Vec<(PersonNo, &'f Statement)> =
            self.giving(Field::Manager).filter_map(|s| Some((post_of(s)?.reports_to?, s))).collect();
        let believed_manager = most_believed(&managers).filter(|_| managers.iter().any(|(m, _)| *m != managers[0].0));
        if believed_manager.is_some() {
            let events = managers.iter().map(|(_, s)| s.event.clone()).collect();
            let detail = "one claim, several managers".to_owned();
            conflicts.push(Conflict::new(ConflictKind::FieldDisagrees, events, detail));
        }
        let believed_title = believed_title.cloned();
        if let Says::Joined { post, .. }
        | Says::Moved { post, .. }
        | Says::Appointed { post, .. }
        | Says::Held { post, .. } = &mut self.says
        {
            if let Some(title) = believed_title {
                post.title = Some(title);
            }
            if let Some(manager) = believed_manager {
                post.reports_to = Some(manager);
            }
        }
    }

    fn publishers(&self) -> usize {
        self.members.iter().map(|s| &s.publisher).collect::<FxHashSet<_>>().len()
    }
}

/// The value that the most believed of the statements gives.
fn most_believed<T: Copy>(values: &[(T, &Statement)]) -> Option<T> {
    let believed = values.iter().copied().reduce(|a, b| if Belief::of(b.1).over(&Belief::of(a.1)) { b } else { a });
    believed.map(|(value, _)| value)
}

fn post_of(statement: &Statement) -> Option<&Post> {
    match &statement.fact {
        StatementFact::Own(fact) => fact.post(),
        StatementFact::Died | StatementFact::Succeeded { .. } => None,
    }
}

/// The items one after the other, in a fixed order, each once.
fn listed(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    items.sort();
    items.dedup();
    items.join(", ")
}

fn fill<T>(field: &mut Option<T>, more: Option<T>) {
    if field.is_none() {
        *field = more;
    }
}

fn fill_post(post: &mut Post, more: Post) {
    fill(&mut post.unit, more.unit);
    fill(&mut post.title, more.title);
    fill::<Arc<str>>(&mut post.remit, more.remit);
    fill(&mut post.reports_to, more.reports_to);
    fill::<Employment>(&mut post.employment, more.employment);
    post.lead |= more.lead;
    post.acting |= more.acting;
}

fn join_concurrency(concurrency: &mut Concurrency, also: Concurrency) {
    if also == Concurrency::Concurrent {
        *concurrency = also;
    }
}

/// A move whose day is one, as a contest looks at it.
#[derive(Clone, Copy)]
struct Contender {
    company: UnitNo,
    day: Day,
    from: Option<UnitNo>,
    to: UnitNo,
}

impl Contender {
    fn of(claim: &Claim<'_>) -> Option<Contender> {
        let Says::Moved { from, to, .. } = &claim.says else { return None };
        Some(Contender { company: claim.company, day: claim.bounds.single()?, from: *from, to: *to })
    }

    /// Whether they go to different destinations, "neither starting where the other ends".
    fn contests(&self, other: &Contender) -> bool {
        self.to != other.to && self.from != Some(other.to) && other.from != Some(self.to)
    }
}

/// "Two moves of one person in one company on one and the same day with different destinations are a `contested_move`:
/// the one with the higher confidence, then more distinct publishers, then the earlier `reported_at`, then the smaller id
/// is applied; the other is not."
fn settle_contests(claims: &mut Vec<Claim<'_>>, conflicts: &mut Vec<Conflict>) {
    let mut moves: Vec<(usize, Contender)> =
        claims.iter().enumerate().filter_map(|(i, claim)| Some((i, Contender::of(claim)?))).collect();
    if moves.len() < 2 {
        return;
    }
    moves.sort_by_cached_key(|(i, _)| {
        let claim = &claims[*i];
        let first = std::cmp::Reverse((claim.belief.confidence, claim.publishers()));
        (first, claim.belief.reported_at, claim.belief.id.clone())
    });
    let mut applied: FxHashMap<(UnitNo, Day), Vec<(usize, Contender)>> = FxHashMap::default();
    let mut refused: FxHashSet<usize> = FxHashSet::default();
    for (one, contender) in moves {
        let applied = applied.entry((contender.company, contender.day)).or_default();
        let mut is_applied = true;
        for (rival, other) in applied.iter().filter(|(_, other)| contender.contests(other)) {
            is_applied = false;
            let events = claims[one].events().chain(claims[*rival].events()).cloned().collect();
            let detail = format!(
                "two destinations on {}: {} is believed over {}",
                other.day, claims[*rival].belief.id, claims[one].belief.id,
            );
            conflicts.push(Conflict::new(ConflictKind::ContestedMove, events, detail));
        }
        if is_applied {
            applied.push((one, contender));
        } else {
            refused.insert(one);
        }
    }
    let mut index = 0..;
    claims.retain(|_| index.next().is_none_or(|index| !refused.contains(&index)));
}
