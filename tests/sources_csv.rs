//! Tables of stints, read by maps: the binary on small tables of its own, and on the database of ministers where it
//! lies beside the workspace.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shell::{Run, Shell, file, filled, skipped};

const MAP: &str = r#"
company = "Harbour Labs"

[source]
publisher = "Harbour Gazette"

[cells]
empty = ["NULL", "9999-12-31"]
end = "exclusive"

[files.stints]
path = "stints.csv"

[files.posts]
path = "posts.csv"
id = "post"

[files.people]
path = "people.csv"

[stints]
file = "stints"
key = "id"
person = { id = "person" }
unit = { name = "post -> posts.unit" }
title = "post -> posts.title"
lead = { column = "post -> posts.rank", words = { head = "true", "*" = "false" } }
from = "start"
to = "end"

[people]
file = "people"
id = "person"
name = "name"
from = "since"
to = "until"
"#;

const REVISIONS: &str = "\n[revisions]\nfiles = \"{date}-stints.csv\"\n";

const POSTS: &str = "post,unit,title,rank\n10,Speech,Head of Speech,head\n11,Vision,Scientist,\n";

const PEOPLE: &str = "person,name,since,until\np1,Ana Duarte,,2021-05-01\np1,Ana Silva,2021-05-01,\np2,Lin Wei,,\n";

/// A ledger's directory with a map and tables beside it.
fn world(map: &str, tables: &[(&str, &str)]) -> Shell {
    let shell = Shell::new();
    shell.write("map.toml", map);
    fs::create_dir(shell.dir().join("tables")).unwrap();
    for (name, text) in [("posts.csv", POSTS), ("people.csv", PEOPLE)].iter().chain(tables) {
        shell.write(&format!("tables/{name}"), text);
    }
    shell
}

fn ingest(shell: &Shell, inputs: &[&str]) -> Run {
    shell.run(&[&["ingest", "--from", "csv", "--map", "map.toml", "--rejects", "rejects"], inputs].concat())
}

fn counts(run: &Run) -> &str {
    run.out.split(';').next().unwrap()
}

fn rejects(shell: &Shell) -> Vec<(u64, Option<String>, String)> {
    let read = |line: &str| {
        let reject: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| reject[field].as_str().map(str::to_owned);
        (reject["line"].as_u64().unwrap(), text("column"), text("reason").unwrap())
    };
    shell.read("rejects").lines().map(read).collect()
}

/// A person's tenures as `unit, title, from, to`, in order.
fn career(shell: &Shell, person: &str, known: &str) -> Vec<String> {
    let answer = shell.ask(&["career", person, "--known", known]);
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |t: &Value| [&t["unit"]["name"], &t["title"], &t["from"]["edtf"], &t["to"]["edtf"]].map(text).join(", ");
    answer["tenures"].as_array().unwrap().iter().map(one).collect()
}

const EVER: &str = "9999-12-31";

/// Every event of the ledger, its position and stamps left out.
fn events(shell: &Shell) -> Vec<Value> {
    let run = shell.run(&["log", "--format", "ndjson"]).well();
    run.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].clone()).collect()
}

fn held(shell: &Shell) -> Vec<Value> {
    events(shell).into_iter().filter(|event| event["type"] == "HeldPost").collect()
}

#[test]
fn joined_tables_make_posts_and_bad_rows_cost_only_themselves() {
    let shell = world(
        MAP,
        &[(
            "stints.csv",
            "id,person,post,start,end,remark\n\
             1,p1,10,2019-03-01,2022-01-01,\n\
             2,p2,11,2020,9999-12-31,\n\
             3,p2,12,2021-01-01,,no such post\n\
             4,p2,11,2021-02-30,,no such day\n\
             5,p2,11,2022-01-01,2021-01-01,reversed\n\
             6,,11,2022-01-01,,nobody\n\
             7,p2,11\n\
             8,p1,11,,2023-01-01,\"over\n\
             two lines\"\n",
        )],
    );
    let run = ingest(&shell, &["tables"]);
    assert_eq!((run.exit, counts(&run)), (Some(8), "appended 5, duplicate 0, rejected 5"), "{run:?}");
    let told = rejects(&shell);
    let short: Vec<(u64, Option<&str>)> = told.iter().map(|(line, column, _)| (*line, column.as_deref())).collect();
    assert_eq!(short, [(4, Some("post")), (5, Some("start")), (6, Some("end")), (7, Some("person")), (8, None)]);
    assert!(told[0].2.contains("has the id `12`"), "{told:?}");
    assert!(told[2].2.contains("ended (2021-01-01) before it began (2022-01-01)"), "{told:?}");

    assert_eq!(
        career(&shell, "Ana Duarte", EVER),
        ["Speech, Head of Speech, 2019-03-01, 2022-01-01", "Vision, Scientist, [..2023-01-01], 2023-01-01"]
    );
    assert_eq!(career(&shell, "Lin Wei", EVER), ["Vision, Scientist, 2020, -"]);
    let speech = shell.ask(&["who", "Speech", "--at", "2020-01-01"]);
    assert_eq!(
        (&speech["members"][0]["lead"], &speech["members"][0]["person"]["name"]),
        (&true.into(), &"Ana Duarte".into())
    );
    let later = shell.ask(&["who", "Speech", "--at", "2021-06-01"]);
    assert_eq!(later["members"][0]["person"]["name"], "Ana Silva");

    let before = shell.state();
    let again = ingest(&shell, &["tables"]);
    assert_eq!((counts(&again), shell.state()), ("appended 0, duplicate 5, rejected 5", before));
}

/// The first block of a language after a heading of the documentation.
fn documented(heading: &str, language: &str) -> String {
    let text = fs::read_to_string(file("../docs/sources-csv.md")).unwrap();
    let section = text.split_once(heading).unwrap().1;
    let block = section.split_once(&format!("```{language}\n")).unwrap().1;
    block.split_once("\n```").unwrap().0.to_owned()
}

