//! What the ledger was told under the keys of a source, and what a version of it adds.
//!
//! A version says of every key what it says; what it said before adds nothing, something else is claimed anew under the
//! key, and what is gone is withdrawn where the version is complete. This holds a few words for each key and each
//! change, not the statements themselves.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::position::Seq;
use tenure_domain::wire::{canonical, says};
use tenure_log::LogError;
use uuid::{Uuid, uuid};

use super::conventions::instant;
use super::{AdapterError, Sink};
use crate::IngestError;

/// The namespace of the ids of events about rows: the `UUIDv5` of the URL `tenure:csv:v1`.
pub(super) const NAMESPACE: Uuid = uuid!("e9c47e16-62b0-5047-bd69-b88ef6da9b68");

/// How many keys are kept: what bounds the memory of a run.
const MOST_KEYS: usize = 8_000_000;

/// What is said under a key, as a hash.
pub(super) type Print = u128;

/// What is said of a row that is gone.
pub(super) const GONE: Print = 0;

/// When something is reported: microseconds, or later than all that is dated.
pub(super) type At = i64;

/// What is reported without a date, and so when it is read.
pub(super) const NOW: At = At::MAX;

/// Something that was said under a key.
#[derive(Clone, Debug)]
pub(super) struct KeyedStatement {
    pub(super) at: At,
    print: Print,
    /// The event's id; empty where it is not known.
    event: Box<str>,
    in_force: Option<InForce>,
}

/// A post without dates that was seen in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct InForce {
    /// What is said beside that, as a hash.
    post: u64,
    /// By which day it had begun.
    begun: Day,
    /// On which day it was seen last.
    seen: Day,
    /// Whether it had no end.
    is_open: bool,
}

impl InForce {
    /// What an event says of such a post; none where it is of no such post. One that ended after the day on which it was
    /// seen last is one, too.
    fn of(event: &Value) -> Option<InForce> {
        let date = |field: &str| event[field].as_str()?.parse::<VagueDate>().ok().map(|date| date.bounds());
        let seen = date("seen")?.single()?;
        let begun = if event["from"].is_null() {
            seen
        } else {
            date("from").filter(|from| from.earliest().is_none())?.latest()?
        };
        let is_open = event["to"].is_null();
        let ended_after = || date("to").and_then(Bounds::earliest).is_some_and(|ended| seen < ended);
        if event["type"] != "HeldPost" || !(is_open || ended_after()) {
            return None;
        }
        Some(InForce { post: post(event)?, begun, seen, is_open })
    }
}

/// What is said of a post beside its dates, as a hash.
fn post(event: &Value) -> Option<u64> {
    let said = event.as_object()?.iter();
    let said = said.filter(|(field, _)| !is_aside(field) && !["from", "to", "seen"].contains(&field.as_str()));
    Some(Uuid::new_v5(&NAMESPACE, &canonical(said)).as_u64_pair().0)
}

/// Whether a field of an event is no part of what it says: when it was reported, and where.
fn is_aside(field: &str) -> bool {
    matches!(field, "id" | "reported_at" | "ingested_at" | "source")
}

/// A key, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key<'k> {
    pub(super) publisher: &'k str,
    pub(super) name: &'k str,
    /// The table, where a source has several.
    pub(super) title: Option<&'k str>,
    /// The publisher and the name, made once: each statement is looked up several times.
    whole: String,
}

impl<'k> Key<'k> {
    pub(super) fn new(publisher: &'k str, name: &'k str, title: Option<&'k str>) -> Key<'k> {
        Key { publisher, name, title, whole: format!("{publisher}\u{1f}{name}") }
    }
}

#[derive(Debug, Default)]
struct Trail {
    /// By when they were reported.
    entries: Vec<KeyedStatement>,
    /// The version in which the key was seen last.
    seen: u32,
    /// Which of the titles it stands under.
    title: Option<Arc<str>>,
}

impl Trail {
    /// What was said last by then.
    fn by(&self, at: At) -> Option<&KeyedStatement> {
        self.entries.iter().rev().find(|entry| entry.at <= at)
    }
}

/// What a version adds under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It says what it said.
    Same,
    /// Something new, in the place of the event with this id, where there is one.
    New(Option<Box<str>>),
    /// Something else than the ledger has from the same time: the version is read again, and better.
    Again(Option<Box<str>>),
    /// The ledger has something reported later.
    Late,
}

