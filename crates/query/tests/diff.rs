//! What is learned and what happens between two points (contract, section 5, `diff`).

#[path = "events/archive.rs"]
mod archive;

use archive::archive_of;
use tenure_answers::{Change, DiffAnswer};
use tenure_domain::archive::Archive;
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_query::Inquiry;
use tenure_query::changes::{DiffSubject, Point, diff_answer};

/// The archive of these events. Each is given without its source and its braces.
fn archive(events: &[&str]) -> Archive {
    archive_of(
        (1..)
            .zip(events)
            .map(|(seq, event)| format!(r#"{{"id": "e{seq}", {event}, "reported_at": "2025-01-01", "source": "P"}}"#)),
    )
}

/// The difference for a unit between two points, each a day and the number of events known.
fn diff(events: &[&str], unit: &str, from: (&str, u64), to: (&str, u64)) -> DiffAnswer {
    diff_of(events, from, to, &|inquiry| {
        DiffSubject::Unit(inquiry.view.units_asked(unit).expect("a reading answers").first().copied())
    })
}

/// What is learned of a person, as known on a day after so many events and after more of them.
fn learned(events: &[&str], person: &str, at: &str, from: u64, to: u64) -> Vec<Change> {
    let of = |inquiry: &Inquiry<'_>| {
        DiffSubject::Person(inquiry.view.people_asked(person).expect("a reading answers").first().copied())
    };
    diff_of(events, (at, from), (at, to), &of).learned
}

fn diff_of(
    events: &[&str],
    from: (&str, u64),
    to: (&str, u64),
    of: &dyn Fn(&Inquiry<'_>) -> DiffSubject,
) -> DiffAnswer {
    let archive = archive(events);
    let reading = |known: u64| Reading::new(&archive, &Basis { recorded: Some(Seq::new(known)), ..Basis::default() });
    let (old, new) = (reading(from.1), reading(to.1));
    let day = |text: &str| text.parse().expect("a day");
    let first = Inquiry::of(&old, day(from.0));
    let then = Inquiry::of(&new, day(from.0));
    let last = Inquiry::of(&new, day(to.0));
    let [first, then, last] = [first, then, last].map(|inquiry| Point { inquiry, of: of(&inquiry) });
    let basis = tenure_answers::BasisShown { at: to.0.to_owned(), known: None, recorded: None, seq: 0, head: 0 };
    let target = tenure_answers::Target::Unit(
        last.inquiry.unit_shown(last.inquiry.view.units().expect("a reading answers")[0]).expect("a reading answers"),
    );
    diff_answer(basis, target, &first, &then, &last).expect("a reading answers")
}

/// What is told, as `KIND WHOM`, with what was before and what is after.
fn told(changes: &[Change]) -> Vec<String> {
    let whom = |change: &Change| {
        let person = change.person.as_ref().map(|person| person.name.clone());
        person.or(change.unit.as_ref().map(|unit| unit.name.clone())).expect("a person or a unit")
    };
    changes.iter().map(|change| format!("{} {}", change.kind, whom(change))).collect()
}

const FORMED: &str = r#""type": "UnitFormed", "unit": "Lab", "company": "Acme", "effective": "2018-01-01""#;
const OVER: &str = r#""type": "UnitDissolved", "unit": "Lab", "company": "Acme", "effective": "2019-01-01""#;
const NOT_OVER: &str = r#""type": "EventRetracted", "event": "e2""#;

#[test]
fn a_unit_whose_end_is_withdrawn_is_not_formed_anew() {
    let events = [FORMED, OVER, NOT_OVER];
    assert_eq!(told(&diff(&events, "Lab", ("2020-01-01", 2), ("2020-01-01", 3)).learned), ["corrected Lab"]);
    assert_eq!(told(&diff(&events, "Lab", ("2020-01-01", 1), ("2020-01-01", 2)).learned), ["unit_dissolved Lab"]);
    let again = r#""type": "UnitFormed", "unit": "Lab", "company": "Acme", "effective": "2020-01-01""#;
    let events = [FORMED, OVER, again];
    assert_eq!(told(&diff(&events, "Lab", ("2020-06-01", 2), ("2020-06-01", 3)).learned), ["unit_formed Lab"]);
    assert_eq!(told(&diff(&events, "Lab", ("2019-06-01", 3), ("2020-06-01", 3)).happened), ["unit_formed Lab"]);
}

#[test]
fn a_post_after_a_time_without_one_is_no_new_title_of_the_old() {
    let post = |event: &str, day: &str| {
        format!(r#"{event}, "person": "Ann", "company": "Acme", "unit": "Lab", "effective": "{day}""#)
    };
    let joined = post(r#""type": "JoinedCompany", "title": "Buyer""#, "2018-02-01");
    let relieved = post(r#""type": "RelievedOfPost", "title": "Buyer""#, "2019-02-01");
    let appointed = |day: &str| post(r#""type": "AppointedToPost", "title": "Seller""#, day);
    let check = |day: &str, expected: &[&str]| {
        let events = [joined.as_str(), &relieved, &appointed(day)];
        assert_eq!(told(&diff(&events, "Lab", ("2018-03-01", 3), ("2022-01-01", 3)).happened), expected, "{day}");
    };
    check("2021-02-01", &["relieved Ann", "appointed Ann"]);
    check("2019-02-01", &["retitled Ann"]);
}

#[test]
fn what_merges_in_later_is_not_of_the_unit_before() {
    let renamed =
        r#""type": "UnitRenamed", "unit": "Shop", "company": "Acme", "name": "Store", "effective": "2019-06-01""#;
    let merged =
        r#""type": "UnitMerged", "unit": "Store", "company": "Acme", "into": "Lab", "effective": "2022-01-01""#;
    let events = [FORMED, renamed, merged];
    assert!(diff(&events, "Lab", ("2019-01-01", 3), ("2020-01-01", 3)).happened.is_empty());
    assert_eq!(told(&diff(&events, "Lab", ("2021-01-01", 3), ("2022-06-01", 3)).happened), ["unit_merged Store"]);
}

#[test]
fn who_stops_acting_is_told() {
    let acting = r#""type": "AppointedToPost", "person": "Ann", "company": "Acme", "unit": "Lab", "title": "CFO", "acting": true, "effective": "2020-01-01""#;
    let appointed = r#""type": "AppointedToPost", "person": "Ann", "company": "Acme", "unit": "Lab", "title": "CFO", "effective": "2022-01-01""#;
    let titled = r#""type": "ChangedTitle", "person": "Ann", "company": "Acme", "unit": "Lab", "to_title": "CFO", "effective": "2022-01-01""#;
    for then in [appointed, titled] {
        let diff = diff(&[acting, then], "Lab", ("2021-12-31", 2), ("2022-01-01", 2));
        assert_eq!((told(&diff.happened), told(&diff.learned)), (vec!["retitled Ann".to_owned()], vec![]), "{then}");
    }
}

/// An event about Ann of Acme. Its dates are given with the rest.
fn ann(kind: &str, rest: &str) -> String {
    format!(r#""type": "{kind}", "person": "Ann", "company": "Acme", {rest}"#)
}

#[test]
fn a_unit_that_is_learned_or_withdrawn_is_told() {
    let joined = ann("JoinedCompany", r#""effective": "2021-01-01""#);
    let held = ann("HeldPost", r#""unit": "Lab", "title": "CTO", "lead": true, "from": "2021-01-01""#);
    let events = [joined.as_str(), &held, NOT_OVER];
    let learned = |from: u64, to: u64| diff(&events, "Acme", ("2021-06-15", from), ("2021-06-15", to)).learned;
    for (changes, seen) in [(learned(1, 2), [None, Some("Lab")]), (learned(2, 3), [Some("Lab"), None])] {
        assert_eq!(told(&changes), ["corrected Ann"]);
        let unit = |post: &Option<tenure_answers::Position>| Some(post.as_ref()?.tenure.unit.as_ref()?.name.clone());
        assert_eq!([unit(&changes[0].before), unit(&changes[0].after)], seen.map(|unit| unit.map(str::to_owned)));
    }
    // That a unit got an id is told of nobody in it.
    let described = r#""type": "UnitDescribed", "unit": {"id": "u/lab", "name": "Lab"}, "company": "Acme""#;
    let known = diff(&[&held, described], "Acme", ("2021-06-15", 1), ("2021-06-15", 2)).learned;
    assert_eq!(told(&known), [""; 0]);
}

#[test]
fn what_changes_while_a_unit_is_merged_is_told() {
    let held =
        ann("HeldPost", r#""unit": "Shop", "title": "CTO", "lead": true, "reports_to": "Bo", "from": "2021-01-01""#);
    let merged = r#""type": "UnitMerged", "unit": "Shop", "company": "Acme", "into": "Lab", "effective": "2022-03-01""#;
    let check = |then: &str, expected: &[&str]| {
        let changes = diff(&[&held, merged, then], "Lab", ("2022-02-01", 3), ("2022-05-01", 3)).happened;
        let people: Vec<String> = told(&changes).into_iter().filter(|change| change.ends_with("Ann")).collect();
        assert_eq!(people, expected, "{then}");
    };
    check(FORMED, &[]);
    check(&ann("ChangedManager", r#""reports_to": "Di", "effective": "2022-04-01""#), &["new_manager Ann"]);
    check(&ann("ChangedTitle", r#""to_title": "CEO", "effective": "2022-04-01""#), &["retitled Ann"]);
    check(&ann("TransferredUnit", r#""to_unit": "Lab", "title": "CTO", "effective": "2022-02-15""#), &["moved Ann"]);
    // That the merger is learned is told of the unit alone.
    let learned = diff(&[&held, merged], "Lab", ("2022-05-01", 1), ("2022-05-01", 2)).learned;
    assert_eq!(told(&learned), ["unit_merged Shop"]);
}

#[test]
fn who_comes_to_lead_is_told() {
    let before = ann("HeldPost", r#""unit": "Lab", "title": "VP", "from": "2020-01-01", "to": "2021-01-01""#);
    let lead = ann("HeldPost", r#""unit": "Lab", "title": "VP", "lead": true, "from": "2021-01-01""#);
    let changes = diff(&[&before, &lead], "Lab", ("2020-06-01", 2), ("2021-06-01", 2)).happened;
    assert_eq!(told(&changes), ["retitled Ann"]);
}

/// What became of the people of Acme, as it is learned with the last event and as it is learned that this one is withdrawn.
fn learned_and_withdrawn(events: &[&str], at: &str) -> [Vec<String>; 2] {
    let last = events.len();
    let withdrawn = format!(r#""type": "EventRetracted", "event": "e{last}""#);
    let all: Vec<&str> = events.iter().copied().chain([withdrawn.as_str()]).collect();
    let known = [(last - 1, last), (last, last + 1)];
    known.map(|(from, to)| told(&diff(&all, "Acme", (at, from as u64), (at, to as u64)).learned))
}

#[test]
fn that_two_people_are_one_is_told_of_no_post_that_is_still_there() {
    let joined = ann("JoinedCompany", r#""title": "CTO", "effective": "2020-01-01""#);
    let chair = r#""type": "AppointedToPost", "person": "Annie", "company": "Acme", "title": "Chair", "employment": "board", "effective": "2020-01-01""#;
    let same = r#""type": "SamePerson", "person": "Annie", "same_as": {"id": "a1", "name": "Ann"}"#;
    let none = [Vec::<String>::new(), Vec::new()];
    assert_eq!(learned_and_withdrawn(&[&joined, chair, same], "2020-06-01"), none);
    let events = [joined.as_str(), chair, same];
    assert_eq!(told(&learned(&events, "Ann", "2020-06-01", 2, 3)), ["appointed Ann"]);
    // A post in common is one row of two before.
    let likewise =
        r#""type": "JoinedCompany", "person": "Annie", "company": "Acme", "title": "CTO", "effective": "2020-01-01""#;
    let changes = learned_and_withdrawn(&[&joined, likewise, same], "2020-06-01");
    assert_eq!(changes, [["withdrawn Annie"], ["appointed Annie"]].map(|told| told.map(str::to_owned).to_vec()));
    // Who succeeds the person that they turn out to be.
    let acting = ann("AppointedToPost", r#""title": "CEO", "acting": true, "effective": "2020-01-01""#);
    let succeeds = r#""type": "AppointedToPost", "person": "Annie", "company": "Acme", "title": "CEO", "succeeds": "Ann", "effective": "2020-05-01""#;
    assert_eq!(learned_and_withdrawn(&[&acting, succeeds, same], "2020-06-01"), none);
}

#[test]
fn that_one_person_is_two_is_told_of_no_post_that_is_still_there() {
    let held = |company: &str| {
        format!(
            r#""type": "HeldPost", "person": "Wei", "company": "{company}", "title": "Clerk", "from": "2020-01-01""#
        )
    };
    let described = |id: &str, company: &str| {
        format!(r#""type": "PersonDescribed", "person": {{"id": "{id}", "name": "Wei"}}, "company": "{company}""#)
    };
    let events = [held("Acme"), held("Bolt"), described("w1", "Acme"), described("w2", "Bolt")];
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    for company in ["Acme", "Bolt"] {
        assert_eq!(told(&diff(&events, company, ("2020-06-01", 2), ("2020-06-01", 4)).learned), [""; 0], "{company}");
    }
}

#[test]
fn a_post_that_a_move_tells_of_keeps_its_id() {
    let moved = ann("TransferredUnit", r#""from_unit": "Lab", "to_unit": "Shop", "effective": "2020-12-01""#);
    let earlier = ann("TransferredUnit", r#""from_unit": "Desk", "to_unit": "Lab", "effective": "2018-01-01""#);
    let events = [moved.as_str(), &earlier];
    // The later post is known as before; of the earlier one its start was learned.
    assert_eq!(told(&learned(&events, "Ann", "2021-01-01", 1, 2)), [""; 0]);
    let changes = learned(&events, "Ann", "2017-06-01", 1, 2);
    let unit = |post: &Option<tenure_answers::Position>| Some(post.as_ref()?.tenure.unit.as_ref()?.name.clone());
    let units: Vec<_> =
        changes.iter().map(|change| (change.kind.as_str(), unit(&change.before), unit(&change.after))).collect();
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(units, [("appointed", None, name("Desk")), ("corrected", name("Lab"), name("Lab"))]);
    // A move in the middle of a chain is withdrawn: the last one stays.
    let joined = ann("JoinedCompany", r#""unit": "Desk", "effective": "2018-01-01""#);
    let first = ann("TransferredUnit", r#""from_unit": "Desk", "to_unit": "Lab", "effective": "2019-01-01""#);
    let withdrawn = r#""type": "EventRetracted", "event": "e2""#;
    assert_eq!(told(&learned(&[&joined, &first, &moved, withdrawn], "Ann", "2021-01-01", 3, 4)), [""; 0]);
}

#[test]
fn a_company_or_a_manager_that_gets_an_id_is_the_same() {
    let id = r#"{"id": "acme", "name": "Acme"}"#;
    let event = |kind: &str, company: &str, rest: &str| {
        format!(r#""type": "{kind}", "person": "Ann", "company": {company}, {rest}"#)
    };
    let plain = |kind: &str, rest: &str| event(kind, r#""Acme""#, rest);
    let joined =
        plain("JoinedCompany", r#""unit": "Lab", "title": "Dev", "reports_to": "Kim", "effective": "2018-01-01""#);
    let check = |events: &[&str], person: &str, at: &str, expected: &[&str]| {
        let known = events.len() as u64;
        assert_eq!(told(&learned(events, person, at, known - 1, known)), expected, "{events:?}");
    };
    let moved = event("TransferredUnit", id, r#""to_unit": "Shop", "title": "Lead", "effective": "2020-01-01""#);
    check(&[&joined, &moved], "Ann", "2020-06-01", &["moved Ann"]);
    let titled = event("ChangedTitle", id, r#""to_title": "Lead", "effective": "2020-01-01""#);
    check(&[&joined, &titled], "Ann", "2020-06-01", &["retitled Ann"]);
    let chair = plain("AppointedToPost", r#""title": "Chair", "employment": "board", "effective": "2019-01-01""#);
    let relieved = event("RelievedOfPost", id, r#""unit": "Lab", "effective": "2020-01-01""#);
    check(&[&joined, &chair, &relieved], "Ann", "2020-06-01", &["relieved Ann"]);
    let appointed = event("AppointedToPost", id, r#""title": "Chair", "effective": "2020-01-01""#);
    check(&[&joined, &appointed], "Ann", "2020-06-01", &["appointed Ann"]);
    // The manager gets one.
    let manager = r#""type": "JoinedCompany", "person": {"id": "p/kim", "name": "Kim"}, "company": "Acme", "effective": "2015-01-01""#;
    check(&[&joined, manager], "Ann", "2019-06-01", &[]);
    let other = plain("ChangedManager", r#""reports_to": "Bo", "effective": "2019-01-01""#);
    check(&[&joined, manager, &other], "Ann", "2019-06-01", &["new_manager Ann"]);
    // Nor are its units others than before, whichever of two names theirs was.
    let shop =
        r#""type": "JoinedCompany", "person": "Bo", "company": "Acme", "unit": "Shop", "effective": "2018-01-01""#;
    let same = r#""type": "SameUnit", "unit": "Shop", "company": "Acme", "same_as": {"id": "u/lab", "name": "Lab"}"#;
    assert_eq!(learned_and_withdrawn(&[&joined, shop, same], "2019-06-01"), [[""; 0], [""; 0]]);
    let described = format!(r#""type": "UnitDescribed", "unit": {id}"#);
    let events = [FORMED, &joined, &described];
    assert_eq!(told(&diff(&events, "Acme", ("2019-06-01", 2), ("2019-06-01", 3)).learned), [""; 0]);
}

#[test]
fn what_becomes_known_of_a_tenure_moves_and_titles_nobody() {
    let left = ann("LeftCompany", r#""effective": "2021-05-01""#);
    let joined = ann("JoinedCompany", r#""unit": "Lab", "title": "Chemist", "effective": "2018-01-01""#);
    assert_eq!(told(&learned(&[&left, &joined], "Ann", "2020-01-01", 1, 2)), ["corrected Ann"]);
    let titled = ann("JoinedCompany", r#""title": "Chemist", "effective": "2018-01-01""#);
    let also = ann("JoinedCompany", r#""effective": "2018-01-01""#);
    let withdrawn = r#""type": "EventRetracted", "event": "e1""#;
    assert_eq!(told(&learned(&[&titled, &also, withdrawn], "Ann", "2020-01-01", 2, 3)), ["corrected Ann"]);
    // A title that was learned late is one all the same.
    let later = ann("ChangedTitle", r#""to_title": "Head", "effective": "2019-01-01""#);
    assert_eq!(told(&learned(&[&titled, &later], "Ann", "2020-01-01", 1, 2)), ["retitled Ann"]);
}

/// Whoever was in it is elsewhere, though it exists at both points, or at neither.
#[test]
fn a_merger_is_told_of_a_unit_that_is_formed_again_or_was_yet_to_be_formed() {
    let held = ann("HeldPost", r#""unit": "Shop", "title": "CTO", "from": "2001-01-01""#);
    let unit = |kind: &str, rest: &str| format!(r#""type": "Unit{kind}", "unit": "Shop", "company": "Acme", {rest}"#);
    let merged = |day: &str| unit("Merged", &format!(r#""into": "Ops", "effective": "{day}""#));
    let formed = |day: &str| unit("Formed", &format!(r#""effective": "{day}""#));
    let renamed = unit("Renamed", r#""name": "Store", "effective": "2010-01-01""#);
    for events in [[merged("2005-01-01"), formed("2006-01-01")], [formed("2005-01-01"), merged("2006-01-01")]] {
        let events = [&held, &events[0], &events[1], &renamed].map(String::as_str);
        for of in ["Acme", "Ops"] {
            let happened = |from, to| told(&diff(&events, of, (from, 4), (to, 4)).happened);
            assert_eq!(happened("2004-01-01", "2008-01-01"), ["unit_merged Shop"], "{of} {events:?}");
            assert_eq!(happened("2008-01-01", "2009-01-01"), [""; 0], "{of} {events:?}");
        }
        // Of what exists again and stands elsewhere, the other unit is told no more than that.
        assert_eq!(told(&diff(&events, "Ops", ("2008-01-01", 4), ("2011-01-01", 4)).happened), [""; 0]);
    }
}
