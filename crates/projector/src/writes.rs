//! What is to be written to a store: values under keys, and values that share pages.

use std::collections::BTreeMap;

use tenure_domain::erasure::ErasedNames;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{NameConflict, RosterRow};

use crate::at_hand::Outdated;
use crate::head::Head;
use crate::keys::{
    BLOCK_NUMBERS, ERASED_NAMES, HEAD, NAME_CONFLICTS, Set, Table, block_key, bucket_of_leaves, key, unit_of_block,
};
use crate::packed::pack;
use crate::stored;

/// The blocks of a roster, or of a part of one that begins with a block.
pub(crate) fn blocks_of(rows: &[RosterRow]) -> impl Iterator<Item = &[RosterRow]> {
    rows.chunk_by(|one, next| one.person == next.person || !Writes::begins_block(next.person))
}

/// Up to how many rows of a roster lie in a page with other rosters.
const FEW_ROWS: usize = 16;

/// A value to set in a page, or to remove.
pub(crate) type PageWrite = (u32, Option<Vec<u8>>);

/// Writes that belong together.
#[derive(Default)]
pub(crate) struct Writes {
    pub(crate) plain: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    pub(crate) paged: BTreeMap<(Table, u32), Vec<PageWrite>>,
}

impl Writes {
    pub(crate) fn put(&mut self, key: &[u8], value: Vec<u8>) {
        self.plain.insert(key.to_vec(), Some(value));
    }

    pub(crate) fn remove(&mut self, key: &[u8]) {
        self.plain.insert(key.to_vec(), None);
    }

    /// Sets or removes the value under a key.
    pub(crate) fn set_plain(&mut self, key: &[u8], value: Option<Vec<u8>>) {
        self.plain.insert(key.to_vec(), value);
    }

    /// Sets or removes the value of that number. Each number once.
    pub(crate) fn set(&mut self, table: Table, number: u32, value: Option<Vec<u8>>) {
        let (page, place) = table.place(number);
        self.paged.entry((table, page)).or_default().push((place, value));
    }

    /// Has numbers be in a set, or not; each number once. `before` gives the bytes of a block as it was.
    pub(crate) fn set_members<E>(
        &mut self,
        set: Set,
        members: impl IntoIterator<Item = (u32, bool)>,
        before: impl Fn(&[u8]) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<(), E> {
        let mut blocks: BTreeMap<u32, Vec<(u32, bool)>> = BTreeMap::new();
        for (number, is_member) in members {
            blocks.entry(number / BLOCK_NUMBERS).or_default().push((number % BLOCK_NUMBERS, is_member));
        }
        for (block, members) in blocks {
            let key = set.key(block);
            let mut bits = before(&key)?.unwrap_or_default();
            bits.resize(BLOCK_NUMBERS as usize / 8, 0);
            for (place, is_member) in members {
                let bit = 1 << (place % 8);
                let byte = &mut bits[place as usize / 8];
                *byte = if is_member { *byte | bit } else { *byte & !bit };
            }
            let is_empty = bits.iter().all(|byte| *byte == 0);
            self.set_plain(&key, (!is_empty).then_some(bits));
        }
        Ok(())
    }

    /// The conflicts of names, in an order of their own.
    pub(crate) fn put_name_conflicts(&mut self, mut names: Vec<NameConflict>) {
        names.sort_by_cached_key(|one| (one.conflict.clone(), one.person, one.unit));
        self.put(NAME_CONFLICTS, stored::name_conflicts_bytes(&names));
    }

    /// The names of everybody who was erased.
    pub(crate) fn put_erased_names(&mut self, names: &ErasedNames) {
        self.put(ERASED_NAMES, stored::erased_names_bytes(names));
    }

    /// Whether a block of a roster begins with that person, as it does with one in 256. So who comes or goes changes the
    /// one block, and the blocks are those of a roster that is written anew.
    pub(crate) fn begins_block(person: PersonNo) -> bool {
        person.0.wrapping_mul(0x9e37_79b9) >> 24 == 0
    }

    /// Sets the roster of a unit. `before` are the first people of the blocks in which it lay.
    pub(crate) fn set_roster(&mut self, unit: UnitNo, rows: &[RosterRow], before: &[PersonNo]) {
        if rows.len() > FEW_ROWS {
            let mut firsts = Vec::new();
            for block in blocks_of(rows) {
                self.put_block(unit, block);
                firsts.push(block[0].person);
            }
            return self.set_blocks(unit, &firsts, before);
        }
        self.set(Table::Rosters, unit.0, (!rows.is_empty()).then(|| stored::roster_of_rows(rows)));
        self.remove_blocks(unit, before.iter());
    }

    /// Writes a block of a roster.
    pub(crate) fn put_block(&mut self, unit: UnitNo, block: &[RosterRow]) {
        let mut bytes = Vec::with_capacity(block.len() * stored::ROW_BYTES);
        for row in block {
            stored::put_row(&mut bytes, row);
        }
        self.put(&block_key(unit, block[0].person), bytes);
    }

    /// Says in which blocks a roster lies, and removes those in which it lay before and does not any more.
    pub(crate) fn set_blocks(&mut self, unit: UnitNo, firsts: &[PersonNo], before: &[PersonNo]) {
        self.set(Table::Rosters, unit.0, Some(stored::roster_of_blocks(firsts)));
        self.remove_blocks(unit, before.iter().filter(|first| firsts.binary_search(first).is_err()));
    }

    fn remove_blocks<'b>(&mut self, unit: UnitNo, firsts: impl Iterator<Item = &'b PersonNo>) {
        for first in firsts {
            self.remove(&block_key(unit, *first));
        }
    }

