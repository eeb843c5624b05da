//! The contract of all adapters: what a version of a source claims under its keys, and what of it the ledger has not
//! been told.
//!
//! A statement that says what it said adds nothing; one that says something else, or something that was said before
//! another change, is claimed anew; a key that two statements of one version share is a reject. A post without an end
//! was in force on the day of the version. A statement whose context is in none of the inputs keeps what an earlier
//! version said of it. What is gone from a complete version is withdrawn, or ends between the two versions.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::{VagueDate, shortest};
use tenure_domain::position::Seq;
use tenure_domain::wire::Refusal;
use uuid::Uuid;

use super::accounts::Accounts;
use super::conventions::{Conventions, SeenBy, Undated, instant};
use super::history::{At, GONE, Gone as GoneKey, History, Key, NAMESPACE, NOW, Print, Step, publisher_of};
use super::revisions::{Gone, Revisions, Version};
use super::{AdapterError, Sink};
use crate::{IngestError, Place};

/// How many statements may be gone whatever their share is.
const FEW: usize = 10;
/// Why a statement is withdrawn that the source itself withdraws.
pub(super) const WITHDRAWN: &str = "the source says that it is withdrawn";
/// How many statements may lack their context.
const MOST_LACKING: usize = 1_000_000;
/// How many people and units may be known to be over.
const MOST_OVER: usize = 4_000_000;

/// What is the same for all statements of a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) seen: SeenBy,
    pub(super) undated: Option<Undated>,
    pub(super) revisions: Option<Revisions>,
    /// Whether a version older than any that the ledger has ends the run.
    pub(super) strict: bool,
    /// Whether each statement tells its own time of report, and so is a version by itself.
    pub(super) dated_apart: bool,
    /// Whether statements stand in lists, of which each is complete by itself or not.
    pub(super) by_list: bool,
    /// The source in whose name statements are withdrawn.
    pub(super) source: Option<Value>,
}

impl Rules {
    /// The rules of a map.
    pub(super) fn of(conventions: &Conventions, revisions: Option<&Revisions>) -> Rules {
        let (seen, undated) = (conventions.seen, conventions.undated);
        Rules {
            seen,
            undated,
            revisions: revisions.cloned(),
            strict: false,
            dated_apart: false,
            by_list: false,
            source: None,
        }
    }

    fn is_complete(&self) -> bool {
        self.revisions.as_ref().is_some_and(|revisions| revisions.complete)
    }
}

/// A statement as an adapter finds it.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) place: Place,
    /// The text from which it comes, for a reject.
    pub(super) input: String,
    /// The event, as a scraper would send it.
    pub(super) event: Value,
    /// What of it is in none of the inputs.
    pub(super) lacks: Option<Lack>,
}

/// What a statement lacks: fields that are told by other records, which are in none of the inputs.
#[derive(Clone, Debug)]
pub(super) struct Lack {
    /// The fields of the event that an earlier version may have told.
    pub(super) fields: Vec<&'static str>,
    /// Why the statement, or a part of it, is rejected where none did, each with the column that is to blame.
    pub(super) refusals: Vec<(Option<String>, Refusal)>,
    /// Whether the rest of it can stand alone.
    pub(super) rest_stands: bool,
}

/// Takes the statements of a source.
pub(super) struct Claims<'c> {
    sink: &'c mut dyn Sink,
    rules: Rules,
    history: History,
    version: Version,
    /// The day of the version before this one, of this run.
    before: Option<Day>,
    /// Whether a record was so broken that its key is not known, and so not whether another one is gone.
    unreadable: bool,
    /// People who have died and units that are dissolved, by their ids, and from which day on.
    over: FxHashMap<Box<str>, Day>,
    /// Statements that lack something.
    lacking: Vec<Statement>,
    /// The publisher of all statements.
    publisher: Option<String>,
    /// The publishers that said something in this version.
    publishers: FxHashSet<String>,
    /// The lists that this version gives as a whole.
    whole: FxHashSet<String>,
}

