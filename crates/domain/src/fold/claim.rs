//! Rule 1: events of several sources that tell the same thing are one claim with several supports.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::day::{Day, Instant};
use crate::event::{Concurrency, Confidence, Employment, PersonFact};
use crate::name::Name;
use crate::position::EventId;
use crate::statement::{PersonNo, Statement, Told, UnitNo};

/// A post as the fold sees it.
pub(super) type Post = crate::event::Post<PersonNo, UnitNo>;

/// What decides between two statements that cannot both be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Belief {
    pub(super) confidence: Confidence,
    pub(super) reported_at: Instant,
    pub(super) id: EventId,
}

impl Belief {
    fn of(statement: &Statement) -> Belief {
        Belief { confidence: statement.confidence, reported_at: statement.reported_at, id: statement.event.clone() }
    }

    /// The higher confidence, then the earlier report, then the smaller id.
    pub(super) fn over(&self, other: &Belief) -> bool {
        (other.confidence, self.reported_at, &self.id) < (self.confidence, other.reported_at, &other.id)
    }

    fn join(&mut self, other: &Statement) {
        self.confidence = self.confidence.max(other.confidence);
        if (other.reported_at, &other.event) < (self.reported_at, &self.id) {
            self.reported_at = other.reported_at;
            self.id = other.event.clone();
        }
    }
}

/// What a claim says.
#[derive(Clone, Debug)]
pub(super) enum Says {
    Joined { post: Post, concurrency: Concurrency },
    Left,
    Moved { from: Option<UnitNo>, to: UnitNo, post: Post },
    Appointed { post: Post },
    Relieved { unit: Option<UnitNo>, title: Option<Name> },
    Succeeded { unit: Option<UnitNo>, title: Option<Name>, lead: bool },
    Retitled { unit: Option<UnitNo>, from: Option<Name>, to: Name, lead: Option<bool>, acting: bool },
    NewManager { unit: Option<UnitNo>, title: Option<Name>, manager: Option<PersonNo> },
    Held { post: Post, to: Option<Bounds>, concurrency: Concurrency },
    Sighting { post: Post, concurrency: Concurrency },
}

/// One claim: what it says, between which days, and who says so.
#[derive(Clone, Debug)]
pub(super) struct Claim<'a> {
    pub(super) company: UnitNo,
    pub(super) says: Says,
    /// Of the start, the change or the end that it states.
    pub(super) bounds: Bounds,
    /// The latest day on which a member has the post in force.
    pub(super) attested: Option<Day>,
    pub(super) belief: Belief,
    pub(super) members: Vec<&'a Statement>,
    /// The members that state the `to` of a `HeldPost`.
    pub(super) enders: Vec<EventId>,
    /// The days stated as `seen`, and the days of sightings, with their events.
    pub(super) seen: Vec<(Day, EventId)>,
}

/// A field that members of a claim give or leave out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// The unit of the post, or the unit to which a move goes.
    Unit,
    /// The unit that a move leaves.
    FromUnit,
    /// The title of the post, or the one that a change brings.
    Title,
    /// The title held until then.
    FromTitle,
    Manager,
    /// The start of a `HeldPost`.
    From,
}

