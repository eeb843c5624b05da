//! `export`: what is written can be read again, and says what the ledger says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use shell::{Random, Shell, file};

#[track_caller]
fn export(shell: &Shell, flags: &[&str]) -> String {
    shell.run(&[&["export", "-q", "--to"], flags].concat()).well().out
}

/// Every tenure of a ledger by who holds it, without the ids that another ledger makes anew.
fn tenures(shell: &Shell) -> BTreeMap<String, Vec<Value>> {
    let table = export(shell, &["csv"]);
    let mut people: Vec<String> =
        csv::Reader::from_reader(table.as_bytes()).records().map(|row| row.unwrap()[2].to_owned()).collect();
    people.sort();
    people.dedup();
    let mut found = BTreeMap::new();
    for person in people {
        let asked = shell.run(&["career", &person, "--at", "2026-01-01", "--format", "json"]);
        let Some(0) = asked.exit else { continue };
        let mut told: Vec<Value> = asked.json()["tenures"].as_array().unwrap().iter().map(told).collect();
        told.sort_by_key(Value::to_string);
        found.insert(person, told);
    }
    found
}

/// What a tenure says, by names.
fn told(tenure: &Value) -> Value {
    let dates = |edge: &Value| json!([edge["earliest"], edge["latest"]]);
    json!({
        "company": tenure["company"]["name"], "unit": tenure["unit"]["name"], "title": tenure["title"],
        "lead": tenure["lead"], "acting": tenure["acting"], "employment": tenure["employment"], "primary": tenure["primary"], "remit": tenure["remit"],
        "manager": tenure["reports_to"]["name"], "confidence": tenure["confidence"],
        "from": dates(&tenure["from"]), "to": dates(&tenure["to"]),
    })
}

#[test]
fn statements_of_ownership_say_the_posts_that_they_have_a_word_for() {
    let held = |person: &str, fields: Value| {
        let mut event = json!({"type": "HeldPost", "person": {"id": person, "name": person}, "company": {"id": "k", "name": "Kelp"},
            "reported_at": "2024-01-01", "source": "S"});
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        event.to_string()
    };
    let shell = Shell::of(
        &[
            held(
                "ann",
                json!({"title": "board chair", "employment": "board", "from": "2019-05", "seen": "2024-01-01"}),
            ),
            held(
                "bo",
                json!({"title": "board member", "employment": "board", "from": "2010-01-02", "to": "2012-03-04"}),
            ),
            held("cy", json!({"title": "Clerk", "from": "2010-01-01", "to": "2012-03-04"})),
            json!({"type": "PersonDied", "person": {"id": "bo"}, "effective": "2015-06-07", "source": "s"}).to_string(),
            json!({"type": "UnitDissolved", "unit": {"id": "k"}, "effective": "2020-02-03", "source": "s"}).to_string(),
        ]
        .join("\n"),
    );
    let text = export(&shell, &["bods", "--at", "2024-06-01"]);
    let again = Shell::new();
    again.write("map.toml", "namespace = \"\"\nend = \"exclusive\"\nrounded = \"month\"\n");
    again.write("b.ndjson", &text);
    again.run(&["ingest", "--from", "bods", "--map", "map.toml", "b.ndjson"]).well();
    for person in ["ann", "bo"] {
        let [before, after] = [&shell, &again].map(|shell| shell.ask(&["career", person])["tenures"][0].clone());
        for field in ["title", "company", "from", "to", "employment", "attested"] {
            assert_eq!(before[field], after[field], "{person} {field}");
        }
    }
    assert_eq!(again.ask(&["career", "cy"])["tenures"], json!([]));
    assert_eq!(again.ask(&["career", "bo"])["died"]["edtf"], "2015-06-07");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    assert!(lines.iter().any(|line| line["recordDetails"]["dissolutionDate"] == "2020-02-03"), "{text}");
    // What the schema of the standard asks for.
    let is_day = |day: &Value| day.as_str().is_some_and(|day| day.len() == 10);
    for line in &lines {
        let interest = &line["recordDetails"]["interests"][0];
        let days = [&interest["startDate"], &interest["endDate"]].into_iter().filter(|day| !day.is_null());
        assert!(is_day(&line["statementDate"]) && days.into_iter().all(is_day), "{line}");
    }
    assert!(text.lines().all(|line| line.contains("\"declarationSubject\":\"")), "{text}");
    assert!(text.lines().all(|line| !line.contains("Clerk")), "{text}");
}

