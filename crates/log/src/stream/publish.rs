//! Publishing so that every message is acknowledged: with a window of single messages under way, or in batches that are
//! stored whole or not at all, where the server has them.
//!
//! A server that syncs each write syncs such a batch once, and each single message on its own: then batches are faster
//! by ten times. One that does not sync is about twice to three times as fast with single messages: it stores those of a
//! batch twice. No server tells which it is, so both ways are timed, and the faster one is taken ([`Pace`]).
//!
//! What is not acknowledged is sent again, with the same id, until nothing was acknowledged for as long as the caller
//! has patience. On one server events are stored in the order in which they are given, whatever happens to the
//! connection. In a cluster, single messages can be refused while it elects a leader, and those after them not: there
//! batches are taken wherever there are some.

use std::time::{Duration, Instant as Clock};

use async_nats::{Message, StatusCode, Subscriber};
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use serde::Deserialize;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tokio::sync::watch;

use super::address::{MESSAGE_ID, RECORDED_AT, SubjectPrefix, address};
use super::connection::{Connection, Denials, PublishConnection};
use crate::error::LogError;
use crate::stream_name::StreamName;

/// How many messages are under way at once.
const WINDOW: usize = 1024;
/// The most messages of one atomic batch, as servers allow.
const BATCH_MESSAGES: usize = 1000;
/// The most bytes of one atomic batch: the server holds it in memory until it is whole.
const BATCH_BYTES: usize = 4 << 20;
/// How long an acknowledgement is waited for before messages are sent again.
const ACK_TIME: Duration = Duration::from_secs(5);

/// How many single messages are timed, where batches are what is known to be fast.
const PROBE: usize = 128;
/// After how many messages the slower way is timed again.
const TIMED_AGAIN: usize = 1 << 16;

/// An event to be published. Its message is made when it is sent: the server works on others meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outgoing<'e> {
    pub(crate) id: &'e str,
    pub(crate) event: &'e str,
    /// When the log that it is copied from recorded it.
    pub(crate) copied: Option<Instant>,
    pub(crate) repeats: Repeats,
}

/// What the server does with a message that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// It says so, going by the id that the message gives.
    Dropped,
    /// It stores it again, for the message gives no id: another has given it that is not this event. Readers pass over
    /// copies.
    Stored,
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

/// How the next messages go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PublishMode {
    Batch,
    Singles,
}

/// What becomes of single messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Singles {
    /// They are stored in the order in which they are sent.
    InOrder,
    /// One may be refused, and the next one stored.
    AnyOrder,
}

/// Which way is how fast with this server, as far as it was tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    atomic: Atomic,
    /// What a message took, the last time that so many went out that this means something.
    batch: Option<Duration>,
    single: Option<Duration>,
    singles: Singles,
    /// How many messages were sent since both were timed.
    since: usize,
}

impl Pace {
    pub(crate) fn new(atomic: Atomic, singles: Singles) -> Pace {
        Pace { atomic, batch: None, single: None, singles, since: 0 }
    }

    /// How the next of so many messages go out, and how many of them at most.
    fn next(&self, left: usize) -> (PublishMode, usize) {
        match (self.atomic, self.batch, self.single) {
            (Atomic::Never, _, _) => (PublishMode::Singles, left),
            (Atomic::AfterDuplicates, _, _) => (PublishMode::Singles, left.min(BATCH_MESSAGES)),
            (Atomic::Taken, _, _) if left == 1 => (PublishMode::Singles, 1),
            (Atomic::Taken, Some(batch), Some(single)) if single <= batch => {
                (PublishMode::Singles, left.min(TIMED_AGAIN.saturating_sub(self.since).max(PROBE)))
            }
            (Atomic::Taken, Some(_), None) if left >= PROBE && self.singles == Singles::InOrder => {
                (PublishMode::Singles, PROBE)
            }
            (Atomic::Taken, _, _) => (PublishMode::Batch, left.min(BATCH_MESSAGES)),
        }
    }

