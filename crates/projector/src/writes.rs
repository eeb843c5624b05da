//! What is to be written to a store: values under keys, and values that share pages.

use std::collections::BTreeMap;

use tenure_domain::erasure::ErasedNames;
use tenure_domain::statement::UnitNo;
use tenure_domain::view::{NameConflict, RosterRow};

use crate::head::Head;
use crate::keys::{CONFLICTED, ERASED_NAMES, HEAD, NAME_CONFLICTS, Table, block_key, key, place};
use crate::packed::pack;
use crate::stored;

/// Rows in a block of a larger roster.
const BLOCK_ROWS: usize = 256;

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

    /// Sets or removes the value of that number. Each number once.
    pub(crate) fn set(&mut self, table: Table, number: u32, value: Option<Vec<u8>>) {
        let (page, place) = place(number);
        self.paged.entry((table, page)).or_default().push((place, value));
    }

    /// The list of those with conflicts.
    pub(crate) fn put_conflicted(&mut self, conflicted: &[u32]) {
        self.put(CONFLICTED, stored::encode(&conflicted));
    }

    /// The conflicts of names.
    pub(crate) fn put_name_conflicts(&mut self, names: &[NameConflict]) {
        self.put(NAME_CONFLICTS, stored::name_conflicts_bytes(names));
    }

    /// The names of everybody who was erased.
    pub(crate) fn put_erased_names(&mut self, names: &ErasedNames) {
        self.put(ERASED_NAMES, stored::erased_names_bytes(names));
    }

    /// Sets the roster of a unit. `blocks` is in how many blocks of its own it lay before.
    pub(crate) fn set_roster(&mut self, unit: UnitNo, rows: &[RosterRow], blocks: u32) {
        let bytes = |rows: &[RosterRow]| {
            let mut bytes = Vec::with_capacity(rows.len() * stored::ROW_BYTES);
            for row in rows {
                stored::put_row(&mut bytes, row);
            }
            bytes
        };
        let mut count = 0_u32;
        let value = if rows.is_empty() {
            None
        } else if rows.len() <= FEW_ROWS {
            Some(bytes(rows))
        } else {
            for chunk in rows.chunks(BLOCK_ROWS) {
                self.put(&block_key(unit, count), bytes(chunk));
                count += 1;
            }
            // Never as long as a row, and so not taken for rows.
            Some(count.to_be_bytes().to_vec())
        };
        self.set(Table::Rosters, unit.0, value);
        for gone in count..blocks {
            self.remove(&block_key(unit, gone));
        }
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
