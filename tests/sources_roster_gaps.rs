//! Rosters that do not say everything: entries without titles or units, and incomplete snapshots between complete ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::{Random, Run, Shell};

const MAP: &str = r#"
company = "Harbour Labs"
complete = true
least_share = 0
[source]
publisher = "Harbour Labs"
[date]
file = "team_{date}.json"
[[lists]]
at = "*"
title = "role?"
unit = "team?"
"#;

/// Reads a snapshot: name, title and unit of each, `-` where the entry has none.
fn read(shell: &Shell, day: &str, complete: bool, people: &[(&str, &str, &str)]) -> Run {
    let entry = |(name, title, unit): &(&str, &str, &str)| {
        let mut entry = json!({"name": name});
        for (field, text) in [("role", title), ("team", unit)] {
            if *text != "-" {
                entry[field] = json!(text);
            }
        }
        entry
    };
    let file = format!("team_{day}.json");
    let page: Value = people.iter().map(entry).collect();
    shell.write(&file, page.to_string());
    shell.write("map.toml", MAP.replace("complete = true", &format!("complete = {complete}")));
    shell.run(&["ingest", "--from", "roster", "--map", "map.toml", &file])
}

/// Who is in what post on a day; `?` where that is only possible.
fn who(shell: &Shell, day: &str) -> Vec<String> {
    let answer = shell.ask(&["who", "Harbour Labs", "--at", day]);
    let shown = |member: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let sure = if member["certainty"] == "certain" { "" } else { "?" };
        format!(
            "{sure}{} {} {}",
            text(&member["person"]["name"]),
            text(&member["title"]),
            text(&member["unit"]["name"])
        )
    };
    let mut members: Vec<String> = answer["members"].as_array().unwrap().iter().map(shown).collect();
    members.sort();
    members
}

/// The tenures of Ana: title, unit, start and end, and whether it is the primary one.
fn career(shell: &Shell) -> Vec<String> {
    let answer = shell.ask(&["career", "Ana"]);
    let shown = |tenure: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let parts =
            [&tenure["title"], &tenure["unit"]["name"], &tenure["from"]["edtf"], &tenure["to"]["edtf"]].map(text);
        format!("{}{}", parts.join(" "), if tenure["primary"] == true { "" } else { " beside" })
    };
    answer["tenures"].as_array().unwrap().iter().map(shown).collect()
}

#[test]
fn a_change_that_an_incomplete_snapshot_shows_first_is_a_change() {
    let check = |before: (&'static str, &'static str), after: (&'static str, &'static str), expect: [&str; 2]| {
        let shell = Shell::new();
        let ana = |(title, unit): (&'static str, &'static str)| ("Ana", title, unit);
        let bo = ("Bo", "Engineer", "Bay");
        read(&shell, "2024-01-01", true, &[ana(before), bo]).well();
        read(&shell, "2024-02-01", false, &[ana(after)]).well();
        read(&shell, "2024-03-01", true, &[ana(after), bo]).well();
        assert_eq!(career(&shell), expect, "{before:?} {after:?}");
    };
    let start = "[..2024-01-01] [2024-01-02..2024-02-01]";
    let moved = "[2024-01-02..2024-02-01] -";
    check(
        ("Engineer", "Bay"),
        ("Engineer", "Quay"),
        [&format!("Engineer Bay {start}"), &format!("Engineer Quay {moved}")],
    );
    check(("Engineer", "-"), ("CTO", "-"), [&format!("Engineer - {start}"), &format!("CTO - {moved}")]);
    check(("-", "Bay"), ("CTO", "Bay"), [&format!("- Bay {start}"), &format!("CTO Bay {moved}")]);
    check(("Engineer", "-"), ("Engineer", "Quay"), [&format!("Engineer - {start}"), &format!("Engineer Quay {moved}")]);
}

