//! What rows claim, as events of the source that the map names.

use std::sync::Arc;

use tenure_domain::wire::{Json, Object};

use super::map::{Map, MapSource};
use super::sequence::Sequences;
use super::{AdapterError, Misfit};
use crate::Place;
use crate::adapter::Sink;
use crate::adapter::claims::{Lack, Rules, Statement, WITHDRAWN};
use crate::adapter::history::{Key, KnownBy, publisher_of};
use crate::adapter::revisions::Version;

/// What a row can say of its source by itself.
const OF_ROWS: [(&str, &str); 3] =
    [("url", "source.url"), ("quote", "source.quote"), ("publisher", "source.publisher")];

/// Takes claims of rows.
pub(super) struct Claims<'c> {
    inner: crate::adapter::claims::Claims<'c>,
    source: &'c MapSource,
    /// By which name the ledger knows the source, where rows say nothing of it by themselves.
    publisher: Arc<str>,
    /// The rows of the version that follow each other.
    pub(super) sequences: Sequences,
}

/// A row, or several, from which a claim comes.
#[derive(Clone, Copy)]
pub(super) struct Origin<'o> {
    pub(super) file: &'o Arc<str>,
    pub(super) line: u64,
    pub(super) input: &'o str,
    /// The table's name in the source, where the map gives it one.
    pub(super) title: Option<&'o str>,
    /// The path to the row, in a document whose lines are not known.
    pub(super) at: Option<&'o str>,
}

impl Origin<'_> {
    fn place(&self, column: Option<Arc<str>>) -> Place {
        let column = match (self.at, column) {
            (Some(at), Some(column)) => Some(format!("{at}, {column}").into()),
            (Some(at), None) => Some(at.into()),
            (None, column) => column,
        };
        Place { file: self.file.clone(), line: self.line, column }
    }
}

impl<'c> Claims<'c> {
    pub(super) fn new(
        map: &'c Map,
        titles: Option<&[&str]>,
        sink: &'c mut dyn Sink,
    ) -> Result<Claims<'c>, AdapterError> {
        let source = &map.source;
        // Rows may say for themselves who publishes them.
        let of_rows = |field: &str| map.stints.iter().any(|stints| stints.has(field));
        let is_of_rows = of_rows("source.publisher") || (source.publisher.is_none() && of_rows("source.url"));
        let own = source.publisher.as_deref().or(source.url.as_deref()).filter(|_| !is_of_rows);
        let is_ours = |event: &Json<'_>, _: &str| {
            let title = event["source"]["title"].as_str();
            let is_table = |titles: &[&str]| title.map_or(titles.is_empty(), |title| titles.contains(&title));
            titles.is_none_or(is_table) && own.is_none_or(|own| publisher_of(&event["source"]) == own)
        };
        let attributed = Json::Object(attributed(source, None, None));
        let publisher = Arc::from(publisher_of(&attributed));
        let rules = Rules {
            strict: map.revisions.is_some() && map.files.values().all(|decl| decl.each.is_none()),
            dated_apart: map.stints.iter().any(|stints| stints.has("reported_at")),
            known_by: if map.stints.iter().all(|stints| stints.key.is_some()) {
                KnownBy::Key
            } else {
                KnownBy::KeyOrContent
            },
            by_list: map.stints.iter().any(|stints| stints.list.is_some()),
            source: Some(attributed),
            ..Rules::of(&map.conventions, map.revisions.as_ref())
        };
        let inner = crate::adapter::claims::Claims::new(sink, rules, own, &is_ours)?;
        Ok(Claims { inner, source, publisher, sequences: Sequences::default() })
    }

    /// Begins a version.
    pub(super) fn begin(&mut self, version: Version) {
        self.inner.begin(version);
    }

    /// What the rows are taken into.
    pub(super) fn of_source(&mut self) -> &mut crate::adapter::claims::Claims<'c> {
        &mut self.inner
    }

    /// By which name the ledger knows the source of a row, with what the row says of it by itself.
    pub(super) fn publisher(&self, own: Object<'_>) -> Arc<str> {
        if own.is_empty() {
            return self.publisher.clone();
        }
        let mut source = Json::Object(attributed(self.source, None, None));
        for (field, own) in own {
            source.set(field, own);
        }
        Arc::from(publisher_of(&source))
    }

    /// Rejects a row. What its publisher said under its key, where these are known, stands.
    pub(super) fn reject(
        &mut self,
        from: Origin<'_>,
        key: Option<(&str, &str)>,
        misfit: Misfit,
    ) -> Result<(), AdapterError> {
        let key = key.map(|(publisher, key)| Key::new(publisher, key, from.title));
        self.inner.reject(from.place(misfit.column), from.input, key.as_ref(), misfit.refusal)
    }

    /// Takes a claim. What of it is absent from the inputs is as an earlier version told it.
    pub(super) fn say(
        &mut self,
        from: Origin<'_>,
        key: Option<&str>,
        mut event: Json<'static>,
        absent: Vec<(&'static str, Misfit)>,
    ) -> Result<(), AdapterError> {
        let mut source = Json::Object(attributed(self.source, key, from.title));
        for (field, of_row) in OF_ROWS {
            if let Some(own) = event.take(of_row) {
                source.set(field, own);
            }
        }
        event.set("source", source);
        // What one row has that is in none of the inputs is missed once.
        let mut lacks: Vec<Lack> = Vec::new();
        for (field, Misfit { column, refusal, .. }) in absent {
            let column = from.place(column).column.as_deref().map(str::to_owned);
            if let Some(lack) = lacks.iter_mut().find(|lack| lack.column == column && lack.refusal == refusal) {
                lack.fields.push(field);
            } else {
                lacks.push(Lack { fields: vec![field], column, refusal, rest_stands: false });
            }
        }
        let (place, input) = (from.place(None), from.input.to_owned());
        self.inner.say(Statement { place, input, event, lacks })
    }

    /// Withdraws what a publisher said under a key, as reported then.
    pub(super) fn take_back(
        &mut self,
        from: Origin<'_>,
        (publisher, key): (&str, &str),
        at: Option<String>,
    ) -> Result<(), AdapterError> {
        let key = Key::new(publisher, key, from.title);
        if !self.inner.take_back(&from.place(None), &key, at, WITHDRAWN)? {
            self.inner.accounts().drop_record("withdrawn, and never said here");
        }
        Ok(())
    }

    /// Ends the run: it failed where a version was probably cut off.
    pub(super) fn close(self) -> Result<(), AdapterError> {
        self.inner.close()
    }

    /// Ends a version: what was there and is there no more is gone.
    pub(super) fn end(&mut self, file: &Arc<str>) -> Result<(), AdapterError> {
        self.inner.end(&Place { file: file.clone(), line: 1, column: None })
    }
}

fn attributed(of: &MapSource, key: Option<&str>, title: Option<&str>) -> Object<'static> {
    let fields = [
        ("url", of.url.as_deref()),
        ("publisher", of.publisher.as_deref()),
        ("key", key),
        ("title", title),
        ("lang", of.lang.as_deref()),
    ];
    fields.into_iter().filter_map(|(field, value)| Some((field.into(), value?.to_owned().into()))).collect()
}
