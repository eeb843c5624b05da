//! The ledger in a directory: its log, the snapshots beside it, and both as they stand.
//!
//! Deliberately not here: who asks at the same time. That is what a [`SharedLedger`](crate::SharedLedger) is for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustc_hash::FxHashSet;
use tenure_domain::excerpt::EventTimes;
use tenure_domain::implicit_id::ImplicitUnitId;
use tenure_domain::plain_text::with_causes;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::Basis;
use tenure_domain::view::{Meant, View as _, ViewError};
use tenure_log::{Create, Expected, Journal, Lock, LogError, LostEnd, OwnedRecord, Patience, identify, replica};
use tenure_projector::{Damage, Done, LoadStep, Loaded, Loading, ProjectError, Snapshots, Store, Unusable, event_at};
use tenure_query::{AskError, Inquiry, RecordedEvent, RecordedEvents, Subject};

use crate::cancellation::{Cancellation, Cancelled};
use crate::clock::now;
use crate::error::{AnswerError, SnapshotsError};
use crate::notice::Notice;

/// The directory of the log in that of a ledger.
const JOURNAL: &str = "journal";

/// The directory of the snapshots in that of a ledger.
const SNAPSHOTS: &str = "snapshots";

/// A ledger as it stands. Any number of questions can be put to it at a time.
pub struct LedgerDirectory {
    pub(crate) journal: Journal,
    dir: PathBuf,
    store: Mutex<Shelf>,
    /// Held for as long as the snapshots may be used; none where nothing can be written.
    hold: Option<Arc<Lock>>,
    mender: Mender,
    made_anew_for: Arc<Mutex<MadeAnew>>,
    /// Up to where the log is answered, where another thread or process applies what comes; else to its end.
    applied: Option<Seq>,
    /// How far the log goes that is followed, and since when that is not reached.
    log_end: Arc<Mutex<LogEnd>>,
    pub(crate) last_loaded: Arc<LastLoaded>,
}

/// The snapshots, as far as they can be asked.
pub(crate) enum Shelf {
    /// They are opened when they are first asked.
    Closed,
    /// They are asked.
    Open(Arc<Store>),
    /// They cannot be asked until others are made: the log answers.
    Empty(Unusable),
    /// They cannot be written, say because the disk is full. It is not tried again, with a reading of the whole log, until
    /// something is written to that: it answers.
    Unmade(Arc<ProjectError>),
}

impl Shelf {
    /// The error that there are none, which is remembered where they cannot be written.
    fn unmade(&mut self, error: ProjectError) -> SnapshotsError {
        match error {
            ProjectError::Log(_) => error.into(),
            ProjectError::Store { .. } => {
                let why = Arc::new(error);
                *self = Shelf::Unmade(why.clone());
                SnapshotsError::Unmade(why)
            }
        }
    }
}

/// Who makes snapshots that are missing or do not read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mender {
    /// The question that needs them, before there is an answer.
    Asker,
    /// A thread beside those who ask, who are answered from the log meanwhile.
    Beside,
}

/// For how long what does not read of snapshots that were made anew for it has another reason than damage. A disk can lose the
/// same page twice.
const FRESH: Duration = Duration::from_hours(1);

/// What did not read of the snapshots, in words, and when they were made anew for it. What reads since is not among it, where it
/// was the asker who made them.
#[derive(Default)]
struct MadeAnew(BTreeMap<String, std::time::Instant>);

impl MadeAnew {
    /// Whether they are to be made anew for these words, which is noted.
    fn begin(&mut self, words: &str, now: std::time::Instant) -> bool {
        self.0.retain(|_, since| now.saturating_duration_since(*since) < FRESH);
        let is_new = !self.0.contains_key(words);
        if is_new {
            self.0.insert(words.to_owned(), now);
        }
        is_new
    }
}

/// How far what is answered is behind the log.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lag {
    /// How many events of the log are not answered yet.
    pub events: u64,
    /// For how many seconds there have been such events.
    pub seconds: f64,
}

/// Where the log ends that is followed.
#[derive(Clone, Copy, Debug, Default)]
struct LogEnd {
    /// The last position, as last heard.
    head: Seq,
    /// When what is answered was last level with it.
    level_at: Option<std::time::Instant>,
}

