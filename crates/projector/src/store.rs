//! The snapshots of the head: one database of a few packed values.
//!
//! The store is a cache of the log. Every value is written together with the position up to which it holds, in one
//! atomic batch; a store that is missing, of another version, or that does not read is thrown away and made again.
//! A person is one value; a unit's roster is blocks of fixed rows; names are packed by the hash of their text.
//! A [`Store`] is one state, and stays as it is. A change gives the state after it, which has in memory what the database
//! has not yet; that is written when no earlier state is left to be asked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, Weak};

use tenure_domain::day::Day;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::identity::Call;
use tenure_domain::name::NameKey;
use tenure_domain::position::Seq;
use tenure_domain::spelling::Signature;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::titles::TitleUse;
use tenure_domain::view::{NameConflict, PersonState, Persona, RosterRow, UnitState, View, ViewError};

use crate::at_hand::{AtHand, kept};
use crate::database::{Batch, Database, IVec};
use crate::error::StoreError;
use crate::head::Head;
use crate::keys::{
    BLOCK_NUMBERS, ERASED_NAMES, HEAD, NAME_CONFLICTS, ROSTER_BLOCK, Set, Table, block_key, key, names_key,
    unit_of_block,
};
use crate::names::{self, Meanings};
use crate::over::{Layer, Over};
use crate::packed::{Packed, pack};
use crate::stored::{self, Roster, Unreadable};
use crate::writes::Writes;

/// Changes whenever the fold, the identity rules, what counts as an event or the stored forms change what a store
/// holds.
pub const FOLD_VERSION: u32 = 25;

/// Whether what the store says of itself is under that key.
pub(crate) fn is_head(key: &[u8]) -> bool {
    key == HEAD
}

/// How many values one batch holds while a store is built: sled holds a batch in memory as a whole.
const BATCH: usize = 1_000;

/// One state of an open store.
pub struct Store {
    states: Arc<States>,
    head: Head,
    /// What the database does not have yet, or has a part of: it is looked at first.
    over: Over,
    at_hand: Arc<AtHand>,
    /// Held for as long as this state can be asked.
    mark: Arc<()>,
}

/// A database, and all states of it that are asked.
struct States {
    db: Database,
    asked: Mutex<Vec<Weak<()>>>,
}

impl States {
    /// A mark of one more state.
    fn mark(&self) -> Arc<()> {
        let mark = Arc::new(());
        let mut asked = kept(&self.asked);
        asked.retain(|mark| mark.strong_count() > 0);
        asked.push(Arc::downgrade(&mark));
        mark
    }

    /// Whether the state of that mark is the only one.
    fn is_alone(&self, mark: &Arc<()>) -> bool {
        kept(&self.asked)
            .iter()
            .all(|other| other.strong_count() == 0 || std::ptr::eq(other.as_ptr(), Arc::as_ptr(mark)))
    }
}

/// How many people are compared when two stores are.
const SAMPLE: usize = 1_000;

impl Store {
    /// Opens the store in that directory; none where there is none, or one of another version.
    pub(crate) fn open(dir: &Path) -> Result<Option<Store>, StoreError> {
        if !dir.join("db").exists() && !dir.join("conf").exists() {
            return Ok(None);
        }
        let db = Database::open(dir)?;
        let Some(bytes) = db.get(HEAD)? else { return Ok(None) };
        // What follows is known of this version alone.
        let unreadable = |cause| StoreError::unreadable(HEAD, cause);
        if stored::beginning::<u32>(&bytes).map_err(unreadable)? != FOLD_VERSION {
            return Ok(None);
        }
        let head = stored::decode(&bytes).map_err(unreadable)?;
        Ok(Some(Store::with(db, head)))
    }

    fn with(db: Database, head: Head) -> Store {
        let states = Arc::new(States { db, asked: Mutex::default() });
        Store::of(states, head, Over::default(), Arc::new(AtHand::new()))
    }

    fn of(states: Arc<States>, head: Head, over: Over, at_hand: Arc<AtHand>) -> Store {
        Store { mark: states.mark(), states, head, over, at_hand }
    }

