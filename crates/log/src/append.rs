//! What is given to a log, and what becomes of it.

use tenure_domain::position::{EventId, Seq};

use crate::identity::Fingerprint;

/// What to do where there is no journal yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Create {
    /// Begin one, and the directory with it.
    IfMissing,
    /// Say that there is none.
    Never,
}

/// An event to be appended.
#[derive(Debug, Clone, Copy)]
pub struct NewEvent<'a> {
    /// The id, which stands in the journal once.
    pub id: &'a EventId,
    /// What tells whether two events of one id say the same.
    pub fingerprint: Fingerprint,
    /// The event: one JSON object on one line.
    pub event: &'a str,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It now stands at this position.
    Appended(Seq),
    /// The same event stands at this position already; nothing was written.
    Duplicate(Seq),
    /// Another event of that id stands at this position; nothing was written.
    Reused(Seq),
    /// The server of the log takes no message of that length; nothing was written.
    TooLong {
        /// What the message takes, in bytes, with its headers.
        bytes: usize,
        /// What the server takes.
        most: usize,
    },
}
