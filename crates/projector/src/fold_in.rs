//! Folds in new events: reads what they change from the few events that tell of it; see [`Changes`].

use std::collections::BTreeMap;
use std::sync::Arc;

use tenure_domain::excerpt::{Changes, Directory, Exchange, KnownEvent, Leaf, Lookup, NoExcerpt, Turn};
use tenure_domain::identity::Call;
use tenure_domain::implicit_id::ImplicitUnitId;
use tenure_domain::mark::Mark;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::statement::UnitNo;
use tenure_domain::view::{Meant, NameConflict, UnitState};
use tenure_log::Journal;

use crate::buckets::is_outgrown;
use crate::change::{Done, SnapshotChange};
use crate::directory::{self, Shelf};
use crate::error::StoreError;
use crate::keys::{Set, Table, leaves_key, names_key};
use crate::load::{Loaded, decode};
use crate::names;
use crate::older::ReadError;
use crate::people::put_people;
use crate::store::Store;
use crate::stored;
use crate::writes::Writes;

/// How many events are read for the new ones, however few the store holds.
const FEW: u64 = 1_000;

/// Up to which share of the log events are read for the new ones. Reading all costs a few times as much.
const SHARE: u64 = 4;

/// The log with its new events, to be looked up.
struct Extended<'s> {
    shelf: Shelf<'s>,
    /// The leaves that the new events change.
    fresh: &'s Directory,
}

impl Lookup for Extended<'_> {
    type Error = ReadError;

    fn leaf(&self, mark: Mark) -> Result<Option<Leaf>, ReadError> {
        match self.fresh.leaf(mark) {
            Some(leaf) => Ok(Some(leaf.clone())),
            None => self.shelf.leaf(mark),
        }
    }

    fn event(&self, seq: Seq) -> Result<Option<Arc<KnownEvent>>, ReadError> {
        self.shelf.event(seq)
    }

    fn position(&self, id: &EventId) -> Result<Option<Seq>, ReadError> {
        self.shelf.position(id)
    }
}

/// What the log has beyond the store comes to. None where all of it must be read for that.
pub(crate) fn fold_in(store: &Store, journal: &Journal) -> Result<Option<SnapshotChange>, ReadError> {
    let seq = store.seq();
    let most = FEW.max(journal.head().number() / SHARE);
    if journal.head().number() - seq.number() > most || is_outgrown(store.head()) {
        return Ok(None);
    }
    let mut fresh = Loaded::default();
    for block in journal.blocks(seq.next()) {
        fresh.append(decode(&block?, journal.head())?);
    }
    if fresh.again {
        // Whether it counts depends on which ids stand before it.
        return Ok(None);
    }
    let shelf = Shelf { store, journal };
    let directory = Directory::after(&shelf, store.head().ways, &fresh.archive)?;
    let lookup = Extended { shelf, fresh: &directory };
    let seqs = fresh.archive.entries().iter().map(|entry| entry.seq);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let changes = match Changes::of(&lookup, seqs, seq, most) {
        Ok(changes) => changes,
        Err(NoExcerpt::Lookup(error)) => return Err(error),
        Err(NoExcerpt::TooMany | NoExcerpt::OfOthers) => return Ok(None),
    };
    let mut writes = Writes::default();
    let Some(counts) = put_changes(store, &mut writes, changes)? else { return Ok(None) };
    let ways = directory.ways();
    let (buckets, leaves) = directory::changed(store, directory)?;
    for (bucket, bytes) in buckets {
        writes.put(&leaves_key(bucket), bytes);
    }
    let mut head = store.head().clone();
    head.seq = journal.head().number();
    head.digest = journal.digest().to_string();
    head.ways = ways;
    head.leaves += leaves;
    head.passed_over += fresh.passed_over;
    head.people = head.people.saturating_add_signed(counts.people);
    head.units = head.units.saturating_add_signed(counts.units);
    head.quarantine(fresh.quarantined);
    let done = Done::Added { events: head.seq - seq.number(), people: counts.folded };
    Ok(Some(SnapshotChange { from: seq, writes, head, done }))
}

/// How many people and units come and go.
#[derive(Default)]
struct Counts {
    people: i64,
    units: i32,
    /// How many people were made anew.
    folded: usize,
}