/// What the ledger was told under each key.
#[derive(Debug, Default)]
pub(super) struct History {
    trails: FxHashMap<Box<str>, Trail>,
    /// The last report that the ledger had when this began.
    frontier: Option<At>,
    /// Whether a version that is older than any report is refused, and not only one that is older than its key's.
    strict: bool,
    /// Whether the day on which a post was seen is no part of what is said.
    seen_aside: bool,
    version: u32,
    at: At,
    /// Keys that were there before this version.
    lived: usize,
}

/// A statement that is gone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gone {
    pub(super) publisher: Box<str>,
    pub(super) key: Box<str>,
    /// The event that said it.
    pub(super) event: Box<str>,
    pub(super) title: Option<Arc<str>>,
}

impl History {
    /// Asks the ledger what was said under keys; `is_ours` says of an event's source and key whether it is of this
    /// series, and `by` who says all of it, where that is one.
    pub(super) fn load(
        sink: &mut dyn Sink,
        by: Option<&str>,
        strict: bool,
        seen_aside: bool,
        is_ours: &dyn Fn(&Value, &str) -> bool,
    ) -> Result<History, AdapterError> {
        let mut history = History { strict, seen_aside, ..History::default() };
        let mut too_many = None;
        let asked = sink.said(by, Seq::ZERO, &mut |said| {
            if !said.text.contains("\"key\"") {
                return;
            }
            let event = said.event();
            let ours = event["source"]["key"].as_str().is_some_and(|key| is_ours(&event, key));
            if ours && history.trails.len() >= MOST_KEYS {
                too_many.get_or_insert_with(|| publisher_of(&event["source"]).to_owned());
            } else if ours {
                history.learn(&event, said.recorded_at);
            }
        });
        match asked {
            // What cannot be asked is not known: the events are set aside, each as if it were said for the first time.
            Err(IngestError::Log(LogError::Unreachable { .. })) if !strict => {}
            asked => asked?,
        }
        if let Some(publisher) = too_many {
            return Err(History::full(&publisher));
        }
        for trail in history.trails.values_mut() {
            trail.entries.sort_by_key(|entry| entry.at);
        }
        Ok(history)
    }

    fn full(publisher: &str) -> AdapterError {
        AdapterError::Unusable {
            file: publisher.to_owned(),
            problem: format!("the source has more than {MOST_KEYS} keys"),
            hint: "make several extracts, each with a publisher of its own".to_owned(),
        }
    }

