//! Mending by hand, and what an ingest would do: what is shown, what is written, and that nothing is written unasked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::fs;

use serde_json::{Value, json};
use server::{Server, Setup};
use shell::{Run, Shell, file, files_below};

/// Two namesakes whom nothing parts, a claim with a key, and a person under two names.
const EVENTS: &str = r#"
{"id":"join-1","type":"JoinedCompany","person":"Wang Wei","company":"Kestrel","title":"Engineer","effective":"2024-03","reported_at":"2024-03-10","source":"The Daily Ledger"}
{"id":"join-2","type":"JoinedCompany","person":"Wang Wei","company":"Heron","title":"Teller","effective":"2024-05","reported_at":"2024-05-10","source":"Heron"}
{"id":"row-7-a","type":"HeldPost","person":"Ann Lee","company":"Kestrel","unit":"Vision","title":"Scout","from":"2023-01","to":"2023-06","reported_at":"2024-01-05","source":{"publisher":"Register","key":"row-7","retrieved_at":"2024-01-06"}}
{"id":"lin-1","type":"JoinedCompany","person":{"id":"p/lin","name":"Lin Wei"},"company":"Kestrel","title":"Head","effective":"2022","reported_at":"2022-02-01","source":"Kestrel"}
{"id":"lin-2","type":"AppointedToPost","person":"W. Lin","company":"Kestrel","unit":"Speech","title":"Chief","effective":"2025","reported_at":"2025-02-01","source":"Kestrel"}
{"id":"form","type":"UnitFormed","unit":"Speech Lab","company":"Kestrel","effective":"2022","reported_at":"2022-02-01","source":"Kestrel"}
"#;

fn ledger() -> Shell {
    Shell::of(EVENTS)
}

/// The tenures of a person, each as its title and its start.
fn career(shell: &Shell, person: &str) -> Vec<(String, String)> {
    let answer = shell.ask(&["career", person]);
    let tenures = answer["tenures"].as_array().unwrap().iter();
    tenures
        .map(|t| (t["title"].as_str().unwrap_or("").to_owned(), t["from"]["edtf"].as_str().unwrap().to_owned()))
        .collect()
}

fn mend(shell: &Shell, arguments: &[&str]) -> Value {
    shell.run(&[arguments, &["--yes", "--by", "lin", "--format", "json"]].concat()).json()
}

/// The id of what was appended.
fn appended(answer: &Value) -> String {
    answer["appended"][0]["id"].as_str().unwrap().to_owned()
}

/// Every file of a directory with its content.
fn content(shell: &Shell) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    files_below(shell.dir()).into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn a_retraction_is_shown_asked_for_and_taken_back() {
    let shell = ledger();
    let before = shell.state();
    let retract = ["retract", "join-1", "--reason", "withdrawn", "--by", "lin"];

    let asked = shell.run(&retract);
    assert_eq!(asked.exit, Some(2), "{asked:?}");
    assert!(asked.out.contains("- Wang Wei  ~wangwei  Engineer"), "{}", asked.out);
    assert!(asked.err.contains("hint: nothing was appended: add --yes"), "{}", asked.err);
    let looked = shell.run(&[&retract[..], &["--dry-run"]].concat()).well();
    assert!(looked.out.ends_with("nothing was appended\n"), "{}", looked.out);
    assert_eq!(shell.state(), before);

    let done = shell.run(&[&retract[..], &["--yes"]].concat()).well();
    let line = done.out.lines().find(|line| line.starts_with("appended #7")).unwrap();
    let id = line.split_whitespace().nth(2).unwrap().to_owned();
    assert!(done.out.contains(&format!("to take it back: tenure retract {id} --reason TEXT")), "{}", done.out);
    assert_eq!(career(&shell, "Wang Wei"), [("Teller".to_owned(), "2024-05".to_owned())]);

    let again = shell.run(&[&retract[..], &["--yes"]].concat());
    assert_eq!(again.exit, Some(2));
    assert!(again.err.contains(&format!("it is retracted already, by #7 {id}")), "{}", again.err);

    // What takes it back is told as well, and lets the claim count again.
    mend(&shell, &["retract", &id, "--reason", "it stands after all"]);
    assert_eq!(career(&shell, "Wang Wei").len(), 2);
    // And so it can be retracted once more: the statements differ in when they were made.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    mend(&shell, &["retract", "join-1", "--reason", "withdrawn"]);
    assert_eq!(career(&shell, "Wang Wei").len(), 1);
}

