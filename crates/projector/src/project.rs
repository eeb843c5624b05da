//! Brings the snapshots to the head of the log, or makes them anew.
//!
//! What an event changes is found by signatures: a person whose live events, and whom these mean, are as before is not
//! folded again. A rebuild writes a new store beside the old one and swaps the name that says which one counts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use tenure_domain::addition::Settled;
use tenure_domain::excerpt::Directory;
use tenure_domain::identity::Call;
use tenure_domain::mark::Mark;
use tenure_domain::plain_text::shown_path;
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{Meant, RosterRow};
use tenure_log::{Digest, Journal, LogError, Replacement};

use crate::add::add;
use crate::change::{CALLS_PER_BUCKET, Change, Done, Unfit};
use crate::directory;
use crate::error::{StoreError, described};
use crate::head::Head;
use crate::keys::{BLOCK_SIGNATURES, Table, leaves_key, mark_bucket, marks_key, names_key, signatures_key};
use crate::load::{Loaded, load};
use crate::older::ReadError;
use crate::people::{Folded, put_people};
use crate::position;
use crate::store::{FOLD_VERSION, NameEntry, Store, bucket, bucket_bytes};
use crate::stored;
use crate::writes::Writes;

/// The file that names the store that counts.
const CURRENT: &str = "CURRENT";

/// Why the snapshots are not at the head.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The snapshots cannot be written.
    #[error("{}: {problem}", shown_path(dir))]
    Store {
        /// The directory of the snapshots.
        dir: PathBuf,
        /// What went wrong.
        problem: String,
    },
}

/// Why the snapshots that are there cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// None were ever made.
    #[error("there are none yet")]
    NoneYet,
    /// They were made by another version, which folds otherwise, or are gone.
    #[error("they are missing or of another version")]
    OtherVersion,
    /// They do not read, or are of another log.
    #[error("{0}")]
    Damaged(String),
}

/// Snapshots that were made anew and do not count yet.
pub struct Beside {
    name: String,
    store: Store,
}

impl Beside {
    /// The snapshots.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Applies a change to them.
    pub fn take(&mut self, change: Change) -> Result<Done, Unfit> {
        self.store.take(change)
    }
}

