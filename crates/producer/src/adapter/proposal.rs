//! A first map for a file, from its header or its tree: what each part was taken for, and why.
//!
//! A proposal is a beginning and not a reading: it says what it guessed, and what it could not tell. The map that is
//! printed is read by its format as it stands, so that it can be tried with `--dry-run` and mended.

mod tree;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use encoding_rs::Encoding;
use serde_json::Value;

use super::AdapterError;
use super::conventions::OpenWords;
use super::csv::Format;
use super::looks::{self, Looks, like};
use super::settings::unusable;

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
    let looks = like(&bytes);
    let format = if looks == Some(Looks::Table) { "csv" } else { "records" };
    let known = of_register(&bytes).map(|map| format!("--from {format} --map {map} comes with the program"));
    let beside = || known.as_ref().map_or_else(String::new, |known| format!("# {known}\n\n"));
    match looks {
        Some(Looks::Table) => Ok(beside() + &table(&bytes, &name)),
        Some(Looks::Popolo) => Ok(popolo(&name)),
        Some(Looks::FollowTheMoney) => Ok(free("ftm", &name) + VERSION),
        Some(Looks::Wikidata) => Ok(free("wikidata", &name) + VERSION),
        // Its statements tell their own days.
        Some(Looks::Bods) => Ok(free("bods", &name)),
        Some(Looks::Tree) => match of_tree(path, &name) {
            Some(map) => Ok(beside() + &map),
            None => Err(unusable(
                path,
                "there is no list of people in it: no entry has a name",
                known.as_deref().unwrap_or("docs/sources-records.md and docs/sources-roster.md show maps"),
            )),
        },
        Some(Looks::Events) => Err(unusable(path, "these are events, which need no map", "leave out --from")),
        None if below(&looks::decoded(&bytes)).is_some() => Ok(table(&bytes, &name)),
        None => Err(unusable(path, "it looks like nothing that is known", hint)),
    }
}

/// Words in the names of columns and fields, and what they are taken for; the first that fits counts.
const WORDS: [(&str, &[&str]); 9] = [
    (
        "from",
        &[
            "start",
            "start_date",
            "from",
            "begin",
            "begins",
            "since",
            "appointed",
            "appointed_on",
            "first_day",
            "joined",
        ],
    ),
    ("to", &["end", "end_date", "to", "until", "till", "resigned", "resigned_on", "last_day", "left", "finish"]),
    (
        "person",
        &["person", "name", "full_name", "person_name", "member", "employee", "officer", "holder", "minister", "who"],
    ),
    ("title", &["title", "role", "position", "post", "job", "job_title", "office", "function", "rank", "type"]),
    ("unit", &["unit", "team", "department", "dept", "division", "group", "section", "committee"]),
    ("company", &["company", "organisation", "organization", "employer", "org", "institution"]),
    ("reports_to", &["manager", "reports_to", "boss", "supervisor"]),
    ("key", &["id", "key", "uid", "uuid", "row_id", "record_id", "appointment_id"]),
    ("died", &["died", "death", "death_date", "date_of_death", "deceased"]),
];

/// What a column or field is called for comparison: small letters, one underscore between words.
fn folded(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase()
}

/// The first of the names that is taken for something, and by which word.
fn taken<'n>(names: &'n [String], what: &str) -> Option<(&'n str, &'static str)> {
    let (_, words) = WORDS.iter().find(|(of, _)| *of == what)?;
    words.iter().find_map(|word| Some((names.iter().find(|name| folded(name) == *word)?.as_str(), *word)))
}

fn quoted(text: &str) -> String {
    // A string of JSON is one of TOML.
    Value::from(text).to_string()
}

