//! Registers as they are published, with known answers, where their folders lie beside the workspace.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::path::PathBuf;

use serde_json::{Value, json};
use shell::{Run, Shell, file, skipped};

const EVER: &str = "9999-12-31";

/// A ledger, and the folder of a register.
struct Case {
    shell: Shell,
    dir: PathBuf,
}

impl Case {
    /// None where the folder is not there.
    fn of(folder: &str) -> Option<Case> {
        let dir = file("../../shared/data").join(folder);
        if dir.is_dir() {
            return Some(Case { shell: Shell::new(), dir: dir.canonicalize().unwrap() });
        }
        skipped(&format!("there is no {}", dir.display()));
        None
    }

    /// Ingests files of the folder, by a map that comes with the program or one of the tests.
    fn ingest(&self, format: &str, map: &str, files: &[&str], flags: &[&str]) -> Run {
        let own = file("maps").join(format!("{map}.toml"));
        let map = if own.is_file() { own.canonicalize().unwrap().display().to_string() } else { map.to_owned() };
        let mut words = ["ingest", "--rejects", "rejects", "--from", format, "--map", &map].map(str::to_owned).to_vec();
        words.extend(files.iter().map(|name| self.dir.join(name).display().to_string()));
        words.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self.shell.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Checks who is in a unit or company on a day: name and title, `?` where it is only possible.
    #[track_caller]
    fn who(&self, unit: &str, at: &str, known: &str, expect: &[&str]) {
        let answer = self.shell.ask(&["who", unit, "--at", at, "--known", known]);
        assert_eq!(shown(&answer["members"]), expect, "{unit} at {at}, known {known}");
    }

    /// Checks the posts of a person on a day: title and unit, `?` where it is only possible.
    #[track_caller]
    fn posts(&self, person: &str, at: &str, known: &str, expect: &[&str]) {
        let answer = self.shell.ask(&["person", person, "--at", at, "--known", known]);
        assert_eq!(shown(&answer["positions"]), expect, "{person} at {at}, known {known}");
    }
}

fn shown(list: &Value) -> Vec<String> {
    let one = |post: &Value| {
        let words = [&post["person"]["name"], &post["title"], &post["unit"]["name"]].map(Value::as_str);
        let mark = if post["certainty"] == "certain" { "" } else { "?" };
        words.into_iter().flatten().collect::<Vec<_>>().join(" | ") + mark
    };
    let mut shown: Vec<String> = list.as_array().unwrap().iter().map(one).collect();
    shown.sort();
    shown
}

#[test]
fn members_of_congress() {
    let Some(case) = Case::of("nested-terms") else { return };
    let run = case.ingest("records", "congress", &["congress/legislators-cut.yaml"], &[]).well();
    assert!(run.out.starts_with("appended 250, duplicate 0, rejected 0"), "{run:?}");
    case.who("VT-0", "2006-06-01", EVER, &["Bernard Sanders | Representative | VT-0"]);
    case.who("VT", "2008-06-01", EVER, &["Bernard Sanders | Senator | VT"]);
    case.who("VT", "2024-06-01", EVER, &["Bernard Sanders | Senator | VT", "Peter Welch | Senator | VT"]);
    case.who("VT-0", "2024-06-01", EVER, &["Becca Balint | Representative | VT-0"]);
    case.who("MS", "2018-05-01", EVER, &["Cindy Hyde-Smith | Senator | MS", "Roger F. Wicker | Senator | MS"]);
    case.posts("S000033", "1993-01-04", EVER, &[]);
    case.posts("Adam B. Schiff", "2024-12-10", EVER, &["Senator | CA"]);
    case.posts("Ed Case", "2010-06-01", EVER, &[]);
    for (day, who, title) in [
        ("2021-01-10", "Charles E. Schumer", "Senate Minority Leader"),
        ("2021-02-01", "Charles E. Schumer", "Senate Majority Leader"),
        ("2021-02-01", "John Thune", "Senate Minority Whip"),
    ] {
        let positions = case.shell.ask(&["person", who, "--at", day])["positions"].clone();
        assert!(shown(&positions).contains(&title.to_owned()), "{who} at {day}: {positions}");
    }
    let tenures = case.shell.ask(&["career", "S000033"])["tenures"].clone();
    let titles = tenures.as_array().unwrap().iter().map(|tenure| tenure["title"].as_str().unwrap());
    let seats: Vec<&str> = titles.filter(|title| !title.contains("Chair")).collect();
    assert_eq!((seats.len(), seats.iter().filter(|title| **title == "Senator").count()), (12, 4));
    assert_eq!(case.shell.ask(&["find", "Mejia"])["matches"][0]["name"], "Analilia Mejia");
    assert_eq!(case.shell.ask(&["conflicts"])["conflicts"], Value::Array(Vec::new()));
}

#[test]
fn people_and_committees_of_vermont() {
    let Some(case) = Case::of("nested-terms") else { return };
    let run = case.ingest("records", "vermont", &["openstates-vt"], &["--format", "json"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let rejects = case.shell.read("rejects");
    let names = ["Brennan", "Branagan", "Christie"];
    assert!(rejects.lines().count() == 3 && rejects.lines().all(|line| line.contains("before it began")), "{rejects}");
    assert!(names.iter().all(|name| rejects.contains(name)), "{rejects}");
    case.posts("Phil Scott", "2018-06-01", EVER, &["Governor"]);
    case.posts("John Rodgers", "2025-02-01", EVER, &["Lieutenant Governor"]);
    case.posts(
        "Casey Toof",
        "2020-06-01",
        EVER,
        &["Representative | lower Franklin-3-1", "Representative | lower Franklin-8"],
    );
    case.posts(
        "Patrick Brennan",
        "2024-06-01",
        EVER,
        &["Representative | lower Chittenden-19", "Senator | upper Grand Isle"],
    );
    case.posts("Robert Forguites", "2019-04-10", EVER, &[]);
    case.posts("Robert Forguites", "2019-04-08", EVER, &["Representative | lower Windsor-3-2?"]);
    let career = case.shell.ask(&["career", "Robert Forguites"]);
    assert_eq!(career["died"]["edtf"], "2019-04-09");
    assert!(case.shell.ask(&["person", "Jill Krowinski"])["person"]["name"] == "Jill Krowinski");
    let day = "2026-08-05";
    case.posts("Jill Krowinski", day, EVER, &["Representative | lower Chittenden-16", "ex officio | Rules"]);
}

#[test]
fn teams_of_rust() {
    let Some(case) = Case::of("nested-terms") else { return };
    case.ingest("records", "rust", &["rust-team"], &[]).well();
    let day = "2026-08-22";
    case.who(
        "lang",
        day,
        EVER,
        &[
            "Josh Triplett | member | lang",
            "Niko Matsakis | member | lang",
            "Scott McMurray | member | lang",
            "Tyler Mandry | member | lang",
            "traviscross | member | lang",
        ],
    );
    let chart = case.shell.ask(&["org", "Rust Project", "--at", day]);
    let mut leads = Vec::new();
    collect_leads(&chart["unit"], &mut leads);
    assert_eq!(leads, ["edition: traviscross", "lang: Tyler Mandry"]);
    case.posts("lqd", day, EVER, &["Compiler team | leadership-council"]);
    assert_eq!(case.shell.ask(&["person", "lqd"])["person"]["name"], "Rémy Rakic");
    case.who("core", day, EVER, &[]);
    let alumni = case.shell.ask(&["holders", "core"])["holders"].as_array().unwrap().len();
    assert_eq!(alumni, 20);
}

fn collect_leads(unit: &Value, leads: &mut Vec<String>) {
    for lead in unit["leads"].as_array().unwrap() {
        leads.push(format!("{}: {}", unit["name"].as_str().unwrap(), lead["name"].as_str().unwrap()));
    }
    unit["children"].as_array().unwrap().iter().for_each(|child| collect_leads(child, leads));
    leads.sort();
}

#[test]
fn officers_of_companies_house() {
    let Some(case) = Case::of("companies-house") else { return };
    let files = [
        "made-officers-99000001.2024-03-01.json",
        "made-officers-99000001.2024-09-01.json",
        "made-company-99000001.json",
    ];
    case.ingest("records", "companies-house", &files, &[]).well();
    let company = "ARDEN LANTERNS LIMITED";
    case.who(company, "1991-12-01", EVER, &["PRITCHARD, Emlyn | director"]);
    case.who(company, "1991-11-29", EVER, &["PRITCHARD, Emlyn | director?"]);
    case.who(company, "2005-06-01", EVER, &[]);
    case.who(company, "2007-01-01", EVER, &["PRITCHARD, Emlyn | director"]);
    case.who(company, "2013-01-01", EVER, &["OKONKWO, Beatrix Ngozi | secretary", "SMITH, John | director"]);
    case.who(company, "2015-06-02", EVER, &["HALE, Beatrix Ngozi | director", "SMITH, John | director"]);
    let sorensen = "SØRENSEN, Dagny | director";
    let old =
        ["OKONKWO-HALE, Beatrix Ngozi | director", sorensen, "VALE, Tobias | director", "VALE, Tobias | secretary"];
    case.who(company, "2020-01-15", "2024-03-01", &old);
    case.who(company, "2020-01-15", EVER, &["HALE, Beatrix Ngozi | director", sorensen, "VALE, Tobias | secretary"]);
    let new = ["HALE, Beatrix Ngozi | director", "VALE, Tobias | director", "VALE, Tobias | secretary"];
    case.who(company, "2024-07-15", EVER, &new);
    let later = [&["ABARA, Chidi-Ann Lucille | director"][..], &new].concat();
    case.who(company, "2024-08-20", EVER, &later);
    let smiths = case.shell.ask(&["find", "SMITH, John"])["matches"].clone();
    let names: Vec<String> = smiths.as_array().unwrap().iter().map(|found| found["names"][1].to_string()).collect();
    assert_eq!(names, ["\"SMITH, John (born 1950-2)\"", "\"SMITH, John (born 1969-9)\""]);

    let case = Case::of("companies-house").unwrap();
    case.ingest("records", "companies-house-stream", &["made-stream-officers.ndjson"], &[]).well();
    let company = "gb-coh/99000001";
    let both = [sorensen, "VALE, Tobias | director"];
    case.who(company, "2024-04-23", "2024-05-01", &both);
    case.who(company, "2024-04-23", "2024-05-02", &["FAIRWEATHER, Ludo | director", both[0], both[1]]);
    case.who(company, "2024-04-23", "2024-05-31", &both);
    case.who(company, "2020-01-15", "2024-03-18", &both);
    case.who(company, "2020-01-15", "2024-03-19", &[sorensen]);
    case.who(company, "2024-07-15", "2024-08-20", &["HALE, Beatrix Ngozi | director", both[1]]);
    case.who(company, "2024-07-15", "2024-08-21", &["HALE, Beatrix Ngozi | director", both[0], both[1]]);

    let case = Case::of("companies-house").unwrap();
    let files = ["made-appointments-offVALE.json", "real-appointments-uQNQ-blSo-8PiOaehWClTPmbZNI.json"];
    case.ingest("records", "companies-house-appointments", &files, &["--version", "2024-09-01"]).well();
    case.posts("Tobias VALE", "2012-01-01", EVER, &["director", "director"]);
    case.posts("Tobias VALE", "2017-01-01", EVER, &["director", "llp-designated-member", "secretary"]);
    case.posts("Sergey BRIN", "2002-01-01", EVER, &["director"]);
}

#[test]
fn a_body_is_no_person() {
    let shell = Shell::new();
    let officer = |id: &str, name: &str, role: &str, more: Value| {
        let mut officer = json!({"name": name, "officer_role": role, "appointed_on": "2019-04-01", "links":
            {"self": format!("/company/99000009/appointments/{id}"), "officer": {"appointments": format!("/officers/{id}/appointments")}}});
        officer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        officer
    };
    let items = [
        officer("a", "MADE, Jane, Dr", "director", json!({})),
        officer("b", "MADE NOMINEES LIMITED", "corporate-director", json!({})),
        officer("c", "MADE SECRETARIES LTD", "secretary", json!({"identification": {"legal_form": "LTD"}})),
    ];
    let list = json!({"items": items, "links": {"self": "/company/99000009/officers"}, "total_results": 3});
    shell.write("list.json", list.to_string());
    let run = [
        "ingest",
        "--from",
        "records",
        "--map",
        "companies-house",
        "--version",
        "2024-01-01",
        "list.json",
        "--format",
        "json",
    ];
    let sum = shell.run(&run).json();
    assert_eq!(
        (&sum["records"], &sum["statements"], &sum["dropped"]),
        (&json!(3), &json!(1), &json!({"no `when` of the map fits": 2}))
    );
    assert_eq!(
        shown(&shell.ask(&["who", "gb-coh/99000009", "--at", "2024-01-01"])["members"]),
        ["MADE, Jane | director"]
    );
}

#[test]
fn the_stream_of_companies_house_has_times_with_a_zone_and_deletes_what_was_never_said() {
    let shell = Shell::new();
    let line = |id: &str, name: &str, published_at: &str, sort: &str| {
        let data = json!({"name": name, "officer_role": "director", "appointed_on": "2019-04-01"});
        let event = json!({"timepoint": 1, "published_at": published_at, "type": sort});
        json!({"resource_uri": format!("/company/99000009/appointments/{id}"), "resource_id": id, "data": data, "event": event})
    };
    let lines = [
        line("aa", "MADE, Jane", "2024-03-01T10:00:00Z", "changed"),
        line("bb", "MADE, John", "2024-03-02T10:00:00", "changed"),
        line("cc", "MADE, Jill", "2024-03-03T10:00:00Z", "deleted"),
    ];
    shell.write("stream.ndjson", lines.map(|line| line.to_string()).join("\n"));
    let sum = shell
        .run(&["ingest", "--from", "records", "--map", "companies-house-stream", "stream.ndjson", "--format", "json"])
        .json();
    assert_eq!(
        (&sum["statements"], &sum["appended"], &sum["dropped"]),
        (&json!(2), &json!(2), &json!({"withdrawn, and never said here": 1}))
    );
    let events = shell.ask(&["log"]);
    let reported: Vec<&Value> =
        events["events"].as_array().unwrap().iter().map(|event| &event["reported_at"]).collect();
    assert_eq!(reported, ["2024-03-01T10:00:00Z", "2024-03-02T10:00:00Z"]);
}

#[test]
fn a_stream_can_come_in_any_order() {
    let line = |id: &str, name: &str, at: &str, sort: &str| {
        let data = json!({"name": name, "officer_role": "director", "appointed_on": "2019-04-01"});
        let event = json!({"timepoint": 1, "published_at": format!("{at}T10:00:00"), "type": sort});
        json!({"resource_uri": format!("/company/9/appointments/{id}"), "resource_id": id, "data": data, "event": event}).to_string()
    };
    let lines = [
        line("aa", "MADE, Jane", "2024-01-01", "changed"),
        line("aa", "MADE, Jane", "2024-03-01", "deleted"),
        line("aa", "MADE, Jane", "2024-04-01", "changed"),
        line("bb", "MADE, John", "2024-02-01", "changed"),
        line("bb", "MADE, John", "2024-03-01", "deleted"),
    ];
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [1, 4, 0, 2, 3]] {
        let shell = Shell::new();
        shell.write("s.ndjson", order.map(|at| lines[at].as_str()).join("\n"));
        let words = ["ingest", "--from", "records", "--map", "companies-house-stream", "s.ndjson"];
        shell.run(&words).well();
        let again = shell.run(&words).well();
        assert!(again.out.starts_with("appended 0,"), "{order:?}: {again:?}");
        for (known, expect) in [
            ("2024-02-15", &["MADE, Jane | director", "MADE, John | director"][..]),
            ("2024-03-15", &[]),
            (EVER, &["MADE, Jane | director"]),
        ] {
            let members = shell.ask(&["who", "gb-coh/9", "--at", "2024-01-01", "--known", known]);
            assert_eq!(shown(&members["members"]), expect, "{order:?} known {known}");
        }
    }
    // What repeats something is read before what comes between, each in a file of its own.
    let repeated = [("2024-01-01", "changed"), ("2024-03-01", "changed"), ("2024-02-01", "deleted")];
    let deleted =
        [("2024-01-01", "changed"), ("2024-02-01", "deleted"), ("2024-04-01", "deleted"), ("2024-03-01", "changed")];
    for (told, expect) in [(&repeated[..], &["MADE, Jane | director"][..]), (&deleted[..], &[])] {
        let shell = Shell::new();
        for (at, sort) in told {
            shell.write("s.ndjson", line("aa", "MADE, Jane", at, sort));
            shell.run(&["ingest", "--from", "records", "--map", "companies-house-stream", "s.ndjson"]).well();
        }
        let members = shell.ask(&["who", "gb-coh/9", "--at", "2024-01-01"]);
        assert_eq!(shown(&members["members"]), expect, "{told:?}");
    }
}

#[test]
fn a_stream_of_deletions_alone_is_applied() {
    let shell = Shell::new();
    let line = |at: &str, sort: &str, data: Value| {
        let event = json!({"timepoint": 1, "published_at": format!("{at}T10:00:00"), "type": sort});
        json!({"resource_uri": "/company/9/appointments/a", "resource_id": "a", "data": data, "event": event})
            .to_string()
    };
    let made = json!({"name": "MADE, Jane", "officer_role": "director", "appointed_on": "2019-04-01"});
    for text in [line("2024-01-01", "changed", made), line("2024-02-01", "deleted", json!({}))] {
        shell.write("s.ndjson", text);
        shell.run(&["ingest", "--from", "records", "--map", "companies-house-stream", "s.ndjson"]).well();
    }
    assert_eq!(shown(&shell.ask(&["who", "gb-coh/9", "--at", "2024-01-01"])["members"]), Vec::<String>::new());
    shell.write("s.ndjson", line("2024-03-01", "changed", json!({"officer_role": "director"})));
    let run = shell.run(&["ingest", "--from", "records", "--map", "companies-house-stream", "s.ndjson"]);
    assert!(run.exit == Some(1) && run.err.contains("finds nothing in any row"), "{run:?}");
}

#[test]
fn filings_have_several_owners_amendments_and_dates_with_zones() {
    let shell = Shell::new();
    let owner = |cik: &str, name: &str, of: &str| {
        format!(
            "<reportingOwner><reportingOwnerId><rptOwnerCik>{cik}</rptOwnerCik><rptOwnerName>{name}</rptOwnerName></reportingOwnerId>\
             <reportingOwnerRelationship>{of}</reportingOwnerRelationship></reportingOwner>"
        )
    };
    let filing = |sort: &str, period: &str, title: &str, signed: &str| {
        let officer =
            format!("<isDirector>1</isDirector><isOfficer>true</isOfficer><officerTitle>{title}</officerTitle>");
        let owners = [
            owner("0000000007", "LEE ANN", &officer),
            owner("8", "KELP FUND LP", "<isTenPercentOwner>1</isTenPercentOwner>"),
            owner("0010", "ODE BO", "<isDirector>true</isDirector>"),
        ];
        format!(
            "<?xml version='1.0'?><ownershipDocument><documentType>{sort}</documentType><periodOfReport>{period}</periodOfReport><issuer>\
             <issuerCik>0000000009</issuerCik><issuerName>Kelp &amp; Co</issuerName></issuer>{}<ownerSignature><signatureDate>{signed}\
             </signatureDate></ownerSignature></ownershipDocument>",
            owners.concat()
        )
    };
    for (name, text, appended) in [
        ("4.xml", filing("4", "2024-05-01", "CFO", "2024-05-03"), 3),
        ("4a.xml", filing("4/A", "2024-05-01", "Chief Financial Officer", "2024-06-01"), 3),
        ("next.xml", filing("4", "2024-07-01-04:00", "President", "2024-07-02-04:00"), 3),
    ] {
        shell.write(name, text);
        let run = shell.run(&["ingest", "--from", "records", "--map", "sec-insider", name, "--format", "json"]).json();
        assert_eq!(
            (&run["appended"], &run["dropped"]["no `when` of the map fits"]),
            (&json!(appended), &json!(1)),
            "{name}"
        );
    }
    let who = |at: &str, known: &str| shown(&shell.ask(&["who", "Kelp & Co", "--at", at, "--known", known])["members"]);
    assert_eq!(who("2024-05-01", "2024-05-31"), ["LEE ANN", "LEE ANN | CFO", "ODE BO"]);
    assert_eq!(who("2024-05-01", "2024-06-02"), ["LEE ANN", "LEE ANN | Chief Financial Officer", "ODE BO"]);
    assert!(who("2024-07-01", EVER).contains(&"LEE ANN | President".to_owned()));
    // Of two of one day the one that is read later counts, together as one by one; read again they add nothing.
    for runs in [&[&["1.xml", "2.xml"][..]][..], &[&["1.xml"], &["2.xml"]]] {
        let shell = Shell::new();
        shell.write("1.xml", filing("4", "2024-05-01", "CFO", "2024-05-03"));
        shell.write("2.xml", filing("4/A", "2024-05-01", "Treasurer", "2024-05-03"));
        for files in runs.iter().chain(runs) {
            shell.run(&[&["ingest", "--from", "records", "--map", "sec-insider"], *files].concat()).well();
        }
        let there = shown(&shell.ask(&["who", "Kelp & Co", "--at", "2024-05-01"])["members"]);
        assert_eq!(there, ["LEE ANN", "LEE ANN | Treasurer", "ODE BO"], "{runs:?}");
        assert_eq!(shell.state().0, 4, "{runs:?}");
    }
}

#[test]
fn a_second_term_in_one_record_is_told() {
    let statement = |record: &str, sort: &str, details: Value| {
        json!({"statementId": record, "statementDate": "2020-01-01", "recordId": record, "recordType": sort, "recordStatus": "new",
            "publicationDetails": {"publicationDate": "2020-01-02", "publisher": {"name": "R"}}, "recordDetails": details})
    };
    let term = |start: &str, end: &str| json!({"type": "boardMember", "startDate": start, "endDate": end});
    let statements = [
        statement("k", "entity", json!({"entityType": {"type": "registeredEntity"}, "name": "Kelp"})),
        statement("ann", "person", json!({"personType": "knownPerson", "names": [{"fullName": "Ann Lee"}]})),
        statement(
            "r",
            "relationship",
            json!({"subject": "k", "interestedParty": "ann", "interests": [term("2010-01-01", "2012-01-01"), term("2015", "2017-06")]}),
        ),
    ];
    let shell = Shell::new();
    shell.write("b.json", json!(statements).to_string());
    let run = shell.run(&["ingest", "--from", "bods", "b.json"]);
    assert!(run.exit == Some(8) && run.err.contains("a second interest `boardMember`"), "{run:?}");
    assert_eq!(shell.ask(&["career", "Ann Lee"])["tenures"].as_array().unwrap().len(), 1);
}

#[test]
fn older_statements_of_ownership_are_named() {
    let shell = Shell::new();
    shell.write(
        "b.json",
        json!([{"statementID": "x", "statementType": "personStatement", "names": [{"fullName": "Ann"}]}]).to_string(),
    );
    let run = shell.run(&["ingest", "--from", "bods", "b.json"]);
    assert!(run.exit == Some(8) && run.err.contains("BODS 0.3 or older"), "{run:?}");
}

#[test]
fn a_title_that_sends_elsewhere_is_none() {
    let shell = Shell::new();
    let map = r#"
[source]
publisher = "Filings"
[files.rows]
[[stints]]
file = "rows"
from = { column = "day" }
title = { column = "title", unless = "(?i)^see remarks", otherwise = { column = "remarks", match = "(?i)^title: *([^.;]+)" } }
[stints.person]
name = "person"
[stints.company]
name = "company"
"#;
    shell.write("map.toml", map);
    let rows = "Ann Lee,Acme,2024-01-02,See Remarks.,Title: Chief of Staff. And more\nBo Ek,Acme,2024-01-02,Director,none\n\
                Cy Oh,Acme,2024-01-02,see remarks,nothing\n";
    shell.write("rows.csv", format!("person,company,day,title,remarks\n{rows}"));
    shell.run(&["ingest", "--from", "csv", "--map", "map.toml", "rows.csv"]).well();
    let members = shell.ask(&["who", "Acme", "--at", "2024-02-01", "--sort", "name"]);
    assert_eq!(shown(&members["members"]), ["Ann Lee | Chief of Staff", "Bo Ek | Director", "Cy Oh"]);
}

#[test]
fn insiders_of_the_sec() {
    let Some(case) = Case::of("sec-insider") else { return };
    for quarter in ["made-2024", "part-2025q1"] {
        case.ingest("csv", "sec-insider-tables", &[quarter], &[]).well();
    }
    let kelp = "sec-cik/9900001";
    case.who(kelp, "2024-03-04", "2024-03-11", &[]);
    case.who(kelp, "2024-03-04", "2024-03-12", &["TALLIS RORY J | Chief Financial Officer"]);
    case.who(kelp, "2024-05-03", "2024-05-08", &["TALLIS RORY J | Chief Financial Officer"]);
    case.who(
        kelp,
        "2024-05-03",
        "2024-05-09",
        &["TALLIS RORY J | Chief Financial Officer", "TALLIS RORY J | EVP & CFO"],
    );
    case.who(
        kelp,
        "2024-08-20",
        "2024-12-31",
        &[
            "Oyelaran Funmi",
            "TALLIS RORY J",
            "TALLIS RORY J | Chief Financial Officer",
            "TALLIS RORY J | EVP & CFO",
            "TALLIS RORY J | President & CEO",
        ],
    );
    case.who(kelp, "2025-03-06", "2025-03-06", &[]);
    let aged = case.shell.ask(&["who", kelp, "--at", "2025-02-14", "--known", "2025-02-14"]);
    assert!(shown(&aged["members"]).iter().all(|one| one.starts_with("TALLIS")), "{aged}");
    case.who("2seventy bio, Inc.", "2025-01-06", "2025-01-07", &[]);
    let snow = "Snow Jessica | Senior Vice President of Quality and Enabling Functions";
    case.who("2seventy bio, Inc.", "2025-01-06", "2025-01-08", &[snow]);

    let case = Case::of("sec-insider").unwrap();
    let files: Vec<String> = std::fs::read_dir(&case.dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("real-"))
        .collect();
    case.ingest("records", "sec-insider", &files.iter().map(String::as_str).collect::<Vec<_>>(), &[]).well();
    case.who(
        "ARROW ELECTRONICS, INC.",
        "2025-02-12",
        "2025-02-13",
        &["Jean-Claude Carine Lamercie | SVP, CLO & Secretary"],
    );
    case.who("AAR CORP", "2025-01-10", "2025-01-10", &["Garascia Jessica A. | Senior VP, GC, CAO & Secretary"]);
    case.who("SUNPOWER CORP", "2021-12-31", EVER, &["Hegde Vinayak"]);
    case.who("Snowflake Inc.", "2020-09-14", "2020-09-28", &["GARRETT MARK?"]);
    case.who("374Water Inc.", "2025-04-30", EVER, &["Melkote Rajesh Ramaswamy | Chief Technology Officer"]);
    case.who("CROWN CASTLE INC.", "2025-04-19", "2025-05-02", &[]);
}

#[test]
fn role_appointments_of_govuk() {
    let Some(case) = Case::of("govuk-roles") else { return };
    let run = case.ingest("records", "govuk-roles", &["ministers-index.json"], &[]).well();
    assert!(run.out.starts_with("appended 73, duplicate 39,"), "{run:?}");
    let hart = "The Rt Hon Simon Hart MP";
    let standards = "Member, Committee on Standards in Public Life";
    let implementation = "Parliamentary Secretary (Minister for Implementation)";
    case.posts(hart, "2017-08-07", EVER, &[]);
    case.posts(hart, "2017-08-08", EVER, &[standards]);
    case.posts(hart, "2019-07-27", EVER, &[standards, implementation]);
    case.posts(hart, "2019-08-01", EVER, &[implementation]);
    case.posts(hart, "2022-08-01", EVER, &[]);
    case.posts(
        "The Rt Hon Rishi Sunak MP",
        "2023-01-01",
        EVER,
        &["First Lord of the Treasury", "Minister for the Civil Service", "Minister for the Union", "Prime Minister"],
    );
    case.posts("The Rt Hon Greg Hands MP", "2022-09-20", EVER, &[]);
    case.posts(
        "The Rt Hon Kemi Badenoch MP",
        "2021-09-17",
        EVER,
        &["Minister of State", "Minister of State (Minister for Equalities)"],
    );

    let case = Case::of("govuk-roles").unwrap();
    let files = ["organisation-wales-office.json", "role-prime-minister.json", "ministers-index.json"];
    case.ingest("records", "govuk-roles", &files, &[]).well();
    let wales = "Secretary of State for Wales | Office of the Secretary of State for Wales";
    case.posts(hart, "2023-01-01", "2022-12-31", &[wales]);
    case.posts(hart, "2023-01-01", EVER, &["Parliamentary Secretary to the Treasury (Chief Whip)"]);
    let office = case.shell.ask(&["who", "Office of the Secretary of State for Wales", "--at", "2020-04-01"]);
    let policy = shown(&office["members"]).into_iter().filter(|one| one.contains("Deputy Director, Policy"));
    assert_eq!(policy.count(), 2);
    case.posts("The Rt Hon David Cameron", "2010-05-11", EVER, &[]);
    case.posts("The Rt Hon David Cameron", "2016-07-12", EVER, &["Prime Minister | Cabinet Office"]);
    case.posts("The Rt Hon David Cameron", "2016-07-15", EVER, &[]);
}

#[test]
fn affiliations_of_orcid() {
    let Some(case) = Case::of("orcid-employments") else { return };
    case.ingest("records", "orcid", &["made-record-3.0.json"], &[]).well();
    let posts = |at: &str, expect: &[&str]| case.posts("Aurelie N. Voss", at, EVER, expect);
    posts("2004-06-01", &["Postdoc | Physics?"]);
    posts("2008-01-01", &["Applied Research"]);
    posts("2010-12-15", &["Applied Research?"]);
    posts("2011-06-01", &["Lecturer?"]);
    posts("2012-01-01", &["Lecturer"]);
    posts("2015-05-01", &["Lecturer", "Visiting Professor"]);
    posts("2021-01-01", &["Professor of Acoustics | Physics", "Professor | School of Physics", "Treasurer | Board"]);
    let career = case.shell.ask(&["career", "Aurelie N. Voss"]);
    let universities: Vec<&Value> = career["tenures"].as_array().unwrap().iter().map(|t| &t["company"]["id"]).collect();
    assert_eq!(universities.iter().filter(|id| **id == "ROR:https://ror.org/00made001").count(), 3, "{universities:?}");

    let case = Case::of("orcid-employments").unwrap();
    case.ingest("records", "orcid", &["sample-record-3.0.json"], &[]).well();
    case.posts("orcid/0000-0002-7319-2192", "1950-01-01", EVER, &["role-title | department-name"]);
}

#[test]
fn a_list_of_no_officers_is_a_list_and_former_names_may_lack_forenames() {
    let shell = Shell::new();
    let list = |items: Value| {
        let total = items.as_array().map_or(0, Vec::len);
        json!({"kind": "officer-list", "links": {"self": "/company/1/officers"}, "total_results": total, "items": items}).to_string()
    };
    let ann = json!({
        "name": "LEE, Ann", "officer_role": "director", "appointed_on": "2001-02-03", "former_names": [{"surname": "JONES"}],
        "links": {"self": "/company/1/appointments/a", "officer": {"appointments": "/officers/o/appointments"}},
    });
    shell.write("none.json", list(json!([])));
    let ingest = ["ingest", "--from", "records", "--map", "companies-house"];
    assert!(shell.run(&[&ingest[..], &["none.json"]].concat()).well().out.contains("rejected 0"));
    shell.write("one.json", list(json!([ann])));
    shell.run(&[&ingest[..], &["--version", "2024-01-01", "one.json"]].concat()).well();
    assert_eq!(shell.ask(&["person", "JONES", "--at", "2010-01-01"])["person"]["name"], "LEE, Ann");
    // A page of a list is none as a whole, and lists nobody; the whole list of nobody withdraws all.
    let posts = |shell: &Shell| shell.ask(&["career", "JONES"])["tenures"].as_array().map_or(0, Vec::len);
    let page = list(json!([])).replace("\"total_results\":0", "\"total_results\":1");
    let other = list(json!([])).replace("/company/1/", "/company/2/");
    for (text, expect) in [(page, 1), (other, 1), (list(json!([])), 0)] {
        shell.write("later.json", text);
        let run = shell.run(&[&ingest[..], &["--version", "2024-03-01", "later.json"]].concat()).well();
        assert!(run.out.contains("gone 1") == (expect == 0), "{run:?}");
        assert_eq!(posts(&shell), expect, "{run:?}");
    }
}

#[test]
fn affiliations_of_orcid_lists_alone() {
    let shell = Shell::new();
    let summary = json!({
        "last-modified-date": {"value": 1_609_459_200_000_i64}, "visibility": "public", "put-code": 1, "path": "/0000-0009-9999-0002/employment/1",
        "role-title": "Lecturer", "start-date": {"year": {"value": "2010"}}, "organization": {"name": "Kelp"}, "source": null,
    });
    let list = json!({"affiliation-group": [{"summaries": [{"employment-summary": summary}]}], "path": "/0000-0009-9999-0002/employments"});
    shell.write("list.json", list.to_string());
    shell.run(&["ingest", "--from", "records", "--map", "orcid", "list.json"]).well();
    assert_eq!(shell.ask(&["career", "orcid/0000-0009-9999-0002"])["tenures"][0]["title"], "Lecturer");
}

#[test]
fn affiliations_of_orcid_in_xml() {
    let shell = Shell::new();
    let summary = |sort: &str, number: u8, within: &str| {
        format!(
            "<a:affiliation-group><s:{sort}-summary put-code='{number}' path='/0000-0009-9999-0002/{sort}/{number}' visibility='public'>\
             <c:last-modified-date>2021-03-04T05:06:07.000Z</c:last-modified-date>{within}<c:organization><c:name>Made University</c:name>\
             </c:organization></s:{sort}-summary></a:affiliation-group>"
        )
    };
    let record = format!(
        "<r:record xmlns:r='r' xmlns:a='a' xmlns:s='s' xmlns:c='c' path='/0000-0009-9999-0002'><c:orcid-identifier><c:uri>\
         https://orcid.org/0000-0009-9999-0002</c:uri></c:orcid-identifier><r:person><r:name><r:given-names>Ida</r:given-names>\
         <r:family-name>Made</r:family-name></r:name></r:person><a:activities-summary><a:employments>{}{}</a:employments>\
         <a:services>{}</a:services></a:activities-summary></r:record>",
        summary(
            "employment",
            1,
            "<c:role-title>Lecturer</c:role-title><c:start-date><c:year>2011</c:year><c:month>02</c:month></c:start-date>"
        ),
        summary(
            "employment",
            2,
            "<c:role-title>Professor</c:role-title><c:start-date><c:year>2018</c:year></c:start-date>"
        ),
        summary("service", 3, "<c:role-title>Treasurer</c:role-title>"),
    );
    shell.write("record.xml", record);
    shell.run(&["ingest", "--from", "records", "--map", "orcid-xml", "record.xml"]).well();
    let posts = shell.ask(&["person", "Ida Made", "--at", "2021-03-04"]);
    assert_eq!(shown(&posts["positions"]), ["Lecturer", "Professor", "Treasurer"]);
    let lecturer = &shell.ask(&["career", "orcid/0000-0009-9999-0002"])["tenures"];
    let starts: Vec<&Value> = lecturer.as_array().unwrap().iter().map(|tenure| &tenure["from"]["edtf"]).collect();
    assert!(starts.contains(&&json!("2011-02")) && starts.contains(&&json!("2018")), "{starts:?}");

    let Some(case) = Case::of("orcid-employments") else { return };
    let run = case.ingest("records", "orcid-xml", &["sample-employments-3.0.xml"], &["--format", "json"]).json();
    assert_eq!((&run["statements"], &run["appended"]), (&json!(2), &json!(1)));
}

#[test]
fn statements_of_bods() {
    let Some(case) = Case::of("bods") else { return };
    let ingest = |case: &Case, name: &str| {
        let words = ["ingest", "--from", "bods", "--rejects", "rejects", &case.dir.join(name).display().to_string()];
        let run = case.shell.run(&words).well();
        let again = case.shell.run(&words).well();
        assert!(again.out.starts_with("appended 0,"), "{name}: {again:?}");
        run
    };
    ingest(&case, "fermcat.json");
    let (riyadh, patrick) = ("Riyadh Byrne-Amin | board member", "Patrick O'Donohue | board member");
    case.who("Fermcat Ltd", "2019-09-10", EVER, &[]);
    case.who("Fermcat Ltd", "2019-09-11", EVER, &[patrick, riyadh]);
    case.who("Fermcat Ltd", "2021-06-01", "2021-09-10", &[patrick, riyadh]);
    case.who("Fermcat Ltd", "2021-06-01", "2021-09-11", &[patrick]);
    assert_eq!(case.shell.ask(&["conflicts"])["conflicts"], Value::Array(Vec::new()));

    let case = Case::of("bods").unwrap();
    ingest(&case, "tecido.json");
    let maria = "Maria Esteves | board chair";
    case.who("Tecido Ltd", "2010-01-01", "2019-01-31", &[maria]);
    case.who("Tecido Ltd", "2010-01-01", "2021-09-30", &[maria]);
    case.who("Tecido Ltd", "2022-12-31", "2023-03-30", &[maria]);
    case.who("Tecido Ltd", "2022-12-31", "2023-03-31", &["Maria Esteves | board chair?"]);
    case.who("Tecido Ltd", "2023-02-01", "2023-03-31", &["Maria Esteves | board chair?"]);
    case.who("Tecido Ltd", "2023-04-01", "2023-03-31", &[]);

    for (name, company, at) in [
        ("nomination.json", "Los Corazones de Plata", "2023-05-08"),
        ("levent.json", "Levent Trust", "2020-01-01"),
        ("full-pep-declaration.json", "Platinum Emerald and Plutonim Mining Limited", "2019-06-07"),
        ("listed-company-exempt-from-disclosure.json", "Listed Company OS-17", "2019-06-13"),
    ] {
        let case = Case::of("bods").unwrap();
        ingest(&case, name);
        case.who(company, at, EVER, &[]);
    }

    let case = Case::of("bods").unwrap();
    ingest(&case, "made-corrections.json");
    let company = "bods/mk-ent-1";
    let (owen, voss) = ("Owen Lark | senior managing official", "Isaura Quintela-Voss | board chair");
    case.who(company, "2019-07-01", "2022-06-14", &["Isaura Quintela | board member"]);
    case.who(company, "2019-07-01", "2022-06-15", &[]);
    case.who(company, "2021-06-01", "2022-06-15", &["Isaura Quintela | board member", owen]);
    case.who(company, "2022-12-31", "2023-05-04", &["Isaura Quintela-Voss | board member", owen]);
    case.who(
        company,
        "2023-01-10",
        "2023-01-23",
        &["Isaura Quintela | board chair", "Isaura Quintela | board member?", owen],
    );
    case.who(company, "2023-12-31", "2024-02-15", &[voss, owen]);
    case.who(company, "2024-02-15", "2024-02-16", &[voss]);
    case.who(company, "2023-06-01", "2024-02-16", &[voss, "Owen Lark | senior managing official?"]);
    case.who(
        company,
        "2021-07-01",
        "2024-03-01",
        &["Isaura Quintela-Voss | board member", owen, "Sunniva Aker | board member"],
    );
    case.who(company, "2024-03-02", "2024-03-05", &[voss]);
    let name =
        |at: &str, known: &str| case.shell.ask(&["who", company, "--at", at, "--known", known])["unit"]["name"].clone();
    assert_eq!(name("2023-12-31", EVER), "Harrow Point Lines plc");
    assert_eq!(name("2020-01-01", EVER), "Harrow Point Ferries Ltd");
}
