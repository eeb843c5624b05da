//! Popolo through the binary: who was a member of what, on whose behalf, and between which days.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use shell::{Run, Shell, file, skipped};

const MAP: &str = r#"
namespace = "x:"
reported_at = "2020-01-01"
[source]
publisher = "Parliament Watch"
"#;

/// A small parliament in which most of what Popolo can say is said.
fn parliament() -> Value {
    json!({
        "persons": [
            {
                "id": "p1", "name": "Ana Kask", "email": "ana@example.org", "birth_date": "1970",
                "identifiers": [
                    {"scheme": "wikidata", "identifier": "Q1"},
                    {"scheme": "register", "identifier": "7"},
                    {"scheme": "register", "identifier": "8"},
                ],
                "other_names": [
                    {"name": "Ана Каск", "lang": "ru"},
                    {"name": "Ана Каск", "lang": "ru", "note": "again"},
                    {"name": "Ana Tamm", "end_date": "2012-06-30"},
                ],
            },
            {"id": "p 2", "name": "Ben Ots"},
            {"id": "p3", "name": "Cy Park", "memberships": [
                {"organization_id": "committee", "role": "chair", "start_date": "2014-02", "end_date": "2014-05"},
            ]},
        ],
        "organizations": [
            {"id": "house", "name": "House", "classification": "legislature", "identifiers": [
                {"scheme": "wikidata", "identifier": "Q9"},
            ]},
            {"id": "committee", "name": "Finance Committee", "classification": "committee", "parent_id": "house",
                "founding_date": "2010-01-01", "dissolution_date": "2016-01-01", "other_names": [
                {"name": "Money Committee", "end_date": "2011-12-31"},
                {"name": "Budget Committee", "start_date": "2012-01-01", "end_date": "2012-12-31"},
            ]},
            {"id": "RED", "name": "Red Party", "classification": "party", "other_names": [
                {"name": "Partei Rot", "lang": "de"},
            ]},
            {"id": "BLUE", "name": "Blue Party", "classification": "party"},
        ],
        "memberships": [
            {"person_id": "p1", "organization_id": "house", "on_behalf_of_id": "RED", "role": "member",
                "area_id": "north", "legislative_period_id": "t1"},
            {"id": "m2", "person_id": "p1", "organization_id": "house", "on_behalf_of_id": "BLUE", "role": "member",
                "start_date": "2015-03-30", "legislative_period_id": "t2",
                "sources": [{"url": "https://house.example/ana"}]},
            {"person_id": "p 2", "post_id": "speaker", "start_date": "2012", "end_date": "2013-03-31"},
            {"person_id": "p1", "organization_id": "BLUE", "role": "treasurer", "start_date": "2016-01-01"},
        ],
        "posts": [{"id": "speaker", "label": "Speaker", "role": "speaker", "organization_id": "house"}],
        "events": [
            {"id": "t1", "start_date": "2011-03-27", "end_date": "2015-03-23"},
            {"id": "t2", "start_date": "2015-03-30"},
        ],
        "areas": [{"id": "north", "name": "Northern District"}],
    })
}

fn read(shell: &Shell, files: &[&str]) -> Run {
    let map = ["ingest", "--from", "popolo", "--map", "map.toml", "--rejects", "rejects"];
    shell.run(&[&map[..], files].concat())
}

fn fed(map: &str, popolo: &Value) -> Shell {
    let shell = Shell::new();
    shell.write("map.toml", map);
    shell.write("popolo.json", serde_json::to_string_pretty(popolo).unwrap());
    read(&shell, &["popolo.json"]).well();
    shell
}

/// The tenures of somebody: title, unit, company, start and end.
fn career(shell: &Shell, person: &str) -> Vec<String> {
    let answer = shell.ask(&["career", person]);
    let shown = |tenure: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let parts = [
            &tenure["title"],
            &tenure["unit"]["id"],
            &tenure["company"]["id"],
            &tenure["from"]["edtf"],
            &tenure["to"]["edtf"],
        ];
        parts.map(text).join(" ")
    };
    answer["tenures"].as_array().unwrap().iter().map(shown).collect()
}

