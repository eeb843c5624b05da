//! Files that a command writes are its own: never one that it reads, never one of the ledger's, never behind a link.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::process::{Command, Stdio};
use std::time::Duration;

use shell::{Shell, files_below};
use tenure_log::{Lock, Patience};

const EVENT: &str = r#"{"id":"a","type":"JoinedCompany","person":"Ann","company":"Kestrel","effective":"2024","reported_at":"2024-02-01","source":"News"}"#;

fn ledger() -> Shell {
    let shell = Shell::of(EVENT);
    shell.write("bad.ndjson", "nonsense\n");
    shell
}

/// A command that must be refused before it has written anything.
#[track_caller]
fn refused(shell: &Shell, arguments: &[&str], error: &str) {
    let content = || -> Vec<_> {
        let below = files_below(shell.dir());
        below.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    };
    let before = content();
    let run = shell.run(arguments);
    assert_eq!(run.exit, Some(2), "{arguments:?}: {run:?}");
    assert!(run.err.contains(error), "{arguments:?}: {}", run.err);
    assert!(content() == before, "{arguments:?}: a file changed");
}

#[test]
fn a_file_that_is_read_is_not_written() {
    let shell = ledger();
    symlink("bad.ndjson", shell.dir().join("link.ndjson")).unwrap();
    fs::hard_link(shell.dir().join("bad.ndjson"), shell.dir().join("same.ndjson")).unwrap();
    fs::create_dir(shell.dir().join("dump")).unwrap();
    shell.write("dump/data.json", "{}");
    shell.write("map.toml", "x = 1");
    let is_input = "is one of the inputs";
    for flag in ["--rejects", "--unsent"] {
        refused(&shell, &["ingest", "bad.ndjson", flag, "bad.ndjson"], is_input);
        refused(&shell, &["ingest", "bad.ndjson", flag, "./bad.ndjson"], is_input);
        refused(&shell, &["ingest", "bad.ndjson", flag, "same.ndjson"], is_input);
        refused(&shell, &["ingest", "link.ndjson", flag, "bad.ndjson"], is_input);
        refused(&shell, &["ingest", "bad.ndjson", flag, "link.ndjson"], "is a link to another file");
        let popolo = ["ingest", "--from", "popolo", "--map", "map.toml", "dump", flag];
        refused(&shell, &[&popolo[..], &["map.toml"]].concat(), is_input);
        refused(&shell, &[&popolo[..], &["dump/data.json"]].concat(), "lies in a directory that is read");
        refused(&shell, &[&popolo[..], &["dump"]].concat(), "is a directory");
    }
    refused(&shell, &["ingest", "--dry-run", "bad.ndjson", "--rejects", "bad.ndjson"], is_input);
    refused(&shell, &["ingest", "bad.ndjson", "--rejects", "x", "--unsent", "x"], "are one file");
    // Standard input may be a file too.
    let input = fs::File::open(shell.dir().join("bad.ndjson")).unwrap();
    let run = shell.command(&["ingest", "-", "--rejects", "bad.ndjson"]).stdin(input).output().unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert_eq!(shell.read("bad.ndjson"), "nonsense\n");
}

#[test]
fn a_file_of_the_ledger_is_not_written() {
    let shell = ledger();
    let segment = "data/journal/00000000000000000001.ndjson";
    fs::hard_link(shell.dir().join(segment), shell.dir().join("hard.ndjson")).unwrap();
    fs::hard_link(shell.dir().join(segment), shell.dir().join("hard.svg")).unwrap();
    symlink("data/journal", shell.dir().join("there")).unwrap();
    for place in [segment, "data/journal/new.ndjson", "data/snapshots/../journal/new", "there/new", "hard.ndjson"] {
        if place.starts_with("data/snapshots") {
            shell.run(&["status"]).well();
        }
        refused(&shell, &["ingest", "bad.ndjson", "--rejects", place], "is a file of the ledger");
        refused(&shell, &["export", "--to", "csv", "--output", place], "is a file of the ledger");
    }
    refused(&shell, &["career", "Ann", "--output", "hard.svg"], "is a file of the ledger");
    refused(&shell, &["report", "Ann", "--output", "data/snapshots/x.html"], "is a file of the ledger");
}