    fn learn(&mut self, said: &Value, recorded_at: Instant) {
        let source = &said["source"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let Some(key) = text(&source["key"]) else { return };
        let Some(event) = said["id"].as_str().map(Box::from) else { return };
        let at = said["reported_at"].as_str().and_then(instant).unwrap_or(recorded_at).micros();
        let print = if said["type"] == "EventRetracted" { GONE } else { self.print(said) };
        self.frontier = self.frontier.max(Some(at));
        let key = Key::new(publisher_of(source), &key, None);
        let trail = self.trail(&key.whole);
        trail.title = source["title"].as_str().map(Arc::from);
        let in_force = InForce::of(said);
        trail.entries.push(KeyedStatement { at, print, event, in_force });
    }

    /// What an event says, but for when it was reported, and where: a hash of its canonical JSON (RFC 8785).
    pub(super) fn print(&self, event: &Value) -> Print {
        let said = event.as_object().into_iter().flatten();
        let said = said.filter(|(field, _)| !(is_aside(field) || self.seen_aside && *field == "seen"));
        Uuid::new_v5(&NAMESPACE, &canonical(said)).as_u128()
    }

    fn trail(&mut self, whole: &str) -> &mut Trail {
        if !self.trails.contains_key(whole) {
            self.trails.insert(whole.into(), Trail::default());
        }
        self.trails.get_mut(whole).expect("it was put there")
    }

    /// Begins a version, reported then.
    pub(super) fn begin(&mut self, at: At) {
        self.version += 1;
        self.at = at;
        let lives = |trail: &&Trail| trail.by(at).is_some_and(|last| last.print != GONE);
        self.lived = self.trails.values().filter(lives).count();
    }

    /// The version has a statement under this key. Whether it is the first.
    pub(super) fn see(&mut self, key: &Key<'_>) -> Result<bool, AdapterError> {
        let version = self.version;
        if let Some(trail) = self.trails.get_mut(&*key.whole) {
            return Ok(std::mem::replace(&mut trail.seen, version) != version);
        }
        if self.trails.len() >= MOST_KEYS {
            return Err(History::full(key.publisher));
        }
        self.trails.insert(key.whole.as_str().into(), Trail { seen: version, ..Trail::default() });
        Ok(true)
    }

    /// Whether what is said last under a key, by the time of this version, is this.
    pub(super) fn says(&self, key: &Key<'_>, print: Print) -> bool {
        self.trails.get(&*key.whole).and_then(|trail| trail.by(self.at)).is_some_and(|last| last.print == print)
    }

    /// When what is said last under a key was reported.
    pub(super) fn last_at(&self, key: &Key<'_>) -> Option<At> {
        self.trails.get(&*key.whole)?.entries.last().map(|entry| entry.at)
    }

    /// Whether this is what was said under a key by then.
    pub(super) fn has_said(&self, key: &Key<'_>, print: Print, at: At) -> bool {
        self.trails.get(&*key.whole).and_then(|trail| trail.by(at)).is_some_and(|entry| entry.print == print)
    }

    /// Whether something was said under a key, reported just then.
    pub(super) fn has_at(&self, key: &Key<'_>, at: At) -> bool {
        self.trails.get(&*key.whole).is_some_and(|trail| trail.entries.iter().any(|entry| entry.at == at))
    }

    /// How many statements of some lists this version has.
    pub(super) fn seen(&self, is_of: &dyn Fn(&str) -> bool) -> usize {
        let is_seen = |trail: &&Trail| trail.seen == self.version && trail.title.as_deref().is_some_and(is_of);
        self.trails.values().filter(is_seen).count()
    }

    /// Says of a post without dates by which day it had begun, where what is said last under the key by then is said of it
    /// too.
    pub(super) fn carry_beginning(&self, key: &Key<'_>, at: At, event: &mut Value) {
        let last = || self.trails.get(&*key.whole)?.by(at)?.in_force;
        if event["from"].is_null()
            && let Some(last) = last()
            && let Some(now) = InForce::of(event)
            && last.post == now.post
            && last.is_open
            && last.begun < now.begun
        {
            event["from"] = format!("[..{}]", last.begun).into();
        }
    }

    /// Says of a post without a start when it was seen last, and by which day it had begun, as what is said last under the
    /// key by then says it of the same post; only what lies before a day.
    pub(super) fn carry_sighting(&self, key: &Key<'_>, at: At, before: Day, event: &mut Value) {
        let last = || self.trails.get(&*key.whole)?.by(at)?.in_force;
        if event["from"].is_null()
            && let Some(last) = last().filter(|last| last.seen < before)
            && post(event) == Some(last.post)
        {
            if last.begun < last.seen {
                event["from"] = format!("[..{}]", last.begun).into();
            }
            event["seen"] = last.seen.to_string().into();
        }
    }

    /// The event that says what is said last under a key.
    pub(super) fn last_event(&self, key: &Key<'_>) -> Option<Box<str>> {
        let last = self.trails.get(&*key.whole)?.entries.last()?;
        (last.print != GONE).then(|| last.event.clone())
    }

    /// The event that says what was said last under a key by then, withdrawn or not.
    pub(super) fn event_by(&self, key: &Key<'_>, at: At) -> Option<Box<str>> {
        let entries = &self.trails.get(&*key.whole)?.entries;
        let said = entries.iter().rev().find(|entry| entry.at <= at && entry.print != GONE)?;
        Some(said.event.clone())
    }

    /// Takes out a withdrawal of which the log has no event, for nothing was said by then, and says when it is.
    pub(super) fn lift_withdrawal(&mut self, key: &Key<'_>, at: At) -> Option<At> {
        let entries = &mut self.trails.get_mut(&*key.whole)?.entries;
        let next = entries.iter().position(|entry| entry.at > at)?;
        let is_untold = entries[next].print == GONE && entries[next].event.is_empty();
        is_untold.then(|| entries.remove(next).at)
    }

    /// Whether an event with this id was said under a key.
    pub(super) fn has_id(&self, key: &Key<'_>, id: &str) -> bool {
        let trail = self.trails.get(&*key.whole);
        trail.is_some_and(|trail| trail.entries.iter().any(|entry| *entry.event == *id))
    }

    /// What the version adds by saying this under a key, reported then.
    pub(super) fn step(&mut self, key: &Key<'_>, print: Print, at: At) -> Step {
        let strict = self.strict;
        let frontier = self.frontier.filter(|_| strict);
        let trail = self.trail(&key.whole);
        let last = trail.by(at);
        if last.map_or(GONE, |last| last.print) == print {
            return Step::Same;
        }
        let later = trail.entries.last().is_some_and(|newest| newest.at > at);
        let rewrites = last.is_some_and(|last| last.at == at && at != NOW);
        if later || (rewrites && strict) || frontier.is_some_and(|frontier| at < frontier) {
            return Step::Late;
        }
        let before = last.map(|last| last.event.clone());
        if rewrites { Step::Again(before) } else { Step::New(before) }
    }

    /// What a statement adds that is a version by itself, reported then. One that says what was said before it adds
    /// itself: something else may still come from between the two, and must not be the last word.
    pub(super) fn step_apart(&self, key: &Key<'_>, print: Print, at: At) -> Step {
        let last = self.trails.get(&*key.whole).and_then(|trail| trail.by(at));
        match last.filter(|last| last.at == at) {
            Some(last) if last.print == print => Step::Same,
            Some(last) => Step::Again(Some(last.event.clone())),
            None => Step::New(last.map(|last| last.event.clone())),
        }
    }

    /// The step was taken: its event goes into the log.
    pub(super) fn take(&mut self, key: &Key<'_>, print: Print, at: At, event: &str, said: &Value) {
        let trail = self.trail(&key.whole);
        trail.title = key.title.map(Arc::from);
        let after = trail.entries.iter().rposition(|entry| entry.at <= at).map_or(0, |before| before + 1);
        trail.entries.insert(after, KeyedStatement { at, print, event: event.into(), in_force: InForce::of(said) });
    }

    /// The statements that were there and are not in this version, in order, and how many there were.
    pub(super) fn gone(&self) -> (Vec<Gone>, usize) {
        let mut gone = Vec::new();
        for (name, trail) in &self.trails {
            let Some(last) = trail.by(self.at).filter(|last| last.print != GONE && trail.seen != self.version) else {
                continue;
            };
            let (publisher, key) = name.split_once('\u{1f}').unwrap_or(("", name));
            gone.push(Gone {
                publisher: publisher.into(),
                key: key.into(),
                event: last.event.clone(),
                title: trail.title.clone(),
            });
        }
        gone.sort_by(|a, b| (&a.publisher, &a.key).cmp(&(&b.publisher, &b.key)));
        (gone, self.lived)
    }
}

/// By which name the ledger knows a source.
pub(super) fn publisher_of(source: &Value) -> &str {
    says(source).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{At, GONE, History, Key, NOW, Print, Step};

    fn key() -> Key<'static> {
        Key::new("p", "k", Some("t"))
    }

