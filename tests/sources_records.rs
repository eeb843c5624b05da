//! Trees read by maps of paths: the binary on small trees of its own, and on registers where they lie beside the
//! workspace.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::{Run, Shell};

const EVER: &str = "9999-12-31";

fn ingest(shell: &Shell, map: &str, words: &[&str]) -> Run {
    shell.run(&[&["ingest", "--from", "records", "--map", map, "--rejects", "rejects"], words].concat())
}

/// Who is in a unit or company on a day: name, title, `?` where it is only possible.
fn who(shell: &Shell, unit: &str, at: &str, known: &str) -> Vec<String> {
    shown(&shell.ask(&["who", unit, "--at", at, "--known", known])["members"])
}

/// The posts of a person on a day: title, unit, `?` where it is only possible.
fn posts(shell: &Shell, person: &str, at: &str, known: &str) -> Vec<String> {
    shown(&shell.ask(&["person", person, "--at", at, "--known", known])["positions"])
}

fn shown(list: &Value) -> Vec<String> {
    let one = |post: &Value| {
        let words = [&post["person"]["name"], &post["title"], &post["unit"]["name"]].map(Value::as_str);
        let mark = if post["certainty"] == "certain" { "" } else { "?" };
        words.into_iter().flatten().collect::<Vec<_>>().join(", ") + mark
    };
    list.as_array().unwrap().iter().map(one).collect()
}

fn reasons(shell: &Shell) -> Vec<String> {
    let reason = |line: &str| serde_json::from_str::<Value>(line).unwrap()["reason"].as_str().unwrap().to_owned();
    shell.read("rejects").lines().map(reason).collect()
}

/// The text of every event, oldest first.
fn events(shell: &Shell) -> Vec<Value> {
    let run = shell.run(&["log", "--format", "ndjson"]).well();
    run.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].clone()).collect()
}

const TERMS: &str = r#"
version = "2024-05-01"
end = "inclusive"
company = "Harbour Council"
[source]
publisher = "Harbour Gazette"
[files.people]
each = "$"
[files.terms]
each = "$.terms[*]"
lists = ["terms"]
[people]
file = "people"
id = { path = "$.id", prefix = "hc/" }
name = { path = "$.name.full?", otherwise = "{$.name.first} {$.name.last}" }
aliases = ["$.other[*].text?", "$.other.text?"]
[[stints]]
file = "terms"
key = { text = "{$.id}/{@.of}" }
person = { id = { path = "$.id", prefix = "hc/" } }
unit = { text = "Ward {@.ward?}", whole = true }
title = { path = "@.of", words = { c = "Councillor", m = "Mayor" } }
from = "@.start"
to = "@.end?"
"#;

#[test]
fn one_tree_in_every_form_says_the_same() {
    let json = r#"{"id": 7, "name": {"first": "Ann", "last": "Lee"}, "other": [{"text": "A. Lee"}],
        "terms": [{"of": "c", "ward": 0, "start": "2015-01-01", "end": "2018-12-31"}, {"of": "m", "start": "2019-01-01"}]}"#;
    let line = json.replace('\n', " ");
    let yaml = "- id: 7\n  name: { first: Ann, last: Lee }\n  other: [{ text: A. Lee }]\n  terms:\n  \
                - { of: c, ward: 0, start: 2015-01-01, end: '2018-12-31' }\n  - { of: m, start: 2019-01-01 }\n";
    let toml = "id = 7\nname = { first = \"Ann\", last = \"Lee\" }\nother = [{ text = \"A. Lee\" }]\n[[terms]]\nof = \"c\"\n\
                ward = 0\nstart = 2015-01-01\nend = \"2018-12-31\"\n[[terms]]\nof = \"m\"\nstart = 2019-01-01\n";
    let xml = "<p><id>7</id><name><first>Ann</first><last>Lee</last></name><other><text>A. Lee</text></other>\
               <terms><of>c</of><ward>0</ward><start>2015-01-01</start><end>2018-12-31</end></terms>\
               <terms><of>m</of><start>2019-01-01</start></terms></p>";
    let mut first = None;
    for (name, text) in [
        ("t.json", json.to_owned()),
        ("t.ndjson", format!("{line}\n\n")),
        ("list.json", format!("[{json}]")),
        ("t.yaml", yaml.to_owned()),
        ("t.toml", toml.to_owned()),
        ("t.xml", xml.to_owned()),
    ] {
        let shell = Shell::new();
        shell.write("map.toml", TERMS);
        shell.write(name, text);
        ingest(&shell, "map.toml", &[name]).well();
        assert_eq!(posts(&shell, "A. Lee", "2016-01-01", EVER), ["Councillor, Ward 0"], "{name}");
        assert_eq!(posts(&shell, "Ann Lee", "2024-05-01", EVER), ["Mayor"], "{name}");
        assert_eq!(shell.ask(&["person", "hc/7"])["person"]["name"], "Ann Lee", "{name}");
        let again = ingest(&shell, "map.toml", &[name]).well();
        assert!(again.out.starts_with("appended 0,"), "{name}: {again:?}");
        let state = shell.state();
        assert_eq!(*first.get_or_insert(state.clone()), state, "{name}");
    }
}

