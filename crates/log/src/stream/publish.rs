//! Publishing so that every message is acknowledged: in batches that are stored whole or not at all where the server
//! has them, else with a window of messages under way.
//!
//! A server that syncs each write syncs such a batch once, and each single message on its own. What is not acknowledged
//! is sent again, with the same id, until nothing was acknowledged for as long as the caller has patience.

use std::time::{Duration, Instant as Clock};

use async_nats::connection::State;
use async_nats::{HeaderMap, Message, StatusCode, Subscriber};
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use serde::Deserialize;
use tenure_domain::position::Seq;
use tokio::sync::watch;

use super::address::SubjectPrefix;
use super::connection::{Connection, Signs};
use super::settings::StreamName;
use crate::error::LogError;

/// How many messages are under way at once.
const WINDOW: usize = 1024;
/// The most messages of one atomic batch, as servers allow.
const BATCH_MESSAGES: usize = 1000;
/// The most bytes of one atomic batch: the server holds it in memory until it is whole.
const BATCH_BYTES: usize = 4 << 20;
/// How long an acknowledgement is waited for before messages are sent again.
const ACK_TIME: Duration = Duration::from_secs(5);

/// A message to be published.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) subject: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
}

/// That a message is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ack {
    Stored(Seq),
    /// The server knew its id, of the message at this position.
    Known(Seq),
}

/// What is known of a server's atomic batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Atomic {
    /// The stream takes them.
    Taken,
    /// It does, but the last messages held some that it knew, which a batch may not: those before were probably sent
    /// already, and the next ones as well.
    AfterDuplicates,
    /// It does not.
    Never,
}

/// Why an attempt ended before all was acknowledged.
enum Stop {
    /// It may go better next time.
    Again(String),
    /// It will not.
    Never(LogError),
}

/// What the server answers to a message. A batch is answered once, with the position of its last message.
#[derive(Deserialize)]
struct PubAck {
    #[serde(default)]
    stream: String,
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    duplicate: bool,
    #[serde(default)]
    count: u64,
    #[serde(default)]
    error: Option<AckError>,
}

#[derive(Deserialize)]
struct AckError {
    #[serde(default)]
    code: u64,
    #[serde(default)]
    err_code: u64,
    #[serde(default)]
    description: String,
}

/// The server's number for "atomic publish is disabled".
const ATOMIC_DISABLED: u64 = 10174;
/// The server's number for "the same message is just being stored".
const BEING_STORED: u64 = 10158;

/// Publishes messages of one stream.
pub(crate) struct Publisher<'p> {
    pub(crate) connection: &'p Connection,
    pub(crate) stream: &'p StreamName,
    pub(crate) subjects: &'p SubjectPrefix,
    pub(crate) atomic: &'p mut Atomic,
    pub(crate) patience: Duration,
}

impl Publisher<'_> {
    /// Publishes all. Where that fails, the acknowledgements that came are told nevertheless.
    pub(crate) async fn publish(&mut self, messages: &[Outgoing]) -> (Vec<Option<Ack>>, Result<(), LogError>) {
        let mut acks: Vec<Option<Ack>> = vec![None; messages.len()];
        let mut pause = Duration::from_millis(50);
        let mut deadline = Clock::now() + self.patience;
        loop {
            let waiting: Vec<usize> = (0..acks.len()).filter(|at| acks[*at].is_none()).collect();
            if waiting.is_empty() {
                return (acks, Ok(()));
            }
            let attempt = self.attempt(messages, &waiting, &mut acks, deadline).await;
            let left = acks.iter().filter(|ack| ack.is_none()).count();
            if left < waiting.len() {
                deadline = Clock::now() + self.patience;
                pause = Duration::from_millis(50);
            }
            match attempt {
                Ok(()) => {}
                Err(Stop::Never(error)) => return (acks, Err(error)),
                Err(Stop::Again(reason)) => {
                    if Clock::now() + pause >= deadline {
                        let reason = format!("{reason} (tried for {:.1} s)", self.patience.as_secs_f64());
                        return (acks, Err(self.connection.unreachable(reason)));
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(2));
                }
            }
        }
    }

    async fn attempt(
        &mut self,
        messages: &[Outgoing],
        waiting: &[usize],
        acks: &mut [Option<Ack>],
        deadline: Clock,
    ) -> Result<(), Stop> {
        let mut exchange = Exchange::open(self.connection, self.stream, self.subjects, deadline).await?;
        let mut rest = waiting;
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(batch_of(messages, rest));
            rest = after;
            if *self.atomic == Atomic::Taken && batch.len() > 1 {
                match exchange.batch(messages, batch, acks).await? {
                    Committed::Yes => continue,
                    Committed::No { err_code } => {
                        *self.atomic =
                            if err_code == ATOMIC_DISABLED { Atomic::Never } else { Atomic::AfterDuplicates };
                    }
                }
            }
            exchange.window(messages, batch, acks).await?;
            let knew = batch.iter().any(|at| matches!(acks[*at], Some(Ack::Known(_))));
            if *self.atomic == Atomic::AfterDuplicates && !knew {
                *self.atomic = Atomic::Taken;
            }
        }
        Ok(())
    }
}

