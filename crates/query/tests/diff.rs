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
    let archive = archive(events);
    let reading = |known: u64| Reading::new(&archive, &Basis { recorded: Some(Seq::new(known)), ..Basis::default() });
    let (old, new) = (reading(from.1), reading(to.1));
    let day = |text: &str| text.parse().expect("a day");
    let first = Inquiry::of(&old, day(from.0));
    let then = Inquiry::of(&new, day(from.0));
    let last = Inquiry::of(&new, day(to.0));
    let of = |inquiry: &Inquiry<'_>| {
        DiffSubject::Unit(inquiry.view.units_asked(unit).expect("a reading answers").first().copied())
    };
    let [first, then, last] = [first, then, last].map(|inquiry| Point { inquiry, of: of(&inquiry) });
    let basis = tenure_answers::BasisShown { at: to.0.to_owned(), known: None, recorded: None, seq: 0, head: 0 };
    let target = tenure_answers::Target::Unit(
        last.inquiry
            .unit_shown(last.inquiry.view.units_asked(unit).expect("a reading answers")[0])
            .expect("a reading answers"),
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
