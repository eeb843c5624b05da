//! What can be wrong with a journal, and what is told about it without being wrong.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use tenure_domain::plain_text::shown_path;
use tenure_domain::position::{EventId, Seq};

use crate::append::Outcome;
use crate::damage::Damage;
use crate::digest::Digest;
use crate::stream_name::StreamName;
use crate::unfit_setting::UnfitSetting;

/// Why the log could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file system refused.
    #[error("{}: {source}", shown_path(path))]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The directory holds no journal, and none was to be created.
    #[error("{} holds no journal", shown_path(dir))]
    NoJournal {
        /// The directory.
        dir: PathBuf,
    },
    /// Another process has the journal open.
    #[error("{} is in use by {}", shown_path(dir), Holder(*holder))]
    InUse {
        /// The directory.
        dir: PathBuf,
        /// The process that holds the journal; `None` in the moment before it has said so.
        holder: Option<u32>,
    },
    /// A file of the journal was removed or replaced while this process wrote to it: another process may write there
    /// now. What was being appended is not acknowledged.
    #[error("{}: removed or replaced while this process had it", shown_path(path))]
    Displaced {
        /// The file.
        path: PathBuf,
    },
    /// A link or a directory lies where a file of the journal belongs.
    #[error("{} is no plain file", shown_path(path))]
    NotAFile {
        /// The file.
        path: PathBuf,
    },
    /// The journal was opened to be read, or cannot be written.
    #[error("{} is only read", shown_path(dir))]
    ReadOnly {
        /// The directory.
        dir: PathBuf,
    },
    /// The journal follows a stream, and what does not come from there has no place in it.
    #[error("{} holds the copy of a stream, which takes events from there alone", shown_path(dir))]
    IsACopy {
        /// The directory of the ledger.
        dir: PathBuf,
    },
    /// A line of the journal is damaged.
    #[error("{}:{line}: {damage}", shown_path(file))]
    Damaged {
        /// The segment file.
        file: PathBuf,
        /// The line in it; the first is 1.
        line: u64,
        /// What is wrong there.
        damage: Damage,
    },
    /// Records are missing before a segment: a file between two others, or the first one, is gone.
    #[error("{}: the segment that holds record {missing} is missing before this one", shown_path(file))]
    SegmentMissing {
        /// The segment file after the gap.
        file: PathBuf,
        /// The first position of the gap.
        missing: Seq,
    },
    /// A `.ndjson` file is in the directory whose name is no position.
    #[error("{}: a segment is named by its first position, 20 digits", shown_path(file))]
    NotASegment {
        /// The file.
        file: PathBuf,
    },
    /// The journal ends before a record that it once held: a file was removed or cut, or an older copy put in its place.
    #[error(
        "{}: the journal ends at record {head}, but once held {known}, by {witness}: {} lost",
        shown_path(dir), Records(*head, *known)
    )]
    EndLost {
        /// The directory.
        dir: PathBuf,
        /// The last position that the journal holds.
        head: Seq,
        /// The last position that it once held.
        known: Seq,
        /// What knows of it.
        witness: Witness,
    },
    /// The index or the head record says something else than the journal. Both can be made of the journal, but they may
    /// also be the one witness of what it held.
    #[error("{}: does not fit the journal at record {seq}: one of the two was changed ({digests})", shown_path(file))]
    Unfit {
        /// The file that says something else.
        file: PathBuf,
        /// The first record that differs, as far as that is known.
        seq: Seq,
        /// What both say of it.
        digests: Box<Digests>,
    },
    /// No record has this position.
    #[error("there is no record {seq}: the head of the log is {head}")]
    NoSuchRecord {
        /// The position asked for.
        seq: Seq,
        /// The last position that there is.
        head: Seq,
    },
    /// The text is no address of a NATS server. It is shown without what may be a login.
    #[error("`{url}` is not the address of a NATS server")]
    NotAnAddress {
        /// The text, as far as it is no secret.
        url: String,
    },
    /// No thread can be had for the connection.
    #[error("no thread can be started for the connection to NATS")]
    NoRuntime {
        /// What the system said.
        source: io::Error,
    },
    /// The server cannot be reached, or stopped answering.
    #[error("{server}: {reason}")]
    Unreachable {
        /// The server.
        server: String,
        /// What happened, and for how long it was tried.
        reason: String,
    },
    /// The server does not accept who asks.
    #[error("{server}: {reason}")]
    Refused {
        /// The server.
        server: String,
        /// What is wrong with the login.
        reason: String,
    },
    /// No secure connection comes about.
    #[error("{server}: no secure connection: {reason}")]
    Tls {
        /// The server.
        server: String,
        /// What is wrong with the certificates.
        reason: String,
    },
    /// The server does not let this user do that.
    #[error("{server}: not allowed: {what}")]
    Denied {
        /// The server.
        server: String,
        /// What was not allowed, as the server puts it.
        what: String,
    },
    /// There is no such stream, and none was to be created.
    #[error("{server} has no stream {stream}")]
    NoStream {
        /// The server.
        server: String,
        /// The stream.
        stream: StreamName,
    },
    /// The stream cannot be created.
    #[error("stream {stream} cannot be created: {reason}")]
    NotCreated {
        /// The stream.
        stream: StreamName,
        /// What the server said.
        reason: String,
    },
    /// The stream is set up so that events would be lost.
    #[error("stream {stream} would lose events:{}", Listed(findings))]
    UnfitStream {
        /// The stream.
        stream: StreamName,
        /// All that is wrong.
        findings: Vec<UnfitSetting>,
    },
    /// The stream does not take the event, and will not take it later either.
    #[error("stream {stream} does not take events: {reason}")]
    NotTaken {
        /// The stream.
        stream: StreamName,
        /// What the server said.
        reason: String,
    },
    /// The stream is another one than before.
    #[error("stream {stream} is another one: this one was created on {found}, the one before on {expected}")]
    AnotherStream {
        /// The stream.
        stream: StreamName,
        /// When the one was created that is known.
        expected: String,
        /// When the one was created that is there.
        found: String,
    },
    /// The stream ends before a position that it once had.
    #[error("stream {stream} ends at position {head}, before {asked}: it has lost events")]
    ShorterThan {
        /// The stream.
        stream: StreamName,
        /// The last position that it has.
        head: Seq,
        /// A position that was read already, or is asked for.
        asked: Seq,
    },
    /// Positions of the stream are empty: events were deleted.
    #[error("stream {stream} has lost its events from position {first} to {last}")]
    EventsMissing {
        /// The stream.
        stream: StreamName,
        /// The first of them.
        first: Seq,
        /// The last of them.
        last: Seq,
    },
    /// The stream has another message at a position than was read there.
    #[error(
        "stream {stream} has another message at position {at} than was read there: it was put back from an older copy, and \
         has grown since"
    )]
    Rewritten {
        /// The stream.
        stream: StreamName,
        /// The position.
        at: Seq,
    },
    /// Not all of a batch was acknowledged. What was not may stand in the stream or not: to send it again is harmless.
    #[error("{} of {} events were not acknowledged", outcomes.iter().filter(|outcome| outcome.is_none()).count(), outcomes.len())]
    Unacknowledged {
        /// What became of each entry, as far as it is known.
        outcomes: Vec<Option<Outcome>>,
        /// Why.
        source: Box<LogError>,
    },
    /// An entry's event is not one JSON object on one line. Nothing of its batch was written.
    #[error("event {id} is not one JSON object on one line")]
    NotOneObject {
        /// The entry's id.
        id: EventId,
    },
}