#[test]
fn what_lies_in_the_way_is_left_alone() {
    let shell = ledger();
    shell.write("victim", "keep");
    // What used to be the name of the unfinished file.
    symlink("victim", shell.dir().join("x.csv.part")).unwrap();
    shell.run(&["export", "--to", "csv", "--output", "x.csv"]).well();
    assert!(shell.read("x.csv").starts_with("tenure,person_id"), "{}", shell.read("x.csv"));
    assert_eq!(shell.read("victim"), "keep");
    assert!(shell.dir().join("x.csv.part").is_symlink());

    // A file that is there is replaced when the new one is whole, and not before.
    shell.write("old.csv", "old");
    assert_eq!(shell.run(&["export", "--to", "csv", "Nobody", "--output", "old.csv"]).exit, Some(3));
    assert_eq!(shell.read("old.csv"), "old");
    let run = shell.run(&["ingest", "bad.ndjson", "--rejects", "old.csv"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert!(shell.read("old.csv").contains("nonsense"));
    assert!(files_below(shell.dir()).iter().all(|path| path.file_name().unwrap().to_str().unwrap() != ".old.csv"));

    // A device is written to as it is.
    assert_eq!(shell.run(&["ingest", "bad.ndjson", "--rejects", "/dev/null"]).exit, Some(8));
    shell.run(&["export", "--to", "csv", "--output", "/dev/null"]).well();
}

#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let shell = ledger();
    shell.write("victim", "keep");
    let lock = shell.data().join("journal/lock");
    for target in ["../../victim", "../../made"] {
        fs::remove_file(&lock).unwrap();
        symlink(target, &lock).unwrap();
        let run = shell.run(&["status"]);
        assert_eq!(run.exit, Some(1), "{run:?}");
        assert!(run.err.contains("lock") && run.err.contains("hint: "), "{}", run.err);
    }
    assert_eq!(shell.read("victim"), "keep");
    assert!(!shell.dir().join("made").exists());
}

#[test]
fn a_link_in_the_place_of_a_file_of_the_ledger_is_not_followed() {
    let shell = ledger();
    shell.run(&["status"]).well();
    let store = fs::read_dir(shell.data().join("snapshots")).unwrap().flatten().find(|entry| entry.path().is_dir());
    let store = format!("snapshots/{}/db", store.unwrap().file_name().to_str().unwrap());
    let segment = "journal/00000000000000000001.ndjson";
    let refused = Some("is no plain file");
    for (name, told) in [
        ("journal/index", refused),
        ("journal/head", refused),
        (segment, refused),
        ("snapshots/POSITION", None),
        (&store, None),
    ] {
        let (place, victim) = (shell.data().join(name), shell.dir().join("victim"));
        let original = fs::read(&place).unwrap();
        fs::write(&victim, &original).unwrap();
        fs::remove_file(&place).unwrap();
        symlink(&victim, &place).unwrap();
        let run = shell.fed(&["ingest", "-"], another(&format!("after-{}", name.replace('/', "-"))).as_bytes());
        assert_eq!(run.exit, Some(i32::from(told.is_some())), "{name}: {run:?}");
        assert!(told.is_none_or(|told| run.err.contains(told)), "{name}: {run:?}");
        let run = shell.run(&["person", "Ann"]);
        assert!(told.is_some() || run.exit == Some(0), "{name}: {run:?}");
        assert!(fs::read(&victim).unwrap() == original, "{name}: what is behind the link was written to");
        if told.is_some() {
            fs::remove_file(&place).unwrap();
            fs::write(&place, &original).unwrap();
        }
    }
    shell.run(&["verify"]).well();
}

/// An ingest that has appended an event of that id, and waits for more.
fn waiting(shell: &Shell, id: &str) -> std::process::Child {
    let mut command = shell.command(&["ingest", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let input = child.stdin.as_mut().unwrap();
    input.write_all(another(id).as_bytes()).and_then(|()| input.flush()).unwrap();
    let journal = shell.data().join("journal/00000000000000000001.ndjson");
    while !fs::read_to_string(&journal).unwrap_or_default().contains(&format!("\"id\":\"{id}\"")) {
        std::thread::sleep(Duration::from_millis(10));
    }
    // It is appended when its turn is over.
    let patience = Patience { most: Duration::from_mins(1), ..Patience::default() };
    drop(Lock::take(&shell.data().join("journal"), patience).unwrap());
    child
}

/// What becomes of it when the input comes.
fn fed(mut child: std::process::Child, input: &str) -> (Option<i32>, String, String) {
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn another(id: &str) -> String {
    EVENT.replace("\"id\":\"a\"", &format!("\"id\":\"{id}\"")).replace("Ann", id) + "\n"
}

#[test]
fn a_pipe_in_the_place_of_a_file_of_the_ledger_is_not_waited_for() {
    let shell = ledger();
    shell.run(&["status"]).well();
    let files = [
        "journal/head",
        "journal/index",
        "journal/lock",
        "journal/00000000000000000001.ndjson",
        "snapshots/CURRENT",
        "snapshots/POSITION",
        "snapshots/lock",
        "stream.json",
    ];
    for file in files {
        let (place, aside) = (shell.data().join(file), shell.dir().join("aside"));
        let was_there = fs::rename(&place, &aside).is_ok();
        let made = Command::new("mkfifo").arg(&place).status().unwrap();
        assert!(made.success(), "{file}");
        for arguments in [&["status"][..], &["log"], &["ingest", "/dev/null"]] {
            let run = shell.run(arguments);
            assert!(run.exit.is_some_and(|exit| exit == 0 || !run.err.is_empty()), "{file} {arguments:?}: {run:?}");
        }
        // Where it was only read again and again, it was set aside.
        if was_there {
            fs::rename(&aside, &place).unwrap();
        } else {
            fs::remove_file(&place).unwrap();
        }
        shell.run(&["status"]).well();
    }
}

#[test]
fn few_open_files_are_an_error() {
    let shell = ledger();
    for most in 3..16 {
        let command = shell.command(&[]);
        let (tenure, limit) = (command.get_program().to_owned(), format!("ulimit -n {most}; exec \"$0\" status"));
        let mut limited = Command::new("sh");
        limited.args(["-c", &limit]).arg(tenure).envs(command.get_envs().filter_map(|(name, to)| Some((name, to?))));
        let output = limited.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!told.contains("panicked"), "{most}: {told}");
        assert!(matches!(output.status.code(), Some(0 | 1)) || told.contains("shared libraries"), "{most}: {told}");
    }
}

#[test]
fn what_lies_in_the_place_of_the_snapshots_is_told_and_the_log_answers() {
    let shell = ledger();
    let place = shell.data().join("snapshots");
    let in_the_way: [(&str, &dyn Fn()); 3] = [
        ("a file", &|| fs::write(&place, "x").unwrap()),
        ("a link to nowhere", &|| symlink("nowhere", &place).unwrap()),
        ("a pipe", &|| assert!(Command::new("mkfifo").arg(&place).status().unwrap().success())),
    ];
    for (what, put) in in_the_way {
        put();
        let run = shell.run(&["person", "Ann", "--at", "2024-12-01"]).well();
        assert!(run.out.contains("Kestrel"), "{what}: {run:?}");
        assert!(run.err.contains("data/snapshots is no plain directory: move it away"), "{what}: {run:?}");
        let run = shell.run(&["verify"]).well();
        assert!(run.out.contains("not checked and not asked") && run.out.contains("move it away"), "{what}: {run:?}");
        fs::remove_file(&place).unwrap();
    }
}

#[test]
fn what_cannot_be_printed_is_told_with_what_was_done() {
    let shell = ledger();
    shell.write("more.ndjson", another("b"));
    let Ok(full) = fs::File::options().write(true).open("/dev/full") else { return };
    let output = shell.command(&["ingest", "more.ndjson"]).stdout(full).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("error: standard output: No space left"), "{told}");
    assert!(told.contains("(appended 1, duplicate 0, rejected 0)"), "{told}");
    for to in ["csv", "events", "ftm"] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = shell.command(&["export", "--to", to]).stdout(full).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("error: standard output: No space left"), "{to}: {told}");
    }
}

