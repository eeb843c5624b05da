//! The log on NATS beside a bare client, in the same run on the same server: publishing against `tenure ingest`, and
//! consuming against following. `cargo bench --profile dist -p tenure --bench nats [EVENTS] [SYNC..]`, by default
//! 100,000 events with the server's own `sync_interval` and with `always`.
//!
//! Server and client share this machine, so read the ratios. Every figure is the best of three runs, each into a stream
//! of its own.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program that prints figures and may stop on any error"
)]

#[path = "../../../tests/nats/server.rs"]
mod server;

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant as Clock};

use async_nats::{Client, HeaderMap};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use server::{Server, Setup};
use tenure_domain::position::Seq;
use tenure_log::identify;
use tenure_log::stream::{Access, Connection, StreamTarget};
use tenure_log::{Create, Log as _, Stream};

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RUNS: usize = 3;

fn event(number: u64) -> String {
    json!({
        "id": format!("e-{number}"), "type": "TransferredUnit", "person": format!("王 伟 {number}"),
        "company": format!("Company {}", number % 500), "from_unit": format!("Unit {}", number % 40),
        "to_unit": format!("Unit {}", number % 40 + 1), "title": "首席科學家", "effective": "2024-05",
        "reported_at": "2024-05-06T07:08:09Z",
        "source": {"url": format!("https://news.example/{number}"), "publisher": "The Daily Ledger"},
        "note": "as long as events are on the average, which is some four hundred bytes",
    })
    .to_string()
}

fn connect(server: &Server) -> Connection {
    Connection::open(&Access::to(&server.url()).unwrap(), Duration::from_secs(10)).unwrap()
}

fn api(connection: &Connection, verb: &str, body: &Value) -> Value {
    let request = connection.client().request(format!("$JS.API.{verb}"), body.to_string().into());
    serde_json::from_slice(&connection.wait_for(request).unwrap().payload).unwrap()
}

/// Does something with an empty stream, several times, and tells the best time.
fn best(server: &Server, mut work: impl FnMut(&Connection)) -> Duration {
    let times = (0..RUNS).map(|_| {
        let connection = connect(server);
        api(&connection, "STREAM.DELETE.TENURE", &json!({}));
        drop(Stream::open(connection.clone(), StreamTarget::default(), Create::IfMissing, identify).unwrap());
        let began = Clock::now();
        work(&connection);
        began.elapsed()
    });
    times.min().unwrap()
}

/// What a bare client sends beside the events: what each must have, or all that `tenure ingest` sends. More headers and
/// more subjects cost the server more.
#[derive(Clone, Copy)]
enum Messages {
    Bare,
    AsIngested,
}

impl Messages {
    fn subject(self, number: usize) -> String {
        match self {
            Messages::Bare => "tenure.events.raw.TransferredUnit".to_owned(),
            Messages::AsIngested => format!("tenure.events.company{}.TransferredUnit", number % 500),
        }
    }

    fn headers(self, number: usize) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", &*format!("e-{number}"));
        if let Messages::AsIngested = self {
            headers.insert("ce-specversion", "1.0");
            headers.insert("ce-id", &*format!("e-{number}"));
            headers.insert("ce-type", "TransferredUnit");
            headers.insert("ce-source", &*format!("https://news.example/{number}"));
            headers.insert("ce-time", "2024-05-06T07:08:09Z");
            headers.insert("content-type", "application/json");
        }
        headers
    }
}

/// A bare client with so many acknowledgements under way.
async fn publish_window(client: &Client, events: &[String], window: usize, messages: Messages) {
    let inbox = client.new_inbox();
    let mut acks = client.subscribe(inbox.clone()).await.unwrap();
    let (mut sent, mut acked) = (0, 0);
    while acked < events.len() {
        while sent < events.len() && sent - acked < window {
            let payload = events[sent].clone().into();
            let (subject, headers) = (messages.subject(sent), messages.headers(sent));
            client.publish_with_reply_and_headers(subject, inbox.clone(), headers, payload).await.unwrap();
            sent += 1;
        }
        let ack = acks.next().await.unwrap();
        assert!(!ack.payload.windows(7).any(|part| part == b"\"error\""), "{ack:?}");
        acked += 1;
    }
}