impl LogError {
    /// Whether the file system lets nothing be written there.
    pub fn is_read_only(&self) -> bool {
        let kinds = [io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::PermissionDenied];
        matches!(self, LogError::Io { source, .. } if kinds.contains(&source.kind()))
    }

    /// Whether files or events are gone that were in the log, and with them perhaps what was appended.
    pub fn is_loss(&self) -> bool {
        let is_gone = matches!(self, LogError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound);
        is_gone
            || matches!(
                self,
                LogError::NoJournal { .. }
                    | LogError::Displaced { .. }
                    | LogError::SegmentMissing { .. }
                    | LogError::EndLost { .. }
                    | LogError::NoStream { .. }
                    | LogError::AnotherStream { .. }
                    | LogError::ShorterThan { .. }
                    | LogError::EventsMissing { .. }
                    | LogError::Rewritten { .. }
            )
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> LogError + '_ {
        move |source| LogError::Io { path: path.to_owned(), source }
    }
}

/// What remembers that a journal was longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// The index beside the segments.
    Index,
    /// The head record beside them.
    HeadRecord,
    /// The snapshots that were made of the journal.
    Snapshots,
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Witness::Index => "its index",
            Witness::HeadRecord => "its head record",
            Witness::Snapshots => "its snapshots",
        })
    }
}

/// The digest over the events up to a record, by the journal and by what remembers it; none where one cannot tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    /// By the journal, as it is.
    pub journal: Option<Digest>,
    /// By the file beside it.
    pub remembered: Option<Digest>,
}

impl fmt::Display for Digests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |digest: &Option<Digest>| digest.map_or("unknown".to_owned(), |digest| digest.to_string());
        write!(f, "digest {} by the journal, {} by this file", text(&self.journal), text(&self.remembered))
    }
}

/// The records after one position up to another.
struct Records(Seq, Seq);

impl fmt::Display for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Records(head, known) = self;
        match known.number() - head.number() {
            1 => f.write_str("1 record is"),
            more => write!(f, "{more} records are"),
        }
    }
}

/// Findings, one a line.
struct Listed<'l>(&'l [UnfitSetting]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|finding| write!(f, "\n  {finding}"))
    }
}

/// Who has a lock, in words: the process, where it has said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder(pub Option<u32>);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(pid) => write!(f, "process {pid}"),
            None => f.write_str("another process"),
        }
    }
}

/// What the caller should know of how a journal was found, though it is not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalNotice {
    /// The last segment ended in a line without its end, left by a write that was cut off; it was removed.
    TornTail {
        /// The segment file.
        file: PathBuf,
        /// How many bytes were cut off.
        bytes: u64,
    },
    /// The journal had lost its end, which was accepted: those positions hold no event now.
    LossAccepted {
        /// The first of them.
        first: Seq,
        /// The last.
        last: Seq,
    },
    /// The index said something else than the journal, and was made anew: the journal may have been changed.
    IndexSetAside {
        /// Where the index is kept as it was.
        file: PathBuf,
        /// The first record that differs.
        seq: Seq,
    },
}

impl fmt::Display for JournalNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JournalNotice::TornTail { file, bytes } => {
                write!(f, "{}: cut off {bytes} bytes of a last line that was never finished", shown_path(file))
            }
            JournalNotice::LossAccepted { first, last } => {
                write!(f, "the records {first} to {last} are lost, and their positions are not given again")
            }
            JournalNotice::IndexSetAside { file, seq } => write!(
                f,
                "the index does not fit the journal from record {seq} on: one of the two was changed. It is kept as {}, \
                 and another was made; compare the journal with a copy, or its digest with a noted one",
                shown_path(file)
            ),
        }
    }
}
