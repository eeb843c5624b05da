//! Where events go that come by HTTP: into the log of the ledger that is served, or onto the stream that it follows.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tenure_domain::day::Instant;
use tenure_ledger::clock::now;
use tenure_ledger::{Applied, SharedLedger, with_causes};
use tenure_log::Stream;
use tenure_producer::{IngestError, Reject, Summary, Watch, ingest};

/// How many rejects are told one by one; the rest is counted.
const REJECTS: usize = 1_000;

/// Where events go that come by HTTP.
pub enum Inlet {
    /// Into the log of the ledger that is served, which nobody else writes.
    Ledger(Mutex<()>),
    /// Onto the stream that the ledger follows.
    Stream(Box<Mutex<Stream>>),
}

/// What became of the events of a request.
pub(crate) struct Taken {
    pub(crate) summary: Summary,
    pub(crate) rejects: Rejects,
    /// Why it ended early.
    pub(crate) failure: Option<String>,
}

/// The rejects of a request.
#[derive(Default)]
pub(crate) struct Rejects {
    pub(crate) told: Vec<Value>,
}

impl Watch for Rejects {
    fn now(&self) -> Instant {
        now()
    }

    fn rejected(&mut self, reject: &Reject) -> std::io::Result<()> {
        if self.told.len() < REJECTS {
            self.told.push(reject.to_json());
        }
        Ok(())
    }

    fn passed(&mut self, _bytes: u64) {}
}

impl Inlet {
    /// Appends the events of a text. When this returns they are in the log, and where that is the ledger's own also
    /// answered.
    pub(crate) fn take(&self, held: &SharedLedger, body: &[u8]) -> Result<Taken, String> {
        let mut rejects = Rejects::default();
        let fed = match self {
            Inlet::Ledger(turn) => {
                let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
                let fed = held.write(|journal| ingest(journal, "body", &mut &*body, &mut rejects));
                if let (Applied::Unfit(_), _) = held.apply().map_err(|error| with_causes(&error))? {
                    held.rebuild(&|_| {}).map_err(|error| with_causes(&error))?;
                }
                fed
            }
            Inlet::Stream(stream) => {
                let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                ingest(&mut *stream, "body", &mut &*body, &mut rejects)
            }
        };
        match fed {
            Ok(summary) => Ok(Taken { summary, rejects, failure: None }),
            Err(IngestError::Unsent { summary, source } | IngestError::Stopped { summary, source }) => {
                Ok(Taken { summary, rejects, failure: Some(with_causes(&source)) })
            }
            Err(error) => Err(with_causes(&error)),
        }
    }
}