#[test]
fn what_an_entry_leaves_out_it_does_not_have_where_a_complete_page_shows_it() {
    let shell = Shell::new();
    let others = [("Bo", "Engineer", "Bay"), ("Cy", "-", "Bay")];
    let page = |title: &'static str, unit: &'static str| [&[("Ana", title, unit)][..], &others].concat();
    read(&shell, "2024-01-01", true, &page("CTO", "Bay")).well();
    // Of an incomplete snapshot it is as it was.
    read(&shell, "2024-02-01", false, &page("-", "Bay")).well();
    assert_eq!(career(&shell), ["CTO Bay [..2024-01-01] -"]);
    read(&shell, "2024-03-01", true, &page("-", "Bay")).well();
    assert_eq!(career(&shell), ["CTO Bay [..2024-01-01] [2024-02-02..2024-03-01]", "- Bay [2024-02-02..2024-03-01] -"]);
    read(&shell, "2024-04-01", true, &page("CEO", "-")).well();
    assert_eq!(who(&shell, "2024-04-01")[0], "Ana CEO -");
    // A page that shows no titles at all takes none.
    read(&shell, "2024-05-01", true, &[("Ana", "-", "-"), ("Bo", "-", "Bay"), ("Cy", "-", "Bay")]).well();
    assert_eq!(who(&shell, "2024-05-01"), ["Ana CEO -", "Bo Engineer Bay", "Cy - Bay"]);
}

/// Whatever lies between them, complete snapshots are answered as they are, however they come in.
#[test]
fn complete_snapshots_are_answered_as_they_are() {
    let mut random = Random(5);
    for round in 0..10 {
        let (titles, units): (&[&'static str], &[&'static str]) = match round % 3 {
            0 => (&["CEO", "CTO", "-"], &["Bay", "Quay"]),
            1 => (&["CEO", "CTO"], &["Bay", "Quay", "-"]),
            _ => (&["CEO", "CTO", "-"], &["Bay", "Quay", "-"]),
        };
        let mut pages = Vec::new();
        for day in ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"] {
            let complete = !day.contains("-02-") && (!day.contains("-03-") || random.below(2) == 0);
            let mut people = vec![("Zoe", "Head", "Pier")];
            for name in ["Ana", "Bo"] {
                if random.below(5) > 0 {
                    people.push((name, *random.of(titles), *random.of(units)));
                }
            }
            pages.push((day, complete, people));
        }
        let shell = Shell::new();
        for (day, complete, people) in &pages {
            read(&shell, day, *complete, people).well();
        }
        for (day, _, people) in pages.iter().filter(|(_, complete, _)| *complete) {
            let mut expect: Vec<String> =
                people.iter().map(|(name, title, unit)| format!("{name} {title} {unit}")).collect();
            expect.sort();
            assert_eq!(who(&shell, day), expect, "{day} of {pages:?}");
        }
    }
}