#[test]
fn the_example_of_the_documentation_makes_what_it_says() {
    let shell = Shell::new();
    let tables = documented("## A small example", "text");
    let (left, right): (Vec<&str>, Vec<&str>) =
        tables.lines().map(|line| line.split_at_checked(48).unwrap_or((line, ""))).unzip();
    let table = |lines: &[&str]| lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    shell.write("map.toml", documented("## A small example", "toml"));
    shell.write("stints.csv", table(&left));
    shell.write("people.csv", table(&right));
    assert_eq!(counts(&ingest(&shell, &["."]).well()), "appended 4, duplicate 0, rejected 0");
    let mut made = held(&shell)[1].clone();
    made.as_object_mut().unwrap().remove("id");
    let said: Value = serde_json::from_str(&documented("## A small example", "json")).unwrap();
    assert_eq!(made, said);
    assert_eq!(shell.ask(&["person", "p1", "--at", "2022-01-01"])["person"]["name"], "Ana Silva");
}

#[test]
fn an_end_is_the_last_day_or_the_first_day_after_as_the_map_says() {
    let check = |end: &str, cell: &str, expect: &str| {
        let map = MAP.replace("end = \"exclusive\"", end);
        let shell = world(&map, &[("stints.csv", &format!("id,person,post,start,end\n1,p2,11,2020-01-01,{cell}\n"))]);
        ingest(&shell, &["tables"]).well();
        assert_eq!(held(&shell)[0]["to"], expect, "{end} {cell}");
    };
    check("end = \"exclusive\"", "2020-12-31", "2020-12-31");
    check("end = \"inclusive\"", "2020-12-31", "2021-01-01");
    check("end = \"inclusive\"", "2020-12", "[2020-12-02..2021-01-01]");

    let shell = world(&MAP.replace("end = \"exclusive\"", ""), &[("stints.csv", "id,person,post,start,end\n")]);
    let run = ingest(&shell, &["tables"]);
    assert_eq!(run.exit, Some(1));
    assert!(run.err.contains("map.toml: `stints.to`: whether an end is the last day"), "{}", run.err);
    assert!(run.err.contains("end = \"inclusive\""), "{}", run.err);
}

#[test]
fn only_the_rows_that_are_asked_for_are_read() {
    let only = MAP.replace("path = \"stints.csv\"", "path = \"stints.csv\"\nonly = { end = \"2022\" }");
    let shell = world(&only, &[("stints.csv", "id,person,post,start,end\n1,p2,11,2020,2021\n2,p2,11,2021,2022\n")]);
    ingest(&shell, &["tables"]).well();
    assert_eq!(held(&shell).len(), 1);
}