#[test]
fn a_lock_that_is_removed_between_two_turns_harms_nothing() {
    let shell = ledger();
    let first = waiting(&shell, "first");
    fs::remove_file(shell.data().join("journal/lock")).unwrap();
    let second = shell.fed(&["ingest", "-"], another("b").as_bytes()).well();
    assert!(second.out.contains("ledger at 3"), "{second:?}");
    let (exit, out, err) = fed(first, &another("c"));
    assert_eq!((exit, out.as_str()), (Some(0), "appended 2, duplicate 0, rejected 0; ledger at 4\n"), "{err}");
    assert_eq!(shell.run(&["verify"]).exit, Some(0));
}

#[test]
fn a_writer_whose_directory_is_removed_acknowledges_nothing() {
    for (gone, code) in [("data", 1), ("data/journal", 1), ("data/journal/00000000000000000001.ndjson", 7)] {
        let shell = ledger();
        let first = waiting(&shell, "first");
        let path = shell.dir().join(gone);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        let (exit, out, err) = fed(first, &another("c"));
        assert_eq!((exit, out.as_str()), (Some(code), ""), "{gone}: {err}");
        assert!(err.contains("No such file") || err.contains("ends at"), "{gone}: {err}");
        assert!(err.contains("may be gone as well") && !err.contains("stays"), "{gone}: {err}");
    }
}

