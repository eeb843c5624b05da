//! Takes the records of trees: what they hold is looked for, kept in memory, or claimed.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::StringRecord;
use serde_json::Value;
use tenure_domain::wire::{Json, Refusal};

use super::claims::{Claims, Origin};
use super::headed::{Written, read};
use super::lookup::Lookup;
use super::map::Map;
use super::paths::ListsOfOne;
use super::records::{More, Take};
use super::shape::{Found, Shape};
use super::stints::Stints;
use super::table::Row;
use super::tree::{self, Outside, Rows};
use super::{AdapterError, Misfit, Rejected, take};
use crate::adapter::looks::{self, FileKind};
use crate::adapter::records::refusal;
use crate::{INPUT_BYTES, Place};

/// How much of the files is looked at before anything is appended.
const LOOKED_AT: u64 = 8 << 20;

/// Looks for what a map names in the beginning of the files.
#[derive(Default)]
pub(super) struct Preview<'r> {
    /// The rows that are looked for in the file at hand, and what they are.
    pub(super) rows: Vec<(&'r Rows, Vec<Stints>)>,
    pub(super) lookups: &'r [Lookup],
    before: u64,
    passed: u64,
    seen: Seen,
}

/// How much of the files was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Seen {
    #[default]
    Whole,
    Part,
    /// Some of it does not read: what is in it, and so whether the map fits, is not known.
    Broken,
}

impl<'r> Preview<'r> {
    pub(super) fn new(lookups: &'r [Lookup]) -> Preview<'r> {
        Preview { lookups, ..Preview::default() }
    }

    pub(super) fn read(&mut self, path: &Path, written: &Written) -> Result<(), AdapterError> {
        if self.before >= LOOKED_AT {
            self.is_cut();
            return Ok(());
        }
        read(path, written, self)?;
        self.before += self.passed;
        Ok(())
    }

    /// How much of the files was seen.
    pub(super) fn seen(&self) -> Seen {
        self.seen
    }

    fn is_cut(&mut self) {
        if self.seen == Seen::Whole {
            self.seen = Seen::Part;
        }
    }
}

impl Take for Preview<'_> {
    fn record(&mut self, place: &Place, record: &Value, lists: ListsOfOne) -> Result<More, AdapterError> {
        for (rows, stints) in &self.rows {
            // What is wrong is told when the record is claimed.
            let made = rows.of(record, Outside { file: &place.file, version: None, lists, at: None, found: None });
            // What is passed over is counted when it is told.
            rows.passed_over();
            for row in made.iter().flatten() {
                note_withdrawal(rows, stints, &row.record, self.lookups);
            }
        }
        let is_enough = self.before + self.passed >= LOOKED_AT;
        if is_enough {
            self.is_cut();
        }
        Ok(if is_enough { More::Enough } else { More::Wanted })
    }

    fn empty(&mut self) {
        self.rows.iter().for_each(|(rows, _)| rows.note_empty_list());
    }

    fn broken(&mut self, _: Place, _: &str, _: Refusal) -> Result<(), AdapterError> {
        self.seen = Seen::Broken;
        Ok(())
    }

    fn read_so_far(&mut self, bytes: u64) {
        self.passed = bytes;
    }
}

/// Looks whether a file has a row at all.
pub(super) struct Search<'r> {
    rows: Vec<&'r Rows>,
    found: More,
}

impl<'r> Search<'r> {
    /// Whether a file has a row of any of these tables, or a list of none, or does not read: then it is not known.
    pub(super) fn has_rows(rows: Vec<&'r Rows>, path: &Path, written: &Written) -> Result<bool, AdapterError> {
        let mut search = Search { rows, found: More::Wanted };
        read(path, written, &mut search)?;
        // They are counted where they are told.
        for rows in &search.rows {
            rows.passed_over();
        }
        Ok(search.found == More::Enough)
    }
}

impl Take for Search<'_> {
    fn record(&mut self, place: &Place, record: &Value, lists: ListsOfOne) -> Result<More, AdapterError> {
        let from = Outside { file: &place.file, version: None, lists, at: None, found: None };
        for rows in &self.rows {
            let before = rows.empty_lists();
            if rows.of(record, from).map_or(true, |made| !made.is_empty()) || rows.empty_lists() > before {
                self.found = More::Enough;
            }
        }
        Ok(self.found)
    }

    fn empty(&mut self) {
        self.found = More::Enough;
    }

    fn broken(&mut self, _: Place, _: &str, _: Refusal) -> Result<(), AdapterError> {
        self.found = More::Enough;
        Ok(())
    }

    fn read_so_far(&mut self, _: u64) {}
}