#[test]
fn an_event_is_found_by_its_id_a_beginning_or_its_position() {
    let shell = ledger();
    let run = |event: &str| shell.run(&["retract", event, "--reason", "x", "--by", "lin", "--dry-run"]);
    for event in ["join-1", "#1"] {
        assert!(run(event).well().out.contains("event=join-1"));
    }
    assert!(run("row-7").well().out.contains("event=row-7-a"));
    for (event, exit, error) in [
        ("join", 4, "`join` can mean 2 of this ledger:\n  join-1  (#1 JoinedCompany"),
        ("row", 3, "no event has the id row"),
        ("#99", 3, "there is no event at position 99; the ledger is at 6"),
        ("#x", 2, "#x is no position"),
        ("nothing", 3, "no event has the id nothing"),
    ] {
        let Run { exit: code, err, .. } = run(event);
        assert_eq!(code, Some(exit), "{event}: {err}");
        assert!(err.contains(error) && err.contains("hint: "), "{event}: {err}");
    }
    let several = shell.run(&["retract", "join", "--reason", "x", "--by", "lin", "--dry-run", "--format", "json"]);
    let error: Value = serde_json::from_str(several.err.lines().last().unwrap()).unwrap();
    assert_eq!(error["candidates"][1]["id"], "join-2", "{error}");
}

#[test]
fn it_must_be_said_who_says_so() {
    let shell = ledger();
    let statements: [&[&str]; 3] = [
        &["retract", "join-1", "--reason", "x", "--yes"],
        &["same", "W. Lin", "p/lin", "--yes"],
        &["apart", "Wang Wei", "--in", "Kestrel", "--as", "p/w", "--yes"],
    ];
    for statement in statements {
        let run = shell.run(statement);
        assert_eq!(run.exit, Some(2));
        assert!(run.err.contains("--by NAME, or TENURE_BY"), "{}", run.err);
    }
    let run = shell.command(statements[0]).env("TENURE_BY", "https://lin.example").output().unwrap();
    assert!(run.status.success());
    let log = shell.ask(&["log"]);
    assert_eq!(log["events"][6]["event"]["source"], json!({"url": "https://lin.example"}));
    // A mend is of the ledger as it stands.
    let run = shell.run(&["retract", "join-2", "--reason", "x", "--by", "lin", "--known", "2024"]);
    assert_eq!(run.exit, Some(2));
}

