//! One message of the stream, and when it counts as recorded.

use async_nats::HeaderMap;
use bytes::Bytes;
use serde_json::Value;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;

use super::address::{CE_ID, MESSAGE_ID, RECORDED_AT};

/// A message as it stands in the stream; whether it is an event is for the reader to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its position.
    pub seq: Seq,
    /// When it counts as recorded.
    pub recorded_at: Instant,
    /// The subject.
    pub subject: String,
    /// The id that its header gives: `Nats-Msg-Id`, else `ce-id`. What counts is the id in the event.
    pub id: Option<String>,
    /// The event, as bytes that may be anything.
    pub payload: Bytes,
}

impl Message {
    /// `after` is when the message before was recorded, where that is known.
    pub(crate) fn new(
        seq: Seq,
        stored_at: Instant,
        subject: String,
        headers: Option<&HeaderMap>,
        payload: Bytes,
        after: Option<Instant>,
    ) -> Message {
        let header = |name| headers?.get(name).map(|value| value.as_str().to_owned());
        let copied = header(RECORDED_AT).and_then(|text| text.parse().ok());
        let id = header(MESSAGE_ID).or_else(|| header(CE_ID));
        Message { seq, recorded_at: recorded_at(copied, stored_at, after), subject, id, payload }
    }
}

/// The message that a reader read last. By it the stream is known again: what takes its place in a stream that was put back
/// from an older copy was stored at another time, even if it says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRead {
    /// What it holds, where the reader has that.
    pub payload: Option<Bytes>,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// When the message before it was recorded.
    pub before: Option<Instant>,
}

impl LastRead {
    /// Whether a message of that position is this one.
    pub(crate) fn is(&self, message: &Message) -> bool {
        message.recorded_at == self.recorded_at && self.payload.as_ref().is_none_or(|read| *read == message.payload)
    }
}

/// When a message counts as recorded: a copy when its original was, if that is possible; never before the message that
/// stands before it.
fn recorded_at(copied: Option<Instant>, stored_at: Instant, after: Option<Instant>) -> Instant {
    let possible = |at: &Instant| *at <= stored_at && after.is_none_or(|after| *at >= after);
    let at = copied.filter(possible).unwrap_or(stored_at);
    after.map_or(at, |after| after.max(at))
}

/// What the reply subject of a delivered message says: its position, and when the server stored it.
///
/// `$JS.ACK.STREAM.CONSUMER.DELIVERED.SEQ.CSEQ.NANOS.PENDING`, or with a domain and an account after `ACK`.
pub(crate) fn place(reply: &str) -> Option<(Seq, Instant)> {
    let tokens: Vec<&str> = reply.strip_prefix("$JS.ACK.")?.split('.').collect();
    let skip = match tokens.len() {
        7 => 3,
        9.. => 5,
        _ => return None,
    };
    let seq = tokens.get(skip)?.parse().ok()?;
    let nanos: i64 = tokens.get(skip + 2)?.parse().ok()?;
    Some((Seq::new(seq), Instant::from_micros(nanos.div_euclid(1000))))
}

/// The state of a stream, as the server tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) created: String,
    pub(crate) messages: u64,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) deleted: u64,
}

impl State {
    pub(crate) fn read(info: &Value) -> State {
        let state = &info["state"];
        let number = |field: &str| state[field].as_u64().unwrap_or(0);
        State {
            created: info["created"].as_str().unwrap_or_default().to_owned(),
            messages: number("messages"),
            first: number("first_seq"),
            last: number("last_seq"),
            deleted: number("num_deleted"),
        }
    }

    /// The positions that are empty: those before the first message, or some in between.
    pub(crate) fn missing(&self) -> Option<(Seq, Seq)> {
        let begin = if self.messages == 0 { self.last + 1 } else { self.first };
        if begin > 1 {
            return Some((Seq::new(1), Seq::new(begin - 1)));
        }
        (self.deleted > 0).then(|| (Seq::new(self.first), Seq::new(self.last)))
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::day::Instant;
    use tenure_domain::position::Seq;

    use super::{State, place, recorded_at};

    #[test]
    fn copies_keep_their_stamps_where_they_can() {
        let at = Instant::from_micros;
        let check = |copied: Option<i64>, stored: i64, after: Option<i64>, expect: i64| {
            assert_eq!(
                recorded_at(copied.map(at), at(stored), after.map(at)),
                at(expect),
                "{copied:?} {stored} {after:?}"
            );
        };
        check(None, 50, None, 50);
        check(None, 50, Some(40), 50);
        check(None, 50, Some(60), 60);
        check(Some(30), 50, None, 30);
        check(Some(30), 50, Some(30), 30);
        check(Some(30), 50, Some(31), 50);
        check(Some(51), 50, None, 50);
        check(Some(51), 50, Some(60), 60);
    }

    #[test]
    fn a_reply_subject_tells_the_place() {
        let expect = Some((Seq::new(42), Instant::from_micros(1_700_000_000_123_456)));
        assert_eq!(place("$JS.ACK.TENURE.c.1.42.7.1700000000123456789.0"), expect);
        assert_eq!(place("$JS.ACK.hub.ACC.TENURE.c.1.42.7.1700000000123456789.0.rnd"), expect);
        for none in ["", "_INBOX.x", "$JS.ACK.TENURE.c.1.42", "$JS.ACK.TENURE.c.1.x.7.1700000000123456789.0"] {
            assert_eq!(place(none), None, "{none}");
        }
    }

    #[test]
    fn holes_are_seen() {
        let state = |messages, first, last, deleted| State { created: String::new(), messages, first, last, deleted };
        for (state, missing) in [
            (state(0, 0, 0, 0), None),
            (state(0, 1, 0, 0), None),
            (state(3, 1, 3, 0), None),
            (state(2, 2, 3, 0), Some((1, 1))),
            (state(0, 4, 3, 0), Some((1, 3))),
            (state(2, 1, 3, 1), Some((1, 3))),
        ] {
            assert_eq!(state.missing(), missing.map(|(first, last)| (Seq::new(first), Seq::new(last))), "{state:?}");
        }
    }
}