#[test]
fn keys_of_mappings_name_units_and_files_are_joined() {
    let shell = Shell::new();
    shell.write(
        "map.toml",
        r#"
version = "2024-05-01"
company = "Harbour Labs"
[source]
publisher = "Harbour Gazette"
[files.posts]
path = "teams*.json"
each = ["$.teams.*", "@[*]"]
[files.heads]
path = "teams*.json"
each = ["$.heads.*", "@[*]"]
id = "{^~}/{@}"
sparse = true
[files.people]
path = "who/*.toml"
each = "$"
id = "$.handle"
sparse = true
[[stints]]
file = "posts"
key = { text = "{^~}/{@}" }
person = { id = "@", name = { path = "@ -> people.$.name", otherwise = "{@}" } }
unit = "^~"
lead = { path = "{^~}/{@} -> heads.@", words = { "*" = "true" } }
"#,
    );
    std::fs::create_dir(shell.dir().join("who")).unwrap();
    shell.write(
        "teams.json",
        r#"{"teams": {"Speech": ["ann", "bo"], "Vision": ["bo"]}, "heads": {"Speech": ["ann"], "Vision": []}}"#,
    );
    shell.write("who/ann.toml", "handle = \"ann\"\nname = \"Ann Lee\"\n");
    ingest(&shell, "map.toml", &["."]).well();
    let answer = shell.ask(&["who", "Speech", "--at", "2024-05-01"]);
    let leads: Vec<&Value> = answer["members"].as_array().unwrap().iter().map(|m| &m["lead"]).collect();
    assert_eq!(
        (who(&shell, "Speech", "2024-05-01", EVER), leads),
        (vec!["Ann Lee, Speech".to_owned(), "bo, Speech".to_owned()], vec![&Value::Bool(true), &Value::Bool(false)],)
    );
    assert_eq!(who(&shell, "Vision", "2024-05-01", EVER), ["bo, Vision"]);
}

