//! A ledger that is asked over NATS answers as it does where it lies: the same text, the same exit codes.
//!
//! Each test runs a nats-server and services of its own. The one that is compared with is a copy of the ledger, for a
//! ledger is held by one process at a time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "nats/server.rs"]
#[allow(unreachable_pub, reason = "other tests reach it elsewhere")]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::fmt::Write as _;
use std::fs;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use async_nats::{Client, HeaderMap, Message};
use futures_util::StreamExt;
use serde_json::{Value, json};
use server::{Server, Setup};
use shell::{Run, Shell, file};

/// The verbs, as endpoints are named.
const VERBS: [&str; 14] = [
    "person",
    "career",
    "who",
    "org",
    "holders",
    "reports",
    "diff",
    "moves",
    "why",
    "conflicts",
    "log",
    "find",
    "list",
    "status",
];

/// A service on a ledger, stopped when this goes.
struct Served {
    child: Child,
}

impl Served {
    /// Serves a ledger, and waits until it answers.
    fn start(ledger: &Shell, server: &Server, flags: &[&str]) -> Served {
        let mut command = ledger.command(&[&["serve", "--nats", &server.url()], flags].concat());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let answers = lines.by_ref().map(Result::unwrap).any(|line| line.contains("answering on"));
        assert!(answers, "the service does not start");
        // Somebody has to read on, or it could not say anything.
        std::thread::spawn(move || lines.for_each(drop));
        Served { child }
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Tells it to stop, and gives its exit code.
    fn stop(mut self) -> Option<i32> {
        self.terminate();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs a command that asks over NATS, somewhere where there is no ledger.
fn asked(server: &Server, arguments: &[&str]) -> Run {
    let nowhere = Shell::new();
    nowhere.run(&[arguments, &["--nats", &server.url()]].concat())
}

/// The toy world, with its snapshots made.
fn world() -> Shell {
    let world = Shell::toy();
    world.run(&["replay"]).well();
    world
}

/// A company of so many, the events of which name each other.
fn company(people: usize) -> Shell {
    let mut events = String::new();
    for number in 0..people {
        let event = json!({
            "type": "JoinedCompany", "person": format!("Person {number:05}"), "company": "Harbour", "unit": "Works",
            "title": "Engineer", "remit": "whatever comes in by the harbour and goes out by the works",
            "effective": "2024-01-08", "reported_at": "2024-02-01", "source": "Harbour Gazette",
        });
        writeln!(events, "{event}").unwrap();
    }
    let shell = Shell::of(&events);
    shell.run(&["replay"]).well();
    shell
}

/// The commands of all golden files that ask something.
fn golden_commands() -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    for entry in fs::read_dir(file("golden")).unwrap() {
        for line in fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
            let Some(command) = line.strip_prefix("$ tenure ") else { continue };
            let words = words(command);
            if words.iter().any(|word| VERBS.contains(&word.as_str())) && !commands.contains(&words) {
                commands.push(words);
            }
        }
    }
    commands.sort();
    commands
}

/// The words of a command line; single quotes keep spaces together.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = command.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').unwrap(),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// Runs what talks to a server without the binary.
fn with_client<T, F: Future<Output = T>>(server: &Server, talk: impl FnOnce(Client) -> F) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = async_nats::connect(server.url()).await.unwrap();
        talk(client).await
    })
}

/// Asks as any client would, in one message.
async fn request(client: &Client, subject: &str, question: impl Into<Vec<u8>>) -> Message {
    client.request(subject.to_owned(), question.into().into()).await.unwrap()
}

fn header<'h>(headers: Option<&'h HeaderMap>, name: &str) -> Option<&'h str> {
    headers?.get(name).map(async_nats::HeaderValue::as_str)
}

