//! What importers cost: each format read into a ledger, beside a bare parse of the same file by the same library.
//! `cargo bench --profile dist -p tenure --bench sources [MEGABYTES]`.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints figures and may stop on any error"
)]

#[path = "quiet.rs"]
mod quiet;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Clock};

use quiet::Quiet;
use serde_json::{Value, json};
use tenure_domain::day::Day;
use tenure_log::identify;
use tenure_log::{Create, Journal};
use tenure_producer::adapter::{Adapter, Task, adapt, bods, csv, ftm, popolo, wikidata};

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A format: its importer, its map, a record by its number, and a bare parse.
struct Format {
    name: &'static str,
    adapter: Box<dyn Adapter>,
    file: &'static str,
    map: &'static str,
    head: &'static str,
    record: fn(u64) -> String,
    between: &'static str,
    tail: &'static str,
    parse: fn(&Path),
}

fn day(number: u64) -> Day {
    Day::from_number(i32::try_from(10_000 + number % 9_000).unwrap())
}

fn row(number: u64) -> String {
    format!("{number},p{},Unit {},Clerk of the Rolls {},{},", number / 3, number % 900, number % 50, day(number))
}

fn officer(number: u64) -> String {
    json!({
        "resource_kind": "company-officers", "resource_uri": format!("/company/{:08}/appointments/a{number}", number % 100_000),
        "resource_id": format!("a{number}"), "event": {"published_at": "2024-02-14T10:02:11", "type": "changed", "timepoint": number},
        "data": {"name": format!("SURNAME{number}, Forename"), "officer_role": "director", "appointed_on": day(number).to_string(),
            "nationality": "British", "occupation": "Engineer", "address": {"locality": "Exampleton", "postal_code": "ZZ99 1AA"}},
    })
    .to_string()
}

fn ownership(number: u64) -> String {
    let about = |kind: &str, record: String, details: Value| {
        json!({
            "statementId": format!("{kind}-{number:032}"), "statementDate": "2024-01-01", "recordId": record,
            "recordType": kind, "recordStatus": "new", "recordDetails": details,
            "publicationDetails": {"publicationDate": "2024-01-02", "bodsVersion": "0.4", "publisher": {"name": "Register"}},
        })
    };
    match number % 3 {
        0 => about(
            "person",
            format!("p{}", number / 3),
            json!({"personType": "knownPerson", "names": [{"fullName": format!("Ann {number}")}]}),
        ),
        1 => about(
            "entity",
            format!("e{}", number / 3),
            json!({"entityType": {"type": "registeredEntity"}, "name": format!("Kelp {number}")}),
        ),
        _ => about(
            "relationship",
            format!("r{}", number / 3),
            json!({"subject": format!("e{}", number / 3), "interestedParty": format!("p{}", number / 3),
                "interests": [{"type": "boardMember", "startDate": day(number).to_string()}]}),
        ),
    }
    .to_string()
}

fn employment(number: u64) -> String {
    let (id, schema, properties) = match number % 2 {
        0 => (format!("p{number}"), "Person", json!({"name": [format!("Ann {number}")]})),
        _ => (
            format!("e{number}"),
            "Employment",
            json!({"employee": [format!("p{}", number - 1)], "employer": ["k"], "role": ["Clerk"], "startDate": [day(number).to_string()]}),
        ),
    };
    let id = if number == 0 { "k".to_owned() } else { id };
    let schema = if number == 0 { "Company" } else { schema };
    json!({"id": id, "schema": schema, "datasets": ["Register"], "properties": properties}).to_string()
}

fn membership(number: u64) -> String {
    json!({"id": number.to_string(), "person": {"id": format!("p{number}"), "name": format!("Ann {number}")}, "organization_id": "k",
        "role": "Clerk", "start_date": day(number).to_string()})
    .to_string()
}

fn item(number: u64) -> String {
    let value =
        |id: &str| json!({"snaktype": "value", "datavalue": {"type": "wikibase-entityid", "value": {"id": id}}});
    let label = json!({"en": {"language": "en", "value": format!("Item {number}")}});
    if number == 0 {
        return json!({"type": "item", "id": "Q1", "labels": label, "claims": {}}).to_string();
    }
    let id = format!("Q{}", number + 1);
    let start = json!({"snaktype": "value", "datavalue": {"type": "time", "value": {"time": format!("+{}T00:00:00Z", day(number)),
        "precision": 11, "calendarmodel": "http://www.wikidata.org/entity/Q1985727"}}});
    json!({"type": "item", "id": id, "labels": label, "claims": {
        "P31": [{"id": format!("{id}$h"), "rank": "normal", "mainsnak": value("Q5")}],
        "P108": [{"id": format!("{id}$e"), "rank": "normal", "mainsnak": value("Q1"), "qualifiers": {"P580": [start]}}],
    }})
    .to_string()
}

