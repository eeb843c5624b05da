//! What a version withdraws or ends: what it has no more, and what it says to be withdrawn.

use rustc_hash::FxHashMap;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::shortest;
use tenure_domain::name_id::name_id;
use tenure_domain::position::Seq;
use tenure_domain::wire::Json;

use super::{Claims, Reception, at, over, put_id, retrieved, time, too_late};
use crate::Place;
use crate::adapter::conventions::instant;
use crate::adapter::history::{At, GONE, Gone as GoneKey, Key, NAMESPACE, Step, publisher_of};
use crate::adapter::revisions::{Gone, Version};
use crate::adapter::{AdapterError, Asked};

/// How many statements may be gone whatever their share is.
const FEW: usize = 10;

impl Claims<'_> {
    /// Ends a version: what lacks something is looked up, and what was there and is there no more is gone.
    pub(in crate::adapter) fn end(&mut self, place: &Place) -> Result<(), AdapterError> {
        self.look_up()?;
        self.overtake(place)?;
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
            // Later versions go in as they would one by one.
            self.cut_off.get_or_insert_with(|| AdapterError::Unusable {
                file: place.file.to_string(),
                problem: format!("of {lived} rows that the ledger has, {} are not there", gone.len()),
                hint: "is the table whole? If it is, write may_shrink = true under [revisions]; \
                       what it says is in, and nothing is retracted"
                    .to_owned(),
            });
            return Ok(());
        }
        match how {
            Gone::Withdrawn => gone.into_iter().try_for_each(|gone| self.withdraw(place, &gone)),
            Gone::Ended => self.conclude(place, gone),
        }
    }

    /// Ends the run: it failed where a version was probably cut off.
    pub(in crate::adapter) fn close(self) -> Result<(), AdapterError> {
        self.cut_off.map_or(Ok(()), Err)
    }

    /// Restates what is told of later times than what came after it, as it would have been in order: with what was known
    /// before.
    fn overtake(&mut self, place: &Place) -> Result<(), AdapterError> {
        let overtaken = self.history.overtaken();
        if overtaken.is_empty() {
            return Ok(());
        }
        let mut found = Vec::new();
        self.sink.said(Asked::of(self.publisher.as_deref()), Seq::ZERO, &mut |said| {
            let mut event = said.event();
            if let Some(known) = event["id"].as_str().and_then(|id| overtaken.get(id)) {
                known.put(&mut event);
                if event["reported_at"].is_null() {
                    event.set("reported_at", said.recorded_at.to_string());
                }
                found.push(event.into_owned());
            }
        })?;
        for mut event in found {
            over::begin_by_sighting(&mut event);
            let at = self.told(&event);
            self.say_again(place, event, at)?;
        }
        Ok(())
    }

    /// Says under its key what an event of the ledger says otherwise now, at its own time or that of the version.
    fn say_again(
        &mut self,
        place: &Place,
        mut event: Json<'static>,
        own: Option<At>,
    ) -> Result<Reception, AdapterError> {
        // An id that begins with the source's own of the statement goes on doing so: by that the event is known.
        let is_named = event["id"].as_str().is_some_and(|id| id.contains('~'));
        for field in ["ingested_at"].into_iter().chain((!is_named).then_some("id")) {
            event.take(field);
        }
        let source = event["source"].clone();
        let key = Key::new(publisher_of(&source), source["key"].as_str().unwrap_or_default(), source["title"].as_str());
        let print = self.history.print(&event);
        let Some(at) = own else { return self.after_last(place.clone(), "", &key, (print, own), event) };
        let step = self.history.step_again(&key, print, at);
        self.stepped(place.clone(), "", &key, (step, print, own, at), event)
    }

    fn withdraw(&mut self, place: &Place, gone: &GoneKey) -> Result<(), AdapterError> {
        let version = self.version.clone();
        self.retract(place, &gone.key(), &gone.event, (&version, None), "the row is no longer in the table")
    }

    /// Says that a statement is withdrawn, in that version, or at a time of its own.
    fn retract(
        &mut self,
        place: &Place,
        key: &Key<'_>,
        event: &str,
        (version, own): (&Version, Option<At>),
        reason: &str,
    ) -> Result<(), AdapterError> {
        let publisher = key.publisher;
        let named = self.rules.source.clone().filter(|source| publisher_of(source) == publisher);
        let mut source = named.unwrap_or_else(|| Json::object([("publisher", publisher.to_owned().into())]));
        source.set("key", key.name.to_owned());
        if let Some(title) = key.title {
            source.set("title", title.to_owned());
        }
        let mut retraction = Json::object([
            ("type", "EventRetracted".into()),
            ("event", event.to_owned().into()),
            ("reason", reason.to_owned().into()),
        ]);
        if let Some(at) = &version.text {
            retraction.set("reported_at", at.clone());
        }
        retraction.set("source", source);
        let at = at(version);
        let step = match own {
            Some(own) => self.history.step_apart(key, GONE, own),
            None => self.history.step(key, GONE, at),
        };
        let before = match step {
            Step::Same => return Ok(()),
            Step::Late => return Err(too_late(place, key)),
            Step::New(before) => before,
            Step::Again(before) => {
                retrieved(&mut retraction, self.sink.now());
                before
            }
        };
        let apart = own.map(time).or(before).unwrap_or_default();
        let of = format!("{publisher}\n{}\n{GONE:032x}\n{apart}", key.name);
        put_id(&mut retraction, name_id(&NAMESPACE, of.as_bytes()).to_string());
        self.sink.accounts().gone += 1;
        self.checked(place.clone(), "", key, (GONE, at), retraction).map(drop)
    }

    /// Withdraws what was said under a key by then. Whether anything ever was.
    pub(in crate::adapter) fn take_back(
        &mut self,
        place: &Place,
        key: &Key<'_>,
        when: Option<String>,
        reason: &str,
    ) -> Result<bool, AdapterError> {
        self.meet(key)?;
        let own = when.as_deref().and_then(instant).map(Instant::micros);
        let version = when.map_or_else(|| self.version.clone(), |when| Version::of(Some(when), self.sink.now().day()));
        let was_said = self.history.last_at(key).is_some();
        match self.history.event_by(key, at(&version)) {
            Some(event) => self.retract(place, key, &event, (&version, own), reason)?,
            None => self.history.take(key, GONE, at(&version), "", &Json::Null),
        }
        Ok(was_said)
    }

    /// Ends the posts that are gone, between the version that had them last and this one. What a record that is there says
    /// no more is withdrawn; what else is gone stays, and is counted.
    fn conclude(&mut self, place: &Place, gone: Vec<GoneKey>) -> Result<(), AdapterError> {
        let day = self.version.day().unwrap_or_else(|| self.sink.now().day());
        for Former { gone, last, before } in self.former(gone, day)? {
            let Some(last) = last else { continue };
            if last.event["type"] != "HeldPost" {
                if self.history.has_record_of(&gone.key()) {
                    self.withdraw(place, &gone)?;
                } else {
                    self.sink.accounts().missing += 1;
                }
                continue;
            }
            if last.is_ended_by_version() {
                continue;
            }
            let is_of_day = day <= last.day;
            if !last.event["to"].is_null() && !is_of_day {
                self.sink.accounts().missing += 1;
                continue;
            }
            // What the day itself said first is corrected: what was said before it counts.
            let Some(Remembered { mut event, day: said_on }) =
                before.filter(|before| !begins_after(&before.event, day))
            else {
                self.withdraw(place, &gone)?;
                continue;
            };
            if event["to"].is_null() {
                let said_in = self.version.like(said_on);
                if over::is_undated(&event) && event["from"].is_null() {
                    event.set("seen", said_in.to_string());
                }
                let last = over::dates(&event, "seen").and_then(Bounds::earliest).unwrap_or(said_in.first);
                let ended = Bounds::new(Some(last.next()), Some(day.max(last.next())));
                event.set("to", shortest(ended.unwrap_or(Bounds::UNKNOWN)));
                over::begin_by_sighting(&mut event);
            }
            event.take("reported_at");
            let reception = self.say_again(place, event, None)?;
            self.sink.accounts().gone += u64::from(reception == Reception::New);
        }
        Ok(())
    }

    /// What the ledger has of keys that are gone.
    fn former(&mut self, gone: Vec<GoneKey>, day: Day) -> Result<Vec<Former>, AdapterError> {
        let midnight = Instant::midnight(day);
        let mut wanted: FxHashMap<Box<str>, usize> = FxHashMap::default();
        for (place, gone) in gone.iter().enumerate() {
            wanted.insert(gone.event.clone(), place);
            let before = self.history.event_before(&gone.key(), midnight.micros());
            wanted.extend(before.map(|before| (before, place)));
        }
        let mut former: Vec<Former> = gone.into_iter().map(Former::of).collect();
        self.sink.said(Asked::of(self.publisher.as_deref()), Seq::ZERO, &mut |said| {
            let event = said.event();
            let id = event["id"].as_str().unwrap_or_default();
            let Some(former) = wanted.get(id).map(|place| &mut former[*place]) else { return };
            let at = event["reported_at"].as_str().and_then(instant).unwrap_or(said.recorded_at);
            let is_last = *former.gone.event == *id;
            let remembered = Remembered { event: event.into_owned(), day: at.day() };
            if is_last {
                former.last = Some(remembered.clone());
            }
            if at < midnight {
                former.before = Some(remembered);
            }
        })?;
        Ok(former)
    }
}

/// A statement that is gone, as the ledger has it.
struct Former {
    gone: GoneKey,
    /// What was said last.
    last: Option<Remembered>,
    /// What was said last before the day of the version.
    before: Option<Remembered>,
}

impl Former {
    fn of(gone: GoneKey) -> Former {
        Former { gone, last: None, before: None }
    }
}

/// An event of the ledger, and the day on which it was reported.
#[derive(Clone)]
struct Remembered {
    event: Json<'static>,
    day: Day,
}

impl Remembered {
    /// Whether a version ended it that did not have it: between the last that did and its own day.
    fn is_ended_by_version(&self) -> bool {
        let Some(to) = over::dates(&self.event, "to") else { return false };
        let is_of_version = |latest: Day| to.earliest().is_some_and(|earliest| latest == self.day.max(earliest));
        to.latest().is_some_and(is_of_version) && (to.single().is_none() || !self.event["seen"].is_null())
    }
}

/// Whether a post surely begins after that day.
fn begins_after(event: &Json<'_>, day: Day) -> bool {
    over::dates(event, "from").and_then(Bounds::earliest).is_some_and(|from| day <= from)
}
