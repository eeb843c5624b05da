//! Brings the snapshots to the head of the log, or makes them anew.
//!
//! What new events change is read from an excerpt of the log. Where that would be of too many events, all are folded
//! again, and what differs is written. A rebuild writes a new store beside the old one and swaps the name that says which
//! one counts.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use rustc_hash::FxHashMap;
use tenure_domain::excerpt::Directory;
use tenure_domain::identity::Call;
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Numbers, Reading};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::titles::TitleCounts;
use tenure_domain::view::{Meant, RosterRow, ViewError};
use tenure_log::{Digest, Journal, Lock, LogError, Patience, Replacement, open_to_read};

use crate::buckets::Buckets;
use crate::change::{Done, SnapshotChange};
use crate::directory;
use crate::error::{Damage, ProjectError, StoreError, Unfit, Unusable, Unwritten};
use crate::fold_in::fold_in;
use crate::head::Head;
use crate::keys::{Set, Table, described, leaves_key, names_key};
use crate::load::{Loaded, load};
use crate::names::{NameEntry, bucket, bucket_bytes};
use crate::older::ReadError;
use crate::people::Folded;
use crate::position;
use crate::store::{FOLD_VERSION, Store, is_head};
use crate::stored;
use crate::titles::put_titles;
use crate::writes::Writes;

/// The file that names the store that counts.
const CURRENT: &str = "CURRENT";

/// What the name of a store begins with, before its number.
const STORE: &str = "store-";

/// How many differences are told at most.
const MOST_DIFFERENCES: usize = 20;

/// Snapshots that were made anew and do not count yet. They are removed when they are let go of before they do.
pub struct Beside {
    // Closed before its directory is removed.
    store: Store,
    place: ClaimedDir,
}

impl Beside {
    /// The snapshots.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Applies a change to them.
    pub fn take(&mut self, change: SnapshotChange) -> Result<Done, Unfit> {
        self.store.take(change)
    }
}

/// The directory of a store that is being made.
struct ClaimedDir {
    dir: PathBuf,
    name: String,
    /// Whether the store counts.
    counts: bool,
}