impl LedgerDirectory {
    /// Opens the ledger in a directory, or begins one where `create` says so. What the log had to mend is among the
    /// notices of the [journal](LedgerDirectory::journal). Other processes can write to the log meanwhile; the snapshots
    /// are this one's until the ledger is let go of, and are waited for with that patience.
    pub fn open(
        dir: &Path,
        create: Create,
        lost_end: LostEnd,
        patience: Patience,
    ) -> Result<LedgerDirectory, LogError> {
        let mut ledger = LedgerDirectory::of(dir, open_journal(dir, create, lost_end, patience)?);
        match ledger.snapshots().taken(patience)? {
            Ok(lock) => ledger.hold = Some(Arc::new(lock)),
            Err(why) => ledger.store = Mutex::new(Shelf::Empty(why)),
        }
        // What another process may have taken into the snapshots while they were waited for.
        ledger.journal.look()?;
        Ok(ledger)
    }

    /// Opens a ledger without its snapshots, which another process may have. The log answers, as it is now.
    pub fn open_without_snapshots(dir: &Path, holder: Option<u32>) -> Result<LedgerDirectory, LogError> {
        let journal = open_journal(dir, Create::Never, LostEnd::Refuse, Patience::default())?;
        let mut ledger = LedgerDirectory::of(dir, journal);
        ledger.store = Mutex::new(Shelf::Empty(Unusable::InUse(holder)));
        Ok(ledger)
    }

    fn of(dir: &Path, journal: Journal) -> LedgerDirectory {
        LedgerDirectory {
            journal,
            dir: dir.to_owned(),
            store: Mutex::new(Shelf::Closed),
            hold: None,
            mender: Mender::Asker,
            made_anew_for: Arc::default(),
            applied: None,
            log_end: Arc::default(),
            last_loaded: Arc::default(),
        }
    }

    /// Opens the ledger that is served, or begins one. A copy of a stream that has lost its end has it fetched again. Where nothing
    /// can be written, what is there is served.
    pub fn open_to_serve(dir: &Path, patience: Patience) -> Result<LedgerDirectory, LogError> {
        let lost_end = if replica::is_one(dir) { LostEnd::FetchAgain } else { LostEnd::Refuse };
        match LedgerDirectory::open(dir, Create::IfMissing, lost_end, patience) {
            Err(error) if error.is_read_only() => LedgerDirectory::open(dir, Create::Never, lost_end, patience),
            opened => opened,
        }
    }

    /// The log.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The last position that is answered.
    pub fn head(&self) -> Seq {
        self.applied.unwrap_or(self.journal.head())
    }

    /// How far what is answered is behind the log.
    pub fn lag(&self) -> Lag {
        let LogEnd { head, level_at } = *self.log_end.lock().unwrap_or_else(PoisonError::into_inner);
        let events = head.max(self.journal.head()).number().saturating_sub(self.head().number());
        let since = level_at.filter(|_| events > 0);
        Lag { events, seconds: since.map_or(0.0, |at| at.elapsed().as_secs_f64()) }
    }

    /// The log, to write to it, and in its place here the log as it is.
    pub(crate) fn take_journal(&mut self) -> Journal {
        let now = self.journal.to_read();
        std::mem::replace(&mut self.journal, now)
    }

    /// The ledger after this one: all that the log has is answered, from these snapshots.
    pub(crate) fn next(&self, journal: Journal, shelf: Shelf) -> LedgerDirectory {
        let next = LedgerDirectory {
            applied: Some(journal.head()),
            journal,
            dir: self.dir.clone(),
            store: Mutex::new(shelf),
            hold: self.hold.clone(),
            mender: self.mender,
            made_anew_for: self.made_anew_for.clone(),
            log_end: self.log_end.clone(),
            last_loaded: self.last_loaded.clone(),
        };
        next.hear_of(next.head());
        next
    }

    /// Puts the same state of the snapshots in the place of another, if that is still asked.
    pub(crate) fn put_same(&self, before: &Arc<Store>, same: Store) {
        let mut shelf = self.shelf();
        if matches!(&*shelf, Shelf::Open(store) if Arc::ptr_eq(store, before)) {
            *shelf = Shelf::Open(Arc::new(same));
        }
    }

    /// The snapshots, if they are open.
    pub(crate) fn opened(&self) -> Option<Arc<Store>> {
        match &*self.shelf() {
            Shelf::Open(store) => Some(store.clone()),
            Shelf::Closed | Shelf::Empty(_) | Shelf::Unmade(_) => None,
        }
    }

