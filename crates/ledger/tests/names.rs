//! Where a name is looked up that the basis of a question lacks, and what is told of that.

use serde_json::{Value, json};
use tenure_domain::day::Instant;
use tenure_domain::wire::{Submission, read_stored};
use tenure_ledger::{Ask, Ledger, Notice, Question, Terms};

/// A ledger of these events, each told by P where it names no source.
fn ledger(dir: &std::path::Path, events: &[Value]) -> Ledger {
    let ledger = Ledger::open(dir).expect("a ledger");
    let now: Instant = "2026-01-02T00:00:00Z".parse().expect("an instant");
    for (number, event) in events.iter().enumerate() {
        let mut event = event.clone();
        let fields = event.as_object_mut().expect("an object");
        fields.entry("id").or_insert(json!(format!("e{}", number + 1)));
        fields.entry("source").or_insert(json!("P"));
        let submission = Submission::read(event.to_string().as_bytes()).expect("an event");
        ledger.append([read_stored(&submission.json, now).expect("an event")]).expect("appended");
    }
    ledger
}

fn joined(person: &Value, reported_at: &str) -> Value {
    json!({"type": "JoinedCompany", "person": person, "company": "Acme", "reported_at": reported_at})
}

/// What is told beside an answer, its basis aside; or the error, with what it suggests.
fn told(ledger: &Ledger, ask: Ask, terms: Terms) -> Vec<String> {
    match ledger.ask(&Question { ask, terms }) {
        Ok(answered) => {
            let remarks = answered.notices.into_iter().filter_map(|notice| match notice {
                Notice::Remark(text) => Some(text),
                Notice::Basis(_) | Notice::Detail(_) => None,
            });
            remarks.collect()
        }
        Err(unanswered) => vec![format!("{unanswered}"), format!("{:?}", unanswered.error)],
    }
}

fn terms(known: Option<&str>, recorded: Option<&str>, source: &[&str]) -> Terms {
    Terms {
        at: "2025-01-01".to_owned(),
        known: known.map(str::to_owned),
        recorded: recorded.map(str::to_owned),
        source: source.iter().map(|source| (*source).to_owned()).collect(),
        ..Terms::default()
    }
}

#[test]
fn a_name_is_looked_up_as_recorded_by_the_position_asked_for_before_it_is_looked_up_since() {
    let dir = tempfile::tempdir().expect("a directory");
    let ledger = ledger(
        dir.path(),
        &[
            joined(&json!("Ann"), "2023-01-01"),
            json!({"type": "PersonDescribed", "person": {"name": "Ann", "aliases": ["Annie"]}, "reported_at": "2024-01-01"}),
            joined(&json!("Eve"), "2024-03-01"),
            json!({"type": "JoinedCompany", "person": "Dee", "company": "Acme", "reported_at": "2023-01-01", "source": "Q"}),
            // What follows is recorded after what is asked for.
            joined(&json!({"id": "x1", "name": "Annie"}), "2023-01-01"),
            joined(&json!({"id": "x2", "name": "Annie"}), "2023-01-01"),
            joined(&json!("Eve"), "2023-01-01"),
            joined(&json!("Bo"), "2024-05-01"),
            joined(&json!("Cy"), "2023-02-01"),
            joined(&json!("Zoltan"), "2023-02-01"),
        ],
    );
    let (known, recorded) = (Some("2023-06-01"), Some("4"));
    let check = |person: &str, known, recorded, source: &[&str], expect: &str| {
        let ask = || Ask::Person { person: person.to_owned() };
        assert_eq!(told(&ledger, ask(), terms(known, recorded, source)), [expect], "{person}");
    };
    check("Annie", known, recorded, &[], "Annie is a name learned later; then known as Ann");
    check("Eve", known, recorded, &[], "Eve was first reported on 2024-03-01, after what is asked for");
    check("Bo", known, recorded, &[], "Bo was first reported on 2024-05-01, after what is asked for");
    check("Cy", known, recorded, &[], "Cy, first reported on 2023-02-01, was recorded after what is asked for");
    check("Cy", None, recorded, &[], "Cy, first reported on 2023-02-01, was recorded after what is asked for");
    check("Dee", known, recorded, &["P"], "nothing that is said of Dee stands on this basis");
    check("Dee", None, recorded, &["P"], "nothing that is said of Dee stands on this basis");
    // What is meant instead is what the ledger had by then.
    for known in [known, None] {
        let told = told(&ledger, Ask::Person { person: "Zoltann".to_owned() }, terms(known, recorded, &[]));
        assert!(told[1].contains("suggestions: []"), "{told:?}");
    }
}

