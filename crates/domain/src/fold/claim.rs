//! What a statement says, and what statements that tell the same say together.
//!
//! A [`Claim`] is what the rules from 2 on work with. `merge` makes claims of statements.

use crate::bounds::Bounds;
use crate::day::{Day, Instant};
use crate::edtf::VagueDate;
use crate::event::{Concurrency, Confidence, PersonFact};
use crate::name::Name;
use crate::position::EventId;
use crate::statement::{PersonNo, Statement, StatementFact, UnitNo};

use super::Side;
use super::keys::Keys;

/// A post as the fold sees it.
pub(super) type Post = crate::event::Post<PersonNo, UnitNo>;

/// What decides between two statements that cannot both be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Belief<'f> {
    pub(super) confidence: Confidence,
    pub(super) reported_at: Instant,
    pub(super) id: &'f EventId,
}

impl<'f> Belief<'f> {
    pub(super) fn of(statement: &'f Statement) -> Belief<'f> {
        Belief { confidence: statement.confidence, reported_at: statement.reported_at, id: &statement.event }
    }

    /// "The believed one has the higher confidence, then the earlier `reported_at`, then the smaller id."
    pub(super) fn over(&self, other: &Belief<'_>) -> bool {
        (other.confidence, self.reported_at, self.id) < (self.confidence, other.reported_at, other.id)
    }

    /// The more believed of two.
    pub(super) fn most(self, other: Belief<'f>) -> Belief<'f> {
        if other.over(&self) { other } else { self }
    }

    /// By report, then by id: who said it first.
    pub(super) fn first(&self) -> (Instant, &'f EventId) {
        (self.reported_at, self.id)
    }

    /// Of a claim that another statement joins: "confidence is the highest, `reported_at` and id are those of the
    /// first reported".
    pub(super) fn join(&mut self, other: Belief<'f>) {
        self.confidence = self.confidence.max(other.confidence);
        if other.first() < self.first() {
            (self.reported_at, self.id) = (other.reported_at, other.id);
        }
    }
}

/// A unit and a title that a claim names of the tenure that it is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub(super) unit: Option<UnitNo>,
    pub(super) title: Option<Name>,
}

/// What a `ChangedTitle` says.
#[derive(Clone, Debug)]
pub(super) struct Retitling {
    /// The seat's unit, and the title held until then.
    pub(super) named: Named,
    pub(super) to: Name,
    pub(super) lead: Option<bool>,
    pub(super) acting: bool,
}

/// What a claim says.
#[derive(Clone, Debug)]
pub(super) enum Says {
    Joined { post: Post, concurrency: Concurrency },
    Left,
    Moved { from: Option<UnitNo>, to: UnitNo, post: Post },
    Appointed { post: Post, concurrency: Concurrency },
    Relieved { named: Named },
    Succeeded { named: Named, lead: bool },
    Retitled(Retitling),
    NewManager { named: Named, manager: Option<PersonNo> },
    Held { post: Post, to: Option<Bounds>, concurrency: Concurrency },
    Sighting { post: Post, concurrency: Concurrency },
}

/// One claim: what it says, between which days, and who says so.
#[derive(Clone, Debug)]
pub(super) struct Claim<'f> {
    pub(super) company: UnitNo,
    pub(super) says: Says,
    /// Of the start, the change or the end that it states.
    pub(super) bounds: Bounds,
    /// The latest day on which a member has the post in force.
    pub(super) attested: Option<Day>,
    /// "Confidence is the highest, `reported_at` and id are those of the first reported."
    pub(super) belief: Belief<'f>,
    pub(super) members: Vec<&'f Statement>,
    /// The earliest days of what members give as `seen`, and the days of sightings, with their events.
    pub(super) seen: Vec<(Day, &'f EventId)>,
    /// The keys of its members.
    pub(super) keys: Keys<'f>,
    /// Of a `HeldPost`.
    pub(super) looks: Sightings,
}

/// What the members of a `HeldPost` claim say of days without and with it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sightings {
    /// The least latest day of a `to`.
    over: Option<Day>,
    /// The greatest earliest day of a `seen` that comes without a `to`.
    seen: Option<Day>,
}

