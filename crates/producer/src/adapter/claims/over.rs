//! Who has died and what is dissolved, as the inputs themselves tell it, and what that means for posts without an end.

use rustc_hash::FxHashMap;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::shortest;
use tenure_domain::wire::Json;

use crate::adapter::history::dates;

/// How many people and units may be known to be over.
const MOST_OVER: usize = 4_000_000;

/// What can be over. A person and a unit may have the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::adapter) enum Mortal {
    Person,
    /// A unit, or a company.
    Unit,
}

/// People who have died and units that are dissolved, by their ids, and when.
#[derive(Debug, Default)]
pub(super) struct Over {
    people: FxHashMap<Box<str>, Bounds>,
    units: FxHashMap<Box<str>, Bounds>,
}

impl Over {
    pub(super) fn clear(&mut self) {
        self.people.clear();
        self.units.clear();
    }

    /// Notes which can be the first day without that person or unit.
    pub(super) fn note(&mut self, of: Mortal, id: &str, over: Bounds) {
        if over.latest().is_some() && self.people.len() + self.units.len() < MOST_OVER {
            let known = match of {
                Mortal::Person => &mut self.people,
                Mortal::Unit => &mut self.units,
            };
            let first = known.entry(id.into()).or_insert(over);
            if over.latest() < first.latest() {
                *first = over;
            }
        }
    }

    /// By which day the holder of a post was dead or its unit dissolved, where that had come by the version, or without a
    /// day of it by today. A death is never told ahead: one of a month or a year that goes on had come by the version.
    pub(super) fn of(&self, event: &Json<'_>, version: Option<Day>, today: Day) -> Option<Day> {
        let by = version.unwrap_or(today);
        let id = |field: &str| event[field]["id"].as_str();
        let died = id("person").and_then(|id| self.people.get(id)).filter(|died| had_come(**died, by));
        let died = died.and_then(|died| died.latest()).map(|died| version.map_or(died, |version| died.min(version)));
        let units = ["unit", "company"].into_iter().filter_map(|field| self.units.get(id(field)?)?.latest());
        units.filter(|over| *over <= by).chain(died).min()
    }

    /// Dates what a death tells of. The death itself is bounded by the day of the version that tells of it. A post that was
    /// held to the day of the death ends on that day: the dead hold nothing on it, though a source that gives last days means
    /// the day after.
    pub(super) fn date_by_death(&self, event: &mut Json<'_>, version: Option<Day>) {
        let Some(died) = event["person"]["id"].as_str().and_then(|id| self.people.get(id)) else { return };
        if event["type"] == "PersonDied" {
            let told = version.and_then(|day| told_by(*died, day));
            if let Some(told) = told {
                event.set("effective", told);
            }
            return;
        }
        let day_after = |died: &Day| event["to"].as_str().is_some_and(|to| to.parse() == Ok(died.next()));
        if let Some(died) = died.latest().filter(day_after) {
            event.set("to", died.to_string());
        }
    }
}

/// Whether a death had come by a day on which it is told.
pub(in crate::adapter) fn had_come(died: Bounds, day: Day) -> bool {
    died.earliest().is_none_or(|earliest| earliest <= day)
}

/// The date of a death as a version of that day tells it, where it may lie after that by itself: `[2024-01-01..2024-03-08]`.
/// It is written so that a later version finds its bound (`History::carry`).
pub(in crate::adapter) fn told_by(died: Bounds, day: Day) -> Option<String> {
    let may_be_later = died.latest().is_none_or(|latest| latest > day);
    let earliest = died.earliest().map(|earliest| earliest.to_string()).unwrap_or_default();
    (may_be_later && had_come(died, day)).then(|| format!("[{earliest}..{day}]"))
}

/// Whether a post has no end, and no day on which it was seen.
pub(in crate::adapter) fn is_undated(event: &Json<'_>) -> bool {
    event["type"] == "HeldPost" && event["to"].is_null() && event["seen"].is_null()
}

/// Whether a post may have begun before a day, and does not surely do so: then the events alone do not say that it was
/// held before that day.
pub(in crate::adapter) fn may_hold(event: &Json<'_>, over: Day) -> bool {
    let from = dates(event, "from").unwrap_or(Bounds::UNKNOWN);
    from.earliest().is_none_or(|earliest| earliest < over) && from.latest().is_none_or(|latest| latest >= over)
}

/// Ends a post by that day, before which it began: after the day on which it was seen last, or could begin at the
/// earliest.
pub(in crate::adapter) fn end_by(event: &mut Json<'_>, over: Day) {
    let before = Bounds::until(Some(over.previous()));
    if let Some(from) = dates(event, "from").and_then(|from| from.intersect(before)) {
        event.set("from", shortest(from));
    }
    let seen = dates(event, "seen").and_then(Bounds::earliest).map(Day::next);
    let begun = dates(event, "from").and_then(Bounds::earliest).filter(|earliest| *earliest != Day::MIN);
    let to = Bounds::new(seen.or(begun), Some(over)).unwrap_or(Bounds::until(Some(over)));
    event.set("to", shortest(to));
}

/// Says of a post with an end and without a start that it had begun when it was seen: else any day before the end could be
/// its first.
pub(in crate::adapter) fn begin_by_sighting(event: &mut Json<'_>) {
    let ended = dates(event, "to").filter(|_| event["from"].is_null());
    let seen = dates(event, "seen").and_then(Bounds::latest);
    if let (Some(ended), Some(seen)) = (ended, seen)
        && ended.latest().is_none_or(|ended| seen < ended)
    {
        event.set("from", shortest(Bounds::until(Some(seen))));
    }
}

/// Whether a date of an event may be none that the source tells, but one that is put there: by which day the post had begun,
/// or that it was over with its holder or its unit.
pub(super) fn is_put(event: &Json<'_>, field: &str, over: Option<Day>) -> bool {
    dates(event, field).is_some_and(|dates| match field {
        "from" => dates.earliest().is_none_or(|earliest| earliest == Day::MIN),
        "to" => over.is_some() && dates.latest() == over,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use tenure_domain::bounds::Bounds;
    use tenure_domain::day::Day;
    use tenure_domain::wire::Json;

    use super::{Mortal, Over, end_by, is_undated, may_hold};

    #[test]
    fn a_post_that_may_be_later_ends_by_the_death_of_its_holder() {
        let died = "2000-03-04".parse().expect("a day");
        let check = |from: &str, expect: Option<&str>| {
            let mut event = Json::object([("type", "HeldPost".into()), ("person", Json::object([("id", "p".into())]))]);
            if !from.is_empty() {
                event.set("from", from.to_owned());
            }
            let mut over = Over::default();
            over.note(Mortal::Unit, "p", Bounds::on(Day::MIN));
            over.note(Mortal::Person, "p", Bounds::on(died));
            assert_eq!(over.of(&event, Some(died), died), Some(died), "not the unit of that id");
            if is_undated(&event) && may_hold(&event, died) {
                end_by(&mut event, died);
            }
            assert_eq!(event["to"].as_str(), expect, "{from}");
        };
        check("", Some("[..2000-03-04]"));
        check("[0000..]", Some("[..2000-03-04]"));
        check("[1990..]", Some("[1990..2000-03-04]"));
        check("2000", Some("[2000..2000-03-04]"));
        check("1990", None);
        check("2001", None);
    }
}
