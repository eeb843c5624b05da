//! Events that come over NATS in any order, some of them again and again, are answered alike.
//!
//! What is sent again is sent without the id by which the server would know it, as if its duplicate window had passed:
//! the stream keeps it, and readers have to pass it over.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/cases.rs"]
mod cases;
#[path = "nats/served.rs"]
mod served;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cases::differs;
use chrono::Utc;
use serde_json::{Value, json};
use served::Served;
use server::{Server, Setup};
use shell::{Random, Shell, file, skipped};
use tenure_domain::day::Instant;
use tenure_domain::wire::Submission;
use tenure_log::stream::{Access, Connection, StreamTarget};
use tenure_log::{Create, Log as _, NewEvent, Outcome, Stream, identify};

/// A case that always runs: what corrects, retracts, renames and identifies comes before or after what it is about.
fn own_case() -> Value {
    let event = |id: &str, day: &str, more: Value| {
        let mut event = json!({ "id": id, "reported_at": day, "source": "Harbour Gazette" });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let joined = |title: &str| {
        json!({ "type": "JoinedCompany", "person": "Ada Quay", "company": "Harbour", "unit": "Docks", "title": title,
            "effective": "2024-02-01" })
    };
    let mut corrected = joined("Harbour master");
    corrected["corrects"] = json!("wrong");
    json!({
        "name": "own",
        "events": [
            event("wrong", "2024-02-02", joined("Pilot")),
            event("right", "2024-02-05", corrected),
            event("moved", "2024-06-02", json!({ "type": "TransferredUnit", "person": "A. Quay", "company": "Harbour",
                "from_unit": "Docks", "to_unit": "Cranes", "effective": "2024-06-01" })),
            event("never", "2024-07-02", json!({ "type": "LeftCompany", "person": "Ada Quay", "company": "Harbour",
                "effective": "2024-07-01" })),
            event("withdrawn", "2024-07-03", json!({ "type": "EventRetracted", "event": "never" })),
            event("known", "2024-08-01", json!({ "type": "PersonDescribed",
                "person": { "id": "ada", "name": "Ada Quay", "aliases": ["A. Quay"] } })),
            event("renamed", "2024-09-02", json!({ "type": "UnitRenamed", "unit": "Cranes", "company": "Harbour",
                "name": "Lifting", "effective": "2024-09-01" })),
        ],
        "checks": [
            { "run": ["person", "ada", "--at", "2024-03-01"],
                "expect": { "positions": [{ "title": "Harbour master", "unit": { "name": "Docks" } }] } },
            { "run": ["person", "A. Quay", "--at", "2024-10-01"],
                "expect": { "positions": [{ "unit": { "name": "Lifting" } }] } },
            { "run": ["person", "Ada Quay", "--at", "2024-10-01", "--known", "2024-07-02"],
                "expect": { "positions": [] } },
        ],
    })
}

/// Sends the events of a case in some order, some of them several times: how many messages there are then.
fn publish(url: &str, place: StreamTarget, events: &[Value], random: &mut Random) -> u64 {
    let connection = Connection::open(&Access::to(url).unwrap(), Duration::from_secs(10)).unwrap();
    let (name, again_to) = (place.name.clone(), format!("{}.again.Any", place.subjects));
    let mut stream = Stream::open(connection.clone(), place, Create::IfMissing, identify).unwrap();
    let mut waiting: Vec<&Value> = events.iter().collect();
    let mut sent: Vec<String> = Vec::new();
    let mut head = 0;
    while !waiting.is_empty() {
        let event = waiting.remove(usize::try_from(random.below(waiting.len() as u64)).unwrap());
        let event = Submission::read(event.to_string().as_bytes()).unwrap();
        let event = NewEvent { id: &event.id, fingerprint: event.fingerprint, event: &event.json };
        let now = Instant::from_micros(Utc::now().timestamp_micros());
        if let [Outcome::Appended(at)] = stream.append(&[event], now).unwrap()[..] {
            head = at.number();
            let request = format!("$JS.API.DIRECT.GET.{name}");
            let asked = connection.client().request(request, json!({ "seq": head }).to_string().into());
            sent.push(String::from_utf8(connection.wait_for(asked).unwrap().payload.to_vec()).unwrap());
        }
        for _ in 0..random.below(3) {
            let again = random.of(&sent).clone();
            let asked = connection.client().request(again_to.clone(), again.into());
            let ack: Value = serde_json::from_slice(&connection.wait_for(asked).unwrap().payload).unwrap();
            assert_eq!((ack["error"].is_null(), ack["duplicate"].is_null()), (true, true), "{ack}");
            head = ack["seq"].as_u64().unwrap();
        }
    }
    head
}

/// What fails of a case whose events come in another order.
fn failures(url: &str, number: usize, case: &Value) -> Vec<String> {
    let mut failures = Vec::new();
    let (stream, subjects, queries) =
        (format!("CASE-{number}"), format!("case{number}.events"), format!("case{number}.query"));
    let flags = ["--nats-stream", &*stream, "--nats-subjects", &subjects, "--nats-queries", &queries];
    let events = case["events"].as_array().unwrap();
    let place = StreamTarget { name: stream.parse().unwrap(), subjects: subjects.parse().unwrap() };
    let head = publish(url, place, events, &mut Random(number as u64)).to_string();
    let ledger = Shell::new();
    let served = Served::start(&ledger, url, &flags);
    for check in case["checks"].as_array().unwrap() {
        let words: Vec<&str> = check["run"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        let about = ["--format", "json", "--nats", url, "--after", &head];
        let run = Shell::new().run(&[&words[..], &about, &flags].concat());
        let exit = check.get("exit").map_or(0, |exit| exit.as_i64().unwrap());
        let wrong = if run.exit.map(i64::from) == Some(exit) {
            check.get("expect").and_then(|expect| match serde_json::from_str(&run.out) {
                Ok(got) => differs(expect, &got, ""),
                Err(error) => Some(format!("no JSON, {error}: {}", run.out)),
            })
        } else {
            Some(format!("exit code {exit} expected, {run:?}"))
        };
        failures.extend(wrong.map(|wrong| format!("{words:?}: {wrong}")));
    }
    if served.stop() != Some(0) {
        failures.push("it does not stop".to_owned());
    }
    failures
}

/// Runs cases, four at a time, since they mostly wait.
fn check(cases: &[(String, Value)]) {
    let server = Server::start(&Setup::default());
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4.min(cases.len()) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some((file, case)) = cases.get(number) else { return };
                    let found = failures(&server.url(), number, case);
                    if !found.is_empty() {
                        failed.lock().unwrap().push(format!("{file}: {}\n    {}", case["name"], found.join("\n    ")));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    eprintln!("{} passed, {} failed", cases.len() - failed.len(), failed.len());
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn what_comes_in_another_order_and_again_is_answered_alike() {
    check(&[("here".to_owned(), own_case())]);
}

#[test]
fn every_case_in_another_order_and_with_copies_is_answered_as_expected() {
    let dir = file("../../shared/cases");
    let mut cases = cases::cases(&dir);
    cases.retain(|(_, case)| case["any_order"] == true);
    let cases = cases::some(cases);
    if cases.is_empty() {
        skipped(&format!("there are no cases in {}", dir.display()));
        return;
    }
    check(&cases);
}
