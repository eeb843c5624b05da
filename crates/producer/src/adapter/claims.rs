//! The contract of all adapters: what a version of a source claims under its keys, and what of it the ledger has not
//! been told.
//!
//! A statement that says what it said adds nothing; one that says something else, or something that was said before
//! another change, is claimed anew; a key that two statements of one version share is a reject. A post without an end
//! was in force on the day of the version. A statement whose context is in none of the inputs keeps what an earlier
//! version said of it. What is gone from a complete version is withdrawn, or ends between the two versions.

mod gone;
pub(super) mod over;
mod recall;

use rustc_hash::FxHashSet;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::name_id::name_id;
use tenure_domain::wire::{Json, Refusal};

use self::over::{Mortal, Over};
use super::accounts::Accounts;
use super::conventions::{Conventions, SeenBy, Undated, instant};
use super::history::{At, History, Key, KnownBy, NAMESPACE, NOW, Print, Step, TrailRules, dates, publisher_of};
use super::office::is_line;
use super::revisions::{Gone, Revisions, Version};
use super::{AdapterError, Asked, Sink};
use crate::{IngestError, Place};

/// Why a statement is withdrawn that the source itself withdraws.
pub(super) const WITHDRAWN: &str = "the source says that it is withdrawn";
/// How many statements may lack their context.
const MOST_LACKING: usize = 1_000_000;

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
    pub(super) known_by: KnownBy,
    /// Whether statements stand in lists, of which each is complete by itself or not.
    pub(super) by_list: bool,
    /// The source in whose name statements are withdrawn.
    pub(super) source: Option<Json<'static>>,
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
            known_by: KnownBy::default(),
            by_list: false,
            source: None,
        }
    }

    fn is_complete(&self) -> bool {
        self.revisions.as_ref().is_some_and(|revisions| revisions.complete)
    }

    /// What becomes of a statement that is gone.
    fn gone(&self) -> Gone {
        self.revisions.as_ref().map(|revisions| revisions.gone).unwrap_or_default()
    }

    fn of_trails(&self) -> TrailRules {
        let (seen_aside, ends) = (self.seen == SeenBy::Change, self.gone() == Gone::Ended);
        TrailRules { strict: self.strict, seen_aside, ends }
    }
}

/// A statement as an adapter finds it.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) place: Place,
    /// The text from which it comes, for a reject.
    pub(super) input: String,
    /// The event, as a scraper would send it.
    pub(super) event: Json<'static>,
    /// What of it is in none of the inputs.
    pub(super) lacks: Vec<Lack>,
}

/// What a statement lacks: fields that are told by another record, which is in none of the inputs.
#[derive(Clone, Debug)]
pub(super) struct Lack {
    /// The fields of the event that an earlier version may have told.
    pub(super) fields: Vec<&'static str>,
    /// Why the statement, or this part of it, is rejected where none did, and the column that is to blame.
    pub(super) column: Option<String>,
    pub(super) refusal: Refusal,
    /// Whether the rest of it can stand alone.
    pub(super) rest_stands: bool,
}

impl Lack {
    /// Whether an event says what an event of the ledger lacks, which has the same key. What is in without it says no more
    /// than the statement itself, and what is put there of what was seen; `over` is when its holder died or its unit ended.
    fn is_told(&self, before: &Json<'_>, event: &Json<'_>, over: Option<Day>) -> bool {
        let is_put = |field: &str| before[field] == event[field] || over::is_put(before, field, over);
        let is_own = |field: &str| self.rest_stands && is_put(field);
        self.fields.iter().any(|field| !before[*field].is_null() && !is_own(field))
    }
}

/// Takes the statements of a source.
pub(super) struct Claims<'c> {
    sink: &'c mut dyn Sink,
    rules: Rules,
    history: History,
    version: Version,
    /// Whether a record was so broken that its key is not known, and so not whether another one is gone.
    unreadable: bool,
    /// People who have died and units that are dissolved.
    over: Over,
    /// Statements that lack something.
    lacking: Vec<Statement>,
    /// The publisher of all statements.
    publisher: Option<String>,
    /// The publishers that said something in this version.
    publishers: FxHashSet<String>,
    /// The lists that this version gives as a whole.
    whole: FxHashSet<String>,
    /// Why the first version of this run that was probably cut off is no whole one.
    cut_off: Option<AdapterError>,
}

