//! The binary with its log on a real NATS server: killed in the middle, set up badly, shut, and copied from and to.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "nats/served.rs"]
mod served;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use async_nats::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nkeys::KeyPair;
use serde_json::{Value, json};
use served::{Served, api};
use server::{Server, Setup, free_port};
use shell::{Random, Run, Shell, skipped, times, tries};
use tenure_domain::position::Seq;
use tenure_log::identify;
use tenure_log::stream::{Connection, StreamTarget};
use tenure_log::{Create, Distinct, EventIdentity, Log as _, LogError, Standing, Stream};

/// What must not be seen anywhere.
const SECRET: &str = "s3cret-Pa55";

fn event(number: u64) -> String {
    json!({
        "id": format!("e{number}"), "type": "JoinedCompany", "person": format!("Person {number}"),
        "company": "Kestrel", "effective": "2024", "reported_at": "2024-05-06", "source": "Page",
        "note": "a note that gives the event the length that events have, more or less".repeat(3),
    })
    .to_string()
}

fn events(numbers: std::ops::Range<u64>) -> String {
    numbers.fold(String::new(), |mut all, number| {
        writeln!(all, "{}", event(number)).unwrap();
        all
    })
}

fn connect(server: &Server) -> Connection {
    served::connect(&server.url())
}

fn stream(server: &Server, name: &str) -> Stream {
    let place = StreamTarget { name: name.parse().unwrap(), ..StreamTarget::default() };
    Stream::open(connect(server), place, Create::Never, identify).unwrap()
}

/// A stream with the usual settings and some others.
fn make(connection: &Connection, name: &str, subjects: &str, other: &[(&str, Value)]) -> Value {
    let mut config = json!({
        "name": name, "subjects": [subjects], "storage": "file", "retention": "limits", "discard": "new",
        "deny_delete": true, "deny_purge": true, "allow_direct": true, "num_replicas": 1,
        "duplicate_window": 120_000_000_000_u64,
    });
    for (field, value) in other {
        config[*field] = value.clone();
    }
    api(connection, &format!("STREAM.CREATE.{name}"), &config)
}

fn publish(connection: &Connection, subject: &str, payload: &str) {
    publish_as(connection, None, subject, payload);
}

/// Publishes something under an id by which the server knows it again, where one is given.
fn publish_as(connection: &Connection, id: Option<&str>, subject: &str, payload: &str) {
    let (subject, payload) = (subject.to_owned(), payload.to_owned());
    let headers: HeaderMap = id.map(|id| ("Nats-Msg-Id".parse().unwrap(), id.into())).into_iter().collect();
    let request = connection.client().request_with_headers(subject, headers, payload.into());
    let ack = connection.wait_for(request).unwrap();
    assert!(!String::from_utf8_lossy(&ack.payload).contains("error"), "{ack:?}");
}

/// No output of a run may tell a secret.
#[track_caller]
fn keeps_secrets(run: &Run) {
    assert!(!run.out.contains(SECRET) && !run.err.contains(SECRET), "{run:?}");
}

/// How often the server is killed at full size.
const KILLS: u64 = 12;
/// How many events each ingest of that test brings.
const SHARE: u64 = 2_500;

