//! What answers would be if some events were appended: found out in memory, with nothing written.
//!
//! The log is read as it is, without its lock, with the events behind it as if it had recorded them. Such a log is read
//! twice: up to its own end, and whole. How the two answer is compared (see [`tenure_query::effects`]).
//!
//! Deliberately not here: who decides on what is found, and the appending.

use std::collections::HashMap;

use tenure_answers::Effects;
use tenure_domain::day::Instant;
use tenure_domain::event::Event;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::view::View;
use tenure_domain::wire::{Submission, read_stored};
use tenure_log::identify;
use tenure_log::{
    Create, Digest, Journal, Log, LogError, LogIdentity, NewEvent, Outcome, OwnedRecord, PassedOver, RecordsOf, Stream,
};
use tenure_projector::{Arrival, Loaded, load_blocks_and, load_records};
use tenure_query::Inquiry;
use tenure_query::effects::effects;

use crate::failure::{Exit, Failure};
use crate::global::Global;
use tenure_ledger::clock::now;
use tenure_ledger::journal_to_read;

/// How many events that are not appended are kept to look at what they would change.
const MOST_EVENTS: usize = 20_000;

/// How far retractions and corrections are followed to the claims that they are about.
const MOST_LINKS: usize = 64;

/// Where the log lies.
enum LogBackend {
    /// There is none yet.
    Nowhere,
    /// In the data directory.
    Journal(Box<Journal>),
    /// On a server.
    Stream(Box<Stream>),
}

/// A ledger that is looked at, and the events that might come to it.
pub(crate) struct Rehearsal {
    place: LogBackend,
    head: Seq,
    last_recorded_at: Option<Instant>,
}

/// Whether there must be a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// One that is missing counts as empty.
    Empty,
    /// One that is missing is a failure.
    Fails,
}

impl Rehearsal {
    /// Opens the ledger that is asked for, to read it.
    pub(crate) fn open(global: &Global, missing: Missing) -> Result<Rehearsal, Failure> {
        let (place, head, last_recorded_at) = match crate::nats::url(global) {
            None => match journal_to_read(&global.data) {
                Ok(journal) => {
                    let (head, last) = (journal.head(), journal.last_recorded_at());
                    (LogBackend::Journal(Box::new(journal)), head, last)
                }
                Err(LogError::NoJournal { .. }) if missing == Missing::Empty => (LogBackend::Nowhere, Seq::ZERO, None),
                Err(error) => return Err(error.into()),
            },
            Some(url) => {
                let mut stream = crate::nats::open(&global.nats, url, Create::Never, global.timeout)?;
                let head = Log::head(&mut stream)?;
                (LogBackend::Stream(Box::new(stream)), head, None)
            }
        };
        Ok(Rehearsal { place, head, last_recorded_at })
    }

    /// The last position of the log.
    pub(crate) fn head(&self) -> Seq {
        self.head
    }

    /// The log in memory, with these events behind it.
    pub(crate) fn load(&mut self, events: &[Submission]) -> Result<Loaded, Failure> {
        let recorded_at = self.last_recorded_at.map_or(now(), |last| last.max(now()));
        let mut seq = self.head;
        let mut arrivals = Vec::with_capacity(events.len());
        for event in events {
            seq = seq.next();
            arrivals.push(Arrival { seq, recorded_at, event: read_stored(&event.json, recorded_at)? });
        }
        Ok(match &mut self.place {
            LogBackend::Nowhere => load_records(Box::new(std::iter::empty()), arrivals)?,
            LogBackend::Journal(journal) => {
                load_blocks_and(journal.blocks(Seq::ZERO.next()), journal.head(), arrivals, |_| {})?
            }
            LogBackend::Stream(stream) => load_records(Log::records(&mut **stream, Seq::ZERO)?, arrivals)?,
        })
    }

