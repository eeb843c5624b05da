//! Rosters through the binary: what snapshots of a team page say, alone and one after the other.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use shell::{Random, Shell, file, skipped};

const TEAM: &str = r#"
company = "Harbour Labs"
complete = true
acting = ["interim"]
[source]
publisher = "Harbour Labs"
url = "https://harbour.example/team"
[date]
file = "team_{date}.yaml"
[[lists]]
at = "*"
title = "role"
manager = "boss?"
"#;

/// A snapshot: name, role and boss of each.
fn page(people: &[(&str, &str, &str)]) -> String {
    let field = |name: &str, value: &str| match value {
        "" => String::new(),
        value => format!("  {name}: {value}\n"),
    };
    let entry = |(name, role, boss): &(&str, &str, &str)| {
        format!("- name: {name}\n{}{}", field("role", role), field("boss", boss))
    };
    people.iter().map(entry).collect()
}

/// Four snapshots in which most things happen.
fn pages() -> BTreeMap<&'static str, String> {
    let pages = [
        (
            "2024-01-16",
            vec![
                ("Ana Duarte", "CEO", ""),
                ("Ben Okafor", "Engineer", "Ana Duarte"),
                ("Chen Li", "Designer", "Ana Duarte"),
                ("Dora Weiss", "Engineer", "Ben Okafor"),
            ],
        ),
        (
            "2024-05-02",
            vec![
                ("Ana Duarte", "CEO", ""),
                // Listed twice in one post.
                ("Ana Duarte", "CEO", ""),
                // In a second post.
                ("Ana Duarte", "Interim Head of Design", ""),
                // A new title and a new manager.
                ("Dora Weiss", "Senior Engineer", "Ana Duarte"),
                // Ben and Chen are gone, Emil is new.
                ("Emil Holm", "Engineer", "Dora Weiss"),
            ],
        ),
        (
            "2024-09-01",
            vec![
                ("Ana Duarte", "CEO", ""),
                ("Dora Weiss", "Senior Engineer", "Ana Duarte"),
                // Back, under the same title.
                ("Ben Okafor", "Engineer", "Dora Weiss"),
                // No manager any more.
                ("Emil Holm", "Engineer", ""),
            ],
        ),
        (
            "2024-12-24",
            vec![
                ("Ana Duarte", "CEO", ""),
                ("Dora Weiss", "CTO", "Ana Duarte"),
                ("Ben Okafor", "Engineer", "Dora Weiss"),
                ("Emil Holm", "Engineer", "Dora Weiss"),
            ],
        ),
    ];
    pages.into_iter().map(|(day, people)| (day, page(&people))).collect()
}

fn team(map: &str) -> Shell {
    let shell = Shell::new();
    shell.write("map.toml", map);
    for (day, page) in pages() {
        shell.write(&format!("team_{day}.yaml"), page);
    }
    shell
}

fn read(shell: &Shell, files: &[&str]) -> shell::Run {
    let map = ["ingest", "--from", "roster", "--map", "map.toml", "--rejects", "rejects"];
    shell.run(&[&map[..], files].concat())
}

fn names(days: &[&str]) -> Vec<String> {
    days.iter().map(|day| format!("team_{day}.yaml")).collect()
}

