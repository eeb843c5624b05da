//! The ledger in a data directory: its log, its snapshots, and the bases on which questions are asked.

mod opening;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::time::Duration;

use tenure_answers as answer;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::Confidence;
use tenure_domain::position::Seq;
use tenure_domain::reading::Basis;
use tenure_domain::view::ViewError;
use tenure_domain::wire::read_stored;
use tenure_log::{Blocks, Journal, OwnedRecord, PassedOver};
use tenure_projector::{Done, Loaded, ProjectError, Snapshots, Store, Unusable};
use tenure_query::{Known, KnownEvents, NotAPeriod, SeenWithin};
use tokio::sync::watch;

use crate::answering::Aside;
use crate::cli;
use crate::dates::{self, Reach, Span};
use crate::failure::{Exit, Failure};
use crate::question::Terms;

pub(crate) use self::opening::journal_to_read;

/// The directory of the snapshots in that of a ledger.
const SNAPSHOTS: &str = "snapshots";

/// A ledger as it stands. Any number of questions can be put to it at a time; a change takes it alone.
pub(crate) struct Ledger {
    pub(crate) journal: Journal,
    dir: PathBuf,
    store: Mutex<Shelf>,
    mender: Mender,
    /// Whether the snapshots did not read, and were made anew for it.
    made_anew: AtomicBool,
    /// Up to where the log is answered, where somebody else applies what comes; else to its end.
    applied: Option<Seq>,
    /// How far the log goes that is followed, and since when that is not reached.
    lag: Mutex<Lag>,
}

/// The snapshots, as far as they can be asked.
enum Shelf {
    /// They are opened when they are first asked.
    Closed,
    /// They are asked.
    Open(Arc<Store>),
    /// They cannot be asked until others are made: the log answers.
    Empty(Unusable),
}

impl Shelf {
    /// Takes the snapshots out, for who changes them or puts others there.
    fn take(&mut self) -> Option<Arc<Store>> {
        match std::mem::replace(self, Shelf::Closed) {
            Shelf::Open(store) => Some(store),
            other @ (Shelf::Closed | Shelf::Empty(_)) => {
                *self = other;
                None
            }
        }
    }
}

/// Who makes snapshots that are missing or do not read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mender {
    /// Whoever asks them, before there is an answer.
    Asker,
    /// Somebody beside those who ask, who are answered from the log meanwhile.
    Beside,
}

/// How far what is answered is behind the log.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lag {
    /// The log's last position, as last heard.
    pub(crate) head: Seq,
    /// When what is answered was last level with it.
    pub(crate) level_at: Option<std::time::Instant>,
}

impl Ledger {
    /// The last position that is answered.
    pub(crate) fn head(&self) -> Seq {
        self.applied.unwrap_or(self.journal.head())
    }

    /// By how many events, and for how many seconds, what is answered is behind the log.
    pub(crate) fn lag(&self) -> (u64, f64) {
        let Lag { head, level_at } = *self.lag.lock().unwrap_or_else(PoisonError::into_inner);
        let behind = head.max(self.journal.head()).number().saturating_sub(self.head().number());
        let since = level_at.map_or(0.0, |at| at.elapsed().as_secs_f64());
        (behind, if behind == 0 { 0.0 } else { since })
    }

    /// What is answered is all that the log has.
    fn moved(&mut self) {
        let head = self.journal.head();
        self.applied = Some(head);
        self.hear_of(head);
    }

    /// Hears how far the log goes.
    pub(crate) fn hear_of(&self, head: Seq) {
        let mut lag = self.lag.lock().unwrap_or_else(PoisonError::into_inner);
        lag.head = lag.head.max(head);
        if lag.head <= self.head() || lag.level_at.is_none() {
            lag.level_at = Some(std::time::Instant::now());
        }
    }

