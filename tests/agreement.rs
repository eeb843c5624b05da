//! What one verb says is what the others say.

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::Shell;

/// A ledger of events about Acme, each without its braces, its source, its day of report and, unless it begins with one, its id.
fn ledger(events: &[&str]) -> Shell {
    let complete = |(at, event): (usize, &&str)| {
        let id = if event.starts_with("\"id\"") { String::new() } else { format!("\"id\":\"e{at}\",") };
        let has_company = ["EventRetracted", "\"company\""].iter().any(|word| event.contains(word));
        let company = if has_company { "" } else { ",\"company\":\"Acme\"" };
        let (hour, minute) = (at / 60, at % 60);
        let at = format!("\"reported_at\":\"2022-06-01T{hour:02}:{minute:02}:00Z\"");
        format!("{{{id}{event}{company},{at},\"source\":\"Wire\"}}\n")
    };
    Shell::of(&(1..).zip(events).map(complete).collect::<String>())
}

/// The row of a unit in the exported table of units.
fn row_of_unit(shell: &Shell, flags: &[&str], name: &str) -> String {
    let table = shell.run(&[&["export", "--to", "csv", "--table", "units"], flags].concat()).well().out;
    table.lines().find(|row| row.split(',').nth(1) == Some(name)).expect("a row of the unit").to_owned()
}

fn list<'a>(answer: &'a Value, list: &str, text: &str) -> Vec<&'a str> {
    answer[list].as_array().expect("a list").iter().filter_map(|one| one.pointer(text)?.as_str()).collect()
}

#[test]
fn people_are_in_the_unit_to_which_mergers_led_though_one_on_the_way_was_formed_again() {
    let shell = ledger(&[
        r#""type":"JoinedCompany","person":"Ann","unit":"Desk","effective":"2016-01-01""#,
        r#""type":"UnitMerged","unit":"Desk","into":"Sales","effective":"2017-01-01""#,
        r#""type":"UnitMerged","unit":"Sales","into":"Dev","effective":"2018-01-01""#,
        r#""type":"UnitFormed","unit":"Sales","effective":"2021-07-01""#,
    ]);
    let at = ["--at", "2022-01-01"];
    let post = shell.ask(&[&["person", "Ann"], &at[..]].concat());
    assert_eq!(list(&post, "positions", "/unit/name"), ["Dev"]);
    for unit in ["Dev", "Acme"] {
        assert_eq!(list(&shell.ask(&[&["who", unit], &at[..]].concat()), "members", "/person/name"), ["Ann"], "{unit}");
    }
    assert_eq!(shell.ask(&[&["org", "Dev"], &at[..]].concat())["unit"]["headcount"], 1);
    assert_eq!(list(&shell.ask(&["holders", "Dev", "--at", "2022-01-01"]), "holders", "/person/name"), ["Ann"]);
    // One post is called alike wherever it is told on one day.
    assert_eq!(shell.ask(&["find", "Ann", "--at", "2022-01-01"])["matches"][0]["post"]["unit"]["name"], "Dev");
}

#[test]
fn before_a_unit_is_formed_what_stands_under_it_is_where_it_will_stand() {
    let shell = ledger(&[
        r#""type":"UnitFormed","unit":"Cloud","effective":"2010-01-01""#,
        r#""type":"UnitFormed","unit":"Lab","parent":"Cloud","effective":"2022-01-01""#,
        r#""type":"UnitDescribed","unit":"Team","parent":"Lab""#,
        r#""type":"JoinedCompany","person":"Ann","unit":"Lab","effective":"2023-05-05""#,
        r#""type":"JoinedCompany","person":"Bo","unit":"Team","effective":"2023-06-06""#,
    ]);
    for (unit, day) in [("Cloud", "2015-01-01"), ("Cloud", "2024-01-01"), ("Lab", "2015-01-01")] {
        let held = shell.ask(&["holders", unit, "--at", day]);
        assert_eq!(list(&held, "holders", "/person/name"), ["Ann", "Bo"], "{unit} {day}");
    }
}

#[test]
fn a_unit_that_stood_under_one_that_was_to_be_formed_under_it_does_not_vanish() {
    let shell = ledger(&[
        r#""type":"UnitMoved","unit":"Desk","parent":"Lab","effective":"2010-01-01""#,
        r#""type":"UnitMoved","unit":"Desk","parent":"Sales","effective":"2020-01-01""#,
        r#""type":"UnitFormed","unit":"Lab","parent":"Desk","effective":"2022-01-01""#,
        r#""type":"JoinedCompany","person":"Ann","unit":"Desk","effective":"2012-01-01""#,
    ]);
    for (unit, day) in [("Acme", "2015-01-01"), ("Acme", "2021-01-01"), ("Sales", "2021-01-01"), ("Acme", "2023-01-01")]
    {
        let there = shell.ask(&["who", unit, "--at", day]);
        assert_eq!(list(&there, "members", "/person/name"), ["Ann"], "{unit} {day}");
    }
}

