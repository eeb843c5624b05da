//! The second fold of one person, written from section 4 of the contract alone.
//!
//! It exists to be compared with the main fold: rule by rule, in the order and the words of the contract, with the
//! agreed readings (R1 to R13) where the text leaves room. It deliberately has no indexes, no caches and no
//! cleverness: it looks through everything every time and copies what it looks at.

use std::cmp::Reverse;
use std::ops::Deref;
use std::sync::Arc;

use tenure_domain::bounds::Bounds;
use tenure_domain::conflict::{Conflict, ConflictKind};
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::{Concurrency, Confidence, Employment, PersonFact, Post};
use tenure_domain::name::Name;
use tenure_domain::position::EventId;
use tenure_domain::statement::{PersonNo, Statement, Told, UnitNo};
use tenure_domain::tenure::{Career, Edge, ManagerSpell, Origin, Since, Tenure};

/// Folds the statements about one person; neither their order nor how often each is given matters.
pub(crate) fn fold(statements: &[Statement]) -> Career {
    let (claims, mut conflicts) = same_claims(every_statement_once(statements));
    let claims = uncontested(claims, &mut conflicts);
    let mut state = State { waiting: in_order(claims), tenures: Vec::new(), conflicts, applied: 0 };
    while !state.waiting.is_empty() {
        let first = state.waiting.remove(0);
        state.apply(&first);
    }
    state.career()
}

// ---------------------------------------------------------------------------------------------------------
// What one statement says, and what a claim says
// ---------------------------------------------------------------------------------------------------------

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Left,
    Relieved,
    Succeeded,
    /// The `to` of a `HeldPost`.
    To,
    Moved,
    Retitled,
    NewManager,
    Joined,
    Appointed,
    Held,
    Sighting,
}

/// "endings, moves, changes, joinings, other beginnings"
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Ending,
    Move,
    Change,
    Joining,
    OtherBeginning,
}

impl Kind {
    fn class(self) -> Class {
        match self {
            Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To => Class::Ending,
            Kind::Moved => Class::Move,
            Kind::Retitled | Kind::NewManager => Class::Change,
            Kind::Joined => Class::Joining,
            Kind::Appointed | Kind::Held | Kind::Sighting => Class::OtherBeginning,
        }
    }

    fn begins(self) -> bool {
        matches!(self.class(), Class::Joining | Class::OtherBeginning)
    }
}

/// "the believed one has the higher confidence, then the earlier `reported_at`, then the smaller id": greater is
/// more believed.
type Belief = (Confidence, Reverse<Instant>, Reverse<EventId>);

/// What one event says, whatever its type.
#[derive(Clone, Debug)]
struct Said {
    kind: Kind,
    event: EventId,
    reported_at: Instant,
    confidence: Confidence,
    publisher: Arc<str>,
    company: UnitNo,
    /// Of the start, the change or the end that it states.
    bounds: Bounds,
    /// The `from` and the `to` of a `HeldPost`.
    from: Option<Bounds>,
    to: Option<Bounds>,
    /// The day of a sighting.
    day: Option<Day>,
    seen: Option<Day>,
    attested: Option<Day>,
    /// What it names of the tenure that it is about (rule 3): `from_unit` and `from_title`, or what it ends.
    named_unit: Option<UnitNo>,
    named_title: Option<Name>,
    /// What it says of the tenure that it opens: `to_unit` and `to_title` too.
    unit: Option<UnitNo>,
    title: Option<Name>,
    employment: Option<Employment>,
    lead: bool,
    /// The `lead` of a change of title.
    new_lead: Option<bool>,
    acting: bool,
    remit: Option<Arc<str>>,
    manager: Option<PersonNo>,
    concurrency: Concurrency,
}

impl Said {
    fn by(statement: &Statement) -> Said {
        let nothing = |kind: Kind, company: UnitNo| Said {
            kind,
            event: statement.event.clone(),
            reported_at: statement.reported_at,
            confidence: statement.confidence,
            publisher: Arc::clone(&statement.publisher),
            company,
            bounds: statement.effective,
            from: None,
            to: None,
            day: None,
            seen: None,
            attested: None,
            named_unit: None,
            named_title: None,
            unit: None,
            title: None,
            employment: None,
            lead: false,
            new_lead: None,
            acting: false,
            remit: None,
            manager: None,
            concurrency: Concurrency::Exclusive,
        };
        let opening = |kind: Kind, company: UnitNo, post: &Post<PersonNo, UnitNo>| Said {
            unit: post.unit,
            title: post.title.clone(),
            employment: post.employment,
            lead: post.lead,
            acting: post.acting,
            remit: post.remit.clone(),
            manager: post.reports_to,
            ..nothing(kind, company)
        };
        let said = match &statement.told {
            Told::Own(PersonFact::JoinedCompany { company, post, concurrency }) => {
                Said { concurrency: *concurrency, ..opening(Kind::Joined, *company, post) }
            }
            Told::Own(PersonFact::LeftCompany { company }) => nothing(Kind::Left, *company),
            Told::Own(PersonFact::TransferredUnit { company, from_unit, to_unit, post }) => {
                Said { named_unit: *from_unit, unit: Some(*to_unit), ..opening(Kind::Moved, *company, post) }
            }
            Told::Own(PersonFact::AppointedToPost { company, post, succeeds: _ }) => {
                opening(Kind::Appointed, *company, post)
            }
            Told::Own(PersonFact::RelievedOfPost { company, unit, title }) => {
                Said { named_unit: *unit, named_title: title.clone(), ..nothing(Kind::Relieved, *company) }
            }
            Told::Own(PersonFact::ChangedTitle { company, unit, from_title, to_title, lead, acting }) => Said {
                named_unit: *unit,
                named_title: from_title.clone(),
                title: Some(to_title.clone()),
                new_lead: *lead,
                acting: *acting,
                ..nothing(Kind::Retitled, *company)
            },
            Told::Own(PersonFact::ChangedManager { company, unit, title, reports_to }) => Said {
                named_unit: *unit,
                named_title: title.clone(),
                manager: *reports_to,
                ..nothing(Kind::NewManager, *company)
            },
            Told::Own(PersonFact::HeldPost { company, post, from, to, seen, concurrency }) => {
                let day = (from.is_none() && to.is_none()).then(|| seen.unwrap_or(statement.reported_at.day()));
                let kind = if day.is_some() { Kind::Sighting } else { Kind::Held };
                let to = to.as_ref().map(VagueDate::bounds);
                // Rule 1: "its `from`, cut to the latest day of its own `to`"
                let cut_to_its_end = |from: Bounds| from.cut(to.and_then(Bounds::latest));
                let from = from.as_ref().map(VagueDate::bounds).map(cut_to_its_end);
                Said {
                    // "A sighting bounds the start (on or before that day)."; "A `HeldPost` without `from` starts on
                    // or before the latest day of `to`." (rule 5)
                    bounds: match day {
                        Some(day) => Bounds::until(Some(day)),
                        None => from.unwrap_or(cut_to_its_end(Bounds::UNKNOWN)),
                    },
                    from,
                    to,
                    day,
                    seen: seen.or(day),
                    concurrency: *concurrency,
                    ..opening(kind, *company, post)
                }
            }
            Told::Succeeded { company, unit, title, lead } => Said {
                named_unit: *unit,
                named_title: title.clone(),
                lead: *lead,
                ..nothing(Kind::Succeeded, *company)
            },
        };
        Said { attested: said.attests(), ..said }
    }

    /// "An event attests the day that it states as `seen`; else the day of `reported_at`, where that lies within
    /// the bounds of the start or change that it states; else that start or change itself, where it is one day."
    fn attests(&self) -> Option<Day> {
        // R2: endings attest nothing, nor does a `HeldPost` with neither `from` nor `seen`.
        if self.kind.class() == Class::Ending {
            return None;
        }
        if self.seen.is_some() {
            return self.seen;
        }
        if self.kind == Kind::Held && self.from.is_none() {
            return None;
        }
        let reported = self.reported_at.day();
        if self.bounds.contains(reported) { Some(reported) } else { self.bounds.single() }
    }

    fn belief(&self) -> Belief {
        (self.confidence, Reverse(self.reported_at), Reverse(self.event.clone()))
    }