/// The map of a table.
fn table(bytes: &[u8], name: &str) -> String {
    let marked = Encoding::for_bom(bytes).is_some();
    // The last character may be cut off.
    let utf8 = marked || std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
    let text = if utf8 { looks::decoded(bytes) } else { encoding_rs::WINDOWS_1252.decode(bytes).0 };
    // A line by which spreadsheets are told the delimiter.
    let text = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("sep=") => rest,
        _ => &text,
    };
    let above = below(text);
    let text = above.map_or(text, |at| &text[at..]);
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [',', ';', '\t', '|'].into_iter().max_by_key(|one| first.matches(*one).count()).unwrap_or(',');
    let delimiter_byte = u8::try_from(u32::from(delimiter)).unwrap_or(b',');
    let mut reader = ::csv::ReaderBuilder::new().delimiter(delimiter_byte).flexible(true).from_reader(text.as_bytes());
    let columns: Vec<String> =
        reader.headers().map(|header| header.iter().map(|name| name.trim().to_owned()).collect()).unwrap_or_default();
    let rows: Vec<::csv::StringRecord> = reader.into_records().flatten().take(ROWS).collect();
    let cells = |column: &str| -> Vec<&str> {
        let at = columns.iter().position(|name| name == column);
        let cells = rows.iter().filter_map(|row| row.get(at?)).map(str::trim);
        cells.filter(|cell| !cell.is_empty()).collect()
    };
    let mut map = heading("csv", name);
    let company = taken(&columns, "company");
    if company.is_none() {
        map.push_str("company = \"TODO: the company of all rows\"\n");
    }
    map.push_str("end = \"inclusive\"  # a guess: the last day; \"exclusive\" if it is the first day after\n");
    let date_columns: Vec<&str> =
        ["from", "to"].iter().filter_map(|of| taken(&columns, of)).map(|(name, _)| name).collect();
    let dates: Vec<&str> = date_columns.iter().flat_map(|column| cells(column)).collect();
    map.push_str("\n[source]\npublisher = \"TODO: who publishes the table\"\n\n[cells]\n");
    map.push_str(&forms(&dates));
    let _ = write!(map, "\n[files.table]\npath = {}\n", quoted(name));
    if delimiter != ',' {
        let _ = writeln!(map, "delimiter = {}", quoted(&delimiter.to_string()));
    }
    if let Some(column) = columns.iter().find(|name| above.is_some() && !name.is_empty()) {
        let _ = writeln!(map, "header = {}  # the names of the columns stand below other lines", quoted(column));
    }
    if !utf8 {
        map.push_str("encoding = \"windows-1252\"  # a guess: it is not UTF-8\n");
    }
    map.push_str("\n[stints]\nfile = \"table\"\n");
    for (what, _) in WORDS.iter().filter(|(what, _)| *what != "died") {
        let Some((column, word)) = taken(&columns, what) else { continue };
        if *what == "key" {
            let all = cells(column);
            let distinct: BTreeSet<&&str> = all.iter().collect();
            if distinct.len() < rows.len() {
                let _ = writeln!(map, "# not the key: {} is blank or stands twice in some rows", quoted(column));
                continue;
            }
        }
        let _ = writeln!(map, "{what} = {}  # by its name, as `{word}`", quoted(column));
    }
    if taken(&columns, "person").is_none() {
        map.push_str("person = \"TODO: the column of names\"\n");
    }
    let read: BTreeSet<&str> =
        WORDS.iter().filter_map(|(what, _)| taken(&columns, what)).map(|(name, _)| name).collect();
    for column in columns.iter().filter(|column| !read.contains(column.as_str())) {
        let _ = writeln!(map, "# not read: {}", quoted(column));
    }
    map
}

/// Where the header of a table begins that stands below lines of text; none where it is the first line, or there is none.
///
/// The rows of a table have one number of cells, and the first line that has it names the columns.
fn below(text: &str) -> Option<usize> {
    const LOOKED_AT: usize = 50;
    let lines = || text.split_inclusive('\n').take(LOOKED_AT);
    let alike = |delimiter: char, cells: usize| lines().filter(|line| line.matches(delimiter).count() == cells).count();
    let (delimiter, cells) = [',', ';', '\t', '|']
        .into_iter()
        .flat_map(|one| lines().map(move |line| (one, line.matches(one).count())))
        .filter(|(one, cells)| *cells > 0 && alike(*one, *cells) > 1)
        .max_by_key(|(one, cells)| (alike(*one, *cells), *cells))?;
    let before: usize = lines().take_while(|line| line.matches(delimiter).count() != cells).map(str::len).sum();
    (before > 0).then_some(before)
}

/// The forms in which dates are written, and the words among them that stand for none.
fn forms(dates: &[&str]) -> String {
    const FORMS: [&str; 13] = [
        "edtf",
        "%Y/%m/%d",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
        "%d-%m-%Y",
        "%d %B %Y",
        "%B %d, %Y",
        "%B %Y",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y%m%d",
        "excel",
    ];
    let open = OpenWords::default();
    // One table writes its dates one way: where a day can be read as a month, the others tell which it is.
    let reads = |form: &str| {
        let form = Format::read(form);
        dates.iter().filter(|date| form.as_ref().is_some_and(|form| form.reads(date))).count()
    };
    let (day_first, month_first) = (reads("%d/%m/%Y"), reads("%m/%d/%Y"));
    let passed_over = if month_first > day_first { "%d/%m/%Y" } else { "%m/%d/%Y" };
    let mut left: Vec<&str> = dates.iter().copied().filter(|date| !open.is_open_end(date)).collect();
    let mut chosen = Vec::new();
    for text in FORMS {
        let Some(form) = Format::read(text).filter(|_| text != passed_over) else { continue };
        let before = left.len();
        left.retain(|date| !form.reads(date));
        if left.len() < before {
            chosen.push(text);
        }
    }
    if chosen.is_empty() {
        chosen.push("edtf");
    }
    let list: Vec<String> = chosen.iter().map(|form| quoted(form)).collect();
    let mut lines = format!("dates = [{}]  # the forms in the first {ROWS} rows\n", list.join(", "));
    if day_first == month_first && day_first > 0 {
        lines.push_str("# every one of them can be read with the day or the month first: the day was taken\n");
    }
    if let Some(word) = left.first() {
        let more = if left.len() > 1 { format!(" and {} more", left.len() - 1) } else { String::new() };
        let _ = writeln!(lines, "# no form was found for `{word}`{more}");
    }
    lines
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
const REGISTERS: [(&str, &str); 8] = [
    ("<record:record", "orcid-xml"),
    ("orcid-identifier", "orcid"),
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
    let may_be_page = ["json", "yaml", "yml"].iter().any(|one| extension.eq_ignore_ascii_case(one));
    if let Some(document) = if may_be_page { super::roster::read_tree(path) } else { None } {
        return tree::propose(&document, name, true, &[]);
    }
    let (records, lists) = super::csv::first_records(path, ROWS);
    tree::propose(&Value::Array(records), name, false, &lists)
}
