//! What one statement says, whatever its type.

use std::cmp::Reverse;
use std::sync::Arc;

use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::{Concurrency, Confidence, Employment, PersonFact, Post};
use tenure_domain::name::Name;
use tenure_domain::position::EventId;
use tenure_domain::statement::{PersonNo, Statement, StatementFact, UnitNo};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
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
pub(super) enum Class {
    Ending,
    Move,
    Change,
    Joining,
    OtherBeginning,
}

impl Kind {
    pub(super) fn class(self) -> Class {
        match self {
            Kind::Left | Kind::Relieved | Kind::Succeeded | Kind::To => Class::Ending,
            Kind::Moved => Class::Move,
            Kind::Retitled | Kind::NewManager => Class::Change,
            Kind::Joined => Class::Joining,
            Kind::Appointed | Kind::Held | Kind::Sighting => Class::OtherBeginning,
        }
    }

    pub(super) fn begins(self) -> bool {
        matches!(self.class(), Class::Joining | Class::OtherBeginning)
    }
}

/// "the **believed** one has the higher confidence, then the earlier `reported_at`, then the smaller id": greater is
/// more believed.
pub(super) type Belief = (Confidence, Reverse<Instant>, Reverse<EventId>);

#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) kind: Kind,
    pub(super) event: EventId,
    pub(super) reported_at: Instant,
    pub(super) confidence: Confidence,
    pub(super) publisher: Arc<str>,
    pub(super) key: Option<Arc<str>>,
    pub(super) company: UnitNo,
    /// Of the start, the change or the end that it states.
    pub(super) bounds: Bounds,
    /// The `from` and the `to` of a `HeldPost`.
    pub(super) from: Option<Bounds>,
    pub(super) to: Option<Bounds>,
    /// On at least one day of this date a source saw it in force; of a sighting always given.
    pub(super) seen: Option<Bounds>,
    pub(super) attested: Option<Day>,
    /// What it names of the tenure that it is about (rule 3): `from_unit` and `from_title`, or what it ends.
    pub(super) named_unit: Option<UnitNo>,
    pub(super) named_title: Option<Name>,
    /// What it says of the tenure that it opens: `to_unit` and `to_title` too.
    pub(super) unit: Option<UnitNo>,
    pub(super) title: Option<Name>,
    pub(super) employment: Option<Employment>,
    pub(super) lead: bool,
    /// The `lead` of a change of title.
    pub(super) new_lead: Option<bool>,
    pub(super) acting: bool,
    pub(super) remit: Option<Arc<str>>,
    pub(super) manager: Option<PersonNo>,
    pub(super) concurrency: Concurrency,
    pub(super) reason: Option<Arc<str>>,
}

/// One event can say two things of one person: that he was appointed, and that he succeeds himself.
pub(super) fn every_statement_once(statements: &[Statement]) -> Vec<Said> {
    let mut once: Vec<Said> = Vec::new();
    for said in statements.iter().filter_map(Said::by) {
        if !once.iter().any(|other| other.event == said.event && other.kind == said.kind) {
            once.push(said);
        }
    }
    once
}

impl Said {
    /// What the statement says of a post; a death is told elsewhere (rule 9).
    fn by(statement: &Statement) -> Option<Said> {
        let said = match &statement.fact {
            StatementFact::Own(fact) => own(statement, fact),
            StatementFact::Died => return None,
            StatementFact::Succeeded { company, unit, title, lead } => Said {
                named_unit: *unit,
                named_title: title.clone(),
                lead: *lead,
                ..nothing(statement, Kind::Succeeded, *company)
            },
        };
        Some(Said { attested: said.attests(), ..said })
    }

    /// "An event with `seen` attests its earliest day, where known (a `HeldPost` without `from` else nothing); another
    /// the day of `reported_at`, where that lies within the bounds of the start or change that it states; else that
    /// start or change itself, where it is one day."
    fn attests(&self) -> Option<Day> {
        // An ending states neither a start nor a change.
        if self.kind.class() == Class::Ending {
            return None;
        }
        if let Some(earliest) = self.seen_day() {
            return Some(earliest);
        }
        if matches!(self.kind, Kind::Held | Kind::Sighting) && self.from.is_none() {
            return None;
        }
        let reported = self.reported_at.day();
        if self.bounds.contains(reported) { Some(reported) } else { self.bounds.single() }
    }

    /// The earliest day of `seen`.
    pub(super) fn seen_day(&self) -> Option<Day> {
        self.seen.and_then(Bounds::earliest)
    }

    pub(super) fn belief(&self) -> Belief {
        (self.confidence, Reverse(self.reported_at), Reverse(self.event.clone()))
    }

