//! A process that is killed while it appends: what it had acknowledged is there, once.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant as Clock};

use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_log::{Create, EventIdentity, Journal, NewEvent, Outcome};

/// Tells the second process which directory to work in.
const DIR: &str = "TENURE_LOG_CRASH_DIR";

fn identify(event: &str) -> Option<EventIdentity> {
    let (id, _) = event.strip_prefix(r#"{"id":""#)?.split_once('"')?;
    Some(EventIdentity { id: id.parse().ok()?, fingerprint: [0; 16] })
}

fn event(number: u64) -> String {
    format!(r#"{{"id":"e{number}","text":"{}"}}"#, "x".repeat(300))
}

fn acknowledged(dir: &Path) -> u64 {
    fs::read_to_string(dir.join("acknowledged")).map_or(0, |text| text.parse().unwrap_or(0))
}

/// The process that the other test kills; by itself it does nothing.
#[test]
fn appends_until_killed() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let dir = Path::new(&dir);
    let journal = Journal::open(dir.join("journal"), Create::IfMissing, identify).expect("a journal");
    let mut journal = journal.with_segment_bytes(50_000);
    // It does not know what of the last batch was taken, so it sends the end again.
    let mut next = journal.head().number().saturating_sub(100) + 1;
    loop {
        let events: Vec<String> = (next..next + 1 + next % 60).map(event).collect();
        let ids: Vec<_> = events.iter().map(|event| identify(event).expect("an event").id).collect();
        let batch: Vec<_> =
            events.iter().zip(&ids).map(|(event, id)| NewEvent { id, fingerprint: [0; 16], event }).collect();
        for outcome in journal.append(&batch, Instant::from_micros(0)).expect("appended") {
            assert!(matches!(outcome, Outcome::Appended(seq) | Outcome::Duplicate(seq) if seq.number() == next));
            next += 1;
        }
        let written = dir.join("acknowledged.new");
        fs::write(&written, (next - 1).to_string()).expect("written");
        fs::rename(written, dir.join("acknowledged")).expect("renamed");
    }
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let dir = tempfile::tempdir().expect("a directory");
    for round in 0..8 {
        let before = acknowledged(dir.path());
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "appends_until_killed"])
            .env(DIR, dir.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("a process");
        let begun = Clock::now();
        while acknowledged(dir.path()) <= before + 150 * round {
            assert!(begun.elapsed() < Duration::from_mins(1), "nothing is appended");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().expect("killed");
        child.wait().expect("gone");

        let told = acknowledged(dir.path());
        let journal = Journal::open(dir.path().join("journal"), Create::Never, identify).expect("it opens");
        assert!(journal.head() >= Seq::new(told), "{told} records were acknowledged");
        journal.verify().expect("all is well");
        for record in journal.scan(Seq::ZERO) {
            let record = record.expect("a record");
            assert_eq!(record.event, event(record.seq.number()));
        }
    }
}