fn parse_table(path: &Path) {
    let mut reader = ::csv::Reader::from_path(path).unwrap();
    for row in reader.records() {
        black_box(row.unwrap());
    }
}

fn parse_lines(path: &Path) {
    for line in BufReader::new(File::open(path).unwrap()).lines() {
        black_box(serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    }
}

fn parse_whole(path: &Path) {
    black_box(serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap());
}

fn formats() -> Vec<Format> {
    let lines = |name, adapter, map, record| Format {
        name,
        adapter,
        file: "f.json",
        map,
        head: "",
        record,
        between: "\n",
        tail: "\n",
        parse: parse_lines,
    };
    let table = "company = \"Kelp\"\nend = \"inclusive\"\n[source]\npublisher = \"Register\"\n[files.t]\n[stints]\nfile = \"t\"\n\
                 key = \"id\"\nperson = { id = \"person\" }\nunit = \"unit\"\ntitle = \"title\"\nfrom = \"from\"\nto = \"to\"\n";
    vec![
        Format {
            file: "f.csv",
            head: "id,person,unit,title,from,to\n",
            parse: parse_table,
            ..lines("csv", Box::new(csv::CsvStints), table, row)
        },
        lines(
            "records",
            Box::new(csv::Records),
            include_str!("../../producer/maps/companies-house-stream.toml"),
            officer,
        ),
        lines("bods", Box::new(bods::Bods), "", ownership),
        lines("ftm", Box::new(ftm::FollowTheMoney), "", employment),
        lines("wikidata", Box::new(wikidata::Wikidata), "", item),
        Format {
            head: "{\"organizations\": [{\"id\": \"k\", \"name\": \"Kelp\"}], \"memberships\": [",
            between: ",\n",
            tail: "]}",
            parse: parse_whole,
            ..lines(
                "popolo",
                Box::new(popolo::Popolo),
                "namespace = \"\"\n[source]\npublisher = \"Register\"\n",
                membership,
            )
        },
    ]
}

fn rate(bytes: u64, time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let bytes = bytes as f64;
    bytes / 1e6 / time.as_secs_f64()
}

fn measure(format: &Format, bytes: usize) {
    let dir = tempfile::tempdir().unwrap();
    let path: PathBuf = dir.path().join(format.file);
    let map = dir.path().join("map.toml");
    fs::write(&map, format.map).unwrap();
    let mut text = format.head.to_owned();
    let mut number = 0;
    while text.len() < bytes {
        if number > 0 {
            text.push_str(format.between);
        }
        write!(text, "{}", (format.record)(number)).unwrap();
        number += 1;
    }
    text.push_str(format.tail);
    fs::write(&path, &text).unwrap();
    let bytes = text.len() as u64;
    drop(text);
    let began = Clock::now();
    (format.parse)(&path);
    let bare = began.elapsed();
    let mut journal = Journal::open(dir.path().join("data"), Create::IfMissing, identify).unwrap();
    let task = Task { inputs: std::slice::from_ref(&path), map: Some(&map), version: None };
    let began = Clock::now();
    let sum = adapt(&*format.adapter, &task, &mut journal, &mut Quiet).unwrap();
    let read = began.elapsed();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let events = sum.appended as f64 / read.as_secs_f64();
    let (own, bare) = (rate(bytes, read), rate(bytes, bare));
    println!(
        "{:9} {:7} events  {own:7.1} MB/s {events:9.0} events/s   bare parse {bare:7.1} MB/s   {:.2}",
        format.name,
        sum.appended,
        own / bare
    );
}

fn main() {
    let megabytes = std::env::args().skip(1).find_map(|word| word.parse::<usize>().ok()).unwrap_or(20);
    println!("each format, {megabytes} MB; the last column is the share of the bare parse");
    for format in formats() {
        measure(&format, megabytes * 1_000_000);
    }
}
