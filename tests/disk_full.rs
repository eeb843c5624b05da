//! A data directory on a file system that is full, for real: a small tmpfs, in a mount namespace of its own.
//!
//! What can be answered still is; it is told what cannot be written; nothing is lost; and when there is room again it
//! goes on by itself. Where no such namespace may be made, the tests say so and skip.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "nats/served.rs"]
mod served;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use served::{Served, wait_for};
use server::{Server, Setup};
use shell::{Run, Shell, copy_dir, skipped, times};

/// A file system of so many megabytes, for as long as the process lives that has it mounted.
struct SmallDisk {
    holder: Child,
    dir: PathBuf,
    _mounted_on: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<SmallDisk> {
        let mounted_on = tempfile::tempdir().unwrap();
        let script = format!("mount -t tmpfs -o size={megabytes}m none \"$0\" && echo mounted && exec cat");
        let mut unshare = Command::new("unshare");
        unshare.args(["-rm", "sh", "-c", &script]).arg(mounted_on.path());
        let started = unshare.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut holder) = started else {
            skipped("there is no unshare");
            return None;
        };
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let dir = PathBuf::from(format!("/proc/{}/root{}", holder.id(), mounted_on.path().display()));
        if line.trim() != "mounted" || fs::read_dir(&dir).is_err() {
            drop((holder.kill(), holder.wait()));
            skipped("no file system can be mounted here");
            return None;
        }
        Some(SmallDisk { holder, dir, _mounted_on: mounted_on })
    }

    /// Fills it, but for so many kilobytes.
    fn fill(&self, left: usize) {
        let mut file = fs::File::create(self.filler()).unwrap();
        let block = [7; 4096];
        let mut blocks = 0_u64;
        while file.write_all(&block).is_ok() {
            blocks += 1;
        }
        file.set_len((blocks * 4096).saturating_sub(left as u64 * 1024)).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.dir.join("filler")
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// A command on the ledger that lies there.
    fn command(&self, shell: &Shell, arguments: &[&str]) -> Command {
        let mut command = shell.command(arguments);
        command.env("TENURE_DATA", self.data());
        command
    }

    fn run(&self, shell: &Shell, arguments: &[&str]) -> Run {
        let output = self.command(shell, arguments).output().unwrap();
        Run {
            exit: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop((self.holder.kill(), self.holder.wait()));
    }
}

/// How many events fill the disk but for the snapshots.
const MANY: u64 = 12_500;

fn event(number: u64) -> Value {
    let (person, day) = (format!("Person {}", number % 400), format!("2024-{:02}", number / 400 % 12 + 1));
    let mut event = json!({ "id": format!("e{number}"), "reported_at": "2025-02-01", "source": "Harbour Gazette",
        "person": person, "company": "Harbour", "note": "what makes it as long as events are ".repeat(4) });
    let more = if number < 400 {
        json!({ "type": "JoinedCompany", "unit": format!("Unit {}", number % 7), "effective": day })
    } else {
        json!({ "type": "TransferredUnit", "to_unit": format!("Team {}", number / 400), "effective": day })
    };
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn events(numbers: std::ops::Range<u64>) -> String {
    numbers.fold(String::new(), |mut all, number| {
        writeln!(all, "{}", event(number)).unwrap();
        all
    })
}

/// An answer without what tells of positions and times.
fn people(answer: &Run) -> Value {
    let mut json = answer.json();
    json.as_object_mut().unwrap().remove("basis");
    json
}

const QUESTIONS: [&[&str]; 3] = [
    &["person", "Person 7", "--at", "2024-12-31", "--format", "json"],
    &["org", "Harbour", "--at", "2024-12-31", "--format", "json"],
    &["conflicts", "--at", "2024-12-31", "--format", "json"],
];

/// A service whose disk leaves so many kilobytes for what comes.
fn serves_on(left: usize) {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let server = Server::start(&Setup::default());
    let (url, shell) = (server.url(), Shell::new());
    shell.fed(&["ingest", "-", "--nats", &url], events(0..1_000).as_bytes()).well();
    let served = Served::of(disk.command(&shell, &["serve", "--nats", &url]));
    served.wait_until_it_says("answering on");
    disk.fill(left);
    let mut sent = 1_000;
    let asked = |arguments: &[&str]| Shell::new().run(&[arguments, &["--nats", &url]].concat());
    wait_for("that it is told", || {
        // A few at a time, so that the disk is full at some place within a step.
        if sent < 4_000 {
            shell.fed(&["ingest", "-", "--nats", &url], events(sent..sent + 100).as_bytes()).well();
            sent += 100;
        }
        let said = served.said();
        let told = said.contains("cannot be written") || said.contains("cannot be applied");
        let answer = asked(QUESTIONS[0]);
        assert!(answer.exit == Some(0) && answer.json()["basis"]["seq"].as_u64() >= Some(1_000), "{answer:?}\n{said}");
        told.then_some(()).ok_or(said)
    });
    shell.fed(&["ingest", "-", "--nats", &url], events(sent..4_000).as_bytes()).well();
    wait_for("that it is behind", || {
        let run = asked(&["status", "--max-lag", "0.1"]);
        if run.exit == Some(6) { Ok(()) } else { Err(format!("{run:?}")) }
    });
    let mut ledgers = BTreeMap::new();
    for question in QUESTIONS {
        // Whatever it could take in, it answers that, and no half of a step.
        let answer = asked(question);
        let seq = answer.json()["basis"]["seq"].as_u64().unwrap();
        assert!(seq < 4_000, "{answer:?}\n{}", served.said());
        let same: &Shell = ledgers.entry(seq).or_insert_with(|| Shell::of(&events(0..seq)));
        assert_eq!(people(&answer), people(&same.run(question)), "at {seq}: {}", served.said());
    }
    disk.make_room();
    let embedded = Shell::of(&events(0..4_000));
    for question in QUESTIONS {
        let answer = asked(&[question, &["--after", "4000", "--timeout", "60"]].concat());
        assert_eq!(people(&answer), people(&embedded.run(question)), "{}", served.said());
    }
    assert_eq!(served.stop(), Some(0));
    disk.run(&shell, &["verify"]).well();
    let status = disk.run(&shell, &["status", "--format", "json"]).json();
    assert_eq!((status["events"].as_u64(), status["digest"].as_str()), (Some(4_000), Some(&*embedded.state().1)));
    // What was begun while there was no room is gone.
    let stores = fs::read_dir(disk.data().join("snapshots")).unwrap().flatten();
    let stores = stores.filter(|entry| entry.file_name().to_string_lossy().starts_with("store-"));
    assert_eq!(stores.count(), 1);
}

#[test]
fn a_service_goes_on_when_there_is_room_again_for_its_log() {
    serves_on(0);
}

#[test]
fn a_service_goes_on_when_there_is_room_again_for_its_snapshots() {
    // What lacks room, and in the middle of what it is written, differs with the kilobytes.
    let tried: &[usize] = if times() > 1 { &[80, 120, 200] } else { &[120] };
    for left in tried {
        serves_on(*left);
    }
}

/// A small disk with a ledger of a thousand events and its snapshots.
fn begun(shell: &Shell) -> Option<SmallDisk> {
    let disk = SmallDisk::mount(24)?;
    shell.write("first.ndjson", events(0..1_000));
    shell.write("all.ndjson", events(0..MANY));
    disk.run(shell, &["ingest", "first.ndjson"]).well();
    disk.run(shell, QUESTIONS[0]).well();
    Some(disk)
}

#[test]
fn an_ingest_without_room_keeps_what_it_acknowledged() {
    let shell = Shell::new();
    let Some(disk) = begun(&shell) else { return };
    disk.fill(0);
    // Twice, since the first time may have left something.
    for _ in 0..2 {
        let run = disk.run(&shell, &["ingest", "all.ndjson"]);
        assert!(run.exit == Some(1) && run.err.contains("No space left on device"), "{run:?}");
        let answer = disk.run(&shell, QUESTIONS[0]);
        assert_eq!(answer.json()["basis"]["seq"], 1_000, "{answer:?}");
    }
}

#[test]
fn an_answer_comes_where_there_is_room_for_the_log_and_less_for_the_snapshots() {
    let whole = Shell::of(&events(0..MANY)).state();
    // What lacks room differs here too.
    let step = if times() > 1 { 50 } else { 300 };
    for left in (4_200..=4_600).step_by(step) {
        let shell = Shell::new();
        let Some(disk) = begun(&shell) else { return };
        disk.fill(left);
        let run = disk.run(&shell, &["ingest", "all.ndjson"]);
        assert!(run.exit == Some(1) && run.err.contains("No space left on device"), "{run:?}");
        let answer = disk.run(&shell, QUESTIONS[0]);
        assert!(answer.exit == Some(0) || answer.exit == Some(1) && answer.err.contains("hint: "), "{answer:?}");
        disk.make_room();
        let copy = Shell::new();
        copy_dir(&disk.data(), &copy.data());
        copy.run(&["verify"]).well();
        copy.fed(&["ingest", "-"], events(0..MANY).as_bytes()).well();
        assert_eq!(copy.state(), whole);
        for question in QUESTIONS {
            assert_eq!(copy.run(question).exit, Some(0));
        }
    }
}
