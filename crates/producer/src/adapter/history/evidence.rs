//! What a version itself adds to a statement as evidence: that a post was in force on its day, and that something had
//! begun or was over by then. For as long as the statement goes on, the first version that said so counts.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::{VagueDate, shortest};
use tenure_domain::name_id::name_id;
use tenure_domain::wire::{Json, canonical};

use super::{At, NAMESPACE, NOW, is_aside};
use crate::adapter::period::Period;

/// The dates of events that a version can bound.
const DATES: [&str; 3] = ["from", "to", "effective"];

/// What a statement says that may be evidence of its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::adapter) struct Evidence {
    /// What it is about, as a hash.
    about: u64,
    /// The day on which it was told.
    told: Day,
    /// Whether more is said of its start than by which day it was.
    is_begun: bool,
    /// When it was seen, where it was, and had no end by then.
    seen: Option<Period>,
    /// The earliest day on which it can have begun.
    first: Day,
    /// The latest day on which it can have ended, where it has.
    ended: Option<Day>,
    /// The days on which it was in force by its start and its end alone: from the first of them until before the second.
    sure: Option<(Day, Day)>,
    /// The dates that lay between two days, or before one, when they were told.
    past: Box<[(&'static str, Bounds)]>,
}

impl Evidence {
    /// The evidence in an event that was reported then; none where it has none.
    pub(super) fn of(event: &Json<'_>, at: At) -> Option<Evidence> {
        Evidence::told(event, if at == NOW { Day::MAX } else { Instant::from_micros(at).day() })
    }

    /// The evidence in an event that was told on a day.
    fn told(event: &Json<'_>, told: Day) -> Option<Evidence> {
        let is_post = event["type"] == "HeldPost";
        // An end that is the day after the last one can be that after the day of the version.
        let is_past = |date: &Bounds| date.single().is_none() && date.latest().is_some_and(|day| day <= told.next());
        let past: Box<[_]> =
            DATES.iter().filter_map(|field| Some((*field, dates(event, field).filter(is_past)?))).collect();
        let start = dates(event, "from");
        let is_begun = start.is_some_and(|start| start.earliest().is_some() || start.latest().is_none());
        let first = start.and_then(Bounds::earliest).unwrap_or(Day::MIN);
        let end = dates(event, "to");
        let ended = (!event["to"].is_null()).then(|| end.and_then(Bounds::latest).unwrap_or(Day::MAX));
        let sure = start.and_then(Bounds::latest).zip(end.and_then(Bounds::earliest));
        let seen = dates(event, "seen").filter(|_| is_post).and_then(Period::of);
        let is_dated = is_begun
            && seen.is_none()
            && (ended.is_none()
                || sure.is_some_and(|(from, to)| Some(from) == start.and_then(Bounds::earliest) && Some(to) == ended));
        if past.is_empty() && (is_dated || !is_post) {
            return None;
        }
        let evidence = Evidence { about: about(event)?, told, is_begun, seen: None, first, ended, sure, past };
        Some(Evidence { seen: seen.filter(|seen| evidence.allows(*seen)), ..evidence })
    }

    /// Whether it can have been in force on a day on which it was seen.
    fn allows(&self, seen: Period) -> bool {
        self.first <= seen.last && self.ended.is_none_or(|ended| seen.first < ended)
    }

    /// Whether the start and the end that it states say alone that it was in force then.
    fn implies(&self, seen: Period) -> bool {
        self.is_begun && self.sure.is_some_and(|(from, to)| from <= seen.first && seen.last < to)
    }

    /// Whether a post is over.
    pub(super) fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// Whether it tells a day by which it had begun.
    fn tells_start(&self) -> bool {
        self.past.iter().any(|(field, _)| *field == "from")
    }

    fn date(&self, field: &str) -> Option<Bounds> {
        let said = self.past.iter().find(|(name, _)| *name == field).map(|(_, date)| *date);
        said.or_else(|| (field == "from" && !self.is_begun).then_some(Bounds::until(Some(self.seen?.last))))
    }

    /// What is known with what was told before of the same, the last first; none where that is nothing new. `is_sought`:
    /// whether it counts when a post was seen before of which no more is said than by which day it had begun.
    pub(super) fn with<'e>(
        &self,
        before: impl Iterator<Item = Option<&'e Evidence>>,
        is_sought: bool,
    ) -> Option<Evidence> {
        let mut together = self.clone();
        let mut before = before.map_while(|before| before.filter(|before| before.about == self.about)).peekable();
        let last = before.peek().copied()?;
        for (field, date) in &mut together.past {
            // One that can only be later, by a day that had not come then, is no other date.
            let is_looser = |earlier: &Bounds| {
                // What was over by a day had begun before it.
                let came = date.latest().filter(|_| *field == "from").map(Day::next).or(date.latest());
                let is_later = date.latest() > earlier.latest() && came > Some(last.told);
                date.earliest() == earlier.earliest() && is_later
            };
            *date = last.date(field).filter(is_looser).unwrap_or(*date);
        }
        let is_sought = is_sought && (self.ended.is_some() || !self.is_begun && self.seen.is_some());
        let mut seen = before.take_while(|before| is_sought && (self.is_begun || !before.is_begun));
        // An end that was told earlier bounds what was seen before, too.
        let end = together.past.iter().find(|(field, _)| *field == "to").and_then(|(_, end)| end.latest());
        together.ended = end.or(self.ended);
        let bounded = together.clone();
        let is_known = |seen: Period| bounded.allows(seen) && !self.implies(seen);
        if let Some(sighting) = seen.find(|before| before.seen.is_some_and(is_known)) {
            if self.ended.is_some() {
                together.seen = self.seen.max(sighting.seen);
            }
            if !self.is_begun {
                together.begin_with(sighting);
            }
        }
        (together != *self).then_some(together)
    }

    /// It had begun by the day by which it had begun then.
    fn begin_with(&mut self, sighting: &Evidence) {
        let is_earlier = |from: &Bounds| Some(from.latest()) < self.date("from").map(Bounds::latest);
        if let Some(known) = sighting.date("from").filter(is_earlier) {
            let others = self.past.iter().copied().filter(|(field, _)| *field != "from");
            self.past = [("from", known)].into_iter().chain(others).collect();
        }
    }

    /// What it says without what it can have of sightings before it: something else may have come in between.
    pub(super) fn alone<'e>(&self, before: impl Iterator<Item = &'e Evidence>) -> Evidence {
        let mut alone = self.clone();
        if !self.is_over() && !self.tells_start() {
            return alone;
        }
        for seen in before.filter(|before| before.about == self.about).filter_map(|before| before.seen) {
            let is_of_it = |(field, date): &(&str, Bounds)| *field == "from" && *date == Bounds::until(Some(seen.last));
            if !self.is_begun && alone.past.iter().any(is_of_it) {
                alone.past = alone.past.iter().copied().filter(|past| !is_of_it(past)).collect();
            }
            if self.is_over() && self.seen == Some(seen) {
                alone.seen = None;
            }
        }
        alone
    }

    /// Says it in an event, and no longer what is taken back of it.
    pub(in crate::adapter) fn put(&self, event: &mut Json<'_>) {
        let was = Evidence::told(event, self.told);
        if was.as_ref().is_some_and(Evidence::tells_start) && !self.tells_start() {
            event.take("from");
        }
        if was.is_some_and(|was| was.seen.is_some()) && self.seen.is_none() {
            event.take("seen");
        }
        for (field, date) in &self.past {
            if dates(event, field) != Some(*date) {
                event.set(*field, shortest(*date));
            }
        }
        if let Some(seen) = self.seen {
            event.set("seen", seen.to_string());
        }
    }
}

/// The days that a date of an event means.
pub(in crate::adapter) fn dates(event: &Json<'_>, field: &str) -> Option<Bounds> {
    event[field].as_str().and_then(|date| date.parse::<VagueDate>().ok()).map(|date| date.bounds())
}

/// What a statement can say otherwise than before, and be about the same.
const DETAILS: [&str; 6] = ["seen", "note", "remit", "confidence", "reports_to", "lead"];

/// What a statement is about beside its dates, as a hash: whose it is and where, by ids where there are any.
fn about(event: &Json<'_>) -> Option<u64> {
    let Json::Object(said) = event else { return None };
    let is_of_it = |field: &str| !(is_aside(field) || DATES.contains(&field) || DETAILS.contains(&field));
    let said = said.iter().filter(|(field, _)| is_of_it(field));
    let named = said.map(|(field, node)| {
        let is_by_id = !node["id"].is_null();
        (field.clone(), if is_by_id { node["id"].clone() } else { node.clone() })
    });
    let said: Vec<_> = named.collect();
    Some(name_id(&NAMESPACE, canonical(&said).as_bytes()).as_u64_pair().0)
}