#[test]
fn a_correction_goes_on_saying_who_claimed_it() {
    let shell = ledger();
    let answer = mend(&shell, &["correct", "row-7-a", "from=2023-02", "source.url=https://r.example/7", "title="]);
    let event = &answer["events"][0];
    assert_eq!(event["corrects"], "row-7-a");
    assert_eq!((&event["from"], &event["title"]), (&json!("2023-02"), &Value::Null));
    assert_eq!(event["reported_at"], "2024-01-05");
    assert_eq!(event["source"]["publisher"], "Register");
    assert_eq!(event["source"]["url"], "https://r.example/7");
    assert_eq!(event["note"], "Corrected by lin.");
    assert_ne!(event["id"], "row-7-a");
    assert_eq!(career(&shell, "Ann Lee"), [(String::new(), "2023-02".to_owned())]);
    // A filter of sources finds it, and two statements of one key are no contradiction.
    let filtered = shell.ask(&["career", "Ann Lee", "--source", "Register"]);
    assert_eq!(filtered["tenures"][0]["from"]["edtf"], "2023-02");
    assert_eq!(shell.ask(&["conflicts", "Ann Lee"])["conflicts"], json!([]));
    // What was known before the mend does not change at an older position.
    let before = shell.ask(&["career", "Ann Lee", "--recorded", "6"]);
    assert_eq!(before["tenures"][0]["from"]["edtf"], "2023-01");

    for (fields, error) in
        [(["from=2023-02"], "it is corrected already, by #7"), (["to=2023-06"], "it is corrected already, by #7")]
    {
        let run = shell.run(&[&["correct", "row-7-a"][..], &fields].concat());
        assert_eq!(run.exit, Some(2));
        assert!(run.err.contains(error), "{}", run.err);
    }
    for (field, error) in [
        ("effective=2024-03", "the event says that already"),
        ("efective=2024", "`efective` is not a field of JoinedCompany"),
        ("effective=soon", "effective"),
        ("id=x", "`id` cannot be corrected"),
    ] {
        let run = shell.run(&["correct", "join-1", field, "--yes"]);
        assert_eq!(run.exit, Some(2), "{run:?}");
        assert!(run.err.contains(error), "{}", run.err);
    }
    // A key restates what was corrected, so the way back is another correction.
    let shown = shell.run(&["correct", "#7", "to=", "title=Ann's seat", "--yes", "--by", "lin"]).well();
    let back = shown.out.lines().find_map(|line| line.strip_prefix("to take it back: tenure ")).unwrap();
    let id = back.split(' ').nth(1).unwrap();
    assert_eq!(back, format!("correct {id} 'to=2023-06' 'title='"));
    mend(&shell, &["correct", id, "to=2023-06", "title="]);
    assert_eq!(career(&shell, "Ann Lee"), [(String::new(), "2023-02".to_owned())]);
}

#[test]
fn two_are_joined_and_parted() {
    let shell = ledger();
    let answer = mend(&shell, &["same", "W. Lin", "Lin Wei"]);
    let event = &answer["events"][0];
    assert_eq!(
        (&event["type"], &event["person"], &event["same_as"]),
        (&json!("SamePerson"), &json!("W. Lin"), &json!({"id": "p/lin"}))
    );
    assert_eq!(career(&shell, "W. Lin"), career(&shell, "p/lin"));
    let gone: Vec<&Value> =
        answer["effects"]["people"].as_array().unwrap().iter().filter(|d| d["after"].is_null()).collect();
    assert_eq!(gone.len(), 1, "{answer}");
    assert_eq!(gone[0]["before"]["id"], "~wlin");

    let again = shell.run(&["same", "W. Lin", "Lin Wei", "--by", "lin", "--yes"]);
    assert_eq!(again.exit, Some(2));
    assert!(again.err.contains("are one already: p/lin"), "{}", again.err);
    mend(&shell, &["retract", &appended(&answer), "--reason", "they are two"]);
    assert_eq!(career(&shell, "W. Lin").len(), 1);

    let units = mend(&shell, &["same", "Speech", "Speech Lab"]);
    let event = &units["events"][0];
    assert_eq!(
        (&event["type"], &event["unit"], &event["same_as"]),
        (&json!("SameUnit"), &json!("Speech"), &json!("Speech Lab"))
    );
    assert_eq!(event["company"], "Kestrel");
    assert_eq!(shell.ask(&["who", "Speech Lab"])["members"].as_array().unwrap().len(), 1);

    for (other, exit, error) in [
        ("Speech", 2, "one is a person and the other a unit"),
        ("Nobody", 3, "nothing in this ledger is called `Nobody`"),
    ] {
        let run = shell.run(&["same", "W. Lin", other, "--by", "lin", "--yes"]);
        assert_eq!(run.exit, Some(exit), "{run:?}");
        assert!(run.err.contains(error), "{}", run.err);
    }
}