impl<'c> Claims<'c> {
    /// Asks the ledger what was said before; `is_ours` says of an event and its key whether it is of this series. The
    /// publisher is that of all statements, where they have one.
    pub(super) fn new(
        sink: &'c mut dyn Sink,
        rules: Rules,
        publisher: Option<&str>,
        is_ours: &dyn Fn(&Value, &str) -> bool,
    ) -> Result<Claims<'c>, AdapterError> {
        let mut history = History::load(sink, publisher, rules.strict, rules.seen == SeenBy::Change, is_ours)?;
        history.any_order = rules.dated_apart;
        Ok(Claims {
            sink,
            rules,
            history,
            version: Version::default(),
            before: None,
            unreadable: false,
            over: FxHashMap::default(),
            lacking: Vec::new(),
            publisher: publisher.map(str::to_owned),
            publishers: FxHashSet::default(),
            whole: FxHashSet::default(),
        })
    }

    /// Begins a version.
    pub(super) fn begin(&mut self, version: Version) {
        self.before = self.version.day();
        self.history.begin(at(&version));
        self.version = version;
        self.unreadable = false;
        self.over.clear();
        self.publishers = self.publisher.iter().cloned().collect();
        self.whole.clear();
    }

    /// A list is here as a whole: what of it is not seen in this version is gone.
    pub(super) fn is_whole(&mut self, list: &str) {
        if !self.whole.contains(list) {
            self.whole.insert(list.to_owned());
        }
    }

    /// Records could not be read: what is not seen in this version may be there all the same.
    pub(super) fn doubt(&mut self) {
        self.unreadable = true;
    }

    /// A person has died, or a unit is dissolved: nothing is seen in force there from that day on.
    pub(super) fn is_over(&mut self, id: &str, from: Option<Day>) {
        if let Some(day) = from
            && self.over.len() < MOST_OVER
        {
            let first = self.over.entry(id.into()).or_insert(day);
            *first = day.min(*first);
        }
    }

    pub(super) fn passed(&mut self, bytes: u64) {
        self.sink.passed(bytes);
    }

    pub(super) fn accounts(&mut self) -> &mut Accounts {
        self.sink.accounts()
    }

    /// Rejects a record. What was said under its key, where it has one, stands.
    pub(super) fn reject(
        &mut self,
        place: Place,
        input: &str,
        key: Option<&Key<'_>>,
        refusal: Refusal,
    ) -> Result<(), AdapterError> {
        match key {
            None => self.doubt(),
            Some(key) => {
                self.history.see(key)?;
            }
        }
        Ok(self.sink.reject(place, input, refusal)?)
    }

    /// A record of several statements could not be mapped: what was said under its further keys stands, too.
    pub(super) fn keep(&mut self, publisher: &str, name: &str, separator: char) -> Result<(), AdapterError> {
        for number in 2.. {
            let name = format!("{name}{separator}{number}");
            let key = Key::new(publisher, &name, None);
            if self.history.last_at(&key).is_none() {
                break;
            }
            self.history.see(&key)?;
        }
        Ok(())
    }

    /// Tells what of a record cannot be mapped; the rest of it is in.
    pub(super) fn tell(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), IngestError> {
        self.sink.reject(place, input, refusal)
    }

    /// Takes a statement.
    pub(super) fn say(&mut self, statement: Statement) -> Result<(), AdapterError> {
        if statement.lacks.is_some() {
            return self.say_lacking(statement);
        }
        let Statement { place, input, mut event, .. } = statement;
        self.sink.accounts().statements += 1;
        let text = |field: &str| event["source"][field].as_str().map(str::to_owned);
        let (publisher, title, name) = (publisher_of(&event["source"]).to_owned(), text("title"), text("key"));
        let key = name.as_deref().map(|name| Key::new(&publisher, name, title.as_deref()));
        if let Some(refusal) = self.date(&mut event) {
            if let Some(key) = &key {
                self.history.see(key)?;
            }
            return Ok(self.sink.reject(place, &input, refusal)?);
        }
        self.end_with_death(&mut event);
        self.see(key.as_ref(), &mut event);
        let Some(key) = key else { return self.hand_on(place, &input, &event) };
        self.publishers.insert(publisher.clone());
        let print = self.history.print(&event);
        self.under_key(place, &input, &key, print, event)
    }

    /// Ends a post that was held to the day of the death on that day: the dead hold nothing on it, though a source that
    /// gives last days means the day after.
    fn end_with_death(&self, event: &mut Value) {
        let died = event["person"]["id"].as_str().and_then(|id| self.over.get(id));
        let day_after = |died: &&Day| event["to"].as_str().is_some_and(|to| to.parse() == Ok(died.next()));
        if let Some(died) = died.filter(day_after) {
            event["to"] = died.to_string().into();
        }
    }

    /// Takes a statement that lacks something: what an earlier version told is looked up when this one is read.
    fn say_lacking(&mut self, mut statement: Statement) -> Result<(), AdapterError> {
        let source = &statement.event["source"];
        let name = source["key"].as_str().map(str::to_owned);
        let publisher = publisher_of(source).to_owned();
        let key = name.as_deref().map(|name| Key::new(&publisher, name, None));
        if key.as_ref().is_some_and(|key| self.history.last_event(key).is_some()) && self.lacking.len() < MOST_LACKING {
            self.lacking.push(statement);
            return Ok(());
        }
        let Some(Lack { refusals, rest_stands, .. }) = statement.lacks.take() else { return Ok(()) };
        if let Some(key) = key.filter(|_| !rest_stands) {
            self.history.see(&key)?;
        }
        self.tell_lack(&statement.place, &statement.input, refusals)?;
        if rest_stands { self.say(statement) } else { Ok(()) }
    }

    /// Dates a row without dates as the map says; else why it is refused.
    fn date(&mut self, event: &mut Value) -> Option<Refusal> {
        let dated = ["from", "to", "seen"].iter().any(|field| !event[*field].is_null());
        if event["type"] != "HeldPost" || dated {
            return None;
        }
        match self.rules.undated {
            None | Some(Undated::Seen) => {
                let is_of_today = self.version.day().is_none() && event["reported_at"].is_null();
                self.sink.accounts().seen_today += u64::from(is_of_today);
            }
            Some(Undated::Unknown) => event["from"] = "[0000..]".into(),
            Some(Undated::Reject) => return Some(Undated::refusal()),
        }
        None
    }

    /// A post without an end was in force on the day of the version. One without dates began by the day on which the same
    /// was seen first: that day would be gone with the statement which this one restates.
    fn see(&self, key: Option<&Key<'_>>, event: &mut Value) {
        // The time of the row itself dates what has no version.
        let own = event["reported_at"].as_str().and_then(instant).map(Instant::day);
        let Some(day) = self.version.day().or(own.filter(|_| self.rules.dated_apart)) else { return };
        let is_open = event["type"] == "HeldPost" && event["to"].is_null() && event["seen"].is_null();
        if self.rules.seen == SeenBy::Never || !is_open {
            return;
        }
        let from = event["from"].as_str().and_then(|date| date.parse::<VagueDate>().ok()).map(|date| date.bounds());
        let begun = from.and_then(Bounds::earliest).is_none_or(|earliest| earliest <= day);
        // Of a post of which nothing is known but that it was held, nothing is seen.
        let undated = from.is_some_and(|from| {
            from.earliest().is_none_or(|day| day == Day::MIN) && from.latest().is_none_or(|latest| latest >= day)
        });
        let over = ["person", "unit", "company"].iter().any(|field| {
            let id = event[*field]["id"].as_str();
            id.and_then(|id| self.over.get(id)).is_some_and(|over| *over <= day)
        });
        if begun && !undated && !over {
            event["seen"] = day.to_string().into();
        }
        if let (SeenBy::Version, Some(key)) = (self.rules.seen, key) {
            let own = event["reported_at"].as_str().and_then(instant).filter(|_| self.rules.dated_apart);
            self.history.carry_beginning(key, own.map_or(at(&self.version), Instant::micros), event);
        }
    }

    /// Takes what is said under a key, if it is anything new.
    fn under_key(
        &mut self,
        place: Place,
        input: &str,
        key: &Key<'_>,
        print: Print,
        mut event: Value,
    ) -> Result<(), AdapterError> {
        let own = event["reported_at"].as_str().and_then(instant).map(Instant::micros);
        // A statement that is a version by itself restates the one before it, in the same file too.
        let own = own.filter(|_| self.rules.dated_apart);
        let is_apart = own.is_some_and(|own| !self.history.has_at(key, own));
        if !self.history.see(key)? && !is_apart {
            if own.is_some_and(|own| self.history.has_said(key, print, own)) {
                self.unchanged();
                return Ok(());
            }
            if !self.rules.strict && self.history.says(key, print) {
                self.unchanged();
                return Ok(());
            }
            self.sink.accounts().reused += 1;
            let refusal = Refusal {
                reason: format!("another statement before it has the key `{}`", key.name),
                hint: "a key names one statement of a version: is this the column of ids?".to_owned(),
            };
            return Ok(self.sink.reject(place, input, refusal)?);
        }
        let at = self.reported(key, print, &mut event);
        match self.history.step(key, print, at) {
            Step::Same => {
                self.unchanged();
                Ok(())
            }
            Step::Late if self.rules.strict => Err(AdapterError::Unusable {
                file: place.file.to_string(),
                problem: format!(
                    "line {} says something else than the ledger has of `{}` from the same day or a later version",
                    place.line, key.name
                ),
                hint: "versions go in from the oldest to the newest, each with the tables that it was read with \
                       before; what is in stays"
                    .to_owned(),
            }),
            Step::Late => {
                let reason =
                    format!("the ledger has something else of `{}` from this version's day or later", key.name);
                let hint = "versions go in from the oldest to the newest; is the version's date right?".to_owned();
                Ok(self.sink.reject(place, input, Refusal { reason, hint })?)
            }
            Step::Again(before) => {
                self.name(key, print, before, &mut event);
                event["source"]["retrieved_at"] = self.sink.now().to_string().into();
                self.checked(place, input, key, (print, at), &event)
            }
            Step::New(before) => {
                self.name(key, print, before, &mut event);
                self.checked(place.clone(), input, key, (print, at), &event)?;
                // What says that it is withdrawn may have come before it.
                match self.history.lift_withdrawal(key, at) {
                    Some(gone) => {
                        self.take_back(&place, key, Some(Instant::from_micros(gone).to_string()), WITHDRAWN).map(drop)
                    }
                    None => Ok(()),
                }
            }
        }
    }

    fn unchanged(&mut self) {
        self.sink.accounts().unchanged += 1;
        if !self.rules.strict {
            self.sink.unchanged();
        }
    }

    /// When a statement is reported: its own time, where it tells one that is later than what was said before, else that
    /// of the version.
    fn reported(&self, key: &Key<'_>, print: Print, event: &mut Value) -> At {
        let own = event["reported_at"].as_str().and_then(instant).map(Instant::micros);
        if let Some(own) = own {
            let is_later = self.history.last_at(key).is_none_or(|last| last < own);
            if is_later || self.rules.dated_apart {
                return own;
            }
            if !self.history.says(key, print) {
                event.as_object_mut().map(|fields| fields.shift_remove("reported_at"));
            }
        }
        if let (Some(text), true) = (&self.version.text, event["reported_at"].is_null()) {
            event["reported_at"] = text.as_str().into();
        }
        at(&self.version)
    }

    /// Gives an event an id where it takes the place of another one, so that what is said again is another event.
    fn name(&self, key: &Key<'_>, print: Print, before: Option<Box<str>>, event: &mut Value) {
        let own = event["id"].as_str().map(str::to_owned);
        if self.rules.strict || (before.is_some() && own.is_none()) {
            let before = before.as_deref().unwrap_or_default();
            let of = format!("{}\n{}\n{print:032x}\n{before}", key.publisher, key.name);
            put_id(event, Uuid::new_v5(&NAMESPACE, of.as_bytes()).to_string());
        } else if let (Some(own), Some(before)) = (own, before)
            && self.history.has_id(key, &own)
        {
            let of = Uuid::new_v5(&NAMESPACE, format!("{own}\n{before}").as_bytes()).simple().to_string();
            let statement = own.rsplit_once('~').map_or(&*own, |(statement, _)| statement);
            put_id(event, format!("{statement}~{}", &of[..12]));
        }
    }

    /// Hands on an event that counts as said from now on. What the log would refuse must not. Where statements can be
    /// withdrawn in the same run, the id that the log will give is needed.
    fn checked(
        &mut self,
        place: Place,
        input: &str,
        key: &Key<'_>,
        (print, at): (Print, At),
        event: &Value,
    ) -> Result<(), AdapterError> {
        if self.rules.revisions.is_some() || self.rules.dated_apart {
            if let Some(id) = self.sink.read_event(place, input, event)? {
                self.history.take(key, print, at, id.as_str(), event);
            }
            return Ok(());
        }
        self.history.take(key, print, at, event["id"].as_str().unwrap_or_default(), event);
        self.hand_on(place, input, event)
    }

    fn hand_on(&mut self, place: Place, input: &str, event: &Value) -> Result<(), AdapterError> {
        Ok(self.sink.event(place, input, event)?)
    }

    /// Ends a version: what lacks something is looked up, and what was there and is there no more is gone.
    pub(super) fn end(&mut self, place: &Place) -> Result<(), AdapterError> {
        self.look_up()?;
        let (mut gone, mut lived) = self.history.gone();
        // What a publisher said of which nothing is in the inputs is not looked for in them.
        gone.retain(|gone| self.publishers.contains(&*gone.publisher));
        if self.rules.by_list {
            gone.retain(|gone| gone.title.as_deref().is_some_and(|title| self.whole.contains(title)));
            lived = gone.len() + self.history.seen(&|title| self.whole.contains(title));
        }
        if gone.is_empty() || self.unreadable || !self.rules.is_complete() {
            // Of a file without a date it is not known that it is a later version of anything.
            if self.version.text.is_some() {
                self.sink.accounts().missing += gone.len() as u64;
            }
            return Ok(());
        }
        let revisions = self.rules.revisions.clone();
        let (may_shrink, how) = revisions.map_or((false, Gone::default()), |of| (of.may_shrink, of.gone));
        if gone.len() > FEW && gone.len() * 2 > lived && !may_shrink {
            return Err(AdapterError::Unusable {
                file: place.file.to_string(),
                problem: format!("of {lived} rows that the ledger has, {} are not there", gone.len()),
                hint: "is the table whole? If it is, write may_shrink = true under [revisions]; \
                       what it says is in, and nothing is retracted"
                    .to_owned(),
            });
        }
        match how {
            Gone::Withdrawn => self.withdraw(place, gone),
            Gone::Ended => self.conclude(place, gone),
        }
    }

    fn withdraw(&mut self, place: &Place, gone: Vec<GoneKey>) -> Result<(), AdapterError> {
        for GoneKey { publisher, key, event, title } in gone {
            let key = Key::new(&publisher, &key, title.as_deref());
            let version = self.version.clone();
            self.retract(place, &key, &event, &version, "the row is no longer in the table")?;
        }
        Ok(())
    }

    /// Says that a statement is withdrawn, in that version.
    fn retract(
        &mut self,
        place: &Place,
        key: &Key<'_>,
        event: &str,
        version: &Version,
        reason: &str,
    ) -> Result<(), AdapterError> {
        let publisher = key.publisher;
        let own = self.rules.source.clone().filter(|source| publisher_of(source) == publisher);
        let mut source = own.unwrap_or_else(|| json!({"publisher": publisher}));
        source["key"] = key.name.into();
        if let Some(title) = key.title {
            source["title"] = title.into();
        }
        let mut retraction = json!({"type": "EventRetracted", "event": event, "reason": reason});
        if let Some(at) = &version.text {
            retraction["reported_at"] = at.as_str().into();
        }
        retraction["source"] = source;
        let at = at(version);
        match self.history.step(key, GONE, at) {
            Step::Same | Step::Late => Ok(()),
            Step::New(before) | Step::Again(before) => {
                let before = before.as_deref().unwrap_or_default();
                let of = format!("{publisher}\n{}\n{GONE:032x}\n{before}", key.name);
                put_id(&mut retraction, Uuid::new_v5(&NAMESPACE, of.as_bytes()).to_string());
                self.sink.accounts().gone += 1;
                self.checked(place.clone(), "", key, (GONE, at), &retraction)
            }
        }
    }

    /// Withdraws what was said under a key by then. Whether anything ever was.
    pub(super) fn take_back(
        &mut self,
        place: &Place,
        key: &Key<'_>,
        when: Option<String>,
        reason: &str,
    ) -> Result<bool, AdapterError> {
        self.history.see(key)?;
        let version = match when {
            Some(when) => Version::of(Some(when)),
            None => self.version.clone(),
        };
        let was_said = self.history.last_at(key).is_some();
        match self.history.event_by(key, at(&version)) {
            Some(event) => self.retract(place, key, &event, &version, reason)?,
            None => self.history.take(key, GONE, at(&version), "", &Value::Null),
        }
        Ok(was_said)
    }

    /// Ends the posts that are gone, between the version before and this one. What else is gone stays.
    fn conclude(&mut self, place: &Place, gone: Vec<GoneKey>) -> Result<(), AdapterError> {
        let mut wanted: FxHashMap<Box<str>, GoneKey> =
            gone.into_iter().map(|gone| (gone.event.clone(), gone)).collect();
        let mut found: Vec<(GoneKey, Value, Day)> = Vec::new();
        self.sink.said(self.publisher.as_deref(), Seq::ZERO, &mut |said| {
            let event = said.event();
            let id = event["id"].as_str().unwrap_or_default();
            if let Some(gone) = wanted.remove(id) {
                let at = event["reported_at"].as_str().and_then(instant).unwrap_or(said.recorded_at);
                found.push((gone, event, at.day()));
            }
        })?;
        for (gone, mut event, said_on) in found {
            if event["type"] != "HeldPost" || !event["to"].is_null() {
                continue;
            }
            let seen = event["seen"].as_str().and_then(|day| day.parse::<Day>().ok());
            let last = seen.or(self.before).unwrap_or(said_on);
            let day = self.version.day();
            let ended = Bounds::new(Some(last.next()), day.map(|day| day.max(last.next())));
            event["to"] = shortest(ended.unwrap_or(Bounds::UNKNOWN)).into();
            for field in ["id", "reported_at", "ingested_at"] {
                event.as_object_mut().map(|fields| fields.shift_remove(field));
            }
            let key = Key::new(&gone.publisher, &gone.key, gone.title.as_deref());
            self.sink.accounts().gone += 1;
            let print = self.history.print(&event);
            self.under_key(place.clone(), "", &key, print, event)?;
        }
        Ok(())
    }

    fn tell_lack(
        &mut self,
        place: &Place,
        input: &str,
        refusals: Vec<(Option<String>, Refusal)>,
    ) -> Result<(), AdapterError> {
        for (column, refusal) in refusals {
            let column = column.map(Into::into).or_else(|| place.column.clone());
            self.sink.reject(Place { column, ..place.clone() }, input, refusal)?;
        }
        Ok(())
    }

    /// Says what lacks something with what an earlier version said of it, or rejects it.
    fn look_up(&mut self) -> Result<(), AdapterError> {
        let lacking = std::mem::take(&mut self.lacking);
        if lacking.is_empty() {
            return Ok(());
        }
        let name = |event: &Value| {
            let source = &event["source"];
            Some((publisher_of(source).to_owned(), source["key"].as_str()?.to_owned()))
        };
        let mut earlier: BTreeMap<(String, String), Option<Value>> = BTreeMap::new();
        for Statement { event, .. } in &lacking {
            earlier.extend(name(event).map(|name| (name, None)));
        }
        self.sink.said(self.publisher.as_deref(), Seq::ZERO, &mut |said| {
            let event = said.event();
            if event["type"] == "HeldPost"
                && let Some(place) = name(&event).and_then(|name| earlier.get_mut(&name))
            {
                *place = Some(event);
            }
        })?;
        for Statement { place, input, mut event, lacks } in lacking {
            let Some(Lack { fields, refusals, rest_stands }) = lacks else { continue };
            let before = name(&event).and_then(|name| earlier.get(&name)).and_then(Option::as_ref);
            if let Some(before) = before {
                for field in fields.into_iter().filter(|field| !before[*field].is_null()) {
                    event[field] = before[field].clone();
                }
            } else {
                self.tell_lack(&place, &input, refusals)?;
                if !rest_stands {
                    continue;
                }
            }
            self.say(Statement { place, input, event, lacks: None })?;
        }
        Ok(())
    }
}

/// When a version was reported.
fn at(version: &Version) -> At {
    version.instant().map_or(NOW, Instant::micros)
}

fn put_id(event: &mut Value, id: String) {
    let Some(fields) = event.as_object_mut() else { return };
    fields.shift_remove("id");
    fields.shift_insert(1.min(fields.len()), "id".to_owned(), id.into());
}