/// The number of a store, by the name of its directory.
fn number(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.strip_prefix("store-")?.parse().ok()
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

    fn failed(&self, problem: impl std::fmt::Display) -> ProjectError {
        ProjectError::Store { dir: self.dir.clone(), problem: problem.to_string() }
    }

    /// The store that counts, with its directory.
    fn current(&self) -> Option<PathBuf> {
        let name = fs::read_to_string(self.dir.join(CURRENT)).ok()?;
        let name = name.trim();
        let plain = name.strip_prefix("store-").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        plain.then(|| self.dir.join(name))
    }

    /// Up to where the log went of which the snapshots were made: a log that ends before has lost its end. Where there
    /// are none that read, nothing is known.
    pub fn position(&self) -> Seq {
        let Some(dir) = self.current() else { return Seq::ZERO };
        let in_store = || Store::open(&dir).ok().flatten();
        position::noted(&self.dir).unwrap_or_else(|| in_store().map_or(Seq::ZERO, |store| store.seq()))
    }

    /// Opens the store as it is, at whatever position; where there is none that can be used, tells why.
    pub fn opened(&self, journal: &Journal) -> Result<Store, Unusable> {
        let Some(dir) = self.current() else { return Err(Unusable::NoneYet) };
        let store = match Store::open(&dir) {
            Ok(Some(store)) => store,
            Ok(None) => return Err(Unusable::OtherVersion),
            Err(error) => return Err(Unusable::Damaged(format!("they do not read ({error})"))),
        };
        let (seq, head) = (store.seq(), journal.head());
        if seq > head {
            return Err(Unusable::Damaged(format!("they are at position {seq}, beyond the log's last, {head}")));
        }
        match journal.digest_at(seq) {
            Ok(digest) if digest.to_string() == store.head().digest => Ok(store),
            _ => Err(Unusable::Damaged("they are of another log".to_owned())),
        }
    }

    /// Opens the snapshots at the head of the log: as they are, caught up, or made anew.
    pub fn at_head(&self, journal: &Journal) -> Result<(Store, Done), ProjectError> {
        match self.opened(journal) {
            Ok(mut store) => match self.change(&store, journal)? {
                Ok(change) => match self.take(&mut store, change) {
                    Ok(done) => Ok((store, done)),
                    Err(error) => self.made_anew(store, journal, &error),
                },
                Err(error) => self.made_anew(store, journal, &error),
            },
            Err(why) => Ok((self.rebuild(journal, |_| {})?, Done::Rebuilt { reason: why.to_string() })),
        }
    }

    /// Applies a change to the store that counts, and writes it. One that was made for another position changes nothing.
    pub fn take(&self, store: &mut Store, change: Change) -> Result<Done, Unfit> {
        let done = store.take(change);
        if !matches!(done, Ok(Done::Nothing)) {
            self.note_written(store, done.is_ok());
        }
        done
    }

    /// The state after a change, in memory. One that was made for another position gives none.
    pub fn after(&self, store: &Store, change: Change) -> Result<Option<(Store, Done)>, Unfit> {
        store.after(change)
    }

    /// Writes what a state has in memory alone, in one atomic step, and gives the same state without it; none while an
    /// earlier state can be asked. Where it cannot be written whole, say because the disk is full, the state goes on
    /// answering, and takes no other change; and the store counts no more for whoever opens the snapshots next, since
    /// nobody knows how much of the change is on the disk.
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

    fn made_anew(&self, store: Store, journal: &Journal, error: &Unfit) -> Result<(Store, Done), ProjectError> {
        drop(store);
        let reason = format!("they could not be caught up ({error})");
        Ok((self.rebuild(journal, |_| {})?, Done::Rebuilt { reason }))
    }

    /// What the log has beyond the store comes to, or why the store is of no use. The store can be asked meanwhile.
    pub fn change(&self, store: &Store, journal: &Journal) -> Result<Result<Change, Unfit>, ProjectError> {
        if store.seq() == journal.head() {
            let change = Change {
                from: store.seq(),
                writes: Writes::default(),
                head: store.head().clone(),
                done: Done::Nothing,
            };
            return Ok(Ok(change));
        }
        match add(store, journal) {
            Ok(Some(change)) => return Ok(Ok(change)),
            Ok(None) => {}
            Err(ReadError::Log(error)) => return Err(error.into()),
            Err(ReadError::Store(error)) => return Ok(Err(Unfit(error))),
        }
        let loaded = load(journal, |_| {})?;
        Ok(catch_up(store, journal, &loaded).map_err(Unfit))
    }

    /// Makes the snapshots anew from the log, beside those that are there, and swaps them. `passed` is told the
    /// position up to which the log is read.
    pub fn rebuild(&self, journal: &Journal, passed: impl FnMut(Seq)) -> Result<Store, ProjectError> {
        let loaded = load(journal, passed)?;
        self.rebuild_from(journal, loaded)
    }

    /// Makes the snapshots anew beside those that are there, which count until [`Snapshots::swap`]. `head` and
    /// `digest` are those of the log as it was loaded.
    pub fn beside(&self, loaded: Loaded, head: Seq, digest: Digest) -> Result<Beside, ProjectError> {
        fs::create_dir_all(&self.dir).map_err(|e| self.failed(e))?;
        // Leftovers of a rebuild that was cut off are not the store that counts.
        let mut last = self.current().as_deref().and_then(number).unwrap_or_default();
        for entry in fs::read_dir(&self.dir).map_err(|e| self.failed(e))?.flatten() {
            last = last.max(number(&entry.path()).unwrap_or_default());
        }
        let name = format!("store-{}", last + 1);
        let dir = self.dir.join(&name);
        match build(&dir, loaded, head, digest) {
            Ok(store) => Ok(Beside { name, store }),
            Err(error) => {
                // On a disk that is full it would take the room for the next attempt.
                drop(fs::remove_dir_all(dir));
                Err(self.failed(error))
            }
        }
    }

    /// Makes the store count that was made beside, and removes all others.
    pub fn swap(&self, beside: Beside) -> Result<Store, ProjectError> {
        let Beside { name, store } = beside;
        Replacement::write(&self.dir.join(CURRENT), &format!("{name}\n")).map_err(|e| self.failed(e))?;
        position::note(&self.dir, store.seq());
        for entry in fs::read_dir(&self.dir).map_err(|e| self.failed(e))?.flatten() {
            let path = entry.path();
            if path != self.dir.join(&name) && number(&path).is_some() {
                // What cannot be removed now is removed by the next rebuild.
                drop(fs::remove_dir_all(path));
            }
        }
        Ok(store)
    }

    fn rebuild_from(&self, journal: &Journal, loaded: Loaded) -> Result<Store, ProjectError> {
        let beside = self.beside(loaded, journal.head(), journal.digest())?;
        self.swap(beside)
    }

    /// Compares the snapshots with a fresh fold of the log: the differences found, in words, at most twenty.
    pub fn compare(&self, journal: &Journal, store: &Store) -> Result<Vec<String>, ProjectError> {
        let loaded = load(journal, |_| {})?;
        let reading = Reading::new(&loaded.archive, &Basis::default());
        let buckets = Buckets::in_store(store);
        let directory = Directory::of(&loaded.archive);
        let leaves = directory.len();
        let head = head_of(journal.head(), journal.digest(), &loaded, &reading, buckets, leaves);
        let mut differences = Vec::new();
        if head != *store.head() {
            differences.push("the snapshots say something else of their head".to_owned());
        }
        let people = fold_all(&reading, reading.people());
        let mut expected: BTreeMap<Vec<u8>, Vec<u8>> =
            whole(&reading, people, directory, buckets).into_pairs().collect();
        for pair in store.all() {
            let (key, value) = pair.map_err(|e| self.failed(e))?;
            if &*key == b"head" {
                continue;
            }
            match expected.remove(&*key) {
                Some(fresh) if fresh == *value => {}
                Some(_) => differences.push(differs(&key)),
                None => differences.push(format!("{}: not in a fresh fold", described(&key))),
            }
            if differences.len() >= 20 {
                return Ok(differences);
            }
        }
        differences.extend(expected.keys().take(20).map(|key| format!("{}: missing", described(key))));
        Ok(differences)
    }
}

