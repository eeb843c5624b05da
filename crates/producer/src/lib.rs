//! Feeds a log: reads events from files and streams, checks them, and appends them in batches.
//!
//! Good events are never lost to a bad neighbour: each text is checked on its own, what is wrong with it is told with
//! its file and line, and the rest goes in. Memory is bounded by two batches, however long the input or its lines are:
//! while one is appended, the next one is checked. What came is appended within a second, however slowly the rest comes.
//! Deciding what an event means is not done here; see the domain.

pub mod adapter;
mod binary;
mod piece;
mod refusals;
mod slow;
mod texts;

use std::io::BufRead;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Clock};

use rustc_hash::FxHashMap;
use tenure_domain::day::Instant;
use tenure_domain::plain_text::in_part;
use tenure_domain::position::Seq;
use tenure_domain::wire::{Arrival, Refusal, Submission};
use tenure_log::{Log, LogError, NewEvent, Outcome};

pub use binary::Binary;
pub use slow::ingest_slow;

use piece::{Piece, PieceEvent, piece, read_all};
use refusals::{id_reused, too_long};
use texts::Texts;

/// How many events are appended at once: one write and one sync each time.
const BATCH_EVENTS: usize = 8192;
/// How many bytes of input a batch holds at most.
const BATCH_BYTES: usize = 8 << 20;
/// How long what was taken waits for more before it is appended.
const BATCH_TIME: Duration = Duration::from_secs(1);
/// How much of a rejected text is kept.
pub const INPUT_BYTES: usize = 1_000;

/// What became of the events of one or more inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Events that the log did not have.
    pub appended: u64,
    /// Events that it had.
    pub duplicate: u64,
    /// Texts that are no event, or one whose id has other content already.
    pub rejected: u64,
    /// Events that the log has not acknowledged.
    pub unsent: u64,
    /// The log's last position afterwards, as far as it is known here: what is appended is answered at it. None where the log
    /// was not reached.
    pub head: Option<Seq>,
}

impl Summary {
    /// The log's last position, where it is known.
    #[must_use]
    pub fn seq(self) -> Option<u64> {
        self.head.map(Seq::number)
    }

    /// What became of this input and of another, ingested after it.
    #[must_use]
    pub fn and(self, next: Summary) -> Summary {
        Summary {
            appended: self.appended + next.appended,
            duplicate: self.duplicate + next.duplicate,
            rejected: self.rejected + next.rejected,
            unsent: self.unsent + next.unsent,
            head: self.head.max(next.head),
        }
    }
}

/// A text that was not appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The input.
    pub file: String,
    /// The line on which the text begins, from 1.
    pub line: u64,
    /// The column that is to blame, in a format that has columns.
    pub column: Option<String>,
    /// What is wrong, and where.
    pub reason: String,
    /// What to do about it.
    pub hint: String,
    /// The first 1,000 bytes of the text.
    pub input: String,
}

impl Reject {
    /// The line of JSON that a file of rejects holds.
    pub fn to_json(&self) -> serde_json::Value {
        let mut json = serde_json::json!({
            "file": self.file,
            "line": self.line,
            "reason": self.reason,
            "hint": self.hint,
            "input": self.input,
        });
        if let Some(column) = &self.column {
            json["column"] = column.as_str().into();
        }
        json
    }
}

/// Why an input could not be appended to its end. Another run is harmless: what is in the log is a duplicate.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The input cannot be read.
    #[error("{file}: cannot be read after line {line}")]
    Input {
        /// The input.
        file: String,
        /// The last line that was read.
        line: u64,
        /// Why.
        source: std::io::Error,
    },
    /// The input is no text.
    #[error("{file}: {binary}")]
    Binary {
        /// The input.
        file: String,
        /// What it is.
        binary: Binary,
    },
    /// The log cannot be appended to.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log took no more.
    #[error("{source}")]
    Stopped {
        /// What became of the events until then.
        summary: Summary,
        /// Why.
        source: Box<LogError>,
    },
    /// A reject cannot be written down.
    #[error("the rejects cannot be written")]
    Rejects(#[source] std::io::Error),
    /// What the log did not acknowledge cannot be written down.
    #[error("the events that were not acknowledged cannot be written")]
    NotSetAside(#[source] std::io::Error),
    /// The log did not acknowledge all events. Those may stand in it or not.
    #[error("{} events were not acknowledged", summary.unsent)]
    Unsent {
        /// What became of the events until then.
        summary: Summary,
        /// Why.
        source: Box<LogError>,
    },
}

impl IngestError {
    /// An input cannot be read after that line.
    fn of_input(file: &str, line: u64, source: std::io::Error) -> IngestError {
        let file = file.to_owned();
        match source.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(binary) => IngestError::Binary { file, binary: *binary },
            None => IngestError::Input { file, line, source },
        }
    }
}

