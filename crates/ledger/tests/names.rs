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
fn a_unit_of_which_nothing_stands_any_more_hides_no_person_of_later() {
    let dir = tempfile::tempdir().expect("a directory");
    let ledger = ledger(
        dir.path(),
        &[
            json!({"type": "UnitDescribed", "unit": "Ann", "company": "Acme", "reported_at": "2020-01-01"}),
            json!({"type": "EventRetracted", "event": "e1", "reported_at": "2020-01-02"}),
            joined(&json!("Ann"), "2020-01-03"),
        ],
    );
    let expect = "Ann, first reported on 2020-01-03, was recorded after what is asked for";
    let ask = Ask::Person { person: "Ann".to_owned() };
    assert_eq!(told(&ledger, ask, terms(None, Some("2"), &[])), [expect]);
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

fn question_of(fields: &Value) -> Question {
    let today: tenure_domain::day::Day = "2025-01-01".parse().expect("a day");
    Question::of_object(fields.as_object().expect("an object").clone(), today).expect("a question")
}

/// Asks about a position before and after what follows it is recorded: the answer and what is told beside it are the same.
fn stays(question: &Value, before: &[Value], after: &[Value]) -> Vec<String> {
    let question = question_of(question);
    let answer = |events: &[Value]| {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = ledger(dir.path(), events);
        let mut terms = question.terms.clone();
        terms.recorded = Some(before.len().to_string());
        let asked = Question { ask: question.ask.clone(), terms: terms.clone() };
        let answer = ledger.ask(&asked).map(|answered| {
            let mut answer = serde_json::to_value(&answered.answer).expect("an answer");
            // When each event was recorded differs, and how far the ledger goes.
            answer["basis"] = Value::Null;
            for event in answer.get_mut("events").and_then(Value::as_array_mut).into_iter().flatten() {
                event["recorded_at"] = Value::Null;
            }
            answer
        });
        (answer.map_err(|unanswered| unanswered.to_string()), told(&ledger, question.ask.clone(), terms))
    };
    let (then, later) = (answer(before), answer(&[before, after].concat()));
    assert_eq!(then, later, "{:?}", question.ask);
    then.1
}

#[test]
fn what_is_recorded_later_changes_nothing_of_whom_a_name_meant() {
    let in_lab =
        json!({"type": "JoinedCompany", "person": "Cy", "company": "Borg", "unit": "Lab", "reported_at": "2022-01-01"});
    let other_lab = json!({"type": "UnitFormed", "unit": "Lab", "company": "Acme", "reported_at": "2023-01-01"});
    let lee =
        |kind: &str, name: &str| json!({"type": kind, "person": name, "company": "Acme", "reported_at": "2022-01-01"});
    let same = json!({"type": "SamePerson", "person": "A. Lee", "same_as": "Ann Lee", "reported_at": "2023-01-01"});
    let held = json!({"type": "HeldPost", "person": "Hu", "company": "Cole", "unit": {"id": "u/lab", "name": "Lab"}, "reported_at": "2022-01-01"});
    let corrected = json!({"type": "JoinedCompany", "person": "Hu", "company": "Cole", "corrects": "e1", "reported_at": "2022-01-01"});
    let merged = json!({"type": "UnitMerged", "unit": {"id": "u/lab", "name": "Lab"}, "company": "Acme", "into": "X", "reported_at": "2023-01-01"});
    let none: [&str; 0] = [];
    let log = |target: &str| json!({"verb": "log", "target": target});
    assert_eq!(stays(&log("Lab"), std::slice::from_ref(&in_lab), &[other_lab]), none);
    let lees = [lee("JoinedCompany", "Ann Lee"), lee("LeftCompany", "A. Lee")];
    assert_eq!(stays(&log("Ann Lee"), &lees, std::slice::from_ref(&same)), none);
    let gone = ["nothing that is said of Lab stands on this basis"];
    for unit in ["Lab", "u/lab"] {
        for verb in ["holders", "who", "org"] {
            let ask = json!({"verb": verb, "unit": unit});
            assert_eq!(stays(&ask, &[held.clone(), corrected.clone()], std::slice::from_ref(&merged)), gone);
        }
        assert_eq!(stays(&log(unit), &[held.clone(), corrected.clone()], std::slice::from_ref(&merged)), none);
        let ask = json!({"verb": "diff", "target": unit, "at": "2021-01-01..2025-01-01"});
        stays(&ask, &[held.clone(), corrected.clone()], std::slice::from_ref(&merged));
    }
}

#[test]
fn a_log_as_known_has_whom_names_meant_then() {
    let dir = tempfile::tempdir().expect("a directory");
    let ledger = ledger(
        dir.path(),
        &[
            joined(&json!("Ann Lee"), "2022-01-01"),
            joined(&json!("A. Lee"), "2022-01-01"),
            json!({"type": "SamePerson", "person": "A. Lee", "same_as": "Ann Lee", "reported_at": "2023-01-01"}),
        ],
    );
    assert_eq!(logged(&ledger, "Ann Lee", None), [1, 2, 3]);
    assert_eq!(logged(&ledger, "Ann Lee", Some("2022-06-01")), [1]);
    assert_eq!(logged(&ledger, "A. Lee", Some("2022-06-01")), [2]);
}

/// The positions of the events that a log of a target lists.
fn logged(ledger: &Ledger, target: &str, known: Option<&str>) -> Vec<u64> {
    let question = question_of(&json!({"verb": "log", "target": target, "known": known}));
    let answer = ledger.ask(&question).expect("an answer").answer;
    let events = serde_json::to_value(&answer).expect("an answer")["events"].take();
    events.as_array().expect("events").iter().map(|event| event["seq"].as_u64().expect("a number")).collect()
}

#[test]
fn a_log_has_what_gives_and_takes_a_claim() {
    let dir = tempfile::tempdir().expect("a directory");
    let retracted = |event: &str| json!({"type": "EventRetracted", "event": event, "reported_at": "2023-01-01"});
    let ledger = ledger(
        dir.path(),
        &[
            joined(&json!("Ann"), "2022-01-01"),
            retracted("e1"),
            retracted("e2"),
            json!({"type": "HeldPost", "person": "Cara", "company": "Beta", "corrects": "e1", "reported_at": "2023-01-01"}),
            retracted("e4"),
            joined(&json!("Eve"), "2022-01-01"),
            retracted("e6"),
        ],
    );
    assert_eq!(logged(&ledger, "Ann", None), [1, 2, 3, 4, 5]);
    assert_eq!(logged(&ledger, "Cara", None), [4, 5]);
    assert_eq!(logged(&ledger, "Acme", None), [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_name_that_another_company_has_is_told_to_be_withdrawn_in_this_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let renamed = |unit: &str, company: &str| json!({"type": "UnitRenamed", "unit": unit, "company": company, "name": "Sales", "reported_at": "2023-01-01"});
    let ledger = ledger(
        dir.path(),
        &[
            renamed("X Team", "Cole"),
            json!({"type": "JoinedCompany", "person": "Ann", "company": "Borg", "unit": "Core", "reported_at": "2023-01-01"}),
            renamed("Core", "Borg"),
            json!({"type": "EventRetracted", "event": "e3", "reported_at": "2024-01-01"}),
        ],
    );
    for recorded in [None, Some("4")] {
        let ask = Ask::Org { unit: "Sales".to_owned(), sort: None };
        let terms = Terms { company: Some("Borg".to_owned()), ..terms(None, recorded, &[]) };
        let expect = ["no statement that stands gives the name Sales; known as Core"];
        assert_eq!(told(&ledger, ask, terms), expect);
    }
}

#[test]
fn what_is_asked_of_events_tells_nothing_of_those_that_are_withheld() {
    let dir = tempfile::tempdir().expect("a directory");
    let ledger = ledger(
        dir.path(),
        &[
            joined(&json!("Ann"), "2022-01-01"),
            json!({"type": "EventRetracted", "event": "e1", "reported_at": "2022-02-01"}),
            joined(&json!("Bo"), "2022-01-01"),
            json!({"type": "EventRetracted", "event": "e3", "reported_at": "2022-02-01"}),
            json!({"type": "PersonErased", "person": "Ann", "reported_at": "2023-01-01"}),
        ],
    );
    let check = |terms: Value, expect: &[u64]| {
        let mut question = json!({"verb": "log"});
        question.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
        let answer = ledger.ask(&question_of(&question)).expect("an answer").answer;
        let events = serde_json::to_value(&answer).expect("an answer")["events"].take();
        let seqs = events.as_array().expect("events").iter().map(|event| event["seq"].as_u64().expect("a number"));
        assert_eq!(seqs.collect::<Vec<_>>(), expect, "{terms}");
    };
    check(json!({}), &[1, 2, 3, 4, 5]);
    check(json!({"type": ["EventRetracted"]}), &[4]);
    check(json!({"until": "2022-12-31"}), &[3, 4]);
    check(json!({"source": ["P"]}), &[3, 4]);
}

#[test]
fn a_name_that_is_known_only_later_is_told_wherever_an_answer_rests_on_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let joined = |person: &str, company: &str| json!({"type": "JoinedCompany", "person": person, "company": company, "unit": "Lab", "reported_at": "2023-01-01"});
    let both = |one: &str, other: &str| json!({"name": one, "aliases": [other]});
    let ledger = ledger(
        dir.path(),
        &[
            joined("Bo", "Bolt"),
            joined("Ann", "Acme"),
            json!({"type": "JoinedCompany", "person": both("Ann", "Bo"), "company": both("Acme", "Bolt"), "reported_at": "2023-01-01"}),
        ],
    );
    let check = |question: Value, expect: &str| {
        let Question { ask, terms } = question_of(&question);
        assert_eq!(told(&ledger, ask, terms), [expect], "{question}");
    };
    let company = "Acme is a name learned later; then known as Bolt";
    for what in ["people", "units", "titles", "sources"] {
        check(json!({"verb": "list", "what": what, "company": "Acme", "recorded": "1"}), company);
    }
    let person = "Ann is a name learned later; then known as Bo";
    check(json!({"verb": "log", "target": "Ann", "recorded": "1"}), person);
    check(json!({"verb": "person", "person": "Ann", "recorded": "1"}), person);
    // Of a unit only the name of its company is of later.
    for verb in ["who", "org", "holders"] {
        check(json!({"verb": verb, "unit": "Lab", "company": "Acme", "recorded": "1"}), company);
    }
    check(json!({"verb": "log", "target": "Lab", "company": "Acme", "recorded": "1"}), company);
    let before = json!({"verb": "list", "what": "people", "company": "Acme", "recorded": "0"});
    check(before, "Bolt, first reported on 2023-01-01, was recorded after what is asked for");
}

#[test]
fn what_was_withdrawn_by_a_position_was_recorded_by_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let ledger = ledger(
        dir.path(),
        &[
            joined(&json!("Ann"), "2020-07-01"),
            json!({"type": "EventRetracted", "event": "e1", "reported_at": "2021-08-01"}),
            joined(&json!("Eve"), "2023-01-01"),
        ],
    );
    let known = Some("2021-06-01..2022-07-01");
    let ask = || Ask::Diff { target: "Ann".to_owned() };
    let terms = |recorded| Terms { at: "2024-01-01".to_owned(), ..terms(known, recorded, &[]) };
    let expect = "nothing that is said of Ann stands on this basis";
    assert_eq!(told(&ledger, ask(), terms(Some("2"))), [expect]);
    assert_eq!(told(&ledger, ask(), terms(None)), [expect]);
}