/// What became of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reception {
    New,
    /// The ledger has it.
    Known,
    Rejected,
}

impl<'c> Claims<'c> {
    /// Asks the ledger what was said before; `is_ours` says of an event and its key whether it is of this series. The
    /// publisher is that of all statements, where they have one.
    pub(super) fn new(
        sink: &'c mut dyn Sink,
        rules: Rules,
        publisher: Option<&str>,
        is_ours: &dyn Fn(&Json<'_>, &str) -> bool,
    ) -> Result<Claims<'c>, AdapterError> {
        let asked = match rules.known_by {
            KnownBy::KeyOrContent if publisher.is_none() => Asked::All,
            KnownBy::Key | KnownBy::KeyOrContent => Asked::of(publisher),
        };
        let history = History::load(sink, asked, rules.known_by, rules.of_trails(), is_ours)?;
        Ok(Claims {
            sink,
            rules,
            history,
            version: Version::default(),
            unreadable: false,
            over: Over::default(),
            lacking: Vec::new(),
            publisher: publisher.map(str::to_owned),
            publishers: FxHashSet::default(),
            whole: FxHashSet::default(),
            cut_off: None,
        })
    }

    /// Begins a version.
    pub(super) fn begin(&mut self, version: Version) {
        self.history.begin(at(&version));
        self.version = version;
        self.unreadable = false;
        self.over.clear();
        self.publishers = self.rules.source.iter().map(|source| publisher_of(source).to_owned()).collect();
        self.publishers.extend(self.publisher.clone());
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
    pub(super) fn is_over(&mut self, of: Mortal, id: &str, over: Option<Bounds>) {
        if let Some(over) = over {
            self.over.note(of, id, over);
        }
    }

    /// This version has something under a key. Whether it is the first. Of a key that no event can have it is not known
    /// which one is meant.
    fn meet(&mut self, key: &Key<'_>) -> Result<bool, AdapterError> {
        self.unreadable |= !is_line(key.name);
        self.history.see(key)
    }

    /// This version has something under a key that cannot be read: what was said under it stands.
    fn keep_one(&mut self, key: &Key<'_>) -> Result<(), AdapterError> {
        self.unreadable |= !is_line(key.name);
        self.history.keep(key)
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
            Some(key) => self.keep_one(key)?,
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
            self.keep_one(&key)?;
        }
        Ok(())
    }

    /// Tells what of a record cannot be mapped; the rest of it is in.
    pub(super) fn tell(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), IngestError> {
        self.sink.reject(place, input, refusal)
    }

    /// Takes a statement.
    pub(super) fn say(&mut self, statement: Statement) -> Result<(), AdapterError> {
        if !statement.lacks.is_empty() {
            return self.say_lacking(statement);
        }
        let Statement { place, input, mut event, .. } = statement;
        let text = |field: &str| event["source"][field].as_str().map(str::to_owned);
        let (publisher, title, name) = (publisher_of(&event["source"]).to_owned(), text("title"), text("key"));
        let key = name.as_deref().map(|name| Key::new(&publisher, name, title.as_deref()));
        let over = self.over_by(&event);
        let is_dated = ["from", "to", "seen"].iter().any(|field| !event[*field].is_null());
        let is_undated = event["type"] == "HeldPost" && !is_dated;
        let undated = self.rules.undated.filter(|_| is_undated);
        if undated == Some(Undated::Reject) {
            if let Some(key) = &key {
                self.keep_one(key)?;
            }
            return Ok(self.sink.reject(place, &input, Undated::refusal())?);
        }
        if undated == Some(Undated::Unknown) && over.is_none() {
            event.set("from", "[0000..]");
        }
        let is_of_reading = self.version.day().is_none() && event["reported_at"].is_null();
        let is_of_today = is_undated && undated != Some(Undated::Unknown) && over.is_none() && is_of_reading;
        let version = self.version_of(&event);
        self.over.date_by_death(&mut event, version);
        match over {
            // What was seen before is carried by a post that ends then.
            Some(over) => event.set("to", over.to_string()),
            None => self.see(&mut event),
        }
        if let Some(key) = &key {
            self.history.carry(key, self.time_of(&event), &mut event);
        }
        if let Some(over) = over {
            over::end_by(&mut event, over);
        }
        over::begin_by_sighting(&mut event);
        let reception = match key {
            None => self.without_key(place, &input, event)?,
            Some(key) => {
                self.publishers.insert(publisher.clone());
                let print = self.history.print(&event);
                self.under_key(place, &input, &key, print, event)?
            }
        };
        let accounts = self.sink.accounts();
        accounts.statements += u64::from(reception != Reception::Rejected);
        accounts.seen_today += u64::from(is_of_today && reception == Reception::New);
        Ok(())
    }

