//! What versions of a source come to that follow, correct and overtake each other: `docs/adapters.md`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::{Run, Shell};

/// A map of the table `t.csv`, with keys of its own for the section of revisions.
fn table(revisions: &str) -> String {
    format!(
        "company = 'Co'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[revisions]\nfiles = '{{date}}_t.csv'\n{revisions}\n\
         [files.t]\npath = 't.csv'\n[stints]\nfile = 't'\nkey = 'k'\nperson = 'n'\nfrom = 'f?'\nto = 't?'\n"
    )
}

/// A map of trees.
fn tree(revisions: &str, each: &str) -> String {
    format!(
        "company = 'Co'\n[source]\npublisher = 'P'\n[revisions]\n{revisions}\n[files.t]\npath = '*.json'\n\
         each = '{each}'\n[[stints]]\nfile = 't'\nkey = '@.k'\nperson = '@.n'\n"
    )
}

/// Ingests files by the map that was written.
#[track_caller]
fn ingest(shell: &Shell, from: &str, words: &[&str]) -> Run {
    let flags = ["ingest", "--from", from, "--map", "map.toml", "--rejects", "rejects", "--format", "json"];
    shell.run(&[&flags[..], words].concat())
}

/// Ingests one file as the version of a day.
#[track_caller]
fn version(shell: &Shell, from: &str, day: &str, text: &str) -> Value {
    let file = if from == "csv" { "t.csv" } else { "t.json" };
    shell.write(file, text);
    let words = if day.is_empty() { vec![file] } else { vec!["--version", day, file] };
    let run = ingest(shell, from, &words);
    assert!(matches!(run.exit, Some(0 | 8)), "{run:?}");
    serde_json::from_str(&run.out).unwrap()
}

/// The posts of a person: start, end, and the day seen last.
fn posts(shell: &Shell, person: &str) -> Vec<String> {
    let run = shell.run(&["career", person, "--format", "json"]);
    if run.exit != Some(0) {
        return Vec::new();
    }
    let date = |date: &Value| date["edtf"].as_str().unwrap_or("-").to_owned();
    let shown =
        |t: &Value| format!("{} {} {}", date(&t["from"]), date(&t["to"]), t["attested"].as_str().unwrap_or("-"));
    run.json()["tenures"].as_array().unwrap().iter().map(shown).collect()
}

fn reasons(shell: &Shell) -> Vec<String> {
    let reason = |line: &str| serde_json::from_str::<Value>(line).unwrap()["reason"].as_str().unwrap().to_owned();
    shell.read("rejects").lines().map(reason).collect()
}

#[test]
fn the_same_day_read_again_is_corrected_in_every_format() {
    // Which of two events of one key counts that are of one time must not hang on their ids.
    for key in ["a", "b", "c", "d"] {
        let rows = |bo: bool| if bo { format!("k,n\n1,Ann\n{key},Bo\n") } else { "k,n\n1,Ann\n3,Cy\n".to_owned() };
        let list = |bo: bool| {
            let last = if bo { json!({"k": key, "n": "Bo"}) } else { json!({"k": "3", "n": "Cy"}) };
            json!({"p": [{"k": "1", "n": "Ann"}, last]}).to_string()
        };
        for (from, map, texts) in
            [("csv", table(""), [true, false].map(rows)), ("records", tree("", "$.p[*]"), [true, false].map(list))]
        {
            let shell = Shell::new();
            shell.write("map.toml", map);
            version(&shell, from, "2024-02-01", &texts[0]);
            let sum = version(&shell, from, "2024-02-01", &texts[1]);
            assert_eq!((&sum["gone"], &sum["appended"]), (&json!(1), &json!(2)), "{from} {key}");
            assert_eq!(version(&shell, from, "2024-02-01", &texts[1])["appended"], 0, "{from} {key}");
            assert_eq!((posts(&shell, "Bo").len(), posts(&shell, "Cy").len()), (0, 1), "{from} {key}");
            // And back again.
            version(&shell, from, "2024-02-01", &texts[0]);
            assert_eq!((posts(&shell, "Bo").len(), posts(&shell, "Cy").len()), (1, 0), "{from} {key}");
            assert_eq!(shell.ask(&["conflicts"])["conflicts"], json!([]), "{from} {key}");
        }
        let stream = Shell::new();
        stream.write(
            "map.toml",
            "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\neach = '$'\n\
             [[stints]]\nfile = 't'\nkey = '$.k'\nperson = '$.n?'\nreported_at = '$.at'\n\
             when = { path = '$.gone?', words = { 'y' = '' }, otherwise = 'y' }\n\
             [[stints]]\nfile = 't'\nkey = '$.k'\nperson = '$.n?'\nreported_at = '$.at'\n\
             when = '$.gone?'\nwithdrawn = { text = 'true' }\n",
        );
        let at = "2024-02-01T08:00:00Z";
        let lines = [json!({"k": key, "n": "Bo", "at": at}), json!({"k": key, "gone": "y", "at": at})];
        version(&stream, "records", "", &lines.map(|line| line.to_string()).join("\n"));
        assert_eq!(posts(&stream, "Bo").len(), 0, "{key}");
    }
}

#[test]
fn what_is_gone_ended_between_the_versions_that_the_source_gave() {
    let shell = Shell::new();
    shell.write("map.toml", table("gone = 'ended'"));
    // A reading without a date, of an earlier day.
    let said = |key: &str, name: &str| {
        json!({"type": "HeldPost", "person": name, "company": "Co", "reported_at": "2020-01-01",
            "source": {"publisher": "P", "key": key, "title": "t.csv"}})
    };
    shell.write("events", [said("1", "Ann"), said("2", "Bo")].map(|event| event.to_string()).join("\n"));
    shell.run(&["ingest", "events"]).well();
    let sum = version(&shell, "csv", "", "k,n\n1,Ann\n");
    assert_eq!((&sum["gone"], &sum["appended"]), (&json!(1), &json!(1)));
    assert_eq!(sum["seen_today"], 0, "what adds nothing is not seen: {sum}");
    let bo = &posts(&shell, "Bo")[0];
    assert!(bo.starts_with("[..2020-01-01] [2020-01-02..2") && !bo.contains("..]"), "{bo}");
    assert_eq!(version(&shell, "csv", "", "k,n\n1,Ann\n")["appended"], 0);
    assert_eq!(version(&shell, "csv", "", "k,n\n1,Ann\n3,Cy\n")["seen_today"], 1);
    // Who is not in the corrected reading of a day had gone before that day, or was never there.
    let shell = Shell::new();
    shell.write("map.toml", table("gone = 'ended'"));
    version(&shell, "csv", "2024-01-01", "k,n\n1,Ann\n2,Bo\n");
    version(&shell, "csv", "2024-02-01", "k,n\n1,Ann\n2,Bo\n3,Cy\n");
    for appended in [2, 0] {
        assert_eq!(version(&shell, "csv", "2024-02-01", "k,n\n1,Ann\n")["appended"], appended);
        assert_eq!(posts(&shell, "Bo"), ["[..2024-01-01] [2024-01-02..2024-02-01] 2024-01-01"]);
        assert_eq!(posts(&shell, "Cy").len(), 0);
    }
}

