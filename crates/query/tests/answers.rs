//! The shape and the order of answers, asked of small ledgers in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value, json};
use tenure_answers::{self as answer, Down, Up};
use tenure_domain::archive::Archive;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::wire::{Submission, read_stored};
use tenure_query::{
    AskError, Asked, ChartError, ChartOrder, ConflictsOf, Direction, GapsAsked, HoldersAsked, Inquiry, LineError,
    MemberFilter, PeopleOrder, RowNames, SubUnits,
};

/// A ledger of events, each of which says only what the test is about.
fn ledger(events: &[Value]) -> Archive {
    let mut archive = Archive::new();
    for (number, event) in events.iter().enumerate() {
        let mut event = event.clone();
        let of_person = event["type"].as_str().unwrap().starts_with("Person");
        let fields = event.as_object_mut().unwrap();
        fields.entry("id").or_insert(json!(format!("e{number}")));
        fields.entry("source").or_insert(json!("News"));
        if !of_person {
            fields.entry("company").or_insert(json!("Acme"));
        }
        let recorded_at: Instant = "2025-06-01T00:00:00Z".parse().unwrap();
        let stored = Submission::read(event.to_string().as_bytes()).unwrap().json;
        archive.push(Seq::new(number as u64 + 1), recorded_at, read_stored(&stored, recorded_at).unwrap());
    }
    archive
}

fn head(archive: &Archive) -> Reading<'_> {
    Reading::new(archive, &Basis::default())
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn basis() -> answer::BasisShown {
    answer::BasisShown::default()
}

fn person(inquiry: &Inquiry<'_>, name: &str) -> PersonNo {
    inquiry.ask_person(name).unwrap().here().unwrap()
}

fn unit(inquiry: &Inquiry<'_>, name: &str) -> UnitNo {
    inquiry.ask_unit(name).unwrap().here().unwrap()
}

fn held(person: &str, from: &str, to: Option<&str>, more: &Value) -> Value {
    let mut event = json!({"type": "HeldPost", "person": person, "from": from, "reported_at": from});
    let fields = event.as_object_mut().unwrap();
    fields.extend(to.map(|to| ("to".to_owned(), to.into())));
    fields.extend(more.as_object().unwrap().clone());
    event
}