impl Sightings {
    fn of(to: Option<Bounds>, seen: Option<Day>) -> Sightings {
        Sightings { over: to.and_then(Bounds::latest), seen: seen.filter(|_| to.is_none()) }
    }

    pub(super) fn join(&mut self, more: Sightings) {
        self.over = [self.over, more.over].into_iter().flatten().min();
        self.seen = self.seen.max(more.seen);
    }

    /// Whether one gives an end that is not after the day on which another, which gives none, saw the post in force.
    pub(super) fn over_by(self, other: Sightings) -> bool {
        self.over.is_some_and(|over| other.seen.is_some_and(|seen| over <= seen))
    }
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
    /// The end of a `HeldPost`.
    To,
}

/// Whether a statement gives a field.
pub(super) fn gives(statement: &Statement, field: Field) -> bool {
    let of_post = |post: &Post| match field {
        Field::Unit => post.unit.is_some(),
        Field::Title => post.title.is_some(),
        Field::Manager => post.reports_to.is_some(),
        Field::FromUnit | Field::FromTitle | Field::From | Field::To => false,
    };
    let named = |unit: Option<UnitNo>, title: Option<&Name>| match field {
        Field::Unit => unit.is_some(),
        Field::Title => title.is_some(),
        Field::FromUnit | Field::FromTitle | Field::Manager | Field::From | Field::To => false,
    };
    match &statement.fact {
        StatementFact::Died => false,
        StatementFact::Succeeded { unit, title, .. } => named(*unit, title.as_ref()),
        StatementFact::Own(fact) => match fact {
            PersonFact::JoinedCompany { post, .. } | PersonFact::AppointedToPost { post, .. } => of_post(post),
            PersonFact::HeldPost { post, from, to, .. } => match field {
                Field::From => from.is_some(),
                Field::To => to.is_some(),
                Field::Unit | Field::FromUnit | Field::Title | Field::FromTitle | Field::Manager => of_post(post),
            },
            PersonFact::TransferredUnit { from_unit, post, .. } => match field {
                Field::Unit => true,
                Field::FromUnit => from_unit.is_some(),
                Field::Title | Field::Manager | Field::FromTitle | Field::From | Field::To => of_post(post),
            },
            PersonFact::RelievedOfPost { unit, title, .. } | PersonFact::ChangedManager { unit, title, .. } => {
                named(*unit, title.as_ref())
            }
            PersonFact::ChangedTitle { unit, from_title, .. } => match field {
                Field::Unit => unit.is_some(),
                Field::Title => true,
                Field::FromTitle => from_title.is_some(),
                Field::FromUnit | Field::Manager | Field::From | Field::To => false,
            },
            PersonFact::LeftCompany { .. } => false,
        },
    }
}