#[test]
fn versions_together_give_the_ledger_of_one_by_one() {
    let lists = "company = 'Co'\n[source]\npublisher = 'P'\n[revisions]\nfiles = '{date}_*.json'\ngone = 'ended'\n[files.t]\n\
        each = '$.p[*]'\n[[stints]]\nfile = 't'\nkey = '@.k'\nperson = '@.n'\nfrom = '@.f?'\nlist = '$.list'\nwhole = { text = 'true' }\n";
    let list = |name: &str, keys: &[&str]| {
        let rows: Vec<Value> = keys.iter().map(|key| json!({"k": key, "n": format!("N{key}"), "f": "2020"})).collect();
        json!({"list": name, "p": rows}).to_string()
    };
    let row = |from: &str| [format!("k,n,f\n1,Ann,2020\n2,Bo,{from}\n"), "k,n,f\n1,Ann,2020\n".to_owned()];
    let days = ["2024-01-01", "2024-02-01", "2024-03-01"];
    let tables = |from: &str| {
        let [both, one] = row(from);
        days.iter().zip([both.clone(), both, one]).map(|(day, text)| (format!("{day}_t.csv"), text)).collect::<Vec<_>>()
    };
    let never = format!("seen = 'never'\n{}", table("gone = 'ended'"));
    let absent = [("2024-01-01_a.json", list("a", &["1", "2"])), ("2024-02-01_b.json", list("b", &["3"]))];
    let absent = absent.into_iter().chain([("2024-03-01_a.json", list("a", &["1"]))]);
    for (from, map, files, bo) in [
        ("csv", never.clone(), tables("2020"), "[2024-01-02..2024-03-01]"),
        ("csv", never, tables("2024-01-15"), "[2024-01-16..2024-03-01]"),
        ("csv", table("gone = 'ended'"), tables("2024-02-15"), "[2024-02-16..2024-03-01]"),
        (
            "records",
            format!("seen = 'never'\n{lists}"),
            absent.map(|(name, text)| (name.to_owned(), text)).collect(),
            "[2024-01-02..2024-03-01]",
        ),
    ] {
        let (together, apart) = (Shell::new(), Shell::new());
        for shell in [&together, &apart] {
            shell.write("map.toml", &map);
            for (name, text) in &files {
                shell.write(name, text);
            }
        }
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(ingest(&together, from, &names).exit, Some(0));
        for name in names {
            assert_eq!(ingest(&apart, from, &[name]).exit, Some(0));
        }
        assert_eq!(together.state(), apart.state(), "{map}");
        let who = if from == "csv" { "Bo" } else { "N2" };
        assert_eq!(posts(&together, who)[0].split(' ').nth(1), Some(bo), "{map}");
    }
}

#[test]
fn those_who_left_before_are_not_missed_again() {
    let rows = |keys: std::ops::Range<u32>| {
        ["k,n".to_owned()].into_iter().chain(keys.map(|key| format!("{key},N{key}"))).collect::<Vec<_>>().join("\n")
    };
    let (together, apart) = (Shell::new(), Shell::new());
    let name = |month: u32| format!("20{}-{:02}-01_t.csv", 20 + month / 12, 1 + month % 12);
    // Three of twenty leave every month: of all who were ever listed, most are gone in the end.
    let names: Vec<String> = (0..20).map(name).collect();
    for shell in [&together, &apart] {
        shell.write("map.toml", table("gone = \"ended\"\n"));
        for (month, name) in (0..).zip(&names) {
            shell.write(name, rows(3 * month..3 * month + 20));
        }
        shell.write(&name(20), rows(60..67));
    }
    ingest(&together, "csv", &names.iter().map(String::as_str).collect::<Vec<_>>()).well();
    for name in &names {
        ingest(&apart, "csv", &[name]).well();
    }
    assert_eq!(together.state(), apart.state());
    assert_eq!(posts(&together, "N56"), ["[..2021-02-01] [2021-07-02..2021-08-01] 2021-07-01"]);
    let run = ingest(&together, "csv", &[&name(20)]);
    assert_eq!(run.exit, Some(1));
    assert!(run.err.contains("of 20 rows that the ledger has, 13 are not there"), "{run:?}");
}

#[test]
fn a_version_that_was_cut_off_keeps_no_later_one_out() {
    let rows = |keys: std::ops::Range<u32>| {
        ["k,n".to_owned()].into_iter().chain(keys.map(|key| format!("{key},N{key}"))).collect::<Vec<_>>().join("\n")
    };
    let (together, apart) = (Shell::new(), Shell::new());
    let files = [("2024-01-01_t.csv", 0..30), ("2024-02-01_t.csv", 0..3), ("2024-03-01_t.csv", 1..31)];
    for shell in [&together, &apart] {
        shell.write("map.toml", table(""));
        for (name, keys) in &files {
            shell.write(name, rows(keys.clone()));
        }
    }
    let run = ingest(&together, "csv", &files.each_ref().map(|(name, _)| *name));
    assert_eq!(run.exit, Some(1));
    assert!(run.err.contains("2024-02-01_t.csv") && run.err.contains("may_shrink"), "{run:?}");
    let exits = files.each_ref().map(|(name, _)| ingest(&apart, "csv", &[name]).exit);
    assert_eq!(exits, [Some(0), Some(1), Some(0)]);
    assert_eq!(together.state(), apart.state());
    assert_eq!((posts(&together, "N0").len(), posts(&together, "N30").len()), (0, 1));
}

