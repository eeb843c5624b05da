//! What a version withdraws or ends: what it has no more, and what it says to be withdrawn.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::shortest;
use tenure_domain::name_id::name_id;
use tenure_domain::wire::Json;

use super::recall::Recalled;
use super::{Claims, Reception, at, over, put_id, retrieved, time, too_late};
use crate::Place;
use crate::adapter::AdapterError;
use crate::adapter::conventions::instant;
use crate::adapter::history::{
    At, GONE, Gone as GoneKey, Key, KeyedEvent, NAMESPACE, Standing, Step, dates, publisher_of,
};
use crate::adapter::revisions::{Gone, Version};

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
        let rules = self.rules.of_trails();
        gone.retain(|gone| !rules.ends || gone.standing != Standing::EndedByVersion);
        let is_whole = |title: &str| self.whole.contains(title);
        if self.rules.by_list {
            gone.retain(|gone| gone.title.as_deref().is_some_and(is_whole));
        }
        let lost = gone.iter().filter(|gone| rules.can_lose(gone.standing)).count();
        if self.rules.by_list {
            lived = lost + self.history.seen(&is_whole);
        }
        if gone.is_empty() || self.unreadable || !self.rules.is_complete() {
            // Of a file without a date it is not known that it is a later version of anything.
            if self.version.text.is_some() {
                self.sink.accounts().missing += gone.len() as u64;
            }
            return Ok(());
        }
        let may_shrink = self.rules.revisions.as_ref().is_some_and(|revisions| revisions.may_shrink);
        if lost > FEW && lost * 2 > lived && !may_shrink {
            // Later versions go in as they would one by one.
            self.cut_off.get_or_insert_with(|| AdapterError::Unusable {
                file: place.file.to_string(),
                problem: format!("of {lived} rows that the ledger has, {lost} are not there"),
                hint: "is the table whole? If it is, write may_shrink = true under [revisions]; \
                       what it says is in, and nothing is retracted"
                    .to_owned(),
            });
            return Ok(());
        }
        match self.rules.gone() {
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
        let events: Vec<KeyedEvent> = overtaken.iter().map(|(event, _)| event.clone()).collect();
        let mut recalled = self.recall(&events)?;
        for (said, known) in overtaken {
            let Some(Recalled { mut event, at }) = recalled.remove(&said.id) else { continue };
            known.put(&mut event);
            if event["reported_at"].is_null() {
                event.set("reported_at", at.to_string());
            }
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
            Some(said) => self.retract(place, key, &said.id, (&version, own), reason)?,
            None => self.history.take(key, GONE, at(&version), "", &Json::Null),
        }
        Ok(was_said)
    }

    /// Ends the posts that are gone, between the version that had them last and this one. What a record that is there says
    /// no more is withdrawn; what else is gone stays, and is counted.
    fn conclude(&mut self, place: &Place, gone: Vec<GoneKey>) -> Result<(), AdapterError> {
        let day = self.version.day().unwrap_or_else(|| self.sink.now().day());
        let midnight = Instant::midnight(day);
        let is_of_day = |gone: &GoneKey| day <= self.history.day_of(gone.at);
        let can_end = |gone: &GoneKey| match gone.standing {
            Standing::Open => true,
            Standing::Ended => is_of_day(gone),
            Standing::Aside | Standing::EndedByVersion => false,
        };
        let (open, others): (Vec<GoneKey>, Vec<GoneKey>) = gone.into_iter().partition(can_end);
        for gone in others {
            if gone.standing == Standing::Aside && self.history.has_record_of(&gone.key()) {
                self.withdraw(place, &gone)?;
            } else {
                self.sink.accounts().missing += 1;
            }
        }
        let before = |gone: &GoneKey| self.history.event_before(&gone.key(), midnight.micros());
        let before: Vec<Option<KeyedEvent>> = open.iter().map(before).collect();
        let events: Vec<KeyedEvent> = before.iter().flatten().cloned().collect();
        let mut recalled = self.recall(&events)?;
        for (gone, before) in open.into_iter().zip(before) {
            let before = match before.map(|before| recalled.remove(&before.id)) {
                // What the ledger does not have cannot be ended.
                Some(None) => continue,
                before => before.flatten(),
            };
            // What the day itself said first is corrected: what was said before it counts.
            let Some(Recalled { mut event, at }) = before.filter(|before| !begins_after(&before.event, day)) else {
                self.withdraw(place, &gone)?;
                continue;
            };
            if event["to"].is_null() {
                let said_in = self.version.like(at.day());
                if over::is_undated(&event) && event["from"].is_null() {
                    event.set("seen", said_in.to_string());
                }
                let last = dates(&event, "seen").and_then(Bounds::earliest).unwrap_or(said_in.first);
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
}

/// Whether a post surely begins after that day.
fn begins_after(event: &Json<'_>, day: Day) -> bool {
    dates(event, "from").and_then(Bounds::earliest).is_some_and(|from| day <= from)
}