fn gives(statement: &Statement, field: Field) -> bool {
    let of_post = |post: &Post| match field {
        Field::Unit => post.unit.is_some(),
        Field::Title => post.title.is_some(),
        Field::Manager => post.reports_to.is_some(),
        Field::FromUnit | Field::FromTitle | Field::From => false,
    };
    match &statement.told {
        Told::Succeeded { unit, title, .. } => match field {
            Field::Unit => unit.is_some(),
            Field::Title => title.is_some(),
            Field::FromUnit | Field::FromTitle | Field::Manager | Field::From => false,
        },
        Told::Died => false,
        Told::Own(fact) => match fact {
            PersonFact::JoinedCompany { post, .. } | PersonFact::AppointedToPost { post, .. } => of_post(post),
            PersonFact::HeldPost { post, from, .. } => {
                if field == Field::From {
                    from.is_some()
                } else {
                    of_post(post)
                }
            }
            PersonFact::TransferredUnit { from_unit, post, .. } => match field {
                Field::Unit => true,
                Field::FromUnit => from_unit.is_some(),
                Field::Title | Field::Manager | Field::FromTitle | Field::From => of_post(post),
            },
            PersonFact::RelievedOfPost { unit, title, .. } | PersonFact::ChangedManager { unit, title, .. } => {
                match field {
                    Field::Unit => unit.is_some(),
                    Field::Title => title.is_some(),
                    Field::FromUnit | Field::FromTitle | Field::Manager | Field::From => false,
                }
            }
            PersonFact::ChangedTitle { unit, from_title, .. } => match field {
                Field::Unit => unit.is_some(),
                Field::Title => true,
                Field::FromTitle => from_title.is_some(),
                Field::FromUnit | Field::Manager | Field::From => false,
            },
            PersonFact::LeftCompany { .. } => false,
        },
    }
}

impl Claim<'_> {
    /// The events of the members that give a field, sorted.
    pub(super) fn that_give(&self, field: Field) -> Vec<EventId> {
        let giving = self.members.iter().filter(|s| gives(s, field));
        let mut events: Vec<EventId> = giving.map(|s| s.event.clone()).collect();
        events.sort();
        events
    }

    /// The events that state the start or the change: of a `HeldPost`, those that give its `from`, if any does.
    pub(super) fn starting(&self) -> Vec<EventId> {
        if let Says::Held { .. } = self.says {
            let giving = self.that_give(Field::From);
            if !giving.is_empty() {
                return giving;
            }
        }
        let mut events: Vec<EventId> = self.events().cloned().collect();
        events.sort();
        events
    }

    pub(super) fn events(&self) -> impl Iterator<Item = &EventId> {
        self.members.iter().map(|s| &s.event)
    }

    pub(super) fn is_sighting(&self) -> bool {
        matches!(self.says, Says::Sighting { .. })
    }

    fn publishers(&self) -> usize {
        self.members.iter().map(|s| &s.publisher).collect::<FxHashSet<_>>().len()
    }
}

/// Whether two titles are both known and not the same.
pub(super) fn titles_differ(a: Option<&Name>, b: Option<&Name>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.key() != b.key())
}

/// Whether two titles are the same, absent equal to absent.
pub(super) fn same_title(a: Option<&Name>, b: Option<&Name>) -> bool {
    a.map(Name::key) == b.map(Name::key)
}

fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

