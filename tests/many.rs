//! Many processes on one directory: all of them ask, and those that write take turns.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

#[path = "doors/site.rs"]
mod site;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shell::{Shell, file};
use site::{PATIENCE, Site};
use tenure_log::{Lock, LogError, Patience};

fn world() -> Shell {
    Shell::of(&std::fs::read_to_string(file("toy/world.ndjson")).unwrap())
}

/// An event by which somebody of that number joins.
fn hire(number: usize) -> String {
    let event = json!({"id": format!("hire-{number}"), "type": "JoinedCompany", "person": format!("Person {number}"),
        "company": "Pelican", "effective": "2024-01-08", "reported_at": "2024-02-01", "source": "Pelican Press"});
    format!("{event}\n")
}

/// How many of them work there, as a process of its own says.
fn hired(shell: &Shell) -> usize {
    let run = shell.run(&["who", "Pelican", "--at", "2024-06-01", "--format", "json"]);
    if run.exit == Some(3) {
        return 0;
    }
    run.json()["members"].as_array().unwrap().len()
}

/// Waits until something is so.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The lock of a directory, once it is free.
fn lock(dir: &Path) -> Lock {
    Lock::take(dir, Patience { most: PATIENCE, ..Patience::default() }).unwrap()
}

/// A command that reads lines from a pipe for as long as it is open.
fn piped(shell: &Shell, arguments: &[&str]) -> Child {
    let mut command = shell.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn say(child: &mut Child, text: &str) {
    let stdin = child.stdin.as_mut().unwrap();
    stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush()).unwrap();
}

#[test]
fn all_who_ask_at_once_are_answered() {
    let shell = world();
    let question = ["who", "Kestrel", "--at", "2024-06-01"];
    let expect = shell.run(&question).well().out;
    let askers: Vec<Child> = (0..50)
        .map(|_| {
            let mut command = shell.command(&[&question[..], &["--wait", "60s"]].concat());
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for asker in askers {
        let output = asker.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expect);
    }
}

#[test]
fn questions_are_answered_while_others_write() {
    let shell = world();
    let mut writers: Vec<Child> = (0..2).map(|_| piped(&shell, &["ingest", "-"])).collect();
    let done = AtomicBool::new(false);
    let asked = std::thread::scope(|scope| {
        let (shell, done) = (&shell, &done);
        let asker = scope.spawn(move || {
            let (mut last, mut asked) = (0, 0);
            while !done.load(Ordering::Relaxed) {
                let now = hired(shell);
                assert!(now >= last, "{now} after {last}");
                (last, asked) = (now, asked + 1);
            }
            asked
        });
        // Each sends what the other does not, in its turn, and then waits for more.
        for round in 0..8 {
            let (writer, first) = (&mut writers[round % 2], round * 25);
            say(writer, &(first..first + 25).map(hire).collect::<String>());
            until("what came is appended, though both go on", || hired(shell) == first + 25);
        }
        done.store(true, Ordering::Relaxed);
        asker.join().unwrap()
    });
    assert!(asked > 0);
    for mut writer in writers {
        drop(writer.stdin.take());
        let output = writer.wait_with_output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(out.starts_with("appended 100, duplicate 0, rejected 0"), "{out}");
    }
    assert_eq!(hired(&shell), 200);
    shell.run(&["verify"]).well();
}

#[test]
fn a_second_writer_waits_is_told_and_goes_on() {
    let shell = world();
    let journal = shell.data().join("journal");
    let before = shell.state().0;
    let held = lock(&journal);
    let run = shell.fed(&["ingest", "-", "--wait", "50ms"], hire(1).as_bytes());
    assert_eq!((run.exit, run.out.as_str()), (Some(5), ""), "{run:?}");
    let says = format!("data/journal is in use by process {}", std::process::id());
    assert!(run.err.contains(&says) && run.err.contains("--wait"), "{}", run.err);
    let mut second = piped(&shell, &["ingest", "-", "--wait", "10m"]);
    say(&mut second, &hire(1));
    drop(second.stdin.take());
    let mut told = String::new();
    BufReader::new(second.stderr.take().unwrap()).read_line(&mut told).unwrap();
    assert!(told.contains(&format!("waiting for process {}", std::process::id())), "{told}");
    drop(held);
    let output = second.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(shell.state().0, before + 1);
}

#[test]
fn who_asks_waits_for_no_writer() {
    let shell = world();
    let expect = hired(&shell);
    let _writing = lock(&shell.data().join("journal"));
    assert_eq!(hired(&shell), expect);
    shell.run(&["ingest", "--dry-run", "--wait", "0s", "-"]).well();
}

#[test]
fn where_another_has_the_snapshots_and_answers_nobody_the_log_answers() {
    let shell = world();
    let question = ["who", "Kestrel", "--at", "2024-06-01", "--wait", "20ms"];
    let expect = shell.run(&question).well().out;
    let _held = lock(&shell.data().join("snapshots"));
    let run = shell.run(&question).well();
    assert_eq!(run.out, expect);
    let says = format!("asked of the log, without snapshots: process {} has them", std::process::id());
    assert!(run.err.contains(&says), "{}", run.err);
    let run = shell.run(&["export", "--to", "csv", "--wait", "20ms"]).well();
    assert!(run.out.lines().count() > 2, "{run:?}");
    let run = shell.run(&["verify", "--wait", "20ms"]).well();
    let says = format!("not checked and not asked, for process {} has them", std::process::id());
    assert!(run.out.contains("journal: ") && run.out.contains(&says), "{run:?}");
    // The whole log is read by one at a time.
    let reading = shell.data().join("snapshots/reading");
    let held = lock(&reading);
    let mut waiting = piped(&shell, &question);
    let mut told = String::new();
    BufReader::new(waiting.stderr.take().unwrap()).read_line(&mut told).unwrap();
    assert!(told.contains("waiting for process") && told.contains("snapshots/reading"), "{told}");
    drop(held);
    let output = waiting.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stdout).unwrap()), (Some(0), expect), "{told}");
    // What would change them waits.
    let run = shell.run(&["replay", "--wait", "20ms"]);
    assert_eq!(run.exit, Some(5), "{run:?}");
}

