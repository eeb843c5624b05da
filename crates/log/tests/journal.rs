//! What a journal promises, told through its public face: files are damaged with plain file operations.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_log::{
    Create, Damage, Digest, EventIdentity, Expected, Journal, JournalNotice, LogError, LostEnd, NewEvent, Outcome,
    OwnedRecord, PassedOver, Patience, Witness,
};

/// Events of these tests are `{"id":"..",..}`, and all of their text is their content.
fn identify(event: &str) -> Option<EventIdentity> {
    let (id, _) = event.strip_prefix(r#"{"id":""#)?.split_once('"')?;
    let hash = event.bytes().fold(0_u128, |hash, byte| hash.wrapping_mul(1_000_003) + u128::from(byte));
    Some(EventIdentity { id: id.parse().ok()?, fingerprint: hash.to_le_bytes() })
}

fn event(id: u64, text: &str) -> String {
    format!(r#"{{"id":"e{id}","text":"{text}"}}"#)
}

fn open(dir: &Path) -> Result<Journal, LogError> {
    Journal::open(dir, Create::Never, identify)
}

fn at(micros: i64) -> Instant {
    Instant::from_micros(1_767_323_045_123_456 + micros)
}

fn append(journal: &mut Journal, events: &[String], now: Instant) -> Result<Vec<Outcome>, LogError> {
    let identities: Vec<EventIdentity> = events.iter().map(|event| identify(event).expect("a test's event")).collect();
    let batch: Vec<NewEvent<'_>> = events
        .iter()
        .zip(&identities)
        .map(|(event, is)| NewEvent { id: &is.id, fingerprint: is.fingerprint, event })
        .collect();
    journal.append(&batch, now)
}

/// A journal of nine records, three to a segment, closed again.
fn nine() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = Journal::open(dir.path(), Create::IfMissing, identify).expect("a journal");
    let mut journal = journal.with_segment_bytes(400);
    for id in 1..=9 {
        let outcomes = append(&mut journal, &[event(id, "a text of some length")], at(0)).expect("appended");
        assert_eq!(outcomes, [Outcome::Appended(Seq::new(id))]);
    }
    assert_eq!(segments(dir.path()).len(), 3);
    dir
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|kind| kind == "ndjson")).collect();
    files.sort();
    files
}

/// Damages a file's bytes.
fn change(file: &Path, damage: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).expect("a file");
    damage(&mut bytes);
    fs::write(file, bytes).expect("written");
}

/// The first error of reading all, once with the index as it is and once without.
fn errors(dir: &Path) -> [LogError; 2] {
    let with_index = match open(dir) {
        Ok(journal) => {
            let scanned = journal.scan(Seq::ZERO).find_map(Result::err).expect("a damage is seen by a scan");
            let verified = journal.verify().expect_err("a damage is seen by a check");
            assert_eq!(scanned.to_string(), verified.to_string());
            verified
        }
        Err(error) => error,
    };
    fs::remove_file(dir.join("index")).expect("the index was there");
    [with_index, open(dir).map(|_| ()).expect_err("a damage is seen when the index is made")]
}

#[test]
fn what_is_appended_is_read_again() {
    let dir = nine();
    let written = fs::read_to_string(&segments(dir.path())[0]).expect("text");
    assert_eq!(
        written.lines().next(),
        Some(
            r#"{"seq":1,"recorded_at":"2026-01-02T03:04:05.123456Z","crc":"41eaecb1","event":{"id":"e1","text":"a text of some length"}}"#
        )
    );
    let journal = open(dir.path()).expect("a journal");
    assert_eq!((journal.head(), journal.last_recorded_at()), (Seq::new(9), Some(at(0))));
    assert_eq!(journal.notices(), []);
    for id in 1..=9 {
        let record = journal.read(Seq::new(id)).expect("a record");
        assert_eq!((record.seq.number(), record.event), (id, event(id, "a text of some length")));
        let rest: Vec<u64> = journal.scan(Seq::new(id)).map(|record| record.expect("a record").seq.number()).collect();
        assert_eq!(rest, (id..=9).collect::<Vec<u64>>());
    }
    for none in [0, 10] {
        let error = journal.read(Seq::new(none)).expect_err("no such record");
        assert!(matches!(error, LogError::NoSuchRecord { head, .. } if head == Seq::new(9)));
    }
    assert_eq!(journal.scan(Seq::new(10)).count(), 0);
    let verified = journal.verify().expect("all is well");
    assert_eq!((verified.records, verified.segments, verified.bytes), (9, 3, journal.bytes()));
    assert_eq!(verified.digest, journal.digest());
}

#[test]
fn blocks_can_be_decoded_on_other_threads() {
    let dir = nine();
    let journal = open(dir.path()).expect("a journal");
    let blocks: Vec<_> = journal.blocks(Seq::new(2)).map(|block| block.expect("a block")).collect();
    let firsts: Vec<u64> = blocks.iter().map(|block| block.first.number()).collect();
    assert_eq!(firsts, [2, 4, 7]);
    let decoded: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = blocks
            .iter()
            .map(|block| scope.spawn(|| block.records().map(|record| record.expect("whole").seq.number()).sum::<u64>()))
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_eq!(decoded, (2..=9).sum::<u64>());
}

