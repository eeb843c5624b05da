//! Readings of small ledgers: which events live, whom they mean, what is withheld (contract, sections 2 and 3).

use std::time::{Duration, Instant as Clock};

use tenure_domain::archive::Archive;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading, withhold};
use tenure_domain::view::View;
use tenure_domain::wire::{Submission, read_stored};

/// The archive of these events, recorded in this order. Each is given without its source and its braces.
#[expect(dead_code)]
fn archive(events: &[&str]) -> Archive {
    let mut archive = Archive::new();
    for (seq, event) in (1..).zip(events) {
        push(&mut archive, seq, &format!(r#"{{{event}, "source": {{"publisher": "P"}}}}"#));
    }
    withhold(&mut archive);
    archive
}

fn push(archive: &mut Archive, seq: u64, json: &str) {
    let recorded_at: Instant = "2026-01-02T03:04:05Z".parse().expect("an instant");
    let submission = Submission::read(json.as_bytes()).unwrap_or_else(|refusal| panic!("{json}: {refusal}"));
    let event = read_stored(&submission.json, recorded_at).expect("what is accepted is read");
    archive.push(Seq::new(seq), recorded_at, event);
}

/// The ids of the events from which the person is folded.
fn live_of(reading: &Reading<'_>, asked: &str) -> Vec<String> {
    let people = reading.people_asked(asked);
    people.iter().flat_map(|person| reading.events_of(*person)).map(|entry| entry.id.to_string()).collect()
}

#[test]
fn a_correction_takes_over_what_it_restates_itself() {
    let row = |id: &str, key: Option<&str>, corrects: Option<&str>, day: &str| {
        let key = key.map_or(String::new(), |key| format!(r#","key":"{key}""#));
        let corrects = corrects.map_or(String::new(), |other| format!(r#","corrects":"{other}""#));
        format!(
            r#"{{"type":"JoinedCompany","id":"{id}","person":"Ann","company":"Acme","reported_at":"2024-01-{day}","source":{{"publisher":"P"{key}}}{corrects}}}"#
        )
    };
    let check = |rows: &[String], expect: &[&str]| {
        let mut archive = Archive::new();
        for (seq, json) in (1..).zip(rows) {
            push(&mut archive, seq, json);
        }
        assert_eq!(live_of(&Reading::new(&archive, &Basis::default()), "Ann"), expect, "{rows:?}");
    };
    let wrong = row("wrong", None, None, "01");
    // The row mends what another said, and is itself restated by a correction under its own key.
    let mended = row("mended", Some("k"), Some("wrong"), "02");
    check(&[wrong.clone(), mended.clone(), row("again", Some("k"), Some("mended"), "03")], &["again"]);
    // A restatement that corrects nothing: what the row corrected stands again.
    check(&[wrong.clone(), mended.clone(), row("again", Some("k"), None, "03")], &["wrong", "again"]);
    // Restated by its key, and corrected under another: likewise.
    let restated = row("again", Some("k"), None, "03");
    let other = row("other", Some("x"), Some("mended"), "04");
    check(&[wrong, mended, restated, other], &["wrong", "again", "other"]);
}

#[test]
fn long_chains_of_corrections_are_read_quickly() {
    let begun = Clock::now();
    let mut archive = Archive::new();
    for seq in 1..=50_000_u64 {
        let corrects = if seq > 1 { format!(r#","corrects":"e{}""#, seq - 1) } else { String::new() };
        let json = format!(
            r#"{{"type":"JoinedCompany","id":"e{seq}","person":"Ann","company":"Acme","reported_at":"2024","source":"P"{corrects}}}"#
        );
        push(&mut archive, seq, &json);
    }
    let reading = Reading::new(&archive, &Basis::default());
    assert_eq!(live_of(&reading, "Ann"), ["e50000"]);
    let person = reading.people_asked("Ann")[0];
    assert_eq!(reading.person(person).evidence[0].replaces.len(), 1_000);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