#[test]
fn a_server_on_the_directory_is_found_and_asked() {
    let site = Site::of_the_toy_world(&[]);
    let shell = &site.shell;
    let socket = shell.data().join("socket");
    let there = std::fs::symlink_metadata(&socket).unwrap();
    assert!(there.file_type().is_socket());
    assert_eq!(there.permissions().mode() & 0o777, 0o600, "it is its owner's alone");
    let alone = world();
    alone.run(&["status"]).well();
    for question in [
        &["who", "Kestrel", "--at", "2024-06-01"][..],
        &["find", "Nobody At All"],
        &["person", "Nobody At All"],
        &["person", "Ann Lee", "--known", "2024-01-01"],
        &["conflicts"],
    ] {
        // Nobody waits, for nothing is to be waited for.
        let here = shell.run(&[question, &["--wait", "0s"]].concat());
        let apart = alone.run(question);
        assert_eq!((here.exit, &here.out, &here.err), (apart.exit, &apart.out, &apart.err), "{question:?}");
    }
    // What another process appends is answered at once by the command, and soon by the page.
    shell.fed(&["ingest", "-", "--wait", "0s"], hire(1).as_bytes()).well();
    assert_eq!(hired(shell), 1);
    until("the server follows its log", || site.get("/v1/who?unit=Pelican&at=2024-06-01").status == 200);
    let long = shell.run(&["export", "--to", "csv", "--wait", "0s"]).well();
    assert!(long.out.contains("Pelican"), "{}", long.out);
    let second = shell.run(&["serve", "--http", "127.0.0.1:0", "--wait", "0s"]);
    assert_eq!(second.exit, Some(5), "{second:?}");
    assert!(second.err.contains("is in use by process"), "{}", second.err);
}