#[test]
fn a_search_finds_the_records_that_hold_a_text() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut journal =
        Journal::open(dir.path(), Create::IfMissing, identify).expect("a journal").with_segment_bytes(2_000_000);
    // More than one block, and more than one segment; some records hold a text twice, some hold both.
    let long = "x".repeat(500);
    let events: Vec<String> = (1..=10_000)
        .map(|id| {
            let rare = if id % 999 == 0 { "needle needle" } else { "" };
            let often = if id % 7 == 0 { "hay" } else { "" };
            event(id, &format!("{long}{rare}{often}"))
        })
        .collect();
    for batch in events.chunks(2_500) {
        append(&mut journal, batch, at(0)).expect("appended");
    }
    assert!(segments(dir.path()).len() > 1);
    let search = |from: u64, texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let found = journal.search(Seq::new(from), &texts);
        found.map(|record| record.expect("a record").seq.number()).collect::<Vec<u64>>()
    };
    let scan = |from: u64, fits: &dyn Fn(&str) -> bool| {
        let all = journal.scan(Seq::new(from)).map(|record| record.expect("a record"));
        all.filter(|record| fits(&record.event)).map(|record| record.seq.number()).collect::<Vec<u64>>()
    };
    assert_eq!(search(0, &["needle"]), scan(0, &|text| text.contains("needle")));
    assert_eq!(search(5_000, &["needle", "hay"]), scan(5_000, &|text| text.contains("needle") || text.contains("hay")));
    assert_eq!(search(0, &["nowhere"]), Vec::<u64>::new());
    assert_eq!(search(0, &["needle", "nowhere"]).len(), 10);
    assert_eq!(search(9_999, &["text"]), [9_999, 10_000]);
}

#[test]
fn a_search_checks_what_it_finds() {
    let dir = nine();
    change(&segments(dir.path())[1], |bytes| bytes[100] ^= 1);
    let journal = open(dir.path()).expect("the index does not know");
    let found: Vec<_> = journal.search(Seq::ZERO, &["text".to_owned()]).collect();
    assert_eq!(found.iter().filter(|record| record.is_ok()).count(), 3);
    assert!(matches!(found.last(), Some(Err(LogError::Damaged { line: 1, .. }))), "{found:?}");
    // The lines between are passed over.
    assert_eq!(journal.search(Seq::ZERO, &["e9".to_owned()]).filter_map(Result::ok).count(), 1);
}

#[test]
fn a_journal_is_begun_only_where_asked() {
    let dir = tempfile::tempdir().expect("a directory");
    let deep = dir.path().join("a/b");
    for never in [&deep, dir.path()] {
        assert!(matches!(open(never), Err(LogError::NoJournal { .. })));
    }
    let journal = Journal::open(&deep, Create::IfMissing, identify).expect("a journal");
    assert_eq!((journal.head(), journal.last_recorded_at(), journal.bytes()), (Seq::ZERO, None, 0));
    assert_eq!((journal.digest(), journal.scan(Seq::ZERO).count()), (Digest::EMPTY, 0));
    assert_eq!(journal.verify().expect("nothing is wrong").records, 0);
    drop(journal);
    assert_eq!(open(&deep).expect("an empty journal").head(), Seq::ZERO);
}

/// Waits for nothing.
const AT_ONCE: Patience = Patience { most: Duration::ZERO, on_wait: |_, _| {} };

#[test]
fn who_waits_too_long_for_its_turn_is_told_whose_it_is() {
    let dir = nine();
    let mut first = open(dir.path()).expect("a journal");
    let expected = Expected::default();
    let mut second = Journal::open_expecting(dir.path(), Create::Never, identify, &expected, AT_ONCE)
        .expect("it opens all the same");
    let refused = first.in_turn(|first| {
        append(first, &[event(10, "a")], at(0))?;
        Ok::<_, LogError>(append(&mut second, &[event(11, "b")], at(0)))
    });
    let Err(LogError::InUse { holder, .. }) = refused.expect("a turn") else { panic!("two at a time") };
    assert_eq!(holder, Some(std::process::id()));
    let appended = append(&mut second, &[event(11, "b"), event(10, "a")], at(0)).expect("its turn");
    assert_eq!(appended, [Outcome::Appended(Seq::new(11)), Outcome::Duplicate(Seq::new(10))]);
}