#[test]
fn delimiters_encodings_and_date_forms_are_read() {
    let map = "company = \"Harbour Labs\"\n[source]\npublisher = \"Gazette\"\n\
               [cells]\nend = \"inclusive\"\ndates = [\"%d.%m.%Y\", \"%B %Y\"]\n\
               [files.stints]\nDELIMITER\n\
               [stints]\nfile = \"stints\"\nperson = \"Who\"\ntitle = { text = \"{Rank} of {Unit}\" }\n\
               unit = \"Unit\"\nfrom = \"From\"\nto = { column = \"To\", empty = [\"present\"] }\n\
               source.url = \"Link\"\nacting = \"Acting\"\n";
    let rows = "Who;Rank;Unit;From;To;Link;Acting\nZoë Müller;Head;Speech;1.3.2020;31.12.2021;https://a.example;yes\n\
                \"Wei; Lin\";Fellow;Vision;May 2020;present;https://b.example;no\n";
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(rows.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin: Vec<u8> = rows.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (name, bytes, delimiter) in [
        ("plain", rows.as_bytes().to_vec(), "delimiter = \";\""),
        ("mark", [b"\xEF\xBB\xBF", rows.as_bytes()].concat(), "delimiter = \";\""),
        ("utf-16", utf16.clone(), "delimiter = \";\""),
        ("latin", latin, "delimiter = \";\"\nencoding = \"windows-1252\""),
        ("tabs", rows.replace("\"Wei; Lin\"", "Wei, Lin").replace(';', "\t").into_bytes(), "delimiter = \"\\t\""),
        ("utf-16 without a mark", utf16[2..].to_vec(), "delimiter = \";\"\nencoding = \"utf-16le\""),
        ("cr", rows.replace('\n', "\r").into_bytes(), "delimiter = \";\""),
        ("crlf", rows.replace('\n', "\r\n").into_bytes(), "delimiter = \";\""),
    ] {
        let shell = Shell::new();
        shell.write("map.toml", map.replace("DELIMITER", delimiter));
        shell.write("any-name.txt", bytes);
        let run = ingest(&shell, &["any-name.txt"]);
        assert_eq!((run.exit, counts(&run)), (Some(0), "appended 2, duplicate 0, rejected 0"), "{name}: {run:?}");
        let events = held(&shell);
        let fields = |e: &Value| ["person", "title", "from", "to"].map(|f| e[f].as_str().unwrap_or("-").to_owned());
        assert_eq!(fields(&events[0]), ["Zoë Müller", "Head of Speech", "2020-03-01", "2022-01-01"], "{name}");
        assert_eq!(fields(&events[1])[1..], ["Fellow of Vision", "2020-05", "-"], "{name}");
        assert_eq!((&events[0]["acting"], &events[1]["acting"]), (&true.into(), &Value::Null), "{name}");
        assert_eq!(events[1]["source"]["url"], "https://b.example", "{name}");
    }
}

#[test]
fn text_in_another_encoding_is_named() {
    let shell = Shell::new();
    shell.write("map.toml", MAP.replace("path = \"stints.csv\"", ""));
    shell.write("posts.csv", POSTS);
    shell.write("people.csv", PEOPLE);
    shell.write("a.csv", "id,person,post,start,end\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let run = ingest(&shell, &["a.csv", "posts.csv", "people.csv"]);
    assert!(run.exit == Some(1) && run.err.contains("encoding = \"utf-16le\""), "{run:?}");
}

#[test]
fn a_header_that_stands_below_lines_of_text_is_found_by_a_column() {
    let shell = Shell::new();
    let table = "Staff of Harbour Labs, as of 2024\n\"Source: the office, \"\"personnel\"\"\"\n\nName;Role;Start;End\n\
                 Ana Duarte;CEO;2019-03-01;\nBen Okafor;Engineer;2020-01-01;2021-05-31\n";
    shell.write("staff.csv", table);
    let map = shell.run(&["map", "propose", "staff.csv"]).well().out;
    assert!(map.contains("header = \"Name\""), "{map}");
    let map = filled(&map);
    shell.write("map.toml", &map);
    let run = ingest(&shell, &["staff.csv"]);
    assert_eq!((run.exit, counts(&run)), (Some(0), "appended 2, duplicate 0, rejected 0"), "{run:?}");
    let refused = |map: String, told: &str| {
        shell.write("map.toml", map);
        let run = ingest(&shell, &["staff.csv"]);
        assert!(run.exit == Some(1) && run.err.contains(told), "{run:?}");
    };
    refused(map.replace("header = \"Name\"", ""), "write header = \"NAME\" in [files]");
    refused(map.replace("header = \"Name\"", "header = \"Nom\""), "no line names the column `Nom`");
}

#[test]
fn what_a_claim_does_not_say_is_no_part_of_its_identity() {
    for more in ["", REVISIONS] {
        let shell = world(
            &format!("{MAP}{more}"),
            &[("stints.csv", "id,person,post,start,end,remark\n1,p1,10,2019-03-01,9999-12-31,good\n")],
        );
        ingest(&shell, &["tables"]).well();
        let before = shell.state();
        shell.write("tables/stints.csv", "remark,id,end,person,post,start\n\"a, b\",1,NULL,p1,10,2019-03-01\n");
        shell.write("tables/posts.csv", POSTS.replace("Scientist", "Fellow"));
        let run = ingest(&shell, &["tables"]).well();
        assert!(counts(&run).starts_with("appended 0, "), "{more} {run:?}");
        assert_eq!(shell.state(), before, "{more}");
    }
}

/// Four versions: a correction, a removal, a return; the third also writes "still" in another way.
const VERSIONS: [(&str, &str); 4] = [
    (
        "2024-01-10-stints.csv",
        "id,person,post,start,end\n1,p1,10,2019-03-01,9999-12-31\n2,p2,11,2020-01-01,9999-12-31\n",
    ),
    ("2024-02-10-stints.csv", "id,person,post,start,end\n1,p1,10,2019-03-04,2023-12-01\n2,p2,11,2020-01-01,NULL\n"),
    ("2024-03-10-stints.csv", "id,person,post,start,end\n1,p1,10,2019-03-04,2023-12-01\n"),
    ("2024-04-10-stints.csv", "id,person,post,start,end\n1,p1,10,2019-03-04,2023-12-01\n2,p2,11,2020-01-01,\n"),
];

#[test]
fn every_version_of_a_table_is_given_back() {
    let map = format!("{MAP}{REVISIONS}");
    let together = world(&map, &VERSIONS);
    let paths: Vec<String> = VERSIONS.iter().map(|(name, _)| format!("tables/{name}")).collect();
    // Named in any order, they are read by their dates.
    let named: Vec<&str> = ["tables"].into_iter().chain(paths.iter().rev().map(String::as_str)).collect();
    let run = ingest(&together, &named).well();
    // A row without an end is seen in force on the day of each version.
    assert_eq!(counts(&run), "appended 8, duplicate 0, rejected 0", "two people, and six statements of rows");

    let known = |day: &str| [career(&together, "p1", day), career(&together, "p2", day)].concat();
    let lin = "Vision, Scientist, 2020-01-01, -".to_owned();
    let [old, new] = ["2019-03-01, -", "2019-03-04, 2023-12-01"].map(|days| format!("Speech, Head of Speech, {days}"));
    assert_eq!(known("2024-01-10"), [old.clone(), lin.clone()]);
    assert_eq!(known("2024-02-09"), [old, lin.clone()]);
    assert_eq!(known("2024-02-10"), [new.clone(), lin.clone()]);
    assert_eq!(known("2024-03-10"), std::slice::from_ref(&new));
    assert_eq!(known("2024-04-10"), [new, lin]);
    let gone: Vec<Value> = events(&together).into_iter().filter(|e| e["type"] == "EventRetracted").collect();
    assert_eq!(
        (gone.len(), &gone[0]["reported_at"], &gone[0]["source"]["key"]),
        (1, &"2024-03-10".into(), &"2".into())
    );

    let apart = world(&map, &VERSIONS);
    for path in &paths {
        ingest(&apart, &["tables", path]).well();
    }
    assert_eq!(apart.state(), together.state());
    assert_eq!(counts(&ingest(&apart, &named).well()), "appended 0, duplicate 0, rejected 0");
    assert_eq!(counts(&ingest(&apart, &["tables", &paths[1]]).well()), "appended 0, duplicate 0, rejected 0");
}

#[test]
fn an_older_version_that_says_something_else_is_refused() {
    let shell = world(&format!("{MAP}{REVISIONS}"), &VERSIONS);
    ingest(&shell, &["tables", "tables/2024-03-10-stints.csv"]).well();
    let before = shell.state();
    let run = ingest(&shell, &["tables", "tables/2024-02-10-stints.csv"]);
    assert_eq!((run.exit, shell.state()), (Some(1), before));
    assert!(run.err.contains("from the oldest to the newest"), "{}", run.err);
    // So is an older version that only lacks a row, and the same day once more, with another text, corrects it.
    shell.write("tables/2024-02-10-stints.csv", "id,person,post,start,end\n");
    assert_eq!(ingest(&shell, &["tables", "tables/2024-02-10-stints.csv"]).exit, Some(1));
    shell.write("tables/2024-03-10-stints.csv", VERSIONS[0].1);
    ingest(&shell, &["tables", "tables/2024-03-10-stints.csv"]).well();
    assert_eq!(career(&shell, "p2", EVER), ["Vision, Scientist, 2020-01-01, -"]);
}

#[test]
fn a_table_without_a_date_is_a_version_of_the_day_on_which_it_is_read() {
    let shell = world(&format!("{MAP}{REVISIONS}"), &[]);
    let (first, second) = (VERSIONS[0].1, VERSIONS[1].1);
    for (table, appended) in [(first, 4), (first, 0), (second, 1), (first, 1), (VERSIONS[2].1, 2), (second, 1)] {
        shell.write("tables/stints.csv", table);
        let run = ingest(&shell, &["tables"]).well();
        assert_eq!(counts(&run), format!("appended {appended}, duplicate 0, rejected 0"), "{table}");
    }
    assert_eq!(career(&shell, "p1", EVER), ["Speech, Head of Speech, 2019-03-04, 2023-12-01"]);
    assert_eq!(career(&shell, "p2", EVER), ["Vision, Scientist, 2020-01-01, -"]);
}

#[test]
fn a_row_that_cannot_be_read_is_not_a_row_that_is_gone() {
    let shell = world(&format!("{MAP}{REVISIONS}"), &[("stints.csv", VERSIONS[0].1)]);
    ingest(&shell, &["tables"]).well();
    for broken in [
        "id,person,post,start,end\n1,p1,10,2019-03-01,\n2,p2,11,soon,\n",
        "id,person,post,start,end\n1,p1,10,2019-03-01,\n2,p2,11\n",
    ] {
        shell.write("tables/stints.csv", broken);
        let run = ingest(&shell, &["tables"]);
        assert_eq!(counts(&run), "appended 0, duplicate 0, rejected 1", "{broken}");
        assert_eq!(career(&shell, "p2", EVER).len(), 1, "{broken}");
    }
}

#[test]
fn a_table_that_lost_most_of_its_rows_retracts_nothing_unless_told_so() {
    let rows = |count: usize| {
        let rows = (0..count).map(|i| format!("{i},p1,10,{},{}", 1900 + i, 1901 + i));
        ["id,person,post,start,end".to_owned()].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
    };
    let map = format!("{MAP}{REVISIONS}");
    let shell = world(&map, &[("stints.csv", &rows(40))]);
    ingest(&shell, &["tables"]).well();
    shell.write("tables/stints.csv", rows(10) + "\n99,p2,11,1950,1951\n");
    let run = ingest(&shell, &["tables"]);
    assert_eq!((run.exit, held(&shell).len(), career(&shell, "p1", EVER).len()), (Some(1), 41, 40));
    assert!(run.err.contains("may_shrink"), "{}", run.err);
    assert_eq!(counts(&run), "appended 1, duplicate 0, rejected 0", "what is in is told");
    shell.write("map.toml", format!("{map}may_shrink = true\n"));
    assert_eq!(counts(&ingest(&shell, &["tables"]).well()), "appended 30, duplicate 0, rejected 0");
    assert_eq!(career(&shell, "p1", EVER).len(), 10);
}

#[test]
fn a_quote_left_open_costs_its_own_line() {
    let shell = world(
        MAP,
        &[(
            "stints.csv",
            "id,person,post,start,end\n1,p1,10,2019,2020\n2,\"p2,11,2020,2021\n3,p1,10,2021,2022\n\
             4,p2,11,2022,2023\n\"5\",\"p2\",\"11\",\"2024\",\"\"\n",
        )],
    );
    let run = ingest(&shell, &["tables"]);
    assert_eq!(counts(&run), "appended 6, duplicate 0, rejected 1", "{run:?}");
    assert_eq!(rejects(&shell)[0].0, 3);
}

const UNITS_MAP: &str = r#"
company = "Harbour Labs"
[source]
publisher = "Harbour Gazette"
[cells]
end = "exclusive"
[files.stints]
path = "stints.csv"
[files.units]
path = "units.csv"
id = "id"
[files.links]
path = "links.csv"
[stints]
file = "stints"
person = "person"
unit.id = "unit -> units.id"
title = "title"
from = "start"
to = "end"
[units]
file = "units"
id = "id"
name = "name"
from = "start"
to = "end"
[links]
file = "links"
unit = "old"
into = "new"
kind = { column = "kind", words = { rename = "renamed", merger = "merged", split = "split", talk = "nothing" } }
from = "start"
to = "end"
"#;

#[test]
fn quotes_of_tables_of_tabs_are_letters_and_comments_can_come_first() {
    let table = "name\trole\tstart\nAnn\t\"Chief\t2010\nBo\tClerk\t2011\nCy\tVP\"\t2012\n";
    let map = |keys: &str| {
        format!(
            "company = \"Co\"\nend = \"inclusive\"\nsource.publisher = \"R\"\n[files.t]\npath = \"t.tsv\"\ndelimiter = \"\\t\"\n\
             {keys}\n[stints]\nfile = \"t\"\nperson = \"name\"\ntitle = \"role\"\nfrom = \"start\"\n"
        )
    };
    // A quote that is left open costs its own row.
    let shell = world(&map(""), &[("t.tsv", table)]);
    assert_eq!(counts(&ingest(&shell, &["tables/t.tsv"])), "appended 2, duplicate 0, rejected 1");
    let shell = world(&map("unquoted = true"), &[("t.tsv", table)]);
    assert_eq!(counts(&ingest(&shell, &["tables/t.tsv"])), "appended 3, duplicate 0, rejected 0");
    let table = format!("# source: a register\n{}", table.replace('"', ""));
    let shell = world(&map("comment = \"#\""), &[("t.tsv", &table)]);
    assert_eq!(counts(&ingest(&shell, &["tables/t.tsv"])), "appended 3, duplicate 0, rejected 0");
}

#[test]
fn rows_that_say_nothing_and_rows_left_out_are_accounted_for() {
    let map = "company = { id = \"co/1\", name = \"Co\" }\nend = \"inclusive\"\nsource.publisher = \"R\"\n\
               cells.dates = [\"%d. %B %Y\", \"edtf\"]\n\
               [files.t]\npath = \"t.csv\"\nonly = { role = \"Chair\" }\n\
               [stints]\nfile = \"t\"\nperson = \"name\"\ntitle = \"role\"\nfrom = \"start\"\nto = \"end\"\n";
    let table = "name,role,start,end\nAnn,Chair,1. M\u{e4}rz 2010,9999\n,,,\nBo,Clerk,2011,\n";
    let shell = world(map, &[("t.csv", table)]);
    let run = ingest(&shell, &["tables/t.csv"]).well();
    assert!(run.out.contains("records 2, statements 1, dropped 1 (left out by `only` of the map)"), "{run:?}");
    assert_eq!(held(&shell)[0]["from"], "2010-03-01");
    assert_eq!(held(&shell)[0]["company"], json!({ "id": "co/1", "name": "Co" }));
    assert!(held(&shell)[0]["to"].is_null());
}

#[test]
fn links_between_units_become_structure() {
    let shell = world(
        UNITS_MAP,
        &[
            (
                "units.csv",
                "id,name,start,end\n\
                 lab1,Lab,2000-01-01,2005-01-01\n\
                 spe,Speech,,2010-06-03\n\
                 voi,Voice,2010-06-01,2015-03-01\n\
                 vis,Vision,2011-01-01,2015-02-28\n\
                 ai,AI,2015-02-27,2020-01-01\n\
                 lab2,Lab,2019-12-31,\n\
                 rob,Robotics,2019-12-31,\n\
                 old,Office,,2012-01-01\n\
                 new,Bureau,2008-01-01,\n",
            ),
            (
                "links.csv",
                "old,new,kind,start,end\n\
                 spe,voi,rename,2010-06-01,2010-06-03\n\
                 voi,ai,merger,2015-02-27,2015-03-02\n\
                 vis,ai,merger,2015-02-27,2015-03-02\n\
                 ai,lab2,split,2019-12-30,2020-01-02\n\
                 ai,rob,split,2019-12-31,2020-01-02\n\
                 rob,lab2,talk,2021-01-01,2021-01-01\n\
                 old,new,rename,2008-01-01,2008-01-01\n\
                 rob,none,merger,2022-01-01,2022-01-01\n\
                 rob,lab2,marriage,2022-01-01,2022-01-01\n",
            ),
            (
                "stints.csv",
                "person,unit,title,start,end\n\
                 Ana,spe,Head,2009-01-01,2016-01-01\n\
                 Ben,lab1,Head,2001-01-01,2005-02-01\n\
                 Cai,lab2,Head,2020-01-01,\n\
                 Dov,old,Clerk,2007-01-01,2012-01-01\n",
            ),
        ],
    );
    let run = ingest(&shell, &["tables"]);
    assert_eq!(
        rejects(&shell).iter().map(|r| (r.0, r.1.as_deref())).collect::<Vec<_>>(),
        [(9, Some("new")), (10, Some("kind"))]
    );
    assert_eq!(run.exit, Some(8));

    let units = |day: &str| -> Vec<String> {
        let org = shell.ask(&["org", "Harbour Labs", "--at", day]);
        let children = org["unit"]["children"].as_array().unwrap().clone();
        let mut names: Vec<String> = children.iter().map(|u| u["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(units("2004-12-31"), ["Lab", "Office", "Speech"]);
    assert_eq!(units("2005-01-01"), ["Office", "Speech"]);
    // What is renamed is one unit, there under its new name from the first day of the link.
    assert_eq!(units("2010-06-01"), ["Bureau", "Office", "Voice"]);
    // Who is merged is there to the last day of the link.
    assert_eq!(units("2015-03-01"), ["AI", "Bureau", "Vision", "Voice"]);
    assert_eq!(units("2015-03-02"), ["AI", "Bureau"]);
    // A split dates what begins and what ends.
    assert_eq!(units("2019-12-30"), ["AI", "Bureau", "Lab"]);
    assert_eq!(units("2020-01-02"), ["Bureau", "Lab", "Robotics"]);
    // What lived on after a rename was not renamed.
    assert_eq!(units("2011-12-31"), ["Bureau", "Office", "Vision", "Voice"]);

    let members = |unit: &str, day: &str| -> Vec<String> {
        let who = shell.ask(&["who", unit, "--at", day]);
        who["members"].as_array().unwrap().iter().map(|m| m["person"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(members("Voice", "2011-01-01"), ["Ana"]);
    assert_eq!(members("AI", "2015-06-01"), ["Ana"]);
    // Units of one name are told apart by date.
    assert_eq!(members("Lab", "2002-01-01"), ["Ben"]);
    assert_eq!(members("Lab", "2021-01-01"), ["Cai"]);
    // A post with an end of its own outlives its unit.
    assert_eq!(career(&shell, "Ben", EVER), ["Lab, Head, 2001-01-01, 2005-02-01"]);
    let ben = shell.ask(&["person", "Ben", "--at", "2005-01-15"]);
    assert_eq!(ben["positions"][0]["certainty"], "certain");
}

#[test]
fn what_had_not_begun_was_not_known() {
    let map = format!("{UNITS_MAP}\n[revisions]\nfiles = \"{{date}}-stints.csv\"\n")
        .replace("person = ", "key = \"person\"\nperson = ");
    let shell = world(
        &map,
        &[
            ("units.csv", "id,name,start,end\nspe,Speech,,2024-03-01\nvoi,Voice,2024-03-01,\n"),
            ("links.csv", "old,new,kind,start,end\nspe,voi,rename,2024-03-01,2024-03-01\n"),
            ("2024-01-01-stints.csv", "person,unit,title,start,end\nAna,spe,Head,2020-01-01,\n"),
            ("2024-04-01-stints.csv", "person,unit,title,start,end\nAna,spe,Head,2020-01-01,\n"),
        ],
    );
    ingest(&shell, &["tables", "tables/2024-01-01-stints.csv", "tables/2024-04-01-stints.csv"]).well();
    let name = |known: &str| {
        let ana = shell.ask(&["person", "Ana", "--at", "2025-01-01", "--known", known]);
        ana["positions"][0]["unit"]["name"].clone()
    };
    assert_eq!([name("2024-03-31"), name("2024-04-01")], ["Speech", "Voice"]);
}

#[test]
fn a_map_or_an_input_that_is_wrong_is_told_before_anything_is_appended() {
    let check = |map: &str, inputs: &[&str], error: &str| {
        let shell = world(map, &[("stints.csv", "id,person,post,start,end\n1,p1,10,2019,2020\n"), ("more.csv", "a\n")]);
        let run = ingest(&shell, inputs);
        assert_eq!(run.exit, Some(1), "{error}: {run:?}");
        assert!(run.err.contains(error), "{error}: {}", run.err);
        assert!(events(&shell).is_empty(), "{error}");
    };
    let dir = &["tables"][..];
    check(
        &MAP.replace("from = \"start\"", "from = \"strat\""),
        dir,
        "`stints.from`: in tables/stints.csv, there is no column `strat`; did you mean `start`?",
    );
    check(&MAP.replace("posts.title", "posts.titel"), dir, "no column `titel`; did you mean `title`?");
    check(&MAP.replace("post -> posts.title", "post -> post.title"), dir, "did you mean `posts`?");
    check(MAP, &["tables", "tables/more.csv"], "`tables/more.csv` is no table of the map");
    check(MAP, &["tables/stints.csv"], "the table `people` (people.csv) is not among the inputs");
    check("title = 1 2", dir, "map.toml");
    let shell = Shell::new();
    shell.write("t.csv", "a\n");
    let run = shell.run(&["ingest", "--from", "csv", "t.csv"]);
    assert!(run.err.contains("a table needs a map") && run.err.contains("ifg-ministers"), "{}", run.err);
    let run = shell.run(&["ingest", "--from", "csv", "--map", "ifg-minister", "t.csv"]);
    assert!(run.err.contains("did you mean `ifg-ministers`"), "{}", run.err);
}

/// The directory of the database of ministers, where it lies beside the workspace.
fn ministers() -> Option<PathBuf> {
    let dir = file("../../shared/data/ifg-ministers");
    if dir.is_dir() {
        return Some(dir);
    }
    skipped(&format!("there is no {}", dir.display()));
    None
}

fn names(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn the_database_of_ministers_answers_what_is_known_of_it() {
    let Some(dir) = ministers() else { return };
    let shell = Shell::new();
    let words = ["ingest", "--from", "csv", "--map", "ifg-ministers", "--rejects", "rejects", &names(&dir)];
    let run = shell.run(&words);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let reversed = rejects(&shell);
    assert_eq!(reversed.len(), 2);
    assert!(
        reversed
            .iter()
            .all(|(_, column, reason)| column.as_deref() == Some("end_date") && reason.contains("before it began"))
    );

    let expected: Value = serde_json::from_str(&fs::read_to_string(dir.join("expected.json")).unwrap()).unwrap();
    let all = shell.ask(&["holders", "UK Government"]);
    let events = held(&shell);
    let mut on = std::collections::BTreeMap::new();
    for day in expected["cases"].as_array().unwrap().iter().filter_map(|case| case["valid_at"].as_str()) {
        on.entry(day).or_insert_with(|| shell.ask(&["who", "UK Government", "--at", day])["members"].clone());
    }
    let mut wrong = Vec::new();
    for case in expected["cases"].as_array().unwrap() {
        let got: Value = match (case["valid_at"].as_str(), case["post"].as_str(), case["question"].as_str()) {
            (Some(day), Some(post), None) => {
                let answer = |m: &Value| {
                    serde_json::json!({
                        "name_as_of": m["person"]["name"], "org": m["unit"]["name"],
                        "start": m["from"]["edtf"], "end": m["to"]["edtf"],
                    })
                };
                on[day].as_array().unwrap().iter().filter(|m| m["title"] == post).map(answer).collect()
            }
            (Some(day), None, Some("appointments in force")) => {
                let certain = |m: &&Value| m["certainty"] == "certain";
                on[day].as_array().unwrap().iter().filter(certain).count().into()
            }
            (None, None, Some("appointment spans flagged acting")) => {
                let acting = |t: &&Value| t["acting"] == true;
                all["holders"].as_array().unwrap().iter().filter(acting).count().into()
            }
            (None, None, Some("spans flagged on leave")) => {
                let on_leave = |e: &&Value| e["note"].as_str().is_some_and(|note| note.starts_with("On leave from "));
                events.iter().filter(on_leave).count().into()
            }
            _ => "a question that this test does not know".into(),
        };
        if got != case["answer"] {
            wrong.push(format!("{case}: {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(expected["cases"].as_array().unwrap().len() > 40);

    // Renamed on entering the Lords; departments of one name, told apart by date.
    let name = |day: &str| shell.ask(&["person", "Peter Mandelson", "--at", day])["person"]["name"].clone();
    assert_eq!([name("2008-10-02"), name("2008-10-03")], ["Peter Mandelson", "Lord Mandelson"]);
    let education = |day: &str| shell.ask(&["who", "Department for Education", "--at", day])["unit"]["id"].clone();
    assert_ne!(education("1994-01-01"), education("2015-01-01"));
    let again = shell.run(&words);
    assert_eq!(counts(&again), "appended 0, duplicate 0, rejected 2");
}

#[test]
fn every_version_of_the_database_of_ministers_is_given_back() {
    let Some(dir) = ministers() else { return };
    let mut versions: Vec<PathBuf> = fs::read_dir(dir.join("revisions")).unwrap().map(|e| e.unwrap().path()).collect();
    versions.retain(|path| path.extension().is_some_and(|extension| extension == "csv"));
    versions.sort();
    assert!(versions.len() > 2);
    // Enough to tell: the first, which writes "still" in its own way, the next, and the last.
    versions.drain(2..versions.len() - 1);
    let (together, apart) = (Shell::new(), Shell::new());
    let paths: Vec<String> = versions.iter().map(|path| names(path)).collect();
    let words = |paths: &[String]| {
        let words = ["ingest", "--from", "csv", "--map", "ifg-ministers", "-q"].map(str::to_owned);
        [&words[..], &[names(&dir)], paths].concat()
    };
    let run = |shell: &Shell, words: &[String]| shell.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    run(&together, &words(&paths));
    for path in &paths {
        run(&apart, &words(std::slice::from_ref(path)));
    }
    assert_eq!(apart.state(), together.state());
    for path in &versions {
        let known = &path.file_name().unwrap().to_str().unwrap()[..10];
        let mut rows: Vec<[String; 3]> = Vec::new();
        for row in csv::Reader::from_path(path).unwrap().into_records() {
            let row = row.unwrap();
            let end = if ["NULL", "9999-12-31"].contains(&&row[4]) { "" } else { &row[4] };
            rows.push([&row[1], &row[3], end].map(str::to_owned));
        }
        let day = "2024-01-15";
        let in_force = |row: &&[String; 3]| row[1].as_str() <= day && (row[2].is_empty() || day < row[2].as_str());
        let mut expect: Vec<[String; 3]> = rows.iter().filter(in_force).cloned().collect();
        let who = together.ask(&["who", "UK Government", "--at", day, "--known", known]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let certain = |m: &&Value| m["certainty"] == "certain";
        let mut got: Vec<[String; 3]> = who["members"]
            .as_array()
            .unwrap()
            .iter()
            .filter(certain)
            .map(|m| [&m["person"]["id"], &m["from"]["edtf"], &m["to"]["edtf"]].map(text))
            .collect();
        expect.sort();
        got.sort();
        assert_eq!(got, expect, "at {day}, known {known}");
    }
}

#[test]
fn spreadsheets_and_their_habits_are_read_where_the_map_allows() {
    let map = "company = \"Rolls Office\"\nend = \"inclusive\"\nopen = [\"heute\"]\n[source]\npublisher = \"Register\"\n\
               [cells]\ndates = [\"edtf\", \"excel\", \"%d.%m.%y\", \"%Y-%m-%dT%H:%M:%S%z\"]\nlast_year = 2030\n\
               line_breaks = \"space\"\n[files.t]\ncomment = \"#\"\n[stints]\nfile = \"t\"\nkey = \"id\"\nperson = \"name\"\n\
               title = \"role\"\nfrom = \"start\"\nto = \"end\"\nnote = \"remark?\"\n";
    let rows = "# exported\nid,name,role,start,end\n1,Ann,\"Clerk\n  of Rolls\",43831,heute\n\
                2,Bo,Clerk,01.02.45,01.03.31\n3,Cy,Clerk,2024-05-01T23:30:00+0200,2024-05-01\n\
                4,Di,\"Clerk \"of\" Rolls\",2020-01-01,\n";
    for (name, text) in [("lines", rows.to_owned()), ("returns", rows.replace('\n', "\r"))] {
        let shell = Shell::new();
        shell.write("map.toml", map);
        shell.write("t.csv", text);
        let run = ingest(&shell, &["t.csv"]);
        assert_eq!(run.exit, Some(8), "{name}: {run:?}");
        let told = rejects(&shell);
        assert_eq!(told.len(), 2, "{name}: {told:?}");
        assert!(told[0].2.contains("ended (1931-03-01) before it began (1945-02-01)"), "{name}: {told:?}");
        assert!(told[1].2.contains("cell 3 (`role`) has text after its closing quote"), "{name}: {told:?}");
        let said: Vec<[String; 3]> = held(&shell)
            .iter()
            .map(|event| ["title", "from", "to"].map(|field| event[field].as_str().unwrap_or("-").to_owned()))
            .collect();
        let expect = [["Clerk of Rolls", "2020-01-01", "-"], ["Clerk", "2024-05-01", "2024-05-02"]];
        assert_eq!(said, expect.map(|row| row.map(str::to_owned)), "{name}");
    }
}

#[test]
fn the_company_of_a_unit_is_a_reference_as_that_of_a_post_is() {
    let map = r#"
version = "2024-01-01"
end = "inclusive"
[source]
publisher = "Register"
[files.posts]
path = "posts.csv"
[files.units]
path = "units.csv"
[stints]
file = "posts"
key = "k"
person = "who"
company = { id = "c" }
unit = { id = "u" }
[units]
file = "units"
id = "id"
name = "name"
company = { id = "c" }
"#;
    let shell = Shell::new();
    shell.write("map.toml", map);
    shell.write("posts.csv", "k,who,c,u\n1,Ann Lee,c1,u1\n");
    shell.write("units.csv", "id,name,c\nc1,Kelp,\nu1,Ops,c1\n");
    ingest(&shell, &["posts.csv", "units.csv"]).well();
    let post = &shell.ask(&["person", "Ann Lee", "--at", "2024-01-01"])["positions"][0];
    assert_eq!(
        (&post["company"]["name"], &post["unit"]["name"]),
        (&Value::from("Kelp"), &Value::from("Ops")),
        "{post}"
    );
    assert_eq!(post["unit"]["company"]["id"], "c1", "{post}");
}

/// What restates a row without dates says how long it is there already, however the versions come in.
#[test]
fn a_row_without_dates_is_in_force_from_the_first_version_that_has_it() {
    let map = "company = 'House'\n[source]\npublisher = 'H'\n[revisions]\nfiles = 't_{date}.csv'\n[files.t]\npath = 't.csv'\n\
        [stints]\nfile = 't'\nkey = 'id'\nperson = 'name'\nunit = 'team'\n";
    let versions = [
        ("t_2022-07-29.csv", "id,name,team\n1,Ann Lee,Blue\n2,Ben Ode,Red\n"),
        ("t_2023-03-31.csv", "id,name,team\n1,Ann Lee,Blue\n2,Ben Ode,Red\n"),
        ("t_2024-03-31.csv", "id,name,team\n1,Ann Lee,Blue\n2,Ben Ode,Green\n"),
    ];
    let ingest = |shell: &Shell, files: &[&str]| {
        let flags = ["ingest", "--from", "csv", "--map", "map.toml"];
        shell.run(&[&flags[..], files].concat()).well().err
    };
    let (apart, together) = (Shell::new(), Shell::new());
    for shell in [&apart, &together] {
        shell.write("map.toml", map);
        for (file, table) in versions {
            shell.write(file, table);
        }
    }
    for (file, _) in versions {
        ingest(&apart, &[file]);
    }
    ingest(&together, &versions.map(|(file, _)| file));
    for shell in [&apart, &together] {
        let post = |person: &str| {
            let answer = shell.ask(&["person", person, "--at", "2024-04-01"]);
            let held = &answer["positions"][0];
            json!([held["unit"]["name"], held["from"]["edtf"], held["attested"]])
        };
        assert_eq!(post("Ann Lee"), json!(["Blue", "[..2022-07-29]", "2024-03-31"]));
        assert_eq!(post("Ben Ode")[0], "Green");
        // Read again, nothing is new, also of the older versions.
        let events = |shell: &Shell| shell.ask(&["log"])["events"].as_array().unwrap().len();
        assert_eq!(events(shell), 6);
        ingest(shell, &versions.map(|(file, _)| file));
        assert_eq!(events(shell), 6);
    }
}

#[test]
fn a_row_of_another_table_is_found_by_two_columns_and_a_text_has_the_day_of_the_version() {
    let map = "company = 'Co'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[files.t]\npath = 't.csv'\n\
               [files.d]\npath = 'd.csv'\nid = '{set}/{dept}'\n[stints]\nfile = 't'\nkey = 'k'\nperson = 'n'\nfrom = 'f'\n\
               unit = { column = '{set}/{dept} -> d.name', whole = true }\n\
               to = { text = '{status}/{version}', match = '^gone/(.+)$', bound = 'latest' }\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    shell.write("d.csv", "set,dept,name\nA,1,North\nB,1,South\n");
    shell.write("t.csv", "k,n,f,set,dept,status\n1,Ann,2019,A,1,\n2,Bo,2019,B,1,gone\n3,Cy,2019,A,,\n");
    let words =
        ["ingest", "--from", "csv", "--map", "map.toml", "--version", "2024-01-10", "--explain", "t.csv", "d.csv"];
    let run = shell.run(&words).well();
    assert!(!run.err.contains("not read"), "{run:?}");
    let unit = |name: &str| {
        let tenure = shell.ask(&["career", name])["tenures"][0].clone();
        (
            tenure["unit"]["name"].as_str().unwrap_or("-").to_owned(),
            tenure["to"]["edtf"].as_str().unwrap_or("-").to_owned(),
        )
    };
    assert_eq!(unit("Ann"), ("North".to_owned(), "-".to_owned()));
    assert_eq!(unit("Bo"), ("South".to_owned(), "[2019..2024-01-10]".to_owned()));
    assert_eq!(unit("Cy"), ("-".to_owned(), "-".to_owned()));
    assert!(shell.run(&words).well().out.starts_with("appended 0, "));
    // A column that is not there is told, wherever it stands.
    shell.write("map.toml", map.replace("'{set}/{dept}'", "'{set}/{depart}'"));
    let run = shell.run(&words);
    assert!(
        run.exit == Some(1) && run.err.contains("d.csv: there is no column `depart`; did you mean `dept`?"),
        "{run:?}"
    );
}

#[test]
fn of_rows_that_hold_one_after_the_other_the_one_of_the_start_is_found() {
    let map = "company = 'Co'\nend = 'inclusive'\n[source]\npublisher = 'P'\n[files.t]\npath = 't.csv'\n\
               [files.d]\npath = 'd.csv'\nid = 'dept'\nfrom = 'from'\nto = 'to'\n[stints]\nfile = 't'\nkey = 'k'\nperson = 'n'\nfrom = 'f'\n\
               unit = 'dept -> d.name'\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    shell.write(
        "d.csv",
        "dept,name,from,to\n1,IT,2000-01-01,2020-12-31\n1,Digital,2021-01-01,9999-12-31\n2,Ops,2000,soon\n",
    );
    shell.write("t.csv", "k,n,f,dept\n1,Ann,2020-12-31,1\n2,Bo,2021-01-01,1\n3,Cy,1999,1\n4,Di,2020,1\n5,Eve,2020..2021,1\n6,Flo,2010,2\n");
    let words = ["ingest", "--from", "csv", "--map", "map.toml", "--rejects", "rejects", "t.csv", "d.csv"];
    assert_eq!(shell.run(&words).exit, Some(8));
    let unit =
        |name: &str| shell.ask(&["career", name])["tenures"][0]["unit"]["name"].as_str().unwrap_or("-").to_owned();
    assert_eq!(["Ann", "Bo", "Di"].map(unit), ["IT", "Digital", "IT"]);
    let told = shell.read("rejects");
    for reason in
        ["has the id `1` on 1999", "`soon` is not a date", "`2020..2021` is not a date", "has the id `2` on 2010"]
    {
        assert!(told.contains(reason), "{reason}: {told}");
    }
    // A start that can be of two rows names neither.
    shell.write("t.csv", "k,n,f,dept\n1,Ann,[2020..2021],1\n");
    assert_eq!(shell.run(&words).exit, Some(8));
    assert!(shell.read("rejects").contains("it finds `IT` and `Digital`"), "{}", shell.read("rejects"));
}