/// How many of the messages go into one batch.
fn batch_of(messages: &[Outgoing], waiting: &[usize]) -> usize {
    let mut bytes = 0;
    let fits = waiting.iter().take(BATCH_MESSAGES).take_while(|at| {
        bytes += messages[**at].payload.len();
        bytes <= BATCH_BYTES
    });
    fits.count().max(1)
}

/// What became of an atomic batch.
enum Committed {
    Yes,
    /// The server did not want it as a batch, and stored none of it.
    No {
        err_code: u64,
    },
}

/// Messages that go out, and their acknowledgements that come in, on one connection for as long as it holds.
struct Exchange<'e> {
    connection: &'e Connection,
    stream: &'e StreamName,
    subjects: &'e SubjectPrefix,
    inbox: String,
    answers: Subscriber,
    signs: watch::Receiver<Signs>,
    losses: u64,
    deadline: Clock,
}

impl<'e> Exchange<'e> {
    async fn open(
        connection: &'e Connection,
        stream: &'e StreamName,
        subjects: &'e SubjectPrefix,
        deadline: Clock,
    ) -> Result<Exchange<'e>, Stop> {
        let client = connection.client();
        // While there is no connection, messages would only be heaped up.
        while client.connection_state() != State::Connected {
            if Clock::now() >= deadline {
                return Err(Stop::Again("there is no connection".to_owned()));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut signs = connection.signs();
        let losses = signs.borrow_and_update().losses;
        let inbox = client.new_inbox();
        let answers = client.subscribe(format!("{inbox}.*")).await.map_err(|error| Stop::Again(error.to_string()))?;
        Ok(Exchange { connection, stream, subjects, inbox, answers, signs, losses, deadline })
    }

    /// Sends a message that is answered under this number; without one it is not answered.
    async fn send(&self, message: &Outgoing, headers: HeaderMap, number: Option<usize>) -> Result<(), Stop> {
        let (subject, payload) = (message.subject.clone(), message.payload.clone());
        let client = self.connection.client();
        if client.connection_state() != State::Connected {
            return Err(Stop::Again("the connection was lost".to_owned()));
        }
        let sent = async {
            match number {
                Some(number) => {
                    let reply = format!("{}.{number}", self.inbox);
                    client.publish_with_reply_and_headers(subject, reply, headers, payload).await
                }
                None => client.publish_with_headers(subject, headers, payload).await,
            }
        };
        match tokio::time::timeout(ACK_TIME, sent).await {
            Ok(sent) => sent.map_err(|error| Stop::Again(error.to_string())),
            Err(_) => Err(Stop::Again("nothing can be sent".to_owned())),
        }
    }

    /// The next answer, its number, and what it says.
    async fn answer(&mut self) -> Result<(usize, PubAck), Stop> {
        loop {
            let time = ACK_TIME.min(self.deadline.saturating_duration_since(Clock::now()));
            tokio::select! {
                biased;
                answer = self.answers.next() => {
                    let Some(answer) = answer else { return Err(Stop::Again("the connection is closed".to_owned())) };
                    return self.read(&answer);
                }
                changed = self.signs.changed() => {
                    let signs = self.signs.borrow_and_update().clone();
                    if changed.is_err() || signs.losses != self.losses {
                        return Err(Stop::Again("the connection was lost".to_owned()));
                    }
                    // Others may be using the connection, for other things.
                    let ours = |what: &String| what.contains(self.subjects.as_str()) || what.contains(&self.inbox);
                    if let Some(denied) = signs.denied.filter(ours) {
                        return Err(Stop::Never(self.connection.denied(&denied)));
                    }
                }
                () = tokio::time::sleep(time) => {
                    return Err(Stop::Again("nothing was acknowledged".to_owned()));
                }
            }
        }
    }

    fn read(&self, answer: &Message) -> Result<(usize, PubAck), Stop> {
        if answer.status == Some(StatusCode::NO_RESPONDERS) {
            return Err(Stop::Again(format!("stream {} is not there, or has no leader", self.stream)));
        }
        let number = answer.subject.rsplit('.').next().and_then(|number| number.parse().ok());
        let ack = serde_json::from_slice(&answer.payload).ok();
        let (Some(number), Some(ack)) = (number, ack) else {
            return Err(Stop::Again("an acknowledgement cannot be read".to_owned()));
        };
        let ack: PubAck = ack;
        if ack.error.is_none() && ack.stream != self.stream.as_str() {
            let reason = format!("they go to the stream {}, which takes the same subjects", ack.stream);
            return Err(Stop::Never(LogError::NotTaken { stream: self.stream.clone(), reason }));
        }
        Ok((number, ack))
    }

    /// What an error answer to a single message means.
    fn stop(&self, error: AckError) -> Stop {
        let AckError { code, err_code, description } = error;
        // A full stream is told like a server that is out of order.
        let full = description.starts_with("maximum ");
        if (code >= 500 && !full) || err_code == BEING_STORED {
            return Stop::Again(format!("stream {} says: {description}", self.stream));
        }
        Stop::Never(LogError::NotTaken { stream: self.stream.clone(), reason: description })
    }

    async fn window(&mut self, messages: &[Outgoing], batch: &[usize], acks: &mut [Option<Ack>]) -> Result<(), Stop> {
        let (mut sent, mut answered) = (0, 0);
        while answered < batch.len() {
            while sent < batch.len() && sent - answered < WINDOW {
                let message = &messages[batch[sent]];
                self.send(message, message.headers.clone(), Some(batch[sent])).await?;
                sent += 1;
            }
            // One is waited for, and whatever else is there is taken with it.
            let mut next = Some(self.answer().await);
            while let Some(answer) = next {
                let (number, ack) = answer?;
                if let Some(error) = ack.error {
                    return Err(self.stop(error));
                }
                let seq = Seq::new(ack.seq);
                let slot = acks.get_mut(number).ok_or_else(|| Stop::Again("an unknown acknowledgement".to_owned()))?;
                if slot.is_none() {
                    answered += 1;
                }
                *slot = Some(if ack.duplicate { Ack::Known(seq) } else { Ack::Stored(seq) });
                next = self.answers.next().now_or_never().flatten().map(|answer| self.read(&answer));
            }
        }
        Ok(())
    }

    async fn batch(
        &mut self,
        messages: &[Outgoing],
        batch: &[usize],
        acks: &mut [Option<Ack>],
    ) -> Result<Committed, Stop> {
        let id = self.connection.client().new_inbox();
        let id = id.rsplit('.').next().unwrap_or(&id);
        for (n, at) in batch.iter().enumerate() {
            let mut headers = messages[*at].headers.clone();
            headers.insert("Nats-Batch-Id", id);
            headers.insert("Nats-Batch-Sequence", &*(n + 1).to_string());
            let last = n + 1 == batch.len();
            if last {
                headers.insert("Nats-Batch-Commit", "1");
            }
            self.send(&messages[*at], headers, last.then_some(*at)).await?;
        }
        let commit = batch.last().copied();
        let (number, ack) = self.answer().await?;
        if Some(number) != commit {
            return Err(Stop::Again("an unknown acknowledgement".to_owned()));
        }
        if let Some(error) = ack.error {
            // Of what the server does not want as a batch, it takes single messages, or says of each why not.
            return if error.code >= 500 {
                Err(self.stop(error))
            } else {
                Ok(Committed::No { err_code: error.err_code })
            };
        }
        if ack.count != batch.len() as u64 || ack.seq < ack.count {
            // A server that knows no batches has stored the last message alone, and stored the others unanswered.
            return Ok(Committed::No { err_code: ATOMIC_DISABLED });
        }
        let first = ack.seq - ack.count + 1;
        for (seq, at) in (first..).zip(batch) {
            acks[*at] = Some(Ack::Stored(Seq::new(seq)));
        }
        Ok(Committed::Yes)
    }
}

#[cfg(test)]
mod tests {
    use async_nats::HeaderMap;
    use bytes::Bytes;

    use super::{BATCH_BYTES, Outgoing, batch_of};

    #[test]
    fn batches_are_bounded() {
        let message = |bytes: usize| Outgoing {
            subject: String::new(),
            headers: HeaderMap::new(),
            payload: Bytes::from(vec![0; bytes]),
        };
        for (sizes, expect) in [
            (vec![1; 5], 5),
            (vec![1; 1001], 1000),
            (vec![BATCH_BYTES], 1),
            (vec![BATCH_BYTES + 1, 1], 1),
            (vec![BATCH_BYTES / 2, BATCH_BYTES / 2, 1], 2),
        ] {
            let messages: Vec<Outgoing> = sizes.iter().map(|bytes| message(*bytes)).collect();
            let waiting: Vec<usize> = (0..messages.len()).collect();
            assert_eq!(batch_of(&messages, &waiting), expect);
        }
    }
}
