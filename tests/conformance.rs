//! The conformance cases, where they lie beside the workspace, against the binary.
//!
//! Each case is ingested into a ledger of its own, and each of its checks asked. In an expectation an object matches
//! when every key that it gives does, a list item by item and in length; `{"$unordered": [..]}` leaves the order out,
//! `{"$len": n}` looks at the length, `{"$has": x}` wants `x` among the items. A case with `any_order` is run again with
//! its events shuffled.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::fs;

use serde_json::Value;
use shell::{Random, Shell, file};

/// Where an answer differs from what is expected of it; nothing where it does not.
fn differs(expect: &Value, got: &Value, place: &str) -> Option<String> {
    match expect {
        Value::Object(expect) => {
            if let Some(items) = expect.get("$unordered") {
                return unordered(items.as_array().unwrap(), got, place);
            }
            if let Some(length) = expect.get("$len") {
                let found = got.as_array().map(|items| items.len() as u64);
                return (found != length.as_u64()).then(|| format!("{place}: length {length} expected, got {got}"));
            }
            if let Some(one) = expect.get("$has") {
                let has = got.as_array().is_some_and(|items| items.iter().any(|item| differs(one, item, "").is_none()));
                return (!has).then(|| format!("{place}: {one} is not in {got}"));
            }
            let Some(got) = got.as_object() else { return Some(format!("{place}: an object expected, got {got}")) };
            expect.iter().find_map(|(key, expect)| match got.get(key) {
                None => Some(format!("{place}.{key}: missing")),
                Some(got) => differs(expect, got, &format!("{place}.{key}")),
            })
        }
        Value::Array(expect) => match got.as_array() {
            Some(got) if got.len() == expect.len() => {
                let pairs = expect.iter().zip(got).enumerate();
                pairs.into_iter().find_map(|(i, (expect, got))| differs(expect, got, &format!("{place}[{i}]")))
            }
            _ => Some(format!("{place}: {} items expected, got {got}", expect.len())),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            (expect != got).then(|| format!("{place}: {expect} expected, got {got}"))
        }
    }
}

fn unordered(expect: &[Value], got: &Value, place: &str) -> Option<String> {
    let Some(items) = got.as_array().filter(|items| items.len() == expect.len()) else {
        return Some(format!("{place}: {} items expected, got {got}", expect.len()));
    };
    let mut left: Vec<&Value> = items.iter().collect();
    for one in expect {
        match left.iter().position(|item| differs(one, item, "").is_none()) {
            Some(found) => drop(left.remove(found)),
            None => return Some(format!("{place}: nothing matches {one} in {left:?}")),
        }
    }
    None
}

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
    let mut files: Vec<_> = fs::read_dir(&dir).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    if files.is_empty() {
        eprintln!("skipped: there are no cases in {}", dir.display());
        return;
    }
    let mut cases: Vec<(String, Value)> = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut content: Value = serde_json::from_str(&text).unwrap();
        let Value::Array(found) = content["cases"].take() else { panic!("{name} holds no cases") };
        cases.extend(found.into_iter().map(|case| (name.clone(), case)));
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failed: Vec<String> = std::thread::scope(|scope| {
        let share = cases.len().div_ceil(threads);
        let workers: Vec<_> = cases.chunks(share).map(|cases| scope.spawn(|| run_all(cases))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    eprintln!("{} passed, {} failed", cases.len() - failed.len(), failed.len());
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

fn run_all(cases: &[(String, Value)]) -> Vec<String> {
    let mut failed = Vec::new();
    for (file, case) in cases {
        let events: Vec<&Value> = case["events"].as_array().unwrap().iter().collect();
        let mut found = failures(case, &events);
        if case["any_order"] == true {
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
