//! What a version withdraws or ends: what it has no more, and what it says to be withdrawn.

use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::{VagueDate, shortest};
use tenure_domain::position::Seq;
use uuid::Uuid;

use super::{Claims, at, over, put_id, time};
use crate::Place;
use crate::adapter::AdapterError;
use crate::adapter::conventions::instant;
use crate::adapter::history::{At, GONE, Gone as GoneKey, Key, NAMESPACE, Step, publisher_of};
use crate::adapter::revisions::{Gone, Version};

/// How many statements may be gone whatever their share is.
const FEW: usize = 10;

impl Claims<'_> {
    /// Ends a version: what lacks something is looked up, and what was there and is there no more is gone.
    pub(in crate::adapter) fn end(&mut self, place: &Place) -> Result<(), AdapterError> {
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
            self.retract(place, &key, &event, (&version, None), "the row is no longer in the table")?;
        }
        Ok(())
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
        let mut source = named.unwrap_or_else(|| json!({"publisher": publisher}));
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
        let step = match own {
            Some(own) => self.history.step_apart(key, GONE, own),
            None => self.history.step(key, GONE, at),
        };
        match step {
            Step::Same | Step::Late => Ok(()),
            Step::New(before) | Step::Again(before) => {
                let apart = own.map(time).or(before).unwrap_or_default();
                let of = format!("{publisher}\n{}\n{GONE:032x}\n{apart}", key.name);
                put_id(&mut retraction, Uuid::new_v5(&NAMESPACE, of.as_bytes()).to_string());
                self.sink.accounts().gone += 1;
                self.checked(place.clone(), "", key, (GONE, at), &retraction)
            }
        }
    }

    /// Withdraws what was said under a key by then. Whether anything ever was.
    pub(in crate::adapter) fn take_back(
        &mut self,
        place: &Place,
        key: &Key<'_>,
        when: Option<String>,
        reason: &str,
    ) -> Result<bool, AdapterError> {
        self.history.see(key)?;
        let own = when.as_deref().and_then(instant).map(Instant::micros);
        let version = when.map_or_else(|| self.version.clone(), |when| Version::of(Some(when)));
        let was_said = self.history.last_at(key).is_some();
        match self.history.event_by(key, at(&version)) {
            Some(event) => self.retract(place, key, &event, (&version, own), reason)?,
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
            if begins_after(&event, day) {
                self.withdraw(place, vec![gone])?;
                continue;
            }
            let ended = Bounds::new(Some(last.next()), day.map(|day| day.max(last.next())));
            event["to"] = shortest(ended.unwrap_or(Bounds::UNKNOWN)).into();
            over::begin_by_sighting(&mut event);
            // An id that begins with the source's own of the statement goes on doing so: by that the event is known.
            let is_named = event["id"].as_str().is_some_and(|id| id.contains('~'));
            for field in ["reported_at", "ingested_at"].into_iter().chain((!is_named).then_some("id")) {
                event.as_object_mut().map(|fields| fields.shift_remove(field));
            }
            let key = Key::new(&gone.publisher, &gone.key, gone.title.as_deref());
            self.sink.accounts().gone += 1;
            let print = self.history.print(&event);
            self.under_key(place.clone(), "", &key, print, event)?;
        }
        Ok(())
    }
}

/// Whether a post surely begins after that day.
fn begins_after(event: &Value, day: Option<Day>) -> bool {
    let from = event["from"].as_str().and_then(|date| date.parse::<VagueDate>().ok());
    from.and_then(|from| from.bounds().earliest()).zip(day).is_some_and(|(from, day)| day <= from)
}