#[test]
fn a_path_that_never_finds_anything_is_an_error_unless_it_is_optional() {
    let shell = Shell::new();
    shell.write("t.json", r#"[{"id": 1, "name": {"full": "Ann"}, "terms": [{"of": "c", "start": "2015"}]}]"#);
    for (old, new, problem) in [
        ("\"@.start\"", "\"@.begin\"", "`@.begin` finds nothing in any row of `terms`"),
        ("\"$.terms[*]\"", "\"$.posts[*]\"", "`files.terms.each` finds nothing in any record"),
        ("\"$.terms[*]\"", "\"$.terms[\"", "`files.terms.each`: `$.terms[` is not a path"),
        ("\"@.start\"", "\"start\"", "`files.terms`: `start` is not a path"),
        ("\"@.start\"", "{ path = \"@.start\", match = \"(\" }", "`stints.from.match`"),
        ("from = \"@.start\"", "makes = \"PersonDied\"", "rows make no `PersonDied`"),
        ("from = \"@.start\"", "whole = { text = \"true\" }", "`stints.list` is missing"),
    ] {
        shell.write(
            "map.toml",
            TERMS.replacen(old, new, 1).replace("otherwise = \"{$.name.first} {$.name.last}\"", "otherwise = \"?\""),
        );
        let run = ingest(&shell, "map.toml", &["t.json"]);
        assert_eq!(run.exit, Some(1), "{new}: {run:?}");
        assert!(run.err.contains(problem), "{new}: {}", run.err);
        assert!(!shell.data().join("journal").exists() || shell.ask(&["status"])["events"] == 0, "{new}");
    }
    let without = shell.run(&["ingest", "--from", "records", "t.json"]);
    assert!(without.err.contains("a tree needs a map") && without.err.contains("each = \"$.terms[*]\""), "{without:?}");
}

#[test]
fn what_is_broken_costs_itself() {
    let shell = Shell::new();
    let map = TERMS.replace("otherwise = \"{$.name.first} {$.name.last}\"", "otherwise = \"?\"");
    shell.write(
        "map.toml",
        map.replace("words = { c = \"Councillor\", m = \"Mayor\" }", "words = { c = \"Councillor\" }"),
    );
    let good =
        r#"{"id": 1, "name": {"full": "Ann"}, "terms": [{"of": "c", "start": "2015"}, {"of": "m", "start": "2016"}]}"#;
    shell.write("t.ndjson", format!("{good}\n{{\"id\": 2,\n{{\"other\": 1}}\n"));
    let run = ingest(&shell, "map.toml", &["t.ndjson", "--format", "json"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let told = reasons(&shell);
    assert!(told.iter().any(|reason| reason.contains("the record is not JSON")), "{told:?}");
    assert!(told.iter().any(|reason| reason.contains("does not have `m`")), "{told:?}");
    let sum: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(sum["dropped"]["a record in which no path of the map finds a row"], 1, "{sum}");
    let run = ingest(&shell, "map.toml", &["t.ndjson", "--explain"]);
    assert!(run.err.contains("not read: $.other (1)") && !run.err.contains("$.terms"), "{}", run.err);
    assert_eq!(posts(&shell, "Ann", "2017-01-01", EVER), ["Councillor"]);
    for (name, text, reason) in [
        ("t.yaml", "a: 1\na: 2\n", "has the key `a` twice"),
        ("t.toml", "a = \n", "broken TOML"),
        ("t.xml", "<a><b></a>", "broken XML"),
        ("t.txt", "<SUBMISSION>\n", "the filing holds no document"),
    ] {
        shell.write(name, text);
        let run = ingest(&shell, "map.toml", &["t.ndjson", name]);
        assert_eq!(run.exit, Some(8), "{run:?}");
        assert!(reasons(&shell).iter().any(|told| told.contains(reason)), "{name}: {:?}", reasons(&shell));
    }
}

#[test]
fn a_list_ends_what_is_gone_of_itself_and_only_where_it_is_whole() {
    let shell = Shell::new();
    let item = |id: &str, name: &str, role: &str| {
        format!(
            r#"{{"links": {{"self": "/company/1/appointments/{id}", "officer": {{"appointments": "/officers/o{id}/appointments"}}}},
            "name": "{name}", "officer_role": "{role}", "appointed_on": "2010-01-01",
            "date_of_birth": {{"year": 1950, "month": 2}}}}"#
        )
    };
    let list = |company: &str, total: u32, items: &[String]| {
        format!(
            r#"{{"links": {{"self": "/company/{company}/officers"}}, "total_results": {total}, "items": [{}]}}"#,
            items.join(",")
        )
    };
    let (ann, bo) = (item("a", "LEE, Ann, Dr", "director"), item("b", "ODE, Bo", "secretary"));
    let agent = item("c", "ACME, SECRETARIES LTD", "corporate-secretary");
    shell.write("one.2024-03-01.json", list("1", 3, &[ann.clone(), bo.clone(), agent]));
    ingest(&shell, "companies-house", &["one.2024-03-01.json"]).well();
    assert_eq!(who(&shell, "gb-coh/1", "2012-01-01", EVER), ["LEE, Ann, director", "ODE, Bo, secretary"]);
    // A page, and the list of another company, end nothing.
    shell.write("one.2024-04-01.json", list("1", 3, std::slice::from_ref(&ann)));
    shell.write("two.2024-04-01.json", list("2", 1, &[item("d", "SIX, Di", "director")]));
    ingest(&shell, "companies-house", &["one.2024-04-01.json", "two.2024-04-01.json"]).well();
    assert_eq!(who(&shell, "gb-coh/1", "2012-01-01", EVER).len(), 2);
    shell.write("one.2024-05-01.json", list("1", 1, &[ann]));
    let run = ingest(&shell, "companies-house", &["one.2024-05-01.json"]).well();
    assert!(run.out.contains("gone 1"), "{run:?}");
    assert_eq!(who(&shell, "gb-coh/1", "2012-01-01", EVER), ["LEE, Ann, director"]);
    assert_eq!(who(&shell, "gb-coh/1", "2012-01-01", "2024-04-30").len(), 2);
    let found = shell.ask(&["find", "LEE, Ann"]);
    assert!(found["matches"][0]["names"].as_array().unwrap().contains(&"LEE, Ann (born 1950-2)".into()), "{found}");
}

#[test]
fn a_stream_restates_repeats_and_withdraws() {
    let shell = Shell::new();
    let line = |id: &str, at: &str, kind: &str, start: &str| {
        let data = match kind {
            "deleted" => "{}".to_owned(),
            _ => format!(r#"{{"name": "LEE, Ann", "officer_role": "director", "appointed_on": "{start}"}}"#),
        };
        format!(
            r#"{{"resource_uri": "/company/1/appointments/{id}", "resource_id": "{id}", "data": {data}, "event": {{"published_at": "{at}", "type": "{kind}"}}}}"#
        )
    };
    let lines = [
        line("a", "2024-02-14T10:00:00", "changed", "2020-01-01"),
        String::new(),
        line("a", "2024-03-19T10:00:00", "changed", "2020-02-03"),
        line("a", "2024-02-14T10:00:00", "changed", "2020-01-01"),
        line("a", "2024-05-20T11:00:00", "deleted", ""),
    ];
    shell.write("s.ndjson", lines.join("\n"));
    let run = ingest(&shell, "companies-house-stream", &["s.ndjson"]).well();
    assert!(run.out.starts_with("appended 3, duplicate 1,"), "{run:?}");
    let at = |known: &str| who(&shell, "gb-coh/1", "2020-01-15", known);
    assert_eq!(at("2024-03-18"), ["LEE, Ann, director"]);
    assert_eq!(at("2024-03-19"), Vec::<String>::new());
    assert_eq!(who(&shell, "gb-coh/1", "2024-05-01", "2024-05-19"), ["LEE, Ann, director"]);
    assert_eq!(who(&shell, "gb-coh/1", "2024-05-01", EVER), Vec::<String>::new());
    assert!(ingest(&shell, "companies-house-stream", &["s.ndjson"]).well().out.starts_with("appended 0,"));
    // What comes late is as of its own time.
    shell.write("late.ndjson", line("a", "2024-02-01T10:00:00", "changed", "2019-01-01"));
    ingest(&shell, "companies-house-stream", &["late.ndjson"]).well();
    assert_eq!(who(&shell, "gb-coh/1", "2019-06-01", "2024-02-01"), ["LEE, Ann, director"]);
    assert_eq!(who(&shell, "gb-coh/1", "2024-05-01", EVER), Vec::<String>::new());
}

/// A filing: its form, period and filing date, whether it says that the owner left, and the owners.
fn filing(period: &str, filed: &str, left: &str, owners: &[(&str, &str, &str, &str)], remarks: &str) -> String {
    let owner = |(cik, name, relation, title): &(&str, &str, &str, &str)| {
        format!(
            "<reportingOwner><reportingOwnerId><rptOwnerCik>{cik}</rptOwnerCik><rptOwnerName>{name}</rptOwnerName>\
             </reportingOwnerId><reportingOwnerRelationship>{relation}<officerTitle>{title}</officerTitle>\
             </reportingOwnerRelationship></reportingOwner>"
        )
    };
    format!(
        "<SUBMISSION>\n<TYPE>4\n<FILING-DATE>{filed}\n<TEXT>\n<XML>\n<?xml version=\"1.0\"?>\n<ownershipDocument>\
         <periodOfReport>{period}</periodOfReport><notSubjectToSection16>{left}</notSubjectToSection16>\
         <issuer><issuerCik>0000000042</issuerCik><issuerName>Kelp Corp</issuerName></issuer>{}<remarks>{remarks}</remarks>\
         </ownershipDocument>\n</XML>\n",
        owners.iter().map(owner).collect::<String>()
    )
}

#[test]
fn insiders_are_seen_restated_and_gone() {
    let shell = Shell::new();
    let both = "<isDirector>1</isDirector><isOfficer>true</isOfficer>";
    let fund = "<isDirector>0</isDirector><isTenPercentOwner>1</isTenPercentOwner>";
    let owners = [("0007", "LEE ANN", both, "See Remarks"), ("8", "KELP FUND LP", fund, "")];
    shell.write("a.txt", filing("2024-03-04", "20240312", "0", &owners, "Title: Chief &amp; Clerk."));
    ingest(&shell, "sec-insider", &["a.txt"]).well();
    assert_eq!(who(&shell, "Kelp Corp", "2024-03-04", "2024-03-11"), Vec::<String>::new());
    assert_eq!(who(&shell, "Kelp Corp", "2024-03-04", EVER), ["LEE ANN", "LEE ANN, Chief & Clerk"]);
    // An amendment names the same day, and writes the number of the owner without its zeros; form 5 comes after somebody left,
    // about a day before.
    shell.write("b.txt", filing("2024-03-04", "20240401", "0", &[("7", "LEE ANN", both, "EVP")], ""));
    shell.write("c.txt", filing("2024-06-30", "20240702", "true", &[("0007", "LEE ANN", both, "EVP")], "Former EVP"));
    shell.write(
        "d.txt",
        filing("2024-05-31", "20250214", "", &[("0007", "LEE ANN", "<isDirector>1</isDirector>", "")], ""),
    );
    ingest(&shell, "sec-insider", &["b.txt", "c.txt", "d.txt"]).well();
    assert!(who(&shell, "Kelp Corp", "2024-03-04", EVER).contains(&"LEE ANN, EVP".to_owned()));
    assert_eq!(who(&shell, "Kelp Corp", "2024-07-01", EVER), Vec::<String>::new());
    assert_eq!(posts(&shell, "sec-cik/7", "2024-05-31", EVER), ["", "EVP?"]);
}

#[test]
fn the_quarterly_tables_say_the_same() {
    let shell = Shell::new();
    shell.write(
        "SUBMISSION.tsv",
        "ACCESSION_NUMBER\tFILING_DATE\tPERIOD_OF_REPORT\tNOT_SUBJECT_SEC16\tISSUERCIK\tISSUERNAME\tREMARKS\n\
         1\t12-MAR-2024\t04-MAR-2024\t\t0042\tKelp Corp\tTitle: Chief Clerk\n2\t01-JUL-2024\t30-JUN-2024\t1\t0042\tKelp Corp\tleft\n",
    );
    shell.write(
        "REPORTINGOWNER.tsv",
        "ACCESSION_NUMBER\tRPTOWNERCIK\tRPTOWNERNAME\tRPTOWNER_RELATIONSHIP\tRPTOWNER_TITLE\n\
         1\t0007\tLEE ANN\tDirector,Officer\tSee Remarks\n1\t0008\tKELP FUND LP\tTenPercentOwner\t\n2\t0007\tLEE ANN\tOfficer\tClerk\n",
    );
    let words = ["ingest", "--from", "csv", "--map", "sec-insider-tables", "SUBMISSION.tsv", "REPORTINGOWNER.tsv"];
    let run = shell.run(&words).well();
    assert!(run.out.contains("dropped 1 (no `when` of the map fits)"), "{run:?}");
    assert_eq!(who(&shell, "Kelp Corp", "2024-03-04", EVER), ["LEE ANN", "LEE ANN, Chief Clerk"]);
    assert_eq!(who(&shell, "Kelp Corp", "2024-07-01", EVER), Vec::<String>::new());
}

#[test]
fn appointments_of_a_page_stand_once_and_keep_their_day() {
    let shell = Shell::new();
    let appointment = |end: &str, current: bool| {
        format!(
            r#"{{"content_id": "a1", "details": {{"started_on": "2017-08-08T00:00:00+01:00", "ended_on": {end}, "current": {current}}},
            "links": {{"role": [{{"title": "Clerk of the Rolls ", "links": {{}}}}]}}}}"#
        )
    };
    let person = |appointment: &str| {
        format!(
            r#"{{"content_id": "p1", "title": "Ann Lee MP", "document_type": "person", "links": {{"role_appointments": [{appointment}]}}}}"#
        )
    };
    let page = |kind: &str, updated: &str, person: &str| {
        format!(
            r#"{{"content_id": "o1", "title": "Rolls Office", "document_type": "{kind}", "updated_at": "{updated}",
            "links": {{"ordered_ministers": [{person}], "ordered_departments": [{{"links": {{"ordered_ministers": [{person}]}}}}]}}}}"#
        )
    };
    let open = person(&appointment("null", true));
    shell.write("rolls.json", page("organisation", "2020-05-01T10:53:53.666Z", &open));
    ingest(&shell, "govuk-roles", &["rolls.json"]).well();
    assert_eq!(who(&shell, "HM Government", "2017-08-07", EVER), Vec::<String>::new());
    assert_eq!(who(&shell, "Rolls Office", "2017-08-08", EVER), ["Ann Lee MP, Clerk of the Rolls, Rolls Office"]);
    assert_eq!(shell.ask(&["career", "Ann Lee MP"])["tenures"][0]["attested"], "2020-05-01");
    let ended = person(&appointment("\"2022-07-06T00:00:00+01:00\"", false));
    shell.write("ministers.json", page("ministers_index", "2023-05-16T08:00:00.000Z", &ended));
    ingest(&shell, "govuk-roles", &["ministers.json"]).well();
    assert_eq!(posts(&shell, "Ann Lee MP", "2023-01-01", "2022-12-31").len(), 1);
    assert_eq!(posts(&shell, "Ann Lee MP", "2023-01-01", EVER), Vec::<String>::new());
    // On the page of a person the title is the name, and on that of a role the post.
    let of_role = r#"{"content_id": "a3", "details": {"started_on": "2018-01-01T00:00:00+00:00"}, "links": {"person": [{"content_id": "p3", "title": "Cy Day"}]}}"#;
    let role = format!(
        r#"{{"content_id": "r1", "title": "Keeper", "document_type": "ministerial_role", "updated_at": "2023-06-01T08:00:00.000Z", "links": {{"role_appointments": [{of_role}]}}}}"#
    );
    let own =
        person(&appointment("null", true)).replace("a1", "a2").replace("p1", "p2").replace("Ann Lee MP", "Bo Ode");
    let own = own.replace(r#""document_type""#, r#""updated_at": "2023-06-01T08:00:00.000Z", "document_type""#);
    for (name, page, person, title) in
        [("person.json", own, "Bo Ode", "Clerk of the Rolls"), ("role.json", role, "Cy Day", "Keeper")]
    {
        shell.write(name, page.replace('\n', " "));
        ingest(&shell, "govuk-roles", &[name]).well();
        assert_eq!(posts(&shell, person, "2023-06-01", EVER), [title]);
    }
}

