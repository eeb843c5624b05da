//! The contract of all importers, which each format passes: `docs/adapters.md`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "sources/formats.rs"]
mod formats;
#[path = "sources/registers.rs"]
mod registers;
#[path = "toy/shell.rs"]
mod shell;

use std::collections::BTreeSet;

use formats::{Dated, FORMATS, Format, Rule, WORLD, World};
use serde_json::{Value, json};
use shell::{Run, Shell, filled, times};
use tenure_ledger::question::{Ask, Question, Terms};
use tenure_ledger::{LedgerDirectory, SharedLedger, answers};

/// Does something in every format that some rules hold of, in a ledger of its own.
fn each(rules: &[Rule], mut act: impl FnMut(&Format, &Shell)) {
    for format in FORMATS.iter().filter(|format| rules.iter().all(|rule| format.has(*rule))) {
        act(format, &Shell::new());
    }
}

/// What is tried of some variants in a format: every third, another one than in the format before it; all at full size.
fn some_of<T: Copy>(variants: &[T], format: &Format) -> Vec<T> {
    if times() > 1 {
        return variants.to_vec();
    }
    let number = FORMATS.iter().position(|other| other.name == format.name).unwrap();
    variants.iter().copied().skip(number % variants.len().min(3)).step_by(3).collect()
}

const EVER: &str = "9999-12-31";

/// An answer from the log, asked for in this process: the contract is about events, and it asks often.
#[track_caller]
fn answered(shell: &Shell, ask: Ask, terms: Terms) -> Value {
    let ledger = SharedLedger::new(LedgerDirectory::open_without_snapshots(&shell.data(), None).unwrap());
    let answered = answers::answer(&ledger, &Question { ask, terms }).unwrap();
    serde_json::to_value(&answered.answer).unwrap()
}

/// Who is in the office on a day, and certain.
#[track_caller]
fn who(shell: &Shell, format: &Format, day: &str, known: &str) -> Vec<String> {
    let terms = Terms { at: day.to_owned(), known: Some(known.to_owned()), ..Terms::default() };
    let answer = answered(shell, Ask::who(format.office), terms);
    let members = answer["members"].as_array().unwrap().iter().filter(|m| m["certainty"] == "certain");
    let shown = |m: &Value| format!("{} {}", m["person"]["name"].as_str().unwrap(), m["title"].as_str().unwrap());
    let mut shown: Vec<String> = members.map(shown).collect();
    shown.sort();
    shown
}

/// Ann's career, as known by then.
#[track_caller]
fn career(shell: &Shell, known: Option<&str>) -> Value {
    let terms = Terms { at: "2026-12-01".to_owned(), known: known.map(str::to_owned), ..Terms::default() };
    answered(shell, Ask::Career { person: "Ann Lee".to_owned() }, terms)
}

/// Ann's post.
#[track_caller]
fn post(shell: &Shell) -> Value {
    career(shell, None)["tenures"][0].clone()
}

fn appended(run: &Run) -> &str {
    run.out.split(',').next().unwrap()
}