#[test]
fn where_the_process_that_has_the_snapshots_takes_no_question_the_log_answers() {
    let question = ["who", "Kestrel", "--at", "2024-06-01", "--wait", "20ms"];
    let check = |shell: &Shell, expect: &str, told: &str| {
        let run = shell.run(&question).well();
        assert_eq!(run.out, expect, "{told}");
        assert!(run.err.contains("asked of the log, without snapshots: process "), "{told}: {}", run.err);
    };
    let site = Site::of_the_toy_world(&[]);
    let shell = &site.shell;
    let expect = shell.run(&question).well().out;
    let silent: Vec<UnixStream> =
        (0..260).map_while(|_| UnixStream::connect(shell.data().join("socket")).ok()).collect();
    check(shell, &expect, "as many are connected as there is room for, and say nothing");
    drop(silent);
    until("there is room again", || !shell.run(&question).well().err.contains("asked of the log"));
    site.signal("STOP");
    check(shell, &expect, "it stands still");
    site.signal("CONT");
    shell.run(&["status"]).well();

    // One takes the question, and ends.
    let shell = world();
    shell.run(&["status"]).well();
    let _held = lock(&shell.data().join("snapshots"));
    let listener = UnixListener::bind(shell.data().join("socket")).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            BufReader::new(&stream).read_line(&mut String::new()).unwrap();
            drop(stream.write_all(b"\"taken\"\n"));
        }
    });
    check(&shell, &expect, "it ends");
}

#[test]
fn what_a_killed_server_left_keeps_nobody_out() {
    let mut site = Site::of_the_toy_world(&[]);
    site.kill();
    assert!(site.shell.data().join("socket").exists());
    site.shell.run(&["status", "--wait", "0s"]).well();
    let (mut next, _out) = agents(&site.shell);
    site.shell.run(&["status", "--wait", "0s"]).well();
    next.kill().unwrap();
    next.wait().unwrap();
}

/// Sends a message to an agent's server.
fn send(child: &mut Child, message: &Value) {
    say(child, &format!("{message}\n"));
}

/// A server of agents that is ready.
fn agents(shell: &Shell) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = piped(shell, &["mcp"]);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let client = json!({"name": "test", "version": "1"});
    let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
    send(&mut child, &json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello}));
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    send(&mut child, &json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    (child, out)
}

/// How many work there, as an agent is told.
fn hired_by_agent((child, out): &mut (Child, BufReader<std::process::ChildStdout>)) -> usize {
    let call = json!({"name": "who", "arguments": {"unit": "Pelican", "at": "2024-06-01"}});
    send(child, &json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}));
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let reply: Value = serde_json::from_str(&line).unwrap();
    reply["result"]["structuredContent"]["answer"]["members"].as_array().map_or(0, Vec::len)
}

#[test]
fn those_who_stay_answer_for_each_other_and_take_over() {
    let shell = world();
    let (mut first, mut second) = (agents(&shell), agents(&shell));
    let mut appended = 0;
    let mut hire_one = |shell: &Shell| {
        appended += 1;
        shell.fed(&["ingest", "-"], hire(appended).as_bytes()).well();
        appended
    };
    for _ in 0..2 {
        let now = hire_one(&shell);
        assert_eq!((hired_by_agent(&mut first), hired_by_agent(&mut second)), (now, now));
        assert_eq!(hired(&shell), now);
    }
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    let now = hire_one(&shell);
    assert_eq!(hired_by_agent(&mut second), now, "the other one has it now");
    assert_eq!(shell.run(&["status", "--wait", "0s"]).exit, Some(0), "and answers for it");
    drop(second.0.stdin.take());
    let mut rest = String::new();
    second.1.read_to_string(&mut rest).unwrap();
    assert_eq!(second.0.wait().unwrap().code(), Some(0));
    assert!(!shell.data().join("socket").exists(), "nothing is left behind");
}

#[test]
fn a_copy_of_a_stream_takes_events_from_the_stream_alone() {
    let shell = world();
    let before = shell.state();
    shell.write("data/stream.json", "{}");
    let run = shell.fed(&["ingest", "-"], hire(1).as_bytes());
    assert_eq!((run.exit, run.out.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.err.contains("copy of a stream") && run.err.contains("--nats"), "{}", run.err);
    assert_eq!(shell.state(), before);
}

#[test]
fn a_lock_that_is_held_is_told_by_its_holder() {
    let shell = world();
    let journal = shell.data().join("journal");
    let held = lock(&journal);
    let at_once = Patience { most: Duration::ZERO, ..Patience::default() };
    let Err(LogError::InUse { holder, .. }) = Lock::take(&journal, at_once) else { panic!("two have it") };
    assert_eq!(holder, Some(std::process::id()));
    drop(held);
    assert!(Lock::if_free(&journal).unwrap().is_some());
}