#[test]
fn those_who_write_in_turn_write_one_journal() {
    const EACH: u64 = 60;
    let dir = tempfile::tempdir().expect("a directory");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let dir = dir.path();
            scope.spawn(move || {
                let mut journal =
                    Journal::open(dir, Create::IfMissing, identify).expect("a journal").with_segment_bytes(900);
                for n in 0..EACH {
                    // Every second one is what all of them append.
                    let id = if n % 2 == 0 { n } else { 1_000 * (writer + 1) + n };
                    let before = journal.head();
                    append(&mut journal, &[event(id, "a")], at(0)).expect("appended");
                    assert!(journal.head() >= before);
                }
            });
        }
    });
    let journal = open(dir.path()).expect("a journal");
    assert_eq!(journal.head(), Seq::new(EACH / 2 + 4 * EACH / 2));
    assert_eq!(journal.verify().expect("all is well").records, journal.head().number());
}

#[test]
fn who_asks_beside_a_writer_sees_what_is_on_disk_and_waits_for_nobody() {
    let dir = nine();
    let mut writer = open(dir.path()).expect("a journal");
    let mut asker = open(dir.path()).expect("a journal");
    assert!(!asker.look().expect("nothing is new"));
    append(&mut writer, &[event(10, "a")], at(0)).expect("appended");
    assert!(asker.look().expect("something is"));
    assert_eq!((asker.head(), asker.digest()), (writer.head(), writer.digest()));
    let told = writer.in_turn(|writer| {
        append(writer, &[event(11, "a")], at(0))?;
        // What is written and not yet acknowledged.
        let last = segments(dir.path()).pop().expect("a segment");
        let mut text = fs::read(&last).expect("text");
        let line = text.split(|byte| *byte == b'\n').next().expect("a line").to_owned();
        let whole = text.len();
        text.extend_from_slice(&line);
        text.push(b'\n');
        fs::write(&last, &text).expect("written");
        let told = (asker.look()?, asker.head(), open(dir.path())?.head(), asker.read(Seq::new(11))?.seq);
        text.truncate(whole);
        fs::write(&last, &text).expect("written");
        Ok::<_, LogError>(told)
    });
    let eleven = Seq::new(11);
    assert_eq!(told.expect("told"), (true, eleven, eleven, eleven));
    let after = append(&mut asker, &[event(12, "a")], at(0)).expect("its turn");
    assert_eq!(after, [Outcome::Appended(Seq::new(12))]);
}

#[test]
fn another_journal_in_the_place_of_one_is_noticed() {
    let dir = nine();
    let mut journal = open(dir.path()).expect("a journal");
    let other = tempfile::tempdir().expect("a directory");
    let mut longer = Journal::open(other.path(), Create::IfMissing, identify).expect("a journal");
    let events: Vec<String> = (100..120).map(|id| event(id, "other")).collect();
    append(&mut longer, &events, at(0)).expect("appended");
    drop(longer);
    for file in fs::read_dir(dir.path()).expect("a directory") {
        fs::remove_file(file.expect("a file").path()).expect("removed");
    }
    for file in fs::read_dir(other.path()).expect("a directory") {
        let file = file.expect("a file");
        fs::copy(file.path(), dir.path().join(file.file_name())).expect("copied");
    }
    let error = append(&mut journal, &[event(10, "a")], at(0)).expect_err("it is another one");
    assert!(matches!(error, LogError::Displaced { .. }), "{error}");
}

#[test]
fn an_id_stands_once_for_ever() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut journal = Journal::open(dir.path(), Create::IfMissing, identify).expect("a journal");
    let (appended, duplicate, reused) = (
        |seq| Outcome::Appended(Seq::new(seq)),
        |seq| Outcome::Duplicate(Seq::new(seq)),
        |seq| Outcome::Reused(Seq::new(seq)),
    );
    for (batch, expected) in [
        (vec![(1, "a"), (2, "b"), (1, "a"), (2, "c")], vec![appended(1), appended(2), duplicate(1), reused(2)]),
        (vec![(2, "b"), (1, "b"), (3, "a")], vec![duplicate(2), reused(1), appended(3)]),
        (vec![(3, "a")], vec![duplicate(3)]),
        (vec![], vec![]),
    ] {
        let batch: Vec<String> = batch.into_iter().map(|(id, text)| event(id, text)).collect();
        assert_eq!(append(&mut journal, &batch, at(0)).expect("appended"), expected);
        drop(journal);
        journal = open(dir.path()).expect("a journal");
    }
    fs::remove_file(dir.path().join("index")).expect("an index");
    drop(journal);
    journal = open(dir.path()).expect("a journal");
    let again = append(&mut journal, &[event(1, "a"), event(2, "x"), event(4, "a")], at(0));
    assert_eq!(again.expect("appended"), [duplicate(1), reused(2), appended(4)]);
}

#[test]
fn a_batch_with_a_bad_event_writes_nothing() {
    let dir = nine();
    let mut journal = open(dir.path()).expect("a journal");
    for bad in ["{\"id\":\"bad\"\n}", r#"{"id":"bad"} "#, r#"{"id":"bad""#] {
        let error = append(&mut journal, &[event(10, "good"), bad.to_owned()], at(0));
        let Err(LogError::NotOneObject { id }) = error else { panic!("{bad} was taken") };
        assert_eq!((id.as_str(), journal.head()), ("bad", Seq::new(9)));
    }
}

