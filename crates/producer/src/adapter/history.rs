//! What the ledger was told under the keys of a source, and what a version of it adds.
//!
//! A version says of every key what it says; what it said before adds nothing, something else is claimed anew under the
//! key, and what is gone is withdrawn where the version is complete. This holds a few words for each key and each
//! change, not the statements themselves.

mod evidence;
mod keyless;
mod standing;
mod trail;

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tenure_domain::day::{Day, Instant};
use tenure_domain::name_id::name_id;
use tenure_domain::position::Seq;
use tenure_domain::wire::{Json, canonical, says};
use tenure_log::LogError;
use uuid::{Uuid, uuid};

use self::evidence::Evidence;
pub(super) use self::evidence::dates;
use self::keyless::Keyless;
pub(super) use self::standing::Standing;
use self::trail::{KeyedStatement, MOST_BACK, Trail};
use super::conventions::instant;
use super::{AdapterError, Asked, Said, Sink};
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

/// Whether a field of an event is no part of what it says: when it was reported, and where.
fn is_aside(field: &str) -> bool {
    matches!(field, "id" | "reported_at" | "ingested_at" | "source")
}

/// By what it is known that the ledger has a statement of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum KnownBy {
    #[default]
    Key,
    /// Some have no key.
    KeyOrContent,
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
        Key { publisher, name, title, whole: [publisher, "\u{1f}", name].concat() }
    }

    fn said_by(&self, statement: &KeyedStatement) -> KeyedEvent {
        KeyedEvent { key: self.whole.as_str().into(), id: statement.event.clone() }
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
    /// The ledger has something reported later, and this version is refused.
    Late,
}

/// What is the same for all keys of a source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TrailRules {
    /// Whether a version that is older than any report is refused.
    pub(super) strict: bool,
    /// Whether the day on which a post was seen is no part of what is said.
    pub(super) seen_aside: bool,
    /// Whether a post that is gone from a version ended, and is not withdrawn.
    pub(super) ends: bool,
}

impl TrailRules {
    /// Whether a version may be known to be cut off by lacking such a statement. Where what is gone has ended, what ended before
    /// is missed by no version.
    pub(super) fn can_lose(self, standing: Standing) -> bool {
        !self.ends || standing == Standing::Open
    }
}

/// An event of the ledger, and the key under which it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyedEvent {
    /// The publisher and the name of the key.
    key: Box<str>,
    pub(super) id: Box<str>,
}

/// What the ledger was told under each key.
#[derive(Debug, Default)]
pub(super) struct History {
    trails: FxHashMap<Box<str>, Trail>,
    /// What was said without a key.
    keyless: Keyless,
    /// The last report that the ledger had when this began.
    frontier: Option<At>,
    rules: TrailRules,
    /// The day on which the ledger was asked, of what is reported when it is read.
    today: Option<Day>,
    /// The first position of the log that was not looked at.
    next: Seq,
    version: u32,
    at: At,
    /// The file that is read, and its number among those of this run.
    file: (Option<Arc<str>>, u32),
    /// The title that was told last: most keys stand under it too.
    title: Option<Arc<str>>,
    /// How many statements were there before this version that could be gone.
    lived: usize,
    /// Keys of which an earlier statement came after a later one.
    late: BTreeSet<Box<str>>,
}

/// A statement that is gone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gone {
    pub(super) publisher: Box<str>,
    pub(super) key: Box<str>,
    /// The event that said it.
    pub(super) event: Box<str>,
    /// When that was reported.
    pub(super) at: At,
    pub(super) standing: Standing,
    pub(super) title: Option<Arc<str>>,
}

impl Gone {
    pub(super) fn key(&self) -> Key<'_> {
        Key::new(&self.publisher, &self.key, self.title.as_deref())
    }
}

