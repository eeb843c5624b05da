//! What a service tells those who run it: every line that docs/service.md and docs/deploy.md describe, with the fields
//! that are said there to be in it, as text and as JSON.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "nats/served.rs"]
mod served;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use served::{Served, asked, connect, events, publish, wait_for};
use server::{Server, Setup};
use shell::{Shell, file, files_below};

/// The lines of the table of docs/deploy.md: what is told, with which fields, some of which are not always there.
fn documented() -> BTreeMap<String, Vec<String>> {
    let page = fs::read_to_string(file("../docs/deploy.md")).unwrap();
    let table = page.lines().skip_while(|line| !line.starts_with("| event | fields |")).skip(2);
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in table.take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').collect();
        let quoted = |cell: &str| -> Vec<String> {
            cell.split('`').skip(1).step_by(2).map(|word| word.trim_end_matches(" -v").to_owned()).collect()
        };
        for event in quoted(cells[1]) {
            told.entry(event).or_default().extend(quoted(cells[2]));
        }
    }
    assert!(told.len() > 10, "the table of docs/deploy.md is not found: {told:?}");
    told
}

/// The objects that were told.
fn objects(said: &str) -> Vec<Value> {
    said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// The line in which something was told first.
fn told<'l>(lines: &'l [Value], event: &str) -> &'l Value {
    lines.iter().find(|line| line["event"] == event).unwrap_or_else(|| panic!("`{event}` is not told: {lines:#?}"))
}

fn place(lines: &[Value], event: &str) -> usize {
    lines.iter().position(|line| line["event"] == event).unwrap_or_else(|| panic!("`{event}` is not told: {lines:#?}"))
}