/// Writes what changes. None where the store says something else of what was before, so that it is not to be trusted, or
/// where more changes than can be told.
fn put_changes(store: &Store, writes: &mut Writes, changes: Changes) -> Result<Option<Counts>, StoreError> {
    let Changes { people, mut units, company_ids, mut calls, conflicts, erased_names } = changes;
    let mut counts = Counts::default();
    for (person, Turn { was, is }) in &people {
        if store.person_stored(*person)? != *was {
            return Ok(None);
        }
        counts.people += i64::from(is.is_some()) - i64::from(was.is_some());
        counts.folded += usize::from(is.is_some());
    }
    // A conflict has the ids of those whom a name can mean in its words; where these change, all is read.
    if !company_ids.is_empty() {
        let names_one = |conflict: &NameConflict| {
            let mut was = company_ids.values().map(|(was, _)| format!("~{was}/"));
            was.any(|id| conflict.conflict.detail.contains(&id))
        };
        if store.conflicts_stored()?.iter().any(|stored| names_one(stored) && !conflicts.gone.contains(stored)) {
            return Ok(None);
        }
    }
    if !erased_names.is_empty() {
        let erased = store.erased()?;
        writes.put_erased_names(&erased.keys().cloned().chain(erased_names).collect());
    }
    put_people(store, writes, &people)?;
    for (company, ids) in &company_ids {
        rename_units(store, *company, ids, &mut units, &mut calls)?;
    }
    let there: Vec<(u32, bool)> = units.iter().map(|(unit, turn)| (unit.0, turn.is.is_some())).collect();
    writes.set_members(Set::Units, there, |key| store.bytes(key))?;
    for (unit, turn) in units {
        counts.units += i32::from(turn.is.is_some()) - i32::from(turn.was.is_some());
        if !put_unit(store, writes, unit, turn)? {
            return Ok(None);
        }
    }
    put_calls(store, writes, &calls)?;
    Ok(put_conflicts(store, writes, conflicts)?.then_some(counts))
}

/// Gives the units that have no id of their own the ids that a company's new one gives them. One that is joined with
/// another company's can be that one's own and have its id from this one.
fn rename_units(
    store: &Store,
    company: UnitNo,
    (was, is): &(String, String),
    units: &mut BTreeMap<UnitNo, Turn<UnitState>>,
    calls: &mut Exchange<(Call, Meant)>,
) -> Result<(), StoreError> {
    let Some(state) = store.value(Table::Units, company.0, stored::unit)? else { return Ok(()) };
    for unit in state.below.into_iter().filter(|unit| !units.contains_key(unit)).collect::<Vec<_>>() {
        let Some(state) = store.value(Table::Units, unit.0, stored::unit)? else { continue };
        let Some(implicit) = ImplicitUnitId::parse(&state.id).filter(|id| id.company == was) else { continue };
        let id: Arc<str> = ImplicitUnitId { company: is, ..implicit }.to_string().into();
        calls.gone.push((Call::Id(state.id.clone()), Meant::Unit(unit)));
        calls.new.push((Call::Id(id.clone()), Meant::Unit(unit)));
        let told = |id: Arc<str>| Some(UnitState { id, below: Vec::new(), ..state.clone() });
        units.insert(unit, Turn { was: told(state.id.clone()), is: told(id) });
    }
    Ok(())
}

/// Writes a unit. What stands below it is told of only where that comes or goes. Whether the store says of it what it was.
fn put_unit(
    store: &Store,
    writes: &mut Writes,
    unit: UnitNo,
    Turn { was, is }: Turn<UnitState>,
) -> Result<bool, StoreError> {
    let mut stored = store.value(Table::Units, unit.0, stored::unit)?;
    let mut below = stored.as_mut().map(|state| std::mem::take(&mut state.below)).unwrap_or_default();
    let mut without = was;
    let left = without.as_mut().map(|state| std::mem::take(&mut state.below)).unwrap_or_default();
    if stored != without {
        return Ok(false);
    }
    below.retain(|one| !left.contains(one));
    let names = |state: &UnitState| stored::spellings_bytes(&state.names);
    let is_named_otherwise = stored.as_ref().map(names) != is.as_ref().map(names);
    if is_named_otherwise {
        writes.set(Table::UnitNames, unit.0, is.as_ref().map(names));
    }
    let bytes = is.map(|mut state| {
        below.append(&mut state.below);
        below.sort_unstable();
        below.dedup();
        state.below = below;
        stored::unit_bytes(&state)
    });
    writes.set(Table::Units, unit.0, bytes);
    Ok(true)
}

fn put_calls(store: &Store, writes: &mut Writes, calls: &Exchange<(Call, Meant)>) -> Result<(), StoreError> {
    type Calls<'c> = Vec<&'c (Call, Meant)>;
    let mut buckets: BTreeMap<u32, (Calls<'_>, Calls<'_>)> = BTreeMap::new();
    let bucket = |(call, _): &(Call, Meant)| names::bucket(call, store.head().buckets);
    for gone in &calls.gone {
        buckets.entry(bucket(gone)).or_default().0.push(gone);
    }
    for new in &calls.new {
        buckets.entry(bucket(new)).or_default().1.push(new);
    }
    for (bucket, (gone, new)) in buckets {
        let key = names_key(bucket);
        let entries = names::exchanged(store.get(&key)?.as_deref(), &gone, &new);
        writes.set_plain(&key, entries.map_err(|cause| StoreError::unreadable(&key, cause))?);
    }
    Ok(())
}

/// Writes the conflicts of names. Whether the store has those that go.
fn put_conflicts(store: &Store, writes: &mut Writes, conflicts: Exchange<NameConflict>) -> Result<bool, StoreError> {
    let Exchange { gone, new } = conflicts;
    if gone.is_empty() && new.is_empty() {
        return Ok(true);
    }
    let mut all = store.conflicts_stored()?;
    let before = all.len();
    all.retain(|conflict| !gone.contains(conflict));
    if before - all.len() != gone.len() {
        return Ok(false);
    }
    all.extend(new);
    writes.put_name_conflicts(all);
    Ok(true)
}
