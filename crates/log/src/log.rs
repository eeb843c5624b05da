//! What every log can do, wherever it lies.

use std::fmt;

use tenure_domain::day::Instant;
use tenure_domain::plain_text::shown_path;
use tenure_domain::position::Seq;

use crate::append::{NewEvent, Outcome};
use crate::digest::Digest;
use crate::error::LogError;
use crate::journal::Journal;
use crate::record::OwnedRecord;

/// What tells one log from another of the same place and name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LogIdentity {
    /// A journal is what its directory holds.
    Journal {
        /// The directory.
        dir: std::path::PathBuf,
    },
    /// A stream of a NATS server.
    Stream {
        /// Its name.
        name: String,
        /// When it was created, as the server writes it (RFC 3339): one that was deleted and made again has another.
        created: String,
    },
}

impl fmt::Display for LogIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogIdentity::Journal { dir } => write!(f, "journal {}", shown_path(dir)),
            LogIdentity::Stream { name, created } => write!(f, "stream {name} of {created}"),
        }
    }
}

/// The records of a log, in order. After an error there are no more.
pub type RecordsOf<'l> = Box<dyn Iterator<Item = Result<OwnedRecord, LogError>> + 'l>;

/// An append-only log of events.
///
/// What holds for each: what is acknowledged stays, positions grow, stamps never go back, and of events with one id a
/// reader sees the first. The journal keeps an id once; a stream can hold copies and other messages, which readers
/// pass over (see [`Distinct`](crate::Distinct)), so its positions can have gaps for them.
pub trait Log: Send {
    /// Which log it is.
    fn identity(&self) -> LogIdentity;

    /// Whether it stands in for a log that was not reached: it acknowledges nothing, and has no head.
    fn stands_in(&self) -> bool {
        false
    }

    /// The last position now; [`Seq::ZERO`] of an empty log.
    fn head(&mut self) -> Result<Seq, LogError>;

    /// Appends the entries that are new, stamped with `now` or later, and tells of each what became of it. When this
    /// returns `Ok`, all are acknowledged. A stream can fail in the middle, and then says which are
    /// ([`LogError::Unacknowledged`]).
    fn append(&mut self, batch: &[NewEvent<'_>], now: Instant) -> Result<Vec<Outcome>, LogError>;

    /// When the last event was recorded, where the log says so before anything is appended: what is appended bears no
    /// earlier stamp.
    fn last_recorded_at(&mut self) -> Option<Instant> {
        None
    }

    /// Appends entries of another log, each with the stamp that it has there; a stamp before the last one here, or
    /// later than the server's clock, gives way.
    fn append_copies(&mut self, batch: &[(NewEvent<'_>, Instant)]) -> Result<Vec<Outcome>, LogError>;

    /// The events from a position on, up to the head as it is now, each once.
    fn records(&mut self, from: Seq) -> Result<RecordsOf<'_>, LogError>;

    /// Of the events from a position on at least those that hold one of the texts. What is passed over is not checked.
    fn records_with(&mut self, from: Seq, _texts: &[String]) -> Result<RecordsOf<'_>, LogError> {
        self.records(from)
    }

    /// The events at these positions, which are sorted, as far as there are any.
    fn records_at<'l>(&'l mut self, positions: &'l [Seq]) -> Result<RecordsOf<'l>, LogError> {
        let Some(first) = positions.first() else { return Ok(Box::new(std::iter::empty())) };
        let is_asked = |record: &Result<OwnedRecord, _>| {
            record.as_ref().map_or(true, |record| positions.binary_search(&record.seq).is_ok())
        };
        Ok(Box::new(self.records(*first)?.filter(is_asked)))
    }

    /// The digest over all events, each once: equal in two logs that hold the same events in the same order.
    fn digest(&mut self) -> Result<Digest, LogError>;

    /// Makes sure that what was acknowledged stays, and lets go of the log.
    fn close(self: Box<Self>) -> Result<(), LogError>;
}

impl Log for Journal {
    fn identity(&self) -> LogIdentity {
        LogIdentity::Journal { dir: self.dir().to_owned() }
    }

    fn head(&mut self) -> Result<Seq, LogError> {
        Ok(Journal::head(self))
    }

    fn append(&mut self, batch: &[NewEvent<'_>], now: Instant) -> Result<Vec<Outcome>, LogError> {
        Journal::append(self, batch, now)
    }

    fn last_recorded_at(&mut self) -> Option<Instant> {
        Journal::last_recorded_at(self)
    }

    fn append_copies(&mut self, batch: &[(NewEvent<'_>, Instant)]) -> Result<Vec<Outcome>, LogError> {
        Journal::append_copies(self, batch)
    }

    fn records(&mut self, from: Seq) -> Result<RecordsOf<'_>, LogError> {
        Ok(Box::new(self.scan(from)))
    }

    fn records_with(&mut self, from: Seq, texts: &[String]) -> Result<RecordsOf<'_>, LogError> {
        Ok(Box::new(self.search(from, texts)))
    }

    fn records_at<'l>(&'l mut self, positions: &'l [Seq]) -> Result<RecordsOf<'l>, LogError> {
        let head = Journal::head(self);
        let there = positions.iter().filter(move |position| (Seq::ZERO.next()..=head).contains(*position));
        Ok(Box::new(there.map(|position| self.read(*position))))
    }

    fn digest(&mut self) -> Result<Digest, LogError> {
        Ok(Journal::digest(self))
    }

    /// Every batch was synced when it was acknowledged: there is nothing left to do.
    fn close(self: Box<Self>) -> Result<(), LogError> {
        Ok(())
    }
}