#[test]
fn a_ledger_that_cannot_be_written_answers() {
    use std::os::unix::process::CommandExt as _;
    let shell = ledger();
    // Who may read only: another user, where this one may do everything; else the same without the right to write.
    let files = files_below(&shell.data());
    for path in files.iter().chain([&shell.data(), &shell.data().join("journal"), &shell.dir().to_owned()]) {
        let mode = if path.is_dir() { 0o555 } else { 0o444 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let run = |arguments: &[&str]| {
        let mut command = shell.command(arguments);
        if root {
            command.uid(65_534).gid(65_534);
        }
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (exit, out, err) = run(&["person", "Ann", "--at", "2024-12-01"]);
    assert_eq!(exit, Some(0), "{err}");
    assert!(out.contains("Kestrel"), "{out}");
    // What is not looked at is not said to be well.
    let (exit, out, err) = run(&["verify"]);
    assert_eq!(exit, Some(0), "{err}");
    assert!(out.starts_with("journal: 1 events, digest ") && out.contains("\nsnapshots: not checked"), "{out}");
    let (exit, out, err) = run(&["verify", "--format", "json"]);
    assert_eq!(exit, Some(0), "{err}");
    assert!(out.contains("\"people\":null"), "{out}");
    let (exit, _, err) = run(&["ingest", "bad.ndjson"]);
    assert_eq!(exit, Some(1), "{err}");
    assert!(err.contains("hint: may this user read and write there"), "{err}");
    fs::set_permissions(shell.dir(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(shell.data(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(shell.data().join("journal"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_ledger_whose_snapshots_cannot_be_written_answers_and_is_verified() {
    let shell = ledger();
    // What lies there keeps them out, as a full disk does.
    drop(fs::remove_dir_all(shell.data().join("snapshots")));
    fs::create_dir_all(shell.data().join("snapshots/CURRENT")).unwrap();
    let run = shell.run(&["person", "Ann", "--at", "2024-12-01"]).well();
    assert!(run.out.contains("Kestrel") && run.err.contains("asked of the log, without snapshots"), "{run:?}");
    let run = shell.run(&["verify"]).well();
    assert!(run.out.starts_with("journal: 1 events, digest "), "{run:?}");
    assert!(run.out.contains("\nsnapshots: not checked and not asked, for "), "{run:?}");
    assert!(run.out.contains("snapshots: Is a directory"), "{run:?}");
    let segment = shell.data().join("journal/00000000000000000001.ndjson");
    let mut bytes = fs::read(&segment).unwrap();
    bytes[40] ^= 1;
    fs::write(&segment, bytes).unwrap();
    assert_eq!(shell.run(&["verify"]).exit, Some(7));
}

#[test]
fn rejects_of_one_reason_are_counted_when_they_are_many() {
    let shell = ledger();
    let mut lines: Vec<String> = (0..6_000).map(|n| format!("{{\"type\":\"Joined{n}\"}}")).collect();
    lines.push("nonsense".to_owned());
    shell.write("all.ndjson", lines.join("\n"));
    let run = shell.run(&["ingest", "all.ndjson", "--rejects", "rejected.ndjson"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert!(run.out.contains("rejected 6001"), "{}", run.out);
    assert!(run.err.contains("notice: 1000 more rejected and not written down"), "{}", run.err);
    let rejected = shell.read("rejected.ndjson");
    assert_eq!(rejected.lines().count(), 5_002);
    assert!(rejected.lines().last().unwrap().ends_with("\"more\":1000}"), "{rejected:.200}");
}

#[test]
fn a_directory_without_a_file_to_read_is_told() {
    let shell = Shell::new();
    shell.write("map.toml", "namespace = ''\n[source]\npublisher = 'P'\n");
    std::fs::create_dir_all(shell.dir().join("in/below")).unwrap();
    shell.write("in/below/a.json", "[]");
    shell.write("in/notes.md", "none");
    for (from, map) in [("ftm", ""), ("wikidata", ""), ("bods", ""), ("popolo", "map.toml"), ("records", "orcid")] {
        let map = if map.is_empty() { vec![] } else { vec!["--map", map] };
        let run = shell.run(&[&["ingest", "--from", from, "in"], &map[..]].concat());
        assert_eq!(run.exit, Some(1), "{from}: {run:?}");
        let told = run.err.contains("it holds no file that ends in .json") && run.err.contains("not looked into");
        assert!(told, "{from}: {run:?}");
    }
}