    /// R1: an absent employment is `employee`, except in the table of rule 1 and for moves in rule 3.
    fn employment(&self) -> Employment {
        self.employment.unwrap_or_default()
    }
}

/// Statements that are one claim: what they say together (`event` and `reported_at` being those of the first
/// reported), and each of them.
#[derive(Clone, Debug)]
struct Claim {
    no: usize,
    said: Said,
    members: Vec<Said>,
}

impl Deref for Claim {
    type Target = Said;

    fn deref(&self) -> &Said {
        &self.said
    }
}

impl Claim {
    fn events(&self) -> Vec<EventId> {
        self.events_that(|_| true)
    }

    fn events_that(&self, give: impl Fn(&Said) -> bool) -> Vec<EventId> {
        self.members.iter().filter(|member| give(member)).map(|member| member.event.clone()).collect()
    }

    /// The events that state the date of the claim: of a `HeldPost` those that give a `from`, where one does.
    fn dating_events(&self) -> Vec<EventId> {
        if self.kind != Kind::Held {
            return self.events();
        }
        let dating = self.events_that(|member| member.from.is_some());
        if dating.is_empty() { self.events() } else { dating }
    }
}

fn same_title(one: Option<&Name>, other: Option<&Name>) -> bool {
    one.map(Name::key) == other.map(Name::key)
}

/// Equal, or absent in one.
fn agree<T: Copy + PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

fn titles_agree(one: Option<&Name>, other: Option<&Name>) -> bool {
    agree(one.map(Name::key), other.map(Name::key))
}

// ---------------------------------------------------------------------------------------------------------
// Rule 1. Same claim, several sources
// ---------------------------------------------------------------------------------------------------------

/// One event can say two things of one person: that he was appointed, and that he succeeds himself.
fn every_statement_once(statements: &[Statement]) -> Vec<Said> {
    let mut once: Vec<Said> = Vec::new();
    for statement in statements {
        let said = Said::by(statement);
        if !once.iter().any(|other| other.event == said.event && other.kind == said.kind) {
            once.push(said);
        }
    }
    once
}

fn same_claims(mut said: Vec<Said>) -> (Vec<Claim>, Vec<(ConflictKind, Vec<EventId>)>) {
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
    // "Where they differ in `title` or `reports_to`, `field_disagrees` is recorded."
    let mut conflicts = Vec::new();
    for claim in &claims {
        let titles = claim.members.iter().filter_map(|m| m.said_title());
        if titles.clone().any(|one| titles.clone().any(|other| one.key() != other.key())) {
            conflicts.push((ConflictKind::FieldDisagrees, claim.events_that(|m| m.said_title().is_some())));
        }
        let managers = claim.members.iter().filter_map(|m| m.manager);
        if managers.clone().any(|one| managers.clone().any(|other| one != other)) {
            conflicts.push((ConflictKind::FieldDisagrees, claim.events_that(|m| m.manager.is_some())));
        }
    }
    (claims, conflicts)
}

impl Said {
    /// The field `title` of the event.
    fn said_title(&self) -> Option<&Name> {
        match self.kind {
            Kind::Relieved | Kind::Succeeded | Kind::NewManager => self.named_title.as_ref(),
            Kind::Joined | Kind::Moved | Kind::Appointed | Kind::Held | Kind::Sighting => self.title.as_ref(),
            Kind::Retitled | Kind::Left | Kind::To => None,
        }
    }
}

