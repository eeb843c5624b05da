//! Tables whose columns are fields of a record, so that no map is needed: each row as an object of JSON.

use std::path::Path;

use csv::StringRecord;
use serde_json::{Map as Object, Value};

use super::map::FileDecl;
use super::table::{Row, Table};
use crate::Place;
use crate::adapter::AdapterError;
use crate::adapter::records::{Pass, Record, RecordWatch};
use crate::adapter::settings::unusable;

/// Reads the rows of a table, with commas between its cells, each as a record of the cells that say something.
pub(in crate::adapter) fn each_row<T: RecordWatch + ?Sized>(
    path: &Path,
    pass: Pass,
    before: u64,
    told: &mut T,
    take: &mut dyn FnMut(&Record<'_>, &mut T) -> Result<(), AdapterError>,
) -> Result<u64, AdapterError> {
    let decl = FileDecl { delimiter: b',', ..FileDecl::default() };
    let hint = "name a table whose first line names its columns, with commas between them";
    let mut table = Table::open(path, &decl).map_err(|problem| unusable(path, problem, hint))?;
    let mut passed = table.passed();
    while let Some(row) = table.next_row()? {
        passed += table.passed();
        let place = |line| Place { file: table.file.clone(), line, column: None };
        match row {
            Ok(Row { line, record, .. }) => {
                let cells = table.header.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
                let object: Object<String, Value> =
                    cells.map(|(name, cell)| (name.to_string(), Value::from(cell))).collect();
                take(&Record { place: place(line), text: &Value::Object(object).to_string() }, told)?;
            }
            Err(broken) if pass == Pass::HandingOn => {
                let input = String::from_utf8_lossy(&table.text);
                told.unreadable(place(broken.line), input.trim_end_matches(['\r', '\n']), broken.refusal)?;
            }
            Err(_) => {}
        }
        if pass == Pass::HandingOn {
            told.read_so_far(before + passed);
        }
        if told.has_enough() {
            break;
        }
    }
    Ok(passed)
}

/// Takes a row by its line, the names of the columns and its cells, or says why not.
type TakeRow<'t> = dyn FnMut(u64, &[Box<str>], &StringRecord) -> Result<(), String> + 't;

/// Reads the rows of a table one by one, with the line of each and the names of the columns, which are given in the end. The
/// first row that cannot be read, or that `take` refuses, ends it: its line, and why.
pub(in crate::adapter) fn each_cell_row(
    path: &Path,
    delimiter: u8,
    take: &mut TakeRow<'_>,
) -> Result<Vec<Box<str>>, (u64, String)> {
    let decl = FileDecl { delimiter, ..FileDecl::default() };
    let mut table = Table::open(path, &decl).map_err(|problem| (1, problem))?;
    while let Some(row) = table.next_row().map_err(|error| (1, error.to_string()))? {
        let Row { line, record, .. } = row.map_err(|broken| (broken.line, broken.refusal.reason))?;
        take(line, &table.header, &record).map_err(|reason| (line, reason))?;
    }
    Ok(table.header)
}