    /// By which day a post without an end was over, because its holder had died or its unit was dissolved, where its own
    /// start does not lie before that.
    fn over_by(&self, event: &Json<'_>) -> Option<Day> {
        let (version, today) = (self.version_of(event), self.sink.now().day());
        over::is_undated(event)
            .then(|| self.over.of(event, version, today))
            .flatten()
            .filter(|over| over::may_hold(event, *over))
    }

    /// The day of which a statement is a version: its own, where it is a version by itself.
    fn version_of(&self, event: &Json<'_>) -> Option<Day> {
        let own = self.own_time(event).map(|own| Instant::from_micros(own).day());
        own.or_else(|| self.version.day())
    }

    fn time_of(&self, event: &Json<'_>) -> At {
        self.own_time(event).unwrap_or(at(&self.version))
    }

    /// Takes a statement that lacks something: what an earlier version told is looked up when this one is read.
    fn say_lacking(&mut self, mut statement: Statement) -> Result<(), AdapterError> {
        let is_known = keyed(&statement.event).is_some_and(|(publisher, name, title)| {
            self.history.last_event(&Key::new(&publisher, &name, title.as_deref())).is_some()
        });
        if is_known && self.lacking.len() < MOST_LACKING {
            self.lacking.push(statement);
            return Ok(());
        }
        let lacks = std::mem::take(&mut statement.lacks);
        self.say_without(statement, lacks)
    }

    /// Tells what a statement lacks that no earlier version told, and takes it as far as it can stand without.
    fn say_without(&mut self, statement: Statement, lacks: Vec<Lack>) -> Result<(), AdapterError> {
        let stands = lacks.iter().all(|lack| lack.rest_stands);
        for Lack { column, refusal, .. } in lacks {
            let column = column.map(Into::into).or_else(|| statement.place.column.clone());
            self.sink.reject(Place { column, ..statement.place.clone() }, &statement.input, refusal)?;
        }
        if stands {
            return self.say(statement);
        }
        if let Some((publisher, name, title)) = keyed(&statement.event) {
            return self.keep_one(&Key::new(&publisher, &name, title.as_deref()));
        }
        self.doubt();
        Ok(())
    }

    /// A post without an end was in force on the day of the version.
    fn see(&self, event: &mut Json<'_>) {
        if self.rules.seen == SeenBy::Never || !over::is_undated(event) {
            return;
        }
        let Some(day) = self.version_of(event) else { return };
        let seen = if self.own_time(event).is_some() { None } else { self.version.seen() };
        let from = dates(event, "from");
        let begun = from.and_then(Bounds::earliest).is_none_or(|earliest| earliest <= day);
        // Of a post of which nothing is known but that it was held, nothing is seen.
        let undated = from.is_some_and(|from| {
            from.earliest().is_none_or(|day| day == Day::MIN) && from.latest().is_none_or(|latest| latest >= day)
        });
        let over = self.over.of(event, Some(day), day).is_some();
        if begun && !undated && !over {
            event.set("seen", seen.unwrap_or_else(|| day.to_string()));
        }
    }

