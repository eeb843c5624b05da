//! The fold of one person: statements in, tenures and conflicts out (contract, section 4).
//!
//! [`fold`] is a pure function of the set of statements: their order plays no part, nor does a clock.
//! The modules follow the rules in order: `claim` is rule 1, this module is rule 2 (the order of claims and
//! the looking ahead), `about` is rule 3, `dates` is rule 4, `apply` is rules 5 to 8.
//!
//! It deliberately knows nothing of names, units' histories or answers: identity is settled before it, and
//! what became of a unit is asked after it.

mod about;
mod apply;
mod claim;
mod dates;

use std::collections::BTreeMap;

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::day::{Day, Instant};
use crate::position::EventId;
use crate::statement::{Statement, UnitNo};
use crate::tenure::{Career, Edge, Tenure};

use claim::{Belief, Claim, Says};

/// Folds the live statements about one person.
///
/// The order of the statements plays no part, and a statement that is given twice counts once. The tenures
/// come in the order in which the fold opened them, the conflicts sorted.
pub fn fold(statements: &[Statement]) -> Career {
    let mut conflicts = Vec::new();
    let statements = distinct(statements);
    let claims = claim::claims(&statements, &mut conflicts);
    let waiting = in_order(&claims);
    let mut fold = Fold { claims: &claims, waiting, seats: Vec::new(), conflicts };
    while let Some(next) = fold.waiting.iter().position(Option::is_some) {
        fold.apply_waiting(next, None);
    }
    fold.finish()
}

/// Each event once, without regard to the order in which they are given.
fn distinct(statements: &[Statement]) -> Vec<&Statement> {
    let mut distinct: Vec<&Statement> =
        statements.iter().filter(|s| !matches!(s.told, crate::statement::Told::Died)).collect();
    if distinct.len() > 1 {
        let told = |s: &Statement| u8::from(matches!(s.told, crate::statement::Told::Succeeded { .. }));
        distinct.sort_by(|a, b| (&a.event, told(a)).cmp(&(&b.event, told(b))));
        distinct.dedup_by(|a, b| a.event == b.event && told(a) == told(b));
    }
    distinct
}

/// The order in which claims of one day are applied. Of the beginnings a joining is first: an appointment of that day
/// adds a post beside the one joined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Class {
    Ending,
    Move,
    Change,
    Joining,
    Beginning,
}

impl Class {
    fn is_beginning(self) -> bool {
        matches!(self, Class::Joining | Class::Beginning)
    }
}

/// Which part of a claim is applied: all of it, or the `to` of a `HeldPost`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Whole,
    To(Bounds),
}

/// A claim that waits for its turn.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    claim: usize,
    part: Part,
    class: Class,
    /// The earliest day by which it is ordered; a sighting's own day.
    earliest: Option<Day>,
}

/// A claim whose turn has come, with the days that hold for it now.
#[derive(Clone, Copy)]
struct Now<'f> {
    index: usize,
    claim: &'f Claim<'f>,
    part: Part,
    bounds: Bounds,
    attested: Option<Day>,
}

/// A tenure in the making, with what the rules must remember of it.
struct Seat {
    tenure: Tenure,
    /// The most believed statement of the start.
    start_belief: Belief,
    start_disagrees: bool,
    /// The most believed statement of the end.
    end_belief: Option<Belief>,
    end_disagrees: bool,
    /// The claim whose application ended it.
    ended_by: Option<usize>,
    /// The `LeftCompany` claims among the statements of its end.
    left_by: Vec<usize>,
    /// Who gave the unit, the title and the manager from the start.
    unit_from: Option<Given>,
    title_from: Option<Given>,
    manager_from: Option<Given>,
    /// The `HeldPost` claims that it comes from.
    held: Vec<usize>,
    seen: Vec<(Day, EventId)>,
}

/// Who gave a field its value: the most believed claim, and the events that say it.
#[derive(Clone)]
struct Given {
    belief: Belief,
    events: Vec<EventId>,
}

struct Fold<'f> {
    claims: &'f [Claim<'f>],
    waiting: Vec<Option<Waiting>>,
    seats: Vec<Seat>,
    conflicts: Vec<Conflict>,
}