#[test]
fn a_comparison_tells_of_names_as_every_other_question_does() {
    let dir = tempfile::tempdir().expect("a directory");
    let of = |unit: &str| json!({"id": unit, "name": "Lab"});
    let ledger = ledger(
        dir.path(),
        &[
            json!({"type": "UnitFormed", "unit": of("u1"), "company": "Acme", "effective": "2010-01-01", "reported_at": "2023-01-01"}),
            json!({"type": "UnitDissolved", "unit": of("u1"), "company": "Acme", "effective": "2015-01-01", "reported_at": "2023-01-01"}),
            json!({"type": "UnitFormed", "unit": of("u2"), "company": "Acme", "effective": "2018-01-01", "reported_at": "2023-01-01"}),
            joined(&json!("Ann"), "2023-01-01"),
            json!({"type": "PersonDescribed", "person": {"name": "Ann", "aliases": ["Annie"]}, "reported_at": "2024-01-01"}),
            json!({"type": "PersonDescribed", "person": {"name": "Ann", "aliases": ["Anna"]}, "reported_at": "2024-01-01"}),
            json!({"type": "EventRetracted", "event": "e6", "reported_at": "2024-02-01"}),
        ],
    );
    let check = |target: &str, at: &str, known: Option<&str>, expect: &[&str]| {
        let terms = Terms { at: at.to_owned(), known: known.map(str::to_owned), ..Terms::default() };
        assert_eq!(told(&ledger, Ask::Diff { target: target.to_owned() }, terms), expect, "{target}");
    };
    let namesake = "`Lab` was also the name of u1 (2010-01-01 to 2015-01-01); ask for it by its id";
    check("Lab", "2019-01-01..2020-01-01", None, &[namesake]);
    check("u1", "2014-01-01..2016-01-01", None, &["Lab was dissolved: 2015-01-01"]);
    let learned = "Annie is a name learned later; then known as Ann";
    check("Annie", "2019-01-01..2024-01-01", Some("2023-06-01"), &[learned]);
    let withdrawn = "no statement that stands gives the name Anna; known as Ann";
    check("Anna", "2019-01-01..2024-01-01", None, &[withdrawn]);
    check(
        "Ann",
        "2019-01-01..2024-01-01",
        Some("2022-01-01"),
        &["Ann was first reported on 2023-01-01, after what is asked for"],
    );
}

#[test]
fn a_company_tells_where_its_people_are_listed_who_are_in_units_of_others() {
    let dir = tempfile::tempdir().expect("a directory");
    let post = |person: &str, company: &str, unit: Value| json!({"type": "JoinedCompany", "person": person, "company": company, "unit": unit, "reported_at": "2023-01-01"});
    let ledger = ledger(
        dir.path(),
        &[
            post("Ann", "Acme", json!({"id": "u1", "name": "Ops"})),
            post("Bo", "Beta", json!({"id": "u1", "name": "Ops"})),
            post("Cy", "Beta", json!("Lab")),
        ],
    );
    let who = |unit: &str, direct| Ask::Who {
        unit: unit.to_owned(),
        direct,
        lead: false,
        title: None,
        sort: None,
        limit: None,
    };
    let elsewhere = "people of Beta in units of other companies are listed there: u1";
    for recorded in [None, Some("3")] {
        let told = |ask| told(&ledger, ask, terms(None, recorded, &[]));
        assert_eq!(told(who("Beta", false)), [elsewhere]);
        assert_eq!(told(Ask::Org { unit: "Beta".to_owned(), sort: None }), [elsewhere]);
        for (unit, direct) in [("Beta", true), ("Acme", false), ("u1", false)] {
            assert!(told(who(unit, direct)).is_empty(), "{unit}");
        }
    }
}
