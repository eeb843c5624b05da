//! Rules that an event must keep when it comes in, and that what a log holds need not.
//!
//! Older versions took in what these rules refuse. Such events stand in logs, and are read as they were.

use std::fmt::Display;

use super::Refusal;
use super::read::{Moment, Values};
use crate::day::{Day, Instant};
use crate::edtf::VagueDate;
use crate::event::{DescribedName, Event, Fact, PersonFact, UnitFact};
use crate::position::EventId;

/// A database's word for "not known".
const FIRST_YEAR: i32 = 0;
/// A register's word for "still".
const LAST_YEAR: i32 = 9999;

/// Refuses what no event that comes in then may say. `values` is where it was read from.
pub(super) fn check(
    values: &Values<'_>,
    event: &Event,
    source_read: Option<Moment>,
    came_in: Instant,
) -> Result<(), Refusal> {
    not_of_no_event(values, &event.id)?;
    for (field, at) in [("reported_at", Some(event.reported_at)), ("source.retrieved_at", event.source.retrieved_at)] {
        if let Some(at) = at.filter(|at| at.day().ymd().0 == FIRST_YEAR) {
            return Err(of_the_first_year(values, field, &at));
        }
    }
    if let Some(read) = source_read {
        let hint = "write when the source was read, or leave the field out";
        values.not_later(("source.retrieved_at", hint), read.by(came_in), came_in)?;
    }
    of_a_year_that_was(values, "effective", event.effective.as_ref())?;
    match &event.fact {
        Fact::Person { fact: PersonFact::HeldPost { from, to, seen, .. }, .. } => {
            for (field, date) in [("from", from), ("to", to), ("seen", seen)] {
                of_a_year_that_was(values, field, date.as_ref())?;
            }
            seen_before_the_end(values, seen.as_ref(), to.as_ref())
        }
        Fact::PersonDescribed { names, .. } | Fact::Unit { fact: UnitFact::Described { names, .. }, .. } => {
            names.iter().enumerate().try_for_each(|(at, name)| name_of_a_year_that_was(values, at, name))
        }
        Fact::Person { .. }
        | Fact::Unit { .. }
        | Fact::PersonDied { .. }
        | Fact::SamePerson { .. }
        | Fact::SameUnit { .. }
        | Fact::EventRetracted { .. }
        | Fact::PersonErased { .. } => Ok(()),
    }
}

/// A copy of a stream would take the event for what it puts in the place of a message that is none.
fn not_of_no_event(values: &Values<'_>, id: &EventId) -> Result<(), Refusal> {
    if id.is_of_no_event() {
        let wrong =
            format!("(`{id}`) begins with `{}`, which stands for messages that are no events", EventId::OF_NO_EVENT);
        return Err(values.refusal("id", &wrong, "give the event another id, or none"));
    }
    Ok(())
}

fn name_of_a_year_that_was(values: &Values<'_>, at: usize, name: &DescribedName) -> Result<(), Refusal> {
    for (field, date) in [("from", &name.from), ("to", &name.to)] {
        of_a_year_that_was(values, &format!("names[{at}].{field}"), date.as_ref())?;
    }
    Ok(())
}

fn of_a_year_that_was(values: &Values<'_>, field: &str, date: Option<&VagueDate>) -> Result<(), Refusal> {
    let Some(date) = date else { return Ok(()) };
    let is_in = |day: Option<Day>, year: i32| day.is_some_and(|day| day.ymd().0 == year);
    let (earliest, latest) = (date.bounds().earliest(), date.bounds().latest());
    if is_in(earliest, LAST_YEAR) || is_in(latest, LAST_YEAR) {
        return Err(values.refusal(
            field,
            &format!("(`{date}`) is in the year {LAST_YEAR}"),
            "registers write it for what has not ended: leave the field out",
        ));
    }
    // A range from that year on is how some day of which nothing is known is written.
    if is_in(latest, FIRST_YEAR) { Err(of_the_first_year(values, field, date)) } else { Ok(()) }
}

fn of_the_first_year(values: &Values<'_>, field: &str, date: &dyn Display) -> Refusal {
    let wrong = format!("(`{date}`) is in the year {FIRST_YEAR:04}");
    let hint = "databases write it for what is not known: leave the field out, or write the date that is meant";
    values.refusal(field, &wrong, hint)
}

/// The first day without the post is no day on which it was in force.
fn seen_before_the_end(values: &Values<'_>, seen: Option<&VagueDate>, to: Option<&VagueDate>) -> Result<(), Refusal> {
    let (Some(seen), Some(to)) = (seen, to) else { return Ok(()) };
    match (to.bounds().latest(), seen.bounds().earliest()) {
        (Some(over), Some(first)) if over <= first => Err(values.refusal(
            "seen",
            &format!("({seen}) is surely not before `to` ({to}), the first day without the post"),
            "mend the dates, or leave out the one that the source does not give",
        )),
        _ => Ok(()),
    }
}