/// Rule 2: claims, and the `to` of each `HeldPost` as an ending of its own, by latest day, earliest day,
/// class, report and id.
fn in_order(claims: &[Claim<'_>]) -> Vec<Option<Waiting>> {
    let mut waiting = Vec::with_capacity(claims.len() + 2);
    for (index, claim) in claims.iter().enumerate() {
        let class = match &claim.says {
            Says::Left | Says::Relieved { .. } | Says::Succeeded { .. } => Class::Ending,
            Says::Moved { .. } => Class::Move,
            Says::Retitled { .. } | Says::NewManager { .. } => Class::Change,
            Says::Joined { .. } => Class::Joining,
            Says::Appointed { .. } | Says::Held { .. } | Says::Sighting { .. } => Class::Beginning,
        };
        let bounds = claim.bounds;
        let earliest = if claim.is_sighting() { bounds.latest() } else { bounds.earliest() };
        waiting.push(Waiting { claim: index, part: Part::Whole, class, earliest });
        if let Says::Held { to: Some(to), .. } = &claim.says {
            let part = Part::To(*to);
            waiting.push(Waiting { claim: index, part, class: Class::Ending, earliest: to.earliest() });
        }
    }
    if waiting.len() > 1 {
        waiting.sort_by(|a, b| order_key(claims, a).cmp(&order_key(claims, b)));
    }
    waiting.into_iter().map(Some).collect()
}

fn order_key<'c>(
    claims: &'c [Claim<'_>],
    waiting: &Waiting,
) -> (bool, Option<Day>, Option<Day>, Class, Instant, &'c EventId) {
    let claim = &claims[waiting.claim];
    let latest = waiting.bounds(claim).latest();
    (latest.is_none(), latest, waiting.earliest, waiting.class, claim.belief.reported_at, &claim.belief.id)
}

impl Waiting {
    fn bounds(&self, claim: &Claim<'_>) -> Bounds {
        match self.part {
            Part::Whole => claim.bounds,
            Part::To(to) => to,
        }
    }
}

impl<'f> Fold<'f> {
    /// Applies a waiting claim, its latest day and the day that it attests cut to `cut` where one is given.
    fn apply_waiting(&mut self, position: usize, cut: Option<Day>) {
        let Some(waiting) = self.waiting[position].take() else { return };
        let claim = &self.claims[waiting.claim];
        let attested = match (claim.attested, cut) {
            (Some(attested), Some(cut)) => Some(attested.min(cut)),
            (attested, _) => attested,
        };
        let bounds = waiting.bounds(claim).cut(cut);
        let now = Now { index: waiting.claim, claim, part: waiting.part, bounds, attested };
        if !waiting.class.is_beginning() {
            self.look_ahead(&now);
        }
        self.apply(&now);
    }

    /// Rule 2, looking ahead: waiting claims that the dates allow, and that this one needs, come first.
    fn look_ahead(&mut self, now: &Now<'f>) {
        if let Part::To(_) = now.part {
            let own = |w: &Option<Waiting>| w.as_ref().is_some_and(|w| w.claim == now.index && w.part == Part::Whole);
            if let Some(position) = self.waiting.iter().position(own) {
                self.apply_waiting(position, now.bounds.latest());
            }
        }
        while let Some(position) = (0..self.waiting.len()).find(|p| self.comes_first(*p, now)) {
            self.apply_waiting(position, now.bounds.latest());
        }
    }

    /// Whether the waiting claim is to be applied before this ending, move or change.
    fn comes_first(&self, position: usize, now: &Now<'f>) -> bool {
        let Some(waiting) = &self.waiting[position] else { return false };
        let claim = &self.claims[waiting.claim];
        let latest = now.bounds.latest();
        let in_time = match (waiting.earliest, latest) {
            (Some(earliest), Some(latest)) => earliest <= latest,
            _ => true,
        };
        if claim.company != now.claim.company || !in_time {
            return false;
        }
        let same_day = claim.is_sighting() && latest.is_some() && claim.bounds.latest() == latest;
        if same_day && claim.belief.reported_at < now.claim.belief.reported_at {
            return true;
        }
        if matches!(now.claim.says, Says::Left)
            && self.any_open(claim.company)
            && belongs_before_leaving(waiting, claim, latest)
        {
            return true;
        }
        let may_give = waiting.part == Part::Whole && now.part == Part::Whole;
        may_give && (!claim.is_sighting() || same_day) && self.gives_what_is_missing(waiting, claim, now)
    }