fn rejects(shell: &Shell) -> Vec<String> {
    let line = |line: &str| {
        let reject: Value = serde_json::from_str(line).unwrap();
        let column = reject["column"].as_str().unwrap_or_default().to_owned();
        format!("{}:{column}: {}", reject["line"], reject["reason"].as_str().unwrap())
    };
    shell.read("rejects").lines().map(line).collect()
}

#[test]
fn lines_that_are_objects_one_by_one_are_one_file() {
    let shell = Shell::new();
    let held =
        json!({"id": "1", "person_id": "ann", "organization_id": "rolls", "role": "Clerk", "start_date": "2015"});
    let lines = [
        json!({"memberships": [held]}),
        json!({"persons": [{"id": "ann", "name": "Ann Lee"}]}),
        json!({"organizations": [{"id": "rolls", "name": "Rolls Office"}]}),
    ];
    shell.write("p.ndjson", lines.each_ref().map(ToString::to_string).join("\n") + "\n");
    shell.write("map.toml", MAP);
    shell.run(&["ingest", "--from", "popolo", "--map", "map.toml", "p.ndjson"]).well();
    let members = shell.ask(&["who", "Rolls Office", "--at", "2016-01-01"])["members"].clone();
    assert_eq!(members[0]["person"]["name"], "Ann Lee");
    shell.write("p.ndjson", format!("{}\nand more\n", lines[0]));
    let run = shell.run(&["ingest", "--from", "popolo", "--map", "map.toml", "p.ndjson"]);
    assert!(run.exit == Some(8) && run.err.contains("p.ndjson:2"), "{run:?}");
}