#[test]
fn affiliations_are_vague_confirmed_and_public() {
    let shell = Shell::new();
    let date = |year: &str, month: &str| match (year, month) {
        ("", _) => "null".to_owned(),
        (year, "") => format!(r#"{{"year": {{"value": "{year}"}}, "month": null, "day": null}}"#),
        (year, month) => format!(r#"{{"year": {{"value": "{year}"}}, "month": {{"value": "{month}"}}, "day": null}}"#),
    };
    let summary = |code: u32, title: &str, from: String, to: String, visibility: &str| {
        format!(
            r#"{{"summaries": [{{"employment-summary": {{"put-code": {code}, "role-title": "{title}", "department-name": "Physics",
            "start-date": {from}, "end-date": {to}, "visibility": "{visibility}", "last-modified-date": {{"value": 1600000000000}},
            "source": {{"source-name": {{"value": "Ann Lee"}}}},
            "organization": {{"name": "Harbour University", "disambiguated-organization":
            {{"disambiguated-organization-identifier": "https://ror.org/1", "disambiguation-source": "ROR"}}}}}}}}]}}"#
        )
    };
    let groups = [
        summary(1, "Lecturer", date("2011", ""), date("2018", ""), "public"),
        summary(2, "Professor", date("2018", "09"), date("", ""), "public"),
        summary(3, "Adviser", date("2019", ""), date("", ""), "limited"),
    ];
    shell.write(
        "record.json",
        format!(
            r#"{{"orcid-identifier": {{"path": "0000-1"}}, "person": {{"name": {{"given-names": {{"value": "Ann"}},
            "family-name": {{"value": "Lee"}}, "credit-name": null}}}},
            "activities-summary": {{"employments": {{"affiliation-group": [{}]}}}}}}"#,
            groups.join(",")
        ),
    );
    let run = ingest(&shell, "orcid", &["record.json"]).well();
    assert!(run.out.contains("dropped 1 (no `when` of the map fits)"), "{run:?}");
    let at = |day: &str| posts(&shell, "Ann Lee", day, EVER);
    assert_eq!(at("2011-06-01"), ["Lecturer, Physics?"]);
    assert_eq!(at("2012-01-01"), ["Lecturer, Physics"]);
    assert_eq!(at("2018-09-10"), ["Lecturer, Physics?", "Professor, Physics?"]);
    assert_eq!(at("2021-01-01"), ["Professor, Physics"]);
    let tenure = &shell.ask(&["career", "orcid/0000-1"])["tenures"][1];
    let of = [&tenure["attested"], &tenure["confidence"], &tenure["company"]["id"]];
    assert_eq!(of, ["2020-09-13", "confirmed", "ROR:https://ror.org/1"]);
    assert!(events(&shell).iter().all(|event| event["reported_at"] == "2020-09-13T12:26:40Z"));
}

