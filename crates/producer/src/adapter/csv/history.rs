//! What the ledger was told of the rows of a table, and what a version of the table adds to it.
//!
//! A version says of every row what it says; a row that says what it said before adds nothing, one that says something
//! else is claimed anew under its key, and one that is gone is retracted. This holds a few words for each key and each
//! change, not the rows themselves.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Map as Object, Value};
use tenure_domain::day::{Day, Instant};
use uuid::{Uuid, uuid};

use super::IngestError;
use super::map::Source;
use crate::adapter::{Said, Sink};

/// The namespace of the ids of events about rows: the `UUIDv5` of the URL `tenure:csv:v1`.
const NAMESPACE: Uuid = uuid!("e9c47e16-62b0-5047-bd69-b88ef6da9b68");

/// What is said under a key, as a hash.
pub(super) type Print = u128;

/// What is said of a row that is gone.
pub(super) const GONE: Print = 0;

/// When something is reported: microseconds, or later than all that is dated.
pub(super) type At = i64;

/// What is reported without a date, and so when it is read.
pub(super) const NOW: At = At::MAX;

#[derive(Clone, Copy, Debug)]
struct Entry {
    at: At,
    print: Print,
    event: Uuid,
}

#[derive(Debug, Default)]
struct Trail {
    /// By when they were reported.
    entries: Vec<Entry>,
    /// The version in which the key was seen last.
    seen: u32,
    /// Which of the tables has it.
    table: usize,
}

impl Trail {
    /// What was said last by then.
    fn by(&self, at: At) -> Option<Entry> {
        self.entries.iter().rev().find(|entry| entry.at <= at).copied()
    }
}

/// What a version adds under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It says what it said.
    Same,
    /// A new event.
    New(Uuid),
    /// The ledger has something reported later, or something else reported at the same time.
    Late,
}

/// What the ledger was told under each key.
#[derive(Debug, Default)]
pub(super) struct History {
    trails: FxHashMap<Box<str>, Trail>,
    /// The titles of the tables.
    titles: Vec<Arc<str>>,
    /// The last report that the ledger had when this began.
    frontier: Option<At>,
    version: u32,
    at: At,
    /// Keys that were there before this version.
    lived: usize,
}

/// A row that is gone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gone {
    pub(super) key: Box<str>,
    /// The event that is to be retracted.
    pub(super) event: Uuid,
    /// The table in which it was.
    pub(super) title: Arc<str>,
}

impl History {
    /// Asks the ledger what the tables with these titles said.
    pub(super) fn load(sink: &mut dyn Sink, source: &Source, titles: &[&str]) -> Result<History, IngestError> {
        let titles: Vec<Arc<str>> = titles.iter().map(|title| Arc::from(*title)).collect();
        let mut history = History { titles, ..History::default() };
        let asked = source.publisher.as_deref().or(source.url.as_deref()).unwrap_or_default();
        sink.said_by(asked, &mut |said| {
            let title = said.event["source"]["title"].as_str();
            if let Some(table) = history.titles.iter().position(|known| title == Some(known)) {
                history.learn(&said, table);
            }
        })?;
        for trail in history.trails.values_mut() {
            trail.entries.sort_by_key(|entry| entry.at);
        }
        Ok(history)
    }