/// What to do with the rest of an input, of which some was not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUnsent {
    /// Read on: what the log does not take is told.
    Read,
    /// Leave it.
    Leave,
}

/// What happens on the way.
pub trait Watch {
    /// The time, for the log's stamps.
    fn now(&self) -> Instant;
    /// A text is rejected.
    fn rejected(&mut self, reject: &Reject) -> std::io::Result<()>;
    /// That many bytes of the input are dealt with, and its events so far are safely in the log.
    fn passed(&mut self, bytes: u64);
    /// The log's last stamp is later than the clock: what is appended now will bear that stamp.
    fn stamped_ahead(&mut self, _last: Instant, _now: Instant) {}
    /// An event has the key, the source and the times of another one of this input: one key names two statements.
    fn key_reused(&mut self, _reuse: &KeyReuse<'_>) {}
    /// An adapter has read its inputs: what became of their records and fields.
    fn accounted(&mut self, _accounts: &adapter::Accounts) {}
    /// An event, as it would have been stored, was not acknowledged.
    fn unsent(&mut self, _event: &str) -> std::io::Result<OnUnsent> {
        Ok(OnUnsent::Leave)
    }
}

/// A key of a source that names two statements.
#[derive(Clone, Copy, Debug)]
pub struct KeyReuse<'r> {
    /// Where the second stands.
    pub place: &'r Place,
    /// The line of the first.
    pub first_line: u64,
}

/// How many statements with keys are remembered of an input, so that a key used twice is told.
const MOST_STATEMENTS: usize = 1 << 18;

/// Where a text stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The input.
    pub file: Arc<str>,
    /// The line on which the text begins, from 1.
    pub line: u64,
    /// The column, in a format that has columns.
    pub column: Option<Arc<str>>,
}

/// A batch whose texts were read as events.
struct Read {
    pieces: Vec<Piece>,
    events: Vec<Result<Submission, Refusal>>,
    /// How far the input is dealt with when these are.
    passed: Option<u64>,
}

/// Appends texts in batches, each while the next one is read.
struct Feed<'f> {
    log: &'f mut dyn Log,
    watch: &'f mut dyn Watch,
    summary: Summary,
    /// Why events were not acknowledged first.
    unsent: Option<Box<LogError>>,
    batch: Vec<Piece>,
    bytes: usize,
    /// Since when something waits to be appended.
    since: Option<Clock>,
    /// The statements that keys named: the fingerprint of each event and its line.
    statements: FxHashMap<[u8; 16], ([u8; 16], u64)>,
    /// The batch before, which is to be appended next.
    reading: Option<JoinHandle<Read>>,
    /// What became of the records of an adapter.
    accounts: adapter::Accounts,
}