impl History {
    /// Asks the ledger what was said under keys, and where that matters without; `is_ours` says of an event's source and
    /// key whether it is of this series, and `of` which events can be.
    pub(super) fn load(
        sink: &mut dyn Sink,
        of: Asked<'_>,
        known_by: KnownBy,
        rules: TrailRules,
        is_ours: &dyn Fn(&Json<'_>, &str) -> bool,
    ) -> Result<History, AdapterError> {
        let has_keyless = known_by == KnownBy::KeyOrContent;
        let mut history = History { rules, today: Some(sink.now().day()), ..History::default() };
        let mut too_many = None;
        let asked = sink.said(of, Seq::ZERO, &mut |said| {
            history.next = said.seq.next();
            if !has_keyless && !said.text.contains("\"key\"") {
                return;
            }
            let event = said.event();
            let Some(key) = event["source"]["key"].as_str() else {
                if has_keyless && is_ours(&event, "") {
                    history.note_keyless(&event, reported(&event, said.recorded_at));
                }
                return;
            };
            let ours = is_ours(&event, key);
            if ours && history.trails.len() >= MOST_KEYS {
                too_many.get_or_insert_with(|| publisher_of(&event["source"]).to_owned());
            } else if ours {
                history.learn(&event, said);
            }
        });
        match asked {
            // What cannot be asked is not known: the events are set aside, each as if it were said for the first time.
            Err(IngestError::Log(LogError::Unreachable { .. })) if !rules.strict => {}
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

    fn learn(&mut self, said: &Json<'_>, stored: &Said<'_>) {
        let source = &said["source"];
        let text = |value: &Json<'_>| value.as_str().map(str::to_owned);
        let Some(key) = text(&source["key"]) else { return };
        let Some(event) = said["id"].as_str().map(Box::from) else { return };
        let at = reported(said, stored.recorded_at);
        let print = if said["type"] == "EventRetracted" { GONE } else { self.print(said) };
        self.frontier = self.frontier.max(Some(at));
        let key = Key::new(publisher_of(source), &key, None);
        let trail = self.trail(&key.whole);
        trail.title = source["title"].as_str().map(Arc::from);
        let standing = Standing::of(said, Instant::from_micros(at).day());
        let evidence = Evidence::of(said, at);
        trail.entries.push(KeyedStatement { at, print, event, seq: stored.seq, standing, evidence });
    }

    /// The day of a report.
    pub(super) fn day_of(&self, at: At) -> Day {
        let today = self.today.filter(|_| at == NOW);
        today.unwrap_or_else(|| Instant::from_micros(at).day())
    }

    /// From which position on the log has what this did not look at.
    pub(super) fn next_position(&self) -> Seq {
        self.next
    }

    /// Notes where an event of this run stands in the log.
    pub(super) fn note_position(&mut self, said: &Said<'_>) {
        self.next = said.seq.next();
        let event = said.event();
        let (Some(key), Some(id)) = (event["source"]["key"].as_str(), event["id"].as_str()) else { return };
        let print = self.print(&event);
        let Some(trail) = self.trails.get_mut(&*Key::new(publisher_of(&event["source"]), key, None).whole) else {
            return;
        };
        let is_this = |entry: &&mut KeyedStatement| {
            entry.seq == Seq::ZERO && (*entry.event == *id || entry.event.is_empty() && entry.print == print)
        };
        if let Some(entry) = trail.entries.iter_mut().rev().find(is_this) {
            entry.seq = said.seq;
            entry.event = id.into();
        }
    }

    /// Where an event stands that was said under a key; before the first position where that was not looked up.
    pub(super) fn position(&self, KeyedEvent { key, id }: &KeyedEvent) -> Option<Seq> {
        let entries = &self.trails.get(key)?.entries;
        entries.iter().rev().find(|entry| entry.event == *id).map(|entry| entry.seq)
    }

    /// What an event says, but for when it was reported, and where: a hash of its canonical JSON (RFC 8785).
    pub(super) fn print(&self, event: &Json<'_>) -> Print {
        let said = event.fields().iter();
        let said = said.filter(|(field, _)| !(is_aside(field) || self.rules.seen_aside && field == "seen"));
        name_id(&NAMESPACE, canonical(said).as_bytes()).as_u128()
    }

    /// Whether something that has no key was said, reported by then.
    pub(super) fn has_keyless(&self, event: &Json<'_>, at: At) -> bool {
        self.keyless.has(event, at, self.rules.seen_aside)
    }

    /// Something that has no key is said, reported then.
    pub(super) fn note_keyless(&mut self, event: &Json<'_>, at: At) {
        self.keyless.learn(event, at, self.rules.seen_aside);
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
        self.lived = self.trails.values().filter(|trail| self.can_lose(trail)).count();
    }

    /// Whether what is said last under a key, by the time of this version, could be gone from it.
    fn can_lose(&self, trail: &Trail) -> bool {
        trail.by(self.at).is_some_and(|last| last.print != GONE && self.rules.can_lose(last.standing))
    }

    /// What comes now stands in this file.
    pub(super) fn read_in(&mut self, file: &Arc<str>) {
        if self.file.0.as_ref() != Some(file) {
            self.file = (Some(file.clone()), self.file.1 + 1);
        }
    }

    /// Whether what came last under a key stands in another file of this run, or is of an earlier one.
    pub(super) fn was_elsewhere(&self, key: &Key<'_>) -> bool {
        self.trails.get(&*key.whole).is_none_or(|trail| trail.file != self.file.1)
    }

    /// The version has a statement under this key. Whether it is the first.
    pub(super) fn see(&mut self, key: &Key<'_>) -> Result<bool, AdapterError> {
        let (version, file) = (self.version, self.file.1);
        if let Some(trail) = self.trails.get_mut(&*key.whole) {
            trail.file = file;
            let is_kept = std::mem::take(&mut trail.is_kept);
            return Ok(std::mem::replace(&mut trail.seen, version) != version || is_kept);
        }
        if self.trails.len() >= MOST_KEYS {
            return Err(History::full(key.publisher));
        }
        self.trails.insert(key.whole.as_str().into(), Trail { seen: version, file, ..Trail::default() });
        Ok(true)
    }

    /// The version has a statement under this key that tells no time of its own. Whether it is the first such.
    pub(super) fn see_of_version(&mut self, key: &Key<'_>) -> bool {
        let version = self.version;
        std::mem::replace(&mut self.trail(&key.whole).of_version, version) != version
    }

    /// The version has something under this key that cannot be read: what was said is not gone, and what comes next is the
    /// first statement of it.
    pub(super) fn keep(&mut self, key: &Key<'_>) -> Result<(), AdapterError> {
        if self.see(key)?
            && let Some(trail) = self.trails.get_mut(&*key.whole)
        {
            trail.is_kept = true;
        }
        Ok(())
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
        self.trails.get(&*key.whole).is_some_and(|trail| trail.of(at).next().is_some())
    }

    /// How many statements of some lists this version has.
    pub(super) fn seen(&self, is_of: &dyn Fn(&str) -> bool) -> usize {
        let is_seen = |trail: &&Trail| {
            trail.seen == self.version && trail.title.as_deref().is_some_and(is_of) && self.can_lose(trail)
        };
        self.trails.values().filter(is_seen).count()
    }

    /// Says in an event, reported then, what earlier versions knew by which the statement goes on.
    pub(super) fn carry(&self, key: &Key<'_>, at: At, event: &mut Json<'_>) {
        // Where each sighting would be a change, an open post is left as it is.
        let is_sought = |own: &Evidence| own.is_over() || event["from"].is_null() && !self.rules.seen_aside;
        if let (Some(trail), Some(own)) = (self.trails.get(&*key.whole), Evidence::of(event, at))
            // What was said of that time is the same version, read before.
            && let before = trail.entries.partition_point(|entry| entry.at < at || at == NOW)
            && let Some(together) = own.with(trail.evidence(before), is_sought(&own))
        {
            together.put(event);
        }
    }

    /// What later statements would say had those come before them that came after them.
    pub(super) fn overtaken(&mut self) -> Vec<(KeyedEvent, Evidence)> {
        let mut overtaken = Vec::new();
        for name in std::mem::take(&mut self.late) {
            let Some(trail) = self.trails.get_mut(&name) else { continue };
            for place in 0..trail.entries.len() {
                let KeyedStatement { at, evidence, .. } = &trail.entries[place];
                let Some(own) = evidence.as_ref().filter(|_| trail.is_last_of_its_time(place)) else { continue };
                let before = trail.entries.partition_point(|entry| entry.at < *at);
                let is_sought = !self.rules.seen_aside || own.is_over();
                let earlier = trail.entries[before.saturating_sub(MOST_BACK)..before].iter();
                let alone = own.alone(earlier.filter(|_| is_sought).filter_map(|entry| entry.evidence.as_ref()));
                let together = alone.with(trail.evidence(before), is_sought).unwrap_or(alone);
                if together != *own {
                    let id = trail.entries[place].event.clone();
                    overtaken.push((KeyedEvent { key: name.clone(), id }, together.clone()));
                    trail.entries[place].evidence = Some(together);
                }
            }
        }
        overtaken
    }

    /// The event that says what is said last under a key.
    pub(super) fn last_event(&self, key: &Key<'_>) -> Option<KeyedEvent> {
        let last = self.trails.get(&*key.whole)?.entries.last()?;
        (last.print != GONE).then(|| key.said_by(last))
    }

    /// The event that says what was said last under a key before then.
    pub(super) fn event_before(&self, key: &Key<'_>, at: At) -> Option<KeyedEvent> {
        let entries = &self.trails.get(&*key.whole)?.entries;
        let last = entries[..entries.partition_point(|entry| entry.at < at)].last()?;
        (last.print != GONE).then(|| key.said_by(last))
    }

    /// Whether this version has the record that a statement is about, one whose key its own begins with: `7` of `7/died`.
    pub(super) fn has_record_of(&self, key: &Key<'_>) -> bool {
        let is_there = |name: &str| {
            self.trails.get(&*Key::new(key.publisher, name, None).whole).is_some_and(|trail| trail.seen == self.version)
        };
        let mut above = key.name.rmatch_indices('/').map(|(end, _)| &key.name[..end]);
        above.any(|name| is_there(name) || is_there(&format!("{name}/names")))
    }

    /// The event that says what was said last under a key by then, withdrawn or not.
    pub(super) fn event_by(&self, key: &Key<'_>, at: At) -> Option<KeyedEvent> {
        let entries = &self.trails.get(&*key.whole)?.entries;
        let by_then = &entries[..entries.partition_point(|entry| entry.at <= at)];
        let said = by_then.iter().rev().find(|entry| entry.print != GONE)?;
        Some(key.said_by(said))
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
        let strict = self.rules.strict;
        let frontier = self.frontier.filter(|_| strict);
        let trail = self.trail(&key.whole);
        let last = trail.by(at);
        if last.map_or(GONE, |last| last.print) == print {
            return Step::Same;
        }
        let is_late = trail.entries.last().is_some_and(|newest| newest.at > at);
        let rewrites = last.is_some_and(|last| last.at == at && at != NOW);
        if strict && is_late || frontier.is_some_and(|frontier| at < frontier) {
            return Step::Late;
        }
        // What comes late is told apart by its time: the event before it may have been told again meanwhile.
        let apart = (is_late && !rewrites).then(|| Instant::from_micros(at).to_string().into());
        let before = apart.or_else(|| last.map(|last| last.event.clone()));
        if rewrites { Step::Again(before) } else { Step::New(before) }
    }

    /// What a statement adds that is a version by itself, reported then. One that says what was said before it adds
    /// itself: something else may still come from between the two, and must not be the last word. What was said of that
    /// time already adds nothing, also where something else came after it: it is read again.
    pub(super) fn step_apart(&self, key: &Key<'_>, print: Print, at: At) -> Step {
        let trail = self.trails.get(&*key.whole);
        if trail.is_some_and(|trail| trail.of(at).any(|entry| entry.print == print)) {
            return Step::Same;
        }
        let last = trail.and_then(|trail| trail.by(at));
        match last.filter(|last| last.at == at) {
            Some(last) => Step::Again(Some(last.event.clone())),
            None => Step::New(last.map(|last| last.event.clone())),
        }
    }

    /// What a statement of a time of its own adds that is said again, as it would have been said in order.
    pub(super) fn step_again(&self, key: &Key<'_>, print: Print, at: At) -> Step {
        let last = self.trails.get(&*key.whole).and_then(|trail| trail.by(at)).filter(|last| last.at == at);
        match last {
            Some(last) if last.print == print => Step::Same,
            Some(last) => Step::Again(Some(last.event.clone())),
            None => self.step_apart(key, print, at),
        }
    }

    /// The step was taken: its event goes into the log.
    pub(super) fn take(&mut self, key: &Key<'_>, print: Print, at: At, event: &str, said: &Json<'_>) {
        if self.title.as_deref() != key.title {
            self.title = key.title.map(Arc::from);
        }
        let title = self.title.clone();
        let standing = Standing::of(said, self.day_of(at));
        let trail = self.trail(&key.whole);
        trail.title = title;
        let after = trail.entries.partition_point(|entry| entry.at <= at);
        let is_late = after < trail.entries.len();
        if trail.entries.is_empty() {
            // Most keys are said something under once.
            trail.entries.reserve_exact(1);
        }
        let statement = KeyedStatement {
            at,
            print,
            event: event.into(),
            seq: Seq::ZERO,
            standing,
            evidence: Evidence::of(said, at),
        };
        trail.entries.insert(after, statement);
        if is_late {
            self.late.insert(key.whole.as_str().into());
        }
    }

    /// The statements that are not in this version and not withdrawn, in order, and how many were there that could be gone.
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
                at: last.at,
                standing: last.standing,
                title: trail.title.clone(),
            });
        }
        gone.sort_by(|a, b| (&a.publisher, &a.key).cmp(&(&b.publisher, &b.key)));
        (gone, self.lived)
    }
}