    /// Hears how far the log goes.
    pub fn hear_of(&self, head: Seq) {
        let mut end = self.log_end.lock().unwrap_or_else(PoisonError::into_inner);
        end.head = end.head.max(head);
        if end.head <= self.head() || end.level_at.is_none() {
            end.level_at = Some(std::time::Instant::now());
        }
    }

    /// The directory of the ledger.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Opens the snapshots as they are, at whatever position, which from there on is for a thread beside to move on and
    /// to mend. Where they cannot be used, the log answers until others are made.
    pub fn open_for_service(&mut self) {
        self.mender = Mender::Beside;
        let opened = self.unusable().map_or_else(|| self.snapshots().opened(&self.journal), Err);
        self.applied = Some(opened.as_ref().map_or(self.journal.head(), Store::seq));
        *self.store.get_mut().unwrap_or_else(PoisonError::into_inner) = match opened {
            Ok(store) => Shelf::Open(Arc::new(store)),
            Err(why) => Shelf::Empty(why),
        };
    }

    /// Why there are no snapshots that can be asked, where a thread beside is to make them.
    pub fn unusable(&self) -> Option<Unusable> {
        match &*self.shelf() {
            Shelf::Empty(why) => Some(why.clone()),
            Shelf::Open(_) | Shelf::Closed | Shelf::Unmade(_) => None,
        }
    }