    /// What they make otherwise, as far as it is told by numbers; none where they write whole pages.
    pub(crate) fn outdated(&self) -> Option<Outdated> {
        if self.plain.keys().any(|key| Table::is_page(key)) {
            return None;
        }
        let mut outdated = Outdated { erased: self.plain.contains_key(ERASED_NAMES), ..Outdated::default() };
        for ((table, page), values) in &self.paged {
            let numbers = values.iter().map(|(place, _)| table.first(*page) + place);
            match table {
                Table::People => outdated.people.extend(numbers.map(PersonNo)),
                Table::Units => outdated.units.extend(numbers.map(UnitNo)),
                Table::Rosters => outdated.rosters.extend(numbers.map(UnitNo)),
                Table::Reports | Table::Names | Table::UnitNames => {}
            }
        }
        outdated.rosters.extend(self.plain.keys().filter_map(|key| unit_of_block(key)));
        outdated.leaves.extend(self.plain.keys().filter_map(|key| bucket_of_leaves(key)));
        Some(outdated)
    }

    /// How many bytes are written, about.
    pub(crate) fn bytes(&self) -> usize {
        let plain = self.plain.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, Vec::len));
        let paged = self.paged.values().flatten().map(|(_, value)| value.as_ref().map_or(0, Vec::len));
        plain.sum::<usize>() + paged.sum::<usize>()
    }

    /// The writes of a store that is empty: two runs in the order of the keys.
    pub(crate) fn into_pairs(self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        let paged = self.paged.into_iter().filter_map(|((table, page), mut values)| {
            values.sort_unstable();
            let there: Vec<(u32, Vec<u8>)> = values.into_iter().filter_map(|(place, v)| Some((place, v?))).collect();
            (!there.is_empty()).then(|| (key(table.prefix(), page).to_vec(), pack(&there)))
        });
        let plain = self.plain.into_iter().filter_map(|(key, value)| Some((key, value?)));
        plain.chain(paged)
    }

    pub(crate) fn put_head(&mut self, head: &Head) {
        self.put(HEAD, stored::encode(head));
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::erasure::ErasedNames;
    use tenure_domain::statement::{PersonNo, UnitNo};

    use super::{Outdated, Table, Writes, key};
    use crate::keys::leaves_key;
    use crate::rosters::tests::row;

    #[test]
    fn writes_say_what_they_make_otherwise() {
        let mut writes = Writes::default();
        writes.set(Table::People, 70_000, None);
        writes.set(Table::Units, 17, Some(vec![1]));
        writes.set(Table::Names, 5, None);
        writes.set_roster(UnitNo(3), &[row(1, 0)], &[]);
        writes.put_block(UnitNo(0x6262_6262), &[row(9, 0)]);
        writes.put(&leaves_key(9), vec![1]);
        let mut expected = Outdated {
            people: vec![PersonNo(70_000)],
            units: vec![UnitNo(17)],
            rosters: vec![UnitNo(3), UnitNo(0x6262_6262)],
            leaves: vec![9],
            erased: false,
        };
        assert_eq!(writes.outdated().as_ref(), Some(&expected));
        writes.put_erased_names(&ErasedNames::default());
        expected.erased = true;
        assert_eq!(writes.outdated(), Some(expected));
        writes.put(&key(Table::Units.prefix(), 1), vec![1]);
        assert_eq!(writes.outdated(), None, "a whole page");
    }
}
