//! What is wrong with one line of a segment.

use std::fmt;

use tenure_domain::day::Instant;
use tenure_domain::position::Seq;

/// What is wrong with one line of a segment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The line deviates from the layout of a record.
    #[error("not a record of the journal, from column {column} on")]
    NotARecord {
        /// The first byte that does not belong there, counted from 1.
        column: usize,
    },
    /// The line does not end, though another segment follows or records after it are known.
    #[error("the line is cut short")]
    CutShort,
    /// The content does not have the checksum that was written with it.
    #[error("bad checksum: the line says {written:08x}, its content has {computed:08x}")]
    Checksum {
        /// The checksum in the line.
        written: u32,
        /// The checksum of what the line holds.
        computed: u32,
    },
    /// The record is not the one that stands at this place.
    #[error("seq out of sequence: {expected} belongs here, not {found}")]
    OutOfSequence {
        /// The position that follows from the lines before.
        expected: Seq,
        /// The position in the line.
        found: Seq,
    },
    /// The first record of a segment is not the one that the file is named by, or that is due there.
    #[error("the file's name does not fit: {}", Name { named: *named, expected: *expected, found: *found })]
    Misnamed {
        /// The position in the name.
        named: Seq,
        /// The position that belongs there.
        expected: Seq,
        /// The position in the line.
        found: Seq,
    },
    /// The record is stamped earlier than the one before it.
    #[error("recorded_at goes back from {before} to {found}")]
    WentBack {
        /// The stamp of the record before.
        before: Instant,
        /// The stamp in the line.
        found: Instant,
    },
    /// The event has no identity: it was not written by this ledger.
    #[error("the event cannot be identified")]
    Unidentified,
    /// The event's id stands in the journal already.
    #[error("the event's id stands at record {first} already")]
    IdTwice {
        /// Where it stands first.
        first: Seq,
    },
}

/// How the name of a segment does not fit.
struct Name {
    named: Seq,
    expected: Seq,
    found: Seq,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Name { named, expected, found } = self;
        if found == expected {
            return write!(f, "it says {named}, and the first record is {found}, which belongs here");
        }
        write!(f, "{expected} belongs here, and the first record is {found}")
    }
}
