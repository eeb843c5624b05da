//! The binary killed at any moment: what it had acknowledged is there, everything is there once, and what was begun
//! can be finished as if nothing had happened.
//!
//! `SIGKILL` leaves no time to tidy up. The moments are random, from a seed that a failure tells; `TENURE_SEED` sets it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;
use shell::{Random, Shell, times, tries};

/// How many events there are, and in how many files.
const EVENTS: u64 = 1_000;
const FILES: u64 = 20;
/// How often each is killed, and so many times as often in an attack.
const INGESTS: u64 = 22;
const REPLAYS: u64 = 7;
const QUESTIONS: u64 = 6;

fn seed() -> u64 {
    std::env::var("TENURE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_102)
}

/// Careers of a few hundred people, with some structure and corrections.
fn events() -> Vec<String> {
    let mut random = Random(7);
    let unit = |random: &mut Random| format!("Unit {}", random.below(30));
    let mut events = Vec::new();
    for number in 0..EVENTS {
        let person = format!("Person {}", random.below(300));
        let date =
            format!("20{:02}-{:02}-{:02}", 10 + number * 14 / EVENTS, 1 + random.below(12), 1 + random.below(28));
        let mut event = match random.below(10) {
            0..4 => json!({"type": "JoinedCompany", "person": person, "unit": unit(&mut random)}),
            4..7 => json!({"type": "TransferredUnit", "person": person, "to_unit": unit(&mut random)}),
            7 => json!({"type": "LeftCompany", "person": person}),
            8 => json!({"type": "ChangedTitle", "person": person, "to_title": format!("Grade {}", random.below(9))}),
            _ => json!({"type": "UnitMoved", "unit": unit(&mut random), "parent": unit(&mut random)}),
        };
        let common = json!({
            "id": format!("e{number}"), "company": "Kestrel", "effective": date, "reported_at": date, "source": "Page",
        });
        event.as_object_mut().unwrap().extend(common.as_object().unwrap().clone());
        events.push(event.to_string());
    }
    events
}

/// What the events amount to when nobody disturbs.
struct Undisturbed {
    events: Vec<String>,
    files: Vec<String>,
    answers: Vec<String>,
    digest: String,
    ingest: Duration,
}

const QUESTIONS_ASKED: [&[&str]; 6] = [
    &["who", "Kestrel", "--at", "2019-06-01", "--format", "json"],
    &["org", "Kestrel", "--at", "2022-06-01", "--format", "json"],
    &["career", "Person 17", "--at", "2026-01-01", "--format", "json"],
    &["conflicts", "--at", "2026-01-01", "--format", "json"],
    &["moves", "--by", "year", "--at", "2026-01-01", "--format", "json"],
    &["who", "Unit 3", "--at", "2019-06-01", "--recorded", "600", "--format", "json"],
];

fn answers(shell: &Shell) -> Vec<String> {
    QUESTIONS_ASKED.iter().map(|question| shell.run(question).well().out).collect()
}

impl Undisturbed {
    fn new() -> (Undisturbed, Shell) {
        let events = events();
        let shell = Shell::new();
        let files = write_files(&shell, &events);
        let began = Instant::now();
        shell.run(&ingest(&files)).well();
        let ingest = began.elapsed();
        let (number, digest) = shell.state();
        assert_eq!(number, EVENTS);
        let answers = answers(&shell);
        (Undisturbed { events, files, answers, digest, ingest }, shell)
    }

    /// Checks what is there after a kill; says how many events are.
    fn check(&self, shell: &Shell, acknowledged: u64, told: &str) -> u64 {
        let log = shell.run(&["log", "--format", "ndjson", "--at", "2026-01-01"]);
        assert_eq!(log.exit, Some(0), "{told}: {}", log.err);
        let there = log.out.lines().count() as u64;
        assert!(there >= acknowledged, "{told}: {acknowledged} were acknowledged, {there} are there");
        // Contiguous positions, and the events themselves in the order in which they were sent, each once.
        for (number, (line, event)) in log.out.lines().zip(&self.events).enumerate() {
            let (begin, end) = (format!("{{\"seq\":{},", number + 1), format!(",\"event\":{event},\"names\":{{"));
            assert!(line.starts_with(&begin) && line.contains(&end), "{told}: {line}");
        }
        there
    }

    /// Finishes the ingest and checks that nothing tells it from one that was not disturbed.
    fn finish(&self, shell: &Shell, random: &mut Random, told: &str) {
        let run = shell.run(&ingest(&self.files));
        assert_eq!(run.exit, Some(0), "{told}: {run:?}");
        assert_eq!(shell.state(), (EVENTS, self.digest.clone()), "{told}");
        assert_eq!(shell.run(&["verify"]).exit, Some(0), "{told}");
        for _ in 0..2 {
            self.ask(shell, random, told);
        }
    }

    /// Asks one of the questions.
    fn ask(&self, shell: &Shell, random: &mut Random, told: &str) {
        let (question, answer) = *random.of(&QUESTIONS_ASKED.iter().zip(&self.answers).collect::<Vec<_>>());
        let run = shell.run(question);
        assert_eq!(run.exit, Some(0), "{told}: {}", run.err);
        assert!(run.out == *answer, "{told}: another answer to {question:?}");
    }
}

fn write_files(shell: &Shell, events: &[String]) -> Vec<String> {
    let share = events.len().div_ceil(usize::try_from(FILES).unwrap());
    let mut files = Vec::new();
    for (number, events) in events.chunks(share).enumerate() {
        let name = format!("events-{number:02}.ndjson");
        shell.write(&name, lines(events));
        files.push(name);
    }
    files
}

fn lines(events: &[String]) -> String {
    events.join("\n") + "\n"
}

fn ingest(files: &[String]) -> Vec<&str> {
    [&["ingest"][..], &files.iter().map(String::as_str).collect::<Vec<_>>()].concat()
}

/// Starts a command and kills it after a while; says whether it had ended by itself, and well, before.
fn kill(mut command: Command, after: Duration, feed: Option<(String, Duration)>) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    if feed.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().unwrap();
    let feeder = feed.map(|(text, slowly)| {
        let mut stdin = child.stdin.take().unwrap();
        std::thread::spawn(move || {
            let pieces = 16;
            for piece in text.as_bytes().chunks(text.len().div_ceil(pieces)) {
                if stdin.write_all(piece).is_err() {
                    return;
                }
                sleep(slowly / u32::try_from(pieces).unwrap());
            }
        })
    });
    sleep(after);
    child.kill().unwrap();
    let status = child.wait().unwrap();
    if let Some(feeder) = feeder {
        feeder.join().unwrap();
    }
    assert!(status.success() || status.code().is_none(), "{status}");
    status.success()
}