/// Keeps the rows of a table that others look into.
pub(super) struct Collect<'r> {
    tree: &'r Rows,
    shape: &'r RefCell<Shape>,
    version: Option<&'r str>,
    pub(super) rows: Vec<Row>,
    pub(super) rejected: Vec<Rejected>,
    /// The files in which there are rows.
    pub(super) files: Vec<PathBuf>,
    file: Option<Arc<str>>,
    /// The files of which what does not read is told already.
    told: &'r RefCell<BTreeSet<PathBuf>>,
    is_told: bool,
}

impl<'r> Collect<'r> {
    pub(super) fn new(
        tree: &'r Rows,
        shape: &'r RefCell<Shape>,
        version: Option<&'r str>,
        told: &'r RefCell<BTreeSet<PathBuf>>,
    ) -> Collect<'r> {
        let (rows, rejected, files) = (Vec::new(), Vec::new(), Vec::new());
        Collect { tree, shape, version, rows, rejected, files, file: None, told, is_told: false }
    }

    pub(super) fn read(&mut self, path: &Path, written: &Written) -> Result<(), AdapterError> {
        self.file.get_or_insert_with(|| Arc::from(path.display().to_string()));
        let before = self.rows.len();
        self.is_told = !self.told.borrow_mut().insert(path.to_owned());
        read(path, written, self)?;
        if self.rows.len() > before {
            self.files.push(path.to_owned());
        }
        Ok(())
    }

    /// The first of the files.
    pub(super) fn file(&self) -> Arc<str> {
        self.file.clone().unwrap_or_else(|| Arc::from(""))
    }
}

impl Take for Collect<'_> {
    fn record(&mut self, place: &Place, record: &Value, lists: ListsOfOne) -> Result<More, AdapterError> {
        let found = Found::default();
        let from = Outside { file: &place.file, version: self.version, lists, at: None, found: Some(&found) };
        let made = self.tree.of(record, from);
        self.shape.borrow_mut().mark(record, &found);
        match made {
            Ok(rows) => {
                let row = |row: tree::Row<'_>| Row { file: place.file.clone(), line: place.line, record: row.record };
                self.rows.extend(rows.into_iter().map(row));
            }
            Err(refusal) => self.reject(place.clone(), &shown(record), refusal),
        }
        Ok(More::Wanted)
    }

    fn empty(&mut self) {}

    fn broken(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), AdapterError> {
        if !self.is_told {
            self.reject(place, input, refusal);
        }
        Ok(())
    }

    fn read_so_far(&mut self, _: u64) {}
}

impl Collect<'_> {
    fn reject(&mut self, place: Place, input: &str, refusal: Refusal) {
        let misfit = Misfit::of(place.column, refusal);
        self.rejected.push(Rejected { file: place.file, line: place.line, input: input.to_owned(), misfit });
    }
}

/// Claims what the rows of a file say.
pub(super) struct Tell<'t, 'c> {
    company: Option<&'t Json<'static>>,
    /// The fields that the records have.
    shape: &'t RefCell<Shape>,
    file: Arc<str>,
    version: Option<&'t str>,
    lookups: &'t [Lookup],
    claims: &'t mut Claims<'c>,
    /// The tables that the file is: their rows, what the source calls them, and what the rows are.
    pub(super) tables: Vec<(&'t Rows, Option<&'t str>, Vec<Stints>)>,
    rows: u64,
    passed: u64,
    /// Whether what does not read of the file is told already.
    pub(super) is_told: bool,
}

impl<'t, 'c> Tell<'t, 'c> {
    pub(super) fn new(
        map: &'t Map,
        shape: &'t RefCell<Shape>,
        file: &str,
        version: Option<&'t str>,
        lookups: &'t [Lookup],
        claims: &'t mut Claims<'c>,
    ) -> Tell<'t, 'c> {
        let company = map.company.as_ref();
        let file = Arc::from(file);
        Tell { company, shape, file, version, lookups, claims, tables: Vec::new(), rows: 0, passed: 0, is_told: false }
    }