fn read_days(shell: &Shell, days: &[&str]) -> shell::Run {
    let names = names(days);
    read(shell, &names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Who is in what post under whom on a day; `?` where that is only possible.
fn who(shell: &Shell, of: &str, at: &[&str]) -> BTreeSet<String> {
    members(&shell.ask(&[&["who", of, "--at"], at].concat()))
}

fn members(answer: &Value) -> BTreeSet<String> {
    let shown = |member: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let sure = if member["certainty"] == "certain" { "" } else { "?" };
        let [name, title, boss] =
            [&member["person"]["name"], &member["title"], &member["reports_to"]["name"]].map(text);
        format!("{sure}{name} / {title} / {boss}")
    };
    answer["members"].as_array().unwrap().iter().map(shown).collect()
}

/// The tenures of somebody: title, start and end.
fn career(shell: &Shell, person: &str) -> Vec<String> {
    let answer = shell.ask(&["career", person]);
    let shown = |tenure: &Value| {
        let date = |edge: &Value| edge["edtf"].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", tenure["title"].as_str().unwrap_or("-"), date(&tenure["from"]), date(&tenure["to"]))
    };
    answer["tenures"].as_array().unwrap().iter().map(shown).collect()
}

fn rejects(shell: &Shell) -> Vec<String> {
    let line = |line: &str| {
        let reject: Value = serde_json::from_str(line).unwrap();
        let column = reject["column"].as_str().map(|column| format!("({column})")).unwrap_or_default();
        let file = Path::new(reject["file"].as_str().unwrap()).file_name().unwrap().to_string_lossy().into_owned();
        format!("{file}:{}:{column} {}", reject["line"], reject["reason"].as_str().unwrap())
    };
    shell.read("rejects").lines().map(line).collect()
}

const DAYS: [&str; 4] = ["2024-01-16", "2024-05-02", "2024-09-01", "2024-12-24"];

/// What each snapshot shows.
fn shown() -> [(&'static str, BTreeSet<String>); 4] {
    let set = |people: &[&str]| people.iter().map(ToString::to_string).collect();
    [
        (
            DAYS[0],
            set(&[
                "Ana Duarte / CEO / -",
                "Ben Okafor / Engineer / Ana Duarte",
                "Chen Li / Designer / Ana Duarte",
                "Dora Weiss / Engineer / Ben Okafor",
            ]),
        ),
        (
            DAYS[1],
            set(&[
                "Ana Duarte / CEO / -",
                "Ana Duarte / Interim Head of Design / -",
                "Dora Weiss / Senior Engineer / Ana Duarte",
                "Emil Holm / Engineer / Dora Weiss",
            ]),
        ),
        (
            DAYS[2],
            set(&[
                "Ana Duarte / CEO / -",
                "Ben Okafor / Engineer / Dora Weiss",
                "Dora Weiss / Senior Engineer / Ana Duarte",
                "Emil Holm / Engineer / -",
            ]),
        ),
        (
            DAYS[3],
            set(&[
                "Ana Duarte / CEO / -",
                "Ben Okafor / Engineer / Dora Weiss",
                "Dora Weiss / CTO / Ana Duarte",
                "Emil Holm / Engineer / Dora Weiss",
            ]),
        ),
    ]
}

#[test]
fn each_snapshot_is_answered_as_it_was() {
    let shell = team(TEAM);
    read_days(&shell, &DAYS).well();
    for (day, expect) in shown() {
        assert_eq!(who(&shell, "Harbour Labs", &[day]), expect, "{day}");
        assert_eq!(who(&shell, "Harbour Labs", &[day, "--known", day]), expect, "{day} as known then");
    }
    assert_eq!(
        career(&shell, "Ben Okafor"),
        ["Engineer [..2024-01-16] [2024-01-17..2024-05-02]", "Engineer [2024-05-03..2024-09-01] -",]
    );
    assert_eq!(
        career(&shell, "Dora Weiss"),
        [
            "Engineer [..2024-01-16] [2024-01-17..2024-05-02]",
            "Senior Engineer [2024-01-17..2024-05-02] [2024-09-02..2024-12-24]",
            "CTO [2024-09-02..2024-12-24] -",
        ]
    );
    assert_eq!(career(&shell, "Emil Holm"), ["Engineer [2024-01-17..2024-05-02] -"]);
    let acting = shell.ask(&["person", "Ana Duarte", "--at", DAYS[1]]);
    let acting = acting["positions"].as_array().unwrap().iter().map(|p| format!("{} {}", p["title"], p["acting"]));
    assert_eq!(acting.collect::<Vec<_>>(), [r#""CEO" false"#, r#""Interim Head of Design" true"#]);
    let line = shell.ask(&["reports", "Dora Weiss", "--at", DAYS[0]]);
    assert_eq!(line["up"][0]["person"]["name"], "Ben Okafor");
    assert_eq!(line["up"][0]["up"][0]["person"]["name"], "Ana Duarte");
    assert_eq!(shell.ask(&["conflicts"])["conflicts"], serde_json::json!([]));
    // Between two snapshots nobody knows.
    let between = who(&shell, "Harbour Labs", &["2024-03-01"]);
    assert!(between.contains("?Ben Okafor / Engineer / Ana Duarte"), "{between:?}");
    assert!(between.contains("?Emil Holm / Engineer / Dora Weiss"), "{between:?}");
}

#[test]
fn one_by_one_or_together_is_the_same_ledger() {
    let together = team(TEAM);
    read_days(&together, &DAYS).well();
    let state = together.state();
    let again = read_days(&together, &DAYS).well();
    assert!(again.out.starts_with("appended 0,"), "{again:?}");
    let apart = team(TEAM);
    for day in DAYS {
        read_days(&apart, &[day]).well();
    }
    assert_eq!(apart.state(), state);
    let directory = team(TEAM);
    fs::create_dir(directory.dir().join("pages")).unwrap();
    for name in names(&DAYS) {
        fs::rename(directory.dir().join(&name), directory.dir().join("pages").join(&name)).unwrap();
    }
    read(&directory, &["pages"]).well();
    assert_eq!(directory.state(), state);
}

#[test]
fn snapshots_that_come_late_find_their_place() {
    let together = team(TEAM);
    read_days(&together, &DAYS).well();
    let careers =
        |shell: &Shell| ["Ana Duarte", "Ben Okafor", "Chen Li", "Dora Weiss", "Emil Holm"].map(|p| career(shell, p));
    let mut random = Random(7);
    for _ in 0..3 {
        let shell = team(TEAM);
        let mut left = DAYS.to_vec();
        let mut days = Vec::new();
        while !left.is_empty() {
            days.push(left.swap_remove(usize::try_from(random.below(left.len() as u64)).unwrap()));
        }
        for day in &days {
            read_days(&shell, &[day]).well();
        }
        for (day, expect) in shown() {
            assert_eq!(who(&shell, "Harbour Labs", &[day]), expect, "{days:?} {day}");
            assert_eq!(who(&shell, "Harbour Labs", &[day, "--known", day]), expect, "{days:?} {day} as known then");
        }
        assert_eq!(careers(&shell), careers(&together), "{days:?}");
        assert_eq!(shell.ask(&["conflicts"])["conflicts"], serde_json::json!([]), "{days:?}");
        let again = read_days(&shell, &DAYS).well();
        assert!(again.out.starts_with("appended 0,"), "{days:?}: {again:?}");
    }
}

#[test]
fn a_snapshot_read_again_replaces_what_was_read_of_it() {
    let shell = team(TEAM);
    read_days(&shell, &DAYS).well();
    let good = pages()[DAYS[1]].clone();
    let before: Vec<_> = DAYS.iter().map(|day| who(&shell, "Harbour Labs", &[day])).collect();
    let bad = good.replace("Emil Holm", "Emil Hölm-Berg");
    for (page, name) in [(&bad, "Emil Hölm-Berg"), (&good, "Emil Holm"), (&bad, "Emil Hölm-Berg"), (&good, "Emil Holm")]
    {
        shell.write("team_2024-05-02.yaml", page);
        read_days(&shell, &[DAYS[1]]).well();
        let there = who(&shell, "Harbour Labs", &[DAYS[1]]);
        assert!(there.contains(&format!("{name} / Engineer / Dora Weiss")), "{there:?}");
        assert_eq!(there.len(), 4, "{there:?}");
    }
    let after: Vec<_> = DAYS.iter().map(|day| who(&shell, "Harbour Labs", &[day])).collect();
    assert_eq!(after, before);
}

#[test]
fn of_two_snapshots_of_one_day_the_later_counts() {
    let map = TEAM.replace("file = \"team_{date}.yaml\"", "field = \"at\"").replace("at = \"*\"", "at = \"team/*\"");
    let page = |at: &str, people: &str| format!("at: {at}\nteam: [{people}]\n");
    let [ana, ben] = ["{name: Ana Duarte, role: CEO}", "{name: Ben Okafor, role: Engineer}"];
    let days = [
        page("2024-01-16", &format!("{ana}, {ben}")),
        page("2024-02-01T08:00:00Z", ana),
        page("2024-02-01T20:00:00Z", &format!("{ana}, {ben}")),
    ];
    for order in [vec![vec![0, 1, 2]], vec![vec![0], vec![1], vec![2]], vec![vec![2], vec![1], vec![0]]] {
        let shell = Shell::new();
        shell.write("map.toml", &map);
        for (i, day) in days.iter().enumerate() {
            shell.write(&format!("{i}.yaml"), day);
        }
        for run in &order {
            let files: Vec<String> = run.iter().map(|i| format!("{i}.yaml")).collect();
            read(&shell, &files.iter().map(String::as_str).collect::<Vec<_>>()).well();
        }
        assert_eq!(career(&shell, "Ben Okafor"), ["Engineer [..2024-01-16] -"], "{order:?}");
    }
}

#[test]
fn only_a_complete_snapshot_ends_anything() {
    let expect = |map: &str, exit: i32, engineer: &str, reason: &str| {
        let shell = team(map);
        shell.write("team_2025-01-01.yaml", page(&[("Ana Duarte", "CEO", "")]));
        read_days(&shell, &[DAYS[3]]).well();
        let run = read_days(&shell, &["2025-01-01"]);
        assert_eq!(run.exit, Some(exit), "{run:?}");
        assert_eq!(career(&shell, "Ben Okafor"), [engineer]);
        let rejects = rejects(&shell);
        assert!(rejects.concat().contains(reason) && rejects.is_empty() == reason.is_empty(), "{rejects:?}");
    };
    let open = "Engineer [..2024-12-24] -";
    expect(TEAM, 8, open, "lists 1 posts where 4 were listed before: nothing is ended by it");
    expect(&TEAM.replace("complete = true", ""), 0, open, "");
    let ended = "Engineer [..2024-12-24] [2024-12-25..2025-01-01]";
    expect(&TEAM.replace("complete = true", "complete = true\nleast_share = 0.2"), 0, ended, "");

    // What an incomplete one shows counts all the same, and a complete one after it ends what is gone by then.
    let shell = team(&TEAM.replace("complete = true", "complete = false"));
    read_days(&shell, &DAYS[1..2]).well();
    shell.write("map.toml", TEAM);
    read_days(&shell, &DAYS[..1]).well();
    read_days(&shell, &DAYS[2..3]).well();
    assert_eq!(career(&shell, "Chen Li"), ["Designer [..2024-01-16] [2024-01-17..2024-09-01]"]);
    assert_eq!(career(&shell, "Emil Holm"), ["Engineer [2024-01-17..2024-05-02] -"]);
}

const TREE: &str = r#"
company = { id = "k", name = "Konsortium" }
complete = true
absent = "relieved"
namespace = "git:"
[source]
url = "https://konsortium.example/groups.yaml"
[date]
field = "as_of"
[[lists]]
at = "groups/*/leadership/chairs/*"
id = "git"
title_is = "Chair"
unit = "../../../name"
lead = true
[[lists]]
at = "groups/*/leadership/tech_leads/*?"
id = "git"
title_is = "Tech Lead"
unit = "../../../name"
"#;

#[test]
fn a_tree_of_groups_is_read_by_paths() {
    let shell = Shell::new();
    shell.write("map.toml", TREE);
    let group = |name: &str, chairs: &str, leads: &str| {
        format!("- name: {name}\n  leadership:\n    chairs: [{chairs}]\n    tech_leads: [{leads}]\n")
    };
    let [ada, bo, cy] =
        ["{git: ada_l, name: Ada Lund}", "{git: bo, name: Bo Riis}", "{git: cy-1, name: Cy Park, firm: {x: 1}}"];
    let first = [group("Storage", ada, &format!("{ada}, {bo}")), group("Network", cy, "")].concat();
    let second = [group("Storage", ada, bo), group("Network", bo, ""), group("Release", cy, "")].concat();
    shell.write("1.yaml", format!("as_of: 2024-01-16\ngroups:\n{first}"));
    shell.write("2.yaml", format!("as_of: 2024-05-02\ngroups:\n{second}"));
    read(&shell, &["1.yaml", "2.yaml"]).well();
    let set = |people: &[&str]| people.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(
        who(&shell, "Storage", &["2024-01-16"]),
        set(&["Ada Lund / Chair / -", "Ada Lund / Tech Lead / -", "Bo Riis / Tech Lead / -",])
    );
    assert_eq!(who(&shell, "Storage", &["2024-05-02"]), set(&["Ada Lund / Chair / -", "Bo Riis / Tech Lead / -"]));
    assert_eq!(who(&shell, "Network", &["2024-05-02"]), set(&["Bo Riis / Chair / -"]));
    assert_eq!(who(&shell, "Release", &["2024-05-02"]), set(&["Cy Park / Chair / -"]));
    let log = shell.ask(&["log", "git:cy-1"]).to_string();
    assert!(log.contains("TransferredUnit"), "a post that went to another unit moved: {log}");
    assert_eq!(shell.ask(&["org", "Storage", "--at", "2024-05-02"])["unit"]["leads"][0]["id"], "git:ada_l");
    // Bo is in two groups, and nobody has left the company by being in neither.
    shell.write("3.yaml", format!("as_of: 2024-09-01\ngroups:\n{}", group("Storage", ada, "") + &group("R", cy, "")));
    read(&shell, &["3.yaml"]).well();
    assert_eq!(who(&shell, "Konsortium", &["2024-09-01"]), set(&["Ada Lund / Chair / -", "Cy Park / Chair / -"]));
    let log = shell.ask(&["log", "git:bo"]).to_string();
    assert!(log.contains("RelievedOfPost") && !log.contains("LeftCompany"), "{log}");
}

#[test]
fn managers_are_found_by_the_posts_that_others_call_their_own() {
    let shell = Shell::new();
    shell.write(
        "map.toml",
        r#"
company = "Harbour Labs"
complete = true
markdown = true
nobody = ["none"]
source = { publisher = "Harbour Labs" }
date = { on = "2024-01-16" }
[[lists]]
at = "team/*"
title = "role"
manager = "reports_to"
post = "slug"
"#,
    );
    shell.write(
        "team.json",
        r#"{"team": {
  "ana": {"name": "Ana Duarte", "role": "[CEO](../ceo.md), Founder", "reports_to": "none", "slug": "ceo"},
  "ben": {"name": "Ben Okafor", "role": "CTO", "reports_to": "ceo", "slug": "lead"},
  "cli": {"name": "Chen Li", "role": "COO", "reports_to": "ceo", "slug": "lead"},
  "dor": {"name": "Dora Weiss", "role": "Engineer", "reports_to": "lead"},
  "emi": {"name": "Emil Holm", "role": "Engineer", "reports_to": "ben"},
  "fay": {"name": "Fay Ito", "role": "Engineer", "reports_to": "vp_unknown"},
  "fa2": {"name": "Fay Ito", "role": "Engineer", "reports_to": "ceo"},
  "fa3": {"name": "FAY ITO", "role": "engineer", "reports_to": "ben"},
  "nil": null
}}"#,
    );
    let run = read(&shell, &["team.json"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let set = |people: &[&str]| people.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(
        who(&shell, "Harbour Labs", &["2024-01-16"]),
        set(&[
            "Ana Duarte / CEO, Founder / -",
            "Ben Okafor / CTO / Ana Duarte",
            "Chen Li / COO / Ana Duarte",
            "Dora Weiss / Engineer / -",
            "Emil Holm / Engineer / Ben Okafor",
            "Fay Ito / Engineer / Ana Duarte",
        ])
    );
    assert_eq!(
        rejects(&shell),
        [
            "team.json:5:(reports_to) `lead` is the post of several people: who of them is the manager is not said",
            "team.json:7:(reports_to) no entry has the post `vp_unknown`: the manager is not known",
            "team.json:9:(reports_to) listed before under `Ana Duarte`: that manager is kept",
        ]
    );
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_the_rest_is_in() {
    let shell = team(TEAM);
    shell
        .write("team_2024-02-01.yaml", "- name: Ana Duarte\n- role: Nobody\n- name: '!!'\n- Ben\n- name: Ben Okafor\n");
    shell.write("team_2024-03-01.yaml", "- name: [\n");
    shell.write("team_2024-04-01.yaml", "people: []\n");
    shell.write("team_june.yaml", "- name: Ana Duarte\n");
    shell.write("other.yaml", "- name: Ana Duarte\n");
    let run = read(
        &shell,
        &["team_2024-02-01.yaml", "team_2024-03-01.yaml", "team_2024-04-01.yaml", "team_june.yaml", "other.yaml"],
    );
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert_eq!(
        rejects(&shell),
        [
            "team_2024-03-01.yaml:2: broken YAML: while parsing a node, did not find expected node content",
            "team_june.yaml:1: `the file's name`: `june` is neither a day nor an instant with its zone",
            "other.yaml:1: the file's name is not of the form `team_{date}.yaml`",
            "team_2024-02-01.yaml:2:(name) an entry without a name",
            "team_2024-02-01.yaml:4:(name) an entry without a name",
            "team_2024-02-01.yaml:3: `person`: the name `!!` has no letter and no digit",
            "team_2024-04-01.yaml:1:(name) an entry without a name",
            "team_2024-04-01.yaml:1: the snapshot lists nobody, and is passed over",
        ]
    );
    assert_eq!(who(&shell, "Harbour Labs", &["2024-02-01"]).len(), 2);
    for (map, problem) in [
        ("company = 1", "missing field `source`"),
        (&*TEAM.replace("company", "compny"), "unknown field `compny`"),
        (&*TEAM.replace("file =", "on = '2024-01-01'\nfile ="), "exactly one of `field`, `file` and `on`"),
        (&*TEAM.replace("at = \"*\"", "at = \"../x\""), "`..` is no step down"),
    ] {
        shell.write("map.toml", map);
        let run = read_days(&shell, &DAYS);
        assert!(run.exit == Some(1) && run.err.contains(problem), "{problem}: {run:?}");
    }
    let run = shell.run(&["ingest", "--from", "roster", "other.yaml"]);
    assert!(run.exit == Some(1) && run.err.contains("needs a map"), "{run:?}");
}

/// The posts that a snapshot of the real history lists, managers looked up.
fn listed(team: &serde_json::Map<String, Value>) -> BTreeSet<String> {
    let mut posts: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in team.values() {
        if let Some(post) = entry["manager_role_slug"].as_str() {
            posts.insert(post, entry["name"].as_str().unwrap());
        }
    }
    let entry = |entry: &Value| {
        let role = entry["role"].as_str().unwrap().replace("[CEO](../../ceo/index.md)", "CEO");
        let boss = entry["reports_to"].as_str().and_then(|post| posts.get(post)).unwrap_or(&"-");
        format!("{} / {role} / {boss}", entry["name"].as_str().unwrap())
    };
    keyed(team.values().map(entry).collect())
}

/// As names are compared: by their letters and digits.
fn keyed(posts: BTreeSet<String>) -> BTreeSet<String> {
    let key = |post: String| post.to_lowercase().chars().filter(|c| c.is_alphanumeric() || *c == '/').collect();
    posts.into_iter().map(key).collect()
}

#[test]
fn the_history_of_a_real_team_is_answered_at_six_dates() {
    let data = file("../../shared/data/sourcegraph-team");
    let Ok(expected) = fs::read_to_string(data.join("expected.json")) else {
        skipped(&format!("there is no {}", data.display()));
        return;
    };
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let shell = Shell::new();
    shell.write(
        "map.toml",
        r#"
company = "Sourcegraph"
complete = true
markdown = true
acting = ["interim"]
nobody = ["none"]
source = { publisher = "Sourcegraph handbook" }
date = { field = "recorded_at" }
[[lists]]
at = "team/*"
title = "role"
manager = "reports_to"
post = "manager_role_slug"
"#,
    );
    let names = ["first", "2022-01", "2022-07", "2023-01", "2023-07", "2024-01", "2024-05"];
    let path = |name: &str| data.join(format!("snapshot_{name}.json")).to_string_lossy().into_owned();
    let paths = names.map(path);
    let run = read(&shell, &paths.each_ref().map(String::as_str));
    assert_eq!(run.exit, Some(8), "{run:?}");
    let told = rejects(&shell);
    assert!(told.len() == 1 && told[0].contains("no entry has the post `Financial Controller`"), "{told:?}");
    // The days of the six, in UTC, by which the ledger counts.
    let days = ["2022-01-31", "2022-07-29", "2023-01-30", "2023-07-28", "2024-01-31", "2024-05-21"];
    for ((case, path), day) in expected["cases"].as_array().unwrap().iter().zip(&paths[1..]).zip(days) {
        let snapshot: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let team = snapshot["team"].as_object().unwrap();
        assert_eq!(case["known_at"], snapshot["recorded_at"]);
        for basis in [vec![day], vec![day, "--known", day]] {
            let answer = shell.ask(&[&["who", "Sourcegraph", "--at"], &basis[..]].concat());
            let members = answer["members"].as_array().unwrap();
            assert_eq!(members.len() as u64, case["entries"].as_u64().unwrap(), "{basis:?}");
            let people: BTreeSet<_> = members.iter().map(|member| member["person"]["id"].as_str().unwrap()).collect();
            assert_eq!(people.len() as u64, case["distinct_names"].as_u64().unwrap(), "{basis:?}");
            let differing: Vec<_> =
                listed(team).symmetric_difference(&keyed(self::members(&answer))).cloned().collect();
            assert!(differing.is_empty(), "{basis:?}: {differing:?}");
            let interim = case["interim"].as_array().unwrap().len();
            assert_eq!(members.iter().filter(|member| member["acting"] == true).count(), interim, "{basis:?}");
        }
        // A line goes to a person, through whichever post: through that of the CEO, or another that he holds meanwhile.
        let ceo = "Quinn Slack";
        let entries = |through: &dyn Fn(&str) -> bool| -> BTreeSet<&str> {
            let reports = team.values().filter(|entry| entry["reports_to"].as_str().is_some_and(through));
            reports.map(|entry| entry["name"].as_str().unwrap()).filter(|name| *name != ceo).collect()
        };
        let keys = case["direct_reports_of_ceo_slug"].as_array().unwrap().iter().map(|key| key.as_str().unwrap());
        let direct: BTreeSet<_> =
            keys.map(|key| team[key]["name"].as_str().unwrap()).filter(|name| *name != ceo).collect();
        assert_eq!(entries(&|post| post == "ceo"), direct, "{day}");
        let of_ceo = |post: &str| team.values().any(|entry| entry["name"] == ceo && entry["manager_role_slug"] == post);
        let lines = shell.ask(&["reports", ceo, "--down", "--at", day]);
        let down: BTreeSet<_> =
            lines["down"].as_array().unwrap().iter().map(|line| line["person"]["name"].as_str().unwrap()).collect();
        assert_eq!(down, entries(&of_ceo), "{day}");
    }
    assert_eq!(shell.ask(&["conflicts"])["conflicts"], serde_json::json!([]));
    let again = read(&shell, &paths.each_ref().map(String::as_str));
    assert!(again.out.starts_with("appended 0,"), "{again:?}");
}

#[test]
fn units_are_found_by_keys_and_keep_their_ids() {
    let map = "company = \"Project\"\ncomplete = true\nabsent = \"relieved\"\n[source]\npublisher = \"project\"\n\
               [date]\nfile = \"team_{date}.yaml\"\n[[lists]]\nat = \"*/*\"\nunit = \"..\"\ntitle_is = \"Member\"\n";
    let shell = team(map);
    shell
        .write("team_2024-05-10.yaml", "SSAF:\n- { name: Jo Booz }\nHSAG:\n- { name: Amy Klo }\n- { name: Jo Booz }\n");
    shell.run(&["ingest", "--from", "roster", "--map", "map.toml", "team_2024-05-10.yaml"]).well();
    let answer = shell.ask(&["who", "Project", "--at", "2024-05-10"]);
    let units: Vec<&str> =
        answer["members"].as_array().unwrap().iter().map(|m| m["unit"]["name"].as_str().unwrap()).collect();
    assert_eq!(units, ["HSAG", "HSAG", "SSAF"]);

    let map = map.replace(
        "at = \"*/*\"\nunit = \"..\"",
        "at = \"sigs/*/chairs/*\"\nunit = \"../../name\"\nunit_id = \"../../dir\"",
    );
    let shell = team(&map);
    for (day, name) in [("2018-06-01", "Federation"), ("2018-09-01", "Multicluster")] {
        let chairs = "chairs: [{ name: Quin Ho }, { name: Chris Bel }]";
        shell.write(&format!("team_{day}.yaml"), format!("sigs:\n- {{ dir: fed, name: {name}, {chairs} }}\n"));
    }
    let words = ["ingest", "--from", "roster", "--map", "map.toml", "team_2018-06-01.yaml", "team_2018-09-01.yaml"];
    shell.run(&words).well();
    assert_eq!(shell.ask(&["moves"])["flows"], Value::Array(Vec::new()));
    let named = |at: &str| shell.ask(&["who", "fed", "--at", at])["unit"]["name"].clone();
    assert_eq!([named("2018-06-01"), named("2018-09-01")], ["Federation", "Multicluster"]);
    assert!(shell.run(&words).well().out.starts_with("appended 0,"));
}

#[test]
fn merges_count_and_a_key_given_twice_ends_nothing() {
    let shell = team(TEAM);
    shell.write(
        "team_2024-01-10.yaml",
        "- &d { name: Ann, role: Sailor }\n- { <<: *d, name: Bo }\n- { name: Cy, role: Cook }\n",
    );
    shell.write("team_2024-02-10.yaml", "- { name: Ann, role: Sailor }\n- { name: Cy, role: Cook, role: Captain }\n");
    let run = shell.run(&["ingest", "--from", "roster", "--map", "map.toml", "team_2024-01-10.yaml"]).well();
    assert!(run.out.contains("records 3, statements 3"), "{run:?}");
    assert_eq!(shell.ask(&["person", "Bo", "--at", "2024-01-10"])["positions"][0]["title"], "Sailor");
    let run = shell.run(&["ingest", "--from", "roster", "--map", "map.toml", "team_2024-02-10.yaml"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert!(run.err.contains("the key `role` stands twice"), "{}", run.err);
    // Neither Bo, who is not listed, nor Cy, of whom it is not known as what.
    assert_eq!(shell.ask(&["who", "Harbour Labs", "--at", "2024-03-01"])["members"].as_array().unwrap().len(), 3);
}

#[test]
fn a_path_that_finds_nothing_is_an_error_unless_it_may() {
    for (path, exit) in [("rol", Some(1)), ("rol?", Some(0))] {
        let shell = team(&TEAM.replace("title = \"role\"", &format!("title = \"{path}\"")));
        shell.write("team_2024-01-10.yaml", "- { name: Ann, role: Sailor }\n");
        let run = shell.run(&["ingest", "--from", "roster", "--map", "map.toml", "--explain", "team_2024-01-10.yaml"]);
        assert_eq!(run.exit, exit, "{run:?}");
        let told = if exit == Some(1) { "`lists.title` is `rol`, and finds nothing" } else { "not read: */role (1)" };
        assert!(run.err.contains(told), "{}", run.err);
    }
}

#[test]
fn a_day_of_death_is_told() {
    let shell = team(&format!("{TEAM}died = \"died?\"\n"));
    shell
        .write("team_2024-01-10.yaml", "- { name: Ann, role: Sailor, died: 2023-05-01 }\n- { name: Bo, role: Cook }\n");
    shell.run(&["ingest", "--from", "roster", "--map", "map.toml", "team_2024-01-10.yaml"]).well();
    assert_eq!(shell.ask(&["career", "Ann"])["died"]["edtf"], "2023-05-01");
}

#[test]
fn a_death_that_a_later_page_takes_back_is_none() {
    let map = format!("{TEAM}died = \"died?\"\n");
    let page = |ann: &str| format!("- {{ name: Ann, role: Sailor{ann} }}\n- {{ name: Bo, role: Cook }}\n");
    let died = page(", died: 2024-02-15");
    let pages = [("2024-01-10", page("")), ("2024-03-10", died), ("2024-05-10", page(""))];
    let names = pages.each_ref().map(|(day, _)| format!("team_{day}.yaml"));
    let read_in = |order: &[&[usize]]| {
        let shell = team(&map);
        for run in order {
            run.iter().for_each(|place| shell.write(&names[*place], &pages[*place].1));
            let files: Vec<&str> = run.iter().map(|place| &*names[*place]).collect();
            read(&shell, &files).well();
        }
        shell
    };
    let orders: [&[&[usize]]; 5] =
        [&[&[0, 1, 2]], &[&[0], &[1], &[2]], &[&[2], &[1], &[0]], &[&[1], &[2], &[0]], &[&[0, 2], &[1]]];
    for order in orders {
        let shell = read_in(order);
        for (at, known, expect) in [
            ("2024-01-10", "9999-12-31", 2),
            ("2024-05-10", "9999-12-31", 2),
            ("2024-03-10", "2024-03-10", 1),
            ("2024-01-10", "2024-03-10", 2),
        ] {
            let list = shell.ask(&["who", "Harbour Labs", "--at", at, "--known", known]);
            let certain = list["members"].as_array().unwrap().iter().filter(|one| one["certainty"] == "certain");
            assert_eq!(certain.count(), expect, "{order:?}: at {at}, known {known}: {list}");
        }
        assert!(shell.ask(&["career", "Ann"])["died"].is_null(), "{order:?}");
        assert_eq!(shell.ask(&["conflicts"])["conflicts"], Value::Array(Vec::new()), "{order:?}");
        // A second run says nothing new.
        let files: Vec<&str> = names.iter().map(|name| &**name).collect();
        let run = read(&shell, &files).well();
        assert!(run.out.starts_with("appended 0"), "{order:?}: {run:?}");
    }
    // The page that takes it back is mended in its turn: she had died.
    let shell = read_in(&[&[0, 1, 2]]);
    shell.write(&names[2], &pages[1].1);
    read(&shell, &[&names[2]]).well();
    assert_eq!(shell.ask(&["career", "Ann"])["died"]["edtf"], "2024-02-15");
    // So is the page that told of it: then there is no death, and nothing to take back.
    let shell = read_in(&[&[0, 1, 2]]);
    shell.write(&names[1], &pages[0].1);
    read(&shell, &[&names[1]]).well();
    let list = shell.ask(&["who", "Harbour Labs", "--at", "2024-03-10", "--known", "2024-03-10"]);
    assert_eq!(list["members"].as_array().unwrap().len(), 2, "{list}");
}

#[test]
fn a_field_of_several_values_is_told_and_can_be_read_one_by_one() {
    let map = TEAM.replace("at = \"*\"\n", "at = \"*\"\nunit = \"teams?\"\n");
    let page = "- {name: Ana Duarte, role: CEO, teams: [Board, Ops]}\n- {name: Ben Okafor, role: Clerk}\n";
    let shell = Shell::new();
    shell.write("team_2024-01-16.yaml", page);
    shell.write("map.toml", map);
    assert_eq!(read(&shell, &["team_2024-01-16.yaml"]).exit, Some(8));
    assert_eq!(rejects(&shell).len(), 1);
    assert!(rejects(&shell)[0].contains("`teams` holds several values"), "{:?}", rejects(&shell));
    assert_eq!(who(&shell, "Harbour Labs", &["2024-01-16"]).len(), 2);

    let each = "[[lists]]\nat = \"*/teams/*\"\nname = \"../../name\"\ntitle = \"../../role\"\nunit = \".\"\n";
    let shell = Shell::new();
    shell.write("team_2024-01-16.yaml", page);
    shell.write("map.toml", TEAM.replace("[[lists]]\nat = \"*\"\ntitle = \"role\"\nmanager = \"boss?\"\n", each));
    read(&shell, &["team_2024-01-16.yaml"]).well();
    for unit in ["Board", "Ops"] {
        assert_eq!(who(&shell, unit, &["2024-01-16"]).len(), 1, "{unit}");
    }
}

#[test]
fn a_table_of_who_is_there_is_a_snapshot() {
    let map = TEAM.replace("team_{date}.yaml", "team_{date}.csv").replace("boss?", "boss");
    let shell = Shell::new();
    shell.write("map.toml", map);
    shell.write("team_2024-01-16.csv", "name;role;boss;\nAna Duarte;CEO;;\nBen Okafor;Engineer;Ana Duarte;\nDora Weiss;\"Engineer; lead\";Ben Okafor;\n;;;\n");
    shell.write(
        "team_2024-05-02.csv",
        "name,role,boss\nAna Duarte,CEO,\nDora Weiss,Senior Engineer,Ana Duarte\nEve Ode,Clerk,\n",
    );
    let files = ["team_2024-01-16.csv", "team_2024-05-02.csv"];
    read(&shell, &files).well();
    assert_eq!(who(&shell, "Harbour Labs", &["2024-01-16"]).len(), 3);
    assert_eq!(who(&shell, "Harbour Labs", &["2024-05-02"]).len(), 3);
    let types = |kind: &str| shell.ask(&["log", "--type", kind])["events"].as_array().unwrap().len();
    assert_eq!(["HeldPost", "ChangedTitle", "ChangedManager", "LeftCompany"].map(types), [6, 1, 1, 1]);
    assert!(career(&shell, "Eve Ode")[0].contains("[2024-01-17..2024-05-02]"), "{:?}", career(&shell, "Eve Ode"));
    assert!(read(&shell, &files).well().out.starts_with("appended 0"));
    // A part of a table that does not read ends nothing.
    shell.write("team_2024-06-01.csv", "name,role,boss\nAna Duarte,CEO,\nBo,Clerk\n");
    assert_eq!(read(&shell, &["team_2024-06-01.csv"]).exit, Some(8));
    assert!(
        rejects(&shell)[0].contains("the row has 2 cells, and the first line names 3 columns"),
        "{:?}",
        rejects(&shell)
    );
    assert_eq!(types("LeftCompany"), 1);
    // Neither does text behind a closing quote; one that is left open is a letter of its own row, and a header is no row.
    shell.write("team_2024-06-02.csv", "name,role,boss\nAna Duarte,\"CEO\" x,\n");
    assert_eq!(read(&shell, &["team_2024-06-02.csv"]).exit, Some(8));
    assert!(rejects(&shell)[0].contains("text after its closing quote"), "{:?}", rejects(&shell));
    let rows = "name,role,boss\nname,role,boss\nAna Duarte,CEO,\nBen Okafor,Engineer,\"Ana Duarte\nDora Weiss,Lead,\nEve Ode,Cook,\n";
    shell.write("team_2024-06-03.csv", rows);
    read(&shell, &["team_2024-06-03.csv"]).well();
    assert_eq!(types("LeftCompany"), 1);
}

#[test]
fn a_snapshot_that_a_late_one_makes_small_stays_so_though_it_tells_of_a_death() {
    let map = "company = \"C\"\ncomplete = true\nleast_share = 0.7\n[source]\npublisher = \"P\"\n[date]\nfile = \"team_{date}.yaml\"\n\
               [[lists]]\nat = \"team/*\"\nname = \"name\"\ntitle = \"role?\"\ndied = \"died?\"\n";
    let pages = [
        ("team_2024-03-15.yaml", "- {name: Ann, role: Cook}\n- {name: Bo, role: Clerk}\n"),
        ("team_2024-05-02.yaml", "- {name: Cy, role: Chef, died: 2024-02}\n- {name: Bo, role: Clerk}\n"),
        ("team_2024-06-01.yaml", "- {name: Bo, role: Clerk}\n- {name: Di, role: Boss}\n"),
    ];
    let careers = [[0, 1, 2], [1, 0, 2]].map(|order| {
        let shell = Shell::new();
        shell.write("map.toml", map);
        for (name, page) in order.map(|place| pages[place]) {
            shell.write(name, format!("team:\n{page}"));
            read(&shell, &[name]);
        }
        career(&shell, "Ann")
    });
    assert_eq!(careers[0], careers[1]);
    assert!(careers[0][0].contains("[2024-03-16..2024-06-01]"), "{careers:?}");
}
