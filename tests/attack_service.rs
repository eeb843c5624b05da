//! What can be done to `tenure serve` by those who may ask it, and what cannot: floods, dear questions, waits without hope,
//! replies that would go where the asker may not write, and an end that does not come.
//!
//! Each flood is judged by what others are told meanwhile, and not by the time that it takes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "nats/served.rs"]
mod served;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::{HeaderMap, Message, Subscriber};
use futures_util::StreamExt;
use serde_json::{Value, json};
use served::{PATIENCE, Served, asked, connect, events, head, send, wait_for};
use server::{Server, Setup};
use shell::Shell;
use tenure_log::stream::Connection;

/// How many people there are who are not asked about; more where `TENURE_ATTACK_PEOPLE` says so.
fn people() -> u64 {
    std::env::var("TENURE_ATTACK_PEOPLE").ok().and_then(|people| people.parse().ok()).unwrap_or(1_000)
}

/// A service over those people, and fifty who are asked about.
struct World {
    server: Server,
    ledger: Shell,
    served: Served,
}

impl World {
    fn start() -> World {
        let (server, ledger) = (Server::start(&Setup::default()), Shell::new());
        let mut lines = events(0..200);
        for number in 0..people() {
            let event = json!({ "type": "JoinedCompany", "person": format!("Clerk {number}"), "company": "Wharf",
                "title": format!("Clerk of pier {number}"), "effective": "2024-01", "reported_at": "2025-02-01",
                "source": "Harbour Gazette" });
            writeln!(lines, "{event}").unwrap();
        }
        Shell::new().fed(&["ingest", "-", "--nats", &server.url()], lines.as_bytes()).well();
        let served = Served::start(&ledger, &server.url(), &["--log-format", "json"]);
        World { server, ledger, served }
    }

    fn client(&self) -> Client {
        let connection = connect(&self.server.url());
        let inbox = connection.client().new_inbox();
        let replies = connection.wait_for(connection.client().subscribe(format!("{inbox}.>"))).unwrap();
        Client { connection, inbox, replies }
    }

    /// Asks some questions about the head one after the other, as one client. All are answered; how fast is told.
    fn head_is_answered(&self, client: &Client, questions: usize) {
        let mut times = Vec::new();
        for number in 0..questions {
            let began = Instant::now();
            let question = json!({ "person": format!("Person {}", number % 50), "at": "2024-07-01" });
            let reply = client.ask("person", &question);
            assert_eq!(code(&reply), None, "{reply:?}\n{}", self.served.said());
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let (half, most, all) = (times[times.len() / 2], times[times.len() * 99 / 100], times[times.len() - 1]);
        eprintln!("{questions} questions about the head: p50 {half:.1?}, p99 {most:.1?}, slowest {all:.1?}");
    }
}

/// A client of the service with an inbox of its own.
struct Client {
    connection: Connection,
    inbox: String,
    replies: Subscriber,
}

impl Client {
    fn ask(&self, verb: &str, question: &Value) -> Message {
        let request = self.connection.client().request(format!("tenure.query.{verb}"), question.to_string().into());
        self.connection.wait_for(request).unwrap()
    }

    /// Sends many questions without waiting for an answer, as one that waits for long.
    fn flood(&self, verb: &str, questions: impl Iterator<Item = Value>) {
        self.flood_for(PATIENCE, verb, questions);
    }

    /// Sends many questions, and says for how long it waits for an answer.
    fn flood_for(&self, patience: Duration, verb: &str, questions: impl Iterator<Item = Value>) {
        let client = self.connection.client();
        let mut headers = HeaderMap::new();
        headers.insert("Tenure-Patience-Ms", patience.as_millis().to_string());
        self.connection.wait_for(async {
            for (number, question) in questions.enumerate() {
                let (subject, reply) = (format!("tenure.query.{verb}"), format!("{}.{number}", self.inbox));
                let payload = question.to_string().into();
                client.publish_with_reply_and_headers(subject, reply, headers.clone(), payload).await.unwrap();
            }
            client.flush().await.unwrap();
        });
    }

    /// Sends as many waits for that position as a client can have, under each of those names.
    fn waits_under(&self, names: std::ops::Range<u64>, after: u64) {
        let wait = json!({ "person": "Person 7", "after": after, "wait_ms": 3_600_000 });
        self.connection.wait_for(async {
            for (name, number) in names.flat_map(|name| (0..64).map(move |number| (name, number))) {
                let (reply, payload) = (format!("{}.{name}.{number}", self.inbox), wait.to_string().into());
                self.connection.client().publish_with_reply("tenure.query.person", reply, payload).await.unwrap();
            }
            self.connection.client().flush().await.unwrap();
        });
    }