#[test]
fn a_server_killed_while_publishing_loses_nothing_that_was_acknowledged() {
    let seed = std::env::var("TENURE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_102);
    let mut random = Random(seed);
    let always = Setup { sync_interval: "always".to_owned(), ..Setup::default() };
    let mut server = Server::start(&always);
    let shell = Shell::new();
    // One that takes atomic batches, and one that does not.
    shell.run(&["nats", "init", "--nats", &server.url()]).well();
    let plain = [("allow_atomic", json!(false))];
    let made = make(&connect(&server), "PLAIN", "plain.events.>", &plain);
    assert!(made["error"].is_null(), "{made}");

    let (mut in_the_middle, mut given_up) = (0, 0);
    let kills = tries(KILLS);
    for round in 0..kills {
        let told = format!("TENURE_SEED={seed}, round {round}");
        let name = if round % 3 == 2 { "PLAIN" } else { "TENURE" };
        let subjects = if name == "PLAIN" { "plain.events" } else { "tenure.events" };
        let numbers = round * SHARE..(round + 1) * SHARE;
        shell.write("events.ndjson", events(numbers.clone()));
        drop(fs::remove_file(shell.dir().join("unsent.ndjson")));
        // In some rounds the server stays away for longer than there is patience.
        let comes_back = round % 4 != 3;
        let timeout = if comes_back { "60" } else { "1" };
        let url = server.url();
        let arguments = [
            "ingest",
            "events.ndjson",
            "--nats",
            &url,
            "--nats-stream",
            name,
            "--nats-subjects",
            subjects,
            "--unsent",
            "unsent.ndjson",
            "--timeout",
            timeout,
            "--format",
            "json",
        ];
        let mut watched = stream_under(&server, name, subjects);
        let before = watched.head().unwrap().number();
        let wanted = before + 1 + random.below(SHARE / 2);
        let child = shell.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let began = Instant::now();
        let mut head = before;
        while head < wanted {
            assert!(began.elapsed() < Duration::from_mins(1), "{told}: nothing is published");
            head = watched.head().unwrap().number();
        }
        server.kill();
        drop(watched);
        in_the_middle += u64::from(head < before + SHARE);
        let output = if comes_back {
            std::thread::sleep(Duration::from_millis(random.below(300)));
            server.start_again();
            child.wait_with_output().unwrap()
        } else {
            let output = child.wait_with_output().unwrap();
            server.start_again();
            output
        };
        let code = output.status.code();
        let summary: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{told}: {output:?}"));
        let unsent: HashSet<String> = match fs::read_to_string(shell.dir().join("unsent.ndjson")) {
            Ok(text) => text.lines().map(str::to_owned).collect(),
            Err(_) => HashSet::new(),
        };
        let number = |field: &str| summary[field].as_u64().unwrap_or(0);
        assert_eq!(number("unsent"), unsent.len() as u64, "{told}: {summary}");
        assert_eq!(number("appended") + number("duplicate") + number("unsent"), SHARE, "{told}: {summary}");
        assert_eq!(code, Some(if unsent.is_empty() { 0 } else { 5 }), "{told}: {output:?}");
        given_up += u64::from(!unsent.is_empty());

        // What was acknowledged is there, before anything is sent again.
        let there = since(&server, name, subjects, Seq::new(before + 1), &told);
        let lost = numbers.clone().map(event).filter(|event| !unsent.contains(event) && !there.contains(event)).count();
        assert_eq!(lost, 0, "{told}: acknowledged, and not there");
        if !unsent.is_empty() {
            let again = ["ingest", "unsent.ndjson", "--nats", &url, "--nats-stream", name, "--nats-subjects", subjects];
            shell.run(&again).well();
        }
    }
    assert!(in_the_middle >= kills / 2, "only {in_the_middle} kills came in the middle");
    // About one in four does: of few, none may.
    assert!(given_up > 0 || kills < 2 * KILLS, "no run gave up");

    // After all, a reader sees each event once.
    for (name, subjects) in [("TENURE", "tenure.events"), ("PLAIN", "plain.events")] {
        let found = distinct(&server, name, subjects, "at the end");
        let mine = (0..kills).filter(|round| (name == "PLAIN") == (round % 3 == 2));
        let mut expected: Vec<String> = mine.flat_map(|round| round * SHARE..(round + 1) * SHARE).map(event).collect();
        let mut sorted = found;
        sorted.sort();
        expected.sort();
        assert!(sorted == expected, "{name}: {} of {} events", sorted.len(), expected.len());
    }
}

fn stream_under(server: &Server, name: &str, subjects: &str) -> Stream {
    let place = StreamTarget { name: name.parse().unwrap(), subjects: subjects.parse().unwrap() };
    Stream::open(connect(server), place, Create::Never, identify_quickly).unwrap()
}

/// The messages of a stream from a position on.
fn since(server: &Server, name: &str, subjects: &str, from: Seq, told: &str) -> HashSet<String> {
    let mut stream = stream_under(server, name, subjects);
    let head = stream.head().unwrap();
    let mut follow = stream.follow(from, None);
    let mut found = HashSet::new();
    let mut next = from;
    while next <= head {
        for message in follow.next(Duration::from_secs(30)).unwrap_or_else(|error| panic!("{told}: {error}")) {
            assert_eq!(message.seq, next, "{told}: positions are contiguous");
            next = next.next();
            found.insert(String::from_utf8(message.payload.to_vec()).unwrap());
        }
    }
    found
}

/// As [`identify`], for events of these tests alone, and at less cost in a build without optimizations.
fn identify_quickly(event: &str) -> Option<EventIdentity> {
    let (id, _) = event.strip_prefix(r#"{"id":""#)?.split_once('"')?;
    let hash = event.bytes().fold(0_u128, |hash, byte| hash.wrapping_mul(1_000_003) + u128::from(byte));
    Some(EventIdentity { id: id.parse().ok()?, fingerprint: hash.to_le_bytes() })
}

/// The events of a stream as readers count them, in their order.
fn distinct(server: &Server, name: &str, subjects: &str, told: &str) -> Vec<String> {
    let mut stream = stream_under(server, name, subjects);
    let records = stream.records(Seq::ZERO).unwrap();
    records.map(|record| record.unwrap_or_else(|error| panic!("{told}: {error}")).event).collect()
}

#[test]
fn streams_that_would_lose_events_are_refused() {
    let server = Server::start(&Setup::default());
    let connection = connect(&server);
    let shell = Shell::new();
    shell.write("events.ndjson", events(0..3));
    let run = shell.run(&["nats", "init", "--nats", &server.url(), "--message-bytes", "1000"]);
    assert!(run.exit == Some(2) && run.err.contains("1000 is not in 81920.."), "{run:?}");
    assert!(!api(&connection, "STREAM.INFO.TENURE", &json!({}))["error"].is_null(), "it was not made");
    let check = |field: &str, value: Value| {
        let made = make(&connection, "BAD", "tenure.events.>", &[(field, value.clone())]);
        assert!(made["error"].is_null(), "{field}: {made}");
        if ["allow_msg_ttl", "persist_mode"].contains(&field) && made["config"][field] != value {
            skipped(&format!("this server has no {field}"));
            api(&connection, "STREAM.DELETE.BAD", &json!({}));
            return;
        }
        for verb in [&["ingest", "events.ndjson"][..], &["nats", "init"]] {
            let run = shell.run(&[verb, &["--nats", &server.url(), "--nats-stream", "BAD"]].concat());
            assert_eq!(run.exit, Some(1), "{field}: {run:?}");
            assert!(run.err.contains(&format!("\n  {field} is ")) && run.err.contains("hint: "), "{field}: {run:?}");
            assert!(run.out.is_empty(), "{run:?}");
        }
        let info = api(&connection, "STREAM.INFO.BAD", &json!({}));
        assert_eq!(info["state"]["messages"], 0, "{field}");
        api(&connection, "STREAM.DELETE.BAD", &json!({}));
    };
    check("storage", json!("memory"));
    check("retention", json!("workqueue"));
    check("retention", json!("interest"));
    check("max_age", json!(3_600_000_000_000_u64));
    check("max_msgs_per_subject", json!(5));
    check("deny_delete", json!(false));
    check("deny_purge", json!(false));
    check("allow_msg_ttl", json!(true));
    check("persist_mode", json!("async"));
    check("no_ack", json!(true));
    check("allow_direct", json!(false));
    check("max_msg_size", json!(1000));
    check("subjects", json!(["tenure.events.kestrel.*"]));

    // The rest takes more than one setting.
    let several = |name: &str, other: &[(&str, Value)], field: &str| {
        let made = make(&connection, name, "tenure.events.>", other);
        assert!(made["error"].is_null(), "{field}: {made}");
        let run = shell.run(&["ingest", "events.ndjson", "--nats", &server.url(), "--nats-stream", name]);
        assert_eq!(run.exit, Some(1), "{run:?}");
        assert!(run.err.contains(&format!("\n  {field} is ")), "{field}: {run:?}");
        api(&connection, &format!("STREAM.DELETE.{name}"), &json!({}));
    };
    several("OLD", &[("max_msgs", json!(9)), ("discard", json!("old"))], "discard");
    several("OLD", &[("max_bytes", json!(9999)), ("discard", json!("old"))], "discard");
    several("ROLL", &[("allow_rollup_hdrs", json!(true)), ("deny_purge", json!(false))], "allow_rollup_hdrs");

    // One that has lost events already.
    make(&connection, "HOLES", "tenure.events.>", &[("deny_delete", json!(false))]);
    for number in 0..3 {
        publish(&connection, "tenure.events.kestrel.JoinedCompany", &event(number));
    }
    api(&connection, "STREAM.MSG.DELETE.HOLES", &json!({"seq": 2}));
    let mut config = api(&connection, "STREAM.INFO.HOLES", &json!({}))["config"].clone();
    config["deny_delete"] = json!(true);
    let updated = api(&connection, "STREAM.UPDATE.HOLES", &config);
    assert!(updated["error"].is_null(), "{updated}");
    let run = shell.run(&["ingest", "events.ndjson", "--nats", &server.url(), "--nats-stream", "HOLES"]);
    assert_eq!(run.exit, Some(1), "{run:?}");
    assert!(run.err.contains("has lost its events from position"), "{run:?}");
}

/// How many events are under way in each round of [`keeps_the_order`].
const ROUND: u64 = 5_000;

/// Single messages, many of them under way, while the server is killed again and again.
fn keeps_the_order(setup: &Setup) {
    let mut server = Server::start(setup);
    make(&connect(&server), "TENURE", "tenure.events.>", &[]);
    let shell = Shell::new();
    for round in 0..2 * times() {
        shell.write("events.ndjson", events(round * ROUND..(round + 1) * ROUND));
        let mut ingest = shell.command(&["ingest", "events.ndjson", "--nats", &server.url(), "--format", "json"]);
        let child = ingest.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let before = stream(&server, "TENURE").head().unwrap().number();
        // Killed while it is busy, however fast this machine is.
        while stream(&server, "TENURE").head().unwrap().number() < before + ROUND / 10 {}
        server.kill();
        server.start_again();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "round {round}: {output:?}");
    }
    let stored = distinct(&server, "TENURE", "tenure.events", "");
    assert_eq!(stored.len() as u64, 2 * times() * ROUND);
    let first = stored.iter().enumerate().find(|(at, stored)| **stored != event(*at as u64));
    assert_eq!(first, None);
}

#[test]
fn events_keep_their_order_when_the_server_is_killed() {
    keeps_the_order(&Setup::default());
}

#[test]
fn the_oldest_server_does_what_is_documented() {
    let Some(program) = server::oldest() else {
        skipped(".ci/nats-server has not fetched the oldest server");
        return;
    };
    let setup = Setup { program: Some(program), ..Setup::default() };
    let server = Server::start(&setup);
    let (shell, url) = (Shell::new(), server.url());
    shell.write("events.ndjson", events(0..1_500));
    let ingested = shell.run(&["ingest", "events.ndjson", "--nats", &url]).well();
    assert_eq!(ingested.out, "appended 1500, duplicate 0, rejected 0; ledger at 1500\n");
    let again = shell.run(&["ingest", "events.ndjson", "--nats", &url]).well();
    assert_eq!(again.out, "appended 0, duplicate 1500, rejected 0; ledger at 1500\n");

    let embedded = Shell::of(&events(0..1_500));
    let copied = shell.run(&["log", "copy", &format!("{url}/TENURE"), "there", "--format", "json"]).well().json();
    assert_eq!((copied["events"].as_u64(), copied["digest"].as_str()), (Some(1_500), Some(&*embedded.state().1)));
    shell.run(&["log", "copy", "there", &format!("{url}/BACK"), "--nats-subjects", "back.events"]).well();

    let served = Served::start(&shell, &url, &[]);
    let question = ["person", "Person 77", "--at", "2024-12-31", "--format", "json"];
    let asked = Shell::new().run(&[&question[..], &["--nats", &url, "--after", "1500"]].concat()).well();
    assert_eq!(asked.json()["positions"].as_array().unwrap().len(), 1, "{asked:?}");
    assert_eq!(served.stop(), Some(0));
    drop(server);

    keeps_the_order(&setup);
}

#[test]
fn a_full_stream_says_so_and_keeps_what_it_has() {
    let server = Server::start(&Setup::default());
    let shell = Shell::new();
    shell.run(&["nats", "init", "--nats", &server.url(), "--most-bytes", "20000", "--compression", "none"]).well();
    shell.write("events.ndjson", events(0..100));
    let arguments =
        ["ingest", "events.ndjson", "--nats", &server.url(), "--unsent", "unsent.ndjson", "--format", "json"];
    let run = shell.run(&arguments);
    assert_eq!(run.exit, Some(5), "{run:?}");
    assert!(run.err.contains("maximum bytes exceeded"), "{run:?}");
    let unsent: HashSet<String> = shell.read("unsent.ndjson").lines().map(str::to_owned).collect();
    let there: HashSet<String> = distinct(&server, "TENURE", "tenure.events", "").into_iter().collect();
    assert!((0..100).map(event).all(|event| unsent.contains(&event) || there.contains(&event)));
}

/// What runs with a login, and without.
fn check_login(server: &Server, right: &[&str], wrong: &[&[&str]], shell: &Shell) {
    shell.write("events.ndjson", events(0..3));
    let url = server.url();
    let run = shell.run(&[&["ingest", "events.ndjson", "--nats", &url], right].concat()).well();
    keeps_secrets(&run);
    let again = shell.run(&[&["ingest", "events.ndjson", "-v", "--nats", &url], right].concat()).well();
    assert!(again.out.contains("duplicate 3"), "{again:?}");
    for wrong in wrong {
        let began = Instant::now();
        let run = shell.run(&[&["ingest", "events.ndjson", "--nats", &url], *wrong].concat());
        assert_eq!(run.exit, Some(5), "{wrong:?}: {run:?}");
        assert!(run.err.contains("does not accept the login") && run.err.contains("hint: "), "{run:?}");
        assert!(began.elapsed() < Duration::from_secs(4), "a login that is refused is not tried again");
        keeps_secrets(&run);
    }
}

#[test]
fn logins_by_password_and_token() {
    let shell = Shell::new();
    shell.write("password", format!("{SECRET}\n"));
    shell.write("wrong", "not it");
    let users = format!("authorization {{ users: [ {{ user: ann, password: \"{SECRET}\" }} ] }}");
    let server = Server::start(&Setup { more: users, ..Setup::default() });
    check_login(
        &server,
        &["--nats-user", "ann", "--nats-password-file", "password"],
        &[&[], &["--nats-user", "ann", "--nats-password-file", "wrong"], &["--nats-token-file", "password"]],
        &shell,
    );
    // A login in the address works, and is shown nowhere.
    let url = |login: &str| format!("nats://{login}@127.0.0.1:{}", server.port());
    for (login, exit) in [(format!("ann:{SECRET}"), 0), (format!("bob:{SECRET}"), 5), (SECRET.to_owned(), 5)] {
        let run = shell.run(&["ingest", "events.ndjson", "-v", "--nats", &url(&login)]);
        assert_eq!(run.exit, Some(exit), "{run:?}");
        keeps_secrets(&run);
        let mut command = shell.command(&["ingest", "--help"]);
        let help = command.env("TENURE_NATS", url(&login)).output().unwrap();
        assert!(!String::from_utf8_lossy(&help.stdout).contains(SECRET));
    }
    let run = shell.run(&["log", "copy", &format!("{}/NONE", url(&format!("ann:{SECRET}"))), "copy"]);
    assert_eq!(run.exit, Some(5), "{run:?}");
    keeps_secrets(&run);
    let run = shell.run(&["ingest", "events.ndjson", "--nats", &format!("nats://ann:{SECRET}@:x")]);
    assert_eq!(run.exit, Some(2), "{run:?}");
    keeps_secrets(&run);

    let token = format!("authorization {{ token: \"{SECRET}\" }}");
    let server = Server::start(&Setup { more: token, ..Setup::default() });
    check_login(&server, &["--nats-token-file", "password"], &[&[], &["--nats-token-file", "wrong"]], &shell);
    // Who else can read a secret is told, for each of them.
    let secret = shell.dir().join("password");
    for (mode, told) in [(0o644, true), (0o640, true), (0o600, false), (0o400, false)] {
        fs::set_permissions(&secret, fs::Permissions::from_mode(mode)).unwrap();
        let run =
            shell.run(&["status", "--nats", &server.url(), "--nats-user", "ann", "--nats-password-file", "password"]);
        let says =
            format!("notice: password holds a secret, and others can use it (mode {mode:04o}): chmod 600 password");
        assert_eq!(run.err.contains(&says), told, "{mode:o}: {run:?}");
    }
    let both = ["--nats-token-file", "password", "--nats-user", "ann", "--nats-password-file", "password"];
    let run = shell.run(&[&["ingest", "events.ndjson", "--nats", &server.url()], &both[..]].concat());
    assert_eq!(run.exit, Some(2), "{run:?}");
}

#[test]
fn logins_by_nkey() {
    let shell = Shell::new();
    let (user, other) = (KeyPair::new_user(), KeyPair::new_user());
    shell.write("seed", user.seed().unwrap() + "\n");
    shell.write("other", other.seed().unwrap());
    let users = format!("authorization {{ users: [ {{ nkey: {} }} ] }}", user.public_key());
    let server = Server::start(&Setup { more: users, ..Setup::default() });
    check_login(&server, &["--nats-nkey", "seed"], &[&[], &["--nats-nkey", "other"]], &shell);
    for file in ["seed", "other"] {
        let run = shell.run(&["ingest", "events.ndjson", "-v", "--nats", &server.url(), "--nats-nkey", file]);
        let seed = shell.read(file);
        assert!(!run.err.contains(seed.trim()) && !run.out.contains(seed.trim()), "{run:?}");
    }
}

/// A JWT as NATS accounts have them, signed by its issuer.
fn jwt(issuer: &KeyPair, subject: &str, name: &str, nats: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"jti": name, "iat": 1_700_000_000, "iss": issuer.public_key(), "name": name, "sub": subject, "nats": nats});
    let text = format!("{}.{}", encode(&json!({"typ": "JWT", "alg": "ed25519-nkey"})), encode(&claims));
    let signature = URL_SAFE_NO_PAD.encode(issuer.sign(text.as_bytes()).unwrap());
    format!("{text}.{signature}")
}