#[test]
fn what_a_record_says_no_more_is_withdrawn_and_what_stays_is_counted() {
    let map = "company = 'Co'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[revisions]\ngone = 'ended'\n[files.p]\npath = 'p.json'\n\
        each = '$.people[*]'\n[files.u]\npath = 'p.json'\neach = '$.units[*]?'\n[files.t]\npath = 'p.json'\neach = '$.posts[*]'\n\
        [people]\nfile = 'p'\nid = '@.id'\nname = '@.id'\ndied = '@.died?'\n\
        [units]\nfile = 'u'\nid = '@.id'\nname = '@.id'\nto = '@.closed?'\n\
        [[stints]]\nfile = 't'\nkey = '@.k'\nmakes = 'HeldPost'\nwhen = '@.k'\nperson = { id = '@.n' }\nunit = { id = '@.u' }\nfrom = '@.f'\nto = '@.t?'\n\
        [[stints]]\nfile = 't'\nkey = { text = 'j{@.k}' }\nmakes = 'JoinedCompany'\nperson = { id = '@.n' }\neffective = '@.joined?'\nwhen = '@.joined?'\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    let post = |key: &str, name: &str| json!({"k": key, "n": name, "u": "u", "f": "2019", "t": "", "joined": ""});
    let ingest_day = |day: &str, died: Value, closed: Value, posts: Vec<Value>| -> Value {
        let document =
            json!({"people": [{"id": "ann", "died": died}], "units": [{"id": "u", "closed": closed}], "posts": posts});
        shell.write("p.json", document.to_string());
        let run = ingest(&shell, "records", &["--version", day, "p.json"]);
        assert_eq!(run.exit, Some(0), "{run:?}");
        serde_json::from_str(&run.out).unwrap()
    };
    let (mut closed, mut joined) = (post("2", "bo"), post("3", "cy"));
    closed["t"] = "2021".into();
    joined["joined"] = "2019".into();
    let all = vec![post("1", "ann"), closed, joined];
    ingest_day("2024-01-01", "2023-05-06".into(), "2023-06-07".into(), all);
    let sum = ingest_day("2024-02-01", Value::Null, Value::Null, vec![post("1", "ann")]);
    // Taken back: the death and the dissolution. Ended: nothing but the open post of Cy. Left: the closed one, and the joining.
    assert_eq!((&sum["gone"], &sum["missing"]), (&json!(3), &json!(2)), "{sum}");
    let career = shell.ask(&["career", "ann"]);
    assert_eq!((&career["died"], &career["conflicts"]), (&Value::Null, &json!([])), "{career}");
    assert_eq!(posts(&shell, "ann"), ["2019 - 2024-02-01"]);
    let sum = ingest_day("2024-03-01", Value::Null, Value::Null, vec![post("1", "ann")]);
    assert_eq!((&sum["gone"], &sum["missing"]), (&json!(0), &json!(2)), "what has ended is not told again: {sum}");
}

#[test]
fn rows_that_tell_their_own_time_say_the_same_in_any_order() {
    let map = "company = 'Co'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[files.t]\neach = '$'\n[[stints]]\nfile = 't'\nkey = '$.k'\n\
        person = '$.n'\ntitle = '$.r?'\nto = '$.t?'\nreported_at = '$.at'\n";
    let row = |at: &str, to: &str| json!({"k": "1", "n": "Ann", "r": "Chair", "at": at, "t": to}).to_string();
    let rows = [
        row("2024-01-05", ""),
        row("2024-02-05", ""),
        row("2024-03-05", "2024-02-20"),
        row("2024-04-05", ""),
        row("2024-05-05", "2024-05-01"),
    ];
    let known = ["2024-01-31", "2024-02-28", "2024-03-31", "2024-04-30", "2024-05-31"];
    let told = |shell: &Shell| {
        known.map(|day| {
            let tenure = shell.ask(&["career", "Ann", "--known", day])["tenures"][0].clone();
            json!([tenure["from"]["edtf"], tenure["to"]["edtf"], tenure["attested"]])
        })
    };
    let mut first = None;
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [3, 0, 4, 1, 2], [1, 3, 0, 2, 4]] {
        let (together, apart) = (Shell::new(), Shell::new());
        for shell in [&together, &apart] {
            shell.write("map.toml", map);
        }
        let text = order.map(|at| rows[at].clone()).join("\n");
        version(&together, "records", "", &text);
        for at in order {
            version(&apart, "records", "", &rows[at]);
        }
        for shell in [&together, &apart] {
            assert_eq!(version(shell, "records", "", &text)["appended"], 0, "{order:?}");
            let told = told(shell);
            assert_eq!(*first.get_or_insert(told.clone()), told, "{order:?}");
        }
    }
    let first = first.unwrap();
    assert_eq!(first[3], json!(["[..2024-01-05]", null, "2024-04-05"]));
    assert_eq!(first[4], json!(["[..2024-01-05]", "2024-05-01", "2024-04-05"]));
}

#[test]
fn what_comes_late_parts_a_row_without_dates_from_when_it_was_seen_before() {
    let map = "company = 'Co'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[files.t]\n[stints]\nfile = 't'\nkey = 'k'\n\
               person = 'n'\nunit = 'u'\nto = 't'\nreported_at = 'at'\n";
    let days = ["2024-03-01", "2024-03-09", "2024-03-12", "2024-03-18"];
    let questions: Vec<String> = (1..=20)
        .flat_map(|day| [day, 20].map(|known| (day, known)))
        .map(|(day, known)| {
            json!({"verb": "who", "unit": "Co", "at": format!("2024-03-{day:02}"), "known": format!("2024-03-{known:02}")}).to_string()
        })
        .collect();
    // A letter is a unit; a small one has an end, too, of which no more is told than the year.
    for word in ["ABA", "AAB", "ABB", "ABCA", "ABa"] {
        let rows: Vec<String> = word
            .chars()
            .zip(days)
            .map(|(unit, at)| {
                let to = if unit.is_lowercase() { "2024" } else { "" };
                format!("k,n,u,t,at\n1,Ann,{},{to},{at}\n", unit.to_uppercase())
            })
            .collect();
        let mut first = None;
        for order in orders(rows.len()) {
            let shell = Shell::new();
            shell.write("map.toml", map);
            for place in &order {
                version(&shell, "csv", "", &rows[*place]);
            }
            let told = |shell: &Shell| shell.fed(&["batch"], questions.join("\n").as_bytes()).well().out;
            let answers: Vec<Value> = told(&shell)
                .lines()
                .map(|line| {
                    let members = serde_json::from_str::<Value>(line).unwrap()["answer"]["members"].take();
                    let said =
                        |of: &Value| json!([of["unit"]["name"], of["from"]["edtf"], of["to"]["edtf"], of["certainty"]]);
                    members.as_array().unwrap().iter().map(said).collect()
                })
                .collect();
            assert_eq!(answers.len(), questions.len());
            let first = first.get_or_insert_with(|| answers.clone());
            assert_eq!(*first, answers, "{word} {order:?}");
            // Read again, in order, they add nothing.
            for row in &rows {
                assert_eq!(version(&shell, "csv", "", row)["appended"], 0, "{word} {order:?}");
            }
        }
    }
}

#[test]
fn what_was_seen_before_is_not_said_of_a_post_that_was_over_by_an_earlier_word() {
    let map = "company = 'Co'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[files.t]\n[stints]\nfile = 't'\nkey = 'k'\nperson = 'n'\n\
               to = { column = 't', otherwise = { text = '{s}/{version}', match = '^(?:gone/(.+)|.*)$', bound = 'latest' } }\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    for (day, row) in
        [("2024-03-02", "1,Ann,,"), ("2024-03-09", "1,Ann,[..2023-12-31],"), ("2024-03-14", "1,Ann,,gone")]
    {
        let sum = version(&shell, "csv", day, &format!("k,n,t,s\n{row}\n"));
        assert_eq!(sum["rejected"], 0, "{sum}");
    }
    assert_eq!(posts(&shell, "Ann"), ["[..2023] [..2023] -"]);
    // Read again, the last version knows no less than it did.
    assert_eq!(version(&shell, "csv", "2024-03-14", "k,n,t,s\n1,Ann,,gone\n")["appended"], 0);
}

/// All orders of so many.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let put = |order: &Vec<usize>, place: usize| {
        let mut order = order.clone();
        order.insert(place, count - 1);
        order
    };
    orders(count - 1)
        .iter()
        .flat_map(|order| (0..count).rev().map(|place| put(order, place)).collect::<Vec<_>>())
        .collect()
}