    /// The codes of so many replies: 200 of an answer.
    fn codes(&mut self, replies: usize) -> Vec<u16> {
        let Client { connection, replies: inbox, .. } = self;
        connection.wait_for(async {
            let mut codes = Vec::new();
            while codes.len() < replies {
                let reply = tokio::time::timeout(PATIENCE, inbox.next()).await.expect("a reply").unwrap();
                let part =
                    reply.headers.as_ref().and_then(|headers| headers.get("Tenure-Part")).map(ToString::to_string);
                let is_last = part.is_none_or(|part| part.split_once('/').is_some_and(|(part, of)| part == of));
                if is_last {
                    codes.push(code(&reply).unwrap_or(200));
                }
            }
            codes
        })
    }
}

fn code(reply: &Message) -> Option<u16> {
    let code = reply.headers.as_ref()?.get("Nats-Service-Error-Code")?;
    Some(code.as_str().parse().unwrap())
}

fn count(codes: &[u16], code: u16) -> usize {
    codes.iter().filter(|one| **one == code).count()
}

#[test]
fn names_that_are_not_there_keep_out_no_question_about_the_head() {
    let world = World::start();
    let (mut one, other) = (world.client(), world.client());
    one.flood("person", (0..1_500).map(|number| json!({ "person": format!("Nobody {number}") })));
    world.head_is_answered(&other, 200);
    let codes = one.codes(1_500);
    assert_eq!(count(&codes, 404) + count(&codes, 503), 1_500, "{codes:?}");
    assert!(count(&codes, 404) >= 50, "as many as its share has places are answered: {codes:?}");
    assert_eq!(world.served.stop(), Some(0));
}

#[test]
fn older_bases_keep_out_no_question_about_the_head_and_no_other_client() {
    let world = World::start();
    let (mut one, other) = (world.client(), world.client());
    let known = |number: u64| json!({ "person": "Person 7", "known": format!("2025-02-{:02}", number % 27 + 1) });
    one.flood("person", (0..1_000).map(known));
    world.head_is_answered(&other, 100);
    let reply = other.ask("person", &known(0));
    assert_eq!(code(&reply), None, "one more client has its turn: {reply:?}");
    let codes = one.codes(1_000);
    assert_eq!(count(&codes, 200) + count(&codes, 503), 1_000, "{codes:?}");
    assert_eq!(world.served.stop(), Some(0));
}

#[test]
fn one_dear_question_after_the_other_keeps_out_no_question_about_the_head() {
    let world = World::start();
    let (mut one, other) = (world.client(), world.client());
    let dear = [
        ("find", json!({ "name": "a-".repeat(250) })),
        ("find", json!({ "name": "Clark 7" })),
        ("list", json!({ "what": "titles" })),
        ("moves", json!({})),
        ("conflicts", json!({})),
    ];
    for (verb, question) in &dear {
        one.flood(verb, std::iter::repeat_n(question.clone(), 20));
    }
    world.head_is_answered(&other, 200);
    let codes = one.codes(100);
    assert_eq!(count(&codes, 200) + count(&codes, 503), 100, "{codes:?}");
    assert!(count(&codes, 200) >= 60, "{codes:?}");
    assert_eq!(world.served.stop(), Some(0));
}

#[test]
fn waits_without_hope_keep_out_no_other() {
    let world = World::start();
    let (mut one, mut two, other) = (world.client(), world.client(), world.client());
    let after = |after: u64| json!({ "person": "Person 7", "after": after, "wait_ms": 3_600_000 });
    one.flood("person", (0..300).map(|_| after(u64::MAX)));
    assert_eq!(count(&one.codes(300), 504), 300, "what cannot come is refused at once");
    two.flood("person", (0..300).map(|_| after(1_000_000)));
    let busy = two.codes(300 - 64);
    assert_eq!(count(&busy, 503), 300 - 64, "a client waits for a quarter of the places at most: {busy:?}");
    world.head_is_answered(&other, 20);
    Shell::new().fed(&["ingest", "-", "--nats", &world.server.url()], events(200..201).as_bytes()).well();
    let reply = other.ask("person", &json!({ "person": "Person 7", "after": people() + 201, "wait_ms": 60_000 }));
    assert_eq!(code(&reply), None, "{reply:?}");
    assert_eq!(world.served.stop(), Some(0), "nor do they hold up its end");
}

#[test]
fn waits_under_many_names_keep_out_no_earlier_position() {
    let world = World::start();
    let (mut one, mut other, next) = (world.client(), world.client(), people() + 201);
    one.waits_under(0..8, 1_000_000);
    let busy = one.codes(256);
    assert_eq!(count(&busy, 503), 256, "the oldest give way to their equals: {busy:?}");
    other.flood("person", std::iter::once(json!({ "person": "Person 7", "after": next, "wait_ms": 3_600_000 })));
    assert_eq!(one.codes(1), [503], "one of them gives way");
    one.waits_under(8..16, 900_000);
    let busy = one.codes(512);
    assert_eq!(count(&busy, 503), 512, "they give way to each other: {busy:?}");
    Shell::new().fed(&["ingest", "-", "--nats", &world.server.url()], events(200..201).as_bytes()).well();
    assert_eq!(other.codes(1), [200], "the position came");
    assert_eq!(world.served.stop(), Some(0));
}

#[test]
fn who_waits_no_more_leaves_its_place() {
    let world = World::start();
    let (mut one, next) = (world.client(), people() + 201);
    let wait = || json!({ "person": "Person 7", "after": next, "wait_ms": 3_600_000 });
    one.flood_for(Duration::from_millis(1), "person", (0..64).map(|_| wait()));
    // As many as it can have, until it is noticed that nobody waits for them.
    wait_for("a place", || {
        one.flood("person", std::iter::once(json!({ "person": "Person 7", "after": next, "wait_ms": 0 })));
        let codes = one.codes(1);
        if codes == [504] { Ok(()) } else { Err(format!("{codes:?}")) }
    });
    assert_eq!(world.served.stop(), Some(0));
}

#[test]
fn texts_and_lists_in_a_question_are_bounded_and_quoted_in_part() {
    let world = World::start();
    let client = world.client();
    let long = "a-".repeat(25_000);
    let many: Vec<String> = (0..7_000).map(|number| format!("s{number}")).collect();
    let questions = [
        ("find", json!({ "name": long })),
        ("who", json!({ "unit": "Wharf", "title": long })),
        ("person", json!({ "person": long })),
        ("person", json!({ "person": "Person 7", "source": [long] })),
        ("person", json!({ "person": "Person 7", "source": many })),
        ("conflicts", json!({ "target": long })),
        ("why", json!({ "of": long })),
    ];
    for (verb, question) in &questions {
        let reply = client.ask(verb, question);
        assert_eq!(code(&reply), Some(400), "{verb}: {reply:?}");
        assert!(reply.payload.len() < 1_000, "{verb}: {} bytes", reply.payload.len());
    }
    // Beside the ledger as well.
    world.served.stop();
    let run = world.ledger.run(&["conflicts", &"a-".repeat(50_000)]);
    assert!(run.exit == Some(2) && run.err.len() < 1_000, "{run:?}");
}

#[test]
fn replies_go_to_inboxes_and_nowhere_else() {
    let world = World::start();
    let client = world.client();
    let nats = client.connection.client();
    let before = head(&client.connection, "TENURE");
    client.connection.wait_for(async {
        for reply in ["tenure.events.acme.JoinedCompany", "tenure.control.replay", "tenure.changes", "INBOX.1"] {
            for verb in ["query.person", "query.status", "query.who", "control.replay"] {
                let subject = format!("tenure.{verb}");
                let question = r#"{"person": "Person 7"}"#;
                nats.publish_with_reply(subject, reply.to_owned(), question.into()).await.unwrap();
            }
        }
        nats.flush().await.unwrap();
    });
    // Each endpoint has its questions in order: what was asked before this is done with.
    for verb in ["person", "status", "who"] {
        client.ask(verb, &json!({ "person": "Person 7" }));
    }
    assert_eq!(head(&client.connection, "TENURE"), before);
    let said = world.served.said();
    assert!(said.contains("replies go to inboxes only") && !said.contains("it was asked for"), "{said}");
    assert_eq!(world.served.stop(), Some(0));
}

#[test]
fn a_timeout_is_one_whatever_the_other_side_sends() {
    let server = Server::start(&Setup::default());
    let connection = connect(&server.url());
    let nats = connection.client();
    let mut asker = connection.wait_for(async {
        let mut questions = nats.subscribe("hostile.query.person").await.unwrap();
        nats.flush().await.unwrap();
        let mut asker = Shell::new()
            .command(&["person", "Ann", "--nats-queries", "hostile.query", "--timeout", "2", "--nats", &server.url()])
            .current_dir("/")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let question = tokio::time::timeout(PATIENCE, questions.next()).await.unwrap().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("Tenure-Progress", "1 of 2 events");
        // For as long as it listens.
        let began = Instant::now();
        while asker.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "it waits for ever");
            let inbox = question.reply.clone().unwrap();
            nats.publish_with_headers(inbox, headers.clone(), "".into()).await.unwrap();
            nats.flush().await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        asker
    });
    assert_eq!(asker.wait().unwrap().code(), Some(5));
}