impl<'f> Claim<'f> {
    /// The members that give a field.
    pub(super) fn giving(&self, field: Field) -> impl Iterator<Item = &'f Statement> {
        self.members.iter().copied().filter(move |s| gives(s, field))
    }

    /// The events of the members that give a field, sorted.
    pub(super) fn that_give(&self, field: Field) -> Vec<EventId> {
        super::sorted(self.giving(field).map(|s| &s.event))
    }

    /// The members that state the start or the change: of a `HeldPost`, those that give its `from`, if any does.
    pub(super) fn starters(&self) -> impl Iterator<Item = &'f Statement> {
        let from_is_given =
            matches!(self.says, Says::Held { .. }) && self.members.iter().any(|s| gives(s, Field::From));
        self.members.iter().copied().filter(move |s| !from_is_given || gives(s, Field::From))
    }

    /// The members that state the end: of a `HeldPost`, those that give its `to`.
    pub(super) fn enders(&self) -> impl Iterator<Item = &'f Statement> {
        let is_held = matches!(self.says, Says::Held { .. });
        self.members.iter().copied().filter(move |s| !is_held || gives(s, Field::To))
    }

    /// "A field, like a date, counts as the most believed of the statements that give it."
    pub(super) fn most_believed(statements: impl Iterator<Item = &'f Statement>) -> Option<Belief<'f>> {
        statements.map(Belief::of).reduce(Belief::most)
    }

    pub(super) fn events(&self) -> impl Iterator<Item = &'f EventId> {
        self.members.iter().map(|s| &s.event)
    }

    pub(super) fn is_sighting(&self) -> bool {
        matches!(self.says, Says::Sighting { .. })
    }

    /// Whether a member of each are statements of two keys.
    pub(super) fn is_of_two_keys_with(&self, other: &Claim<'_>) -> bool {
        self.keys.are_two_with_any(&other.keys)
    }

    /// The reason that the most believed of the members that give one gives for the end.
    pub(super) fn reason(&self) -> Option<std::sync::Arc<str>> {
        let reason = |s: &'f Statement| match &s.fact {
            StatementFact::Own(PersonFact::LeftCompany { reason, .. } | PersonFact::RelievedOfPost { reason, .. }) => {
                reason.as_ref()
            }
            StatementFact::Own(_) | StatementFact::Died | StatementFact::Succeeded { .. } => None,
        };
        let giving = self.members.iter().filter_map(|s| Some((Belief::of(s), reason(s)?)));
        let most = giving.reduce(|a, b| if b.0.over(&a.0) { b } else { a });
        most.map(|(_, reason)| reason.clone())
    }

    /// Whether it names a title that was held until then.
    pub(super) fn names_title_until_then(&self) -> bool {
        match &self.says {
            Says::Relieved { named }
            | Says::Succeeded { named, .. }
            | Says::NewManager { named, .. }
            | Says::Retitled(Retitling { named, .. }) => named.title.is_some(),
            Says::Joined { .. }
            | Says::Left
            | Says::Moved { .. }
            | Says::Appointed { .. }
            | Says::Held { .. }
            | Says::Sighting { .. } => false,
        }
    }

    /// The unit in which it has the person afterwards.
    pub(super) fn unit_held(&self) -> Option<UnitNo> {
        match &self.says {
            Says::Moved { to, .. } => Some(*to),
            Says::Joined { post, .. }
            | Says::Appointed { post, .. }
            | Says::Held { post, .. }
            | Says::Sighting { post, .. } => post.unit,
            Says::Retitled(Retitling { named, .. }) | Says::NewManager { named, .. } => named.unit,
            Says::Left | Says::Relieved { .. } | Says::Succeeded { .. } => None,
        }
    }
}

/// Whether two titles are both known and not the same.
pub(super) fn titles_differ(a: Option<&Name>, b: Option<&Name>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.key() != b.key())
}

/// Whether two titles are the same, absent equal to absent. "Titles compare by name key."
pub(super) fn same_title(a: Option<&Name>, b: Option<&Name>) -> bool {
    a.map(Name::key) == b.map(Name::key)
}

