//! Rosters as they change: the blocks in which people come or go, and no other.

use std::collections::{BTreeMap, BTreeSet};

use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::RosterRow;

use crate::error::StoreError;
use crate::store::Store;
use crate::writes::{Writes, blocks_of};

/// Up to how many blocks of a roster it is written as a whole. One of more has more rows than lie in a page with others.
const FEW_BLOCKS: usize = 16;

/// Writes a roster in which people have these rows, and no others any more.
pub(crate) fn put_roster(
    store: &Store,
    writes: &mut Writes,
    unit: UnitNo,
    changed: &BTreeMap<PersonNo, Vec<RosterRow>>,
) -> Result<(), StoreError> {
    let firsts = store.roster_blocks(unit)?;
    if firsts.len() > FEW_BLOCKS && put_blocks(store, writes, unit, &firsts, changed)? {
        return Ok(());
    }
    let rows = with_changes(store.roster_stored(unit)?, changed.iter());
    writes.set_roster(unit, &rows, &firsts);
    Ok(())
}

/// Writes the blocks in which something changes. Nothing, where few blocks are left.
fn put_blocks(
    store: &Store,
    writes: &mut Writes,
    unit: UnitNo,
    firsts: &[PersonNo],
    changed: &BTreeMap<PersonNo, Vec<RosterRow>>,
) -> Result<bool, StoreError> {
    let block_of = |person: &PersonNo| firsts.partition_point(|first| first <= person).saturating_sub(1);
    let mut touched: BTreeSet<usize> = BTreeSet::new();
    for person in changed.keys() {
        let at = block_of(person);
        touched.insert(at);
        if firsts[at] == *person {
            // Where the first of a block goes, it becomes one with the block before.
            touched.insert(at.saturating_sub(1));
        }
    }
    let touched: Vec<usize> = touched.into_iter().collect();
    let mut after: BTreeSet<PersonNo> = firsts.iter().copied().collect();
    let mut blocks = Vec::new();
    for run in touched.chunk_by(|one, next| one + 1 == *next) {
        let mut rows = Vec::new();
        for at in run {
            rows.extend(store.roster_block(unit, firsts[*at])?);
            after.remove(&firsts[*at]);
        }
        let rows = with_changes(rows, changed.iter().filter(|(person, _)| run.contains(&block_of(person))));
        for block in blocks_of(&rows) {
            after.insert(block[0].person);
            blocks.push(block.to_vec());
        }
    }
    if after.len() <= FEW_BLOCKS {
        return Ok(false);
    }
    for block in blocks {
        writes.put_block(unit, &block);
    }
    writes.set_blocks(unit, &after.into_iter().collect::<Vec<_>>(), firsts);
    Ok(true)
}

/// Rows in which people have those that are new, and no others.
fn with_changes<'c>(
    mut rows: Vec<RosterRow>,
    changed: impl Iterator<Item = (&'c PersonNo, &'c Vec<RosterRow>)> + Clone,
) -> Vec<RosterRow> {
    let people: BTreeSet<PersonNo> = changed.clone().map(|(person, _)| *person).collect();
    rows.retain(|row| !people.contains(&row.person));
    rows.extend(changed.flat_map(|(_, rows)| rows));
    rows.sort_by_key(|row| (row.person, row.tenure));
    rows
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use tenure_domain::bounds::Bounds;
    use tenure_domain::statement::{PersonNo, UnitNo};
    use tenure_domain::view::RosterRow;

    use super::{FEW_BLOCKS, put_roster};
    use crate::head::Head;
    use crate::store::Store;
    use crate::writes::Writes;

    const UNIT: UnitNo = UnitNo(3);

    pub(crate) fn row(person: u32, tenure: u32) -> RosterRow {
        RosterRow {
            person: PersonNo(person),
            tenure,
            start: Bounds::UNKNOWN,
            end: None,
            end_stated: false,
            attested: None,
            seen: None,
            lead: false,
            acting: false,
        }
    }

    fn store_of(people: &BTreeSet<u32>) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().expect("a directory");
        let rows: Vec<RosterRow> = people.iter().map(|person| row(*person, 0)).collect();
        let mut writes = Writes::default();
        writes.set_roster(UNIT, &rows, &[]);
        let store = Store::build(dir.path(), writes, &Head { buckets: 1, ..Head::default() }).expect("a store");
        (dir, store)
    }

    /// What a roster is written as after a change is what it is written as anew.
    #[test]
    fn blocks_are_those_of_a_roster_written_anew() {
        let all: BTreeSet<u32> = (0..9_000).map(|one| one * 3 + 1).collect();
        let (_dir, store) = store_of(&all);
        let firsts = store.roster_blocks(UNIT).expect("blocks");
        assert!(firsts.len() > 2 * FEW_BLOCKS, "{}", firsts.len());
        let beginner = firsts[7].0;
        let begins = (0..4_096).find(|one| one % 3 == 0 && Writes::begins_block(PersonNo(*one))).expect("one in 256");
        let check = |gone: &[u32], new: &[u32]| {
            let after: BTreeSet<u32> = all.iter().filter(|one| !gone.contains(one)).chain(new).copied().collect();
            let gone = gone.iter().map(|one| (PersonNo(*one), Vec::new()));
            let changed: BTreeMap<PersonNo, Vec<RosterRow>> =
                gone.chain(new.iter().map(|one| (PersonNo(*one), vec![row(*one, 0)]))).collect();
            let mut writes = Writes::default();
            put_roster(&store, &mut writes, UNIT, &changed).expect("written");
            let count = writes.plain.len();
            let store = store.with_writes(writes, store.head().clone()).expect("a state");
            let (_fresh_dir, fresh) = store_of(&after);
            let pairs = |store: &Store| {
                let pairs = store.all().map(|pair| pair.expect("it reads"));
                pairs.map(|(key, value)| (key.to_vec(), value.to_vec())).collect::<BTreeMap<_, _>>()
            };
            assert_eq!(pairs(&store), pairs(&fresh));
            count
        };
        assert!(check(&[], &[0]) < 4, "before all, in one block");
        assert!(check(&[], &[27_009]) < 4);
        assert!(check(&[beginner], &[]) < 5, "two blocks become one");
        assert!(check(&[], &[begins]) < 5, "one becomes two");
        check(&[firsts[0].0, firsts[1].0, firsts[2].0], &[firsts[2].0 + 1]);
        let most: Vec<u32> = all.iter().copied().filter(|one| *one > 300).collect();
        check(&most, &[]);
        check(&all.iter().copied().collect::<Vec<_>>(), &[2]);
        check(&[], &[]);
    }
}