    /// So many messages were acknowledged, and took that long.
    fn took(&mut self, way: PublishMode, messages: usize, time: Duration) {
        let least = match way {
            PublishMode::Batch => BATCH_MESSAGES / 2,
            PublishMode::Singles => PROBE,
        };
        if self.since >= TIMED_AGAIN {
            *self = Pace::new(self.atomic, self.singles);
        }
        self.since += messages;
        if messages >= least {
            let each = time / u32::try_from(messages).unwrap_or(u32::MAX);
            match way {
                PublishMode::Batch => self.batch = Some(each),
                PublishMode::Singles => self.single = Some(each),
            }
        }
    }
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
    pub(crate) pace: &'p mut Pace,
    /// What is published on, where there is a connection.
    pub(crate) outlet: &'p mut Option<PublishConnection>,
    /// When what does not say when it was reported was.
    pub(crate) now: Instant,
    pub(crate) patience: Duration,
}

impl Publisher<'_> {
    /// Publishes all. Where that fails, the acknowledgements that came are told nevertheless.
    pub(crate) async fn publish(&mut self, messages: &[Outgoing<'_>]) -> (Vec<Option<Ack>>, Result<(), LogError>) {
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
        messages: &[Outgoing<'_>],
        waiting: &[usize],
        acks: &mut [Option<Ack>],
        deadline: Clock,
    ) -> Result<(), Stop> {
        // Whatever goes wrong, it is not used again.
        let outlet = match self.outlet.take().filter(PublishConnection::is_up) {
            Some(outlet) => outlet,
            None => match tokio::time::timeout_at(deadline.into(), self.connection.outlet()).await {
                Ok(opened) => opened.map_err(|error| Stop::Again(error.to_string()))?,
                Err(_) => return Err(Stop::Again("there is no connection".to_owned())),
            },
        };
        let mut exchange = Exchange::open(self, outlet, deadline).await?;
        let mut rest = waiting;
        while !rest.is_empty() {
            let (way, most) = self.pace.next(rest.len());
            let began = Clock::now();
            if way == PublishMode::Batch {
                let batch = &rest[..batch_of(messages, &rest[..most])];
                match exchange.batch(messages, batch, acks).await? {
                    Committed::Yes => {
                        self.pace.took(way, batch.len(), began.elapsed());
                        rest = &rest[batch.len()..];
                        continue;
                    }
                    Committed::No { err_code } => {
                        self.pace.atomic =
                            if err_code == ATOMIC_DISABLED { Atomic::Never } else { Atomic::AfterDuplicates };
                    }
                }
            }
            let (some, after) = rest.split_at(most);
            rest = after;
            let answering = exchange.window(messages, some, acks).await?;
            // What the server knows it does not store, and so it takes no time that would say anything.
            if !some.iter().any(|at| matches!(acks[*at], Some(Ack::Known(_)))) {
                self.pace.took(PublishMode::Singles, some.len(), answering);
                if self.pace.atomic == Atomic::AfterDuplicates {
                    self.pace.atomic = Atomic::Taken;
                }
            }
        }
        *self.outlet = Some(exchange.outlet);
        Ok(())
    }
}

/// How many of the messages go into one batch.
fn batch_of(messages: &[Outgoing<'_>], waiting: &[usize]) -> usize {
    let mut bytes = 0;
    let fits = waiting.iter().take(BATCH_MESSAGES).take_while(|at| {
        bytes += messages[**at].event.len();
        bytes <= BATCH_BYTES
    });
    fits.count().max(1)
}

/// The most bytes of the headers that do not come from the event: what messages and parts of a batch say of themselves.
const OWN_HEADERS: usize = 256;

/// How many bytes a message takes, with its headers and also as a part of a batch, where that is more than the server
/// takes. Sent, such a message would end the connection, and with it all that is under way.
pub(crate) fn bytes_beyond(
    most: usize,
    subjects: &SubjectPrefix,
    message: &Outgoing<'_>,
    now: Instant,
) -> Option<usize> {
    // No header says more than the event does, and there are few: where there is plenty of room nothing is counted.
    if most == 0 || 8 * message.event.len() + OWN_HEADERS <= most {
        return None;
    }
    let (_, headers) = address(subjects, message.id, message.event, message.copied.unwrap_or(now));
    let line = |name: &str, value: &str| name.len() + value.len() + ": \r\n".len();
    let lines =
        headers.iter().flat_map(|(name, values)| values.iter().map(move |value| line(name.as_ref(), value.as_str())));
    let bytes = message.event.len() + lines.sum::<usize>() + OWN_HEADERS;
    (bytes > most).then_some(bytes)
}

/// What became of an atomic batch.
enum Committed {
    Yes,
    /// The server did not want it as a batch, and stored none of it.
    No {
        err_code: u64,
    },
}

/// What a message says of the batch that it is part of.
struct Batch<'b> {
    id: &'b str,
    /// From 1.
    sequence: usize,
    last: bool,
}

/// Messages that go out, and their acknowledgements that come in, on one connection for as long as it holds.
struct Exchange<'e> {
    connection: &'e Connection,
    outlet: PublishConnection,
    stream: &'e StreamName,
    subjects: &'e SubjectPrefix,
    now: Instant,
    inbox: String,
    answers: Subscriber,
    losses: watch::Receiver<u64>,
    denials: Denials,
    patience: Duration,
    /// Until when something must be acknowledged.
    deadline: Clock,
}