#[test]
fn what_a_hostile_service_tells_of_changes_drives_no_terminal() {
    let server = Server::start(&Setup::default());
    let connection = connect(&server.url());
    let hostile = "\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{2028}\u{7f}\r\nroot\u{200f}";
    let event = json!({
        "seq": 1, "recorded_at": hostile, "id": hostile, "type": hostile, "effective": hostile, "reported_at": hostile,
        "source": { "publisher": hostile, "url": hostile }, "confidence": hostile,
        "person": { "id": hostile, "name": hostile, "names": [hostile] }, "units": [{ "id": hostile, "name": hostile }],
    });
    let step = json!({ "seq": 1, "events": [event] }).to_string();
    for format in ["table", "json", "ndjson", "csv"] {
        let mut command = Shell::new().command(&["watch", "--format", format, "--nats", &server.url()]);
        let out = tempfile::NamedTempFile::new().unwrap();
        command.current_dir("/").stdout(out.reopen().unwrap()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains("listening on tenure.changes")));
        let mut watch = Served { child, said: Arc::default() };
        connection.wait_for(async {
            let nats = connection.client();
            nats.publish("tenure.changes", step.clone().into()).await.unwrap();
            nats.flush().await.unwrap();
        });
        let told = wait_for("a change", || {
            let told = std::fs::read_to_string(out.path()).unwrap();
            if told.ends_with('\n') { Ok(told) } else { Err(told) }
        });
        assert!(told.contains("root") && told.lines().count() == 1, "{format}: {told:?}");
        let drives = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2066}\u{2028}\u{200f}".contains(c));
        assert!(!told.contains(drives), "{format}: {told:?}");
        watch.signal("INT");
        assert_eq!(watch.end(), Some(0));
    }
}

