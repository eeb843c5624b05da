//! How records are written: as lines of JSON, or as the rows of a table of statements.

use std::path::PathBuf;

use crate::adapter::AdapterError;
use crate::adapter::csv::each_row;
use crate::adapter::looks::is_table_of_statements;
use crate::adapter::records::{Pass, Record, RecordWatch, each_of_file};

/// Reads the records of all inputs in their order.
pub(super) fn each_record<T: RecordWatch + ?Sized>(
    inputs: &[PathBuf],
    pass: Pass,
    told: &mut T,
    take: &mut dyn FnMut(&Record<'_>, &mut T) -> Result<(), AdapterError>,
) -> Result<(), AdapterError> {
    let mut before = 0;
    for path in inputs {
        before += if is_table_of_statements(path) {
            each_row(path, pass, before, told, take)?
        } else {
            each_of_file(path, pass, before, told, take)?
        };
    }
    Ok(())
}
