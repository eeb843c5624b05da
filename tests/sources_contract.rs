//! The contract of all importers, which each format passes: `docs/adapters.md`.
//!
//! One small world is written in every format: Ann Lee, who is Clerk of the Rolls Office since 2015, and Bo Ode, who held
//! the post before her.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::{Run, Shell};

/// A format, and how it writes the world.
struct Format {
    name: &'static str,
    extension: &'static str,
    /// The map without the keys that all maps share.
    map: &'static str,
    /// The file: the end of Ann's post, as it is written, whether Bo is in it, and when Ann died.
    write: fn(&World) -> String,
}

#[derive(Clone, Copy)]
struct World {
    /// The title of Ann's post.
    title: &'static str,
    end: &'static str,
    bo: bool,
    died: &'static str,
    /// Whether Ann's record stands twice, the second time with another start.
    twice: bool,
}

const WORLD: World = World { title: "Clerk", end: "", bo: true, died: "", twice: false };

const CSV_MAP: &str = r#"
company = "Rolls Office"
[source]
publisher = "Register"
[files.t]
path = "t.csv"
[files.people]
path = "people.csv"
[stints]
file = "t"
key = "id"
person = { id = "person" }
title = "role"
from = "start"
to = "end"
[people]
file = "people"
id = "id"
name = "name"
died = "died?"
"#;

fn csv(world: &World) -> String {
    let World { title, end, bo, twice, .. } = world;
    let mut rows = vec!["id,person,role,start,end".to_owned(), format!("1,ann,{title},2015-01-01,{end}")];
    if *bo {
        rows.push("2,bo,Clerk,2010-01-01,2014-12-31".to_owned());
    }
    if *twice {
        rows.push(format!("1,ann,{title},2016-01-01,{end}"));
    }
    rows.join("\n")
}

const POPOLO_MAP: &str = "namespace = \"x:\"\n[source]\npublisher = \"Register\"\n";

fn popolo(world: &World) -> String {
    let held = |id: &str, person: &str, title: &str, start: &str, end: &str| json!({"id": id, "person_id": person, "organization_id": "rolls", "role": title, "start_date": start, "end_date": end});
    let mut memberships = vec![held("1", "ann", world.title, "2015-01-01", world.end)];
    if world.bo {
        memberships.push(held("2", "bo", "Clerk", "2010-01-01", "2014-12-31"));
    }
    if world.twice {
        memberships.push(held("1", "ann", world.title, "2016-01-01", world.end));
    }
    json!({
        "persons": [{"id": "ann", "name": "Ann Lee", "death_date": world.died}, {"id": "bo", "name": "Bo Ode"}],
        "organizations": [{"id": "rolls", "name": "Rolls Office"}],
        "memberships": memberships,
    })
    .to_string()
}

