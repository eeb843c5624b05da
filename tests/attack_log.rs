//! Attacks on the log: files that lose their end, pipes that are slow, clocks that are wrong, disks that are full.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use shell::{Run, Shell};
use tenure_domain::wire::Submission;
use tenure_log::{Create, Journal, NewEvent, identify};

fn joined(number: u64) -> String {
    format!(
        r#"{{"id":"e{number}","type":"JoinedCompany","person":"Person {number}","company":"Kestrel","effective":"2024-02-01","reported_at":"2024-03-01","source":"Kestrel Gazette"}}"#
    )
}

/// An event without an id that is as long as one may be.
fn longest() -> String {
    let with = |note: &str| {
        format!(r#"{{"type":"JoinedCompany","person":"Big","company":"Kestrel","source":"Gazette","note":"{note}"}}"#)
    };
    with(&"x".repeat(65_536 - with("").len()))
}

/// The positions of a ledger in these tests, and those that are left when its last segment is gone.
const EVENTS: u64 = 40;

/// A ledger of forty events in several segments, with snapshots and all.
fn several_segments() -> Shell {
    let shell = Shell::new();
    let journal = Journal::open(journal(&shell), Create::IfMissing, identify).unwrap();
    let mut journal = journal.with_segment_bytes(3_000);
    for number in 1..=EVENTS {
        let Submission { id, fingerprint, json, .. } = Submission::read(joined(number).as_bytes()).unwrap();
        let stamp = format!("2026-01-01T00:00:00.{number:06}Z").parse().unwrap();
        journal.append(&[NewEvent { id: &id, fingerprint, event: &json }], stamp).unwrap();
    }
    drop(journal);
    shell.run(&["replay"]).well();
    shell
}

fn journal(shell: &Shell) -> PathBuf {
    shell.data().join("journal")
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ndjson"));
    files.sort();
    files
}

fn is_refused(shell: &Shell, name: &str, says: &str) {
    shell.write("more", joined(EVENTS + 1));
    for arguments in [
        &["person", "Person 1"][..],
        &["who", "Kestrel", "--known", "2024-12-31"],
        &["log"],
        &["status"],
        &["replay"],
        &["verify"],
        &["ingest", "more"],
        &["ingest", "more", "--dry-run"],
        &["export", "--to", "events"],
    ] {
        let run = shell.run(arguments);
        assert_eq!((run.exit, run.out.as_str()), (Some(7), ""), "{name}: {arguments:?}: {run:?}");
        assert!(run.err.contains(says), "{name}: {arguments:?}: {run:?}");
        assert!(run.err.contains("tenure verify --accept-loss"), "{name}: {arguments:?}: {run:?}");
    }
}

/// The number of an object of JSON.
fn number(run: &Run, field: &str) -> u64 {
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    json[field].as_u64().unwrap()
}

#[test]
fn a_journal_that_lost_its_end_answers_nothing_until_that_is_accepted() {
    type Harm = fn(&Path);
    let last_gone: Harm = |dir| fs::remove_file(segments(dir).last().unwrap()).unwrap();
    let cut: Harm = |dir| {
        let last = segments(dir).pop().unwrap();
        let text = fs::read_to_string(&last).unwrap();
        fs::write(&last, text.split_inclusive('\n').take(1).collect::<String>()).unwrap();
    };
    let emptied: Harm = |dir| {
        let files = segments(dir);
        files[1..].iter().for_each(|file| fs::remove_file(file).unwrap());
        fs::write(&files[0], "").unwrap();
    };
    let all_but_the_lock: Harm = |dir| {
        for file in segments(dir) {
            fs::remove_file(file).unwrap();
        }
        fs::remove_file(dir.join("index")).unwrap();
    };
    let all: Harm = |dir| fs::read_dir(dir).unwrap().for_each(|entry| fs::remove_file(entry.unwrap().path()).unwrap());
    let whole = several_segments();
    for (name, harm, witnesses) in [
        ("the last segment is gone", last_gone, ["index", "head", "../snapshots"]),
        ("cut at a line's end", cut, ["index", "head", "../snapshots"]),
        ("the only segment is emptied", emptied, ["index", "head", "../snapshots"]),
        ("all but the lock and the head is gone", all_but_the_lock, ["index", "head", ""]),
        ("all is gone, and the lock is there again", all, ["head", "index", ""]),
    ] {
        let shell = whole.copy();
        harm(&journal(&shell));
        fs::write(journal(&shell).join("lock"), "").unwrap();
        let left: usize =
            segments(&journal(&shell)).iter().map(|file| fs::read_to_string(file).unwrap().lines().count()).sum();
        let lost = match EVENTS - left as u64 {
            1 => "1 record is lost".to_owned(),
            more => format!("{more} records are lost"),
        };
        let says = format!("ends at record {left}, but once held {EVENTS}");
        is_refused(&shell, name, &says);
        is_refused(&shell, name, &lost);
        // Each witness alone is enough; the last one is left.
        for gone in &witnesses[..2] {
            drop(fs::remove_file(journal(&shell).join(gone)));
            is_refused(&shell, name, &says);
        }

        let run = shell.run(&["verify", "--accept-loss", "--format", "json"]).well();
        assert_eq!(number(&run, "events"), left as u64, "{name}: {run:?}");
        assert!(run.err.contains(&format!("records {} to {EVENTS} are lost", left + 1)), "{name}: {run:?}");
        let run = shell.run(&["ingest", "more", "--format", "json"]).well();
        assert_eq!(number(&run, "seq"), EVENTS + 1, "{name}: no position is given twice");
        let run = shell.run(&["verify", "--accept-loss", "--format", "json"]).well();
        assert_eq!(number(&run, "events"), left as u64 + 1, "{name}");
        let status = shell.run(&["status", "--format", "json"]).well();
        assert_eq!((number(&status, "events"), number(&status, "quarantined")), (left as u64 + 1, 0), "{name}");
        assert_eq!(
            shell.run(&["log", "--limit", "1000", "--format", "csv"]).well().out.lines().count(),
            left + 2,
            "{name}"
        );
        // What was lost can be told again, at a position of its own.
        let again: Vec<String> = (1..=EVENTS).map(joined).collect();
        let run = shell.fed(&["ingest", "-", "--format", "json"], again.join("\n").as_bytes()).well();
        assert_eq!(number(&run, "seq"), EVENTS + 1 + EVENTS - left as u64, "{name}");
    }
}

#[test]
fn snapshots_remember_a_journal_that_was_replaced_by_an_older_copy() {
    let shell = several_segments();
    let older = Shell::of(&(1..=10).map(joined).collect::<Vec<_>>().join("\n"));
    fs::remove_dir_all(journal(&shell)).unwrap();
    shell::copy_dir(&journal(&older), &journal(&shell));
    is_refused(&shell, "an older copy", "ends at record 10, but once held 40, by its snapshots");
    fs::remove_dir_all(journal(&shell)).unwrap();
    let run = shell.run(&["ingest", "more"]);
    assert_eq!(run.exit, Some(7), "{run:?}");
}

#[test]
fn a_record_that_was_changed_with_its_checksum_is_told_with_both_digests_and_nothing_is_to_be_deleted() {
    // The same event with another day, as the journal of another ledger has it.
    let [shell, other] = ["2024-02-01", "2024-02-09"].map(|day| {
        let events: Vec<String> = (1..=9).map(joined).collect();
        Shell::of(&events.join("\n").replacen("2024-02-01", day, 5).replacen(day, "2024-02-01", 4))
    });
    let name = "00000000000000000001.ndjson";
    fs::copy(journal(&other).join(name), journal(&shell).join(name)).unwrap();
    let run = shell.run(&["verify"]);
    assert_eq!((run.exit, run.out.as_str()), (Some(7), ""), "{run:?}");
    assert!(
        run.err.contains("journal/index: does not fit the journal at record 5: one of the two was changed"),
        "{run:?}"
    );
    let digests: Vec<&str> = run.err.split(|c: char| !c.is_ascii_hexdigit()).filter(|word| word.len() == 64).collect();
    assert!(digests.len() == 2 && digests[0] != digests[1], "{run:?}");
    assert!(run.err.contains("compare the journal with a copy"), "{run:?}");
    assert!(!run.err.contains("delete") && !run.err.contains("remove"), "{run:?}");
}

/// How many lines of events a ledger's first segment holds.
fn stored(shell: &Shell) -> usize {
    let file = journal(shell).join("00000000000000000001.ndjson");
    fs::read_to_string(file).map_or(0, |text| text.lines().count())
}

#[test]
fn what_comes_through_a_slow_pipe_is_appended_within_a_second() {
    let shell = Shell::new();
    let mut command = shell.command(&["ingest", "-"]);
    let mut ingest = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut pipe = ingest.stdin.take().unwrap();
    // Five at once and half of another, then a pause; the rest of that one, then another pause.
    let lines: Vec<String> = (1..=6).map(joined).collect();
    let (half, rest) = lines[5].split_at(40);
    for (text, expect) in [(lines[..5].join("\n") + "\n" + half, 5), (rest.to_owned() + "\n", 6)] {
        pipe.write_all(text.as_bytes()).unwrap();
        let began = Instant::now();
        while stored(&shell) < expect {
            assert!(began.elapsed() < Duration::from_secs(10), "{} of {expect} are stored", stored(&shell));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    drop(pipe);
    let output = ingest.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "appended 6, duplicate 0, rejected 0; ledger at 6\n");
}

#[test]
fn importers_do_not_wait_for_standard_input() {
    let shell = Shell::new();
    for format in ["csv", "roster", "popolo", "ftm", "wikidata"] {
        let run = shell.run(&["ingest", "--from", format, "-"]);
        assert_eq!(run.exit, Some(2), "{run:?}");
        assert!(run.err.contains("--from reads files, not standard input") && run.err.contains("hint: "), "{run:?}");
    }
}

#[test]
fn a_limit_of_the_size_of_files_is_told_and_loses_nothing() {
    let shell = Shell::of(&joined(1));
    let before = shell.state();
    let limited = |verb: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -f 64 && exec \"$@\"", "sh"]);
        command.arg(shell.command(&[]).get_program()).args(verb.split(' ')).current_dir(shell.dir());
        let vars = shell.command(&[]);
        command.envs(vars.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.output().unwrap()
    };
    shell.write("many.ndjson", (2..=2_000).map(joined).collect::<Vec<_>>().join("\n"));
    let output = limited("ingest many.ndjson");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "it ends by itself: {told}");
    assert!(told.contains("File too large") && told.contains("hint: "), "{told}");
    assert_eq!(shell.state(), before, "nothing is half there");
    let run = shell.run(&["ingest", "many.ndjson"]).well();
    assert!(run.out.starts_with("appended 1999,"), "{run:?}");
    shell.run(&["verify"]).well();
    // Snapshots that find no room leave the answer to the log.
    fs::remove_dir_all(shell.data().join("snapshots")).unwrap();
    let output = limited("person 2");
    assert_ne!(output.status.code(), None, "{output:?}");
}