    fn learn(&mut self, said: &Said, table: usize) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let Some(key) = text(&said.event["source"]["key"]) else { return };
        let Some(event) = said.event["id"].as_str().and_then(|id| id.parse().ok()) else { return };
        let at = said.event["reported_at"].as_str().and_then(instant).unwrap_or(said.recorded_at).micros();
        let print = match said.event.as_object() {
            Some(event) if event["type"] != "EventRetracted" => print(event),
            _ => GONE,
        };
        self.frontier = self.frontier.max(Some(at));
        let trail = self.trails.entry(key.into()).or_default();
        trail.table = table;
        trail.entries.push(Entry { at, print, event });
    }

    /// Begins a version, reported then.
    pub(super) fn begin(&mut self, at: At) {
        self.version += 1;
        self.at = at;
        let lives = |trail: &&Trail| trail.by(at).is_some_and(|last| last.print != GONE);
        self.lived = self.trails.values().filter(lives).count();
    }

    /// The version has a row with this key. Whether it is the first.
    pub(super) fn see(&mut self, key: &str) -> bool {
        let version = self.version;
        let trail = match self.trails.get_mut(key) {
            Some(trail) => trail,
            None => self.trails.entry(key.into()).or_default(),
        };
        std::mem::replace(&mut trail.seen, version) != version
    }

    /// What the version adds by saying this under a key. The id follows from the key, from what is said, and from
    /// the event that it takes the place of, so that what is said again later is another event.
    pub(super) fn step(&mut self, publisher: &str, key: &str, print: Print) -> Step {
        let (at, frontier) = (self.at, self.frontier);
        let trail = self.trails.entry(key.into()).or_default();
        let last = trail.by(at);
        if last.map_or(GONE, |last| last.print) == print {
            return Step::Same;
        }
        if frontier.is_some_and(|frontier| at < frontier) || last.is_some_and(|last| last.at == at && at != NOW) {
            return Step::Late;
        }
        let before = last.map_or_else(String::new, |last| last.event.to_string());
        let event = Uuid::new_v5(&NAMESPACE, format!("{publisher}\n{key}\n{print:032x}\n{before}").as_bytes());
        Step::New(event)
    }

    /// The step was taken: its event goes into the log.
    pub(super) fn take(&mut self, key: &str, title: Option<&str>, print: Print, event: Uuid) {
        let at = self.at;
        let table = self.titles.iter().position(|known| title == Some(known)).unwrap_or_default();
        let trail = self.trails.entry(key.into()).or_default();
        trail.table = table;
        trail.entries.push(Entry { at, print, event });
    }

    /// The keys that were there and are not in this version, in order, and how many there were.
    pub(super) fn gone(&self) -> (Vec<Gone>, usize) {
        let mut gone = Vec::new();
        for (key, trail) in &self.trails {
            let Some(last) = trail.by(self.at).filter(|last| last.print != GONE && trail.seen != self.version) else {
                continue;
            };
            gone.push(Gone { key: key.clone(), event: last.event, title: self.titles[trail.table].clone() });
        }
        gone.sort_by(|a, b| a.key.cmp(&b.key));
        (gone, self.lived)
    }
}

/// The instant of a date or an instant.
pub(super) fn instant(text: &str) -> Option<Instant> {
    text.parse::<Instant>().ok().or_else(|| text.parse::<Day>().ok().map(Instant::midnight))
}

/// What an event says, but for when it was reported, and where.
pub(super) fn print(event: &Object<String, Value>) -> Print {
    let said: Object<String, Value> = event
        .iter()
        .filter(|(field, _)| !matches!(field.as_str(), "id" | "reported_at" | "source"))
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect();
    let text = serde_json_canonicalizer::to_vec(&said).expect("an object of texts has a canonical form");
    Uuid::new_v5(&NAMESPACE, &text).as_u128()
}

#[cfg(test)]
mod tests {
    use super::{At, GONE, History, NOW, Print, Step};

    /// What versions add, each a time and what it says of one key; `.` for nothing, `+` for an event, `!` for too late.
    fn told(history: &mut History, versions: &[(At, Print)]) -> String {
        let mut told = String::new();
        for (at, print) in versions {
            history.begin(*at);
            told.push(match history.step("p", "k", *print) {
                Step::Same => '.',
                Step::Late => '!',
                Step::New(event) => {
                    history.take("k", Some("t"), *print, event);
                    '+'
                }
            });
        }
        told
    }

    #[test]
    fn a_version_adds_what_it_says_anew() {
        let check = |versions: &[(At, Print)], expect: &str| {
            assert_eq!(told(&mut History::default(), versions), expect, "{versions:?}");
        };
        check(&[(1, 7), (2, 7), (3, 8), (4, 7)], "+.++");
        check(&[(1, GONE), (2, 7), (3, GONE), (4, GONE), (5, 7)], ".++.+");
        check(&[(1, 7), (1, 8)], "+!");
        check(&[(NOW, 7), (NOW, 8), (NOW, 7)], "+++");
    }

    #[test]
    fn what_the_ledger_has_of_a_later_day_is_not_rewritten() {
        let mut history = History::default();
        told(&mut history, &[(2, 7), (4, 8)]);
        history.frontier = Some(4);
        assert_eq!(told(&mut history, &[(2, 7), (3, 7), (4, 8), (3, 8), (1, 7), (5, 7)]), "...!!+");
    }

    #[test]
    fn what_is_said_again_is_another_event() {
        let mut history = History::default();
        let mut ids = Vec::new();
        for (at, print) in [(1, 7), (2, 8), (3, 7)] {
            history.begin(at);
            if let Step::New(event) = history.step("p", "k", print) {
                history.take("k", Some("t"), print, event);
                ids.push(event);
            }
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 3);
    }
}
