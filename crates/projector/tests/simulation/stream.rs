//! The stream, in the place of NATS: a log in memory.
//!
//! Its contract: a position that was given keeps its message, an acknowledgement means that the message is there, and a
//! message with an id of which it knows is not stored again. It forgets ids after a while, so copies are possible.

use std::collections::BTreeMap;

use tenure_domain::archive::Archive;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_domain::reading::withhold;
use tenure_domain::wire::read_stored;
use tenure_log::stream::Message;
use tenure_log::{Digest, Distinct, EventIdentity, identify};

/// By what an older version knows an event: it has no such types.
pub(crate) fn identify_as_before(event: &str) -> Option<EventIdentity> {
    let newer = ["SameUnit", "PersonDescribed", "HeldPost"];
    identify(event).filter(|_| !newer.iter().any(|name| event.contains(&format!(r#""type":"{name}""#))))
}

/// What the stream answers to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It stands at this position now.
    Stored(Seq),
    /// A message with its id stands at this position.
    Known(Seq),
}

/// The stream.
pub(crate) struct Stream {
    /// When each was stored, by the clock of the server, and what was.
    stored: Vec<(Instant, Vec<u8>)>,
    known: BTreeMap<String, Seq>,
    clock: i64,
}

/// What the messages up to a position come to, read in the plainest way.
pub(crate) struct PlainReading {
    /// The digest of the stream, as its own readers make it.
    pub(crate) digest: Digest,
    pub(crate) archive: Archive,
    pub(crate) passed_over: u64,
    pub(crate) quarantined: usize,
    pub(crate) erasures: usize,
}

impl Stream {
    pub(crate) fn new() -> Stream {
        // 2025-06-01.
        Stream { stored: Vec::new(), known: BTreeMap::new(), clock: 1_748_736_000_000_000 }
    }

    /// The clock of the server goes on, or back.
    pub(crate) fn tick(&mut self, seconds: i64) {
        self.clock += seconds * 1_000_000;
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_micros(self.clock)
    }

    /// The time comes to forget ids.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }

    pub(crate) fn head(&self) -> Seq {
        Seq::new(self.stored.len() as u64)
    }

    pub(crate) fn publish(&mut self, id: Option<&str>, payload: &[u8]) -> Answer {
        if let Some(seq) = id.and_then(|id| self.known.get(id)) {
            return Answer::Known(*seq);
        }
        self.stored.push((self.now(), payload.to_vec()));
        let seq = self.head();
        self.known.extend(id.map(|id| (id.to_owned(), seq)));
        Answer::Stored(seq)
    }

    pub(crate) fn payload(&self, seq: Seq) -> &[u8] {
        &self.stored[place(seq)].1
    }

    /// At most so many messages from a position on, as a follower is given them. `after` is when the one before was
    /// recorded.
    pub(crate) fn messages(&self, from: Seq, most: usize, after: Option<Instant>) -> Vec<Message> {
        let mut after = after;
        let waiting = (from.number()..).zip(self.stored.get(place(from)..).unwrap_or_default());
        let message = |(seq, (at, payload)): (u64, &(Instant, Vec<u8>))| {
            let recorded_at = after.map_or(*at, |after| after.max(*at));
            after = Some(recorded_at);
            let payload = payload.clone().into();
            Message { seq: Seq::new(seq), recorded_at, subject: "events.x".to_owned(), id: None, payload }
        };
        waiting.take(most).map(message).collect()
    }

    /// What the messages up to a position say: of each id the first, in their order.
    pub(crate) fn told(&self, last: Seq) -> PlainReading {
        let (archive, mut distinct) = (Archive::new(), Distinct::new(identify));
        let mut told = PlainReading { digest: distinct.digest(), archive, passed_over: 0, quarantined: 0, erasures: 0 };
        let mut known: BTreeMap<String, [u8; 16]> = BTreeMap::new();
        for Message { seq, recorded_at, payload, .. } in self.messages(Seq::new(1), place(last.next()), None) {
            distinct.judge(seq, &payload);
            let text = std::str::from_utf8(&payload).ok().filter(|text| is_one_line(text));
            let identified = text.and_then(|text| Some((identify(text)?, text)));
            let identified = identified.filter(|(identity, _)| !identity.id.is_of_no_event());
            let Some((EventIdentity { id, fingerprint }, text)) = identified else {
                (told.passed_over, told.quarantined) = (told.passed_over + 1, told.quarantined + 1);
                continue;
            };
            if let Some(first) = known.get(id.as_str()) {
                told.passed_over += 1;
                told.quarantined += usize::from(*first != fingerprint);
                continue;
            }
            known.insert(id.as_str().to_owned(), fingerprint);
            told.erasures += usize::from(text.contains("PersonErased"));
            match read_stored(text, recorded_at) {
                Ok(event) => told.archive.push(seq, recorded_at, event),
                Err(_) => told.quarantined += 1,
            }
        }
        told.digest = distinct.digest();
        withhold(&mut told.archive);
        told
    }
}

/// Whether a text can be a line of a log.
fn is_one_line(text: &str) -> bool {
    text.starts_with('{') && text.ends_with('}') && !text.contains('\n')
}

/// Where a position lies in a list that begins with position 1.
fn place(seq: Seq) -> usize {
    usize::try_from(seq.number() - 1).expect("few messages")
}