#[test]
fn the_longest_event_is_kept_and_read_again() {
    let shell = Shell::of(&longest());
    for _ in 0..2 {
        shell.run(&["verify"]).well();
        shell.run(&["person", "Big"]).well();
        // What is stored has its id besides, and is longer than what may come in.
        fs::remove_file(journal(&shell).join("index")).unwrap();
    }
    let again = shell.fed(&["ingest", "-"], longest().as_bytes()).well();
    assert!(again.out.starts_with("appended 0, duplicate 1,"), "{again:?}");
    let exported = shell.run(&["export", "--to", "events"]).well().out;
    let other = Shell::new();
    other.fed(&["ingest", "-"], exported.as_bytes()).well();
    assert_eq!(other.state().1, shell.state().1, "one digest");
    let longer = longest().replace("Gazette", "Gazettes");
    let run = other.fed(&["ingest", "-"], longer.as_bytes());
    assert_eq!(run.exit, Some(8), "{run:?}");
}

#[test]
fn a_stamp_that_is_ahead_of_the_clock_dates_no_later_report() {
    let shell = Shell::new();
    let mut ahead = Journal::open(journal(&shell), Create::IfMissing, identify).unwrap();
    let Submission { id, fingerprint, json, .. } = Submission::read(joined(1).as_bytes()).unwrap();
    let entry = NewEvent { id: &id, fingerprint, event: &json };
    ahead.append(&[entry], "2099-05-01T00:00:00Z".parse().unwrap()).unwrap();
    drop(ahead);

    let event =
        r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","effective":"2024-02-01","source":"S"}"#;
    let run = shell.fed(&["ingest", "-"], event.as_bytes()).well();
    assert!(run.err.contains("recorded at 2099-05-01") && run.err.contains("reported by this clock"), "{run:?}");
    let run = shell.run(&["person", "Ann Lee", "--at", "2024-07-01", "--known", "2090", "--format", "json"]).well();
    assert!(run.out.contains("2024-02-01"), "{run:?}");
    // The same event again is the same, also when the index is made anew from what is stored.
    fs::remove_file(journal(&shell).join("index")).unwrap();
    let run = shell.fed(&["ingest", "-"], event.as_bytes()).well();
    assert!(run.out.starts_with("appended 0, duplicate 1,"), "{run:?}");
    // What is exported says the same elsewhere.
    let exported = shell.run(&["export", "--to", "events"]).well().out;
    let other = Shell::new();
    other.fed(&["ingest", "-"], exported.as_bytes()).well();
    assert_eq!(other.state().1, shell.state().1, "one digest");
    shell.run(&["verify"]).well();
}