/// A claim of this one statement.
fn single(statement: &Statement) -> Claim<'_> {
    let mut seen = Vec::new();
    let mut enders = Vec::new();
    let mut bounds = statement.effective;
    let mut attested = Attests::Change;
    let (company, says) = match &statement.told {
        Told::Died => unreachable!("deaths are set apart"),
        Told::Succeeded { company, unit, title, lead } => {
            attested = Attests::Nothing;
            (*company, Says::Succeeded { unit: *unit, title: title.clone(), lead: *lead })
        }
        Told::Own(fact) => match fact {
            PersonFact::JoinedCompany { company, post, concurrency } => {
                (*company, Says::Joined { post: post.clone(), concurrency: *concurrency })
            }
            PersonFact::LeftCompany { company, reason: _ } => {
                attested = Attests::Nothing;
                (*company, Says::Left)
            }
            PersonFact::TransferredUnit { company, from_unit, to_unit, post } => {
                (*company, Says::Moved { from: *from_unit, to: *to_unit, post: post.clone() })
            }
            PersonFact::AppointedToPost { company, post, succeeds: _ } => {
                (*company, Says::Appointed { post: post.clone() })
            }
            PersonFact::RelievedOfPost { company, unit, title, reason: _ } => {
                attested = Attests::Nothing;
                (*company, Says::Relieved { unit: *unit, title: title.clone() })
            }
            PersonFact::ChangedTitle { company, unit, from_title, to_title, lead, acting } => {
                let (from, to) = (from_title.clone(), to_title.clone());
                (*company, Says::Retitled { unit: *unit, from, to, lead: *lead, acting: *acting })
            }
            PersonFact::ChangedManager { company, unit, title, reports_to } => {
                (*company, Says::NewManager { unit: *unit, title: title.clone(), manager: *reports_to })
            }
            PersonFact::HeldPost { company, post, from, to, seen: seen_on, concurrency } => {
                let (post, concurrency) = (post.clone(), *concurrency);
                if from.is_none() && to.is_none() {
                    let seen_on = seen_on.as_ref().and_then(|d| d.bounds().earliest());
                    let day = seen_on.unwrap_or(statement.reported_at.day());
                    bounds = Bounds::until(Some(day));
                    attested = Attests::Seen(day);
                    (*company, Says::Sighting { post, concurrency })
                } else {
                    let to = to.as_ref().map(super::super::edtf::VagueDate::bounds);
                    // It began, whatever else is known, before it ended.
                    bounds = match from {
                        Some(from) => from.bounds().cut(to.and_then(Bounds::latest)),
                        None => Bounds::until(to.and_then(Bounds::latest)),
                    };
                    attested = match (seen_on, from) {
                        (Some(day), _) => Attests::Seen(day.bounds().earliest().unwrap_or(statement.reported_at.day())),
                        (None, Some(_)) => Attests::Change,
                        (None, None) => Attests::Nothing,
                    };
                    if to.is_some() {
                        enders.push(statement.event.clone());
                    }
                    (*company, Says::Held { post, to, concurrency })
                }
            }
        },
    };
    if let Attests::Seen(day) = attested {
        seen.push((day, statement.event.clone()));
    }
    let attested = attested.day(bounds, statement.reported_at.day());
    let (belief, members) = (Belief::of(statement), vec![statement]);
    Claim { company, says, bounds, attested, belief, members, enders, seen }
}

/// On which day an event has the post in force.
#[derive(Clone, Copy)]
enum Attests {
    /// On the day of the report, where that can be the day of the start or change; else on that day itself.
    Change,
    Seen(Day),
    Nothing,
}

impl Attests {
    fn day(self, bounds: Bounds, reported: Day) -> Option<Day> {
        match self {
            Attests::Nothing => None,
            Attests::Seen(day) => Some(day),
            Attests::Change if bounds.contains(reported) => Some(reported),
            Attests::Change => bounds.single(),
        }
    }
}