#[test]
fn a_title_that_no_entry_gives_is_that_of_the_map_and_an_id_that_is_none_says_what_to_do() {
    let shell = Shell::new();
    shell.write("map.toml", format!("{MAP}title_is = \"Member\"\nid = \"login?\"\n"));
    let page = json!([{"name": "Ana", "role": "CEO"}, {"name": "Bo", "login": "bo"}, {"name": "Cy", "login": "@cy"}]);
    shell.write("team_2024-01-01.json", page.to_string());
    let run = shell.run(&["ingest", "--from", "roster", "--map", "map.toml", "team_2024-01-01.json"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert!(run.err.contains("set `namespace` in the map"), "{}", run.err);
    assert_eq!(who(&shell, "2024-01-01"), ["Ana CEO -", "Bo Member -"]);
}

#[test]
fn what_one_snapshot_shows_of_nobody_is_as_it_was() {
    // What Bo has in three snapshots: at first something, then nobody has it, then Cy alone.
    let check = |field: &str, of: &str, text: &str| {
        let shell = Shell::new();
        let shown = |day: &str| {
            let post = &shell.ask(&["person", "Bo", "--at", day])["positions"][0];
            post[of]["name"].as_str().unwrap_or("-").to_owned()
        };
        shell.write("map.toml", format!("{MAP}manager = \"boss?\"\n"));
        let others = [json!({"name": "Ann", "role": "CEO"}), json!({"name": "Cy", "role": "Cook"})];
        for (month, expect) in [(1, text), (2, text), (3, "-")] {
            let [ann, mut cy, mut bo] = [others[0].clone(), others[1].clone(), json!({"name": "Bo", "role": "Clerk"})];
            if month == 1 {
                bo[field] = text.into();
            } else if month == 3 {
                cy[field] = text.into();
            }
            let (file, day) = (format!("team_2024-0{month}-01.json"), format!("2024-0{month}-01"));
            shell.write(&file, json!([ann, bo, cy]).to_string());
            shell.run(&["ingest", "--from", "roster", "--map", "map.toml", &file]).well();
            assert_eq!(shown(&day), expect, "{day}");
        }
        let files = ["team_2024-01-01.json", "team_2024-02-01.json", "team_2024-03-01.json"];
        let run = shell.run(&[&["ingest", "--from", "roster", "--map", "map.toml"][..], &files].concat()).well();
        assert!(run.out.starts_with("appended 0,"), "{run:?}");
        // A snapshot that comes late changes what later ones say as far as they give nothing of it.
        shell.run(&["ingest", "--from", "roster", "--map", "map.toml", files[0]]).well();
        let bare = json!([{"name": "Ann", "role": "CEO"}, {"name": "Bo", "role": "Clerk"}]);
        shell.write(files[0], bare.to_string());
        shell.run(&["ingest", "--from", "roster", "--map", "map.toml", files[0]]).well();
        assert_eq!(["2024-01-01", "2024-03-01"].map(shown), ["-", "-"]);
    };
    check("boss", "reports_to", "Ann");
    check("team", "unit", "Bay");
}

#[test]
fn a_snapshot_of_which_a_part_cannot_be_read_ends_nothing() {
    let (ana, bo) = (r#"{"name": "Ana", "role": "CEO"}"#, r#"{"name": "Bo", "role": "CTO"}"#);
    let long = format!(r#"{{"name": "Bo", "role": "{}"}}"#, "x".repeat(3_009));
    let field = MAP.replace("file = \"team_{date}.json\"", "field = \"day\"").replace("at = \"*", "at = \"people/*");
    let of_day = |people: &str| format!(r#"{{"day": "2024-02-01", "people": [{people}]}}"#);
    let both = ["Ana CEO -", "Bo CTO -"];
    for (map, a, b, expect) in [
        (MAP, format!("[{ana}]"), format!("[{bo}"), &both[..]),
        (MAP, format!("[{ana}, {long}]"), "[]".to_owned(), &both),
        // A vacancy is nobody who could be there.
        (MAP, format!(r#"[{ana}, {{"name": "-"}}, {{"role": "CFO"}}]"#), "[]".to_owned(), &both[..1]),
        (MAP, format!("[{ana}]"), "[]".to_owned(), &both[..1]),
        (&field, of_day(ana), format!(r#"{{"people": [{bo}]}}"#), &both),
        (&field, of_day(ana), of_day(""), &both[..1]),
    ] {
        let shell = Shell::new();
        read(&shell, "2024-01-01", true, &[("Ana", "CEO", "-"), ("Bo", "CTO", "-")]).well();
        shell.write("map.toml", map);
        for (dir, text) in [("a", &a), ("b", &b)] {
            std::fs::create_dir(shell.dir().join(dir)).unwrap();
            shell.write(&format!("{dir}/team_2024-02-01.json"), text);
        }
        shell.run(&["ingest", "--from", "roster", "--map", "map.toml", "a", "b"]);
        assert_eq!(who(&shell, "2024-02-01"), expect, "{a} {b}");
    }
}

#[test]
fn snapshots_read_again_out_of_order_come_to_an_end() {
    let shell = Shell::new();
    let (bo, boss) = (("Bo", "-", "U2"), ("Dan", "Boss", "U3"));
    let first = [boss, bo];
    let second = [("Dan", "Chief", "U1"), boss, bo];
    let days = [("2024-03-20", &second[..]), ("2024-01-15", &first), ("2024-05-01", &second[2..])];
    for (day, people) in days {
        read(&shell, day, true, people).well();
    }
    // Which of his posts tells that Dan has left is the same, whether they are known from a page or from the log.
    for _ in 0..2 {
        for (day, people) in [days[0], days[2]] {
            let run = read(&shell, day, true, people).well();
            assert!(run.out.starts_with("appended 0,"), "{day}: {run:?}");
        }
    }
}

/// A map of pages that tell deaths and the instant of which they are.
fn dated(company: &str) -> String {
    let map = MAP.replace("\"Harbour Labs\"\ncomplete", &format!("\"{company}\"\ncomplete"));
    map.replace("file = \"team_{date}.json\"", "field = \"day\"")
        .replace("at = \"*", "died = \"died?\"\nat = \"people/*")
}

/// Reads pages at instants: who is listed, and the death of Ann.
fn read_dated(shell: &Shell, company: &str, pages: &[(&str, &[&str], &str)]) {
    shell.write("map.toml", dated(company));
    let mut words = ["ingest", "--from", "roster", "--map", "map.toml"].map(str::to_owned).to_vec();
    for (at, people, died) in pages {
        let entry = |name: &&str| match (*name, *died) {
            ("Ann", died) if !died.is_empty() => json!({"name": "Ann", "role": "Chief", "died": died}),
            (name, _) => json!({"name": name, "role": "Cook"}),
        };
        let people: Value = people.iter().map(entry).collect();
        let file = format!("{company}_{}.json", at.replace(':', ""));
        shell.write(&file, json!({"day": at, "people": people}).to_string());
        words.push(file);
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    shell.run(&words).well();
}

fn death(shell: &Shell) -> Value {
    shell.ask(&["career", "Ann"])["died"]["edtf"].clone()
}

#[test]
fn a_death_on_the_page_of_one_company_is_none_on_that_of_another() {
    let shell = Shell::new();
    let noon = |day: &str| format!("{day}T12:00:00Z");
    read_dated(
        &shell,
        "Alder",
        &[(&noon("2024-01-10"), &["Ann", "Al"], ""), (&noon("2024-03-10"), &["Ann", "Al"], "2024-02-15")],
    );
    // Nobody of Birch is gone on the day of Alder's page, and neither a page of that instant nor a later one takes its death
    // back by a namesake.
    for day in ["2024-02-10", "2024-05-10", "2024-03-10"] {
        read_dated(&shell, "Birch", &[(&noon(day), &["Ann", "Bea", "Bo"], "")]);
        assert!(!shell.run(&["log", "--format", "ndjson"]).well().out.contains("EventRetracted"), "{day}");
        let members = shell.ask(&["who", "Birch", "--at", "2024-04-01"])["members"].clone();
        let certain = members.as_array().unwrap().iter().filter(|one| one["certainty"] == "certain");
        assert!(certain.filter(|one| one["person"]["name"] != "Ann").count() == 2, "{day}: {members}");
    }
    read_dated(&shell, "Alder", &[(&noon("2024-06-10"), &["Ann", "Al"], "")]);
    assert_eq!(death(&shell), Value::Null);
}

#[test]
fn a_death_is_taken_back_in_whatever_order_the_pages_of_a_day_are_read() {
    let pages = [
        ("2024-01-10T08:00:00Z", ""),
        ("2024-03-10T08:00:00Z", "2024-02-15"),
        ("2024-03-10T20:00:00Z", ""),
        ("2024-05-10T08:00:00Z", ""),
    ];
    let pages = pages.map(|(at, died)| (at, &["Ann", "Al"][..], died));
    let orders: [&[&[usize]]; 4] =
        [&[&[0, 1, 2, 3]], &[&[0], &[1], &[2], &[3]], &[&[3], &[2], &[1], &[0]], &[&[0], &[1], &[3], &[2]]];
    for order in orders {
        let shell = Shell::new();
        for run in order {
            let pages: Vec<_> = run.iter().map(|page| pages[*page]).collect();
            read_dated(&shell, "Alder", &pages);
        }
        assert_eq!(death(&shell), Value::Null, "{order:?}");
        let before = shell.run(&["log", "--format", "ndjson"]).well().out;
        read_dated(&shell, "Alder", &pages);
        assert_eq!(shell.run(&["log", "--format", "ndjson"]).well().out, before, "{order:?}");
    }
    // A death of the evening stands, whatever is read beside it.
    let shell = Shell::new();
    for page in [pages[0], (pages[2].0, pages[2].1, "2024-02-15"), pages[1], pages[0]] {
        read_dated(&shell, "Alder", &[page]);
    }
    assert_eq!(death(&shell), "2024-02-15");
}

#[test]
fn a_death_that_came_in_beside_the_page_that_lists_the_dead_is_taken_back_by_the_next() {
    let people: &[&str] = &["Ann", "Al"];
    let died = ("2024-03-10T08:00:00Z", people, "2024-02-15");
    let other = Shell::new();
    read_dated(&other, "Alder", &[died]);
    let log = other.run(&["log", "--format", "ndjson"]).well().out;
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].clone());
    let told: Vec<String> =
        events.filter(|event| event["type"] == "PersonDied").map(|event| format!("{event}\n")).collect();
    let shell = Shell::new();
    read_dated(&shell, "Alder", &[("2024-01-10T08:00:00Z", people, ""), ("2024-04-10T08:00:00Z", people, "")]);
    shell.write("told.ndjson", told.concat());
    shell.run(&["ingest", "told.ndjson"]).well();
    assert_eq!(death(&shell), "2024-02-15");
    for page in ["2024-05-10T08:00:00Z", "2024-06-10T08:00:00Z"] {
        read_dated(&shell, "Alder", &[(page, people, "")]);
        assert_eq!(death(&shell), Value::Null, "{page}");
    }
    // Known to be none from the page on that lists her.
    let events = shell.run(&["log", "--format", "ndjson"]).well().out;
    let back: Vec<&str> = events.lines().filter(|line| line.contains("\"EventRetracted\"")).collect();
    assert!(back.len() == 1 && back[0].contains("2024-04-10T08:00:00"), "{back:?}");
}

/// Reads pages of Di and Bo in an order: the day of each, and what it tells of the death of Di, `-` where it does not list her.
fn read_of_di(shell: &Shell, map: &str, pages: &[(&str, &str)]) -> Run {
    shell.write("map.toml", map);
    let mut words = ["ingest", "--from", "roster", "--map", "map.toml"].map(str::to_owned).to_vec();
    for (day, died) in pages {
        let di = match *died {
            "-" => Vec::new(),
            "" => vec![json!({"name": "Di", "role": "Chief"})],
            died => vec![json!({"name": "Di", "role": "Chief", "died": died})],
        };
        let people: Value = di.into_iter().chain([json!({"name": "Bo", "role": "Clerk"})]).collect();
        let file = format!("team_{day}.json");
        shell.write(&file, people.to_string());
        words.push(file);
    }
    shell.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).well()
}

#[test]
fn who_died_before_a_page_listed_them_is_in_no_post_once_a_page_tells_so() {
    let map = format!("{MAP}died = \"died?\"\n");
    let relieved = map.replace("complete = true", "complete = true\nabsent = \"relieved\"");
    let part = map.replace("complete = true", "complete = false");
    let lagging = [("2024-03-02", ""), ("2024-03-03", "2024-03-01"), ("2024-03-12", "2024-03-01"), ("2024-04-12", "-")];
    let corrected =
        [("2024-03-02", ""), ("2024-03-03", "2024-03-01"), ("2024-03-12", "2024-02-20"), ("2024-04-12", "-")];
    let finer = [("2024-03-02", ""), ("2024-03-03", "2024"), ("2024-03-12", "2024-03-01"), ("2024-04-12", "2024")];
    let back = [("2024-03-02", ""), ("2024-03-03", "2024-03-01"), ("2024-03-12", ""), ("2024-04-12", "")];
    let orders: [&[&[usize]]; 5] = [
        &[&[0, 1, 2, 3]],
        &[&[0], &[1], &[2], &[3]],
        &[&[3], &[2], &[1], &[0]],
        &[&[1, 3], &[0], &[2]],
        &[&[0, 2], &[3, 1]],
    ];
    for (map, pages, expect) in [
        (&map, lagging, [2, 1, 1, 1]),
        (&relieved, lagging, [2, 1, 1, 1]),
        (&part, lagging, [2, 1, 1, 1]),
        (&map, corrected, [2, 1, 1, 1]),
        (&map, finer, [2, 1, 1, 1]),
        (&map, back, [2, 2, 2, 2]),
    ] {
        for order in orders {
            let shell = Shell::new();
            for run in order {
                read_of_di(&shell, map, &run.iter().map(|page| pages[*page]).collect::<Vec<_>>());
            }
            let counts = pages.map(|(day, _)| who(&shell, day).len());
            assert_eq!(counts, expect, "{map} {pages:?} {order:?}: {}", shell.run(&["log"]).out);
            assert!(read_of_di(&shell, map, &pages).out.starts_with("appended 0,"), "{pages:?} {order:?}");
        }
    }
    let shell = Shell::new();
    read_of_di(&shell, &map, &lagging);
    let tenure = &shell.ask(&["career", "Di"])["tenures"][0];
    assert_eq!((&tenure["to"]["edtf"], &tenure["end_reason"]), (&json!("2024-03-03"), &json!("died")));
    // One listed last before the death ends with it.
    let shell = Shell::new();
    read_of_di(&shell, &map, &[("2024-01-02", ""), ("2024-03-03", "2024-03-01")]);
    assert_eq!(shell.ask(&["career", "Di"])["tenures"][0]["to"]["edtf"], "2024-03-01");
}

#[test]
fn a_unit_and_a_person_that_come_back_under_another_name_are_called_by_it() {
    let pages = [
        ("2024-03-01", vec![("7", "Ann Lee", "u1", "Inland"), ("8", "Bo", "u2", "Coast")]),
        ("2024-03-02", vec![("8", "Bo", "u2", "Coast")]),
        ("2024-03-03", vec![("7", "Ann Ek", "u1", "Rivers"), ("8", "Bo", "u2", "Coast")]),
        ("2024-03-04", vec![("7", "Ann Lee", "u1", "Inland"), ("8", "Bo", "u2", "Coast")]),
    ];
    let map = MAP
        .replace("complete", "namespace = \"x/\"\ncomplete")
        .replace("title = \"role?\"", "id = \"id\"\nunit_id = \"dir\"");
    let orders: [&[&[usize]]; 5] = [
        &[&[0, 1, 2, 3]],
        &[&[0], &[1], &[2], &[3]],
        &[&[3], &[2], &[1], &[0]],
        &[&[0, 2], &[1, 3]],
        &[&[3, 0], &[2], &[1]],
    ];
    for order in orders {
        let shell = Shell::new();
        shell.write("map.toml", &map);
        let read = |run: &[usize]| {
            let mut words = ["ingest", "--from", "roster", "--map", "map.toml"].map(str::to_owned).to_vec();
            for page in run {
                let (day, people) = &pages[*page];
                let shown = |(id, name, dir, team): &(&str, &str, &str, &str)| json!({"id": id, "name": name, "dir": dir, "team": team});
                shell.write(&format!("team_{day}.json"), people.iter().map(shown).collect::<Value>().to_string());
                words.push(format!("team_{day}.json"));
            }
            shell.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).well()
        };
        for run in order {
            drop(read(run));
        }
        for (day, expect) in
            [("2024-03-01", "Ann Lee - Inland"), ("2024-03-03", "Ann Ek - Rivers"), ("2024-03-04", "Ann Lee - Inland")]
        {
            assert_eq!(who(&shell, day), [expect, "Bo - Coast"], "{order:?} {day}: {}", shell.run(&["log"]).out);
        }
        assert!(read(&[0, 1, 2, 3]).out.starts_with("appended 0,"), "{order:?}");
    }
}

#[test]
fn a_share_is_judged_by_what_comes_before_whatever_is_read_first() {
    let all = [("Ana", "CEO", "-"), ("Bo", "CTO", "-"), ("Cy", "CFO", "-")];
    let map = MAP.replace("least_share = 0\n", "");
    let check = |pages: &[(&str, usize)], expect: &[usize]| {
        let files: Vec<String> = pages.iter().map(|(day, _)| format!("team_{day}.json")).collect();
        let last = pages.len() - 1;
        let mut orders: Vec<Vec<usize>> = vec![(0..=last).collect(), (0..=last).rev().collect()];
        orders.push((0..=last).map(|place| (place + 1) % pages.len()).collect());
        for order in orders {
            let shell = Shell::new();
            shell.write("map.toml", &map);
            for place in &order {
                let people = all[..pages[*place].1].iter().map(|(name, role, _)| json!({"name": name, "role": role}));
                shell.write(&files[*place], people.collect::<Value>().to_string());
                shell.run(&["ingest", "--from", "roster", "--map", "map.toml", &files[*place]]);
            }
            let counts: Vec<usize> = pages.iter().map(|(day, _)| who(&shell, day).len()).collect();
            assert_eq!(counts, expect, "{pages:?} {order:?}: {}", shell.run(&["log"]).out);
            let files: Vec<&str> = files.iter().map(String::as_str).collect();
            let run = shell.run(&[&["ingest", "--from", "roster", "--map", "map.toml"][..], &files].concat());
            assert!(run.out.starts_with("appended 0,"), "{pages:?} {order:?} {run:?}");
        }
    };
    check(&[("2024-03-01", 3), ("2024-03-02", 1)], &[3, 3]);
    check(&[("2024-03-01", 3), ("2024-03-02", 2), ("2024-03-03", 1)], &[3, 2, 1]);
    check(&[("2024-03-01", 3), ("2024-03-02", 1), ("2024-03-03", 1), ("2024-03-04", 3)], &[3, 3, 3, 3]);
}

#[test]
fn a_vacancy_is_no_person_and_acting_is_said_in_the_words_of_the_map() {
    let shell = Shell::new();
    let words = "nobody = [\"Vacant\"]\nacting = [\"ad interim\", \"a.i.\", \"代理\"]\n";
    shell.write("map.toml", format!("{words}{MAP}"));
    let page =
        [("Ana", "Head ad interim"), ("Bo", "Cook a.i."), ("Cy", "代理部長"), ("Di", "Minister"), ("Vacant", "CFO")];
    let page: Value = page.iter().map(|(name, role)| json!({"name": name, "role": role})).collect();
    shell.write("team_2024-01-01.json", page.to_string());
    let run = shell.run(&["ingest", "--from", "roster", "--map", "map.toml", "team_2024-01-01.json"]).well();
    assert!(run.out.contains("dropped 1 (a post that by `nobody` of the map is vacant)"), "{run:?}");
    let members = shell.ask(&["who", "Harbour Labs", "--at", "2024-01-01"])["members"].clone();
    let mut shown: Vec<String> =
        members.as_array().unwrap().iter().map(|one| format!("{} {}", one["person"]["name"], one["acting"])).collect();
    shown.sort();
    assert_eq!(shown, ["\"Ana\" true", "\"Bo\" true", "\"Cy\" true", "\"Di\" false"]);
}
