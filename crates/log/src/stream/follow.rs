//! Reading the stream from a position on, for ever.
//!
//! A task on the connection's runtime pulls messages from an ordered consumer and hands them over in batches: at once
//! where the reader waits, and else as many as came while it was busy. What waits to be read is bounded. The consumer keeps nothing that could not be lost: after any doubt (a lost connection,
//! a missed heartbeat, a gap) it is made anew, and before that the stream is looked at: another stream, a shorter one, or
//! one with holes ends the reading with an error that says so. A consumer begins with the message that was read last. If
//! that is another one by now, the stream was put back from an older copy and has grown since, and the reading ends as
//! well, before anything else is taken.

use std::time::{Duration, Instant as Clock};

use async_nats::{StatusCode, Subscriber};
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::json;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use super::connection::{ApiError, Connection};
use super::message::{LastRead, Message, State, place};
use crate::error::LogError;
use crate::stream_name::StreamName;

/// How many messages one pull asks for, and for how many bytes at most.
const PULL_MESSAGES: u64 = 5_000;
const PULL_BYTES: u64 = 16 << 20;
/// How many messages are handed over at once at most, and of how many bytes they may be before the last of them.
const BATCH_MESSAGES: usize = 10_000;
const BATCH_BYTES: usize = 8 << 20;
/// How many batches wait to be read, beside the one that grows.
const BATCHES_WAITING: usize = 1;
/// How often the server says that it is still there.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long one pull waits for messages.
const PULL_TIME: Duration = Duration::from_secs(30);
/// How long the server keeps a consumer that is not read any more.
const CONSUMER_TIME: Duration = Duration::from_mins(1);

/// The messages of a stream, as they come. Ends when it is dropped.
pub struct Follow {
    connection: Connection,
    batches: mpsc::Receiver<Result<Vec<Message>, LogError>>,
    task: AbortHandle,
}

impl Follow {
    /// Reads on after what a reader knows: when the stream was created that it read, the position from which, and the
    /// message before that.
    pub(crate) fn start(
        connection: &Connection,
        stream: &StreamName,
        created: &str,
        from: Seq,
        last: Option<LastRead>,
    ) -> Follow {
        let (sender, batches) = mpsc::channel(BATCHES_WAITING);
        let mut reader = Reader {
            connection: connection.clone(),
            stream: stream.clone(),
            created: created.to_owned(),
            next: from.max(Seq::new(1)),
            last,
            sender,
            empty: None,
        };
        let task = connection.runtime().spawn(async move {
            let Err(error) = reader.run().await else { return };
            // The receiver may be gone.
            let _ = reader.sender.send(Err(error)).await;
        });
        Follow { connection: connection.clone(), batches, task: task.abort_handle() }
    }

