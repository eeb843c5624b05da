//! A running `tenure serve` for a test, what is published for it to follow, and what it is held against: an embedded
//! ledger of the same events.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tenure_log::stream::{Access, Connection};

use crate::shell::{Run, Shell};

/// For how long something is waited for that comes at once on a quiet machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A running `tenure serve`; killed when this goes.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) said: Arc<Mutex<Vec<String>>>,
}

impl Served {
    /// Starts one on a directory, with some flags.
    pub(crate) fn spawn(ledger: &Shell, url: &str, flags: &[&str]) -> Served {
        Served::of(ledger.command(&[&["serve", "--nats", url], flags].concat()))
    }

    pub(crate) fn of(mut command: Command) -> Served {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = Arc::new(Mutex::new(Vec::new()));
        let listener = said.clone();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| listener.lock().unwrap().push(line)));
        Served { child, said }
    }

    /// Starts one, and waits until it answers.
    pub(crate) fn start(ledger: &Shell, url: &str, flags: &[&str]) -> Served {
        let served = Served::spawn(ledger, url, flags);
        served.wait_until_it_says("answering on");
        served
    }

    /// All that it said by now.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    #[track_caller]
    pub(crate) fn wait_until_it_says(&self, text: &str) {
        wait_for(text, || self.said().contains(text).then_some(()).ok_or_else(|| self.said()));
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn signal(&self, signal: &str) {
        send(&self.child, signal);
    }

    /// Waits for its end, and gives its exit code. What ended by a signal says so, with the last that it said.
    #[track_caller]
    pub(crate) fn end(&mut self) -> Option<i32> {
        let status = wait_for("its end", || self.child.try_wait().unwrap().ok_or_else(|| self.said()));
        if status.code().is_none() {
            eprintln!("{status}\n{}", self.said());
        }
        status.code()
    }

    /// Tells it to stop, and gives its exit code.
    #[track_caller]
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.signal("TERM");
        self.end()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

/// Tries until it works; what was wrong at last is told.
#[track_caller]
pub(crate) fn wait_for<T>(what: &str, mut attempt: impl FnMut() -> Result<T, String>) -> T {
    let began = Instant::now();
    loop {
        match attempt() {
            Ok(found) => return found,
            Err(wrong) if began.elapsed() > PATIENCE => panic!("{what} did not come: {wrong}"),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Runs a command over NATS, somewhere where there is no ledger.
pub(crate) fn asked(url: &str, arguments: &[&str]) -> Run {
    Shell::new().run(&[arguments, &["--nats", url]].concat())
}

pub(crate) fn connect(url: &str) -> Connection {
    Connection::open(&Access::to(url).unwrap(), PATIENCE).unwrap()
}

/// Asks the server's API, as anybody could.
pub(crate) fn api(connection: &Connection, verb: &str, body: &Value) -> Value {
    // What a busy machine keeps waiting is not lost.
    let request = async_nats::Request::new().payload(body.to_string().into()).timeout(Some(PATIENCE));
    let answer = connection.wait_for(connection.client().send_request(format!("$JS.API.{verb}"), request));
    serde_json::from_slice(&answer.unwrap().payload).unwrap()
}

/// The last position of a stream, as the server says.
pub(crate) fn head(connection: &Connection, stream: &str) -> u64 {
    api(connection, &format!("STREAM.INFO.{stream}"), &json!({}))["state"]["last_seq"].as_u64().unwrap()
}

/// Publishes as a careless producer does, without an id that the server would know again.
pub(crate) fn publish(connection: &Connection, payload: impl Into<Vec<u8>>) {
    let subject = "tenure.events.kestrel.JoinedCompany".to_owned();
    let ack = connection.wait_for(connection.client().request(subject, payload.into().into())).unwrap();
    assert!(!String::from_utf8_lossy(&ack.payload).contains("error"), "{ack:?}");
}

/// All messages of a stream, as the server gives them one by one.
pub(crate) fn messages(connection: &Connection, stream: &str) -> Vec<Vec<u8>> {
    let client = connection.client();
    let one =
        |seq: u64| client.request(format!("$JS.API.DIRECT.GET.{stream}"), json!({ "seq": seq }).to_string().into());
    (1..=head(connection, stream)).map(|seq| connection.wait_for(one(seq)).unwrap().payload.to_vec()).collect()
}

/// An event that says something of one of fifty people: they join, move between units, are described and leave.
pub(crate) fn event(number: u64) -> Value {
    let person = format!("Person {}", number % 50);
    let (id, day) = (format!("e{number}"), format!("2024-{:02}-{:02}", number / 50 % 12 + 1, number % 28 + 1));
    let mut event = json!({ "id": id, "reported_at": "2025-02-01", "source": "Harbour Gazette", "person": person });
    let more = match number / 50 % 4 {
        0 => json!({ "type": "JoinedCompany", "company": "Harbour", "unit": format!("Unit {}", number % 7),
            "title": "Engineer", "effective": day }),
        1 => json!({ "type": "TransferredUnit", "company": "Harbour", "from_unit": format!("Unit {}", number % 7),
            "to_unit": format!("Team {}", number % 5), "effective": day }),
        2 => json!({ "type": "HeldPost", "company": "Harbour", "unit": format!("Unit {}", number % 3),
            "title": format!("Title {}", number % 4), "from": day }),
        _ => json!({ "type": "PersonDescribed", "names": [{ "text": format!("P. {number}") }] }),
    };
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

pub(crate) fn events(numbers: std::ops::Range<u64>) -> String {
    numbers.fold(String::new(), |mut all, number| {
        writeln!(all, "{}", event(number)).unwrap();
        all
    })
}

/// Questions about those people, on several bases.
pub(crate) const QUESTIONS: [&[&str]; 9] = [
    &["person", "Person 7", "--at", "2024-07-01"],
    &["person", "P. 163", "--at", "2024-12-31"],
    &["career", "Person 13"],
    &["who", "Harbour", "--at", "2024-09-15"],
    &["org", "Harbour", "--at", "2024-09-15"],
    &["holders", "Unit 2", "--since", "2024-01-01"],
    &["why", "Person 21", "--at", "2024-07-01"],
    &["conflicts", "--at", "2024-07-01"],
    &["diff", "Harbour", "--at", "2024-02-01..2024-11-01"],
];

/// What an answer says, whatever the positions of its events are and when these were recorded.
pub(crate) fn content(mut answer: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for name in ["seq", "head", "recorded_at"] {
                    fields.remove(name);
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    strip(&mut answer);
    answer
}

/// What is served says the same as that embedded ledger, up to the head of the stream.
#[track_caller]
pub(crate) fn answers_equal(url: &str, embedded: &Shell, head: u64, told: &str) {
    let after = head.to_string();
    for question in QUESTIONS {
        let question = [question, &["--format", "json"]].concat();
        let remote = asked(url, &[&question[..], &["--after", &after, "--timeout", "60"]].concat());
        let local = embedded.run(&question);
        assert_eq!(remote.exit, local.exit, "{told}: {question:?}: {remote:?}");
        let [remote, local] = [remote, local].map(|run| serde_json::from_str(&run.out).map(content));
        assert_eq!(remote.unwrap_or(Value::Null), local.unwrap_or(Value::Null), "{told}: {question:?}");
    }
}
