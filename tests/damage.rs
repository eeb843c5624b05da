//! Damaged ledgers: what a hand, a disk or a restored backup can do to the files.
//!
//! The journal is the truth: damage to it is told with file and line, and nothing is answered from it. All else is made
//! from it: whatever happens to the index or the snapshots, answers stay right.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::fs;
use std::path::{Path, PathBuf};

use shell::{Random, Run, Shell, copy_dir, file, files_below};
use tenure_domain::wire::Submission;
use tenure_log::{Create, Journal, NewEvent, identify};

const QUESTIONS: [&[&str]; 13] = [
    &["person", "Ann Lee", "--at", "2024-07-01"],
    &["career", "Ann Lee"],
    &["who", "Kestrel", "--at", "2024-04-01"],
    &["org", "Kestrel", "--at", "2025-02-01"],
    &["holders", "Vision"],
    &["reports", "Lin Wei", "--at", "2024-04-01"],
    &["why", "Ann Lee", "--at", "2024-12-01"],
    &["conflicts"],
    &["find", "lee"],
    &["moves"],
    &["diff", "Kestrel", "--at", "2024-05-01..2025-07-01"],
    &["person", "Ann Lee", "--at", "2024-12-01", "--known", "2024-12-31"],
    &["career", "E. Gray", "--recorded", "25"],
];

fn ask(shell: &Shell, question: &[&str]) -> Run {
    let at: &[&str] = if question.contains(&"--at") { &[] } else { &["--at", "2026-01-01"] };
    shell.run(&[question, at, &["--format", "json"]].concat())
}

/// Every answer of a ledger, without the stamps of its events.
fn answers(shell: &Shell) -> Vec<String> {
    QUESTIONS.iter().map(|question| shell.scrubbed(&ask(shell, question).well().out)).collect()
}

fn events(name: &str) -> Vec<String> {
    fs::read_to_string(file(name)).unwrap().lines().map(str::to_owned).collect()
}

/// All events of the toy world.
fn all_events() -> Vec<String> {
    [events("toy/world.ndjson"), events("toy/later.ndjson")].concat()
}

/// A ledger of some events, with snapshots.
fn ledger(events: &[String]) -> Shell {
    let shell = Shell::of(&events.join("\n"));
    shell.run(&["replay"]).well();
    shell
}

fn world() -> Shell {
    ledger(&all_events())
}

fn segment(shell: &Shell) -> PathBuf {
    shell.data().join("journal/00000000000000000001.ndjson")
}

fn snapshots(shell: &Shell) -> PathBuf {
    shell.data().join("snapshots")
}