    /// An absent employment is `employee`, except in the table of rule 1 and for moves in rule 3.
    pub(super) fn employment(&self) -> Employment {
        self.employment.unwrap_or_default()
    }

    /// The field `title` of the event.
    pub(super) fn said_title(&self) -> Option<&Name> {
        match self.kind {
            Kind::Relieved | Kind::Succeeded | Kind::NewManager => self.named_title.as_ref(),
            Kind::Joined | Kind::Moved | Kind::Appointed | Kind::Held | Kind::Sighting => self.title.as_ref(),
            Kind::Retitled | Kind::Left | Kind::To => None,
        }
    }

    /// "Statements of **two keys** are two that one source (publisher, else URL) makes under different keys."
    pub(super) fn of_two_keys(&self, other: &Said) -> bool {
        self.publisher == other.publisher && self.key.is_some() && other.key.is_some() && self.key != other.key
    }
}

fn nothing(statement: &Statement, kind: Kind, company: UnitNo) -> Said {
    Said {
        kind,
        event: statement.event.clone(),
        reported_at: statement.reported_at,
        confidence: statement.confidence,
        publisher: Arc::clone(&statement.publisher),
        key: statement.key.clone(),
        company,
        bounds: statement.effective,
        from: None,
        to: None,
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
        reason: None,
    }
}

fn opening(statement: &Statement, kind: Kind, company: UnitNo, post: &Post<PersonNo, UnitNo>) -> Said {
    Said {
        unit: post.unit,
        title: post.title.clone(),
        employment: post.employment,
        lead: post.lead,
        acting: post.acting,
        remit: post.remit.clone(),
        manager: post.reports_to,
        ..nothing(statement, kind, company)
    }
}

fn own(statement: &Statement, fact: &PersonFact<PersonNo, UnitNo, UnitNo>) -> Said {
    let nothing = |kind: Kind, company: UnitNo| nothing(statement, kind, company);
    let opening = |kind: Kind, company: UnitNo, post: &Post<PersonNo, UnitNo>| opening(statement, kind, company, post);
    match fact {
        PersonFact::JoinedCompany { company, post, concurrency } => {
            Said { concurrency: *concurrency, ..opening(Kind::Joined, *company, post) }
        }
        PersonFact::LeftCompany { company, reason } => Said { reason: reason.clone(), ..nothing(Kind::Left, *company) },
        PersonFact::TransferredUnit { company, from_unit, to_unit, post } => {
            Said { named_unit: *from_unit, unit: Some(*to_unit), ..opening(Kind::Moved, *company, post) }
        }
        PersonFact::AppointedToPost { company, post, succeeds: _ } => opening(Kind::Appointed, *company, post),
        PersonFact::RelievedOfPost { company, unit, title, reason } => Said {
            named_unit: *unit,
            named_title: title.clone(),
            reason: reason.clone(),
            ..nothing(Kind::Relieved, *company)
        },
        PersonFact::ChangedTitle { company, unit, from_title, to_title, lead, acting } => Said {
            named_unit: *unit,
            named_title: from_title.clone(),
            title: Some(to_title.clone()),
            new_lead: *lead,
            acting: *acting,
            ..nothing(Kind::Retitled, *company)
        },
        PersonFact::ChangedManager { company, unit, title, reports_to } => Said {
            named_unit: *unit,
            named_title: title.clone(),
            manager: *reports_to,
            ..nothing(Kind::NewManager, *company)
        },
        PersonFact::HeldPost { company, post, from, to, seen, concurrency } => {
            let (from, to) = (from.as_ref().map(VagueDate::bounds), to.as_ref().map(VagueDate::bounds));
            let seen = seen.as_ref().map(VagueDate::bounds);
            // "With neither `from` nor `to` it is a **sighting**, on `seen` or else the day of `reported_at`" (section 3)
            let sighting = from.is_none() && to.is_none();
            let sighted = sighting.then(|| seen.unwrap_or(Bounds::on(statement.reported_at.day())));
            let bounds = if let Some(sighted) = sighted {
                // "A sighting bounds the start (on or before its latest day)." (rule 5)
                Bounds::until(sighted.latest())
            } else {
                // "A `HeldPost` without `from` starts on or before the latest day of `to`." (rule 5) It had begun when it was
                // seen.
                let starts = from.unwrap_or(Bounds::until(to.and_then(Bounds::latest)));
                starts.cut(seen.and_then(Bounds::latest))
            };
            let kind = if sighting { Kind::Sighting } else { Kind::Held };
            // It was not in force before it began.
            let began = from.and_then(Bounds::earliest);
            let seen = sighted.or(seen).map(|seen| seen.raised(began));
            Said { bounds, from, to, seen, concurrency: *concurrency, ..opening(kind, *company, post) }
        }
    }
}