impl Claim<'_> {
    /// Whether the other claim, of one statement, tells the same (the table of rule 1).
    fn fits(&self, other: &Claim<'_>) -> bool {
        if self.company != other.company || !self.bounds.overlaps(other.bounds) {
            return false;
        }
        let employment = |post: &Post| post.employment.unwrap_or_default();
        let same_post = |a: &Post, b: &Post| {
            employment(a) == employment(b) && a.unit == b.unit && !titles_differ(a.title.as_ref(), b.title.as_ref())
        };
        match (&self.says, &other.says) {
            (Says::Joined { post: a, .. }, Says::Joined { post: b, .. }) => {
                employment(a) == employment(b) && !differ(a.unit, b.unit)
            }
            (Says::Left, Says::Left) => true,
            (Says::Moved { from: f, to: t, post: a }, Says::Moved { from: g, to: u, post: b }) => {
                t == u && !differ(*f, *g) && !differ(a.employment, b.employment)
            }
            (Says::Appointed { post: a }, Says::Appointed { post: b }) => same_post(a, b),
            (Says::Relieved { unit: a, title: t }, Says::Relieved { unit: b, title: u })
            | (Says::Succeeded { unit: a, title: t, .. }, Says::Succeeded { unit: b, title: u, .. }) => {
                a == b && !titles_differ(t.as_ref(), u.as_ref())
            }
            (Says::Held { post: a, to: t, .. }, Says::Held { post: b, to: u, .. }) => {
                let ends_agree = match (t, u) {
                    (Some(t), Some(u)) => t.overlaps(*u),
                    (Some(to), None) => !over_by(*to, &other.seen),
                    (None, Some(to)) => !over_by(*to, &self.seen),
                    (None, None) => true,
                };
                same_post(a, b) && ends_agree
            }
            (Says::Retitled { unit: a, from: f, to: t, .. }, Says::Retitled { unit: b, from: g, to: u, .. }) => {
                t.key() == u.key() && !differ(*a, *b) && !titles_differ(f.as_ref(), g.as_ref())
            }
            (
                Says::NewManager { unit: a, title: t, manager: m },
                Says::NewManager { unit: b, title: u, manager: n },
            ) => m == n && !differ(*a, *b) && !titles_differ(t.as_ref(), u.as_ref()),
            _ => false,
        }
    }

    /// Takes in another claim that fits: bounds intersect, a missing field is filled.
    fn join(&mut self, other: Self) {
        self.bounds = self.bounds.intersect(other.bounds).expect("a claim joins one that it overlaps");
        self.attested = self.attested.max(other.attested);
        self.seen.extend(other.seen);
        self.enders.extend(other.enders);
        match (&mut self.says, other.says) {
            (Says::Joined { post, concurrency }, Says::Joined { post: more, concurrency: also }) => {
                fill_post(post, more);
                join_concurrency(concurrency, also);
            }
            (Says::Moved { from, post, .. }, Says::Moved { from: more_from, post: more, .. }) => {
                *from = from.or(more_from);
                fill_post(post, more);
            }
            (Says::Appointed { post }, Says::Appointed { post: more }) => fill_post(post, more),
            (Says::Relieved { title, .. }, Says::Relieved { title: more, .. }) => fill(title, more),
            (Says::Succeeded { title, lead, .. }, Says::Succeeded { title: more, lead: also, .. }) => {
                fill(title, more);
                *lead |= also;
            }
            (
                Says::Retitled { unit, from, lead, acting, .. },
                Says::Retitled { unit: more_unit, from: more_from, lead: more_lead, acting: also, .. },
            ) => {
                *unit = unit.or(more_unit);
                fill(from, more_from);
                *lead = lead.or(more_lead);
                *acting |= also;
            }
            (Says::NewManager { unit, title, .. }, Says::NewManager { unit: more_unit, title: more, .. }) => {
                *unit = unit.or(more_unit);
                fill(title, more);
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
        for statement in other.members {
            self.belief.join(statement);
            self.members.push(statement);
        }
    }

    /// The fields in which the members differ though they are one claim.
    fn disagreements(&self, conflicts: &mut Vec<Conflict>) {
        if self.members.len() < 2 {
            return;
        }
        let posts = || {
            self.members.iter().filter_map(|s| match &s.told {
                Told::Own(
                    PersonFact::JoinedCompany { post, .. }
                    | PersonFact::TransferredUnit { post, .. }
                    | PersonFact::AppointedToPost { post, .. }
                    | PersonFact::HeldPost { post, .. },
                ) => Some((post, &s.event)),
                Told::Own(_) | Told::Died | Told::Succeeded { .. } => None,
            })
        };
        let titles: Vec<_> = posts().filter_map(|(p, e)| Some((p.title.as_ref()?, e))).collect();
        if titles.iter().any(|(title, _)| title.key() != titles[0].0.key()) {
            let told = titles.iter().map(|(title, event)| format!("`{}` ({event})", title.as_str()));
            let detail = format!("one claim, several titles: {}", listed(told));
            let events = titles.iter().map(|(_, event)| (*event).clone()).collect();
            conflicts.push(Conflict::new(ConflictKind::FieldDisagrees, events, detail));
        }
        let managers: Vec<_> = posts().filter_map(|(p, e)| Some((p.reports_to?, e))).collect();
        if managers.iter().any(|(manager, _)| *manager != managers[0].0) {
            let events = managers.iter().map(|(_, event)| (*event).clone()).collect();
            let detail = "one claim, several managers".to_owned();
            conflicts.push(Conflict::new(ConflictKind::FieldDisagrees, events, detail));
        }
    }
}

/// The bounds that one statement gives to the start or the end of what it is about.
pub(super) fn stated(statement: &Statement, side: super::Side) -> Bounds {
    let Told::Own(PersonFact::HeldPost { from, to, seen, .. }) = &statement.told else {
        return statement.effective;
    };
    let stated = if side == super::Side::Start { from } else { to };
    match stated {
        Some(date) => date.bounds(),
        None => Bounds::until(
            seen.as_ref()
                .and_then(|d| d.bounds().latest())
                .or(to.as_ref().and_then(|to| to.bounds().latest()))
                .or(Some(statement.reported_at.day())),
        ),
    }
}

/// The items one after the other, in a fixed order, each once.
pub(super) fn listed(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    items.sort();
    items.dedup();
    items.join(", ")
}

/// Whether the post was over by the day on which it was seen.
fn over_by(to: Bounds, seen: &[(Day, EventId)]) -> bool {
    seen.iter().any(|(day, _)| to.latest().is_some_and(|latest| latest <= *day))
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

/// How a statement waits for its turn to join a claim: the narrowest first, unbounded ones alike and last.
fn joining_order(claim: &Claim<'_>) -> (i64, Instant, EventId) {
    let width = claim.bounds.width().map_or(i64::MAX, i64::from);
    (width, claim.belief.reported_at, claim.belief.id.clone())
}

/// The claims that the statements make, without the moves that lose a contest.
pub(super) fn claims<'a>(statements: &[&'a Statement], conflicts: &mut Vec<Conflict>) -> Vec<Claim<'a>> {
    let mut singles: Vec<Claim<'a>> = statements.iter().map(|s| single(s)).collect();
    if singles.len() > 1 {
        singles.sort_by_cached_key(joining_order);
    }
    let mut claims: Vec<Claim<'a>> = Vec::with_capacity(singles.len());
    for one in singles {
        match claims.iter_mut().find(|claim| claim.fits(&one)) {
            Some(claim) => claim.join(one),
            None => claims.push(one),
        }
    }
    for claim in &claims {
        claim.disagreements(conflicts);
    }
    settle_contests(&mut claims, conflicts);
    claims
}

