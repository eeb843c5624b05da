//! A ledger that any number of threads ask while one changes it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};
use std::time::Duration;

use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_domain::view::ViewError;
use tenure_log::{Digest, Journal, Log, LogError, LogIdentity, NewEvent, Outcome, RecordsOf};
use tenure_projector::{Done, ProjectError, Unfit, Unwritten};
use tenure_query::{RecordedEvent, RecordedEvents};
use tokio::sync::watch;

use crate::applied::{self, AppliedEvent};
use crate::directory::{LedgerDirectory, Shelf};
use crate::error::{ApplyError, SnapshotsError};
use crate::notice::Notice;

/// What a rebuild came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many events they are of.
    pub events: u64,
    /// How many people they hold.
    pub people: usize,
    /// How many units and companies they hold.
    pub units: usize,
    /// Where the snapshots before said something else.
    pub differences: Vec<String>,
}

/// What became of events that were written.
pub enum Applied {
    /// The snapshots took them in.
    Snapshots(Done),
    /// There are none that can be asked. The log answers, up to its end.
    Log,
    /// The snapshots could not take them in, and answer as before.
    Unfit(Unfit),
}

/// How many bytes of changes are kept in memory at most, while earlier states of the snapshots are asked. Beyond that, a
/// change waits for these questions.
const UNWRITTEN: usize = 64 << 20;

/// How often it is looked meanwhile whether they have ended.
const LOOK: Duration = Duration::from_millis(1);

/// A ledger that is held for as long as questions are put to it, by any number of threads.
///
/// A question is put to the ledger as it is at that moment, which stays as it is while the question is answered, however
/// long that takes. A change makes the ledger after it, which later questions are put to, and waits for no question.
pub struct SharedLedger {
    /// What is asked. Locked only while another pointer is put there or the one that is there is copied.
    newest: RwLock<Arc<LedgerDirectory>>,
    /// What is written to.
    journal: Mutex<Journal>,
    head: watch::Sender<Seq>,
    /// Held by the thread that changes the snapshots, from finding out what changes until it is done.
    turn: Mutex<()>,
    /// Held by the thread that makes others beside them.
    making: Mutex<()>,
}

