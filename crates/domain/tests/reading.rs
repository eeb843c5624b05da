//! Readings of small ledgers: which events live, whom they mean, what is withheld (contract, sections 2 and 3).

use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use tenure_domain::archive::Archive;
use tenure_domain::conflict::ConflictKind;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading, withhold};
use tenure_domain::wire::{Submission, read_stored};

/// The archive of these events, recorded in this order. Each is given without its source and its braces.
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

/// What the conflicts of names and keys are about: kind, id of the person or unit, events.
fn name_conflicts(reading: &Reading<'_>) -> Vec<(ConflictKind, String, Vec<String>)> {
    let of = |named: tenure_domain::view::NameConflict| {
        let person = named.person.map(|person| reading.who(person).id.to_string());
        let unit = named.unit.map(|unit| reading.unit(unit).id.to_string());
        let events = named.conflict.events.iter().map(ToString::to_string).collect();
        (named.conflict.kind, person.or(unit).unwrap_or_default(), events)
    };
    reading.name_conflicts().into_iter().map(of).collect()
}

/// The ids of the people whom an asker can mean.
fn asked(reading: &Reading<'_>, text: &str) -> Vec<String> {
    reading.people_asked(text).into_iter().map(|person| reading.who(person).id.to_string()).collect()
}

const JOINED_ACME: &str = r#""id": "a", "type": "JoinedCompany", "person": "John Smith", "company": "Acme""#;
const JOINED_BETA: &str = r#""id": "b", "type": "JoinedCompany", "person": "John Smith", "company": "Beta""#;
const OF_ACME: &str =
    r#""id": "da", "type": "PersonDescribed", "person": {"id": "js1", "name": "John Smith"}, "company": "Acme""#;
const OF_BETA: &str =
    r#""id": "db", "type": "PersonDescribed", "person": {"id": "js2", "name": "John Smith"}, "company": "Beta""#;

#[test]
fn descriptions_with_a_company_part_namesakes() {
    let archive = archive(&[JOINED_ACME, JOINED_BETA, OF_ACME, OF_BETA]);
    let reading = Reading::new(&archive, &Basis::default());
    assert_eq!(live_of(&reading, "js1"), ["a", "da"]);
    assert_eq!(live_of(&reading, "js2"), ["b", "db"]);
    assert_eq!(name_conflicts(&reading), []);
    assert_eq!(asked(&reading, "John Smith"), ["js1", "js2"]);
}

#[test]
fn where_no_description_decides_a_name_is_ambiguous() {
    let gamma = r#""id": "c", "type": "JoinedCompany", "person": "John Smith", "company": "Gamma""#;
    let both =
        r#""id": "dc", "type": "PersonDescribed", "person": {"id": "js1", "name": "J. Smith"}, "company": "Beta""#;
    let archive = archive(&[JOINED_ACME, JOINED_BETA, OF_ACME, OF_BETA, gamma, both]);
    let reading = Reading::new(&archive, &Basis::default());
    assert_eq!(live_of(&reading, "js1"), ["a", "da", "dc"]);
    assert_eq!(live_of(&reading, "js2"), ["db"]);
    let ambiguous = (ConflictKind::AmbiguousName, "~johnsmith".to_owned(), vec!["b".to_owned(), "c".to_owned()]);
    assert_eq!(name_conflicts(&reading), [ambiguous]);
}

#[test]
fn a_statement_that_a_name_means_one_of_two_leaves_what_the_company_decides() {
    let gamma = r#""id": "c", "type": "JoinedCompany", "person": "John Smith", "company": "Gamma""#;
    let same = r#""id": "s", "type": "SamePerson", "person": "John Smith", "same_as": {"id": "js1"}"#;
    let archive = archive(&[JOINED_ACME, JOINED_BETA, OF_ACME, OF_BETA, gamma, same]);
    let reading = Reading::new(&archive, &Basis::default());
    assert_eq!(live_of(&reading, "js1"), ["a", "da", "c"]);
    assert_eq!(live_of(&reading, "js2"), ["b", "db"]);
    assert_eq!(name_conflicts(&reading), []);
    assert_eq!(asked(&reading, "John Smith"), ["js1"]);
}

