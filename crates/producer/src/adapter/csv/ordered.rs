//! Reads the rows of a version that follow each other, before what they say is claimed: whether a row ends another one shows
//! only when all are known.

use std::path::Path;

use csv::StringRecord;
use serde_json::Value;
use tenure_domain::wire::Refusal;

use super::headed;
use super::inputs::Main;
use super::lookup::Lookup;
use super::paths::ListsOfOne;
use super::records::{More, Take};
use super::sequence::Sequences;
use super::stints::Stints;
use super::table::Row;
use super::tree::{Outside, Rows};
use super::{AdapterError, TableRun};
use crate::Place;
use crate::adapter::settings::unusable;

impl TableRun<'_> {
    /// The rows of a version that follow each other, where the map says that rows do.
    pub(super) fn sequences(
        &self,
        of: &[Main],
        version: Option<&str>,
        lookups: &[Lookup],
    ) -> Result<Sequences, AdapterError> {
        let mut sequences = Sequences::default();
        let follows = |main: &&Main| {
            let mut sections = self.map.stints.iter().filter(|stints| main.tables.contains(&stints.file));
            sections.any(|stints| stints.until_next.is_some())
        };
        for main in of.iter().filter(follows) {
            let (trees, tables) = self.kinds(main);
            for name in tables {
                let mut table = self.open(&main.path, name, version)?;
                let stints = self.find(name, self.finder(&table, name, lookups))?;
                while let Some(row) = table.next_row()? {
                    let Ok(Row { record, .. }) = row else { continue };
                    note(&stints, (&record, lookups), &mut sequences)
                        .map_err(|problem| too_many(&main.path, problem))?;
                }
            }
            if trees.is_empty() {
                continue;
            }
            let file = main.path.display().to_string();
            let mut all = NoteAll { path: &main.path, tables: Vec::new(), version, lookups, sequences: &mut sequences };
            for name in trees {
                all.tables.push((&self.trees[name], self.find(name, self.tree_finder(name, &file, lookups))?));
            }
            headed::read(&main.path, &self.map.written(&main.tables), &mut all)?;
        }
        sequences.close();
        Ok(sequences)
    }
}

/// Notes a row with those that follow each other. The error is a sentence.
fn note(
    sections: &[Stints],
    (record, lookups): (&StringRecord, &[Lookup]),
    sequences: &mut Sequences,
) -> Result<(), String> {
    sections.iter().filter(|stints| stints.is_sequence()).try_for_each(|stints| stints.note(record, lookups, sequences))
}

fn too_many(path: &Path, problem: String) -> AdapterError {
    unusable(path, problem, "make several extracts, each with all rows of some people")
}

/// Notes the rows that follow each other.
struct NoteAll<'n> {
    path: &'n Path,
    /// The tables that the file is: their rows, and what these are.
    tables: Vec<(&'n Rows, Vec<Stints>)>,
    version: Option<&'n str>,
    lookups: &'n [Lookup],
    sequences: &'n mut Sequences,
}

impl Take for NoteAll<'_> {
    fn record(&mut self, place: &Place, record: &Value, lists: ListsOfOne) -> Result<More, AdapterError> {
        for (rows, stints) in &self.tables {
            // What does not read, and what is passed over, is told when the record is claimed.
            let made =
                rows.of(record, Outside { file: &place.file, version: self.version, lists, at: None, found: None });
            rows.passed_over();
            for row in made.iter().flatten() {
                note(stints, (&row.record, self.lookups), self.sequences)
                    .map_err(|problem| too_many(self.path, problem))?;
            }
        }
        Ok(More::Wanted)
    }

    fn empty(&mut self) {}

    fn broken(&mut self, _: Place, _: &str, _: Refusal) -> Result<(), AdapterError> {
        Ok(())
    }

    fn read_so_far(&mut self, _: u64) {}
}