#[test]
fn a_second_merger_of_what_is_gone_moves_nothing_in_the_structure() {
    let shell = ledger(&[
        r#""type":"UnitMerged","unit":"Dev","into":"Lab","effective":"2016-01-01""#,
        r#""type":"UnitMerged","unit":"Dev","into":"Desk","effective":"2018-01-01""#,
        r#""type":"UnitMoved","unit":"Lab","parent":"Dev","effective":"2020-01-01""#,
        r#""type":"JoinedCompany","person":"Ann","unit":"Lab","effective":"2017-01-01""#,
    ]);
    for unit in ["Acme", "Lab"] {
        let members = shell.ask(&["who", unit, "--at", "2021-01-01"]);
        assert_eq!(list(&members, "members", "/person/name"), ["Ann"], "{unit}");
    }
    assert_eq!(list(&shell.ask(&["conflicts"]), "conflicts", "/kind"), ["cycle"]);
    let dev = row_of_unit(&shell, &[], "Dev");
    assert!(dev.contains("2016-01-01") && dev.contains("lab") && !dev.contains("2018"), "{dev}");
}

#[test]
fn what_outlives_its_unit_is_found_from_every_side() {
    let shell = ledger(&[
        r#""type":"UnitMerged","unit":"Desk","into":"Dev","effective":"2017-02-13""#,
        r#""type":"UnitFormed","unit":"Desk","effective":"2019-12-05""#,
        r#""type":"UnitMerged","unit":"Desk","into":"Lab","effective":"2020-05-25""#,
        r#""type":"UnitDissolved","unit":"Lab","effective":"2021-02-28""#,
        r#""type":"HeldPost","person":"Bo","unit":"Desk","from":"2020-01-01","to":"2022-08-31""#,
    ]);
    let of_bo = shell.ask(&["conflicts", "Bo"])["conflicts"].clone();
    assert_eq!(of_bo[0]["kind"], "outlives_unit");
    for asked in [&["conflicts"][..], &["conflicts", "Desk"], &["conflicts", "Acme"]] {
        assert_eq!(shell.ask(asked)["conflicts"], of_bo, "{asked:?}");
    }
}

