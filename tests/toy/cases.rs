//! The conformance cases, where they lie beside the workspace, and how their expectations match.
//!
//! In an expectation an object matches when every key that it gives does, a list item by item and in length;
//! `{"$unordered": [..]}` leaves the order out, `{"$len": n}` looks at the length, `{"$has": x}` wants `x` among the
//! items.

#![allow(dead_code, reason = "each test takes what it needs of this")]

use std::fs;
use std::path::Path;

use serde_json::Value;

/// All cases in a directory and in `next` below it, each with the name of its file; none where there is no such directory.
pub(crate) fn cases(dir: &Path) -> Vec<(String, Value)> {
    let dirs = [dir.to_owned(), dir.join("next")];
    let entries = dirs.iter().filter_map(|dir| fs::read_dir(dir).ok()).flatten();
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let mut cases: Vec<(String, Value)> = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut content: Value = serde_json::from_str(&text).unwrap();
        let Value::Array(found) = content["cases"].take() else { panic!("{name} holds no cases") };
        cases.extend(found.into_iter().map(|case| (name.clone(), case)));
    }
    cases
}

/// Every fourth case, and all at full size: for what `tests/conformance.rs` shows of each beside its ledger.
pub(crate) fn some<T>(cases: Vec<T>) -> Vec<T> {
    cases.into_iter().step_by(if crate::shell::times() > 1 { 1 } else { 4 }).collect()
}

/// Where an answer differs from what is expected of it; nothing where it does not.
pub(crate) fn differs(expect: &Value, got: &Value, place: &str) -> Option<String> {
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