    /// The directory of the ledger.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Opens the snapshots as they are, at whatever position, which from there on is for somebody beside to move on and
    /// to mend. Where they cannot be used, the log answers until others are made.
    pub(crate) fn open_for_service(&mut self) {
        self.mender = Mender::Beside;
        let opened = self.snapshots().opened(&self.journal);
        self.applied = Some(opened.as_ref().map_or(self.journal.head(), Store::seq));
        *self.store.get_mut().unwrap_or_else(PoisonError::into_inner) = match opened {
            Ok(store) => Shelf::Open(Arc::new(store)),
            Err(why) => Shelf::Empty(why),
        };
    }

    /// Why there are no snapshots that can be asked, where somebody beside is to make them.
    pub(crate) fn unusable(&self) -> Option<Unusable> {
        match &*self.shelf() {
            Shelf::Empty(why) => Some(why.clone()),
            Shelf::Open(_) | Shelf::Closed => None,
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The snapshots at the head of the log, caught up or made anew where they were not. Where somebody beside sees to
    /// that, they are given as they are, or it fails at once.
    pub(crate) fn store(&self, hear: &dyn Fn(Aside)) -> Result<Arc<Store>, Failure> {
        let mut shelf = self.shelf();
        match &*shelf {
            Shelf::Open(store) => return Ok(store.clone()),
            Shelf::Empty(why) => return Err(being_made(why)),
            Shelf::Closed => {}
        }
        let (store, done) = self.snapshots().at_head(&self.journal)?;
        match done {
            Done::Added { events, people } | Done::CaughtUp { events, people } => {
                hear(Aside::Detail(format!("the snapshots took in {events} events, which touch {people} people")));
            }
            Done::Rebuilt { reason } => {
                hear(Aside::Notice(format!("the snapshots are made from the log: {reason}")));
            }
            Done::Nothing => {}
        }
        let store = Arc::new(store);
        *shelf = Shelf::Open(store.clone());
        Ok(store)
    }

    pub(crate) fn snapshots(&self) -> Snapshots {
        Snapshots::in_dir(self.dir.join(SNAPSHOTS))
    }

    /// Asks the snapshots. Where they turn out not to read, they are made anew and asked again, or somebody beside is
    /// left to make them: they are a cache. That is done once: a question that fails on fresh snapshots fails for another
    /// reason, and would have them made for ever.
    pub(crate) fn with_store<T>(
        &self,
        hear: &dyn Fn(Aside),
        ask: impl Fn(&Store) -> Result<T, ViewError>,
    ) -> Result<T, Failure> {
        let store = self.store(hear)?;
        let cause = match ask(&store) {
            Ok(answer) => return Ok(answer),
            Err(error) => format!("they do not read ({error})"),
        };
        let still = |cause: &dyn std::fmt::Display| {
            Failure::new(Exit::Failure, format!("the snapshots do not read, though they were made anew: {cause}"))
        };
        let mut shelf = self.shelf();
        let fresh = match &*shelf {
            // Somebody else found them so, and was here first.
            Shelf::Open(other) if !Arc::ptr_eq(other, &store) => other.clone(),
            Shelf::Empty(why) => return Err(being_made(why)),
            Shelf::Open(_) | Shelf::Closed => {
                if self.made_anew.swap(true, Ordering::Relaxed) {
                    return Err(still(&cause));
                }
                drop(store);
                if self.mender == Mender::Beside {
                    let why = Unusable::Damaged(cause);
                    let failure = being_made(&why);
                    *shelf = Shelf::Empty(why);
                    return Err(failure);
                }
                *shelf = Shelf::Closed;
                hear(Aside::Notice(format!("the snapshots are made from the log: {cause}")));
                let fresh = Arc::new(self.snapshots().rebuild(&self.journal, |_| {})?);
                *shelf = Shelf::Open(fresh.clone());
                fresh
            }
        };
        drop(shelf);
        ask(&fresh).map_err(|error| still(&error))
    }

    /// All events as they stand, to be loaded without holding the ledger.
    pub(crate) fn events(&self) -> Events {
        Events { head: self.head(), blocks: self.journal.blocks(Seq::ZERO.next()) }
    }

    /// The last position that the basis admits.
    pub(crate) fn seq_of(&self, basis: &Basis) -> Seq {
        basis.recorded.unwrap_or(self.head()).min(self.head())
    }

    /// A record of the log.
    pub(crate) fn record(&self, seq: Seq) -> Result<OwnedRecord, Failure> {
        Ok(self.journal.read(seq)?)
    }

    /// An event of the log by its position.
    pub(crate) fn known(&self, seq: Seq) -> Result<Known, Failure> {
        let record = self.record(seq)?;
        // An event that an older version could not read stands in a copy of a stream as what was passed over.
        let event = PassedOver::payload(&record.event).unwrap_or(record.event);
        let event = read_stored(&event, record.recorded_at)?;
        Ok(Known { seq, recorded_at: record.recorded_at, event })
    }
}

/// Why the snapshots are not asked.
fn being_made(why: &Unusable) -> Failure {
    Failure::new(Exit::Failure, format!("the snapshots are being made: {why}"))
}

/// All events of a ledger up to a position, not yet read.
pub(crate) struct Events {
    head: Seq,
    blocks: Blocks,
}

/// What a rebuild came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rebuilt {
    pub(crate) events: u64,
    pub(crate) people: usize,
    pub(crate) units: usize,
    /// Where the snapshots before said something else.
    pub(crate) differences: Vec<String>,
}

/// What became of events that were written.
pub(crate) enum Applied {
    /// The snapshots took them in.
    Snapshots(Done),
    /// There are none that can be asked. The log answers, up to its end.
    Log,
    /// The snapshots could not take them in, and answer as before.
    Unfit(String),
}

/// For how long a change lets questions go first.
const PATIENCE: Duration = Duration::from_millis(100);

/// How often it looks meanwhile.
const LOOK: Duration = Duration::from_micros(200);

/// A ledger that is held for as long as questions are put to it, by any number of threads.
///
/// A question holds it only while the snapshots are asked: these know no isolation of their own, so nothing may be
/// applied meanwhile. Whatever takes long reads the log instead, which only grows, and holds nothing.
pub(crate) struct Held {
    ledger: RwLock<Ledger>,
    /// The events last loaded, and up to where.
    loaded: Mutex<Option<(Seq, Arc<Loaded>)>>,
    head: watch::Sender<Seq>,
    /// Held by whoever changes the snapshots, from finding out what changes until it is done.
    turn: Mutex<()>,
    /// Held by whoever makes others beside them.
    making: Mutex<()>,
}

impl Held {
    /// Holds a ledger.
    pub(crate) fn new(ledger: Ledger) -> Held {
        let (head, _) = watch::channel(ledger.head());
        Held {
            ledger: RwLock::new(ledger),
            loaded: Mutex::default(),
            head,
            turn: Mutex::default(),
            making: Mutex::default(),
        }
    }

