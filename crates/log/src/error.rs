//! What can be wrong with a journal, and what is told about it without being wrong.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use tenure_domain::day::Instant;
use tenure_domain::position::{EventId, Seq};

/// Why the journal could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The directory holds no journal, and none was to be created.
    #[error("{} holds no journal", dir.display())]
    NoJournal {
        /// The directory.
        dir: PathBuf,
    },
    /// Another process has the journal open.
    #[error("{} is in use by {}", dir.display(), Holder(*holder))]
    InUse {
        /// The directory.
        dir: PathBuf,
        /// The process that holds the journal; `None` in the moment before it has said so.
        holder: Option<u32>,
    },
    /// A line of the journal is damaged.
    #[error("{}:{line}: {damage}", file.display())]
    Damaged {
        /// The segment file.
        file: PathBuf,
        /// The line in it; the first is 1.
        line: u64,
        /// What is wrong there.
        damage: Damage,
    },
    /// Records are missing before a segment: a file between two others, or the first one, is gone.
    #[error("{}: the segment that holds record {missing} is missing before this one", file.display())]
    SegmentMissing {
        /// The segment file after the gap.
        file: PathBuf,
        /// The first position of the gap.
        missing: Seq,
    },
    /// A `.ndjson` file is in the directory whose name is no position.
    #[error("{}: a segment is named by its first position, 20 digits", file.display())]
    NotASegment {
        /// The file.
        file: PathBuf,
    },
    /// The index says something else than the journal. It is only a cache: without it, the journal opens.
    #[error("{}: does not fit the journal at record {seq}; delete this file and open the journal again", file.display())]
    IndexUnfit {
        /// The index file.
        file: PathBuf,
        /// The first record that differs.
        seq: Seq,
    },
    /// No record has this position.
    #[error("there is no record {seq}: the head of the journal is {head}")]
    NoSuchRecord {
        /// The position asked for.
        seq: Seq,
        /// The last position that there is.
        head: Seq,
    },
    /// An entry's event is not one JSON object on one line. Nothing of its batch was written.
    #[error("event {id} is not one JSON object on one line")]
    NotOneObject {
        /// The entry's id.
        id: EventId,
    },
}

impl LogError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> LogError + '_ {
        move |source| LogError::Io { path: path.to_owned(), source }
    }
}

struct Holder(Option<u32>);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(pid) => write!(f, "process {pid}"),
            None => f.write_str("another process"),
        }
    }
}

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
    #[error("the file's name does not fit: {expected} belongs here, and the first record is {found}")]
    Misnamed {
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
    /// The event has no identity: whoever wrote it was not this ledger.
    #[error("the event cannot be identified")]
    Unidentified,
    /// The event's id stands in the journal already.
    #[error("the event's id stands at record {first} already")]
    IdTwice {
        /// Where it stands first.
        first: Seq,
    },
}

/// What the caller should know of how a journal was found, though it is not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The last segment ended in a line without its end, left by a write that was cut off; it was removed.
    TornTail {
        /// The segment file.
        file: PathBuf,
        /// How many bytes were cut off.
        bytes: u64,
    },
    /// The index knew of later records than the journal holds: the journal has lost its end since, by a
    /// hand or by the restoring of an older copy.
    EndLost {
        /// The last position that the index knew.
        known: Seq,
        /// The last position that the journal holds.
        head: Seq,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::TornTail { file, bytes } => {
                write!(f, "{}: cut off {bytes} bytes of a last line that was never finished", file.display())
            }
            Notice::EndLost { known, head } => {
                write!(f, "the journal ends at record {head}, but once held {known} records")
            }
        }
    }
}
