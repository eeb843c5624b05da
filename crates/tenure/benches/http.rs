//! What HTTP costs: a question over it beside the same one in process and a static file of the same server, pages, a call
//! of an agent's tool and of the Python module, and the memory of a hundred thousand requests. `cargo bench --profile
//! dist -p tenure --bench http [EVENTS..]`, by default a ledger of a million events.
//!
//! The server and who asks it share this machine.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a program that prints figures and may stop on any error"
)]

#[path = "synthetic.rs"]
mod synthetic;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant as Clock};

use serde_json::Value;
use synthetic::{HUGE, Random, reference};
use tenure_ledger::{Ask, Ledger, Question, Terms};
use tenure_serve::json;

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TENURE: &str = env!("CARGO_BIN_EXE_tenure");
const AT: &str = "2020-06-15";

/// A running server.
struct Served {
    child: Child,
    address: String,
    _err: BufReader<std::process::ChildStderr>,
}

impl Served {
    fn start(data: &Path) -> Served {
        let mut command = Command::new(TENURE);
        command.args(["serve", "--http", "0", "--data"]).arg(data).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("answering on http://") {
            line.clear();
            assert!(err.read_line(&mut line).unwrap() > 0, "it answers nowhere");
        }
        let address = line.trim_end().split_once("http://").unwrap().1.to_owned();
        Served { child, address, _err: err }
    }

    /// How much memory it holds now, in MB.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or_default() / 1024
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A connection that is kept.
struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    body: Vec<u8>,
}

impl Client {
    fn of(served: &Served) -> Client {
        let stream = TcpStream::connect(&served.address).unwrap();
        stream.set_nodelay(true).unwrap();
        Client { stream: BufReader::new(stream), host: served.address.clone(), body: Vec::new() }
    }

    fn get(&mut self, path: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        self.send(&request, path);
    }

    fn post(&mut self, path: &str, body: &str) {
        let host = &self.host;
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
            Accept: application/json, text/event-stream\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.send(&request, path);
    }

    fn send(&mut self, request: &str, path: &str) {
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut line, mut length, mut first) = (String::new(), 0, true);
        loop {
            line.clear();
            assert!(self.stream.read_line(&mut line).unwrap() > 0, "{path}: it hung up");
            assert!(!std::mem::take(&mut first) || line.contains(" 200 "), "{path}: {line}");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).unwrap();
    }
}

fn spread(mut took: Vec<Duration>) -> String {
    took.sort();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    format!("p50 {:.3} ms, p99 {:.3} ms", at(50), at(99))
}

fn timed(count: usize, mut ask: impl FnMut()) -> String {
    // What is measured has been done before.
    (0..count.min(100)).for_each(|_| ask());
    let mut took = Vec::with_capacity(count);
    for _ in 0..count {
        let began = Clock::now();
        ask();
        took.push(began.elapsed());
    }
    spread(took)
}

/// Somebody of the ledger, by the name or id that events use.
fn anybody(random: &mut Random, people: u64) -> String {
    let person: Value = serde_json::from_str(&reference(1 + random.below(people))).unwrap();
    person["id"].as_str().or(person.as_str()).unwrap().to_owned()
}

