//! Limits of `docs/limits.md` that no other test reaches: one more than there may be is refused or counted, and nothing else
//! is lost by it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::{Run, Shell};

/// Ingests a file with a map. What became of it, and the reasons of its rejects.
fn ingest(shell: &Shell, from: &str, lines: &[String], map: &str) -> (Run, Vec<String>) {
    shell.write("input", lines.join("\n"));
    shell.write("map.toml", map);
    let flags = ["--map", "map.toml", "--rejects", "rejects", "--format", "json"];
    let run = shell.run(&[&["ingest", "--from", from, "input"][..], &flags].concat());
    let rejects = if run.exit == Some(8) { shell.read("rejects") } else { String::new() };
    let reason = |line: &str| serde_json::from_str::<Value>(line).unwrap()["reason"].as_str().unwrap().to_owned();
    (run, rejects.lines().map(reason).collect())
}

fn person(id: &str, addresses: usize) -> String {
    let names: Vec<String> = (0..addresses).map(|number| format!("{id} {number}")).collect();
    json!({ "id": id, "schema": "Person", "properties": { "name": names } }).to_string()
}

#[test]
fn a_record_beyond_all_measure_is_rejected_alone() {
    let shell = Shell::new();
    let long = format!("{}{}", person("NK-1", 1), " ".repeat((16 << 20) + 1));
    let (run, reasons) =
        ingest(&shell, "ftm", &[person("NK-0", 1), long, person("NK-2", 1)], "publisher = \"Register\"");
    assert_eq!(
        (run.exit, serde_json::from_str::<Value>(&run.out).unwrap()["appended"].as_u64()),
        (Some(8), Some(2)),
        "{run:?}"
    );
    assert!(reasons.len() == 1 && reasons[0].contains("16"), "{reasons:?}");
}

#[test]
fn posts_of_one_entity_are_bounded() {
    let shell = Shell::new();
    let days: Vec<String> =
        (0..1_100).map(|day| format!("{}-{:02}-{:02}", 1900 + day / 300, day % 12 + 1, day % 25 + 1)).collect();
    let post = json!({ "id": "occ", "schema": "Occupancy", "properties": {
        "holder": ["NK-0"], "post": ["pos"], "startDate": days } });
    let position = json!({ "id": "pos", "schema": "Position", "properties": { "name": ["Member"] } });
    let lines = [person("NK-0", 1), position.to_string(), post.to_string()];
    let (run, reasons) = ingest(&shell, "ftm", &lines, "publisher = \"Register\"");
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert!(reasons.iter().any(|reason| reason.contains("1000")), "{reasons:?}");
}

#[test]
fn a_pattern_of_a_map_has_a_size() {
    let shell = Shell::new();
    let map = "[source]\npublisher = \"Register\"\n[files.stints]\npath = \"input\"\n[stints]\nfile = \"stints\"\nkey = \"id\"\nperson = \"name\"\ncompany = \"firm\"\n\
               title = { column = \"title\", match = \"(\\\\w{1000}){1000}\" }\n";
    let lines = ["id,name,firm,title", "1,Ann,Acme,Head"].map(str::to_owned);
    let (run, _) = ingest(&shell, "csv", &lines, map);
    assert_eq!((run.exit, run.out.as_str()), (Some(1), ""), "{run:?}");
    assert!(run.err.contains("size limit"), "{run:?}");
}

#[test]
fn candidates_of_a_name_are_bounded() {
    let claims = (0..30).map(|number| {
        json!({ "type": "PersonDescribed", "id": format!("e{number}"), "source": "s", "reported_at": "2024-01-01",
            "person": { "id": format!("p/{number}"), "name": "Ann Lee" } })
        .to_string()
    });
    let shell = Shell::of(&claims.collect::<Vec<_>>().join("\n"));
    let run = shell.run(&["person", "Ann Lee", "--format", "json"]);
    assert_eq!(run.exit, Some(4), "{run:?}");
    let error: Value = serde_json::from_str(run.err.lines().last().unwrap()).unwrap();
    assert_eq!(error["candidates"].as_array().unwrap().len(), 20, "{error}");
    let told = shell.run(&["person", "Ann Lee"]).err;
    assert!(told.contains("10 more"), "{told}");
}

#[test]
fn reasons_of_a_summary_are_bounded() {
    let shell = Shell::new();
    let vessel = |number| json!({ "id": format!("v{number}"), "schema": format!("Vessel{number}"), "properties": {} });
    let lines: Vec<String> = (0..1_100).map(|number| vessel(number).to_string()).collect();
    let (run, _) = ingest(&shell, "ftm", &lines, "publisher = \"Register\"");
    let dropped = run.json()["dropped"].as_object().unwrap().clone();
    assert_eq!((dropped.len(), &dropped["others"]), (1_001, &json!(100)));
}

#[test]
fn an_id_that_the_ledger_made_can_be_asked_for() {
    let (company, unit) = ("c".repeat(500), "u".repeat(500));
    let joined = json!({"type": "JoinedCompany", "person": "p".repeat(500), "company": company, "unit": unit,
        "effective": "2024-01-01", "reported_at": "2024-01-02", "source": "News"});
    let shell = Shell::of(&joined.to_string());
    let listed = shell.ask(&["list", "units"]);
    let id = listed["listed"][0]["id"].as_str().unwrap();
    assert_eq!(id.chars().count(), 1_003);
    let who = shell.ask(&["who", id, "--at", "2024-06-01"]);
    assert_eq!(who["members"].as_array().unwrap().len(), 1);
    let tenure = who["members"][0]["tenure"].as_str().unwrap();
    shell.run(&["why", tenure]).well();
}
