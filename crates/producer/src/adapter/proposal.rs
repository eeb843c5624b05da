//! A first map for a file, from its header or its tree: what each part was taken for, and why.
//!
//! A proposal is a beginning and not a reading: it says what it guessed, and what it could not tell. The map that is
//! printed is read by its format as it stands, so that it can be tried with `--dry-run` and mended.

mod columns;
mod dates;
mod status;
mod table;
mod tree;
mod words;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::AdapterError;
use super::looks::{self, FileKind, like};
use super::settings::unusable;
use crate::binary::Binary;

/// How much of a file a proposal looks at.
const LOOKED_AT: u64 = 4 << 20;
/// How many rows or entries it looks at.
const ROWS: usize = 500;

/// Proposes a map for a file, as text with comments.
pub fn propose(path: &Path) -> Result<String, AdapterError> {
    let hint = "name a table, a tree of JSON, YAML, TOML or XML, Popolo, FollowTheMoney, or entities of Wikidata";
    let mut bytes = Vec::new();
    let opened = File::open(path).map_err(|error| unusable(path, error, hint))?;
    opened.take(LOOKED_AT).read_to_end(&mut bytes).map_err(|error| unusable(path, error, hint))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(binary) = Binary::of(&bytes) {
        return Err(unusable(path, binary, binary.hint()));
    }
    let looks = like(&bytes);
    let format = if looks == Some(FileKind::Table) { "csv" } else { "records" };
    let known = of_register(&bytes).map(|map| format!("--from {format} --map {map} comes with the program"));
    let beside = || known.as_ref().map_or_else(String::new, |known| format!("# {known}\n\n"));
    match looks {
        Some(FileKind::Table) => Ok(beside() + &table::propose(&bytes, &name)),
        Some(FileKind::Popolo) => Ok(popolo(&name)),
        Some(FileKind::FollowTheMoney) => Ok(free("ftm", &name) + VERSION),
        Some(FileKind::Wikidata) => Ok(free("wikidata", &name) + VERSION),
        // Its statements tell their own days.
        Some(FileKind::Bods) => Ok(free("bods", &name)),
        Some(FileKind::Tree) => match of_tree(path, &name) {
            Some(map) => Ok(beside() + &map),
            None => Err(unusable(
                path,
                "there is no list of people in it: no entry has a name",
                known.as_deref().unwrap_or("docs/sources-records.md and docs/sources-roster.md show maps"),
            )),
        },
        Some(FileKind::Events) => Err(unusable(path, "these are events, which need no map", "leave out --from")),
        None if table::is_below(&bytes) => Ok(table::propose(&bytes, &name)),
        None => Err(unusable(path, "it looks like nothing that is known", hint)),
    }
}

/// What stands in a first map where something is to be filled in.
const TO_DO: &str = "TODO:";

/// The lines of a map in which something is still to be filled in, each with its number. A map that does not read has
/// none: its format says what is wrong with it.
pub fn unfilled(map: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(map).unwrap_or_default();
    let lines = (1..).zip(text.lines()).filter(|(_, line)| line.contains(TO_DO));
    lines.map(|(number, line)| (number, line.trim().to_owned())).collect()
}

/// What it means that nothing in a file is a key of its rows.
const WITHOUT_KEY: &str = "a row that its source corrects would stand beside what it said before";

fn quoted(text: &str) -> String {
    // A string of JSON is one of TOML.
    Value::from(text).to_string()
}

fn heading(format: &str, name: &str) -> String {
    format!(
        "# A first map for {name}. Each guess says why; mend what is wrong, and try it with\n\
         #   tenure ingest --from {format} --map MAP.toml --dry-run --explain {name}\n\n"
    )
}

fn popolo(name: &str) -> String {
    heading("popolo", name)
        + "namespace = \"TODO:\"  # before every id; \"\" where ids are unique in the world\n\
           # version = \"2024-01-31\"  # when the file was published\n\
           end = \"inclusive\"\n\n[source]\npublisher = \"TODO: who publishes the file\"\n"
}

/// A key for the version, to be filled in.
const VERSION: &str = "# version = \"2024-01-31\"  # the day of the file\n";

/// The map of a format that needs none.
fn free(format: &str, name: &str) -> String {
    heading(format, name) + "# This format needs no map; all keys may be left out.\nend = \"either\"\n"
}

/// What is in the records of registers of which maps come with the program, and those maps.
const REGISTERS: [(&str, &str); 9] = [
    ("<record:record", "orcid-xml"),
    ("orcid.org/ns/activities", "orcid-xml"),
    ("affiliation-group", "orcid"),
    ("resource_kind", "companies-house-stream"),
    ("appointed_to", "companies-house-appointments"),
    ("officer_role", "companies-house"),
    ("<ownershipDocument", "sec-insider"),
    ("role_appointments", "govuk-roles"),
    ("RPTOWNERCIK", "sec-insider-tables"),
];

/// The map that comes with the program for the register of which a text is.
fn of_register(bytes: &[u8]) -> Option<&'static str> {
    let text = looks::decoded(bytes);
    REGISTERS.iter().find(|(mark, _)| text.contains(mark)).map(|(_, map)| *map)
}

/// The map of a tree.
fn of_tree(path: &Path, name: &str) -> Option<String> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    // A file without an extension is written as one of these, or as XML, which reads as none of them.
    let may_be_page = ["", "json", "yaml", "yml"].iter().any(|one| extension.eq_ignore_ascii_case(one));
    let document = if may_be_page { super::roster::read_tree(path) } else { None };
    if let Some((records, header)) = document.as_ref().and_then(under_header) {
        return tree::propose(&records, name, false, tree::Written { lists: &[], header: Some(&header) });
    }
    let of_document = |document: Value| {
        let (document, lists) = super::csv::with_lists(document);
        // A page has no fields that are lists in some places only.
        tree::propose(&document, name, lists.is_empty(), tree::Written { lists: &lists, header: None })
    };
    if let Some(map) = document.and_then(of_document) {
        return Some(map);
    }
    let (records, lists) = super::csv::first_records(path, ROWS);
    tree::propose(&Value::Array(records), name, false, tree::Written { lists: &lists, header: None })
}

/// The lists of a document under one of names, as objects, and the first of the names; none where it is something else.
fn under_header(document: &Value) -> Option<(Value, String)> {
    let (header, rows) = document.as_array()?.split_first()?;
    let names: Option<Vec<&str>> = header.as_array()?.iter().map(Value::as_str).collect();
    let names = names.filter(|names| names.iter().any(|name| words::is_word(name)) && !rows.is_empty())?;
    let object = |row: &Value| {
        let cells = row.as_array().filter(|cells| cells.len() == names.len())?;
        let fields = names.iter().zip(cells).map(|(name, cell)| ((*name).to_owned(), cell.clone()));
        Some(Value::Object(fields.collect()))
    };
    let objects: Option<Vec<Value>> = rows.iter().take(ROWS).map(object).collect();
    Some((Value::Array(objects?), (*names.first()?).to_owned()))
}