/// A lock, also where a thread that held it panicked: what it guards is replaced as a whole.
fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SharedLedger {
    /// Holds a ledger.
    pub fn new(mut ledger: LedgerDirectory) -> SharedLedger {
        let (head, _) = watch::channel(ledger.head());
        let journal = Mutex::new(ledger.take_journal());
        let newest = RwLock::new(Arc::new(ledger));
        SharedLedger { newest, journal, head, turn: Mutex::default(), making: Mutex::default() }
    }

    /// The ledger as it is now. It stays so, and what is held back by it is memory, so it is to be let go of.
    pub fn ledger(&self) -> Arc<LedgerDirectory> {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has later questions put to that ledger.
    fn put(&self, next: LedgerDirectory) {
        let (head, next) = (next.head(), Arc::new(next));
        next.last_loaded.forget_unasked();
        let before = std::mem::replace(&mut *self.newest.write().unwrap_or_else(PoisonError::into_inner), next);
        // No other thread waits while it is let go of.
        drop(before);
        self.head.send_replace(head);
    }

    /// The position up to which everything is answered, now and as it moves on.
    pub fn applied(&self) -> watch::Receiver<Seq> {
        self.head.subscribe()
    }

    /// The last position that is written, of which not all need be answered yet.
    pub fn written(&self) -> Seq {
        locked(&self.journal).head()
    }

    /// Writes to the log. What is written is answered when it is applied.
    pub fn write<T>(&self, write: impl FnOnce(&mut Journal) -> T) -> T {
        let ledger = self.ledger();
        // The snapshots are opened at the head, which is here until something is written. Where they cannot be opened,
        // a question to them is told.
        drop(ledger.store());
        let mut journal = locked(&self.journal);
        let written = write(&mut journal);
        ledger.hear_of(journal.head());
        written
    }

    /// The log, to append to it. What is appended is answered when it is applied.
    pub fn log(&self) -> SharedLog<'_> {
        SharedLog(self)
    }

    /// Hears of what other processes wrote to the log, and says whether any of it is still to be applied. Another thread may
    /// have heard of it before, and be about to. While a thread writes, and nothing that is done was written since what is
    /// answered, there is nothing to wait for.
    pub fn is_behind(&self) -> Result<bool, LogError> {
        let mut journal = match self.journal.try_lock() {
            Ok(journal) => journal,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) if !self.ledger().journal().is_outdated() => return Ok(false),
            Err(TryLockError::WouldBlock) => locked(&self.journal),
        };
        if journal.look()? {
            self.ledger().hear_of(journal.head());
        }
        let written = journal.head();
        drop(journal);
        Ok(written > self.ledger().head())
    }

    /// The events after one position and up to another, as they are told; none where they are more than a thousand, too many
    /// to be told one by one.
    pub fn events_between(&self, before: Seq, now: Seq) -> Result<Option<Vec<AppliedEvent>>, ApplyError> {
        applied::events_between(&self.ledger(), before, now)
    }

    /// Applies what was written; where the snapshots cannot take it in, others are made.
    pub fn apply_or_rebuild(&self) -> Result<(), ApplyError> {
        if let (Applied::Unfit(_), _) = self.apply()? {
            self.rebuild(&|_| {})?;
        }
        Ok(())
    }

    /// Applies what was written: makes the ledger after it, beside the questions, and has later ones put to that.
    pub fn apply(&self) -> Result<(Applied, Option<Notice>), ApplyError> {
        let _turn = locked(&self.turn);
        let ledger = self.ledger();
        ledger.try_again();
        let (store, notice) = match ledger.store() {
            Ok((store, notice)) => (Ok(store), notice),
            Err(SnapshotsError::BeingMade(why)) => (Err(why), None),
            Err(error) => return Err(error.into()),
        };
        let journal = locked(&self.journal).to_read();
        let next = match store {
            Err(why) => Err(why),
            Ok(store) => {
                let change = store.change(&journal).map_err(ProjectError::from)?;
                match change.and_then(|change| store.after(change)) {
                    Err(unfit) => return Ok((Applied::Unfit(unfit), notice)),
                    Ok(None) => Ok((store, Done::Nothing)),
                    Ok(Some((after, done))) => Ok((Arc::new(after), done)),
                }
            }
        };
        // Another thread may have found the snapshots unreadable meanwhile.
        let (shelf, applied) = match ledger.unusable().map_or(next, Err) {
            Ok((store, done)) => (Shelf::Open(store), Applied::Snapshots(done)),
            Err(why) => (Shelf::Empty(why), Applied::Log),
        };
        self.put(ledger.next(journal, shelf));
        drop(ledger);
        match self.write_snapshots(UNWRITTEN) {
            Ok(()) => Ok((applied, notice)),
            Err(unfit) => Ok((Applied::Unfit(unfit), notice)),
        }
    }

    /// Writes the snapshots that are asked, once no earlier state of them is. Until then what they have new is in memory.
    pub fn settle(&self) -> Result<(), Unfit> {
        let _turn = locked(&self.turn);
        self.write_snapshots(UNWRITTEN)
    }

    /// Writes the snapshots if it can; beyond `most` bytes that are in memory alone, it waits until it can.
    fn write_snapshots(&self, most: usize) -> Result<(), Unfit> {
        loop {
            let newest = self.ledger();
            let Some(store) = newest.opened() else { return Ok(()) };
            if let Some(same) = newest.snapshots().written(&store)? {
                newest.put_same(&store, same);
                return Ok(());
            }
            if store.unwritten() <= most {
                return Ok(());
            }
            drop((newest, store));
            std::thread::sleep(LOOK);
        }
    }

    /// Makes the snapshots anew beside those that answer, compares the two, and swaps them. What differs is told.
    /// `passed` is told the position up to which the log is read.
    pub fn rebuild(&self, passed: &dyn Fn(Seq)) -> Result<Rebuilt, ProjectError> {
        let _making = locked(&self.making);
        let journal = locked(&self.journal).to_read();
        let (snapshots, dir) = {
            let ledger = self.ledger();
            (ledger.snapshots(), ledger.snapshots_dir())
        };
        let loaded = tenure_projector::load_blocks(journal.blocks(Seq::ZERO.next()), journal.head(), passed)?;
        let mut beside = snapshots.beside(loaded, journal.head(), journal.digest())?;
        let _turn = locked(&self.turn);
        // What was appended meanwhile.
        let unfit = |unfit| ProjectError::Store { dir: dir.clone(), source: Unwritten::MadeUnfit(unfit) };
        let journal = locked(&self.journal).to_read();
        let change = beside.store().change(&journal)?.map_err(unfit)?;
        beside.take(change).map_err(unfit)?;
        let ledger = self.ledger();
        let differences = match ledger.opened() {
            Some(old) if old.seq() == beside.store().seq() => beside.store().differences(&old),
            _ => Vec::new(),
        };
        let store = snapshots.swap(beside)?;
        let rebuilt = Rebuilt {
            events: store.seq().number(),
            people: store.people_count(),
            units: store.unit_count(),
            differences,
        };
        self.put(ledger.next(journal, Shelf::Open(Arc::new(store))));
        Ok(rebuilt)
    }
}