    /// What versions add, each a time and what it says of one key; `.` for nothing, `+` for an event, `!` for too late.
    fn told(history: &mut History, versions: &[(At, Print)]) -> String {
        let mut told = String::new();
        for (number, (at, print)) in versions.iter().enumerate() {
            history.begin(*at);
            told.push(match history.step(&key(), *print, *at) {
                Step::Same => '.',
                Step::Late => '!',
                Step::Again(_) => '=',
                Step::New(_) => {
                    history.take(&key(), *print, *at, &number.to_string(), &Value::Null);
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
        check(&[(1, 7), (1, 8)], "+=");
        check(&[(NOW, 7), (NOW, 8), (NOW, 7)], "+++");
        check(&[(4, 8), (2, 7), (2, 7)], "+!!");
    }

    #[test]
    fn what_the_ledger_has_of_a_later_day_is_not_rewritten() {
        let mut history = History { strict: true, ..History::default() };
        told(&mut history, &[(2, 7), (4, 8)]);
        history.frontier = Some(4);
        assert_eq!(told(&mut history, &[(2, 7), (3, 7), (4, 8), (3, 8), (1, 7), (5, 7)]), "...!!+");
    }

    #[test]
    fn what_is_dated_apart_goes_in_in_any_order_and_repeated() {
        let mut history = History::default();
        let mut told = String::new();
        for (number, (at, print)) in [(4, 8), (2, 7), (2, 7), (3, 7), (4, 8), (5, 8), (4, 7)].into_iter().enumerate() {
            told.push(match history.step_apart(&key(), print, at) {
                Step::Same => '.',
                Step::Late => '!',
                Step::Again(_) => '=',
                Step::New(_) => {
                    history.take(&key(), print, at, &number.to_string(), &Value::Null);
                    '+'
                }
            });
        }
        assert_eq!(told, "++.+.+=");
        assert!(history.has_at(&key(), 3) && !history.has_at(&key(), 6));
    }

    #[test]
    fn what_is_said_anew_takes_the_place_of_what_was_said_before() {
        let mut history = History::default();
        assert_eq!(told(&mut history, &[(1, 7), (2, 8)]), "++");
        assert_eq!(history.step(&key(), 7, 3), Step::New(Some("1".into())));
        assert!(history.has_id(&key(), "0") && !history.has_id(&key(), "2"));
    }
}
