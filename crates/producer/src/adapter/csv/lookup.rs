//! Tables that other tables look into, held in memory.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tenure_domain::bounds::Bounds;

use super::IngestError;
use super::map::FileDecl;
use super::table::{Broken, Row, Table};

/// A table that other tables look into: held in memory.
pub(super) struct Lookup {
    /// Its name in the map.
    pub(super) name: Arc<str>,
    pub(super) file: Arc<str>,
    pub(super) header: Vec<Box<str>>,
    pub(super) rows: Vec<Row>,
    /// Whether a row that is looked for may be missing.
    pub(super) sparse: bool,
    by_id: FxHashMap<Box<str>, Vec<u32>>,
    /// When each row holds, from its start until its end, and none of one that does not read; empty where the map says nothing
    /// of that.
    pub(super) times: Vec<Option<(Bounds, Option<Bounds>)>>,
}

impl Lookup {
    /// Reads a whole table. What is wrong with the table is a sentence; rows that cannot be read are told.
    pub(super) fn read(
        name: &str,
        table: Result<Table, String>,
        decl: &FileDecl,
        broken: &mut dyn FnMut(&Table, Broken) -> Result<(), IngestError>,
    ) -> Result<Result<Lookup, String>, IngestError> {
        let mut table = match table {
            Ok(table) => table,
            Err(problem) => return Ok(Err(problem)),
        };
        let id = match decl.id.as_deref().map(|id| table.at(id)).transpose() {
            Ok(id) => id,
            Err(problem) => return Ok(Err(problem)),
        };
        let mut rows = Vec::new();
        while let Some(row) = table.next_row()? {
            match row {
                Err(row) => broken(&table, row)?,
                Ok(row) => rows.push(row),
            }
        }
        let by_id = by_id(&rows, id);
        let Table { file, header, .. } = table;
        Ok(Ok(Lookup { name: Arc::from(name), file, header, rows, sparse: decl.sparse, by_id, times: Vec::new() }))
    }

    /// Rows of a tree, with the column by which they are found.
    pub(super) fn of_rows(
        name: &str,
        decl: &FileDecl,
        (file, header): (Arc<str>, &[Box<str>]),
        rows: Vec<Row>,
    ) -> Lookup {
        // A path that may find nothing stands among the columns as the path that it is.
        let plain = decl.id.as_ref().map(|id| id.trim_end_matches('?'));
        let id = plain.and_then(|id| header.iter().position(|name| **name == *id));
        let by_id = by_id(&rows, id);
        Lookup {
            name: Arc::from(name),
            file,
            header: header.to_vec(),
            rows,
            sparse: decl.sparse,
            by_id,
            times: Vec::new(),
        }
    }

    /// The rows with that id that can hold on a day, in the order of the file; without a day, all with that id.
    pub(super) fn find(&self, id: &str, on: Option<Bounds>) -> impl Iterator<Item = &Row> {
        let can_hold = move |number: &&u32| {
            let Some((on, time)) = on.zip(self.times.get(**number as usize)) else { return true };
            time.is_some_and(|(from, to)| {
                !on.surely_before(from) && to.is_none_or(|to| to.latest().is_none() || on.earliest() < to.latest())
            })
        };
        let found = self.by_id.get(id).map_or(&[][..], Vec::as_slice);
        found.iter().filter(can_hold).map(|number| &self.rows[*number as usize])
    }
}

/// The rows with each id, by the column in which it stands.
fn by_id(rows: &[Row], id: Option<usize>) -> FxHashMap<Box<str>, Vec<u32>> {
    let mut by_id = FxHashMap::<Box<str>, Vec<u32>>::default();
    for (number, row) in rows.iter().enumerate() {
        if let Some(id) = id.map(|id| row.record[id].trim()).filter(|id| !id.is_empty()) {
            let number = u32::try_from(number).expect("a table in memory has fewer than 2^32 rows");
            by_id.entry(id.into()).or_default().push(number);
        }
    }
    by_id
}