    /// An event of the log as it stands there.
    pub(crate) fn text(&self, seq: Seq) -> Result<(Instant, String), Failure> {
        match &self.place {
            LogBackend::Nowhere => Err(Failure::new(Exit::NotFound, "there is no ledger yet")),
            LogBackend::Journal(journal) => {
                let record = journal.read(seq)?;
                let text = PassedOver::payload(&record.event).unwrap_or(record.event);
                Ok((record.recorded_at, text))
            }
            LogBackend::Stream(stream) => {
                let message = stream.read(seq, None)?;
                let text = String::from_utf8(message.payload.to_vec()).map_err(anyhow::Error::from)?;
                Ok((message.recorded_at, text))
            }
        }
    }

    /// What these events would change, asked on a day, and shown in a language where one is asked for.
    pub(crate) fn effects(&mut self, global: &Global, events: &[Submission]) -> Result<Effects, Failure> {
        let loaded = self.load(events)?;
        // An erasure counts at every clock, so that a log with one answers otherwise also up to where it was before.
        let without = if loaded.archive.has_erasures() { Some(self.load(&[])?) } else { None };
        let archive = without.as_ref().map_or(&loaded.archive, |without| &without.archive);
        let before = Reading::new(archive, &Basis { recorded: Some(self.head), ..Basis::default() });
        let after = Reading::new(&loaded.archive, &Basis::default());
        let at = crate::asking::day_asked(global)?;
        let inquiry = |view| Inquiry { lang: global.lang.as_deref(), ..Inquiry::of(view, at) };
        let named = self.with_targets(&loaded, events)?;
        Ok(effects(&inquiry(&before as &dyn View), &inquiry(&after as &dyn View), &named)?)
    }

    /// The events, and all that they retract or correct, directly or by way of others.
    fn with_targets(&self, loaded: &Loaded, events: &[Submission]) -> Result<Vec<Event>, Failure> {
        let mut arrived: HashMap<&str, &Submission> = events.iter().map(|event| (event.id.as_str(), event)).collect();
        let mut named = Vec::new();
        for event in events {
            let mut next = Some(event.id.clone());
            for _ in 0..MOST_LINKS {
                let Some(id) = next.take() else { break };
                let read = match arrived.remove(id.as_str()) {
                    Some(new) => read_stored(&new.json, now())?,
                    None => match loaded.archive.entry(&id).filter(|entry| !entry.is_withheld()) {
                        Some(entry) if entry.seq <= self.head => {
                            let (recorded_at, text) = self.text(entry.seq)?;
                            read_stored(&text, recorded_at)?
                        }
                        Some(_) | None => break,
                    },
                };
                next = read.retracts().or(read.corrects.as_ref()).cloned();
                named.push(read);
            }
        }
        Ok(named)
    }
}

/// A log that takes nothing, and tells what one would have taken.
pub(crate) struct Rehearsed {
    /// The ledger that it stands for.
    pub(crate) rehearsal: Rehearsal,
    /// By id, what was taken so far and stands in no log, with its position and fingerprint.
    taken: HashMap<EventId, (Seq, [u8; 16])>,
    /// The first of these.
    pub(crate) first: Vec<Submission>,
    /// The ids of a stream, once they were needed.
    on_stream: Option<HashMap<EventId, (Seq, [u8; 16])>>,
    next: Seq,
}

impl Rehearsed {
    /// A log in place of that one.
    pub(crate) fn new(rehearsal: Rehearsal) -> Rehearsed {
        let next = rehearsal.head;
        Rehearsed { rehearsal, taken: HashMap::new(), first: Vec::new(), on_stream: None, next }
    }

    /// Whether more was taken than is kept.
    pub(crate) fn is_cut(&self) -> bool {
        self.taken.len() > self.first.len()
    }

    fn outcome(&mut self, entry: &NewEvent<'_>) -> Result<Outcome, LogError> {
        let standing = match &mut self.rehearsal.place {
            LogBackend::Nowhere => None,
            LogBackend::Journal(journal) => journal.would_be(entry)?,
            LogBackend::Stream(stream) => {
                if self.on_stream.is_none() {
                    self.on_stream = Some(ids(stream)?);
                }
                let known = self.on_stream.as_ref().and_then(|known| known.get(entry.id));
                known.map(|known| judged(*known, entry))
            }
        };
        if let Some(outcome) = standing.or_else(|| self.taken.get(entry.id).map(|known| judged(*known, entry))) {
            return Ok(outcome);
        }
        self.next = self.next.next();
        self.taken.insert(entry.id.clone(), (self.next, entry.fingerprint));
        if self.first.len() < MOST_EVENTS
            && let Ok(event) = Submission::read(entry.event.as_bytes())
        {
            self.first.push(event);
        }
        Ok(Outcome::Appended(self.next))
    }
}

