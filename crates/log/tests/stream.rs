//! What a stream promises beyond what every log does: following it through restarts, and telling when it is not itself.

#[path = "../../../tests/nats/server.rs"]
mod server;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use server::{Server, Setup};
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_log::stream::{Access, Connection, Follow, LastRead, Message, Settings, StreamTarget};
use tenure_log::{Create, EventIdentity, Log as _, LogError, NewEvent, Outcome, Stream};

fn identify(event: &str) -> Option<EventIdentity> {
    let (id, _) = event.strip_prefix(r#"{"id":""#)?.split_once('"')?;
    let hash = event.bytes().fold(0_u128, |hash, byte| hash.wrapping_mul(1_000_003) + u128::from(byte));
    Some(EventIdentity { id: id.parse().ok()?, fingerprint: hash.to_le_bytes() })
}

fn event(id: u64) -> String {
    format!(r#"{{"id":"e{id}","text":"{}"}}"#, "x".repeat(200))
}

fn connect(server: &Server) -> Connection {
    let access = Access::to(&server.url()).expect("an address");
    Connection::open(&access, Duration::from_secs(10)).expect("a connection")
}

fn open(server: &Server) -> Result<Stream, LogError> {
    Stream::open(connect(server), StreamTarget::default(), Create::IfMissing, identify)
}

fn append(stream: &mut Stream, numbers: std::ops::Range<u64>) -> Result<Vec<Outcome>, LogError> {
    let events: Vec<String> = numbers.map(event).collect();
    let identities: Vec<EventIdentity> = events.iter().map(|event| identify(event).expect("an event")).collect();
    let entries = events.iter().zip(&identities);
    let batch: Vec<NewEvent<'_>> =
        entries.map(|(event, is)| NewEvent { id: &is.id, fingerprint: is.fingerprint, event }).collect();
    stream.append(&batch, Instant::from_micros(0))
}

/// Follows until so many messages came.
fn take(follow: &mut Follow, count: usize) -> Vec<Message> {
    let mut taken = Vec::new();
    let began = Clock::now();
    while taken.len() < count {
        assert!(began.elapsed() < Duration::from_mins(1), "{} of {count} came", taken.len());
        taken.extend(follow.next(Duration::from_secs(1)).expect("readable"));
    }
    assert_eq!(taken.len(), count);
    taken
}

/// The error with which following ends.
fn end(follow: &mut Follow) -> LogError {
    let began = Clock::now();
    while began.elapsed() < Duration::from_mins(1) {
        if let Err(error) = follow.next(Duration::from_secs(1)) {
            return error;
        }
    }
    panic!("following goes on");
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

fn replace_dir(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).expect("removed");
    }
    copy_dir(from, to);
}

#[test]
fn a_reader_follows_through_restarts() {
    let mut server = Server::start(&Setup::default());
    let mut stream = open(&server).expect("a stream");
    append(&mut stream, 0..2500).expect("appended");
    let mut follow = stream.follow(Seq::new(1), None);
    let mut next = 1;
    let mut check = |messages: Vec<Message>| {
        for message in messages {
            assert_eq!((message.seq.number(), message.id.as_deref()), (next, Some(&*format!("e{}", next - 1))));
            assert_eq!(message.payload, event(next - 1));
            assert_eq!(message.subject, "tenure.events.~.~");
            next += 1;
        }
    };
    check(take(&mut follow, 2500));
    assert_eq!(follow.next(Duration::from_millis(50)).expect("nothing"), [], "nothing is no error");
    for round in 1..=3 {
        let begin = 2500 * round;
        append(&mut stream, begin..begin + 1000).expect("appended");
        server.start_again();
        append(&mut stream, begin + 1000..begin + 2500).expect("appended");
        check(take(&mut follow, 2500));
    }
    // One that begins later sees the rest, and stamps go on from what its reader knows.
    let after = Instant::from_micros(4_000_000_000_000_000);
    let last =
        |payload: String| Some(LastRead { payload: Some(payload.into()), recorded_at: after, before: Some(after) });
    let rest = take(&mut stream.follow(Seq::new(9_999), last(event(9_997))), 2);
    assert!(
        rest.iter().map(|message| (message.seq.number(), message.recorded_at)).eq([(9_999, after), (10_000, after)])
    );
    // And one that read something else before sees nothing.
    let error = end(&mut stream.follow(Seq::new(9_999), last(event(7))));
    assert!(matches!(error, LogError::Rewritten { at, .. } if at == Seq::new(9_998)), "{error}");
    // One that is dropped while messages wait leaves nothing behind that would hinder the next.
    drop(stream.follow(Seq::new(1), None));
    assert_eq!(take(&mut stream.follow(Seq::new(10_000), None), 1).len(), 1);
}

#[test]
fn long_events_are_followed_in_bounded_pulls() {
    let server = Server::start(&Setup::default());
    let mut stream = open(&server).expect("a stream");
    // More than one pull may bring.
    let long = |id: usize| format!(r#"{{"id":"e{id}","text":"{}"}}"#, "x".repeat(65_000));
    for part in 0..4 {
        let events: Vec<String> = (part * 100..(part + 1) * 100).map(long).collect();
        let identities: Vec<EventIdentity> = events.iter().map(|event| identify(event).expect("an event")).collect();
        let entries = events.iter().zip(&identities);
        let batch: Vec<NewEvent<'_>> =
            entries.map(|(event, is)| NewEvent { id: &is.id, fingerprint: is.fingerprint, event }).collect();
        stream.append(&batch, Instant::from_micros(0)).expect("appended");
    }
    let taken = take(&mut stream.follow(Seq::new(1), None), 400);
    assert!(taken.iter().enumerate().all(|(id, message)| message.payload == long(id)));
}

#[test]
fn what_is_sent_again_after_the_window_counts_once() {
    let server = Server::start(&Setup::default());
    let settings = Settings { duplicate_window: Duration::from_millis(200), ..Settings::default() };
    let (mut stream, _) =
        Stream::init(connect(&server), StreamTarget::default(), &settings, identify).expect("a stream");
    append(&mut stream, 0..10).expect("appended");
    let digest = stream.digest().expect("a digest");
    std::thread::sleep(Duration::from_secs(1));
    let again = append(&mut stream, 0..10).expect("appended");
    assert_eq!(again, (11..=20).map(|seq| Outcome::Appended(Seq::new(seq))).collect::<Vec<_>>(), "it was forgotten");
    assert_eq!(stream.head().expect("a head"), Seq::new(20));
    let records = stream.records(Seq::ZERO).expect("records");
    assert!(records.map(|record| record.expect("a record").event).eq((0..10).map(event)));
    assert_eq!(stream.digest().expect("a digest"), digest);
}

#[test]
fn a_stream_that_is_not_itself_is_told() {
    let mut server = Server::start(&Setup::default());
    let store = server.dir().join("store");
    let mut stream = open(&server).expect("a stream");
    append(&mut stream, 0..5).expect("appended");
    server.kill();
    let kept = tempfile::tempdir().expect("a directory");
    copy_dir(&store, kept.path());
    server.start_again();
    append(&mut stream, 5..10).expect("appended");

    // An older copy is restored: the same stream, and shorter.
    let mut follow = stream.follow(Seq::new(1), None);
    assert_eq!(take(&mut follow, 10).len(), 10);
    server.kill();
    replace_dir(kept.path(), &store);
    server.start_again();
    let error = end(&mut follow);
    assert!(
        matches!(error, LogError::ShorterThan { head, asked, .. } if head == Seq::new(5) && asked == Seq::new(10)),
        "{error}"
    );
    assert!(matches!(stream.head(), Err(LogError::ShorterThan { .. })), "a log that was longer says so");
    let ahead = end(&mut open(&server).expect("it is fit").follow(Seq::new(7), None));
    assert!(matches!(ahead, LogError::ShorterThan { .. }), "{ahead}");
    // At its end there is nothing to complain of.
    assert_eq!(
        open(&server).expect("fit").follow(Seq::new(6), None).next(Duration::from_secs(1)).expect("nothing"),
        []
    );

    // It grows beyond what was read where no reader sees that: with other events, and with the very same ones.
    for others in [100..107, 5..12] {
        append(&mut open(&server).expect("a stream"), 5..10).expect("appended");
        let mut follow = open(&server).expect("a stream").follow(Seq::new(1), None);
        assert_eq!(take(&mut follow, 10).len(), 10);
        server.kill();
        let mut elsewhere = Server::start(&Setup::default());
        let other_store = elsewhere.dir().join("store");
        elsewhere.kill();
        replace_dir(kept.path(), &other_store);
        elsewhere.start_again();
        append(&mut open(&elsewhere).expect("a stream"), others).expect("appended");
        elsewhere.kill();
        replace_dir(&other_store, &store);
        server.start_again();
        let error = end(&mut follow);
        assert!(matches!(error, LogError::Rewritten { at, .. } if at == Seq::new(10)), "{error}");
        server.kill();
        replace_dir(kept.path(), &store);
        server.start_again();
    }

    // It is gone, and then there is another one of its name, longer than the first.
    let stream = open(&server).expect("a stream");
    let mut follow = stream.follow(Seq::new(1), None);
    assert_eq!(take(&mut follow, 5).len(), 5);
    server.kill();
    fs::remove_dir_all(&store).expect("removed");
    server.start_again();
    let error = end(&mut follow);
    assert!(matches!(error, LogError::NoStream { .. }), "{error}");
    let mut other = open(&server).expect("a stream");
    append(&mut other, 0..50).expect("appended");
    let error = end(&mut stream.follow(Seq::new(6), None));
    assert!(matches!(error, LogError::AnotherStream { .. }), "{error}");
}

#[test]
fn a_stream_replaced_under_its_reader_is_told() {
    let server = Server::start(&Setup::default());
    let mut stream = open(&server).expect("a stream");
    append(&mut stream, 0..5).expect("appended");
    let mut follow = stream.follow(Seq::new(1), None);
    assert_eq!(take(&mut follow, 5).len(), 5);
    // No connection is lost: the stream alone is deleted, made again, and filled beyond the reader's position.
    let connection = stream.connection().clone();
    let deleted = connection.wait_for(connection.client().request("$JS.API.STREAM.DELETE.TENURE", "".into()));
    assert!(String::from_utf8_lossy(&deleted.expect("an answer").payload).contains("\"success\":true"));
    let mut other = open(&server).expect("a stream");
    append(&mut other, 100..120).expect("appended");
    let error = end(&mut follow);
    assert!(matches!(error, LogError::AnotherStream { .. } | LogError::NoStream { .. }), "{error}");
}

#[test]
fn a_server_that_goes_away_is_waited_for_as_long_as_there_is_patience() {
    let mut server = Server::start(&Setup::default());
    let mut stream = open(&server).expect("a stream").with_patience(Duration::from_secs(2));
    append(&mut stream, 0..5).expect("appended");
    server.kill();
    let began = Clock::now();
    let Err(LogError::Unacknowledged { outcomes, source }) = append(&mut stream, 5..3000) else {
        panic!("nobody acknowledged it")
    };
    assert!(outcomes.iter().all(Option::is_none) && outcomes.len() == 2995);
    assert!(matches!(*source, LogError::Unreachable { .. }), "{source}");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    // After it was given up once, the next is given up sooner; and when the server is back, all goes on.
    let began = Clock::now();
    for _ in 0..20 {
        append(&mut stream, 5..3000).expect_err("still away");
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    server.start_again();
    let deadline = Clock::now() + Duration::from_mins(1);
    while let Err(error) = append(&mut stream, 0..3000) {
        assert!(Clock::now() < deadline, "{error}");
    }
    assert!(
        stream.records(Seq::ZERO).expect("records").map(|record| record.expect("one").event).eq((0..3000).map(event))
    );
}