impl<'e> Exchange<'e> {
    async fn open(publisher: &Publisher<'e>, outlet: PublishConnection, deadline: Clock) -> Result<Exchange<'e>, Stop> {
        let Publisher { connection, stream, subjects, patience, now, .. } = *publisher;
        let inbox = outlet.client.new_inbox();
        let (losses, denials) = (outlet.signs.losses(), outlet.signs.denials());
        let subscribed = outlet.client.subscribe(format!("{inbox}.*")).await;
        let answers = subscribed.map_err(|error| Stop::Again(error.to_string()))?;
        Ok(Exchange { connection, outlet, stream, subjects, now, inbox, answers, losses, denials, patience, deadline })
    }

    /// Sends an event that is answered under this number; without one it is not answered.
    async fn send(&self, event: &Outgoing<'_>, batch: Option<Batch<'_>>, number: Option<usize>) -> Result<(), Stop> {
        let (subject, mut headers) = address(self.subjects, event.id, event.event, event.copied.unwrap_or(self.now));
        if event.repeats == Repeats::Stored {
            let others = headers.iter().filter(|(name, _)| AsRef::<str>::as_ref(name) != MESSAGE_ID);
            headers = others.flat_map(|(name, values)| values.iter().map(|v| (name.clone(), v.clone()))).collect();
        }
        if let Some(copied) = event.copied {
            headers.insert(RECORDED_AT, &*copied.to_string());
        }
        if let Some(Batch { id, sequence, last }) = batch {
            headers.insert("Nats-Batch-Id", id);
            headers.insert("Nats-Batch-Sequence", &*sequence.to_string());
            if last {
                headers.insert("Nats-Batch-Commit", "1");
            }
        }
        let payload = Bytes::copy_from_slice(event.event.as_bytes());
        let client = &self.outlet.client;
        if !self.outlet.is_up() {
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
                    self.deadline = Clock::now() + self.patience;
                    return self.read(&answer);
                }
                () = async { drop(self.losses.wait_for(|losses| *losses > 0).await) } => {
                    return Err(Stop::Again("the connection was lost".to_owned()));
                }
                what = self.denials.next() => {
                    // Others may be using the connection, for other things.
                    if what.contains(self.subjects.as_str()) || what.contains(&self.inbox) {
                        return Err(Stop::Never(self.connection.denied(&what)));
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

    /// Sends single messages, and waits for all acknowledgements. How long after the first of these the last one came,
    /// which says how fast the server is, however far away it is.
    async fn window(
        &mut self,
        messages: &[Outgoing<'_>],
        singles: &[usize],
        acks: &mut [Option<Ack>],
    ) -> Result<Duration, Stop> {
        let (mut sent, mut answered) = (0, 0);
        let mut first = None;
        while answered < singles.len() {
            while sent < singles.len() && sent - answered < WINDOW {
                self.send(&messages[singles[sent]], None, Some(singles[sent])).await?;
                sent += 1;
            }
            // One is waited for, and whatever else is there is taken with it.
            let mut next = Some(self.answer().await);
            first.get_or_insert_with(Clock::now);
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
        Ok(first.map_or(Duration::ZERO, |first| first.elapsed()))
    }

    async fn batch(
        &mut self,
        messages: &[Outgoing<'_>],
        batch: &[usize],
        acks: &mut [Option<Ack>],
    ) -> Result<Committed, Stop> {
        let id = self.outlet.client.new_inbox();
        let id = id.rsplit('.').next().unwrap_or(&id);
        for (n, at) in batch.iter().enumerate() {
            let last = n + 1 == batch.len();
            let part = Batch { id, sequence: n + 1, last };
            self.send(&messages[*at], Some(part), last.then_some(*at)).await?;
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
    use std::time::Duration;

    use super::{
        Atomic, BATCH_BYTES, BATCH_MESSAGES, Outgoing, PROBE, Pace, PublishMode, Repeats, Singles, TIMED_AGAIN,
        batch_of,
    };

    #[test]
    fn batches_are_bounded() {
        for (sizes, expect) in [
            (vec![1; 5], 5),
            (vec![1; 1001], 1000),
            (vec![BATCH_BYTES], 1),
            (vec![BATCH_BYTES + 1, 1], 1),
            (vec![BATCH_BYTES / 2, BATCH_BYTES / 2, 1], 2),
        ] {
            let texts: Vec<String> = sizes.iter().map(|bytes| "x".repeat(*bytes)).collect();
            let messages: Vec<Outgoing<'_>> =
                texts.iter().map(|event| Outgoing { id: "", event, copied: None, repeats: Repeats::Dropped }).collect();
            let waiting: Vec<usize> = (0..messages.len()).collect();
            assert_eq!(batch_of(&messages, &waiting), expect);
        }
    }

    /// The ways of so many messages, where one takes so many microseconds in a batch and on its own.
    fn ways(atomic: Atomic, singles: Singles, messages: usize, batch: u64, single: u64) -> Vec<(PublishMode, usize)> {
        let mut pace = Pace::new(atomic, singles);
        let mut left = messages;
        let mut ways: Vec<(PublishMode, usize)> = Vec::new();
        while left > 0 {
            let (way, some) = pace.next(left);
            let each = match way {
                PublishMode::Batch => batch,
                PublishMode::Singles => single,
            };
            pace.took(way, some, Duration::from_micros(each * some as u64));
            left -= some;
            match ways.last_mut() {
                Some((last, sum)) if *last == way => *sum += some,
                Some(_) | None => ways.push((way, some)),
            }
        }
        ways
    }

    #[test]
    fn the_faster_way_is_taken() {
        let (batch, singles) = (|n| (PublishMode::Batch, n), |n| (PublishMode::Singles, n));
        assert_eq!(ways(Atomic::Never, Singles::InOrder, 5000, 1, 9), [singles(5000)]);
        assert_eq!(ways(Atomic::Taken, Singles::InOrder, 1, 1, 9), [singles(1)]);
        assert_eq!(ways(Atomic::Taken, Singles::InOrder, 20, 1, 9), [batch(20)]);
        // A server that does not sync, and one that does.
        assert_eq!(
            ways(Atomic::Taken, Singles::InOrder, 50_000, 30, 10),
            [batch(BATCH_MESSAGES), singles(50_000 - BATCH_MESSAGES)]
        );
        let expect = [batch(BATCH_MESSAGES), singles(PROBE), batch(50_000 - BATCH_MESSAGES - PROBE)];
        assert_eq!(ways(Atomic::Taken, Singles::InOrder, 50_000, 30, 400), expect);
        assert_eq!(ways(Atomic::Taken, Singles::AnyOrder, 50_000, 30, 10), [batch(50_000)]);
        // Both are timed again after a while.
        let timed = |ways: Vec<(PublishMode, usize)>, probe: (PublishMode, usize)| {
            ways.iter().filter(|way| **way == probe).count()
        };
        assert_eq!(timed(ways(Atomic::Taken, Singles::InOrder, 3 * TIMED_AGAIN, 30, 400), singles(PROBE)), 3);
        assert_eq!(timed(ways(Atomic::Taken, Singles::InOrder, 3 * TIMED_AGAIN, 30, 10), batch(BATCH_MESSAGES)), 3);
    }
}