impl ClaimedDir {
    /// Claims a directory that no other rebuild has, beyond a number.
    fn claim(snapshots: &Path, last: u64) -> io::Result<ClaimedDir> {
        let mut number = last + 1;
        loop {
            let name = format!("{STORE}{number}");
            let dir = snapshots.join(&name);
            match fs::create_dir(&dir) {
                Ok(()) => return Ok(ClaimedDir { dir, name, counts: false }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for ClaimedDir {
    /// On a disk that is full, what does not count would take the room for the next attempt.
    fn drop(&mut self) {
        if !self.counts {
            drop(fs::remove_dir_all(&self.dir));
        }
    }
}

/// The number of a store, by the name of its directory.
fn number(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.strip_prefix(STORE)?.parse().ok()
}

/// The snapshots of a ledger, in a directory of their own.
pub struct Snapshots {
    dir: PathBuf,
}

impl Snapshots {
    /// The snapshots in that directory, which need not exist.
    pub fn in_dir(dir: impl Into<PathBuf>) -> Snapshots {
        Snapshots { dir: dir.into() }
    }

    fn failed(&self, source: impl Into<Unwritten>) -> ProjectError {
        ProjectError::Store { dir: self.dir.clone(), source: source.into() }
    }

    /// The store that counts, with its directory.
    fn current(&self) -> Option<PathBuf> {
        let name = open_to_read(&self.dir.join(CURRENT)).and_then(io::read_to_string).ok()?;
        let name = name.trim();
        let plain = name.strip_prefix(STORE).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        plain.then(|| self.dir.join(name))
    }

    /// Up to where the log went of which the snapshots were made: a log that ends before has lost its end. Where there
    /// are none that read, or another process has them, nothing is known.
    pub fn position(&self) -> Seq {
        let Some(dir) = self.current() else { return Seq::ZERO };
        let in_store = || {
            let _lock = Lock::if_free(&self.dir).ok().flatten()?;
            Store::open(&dir).ok().flatten().map(|store| store.seq())
        };
        position::noted(&self.dir).or_else(in_store).unwrap_or(Seq::ZERO)
    }

    /// The stores that are there.
    fn stores(&self) -> io::Result<impl Iterator<Item = PathBuf>> {
        let paths = fs::read_dir(&self.dir)?.flatten().map(|entry| entry.path());
        Ok(paths.filter(|path| number(path).is_some()))
    }

    /// The right to use them, which one process has at a time, until it lets go of the lock; or why there can be none. What a
    /// process has left behind that was ended while it made others is removed.
    pub fn taken(&self, patience: Patience) -> Result<Result<Lock, Unusable>, LogError> {
        let io = |source| LogError::Io { path: self.dir.clone(), source };
        match fs::create_dir_all(&self.dir).map_err(io).and_then(|()| Lock::take(&self.dir, patience)) {
            Ok(lock) => {
                let current = self.current();
                for left in self.stores().into_iter().flatten().filter(|store| Some(store) != current.as_ref()) {
                    drop(fs::remove_dir_all(left));
                }
                Ok(Ok(lock))
            }
            Err(error) if error.is_read_only() => Ok(Err(Unusable::ReadOnly)),
            Err(_) if self.dir.symlink_metadata().is_ok() && !self.dir.is_dir() => {
                Ok(Err(Unusable::NotADirectory(self.dir.clone())))
            }
            Err(error) => Err(error),
        }
    }

    /// Opens the store as it is, at whatever position; where there is none that can be used, tells why.
    pub fn opened(&self, journal: &Journal) -> Result<Store, Unusable> {
        let Some(dir) = self.current() else { return Err(Unusable::NoneYet) };
        let store = match Store::open(&dir) {
            Ok(Some(store)) => store,
            Ok(None) => return Err(Unusable::OtherVersion),
            Err(error) => return Err(Damage::Unreadable(Arc::new(ViewError::new(error))).into()),
        };
        let (seq, head) = (store.seq(), journal.head());
        if seq > head {
            return Err(Damage::BeyondLog { seq, head }.into());
        }
        match journal.digest_at(seq) {
            Ok(digest) if digest.to_string() == store.head().digest => Ok(store),
            Ok(_) => Err(Damage::OtherLog.into()),
            Err(error) => Err(Unusable::LogUnread(Arc::new(error))),
        }
    }

    /// Opens the snapshots at the head of the log: as they are, caught up, or made anew.
    pub fn at_head(&self, journal: &Journal) -> Result<(Store, Done), ProjectError> {
        match self.opened(journal) {
            Ok(mut store) => {
                let taken = store.change(journal)?.and_then(|change| self.take(&mut store, change));
                match taken {
                    Ok(done) => Ok((store, done)),
                    Err(unfit) => {
                        drop(store);
                        self.made_anew(journal, Damage::NotCaughtUp(Arc::new(unfit)).into())
                    }
                }
            }
            Err(why) => self.made_anew(journal, why),
        }
    }

    fn made_anew(&self, journal: &Journal, why: Unusable) -> Result<(Store, Done), ProjectError> {
        Ok((self.rebuild(journal, |_| {})?, Done::Rebuilt { why }))
    }

    /// Applies a change to the store that counts, and writes it. One that was made for another position changes nothing.
    pub fn take(&self, store: &mut Store, change: SnapshotChange) -> Result<Done, Unfit> {
        let done = store.take(change);
        if !matches!(done, Ok(Done::Nothing)) {
            self.note_written(store, done.is_ok());
        }
        done
    }

    /// Writes what a state has in memory alone, in one atomic step, and gives the same state without it; none while an
    /// earlier state can be asked. Where it cannot be written whole, say because the disk is full, the state goes on
    /// answering, and takes no other change; and the store counts no more for the process that opens the snapshots next, since
    /// it is not known how much of the change is on the disk.
    pub fn written(&self, store: &Store) -> Result<Option<Store>, Unfit> {
        let written = store.written().map_err(Unfit);
        if !matches!(written, Ok(None)) {
            self.note_written(store, written.is_ok());
        }
        written
    }

    fn note_written(&self, store: &Store, whole: bool) {
        if store.is_torn() {
            // What cannot be removed on a full disk is not removed by any other means either.
            drop(fs::remove_file(self.dir.join(CURRENT)));
        } else if whole {
            position::note(&self.dir, store.seq());
        }
    }

    /// Makes the snapshots anew from the log, beside those that are there, and swaps them. `passed` is told the
    /// position up to which the log is read.
    pub fn rebuild(&self, journal: &Journal, passed: impl FnMut(Seq)) -> Result<Store, ProjectError> {
        let loaded = load(journal, passed)?;
        self.swap(self.beside(loaded, journal.head(), journal.digest())?)
    }

    /// Makes the snapshots anew beside those that are there, which count until [`Snapshots::swap`]. `head` and
    /// `digest` are those of the log as it was loaded.
    pub fn beside(&self, loaded: Loaded, head: Seq, digest: Digest) -> Result<Beside, ProjectError> {
        fs::create_dir_all(&self.dir).map_err(|e| self.failed(e))?;
        let mut last = self.current().as_deref().and_then(number).unwrap_or_default();
        for store in self.stores().map_err(|e| self.failed(e))? {
            last = last.max(number(&store).unwrap_or_default());
        }
        let place = ClaimedDir::claim(&self.dir, last).map_err(|e| self.failed(e))?;
        let store = build(&place.dir, loaded, head, digest).map_err(|e| self.failed(Unfit(e)))?;
        Ok(Beside { store, place })
    }

    /// Makes the store count that was made beside, and removes the one that did. Another one that is being made stays.
    pub fn swap(&self, beside: Beside) -> Result<Store, ProjectError> {
        let before = self.current();
        let name = format!("{}\n", beside.place.name);
        Replacement::write(&self.dir.join(CURRENT), &name).map_err(|e| self.failed(e))?;
        let Beside { store, mut place } = beside;
        place.counts = true;
        position::note(&self.dir, store.seq());
        if let Some(before) = before.filter(|before| *before != place.dir) {
            // What cannot be removed now is removed when a process takes the snapshots next.
            drop(fs::remove_dir_all(before));
        }
        Ok(store)
    }

    /// Compares the snapshots with a fresh fold of the log: the differences found, in words, at most twenty.
    pub fn compare(&self, journal: &Journal, store: &Store) -> Result<Vec<String>, ProjectError> {
        let loaded = load(journal, |_| {})?;
        let had = Buckets::of_head(store.head());
        let made =
            made(&loaded, journal.head(), journal.digest(), |_| had).map_err(|error| self.failed(Unfit(error)))?;
        let mut differences = Vec::new();
        if made.head != *store.head() {
            differences.push("the snapshots say something else of their head".to_owned());
        }
        let mut expected: BTreeMap<Vec<u8>, Vec<u8>> = made.writes.into_pairs().collect();
        for pair in store.all() {
            let (key, value) = pair.map_err(|e| self.failed(Unfit(e)))?;
            if is_head(&key) {
                continue;
            }
            match expected.remove(&*key) {
                Some(fresh) if fresh == *value => {}
                Some(_) => differences.push(differs(&key)),
                None => differences.push(format!("{}: not in a fresh fold", described(&key))),
            }
            if differences.len() >= MOST_DIFFERENCES {
                return Ok(differences);
            }
        }
        let room = MOST_DIFFERENCES - differences.len();
        differences.extend(expected.keys().take(room).map(|key| format!("{}: missing", described(key))));
        Ok(differences)
    }
}

impl Store {
    /// What the log has beyond the store comes to, or why the store is of no use. The store can be asked meanwhile.
    pub fn change(&self, journal: &Journal) -> Result<Result<SnapshotChange, Unfit>, LogError> {
        if self.seq() == journal.head() {
            let change = SnapshotChange {
                from: self.seq(),
                writes: Writes::default(),
                head: self.head().clone(),
                done: Done::Nothing,
            };
            return Ok(Ok(change));
        }
        match fold_in(self, journal) {
            Ok(Some(change)) => return Ok(Ok(change)),
            Ok(None) => {}
            Err(ReadError::Log(error)) => return Err(error),
            Err(ReadError::Store(error)) => return Ok(Err(Unfit(error))),
        }
        let loaded = load(journal, |_| {})?;
        Ok(catch_up(self, journal, &loaded).map_err(Unfit))
    }
}

fn differs(key: &[u8]) -> String {
    format!("{}: differs from a fresh fold", described(key))
}

/// Folds everybody on all cores, in the order of the lasting numbers, and counts their titles.
fn fold_all(reading: &Reading<'_>, numbers: &Numbers) -> (Vec<Folded>, TitleCounts) {
    let mut people: Vec<PersonNo> = reading.people();
    people.sort_by_key(|person| numbers.person(*person));
    let fold = |people: &[PersonNo]| {
        let mut titles = TitleCounts::default();
        let folded = people.iter().map(|person| {
            let state = numbers.person_state(reading.person_state(*person));
            titles.count(&state.career, 1);
            Folded::of(numbers.person(*person), &state)
        });
        (folded.collect::<Vec<_>>(), titles)
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = people.len().div_ceil(cores).max(1);
    if people.len() < 256 {
        return fold(&people);
    }
    std::thread::scope(|scope| {
        let fold = &fold;
        let workers: Vec<_> = people.chunks(share).map(|chunk| scope.spawn(move || fold(chunk))).collect();
        let (mut folded, mut titles) = (Vec::with_capacity(people.len()), TitleCounts::default());
        for worker in workers {
            let (some, of_them) = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            folded.extend(some);
            titles.add(of_them);
        }
        (folded, titles)
    })
}

/// The buckets of names, written.
fn name_buckets(reading: &Reading<'_>, numbers: &Numbers, buckets: u32) -> BTreeMap<u32, Vec<u8>> {
    let mut by_bucket: Vec<Vec<(Call, Meant)>> = vec![Vec::new(); buckets as usize];
    reading.each_call(|call, meant| by_bucket[bucket(&call, buckets) as usize].push((call, numbers.meant(meant))));
    let mut written = BTreeMap::new();
    for (number, mut calls) in (0..buckets).zip(by_bucket) {
        calls.sort_unstable();
        calls.dedup();
        let entries: Vec<NameEntry<'_>> =
            calls.chunk_by(|(a, _), (b, _)| a == b).map(|same| NameEntry::of(&same[0].0, same)).collect();
        if !entries.is_empty() {
            written.insert(number, bucket_bytes(entries));
        }
    }
    written
}

/// Everything that a store of this reading holds but the head.
fn whole(
    reading: &Reading<'_>,
    numbers: &Numbers,
    (people, titles): (Vec<Folded>, TitleCounts),
    directory: Directory,
    buckets: Buckets,
) -> Result<Writes, StoreError> {
    std::thread::scope(|scope| {
        let spread = scope.spawn(|| {
            let leaves = directory::buckets(directory, buckets.leaves);
            (name_buckets(reading, numbers, buckets.names), leaves)
        });
        let mut writes = of_people(people);
        of_units(reading, numbers, &mut writes);
        put_titles(None, &mut writes, titles)?;
        let conflicts = reading.name_conflicts().into_iter().map(|conflict| numbers.name_conflict(conflict));
        writes.put_name_conflicts(conflicts.collect());
        writes.put_erased_names(&reading.erased_names());
        let (names, leaves) = spread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        for (bucket, entries) in names {
            writes.put(&names_key(bucket), entries);
        }
        for (bucket, entries) in leaves {
            writes.put(&leaves_key(bucket), entries);
        }
        Ok(writes)
    })
}

/// What a store says of people.
fn of_people(people: Vec<Folded>) -> Writes {
    let mut writes = Writes::default();
    let mut rosters: FxHashMap<UnitNo, Vec<RosterRow>> = FxHashMap::default();
    let mut reports: FxHashMap<PersonNo, Vec<u32>> = FxHashMap::default();
    put_members(&mut writes, Set::People, people.iter().map(|folded| folded.person.0));
    put_members(&mut writes, Set::Conflicted, people.iter().filter(|f| f.conflicted).map(|f| f.person.0));
    for folded in people {
        for (unit, row) in &folded.rows {
            rosters.entry(*unit).or_default().push(*row);
        }
        for manager in &folded.managers {
            reports.entry(*manager).or_default().push(folded.person.0);
        }
        writes.set(Table::People, folded.person.0, Some(folded.bytes));
        writes.set(Table::Names, folded.person.0, Some(folded.names));
    }
    for (unit, mut rows) in rosters {
        rows.sort_by_key(|row| (row.person, row.tenure));
        writes.set_roster(unit, &rows, &[]);
    }
    for (manager, mut people) in reports {
        people.sort_unstable();
        writes.set(Table::Reports, manager.0, Some(stored::encode(&people)));
    }
    writes
}

/// What it says of units.
fn of_units(reading: &Reading<'_>, numbers: &Numbers, writes: &mut Writes) {
    put_members(writes, Set::Units, numbers.units().map(|(unit, _)| unit.0));
    for (unit, local) in numbers.units() {
        let state = numbers.unit_state(&reading.unit(local));
        writes.set(Table::Units, unit.0, Some(stored::unit_bytes(&state)));
        writes.set(Table::UnitNames, unit.0, Some(stored::spellings_bytes(&state.names)));
    }
}

fn put_members(writes: &mut Writes, set: Set, members: impl Iterator<Item = u32>) {
    let all = members.map(|number| (number, true));
    writes.set_members(set, all, |_| Ok::<_, Infallible>(None)).unwrap_or_else(|never| match never {});
}

/// What is written of a log that is loaded, and how it is spread.
struct Made {
    writes: Writes,
    head: Head,
}

/// Folds a log. Its buckets are no fewer than those of the store that there is.
fn made(
    loaded: &Loaded,
    head: Seq,
    digest: Digest,
    buckets: impl FnOnce(Buckets) -> Buckets,
) -> Result<Made, StoreError> {
    let reading = Reading::new(&loaded.archive, &Basis::default());
    let numbers = reading.numbers();
    let ((people, titles), directory) = std::thread::scope(|scope| {
        let directory = scope.spawn(|| Directory::of(&loaded.archive));
        let people = fold_all(&reading, &numbers);
        (people, directory.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let units = numbers.units().count();
    let buckets = buckets(Buckets::of(people.len() + units, directory.len()));
    let mut head = Head {
        fold_version: FOLD_VERSION,
        seq: head.number(),
        digest: digest.to_string(),
        people: people.len() as u64,
        units: u32::try_from(units).expect("fewer than 2^32 units"),
        ways: directory.ways(),
        buckets: buckets.names,
        leaf_buckets: buckets.leaves,
        leaves: directory.len() as u64,
        passed_over: loaded.passed_over,
        ..Head::default()
    };
    head.quarantine(loaded.quarantined.clone());
    let writes = whole(&reading, &numbers, (people, titles), directory, buckets)?;
    Ok(Made { writes, head })
}

fn build(dir: &Path, loaded: Loaded, head: Seq, digest: Digest) -> Result<Store, StoreError> {
    let Made { writes, head } = made(&loaded, head, digest, |buckets| buckets)?;
    std::thread::scope(|scope| {
        // What is written takes as much memory as what was read, and that is not needed any more.
        scope.spawn(|| drop(loaded));
        Store::build(dir, writes, &head)
    })
}

/// Folds the whole log again, and writes what differs.
fn catch_up(store: &Store, journal: &Journal, loaded: &Loaded) -> Result<SnapshotChange, StoreError> {
    let had = Buckets::of_head(store.head());
    let made = made(loaded, journal.head(), journal.digest(), |of| had.grown(of))?;
    let mut fresh: BTreeMap<Vec<u8>, Vec<u8>> = made.writes.into_pairs().collect();
    let mut writes = Writes::default();
    for pair in store.all() {
        let (key, value) = pair?;
        match fresh.remove(&*key) {
            Some(bytes) if bytes == *value => {}
            Some(bytes) => writes.put(&key, bytes),
            None if is_head(&key) => {}
            None => writes.remove(&key),
        }
    }
    for (key, bytes) in fresh {
        writes.put(&key, bytes);
    }
    let events = journal.head().number() - store.head().seq;
    let done = Done::CaughtUp { events, people: made.head.people_count() };
    Ok(SnapshotChange { from: store.seq(), writes, head: made.head, done })
}
