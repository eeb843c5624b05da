//! A ledger that any number of threads ask while one changes it.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::time::Duration;

use tenure_domain::position::Seq;
use tenure_log::Journal;
use tenure_projector::{Done, ProjectError, Unfit};
use tenure_query::{Known, KnownEvents};
use tokio::sync::watch;

use crate::directory::{LedgerDirectory, Shelf};
use crate::error::ApplyError;
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

/// For how long a change lets questions go first.
const PATIENCE: Duration = Duration::from_millis(100);

/// How often it looks meanwhile.
const LOOK: Duration = Duration::from_micros(200);

/// A ledger that is held for as long as questions are put to it, by any number of threads.
///
/// A question holds it only while the snapshots are asked: these know no isolation of their own, so nothing may be
/// applied meanwhile. Whatever takes long reads the log instead, which only grows, and holds nothing.
pub struct SharedLedger {
    ledger: RwLock<LedgerDirectory>,
    head: watch::Sender<Seq>,
    /// Held by whoever changes the snapshots, from finding out what changes until it is done.
    turn: Mutex<()>,
    /// Held by whoever makes others beside them.
    making: Mutex<()>,
}

impl SharedLedger {
    /// Holds a ledger.
    pub fn new(ledger: LedgerDirectory) -> SharedLedger {
        let (head, _) = watch::channel(ledger.head());
        SharedLedger { ledger: RwLock::new(ledger), head, turn: Mutex::default(), making: Mutex::default() }
    }

    /// The ledger, which stays as it is for as long as this is held. A thread that holds it must not ask for it again.
    pub fn ledger(&self) -> RwLockReadGuard<'_, LedgerDirectory> {
        self.ledger.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ledger, to be changed. A thread that waits for that keeps out all who come to ask after it; so it looks a
    /// while whether it is free before it waits, and a question that takes long holds up changes, not other questions.
    fn ledger_mut(&self) -> RwLockWriteGuard<'_, LedgerDirectory> {
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
    pub fn applied(&self) -> watch::Receiver<Seq> {
        self.head.subscribe()
    }

    /// Writes to the log. What is written is answered when it is applied.
    pub fn write<T>(&self, write: impl FnOnce(&mut Journal) -> T) -> T {
        let mut ledger = self.ledger_mut();
        // The snapshots are opened at the head, which is here until something is written. Where they cannot be opened,
        // whoever asks them is told.
        drop(ledger.store());
        ledger.applied = Some(ledger.head());
        write(&mut ledger.journal)
    }

    /// Applies what was written. What it comes to is found out beside the questions; they wait while it is put into
    /// the snapshots. Only one thread may write and apply.
    pub fn apply(&self) -> Result<(Applied, Option<Notice>), ApplyError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (change, notice) = {
            let ledger = self.ledger();
            match ledger.store() {
                Ok((store, notice)) => (Some(ledger.snapshots().change(&store, &ledger.journal)?), notice),
                Err(_) if ledger.unusable().is_some() => (None, None),
                Err(error) => return Err(error.into()),
            }
        };
        let applied = {
            let mut ledger = self.ledger_mut();
            let snapshots = ledger.snapshots();
            let shelf = ledger.store.get_mut().unwrap_or_else(PoisonError::into_inner);
            let applied = match (change, shelf) {
                (Some(Err(unfit)), _) => return Ok((Applied::Unfit(unfit), notice)),
                (Some(Ok(change)), Shelf::Open(store)) => {
                    let store = Arc::get_mut(store).expect("snapshots are held as long as the ledger is at most");
                    match snapshots.take(store, change) {
                        Ok(done) => Applied::Snapshots(done),
                        Err(unfit) => return Ok((Applied::Unfit(unfit), notice)),
                    }
                }
                // Somebody may have found the snapshots unreadable meanwhile.
                (Some(Ok(_)) | None, _) => Applied::Log,
            };
            ledger.moved();
            applied
        };
        let ledger = self.ledger();
        ledger.last_loaded.forget();
        self.head.send_replace(ledger.head());
        Ok((applied, notice))
    }

    /// Makes the snapshots anew beside those that answer, compares the two, and swaps them. What differs is told.
    /// `passed` is told the position up to which the log is read.
    pub fn rebuild(&self, passed: &dyn Fn(Seq)) -> Result<Rebuilt, ProjectError> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let (snapshots, dir, blocks, head, digest) = {
            let ledger = self.ledger();
            let (journal, dir) = (&ledger.journal, ledger.snapshots_dir());
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
        Ok(rebuilt)
    }
}

impl KnownEvents for SharedLedger {
    fn event(&self, seq: Seq) -> Option<Known> {
        self.ledger().event(seq)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use tenure_answers::Answer;
    use tenure_domain::wire::EventBuilder;
    use tenure_log::{Create, LostEnd};

    use super::*;
    use crate::answers;
    use crate::ledger::append;
    use crate::question::{Ask, Question, Terms};

    /// Appends an event by which one more works there.
    fn hire(journal: &mut Journal, number: u64) {
        let event = EventBuilder::new("JoinedCompany").set("person", format!("Person {number}"));
        let event = event.set("company", "Harbour").set("effective", "2024-01-08");
        let event = event.set("reported_at", "2024-02-01").set("source", "Harbour Gazette").build();
        append(journal, event.expect("an event").as_ref()).expect("it is appended");
    }

    /// How many work there, and on which position and head that rests.
    fn staff(shared: &SharedLedger, recorded: Option<u64>) -> (usize, u64, u64) {
        let ask = Ask::Who { unit: "Harbour".to_owned(), direct: false, lead: false, title: None, sort: None };
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
        let mut ledger = LedgerDirectory::open(dir.path(), Create::IfMissing, LostEnd::Refuse).expect("a ledger");
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
}
