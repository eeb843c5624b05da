//! Tables for analysis: what stands in them, and what other programs read in them.
//!
//! Reading back needs the feature `tables`, and what `.ci/doors-venv` fetches. Where either cannot be had, these tests say
//! so and check nothing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use shell::{Shell, file, skipped};

const TABLES: [&str; 4] = ["tenures", "statements", "events", "units"];

/// A ledger in which two sources are not at one, and a title that a spreadsheet would take for a formula.
fn ledger() -> Shell {
    let held = |id: &str, publisher: &str, fields: Value| {
        let mut event = json!({"type": "HeldPost", "id": id, "person": {"id": "ann", "name": "Ann Lee"}, "company": "Kelp",
            "unit": "Lab", "reported_at": "2024-05-01", "source": {"publisher": publisher, "url": "https://kelp.example/"}});
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        event.to_string()
    };
    let events = [
        json!({"type": "UnitFormed", "unit": "Lab", "company": "Kelp", "kind": "lab", "effective": "2019-02", "source": "Register",
            "reported_at": "2019-03-01"})
        .to_string(),
        held("h1", "Gazette", json!({"title": "Clerk", "from": "2020-02", "to": "2022-01-01"})),
        held("h2", "Blog", json!({"title": "Head Clerk", "from": "2020-02-03", "to": "2022-01-01", "confidence": "rumoured"})),
        held("h3", "Gazette", json!({"title": "=1+1", "from": "2023", "lead": true, "seen": "2024-05-01"})),
        json!({"type": "EventRetracted", "event": "none", "source": "Gazette", "reported_at": "2024-06-01"}).to_string(),
    ];
    Shell::of(&events.join("\n"))
}

fn table(shell: &Shell, name: &str) -> Vec<BTreeMap<String, String>> {
    let run = shell.run(&["export", "-q", "--to", "csv", "--table", name]).well();
    csv::Reader::from_reader(run.out.as_bytes()).deserialize().map(|row| row.unwrap()).collect()
}

/// Some columns of rows, those that are empty left out.
fn shown(rows: &[BTreeMap<String, String>], columns: &[&str]) -> Vec<String> {
    let one = |row: &BTreeMap<String, String>| {
        columns.iter().map(|column| row[*column].clone()).collect::<Vec<_>>().join("|")
    };
    rows.iter().map(one).collect()
}

#[test]
fn a_statement_is_what_one_source_says_of_one_field() {
    let shell = ledger();
    let rows = table(&shell, "statements");
    let of = |event: &str| -> Vec<String> {
        let rows: Vec<_> = rows.iter().filter(|row| row["event_id"] == event).cloned().collect();
        shown(&rows, &["field", "value", "value_earliest", "value_latest", "is_believed", "publisher", "confidence"])
    };
    assert_eq!(
        of("h1"),
        [
            "from_date|2020-02|2020-02-01|2020-02-29|true|Gazette|reported",
            "to_date|2022-01-01|2022-01-01|2022-01-01|true|Gazette|reported",
            "unit|Lab|||true|Gazette|reported",
            "title|Clerk|||true|Gazette|reported",
        ]
    );
    assert!(
        of("h2").contains(&"from_date|2020-02-03|2020-02-03|2020-02-03|true|Blog|rumoured".to_owned()),
        "{:?}",
        of("h2")
    );
    let tenures = table(&shell, "tenures");
    assert!(rows.iter().all(|row| tenures.iter().any(|tenure| tenure["tenure"] == row["tenure"])));
}

#[test]
fn everybody_has_an_id_and_every_date_two_days() {
    let shell = ledger();
    let tenures = table(&shell, "tenures");
    let columns = [
        "person_id",
        "company_id",
        "unit_id",
        "from_date",
        "from_earliest",
        "from_latest",
        "to_date",
        "is_lead",
        "attested",
    ];
    let first = shown(&tenures, &columns);
    assert!(
        first.contains(&"ann|~kelp|~~kelp/lab|2023|2023-01-01|2023-12-31||true|2024-05-01".to_owned()),
        "{first:?}"
    );
    assert!(shown(&tenures, &["title"]).contains(&"'=1+1".to_owned()));
    let units = shown(
        &table(&shell, "units"),
        &["unit_id", "company_id", "parent_id", "kind", "formed", "formed_earliest", "formed_latest"],
    );
    assert!(units.contains(&"~~kelp/lab|~kelp|~kelp|lab|2019-02|2019-02-01|2019-02-28".to_owned()), "{units:?}");
    let events = table(&shell, "events");
    assert_eq!(
        shown(&events, &["seq", "event_type", "person_id", "became"]),
        [
            "1|UnitFormed||live",
            "2|HeldPost|ann|live",
            "3|HeldPost|ann|live",
            "4|HeldPost|ann|live",
            "5|EventRetracted||live",
        ]
    );
    // An older basis has no more than it knew; a target narrows all tables.
    let run = shell.run(&["export", "-q", "--to", "csv", "--table", "events", "--recorded", "2"]).well();
    assert_eq!(run.out.lines().count(), 3);
    let run = shell.run(&["export", "-q", "--to", "csv", "--table", "events", "Ann Lee"]).well();
    assert_eq!(run.out.lines().count(), 4);
}