#[test]
fn an_identifier_of_two_ids_is_shared() {
    let claim = |event: &str, id: &str| {
        format!(
            r#""id": "{event}", "type": "PersonDescribed", "person": {{"id": "{id}", "name": "{id} Lee"}}, "identifiers": {{"wikidata": "Q1"}}"#
        )
    };
    let (one, other, again) = (claim("e1", "p1"), claim("e2", "p2"), claim("e3", "p1"));
    let named = r#""id": "e4", "type": "JoinedCompany", "person": {"name": "Bo", "identifiers": {"wikidata": "Q1"}}, "company": "Acme""#;
    let check = |events: &[&str], shared: &[&str], bo: &[&str]| {
        let archive = archive(events);
        let reading = Reading::new(&archive, &Basis::default());
        let conflicts = name_conflicts(&reading);
        let found = conflicts.iter().find(|(kind, ..)| *kind == ConflictKind::SharedIdentifier);
        assert_eq!(found.map_or(&[][..], |(_, _, events)| &events[..]), shared, "{events:?}");
        assert_eq!(asked(&reading, "wikidata:Q1"), bo, "{events:?}");
    };
    check(&[&one, &again, named], &[], &["p1"]);
    check(&[&one, &other, &again], &["e1", "e2", "e3"], &["p1", "p2"]);
    check(&[&one, &other, named], &["e1", "e2"], &["p1", "p2", "~bo"]);
    // Joined, they are one; and who is told of is in the log of either.
    let same = r#""id": "s", "type": "SamePerson", "person": {"id": "p1"}, "same_as": {"id": "p2"}"#;
    check(&[&one, &other, named, same], &[], &["p2"]);
    // The conflict is told of each of them.
    let archive = archive(&[&one, &other]);
    let reading = Reading::new(&archive, &Basis::default());
    assert_eq!(reading.name_conflicts()[0].others.len(), 1);
}

#[test]
fn an_identifier_is_looked_at_before_the_names() {
    let p1 = r#""id": "1", "type": "PersonDescribed", "person": {"id": "p1", "name": "Ann Lee"}, "identifiers": {"wikidata": "Q1"}"#;
    let p2 = r#""id": "2", "type": "PersonDescribed", "person": {"id": "p2", "name": "Bo Chen"}"#;
    let both = r#""id": "3", "type": "JoinedCompany", "person": {"name": "Bo Chen", "identifiers": {"wikidata": "Q1"}}, "company": "Acme""#;
    let archive = archive(&[p1, p2, both]);
    let reading = Reading::new(&archive, &Basis::default());
    assert_eq!(live_of(&reading, "p1"), ["1", "3"]);
    assert_eq!(asked(&reading, "Q1"), ["p1"]);
}

