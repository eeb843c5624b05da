//! A served directory that another version of the program left behind, or in which something broke: it is answered from
//! at once, and what has to be made anew is made beside that.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "nats/served.rs"]
mod served;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use served::{Served, answers_equal, asked, connect, content, event, events, head, publish, wait_for};
use server::{Server, Setup};
use shell::{Random, Shell};
use tenure_log::identify;
use tenure_log::stream::StreamTarget;
use tenure_log::{Create, EventIdentity, Journal, Stream, replica};

/// How many events it takes until somebody can look at the snapshots being made from them.
const MANY: u64 = 8_000;

/// Many people with many posts each: to fold all of them takes much longer than to read what is told of them.
fn many() -> String {
    (0..MANY).fold(String::new(), |mut all, number| {
        let event = json!({
            "id": format!("m{number}"), "type": "HeldPost", "person": format!("Member {}", number / 40),
            "company": "Harbour", "unit": format!("Unit {}", number % 90), "title": format!("Title {}", number % 7),
            "from": format!("2024-{:02}", number % 12 + 1), "concurrent": true,
            "reported_at": "2025-02-01", "source": "Gazette",
        });
        writeln!(all, "{event}").unwrap();
        all
    })
}

fn snapshots(ledger: &Shell) -> PathBuf {
    ledger.data().join("snapshots")
}

/// The directories of stores, by name.
fn stores(ledger: &Shell) -> Vec<String> {
    let entries = fs::read_dir(snapshots(ledger)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("store-"));
    names.sort();
    names
}

/// The name of the store that counts.
fn current(ledger: &Shell) -> String {
    fs::read_to_string(snapshots(ledger).join("CURRENT")).unwrap().trim().to_owned()
}

/// Changes values of the snapshots.
fn change(dir: &Path, name: &str, prefix: &str, change: impl Fn(&mut Vec<u8>)) {
    let store = sled::open(dir.join(name)).unwrap();
    let mut changed = 0;
    for pair in store.scan_prefix(prefix) {
        let (key, value) = pair.unwrap();
        let mut value = value.to_vec();
        change(&mut value);
        store.insert(key, value).unwrap();
        changed += 1;
    }
    store.flush().unwrap();
    assert!(changed > 0, "nothing begins with {prefix}");
}

/// Has the snapshots say that another version of the fold made them.
fn made_by_another_version(ledger: &Shell) {
    change(&snapshots(ledger), &current(ledger), "head", |head| {
        // It begins with the version, as a varint.
        assert!((1..127).contains(&head[0]), "{head:?}");
        head[0] += 1;
    });
}

/// Nothing says so any more, and the new snapshots are the only ones.
fn is_made_anew(ledger: &Shell, served: &Served, before: &str) {
    served.wait_until_it_says(" rebuilt ");
    assert_ne!(current(ledger), before);
    assert_eq!(stores(ledger), [current(ledger)]);
}

