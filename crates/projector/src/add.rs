//! Folds in new events without reading the older ones, where that gives the same; see [`tenure_domain::addition`].

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::sync::Arc;

use tenure_domain::addition::{Addition, Before, Settled, Standing};
use tenure_domain::archive::Archive;
use tenure_domain::excerpt::Directory;
use tenure_domain::identity::Call;
use tenure_domain::mark::Mark;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::Signature;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::Meant;
use tenure_domain::view::{PersonState, Persona, UnitState};
use tenure_log::Journal;

use crate::change::{Change, Done, is_outgrown};
use crate::directory;
use crate::error::StoreError;
use crate::keys::{BLOCK_SIGNATURES, Table, leaves_key, mark_bucket, marks_key, names_key, signatures_key};
use crate::load::{Loaded, decode};
use crate::older::{ReadError, event_at};
use crate::people::{Folded, put_people};
use crate::store::{Store, bucket, with_calls};
use crate::stored;
use crate::writes::Writes;

/// How many events are added at most; more are read with all others.
const MOST_EVENTS: u64 = 10_000;
/// How many older events of the people concerned are read again, however few the store holds.
const FEW_OLDER: usize = 20_000;

/// Up to which share of the log older events are read one by one. To read all takes some tenth as long for each.
const OLDER_SHARE: u64 = 8;

/// So many events are added one by one, however few the store holds.
const FEW_EVENTS: u64 = 1_000;

/// What the store and the log say of older events.
struct Older<'o> {
    store: &'o Store,
    journal: &'o Journal,
}

impl Standing for Older<'_> {
    type Error = ReadError;

    fn mark(&self, mark: Mark) -> Result<Option<Option<Settled>>, ReadError> {
        let bucket = mark_bucket(mark, self.store.head().mark_buckets);
        Ok(self.store.marks(bucket)?.get(&mark).copied())
    }

    fn called(&self, call: &Call) -> Result<(Vec<PersonNo>, Vec<UnitNo>), ReadError> {
        Ok(self.store.called(call)?)
    }

    fn who(&self, person: PersonNo) -> Result<Option<Arc<Persona>>, ReadError> {
        Ok(self.store.value(Table::People, person.0, stored::persona)?.map(Arc::new))
    }

    fn unit(&self, unit: UnitNo) -> Result<Option<Arc<UnitState>>, ReadError> {
        Ok(self.store.value(Table::Units, unit.0, stored::unit)?.map(Arc::new))
    }

    fn event_id(&self, seq: Seq) -> Result<Option<EventId>, ReadError> {
        Ok(event_at(self.journal, seq)?.map(|(_, event)| event.id))
    }

    fn persons(&self) -> u32 {
        self.store.head().person_numbers
    }

    fn units(&self) -> u32 {
        self.store.head().units
    }
}

