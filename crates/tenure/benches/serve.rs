//! What `tenure serve` costs: catching up from nothing, from a publish to the answer that rests on it, and questions over
//! NATS. `cargo bench --profile dist -p tenure --bench serve [EVENTS..]`, by default ledgers of 10 and 100 thousand events.
//!
//! Server, service and asker share this machine. Times of single events are told twice: from sending it, and from its
//! acknowledgement, each to the answer of a question that waits for that position.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program that prints figures and may stop on any error"
)]

#[path = "measure.rs"]
mod measure;
#[path = "../../../tests/nats/server.rs"]
mod server;
#[path = "synthetic.rs"]
mod synthetic;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant as Clock};

use async_nats::{Client, HeaderMap};
use futures_util::{StreamExt as _, stream};
use measure::bytes_below;
use serde_json::{Value, json};
use server::{Server, Setup};
use synthetic::{Random, reference};
use tenure_log::stream::{Access, Connection};

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TENURE: &str = env!("CARGO_BIN_EXE_tenure");

/// A running service, and the lines that it tells.
struct Served {
    child: Child,
    lines: Receiver<Value>,
}

impl Served {
    fn start(server: &Server, data: &Path) -> Served {
        let mut command = Command::new(TENURE);
        command.args(["serve", "--verbose", "--log-format", "json", "--nats", &server.url(), "--data"]).arg(data);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, told) = channel();
        std::thread::spawn(move || {
            for line in lines {
                drop(tell.send(serde_json::from_str(&line.unwrap()).unwrap()));
            }
        });
        Served { child, lines: told }
    }

    /// The next line of that event.
    fn told(&self, event: &str) -> Value {
        self.lines.iter().find(|line| line["event"].as_str().unwrap().starts_with(event)).unwrap()
    }

    /// The most memory that it ever held, in MB.
    fn memory(&self) -> u64 {
        measure::memory(&self.child.id().to_string(), "VmHWM")
    }

    /// How the steps were applied that it told of since the last look, and how long that took, in seconds.
    fn steps(&self) -> BTreeMap<String, Vec<f64>> {
        let mut steps: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for line in self.lines.try_iter().filter(|line| line["event"] == "step") {
            steps.entry(line["how"].as_str().unwrap().to_owned()).or_default().push(line["seconds"].as_f64().unwrap());
        }
        steps
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The median and the 99th percentile, in milliseconds.
fn spread(mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let at = |per_cent: usize| took[(took.len() * per_cent / 100).min(took.len() - 1)].as_secs_f64() * 1e3;
    format!("p50 {:>8.2} ms  p99 {:>8.2} ms  of {}", at(50), at(99), took.len())
}

async fn ask(client: &Client, verb: &str, question: &Value) -> Value {
    let request =
        async_nats::Request::new().payload(question.to_string().into()).timeout(Some(Duration::from_mins(10)));
    let reply = client.send_request(format!("tenure.query.{verb}"), request).await.unwrap();
    let failed = reply.headers.as_ref().and_then(|headers| headers.get("Nats-Service-Error"));
    assert!(failed.is_none(), "{question}: {failed:?}");
    serde_json::from_slice(&reply.payload).unwrap()
}

/// Publishes an event, and gives its position.
async fn publish(client: &Client, event: &Value) -> u64 {
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", event["id"].as_str().unwrap());
    let subject = format!("tenure.events.bench.{}", event["type"].as_str().unwrap());
    let ack = client.request_with_headers(subject, headers, event.to_string().into()).await.unwrap();
    let ack: Value = serde_json::from_slice(&ack.payload).unwrap();
    ack["seq"].as_u64().unwrap_or_else(|| panic!("{ack}"))
}

/// From publishing each event, one after another, to an answer that rests on it.
async fn answerable(client: &Client, served: &Served, what: &str, events: impl Iterator<Item = Value>) {
    let (mut sent, mut acked) = (Vec::new(), Vec::new());
    drop(served.steps());
    for event in events {
        let began = Clock::now();
        let seq = publish(client, &event).await;
        let ack = Clock::now();
        let person = event["person"]["id"].as_str().or(event["person"].as_str()).unwrap();
        ask(client, "person", &json!({"person": person, "after": seq, "wait_ms": 600_000})).await;
        sent.push(began.elapsed());
        acked.push(ack.elapsed());
    }
    println!("  {what}");
    println!("    publish to answer        {}", spread(sent));
    println!("    acknowledged to answer   {}", spread(acked));
    tokio::time::sleep(Duration::from_millis(300)).await;
    for (how, seconds) in served.steps() {
        let mean = seconds.iter().sum::<f64>() / seconds.len() as f64 * 1e3;
        println!("    steps: {how:18} {:>6}, {mean:.1} ms on average", seconds.len());
    }
}

fn claim(number: u64, person: &Value, kind: &str, more: &Value) -> Value {
    let mut event = json!({
        "id": format!("bench-{kind}-{number}"), "type": kind, "person": person, "effective": "2026-02-03",
        "reported_at": "2026-02-04", "source": "Outlet 7",
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

async fn questions(client: &Client, people: u64) {
    let mut random = Random(11);
    let mut anybody = || {
        let person: Value = serde_json::from_str(&reference(1 + random.below(people))).unwrap();
        let text = person["id"].as_str().or(person.as_str()).unwrap();
        json!({"person": text, "at": "2020-06-15"})
    };
    let mut took = Vec::new();
    for _ in 0..2_000 {
        let (question, began) = (anybody(), Clock::now());
        ask(client, "person", &question).await;
        took.push(began.elapsed());
    }
    println!("  person, one at a time        {}", spread(took));
    let began = Clock::now();
    let all: Vec<Value> = (0..20_000).map(|_| anybody()).collect();
    stream::iter(&all).for_each_concurrent(32, |question| async { drop(ask(client, "person", question).await) }).await;
    println!("  person, 32 at a time         {:.0}/s", all.len() as f64 / began.elapsed().as_secs_f64());
    let mut older = anybody();
    older["known"] = "2020-01-01".into();
    for which in ["first", "second"] {
        let began = Clock::now();
        ask(client, "person", &older).await;
        println!("  person at an older basis     {:.1} ms, the {which} time", began.elapsed().as_secs_f64() * 1e3);
    }
}

fn measure(count: u64) {
    let server = Server::start(&Setup { sync_interval: "always".to_owned(), ..Setup::default() });
    let dir = tempfile::tempdir().unwrap();
    let (file, data) = (dir.path().join("events.ndjson"), dir.path().join("served"));
    std::fs::write(&file, synthetic::events(count)).unwrap();
    let began = Clock::now();
    let ingest = Command::new(TENURE).args(["ingest", "--quiet", "--nats", &server.url()]).arg(&file).output().unwrap();
    assert!(ingest.status.success(), "{ingest:?}");
    let ingested = began.elapsed().as_secs_f64();

    let connection = Connection::open(&Access::to(&server.url()).unwrap(), Duration::from_secs(10)).unwrap();
    let client = connection.client();
    let info = connection.wait_for(client.request("$JS.API.STREAM.INFO.TENURE", "".into())).unwrap();
    let info: Value = serde_json::from_slice(&info.payload).unwrap();
    let total = info["state"]["messages"].as_u64().unwrap();
    let each = |bytes: u64| bytes / total;
    println!("{total} events, sync_interval: always");
    println!("  tenure ingest --nats         {:.0}/s", total as f64 / ingested);

    let began = Clock::now();
    let served = Served::start(&server, &data);
    let caught_up = served.told("caught up");
    drop(served.told("answering on"));
    let seconds = began.elapsed().as_secs_f64();
    assert_eq!(caught_up["position"], total);
    println!(
        "  empty directory to answers   {:.0}/s, {seconds:.2} s, {} MB at most",
        total as f64 / seconds,
        served.memory()
    );
    println!(
        "  bytes an event               {} stream (before compression), {} on the server's disk, {} journal, {} store",
        each(info["state"]["bytes"].as_u64().unwrap()),
        each(bytes_below(server.dir())),
        each(bytes_below(&data.join("journal"))),
        each(bytes_below(&data.join("snapshots"))),
    );

    let people = total / 10;
    connection.wait_for(questions(client, people));
    let mut took = Vec::new();
    for number in 0..50 {
        let person: Value = serde_json::from_str(&reference(1 + number)).unwrap();
        let person = person["id"].as_str().or(person.as_str()).unwrap();
        let began = Clock::now();
        let asked = Command::new(TENURE).args(["person", person, "--quiet", "--nats", &server.url()]).output().unwrap();
        assert!(asked.status.success(), "{asked:?}");
        took.push(began.elapsed());
    }
    println!("  tenure person --nats         {}", spread(took));

    let newcomers = (0..300).map(|number| {
        let company = json!({"company": format!("Company {}", number % 3), "unit": "Unit 3"});
        claim(number, &format!("Newcomer {number}").into(), "JoinedCompany", &company)
    });
    connection.wait_for(answerable(client, &served, "somebody new joins", newcomers));
    let known = (0..300).map(|number| {
        let person: Value = serde_json::from_str(&reference(1 + number * 7 % people)).unwrap();
        claim(number, &person, "ChangedTitle", &json!({"company": "Company 0", "to_title": format!("Fellow {number}")}))
    });
    connection.wait_for(answerable(client, &served, "somebody known has another title", known));
    let same = (0..5).map(|number| {
        let same = json!({"same_as": format!("Newcomer {}", number * 2 + 1), "effective": null});
        let mut event = claim(number, &format!("Newcomer {}", number * 2).into(), "SamePerson", &same);
        event.as_object_mut().unwrap().remove("effective");
        event
    });
    connection.wait_for(answerable(client, &served, "two turn out to be one", same));
    println!("  memory                       {} MB at most", served.memory());
}

fn main() {
    let asked: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10_000, 100_000] } else { asked };
    for size in sizes {
        measure(size);
    }
}