/// Two moves on one and the same day to different destinations, neither starting where the other ends:
/// one of them is applied.
fn settle_contests(claims: &mut Vec<Claim<'_>>, conflicts: &mut Vec<Conflict>) {
    let moved = |claim: &Claim<'_>| {
        let Says::Moved { from, to, .. } = &claim.says else { return None };
        claim.bounds.single().map(|day| (claim.company, day, *from, *to))
    };
    let mut moves: Vec<usize> = (0..claims.len()).filter(|i| moved(&claims[*i]).is_some()).collect();
    if moves.len() < 2 {
        return;
    }
    moves.sort_by_cached_key(|i| {
        let claim = &claims[*i];
        let belief = &claim.belief;
        let first = std::cmp::Reverse((belief.confidence, claim.publishers()));
        (first, belief.reported_at, belief.id.clone())
    });
    let contests = |a: usize, b: usize| match (moved(&claims[a]), moved(&claims[b])) {
        (Some((company, day, from, to)), Some((other_company, other_day, other_from, other_to))) => {
            company == other_company
                && day == other_day
                && to != other_to
                && from != Some(other_to)
                && other_from != Some(to)
        }
        _ => false,
    };
    let mut applied: Vec<usize> = Vec::new();
    let mut refused: Vec<usize> = Vec::new();
    for one in moves {
        let rivals: Vec<usize> = applied.iter().copied().filter(|other| contests(one, *other)).collect();
        for rival in &rivals {
            let events: Vec<EventId> = claims[one].events().chain(claims[*rival].events()).cloned().collect();
            let detail = format!(
                "two destinations on {}: {} is believed over {}",
                claims[one].bounds.single().expect("a contested move has one day"),
                claims[*rival].belief.id,
                claims[one].belief.id,
            );
            conflicts.push(Conflict::new(ConflictKind::ContestedMove, events, detail));
        }
        if rivals.is_empty() {
            applied.push(one);
        } else {
            refused.push(one);
        }
    }
    refused.sort_unstable();
    for index in refused.into_iter().rev() {
        claims.remove(index);
    }
}
