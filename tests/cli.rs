//! Golden runs of the real binary on a toy world: what it prints, where, and with which exit code.
//!
//! `toy/world.ndjson` and `toy/later.ndjson` are the world, in two batches. Each golden file is a session: commands
//! with their standard output, lines of standard error marked as such, and exit codes other than 0.
//! `TENURE_BLESS=1 cargo test -p tenure --test cli` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::process::Stdio;

use chrono::Utc;
use shell::{Shell, TENURE, file, skipped};

/// The toy world, in a ledger of the caller's own: there is one process at a time.
fn world() -> Shell {
    let world = Shell::toy();
    // So that no first question tells that there were no snapshots yet.
    world.run(&["replay"]).well();
    world
}

/// Runs a session on a ledger and compares it with its golden file.
#[track_caller]
fn check(name: &str, shell: &Shell, commands: &[&str]) {
    let mut shown = String::new();
    for command in commands {
        shown += &shell.session(&words(command));
        shown += "\n";
    }
    let today = Utc::now().date_naive().to_string();
    assert!(!shown.contains(&today), "{name} is another one tomorrow: a question of it wants --at\n{shown}");
    let path = file("golden").join(format!("{name}.txt"));
    if std::env::var_os("TENURE_BLESS").is_some() {
        fs::write(&path, shown).unwrap();
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    if shown == golden {
        return;
    }
    let differs = shown.lines().zip(golden.lines()).take_while(|(shown, golden)| shown == golden).count();
    let around = |text: &str| text.lines().skip(differs.saturating_sub(3)).take(8).collect::<Vec<_>>().join("\n");
    panic!(
        "{} differs from line {} on.\n--- golden\n{}\n--- now\n{}\n--- \
        Where this is as it should be: TENURE_BLESS=1 cargo test -p tenure --test cli",
        path.display(),
        differs + 1,
        around(&golden),
        around(&shown),
    );
}

/// The words of a command line; single quotes keep spaces together.
fn words(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = command.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').unwrap(),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

#[test]
fn person() {
    check(
        "person",
        &world(),
        &[
            "person 'Ann Lee' --at 2024-07-01 --format json",
            "person 'Ann Lee' --at 2024-07-01 --format ndjson",
            "person 'Ann Lee' --at 2024-07-01 --format csv",
            "person 'Ann Lee' --at 2024-07-01",
            // Half-open: the day of the change belongs to the new post.
            "person 'Ann Lee' --at 2024-02-29 --format ndjson",
            "person 'Ann Lee' --at 2024-03-01 --format ndjson",
            // Before the correction was reported, and before it was recorded.
            "person 'Ann Lee' --at 2024-12-01 --known 2024-12-31 --format ndjson",
            "person 'Ann Lee' --at 2024-12-01 --recorded 25 --format ndjson",
            "person 'Ann Lee' --at 2024-12-01 --format ndjson",
            // Nothing was known of her yet.
            "person 'Ann Lee' --at 2023-06-01 --known 2023-01-31 --format json",
            "person 'Ann Lee' --at 2023-06-01 --known 2023-01-31",
            // Possible only: he left on one of several days.
            "person 'Lin Wei' --at 2024-05-31 --format csv",
            "person 林伟 --at 2023-12-31 --lang en --format csv",
            "person orcid:0000-0001 --at 2023-12-31 --lang zh",
            // A name learned later, asked on an older basis.
            "person 'Emil Gray' --at 2024-01-01 --recorded 25 --format csv",
            // Filters by source.
            "person 'Ann Lee' --at 2024-07-01 --source Kestrel --format ndjson",
            "person 'Ann Lee' --at 2024-07-01 --not-source Kestrel --min-confidence reported --format ndjson",
            "person 'Ann Lee' --at 2024-07-01 --min-confidence confirmed --format ndjson",
        ],
    );
}

/// A name that only what was replaced or withdrawn gave means whoever bore it, on each basis and with each verb.
#[test]
fn names_that_nothing_gives_any_more() {
    let shell = Shell::new();
    shell.run(&["ingest", file("toy/renamed.ndjson").to_str().unwrap()]).well();
    shell.run(&["replay"]).well();
    check(
        "renamed",
        &shell,
        &[
            "person 'Robert Ray' --at 2024-06-01 --format csv",
            "person 'Bobby Ray' --at 2024-06-01 --format csv",
            "person 'Bobby Ray' --at 2024-06-01 --recorded 2 --format csv",
            "person 'Bobby Ray' --at 2024-06-01 --known 2024-02-10 --format csv",
            "reports 'Bobby Ray' --at 2024-06-01",
            "who Acme --at 2024-06-01 --format csv",
            "org Acme --at 2024-06-01",
            "holders Lab --at 2024-06-01 --format csv",
            "diff 'Robert Ray' --at 2022..2024",
            "conflicts 'Robert Ray' --at 2024-06-01",
            // Of another company.
            "diff Ops --company 'Acme Inc' --at 2022..2024",
            "conflicts Ops --company 'Acme Inc' --at 2024-06-01",
        ],
    );
}

#[test]
fn career() {
    check(
        "career",
        &world(),
        &[
            "career 'Ann Lee' --at 2026-01-01 --format json",
            "career 'Ann Lee' --at 2026-01-01 --format ndjson",
            "career 'Ann Lee' --at 2026-01-01 --format csv",
            "career 'Ann Lee' --at 2026-01-01",
            "career 林偉 --at 2026-01-01",
            "career p/bo --at 2026-01-01",
            "career p/novak-2 --at 2026-01-01",
            "career '~cynovak' --at 2026-01-01 --format ndjson",
        ],
    );
}

#[test]
fn who() {
    check(
        "who",
        &world(),
        &[
            "who Vision --at 2024-07-01 --format json",
            "who Vision --at 2024-07-01 --format ndjson",
            "who Vision --at 2024-07-01 --format csv",
            "who Vision --at 2024-07-01",
            "who Kestrel --at 2024-04-01",
            "who 红隼 --at 2024-04-01 --direct",
            "who Perception --company Kestrel --at 2024-07-01 --lead",
            "who Kestrel --at 2024-04-01 --title engineer --format csv",
            // Merged: its people are elsewhere, and it says where.
            "who Speech --at 2025-02-01 --format json",
            "who 'Field Office' --at 2025-07-01",
        ],
    );
}

#[test]
fn org() {
    check(
        "org",
        &world(),
        &[
            "org Kestrel --at 2024-07-01 --format json",
            "org Kestrel --at 2024-07-01 --format ndjson",
            "org Kestrel --at 2024-07-01 --format csv",
            "org Kestrel --at 2024-07-01",
            "org Kestrel --at 2023-01-05",
            "org Kestrel --at 2025-02-01 --lang zh",
            "org Kestrel --at 2025-07-01",
            "org k/vision --at 2025-02-01",
        ],
    );
}

#[test]
fn holders() {
    check(
        "holders",
        &world(),
        &[
            "holders Vision --at 2026-01-01 --format json",
            "holders Vision --at 2026-01-01 --format ndjson",
            "holders Vision --at 2026-01-01 --format csv",
            "holders Vision --at 2026-01-01",
            "holders Kestrel --at 2026-01-01 --lead",
            "holders Vision --direct --at 2026-01-01 --lead --gaps",
            "holders Kestrel --at 2026-01-01 --sort name --format csv",
            "holders Kestrel --at 2026-01-01 --seen-within 2w",
            "holders Kestrel --at 2026-01-01 --direct",
            "holders Kestrel --at 2026-01-01 --since 2024-06 --until 2024-07 --format csv",
            "holders Kestrel --at 2026-01-01 --title Engineer --format csv",
        ],
    );
}

#[test]
fn reports() {
    check(
        "reports",
        &world(),
        &[
            "reports 'Lin Wei' --at 2024-04-01 --format json",
            "reports 'Lin Wei' --at 2024-04-01 --format ndjson",
            "reports 'Lin Wei' --at 2024-04-01 --format csv",
            "reports 'Lin Wei' --at 2024-04-01",
            "reports 'Ann Lee' --at 2024-04-01 --up --format json",
            "reports 'Ana Duarte' --at 2024-04-01 --down",
        ],
    );
}

#[test]
fn diff() {
    check(
        "diff",
        &world(),
        &[
            "diff 'Ann Lee' --at 2024-02-01..2024-07-01 --format json",
            "diff 'Ann Lee' --at 2024-02-01..2024-07-01 --format ndjson",
            "diff 'Ann Lee' --at 2024-02-01..2024-07-01 --format csv",
            "diff 'Ann Lee' --at 2024-02-01..2024-07-01",
            "diff 'Ann Lee' --at 2024-12-01 --known 2024-12-31..2025-03-01 --format json",
            "diff 'Ann Lee' --at 2025-08-31 --known 2025-08-31..2025-09-30",
            "diff Kestrel --at 2024-05-01..2025-07-01",
            // The same point twice.
            "diff Kestrel --at 2024-05-01..2024-05-01",
        ],
    );
}

/// A ministry: rows of a table that are restated when they end, a claim that is taken back, and one that was dated wrongly.
const MINISTRY: &str = r#"
{"id":"hunt-1","type":"HeldPost","person":"Jeremy Hunt","company":"Government","unit":"Treasury","title":"Chancellor","from":"2022-10-14","reported_at":"2024-01-01","source":{"publisher":"Register","key":"hunt"}}
{"id":"hunt-2","type":"HeldPost","person":"Jeremy Hunt","company":"Government","unit":"Treasury","title":"Chancellor","from":"2022-10-14","to":"2024-07-05","reported_at":"2024-09-01","source":{"publisher":"Register","key":"hunt"}}
{"id":"reeves","type":"HeldPost","person":"Rachel Reeves","company":"Government","unit":"Treasury","title":"Chancellor","from":"2024-07-05","reported_at":"2024-09-01","source":{"publisher":"Register","key":"reeves"}}
{"id":"trott-1","type":"HeldPost","person":"Laura Trott","company":"Government","unit":"Treasury","title":"Chief Secretary","from":"2023-11-13","reported_at":"2024-01-01","source":{"publisher":"Register","key":"trott"}}
{"id":"trott-2","type":"HeldPost","person":"Laura Trott","company":"Government","unit":"Treasury","title":"Chief Secretary","from":"2023-11-14","to":"2024-07-05","reported_at":"2024-09-01","source":{"publisher":"Register","key":"trott"}}
{"id":"ghost","type":"HeldPost","person":"Aled Ghost","company":"Government","unit":"Treasury","title":"Envoy","from":"2023-01-01","reported_at":"2024-01-01","source":"Rumour Mill"}
{"id":"no-ghost","type":"EventRetracted","event":"ghost","reported_at":"2024-08-01","source":"Rumour Mill"}
{"id":"late-1","type":"HeldPost","person":"Bim Late","company":"Government","unit":"Home Office","title":"Minister","from":"2024-02-01","reported_at":"2024-01-01","source":{"publisher":"Register","key":"late"}}
{"id":"late-2","type":"HeldPost","person":"Bim Late","company":"Government","unit":"Home Office","title":"Minister","from":"2024-08-01","reported_at":"2024-09-01","source":{"publisher":"Register","key":"late"}}
"#;

#[test]
fn posts_that_change_hands() {
    let shell = Shell::of(MINISTRY.trim_start());
    shell.run(&["replay"]).well();
    check(
        "hands",
        &shell,
        &[
            "diff Treasury --at 2024-07",
            "diff Government --at 2024-07-04..2024-08-02",
            // Learned: what had ended by the day, what was taken back, and what begins only later.
            "diff Government --at 2024-07-20 --known 2024-03-01..2024-12-01",
            "diff Treasury --at 2024-07-20 --known 2024-03-01..2024-12-01 --format ndjson",
            // An end that is still to come on the day; and one that what happened tells.
            "diff Treasury --at 2024-03-01 --known 2024-03-01..2024-12-01",
            "diff Treasury --at 2024-03-01..2024-07-20 --known 2024-03-01..2024-12-01",
            // A point with itself.
            "diff Government --at 2024-07-20..2024-07-20 --known 2024-03-01..2024-03-01",
        ],
    );
}

#[test]
fn filters() {
    check(
        "filters",
        &world(),
        &[
            // A whole title goes before a part of one; who had it is not asked.
            "who Kestrel --at 2024-04-01 --title engineer",
            "who Vision --at 2025-01-01 --title Engineer",
            "who Vision --at 2025-01-01 --title principal",
            "holders Kestrel --at 2026-01-01 --title head",
            "holders Kestrel --at 2026-01-01 --title head --format csv --quiet",
            // A title that nobody ever had there.
            "who Vision --at 2024-04-01 --title Enginer",
            "who Vision --at 2024-04-01 --title Chancellor --format json",
            "holders 'Field Office' --at 2026-01-01 --title Chancellor",
            "who Osprey --at 2026-01-01 --title Chancellor",
            "who Kestrel --at 2024-04-01 --title ???",
            // A day before all that is known, and a title asked for as a name.
            "who Kestrel --at 1990-01-01",
            "who Engineer --at 2024-04-01",
            // Publishers.
            "person 'Ann Lee' --at 2024-07-01 --source kestral",
            "person 'Ann Lee' --at 2024-07-01 --source kestrel --not-source 'The Daily Nothing'",
            "diff 'Ann Lee' --at 2024-07 --source register",
            "log 'Ann Lee' --at 2024-07-01 --source CR --format ndjson",
            "export --to csv --at 2024-07-01 --source Nothing",
        ],
    );
}

#[test]
fn dates() {
    let world = world();
    check(
        "dates",
        &world,
        &[
            // One day is needed: the last of a month, of a year.
            "person 'Ann Lee' --at 2024-02",
            "person 'Ann Lee' --at 2023 --known 2024",
            "person 'Ann Lee' --at 2024-07-01 --recorded 2999-01",
            // A range is needed: all of the month.
            "diff 'Ann Lee' --at 2024-03",
            "diff 'Ann Lee' --at 2024-03 --known 2024",
            "diff 'Ann Lee' --at 2024-02..2024-03-01",
            "diff 'Ann Lee' --at ..2023-02",
            "diff 'Ann Lee' --at 2024-12-01 --known 2025-01",
            "diff 'Ann Lee' --at 2024-12-01 --known 2025..",
            "diff 'Ann Lee' --at 2024-12-01 --known ..2024",
            // One point is no range, nor is a flag a date.
            "diff Kestrel --at 2024-05-01",
            "diff Kestrel --at 2024-05-01 --known 2024-05-01",
            "diff Kestrel --at ..",
            "diff Kestrel --at --known",
        ],
    );
    // What counts from today.
    let who = ["person", "Ann Lee", "--format", "json"];
    let today = world.run(&who).well();
    for at in ["today", "-0d", "-0m"] {
        assert_eq!(world.run(&[&who[..], &["--at", at]].concat()).well(), today, "{at}");
    }
    let at = |at: &str| world.ask(&["diff", "Ann Lee", "--at", at])["basis"]["at"].clone();
    assert_eq!(at("-30d..yesterday"), at("-30d..-1d"));
    assert_eq!(at("2024-01-01.."), at("2024-01-01..today"));
    world.run(&["holders", "Kestrel", "--since", "-2y", "--until", "yesterday"]).well();
    // What is known by a day is known by the end of that day in UTC, wherever the asker is.
    let known = |zone: &str| {
        let mut command = world.command(&[&who[..], &["--known", "today"]].concat());
        let output = command.env("TZ", zone).output().expect("it runs");
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an answer");
        answer["basis"]["known"].clone()
    };
    let utc = known("UTC");
    let batch = |zone: &str| {
        let mut command = world.command(&["batch"]);
        let question = b"{\"verb\":\"person\",\"person\":\"Ann Lee\",\"known\":\"today\"}\n";
        command.env("TZ", zone).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        child.stdin.take().expect("a pipe").write_all(question).expect("written");
        let output = child.wait_with_output().expect("it ends");
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an answer");
        answer["answer"]["basis"]["known"].clone()
    };
    for zone in ["XXX+12", "XXX-14"] {
        for known_there in [known(zone), batch(zone)] {
            assert!([&utc, &known("UTC")].contains(&&known_there), "{zone}: {known_there}");
        }
    }
}

#[test]
fn why() {
    check(
        "why",
        &world(),
        &[
            "why 'Ann Lee' --at 2023-06-01 --format json",
            "why 'Ann Lee' --at 2023-06-01 --format ndjson",
            "why 'Ann Lee' --at 2023-06-01 --format csv",
            "why 'Ann Lee' --at 2023-06-01",
            "why 'Ann Lee' --at 2024-12-01",
            "why 'E. Gray' --at 2024-05-15",
            "why 'E. Gray' --at 2026-01-01 --format json",
        ],
    );
}

#[test]
fn why_takes_the_id_of_a_tenure() {
    let world = world();
    let tenures = world.ask(&["career", "Ann Lee"])["tenures"].clone();
    for tenure in tenures.as_array().unwrap() {
        let id = tenure["tenure"].as_str().unwrap();
        assert_eq!(world.ask(&["why", id])["tenure"], *tenure);
    }
}

#[test]
fn conflicts() {
    check(
        "conflicts",
        &world(),
        &[
            "conflicts --at 2026-01-01 --format json",
            "conflicts --at 2026-01-01 --format ndjson",
            "conflicts --at 2026-01-01 --format csv",
            "conflicts --at 2026-01-01",
            "conflicts 'Ann Lee' --at 2026-01-01",
            "conflicts 'E. Gray' --at 2026-01-01",
        ],
    );
}

#[test]
fn log() {
    check(
        "log",
        &world(),
        &[
            "log 'Ann Lee' --at 2026-01-01 --format json",
            "log 'Ann Lee' --at 2026-01-01 --format ndjson",
            "log 'Ann Lee' --at 2026-01-01 --format csv",
            "log 'Ann Lee' --at 2026-01-01",
            "log Speech --at 2026-01-01",
            "log --at 2026-01-01 --recorded 3 --format ndjson",
            "log --at 2026-01-01 --known 2023-01-11",
            "log --at 2026-01-01 --quarantined",
            // Of the erased, only that there was an event.
            "log --at 2026-01-01 --known 2023-06-02 --format ndjson",
        ],
    );
}

#[test]
fn list() {
    check(
        "list",
        &world(),
        &[
            "list people --at 2026-01-01",
            "list people --at 2026-01-01 --sort count --limit 2 --format json",
            "list companies --at 2026-01-01 --format ndjson",
            "list units --at 2026-01-01 --company Kestrel",
            "list titles --at 2026-01-01 --format csv",
            "list sources --at 2026-01-01",
        ],
    );
}

#[test]
fn find() {
    check(
        "find",
        &world(),
        &[
            "find lee --at 2026-01-01 --format json",
            "find lee --at 2026-01-01 --format ndjson",
            "find lee --at 2026-01-01 --format csv",
            "find lee --at 2026-01-01",
            "find '林 偉' --at 2026-01-01",
            "find 'hongsun' --at 2026-01-01",
            "find 'Okafro' --at 2026-01-01 --limit 1",
            "find lee --at 2026-01-01 --limit 0",
            "find lee --at 2026-01-01 --limit 1 --format json",
            "find 'nobody at all' --at 2026-01-01",
        ],
    );
}

#[test]
fn moves() {
    check(
        "moves",
        &world(),
        &[
            "moves --at 2026-01-01 --format json",
            "moves --at 2026-01-01 --format ndjson",
            "moves --at 2026-01-01 --format csv",
            "moves --at 2026-01-01",
            "moves --to Vision --by month --at 2026-01-01",
            "moves --from Speech --since 2024-03 --until 2024-04 --by quarter --at 2026-01-01",
            "moves --since 2025 --at 2026-01-01",
        ],
    );
}

#[test]
fn status() {
    let world = world();
    let status = world.ask(&["status", "--at", "2026-01-01"]);
    let (_, digest) = world.state();
    for (field, expect) in [("events", 32), ("lag_events", 0), ("quarantined", 0)] {
        assert_eq!(status[field], expect, "{field} of {status}");
    }
    assert_eq!(
        status["basis"],
        serde_json::json!({
            "at": "2026-01-01", "known": null, "recorded": null, "seq": 32, "head": 32,
        })
    );
    let segment = fs::metadata(world.data().join("journal/00000000000000000001.ndjson")).unwrap();
    assert_eq!(status["journal_bytes"], segment.len());
    for format in ["table", "ndjson", "csv"] {
        let run = world.run(&["status", "--format", format]).well();
        assert!(run.out.contains(&digest), "{run:?}");
    }
    assert!(world.run(&["verify"]).well().out.contains(&digest));
    // The digest is that of the events in their order, whenever they were recorded and in however many batches.
    let again = Shell::new();
    again
        .run(&["ingest", file("toy/world.ndjson").to_str().unwrap(), file("toy/later.ndjson").to_str().unwrap()])
        .well();
    assert_eq!(again.state(), (32, digest));
}

#[test]
fn replay_and_verify() {
    let world = world();
    let before = world.ask(&["career", "Ann Lee", "--at", "2026-01-01"]);
    let run = world.run(&["replay", "--quiet"]).well();
    assert!(run.out.starts_with("replayed 32 events in ") && run.err.is_empty(), "{run:?}");
    world.run(&["verify"]).well();
    assert_eq!(world.ask(&["career", "Ann Lee", "--at", "2026-01-01"]), before);
}

#[test]
fn ingest() {
    let shell = Shell::new();
    let good = |id: &str| {
        format!(r#"{{"type":"JoinedCompany","id":"{id}","person":"Ann Lee","company":"Kestrel","source":"Page"}}"#)
    };
    shell.write("events.ndjson", format!("{}\n{}\n{}\n", good("a"), "{\"type\":\"Joined\"}", good("b")));
    shell.write("array.json", format!("[{},\n {}]", good("b"), good("c")));
    let record = r#"{"specversion":"1.0","id":"1","source":"/scraper","type":"org.example","data":"#;
    shell.write("cloud.ndjson", format!("{record}{}}}\n", good("d")));
    check(
        "ingest",
        &shell,
        &[
            "ingest events.ndjson",
            "ingest events.ndjson --rejects rejects.ndjson --format json",
            "ingest array.json cloud.ndjson --format csv",
            "ingest array.json cloud.ndjson --format ndjson",
            "ingest array.json cloud.ndjson",
        ],
    );
    assert_eq!(shell.read("rejects.ndjson").lines().count(), 1);
    assert_eq!(shell.state().0, 4);
}

#[test]
fn of_many_rejects_the_first_are_told() {
    let shell = Shell::new();
    let run = shell.fed(&["ingest", "-"], "{}\n".repeat(30).as_bytes());
    assert_eq!(run.exit, Some(8));
    assert_eq!(run.out, "appended 0, duplicate 0, rejected 30; ledger at 0\n");
    assert_eq!(run.err.lines().filter(|line| line.starts_with("-:")).count(), 20, "{run:?}");
    assert_eq!(run.err.matches("hint: ").count(), 1, "what is the same for all is told once: {run:?}");
    assert_eq!(run.err.lines().last(), Some("and 10 more rejected; --rejects FILE keeps them all"));
}

#[test]
fn failures() {
    let world = world();
    world.write("list.ndjson", "");
    check(
        "failures",
        &world,
        &[
            // 1: failure.
            "ingest missing.ndjson",
            // 2: usage.
            "person",
            "persn 'Ann Lee'",
            "person 'Ann Lee' --format yaml",
            "person 'Ann Lee' --at 2024-02-30",
            "person 'Ann Lee' --at 01/02/2024",
            "person 'Ann Lee' --at 2024-02-01..2024-07-01",
            "person 'Ann Lee' --known lately",
            "person 'Ann Lee' --recorded first",
            "diff 'Ann Lee' --at 2024-07-01..2024-02-01",
            "diff 'Ann Lee' --at 2024-07-01 --known 2024-07-01..2024-02-01",
            "reports 'Ann Lee' --up --down",
            "holders Kestrel --since 2024-1X --at 2026-01-01",
            "holders Kestrel --since 2025 --until 2024 --at 2026-01-01",
            "ingest .",
            "log 'Ann Lee' --quarantined",
            // 3: not found.
            "person 'An Lee' --at 2026-01-01",
            "who Visoin --at 2026-01-01",
            "career Zzz --at 2026-01-01",
            "diff 'Anna Lee' --at 2026-01",
            "conflicts 'Anna Lee' --at 2026-01-01",
            "schema TransferedUnit",
            // 4: ambiguous.
            "person 'Cy Novak' --at 2026-01-01",
            "log 'Cy Novak' --at 2026-01-01",
            // A name of the other sort, on a verb that is about one of them.
            "who 'Ann Lee' --at 2026-01-01",
            "who p/lee --at 2023-06-01 --known 2023-01-31",
            "career Kestrel --at 2026-01-01",
            "person Vision --at 2026-01-01",
            // A company that nothing is called, or that is none.
            "person 'Ann Lee' --company Kestral --at 2026-01-01",
            "log --company Kestral --at 2026-01-01",
            "who Speech --company Vision --at 2024-01-01",
            "who Speech --company 'Ann Lee' --at 2024-01-01",
            "who Visoin --company Kestrel --at 2024-01-01",
            "who Vision --company Heron --at 2024-01-01",
            "who Heron --company Kestrel --at 2024-01-01",
            // What other programs call it.
            "who Vision --csv",
            "who Vision --nonsense",
            "diff Vision --since 2024-01-01",
            // The same for programs.
            "person 'Cy Novak' --at 2026-01-01 --format json",
            "person 'An Lee' --at 2026-01-01 --format json --quiet",
            "who 'Ann Lee' --at 2026-01-01 --format ndjson --quiet",
            "person 'Ann Lee' --at 2024-02-30 --format json",
            "person --format json",
            "persn 'Ann Lee' --format json",
            "who Vision --json --format=json",
            "--format json",
            "status --data elsewhere --format json",
            // 5: no ledger there.
            "person 'Ann Lee' --data elsewhere --at 2026-01-01",
            "status --data elsewhere",
            // 6: not reached.
            "person 'Ann Lee' --recorded 33 --at 2026-01-01",
        ],
    );
    assert!(!world.dir().join("elsewhere").exists(), "a question makes no ledger");
}

#[test]
fn erased_people_are_not_answered_at_any_clock() {
    let world = world();
    check(
        "erased",
        &world,
        &[
            "person 'Eve Gone' --at 2023-07-01",
            "person p/gone --at 2023-07-01 --known 2023-07-01",
            "career p/gone --at 2023-07-01 --recorded 25",
            "find 'Eve Gone' --at 2023-07-01",
            "who Speech --at 2023-07-01 --known 2023-07-01",
        ],
    );
    for format in ["table", "json", "ndjson", "csv"] {
        for question in [
            "log",
            "log --recorded 25",
            "conflicts",
            "moves",
            "org Kestrel --at 2023-07-01",
            "who Kestrel --at 2023-07-01",
            "holders Speech",
            "find eve",
            "diff Kestrel --at 2023-05-01..2023-07-01",
            "diff Kestrel --at 2023-07-01 --known 2023-05-01..2023-07-01",
        ] {
            let run = world.run(&[&words(question)[..], &["--format", format]].concat()).well();
            for word in ["Eve Gone", "p/gone", "evegone", "h-gone"] {
                assert!(!run.out.contains(word), "{question} --format {format} tells {word}: {}", run.out);
            }
        }
    }
}

#[test]
fn quiet_tells_no_notices() {
    let world = world();
    for question in [
        "person 'Ann Lee' --at 2024-07-01",
        "who Speech --at 2025-02-01",
        "person 'Ann Lee' --known 2023-01-31",
        "status",
        "verify",
        "replay",
        "find lee",
        "log",
        "diff Kestrel --at 2024-05-01..2025-07-01",
    ] {
        let run = world.run(&[&words(question)[..], &["-q"]].concat()).well();
        assert_eq!(run.err, "", "{question}");
    }
    // Errors are told all the same.
    let run = world.run(&["person", "An Lee", "-q"]);
    assert_eq!(run.err, "error: nothing in this ledger is called `An Lee`\nhint: did you mean `Ann Lee`?\n");
}

#[test]
fn standard_output_carries_answers_only() {
    let world = world();
    for question in ["person 'Ann Lee'", "who Speech", "log", "status", "org Kestrel", "conflicts"] {
        let words = words(question);
        let loud = world.run(&[&words[..], &["-v", "--at", "2025-02-01"]].concat()).well();
        let quiet = world.run(&[&words[..], &["-q", "--at", "2025-02-01"]].concat()).well();
        assert_eq!(loud.out, quiet.out, "{question}");
    }
    for question in ["person 'An Lee'", "person 'Cy Novak'", "person 'Ann Lee' --at never", "who Speech --recorded 99"]
    {
        assert_eq!(world.run(&words(question)).out, "", "{question}");
    }
}

#[test]
fn help_and_versions_are_answers() {
    let shell = Shell::new();
    for question in
        ["--help", "--version", "help person", "person --help", "completions bash", "schema", "schema event"]
    {
        let run = shell.run(&words(question)).well();
        assert!(!run.out.is_empty() && run.err.is_empty(), "{question}: {run:?}");
    }
    let run = shell.run(&[]);
    assert_eq!((run.exit, run.out.as_str()), (Some(2), ""), "{run:?}");
}

#[test]
fn schemas_are_json() {
    let shell = Shell::new();
    let names = shell.run(&["schema"]).well().out;
    assert!(names.lines().count() > 30, "{names}");
    for name in names.lines() {
        assert!(shell.run(&["schema", name]).json().is_object(), "{name}");
    }
}

#[test]
fn colours_are_for_terminals() {
    let world = world();
    let question = ["who", "Kestrel", "--at", "2024-04-01"];
    let plain = world.run(&question).well().out;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let never = world.run(&[&question[..], &["--color", "never"]].concat()).well().out;
    assert_eq!(never, plain);
    let always = world.run(&[&question[..], &["--color", "always"]].concat()).well().out;
    let mut bare = String::new();
    for (place, part) in always.split("\u{1b}[").enumerate() {
        bare += if place == 0 { part } else { part.split_once('m').unwrap().1 };
    }
    assert_eq!(bare, plain, "colours change nothing but colours");
}

#[test]
fn no_row_is_cut_in_a_pipe() {
    let long = "Deputy Assistant to the Associate Director of ".repeat(10) + "Everything";
    let event = serde_json::json!({
        "type": "JoinedCompany", "person": "Ann Lee", "company": "Kestrel", "title": long, "source": "Page",
        "effective": "2024-01-01", "reported_at": "2024-01-01",
    });
    let shell = Shell::of(&event.to_string());
    for format in ["table", "json", "ndjson", "csv"] {
        let mut command = shell.command(&["career", "Ann Lee", "--format", format]);
        let output = command.env("COLUMNS", "40").output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains(&long), "{format}");
    }
}

/// Runs a command on a terminal of its own, and gives what is shown there; none where there is no `script` to make one.
fn on_a_terminal(shell: &Shell, settings: &[(&str, &str)], arguments: &str) -> Option<String> {
    let mut command = std::process::Command::new("script");
    command.args(["-qec", &format!("'{TENURE}' --data data {arguments}"), "/dev/null"]).current_dir(shell.dir());
    for name in ["PAGER", "TENURE_PAGER", "LESS", "COLUMNS"] {
        command.env_remove(name);
    }
    let Ok(run) = command.envs(settings.iter().copied()).stdin(std::process::Stdio::null()).output() else {
        skipped("a pager: there is no `script` on this machine");
        return None;
    };
    Some(String::from_utf8(run.stdout).unwrap().replace('\r', ""))
}

#[test]
fn a_pager_shows_answers_on_a_terminal_alone() {
    let world = world();
    let question = "who Kestrel --at 2024-04-01 --color never -q";
    let plain = world.run(&words(question)).well().out;
    let check = |settings: &[(&str, &str)], flags: &str, paged: bool| {
        let Some(shown) = on_a_terminal(&world, settings, &format!("{question}{flags}")) else { return };
        assert_eq!(shown.lines().any(|line| line.starts_with("P:")), paged, "{settings:?}: {shown}");
        let first = plain.lines().next().unwrap();
        assert!(shown.contains(first), "{settings:?}: {shown}");
    };
    let pager = "sed s/^/P:/";
    check(&[("TENURE_PAGER", pager)], "", true);
    check(&[("PAGER", pager)], "", true);
    check(&[("PAGER", pager)], " --no-pager", false);
    check(&[("PAGER", pager), ("TENURE_PAGER", "cat")], "", false);
    check(&[("PAGER", "")], "", false);
    check(&[("PAGER", "no-such-pager-at-all 2>/dev/null")], "", false);
    let mut piped = world.command(&words(question));
    let piped = piped.env("PAGER", pager).output().unwrap();
    assert_eq!(String::from_utf8(piped.stdout).unwrap(), plain);
}

#[test]
fn answers_are_as_wide_as_columns_says() {
    let world = world();
    // None are no width, but that it is not known.
    for (columns, expect) in [("44", 30..=44), ("0", 45..=80)] {
        let settings = [("COLUMNS", columns), ("PAGER", "cat")];
        let Some(shown) = on_a_terminal(&world, &settings, "career 'Ann Lee' --color never -q") else { return };
        let widest = shown.lines().map(|line| line.chars().count()).max();
        assert!(widest.is_some_and(|widest| expect.contains(&widest)), "{widest:?}: {shown}");
    }
}

#[test]
fn what_chooses_among_answers_is_refused_where_none_is_given() {
    let world = world();
    let flags = ["--at 2020", "--known 2020", "--recorded 3", "--source Page", "--company Kestrel"];
    for (verb, flags) in [("status", &flags[1..]), ("verify", &flags), ("replay", &flags), ("ingest -", &flags)] {
        for flag in flags {
            let run = world.run(&words(&format!("{verb} {flag}")));
            assert_eq!(run.exit, Some(2), "{verb} {flag}: {run:?}");
            assert!(run.out.is_empty() && run.err.contains("hint: leave it out"), "{verb} {flag}: {run:?}");
        }
    }
}

/// Some thousand events, so that an answer is longer than any pipe holds.
fn crowd() -> Shell {
    let mut events = String::new();
    for number in 0..3_000 {
        let event = serde_json::json!({
            "type": "JoinedCompany", "id": format!("e{number}"), "person": format!("Person {number}"),
            "company": "Kestrel", "unit": format!("Unit {}", number % 50), "source": "Page",
            "effective": "2024-01-01", "reported_at": "2024-01-01",
        });
        writeln!(events, "{event}").unwrap();
    }
    Shell::of(&events)
}

#[test]
fn long_answers_are_whole_and_a_reader_may_leave() {
    let crowd = crowd();
    let run = crowd.run(&["who", "Kestrel", "--at", "2024-06-01", "--format", "ndjson"]).well();
    assert_eq!(run.out.lines().count(), 3_000);
    let run = crowd.run(&["log", "--format", "ndjson"]).well();
    assert_eq!(run.out.lines().count(), 3_000);

    // `tenure log | head -1` is no failure.
    let mut command = crowd.command(&["log", "--format", "ndjson"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{told}");
    assert!(line.starts_with("{\"seq\":1,"), "{line}");
    assert!(!told.contains("panicked") && !told.contains("error:"), "{told}");
}

#[test]
fn whoever_does_not_listen_to_notices_gets_the_answer() {
    let world = world();
    let deaf = |arguments: &[&str]| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = world.command(arguments).stderr(writer).stdout(Stdio::piped()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (exit, answer) = deaf(&["who", "Speech", "--at", "2025-02-01", "--format", "json"]);
    assert_eq!(exit, Some(0));
    serde_json::from_str::<serde_json::Value>(&answer).unwrap();
    world.write("bad", "{}\n");
    let rejected = "appended 0, duplicate 0, rejected 1; ledger at 32\n".to_owned();
    assert_eq!(deaf(&["ingest", "bad"]), (Some(8), rejected));
    assert_eq!(deaf(&["person", "Nobody"]), (Some(3), String::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_clock_before_1970_is_told_and_nothing_done() {
    let shell = Shell::new();
    // The clock of the wall, one second before 1970, for programs that load this before the system's library.
    shell.write(
        "clock.c",
        "#define _GNU_SOURCE\n#include <sys/syscall.h>\n#include <time.h>\n#include <unistd.h>\n\
         int clock_gettime(clockid_t id, struct timespec *now) {\n\
         if (id != CLOCK_REALTIME) return syscall(SYS_clock_gettime, id, now);\n\
         now->tv_sec = -1; now->tv_nsec = 0; return 0; }\n",
    );
    let arguments = ["-shared", "-fPIC", "-o", "clock.so", "clock.c"];
    let made = std::process::Command::new("cc").args(arguments).current_dir(shell.dir()).status();
    if !made.is_ok_and(|made| made.success()) {
        skipped("there is no C compiler");
        return;
    }
    for command in [&["demo"][..], &["ingest", "-"], &["status"], &["serve", "--http", "127.0.0.1:0"]] {
        let mut command = shell.command(command);
        let output = command.env("LD_PRELOAD", shell.dir().join("clock.so")).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {err}");
        assert!(err.contains("the clock of this machine stands before 1970"), "{command:?}: {err}");
    }
    assert!(!shell.data().exists());
}
