//! Dependencies between the crates point one way. This reads their manifests and fails on an edge that is not allowed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use toml::{Table, Value};

/// Each crate, by its directory, and the crates it may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("answers", &[]),
    ("domain", &[]),
    ("http", &["answers", "domain", "ledger", "log", "mcp", "producer", "render", "serve"]),
    ("ledger", &["answers", "domain", "log", "projector", "query"]),
    ("log", &["domain"]),
    ("mcp", &["answers", "domain", "ledger", "render", "serve"]),
    ("producer", &["domain", "log"]),
    ("projector", &["domain", "log"]),
    ("query", &["answers", "domain"]),
    ("render", &["answers", "domain"]),
    ("tables", &["query"]),
    ("serve", &["answers", "domain", "ledger", "log", "projector", "query", "render"]),
    (
        "tenure",
        &[
            "answers",
            "domain",
            "http",
            "ledger",
            "log",
            "mcp",
            "producer",
            "projector",
            "query",
            "render",
            "serve",
            "tables",
        ],
    ),
];

fn crates() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("a crate lies in the directory of crates").to_owned()
}

/// The crates of this workspace that a manifest names as dependencies of any kind, by the names of their directories.
///
/// A dependency can hide behind another name, as `name = { package = "tenure-log" }`.
fn uses(manifest: &str) -> Vec<String> {
    let manifest: Table = manifest.parse().expect("a manifest is TOML");
    let mut found = Vec::new();
    find(&manifest, &mut found);
    found.sort();
    found.dedup();
    found
}

/// Finds the crates in every table of dependencies, also in those of single targets.
fn find(table: &Table, found: &mut Vec<String>) {
    for (name, value) in table {
        let Some(table) = value.as_table() else { continue };
        if !name.ends_with("dependencies") {
            find(table, found);
            continue;
        }
        for (name, dependency) in table {
            let package = dependency.get("package").and_then(Value::as_str);
            found.extend(internal(package.unwrap_or(name)));
        }
    }
}

/// The directory of the crate of this workspace that a package is.
fn internal(package: &str) -> Option<String> {
    match package.strip_prefix("tenure-") {
        Some(dir) => Some(dir.to_owned()),
        None => (package == "tenure").then(|| package.to_owned()),
    }
}

#[test]
fn crates_use_each_other_one_way_only() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for entry in fs::read_dir(crates()).expect("the directory of crates can be read") {
        let dir = entry.expect("the directory of crates can be read").path();
        let Ok(manifest) = fs::read_to_string(dir.join("Cargo.toml")) else { continue };
        let name = dir.file_name().and_then(|name| name.to_str()).expect("crates have plain names").to_owned();
        let Some(may) = allowed.get(&*name) else {
            wrong.push(format!("{name} is not in the table of this test"));
            continue;
        };
        seen += 1;
        let more = uses(&manifest).into_iter().filter(|used| !may.contains(&used.as_str()));
        wrong.extend(more.map(|used| format!("{name} -> {used}")));
    }
    assert!(wrong.is_empty(), "not allowed:\n  {}", wrong.join("\n  "));
    assert_eq!(seen, ALLOWED.len(), "a crate of the table is gone");
}

#[test]
fn a_dependency_is_found_however_it_is_written() {
    let check = |manifest: &str, expect: &[&str]| assert_eq!(uses(manifest), expect, "{manifest}");
    check("[dependencies]\ntenure-log.workspace = true", &["log"]);
    check("[dependencies]\ntenure-log = { path = \"../log\" }", &["log"]);
    check("[dev-dependencies]\n\"tenure-log\" = \"1\" # why", &["log"]);
    check("[dependencies.tenure-log]\npath = \"../log\"", &["log"]);
    check("[target.'cfg(unix)'.build-dependencies]\nlog = { package = \"tenure-query\" }", &["query"]);
    check("[package]\nname = \"tenure-log\"\n[dependencies]\nserde = \"1\"\n[lints]\nworkspace = true", &[]);
    check("[dependencies]\ntenure.workspace = true", &["tenure"]);
}
