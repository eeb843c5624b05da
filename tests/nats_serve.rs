//! `tenure serve` follows a stream on a real NATS server, and whatever becomes of either, answers as an embedded ledger
//! of the same events does.
//!
//! Each test has servers, streams and directories of its own. What goes wrong in them goes wrong for real: processes are
//! killed or held, streams replaced, messages sent twice, files kept from growing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/cases.rs"]
mod cases;
#[path = "nats/served.rs"]
mod served;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cases::differs;
use serde_json::{Value, json};
use served::{
    PATIENCE, QUESTIONS, Served, answers_equal, api, asked, connect, content, event, events, head, messages, publish,
    wait_for,
};
use server::{Server, Setup};
use shell::{Random, Shell, file, files_below, skipped, times};
use tenure_log::stream::{Access, Connection};

#[test]
fn every_case_is_answered_alike_over_nats() {
    let dir = file("../../shared/cases");
    let cases = cases::cases(&dir);
    if cases.is_empty() {
        skipped(&format!("there are no cases in {}", dir.display()));
        return;
    }
    let cases = cases::some(cases);
    let server = Server::start(&Setup::default());
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((number, (file, case))) = {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    cases.get(number).map(|case| (number, case))
                } {
                    let found = case_failures(&server.url(), number, case);
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

/// What fails of one case over NATS, or is answered otherwise than beside the ledger.
fn case_failures(url: &str, number: usize, case: &Value) -> Vec<String> {
    let (stream, subjects, queries) =
        (format!("CASE-{number}"), format!("case{number}.events"), format!("case{number}.query"));
    let flags = ["--nats-stream", &*stream, "--nats-subjects", &subjects, "--nats-queries", &queries];
    let (here, there) = (Shell::new(), Shell::new());
    let events = case["events"].as_array().unwrap();
    let lines: String = events.iter().flat_map(|event| [event.to_string(), "\n".to_owned()]).collect();
    here.fed(&["ingest", "-"], lines.as_bytes()).well();
    let ingest = [&["ingest", "-", "--format", "json", "--nats", url], &flags[..]].concat();
    let ingested = there.fed(&ingest, lines.as_bytes());
    if ingested.exit != Some(0) {
        return vec![format!("ingest: {ingested:?}")];
    }
    let seq = ingested.json()["seq"].to_string();
    let served = Served::start(&there, url, &flags);
    let mut failures = Vec::new();
    for check in case["checks"].as_array().unwrap() {
        let words: Vec<&str> = check["run"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        let words = [&["--format", "json"], &words[..]].concat();
        let remote = asked(url, &[&words[..], &["--after", &seq], &flags].concat());
        let expected = check.get("exit").map_or(0, |exit| exit.as_i64().unwrap());
        if remote.exit.map(i64::from) != Some(expected) {
            failures.push(format!("{words:?}: exit code {expected} expected, {remote:?}"));
        } else if let Some(expect) = check.get("expect") {
            match serde_json::from_str(&remote.out) {
                Ok(got) => failures.extend(differs(expect, &got, "").map(|what| format!("{words:?} {what}"))),
                Err(error) => failures.push(format!("{words:?}: no JSON, {error}: {}", remote.out)),
            }
        }
        let local = here.run(&words);
        let [told, beside] = [&remote, &local].map(|run| serde_json::from_str(&run.out).ok().map(content));
        if told != beside {
            failures.push(format!("{words:?}: {} over NATS, {} beside the ledger", remote.out, local.out));
        }
    }
    if served.stop() != Some(0) {
        failures.push("it does not stop".to_owned());
    }
    failures
}

/// How often the projector is killed, at full size three times as often.
const KILLS: u64 = 34;
/// How many events each ingest of that test brings.
const SHARE: u64 = 20;

#[test]
fn a_projector_killed_again_and_again_applies_each_event_once() {
    let kills = KILLS * times();
    let seed = std::env::var("TENURE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_304);
    let mut random = Random(seed);
    let server = Server::start(&Setup::default());
    let url = server.url();
    let (producer, there) = (Shell::new(), Shell::new());
    producer.run(&["nats", "init", "--nats", &url]).well();
    let done = AtomicBool::new(false);
    let (mut grew, mut answered) = (0, 0);
    let published = std::thread::scope(|scope| {
        let (done, url, producer) = (&done, &url, &producer);
        let publisher = scope.spawn(move || {
            let mut next = 0;
            while !done.load(Ordering::Relaxed) {
                let run = producer.fed(&["ingest", "-", "--nats", url], events(next..next + SHARE).as_bytes()).well();
                assert!(run.out.starts_with(&format!("appended {SHARE}, ")), "{run:?}");
                next += SHARE;
                std::thread::sleep(Duration::from_millis(50));
            }
            next
        });
        let copied = || {
            files_below(&there.data().join("journal"))
                .iter()
                .map(|path| path.metadata().map_or(0, |m| m.len()))
                .sum::<u64>()
        };
        for round in 0..kills {
            let before = copied();
            let served = Served::spawn(&there, url, &[]);
            // From before it opens anything until after it answers, and every other time while it takes something in.
            if round % 2 == 1 {
                wait_for("a copy", || (copied() > before).then_some(()).ok_or_else(|| served.said()));
            }
            std::thread::sleep(Duration::from_millis(random.below(if round % 4 == 1 { 30 } else { 300 })));
            answered += u64::from(served.said().contains("answering on"));
            served.kill();
            grew += u64::from(copied() > before);
        }
        done.store(true, Ordering::Relaxed);
        publisher.join().unwrap()
    });
    eprintln!("TENURE_SEED={seed}: {published} events; {grew} processes copied something, {answered} came to answer");
    assert!(grew >= kills / 2, "only {grew} of {kills} processes had copied anything when they were killed");
    assert!((1..kills).contains(&answered), "{answered} were killed after they began to answer");

    let connection = connect(&url);
    let head = head(&connection, "TENURE");
    let stored: Vec<Value> =
        messages(&connection, "TENURE").iter().map(|message| serde_json::from_slice(message).unwrap()).collect();
    let ids: Vec<&Value> = stored.iter().map(|event| &event["id"]).collect();
    // All were acknowledged, so all are there, and once.
    let expected: Vec<Value> = (0..published).map(|number| event(number)["id"].clone()).collect();
    assert_eq!(ids, expected.iter().collect::<Vec<_>>());

    let served = Served::start(&there, &url, &[]);
    let embedded = Shell::of(&events(0..published));
    answers_equal(&url, &embedded, head, &format!("TENURE_SEED={seed}"));
    let after = head.to_string();
    let listed = asked(&url, &["log", "--after", &after, "--format", "ndjson"]).well();
    let listed: Vec<Value> = listed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(listed.iter().map(|line| &line["event"]["id"]).collect::<Vec<_>>(), ids, "in the order of the stream");
    let status = asked(&url, &["status", "--after", &after, "--format", "json"]).json();
    let (count, digest) = embedded.state();
    assert_eq!((&status["events"], &status["digest"]), (&json!(count), &json!(digest)));
    assert_eq!((&status["quarantined"], &status["lag_events"]), (&json!(0), &json!(0)));
    assert_eq!(served.stop(), Some(0));
    let verified = there.run(&["verify"]).well();
    assert!(verified.out.contains(&format!("{count} events, digest {digest}")), "{verified:?}");
}

#[test]
fn what_is_no_event_is_set_aside_and_copies_count_once() {
    let server = Server::start(&Setup::default());
    let (url, there) = (server.url(), Shell::new());
    let window = ["nats", "init", "--nats", &url, "--duplicate-window", "1", "--message-bytes", "1000000"];
    Shell::new().run(&window).well();
    let connection = connect(&url);
    let served = Served::start(&there, &url, &[]);
    // In another order than they were made in, each again later, and some a third time.
    let mut random = Random(7);
    let mut numbers: Vec<u64> = (0..300).collect();
    for last in (1..numbers.len()).rev() {
        numbers.swap(last, usize::try_from(random.below(last as u64 + 1)).unwrap());
    }
    let text = |number: u64| event(number).to_string();
    let mut reused = event(numbers[0]);
    reused["source"] = json!("Another Page");
    let mut unknown = event(9_001);
    unknown["favourite_colour"] = json!("green");
    let long = json!({ "id": "long", "type": "PersonDescribed", "person": "Person 1", "source": "x".repeat(900_000) });
    let mut deep = event(9_002).to_string().replacen('{', r#"{"note":"#, 1);
    deep.insert_str(8, &("[".repeat(50_000) + &"]".repeat(50_000) + ","));
    let garbage: [(&str, Vec<u8>); 9] = [
        ("not JSON", b"not JSON".to_vec()),
        ("not UTF-8", vec![0xff, 0xfe, 0x00, 0x80]),
        ("empty", Vec::new()),
        ("no object", b"[1, 2]".to_vec()),
        ("an unknown field", unknown.to_string().into()),
        ("an id used again", reused.to_string().into()),
        ("too long", long.to_string().into()),
        ("too deep", deep.into()),
        ("as the copy writes it", br#"{"passed_over":{"seq":1,"why":"copy","of":1}}"#.to_vec()),
    ];
    let mut set_aside = Vec::new();
    for (place, number) in numbers.iter().enumerate() {
        publish(&connection, text(*number));
        if place % 30 == 29
            && let Some((what, payload)) = garbage.get(place / 30)
        {
            publish(&connection, payload.clone());
            set_aside.push((head(&connection, "TENURE"), *what));
        }
        if place % 3 == 0 {
            publish(&connection, text(numbers[place / 2]));
        }
    }
    for number in &numbers {
        publish(&connection, text(*number));
    }
    assert_eq!(set_aside.len(), garbage.len());
    let head = head(&connection, "TENURE");

    let good: String = numbers.iter().flat_map(|number| [text(*number), "\n".to_owned()]).collect();
    let embedded = Shell::of(&good);
    let check = |told: &str| {
        answers_equal(&url, &embedded, head, told);
        let after = head.to_string();
        let status = asked(&url, &["status", "--after", &after, "--format", "json"]).json();
        let (count, digest) = embedded.state();
        assert_eq!((&status["events"], &status["digest"]), (&json!(count), &json!(digest)), "{told}");
        assert_eq!(status["quarantined"], set_aside.len(), "{told}");
        let listed = asked(&url, &["log", "--quarantined", "--format", "json"]).well();
        let found =
            listed.json()["events"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64()).collect::<Vec<_>>();
        assert_eq!(found, set_aside.iter().map(|(seq, _)| Some(*seq)).collect::<Vec<_>>(), "{told}");
        let (last, _) = set_aside.last().unwrap();
        let before = (last - 1).to_string();
        let earlier = asked(&url, &["log", "--quarantined", "--recorded", &before, "--format", "json"]).json();
        assert_eq!(earlier["events"].as_array().unwrap().len(), set_aside.len() - 1, "{told}");
        for (seq, what) in &set_aside {
            let reason = listed.err.lines().find(|line| line.starts_with(&format!("notice: {seq}: ")));
            let reason = reason.unwrap_or_else(|| panic!("{told}: nothing is said of {what}: {}", listed.err));
            match *what {
                "an id used again" => assert!(reason.contains("its id stands at position 1 "), "{reason}"),
                "an unknown field" => assert!(reason.contains("favourite_colour"), "{reason}"),
                _ => {}
            }
        }
    };
    check("as it came");
    // A process that reads them at once comes to the same, and so do snapshots that are made anew.
    assert_eq!(served.stop(), Some(0));
    there.run(&["verify"]).well();
    let other = Shell::new();
    let served = Served::start(&other, &url, &[]);
    check("at once");
    let replayed = asked(&url, &["replay", "--format", "json"]).json();
    assert_eq!(replayed["differences"], json!([]));
    check("made anew");
    assert_eq!(served.stop(), Some(0));
    other.run(&["verify"]).well();
}

#[test]
fn a_server_that_goes_and_comes_back_is_followed_on() {
    let always = Setup { sync_interval: "always".to_owned(), ..Setup::default() };
    let mut server = Server::start(&always);
    let (url, there, producer) = (server.url(), Shell::new(), Shell::new());
    producer.run(&["nats", "init", "--nats", &url]).well();
    let served = Served::start(&there, &url, &[]);
    let mut seq = 0;
    for round in 0..4_u64 {
        producer.write("events.ndjson", events(round * 1_000..(round + 1) * 1_000));
        let mut ingest = producer.command(&["ingest", "events.ndjson", "--nats", &url, "--format", "json"]);
        let child = ingest.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(60 + 60 * round));
        server.kill();
        std::thread::sleep(Duration::from_millis(300 * round));
        server.start_again();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "round {round}: {output:?}");
        seq = serde_json::from_slice::<Value>(&output.stdout).unwrap()["seq"].as_u64().unwrap();
        // The position that was just acknowledged can be waited for.
        let after = seq.to_string();
        let person = wait_for("the service", || {
            let run = asked(&url, &["person", "Person 1", "--after", &after, "--format", "json"]);
            // It may not have found the server again by now.
            if run.exit == Some(5) { Err(run.err) } else { Ok(run.json()) }
        });
        assert!(person["basis"]["seq"].as_u64().unwrap() >= seq, "round {round}: {person}");
    }
    let embedded = Shell::of(&events(0..4_000));
    answers_equal(&url, &embedded, seq, "after four restarts");
    let status = asked(&url, &["status", "--format", "json"]).json();
    assert_eq!((status["events"].as_u64().unwrap(), status["digest"].as_str().unwrap().to_owned()), embedded.state());
    assert_eq!(served.stop(), Some(0));

    // Stopped while there is nobody to say good-bye to.
    for signal in ["TERM", "INT"] {
        let mut served = Served::start(&there, &url, &[]);
        server.kill();
        std::thread::sleep(Duration::from_millis(500));
        let began = Instant::now();
        served.signal(signal);
        assert_eq!(served.end(), Some(0), "{signal}: {}", served.said());
        assert!(began.elapsed() < Duration::from_secs(15), "{signal}: {:?}", began.elapsed());
        server.start_again();
    }
    there.run(&["verify"]).well();
}

/// The copy of a stream as it lies on the disk.
fn copy_on_disk(ledger: &Shell) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let journal = files_below(&ledger.data().join("journal"));
    let mut files: Vec<_> =
        journal.into_iter().filter(|path| path.extension().is_some_and(|e| e == "ndjson")).collect();
    files.push(ledger.data().join("stream.json"));
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn a_stream_that_is_not_the_one_that_was_followed_stops_it_loudly() {
    let server = Server::start(&Setup::default());
    let (url, there, producer) = (server.url(), Shell::new(), Shell::new());
    let connection = connect(&url);
    let ingest = |numbers: std::ops::Range<u64>, stream: &str| {
        let flags = ["ingest", "-", "--nats", &url, "--nats-stream", stream];
        producer.fed(&flags, events(numbers).as_bytes()).well();
    };
    ingest(0..100, "TENURE");
    let mut served = Served::start(&there, &url, &[]);
    asked(&url, &["status", "--after", "100"]).well();

    // Deleted and made anew under its feet, with fewer events.
    let gone = api(&connection, "STREAM.DELETE.TENURE", &json!({}));
    assert_eq!(gone["success"], true, "{gone}");
    ingest(0..40, "TENURE");
    assert_eq!(served.end(), Some(1), "{}", served.said());
    let said = served.said();
    assert!(said.contains("is gone, and with it positions 1 to 100") && said.contains("hint: "), "{said}");
    drop(served);
    let before = copy_on_disk(&there);
    let refused = |flags: &[&str], what: &[&str]| {
        let mut served = Served::spawn(&there, &url, flags);
        assert_eq!(served.end(), Some(1), "{}", served.said());
        wait_for("what was wrong", || {
            let said = served.said();
            let all = what.iter().chain(&["hint: "]).all(|what| said.contains(what));
            all.then_some(()).ok_or(said)
        });
        assert!(copy_on_disk(&there) == before, "{flags:?}: something was changed");
    };
    refused(&[], &["holds a copy of stream TENURE", "not a copy of stream TENURE"]);
    // Another one.
    api(&connection, "STREAM.DELETE.TENURE", &json!({}));
    ingest(0..100, "OTHER");
    refused(&["--nats-stream", "OTHER"], &["holds a copy of stream TENURE", "not a copy of stream OTHER"]);
    api(&connection, "STREAM.DELETE.OTHER", &json!({}));

    // What is there still answers, where it lies.
    answers_locally(&there, &Shell::of(&events(0..100)));
    there.run(&["verify"]).well();

    // The same stream by its name and its time, put back as it was some events ago, as a restored backup is.
    let mut server = Server::start(&Setup::default());
    let url = server.url();
    producer.fed(&["ingest", "-", "--nats", &url], events(0..100).as_bytes()).well();
    server.kill();
    let (store, backup) = (server.dir().join("store"), server.dir().join("backup"));
    shell::copy_dir(&store, &backup);
    server.start_again();
    producer.fed(&["ingest", "-", "--nats", &url], events(100..150).as_bytes()).well();
    let there = Shell::new();
    let mut served = Served::start(&there, &url, &[]);
    asked(&url, &["status", "--after", "150"]).well();
    server.kill();
    fs::remove_dir_all(&store).unwrap();
    shell::copy_dir(&backup, &store);
    server.start_again();
    assert_eq!(served.end(), Some(1), "{}", served.said());
    wait_for("what was lost", || {
        let said = served.said();
        said.contains("positions 101 to 150 are lost there").then_some(()).ok_or(said)
    });
    let before = copy_on_disk(&there);
    let mut served = Served::spawn(&there, &url, &[]);
    assert_eq!(served.end(), Some(1), "{}", served.said());
    wait_for("what was lost", || {
        let said = served.said();
        said.contains("positions 101 to 150 are lost there").then_some(()).ok_or(said)
    });
    // As long again, but with other events at its end.
    producer.fed(&["ingest", "-", "--nats", &url], events(200..250).as_bytes()).well();
    let mut served = Served::spawn(&there, &url, &[]);
    assert_eq!(served.end(), Some(1), "{}", served.said());
    wait_for("where they differ", || {
        let said = served.said();
        said.contains("differ at 150").then_some(()).ok_or(said)
    });
    assert!(copy_on_disk(&there) == before, "something was changed");
    answers_locally(&there, &Shell::of(&events(0..150)));
    drop(served);
    // What the hints say: the copy is copied in its turn, with its stamps.
    let fresh = format!("{url}/FRESH");
    let original = there.run(&["log", "--format", "ndjson"]).well().out;
    for place in [&fresh, "fresh"] {
        let done = there.ask(&["log", "copy", "data", place, "--nats-subjects", "fresh.events"]);
        assert_eq!((&done["copied"], &done["restamped"]), (&json!(150), &json!(0)), "{place}: {done}");
    }
    assert_eq!(there.run(&["log", "--format", "ndjson", "--data", "fresh"]).well().out, original);
    let run = there.run(&["log", "copy", "fresh", "data"]);
    assert_eq!(run.exit, Some(2), "a copy of a stream takes events from there alone: {run:?}");

    // Put back and grown beyond the copy while a service runs that cannot see it.
    let there = Shell::new();
    let mut served = Served::start(&there, &url, &[]);
    asked(&url, &["status", "--after", "150"]).well();
    server.kill();
    let before = copy_on_disk(&there);
    let mut elsewhere = Server::start(&Setup::default());
    elsewhere.kill();
    let other_store = elsewhere.dir().join("store");
    fs::remove_dir_all(&other_store).unwrap_or_default();
    shell::copy_dir(&backup, &other_store);
    elsewhere.start_again();
    producer.fed(&["ingest", "-", "--nats", &elsewhere.url()], events(300..360).as_bytes()).well();
    elsewhere.kill();
    fs::remove_dir_all(&store).unwrap();
    shell::copy_dir(&other_store, &store);
    server.start_again();
    assert_eq!(served.end(), Some(1), "{}", served.said());
    wait_for("where they differ", || {
        let said = served.said();
        said.contains("differ at 150").then_some(()).ok_or(said)
    });
    assert!(copy_on_disk(&there) == before, "something was changed");
}

/// Two ledgers in directories say the same.
fn answers_locally(one: &Shell, other: &Shell) {
    for question in QUESTIONS {
        let question = [question, &["--format", "json"]].concat();
        let [one, other] = [one, other].map(|ledger| ledger.run(&question));
        assert_eq!(one.exit, other.exit, "{question:?}: {one:?}");
        let [one, other] = [one, other].map(|run| serde_json::from_str(&run.out).ok().map(content));
        assert_eq!(one, other, "{question:?}");
    }
}

#[test]
fn two_of_them_share_the_questions_and_one_is_made_anew_meanwhile() {
    let server = Server::start(&Setup::default());
    let (url, one, other) = (server.url(), Shell::new(), Shell::new());
    Shell::new().fed(&["ingest", "-", "--nats", &url], events(0..3_000).as_bytes()).well();
    let first = Served::start(&one, &url, &[]);
    let second = Served::start(&other, &url, &[]);
    let connection = connect(&url);
    let question = r#"{"person": "Person 7", "at": "2024-07-01", "after": 3000}"#;
    let request = || {
        let subject = "tenure.query.person".to_owned();
        connection.wait_for(connection.client().request(subject, question.into())).unwrap().payload
    };
    let expect = request();
    assert!(String::from_utf8_lossy(&expect).contains("Person 7"), "{expect:?}");
    (0..60).for_each(|_| assert_eq!(request(), expect));
    assert_eq!(first.stop(), Some(0));

    // One is left, and answers while it makes its snapshots anew.
    let done = AtomicBool::new(false);
    let asked_meanwhile = std::thread::scope(|scope| {
        let (done, url) = (&done, &url);
        let replay = scope.spawn(move || {
            let run = asked(url, &["replay", "--format", "json"]);
            done.store(true, Ordering::Relaxed);
            run
        });
        let mut times = 0;
        while !done.load(Ordering::Relaxed) {
            assert_eq!(request(), expect);
            times += 1;
        }
        let replayed = replay.join().unwrap().json();
        assert_eq!((&replayed["events"], &replayed["differences"]), (&json!(3_000), &json!([])));
        times
    });
    assert!(asked_meanwhile > 5, "only {asked_meanwhile} questions were answered meanwhile");
    assert_eq!(request(), expect);

    // Whoever looks hears what comes, and only of whom was asked.
    let listen = |target: &[&str]| {
        let command = Shell::new().command(&[&["watch"], target, &["--nats", &url, "--format", "ndjson"]].concat());
        let out = tempfile::NamedTempFile::new().unwrap();
        let mut command = command;
        command.current_dir("/").stdout(out.reopen().unwrap()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains("listening on tenure.changes")));
        let served = Served { child, said: Arc::default() };
        (served, out)
    };
    let heard = |out: &tempfile::NamedTempFile| -> Vec<Value> {
        let text = fs::read_to_string(out.path()).unwrap();
        text.lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .map(|line| line["id"].clone())
            .collect()
    };
    let (mut all, all_out) = listen(&[]);
    let (mut person, person_out) = listen(&["Person 7"]);
    let (mut unit, unit_out) = listen(&["Unit 2"]);
    Shell::new().fed(&["ingest", "-", "--nats", &url], events(3_000..3_100).as_bytes()).well();
    asked(&url, &["status", "--after", "3100"]).well();
    let ids = |wanted: &dyn Fn(&Value) -> bool| -> Vec<Value> {
        (3_000..3_100).map(event).filter(|event| wanted(event)).map(|event| event["id"].clone()).collect()
    };
    let of_unit = |event: &Value| ["unit", "from_unit", "to_unit"].iter().any(|field| event[*field] == "Unit 2");
    for (out, expect) in [
        (&all_out, ids(&|_| true)),
        (&person_out, ids(&|event| event["person"] == "Person 7")),
        (&unit_out, ids(&of_unit)),
    ] {
        assert!(!expect.is_empty());
        wait_for("what was applied", || {
            let heard = heard(out);
            if heard == expect { Ok(()) } else { Err(format!("{heard:?} instead of {expect:?}")) }
        });
    }
    for listener in [&mut all, &mut person, &mut unit] {
        listener.signal("INT");
        assert_eq!(listener.end(), Some(0));
    }

    asked(&url, &["status", "--max-lag", "0"]).well();
    assert_eq!(second.stop(), Some(0));
    one.run(&["verify"]).well();
    other.run(&["verify"]).well();
}

#[test]
fn each_may_do_what_is_documented_and_no_more() {
    let users = r#"authorization { users: [
        { user: admin, password: pw }
        { user: projector, password: pw, permissions {
            publish: { allow: ["$JS.API.STREAM.INFO.TENURE", "$JS.API.DIRECT.GET.TENURE",
                "$JS.API.CONSUMER.CREATE.TENURE.>", "$JS.API.CONSUMER.MSG.NEXT.TENURE.>",
                "$JS.API.CONSUMER.DELETE.TENURE.>", "tenure.changes", "_INBOX_reader.>", "_INBOX.>"] }
            subscribe: { allow: ["_INBOX_projector.>", "tenure.query.> tenure", "tenure.control.> tenure", "$SRV.>"] } } }
        { user: blind, password: pw, permissions {
            publish: { allow: ["$JS.API.STREAM.INFO.TENURE", "$JS.API.DIRECT.GET.TENURE",
                "$JS.API.CONSUMER.CREATE.TENURE.>", "_INBOX.>"] }
            subscribe: { allow: ["_INBOX_blind.>", "tenure.query.> tenure", "tenure.control.> tenure", "$SRV.>"] } } }
        { user: deaf, password: pw, permissions {
            publish: { allow: ["$JS.API.STREAM.INFO.TENURE", "$JS.API.DIRECT.GET.TENURE",
                "$JS.API.CONSUMER.CREATE.TENURE.>", "$JS.API.CONSUMER.MSG.NEXT.TENURE.>", "_INBOX.>"] }
            subscribe: { allow: ["_INBOX_deaf.>", "tenure.control.> tenure", "$SRV.>"] } } }
        { user: mute, password: pw, permissions {
            publish: { allow: ["$JS.API.STREAM.INFO.TENURE", "$JS.API.DIRECT.GET.TENURE",
                "$JS.API.CONSUMER.CREATE.TENURE.>", "$JS.API.CONSUMER.MSG.NEXT.TENURE.>"] }
            subscribe: { allow: ["_INBOX_mute.>", "tenure.query.> tenure", "tenure.control.> tenure", "$SRV.>"] } } }
        { user: hopeful, password: pw, permissions {
            publish: { allow: ["tenure.query.>"] }
            subscribe: { allow: ["_INBOX_other.>"] } } }
        { user: reader, password: pw, permissions {
            publish: { allow: ["tenure.query.>", "$SRV.>"] }
            subscribe: { allow: ["_INBOX_reader.>", "tenure.changes"] } } }
        { user: scraper, password: pw, permissions {
            publish: { allow: ["tenure.events.>", "$JS.API.STREAM.INFO.TENURE"] }
            subscribe: { allow: ["_INBOX_scraper.>"] } } }
    ] }"#;
    let server = Server::start(&Setup { more: users.to_owned(), ..Setup::default() });
    let of = |user: &str| format!("nats://{user}:pw@127.0.0.1:{}", server.port());
    let run = |user: &str, verb: &[&str]| {
        let shell = Shell::new();
        shell.write("events.ndjson", events(50..60));
        let inbox = format!("_INBOX_{user}");
        shell.run(&[verb, &["--nats", &of(user), "--nats-inbox", &inbox, "--timeout", "3"]].concat())
    };
    run("admin", &["nats", "init"]).well();
    let there = Shell::new();
    let served = Served::start(&there, &of("projector"), &["--nats-inbox", "_INBOX_projector"]);
    let ingest = ["ingest", "-", "--nats", &of("scraper"), "--nats-inbox", "_INBOX_scraper"];
    Shell::new().fed(&ingest, events(0..50).as_bytes()).well();
    let mut watch = Shell::new().command(&["watch", "--nats", &of("reader"), "--nats-inbox", "_INBOX_reader"]);
    let watch = Served::of({
        watch.current_dir("/");
        watch
    });
    watch.wait_until_it_says("listening on tenure.changes");
    run("reader", &["status", "--after", "50"]).well();
    run("reader", &["person", "Person 7", "--at", "2024-07-01"]).well();
    let refused = |user: &str, verb: &[&str]| {
        let run = run(user, verb);
        assert_eq!(run.exit, Some(5), "{user} {verb:?}: {run:?}");
        assert!(run.out.is_empty() || run.out.starts_with("appended 0, "), "{user} {verb:?}: {run:?}");
    };
    let connection = connect(&of("admin"));
    refused("projector", &["ingest", "events.ndjson"]);
    refused("projector", &["nats", "init", "--nats-stream", "OTHER"]);
    refused("reader", &["ingest", "events.ndjson"]);
    refused("reader", &["log", "copy", &of("reader"), "copy"]);
    refused("reader", &["replay"]);
    // Who may not ask, or not hear the answer, is told so and does not wait.
    for user in ["scraper", "hopeful"] {
        let run = run(user, &["person", "Person 7"]);
        assert!(run.exit == Some(5) && run.err.contains("not allowed: "), "{user}: {run:?}");
    }
    refused("scraper", &["log", "copy", &of("scraper"), "copy"]);
    // Who may ask for discovery cannot have the answer written to the stream.
    let asks = Connection::open(&Access::to(&of("reader")).unwrap().inbox("_INBOX_reader"), PATIENCE).unwrap();
    let client = asks.client();
    let (ping, events) = ("$SRV.PING", "tenure.events.kestrel.JoinedCompany");
    asks.wait_for(client.publish_with_reply(ping, events, Vec::new().into())).unwrap();
    let answer = asks.wait_for(client.request(ping, Vec::new().into())).unwrap();
    assert!(String::from_utf8_lossy(&answer.payload).contains("ping_response"), "the one before is answered by now");
    assert_eq!(head(&connection, "TENURE"), 50, "nobody else has published");
    assert_eq!(served.stop(), Some(0));
    // Where it may not look at the stream, read it or hear questions, it says so and ends.
    for user in ["reader", "blind", "deaf"] {
        let elsewhere = Shell::new();
        let mut served = Served::spawn(&elsewhere, &of(user), &["--nats-inbox", &format!("_INBOX_{user}")]);
        assert_eq!(served.end(), Some(5), "{user}: {}", served.said());
        served.wait_until_it_says("not allowed: ");
        // Whether it can read is found out beside what it answers.
        assert!(user == "blind" || !served.said().contains("answering on"), "{user}: {}", served.said());
    }
    // Where it may not reply, it says so and goes on, for other askers may have other inboxes.
    let elsewhere = Shell::new();
    let served = Served::start(&elsewhere, &of("mute"), &["--nats-inbox", "_INBOX_mute"]);
    refused("reader", &["person", "Person 7"]);
    served.wait_until_it_says("the server does not allow it");
    assert!(served.said().contains("_INBOX_reader."), "{}", served.said());
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_disk_that_takes_no_more_is_told_and_answered_from() {
    let server = Server::start(&Setup::default());
    let (url, there) = (server.url(), Shell::new());
    let producer = Shell::new();
    producer.fed(&["ingest", "-", "--nats", &url], events(0..500).as_bytes()).well();
    let served = Served::start(&there, &url, &[]);
    assert_eq!(served.stop(), Some(0));
    // From here on no file may grow beyond what the longest has by now, in blocks of 512 bytes, and a bit.
    let longest = files_below(&there.data().join("journal")).iter().map(|path| path.metadata().unwrap().len()).max();
    let blocks = longest.unwrap() / 512 + 40;
    let plain = there.command(&[]);
    let mut command = Command::new("sh");
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.args(["-c", &script, shell::TENURE, "serve", "--nats", &url]).current_dir(there.dir());
    let served = Served::of(command);
    wait_for("it answers", || {
        let said = served.said();
        said.contains("answering on").then_some(()).ok_or(said)
    });
    producer.fed(&["ingest", "-", "--nats", &url], events(500..2_000).as_bytes()).well();
    served.wait_until_it_says("cannot be written");
    let person = asked(&url, &["person", "Person 7", "--at", "2024-07-01", "--format", "json"]).json();
    assert!(person["basis"]["seq"].as_u64().unwrap() >= 500, "{person}");
    wait_for("that it is behind", || {
        let run = asked(&url, &["status", "--max-lag", "0.1"]);
        if run.exit == Some(6) { Ok(()) } else { Err(format!("{run:?}")) }
    });
    assert_eq!(served.stop(), Some(0));
    let served = Served::start(&there, &url, &[]);
    answers_equal(&url, &Shell::of(&events(0..2_000)), 2_000, "with room again");
    assert_eq!(served.stop(), Some(0));
    there.run(&["verify"]).well();
}

#[test]
fn a_cluster_loses_its_leader_and_a_node_and_no_event() {
    let ports: Vec<u16> = (0..3).map(|_| server::free_port()).collect();
    let routes = ports.iter().map(|port| format!("\"nats://127.0.0.1:{port}\"")).collect::<Vec<_>>().join(", ");
    let setup = |node: usize| Setup {
        more: format!(
            "server_name: n{node}\ncluster {{ name: c, listen: \"127.0.0.1:{}\", routes: [{routes}] }}\n",
            ports[node]
        ),
        ..Setup::default()
    };
    let mut nodes: Vec<Server> = (0..3).map(|node| Server::start(&setup(node))).collect();
    let url = nodes.iter().map(Server::url).collect::<Vec<_>>().join(",");
    let (there, producer) = (Shell::new(), Shell::new());
    wait_for("the stream", || {
        let run = producer.run(&["nats", "init", "--replicas", "3", "--nats", &url]);
        if run.exit == Some(0) { Ok(()) } else { Err(run.err) }
    });
    let served = Served::start(&there, &url, &[]);
    let leader = |asked: &Server| -> usize {
        wait_for("a leader", || {
            let info = api(&connect(&asked.url()), "STREAM.INFO.TENURE", &json!({}));
            let leader = info["cluster"]["leader"].as_str().and_then(|name| name.strip_prefix('n')?.parse().ok());
            leader.ok_or_else(|| info.to_string())
        })
    };
    let first = leader(&nodes[0]);
    for (round, share) in [0..2_000, 2_000..4_000].into_iter().enumerate() {
        producer.write("events.ndjson", events(share));
        let mut ingest = producer.command(&["ingest", "events.ndjson", "--nats", &url]);
        let child = ingest.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(400));
        if round == 0 {
            nodes[first].kill();
            std::thread::sleep(Duration::from_secs(1));
            nodes[first].start_again();
        } else {
            let cut_off = (first + 1) % 3;
            nodes[cut_off].signal("STOP");
            std::thread::sleep(Duration::from_secs(4));
            nodes[cut_off].signal("CONT");
        }
        let output = child.wait_with_output().unwrap();
        if output.status.code() == Some(5) {
            // It was connected to the node that went. Then it says so, and to run it again is harmless.
            producer.run(&["ingest", "events.ndjson", "--nats", &url]).well();
        } else {
            assert!(output.status.success(), "round {round}: {output:?}");
        }
    }
    let connection = connect(&nodes[first].url());
    let last = wait_for("the head", || {
        let head = head(&connection, "TENURE");
        if head >= 4_000 { Ok(head) } else { Err(head.to_string()) }
    });
    let embedded = Shell::of(&events(0..4_000));
    let state = embedded.state();
    wait_for("the service", || {
        let run = asked(&url, &["status", "--after", &last.to_string(), "--format", "json"]);
        let found = (run.exit == Some(0)).then(|| run.json());
        let found = found.map(|status| (status["events"].as_u64(), status["digest"].as_str().map(str::to_owned)));
        let (count, digest) = state.clone();
        if found == Some((Some(count), Some(digest))) { Ok(()) } else { Err(format!("{run:?}")) }
    });
    answers_equal(&url, &embedded, last, "after all");
    assert_eq!(served.stop(), Some(0));
    there.run(&["verify"]).well();
}
