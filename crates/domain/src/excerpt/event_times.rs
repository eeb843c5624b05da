//! When events told of a person or a unit, whatever became of these events: positions and points in time alone.
//!
//! The directory finds them by what is meant at the head. A way of naming counts where it gives an id of the one who is meant,
//! or nothing but what they are called. What a name in it meant on another basis plays no part, so this decides nothing
//! but where it is worth to look.

use std::collections::BTreeSet;

use super::directory::{Kind, Leaf, called_mark};
use super::{KnownEvent, Lookup};
use crate::day::Instant;
use crate::event::{GivenId, Identifier};
use crate::identity::{Call, KnownName};
use crate::mark::Mark;
use crate::position::Seq;

/// When an event came, and what it was told for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTimes {
    /// Its position.
    pub seq: Seq,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// When its source reported it.
    pub reported_at: Instant,
}

impl EventTimes {
    fn of(seq: Seq, known: &KnownEvent) -> EventTimes {
        EventTimes { seq, recorded_at: known.recorded_at, reported_at: known.event.reported_at }
    }
}

/// By what a person or a unit is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    ids: Vec<Call>,
    others: Vec<Call>,
}

impl Calls {
    /// By these ids, names and identifiers.
    pub fn of(ids: &[GivenId], names: &[KnownName], identifiers: &[Identifier]) -> Calls {
        let names = names.iter().map(|known| Call::Name(known.name.key().clone()));
        let identifiers =
            identifiers.iter().map(|one| Call::Identifier(format!("{}:{}", one.scheme, one.value).into()));
        Calls { ids: ids.iter().map(|id| Call::id(id.as_str())).collect(), others: names.chain(identifiers).collect() }
    }
}

/// What is told of.
#[derive(Clone, Copy, Debug)]
pub enum EventTimesOf<'a> {
    /// A person: posts, names, death.
    Person(&'a Calls),
    /// A company: its structure. The people in it are told of by themselves.
    Company(&'a Calls),
    /// A unit, and its company: structure, and who was there.
    Unit(&'a Calls, &'a Calls),
}

/// The events that tell of that, at most so many of the last of them, with what retracts or corrects these; by position.
pub fn event_times<L: Lookup>(lookup: &L, of: EventTimesOf<'_>, most: usize) -> Result<Vec<EventTimes>, L::Error> {
    let ways = match of {
        EventTimesOf::Person(calls) => ways(lookup, Kind::Person, None, calls)?,
        EventTimesOf::Company(calls) => ways(lookup, Kind::Company, None, calls)?,
        EventTimesOf::Unit(calls, company) => {
            let mut found = BTreeSet::new();
            for company in ways(lookup, Kind::Company, None, company)? {
                found.extend(ways(lookup, Kind::Unit, Some(company), calls)?);
            }
            found
        }
    };
    let mut seqs = BTreeSet::new();
    for way in ways {
        let Some(Leaf::Usage(usage)) = lookup.leaf(way)? else { continue };
        seqs.extend(usage.own.iter());
        if usage.kind == Kind::Unit {
            seqs.extend(usage.others.last(way, most, lookup)?);
        }
    }
    let last: Vec<Seq> = seqs.into_iter().rev().take(most).collect();
    let mut event_times = Vec::with_capacity(last.len());
    let mut found = BTreeSet::new();
    for seq in last {
        let Some(known) = lookup.event(seq)? else { continue };
        event_times.push(EventTimes::of(seq, &known));
        if let Some(Leaf::Replaced(_, by)) = lookup.leaf(Mark::replaced(&known.event.id))? {
            found.extend(by.iter());
        }
    }
    for seq in found.into_iter().rev().take(most) {
        if let Some(known) = lookup.event(seq)? {
            event_times.push(EventTimes::of(seq, &known));
        }
    }
    event_times.sort_unstable_by_key(|event_times| event_times.seq);
    event_times.dedup_by_key(|event_times| event_times.seq);
    Ok(event_times)
}

/// The ways of naming that mean those who are called so.
fn ways<L: Lookup>(lookup: &L, kind: Kind, scope: Option<Mark>, calls: &Calls) -> Result<BTreeSet<Mark>, L::Error> {
    let mark = |call: &Call| called_mark(kind, scope, call);
    let ids: BTreeSet<Mark> = calls.ids.iter().map(mark).collect();
    let all: BTreeSet<Mark> = ids.iter().copied().chain(calls.others.iter().map(mark)).collect();
    let mut found = BTreeSet::new();
    for call in &all {
        let Some(Leaf::Called(ways)) = lookup.leaf(*call)? else { continue };
        for way in ways {
            let Some(Leaf::Usage(usage)) = lookup.leaf(way)? else { continue };
            let is_meant = usage.calls.iter().any(|call| ids.contains(call));
            if is_meant || usage.calls.iter().all(|call| all.contains(call)) {
                found.insert(way);
            }
        }
    }
    Ok(found)
}
