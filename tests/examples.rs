//! The examples do what they say: they run, the ledger answers as their pages say, and they agree with each other.
//!
//! The Python examples need python3, and all but one of them what `.ci/examples-venv` fetches. Where that cannot be had,
//! their tests say so and check nothing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../crates/producer/examples/publish.rs"]
#[allow(unreachable_pub, reason = "as an example it is a program of its own")]
mod publish;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use server::{Server, Setup};
use shell::{Shell, TENURE, file, skipped};
use tenure_log::stream::{Access, Connection};

/// When the pages are said to have been read.
const READ: &str = "2025-06-15T09:00:00+00:00";

fn example(name: &str) -> String {
    file("../examples").join(name).to_str().unwrap().to_owned()
}

/// A Python of 3.11 or later, or none, and then that is told.
fn python() -> Option<PathBuf> {
    let check = "import sys; sys.exit(sys.version_info < (3, 11))";
    let fits = Command::new("python3").args(["-c", check]).status().is_ok_and(|status| status.success());
    if !fits {
        skipped("there is no python3 of 3.11 or later");
    }
    fits.then(|| "python3".into())
}

/// A Python that has the packages of the examples, or none, and then that is told.
fn furnished() -> Option<PathBuf> {
    python()?;
    let made = Command::new(file("../.ci/examples-venv")).output();
    match made {
        Ok(Output { status, .. }) if status.success() => Some(file("../target/examples-venv/bin/python")),
        Ok(Output { stderr, .. }) => {
            skipped(&String::from_utf8_lossy(&stderr));
            None
        }
        Err(error) => {
            skipped(&error.to_string());
            None
        }
    }
}

/// Runs a script beside a ledger: its exit code, output and errors.
fn run(python: &PathBuf, shell: &Shell, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(python);
    command.args(arguments).current_dir(shell.dir()).env("PYTHONDONTWRITEBYTECODE", "1");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TENURE_")) {
        command.env_remove(name);
    }
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// Runs the plain script on two pages: its exit code, and its summary without the position.
fn push(python: &PathBuf, shell: &Shell, pages: [&str; 2], read: &str) -> (Option<i32>, Value, String) {
    let script = example("push.py");
    let (exit, out, err) =
        run(python, shell, &[&script, "--data", "data", "--tenure", TENURE, "--read", read, pages[0], pages[1]]);
    let mut summary: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out} {err}"));
    summary.as_object_mut().unwrap().remove("seq");
    (exit, summary, err)
}

/// Who is said to be in the company on a day: names, certainty, and the bounds of the start.
fn members(shell: &Shell, flags: &[&str]) -> Value {
    let answer = shell.ask(&[&["who", "Harbour Labs"], flags].concat());
    let told = |member: &Value| {
        json!([member["person"]["name"], member["certainty"], member["from"]["edtf"], member["title"]])
    };
    let mut members: Vec<Value> = answer["members"].as_array().unwrap().iter().map(told).collect();
    members.sort_by_key(Value::to_string);
    members.into()
}

/// What the two pages say, read in June 2025, of the 10th of that month.
fn pages_say(shell: &Shell) {
    let expect = json!([
        ["Ana Duarte", "certain", "[..2025-05-20]", "Chief Scientist"],
        ["Bo Ek", "possible", "[..2025-06-15]", "Engineer"],
        ["Lin Wei", "certain", "2025-04-01", "Head of Vision"],
        ["Mei Sato", "possible", "[2025-05-20..]", null],
    ]);
    assert_eq!(members(shell, &["--at", "2025-06-10"]), expect);
    // Before they were published, nobody knew.
    assert_eq!(
        shell.run(&["person", "林伟", "--known", "2025-03-31", "--format", "json"]).json()["positions"],
        json!([])
    );
    let okafor = shell.ask(&["career", "Ben Okafor"]);
    assert_eq!(okafor["tenures"][0]["to"]["edtf"], "2025-03");
    assert_eq!(shell.ask(&["conflicts"])["conflicts"], json!([]));
}