impl<'f> Feed<'f> {
    fn new(log: &'f mut dyn Log, watch: &'f mut dyn Watch) -> Result<Feed<'f>, LogError> {
        let head = if log.stands_in() { None } else { Some(log.head()?) };
        let summary = Summary { head, ..Summary::default() };
        let now = watch.now();
        if let Some(last) = log.last_recorded_at().filter(|last| *last > now) {
            watch.stamped_ahead(last, now);
        }
        let (batch, statements) = (Vec::new(), FxHashMap::default());
        let accounts = adapter::Accounts::default();
        Ok(Feed {
            log,
            watch,
            summary,
            unsent: None,
            batch,
            bytes: 0,
            since: None,
            statements,
            reading: None,
            accounts,
        })
    }

    /// Takes a piece, and appends what is taken where it is much, or waits for long.
    fn take(&mut self, piece: Piece, passed: Option<u64>) -> Result<(), IngestError> {
        let full = self.push(piece);
        if self.time_left().is_zero() {
            self.settle(passed)
        } else if full {
            self.flush(passed)
        } else {
            Ok(())
        }
    }

    /// How long what was taken may wait for more.
    fn time_left(&self) -> Duration {
        self.since.map_or(BATCH_TIME, |since| BATCH_TIME.saturating_sub(since.elapsed()))
    }

    /// Takes a piece. Whether the batch is full: then it is to be flushed.
    fn push(&mut self, piece: Piece) -> bool {
        self.since.get_or_insert_with(Clock::now);
        self.bytes += piece.input.len() + piece.event.bytes();
        self.batch.push(piece);
        self.batch.len() >= BATCH_EVENTS || self.bytes >= BATCH_BYTES
    }

    /// Has what was taken read, and appends what was flushed before it.
    fn flush(&mut self, passed: Option<u64>) -> Result<(), IngestError> {
        self.bytes = 0;
        let mut pieces = std::mem::take(&mut self.batch);
        let arrival = self.arrival();
        let read = move || Read { events: read_all(&mut pieces, arrival), pieces, passed };
        let appended = match self.reading.replace(std::thread::spawn(read)) {
            Some(before) => self.append(before),
            None => Ok(()),
        };
        // What is read now waits from here on: a log that takes long is no reason for smaller batches.
        self.since = Some(Clock::now());
        if appended.is_err() {
            self.reading = None;
        }
        appended
    }

    /// When an event comes in that is read now.
    fn arrival(&mut self) -> Arrival {
        Arrival::now(self.watch.now(), self.log.last_recorded_at())
    }

    /// Appends all that was taken.
    fn settle(&mut self, passed: Option<u64>) -> Result<(), IngestError> {
        self.flush(passed)?;
        self.since = None;
        self.reading.take().map_or(Ok(()), |last| self.append(last))
    }

    /// What became of all that was pushed and settled.
    fn end(self) -> Result<Summary, IngestError> {
        let summary = self.summary;
        match self.unsent {
            None => Ok(summary),
            Some(source) => Err(IngestError::Unsent { summary, source }),
        }
    }

    /// Tells of a key that names an event of this input and another one.
    fn look_at_key(&mut self, submission: &Submission, place: &Place) {
        let Some(statement) = submission.statement else { return };
        match self.statements.get(&statement) {
            Some((fingerprint, line)) if *fingerprint != submission.fingerprint => {
                self.watch.key_reused(&KeyReuse { place, first_line: *line });
            }
            None if self.statements.len() < MOST_STATEMENTS => {
                self.statements.insert(statement, (submission.fingerprint, place.line));
            }
            Some(_) | None => {}
        }
    }

    fn append(&mut self, reading: JoinHandle<Read>) -> Result<(), IngestError> {
        let Read { pieces, events, passed } = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let entries: Vec<NewEvent<'_>> = events
            .iter()
            .filter_map(|r| r.as_ref().ok())
            .map(|s| NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json })
            .collect();
        let mut rest = OnUnsent::Read;
        let outcomes = match self.log.append(&entries, self.watch.now()) {
            Ok(outcomes) => outcomes.into_iter().map(Some).collect(),
            Err(LogError::Unacknowledged { outcomes, source }) => {
                self.unsent.get_or_insert(source);
                outcomes
            }
            Err(source) => {
                return Err(IngestError::Stopped { summary: self.summary, source: Box::new(source) });
            }
        };
        let mut outcomes = outcomes.into_iter();
        for (piece, read) in pieces.iter().zip(&events) {
            let refusal = match read {
                Err(refusal) => refusal.clone(),
                Ok(submission) => match outcomes.next().expect("the log tells the outcome of every entry") {
                    Some(Outcome::Appended(seq)) => {
                        self.summary.appended += 1;
                        self.summary.head = self.summary.head.max(Some(seq));
                        self.look_at_key(submission, &piece.place);
                        continue;
                    }
                    Some(Outcome::Duplicate(seq)) => {
                        self.summary.duplicate += 1;
                        self.summary.head = self.summary.head.max(Some(seq));
                        self.look_at_key(submission, &piece.place);
                        continue;
                    }
                    Some(Outcome::Reused(seq)) => id_reused(submission, seq),
                    Some(Outcome::TooLong { bytes, most }) => too_long(bytes, most),
                    None => {
                        self.summary.unsent += 1;
                        if self.watch.unsent(&submission.json).map_err(IngestError::NotSetAside)? == OnUnsent::Leave {
                            rest = OnUnsent::Leave;
                        }
                        continue;
                    }
                },
            };
            self.summary.rejected += 1;
            if read.is_ok() || matches!(piece.event, PieceEvent::Made(_)) {
                self.accounts.take_back();
            }
            let Refusal { reason, hint } = refusal;
            let reason = in_part(&reason).into_owned();
            let head = &piece.input[..piece.input.len().min(INPUT_BYTES)];
            let mut input = String::from_utf8_lossy(head).into_owned();
            input.truncate(input.floor_char_boundary(INPUT_BYTES));
            let Place { file, line, column } = &piece.place;
            let column = column.as_ref().map(ToString::to_string);
            let reject = Reject { file: file.to_string(), line: *line, column, reason, hint, input };
            self.watch.rejected(&reject).map_err(IngestError::Rejects)?;
        }
        if let Some(bytes) = passed {
            self.watch.passed(bytes);
        }
        match (rest, self.unsent.take()) {
            (OnUnsent::Leave, Some(source)) => Err(IngestError::Unsent { summary: self.summary, source }),
            (_, unsent) => {
                self.unsent = unsent;
                Ok(())
            }
        }
    }
}

