//! A journal that follows a stream: every message at its position, so that all that reads a journal reads a stream.
//!
//! The stream is the log and the journal its copy on this machine. It is read in any order and at any speed without
//! asking the server, and what was read once is not fetched again. It knows of which stream it is a copy; where it
//! is held against another one, or one that has lost events, it says so and does nothing.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use tenure_domain::day::Instant;
use tenure_domain::plain_text::shown_path;
use tenure_domain::position::{EventId, Seq};

use crate::append::{NewEvent, Outcome};
use crate::error::LogError;
use crate::identity::{EventIdentity, Fingerprint, IdHash, Identify, identified};
use crate::journal::Journal;
use crate::log::LogIdentity;
use crate::own_file::open_to_read;
use crate::passed_over::PassedOver;
use crate::replacement::Replacement;
use crate::stream::{Follow, LastRead, Message, Stream};

/// The file that says of which stream a journal is the copy.
const OF: &str = "stream.json";

/// Why a stream cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError {
    /// The directory holds a ledger of its own, or the copy of another stream.
    #[error("{} holds {found}, not a copy of {expected}", shown_path(dir))]
    OfAnother {
        /// The directory.
        dir: PathBuf,
        /// What is there.
        found: String,
        /// What is followed.
        expected: String,
    },
    /// The stream ends before its copy does.
    #[error("stream {stream} ends at {head}, and its copy in {} holds events up to {copied}", shown_path(dir))]
    Shorter {
        /// The stream.
        stream: String,
        /// Its last position.
        head: Seq,
        /// The last position of the copy.
        copied: Seq,
        /// Where the copy is.
        dir: PathBuf,
    },
    /// The stream has something else at the position at which its copy ends.
    #[error("stream {stream} and its copy in {} differ at {at}", shown_path(dir))]
    Differs {
        /// The stream.
        stream: String,
        /// The position.
        at: Seq,
        /// Where the copy is.
        dir: PathBuf,
    },
    /// One of the two cannot be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Whether a data directory holds the copy of a stream.
pub fn is_one(dir: &Path) -> bool {
    dir.join(OF).exists()
}

/// Begins or goes on to follow a stream into the journal of a data directory.
pub fn follow(dir: &Path, journal: &mut Journal, stream: &mut Stream) -> Result<Follow, ReplicaError> {
    let LogIdentity::Stream { name, created } = crate::log::Log::identity(stream) else {
        unreachable!("a stream says that it is one")
    };
    let path = dir.join(OF);
    let of_another = |found: String| ReplicaError::OfAnother {
        dir: dir.to_owned(),
        found,
        expected: format!("stream {name} of {created}"),
    };
    match open_to_read(&path).and_then(io::read_to_string) {
        Ok(text) => {
            let json: Value = serde_json::from_str(&text).unwrap_or_default();
            if json["name"] != *name || json["created"] != *created {
                let text = |field: &str| json[field].as_str().unwrap_or("?").to_owned();
                return Err(of_another(format!("a copy of stream {} of {}", text("name"), text("created"))));
            }
        }
        Err(_) if journal.head() > Seq::ZERO => return Err(of_another("a ledger of its own".to_owned())),
        Err(_) => {
            let text = json!({ "name": name, "created": created }).to_string();
            Replacement::write(&path, &text).map_err(LogError::io(&path))?;
        }
    }
    let (copied, head) = (journal.head(), crate::log::Log::head(stream)?);
    // A copy that lost its end has it fetched again, where the stream still has it.
    let once_held = journal.once_held().unwrap_or(copied);
    if once_held > head {
        let copied = once_held;
        return Err(ReplicaError::Shorter { stream: name, head, copied, dir: dir.to_owned() });
    }
    let last = last_read(journal, copied)?;
    if let Some(last) = &last
        && !last.is(&stream.read(copied, last.before)?)
    {
        return Err(ReplicaError::Differs { stream: name, at: copied, dir: dir.to_owned() });
    }
    Ok(stream.follow(copied.next(), last))
}