#[test]
fn a_parliament_is_who_was_where() {
    let shell = fed(MAP, &parliament());
    assert_eq!(
        career(&shell, "Ana Kask"),
        [
            "member x:house/RED x:house [2011-03-27..2015-03-22] [2011-03-28..2015-03-24]",
            "member x:house/BLUE x:house 2015-03-30 -",
            "treasurer - x:BLUE 2016-01-01 -",
        ]
    );
    assert_eq!(career(&shell, "Ben Ots"), ["Speaker - x:house 2012 2013-04-01"]);
    assert_eq!(career(&shell, "Cy Park"), ["chair x:committee x:house 2014-02 [2014-05-02..2014-06-01]"]);
    let remit = shell.ask(&["person", "x:p1", "--at", "2012-01-01"]);
    assert_eq!(remit["positions"][0]["remit"], "Northern District");
    assert_eq!(remit["positions"][0]["certainty"], "possible");

    let names =
        |at: &str, lang: &str| shell.ask(&["person", "x:p1", "--at", at, "--lang", lang])["person"]["name"].clone();
    assert_eq!(names("2012-06-30", "en"), "Ana Tamm");
    assert_eq!(names("2012-07-01", "en"), "Ana Kask");
    assert_eq!(names("2012-07-01", "ru"), "Ана Каск");
    assert_eq!(shell.ask(&["person", "x:p_x202"])["person"]["name"], "Ben Ots");
    for (at, name) in
        [("2011-06-01", "Money Committee"), ("2012-06-01", "Budget Committee"), ("2013-01-01", "Finance Committee")]
    {
        assert_eq!(shell.ask(&["who", "x:committee", "--at", at])["unit"]["name"], name, "{at}");
    }
    let log = shell.ask(&["log"]).to_string();
    for said in
        [r#""register":"7""#, r#""register":"8""#, r#""wikidata":"Q9""#, "https://house.example/ana", "membership/x:m2"]
    {
        assert!(log.contains(said), "{said} is not in {log}");
    }
    let shown = |at: &str| {
        let org = shell.ask(&["org", "House", "--at", at]);
        let children = org["unit"]["children"].as_array().unwrap().clone();
        children
            .iter()
            .map(|unit| format!("{} {}", unit["name"].as_str().unwrap(), unit["kind"].as_str().unwrap()))
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(
        shown("2014-01-01"),
        ["Red Party party", "Blue Party party", "Finance Committee committee"].map(ToOwned::to_owned).into()
    );
    assert_eq!(shown("2016-01-02"), ["Red Party party", "Blue Party party"].map(ToOwned::to_owned).into());
    let again = read(&shell, &["popolo.json"]).well();
    assert!(again.out.starts_with("appended 0,"), "{again:?}");
}

#[test]
fn what_is_not_about_a_claim_leaves_it_alone() {
    let shell = fed(MAP, &parliament());
    let before = shell.state().0;
    let mut popolo = parliament();
    popolo["persons"][0]["email"] = "other@example.org".into();
    popolo["persons"][1]["name"] = "Ben Ots-Lepp".into();
    popolo["organizations"][0]["image"] = "https://house.example/logo".into();
    popolo["memberships"].as_array_mut().unwrap().reverse();
    shell.write("popolo.json", popolo.to_string());
    read(&shell, &["popolo.json"]).well();
    assert_eq!(shell.state().0, before + 1, "only who was renamed is told of anew");
    assert_eq!(career(&shell, "x:p_x202"), ["Speaker - x:house 2012 2013-04-01"]);
}

#[test]
fn ends_and_periods_mean_what_the_map_says() {
    let shell = fed(&format!("end = 'exclusive'\nperiod = 'whole'\n{MAP}"), &parliament());
    assert_eq!(career(&shell, "Ana Kask")[0], "member x:house/RED x:house 2011-03-27 2015-03-23");
    assert_eq!(career(&shell, "Ben Ots"), ["Speaker - x:house 2012 2013-03-31"]);
    // Two files of one namespace are one world; of two, two.
    shell.write("map.toml", MAP.replace("x:", "y:"));
    read(&shell, &["popolo.json"]).well();
    assert_eq!(shell.run(&["person", "Ben Ots"]).exit, Some(4));
}

#[test]
fn what_cannot_be_mapped_is_told_and_the_rest_is_in() {
    let mut popolo = parliament();
    let own = json!([
        {"organization_id": "house", "member": {"id": "RED"}},
        {"person_id": "p1", "organization_id": "senate"},
        {"person_id": "p1", "organization_id": "house", "start_date": "soon"},
        {"person_id": "p3", "organization_id": "house", "role": "clerk", "on_behalf_of_id": "GREEN", "post_id": "usher",
            "area_id": "south", "legislative_period_id": "t9", "start_date": "2014"},
        {"person_id": "p3", "organization_id": "house", "role": "guest", "legislative_period_id": "t1", "start_date": "2019", "end_date": ""},
        "nobody",
    ]);
    popolo["memberships"].as_array_mut().unwrap().extend(own.as_array().unwrap().clone());
    popolo["persons"][2]["other_names"] = json!([{"name": "--"}, {"name": "Сай", "lang": "be-x-traditional-long"}]);
    popolo["organizations"][3]["parent_id"] = "gone".into();
    let shell = Shell::new();
    shell.write("map.toml", MAP);
    let text = serde_json::to_string_pretty(&popolo).unwrap();
    shell.write("popolo.json", &text);
    shell.write("broken.json", "{\"persons\": [\n  {\"id\": \"p\", \"name\": \"Pat\"},\n  {\"id\": }\n]}");
    shell.write("list.json", "[]");
    let run = read(&shell, &["popolo.json", "broken.json", "list.json"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let line = |needle: &str| text.lines().position(|line| line.contains(needle)).unwrap();
    let told = rejects(&shell);
    let expect = [
        (
            line("\"p3\""),
            "other_names[0].name: persons[2]: `other_names[0].name`: the name `--` has no letter and no digit",
        ),
        (
            line("\"p3\""),
            "other_names[1].lang: persons[2]: `other_names[1].lang`: `be-x-traditional-long` is not the tag of a language; the name is in without it",
        ),
        (
            line("\"BLUE\""),
            "parent_id: organizations[3]: `parent_id`: there is no organization `gone`; it stands at the top",
        ),
        (line("\"member\": {") - 1, "person_id: memberships[4]: a membership of no person"),
        (line("\"senate\"") - 1, "organization_id: memberships[5]: a membership in no organization of the file"),
        (line("\"soon\"") - 3, "start_date: memberships[6]: `start_date`: `soon` is no date"),
        (
            line("\"clerk\"") - 3,
            "on_behalf_of_id: memberships[7]: `on_behalf_of_id`: there is no organization `GREEN`; the rest is in",
        ),
        (line("\"clerk\"") - 3, "post_id: memberships[7]: `post_id`: there is no post `usher`; the rest is in"),
        (
            line("\"clerk\"") - 3,
            "area_id: memberships[7]: `area_id`: there is no area `south` with a name; the rest is in",
        ),
        (
            line("\"clerk\"") - 3,
            "legislative_period_id: memberships[7]: `legislative_period_id`: there is no event `t9`; the rest is in",
        ),
        (
            line("\"guest\"") - 3,
            "legislative_period_id: memberships[8]: `legislative_period_id`: its own dates lie outside of `t1`; it is in with these alone",
        ),
        (line("\"nobody\""), ": memberships[9]: no object"),
    ];
    for (told, (line, reason)) in told.iter().zip(&expect) {
        // An object begins on the line of its brace, which is the one before its first field.
        let places: Vec<String> = (line.saturating_sub(1)..line + 2).map(|line| format!("{line}:{reason}")).collect();
        assert!(places.contains(told), "{told} is none of {places:?}");
    }
    assert_eq!(
        told[expect.len()..],
        [
            "3:: no Popolo: expected value",
            "1:: no Popolo: invalid type: sequence, expected an object with `persons`, `organizations` and `memberships`",
        ]
    );
    assert!(career(&shell, "Cy Park").contains(&"clerk - x:house 2014 -".to_owned()));
    assert!(career(&shell, "Cy Park").contains(&"guest - x:house 2019 -".to_owned()));
    assert_eq!(shell.run(&["person", "Pat"]).exit, Some(3), "a broken file is not half in");
    // What went in without what it lacks does not tell it: each reading says so.
    let again = read(&shell, &["popolo.json", "broken.json", "list.json"]);
    assert!(again.exit == Some(8) && again.out.starts_with("appended 0"), "{again:?}");
    let sorted = |told: &[String]| told.iter().cloned().collect::<BTreeSet<String>>();
    assert_eq!(sorted(&rejects(&shell)), sorted(&told));
    for (map, problem) in [("", "missing field `namespace`"), ("namespace = ''\nsource = {}", "names neither")] {
        shell.write("map.toml", map);
        let run = read(&shell, &["popolo.json"]);
        assert!(run.exit == Some(1) && run.err.contains(problem), "{problem}: {run:?}");
    }
}

#[test]
fn the_first_statement_of_a_key_that_can_be_read_counts() {
    let mut popolo = parliament();
    let of = |role: &str, organization: &str| json!({"id": "6", "person_id": "p3", "organization_id": organization, "role": role, "start_date": "2019"});
    popolo["memberships"] = json!([of("usher", "nowhere"), of("teller", "house"), of("whip", "house")]);
    let shell = Shell::new();
    shell.write("map.toml", MAP);
    shell.write("popolo.json", popolo.to_string());
    let run = read(&shell, &["popolo.json"]);
    assert_eq!((run.exit, rejects(&shell).len()), (Some(8), 2), "{run:?}");
    assert!(
        career(&shell, "Cy Park").contains(&"teller - x:house 2019 -".to_owned()),
        "{:?}",
        career(&shell, "Cy Park")
    );
    // What was said of a key stands while nothing under it can be read.
    popolo["memberships"] = json!([of("usher", "house"), of("usher", "house")]);
    for one in popolo["memberships"].as_array_mut().unwrap() {
        one["start_date"] = "soon".into();
    }
    shell.write("popolo.json", popolo.to_string());
    assert_eq!(read(&shell, &["popolo.json"]).exit, Some(8));
    assert!(career(&shell, "Cy Park").contains(&"teller - x:house 2019 -".to_owned()));
}

#[test]
fn parents_are_followed_to_the_top_and_never_round_in_a_circle() {
    // As many as would take minutes, were the way to the top walked for each of them anew.
    let organizations = (0..3_000)
        .map(|n| json!({"id": format!("o{n}"), "name": format!("Office {n}"), "parent_id": format!("o{}", n + 1)}));
    let top = json!({"id": "o3000", "name": "State"});
    let circle =
        ["x1", "x2", "x3", "x1"].windows(2).map(|pair| json!({"id": pair[0], "name": pair[0], "parent_id": pair[1]}));
    let below = json!({"id": "y", "name": "Y", "parent_id": "x2"});
    let popolo = json!({
        "persons": [{"id": "p1", "name": "Ana Kask"}],
        "organizations": organizations.chain([top]).chain(circle).chain([below]).collect::<Vec<_>>(),
        "memberships": [
            {"person_id": "p1", "organization_id": "o0", "start_date": "2012"},
            {"person_id": "p1", "organization_id": "y", "start_date": "2013"},
        ],
    });
    let shell = Shell::new();
    shell.write("map.toml", MAP);
    shell.write("popolo.json", popolo.to_string());
    assert_eq!(read(&shell, &["popolo.json"]).exit, Some(8));
    assert_eq!(shell.ask(&["person", "Ana Kask", "--at", "2014-01-01"])["positions"][0]["company"]["name"], "State");
    let circles = rejects(&shell).iter().filter(|reject| reject.contains("go round in a circle")).count();
    assert_eq!(circles, 5, "each of the four organizations and the membership: {:?}", rejects(&shell));
}

#[test]
fn an_element_beyond_all_measure_is_refused() {
    let shell = Shell::new();
    shell.write("map.toml", MAP);
    let names = "{\"name\": \"Ana\"},".repeat(1 << 18);
    shell.write(
        "long.json",
        format!("{{\"persons\": [{{\"id\": \"p\"}},\n{{\"id\": \"q\", \"other_names\": [{names} {{}}]}}]}}"),
    );
    let run = read(&shell, &["long.json"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert_eq!(rejects(&shell), ["2:: an element is longer than 4194304 bytes"]);
}

#[test]
fn real_parliaments_come_back_out_whole() {
    let data = file("../../shared/data/popolo-fixtures");
    let cases = [("estonia", "Riigikogu", [193, 8, 299], 4), ("kenya", "National Assembly", [355, 23, 355], 0)];
    for (country, chamber, counts, told) in cases {
        let path = data.join(format!("{country}-ep-popolo-v1.0.json"));
        let Ok(text) = fs::read_to_string(&path) else {
            skipped(&format!("there is no {}", path.display()));
            return;
        };
        let popolo: Value = serde_json::from_str(&text).unwrap();
        let shell = Shell::new();
        shell.write("map.toml", MAP);
        let run = read(&shell, &[path.to_str().unwrap()]);
        assert_eq!(rejects(&shell).len(), told, "{run:?}");
        let of = |collection: &str| popolo[collection].as_array().unwrap();
        assert_eq!(["persons", "organizations", "memberships"].map(|c| of(c).len()), counts);

        // Everyone and everything by its id.
        let status = shell.ask(&["status"]);
        assert_eq!([&status["people"], &status["units"]], [&json!(counts[0]), &json!(counts[1])], "{country}");
        let holders = shell.ask(&["holders", chamber]);
        let holders = holders["holders"].as_array().unwrap();
        assert_eq!(holders.len(), counts[2], "{country}");
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let out: BTreeSet<[String; 2]> =
            holders.iter().map(|held| [&held["person"]["id"], &held["unit"]["id"]].map(text)).collect();
        let party = |m: &Value| format!("x:{}/{}", text(&m["organization_id"]), text(&m["on_behalf_of_id"]));
        let members = of("memberships").iter();
        let given = members.map(|m| [format!("x:{}", text(&m["person_id"])), party(m)]).collect();
        assert_eq!(out, given, "{country}");

        // Each membership with both its dates keeps them, its end as the day after.
        for m in of("memberships").iter().filter(|m| m["start_date"].is_string() && m["end_date"].is_string()) {
            let (start, end) = (m["start_date"].as_str().unwrap(), m["end_date"].as_str().unwrap());
            let tenure = holders.iter().find(|held| {
                held["person"]["id"] == format!("x:{}", text(&m["person_id"])) && held["from"]["edtf"] == start
            });
            let over = tenure.unwrap_or_else(|| panic!("{m} is gone"))["to"]["earliest"].as_str().unwrap();
            // Who died on that day holds nothing on it.
            let died = of("persons").iter().any(|p| p["id"] == m["person_id"] && p["death_date"] == m["end_date"]);
            assert!(over > end || (died && over == end), "{m}: {over}");
        }
        let chart = shell.ask(&["org", chamber, "--at", "2015-01-01"])["unit"].clone();
        let unit = |unit: &Value| [&unit["name"], &unit["kind"]].map(text);
        let mut shown: BTreeSet<_> = chart["children"].as_array().unwrap().iter().map(unit).collect();
        shown.insert(unit(&chart));
        let given = of("organizations").iter().map(|o| [&o["name"], &o["classification"]].map(text)).collect();
        assert_eq!(shown, given, "{country}");
        // Kenya's file has two organizations of one register number.
        let conflicts = shell.ask(&["conflicts"])["conflicts"].clone();
        let kinds: Vec<&Value> = conflicts.as_array().unwrap().iter().map(|conflict| &conflict["kind"]).collect();
        let expected: &[&str] = if country == "kenya" { &["shared_identifier"] } else { &[] };
        assert_eq!(kinds, expected, "{country}: {conflicts}");
        let again = read(&shell, &[path.to_str().unwrap()]);
        assert!(again.out.starts_with("appended 0,"), "{again:?}");
    }
}

#[test]
fn what_stands_within_something_else_is_read() {
    let shell = Shell::new();
    shell.write("map.toml", MAP);
    let nested = json!({
        "persons": [{"id": "a", "name": "Ada Bee", "memberships": [
            {"id": "m1", "organization": {"id": "h"}, "post": {"id": "p9", "label": "Clerk"}, "start_date": "2011"},
        ]}],
        "organizations": [{"id": "h", "name": "House", "posts": [
            {"id": "p", "label": "Member", "area": {"id": "n", "name": "North"}, "memberships": [
                {"id": "m2", "person_id": "a", "start_date": "2012", "end_date": "future"},
            ]},
        ]}],
        "posts": [{"id": "q", "role": "Whip", "organization_id": "h", "memberships": [{"person_id": "a", "start_date": "2013"}]}],
    });
    shell.write("popolo.json", nested.to_string());
    read(&shell, &["popolo.json"]).well();
    let posts = ["Clerk - x:h 2011 -", "Member - x:h 2012 -", "Whip - x:h 2013 -"];
    assert_eq!(career(&shell, "Ada Bee"), posts);
    let remits = shell.ask(&["person", "Ada Bee", "--at", "2014-01-01"])["positions"].clone();
    assert!(remits.as_array().unwrap().iter().any(|post| post["title"] == "Member" && post["remit"] == "North"));

    shell.write("page.json", r#"{"total": 1, "result": [{"id": "a", "name": "Ada Bee", "memberships": []}]}"#);
    assert_eq!(read(&shell, &["page.json"]).exit, Some(8));
    assert_eq!(rejects(&shell), ["1:: no Popolo: it has neither `persons` nor `organizations` nor `memberships`"]);
}

#[test]
fn names_in_parts_areas_without_ids_and_organizations_within_are_read() {
    let popolo = json!({
        "persons": [
            {"id": "p1", "given_name": "Ann", "family_name": "Lee"},
            {"id": "p2", "other_names": [{"given_name": "Bo", "family_name": "Ray", "note": "Main"}]},
            {"id": "p3", "other_names": [{"honorific_prefix": "Lord", "lordname": "Foo", "lordofname": "Bar"}]},
        ],
        "organizations": [{"id": "o1", "name": "House"}],
        "posts": [{"id": "c1", "label": "MP", "organization_id": "o1", "area": {"name": "Aberavon"}}],
        "memberships": [
            {"person_id": "p1", "post_id": "c1", "start_date": "2001"},
            {"person_id": "p2", "organization": {"id": "o7", "name": "Council"}, "on_behalf_of": {"id": "g", "name": "Greens"}},
            {"person_id": "p3", "post": {"id": "c9", "label": "Chair", "organization": {"id": "o8", "name": "Board"}}},
        ],
    });
    let shell = Shell::new();
    shell.write("map.toml", MAP);
    // The mark of UTF-8 is no part of the file.
    shell.write("popolo.json", format!("\u{feff}{popolo}"));
    read(&shell, &["popolo.json"]).well();
    let post = |person: &str| shell.ask(&["person", person, "--at", "2020-01-01"])["positions"][0].clone();
    let ann = post("Ann Lee");
    assert_eq!((&ann["title"], &ann["remit"]), (&json!("MP"), &json!("Aberavon")));
    let bo = post("Bo Ray");
    assert_eq!((&bo["company"]["name"], &bo["unit"]["name"]), (&json!("Council"), &json!("Greens")), "{bo}");
    let lord = post("Lord Foo of Bar");
    assert_eq!((&lord["company"]["name"], &lord["title"]), (&json!("Board"), &json!("Chair")), "{lord}");
}

#[test]
fn a_person_does_not_die_with_the_organization_of_that_id() {
    let popolo = json!({
        "persons": [{"id": 1, "name": "Ann Lee"}, {"id": 2, "name": "Bo Ray", "death_date": "1980-01-01"}],
        "organizations": [
            {"id": 1, "name": "Canal Committee", "dissolution_date": "1990-01-01"},
            {"id": 2, "name": "House"},
        ],
        "memberships": [{"person_id": 1, "organization_id": 2, "role": "Member"}],
    });
    let shell = Shell::new();
    shell.write("map.toml", MAP);
    shell.write("popolo.json", popolo.to_string());
    read(&shell, &["popolo.json"]).well();
    let post = shell.ask(&["person", "Ann Lee", "--at", "2020-01-01"])["positions"][0].clone();
    assert_eq!((&post["title"], &post["to"]), (&json!("Member"), &Value::Null), "{post}");
}

#[test]
fn what_is_put_into_a_membership_for_its_sightings_tells_no_period() {
    let popolo = json!({
        "persons": [{"id": "p1", "name": "Ana"}],
        "organizations": [{"id": "h", "name": "House"}],
        "memberships": [{"id": "m1", "person_id": "p1", "organization_id": "h", "role": "member", "legislative_period_id": "t9"}],
    });
    for undated in ["", "undated = \"unknown\"\n"] {
        let shell = Shell::new();
        shell.write("map.toml", format!("namespace = \"x:\"\n{undated}[source]\npublisher = \"PW\"\n"));
        shell.write("popolo.json", popolo.to_string());
        for version in ["2024-01-01", "2024-02-01", "2024-03-01", "2024-03-01"] {
            let run = read(&shell, &["--version", version, "popolo.json"]);
            assert_eq!((run.exit, rejects(&shell).len()), (Some(8), 1), "{undated}{version}: {run:?}");
        }
        // Once a version has the period, those without it keep what it told.
        let mut with = popolo.clone();
        with["events"] =
            json!([{"id": "t9", "classification": "legislative period", "name": "9", "start_date": "2020-01-01"}]);
        shell.write("with.json", with.to_string());
        for (version, file) in [("2024-04-01", "with.json"), ("2024-05-01", "popolo.json")] {
            read(&shell, &["--version", version, file]).well();
        }
    }
}
