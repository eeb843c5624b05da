//! Cells of tables that do not say one thing each: several texts in one, blanks that mean the row above, ids and digits of
//! other scripts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use serde_json::Value;
use shell::{Run, Shell};

/// A map of one table, with keys of its file and of its stints.
fn map(file: &str, stints: &str) -> String {
    format!(
        "company = \"Harbour Club\"\nend = \"inclusive\"\n[source]\npublisher = \"Harbour Gazette\"\n[files.t]\n\
         path = \"t.csv\"\n{file}\n[stints]\nfile = \"t\"\nkey = \"id\"\n{stints}\n"
    )
}

fn ingest(shell: &Shell, words: &[&str]) -> Run {
    shell.run(&[&["ingest", "--from", "csv", "--map", "map.toml", "--rejects", "rejects"], words].concat())
}

/// What one table is read as: for each post its key, person, unit and title.
fn posts(shell: &Shell) -> Vec<String> {
    let run = shell.run(&["log", "--format", "ndjson"]).well();
    let events = run.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].clone());
    let name =
        |value: &Value| value["id"].as_str().or(value["name"].as_str()).or(value.as_str()).unwrap_or("-").to_owned();
    let shown = |event: Value| {
        let key = event["source"]["key"].as_str().unwrap_or("-").to_owned();
        [key, name(&event["person"]), name(&event["unit"]), name(&event["title"])].join(" | ")
    };
    events.filter(|event| event["type"] == "HeldPost").map(shown).collect()
}

/// The reasons and hints of rejects.
fn rejects(shell: &Shell) -> Vec<String> {
    let one = |line: &str| {
        let reject: Value = serde_json::from_str(line).unwrap();
        ["line", "column", "reason", "hint"].map(|field| reject[field].to_string()).join(" ")
    };
    shell.read("rejects").lines().map(one).collect()
}

/// Reads one table by a map.
fn read(map: &str, table: &str) -> (Shell, Run) {
    let shell = Shell::new();
    shell.write("map.toml", map);
    shell.write("t.csv", table);
    let run = ingest(&shell, &["t.csv"]);
    (shell, run)
}

#[test]
fn each_of_several_texts_in_a_cell_is_a_statement_of_its_own() {
    let check = |stints: &str, table: &str, expect: &[&str]| {
        let (shell, run) = read(&map("", stints), table);
        assert_eq!(run.exit, Some(0), "{stints}: {run:?}");
        assert_eq!(posts(&shell), expect, "{stints}");
        let again = ingest(&shell, &["t.csv"]).well();
        assert!(again.out.starts_with("appended 0, "), "{stints}: {again:?}");
    };
    check(
        "person = \"who\"\nunit = \"team\"\ntitle = { column = \"role\", split = \";\" }",
        "id,who,team,role\n1,Ann,A,Chair; Treasurer;Chair; \n2,Bo,A,Clerk\n3,Cy,B,\n",
        &[
            "1/Chair | Ann | A | Chair",
            "1/Treasurer | Ann | A | Treasurer",
            "2/Clerk | Bo | A | Clerk",
            "3 | Cy | B | -",
        ],
    );
    check(
        "person = { column = \"who\", split = [\",\", \" and \"] }\nunit = { column = \"team\", split = \"/\" }",
        "id,who,team\n1,\"Ann, Bo and Cy\",A/B\n",
        &[
            "1/Ann/A | Ann | A | -",
            "1/Ann/B | Ann | B | -",
            "1/Bo/A | Bo | A | -",
            "1/Bo/B | Bo | B | -",
            "1/Cy/A | Cy | A | -",
            "1/Cy/B | Cy | B | -",
        ],
    );
    // Ids and names go in step, and other keys see the text that is read.
    check(
        "person = { id = { column = \"ids\", split = \";\" }, name = { column = \"who\", split = \";\" } }\nunit = \"team\"",
        "id,ids,who,team\n1,p1;p2,Ann;Bo,A\n",
        &["1/p1 | p1 | A | -", "1/p2 | p2 | A | -"],
    );
    check(
        "person = { column = \"who\", split = \";\", match = \"^[^(]+\" }\ntitle = { column = \"who\", match = \"[(](.*)[)]\" }",
        "id,who\n1,Ann (Chair); Bo (Clerk)\n",
        &["1/Ann | Ann | - | Chair", "1/Bo | Bo | - | Clerk"],
    );
}

