//! Dependencies between the crates point one way. This reads their manifests and fails on an edge that is not allowed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

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
    ("tables", &["domain", "query"]),
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
/// Read as lines: a dependency stands as `name = ..`, `name.workspace = true` or `[dependencies.name]`, or hides behind
/// another name as `package = "name"`.
fn uses(manifest: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut among_dependencies = false;
    for line in manifest.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_matches(['[', ']']);
            among_dependencies = section.split('.').any(|part| part.ends_with("dependencies"));
            if among_dependencies {
                found.extend(section.rsplit('.').next().and_then(internal));
            }
        } else if among_dependencies {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            found.extend(key.split('.').next().and_then(internal));
            found.extend(value.split('"').filter_map(internal));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The directory of the crate that a word names.
fn internal(word: &str) -> Option<String> {
    let word = word.trim().trim_matches(['"', '\'']);
    match word.strip_prefix("tenure-") {
        Some(dir) => Some(dir.to_owned()),
        None => (word == "tenure").then(|| word.to_owned()),
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