fn rejects(shell: &Shell) -> Vec<Value> {
    shell.read("rejects").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_same_version_twice_appends_nothing() {
    each(&[], |format, shell| {
        for day in ["2020-01-01", "2020-07-01"] {
            let world = World { day, ..WORLD };
            format.ingest(shell, "", &world, &[]).well();
            let again = format.ingest(shell, "", &world, &[]).well();
            assert_eq!(appended(&again), "appended 0", "{}: {again:?}", format.name);
            let at = format.shown_on(&world);
            assert_eq!(who(shell, format, at, EVER), format.shows(&world), "{}", format.name);
        }
    });
}

#[test]
fn what_returns_is_restated() {
    each(&[], |format, shell| {
        for day in ["2020-01-01", "2020-02-01", "2020-03-01"] {
            let other = if day == "2020-02-01" { format.other() } else { WORLD };
            let world = World { day, ..other };
            format.ingest(shell, "", &world, &[]).well();
            let at = format.shown_on(&world);
            assert_eq!(who(shell, format, at, EVER), format.shows(&world), "{} {day}", format.name);
            assert_eq!(who(shell, format, at, day), format.shows(&world), "{} {day}", format.name);
            assert_eq!(appended(&format.ingest(shell, "", &world, &[]).well()), "appended 0", "{}", format.name);
        }
    });
    // Without a day, each is as of when it is read; of a roster, the day is read again.
    each(&[], |format, shell| {
        if format.dated == Dated::Within {
            return;
        }
        for other in [WORLD, format.other(), WORLD] {
            let world = World { day: if format.name == "roster" { "2020-01-01" } else { "" }, ..other };
            format.ingest(shell, "", &world, &[]).well();
            assert_eq!(who(shell, format, "2020-01-01", EVER), format.shows(&world), "{}", format.name);
            assert_eq!(appended(&format.ingest(shell, "", &world, &[]).well()), "appended 0", "{}", format.name);
        }
    });
}

#[test]
fn versions_come_back_and_their_order_does_not_matter_together() {
    each(&[], |format, _| {
        let versions =
            [("2020-01-01", WORLD), ("2020-02-01", World { bo: false, ..format.other() }), ("2020-03-01", WORLD)];
        let versions = versions.map(|(day, world)| World { day, ..world });
        let [together, apart, backwards] = [Shell::new(), Shell::new(), Shell::new()];
        let map = format.map_of_versions();
        let mut files = Vec::new();
        for world in &versions {
            apart.write("map.toml", &map);
            format.ingest_file(&apart, &format.version_file(world.day), world, &[]).well();
            files.extend(format.write_files(&together, &format.version_file(world.day), world));
        }
        together.write("map.toml", &map);
        let words = ["ingest", "--from", format.from, "--map", "map.toml"];
        files.sort();
        files.dedup();
        let named: Vec<&str> = files.iter().rev().map(String::as_str).collect();
        let run = together.run(&[&words[..], &named].concat());
        if format.name == "sec-insider-tables" {
            // A quarter is a directory, whose tables belong together.
            assert!(run.exit == Some(1) && run.err.contains("are both the table"), "{run:?}");
            return;
        }
        run.well();
        let mut shells = vec![&apart, &together];
        if format.takes_any_order() {
            backwards.write("map.toml", &map);
            for world in versions.iter().rev() {
                format.ingest_file(&backwards, &format.version_file(world.day), world, &[]).well();
            }
            shells.push(&backwards);
        }
        for shell in shells {
            for (world, known) in versions.iter().zip(["2020-01-15", "2020-02-15", "2020-03-15"]) {
                let at = format.shown_on(world);
                assert_eq!(who(shell, format, at, known), format.shows(world), "{} {known}", format.name);
                if format.has(Rule::Gone) && format.has(Rule::Seen) && format.dated == Dated::ByFile {
                    let bo: &[&str] = if world.bo { &["Bo Ode Clerk"] } else { &[] };
                    assert_eq!(who(shell, format, "2012-01-01", known), bo, "{} {known}", format.name);
                }
            }
        }
        if !format.takes_any_order() {
            assert_eq!(together.state(), apart.state(), "{}", format.name);
        }
    });
}

#[test]
fn what_is_gone_ends_where_the_map_says_so() {
    each(&[Rule::Gone], |format, shell| {
        // Bo's post has its end already; Ann's is gone.
        let [both, bo] = [("2020-01-01", true), ("2020-02-01", false)].map(|(day, ann)| World { day, ann, ..WORLD });
        let map = format.map_of_endings();
        shell.write("map.toml", &map);
        let ingest = |world: &World| {
            let version = ["--version", world.day];
            let flags = if format.dated == Dated::ByFile { &version[..] } else { &[] };
            format.ingest_file(shell, &format.file(), world, flags).well()
        };
        ingest(&both);
        let run = ingest(&bo);
        if format.has(Rule::Seen) {
            assert!(run.out.contains("gone 1"), "{}: {run:?}", format.name);
        }
        assert_eq!(post(shell)["to"]["edtf"], "[2020-01-02..2020-02-01]", "{}", format.name);
        assert_eq!(appended(&ingest(&bo)), "appended 0", "{}", format.name);
    });
}

#[test]
fn what_is_gone_ends_once_and_can_return() {
    each(&[Rule::Gone, Rule::Seen], |format, _| {
        if format.dated == Dated::Within {
            return;
        }
        for seen in some_of(&["version", "never", "change"], format) {
            let shell = Shell::new();
            shell.write("map.toml", format!("seen = \"{seen}\"\n{}", format.map_of_endings()));
            for (day, ann, to) in [
                ("2020-01-01", true, None),
                ("2020-02-01", false, Some("[2020-01-02..2020-02-01]")),
                ("2020-03-01", false, Some("[2020-01-02..2020-02-01]")),
                ("2020-04-01", true, None),
                ("2020-05-01", false, Some("[2020-04-02..2020-05-01]")),
            ] {
                let world = World { day, ann, ..WORLD };
                format.ingest_file(&shell, &format.file(), &world, &["--version", day]).well();
                assert_eq!(post(&shell)["to"]["edtf"].as_str(), to, "{} {seen} {day}", format.name);
            }
        }
    });
}

#[test]
fn what_tells_its_own_time_comes_in_any_order() {
    each(&[Rule::Ends], |format, _| {
        if !format.takes_any_order() {
            return;
        }
        let days = ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"];
        let ends = ["2017-12-31", "2018-12-31", "2017-12-31", "2018-12-31"];
        let mut first = None;
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [0, 3, 1, 2], [0, 2, 1, 3]];
        for order in orders.into_iter().take(if times() > 1 { 4 } else { 2 }) {
            let shell = Shell::new();
            shell.write("map.toml", format.map_of_versions());
            for at in order.into_iter().chain(order) {
                let world = World { day: days[at], end: ends[at], ..WORLD };
                format.ingest_file(&shell, &format.version_file(days[at]), &world, &[]).well();
            }
            let to = |day: &str| career(&shell, Some(day))["tenures"][0]["to"]["edtf"].clone();
            let told = days.map(to);
            assert!(
                told[0] == told[2] && told[1] == told[3] && told[0] != told[1],
                "{} {order:?}: {told:?}",
                format.name
            );
            let log = shell.ask(&["log"]);
            let ids = log["events"].as_array().unwrap().iter().map(|event| event["id"].to_string());
            let ids: BTreeSet<String> = ids.collect();
            assert_eq!(*first.get_or_insert(ids.clone()), ids, "{} {order:?}", format.name);
        }
    });
}