/// When an event of the ledger was reported.
fn reported(said: &Json<'_>, recorded_at: Instant) -> At {
    said["reported_at"].as_str().and_then(instant).unwrap_or(recorded_at).micros()
}

/// By which name the ledger knows a source.
pub(super) fn publisher_of<'s>(source: &'s Json<'_>) -> &'s str {
    says(|field| source[field].as_str(), source.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use tenure_domain::wire::Json;

    use super::{At, GONE, History, Key, NOW, Print, Step, TrailRules};

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
                    history.take(&key(), *print, *at, &number.to_string(), &Json::Null);
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
        check(&[(4, 8), (2, 7), (2, 7), (3, 8), (2, 8)], "++.+=");
    }

    #[test]
    fn what_the_ledger_has_of_a_later_day_is_not_rewritten() {
        let mut history = History { rules: TrailRules { strict: true, ..TrailRules::default() }, ..History::default() };
        told(&mut history, &[(2, 7), (4, 8)]);
        history.frontier = Some(4);
        assert_eq!(told(&mut history, &[(2, 7), (3, 7), (4, 8), (3, 8), (1, 7), (4, 7), (5, 7)]), "...!!=+");
    }

    #[test]
    fn what_is_dated_apart_goes_in_in_any_order_and_repeated() {
        let mut history = History::default();
        let mut told = String::new();
        for (number, (at, print)) in
            [(4, 8), (2, 7), (2, 7), (3, 7), (4, 8), (5, 8), (4, 7), (4, 8)].into_iter().enumerate()
        {
            let step = history.step_apart(&key(), print, at);
            if matches!(step, Step::Again(_) | Step::New(_)) {
                history.take(&key(), print, at, &number.to_string(), &Json::Null);
            }
            told.push(match step {
                Step::Same => '.',
                Step::Late => '!',
                Step::Again(_) => '=',
                Step::New(_) => '+',
            });
        }
        assert_eq!(told, "++.+.+=.");
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
