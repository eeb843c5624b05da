//! Small inputs after reports of people who keep such registers, with their right answers, where the folder lies beside
//! the workspace.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::path::PathBuf;

use serde_json::{Value, json};
use shell::{Run, Shell, file, skipped};

/// The folder, where it is there.
fn field() -> Option<PathBuf> {
    let dir = file("../../shared/field");
    if dir.is_dir() {
        return Some(dir.canonicalize().unwrap());
    }
    skipped(&format!("there is no {}", dir.display()));
    None
}

/// A ledger, and the inputs.
struct Case {
    shell: Shell,
    dir: PathBuf,
}

impl Case {
    fn new() -> Option<Case> {
        Some(Case { shell: Shell::new(), dir: field()? })
    }

    /// Ingests files of the folder, a map first.
    fn ingest(&self, format: &str, map: &str, files: &[&str]) -> Run {
        let named = |name: &str| self.dir.join(name).display().to_string();
        let mut words = ["ingest", "--rejects", "rejects", "--from", format].map(str::to_owned).to_vec();
        if !map.is_empty() {
            words.extend(["--map".to_owned(), named(map)]);
        }
        words.extend(files.iter().map(|file| named(file)));
        self.shell.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The posts of a person on a day: title, unit and certainty.
    fn posts(&self, person: &str, at: &str) -> Vec<String> {
        let answer = self.shell.ask(&["person", person, "--at", at]);
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let shown = |post: &Value| [&post["title"], &post["unit"]["name"], &post["certainty"]].map(text).join(", ");
        answer["positions"].as_array().unwrap().iter().map(shown).collect()
    }

    /// Who is in a unit or company on a day, and certain.
    fn who(&self, unit: &str, at: &str, known: &str) -> Vec<String> {
        let answer = self.shell.ask(&["who", unit, "--at", at, "--known", known]);
        let members = answer["members"].as_array().unwrap().iter().filter(|m| m["certainty"] == "certain");
        members
            .map(|m| format!("{} {}", m["person"]["name"].as_str().unwrap(), m["title"].as_str().unwrap_or("-")))
            .collect()
    }

    fn reasons(&self) -> Vec<String> {
        let reason = |line: &str| serde_json::from_str::<Value>(line).unwrap()["reason"].as_str().unwrap().to_owned();
        self.shell.read("rejects").lines().map(reason).collect()
    }

    #[track_caller]
    fn rejected(&self, words: &[&str]) {
        let reasons = self.reasons();
        assert_eq!(reasons.len(), words.len(), "{reasons:?}");
        for (reason, word) in reasons.iter().zip(words) {
            assert!(reason.contains(word), "{reason}: not {word}");
        }
    }
}

const EVER: &str = "9999-12-31";

#[test]
fn ends_deaths_and_words_for_open() {
    let Some(case) = Case::new() else { return };
    case.ingest("popolo", "popolo-incl.toml", &["01-same-day.popolo.json"]);
    case.rejected(&["ended (2022-09-06) before it began (2022-09-07)"]);
    assert_eq!(case.posts("Mo Vane", "2021-03-09"), ["member, Reds, certain", "member, Independent, certain"]);
    assert_eq!(case.posts("Ida Croft", "2022-10-25"), ["minister, -, certain"]);

    let case = Case::new().unwrap();
    case.ingest("popolo", "popolo-incl.toml", &["02-death.popolo.json"]).well();
    assert_eq!(case.posts("Tom Brand", "2020-01-01"), Vec::<String>::new());
    let career = case.shell.ask(&["career", "Tom Brand"]);
    assert_eq!((&career["tenures"][1]["to"]["edtf"], &career["conflicts"]), (&json!("2009-07-01"), &json!([])));
    let case = Case::new().unwrap();
    case.ingest("ftm", "", &["02-death.ftm.json"]).well();
    assert_eq!(case.posts("Tom Brand", "2020-01-01"), Vec::<String>::new());

    let case = Case::new().unwrap();
    case.ingest("popolo", "popolo-incl.toml", &["15-sentinels.popolo.json"]).well();
    assert_eq!(case.who("Independent Aspirants", "2020-01-01", EVER).len(), 3);
    let case = Case::new().unwrap();
    case.ingest("ftm", "", &["49-sentinel.ftm.json"]).well();
    assert_eq!(case.shell.ask(&["career", "Sen Tinel"])["tenures"][0]["to"], Value::Null);
}

#[test]
fn statements_of_wikidata_and_followthemoney() {
    let Some(case) = Case::new() else { return };
    case.ingest("wikidata", "", &["04-wikidata-ends.json"]).well();
    let on = |name: &str| case.posts(name, "2026-07-19").concat();
    for (name, sure) in
        [("Ada Current", "certain"), ("Ben Ended", "possible"), ("Cy Future", "certain"), ("Di ThisYear", "possible")]
    {
        assert!(on(name).ends_with(sure), "{name}: {}", on(name));
    }
    assert_eq!(case.shell.ask(&["career", "Ed Clamped"])["tenures"][0]["to"]["edtf"], "[2004..2007-01-01]");

    let case = Case::new().unwrap();
    for file in ["28-wd-1-all.json", "28-wd-2-person-only.json", "28-wd-3-all-again.json"] {
        case.ingest("wikidata", "", &[file]).well();
        assert_eq!(case.who("Town of Rill", "2020-01-01", EVER), ["Ola Berg Mayor of Rill"], "{file}");
    }
    let case = Case::new().unwrap();
    for file in ["28b-ftm-1.json", "28b-ftm-2.json"] {
        case.ingest("ftm", "", &[file]).well();
        assert_eq!(case.posts("Ola Berg", "2020-01-01"), ["Mayor of Rill, -, certain"], "{file}");
    }
    let case = Case::new().unwrap();
    for (file, posts) in [("A", 1), ("B", 0), ("A", 1), ("B", 0)] {
        case.ingest("ftm", "", &[&format!("31-aba.ftm.{file}.json")]).well();
        assert_eq!(case.posts("Uma Vey", "2020-01-01").len(), posts, "{file}");
    }
}

#[test]
fn memberships_by_term_and_rows_that_vanish() {
    let Some(case) = Case::new() else { return };
    for (map, exit) in [("popolo-incl.toml", Some(0)), ("popolo-whole.toml", Some(8))] {
        let case = Case::new().unwrap();
        assert_eq!(case.ingest("popolo", map, &["07-undated-switch.popolo.json"]).exit, exit, "{map}");
        let posts = case.posts("Gil Nathan", "2018-01-01");
        assert_eq!(posts, ["member, Independent, possible", "member, Blue, possible"], "{map}");
    }
    for (month, file) in [("01", "A"), ("02", "B")] {
        let map = std::fs::read_to_string(case.dir.join(format!("32-popolo-aba/2024-{month}-01.toml"))).unwrap();
        case.shell.write("map.toml", format!("{map}\n[revisions]\n"));
        let input = case.dir.join(format!("32-popolo-aba/{file}.json")).display().to_string();
        case.shell.run(&["ingest", "--from", "popolo", "--map", "map.toml", &input]).well();
    }
    assert_eq!(case.who("House", "2024-06-01", EVER), Vec::<String>::new());
    assert_eq!(case.who("House", "2024-06-01", "2024-01-15").len(), 2);

    let case = Case::new().unwrap();
    let versions = ["33-rev/2024-01-01_t.csv", "33-rev/2024-02-01_t.csv", "33-rev/2024-03-01_t.csv"];
    case.ingest("csv", "33-rev/map.toml", &versions);
    case.rejected(&["has the key `2`"]);
    assert_eq!(case.who("Rolls Office", "2024-03-20", "2024-02-15"), ["Ann Clerk"]);
}

#[test]
fn tables_as_people_write_them() {
    let Some(dir) = field() else { return };
    for name in ["bom", "bombom", "crlf", "nul", "cr", "utf16"] {
        let case = Case { shell: Shell::new(), dir: dir.clone() };
        case.ingest("csv", "13-csv/map.toml", &[&format!("13-csv/{name}.csv")]);
        case.rejected(&["`title`", "before it began", "`43831` is not a date"]);
    }
    let case = Case { shell: Shell::new(), dir: dir.clone() };
    case.ingest("csv", "14-map.toml", &["14-ragged-nocomment.csv"]);
    // Cells that are all blank are no row.
    case.rejected(&["after its closing quote", "has 4 cells", "has 7 cells", "has the key `1`"]);
    let case = Case { shell: Shell::new(), dir };
    case.ingest("csv", "39-dates/map.toml", &["39-dates/t.csv"]);
    case.rejected(&["two digits", "43831", "2019.0", "two digits", "2019-03-01T00:00:00Z", "0000-00-00"]);
}

#[test]
fn pages_in_yaml() {
    let Some(case) = Case::new() else { return };
    case.ingest("roster", "29-roster.toml", &["29-roster/team_2024-01-10.yaml"]);
    case.rejected(&["`role` stands twice", "without a name"]);
    assert_eq!(case.who("Ship", "2024-01-10", EVER), ["Yes 007", "Bo Cook", "No Cook", "Ann Ø Sailor"]);
    assert_eq!(case.posts("Ann Ø", "2024-01-10"), ["Sailor, Crew, certain"]);

    let case = Case::new().unwrap();
    case.ingest("roster", "30-committees.toml", &["30-committees_2024-05-10.yaml"]).well();
    assert_eq!(case.posts("Amy Klo", "2024-05-10").len(), 2);
    assert_eq!(case.who("Congress", "2024-05-10", EVER).len(), 4);
    let case = Case::new().unwrap();
    case.ingest("roster", "30-aliases.toml", &["30-aliases_2024-05-10.yaml"]).well();
    assert_eq!(case.posts("dana", "2024-05-10"), ["Lead, net-leads, certain"]);

    let case = Case::new().unwrap();
    let map = std::fs::read_to_string(case.dir.join("50-sig-renamed.toml")).unwrap();
    case.shell.write("map.toml", format!("{map}\nunit_id = \"../../../dir\"\n"));
    let input = case.dir.join("50-sig-renamed").display().to_string();
    case.shell.run(&["ingest", "--from", "roster", "--map", "map.toml", &input]).well();
    assert_eq!(case.shell.ask(&["moves"])["flows"], json!([]));
}