#[test]
fn what_a_row_says_of_its_publisher_is_found_again() {
    let map = table("") + "source = { publisher = 'by?' }\n";
    let shell = Shell::new();
    shell.write("map.toml", &map);
    let [first, second] = ["k,n,t,by\n1,Ann,,Q\n2,Bo,2020,Q\n3,Cy,,\n", "k,n,t,by\n1,Anna,,Q\n3,Cy,,\n"];
    version(&shell, "csv", "2024-01-01", first);
    let sum = version(&shell, "csv", "2024-02-01", first);
    assert_eq!((&sum["rejected"], &sum["unchanged"]), (&json!(0), &json!(1)), "{sum}");
    assert_eq!(posts(&shell, "Ann"), ["[..2024-01-01] - 2024-02-01"]);
    let sum = version(&shell, "csv", "2024-03-01", second);
    assert_eq!((&sum["gone"], posts(&shell, "Bo").len(), posts(&shell, "Ann").len()), (&json!(1), 0, 0), "{sum}");
    version(&shell, "csv", "2024-04-01", first);
    assert_eq!((posts(&shell, "Bo").len(), posts(&shell, "Ann").len(), posts(&shell, "Anna").len()), (1, 1, 0));
    // A row that cannot be mapped keeps what its publisher said, and one of an unknown key keeps everything.
    for broken in ["2,Bo,soon,Q\n", "\"2\nx\",Bo,2020,Q\n"] {
        let sum = version(&shell, "csv", "2024-05-01", &format!("k,n,t,by\n1,Ann,,Q\n3,Cy,,\n{broken}"));
        assert_eq!((&sum["rejected"], &sum["gone"], posts(&shell, "Bo").len()), (&json!(1), &json!(0), 1), "{sum}");
    }
}

#[test]
fn a_key_that_no_event_can_have_is_not_known() {
    let map = table("").replace("key = 'k'", "key = { text = '{n}/{r}' }") + "title = 'r'\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    version(&shell, "csv", "2024-01-01", "k,n,r\n1,Ann,Chair\n2,Bo,Vice Chair\n");
    let sum = version(&shell, "csv", "2024-02-01", "k,n,r\n1,Ann,Chair\n2,Bo,\"Vice\nChair\"\n");
    assert_eq!((&sum["rejected"], &sum["gone"], posts(&shell, "Bo").len()), (&json!(1), &json!(0), 1), "{sum}");
}