fn differs(key: &[u8]) -> String {
    format!("{}: differs from a fresh fold", described(key))
}

/// Over how many buckets names and marks are spread.
#[derive(Clone, Copy)]
struct Buckets {
    names: u32,
    marks: u32,
    leaves: u32,
}

impl Buckets {
    /// As many as a rebuild of this reading takes.
    fn of(reading: &Reading<'_>, leaves: usize) -> Buckets {
        let entities = reading.people_count() + reading.units().len();
        let spread = |calls: usize| {
            u32::try_from(calls / CALLS_PER_BUCKET + 1).unwrap_or(1 << 31).min(1 << 31).next_power_of_two()
        };
        Buckets { names: spread(entities * 2), marks: spread(entities), leaves: spread(leaves) }
    }

    /// As many as a store has.
    fn in_store(store: &Store) -> Buckets {
        let Head { buckets, mark_buckets, leaf_buckets, .. } = *store.head();
        Buckets { names: buckets, marks: mark_buckets, leaves: leaf_buckets }
    }

    /// As many as a store gets that is written again: never fewer than it has.
    fn grown(store: &Store, reading: &Reading<'_>, leaves: usize) -> Buckets {
        let (had, of) = (Buckets::in_store(store), Buckets::of(reading, leaves));
        Buckets { names: had.names.max(of.names), marks: had.marks.max(of.marks), leaves: had.leaves.max(of.leaves) }
    }
}

fn head_of(head: Seq, digest: Digest, loaded: &Loaded, reading: &Reading<'_>, buckets: Buckets, leaves: usize) -> Head {
    Head {
        fold_version: FOLD_VERSION,
        seq: head.number(),
        digest: digest.to_string(),
        people: reading.people_count() as u64,
        person_numbers: reading.person_numbers(),
        units: u32::try_from(reading.units().len()).expect("fewer than 2^32 units"),
        buckets: buckets.names,
        mark_buckets: buckets.marks,
        leaf_buckets: buckets.leaves,
        leaves: leaves as u64,
        passed_over: loaded.passed_over,
        quarantined: loaded
            .quarantined
            .iter()
            .map(|q| (q.seq.number(), q.refusal.reason.clone(), q.refusal.hint.clone()))
            .collect(),
    }
}

