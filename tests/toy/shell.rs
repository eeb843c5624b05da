//! Runs the binary as a shell would, on ledgers of its own in temporary directories.
//!
//! What a run printed is compared as text: [`Run::shown`] takes from it what differs from run to run, which is the
//! place of the ledger and the time at which its events were recorded.

#![allow(dead_code, unused_imports, reason = "each test takes what it needs of this")]

#[path = "corpora.rs"]
mod corpora;
#[path = "random.rs"]
mod random;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use chrono::DateTime;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) use random::Random;

/// The binary under test.
pub(crate) const TENURE: &str = env!("CARGO_BIN_EXE_tenure");

/// A file of this directory of tests.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(name)
}

/// Tells that something is not tested here, and why: on standard error, and in a file whose lines `.ci/test` prints in the end.
pub(crate) fn skipped(why: &str) {
    let why: Vec<&str> = why.split_whitespace().collect();
    let line = format!("{}: {}\n", std::thread::current().name().unwrap_or("a test"), why.join(" "));
    eprint!("skipped, {line}");
    fs::create_dir_all(file("../target")).expect("a directory is made");
    let lines = fs::OpenOptions::new().create(true).append(true).open(file("../target/skipped.txt"));
    lines.expect("a file is opened").write_all(line.as_bytes()).expect("a line is written");
}

/// A first map with something written wherever something is to be filled in.
pub(crate) fn filled(map: &str) -> String {
    map.replace("TODO: ", "").replace("TODO:", "")
}

