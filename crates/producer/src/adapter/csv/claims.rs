//! Takes what a version of the tables claims, and hands on what the ledger has not been told.

use std::sync::Arc;

use serde_json::{Map as Object, Value};
use tenure_domain::wire::{Refusal, Submission};

use super::history::{At, GONE, History, NOW, Print, Step, instant, print};
use super::map::{Map, Source};
use super::{AdapterError, IngestError, Misfit};
use crate::Place;
use crate::adapter::Sink;

/// How many rows may be gone whatever their share is.
const FEW: usize = 10;

/// Takes claims.
pub(super) struct Claims<'c> {
    sink: &'c mut dyn Sink,
    source: &'c Source,
    /// What was claimed before, where versions follow each other.
    history: Option<History>,
    reported_at: Option<String>,
    /// Whether a row was so broken that its key is not known, and so not whether another one is gone.
    unreadable: bool,
}

/// A row, or several, from which a claim comes.
#[derive(Clone, Copy)]
pub(super) struct Origin<'o> {
    pub(super) file: &'o Arc<str>,
    pub(super) line: u64,
    pub(super) input: &'o str,
    /// The table's name in the source, where the map gives it one.
    pub(super) title: Option<&'o str>,
}

impl Origin<'_> {
    fn place(&self, column: Option<Arc<str>>) -> Place {
        Place { file: self.file.clone(), line: self.line, column }
    }
}

impl<'c> Claims<'c> {
    pub(super) fn new(map: &'c Map, titles: &[&str], sink: &'c mut dyn Sink) -> Result<Claims<'c>, IngestError> {
        let source = &map.source;
        let history = match map.revisions {
            None => None,
            Some(_) => Some(History::load(sink, source, titles)?),
        };
        Ok(Claims { sink, source, history, reported_at: None, unreadable: false })
    }

    /// Begins a version, reported then; without a date: when it is read.
    pub(super) fn begin(&mut self, reported_at: Option<String>) {
        let at: At = reported_at.as_deref().and_then(instant).map_or(NOW, tenure_domain::day::Instant::micros);
        self.reported_at = reported_at;
        self.unreadable = false;
        if let Some(history) = &mut self.history {
            history.begin(at);
        }
    }

    /// Rows could not be read: what is not seen in this version may be there all the same.
    pub(super) fn doubt(&mut self) {
        self.unreadable = true;
    }

    pub(super) fn passed(&mut self, bytes: u64) {
        self.sink.passed(bytes);
    }

    /// Rejects a row. What was said under its key, where it has one, stands.
    pub(super) fn reject(&mut self, from: Origin<'_>, key: Option<&str>, misfit: Misfit) -> Result<(), IngestError> {
        match (&mut self.history, key) {
            (None, _) => {}
            (Some(_), None) => self.doubt(),
            (Some(history), Some(key)) => {
                history.see(key);
            }
        }
        self.sink.reject(from.place(misfit.column), from.input, misfit.refusal)
    }

    /// Takes a claim.
    pub(super) fn say(
        &mut self,
        from: Origin<'_>,
        key: Option<&str>,
        event: Object<String, Value>,
    ) -> Result<(), AdapterError> {
        let Some((history, key)) = self.history.as_mut().zip(key) else {
            let event = self.whole(None, key, from.title, event);
            return Ok(self.sink.event(from.place(None), from.input, &event)?);
        };
        if !history.see(key) {
            let refusal = Refusal {
                reason: format!("another row before it has the key `{key}`"),
                hint: "a key names one row: is this the column of ids?".to_owned(),
            };
            return Ok(self.sink.reject(from.place(None), from.input, refusal)?);
        }
        let print = print(&event);
        self.follow(from, key, print, event)
    }

    /// Takes what is said under a key, if it is anything new.
    fn follow(
        &mut self,
        from: Origin<'_>,
        key: &str,
        print: Print,
        event: Object<String, Value>,
    ) -> Result<(), AdapterError> {
        let Some(history) = &mut self.history else { return Ok(()) };
        match history.step(publisher(self.source), key, print) {
            Step::Same => Ok(()),
            Step::Late => Err(AdapterError::Unusable {
                file: from.file.to_string(),
                problem: format!(
                    "line {} says something else than the ledger has of `{key}` from the same day or a later version",
                    from.line
                ),
                hint: "versions go in from the oldest to the newest, each with the tables that it was read with \
                       before; what is in stays"
                    .to_owned(),
            }),
            Step::New(id) => {
                let event = self.whole(Some(id.to_string()), Some(key), from.title, event);
                // What the log would refuse must not count as said.
                if let Err(refusal) = Submission::read(event.to_string().as_bytes()) {
                    self.sink.reject(from.place(None), from.input, refusal)?;
                    return Ok(());
                }
                if let Some(history) = &mut self.history {
                    history.take(key, from.title, print, id);
                }
                self.sink.event(from.place(None), from.input, &event)?;
                Ok(())
            }
        }
    }

    /// Ends a version: what was there and is there no more is retracted.
    pub(super) fn end(&mut self, from: Origin<'_>, map: &Map) -> Result<(), AdapterError> {
        let Some(history) = &self.history else { return Ok(()) };
        let (gone, lived) = history.gone();
        if gone.is_empty() || self.unreadable {
            return Ok(());
        }
        if gone.len() > FEW && gone.len() * 2 > lived && !map.revisions.as_ref().is_some_and(|r| r.may_shrink) {
            return Err(AdapterError::Unusable {
                file: from.file.to_string(),
                problem: format!("of {lived} rows that the ledger has, {} are not there", gone.len()),
                hint: "is the table whole? If it is, write may_shrink = true under [revisions]; \
                       what it says is in, and nothing is retracted"
                    .to_owned(),
            });
        }
        for gone in gone {
            let mut event = Object::new();
            event.insert("type".to_owned(), "EventRetracted".into());
            event.insert("event".to_owned(), gone.event.to_string().into());
            event.insert("reason".to_owned(), "the row is no longer in the table".into());
            self.follow(Origin { title: Some(&gone.title), ..from }, &gone.key, GONE, event)?;
        }
        Ok(())
    }

    /// Adds what is the same for every claim of the version.
    fn whole(
        &self,
        id: Option<String>,
        key: Option<&str>,
        title: Option<&str>,
        mut event: Object<String, Value>,
    ) -> Value {
        let Source { publisher, url, lang } = self.source;
        let mut source = Object::new();
        let mut put = |field: &str, value: Option<&str>| {
            source.extend(value.map(|value| (field.to_owned(), value.into())));
        };
        put("url", url.as_deref());
        put("publisher", publisher.as_deref());
        put("key", key);
        put("title", title);
        put("lang", lang.as_deref());
        for field in ["url", "quote"] {
            if let Some(own) = event.shift_remove(&format!("source.{field}")) {
                source.insert(field.to_owned(), own);
            }
        }
        if let Some(at) = &self.reported_at
            && !event.contains_key("reported_at")
        {
            event.insert("reported_at".to_owned(), at.as_str().into());
        }
        event.insert("source".to_owned(), Value::Object(source));
        let id = id.map(|id| ("id".to_owned(), Value::String(id)));
        let (first, rest): (Vec<_>, Vec<_>) = event.into_iter().partition(|(field, _)| field == "type");
        Value::Object(first.into_iter().chain(id).chain(rest).collect())
    }
}

/// By which name the ledger knows a source.
pub(super) fn publisher(source: &Source) -> &str {
    source.publisher.as_deref().or(source.url.as_deref()).unwrap_or_default()
}