/// Asks about people by the Python module.
fn from_python(place: &str, people: &[String]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut python = Command::new("python3");
    python.env("PYTHONPATH", root.join("python")).env("PYTHONDONTWRITEBYTECODE", "1");
    python.arg(root.join("crates/tenure/benches/ask.py")).args([TENURE, place, AT]).args(people);
    match python.output() {
        Ok(run) if run.status.success() => String::from_utf8(run.stdout).unwrap().trim_end().to_owned(),
        Ok(run) => format!("not measured: {}", String::from_utf8_lossy(&run.stderr).lines().last().unwrap_or_default()),
        Err(error) => format!("not measured: {error}"),
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Asks for each sort of page.
fn pages(client: &mut Client, count: u64) {
    let mut ids = |what: &str| -> Vec<String> {
        client.get(&format!("/v1/list?what={what}"));
        let answer: Value = serde_json::from_slice(&client.body).unwrap();
        let listed = answer["listed"].as_array().unwrap().iter();
        listed
            .filter(|one| one["name"] != HUGE && one["name"] != "Company 0")
            .map(|one| encoded(one["id"].as_str().unwrap()))
            .collect()
    };
    let (units, companies) = (ids("units"), ids("companies"));
    let any = |random: &mut Random, ids: &[String]| ids[random.below(ids.len() as u64) as usize].clone();
    let mut random = Random(13);
    let mut asked = |sort: &str, count_of: usize, address: &dyn Fn(&mut Random) -> String| {
        let took = timed(count_of, || client.get(&address(&mut random)));
        println!("  page: {sort:<23}{took}, {} kB", client.body.len() / 1_000);
    };
    let person = |random: &mut Random| encoded(&anybody(random, count / 10));
    asked("the first", 200, &|_| "/".to_owned());
    asked("a search", 200, &|random| format!("/find?name={}", person(random)));
    asked("a person", 500, &|random| format!("/person?at={AT}&person={}", person(random)));
    asked("a timeline", 500, &|random| format!("/person.svg?at={AT}&person={}", person(random)));
    asked("a unit", 200, &|random| format!("/unit?at={AT}&unit={}", any(random, &units)));
    asked("a company", 200, &|random| format!("/unit?at={AT}&unit={}", any(random, &companies)));
    asked("the largest unit", 100, &|_| format!("/unit?at={AT}&unit={HUGE}"));
    asked("the largest company", 100, &|_| format!("/unit?at={AT}&unit=Company+0"));
    asked("what changed", 200, &|random| format!("/diff?at=2018-01-01..{AT}&target={}", person(random)));
    asked("an event", 200, &|random| format!("/why?of=%23{}", 1 + random.below(count)));
    asked("contradictions of one", 200, &|random| format!("/conflicts?at={AT}&target={}", person(random)));
    asked("all contradictions", 50, &|_| "/conflicts".to_owned());
}

fn measure(count: u64) {
    let dir = tempfile::tempdir().unwrap();
    let (file, data) = (dir.path().join("events.ndjson"), dir.path().join("data"));
    std::fs::write(&file, synthetic::events(count)).unwrap();
    let ingest = Command::new(TENURE).args(["ingest", "--quiet", "--data"]).arg(&data).arg(&file).output().unwrap();
    assert!(ingest.status.success(), "{ingest:?}");
    let people = count / 10;
    println!("{count} events");
    {
        let ledger = Ledger::open(&data).unwrap();
        let mut random = Random(11);
        let asked = timed(5_000, || {
            let ask = Ask::Person { person: anybody(&mut random, people) };
            let terms = Terms { at: AT.to_owned(), ..Terms::default() };
            json(&ledger.ask(&Question { ask, terms }).unwrap().answer).unwrap();
        });
        println!("  person, in process           {asked}");
    }
    let served = Served::start(&data);
    let mut client = Client::of(&served);
    let mut random = Random(11);
    let person = |random: &mut Random| encoded(&anybody(random, people));
    let asked = timed(5_000, || client.get("/style.css"));
    println!("  a static file                {asked}");
    let asked = timed(5_000, || client.get(&format!("/v1/person?at={AT}&person={}", person(&mut random))));
    println!("  person, over HTTP            {asked}");
    pages(&mut client, count);
    let asked = timed(5, || client.get(&format!("/v1/who?at={AT}&unit={HUGE}")));
    println!("  the people of a unit         {asked}, {} kB", client.body.len() / 1_000);
    let asked = timed(1_000, || {
        let person = anybody(&mut random, people);
        let arguments = serde_json::json!({"person": person, "at": AT});
        let call = serde_json::json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "person", "arguments": arguments},
        });
        client.post("/mcp", &call.to_string());
    });
    println!("  a call of an agent's tool    {asked}");
    let before = served.memory();
    let (threads, each) = (8, 12_500);
    let began = Clock::now();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let served = &served;
            scope.spawn(move || {
                let (mut client, mut random) = (Client::of(served), Random(100 + thread));
                for _ in 0..each {
                    client.get(&format!("/v1/person?at={AT}&person={}", encoded(&anybody(&mut random, people))));
                }
            });
        }
    });
    let rate = threads as f64 * f64::from(each) / began.elapsed().as_secs_f64();
    println!("  person, 8 connections        {rate:.0}/s; memory {before} MB before, {} MB after", served.memory());
    let people: Vec<String> = (0..5_000).map(|_| anybody(&mut random, people)).collect();
    let url = format!("http://{}", served.address);
    println!("  person, Python over HTTP     {}", from_python(&url, &people));
    drop(served);
    println!("  person, Python by batch      {}", from_python(data.to_str().unwrap(), &people));
}

fn main() {
    let asked: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    for size in if asked.is_empty() { vec![1_000_000] } else { asked } {
        measure(size);
    }
}