#[test]
fn namesakes_are_parted_by_their_companies() {
    let shell = ledger();
    assert_eq!(career(&shell, "Wang Wei").len(), 2);
    let pairs = ["--in", "Kestrel", "--as", "p/wang-1", "--in", "Heron", "--as", "p/wang-2"];
    let answer = mend(&shell, &[&["apart", "Wang Wei"][..], &pairs].concat());
    assert_eq!(answer["appended"].as_array().unwrap().len(), 2);
    assert_eq!(career(&shell, "p/wang-1"), [("Engineer".to_owned(), "2024-03".to_owned())]);
    assert_eq!(career(&shell, "p/wang-2"), [("Teller".to_owned(), "2024-05".to_owned())]);

    for (arguments, exit, error) in [
        (vec!["Wang Wei", "--in", "Kestrel", "--as", "p/1", "--in", "Heron"], 2, "2 --in and 1 --as"),
        (vec!["Wang Wei", "--in", "Kestrel", "--as", "two words"], 2, "--as two words"),
        (vec!["Wang Wei", "--in", "Speech", "--as", "p/1"], 2, "--in Speech is no company"),
        (vec!["Nobody", "--in", "Kestrel", "--as", "p/1"], 3, "nobody in this ledger is called `Nobody`"),
    ] {
        let run = shell.run(&[&["apart", "--by", "lin", "--yes"][..], &arguments].concat());
        assert_eq!(run.exit, Some(exit), "{run:?}");
        assert!(run.err.contains(error), "{}", run.err);
    }
}

