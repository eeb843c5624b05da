//! A table of who is there as a document: the list of its rows, each with its cells by the names of the columns.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use crate::adapter::csv::each_cell_row;
use crate::adapter::document::{Broken, Node, VALUES, Value, text_of, too_many};

/// How files end that are tables.
pub(super) const TABLES: [&str; 3] = ["csv", "tsv", "tab"];

/// Whether a file is called as a table is.
pub(super) fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|end| TABLES.iter().any(|table| end.eq_ignore_ascii_case(table)))
}

/// Reads a table. One that has a row which does not read is broken as a whole: who stands there is not known to be gone.
pub(super) fn read(path: &Path) -> io::Result<Result<Node, Broken>> {
    Ok(text_of(path)?.and_then(|text| rows(path, delimiter(&text))))
}

/// What stands between cells: what the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: &&u8| first.bytes().filter(|byte| byte == *delimiter).count();
    // Of equally many the first.
    b"|\t;,".iter().max_by_key(count).copied().unwrap_or(b',')
}

fn rows(path: &Path, delimiter: u8) -> Result<Node, Broken> {
    let mut rows = Vec::new();
    let mut left = VALUES;
    let header = each_cell_row(path, delimiter, &mut |line, header, record| {
        left = left.checked_sub(record.len() + 1).ok_or_else(too_many)?;
        let cells = header.iter().zip(record).filter(|(name, _)| !name.is_empty());
        let fields = cells.map(|(name, cell)| (name.to_string(), Node::new(line, Value::Text(cell.to_owned()))));
        rows.push(Node::new(line, Value::Fields(fields.collect())));
        Ok(())
    });
    let header = header.map_err(|(line, reason)| Broken { line, reason })?;
    let mut list = Node::new(1, Value::List(rows));
    let mut names = HashSet::new();
    let twice = header.iter().find(|name| !name.is_empty() && !names.insert(&***name));
    list.twice = twice.map(|name| (1, name.clone()));
    Ok(list)
}
