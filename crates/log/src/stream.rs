//! A log that is a `JetStream` stream of a NATS server: many producers and readers, on many machines.
//!
//! The position of an event is its sequence number in the stream. The server stamps messages and drops, for a while,
//! what is sent twice under one id; for ever after, readers pass over copies (see [`Distinct`]).
//!
//! Deliberately absent: durable consumers and acknowledgements by readers (a reader keeps its own position), headers
//! that readers have to trust, and anything that deletes. `docs/nats.md` tells of the stream from outside.

mod access;
mod address;
mod connection;
mod follow;
mod greeting;
mod message;
mod publish;
mod settings;

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant as Clock};

use bytes::Bytes;
use serde_json::{Value, json};
use tenure_domain::day::Instant;
use tenure_domain::position::{EventId, Seq};

pub use self::access::{Access, ClientCertificate, Login, Secret};
pub use self::address::{NotASubject, SubjectPrefix};
pub use self::connection::{Connection, Denials};
pub use self::follow::Follow;
pub use self::message::{LastRead, Message};
pub use self::settings::{Compression, LEAST_MESSAGE_BYTES, Settings};
pub use crate::stream_name::{NotAStreamName, StreamName};
pub use crate::unfit_setting::UnfitSetting;

use self::connection::{ApiError, PublishConnection};
use self::message::State;
use self::publish::{Ack, Atomic, Outgoing, Pace, Publisher, Repeats, Singles};
use self::settings::{Batches, unfit};
use crate::append::{Create, NewEvent, Outcome};
use crate::digest::Digest;
use crate::distinct::{Distinct, Standing};
use crate::error::LogError;
use crate::identity::{Fingerprint, Identify, identified};
use crate::log::{Log, LogIdentity, RecordsOf};
use crate::record::{OwnedRecord, is_one_object};

/// How long it is tried to reach the server before an operation fails, where the caller says nothing else.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How many messages are looked up at once.
const LOOKUPS: usize = 256;

/// Which stream is meant, and under which subjects its events go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamTarget {
    /// Its name.
    pub name: StreamName,
    /// What the subjects of its events begin with.
    pub subjects: SubjectPrefix,
}

/// Whether a stream was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It was created just now.
    Now,
    /// It was there, and fit.
    Before,
}

/// A stream as a log.
pub struct Stream {
    connection: Connection,
    target: StreamTarget,
    created: String,
    identify: Identify,
    patience: Duration,
    pace: Pace,
    outlet: Option<PublishConnection>,
    reads: Reads,
    answers: Answers,
    head: Seq,
}

/// Whether the server acknowledged what was sent last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answers {
    Given,
    /// It did not, for as long as there was patience. Then the next batch is given little.
    Missed,
}

/// How long a batch is tried after one that was given up.
const LITTLE_PATIENCE: Duration = Duration::from_millis(200);

/// Whether this user may read messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    Unknown,
    Refused,
}

impl Stream {
    /// Opens a stream; one that is missing is made with the usual settings if that is asked for. A stream that would
    /// lose events is refused, and so is one that has lost some.
    pub fn open(
        connection: Connection,
        target: StreamTarget,
        create: Create,
        identify: Identify,
    ) -> Result<Stream, LogError> {
        let settings = match create {
            Create::IfMissing => Some(Settings::default()),
            Create::Never => None,
        };
        Stream::open_or_make(connection, target, settings.as_ref(), identify).map(|(stream, _)| stream)
    }

    /// Makes a stream with these settings. One that is there stays as it is, if it is fit.
    pub fn init(
        connection: Connection,
        target: StreamTarget,
        settings: &Settings,
        identify: Identify,
    ) -> Result<(Stream, Made), LogError> {
        Stream::open_or_make(connection, target, Some(settings), identify)
    }