    /// The next messages, as many as came, at most 10,000 or some 8 MiB; none when there are none in that time. After an
    /// error there are no more.
    pub fn next(&mut self, timeout: Duration) -> Result<Vec<Message>, LogError> {
        // What is there already is taken without waking a thread.
        let batch = match self.batches.try_recv() {
            Ok(batch) => Some(batch),
            Err(mpsc::error::TryRecvError::Disconnected) => None,
            Err(mpsc::error::TryRecvError::Empty) => {
                let batches = &mut self.batches;
                match self.connection.wait_for(async { tokio::time::timeout(timeout, batches.recv()).await }) {
                    Ok(batch) => batch,
                    Err(_) => return Ok(Vec::new()),
                }
            }
        };
        batch.unwrap_or_else(|| Err(self.connection.unreachable("reading has ended")))
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Why a consumer is left.
enum Left {
    /// It is of no use any more; another one goes on.
    Consumer,
    /// The reader is gone.
    Reader,
}

struct Reader {
    connection: Connection,
    stream: StreamName,
    created: String,
    /// The position that is due.
    next: Seq,
    /// The message before it, where one was read.
    last: Option<LastRead>,
    sender: mpsc::Sender<Result<Vec<Message>, LogError>>,
    /// A position at which the last consumer found nothing, though it found a later one.
    empty: Option<Seq>,
}

impl Reader {
    async fn run(&mut self) -> Result<(), LogError> {
        let mut pause = Duration::from_millis(20);
        loop {
            let began = self.next;
            match self.consume().await {
                Ok(Left::Reader) => return Ok(()),
                Ok(Left::Consumer) | Err(ApiError::NobodyAnswers | ApiError::Log(LogError::Unreachable { .. })) => {}
                // A cluster that looks for a leader says so; it is asked again.
                Err(ApiError::Answered { code, .. }) if code >= 500 => {}
                Err(ApiError::Answered { code: 404, .. }) => {
                    let (server, stream) = (self.connection.server().to_owned(), self.stream.clone());
                    return Err(LogError::NoStream { server, stream });
                }
                Err(error) => return Err(error.into_log(&self.connection)),
            }
            pause = if self.next > began { Duration::from_millis(20) } else { (pause * 2).min(Duration::from_secs(1)) };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.sender.closed() => return Ok(()),
            }
        }
    }

    /// Whether the stream is still the one that was read so far.
    async fn look(&self) -> Result<(), ApiError> {
        let info = self.connection.api(&format!("STREAM.INFO.{}", self.stream), &json!(null)).await?;
        still_fits(&State::read(&info), &self.stream, &self.created, self.next).map_err(ApiError::Log)
    }

    /// The position at which a consumer begins: that of the last message, by which the stream is known again.
    fn first_due(&self) -> Seq {
        if self.last.is_some() { Seq::new(self.next.number().saturating_sub(1)) } else { self.next }
    }

    async fn consume(&mut self) -> Result<Left, ApiError> {
        let client = self.connection.client().clone();
        let again = |error: async_nats::SubscribeError| ApiError::Log(self.connection.unreachable(error.to_string()));
        let mut losses = self.connection.signs().losses();
        losses.mark_unchanged();
        let inbox = client.new_inbox();
        let name = inbox.rsplit('.').next().unwrap_or("follow").to_owned();
        let mut messages = client.subscribe(format!("{inbox}.*")).await.map_err(again)?;
        let config = json!({
            "stream_name": self.stream.as_str(),
            "config": {
                "name": name,
                "description": "tenure reads on",
                "deliver_policy": "by_start_sequence",
                "opt_start_seq": self.first_due().number(),
                "ack_policy": "none",
                "replay_policy": "instant",
                "max_deliver": 1,
                "mem_storage": true,
                "num_replicas": 1,
                "inactive_threshold": nanos(CONSUMER_TIME),
            },
        });
        self.connection.api(&format!("CONSUMER.CREATE.{}.{name}", self.stream), &config).await?;
        // After the consumer: if the stream were replaced later, the consumer would be gone with it.
        self.look().await?;
        let result = self.pull(&mut messages, &inbox, &name, &mut losses).await;
        // Best effort: the server forgets it by itself.
        let delete = format!("$JS.API.CONSUMER.DELETE.{}.{name}", self.stream);
        let _ = client.publish(delete, Bytes::new()).await;
        result
    }

    async fn pull(
        &mut self,
        messages: &mut Subscriber,
        inbox: &str,
        consumer: &str,
        losses: &mut watch::Receiver<u64>,
    ) -> Result<Left, ApiError> {
        let mut denials = self.connection.denials();
        let pull = format!("$JS.API.CONSUMER.MSG.NEXT.{}.{consumer}", self.stream);
        let body = pull_body();
        let (mut asked, mut pulls) = (0_u64, 0_u64);
        let mut batch = Batch::default();
        let (mut heard, mut due) = (Clock::now(), self.first_due());
        loop {
            if asked < PULL_MESSAGES / 2 {
                let reply = format!("{inbox}.{pulls}");
                let sent = self.connection.client().publish_with_reply(pull.clone(), reply, body.clone()).await;
                if sent.is_err() {
                    return Ok(Left::Consumer);
                }
                asked += PULL_MESSAGES;
                pulls += 1;
            }
            let message = match messages.next().now_or_never() {
                Some(message) => message,
                // Nothing more is there just now. What came is handed over, and grows until there is room for it.
                None if !batch.is_empty() => tokio::select! {
                    biased;
                    room = self.sender.reserve() => {
                        let Ok(room) = room else { return Ok(Left::Reader) };
                        room.send(Ok(batch.take()));
                        heard = Clock::now();
                        continue;
                    }
                    message = messages.next() => message,
                },
                None => tokio::select! {
                    message = messages.next() => message,
                    () = self.sender.closed() => return Ok(Left::Reader),
                    _ = losses.changed() => return Ok(Left::Consumer),
                    what = denials.next() => {
                        if what.contains(&pull) {
                            return Err(ApiError::Log(self.connection.denied(&what)));
                        }
                        continue;
                    }
                    () = tokio::time::sleep_until((heard + 3 * HEARTBEAT).into()) => return Ok(Left::Consumer),
                },
            };
            let Some(message) = message else { return Ok(Left::Consumer) };
            heard = Clock::now();
            if let Some(status) = message.status {
                let Some(left) = still_asked(asked, status, &message) else {
                    let _ = self.hand_over(&mut batch).await;
                    return Ok(Left::Consumer);
                };
                asked = left;
                continue;
            }
            let Some((seq, stored_at)) = message.reply.as_ref().and_then(|reply| place(reply)) else { continue };
            asked = asked.saturating_sub(1);
            if seq != due {
                if self.hand_over(&mut batch).await.is_err() {
                    return Ok(Left::Reader);
                }
                return self.gap(due, seq).await;
            }
            due = seq.next();
            if seq < self.next {
                self.recognise(seq, stored_at, message)?;
                continue;
            }
            batch.push(self.take(seq, stored_at, message));
            if batch.is_full() && self.hand_over(&mut batch).await.is_err() {
                return Ok(Left::Reader);
            }
        }
    }

    /// Takes the message that was due.
    fn take(&mut self, seq: Seq, stored_at: Instant, message: async_nats::Message) -> Message {
        self.empty = None;
        let before = self.last.as_ref().map(|last| last.recorded_at);
        let (subject, headers) = (message.subject.to_string(), message.headers.as_ref());
        let taken = Message::new(seq, stored_at, subject, headers, message.payload, before);
        let payload = Some(taken.payload.clone());
        self.last = Some(LastRead { payload, recorded_at: taken.recorded_at, before });
        self.next = seq.next();
        taken
    }

    /// Makes sure that the message which was read last is still the one that stands at its position.
    fn recognise(&self, seq: Seq, stored_at: Instant, message: async_nats::Message) -> Result<(), ApiError> {
        let Some(last) = &self.last else { return Ok(()) };
        let (subject, headers) = (message.subject.to_string(), message.headers.as_ref());
        if last.is(&Message::new(seq, stored_at, subject, headers, message.payload, last.before)) {
            return Ok(());
        }
        Err(ApiError::Log(LogError::Rewritten { stream: self.stream.clone(), at: seq }))
    }

    /// Another message came than was due. A consumer can lose one on the way; the stream itself cannot.
    async fn gap(&mut self, due: Seq, found: Seq) -> Result<Left, ApiError> {
        self.look().await?;
        if found > due && self.empty == Some(due) {
            let (stream, last) = (self.stream.clone(), Seq::new(found.number() - 1));
            return Err(ApiError::Log(LogError::EventsMissing { stream, first: due, last }));
        }
        self.empty = Some(due);
        Ok(Left::Consumer)
    }

    async fn hand_over(&self, batch: &mut Batch) -> Result<(), ()> {
        if batch.is_empty() {
            return Ok(());
        }
        self.sender.send(Ok(batch.take())).await.map_err(drop)
    }
}

/// Messages that are not handed over yet.
#[derive(Default)]
struct Batch {
    messages: Vec<Message>,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, message: Message) {
        self.bytes += message.payload.len();
        self.messages.push(message);
    }

    fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    fn is_full(&self) -> bool {
        self.messages.len() >= BATCH_MESSAGES || self.bytes >= BATCH_BYTES
    }

    fn take(&mut self) -> Vec<Message> {
        std::mem::take(self).messages
    }
}

/// Whether a stream that is there can be the one that was read up to `next`.
pub(crate) fn still_fits(state: &State, stream: &StreamName, created: &str, next: Seq) -> Result<(), LogError> {
    let stream = stream.clone();
    if state.created != created {
        return Err(LogError::AnotherStream { stream, expected: created.to_owned(), found: state.created.clone() });
    }
    let head = Seq::new(state.last);
    if head.next() < next {
        return Err(LogError::ShorterThan { stream, head, asked: Seq::new(next.number() - 1) });
    }
    if state.messages > 0 && state.first > next.number() {
        return Err(LogError::EventsMissing { stream, first: next, last: Seq::new(state.first - 1) });
    }
    if state.messages == 0 && head >= next {
        return Err(LogError::EventsMissing { stream, first: next, last: head });
    }
    Ok(())
}

/// How many messages are asked for after a message that only says how a pull stands; none where the consumer is of no use
/// any more.
fn still_asked(asked: u64, status: StatusCode, message: &async_nats::Message) -> Option<u64> {
    match status {
        StatusCode::IDLE_HEARTBEAT => return Some(asked),
        StatusCode::NOT_FOUND | StatusCode::TIMEOUT => {}
        StatusCode::REQUEST_TERMINATED if ends_pull(message.description.as_deref()) => {}
        _ => return None,
    }
    // The pull has ended; what it did not bring is asked for again.
    let pending = message.headers.as_ref().and_then(|headers| headers.get("Nats-Pending-Messages"));
    let pending: Option<u64> = pending.and_then(|value| value.as_str().parse().ok());
    Some(asked.saturating_sub(pending.unwrap_or(asked)))
}

/// Whether a status 409 ends a pull alone, or the consumer.
fn ends_pull(description: Option<&str>) -> bool {
    let text = description.unwrap_or_default().to_lowercase();
    text.contains("exceeds maxbytes") || text.contains("batch completed")
}

/// How messages are asked for.
fn pull_body() -> Bytes {
    let body = json!({
        "batch": PULL_MESSAGES,
        "max_bytes": PULL_BYTES,
        "expires": nanos(PULL_TIME),
        "idle_heartbeat": nanos(HEARTBEAT),
    });
    Bytes::from(body.to_string())
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