#[test]
fn snapshots_of_another_version_are_made_beside_what_answers() {
    let server = Server::start(&Setup::default());
    let (url, there, producer) = (server.url(), Shell::new(), Shell::new());
    let embedded = Shell::of(&many());
    producer.fed(&["ingest", "-", "--nats", &url], many().as_bytes()).well();
    let served = Served::start(&there, &url, &[]);
    let first = served.said();
    assert!(first.contains(" info  rebuild began ") && first.contains("answered_from=nothing"), "{first}");
    assert!(!first.contains(" warn "), "a first start is nothing to worry about: {first}");
    assert_eq!(served.stop(), Some(0));

    // Killed while it makes them, again and again: it begins anew each time, and nothing is lost.
    made_by_another_version(&there);
    let mut before = current(&there);
    let mut random = Random(20_260_304);
    // It may be faster than the signal, any number of times.
    let (mut half_made, mut round) = (0, 0);
    while round < 4 || half_made == 0 {
        assert!(round < 100, "it was never killed while it wrote");
        let known = stores(&there);
        let served = Served::start(&there, &url, &[]);
        if round % 2 == 0 {
            std::thread::sleep(Duration::from_millis(random.below(300)));
        } else {
            wait_for("a store beside", || if stores(&there) == known { Err(served.said()) } else { Ok(()) });
        }
        served.kill();
        if current(&there) == before {
            half_made += usize::from(stores(&there) != known);
        } else {
            // It was faster.
            made_by_another_version(&there);
            before = current(&there);
        }
        round += 1;
    }
    // Told to stop, it does not wait for them.
    let served = Served::start(&there, &url, &[]);
    let began = Instant::now();
    assert_eq!(served.stop(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    if current(&there) != before {
        // It had made them before.
        made_by_another_version(&there);
        before = current(&there);
    }

    let after = MANY.to_string();
    let questions: [&[&str]; 4] = [
        &["person", "Member 77", "--at", "2024-07-01", "--after", &after],
        &["status", "--after", &after],
        &["career", "Member 171"],
        &["person", "Member 9", "--at", "2024-07-01", "--recorded", "399"],
    ];
    let expect: Vec<Value> = questions.iter().map(|question| embedded.ask(question)).collect();
    let told = "notice: asked of the log, without snapshots: the snapshots are being made: \
                they are missing or of another version\n";
    // It may be faster than the questions, any number of times.
    let mut starts = 0;
    let served = loop {
        let served = Served::start(&there, &url, &[]);
        let mut before_that = 0;
        for (question, expect) in questions.iter().zip(&expect) {
            let run = asked(&url, &[question, &["--format", "json"][..]].concat());
            let from_the_log = run.err.contains(told);
            if from_the_log {
                before_that += 1;
                assert!(!question.contains(&"--recorded"), "{question:?}: {run:?}");
            } else if !question.contains(&"--recorded") {
                wait_for("the new snapshots", || {
                    if served.said().contains(" rebuilt ") { Ok(()) } else { Err(run.err.clone()) }
                });
            }
            assert_eq!(run.json()["basis"]["head"], MANY);
            let [found, expect] = [run.json(), expect.clone()].map(|answer| {
                let mut answer = content(answer);
                answer.as_object_mut().unwrap().retain(|field, _| !field.ends_with("_bytes"));
                answer
            });
            assert_eq!(found, expect, "{question:?}");
        }
        if before_that > 0 {
            break served;
        }
        starts += 1;
        assert!(starts < 100, "nothing was answered before they were made: {}", served.said());
        assert_eq!(served.stop(), Some(0));
        made_by_another_version(&there);
        before = current(&there);
    };
    // What comes meanwhile is counted as not answered yet, and is afterwards.
    producer.fed(&["ingest", "-", "--nats", &url], events(0..40).as_bytes()).well();
    wait_for("the lag", || {
        let status = asked(&url, &["status", "--format", "json"]).json();
        let (head, lag) = (status["basis"]["head"].as_u64().unwrap(), status["lag_events"].as_u64().unwrap());
        if head + lag == MANY + 40 { Ok(()) } else { Err(status.to_string()) }
    });
    let said = served.said();
    assert!(said.contains(" info  rebuild began "), "{said}");
    assert!(said.contains("reason=\"they are missing or of another version\" answered_from=log"), "{said}");
    is_made_anew(&there, &served, &before);
    let run = asked(&url, &["status", "--after", &(MANY + 40).to_string(), "--max-lag", "0"]).well();
    assert!(run.err.is_empty(), "{run:?}");
    embedded.fed(&["ingest", "-"], events(0..40).as_bytes()).well();
    answers_equal(&url, &embedded, MANY + 40, "from the new snapshots");
    assert_eq!(served.stop(), Some(0));
    there.run(&["verify"]).well();
}

#[test]
fn snapshots_that_are_gone_or_do_not_read_are_made_beside_what_answers() {
    let server = Server::start(&Setup::default());
    let (url, there) = (server.url(), Shell::new());
    Shell::new().fed(&["ingest", "-", "--nats", &url], events(0..600).as_bytes()).well();
    let embedded = Shell::of(&events(0..600));
    assert_eq!(Served::start(&there, &url, &[]).stop(), Some(0));
    let gone = |dir: &Path| fs::remove_dir_all(dir).unwrap();
    let name = |dir: &Path| fs::read_to_string(dir.join("CURRENT")).unwrap().trim().to_owned();
    // Found out when they are opened, and when somebody is asked about.
    let headless = |dir: &Path| change(dir, &name(dir), "head", |head| head.truncate(20));
    let garbled = |dir: &Path| change(dir, &name(dir), "p", |page| page.fill(0xff));
    let nowhere = |dir: &Path| fs::write(dir.join("CURRENT"), "store-977\n").unwrap();
    for (what, damage) in
        [("gone", &gone as &dyn Fn(&Path)), ("headless", &headless), ("garbled", &garbled), ("nowhere", &nowhere)]
    {
        damage(&snapshots(&there));
        let served = Served::start(&there, &url, &[]);
        answers_equal(&url, &embedded, 600, what);
        served.wait_until_it_says(" rebuilt ");
        let worried = served.said().contains(" warn  rebuild began ");
        assert_eq!(worried, ["headless", "garbled"].contains(&what), "{what}: {}", served.said());
        answers_equal(&url, &embedded, 600, what);
        assert!(asked(&url, &["status"]).well().err.is_empty());
        assert_eq!(stores(&there), [current(&there)], "{what}");
        assert_eq!(served.stop(), Some(0), "{what}");
        there.run(&["verify"]).well();
    }
}

/// What an older version took for an event: it did not know that people can be described, nor one field.
fn older(text: &str) -> Option<EventIdentity> {
    identify(text).filter(|_| !text.contains("PersonDescribed") && !text.contains(r#""remit""#))
}

#[test]
fn what_an_older_version_could_not_read_is_an_event_to_this_one() {
    let server = Server::start(&Setup::default());
    let (url, there) = (server.url(), Shell::new());
    let connection = connect(&url);
    let mut stream = Stream::open(connection.clone(), StreamTarget::default(), Create::IfMissing, identify).unwrap();
    let mut good: Vec<String> = (0..200).map(|number| event(number).to_string()).collect();
    let mut with_remit = event(9_000);
    with_remit["remit"] = json!("x".repeat(50_000));
    good.push(with_remit.to_string());
    for text in &good {
        publish(&connection, text.clone());
    }
    // What no version reads; a copy of what the older one could not read; and another event under its id.
    let mut reused = event(160);
    reused["source"] = json!("Another Page");
    let described = |text: &String| text.contains("PersonDescribed");
    assert!(described(&good[160]) && good.iter().filter(|text| described(text)).count() == 50);
    for payload in ["no event", &good[160], &reused.to_string()] {
        publish(&connection, payload);
    }
    let last = head(&connection, "TENURE");
    assert_eq!(last, 204);

    // The copy as the older version made it.
    let read_then = good.iter().filter(|text| older(text).is_some()).count();
    assert_eq!(read_then, 150);
    {
        let mut journal = Journal::open(there.data().join("journal"), Create::IfMissing, older).unwrap();
        let mut follow = replica::follow(&there.data(), &mut journal, &mut stream).unwrap();
        while journal.head().number() < last {
            let messages = follow.next(Duration::from_secs(10)).unwrap();
            assert!(!messages.is_empty(), "nothing comes");
            replica::take_in(&mut journal, &messages, older).unwrap();
        }
    }
    let embedded = Shell::of(&good.iter().flat_map(|text| [text.as_str(), "\n"]).collect::<String>());

    let check = |told: &str, ask: &dyn Fn(&[&str]) -> shell::Run| {
        let status = ask(&["status", "--format", "json"]).json();
        // The copy and the other content were no events to the older version either.
        assert_eq!(status["events"], 201, "{told}: {status}");
        assert_eq!(status["basis"]["seq"], last, "{told}");
        let listed = ask(&["log", "--quarantined", "--format", "json"]).well();
        let set_aside: Vec<u64> =
            listed.json()["events"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
        assert_eq!(set_aside, [202, 204], "{told}: {listed:?}");
        assert_eq!(status["quarantined"], 2, "{told}");
        let listed = ask(&["log", "--format", "ndjson"]).well();
        let listed: Vec<Value> = listed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let found: Vec<(Option<u64>, &Value)> =
            listed.iter().map(|line| (line["seq"].as_u64(), &line["event"])).collect();
        let texts: Vec<Value> = good.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        let expect: Vec<(Option<u64>, &Value)> = (1..).map(Some).zip(&texts).collect();
        assert_eq!(found, expect, "{told}: each at its position");
        status["digest"].as_str().unwrap().to_owned()
    };
    let served = Served::start(&there, &url, &[]);
    answers_equal(&url, &embedded, last, "served");
    let digest = check("served", &|question| asked(&url, question));
    // It goes on from there: what is told of those people is added to what was unreadable once, and what comes again is
    // known by its id.
    let more = events(200..260);
    Shell::new().fed(&["ingest", "-", "--nats", &url], more.as_bytes()).well();
    embedded.fed(&["ingest", "-"], more.as_bytes()).well();
    for payload in [good[170].clone(), reused.to_string()] {
        publish(&connection, payload);
    }
    let last = last + 62;
    answers_equal(&url, &embedded, last, "told more");
    let status = asked(&url, &["status", "--after", &last.to_string(), "--format", "json"]).json();
    assert_eq!((&status["events"], &status["quarantined"]), (&json!(261), &json!(3)), "{status}");
    assert_eq!(served.stop(), Some(0));
    there.run(&["verify"]).well();

    // A copy that this version makes of the same stream says the same, but for the digest: that is of the events as
    // they were counted when they came.
    let fresh = Shell::new();
    let served = Served::start(&fresh, &url, &[]);
    answers_equal(&url, &embedded, last, "copied by this version");
    let replay = asked(&url, &["replay", "--format", "json"]).json();
    assert_eq!(replay["differences"], json!([]));
    assert_eq!(served.stop(), Some(0));
    assert_eq!(fresh.state(), embedded.state());
    let (count, digest_then) = there.state();
    assert_eq!(count, 261);
    assert_ne!(digest_then, embedded.state().1);
    assert_ne!(digest, digest_then);
}