    /// Reads a file, in which other tables may have found their rows already.
    pub(super) fn read(mut self, path: &Path, written: &Written, is_found: bool) -> Result<(), AdapterError> {
        let empty_lists = |of: &Tell| -> u64 { of.tables.iter().map(|(tree, ..)| tree.empty_lists()).sum() };
        let before = empty_lists(&self);
        read(path, written, &mut self)?;
        let has_empty_list = empty_lists(&self) > before;
        if self.rows == 0 && !is_found && !has_empty_list {
            let looks = looks::instead(path, FileKind::Tree);
            let hint = looks.unwrap_or_else(|| "does the map fit the file?".to_owned());
            let from = Origin { file: &self.file, line: 1, input: "", title: None, at: None };
            let refusal = refusal("no path of the map finds a row in it", hint);
            self.claims.reject(from, None, Misfit::of(None, refusal))?;
        }
        Ok(())
    }
}

impl Take for Tell<'_, '_> {
    fn record(&mut self, place: &Place, record: &Value, lists: ListsOfOne) -> Result<More, AdapterError> {
        let mut any = false;
        let found = self.shape.borrow_mut().count(record).then(Found::default);
        for (tree, title, stints) in &self.tables {
            let (file, at) = (&*self.file, place.column.as_deref());
            let outside = Outside { file, version: self.version, lists, at, found: found.as_ref() };
            let has_lists = stints.iter().any(Stints::has_lists);
            let around = || if has_lists { tree.of_empty_lists(record, outside) } else { Ok(Vec::new()) };
            let (rows, around) = match tree.of(record, outside).and_then(|rows| Ok((rows, around()?))) {
                Ok(made) => made,
                Err(refusal) => {
                    // It is no record in which nothing is found.
                    (any, self.rows) = (true, self.rows + 1);
                    let input = shown(record);
                    let from = Origin { file: &self.file, line: place.line, input: &input, title: *title, at };
                    self.claims.reject(from, None, Misfit::of(None, refusal))?;
                    continue;
                }
            };
            for stints in stints.iter().filter(|stints| stints.has_lists()) {
                // A whole list of nothing has no row to say so. Without a name it is not known which one it is.
                let lists = around.iter().filter_map(|row| stints.list(row, self.lookups).ok().flatten());
                for list in lists.filter(|list| list.is_whole) {
                    any = true;
                    self.claims.of_source().is_whole(&list.name);
                }
            }
            let passed_over = tree.passed_over();
            any |= passed_over > 0;
            self.claims.of_source().accounts().pass_over(passed_over);
            for row in rows {
                any = true;
                self.rows += 1;
                note_withdrawal(tree, stints, &row.record, self.lookups);
                let input = shown(row.item);
                // A record that is a row is told by its line.
                let at = row.at.as_deref().filter(|at| *at != "$");
                let from = Origin { file: &self.file, line: place.line, input: &input, title: *title, at };
                take(stints, self.company, (&row.record, self.lookups), from, self.claims)?;
            }
        }
        if let Some(found) = &found {
            self.shape.borrow_mut().mark(record, found);
        }
        if !any {
            self.claims.of_source().accounts().drop_record("a record in which no path of the map finds a row");
        }
        Ok(More::Wanted)
    }

    fn empty(&mut self) {
        self.tables.iter().for_each(|(tree, ..)| tree.note_empty_list());
    }

    fn broken(&mut self, place: Place, input: &str, refusal: Refusal) -> Result<(), AdapterError> {
        self.rows += 1;
        if self.is_told {
            return Ok(());
        }
        let from = Origin { file: &place.file, line: place.line, input, title: None, at: None };
        self.claims.reject(from, None, Misfit::of(place.column, refusal))
    }

    fn read_so_far(&mut self, bytes: u64) {
        self.claims.of_source().passed(bytes - self.passed);
        self.passed = bytes;
    }
}

/// Notes a row of which all that it says is that something is withdrawn.
fn note_withdrawal(rows: &Rows, stints: &[Stints], row: &StringRecord, lookups: &[Lookup]) {
    if !stints.is_empty() && stints.iter().all(|stints| stints.withdraws(row, lookups)) {
        rows.withdraws();
    }
}

/// The beginning of a value as JSON, as far as a reject shows it.
fn shown(value: &Value) -> String {
    struct Beginning(Vec<u8>);
    impl std::io::Write for Beginning {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let room = INPUT_BYTES.saturating_sub(self.0.len());
            self.0.extend_from_slice(&bytes[..bytes.len().min(room)]);
            if bytes.len() > room { Err(std::io::ErrorKind::WriteZero.into()) } else { Ok(bytes.len()) }
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut beginning = Beginning(Vec::new());
    // It fails where it is longer than what is shown.
    let _ = serde_json::to_writer(&mut beginning, value);
    String::from_utf8_lossy(&beginning.0).into_owned()
}
