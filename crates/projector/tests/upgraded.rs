//! A copy of a stream that an older version filled reads like one that this version fills.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_log::stream::Message;
use tenure_log::{Create, EventIdentity, Journal, identify, replica};
use tenure_projector::{Snapshots, load};

/// By what an older version knows an event: it has no `HeldPost`.
fn identify_as_before(event: &str) -> Option<EventIdentity> {
    identify(event).filter(|_| !event.contains("HeldPost"))
}

fn messages(texts: &[&str], from: usize) -> Vec<Message> {
    let message = |(text, seq): (&&str, u64)| Message {
        seq: Seq::new(seq),
        recorded_at: "2025-06-01T00:00:00Z".parse::<Instant>().unwrap(),
        subject: String::new(),
        id: None,
        payload: text.to_string().into(),
    };
    texts.iter().zip(1..).map(message).skip(from).collect()
}

/// What counts of a stream, what is passed over, and what is set aside: of a copy whose first messages an older version
/// took in.
fn read(texts: &[&str], by_older: usize) -> (Vec<(String, u64)>, u64, Vec<u64>) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let mut journal = Journal::open(&path, Create::IfMissing, identify_as_before).unwrap();
    replica::take_in(&mut journal, &messages(&texts[..by_older], 0), identify_as_before).unwrap();
    drop(journal);
    let mut journal = Journal::open(&path, Create::Never, identify).unwrap();
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    snapshots.at_head(&journal).unwrap();
    replica::take_in(&mut journal, &messages(texts, by_older), identify).unwrap();
    let (store, _) = snapshots.at_head(&journal).unwrap();
    assert_eq!(snapshots.compare(&journal, &store).unwrap(), Vec::<String>::new(), "{texts:#?}, {by_older}");
    let loaded = load(&journal, |_| {}).unwrap();
    let entries = loaded.archive.entries().iter().map(|entry| (entry.id.to_string(), entry.seq.number()));
    (entries.collect(), loaded.passed_over, loaded.quarantined.iter().map(|q| q.seq.number()).collect())
}

#[test]
fn what_an_older_version_could_not_read_is_judged_as_in_a_new_copy() {
    let held = r#"{"id":"e1","type":"HeldPost","person":"Ann Lee","company":"Acme","source":"P"}"#;
    let left = r#"{"id":"e1","type":"LeftCompany","person":"Ann Lee","company":"Acme","source":"P"}"#;
    let future = r#"{"id":"e1","type":"LeftCompany","person":"Bo","company":"Acme","reported_at":"2031","source":"P"}"#;
    let far = r#"{"id":"e1","type":"HeldPost","person":"Bo","company":"Acme","reported_at":"2031","source":"P"}"#;
    // A rule that only producers keep.
    let lax = r#"{"id":"e2","type":"HeldPost","person":"Bo","company":"Acme","to":"9999-12-31","source":"P"}"#;
    let two_lines = &format!("{held}\n");
    let of_no_event =
        r#"{"id":"tenure.passed-over:1","type":"HeldPost","person":"Ann Lee","company":"Acme","source":"P"}"#;
    for (texts, counts, passed_over, quarantined) in [
        (&[held, held, left][..], &[("e1", 1)][..], 2, &[3][..]),
        (&[left, held, left], &[("e1", 1)], 2, &[2]),
        // An older version takes the second and the third for an event and its copy.
        (&[held, left, left], &[("e1", 1)], 2, &[2, 3]),
        // The id of an event that cannot be read is taken.
        (&[future, held, left], &[], 2, &[1, 2, 3]),
        (&[far, far, left], &[], 2, &[1, 3]),
        (&[held, future, future], &[("e1", 1)], 2, &[2, 3]),
        (&[lax], &[("e2", 1)], 0, &[]),
        (&[two_lines, held], &[("e1", 2)], 1, &[1]),
        (&[of_no_event, held], &[("e1", 2)], 1, &[1]),
    ] {
        let counts: Vec<(String, u64)> = counts.iter().map(|(id, seq)| ((*id).to_owned(), *seq)).collect();
        for by_older in 0..=texts.len() {
            let expected = (counts.clone(), passed_over, quarantined.to_vec());
            assert_eq!(read(texts, by_older), expected, "{texts:#?}, the first {by_older} by an older version");
        }
    }
}