/// What the log has beyond the store comes to. None where it must be read with all that came before.
pub(crate) fn add(store: &Store, journal: &Journal) -> Result<Option<Change>, ReadError> {
    let seq = store.seq();
    let events = journal.head().number() - seq.number();
    // To read all is no more than a few times as much.
    let is_share = events > FEW_EVENTS && events > seq.number() / 2;
    if events > MOST_EVENTS || is_share || is_outgrown(store.head()) {
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
    let erased = store.erased()?;
    fresh.archive.withhold_words(&erased);
    let older = Older { store, journal };
    let Some(addition) = Addition::of(&fresh.archive, &older)? else { return Ok(None) };

    // The people of whom something is told or who are called otherwise, as they were.
    let people: BTreeSet<PersonNo> = addition.touched().chain(addition.personas.keys().copied()).collect();
    let mut were: BTreeMap<PersonNo, PersonState> = BTreeMap::new();
    for person in &people {
        match store.person_stored(*person)? {
            Some(state) => drop(were.insert(*person, state)),
            None if addition.new_people.contains(person) => {}
            None => return Ok(None),
        }
    }
    let told: BTreeSet<PersonNo> = addition.touched().collect();
    let seqs: BTreeSet<Seq> =
        told.iter().filter_map(|p| were.get(p)).flat_map(|s| &s.evidence).map(|e| e.seq).collect();
    let share = usize::try_from(seq.number() / OLDER_SHARE).unwrap_or(usize::MAX);
    if seqs.len() > share.max(FEW_OLDER) {
        return Ok(None);
    }
    let mut archive = Archive::new();
    for seq in seqs {
        let Some((recorded_at, event)) = event_at(journal, seq)? else { return Ok(None) };
        archive.push(seq, recorded_at, event);
    }
    archive.withhold_words(&erased);
    let Some(before) = Before::of(&archive, &older)? else { return Ok(None) };

    let mut blocks: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    let mut folded = Vec::with_capacity(people.len());
    for person in people {
        let was = were.remove(&person);
        let who = match (addition.personas.get(&person), &was) {
            (Some(who), _) => Arc::new(who.clone()),
            (None, Some(was)) => was.who.clone(),
            (None, None) => return Ok(None),
        };
        let number = person.0 as usize;
        let block = u32::try_from(number / BLOCK_SIGNATURES).expect("fewer than 2^32");
        let place = number % BLOCK_SIGNATURES;
        let signatures = match blocks.entry(block) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => slot.insert(store.signatures(block)?.unwrap_or_default()),
        };
        if signatures.len() <= place {
            signatures.resize(place + 1, 0);
        }
        let signed = was.as_ref().map(|was| (Signature::stored(signatures[place]), &*was.who));
        let signature = addition.signature(person, &who, signed);
        signatures[place] = signature.number();
        let state = if told.contains(&person) {
            let evidence = was.as_ref().map_or(&[][..], |was| &was.evidence);
            let Some(state) = addition.state(person, who, evidence, &before) else { return Ok(None) };
            state
        } else {
            match was {
                Some(was) => PersonState { who, ..was },
                None => Addition::named_only(who),
            }
        };
        folded.push(Folded::state(person, &state, signature));
    }

    let mut writes = Writes::default();
    put_people(store, &mut writes, &folded, &[])?;
    for (block, signatures) in blocks {
        writes.put(&signatures_key(block), stored::encode(&signatures));
    }
    for (unit, state) in &addition.units {
        writes.set(Table::Units, unit.0, Some(stored::unit_bytes(state)));
    }
    let mut calls: BTreeMap<u32, Vec<(Call, Meant)>> = BTreeMap::new();
    for (call, meant) in &addition.calls {
        calls.entry(bucket(call, store.head().buckets)).or_default().push((call.clone(), *meant));
    }
    for (bucket, calls) in calls {
        let key = names_key(bucket);
        let with = with_calls(store.get(&key)?.as_deref(), &calls);
        writes.put(&key, with.map_err(|cause| StoreError::unreadable(&key, cause))?);
    }
    let mut marks: BTreeMap<u32, stored::Marks> = BTreeMap::new();
    for (mark, settled) in &addition.marks {
        let bucket = mark_bucket(*mark, store.head().mark_buckets);
        let marks = match marks.entry(bucket) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => slot.insert(store.marks(bucket)?),
        };
        marks.insert(*mark, *settled);
    }
    for (bucket, marks) in marks {
        writes.put(&marks_key(bucket), stored::marks_bytes(marks.iter()));
    }
    let mut directory = Directory::default();
    directory.add(&fresh.archive, |mark| store.leaf(mark))?;
    let (buckets, leaves) = directory::changed(store, directory)?;
    for (bucket, bytes) in buckets {
        writes.put(&leaves_key(bucket), bytes);
    }
    let mut head = store.head().clone();
    head.leaves += leaves;
    head.seq = journal.head().number();
    head.digest = journal.digest().to_string();
    head.passed_over += fresh.passed_over;
    head.people += addition.new_people.len() as u64;
    head.person_numbers += u32::try_from(addition.new_people.len()).expect("fewer than 2^32");
    head.units = addition.units.keys().next_back().map_or(head.units, |UnitNo(last)| head.units.max(last + 1));
    head.quarantined.extend(fresh.quarantined.into_iter().map(|q| (q.seq.number(), q.refusal.reason, q.refusal.hint)));
    let done = Done::Added { events: head.seq - seq.number(), people: folded.len() };
    Ok(Some(Change { from: seq, writes, head, done }))
}
