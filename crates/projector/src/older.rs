//! Older events, read one by one.

use tenure_domain::day::Instant;
use tenure_domain::event::Event;
use tenure_domain::position::Seq;
use tenure_domain::view::ViewError;
use tenure_domain::wire::read_stored;
use tenure_log::{Journal, LogError, PassedOver};

use crate::error::StoreError;

/// Why the store and the log do not tell of older events.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The store does not read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReadError> for ViewError {
    fn from(error: ReadError) -> ViewError {
        match error {
            ReadError::Log(error) => ViewError::Log(error.into()),
            ReadError::Store(error) => error.into(),
        }
    }
}

/// An event of the log, and when it was recorded; none where there is none that this version reads.
pub fn event_at(journal: &Journal, seq: Seq) -> Result<Option<(Instant, Event)>, LogError> {
    Ok(sized_at(journal, seq)?.map(|(recorded_at, event, _)| (recorded_at, event)))
}

/// The same, with how many bytes the event has.
pub(crate) fn sized_at(journal: &Journal, seq: Seq) -> Result<Option<(Instant, Event, usize)>, LogError> {
    if seq == Seq::ZERO || seq > journal.head() {
        return Ok(None);
    }
    let record = journal.read(seq)?;
    // An older version may not have taken it for one.
    let text = PassedOver::payload(&record.event).unwrap_or(record.event);
    Ok(read_stored(&text, record.recorded_at).ok().map(|event| (record.recorded_at, event, text.len())))
}
