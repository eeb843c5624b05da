//! Whom a question means (contract, section 2, the last point).

#[path = "events/archive.rs"]
mod archive;

use archive::archive_of;
use tenure_domain::archive::Archive;
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_query::{AskError, Asked, Inquiry};

/// The archive of these events, recorded in this order. Each is given without its source and its braces.
fn archive(events: &[&str]) -> Archive {
    archive_of(events.iter().map(|event| format!(r#"{{{event}, "source": "P"}}"#)))
}

/// What a question comes to: `here` and `later` with the id, or the ids that it can mean.
fn unit(archive: &Archive, known: Option<&str>, at: &str, company: Option<&str>, asked: &str) -> String {
    let known = known.map(|known| known.parse().expect("an instant"));
    unit_on(archive, &Basis { known, ..Basis::default() }, at, company, asked)
}

fn unit_on(archive: &Archive, basis: &Basis, at: &str, company: Option<&str>, asked: &str) -> String {
    let (then, today) = (Reading::new(archive, basis), Reading::new(archive, &Basis::default()));
    let at = at.parse().expect("a day");
    let inquiry = Inquiry { today: Some(&today), company, ..Inquiry::of(&then, at) };
    match inquiry.ask_unit(asked) {
        Ok(Asked::Here(unit)) => format!("here {}", inquiry.unit_shown(unit).expect("a reading answers").id),
        Ok(Asked::Later { shown, .. }) => format!("later {}", shown.id),
        Err(error) => ids(error),
    }
}

fn person(archive: &Archive, known: &str, asked: &str) -> String {
    let known = Some(known.parse().expect("an instant"));
    let (then, today) =
        (Reading::new(archive, &Basis { known, ..Basis::default() }), Reading::new(archive, &Basis::default()));
    let at = "2024-01-01".parse().expect("a day");
    let inquiry = Inquiry { today: Some(&today), ..Inquiry::of(&then, at) };
    match inquiry.ask_person(asked) {
        Ok(Asked::Here(person)) => format!("here {}", inquiry.person_shown(person).expect("a reading answers").id),
        Ok(Asked::Later { shown, .. }) => format!("later {}", shown.id),
        Err(error) => ids(error),
    }
}

fn ids(error: AskError) -> String {
    match error {
        AskError::NotFound { title: Some(held), .. } => format!("title in {}", held.places[0].id),
        AskError::NotFound { .. } => "nobody".to_owned(),
        AskError::OtherSort { found, .. } | AskError::NoCompany { found, .. } => format!("other {}", found.id),
        AskError::Ambiguous { candidates, .. } => {
            let ids: Vec<String> = candidates.into_iter().map(|candidate| candidate.id).collect();
            format!("several {}", ids.join(" "))
        }
        AskError::View(error) => panic!("{error}"),
    }
}

#[test]
fn what_another_company_calls_a_unit_takes_no_name_from_its_own() {
    let held = |person: &str, unit: &str| {
        format!(r#""type": "HeldPost", "person": "{person}", "company": "Alfa", "unit": {unit}, "from": "2001""#)
    };
    let core = held("X", r#"{"id": "u1", "name": "Core"}"#);
    let ops = held("Y", r#""Ops""#);
    let same =
        r#""type": "SameUnit", "unit": "Ops", "company": "Beta", "same_as": {"id": "u1"}, "same_as_company": "Alfa""#;
    let elsewhere =
        r#""type": "HeldPost", "person": "Z", "company": "Gamma", "unit": {"id": "u9", "name": "Ops"}, "from": "2001""#;
    let archive = archive(&[&core, &ops, same, elsewhere]);
    assert_eq!(unit(&archive, None, "2024-01-01", Some("Alfa"), "Ops"), "several u1 ~~alfa/ops");
    assert_eq!(unit(&archive, None, "2024-01-01", None, "Ops"), "several u1 u9 ~~alfa/ops");
}

#[test]
fn a_company_that_was_withdrawn_since_scopes_a_name_on_an_older_basis() {
    let joined = r#""id": "1", "type": "JoinedCompany", "person": "Bea", "company": "Borealis", "unit": "Ads", "reported_at": "2023-01-01""#;
    let other = r#""id": "2", "type": "JoinedCompany", "person": "Cy", "company": "Acme", "unit": "Ads", "reported_at": "2023-01-01""#;
    let retracted = r#""id": "3", "type": "EventRetracted", "event": "1", "reported_at": "2024-01-01""#;
    let archive = archive(&[joined, other, retracted]);
    let ask = |known, company, asked| unit(&archive, known, "2024-06-01", company, asked);
    let then = Some("2023-06-01T00:00:00Z");
    assert_eq!(ask(then, Some("Borealis"), "Ads"), "here ~~borealis/ads");
    assert_eq!(ask(then, Some("Acme"), "Ads"), "here ~~acme/ads");
    // A unit of that company which nothing names is not one of another company.
    assert_eq!(ask(then, Some("Borealis"), "Lab"), "nobody");
    assert_eq!(ask(None, Some("Borealis"), "Ads"), "nobody");
}

#[test]
fn a_unit_name_that_several_ids_share_means_the_one_that_exists() {
    let formed = |event: &str, id: &str, day: &str| {
        format!(
            r#""id": "{event}", "type": "UnitFormed", "unit": {{"id": "{id}", "name": "Lab"}}, "company": "Acme", "effective": "{day}", "reported_at": "2024-01-01""#
        )
    };
    let (old, new) = (formed("1", "u1", "2010-01-01"), formed("2", "u2", "2020-01-01"));
    let over = r#""id": "3", "type": "UnitDissolved", "unit": {"id": "u1"}, "company": "Acme", "effective": "2015-01-01", "reported_at": "2024-01-01""#;
    // Some call it by its name alone, which stays ambiguous in their events.
    let named = r#""id": "4", "type": "JoinedCompany", "person": "Bea", "company": "Acme", "unit": "Lab", "reported_at": "2024-01-01""#;
    for events in [vec![&*old, &*new, over], vec![&*old, &*new, over, named]] {
        let archive = archive(&events);
        let ask = |at| unit(&archive, None, at, None, "Lab");
        assert_eq!(ask("2012-01-01"), "here u1", "{events:?}");
        assert_eq!(ask("2022-01-01"), "here u2", "{events:?}");
    }
    let archive = archive(&[&*old, &*new]);
    assert_eq!(unit(&archive, None, "2022-01-01", None, "Lab"), "several u1 u2");
}

#[test]
fn a_name_of_later_is_looked_up_as_known_today() {
    let joined = |event: &str, name: &str| {
        format!(
            r#""id": "{event}", "type": "JoinedCompany", "person": "{name}", "company": "Acme", "reported_at": "2023-01-01""#
        )
    };
    let same = |event: &str, name: &str, other: &str| {
        format!(
            r#""id": "{event}", "type": "SamePerson", "person": "{name}", "same_as": "{other}", "reported_at": "2024-01-01""#
        )
    };
    let (ann, bo) = (joined("1", "Ann"), joined("2", "Bo"));
    let (later, also) = (same("3", "Annie", "Ann"), same("4", "Bo", "Ann"));
    let then = "2023-06-01T00:00:00Z";
    let (one, both) = (archive(&[&*ann, &*later]), archive(&[&*ann, &*bo, &*later, &*also]));
    assert_eq!(person(&one, then, "Annie"), "here ~ann");
    assert_eq!(person(&both, then, "Annie"), "several ~ann ~bo");
    assert_eq!(person(&one, "2022-01-01T00:00:00Z", "Annie"), "later ~ann");
    assert_eq!(person(&one, then, "Cy"), "nobody");
}

#[test]
fn a_name_of_another_sort_is_told_as_such() {
    let joined = r#""id": "1", "type": "JoinedCompany", "person": "Ann", "company": "Acme", "unit": "Lab", "reported_at": "2023-01-01""#;
    let archive = archive(&[joined]);
    let (known, at) = ("2024-01-01T00:00:00Z", "2024-01-01");
    let ask = |company, asked| unit(&archive, None, at, company, asked);
    assert_eq!(person(&archive, known, "Lab"), "other ~~acme/lab");
    assert_eq!(person(&archive, known, "Acme"), "other ~acme");
    assert_eq!(ask(None, "Ann"), "other ~ann");
    // A company that is none.
    assert_eq!(ask(Some("Ann"), "Lab"), "other ~ann");
    assert_eq!(ask(Some("Lab"), "Lab"), "other ~~acme/lab");
    assert_eq!(ask(Some("Apex"), "Lab"), "nobody");
}

#[test]
fn a_title_is_told_as_such() {
    let joined = r#""id": "1", "type": "JoinedCompany", "person": "Ann", "company": "Acme", "unit": "Lab", "title": "Chief Engineer", "reported_at": "2023-01-01""#;
    let archive = archive(&[joined]);
    let ask = |company, asked| unit(&archive, None, "2024-01-01", company, asked);
    assert_eq!(ask(None, "chief engineer"), "title in ~~acme/lab");
    assert_eq!(ask(Some("Acme"), "Chief Engineer"), "title in ~~acme/lab");
    assert_eq!(person(&archive, "2024-01-01T00:00:00Z", "Chief Engineer"), "title in ~~acme/lab");
    assert_eq!(ask(None, "Chief"), "nobody");
}

#[test]
fn a_unit_of_the_company_goes_before_the_company_of_that_name() {
    let own = r#""id": "1", "type": "JoinedCompany", "person": "Ann", "company": "Acme", "unit": "Acme Lab", "reported_at": "2023-01-01""#;
    let named = r#""id": "2", "type": "UnitFormed", "unit": {"id": "u1", "name": "Acme"}, "company": "Acme", "reported_at": "2023-01-01""#;
    let archive = archive(&[own, named]);
    let ask = |company, asked| unit(&archive, None, "2024-01-01", company, asked);
    assert_eq!(ask(Some("Acme"), "Acme"), "here u1");
    assert_eq!(ask(None, "Acme"), "here ~acme");
    assert_eq!(ask(Some("~acme"), "Acme Lab"), "here ~~acme/acmelab");
}

#[test]
fn a_unit_of_another_company_is_found_by_what_this_one_calls_it() {
    let joined = |event: &str, company: &str, unit: &str, reported: &str| {
        format!(
            r#""id": "{event}", "type": "JoinedCompany", "person": "P{event}", "company": "{company}", "unit": {unit}, "reported_at": "{reported}""#
        )
    };
    let of_beta = joined("1", "Beta", r#"{"id": "u1", "name": "Ops"}"#, "2023-01-01");
    let by_acme = joined("2", "Acme", r#"{"id": "u1", "name": "Ops"}"#, "2023-02-01");
    let by_name = joined("3", "Acme", r#""Ops""#, "2023-03-01");
    let one = archive(&[&*of_beta, &*by_acme, &*by_name]);
    let ask = |archive, company, asked| unit(archive, None, "2024-01-01", Some(company), asked);
    assert_eq!(ask(&one, "Beta", "Ops"), "here u1");
    assert_eq!(ask(&one, "Acme", "Ops"), "here u1");
    assert_eq!(ask(&one, "Acme", "u1"), "here u1");
    // What a statement joins.
    let (beta, acme) = (joined("1", "Beta", r#""Ops""#, "2023-01-01"), joined("2", "Acme", r#""Ops""#, "2023-02-01"));
    let same = r#""id": "3", "type": "SameUnit", "unit": "Ops", "company": "Acme", "same_as": "Ops", "same_as_company": "Beta", "reported_at": "2023-03-01""#;
    let two = archive(&[&*beta, &*acme, same]);
    assert_eq!(ask(&two, "Acme", "Ops"), "here ~~beta/ops");
    assert_eq!(ask(&two, "Beta", "Ops"), "here ~~beta/ops");
    // A unit of its own goes before one of another company.
    let own = joined("4", "Acme", r#""Lab""#, "2023-01-01");
    let foreign = joined("5", "Beta", r#"{"id": "u2", "name": "Lab"}"#, "2023-01-01");
    let bench = joined("6", "Acme", r#"{"id": "u2", "name": "Bench"}"#, "2023-02-01");
    let three = archive(&[&*own, &*foreign, &*bench]);
    assert_eq!(ask(&three, "Acme", "Lab"), "here ~~acme/lab");
    assert_eq!(ask(&three, "Acme", "Bench"), "here u2");
    // A name of today, where the unit was recorded first with another company than was reported first with it.
    let later = joined("7", "Acme", r#"{"id": "u3", "name": "Yard"}"#, "2023-02-01");
    let earlier = joined("8", "Beta", r#"{"id": "u3", "name": "Dock"}"#, "2023-01-01");
    let four = archive(&[&*later, &*earlier]);
    let then = Basis { recorded: Some(Seq::new(1)), ..Basis::default() };
    assert_eq!(unit_on(&four, &then, "2024-01-01", Some("Acme"), "Yard"), "here u3");
    assert_eq!(unit_on(&four, &then, "2024-01-01", Some("Acme"), "Dock"), "here u3");
    assert_eq!(unit_on(&four, &then, "2024-01-01", None, "Dock"), "here u3");
}

/// When it is told to have been first reported: by an id alone, or by a name.
#[test]
fn what_is_known_by_an_id_alone_was_reported_too() {
    let left = r#""id": "1", "type": "LeftCompany", "person": {"id": "p3"}, "company": {"id": "c"}, "effective": "2005-01-01", "reported_at": "2012-06-01""#;
    let named =
        r#""id": "2", "type": "PersonDescribed", "person": {"id": "p3", "name": "Ann"}, "reported_at": "2015-01-02""#;
    let company =
        r#""id": "3", "type": "UnitDescribed", "unit": {"id": "c", "name": "Acme"}, "reported_at": "2015-01-02""#;
    let before = Some("2011-01-01T00:00:00Z".parse().expect("an instant"));
    for events in [vec![left], vec![left, named, company]] {
        let archive = archive(&events);
        let then = Reading::new(&archive, &Basis { known: before, ..Basis::default() });
        let today = Reading::new(&archive, &Basis::default());
        let inquiry = Inquiry { today: Some(&today), ..Inquiry::of(&then, "2024-01-01".parse().expect("a day")) };
        let Asked::Later { first_reported: person, .. } = inquiry.ask_person("p3").expect("p3 is there") else {
            panic!("p3 is of later");
        };
        let Asked::Later { first_reported: unit, .. } = inquiry.ask_unit("c").expect("c is there") else {
            panic!("c is of later");
        };
        let days = [person, unit].map(|at| at.map(|at| at.day().to_string()));
        assert_eq!(days, [Some("2012-06-01".to_owned()), Some("2012-06-01".to_owned())], "{events:?}");
    }
}

#[test]
fn what_stands_for_a_name_of_several_is_not_meant_where_none_of_them_exists() {
    let formed = |event: &str, id: &str, day: &str| {
        format!(
            r#""id": "{event}", "type": "UnitFormed", "unit": {{"id": "{id}", "name": "Lab"}}, "company": "Acme", "effective": "{day}", "reported_at": "2024-01-01""#
        )
    };
    let (old, new) = (formed("1", "u1", "2020-01-01"), formed("2", "u2", "2023-01-01"));
    let named = r#""id": "3", "type": "JoinedCompany", "person": "Cy", "company": "Acme", "unit": "Lab", "effective": "2023-06-01", "reported_at": "2024-01-01""#;
    let archive = archive(&[&*old, &*new, named]);
    let ask = |at| unit(&archive, None, at, None, "Lab");
    assert_eq!(ask("2019-06-01"), "several u1 u2 ~~acme/lab");
    assert_eq!(ask("2021-06-01"), "here u1");
    assert_eq!(ask("2024-06-01"), "several u1 u2 ~~acme/lab");
}

#[test]
fn what_has_one_id_is_listed_in_one_order_and_told_apart_by_the_company() {
    let formed = |event: &str, rest: &str| format!(r#""id": "{event}", "type": "UnitFormed", {rest}"#);
    let events = [
        formed("1", r#""unit": {"id": "x", "name": "Acme"}"#),
        formed("2", r#""unit": {"id": "x", "name": "Lab"}, "company": "Bolt""#),
    ];
    let told = |order: [usize; 2]| {
        let archive = archive(&order.map(|at| &*events[at]));
        let reading = Reading::new(&archive, &Basis::default());
        let inquiry = Inquiry::of(&reading, "2030-01-01".parse().expect("a day"));
        let Err(AskError::Ambiguous { candidates, .. }) = inquiry.ask_unit("x") else { panic!("x is two") };
        let of_bolt = unit(&archive, None, "2030-01-01", Some("Bolt"), "x");
        let itself = unit(&archive, None, "2030-01-01", Some("Acme"), "Acme");
        assert_eq!((of_bolt.as_str(), itself.as_str()), ("here x", "here x"));
        candidates.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!((told([0, 1]), told([1, 0])), (vec!["Acme".to_owned(), "Lab".to_owned()], told([0, 1])));
}
