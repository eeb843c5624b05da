//! What becomes of people with their units (contract, section 4, "Units").

#[path = "events/archive.rs"]
mod archive;

use archive::archive_of;
use tenure_answers::BasisShown;
use tenure_domain::archive::Archive;
use tenure_domain::bounds::Bounds;
use tenure_domain::name::NameKey;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::wire::read_stored;
use tenure_query::changes::DiffSubject;
use tenure_query::effects::effects;
use tenure_query::{
    ChartOrder, GapsAsked, HoldersAsked, Inquiry, Inventory, MemberFilter, Order, PeopleOrder, SubUnits,
};

/// The archive of these events, reported on the first day of 2024. Each is given without its source and its braces.
fn archive(events: &[&str]) -> Archive {
    archive_of(
        (1..)
            .zip(events)
            .map(|(seq, event)| format!(r#"{{"id": "e{seq}", {event}, "reported_at": "2024-01-01", "source": "P"}}"#)),
    )
}

/// How many posts Ann has on the day, and the conflicts about posts that outlive their unit, by their events.
fn check(events: &[&str], day: &str, posts: usize, outliving: &[&[&str]]) {
    let archive = archive(events);
    let reading = Reading::new(&archive, &Basis::default());
    let at = day.parse().expect("a day");
    let inquiry = Inquiry::of(&reading, at);
    let ann = inquiry.ask_person("Ann").expect("Ann is there").here().expect("on this basis");
    assert_eq!(inquiry.positions_of(ann).expect("a reading answers").len(), posts, "{events:?} on {day}");
    let basis = || tenure_answers::BasisShown { at: day.to_owned(), known: None, recorded: None, seq: 0, head: 0 };
    let of_kind = |conflicts: Vec<tenure_answers::Conflict>| -> Vec<Vec<String>> {
        conflicts.into_iter().filter(|c| c.kind == "outlives_unit").map(|c| c.events).collect()
    };
    let told = of_kind(inquiry.conflicts_answer(basis(), None).expect("a reading answers").conflicts);
    assert_eq!(told, outliving, "{events:?}");
    let career =
        inquiry.career_answer(basis(), inquiry.ask_person("Ann").expect("Ann is there")).expect("a reading answers");
    assert_eq!(of_kind(career.conflicts), outliving, "{events:?}");
}

const IN_LAB: &str =
    r#""type": "JoinedCompany", "person": "Ann", "company": "Acme", "unit": "Lab", "effective": "2018-01-01""#;
const OVER: &str = r#""type": "UnitDissolved", "unit": "Lab", "company": "Acme", "effective": "2020-06-30""#;

#[test]
fn a_tenure_without_a_stated_end_ends_with_its_unit() {
    check(&[IN_LAB, OVER], "2020-06-29", 1, &[]);
    check(&[IN_LAB, OVER], "2020-06-30", 0, &[]);
    // What another source attests later is no sighting.
    let manager = r#""type": "ChangedManager", "person": "Ann", "company": "Acme", "reports_to": "Bo", "effective": "2021-01-01""#;
    check(&[IN_LAB, OVER, manager], "2021-02-01", 0, &[]);
}

#[test]
fn a_death_is_no_stated_end() {
    let died = r#""type": "PersonDied", "person": "Ann", "effective": "2023-05-01""#;
    check(&[IN_LAB, OVER, died], "2020-06-29", 1, &[]);
    check(&[IN_LAB, OVER, died], "2021-02-01", 0, &[]);
    // What a source says of the end is put aside, but it was said that the post went on.
    let left = r#""type": "LeftCompany", "person": "Ann", "company": "Acme", "effective": "2024-06-01""#;
    check(&[IN_LAB, OVER, left, died], "2021-02-01", 1, &[&["e2", "e4"]]);
}

#[test]
fn nothing_ends_with_its_unit_before_it_began_or_was_last_seen() {
    let over = r#""type": "UnitDissolved", "unit": "Lab", "company": "Acme", "effective": "2020""#;
    for (post, from) in [
        (r#""type": "JoinedCompany", "effective": "2020-03-01""#, "2020-03-02"),
        (r#""type": "HeldPost", "from": "2018-01-01", "seen": "2020-05-05""#, "2020-05-06"),
        (r#""type": "JoinedCompany", "effective": "2018-01-01""#, "2020-01-01"),
    ] {
        let archive = archive(&[&format!(r#"{post}, "person": "Ann", "company": "Acme", "unit": "Lab""#), over]);
        let reading = Reading::new(&archive, &Basis::default());
        let inquiry = Inquiry::of(&reading, "2022-01-01".parse().expect("a day"));
        let basis =
            tenure_answers::BasisShown { at: "2022-01-01".to_owned(), known: None, recorded: None, seq: 0, head: 0 };
        let career =
            inquiry.career_answer(basis, inquiry.ask_person("Ann").expect("Ann is there")).expect("a reading answers");
        let to = career.tenures[0].to.as_ref().expect("an end");
        assert_eq!((to.earliest.as_deref(), to.latest.as_deref()), (Some(from), Some("2020-12-31")), "{post}");
    }
}

#[test]
fn a_stated_end_or_a_sighting_after_it_outlives_the_unit() {
    let left = r#""type": "LeftCompany", "person": "Ann", "company": "Acme", "effective": "2021-06-01""#;
    check(&[IN_LAB, OVER, left], "2021-02-01", 1, &[&["e2", "e3"]]);
    let seen = r#""type": "HeldPost", "person": "Ann", "company": "Acme", "unit": "Lab", "seen": "2021-06-01""#;
    check(&[IN_LAB, OVER, seen], "2022-02-01", 1, &[&["e1", "e2", "e3"]]);
    // On its last day, or before that, nothing outlives it.
    let with_it = r#""type": "LeftCompany", "person": "Ann", "company": "Acme", "effective": "2020-06-30""#;
    check(&[IN_LAB, OVER, with_it], "2020-06-30", 0, &[]);
    let before = r#""type": "HeldPost", "person": "Ann", "company": "Acme", "unit": "Lab", "seen": "2020-06-01""#;
    check(&[IN_LAB, OVER, before], "2020-07-01", 0, &[]);
    // The year of the end may be that of the dissolution.
    let that_year = r#""type": "LeftCompany", "person": "Ann", "company": "Acme", "effective": "2020""#;
    check(&[IN_LAB, OVER, that_year], "2020-12-31", 0, &[]);
}

#[test]
fn a_company_is_a_unit_too() {
    let over = r#""type": "UnitDissolved", "unit": "Acme", "effective": "2020-06-30""#;
    check(&[IN_LAB, over], "2020-07-01", 0, &[]);
    let seen = r#""type": "HeldPost", "person": "Ann", "company": "Acme", "unit": "Lab", "seen": "2021-06-01""#;
    check(&[IN_LAB, over, seen], "2020-07-01", 1, &[&["e1", "e2", "e3"]]);
}

#[test]
fn a_post_ends_with_what_its_unit_or_company_was_merged_into() {
    let acme = r#""type": "UnitMerged", "unit": "Acme", "into": "Bolt", "effective": "2021-01-01""#;
    let bolt = r#""type": "UnitDissolved", "unit": "Bolt", "effective": "2022-06-01""#;
    check(&[IN_LAB, acme, bolt], "2022-05-31", 1, &[]);
    check(&[IN_LAB, acme, bolt], "2022-06-01", 0, &[]);
    let lab = r#""type": "UnitMerged", "unit": "Lab", "company": "Acme", "into": "Ops", "effective": "2021-01-01""#;
    let ops = r#""type": "UnitDissolved", "unit": "Ops", "company": "Acme", "effective": "2022-01-01""#;
    check(&[IN_LAB, lab, ops], "2022-01-01", 0, &[]);
    // A stated end after that outlives it, one before does not.
    let left =
        |day: &str| format!(r#""type": "LeftCompany", "person": "Ann", "company": "Acme", "effective": "{day}""#);
    check(&[IN_LAB, lab, ops, &left("2023-01-01")], "2022-02-01", 1, &[&["e3", "e4"]]);
    check(&[IN_LAB, acme, bolt, &left("2023-01-01")], "2022-07-01", 1, &[&["e3", "e4"]]);
    check(&[IN_LAB, lab, ops, &left("2021-06-01")], "2022-02-01", 0, &[]);
    // What was dissolved and formed again before the merger did nothing to those who came by it.
    let over = r#""type": "UnitDissolved", "unit": "Ops", "company": "Acme", "effective": "2019-01-01""#;
    let again = r#""type": "UnitFormed", "unit": "Ops", "company": "Acme", "effective": "2020-01-01""#;
    check(&[IN_LAB, lab, over, again, &left("2023-01-01")], "2022-02-01", 1, &[]);
}

#[test]
fn a_company_has_its_people_before_it_was_formed() {
    let formed = r#""type": "UnitFormed", "unit": "Acme", "effective": "2021""#;
    let archive = archive(&[IN_LAB, formed]);
    let reading = Reading::new(&archive, &Basis::default());
    let inquiry = Inquiry::of(&reading, "2019-06-01".parse().expect("a day"));
    let acme = inquiry.ask_unit("Acme").expect("Acme is there");
    let org = inquiry.org_answer(BasisShown::default(), acme, ChartOrder::Name).expect("a reading answers");
    assert_eq!((org.unit.headcount, org.unit.children.len()), (1, 1));
}

#[test]
fn a_chart_keeps_a_unit_whose_sub_units_have_gone() {
    let moved = |to: &str, day: &str| {
        format!(r#""type": "UnitMoved", "unit": "Lab", "company": "Acme", "parent": "{to}", "effective": "{day}""#)
    };
    let events = [IN_LAB, &moved("Research", "2019-01-01"), &moved("Engineering", "2021-01-01")];
    let units = |day: &str| chart(&events, day).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(units("2018-06-01"), ["Lab"]);
    assert_eq!(units("2020-12-31"), ["Research"]);
    assert_eq!(units("2021-01-01"), ["Engineering", "Research"]);
}

#[test]
fn what_was_dissolved_before_a_post_began_did_not_outlast_it() {
    let again = r#""type": "UnitFormed", "unit": "Lab", "company": "Acme", "effective": "2017-01-01""#;
    let over = r#""type": "UnitDissolved", "unit": "Lab", "company": "Acme", "effective": "2015-06-30""#;
    let left = r#""type": "LeftCompany", "person": "Ann", "company": "Acme", "effective": "2021-06-01""#;
    check(&[IN_LAB, over, again, left], "2020-01-01", 1, &[]);
}

/// A vague start is no reason to count a post to the later time of a unit, where it was told of in the earlier one.
#[test]
fn what_was_told_of_before_the_dissolution_does_not_come_back_with_the_unit() {
    let event = |id: &str, reported: &str, fields: &str| {
        format!(
            r#"{{"id": "{id}", "reported_at": "{reported}", "source": "P", "company": "Acme", "unit": "Lab", {fields}}}"#
        )
    };
    for (reported, posts) in [("2020-01-10", 0), ("2020-09-10", 1)] {
        let archive = archive_of([
            event("e1", reported, r#""type": "HeldPost", "person": "Ann", "from": "2020""#),
            event("e2", "2020-03-02", r#""type": "UnitDissolved", "effective": "2020-03-01""#),
            event("e3", "2020-07-02", r#""type": "UnitFormed", "effective": "2020-07-01""#),
        ]);
        let reading = Reading::new(&archive, &Basis::default());
        let inquiry = Inquiry::of(&reading, "2021-08-10".parse().expect("a day"));
        let ann = inquiry.ask_person("Ann").expect("Ann is there").here().expect("on this basis");
        assert_eq!(inquiry.positions_of(ann).expect("a reading answers").len(), posts, "told on {reported}");
    }
}

#[test]
fn before_a_rename_that_gives_an_id_the_first_reported_name_is_shown() {
    let described = r#""type": "UnitDescribed", "unit": {"id": "u1", "name": "Lab"}, "company": "Acme""#;
    let renamed = r#""type": "UnitRenamed", "unit": {"id": "u1"}, "company": "Acme", "name": "Search", "effective": "2020-01-01""#;
    // A name that a rename brought was not always its name, whoever uses it before or after.
    let used = r#""type": "JoinedCompany", "person": "Ann", "company": "Acme", "unit": {"id": "u1", "name": "Search"}"#;
    for events in [
        vec![described, renamed],
        vec![renamed, described],
        vec![used, renamed, described],
        vec![renamed, described, used],
    ] {
        let archive = archive(&events);
        let reading = Reading::new(&archive, &Basis::default());
        for (day, name) in [("2019-12-31", "Lab"), ("2020-01-01", "Search")] {
            let at = day.parse().expect("a day");
            let inquiry = Inquiry::of(&reading, at);
            for asked in ["Lab", "Search", "u1"] {
                let unit = inquiry.ask_unit(asked).expect("it is there").here().expect("on this basis");
                assert_eq!(inquiry.unit_shown(unit).expect("a reading answers").name, name, "{asked} on {day}");
            }
        }
    }
}

#[test]
fn a_chart_shows_a_unit_from_when_its_first_description_tells_of_it() {
    let described = r#""type": "UnitDescribed", "unit": "Attic", "company": "Acme", "parent": "Lab""#;
    let dated = format!(r#"{described}, "effective": "2024-01-01""#);
    let check = |event: &str, day: &str, units: usize| {
        let archive = archive(&[IN_LAB, event]);
        let reading = Reading::new(&archive, &Basis::default());
        let inquiry = Inquiry::of(&reading, day.parse().expect("a day"));
        let basis = tenure_answers::BasisShown { at: day.to_owned(), known: None, recorded: None, seq: 0, head: 0 };
        let lab = inquiry.ask_unit("Lab").expect("Lab is there");
        let chart = inquiry.org_answer(basis, lab, tenure_query::ChartOrder::Name).expect("a small chart");
        assert_eq!(chart.unit.children.len(), units, "{event} on {day}");
    };
    check(&dated, "2023-12-31", 0);
    check(&dated, "2024-01-01", 1);
    check(described, "2019-01-01", 1);
}

/// The units of Acme in the chart of a day, with how many people are in each.
fn chart(events: &[&str], day: &str) -> Vec<(String, usize)> {
    let archive = archive(events);
    let reading = Reading::new(&archive, &Basis::default());
    let inquiry = Inquiry::of(&reading, day.parse().expect("a day"));
    let acme = inquiry.ask_unit("Acme").expect("Acme is there");
    let basis = BasisShown { at: day.to_owned(), ..BasisShown::default() };
    let org = inquiry.org_answer(basis, acme, ChartOrder::Name).expect("a reading answers");
    org.unit.children.into_iter().map(|unit| (unit.name, unit.headcount)).collect()
}

#[test]
fn what_others_were_merged_into_is_known_from_then_on() {
    let merged =
        r#""type": "UnitMerged", "unit": "Lab", "company": "Acme", "into": "Works", "effective": "2021-01-01""#;
    let left = r#""type": "LeftCompany", "person": "Ann", "company": "Acme", "effective": "2022-01-01""#;
    for (day, expected) in [("2020-06-01", ("Lab", 1)), ("2021-06-01", ("Works", 1)), ("2022-06-01", ("Works", 0))] {
        assert_eq!(chart(&[IN_LAB, merged, left], day), [(expected.0.to_owned(), expected.1)], "{day}");
    }
    let formed = r#""type": "UnitFormed", "unit": "Lab", "company": "Acme", "effective": "2020-01-01""#;
    assert_eq!(chart(&[formed, merged], "2021-06-01"), [("Works".to_owned(), 0)]);
}

#[test]
fn the_first_and_last_days_of_a_unit_do_not_depend_on_the_order_of_events() {
    let held = r#""type": "HeldPost", "person": "Ann", "company": "Acme", "unit": "Lab", "seen": "2022-07-13""#;
    let joined =
        r#""type": "JoinedCompany", "person": "Bo", "company": "Acme", "unit": "Lab", "effective": "2022-07-13""#;
    let first = |events: &[&str]| {
        let archive = archive(events);
        let reading = Reading::new(&archive, &Basis::default());
        let inquiry = Inquiry::of(&reading, "2023-01-01".parse().expect("a day"));
        let basis = BasisShown { at: "2023-01-01".to_owned(), ..BasisShown::default() };
        let listed = inquiry.list_answer(basis, Inventory::Units, None, Order::Name, None).expect("a reading answers");
        listed.listed.into_iter().map(|item| (item.first, item.last)).collect::<Vec<_>>()
    };
    assert_eq!(first(&[held, joined]), first(&[joined, held]));
}

#[test]
fn the_evidence_of_a_person_is_that_of_the_post_that_is_listed_first() {
    let joined =
        r#""type": "JoinedCompany", "person": "Ann", "company": "Acme", "unit": "Lab", "effective": "2022-01-01""#;
    let seat = r#""type": "AppointedToPost", "person": "Ann", "company": "Beta", "title": "Chair", "employment": "board", "effective": "2021-01-01""#;
    let archive = archive(&[joined, seat]);
    let reading = Reading::new(&archive, &Basis::default());
    let inquiry = Inquiry::of(&reading, "2022-03-01".parse().expect("a day"));
    let ann = inquiry.ask_person("Ann").expect("Ann is there").here().expect("on this basis");
    let place = inquiry.tenure_of(ann).expect("a reading answers").expect("a post");
    let company = reading.person(ann).career.tenures[place].company;
    assert_eq!(inquiry.unit_shown(company).expect("a reading answers").name, "Acme");
}

/// Who held posts in a unit, in order of start, each with the end that is told.
fn holders(events: &[&str], unit: &str, at: &str, between: Bounds) -> Vec<(String, Option<String>)> {
    let archive = archive(events);
    let reading = Reading::new(&archive, &Basis::default());
    let inquiry = Inquiry::of(&reading, at.parse().expect("a day"));
    let asked = inquiry.ask_unit(unit).expect("the unit is there");
    let wanted = HoldersAsked {
        reach: SubUnits::Whole,
        filter: &MemberFilter::default(),
        between,
        order: PeopleOrder::Start,
        most: None,
        gaps: GapsAsked::No,
    };
    let answer = inquiry.holders_answer(BasisShown::default(), asked, &wanted).expect("a reading answers");
    answer.holders.into_iter().map(|one| (one.person.name, one.tenure.to.map(|to| to.edtf))).collect()
}

#[test]
fn holders_are_ordered_and_chosen_by_the_dates_that_are_told() {
    let ann = r#""type": "HeldPost", "person": "Ann", "company": "Acme", "unit": "Lab", "from": "2020-01-01", "to": "2021-06-01""#;
    let bo = r#""type": "AppointedToPost", "person": "Bo", "company": "Acme", "unit": "Lab", "title": "VP""#;
    let over =
        |day: &str| format!(r#""type": "UnitDissolved", "unit": "Lab", "company": "Acme", "effective": "{day}""#);
    let told = |day: &str, since: Option<&str>| {
        let between = Bounds::new(since.map(|day| day.parse().expect("a day")), None).expect("bounds");
        let found = holders(&[ann, bo, &over(day)], "Lab", "2025-01-01", between);
        found.into_iter().map(|(person, to)| format!("{person} {}", to.unwrap_or_default())).collect::<Vec<_>>()
    };
    assert_eq!(told("2019-06-01", None), ["Bo 2019-06-01", "Ann 2021-06-01"]);
    assert_eq!(told("2021-01-01", Some("2021-02-01")), ["Ann 2021-06-01"]);
    let archive = archive(&[bo, &ann.replace("Ann", "Bo").replace("Lab", "Ops"), &over("2019-06-01")]);
    let reading = Reading::new(&archive, &Basis::default());
    let inquiry = Inquiry::of(&reading, "2025-01-01".parse().expect("a day"));
    let asked = inquiry.ask_person("Bo").expect("Bo is there");
    let career = inquiry.career_answer(BasisShown::default(), asked).expect("a reading answers");
    let ends = career.tenures.iter().map(|held| held.to.as_ref().map(|to| to.edtf.as_str()));
    assert_eq!(ends.collect::<Vec<_>>(), [Some("2019-06-01"), Some("2021-06-01")]);
}

#[test]
fn a_company_that_is_gone_had_its_holders_in_its_units_too() {
    let boss =
        r#""type": "JoinedCompany", "person": "Bo", "company": "Acme", "title": "CEO", "effective": "2018-06-01""#;
    for gone in [
        r#""type": "UnitDissolved", "unit": "Acme", "effective": "2022-01-01""#,
        r#""type": "UnitMerged", "unit": "Acme", "into": "Beta", "effective": "2022-01-01""#,
    ] {
        let names = |at: &str| {
            let found = holders(&[IN_LAB, boss, gone], "Acme", at, Bounds::UNKNOWN);
            found.into_iter().map(|(person, _)| person).collect::<Vec<_>>()
        };
        assert_eq!(names("2021-06-01"), ["Ann", "Bo"], "{gone}");
        assert_eq!(names("2023-06-01"), ["Ann", "Bo"], "{gone}");
    }
}

#[test]
fn a_contradiction_of_units_is_an_effect() {
    let formed =
        r#""type": "UnitFormed", "unit": "Lab", "company": "Acme", "parent": "Ops", "effective": "2022-01-01""#;
    let moved = r#""type": "UnitMoved", "unit": "Ops", "company": "Acme", "parent": "Lab", "effective": "2022-02-01""#;
    let (before, after) = (archive(&[formed]), archive(&[formed, moved]));
    let (before, after) = (Reading::new(&before, &Basis::default()), Reading::new(&after, &Basis::default()));
    let day = "2024-01-01".parse().expect("a day");
    let event = format!(r#"{{"id": "e2", {moved}, "reported_at": "2024-01-01", "source": "P"}}"#);
    let event = read_stored(&event, "2024-01-02T00:00:00Z".parse().expect("an instant")).expect("an event");
    let told = effects(&Inquiry::of(&before, day), &Inquiry::of(&after, day), &[event]).expect("readings answer");
    let kinds: Vec<&str> = told.conflicts.iter().filter_map(|pair| Some(pair.after.as_ref()?.kind.as_str())).collect();
    assert_eq!(kinds, ["cycle"]);
}

/// While it was merged, its parent came to stand under it, or was merged into it: formed again it is under its company.
#[test]
fn a_unit_formed_again_does_not_stand_under_itself() {
    let unit = |kind: &str, unit: &str, field: &str, day: &str| {
        format!(r#""type": "Unit{kind}", "unit": "{unit}", "company": "Acme", {field}"effective": "{day}""#)
    };
    let held = |who: &str, unit: &str| {
        format!(r#""type": "HeldPost", "person": "{who}", "company": "Acme", "unit": "{unit}", "from": "2004-01-01""#)
    };
    let below = unit("Moved", "A", r#""parent": "B", "#, "2000-01-01");
    let merged = unit("Merged", "A", r#""into": "Z", "#, "2001-01-01");
    let again = unit("Formed", "A", "", "2003-01-01");
    for (kind, field) in [("Moved", "parent"), ("Merged", "into")] {
        let turned = unit(kind, "B", &format!(r#""{field}": "A", "#), "2002-01-01");
        let events = [&below, &merged, &turned, &again, &held("Ann", "A"), &held("Bo", "B")];
        let events = events.map(String::as_str);
        let charted = chart(&events, "2005-01-01");
        assert_eq!(charted, [("A".to_owned(), 2), ("Z".to_owned(), 0)], "{kind}");
        let archive = archive(&events);
        let reading = Reading::new(&archive, &Basis::default());
        let inquiry = Inquiry::of(&reading, "2005-01-01".parse().expect("a day"));
        let conflicts = inquiry.conflicts_answer(BasisShown::default(), None).expect("a reading answers").conflicts;
        let told: Vec<_> = conflicts.iter().map(|c| (c.kind.as_str(), c.events.as_slice())).collect();
        assert_eq!(told, [("cycle", ["e4".to_owned()].as_slice())], "{kind}");
    }
}

#[test]
fn what_was_dissolved_before_a_merger_did_not_end_who_came_by_it() {
    let event = |kind: &str, unit: &str, into: &str, day: &str| {
        format!(r#""type": "Unit{kind}", "unit": "{unit}", "company": "Acme", {into}"effective": "{day}""#)
    };
    let into = |unit: &str| format!(r#""into": "{unit}", "#);
    let over = event("Dissolved", "Ops", "", "2019-01-01");
    let merged = event("Merged", "Lab", &into("Ops"), "2020-07-01");
    check(&[IN_LAB, &over, &merged], "2020-06-30", 1, &[]);
    check(&[IN_LAB, &over, &merged], "2022-01-01", 1, &[]);
    // Nor did it over several mergers, of which the last brought them there.
    let left = r#""type": "LeftCompany", "person": "Ann", "company": "Acme", "effective": "2023-06-01""#;
    let first = event("Merged", "Lab", &into("Works"), "2018-07-01");
    let second = event("Merged", "Works", &into("Ops"), "2020-07-01");
    let again = event("Formed", "Ops", "", "2020-01-01");
    check(&[IN_LAB, &first, &second, &over, &again, left], "2022-01-01", 1, &[]);
    // Of a dissolution in the year of the merger it is the part after that.
    let vague = event("Dissolved", "Ops", "", "2020");
    let ends = holders(&[IN_LAB, &vague, &merged], "Lab", "2022-01-01", Bounds::UNKNOWN);
    assert_eq!(ends, [("Ann".to_owned(), Some("[2020-07..2020]".to_owned()))]);
    // In their own company they were all the time.
    let gone = r#""type": "UnitDissolved", "unit": "Acme", "effective": "2019-01-01""#;
    check(&[IN_LAB, gone, &merged], "2022-01-01", 0, &[]);
}

#[test]
fn a_second_statement_of_a_dissolution_is_about_posts_that_began_after_the_first() {
    let over =
        |day: &str| format!(r#""type": "UnitDissolved", "unit": "Lab", "company": "Acme", "effective": "{day}""#);
    let (first, second) = (over("2002-01-01"), over("2004-07-01"));
    let post = |who: &str, dates: &str| {
        format!(r#""type": "HeldPost", "person": "{who}", "company": "Acme", "unit": "Lab", "lead": true, {dates}"#)
    };
    let ann = post("Ann", r#""from": "2004-01-01""#);
    let stated = post("Ann", r#""from": "2004-01-01", "to": "2006-01-01""#);
    check(&[&stated, &first, &second], "2005-01-01", 1, &[&["e1", "e3"]]);
    check(&[&ann, &first, &second], "2005-01-01", 0, &[]);
    let archive = archive(&[&ann, &post("Bo", r#""from": "2006-01-01""#), &first, &second]);
    let reading = Reading::new(&archive, &Basis::default());
    let inquiry = Inquiry::of(&reading, "2007-01-01".parse().expect("a day"));
    let conflicts = inquiry.conflicts_answer(BasisShown::default(), None).expect("a reading answers").conflicts;
    assert!(conflicts.iter().all(|conflict| conflict.kind != "two_leads"), "{conflicts:?}");
}

#[test]
fn holders_are_those_who_were_in_the_unit_or_came_there_by_a_merger() {
    let unit = |kind: &str, rest: &str| format!(r#""type": "Unit{kind}", "unit": "V", "company": "Acme", {rest}"#);
    let post = |who: &str, unit: &str, dates: &str| {
        format!(
            r#""type": "HeldPost", "person": "{who}", "company": "Acme", "unit": "{unit}", "title": "Head", {dates}"#
        )
    };
    let told = |events: &[&String], of: &str, at: &str| {
        let events: Vec<&str> = events.iter().map(|event| event.as_str()).collect();
        let found = holders(&events, of, at, Bounds::UNKNOWN);
        found.into_iter().map(|(person, _)| person).collect::<Vec<_>>()
    };
    // It stood under X, and then under Y until it was dissolved.
    let under = unit("Formed", r#""parent": "X", "effective": "2000-01-01""#);
    let moved = unit("Moved", r#""parent": "Y", "effective": "2005-01-01""#);
    let over = unit("Dissolved", r#""effective": "2008-01-01""#);
    let bo = post("Bo", "V", r#""from": "2006-01-01", "to": "2007-01-01""#);
    let cy = post("Cy", "X", r#""from": "2001-01-01", "to": "2003-01-01""#);
    for at in ["2006-06-01", "2010-01-01"] {
        assert_eq!(told(&[&under, &moved, &bo, &over, &cy], "X", at), ["Cy"], "{at}");
        assert_eq!(told(&[&under, &moved, &bo, &over, &cy], "Y", at), ["Bo"], "{at}");
    }
    // It comes under X only after it was formed.
    let formed = unit("Formed", r#""parent": "Y", "effective": "2012-01-01""#);
    let later = unit("Moved", r#""parent": "X", "effective": "2015-01-01""#);
    assert_eq!(told(&[&formed, &later, &bo, &cy], "X", "2010-01-01"), ["Cy"]);
    // It was merged into X: those who were gone by then were never there.
    let merged = unit("Merged", r#""into": "X", "effective": "2009-01-01""#);
    let di = post("Di", "V", r#""from": "2008-01-01""#);
    assert_eq!(told(&[&bo, &cy, &di, &merged], "X", "2010-01-01"), ["Cy", "Di"]);
    assert_eq!(told(&[&bo, &cy, &di, &merged], "X", "2008-06-01"), ["Cy"]);
    assert_eq!(told(&[&bo, &cy, &di, &merged], "V", "2010-01-01"), ["Bo", "Di"]);
    // Formed again and merged into Z since, it left to X those whom it had before.
    let again = unit("Formed", r#""effective": "2010-01-01""#);
    let em = post("Em", "V", r#""from": "2011-01-01""#);
    assert_eq!(told(&[&cy, &di, &merged, &again, &em], "X", "2012-01-01"), ["Cy", "Di"]);
    assert_eq!(told(&[&cy, &di, &merged, &again, &em], "V", "2012-01-01"), ["Di", "Em"]);
    // X is merged in its turn.
    let on = merged.replace(r#""unit": "V""#, r#""unit": "X""#).replace(r#""into": "X""#, r#""into": "Z""#);
    let on = on.replace("2009", "2013");
    assert_eq!(told(&[&cy, &di, &merged, &on], "X", "2014-01-01"), ["Cy", "Di"]);
    assert_eq!(told(&[&cy, &di, &merged, &on], "Z", "2014-01-01"), ["Di"]);
}

/// Who came by a merger fills the post from then on, whether or not sub-units are asked for.
#[test]
fn a_gap_ends_with_a_merger_that_brings_a_holder() {
    let held = |who: &str, unit: &str, dates: &str| {
        format!(
            r#""type": "HeldPost", "person": "{who}", "company": "Acme", "unit": "{unit}", "title": "CFO", {dates}"#
        )
    };
    let merged = r#""type": "UnitMerged", "unit": "V", "company": "Acme", "into": "U", "effective": "2006-01-01""#;
    let events = [
        &held("Ann", "U", r#""from": "2000-01-01", "to": "2002-01-01""#),
        &held("Bo", "V", r#""from": "2001-01-01", "to": "2005-01-01""#),
        &held("Cy", "V", r#""from": "2003-01-01", "to": "2008-01-01""#),
        merged,
    ];
    let archive = archive(&events.map(|event| event as &str));
    let reading = Reading::new(&archive, &Basis::default());
    let inquiry = Inquiry::of(&reading, "2010-01-01".parse().expect("a day"));
    for reach in [SubUnits::Direct, SubUnits::Whole] {
        let filter = MemberFilter { leads_only: false, titles: NameKey::of("CFO").map(|key| [key].into()) };
        let (between, order) = (Bounds::UNKNOWN, PeopleOrder::Start);
        let wanted = HoldersAsked { reach, filter: &filter, between, order, most: None, gaps: GapsAsked::Yes };
        let asked = inquiry.ask_unit("U").expect("the unit is there");
        let answer = inquiry.holders_answer(BasisShown::default(), asked, &wanted).expect("a reading answers");
        let gaps = answer.gaps.expect("gaps were asked for");
        let told =
            gaps.iter().map(|gap| (gap.from.edtf.as_str(), gap.to.as_ref().map(|to| (to.edtf.as_str(), to.inferred))));
        let expect = [("2002-01-01", Some(("2006-01-01", true))), ("2008-01-01", None)];
        assert_eq!(told.collect::<Vec<_>>(), expect, "{reach:?}");
        assert_eq!(answer.holders.iter().map(|one| one.person.name.as_str()).collect::<Vec<_>>(), ["Ann", "Cy"]);
    }
}

#[test]
fn moves_and_posts_in_between_go_by_the_dates_that_are_told() {
    let over = r#""type": "UnitDissolved", "unit": "Lab", "company": "Acme", "effective": "2021-01-01""#;
    let joined = r#""type": "JoinedCompany", "person": "Ann", "company": "Bolt", "effective": "2023-01-01""#;
    let archive = archive(&[IN_LAB, over, joined]);
    let reading = Reading::new(&archive, &Basis::default());
    let on = |at: &str| Inquiry::of(&reading, at.parse().expect("a day"));
    let flows = |at: &str| {
        let answer = on(at).moves_answer(BasisShown::default(), None, None, Bounds::UNKNOWN, None);
        answer.expect("a reading answers").flows.len()
    };
    assert_eq!((flows("2020-01-01"), flows("2024-01-01")), (1, 0));
    let inquiry = on("2022-01-01");
    let ann = inquiry.ask_person("Ann").expect("Ann is there").here();
    let acme = inquiry.ask_unit("Acme").expect("Acme is there").here();
    for of in [DiffSubject::Person(ann), DiffSubject::Unit(acme)] {
        let between = |last: &str| {
            let day = |text: &str| text.parse().expect("a day");
            inquiry.posts_between(of, day("2017-01-01"), day(last)).expect("a reading answers")
        };
        assert_eq!((between("2020-06-30"), between("2022-01-01")), (0, 1), "{of:?}");
    }
}

/// Whether the unit was found among those under it before that or not.
#[test]
fn those_who_left_a_unit_before_it_was_formed_again_are_where_mergers_brought_them() {
    let merged = |unit: &str, into: &str, day: &str| {
        format!(r#""type": "UnitMerged", "unit": "{unit}", "company": "Acme", "into": "{into}", "effective": "{day}""#)
    };
    let again =
        r#""type": "UnitFormed", "unit": "Lab", "company": "Acme", "parent": "Research", "effective": "2021-01-01""#;
    let events = [IN_LAB, &merged("Lab", "Ops", "2019-01-01"), again, &merged("Ops", "Research", "2022-01-01")];
    let archive = archive(&events);
    let reading = Reading::new(&archive, &Basis::default());
    let inquiry = Inquiry::of(&reading, "2023-01-01".parse().expect("a day"));
    for reach in [SubUnits::Direct, SubUnits::Whole] {
        let unit = inquiry.ask_unit("Research").expect("Research is there");
        let (filter, order) = (MemberFilter::default(), PeopleOrder::Name);
        let who = inquiry.who_answer(BasisShown::default(), unit, reach, &filter, order, None);
        assert_eq!(who.expect("a reading answers").members.len(), 1, "{reach:?}");
    }
}