#[test]
fn events_are_written_as_they_were_recorded() {
    let world = Shell::toy();
    // The toy world has somebody who was erased, of whom nothing is written.
    let shown = |shell: &Shell| -> Vec<Value> {
        let log = shell.ask(&["log"]);
        let events = log["events"].as_array().unwrap().iter().map(|entry| entry["event"].clone());
        events.filter(|event| !event.is_null()).collect()
    };
    let events = shown(&world).len();
    for format in ["events", "cloudevents"] {
        let text = export(&world, &[format]);
        assert_eq!(text.lines().count(), events, "{format}");
        // The same ledger has them all; another one comes to the same.
        let again = world.fed(&["ingest", "-", "--format", "json"], text.as_bytes()).json();
        assert_eq!((&again["appended"], &again["duplicate"]), (&json!(0), &json!(events)), "{format}");
        let other = Shell::of(&text);
        assert_eq!(shown(&other), shown(&world), "{format}");
        assert_eq!(tenures(&other), tenures(&world), "{format}");
    }
    let first: Value = serde_json::from_str(export(&world, &["cloudevents"]).lines().next().unwrap()).unwrap();
    assert_eq!(first["specversion"], "1.0");
    assert_eq!(first["id"], first["data"]["id"]);
    assert_eq!(first["sequence"], "00000000000000000001");
    assert_eq!(first["time"], world.ask(&["log"])["events"][0]["recorded_at"]);
    assert!(!first["source"].as_str().unwrap().contains(' '), "{first}");
}

#[test]
fn nothing_is_written_of_whom_was_erased() {
    let world = Shell::toy();
    let erased = json!({"type": "PersonErased", "person": "Ann Lee", "source": "the operator"});
    world.fed(&["ingest", "-"], erased.to_string().as_bytes()).well();
    for format in ["events", "cloudevents", "csv", "popolo", "ftm", "ftm-statements"] {
        let text = export(&world, &[format]);
        assert!(!text.contains("\"Ann Lee\"") && !text.contains(",Ann Lee,"), "{format}: {text}");
    }
    let text = export(&world, &["events"]);
    assert_eq!(Shell::new().fed(&["ingest", "-"], text.as_bytes()).exit, Some(0));
}

#[test]
fn no_words_of_a_retraction_are_written_of_whom_was_erased() {
    let world = Shell::toy();
    let words = "Zebulon was sued";
    let retraction = |id: &str, event: &str| {
        let source = json!({"publisher": "Rumour Mill", "url": "https://news.example/zebulon", "title": words,
            "quote": words, "locator": words, "key": "zebulon"});
        json!({"type": "EventRetracted", "id": id, "event": event, "reason": words, "note": words, "source": source})
    };
    let last = retraction("withdrawn", "c-lee-2").to_string() + "\n" + &retraction("again", "withdrawn").to_string();
    world.fed(&["ingest", "-"], last.as_bytes()).well();
    let written = || -> Vec<(String, String)> {
        let mut commands: Vec<Vec<&str>> = Vec::new();
        for format in ["table", "json", "ndjson", "csv"] {
            for verb in [
                &["log"][..],
                &["log", "Ann Lee"],
                &["log", "--recorded", "100000"],
                &["why", "withdrawn"],
                &["why", "again"],
                &["conflicts"],
                &["find", "Zebulon"],
                &["list", "sources"],
                &["diff", "Kestrel", "--known", "2024..2026-01"],
            ] {
                commands.push([verb, &["--format", format]].concat());
            }
        }
        for format in ["events", "cloudevents", "csv", "popolo", "ftm", "ftm-statements", "bods"] {
            commands.push(vec!["export", "--to", format]);
        }
        let run = |command: &Vec<&str>| {
            let run = world.run(command);
            // A name that is not there is repeated as it was asked for.
            (command.join(" "), (run.out + &run.err).replace("`Zebulon`", ""))
        };
        commands.iter().map(run).collect()
    };
    let tells = |written: Vec<(String, String)>| -> Vec<String> {
        let with = written.into_iter().filter(|(_, text)| text.to_lowercase().contains("zebulon"));
        with.map(|(command, _)| command).collect()
    };
    let before = tells(written());
    for command in ["log --format json", "why withdrawn --format json", "export --to events"] {
        assert!(before.iter().any(|told| told == command), "{command} is not among {before:?}");
    }
    let erased = json!({"type": "PersonErased", "person": "Ann Lee", "source": "the operator"});
    world.fed(&["ingest", "-"], erased.to_string().as_bytes()).well();
    assert_eq!(tells(written()), Vec::<String>::new());
}

#[test]
fn clocks_filters_and_targets_narrow_what_is_written() {
    let world = Shell::toy();
    let rows = |flags: &[&str]| export(&world, flags).lines().count() - 1;
    let all = rows(&["csv"]);
    let ann = world.ask(&["career", "Ann Lee"]);
    assert_eq!(rows(&["csv", "Ann Lee"]), ann["tenures"].as_array().unwrap().len());
    let vision = world.ask(&["holders", "Vision", "--at", "2024-07-01"]);
    assert_eq!(rows(&["csv", "Vision", "--at", "2024-07-01"]), vision["holders"].as_array().unwrap().len());
    assert!(rows(&["csv", "--recorded", "8"]) < all);
    assert!(rows(&["csv", "--known", "2023-01-31"]) < all);
    assert!(rows(&["csv", "--min-confidence", "confirmed"]) < all);
    assert_eq!(rows(&["events", "--recorded", "3"]), 2);
    // A file is there when it is whole.
    world.run(&["export", "--to", "csv", "--output", "stints.csv"]).well();
    assert_eq!(world.read("stints.csv"), export(&world, &["csv"]));
    assert!(!world.dir().join("stints.csv.part").exists());
    let codes: Vec<_> = [
        &["export", "--to", "dot"][..],
        &["export", "--to", "csv", "Nobody Of That Name"],
        &["export", "--to", "xml"],
        &["export", "--to", "csv", "--output", "no/such/place.csv"],
    ]
    .iter()
    .map(|command| world.run(command).exit)
    .collect();
    assert_eq!(codes, [Some(2), Some(3), Some(2), Some(1)]);
}