#[test]
fn a_unit_ended_with_what_ended_it_first() {
    let shell = ledger(&[
        r#""type":"UnitDissolved","unit":"Lab","effective":"2018-05-01""#,
        r#""type":"UnitDissolved","unit":"Lab","effective":"2018-06-30""#,
        r#""type":"UnitMerged","unit":"Ops","into":"Hub","effective":"2018-05-01""#,
        r#""type":"UnitDissolved","unit":"Ops","effective":"2019-05-01""#,
    ]);
    assert_eq!(shell.ask(&["find", "Lab"])["matches"][0]["to"]["edtf"], "2018-05-01");
    let export = |to: &str| shell.run(&["export", "--to", to]).well().out;
    assert!(export("ftm").contains("2018-05-01") && !export("ftm").contains("2018-06-30"));
    assert!(!export("ftm").contains("2019-05-01"), "what was merged was not dissolved later");
    assert!(export("popolo").contains(r#""dissolution_date":"2018-05-01""#));
    let ops = row_of_unit(&shell, &[], "Ops");
    assert!(ops.contains("2018-05-01") && ops.contains("hub") && !ops.contains("2019"), "{ops}");
}

#[test]
fn a_unit_that_was_formed_again_is_told_apart_by_when_it_was_formed() {
    let shell = ledger(&[
        r#""type":"UnitDissolved","unit":"Lab","company":"Acme","effective":"2010-01-01""#,
        r#""type":"UnitFormed","unit":"Lab","company":"Acme","effective":"2015-01-01""#,
        r#""type":"UnitFormed","unit":"Lab","company":"Bolt","effective":"2016-01-01""#,
    ]);
    let told = shell.run(&["who", "Lab", "--format", "json"]);
    assert_eq!(told.exit, Some(4));
    assert!(told.err.contains("2015-01-01") && told.err.contains("2016-01-01"), "{told:?}");
}

/// Whatever comes later changes no log on an older basis, and nothing that is told of an event there.
#[test]
fn a_log_on_an_older_basis_has_nothing_of_later_events() {
    let shell =
        ledger(&[r#""type":"JoinedCompany","person":"Ann""#, r#""id":"r","type":"EventRetracted","event":"z""#]);
    let asked = [&["log", "Ann", "--recorded", "2"][..], &["why", "r", "--recorded", "2"]];
    let before: Vec<Value> = asked.iter().map(|asked| shell.ask(asked)).collect();
    let later =
        r#"{"id":"z","type":"LeftCompany","person":"Ann","company":"Acme","reported_at":"2022-06-03","source":"Wire"}"#;
    shell.fed(&["ingest", "-"], later.as_bytes()).well();
    for (asked, mut before) in asked.iter().zip(before) {
        let mut after = shell.ask(asked);
        for answer in [&mut before, &mut after] {
            answer.as_object_mut().expect("an answer").remove("basis");
        }
        assert_eq!(after, before, "{asked:?}");
    }
}

/// A log is of whom the basis means, whatever else a dead event made of a name.
#[test]
fn a_log_has_each_event_that_an_answer_cites() {
    let shell = ledger(&[
        r#""type":"LeftCompany","person":"Cy Ito","effective":"2020-01-01""#,
        r#""type":"HeldPost","person":{"id":"p/x","name":"Cy Ito"}"#,
        r#""type":"EventRetracted","event":"e2""#,
        r#""type":"JoinedCompany","person":{"id":"p/cy","name":"Cy Ito"},"effective":"2018-01-01""#,
        r#""type":"UnitFormed","unit":"Desk""#,
        r#""type":"JoinedCompany","person":"Ann","unit":{"id":"a/desk","name":"Desk"}"#,
        r#""type":"EventRetracted","event":"e6""#,
    ]);
    assert_eq!(shell.ask(&["career", "p/cy"])["tenures"][0]["supports"], json!(["e1", "e4"]));
    for cy in ["p/cy", "Cy Ito"] {
        let logged = shell.ask(&["log", cy]);
        let ids = list(&logged, "events", "/event/id");
        assert!(ids.contains(&"e1") && ids.contains(&"e4"), "{cy}: {ids:?}");
    }
    let units = shell.ask(&["list", "units"]);
    for unit in list(&units, "listed", "/id") {
        shell.ask(&["log", unit]);
    }
}

#[test]
fn a_post_that_an_event_only_ends_has_none_of_the_fields_of_the_next() {
    let shell = ledger(&[
        r#""type":"TransferredUnit","person":"Ann","from_unit":"Lab","to_unit":"Desk","title":"CTO","lead":true,"reports_to":"Bo","remit":"money","effective":"2019-01""#,
        r#""type":"ChangedTitle","person":"Cy","from_title":"Analyst","to_title":"Head","lead":true,"effective":"2019-01""#,
    ]);
    let rows = shell.run(&["export", "--to", "csv", "--table", "statements"]).well().out;
    let of_left = |event: &str| {
        let left = rows.lines().filter(|line| line.contains(".2,") && line.contains(event));
        let cells = left.map(|line| line.split(',').skip(3).take(2).collect::<Vec<_>>().join(" "));
        let mut cells: Vec<String> = cells.filter(|cells| !cells.contains("date")).collect();
        cells.sort_unstable();
        cells
    };
    assert_eq!(of_left("e1"), ["unit Lab"]);
    assert_eq!(of_left("e2"), ["title Analyst"]);
    for (event, what) in
        [("e1", json!(["inferred_start", "end", "unit"])), ("e2", json!(["inferred_start", "end", "title"]))]
    {
        let supports = shell.ask(&["why", event])["supports"].clone();
        let left = supports
            .as_array()
            .expect("a list")
            .iter()
            .find(|one| one["tenure"].as_str().is_some_and(|id| id.ends_with(".2")));
        assert_eq!(left.expect("the post that was left")["what"], what, "{event}");
    }
    // A move elsewhere ends a post by what follows from it alone: it says nothing of that one's fields.
    let shell = ledger(&[
        r#""type":"JoinedCompany","person":"Ann","unit":"Alpha","effective":"2015-01""#,
        r#""type":"TransferredUnit","person":"Ann","from_unit":"Beta","to_unit":"Gamma","effective":"2018-01""#,
        r#""type":"AppointedToPost","person":"Bo","unit":"Lab","lead":true,"effective":"2015-01""#,
        r#""type":"RelievedOfPost","person":"Bo","unit":"Lab","title":"Chief","effective":"2018-01""#,
    ]);
    let rows_now = shell.run(&["export", "--to", "csv", "--table", "statements"]).well().out;
    let of_alpha = shell.ask(&["career", "Ann"])["tenures"][0]["tenure"].as_str().expect("an id").to_owned();
    assert!(!rows_now.lines().any(|line| line.starts_with(&of_alpha) && line.contains(",Beta,")), "{rows_now}");
    // Of a post that nothing follows, what ends it says its fields.
    assert!(rows_now.lines().any(|line| line.contains(",title,Chief,") && line.contains(",e4,")), "{rows_now}");
    assert_eq!(shell.ask(&["why", "e4"])["supports"][0]["what"], json!(["end", "unit", "title"]));
}

/// A succession is one event of two people.
#[test]
fn an_event_counts_once_for_a_unit() {
    let shell = ledger(&[
        r#""type":"AppointedToPost","person":"Ann","unit":"Lab","title":"CTO","effective":"2019-01""#,
        r#""type":"AppointedToPost","person":"Bo","unit":"Lab","title":"CTO","succeeds":"Ann","effective":"2020-01""#,
    ]);
    for what in ["units", "titles", "companies"] {
        assert_eq!(shell.ask(&["list", what])["listed"][0]["events"], 2, "{what}");
    }
}

#[test]
fn a_table_has_no_event_below_the_confidence_asked_for() {
    let shell = ledger(&[
        r#""type":"JoinedCompany","person":"Ann","confidence":"rumoured""#,
        r#""type":"EventRetracted","event":"e1""#,
    ]);
    let rows = |flags: &[&str]| {
        let table = ["export", "--to", "csv", "--table", "events"];
        shell.run(&[&table[..], flags].concat()).well().out.lines().count()
    };
    assert_eq!((rows(&[]), rows(&["--min-confidence", "reported"])), (3, 2));
}

#[test]
fn every_format_says_when_a_post_was_attested() {
    let shell = ledger(&[
        r#""type":"HeldPost","person":"Ann","unit":"Lab","from":"2016-01-01","to":"2020-01-01","seen":"2018-01-01""#,
    ]);
    let attested = &shell.ask(&["career", "Ann"])["tenures"][0]["attested"];
    let csv = shell.run(&["career", "Ann", "--format", "csv"]).well().out;
    assert!(csv.contains(attested.as_str().expect("a day")) && attested == "2018-01-01", "{csv}");
}

/// What names nothing on a basis narrows to nothing, and not to everything.
#[test]
fn of_a_company_that_is_not_there_there_are_no_moves_and_nothing_is_listed() {
    let shell = ledger(&[
        r#""type":"JoinedCompany","person":"Ann","unit":"Lab","effective":"2019-01-01""#,
        r#""type":"TransferredUnit","person":"Ann","to_unit":"Desk","effective":"2020-01-01""#,
        r#""type":"JoinedCompany","person":"Bo","company":"Gone Ltd""#,
        r#""type":"EventRetracted","event":"e3""#,
        r#""type":"JoinedCompany","person":"Cy","company":"Desk""#,
    ]);
    assert_eq!(shell.ask(&["moves"])["flows"].as_array().map(Vec::len), Some(1));
    for asked in [&["--from", "Gone Ltd"][..], &["--to", "Gone Ltd"], &["--to", "Gone Ltd", "--known", "2022-05-31"]] {
        assert_eq!(shell.ask(&[&["moves"], asked].concat())["flows"], json!([]), "{asked:?}");
    }
    assert_eq!(shell.ask(&["list", "people", "--company", "Gone Ltd"])["total"], 0);
    // A company is meant, though a unit of another one is called alike.
    assert_eq!(list(&shell.ask(&["list", "people", "--company", "Desk"]), "listed", "/name"), ["Cy"]);
    shell.ask(&["who", "Desk", "--company", "Acme"]);
}

#[test]
fn a_status_counts_the_whole_ledger_or_nothing() {
    let shell = ledger(&[r#""type":"JoinedCompany","person":"Ann""#]);
    shell.ask(&["status"]);
    for flags in [["--recorded", "0"], ["--known", "2020"], ["--source", "Wire"], ["--company", "Acme"]] {
        let refused = shell.run(&[&["status"][..], &flags].concat());
        assert_eq!(refused.exit, Some(2), "{flags:?}");
        assert!(refused.err.contains(flags[0].trim_start_matches('-')), "{refused:?}");
    }
}

#[test]
fn several_events_of_one_beginning_are_counted_though_few_are_listed() {
    let events = (10..30).map(|at| format!(r#""id":"harbor-{at}","type":"JoinedCompany","person":"P {at}""#));
    let events: Vec<String> = events.collect();
    let shell = ledger(&events.iter().map(String::as_str).collect::<Vec<_>>());
    let told = shell.run(&["why", "harbor", "--format", "json"]);
    assert!(told.err.contains("can mean 20"), "{told:?}");
}

/// What replaces an event is told with it, and what replaces that, with the names of all whom these are about: also where the
/// log is read in part.
#[test]
fn a_log_names_whom_a_correction_of_a_correction_is_about() {
    let others = (1..400).map(|at| format!(r#""type":"JoinedCompany","person":"P {at}","company":"Other""#));
    let mut events: Vec<String> = others.collect();
    let (lab, desk, dev) = (r#"{"id":"b/lab","name":"Lab"}"#, r#"{"id":"b/desk","name":"Desk"}"#, r#""a/dev""#);
    events.extend([
        r#""id":"n","type":"UnitRenamed","unit":{"id":"a/dev","name":"Dev"},"name":"Dev Y","effective":"2018""#
            .to_owned(),
        format!(r#""id":"c1","type":"UnitRenamed","company":"Bolt","unit":{lab},"name":"Lab X","effective":"2018""#),
        format!(r#""id":"c2","type":"UnitMoved","company":"Bolt","unit":{desk},"parent":"Bolt","corrects":"c1""#),
        format!(
            r#""id":"c3","type":"UnitMoved","company":"Acme","unit":{{"id":{dev}}},"parent":"Acme","corrects":"c2""#
        ),
    ]);
    let shell = ledger(&events.iter().map(String::as_str).collect::<Vec<_>>());
    for known in [&[][..], &["--known", "2022-12-09"]] {
        let logged = shell.ask(&[&["log", "b/lab"], known].concat());
        let of_dev = logged["events"].as_array().expect("a list").iter().find(|event| event["event"]["id"] == "c3");
        assert_eq!(of_dev.expect("it is told")["names"]["unit"], "Dev Y", "{known:?}");
    }
}

/// Of a unit whose parent is gone, an export says what a chart does.
#[test]
fn an_export_puts_a_unit_where_the_chart_has_it() {
    let shell = ledger(&[
        r#""type":"UnitFormed","unit":"Lab","parent":"Hub","effective":"2015-01-01""#,
        r#""type":"JoinedCompany","person":"Ann","unit":"Lab","effective":"2016-01-01""#,
        r#""type":"UnitDissolved","unit":"Hub","effective":"2018-01-01""#,
    ]);
    let chart = shell.ask(&["org", "Acme", "--at", "2020-01-01"]);
    assert_eq!(chart["unit"]["children"][0]["name"], "Lab");
    for (at, parent) in [("2017-01-01", "~~acme/hub"), ("2020-01-01", "~acme")] {
        let lab = row_of_unit(&shell, &["Ann", "--at", at], "Lab");
        assert_eq!(lab.split(',').nth(4), Some(parent), "{lab}");
        let popolo = shell.run(&["export", "Ann", "--to", "popolo", "--at", at]).well().out;
        let popolo: Value = serde_json::from_str(&popolo).expect("JSON");
        let units = popolo["organizations"].as_array().expect("a list");
        let lab = units.iter().find(|unit| unit["name"] == "Lab").expect("Lab");
        assert!(units.iter().any(|unit| unit["id"] == lab["parent_id"]), "what is named is there: {popolo}");
    }
}

/// A merger of what is gone already moves only those who came later, and leads none of them back.
#[test]
fn mergers_of_what_is_gone_lead_in_no_circle() {
    let shell = ledger(&[
        r#""type":"JoinedCompany","person":"Ann","unit":"A","effective":"2012-01-01""#,
        r#""type":"UnitDissolved","unit":"A","effective":"2010-01-01""#,
        r#""type":"UnitMerged","unit":"A","into":"B","effective":"2015-01-01""#,
        r#""type":"UnitMerged","unit":"B","into":"A","effective":"2016-01-01""#,
    ]);
    assert_eq!(list(&shell.ask(&["conflicts"]), "conflicts", "/kind"), ["cycle"]);
    assert_eq!(list(&shell.ask(&["person", "Ann", "--at", "2017-01-01"]), "positions", "/unit/name"), ["B"]);
}