#[test]
fn every_question_is_answered_alike() {
    let (server, here) = (Server::start(&Setup::default()), world());
    let there = here.copy();
    let _served = Served::start(&there, &server, &[]);
    let mut verbs = Vec::new();
    let check = |arguments: &[&str]| {
        let local = here.run(arguments);
        // What the command line itself refuses was never a question.
        if !local.err.contains("\nUsage: ") {
            assert_eq!(asked(&server, arguments), local, "{arguments:?}");
        }
        local.exit
    };
    for command in golden_commands() {
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        // Sizes of the snapshots are those of one copy, and a directory is nothing to who asks elsewhere.
        if !command.contains(&"status") && !command.contains(&"--data") {
            let exit = check(&command);
            verbs.extend(VERBS.iter().filter(|verb| command.contains(verb) && exit == Some(0)));
        }
    }
    for verb in VERBS {
        assert!(verbs.contains(&verb) || verb == "status", "no golden file asks `{verb}`");
    }
    for failing in [
        &["person", "Nobody At All"] as &[_],
        &["person", "Ann Lee", "--at", "2024-02-30"],
        &["person", "Ann Lee", "--at", "2024-01-01..2024-02-01"],
        &["person", "Ann Lee", "--recorded", "4000"],
        &["who", "Vision", "--company", "Nowhere"],
        &["who", "Ann Lee", "--format", "json"],
        &["diff", "Vision", "--at", "2024-07-01"],
        &["holders", "Vision", "--since", "2025", "--until", "2024"],
        &["diff", "Ann Lee", "--at", "2025-01-01..2024-01-01"],
    ] {
        assert_ne!(check(failing), Some(0), "{failing:?}");
    }
    // Notices of several lines, none at all, and the basis beside an older one.
    check(&["why", "Ann Lee", "--at", "2024-07-01"]);
    check(&["person", "Ann Lee", "--quiet"]);
    check(&["person", "Emil Gray", "--at", "2024-01-01", "--recorded", "25", "--color", "always"]);
    check(&["log", "--quarantined"]);
}

#[test]
fn status_tells_of_the_ledger_that_is_served() {
    let (server, here) = (Server::start(&Setup::default()), world());
    let expect = here.ask(&["status"]);
    let _served = Served::start(&here, &server, &[]);
    let mut status = asked(&server, &["status", "--format", "json"]).json();
    assert!(status["store_bytes"].as_u64().unwrap() > 0);
    status["store_bytes"] = expect["store_bytes"].clone();
    assert_eq!(status, expect);
}

#[test]
fn the_demo_is_answered_alike() {
    let (server, here) = (Server::start(&Setup::default()), Shell::new());
    here.run(&["demo"]).well();
    let there = here.copy();
    let _served = Served::start(&there, &server, &[]);
    for question in [
        &["person", "Steven Hoi", "--at", "2025-10-01"] as &[_],
        &["person", "Steven Hoi", "--at", "2025-10-01", "--known", "2025-09-28"],
        &["career", "许主洪"],
        &["who", "通義實驗室", "--at", "2025-10-01"],
        &["holders", "Tongyi Lab", "--lead"],
        &["org", "Alibaba", "--at", "2026-04-10"],
        &["reports", "許主洪", "--up", "--at", "2025-10-01"],
        &["diff", "Tongyi Lab", "--at", "2026-03-01..2026-04-10"],
        &["diff", "許主洪", "--at", "2025-10-01", "--known", "2025-09-28..2025-10-01"],
        &["moves", "--to", "Tongyi Lab", "--by", "year"],
        &["why", "許主洪", "--at", "2025-10-01"],
        &["conflicts", "许主洪"],
        &["log", "許主洪"],
        &["find", "Xu Zhuhong"],
    ] {
        for format in ["table", "json", "ndjson", "csv"] {
            let question = [question, &["--format", format]].concat();
            let remote = asked(&server, &question);
            assert_eq!(remote, here.run(&question).well(), "{question:?}");
        }
    }
}

