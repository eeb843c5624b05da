//! Rules that an event must keep when it comes in, and that what a log holds need not.
//!
//! Older versions took in what these rules refuse. Such events stand in logs, and are read as they were.

use super::Refusal;
use super::read::Values;
use crate::day::Day;
use crate::edtf::VagueDate;
use crate::event::{DescribedName, Fact, PersonFact, UnitFact};
use crate::position::EventId;

/// A register's word for "still".
const LAST_YEAR: i32 = 9999;

/// Refuses what no event that comes in may say. `values` is where it was read from.
pub(super) fn check(
    values: &Values<'_>,
    id: &EventId,
    effective: Option<&VagueDate>,
    fact: &Fact,
) -> Result<(), Refusal> {
    not_of_no_event(values, id)?;
    not_in_the_last_year(values, "effective", effective)?;
    match fact {
        Fact::Person { fact: PersonFact::HeldPost { from, to, seen, .. }, .. } => {
            for (field, date) in [("from", from), ("to", to), ("seen", seen)] {
                not_in_the_last_year(values, field, date.as_ref())?;
            }
            seen_before_the_end(values, seen.as_ref(), to.as_ref())
        }
        Fact::PersonDescribed { names, .. } | Fact::Unit { fact: UnitFact::Described { names, .. }, .. } => {
            names.iter().enumerate().try_for_each(|(at, name)| name_not_in_the_last_year(values, at, name))
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

fn name_not_in_the_last_year(values: &Values<'_>, at: usize, name: &DescribedName) -> Result<(), Refusal> {
    for (field, date) in [("from", &name.from), ("to", &name.to)] {
        not_in_the_last_year(values, &format!("names[{at}].{field}"), date.as_ref())?;
    }
    Ok(())
}

fn not_in_the_last_year(values: &Values<'_>, field: &str, date: Option<&VagueDate>) -> Result<(), Refusal> {
    let Some(date) = date else { return Ok(()) };
    let is_last = |day: Option<Day>| day.is_some_and(|day| day.ymd().0 == LAST_YEAR);
    if is_last(date.bounds().earliest()) || is_last(date.bounds().latest()) {
        return Err(values.refusal(
            field,
            &format!("(`{date}`) is in the year {LAST_YEAR}"),
            "registers write it for what has not ended: leave the field out",
        ));
    }
    Ok(())
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