    /// The ledger, which stays as it is for as long as this is held. A thread that holds it must not ask for it again.
    pub(crate) fn ledger(&self) -> RwLockReadGuard<'_, Ledger> {
        self.ledger.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ledger, to be changed. A thread that waits for that keeps out all who come to ask after it; so it looks a
    /// while whether it is free before it waits, and a question that takes long holds up changes, not other questions.
    fn ledger_mut(&self) -> RwLockWriteGuard<'_, Ledger> {
        let began = std::time::Instant::now();
        while began.elapsed() < PATIENCE {
            match self.ledger.try_write() {
                Ok(ledger) => return ledger,
                Err(TryLockError::Poisoned(ledger)) => return ledger.into_inner(),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK),
            }
        }
        self.ledger.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The position up to which everything is answered, now and as it moves on.
    pub(crate) fn applied(&self) -> watch::Receiver<Seq> {
        self.head.subscribe()
    }

    /// Writes to the log. What is written is answered when it is applied.
    pub(crate) fn write<T>(&self, write: impl FnOnce(&mut Journal) -> T) -> T {
        let mut ledger = self.ledger_mut();
        // The snapshots are opened at the head, which is here until something is written. Where they cannot be opened,
        // whoever asks them is told.
        drop(ledger.store(&|_| {}));
        ledger.applied = Some(ledger.head());
        write(&mut ledger.journal)
    }