    /// Builds a store in an empty directory. The head is written last, so that half a store is no store.
    pub(crate) fn build(dir: &Path, writes: Writes, head: &Head) -> Result<Store, StoreError> {
        let db = Database::open(dir)?;
        db.write(writes.bytes(), |db| {
            let mut batch = Batch::default();
            let mut size = 0;
            for (key, value) in writes.into_pairs() {
                batch.insert(key, value);
                size += 1;
                if size == BATCH {
                    db.apply(std::mem::take(&mut batch))?;
                    size = 0;
                }
            }
            db.apply(batch)
        })?;
        let mut last = Batch::default();
        last.insert(HEAD, stored::encode(head));
        db.write(0, |db| db.apply(last))?;
        Ok(Store::with(db, head.clone()))
    }

    /// Whether a change could not be written whole.
    pub(crate) fn is_torn(&self) -> bool {
        self.states.db.is_torn()
    }

    /// The state that writes make of this one. The database is not written.
    pub(crate) fn with_writes(&self, mut writes: Writes, head: Head) -> Result<Store, StoreError> {
        if self.is_torn() {
            return Err(StoreError::Unwritten);
        }
        writes.put_head(&head);
        let outdated = writes.outdated();
        let mut fresh = Layer::new();
        for ((table, page), changes) in std::mem::take(&mut writes.paged) {
            let key = key(table.prefix(), page);
            let old = self.get(&key)?;
            let mut values: BTreeMap<u32, &[u8]> = match &old {
                Some(bytes) => {
                    let values = Packed::read(bytes).and_then(|page| page.all().collect());
                    values.map_err(|cause| StoreError::unreadable(&key, cause))?
                }
                None => BTreeMap::new(),
            };
            for (place, value) in &changes {
                match value {
                    Some(value) => values.insert(*place, value),
                    None => values.remove(place),
                };
            }
            let page = (!values.is_empty()).then(|| pack(&values.into_iter().collect::<Vec<_>>()));
            if old.as_deref() != page.as_deref() {
                fresh.insert(key.to_vec(), page.map(IVec::from));
            }
        }
        for (key, value) in writes.plain {
            // What is as before costs no write.
            if self.get(&key)?.as_deref() != value.as_deref() {
                fresh.insert(key, value.map(IVec::from));
            }
        }
        let at_hand = outdated.map_or_else(AtHand::new, |outdated| self.at_hand.handed_on(&outdated));
        Ok(Store::of(self.states.clone(), head, self.over.with(fresh), Arc::new(at_hand)))
    }

    /// How many bytes the database does not have yet, about.
    pub fn unwritten(&self) -> usize {
        self.over.bytes()
    }