/// How long to wait at most before the next kill: what ended before it was killed was given too much time. How fast
/// this machine is changes with what else it does.
fn adapted(longest: Duration, ended: bool) -> Duration {
    if ended { longest * 3 / 4 } else { longest * 21 / 20 }
}

fn within(random: &mut Random, longest: Duration) -> Duration {
    let micros = u64::try_from(longest.as_micros()).unwrap();
    Duration::from_micros(random.below(micros))
}

#[test]
fn an_ingest_that_is_killed_loses_nothing_and_doubles_nothing() {
    let (undisturbed, _) = Undisturbed::new();
    let mut random = Random(seed());
    let (mut killed, mut partly) = (0, 0);
    let mut longest = undisturbed.ingest;
    let kills_in_all = tries(INGESTS);
    while killed < kills_in_all {
        let shell = Shell::new();
        write_files(&shell, &undisturbed.events);
        let mut acknowledged = 0;
        for kills in 1.. {
            let told = format!("seed {}, kill {killed}", seed());
            // Now and then some of it is done in peace: its summary is the acknowledgement.
            if random.below(3) == 0 {
                let files = &undisturbed.files[..usize::try_from(random.below(FILES)).unwrap()];
                if !files.is_empty() {
                    let run = shell.run(&[&ingest(files)[..], &["--format", "json"]].concat());
                    acknowledged = run.json()["seq"].as_u64().unwrap();
                }
            }
            let after = within(&mut random, longest);
            let done = if random.below(4) == 0 {
                let slowly = within(&mut random, longest);
                kill(shell.command(&["ingest", "-"]), after, Some((lines(&undisturbed.events), slowly)))
            } else {
                kill(shell.command(&ingest(&undisturbed.files)), after, None)
            };
            longest = adapted(longest, done);
            if done {
                acknowledged = EVENTS;
            } else {
                killed += 1;
            }
            // Killed before it made a journal, there is none to ask.
            if acknowledged == 0 && shell.run(&["status"]).exit == Some(5) {
                continue;
            }
            let there = undisturbed.check(&shell, acknowledged, &told);
            acknowledged = there;
            partly += u64::from(there > 0 && there < EVENTS);
            if there == EVENTS || kills == 8 || killed == kills_in_all {
                undisturbed.finish(&shell, &mut random, &told);
                break;
            }
        }
    }
    eprintln!("{partly} of {killed} kills left a part");
    assert!(partly > 0, "no kill came in the middle; seed {}", seed());
}

#[test]
fn a_replay_or_a_question_that_is_killed_changes_no_answer() {
    let (undisturbed, shell) = Undisturbed::new();
    let mut random = Random(seed());
    for (command, kills) in [(&["replay"][..], REPLAYS * times()), (QUESTIONS_ASKED[1], QUESTIONS * times())] {
        let began = Instant::now();
        shell.run(command).well();
        let mut longest = began.elapsed();
        let mut killed = 0;
        while killed < kills {
            let told = format!("seed {}, kill {killed} of {command:?}", seed());
            let done = kill(shell.command(command), within(&mut random, longest), None);
            longest = adapted(longest, done);
            killed += u64::from(!done);
            undisturbed.ask(&shell, &mut random, &told);
        }
        undisturbed.check(&shell, EVENTS, "after all kills");
        assert!(answers(&shell) == undisturbed.answers, "{command:?}: the answers differ after all kills");
    }
}