    /// Has snapshots that could not be written tried again.
    pub(crate) fn try_again(&self) {
        let mut shelf = self.shelf();
        if matches!(&*shelf, Shelf::Unmade(_)) {
            *shelf = Shelf::Closed;
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The snapshots at the head of the log, caught up or made anew where they were not, and what is to be told of that.
    /// Where a thread beside sees to that, they are given as they are, or it fails at once.
    pub fn store(&self) -> Result<(Arc<Store>, Option<Notice>), SnapshotsError> {
        let mut shelf = self.shelf();
        match &*shelf {
            Shelf::Open(store) => return Ok((store.clone(), None)),
            Shelf::Empty(why) => return Err(SnapshotsError::BeingMade(why.clone())),
            Shelf::Unmade(why) => return Err(SnapshotsError::Unmade(why.clone())),
            Shelf::Closed => {}
        }
        let (store, done) = self.snapshots().at_head(&self.journal).map_err(|error| shelf.unmade(error))?;
        let notice = match done {
            Done::Added { events, people } | Done::CaughtUp { events, people } => {
                Some(Notice::Detail(format!("the snapshots took in {events} events, which touch {people} people")))
            }
            Done::Rebuilt { why } => Some(made_anew(&why)),
            Done::Nothing => None,
        };
        let store = Arc::new(store);
        *shelf = Shelf::Open(store.clone());
        Ok((store, notice))
    }

    /// The directory of the snapshots.
    pub(crate) fn snapshots_dir(&self) -> PathBuf {
        snapshots_dir(&self.dir)
    }

    /// The snapshots of the ledger, as files.
    pub fn snapshots(&self) -> Snapshots {
        Snapshots::in_dir(self.snapshots_dir())
    }

    /// Asks the snapshots. Where they turn out not to read, they are made anew and asked again, or a thread beside is
    /// left to make them: they are a cache. What does not read of fresh snapshots either has another reason, and would have
    /// them made for ever. Where it is the log that does not read, the snapshots are left.
    pub(crate) fn with_store<T>(
        &self,
        notices: &mut Vec<Notice>,
        ask: impl Fn(&Store) -> Result<T, ViewError>,
    ) -> Result<T, SnapshotsError> {
        let (store, notice) = self.store()?;
        notices.extend(notice);
        let error = match ask(&store) {
            Ok(answer) => return Ok(answer),
            Err(error @ ViewError::Log(_)) => return Err(error.into()),
            Err(error @ ViewError::Kept(_)) => error,
        };
        let words = with_causes(&error);
        let mut shelf = self.shelf();
        let fresh = match &*shelf {
            // Another thread found them so, and was here first.
            Shelf::Open(other) if !Arc::ptr_eq(other, &store) => other.clone(),
            Shelf::Empty(why) => return Err(SnapshotsError::BeingMade(why.clone())),
            Shelf::Unmade(why) => return Err(SnapshotsError::Unmade(why.clone())),
            Shelf::Open(_) | Shelf::Closed => {
                if !self.made_anew_for().begin(&words, std::time::Instant::now()) {
                    return Err(SnapshotsError::Unreadable(error));
                }
                drop(store);
                let why = Unusable::from(Damage::Unreadable(Arc::new(error)));
                if self.mender == Mender::Beside {
                    *shelf = Shelf::Empty(why.clone());
                    return Err(SnapshotsError::BeingMade(why));
                }
                *shelf = Shelf::Closed;
                notices.push(made_anew(&why));
                let fresh = self.snapshots().rebuild(&self.journal, |_| {}).map_err(|error| shelf.unmade(error))?;
                let fresh = Arc::new(fresh);
                *shelf = Shelf::Open(fresh.clone());
                fresh
            }
        };
        drop(shelf);
        let answer = ask(&fresh)?;
        self.made_anew_for().0.remove(&words);
        Ok(answer)
    }

    fn made_anew_for(&self) -> MutexGuard<'_, MadeAnew> {
        self.made_anew_for.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the snapshots, as [`LedgerDirectory::store`] gives them. Those that do not read are made anew, or left to be
    /// made by who makes them beside those who ask.
    pub fn ask_store<T>(&self, ask: impl Fn(&Store) -> Result<T, ViewError>) -> Result<T, SnapshotsError> {
        self.with_store(&mut Vec::new(), ask)
    }

    /// All events as they stand, to be loaded without holding the ledger.
    pub(crate) fn events(&self) -> Events {
        Events { head: self.head(), journal: self.journal.to_read(), last: self.last_loaded.clone() }
    }

    /// When the last events, at most so many, told of the person, unit or company that is called so today, or had that id before a
    /// source gave it one. Of a company that is its structure.
    pub fn told(&self, target: &str, most: usize) -> Result<Vec<EventTimes>, SnapshotsError> {
        self.ask_store(|store| {
            let inquiry = Inquiry::of(store, now().day());
            let asked = match AskError::in_particular(inquiry.ask(target))? {
                Some(subject) => Some(subject),
                None => asked_by_made_id(&inquiry, target)?,
            };
            let meant = match asked {
                Some(Subject::Person(asked)) => asked.here().map(Meant::Person),
                Some(Subject::Unit(asked)) => asked.here().map(Meant::Unit),
                None => None,
            };
            meant.map_or(Ok(Vec::new()), |meant| store.event_times(&self.journal, meant, most))
        })
    }

    /// When the last events, at most so many, told of these posts.
    pub fn told_of_posts(&self, posts: &[PostEvents], most: usize) -> Result<Vec<EventTimes>, SnapshotsError> {
        let mut seqs = self.ask_store(|store| {
            let inquiry = Inquiry::of(store, now().day());
            let mut seqs: Vec<Seq> = Vec::new();
            for post in posts {
                let asked = AskError::in_particular(inquiry.ask_person(&post.person))?;
                let Some(person) = asked.and_then(|asked| asked.here()) else { continue };
                let events: FxHashSet<&EventId> = post.events.iter().collect();
                let evidence = &store.person(person)?.evidence;
                seqs.extend(evidence.iter().filter(|one| events.contains(&one.id)).map(|one| one.seq));
            }
            Ok(seqs)
        })?;
        seqs.sort_unstable();
        seqs.dedup();
        let known = seqs.into_iter().rev().take(most).filter_map(|seq| self.event(seq).transpose());
        let told = known.map(|known| {
            let RecordedEvent { seq, recorded_at, event } = known?;
            Ok(EventTimes { seq, recorded_at, reported_at: event.reported_at })
        });
        told.collect()
    }

    /// The last position that the basis admits.
    pub fn seq_of(&self, basis: &Basis) -> Seq {
        basis.recorded.unwrap_or(self.head()).min(self.head())
    }

    /// A record of the log.
    pub fn record(&self, seq: Seq) -> Result<OwnedRecord, LogError> {
        self.journal.read(seq)
    }
}

impl RecordedEvents for LedgerDirectory {
    fn event(&self, seq: Seq) -> Result<Option<RecordedEvent>, ViewError> {
        let known = event_at(&self.journal, seq).map_err(|error| ViewError::Log(error.into()))?;
        Ok(known.map(|(recorded_at, event)| RecordedEvent { seq, recorded_at, event }))
    }
}

/// A post, by its holder and the events that it rests on.
#[derive(Clone, Debug)]
pub struct PostEvents {
    /// The id of the person.
    pub person: String,
    /// The events.
    pub events: Vec<EventId>,
}

/// How long what was loaded is kept after it was last asked for, while the log moves on.
const KEPT: Duration = Duration::from_mins(1);

/// The events that were last loaded.
#[derive(Default)]
pub(crate) struct LastLoaded(Mutex<Option<Kept>>);

/// What is kept of a log that was asked for.
struct Kept {
    /// Up to where it was asked for.
    head: Seq,
    asked_at: std::time::Instant,
    log: KeptLog,
}

enum KeptLog {
    Whole(Arc<Loaded>),
    /// Who asked for it did not wait until it was read. Who asks next reads on.
    Beginning(Box<Loading>),
}

impl LastLoaded {
    /// Lets go of what was not asked for lately, unless it is being loaded.
    pub(crate) fn forget_unasked(&self) {
        if let Ok(mut kept) = self.0.try_lock() {
            kept.take_if(|kept| kept.asked_at.elapsed() > KEPT);
        }
    }

    /// Whether nothing is kept.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

/// All events of a ledger up to a position, not yet read.
pub(crate) struct Events {
    head: Seq,
    journal: Journal,
    last: Arc<LastLoaded>,
}

impl Events {
    /// All those events in memory. What was loaded for the one who asked before is not loaded again.
    pub(crate) fn load(self, cancellation: &Cancellation) -> Result<Arc<Loaded>, AnswerError> {
        let Events { head, journal, last } = self;
        let mut last = last.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Who was waited for may have taken long.
        cancellation.check()?;
        let keep = |log| Some(Kept { head, asked_at: std::time::Instant::now(), log });
        // What cannot be added to is let go before all is loaded: two of them may not find room.
        let begun = match last.take() {
            Some(Kept { head: up_to, log: KeptLog::Whole(loaded), .. }) if up_to == head => {
                *last = keep(KeptLog::Whole(loaded.clone()));
                return Ok(loaded);
            }
            Some(Kept { head: up_to, log: KeptLog::Whole(loaded), .. }) if up_to < head => {
                Loading::further(loaded, up_to)
            }
            Some(Kept { log: KeptLog::Beginning(loading), .. }) if loading.next_position() <= head.next() => {
                Some(*loading)
            }
            Some(_) | None => None,
        };
        let loading = begun.unwrap_or_default();
        let blocks = journal.blocks(loading.next_position());
        match loading.read_on(blocks, head, &|| !cancellation.is_cancelled())? {
            LoadStep::Whole(loaded) => {
                *last = keep(KeptLog::Whole(loaded.clone()));
                Ok(loaded)
            }
            LoadStep::Beginning(loading) => {
                *last = keep(KeptLog::Beginning(loading));
                Err(Cancelled.into())
            }
        }
    }
}

/// What is told where the snapshots that were there could not be used.
fn made_anew(why: &Unusable) -> Notice {
    Notice::Remark(format!("the snapshots are made from the log: {why}"))
}

/// Where the snapshots lie of the ledger in a directory.
pub fn snapshots_dir(dir: &Path) -> PathBuf {
    dir.join(SNAPSHOTS)
}

/// The log of the ledger in a directory, or of one that is begun there where `create` says so, to be written to. Other
/// processes can write to it as well, each in turn; its turn is waited for with that patience.
pub fn journal_to_write(dir: &Path, create: Create, patience: Patience) -> Result<Journal, LogError> {
    if replica::is_one(dir) {
        return Err(LogError::IsACopy { dir: dir.to_owned() });
    }
    open_journal(dir, create, LostEnd::Refuse, patience)
}

/// Who or what had that id, which was made of a name, as long as no source gave another: whom the name means today.
fn asked_by_made_id(inquiry: &Inquiry<'_>, id: &str) -> Result<Option<Subject>, ViewError> {
    let Some(ImplicitUnitId { company, name }) = ImplicitUnitId::parse(id) else {
        let Some(key) = id.strip_prefix('~') else { return Ok(None) };
        return AskError::in_particular(inquiry.ask(key));
    };
    let is_known = !inquiry.view.units_asked(company)?.is_empty();
    let company = if is_known { company } else { company.trim_start_matches('~') };
    let unit = AskError::in_particular(Inquiry { company: Some(company), ..*inquiry }.ask_unit(name))?;
    Ok(unit.map(Subject::Unit))
}

fn open_journal(dir: &Path, create: Create, lost_end: LostEnd, patience: Patience) -> Result<Journal, LogError> {
    Journal::open_expecting(dir.join(JOURNAL), create, identify, &expected(dir, lost_end), patience)
}

/// What is known of the journal of a ledger besides.
fn expected(dir: &Path, lost_end: LostEnd) -> Expected {
    Expected { by_snapshots: Snapshots::in_dir(snapshots_dir(dir)).position(), lost_end }
}

/// The journal of a ledger as it is now, beside a process that writes.
pub fn journal_to_read(dir: &Path) -> Result<Journal, LogError> {
    Journal::open_to_read_expecting(dir.join(JOURNAL), identify, &expected(dir, LostEnd::Refuse))
}

#[cfg(test)]
mod tests {
    use tenure_domain::wire::EventBuilder;

    use super::*;
    use crate::ledger::append;
    use crate::shared::{Applied, SharedLedger};

    fn ledger(dir: &Path) -> LedgerDirectory {
        LedgerDirectory::open(dir, Create::IfMissing, LostEnd::Refuse, Patience::default()).expect("a ledger")
    }

    fn hire(journal: &mut Journal, person: &str) {
        let event = EventBuilder::new("JoinedCompany").set("person", person).set("company", "Harbour");
        let event = event.set("effective", "2024-01-08").set("reported_at", "2024-02-01");
        let event = event.set("source", "Harbour Gazette").build().expect("an event");
        append(journal, event.as_ref()).expect("it is appended");
    }

    #[test]
    fn what_does_not_read_is_made_anew_each_time_but_not_for_ever() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = ledger(dir.path());
        let ask = |words: &'static str, times: u32| {
            let (left, mut notices) = (std::cell::Cell::new(times), Vec::new());
            let asked = ledger.with_store(&mut notices, |_| match left.replace(left.get().saturating_sub(1)) {
                0 => Ok(()),
                _ => Err(ViewError::new(words)),
            });
            (asked, notices.len())
        };
        ledger.store().expect("they are made");
        // A page is lost, and again.
        for _ in 0..2 {
            let (asked, told) = ask("page 1 is missing", 1);
            assert!(asked.is_ok() && told == 1, "{asked:?}, told {told} times");
        }
        // What does not read of fresh ones has another reason.
        for made_anew in [1, 0, 0] {
            let (asked, told) = ask("page 2 is missing", 2);
            assert!(matches!(asked, Err(SnapshotsError::Unreadable(_))) && told == made_anew, "{asked:?}, {told}");
        }
        let (asked, told) = ask("page 1 is missing", 1);
        assert!(asked.is_ok() && told == 1, "{asked:?}, told {told} times");
    }

    #[test]
    fn a_thread_beside_makes_them_anew_for_the_same_again_after_a_while() {
        let (mut made, begun) = (MadeAnew::default(), std::time::Instant::now());
        assert!(made.begin("page 1 is missing", begun) && made.begin("page 2 is missing", begun));
        assert!(!made.begin("page 1 is missing", begun + FRESH / 2), "it does not read of fresh ones");
        assert!(made.begin("page 1 is missing", begun + FRESH));
        assert!(!made.begin("page 1 is missing", begun + FRESH * 3 / 2));
    }

    #[test]
    fn snapshots_that_cannot_be_written_are_tried_again_when_something_is() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut first = ledger(dir.path());
        hire(&mut first.journal, "Ann");
        let in_the_way = snapshots_dir(dir.path()).join("CURRENT");
        std::fs::create_dir(&in_the_way).expect("a directory");
        let shared = SharedLedger::new(first);
        let unmade = || match shared.ledger().store() {
            Err(SnapshotsError::Unmade(why)) => why,
            other => panic!("{:?}", other.map(drop)),
        };
        let why = unmade();
        assert!(Arc::ptr_eq(&why, &unmade()), "it is not tried again, and the log not read for it");
        shared.write(|journal| hire(journal, "Bo"));
        assert!(shared.apply().is_err(), "it is tried again");
        assert!(!Arc::ptr_eq(&why, &unmade()));
        let entries = std::fs::read_dir(snapshots_dir(dir.path())).expect("the snapshots");
        let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
        assert_eq!(names.filter(|name| name.starts_with("store-")).count(), 0, "what was made is not left");
        std::fs::remove_dir(&in_the_way).expect("it is removed");
        let (applied, _) = shared.apply().expect("it is applied");
        assert!(matches!(applied, Applied::Snapshots(_)));
        assert_eq!(shared.ledger().head(), Seq::new(2));
    }
}