#[test]
fn the_plain_script_feeds_a_ledger() {
    let Some(python) = python() else { return };
    let shell = Shell::new();
    let (moves, team) = (example("site/moves.html"), example("site/team.html"));
    let (exit, summary, err) = push(&python, &shell, [&moves, &team], READ);
    assert_eq!(summary, json!({"appended": 7, "duplicate": 0, "rejected": 0, "unclear": 1}));
    assert_eq!(exit, Some(8), "one article is unclear, and that is told");
    assert!(err.contains("n23") && err.contains("rainy season"), "{err}");
    pages_say(&shell);
    // Read again on the same day, at another hour: nothing new.
    let (_, summary, _) = push(&python, &shell, [&moves, &team], "2025-06-15T21:30:00+00:00");
    assert_eq!(summary, json!({"appended": 0, "duplicate": 7, "rejected": 0, "unclear": 1}));

    // The paper mends an article: what it said then stays what it said then.
    let mended = std::fs::read_to_string(&moves)
        .unwrap()
        .replacen(
            "2 April 2025</time>",
            "2 April 2025</time><time class=\"updated\" datetime=\"2025-07-01\">1 July</time>",
            1,
        )
        .replacen(">1 April 2025<", ">8 April 2025<", 1);
    shell.write("moves.html", mended);
    // Two weeks later the team page is the same: those are new sightings.
    let (_, summary, _) = push(&python, &shell, ["moves.html", &team], "2025-07-02T09:00:00+00:00");
    assert_eq!(summary, json!({"appended": 4, "duplicate": 3, "rejected": 0, "unclear": 1}));
    let start = |known: &str| {
        shell.ask(&["person", "Lin Wei", "--at", "2025-06-10", "--known", known])["positions"][0]["from"]["edtf"]
            .clone()
    };
    assert_eq!((start("2025-06-30"), start("2025-07-02")), (json!("2025-04-01"), json!("2025-04-08")));
}

#[test]
fn the_scrapy_pipeline_feeds_a_ledger() {
    let Some(python) = furnished() else { return };
    let shell = Shell::new();
    let spider = example("spider/moves_spider.py");
    let setting = format!("TENURE_COMMAND={TENURE},--data,data");
    // Without what listens on ports.
    let crawl = |setting: &str| {
        let quiet = ["-s", "TELNETCONSOLE_ENABLED=False", "-s", "EXTENSIONS_BASE={}"];
        run(&python, &shell, &[&["-m", "scrapy", "runspider", &spider, "-s", setting][..], &quiet].concat())
    };
    let (exit, _, err) = crawl(&setting);
    assert_eq!(exit, Some(0), "{err}");
    assert!(err.contains("n23: no date is known for 'end of the rainy season'"), "{err}");
    // The day of reading is today: on it they are there.
    let names: Vec<Value> =
        members(&shell, &["--at", "2025-06-10"]).as_array().unwrap().iter().map(|member| member[0].clone()).collect();
    assert_eq!(names, ["Ana Duarte", "Bo Ek", "Lin Wei", "Mei Sato"]);
    let events = shell.state().0;
    assert_eq!(events, 7);
    // The articles are there already when the plain script comes with them; its sightings are of another day.
    let (_, summary, _) = push(&python, &shell, [&example("site/moves.html"), &example("site/team.html")], READ);
    assert_eq!((&summary["appended"], &summary["duplicate"]), (&json!(3), &json!(4)));

    // A ledger that cannot be fed costs no event: they are kept, and where is told.
    let (_, _, err) = crawl("TENURE_COMMAND=tenure-that-is-not-there");
    let (_, kept) = err.split_once("the events are kept in ").unwrap_or_else(|| panic!("{err}"));
    let kept = kept.lines().next().unwrap();
    assert_eq!(std::fs::read_to_string(kept).unwrap().lines().count(), 7);
    std::fs::remove_file(kept).unwrap();
}

/// The messages of a stream: what of the subject follows the prefix, headers, and the event.
fn messages(server: &Server, stream: &str, prefix: &str) -> Vec<(String, Vec<String>, Value)> {
    let connection = Connection::open(&Access::to(&server.url()).unwrap(), Duration::from_secs(10)).unwrap();
    let api = |verb: &str, body: Value| -> Value {
        let request = connection.client().request(format!("$JS.API.{verb}.{stream}"), body.to_string().into());
        serde_json::from_slice(&connection.wait_for(request).unwrap().payload).unwrap()
    };
    let count = api("STREAM.INFO", json!({}))["state"]["messages"].as_u64().unwrap();
    let get = |seq: u64| {
        let message = api("STREAM.MSG.GET", json!({"seq": seq}))["message"].clone();
        let text = |field: &str| String::from_utf8(STANDARD.decode(message[field].as_str().unwrap()).unwrap()).unwrap();
        let mut headers: Vec<String> =
            text("hdrs").lines().skip(1).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        // Those of a batch say how it was published.
        headers.retain(|header| !header.starts_with("Nats-Batch-") && !header.starts_with("Nats-Expected-"));
        headers.sort();
        let subject = message["subject"].as_str().unwrap().strip_prefix(prefix).unwrap().to_owned();
        (subject, headers, serde_json::from_str(&text("data")).unwrap())
    };
    (1..=count).map(get).collect()
}