fn ftm(world: &World) -> String {
    let entity = |id: &str, schema: &str, properties: Value| json!({"id": id, "schema": schema, "datasets": ["Register"], "properties": properties});
    let held = |id: &str, person: &str, title: &str, start: &str, end: &str| {
        let mut properties =
            json!({"employee": [person], "employer": ["rolls"], "role": [title], "startDate": [start]});
        if !end.is_empty() {
            properties["endDate"] = json!([end]);
        }
        entity(id, "Employment", properties)
    };
    let mut ann = json!({"name": ["Ann Lee"]});
    if !world.died.is_empty() {
        ann["deathDate"] = json!([world.died]);
    }
    let mut lines = vec![
        entity("ann", "Person", ann),
        entity("bo", "Person", json!({"name": ["Bo Ode"]})),
        entity("rolls", "Company", json!({"name": ["Rolls Office"]})),
        held("1", "ann", world.title, "2015-01-01", world.end),
    ];
    if world.bo {
        lines.push(held("2", "bo", "Clerk", "2010-01-01", "2014-12-31"));
    }
    if world.twice {
        lines.push(held("1", "ann", world.title, "2016-01-01", world.end));
    }
    lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn wikidata(world: &World) -> String {
    let value = |property: &str, id: &str| json!({"snaktype": "value", "property": property, "datavalue": {"type": "wikibase-entityid", "value": {"id": id}}});
    let time = |property: &str, day: &str| {
        let value = json!({
            "time": format!("+{day}T00:00:00Z"), "precision": 11,
            "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
        });
        json!({"snaktype": "value", "property": property, "datavalue": {"type": "time", "value": value}})
    };
    let held = |id: &str, post: &str, start: &str, end: &str| {
        let mut qualifiers = json!({"P580": [time("P580", start)]});
        if !end.is_empty() {
            qualifiers["P582"] = json!([time("P582", end)]);
        }
        json!({"id": id, "rank": "normal", "mainsnak": value("P39", post), "qualifiers": qualifiers})
    };
    let item = |id: &str, label: &str, claims: Value| json!({"type": "item", "id": id, "labels": {"en": {"language": "en", "value": label}}, "claims": claims});
    let human = json!({"id": "H$1", "rank": "normal", "mainsnak": value("P31", "Q5")});
    let mut posts = vec![held("Q10$1", if world.title == "Clerk" { "Q2" } else { "Q3" }, "2015-01-01", world.end)];
    if world.twice {
        posts.push(held("Q10$1", "Q2", "2016-01-01", world.end));
    }
    let mut ann = json!({"P31": [human], "P39": posts});
    if !world.died.is_empty() {
        ann["P570"] = json!([{"id": "Q10$d", "rank": "normal", "mainsnak": time("P570", world.died)}]);
    }
    let before = if world.bo { json!([held("Q11$2", "Q2", "2010-01-01", "2014-12-31")]) } else { json!([]) };
    let office = |id: &str| json!({"P361": [{"id": id, "rank": "normal", "mainsnak": value("P361", "Q1")}]});
    [
        item("Q10", "Ann Lee", ann),
        item("Q11", "Bo Ode", json!({"P31": [human], "P39": before})),
        item("Q2", "Clerk", office("Q2$o")),
        item("Q3", "Senior Clerk", office("Q3$o")),
        item("Q1", "Rolls Office", json!({})),
    ]
    .iter()
    .map(ToString::to_string)
    .collect::<Vec<_>>()
    .join("\n")
}

const RECORDS_MAP: &str = r#"
company = "Rolls Office"
[source]
publisher = "Register"
[files.people]
each = "$.people[*]"
[files.terms]
each = ["$.people[*]", "@.terms[*]"]
[people]
file = "people"
id = "@.id"
name = "@.name"
died = "@.died?"
[[stints]]
file = "terms"
key = "@.id"
person = { id = "^.id" }
title = "@.role"
from = "@.start"
to = "@.end"
"#;

fn records(world: &World) -> String {
    let World { title, end, bo, died, twice } = world;
    let term = |id: &str, title: &str, start: &str, end: &str| {
        format!("  - {{ id: {id}, role: {title}, start: \"{start}\", end: \"{end}\" }}\n")
    };
    let mut text = format!("people:\n- id: ann\n  name: Ann Lee\n  died: \"{died}\"\n  terms:\n");
    text.push_str(&term("1", title, "2015-01-01", end));
    if *twice {
        text.push_str(&term("1", title, "2016-01-01", end));
    }
    text.push_str("- id: bo\n  name: Bo Ode\n  terms:\n");
    if *bo {
        text.push_str(&term("2", "Clerk", "2010-01-01", "2014-12-31"));
    }
    text
}

const FORMATS: [Format; 5] = [
    Format { name: "csv", extension: "csv", map: CSV_MAP, write: csv },
    Format { name: "popolo", extension: "json", map: POPOLO_MAP, write: popolo },
    Format { name: "ftm", extension: "json", map: "", write: ftm },
    Format { name: "wikidata", extension: "json", map: "", write: wikidata },
    Format { name: "records", extension: "yaml", map: RECORDS_MAP, write: records },
];

impl Format {
    /// Ingests a world. The keys that all maps share come first.
    fn ingest(&self, shell: &Shell, shared: &str, world: &World, flags: &[&str]) -> Run {
        let file = format!("t.{}", self.extension);
        shell.write("map.toml", format!("end = \"inclusive\"\n{shared}\n{}", self.map));
        self.ingest_file(shell, &file, world, flags)
    }

    fn ingest_file(&self, shell: &Shell, file: &str, world: &World, flags: &[&str]) -> Run {
        shell.write(file, (self.write)(world));
        let words = ["ingest", "--from", self.name, "--map", "map.toml", "--rejects", "rejects", file];
        let mut words = words.to_vec();
        if self.name == "csv" {
            shell.write("people.csv", format!("id,name,died\nann,Ann Lee,{}\nbo,Bo Ode,\n", world.died));
            words.push("people.csv");
        }
        shell.run(&[&words[..], flags].concat())
    }
}

/// Does something in every format, in a ledger of its own.
fn each(mut act: impl FnMut(&Format, &Shell)) {
    for format in &FORMATS {
        act(format, &Shell::new());
    }
}

/// Who is in the office on a day, and certain.
fn who(shell: &Shell, day: &str, known: &str) -> Vec<String> {
    let answer = shell.ask(&["who", "Rolls Office", "--at", day, "--known", known]);
    let members = answer["members"].as_array().unwrap().iter().filter(|m| m["certainty"] == "certain");
    members.map(|m| format!("{} {}", m["person"]["name"].as_str().unwrap(), m["title"].as_str().unwrap())).collect()
}

const EVER: &str = "9999-12-31";

fn appended(run: &Run) -> &str {
    run.out.split(',').next().unwrap()
}

fn rejects(shell: &Shell) -> Vec<Value> {
    shell.read("rejects").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_same_version_twice_appends_nothing() {
    each(|format, shell| {
        for flags in [&["--version", "2020-06-01"][..], &["--version", "2020-07-01"]] {
            format.ingest(shell, "", &WORLD, flags).well();
            let again = format.ingest(shell, "", &WORLD, flags).well();
            assert_eq!(appended(&again), "appended 0", "{}: {again:?}", format.name);
        }
        assert_eq!(who(shell, "2020-01-01", EVER), ["Ann Lee Clerk"], "{}", format.name);
    });
}

#[test]
fn what_returns_is_restated() {
    each(|format, shell| {
        for (number, (title, expect)) in
            [("Clerk", "Clerk"), ("Senior Clerk", "Senior Clerk"), ("Clerk", "Clerk")].into_iter().enumerate()
        {
            let world = World { title, ..WORLD };
            format.ingest(shell, "", &world, &[]).well();
            assert_eq!(who(shell, "2020-01-01", EVER), [format!("Ann Lee {expect}")], "{} {number}", format.name);
            assert_eq!(appended(&format.ingest(shell, "", &world, &[]).well()), "appended 0", "{}", format.name);
        }
    });
}

#[test]
fn versions_come_back_and_their_order_does_not_matter_together() {
    each(|format, _| {
        let revisions = "[revisions]\nfiles = \"{date}_t.*\"\n";
        let versions = [
            ("2020-01-01", WORLD),
            ("2020-02-01", World { title: "Senior Clerk", bo: false, ..WORLD }),
            ("2020-03-01", WORLD),
        ];
        let [together, apart] = [Shell::new(), Shell::new()];
        let mut files = Vec::new();
        for (shell, one_by_one) in [(&apart, true), (&together, false)] {
            shell.write("map.toml", format!("end = \"inclusive\"\n{}\n{revisions}", format.map));
            for (day, world) in &versions {
                let file = format!("{day}_t.{}", format.extension);
                if one_by_one {
                    format.ingest_file(shell, &file, world, &[]).well();
                    files.push(file);
                } else {
                    shell.write(&file, (format.write)(world));
                }
            }
        }
        let words = ["ingest", "--from", format.name, "--map", "map.toml"];
        let mut named: Vec<&str> = files.iter().rev().map(String::as_str).collect();
        if format.name == "csv" {
            together.write("people.csv", "id,name,died\nann,Ann Lee,\nbo,Bo Ode,\n");
            named.push("people.csv");
        }
        together.run(&[&words[..], &named].concat()).well();
        for shell in [&apart, &together] {
            let known = |day: &str, known: &str| who(shell, day, known);
            assert_eq!(known("2012-01-01", "2020-01-15"), ["Bo Ode Clerk"], "{}", format.name);
            assert_eq!(known("2012-01-01", "2020-02-15"), Vec::<String>::new(), "{}", format.name);
            assert_eq!(known("2012-01-01", "2020-03-15"), ["Bo Ode Clerk"], "{}", format.name);
            assert_eq!(known("2020-01-01", "2020-02-15"), ["Ann Lee Senior Clerk"], "{}", format.name);
            assert_eq!(known("2020-01-01", EVER), ["Ann Lee Clerk"], "{}", format.name);
        }
        assert_eq!(together.state(), apart.state(), "{}", format.name);
    });
}

#[test]
fn what_is_gone_ends_where_the_map_says_so() {
    each(|format, shell| {
        let shared = "[revisions]\ngone = \"ended\"\n";
        shell.write("map.toml", format!("end = \"inclusive\"\n{}\n{shared}", format.map));
        let file = format!("t.{}", format.extension);
        let both = WORLD;
        format.ingest_file(shell, &file, &both, &["--version", "2020-01-01"]).well();
        // Bo's post has its end already; Ann's is gone.
        let without = match format.name {
            "csv" => "id,person,role,start,end\n2,bo,Clerk,2010-01-01,2014-12-31\n".to_owned(),
            "popolo" => {
                let mut world: Value = serde_json::from_str(&popolo(&both)).unwrap();
                world["memberships"].as_array_mut().unwrap().remove(0);
                world.to_string()
            }
            "ftm" => ftm(&both).lines().filter(|line| !line.contains("\"id\":\"1\"")).collect::<Vec<_>>().join("\n"),
            "records" => records(&both).replace("  - { id: 1,", "  # {").replace("terms:\n  #", "terms: []\n  #"),
            _ => wikidata(&both).replace("Q10$1", "Q10$gone").replacen("P39", "P0", 1),
        };
        shell.write(&file, without);
        let mut words = vec!["ingest", "--from", format.name, "--map", "map.toml", "--version", "2020-02-01", &file];
        if format.name == "csv" {
            words.push("people.csv");
        }
        let run = shell.run(&words).well();
        assert!(run.out.contains("gone 1"), "{}: {run:?}", format.name);
        let career = shell.ask(&["career", "Ann Lee"]);
        assert_eq!(career["tenures"][0]["to"]["edtf"], "[2020-01-02..2020-02-01]", "{}", format.name);
        assert_eq!(appended(&shell.run(&words).well()), "appended 0", "{}", format.name);
    });
}

#[test]
fn a_post_without_an_end_is_seen_on_the_day_of_the_version() {
    each(|format, shell| {
        for day in ["2020-06-01", "2021-06-01"] {
            format.ingest(shell, "", &WORLD, &["--version", day]).well();
            let career = shell.ask(&["career", "Ann Lee"]);
            assert_eq!(career["tenures"][0]["attested"], day, "{}", format.name);
        }
        for (seen, expect) in [("never", "2015-01-01"), ("change", "2020-06-01")] {
            let other = Shell::new();
            for day in ["2020-06-01", "2021-06-01"] {
                format.ingest(&other, &format!("seen = \"{seen}\""), &WORLD, &["--version", day]).well();
            }
            let career = other.ask(&["career", "Ann Lee"]);
            assert_eq!(career["tenures"][0]["attested"], expect, "{} {seen}", format.name);
        }
    });
}

#[test]
fn a_death_is_told_and_nothing_is_seen_after_it() {
    each(|format, shell| {
        let world = World { died: "2019-03-04", ..WORLD };
        format.ingest(shell, "", &world, &["--version", "2020-06-01"]).well();
        let career = shell.ask(&["career", "Ann Lee"]);
        assert_eq!(career["died"]["edtf"], "2019-03-04", "{}", format.name);
        assert_eq!(career["tenures"][0]["to"]["edtf"], "2019-03-04", "{}", format.name);
        assert_eq!(career["conflicts"], json!([]), "{}", format.name);
    });
}

#[test]
fn a_post_held_to_the_day_of_the_death_ends_with_it() {
    each(|format, shell| {
        // The last day of the post, as most sources give it.
        let world = World { died: "2019-03-04", end: "2019-03-04", ..WORLD };
        let file = format!("t.{}", format.extension);
        shell.write("map.toml", format!("end = \"inclusive\"\n{}", format.map));
        format.ingest_file(shell, &file, &world, &[]).well();
        let career = shell.ask(&["career", "Ann Lee"]);
        assert_eq!(career["tenures"][0]["to"]["edtf"], "2019-03-04", "{}", format.name);
        assert_eq!(career["conflicts"], json!([]), "{}", format.name);
    });
}

#[test]
fn words_for_open_are_no_ends() {
    each(|format, _| {
        // A time of Wikibase holds no words.
        let words: &[&str] =
            if format.name == "wikidata" { &["9999-12-31"] } else { &["9999-12-31", "present", "Future", "to date"] };
        for word in words {
            let shell = Shell::new();
            let world = World { end: word, ..WORLD };
            let run = format.ingest(&shell, "", &world, &[]);
            assert_eq!(run.exit, Some(0), "{} {word}: {run:?}", format.name);
            assert_eq!(shell.ask(&["career", "Ann Lee"])["tenures"][0]["to"], Value::Null, "{} {word}", format.name);
        }
        if format.name != "wikidata" {
            let shell = Shell::new();
            let world = World { end: "heute", ..WORLD };
            format.ingest(&shell, "open = [\"heute\"]", &world, &[]).well();
            assert_eq!(shell.ask(&["career", "Ann Lee"])["tenures"][0]["to"], Value::Null, "{}", format.name);
            // A map that lists its words has no others.
            let run = format.ingest(&Shell::new(), "open = []", &World { end: "present", ..WORLD }, &[]);
            assert_eq!(run.exit, Some(8), "{}", format.name);
        }
    });
}

#[test]
fn an_end_means_what_the_map_says() {
    each(|format, _| {
        for (end, expect) in
            [("inclusive", "2020-01-01"), ("exclusive", "2019-12-31"), ("either", "[2019-12-31..2020-01-01]")]
        {
            let shell = Shell::new();
            let file = format!("t.{}", format.extension);
            shell.write("map.toml", format!("end = \"{end}\"\n{}", format.map));
            format.ingest_file(&shell, &file, &World { end: "2019-12-31", ..WORLD }, &[]).well();
            let career = shell.ask(&["career", "Ann Lee"]);
            assert_eq!(career["tenures"][0]["to"]["edtf"], expect, "{} {end}", format.name);
        }
    });
}

#[test]
fn an_end_before_its_start_is_rejected_also_by_one_day() {
    each(|format, shell| {
        let run = format.ingest(shell, "", &World { end: "2014-12-31", ..WORLD }, &[]);
        assert_eq!(run.exit, Some(8), "{}: {run:?}", format.name);
        let told = rejects(shell);
        assert!(told[0]["reason"].as_str().unwrap().contains("before it began"), "{}: {told:?}", format.name);
        assert!(told[0]["column"].is_string(), "{}: {told:?}", format.name);
    });
}

#[test]
fn a_key_that_is_used_twice_is_rejected_and_counted() {
    each(|format, shell| {
        let run = format.ingest(shell, "", &World { twice: true, ..WORLD }, &["--format", "json"]);
        assert_eq!(run.exit, Some(8), "{}: {run:?}", format.name);
        let sum: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!((&sum["reused_keys"], &sum["rejected"]), (&json!(1), &json!(1)), "{}: {sum}", format.name);
        assert_eq!(shell.ask(&["career", "Ann Lee"])["tenures"][0]["from"]["edtf"], "2015-01-01", "{}", format.name);
    });
}

#[test]
fn records_are_accounted_for() {
    each(|format, shell| {
        let run = format.ingest(shell, "", &WORLD, &["--format", "json", "--explain"]).well();
        let sum: Value = serde_json::from_str(&run.out).unwrap();
        assert!(sum["records"].as_u64().unwrap() >= 2, "{}: {sum}", format.name);
        assert_eq!(sum["statements"], sum["appended"], "{}: {sum}", format.name);
        assert!(run.err.contains("records were read"), "{}: {}", format.name, run.err);
    });
    let shell = Shell::new();
    shell.write("map.toml", CSV_MAP.replace("[source]", "end = \"inclusive\"\n[source]"));
    shell.write("t.csv", "id,person,role,start,end,rank\n1,ann,Clerk,2015-01-01,,7\n");
    shell.write("people.csv", "id,name\nann,Ann Lee\n");
    let words = ["ingest", "--from", "csv", "--map", "map.toml", "--explain", "t.csv", "people.csv"];
    let run = shell.run(&words).well();
    assert!(run.err.contains("not read: t.csv: rank"), "{}", run.err);
}

#[test]
fn the_wrong_format_is_named() {
    let looks = [
        "a table: --from csv --map",
        "Popolo: --from popolo",
        "FollowTheMoney: --from ftm",
        "Wikidata",
        "JSON: --from records --map",
    ];
    for (format, named) in FORMATS.iter().zip(looks) {
        for other in FORMATS.iter().filter(|other| other.name != format.name) {
            let shell = Shell::new();
            shell.write("map.toml", format!("end = \"inclusive\"\n{}", other.map));
            shell.write("people.csv", "id,name\n");
            shell.write("t.csv", (format.write)(&WORLD));
            let mut words = vec!["ingest", "--from", other.name, "--map", "map.toml", "t.csv"];
            if other.name == "csv" {
                words.push("people.csv");
            }
            let run = shell.run(&words);
            assert!(matches!(run.exit, Some(1 | 8)), "{} as {}: {run:?}", format.name, other.name);
            assert!(run.err.contains(named), "{} as {}: {}", format.name, other.name, run.err);
        }
        let shell = Shell::new();
        shell.write("t", (format.write)(&WORLD));
        let run = shell.run(&["ingest", "t"]);
        assert!(run.err.contains(named), "{} as events: {}", format.name, run.err);
    }
}

#[test]
fn a_row_without_dates_says_what_the_map_says() {
    let undated = |format: &Format| match format.name {
        "csv" => "id,person,role,start,end\n1,ann,Clerk,,\n".to_owned(),
        "wikidata" => wikidata(&WORLD).replace("P580", "P000"),
        _ => (format.write)(&WORLD).replace("\"2015-01-01\"", "\"\""),
    };
    each(|format, _| {
        for (word, exit, expect) in [("seen", 0, "2020-06-01"), ("unknown", 0, "-"), ("reject", 8, "-")] {
            let shell = Shell::new();
            shell.write("map.toml", format!("end = \"inclusive\"\nundated = \"{word}\"\n{}", format.map));
            shell.write("people.csv", "id,name\nann,Ann Lee\n");
            let file = format!("t.{}", format.extension);
            shell.write(&file, undated(format));
            let mut words =
                vec!["ingest", "--from", format.name, "--map", "map.toml", "--version", "2020-06-01", &file];
            if format.name == "csv" {
                words.push("people.csv");
            }
            let run = shell.run(&words);
            assert_eq!(run.exit, Some(exit), "{} {word}: {run:?}", format.name);
            if exit == 0 {
                let log = shell.ask(&["log", "Ann Lee", "--type", "HeldPost"]);
                let event = &log["events"][0]["event"];
                assert_eq!(event["seen"].as_str().unwrap_or("-"), expect, "{} {word}: {event}", format.name);
            }
        }
    });
}

#[test]
fn a_proposed_map_is_read_as_it_stands() {
    let table =
        "id,Name,Role,Start date,End date,Remark\n1,Ann Lee,Clerk,25/12/2015,present\n".replace("present", "present,");
    let page = "team:\n- { name: Ann Lee, role: Clerk, github: ann }\n- { name: Bo Ode, role: Cook }\n";
    for (name, format, text, told) in [
        ("t.csv", "csv", table, "from = \"Start date\"  # by its name, as `start_date`"),
        ("team_2024-01-10.yaml", "roster", page.to_owned(), "at = \"team/*\"  # 2 entries"),
        (
            "terms.yaml",
            "records",
            "- name: { full: Ann Lee }\n  terms:\n  - { role: Clerk, start: 2015-01-01, of-rank: 1 }\n".to_owned(),
            "each = \"$.terms[*]\"  # 1 entries",
        ),
        (
            "parts.yaml",
            "records",
            "- name: { first: Ann, last: Lee }\n  terms:\n  - { type: Clerk, start: 2015-01-01 }\n".to_owned(),
            "title = \"@.type?\"  # by its name, as `type`",
        ),
        (
            "whole.yaml",
            "records",
            "- name: { first: Ann, last: L, full: Ann Lee }\n  terms: [{ role: Cook, start: 2015 }]\n- name: { first: Bo, last: Ode }\n  \
             terms: [{ role: Cook, start: 2015 }]\n"
                .to_owned(),
            "otherwise = \"{$.name.first?} {$.name.last?}\"",
        ),
        (
            "officers.json",
            "records",
            json!({"items": [{"name": "Ann Lee", "officer_role": "director", "appointed_on": "2020-01-01"}]}).to_string(),
            "# --from records --map companies-house comes with the program",
        ),
        (
            "us.csv",
            "csv",
            "sep=,\nName,Title,Start Date,Unit,Unit\nAnn Lee,Clerk,04/01/2003,x,y\nBo,Clerk,03/14/2001,x,y\n".replace("Unit,Unit", "A,A"),
            "dates = [\"%m/%d/%Y\"]",
        ),
        (
            "teams.json",
            "records",
            json!({"teams": [{"slug": "core", "members": [{"name": "Ann Lee", "since": "2020", "role": "lead"}]}]}).to_string(),
            "unit = \"^.slug\"",
        ),
        (
            "people.toml",
            "records",
            "[[person]]\nname = \"Ann Lee\"\n[[person.post]]\ntitle = \"Clerk\"\nfrom = 2001-02-03\n".to_owned(),
            "person = \"^.name\"",
        ),
        (
            "team.toml",
            "records",
            "name = \"lang\"\n\n[people]\nmembers = [\"Ann Lee\"]\nalumni = [\"Bo\", \"Cy\"]\n\n[[lists]]\naddress = \"a@b\"\n".to_owned(),
            "unit = \"$.name\"",
        ),
        (
            "register.xml",
            "records",
            "<?xml version='1.0'?><r><firm><name>Kelp</name><officer><who>Ann Lee</who><from>2001</from></officer><officer>\
             <who>Bo</who><from>2002</from></officer></firm><firm><name>Rill</name><officer><who>Cy</who></officer></firm></r>"
                .to_owned(),
            "lists = [\"firm\", \"officer\"]",
        ),
        (
            "units_2024-01-10.yaml",
            "roster",
            "units:\n- { name: Ops, leadership: { chairs: [{ name: Ann Lee }] } }\n".to_owned(),
            "unit = \"../../../name\"",
        ),
        (
            "rooms_2024-01-10.yaml",
            "roster",
            "Ops:\n- { name: Ann Lee }\nLabs:\n- { name: Bo }\n".to_owned(),
            "at = \"*/*\"",
        ),
        (
            "list.json",
            "records",
            json!([{"name": "Ann Lee", "memberships": [{"role": "Chair", "organization": {"id": "o", "name": "Board"}, "start_date": "2010"}]}])
                .to_string(),
            "company = \"@.organization.name?\"",
        ),
        ("p.json", "popolo", popolo(&WORLD), "namespace = "),
        ("f.json", "ftm", ftm(&WORLD), "needs no map"),
        ("w.json", "wikidata", wikidata(&WORLD), "needs no map"),
    ] {
        let shell = Shell::new();
        shell.write(name, text);
        let map = shell.run(&["map", "propose", name]).well().out;
        assert!(map.contains(told), "{map}");
        shell.write("map.toml", &map);
        let run = shell.run(&["ingest", "--from", format, "--map", "map.toml", name]);
        assert_eq!(run.exit, Some(0), "{name}: {run:?}\n{map}");
        assert!(shell.ask(&["find", "Ann Lee"])["matches"].as_array().unwrap().len() == 1, "{name}\n{map}");
    }
    let shell = Shell::new();
    shell.write("t.csv", "id,Name\n");
    let run = shell.run(&["ingest", "--from", "csv", "t.csv"]);
    assert!(run.err.contains("tenure map propose") && run.err.contains("[stints]"), "{}", run.err);
}