#[test]
fn stamps_never_go_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut journal = Journal::open(dir.path(), Create::IfMissing, identify).expect("a journal");
    for (id, now, stamped) in [(1, 50, 50), (2, 40, 50), (3, 60, 60), (4, -9, 60), (5, 70, 70)] {
        append(&mut journal, &[event(id, "a")], at(now)).expect("appended");
        assert_eq!(journal.last_recorded_at(), Some(at(stamped)));
        drop(journal);
        journal = open(dir.path()).expect("a journal");
        assert_eq!(journal.last_recorded_at(), Some(at(stamped)));
    }
    for (instant, seq) in [(49, 0), (50, 2), (59, 2), (60, 4), (69, 4), (70, 5), (999, 5)] {
        assert_eq!(journal.seq_at(at(instant)).expect("a position"), Seq::new(seq), "{instant}");
    }
}

#[test]
fn a_copy_has_the_same_digest_whenever_it_was_made() {
    let dir = nine();
    let journal = open(dir.path()).expect("a journal");
    let other = tempfile::tempdir().expect("a directory");
    let mut copy = Journal::open(other.path(), Create::IfMissing, identify).expect("a journal");
    for record in journal.scan(Seq::ZERO) {
        let record = record.expect("a record");
        assert_eq!(copy.digest(), journal.digest_at(Seq::new(record.seq.number() - 1)).expect("a digest"));
        append(&mut copy, &[record.event], at(1_000_000)).expect("appended");
    }
    assert_eq!(copy.digest(), journal.digest());
    assert_eq!(copy.digest().to_string().len(), 64);
    append(&mut copy, &[event(10, "a")], at(0)).expect("appended");
    assert_ne!(copy.digest(), journal.digest());
    assert!(journal.digest_at(Seq::new(10)).is_err());
}

#[test]
fn a_torn_last_line_is_cut_off_and_told() {
    let whole = nine();
    let last = segments(whole.path()).pop().expect("a segment");
    let text = fs::read(&last).expect("text");
    let begin = text[..text.len() - 1].iter().rposition(|byte| *byte == b'\n').expect("two lines") + 1;
    for index_too in [false, true] {
        for end in begin + 1..text.len() {
            let dir = nine();
            let file = dir.path().join(last.file_name().expect("a name"));
            change(&file, |bytes| bytes.truncate(end));
            if index_too {
                // As after a crash: the index is written after the journal.
                let index = dir.path().join("index");
                change(&index, |bytes| bytes.truncate(bytes.len() / 10 * 9));
            }
            if !index_too {
                let error = open(dir.path()).expect_err("the index knows that it was acknowledged");
                assert!(matches!(error, LogError::EndLost { known, .. } if known == Seq::new(9)), "{error}");
                assert_eq!(fs::read(&file).expect("a segment").len(), end, "nothing is cut off");
                continue;
            }
            fs::remove_file(dir.path().join("head")).expect("a head record");
            let mut journal = open(dir.path()).expect("a torn tail is no error");
            assert_eq!(journal.notices(), [JournalNotice::TornTail { file, bytes: (end - begin) as u64 }]);
            let again = append(&mut journal, &[event(8, "x"), event(9, "again")], at(0)).expect("appended");
            assert_eq!(again, [Outcome::Reused(Seq::new(8)), Outcome::Appended(Seq::new(9))]);
            assert_eq!(journal.verify().expect("all is well").records, 9);
            drop(journal);
            assert_eq!(open(dir.path()).expect("a journal").notices(), []);
        }
    }
}

#[test]
fn a_flipped_byte_is_found_by_file_and_line() {
    let dir = nine();
    let file = &segments(dir.path())[1];
    let text = fs::read(file).expect("text");
    let begin = text.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    let bytes = text[begin..].iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    for place in begin..begin + bytes {
        let dir = nine();
        let file = &segments(dir.path())[1];
        change(file, |bytes| bytes[place] ^= 1);
        for error in errors(dir.path()) {
            let LogError::Damaged { file: found, line, damage } = error else { panic!("{error}") };
            assert_eq!((&found, line), (file, 2), "byte {place}");
            assert!(matches!(damage, Damage::NotARecord { .. } | Damage::Checksum { .. }), "{damage}");
        }
    }
}

#[test]
fn reading_one_damaged_record_names_its_line() {
    let dir = nine();
    let file = &segments(dir.path())[1];
    change(file, |bytes| bytes[20] ^= 1);
    let journal = open(dir.path()).expect("nothing of this is read at opening");
    let error = journal.read(Seq::new(4)).expect_err("damaged");
    assert!(error.to_string().starts_with(&format!("{}:1: ", file.display())), "{error}");
    journal.read(Seq::new(5)).expect("the index leads past the damage");
    assert_eq!(journal.scan(Seq::new(6)).flatten().count(), 4);
    // Where to begin is known by the record before, so that one must be whole.
    assert!(journal.scan(Seq::new(5)).next().is_some_and(|first| first.is_err()));
}