    /// Takes what is said without a key, if it is anything new: what was said by then of this source is none, but where it
    /// was seen on another day, or tells its own time.
    fn without_key(&mut self, place: Place, input: &str, mut event: Json<'static>) -> Result<Reception, AdapterError> {
        if self.own_time(&event).is_none() {
            let at = at(&self.version);
            if self.history.has_keyless(&event, at) {
                return Ok(self.unchanged());
            }
            self.history.note_keyless(&event, at);
        }
        self.date(&mut event);
        self.hand_on(place, input, event)
    }

    /// Takes what is said under a key, if it is anything new.
    fn under_key(
        &mut self,
        place: Place,
        input: &str,
        key: &Key<'_>,
        print: Print,
        event: Json<'static>,
    ) -> Result<Reception, AdapterError> {
        let own = self.own_time(&event);
        self.history.read_in(&place.file);
        // A statement that is a version by itself restates the one before it, in the same file too, where that is of another
        // time; so does the first of the version that is none, whichever of them comes first.
        let is_apart = own.is_some_and(|own| !self.history.has_at(key, own) || self.history.was_elsewhere(key));
        let is_first = self.meet(key)?;
        if (own.is_none() && self.history.see_of_version(key)) || is_first || is_apart {
            return self.after_last(place, input, key, (print, own), event);
        }
        let is_said = match own {
            Some(own) => self.history.has_said(key, print, own),
            None => self.history.says(key, print),
        };
        if is_said {
            return Ok(self.unchanged());
        }
        self.sink.accounts().reused += 1;
        let reason = format!("another statement before it has the key `{}`", key.name);
        let hint = "a key names one statement of a version: is this the column of ids?".to_owned();
        self.sink.reject(place, input, Refusal { reason, hint })?;
        Ok(Reception::Rejected)
    }

    /// The time that a statement tells which is a version by itself.
    fn own_time(&self, event: &Json<'_>) -> Option<At> {
        self.told(event).filter(|_| self.rules.dated_apart)
    }

    /// When an event says that it was reported: of a month or a year that is over on its last day, as the ledger has it.
    fn told(&self, event: &Json<'_>) -> Option<At> {
        let text = event["reported_at"].as_str()?;
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let last_day = || text.parse::<VagueDate>().ok().filter(|_| is_plain)?.bounds().latest();
        let over = || last_day().filter(|day| *day < self.sink.now().day()).map(Instant::midnight);
        instant(text).or_else(over).map(Instant::micros)
    }

    /// Takes what is said under a key after what the ledger has of it, at its own time or that of the version.
    fn after_last(
        &mut self,
        place: Place,
        input: &str,
        key: &Key<'_>,
        (print, own): (Print, Option<At>),
        mut event: Json<'static>,
    ) -> Result<Reception, AdapterError> {
        let at = own.unwrap_or_else(|| self.reported(key, print, &mut event));
        let step = match own {
            Some(own) => self.history.step_apart(key, print, own),
            None => self.history.step(key, print, at),
        };
        self.stepped(place, input, key, (step, print, own, at), event)
    }

    /// Takes a step under a key.
    fn stepped(
        &mut self,
        place: Place,
        input: &str,
        key: &Key<'_>,
        (step, print, own, at): (Step, Print, Option<At>, At),
        mut event: Json<'static>,
    ) -> Result<Reception, AdapterError> {
        match step {
            Step::Same => Ok(self.unchanged()),
            Step::Late => Err(too_late(&place, key)),
            Step::Again(before) => {
                self.name(key, print, before, &mut event);
                retrieved(&mut event, self.sink.now());
                self.checked(place, input, key, (print, at), event)
            }
            Step::New(before) => {
                self.name(key, print, own.map(time).or(before), &mut event);
                let reception = self.checked(place.clone(), input, key, (print, at), event)?;
                // What says that it is withdrawn may have come before it.
                if let Some(gone) = self.history.lift_withdrawal(key, at) {
                    self.take_back(&place, key, Some(Instant::from_micros(gone).to_string()), WITHDRAWN)?;
                }
                Ok(reception)
            }
        }
    }