#[test]
fn it_ends_in_a_step_that_does_not_end() {
    let (server, ledger) = (Server::start(&Setup::default()), Shell::new());
    // Nobody reads what it tells, and there is no room for more.
    let (unread, told) = UnixStream::pair().unwrap();
    told.set_nonblocking(true).unwrap();
    while (&told).write(&[b'.'; 4096]).is_ok() {}
    told.set_nonblocking(false).unwrap();
    let mut command = ledger.command(&["serve", "-q", "--nats", &server.url()]);
    let child = command.stdout(Stdio::null()).stderr(OwnedFd::from(told)).spawn().unwrap();
    let mut served = Served { child, said: Arc::default() };
    let connection = connect(&server.url());
    let applied = |position: u64| {
        wait_for("a position", || {
            let status = asked(&server.url(), &["status", "--format", "json"]);
            let seq = serde_json::from_str::<Value>(&status.out).map(|status| status["basis"]["seq"].clone());
            if seq.is_ok_and(|seq| seq == position) { Ok(()) } else { Err(format!("{status:?}")) }
        });
    };
    applied(0);
    // The step tells that this counts for nothing, and does not get rid of that.
    let published = connection.client().request("tenure.events.acme.JoinedCompany", "nonsense".into());
    connection.wait_for(published).unwrap();
    applied(1);
    send(&served.child, "TERM");
    assert_eq!(served.end(), Some(0));
    drop(unread);
    ledger.run(&["verify"]).well();
}

#[test]
fn it_stops_whatever_it_is_at() {
    let world = World::start();
    let one = world.client();
    let known = |number: u64| json!({ "unit": "Wharf", "known": format!("2025-02-{:02}", number % 27 + 1) });
    one.flood("holders", (0..60).map(known));
    let mut served = world.served;
    send(&served.child, "TERM");
    assert_eq!(served.end(), Some(0));
    let said = served.said();
    assert!(said.contains("\"stopped"), "{said}");
    // It was not in the middle of anything that counts.
    world.ledger.run(&["verify"]).well();
    let status = world.ledger.run(&["status", "--format", "json"]).well().json();
    assert_eq!(status["events"], people() + 200, "{status}");
    let away = asked(&world.server.url(), &["status", "--timeout", "2"]);
    assert_eq!(away.exit, Some(5), "{away:?}");
}