#[test]
fn texts_that_a_path_finds_are_statements_of_their_own_where_they_are_cut() {
    let shell = Shell::new();
    let map = map("", "person = \"$.who\"\ntitle = { path = \"$.roles[*]\", split = \";\" }");
    shell.write("map.toml", map.replace("path = \"t.csv\"", "each = \"$\"").replace("key = \"id\"", "key = \"$.id\""));
    shell.write("t.json", "[{\"id\": 1, \"who\": \"Ann\", \"roles\": [\"Chair; Cook\", \"Clerk\"]}]");
    shell.run(&["ingest", "--from", "records", "--map", "map.toml", "t.json"]).well();
    assert_eq!(posts(&shell), ["1/Chair | Ann | - | Chair", "1/Cook | Ann | - | Cook", "1/Clerk | Ann | - | Clerk"]);
    // Of two such paths it is not known which text goes with which.
    let step = "person = { id = { path = \"@.p[*].id?\", split = \";\", prefix = \"x/\" }, name = { path = \"@.p[*].name?\", split = \";\" } }";
    shell.write(
        "map.toml",
        self::map("", step).replace("path = \"t.csv\"", "each = \"$\"").replace("\"id\"", "\"$.id\""),
    );
    shell.write("t.json", "[{\"id\": 1, \"p\": [{\"id\": \"1\"}, {\"id\": null, \"name\": \"Bo\"}]}]");
    let run = shell.run(&["ingest", "--from", "records", "--map", "map.toml", "t.json"]);
    assert!(
        run.exit == Some(1) && run.err.contains("`stints.person.id.split`: where one of several is missing"),
        "{run:?}"
    );
}

#[test]
fn a_text_that_goes_or_comes_leaves_the_others_of_its_cell() {
    let shell = Shell::new();
    let map = map("", "person = \"who\"\ntitle = { column = \"role\", split = \";\" }");
    shell.write("map.toml", format!("{map}[revisions]\nfiles = \"t_{{date}}.csv\"\n"));
    for (day, roles) in [("2024-01-10", "Chair;Treasurer"), ("2024-02-10", "Clerk; Chair"), ("2024-03-10", "Chair")] {
        shell.write(&format!("t_{day}.csv"), format!("id,who,role\n1,Ann Lee,{roles}\n"));
        ingest(&shell, &[&format!("t_{day}.csv")]).well();
    }
    let titles = |known: &str| -> Vec<String> {
        let answer = shell.ask(&["person", "Ann Lee", "--at", known, "--known", known]);
        let positions = answer["positions"].as_array().unwrap();
        let mut titles: Vec<String> =
            positions.iter().map(|position| position["title"].as_str().unwrap().to_owned()).collect();
        titles.sort();
        titles
    };
    assert_eq!(titles("2024-01-10"), ["Chair", "Treasurer"]);
    assert_eq!(titles("2024-02-10"), ["Chair", "Clerk"]);
    assert_eq!(titles("2024-03-10"), ["Chair"]);
    let retracted = shell.ask(&["log", "--type", "EventRetracted"]);
    assert_eq!(retracted["events"].as_array().unwrap().len(), 2, "{retracted}");
}

#[test]
fn aliases_of_a_cell_are_names_each() {
    let stints = "person = { name = \"who\", aliases = [{ column = \"aka\", split = [\";\", \"/\"] }] }";
    let (shell, run) = read(&map("", stints), "id,who,aka\n1,Ann Lee,A. Lee; 李安/Annie\n");
    assert_eq!(run.exit, Some(0), "{run:?}");
    for name in ["A. Lee", "李安", "Annie"] {
        assert_eq!(shell.ask(&["person", name, "--at", "2024-01-01"])["person"]["name"], "Ann Lee", "{name}");
    }
}

#[test]
fn a_cell_that_cannot_be_cut_costs_its_row_and_a_map_that_cannot_cut_is_refused() {
    let stints = "person = { id = { column = \"ids\", split = \";\" }, name = { column = \"who\", split = \";\" } }";
    let many = (0..1_001).map(|number| format!("p{number}")).collect::<Vec<_>>().join(";");
    let (shell, run) = read(&map("", stints), &format!("id,ids,who\n1,p1;p2,Ann\n2,{many},\n3,p3,Cy\n"));
    assert_eq!((run.exit, posts(&shell).as_slice()), (Some(8), &["3/p3 | p3 | - | -".to_owned()][..]), "{run:?}");
    let told = rejects(&shell);
    assert!(told[0].contains("it holds 1 texts, and the cell that goes with it 2"), "{told:?}");
    assert!(told[1].contains("more than 1000 texts"), "{told:?}");
    let crossed = "person = { column = \"who\", split = \";\" }\nunit = { column = \"ids\", split = \";\" }";
    let forty = (0..40).map(|number| format!("n{number}")).collect::<Vec<_>>().join(";");
    let (shell, run) = read(&map("", crossed), &format!("id,ids,who\n1,{forty},{forty}\n"));
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert!(rejects(&shell)[0].contains("more than 1000 statements"), "{:?}", rejects(&shell));
    for (stints, told) in [
        ("person = \"who\"\nfrom = { column = \"ids\", split = \";\" }", "`stints.from.split`: several texts"),
        ("person = { text = \"{who}\", split = \"\" }", "`stints.person.split` is not what stands between"),
        ("person = { id = \"ids\", name = { column = \"who\", split = \";\" } }", "it is not known which of them"),
        (
            "person = { column = \"who\", split = \";\" }\ntitle = { column = \"who\", split = \";\" }",
            "`stints.title.split`: another key cuts the same column",
        ),
    ] {
        let (_, run) = read(&map("", stints), "id,ids,who\n");
        assert!(run.exit == Some(1) && run.err.contains(told), "{stints}: {run:?}");
    }
}