    /// Applies what was written. What it comes to is found out beside the questions; they wait while it is put into
    /// the snapshots. Only one thread may write and apply.
    pub(crate) fn apply(&self, hear: &dyn Fn(Aside)) -> Result<Applied, Failure> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let change = {
            let ledger = self.ledger();
            match ledger.store(hear) {
                Ok(store) => Some(ledger.snapshots().change(&store, &ledger.journal)?),
                Err(_) if ledger.unusable().is_some() => None,
                Err(failure) => return Err(failure),
            }
        };
        let applied = {
            let mut ledger = self.ledger_mut();
            let snapshots = ledger.snapshots();
            let shelf = ledger.store.get_mut().unwrap_or_else(PoisonError::into_inner);
            let applied = match (change, shelf) {
                (Some(Err(unfit)), _) => return Ok(Applied::Unfit(unfit.to_string())),
                (Some(Ok(change)), Shelf::Open(store)) => {
                    let store = Arc::get_mut(store).expect("snapshots are held as long as the ledger is at most");
                    match snapshots.take(store, change) {
                        Ok(done) => Applied::Snapshots(done),
                        Err(unfit) => return Ok(Applied::Unfit(unfit.to_string())),
                    }
                }
                // Somebody may have found the snapshots unreadable meanwhile.
                (Some(Ok(_)) | None, _) => Applied::Log,
            };
            ledger.moved();
            applied
        };
        let head = self.ledger().head();
        if let Ok(mut loaded) = self.loaded.try_lock() {
            *loaded = None;
        }
        self.head.send_replace(head);
        Ok(applied)
    }

    /// Makes the snapshots anew beside those that answer, compares the two, and swaps them. What differs is told.
    /// `passed` is told the position up to which the log is read.
    pub(crate) fn rebuild(&self, hear: &dyn Fn(Aside), passed: &dyn Fn(Seq)) -> Result<Rebuilt, ProjectError> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let (snapshots, dir, blocks, head, digest) = {
            let ledger = self.ledger();
            let (journal, dir) = (&ledger.journal, ledger.dir().join("snapshots"));
            (ledger.snapshots(), dir, journal.blocks(Seq::ZERO.next()), journal.head(), journal.digest())
        };
        let loaded = tenure_projector::load_blocks(blocks, head, passed)?;
        let mut beside = snapshots.beside(loaded, head, digest)?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        // What was appended meanwhile: most of it beside the questions, and the rest while they wait.
        let unfit = |unfit| ProjectError::Store {
            dir: dir.clone(),
            problem: format!("what was just made does not read: {unfit}"),
        };
        let change = snapshots.change(beside.store(), &self.ledger().journal)?.map_err(unfit)?;
        beside.take(change).map_err(unfit)?;
        let mut ledger = self.ledger_mut();
        let change = snapshots.change(beside.store(), &ledger.journal)?.map_err(unfit)?;
        beside.take(change).map_err(unfit)?;
        let old = ledger.store.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let differences = match &old {
            Some(old) if old.seq() == beside.store().seq() => beside.store().differences(old),
            _ => Vec::new(),
        };
        drop(old);
        let store = match snapshots.swap(beside) {
            Ok(store) => store,
            Err(error) => {
                // Whichever counts now.
                ledger.open_for_service();
                return Err(error);
            }
        };
        let rebuilt = Rebuilt {
            events: store.seq().number(),
            people: store.people_count(),
            units: store.unit_count(),
            differences,
        };
        let head = store.seq();
        *ledger.store.get_mut().unwrap_or_else(PoisonError::into_inner) = Shelf::Open(Arc::new(store));
        ledger.moved();
        drop(ledger);
        self.head.send_replace(head);
        for difference in &rebuilt.differences {
            hear(Aside::Notice(format!("the old snapshots differed: {difference}")));
        }
        Ok(rebuilt)
    }

    /// All those events in memory. Who asks for the same as the one before does not load them again.
    pub(crate) fn load(&self, events: Events) -> Result<Arc<Loaded>, Failure> {
        let mut last = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((head, loaded)) = &*last
            && *head == events.head
        {
            return Ok(loaded.clone());
        }
        // What is loaded for an older head is let go first: two of them may not find room.
        *last = None;
        let loaded = Arc::new(tenure_projector::load_blocks(events.blocks, events.head, |_| {})?);
        *last = Some((events.head, loaded.clone()));
        Ok(loaded)
    }
}