/// The message that the copy read last. Of one that is passed over the copy need not have all, and its stamp tells.
fn last_read(journal: &Journal, copied: Seq) -> Result<Option<LastRead>, LogError> {
    let Some(before) = copied.number().checked_sub(1) else { return Ok(None) };
    let record = journal.read(copied)?;
    let before = if before == 0 { None } else { Some(journal.read(Seq::new(before))?.recorded_at) };
    let payload = (!PassedOver::is_one(&record.event)).then(|| record.event.into());
    Ok(Some(LastRead { payload, recorded_at: record.recorded_at, before }))
}

/// How many messages one thread identifies at least: for fewer it costs more than it saves.
const SHARE: usize = 250;

/// Finds what each message is known by, on all cores where they are many; none of what is no event of a ledger.
fn all_identified<'m>(messages: &'m [Message], identify: Identify) -> Vec<Option<(EventIdentity, &'m str)>> {
    let one = |message: &'m Message| identified(identify, &message.payload);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = messages.len().div_ceil(cores).max(SHARE);
    if messages.len() <= share {
        return messages.iter().map(one).collect();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = messages
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(one).collect::<Vec<_>>()))
            .collect();
        let joined = |worker: std::thread::ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(joined).collect()
    })
}

/// Takes the next messages of the stream into its copy, one record each.
pub fn take_in(journal: &mut Journal, messages: &[Message], identify: Identify) -> Result<(), LogError> {
    struct Taken<'m> {
        id: EventId,
        fingerprint: Fingerprint,
        event: Cow<'m, str>,
    }
    let mut fresh: FxHashMap<IdHash, (Seq, Fingerprint)> = FxHashMap::default();
    let mut taken: Vec<Taken<'_>> = Vec::with_capacity(messages.len());
    for (message, identified) in messages.iter().zip(all_identified(messages, identify)) {
        let standing = match &identified {
            None => Err(PassedOver::Unidentified),
            Some((EventIdentity { id, fingerprint }, _)) => {
                let hash = IdHash::of(id);
                let known = fresh.get(&hash).copied();
                let known = if known.is_some() { known } else { journal.standing(hash)? };
                match known {
                    None => {
                        fresh.insert(hash, (message.seq, *fingerprint));
                        Ok(())
                    }
                    Some((first, known)) if known == *fingerprint => Err(PassedOver::Copy(first)),
                    Some((first, _)) => Err(PassedOver::Reused(first)),
                }
            }
        };
        taken.push(match (standing, identified) {
            (Ok(()), Some((EventIdentity { id, fingerprint }, text))) => {
                Taken { id, fingerprint, event: Cow::Borrowed(text) }
            }
            (Err(passed_over), _) => {
                let event = passed_over.record(message.seq, &message.payload);
                let EventIdentity { id, fingerprint } =
                    PassedOver::identity(&event).expect("such a record says what it is known by");
                Taken { id, fingerprint, event: Cow::Owned(event) }
            }
            (Ok(()), None) => unreachable!("what is new has an id and a text"),
        });
    }
    let entries: Vec<(NewEvent<'_>, Instant)> = taken
        .iter()
        .zip(messages)
        .map(|(Taken { id, fingerprint, event }, message)| {
            (NewEvent { id, fingerprint: *fingerprint, event }, message.recorded_at)
        })
        .collect();
    let first = journal.head().next();
    assert!(
        messages.iter().zip(first.number()..).all(|(message, due)| message.seq.number() == due),
        "whoever follows a stream hands over all of it in order",
    );
    let outcomes = journal.append_copies(&entries)?;
    debug_assert!(
        outcomes.iter().zip(messages).all(|(outcome, message)| *outcome == Outcome::Appended(message.seq)),
        "every message takes a record at its position",
    );
    Ok(())
}