#[test]
fn logins_by_creds() {
    let shell = Shell::new();
    let (operator, account, system) = (KeyPair::new_operator(), KeyPair::new_account(), KeyPair::new_account());
    let (user, stranger) = (KeyPair::new_user(), KeyPair::new_account());
    let unlimited = json!({
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1,
        "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1,
    });
    let none = json!({"subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1});
    let of_account = |key: &KeyPair, name: &str, limits: &Value| {
        jwt(&operator, &key.public_key(), name, &json!({"limits": limits, "type": "account", "version": 2}))
    };
    let operator_jwt = jwt(&operator, &operator.public_key(), "op", &json!({"type": "operator", "version": 2}));
    let creds = |issuer: &KeyPair| {
        let nats = json!({"pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1, "type": "user", "version": 2});
        let (token, seed) = (jwt(issuer, &user.public_key(), "user", &nats), user.seed().unwrap());
        format!(
            "-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        )
    };
    shell.write("creds", creds(&account));
    shell.write("strange", creds(&stranger));
    shell.write("broken", SECRET);
    let more = format!(
        "operator: {operator_jwt}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload: {{ {}: {}, {}: {} }}\n",
        system.public_key(),
        account.public_key(),
        of_account(&account, "acc", &unlimited),
        system.public_key(),
        of_account(&system, "sys", &none),
    );
    let server = Server::start(&Setup { more, ..Setup::default() });
    check_login(&server, &["--nats-creds", "creds"], &[&[], &["--nats-creds", "strange"]], &shell);
    for file in ["creds", "strange", "broken", "absent"] {
        let run = shell.run(&["ingest", "events.ndjson", "-v", "--nats", &server.url(), "--nats-creds", file]);
        assert_eq!(
            run.exit,
            Some(match file {
                "creds" => 0,
                "absent" => 1,
                _ => 5,
            }),
            "{run:?}"
        );
        let seed = user.seed().unwrap();
        assert!(!run.err.contains(&seed) && !run.out.contains(&seed), "{run:?}");
        keeps_secrets(&run);
    }
}

/// A certificate authority, and what it signs.
fn certificates(dir: &Path) {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    fs::write(dir.join("ca.pem"), authority.pem()).unwrap();
    for (name, subject) in [("server", "127.0.0.1"), ("client", "ann.example")] {
        let key = KeyPair::generate().unwrap();
        let signed = CertificateParams::new(vec![subject.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        fs::write(dir.join(format!("{name}.pem")), signed.pem()).unwrap();
        fs::write(dir.join(format!("{name}.key")), key.serialize_pem()).unwrap();
    }
}

#[test]
fn tls_with_an_authority_of_ones_own_and_with_client_certificates() {
    let shell = Shell::new();
    shell.write("events.ndjson", events(0..3));
    certificates(shell.dir());
    let dir = shell.dir().display();
    let tls = |verify: &str| Setup {
        more: format!(
            "tls {{\ncert_file: \"{dir}/server.pem\"\nkey_file: \"{dir}/server.key\"\nca_file: \"{dir}/ca.pem\"\n{verify}\n}}"
        ),
        ..Setup::default()
    };
    let mut server = Server::start(&tls(""));
    let ingest = |url: &str, more: &[&str]| shell.run(&[&["ingest", "events.ndjson", "--nats", url], more].concat());
    let secure = format!("tls://127.0.0.1:{}", server.port());
    ingest(&server.url(), &["--nats-ca", "ca.pem"]).well();
    ingest(&secure, &["--nats-ca", "ca.pem"]).well();
    // The system trusts nobody of ours.
    let run = ingest(&secure, &[]);
    assert_eq!(run.exit, Some(5), "{run:?}");
    assert!(run.err.contains("no secure connection") && run.err.contains("--nats-ca"), "{run:?}");
    let run = ingest(&secure, &["--nats-ca", "absent.pem"]);
    assert_eq!(run.exit, Some(1), "{run:?}");

    server.start_with(&tls("verify: true"));
    ingest(&secure, &["--nats-ca", "ca.pem", "--nats-cert", "client.pem", "--nats-key", "client.key"]).well();
    let run = ingest(&secure, &["--nats-ca", "ca.pem"]);
    assert_eq!(run.exit, Some(5), "{run:?}");
    let run = ingest(&secure, &["--nats-ca", "ca.pem", "--nats-cert", "client.pem"]);
    assert_eq!(run.exit, Some(2), "{run:?}");

    // Whoever insists on TLS is not talked out of it.
    let open = Server::start(&Setup::default());
    let run = ingest(&open.url(), &["--nats-ca", "ca.pem", "--timeout", "1"]);
    assert_eq!(run.exit, Some(5), "{run:?}");
}

#[test]
fn a_producer_need_not_be_able_to_read() {
    let users = r#"
        authorization { users: [
            { user: admin, password: pw }
            { user: scraper, password: pw, permissions {
                publish: { allow: ["tenure.events.>", "$JS.API.STREAM.INFO.TENURE"] }
                subscribe: { allow: ["_INBOX_scraper.>"] } } }
            { user: reader, password: pw, permissions {
                publish: { allow: ["$JS.API.STREAM.INFO.TENURE", "$JS.API.CONSUMER.CREATE.TENURE.>",
                    "$JS.API.CONSUMER.MSG.NEXT.TENURE.>", "$JS.API.CONSUMER.DELETE.TENURE.>"] }
                subscribe: { allow: ["_INBOX_reader.>"] } } }
            { user: silent, password: pw, permissions {
                publish: { allow: ["$JS.API.STREAM.INFO.TENURE"] }
                subscribe: { allow: ["_INBOX_silent.>"] } } }
        ] }"#;
    let server = Server::start(&Setup { more: users.to_owned(), ..Setup::default() });
    let shell = Shell::new();
    shell.write("password", "pw");
    shell.write("events.ndjson", events(0..1500));
    let url = server.url();
    let run = |verb: &[&str], user: &str, more: &[&str]| {
        let inbox = format!("_INBOX_{user}");
        let login = ["--nats", &url, "--nats-user", user, "--nats-password-file", "password"];
        let inbox = if user == "admin" { vec![] } else { vec!["--nats-inbox", &*inbox] };
        shell.run(&[verb, &login[..], &inbox, more].concat())
    };
    // Nor to make the stream: that it is missing is told.
    let began = Instant::now();
    let missing = run(&["ingest", "events.ndjson"], "scraper", &[]);
    assert_eq!(missing.exit, Some(5), "{missing:?}");
    assert!(missing.err.contains("not allowed: ") && missing.err.contains("STREAM.CREATE"), "{missing:?}");
    run(&["nats", "init"], "admin", &[]).well();
    let sent = run(&["ingest", "events.ndjson"], "scraper", &[]).well();
    assert!(sent.out.starts_with("appended 1500, duplicate 0"), "{sent:?}");
    // What stands under an id cannot be looked at, so a duplicate counts as one.
    let again = run(&["ingest", "events.ndjson"], "scraper", &[]).well();
    assert!(again.out.starts_with("appended 0, duplicate 1500"), "{again:?}");
    let read = shell.run(&[
        "log",
        "copy",
        &format!("nats://scraper:pw@127.0.0.1:{}", server.port()),
        "copy",
        "--nats-inbox",
        "_INBOX_scraper",
    ]);
    assert_eq!(read.exit, Some(5), "{read:?}");
    assert!(read.err.contains("not allowed: "), "{read:?}");
    // A reader reads, and publishes nothing.
    let place = format!("nats://reader:pw@127.0.0.1:{}", server.port());
    let read = shell.run(&["log", "copy", &place, "copy", "--nats-inbox", "_INBOX_reader"]).well();
    assert!(read.out.starts_with("copied 1500 events"), "{read:?}");
    shell.write("more.ndjson", events(2000..2001));
    let wrote = run(&["ingest", "more.ndjson"], "reader", &[]);
    assert_eq!(wrote.exit, Some(5), "{wrote:?}");
    // One that may not publish is told, and keeps its events.
    let silent = run(&["ingest", "events.ndjson"], "silent", &["--unsent", "unsent.ndjson"]);
    assert_eq!(silent.exit, Some(5), "{silent:?}");
    assert!(silent.err.contains("not allowed: "), "{silent:?}");
    assert_eq!(shell.read("unsent.ndjson"), events(0..1500));
    // Answers that cannot be received are told as well.
    let deaf =
        shell.run(&["ingest", "events.ndjson", "--nats", &format!("nats://scraper:pw@127.0.0.1:{}", server.port())]);
    assert_eq!(deaf.exit, Some(5), "{deaf:?}");
    assert!(deaf.err.contains("not allowed: "), "{deaf:?}");
    assert!(began.elapsed() < Duration::from_mins(1), "refusals are not waited out");
}

#[test]
fn a_server_that_is_not_there_is_told_in_time() {
    let shell = Shell::new();
    shell.write("events.ndjson", events(0..10));
    let url = format!("nats://ann:{SECRET}@127.0.0.1:{}", free_port());
    let began = Instant::now();
    for verb in [&["ingest", "events.ndjson"][..], &["nats", "init"]] {
        let run = shell.run(&[verb, &["--nats", &url]].concat());
        assert_eq!((run.exit, run.out.as_str()), (Some(5), ""), "{run:?}");
        assert!(run.err.contains("hint: "), "{run:?}");
        keeps_secrets(&run);
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    // What nobody took is kept for another run, and added to what an earlier one kept.
    for all in [10, 20] {
        let run =
            shell.run(&["ingest", "events.ndjson", "--nats", &url, "--unsent", "unsent.ndjson", "--timeout", "1"]);
        assert_eq!(run.exit, Some(5), "{run:?}");
        assert_eq!(run.out, "appended 0, duplicate 0, rejected 0, not acknowledged 10; the ledger was not reached\n");
        assert_eq!(shell.read("unsent.ndjson").lines().count(), all);
    }
    let run = shell.run(&[
        "ingest",
        "events.ndjson",
        "--nats",
        &url,
        "--unsent",
        "more.ndjson",
        "--timeout",
        "1",
        "--format",
        "json",
    ]);
    assert!(run.out.contains("\"seq\":null"), "{run:?}");
    let run = shell.run(&["ingest", "unsent.ndjson", "--nats", &url, "--unsent", "unsent.ndjson"]);
    assert_eq!(run.exit, Some(2), "{run:?}");
    // A server without JetStream.
    let mut server = Server::start(&Setup::default());
    server.start_without_jetstream();
    let run = shell.run(&["ingest", "unsent.ndjson", "--nats", &server.url()]);
    assert_eq!(run.exit, Some(5), "{run:?}");
    assert!(run.err.contains("JetStream is not enabled"), "{run:?}");
    server.start_with(&Setup::default());
    let run = shell.run(&["ingest", "unsent.ndjson", "--nats", &server.url()]).well();
    assert_eq!(run.out, "appended 10, duplicate 10, rejected 0; ledger at 10\n");
}

#[test]
fn a_server_of_several_that_hangs_leaves_time_for_the_others() {
    let server = Server::start(&Setup::default());
    let hanging = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let urls = format!("nats://{},{}", hanging.local_addr().unwrap(), server.url());
    let run = Shell::new().fed(&["ingest", "-", "--nats", &urls, "--timeout", "6"], events(0..3).as_bytes());
    assert!(run.out.starts_with("appended 3, "), "{run:?}");
}

#[test]
fn verbs_that_cannot_be_asked_of_a_stream_say_so() {
    let shell = Shell::of(&events(0..3));
    for verb in [&["verify"][..], &["demo"]] {
        let run = shell.run(&[verb, &["--nats", "nats://127.0.0.1:1"]].concat());
        assert_eq!((run.exit, run.out.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.err.contains("cannot be asked with --nats"), "{run:?}");
    }
    let run = shell.run(&["log", "Person 1"]).well();
    assert_eq!(run.out.matches("JoinedCompany").count(), 1, "`log` keeps its target: {run:?}");
    let mut command = shell.command(&["person", "Person 1"]);
    assert!(command.env("TENURE_NATS", "").output().unwrap().status.success(), "an empty variable names no server");
}

/// Events of all sorts, some of which leave to the ledger when they were reported.
fn vague_events() -> String {
    let mut all = events(0..50);
    for number in 0..50 {
        let event = json!({
            "type": "HeldPost", "person": format!("許主洪 {number}"), "company": {"id": "org.kestrel", "name": "Kestrel 集團"},
            "title": "Engineer", "source": {"publisher": "Ü \"Page\" 100%", "url": "https://page.example/ü"},
        });
        writeln!(all, "{event}").unwrap();
    }
    all.push_str("{\"type\":\"PersonDescribed\",\"person\":\"Person 1\",\"names\":[{\"text\":\"P. One\"}],\"source\":\"Page\"}\n");
    all
}

#[test]
fn a_ledger_is_copied_to_a_stream_and_back() {
    let server = Server::start(&Setup::default());
    // The longest event is among them: what is stored of it is longer than what may come in.
    let with = |note: &str| json!({ "type": "JoinedCompany", "person": "Big", "company": "Kestrel", "source": "S", "note": note });
    let longest = with(&"x".repeat(65_536 - with("").to_string().len()));
    let shell = Shell::of(&format!("{}\n{longest}\n", vague_events().trim_end()));
    let url = format!("{}/COPY", server.url());
    let (events, digest) = shell.state();
    let log = |data: &str| shell.run(&["log", "--data", data, "--at", "2026-01-01", "--format", "ndjson"]).well().out;
    let original = log("data");
    for (from, to) in [("data", url.as_str()), (&url, "back")] {
        let done = shell.ask(&["log", "copy", from, to]);
        let whole = json!([{"from": 1, "to": 1, "count": events}]);
        let expect = json!({
            "copied": events, "present": 0, "events": events, "digest": digest, "passed_over": 0, "restamped": 0,
            "positions": whole,
        });
        assert_eq!(done, expect);
        let again = shell.ask(&["log", "copy", from, to]);
        assert_eq!((&again["copied"], &again["present"], &again["positions"]), (&json!(0), &json!(events), &whole));
    }
    // The same records, with the times at which they were recorded, so the same answers.
    assert_eq!(log("back"), original);
    let career = |data: &str| {
        shell.run(&["career", "許主洪 7", "--data", data, "--at", "2026-01-01", "--format", "json"]).well().out
    };
    assert_eq!(career("back"), career("data"));

    // A copy goes on where it ended, and only as a copy.
    let more = self::events(50..60);
    shell.fed(&["ingest", "-"], more.as_bytes()).well();
    assert_eq!(shell.ask(&["log", "copy", "data", &url])["copied"], 10);
    assert_eq!(shell.ask(&["log", "copy", &url, "back"])["copied"], 10);
    let more = shell.run(&["log", "copy", "back", "back"]);
    assert_eq!(more.exit, Some(2), "it is one log: {more:?}");
    shell.fed(&["ingest", "--data", "back", "-"], event(99).as_bytes()).well();
    let run = shell.run(&["log", "copy", "data", "back"]);
    assert_eq!(run.exit, Some(1), "{run:?}");
    assert!(run.err.contains("it holds more than the 112 events"), "{run:?}");
    shell.fed(&["ingest", "--data", "other", "-"], event(7).as_bytes()).well();
    let run = shell.run(&["log", "copy", "data", "other"]);
    assert_eq!(run.exit, Some(1), "{run:?}");
    assert!(run.err.contains("holds other events"), "{run:?}");
    let run = shell.run(&["log", "copy", "absent", "new"]);
    assert_eq!(run.exit, Some(5), "{run:?}");
}

#[test]
fn what_counts_for_nothing_in_a_stream_is_left_behind() {
    let server = Server::start(&Setup::default());
    let shell = Shell::new();
    shell.run(&["nats", "init", "--nats", &server.url()]).well();
    let connection = connect(&server);
    let other = event(1).replace("Person 1", "Person X");
    // Published without ids, as a careless producer would: a copy, an id used again, and no events at all.
    for payload in [&event(1), &event(2), &event(1), &other, "not JSON", "{\"type\":\"Nothing\"}", "", &event(3)] {
        publish(&connection, "tenure.events.kestrel.JoinedCompany", payload);
    }
    let done = shell.ask(&["log", "copy", &server.url(), "data"]);
    assert_eq!((&done["events"], &done["passed_over"]), (&json!(3), &json!(5)));
    assert_eq!(done["positions"], json!([{"from": 1, "to": 1, "count": 2}, {"from": 8, "to": 3, "count": 1}]));
    let (events, digest) = shell.state();
    assert_eq!((events, json!(digest)), (3, done["digest"].clone()));
    assert_eq!(json!(stream(&server, "TENURE").digest().unwrap().to_string()), done["digest"]);
    // A reader is told of each how it stands.
    let stream = stream(&server, "TENURE");
    let mut follow = stream.follow(Seq::new(1), None);
    let mut distinct = Distinct::new(identify);
    let mut standings = Vec::new();
    while standings.len() < 8 {
        for message in follow.next(Duration::from_secs(5)).unwrap() {
            standings.push(distinct.judge(message.seq, &message.payload));
        }
    }
    let new = |id: &str| Standing::New(id.parse().unwrap());
    let (copy, reused, none) = (Standing::Copy(Seq::new(1)), Standing::Reused(Seq::new(1)), Standing::Unidentified);
    assert_eq!(standings, [new("e1"), new("e2"), copy, reused, none.clone(), none.clone(), none, new("e3")]);
    assert!(matches!(stream.read(Seq::new(9), None), Err(LogError::NoSuchRecord { .. })));
    assert_eq!(stream.read(Seq::new(2), None).unwrap().payload, event(2));
}

#[test]
fn an_id_that_another_message_gave_the_server_keeps_out_no_event() {
    let server = Server::start(&Setup::default());
    let shell = Shell::new();
    shell.run(&["nats", "init", "--nats", &server.url()]).well();
    let connection = connect(&server);
    for (id, payload) in [
        ("e2", "no event"),
        ("e3", &event(9)),
        ("e4", &event(4)),
        ("e5", &event(5).replace("2024", "2023")),
        ("e6", &(event(6) + "\n")),
    ] {
        publish_as(&connection, Some(id), "tenure.events.kestrel.JoinedCompany", payload);
    }
    let run = shell.fed(&["ingest", "-", "--nats", &server.url()], events(1..8).as_bytes());
    assert!(run.out.starts_with("appended 5, duplicate 1, rejected 1;"), "{run:?}");
    let again = shell.fed(&["ingest", "-", "--nats", &server.url()], events(1..5).as_bytes()).well();
    assert!(
        again.out.starts_with("appended 2, duplicate 2, rejected 0;"),
        "those of taken ids are stored again: {again:?}"
    );
    let done = shell.ask(&["log", "copy", &server.url(), "data"]);
    assert_eq!((&done["events"], &done["passed_over"]), (&json!(8), &json!(4)), "and counted once");
}

#[test]
fn events_are_addressed_as_documented() {
    let server = Server::start(&Setup::default());
    let shell = Shell::new();
    let event = json!({
        "id": "é-1", "type": "JoinedCompany", "person": "Ann", "company": "Alibaba 集團", "source": "The \"Page\"",
        "reported_at": "2025-01-02",
    });
    let wrapped = json!({"specversion": "1.0", "id": "x", "source": "y", "type": "z", "data": event});
    shell
        .fed(&["ingest", "-", "--nats", &server.url(), "--nats-subjects", "acme.hr"], wrapped.to_string().as_bytes())
        .well();
    let connection = connect(&server);
    let message = connection
        .wait_for(connection.client().request("$JS.API.DIRECT.GET.TENURE", json!({"seq": 1}).to_string().into()));
    let message = message.unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&message.payload).unwrap(), event);
    let headers = message.headers.unwrap();
    for (name, value) in [
        ("Nats-Subject", "acme.hr.alibaba集团.JoinedCompany"),
        ("Nats-Msg-Id", "é-1"),
        ("ce-specversion", "1.0"),
        ("ce-id", "%C3%A9-1"),
        ("ce-type", "JoinedCompany"),
        ("ce-source", "The%20%22Page%22"),
        ("ce-time", "2025-01-02T00:00:00Z"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(headers.get(name).map(async_nats::HeaderValue::as_str), Some(value), "{name}");
    }
    assert_eq!(headers.get("Tenure-Recorded-At"), None, "only a copy says when it was recorded");
}

#[test]
fn an_event_beyond_what_the_server_takes_is_rejected_alone() {
    let server = Server::start(&Setup { more: "max_payload: 2000\n".to_owned(), ..Setup::default() });
    let shell = Shell::new();
    let run = shell.run(&["nats", "init", "--nats", &server.url()]).well();
    assert!(run.err.contains("messages of 2000 bytes at most") && run.err.contains("max_payload"), "{run:?}");
    let long = event(5).replace("a note", &"long ".repeat(300));
    // Alone it would fit, but not with its headers.
    let close = event(6).replacen("a note", &"x".repeat(1_900 - event(6).len()), 1);
    let lines = [&events(1..5), &long, "\n", &close, "\n", &events(7..300)].concat();
    let began = Instant::now();
    let run = shell.fed(&["ingest", "-", "--nats", &server.url(), "--rejects", "rejects"], lines.as_bytes());
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert!(run.out.starts_with("appended 297, duplicate 0, rejected 2;"), "{run:?}");
    assert!(began.elapsed() < Duration::from_secs(10), "nothing is tried again and again");
    let rejects = shell.read("rejects");
    assert_eq!(rejects.matches("bytes as a message, and the server takes 2000").count(), 2, "{rejects}");
}