#[test]
fn a_post_without_an_end_is_seen_on_the_day_of_the_version() {
    each(&[], |format, shell| {
        if !format.has(Rule::Ends) && format.name != "roster" {
            return;
        }
        for day in ["2020-06-01", "2021-06-01"] {
            let world = World { day, ..WORLD };
            format.ingest(shell, "", &world, &[]).well();
            assert_eq!(post(shell)["attested"], day, "{}", format.name);
        }
    });
    each(&[Rule::Seen], |format, _| {
        // What tells its own time is a version by itself, whether it changes anything or not.
        let changed = if format.takes_any_order() { "2021-06-01" } else { "2020-06-01" };
        for (seen, expect) in [("never", "2015-01-01"), ("change", changed)] {
            let shell = Shell::new();
            for day in ["2020-06-01", "2021-06-01"] {
                let world = World { day, ..WORLD };
                format.ingest(&shell, &format!("seen = \"{seen}\""), &world, &[]).well();
            }
            assert_eq!(post(&shell)["attested"], expect, "{} {seen}", format.name);
        }
    });
}

#[test]
fn a_death_is_told_and_nothing_is_seen_after_it() {
    each(&[Rule::Deaths], |format, shell| {
        let world = World { day: "2020-06-01", died: "2019-03-04", ..WORLD };
        format.ingest(shell, "", &world, &[]).well();
        let career = career(shell, None);
        assert_eq!(career["died"]["edtf"], "2019-03-04", "{}", format.name);
        assert_eq!(career["conflicts"], json!([]), "{}", format.name);
        if format.has(Rule::Starts) {
            assert_eq!(career["tenures"][0]["to"]["edtf"], "2019-03-04", "{}", format.name);
        }
    });
}