    fn unchanged(&mut self) -> Reception {
        self.sink.accounts().unchanged += 1;
        if !self.rules.strict {
            self.sink.unchanged();
        }
        Reception::Known
    }

    /// When a statement is reported: its own time, where it tells one that is later than what was said before, else that
    /// of the version.
    fn reported(&self, key: &Key<'_>, print: Print, event: &mut Json<'_>) -> At {
        if let Some(own) = self.told(event) {
            if self.history.last_at(key).is_none_or(|last| last < own) {
                return own;
            }
            if !self.history.says(key, print) {
                event.take("reported_at");
            }
        }
        self.date(event);
        at(&self.version)
    }

    /// Reports with the version what tells no time of its own.
    fn date(&self, event: &mut Json<'_>) {
        if let (Some(text), true) = (&self.version.text, event["reported_at"].is_null()) {
            event.set("reported_at", text.clone());
        }
    }

    /// Gives an event an id where it takes the place of another one, so that what is said again is another event. What
    /// tells them apart is the event before; of a statement that is a version by itself its own time, in whatever order
    /// they come.
    fn name(&self, key: &Key<'_>, print: Print, before: Option<Box<str>>, event: &mut Json<'_>) {
        let own = event["id"].as_str().map(str::to_owned);
        if self.rules.strict || (before.is_some() && own.is_none()) {
            let before = before.as_deref().unwrap_or_default();
            let of = format!("{}\n{}\n{print:032x}\n{before}", key.publisher, key.name);
            put_id(event, name_id(&NAMESPACE, of.as_bytes()).to_string());
        } else if let (Some(own), Some(before)) = (own, before)
            && self.history.has_id(key, &own)
        {
            let of = name_id(&NAMESPACE, format!("{own}\n{before}").as_bytes()).simple().to_string();
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
        event: Json<'static>,
    ) -> Result<Reception, AdapterError> {
        if self.rules.revisions.is_some() || self.rules.dated_apart {
            let Some(id) = self.sink.read_event(place, input, &event)? else { return Ok(Reception::Rejected) };
            self.history.take(key, print, at, id.as_str(), &event);
            return Ok(Reception::New);
        }
        self.history.take(key, print, at, event["id"].as_str().unwrap_or_default(), &event);
        self.hand_on(place, input, event)
    }

    fn hand_on(&mut self, place: Place, input: &str, event: Json<'static>) -> Result<Reception, AdapterError> {
        self.sink.event(place, input, event)?;
        Ok(Reception::New)
    }
}

/// A version says something of a key that is refused, for the ledger has a later one.
fn too_late(place: &Place, key: &Key<'_>) -> AdapterError {
    AdapterError::Unusable {
        file: place.file.to_string(),
        problem: format!(
            "line {}: what the table says of `{}` comes too late, for the ledger has a later version",
            place.line, key.name
        ),
        hint:
            "versions go in from the oldest to the newest, each with the tables that it was read with before; what is \
               in stays. To have an older one as well, read all of them into a new ledger"
                .to_owned(),
    }
}

/// The publisher of a statement, its key and the table in which it stands.
type SourceKey = (String, String, Option<String>);

/// By what an event is known to its source; none where it has no key.
fn keyed(event: &Json<'_>) -> Option<SourceKey> {
    let source = &event["source"];
    let text = |field: &str| source[field].as_str().map(str::to_owned);
    Some((publisher_of(source).to_owned(), text("key")?, text("title")))
}

/// The own time of a statement, as it stands in ids.
fn time(own: At) -> Box<str> {
    Instant::from_micros(own).to_string().into()
}

/// When a version was reported.
fn at(version: &Version) -> At {
    version.instant().map_or(NOW, Instant::micros)
}

fn put_id(event: &mut Json<'_>, id: String) {
    event.take("id");
    if let Json::Object(fields) = event {
        fields.insert(1.min(fields.len()), ("id".into(), id.into()));
    }
}

/// Says when the source of an event was read.
fn retrieved(event: &mut Json<'_>, at: Instant) {
    if let Some(source) = event.field_mut("source") {
        source.set("retrieved_at", at.to_string());
    }
}