#[test]
fn a_joined_group_has_the_id_that_none_joins_to_another() {
    let named = |event: &str, name: &str| {
        format!(r#""id": "{event}", "type": "JoinedCompany", "person": {name}, "company": "Acme""#)
    };
    let same = |event: &str, one: &str, other: &str| {
        format!(r#""id": "{event}", "type": "SamePerson", "person": {one}, "same_as": {other}"#)
    };
    let check = |sames: &[(&str, &str)], expect: &str| {
        let names = [r#""Ann""#, r#""Bo""#, r#""Cy""#, r#"{"id": "p1", "name": "P"}"#, r#"{"id": "p2", "name": "Q"}"#];
        let mut events: Vec<String> = names.iter().enumerate().map(|(i, name)| named(&format!("e{i}"), name)).collect();
        events.extend(sames.iter().enumerate().map(|(i, (one, other))| same(&format!("s{i}"), one, other)));
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        let archive = archive(&events);
        let reading = Reading::new(&archive, &Basis::default());
        let first = sames[0].0.trim_matches('"');
        let first = if first.contains("p1") { "p1" } else { first };
        assert_eq!(asked(&reading, first), [expect], "{sames:?}");
    };
    let (p1, p2) = (r#"{"id": "p1"}"#, r#"{"id": "p2"}"#);
    check(&[(r#""Ann""#, r#""Bo""#)], "~bo");
    check(&[(r#""Ann""#, r#""Bo""#), (r#""Bo""#, r#""Cy""#)], "~cy");
    // Names mean the group by then, which is not joined to itself.
    check(&[(r#""Ann""#, r#""Bo""#), (r#""Bo""#, r#""Ann""#)], "~bo");
    check(&[(p1, p2), (p2, p1)], "p1");
    check(&[(r#""Ann""#, p2), (p1, p2)], "p2");
    // Where both give an id comes first.
    check(&[(r#""Ann""#, p1), (p1, p2)], "p2");
    // A name of one that is joined already means the group too.
    check(&[(p1, p2), (r#""P""#, p1)], "p2");
}

#[test]
fn many_names_and_statements_of_identity_are_read_quickly() {
    let many = 20_000_u64;
    let begun = Clock::now();
    let mut archive = Archive::new();
    for seq in 1..=many {
        let json = format!(
            r#"{{"type":"SamePerson","id":"s{seq}","person":"Name {}","same_as":"Name {seq}","reported_at":"2024","source":"P"}}"#,
            seq - 1
        );
        push(&mut archive, seq, &json);
        let json = format!(
            r#"{{"type":"JoinedCompany","id":"j{seq}","person":{{"id":"p","name":"Person {seq}"}},"company":"Acme","reported_at":"2024","source":"P"}}"#
        );
        push(&mut archive, many + seq, &json);
    }
    let reading = Reading::new(&archive, &Basis::default());
    assert_eq!(asked(&reading, "Name 0"), ["~name20000"]);
    assert_eq!(asked(&reading, "Person 7"), ["p"]);
    for seq in 1..=many {
        assert_eq!(reading.people_asked("~name20000").len(), 1, "{seq}");
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn one_name_of_many_ids_in_many_companies_is_read_quickly() {
    let many = 4_000_u64;
    let begun = Clock::now();
    let mut archive = Archive::new();
    for seq in 1..=many {
        let json = format!(
            r#"{{"type":"PersonDescribed","id":"d{seq}","person":{{"id":"p{seq}","name":"Unknown"}},"company":"C{seq}","reported_at":"2024","source":"P"}}"#
        );
        push(&mut archive, seq, &json);
        let json = format!(
            r#"{{"type":"JoinedCompany","id":"j{seq}","person":"Unknown","company":"C{seq}","reported_at":"2024","source":"P"}}"#
        );
        push(&mut archive, many + seq, &json);
    }
    let reading = Reading::new(&archive, &Basis::default());
    assert_eq!(live_of(&reading, "p7"), ["d7", "j7"]);
    assert_eq!(name_conflicts(&reading), []);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn names_that_are_connected_and_that_many_ids_claim_are_kept_up_to_a_number() {
    let check = |many: u64, meant: usize| {
        let mut archive = Archive::new();
        for seq in 1..=many {
            let claim = format!(
                r#"{{"type":"PersonDescribed","id":"d{seq}","person":{{"id":"p{seq}","name":"Unknown"}},"reported_at":"2024","source":"P"}}"#
            );
            push(&mut archive, seq, &claim);
            let alias = format!(
                r#"{{"type":"JoinedCompany","id":"j{seq}","person":{{"name":"Unknown","aliases":["N{seq}"]}},"company":"C","reported_at":"2024","source":"P"}}"#
            );
            push(&mut archive, many + seq, &alias);
        }
        let reading = Reading::new(&archive, &Basis::default());
        assert_eq!(asked(&reading, "N7").len(), meant, "{many}");
        assert!(asked(&reading, "N7").contains(&"~unknown".to_owned()), "{many}");
        assert_eq!(asked(&reading, "p7"), ["p7"], "{many}");
        let mut calls = 0;
        reading.each_call(|_, _| calls += 1);
        // Each id as such and as one that was given, the company, and the names of all who are connected.
        let ids = usize::try_from(many).expect("few") + 3;
        assert!(calls <= 2 * ids + (ids - 2) * meant, "{many}: {calls} calls");
        assert_eq!(name_conflicts(&reading).len(), 1, "{many}");
    };
    check(300, 301);
    check(400, 1);
}

#[test]
fn words_about_the_erased_are_withheld() {
    let joined =
        r#""id": "1", "type": "JoinedCompany", "person": "Zeb Quill", "company": "Acme", "reported_at": "2024-01-01""#;
    let other = r#""id": "2", "type": "JoinedCompany", "person": "Ann", "company": "Acme", "remit": "assists Zeb Quill", "reported_at": "2024-01-01""#;
    let left = r#""id": "3", "type": "LeftCompany", "person": "Ann", "company": "Acme", "reason": "followed zeb-quill", "effective": "2024-02-01""#;
    let bo = r#""id": "4", "type": "LeftCompany", "person": "Bo", "company": "Acme", "reason": "of Zeb Quillian", "effective": "2024-02-01""#;
    let retracted = r#""id": "5", "type": "EventRetracted", "event": "1", "reason": "Quill sued""#;
    let again = r#""id": "6", "type": "EventRetracted", "event": "5""#;
    let unrelated = r#""id": "7", "type": "EventRetracted", "event": "4""#;
    let erased = r#""id": "8", "type": "PersonErased", "person": "Zeb Quill""#;
    let archive = archive(&[again, joined, other, left, bo, retracted, unrelated, erased]);
    let withheld: Vec<&str> =
        archive.entries().iter().filter(|entry| entry.is_withheld()).map(|entry| entry.id.as_str()).collect();
    assert_eq!(withheld, ["6", "1", "5", "8"]);
    let reading = Reading::new(&archive, &Basis::default());
    let erased = reading.erased_names();
    let ann = reading.person(reading.people_asked("Ann")[0]);
    let is_withheld = |text: &Option<Arc<str>>| erased.stand_in(text.as_ref().expect("a text"));
    assert!(is_withheld(&ann.career.tenures[0].remit) && is_withheld(&ann.career.tenures[0].end_reason));
    assert!(erased.stand_in("Zeb  Quill's lawyer") && !erased.stand_in("of Zeb Quillian"));
}

#[test]
fn a_retraction_of_an_erased_event_still_retracts() {
    // What the retracted event named beside the erased is not known by it.
    let joined = r#""id": "1", "type": "JoinedCompany", "person": "Zeb", "company": "Acme", "unit": "Lab""#;
    let retracted = r#""id": "2", "type": "EventRetracted", "event": "1""#;
    let erased = r#""id": "3", "type": "PersonErased", "person": "Zeb""#;
    let archive = archive(&[joined, retracted, erased]);
    let reading = Reading::new(&archive, &Basis::default());
    assert_eq!(reading.units_asked("Acme").len(), 0);
    assert_eq!(reading.people_asked("Zeb").len(), 0);
}

#[test]
fn who_is_erased_is_decided_by_what_stands() {
    let held = |id: &str, person: &str, company: &str| {
        format!(
            r#""id": "{id}", "type": "HeldPost", "person": {person}, "company": "{company}", "from": "2001", "reported_at": "2020-01-01""#
        )
    };
    let retracted = |id: &str| format!(r#""id": "not-{id}", "type": "EventRetracted", "event": "{id}""#);
    let erased = |person: &str| format!(r#""id": "erased", "type": "PersonErased", "person": {person}"#);
    let check = |events: &[String], withheld: &[&str], answered: &[&str]| {
        let archive = archive(&events.iter().map(String::as_str).collect::<Vec<_>>());
        let found: Vec<&str> =
            archive.entries().iter().filter(|entry| entry.is_withheld()).map(|entry| entry.id.as_str()).collect();
        assert_eq!(found, withheld, "{events:?}");
        let reading = Reading::new(&archive, &Basis::default());
        let ids: Vec<String> = reading.people().into_iter().map(|person| reading.who(person).id.to_string()).collect();
        assert_eq!(ids, answered, "{events:?}");
    };
    let one = held("1", r#"{"id": "p1", "name": "Ann"}"#, "Acme");
    let alone = held("2", r#""Ann""#, "Bolt");
    let namesake = held("3", r#"{"id": "p2", "name": "Ann"}"#, "Acme");
    // What was withdrawn makes no name ambiguous.
    let all = [one.clone(), namesake.clone(), retracted("3"), erased(r#""Ann""#)];
    check(&all, &["1", "erased"], &[]);
    let all = [one.clone(), alone, namesake, retracted("3"), erased(r#"{"id": "p1"}"#)];
    check(&all, &["1", "2", "erased"], &[]);
    // Nor does it make two people one.
    let bob = held("1", r#"{"id": "p1", "name": "Bob"}"#, "Acme");
    let ann = held("2", r#""Ann""#, "Bolt");
    let called = r#""id": "3", "type": "PersonDescribed", "person": {"id": "p1"}, "names": [{"text": "Ann"}]"#;
    let all = [bob, ann, called.to_owned(), retracted("3"), erased(r#""Ann""#)];
    check(&all, &["2", "erased"], &["p1"]);
    // Where nothing that stands bears the name any more, it means whom it meant.
    let spelled = format!(r#"{}, "corrects": "1""#, held("3", r#"{"id": "p1", "name": "Ann B."}"#, "Acme"));
    check(&[one.clone(), erased(r#""Ann""#), spelled], &["1", "erased", "3"], &[]);
    check(&[one.clone(), erased(r#""Ann""#), retracted("1")], &["1", "erased", "not-1"], &[]);
    // Of a name whose bearers are all erased, so is who bears nothing but that.
    let (other, bare) = (held("2", r#"{"id": "p2", "name": "Ann"}"#, "Bolt"), held("3", r#""Ann""#, "Zeta"));
    let again = erased(r#"{"id": "p2"}"#).replace(r#""erased""#, r#""again""#);
    let all = [one.clone(), other, bare, retracted("3"), erased(r#"{"id": "p1"}"#), again];
    check(&all, &["1", "2", "3", "not-3", "erased", "again"], &[]);
    // Nor does a statement of sameness that was withdrawn; but whom nothing else names that stands was the erased one.
    let same = r#""id": "2", "type": "SamePerson", "person": "Annie", "same_as": {"id": "p1"}"#.to_owned();
    let annie = held("3", r#""Annie""#, "Bolt");
    let all = [one.clone(), same.clone(), annie.clone(), retracted("2"), erased(r#"{"id": "p1"}"#)];
    check(&all, &["1", "2", "not-2", "erased"], &["~annie"]);
    let all = [same, annie, retracted("2"), retracted("3"), erased(r#"{"id": "p1"}"#)];
    check(&all, &["2", "3", "not-2", "not-3", "erased"], &[]);
    let archive_then = archive(&all.each_ref().map(String::as_str));
    for recorded in 1..=5 {
        let basis = Basis { recorded: Some(Seq::new(recorded)), ..Basis::default() };
        assert!(Reading::new(&archive_then, &basis).people().is_empty(), "{recorded}");
    }
    // What was withdrawn is withheld as what stands is.
    let aka = held("2", r#"{"id": "p1", "name": "Annie"}"#, "Bolt");
    let called_so = held("3", r#""Annie""#, "Bolt");
    let all = [one, aka, called_so, retracted("2"), retracted("3"), erased(r#"{"id": "p1"}"#)];
    check(&all, &["1", "2", "3", "not-2", "not-3", "erased"], &[]);
}

#[test]
fn a_name_of_two_stays_ambiguous_when_one_of_them_is_erased() {
    let upto = |recorded: Option<u64>| Basis { recorded: recorded.map(Seq::new), ..Basis::default() };
    let one = r#""id": "1", "type": "PersonDescribed", "person": {"id": "l1", "name": "Li Wei"}"#;
    let two = r#""id": "2", "type": "PersonDescribed", "person": {"id": "l2", "name": "Li Wei"}"#;
    let joined = r#""id": "3", "type": "JoinedCompany", "person": "Li Wei", "company": "Corp", "title": "CEO""#;
    let led = r#""id": "4", "type": "ChangedManager", "person": "Ann", "company": "Corp", "reports_to": "Li Wei", "effective": "2024-02-01""#;
    let other = r#""id": "5", "type": "JoinedCompany", "person": {"id": "l1", "name": "Li Wei"}, "company": "Other""#;
    let erased = r#""id": "6", "type": "PersonErased", "person": {"id": "l1"}"#;
    let all = [one, two, joined, led, other, erased];
    let archive_of_one = archive(&all);
    for recorded in [None, Some(4), Some(3)] {
        let reading = Reading::new(&archive_of_one, &upto(recorded));
        let ids: Vec<String> =
            reading.people_asked("Li Wei").into_iter().map(|person| reading.who(person).id.to_string()).collect();
        assert_eq!(ids, ["l2", "~liwei"], "{recorded:?}");
        let living = reading.people_asked("l2")[0];
        assert!(reading.person(living).career.tenures.is_empty(), "{recorded:?}");
        assert!(reading.people_asked("l1").is_empty(), "{recorded:?}");
        let conflicts = reading.name_conflicts();
        assert_eq!(conflicts[0].conflict.detail, "one of l2, somebody who is erased can be meant");
    }
    // Before the other one was known, the name meant who is erased now.
    let in_turn = archive(&[one, joined, led, two, erased]);
    assert_eq!(Reading::new(&in_turn, &upto(Some(3))).people().len(), 1, "Ann alone");

    let both = r#""id": "7", "type": "PersonErased", "person": {"id": "l2"}"#;
    let archive = archive(&[&all[..], &[both]].concat());
    let reading = Reading::new(&archive, &Basis::default());
    assert!(reading.people_asked("Li Wei").is_empty());
    assert_eq!(reading.people().len(), 1, "Ann alone");
    assert!(reading.name_conflicts().is_empty());
}

#[test]
fn conflicts_of_names_tell_of_no_event_that_is_withheld() {
    let moved = |id: &str, person: &str, unit: &str| {
        let unit = format!(r#"{{"id": "{unit}", "name": "Lab", "identifiers": {{"r": "1"}}}}"#);
        format!(
            r#""id": "{id}", "type": "TransferredUnit", "person": "{person}", "company": "Acme", "to_unit": {unit}"#
        )
    };
    let joined = |id: &str, person: &str| {
        let place = r#""company": "Acme", "unit": "Lab""#;
        format!(r#""id": "{id}", "type": "JoinedCompany", "person": "{person}", {place}"#)
    };
    let erased = r#""id": "erased", "type": "PersonErased", "person": "Bo""#.to_owned();
    let check = |events: &[&String], names: &[&str], identifiers: &[&str]| {
        let archive = archive(&events.iter().map(|event| event.as_str()).collect::<Vec<_>>());
        let found = name_conflicts(&Reading::new(&archive, &Basis::default()));
        let of = |wanted: ConflictKind| -> Vec<String> {
            found.iter().filter(|(kind, ..)| *kind == wanted).flat_map(|(_, _, events)| events.clone()).collect()
        };
        assert_eq!(of(ConflictKind::AmbiguousName), names, "{events:?}");
        assert_eq!(of(ConflictKind::SharedIdentifier), identifiers, "{events:?}");
    };
    let (one, bo, cy) = (moved("1", "Ann", "u1"), joined("2", "Bo"), joined("3", "Cy"));
    let (two, of_bo) = (moved("4", "Dee", "u2"), moved("4", "Bo", "u2"));
    check(&[&one, &bo, &two], &["2"], &["1", "4"]);
    check(&[&one, &bo, &two, &erased], &[], &["1", "4"]);
    check(&[&one, &bo, &cy, &two, &erased], &["3"], &["1", "4"]);
    check(&[&one, &cy, &of_bo], &["3"], &["1", "4"]);
    check(&[&one, &cy, &of_bo, &erased], &["3"], &[]);
}

#[test]
fn an_end_is_stated_again_of_so_many_posts() {
    let post = |n: u32| {
        format!(
            r#""id": "p{n}", "type": "AppointedToPost", "person": "Ann", "company": "Acme", "title": "T{n}", "effective": "2020-01-01""#
        )
    };
    let left = |n: u32| {
        format!(
            r#""id": "l{n}", "type": "LeftCompany", "person": "Ann", "company": "Acme", "effective": "2021-01-0{n}""#
        )
    };
    let events: Vec<String> = (0..150).map(post).chain((1..4).map(left)).collect();
    let archive = archive(&events.iter().map(String::as_str).collect::<Vec<_>>());
    let reading = Reading::new(&archive, &Basis::default());
    let ann = reading.person(reading.people_asked("Ann")[0]);
    let stated = |times: usize| {
        let ends = ann.career.tenures.iter().filter_map(|tenure| tenure.end.as_ref());
        ends.filter(|end| end.events.len() == times).count()
    };
    assert_eq!((ann.career.tenures.len(), stated(1), stated(3)), (150, 50, 100));
}
