//! Which events of a log live (contract, section 3): those that nothing retracts, corrects or restates.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{index, restating_rank};
use crate::archive::{Archive, Entry, EntryFact};
use crate::day::Instant;
use crate::liveness::{Correction, CorrectionReach, Party};
use crate::position::EventId;

/// Whether an event has the key of its source that another one has.
pub(super) fn has_key_of(entry: &Entry, other: &Entry) -> bool {
    entry.key.is_some() && entry.key == other.key && entry.says == other.says
}

/// Which events are visible, and what follows for their lives.
pub(super) struct Lives {
    pub(super) visible: Vec<bool>,
    /// The visible events that a later one of their source's key restates.
    pub(super) restated: FxHashSet<u32>,
    pub(super) live: Vec<bool>,
}

/// Which events are visible and which of them live.
pub(super) fn lives(archive: &Archive, admits: impl Fn(&Entry) -> bool) -> Lives {
    let entries = &archive.entries;
    let visible: Vec<bool> = entries.iter().map(admits).collect();
    let mut live = visible.clone();
    let mut restated: FxHashSet<u32> = FxHashSet::default();
    let mut last_of_key: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    let mut parties: Vec<usize> = Vec::new();
    for (i, entry) in entries.iter().enumerate().filter(|(i, _)| visible[*i]) {
        if let Some(key) = &entry.key {
            let rank = |i: usize| restating_rank(&entries[i]);
            match last_of_key.entry((&entry.says, key)) {
                std::collections::hash_map::Entry::Vacant(slot) => {
                    slot.insert(i);
                }
                std::collections::hash_map::Entry::Occupied(mut slot) => {
                    let (older, newer) = if rank(*slot.get()) < rank(i) { (*slot.get(), i) } else { (i, *slot.get()) };
                    restated.insert(index(older));
                    live[older] = false;
                    slot.insert(newer);
                }
            }
        }
        if entry.corrects.is_some() || matches!(entry.fact, EntryFact::Retracted { .. }) {
            parties.push(i);
        }
    }
    let graph = attacks(archive, &visible, &restated, &mut parties);
    for (i, lives) in parties.iter().zip(crate::liveness::live(&graph)) {
        live[*i] = lives;
    }
    Lives { visible, restated, live }
}

/// The graph of what retracts and corrects. `parties` are the events that do so; it gets the visible ones to which
/// they do so as well.
fn attacks<'a>(
    archive: &'a Archive,
    visible: &[bool],
    restated: &FxHashSet<u32>,
    parties: &mut Vec<usize>,
) -> Vec<Party<(Instant, &'a EventId)>> {
    let entries = &archive.entries;
    let target = |id: &EventId| archive.index_of(id).filter(|i| visible[*i]);
    let retracts = |i: usize| entries[i].fact.retracts().and_then(target);
    let corrects = |i: usize| entries[i].corrects.as_ref().and_then(target);
    let targets: Vec<usize> = parties.iter().flat_map(|i| [retracts(*i), corrects(*i)]).flatten().collect();
    parties.extend(targets);
    parties.sort_unstable();
    parties.dedup();
    let number = |i: usize| parties.binary_search(&i).ok();
    let correction = |i: usize| {
        let target = corrects(i)?;
        let takes_over = !restated.contains(&index(target)) || has_key_of(&entries[i], &entries[target]);
        let reach = if takes_over { CorrectionReach::Chain } else { CorrectionReach::Target };
        Some(Correction { target: number(target)?, reach })
    };
    parties
        .iter()
        .map(|i| Party {
            rank: (entries[*i].reported_at, &entries[*i].id),
            superseded: restated.contains(&index(*i)),
            retracts: retracts(*i).and_then(number),
            corrects: correction(*i),
        })
        .collect()
}
