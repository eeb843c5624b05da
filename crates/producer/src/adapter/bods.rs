//! Statements of the Beneficial Ownership Data Standard, version 0.4: interests that are posts.
//!
//! A record has several statements, each with the day on which it was declared and the day on which it was published.
//! A post is a relationship record and the type of an interest. What its record said before is needed to read a
//! statement: an update gives all interests the day of the last change, and a record is closed without a date. So the
//! statements of people, entities and posts are kept in memory and read in the order of their publication; those of
//! other interests are not. Shares, votes and trusts are no posts.

mod post;
mod statement;
mod unread;

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde_json::{Map as Object, Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::{VagueDate, shortest};
use tenure_domain::position::Seq;
use tenure_domain::wire::Json;

use self::post::{Post, bounds, dates, key_of, post_of, set};
use self::statement::{Interest, Kind, Party, Statement, Status};
use self::unread::{Use, leave};
use super::claims::over;
use super::conventions::{Conventions, OpenWords, instant};
use super::files::files;
use super::looks::{FileKind, named};
use super::records::{Pass, Record, RecordWatch, each_record, json as parse, refusal};
use super::settings::{self, id, unusable};
use super::stint::{Ending, inverted};
use super::{Adapter, AdapterError, Asked, Sink, Task};
use crate::{IngestError, Place};

/// Statements of the Beneficial Ownership Data Standard.
#[derive(Clone, Copy, Debug)]
pub struct Bods;

/// How many statements are kept.
const MOST_STATEMENTS: usize = 8_000_000;

/// What a map can set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    /// What stands before every id of a record: ids are unique within a publisher only.
    namespace: String,
    /// Whether days that begin a month or a year stand for all of it.
    rounded: Rounded,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { namespace: "bods/".to_owned(), rounded: Rounded::No }
    }
}

/// What the first day of a month or year means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Rounded {
    /// That day.
    No,
    /// Some day of the month.
    Month,
    /// Some day of the month; the first day of a year some day of the year.
    Year,
}

impl Adapter for Bods {
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError> {
        let (settings, conventions): (Settings, Conventions) = settings::optional(task.map, &["end", "open"])?;
        if let Some(version) = task.version {
            let hint = "leave it out: every statement tells when it was published";
            return Err(unusable(Path::new("--version"), format!("`{version}` has no effect in this format"), hint));
        }
        let mut reader = Reader { sink, statements: Vec::new(), keep: Keep::Wanted };
        let inputs = files(task.inputs, &["json", "ndjson", "jsonl"])?;
        each_record(&inputs, Pass::HandingOn, &mut reader, &mut |record: &Record<'_>, reader| reader.take(record))?;
        let Reader { sink, mut statements, .. } = reader;
        statements.sort_by_key(|statement| (statement.published, statement.declared, statement.number));
        let mut teller = Teller {
            settings,
            ending: conventions.end.unwrap_or_default(),
            open: conventions.open(),
            sink,
            kinds: FxHashMap::default(),
            posts: FxHashMap::default(),
            recalled: FxHashMap::default(),
            posts_by_event: FxHashMap::default(),
            prints: FxHashMap::default(),
            deaths: FxHashMap::default(),
        };
        teller.recall()?;
        teller.without_reused(&mut statements)?;
        let mut last: FxHashMap<Box<str>, Option<Instant>> = FxHashMap::default();
        for statement in statements.iter_mut().rev() {
            let later = last.insert(statement.record.clone(), statement.published);
            statement.is_superseded = later == Some(statement.published);
        }
        for statement in &statements {
            if let Kind::Person { is_known, died, .. } = &statement.kind {
                let died = died.as_deref().and_then(bounds);
                teller.dies(&statement.record, statement.published, died);
                teller.kinds.entry(statement.record.clone()).or_insert(Holder::Person { is_known: *is_known });
            } else if let Kind::Entity { name, .. } = &statement.kind {
                let of = Holder::Entity { name: name.clone(), declared: statement.day() };
                teller.kinds.entry(statement.record.clone()).or_insert(of);
            }
        }
        statements.iter().try_for_each(|statement| teller.tell(statement))
    }
}

/// Whether more statements are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    Wanted,
    Full,
}

/// Keeps statements.
struct Reader<'r> {
    sink: &'r mut dyn Sink,
    statements: Vec<Statement>,
    keep: Keep,
}