#[test]
fn every_other_damage_is_told_with_its_place() {
    type Harm = fn(&[PathBuf]);
    let swapped: Harm = |files| {
        change(&files[1], |bytes| {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            lines.swap(1, 2);
            *bytes = lines.concat();
        });
    };
    let renamed: Harm = |files| {
        let other = files[1].with_file_name("00000000000000000005.ndjson");
        fs::rename(&files[1], other).expect("renamed");
    };
    let later: Harm = |files| {
        // A record that is well in itself, but was stamped earlier than the one before it.
        let dir = tempfile::tempdir().expect("a directory");
        let mut early = Journal::open(dir.path(), Create::IfMissing, identify).expect("a journal");
        let events: Vec<String> = (1..=4).map(|id| event(id, "a text of some length")).collect();
        append(&mut early, &events, at(-1)).expect("appended");
        let text = fs::read_to_string(&segments(dir.path())[0]).expect("text");
        let line = text.lines().nth(3).expect("four lines");
        change(&files[1], |bytes| {
            bytes[..line.len()].copy_from_slice(line.as_bytes());
        });
    };
    let cases: [(&str, Harm, &str); 10] = [
        (
            "first gone",
            |files| fs::remove_file(&files[0]).expect("removed"),
            "4.ndjson: the segment that holds record 1 is missing",
        ),
        (
            "middle gone",
            |files| fs::remove_file(&files[1]).expect("removed"),
            "7.ndjson: the segment that holds record 4 is missing",
        ),
        ("swapped lines", swapped, "4.ndjson:2: seq out of sequence: 5 belongs here, not 6"),
        (
            "renamed",
            renamed,
            "5.ndjson:1: the file's name does not fit: it says 5, and the first record is 4, which belongs here",
        ),
        (
            "foreign name",
            |files| fs::write(files[0].with_file_name("x.ndjson"), "").expect("written"),
            "x.ndjson: a segment is named",
        ),
        (
            "middle cut short",
            |files| change(&files[1], |bytes| bytes.truncate(bytes.len() - 1)),
            "4.ndjson:3: the line is cut short",
        ),
        (
            "middle line gone",
            |files| change(&files[1], |bytes| drop(bytes.drain(..bytes.len() / 3))),
            "4.ndjson:1: the file's name does not fit: 4 belongs here, and the first record is 5",
        ),
        ("empty line", |files| change(&files[1], |bytes| bytes.insert(0, b'\n')), "4.ndjson:1: not a record"),
        (
            "middle emptied",
            |files| change(&files[1], Vec::clear),
            "7.ndjson: the segment that holds record 4 is missing",
        ),
        ("stamped earlier", later, "4.ndjson:1: recorded_at goes back from 2026-01-02T03:04:05.123456Z to"),
    ];
    for (name, harm, expected) in cases {
        let dir = nine();
        harm(&segments(dir.path()));
        for error in errors(dir.path()) {
            assert!(error.to_string().contains(expected), "{name}: {error}");
        }
    }
}

#[test]
fn a_segment_that_was_begun_and_not_written_is_used() {
    let dir = nine();
    fs::write(dir.path().join("00000000000000000010.ndjson"), "").expect("written");
    let mut journal = open(dir.path()).expect("a journal");
    assert_eq!((journal.head(), journal.notices()), (Seq::new(9), [].as_slice()));
    append(&mut journal, &[event(10, "a")], at(0)).expect("appended");
    assert_eq!(journal.verify().expect("all is well").segments, 4);
    drop(journal);
    assert_eq!(open(dir.path()).expect("a journal").head(), Seq::new(10));
}

#[test]
fn an_append_that_fails_can_be_made_again() {
    let dir = nine();
    let mut journal = open(dir.path()).expect("a journal").with_segment_bytes(400);
    // Where the next segment is to be, there is a directory: it cannot be begun.
    let obstacle = dir.path().join("00000000000000000010.ndjson");
    fs::create_dir(&obstacle).expect("a directory");
    let events = [event(3, "x"), event(10, "a"), event(11, "b")];
    for _ in 0..2 {
        let error = append(&mut journal, &events, at(5)).expect_err("no room");
        assert!(matches!(error, LogError::NotAFile { path } if path == obstacle));
        assert_eq!((journal.head(), journal.last_recorded_at()), (Seq::new(9), Some(at(0))));
        assert_eq!(journal.verify().expect("all is well").records, 9);
    }
    fs::remove_dir(&obstacle).expect("removed");
    let outcomes = append(&mut journal, &events, at(5)).expect("appended");
    let (reused, tenth) = (Outcome::Reused(Seq::new(3)), Outcome::Appended(Seq::new(10)));
    assert_eq!(outcomes, [reused, tenth, Outcome::Appended(Seq::new(11))]);
    assert_eq!(journal.verify().expect("all is well").records, 11);
}