impl KnownEvents for Held {
    fn event(&self, seq: Seq) -> Option<Known> {
        self.ledger().known(seq).ok()
    }
}

/// What a question fixes: the clocks as asked, and what they come to.
#[derive(Clone, Debug)]
pub(crate) struct Clocks {
    pub(crate) at: (Day, Day),
    pub(crate) at_shown: String,
    pub(crate) basis: (Basis, Basis),
    pub(crate) known_shown: Option<String>,
    pub(crate) recorded_asked: Option<String>,
    pub(crate) seen_within: Option<SeenWithin>,
}

impl Clocks {
    /// Reads the clocks of a question, as this ledger has them.
    pub(crate) fn read(terms: &Terms, ledger: &Ledger, span: Span) -> Result<Clocks, Failure> {
        let at = dates::days("--at", &terms.at, span)?;
        // Beside two days, a month or a year of knowledge is one point: its end.
        let whole = if at.is_range() { Span::Point } else { span };
        let known = match &terms.known {
            None => None,
            Some(text) => Some(dates::instants("--known", text, span, whole)?),
        };
        if span == Span::Range && !at.is_range() && !known.is_some_and(Reach::is_range) {
            return Err(dates::no_range());
        }
        let recorded = terms.recorded.as_deref().map(|text| recorded(text, ledger)).transpose()?;
        let basis = |known| Basis {
            known,
            recorded,
            min_confidence: terms.min_confidence.map(|c| match c {
                cli::Confidence::Rumoured => Confidence::Rumoured,
                cli::Confidence::Reported => Confidence::Reported,
                cli::Confidence::Confirmed => Confidence::Confirmed,
            }),
            sources: terms.source.clone(),
            not_sources: terms.not_source.clone(),
        };
        let (first, last) = known.map_or((None, None), Reach::both);
        Ok(Clocks {
            at: at.both(),
            at_shown: at_shown(&terms.at, at),
            basis: (basis(first), basis(last)),
            known_shown: known.and_then(|known| known_shown(terms.known.as_deref(), known)),
            recorded_asked: terms.recorded.clone(),
            seen_within: terms.seen_within.as_deref().map(period).transpose()?,
        })
    }

    /// The basis as answers print it.
    pub(crate) fn shown(&self, ledger: &Ledger) -> answer::Basis {
        answer::Basis {
            at: self.at_shown.clone(),
            known: self.known_shown.clone(),
            recorded: self.recorded_asked.clone(),
            seq: ledger.seq_of(&self.basis.1).number(),
            head: ledger.head().number(),
        }
    }
}

/// The day or the days that were asked for, as answers print them.
fn at_shown(asked: &str, at: Reach<Day>) -> String {
    match at {
        Reach::Point(day) => day.to_string(),
        Reach::Range(_, last) if asked.starts_with("..") => format!("..{last}"),
        Reach::Range(first, last) => format!("{first}..{last}"),
    }
}

/// The knowledge that was asked for, as answers print it.
fn known_shown(asked: Option<&str>, known: Reach<Option<Instant>>) -> Option<String> {
    match known {
        Reach::Point(one) => one.map(|one| one.to_string()),
        Reach::Range(first, last) => {
            let first = first.filter(|_| !asked.is_some_and(|asked| asked.starts_with("..")));
            let end = |end: Option<Instant>| end.map_or_else(String::new, |end| end.to_string());
            Some(format!("{}..{}", end(first), end(last)))
        }
    }
}

/// A date of which the first or the last day is meant.
pub(crate) fn vague(flag: &str, text: &str) -> Result<VagueDate, Failure> {
    text.parse()
        .map_err(|error: tenure_domain::edtf::NotADate| Failure::usage(format!("{flag} {text}: {error}"), error.hint()))
}