/// Appends the events of an input to the log. One that may keep its reader waiting is better read by [`ingest_slow`].
pub fn ingest(
    log: &mut dyn Log,
    file: &str,
    input: &mut dyn BufRead,
    watch: &mut dyn Watch,
) -> Result<Summary, IngestError> {
    let mut texts = Texts::new(input);
    let mut feed = Feed::new(log, watch)?;
    let name: Arc<str> = Arc::from(file);
    loop {
        let line = texts.line();
        match texts.next_text() {
            Ok(Some(text)) => {
                feed.take(piece(&name, text), Some(texts.passed()))?;
            }
            Ok(None) => {
                feed.settle(Some(texts.passed()))?;
                return feed.end();
            }
            // What was read before it failed goes in nevertheless.
            Err(source) => {
                feed.settle(None)?;
                return Err(IngestError::of_input(file, line, source));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read};

    use tenure_domain::day::Instant;
    use tenure_domain::position::Seq;
    use tenure_log::{Digest, Log, LogError, LogIdentity, NewEvent, Outcome, RecordsOf};

    use super::{BATCH_EVENTS, IngestError, KeyReuse, OnUnsent, Reject, Summary, Watch, ingest};

    /// A log that acknowledges nothing in one of its batches.
    #[derive(Default)]
    struct Memory {
        ids: Vec<String>,
        batches: usize,
        fails_in: Option<usize>,
    }

    impl Log for Memory {
        fn identity(&self) -> LogIdentity {
            LogIdentity::Stream { name: String::new(), created: String::new() }
        }

        fn head(&mut self) -> Result<Seq, LogError> {
            Ok(Seq::new(self.ids.len() as u64))
        }

        fn append(&mut self, batch: &[NewEvent<'_>], _now: Instant) -> Result<Vec<Outcome>, LogError> {
            self.batches += 1;
            if self.fails_in == Some(self.batches) {
                let source = LogError::Unreachable { server: "memory".to_owned(), reason: "it was told to".to_owned() };
                let outcomes = vec![None; batch.len()];
                return Err(LogError::Unacknowledged { outcomes, source: Box::new(source) });
            }
            let outcome = |entry: &NewEvent<'_>| {
                self.ids.push(entry.id.to_string());
                Outcome::Appended(Seq::new(self.ids.len() as u64))
            };
            Ok(batch.iter().map(outcome).collect())
        }

        fn append_copies(&mut self, _batch: &[(NewEvent<'_>, Instant)]) -> Result<Vec<Outcome>, LogError> {
            Ok(Vec::new())
        }

        fn records(&mut self, _from: Seq) -> Result<RecordsOf<'_>, LogError> {
            Ok(Box::new(std::iter::empty()))
        }

        fn digest(&mut self) -> Result<Digest, LogError> {
            Ok(Digest::EMPTY)
        }

        fn close(self: Box<Self>) -> Result<(), LogError> {
            Ok(())
        }
    }

    struct Watched {
        rest: OnUnsent,
        rejected: Vec<u64>,
        passed: Vec<u64>,
        unsent: usize,
        reused: Vec<(u64, u64)>,
    }

    impl Watched {
        fn new(rest: OnUnsent) -> Watched {
            Watched { rest, rejected: Vec::new(), passed: Vec::new(), unsent: 0, reused: Vec::new() }
        }
    }

    impl Watch for Watched {
        fn now(&self) -> Instant {
            Instant::from_micros(0)
        }

        fn rejected(&mut self, reject: &Reject) -> std::io::Result<()> {
            self.rejected.push(reject.line);
            Ok(())
        }

        fn passed(&mut self, bytes: u64) {
            self.passed.push(bytes);
        }

        fn key_reused(&mut self, reuse: &KeyReuse<'_>) {
            self.reused.push((reuse.place.line, reuse.first_line));
        }

        fn unsent(&mut self, _event: &str) -> std::io::Result<OnUnsent> {
            self.unsent += 1;
            Ok(self.rest)
        }
    }

    #[test]
    fn a_key_of_two_statements_is_told() {
        let row = |key: &str, day: &str, person: &str| {
            format!(
                r#"{{"type":"LeftCompany","person":"{person}","company":"C","reported_at":"1969-01-{day}","source":{{"publisher":"S","key":"{key}"}}}}"#
            )
        };
        // Told again, or on another day, it is one statement.
        let rows =
            [row("a", "01", "P"), row("a", "01", "P"), row("a", "02", "Q"), row("a", "01", "Q"), row("b", "01", "Q")];
        let (mut log, mut told) = (Memory::default(), Watched::new(OnUnsent::Leave));
        ingest(&mut log, "rows", &mut rows.join("\n").as_bytes(), &mut told).expect("a log that takes all");
        assert_eq!((told.reused, told.rejected), (vec![(4, 1)], vec![]));
    }

    /// So many lines, of which every thousandth is no event.
    fn lines(count: usize) -> String {
        let line = |n: usize| match n % 1000 {
            0 => "{\"no\": \"event\"}\n".to_owned(),
            _ => format!(
                "{{\"id\":\"e{n}\",\"type\":\"LeftCompany\",\"person\":\"P\",\"company\":\"C\",\"effective\":\"2025\",\"source\":\"S\"}}\n"
            ),
        };
        (1..=count).map(line).collect()
    }

    fn ids(numbers: impl Iterator<Item = usize>) -> Vec<String> {
        numbers.filter(|n| n % 1000 != 0).map(|n| format!("e{n}")).collect()
    }

    fn run(log: &mut Memory, told: &mut Watched, input: &mut dyn BufRead) -> Result<Summary, IngestError> {
        ingest(log, "-", input, told)
    }

    const LINES: usize = 3 * BATCH_EVENTS + 5;

    #[test]
    fn batches_are_appended_in_order_and_told_when_they_are_in() {
        let (mut log, mut told, text) = (Memory::default(), Watched::new(OnUnsent::Leave), lines(LINES));
        let summary = run(&mut log, &mut told, &mut text.as_bytes()).expect("memory takes all");
        assert_eq!(log.ids, ids(1..=LINES));
        let rejected: Vec<u64> = (1..=LINES as u64).filter(|line| line % 1000 == 0).collect();
        assert_eq!((summary.appended, summary.rejected), (log.ids.len() as u64, rejected.len() as u64));
        assert_eq!(told.rejected, rejected);
        assert_eq!(told.passed.len(), 4);
        assert_eq!(told.passed.last(), Some(&(text.len() as u64)));
    }

    #[test]
    fn what_is_not_acknowledged_ends_it_or_is_set_aside() {
        let second = || BATCH_EVENTS + 1..=2 * BATCH_EVENTS;
        for rest in [OnUnsent::Leave, OnUnsent::Read] {
            let (mut log, mut told) = (Memory { fails_in: Some(2), ..Memory::default() }, Watched::new(rest));
            let result = run(&mut log, &mut told, &mut lines(LINES).as_bytes());
            let Err(IngestError::Unsent { summary, .. }) = result else { panic!("{result:?}") };
            let expect = match rest {
                OnUnsent::Leave => ids(1..=BATCH_EVENTS),
                OnUnsent::Read => ids((1..=LINES).filter(|n| !second().contains(n))),
            };
            assert_eq!(log.ids, expect);
            let lost = ids(second()).len();
            assert_eq!((summary.appended, summary.unsent), (expect.len() as u64, lost as u64));
            assert_eq!(told.unsent, lost);
        }
    }

    #[test]
    fn what_came_before_an_input_broke_off_is_appended() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("broken"))
            }
        }
        let (mut log, mut told, text) = (Memory::default(), Watched::new(OnUnsent::Leave), lines(LINES));
        let result = run(&mut log, &mut told, &mut BufReader::new(text.as_bytes().chain(Broken)));
        let Err(IngestError::Input { line, .. }) = result else { panic!("{result:?}") };
        assert_eq!(line, LINES as u64 + 1);
        assert_eq!(log.ids, ids(1..=LINES));
    }
}