#[test]
fn the_dead_and_what_is_no_more_hold_no_post_without_dates() {
    each(&[Rule::Deaths, Rule::Undated], |format, shell| {
        let world = World { day: "2018-06-01", start: "", ..WORLD };
        format.ingest(shell, "undated = \"seen\"", &world, &[]).well();
        let world = World { day: "2020-06-01", died: "2019-03-04", ..world };
        for expect in [false, true] {
            let run = format.ingest(shell, "undated = \"seen\"", &world, &[]).well();
            assert_eq!(appended(&run) == "appended 0", expect, "{}: {run:?}", format.name);
        }
        let career = career(shell, None);
        assert_eq!(career["conflicts"], json!([]), "{}", format.name);
        let tenure = &career["tenures"][0];
        assert_eq!(tenure["to"]["latest"], "2019-03-04", "{}: {tenure}", format.name);
        assert_eq!(tenure["attested"], "2018-06-01", "{}: {tenure}", format.name);
        assert_eq!(who(shell, format, "2020-06-01", EVER), Vec::<String>::new(), "{}", format.name);
        // Without an earlier version there is no day on which it was seen.
        for undated in ["seen", "unknown"] {
            let shell = Shell::new();
            format.ingest(&shell, &format!("undated = \"{undated}\""), &world, &[]).well();
            assert_eq!(who(&shell, format, "2020-06-01", EVER), Vec::<String>::new(), "{} {undated}", format.name);
            let tenure = post(&shell);
            assert_eq!(tenure["to"]["latest"], "2019-03-04", "{} {undated}: {tenure}", format.name);
        }
    });
}

#[test]
fn a_death_in_a_month_or_year_that_goes_on_had_come_by_the_version_that_tells_of_it() {
    each(&[Rule::Deaths], |format, _| {
        let starts: &[&str] = if format.has(Rule::Undated) { &["2015-01-01", "2020", ""] } else { &["2015-01-01"] };
        let both = |died: &'static str| starts.iter().map(move |start| (died, *start));
        let variants: Vec<_> = ["2020", "2020-06"].into_iter().flat_map(both).collect();
        for (died, start) in some_of(&variants, format) {
            let shell = Shell::new();
            let alive = World { day: "2020-05-01", start, ..WORLD };
            format.ingest(&shell, "", &alive, &[]).well();
            for day in ["2020-06-03", "2020-06-20"] {
                format.ingest(&shell, "", &World { day, died, ..alive }, &[]).well();
                let career = career(&shell, None);
                let told = format!("{} {died} {start:?} {day}: {career}", format.name);
                assert_eq!(career["died"]["latest"], "2020-06-03", "{told}");
                assert_eq!(career["conflicts"], json!([]), "{told}");
                let terms = Terms { at: "2020-06-03".to_owned(), ..Terms::default() };
                let members = answered(&shell, Ask::who(format.office), terms).to_string();
                assert!(!members.contains("Ann Lee"), "{told}: {members}");
            }
        }
    });
}

#[test]
fn a_post_that_is_gone_before_it_began_is_withdrawn() {
    each(&[Rule::Gone, Rule::Starts], |format, shell| {
        // Its closed record tells the start once more; a test of its own shows the rule.
        if format.name == "bods" {
            return;
        }
        let [both, bo] = [("2020-01-01", true), ("2020-02-01", false)].map(|(day, ann)| World {
            day,
            ann,
            start: "2030-01-01",
            ..WORLD
        });
        shell.write("map.toml", format.map_of_endings());
        let ingest = |world: &World| {
            let version = ["--version", world.day];
            let flags = if format.dated == Dated::ByFile { &version[..] } else { &[] };
            format.ingest_file(shell, &format.file(), world, flags).well()
        };
        ingest(&both);
        assert_eq!(post(shell)["from"]["edtf"], "2030-01-01", "{}", format.name);
        ingest(&bo);
        assert_eq!(career(shell, None)["tenures"], json!([]), "{}", format.name);
        assert_eq!(appended(&ingest(&bo)), "appended 0", "{}", format.name);
    });
}