#[test]
fn what_mending_answers_passes_its_schema() {
    let shell = ledger();
    let schema = fs::read_to_string(file("../schemas/answers/retract.json")).unwrap();
    let validator = jsonschema::draft202012::new(&serde_json::from_str(&schema).unwrap()).unwrap();
    for arguments in [vec!["retract", "join-1", "--reason", "x"], vec!["same", "W. Lin", "p/lin"]] {
        let answer = mend(&shell, &arguments);
        let errors: Vec<String> =
            validator.iter_errors(&answer).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn a_rehearsed_ingest_writes_nothing() {
    // No ledger: none is made.
    let shell = Shell::new();
    shell.write("events.ndjson", EVENTS);
    let before = content(&shell);
    let run = shell.run(&["ingest", "--dry-run", "events.ndjson"]).well();
    assert!(run.out.starts_with("would append 6, duplicate 0, rejected 0\n"), "{}", run.out);
    assert!(run.out.contains("+ Ann Lee  ~annlee"), "{}", run.out);
    assert_eq!(content(&shell), before);

    // A ledger that has them, beside a bad line, a used id, a new event and the same once more.
    let shell = ledger();
    shell.run(&["status"]).well();
    let new = r#"{"type":"LeftCompany","person":"Ann Lee","company":"Kestrel","effective":"2023-05","reported_at":"2024-06-01","source":"News"}"#;
    let used = r#"{"id":"join-1","type":"LeftCompany","person":"Wang Wei","company":"Kestrel","source":"News"}"#;
    shell.write("more.ndjson", format!("{EVENTS}{new}\n{used}\nnonsense\n{new}\n"));
    let before = content(&shell);
    let run = shell.run(&["ingest", "--dry-run", "more.ndjson", "--format", "json"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&answer["would_append"], &answer["duplicate"], &answer["rejected"]), (&json!(1), &json!(7), &json!(2)));
    assert_eq!(answer["appended"], 0);
    let tenures = answer["effects"]["tenures"].as_array().unwrap();
    assert!(tenures.iter().all(|d| d["after"]["person"]["id"] == "~annlee"), "{answer}");
    assert!(run.err.contains("the id `join-1` stands at position 1 with other content"), "{}", run.err);
    assert_eq!(content(&shell), before);

    // Rejects are written where that is asked for.
    shell.run(&["ingest", "--dry-run", "more.ndjson", "--rejects", "bad.ndjson"]);
    assert_eq!(shell.read("bad.ndjson").lines().count(), 2);
}

#[test]
fn an_erasure_is_rehearsed_and_taken_back() {
    let shell = ledger();
    let erase = r#"{"id":"erase","type":"PersonErased","person":"Ann Lee","source":"lin"}"#;
    let run = shell.fed(&["ingest", "--dry-run", "-"], erase.as_bytes()).well();
    assert!(run.out.contains("- Ann Lee  ~annlee") && run.out.contains("Scout"), "{}", run.out);
    shell.fed(&["ingest", "-"], erase.as_bytes()).well();
    assert_eq!(shell.run(&["career", "Ann Lee"]).exit, Some(3));
    let run = shell.run(&["correct", "row-7-a", "title=Ranger", "--yes"]);
    assert!(run.exit == Some(2) && run.err.contains("is about an erased person"), "{run:?}");
    let back = mend(&shell, &["retract", "erase", "--reason", "another person was meant"]);
    assert_eq!(back["effects"]["people"][0]["after"]["id"], "~annlee", "{back}");
    assert_eq!(career(&shell, "Ann Lee").len(), 1);
}

#[test]
fn a_rehearsal_reads_all_formats() {
    let shell = Shell::new();
    shell.write("map.toml", "namespace = \"ee:\"\n[source]\npublisher = \"Register\"\n");
    let popolo = r#"{"persons":[{"id":"p1","name":"Ann Lee"}],"organizations":[{"id":"o1","name":"Kestrel"}],"memberships":[{"id":"m1","person_id":"p1","organization_id":"o1","role":"Scout","start_date":"2023-01"}]}"#;
    shell.write("popolo.json", popolo);
    let run = shell.run(&["ingest", "--dry-run", "--from", "popolo", "--map", "map.toml", "popolo.json"]).well();
    assert!(run.out.starts_with("would append ") && run.out.contains("+ Ann Lee"), "{run:?}");
    assert!(run.out.contains("; records 3, statements 3"), "{run:?}");
    let flags = ["--dry-run", "--from", "popolo", "--map", "map.toml", "popolo.json", "--format", "json"];
    let json = shell.run(&[&["ingest"][..], &flags].concat()).json();
    let counts = ["records", "statements", "unchanged", "reused_keys", "gone", "missing", "seen_today"]
        .map(|count| &json[count]);
    assert_eq!(counts, [3, 3, 0, 0, 0, 0, 0].map(Value::from).each_ref(), "{json}");
    assert!(!shell.data().exists());
}

#[test]
fn mending_takes_its_turn_beside_a_process_that_writes() {
    let shell = ledger();
    let mut writer = shell.command(&["ingest", "-"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let input = writer.stdin.as_mut().unwrap();
    let line = EVENTS.lines().nth(1).unwrap().replace("join-1", "join-again").replace("Wang Wei", "Bea");
    std::io::Write::write_all(input, format!("{line}\n").as_bytes()).unwrap();
    let before = shell.state().0;
    let began = std::time::Instant::now();
    while shell.state().0 == before {
        assert!(began.elapsed() < std::time::Duration::from_mins(1), "it is appended");
    }
    let retract = ["retract", "join-1", "--reason", "x", "--by", "lin", "--yes"];
    shell.run(&retract).well();
    assert_eq!(shell.state().0, before + 2);
    drop(writer.stdin.take());
    writer.wait().unwrap();
}

#[test]
fn a_stream_is_mended_likewise() {
    let server = Server::start(&Setup::default());
    let (url, shell) = (server.url(), Shell::new());
    let on = |arguments: &[&str]| shell.run(&[arguments, &["--nats", &url]].concat());
    shell.fed(&["ingest", "-", "--nats", &url], EVENTS.as_bytes()).well();
    let rehearsed = shell.fed(&["ingest", "--dry-run", "-", "--nats", &url], EVENTS.as_bytes()).well();
    assert!(rehearsed.out.starts_with("would append 0, duplicate 6, rejected 0"), "{}", rehearsed.out);
    let retract = ["retract", "join-1", "--reason", "x", "--by", "lin", "--yes"];
    assert!(on(&retract).well().out.contains("appended #7"));
    assert!(on(&retract).err.contains("it is retracted already, by #7"));
    assert!(on(&["correct", "#3", "from=2023-02", "--yes"]).well().out.contains("appended #8"));
    assert!(!shell.data().exists());
}