/// The events that a row of tenures is, as a map reads it: where no source states a start, the post was first seen on a day of
/// its own.
fn events_of(row: &BTreeMap<String, String>) -> Vec<Value> {
    let held = event_of(row);
    let mut first = held.clone();
    for field in ["from", "to"] {
        first.as_object_mut().unwrap().remove(field);
    }
    first["seen"] = row["first_seen"].as_str().into();
    first["source"]["key"] = format!("{}/first", row["tenure"]).into();
    [held].into_iter().chain((!row["first_seen"].is_empty()).then_some(first)).collect()
}

fn event_of(row: &BTreeMap<String, String>) -> Value {
    let cell = |name: &str| row[name].as_str();
    // An id that begins with ~ was made from the name.
    let reference = |id: &str, name: &str| match (cell(id), cell(name)) {
        (id, name) if id.is_empty() || id.starts_with('~') => json!(name),
        (id, name) => json!({"id": id, "name": name}),
    };
    let mut event = json!({
        "type": "HeldPost", "person": reference("person_id", "person"), "company": reference("company_id", "company"),
        "reported_at": "2026-01-01", "source": {"publisher": "export", "key": cell("tenure")},
    });
    for (field, id) in [("unit", "unit_id"), ("reports_to", "reports_to_id")] {
        if !cell(field).is_empty() {
            event[field] = reference(id, field);
        }
    }
    let dates = [("from", "from_date"), ("to", "to_date"), ("seen", "last_seen")];
    let texts = ["title", "employment", "remit", "confidence"].map(|field| (field, field));
    for (field, column) in dates.into_iter().chain(texts) {
        if !cell(column).is_empty() {
            event[field] = cell(column).into();
        }
    }
    for field in ["lead", "acting", "concurrent"] {
        if cell(&format!("is_{field}")) == "true" {
            event[field] = true.into();
        }
    }
    event
}

