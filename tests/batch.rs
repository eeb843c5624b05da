//! `tenure batch`: a line of JSON for each question, in order and at once, whatever is wrong with its neighbours.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;
#[path = "doors/site.rs"]
mod site;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};
use server::{Server, Setup};
use shell::Shell;
use site::Site;

/// A running batch.
struct Batch {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Batch {
    fn on(shell: &Shell) -> Batch {
        Batch::with(shell, &[])
    }

    fn with(shell: &Shell, flags: &[&str]) -> Batch {
        let mut command = shell.command(&[&["batch"], flags].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (questions, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Batch { child, questions, answers }
    }

    /// Sends a line, and waits for its answer.
    fn ask(&mut self, line: &str) -> Value {
        writeln!(self.questions, "{line}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// Closes the input, and gives the exit code.
    fn end(self) -> Option<i32> {
        let Batch { mut child, questions, answers } = self;
        drop((questions, answers));
        child.wait().unwrap().code()
    }
}

fn world() -> Shell {
    Shell::of(&std::fs::read_to_string(shell::file("toy/world.ndjson")).unwrap())
}

/// Questions, and the command line that asks the same.
const QUESTIONS: [(&str, &[&str]); 6] = [
    (r#"{"verb":"person","person":"Ann Lee","at":"2024-06-01"}"#, &["person", "Ann Lee", "--at", "2024-06-01"]),
    (
        r#"{"verb":"who","unit":"Kestrel","at":"2024-01-01","lead":true}"#,
        &["who", "Kestrel", "--at", "2024-01-01", "--lead"],
    ),
    (r#"{"verb":"holders","unit":"Vision","gaps":true}"#, &["holders", "Vision", "--gaps"]),
    (r#"{"verb":"org","unit":"Kestrel","at":"2024-01-01"}"#, &["org", "Kestrel", "--at", "2024-01-01"]),
    (r#"{"verb":"find","name":"林"}"#, &["find", "林"]),
    (r#"{"verb":"log","limit":3}"#, &["log", "--limit", "3"]),
];

#[test]
fn answers_are_those_of_the_command_in_order_and_in_its_formats() {
    let shell = world();
    let printed = |words: &[&str], format: &str| shell.run(&[&["--format", format], words].concat()).well();
    let expected: Vec<[String; 3]> =
        QUESTIONS.iter().map(|(_, words)| ["json", "csv", "table"].map(|format| printed(words, format).out)).collect();
    let mut batch = Batch::on(&shell);
    for ((question, _), [json, csv, table]) in QUESTIONS.iter().zip(expected) {
        let line = batch.ask(question);
        assert_eq!(line["answer"], serde_json::from_str::<Value>(&json).unwrap(), "{question}");
        for (format, text) in [("csv", csv), ("table", table)] {
            let mut question: Value = serde_json::from_str(question).unwrap();
            question["format"] = format.into();
            assert_eq!(batch.ask(&question.to_string())["answer"], text, "{question}");
        }
    }
    let early = batch.ask(r#"{"verb":"person","person":"Ann Lee","at":"2024-06-01","known":"1990-01-01"}"#);
    assert!(early["basis"].as_str().unwrap().contains("1990-01-01"), "{early}");
    assert!(!early["notices"].as_array().unwrap().is_empty(), "she was not known then: {early}");
    assert_eq!(batch.end(), Some(0));
}

#[test]
fn what_has_no_answer_is_a_line_and_harms_no_other() {
    let shell = world();
    let command = shell.run(&["person", "Ann Leee", "--format", "json"]);
    let not_found: Value = serde_json::from_str(command.err.lines().last().unwrap()).unwrap();
    let mut batch = Batch::on(&shell);
    let mut denied = batch.ask(r#"{"verb":"person","person":"Ann Leee"}"#);
    assert_eq!(denied.as_object_mut().unwrap().remove("notices"), Some(json!([])));
    assert_eq!(denied, not_found);
    let long = format!(r#"{{"verb":"person","person":"{}"}}"#, "x".repeat(70_000));
    let endless = "x".repeat(17 << 20);
    for (line, exit, says) in [
        ("{", 2, "not one JSON object"),
        ("[]", 2, "not one JSON object"),
        ("\u{7f}\u{9b}", 2, "not one JSON object"),
        ("{}", 2, "names no verb"),
        (r#"{"verb":7}"#, 2, "no question to 7"),
        (r#"{"verb":"persn","person":"Ann Lee"}"#, 2, "no question to \"persn\""),
        (r#"{"verb":"person","persn":"Ann Lee"}"#, 2, "has no field `persn`"),
        (r#"{"verb":"person","person":"Ann Lee","at":"2024-13"}"#, 2, "not a calendar day"),
        (r#"{"verb":"person","person":"Ann Lee","format":"xml"}"#, 2, "no such format"),
        (r#"{"verb":"append"}"#, 2, "lists no events"),
        (r#"{"verb":"append","events":[],"at":"2024"}"#, 2, "no field `at`"),
        (r#"{"verb":"person","person":"Ben Ode","person":"Ann Lee"}"#, 2, "the key `person` twice"),
        (r#"{"verb":"append","events":[7],"events":[]}"#, 2, "the key `events` twice"),
        (r#"{"verb":"append","events":[7]}"#, 8, "no event was taken"),
        (long.as_str(), 2, "the question has"),
        (endless.as_str(), 2, "the line has more than"),
        (r#"{"verb":"who","unit":"Nowhere"}"#, 3, "Nowhere"),
    ] {
        let told = batch.ask(line);
        let shown: String = line.chars().take(100).collect();
        assert_eq!(told["exit"], exit, "{shown}: {told}");
        assert!(told["error"].as_str().unwrap().contains(says), "{shown}: {told}");
        assert!(told.get("answer").is_none() && told["hint"].is_string() || exit == 3, "{shown}: {told}");
    }
    // A blank line asks nothing.
    let after = batch.ask("\n  \n{\"verb\":\"person\",\"person\":\"Ann Lee\",\"at\":\"2024-06-01\"}");
    assert_eq!(after["answer"]["person"]["name"], "Ann Lee");
    assert_eq!(batch.end(), Some(0));
}

#[test]
fn events_are_appended_and_answered_at_once_in_a_directory_that_is_new() {
    let shell = Shell::new();
    let mut batch = Batch::on(&shell);
    assert_eq!(batch.ask(r#"{"verb":"status"}"#)["exit"], 5, "there is no ledger yet");
    let joined = json!({
        "type": "JoinedCompany", "person": "Zoe Quist", "company": "Kestrel", "effective": "2024-05-01",
        "reported_at": "2024-05-02", "source": "News",
    });
    let append = json!({"verb": "append", "events": [joined, {"type": "Jined"}]}).to_string();
    let taken = batch.ask(&append)["answer"].clone();
    assert_eq!(["appended", "duplicate", "rejected", "seq"].map(|field| taken[field].as_u64().unwrap()), [1, 0, 1, 1]);
    assert!(taken["rejects"][0]["hint"].as_str().unwrap().contains("JoinedCompany"), "{taken}");
    let asked = batch.ask(r#"{"verb":"person","person":"Zoe Quist","at":"2024-06-01"}"#);
    assert_eq!(asked["answer"]["positions"][0]["company"]["name"], "Kestrel");
    assert_eq!(batch.ask(&append)["answer"]["duplicate"], 1);
    assert_eq!(batch.end(), Some(0));
    assert_eq!(shell.state().0, 1);
}

#[test]
fn over_nats_events_go_to_the_stream_and_questions_to_the_service() {
    let mut server = Server::start(&Setup::default());
    let site = Site::serve(Shell::new(), &["--nats", &server.url()]);
    let mut batch = Batch::with(&site.shell, &["--nats", &server.url()]);
    let joined = json!({
        "type": "JoinedCompany", "person": "Zoe Quist", "company": "Kestrel", "effective": "2024-05-01",
        "reported_at": "2024-05-02", "source": "News",
    });
    let taken = batch.ask(&json!({"verb": "append", "events": [joined]}).to_string())["answer"].clone();
    assert_eq!(taken["appended"], 1);
    let question = json!({
        "verb": "person", "person": "Zoe Quist", "at": "2024-06-01", "after": taken["seq"], "wait_ms": 30_000,
    });
    assert_eq!(batch.ask(&question.to_string())["answer"]["positions"][0]["company"]["name"], "Kestrel");
    assert_eq!(batch.ask(r#"{"verb":"who","unit":"Nowhere"}"#)["exit"], 3);
    // What the server that is gone takes no more can be sent again.
    server.kill();
    let lost = batch.ask(&json!({"verb": "append", "events": [joined]}).to_string());
    assert_eq!((&lost["exit"], lost["hint"].is_string()), (&json!(5), true), "{lost}");
    assert_eq!(batch.end(), Some(0));
}