    fn open_or_make(
        connection: Connection,
        target: StreamTarget,
        settings: Option<&Settings>,
        identify: Identify,
    ) -> Result<(Stream, Made), LogError> {
        let (info, made) = connection.wait_for(info_of(&connection, &target, settings))?;
        let stream = target.name.clone();
        let findings = unfit(&info["config"], &target.subjects);
        if !findings.is_empty() {
            return Err(LogError::UnfitStream { stream, findings });
        }
        let state = State::read(&info);
        if let Some((first, last)) = state.missing() {
            return Err(LogError::EventsMissing { stream, first, last });
        }
        let atomic = if info["config"]["allow_atomic"] == true { Atomic::Taken } else { Atomic::Never };
        let singles = if info["cluster"]["name"].is_null() { Singles::InOrder } else { Singles::AnyOrder };
        let stream = Stream {
            connection,
            target,
            created: state.created,
            identify,
            patience: PATIENCE,
            pace: Pace::new(atomic, singles),
            outlet: None,
            reads: Reads::Unknown,
            answers: Answers::Given,
            head: Seq::new(state.last),
        };
        Ok((stream, made))
    }

    /// Gives up when the server did not answer or acknowledge anything for this long, instead of [`PATIENCE`].
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Stream {
        self.patience = patience;
        self
    }

    /// The connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Which stream it is.
    pub fn target(&self) -> &StreamTarget {
        &self.target
    }

    /// When the stream was created, as the server writes it. Together with the name it is the stream's identity.
    pub fn created(&self) -> &str {
        &self.created
    }

    /// Reads messages from a position on, as they come. `last` is the message before, which a reader that goes on knows
    /// and without which stamps of copies may differ from those of a reading from the beginning; `None` at the
    /// beginning.
    ///
    /// The reading ends with an error when the stream is another one than this, ends before `from`, has holes, or has
    /// another message in the place of the one that was read last.
    pub fn follow(&self, from: Seq, last: Option<LastRead>) -> Follow {
        Follow::start(&self.connection, &self.target.name, &self.created, from, last)
    }

    /// The message at a position. `before` is when the message before it was recorded; without that its stamp is the
    /// original's, or the server's.
    pub fn read(&self, seq: Seq, before: Option<Instant>) -> Result<Message, LogError> {
        self.connection.wait_for(read(&self.connection, &self.target.name, seq, before)).map_err(|error| match error {
            ApiError::Answered { code: 404, .. } => LogError::NoSuchRecord { seq, head: self.head },
            error @ (ApiError::Answered { .. } | ApiError::NobodyAnswers | ApiError::Log(_)) => {
                error.into_log(&self.connection)
            }
        })
    }