#[test]
fn blank_cells_mean_the_row_above_where_the_map_says_so() {
    let table = "id,team,role,who\n1,A,Lead,Ann\n2,,,Bo\n3,,Clerk,Cy\n4,B,,Di\n5,,\"x\"y,Ed\n6,,,Flo\n7,C,Lead,Gus\n";
    let stints = "person = \"who\"\nunit = \"team\"\ntitle = \"role\"";
    let (shell, run) = read(&map("fill_down = [\"team\", \"role\"]", stints), table);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let expect =
        ["1 | Ann | A | Lead", "2 | Bo | A | Lead", "3 | Cy | A | Clerk", "4 | Di | B | -", "7 | Gus | C | Lead"];
    assert_eq!(posts(&shell), expect);
    let told = rejects(&shell);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].contains("means what the row above says, and that one cannot be read"), "{told:?}");
    let (_, run) = read(&map("fill_down = \"teem\"", stints), table);
    assert!(run.exit == Some(1) && run.err.contains("did you mean `team`?"), "{run:?}");
    let (_, run) = read(&map("each = \"$\"\nfill_down = \"team\"", stints), table);
    assert!(run.exit == Some(1) && run.err.contains("a tree has no row above"), "{run:?}");
}

#[test]
fn ids_and_digits_of_other_scripts_are_read_where_the_map_says_how() {
    let table = "id,who,name,start\n1,@ann,Ann,٢٠٢٤-٠٥-٠١\n2,山田,山田,２０２４-０５-０２\n3,bo-1,Bo,2024\n";
    let stints = "person = { id = \"who\", name = \"name\" }\nfrom = \"start\"";
    let (shell, run) = read(&map("", stints), table);
    assert_eq!((run.exit, posts(&shell).as_slice()), (Some(8), &["3 | bo-1 | - | -".to_owned()][..]), "{run:?}");
    let told = rejects(&shell);
    assert!(told[0].contains("`@ann` cannot be an id") && told[0].contains("escape = true"), "{told:?}");
    let escaped = stints.replace("id = \"who\"", "id = { column = \"who\", prefix = \"x/\", escape = true }");
    let (shell, run) = read(&map("", &escaped), table);
    assert_eq!(run.exit, Some(0), "{run:?}");
    assert_eq!(posts(&shell), ["1 | x/:40ann | - | -", "2 | x/:E5:B1:B1:E7:94:B0 | - | -", "3 | x/bo-1 | - | -"]);
    let start = |person: &str| {
        let answer = shell.ask(&["person", person, "--at", "2024-12-01"]);
        answer["positions"][0]["from"]["edtf"].as_str().unwrap().to_owned()
    };
    assert_eq!((start("Ann"), start("山田")), ("2024-05-01".to_owned(), "2024-05-02".to_owned()));
    let part = stints.replace("id = \"who\"", "id = { column = \"who\", match = \"^@?(.+)$\" }");
    let (shell, _) = read(&map("", &part), table);
    assert_eq!(posts(&shell), ["1 | ann | - | -", "3 | bo-1 | - | -"]);
    let bare = stints.replace("id = \"who\"", "id = { column = \"who\", escape = true }");
    let (_, run) = read(&map("", &bare), table);
    assert!(run.exit == Some(1) && run.err.contains("`stints.person.id.escape` needs a `prefix`"), "{run:?}");
}

