//! One table of questions that have no answer, put at every door: each door has its own way to say so, in its own words,
//! and answers the next question as before. What only one door can be sent is in the tests of that door.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

#[path = "doors/fetched.rs"]
mod fetched;
#[path = "doors/kinds.rs"]
mod kinds;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;
#[path = "doors/site.rs"]
mod site;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use kinds::{Kind, kinds};
use serde_json::{Value, json};
use server::{Server, Setup};
use shell::{Shell, TENURE, file};
use site::Site;

fn world() -> Shell {
    Shell::of(&std::fs::read_to_string(file("toy/world.ndjson")).unwrap())
}

/// The error and the hint of an object that says why there is no answer.
fn texts(told: &Value) -> String {
    [&told["error"], &told["hint"]].map(|text| text.as_str().unwrap_or_default()).join("\n")
}

/// What is wrong with what a door says of a kind; nothing where it is right. Only the command itself speaks of flags.
fn wrong(kind: &Kind, told: &Value) -> Option<String> {
    let texts = texts(told);
    let is_of_command = texts.contains("--") || texts.contains("tenure ");
    let is_right = told["exit"] == kind.exit && texts.contains(kind.says) && !is_of_command;
    (!is_right).then(|| format!("{}: {told}", kind.shown()))
}

/// A program that has a line for each line.
struct Lines {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Lines {
    fn of(mut command: Command) -> Lines {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (questions, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Lines { child, questions, answers }
    }

    fn say(&mut self, line: &Value) {
        writeln!(self.questions, "{line}").unwrap();
    }

    fn ask(&mut self, line: &Value) -> Value {
        self.say(line);
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    fn end(self) -> Option<i32> {
        let Lines { mut child, questions, answers } = self;
        drop((questions, answers));
        child.wait().unwrap().code()
    }
}

#[test]
fn there_are_sixty_kinds() {
    let kinds = kinds();
    let at_addresses = kinds.iter().filter(|kind| kind.address().is_some()).count();
    assert!(at_addresses >= 60, "{at_addresses} of {}", kinds.len());
}

#[test]
fn at_an_address() {
    let site = Site::serve(world(), &[]);
    let good = || site.get("/v1/person?person=Ann+Lee&at=2024-06-01");
    let before = good().body;
    let mut all = Vec::new();
    for kind in kinds() {
        let Some(address) = kind.address() else { continue };
        let reply = site.get(&address);
        assert_eq!((reply.status, reply.header("cache-control")), (kind.status(), Some("no-store")), "{address}");
        all.extend(wrong(&kind, &reply.json()));
        assert_eq!(good().body, before, "after {address}");
    }
    assert!(all.is_empty(), "{all:#?}");
}

/// What `tenure batch` with those flags tells of each kind. Good questions are answered between.
fn told_in_a_batch(shell: &Shell, flags: &[&str]) -> Vec<Value> {
    let mut batch = Lines::of(shell.command(&[flags, &["batch"]].concat()));
    let good = json!({"verb": "person", "person": "Ann Lee", "at": "2024-06-01"});
    // The first has the snapshots made, and says so.
    batch.ask(&good);
    let before = batch.ask(&good);
    assert!(before["answer"].is_object(), "{before}");
    let (mut told, mut all) = (Vec::new(), Vec::new());
    for kind in kinds() {
        let denied = batch.ask(&kind.line());
        all.extend(wrong(&kind, &denied));
        assert_eq!(batch.ask(&good), before, "after {}", kind.shown());
        told.push(denied);
    }
    assert!(all.is_empty(), "{all:#?}");
    assert_eq!(batch.end(), Some(0));
    told
}

/// A batch has fields wherever its questions go, and so it is told the same in the same words.
#[test]
fn in_a_batch() {
    let shell = world();
    let here = told_in_a_batch(&shell, &[]);
    // Beside another batch, which has the snapshots.
    let mut other = Lines::of(shell.command(&["batch"]));
    other.ask(&json!({"verb": "status"}));
    assert_eq!(told_in_a_batch(&shell, &[]), here);
    assert_eq!(other.end(), Some(0));
    // Beside a service on the directory, and over NATS.
    let server = Server::start(&Setup::default());
    let site = Site::serve(shell, &["--nats", &server.url()]);
    assert_eq!(told_in_a_batch(&site.shell, &[]), here);
    assert_eq!(told_in_a_batch(&site.shell, &["--nats", &server.url()]), here);
}

/// The verbs that are tools.
const TOOLS: [&str; 8] = ["find", "person", "who", "org", "holders", "diff", "why", "conflicts"];

/// A call of a tool.
fn call(tool: &str, arguments: &Value) -> Value {
    let params = json!({"name": tool, "arguments": arguments});
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
}

/// Holds what a tool must say of each kind, and that good calls are answered between.
fn of_tools(mut ask: impl FnMut(&Value) -> Value) {
    let good = call("person", &json!({"person": "Ann Lee", "at": "2024-06-01"}));
    // The first has the snapshots made, and says so.
    ask(&good);
    let before = ask(&good);
    assert_eq!(before["result"]["isError"].as_bool(), Some(false), "{before}");
    let kinds = kinds().into_iter().filter(|kind| TOOLS.contains(&kind.verb));
    let pages = [("who", json!({"unit": "Kestrel", "limit": 0})), ("who", json!({"unit": "Kestrel", "offset": -1}))];
    let pages = pages.map(|(verb, fields)| Kind {
        verb,
        fields: fields.as_object().unwrap().clone(),
        exit: 2,
        says: "limit is between 1 and 500",
    });
    let (mut count, mut all) = (0, Vec::new());
    for kind in kinds.chain(pages) {
        let told = ask(&call(kind.verb, &Value::Object(kind.fields.clone())));
        let result = &told["result"];
        assert_eq!(result["isError"], true, "{}: {told}", kind.shown());
        all.extend(wrong(&kind, &result["structuredContent"]));
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.starts_with("error: "), "{text}");
        assert_eq!(ask(&good), before, "after {}", kind.shown());
        count += 1;
    }
    assert!(all.is_empty(), "{all:#?}");
    assert!(count >= 60, "{count}");
    for (wrong, says) in [
        (call("persn", &json!({"person": "Ann Lee"})), "no tool `persn`"),
        (json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}}), ""),
        (json!({"jsonrpc": "2.0", "id": 1, "method": "tools/drop"}), ""),
        (json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "who", "arguments": [1]}}), ""),
    ] {
        let told = ask(&wrong);
        assert!(told["error"]["message"].as_str().is_some_and(|text| text.contains(says)), "{wrong}: {told}");
        assert_eq!(ask(&good), before, "after {wrong}");
    }
}

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18",
    "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;