/// A bare client with atomic batches, one after another.
async fn publish_batches(client: &Client, events: &[String], size: usize, messages: Messages) {
    for (batch, events) in events.chunks(size).enumerate() {
        let id = client.new_inbox();
        let id = id.rsplit('.').next().unwrap();
        for (n, event) in events.iter().enumerate() {
            let number = batch * size + n;
            let (subject, mut headers) = (messages.subject(number), messages.headers(number));
            headers.insert("Nats-Batch-Id", id);
            headers.insert("Nats-Batch-Sequence", &*(n + 1).to_string());
            if n + 1 == events.len() {
                headers.insert("Nats-Batch-Commit", "1");
                let ack = client.request_with_headers(subject, headers, event.clone().into()).await.unwrap();
                let ack: Value = serde_json::from_slice(&ack.payload).unwrap();
                assert_eq!(ack["count"], events.len() as u64, "{ack}");
            } else {
                client.publish_with_headers(subject, headers, event.clone().into()).await.unwrap();
            }
        }
    }
}

/// A bare client that pushes all messages of the stream to itself, in order.
async fn consume(client: &Client, count: u64) {
    let inbox = client.new_inbox();
    let mut messages = client.subscribe(inbox.clone()).await.unwrap();
    let config = json!({"stream_name": "TENURE", "config": {
        "deliver_subject": inbox, "deliver_policy": "all", "ack_policy": "none", "mem_storage": true,
        "num_replicas": 1, "flow_control": true, "idle_heartbeat": 5_000_000_000_u64,
    }});
    let created = client.request("$JS.API.CONSUMER.CREATE.TENURE", config.to_string().into()).await.unwrap();
    assert!(!String::from_utf8_lossy(&created.payload).contains("\"error\""), "{created:?}");
    let mut received = 0;
    while received < count {
        let message = messages.next().await.unwrap();
        if message.status.is_none() {
            received += 1;
        } else if let Some(reply) = message.reply {
            client.publish(reply, "".into()).await.unwrap();
        }
    }
}

fn main() {
    let mut events = 100_000;
    let mut syncs = Vec::new();
    for argument in std::env::args().skip(1).filter(|argument| !argument.starts_with("--")) {
        match argument.parse() {
            Ok(number) => events = number,
            Err(_) => syncs.push(argument),
        }
    }
    if syncs.is_empty() {
        syncs = vec![String::new(), "always".to_owned()];
    }
    let all: Vec<String> = (0..events).map(event).collect();
    let bytes: usize = all.iter().map(String::len).sum();
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = all.iter().fold(String::with_capacity(bytes + all.len()), |mut text, event| {
        writeln!(text, "{event}").unwrap();
        text
    });
    std::fs::write(file.path(), text).unwrap();
    println!("{events} events of {} bytes on average, best of {RUNS}", bytes as u64 / events);
    for sync in syncs {
        let server = Server::start(&Setup { sync_interval: sync.clone(), ..Setup::default() });
        println!("sync_interval: {}", if sync.is_empty() { "the server's own" } else { &sync });
        let show = |what: &str, time: Duration| {
            println!("  {what:42} {:>9.0}/s  {:6.2} s", events as f64 / time.as_secs_f64(), time.as_secs_f64());
        };
        for (messages, told) in [(Messages::Bare, ""), (Messages::AsIngested, ", as ingested")] {
            // Single messages are synced one by one then, which takes minutes and is known.
            if sync != "always" {
                let time = best(&server, |c| c.wait_for(publish_window(c.client(), &all, 1024, messages)));
                show(&format!("bare client, window of 1024{told}"), time);
            }
            let time = best(&server, |c| c.wait_for(publish_batches(c.client(), &all, 1000, messages)));
            show(&format!("bare client, batches of 1000{told}"), time);
        }
        let time = best(&server, |_| {
            let mut ingest = Command::new(env!("CARGO_BIN_EXE_tenure"));
            ingest.args(["ingest", "--quiet", "--nats", &server.url()]).arg(file.path());
            let output = ingest.output().unwrap();
            assert!(output.status.success(), "{output:?}");
        });
        show("tenure ingest --nats", time);

        let connection = connect(&server);
        let mut stream = Stream::open(connection.clone(), StreamTarget::default(), Create::Never, identify).unwrap();
        assert_eq!(stream.head().unwrap().number(), events);
        let timed = |work: &mut dyn FnMut()| {
            let times = (0..RUNS).map(|_| {
                let began = Clock::now();
                work();
                began.elapsed()
            });
            times.min().unwrap()
        };
        show("bare client, ordered push", timed(&mut || connection.wait_for(consume(connection.client(), events))));
        show(
            "Stream::follow",
            timed(&mut || {
                let mut follow = stream.follow(Seq::new(1), None);
                let mut seen = 0;
                while seen < events {
                    seen += follow.next(Duration::from_secs(10)).unwrap().len() as u64;
                }
            }),
        );
        show(
            "Log::records, each event identified",
            timed(&mut || assert_eq!(stream.records(Seq::ZERO).unwrap().count() as u64, events)),
        );
    }
}