impl RecordWatch for Reader<'_> {
    fn unreadable(
        &mut self,
        place: Place,
        input: &str,
        refusal: tenure_domain::wire::Refusal,
    ) -> Result<(), AdapterError> {
        Ok(self.sink.reject(place, input, refusal)?)
    }

    fn read_so_far(&mut self, bytes: u64) {
        self.sink.passed(bytes);
    }
}

impl Reader<'_> {
    fn take(&mut self, record: &Record<'_>) -> Result<(), AdapterError> {
        let Record { place, text } = record;
        self.sink.accounts().records += 1;
        let value = match parse(text) {
            Ok(value) => value,
            Err(refusal) => return self.unreadable(place.clone(), text, named(refusal, text, FileKind::Bods)),
        };
        let read = Statement::read(&value, place, self.statements.len());
        if let Ok(statement) = &read {
            leave(&value, if statement.is_some() { Use::Kept } else { Use::Dropped }, self.sink.accounts());
        }
        match read {
            Err(refusal) => self.unreadable(place.clone(), text, named(refusal, text, FileKind::Bods)),
            Ok(None) => {
                self.sink.accounts().drop_record("a relationship without an interest that is a post");
                Ok(())
            }
            Ok(Some(_)) if self.statements.len() >= MOST_STATEMENTS => {
                if self.keep == Keep::Wanted {
                    self.keep = Keep::Full;
                    let reason =
                        format!("the inputs have more than {MOST_STATEMENTS} statements of people, entities and posts");
                    let hint = "make several extracts, each with all statements of its companies";
                    return self.unreadable(place.clone(), text, refusal(reason, hint));
                }
                Ok(())
            }
            Ok(Some(statement)) => {
                self.statements.push(statement);
                Ok(())
            }
        }
    }
}

/// Who can hold a post, or be the company of one.
#[derive(Clone, Debug)]
enum Holder {
    Person { is_known: bool },
    Entity { name: String, declared: Option<Day> },
}

/// What an earlier run told of a post.
struct Recalled {
    published: Option<Instant>,
    interest: Interest,
    post: Post,
}

/// Says what statements come to.
struct Teller<'t> {
    settings: Settings,
    ending: Ending,
    open: OpenWords,
    sink: &'t mut dyn Sink,
    /// People and entities, by their records.
    kinds: FxHashMap<Box<str>, Holder>,
    /// Posts, by their records and types, a record's together.
    posts: FxHashMap<Box<str>, Vec<(&'static str, Post)>>,
    /// What the ledger was told of the posts of a record by earlier runs, and when it was published.
    recalled: FxHashMap<Box<str>, Vec<Recalled>>,
    /// The events that the ledger has, and what each says of a post.
    posts_by_event: FxHashMap<Box<str>, Option<Post>>,
    /// What statements say, by their ids.
    prints: FxHashMap<Box<str>, Box<str>>,
    /// When people died, by their records, and when that was published.
    deaths: FxHashMap<Box<str>, Vec<(Option<Instant>, Day)>>,
}