/// Loses the end of a journal of nine records, in some way; the records that are left.
type Loss = (&'static str, fn(&Path), u64);

const LOSSES: [Loss; 6] = [
    ("the last segment is gone", |dir| fs::remove_file(&segments(dir)[2]).expect("removed"), 6),
    (
        "cut at a line's end",
        |dir| {
            change(&segments(dir)[2], |bytes| {
                let end = bytes.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
                bytes.truncate(end);
            });
        },
        7,
    ),
    ("cut within a line", |dir| change(&segments(dir)[2], |bytes| bytes.truncate(bytes.len() - 9)), 8),
    ("the last segment is emptied", |dir| change(&segments(dir)[2], Vec::clear), 6),
    ("all segments are gone", |dir| segments(dir).iter().for_each(|file| fs::remove_file(file).expect("removed")), 0),
    (
        "all but one are gone, and that is emptied",
        |dir| {
            segments(dir)[1..].iter().for_each(|file| fs::remove_file(file).expect("removed"));
            change(&segments(dir)[0], Vec::clear);
        },
        0,
    ),
];

fn accepting(dir: &Path, by_snapshots: u64) -> Result<Journal, LogError> {
    let expected = Expected { by_snapshots: Seq::new(by_snapshots), lost_end: LostEnd::Accept(at(5)) };
    Journal::open_expecting(dir, Create::Never, identify, &expected, Patience::default())
}

/// Fails with the loss of all after some records, whoever opens it, and leaves what is there as it was.
fn is_refused(name: &str, dir: &Path, left: u64, by: Witness) {
    let before: Vec<Vec<u8>> = segments(dir).iter().map(|file| fs::read(file).expect("a segment")).collect();
    for turn in 0..3 {
        let opened = if turn == 1 { Journal::open_to_read(dir, identify) } else { open(dir) };
        let Err(LogError::EndLost { head, known, witness, .. }) = opened else { panic!("{name}: {opened:?}") };
        assert_eq!((head.number(), known.number(), witness), (left, 9, by), "{name}");
    }
    let after: Vec<Vec<u8>> = segments(dir).iter().map(|file| fs::read(file).expect("a segment")).collect();
    assert_eq!(before, after, "{name}");
}

#[test]
fn a_lost_end_is_refused_until_it_is_accepted_and_no_position_is_given_twice() {
    for (name, lose, left) in LOSSES {
        for (witness, file) in [(Witness::Index, "head"), (Witness::HeadRecord, "index")] {
            let dir = nine();
            lose(dir.path());
            fs::remove_file(dir.path().join(file)).expect("a witness");
            is_refused(name, dir.path(), left, witness);

            let mut journal = accepting(dir.path(), 0).expect(name);
            let accepted = JournalNotice::LossAccepted { first: Seq::new(left + 1), last: Seq::new(9) };
            assert_eq!(journal.notices().last(), Some(&accepted), "{name}");
            for record in journal.scan(Seq::new(left + 1)) {
                let record = record.expect(name);
                assert_eq!(PassedOver::of(&record.event), Some(PassedOver::Lost), "{name}");
                assert_eq!(record.recorded_at, at(5), "{name}");
            }
            let again = append(&mut journal, &[event(9, "a text of some length")], at(0)).expect(name);
            assert_eq!(again, [Outcome::Appended(Seq::new(10))], "{name}");
            assert_eq!(journal.verify().expect(name).records, 10, "{name}");
            drop(journal);
            let journal = open(dir.path()).expect(name);
            assert_eq!((journal.head().number(), journal.notices()), (10, [].as_slice()), "{name}");
            drop(journal);
            fs::remove_file(dir.path().join("index")).expect("an index");
            assert_eq!(open(dir.path()).expect(name).verify().expect(name).records, 10, "{name}");
        }
    }
}

#[test]
fn a_journal_that_was_emptied_is_known_by_its_snapshots() {
    let dir = tempfile::tempdir().expect("a directory");
    let expected = Expected { by_snapshots: Seq::new(9), lost_end: LostEnd::Refuse };
    let opened = Journal::open_expecting(dir.path(), Create::IfMissing, identify, &expected, Patience::default());
    assert!(matches!(opened, Err(LogError::EndLost { witness: Witness::Snapshots, .. })), "{opened:?}");
    assert_eq!(accepting(dir.path(), 9).expect("accepted").head(), Seq::new(9));
    // Nothing that no journal holds is believed.
    let journal = accepting(dir.path(), u64::MAX).expect("opened");
    assert_eq!((journal.head(), journal.notices()), (Seq::new(9), [].as_slice()));
}

#[test]
fn an_accepted_loss_that_was_not_filled_to_its_end_is_still_one() {
    let dir = nine();
    fs::remove_file(&segments(dir.path())[2]).expect("removed");
    drop(accepting(dir.path(), 0).expect("accepted"));
    // As if killed after one of the three: the index then knows no more than the segments.
    let last = segments(dir.path()).pop().expect("a segment");
    change(&last, |bytes| {
        let end = bytes.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
        bytes.truncate(end);
    });
    fs::remove_file(dir.path().join("index")).expect("an index");
    let opened = open(dir.path());
    assert!(matches!(opened, Err(LogError::EndLost { known, .. }) if known == Seq::new(9)), "{opened:?}");
}

#[test]
fn a_copy_has_its_lost_end_fetched_again() {
    let dir = nine();
    fs::remove_file(&segments(dir.path())[2]).expect("removed");
    let expected = Expected { by_snapshots: Seq::ZERO, lost_end: LostEnd::FetchAgain };
    let again = || Journal::open_expecting(dir.path(), Create::Never, identify, &expected, Patience::default());
    let mut journal = again().expect("opened");
    assert_eq!((journal.head().number(), journal.once_held()), (6, Some(Seq::new(9))));
    append(&mut journal, &[event(7, "a text of some length")], at(0)).expect("appended");
    drop(journal);
    let mut journal = again().expect("opened");
    assert_eq!((journal.head().number(), journal.once_held()), (7, Some(Seq::new(9))), "it is not forgotten meanwhile");
    let rest = [event(8, "a text of some length"), event(9, "a text of some length")];
    append(&mut journal, &rest, at(0)).expect("appended");
    assert_eq!(journal.once_held(), None);
    drop(journal);
    assert_eq!(open(dir.path()).expect("whole again").head(), Seq::new(9));
}

#[test]
fn a_head_record_that_says_less_raises_no_alarm() {
    let dir = nine();
    let older = fs::read(dir.path().join("head")).expect("a head record");
    let mut journal = open(dir.path()).expect("a journal");
    append(&mut journal, &[event(10, "a")], at(0)).expect("appended");
    drop(journal);
    // As a power cut may leave it: an older one, a torn one, none.
    let cut = older[..40].to_vec();
    for left in [Some(older), Some(cut), Some(Vec::new()), None] {
        let file = dir.path().join("head");
        match left {
            Some(bytes) => fs::write(&file, bytes).expect("written"),
            None => fs::remove_file(&file).expect("removed"),
        }
        let journal = open(dir.path()).expect("a journal");
        assert_eq!((journal.head().number(), journal.notices()), (10, [].as_slice()));
    }
}

#[test]
fn a_journal_that_says_something_else_than_its_witnesses_is_told_and_both_are_kept() {
    let other = || {
        let dir = tempfile::tempdir().expect("a directory");
        let mut journal =
            Journal::open(dir.path(), Create::IfMissing, identify).expect("a journal").with_segment_bytes(400);
        for id in 1..=9 {
            let text = if id == 5 { "another text, and a longer one" } else { "a text of some length" };
            append(&mut journal, &[event(id, text)], at(0)).expect("appended");
        }
        dir
    };
    let (dir, other) = (nine(), other());
    let index = fs::read(dir.path().join("index")).expect("an index");
    for file in segments(other.path()) {
        fs::copy(&file, dir.path().join(file.file_name().expect("a name"))).expect("copied");
    }
    for _ in 0..2 {
        let opened = open(dir.path());
        let Err(LogError::Unfit { file, digests, .. }) = opened else { panic!("{opened:?}") };
        assert_eq!(file, dir.path().join("head"));
        assert!(digests.journal.is_some() && digests.remembered.is_some() && digests.journal != digests.remembered);
        assert_eq!(fs::read(dir.path().join("index")).expect("an index"), index);
    }
    // Without the head record the index is the last witness, and is kept.
    fs::remove_file(dir.path().join("head")).expect("a head record");
    let journal = open(dir.path()).expect("a journal");
    let file = dir.path().join("index.unfit");
    assert_eq!(journal.notices(), [JournalNotice::IndexSetAside { file: file.clone(), seq: Seq::new(5) }]);
    assert_eq!(fs::read(file).expect("kept"), index);
    journal.verify().expect("the new index fits");
}

#[test]
fn the_index_is_made_anew_from_anything() {
    let whole = nine();
    let index = fs::read(whole.path().join("index")).expect("an index");
    let digest = open(whole.path()).expect("a journal").digest();
    let check = |name: &str, damaged: &[u8]| {
        let dir = nine();
        fs::write(dir.path().join("index"), damaged).expect("written");
        let mut journal = open(dir.path()).expect(name);
        assert_eq!((journal.head(), journal.digest()), (Seq::new(9), digest), "{name}");
        for seq in 1..=9 {
            assert_eq!(journal.read(Seq::new(seq)).expect(name).seq, Seq::new(seq), "{name}");
            assert_eq!(journal.scan(Seq::new(seq)).count() as u64, 10 - seq, "{name}");
        }
        let outcomes = append(&mut journal, &[event(5, "x"), event(10, "a")], at(0)).expect(name);
        assert_eq!(outcomes, [Outcome::Reused(Seq::new(5)), Outcome::Appended(Seq::new(10))], "{name}");
        assert_eq!(journal.verify().expect(name).records, 10, "{name}");
        drop(journal);
        let journal = open(dir.path()).expect(name);
        assert_eq!(journal.verify().expect(name).records, 10, "{name}");
    };
    for length in (0..index.len()).step_by(11) {
        check(&format!("cut to {length}"), &index[..length]);
        let mut flipped = index.clone();
        flipped[length] ^= 1;
        check(&format!("flipped at {length}"), &flipped);
    }
    check("longer", &[index.as_slice(), &index[index.len() / 2..]].concat());
    check("longer by zeros", &[index.as_slice(), &[0; 4096]].concat());
    check("garbage", &[b'x'; 2000]);
}

#[test]
fn a_damaged_index_is_told_by_a_check() {
    let dir = nine();
    let index = dir.path().join("index");
    change(&index, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    });
    let journal = open(dir.path()).expect("a journal");
    for id in 1..=9 {
        let found = journal.position(&format!("e{id}").parse().expect("an id")).expect("it reads");
        assert_eq!(found, Some(Seq::new(id)), "the record itself tells");
    }
    let error = journal.verify().expect_err("the index does not fit");
    assert!(matches!(error, LogError::Unfit { file, .. } if file == index));
}

