//! Reads other formats as events.
//!
//! An [`Adapter`] turns what a source publishes (a table, a team page, a dump) into events as a scraper would send
//! them, each with the place in the source from which it comes. What it makes goes the way of every other event: it is
//! checked, given an id where it has none, and appended once, so that a second run of the same source appends
//! nothing. What cannot be mapped is rejected with its place, and the rest goes in.
//!
//! An adapter keeps no state of its own between runs: where it must know what a source said before, it asks the ledger
//! ([`Sink::said`]).

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
mod period;
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

use tenure_domain::day::Instant;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::wire::{Json, Refusal, Submission, tree};
use tenure_log::Log;

pub use self::accounts::Accounts;
pub use self::proposal::{propose, unfilled};
use crate::{Feed, IngestError, Piece, PieceEvent, Place, Summary, Watch};

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
    fn event(&mut self, place: Place, input: &str, event: Json<'static>) -> Result<(), IngestError>;

    /// Reads an event as [`Sink::event`] has it read, and takes it where it is one: then its id is told.
    fn read_event(&mut self, place: Place, input: &str, event: &Json<'_>) -> Result<Option<EventId>, IngestError>;

    /// Takes what cannot be mapped.
    fn reject(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), IngestError>;

    /// Tells the events that the ledger has from that position on, oldest first, what this run found included: at least
    /// all that are asked for.
    fn said(&mut self, of: Asked<'_>, from: Seq, tell: &mut dyn FnMut(&Said<'_>)) -> Result<(), IngestError>;

    /// Tells of the events of the ledger those that stand at these positions, which are sorted.
    fn said_at(&mut self, positions: &[Seq], tell: &mut dyn FnMut(&Said<'_>)) -> Result<(), IngestError>;

    /// The time, which dates the reading of a version that is read again.
    fn now(&self) -> Instant;

    /// A statement says what the ledger has of it already.
    fn unchanged(&mut self);

    /// What became of the records and fields so far.
    fn accounts(&mut self) -> &mut Accounts;

    /// So many bytes of all inputs are read.
    fn passed(&mut self, bytes: u64);
}

/// Which events of the ledger an adapter asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    /// Those of a publisher; of sources that name none, those of that address.
    Publisher(&'a str),
    /// Those that have a key of their source.
    Keyed,
    /// Those of every source.
    All,
}

impl<'a> Asked<'a> {
    /// Those of the publisher of all statements, where they have one, else those that have a key.
    #[must_use]
    pub fn of(publisher: Option<&'a str>) -> Asked<'a> {
        publisher.map_or(Asked::Keyed, Asked::Publisher)
    }
}

/// An event that the ledger has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<'s> {
    /// Its position.
    pub seq: Seq,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// The event as the log stores it, its `id` included.
    pub text: &'s str,
}

impl Said<'_> {
    /// The event as JSON; null where it is none.
    #[must_use]
    pub fn event(&self) -> Json<'_> {
        tree(self.text)
    }
}

/// Why a source could not be read to its end. What was appended before stays, and another run is harmless.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The map, the way in which the inputs were named, or what they say cannot be used.
    #[error("{file}: {problem}")]
    Unusable {
        /// The map or the input.
        file: String,
        /// What is wrong, and where.
        problem: String,
        /// What to do about it.
        hint: String,
    },
    /// That showed when some of the inputs were in already.
    #[error("{source}")]
    Midway {
        /// What became of the events until then.
        summary: Summary,
        /// What is wrong.
        source: Box<AdapterError>,
    },
    /// What it found cannot be appended, or an input cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
}

impl AdapterError {
    /// What became of the events until then, where that is known.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        match self {
            AdapterError::Midway { summary, .. } | AdapterError::Ingest(IngestError::Unsent { summary, .. }) => {
                Some(*summary)
            }
            AdapterError::Unusable { .. }
            | AdapterError::Ingest(
                IngestError::Input { .. }
                | IngestError::Binary { .. }
                | IngestError::Log(_)
                | IngestError::Stopped { .. }
                | IngestError::Rejects(_)
                | IngestError::NotSetAside(_),
            ) => None,
        }
    }
}

/// Appends what an adapter finds to the log.
pub fn adapt(
    adapter: &dyn Adapter,
    task: &Task<'_>,
    log: &mut dyn Log,
    watch: &mut dyn Watch,
) -> Result<Summary, AdapterError> {
    task.inputs.iter().try_for_each(|input| files::refuse_binary(input))?;
    let mut feed = Feed::new(log, watch).map_err(IngestError::from)?;
    let read = adapter.read(task, &mut feed);
    // What was found before the reading failed goes in nevertheless.
    let settled = feed.settle(None);
    feed.watch.accounted(&feed.accounts);
    let summary = feed.summary;
    let is_begun = summary.appended + summary.duplicate + summary.rejected > 0;
    read.map_err(|error| match error {
        AdapterError::Unusable { .. } if is_begun => AdapterError::Midway { summary, source: Box::new(error) },
        AdapterError::Unusable { .. } | AdapterError::Midway { .. } | AdapterError::Ingest(_) => error,
    })?;
    settled?;
    Ok(feed.end()?)
}

impl Sink for Feed<'_> {
    fn event(&mut self, place: Place, input: &str, event: Json<'static>) -> Result<(), IngestError> {
        self.take(Piece { place, input: excerpt(input), event: PieceEvent::Made(event) }, None)
    }

    fn read_event(&mut self, place: Place, input: &str, event: &Json<'_>) -> Result<Option<EventId>, IngestError> {
        let (event, id) = match Submission::made(event.by_ref(), Some(self.arrival())) {
            Ok(submission) => {
                let id = submission.id.clone();
                (PieceEvent::Read(Box::new(submission)), Some(id))
            }
            Err(refusal) => (PieceEvent::Refused(refusal), None),
        };
        self.take(Piece { place, input: excerpt(input), event }, None)?;
        Ok(id)
    }

    fn reject(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), IngestError> {
        self.take(Piece { place, input: excerpt(input), event: PieceEvent::Refused(refusal) }, None)
    }

    fn said(&mut self, of: Asked<'_>, from: Seq, tell: &mut dyn FnMut(&Said<'_>)) -> Result<(), IngestError> {
        self.settle(None)?;
        // To look for a name in a text takes a small part of the time that it takes to read the text as JSON. A stream can
        // have it with escapes.
        let texts = match of {
            Asked::Publisher(by) => vec![serde_json::Value::from(by).to_string(), "\\u".to_owned(), "\\/".to_owned()],
            Asked::Keyed => vec!["\"key\"".to_owned()],
            Asked::All => vec![String::new()],
        };
        for record in self.log.records_with(from, &texts)? {
            let record = record?;
            tell(&Said { seq: record.seq, recorded_at: record.recorded_at, text: &record.event });
        }
        Ok(())
    }

    fn said_at(&mut self, positions: &[Seq], tell: &mut dyn FnMut(&Said<'_>)) -> Result<(), IngestError> {
        self.settle(None)?;
        for record in self.log.records_at(positions)? {
            let record = record?;
            tell(&Said { seq: record.seq, recorded_at: record.recorded_at, text: &record.event });
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