/// `--seen-within`: so many days, months or years.
fn period(text: &str) -> Result<SeenWithin, Failure> {
    text.parse().map_err(|error: NotAPeriod| {
        let hint = "write days as 90d, months as 18m, years as 2y";
        Failure::usage(format!("--seen-within: {error}"), hint)
    })
}

/// `--recorded`: a position, or the last one recorded by an instant or a UTC day.
fn recorded(text: &str, ledger: &Ledger) -> Result<Seq, Failure> {
    if let Ok(number) = text.parse::<u64>() {
        let head = ledger.head();
        if number > head.number() {
            let error = format!("--recorded {number}: the ledger ends at position {head}");
            return Err(Failure::new(Exit::NotReached, error).hint("ask at a position that is recorded already"));
        }
        return Ok(Seq::new(number));
    }
    let instant = match dates::last_day(text) {
        Some(day) => Instant::last_of(day),
        None => text.parse().map_err(|_| {
            let error = format!("--recorded {text}: neither a position nor an instant");
            Failure::usage(
                error,
                "write a position as 1200, a day as 2025-09-30, or an instant as 2025-09-30T06:00:00Z",
            )
        })?,
    };
    Ok(ledger.journal.seq_at(instant)?)
}

impl KnownEvents for Ledger {
    fn event(&self, seq: Seq) -> Option<Known> {
        self.known(seq).ok()
    }
}

#[cfg(test)]
mod tests {
    use tenure_answers::Answer;
    use tenure_log::Create;
    use tenure_producer::{Reject, Watch, ingest};

    use super::*;
    use crate::answering;
    use crate::question::{Matter, Question};

    /// The clock of a test.
    struct Strict;

    impl Watch for Strict {
        fn now(&self) -> Instant {
            crate::verbs::now()
        }

        fn rejected(&mut self, reject: &Reject) -> std::io::Result<()> {
            panic!("{reject:?}")
        }

        fn passed(&mut self, _bytes: u64) {}
    }

    /// Appends an event by which one more works there.
    fn hire(journal: &mut Journal, number: u64) {
        let event = serde_json::json!({
            "type": "JoinedCompany", "person": format!("Person {number}"), "company": "Harbour",
            "effective": "2024-01-08", "reported_at": "2024-02-01", "source": "Harbour Gazette",
        });
        let text = event.to_string();
        ingest(journal, "test", &mut text.as_bytes(), &mut Strict).expect("it is appended");
    }

    /// How many work there, and on which position and head that rests.
    fn staff(held: &Held, recorded: Option<u64>) -> (usize, u64, u64) {
        let matter = Matter::Who { unit: "Harbour".to_owned(), direct: false, lead: false, title: None, sort: None };
        let recorded = recorded.map(|seq| seq.to_string());
        let terms = Terms { at: "2024-07-01".to_owned(), recorded, ..Terms::default() };
        match answering::answer(held, &Question { matter, terms }, &|_| {}) {
            Ok(Answer::Who(who)) => (who.members.len(), who.basis.seq, who.basis.head),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn questions_beside_changes_see_one_state_each() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = Ledger::open(dir.path(), Create::IfMissing).expect("a ledger");
        hire(&mut ledger.journal, 1);
        let held = Held::new(ledger);
        let changed = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for recorded in [None, None, Some(1)] {
                let (held, changed) = (&held, &changed);
                scope.spawn(move || {
                    let mut last = 0;
                    while !changed.load(Ordering::Relaxed) {
                        let (people, seq, head) = staff(held, recorded);
                        assert_eq!((people as u64, recorded.unwrap_or(head)), (seq, seq));
                        assert!(head >= last, "the ledger never goes back");
                        last = head;
                    }
                });
            }
            let applied = held.applied();
            for number in 2..=12 {
                held.write(|journal| hire(journal, number));
                held.apply(&|_| {}).expect("it is applied");
                assert_eq!(*applied.borrow(), Seq::new(number));
                assert_eq!(staff(&held, None), (usize::try_from(number).unwrap_or(0), number, number));
            }
            changed.store(true, Ordering::Relaxed);
        });
    }
}