/// A small generator, so that a failure can be had again by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[test]
fn a_journal_is_a_list_whatever_happens_between() {
    for seed in 1..=30 {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed);
        let dir = tempfile::tempdir().expect("a directory");
        let segment_bytes = 200 + dice.below(3000);
        let mut journal = Journal::open(dir.path(), Create::IfMissing, identify)
            .expect("a journal")
            .with_segment_bytes(segment_bytes);
        let mut model: Vec<OwnedRecord> = Vec::new();
        let mut last = Instant::from_micros(i64::MIN);
        for _ in 0..40 {
            let text = ["x", "許主洪", r"\n", "y"];
            let batch: Vec<String> = (0..dice.below(12))
                .map(|_| event(dice.below(150), text[usize::try_from(dice.below(4)).expect("small")]))
                .collect();
            let now = at(i64::try_from(dice.below(1000)).expect("small"));
            let outcomes = append(&mut journal, &batch, now).expect("appended");
            for (event, outcome) in batch.into_iter().zip(outcomes) {
                let id = identify(&event).expect("an event").id;
                let standing = model.iter().find(|record| identify(&record.event).expect("an event").id == id);
                let expected = match standing {
                    Some(record) if record.event == event => Outcome::Duplicate(record.seq),
                    Some(record) => Outcome::Reused(record.seq),
                    None => Outcome::Appended(Seq::new(model.len() as u64 + 1)),
                };
                assert_eq!(outcome, expected, "seed {seed}");
                if let Outcome::Appended(seq) = expected {
                    last = last.max(now);
                    model.push(OwnedRecord { seq, recorded_at: last, event, bytes: 0 });
                }
            }
            let index = dir.path().join("index");
            let harm = dice.below(8);
            if harm < 6 {
                drop(journal);
                match harm {
                    0 => fs::remove_file(&index).expect("an index"),
                    1 => change(&index, |bytes| {
                        bytes.truncate(usize::try_from(dice.below(bytes.len() as u64)).expect("small"));
                    }),
                    2 => change(&index, |bytes| {
                        let place = usize::try_from(dice.below(bytes.len() as u64)).expect("small");
                        bytes[place] ^= 1;
                    }),
                    3 => {
                        if let Some(file) = segments(dir.path()).pop() {
                            let mut file = OpenOptions::new().append(true).open(file).expect("a segment");
                            file.write_all(br#"{"seq":1"#).expect("half a line");
                        }
                    }
                    _ => {}
                }
                journal = open(dir.path()).expect("a journal").with_segment_bytes(segment_bytes);
                let torn = journal.notices().iter().filter(|notice| matches!(notice, JournalNotice::TornTail { .. }));
                assert_eq!(torn.count(), usize::from(harm == 3 && !model.is_empty()), "seed {seed}");
            }
            let from = dice.below(model.len() as u64 + 1) + 1;
            let scanned: Vec<OwnedRecord> = journal
                .scan(Seq::new(from))
                .map(|record| OwnedRecord { bytes: 0, ..record.expect("a record") })
                .collect();
            assert_eq!(scanned, model[usize::try_from(from).expect("small") - 1..], "seed {seed}");
            let upto = model.iter().take_while(|record| record.recorded_at <= now).count() as u64;
            assert_eq!(journal.seq_at(now).expect("a position"), Seq::new(upto), "seed {seed}");
            let digest = model.iter().fold(Digest::EMPTY, |digest, record| digest.then(&record.event));
            assert_eq!((journal.head().number(), journal.digest()), (model.len() as u64, digest), "seed {seed}");
        }
        fs::remove_file(dir.path().join("index")).expect("an index");
        drop(journal);
        let verified = open(dir.path()).expect("a journal").verify().expect("all is well");
        assert_eq!(verified.records, model.len() as u64, "seed {seed}");
    }
}
