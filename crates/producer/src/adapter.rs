//! Reads other formats as events.
//!
//! An [`Adapter`] turns what a source publishes (a table, a team page, a dump) into events as a scraper would send
//! them, each with the place in the source from which it comes. What it makes goes the way of every other event: it is
//! checked, given an id where it has none, and appended once, so that a second run of the same source appends
//! nothing. What cannot be mapped is rejected with its place, and the rest goes in.
//!
//! An adapter keeps no state of its own between runs: where it must know what a source said before, it asks the ledger
//! ([`Sink::said_by`]).

mod accounts;
pub mod bods;
mod claims;
mod conventions;
pub mod csv;
mod document;
mod files;
pub mod ftm;
mod history;
mod lines;
pub(crate) mod looks;
mod office;
mod pattern;
pub mod popolo;
mod proposal;
mod records;
mod revisions;
pub mod roster;
mod settings;
mod stint;
mod versions;
pub mod wikidata;

use std::path::{Path, PathBuf};

use serde_json::Value;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_domain::wire::Refusal;
use tenure_log::Log;

pub use self::accounts::Accounts;
pub use self::proposal::propose;
use crate::{Feed, IngestError, Piece, Place, Summary, Watch};

/// A format that can be read as events.
pub trait Adapter {
    /// Reads the inputs and hands on what they claim, in an order that does not depend on the machine.
    fn read(&self, task: &Task<'_>, sink: &mut dyn Sink) -> Result<(), AdapterError>;
}

/// What an adapter is to read.
#[derive(Clone, Copy, Debug)]
pub struct Task<'t> {
    /// The files or directories, as they were named.
    pub inputs: &'t [PathBuf],
    /// How the format's fields map to events, where the format needs to be told.
    pub map: Option<&'t Path>,
    /// The day, or the instant, of which the inputs are a version, where it is named for this run.
    pub version: Option<&'t str>,
}

/// Takes what an adapter finds.
pub trait Sink {
    /// Takes an event: an object as a scraper would send it. `input` is the text from which it comes, for the
    /// reject that it becomes where it is refused.
    fn event(&mut self, place: Place, input: &str, event: &Value) -> Result<(), IngestError>;

    /// Takes what cannot be mapped.
    fn reject(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), IngestError>;

    /// Tells every event that the ledger has of that publisher (where a source names none, its address), oldest
    /// first, what this run found included.
    fn said_by(&mut self, publisher: &str, tell: &mut dyn FnMut(Said)) -> Result<(), IngestError>;

    /// Tells every event that the ledger has with a key of its source, oldest first, what this run found included. Where
    /// only those of one publisher are wanted, others may be left out.
    fn said_under_keys(&mut self, by: Option<&str>, tell: &mut dyn FnMut(Said)) -> Result<(), IngestError>;

    /// The time, which dates the reading of a version that is read again.
    fn now(&self) -> Instant;

    /// A statement says what the ledger has of it already.
    fn unchanged(&mut self);

    /// What became of the records and fields so far.
    fn accounts(&mut self) -> &mut Accounts;

    /// So many bytes of all inputs are read.
    fn passed(&mut self, bytes: u64);
}

/// An event that the ledger has.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Its position.
    pub seq: Seq,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// The event, its `id` included.
    pub event: Value,
}

/// Why a source could not be read to its end. What was appended before stays, and another run is harmless.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The map, or the way in which the inputs were named, cannot be used. Nothing was appended.
    #[error("{file}: {problem}")]
    Unusable {
        /// The map or the input.
        file: String,
        /// What is wrong, and where.
        problem: String,
        /// What to do about it.
        hint: String,
    },
    /// What it found cannot be appended, or an input cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
}

/// Appends what an adapter finds to the log.
pub fn adapt(
    adapter: &dyn Adapter,
    task: &Task<'_>,
    log: &mut dyn Log,
    watch: &mut dyn Watch,
) -> Result<Summary, AdapterError> {
    let mut feed = Feed::new(log, watch).map_err(IngestError::from)?;
    let read = adapter.read(task, &mut feed);
    // What was found before the reading failed goes in nevertheless.
    let settled = feed.settle(None);
    feed.watch.accounted(&feed.accounts);
    read?;
    settled?;
    Ok(feed.end()?)
}

impl Sink for Feed<'_> {
    fn event(&mut self, place: Place, input: &str, event: &Value) -> Result<(), IngestError> {
        let event = Ok(Some(event.to_string().into_bytes()));
        self.take(Piece { place, input: excerpt(input), event }, None)
    }

    fn reject(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), IngestError> {
        self.take(Piece { place, input: excerpt(input), event: Err(refusal) }, None)
    }

    fn said_by(&mut self, publisher: &str, tell: &mut dyn FnMut(Said)) -> Result<(), IngestError> {
        self.settle(None)?;
        for record in self.log.records(Seq::ZERO)? {
            let record = record?;
            let Ok(event) = serde_json::from_str::<Value>(&record.event) else { continue };
            let source = &event["source"];
            let says = [source, &source["publisher"], &source["url"]].into_iter().find_map(Value::as_str);
            if says == Some(publisher) {
                tell(Said { seq: record.seq, recorded_at: record.recorded_at, event });
            }
        }
        Ok(())
    }

    fn said_under_keys(&mut self, by: Option<&str>, tell: &mut dyn FnMut(Said)) -> Result<(), IngestError> {
        self.settle(None)?;
        // To look for a name in a text takes a small part of the time that it takes to read the text as JSON.
        let name = by.map(|by| Value::from(by).to_string());
        for record in self.log.records(Seq::ZERO)? {
            let record = record?;
            let names = |name: &String| record.event.contains(name.as_str()) || record.event.contains("\\u");
            if record.event.contains("\"key\"")
                && name.as_ref().is_none_or(names)
                && let Ok(event) = serde_json::from_str::<Value>(&record.event)
            {
                tell(Said { seq: record.seq, recorded_at: record.recorded_at, event });
            }
        }
        Ok(())
    }

    fn now(&self) -> Instant {
        self.watch.now()
    }

    fn unchanged(&mut self) {
        self.summary.duplicate += 1;
    }

    fn accounts(&mut self) -> &mut Accounts {
        &mut self.accounts
    }

    fn passed(&mut self, bytes: u64) {
        self.watch.passed(bytes);
    }
}

fn excerpt(input: &str) -> Vec<u8> {
    input.as_bytes()[..input.len().min(crate::INPUT_BYTES)].to_vec()
}