#[test]
fn what_happens_is_told_as_documented() {
    let mut server = Server::start(&Setup::default());
    let (url, there) = (server.url(), Shell::new());
    let producer = Shell::new();
    producer.fed(&["ingest", "-", "--nats", &url], events(0..2_000).as_bytes()).well();
    publish(&connect(&url), "no event");
    let mut served = Served::spawn(&there, &url, &["--log-format", "json", "-v"]);
    wait_for("it answers", || {
        let said = served.said();
        said.contains("answering on tenure.query.*").then_some(()).ok_or(said)
    });
    producer.fed(&["ingest", "-", "--nats", &url], events(2_000..2_010).as_bytes()).well();
    asked(&url, &["status", "--after", "2011"]).well();
    asked(&url, &["replay"]).well();
    server.kill();
    served.wait_until_it_says("disconnected");
    server.start_again();
    served.wait_until_it_says("reconnected");
    served.signal("TERM");
    assert_eq!(served.end(), Some(0));
    let lines = wait_for("its last line", || {
        let said = served.said();
        said.contains(r#""event":"stopped""#).then(|| objects(&said)).ok_or(said)
    });

    // Nothing is told that is not documented, with any field that is not.
    let documented = documented();
    for line in &lines {
        let event = line["event"].as_str().unwrap();
        let about =
            documented.iter().find(|(name, _)| event == *name || event.starts_with(name.trim_end_matches("..")));
        let (_, fields) = about.unwrap_or_else(|| panic!("docs/deploy.md does not tell of `{event}`: {line}"));
        let fixed = ["time", "level", "event"];
        for (field, _) in line.as_object().unwrap() {
            assert!(fixed.contains(&field.as_str()) || fields.contains(field), "`{field}` of {line}");
        }
        let time: Result<chrono::DateTime<chrono::Utc>, _> = line["time"].as_str().unwrap().parse();
        assert!(time.is_ok(), "{line}");
    }

    // In this order, at these levels, with these values.
    let order = [
        ("started", "info"),
        ("following the stream", "info"),
        ("caught up", "info"),
        ("rebuild began", "info"),
        ("rebuilt", "info"),
        ("quarantined", "warn"),
        ("answering on tenure.query.*", "info"),
        ("disconnected", "warn"),
        ("reconnected", "info"),
        ("stopping", "info"),
        ("stopped", "info"),
    ];
    let places: Vec<usize> = order.iter().map(|(event, _)| place(&lines, event)).collect();
    assert!(places.is_sorted(), "{lines:#?}");
    for (event, level) in order {
        assert_eq!(told(&lines, event)["level"], level, "{event}");
    }
    let has = |event: &str, fields: Value| {
        for (field, value) in fields.as_object().unwrap() {
            assert_eq!(&told(&lines, event)[field], value, "{field} of {event}");
        }
    };
    has("started", json!({"version": env!("CARGO_PKG_VERSION"), "data": there.data().to_str()}));
    has("following the stream", json!({"stream": "TENURE", "from": 1, "applied": 0}));
    has("caught up", json!({"events": 2_001, "position": 2_001}));
    let first = json!({"head": 2_001, "reason": "there are none yet", "answered_from": "nothing"});
    has("rebuild began", first);
    has("rebuilt", json!({"events": 2_001, "people": 50, "differences": 0}));
    has("quarantined", json!({"position": 2_001}));
    has("answering on tenure.query.*", json!({"position": 2_001}));
    has("step", json!({"level": "debug"}));
    has("stopping", json!({"position": 2_011}));
    let asked_for: Vec<&Value> = lines.iter().filter(|line| line["event"] == "rebuild began").skip(1).collect();
    assert_eq!(asked_for.len(), 1, "{lines:#?}");
    assert_eq!(
        [&asked_for[0]["head"], &asked_for[0]["reason"], &asked_for[0]["answered_from"]],
        [&json!(2_011), &json!("it was asked for"), &json!("snapshots")]
    );
}

/// Holds a process for so long.
fn hold(served: &Served, time: Duration) {
    served.signal("STOP");
    std::thread::sleep(time);
    served.signal("CONT");
}

#[test]
fn progress_is_told() {
    let server = Server::start(&Setup::default());
    let (url, there) = (server.url(), Shell::new());
    Shell::new().fed(&["ingest", "-", "--nats", &url], events(0..12_000).as_bytes()).well();
    // It is held where it would have to be slow for something to be told.
    let mut served = Served::spawn(&there, &url, &["--log-format", "json"]);
    let copied =
        || files_below(&there.data().join("journal")).iter().any(|path| path.metadata().unwrap().len() > 9_999);
    wait_for("a copy", || if copied() { Ok(()) } else { Err(served.said()) });
    hold(&served, Duration::from_millis(5_100));
    served.wait_until_it_says("rebuild began");
    hold(&served, Duration::from_millis(5_100));
    served.wait_until_it_says("answering on");
    // Whoever asks for it is told as well.
    let mut replay = Shell::new().command(&["replay", "--nats", &url]);
    let replay = replay.current_dir("/").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    served.wait_until_it_says("it was asked for");
    hold(&served, Duration::from_millis(1_200));
    let replayed = replay.wait_with_output().unwrap();
    assert!(replayed.status.success(), "{replayed:?}");
    let err = String::from_utf8(replayed.stderr).unwrap();
    let progress = err.lines().find_map(|line| {
        let (at, rest) = line.strip_prefix("notice: ")?.split_once(" of 12000 events, ")?;
        let (rate, rest) = rest.split_once(" a second, ")?;
        let left = rest.strip_suffix(" s left")?;
        Some([at, rate, left].map(|number| number.parse::<u64>().unwrap()))
    });
    let [at, _, left] = progress.unwrap_or_else(|| panic!("no progress is told: {err}"));
    assert!(at <= 12_000 && (left == 0) == (at == 12_000), "{err}");
    served.signal("TERM");
    assert_eq!(served.end(), Some(0));

    let (lines, documented) = (objects(&served.said()), documented());
    for event in ["catching up", "rebuilding"] {
        let line = told(&lines, event);
        assert_eq!((&line["level"], &line["head"]), (&json!("info"), &json!(12_000)), "{line}");
        assert!(line["position"].as_u64().unwrap() <= 12_000, "{line}");
        for field in ["rate", "seconds_left"] {
            assert!(line[field].is_u64(), "{line}");
        }
        for (field, _) in line.as_object().unwrap() {
            let known = ["time", "level", "event"].contains(&field.as_str()) || documented[event].contains(field);
            assert!(known, "`{field}` of {line}");
        }
    }
}

#[test]
fn text_says_what_json_says() {
    let server = Server::start(&Setup::default());
    let (url, there) = (server.url(), Shell::new());
    Shell::new().fed(&["ingest", "-", "--nats", &url], events(0..100).as_bytes()).well();
    let said = |format: &str| {
        let mut served = Served::start(&there, &url, &["--log-format", format]);
        served.signal("INT");
        assert_eq!(served.end(), Some(0));
        wait_for("its last line", || {
            let said = served.said();
            let last = said.lines().last().unwrap_or_default().to_owned();
            (last.contains(" stopped") || last.contains(r#""stopped""#)).then(|| said.clone()).ok_or(said)
        })
    };
    // A first start is told once; then both say the same.
    said("text");
    let (text, objects) = (said("text"), objects(&said("json")));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), objects.len(), "{text}\n{objects:#?}");
    assert!(lines.len() >= 6, "{text}");
    for (line, object) in lines.iter().zip(&objects) {
        let (time, rest) = line.split_once(' ').unwrap();
        assert!(time.parse::<chrono::DateTime<chrono::Utc>>().is_ok(), "{line}");
        let (level, event) = (object["level"].as_str().unwrap(), object["event"].as_str().unwrap());
        let rest = rest.strip_prefix(&format!("{level:5} {event}")).unwrap_or_else(|| panic!("{line}: {object}"));
        for (field, value) in object.as_object().unwrap() {
            if ["time", "level", "event"].contains(&field.as_str()) {
                continue;
            }
            assert!(rest.contains(&format!(" {field}=")), "`{field}` is not in {line}");
            // What was measured differs from run to run.
            if !["seconds", "rate"].contains(&field.as_str()) {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                assert!(rest.contains(&format!(" {field}={text}")), "{field}: {text} is not in {line}");
            }
        }
    }
    // Who wants to hear nothing but trouble hears nothing here.
    let mut quiet = Served::spawn(&there, &url, &["--quiet"]);
    wait_for("an answer", || match asked(&url, &["status", "--after", "100"]) {
        run if run.exit == Some(0) => Ok(()),
        run => Err(run.err),
    });
    quiet.signal("TERM");
    assert_eq!((quiet.end(), quiet.said()), (Some(0), String::new()));
}

#[test]
fn why_it_ends_is_told() {
    let server = Server::start(&Setup::default());
    let mut served = Served::spawn(&Shell::new(), "nats://127.0.0.1:1", &["--log-format", "json", "--timeout", "1"]);
    assert_eq!(served.end(), Some(5));
    let last = wait_for("why", || objects(&served.said()).pop().ok_or_else(String::new));
    assert_eq!((&last["event"], &last["level"], &last["exit"]), (&json!("stopped"), &json!("error"), &json!(5)));
    assert!(last["error"].as_str().unwrap().contains("127.0.0.1:1"), "{last}");
    assert!(last["hint"].as_str().unwrap().contains("--nats"), "{last}");
    // Two on one directory: the second one says so.
    let there = Shell::new();
    let _first = Served::start(&there, &server.url(), &[]);
    let mut second = Served::spawn(&there, &server.url(), &["--log-format", "json"]);
    assert_eq!(second.end(), Some(5));
    let last = wait_for("why", || {
        objects(&second.said()).pop().filter(|line| line["event"] == "stopped").ok_or_else(|| second.said())
    });
    assert_eq!(last["exit"], 5, "{last}");
}