fn remove_all(dir: &Path) {
    if dir.exists() {
        fs::remove_dir_all(dir).unwrap();
    }
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

// The journal -------------------------------------------------------------------------------------------------------

#[test]
fn a_torn_tail_is_cut_off_and_told_once() {
    let shell = world();
    let (state, expect) = (shell.state(), answers(&shell));
    for torn in ["{", "{\"seq\":33,\"recorded_at\":\"2026-", "\0\0\0\0\0\0\0\0"] {
        change(&segment(&shell), |bytes| bytes.extend_from_slice(torn.as_bytes()));
        let run = shell.run(&["person", "Ann Lee", "--at", "2024-07-01"]).well();
        let notice = format!(
            "notice: data/journal/00000000000000000001.ndjson: cut off {} bytes of a last line that was never finished\n",
            torn.len()
        );
        assert!(shell.scrubbed(&run.err).starts_with(&notice), "{run:?}");
        assert!(!shell.run(&["status"]).well().err.contains("notice"));
    }
    assert_eq!((shell.state(), answers(&shell)), (state, expect));
    shell.run(&["verify"]).well();
}

#[test]
fn a_last_record_that_was_torn_after_it_was_acknowledged_is_lost() {
    let (shell, events) = (world(), all_events());
    change(&segment(&shell), |bytes| bytes.truncate(bytes.len() - 5));
    let torn = fs::read(segment(&shell)).unwrap();
    let run = ask(&shell, QUESTIONS[0]);
    assert!(unverified(&run) && run.err.contains("ends at record 31, but once held 32, by its index"), "{run:?}");
    assert_eq!(fs::read(segment(&shell)).unwrap(), torn, "what is left of it is not removed");
    shell.run(&["verify", "--accept-loss"]).well();
    assert_eq!(answers(&shell), answers_at(&ledger(&events[..31]), 32));
    let run = shell.fed(&["ingest", "-"], events.join("\n").as_bytes()).well();
    assert_eq!(run.out, "appended 1, duplicate 31, rejected 0; ledger at 33\n");
    let copied = shell.ask(&["log", "copy", "data", "copy"]);
    assert!(copied["events"] == 32 && copied["passed_over"] == 1, "what is lost is no event: {copied}");
    shell.run(&["verify"]).well();
}

/// The answers of a ledger, with the head that another one has which lost records after it.
fn answers_at(shell: &Shell, head: u64) -> Vec<String> {
    let own = shell.state().0;
    answers(shell)
        .iter()
        .map(|answer| {
            let answer = answer.replace(&format!("\"seq\": {own}"), &format!("\"seq\": {head}"));
            let answer = answer.replace(&format!("\"seq\":{own},"), &format!("\"seq\":{head},"));
            let answer = answer.replace(&format!("\"head\": {own}"), &format!("\"head\": {head}"));
            answer.replace(&format!("\"head\":{own}}}"), &format!("\"head\":{head}}}"))
        })
        .collect()
}

/// Whether a check of the log failed.
fn unverified(run: &Run) -> bool {
    run.exit == Some(7)
}

#[test]
fn a_flipped_bit_is_told_with_its_line_and_nothing_is_answered_from_it() {
    let shell = world();
    let whole = fs::read(segment(&shell)).unwrap();
    let right: Vec<Run> = QUESTIONS.iter().map(|question| ask(&shell, question)).collect();
    let mut random = Random(11);
    for turn in 0..24 {
        let shell = shell.copy();
        // But for the last line break, without which the last line is a torn one.
        let at = usize::try_from(random.below(whole.len() as u64 - 1)).unwrap();
        let bit = 1_u8 << random.below(8);
        let line = whole[..at].split(|byte| *byte == b'\n').count();
        change(&segment(&shell), |bytes| bytes[at] ^= bit);
        let told = format!("byte {at} of line {line}, bit {bit}");
        // Two lines that run together are told as the first of them.
        let place = format!("error: data/journal/00000000000000000001.ndjson:{line}: ");

        let run = shell.run(&["verify"]);
        assert!(unverified(&run), "{told}: {run:?}");
        assert!(shell.scrubbed(&run.err).contains(&place), "{told}: {run:?}");
        assert_eq!(run.out, "", "{told}");

        // What is not damaged may still answer; a wrong answer is none.
        let number = turn % QUESTIONS.len();
        let run = ask(&shell, QUESTIONS[number]);
        if run.exit == Some(0) {
            assert_eq!(run.out, right[number].out, "{told}");
        }
        remove_all(&snapshots(&shell));
        for arguments in [QUESTIONS[0], &["replay"]] {
            let run = shell.run(arguments);
            assert_eq!((run.exit, run.out.as_str()), (Some(1), ""), "{told}: {run:?}");
            assert!(shell.scrubbed(&run.err).contains(&place), "{told}: {run:?}");
            assert!(
                run.err.contains("\nhint: nothing was changed: put the file back from a backup\n"),
                "{told}: {run:?}"
            );
        }
        change(&segment(&shell), |bytes| bytes[at] ^= bit);
        assert_eq!(fs::read(segment(&shell)).unwrap(), whole, "{told}: nothing was changed");
    }
}

#[test]
fn evidence_that_does_not_read_is_told_and_not_left_out() {
    let shell = world();
    let question: &[&str] = &["why", "Ann Lee", "--at", "2024-12-01"];
    let answer = shell.ask(question);
    let supports = answer["supports"].as_array().unwrap();
    let line = usize::try_from(supports[0]["seq"].as_u64().unwrap()).unwrap();
    let store = fs::read_to_string(snapshots(&shell).join("CURRENT")).unwrap();
    change(&segment(&shell), |bytes| {
        let before: usize = bytes.split(|byte| *byte == b'\n').take(line - 1).map(|line| line.len() + 1).sum();
        bytes[before + 40] ^= 1;
    });
    let run = shell.run(question);
    assert_eq!((run.exit, run.out.as_str()), (Some(1), ""), "{run:?}");
    let place = format!("error: data/journal/00000000000000000001.ndjson:{line}: ");
    assert!(shell.scrubbed(&run.err).contains(&place), "{run:?}");
    assert!(run.err.contains("\nhint: nothing was changed: put the file back from a backup\n"), "{run:?}");
    assert_eq!(fs::read_to_string(snapshots(&shell).join("CURRENT")).unwrap(), store, "the snapshots are left");
}

#[test]
fn lines_that_moved_are_told() {
    let check = |name: &str, edit: fn(&mut Vec<&str>), says: &str| {
        let shell = world();
        remove_all(&snapshots(&shell));
        let text = fs::read_to_string(segment(&shell)).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        edit(&mut lines);
        fs::write(segment(&shell), lines.join("\n") + "\n").unwrap();
        for arguments in [QUESTIONS[1], &["verify"]] {
            let run = shell.run(arguments);
            assert!(if arguments[0] == "verify" { unverified(&run) } else { run.exit == Some(1) }, "{name}: {run:?}");
            assert_eq!(run.out, "", "{name}");
            assert!(run.err.contains(says), "{name}: {run:?}");
        }
    };
    check(
        "one is gone",
        |lines| {
            lines.remove(9);
        },
        ".ndjson:10: seq out of sequence: 10 belongs here, not 11",
    );
    check("two changed places", |lines| lines.swap(4, 5), ".ndjson:5: seq out of sequence: 5 belongs here, not 6");
    check(
        "one is there twice",
        |lines| lines.insert(7, lines[6]),
        ".ndjson:8: seq out of sequence: 8 belongs here, not 7",
    );
    check("one is empty", |lines| lines.insert(3, ""), ".ndjson:4: not a record of the journal");
    check(
        "the first is gone",
        |lines| {
            lines.remove(0);
        },
        ".ndjson:1: ",
    );
}

/// The toy world in segments of a few events.
fn many_segments() -> Shell {
    let shell = Shell::new();
    let journal = Journal::open(shell.data().join("journal"), Create::IfMissing, identify).unwrap();
    let mut journal = journal.with_segment_bytes(2_000);
    for (number, event) in all_events().iter().enumerate() {
        let Submission { id, fingerprint, json, .. } = Submission::read(event.as_bytes()).unwrap();
        let stamp = format!("2026-01-01T00:00:00.{number:06}Z").parse().unwrap();
        journal.append(&[NewEvent { id: &id, fingerprint, event: &json }], stamp).unwrap();
    }
    drop(journal);
    shell
}

fn segments(shell: &Shell) -> Vec<PathBuf> {
    let mut files = files_below(&shell.data().join("journal"));
    files.retain(|path| path.extension().is_some_and(|extension| extension == "ndjson"));
    files
}

#[test]
fn a_missing_segment_is_told() {
    let whole = many_segments();
    let count = segments(&whole).len();
    assert!(count > 3);
    for missing in [0, 1, count - 2] {
        let shell = whole.copy();
        let files = segments(&shell);
        fs::remove_file(&files[missing]).unwrap();
        let after = files[missing + 1].file_name().unwrap().to_str().unwrap();
        let first: u64 = files[missing].file_stem().unwrap().to_str().unwrap().parse().unwrap();
        let says = format!("data/journal/{after}: the segment that holds record {first} is missing before this one");
        for arguments in [QUESTIONS[1], &["verify"], &["replay"]] {
            let run = shell.run(arguments);
            assert!(
                if arguments[0] == "verify" { unverified(&run) } else { run.exit == Some(1) },
                "{missing}: {run:?}"
            );
            assert!(shell.scrubbed(&run.err).contains(&says), "{missing}: {run:?}");
        }
        fs::copy(&segments(&whole)[missing], &files[missing]).unwrap();
        shell.run(&["verify"]).well();
    }
}

#[test]
fn files_that_are_no_segments() {
    let shell = world();
    let expect = answers(&shell);
    for name in ["notes.txt", "00000000000000000001.ndjson.bak", "index.old"] {
        fs::write(shell.data().join("journal").join(name), "kept").unwrap();
    }
    assert_eq!(answers(&shell), expect);
    fs::write(shell.data().join("journal/copy.ndjson"), "").unwrap();
    let run = ask(&shell, QUESTIONS[0]);
    assert_eq!(run.exit, Some(1), "{run:?}");
    assert!(run.err.contains("copy.ndjson: a segment is named by its first position"), "{run:?}");
}

#[test]
fn the_index_is_a_cache() {
    let whole = world();
    let (state, expect) = (whole.state(), answers(&whole));
    let others = ledger(&all_events()[1..]);
    let check = |name: &str, damage: &dyn Fn(&Path)| {
        let shell = whole.copy();
        damage(&shell.data().join("journal/index"));
        let again = shell.fed(&["ingest", "-"], all_events().join("\n").as_bytes());
        assert!(again.well().out.starts_with("appended 0, duplicate 32,"), "{name}");
        assert_eq!(shell.state(), state, "{name}");
        shell.run(&["verify"]).well();
        for number in [0, 6, 12] {
            assert_eq!(shell.scrubbed(&ask(&shell, QUESTIONS[number]).well().out), expect[number], "{name}");
        }
    };
    check("deleted", &|index| fs::remove_file(index).unwrap());
    check("empty", &|index| fs::write(index, "").unwrap());
    check("garbage", &|index| fs::write(index, "garbage ".repeat(500)).unwrap());
    check("cut short", &|index| change(index, |bytes| bytes.truncate(1_000)));
    check("longer", &|index| change(index, |bytes| bytes.extend_from_within(92..)));
    check("of another ledger", &|index| {
        fs::copy(others.data().join("journal/index"), index).unwrap();
    });
    check("an older one", &|index| {
        let older = ledger(&all_events()[..10]);
        fs::copy(older.data().join("journal/index"), index).unwrap();
    });
    check("with a flipped bit", &|index| change(index, |bytes| bytes[1_500] ^= 4));
}

// The lock ----------------------------------------------------------------------------------------------------------

#[test]
fn a_lock_file_without_a_process_locks_nothing() {
    let shell = world();
    for left in ["", "1\n", "garbage"] {
        fs::write(shell.data().join("journal/lock"), left).unwrap();
        ask(&shell, QUESTIONS[0]).well();
    }
    fs::remove_file(shell.data().join("journal/lock")).unwrap();
    ask(&shell, QUESTIONS[0]).well();
}

#[test]
fn a_ledger_without_its_journal_is_none() {
    let shell = world();
    remove_all(&shell.data().join("journal"));
    for arguments in [&["person", "Ann Lee"][..], &["status"], &["replay"], &["verify"]] {
        let run = shell.run(arguments);
        assert_eq!((run.exit, run.out.as_str()), (Some(5), ""), "{arguments:?}: {run:?}");
    }
}

// The snapshots -----------------------------------------------------------------------------------------------------

/// Does something to the snapshots of a ledger and checks that its answers stay what they are, and that what follows
/// works. Gives what was told.
fn check_snapshots(name: &str, shell: &Shell, expect: &[String], damage: impl FnOnce(&Path)) -> String {
    damage(&snapshots(shell));
    let mut told = String::new();
    // Now one question, now another meets the damage.
    let start = name.bytes().map(usize::from).sum::<usize>();
    for number in [start, start + 5, start + 9].map(|number| number % QUESTIONS.len()) {
        let run = ask(shell, QUESTIONS[number]);
        assert_eq!(run.exit, Some(0), "{name}, {:?}: {}", QUESTIONS[number], run.err);
        assert!(!run.err.contains("error:") && !run.err.contains("panicked"), "{name}: {}", run.err);
        assert_eq!(shell.scrubbed(&run.out), expect[number], "{name}, {:?}: {}", QUESTIONS[number], run.err);
        told += &run.err;
    }
    shell.run(&["verify"]).well();
    told
}

#[test]
fn damaged_snapshots_are_made_anew() {
    let whole = world();
    let expect = answers(&whole);
    let check = |name: &str, damage: &dyn Fn(&Path)| {
        let told = check_snapshots(name, &whole.copy(), &expect, damage);
        assert!(told.contains("notice: the snapshots "), "{name} is told: {told}");
    };
    let every_file = |dir: &Path, damage: &dyn Fn(&Path)| files_below(dir).iter().for_each(|file| damage(file));
    check("deleted", &|dir| remove_all(dir));
    check("emptied", &|dir| {
        remove_all(dir);
        fs::create_dir(dir).unwrap();
    });
    check("all files empty", &|dir| every_file(dir, &|file| fs::write(file, "").unwrap()));
    check("all files garbage", &|dir| every_file(dir, &|file| fs::write(file, "garbage ".repeat(9_000)).unwrap()));
    check("all files cut in half", &|dir| {
        every_file(dir, &|file| change(file, |bytes| bytes.truncate(bytes.len() / 2)));
    });
    check("all files zeroed", &|dir| every_file(dir, &|file| change(file, |bytes| bytes.fill(0))));
    check("all files gone", &|dir| every_file(dir, &|file| fs::remove_file(file).unwrap()));
}

#[test]
fn no_damage_to_one_file_of_the_snapshots_changes_an_answer() {
    let whole = world();
    let expect = answers(&whole);
    let mut random = Random(5);
    let count = files_below(&snapshots(&whole)).len();
    for number in 0..count {
        for how in ["gone", "empty", "cut", "flipped", "flipped", "longer", "overwritten"] {
            let shell = whole.copy();
            let files = files_below(&snapshots(&shell));
            let file = &files[number];
            let name = format!("{how}: {}", file.strip_prefix(shell.data()).unwrap().display());
            check_snapshots(&name, &shell, &expect, |_| match how {
                "gone" => fs::remove_file(file).unwrap(),
                how => change(file, |bytes| {
                    let at = usize::try_from(random.below(bytes.len() as u64)).unwrap();
                    match how {
                        "empty" => bytes.clear(),
                        "cut" => bytes.truncate(at),
                        "flipped" => bytes.iter_mut().step_by(97).for_each(|byte| *byte ^= 1 << (at % 8)),
                        "longer" => bytes.extend_from_within(at..),
                        _ => bytes[at..].fill(0xA5),
                    }
                }),
            });
        }
    }
}

#[test]
fn flipped_bits_in_the_snapshots_change_no_answer() {
    let whole = world();
    let expect = answers(&whole);
    let mut random = Random(17);
    for turn in 0..16 {
        let shell = whole.copy();
        let files = files_below(&snapshots(&shell));
        let file = random.of(&files);
        let name = format!("turn {turn}: {}", file.strip_prefix(shell.data()).unwrap().display());
        check_snapshots(&name, &shell, &expect, |_| {
            change(file, |bytes| {
                // What is written stands among many zeros.
                let written: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
                if !written.is_empty() {
                    bytes[*random.of(&written)] ^= 1 << random.below(8);
                }
            });
        });
    }
}

/// Puts the snapshots of one ledger in the place of those of another.
fn put_back(from: &Shell, dir: &Path) {
    remove_all(dir);
    copy_dir(&snapshots(from), dir);
}

#[test]
fn an_older_copy_of_the_snapshots_is_caught_up() {
    let events = all_events();
    let expect = answers(&world());
    for older in [0, 1, 12, 25, 31] {
        let shell = ledger(&events[..older]);
        // Of the same log: when an event was recorded is in the snapshots.
        let older = shell.copy();
        shell.fed(&["ingest", "-"], events.join("\n").as_bytes()).well();
        shell.run(&["replay"]).well();
        check_snapshots("an older copy", &shell, &expect, |dir| put_back(&older, dir));
    }
}

#[test]
fn snapshots_of_a_newer_ledger_are_not_believed() {
    let events = all_events();
    let newer = world();
    for head in [1, 12, 25, 31] {
        let shell = ledger(&events[..head]);
        let expect = answers_there(&shell);
        put_back(&newer, &snapshots(&shell));
        for arguments in [QUESTIONS[0], &["replay"], &["verify"], &["status"], &["ingest", "-"]] {
            let run = shell.run(arguments);
            assert!(unverified(&run), "at {head}: {run:?}");
            assert!(run.err.contains(&format!("ends at record {head}, but once held 32, by its snapshots")), "{run:?}");
        }
        remove_all(&snapshots(&shell));
        assert_eq!(answers_there(&shell), expect, "at {head}");
        shell.run(&["verify"]).well();
    }
}

/// The answers, or how a question failed: a short ledger does not know everybody.
fn answers_there(shell: &Shell) -> Vec<(Option<i32>, String)> {
    let asked = QUESTIONS.iter().map(|question| ask(shell, question));
    asked.map(|run| (run.exit, shell.scrubbed(&run.out))).collect()
}

#[test]
fn snapshots_of_another_ledger_are_not_believed() {
    let events = all_events();
    let shell = world();
    let expect = answers(&shell);
    // As many events, but others: one says something else, two have changed places, the first is another.
    let mut other = events.clone();
    other[9] = other[9].replace("\"to_unit\":\"Vision\"", "\"to_unit\":\"Field Office\"");
    let mut swapped = events.clone();
    swapped.swap(5, 9);
    let mut begun = events.clone();
    begun.rotate_left(1);
    for (name, events) in [("other content", other), ("another order", swapped), ("another beginning", begun)] {
        let others = ledger(&events);
        assert_eq!(others.state().0, shell.state().0);
        check_snapshots(name, &shell, &expect, |dir| put_back(&others, dir));
    }
}
