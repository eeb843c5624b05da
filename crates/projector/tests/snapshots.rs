//! The snapshots say what a fresh reading of the log says: caught up or made anew, of whomever and on whatever day.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

#[path = "simulation/answers.rs"]
mod answers;

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use tenure_domain::day::{Day, Instant};
use tenure_domain::excerpt::{About, Aspect, Excerpt, Lack, LookedAt};
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::view::View;
use tenure_domain::wire::Submission;
use tenure_log::{Create, EventIdentity, Journal, NewEvent, Patience, identify};
use tenure_projector::{Done, LoadStep, Loaded, Loading, Snapshots, Unusable, load};

/// A generator of numbers: xorshift64 (Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn of<'s>(&mut self, list: &[&'s str]) -> &'s str {
        list[self.below(list.len())]
    }
}

const PEOPLE: [&str; 7] = [
    r#""Ann Lee""#,
    r#""許主洪""#,
    r#"{"name":"许主洪","aliases":["Steven Hoi"]}"#,
    r#"{"id":"p1","name":"Ann Lee"}"#,
    r#"{"id":"p2","name":"Bo Chen"}"#,
    r#"{"id":"p3","name":"Bo Chen"}"#,
    r#""Bo Chen""#,
];
const COMPANIES: [&str; 3] = [r#""Acme""#, r#"{"id":"acme","name":"Acme"}"#, r#""Borealis""#];
const UNITS: [&str; 4] = [r#""Search""#, r#""Lab""#, r#"{"id":"u-lab","name":"Lab"}"#, r#""Ads""#];
const DATES: [&str; 7] =
    ["2024-01-01", "2024-03-01", "2024-03", "2024", "[..2024-06-30]", "2024-07-01", "[2024-02-01..2024-03-15]"];
const REPORTED: [&str; 5] = ["2024-01-05", "2024-03-02", "2024-06-30", "2024-09-01T08:00:00Z", "2025"];

/// One random event of any type.
fn event(random: &mut Random, number: usize) -> String {
    let person = random.of(&PEOPLE);
    let company = random.of(&COMPANIES);
    let unit = random.of(&UNITS);
    let effective = random.of(&DATES);
    let reported = random.of(&REPORTED);
    let other = random.below(number.max(1));
    let about = format!(r#""person":{person},"company":{company}"#);
    let of_unit = format!(r#""unit":{unit},"company":{company}"#);
    let manager = random.of(&PEOPLE);
    let dated = format!(r#""effective":"{effective}""#);
    let body = match random.below(25) {
        24 => {
            let (same_as, company) = (random.of(&UNITS), random.of(&COMPANIES));
            format!(r#""type":"SameUnit",{of_unit},"same_as":{same_as},"same_as_company":{company}"#)
        }
        20 => format!(r#""type":"PersonDied","person":{person},{dated}"#),
        21 => format!(r#""type":"PersonDescribed",{about},"identifiers":{{"wikidata":"Q{}"}}"#, random.below(2)),
        22 => {
            format!(r#""type":"HeldPost",{about},"unit":{unit},"title":"Head","seen":"2024-0{}""#, 1 + random.below(9))
        }
        23 => format!(r#""type":"RelievedOfPost",{about},"unit":{unit},"reason":"said by Bo Chen",{dated}"#),
        0 | 1 => format!(r#""type":"JoinedCompany",{about},"unit":{unit},"reports_to":{manager},{dated}"#),
        2 => format!(r#""type":"LeftCompany",{about},{dated}"#),
        3 | 4 => format!(r#""type":"TransferredUnit",{about},"to_unit":{unit},{dated}"#),
        5 => format!(
            r#""type":"AppointedToPost",{about},"unit":{unit},"title":"Head","lead":true,"succeeds":{manager},{dated}"#
        ),
        6 => format!(r#""type":"RelievedOfPost",{about},"unit":{unit},{dated}"#),
        7 => format!(r#""type":"ChangedTitle",{about},"to_title":"Chief",{dated}"#),
        8 => format!(r#""type":"ChangedManager",{about},"reports_to":{manager},{dated}"#),
        9 => format!(r#""type":"HeldPost",{about},"unit":{unit},"title":"Head","from":"2023","to":"2024-05-01""#),
        10 => format!(r#""type":"HeldPost",{about},"unit":{unit},"seen":"2024-04-10""#),
        11 => format!(r#""type":"UnitFormed",{of_unit},"kind":"lab",{dated}"#),
        12 => format!(r#""type":"UnitRenamed",{of_unit},"name":"Discovery",{dated}"#),
        13 => format!(r#""type":"UnitMoved",{of_unit},"parent":{},{dated}"#, random.of(&UNITS)),
        14 => format!(r#""type":"UnitMerged",{of_unit},"into":{},{dated}"#, random.of(&UNITS)),
        15 => format!(r#""type":"UnitDissolved",{of_unit},{dated}"#),
        16 => format!(r#""type":"EventRetracted","event":"e{other}""#),
        17 => {
            format!(r#""type":"SamePerson","person":{{"id":"p2"}},"same_as":{{"id":"p{}"}}"#, 1 + 2 * random.below(2))
        }
        18 => format!(r#""type":"PersonDescribed","person":{person},"names":[{{"text":"Alias {}"}}]"#, random.below(3)),
        _ if random.below(6) == 0 => format!(r#""type":"PersonErased","person":{person}"#),
        _ => format!(r#""type":"LeftCompany",{about},{dated},"corrects":"e{other}""#),
    };
    let key = if random.below(8) == 0 { format!(r#","key":"k{}""#, random.below(3)) } else { String::new() };
    let publisher = random.below(3);
    format!(r#"{{"id":"e{number}",{body},"reported_at":"{reported}","source":{{"publisher":"P{publisher}"{key}}}}}"#)
}

/// Appends random events; those that are refused are left out.
fn append(journal: &mut Journal, random: &mut Random, from: usize, count: usize) {
    let texts: Vec<String> = (from..from + count).map(|number| event(random, number)).collect();
    let read: Vec<Submission> = texts.iter().filter_map(|text| Submission::read(text.as_bytes()).ok()).collect();
    let entries: Vec<NewEvent<'_>> =
        read.iter().map(|s| NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json }).collect();
    journal.append(&entries, Instant::from_micros(1_800_000_000_000_000)).unwrap();
}

/// Every day on which something of the ledger begins or ends, with the days around it.
fn boundary_days(view: &dyn View) -> BTreeSet<Day> {
    let mut days = BTreeSet::new();
    for person in view.people().unwrap() {
        for tenure in &view.person(person).unwrap().career.tenures {
            let ends = tenure.end.iter().map(|end| end.bounds).chain([tenure.start.bounds]);
            days.extend(ends.flat_map(|b| [b.earliest(), b.latest()]).flatten());
        }
    }
    for unit in view.units().unwrap() {
        let history = view.unit(unit).unwrap().history.clone();
        days.extend(history.existence.iter().filter_map(|c| c.bounds.latest()));
        days.extend(history.renames.iter().filter_map(|c| c.bounds.latest()));
    }
    days.iter().flat_map(|day| [day.previous(), *day, day.next()]).collect()
}

/// Everything that can be asked of a view about a day, printed; whatever numbers it uses inside.
fn everything(view: &dyn View, at: Day) -> String {
    answers::all(view, at)
}

/// How many random ledgers are tried: a third of what it is meant for, and all where `TENURE_ATTACK_TIMES` asks for it.
fn seeds(meant: u64) -> u64 {
    if std::env::var_os("TENURE_ATTACK_TIMES").is_some() { meant } else { meant.div_ceil(3) }
}

#[test]
fn snapshots_caught_up_and_made_anew_say_what_the_log_says() {
    for seed in 1..=seeds(60) {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
        let mut random = Random(seed * 0x9e37_79b9);
        let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
        let mut number = 0;
        for part in 0..4 {
            let count = 1 + random.below(12);
            append(&mut journal, &mut random, number, count);
            number += count;
            let before = journal.head();
            let (store, done) = snapshots.at_head(&journal).unwrap();
            assert_eq!(store.seq(), before, "seed {seed}, part {part}");
            if part > 0 {
                assert!(!matches!(done, Done::Rebuilt { .. }), "seed {seed}, part {part}: {done:?}");
            }
            let differences = snapshots.compare(&journal, &store).unwrap();
            assert!(differences.is_empty(), "seed {seed}, part {part}: {differences:#?}");
            let loaded = load(&journal, |_| {}).unwrap();
            let reading = Reading::new(&loaded.archive, &Basis::default());
            assert_eq!(answers::on_no_day(&store), answers::on_no_day(&reading), "seed {seed}, part {part}");
            for day in boundary_days(&reading) {
                assert_eq!(everything(&store, day), everything(&reading, day), "seed {seed}, part {part}, {day}");
            }
        }
    }
}

#[test]
fn an_older_basis_is_a_ledger_of_what_it_admits() {
    for seed in 1..=seeds(60) {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
        let mut random = Random(seed * 0x51ed_270b);
        append(&mut journal, &mut random, 0, 30);
        let loaded = load(&journal, |_| {}).unwrap();
        // Erasure is the one statement that reaches back beyond its clock.
        let erases = |record: Result<tenure_log::OwnedRecord, _>| record.unwrap().event.contains("PersonErased");
        if journal.scan(Seq::new(1)).any(erases) {
            continue;
        }
        for known in ["2024-01-05", "2024-04-01", "2024-06-30", "2024-12-31"] {
            let known = Instant::last_of(known.parse().unwrap());
            let basis = Basis { known: Some(known), ..Basis::default() };
            let reading = Reading::new(&loaded.archive, &basis);
            // The same from a journal that never held the rest.
            let other = tempfile::tempdir().unwrap();
            let mut small = Journal::open(other.path(), Create::IfMissing, identify).unwrap();
            for record in journal.scan(Seq::new(1)) {
                let record = record.unwrap();
                let event = tenure_domain::wire::read_stored(&record.event, record.recorded_at).unwrap();
                if event.reported_at <= known {
                    let Submission { id, fingerprint, json, .. } = Submission::read(record.event.as_bytes()).unwrap();
                    small.append(&[NewEvent { id: &id, fingerprint, event: &json }], record.recorded_at).unwrap();
                }
            }
            let small = load(&small, |_| {}).unwrap();
            let alone = Reading::new(&small.archive, &Basis::default());
            for day in boundary_days(&alone) {
                // Positions differ, and nothing else.
                let strip = |text: String| {
                    let lines =
                        text.lines().map(|line| line.split(" [EvidenceRef").next().unwrap_or_default().to_owned());
                    lines.collect::<Vec<_>>()
                };
                let (of_all, of_few) = (strip(everything(&reading, day)), strip(everything(&alone, day)));
                let differs = of_all.iter().zip(&of_few).find(|(a, b)| a != b);
                assert!(differs.is_none() && of_all.len() == of_few.len(), "seed {seed}, {day}: {differs:#?}");
            }
        }
    }
}

#[test]
fn an_id_is_looked_at_before_names() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    for text in [
        r#"{"id":"e1","type":"LeftCompany","person":"p1","company":{"id":"acme","name":"Acme"},"source":"S"}"#,
        r#"{"id":"e2","type":"JoinedCompany","person":{"id":"p1","name":"Ann"},"company":"Borealis","unit":"acme","source":"S"}"#,
    ] {
        let Submission { id, fingerprint, json, .. } = Submission::read(text.as_bytes()).unwrap();
        journal.append(&[NewEvent { id: &id, fingerprint, event: &json }], Instant::from_micros(0)).unwrap();
    }
    let (store, _) = Snapshots::in_dir(dir.path().join("snapshots")).at_head(&journal).unwrap();
    let loaded = load(&journal, |_| {}).unwrap();
    let reading = Reading::new(&loaded.archive, &Basis::default());
    for (text, people, units) in [("acme", 0, 1), ("p1", 1, 0), ("Ann", 1, 0), ("Borealis", 0, 1)] {
        for view in [&store as &dyn View, &reading] {
            let found = (view.people_asked(text).unwrap().len(), view.units_asked(text).unwrap().len());
            assert_eq!(found, (people, units), "{text}");
        }
    }
}

/// Appends events, each given without its source and its braces.
fn say(journal: &mut Journal, events: &[&str]) {
    for event in events {
        let text = format!(r#"{{{event},"reported_at":"2024-01-01","source":"S"}}"#);
        let Submission { id, fingerprint, json, .. } = Submission::read(text.as_bytes()).unwrap();
        let entry = NewEvent { id: &id, fingerprint, event: &json };
        journal.append(&[entry], Instant::from_micros(1_800_000_000_000_000)).unwrap();
    }
}

#[test]
fn a_company_that_gets_an_id_gives_another_one_to_units_that_are_joined_with_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let of_acme = r#""id":"e1","type":"JoinedCompany","person":"Ann","company":"Acme","unit":"Ops""#;
    let of_beta = r#""id":"e2","type":"JoinedCompany","person":"Bo","company":"Beta","unit":"Ops""#;
    let same = r#""id":"e3","type":"SameUnit","unit":"Ops","company":"Acme","same_as":"Ops","same_as_company":"Beta""#;
    say(&mut journal, &[of_acme, of_beta, same]);
    let (store, _) = snapshots.at_head(&journal).unwrap();
    let joined = store.units_asked("Ops").unwrap()[0];
    assert_eq!(&*store.unit(joined).unwrap().id, "~~beta/ops");
    drop(store);
    say(&mut journal, &[r#""id":"e4","type":"LeftCompany","person":"Cy","company":{"id":"b1","name":"Beta"}"#]);
    let (store, done) = snapshots.at_head(&journal).unwrap();
    assert!(matches!(done, Done::Added { .. }), "{done:?}");
    assert_eq!(&*store.unit(joined).unwrap().id, "~b1/ops");
    let differences = snapshots.compare(&journal, &store).unwrap();
    assert!(differences.is_empty(), "{differences:#?}");
}

/// A person out of many, mostly called as before; now and then by another name, an id or an identifier.
fn somebody(random: &mut Random) -> String {
    let number = random.below(12);
    let name = ["Ann Lee", "Bo Chen", "許主洪", "Zed Quill"][number % 4];
    match random.below(12) {
        0 => format!(r#"{{"id":"p{number}","name":"{name} {number}"}}"#),
        1 => format!(r#"{{"id":"p{number}"}}"#),
        2 => format!(r#"{{"name":"{name} {number}","aliases":["Alias {}"]}}"#, random.below(30)),
        3 => format!(r#"{{"id":"p{number}","name":"{name} {number}","identifiers":{{"wikidata":"Q{number}"}}}}"#),
        4 => format!(r#""{} {number}""#, name.to_uppercase()),
        5 => format!(r#"{{"id":"p{number}","name":"Given {}"}}"#, random.below(20)),
        6 if number == 0 => r#""Zed""#.to_owned(),
        _ => format!(r#""{name} {number}""#),
    }
}

/// A claim about a person, as most events are; rarely one of another sort.
fn claim(random: &mut Random, number: usize) -> String {
    if random.below(25) == 0 {
        return event(random, number);
    }
    let (person, manager) = (somebody(random), somebody(random));
    let company = random.of(&[r#""Acme""#, r#"{"id":"acme","name":"Acme"}"#, r#""Borealis""#]);
    let unit = match random.below(8) {
        0 => format!(r#"{{"id":"u{}","name":"Lab"}}"#, random.below(3)),
        1 => format!(r#"{{"name":"Lab","aliases":["Lab {}"]}}"#, random.below(9)),
        other => format!(r#""Unit {}""#, other + random.below(9)),
    };
    let about = format!(r#""person":{person},"company":{company},"effective":"{}""#, random.of(&DATES));
    let body = match random.below(11) {
        8 => format!(r#""type":"PersonDied","person":{person},"effective":"{}""#, random.of(&DATES)),
        9 => {
            format!(
                r#""type":"HeldPost","person":{person},"company":{company},"unit":{unit},"seen":"{}""#,
                random.of(&DATES)
            )
        }
        10 if random.below(3) == 0 => format!(r#""type":"PersonDescribed","person":{person},"company":{company}"#),
        0 | 1 => format!(r#""type":"JoinedCompany",{about},"unit":{unit},"reports_to":{manager}"#),
        2 | 3 => format!(r#""type":"TransferredUnit",{about},"to_unit":{unit}"#),
        4 => format!(r#""type":"AppointedToPost",{about},"unit":{unit},"lead":true,"succeeds":{manager}"#),
        5 => format!(r#""type":"ChangedTitle",{about},"to_title":"Chief""#),
        6 => format!(r#""type":"ChangedManager",{about},"reports_to":{manager}"#),
        _ => format!(r#""type":"LeftCompany",{about},"reason":"as Bo Chen"#) + &format!(r#" {}""#, random.below(12)),
    };
    let reported = format!("2024-{:02}-{:02}", 1 + random.below(12), 1 + random.below(28));
    let key = if random.below(4) == 0 { format!(r#","key":"k{}""#, random.below(500)) } else { String::new() };
    format!(r#"{{"id":"e{number}",{body},"reported_at":"{reported}","source":{{"publisher":"P"{key}}}}}"#)
}

#[test]
fn new_events_are_added_as_if_all_were_read() {
    let (mut added, mut read_all) = (0, 0);
    for seed in 1..=seeds(50) {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
        let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
        let mut number = 0;
        for part in 0..14 {
            let count = if part == 0 { 40 } else { 1 + random.below(3) };
            let texts: Vec<String> = (number..number + count).map(|number| claim(&mut random, number)).collect();
            let read: Vec<Submission> =
                texts.iter().filter_map(|text| Submission::read(text.as_bytes()).ok()).collect();
            let entries: Vec<NewEvent<'_>> =
                read.iter().map(|s| NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json }).collect();
            journal.append(&entries, Instant::from_micros(1_800_000_000_000_000)).unwrap();
            number += count;
            let (store, done) = snapshots.at_head(&journal).unwrap();
            added += u32::from(matches!(done, Done::Added { .. }));
            read_all += u32::from(matches!(done, Done::CaughtUp { .. }));
            let differences = snapshots.compare(&journal, &store).unwrap();
            assert!(differences.is_empty(), "seed {seed}, part {part}, {done:?}: {differences:#?}\n{texts:#?}");
        }
    }
    assert!(added > 12 * u32::try_from(seeds(50)).unwrap(), "{added} times added, {read_all} times all read");
}

/// A company that is joined to another, and parted from it again, is read from the events that name it.
#[test]
fn companies_are_joined_and_parted_from_the_events_that_name_them() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let joined = |n: u32, company: &str, unit: &str| {
        format!(
            r#"{{"id":"e{n}","type":"JoinedCompany","person":"Person {n}","company":{company},"unit":"{unit}","reported_at":"2024-01-01","source":"s"}}"#
        )
    };
    let named = |n: u32| match n {
        0..5 => r#"{"id":"a","name":"Alpha"}"#.to_owned(),
        5..10 => r#"{"id":"b","name":"Beta"}"#.to_owned(),
        // Of Beta too, and there are more than a leaf has for itself.
        10..400 => r#""Beta""#.to_owned(),
        _ => format!(r#""Company {n}""#),
    };
    let mut steps: Vec<Vec<String>> = vec![(0..1_500).map(|n| joined(n, &named(n), "Lab")).collect()];
    steps.push(vec![
        r#"{"id":"same","type":"SameUnit","unit":{"id":"b","name":"Beta"},"same_as":{"id":"a","name":"Alpha"},"source":"s"}"#
            .to_owned(),
    ]);
    steps.push(vec![joined(2_000, r#""Beta""#, "Sales")]);
    steps.push(vec![r#"{"id":"parted","type":"EventRetracted","event":"same","source":"s"}"#.to_owned()]);
    for (at, texts) in steps.iter().enumerate() {
        let read: Vec<Submission> = texts.iter().map(|text| Submission::read(text.as_bytes()).unwrap()).collect();
        let entries: Vec<NewEvent<'_>> =
            read.iter().map(|s| NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json }).collect();
        journal.append(&entries, Instant::from_micros(1_800_000_000_000_000)).unwrap();
        let (store, done) = snapshots.at_head(&journal).unwrap();
        assert!(at == 0 || matches!(done, Done::Added { .. }), "step {at}: {done:?}");
        let differences = snapshots.compare(&journal, &store).unwrap();
        assert!(differences.is_empty(), "step {at}, {done:?}: {differences:#?}");
        let is_one = store.units_asked("Alpha").unwrap() == store.units_asked("Beta").unwrap();
        assert_eq!(is_one, at == 1 || at == 2, "step {at}");
    }
}

/// Who is erased is read from the events that name them, and so is what comes of them later.
#[test]
fn people_are_erased_from_the_events_that_name_them() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let event = |id: &str, rest: &str| format!(r#"{{"id":"{id}",{rest},"reported_at":"2024-01-01","source":"s"}}"#);
    let joined = |n: u32| {
        let (manager, unit) = (n % 40, n % 90);
        event(
            &format!("e{n}"),
            &format!(
                r#""type":"JoinedCompany","person":"Person {n}","company":"A","unit":"Unit {unit}","reports_to":"Person {manager}","remit":"for Person {manager}""#
            ),
        )
    };
    let namesake = |id: &str, company: &str| {
        event(id, &format!(r#""type":"JoinedCompany","person":{{"id":"{id}","name":"Ann Lee"}},"company":"{company}""#))
    };
    let mut all: Vec<String> = (0..1_500).map(joined).collect();
    all.extend([namesake("ann1", "A"), namesake("ann2", "B")]);
    all.push(event("led", r#""type":"JoinedCompany","person":"Cy","company":"C","reports_to":"Ann Lee""#));
    all.push(event("other", r#""type":"JoinedCompany","person":"Di","company":"C","corrects":"e11""#));
    let erase = |id: &str, person: &str| event(id, &format!(r#""type":"PersonErased","person":{person}"#));
    let steps = [
        (all, true),
        (vec![erase("x0", r#""Person 11""#)], true),
        (vec![erase("x1", r#""Person 7""#)], true),
        (vec![joined(1_527)], true),
        (
            vec![event("late", r#""type":"LeftCompany","person":"Person 7","company":"A","reason":"as Person 9 did""#)],
            true,
        ),
        (vec![event("alias", r#""type":"PersonDescribed","person":{"name":"Person 7","aliases":["Seven"]}"#)], true),
        (vec![event("same", r#""type":"SamePerson","person":"Person 8","same_as":"Seven""#)], true),
        (vec![erase("x2", r#"{"id":"ann1"}"#)], true),
        (vec![erase("x3", r#"{"id":"ann2"}"#)], true),
        (vec![event("gone", r#""type":"EventRetracted","event":"same""#)], false),
        (vec![event("back", r#""type":"EventRetracted","event":"x1""#)], false),
    ];
    for (at, (texts, is_added)) in steps.iter().enumerate() {
        let read: Vec<Submission> = texts.iter().map(|text| Submission::read(text.as_bytes()).unwrap()).collect();
        let entries: Vec<NewEvent<'_>> =
            read.iter().map(|s| NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json }).collect();
        journal.append(&entries, Instant::from_micros(1_800_000_000_000_000)).unwrap();
        let (store, done) = snapshots.at_head(&journal).unwrap();
        assert!(at == 0 || !is_added || matches!(done, Done::Added { .. }), "step {at}: {done:?}");
        let differences = snapshots.compare(&journal, &store).unwrap();
        assert!(differences.is_empty(), "step {at}, {done:?}: {differences:#?}");
        let loaded = load(&journal, |_| {}).unwrap();
        assert_eq!(
            store.erased_names().unwrap(),
            Reading::new(&loaded.archive, &Basis::default()).erased_names(),
            "step {at}"
        );
    }
}

/// A store that is first made of one event gets more buckets as it grows, and reads all events seldom for that.
#[test]
fn a_store_that_began_small_grows() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let (mut number, mut read_all, mut added) = (0, 0, 0);
    for step in 0..60 {
        let people = if step == 0 { 1 } else { 50 };
        let texts: Vec<String> = (number..number + people)
            .map(|n| format!(r#"{{"id":"e{n}","type":"JoinedCompany","person":"Person {n}","company":"A","reported_at":"2024-01-01","source":"s"}}"#))
            .collect();
        number += people;
        let read: Vec<Submission> = texts.iter().map(|text| Submission::read(text.as_bytes()).unwrap()).collect();
        let entries: Vec<NewEvent<'_>> =
            read.iter().map(|s| NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json }).collect();
        journal.append(&entries, Instant::from_micros(1_800_000_000_000_000)).unwrap();
        let (store, done) = snapshots.at_head(&journal).unwrap();
        read_all += u32::from(matches!(done, Done::CaughtUp { .. }));
        added += u32::from(matches!(done, Done::Added { .. }));
        assert!(store.is_spread_well(), "step {step}, {done:?}");
    }
    assert!(read_all <= 6 && added >= 50, "{read_all} times all read, {added} times added");
    let (store, _) = snapshots.at_head(&journal).unwrap();
    assert!(snapshots.compare(&journal, &store).unwrap().is_empty());
}

/// A person and a unit among many are read from the few events that tell of them, on an older basis as well.
fn called(text: &str, of: Aspect) -> About<'_> {
    About::Called { text, of, company: None }
}

#[test]
fn a_log_that_is_wanted_no_more_is_read_on_where_it_was_left() {
    // An event is one by its id, also where no version can read it.
    fn by_id(text: &str) -> Option<EventIdentity> {
        let id = text.strip_prefix(r#"{"id":""#)?.split('"').next()?;
        Some(EventIdentity { id: id.parse().ok()?, fingerprint: [0; 16] })
    }
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, by_id).unwrap();
    let note = "n".repeat(4_000);
    let append = |journal: &mut Journal, numbers: Range<usize>| {
        let kind = |n| if n % 7 == 3 { "Unheard" } else { "JoinedCompany" };
        let text = |n| {
            let kind = kind(n);
            format!(
                r#"{{"id":"e{n}","type":"{kind}","person":"Person {n}","company":"Acme","effective":"2020","reported_at":"2020-12-31","source":"s","note":"{note}"}}"#
            )
        };
        let texts: Vec<String> = numbers.map(text).collect();
        let ids: Vec<EventIdentity> = texts.iter().map(|text| by_id(text).unwrap()).collect();
        let entries: Vec<NewEvent<'_>> = ids
            .iter()
            .zip(&texts)
            .map(|(of, event)| NewEvent { id: &of.id, fingerprint: of.fingerprint, event })
            .collect();
        journal.append(&entries, Instant::from_micros(1_800_000_000_000_000)).unwrap();
    };
    append(&mut journal, 0..2_000);
    let read_on = |journal: &Journal, loading: Loading, is_wanted: &dyn Fn() -> bool| {
        let blocks = journal.blocks(loading.next_position());
        loading.read_on(blocks, journal.head(), is_wanted).unwrap()
    };
    let blocks = AtomicUsize::new(0);
    let wanted_for = |most| move || blocks.fetch_add(1, Ordering::Relaxed) < most;
    let LoadStep::Beginning(loading) = read_on(&journal, Loading::default(), &wanted_for(2)) else {
        panic!("it was wanted for two blocks")
    };
    let next = loading.next_position();
    assert!(next > Seq::new(1) && next < Seq::new(1_000), "{next}");
    let LoadStep::Beginning(loading) = read_on(&journal, *loading, &|| false) else { panic!("it was not wanted") };
    assert_eq!(loading.next_position(), next);
    let blocks = journal.blocks(Seq::ZERO.next());
    let LoadStep::Whole(all) = Loading::default().read_on(blocks, journal.head(), &|| true).unwrap() else {
        panic!("it was wanted to its end")
    };
    let all = Loading::further(all, journal.head()).unwrap();
    let LoadStep::Whole(all) = read_on(&journal, all, &|| true) else { panic!("nothing was left to read") };
    assert_eq!(all.archive.head(), journal.head());
    // Meanwhile the log moves on.
    append(&mut journal, 2_000..2_003);
    let LoadStep::Whole(loaded) = read_on(&journal, *loading, &|| true) else { panic!("it was wanted to its end") };
    let whole = tenure_projector::load(&journal, |_| {}).unwrap();
    let seqs = |loaded: &Loaded| loaded.archive.entries().iter().map(|entry| entry.seq).collect::<Vec<_>>();
    assert_eq!((seqs(&loaded), &loaded.quarantined), (seqs(&whole), &whole.quarantined));
    assert_eq!(loaded.archive.len() + loaded.quarantined.len(), 2_003);
}

/// The names of the stores in a directory of snapshots.
fn stores(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut stores: Vec<String> = names.filter(|name| name.starts_with("store-")).collect();
    stores.sort();
    stores
}

#[test]
fn stores_that_do_not_count_are_removed_and_no_other_rebuild_loses_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    append(&mut journal, &mut Random(1), 0, 5);
    let place = dir.path().join("snapshots");
    let snapshots = Snapshots::in_dir(&place);
    let beside = || snapshots.beside(load(&journal, |_| {}).unwrap(), journal.head(), journal.digest()).unwrap();
    drop(snapshots.at_head(&journal).unwrap());
    assert_eq!(stores(&place), ["store-1"]);
    let (one, two, three) = (beside(), beside(), beside());
    assert_eq!(stores(&place), ["store-1", "store-2", "store-3", "store-4"]);
    drop(three);
    let store = snapshots.swap(two).unwrap();
    assert_eq!(stores(&place), ["store-2", "store-3"], "one is being made still");
    drop((store, snapshots.swap(one).unwrap()));
    assert_eq!(stores(&place), ["store-2"]);
    assert!(matches!(snapshots.at_head(&journal).unwrap().1, Done::Nothing));

    // What a killed process left is removed by the one that has them next.
    let left = beside();
    std::mem::forget(left);
    fs::create_dir(place.join("store-17")).unwrap();
    let lock = snapshots.taken(Patience::default()).unwrap().unwrap();
    assert_eq!(stores(&place), ["store-2"]);
    assert!(matches!(snapshots.at_head(&journal).unwrap().1, Done::Nothing));
    drop(lock);

    // One that cannot come to count.
    fs::remove_file(place.join("CURRENT")).unwrap();
    fs::create_dir(place.join("CURRENT")).unwrap();
    assert!(snapshots.swap(beside()).is_err());
    assert_eq!(stores(&place), ["store-2"]);
}

#[test]
fn a_log_that_does_not_read_is_not_taken_for_another() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    append(&mut journal, &mut Random(1), 0, 5);
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    drop(snapshots.at_head(&journal).unwrap());
    append(&mut journal, &mut Random(2), 5, 5);
    // The index would know it too.
    for file in fs::read_dir(dir.path().join("journal")).unwrap() {
        fs::write(file.unwrap().path(), "").unwrap();
    }
    let why = snapshots.opened(&journal).err();
    assert!(matches!(why, Some(Unusable::LogUnread(_))), "{why:?}");
}

#[test]
fn twenty_differences_are_told_at_most() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let joined = |n: usize| {
        let text = format!(
            r#"{{"id":"e{n}","type":"JoinedCompany","person":"Person {n}","company":"Company {n}","reported_at":"2020-12-31","source":"s"}}"#
        );
        Submission::read(text.as_bytes()).unwrap()
    };
    let append = |journal: &mut Journal, numbers: Range<usize>| {
        let read: Vec<Submission> = numbers.map(joined).collect();
        let entries: Vec<NewEvent<'_>> =
            read.iter().map(|s| NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json }).collect();
        journal.append(&entries, Instant::from_micros(1_800_000_000_000_000)).unwrap();
    };
    append(&mut journal, 0..1);
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let (store, _) = snapshots.at_head(&journal).unwrap();
    append(&mut journal, 1..700);
    let differences = snapshots.compare(&journal, &store).unwrap();
    assert!(differences.last().is_some_and(|last| last.ends_with(": missing")), "{differences:#?}");
    assert_eq!(differences.len(), 20);
}

#[test]
fn a_few_are_read_from_an_excerpt() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let texts: Vec<String> = (0..4_000)
        .map(|n| {
            let (person, unit, year) = (n % 1_000, n % 97, 2000 + n / 200);
            format!(
                r#"{{"id":"e{n}","type":"JoinedCompany","person":"Person {person}","company":"Acme","unit":"Unit {unit}","reports_to":"Person {}","effective":"{year}","reported_at":"{year}-12-31","source":"s"}}"#,
                person / 10
            )
        })
        .chain((4_000..36_000).map(|n| {
            format!(
                r#"{{"id":"e{n}","type":"JoinedCompany","person":"Other {n}","company":"Elsewhere {}","reported_at":"2020","source":"s"}}"#,
                n % 1_000
            )
        }))
        .collect();
    let read: Vec<Submission> = texts.iter().map(|text| Submission::read(text.as_bytes()).unwrap()).collect();
    let entries: Vec<NewEvent<'_>> =
        read.iter().map(|s| NewEvent { id: &s.id, fingerprint: s.fingerprint, event: &s.json }).collect();
    journal.append(&entries, Instant::from_micros(1_800_000_000_000_000)).unwrap();
    let (store, _) = snapshots.at_head(&journal).unwrap();
    let whole = tenure_projector::load(&journal, |_| {}).unwrap();
    let basis = Basis { known: Some("2010-06-01T00:00:00Z".parse().unwrap()), ..Basis::default() };
    let of_whole = Reading::new(&whole.archive, &basis);

    // All whom an excerpt names are looked at.
    let read = |about: About<'_>, most: usize, of: &dyn Fn(&Reading<'_>)| {
        let read = |excerpt: &Excerpt<'_>| {
            assert!(excerpt.archive().len() < most, "{}", excerpt.archive().len());
            let reading = Reading::new(excerpt.archive(), &basis);
            let lack = excerpt.lacks(&reading, &basis, &LookedAt { all: true, ..LookedAt::default() });
            if lack.is_none() {
                of(&reading);
            }
            ((), lack)
        };
        store.read_excerpt(&journal, about, &[], read).unwrap().expect("an excerpt");
    };
    let posts = |reading: &Reading<'_>| {
        let person = reading.people_asked("Person 777")[0];
        let state = reading.person_state(person);
        state.career.tenures.iter().map(|held| (held.start.clone(), held.end.clone())).collect::<Vec<_>>()
    };
    read(called("Person 777", Aspect::Posts), 200, &|reading| assert_eq!(posts(reading), posts(&of_whole)));

    let members = |reading: &Reading<'_>| {
        let roster = reading.roster(reading.units_asked("Unit 7")[0]);
        let mut members: Vec<_> =
            roster.iter().map(|row| (reading.who(row.person).id.clone(), row.start.earliest())).collect();
        members.sort();
        members
    };
    read(called("Unit 7", Aspect::Members), 1_000, &|reading| {
        assert_eq!(members(reading), members(&of_whole));
        assert!(members(reading).len() > 10);
    });

    let there = |reading: &Reading<'_>| reading.roster(reading.units_asked("Elsewhere 5")[0]).len();
    let of_all = Reading::new(&whole.archive, &Basis::default());
    let of_company =
        |excerpt: &Excerpt<'_>| (there(&Reading::new(excerpt.archive(), &Basis::default())), Lack::default());
    let found = store.read_excerpt(&journal, called("Elsewhere 5", Aspect::Members), &[], of_company).unwrap();
    assert_eq!((found, there(&of_all)), (Some(32), 32));

    // The directory knows what no event ever named, also where it is like the id of a unit.
    for (text, is_named) in [
        ("Person 777", true),
        ("Acme", true),
        ("~acme", true),
        ("Unit 7", true),
        ("~~acme/unit7", true),
        ("~~acme/unit999", false),
        ("~acme/unit7", false),
        ("~~borealis/unit7", false),
        ("Person 7777777", false),
    ] {
        assert_eq!(store.is_named(&journal, text).unwrap(), Some(is_named), "{text}");
    }
}

/// What is told by more than a small share of the log is read from all of it.
#[test]
fn an_excerpt_is_a_share_of_the_log_at_most() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let others = (0..58).map(|n| format!("Other {n}"));
    let who = ["Ann", "Ann", "Bo", "Bo", "Bo", "Ed"].into_iter().map(str::to_owned).chain(others);
    for (n, person) in who.enumerate() {
        let text = format!(
            r#"{{"id":"e{n}","type":"HeldPost","person":"{person}","company":"{person} & Co","title":"T{n}","from":"2001","reported_at":"2009-12-31","source":"s"}}"#
        );
        let read = Submission::read(text.as_bytes()).unwrap();
        let entry = NewEvent { id: &read.id, fingerprint: read.fingerprint, event: &read.json };
        journal.append(&[entry], Instant::from_micros(1_800_000_000_000_000)).unwrap();
    }
    let (store, _) = snapshots.at_head(&journal).unwrap();
    let events = |person: &str| {
        let read = |excerpt: &Excerpt<'_>| (excerpt.archive().len(), Lack::default());
        store.read_excerpt(&journal, called(person, Aspect::Posts), &[], read).unwrap()
    };
    assert_eq!((events("Ann"), events("Bo"), events("Ed")), (Some(2), None, Some(1)));
}