impl Teller<'_> {
    /// Asks the ledger what it was told of posts and their holders by earlier statements.
    fn recall(&mut self) -> Result<(), IngestError> {
        let (kinds, recalled) = (&mut self.kinds, &mut self.recalled);
        let mut deaths = Vec::new();
        let (posts, prints, namespace) = (&mut self.posts_by_event, &mut self.prints, &self.settings.namespace);
        self.sink.said(Asked::Keyed, Seq::ZERO, &mut |said| {
            let said = said.event();
            let text = |value: &Json<'_>| value.as_str().map(str::to_owned);
            let Some(key) = text(&said["source"]["key"]) else { return };
            let Some(own) = text(&said["id"]).filter(|id| id.starts_with(namespace.as_str())) else { return };
            if let Some((name, print)) = own.rsplit_once('~') {
                prints.insert(name.into(), print.into());
            }
            let own: Box<str> = own.into();
            let at = said["reported_at"].as_str().and_then(instant);
            posts.insert(own.clone(), None);
            if let (Some(record), Some(died)) = (key.strip_prefix("died/"), said["effective"].as_str()) {
                deaths.push((record.to_owned(), at, bounds(died)));
            } else if let Some(record) = key.strip_prefix("person/") {
                kinds.insert(record.into(), Holder::Person { is_known: true });
            } else if let Some(record) = key.strip_prefix("entity/") {
                let name = text(&said["unit"]["name"]).unwrap_or_default();
                kinds.insert(record.into(), Holder::Entity { name, declared: at.map(Instant::day) });
            } else if let Some((record, interest, term)) = post_of(&key) {
                let post = Post {
                    event: own.clone(),
                    from: text(&said["from"]),
                    seen: said["seen"].as_str().and_then(|day| day.parse().ok()),
                    has_ended: !said["to"].is_null() || said["type"] == "EventRetracted",
                    to: text(&said["to"]),
                    term,
                };
                posts.insert(own, Some(post.clone()));
                recalled.entry(record.into()).or_default().push(Recalled { published: at, interest, post });
            }
        })?;
        for (record, at, died) in deaths {
            self.dies(&record, at, died);
        }
        Ok(())
    }

    /// Notes by which day a person had died, as published then and so not ahead, or as bounded by a statement before it.
    fn dies(&mut self, record: &str, published: Option<Instant>, died: Option<Bounds>) {
        let Some(died) = died else { return };
        let known = self.deaths.entry(record.into()).or_default();
        let before =
            known.iter().filter(|(at, day)| *at <= published && died.contains(*day)).map(|(_, day)| *day).min();
        known.extend(died.cut(before.or(published.map(Instant::day))).latest().map(|day| (published, day)));
    }

    /// When a person died, as it was known when a statement was published: what it says must not depend on whether a
    /// later one is read with it.
    fn died(&self, record: &str, statement: &Statement) -> Option<Day> {
        let known = self.deaths.get(record)?.iter().filter(|(published, _)| *published <= statement.published);
        known.max_by_key(|(published, _)| *published).map(|(_, died)| *died)
    }

    /// Rejects statements whose ids name other statements.
    fn without_reused(&mut self, statements: &mut Vec<Statement>) -> Result<(), IngestError> {
        let mut reused = FxHashSet::default();
        for statement in &*statements {
            let part = match &statement.kind {
                Kind::Posts { interests, .. } => {
                    interests.first().map_or(String::new(), |one| format!("/{}", one.code))
                }
                Kind::Person { .. } | Kind::Entity { .. } => String::new(),
            };
            let name = format!("{}{part}", self.id(&statement.id)).into();
            let print = self.prints.entry(name).or_insert_with(|| statement.print.clone());
            if *print != statement.print {
                reused.insert(statement.number);
                self.sink.accounts().reused += 1;
                let reason = format!("another statement has the id `{}`", statement.id);
                let refusal = refusal(reason, "an id names one statement for ever; the first that was read counts");
                self.sink.reject(statement.place(), &statement.id, refusal)?;
            }
        }
        statements.retain(|statement| !reused.contains(&statement.number));
        Ok(())
    }

    fn tell(&mut self, statement: &Statement) -> Result<(), AdapterError> {
        match &statement.kind {
            Kind::Person { is_known: false, .. } => {
                self.sink.accounts().drop_record("a person who is not known or not named");
                Ok(())
            }
            Kind::Person { names, died, .. } => self.person(statement, names, died.as_deref()),
            Kind::Entity { name, others, identifiers, dissolved } => {
                self.entity(statement, (name, others), identifiers, dissolved.as_deref())
            }
            Kind::Posts { company, holder, interests, repeated } => {
                for code in repeated {
                    let reason = format!("the record has a second interest `{code}`");
                    let refusal = refusal(reason, "the first of them is in; give each term a record of its own");
                    self.sink.reject(statement.place(), &statement.id, refusal)?;
                }
                self.relationship(statement, company, holder, interests)
            }
        }
    }

    fn id(&self, record: &str) -> String {
        id(&self.settings.namespace, record)
    }

    fn event_id(&self, statement: &Statement, part: &str) -> String {
        format!("{}{part}~{}", self.id(&statement.id), statement.print)
    }

    /// An event of a statement; `part` tells it from others of the same one, and `key` is what restates it.
    fn event(&self, statement: &Statement, event_type: &str, part: &str, key: &str) -> Object<String, Value> {
        let mut event = Object::new();
        event.insert("type".to_owned(), event_type.into());
        event.insert("id".to_owned(), self.event_id(statement, part).into());
        event.insert("reported_at".to_owned(), statement.reported_at.as_str().into());
        event.insert("source".to_owned(), json!({"publisher": &*statement.publisher, "key": key}));
        event
    }

    fn say(&mut self, statement: &Statement, event: Object<String, Value>) -> Result<(), AdapterError> {
        if statement.is_superseded {
            self.sink.accounts().drop_record("a statement published together with a later one of its record");
            return Ok(());
        }
        self.sink.accounts().statements += 1;
        if event["id"].as_str().is_some_and(|id| self.posts_by_event.contains_key(id)) {
            self.sink.accounts().unchanged += 1;
            self.sink.unchanged();
            return Ok(());
        }
        Ok(self.sink.event(statement.place(), &statement.id, Value::Object(event).into())?)
    }

    fn person(&mut self, statement: &Statement, names: &[String], died: Option<&str>) -> Result<(), AdapterError> {
        let person = json!({"id": self.id(&statement.record)});
        let mut event = self.event(statement, "PersonDescribed", "", &format!("person/{}", statement.record));
        event.insert("person".to_owned(), person.clone());
        event.insert("names".to_owned(), names.iter().map(|name| json!({"text": name})).collect());
        self.say(statement, event)?;
        if let Some(died) = died {
            let mut event = self.event(statement, "PersonDied", "/died", &format!("died/{}", statement.record));
            event.insert("person".to_owned(), person);
            let by = self.died(&statement.record, statement);
            let told = bounds(died).zip(by).and_then(|(died, by)| over::told_by(died, by));
            event.insert("effective".to_owned(), told.unwrap_or_else(|| died.to_owned()).into());
            self.say(statement, event)?;
        }
        Ok(())
    }

    fn entity(
        &mut self,
        statement: &Statement,
        (name, others): (&str, &[String]),
        identifiers: &Object<String, Value>,
        dissolved: Option<&str>,
    ) -> Result<(), AdapterError> {
        let unit = self.id(&statement.record);
        let is_told = self.posts_by_event.contains_key(&*self.event_id(statement, ""));
        let mut event = self.event(statement, "UnitDescribed", "", &format!("entity/{}", statement.record));
        let mut of = json!({"id": unit, "name": name});
        if !others.is_empty() {
            of["aliases"] = json!(others);
        }
        event.insert("unit".to_owned(), of);
        if !identifiers.is_empty() {
            event.insert("identifiers".to_owned(), Value::Object(identifiers.clone()));
        }
        self.say(statement, event)?;
        if let Some(Holder::Entity { name: before, declared }) = self.kinds.get(&statement.record).cloned()
            && before != name
            && !before.is_empty()
            && declared <= statement.day()
            && !is_told
        {
            // The name changed at some time after the one before was declared.
            let key = format!("name/{}/{}", statement.record, statement.id);
            let mut event = self.event(statement, "UnitRenamed", "/name", &key);
            event.insert("unit".to_owned(), json!({"id": unit, "name": before}));
            event.insert("name".to_owned(), name.into());
            event.insert("effective".to_owned(), between(declared, statement.day()).into());
            self.say(statement, event)?;
        }
        let holder = Holder::Entity { name: name.to_owned(), declared: statement.day() };
        self.kinds.insert(statement.record.clone(), holder);
        if let Some(dissolved) = dissolved {
            let key = format!("dissolved/{}", statement.record);
            let mut event = self.event(statement, "UnitDissolved", "/dissolved", &key);
            let over = bounds(dissolved).map_or_else(|| dissolved.to_owned(), |date| shortest(self.ending.to(date)));
            event.insert("unit".to_owned(), json!({"id": unit}));
            event.insert("effective".to_owned(), over.into());
            self.say(statement, event)?;
        }
        Ok(())
    }

    fn relationship(
        &mut self,
        statement: &Statement,
        company: &Party,
        holder: &Party,
        interests: &[Interest],
    ) -> Result<(), AdapterError> {
        let (Party::Record(company), Party::Record(holder)) = (company, holder) else {
            self.sink.accounts().drop_record("a post of which the holder or the company is not named");
            return Ok(());
        };
        match self.kinds.get(holder) {
            Some(Holder::Person { is_known: true }) => {}
            Some(Holder::Person { is_known: false }) => {
                self.sink.accounts().drop_record("a post of a person who is not known or not named");
                return Ok(());
            }
            Some(Holder::Entity { .. }) => {
                self.sink.accounts().drop_record("a post that an entity holds");
                return Ok(());
            }
            None => {
                let hint = "give the statement about the person too, in this run or one before it";
                let refusal = refusal(format!("nothing says who the record `{holder}` is"), hint);
                return Ok(self.sink.reject(statement.place(), &statement.id, refusal)?);
            }
        }
        let mut before = self.posts.remove(&statement.record).unwrap_or_else(|| self.recalled_before(statement));
        let parties = (self.id(company), self.id(holder));
        let died = self.died(holder, statement);
        for interest in interests {
            if let Some((start, end)) = inverted(&dates(interest.start.as_deref()), &dates(interest.end.as_deref())) {
                let mut place = statement.place();
                place.column = Some("endDate".into());
                let reason = format!("it ended ({}) before it began ({})", shortest(end), shortest(start));
                let refusal = refusal(reason, "correct the dates of the interest");
                self.sink.reject(place, &statement.id, refusal)?;
                continue;
            }
            let post = before.iter().find(|(code, _)| *code == interest.code).map(|(_, post)| post.clone());
            let next = self.post(statement, &parties, (interest, died), post.as_ref())?;
            set(&mut before, interest, next);
        }
        // What a statement of its record does not have any more has ended.
        for (code, post) in &mut before {
            let is_there = interests.iter().any(|interest| interest.code == *code);
            if let (false, false, Some(gone)) = (is_there, post.has_ended, Interest::of(code)) {
                *post = self.post(statement, &parties, (&gone, died), Some(post))?;
            }
        }
        self.posts.insert(statement.record.clone(), before);
        Ok(())
    }

    /// The posts of a record as earlier runs told of them, by statements published before this one.
    fn recalled_before(&self, statement: &Statement) -> Vec<(&'static str, Post)> {
        let mut posts = Vec::new();
        for Recalled { published, interest, post } in self.recalled.get(&statement.record).into_iter().flatten() {
            if *published < statement.published {
                set(&mut posts, interest, post.clone());
            }
        }
        posts
    }

    /// Says what a statement tells of one post, and what is known of it from then on.
    fn post(
        &mut self,
        statement: &Statement,
        (company, holder): &(String, String),
        (interest, died): (&Interest, Option<Day>),
        before: Option<&Post>,
    ) -> Result<Post, AdapterError> {
        let part = format!("/{}", interest.code);
        let id = self.event_id(statement, &part);
        if let Some(Some(post)) = self.posts_by_event.get(&*id) {
            self.sink.accounts().statements += 1;
            self.sink.accounts().unchanged += 1;
            self.sink.unchanged();
            return Ok(post.clone());
        }
        let term = before.map_or(1, |post| post.term + u32::from(post.is_before(interest)));
        let before = before.filter(|post| post.term == term);
        let from = self.start(interest, before);
        let seen = before.and_then(|post| post.seen);
        let declared = statement.day();
        let end = interest.end.as_deref().filter(|end| !self.open.is_open_end(end)).map(|end| self.rounded(end));
        let to = match end {
            // A post held to the day of the death ends with it.
            Some(end) => Some(end.parse::<VagueDate>().map_or(end, |date| {
                let to = self.ending.to(date.bounds());
                shortest(died.filter(|died| to == Bounds::on(died.next())).map_or(to, Bounds::on))
            })),
            None if statement.status == Status::Closed || interest.is_gone => match before {
                // It is closed again.
                Some(post) if post.has_ended => return Ok(post.clone()),
                _ if declared.is_some_and(|day| from.as_deref().is_some_and(|from| is_from_on(from, day))) => {
                    return self.never_began(statement, interest, id, before);
                }
                _ => Some(between(seen, declared)),
            },
            None => None,
        };
        let has_ended = to.is_some();
        let day = if has_ended { seen } else { declared.or(seen) };
        let key = key_of(&statement.record, interest, term);
        let mut event = self.event(statement, "HeldPost", &part, &key);
        event.insert("person".to_owned(), json!({"id": holder}));
        event.insert("company".to_owned(), json!({"id": company}));
        event.insert("title".to_owned(), interest.title.into());
        event.insert("employment".to_owned(), interest.employment.into());
        event.insert("concurrent".to_owned(), true.into());
        // What was declared later than the post ended is no evidence that it went on.
        let lasts =
            |day: &Day| to.as_deref().is_none_or(|to| is_before(*day, to)) && died.is_none_or(|died| *day < died);
        let begun = |day: &Day| from.as_deref().is_none_or(|from| !is_before(*day, from));
        let fields = [
            ("from", from.clone()),
            ("to", to.clone()),
            ("seen", day.filter(|day| lasts(day) && begun(day)).map(|day| day.to_string())),
        ];
        event.extend(fields.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value?.into()))));
        self.say(statement, event)?;
        let post = Post { event: id.as_str().into(), from, seen: day, has_ended, to, term };
        self.posts_by_event.insert(id.into(), Some(post.clone()));
        Ok(post)
    }

    /// Withdraws a post that is closed before it began.
    fn never_began(
        &mut self,
        statement: &Statement,
        interest: &Interest,
        id: String,
        before: Option<&Post>,
    ) -> Result<Post, AdapterError> {
        match before {
            None => self.sink.accounts().drop_record("a post that is closed before it began"),
            Some(before) => {
                let key = key_of(&statement.record, interest, before.term);
                let mut event = self.event(statement, "EventRetracted", &format!("/{}", interest.code), &key);
                event.insert("event".to_owned(), (&*before.event).into());
                event.insert("reason".to_owned(), "it is closed before it began".into());
                self.say(statement, event)?;
            }
        }
        let term = before.map_or(1, |post| post.term);
        let post = Post { event: id.as_str().into(), from: None, seen: None, has_ended: true, to: None, term };
        self.posts_by_event.insert(id.into(), Some(post.clone()));
        Ok(post)
    }

    /// The start: the earliest that any statement of the record gives, unless this one says that it corrects it. Where none
    /// gives one, it had begun by the day on which it was declared first.
    fn start(&self, interest: &Interest, before: Option<&Post>) -> Option<String> {
        let own = interest
            .start
            .as_deref()
            .filter(|start| !self.open.is_unknown_start(start))
            .map(|start| self.rounded(start));
        let earlier = before.and_then(|post| post.from.clone());
        let (given, declared) = match earlier {
            Some(from) if bounds(&from).is_some_and(|from| from.earliest().is_none()) => (None, Some(from)),
            given => (given, None),
        };
        let declared = declared.or_else(|| Some(shortest(Bounds::until(Some(before?.seen?)))));
        match (own, given) {
            (Some(own), Some(earlier)) if !interest.is_corrected && !starts_before(&own, &earlier) => Some(earlier),
            (Some(own), _) => Some(own),
            (None, given) => given.or(declared),
        }
    }

    /// A date as the map says that it is meant.
    fn rounded(&self, date: &str) -> String {
        let day = date.get(..10).unwrap_or(date);
        match (self.settings.rounded, day.strip_suffix("-01")) {
            (Rounded::No, _) | (_, None) => day.to_owned(),
            (Rounded::Year, Some(month)) => month.strip_suffix("-01").unwrap_or(month).to_owned(),
            (Rounded::Month, Some(month)) => month.to_owned(),
        }
    }
}