/// The log of a ledger that is held, for who appends much to it: each batch holds up others as long as it takes by itself, and
/// what lies between two, such as the reading of texts, holds up nothing.
pub struct SharedLog<'l>(&'l SharedLedger);

impl Log for SharedLog<'_> {
    fn identity(&self) -> LogIdentity {
        Log::identity(&*locked(&self.0.journal))
    }

    fn head(&mut self) -> Result<Seq, LogError> {
        Ok(self.0.written())
    }

    fn append(&mut self, batch: &[NewEvent<'_>], now: Instant) -> Result<Vec<Outcome>, LogError> {
        self.0.write(|journal| journal.append(batch, now))
    }

    fn last_recorded_at(&mut self) -> Option<Instant> {
        locked(&self.0.journal).last_recorded_at()
    }

    fn append_copies(&mut self, batch: &[(NewEvent<'_>, Instant)]) -> Result<Vec<Outcome>, LogError> {
        self.0.write(|journal| journal.append_copies(batch))
    }

    fn records(&mut self, from: Seq) -> Result<RecordsOf<'_>, LogError> {
        Ok(Box::new(locked(&self.0.journal).scan(from)))
    }

    fn digest(&mut self) -> Result<Digest, LogError> {
        Ok(locked(&self.0.journal).digest())
    }

    fn close(self: Box<Self>) -> Result<(), LogError> {
        Ok(())
    }
}

impl RecordedEvents for SharedLedger {
    fn event(&self, seq: Seq) -> Result<Option<RecordedEvent>, ViewError> {
        self.ledger().event(seq)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};

    use tenure_answers::Answer;
    use tenure_domain::wire::EventBuilder;
    use tenure_log::{Create, LostEnd, Patience};
    use tenure_projector::{Loading, load_blocks};
    use tenure_query::Order;

    use super::*;
    use crate::answers;
    use crate::cancellation::Cancellation;
    use crate::error::AnswerError;
    use crate::ledger::append;
    use crate::question::{Ask, Listing, Question, Terms};

    /// The ledger in a directory, which is begun where there is none.
    fn opened(dir: &Path) -> LedgerDirectory {
        LedgerDirectory::open(dir, Create::IfMissing, LostEnd::Refuse, Patience::default()).expect("a ledger")
    }

    /// Appends an event by which one more works there.
    fn hire(journal: &mut Journal, number: u64) {
        let event = EventBuilder::new("JoinedCompany").set("person", format!("Person {number}"));
        let event = event.set("company", "Harbour").set("effective", "2024-01-08");
        let event = event.set("reported_at", "2024-02-01").set("source", "Harbour Gazette").build();
        append(journal, event.expect("an event").as_ref()).expect("it is appended");
    }

    #[test]
    fn a_question_that_is_cancelled_reads_no_log_and_the_next_one_does() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = opened(dir.path());
        (1..4).for_each(|number| hire(&mut ledger.journal, number));
        let shared = SharedLedger::new(ledger);
        let terms = Terms { at: "2024-07-01".to_owned(), recorded: Some("2".to_owned()), ..Terms::default() };
        let question = Question { ask: Ask::Conflicts { target: None }, terms };
        let cancellation = Cancellation::default();
        let step = || answers::first_step(&shared, &question, &cancellation);
        let Ok(answers::FirstStep::Slow(slow)) = step() else { panic!("it takes the log") };
        cancellation.cancel();
        for unanswered in [step().map(drop), slow.answer(&shared, &question, &cancellation).map(drop)] {
            let error = unanswered.expect_err("nobody waits");
            assert!(matches!(*error.error, AnswerError::Cancelled(_)), "{error}");
        }
        assert!(shared.ledger().last_loaded.is_empty(), "nothing was read for it");
        answers::answer(&shared, &question).expect("somebody waits for this one");
        assert!(!shared.ledger().last_loaded.is_empty());
    }

    #[test]
    fn errors_that_need_no_log_read_none() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = opened(dir.path());
        (1..=64).for_each(|number| hire(&mut ledger.journal, number));
        let shared = SharedLedger::new(ledger);
        let check = |ask: serde_json::Value, recorded: Option<&str>, expect: &str| {
            let ask: Ask = serde_json::from_value(ask).expect("a question");
            let recorded = recorded.map(str::to_owned);
            let question = Question { ask, terms: Terms { at: "2024-07-01".to_owned(), recorded, ..Terms::default() } };
            let step = answers::first_step(&shared, &question, &Cancellation::default());
            assert_eq!(step.expect_err("there is no answer").to_string(), expect);
            assert!(shared.ledger().last_loaded.is_empty(), "{expect}: nothing was read for it");
        };
        let log = |fields: serde_json::Value| {
            let mut ask = serde_json::json!({"verb": "log"});
            ask.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
            ask
        };
        let why = |of: &str| serde_json::json!({"verb": "why", "of": of});
        check(why("#65"), None, "there is no event #65 in this ledger");
        check(why("#0"), None, "there is no event #0 in this ledger");
        check(why("#64"), Some("63"), "the event #64 was recorded after what is asked for");
        check(log(serde_json::json!({"target": "#65"})), None, "there is no event #65 in this ledger");
        check(log(serde_json::json!({"type": ["Foo"]})), None, "type Foo: there is no such type of event");
        check(log(serde_json::json!({"since": "2025", "until": "2024"})), None, "since lies after until");
        let nothing = serde_json::json!({"verb": "find", "name": "-"});
        check(nothing, Some("63"), "`-` has no letter to search for");
        let turned = serde_json::json!({"verb": "moves", "since": "2025", "until": "2024"});
        check(turned, Some("63"), "since lies after until");
    }

    /// How many work there, and on which position and head that rests.
    fn staff(shared: &SharedLedger, recorded: Option<u64>) -> (usize, u64, u64) {
        let ask = Ask::who("Harbour");
        let recorded = recorded.map(|seq| seq.to_string());
        let terms = Terms { at: "2024-07-01".to_owned(), recorded, ..Terms::default() };
        match answers::answer(shared, &Question { ask, terms }).map(|answered| answered.answer) {
            Ok(Answer::Who(who)) => (who.members.len(), who.basis.seq, who.basis.head),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn questions_beside_changes_see_one_state_each() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = opened(dir.path());
        hire(&mut ledger.journal, 1);
        let held = SharedLedger::new(ledger);
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
                held.apply().expect("it is applied");
                assert_eq!(*applied.borrow(), Seq::new(number));
                assert_eq!(staff(&held, None), (usize::try_from(number).unwrap_or(0), number, number));
            }
            changed.store(true, Ordering::Relaxed);
        });
    }

    #[test]
    fn while_a_thread_writes_nothing_that_is_done_is_waited_for() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = opened(dir.path());
        hire(&mut ledger.journal, 1);
        let shared = SharedLedger::new(ledger);
        shared.apply().expect("it is applied");
        let behind = shared.write(|_| shared.is_behind());
        assert!(!behind.expect("it is known without the lock"));
        // What is done is found, by who has the lock.
        shared.write(|journal| hire(journal, 2));
        assert!(shared.is_behind().expect("it is known"));
        assert!(shared.ledger().journal().is_outdated());
    }

    #[test]
    fn a_question_keeps_its_state_and_holds_up_no_change() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = opened(dir.path());
        hire(&mut ledger.journal, 1);
        let shared = SharedLedger::new(ledger);
        let people = |ledger: &LedgerDirectory| {
            let store = ledger.store().expect("snapshots").0;
            (store.people_count(), store.seq(), ledger.head(), store.unwritten() > 0)
        };
        let before = shared.ledger();
        let first = people(&before);
        for number in 2..=40 {
            shared.write(|journal| hire(journal, number));
            shared.apply().expect("it is applied");
            assert_eq!(staff(&shared, None), (usize::try_from(number).unwrap_or(0), number, number));
        }
        assert_eq!(people(&before), first, "what a question was put to stays as it is");
        assert_eq!(people(&shared.ledger()), (40, Seq::new(40), Seq::new(40), true), "nothing is written over it");
        drop(before);
        shared.settle().expect("it is written");
        assert_eq!(people(&shared.ledger()), (40, Seq::new(40), Seq::new(40), false));
        drop(shared);
        let again =
            LedgerDirectory::open(dir.path(), Create::Never, LostEnd::Refuse, Patience::default()).expect("a ledger");
        let (store, notice) = again.store().expect("snapshots");
        assert_eq!((store.people_count(), notice), (40, None), "and is there for the next process");
    }

    #[test]
    fn changes_beyond_a_bound_wait_for_earlier_states() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = opened(dir.path());
        let shared = SharedLedger::new(ledger);
        let before = shared.ledger();
        shared.write(|journal| hire(journal, 1));
        shared.apply().expect("it is applied");
        let unwritten = || shared.ledger().opened().expect("snapshots").unwritten();
        assert!(unwritten() > 0);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| shared.write_snapshots(0));
            assert_eq!(staff(&shared, None), (1, 1, 1), "questions go on");
            assert!(!waiting.is_finished(), "an earlier state can be asked");
            drop(before);
            waiting.join().expect("it ends").expect("it is written");
        });
        assert_eq!(unwritten(), 0);
    }

    #[test]
    fn what_was_loaded_is_added_to_as_the_log_moves_on() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = opened(dir.path());
        hire(&mut ledger.journal, 1);
        let shared = SharedLedger::new(ledger);
        let loaded = |shared: &SharedLedger| {
            let loaded = shared.ledger().events().load(&Cancellation::default()).expect("events");
            (loaded.archive.entries().iter().map(|entry| entry.seq.number()).collect::<Vec<_>>(), loaded)
        };
        let listed = |shared: &SharedLedger| {
            let terms = Terms { at: "2024-07-01".to_owned(), known: Some("2024-12-31".to_owned()), ..Terms::default() };
            let ask = Ask::List { what: Listing::People, sort: Order::Name, limit: None };
            let answered = answers::answer(shared, &Question { ask, terms }).expect("an answer");
            format!("{:?}", answered.answer)
        };
        let of = |name: &str| EventBuilder::new(name).set("reported_at", "2024-03-01").set("source", "Harbour Gazette");
        let erase = of("PersonErased").set("person", "Person 2").build().expect("an event");
        for number in 2..=8 {
            let before = listed(&shared);
            shared.write(|journal| match number {
                5 => append(journal, erase.as_ref()).map(drop).expect("it is appended"),
                _ => hire(journal, number),
            });
            shared.apply().expect("it is applied");
            assert!(!shared.ledger().last_loaded.is_empty(), "it is kept for who asks next");
            let fresh = SharedLedger::new(LedgerDirectory::open_without_snapshots(dir.path(), None).expect("a ledger"));
            assert_ne!(listed(&shared), before);
            assert_eq!(listed(&shared), listed(&fresh), "{number} events");
            assert_eq!(loaded(&shared).0, (1..=number).collect::<Vec<_>>());
        }
        let further = |loaded, head| Loading::further(loaded, Seq::new(head)).is_some();
        let of_head = |head: u64| {
            let blocks = shared.ledger().journal().blocks(Seq::ZERO.next());
            Arc::new(load_blocks(blocks, Seq::new(head), |_| {}).expect("events"))
        };
        assert!(further(of_head(4), 4));
        let asked = of_head(4);
        assert!(!further(asked.clone(), 4), "somebody is answered from it");
        drop(asked);
        assert!(!further(of_head(5), 5), "what follows can say more of whom is erased");
    }

    #[test]
    fn a_name_that_no_event_has_needs_no_log_in_a_company_or_of_a_publisher() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut ledger = opened(dir.path());
        (1..4).for_each(|number| hire(&mut ledger.journal, number));
        let shared = SharedLedger::new(ledger);
        let ask = |unit: &str, terms: Terms| {
            let asked = answers::answer(&shared, &Question { ask: Ask::who(unit), terms });
            let read = !shared.ledger().last_loaded.is_empty();
            (asked.map(drop).map_err(|error| error.to_string()), read)
        };
        let today = || Terms { at: "2024-07-01".to_owned(), ..Terms::default() };
        let company = || Terms { company: Some("Harbour".to_owned()), ..today() };
        let not_there = Err("nothing of Harbour is called `Harbor Lab`".to_owned());
        assert_eq!(ask("Harbor Lab", company()), (not_there, false));
        let source = |of: &str| Terms { source: vec![of.to_owned()], ..today() };
        assert!(matches!(ask("Harbor Lab", source("Harbour Gazette")), (Err(_), false)));
        assert!(matches!(ask("Harbor Lab", source("Nobody")), (Err(_), true)), "which is told of all events");
    }
}
