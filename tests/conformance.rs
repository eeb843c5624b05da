//! The conformance cases, where they lie beside the workspace, against the binary.
//!
//! Each case is ingested into a ledger of its own, and each of its checks asked. Of the cases with `any_order` every fourth is
//! run again with its events shuffled, at full size each: `tests/properties.rs` and `tests/nats_order.rs` shuffle too.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/cases.rs"]
mod cases;
#[path = "toy/shell.rs"]
mod shell;

use cases::differs;
use serde_json::Value;
use shell::{Random, Shell, file, skipped};

#[test]
fn expectations_match_as_they_say() {
    let check = |expect: &str, got: &str, matches: bool| {
        let [expected, given] = [expect, got].map(|text| serde_json::from_str(text).unwrap());
        assert_eq!(differs(&expected, &given, "").is_none(), matches, "{expect} {got}");
    };
    check(r#"{"a":1}"#, r#"{"a":1,"b":2}"#, true);
    check(r#"{"a":1}"#, r#"{"b":2}"#, false);
    check(r#"{"a":null}"#, r#"{"a":null}"#, true);
    check(r#"{"a":null}"#, "{}", false);
    check("[1,2]", "[1,2]", true);
    check("[1,2]", "[2,1]", false);
    check("[1]", "[1,2]", false);
    check(r#"{"$unordered":[1,2]}"#, "[2,1]", true);
    check(r#"{"$unordered":[1,1]}"#, "[1,2]", false);
    check(r#"{"$unordered":[]}"#, "[1]", false);
    check(r#"{"$len":2}"#, "[2,1]", true);
    check(r#"{"$len":2}"#, "{}", false);
    check(r#"{"$has":{"a":1}}"#, r#"[{},{"a":1}]"#, true);
    check(r#"{"$has":1}"#, "[2]", false);
}

/// What fails of one case with its events in one order.
fn failures(case: &Value, events: &[&Value]) -> Vec<String> {
    let shell = Shell::new();
    let lines: String = events.iter().flat_map(|event| [event.to_string(), "\n".to_owned()]).collect();
    let run = shell.fed(&["ingest", "-"], lines.as_bytes());
    if run.exit != Some(0) {
        return vec![format!("ingest: {run:?}")];
    }
    let mut failures = Vec::new();
    for check in case["checks"].as_array().unwrap() {
        let words: Vec<&str> = check["run"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        let run = shell.run(&[&["--format", "json"], &words[..]].concat());
        let exit = check.get("exit").map_or(0, |exit| exit.as_i64().unwrap());
        if run.exit.map(i64::from) != Some(exit) {
            failures.push(format!("{words:?}: exit code {exit} expected, {run:?}"));
        } else if let Some(expect) = check.get("expect") {
            match serde_json::from_str(&run.out) {
                Ok(got) => failures.extend(differs(expect, &got, "").map(|what| format!("{words:?} {what}"))),
                Err(error) => failures.push(format!("{words:?}: no JSON, {error}: {}", run.out)),
            }
        }
    }
    failures
}

#[test]
fn every_case_is_answered_as_expected() {
    let dir = file("../../shared/cases");
    let cases = cases::cases(&dir);
    if cases.is_empty() {
        skipped(&format!("there are no cases in {}", dir.display()));
        return;
    }
    let any_order: Vec<&Value> = cases.iter().map(|(_, case)| case).filter(|case| case["any_order"] == true).collect();
    let again = cases::some(any_order);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failed: Vec<String> = std::thread::scope(|scope| {
        let share = cases.len().div_ceil(threads);
        let workers: Vec<_> = cases.chunks(share).map(|cases| scope.spawn(|| run_all(cases, &again))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    eprintln!("{} passed, {} failed", cases.len() - failed.len(), failed.len());
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// What fails of cases, and of those that are run again in another order.
fn run_all(cases: &[(String, Value)], again: &[&Value]) -> Vec<String> {
    let mut failed = Vec::new();
    for (file, case) in cases {
        let events: Vec<&Value> = case["events"].as_array().unwrap().iter().collect();
        let mut found = failures(case, &events);
        if again.iter().any(|other| std::ptr::eq(*other, case)) {
            let mut shuffled = events.clone();
            shuffle(&mut shuffled, &mut Random(1));
            let told = failures(case, &shuffled).into_iter();
            found.extend(told.map(|what| format!("in another order: {what}")));
        }
        if !found.is_empty() {
            failed.push(format!("{file}: {} - {}\n    {}", case["name"], case["why"], found.join("\n    ")));
        }
    }
    failed
}

fn shuffle(events: &mut [&Value], random: &mut Random) {
    for last in (1..events.len()).rev() {
        let other = usize::try_from(random.below(last as u64 + 1)).unwrap();
        events.swap(last, other);
    }
}