/// A reporting line as `NAME(BEYOND)`; `^` stands for what is above, `-` for who has left.
fn up(line: &[Up]) -> String {
    let shown = line.iter().map(|up| {
        let sign = if up.above {
            "^"
        } else if up.person.left.is_some() {
            "-"
        } else {
            ""
        };
        let beyond = if up.up.is_empty() { String::new() } else { format!("({})", self::up(&up.up)) };
        format!("{}{sign}{beyond}", up.person.name)
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn down(line: &[Down]) -> String {
    let shown = line.iter().map(|down| {
        let beyond = if down.down.is_empty() { String::new() } else { format!("({})", self::down(&down.down)) };
        format!("{}{}{beyond}", down.person.name, if down.above { "^" } else { "" })
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// A post of its own in which `report` reports to `manager`.
fn line(report: &str, manager: &str) -> Value {
    json!({
        "type": "AppointedToPost", "person": report, "title": format!("Under {manager}"), "unit": manager,
        "reports_to": manager, "effective": "2020-01-01", "reported_at": "2020-01-01"
    })
}

#[test]
fn lines_that_join_again_are_followed_once() {
    let check = |lines: &[(&str, &str)], of: &str, expect_up: &str, expect_down: &str| {
        let events: Vec<Value> = lines.iter().map(|(report, manager)| line(report, manager)).collect();
        let archive = ledger(&events);
        let reading = head(&archive);
        let inquiry = Inquiry::of(&reading, day("2024-01-01"));
        let asked = Asked::Here(person(&inquiry, of));
        let answer = inquiry.reports_answer(basis(), asked, Direction::Both).unwrap();
        assert_eq!((up(&answer.up.unwrap()).as_str(), down(&answer.down.unwrap()).as_str()), (expect_up, expect_down));
    };
    check(&[("Ann", "Bo"), ("Bo", "Cy")], "Ann", "Bo(Cy)", "");
    check(&[("Ann", "Bo"), ("Bo", "Cy")], "Cy", "", "Bo(Ann)");
    // By name, whatever the ids.
    check(&[("Ann", "Zoe"), ("Ann", "bo"), ("Ann", "Álvaro")], "Ann", "Álvaro bo Zoe", "");
    // Two ways that join.
    let joined = [("Ann", "Bo"), ("Ann", "Cy"), ("Bo", "Dee"), ("Cy", "Dee"), ("Dee", "Eve")];
    check(&joined, "Ann", "Bo(Dee(Eve)) Cy(Dee^)", "");
    check(&joined, "Eve", "", "Dee(Bo(Ann) Cy(Ann^))");
    // A line to oneself, and one that comes back.
    check(&[("Ann", "Ann"), ("Ann", "Bo"), ("Bo", "Cy"), ("Cy", "Ann")], "Ann", "Bo(Cy)", "Cy(Bo)");
}

#[test]
fn a_line_of_many_ways_is_as_long_as_it_has_lines() {
    let mut lines = Vec::new();
    for level in 0..30 {
        for report in ["a", "b"] {
            for manager in ["a", "b"] {
                lines.push(line(&format!("{report}{level}"), &format!("{manager}{}", level + 1)));
            }
        }
    }
    let archive = ledger(&lines);
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2024-01-01"));
    let answer = inquiry.reports_answer(basis(), Asked::Here(person(&inquiry, "a0")), Direction::Up).unwrap();
    let json = serde_json::to_value(&answer.up).unwrap().to_string();
    // Each line but those from `b0`, once.
    assert_eq!(json.matches("\"certainty\"").count(), 30 * 4 - 2);
}

#[test]
fn a_line_is_whole_or_refused() {
    let chain: Vec<Value> = (0..1_001).map(|level| line(&format!("p{level}"), &format!("p{}", level + 1))).collect();
    let archive = ledger(&chain);
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2024-01-01"));
    let ask = |name: &str, direction| inquiry.reports_answer(basis(), Asked::Here(person(&inquiry, name)), direction);
    let mut levels = 0;
    let answer = ask("p1", Direction::Up).unwrap().up.unwrap();
    let mut at = answer.as_slice();
    while let [up] = at {
        levels += 1;
        at = &up.up;
    }
    assert_eq!(levels, 1_000);
    assert!(matches!(ask("p0", Direction::Up), Err(LineError::TooLong(_))));
    assert!(ask("p1000", Direction::Down).is_ok());
    assert!(matches!(ask("p1001", Direction::Down), Err(LineError::TooLong(_))));
}

#[test]
fn a_manager_who_left_is_at_the_end_of_the_line() {
    let archive = ledger(&[
        held("Ann", "2020-01-01", None, &json!({"title": "Engineer", "reports_to": "Bo"})),
        held("Bo", "2018-01-01", Some("2019-01-01"), &json!({"title": "Engineer"})),
        held("Bo", "2019-06-01", Some("2021"), &json!({"title": "Director", "reports_to": "Cy"})),
        held("Bo", "2021-06-01", None, &json!({"title": "Chair", "company": "Other"})),
        held("Dee", "2020-01-01", None, &json!({"title": "Chair", "company": "Other", "reports_to": "Bo"})),
        held("Eve", "2020-01-01", None, &json!({"title": "Designer", "reports_to": "Nobody Else"})),
    ]);
    let reading = head(&archive);
    let check = |of: &str, at: &str, expect: &str, left: Option<&str>| {
        let inquiry = Inquiry::of(&reading, day(at));
        let answer = inquiry.reports_answer(basis(), Asked::Here(person(&inquiry, of)), Direction::Up).unwrap();
        assert_eq!(up(&answer.up.unwrap()), expect, "{of} at {at}");
        let posts = inquiry.positions_of(person(&inquiry, of)).unwrap();
        let manager = posts[0].tenure.reports_to.as_ref().unwrap();
        assert_eq!(manager.left.as_ref().map(|left| left.edtf.as_str()), left, "{of} at {at}");
    };
    check("Ann", "2020-06-01", "Bo(Cy)", None);
    // Possibly still there.
    check("Ann", "2021-03-01", "Bo(Cy)", None);
    check("Ann", "2022-01-01", "Bo-", Some("2021"));
    // In another company, where he still is.
    check("Dee", "2022-01-01", "Bo", None);
    // Of whom nothing is known in the company.
    check("Eve", "2022-01-01", "Nobody Else", None);
    // Of the reports of somebody who has left, one is in a company where he still is.
    let down_from_bo = |at: &str| {
        let inquiry = Inquiry::of(&reading, day(at));
        let answer = inquiry.reports_answer(basis(), Asked::Here(person(&inquiry, "Bo")), Direction::Down).unwrap();
        (down(&answer.down.unwrap()), answer.person.left.is_some())
    };
    assert_eq!(down_from_bo("2022-01-01"), ("Ann Dee".to_owned(), false));
}

#[test]
fn a_timeline_tells_of_a_manager_who_left_a_company_that_was_merged() {
    let archive = ledger(&[
        held("Bo", "2018-01-01", Some("2019-05-05"), &json!({"company": "Bolt"})),
        held("Cy", "2018-01-01", None, &json!({"company": "Bolt", "reports_to": "Bo"})),
        json!({"type": "UnitMerged", "unit": "Bolt", "into": "Acme", "company": null, "effective": "2020-01-01"}),
    ]);
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2021-01-01"));
    let cy = person(&inquiry, "Cy");
    let post = inquiry.positions_of(cy).unwrap().remove(0).tenure;
    let row = inquiry.career_answer(basis(), Asked::Here(cy)).unwrap().tenures.remove(0);
    for tenure in [post, row] {
        assert_eq!(tenure.reports_to.unwrap().left.unwrap().edtf, "2019-05-05");
    }
}

#[test]
fn who_asks_for_the_reports_of_a_manager_who_left_is_told() {
    let archive = ledger(&[
        held("Ann", "2020-01-01", None, &json!({"title": "Engineer", "reports_to": "Bo"})),
        held("Bo", "2018-01-01", Some("2021-01-01"), &json!({"title": "Director"})),
    ]);
    let reading = head(&archive);
    for (at, left) in [("2020-06-01", None), ("2022-01-01", Some("2021-01-01"))] {
        let inquiry = Inquiry::of(&reading, day(at));
        let answer = inquiry.reports_answer(basis(), Asked::Here(person(&inquiry, "Bo")), Direction::Down).unwrap();
        assert_eq!(answer.person.left.as_ref().map(|left| left.edtf.as_str()), left, "{at}");
    }
}

#[test]
fn what_no_source_saw_in_time_is_possible() {
    let post = json!({"unit": "Lab", "title": "Engineer", "reports_to": "Boss"});
    let archive = ledger(&[
        held("Old", "2010-01-01", None, &post),
        held("New", "2010-01-01", None, &json!({"unit": "Lab", "seen": "2019-12-01", "reported_at": "2019-12-01"})),
        held("Over", "2010-01-01", Some("2021-01-01"), &post),
    ]);
    let reading = head(&archive);
    for (within, certain, possible) in [(None, 3, 0), (Some("90d"), 2, 1), (Some("10y"), 3, 0), (Some("119m"), 2, 1)] {
        let seen_within = within.map(|within| within.parse().unwrap());
        let inquiry = Inquiry { seen_within, ..Inquiry::of(&reading, day("2020-01-01")) };
        let (acme, lab) = (unit(&inquiry, "Acme"), unit(&inquiry, "Lab"));
        assert_eq!(inquiry.count(acme, SubUnits::Whole).unwrap(), (certain, possible), "{within:?}");
        let filter = MemberFilter::default();
        let who =
            inquiry.who_answer(basis(), Asked::Here(lab), SubUnits::Whole, &filter, PeopleOrder::Name, None).unwrap();
        let sure = who.members.iter().filter(|m| m.position.certainty == "certain").count();
        assert_eq!(sure, certain, "{within:?}");
        let org = inquiry.org_answer(basis(), Asked::Here(acme), ChartOrder::Name).unwrap();
        assert_eq!((org.unit.headcount, org.unit.possible), (certain, possible), "{within:?}");
        let asked = Asked::Here(person(&inquiry, "Old"));
        let up = inquiry.reports_answer(basis(), asked, Direction::Up).unwrap().up.unwrap();
        assert_eq!(up[0].certainty == "certain", certain == 3, "{within:?}");
        let unseen: Vec<Option<i32>> = who.members.iter().map(|m| m.position.unseen_days).collect();
        assert_eq!(unseen, [Some(31), Some(3652), None], "New, Old, Over");
    }
    let before = Inquiry::of(&reading, day("2015-01-01"));
    assert_eq!(
        before.positions_of(person(&before, "New")).unwrap()[0].unseen_days,
        None,
        "attested after the day asked about"
    );
}

fn names<'a>(people: impl IntoIterator<Item = &'a answer::Person>) -> String {
    people.into_iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn posts_and_people_stand_in_order() {
    let post = |person: &str, company: &str, unit: Option<&str>, title: &str, from: &str| {
        let mut more = json!({"company": company, "title": title, "lead": title == "Head", "concurrent": true});
        more.as_object_mut().unwrap().extend(unit.map(|unit| ("unit".to_owned(), json!(unit))));
        held(person, from, None, &more)
    };
    let archive = ledger(&[
        held("Ann", "2020-01-01", None, &json!({"title": "Engineer", "company": "Zeta"})),
        post("Ann", "beta", None, "Chair", "2020-01-01"),
        post("Ann", "Alpha", Some("Zoo"), "Chair", "2020-01-01"),
        post("Ann", "Alpha", Some("Ark"), "chair of it", "2020-01-01"),
        post("Ann", "Alpha", Some("Ark"), "Aide", "2020-01-01"),
        post("Ann", "Alpha", None, "Warden", "2020-01-01"),
        post("zed", "Alpha", Some("Ark"), "Aide", "2019-01-01"),
        post("Bo", "Alpha", Some("Zoo"), "Head", "2018-01-01"),
    ]);
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2024-01-01"));
    let told = |tenure: &answer::Tenure| {
        let unit = tenure.unit.as_ref().map_or("-", |unit| &unit.name);
        format!("{} {unit} {}", tenure.company.name, tenure.title.as_deref().unwrap())
    };
    let posts = inquiry.positions_of(person(&inquiry, "Ann")).unwrap();
    let ordered = ["Alpha - Warden", "Alpha Ark Aide", "Alpha Ark chair of it", "Alpha Zoo Chair", "beta - Chair"];
    assert_eq!(told(&posts[0].tenure), "Zeta - Engineer");
    assert_eq!(posts[1..].iter().map(|p| told(&p.tenure)).collect::<Vec<_>>(), ordered);
    let career = inquiry.career_answer(basis(), Asked::Here(person(&inquiry, "Ann"))).unwrap().tenures;
    assert_eq!(career[..5].iter().map(told).collect::<Vec<_>>(), ordered);
    let alpha = unit(&inquiry, "Alpha");
    let filter = MemberFilter::default();
    let who = |order| {
        let who = inquiry.who_answer(basis(), Asked::Here(alpha), SubUnits::Whole, &filter, order, None).unwrap();
        names(who.members.iter().map(|m| &m.person))
    };
    // The lead; the company's own; of Ark the aides and the chair; Zoo.
    assert_eq!(who(PeopleOrder::Post), "Bo Ann Ann zed Ann Ann");
    assert_eq!(who(PeopleOrder::Name), "Ann Ann Ann Ann Bo zed");
    assert_eq!(who(PeopleOrder::Start), "Bo zed Ann Ann Ann Ann");
    assert_eq!(who(PeopleOrder::Title), "Ann zed Ann Ann Bo Ann");
    assert_eq!(who(PeopleOrder::Unit), "Ann Ann zed Ann Bo Ann");
}

#[test]
fn a_limit_gives_the_first_of_all() {
    let post = |who: &str, title: &str, from: &str, lead: bool| {
        held(who, from, None, &json!({"unit": "Lab", "title": title, "lead": lead}))
    };
    let archive = ledger(&[
        post("Ann", "Chair", "2019", true),
        post("Bo", "Aide", "2019", false),
        post("Cy", "Chair", "2018-05", true),
        post("Dee", "Aide", "2020-02-03", false),
        post("Eve", "Aide", "2019", true),
        post("Eve", "Guard", "2021-02-03", false),
    ]);
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2024-01-01"));
    let lab = || Asked::Here(unit(&inquiry, "Lab"));
    let orders = [PeopleOrder::Post, PeopleOrder::Name, PeopleOrder::Start, PeopleOrder::Title, PeopleOrder::Unit];
    for (leads_only, title) in [(false, None), (true, None), (false, Some("Aide")), (true, Some("Chair"))] {
        let filter = MemberFilter { leads_only, titles: title.map(|title| tenure_query::filters::title_keys([title])) };
        for order in orders {
            let who = |most| {
                let who = inquiry.who_answer(basis(), lab(), SubUnits::Whole, &filter, order, most).unwrap();
                (who.members.into_iter().map(|one| one.position.tenure.tenure).collect::<Vec<_>>(), who.total)
            };
            let holders = |most| {
                let (reach, between, gaps) = (SubUnits::Whole, Bounds::UNKNOWN, GapsAsked::No);
                let wanted = HoldersAsked { reach, filter: &filter, between, order, most, gaps };
                let found = inquiry.holders_answer(basis(), lab(), &wanted).unwrap();
                (found.holders.into_iter().map(|one| one.tenure.tenure).collect::<Vec<_>>(), found.total)
            };
            for all in [who(None), holders(None)] {
                assert!(all.0.len() > 1 && all.1.is_none(), "{all:?}");
            }
            for most in 0..8 {
                let first = |(mut all, _): (Vec<String>, _)| {
                    let total = all.len();
                    all.truncate(most);
                    (all, Some(total))
                };
                assert_eq!(who(Some(most)), first(who(None)), "{most} {order:?} {title:?}");
                assert_eq!(holders(Some(most)), first(holders(None)), "{most} {order:?} {title:?}");
            }
        }
    }
}

#[test]
fn units_stand_by_name_or_the_largest_first() {
    let archive = ledger(&[
        held("Ann", "2020-01-01", None, &json!({"unit": "Ark", "title": "Aide"})),
        held("Bo", "2020-01-01", None, &json!({"unit": "Zoo", "title": "Aide"})),
        held("Cy", "2020-01-01", None, &json!({"unit": "Zoo", "title": "Aide"})),
        held("Dee", "2020-01-01", None, &json!({"unit": "bay", "title": "Aide"})),
    ]);
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2024-01-01"));
    let chart = |order| {
        let org = inquiry.org_answer(basis(), Asked::Here(unit(&inquiry, "Acme")), order).unwrap().unit;
        org.children.into_iter().map(|unit| unit.name).collect::<Vec<_>>()
    };
    assert_eq!(chart(ChartOrder::Name), ["Ark", "bay", "Zoo"]);
    assert_eq!(chart(ChartOrder::Size), ["Zoo", "Ark", "bay"]);
}

#[test]
fn a_row_bears_the_names_of_its_first_day() {
    let renamed = |name: &str, on: &str| json!({"type": "UnitRenamed", "unit": "Search", "name": name, "effective": on, "reported_at": on});
    let archive = ledger(&[
        json!({
            "type": "PersonDescribed", "person": {"id": "ann", "name": "Ann Smith"}, "reported_at": "2010-01-01",
            "names": [{"text": "Ann Smith", "to": "2018-01-01"}, {"text": "Ann Jones", "from": "2018-01-01"}]
        }),
        renamed("Discovery", "2016-01-01"),
        held("Ann Smith", "2015-01-01", Some("2017-01-01"), &json!({"unit": "Search", "title": "Engineer"})),
        held("Ann Smith", "2019-01-01", None, &json!({"unit": "Search", "title": "Head", "lead": true})),
        renamed("Insight", "2022-01-01"),
    ]);
    let reading = head(&archive);
    let now = Inquiry::of(&reading, day("2025-01-01"));
    let check = |inquiry: &Inquiry<'_>, expect: [(&str, &str); 2]| {
        let asked = Asked::Here(unit(inquiry, "Discovery"));
        let (filter, between) = (MemberFilter::default(), Bounds::UNKNOWN);
        let (reach, order, gaps) = (SubUnits::Whole, PeopleOrder::Start, GapsAsked::No);
        let wanted = HoldersAsked { reach, filter: &filter, between, order, most: None, gaps };
        let holders = inquiry.holders_answer(basis(), asked, &wanted).unwrap();
        assert_eq!(holders.unit.name, "Insight", "the head has the name of the day asked about");
        let career = inquiry.career_answer(basis(), Asked::Here(person(inquiry, "ann"))).unwrap();
        assert_eq!(career.person.name, "Ann Jones", "the head has the name of the day asked about");
        let row = |h: &answer::Holder| (h.person.name.clone(), h.tenure.unit.as_ref().unwrap().name.clone());
        let expect = expect.map(|(person, unit)| (person.to_owned(), unit.to_owned()));
        assert_eq!(holders.holders.iter().map(row).collect::<Vec<_>>(), expect);
        let of_career: Vec<String> = career.tenures.into_iter().map(|t| t.unit.unwrap().name).collect();
        assert_eq!(of_career, expect.map(|(_, unit)| unit));
    };
    check(&now, [("Ann Smith", "Search"), ("Ann Jones", "Discovery")]);
    let asked = Inquiry { row_names: RowNames::DayAsked, ..now };
    check(&asked, [("Ann Jones", "Insight"), ("Ann Jones", "Insight")]);
    // A post on a day has the names of that day.
    let posts = now.positions_of(person(&now, "ann")).unwrap();
    assert_eq!(posts[0].tenure.unit.as_ref().unwrap().name, "Insight");
}

fn two_leads(archive: &Archive, of: Option<&str>) -> Vec<String> {
    let reading = head(archive);
    let inquiry = Inquiry::of(&reading, day("2024-01-01"));
    let of = of.map(|name| ConflictsOf::Person(person(&inquiry, name)));
    let found = inquiry.conflicts_answer(basis(), of).unwrap().conflicts;
    found.into_iter().filter(|c| c.kind == "two_leads").map(|c| format!("{}: {}", c.events.len(), c.detail)).collect()
}

fn lead(person: &str, from: &str, to: Option<&str>) -> Value {
    held(person, from, to, &json!({"unit": "Lab", "title": format!("Head {person}"), "lead": true}))
}

#[test]
fn several_leads_are_one_conflict_for_a_stretch_of_days() {
    let archive = ledger(&[
        lead("Ann", "2010-01-01", Some("2012-01-01")),
        lead("Bo", "2011-01-01", Some("2014-01-01")),
        lead("Cy", "2011-06-01", Some("2013-01-01")),
        lead("Dee", "2014-01-01", None),
        lead("Eve", "2020", None),
        held("Flo", "2010-01-01", None, &json!({"unit": "Lab", "title": "Head", "lead": true, "acting": true})),
    ]);
    let all =
        ["3: Ann, Bo and Cy all lead from 2011-01-01 until 2013-01-01", "2: Dee and Eve both lead from 2020-12-31 on"];
    assert_eq!(two_leads(&archive, None), all);
    assert_eq!(two_leads(&archive, Some("Ann")), all[..1]);
    assert_eq!(two_leads(&archive, Some("Flo")), [""; 0]);
}

#[test]
fn leads_of_a_unit_that_is_gone_lead_it_no_more() {
    let check = |from: &str, expect: &[&str]| {
        let archive = ledger(&[
            lead("Ann", "2010-01-01", None),
            json!({"type": "UnitDissolved", "unit": "Lab", "effective": "2015-01-01", "reported_at": "2015-01-01"}),
            json!({"type": "UnitFormed", "unit": "Lab", "effective": "2018-01-01", "reported_at": "2018-01-01"}),
            lead("Bo", from, None),
        ]);
        assert_eq!(two_leads(&archive, None), expect);
    };
    check("2014-01-01", &["2: Ann and Bo both lead from 2014-01-01 until 2015-01-01"]);
    check("2019-01-01", &[]);
    // So do those of a unit whose company was merged into one that is dissolved.
    let archive = ledger(&[
        lead("Ann", "2010-01-01", None),
        lead("Bo", "2012-01-01", None),
        json!({"type": "UnitMerged", "unit": "Acme", "company": null, "into": "Bolt", "effective": "2015-01-01", "reported_at": "2015-01-01"}),
        json!({"type": "UnitDissolved", "unit": "Bolt", "company": null, "effective": "2018-01-01", "reported_at": "2018-01-01"}),
    ]);
    assert_eq!(two_leads(&archive, None), ["2: Ann and Bo both lead from 2012-01-01 until 2018-01-01"]);
}

/// Who leads under several titles takes part with the first of these tenures.
#[test]
fn a_conflict_of_leads_names_one_tenure_of_each() {
    let also = |title: &str, from: &str, to: Option<&str>| {
        held("Ann", from, to, &json!({"unit": "Lab", "title": title, "lead": true, "concurrent": true}))
    };
    let archive = ledger(&[
        also("Head", "2010-01-01", None),
        also("Director", "2011-01-01", None),
        also("Chair", "2012-06-01", None),
        lead("Bo", "2012-01-01", Some("2013-01-01")),
        lead("Cy", "2015-01-01", None),
    ]);
    let expect =
        ["2: Ann and Bo both lead from 2012-01-01 until 2013-01-01", "2: Ann and Cy both lead from 2015-01-01 on"];
    assert_eq!(two_leads(&archive, None), expect);
}

#[test]
fn thousands_of_leads_are_one_conflict() {
    let names: Vec<String> = (0..3_000).map(|n| format!("P{n:04}")).collect();
    let archive = ledger(&names.iter().map(|name| lead(name, "2010-01-01", None)).collect::<Vec<_>>());
    let expect = format!("3000: {} and 2990 more all lead from 2010-01-01 on", names[..10].join(", "));
    assert_eq!(two_leads(&archive, None), [expect]);
}

#[test]
fn tenures_are_meant_by_the_first_digits_of_their_ids() {
    // Two events of which ids of 32 bits were the same.
    let post = |id: &str, company: &str, from: &str, to: &str| {
        held("Ann", from, Some(to), &json!({"id": id, "company": company, "title": "Aide"}))
    };
    let archive = ledger(&[
        post("f166716e3418", "Alpha", "2010-01-01", "2011-01-01"),
        post("8e88fe29cb3a", "Beta", "2012-01-01", "2013-01-01"),
    ]);
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2024-01-01"));
    let ann = person(&inquiry, "Ann");
    let career = inquiry.career_answer(basis(), Asked::Here(ann)).unwrap().tenures;
    for (place, tenure) in career.iter().enumerate() {
        let cut = &tenure.tenure[..tenure.tenure.find('@').unwrap() + 3];
        for id in [tenure.tenure.as_str(), cut] {
            assert_eq!(inquiry.tenure_by_id(id).unwrap(), Some((ann, place)), "{id}");
        }
    }
    for id in ["~ann@", "~ann@zz", "~ann@0123456789", "Ann"] {
        assert_eq!(inquiry.tenure_by_id(id).unwrap(), None, "{id}");
    }
}

#[test]
fn an_id_that_is_cut_too_short_means_several() {
    let post = |n: usize| held("Bo", "2010-01-01", None, &json!({"title": format!("Aide {n}"), "concurrent": true}));
    let archive = ledger(&(0..40).map(post).collect::<Vec<_>>());
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2024-01-01"));
    let mut several = 0;
    for digit in 0..16 {
        match inquiry.tenure_by_id(&format!("~bo@{digit:x}")) {
            Ok(_) => {}
            Err(AskError::Ambiguous { candidates, .. }) => several += candidates.len(),
            Err(error) => panic!("Bo is known: {error}"),
        }
    }
    assert!(several > 16, "{several}");
}

#[test]
fn gaps_are_those_of_the_post_asked_for() {
    let archive = ledger(&[
        held("Ann", "2010-01-01", Some("2012-01-01"), &json!({"unit": "Lab", "title": "Chair"})),
        held("Bo", "2012-02-01", Some("2012-03-01"), &json!({"unit": "Lab", "title": "Chair", "acting": true})),
        held("Cy", "2012-03-01", None, &json!({"unit": "Lab", "title": "Chair"})),
        // Another post of the unit.
        held("Ann", "2012-01-01", Some("2012-02-01"), &json!({"unit": "Lab", "title": "Clerk"})),
        json!({"type": "UnitDissolved", "unit": "Lab", "effective": "2015", "reported_at": "2015-12-31"}),
    ]);
    let reading = head(&archive);
    let check = |title: Option<&str>, at: &str, expect: &[&str]| {
        let inquiry = Inquiry::of(&reading, day(at));
        let filter =
            MemberFilter { leads_only: false, titles: title.map(|title| tenure_query::filters::title_keys([title])) };
        let (reach, between, order, gaps) = (SubUnits::Whole, Bounds::UNKNOWN, PeopleOrder::Start, GapsAsked::Yes);
        let wanted = HoldersAsked { reach, filter: &filter, between, order, most: None, gaps };
        let answer = inquiry.holders_answer(basis(), Asked::Here(unit(&inquiry, "Lab")), &wanted).unwrap();
        let shown =
            answer.gaps.unwrap().into_iter().map(|gap| {
                format!("{} {} {}", gap.from.edtf, gap.to.map_or("-".to_owned(), |to| to.edtf), gap.certainty)
            });
        assert_eq!(shown.collect::<Vec<_>>(), expect, "{title:?} at {at}");
    };
    check(Some("chair"), "2014-01-01", &["2012-01-01 2012-02-01 certain"]);
    check(None, "2014-01-01", &[]);
    // The unit went, and who was in it with it.
    check(Some("Chair"), "2020-01-01", &["2012-01-01 2012-02-01 certain", "2015 - certain"]);
}

#[test]
fn who_leads_a_sub_unit_leaves_the_company_without_a_lead() {
    let lead = |name: &str, from: &str, to: Option<&str>, unit: Option<&str>, title: &str| {
        held(name, from, to, &json!({"unit": unit, "title": title, "lead": true}))
    };
    let archive = ledger(&[
        lead("Ann", "2010-01-01", Some("2012-01-01"), None, "Chair"),
        lead("Bo", "2009-01-01", None, Some("Lab"), "Head of Lab"),
        lead("Cy", "2014-01-01", None, None, "Chair"),
        lead("Di", "2008-01-01", Some("2008-06-01"), Some("Lab"), "Head of Lab"),
    ]);
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2020-01-01"));
    let check = |title: Option<&str>, asked: &str, holders: usize, expect: &[&str]| {
        let titles = title.map(|title| tenure_query::filters::title_keys([title]));
        let (reach, between, order, gaps) = (SubUnits::Whole, Bounds::UNKNOWN, PeopleOrder::Start, GapsAsked::Yes);
        let filter = MemberFilter { leads_only: true, titles };
        let wanted = HoldersAsked { reach, filter: &filter, between, order, most: None, gaps };
        let answer = inquiry.holders_answer(basis(), inquiry.ask_unit(asked).unwrap(), &wanted).unwrap();
        let gaps = answer.gaps.unwrap().into_iter();
        let gaps = gaps.map(|gap| format!("{} {}", gap.from.edtf, gap.to.map_or("-".to_owned(), |to| to.edtf)));
        assert_eq!(
            (answer.holders.len(), gaps.collect::<Vec<_>>()),
            (holders, expect.iter().map(|gap| (*gap).to_owned()).collect())
        );
    };
    check(None, "Acme", 4, &["2012-01-01 2014-01-01"]);
    check(None, "Lab", 2, &["2008-06-01 2009-01-01"]);
    // A title says which post is meant, wherever it is.
    check(Some("Head of Lab"), "Acme", 2, &["2008-06-01 2009-01-01"]);
}

fn chain(length: usize, each: impl Fn(usize) -> Vec<Value>) -> Archive {
    ledger(&(0..length).flat_map(each).collect::<Vec<_>>())
}

/// The people of a unit and all below it, and how large its chart says it is.
fn members(archive: &Archive, of: &str, at: &str) -> usize {
    let reading = head(archive);
    let inquiry = Inquiry::of(&reading, day(at));
    let asked = inquiry.ask_unit(of).unwrap();
    let filter = MemberFilter::default();
    inquiry.who_answer(basis(), asked, SubUnits::Whole, &filter, PeopleOrder::Post, None).unwrap().members.len()
}

#[test]
fn mergers_are_followed_to_the_end() {
    let archive = chain(1_500, |n| {
        vec![
            json!({"type": "UnitMerged", "unit": format!("U{n}"), "into": format!("U{}", n + 1), "effective": "2020-01-01"}),
            held(&format!("P{n}"), "2019-01-01", None, &json!({"unit": format!("U{n}")})),
        ]
    });
    assert_eq!(members(&archive, "U1500", "2021-01-01"), 1_500);
    assert_eq!(members(&archive, "U7", "2021-01-01"), 0);
    let reading = head(&archive);
    let inquiry = Inquiry { company: Some("Acme"), ..Inquiry::of(&reading, day("2021-01-01")) };
    let (certain, _) = inquiry.count(unit(&inquiry, "Acme"), SubUnits::Whole).unwrap();
    assert_eq!(certain, 1_500);
}

#[test]
fn parents_that_are_gone_are_passed_to_the_end() {
    let archive = chain(1_500, |n| {
        let (unit, below) = (format!("U{n}"), format!("U{}", n + 1));
        vec![
            json!({"type": "UnitFormed", "unit": below, "parent": unit, "effective": "2019-01-01"}),
            json!({"type": "UnitDissolved", "unit": unit, "effective": "2020-01-01"}),
        ]
    });
    let reading = head(&archive);
    let inquiry = Inquiry::of(&reading, day("2021-01-01"));
    let chart = inquiry.org_answer(basis(), inquiry.ask_unit("Acme").unwrap(), ChartOrder::Name).unwrap();
    let children: Vec<&str> = chart.unit.children.iter().map(|unit| &*unit.name).collect();
    assert_eq!(children, ["U1500"]);
}

#[test]
fn depth_is_no_trouble_for_the_stack() {
    let deep = chain(10_000, |n| {
        vec![
            json!({"type": "UnitFormed", "unit": format!("U{}", n + 1), "parent": format!("U{n}"), "effective": "2019-01-01"}),
        ]
    });
    let reading = head(&deep);
    let inquiry = Inquiry::of(&reading, day("2021-01-01"));
    // What is cut says so.
    let chart = inquiry.org_answer(basis(), inquiry.ask_unit("Acme").unwrap(), ChartOrder::Name);
    assert!(matches!(chart, Err(ChartError::TooDeep(_))));
    assert_eq!(inquiry.count(unit(&inquiry, "Acme"), SubUnits::Whole).unwrap(), (0, 0));
    let lines = chain(10_000, |n| vec![line(&format!("L{n}"), &format!("L{}", n + 1))]);
    let reading = head(&lines);
    let inquiry = Inquiry::of(&reading, day("2025-01-01"));
    let asked = inquiry.ask_person("L0").unwrap();
    assert!(matches!(inquiry.reports_answer(basis(), asked, Direction::Up), Err(LineError::TooLong(_))));
}