#[test]
fn units_stand_in_several_tables() {
    let shell = Shell::new();
    let file = |name: &str| format!("[files.{name}]\npath = \"{name}.csv\"\n");
    let units =
        |name: &str| format!("[[units]]\nfile = \"{name}\"\nid = \"id\"\nname = \"name\"\nparent = \"parent?\"\n");
    let map = [
        map("", "person = \"who\"\nunit = { id = \"unit\" }"),
        ["offices", "teams", "links"].map(file).concat(),
        ["offices", "teams"].map(units).concat(),
        "[links]\nfile = \"links\"\nunit = \"from\"\ninto = \"into\"\nkind = { text = \"merged\" }\nto = \"day\"\n"
            .to_owned(),
    ];
    shell.write("map.toml", map.concat());
    shell.write("t.csv", "id,who,unit\n1,Ann Lee,t1\n");
    shell.write("offices.csv", "id,name\no1,East Office\no2,West Office\no3,South Office\n");
    shell.write("teams.csv", "id,name,parent\nt1,Night Team,o1\nt2,Day Team,o2\no3,South Again,\n");
    shell.write("links.csv", "from,into,day\nt2,o1,2020-01-01\n");
    let run = ingest(&shell, &["t.csv", "offices.csv", "teams.csv", "links.csv"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let told = rejects(&shell).join("\n");
    for line in ["line 4 of offices.csv", "line 4 of teams.csv"] {
        assert!(told.contains(&format!("{line} says something else of this unit")), "{told}");
    }
    let org = shell.ask(&["org", "East Office", "--at", "2024-01-01"]);
    assert_eq!(org["unit"]["children"][0]["name"], "Night Team", "{org}");
    assert!(shell.ask(&["log", "--type", "UnitMerged"])["events"][0].is_object());
}

#[test]
fn rows_without_dates_in_files_of_no_day_are_told() {
    let stints = "person = \"who\"\ntitle = \"post\"\nfrom = \"since?\"";
    let (shell, run) = read(&map("", stints), "id,who,post,since\n1,Ann,Clerk,\n2,Bo,Clerk,2001\n");
    assert!(
        run.out.contains("without dates, and so in force today (or on the day that --version DATE names) 1"),
        "{run:?}"
    );
    let again = Shell::new();
    for file in ["map.toml", "t.csv"] {
        again.write(file, shell.read(file));
    }
    let run = ingest(&again, &["t.csv", "--version", "2024-01-02", "--format", "json"]);
    assert_eq!(run.json()["seen_today"], 0, "{run:?}");
}

#[test]
fn texts_that_go_in_step_keep_their_places_where_one_is_blank() {
    let stints = "person = { id = { column = \"ids\", split = \";\", prefix = \"x/\" }, name = { column = \"who\", split = \";\" } }";
    let table = "id,ids,who\n1,;2,A;\n2,4; ;5,D;E\n3,6;7;,F;G\n4,8,\n";
    let (shell, run) = read(&map("", stints), table);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert_eq!(
        posts(&shell),
        ["1/A | A | - | -", "1/x/2 | x/2 | - | -", "3/x/6 | x/6 | - | -", "3/x/7 | x/7 | - | -", "4/x/8 | x/8 | - | -"]
    );
    assert!(
        rejects(&shell)[0].starts_with("3 \"ids\"") || rejects(&shell)[0].starts_with("3 \"who\""),
        "{:?}",
        rejects(&shell)
    );
    let names = shell.run(&["log", "--format", "ndjson"]).well().out;
    assert!(!names.contains(r#"{"id":"x/2","name""#) && names.contains(r#"{"id":"x/7","name":"G"}"#), "{names}");
}

#[test]
fn the_day_of_what_ends_a_post_is_that_of_an_end() {
    let map = |effective: &str| {
        format!(
            "company = \"Co\"\n[source]\npublisher = \"P\"\n[files.t]\n[[stints]]\nfile = \"t\"\nkey = \"id\"\nperson = \"who\"\n\
             makes = \"LeftCompany\"\nwhen = \"last\"\neffective = {effective}\n"
        )
    };
    let table = "id,who,last\n1,Ann,2020-05-31\n2,Bo,9999-12-31\n3,Cy,present\n4,Di,\n";
    let (shell, run) = read(&map("{ column = \"last\", end = \"inclusive\" }"), table);
    assert_eq!(run.exit, Some(0), "{run:?}");
    let events = shell.run(&["log", "--format", "ndjson"]).well().out;
    assert!(events.lines().count() == 1 && events.contains(r#""effective":"2020-06-01""#), "{events}");
    let (_, run) = read(&map("\"last\""), table);
    assert!(run.exit == Some(1) && run.err.contains("`stints.effective`: whether an end is the last day"), "{run:?}");
    // What is withdrawn needs no date, and what has not ended is told as that.
    let withdrawn = map("{ column = \"last\", end = \"inclusive\" }\nwithdrawn = \"void\"");
    shell.write("map.toml", withdrawn.replace("when = \"last\"\n", ""));
    for (table, events) in [
        ("id,who,last,void\n1,Ann,2020-05-31,\n2,Bo,2020-05-31,\n", 2),
        ("id,who,last,void\n1,Ann,present,true\n2,Bo,??,true\n", 4),
    ] {
        shell.write("t.csv", table);
        let run = shell.run(&["ingest", "--from", "csv", "--map", "map.toml", "--explain", "t.csv"]);
        assert_eq!(
            (run.exit, shell.run(&["log", "--format", "ndjson"]).well().out.lines().count()),
            (Some(0), events),
            "{run:?}"
        );
    }
    shell.write("t.csv", "id,who,last,void\n3,Cy,present,\n");
    let run = shell.run(&["ingest", "--from", "csv", "--map", "map.toml", "--explain", "t.csv"]);
    assert!(run.out.contains("no date of an end that has come"), "{run:?}");
    // A blank cell and a word of `empty` are no ends, whoever has left; a text without a date costs its row.
    shell.write(
        "map.toml",
        map("{ column = \"last\", end = \"inclusive\", empty = [\"NULL\"], match = \"^(?:until )?([0-9-]+|NULL)$\" }")
            .replace("when = \"last\"\n", ""),
    );
    shell.write("t.csv", "id,who,last\n4,Di,\n5,Ed,NULL\n6,Flo,bis Ende\n7,Gus,until 2020-05-30\n");
    let run = shell.run(&["--data", "blank", "ingest", "--from", "csv", "--map", "map.toml", "t.csv"]);
    assert!(run.exit == Some(8) && run.err.contains("finds no date in `bis Ende`"), "{run:?}");
    let events = shell.run(&["--data", "blank", "log", "--format", "ndjson"]).well().out;
    assert!(events.lines().count() == 1 && events.contains(r#""effective":"2020-05-31""#), "{events}");
}

#[test]
fn a_header_that_stands_again_below_is_no_row() {
    let map = "company = \"Co\"\n[source]\npublisher = \"P\"\n[files.t]\n[[stints]]\nfile = \"t\"\nperson = \"name\"\ntitle = \"title\"\n";
    let (shell, run) = read(map, "id, name,title\n1,Ann,Clerk\nid,name ,title\n2,name,title\n");
    assert!(run.exit == Some(0) && run.out.contains("records 2, statements 2"), "{run:?}");
    let log = shell.run(&["log", "--format", "ndjson"]).well().out;
    assert!(log.lines().count() == 2 && log.contains("\"Ann\""), "{log}");
}

#[test]
fn a_key_about_dates_that_has_no_effect_is_refused() {
    for (stints, told) in [
        ("person = { column = \"who\", end = \"inclusive\" }", "`stints.person.end` has no effect"),
        ("person = \"who\"\nfrom = { column = \"id\", end = \"inclusive\" }", "`stints.from.end` has no effect"),
        ("person = \"who\"\ntitle = { column = \"id\", bound = \"latest\" }", "`stints.title.bound` has no effect"),
        (
            "person = \"who\"\nseen = { column = \"id\", otherwise = { column = \"id\", end = \"either\" } }",
            "`stints.seen.otherwise.end` has",
        ),
        ("person = \"who\"\ntitle = { column = \"id\", dates = \"%Y\" }", "`stints.title.dates` has no effect"),
        ("person = \"who\"\ntitle = { column = \"id\", otherwise = \"$.alt\" }", "looks like a path"),
        ("person = \"who\"\ntitle = { column = \"id\", otherwise = \"@['alt']\" }", "looks like a path"),
        ("person = \"{id}/{who}\"", "text with columns in it is written { text ="),
    ] {
        let (_, run) = read(&map("", stints), "id,who\n");
        assert!(run.exit == Some(1) && run.err.contains(told), "{stints}: {run:?}");
    }
}

#[test]
fn what_shows_nothing_is_blank_and_what_is_missing_is_told_with_what_to_write() {
    let (shell, run) = read(&map("", "person = \"who\"\nto = \"end\""), "id,who,end\n1,Ann,\u{200b}\n");
    assert_eq!((run.exit, posts(&shell).len()), (Some(0), 1), "{run:?}");
    shell.write("map.toml", map("", "person = \"who\"") + "[revisions]\nfiles = \"{date}_t.csv\"\n");
    shell.write("2024-13-01_t.csv", "id,who\n1,Ann\n");
    let run = ingest(&shell, &["2024-13-01_t.csv"]);
    assert!(run.exit == Some(1) && run.err.contains("files whose names tell a day"), "{run:?}");
    shell.write("map.toml", map("", "person = \"who\"").replace("path = \"t.csv\"", ""));
    std::fs::create_dir(shell.dir().join("d")).unwrap();
    let run = ingest(&shell, &["d"]);
    assert!(run.exit == Some(1) && run.err.contains("the table `t` is not among the inputs"), "{run:?}");
}

#[test]
fn a_table_without_a_header_has_the_columns_that_the_map_names() {
    let stints = "person = \"who\"\nunit = \"team\"\nto = \"end\"";
    let file = |columns: &str| format!("delimiter = \";\"\ncolumns = [{columns}]");
    let columns = "\"id\", \"who\", \"\", \"team\", \"end\"";
    let (shell, run) = read(
        &map(&file(columns), stints),
        "\u{feff}sep=;\n1;Ann;x;A;2020-01-01\n\n\"2\";\"Bo;Lee\";;B;\n3;Cy;B\nsep=;4;y;C;\n",
    );
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert_eq!(posts(&shell), ["1 | Ann | A | -", "2 | Bo;Lee | B | -", "sep= | 4 | C | -"]);
    let told = rejects(&shell);
    assert!(
        told[0].starts_with("5 ") && told[0].contains("the row has 3 cells, and the map names 5 columns"),
        "{told:?}"
    );
    // An empty table has no rows.
    let (_, run) = read(&map(&file(columns), stints), "");
    assert!(run.well().out.starts_with("appended 0, "), "an empty table");
    for (columns, problem) in [
        ("\"id\", \"who\"", "there is no column `team`"),
        ("\"id\", \"who\", \"team\", \"team\", \"end\"", "`team`"),
        (
            &*format!("{columns}]\nheader = \"id\"\nlists = [\"x\""),
            "`files.t.columns`: by `header`, a line names the columns",
        ),
        (&*format!("{columns}]\neach = [\"$\""), "`files.t.columns`: a tree has no columns"),
    ] {
        let (_, run) = read(&map(&file(columns), stints), "1;Ann;A;2020-01-01;\n");
        assert!(run.exit == Some(1) && run.err.contains(problem), "{columns}: {run:?}");
    }
}

/// What the map below makes of rows of changes alone: the person, title, start and end of each post.
fn holdings(shell: &Shell) -> Vec<String> {
    let log = shell.run(&["log", "--format", "ndjson"]).well();
    let shown = |line: &str| {
        let event = &serde_json::from_str::<Value>(line).unwrap()["event"];
        ["person", "title", "from", "to"].map(|field| event[field].as_str().unwrap_or("-").to_owned()).join(" ")
    };
    log.out.lines().map(shown).collect()
}

const CHANGES: &str = "person = \"who\"\ntitle = \"role\"\nfrom = \"since\"\nuntil_next = \"who\"\n\
                       when = { column = \"status\", words = { A = \"true\", T = \"\" } }";

#[test]
fn a_row_holds_until_the_next_of_the_same_person_begins() {
    let rows = "id,who,role,since,status,seq\n3,Ann,Lead,2021-05,A,0\n1,Ann,Clerk,2019-01-01,A,0\n2,Ann,Cook,2020-03-01,A,0\n\
                4,Ann,,2022-07-01,T,0\n5,Ann,Chair,2023-01-01,A,0\n6,Bo,Cook,2020-01-01,A,0\n7,Bo,,2020-06-01,T,0\n";
    let expect = [
        "Ann Lead 2021-05 2022-07-01",
        "Ann Clerk 2019-01-01 2020-03-01",
        "Ann Cook 2020-03-01 2021-05",
        "Ann Chair 2023-01-01 -",
        "Bo Cook 2020-01-01 2020-06-01",
    ];
    let (shell, run) = read(&map("", CHANGES), rows);
    assert_eq!((run.exit, holdings(&shell)), (Some(0), expect.map(str::to_owned).to_vec()), "{run:?}");
    // The same events as a table that has the ends makes, and those of a tree.
    let ended = "id,who,role,since,to\n3,Ann,Lead,2021-05,2022-07-01\n1,Ann,Clerk,2019-01-01,2020-03-01\n\
                 2,Ann,Cook,2020-03-01,2021-05\n5,Ann,Chair,2023-01-01,\n6,Bo,Cook,2020-01-01,2020-06-01\n";
    let plain = "person = \"who\"\ntitle = \"role\"\nfrom = \"since\"\nto = { column = \"to\", end = \"exclusive\" }";
    let (other, _) = read(&map("", plain), ended);
    assert_eq!(shell.state(), other.state());
    let tree = Shell::new();
    let columns: Vec<&str> = rows.lines().next().unwrap().split(',').collect();
    let record = |row: &str| {
        let fields = columns.iter().zip(row.split(',')).map(|(name, cell)| ((*name).to_owned(), cell.into()));
        Value::Object(fields.collect()).to_string()
    };
    tree.write("t.json", rows.lines().skip(1).map(record).collect::<Vec<_>>().join("\n"));
    let paths = ["id", "who", "role", "since", "status"];
    let mapped = map("each = \"$\"", CHANGES).replace("t.csv", "t.json");
    let mapped = paths.iter().fold(mapped, |map, path| map.replace(&format!("\"{path}\""), &format!("\"$.{path}\"")));
    tree.write("map.toml", mapped);
    tree.run(&["ingest", "--from", "records", "--map", "map.toml", "t.json"]).well();
    assert_eq!(holdings(&tree), expect);
    // What a later version has next is a change of the row before.
    shell.write("t.csv", format!("{rows}8,Ann,Mayor,2024-01-01,A,0\n"));
    assert!(ingest(&shell, &["t.csv"]).well().out.starts_with("appended 2, "));
    assert_eq!(holdings(&shell)[5..], ["Ann Chair 2023-01-01 2024-01-01", "Ann Mayor 2024-01-01 -"]);
}

#[test]
fn of_rows_of_one_day_the_map_says_which_comes_first() {
    let rows = "id,who,role,since,status,seq\n1,Ann,Clerk,2019-01-01,A,0\n2,Ann,Cook,2020-03-01,A,1\n3,Ann,Chef,2020-03-01,A,0\n\
                4,Bo,Cook,2020,A,0\n5,Bo,Chef,2020-05-01,A,1\n6,Cy,Cook,,A,0\n7,Cy,Chef,2020,A,0\n8,,Cook,2020,A,0\n";
    let (shell, run) = read(&map("", &format!("{CHANGES}\norder = \"seq\"")), rows);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert_eq!(holdings(&shell), ["Ann Clerk 2019-01-01 2020-03-01", "Ann Cook 2020-03-01 -"]);
    let told = rejects(&shell);
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told[0].contains("another row of `Bo` may begin before this one or after it"), "{told:?}");
    assert!(told[2].contains("a row of `Cy` does not tell when it begins"), "{told:?}");
    assert!(run.out.contains("a row that another one of its day follows"), "{run:?}");
    let (shell, _) = read(&map("", CHANGES), rows);
    assert_eq!(holdings(&shell), ["Ann Clerk 2019-01-01 2020-03-01"]);
    for (stints, problem) in [
        ("person = \"who\"\nuntil_next = \"who\"", "`stints.from` is missing"),
        ("person = \"who\"\nfrom = \"since\"\norder = \"seq\"", "`stints.until_next` is missing"),
    ] {
        let (_, run) = read(&map("", stints), rows);
        assert!(run.exit == Some(1) && run.err.contains(problem), "{stints}: {run:?}");
    }
}

#[test]
fn years_are_those_of_the_calendar_that_the_map_names() {
    let stints = "person = \"who\"\nfrom = { column = \"start\", dates = [\"buddhist\", \"japanese\", \"roc\", \"edtf\"] }\n\
                  to = { column = \"end\", dates = [\"japanese\"] }";
    let (shell, run) = read(
        &map("", stints),
        "id,who,start,end\n1,Ann,平成３１年,令和6年3月31日\n2,Bo,1130401,\n3,Cy,๑/๔/๒๕๖๗,\n4,Di,2020-02-01,R6.3.31\n\
         5,Ed,平成31年5月1日,\n6,Fe,2020,1130331\n",
    );
    assert_eq!(run.exit, Some(8), "{run:?}");
    let log = shell.run(&["log", "--format", "ndjson"]).well();
    let dates = log.out.lines().map(|line| {
        let event = &serde_json::from_str::<Value>(line).unwrap()["event"];
        ["from", "to"].map(|field| event[field].as_str().unwrap_or("-").to_owned()).join(" ")
    });
    assert_eq!(
        dates.collect::<Vec<_>>(),
        ["[2019..2019-04] 2024-04-01", "2024-04-01 -", "2024-04-01 -", "2020-02-01 2024-04-01"]
    );
    let told = rejects(&shell);
    assert!(told[0].contains("\"start\" \"`平成31年5月1日` is not a date") && told[1].contains("\"end\""), "{told:?}");
}

#[test]
fn who_is_named_is_one() {
    let table = "id,who,of,to\n1,Ann,x,\n2,Bo,y,2024-01-01\n";
    let keyed = map("", "person = \"who\"\nto = \"to\"\nreports_to = { name = \"of -> h.name\" }")
        + "[files.h]\npath = \"h.csv\"\nid = \"post\"\n";
    let shell = Shell::new();
    shell.write("map.toml", &keyed);
    shell.write("t.csv", table);
    shell.write("h.csv", "post,name\nx,Cy\nx,Di\ny,Ed\n");
    let run = ingest(&shell, &["t.csv", "h.csv"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert_eq!(posts(&shell), ["2 | Bo | - | -"]);
    let told = rejects(&shell);
    assert!(told.len() == 1 && told[0].contains("`Cy` and `Di`") && told[0].contains("split"), "{told:?}");
}

#[test]
fn a_date_in_an_attribute_is_not_passed_over() {
    let map = "company = \"Acme\"\nend = \"exclusive\"\n[source]\npublisher = \"P\"\n[files.t]\npath = \"t.xml\"\neach = \"$.p[*]\"\n[stints]\n\
               file = \"t\"\nkey = \"@.id\"\nperson = \"@.name\"\nto = \"@.to?\"\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    let rows = [
        "<p><id>1</id><name>Ann</name><to value=\"2020-01-01\"/></p>",
        "<p><id>2</id><name>Bo</name><to nil=\"true\"/></p>",
        "<p><id>3</id><name>Cy <b>Day</b></name><to>2020-01-01</to></p>",
        "<p><id>4</id><name lang=\"en\">Di</name><to kind=\"day\">2020-01-01</to></p>",
    ];
    shell.write("t.xml", format!("<r>{}</r>", rows.concat()));
    let run = shell.run(&["ingest", "--from", "records", "--map", "map.toml", "--rejects", "rejects", "t.xml"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let told = rejects(&shell);
    assert!(
        told.len() == 2 && told[0].contains("attributes alone") && told[1].contains("a text with elements"),
        "{told:?}"
    );
    assert_eq!(shell.run(&["log", "--format", "ndjson"]).well().out.lines().count(), 2);
}

#[test]
fn what_match_does_not_find_is_told_and_a_date_costs_its_row() {
    let term = "to = { column = \"term\", match = \"[–-] ?(\\\\d{4})$\"";
    let check = |end: &str, title: &str, exit: i32, count: u64| {
        let stints = format!("person = \"who\"\ntitle = {{ column = \"role\", match = \"[(](.*)[)]\" }}\n{end} }}");
        let shell = Shell::new();
        shell.write("map.toml", map("", &stints));
        shell.write(
            "t.csv",
            format!("id,who,role,term\n1,Ann,{title},1999–2003\n2,Bo,(Cook),1999/2000–2003/04\n3,Cy,,Present\n"),
        );
        let run = ingest(&shell, &["--format", "json", "t.csv"]);
        assert_eq!(run.exit, Some(exit), "{end}: {run:?}");
        let sum: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(sum["unmatched"]["stints.title"].as_u64().unwrap_or_default(), count, "{sum}");
        (shell, run)
    };
    let (shell, _) = check(term, "Chief", 8, 1);
    assert_eq!(posts(&shell), ["1 | Ann | - | -", "3 | Cy | - | -"]);
    assert!(
        rejects(&shell)[0].contains("`match` of the map finds no date in `1999/2000–2003/04`"),
        "{:?}",
        rejects(&shell)
    );
    check(&format!("{term}, unless = \"/\""), "(Chief)", 0, 0);
    check(&format!("{term}, otherwise = \"2004\""), "(Chief)", 0, 0);
    let explained = ingest(&shell, &["--explain", "t.csv"]);
    assert!(
        explained.err.contains("`match` of `stints.title` finds nothing in a cell that is filled (1)"),
        "{explained:?}"
    );
    assert!(explained.out.contains("cells in which `match` finds nothing (--explain names them) 1"), "{explained:?}");
}

#[test]
fn rows_of_a_unit_that_hold_one_after_the_other_are_one_unit() {
    let units = |to: &str| {
        let own = format!(
            "[files.u]\npath = \"u.csv\"\n[units]\nfile = \"u\"\nid = \"id\"\nname = \"name\"\nfrom = \"from\"\n{to}parent = \"above\"\n"
        );
        map("", "person = \"who\"\nunit = { id = \"unit\" }\nfrom = \"since\"")
            .replace("[stints]", &format!("{own}[stints]"))
    };
    let of = |map: String, rows: &[&str]| {
        let shell = Shell::new();
        shell.write("map.toml", map);
        shell.write("t.csv", "id,who,unit,since\n1,Ann,1,2001-01-01\n");
        shell.write(
            "u.csv",
            ["id,name,from,to,above", "2,Head Office,1990-01-01,,"]
                .iter()
                .chain(rows)
                .fold(String::new(), |text, row| text + row + "\n"),
        );
        let run = ingest(&shell, &["t.csv", "u.csv"]);
        (shell, run.exit)
    };
    let called = |shell: &Shell, day: &str| {
        let held = shell.ask(&["person", "Ann", "--at", day])["positions"][0].clone();
        held["unit"]["name"].as_str().unwrap_or("-").to_owned()
    };
    let rows = ["1,IT,2000-01-01,2020-12-31,", "1,Digital,2021-01-01,9999-12-31,2"];
    for rows in [rows, [rows[1], rows[0]]] {
        for to in ["to = \"to\"\n", ""] {
            let (shell, exit) = of(units(to), &rows);
            assert_eq!(exit, Some(0), "{rows:?}");
            assert_eq!(["2010-01-01", "2022-01-01"].map(|day| called(&shell, day)), ["IT", "Digital"], "{rows:?}");
            let types = |kind: &str| shell.ask(&["log", "--type", kind])["events"].as_array().unwrap().len();
            assert_eq!(["UnitRenamed", "UnitMoved", "UnitDissolved"].map(types), [1, 1, 0], "{rows:?}");
            let moved = shell.ask(&["log", "--type", "UnitMoved"])["events"][0]["event"].clone();
            assert_eq!((&moved["parent"]["id"], &moved["effective"]), (&"2".into(), &"2021-01-01".into()), "{moved}");
        }
    }
    // It is dissolved at the end of the last, and leaves its parent for its company.
    let (shell, _) = of(units("to = \"to\"\n"), &["1,IT,2000-01-01,2020-12-31,2", "1,IT,2021-01-01,2022-12-31,"]);
    let dissolved = shell.ask(&["log", "--type", "UnitDissolved"])["events"][0]["event"]["effective"].clone();
    assert_eq!(dissolved, "2023-01-01");
    let moved = shell.ask(&["log", "--type", "UnitMoved"])["events"][0]["event"].clone();
    assert_eq!(moved["parent"], "Harbour Club", "{moved}");
    // Of two that hold at one time neither counts.
    let (shell, exit) = of(units("to = \"to\"\n"), &["1,IT,2000-01-01,2020-12-31,", "1,Digital,2020-06-01,,"]);
    assert_eq!(exit, Some(8));
    let told = rejects(&shell);
    assert!(
        told.len() == 2 && told[0].contains("line 4 says something else of this unit, of the same time"),
        "{told:?}"
    );
}
