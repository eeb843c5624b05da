//! What every log promises, asked of each in the same words.

#[path = "../../../tests/nats/server.rs"]
mod server;

use std::time::Duration;

use server::{Server, Setup};
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_log::stream::{Access, Connection, StreamTarget};
use tenure_log::{Create, Digest, EventIdentity, Journal, Log, LogError, NewEvent, Outcome, OwnedRecord, Stream};

/// Events of these tests are `{"id":"..",..}`, and all of their text is their content.
fn identify(event: &str) -> Option<EventIdentity> {
    let (id, _) = event.strip_prefix(r#"{"id":""#)?.split_once('"')?;
    let hash = event.bytes().fold(0_u128, |hash, byte| hash.wrapping_mul(1_000_003) + u128::from(byte));
    Some(EventIdentity { id: id.parse().ok()?, fingerprint: hash.to_le_bytes() })
}

fn event(id: u64, text: &str) -> String {
    format!(r#"{{"id":"e{id}","text":"{text}"}}"#)
}

fn at(micros: i64) -> Instant {
    Instant::from_micros(1_767_323_045_123_456 + micros)
}

/// A place where a log can lie; opened several times, it is the same log.
enum Backend {
    Directory(tempfile::TempDir),
    Server(Server),
}

impl Backend {
    fn open(&self) -> Box<dyn Log> {
        match self {
            Backend::Directory(dir) => {
                Box::new(Journal::open(dir.path(), Create::IfMissing, identify).expect("a journal"))
            }
            Backend::Server(server) => {
                let access = Access::to(&server.url()).expect("an address");
                let connection = Connection::open(&access, Duration::from_secs(5)).expect("a connection");
                let stream = Stream::open(connection, StreamTarget::default(), Create::IfMissing, identify);
                Box::new(stream.expect("a stream"))
            }
        }
    }
}

/// Asks the same of an empty log of each sort.
fn check(promise: impl Fn(&Backend)) {
    promise(&Backend::Directory(tempfile::tempdir().expect("a directory")));
    promise(&Backend::Server(Server::start(&Setup::default())));
}

fn append(log: &mut dyn Log, events: &[String], now: Instant) -> Result<Vec<Outcome>, LogError> {
    let identities: Vec<EventIdentity> = events.iter().map(|event| identify(event).expect("a test's event")).collect();
    let entries = events.iter().zip(&identities);
    let batch: Vec<NewEvent<'_>> =
        entries.map(|(event, is)| NewEvent { id: &is.id, fingerprint: is.fingerprint, event }).collect();
    log.append(&batch, now)
}

fn copy(log: &mut dyn Log, events: &[(String, Instant)]) -> Result<Vec<Outcome>, LogError> {
    let identities: Vec<EventIdentity> =
        events.iter().map(|(event, _)| identify(event).expect("a test's event")).collect();
    let entries = events.iter().zip(&identities);
    let batch: Vec<(NewEvent<'_>, Instant)> =
        entries.map(|((event, at), is)| (NewEvent { id: &is.id, fingerprint: is.fingerprint, event }, *at)).collect();
    log.append_copies(&batch)
}

fn records(log: &mut dyn Log, from: u64) -> Vec<OwnedRecord> {
    log.records(Seq::new(from)).expect("readable").map(|record| record.expect("a record")).collect()
}

fn appended(seq: u64) -> Outcome {
    Outcome::Appended(Seq::new(seq))
}

fn duplicate(seq: u64) -> Outcome {
    Outcome::Duplicate(Seq::new(seq))
}

fn reused(seq: u64) -> Outcome {
    Outcome::Reused(Seq::new(seq))
}

#[test]
fn what_is_acknowledged_is_read_again() {
    check(|place| {
        let mut log = place.open();
        assert_eq!(log.head().expect("a head"), Seq::ZERO);
        assert_eq!(log.digest().expect("a digest"), Digest::EMPTY);
        assert_eq!(records(&mut *log, 1), []);
        assert_eq!(append(&mut *log, &[], at(0)).expect("nothing"), []);
        // More than one batch of any sort, one event alone, and a long one.
        let mut events: Vec<String> = (1..=2500).map(|id| event(id, "許主洪 é \\n")).collect();
        events[7] = event(8, &"x".repeat(64_000));
        let outcomes = append(&mut *log, &events[..2499], at(0)).expect("appended");
        assert_eq!(outcomes, (1..=2499).map(appended).collect::<Vec<_>>());
        assert_eq!(append(&mut *log, &events[2499..], at(9)).expect("appended"), [appended(2500)]);
        let digest = events.iter().fold(Digest::EMPTY, |digest, event| digest.then(event));
        for _ in 0..2 {
            assert_eq!(log.head().expect("a head"), Seq::new(2500));
            let found = records(&mut *log, 1);
            assert!(found.iter().map(|record| &record.event).eq(&events));
            assert!(found.iter().map(|record| record.seq.number()).eq(1..=2500));
            assert!(found.is_sorted_by_key(|record| record.recorded_at), "stamps never go back");
            let rest: Vec<u64> = records(&mut *log, 2498).iter().map(|record| record.seq.number()).collect();
            assert_eq!(rest, [2498, 2499, 2500]);
            assert_eq!(records(&mut *log, 2501), []);
            assert_eq!(log.digest().expect("a digest"), digest);
            log.close().expect("closed");
            log = place.open();
        }
    });
}

#[test]
fn an_id_stands_once() {
    check(|place| {
        let mut log = place.open();
        for (batch, expected) in [
            (vec![(1, "a"), (2, "b"), (1, "a"), (2, "c")], vec![appended(1), appended(2), duplicate(1), reused(2)]),
            (vec![(2, "b"), (1, "b"), (3, "a")], vec![duplicate(2), reused(1), appended(3)]),
            (vec![(3, "a")], vec![duplicate(3)]),
            (vec![(3, "a"), (3, "b")], vec![duplicate(3), reused(3)]),
            (vec![(3, "b"), (3, "a"), (3, "b")], vec![reused(3), duplicate(3), reused(3)]),
            (vec![(4, "a"), (5, "a")], vec![appended(4), appended(5)]),
        ] {
            let batch: Vec<String> = batch.into_iter().map(|(id, text)| event(id, text)).collect();
            assert_eq!(append(&mut *log, &batch, at(0)).expect("appended"), expected);
            drop(log);
            log = place.open();
        }
        let found: Vec<String> = records(&mut *log, 1).into_iter().map(|record| record.event).collect();
        assert_eq!(found, [event(1, "a"), event(2, "b"), event(3, "a"), event(4, "a"), event(5, "a")]);
    });
}

#[test]
fn a_batch_with_a_bad_event_writes_nothing() {
    check(|place| {
        let mut log = place.open();
        for bad in ["{\"id\":\"bad\"\n}", r#"{"id":"bad"} "#, r#"{"id":"bad""#] {
            let error = append(&mut *log, &[event(1, "good"), bad.to_owned()], at(0));
            let Err(LogError::NotOneObject { id }) = error else { panic!("{bad} was taken") };
            assert_eq!((id.as_str(), log.head().expect("a head")), ("bad", Seq::ZERO));
        }
    });
}

#[test]
fn copies_keep_their_stamps() {
    check(|place| {
        let mut log = place.open();
        let events: Vec<(String, Instant)> =
            (1..=9).map(|id: u32| (event(u64::from(id), "a"), at(10 * i64::from(id)))).collect();
        assert_eq!(copy(&mut *log, &events[..4]).expect("copied"), (1..=4).map(appended).collect::<Vec<_>>());
        assert_eq!(copy(&mut *log, &events[2..]).expect("copied")[..3], [duplicate(3), duplicate(4), appended(5)]);
        let found = records(&mut *log, 1);
        assert!(
            found.iter().map(|record| (&record.event, record.recorded_at)).eq(events.iter().map(|(e, at)| (e, *at)))
        );
        // What would go back does not.
        let early = [(event(10, "a"), at(0))];
        assert_eq!(copy(&mut *log, &early).expect("copied"), [appended(10)]);
        let found = records(&mut *log, 9);
        assert!(found[1].recorded_at >= found[0].recorded_at);
    });
}

#[test]
fn a_log_is_known_again() {
    check(|place| {
        let first = place.open().identity();
        assert_eq!(place.open().identity(), first);
    });
    let places = [
        Backend::Directory(tempfile::tempdir().expect("a directory")),
        Backend::Directory(tempfile::tempdir().expect("a directory")),
        Backend::Server(Server::start(&Setup::default())),
        Backend::Server(Server::start(&Setup::default())),
    ];
    let identities: std::collections::HashSet<_> = places.iter().map(|place| place.open().identity()).collect();
    assert_eq!(identities.len(), places.len());
}