/// What a run of the binary came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The exit code; none where a signal ended it.
    pub(crate) exit: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Run {
    fn of(output: Output) -> Run {
        Run {
            exit: output.status.code(),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }

    /// The answer, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.exit, Some(0), "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, having gone well.
    #[track_caller]
    pub(crate) fn well(self) -> Run {
        assert_eq!(self.exit, Some(0), "{self:?}");
        self
    }
}

/// A ledger in a temporary directory, which goes with the value.
pub(crate) struct Shell {
    dir: TempDir,
}

impl Shell {
    /// A directory in which there is no ledger yet.
    pub(crate) fn new() -> Shell {
        Shell { dir: tempfile::tempdir().expect("a temporary directory") }
    }

    /// The toy world, in its two batches.
    pub(crate) fn toy() -> Shell {
        let world = Shell::new();
        for batch in ["toy/world.ndjson", "toy/later.ndjson"] {
            world.run(&["ingest", file(batch).to_str().expect("a path is text")]).well();
        }
        world
    }

    /// A ledger of some events.
    pub(crate) fn of(events: &str) -> Shell {
        let shell = Shell::new();
        let run = shell.fed(&["ingest", "-"], events.as_bytes());
        assert_eq!((run.exit, run.err.as_str()), (Some(0), ""), "{run:?}");
        shell
    }

    /// The directory around the ledger, in which commands run.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The ledger's directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir().join("data")
    }

    /// Writes a file beside the ledger.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.dir().join(name), content).expect("a file is written");
    }

    /// Reads a file beside the ledger.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A command on this ledger, its input closed and its environment empty of settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(TENURE);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TENURE_") {
                command.env_remove(name);
            }
        }
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        if let Some(corpora) = std::env::var_os("TENURE_CORPORA") {
            corpora::keep(Path::new(&corpora), self.dir(), arguments);
        }
        command.env("TENURE_DATA", self.data()).env("TZ", "UTC").current_dir(self.dir());
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().expect("the binary runs"))
    }

    /// Runs a command that reads its standard input.
    pub(crate) fn fed(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_owned();
        // A thread of its own, for the binary may answer before it has read everything, or not read at all.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("the binary ends");
        feeder.join().expect("the input is fed");
        Run::of(output)
    }

    /// The answer to a question, as JSON.
    #[track_caller]
    pub(crate) fn ask(&self, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--format", "json"]].concat()).json()
    }

    /// The number and the digest of the ledger's events.
    #[track_caller]
    pub(crate) fn state(&self) -> (u64, String) {
        let status = self.ask(&["status"]);
        let digest = status["digest"].as_str().expect("a digest").to_owned();
        (status["events"].as_u64().expect("a number"), digest)
    }

    /// A copy of the ledger, for commands that another one must not wait for.
    pub(crate) fn copy(&self) -> Shell {
        let copy = Shell::new();
        copy_dir(self.dir(), copy.dir());
        copy
    }

    /// What differs from run to run, with what is shown in its place, the longest first.
    fn scrubs(&self) -> Vec<(String, String)> {
        let mut scrubs = vec![(self.dir().to_string_lossy().into_owned() + "/", String::new())];
        let journal = fs::read_dir(self.data().join("journal")).into_iter().flatten().flatten();
        let mut segments: Vec<PathBuf> = journal.map(|entry| entry.path()).collect();
        segments.retain(|path| path.extension().is_some_and(|extension| extension == "ndjson"));
        segments.sort();
        let mut stamps: Vec<String> = Vec::new();
        for segment in segments {
            for line in fs::read_to_string(segment).unwrap_or_default().lines() {
                let stamp = line.split_once(r#""recorded_at":""#).and_then(|(_, rest)| rest.split_once('"'));
                // A test may have damaged the line: what is no instant is nothing to hide.
                let stamp = stamp.map(|(stamp, _)| stamp.to_owned()).unwrap_or_default();
                if DateTime::parse_from_rfc3339(&stamp).is_ok() && !stamps.contains(&stamp) {
                    stamps.push(stamp);
                }
            }
        }
        for (place, stamp) in stamps.iter().enumerate() {
            let name = format!("RECORDED-{}", place + 1);
            // To the microsecond, and without zeros at its end.
            let fraction = stamp.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
            scrubs.push((stamp.clone(), name.clone()));
            scrubs.push((format!("{fraction}Z"), name));
        }
        for stamp in stamps {
            // As tables show it, in which two may look alike, and as wide.
            let (day, time) = (&stamp[..10], &stamp[11..19]);
            for shown in [format!("{day}T{time}Z"), format!("{day} {time}"), format!("{day} {}", &time[..5])] {
                let width = shown.len();
                scrubs.push((shown, format!("{:-<width$}", "RECORDED")));
            }
        }
        scrubs
    }

    /// A text without what differs from run to run.
    pub(crate) fn scrubbed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (from, to) in self.scrubs() {
            text = text.replace(&from, &to);
        }
        text
    }

    /// A command and what it printed, as golden files keep it.
    pub(crate) fn session(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        let mut shown = format!("$ tenure {}\n", quoted(arguments));
        for (sign, text) in [("", &run.out), ("stderr: ", &run.err)] {
            let text = self.scrubbed(text);
            for line in text.split_inclusive('\n') {
                shown += sign;
                shown += line;
                if !line.ends_with('\n') {
                    shown += "⏎ missing\n";
                }
            }
        }
        match run.exit {
            Some(0) => {}
            Some(code) => writeln!(shown, "exit: {code}").expect("a string takes it"),
            None => shown += "killed\n",
        }
        shown
    }
}

fn quoted(arguments: &[&str]) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:~,=".contains(c);
    let quoted = arguments
        .iter()
        .map(|word| if !word.is_empty() && word.chars().all(plain) { (*word).to_owned() } else { format!("'{word}'") });
    quoted.collect::<Vec<_>>().join(" ")
}

/// How many times as often as usual something is tried that comes out another way each time.
pub(crate) fn times() -> u64 {
    std::env::var("TENURE_ATTACK_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

/// How often something is tried that comes out another way each time: a third of what it is meant for, and all of that, times
/// over, where that is asked for.
pub(crate) fn tries(meant: u64) -> u64 {
    if times() > 1 { meant * times() } else { meant.div_ceil(3) }
}

/// Copies a directory with all that is in it.
pub(crate) fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory is made");
    for entry in fs::read_dir(from).expect("a directory is read") {
        let entry = entry.expect("a directory is read");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().expect("a file has a type").is_dir() {
            copy_dir(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file is copied");
        }
    }
}

/// Every file below a directory, sorted.
pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            files.extend(files_below(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    files
}