/// Publishes with the Python script from pages, and what the page says with `ingest` into a stream beside.
#[test]
fn the_nats_script_publishes_as_ingest_does() {
    let Some(python) = furnished() else { return };
    let server = Server::start(&Setup::default());
    let shell = Shell::new();
    shell.run(&["nats", "init", "--nats", &server.url()]).well();
    let script = example("publish_nats.py");
    let (moves, team) = (example("site/moves.html"), example("site/team.html"));
    // Companies beyond ASCII, long and without a letter that Python could lose.
    let page = std::fs::read_to_string(&moves).unwrap();
    // Each with people, and keys of articles, of its own.
    let company = |name: &str, mark: &str| {
        let page = page.replace(">Harbour Labs<", &format!(">{name}<")).replace("id=\"n", &format!("id=\"{mark}"));
        page.replace("class=\"person\">", &format!("class=\"person\">{mark} "))
            .replace(">林伟<", &format!(">林伟{mark}<"))
    };
    shell.write("simplified.html", company("阿里巴巴 集团", "s"));
    shell.write("accents.html", company("Société Générale d'Été, S.A.", "a"));
    shell.write("long.html", company(&"Häfen ".repeat(30), "l"));
    shell.write("traditional.html", company("騰訊", "t"));
    let pages = [&moves[..], &team, "simplified.html", "accents.html", "long.html", "traditional.html"];
    let publish =
        || run(&python, &shell, &[&[&script[..], "--nats", &server.url(), "--read", READ], &pages[..]].concat());
    for (appended, duplicate) in [(23, 0), (0, 23)] {
        let (exit, out, err) = publish();
        let counts: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out} {err}"));
        let expect = json!({"appended": appended, "duplicate": duplicate, "unclear": 5});
        assert_eq!((exit, counts), (Some(8), expect), "{err}");
    }

    // Without ids, the events are given the same ones by the ledger, and `ingest` publishes them alike.
    let published = messages(&server, "TENURE", "tenure.events.");
    let mut events = String::new();
    for (_, _, event) in &published {
        let mut event = event.clone();
        event.as_object_mut().unwrap().remove("id");
        writeln!(events, "{event}").unwrap();
    }
    let beside = ["--nats-stream", "BESIDE", "--nats-subjects", "beside"];
    let url = server.url();
    let ingest = [&["ingest", "-", "--nats", &url][..], &beside].concat();
    shell.fed(&ingest, events.as_bytes()).well();
    for (ours, theirs) in published.iter().zip(messages(&server, "BESIDE", "beside.")) {
        assert_eq!((&ours.1, &ours.2), (&theirs.1, &theirs.2));
        // The one thing that Python does not know, and that changes no answer.
        let traditional = theirs.0.starts_with("腾讯.");
        assert_eq!(ours.0 == theirs.0, !traditional, "{} {}", ours.0, theirs.0);
    }
    assert_eq!(published.len(), 23);
    // The ledger reads them all, those under the other subject too.
    shell.run(&["log", "copy", &format!("{url}/TENURE"), "data"]).well();
    assert_eq!(shell.state().0, 23);
    pages_say(&shell);
    assert_eq!(shell.ask(&["who", "腾讯", "--at", "2025-06-10"])["members"].as_array().unwrap().len(), 3);
}

#[test]
fn the_rust_example_publishes_to_a_journal_and_to_a_stream() {
    let shell = Shell::new();
    let data = shell.data();
    let counts = |address: &str| {
        let summary = publish::publish(address).unwrap();
        (summary.appended, summary.duplicate, summary.rejected)
    };
    let data = data.to_str().unwrap();
    assert_eq!((counts(data), counts(data)), ((3, 0, 0), (0, 3, 0)));
    let expect = json!([
        ["Ana Duarte", "certain", "[..2025-04-03]", "Chief Scientist"],
        ["Lin Wei", "certain", "2025-03", null],
    ]);
    assert_eq!(members(&shell, &["--at", "2025-04-03"]), expect);

    let server = Server::start(&Setup::default());
    assert_eq!((counts(&server.url()), counts(&server.url())), ((3, 0, 0), (0, 3, 0)));
    let other = Shell::new();
    other.run(&["log", "copy", &format!("{}/TENURE", server.url()), "data"]).well();
    assert_eq!(other.state(), shell.state());
}