    /// Appends, each with the stamp of another log where it has one.
    fn append_all(
        &mut self,
        batch: &[(NewEvent<'_>, Option<Instant>)],
        now: Instant,
    ) -> Result<Vec<Outcome>, LogError> {
        if let Some((entry, _)) = batch.iter().find(|(entry, _)| !is_one_object(entry.event)) {
            return Err(LogError::NotOneObject { id: entry.id.clone() });
        }
        // The server would drop the second of two events with one id, whatever it says.
        let mut firsts: HashMap<&EventId, usize> = HashMap::new();
        let mut sent: Vec<usize> = Vec::new();
        let mut outgoing = Vec::new();
        let mut outcomes: Vec<Option<Outcome>> = vec![None; batch.len()];
        let most = self.connection.client().max_payload();
        for (at, (entry, recorded_at)) in batch.iter().enumerate() {
            if firsts.contains_key(entry.id) {
                continue;
            }
            firsts.insert(entry.id, at);
            let message =
                Outgoing { id: entry.id.as_str(), event: entry.event, copied: *recorded_at, repeats: Repeats::Dropped };
            if let Some(bytes) = publish::bytes_beyond(most, &self.target.subjects, &message, now) {
                outcomes[at] = Some(Outcome::TooLong { bytes, most });
                continue;
            }
            sent.push(at);
            outgoing.push(message);
        }
        let mut result = self.publish(&sent, &outgoing, now, &mut outcomes);
        if result.is_ok() {
            let shadowed = self.look_at_duplicates(batch, &mut outcomes);
            let (sent, outgoing): (Vec<usize>, Vec<Outgoing<'_>>) = std::iter::zip(sent, outgoing)
                .filter(|(at, _)| shadowed.contains(at))
                .map(|(at, message)| (at, Outgoing { repeats: Repeats::Stored, ..message }))
                .unzip();
            result = self.publish(&sent, &outgoing, now, &mut outcomes);
        }
        for (at, (entry, _)) in batch.iter().enumerate() {
            let first = firsts[entry.id];
            if first != at {
                let same = if let Some(Outcome::Reused(seq)) = outcomes[first] {
                    self.stands(seq, entry)
                } else {
                    batch[first].0.fingerprint == entry.fingerprint
                };
                outcomes[at] = outcomes[first].map(|outcome| again(outcome, same));
            }
        }
        let seqs = outcomes.iter().flatten().filter_map(|outcome| match outcome {
            Outcome::Appended(seq) | Outcome::Duplicate(seq) | Outcome::Reused(seq) => Some(*seq),
            Outcome::TooLong { .. } => None,
        });
        self.head = seqs.fold(self.head, Seq::max);
        match result {
            Ok(()) => Ok(outcomes.into_iter().map(|outcome| outcome.expect("all were acknowledged")).collect()),
            Err(source) => Err(LogError::Unacknowledged { outcomes, source: Box::new(source) }),
        }
    }

    /// Publishes what has those places in a batch, and notes what became of each.
    fn publish(
        &mut self,
        places: &[usize],
        messages: &[Outgoing<'_>],
        now: Instant,
        outcomes: &mut [Option<Outcome>],
    ) -> Result<(), LogError> {
        if messages.is_empty() {
            return Ok(());
        }
        let mut publisher = Publisher {
            connection: &self.connection,
            stream: &self.target.name,
            subjects: &self.target.subjects,
            pace: &mut self.pace,
            outlet: &mut self.outlet,
            now,
            patience: match self.answers {
                Answers::Given => self.patience,
                Answers::Missed => self.patience.min(LITTLE_PATIENCE),
            },
        };
        let (acks, result) = self.connection.wait_for(publisher.publish(messages));
        self.answers = if result.is_ok() { Answers::Given } else { Answers::Missed };
        for (at, ack) in places.iter().zip(&acks) {
            outcomes[*at] = ack.map(|ack| match ack {
                Ack::Stored(seq) => Outcome::Appended(seq),
                Ack::Known(seq) => Outcome::Duplicate(seq),
            });
        }
        result
    }

    /// The server says "duplicate" of an id that a message gave it, whatever the message holds: where this user may read,
    /// that is looked up. Gives those whose id was given by a message that is not that event, so that they stand nowhere.
    fn look_at_duplicates(
        &mut self,
        batch: &[(NewEvent<'_>, Option<Instant>)],
        outcomes: &mut [Option<Outcome>],
    ) -> HashSet<usize> {
        let mut shadowed = HashSet::new();
        if self.reads == Reads::Refused {
            return shadowed;
        }
        let known: Vec<(usize, Seq)> = outcomes
            .iter()
            .enumerate()
            .filter_map(|(at, outcome)| match outcome {
                Some(Outcome::Duplicate(seq)) => Some((at, *seq)),
                Some(Outcome::Appended(_) | Outcome::Reused(_) | Outcome::TooLong { .. }) | None => None,
            })
            .collect();
        let (connection, name, identify) = (&self.connection, &self.target.name, self.identify);
        for some in known.chunks(LOOKUPS) {
            let lookups = some.iter().map(|(at, seq)| async move {
                read(connection, name, *seq, None)
                    .await
                    .map(|message| (*at, *seq, fingerprint(identify, &message.payload)))
            });
            let found = connection.wait_for(futures_util::future::join_all(lookups));
            for found in found {
                match found {
                    Ok((at, seq, Some((id, fingerprint)))) if id == *batch[at].0.id => {
                        if fingerprint != batch[at].0.fingerprint {
                            outcomes[at] = Some(Outcome::Reused(seq));
                        }
                    }
                    // Another event, or something that is none.
                    Ok((at, _, _)) => {
                        outcomes[at] = None;
                        shadowed.insert(at);
                    }
                    Err(ApiError::Log(LogError::Denied { .. })) => {
                        self.reads = Reads::Refused;
                        return shadowed;
                    }
                    // What cannot be looked up just now counts as what the server said.
                    Err(_) => return shadowed,
                }
            }
        }
        shadowed
    }

    /// Whether this very event stands at that position.
    fn stands(&self, seq: Seq, entry: &NewEvent<'_>) -> bool {
        let there = self.read(seq, None).ok().and_then(|message| fingerprint(self.identify, &message.payload));
        there.is_some_and(|(id, fingerprint)| id == *entry.id && fingerprint == entry.fingerprint)
    }

    /// Hands on all messages from the first to the head as it is now.
    fn each(&mut self) -> Result<Each, LogError> {
        let head = Log::head(self)?;
        Ok(Each {
            follow: self.follow(Seq::new(1), None),
            distinct: Distinct::new(self.identify),
            waiting: Vec::new().into_iter(),
            next: Seq::new(1),
            head,
            patience: self.patience,
            server: self.connection.server().to_owned(),
        })
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("server", &self.connection.server())
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

impl Log for Stream {
    fn identity(&self) -> LogIdentity {
        LogIdentity::Stream { name: self.target.name.to_string(), created: self.created.clone() }
    }

    fn head(&mut self) -> Result<Seq, LogError> {
        let (connection, target) = (&self.connection, &self.target);
        let (info, _) = connection.wait_for(info_of(connection, target, None))?;
        let state = State::read(&info);
        follow::still_fits(&state, &target.name, &self.created, self.head.next())?;
        self.head = Seq::new(state.last);
        Ok(self.head)
    }

    fn append(&mut self, batch: &[NewEvent<'_>], now: Instant) -> Result<Vec<Outcome>, LogError> {
        let batch: Vec<(NewEvent<'_>, Option<Instant>)> = batch.iter().map(|entry| (*entry, None)).collect();
        self.append_all(&batch, now)
    }

    fn append_copies(&mut self, batch: &[(NewEvent<'_>, Instant)]) -> Result<Vec<Outcome>, LogError> {
        let now = batch.first().map_or(Instant::from_micros(0), |(_, at)| *at);
        let batch: Vec<(NewEvent<'_>, Option<Instant>)> = batch.iter().map(|(entry, at)| (*entry, Some(*at))).collect();
        self.append_all(&batch, now)
    }

    /// A stream is read from its beginning, since only that tells copies and stamps.
    fn records(&mut self, from: Seq) -> Result<RecordsOf<'_>, LogError> {
        let events = self.each()?.filter_map(|judged| match judged {
            Ok((message, Standing::New(_))) => {
                let bytes = message.payload.len();
                let event = String::from_utf8(message.payload.into()).ok()?;
                Some(Ok(OwnedRecord { seq: message.seq, recorded_at: message.recorded_at, event, bytes }))
            }
            Ok((_, Standing::Copy(_) | Standing::Reused(_) | Standing::Unidentified)) => None,
            Err(error) => Some(Err(error)),
        });
        Ok(Box::new(events.filter(move |record| record.as_ref().map_or(true, |record| record.seq >= from))))
    }

    fn digest(&mut self) -> Result<Digest, LogError> {
        let mut each = self.each()?;
        each.by_ref().try_for_each(|judged| judged.map(drop))?;
        Ok(each.distinct.digest())
    }

    /// Whatever was appended is acknowledged: nothing is on its way.
    fn close(self: Box<Self>) -> Result<(), LogError> {
        Ok(())
    }
}

/// What becomes of an entry whose id stands earlier in its batch, and which says the same or not as what counts.
fn again(first: Outcome, same: bool) -> Outcome {
    match first {
        Outcome::Appended(seq) | Outcome::Duplicate(seq) | Outcome::Reused(seq) if same => Outcome::Duplicate(seq),
        Outcome::Appended(seq) | Outcome::Duplicate(seq) | Outcome::Reused(seq) => Outcome::Reused(seq),
        // The other is not longer than it, or it is not taken either.
        Outcome::TooLong { .. } => first,
    }
}

fn fingerprint(identify: Identify, payload: &[u8]) -> Option<(EventId, Fingerprint)> {
    let (identity, _) = identified(identify, payload)?;
    Some((identity.id, identity.fingerprint))
}

/// What the server says of the stream, made before with these settings if it was missing.
async fn info_of(
    connection: &Connection,
    target: &StreamTarget,
    settings: Option<&Settings>,
) -> Result<(Value, Made), LogError> {
    let StreamTarget { name, subjects } = target;
    let mut asked = connection.api(&format!("STREAM.INFO.{name}"), &json!(null)).await;
    if let Err(ApiError::Log(LogError::Unreachable { .. })) = &asked {
        // A node that hangs, or a cluster between two leaders: the next answer may come from another.
        asked = connection.api(&format!("STREAM.INFO.{name}"), &json!(null)).await;
    }
    match asked {
        Ok(info) => return Ok((info, Made::Before)),
        Err(ApiError::Answered { code: 404, .. }) => {}
        Err(error) => return Err(error.into_log(connection)),
    }
    let Some(settings) = settings else {
        return Err(LogError::NoStream { server: connection.server().to_owned(), stream: name.clone() });
    };
    let batches = if connection.is_at_least(2, 12) { Batches::Atomic } else { Batches::Unknown };
    let config = settings.config(name, subjects, batches);
    match connection.api(&format!("STREAM.CREATE.{name}"), &config).await {
        Ok(info) => Ok((info, Made::Now)),
        Err(ApiError::Answered { code, description, .. }) => {
            // Another may have made it at the same moment.
            if let Ok(info) = connection.api(&format!("STREAM.INFO.{name}"), &json!(null)).await {
                return Ok((info, Made::Before));
            }
            Err(LogError::NotCreated { stream: name.clone(), reason: format!("{description} ({code})") })
        }
        Err(error) => Err(error.into_log(connection)),
    }
}

/// The message at a position, from whichever server of a cluster has it.
async fn read(
    connection: &Connection,
    stream: &StreamName,
    seq: Seq,
    before: Option<Instant>,
) -> Result<Message, ApiError> {
    let body = Bytes::from(json!({ "seq": seq.number() }).to_string());
    let message = connection.ask(format!("$JS.API.DIRECT.GET.{stream}"), body).await?;
    if let Some(status) = message.status {
        let description = message.description.unwrap_or_default();
        return Err(ApiError::Answered { code: u64::from(status.as_u16()), description });
    }
    let headers = message.headers.unwrap_or_default();
    let header = |name: &str| headers.get(name).map(|value| value.as_str().to_owned()).unwrap_or_default();
    let (found, stored_at) = (header("Nats-Sequence").parse(), header("Nats-Time-Stamp").parse());
    let (Ok(found), Ok(stored_at)) = (found, stored_at) else {
        return Err(ApiError::Log(connection.unreachable("an answer does not say which message it is")));
    };
    let subject = header("Nats-Subject");
    Ok(Message::new(Seq::new(found), stored_at, subject, Some(&headers), message.payload, before))
}

/// All messages up to a head, each judged.
struct Each {
    follow: Follow,
    distinct: Distinct,
    waiting: std::vec::IntoIter<Message>,
    next: Seq,
    head: Seq,
    patience: Duration,
    server: String,
}

impl Each {
    fn fail(&mut self, error: LogError) -> Result<(Message, Standing), LogError> {
        self.head = Seq::ZERO;
        Err(error)
    }
}

impl Iterator for Each {
    type Item = Result<(Message, Standing), LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next > self.head {
            return None;
        }
        let began = Clock::now();
        while self.waiting.len() == 0 {
            let left = self.patience.saturating_sub(began.elapsed());
            if left.is_zero() {
                let reason = format!("it stopped at position {} of {}", self.next, self.head);
                let server = self.server.clone();
                return Some(self.fail(LogError::Unreachable { server, reason }));
            }
            match self.follow.next(left) {
                Ok(batch) => self.waiting = batch.into_iter(),
                Err(error) => return Some(self.fail(error)),
            }
        }
        let message = self.waiting.next()?;
        self.next = message.seq.next();
        let standing = self.distinct.judge(message.seq, &message.payload);
        Some(Ok((message, standing)))
    }
}