#[test]
fn a_post_held_to_the_day_of_the_death_ends_with_it() {
    each(&[Rule::Deaths, Rule::Ends], |format, shell| {
        // The last day of the post, as most sources give it.
        let world = World { died: "2019-03-04", end: "2019-03-04", ..WORLD };
        format.ingest(shell, "", &world, &[]).well();
        let career = career(shell, None);
        assert_eq!(career["tenures"][0]["to"]["edtf"], "2019-03-04", "{}", format.name);
        assert_eq!(career["conflicts"], json!([]), "{}", format.name);
    });
}

#[test]
fn words_for_open_are_no_ends() {
    each(&[Rule::Ends], |format, _| {
        // A time of Wikibase holds no words.
        let has_words = format.has(Rule::Words);
        let days = ["9999-12-31", "4712-12-31", "2999-12-31"];
        let words = days.into_iter().chain(["present", "Future", "to date"].into_iter().filter(|_| has_words));
        for word in some_of(&words.collect::<Vec<_>>(), format) {
            let shell = Shell::new();
            let world = World { end: word, ..WORLD };
            let run = format.ingest(&shell, "", &world, &[]);
            assert_eq!(run.exit, Some(0), "{} {word}: {run:?}", format.name);
            assert_eq!(post(&shell)["to"], Value::Null, "{} {word}", format.name);
        }
        if has_words {
            let shell = Shell::new();
            let world = World { end: "heute", ..WORLD };
            format.ingest(&shell, "open = [\"heute\"]", &world, &[]).well();
            assert_eq!(post(&shell)["to"], Value::Null, "{}", format.name);
            // A map that lists its words has no others.
            let run = format.ingest(&Shell::new(), "open = []", &World { end: "present", ..WORLD }, &[]);
            assert_eq!(run.exit, Some(8), "{}", format.name);
        }
    });
}

#[test]
fn an_end_means_what_the_map_says() {
    each(&[Rule::Ends], |format, _| {
        for (end, expect) in
            [("inclusive", "2020-01-01"), ("exclusive", "2019-12-31"), ("either", "[2019-12-31..2020-01-01]")]
        {
            let shell = Shell::new();
            let world = World { end: "2019-12-31", ..WORLD };
            format.ingest(&shell, &format!("end = \"{end}\""), &world, &[]).well();
            assert_eq!(post(&shell)["to"]["edtf"], expect, "{} {end}", format.name);
        }
    });
}

#[test]
fn an_end_before_its_start_is_rejected_also_by_one_day() {
    each(&[Rule::Starts, Rule::Ends], |format, shell| {
        let run = format.ingest(shell, "", &World { end: "2014-12-31", ..WORLD }, &[]);
        assert_eq!(run.exit, Some(8), "{}: {run:?}", format.name);
        let told = rejects(shell);
        assert!(told[0]["reason"].as_str().unwrap().contains("before it began"), "{}: {told:?}", format.name);
        assert!(told[0]["column"].is_string(), "{}: {told:?}", format.name);
    });
}

#[test]
fn a_key_that_is_used_twice_is_rejected_and_counted() {
    each(&[Rule::Keys], |format, shell| {
        let run = format.ingest(shell, "", &World { twice: true, ..WORLD }, &["--format", "json"]);
        assert_eq!(run.exit, Some(8), "{}: {run:?}", format.name);
        let sum: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!((&sum["reused_keys"], &sum["rejected"]), (&json!(1), &json!(1)), "{}: {sum}", format.name);
        assert_eq!(
            who(shell, format, "2015-06-01", EVER).len(),
            usize::from(format.has(Rule::Starts)),
            "{}",
            format.name
        );
        assert_eq!(who(shell, format, "2020-01-01", EVER), format.shows(&WORLD), "{}", format.name);
    });
}