    /// Writes what the database does not have yet, in one atomic step, and gives the same state without it. None where
    /// there is nothing to write, and while an earlier state is asked, which reads what would be written over.
    pub(crate) fn written(&self) -> Result<Option<Store>, StoreError> {
        if self.over.is_empty() || !self.states.is_alone(&self.mark) {
            return Ok(None);
        }
        if self.is_torn() {
            return Err(StoreError::Unwritten);
        }
        let mut batch = Batch::default();
        for (key, value) in self.over.with_prefix(&[]) {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.states.db.write(self.unwritten(), |db| db.apply(batch))?;
        Ok(Some(Store::of(self.states.clone(), self.head.clone(), Over::default(), self.at_hand.clone())))
    }

    /// What was read last of this state.
    pub(crate) fn at_hand(&self) -> &AtHand {
        &self.at_hand
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// The last position that is folded in.
    pub fn seq(&self) -> Seq {
        Seq::new(self.head.seq)
    }

    /// Where another store of the same log says something else: in its counts, and in a sample of its people.
    pub fn differences(&self, other: &Store) -> Vec<String> {
        let mut differences = Vec::new();
        // Over how many buckets something is spread is not what a store says.
        let Head { buckets, leaf_buckets, .. } = other.head;
        let here = Head { buckets, leaf_buckets, ..self.head.clone() };
        if here != other.head {
            differences.push("their heads differ".to_owned());
        }
        let numbers = self.head.ways.person_numbers();
        let step = usize::try_from(numbers).unwrap_or(1).div_ceil(SAMPLE).max(1);
        for person in (0..numbers).step_by(step) {
            let bytes = |store: &Store| store.value(Table::People, person, |bytes| Ok(bytes.to_vec()));
            // What does not read is like nothing.
            if !matches!((bytes(self), bytes(other)), (Ok(one), Ok(another)) if one == another) {
                differences.push(format!("person {person}"));
            }
        }
        differences
    }

    /// How many people live events mean.
    pub fn people_count(&self) -> usize {
        self.head.people_count()
    }

    /// How many units and companies there are.
    pub fn unit_count(&self) -> usize {
        usize::try_from(self.head.units).unwrap_or(usize::MAX)
    }

    /// How many records of the log hold no event.
    pub fn passed_over(&self) -> u64 {
        self.head.passed_over
    }

    /// How many events could not be read.
    pub fn quarantined(&self) -> usize {
        usize::try_from(self.head.quarantined).unwrap_or(usize::MAX)
    }

    /// The last events that could not be read, at most twenty, as far as they stand after a position: with the reason, in order.
    pub fn quarantined_after(&self, seq: Seq) -> impl Iterator<Item = (Seq, &str)> {
        let last = self.head.last_quarantined.iter().map(|(seq, reason)| (Seq::new(*seq), reason.as_str()));
        last.filter(move |(at, _)| *at > seq)
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        match self.over.get(key) {
            Some(value) => Ok(value.clone()),
            None => self.states.db.get(key),
        }
    }

    /// The bytes under a key.
    pub(crate) fn bytes(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(key)?.map(|bytes| bytes.to_vec()))
    }

    /// Reads the value under a key; none where there is none.
    pub(crate) fn read<T>(
        &self,
        key: &[u8],
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Option<T>, StoreError> {
        let read = self.get(key)?.map(|bytes| read(&bytes)).transpose();
        read.map_err(|cause| StoreError::unreadable(key, cause))
    }

    /// The numbers of a set, of which all are below a bound.
    fn members(&self, set: Set, below: u32) -> Result<Vec<u32>, StoreError> {
        let mut members = Vec::new();
        for block in 0..below.div_ceil(BLOCK_NUMBERS) {
            self.read(&set.key(block), |bits| {
                for (byte, place) in bits.iter().zip(0..) {
                    let numbers = (0..8).filter(|bit| byte & (1 << bit) != 0);
                    members.extend(numbers.map(|bit| block * BLOCK_NUMBERS + place * 8 + bit));
                }
                Ok(())
            })?;
        }
        Ok(members)
    }

    /// All keys and values.
    pub(crate) fn all(&self) -> impl Iterator<Item = Result<(IVec, IVec), StoreError>> {
        let written = self.states.db.pairs();
        let written = written.filter(|pair| pair.as_ref().map_or(true, |(key, _)| self.over.get(key).is_none()));
        let over = self.over.with_prefix(&[]).into_iter();
        let over = over.filter_map(|(key, value)| Some(Ok((IVec::from(key), value.clone()?))));
        written.chain(over)
    }

    /// Looks at the value of that number; none where there is none.
    pub(crate) fn value<T>(
        &self,
        table: Table,
        number: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Option<T>, StoreError> {
        let (page, place) = table.place(number);
        let value = self.read(&key(table.prefix(), page), |page| {
            Packed::read(page)?.tagged(place).next().transpose()?.map(read).transpose()
        })?;
        Ok(value.flatten())
    }

    /// Looks at all values of a table whose numbers are below a bound, in the order of their numbers.
    fn each_value(
        &self,
        table: Table,
        below: u32,
        mut read: impl FnMut(u32, &[u8]) -> Result<(), Unreadable>,
    ) -> Result<(), StoreError> {
        let pages = below.checked_sub(1).map_or(0, |last| table.place(last).0 + 1);
        for page in 0..pages {
            self.read(&key(table.prefix(), page), |bytes| {
                for value in Packed::read(bytes)?.all() {
                    let (place, value) = value?;
                    read(table.first(page) + place, value)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Looks at all values whose keys begin so, in the order of the keys.
    pub(crate) fn each_with_prefix(
        &self,
        prefix: &[u8],
        mut read: impl FnMut(&[u8], &[u8]) -> Result<(), Unreadable>,
    ) -> Result<(), StoreError> {
        let mut read = |key: &[u8], value: &[u8]| read(key, value).map_err(|cause| StoreError::unreadable(key, cause));
        let mut over = self.over.with_prefix(prefix).into_iter().peekable();
        for pair in self.states.db.pairs_with_prefix(prefix) {
            let (key, value) = pair?;
            let mut is_over = false;
            while let Some((newer, value)) = over.next_if(|(newer, _)| *newer <= &*key) {
                is_over |= newer == &*key;
                if let Some(value) = value {
                    read(newer, value)?;
                }
            }
            if !is_over {
                read(&key, &value)?;
            }
        }
        for (newer, value) in over {
            if let Some(value) = value {
                read(newer, value)?;
            }
        }
        Ok(())
    }

    /// Looks at the value of that number, which another names.
    fn named<T>(
        &self,
        table: Table,
        number: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<T, StoreError> {
        let page = table.place(number).0;
        self.value(table, number, read)?.ok_or_else(|| StoreError::missing(&key(table.prefix(), page)))
    }

    pub(crate) fn reports_stored(&self, manager: PersonNo) -> Result<Vec<u32>, StoreError> {
        let reports = self.value(Table::Reports, manager.0, |bytes| stored::decode::<Vec<u32>>(bytes))?;
        Ok(reports.unwrap_or_default())
    }

    /// The names of everybody who was erased.
    pub(crate) fn erased(&self) -> Result<Arc<ErasedNames>, StoreError> {
        if let Some(erased) = self.at_hand.erased.get() {
            return Ok(erased.clone());
        }
        let erased = Arc::new(self.read(ERASED_NAMES, stored::erased_names)?.unwrap_or_default());
        Ok(self.at_hand.erased.get_or_init(|| erased).clone())
    }

    pub(crate) fn conflicts_stored(&self) -> Result<Vec<NameConflict>, StoreError> {
        Ok(self.read(NAME_CONFLICTS, stored::name_conflicts)?.unwrap_or_default())
    }

    pub(crate) fn person_stored(&self, person: PersonNo) -> Result<Option<PersonState>, StoreError> {
        self.value(Table::People, person.0, stored::person)
    }

    /// The rows of a unit.
    pub(crate) fn roster_stored(&self, unit: UnitNo) -> Result<Vec<RosterRow>, StoreError> {
        let mut rows = Vec::new();
        self.each_block(unit, |block| {
            rows.extend(stored::rows(block)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first person of each of a unit's blocks; none where its rows do not lie in blocks.
    pub(crate) fn roster_blocks(&self, unit: UnitNo) -> Result<Vec<PersonNo>, StoreError> {
        let blocks = self.value(Table::Rosters, unit.0, |bytes| match stored::roster(bytes)? {
            Roster::Rows(_) => Ok(Vec::new()),
            Roster::Blocks(firsts) => Ok(firsts),
        })?;
        Ok(blocks.unwrap_or_default())
    }

    /// The rows of one of them.
    pub(crate) fn roster_block(&self, unit: UnitNo, first: PersonNo) -> Result<Vec<RosterRow>, StoreError> {
        let key = block_key(unit, first);
        self.read(&key, stored::rows)?.ok_or_else(|| StoreError::missing(&key))
    }

    fn roster_present(&self, unit: UnitNo, day: Day) -> Result<Vec<RosterRow>, StoreError> {
        let mut rows = Vec::new();
        self.each_block(unit, |block| stored::rows_present(block, day, &mut rows))?;
        Ok(rows)
    }

    /// Reads the rows of a unit, block by block.
    fn each_block(
        &self,
        unit: UnitNo,
        mut read: impl FnMut(&[u8]) -> Result<(), Unreadable>,
    ) -> Result<(), StoreError> {
        let blocks = self.value(Table::Rosters, unit.0, |bytes| match stored::roster(bytes)? {
            Roster::Rows(rows) => read(rows).map(|()| Vec::new()),
            Roster::Blocks(firsts) => Ok(firsts),
        })?;
        for first in blocks.unwrap_or_default() {
            let key = block_key(unit, first);
            self.read(&key, &mut read)?.ok_or_else(|| StoreError::missing(&key))?;
        }
        Ok(())
    }

    /// Who, or what, can be meant by a text. An id of a person says nothing of units, and the other way round.
    fn asked<T: Ord>(&self, text: &str, of: fn(Meanings) -> Vec<T>) -> Result<Vec<T>, StoreError> {
        let mut found = of(self.called(&Call::id(text))?);
        if found.is_empty() {
            for call in Call::others(text) {
                found.extend(of(self.called(&call)?));
            }
            found.sort_unstable();
            found.dedup();
        }
        Ok(found)
    }

    pub(crate) fn called(&self, call: &Call) -> Result<Meanings, StoreError> {
        let key = names_key(names::bucket(call, self.head.buckets));
        let meanings = self.read(&key, |bytes| names::called(bytes, call))?;
        Ok(meanings.unwrap_or_default())
    }
}

impl From<StoreError> for ViewError {
    fn from(error: StoreError) -> ViewError {
        ViewError::new(error)
    }
}

impl View for Store {
    fn people_asked(&self, text: &str) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.asked(text, |(people, _)| people)?)
    }

    fn units_asked(&self, text: &str) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.asked(text, |(_, units)| units)?)
    }

    fn who(&self, person: PersonNo) -> Result<Arc<Persona>, ViewError> {
        if let Some(state) = self.at_hand.person(person) {
            return Ok(state.who.clone());
        }
        Ok(Arc::new(self.named(Table::People, person.0, stored::persona)?))
    }

    fn person(&self, person: PersonNo) -> Result<Arc<PersonState>, ViewError> {
        if let Some(state) = self.at_hand.person(person) {
            return Ok(state);
        }
        let state = Arc::new(self.named(Table::People, person.0, stored::person)?);
        self.at_hand.keep_person(person, &state);
        Ok(state)
    }

    fn unit(&self, unit: UnitNo) -> Result<Arc<UnitState>, ViewError> {
        if let Some(state) = self.at_hand.unit(unit) {
            return Ok(state);
        }
        let state = Arc::new(self.named(Table::Units, unit.0, stored::unit)?);
        self.at_hand.keep_unit(unit, &state);
        Ok(state)
    }

    fn roster(&self, unit: UnitNo) -> Result<Arc<[RosterRow]>, ViewError> {
        if let Some(rows) = self.at_hand.roster(unit) {
            return Ok(rows);
        }
        let rows: Arc<[RosterRow]> = self.roster_stored(unit)?.into();
        self.at_hand.keep_roster(unit, &rows);
        Ok(rows)
    }

    fn present(&self, unit: UnitNo, day: Day) -> Result<Vec<RosterRow>, ViewError> {
        Ok(self.roster_present(unit, day)?)
    }

    fn reports(&self, manager: PersonNo) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reports_stored(manager)?.into_iter().map(PersonNo).collect())
    }

    fn people(&self) -> Result<Vec<PersonNo>, ViewError> {
        let people = self.members(Set::People, self.head.ways.person_numbers())?;
        Ok(people.into_iter().map(PersonNo).collect())
    }

    fn units(&self) -> Result<Vec<UnitNo>, ViewError> {
        let units = self.members(Set::Units, self.head.ways.unit_numbers())?;
        Ok(units.into_iter().map(UnitNo).collect())
    }

    fn people_with_conflicts(&self) -> Result<Vec<PersonNo>, ViewError> {
        let conflicted = self.members(Set::Conflicted, self.head.ways.person_numbers())?;
        Ok(conflicted.into_iter().map(PersonNo).collect())
    }

    fn conflicted(&self, people: &[PersonNo]) -> Result<Vec<PersonNo>, ViewError> {
        let mut conflicted = self.people_with_conflicts()?;
        conflicted.retain(|person| people.binary_search(person).is_ok());
        Ok(conflicted)
    }

    fn leads(&self, unit: UnitNo) -> Result<Vec<RosterRow>, ViewError> {
        let mut rows = Vec::new();
        self.each_block(unit, |block| stored::rows_leading(block, &mut rows))?;
        Ok(rows)
    }

    fn units_led(&self) -> Result<Vec<UnitNo>, ViewError> {
        let mut led = BTreeSet::new();
        self.each_value(Table::Rosters, self.head.ways.unit_numbers(), |unit, bytes| {
            if let Roster::Rows(rows) = stored::roster(bytes)? {
                led.extend(stored::is_led(rows)?.then_some(UnitNo(unit)));
            }
            Ok(())
        })?;
        self.each_with_prefix(&[ROSTER_BLOCK], |key, block| {
            if let Some(unit) = unit_of_block(key) {
                led.extend(stored::is_led(block)?.then_some(unit));
            }
            Ok(())
        })?;
        Ok(led.into_iter().collect())
    }

    fn erased_names(&self) -> Result<Arc<ErasedNames>, ViewError> {
        Ok(self.erased()?)
    }

    fn each_name(&self, take: &mut dyn FnMut(PersonNo, Signature, &str)) -> Result<(), ViewError> {
        Ok(self.each_value(Table::Names, self.head.ways.person_numbers(), |person, names| {
            stored::each_spelling(names, |signature, name| take(PersonNo(person), signature, name))
        })?)
    }

    fn each_unit_name(&self, take: &mut dyn FnMut(UnitNo, Signature, &str)) -> Result<(), ViewError> {
        Ok(self.each_value(Table::UnitNames, self.head.ways.unit_numbers(), |unit, names| {
            stored::each_spelling(names, |signature, name| take(UnitNo(unit), signature, name))
        })?)
    }

    fn titles(&self, wanted: &dyn Fn(Signature, &str) -> bool) -> Result<Vec<TitleUse>, ViewError> {
        Ok(self.titles_stored(wanted)?)
    }

    fn title(&self, key: &NameKey) -> Result<Option<TitleUse>, ViewError> {
        Ok(self.title_stored(key)?)
    }

    fn name_conflicts(&self) -> Result<Vec<NameConflict>, ViewError> {
        Ok(self.conflicts_stored()?)
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::statement::{PersonNo, UnitNo};
    use tenure_domain::view::{View, ViewError};

    use super::{Batch, Head, Store, Table, Writes, key};
    use crate::packed::pack;

    #[test]
    fn what_does_not_read_is_told_with_its_place() {
        let dir = tempfile::tempdir().expect("a directory");
        let head = Head { buckets: 1, ..Head::default() };
        let store = Store::build(dir.path(), Writes::default(), &head).expect("a store");
        let mut batch = Batch::default();
        batch.insert(&key(Table::People.prefix(), 0), pack(&[(Table::People.place(1).1, [0xff; 3])]));
        batch.insert(&key(Table::Rosters.prefix(), 0), &[0][..]);
        store.states.db.apply(batch).expect("written");
        let check = |error: Option<ViewError>, says: &str| {
            assert_eq!(error.expect("an error").to_string(), says);
        };
        check(store.person(PersonNo(1)).err(), "page of people 0: Hit the end of buffer, expected more data");
        check(store.who(PersonNo(2)).err(), "page of people 0 is missing");
        check(store.unit(UnitNo(16)).err(), "page of units 1 is missing");
        check(store.roster(UnitNo(3)).err(), "page of rosters 0: it says what cannot be");
        assert!(store.reports(PersonNo(1)).expect("none").is_empty());
    }
}