#[test]
fn trees_of_one_publisher_are_told_apart_by_their_names() {
    let shell = Shell::new();
    shell.write("map.toml", tree("", "$.p[*]").replace("path = '*.json'\n", ""));
    shell.write("a.json", r#"{"p": [{"k": "1", "n": "Ann"}]}"#);
    let run = ingest(&shell, "records", &["a.json"]);
    assert!(run.exit == Some(1) && run.err.contains("`files.t.path` is missing"), "{run:?}");
    for (path, each, text) in [
        ("a.json", "$.p[*]", r#"{"p": [{"k": "1", "n": "Ann"}]}"#),
        ("b.json", "$.board[*]", r#"{"board": [{"k": "2", "n": "Bo"}]}"#),
    ] {
        shell.write("map.toml", tree("", each).replace("*.json", path));
        shell.write(path, text);
        let run = ingest(&shell, "records", &["--version", "2024-01-01", path]);
        assert_eq!(run.json()["gone"], 0, "{run:?}");
    }
    assert_eq!(posts(&shell, "Ann").len(), 1);
    shell.write("c.json", r#"{"people": [{"id": "1", "name": "Ann Lee", "role": "Chair", "start": "2020-01-01"}]}"#);
    let map = shell.run(&["map", "propose", "c.json"]).out;
    assert!(map.contains("# path = \"c.json\"  # needed with [revisions]"), "{map}");
}

#[test]
fn a_list_without_records_is_an_empty_list() {
    for (from, rest) in [("[]", "[]"), ("[ ]\n", r#"[{"k": "2", "n": "Bo"}]"#)] {
        let shell = Shell::new();
        shell.write("map.toml", tree("files = '{date}_*.json'", "$"));
        shell.write("2024-01-01_a.json", r#"[{"k": "1", "n": "Ann"}]"#);
        shell.write("2024-02-01_a.json", from);
        shell.write("2024-02-01_b.json", rest);
        let files = ["2024-01-01_a.json", "2024-02-01_a.json", "2024-02-01_b.json"];
        let run = ingest(&shell, "records", &files);
        assert_eq!((run.exit, run.json()["gone"].as_u64()), (Some(0), Some(1)), "{run:?}");
        assert_eq!(posts(&shell, "Ann").len(), 0);
        // An empty list in one file is none in another one.
        shell.write("2024-03-01_a.json", "[]");
        shell.write("2024-03-01_b.json", "");
        let run = ingest(&shell, "records", &["2024-03-01_a.json", "2024-03-01_b.json"]);
        assert_eq!((run.exit, reasons(&shell).len()), (Some(8), 1), "{run:?}");
    }
}

#[test]
fn an_end_taken_back_and_a_row_that_returns_keep_the_first_day() {
    let first = "k,n,t\n1,Ann,\n2,Bo,\n";
    for (middle, gone) in [
        ("k,n,t\n1,Ann,2024-04-01\n2,Bo,\n", "withdrawn"),
        ("k,n,t\n2,Bo,\n", "withdrawn"),
        ("k,n,t\n2,Bo,\n", "ended"),
    ] {
        let shell = Shell::new();
        shell.write("map.toml", table(&format!("gone = '{gone}'")));
        for (day, text) in [("2024-01-10", first), ("2024-02-10", first), ("2024-04-10", middle), ("2024-05-10", first)]
        {
            version(&shell, "csv", day, text);
        }
        assert_eq!(posts(&shell, "Ann"), ["[..2024-01-10] - 2024-05-10"], "{middle} {gone}");
    }
}

#[test]
fn a_row_twice_is_one_and_what_is_rejected_is_no_statement() {
    let shell = Shell::new();
    shell.write("map.toml", table(""));
    let sum = version(&shell, "csv", "2024-01-01", "k,n,f\n1,Ann,\n1,Ann,\n2,Bo,\n2,Cy,\n");
    let counts = ["records", "statements", "unchanged", "reused_keys", "rejected"].map(|field| sum[field].as_u64());
    assert_eq!(counts, [4, 3, 1, 1, 1].map(Some), "{sum}");
    let plain = Shell::new();
    plain.write("map.toml", table("").replace("[revisions]\nfiles = '{date}_t.csv'\n", ""));
    let sum = version(&plain, "csv", "", &format!("k,n,f\n1,Ann,\n2,{},\n", "x".repeat(501)));
    assert_eq!((&sum["statements"], &sum["rejected"]), (&json!(1), &json!(1)), "{sum}");
}

#[test]
fn a_day_in_the_name_of_a_file_counts_before_that_of_the_run() {
    let shell = Shell::new();
    shell.write("map.toml", table(""));
    shell.write("2024-01-01_t.csv", "k,n\n1,Ann\n");
    let run = ingest(&shell, "csv", &["--version", "2024-06-01", "2024-01-01_t.csv"]);
    assert_eq!(run.json()["dated_by_name"], 1);
    assert_eq!(posts(&shell, "Ann"), ["[..2024-01-01] - 2024-01-01"]);
}

#[test]
fn what_a_row_leads_to_is_as_the_version_before_told_it() {
    let shell = Shell::new();
    let map = table("").replace("files = '{date}_t.csv'", "").replace("from = ", "title = 'post -> p.name'\nfrom = ");
    shell.write("map.toml", map + "[files.p]\npath = 'p.csv'\nid = 'id'\n");
    let read = |day: &str, rows: &str, posts: &str| {
        shell.write("t.csv", format!("k,n,post,f,t\n{rows}"));
        shell.write("p.csv", format!("id,name\n{posts}"));
        let run = ingest(&shell, "csv", &["--version", day, "t.csv", "p.csv"]);
        let sum: Value = serde_json::from_str(&run.out).unwrap();
        (run.exit, sum["appended"].as_u64().unwrap())
    };
    assert_eq!(read("2024-01-01", "1,Ann,p1,2015,\n2,Bo,,2015,\n", "p1,Chief\n"), (Some(0), 2));
    // Ann's post is in no file any more, and she keeps its title; of what Bo's and Cy's are called nothing was told.
    let rows = "1,Ann,p1,2015,2024-01-15\n2,Bo,p2,2015,2024-01-15\n3,Cy,p2,2015,\n";
    for appended in [1, 0] {
        assert_eq!(read("2024-02-01", rows, "p9,Cook\n"), (Some(8), appended));
        let told = reasons(&shell);
        assert!(told.len() == 2 && told.iter().all(|reason| reason.contains("has the id `p2`")), "{told:?}");
    }
    let title = |day: &str| {
        let posts = shell.ask(&["person", "Ann", "--at", day])["positions"].clone();
        posts.as_array().unwrap().iter().map(|post| post["title"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!((title("2024-01-14"), title("2024-06-01")), (vec!["Chief".into()], Vec::new()));
    assert_eq!(posts(&shell, "Bo"), ["2015 - 2024-01-01"], "what is rejected is not gone");
}

#[test]
fn a_file_of_no_day_without_stints_is_no_version() {
    let list = |day: &str| {
        let officer = json!({"name": "LEE, Ann", "officer_role": "director", "appointed_on": "2019-04-01",
            "links": {"self": "/company/9/appointments/A", "officer": {"appointments": "/officers/O/appointments"}}});
        let list = json!({"links": {"self": "/company/9/officers"}, "total_results": 1, "items": [officer]});
        (format!("t.{day}.json"), list.to_string())
    };
    let profile = json!({"company_number": "9", "company_name": "Kelp", "date_of_cessation": "2024-08-15"});
    let shells =
        [&[&["t.2024-03-01.json", "t.2024-09-01.json"][..]][..], &[&["t.2024-03-01.json"], &["t.2024-09-01.json"]]];
    let [together, apart] = shells.map(|runs| {
        let shell = Shell::new();
        for (name, text) in [list("2024-03-01"), list("2024-09-01"), ("p.json".to_owned(), profile.to_string())] {
            shell.write(&name, text);
        }
        for files in runs {
            let words = ["ingest", "--from", "records", "--map", "companies-house", "p.json"];
            shell.run(&[&words[..], files].concat()).well();
        }
        let log = shell.ask(&["log"])["events"].clone();
        let told = |entry: &Value| format!("{} {}", entry["event"]["type"], entry["event"]["reported_at"]);
        log.as_array().unwrap().iter().map(told).collect::<Vec<String>>()
    });
    assert_eq!(together, apart);
    assert!(together.contains(&"\"UnitDissolved\" \"2024-09-01\"".to_owned()), "{together:?}");
}

#[test]
fn rows_without_a_key_are_reported_with_their_version() {
    let map = |top: &str| {
        format!(
            "company = 'Co'\nend = 'inclusive'\n{top}\n[source]\npublisher = 'P'\n[files.t]\n[stints]\nfile = 't'\n\
             person = 'n'\nfrom = 'f'\nto = 't'\n"
        )
    };
    let ended = "n,f,t\nAnn,2019-01-01,2019-05-31\n";
    for (top, day) in [("", "2020-02-02"), ("version = '2020-02-02'", ""), ("reported_at = '2020-02-02'", "")] {
        let shell = Shell::new();
        shell.write("map.toml", map(top));
        version(&shell, "csv", day, "n,f,t\nAnn,2019-01-01,\n");
        assert_eq!(
            shell.ask(&["who", "Co", "--at", "2020-02-02", "--known", "2020-03-01"])["members"][0]["person"]["name"],
            "Ann"
        );
        assert_eq!(version(&shell, "csv", day, "n,f,t\nAnn,2019-01-01,\n")["appended"], 0, "{top}");
        assert_eq!(version(&shell, "csv", "2020-06-01", ended)["appended"], 1, "{top}");
        assert_eq!(version(&shell, "csv", "2020-07-01", ended)["appended"], 0, "{top}");
    }
    let shell = Shell::new();
    shell.write("map.toml", map(""));
    assert_eq!(version(&shell, "csv", "9990-01-01", ended)["appended"], 0);
    assert!(reasons(&shell)[0].contains("after"), "{:?}", reasons(&shell));
}

#[test]
fn what_has_no_key_is_said_again_only_where_it_was_seen_on_another_day() {
    let map = |top: &str, source: &str| {
        format!(
            "company = 'Co'\nend = 'exclusive'\n{top}\n[source]\npublisher = 'P'\n[files.t]\n[[stints]]\nfile = 't'\n\
             person = 'n'\nfrom = 'f'\nto = 't'\n{source}\n[[stints]]\nfile = 't'\nperson = 'n'\n\
             makes = 'JoinedCompany'\neffective = 'f'\n{source}\n"
        )
    };
    let rows = "n,f,t,w\nAnn,2019-01-01,2020-01-01,P\nBo,2019-01-01,,P\n";
    let days = ["2024-01-01", "2024-02-01", "2024-03-01"];
    for (top, source, again) in
        [("", "", 1), ("", "source.publisher = 'w'", 1), ("seen = 'never'", "", 0), ("seen = 'change'", "", 0)]
    {
        let shell = Shell::new();
        shell.write("map.toml", map(top, source));
        let read = |day: &str| version(&shell, "csv", day, rows);
        // An older version is an earlier report; what a reading of no day has is never later.
        let told = [days[1], days[2], days[0], days[0], days[1], ""].map(read);
        let appended = told.each_ref().map(|sum| sum["appended"].as_u64().unwrap());
        assert_eq!(appended, [4, again, 4, 0, 0, again], "{top} {source}: {told:?}");
        assert_eq!((&told[1]["statements"], &told[1]["rejected"]), (&json!(4), &json!(0)), "{told:?}");
        assert_eq!(told[1]["unchanged"], 4 - again, "{told:?}");
        let known = shell.ask(&["career", "Ann", "--known", "2024-01-01"]);
        assert_eq!(known["tenures"][0]["to"]["edtf"], "2020-01-01", "{known}");
    }
    // What another source says, or this one in other words, is evidence of its own.
    let shell = Shell::new();
    shell.write("map.toml", map("", "source.quote = 'w'"));
    let other = rows.replace(",P\n", ",Q\n");
    assert_eq!([rows, &other, rows].map(|rows| version(&shell, "csv", "", rows)["appended"].clone()), [4, 4, 0]);
}

#[test]
fn a_row_that_tells_its_own_time_is_a_version_of_that_day_whatever_the_run_is_of() {
    let shell = Shell::new();
    shell.write(
        "map.toml",
        "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\n[stints]\nfile = 't'\nkey = 'k'\nperson = 'n'\nfrom = 'f'\nreported_at = 'at'\n",
    );
    let text = "k,n,f,at\n1,Ann,2019-01-01,2020-05-05\n3,Cy,2019-01-01,2020-05\n2,Bo,2019-01-01,\n";
    version(&shell, "csv", "2024-01-01", text);
    assert_eq!(posts(&shell, "Ann"), ["2019-01-01 - 2020-05-05"]);
    assert_eq!(posts(&shell, "Bo"), ["2019-01-01 - 2024-01-01"]);
    assert_eq!(posts(&shell, "Cy"), ["2019-01-01 - 2020-05-31"]);
    let known = shell.ask(&["person", "Ann", "--at", "2020-05-05", "--known", "2020-12-31"]);
    assert_eq!(known["positions"][0]["certainty"], "certain", "{known}");
    assert_eq!(version(&shell, "csv", "2024-02-01", &text[..text.len() - "2,Bo,2019-01-01,\n".len()])["appended"], 0);
}

#[test]
fn a_version_of_a_month_shows_what_was_in_force_on_some_day_of_it() {
    let map = |files: &str| table("gone = 'ended'").replace("{date}_t.csv", files);
    let january = "k,n,f,t\n1,Ann,2020-01-01,\n2,Bo,2020-01-01,\n3,Cy,,\n";
    let february = "k,n,f,t\n1,Ann,2020-01-01,\n3,Cy,,\n";
    let names = [
        ("{year}-{month}_t.csv", ["2024-01_t.csv", "2024-02_t.csv"]),
        ("{year}{month}_t.csv", ["202401_t.csv", "202402_t.csv"]),
        ("{year}/{month}/t.csv", ["2024/01/t.csv", "2024/02/t.csv"]),
    ];
    let mut ledgers = Vec::new();
    for (files, [one, other]) in names {
        for together in [true, false] {
            let shell = Shell::new();
            shell.write("map.toml", map(files));
            for dir in ["2024", "2024/01", "2024/02"] {
                std::fs::create_dir(shell.dir().join(dir)).unwrap();
            }
            shell.write(one, january);
            shell.write(other, february);
            let runs = if together { vec![vec![other, one]] } else { vec![vec![one], vec![other]] };
            for run in runs {
                ingest(&shell, "csv", &run).well();
            }
            assert_eq!(posts(&shell, "Ann"), ["2020-01-01 - 2024-02-01"], "{files}");
            assert_eq!(posts(&shell, "Bo"), ["2020-01-01 [2024-01-02..2024-02] 2024-01-01"], "{files}");
            assert_eq!(posts(&shell, "Cy"), ["[..2024-01] - 2024-02-01"], "{files}");
            let again = ingest(&shell, "csv", &[one, other]).well().json();
            assert_eq!(again["appended"], 0, "{files}: {again}");
            let log = shell.run(&["log", "--format", "ndjson"]).well().out;
            let event = |line: &str| serde_json::from_str::<Value>(line).unwrap()["event"].clone();
            ledgers.push(log.lines().map(event).collect::<Vec<Value>>());
        }
    }
    // What says no more of a post than that it is there has it in its month, too.
    let shell = Shell::new();
    shell.write("map.toml", map("{year}-{month}_t.csv").replace("end =", "seen = 'never'\nend ="));
    shell.write("2024-01_t.csv", january);
    shell.write("2024-02_t.csv", "k,n,f,t\n1,Ann,2020-01-01,\n");
    ingest(&shell, "csv", &["2024-01_t.csv", "2024-02_t.csv"]).well();
    assert_eq!(posts(&shell, "Bo"), ["2020-01-01 [2024-01-02..2024-02] 2020-01-01"]);
    assert_eq!(posts(&shell, "Cy"), ["[..2024-01] [2024-01-02..2024-02] 2024-01-01"]);
    assert!(ledgers.iter().all(|events| *events == ledgers[0]));
    let first = &ledgers[0][0];
    assert_eq!((&first["seen"], &first["reported_at"]), (&json!("2024-01"), &json!("2024-01-31")));
}

#[test]
fn a_month_that_is_not_over_is_known_when_it_is_read_and_a_name_must_tell_what_the_map_says() {
    let shell = Shell::new();
    shell.write("map.toml", table(""));
    shell.write("2024-01_t.csv", "k,n\n1,Ann\n");
    let run = ingest(&shell, "csv", &["2024-01_t.csv"]);
    assert!(run.exit == Some(1) && run.err.contains("a month is {year}-{month}"), "{run:?}");
    let month = &chrono::Utc::now().format("%Y-%m").to_string();
    let version = |text: &str| {
        shell.write("t.csv", text);
        ingest(&shell, "csv", &["--version", month, "t.csv"]).well().json()["appended"].clone()
    };
    assert_eq!([version("k,n\n1,Ann\n"), version("k,n\n1,Ann\n"), version("k,n\n1,Ann\n2,Bo\n")], [1, 0, 1]);
    let log = shell.run(&["log", "--format", "ndjson"]).well().out;
    let event = &serde_json::from_str::<Value>(log.lines().next().unwrap()).unwrap()["event"];
    assert_eq!(event["seen"], **month, "{event}");
    let run = ingest(&shell, "csv", &["--version", "2024-13", "t.csv"]);
    assert!(run.err.contains("`2024-13` is neither a day, a month, a year nor an instant"), "{run:?}");
}

#[test]
fn what_a_version_bounds_by_its_day_is_bounded_by_the_first_that_says_so() {
    let map = "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\npath = '*.json'\neach = '$.p[*]'\n[[stints]]\nfile = 't'\n\
               key = '@.k'\nperson = '@.n'\nfrom = '@.f'\nto = { path = 'version', bound = 'latest', end = 'exclusive' }\n\
               note = '@.o?'\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    let row = |note: &str| format!(r#"{{"p":[{{"k":"1","n":"Ann","f":"2001-01-01","o":"{note}"}}]}}"#);
    let appended = |day: &str, note: &str| version(&shell, "records", day, &row(note))["appended"].as_u64();
    assert_eq!(appended("2024-01-10", "a"), Some(1));
    assert_eq!(appended("2024-02-10", "a"), Some(0), "it says what it said");
    assert_eq!(appended("2024-03-10", "b"), Some(1));
    assert_eq!(appended("2024-04-10", "b"), Some(0));
    assert_eq!(posts(&shell, "Ann"), ["2001-01-01 [2001-01-02..2024-01-10] 2001-01-01"]);
    // Rows that tell their own time come in any order.
    let own = map.replace("'version'", "'@.at'").replace("note =", "reported_at = '@.at'\nnote =");
    let at = |day: &str| json!({"p": [{"k": 1, "n": "Ann", "f": "2001-01-01", "at": day}]}).to_string();
    for order in [["2024-01-10", "2024-02-10"], ["2024-02-10", "2024-01-10"]] {
        let shell = Shell::new();
        shell.write("map.toml", &own);
        for day in order {
            version(&shell, "records", "", &at(day));
        }
        assert_eq!(posts(&shell, "Ann"), ["2001-01-01 [2001-01-02..2024-01-10] 2001-01-01"], "{order:?}");
    }
    // What the source says otherwise is another word, and what was open meanwhile is not over by a day before.
    let shell = Shell::new();
    shell.write("map.toml", table(""));
    for (day, end, told) in [
        ("2024-01-10", "[..2023-01-01]", "[..2023-01-01] [..2023-01-01] -"),
        ("2024-02-10", "[..2024-01-02]", "[..2024-01-02] [..2024-01-02] -"),
        ("2024-03-10", "", "[..2024-03-10] - 2024-03-10"),
        ("2024-04-10", "[..2024-04-10]", "[..2024-03-10] [2024-03-11..2024-04-10] 2024-03-10"),
        ("2024-05-10", "2024", "[..2024-03-10] [2024-03-11..2024] 2024-03-10"),
    ] {
        version(&shell, "csv", day, &format!("k,n,t\n1,Ann,{end}\n"));
        assert_eq!(posts(&shell, "Ann"), [told], "{day}");
    }
}

#[test]
fn an_older_version_is_an_earlier_report_whatever_the_order() {
    // Ann's row has no dates and is corrected; Bo's ends; Cy's is over from the first; Di is not there in March.
    let rows = [
        [
            ("1", "Ann", "", "", "a"),
            ("2", "Bo", "2020", "", ""),
            ("3", "Cy", "2010", "2012", ""),
            ("4", "Di", "2020", "", ""),
        ],
        [
            ("1", "Ann", "", "", "b"),
            ("2", "Bo", "2020", "", ""),
            ("3", "Cy", "2010", "2012", ""),
            ("4", "Di", "2020", "", ""),
        ],
        [
            ("1", "Ann", "", "", "b"),
            ("2", "Bo", "2020", "2024-03-01", ""),
            ("3", "Cy", "2010", "2012", ""),
            ("", "", "", "", ""),
        ],
        [
            ("1", "Ann", "", "2024-04-01", "b"),
            ("2", "Bo", "2020", "2024-03-02", ""),
            ("3", "Cy", "2010", "2013", ""),
            ("4", "Di", "2020", "", ""),
        ],
    ];
    let days = ["2024-01-10", "2024-02-10", "2024-03-10", "2024-04-10"];
    let text = |at: usize| {
        let row = |(k, n, f, t, o): &(&str, &str, &str, &str, &str)| json!({"k": k, "n": n, "f": f, "t": t, "o": o});
        json!({"p": rows[at].iter().filter(|row| !row.0.is_empty()).map(row).collect::<Vec<_>>()}).to_string()
    };
    for revisions in ["", "[revisions]\ncomplete = true\n"] {
        let map =
            tree("", "$.p[*]").replace("[revisions]\n", revisions).replace("[source]", "end = 'exclusive'\n[source]");
        let told = |shell: &Shell| {
            let who = ["Ann", "Bo", "Cy", "Di"];
            let known = |day: &&str| {
                who.map(|name| {
                    let run = shell.run(&["career", name, "--known", day, "--format", "json"]);
                    if run.exit == Some(0) { run.json()["tenures"].clone() } else { Value::Null }
                })
            };
            let dates = |tenures: Value| {
                let date = |t: &Value| json!([t["from"]["edtf"], t["to"]["edtf"], t["attested"], t["note"]]);
                tenures.as_array().map(|all| all.iter().map(date).collect::<Vec<_>>())
            };
            days.iter().map(known).map(|all| all.map(dates)).collect::<Vec<_>>()
        };
        let mut first = None;
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let shell = Shell::new();
            shell.write("map.toml", format!("{map}from = '@.f?'\nto = '@.t?'\nnote = '@.o?'\n"));
            for at in order {
                let sum = version(&shell, "records", days[at], &text(at));
                assert_eq!(sum["rejected"], 0, "{order:?}: {sum}");
            }
            // That a row was not there leaves no trace before the row: such a version is read again.
            if !revisions.is_empty() {
                version(&shell, "records", days[2], &text(2));
            }
            assert_eq!(version(&shell, "records", days[order[0]], &text(order[0]))["appended"], 0, "{order:?}");
            let told = told(&shell);
            assert_eq!(*first.get_or_insert_with(|| told.clone()), told, "{revisions} {order:?}");
        }
        let (cy, di) = (&first.as_ref().unwrap()[0][2], &first.as_ref().unwrap()[2][3]);
        assert_eq!(serde_json::to_string(cy).unwrap(), r#"[["2010","2012",null,null]]"#);
        assert_eq!(di.as_ref().is_none_or(Vec::is_empty), !revisions.is_empty(), "{di:?}");
    }
    // Tables with versions refuse one, and say why.
    let shell = Shell::new();
    shell.write("map.toml", table(""));
    version(&shell, "csv", "2024-02-10", "k,n\n1,Ann\n");
    shell.write("t.csv", "k,n\n1,Bo\n");
    let run = ingest(&shell, "csv", &["--version", "2024-01-10", "t.csv"]);
    assert!(run.exit == Some(1) && run.err.contains("what the table says of `1` comes too late"), "{run:?}");
}

#[test]
fn a_post_without_dates_was_seen_first_when_it_was_whatever_else_is_said_of_it() {
    let map = "company = 'Co'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[files.t]\npath = 't.csv'\n[stints]\nfile = 't'\n\
               key = 'k'\nperson = 'n'\ntitle = 't'\nnote = 'o'\nreports_to = 'm'\n";
    let first = |rows: [&str; 3], seen: &str| {
        let shell = Shell::new();
        shell.write("map.toml", format!("{map}{seen}"));
        for (month, row) in (1..).zip(rows) {
            let head = if seen.is_empty() { "k,n,t,o,m" } else { "k,n,t,o,m,s" };
            version(&shell, "csv", &format!("2024-0{month}-10"), &format!("{head}\n{row}\n"));
        }
        posts(&shell, "Ann")
    };
    let from = |day: &str, seen: &str| vec![format!("[..{day}] - {seen}")];
    let rows = ["1,Ann,Clerk,x,Bo", "1,Ann,Clerk,y,Bo", "1,Ann,Clerk,y,Cy"];
    assert_eq!(first(rows, ""), from("2024-01-10", "2024-03-10"));
    assert_eq!(first(["1,Ann,Clerk,x,Bo", "1,Ann,Head,x,Bo", "1,Ann,Head,y,Bo"], ""), from("2024-02-10", "2024-03-10"));
    let own = ["1,Ann,Clerk,x,Bo,2024-01-05", "1,Ann,Clerk,x,Bo,2024-02-05", "1,Ann,Clerk,x,Bo,2024-03-05"];
    assert_eq!(first(own, "seen = 's'\n"), from("2024-01-05", "2024-03-05"));
}

#[test]
fn a_row_of_its_own_time_and_one_of_the_version_share_a_key_in_any_order() {
    let map = "company = 'Co'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[files.t]\npath = 't.csv'\n";
    let section = "[[stints]]\nfile = 't'\nkey = 'k'\nperson = 'n'\nfrom = 'f'\n";
    let own = format!("{section}reported_at = 'at'\n");
    for sections in [[&own[..], section], [section, &own[..]]] {
        let shell = Shell::new();
        shell.write("map.toml", [map, sections[0], sections[1]].concat());
        let read = || version(&shell, "csv", "2024-01-10", "k,n,f,at\n1,Ann,2015-01-01,2015-02-01\n");
        let (first, again) = (read(), read());
        assert_eq!((&first["appended"], &first["reused_keys"], &again["appended"]), (&json!(2), &json!(0), &json!(0)));
        assert_eq!(posts(&shell, "Ann"), ["2015-01-01 - 2024-01-10"]);
    }
}

#[test]
fn a_dated_file_of_another_table_is_no_table_of_stints() {
    let map = |posts: &str, units: &str, each: &str, field: fn(&str) -> String| {
        let (id, name, unit) = (field("id"), field("name"), field("unit"));
        format!(
            "company = 'Co'\n[source]\npublisher = 'P'\n[revisions]\nfiles = '{{date}}_*'\n[files.s]\npath = '{posts}'\n{each}\n\
             [files.u]\npath = '{units}'\n{each}\n[units]\nfile = 'u'\nid = {{ {id}, prefix = 'u/' }}\nname = {{ {name} }}\n\
             [[stints]]\nfile = 's'\nkey = {{ {id} }}\nperson = {{ {name} }}\nunit = {{ id = {{ {unit}, prefix = 'u/' }} }}\n"
        )
    };
    let path = |field: &str| format!("path = '$.{field}'");
    let column = |field: &str| format!("column = '{field}'");
    let table = ("id,name,unit\n1,Ann,u1\n", "id,name,unit\nu1,Finance,\n");
    let tree = (r#"[{"id":1,"name":"Ann","unit":"u1"}]"#, r#"[{"id":"u1","name":"Finance"}]"#);
    for (from, extension, map, (posts, units)) in [
        ("records", "json", map("*posts.json", "*units.json", "each = '$'", path), tree),
        ("csv", "csv", map("posts.csv", "*units.csv", "", column), table),
        ("csv", "csv", map("posts.csv", "units.csv", "", column), table),
        ("csv", "csv", map("posts.csv", "*_units.csv", "", column), table),
    ] {
        let shell = Shell::new();
        shell.write("map.toml", &map);
        let files = ["posts", "units"].map(|table| format!("2024-03-01_{table}.{extension}"));
        shell.write(&files[0], posts);
        shell.write(&files[1], units);
        let run = ingest(&shell, from, &[&files[0], &files[1]]);
        assert_eq!(run.exit, Some(0), "{map} {run:?}");
        let members = shell.ask(&["who", "Co", "--at", "2024-03-01"])["members"].clone();
        let shown = members.as_array().unwrap().iter().map(|one| [&one["person"]["name"], &one["unit"]["name"]]);
        assert_eq!(shown.collect::<Vec<_>>(), [[&json!("Ann"), &json!("Finance")]], "{map}");
    }
}

#[test]
fn each_version_of_a_table_is_read_with_the_people_and_units_of_its_own_day() {
    let map = "company = 'C'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[revisions]\nfiles = '{date}_*.csv'\n\
               [files.s]\npath = 's.csv'\n[files.p]\npath = 's.csv'\nid = 'who'\n[files.u]\npath = 'u.csv'\nid = 'unit'\n\
               [people]\nfile = 'p'\nid = 'who'\nname = 'name'\ndied = 'died'\n\
               [units]\nfile = 'u'\nid = { column = 'unit', prefix = 'u/' }\nname = 'called'\n\
               [stints]\nfile = 's'\nkey = 'id'\nperson = { id = 'who' }\nunit = { id = { column = 'unit', prefix = 'u/' } }\n\
               title = 'unit -> u.called'\n";
    let days = ["2024-03-01", "2024-03-08", "2024-03-15"];
    let rows = ["1,p1,Ann,,7\n2,p2,Bo,,8\n", "1,p1,Ann Lee,,7\n2,p2,Bo,,8\n", "1,p1,Ann Lee,2024-03,7\n2,p2,Bo,,8\n"];
    let units = ["7,IT\n8,Ops\n", "7,Digital\n8,Ops\n", "7,Digital\n8,Operations\n"];
    let [together, apart] = [Shell::new(), Shell::new()];
    let mut all = vec!["ingest".to_owned(), "--from=csv".to_owned(), "--map=map.toml".to_owned()];
    let words = all.clone();
    for shell in [&together, &apart] {
        shell.write("map.toml", map);
        for (day, (rows, units)) in days.iter().zip(rows.iter().zip(units)) {
            shell.write(&format!("{day}_s.csv"), format!("id,who,name,died,unit\n{rows}"));
            shell.write(&format!("{day}_u.csv"), format!("unit,called\n{units}"));
        }
    }
    for day in days.iter().rev() {
        all.extend([format!("{day}_u.csv"), format!("{day}_s.csv")]);
    }
    let run = |shell: &Shell, words: &[String]| shell.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    run(&together, &all).well();
    for day in days {
        run(&apart, &[&words[..], &[format!("{day}_s.csv"), format!("{day}_u.csv")]].concat()).well();
    }
    assert_eq!(together.state(), apart.state());
    let post = |known: &str| {
        let held = together.ask(&["person", "p1", "--at", "2024-03-09", "--known", known])["positions"][0].clone();
        json!([held["person"]["name"], held["unit"]["name"], held["title"]])
    };
    assert_eq!(post("2024-03-02")[1], "IT");
    assert_eq!(post("2024-03-09"), json!([null, "Digital", "Digital"]));
    // A version that lacks its own table is none that the tables of other days stand beside.
    let short: Vec<String> = all.iter().filter(|word| **word != "2024-03-08_u.csv").cloned().collect();
    let told = run(&together, &short);
    assert!(told.exit == Some(1) && told.err.contains("one for each version"), "{told:?}");
}