#[test]
fn a_log_that_takes_no_more_says_how_much_is_in() {
    let shell = Shell::of(&(1..=3).map(joined).collect::<Vec<_>>().join("\n"));
    // The segment has grown as long as the limit of the shell lets it: what is written beyond it fails.
    let more: Vec<String> = (4..=30_000).map(joined).collect();
    shell.write("more", more.join("\n"));
    let limited = shell.command(&[]);
    let tenure = limited.get_program().to_owned();
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 5000; exec \"$0\" ingest more"]).arg(tenure);
    command.env("TENURE_DATA", shell.data()).current_dir(shell.dir());
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), &*out), (Some(1), ""), "{err}");
    assert!(err.contains("(appended ") && err.contains("running it again is harmless"), "{err}");
    let run = shell.run(&["ingest", "more"]).well();
    assert!(run.out.ends_with("ledger at 30000\n"), "{run:?}");
    shell.run(&["verify"]).well();
}

#[test]
fn a_path_with_line_breaks_stays_on_one_line() {
    let shell = Shell::new();
    let run = shell.run(&["ingest", "no\nerror: such file"]);
    assert!(run.err.starts_with(r"error: no\nerror: such file: "), "{run:?}");
    let run = shell.run(&["person", "Ann Lee", "--data", "no\nledger"]);
    assert!(run.err.starts_with(r"error: no\nledger"), "{run:?}");
}