fn fits(claim: &Claim, event: &Said) -> bool {
    // "Events of one type about the same person, company and (for those that begin a post) `employment`"
    if claim.kind != event.kind || claim.company != event.company {
        return false;
    }
    if event.kind.begins() && claim.employment() != event.employment() {
        return false;
    }
    // "when their date bounds overlap (`HeldPost`: its `from`, and `to` where both give one)"
    if !claim.bounds.overlaps(event.bounds) {
        return false;
    }
    if let (Some(one), Some(other)) = (claim.to, event.to)
        && !one.overlaps(other)
    {
        return false;
    }
    // "nor does a `HeldPost` without `to` join one whose `to` is over by its `seen`" (R3: and the other way round)
    let over = |to: Option<Bounds>, seen: Option<Day>| {
        let to = to.and_then(Bounds::latest);
        to.is_some_and(|to| seen.is_some_and(|seen| to <= seen))
    };
    if event.to.is_none() && over(claim.to, event.seen) {
        return false;
    }
    if claim.to.is_none() && claim.members.iter().any(|member| over(event.to, member.seen)) {
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
        // succeeded, with this `unit`, `title` and date."
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

/// "Bounds intersect, a missing field is filled by the first event that has it, confidence is the highest,
/// `reported_at` and id are those of the first reported."
fn join(claim: &mut Claim, event: Said) {
    let said = &mut claim.said;
    said.bounds = said.bounds.intersect(event.bounds).expect("they overlap");
    said.from = said.from.or(event.from);
    said.to = match (said.to, event.to) {
        (Some(one), Some(other)) => Some(one.intersect(other).expect("they overlap")),
        (one, other) => one.or(other),
    };
    said.confidence = said.confidence.max(event.confidence);
    if (event.reported_at, &event.event) < (said.reported_at, &said.event) {
        said.reported_at = event.reported_at;
        said.event = event.event.clone();
    }
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
fn uncontested(claims: Vec<Claim>, conflicts: &mut Vec<(ConflictKind, Vec<EventId>)>) -> Vec<Claim> {
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

// ---------------------------------------------------------------------------------------------------------
// Rule 2. Order
// ---------------------------------------------------------------------------------------------------------

/// "Claims, and the `to` of each `HeldPost` as an ending of its own, are applied by (latest day, an unbounded one
/// last; earliest day, for a sighting its own day; endings, moves, changes, joinings, other beginnings; `reported_at`;
/// id)."
fn in_order(claims: Vec<Claim>) -> Vec<Claim> {
    let mut all: Vec<Claim> = Vec::new();
    for claim in claims {
        if let Some(to) = claim.to {
            let mut ending = claim.clone();
            ending.said.kind = Kind::To;
            ending.said.bounds = to;
            ending.said.attested = None;
            ending.members.retain(|member| member.to.is_some());
            all.push(ending);
        }
        all.push(claim);
    }
    all.sort_by_key(|claim| {
        let latest = claim.bounds.latest();
        (latest.is_none(), latest, claim.first_day(), claim.kind.class(), claim.reported_at, claim.event.clone())
    });
    all
}

impl Claim {
    /// "earliest day, for a sighting its own day"
    fn first_day(&self) -> Option<Day> {
        self.day.or(self.bounds.earliest())
    }

    /// "their latest day, and the day that they attest, cut to this claim's latest"
    fn cut(&self, latest: Option<Day>) -> Claim {
        let mut cut = self.clone();
        cut.said.bounds = self.bounds.cut(latest);
        cut.said.attested = match (self.attested, latest) {
            (Some(attested), Some(latest)) => Some(attested.min(latest)),
            (attested, _) => attested,
        };
        cut
    }
}

/// The state: "the unit of state is the tenure".
struct State {
    waiting: Vec<Claim>,
    tenures: Vec<Held>,
    conflicts: Vec<(ConflictKind, Vec<EventId>)>,
    /// How many claims have been applied: the number of the one being applied.
    applied: usize,
}

/// A tenure, and what must be remembered of it while folding.
#[derive(Clone)]
struct Held {
    tenure: Tenure,
    start_belief: Belief,
    start_disagrees: bool,
    end_belief: Option<Belief>,
    end_disagrees: bool,
    /// Which claim, by its turn, set the end.
    ended_in_turn: usize,
    /// The claims of `LeftCompany` among the statements of the end.
    left_by: Vec<usize>,
    unit_giver: Option<Giver>,
    title_giver: Option<Giver>,
    manager_giver: Option<Giver>,
    /// The claims that opened or supported it, or the tenure that changes of title made it of.
    claims: Vec<usize>,
    seen: Vec<(Day, EventId)>,
}

/// The claims that gave a field its present value: the belief in the most believed, and the events of all of them.
#[derive(Clone)]
struct Giver {
    belief: Belief,
    events: Vec<EventId>,
}

impl Giver {
    /// The events of the claim that give the field; none where none does.
    fn of(claim: &Claim, give: impl Fn(&Said) -> bool) -> Option<Giver> {
        let events = claim.events_that(give);
        let belief = claim.belief();
        (!events.is_empty()).then_some(Giver { belief, events })
    }

    /// "a statement that agrees with a field's present value strengthens its belief (the more believed of the two) and
    /// its giving events join those of the value."
    fn strengthen(&mut self, other: Giver) {
        self.belief = self.belief.clone().max(other.belief);
        self.events.extend(other.events);
    }
}

impl State {
    /// "So, before an ending, a move or a change is applied, waiting claims of that company whose earliest day is
    /// not after its latest day are applied out of turn, in their order, each looking ahead in its turn".
    fn apply(&mut self, claim: &Claim) {
        if !claim.kind.begins() {
            // "but a `to` itself always takes its own `HeldPost` first"
            let its_own =
                |waiting: &Claim| claim.kind == Kind::To && waiting.kind == Kind::Held && waiting.no == claim.no;
            if let Some(at) = self.waiting.iter().position(its_own) {
                self.apply_out_of_turn(at, claim);
            }
            while let Some(at) = self.waiting.iter().position(|waiting| self.goes_before(waiting, claim)) {
                self.apply_out_of_turn(at, claim);
            }
        }
        self.applied += 1;
        match claim.kind {
            Kind::Joined | Kind::Appointed | Kind::Held | Kind::Sighting => self.begin(claim),
            Kind::Moved => self.transfer(claim),
            Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To => self.end(claim),
            Kind::Retitled => self.change_title(claim),
            Kind::NewManager => self.change_manager(claim),
        }
    }

    fn apply_out_of_turn(&mut self, at: usize, claim: &Claim) {
        let waiting = self.waiting.remove(at);
        self.apply(&waiting.cut(claim.bounds.latest()));
    }

    fn goes_before(&self, waiting: &Claim, claim: &Claim) -> bool {
        let latest = claim.bounds.latest();
        let in_time = match (waiting.first_day(), latest) {
            (Some(earliest), Some(latest)) => earliest <= latest,
            _ => true,
        };
        if waiting.company != claim.company || !in_time {
            return false;
        }
        // "sightings of this claim's very latest day that were reported before it;"
        let on_that_very_day = waiting.kind == Kind::Sighting && waiting.day == latest;
        if on_that_very_day && waiting.reported_at < claim.reported_at {
            return true;
        }
        // "while there is no open tenure that it is about (rule 3): the first beginning or move (...) that would
        // give it one"
        if self.about(claim).is_empty() && self.would_give_it_one(waiting, claim) {
            return true;
        }
        // "for `LeftCompany`, while any tenure of the company is open: every move and change, dated or not, and
        // every `AppointedToPost` and `HeldPost` (no sighting, no `to`, not `board` or `advisor`) whose earliest day
        // is known and before the leaving's latest."
        if claim.kind == Kind::Left && !self.open(claim.company).is_empty() {
            return match waiting.kind {
                Kind::Moved | Kind::Retitled | Kind::NewManager => true,
                Kind::Appointed | Kind::Held => {
                    let before = match (waiting.bounds.earliest(), latest) {
                        (Some(earliest), Some(latest)) => earliest < latest,
                        (Some(_), None) => true,
                        (None, _) => false,
                    };
                    waiting.to.is_none() && !waiting.employment().is_aside() && before
                }
                Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To | Kind::Joined | Kind::Sighting => false,
            };
        }
        false
    }

    fn would_give_it_one(&self, waiting: &Claim, claim: &Claim) -> bool {
        if claim.kind == Kind::To {
            return false;
        }
        let qualifies = match waiting.kind {
            // "a `JoinedCompany` only while no primary tenure of its company and `employment` is open"
            Kind::Joined => self.no_primary_open(waiting.company, waiting.employment()),
            Kind::Moved | Kind::Appointed => true,
            // "A sighting qualifies only on that very day, a `HeldPost` with a `to` not at all"
            Kind::Sighting => waiting.day == claim.bounds.latest(),
            Kind::Held => waiting.to.is_none(),
            // "(for a claim that names a title held until then, also the first change of title)"
            Kind::Retitled => claim.named_title.is_some(),
            Kind::NewManager | Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To => false,
        };
        // "One without an earliest day qualifies only if the claim is a move and it names the unit that the move
        // leaves."
        let dated = waiting.first_day().is_some();
        let names_the_unit_left =
            claim.kind == Kind::Moved && claim.named_unit.is_some() && waiting.unit == claim.named_unit;
        // "that would give it one (rule 3, without its last resorts), judged by company, unit, title, `employment`
        // and whether it would be primary"
        qualifies && (dated || names_the_unit_left) && !about(claim, &[self.imagined(waiting)]).is_empty()
    }

    /// The tenure that the waiting claim would open (R6).
    fn imagined(&self, waiting: &Claim) -> Seat {
        let seat = |unit: Option<UnitNo>, employment: Employment, primary: bool| Seat {
            at: usize::MAX,
            unit,
            title: waiting.title.clone(),
            primary,
            lead: waiting.lead,
            employment,
            takes: false,
        };
        match waiting.kind {
            Kind::Joined => seat(waiting.unit, waiting.employment(), true),
            Kind::Appointed | Kind::Held | Kind::Sighting => {
                seat(waiting.unit, waiting.employment(), self.opens_as_primary(waiting))
            }
            Kind::Moved => {
                let left = self.about(waiting);
                let employment = waiting.employment.or(left.first().map(|seat| seat.employment)).unwrap_or_default();
                let other = self.open(waiting.company).into_iter().any(|open| {
                    open.primary && open.employment == employment && !left.iter().any(|seat| seat.at == open.at)
                });
                let primary = (left.is_empty() || left.iter().any(|seat| seat.primary)) && !other;
                seat(waiting.unit, employment, primary)
            }
            Kind::Retitled => {
                let (lead_before, seat) = if let Some(now) = self.about(waiting).first() {
                    (now.lead, seat(now.unit.or(waiting.named_unit), now.employment, now.primary))
                } else {
                    let primary = self.no_primary_open(waiting.company, Employment::Employee);
                    (false, seat(waiting.named_unit, Employment::Employee, primary))
                };
                Seat { lead: waiting.new_lead.unwrap_or(lead_before), ..seat }
            }
            Kind::NewManager | Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To => {
                unreachable!("opens nothing that a claim could look ahead for")
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------------------
// Rule 3. What a claim is about
// ---------------------------------------------------------------------------------------------------------

/// What rule 3 looks at in a tenure of the claim's company.
#[derive(Clone, Debug)]
struct Seat {
    /// Its place among the tenures.
    at: usize,
    unit: Option<UnitNo>,
    title: Option<Name>,
    primary: bool,
    lead: bool,
    employment: Employment,
    /// It lacks what the claim names, and takes it.
    takes: bool,
}

impl Seat {
    fn has_unit(&self, named: Option<UnitNo>) -> bool {
        named.is_none() || self.unit == named
    }

    fn has_title(&self, named: Option<&Name>) -> bool {
        named.is_none() || same_title(self.title.as_ref(), named)
    }
}

/// "The open tenures of the person in the company that have the unit and title that it names (`from_unit`,
/// `from_title`); where there are none, those that lack one of these and differ in none: they take it."
fn having(seats: &[Seat], unit: Option<UnitNo>, title: Option<&Name>) -> Vec<Seat> {
    let exact: Vec<Seat> = seats.iter().filter(|seat| seat.has_unit(unit) && seat.has_title(title)).cloned().collect();
    if exact.is_empty() { lacking(seats, unit, title) } else { exact }
}

fn lacking(seats: &[Seat], unit: Option<UnitNo>, title: Option<&Name>) -> Vec<Seat> {
    seats
        .iter()
        .filter(|seat| !(seat.has_unit(unit) && seat.has_title(title)))
        .filter(|seat| agree(seat.unit, unit) && titles_agree(seat.title.as_ref(), title))
        .map(|seat| Seat { takes: true, ..seat.clone() })
        .collect()
}

/// "Moves and changes pass over `board` and `advisor` tenures, unless they name that `employment` (moves) or exactly
/// that post (changes)."; "A move that names its `employment` is about tenures of that employment alone."
fn not_passed_over(claim: &Said, seats: &[Seat]) -> Vec<Seat> {
    let regards = |seat: &&Seat| match claim.kind {
        Kind::Moved => match claim.employment {
            Some(employment) => seat.employment == employment,
            None => !seat.employment.is_aside(),
        },
        Kind::Retitled | Kind::NewManager => {
            let names_a_post = claim.named_unit.is_some() || claim.named_title.is_some();
            let exactly = claim.named_unit == seat.unit && same_title(claim.named_title.as_ref(), seat.title.as_ref());
            !seat.employment.is_aside() || (names_a_post && exactly)
        }
        Kind::Left
        | Kind::Relieved
        | Kind::Succeeded
        | Kind::To
        | Kind::Joined
        | Kind::Appointed
        | Kind::Held
        | Kind::Sighting => true,
    };
    seats.iter().filter(regards).cloned().collect()
}

/// Which of those open tenures the claim is about, without last resorts. They come "primary ones first".
fn about(claim: &Said, seats: &[Seat]) -> Vec<Seat> {
    let (unit, title) = (claim.named_unit, claim.named_title.as_ref());
    match claim.kind {
        // "`LeftCompany`: all."
        Kind::Left => seats.to_vec(),
        // "`RelievedOfPost`: all that match"
        Kind::Relieved => having(seats, unit, title),
        // "A change: the first." (which its rule takes)
        Kind::Retitled | Kind::NewManager => having(&not_passed_over(claim, seats), unit, title),
        Kind::Moved => {
            let seats = not_passed_over(claim, seats);
            if unit.is_some() {
                // "A move: those in `from_unit`; if none is there, the first primary one whose unit is not known;"
                let there: Vec<Seat> = seats.iter().filter(|seat| seat.unit == unit).cloned().collect();
                if !there.is_empty() {
                    return there;
                }
                let first = seats.into_iter().find(|seat| seat.primary && seat.unit.is_none());
                return first.map(|seat| Seat { takes: true, ..seat }).into_iter().collect();
            }
            // "without `from_unit`, the primary ones and whatever else is open in their units."
            let primary: Vec<Seat> = seats.iter().filter(|seat| seat.primary).cloned().collect();
            let beside =
                |seat: &&Seat| seat.primary || (seat.unit.is_some() && primary.iter().any(|one| one.unit == seat.unit));
            seats.iter().filter(beside).cloned().collect()
        }
        // "The person succeeded: in that unit (without one, in the company), those with the title; else, for a
        // `lead`, those who lead;" (R7: else those that lack one of these and differ in none)
        Kind::Succeeded => {
            let there = |seat: &&Seat| seat.has_unit(unit);
            let titled: Vec<Seat> =
                seats.iter().filter(there).filter(|seat| title.is_some() && seat.has_title(title)).cloned().collect();
            if !titled.is_empty() {
                return titled;
            }
            let leads: Vec<Seat> = seats.iter().filter(there).filter(|seat| claim.lead && seat.lead).cloned().collect();
            if leads.is_empty() { lacking(seats, unit, title) } else { leads }
        }
        Kind::To | Kind::Joined | Kind::Appointed | Kind::Held | Kind::Sighting => {
            unreachable!("rule 3 asks elsewhere what these are about")
        }
    }
}

impl State {
    fn seat(&self, at: usize) -> Seat {
        let tenure = &self.tenures[at].tenure;
        Seat {
            at,
            unit: tenure.unit,
            title: tenure.title.clone(),
            primary: tenure.primary,
            lead: tenure.lead,
            employment: tenure.employment,
            takes: false,
        }
    }

    fn seats(&self, company: UnitNo, which: impl Fn(&Tenure) -> bool) -> Vec<Seat> {
        (0..self.tenures.len())
            .filter(|at| self.tenures[*at].tenure.company == company && which(&self.tenures[*at].tenure))
            .map(|at| self.seat(at))
            .collect()
    }

    /// The open tenures in the company. "Primary ones come first."
    fn open(&self, company: UnitNo) -> Vec<Seat> {
        let mut open = self.seats(company, |tenure| tenure.end.is_none());
        open.sort_by_key(|seat| (!seat.primary, seat.at));
        open
    }

    fn ended(&self, company: UnitNo) -> Vec<Seat> {
        self.seats(company, |tenure| tenure.end.is_some())
    }

    fn no_primary_open(&self, company: UnitNo, employment: Employment) -> bool {
        !self.open(company).iter().any(|seat| seat.primary && seat.employment == employment)
    }

    /// The open tenures that the claim is about, last resorts included.
    fn about(&self, claim: &Claim) -> Vec<Seat> {
        let open = self.open(claim.company);
        if claim.kind == Kind::To {
            // "The `to` of a `HeldPost`: the tenure that this one opened or supported, or that a change of title
            // made of it."
            return open.into_iter().filter(|seat| self.tenures[seat.at].claims.contains(&claim.no)).collect();
        }
        let found = about(claim, &open);
        if found.is_empty() { self.last_resort(claim) } else { found }
    }

    fn last_resort(&self, claim: &Claim) -> Vec<Seat> {
        let there: Vec<Seat> =
            self.open(claim.company).into_iter().filter(|seat| seat.has_unit(claim.named_unit)).collect();
        let the_only_one = if there.len() == 1 { there } else { Vec::new() };
        match claim.kind {
            // "as a last resort, if nothing, open or ended by inference, has its title, and one tenure alone is open
            // in the unit (without `unit`: in the company), that one"
            Kind::Relieved => {
                let has_its_title = |tenure: &Tenure| {
                    tenure.end.as_ref().is_none_or(|end| end.origin.is_inferred())
                        && same_title(tenure.title.as_ref(), claim.named_title.as_ref())
                };
                let nothing_has_it = self.seats(claim.company, has_its_title).is_empty();
                if claim.named_title.is_some() && nothing_has_it { the_only_one } else { Vec::new() }
            }
            // "as a last resort, of the open ones, the only one."
            Kind::Succeeded => the_only_one,
            Kind::Left
            | Kind::To
            | Kind::Moved
            | Kind::Retitled
            | Kind::NewManager
            | Kind::Joined
            | Kind::Appointed
            | Kind::Held
            | Kind::Sighting => Vec::new(),
        }
    }

    /// "the last opened of the ended tenures that fit": those that have what it names before those that lack it.
    fn last_ended_that_fits(&self, claim: &Claim) -> Option<Seat> {
        let ended = self.ended(claim.company);
        let fitting = match claim.kind {
            Kind::Left => ended,
            Kind::Relieved | Kind::Succeeded => having(&ended, claim.named_unit, claim.named_title.as_ref()),
            Kind::To => ended.into_iter().filter(|seat| self.tenures[seat.at].claims.contains(&claim.no)).collect(),
            Kind::Retitled | Kind::NewManager => {
                having(&not_passed_over(claim, &ended), claim.named_unit, claim.named_title.as_ref())
            }
            // As of open ones: "those in `from_unit`; if none is there, the first primary one whose unit is not known"
            // (here the last opened of these).
            Kind::Moved => {
                let (there, elsewhere): (Vec<Seat>, Vec<Seat>) = not_passed_over(claim, &ended)
                    .into_iter()
                    .partition(|seat| claim.named_unit.is_some() && seat.unit == claim.named_unit);
                let primary = elsewhere.into_iter().filter(|seat| seat.primary);
                if claim.named_unit.is_none() {
                    primary.collect()
                } else if there.is_empty() {
                    let unit_unknown = primary.filter(|seat| seat.unit.is_none());
                    unit_unknown.map(|seat| Seat { takes: true, ..seat }).collect()
                } else {
                    there
                }
            }
            // A sighting fits what says all that it says of unit and title (rule 5).
            Kind::Sighting => {
                let mut ended = ended;
                ended.retain(|seat| {
                    seat.employment == claim.employment()
                        && seat.has_unit(claim.unit)
                        && seat.has_title(claim.title.as_ref())
                });
                ended
            }
            Kind::Joined | Kind::Appointed | Kind::Held => Vec::new(),
        };
        fitting.into_iter().max_by_key(|seat| seat.at)
    }

    /// "An inferred end gives way: where nothing open fits, and the last opened of the ended tenures that fit was
    /// ended by inference, that one is meant, if the earliest day of that end is not after this claim's latest (...;
    /// for moves, changes and sightings, none ended by a missing link)". Endings: rule 7.
    fn inferred_end_gives_way(&self, claim: &Claim) -> Option<Seat> {
        let seat = self.last_ended_that_fits(claim)?;
        let end = self.tenures[seat.at].tenure.end.as_ref()?;
        let latest = claim.bounds.latest();
        let in_time = end.bounds.earliest().is_none_or(|earliest| latest.is_none_or(|latest| earliest <= latest));
        (end.origin == Origin::Inferred && in_time).then_some(seat)
    }

    /// "they take it"
    fn take(&mut self, seat: &Seat, claim: &Claim) {
        if !seat.takes {
            return;
        }
        let held = &mut self.tenures[seat.at];
        if held.tenure.unit.is_none() && claim.named_unit.is_some() {
            held.tenure.unit = claim.named_unit;
            held.unit_giver = Giver::of(claim, |member| member.named_unit.is_some());
        }
        if held.tenure.title.is_none() && claim.named_title.is_some() {
            held.tenure.title.clone_from(&claim.named_title);
            held.title_giver = Giver::of(claim, |member| member.named_title.is_some());
        }
    }
}

// ---------------------------------------------------------------------------------------------------------
// Rule 4. Dates
// ---------------------------------------------------------------------------------------------------------

impl Held {
    /// "the earliest day of that end is raised to the tenure's earliest start and to the day after it was last
    /// attested, each only where that day is not after the end's latest"
    fn raise(&self, end: Bounds) -> Bounds {
        end.raised(self.tenure.start.bounds.earliest()).raised(self.tenure.attested.map(Day::next))
    }

    /// "and the latest day of the tenure's start is cut to that of its end"
    fn cut_start(&mut self) {
        if let Some(end) = &self.tenure.end {
            self.tenure.start.bounds = self.tenure.start.bounds.cut(end.bounds.latest());
        }
    }

    /// Sets an end that has been raised, in the place of none or of an inferred one, which "leaves no events behind".
    fn set_end(&mut self, bounds: Bounds, origin: Origin, claim: &Claim, turn: usize) {
        self.tenure.end = Some(Edge { bounds, origin, events: claim.events() });
        self.end_belief = Some(claim.belief());
        self.end_disagrees = false;
        self.ended_in_turn = turn;
        self.left_by = if claim.kind == Kind::Left { vec![claim.no] } else { Vec::new() };
        self.cut_start();
        if origin == Origin::Stated {
            self.tenure.supports.extend(claim.events());
        }
    }

    /// "Another statement of a start or an end: overlapping bounds intersect, and count as the most believed of
    /// their statements; disjoint ones leave the believed, and `date_disagrees` is recorded."
    fn restate_end(&mut self, claim: &Claim, turn: usize) {
        let end = self.tenure.end.as_mut().expect("an ended tenure");
        if end.origin.is_inferred() {
            // "A statement always beats an inference."
            let bounds = self.raise(claim.bounds);
            self.set_end(bounds, Origin::Stated, claim, turn);
            return;
        }
        let belief = self.end_belief.clone().expect("the end was stated");
        end.events.extend(claim.events());
        let both = end.bounds.intersect(claim.bounds);
        self.end_disagrees |= both.is_none();
        let believed = (claim.belief() > belief).then_some(claim.bounds);
        let changed = both.or(believed);
        self.end_belief = Some(belief.max(claim.belief()));
        if claim.kind == Kind::Left {
            self.left_by.push(claim.no);
        }
        if let Some(bounds) = changed {
            let bounds = self.raise(bounds);
            self.tenure.end.as_mut().expect("an ended tenure").bounds = bounds;
            self.cut_start();
        }
        self.tenure.supports.extend(claim.events());
    }

    fn restate_start(&mut self, claim: &Claim) {
        let start = &mut self.tenure.start;
        let both = start.bounds.intersect(claim.bounds);
        if start.origin.is_inferred() {
            // R8: "intersect if overlapping, else replaced without conflict; it becomes Stated"
            *start =
                Edge { bounds: both.unwrap_or(claim.bounds), origin: Origin::Stated, events: claim.dating_events() };
            self.start_belief = claim.belief();
        } else {
            start.events.extend(claim.dating_events());
            self.start_disagrees |= both.is_none();
            let believed = (claim.belief() > self.start_belief).then_some(claim.bounds);
            start.bounds = both.or(believed).unwrap_or(start.bounds);
            self.start_belief = self.start_belief.clone().max(claim.belief());
        }
        self.tenure.confidence = self.tenure.confidence.max(claim.confidence);
    }
}

impl State {
    /// "A tenure begun (rule 5) where one has ended that differs from it in neither unit nor title (for
    /// `JoinedCompany`: any of that company and `employment`; of several, the last opened) starts no earlier than the
    /// earliest day of that end."
    fn no_earlier_than_the_last_end(&self, claim: &Claim, start: Bounds) -> Bounds {
        let last = self.ended(claim.company).into_iter().rfind(|seat| {
            seat.employment == claim.employment()
                && (claim.kind == Kind::Joined
                    || (agree(seat.unit, claim.unit) && titles_agree(seat.title.as_ref(), claim.title.as_ref())))
        });
        let end = last.and_then(|seat| self.tenures[seat.at].tenure.end.clone());
        end.map_or(start, |end| start.raised(end.bounds.earliest()))
    }

    fn end_one(&mut self, at: usize, end: Bounds, origin: Origin, claim: &Claim) {
        let turn = self.applied;
        self.tenures[at].set_end(end, origin, claim, turn);
    }
}

// ---------------------------------------------------------------------------------------------------------
// Rule 5. Begin
// ---------------------------------------------------------------------------------------------------------

/// A tenure of which only the claim is known that it comes from.
fn blank(claim: &Claim) -> Held {
    Held {
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
            attested: None,
            confidence: claim.confidence,
            supports: claim.events(),
            opened_by: claim.event.clone(),
        },
        start_belief: claim.belief(),
        start_disagrees: false,
        end_belief: None,
        end_disagrees: false,
        ended_in_turn: 0,
        left_by: Vec::new(),
        unit_giver: None,
        title_giver: None,
        manager_giver: None,
        claims: Vec::new(),
        seen: Vec::new(),
    }
}

/// The tenure that a beginning or a move opens.
fn opened(claim: &Claim, employment: Employment, concurrency: Concurrency, start: Bounds) -> Held {
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
fn inferred(claim: &Claim) -> Held {
    let mut held = blank(claim);
    held.tenure.unit = claim.named_unit;
    held.unit_giver = Giver::of(claim, |member| member.named_unit.is_some());
    held.tenure.title.clone_from(&claim.named_title);
    held.title_giver = Giver::of(claim, |member| member.named_title.is_some());
    held.tenure.start.bounds = Bounds::until(claim.bounds.latest());
    held.tenure.start.origin = Origin::Inferred;
    held.tenure.start.events = claim.events();
    held
}

impl Held {
    fn remember(&mut self, claim: &Claim) {
        self.claims.push(claim.no);
        for member in &claim.members {
            self.seen.extend(member.seen.map(|seen| (seen, member.event.clone())));
        }
    }

    /// "one stated with the start holds from the start" (rule 8)
    fn fill_first_manager(&mut self, claim: &Claim) {
        if claim.manager.is_some() {
            let spell = ManagerSpell { manager: claim.manager, since: Since::Start, attested: claim.attested };
            self.tenure.managers.insert(0, spell);
            self.manager_giver = Giver::of(claim, |member| member.manager.is_some());
        }
    }

    /// R12: "keep spells ordered by (`Since::Start` first, then latest None last, then application order)"
    fn change_manager(&mut self, bounds: Bounds, claim: &Claim, attested: Option<Day>) {
        self.tenure.managers.push(ManagerSpell { manager: claim.manager, since: Since::Change(bounds), attested });
        self.tenure.managers.sort_by_key(|spell| match spell.since {
            Since::Start => (0, None),
            Since::Change(bounds) => (if bounds.latest().is_some() { 1 } else { 2 }, bounds.latest()),
        });
    }
}

impl State {
    /// "primary (...) unless `concurrent`, when no other primary one of that company and `employment` is open"
    fn opens_as_primary(&self, claim: &Claim) -> bool {
        claim.concurrency == Concurrency::Exclusive && self.no_primary_open(claim.company, claim.employment())
    }

    /// "Never are two open tenures of one company and `employment` primary: the later opened or reopened one is not."
    fn reopen(&mut self, at: usize) {
        let (company, employment) = (self.tenures[at].tenure.company, self.tenures[at].tenure.employment);
        let alone = self.no_primary_open(company, employment);
        let held = &mut self.tenures[at];
        held.tenure.end = None;
        held.end_belief = None;
        held.left_by.clear();
        held.tenure.primary &= alone;
    }

    fn begin(&mut self, claim: &Claim) {
        // "It is found among the open tenures of the company and `employment`, one with equal unit and title first"
        let mut open = self.open(claim.company);
        open.retain(|seat| seat.employment == claim.employment());
        let equal = |seat: &Seat| seat.unit == claim.unit && same_title(seat.title.as_ref(), claim.title.as_ref());
        open.sort_by_key(|seat| !equal(seat));
        let dates_overlap = |seat: &Seat| self.tenures[seat.at].tenure.start.bounds.overlaps(claim.bounds);
        let same_acting = |seat: &Seat| self.tenures[seat.at].tenure.acting == claim.acting;
        let found = open.iter().find(|seat| match claim.kind {
            // "`JoinedCompany`: the primary one."
            Kind::Joined => seat.primary,
            // "`AppointedToPost`, `HeldPost`: one whose unit and title are equal, or unknown on one side with
            // overlapping start dates, and whose `acting` is the same or start dates overlap."
            Kind::Appointed | Kind::Held => {
                let alike = agree(seat.unit, claim.unit) && titles_agree(seat.title.as_ref(), claim.title.as_ref());
                (equal(seat) || (alike && dates_overlap(seat))) && (same_acting(seat) || dates_overlap(seat))
            }
            // "A sighting: one that says all that it says of unit and title (a title is not carried back to days
            // before it was seen)."
            Kind::Sighting => seat.has_unit(claim.unit) && seat.has_title(claim.title.as_ref()),
            Kind::Left
            | Kind::Relieved
            | Kind::Succeeded
            | Kind::To
            | Kind::Moved
            | Kind::Retitled
            | Kind::NewManager => unreachable!("begins nothing"),
        });
        // "A claim that finds its tenure open supports it"
        if let Some(seat) = found {
            self.support_as_by_a_beginning(seat.at, claim);
            return;
        }
        // "The same unit and title, but `acting` differs and dates are disjoint: the old tenure ends there, and a new
        // one opens, primary if the old one was."
        let acting_differs = |seat: &&Seat| equal(seat) && !same_acting(seat) && !dates_overlap(seat);
        let old =
            open.iter().find(acting_differs).filter(|_| matches!(claim.kind, Kind::Appointed | Kind::Held)).cloned();
        if claim.kind == Kind::Sighting && self.seen_in_an_ended_one(claim) {
            return;
        }
        let mut start = claim.bounds;
        let mut primary = claim.kind == Kind::Joined || self.opens_as_primary(claim);
        if let Some(old) = old {
            start = self.tenures[old.at].raise(claim.bounds);
            self.end_one(old.at, start, Origin::Stated, claim);
            primary = old.primary;
        }
        // "Else a tenure opens"
        let start = self.no_earlier_than_the_last_end(claim, start);
        let mut held = opened(claim, claim.employment(), claim.concurrency, start);
        held.tenure.primary = primary;
        self.tenures.push(held);
        // "A `JoinedCompany` as `employee` that opens one and is not `concurrent` ends every open `employee` tenure in
        // other companies that was not opened as concurrent, on the day that it starts, **inferred**."
        if claim.kind == Kind::Joined
            && claim.employment() == Employment::Employee
            && claim.concurrency == Concurrency::Exclusive
        {
            for at in 0..self.tenures.len() {
                let tenure = &self.tenures[at].tenure;
                if tenure.company != claim.company
                    && tenure.end.is_none()
                    && tenure.employment == Employment::Employee
                    && tenure.concurrency == Concurrency::Exclusive
                {
                    let end = self.tenures[at].raise(start);
                    self.end_one(at, end, Origin::Inferred, claim);
                }
            }
        }
    }

    /// Whether the sighting is of a tenure that has ended.
    fn seen_in_an_ended_one(&mut self, claim: &Claim) -> bool {
        // "an inferred end gives way (...) a sighting opens the tenure again" (rule 3)
        if let Some(seat) = self.inferred_end_gives_way(claim) {
            self.reopen(seat.at);
            self.support_as_by_a_beginning(seat.at, claim);
            return true;
        }
        // "Where the last ended tenure that fits was ended by a source on exactly that day, the sighting supports that
        // one: nobody returns on the day of leaving."
        let Some(seat) = self.last_ended_that_fits(claim) else {
            return false;
        };
        let end = self.tenures[seat.at].tenure.end.as_ref().expect("an ended tenure");
        if end.origin == Origin::Stated && end.bounds.single() == claim.day {
            self.support_as_by_a_beginning(seat.at, claim);
            return true;
        }
        false
    }

    /// "the start by rule 4, fields that it lacks are filled, `field_disagrees` where unit, title or manager differ"
    fn support_as_by_a_beginning(&mut self, at: usize, claim: &Claim) {
        let mut disagreeing: Vec<Vec<EventId>> = Vec::new();
        let held = &mut self.tenures[at];
        let attested_before = held.tenure.attested;
        held.restate_start(claim);
        held.remember(claim);
        held.tenure.supports.extend(claim.events());
        held.tenure.attested = attested_before.max(claim.attested);
        held.tenure.lead |= claim.lead;
        if held.tenure.remit.is_none() {
            held.tenure.remit.clone_from(&claim.remit);
        }
        held.support_unit(claim.unit, Giver::of(claim, |member| member.unit.is_some()), &mut disagreeing);
        held.support_title(claim, &mut disagreeing);
        if claim.manager.is_some() {
            if claim.kind == Kind::Sighting {
                held.see_manager(claim, attested_before);
            } else {
                held.support_first_manager(claim, &mut disagreeing);
            }
        }
        self.conflicts.extend(disagreeing.into_iter().map(|events| (ConflictKind::FieldDisagrees, events)));
    }
}

/// Whether the field takes the new value: it lacks one, or the new one is more believed, and they disagree. One that
/// agrees strengthens the belief in the present value.
fn settle(before: &mut Option<Giver>, now: Giver, agrees: bool, disagreeing: &mut Vec<Vec<EventId>>) -> bool {
    match before {
        Some(before) if agrees => {
            before.strengthen(now);
            false
        }
        Some(before) => {
            disagreeing.push([before.events.clone(), now.events.clone()].concat());
            let believed = now.belief > before.belief;
            if believed {
                *before = now;
            }
            believed
        }
        None => {
            *before = Some(now);
            true
        }
    }
}

impl Held {
    fn support_unit(&mut self, unit: Option<UnitNo>, now: Option<Giver>, disagreeing: &mut Vec<Vec<EventId>>) {
        let agrees = self.tenure.unit == unit;
        if let Some(now) = now
            && settle(&mut self.unit_giver, now, agrees, disagreeing)
        {
            self.tenure.unit = unit;
        }
    }

    fn support_title(&mut self, claim: &Claim, disagreeing: &mut Vec<Vec<EventId>>) {
        let agrees = same_title(self.tenure.title.as_ref(), claim.title.as_ref());
        if let Some(now) = Giver::of(claim, |member| member.title.is_some())
            && settle(&mut self.title_giver, now, agrees, disagreeing)
        {
            self.tenure.title.clone_from(&claim.title);
        }
    }

    /// The manager that holds from the start is named once more.
    fn strengthen_first_manager(&mut self, claim: &Claim) {
        let names_it = |spell: &ManagerSpell| spell.since == Since::Start && spell.manager == claim.manager;
        if let Some(giver) = &mut self.manager_giver
            && let Some(now) = Giver::of(claim, |member| member.manager.is_some())
            && self.tenure.managers.first().is_some_and(names_it)
        {
            giver.strengthen(now);
        }
    }

    /// R9: "the manager compared is the one that holds from the start"
    fn support_first_manager(&mut self, claim: &Claim, disagreeing: &mut Vec<Vec<EventId>>) {
        let Some(first) = self.tenure.managers.first_mut().filter(|spell| spell.since == Since::Start) else {
            self.fill_first_manager(claim);
            return;
        };
        let agrees = first.manager == claim.manager;
        let now = Giver::of(claim, |member| member.manager.is_some()).expect("the claim names a manager");
        if settle(&mut self.manager_giver, now, agrees, disagreeing) {
            first.manager = claim.manager;
            first.attested = claim.attested;
        } else if agrees {
            first.attested = first.attested.max(claim.attested);
        }
    }

    /// "One that names another manager than the tenure has, or the first one, says that the manager changed between
    /// the day after that manager (or, without one, the tenure) was last attested and that day".
    fn see_manager(&mut self, claim: &Claim, attested_before: Option<Day>) {
        let day = claim.day.expect("a sighting has a day");
        let since = match self.tenure.managers.last_mut() {
            Some(last) if last.manager == claim.manager => {
                last.attested = last.attested.max(Some(day));
                if last.since == Since::Start {
                    self.strengthen_first_manager(claim);
                }
                return;
            }
            Some(last) => last.attested,
            None => attested_before,
        };
        let bounds = Bounds::new(since.map(Day::next), Some(day)).unwrap_or(Bounds::on(day));
        self.change_manager(bounds, claim, Some(day));
    }
}

// ---------------------------------------------------------------------------------------------------------
// Rule 6. Move
// ---------------------------------------------------------------------------------------------------------

impl State {
    /// The open tenures in `to_unit`, "titles not disagreeing": none of these is left.
    fn already_there(&self, claim: &Claim) -> Vec<Seat> {
        let mut there = not_passed_over(claim, &self.open(claim.company));
        there.retain(|seat| seat.unit == claim.unit && titles_agree(seat.title.as_ref(), claim.title.as_ref()));
        there
    }

    fn transfer(&mut self, claim: &Claim) {
        let already_there = self.already_there(claim);
        let spared = |seat: &Seat| already_there.iter().any(|there| there.at == seat.at);
        let supported = already_there.first().cloned();
        let mut left = self.about(claim);
        left.retain(|seat| !spared(seat));
        if !left.is_empty() {
            self.leave(claim, &left, supported);
            return;
        }
        // "If nothing else is open to be left (with a `from_unit`: and it is primary, or no primary one is open
        // elsewhere), it is supported as by a beginning (rule 5), with a `from_unit` even where titles disagree; an
        // inferred end then stays."
        let open = not_passed_over(claim, &self.open(claim.company));
        let whatever_title = open.iter().find(|seat| claim.named_unit.is_some() && seat.unit == claim.unit).cloned();
        let there = supported.clone().or(whatever_title);
        let elsewhere = open.into_iter().find(|seat| seat.primary && seat.unit != claim.unit);
        if let Some(there) = there
            && (claim.named_unit.is_none() || there.primary || elsewhere.is_none())
        {
            self.support_as_by_a_beginning(there.at, claim);
            return;
        }
        if supported.is_none()
            && let Some(meant) = self.inferred_end_gives_way(claim)
        {
            self.leave(claim, &[meant], None);
            return;
        }
        if claim.named_unit.is_none() {
            // "primary (...) if nothing was ended"
            self.arrive(claim, &[], claim.bounds);
            return;
        }
        match elsewhere {
            // "With `from_unit`, and no primary tenure open in the company: a tenure is inferred there, start unknown
            // (on or before this date), ending on this date."
            None => {
                let mut held = inferred(claim);
                held.tenure.employment = claim.employment();
                held.tenure.primary = self.no_primary_open(claim.company, claim.employment());
                self.tenures.push(held);
            }
            // "With `from_unit`, and the primary tenure elsewhere: a move in between was missed. The primary tenure
            // ends, and an inferred one in `from_unit` starts, between the day after it was last attested and this
            // date's latest; the inferred one ends on this date. `missing_link` is recorded."
            Some(primary) => {
                let missed = self.tenures[primary.at].raise(Bounds::until(claim.bounds.latest()));
                self.end_one(primary.at, missed, Origin::MissingLink, claim);
                let before = self.tenures[primary.at].tenure.clone();
                let mut held = inferred(claim);
                held.tenure.start.bounds = missed;
                held.tenure.start.origin = Origin::MissingLink;
                held.tenure.employment = before.employment;
                held.tenure.concurrency = before.concurrency;
                held.tenure.primary = true;
                self.tenures.push(held);
                let events = [claim.events(), before.start.events].concat();
                self.conflicts.push((ConflictKind::MissingLink, events));
            }
        }
        let linked = self.seat(self.tenures.len() - 1);
        self.leave(claim, &[linked], supported);
    }

    /// "Ends what it is about". "A move that ends several raises it for all alike." (rule 4)
    fn leave(&mut self, claim: &Claim, left: &[Seat], supported: Option<Seat>) {
        let mut end = claim.bounds;
        for seat in left {
            end = self.tenures[seat.at].raise(end);
        }
        for seat in left {
            self.take(seat, claim);
            self.end_one(seat.at, end, Origin::Stated, claim);
        }
        let Some(there) = supported else {
            self.arrive(claim, left, end);
            return;
        };
        // "is not left but supported, its start intersected where the dates overlap, and primary if what was ended
        // was."
        let alone = self.no_primary_open(claim.company, there.employment);
        let held = &mut self.tenures[there.at];
        if held.tenure.start.bounds.overlaps(claim.bounds) {
            held.restate_start(claim);
        }
        held.remember(claim);
        held.tenure.supports.extend(claim.events());
        held.tenure.attested = held.tenure.attested.max(claim.attested);
        held.tenure.lead |= claim.lead;
        let no_disagreement = &mut Vec::new();
        held.support_unit(claim.unit, Giver::of(claim, |member| member.unit.is_some()), no_disagreement);
        held.support_title(claim, no_disagreement);
        if held.tenure.remit.is_none() {
            held.tenure.remit.clone_from(&claim.remit);
        }
        if held.tenure.managers.is_empty() {
            held.fill_first_manager(claim);
        } else {
            held.strengthen_first_manager(claim);
        }
        held.tenure.primary |= alone && left.iter().any(|seat| seat.primary);
    }

    /// "and opens a tenure in `to_unit`, primary if one that it ended was, or if nothing was ended; fields that the
    /// event does not give are not carried over, except `employment` and `concurrent`. Never are two open tenures of
    /// one company and `employment` primary".
    fn arrive(&mut self, claim: &Claim, left: &[Seat], start: Bounds) {
        let first = left.first();
        let employment = claim.employment.or(first.map(|seat| seat.employment)).unwrap_or_default();
        let concurrency = first.map_or(Concurrency::Exclusive, |seat| self.tenures[seat.at].tenure.concurrency);
        let mut held = opened(claim, employment, concurrency, start);
        let wanted = left.is_empty() || left.iter().any(|seat| seat.primary);
        held.tenure.primary = wanted && self.no_primary_open(claim.company, employment);
        self.tenures.push(held);
    }
}

// ---------------------------------------------------------------------------------------------------------
// Rule 7. End
// ---------------------------------------------------------------------------------------------------------

impl State {
    fn end(&mut self, claim: &Claim) {
        // "Ends what it is about."
        let open = self.about(claim);
        for seat in &open {
            self.take(seat, claim);
            let before = &self.tenures[seat.at];
            if claim.kind == Kind::Relieved && !titles_agree(before.tenure.title.as_ref(), claim.named_title.as_ref()) {
                // The last resort: "and `field_disagrees` is recorded" (rule 3).
                let giver = before.title_giver.as_ref().expect("a title was given");
                let events = [claim.events_that(|member| member.named_title.is_some()), giver.events.clone()].concat();
                self.conflicts.push((ConflictKind::FieldDisagrees, events));
            }
            let end = self.tenures[seat.at].raise(claim.bounds);
            self.end_one(seat.at, end, Origin::Stated, claim);
        }
        if !open.is_empty() {
            return;
        }
        // "Where nothing is open, the last opened of the ended tenures that it fits is looked at (those that have what
        // it names before those that lack it; for `LeftCompany`, all that the same `LeftCompany` ended)"
        let Some(last) = self.last_ended_that_fits(claim) else {
            // "Where there is none at all, a tenure is inferred, start unknown, ending here. The `to` of a `HeldPost`
            // infers nothing."
            if claim.kind != Kind::To {
                self.infer_ended(claim, inferred(claim));
            }
            return;
        };
        let looked_at = self.tenures[last.at].clone();
        let end = looked_at.tenure.end.as_ref().expect("an ended tenure");
        // "except that a `LeftCompany` disjoint from an end none of whose statements, believed or not, is a
        // `LeftCompany` infers a tenure, post unknown, which starts between that end's earliest day and this one's
        // latest, and ends here."
        if claim.kind == Kind::Left
            && end.origin == Origin::Stated
            && looked_at.left_by.is_empty()
            && !end.bounds.overlaps(claim.bounds)
        {
            let mut held = inferred(claim);
            held.tenure.start.bounds = held.tenure.start.bounds.raised(end.bounds.earliest());
            self.infer_ended(claim, held);
            return;
        }
        // "an inferred end, of a missing link too, is replaced; another is stated again (rule 4)"
        self.take(&last, claim);
        let turn = self.applied;
        for at in 0..self.tenures.len() {
            let held = &self.tenures[at];
            let likewise = held.tenure.end.as_ref().is_some_and(|other| {
                if end.origin.is_inferred() {
                    // "(for `LeftCompany`, all that were ended with it)" (rule 3)
                    other.origin.is_inferred() && held.ended_in_turn == looked_at.ended_in_turn
                } else {
                    held.left_by.iter().any(|left| looked_at.left_by.contains(left))
                }
            });
            let of_the_company = held.tenure.company == claim.company;
            if at == last.at || (claim.kind == Kind::Left && of_the_company && likewise) {
                self.tenures[at].restate_end(claim, turn);
            }
        }
    }

    /// "An inferred tenure is primary when no other is open."
    fn infer_ended(&mut self, claim: &Claim, mut held: Held) {
        held.tenure.primary = self.no_primary_open(claim.company, held.tenure.employment);
        let end = held.raise(claim.bounds);
        held.set_end(end, Origin::Stated, claim, self.applied);
        self.tenures.push(held);
    }
}

// ---------------------------------------------------------------------------------------------------------
// Rule 8. Change of title, change of manager
// ---------------------------------------------------------------------------------------------------------

impl State {
    fn change_title(&mut self, claim: &Claim) {
        let open = not_passed_over(claim, &self.open(claim.company));
        let from_title = claim.named_title.as_ref();
        // "Where no open tenure has `from_title`, and one in the unit, or whose unit is not known (it takes it), has
        // the new title already, that one is supported, its dates untouched."
        let has_from_title = open
            .iter()
            .any(|seat| from_title.is_some() && seat.has_unit(claim.named_unit) && seat.has_title(from_title));
        if !has_from_title {
            let retitled = |seat: &&Seat| same_title(seat.title.as_ref(), claim.title.as_ref());
            let in_the_unit = open.iter().filter(retitled).find(|seat| seat.has_unit(claim.named_unit));
            let unit_unknown = open.iter().filter(retitled).find(|seat| seat.unit.is_none());
            if let Some(seat) = in_the_unit.or(unit_unknown) {
                let held = &mut self.tenures[seat.at];
                let no_disagreement = &mut Vec::new();
                let unit_given = Giver::of(claim, |member| member.named_unit.is_some());
                held.support_unit(claim.named_unit, unit_given, no_disagreement);
                held.support_title(claim, no_disagreement);
                held.tenure.supports.extend(claim.events());
                held.tenure.attested = held.tenure.attested.max(claim.attested);
                return;
            }
        }
        // "ends the seat's tenure and opens one with the new title, all else carried over but `acting`."
        let seat = self.about(claim).into_iter().next().or_else(|| self.inferred_end_gives_way(claim));
        if let Some(seat) = seat {
            self.take(&seat, claim);
            let end = self.tenures[seat.at].raise(claim.bounds);
            self.end_one(seat.at, end, Origin::Stated, claim);
            let old = self.tenures[seat.at].clone();
            let mut held = retitled(claim, old.tenure.lead);
            held.tenure.unit = old.tenure.unit;
            held.unit_giver = old.unit_giver;
            held.tenure.concurrency = old.tenure.concurrency;
            held.tenure.employment = old.tenure.employment;
            held.tenure.remit = old.tenure.remit;
            held.tenure.managers = old.tenure.managers;
            held.manager_giver = old.manager_giver;
            held.claims = old.claims;
            held.tenure.start.bounds = end;
            held.tenure.primary = old.tenure.primary && self.no_primary_open(claim.company, old.tenure.employment);
            self.tenures.push(held);
            return;
        }
        // "Where there is neither, a tenure with the new title opens on that date, and with `from_title` one before it
        // is inferred."
        if from_title.is_some() {
            self.infer_ended(claim, inferred(claim));
        }
        let mut held = retitled(claim, false);
        held.tenure.unit = claim.named_unit;
        held.unit_giver = Giver::of(claim, |member| member.named_unit.is_some());
        held.tenure.primary = self.no_primary_open(claim.company, Employment::Employee);
        self.tenures.push(held);
    }

    /// "from that date; a tenure holds a small history of managers". "Where there is none, a tenure with unknown start
    /// is inferred."
    fn change_manager(&mut self, claim: &Claim) {
        let at = if let Some(seat) = self.about(claim).into_iter().next() {
            self.take(&seat, claim);
            seat.at
        } else if let Some(seat) = self.inferred_end_gives_way(claim) {
            // "and a change of manager or a sighting opens the tenure again" (rule 3)
            self.take(&seat, claim);
            self.reopen(seat.at);
            seat.at
        } else {
            let mut held = inferred(claim);
            held.tenure.primary = self.no_primary_open(claim.company, Employment::Employee);
            self.tenures.push(held);
            self.tenures.len() - 1
        };
        let held = &mut self.tenures[at];
        held.change_manager(claim.bounds, claim, claim.attested);
        held.tenure.attested = held.tenure.attested.max(claim.attested);
        held.tenure.confidence = held.tenure.confidence.max(claim.confidence);
        held.tenure.supports.extend(claim.events());
    }
}

/// What a change of title opens, before what it carries over.
fn retitled(claim: &Claim, lead_before: bool) -> Held {
    let mut held = blank(claim);
    held.tenure.title.clone_from(&claim.title);
    held.title_giver = Giver::of(claim, |member| member.title.is_some());
    held.tenure.lead = claim.new_lead.unwrap_or(lead_before);
    held.tenure.acting = claim.acting;
    held.tenure.attested = claim.attested;
    held
}

// ---------------------------------------------------------------------------------------------------------
// The career
// ---------------------------------------------------------------------------------------------------------

impl State {
    fn career(mut self) -> Career {
        for held in &self.tenures {
            // "disjoint ones leave the believed, and `date_disagrees` is recorded": of each edge all statements.
            if held.start_disagrees {
                self.conflicts.push((ConflictKind::DateDisagrees, held.tenure.start.events.clone()));
            }
            let Some(end) = &held.tenure.end else {
                continue;
            };
            if held.end_disagrees {
                self.conflicts.push((ConflictKind::DateDisagrees, end.events.clone()));
            }
            // "A tenure with a `seen` after the last day on which it can have ended: `seen_after_end`."
            let after = |day: Day| end.bounds.latest().is_some_and(|latest| latest < day);
            let seen: Vec<EventId> =
                held.seen.iter().filter(|(day, _)| after(*day)).map(|(_, event)| event.clone()).collect();
            if !seen.is_empty() {
                self.conflicts.push((ConflictKind::SeenAfterEnd, [seen, end.events.clone()].concat()));
            }
        }
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
            tenure
        });
        Career { tenures: tenures.collect(), conflicts }
    }
}