/// What was taken beyond a head: it is there for what asks what the ledger has, an importer that goes on with a source.
fn taken(first: &[Submission], head: Seq) -> impl Iterator<Item = Result<OwnedRecord, LogError>> {
    let recorded_at = now();
    first.iter().zip(head.next().number()..).map(move |(event, seq)| {
        Ok(OwnedRecord { seq: Seq::new(seq), recorded_at, event: event.json.clone(), bytes: event.json.len() })
    })
}

/// What an event is to one that stands there under its id.
fn judged((seq, fingerprint): (Seq, [u8; 16]), entry: &NewEvent<'_>) -> Outcome {
    if fingerprint == entry.fingerprint { Outcome::Duplicate(seq) } else { Outcome::Reused(seq) }
}

/// What the events of a stream are known by.
fn ids(stream: &mut Stream) -> Result<HashMap<EventId, (Seq, [u8; 16])>, LogError> {
    let mut known = HashMap::new();
    for record in Log::records(stream, Seq::ZERO)? {
        let record = record?;
        if let Some(identity) = identify(&record.event) {
            known.insert(identity.id, (record.seq, identity.fingerprint));
        }
    }
    Ok(known)
}

impl Log for Rehearsed {
    fn identity(&self) -> LogIdentity {
        match &self.rehearsal.place {
            LogBackend::Nowhere => LogIdentity::Journal { dir: std::path::PathBuf::new() },
            LogBackend::Journal(journal) => Log::identity(&**journal),
            LogBackend::Stream(stream) => Log::identity(&**stream),
        }
    }

    fn head(&mut self) -> Result<Seq, LogError> {
        Ok(self.next)
    }

    fn append(&mut self, batch: &[NewEvent<'_>], _now: Instant) -> Result<Vec<Outcome>, LogError> {
        batch.iter().map(|entry| self.outcome(entry)).collect()
    }

    fn append_copies(&mut self, batch: &[(NewEvent<'_>, Instant)]) -> Result<Vec<Outcome>, LogError> {
        batch.iter().map(|(entry, _)| self.outcome(entry)).collect()
    }

    fn records(&mut self, from: Seq) -> Result<RecordsOf<'_>, LogError> {
        self.records_with(from, &[String::new()])
    }

    fn records_with(&mut self, from: Seq, texts: &[String]) -> Result<RecordsOf<'_>, LogError> {
        let taken = taken(&self.first, self.rehearsal.head);
        let taken = taken.filter(move |record| record.as_ref().map_or(true, |record| record.seq >= from));
        match &mut self.rehearsal.place {
            LogBackend::Nowhere => Ok(Box::new(taken)),
            LogBackend::Journal(journal) => Ok(Box::new(journal.records_with(from, texts)?.chain(taken))),
            LogBackend::Stream(stream) => Ok(Box::new(stream.records_with(from, texts)?.chain(taken))),
        }
    }

    fn records_at<'l>(&'l mut self, positions: &'l [Seq]) -> Result<RecordsOf<'l>, LogError> {
        let taken = taken(&self.first, self.rehearsal.head);
        let is_asked = |record: &Result<OwnedRecord, LogError>| {
            record.as_ref().map_or(true, |record| positions.binary_search(&record.seq).is_ok())
        };
        let taken = taken.filter(is_asked);
        match &mut self.rehearsal.place {
            LogBackend::Nowhere => Ok(Box::new(taken)),
            LogBackend::Journal(journal) => Ok(Box::new(journal.records_at(positions)?.chain(taken))),
            LogBackend::Stream(stream) => Ok(Box::new(stream.records_at(positions)?.chain(taken))),
        }
    }

    fn digest(&mut self) -> Result<Digest, LogError> {
        Ok(Digest::EMPTY)
    }

    fn close(self: Box<Self>) -> Result<(), LogError> {
        Ok(())
    }
}