#[test]
fn records_are_accounted_for() {
    each(&[], |format, shell| {
        let world = World { day: "2020-06-01", ..WORLD };
        let run = format.ingest(shell, "", &world, &["--format", "json", "--explain"]).well();
        let sum: Value = serde_json::from_str(&run.out).unwrap();
        assert!(sum["records"].as_u64().unwrap() >= 1, "{}: {sum}", format.name);
        assert_eq!(sum["statements"], sum["appended"], "{}: {sum}", format.name);
        assert!(run.err.contains("records were read"), "{}: {}", format.name, run.err);
    });
}

#[test]
fn what_a_map_names_must_be_there() {
    each(&[], |format, shell| {
        let map = format.map_with("");
        let Some(title) = map.lines().find(|line| line.starts_with("title = ")) else { return };
        let path = if format.from == "records" { "@.rank" } else { "rank" };
        shell.write("map.toml", map.replacen(title, &format!("title = \"{path}\""), 1));
        let version = ["--version", "2020-01-01"];
        let flags = if format.dated == Dated::ByFile { &version[..] } else { &[] };
        let run = format.ingest_file(shell, &format.file(), &WORLD, flags);
        assert_eq!(run.exit, Some(1), "{}: {run:?}", format.name);
        assert!(run.err.contains("rank"), "{}: {}", format.name, run.err);
        assert_eq!(shell.state().0, 0, "{}", format.name);
    });
}

#[test]
fn the_wrong_format_is_named() {
    let named = |format: &Format| match format.name {
        "csv" | "sec-insider-tables" => "a table: --from csv --map",
        "popolo" => "Popolo: --from popolo",
        "ftm" => "FollowTheMoney: --from ftm",
        "wikidata" => "Wikidata",
        "bods" => "statements of BODS: --from bods",
        _ => "a tree of XML, TOML, YAML or JSON: --from records --map",
    };
    for format in &FORMATS {
        let text = (format.write)(&WORLD);
        for other in FORMATS.iter().filter(|other| other.map != other.name && other.from != format.from) {
            let shell = Shell::new();
            if matches!((format.name, other.from), ("roster", "records") | (_, "roster"))
                && named(format).contains("tree")
            {
                // A tree is a tree: its map does not fit, and says which path finds nothing.
                continue;
            }
            shell.write("map.toml", other.map_with(""));
            shell.write("people.csv", "id,name\n");
            shell.write("t.csv", &text);
            let mut words = vec!["ingest", "--from", other.name, "--map", "map.toml", "t.csv"];
            if other.name == "csv" {
                words.push("people.csv");
            } else if other.name == "roster" {
                words.extend(["--version", "2020-01-01"]);
            }
            let run = shell.run(&words);
            assert!(matches!(run.exit, Some(1 | 8)), "{} as {}: {run:?}", format.name, other.name);
            assert!(run.err.contains(named(format)), "{} as {}: {}", format.name, other.name, run.err);
        }
        let shell = Shell::new();
        shell.write("t", &text);
        let run = shell.run(&["ingest", "t"]);
        // An object of another form is told by what it lacks as an event.
        let is_object = text.starts_with('{') && named(format).contains("tree");
        assert!(is_object || run.err.contains(named(format)), "{} as events: {}", format.name, run.err);
    }
}