    /// While nothing open is what this claim is about: whether the waiting claim would give it such a tenure.
    fn gives_what_is_missing(&self, waiting: &Waiting, claim: &Claim<'_>, now: &Now<'f>) -> bool {
        let kind = match (&claim.says, waiting.class) {
            (Says::Held { to: Some(_), .. }, _) => false,
            (Says::Retitled { .. }, _) => now.claim.names_title_until_then(),
            (_, Class::Joining | Class::Beginning | Class::Move) => true,
            (_, Class::Ending | Class::Change) => false,
        };
        if !kind || self.is_about_something_open(now.claim) {
            return false;
        }
        if waiting.earliest.is_none() {
            let Says::Moved { from: Some(left), .. } = &now.claim.says else { return false };
            if claim.unit_held() != Some(*left) {
                return false;
            }
        }
        self.imagined(claim).is_some_and(|seat| now.claim.would_be_about(&seat))
    }

    fn any_open(&self, company: UnitNo) -> bool {
        self.seats.iter().any(|seat| seat.tenure.company == company && seat.tenure.end.is_none())
    }

    /// What every tenure must be looked at for when all claims are applied.
    fn finish(mut self) -> Career {
        let mut tenures = Vec::with_capacity(self.seats.len());
        for mut seat in self.seats {
            let tenure = &mut seat.tenure;
            if seat.start_disagrees {
                self.conflicts.push(dates_disagree(self.claims, tenure, Side::Start, &tenure.start));
            }
            if let Some(end) = &tenure.end {
                if seat.end_disagrees {
                    self.conflicts.push(dates_disagree(self.claims, tenure, Side::End, end));
                }
                let after = |day: Day| end.bounds.latest().is_some_and(|latest| latest < day);
                let late: Vec<&(Day, EventId)> = seat.seen.iter().filter(|(day, _)| after(*day)).collect();
                if let Some((day, _)) = late.iter().max() {
                    let events = late.iter().map(|(_, e)| e.clone()).chain(end.events.iter().cloned()).collect();
                    let detail = format!("seen on {day}, after the end {:?}", end.bounds);
                    self.conflicts.push(Conflict::new(ConflictKind::SeenAfterEnd, events, detail));
                }
            }
            tenure.supports.sort();
            tenure.supports.dedup();
            tenures.push(seat.tenure);
        }
        self.conflicts.sort();
        self.conflicts.dedup_by(|a, b| a.kind == b.kind && a.events == b.events);
        Career { died: None, tenures, conflicts: self.conflicts }
    }
}

/// For `LeftCompany`: every move and change, and every appointment that the dates put before the leaving.
fn belongs_before_leaving(waiting: &Waiting, claim: &Claim<'_>, leaving: Option<Day>) -> bool {
    match (&claim.says, waiting.class) {
        (_, Class::Move | Class::Change) => true,
        (Says::Appointed { post } | Says::Held { post, to: None, .. }, Class::Beginning) => {
            let aside = post.employment.unwrap_or_default().is_aside();
            let before = match (waiting.earliest, leaving) {
                (Some(earliest), Some(leaving)) => earliest < leaving,
                (Some(_), None) => true,
                (None, _) => false,
            };
            !aside && before
        }
        _ => false,
    }
}

/// One of the two ends of a tenure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    End,
}

/// The conflict of an edge whose statements are disjoint: who says what, and what is believed.
fn dates_disagree(claims: &[Claim<'_>], tenure: &Tenure, side: Side, edge: &Edge) -> Conflict {
    let mut told: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for statement in claims.iter().flat_map(|claim| &claim.members) {
        if edge.events.contains(&statement.event) {
            let bounds = claim::stated(statement, side);
            told.entry(crate::edtf::shortest(bounds)).or_default().push(statement.event.as_str());
        }
    }
    let told: Vec<String> = told.iter().map(|(date, events)| format!("{date} ({})", events.join(", "))).collect();
    let post = tenure.title.as_ref().map_or("the post".to_owned(), |title| format!("`{}`", title.as_str()));
    let verb = if side == Side::Start { "began" } else { "ended" };
    let detail = format!("{post} {verb} {}; {:?} is believed", told.join(" or "), edge.bounds);
    Conflict::new(ConflictKind::DateDisagrees, edge.events.clone(), detail)
}