#[test]
fn of_an_agent() {
    let server = Server::start(&Setup::default());
    let tools = |shell: &Shell, flags: &[&str]| {
        let mut agent = Lines::of(shell.command(&[flags, &["mcp"]].concat()));
        let begun = agent.ask(&serde_json::from_str(INITIALIZE).unwrap());
        assert_eq!(begun["result"]["serverInfo"]["name"], "tenure", "{begun}");
        agent.say(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        of_tools(|line| agent.ask(line));
        agent.end();
    };
    let shell = world();
    tools(&shell, &[]);
    // Beside a service on the directory, and over NATS, an agent has tools and fields all the same.
    let site = Site::serve(shell, &["--nats", &server.url()]);
    tools(&site.shell, &[]);
    tools(&site.shell, &["--nats", &server.url()]);
}

#[test]
fn of_an_agent_of_a_server() {
    let site = Site::serve(world(), &[]);
    let headers = ["Content-Type: application/json", "Accept: application/json, text/event-stream"];
    of_tools(|line| site.post("/mcp", &headers, &line.to_string()).json());
}

#[test]
fn over_nats() {
    let server = Server::start(&Setup::default());
    let _site = Site::serve(world(), &["--nats", &server.url()]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = async_nats::connect(server.url()).await.unwrap();
        let ask = async |verb: &str, fields: &Value| {
            let request = client.request(format!("tenure.query.{verb}"), fields.to_string().into()).await.unwrap();
            let code = request.headers.as_ref().and_then(|headers| headers.get("Nats-Service-Error-Code"));
            (code.map(|code| code.as_str().to_owned()), serde_json::from_slice::<Value>(&request.payload).unwrap())
        };
        let good = json!({"person": "Ann Lee", "at": "2024-06-01"});
        let before = ask("person", &good).await;
        assert_eq!(before.0, None);
        let mut all = Vec::new();
        for kind in kinds() {
            let (code, told) = ask(kind.verb, &Value::Object(kind.fields.clone())).await;
            assert_eq!(code, Some(kind.status().to_string()), "{}: {told}", kind.shown());
            all.extend(wrong(&kind, &told));
            assert_eq!(ask("person", &good).await, before, "after {}", kind.shown());
        }
        assert!(all.is_empty(), "{all:#?}");
    });
}

#[test]
fn from_python() {
    let Some(python) = fetched::fetched() else { return };
    let kinds: Vec<Value> = kinds()
        .iter()
        .map(|kind| json!({"verb": kind.verb, "fields": kind.fields, "exit": kind.exit, "says": kind.says}))
        .collect();
    let server = Server::start(&Setup::default());
    let site = Site::serve(world(), &["--nats", &server.url()]);
    site.shell.write("kinds.json", Value::from(kinds).to_string());
    let own = world();
    let (here, beside) = (own.data(), site.shell.data());
    let over_http = format!("http://{}", site.address);
    for place in [here.to_str().unwrap(), beside.to_str().unwrap(), &server.url(), &over_http] {
        let mut run = Command::new(&python);
        run.env("PYTHONPATH", file("../python")).arg(file("doors/kinds.py"));
        run.args([TENURE, place]).arg(site.shell.dir().join("kinds.json"));
        let told = fetched::done(&mut run);
        assert!(told.starts_with("raised "), "{told}");
    }
}

#[test]
fn a_hint_names_a_unit_by_what_means_it_alone() {
    let joined = |person: &str, company: &str, title: &str, unit: &str| {
        json!({"type": "JoinedCompany", "person": person, "company": company, "unit": unit, "title": title,
            "effective": "2024-01-01", "reported_at": "2024-01-02", "source": "News"})
    };
    let events = [
        joined("Ann Lee", "Acme", "Head", "Research"),
        joined("Bo Kim", "Beta", "Clerk", "Research"),
        joined("Cy Day", "Beta", "Guard", "Gate"),
    ];
    let shell = Shell::of(&events.map(|event| event.to_string()).join("\n"));
    for (title, unit) in [("Head", "~~acme/research"), ("Guard", "Gate")] {
        let run = shell.run(&["who", title]);
        let hint = format!("ask tenure who {unit} --title {title},");
        assert!(run.exit == Some(3) && run.err.contains(&hint), "{run:?}");
        shell.run(&["who", unit, "--title", title, "--at", "2024-06-01"]).well();
    }
}