/// On which day an event has the post in force.
#[derive(Clone, Copy)]
enum Attests {
    /// "The day of `reported_at`, where that lies within the bounds of the start or change that it states; else that
    /// start or change itself, where it is one day."
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

/// The latest day that a statement attests.
pub(super) fn attested_by(statement: &Statement) -> Option<Day> {
    if let StatementFact::Died = statement.fact { None } else { single(statement).attested }
}

/// A claim of this one statement, which is not of a death.
pub(super) fn single(statement: &Statement) -> Claim<'_> {
    let mut bounds = statement.effective;
    let mut attests = Attests::Change;
    let mut looks = Sightings::default();
    let named = |unit: Option<UnitNo>, title: &Option<Name>| Named { unit, title: title.clone() };
    let (company, says) = match &statement.fact {
        StatementFact::Died => unreachable!("deaths are folded apart"),
        StatementFact::Succeeded { company, unit, title, lead } => {
            attests = Attests::Nothing;
            (*company, Says::Succeeded { named: named(*unit, title), lead: *lead })
        }
        StatementFact::Own(fact) => match fact {
            PersonFact::JoinedCompany { company, post, concurrency } => {
                (*company, Says::Joined { post: post.clone(), concurrency: *concurrency })
            }
            PersonFact::LeftCompany { company, reason: _ } => {
                attests = Attests::Nothing;
                (*company, Says::Left)
            }
            PersonFact::TransferredUnit { company, from_unit, to_unit, post } => {
                (*company, Says::Moved { from: *from_unit, to: *to_unit, post: post.clone() })
            }
            PersonFact::AppointedToPost { company, post, succeeds: _ } => {
                (*company, Says::Appointed { post: post.clone(), concurrency: Concurrency::Exclusive })
            }
            PersonFact::RelievedOfPost { company, unit, title, reason: _ } => {
                attests = Attests::Nothing;
                (*company, Says::Relieved { named: named(*unit, title) })
            }
            PersonFact::ChangedTitle { company, unit, from_title, to_title, lead, acting } => {
                let (named, to) = (named(*unit, from_title), to_title.clone());
                (*company, Says::Retitled(Retitling { named, to, lead: *lead, acting: *acting }))
            }
            PersonFact::ChangedManager { company, unit, title, reports_to } => {
                (*company, Says::NewManager { named: named(*unit, title), manager: *reports_to })
            }
            PersonFact::HeldPost { company, post, from, to, seen, concurrency } => {
                let (post, concurrency) = (post.clone(), *concurrency);
                let earliest_seen = seen.as_ref().and_then(|seen| first_seen(seen, from.as_ref()));
                if from.is_none() && to.is_none() {
                    // "With neither `from` nor `to` it is a sighting, on `seen` or else the day of `reported_at`."
                    let seen = seen.as_ref().map_or(Bounds::on(statement.reported_at.day()), VagueDate::bounds);
                    bounds = Bounds::until(seen.latest());
                    attests = seen.earliest().map_or(Attests::Nothing, Attests::Seen);
                    (*company, Says::Sighting { post, concurrency })
                } else {
                    let to = to.as_ref().map(VagueDate::bounds);
                    looks = Sightings::of(to, earliest_seen);
                    // "A `HeldPost` without `from` starts on or before the latest day of `to`", and none after it was seen.
                    let starts = from.as_ref().map_or(Bounds::until(to.and_then(Bounds::latest)), VagueDate::bounds);
                    bounds = starts.cut(seen.as_ref().and_then(|seen| seen.bounds().latest()));
                    attests = match (earliest_seen, from) {
                        (Some(day), _) => Attests::Seen(day),
                        (None, Some(_)) => Attests::Change,
                        (None, None) => Attests::Nothing,
                    };
                    (*company, Says::Held { post, to, concurrency })
                }
            }
        },
    };
    let mut seen = Vec::new();
    if let Attests::Seen(day) = attests {
        seen.push((day, &statement.event));
    }
    let attested = attests.day(bounds, statement.reported_at.day());
    let mut keys = Keys::default();
    keys.add(statement);
    Claim {
        company,
        says,
        bounds,
        attested,
        belief: Belief::of(statement),
        members: vec![statement],
        seen,
        keys,
        looks,
    }
}

/// The earliest day on which a post was seen, which was not in force before it began.
fn first_seen(seen: &VagueDate, from: Option<&VagueDate>) -> Option<Day> {
    seen.bounds().raised(from.and_then(|from| from.bounds().earliest())).earliest()
}

/// The bounds that one statement gives to the start or the end of what it is about.
pub(super) fn stated(statement: &Statement, side: Side) -> Bounds {
    let StatementFact::Own(PersonFact::HeldPost { from, to, seen, .. }) = &statement.fact else {
        return statement.effective;
    };
    let stated = if side == Side::Start { from } else { to };
    match (stated, to, seen) {
        (Some(date), _, _) => date.bounds(),
        (None, Some(to), _) => Bounds::until(to.bounds().latest()),
        (None, None, Some(seen)) => Bounds::until(seen.bounds().latest()),
        (None, None, None) => Bounds::until(Some(statement.reported_at.day())),
    }
}