#[test]
fn any_client_has_the_answer_in_hand() {
    let (server, here) = (Server::start(&Setup::default()), world());
    let expect = here.run(&["person", "Ann Lee", "--at", "2024-07-01", "--format", "json"]).well();
    let older = here.run(&["person", "Emil Gray", "--at", "2024-01-01", "--recorded", "25", "--format", "json"]).well();
    let _served = Served::start(&here, &server, &[]);
    with_client(&server, async |client| {
        let question = r#"{"person": "Ann Lee", "at": "2024-07-01", "company": null}"#;
        let reply = request(&client, "tenure.query.person", question).await;
        assert_eq!(reply.payload, expect.out);
        let told = header(reply.headers.as_ref(), "Tenure-Basis").unwrap();
        assert_eq!(serde_json::from_str::<String>(told).unwrap() + "\n", expect.err);
        assert_eq!(header(reply.headers.as_ref(), "Tenure-Part"), None);

        let question = json!({"verb": "person", "person": "Emil Gray", "at": "2024-01-01", "recorded": "25"});
        let reply = request(&client, "tenure.query.person", question.to_string()).await;
        assert_eq!(reply.payload, older.out);
        let notice = header(reply.headers.as_ref(), "Tenure-Notice").unwrap();
        let notice: String = serde_json::from_str(notice).unwrap();
        assert!(older.err.ends_with(&format!("notice: {notice}\n")), "{notice}");

        // What is left out has its default, and today is the day in UTC.
        let reply = request(&client, "tenure.query.find", r#"{"name": "Lee"}"#).await;
        let found: Value = serde_json::from_slice(&reply.payload).unwrap();
        assert!(!found["matches"].as_array().unwrap().is_empty());
        let today = || chrono::Utc::now().date_naive().to_string();
        let before = today();
        let reply = request(&client, "tenure.query.status", "").await;
        let status: Value = serde_json::from_slice(&reply.payload).unwrap();
        assert!([before, today()].contains(&status["basis"]["at"].as_str().unwrap().to_owned()));
    });
}

#[test]
fn large_answers_come_in_parts() {
    let here = company(1_500);
    let there = here.copy();
    let expect = here.run(&["who", "Harbour", "--at", "2024-07-01", "--format", "json"]).well();
    assert!(expect.out.len() > 1 << 20, "{} bytes are not large", expect.out.len());
    let small = "max_payload: 4096".to_owned();
    for (setup, least) in [(Setup::default(), 2), (Setup { more: small, ..Setup::default() }, 250)] {
        let server = Server::start(&setup);
        let served = Served::start(&there, &server, &[]);
        for format in ["table", "json", "csv"] {
            let question = ["who", "Harbour", "--at", "2024-07-01", "--format", format];
            assert_eq!(asked(&server, &question), here.run(&question), "{format}");
        }
        let parts = with_client(&server, async |client| {
            let inbox = client.new_inbox();
            let mut replies = client.subscribe(inbox.clone()).await.unwrap();
            let question = r#"{"unit": "Harbour", "at": "2024-07-01"}"#;
            client.publish_with_reply("tenure.query.who", inbox, question.into()).await.unwrap();
            let mut parts: Vec<Message> = Vec::new();
            loop {
                parts.push(replies.next().await.unwrap());
                let part = header(parts.last().unwrap().headers.as_ref(), "Tenure-Part").unwrap();
                let (number, count) = part.split_once('/').unwrap();
                assert_eq!(number.parse(), Ok(parts.len()));
                if number == count {
                    return parts;
                }
            }
        });
        assert!(parts.len() >= least, "{} parts", parts.len());
        let whole: Vec<u8> = parts.iter().flat_map(|part| part.payload.to_vec()).collect();
        assert_eq!(String::from_utf8(whole).unwrap(), expect.out);
        for (place, part) in parts.iter().enumerate() {
            assert_eq!(header(part.headers.as_ref(), "Tenure-Basis").is_some(), place == 0);
        }
        assert_eq!(served.stop(), Some(0));
    }
}

#[test]
fn deep_charts_are_answered_or_refused() {
    let server = Server::start(&Setup::default());
    let mut events = String::new();
    for number in 1..1_100 {
        let parent = if number == 1 { "Harbour".to_owned() } else { format!("Unit {}", number - 1) };
        let event = json!({
            "type": "UnitFormed", "company": "Harbour", "unit": format!("Unit {number}"), "parent": parent,
            "effective": "2024-01-08", "reported_at": "2024-02-01", "source": "Harbour Gazette",
        });
        writeln!(events, "{event}").unwrap();
    }
    let here = Shell::of(&events);
    here.run(&["replay"]).well();
    let there = here.copy();
    let _served = Served::start(&there, &server, &[]);
    for format in ["json", "csv"] {
        let question = ["org", "Unit 500", "--at", "2024-07-01", "--format", format];
        let local = here.run(&question).well();
        assert!(local.out.contains("Unit 1099"));
        assert_eq!(asked(&server, &question), local);
        let question = ["org", "Harbour", "--at", "2024-07-01", "--format", format];
        let local = here.run(&question);
        assert_eq!(local.exit, Some(1), "{}", local.err);
        assert!(local.err.contains("1100 units stand one under the other"), "{}", local.err);
        assert_eq!(asked(&server, &question), local);
    }
}

#[test]
fn the_service_can_be_discovered() {
    let (server, here) = (Server::start(&Setup::default()), world());
    let _served = Served::start(&here, &server, &[]);
    with_client(&server, async |client| {
        let get = async |subject: &str| -> Value {
            serde_json::from_slice(&request(&client, subject, "").await.payload).unwrap()
        };
        for subject in ["$SRV.PING", "$SRV.PING.tenure"] {
            let ping = get(subject).await;
            assert_eq!((&ping["name"], &ping["version"]), (&json!("tenure"), &json!(env!("CARGO_PKG_VERSION"))));
            assert_eq!(ping["type"], "io.nats.micro.v1.ping_response");
            assert_eq!(ping["metadata"]["protocol"], "1");
        }
        let info = get("$SRV.INFO.tenure").await;
        assert!(info["description"].as_str().is_some_and(|text| !text.is_empty()));
        let mut endpoints = info["endpoints"].as_array().unwrap().clone();
        endpoints.retain(|endpoint| endpoint["subject"] != "tenure.control.replay");
        endpoints.sort_by_key(|endpoint| VERBS.iter().position(|verb| endpoint["name"] == **verb));
        assert_eq!(endpoints.len(), VERBS.len());
        for (endpoint, verb) in endpoints.iter().zip(VERBS) {
            assert_eq!(endpoint["subject"], format!("tenure.query.{verb}"));
            assert_eq!(endpoint["queue_group"], "tenure");
            let schema = endpoint["metadata"]["answer_schema"].as_str().unwrap();
            assert!(file("../schemas/answers").join(format!("{schema}.json")).exists());
        }
        request(&client, "tenure.query.person", r#"{"person": "Ann Lee"}"#).await;
        request(&client, "tenure.query.person", r#"{"person": "Nobody At All"}"#).await;
        request(&client, "tenure.query.who", r#"{"unit": "Vision"}"#).await;
        let stats = get("$SRV.STATS.tenure").await;
        let of = |verb: &str| {
            let endpoints = stats["endpoints"].as_array().unwrap();
            let endpoint = endpoints.iter().find(|endpoint| endpoint["name"] == verb).unwrap();
            (endpoint["num_requests"].as_u64().unwrap(), endpoint["data"]["failed"].as_u64().unwrap())
        };
        assert_eq!((of("person"), of("who"), of("org")), ((2, 1), (1, 0), (0, 0)));
    });
}

#[test]
fn what_is_no_question_is_told_so() {
    let (server, here) = (Server::start(&Setup::default()), world());
    let _served = Served::start(&here, &server, &[]);
    with_client(&server, async |client| {
        let check = async |verb: &str, question: &[u8], code: &str, error: &str, hint: &str| {
            let shown = String::from_utf8_lossy(&question[..question.len().min(80)]).into_owned();
            let reply = request(&client, &format!("tenure.query.{verb}"), question).await;
            assert_eq!(header(reply.headers.as_ref(), "Nats-Service-Error-Code"), Some(code), "{shown}");
            let body: Value = serde_json::from_slice(&reply.payload).unwrap();
            assert!(body["error"].as_str().unwrap().contains(error), "{shown}: {body}");
            assert!(body["hint"].as_str().unwrap().contains(hint), "{shown}: {body}");
            let first: String = body["error"].as_str().unwrap().lines().next().unwrap().chars().take(100).collect();
            let told = header(reply.headers.as_ref(), "Nats-Service-Error").unwrap();
            assert!(told.starts_with(first.trim_end()), "{told}");
            body["exit"].as_u64().unwrap()
        };
        let no_object = "not one JSON object";
        assert_eq!(check("person", b"", "400", "missing field `person`", "person").await, 2);
        assert_eq!(check("person", b"Ann Lee", "400", no_object, "{\"person\"").await, 2);
        assert_eq!(check("person", b"\"Ann Lee\"", "400", no_object, "").await, 2);
        assert_eq!(check("person", b"{\"person\": \"\xff\"}", "400", no_object, "").await, 2);
        assert_eq!(check("person", b"{\"person\": \"Ann Lee\"} {}", "400", no_object, "").await, 2);
        let deep = [b"{\"person\":".as_slice(), &b"[".repeat(30_000)].concat();
        assert_eq!(check("person", &deep, "400", no_object, "").await, 2);
        let large = format!("{{\"person\": \"{}\"}}", "x".repeat(70_000));
        assert_eq!(check("person", large.as_bytes(), "400", "70014 bytes", "").await, 2);
        assert_eq!(check("person", b"{\"persn\": \"Ann Lee\"}", "400", "persn", "did you mean `person`").await, 2);
        let both = b"{\"person\": \"Ann Lee\", \"direct\": true}";
        assert_eq!(check("person", both, "400", "direct", "its fields are person, at,").await, 2);
        assert_eq!(check("person", b"{\"person\": 7}", "400", "takes a text", "").await, 2);
        let other = b"{\"verb\": \"career\", \"person\": \"Ann Lee\"}";
        assert_eq!(check("person", other, "400", "its verb is \"career\"", "leave `verb` out").await, 2);
        let day = b"{\"person\": \"Ann Lee\", \"at\": \"2024-02-30\"}";
        assert_eq!(check("person", day, "400", "not a calendar day", "").await, 2);
        assert_eq!(check("person", b"{\"person\": \"Nobody At All\"}", "404", "Nobody At All", "").await, 3);
        let near = request(&client, "tenure.query.person", r#"{"person": "An Lee"}"#).await;
        let near: Value = serde_json::from_slice(&near.payload).unwrap();
        assert_eq!((&near["candidates"][0]["id"], &near["candidates"][0]["kind"]), (&json!("p/lee"), &json!("person")));
        let late = b"{\"person\": \"Ann Lee\", \"after\": 999, \"wait_ms\": 50}";
        assert_eq!(check("person", late, "504", "after 999", "wait_ms").await, 6);
        // After all that it answers as before, also where a reply cannot be sent.
        client.publish("tenure.query.person", r#"{"person": "Ann Lee"}"#.into()).await.unwrap();
        let reply = request(&client, "tenure.query.person", r#"{"person": "Ann Lee"}"#).await;
        assert_eq!(header(reply.headers.as_ref(), "Nats-Service-Error-Code"), None);
    });
}

#[test]
fn without_an_answer_the_exit_code_is_5() {
    let mut server = Server::start(&Setup::default());
    let check = |run: &Run, error: &str| {
        assert_eq!((run.exit, run.out.as_str()), (Some(5), ""), "{run:?}");
        assert!(run.err.contains(error) && run.err.contains("\nhint: "), "{run:?}");
    };
    check(&asked(&server, &["person", "Ann Lee"]), "nobody answers on tenure.query.person");
    let here = world();
    let served = Served::start(&here, &server, &["--nats-queries", "hr.tenure"]);
    check(&asked(&server, &["person", "Ann Lee"]), "nobody answers on tenure.query.person");
    asked(&server, &["person", "Ann Lee", "--nats-queries", "hr.tenure"]).well();
    assert_eq!(served.stop(), Some(0));
    check(&asked(&server, &["who", "Vision", "--nats-queries", "hr.tenure"]), "nobody answers on hr.tenure.who");

    // Somebody listens there who says nothing, or too little, or nonsense.
    let reply = |part: &'static [(&'static str, &'static str)], payload: &'static str| {
        with_client(&server, async |client| {
            let mut questions = client.subscribe("tenure.query.>").await.unwrap();
            client.flush().await.unwrap();
            let url = server.url();
            let asking = tokio::task::spawn_blocking(move || {
                Shell::new().run(&["person", "Ann Lee", "--nats", &url, "--timeout", "0.5"])
            });
            let question = questions.next().await.unwrap();
            for part in part {
                let headers: HeaderMap = [(part.0.parse().unwrap(), part.1.parse().unwrap())].into_iter().collect();
                client.publish_with_headers(question.reply.clone().unwrap(), headers, payload.into()).await.unwrap();
            }
            asking.await.unwrap()
        })
    };
    check(&reply(&[], ""), "no answer on tenure.query.person within 0.5 seconds");
    check(&reply(&[("Tenure-Part", "1/2")], "{"), "no answer");
    check(&reply(&[("Tenure-Part", "1/3"), ("Tenure-Part", "3/3")], "{"), "part 3 of 3 came where part 2 was due");
    check(&reply(&[("Tenure-Part", "1/18446744073709551616")], "{"), "numbered");
    for nonsense in ["", "{}", "{\"basis\": 7}", "<html>", "{\"person\": \"\u{1b}[31m\"}"] {
        let run = reply(&[("X", "y")], nonsense);
        assert_eq!((run.exit, run.out.as_str()), (Some(1), ""), "{run:?}");
        assert!(run.err.contains("something else than an answer") && !run.err.contains('\u{1b}'), "{run:?}");
    }
    let run = reply(&[("Nats-Service-Error", "no such thing")], "");
    assert_eq!(run.exit, Some(1));
    assert!(run.err.contains("error: no such thing"), "{run:?}");

    server.kill();
    check(&asked(&server, &["person", "Ann Lee"]), "Connection refused");
    let secret = format!("nats://ann:s3cret@127.0.0.1:{}", server.port());
    let run = Shell::new().run(&["person", "Ann Lee", "--nats", &secret]);
    check(&run, "Connection refused");
    assert!(!run.err.contains("s3cret"), "{run:?}");
    let run = Shell::new().run(&["serve", "--nats", &server.url()]);
    check(&run, "Connection refused");
}

#[test]
fn the_permissions_of_the_documentation_suffice() {
    let more = r#"authorization { users: [
        {user: asker, password: a, permissions: {publish: ["tenure.query.>"], subscribe: ["_INBOX.>"]}}
        {user: ledger, password: b,
         permissions: {publish: ["_INBOX.>", "tenure.changes"],
                       subscribe: ["tenure.query.> tenure", "tenure.control.> tenure", "$SRV.>"]}}
    ] }"#;
    let server = Server::start(&Setup { more: more.to_owned(), ..Setup::default() });
    let as_user = |user: &str| format!("nats://{user}@127.0.0.1:{}", server.port());
    let ask = |user: &str| Shell::new().run(&["person", "Ann Lee", "--timeout", "1", "--nats", &as_user(user)]);
    let here = world();
    let mut command = here.command(&["serve", "--nats", &as_user("ledger:b")]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("answering on")), "{}", server.log());
    let served = Served { child };
    ask("asker:a").well();
    // Who answers may not ask, and who has no login may do nothing.
    for other in ["ledger:b", "asker:b"] {
        let run = ask(other);
        assert_eq!((run.exit, run.out.as_str()), (Some(5), ""), "{run:?}");
    }
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_position_is_waited_for_as_long_as_told() {
    let (server, here) = (Server::start(&Setup::default()), world());
    let head = here.state().0;
    let (now, next) = (head.to_string(), (head + 1).to_string());
    let local = here.run(&["person", "Ann Lee", "--after", &next]);
    assert_eq!(local.exit, Some(6), "{local:?}");
    here.run(&["person", "Ann Lee", "--after", &now]).well();
    let _served = Served::start(&here, &server, &[]);
    asked(&server, &["person", "Ann Lee", "--after", &now]).well();
    let began = Instant::now();
    let run = asked(&server, &["person", "Ann Lee", "--after", &next, "--timeout", "0.7"]);
    assert_eq!((run.exit, run.err), (Some(6), local.err));
    assert!((Duration::from_millis(700)..Duration::from_secs(5)).contains(&began.elapsed()), "{:?}", began.elapsed());
}

#[test]
fn many_ask_at_a_time() {
    let (server, here) = (Server::start(&Setup::default()), world());
    let questions: Vec<(&str, String)> = [
        ("person", json!({"person": "Ann Lee", "at": "2024-07-01"})),
        ("person", json!({"person": "Ann Lee", "at": "2024-12-01", "known": "2024-12-31"})),
        ("who", json!({"unit": "Vision", "at": "2024-07-01"})),
        ("org", json!({"unit": "Kestrel", "at": "2024-07-01", "recorded": "20"})),
        ("diff", json!({"target": "Kestrel", "at": "2024-05-01..2025-07-01"})),
        ("log", json!({"target": "Ann Lee"})),
        ("person", json!({"person": "Nobody At All"})),
        ("find", json!({"name": "lee"})),
    ]
    .map(|(verb, question)| (verb, question.to_string()))
    .into();
    let _served = Served::start(&here, &server, &[]);
    with_client(&server, async |client| {
        let ask = async |verb: &str, question: &str| request(&client, &format!("tenure.query.{verb}"), question).await;
        let mut alone = Vec::new();
        for (verb, question) in &questions {
            alone.push(ask(verb, question).await.payload);
        }
        let many = (0..400).map(|i| {
            let (verb, question) = &questions[i % questions.len()];
            let (ask, alone) = (&ask, &alone);
            async move { assert_eq!(ask(verb, question).await.payload, alone[i % alone.len()], "{question}") }
        });
        futures_util::stream::iter(many).buffer_unordered(100).collect::<Vec<()>>().await;
    });
}

#[test]
fn slow_questions_do_not_hold_up_quick_ones() {
    let (server, here) = (Server::start(&Setup::default()), company(500));
    let _served = Served::start(&here, &server, &[]);
    with_client(&server, async |client| {
        let inbox = client.new_inbox();
        let mut slow = client.subscribe(inbox.clone()).await.unwrap();
        let question = r#"{"unit": "Harbour", "at": "2024-07-01", "known": "2024-06-30", "lead": true}"#;
        for _ in 0..200 {
            client.publish_with_reply("tenure.query.who", inbox.clone(), question.into()).await.unwrap();
        }
        for _ in 0..5 {
            request(&client, "tenure.query.person", r#"{"person": "Person 00007"}"#).await;
        }
        // All that are there by now.
        let mut before = 0;
        while tokio::time::timeout(Duration::ZERO, slow.next()).await.is_ok() {
            before += 1;
        }
        assert!(before < 150, "{before} of 200 slow questions went first");
        for _ in before..200 {
            slow.next().await.unwrap();
        }
    });
}

#[test]
fn two_services_share_the_questions() {
    let (server, here) = (Server::start(&Setup::default()), world());
    let (one, other) = (here.copy(), here.copy());
    let question = r#"{"person": "Ann Lee", "at": "2024-07-01"}"#;
    let expect = here.run(&["person", "Ann Lee", "--at", "2024-07-01", "--format", "json"]).well().out;
    let first = Served::start(&one, &server, &[]);
    let second = Served::start(&other, &server, &[]);
    let ask = |times: usize| {
        with_client(&server, async |client| {
            for _ in 0..times {
                assert_eq!(request(&client, "tenure.query.person", question).await.payload, expect);
            }
            let inbox = client.new_inbox();
            let replies = client.subscribe(inbox.clone()).await.unwrap();
            client.publish_with_reply("$SRV.STATS.tenure", inbox, "".into()).await.unwrap();
            let within = replies.take_until(tokio::time::sleep(Duration::from_secs(1)));
            let stats = within.map(|message| serde_json::from_slice::<Value>(&message.payload).unwrap());
            let counts = stats.map(|stats| {
                let endpoints = stats["endpoints"].as_array().unwrap();
                endpoints.iter().map(|endpoint| endpoint["num_requests"].as_u64().unwrap()).sum::<u64>()
            });
            counts.collect::<Vec<u64>>().await
        })
    };
    let counts = ask(100);
    assert_eq!((counts.len(), counts.iter().sum::<u64>()), (2, 100));
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    assert_eq!(first.stop(), Some(0));
    let counts = ask(20);
    assert_eq!(counts.len(), 1);
    assert_eq!(second.stop(), Some(0));
}

#[test]
fn who_is_stopped_answers_what_is_under_way() {
    let (server, here) = (Server::start(&Setup::default()), company(2_000));
    let question = ["who", "Harbour", "--at", "2024-07-01", "--known", "2024-06-30", "--format", "json"];
    let expect = here.run(&question).well();
    let served = Served::start(&here, &server, &[]);
    let url = server.url();
    let asking = std::thread::spawn(move || Shell::new().run(&[&question[..], &["--nats", &url]].concat()));
    // Long enough for the question to be there, and not to be answered.
    std::thread::sleep(Duration::from_millis(250));
    assert_eq!(served.stop(), Some(0));
    assert_eq!(asking.join().unwrap(), expect);
    // What was held is free.
    here.run(&["verify"]).well();
}