/// Some day after the one and not after the other.
fn between(after: Option<Day>, until: Option<Day>) -> String {
    let until = until.or(after.map(Day::next));
    let after = after.map(Day::next).filter(|after| until.is_none_or(|until| *after <= until));
    shortest(Bounds::new(after, until).unwrap_or(Bounds::UNKNOWN))
}

/// Whether a day may be before a vague date.
fn is_before(day: Day, date: &str) -> bool {
    bounds(date).is_none_or(|bounds| bounds.latest().is_none_or(|latest| day < latest))
}

/// Whether a vague date lies on or after a day.
fn is_from_on(date: &str, day: Day) -> bool {
    bounds(date).and_then(Bounds::earliest).is_some_and(|earliest| day <= earliest)
}

fn starts_before(one: &str, other: &str) -> bool {
    let earliest = |date: &str| bounds(date).and_then(Bounds::earliest);
    earliest(one) < earliest(other)
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn an_end_lies_between_two_declarations() {
        let day = |text: &str| text.parse().ok();
        assert_eq!(between(day("2022-09-25"), day("2023-03-03")), "[2022-09-26..2023-03-03]");
        assert_eq!(between(None, day("2023-03-03")), "[..2023-03-03]");
        assert_eq!(between(day("2023-03-03"), day("2023-03-03")), "[..2023-03-03]");
    }
}