/// A statement of the Beneficial Ownership Data Standard.
fn statement(
    id: &str,
    record: &str,
    kind: &str,
    status: &str,
    (declared, published): (&str, &str),
    details: &str,
) -> String {
    format!(
        r#"{{"statementId": "{id}", "statementDate": "{declared}", "recordId": "{record}", "recordType": "{kind}", "recordStatus": "{status}",
        "publicationDetails": {{"publicationDate": "{published}", "publisher": {{"name": "Register"}}}}, "recordDetails": {details}}}"#
    )
    .replace('\n', " ")
}

fn interests(list: &str) -> String {
    format!(r#"{{"subject": "kelp", "interestedParty": "ann", "interests": [{list}]}}"#)
}

#[test]
fn a_post_that_is_closed_before_it_began_is_withdrawn_and_a_name_can_stand_in_parts() {
    let shell = Shell::new();
    let dates = [("2019-01-20", "2019-01-31"), ("2019-02-25", "2019-02-28")];
    let chair = r#"{"type": "boardChair", "startDate": "2020-01-01"}"#;
    let ann = r#"{"personType": "knownPerson", "names": [{"type": "legal", "givenName": "Ann", "familyName": "Lee"}]}"#;
    let lines = [
        statement("s1", "ann", "person", "new", dates[0], ann),
        statement(
            "s2",
            "kelp",
            "entity",
            "new",
            dates[0],
            r#"{"entityType": {"type": "registeredEntity"}, "name": "Kelp"}"#,
        ),
        statement("s3", "r", "relationship", "new", dates[0], &interests(chair)),
        statement("s4", "r", "relationship", "closed", dates[1], &interests("")),
    ];
    shell.write("1.json", lines[..3].join("\n"));
    shell.write("2.json", &lines[3]);
    shell.run(&["ingest", "--from", "bods", "1.json"]).well();
    assert_eq!(who(&shell, "Kelp", "2020-06-01", EVER), ["Ann Lee, board chair"]);
    for expect in ["appended 1,", "appended 0,"] {
        let run = shell.run(&["ingest", "--from", "bods", "2.json"]).well();
        assert!(run.out.starts_with(expect), "{run:?}");
        assert_eq!(who(&shell, "Kelp", "2020-06-01", EVER), Vec::<String>::new());
    }
}

#[test]
fn statements_of_ownership_follow_each_other_in_one_run_or_in_several() {
    let chair = |start: &str| format!(r#"{{"type": "boardChair", "startDate": "{start}"}}"#);
    let shares = r#"{"type": "shareholding", "startDate": "2001-01-01"}"#;
    let dates = [("2019-01-20", "2019-01-31"), ("2021-09-25", "2021-09-30"), ("2023-03-03", "2023-03-31")];
    let first = [
        statement("s1", "ann", "person", "new", dates[0], r#"{"personType": "knownPerson", "names": [{"type": "birth", "fullName": "Ann Ode"}, {"type": "legal", "fullName": "Ann Lee"}]}"#),
        statement("s2", "kelp", "entity", "new", dates[0], r#"{"entityType": {"type": "registeredEntity"}, "name": "Kelp", "identifiers": [{"scheme": "XE", "id": "1"}]}"#),
        statement("s3", "r", "relationship", "new", dates[0], &interests(&format!("{}, {shares}", chair("2002-03-01")))),
    ]
    .join("\n");
    // The update gives every interest the day of the last change; the record is closed without a date.
    let second = statement(
        "s4",
        "r",
        "relationship",
        "updated",
        dates[1],
        &interests(&format!("{shares}, {}", chair("2021-09-24"))),
    );
    let third = statement("s5", "r", "relationship", "closed", dates[2], &interests(&chair("2021-09-24")));
    let [together, apart] = [Shell::new(), Shell::new()];
    together.write("all.ndjson", [&*third, &first, &second].join("\n"));
    together.run(&["ingest", "--from", "bods", "all.ndjson"]).well();
    for (name, text) in [("1.json", &first), ("2.json", &second), ("3.json", &third)] {
        apart.write(name, text);
        for expect in [false, true] {
            let run = apart.run(&["ingest", "--from", "bods", name]).well();
            assert_eq!(run.out.starts_with("appended 0,"), expect, "{name}: {run:?}");
        }
    }
    for shell in [&together, &apart] {
        let chair = ["Ann Lee, board chair"];
        assert_eq!(who(shell, "Kelp", "2010-01-01", "2021-09-30"), chair);
        assert_eq!(who(shell, "Kelp", "2022-12-31", "2023-03-30"), chair);
        assert_eq!(who(shell, "Kelp", "2010-01-01", EVER), chair);
        assert_eq!(who(shell, "Kelp", "2022-12-31", EVER), ["Ann Lee, board chair?"]);
        assert_eq!(who(shell, "Kelp", "2023-04-01", EVER), Vec::<String>::new());
    }
    // An id that is used again is told; a map says that days are rounded.
    let other = first.replace("Ann Lee", "Bo Lee");
    apart.write("other.json", &other);
    let run = apart.run(&["ingest", "--from", "bods", "--rejects", "rejects", "other.json"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert_eq!(reasons(&apart), ["another statement has the id `s1`"]);
    let rounded = Shell::new();
    rounded.write("map.toml", "rounded = \"month\"\n");
    rounded.write("1.json", &first);
    rounded.run(&["ingest", "--from", "bods", "--map", "map.toml", "1.json"]).well();
    assert_eq!(rounded.ask(&["career", "Ann Lee"])["tenures"][0]["from"]["edtf"], "2002-03");
    let run = rounded.run(&["ingest", "--from", "bods", "--version", "2024-01-01", "1.json"]);
    assert!(run.err.contains("has no effect in this format"), "{run:?}");
    rounded.write("map.toml", "seen = \"never\"\n");
    let run = rounded.run(&["ingest", "--from", "bods", "--map", "map.toml", "1.json"]);
    assert!(run.err.contains("`seen` has no effect in this format"), "{run:?}");
}

#[test]
fn a_death_that_is_told_later_is_no_part_of_what_was_said_before() {
    let dates = [("2020-01-15", "2020-01-15"), ("2020-03-15", "2020-03-15")];
    let person = |died: &str| {
        format!(r#"{{"personType": "knownPerson", "names": [{{"type": "legal", "fullName": "Ann Lee"}}]{died}}}"#)
    };
    let of = |version: usize, died: &str| {
        let status = ["new", "updated"][version];
        let chair = interests(r#"{"type": "boardChair", "startDate": "2015-01-01"}"#);
        let kelp = r#"{"entityType": {"type": "registeredEntity"}, "name": "Kelp"}"#;
        [("ann", "person", &*person(died)), ("kelp", "entity", kelp), ("r", "relationship", &*chair)]
            .map(|(record, kind, details)| {
                statement(&format!("{record}{version}"), record, kind, status, dates[version], details)
            })
            .join("\n")
    };
    let [together, apart] = [Shell::new(), Shell::new()];
    for shell in [&together, &apart] {
        shell.write("1.json", of(0, ""));
        shell.write("2.json", of(1, r#", "deathDate": "2019-12-01""#));
    }
    together.run(&["ingest", "--from", "bods", "1.json", "2.json"]).well();
    apart.run(&["ingest", "--from", "bods", "1.json"]).well();
    apart.run(&["ingest", "--from", "bods", "2.json"]).well();
    let text = |shell: &Shell| {
        let mut events: Vec<String> = events(shell).iter().map(Value::to_string).collect();
        events.sort();
        events
    };
    assert_eq!(text(&together), text(&apart));
    let seen: Vec<Value> =
        events(&apart).iter().filter(|event| event["type"] == "HeldPost").map(|event| event["seen"].clone()).collect();
    assert_eq!(seen, [Value::from("2020-01-15"), Value::Null]);
}

#[test]
fn documents_are_read_however_they_are_written() {
    let shell = Shell::new();
    let map = r#"
version = "2024-05-01"
end = "inclusive"
company = "Harbour Council"
[source]
publisher = "Harbour Gazette"
[files.terms]
each = ["$.p", "@.t"]
[[stints]]
file = "terms"
key = "@.k"
person = "^.n"
title = "@.r"
"#;
    shell.write("map.toml", map);
    let xml = "<?xml version='1.0' encoding='ISO-8859-1'?>\n<!DOCTYPE l>\n<x:l xmlns:x='u'><x:p><n>Zo\u{eb} Lee</n><t><k>1</k><r>Clerk</r></t></x:p></x:l>";
    shell.write("latin1.xml", xml.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>());
    ingest(&shell, "map.toml", &["latin1.xml"]).well();
    assert_eq!(posts(&shell, "Zoë Lee", "2024-05-01", EVER), ["Clerk"]);
    // A document that does not read says nothing of the map.
    shell.write("broken.xml", "<l><p></l>");
    assert_eq!(ingest(&shell, "map.toml", &["broken.xml"]).exit, Some(8));
    assert!(reasons(&shell)[0].starts_with("broken XML"), "{:?}", reasons(&shell));
    // XML can be in UTF-16, with a mark or without; what is JSON or YAML is told once, with what to do.
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (mark, name) in [("", "Bo Ode"), ("\u{feff}", "Cy Day")] {
        let xml = format!(
            "{mark}<?xml version='1.0' encoding='UTF-16'?>\n<l><p><n>{name}</n><t><k>{name}</k><r>Cook</r></t></p></l>"
        );
        shell.write("sixteen.xml", utf16(&xml));
        ingest(&shell, "map.toml", &["sixteen.xml"]).well();
        assert_eq!(posts(&shell, name, "2024-05-01", EVER), ["Cook"]);
    }
    for name in ["sixteen.json", "sixteen.yaml"] {
        shell.write(name, utf16("\u{feff}{\"p\": [\n]}\n"));
        assert_eq!(ingest(&shell, "map.toml", &[name]).exit, Some(8), "{name}");
        assert_eq!(reasons(&shell), ["the file is not UTF-8, but UTF-16LE"], "{name}");
    }
}

#[test]
fn a_row_of_a_document_is_told_by_its_path_and_a_broken_one_once() {
    let shell = Shell::new();
    shell.write("map.toml", TERMS);
    let terms =
        |start: &str| format!(r#"[{{"of": "c", "ward": 1, "start": "2015"}}, {{"of": "m", "start": "{start}"}}]"#);
    let one = |id: u64, start: &str| {
        format!(
            r#"{{"id": {id}, "name": {{"first": "Ann", "last": "N{id}"}}, "other": [{{"text": "A{id}"}}], "terms": {}}}"#,
            terms(start)
        )
    };
    let people = format!("[{}, {}]", one(7, "2019"), one(8, "soon"));
    for (name, text, column) in [
        ("t.yaml", people.clone(), "$[1].terms[1], @.start"),
        ("t.json", one(8, "soon").replace("\"terms\"", "\n\"terms\""), "$.terms[1], @.start"),
        ("t.ndjson", one(8, "soon"), "$.terms[1], @.start"),
        ("a.json", people.clone(), "$[1].terms[1], @.start"),
    ] {
        shell.write(name, text);
        ingest(&shell, "map.toml", &[name]);
        let told: Vec<Value> = shell.read("rejects").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["column"], column, "{name}");
    }
    shell.write("broken.yaml", "- id: 7\n  name: [\n");
    assert_eq!(ingest(&shell, "map.toml", &["broken.yaml"]).exit, Some(8));
    assert_eq!(reasons(&shell).len(), 1, "{:?}", reasons(&shell));
}

#[test]
fn an_id_that_may_be_missing_is_found_and_rows_that_are_left_out_count_once() {
    let map = "company = 'K'\n[source]\npublisher = 'K'\n[files.t]\neach = '$.team[*]'\nonly = { '@.k?' = '*' }\n\
               [files.s]\neach = '$.team[*]'\nid = '@.slug?'\nsparse = true\n\
               [stints]\nfile = 't'\nperson = '@.n'\nreports_to = '@.boss? -> s.@.n'\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    shell.write(
        "t.json",
        r#"{"team": [{"n": "Ann", "slug": "a", "k": 1}, {"n": "Bo", "boss": "a", "k": 1}, {"n": "Cy"}]}"#,
    );
    let run = ingest(&shell, "map.toml", &["--version", "2024-01-01", "--explain", "t.json"]).well();
    assert!(!run.err.contains("not read"), "{run:?}");
    assert!(run.out.contains("records 6, statements 2, dropped 1"), "{run:?}");
    let posts = shell.ask(&["person", "Bo", "--at", "2024-01-01"])["positions"].clone();
    assert_eq!(posts[0]["reports_to"]["name"], "Ann", "{posts}");
}

#[test]
fn whole_lists_of_nobody_are_found_in_lists_and_beside_what_the_items_are_asked_for() {
    const MAP: &str = r#"
[source]
publisher = "Register"
[files.t]
each = ["$.companies[*]", "@.officers[*]"]
only = { "@.kind" = "officer", "^.no" = "*" }
[revisions]
complete = true
may_shrink = true
[[stints]]
file = "t"
list = "^.no"
whole = { text = "{^.no}", words = { "*" = "true" } }
key = "@.id"
person = "@.n"
company = "^.name"
from = "@.f"
"#;
    let shell = Shell::new();
    shell.write("map.toml", MAP);
    let officer = |name: &str| json!([{"id": name, "n": name, "f": "2010", "kind": "officer"}]);
    let versions = [
        ("2024-01-01", officer("Ann"), officer("Bo")),
        ("2024-02-01", json!([]), officer("Bo")),
        ("2024-03-01", json!([]), json!([])),
    ];
    for (version, first, second) in versions {
        let people = usize::from(first != json!([])) + usize::from(second != json!([]));
        let companies =
            json!([{"no": "1", "name": "K", "officers": first}, {"no": "2", "name": "L", "officers": second}]);
        shell.write("s.json", json!({"companies": companies}).to_string());
        let run = ingest(&shell, "map.toml", &["--version", version, "s.json"]).well();
        assert!(run.out.contains("rejected 0"), "{version}: {run:?}");
        assert_eq!(run.out.contains("gone 1"), people < 2, "{version}: {run:?}");
        let left = ["K", "L"].map(|company| who(&shell, company, "2015-01-01", EVER).len());
        assert_eq!(left.iter().sum::<usize>(), people, "{version}: {left:?}");
    }
}

#[test]
fn several_texts_stand_beside_each_other_in_a_text_too_and_a_rounded_number_is_no_id() {
    let shell = Shell::new();
    let map = |note: &str| {
        format!(
            "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\neach = '$'\n[[stints]]\nfile = 't'\nkey = '$.i'\nperson = {{ id = {{ path = '$.id', prefix = 'x/' }} }}\nnote = {note}\n"
        )
    };
    let record = |i: u8, id: &str| format!("{{\"i\":{i},\"id\":{id},\"n\":[\"Ann\",\"Bea\"],\"l\":\"Lee\"}}\n");
    for (i, note) in ["\"{$.n[*]} {$.l}\"", "{ text = \"{$.n[*]} {$.l}\" }"].into_iter().enumerate() {
        shell.write("map.toml", map(note));
        shell.write("in.json", record(u8::try_from(i).unwrap(), "18446744073709551615"));
        ingest(&shell, "map.toml", &["in.json"]).well();
        let event = events(&shell).pop().unwrap();
        assert_eq!(
            (&event["note"], &event["person"]["id"]),
            (&json!("Ann; Bea Lee"), &json!("x/18446744073709551615"))
        );
    }
    shell.write("in.json", record(3, "12345678901234567890123") + &record(4, "12345678901234567890124"));
    assert_eq!(ingest(&shell, "map.toml", &["in.json"]).exit, Some(8));
    assert!(
        reasons(&shell).iter().all(|reason| reason.contains("a number of more digits than are kept")),
        "{:?}",
        reasons(&shell)
    );
}

#[test]
fn files_that_are_no_trees_are_left_out_or_told() {
    let shell = Shell::new();
    shell.write(
        "map.toml",
        "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\neach = '$.p[*]'\n[[stints]]\nfile = 't'\nperson = '@.n'\n",
    );
    std::fs::create_dir(shell.dir().join("d")).unwrap();
    shell.write("d/.cache.json", r#"{"p": [{"n": "Bo"}]}"#);
    shell.write("d/a.json", r#"{"p": [{"n": "Ann"}]}"#);
    ingest(&shell, "map.toml", &["d"]).well();
    assert_eq!(events(&shell).len(), 1);
    shell.write("b.xml", "<?xml version='1.0' encoding='klingon'?><r><p><n>Cy</n></p></r>");
    assert_eq!(ingest(&shell, "map.toml", &["b.xml"]).exit, Some(8));
    assert!(reasons(&shell)[0].contains("the encoding `klingon`"), "{:?}", reasons(&shell));
    for (name, text, told) in
        [("e.json", "\n", "e.json is empty"), ("h.xml", "<HTML><body>x</body></HTML>", "a page of HTML")]
    {
        shell.write(name, text);
        let run = ingest(&shell, "map.toml", &[name]);
        assert!(run.exit == Some(1) && run.err.contains(told), "{run:?}");
    }
    // What is too much in the only record is told, and not that there is none.
    shell.write("m.json", json!({"p": [{"n": vec!["x"; 1_001]}]}).to_string());
    let map = shell.read("map.toml").replace("'@.n'", "'@.n[*]'");
    shell.write("map.toml", map);
    assert_eq!(ingest(&shell, "map.toml", &["m.json"]).exit, Some(8));
    assert!(reasons(&shell)[0].contains("more than 1000 texts"), "{:?}", reasons(&shell));
}

#[test]
fn a_text_that_is_looked_for_says_nothing_without_all_its_parts() {
    let map = "company = 'Co'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[files.w]\npath = 'p.json'\neach = '$.entries[*]'\n\
               id = '{$.krs}/{@.no}'\n[files.t]\npath = 'p.json'\neach = '$.p[*]'\n[stints]\nfile = 't'\nkey = '@.k'\n\
               person = '@.n'\nfrom = '@.f'\nto = { path = '{$.krs}/{@.no?} -> w.@.day', whole = true }\n";
    let shell = Shell::new();
    let people = json!([{"k": 1, "n": "Ann", "f": "2019", "no": 7}, {"k": 2, "n": "Bo", "f": "2019"}]);
    shell.write("p.json", json!({"krs": "00", "entries": [{"no": 7, "day": "2020-01-01"}], "p": people}).to_string());
    shell.write("map.toml", map);
    ingest(&shell, "map.toml", &["p.json"]).well();
    let ends: Vec<Value> = events(&shell).iter().map(|event| event["to"].clone()).collect();
    assert_eq!(ends, [json!("2020-01-01"), Value::Null]);
}

#[test]
fn an_item_that_is_a_list_of_several_is_told_as_one() {
    let map =
        "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\neach = '$.n[*]'\n[stints]\nfile = 't'\nperson = '@'\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    shell.write("p.json", json!([{"n": [["Ann", "Bo"], "Cy"]}]).to_string());
    assert_eq!(ingest(&shell, "map.toml", &["p.json"]).exit, Some(8));
    assert!(reasons(&shell)[0].contains("it finds a list of 2"), "{:?}", reasons(&shell));
}