#[test]
fn a_row_without_dates_says_what_the_map_says() {
    each(&[Rule::Undated], |format, _| {
        for (word, exit, expect) in [("seen", 0, "2020-06-01"), ("unknown", 0, "-"), ("reject", 8, "-")] {
            let shell = Shell::new();
            let world = World { day: "2020-06-01", start: "", bo: false, ..WORLD };
            let run = format.ingest(&shell, &format!("undated = \"{word}\""), &world, &[]);
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
fn a_key_without_effect_is_refused() {
    each(&[], |format, shell| {
        if format.map == format.name {
            return;
        }
        for (key, rule) in [
            ("end = \"either\"", Rule::Ends),
            ("open = []", Rule::Ends),
            ("undated = \"seen\"", Rule::Undated),
            ("seen = \"never\"", Rule::Seen),
        ] {
            let run = format.ingest(shell, key, &World { day: "2020-01-01", ..WORLD }, &[]);
            let is_refused = run.exit == Some(1) && run.err.contains("has no effect in this format");
            assert_eq!(is_refused, !format.has(rule), "{} {key}: {run:?}", format.name);
        }
    });
}

#[test]
fn an_object_that_has_a_key_twice_is_rejected() {
    each(&[], |format, shell| {
        let text = (format.write)(&World { day: "2020-01-01", ..WORLD });
        if !text.starts_with(['{', '[']) {
            return;
        }
        // Beside the first name that is a field, or a list of names, another field stands twice.
        let name = ["[\"Ann Lee\"]", "\"Ann Lee\""].into_iter().find(|name| text.contains(*name)).unwrap();
        shell.write("map.toml", format.map_with(""));
        shell.write("t.json", text.replacen(name, &format!("{name},\"xx\":1,\"xx\":2"), 1));
        let run = shell.run(&["ingest", "--from", format.from, "--map", "map.toml", "t.json"]);
        assert_eq!(run.exit, Some(8), "{}: {run:?}", format.name);
        assert!(run.err.contains("an object has the key `xx` twice"), "{}: {run:?}", format.name);
    });
}

#[test]
fn a_map_is_proposed_for_what_every_format_writes() {
    each(&[], |format, shell| {
        let day = "2020-01-01";
        let files = format.write_files(shell, &format!("{day}_{}", format.file()), &World { day, ..WORLD });
        let table = format!("{}/REPORTINGOWNER.tsv", files[0]);
        let file = if format.name == "sec-insider-tables" { table } else { files[0].clone() };
        let run = shell.run(&["map", "propose", &file]);
        let map = run.out;
        if format.map == format.name {
            let named = format!("--map {} comes with the program", format.name);
            assert!(map.contains(&named) || run.err.contains(&named), "{}: {map}{}", format.name, run.err);
        }
        // Where names stand under words that no proposal knows, the map that comes with the program is told.
        if format.map == format.name && (map.is_empty() || map.contains("TODO: the column of names")) {
            return;
        }
        let from = if map.contains("--from roster") { "roster" } else { format.from };
        shell.write("map.toml", filled(&map));
        let run = shell.run(&["ingest", "--from", from, "--map", "map.toml", &file]);
        assert_eq!(run.exit, Some(0), "{}: {run:?}\n{map}", format.name);
        assert!(shell.state().0 > 0, "{}: {run:?}\n{map}", format.name);
        if format.map == format.name {
            return;
        }
        // Without a map, a format that needs one prints the least.
        let run = shell.run(&["ingest", "--from", format.from, &file]);
        let needs = matches!(format.name, "csv" | "records" | "roster" | "popolo");
        assert_eq!(run.err.contains("tenure map propose"), needs, "{}: {run:?}", format.name);
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
    ] {
        let shell = Shell::new();
        shell.write(name, text);
        let map = shell.run(&["map", "propose", name]).well().out;
        assert!(map.contains(told), "{map}");
        shell.write("map.toml", filled(&map));
        let run = shell.run(&["ingest", "--from", format, "--map", "map.toml", name]);
        assert_eq!(run.exit, Some(0), "{name}: {run:?}\n{map}");
        assert!(shell.ask(&["find", "Ann Lee"])["matches"].as_array().unwrap().len() == 1, "{name}\n{map}");
    }
    let shell = Shell::new();
    shell.write("t.csv", "id,Name\n");
    let run = shell.run(&["ingest", "--from", "csv", "t.csv"]);
    assert!(run.err.contains("tenure map propose") && run.err.contains("[stints]"), "{}", run.err);
}