fn rows(table: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(table.as_bytes()).deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn a_table_of_tenures_loses_nothing_of_a_tenure() {
    let world = Shell::toy();
    let table = export(&world, &["csv", "--at", "2026-01-01"]);
    let events: Vec<String> = rows(&table).iter().flat_map(events_of).map(|event| event.to_string()).collect();
    let again = Shell::of(&events.join("\n"));
    assert_eq!(tenures(&again), tenures(&world));
}

#[test]
fn a_table_of_tenures_is_read_again_by_its_map() {
    let world = Shell::toy();
    let again = Shell::new();
    again.write("stints.csv", export(&world, &["csv", "--at", "2026-01-01"]));
    let map = file("../crates/producer/maps/tenure-stints.toml");
    again.run(&["ingest", "--from", "csv", "--map", map.to_str().unwrap(), "stints.csv"]).well();
    assert_eq!(tenures(&again), tenures(&world));
    // The map comes with the program, and what it read is written as it was, but for who says it and the ids of tenures.
    let by_name = ["ingest", "--from", "csv", "--map", "tenure-stints", "stints.csv", "--format", "json"];
    assert_eq!(again.run(&by_name).json()["appended"], 0);
    let written = |shell: &Shell| {
        let mut rows = rows(&export(shell, &["csv", "--at", "2026-01-01"]));
        for row in &mut rows {
            // It had begun by the day on which it is read as seen.
            let seen = row["last_seen"].clone();
            let is_bounded = !seen.is_empty() && row["from_latest"] >= seen;
            // Which of two posts that begin on one day is the primary one, no event says.
            row.retain(|column, _| {
                let is_of_start = is_bounded && ["from_date", "from_latest"].contains(&column.as_str());
                !is_of_start
                    && ![
                        "tenure",
                        "is_primary",
                        "from_inferred",
                        "to_inferred",
                        "end_reason",
                        "publishers",
                        "urls",
                        "supports",
                    ]
                    .contains(&column.as_str())
            });
        }
        rows.sort();
        rows
    };
    assert_eq!(written(&again), written(&world));
}

#[test]
fn posts_of_which_no_source_states_the_start_come_back_as_they_were() {
    let held = |fields: &str, key: &str, day: &str| {
        format!(
            r#"{{"type":"HeldPost","person":"Ann Lee","company":"Acme",{fields},"reported_at":"{day}","source":{{"publisher":"Register","key":"{key}"}}}}"#
        )
    };
    let clerk = r#""title":"Clerk""#;
    let worlds = [
        // One who is in office, and one whose start is not known.
        vec![
            held(&format!(r#"{clerk},"from":"2023-01-04""#), "1", "2024-01-01"),
            held(&format!(r#"{clerk},"to":"2023-01-05""#), "2", "2024-01-01"),
        ],
        // Seen without a unit, and in a unit without a title.
        vec![
            held(r#""title":"Vice-President","seen":"2020-05-01""#, "1", "2020-05-01"),
            held(r#""unit":"Lab","seen":"2021-05-01""#, "2", "2021-05-01"),
            held(r#""title":"Vice-President","seen":"2022-05-01""#, "3", "2022-05-01"),
        ],
        // Seen twice, and over.
        vec![
            held(&format!(r#"{clerk},"seen":"2018-06-24""#), "1", "2018-06-24"),
            held(&format!(r#"{clerk},"seen":"2019-06-24""#), "2", "2019-06-24"),
            held(&format!(r#"{clerk},"to":"2020-01-01""#), "3", "2020-02-01"),
        ],
        vec![held(&format!(r#"{clerk},"to":"2020-01-01""#), "1", "2020-02-01")],
        // Seen on some day: no day is certain before the last of these.
        vec![held(r#""unit":"Lab","seen":"2020-06""#, "1", "2022-12-01")],
        vec![held(&format!(r#"{clerk},"seen":"202X""#), "1", "2022-12-01")],
        vec![held(&format!(r#"{clerk},"seen":"[..2020-06]""#), "1", "2022-12-01")],
        vec![held(&format!(r#"{clerk},"seen":"2020-06""#), "1", "2022-12-01"), held(&format!(r#"{clerk},"seen":"2021""#), "2", "2022-12-01")],
        vec![held(&format!(r#"{clerk},"from":"[..2018-06-24]","seen":"2018-03-01""#), "1", "2020-02-01")],
        // A joining of which only the report is dated.
        vec![r#"{"type":"JoinedCompany","person":"Ann Lee","company":"Acme","reported_at":"2020-01-01","source":"News"}"#.to_owned()],
    ];
    for events in worlds {
        let world = Shell::of(&events.join("\n"));
        let again = Shell::new();
        let table = export(&world, &["csv", "--at", "2026-01-01"]);
        again.write("stints.csv", &table);
        again.run(&["ingest", "--from", "csv", "--map", "tenure-stints", "stints.csv"]).well();
        assert_eq!(tenures(&again), tenures(&world), "{table}");
        assert_eq!(rows(&export(&again, &["csv", "--at", "2026-01-01"])).len(), rows(&table).len(), "{table}");
    }
}

/// A Popolo file without what another ledger makes anew: ids of memberships, who quotes a source, the order.
fn popolo(shell: &Shell) -> Value {
    let text = export(shell, &["popolo", "--at", "2026-01-01"]);
    let mut popolo: Value = serde_json::from_str(&text).unwrap();
    for list in ["persons", "organizations", "memberships"] {
        let items = popolo[list].as_array_mut().unwrap();
        for item in items.iter_mut().filter(|_| list == "memberships") {
            item["id"] = Value::Null;
            for source in item["sources"].as_array_mut().into_iter().flatten() {
                source["note"] = Value::Null;
            }
        }
        items.sort_by_key(Value::to_string);
    }
    popolo
}

#[test]
fn popolo_is_read_again() {
    let world = Shell::toy();
    let again = Shell::new();
    again.write("popolo.json", export(&world, &["popolo", "--at", "2026-01-01"]));
    again.write("map.toml", "namespace = ''\nend = 'exclusive'\nundated = 'unknown'\n[source]\npublisher = 'Tenure'\n");
    again.run(&["ingest", "--from", "popolo", "--map", "map.toml", "popolo.json"]).well();
    assert_eq!(popolo(&again), popolo(&world));
}

#[test]
fn a_tenure_of_no_days_and_a_death_are_read_again() {
    let shell = Shell::of(concat!(
        r#"{"type":"HeldPost","person":{"id":"p","name":"Ann"},"company":"One","from":"2001-01-01","to":"2001-01-01","source":"x"}"#,
        "\n",
        r#"{"type":"PersonDied","person":{"id":"p"},"effective":"2005-02-03","source":"x"}"#,
        "\n",
    ));
    let again = Shell::new();
    again.write("t.csv", export(&shell, &["csv"]));
    again.run(&["ingest", "--from", "csv", "--map", "tenure-stints", "t.csv"]).well();
    assert_eq!(again.ask(&["career", "Ann"])["tenures"][0]["to"]["edtf"], "2001-01-01");
    let again = Shell::new();
    again.write("popolo.json", export(&shell, &["popolo"]));
    again.write("map.toml", "namespace = ''\nend = 'exclusive'\n[source]\npublisher = 'Tenure'\n");
    again.run(&["ingest", "--from", "popolo", "--map", "map.toml", "popolo.json"]).well();
    assert_eq!(again.ask(&["career", "Ann"])["died"]["edtf"], "2005-02-03");
}

#[test]
fn an_end_that_is_a_range_is_an_end_and_a_unit_takes_no_post_to_another_company() {
    let shell = Shell::new();
    let held = |person: &str, to: &str| {
        format!(
            r#"{{"type":"HeldPost","person":"{person}","company":{{"id":"c1","name":"Kelp"}},"unit":{{"id":"u1","name":"Ops"}},"title":"Cook","from":"2010-01-01","to":"{to}","source":"R","reported_at":"2020-01-01"}}"#
        )
    };
    let unit = r#"{"type":"UnitDescribed","unit":{"id":"u1","name":"Ops"},"company":{"id":"c2","name":"Rill"},"source":"R","reported_at":"2020-01-01"}"#;
    let events = [held("Ann Lee", "[2016-09-02..2016-10-01]"), held("Bo Ode", "[2017..]"), unit.to_owned()].join("\n");
    shell.fed(&["ingest", "-"], events.as_bytes()).well();
    let popolo: Value = serde_json::from_str(&export(&shell, &["popolo"])).unwrap();
    let of = |list: &str, field: &str| -> Vec<Value> {
        popolo[list].as_array().unwrap().iter().map(|one| one[field].clone()).collect()
    };
    assert_eq!(of("memberships", "end_date"), [Value::from("2016-10-01"), Value::Null]);
    assert_eq!(of("memberships", "organization_id"), ["c1", "c1"]);
    let ftm = export(&shell, &["ftm"]);
    let posts = ftm.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let posts: Vec<Value> = posts.filter(|one| one["schema"] == "Employment").collect();
    assert!(posts.len() == 2 && posts.iter().all(|post| post["properties"]["employer"][0] == "c1"), "{posts:?}");
}

#[test]
fn a_post_in_a_unit_that_is_dissolved_is_over_in_every_format() {
    let shell = Shell::of(concat!(
        r#"{"type":"HeldPost","person":"Cyd Cole","company":"Kelp","unit":"Ops","from":"2020-01-01","to":"2021-06-01","source":"x","reported_at":"2022-01-01"}"#,
        "\n",
        r#"{"type":"AppointedToPost","person":"Bob Ray","company":"Kelp","unit":"Ops","title":"VP","employment":"board","effective":"[..2022-12-01]","source":"x","reported_at":"2022-12-01"}"#,
        "\n",
        r#"{"type":"AppointedToPost","person":"Ann Ode","company":"Kelp","unit":"Ops","title":"Cook","effective":"2018-03-01","source":"x","reported_at":"2018-03-02"}"#,
        "\n",
        r#"{"type":"UnitDissolved","unit":"Ops","company":"Kelp","effective":"2019-06-01","source":"x","reported_at":"2023-01-01"}"#,
        "\n",
    ));
    let columns = |shell: &Shell, flags: &[&str]| -> Vec<[String; 5]> {
        let rows = rows(&export(shell, &[&["csv"], flags].concat()));
        let row = |row: &BTreeMap<String, String>| {
            ["person", "from_date", "to_date", "to_inferred", "attested"].map(|column| row[column].clone())
        };
        rows.iter().map(row).collect()
    };
    let told = |rows: [[&str; 5]; 3]| rows.map(|row| row.map(str::to_owned));
    let ann = ["Ann Ode", "2018-03-01", "2019-06-01", "true", "2018-03-01"];
    let bob = ["Bob Ray", "[..2019-06-01]", "2019-06-01", "true", ""];
    let cyd = ["Cyd Cole", "2020-01-01", "2021-06-01", "false", "2020-01-01"];
    assert_eq!(columns(&shell, &["--at", "2024-01-01"]), told([ann, bob, cyd]));
    let ann_before = ["Ann Ode", "2018-03-01", "", "", "2018-03-01"];
    let bob_before = ["Bob Ray", "[..2022-12-01]", "", "", "2022-12-01"];
    assert_eq!(columns(&shell, &["--at", "2019-05-31"]), told([ann_before, bob_before, cyd]));
    for (format, end) in [("popolo", "end_date"), ("ftm", "endDate"), ("bods", "endDate")] {
        let text = export(&shell, &[format, "--at", "2024-01-01"]);
        let line = text.lines().find(|line| line.contains(end) && line.contains("2019-06-01"));
        assert!(line.is_some(), "{format}: {text}");
    }
    // In another ledger, which knows of no dissolution, the row says it.
    let again = Shell::new();
    again.write("t.csv", export(&shell, &["csv", "--at", "2024-01-01"]));
    again.run(&["ingest", "--from", "csv", "--map", "tenure-stints", "t.csv"]).well();
    let dates = |shell: &Shell| {
        ["Ann Ode", "Bob Ray"].map(|person| {
            let tenure = shell.ask(&["career", person, "--at", "2024-01-01"])["tenures"][0].clone();
            [&tenure["from"]["edtf"], &tenure["to"]["edtf"]].map(Value::clone)
        })
    };
    assert_eq!(dates(&again), dates(&shell));
    assert_eq!(shell.ask(&["list", "people", "--at", "2024-01-01"])["listed"][0]["last"], "2019-06-01");
    assert_eq!(shell.ask(&["list", "people", "--at", "2019-05-31"])["listed"][0]["last"], "2018-03-01");
}

#[test]
fn the_columns_of_tenures_say_which_end_is_a_guess() {
    let shell = Shell::of(concat!(
        r#"{"type":"JoinedCompany","person":{"id":"p/1","name":"Ann, \"A\""},"company":"One","effective":"2020","source":"x"}"#,
        "\n",
        r#"{"type":"JoinedCompany","person":{"id":"p/1"},"company":"Two","effective":"2022-03","source":{"url":"https://two.example","publisher":"Two"}}"#,
        "\n",
    ));
    let rows = rows(&export(&shell, &["csv"]));
    let shown = |row: &BTreeMap<String, String>| {
        [
            "person_id",
            "person",
            "company_id",
            "company",
            "from_date",
            "to_date",
            "to_inferred",
            "is_primary",
            "publishers",
            "urls",
        ]
        .map(|column| row[column].clone())
    };
    let one = ["p/1", "Ann, \"A\"", "~one", "One", "2020", "2022-03", "true", "true", "x", ""];
    let two = ["p/1", "Ann, \"A\"", "~two", "Two", "2022-03", "", "", "true", "Two", "https://two.example"];
    assert_eq!(rows.iter().map(shown).collect::<Vec<_>>(), [one, two].map(|row| row.map(str::to_owned)));
}

#[test]
fn popolo_says_all_that_popolo_can_say() {
    let world = Shell::toy();
    let text = export(&world, &["popolo", "--at", "2026-01-01"]);
    let popolo: Value = serde_json::from_str(&text).unwrap();
    let of = |list: &str| -> Vec<Value> { popolo[list].as_array().unwrap().clone() };
    let by_id = |list: &str| -> BTreeMap<String, Value> {
        of(list).into_iter().map(|item| (item["id"].as_str().unwrap().to_owned(), item)).collect()
    };
    let (people, organizations) = (by_id("persons"), by_id("organizations"));
    assert_eq!(people.len(), of("persons").len());
    assert_eq!(organizations.len(), of("organizations").len());
    for organization in organizations.values() {
        let parent = organization.get("parent_id").and_then(Value::as_str);
        assert!(parent.is_none_or(|parent| organizations.contains_key(parent)), "{organization}");
    }
    // Each membership, by names, is a tenure with the dates that are days, months or years; of an end else the last day.
    let plain = |edge: &Value| {
        let text = edge["edtf"].as_str().unwrap_or_default();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if is_plain && !text.is_empty() { json!(text) } else { Value::Null }
    };
    let over = |edge: &Value| if plain(edge).is_null() { edge["latest"].clone() } else { plain(edge) };
    let mut expect = Vec::new();
    for person in people.values() {
        let name = person["name"].as_str().unwrap();
        let asked = world.run(&["career", name, "--at", "2026-01-01", "--format", "json"]);
        let Some(0) = asked.exit else { continue };
        for tenure in asked.json()["tenures"].as_array().unwrap() {
            let place = if tenure["unit"].is_null() { &tenure["company"] } else { &tenure["unit"] };
            expect.push(json!([name, place["name"], tenure["title"], plain(&tenure["from"]), over(&tenure["to"])]));
        }
    }
    let told = |membership: &Value| {
        let person = &people[membership["person_id"].as_str().unwrap()]["name"];
        let place = &organizations[membership["organization_id"].as_str().unwrap()]["name"];
        let field = |name: &str| membership.get(name).cloned().unwrap_or(Value::Null);
        json!([person, place, field("role"), field("start_date"), field("end_date")])
    };
    let asked_for: Vec<_> = expect.iter().map(|row| row[0].clone()).collect();
    let mut got: Vec<Value> = of("memberships").iter().map(told).filter(|row| asked_for.contains(&row[0])).collect();
    expect.sort_by_key(Value::to_string);
    got.sort_by_key(Value::to_string);
    assert_eq!(got, expect);
    let names = people.values().flat_map(|person| person["other_names"].as_array().cloned().unwrap_or_default());
    assert!(names.into_iter().any(|name| name["lang"].is_string()), "{text}");
}

#[test]
fn follow_the_money_comes_back_as_it_was() {
    let shell = Shell::of(
        &[
            json!({"type": "HeldPost", "person": {"id": "p-ann", "name": "Ann Lee", "aliases": ["李安"]}, "company": "Firm",
                   "title": "Engineer", "from": "2001", "to": "2004-06", "source": "x"}),
            json!({"type": "HeldPost", "person": "Bo", "company": "Firm", "title": "Chair", "employment": "board",
                   "from": "2003-02-01", "source": {"publisher": "x", "url": "https://firm.example"}}),
            json!({"type": "HeldPost", "person": "Cy", "company": "Firm", "employment": "advisor", "from": "2003",
                   "to": "[2005-02..2005-04]", "source": "x"}),
        ]
        .map(|event| format!("{event}\n"))
        .concat(),
    );
    for format in ["ftm", "ftm-statements"] {
        let again = Shell::new();
        again.write("ftm.json", export(&shell, &[format]));
        again.write("map.toml", "end = 'exclusive'\n");
        again.run(&["ingest", "--from", "ftm", "ftm.json", "--map", "map.toml"]).well();
        let mut expect = tenures(&shell);
        // What the format has no word for: a membership without a role, and an end that is a range.
        expect.get_mut("Cy").unwrap()[0]["title"] = "member".into();
        expect.get_mut("Cy").unwrap()[0]["employment"] = "employee".into();
        expect.get_mut("Cy").unwrap()[0]["to"] = json!(["2003-01-01", null]);
        assert_eq!(tenures(&again), expect, "{format}");
        assert_eq!(again.ask(&["find", "李安"])["matches"][0]["id"], "p-ann");
    }
}

#[test]
fn former_names_remits_and_sightings_come_back() {
    let world = Shell::of(
        &[
            json!({"type": "UnitRenamed", "unit": {"id": "c/o", "name": "Optik"}, "company": {"id": "c", "name": "Kelp"}, "name": "Light",
                   "effective": "2008-01-01", "source": "s"}),
            json!({"type": "UnitRenamed", "unit": {"id": "c/o"}, "company": {"id": "c"}, "name": "Optics", "effective": "2010-02-03",
                   "source": "s"}),
            json!({"type": "HeldPost", "person": {"id": "p1", "name": "Ann"}, "company": {"id": "c"}, "unit": {"id": "c/o"}, "title": "Head",
                   "remit": "North", "from": "2005-03-01", "to": "2012-10-11", "source": "s"}),
            json!({"type": "HeldPost", "person": {"id": "p3", "name": "Cy"}, "company": {"id": "c"}, "title": "Cook", "from": "2020-01-01",
                   "seen": "2022-02-02", "source": "s"}),
        ]
        .map(|event| format!("{event}\n"))
        .concat(),
    );
    let again = |format: &str, from: &str, map: &str| {
        let again = Shell::new();
        again.write("in.json", export(&world, &[format, "--at", "2024-01-01"]));
        again.write("map.toml", format!("end = 'exclusive'\n{map}"));
        again.run(&["ingest", "--from", from, "--map", "map.toml", "--version", "2024-01-01", "in.json"]).well();
        again
    };
    let popolo = again("popolo", "popolo", "namespace = ''\nseen = 'never'\n[source]\npublisher = 'Tenure'\n");
    for (at, unit) in [("2006-01-01", "Optik"), ("2009-01-01", "Light"), ("2011-01-01", "Optics")] {
        let posts = popolo.ask(&["person", "Ann", "--at", at])["positions"].clone();
        assert_eq!((&posts[0]["unit"]["name"], &posts[0]["remit"]), (&json!(unit), &json!("North")), "{at}: {posts}");
    }
    for format in ["ftm", "ftm-statements"] {
        let ftm = again(format, "ftm", "");
        let certain = |at: &str| {
            let posts = ftm.ask(&["person", "Cy", "--at", at, "--seen-within", "3y"])["positions"].clone();
            posts[0]["certainty"].clone()
        };
        assert_eq!((certain("2024-01-01"), certain("2026-01-01")), (json!("certain"), json!("possible")), "{format}");
    }
}

/// A ledger of people in units of several levels, of whom some have died, in companies of which parts were dissolved.
fn drawn(seed: u64) -> Shell {
    let mut random = Random(seed);
    let kinds = ["team", "department", "Forschungsgruppe", "company"];
    let mut events = Vec::new();
    for company in ["Kelp", "Rook"] {
        for unit in 0..5 {
            let mut event =
                json!({"type": "UnitDescribed", "unit": format!("Lab {unit}"), "company": company, "source": "s"});
            if random.below(2) == 0 {
                event["kind"] = json!(*random.of(&kinds));
            }
            if unit > 0 && random.below(3) > 0 {
                event["parent"] = json!(format!("Lab {}", random.below(unit)));
            }
            events.push(event);
        }
    }
    let gone =
        json!({"type": "UnitDissolved", "unit": "Lab 4", "company": "Rook", "effective": "2020-05", "source": "s"});
    events.extend([gone, json!({"type": "PersonDied", "person": "Ann 3", "effective": "2015-02", "source": "s"})]);
    for person in 0..12 {
        for _ in 0..=random.below(2) {
            let mut event = json!({"type": "HeldPost", "person": format!("Ann {person}"), "source": "s",
                "company": *random.of(&["Kelp", "Rook"]), "title": format!("Clerk {}", random.below(3)),
                "from": format!("20{:02}-03-0{}", random.below(9), 1 + random.below(8))});
            if random.below(4) > 0 {
                event["unit"] = json!(format!("Lab {}", random.below(5)));
            }
            if random.below(2) == 0 {
                event["to"] = json!(format!("201{}", random.below(9)));
            }
            if random.below(4) == 0 {
                event["employment"] = json!("board");
            }
            events.push(event);
        }
    }
    Shell::of(&(events.iter().map(Value::to_string).collect::<Vec<_>>().join("\n") + "\n"))
}

/// All units and companies, with what is above them, what they are, and since when they are dissolved.
fn structure(shell: &Shell) -> BTreeSet<Vec<String>> {
    let shown = |row: &BTreeMap<String, String>| {
        // The kind of a company is one of three in FollowTheMoney.
        let kind = if row["company"].is_empty() { "" } else { &row["kind"] };
        // It has no word for mergers.
        let over = if row["merged_into_id"].is_empty() { &*row["dissolved"] } else { "" };
        [&row["unit"], &row["company"], &row["parent"], kind, over].map(str::to_owned).to_vec()
    };
    rows(&export(shell, &["csv", "--table", "units", "--at", "2026-01-01"])).iter().map(shown).collect()
}

#[test]
fn formats_of_others_give_back_who_held_what_where_and_when() {
    // A range is no date of these formats.
    let said = |date: &str| date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let map = "end = 'exclusive'\nundated = 'unknown'\n";
    let popolo = format!("{map}namespace = ''\n[source]\npublisher = 'Tenure'\n");
    for world in [Shell::toy(), drawn(1), drawn(2), drawn(3)] {
        for (format, from, map) in [("popolo", "popolo", &*popolo), ("ftm", "ftm", map), ("ftm-statements", "ftm", map)]
        {
            let again = Shell::new();
            again.write("file", export(&world, &[format, "--at", "2026-01-01"]));
            again.write("map.toml", map);
            again.run(&["ingest", "--from", from, "--map", "map.toml", "file"]).well();
            let [before, mut after] =
                [&world, &again].map(|shell| rows(&export(shell, &["csv", "--at", "2026-01-01"])));
            assert_eq!(before.len(), after.len(), "{format}");
            for row in &before {
                let is_same = |other: &BTreeMap<String, String>| {
                    let dates = ["from_date", "to_date"].into_iter();
                    // A post of which the format can say no date ends with its unit.
                    let ends_with_unit = |date: &str| {
                        date == "to_date"
                            && !said(&row["from_date"])
                            && row[date].is_empty()
                            && other[date].starts_with('[')
                    };
                    ["company", "unit", "person", "title"].into_iter().all(|column| row[column] == other[column])
                        && dates
                            .filter(|date| said(&row[*date]))
                            .all(|date| row[date] == other[date] || ends_with_unit(date))
                };
                let found = after.iter().position(is_same).unwrap_or_else(|| panic!("{format}: {row:?}\n{after:?}"));
                after.remove(found);
            }
        }
    }
}

#[test]
fn units_come_back_from_follow_the_money_in_their_companies() {
    let demo = Shell::new();
    demo.run(&["demo"]).well();
    for world in [Shell::toy(), demo, drawn(1), drawn(2), drawn(3)] {
        for format in ["ftm", "ftm-statements"] {
            let again = Shell::new();
            again.write("file", export(&world, &[format, "--at", "2026-01-01"]));
            again.write("map.toml", "end = 'exclusive'\nundated = 'unknown'\n");
            again.run(&["ingest", "--from", "ftm", "--map", "map.toml", "file"]).well();
            assert_eq!(structure(&again), structure(&world), "{format}");
        }
    }
}

/// How many units an org chart has.
fn units(unit: &Value) -> usize {
    1 + unit["children"].as_array().unwrap().iter().map(units).sum::<usize>()
}

#[test]
fn charts_are_drawn_of_any_names() {
    let shell = Shell::of(
        &[
            json!({"type": "HeldPost", "person": "Ann \"A\" <Lee>", "company": "Firm & Söhne", "unit": "研究_部[1]",
                   "lead": true, "from": "2001", "source": "x"}),
            json!({"type": "UnitDescribed", "unit": "Sub\\unit", "company": "Firm & Söhne", "parent": "研究_部[1]",
                   "kind": "team", "source": "x"}),
            json!({"type": "HeldPost", "person": "Bo", "company": "Firm & Söhne", "from": "[2001..2030]", "source": "x"}),
        ]
        .map(|event| format!("{event}\n"))
        .concat(),
    );
    let flags = ["Firm & Söhne", "--at", "2024-01-01"];
    let mermaid = concat!(
        "%% at 2024-01-01, everything known, ledger at 3\n",
        "flowchart TD\n",
        "  n0[\"Firm #38; Söhne<br/>1 (+1 possible)\"]\n",
        "  n1[\"研究#95;部#91;1#93;<br/>Ann #34;A#34; #60;Lee#62;<br/>1\"]\n",
        "  n0 --> n1\n",
        "  n2[\"Sub#92;unit<br/>team<br/>0\"]\n",
        "  n1 --> n2\n",
    );
    assert_eq!(export(&shell, &[&["mermaid"], &flags[..]].concat()), mermaid);
    let dot = export(&shell, &[&["dot"], &flags[..]].concat());
    let dot: Vec<&str> = dot.lines().collect();
    assert_eq!(dot[0], "// at 2024-01-01, everything known, ledger at 3");
    assert_eq!(dot[1], "digraph org {");
    assert_eq!(dot[4], r#"  n0 [label="Firm &amp; Söhne\n1 (+1 possible)", tooltip="~firmsohne"];"#);
    assert!(dot[5].starts_with(r#"  n1 [label="研究_部[1]\nAnn \"A\" <Lee>\n1""#), "{}", dot[5]);
    assert_eq!(dot[6], "  n0 -> n1;");
    assert!(dot[7].starts_with(r#"  n2 [label="Sub\\unit\nteam\n0""#), "{}", dot[7]);
    assert_eq!(dot.last(), Some(&"}"));
    // Of the toy world, as long as its chart.
    let world = Shell::toy();
    let chart = export(&world, &["mermaid", "Kestrel", "--at", "2024-07-01"]);
    let org = world.ask(&["org", "Kestrel", "--at", "2024-07-01"]);
    assert_eq!(chart.lines().count(), 2 + 2 * units(&org["unit"]) - 1);
}
