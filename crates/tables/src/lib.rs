//! Writes the tables of a ledger in formats that programs for analysis open: Parquet, `SQLite`, workbooks of Excel.
//!
//! Each format is written to a temporary file and then copied, for its end refers to its beginning; memory holds a batch
//! of rows. What the tables are and what stands in them is not known here.

mod parquet;
mod sqlite;
mod xlsx;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tenure_query::export::ExportError;
use tenure_query::export::table::{Fill, Table};

/// Writes a table as a file of Parquet. `fill` gives its rows.
pub fn parquet(table: &'static Table, fill: &mut Fill<'_>, out: &mut dyn Write) -> Result<(), ExportError> {
    through_file(out, |path| parquet::write(table, fill, path))
}

/// Writes tables as a database of `SQLite`. `fill` gives the rows of each.
pub fn sqlite(tables: &[&'static Table], fill: &mut Fill<'_>, out: &mut dyn Write) -> Result<(), ExportError> {
    through_file(out, |path| sqlite::write(tables, fill, path))
}

/// Writes tables as a workbook of Excel, a sheet each. `fill` gives the rows of each.
pub fn xlsx(tables: &[&'static Table], fill: &mut Fill<'_>, out: &mut dyn Write) -> Result<(), ExportError> {
    through_file(out, |path| xlsx::write(tables, fill, path))
}

/// Has a file written, and copies it.
fn through_file(out: &mut dyn Write, write: impl FnOnce(&Path) -> Result<(), ExportError>) -> Result<(), ExportError> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("tables");
    write(&path)?;
    io::copy(&mut File::open(path)?, out)?;
    Ok(out.flush()?)
}

/// An error of a library, with its cause.
fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::other(error)
}