#[test]
fn no_column_is_a_reserved_word() {
    const RESERVED: [&str; 40] = [
        "all",
        "and",
        "as",
        "asc",
        "between",
        "by",
        "case",
        "check",
        "column",
        "create",
        "default",
        "desc",
        "end",
        "from",
        "group",
        "having",
        "in",
        "index",
        "is",
        "join",
        "key",
        "lead",
        "left",
        "like",
        "limit",
        "not",
        "null",
        "of",
        "on",
        "or",
        "order",
        "primary",
        "references",
        "right",
        "select",
        "table",
        "to",
        "unique",
        "where",
        "window",
    ];
    let shell = ledger();
    for name in TABLES {
        for row in table(&shell, name).iter().take(1) {
            let reserved: Vec<&String> = row.keys().filter(|column| RESERVED.contains(&column.as_str())).collect();
            assert!(reserved.is_empty(), "{name}: {reserved:?}");
        }
    }
    let answers: [&[&str]; 8] = [
        &["career", "ann"],
        &["who", "Kelp"],
        &["holders", "Kelp"],
        &["reports", "ann"],
        &["log"],
        &["moves"],
        &["find", "Ann"],
        &["why", "#2"],
    ];
    for words in answers {
        let out = shell.run(&[words, &["--format", "csv", "-q"]].concat()).well().out;
        let header = out.lines().next().unwrap();
        let reserved: Vec<&str> = header.split(',').filter(|column| RESERVED.contains(column)).collect();
        assert!(reserved.is_empty(), "{words:?}: {reserved:?}");
    }
}

#[test]
fn flags_of_tables_are_for_tables() {
    let shell = ledger();
    for words in [&["popolo", "--table", "units"][..], &["parquet", "--bom"], &["csv", "--table", "people"]] {
        assert_eq!(shell.run(&[&["export", "--to"], words].concat()).exit, Some(2), "{words:?}");
    }
    let run = shell.run(&["export", "-q", "--to", "csv", "--bom"]).well();
    assert!(run.out.starts_with("\u{feff}tenure,"));
    if !cfg!(feature = "full") {
        let run = shell.run(&["export", "--to", "sqlite", "--output", "x.sqlite"]);
        assert_eq!(run.exit, Some(2));
        assert!(run.err.contains("--features full") && !shell.dir().join("x.sqlite").exists(), "{run:?}");
    }
}

/// The interpreter that has what reads tables.
fn python() -> Option<PathBuf> {
    if !cfg!(feature = "full") {
        skipped("built without the feature `full`");
        return None;
    }
    let made = Command::new(file("../.ci/doors-venv")).output().unwrap();
    if !made.status.success() {
        skipped(&String::from_utf8_lossy(&made.stderr));
        return None;
    }
    Some(file("../target/doors-venv/bin/python"))
}

/// Writes every table in every format beside the ledger.
fn export(shell: &Shell, flags: &[&str]) {
    let to = |words: &[&str]| drop(shell.run(&[&["export", "-q", "--to"], words, flags].concat()).well());
    for name in TABLES {
        to(&["csv", "--table", name, "--output", &format!("{name}.csv")]);
        to(&["parquet", "--table", name, "--output", &format!("{name}.parquet")]);
    }
    to(&["csv", "--bom", "--output", "spreadsheet.csv"]);
    to(&["sqlite", "--output", "ledger.sqlite"]);
    to(&["xlsx", "--output", "ledger.xlsx"]);
}

#[track_caller]
fn asked(python: &PathBuf, words: &[&str]) {
    let run = Command::new(python).arg(file("doors/tables.py")).args(words).output().unwrap();
    assert!(run.status.success(), "{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
}

#[test]
fn other_programs_read_what_is_written() {
    let Some(python) = python() else { return };
    let shell = ledger();
    export(&shell, &[]);
    let world = Shell::toy();
    export(&world, &[]);
    asked(&python, &["read", shell.dir().to_str().unwrap(), world.dir().to_str().unwrap()]);
}

#[test]
fn the_questions_of_the_page_have_the_answers_that_it_shows() {
    let Some(python) = python() else { return };
    let shell = Shell::new();
    shell.run(&["demo"]).well();
    export(&shell, &["--at", "2026-04-10"]);
    let page = file("../docs/analysis.md");
    asked(&python, &["questions", page.to_str().unwrap(), shell.dir().to_str().unwrap()]);
}