/// Folds people on all cores; the result is in their order.
fn fold_all(reading: &Reading<'_>, people: Vec<PersonNo>) -> Vec<Folded> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = people.len().div_ceil(cores).max(1);
    if people.len() < 256 {
        return people.into_iter().map(|person| Folded::of(reading, person)).collect();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = people
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(|p| Folded::of(reading, *p)).collect::<Vec<_>>()))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// The buckets of names, written.
fn names(reading: &Reading<'_>, buckets: u32) -> BTreeMap<u32, Vec<u8>> {
    let mut by_bucket: Vec<Vec<(Call, Meant)>> = vec![Vec::new(); buckets as usize];
    reading.each_call(|call, meant| by_bucket[bucket(&call, buckets) as usize].push((call, meant)));
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

/// The buckets of marks, written.
fn marks(reading: &Reading<'_>, buckets: u32) -> BTreeMap<u32, Vec<u8>> {
    let mut all: Vec<(Mark, Option<Settled>)> = Vec::new();
    reading.each_mark(|mark, settled| all.push((mark, settled)));
    all.sort_unstable_by_key(|(mark, _)| *mark);
    all.dedup_by_key(|(mark, _)| *mark);
    let bucket = |(mark, _): &(Mark, Option<Settled>)| mark_bucket(*mark, buckets);
    all.chunk_by(|a, b| bucket(a) == bucket(b))
        .map(|same| (bucket(&same[0]), stored::marks_bytes(same.iter().map(|(mark, settled)| (mark, settled)))))
        .collect()
}

/// Signatures in blocks, by the number of the person; nobody has 0.
fn signatures(people: &[(PersonNo, u64)]) -> BTreeMap<u32, Vec<u64>> {
    let mut blocks: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    for (person, signature) in people {
        let number = person.0 as usize;
        let block = blocks.entry(u32::try_from(number / BLOCK_SIGNATURES).expect("fewer than 2^32")).or_default();
        let place = number % BLOCK_SIGNATURES;
        if block.len() <= place {
            block.resize(place + 1, 0);
        }
        block[place] = *signature;
    }
    blocks
}

/// Everything that a store of this reading holds but the head.
fn whole(reading: &Reading<'_>, people: Vec<Folded>, directory: Directory, buckets: Buckets) -> Writes {
    std::thread::scope(|scope| {
        let spread = scope.spawn(|| {
            let leaves = directory::buckets(directory, buckets.leaves);
            (names(reading, buckets.names), marks(reading, buckets.marks), leaves)
        });
        let mut writes = of_people(reading, people);
        let (names, marks, leaves) = spread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        for (bucket, entries) in names {
            writes.put(&names_key(bucket), entries);
        }
        for (bucket, entries) in marks {
            writes.put(&marks_key(bucket), entries);
        }
        for (bucket, entries) in leaves {
            writes.put(&leaves_key(bucket), entries);
        }
        writes
    })
}

/// The same without the names and the marks.
fn of_people(reading: &Reading<'_>, people: Vec<Folded>) -> Writes {
    let mut writes = Writes::default();
    let mut rosters: FxHashMap<UnitNo, Vec<RosterRow>> = FxHashMap::default();
    let mut reports: FxHashMap<PersonNo, Vec<u32>> = FxHashMap::default();
    let signed: Vec<(PersonNo, u64)> = people.iter().map(|f| (f.person, f.signature.number())).collect();
    let conflicted: Vec<u32> = people.iter().filter(|f| f.conflicted).map(|f| f.person.0).collect();
    for folded in people {
        for (unit, row) in &folded.rows {
            rosters.entry(*unit).or_default().push(*row);
        }
        for manager in &folded.managers {
            reports.entry(*manager).or_default().push(folded.person.0);
        }
        writes.set(Table::People, folded.person.0, Some(folded.bytes));
    }
    for (unit, rows) in rosters {
        writes.set_roster(unit, &rows, 0);
    }
    for (manager, people) in reports {
        writes.set(Table::Reports, manager.0, Some(stored::encode(&people)));
    }
    for unit in reading.units() {
        writes.set(Table::Units, unit.0, Some(stored::unit_bytes(&reading.unit(unit))));
    }
    for (block, signatures) in signatures(&signed) {
        writes.put(&signatures_key(block), stored::encode(&signatures));
    }
    writes.put_conflicted(&conflicted);
    writes.put_name_conflicts(&reading.name_conflicts());
    writes.put_erased_names(&reading.erased_names());
    writes
}

fn build(dir: &Path, loaded: Loaded, head: Seq, digest: Digest) -> Result<Store, StoreError> {
    let reading = Reading::new(&loaded.archive, &Basis::default());
    let (people, directory) = std::thread::scope(|scope| {
        let directory = scope.spawn(|| Directory::of(&loaded.archive));
        let people = fold_all(&reading, reading.people());
        (people, directory.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let leaves = directory.len();
    let buckets = Buckets::of(&reading, leaves);
    let head = head_of(head, digest, &loaded, &reading, buckets, leaves);
    let writes = whole(&reading, people, directory, buckets);
    drop(reading);
    std::thread::scope(|scope| {
        // What is written takes as much memory as what was read, and that is not needed any more.
        scope.spawn(|| drop(loaded));
        Store::build(dir, writes, &head)
    })
}

/// Folds in what the log has beyond the store, all events read: only people whose signature changed, and what they
/// touch.
fn catch_up(store: &Store, journal: &Journal, loaded: &Loaded) -> Result<Change, StoreError> {
    let (reading, directory) = std::thread::scope(|scope| {
        let directory = scope.spawn(|| Directory::of(&loaded.archive));
        let reading = Reading::new(&loaded.archive, &Basis::default());
        (reading, directory.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let events = journal.head().number() - store.head().seq;
    let mut writes = Writes::default();
    let signed: Vec<(PersonNo, u64)> =
        reading.people().into_iter().map(|person| (person, reading.signature(person).number())).collect();

    // Who is not as before.
    let mut before: BTreeMap<PersonNo, u64> = BTreeMap::new();
    let mut fresh: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for (block, signatures) in signatures(&signed) {
        fresh.insert(signatures_key(block).to_vec(), stored::encode(&signatures));
    }
    for block in 0.. {
        let Some(signatures) = store.signatures(block)? else { break };
        let key = signatures_key(block);
        if !fresh.contains_key(&key[..]) {
            writes.remove(&key);
        }
        let first = block as usize * BLOCK_SIGNATURES;
        for (place, signature) in signatures.into_iter().enumerate().filter(|(_, s)| *s != 0) {
            before.insert(PersonNo(u32::try_from(first + place).unwrap_or(u32::MAX)), signature);
        }
    }
    let mut changed: Vec<PersonNo> = Vec::new();
    for (person, signature) in &signed {
        if before.remove(person) != Some(*signature) {
            changed.push(*person);
        }
    }
    let gone: Vec<PersonNo> = before.into_keys().collect();
    let folded = fold_all(&reading, changed);
    put_people(store, &mut writes, &folded, &gone)?;
    writes.put_name_conflicts(&reading.name_conflicts());
    writes.put_erased_names(&reading.erased_names());

    // Units, names, marks and signatures are cheap to make and are written where they differ.
    let leaves = directory.len();
    let buckets = Buckets::grown(store, &reading, leaves);
    for unit in reading.units() {
        let bytes = stored::unit_bytes(&reading.unit(unit));
        if store.value(Table::Units, unit.0, |old| Ok(old == bytes))? != Some(true) {
            writes.set(Table::Units, unit.0, Some(bytes));
        }
    }
    for unit in u32::try_from(reading.units().len()).unwrap_or(u32::MAX)..store.head().units {
        writes.set(Table::Units, unit, None);
    }
    let mut spread = |count: u32, key: fn(u32) -> [u8; 5], mut by_bucket: BTreeMap<u32, Vec<u8>>| {
        for bucket in 0..count {
            match by_bucket.remove(&bucket) {
                Some(entries) => writes.put(&key(bucket), entries),
                None => writes.remove(&key(bucket)),
            }
        }
    };
    spread(buckets.names, names_key, names(&reading, buckets.names));
    spread(buckets.marks, marks_key, marks(&reading, buckets.marks));
    spread(buckets.leaves, leaves_key, directory::buckets(directory, buckets.leaves));
    for (key, value) in fresh {
        writes.put(&key, value);
    }
    let head = head_of(journal.head(), journal.digest(), loaded, &reading, buckets, leaves);
    Ok(Change { from: store.seq(), writes, head, done: Done::CaughtUp { events, people: folded.len() } })
}
