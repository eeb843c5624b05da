//! Where events go that come with a request: into the log of the ledger that is asked, or onto the stream that it follows.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tenure_domain::day::Instant;
use tenure_ledger::clock::now;
use tenure_ledger::{ApplyError, SharedLedger, with_causes};
use tenure_log::{Log, LogError, Stream};
use tenure_producer::{IngestError, Reject, Summary, Watch, ingest};
use tenure_serve::Exit;

/// How many rejects are told one by one; the rest is counted.
const REJECTS: usize = 1_000;

/// Where events go that come by HTTP.
pub enum Inlet {
    /// Into the log of the ledger that is served.
    Ledger,
    /// Onto the stream that the ledger follows.
    Stream(Box<Mutex<Stream>>),
}

/// Why it is not known what became of events.
#[derive(Debug, thiserror::Error)]
pub enum InletError {
    /// They could not be appended.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// They are in the log, and cannot be answered.
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

/// What became of the events of a request.
pub struct Taken {
    summary: Summary,
    rejects: Vec<Value>,
    /// Why it ended early.
    failure: Option<LogError>,
}

impl Taken {
    /// How the request failed; none where what was good in it is in the log.
    pub fn exit(&self) -> Option<Exit> {
        let Summary { appended, duplicate, rejected, .. } = self.summary;
        match &self.failure {
            Some(_) => Some(Exit::Unreachable),
            None if rejected > 0 && appended + duplicate == 0 => Some(Exit::Rejected),
            None => None,
        }
    }

    /// The counts, the last position and the first rejects; where the request failed also why, as an error is told.
    pub fn json(&self) -> Value {
        let Summary { appended, duplicate, rejected, unsent, .. } = self.summary;
        let mut json = json!({
            "appended": appended, "duplicate": duplicate, "rejected": rejected, "seq": self.summary.seq(),
            "rejects": self.rejects,
        });
        if let Some(exit) = self.exit() {
            let (error, hint) = match &self.failure {
                Some(failure) => (with_causes(failure), AGAIN),
                None => ("no event was taken".to_owned(), "`rejects` says why, event by event"),
            };
            json["error"] = error.into();
            json["hint"] = hint.into();
            json["exit"] = (exit as u8).into();
        }
        if self.failure.is_some() {
            json["unsent"] = unsent.into();
        }
        json
    }
}

/// What to do where it is not known what became of events.
pub(crate) const AGAIN: &str = "send the same events again: what was taken is not taken twice";

/// The rejects of a request.
#[derive(Default)]
struct Rejects(Vec<Value>);

impl Watch for Rejects {
    fn now(&self) -> Instant {
        now()
    }

    fn rejected(&mut self, reject: &Reject) -> std::io::Result<()> {
        if self.0.len() < REJECTS {
            self.0.push(reject.to_json());
        }
        Ok(())
    }

    fn passed(&mut self, _bytes: u64) {}
}

impl Inlet {
    /// Appends the events of a text. When this returns they are in the log, and where that is the ledger's own also
    /// answered.
    pub(crate) fn take(&self, ledger: &SharedLedger, body: &[u8]) -> Result<Taken, InletError> {
        match self {
            Inlet::Ledger => into_ledger(ledger, body),
            Inlet::Stream(stream) => into_log(&mut *stream.lock().unwrap_or_else(PoisonError::into_inner), body),
        }
    }
}

/// Appends the events of a text to a ledger, and has them answered.
fn into_ledger(ledger: &SharedLedger, text: &[u8]) -> Result<Taken, InletError> {
    let mut rejects = Rejects::default();
    let fed = ingest(&mut ledger.log(), "body", &mut &*text, &mut rejects);
    ledger.apply_or_rebuild()?;
    taken(fed, rejects)
}

/// Appends the events of a text to a log. The service that follows the log takes them in from there.
pub fn into_log(log: &mut dyn Log, text: &[u8]) -> Result<Taken, InletError> {
    let mut rejects = Rejects::default();
    let fed = ingest(log, "body", &mut &*text, &mut rejects);
    taken(fed, rejects)
}

fn taken(fed: Result<Summary, IngestError>, Rejects(rejects): Rejects) -> Result<Taken, InletError> {
    match fed {
        Ok(summary) => Ok(Taken { summary, rejects, failure: None }),
        Err(IngestError::Unsent { summary, source } | IngestError::Stopped { summary, source }) => {
            Ok(Taken { summary, rejects, failure: Some(*source) })
        }
        // It took nothing from the first on: nothing was read.
        Err(IngestError::Log(source)) => Ok(Taken { summary: Summary::default(), rejects, failure: Some(source) }),
        // What is no text is one reject, as a line that is no event would be.
        Err(IngestError::Binary { file, binary }) => {
            let (reason, hint) = (binary.to_string(), binary.hint().to_owned());
            let reject = Reject { file, line: 1, column: None, reason, hint, input: String::new() };
            let summary = Summary { rejected: 1, ..Summary::default() };
            Ok(Taken { summary, rejects: vec![reject.to_json()], failure: None })
        }
        Err(error @ (IngestError::Input { .. } | IngestError::Rejects(_) | IngestError::NotSetAside(_))) => {
            Err(error.into())
        }
    }
}
