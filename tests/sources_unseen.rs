//! Inputs of a shape that other tests of importers do not have: what their dates, their gaps and their keys come to.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::{Run, Shell};

const POPOLO: &str = "namespace = \"x:\"\n[source]\npublisher = \"EP\"\n";

/// Ingests a text in one format, of one version, with a map; a name is that of a map that comes with the program.
#[track_caller]
fn ingest(shell: &Shell, from: &str, map: &str, version: &str, text: &str) -> Run {
    let map = if map.contains(['=', '\n']) || map.is_empty() {
        shell.write("map.toml", map);
        "map.toml"
    } else {
        map
    };
    let name = if text.starts_with('<') { "in.xml" } else { "in.json" };
    shell.write(name, text);
    let mut words = vec!["ingest", "--from", from, "--map", map, "--rejects", "rejects", "--explain"];
    words.extend(["--version", version].iter().filter(|_| !version.is_empty()));
    words.push(name);
    let run = shell.run(&words);
    assert!(matches!(run.exit, Some(0 | 8)), "{run:?}");
    run
}

fn lines(values: &[Value]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The start, the end and the day seen of each `HeldPost`, in the order of their keys and versions.
fn held(shell: &Shell) -> Vec<String> {
    let log = shell.ask(&["log"]);
    let mut held: Vec<(String, String)> = Vec::new();
    for event in log["events"].as_array().unwrap().iter().map(|entry| &entry["event"]) {
        if event["type"] == "HeldPost" {
            let text = |field: &str| event[field].as_str().unwrap_or("-").to_owned();
            let key = format!("{} {}", event["source"]["key"], text("reported_at"));
            held.push((key, format!("{} {} {}", text("from"), text("to"), text("seen"))));
        }
    }
    held.sort();
    held.into_iter().map(|(_, dates)| dates).collect()
}

/// The titles and the certainty of a person's posts on a day.
#[track_caller]
fn posts(shell: &Shell, person: &str, at: &str) -> Vec<String> {
    let answer = shell.ask(&["person", person, "--at", at]);
    let shown = |post: &Value| format!("{} {}", post["title"].as_str().unwrap(), post["certainty"].as_str().unwrap());
    answer["positions"].as_array().unwrap().iter().map(shown).collect()
}

fn rejects(shell: &Shell) -> Vec<String> {
    let line = |line: &str| serde_json::from_str::<Value>(line).unwrap()["reason"].as_str().unwrap().to_owned();
    shell.read("rejects").lines().map(line).collect()
}

#[test]
fn periods_that_share_their_boundary_are_two_memberships() {
    let popolo = |first: [&str; 2], second: [&str; 2]| {
        let membership = |period| json!({"person_id": "p", "organization_id": "h", "role": "member", "legislative_period_id": period});
        let period = |id, [start, end]: [&str; 2]| json!({"id": id, "start_date": start, "end_date": end});
        json!({
            "persons": [{"id": "p", "name": "Ana Kask"}], "organizations": [{"id": "h", "name": "House"}],
            "memberships": [membership("t1"), membership("t2")], "events": [period("t1", first), period("t2", second)],
        })
    };
    let ftm = |first: [&str; 2], second: [&str; 2]| {
        let term = |id, [start, end]: [&str; 2]| {
            let properties = json!({"holder": ["p"], "post": ["o"], "periodStart": [start], "periodEnd": [end]});
            json!({"id": id, "schema": "Occupancy", "properties": properties})
        };
        let person = json!({"id": "p", "schema": "Person", "properties": {"name": ["Ana Kask"]}});
        let post = json!({"id": "o", "schema": "Position", "properties": {"name": ["member"], "country": ["ee"]}});
        lines(&[person, post, term("1", first), term("2", second)])
    };
    let days = (["2011-03-27", "2015-03-30"], ["2015-03-30", "2019-03-04"]);
    let years = (["2011", "2015"], ["2015", "2019"]);
    for (first, second) in [days, years] {
        for (from, map, text) in
            [("popolo", POPOLO, popolo(first, second).to_string()), ("ftm", "", ftm(first, second))]
        {
            let shell = Shell::new();
            ingest(&shell, from, map, "2017-05-01", &text);
            for day in ["2013-01-01", "2015-01-01", "2017-01-01"] {
                let possible = !posts(&shell, "Ana Kask", day).is_empty();
                assert!(possible, "{from}, {first:?}, {day}");
                let certain = posts(&shell, "Ana Kask", day).iter().any(|post| post == "member certain");
                assert!(!certain, "{from}, {first:?}, {day}");
            }
            assert_eq!(shell.ask(&["career", "Ana Kask"])["tenures"].as_array().unwrap().len(), 2, "{from} {first:?}");
        }
    }
}

#[test]
fn the_dead_are_in_no_post_that_nothing_dates() {
    let shell = Shell::new();
    let occupancy = |id, more: Value| {
        let mut occupancy = json!({"id": id, "schema": "Occupancy", "properties": {"holder": ["p"], "post": ["o"]}});
        for (field, value) in more.as_object().unwrap() {
            occupancy["properties"][field] = value.clone();
        }
        occupancy
    };
    let text = lines(&[
        json!({"id": "p", "schema": "Person", "properties": {"name": ["Ann Lee"], "deathDate": ["2015-03-02"]}}),
        json!({"id": "o", "schema": "Position", "properties": {"name": ["Mayor"], "country": ["de"]}}),
        occupancy("o1", json!({"startDate": ["2010"]})),
        occupancy("o2", json!({})),
    ]);
    ingest(&shell, "ftm", "", "2024-05-01", &text);
    assert_eq!(held(&shell), ["2010 - -", "[0000..2015-03-01] [..2015-03-02] -"]);
    assert_eq!(shell.ask(&["person", "Ann Lee"])["died"]["edtf"], "2015-03-02");
    assert!(posts(&shell, "Ann Lee", "2016-01-01").is_empty());
    assert_eq!(shell.ask(&["conflicts"])["conflicts"], json!([]));
}

#[test]
fn a_day_on_which_a_post_was_shown_stays_certain_when_it_ends() {
    const CSV: &str = "company = 'Rill'\nend = 'inclusive'\n[source]\npublisher = 'W'\n[files.s]\npath = 's.csv'\n\
        [stints]\nfile = 's'\nkey = 'id'\nperson = 'person'\ntitle = 'post'\nto = 'to?'\n\
        [revisions]\nfiles = 's_{date}.csv'\ngone = 'ended'\n";
    let check = |versions: &[(&str, &str)], expect: &[&str]| {
        let shell = Shell::new();
        shell.write("map.toml", CSV);
        let names: Vec<String> = versions.iter().map(|(day, _)| format!("s_{day}.csv")).collect();
        for ((_, rows), name) in versions.iter().zip(&names) {
            shell.write(name, format!("id,person,post,to\n{rows}"));
        }
        let files: Vec<&str> = names.iter().map(String::as_str).collect();
        let words = [&["ingest", "--from", "csv", "--map", "map.toml"][..], &files].concat();
        shell.run(&words).well();
        assert_eq!(held(&shell), expect, "{versions:?}");
        assert_eq!(posts(&shell, "Ann", "2019-01-01"), ["Clerk certain"], "{versions:?}");
        let before = shell.state();
        shell.run(&words).well();
        assert_eq!(shell.state(), before, "read again, {versions:?}");
    };
    let (open, gone) = ("1,Ann,Clerk,\n", "");
    let (seen, last) = ("- - 2019-01-01", "[..2019-01-01] [2019-01-02..2020-01-01] 2019-01-01");
    check(&[("2019-01-01", open), ("2020-01-01", gone), ("2021-01-01", gone)], &[seen, last]);
    let ended = "1,Ann,Clerk,2019-08-31\n";
    let told = "[..2019-01-01] 2019-09-01 2019-01-01";
    check(&[("2019-01-01", open), ("2020-01-01", ended), ("2021-01-01", ended)], &[seen, told]);
    // Who died before the second version has the day of the first.
    let popolo = |died: &str| {
        json!({
            "persons": [{"id": "p", "name": "Ann", "death_date": died}], "organizations": [{"id": "h", "name": "House"}],
            "memberships": [{"id": "m", "person_id": "p", "organization_id": "h", "role": "member"}],
        })
        .to_string()
    };
    let shell = Shell::new();
    for (version, died) in [("2019-01-01", ""), ("2020-01-01", "2019-03-02"), ("2021-01-01", "2019-03-02")] {
        ingest(&shell, "popolo", POPOLO, version, &popolo(died));
    }
    assert_eq!(held(&shell), [seen, "[..2019-01-01] [2019-01-02..2019-03-02] 2019-01-01"]);
    assert_eq!(posts(&shell, "Ann", "2019-01-01"), ["member certain"]);
}

#[test]
fn a_membership_without_an_id_has_a_key_of_what_says_which_it_is() {
    let shell = Shell::new();
    let map = format!("{POPOLO}[revisions]\ncomplete = true\n");
    let version = |members: &[(&str, &str, &str)]| {
        let membership = |(person, party, end): &(&str, &str, &str)| json!({"person_id": person, "organization_id": "h", "on_behalf_of_id": party, "role": "member", "start_date": "2015-01-01", "end_date": end});
        json!({
            "persons": [{"id": "p", "name": "Ana"}, {"id": "q", "name": "Bo"}],
            "organizations": [{"id": "h", "name": "House"}, {"id": "R", "name": "Red"}, {"id": "B", "name": "Blue"}],
            "memberships": members.iter().map(membership).collect::<Vec<_>>(),
        })
        .to_string()
    };
    let units = |at: &str, known: &str| {
        let who = shell.ask(&["who", "House", "--at", at, "--known", known]);
        let shown =
            |member: &Value| format!("{} {}", member["person"]["name"].as_str().unwrap(), member["unit"]["name"]);
        who["members"].as_array().unwrap().iter().map(shown).collect::<Vec<_>>()
    };
    ingest(&shell, "popolo", &map, "2016-01-01", &version(&[("p", "R", ""), ("q", "B", "")]));
    ingest(&shell, "popolo", &map, "2017-01-01", &version(&[("p", "R", "2016-06-30"), ("q", "R", "")]));
    assert_eq!(units("2016-07-01", "2016-12-31"), ["Bo \"Blue\"", "Ana \"Red\""]);
    assert_eq!(units("2017-01-01", "2017-12-31"), ["Bo \"Red\""]);
    // Said twice alike it is one; said twice with two ends, the first counts.
    let again = ingest(&shell, "popolo", &map, "2018-01-01", &version(&[("q", "R", ""), ("q", "R", "")]));
    assert!(again.err.contains("rejected 0") || again.out.contains("rejected 0"), "{again:?}");
    ingest(&shell, "popolo", &map, "2019-01-01", &version(&[("q", "R", "2018-01-01"), ("q", "R", "2018-02-01")]));
    assert!(rejects(&shell)[0].contains("membership/x:q/h/R/member///2015-01-01"), "{:?}", rejects(&shell));
}

#[test]
fn what_stands_within_a_membership_is_read() {
    let shell = Shell::new();
    let text = json!({
        "organizations": [{"id": "h", "name": "House"}],
        "memberships": [{"person": {"id": "3", "name": "Cy Park"}, "organization_id": "h", "role": "clerk", "start_date": "2010"}],
    });
    ingest(&shell, "popolo", POPOLO, "2017-05-01", &text.to_string());
    assert_eq!(posts(&shell, "Cy Park", "2015-01-01"), ["clerk certain"]);
}

#[test]
fn a_unit_is_dissolved_when_its_posts_end() {
    let shell = Shell::new();
    let text = json!({
        "persons": [{"id": "p", "name": "Ana"}],
        "organizations": [{"id": "h", "name": "House"}, {"id": "c", "name": "Committee", "parent_id": "h", "dissolution_date": "2014-02-28"}],
        "memberships": [{"id": "m", "person_id": "p", "organization_id": "c", "role": "chair", "start_date": "2011-01-01", "end_date": "2014-02-28"}],
    });
    ingest(&shell, "popolo", POPOLO, "2017-05-01", &text.to_string());
    assert_eq!(shell.ask(&["conflicts"])["conflicts"], json!([]));
    let shell = Shell::new();
    let interests = json!([{"type": "boardMember", "startDate": "2015-01-01", "endDate": "2022-06-30"}]);
    let text = lines(&[
        bods(
            "e1",
            "e",
            "entity",
            "2023-01-01",
            &json!({"entityType": {"type": "registeredEntity"}, "name": "Rill", "dissolutionDate": "2022-06-30"}),
        ),
        bods("p1", "p", "person", "2023-01-01", &ann()),
        bods(
            "r1",
            "r",
            "relationship",
            "2023-01-01",
            &json!({"subject": "e", "interestedParty": "p", "interests": interests}),
        ),
    ]);
    ingest(&shell, "bods", "end = 'inclusive'", "", &text);
    assert_eq!(shell.ask(&["conflicts"])["conflicts"], json!([]));
}

fn ann() -> Value {
    json!({"personType": "knownPerson", "names": [{"type": "legal", "fullName": "Ann Lee"}]})
}

/// A statement of the Beneficial Ownership Data Standard.
fn bods(id: &str, record: &str, kind: &str, day: &str, details: &Value) -> Value {
    json!({
        "statementId": format!("{id:0>36}"), "recordId": record, "recordType": kind, "recordStatus": "new", "statementDate": day,
        "publicationDetails": {"publicationDate": day, "bodsVersion": "0.4", "publisher": {"name": "Reg"}}, "recordDetails": details,
    })
}

#[test]
fn what_a_statement_of_ownership_says_besides_is_counted() {
    let interest = |kind: &str, way: &str| json!({"type": kind, "directOrIndirect": way, "startDate": "2019-01-01", "share": {"exact": 50}});
    let of = |interests: Value| json!({"subject": "e", "interestedParty": "p", "interests": interests, "isComponent": false});
    let entity = json!({"entityType": {"type": "registeredEntity"}, "name": "Rill", "foundingDate": "2001-01-01"});
    let all = json!([
        interest("boardMember", "direct"),
        interest("boardChair", "indirect"),
        interest("shareholding", "direct"),
        interest("boardmember", "direct"),
    ]);
    let mut person = ann();
    person["birthDate"] = "1970-01-01".into();
    let text = lines(&[
        bods("e1", "e", "entity", "2022-01-01", &entity),
        bods("p1", "p", "person", "2022-01-01", &person),
        bods("r1", "r", "relationship", "2022-01-01", &of(all)),
        bods("r2", "s", "relationship", "2022-01-01", &of(json!([interest("shareholding", "direct")]))),
    ]);
    let run = ingest(&Shell::new(), "bods", "", "", &text);
    let told: Vec<&str> = run.err.lines().filter_map(|line| line.strip_prefix("not read: ")).collect();
    let expect = [
        "entity.foundingDate (1)",
        "person.birthDate (1)",
        "relationship.interests.share (1)",
        "relationship.interests: boardChair, held through others (1)",
        "relationship.interests: boardmember (1)",
        "relationship.interests: shareholding (2)",
        "relationship.isComponent (1)",
    ];
    assert_eq!(told, expect, "{run:?}");
    assert!(run.err.contains("a relationship without an interest that is a post"), "{run:?}");
}

#[test]
fn a_term_after_the_end_of_another_is_a_post_by_itself() {
    let post = |id: &str, day: &str, interest: Value| {
        bods(id, "r", "relationship", day, &json!({"subject": "e", "interestedParty": "p", "interests": [interest]}))
    };
    let check = |interests: &[(&str, Value)], expect: &[&str]| {
        let shell = Shell::new();
        let mut text = vec![
            bods(
                "e1",
                "e",
                "entity",
                "2020-01-01",
                &json!({"entityType": {"type": "registeredEntity"}, "name": "Rill"}),
            ),
            bods("p1", "p", "person", "2020-01-01", &ann()),
        ];
        for (number, (day, interest)) in interests.iter().enumerate() {
            let mut interest = interest.clone();
            interest["type"] = "boardMember".into();
            text.push(post(&format!("r{number}"), day, interest));
        }
        // Each statement in a run of its own: what the ledger has of the terms counts.
        for known in 3..=text.len() {
            ingest(&shell, "bods", "", "", &lines(&text[..known]));
        }
        let holders = shell.ask(&["holders", "Rill"]);
        let shown = |tenure: &Value| format!("{} {}", tenure["from"]["edtf"].as_str().unwrap(), tenure["to"]["edtf"]);
        assert_eq!(
            holders["holders"].as_array().unwrap().iter().map(shown).collect::<Vec<_>>(),
            expect,
            "{interests:?}"
        );
    };
    let first = json!({"startDate": "2015-01-01"});
    let ended = json!({"startDate": "2015-01-01", "endDate": "2020-12-31"});
    let again = json!({"startDate": "2022-05-01"});
    let over = json!({"startDate": "2022-05-01", "endDate": "2022-08-31"});
    let two = ["2015-01-01 \"[2020-12-31..2021-01-01]\"", "2022-05-01 null"];
    check(&[("2020-01-01", first.clone()), ("2021-01-01", ended.clone()), ("2023-01-01", again.clone())], &two);
    let both = [two[0], "2022-05-01 \"[2022-08-31..2022-09-01]\""];
    check(&[("2021-01-01", ended.clone()), ("2022-06-01", again), ("2023-01-01", over)], &both);
    // The same end again is the same term, and so is an end that is taken back.
    check(&[("2021-01-01", ended.clone()), ("2022-01-01", ended.clone())], &two[..1]);
    check(&[("2021-01-01", ended), ("2022-01-01", first)], &["2015-01-01 null"]);
    // Without a start it had begun when it was declared first.
    check(
        &[("2020-01-01", json!({})), ("2021-01-01", json!({"endDate": "2020-12-31"}))],
        &["[..2020-01-01] \"[2020-12-31..2021-01-01]\""],
    );
}

#[test]
fn registers_say_in_other_words_that_a_post_is_over() {
    let check = |map: &str, version: &str, text: &str, expect: &[&str]| {
        let shell = Shell::new();
        assert_eq!(ingest(&shell, "records", map, version, text).exit, Some(0), "{text}");
        assert_eq!(held(&shell), expect, "{text}");
    };
    let appointment = |current: bool, ended: Value| {
        let details = json!({"current": current, "started_on": "2010-05-12T00:00:00+01:00", "ended_on": ended});
        let appointment =
            json!({"content_id": "a", "details": details, "links": {"role": [{"content_id": "r", "title": "Whip"}]}});
        json!({"content_id": "p", "document_type": "person", "title": "Ann", "updated_at": "2024-03-01T10:00:00Z", "links": {"role_appointments": [appointment]}}).to_string()
    };
    check("govuk-roles", "", &appointment(false, Value::Null), &["2010-05-12 [..2024-03-01] -"]);
    check("govuk-roles", "", &appointment(true, Value::Null), &["2010-05-12 - 2024-03-01"]);
    let ended = json!("2012-05-12T00:00:00+01:00");
    check("govuk-roles", "", &appointment(false, ended), &["2010-05-12 [2012-05-12..2012-05-13] -"]);
    let officer = |status: &str| {
        let company = json!({"company_name": "B LTD", "company_number": "02", "company_status": status});
        let item = json!({"appointed_to": company, "officer_role": "director", "appointed_on": "1990-01-01"});
        // The company stands in the list once for each appointment, and is one unit.
        let other =
            json!({"appointed_to": item["appointed_to"], "officer_role": "secretary", "appointed_on": "1991-02-03"});
        json!({"name": "Tobias VALE", "links": {"self": "/officers/f1/appointments"}, "total_results": 2, "items": [item, other]}).to_string()
    };
    check("companies-house-appointments", "2024-09-01", &officer("dissolved"), &["1990-01-01 - -", "1991-02-03 - -"]);
    check(
        "companies-house-appointments",
        "2024-09-01",
        &officer("active"),
        &["1990-01-01 - 2024-09-01", "1991-02-03 - 2024-09-01"],
    );
    let former = |last_seen: Value| {
        let properties = json!({"member": ["p"], "organization": ["c"], "startDate": ["2010"], "status": ["former"]});
        json!({"id": "m", "schema": "Membership", "last_seen": last_seen, "properties": properties}).to_string()
    };
    let shell = Shell::new();
    ingest(&shell, "ftm", "", "2024-05-01", &former(Value::Null));
    assert_eq!(held(&shell), ["2010 [2010..2024-05-01] -"]);
}

/// A filing of the SEC in which two owners are told of.
fn filing(subject: &str) -> String {
    let owner = |cik: &str, name: &str, flags: &str| {
        format!(
            "<reportingOwner><reportingOwnerId><rptOwnerCik>{cik}</rptOwnerCik><rptOwnerName>{name}</rptOwnerName>\
             </reportingOwnerId><reportingOwnerRelationship>{flags}</reportingOwnerRelationship></reportingOwner>"
        )
    };
    format!(
        "<ownershipDocument><documentType>5</documentType><periodOfReport>2023-05-10</periodOfReport>\
         <notSubjectToSection16>{subject}</notSubjectToSection16>\
         <issuer><issuerCik>0000320193</issuerCik><issuerName>Rill</issuerName></issuer>{}{}\
         <ownerSignature><signatureDate>2023-05-12</signatureDate></ownerSignature></ownershipDocument>",
        owner("0001214156", "LEE ANN", "<isOfficer>1</isOfficer><officerTitle>CEO</officerTitle>"),
        owner("0000000099", "Fund LP", "<isTenPercentOwner>1</isTenPercentOwner>"),
    )
}

#[test]
fn owners_who_hold_no_post_do_not_leave() {
    let shell = Shell::new();
    let run = ingest(&shell, "records", "sec-insider", "", &filing("1"));
    let log = shell.ask(&["log"]);
    let left: Vec<&Value> =
        log["events"].as_array().unwrap().iter().map(|entry| &entry["event"]["person"]["name"]).collect();
    assert_eq!(left, ["LEE ANN"]);
    assert!(run.err.contains("dropped 1 records: no `when` of the map fits"), "{run:?}");
}

#[test]
fn a_filing_and_the_table_of_its_quarter_have_one_key() {
    let shell = Shell::new();
    ingest(&shell, "records", "sec-insider", "", &filing("0"));
    std::fs::create_dir(shell.dir().join("q")).unwrap();
    let submission = "ACCESSION_NUMBER\tFILING_DATE\tPERIOD_OF_REPORT\tNOT_SUBJECT_SEC16\tISSUERCIK\tISSUERNAME\tREMARKS\n\
        2-1\t01-JUN-2023\t10-MAY-2023\t\t0000320193\tRill\t\n";
    let owner = "ACCESSION_NUMBER\tRPTOWNERCIK\tRPTOWNERNAME\tRPTOWNER_RELATIONSHIP\tRPTOWNER_TITLE\n\
        2-1\t0001214156\tLEE ANN\tOfficer\tCEO and Chair\n";
    shell.write("q/SUBMISSION.tsv", submission);
    shell.write("q/REPORTINGOWNER.tsv", owner);
    shell.run(&["ingest", "--from", "csv", "--map", "sec-insider-tables", "q"]).well();
    let log = shell.ask(&["log"]);
    let keys: Vec<&Value> =
        log["events"].as_array().unwrap().iter().map(|entry| &entry["event"]["source"]["key"]).collect();
    assert_eq!(keys, ["320193/1214156/2023-05-10/officer", "320193/1214156/2023-05-10/officer"]);
    assert_eq!(posts(&shell, "LEE ANN", "2023-05-10"), ["CEO and Chair certain"]);
}

#[test]
fn what_may_be_a_person_or_an_organisation_holds_no_post() {
    let entity =
        |id: &str, schema: &str, name: &str| json!({"id": id, "schema": schema, "properties": {"name": [name]}});
    let directs = |id: &str, who: &str| json!({"id": id, "schema": "Directorship", "properties": {"director": [who], "organization": ["c"]}});
    let shell = Shell::new();
    let world = [
        entity("l", "LegalEntity", "John Smith"),
        entity("c", "Company", "Rill"),
        directs("d1", "l"),
        directs("d2", "m"),
        entity("p", "Person", "Ann Lee"),
    ];
    ingest(&shell, "ftm", "", "2024-05-01", &lines(&world));
    assert_eq!(rejects(&shell), ["l is a LegalEntity: it may be a person or an organisation"]);
    // A statement that says no more than that is no word against one that calls it a person.
    let row = |entity: &str, schema: &str, prop: &str, value: &str| json!({"canonical_id": entity, "schema": schema, "prop": prop, "value": value, "dataset": "d"});
    let rows = [
        row("d", "Directorship", "director", "q"),
        row("d", "Directorship", "organization", "c"),
        row("q", "LegalEntity", "name", "Bo Berg"),
        row("q", "Person", "birthDate", "1970"),
    ];
    let shell = Shell::new();
    ingest(&shell, "ftm", "", "2024-05-01", &lines(&rows));
    assert_eq!(posts(&shell, "Bo Berg", "2024-05-01"), ["director possible"]);
}

#[test]
fn the_caption_of_an_entity_is_its_main_name() {
    let shell = Shell::new();
    let world = [
        json!({"id": "p", "schema": "Person", "caption": "Zed Lee", "properties": {"name": ["Ann Lee", "Zed Lee"]}}),
        json!({"id": "o", "schema": "Position", "caption": "Mayor of Rill", "properties": {"name": ["Lord Mayor", "Mayor of Rill"], "country": ["de", "at"]}}),
        json!({"id": "m", "schema": "Occupancy", "properties": {"holder": ["p"], "post": ["o"], "startDate": ["2010"]}}),
    ];
    let run = ingest(&shell, "ftm", "", "2024-05-01", &lines(&world));
    assert_eq!(shell.ask(&["person", "p"])["person"]["name"], "Zed Lee");
    assert_eq!(posts(&shell, "Ann Lee", "2024-05-01"), ["Mayor of Rill certain"]);
    for told in ["Position.name, beyond the first (1)", "Position.country, beyond the first (1)"] {
        assert!(run.err.contains(told), "{told}: {run:?}");
    }
}

#[test]
fn names_of_orcid_that_are_not_public_stay_there() {
    let record = |name: &str, other: &str| {
        let affiliation = json!({
            "put-code": 1, "path": "/0000-0002/employment/1", "visibility": "public", "last-modified-date": {"value": 1_600_000_000_000_i64},
            "organization": {"name": "Univ X"}, "start-date": {"year": {"value": "2014"}},
        });
        json!({
            "orcid-identifier": {"uri": "https://orcid.org/0000-0002", "path": "0000-0002"},
            "person": {
                "name": {"given-names": {"value": "Ann"}, "family-name": {"value": "Lee"}, "visibility": name},
                "other-names": {"other-name": [{"content": "Anna Lee", "visibility": other}, {"content": "A. Lee", "visibility": "public"}]},
            },
            "activities-summary": {"employments": {"affiliation-group": [{"summaries": [{"employment-summary": affiliation}]}]}},
        })
        .to_string()
    };
    let check = |name: &str, other: &str, expect: Value| {
        let shell = Shell::new();
        ingest(&shell, "records", "orcid", "", &record(name, other));
        let mut person = shell.ask(&["log"])["events"][0]["event"]["person"].clone();
        person.as_object_mut().unwrap().retain(|field, _| matches!(field.as_str(), "name" | "aliases"));
        assert_eq!(person, expect, "{name} {other}");
    };
    check("public", "public", json!({"name": "Ann Lee", "aliases": ["Anna Lee", "A. Lee"]}));
    check("public", "limited", json!({"name": "Ann Lee", "aliases": ["A. Lee"]}));
    check("limited", "private", json!({"aliases": ["A. Lee"]}));
}

#[test]
fn lists_under_a_list_of_names_are_rows_wherever_they_stand() {
    let map = |each: &str| {
        format!(
            "company = \"Acme\"\n[source]\npublisher = \"P\"\n[files.rows]\npath = \"in.json\"\neach = \"{each}\"\nheader = \"name\"\n\
             [[stints]]\nfile = \"rows\"\nperson = \"@.name\"\ntitle = \"@.role\"\nfrom = \"@.since\"\n"
        )
    };
    let rows = json!([["name", "role", "since"], ["Ann", "Cook", "2020"], ["Bo", "Clerk", "2021"]]);
    let sheet = json!({"range": "A1:C3", "values": rows});
    for (each, document) in
        [("$", rows.clone()), ("$.values[*]", sheet.clone()), ("$.sheets[*].values[*]", json!({"sheets": [sheet]}))]
    {
        let shell = Shell::new();
        let run = ingest(&shell, "records", &map(each), "2024-01-01", &document.to_string());
        assert!(run.out.starts_with("appended 2, duplicate 0, rejected 0"), "{each}: {run:?}");
        assert_eq!(shell.ask(&["person", "Bo", "--at", "2023-01-01"])["positions"][0]["title"], "Clerk");
    }
    let short = json!({"values": [["name", "role", "since"], ["Ann", "Cook"]]});
    let shell = Shell::new();
    let run = ingest(&shell, "records", &map("$.values[*]"), "2024-01-01", &short.to_string());
    assert_eq!(run.exit, Some(8));
    assert!(shell.read("rejects").contains("the list has 2 elements, and the header has 3"), "{run:?}");
}

const MEMBERS: &str = "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\neach = ['$.p[*]', '@.posts.post[*]']\n[[stints]]\nfile = 't'\n\
    key = { text = '{^.name}/{@.from}' }\nperson = '^.name'\ntitle = '@.title?'\nfrom = '@.from?'\n";

/// The people and titles of the events, in order.
fn told(shell: &Shell) -> Vec<String> {
    let log = shell.ask(&["log"]);
    let text = |value: &Value| value["name"].as_str().or(value.as_str()).unwrap_or("-").to_owned();
    let one = |entry: &Value| [&entry["event"]["person"], &entry["event"]["title"]].map(text).join(" ");
    log["events"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn an_element_that_stands_once_is_a_list_of_one() {
    let shell = Shell::new();
    let ann = "<p><name>Ann</name><posts><post><title>Boss</title><from>2019-01-01</from></post></posts></p>";
    ingest(&shell, "records", MEMBERS, "2024-01-10", &format!("<ps>{ann}</ps>"));
    assert_eq!(told(&shell), ["Ann Boss"]);
    let bo = "<p><name>Bo</name><posts><post><from>2018</from></post><post><from>2020</from></post></posts></p>";
    let run = ingest(&shell, "records", MEMBERS, "2024-01-10", &format!("<ps>{ann}{bo}</ps>"));
    assert_eq!((run.exit, told(&shell).len()), (Some(0), 3), "{run:?}");

    // One who is left of several is not gone.
    let map = "company = 'Co'\n[source]\npublisher = 'P'\n[revisions]\ngone = 'ended'\n[files.t]\npath = '*.xml'\neach = ['$.c[*]', '@.d[*]']\n\
        [[stints]]\nfile = 't'\nkey = { text = '{^.i}/{@}' }\nperson = '@'\n";
    let shell = Shell::new();
    ingest(&shell, "records", map, "2024-01-10", "<cs><c><i>A</i><d>Ann</d><d>Bo</d></c></cs>");
    ingest(&shell, "records", map, "2024-02-10", "<cs><c><i>A</i><d>Ann</d></c></cs>");
    assert_eq!((posts_at(&shell, "Ann", "2024-03-01"), posts_at(&shell, "Bo", "2024-03-01")), (1, 0));
}

fn posts_at(shell: &Shell, person: &str, at: &str) -> usize {
    shell.ask(&["person", person, "--at", at])["positions"].as_array().unwrap().len()
}

#[test]
fn what_stands_in_the_place_of_a_list_is_named_in_lists_or_refused() {
    let map = |lists: &str| MEMBERS.replace("[[stints]]", &format!("lists = [{lists}]\n[[stints]]"));
    let one = json!({"name": "Ann", "posts": {"post": {"title": "Boss", "from": "2019-01-01"}}});
    let several = json!({"name": "Bo", "posts": {"post": [{"title": "Clerk", "from": "2018"}, {"from": "2020"}]}});
    for records in [[&one, &several], [&several, &one]] {
        let shell = Shell::new();
        shell.write("map.toml", map(""));
        shell.write("in.json", json!({"p": records}).to_string());
        let run =
            shell.run(&["ingest", "--from", "records", "--map", "map.toml", "--version", "2024-01-10", "in.json"]);
        assert!(
            run.exit == Some(1) && run.err.contains("`@.posts.post[*]` finds items of lists in some places"),
            "{run:?}"
        );
        assert!(run.err.contains("lists = [\"post\"]") && shell.ask(&["log"])["events"] == json!([]), "{run:?}");
        ingest(&shell, "records", &map("'post'"), "2024-01-10", &json!({"p": records}).to_string());
        assert_eq!(told(&shell).len(), 3);
    }
    // A text is none of the items, until the map says so.
    let companies =
        json!([{"co": "A", "dir": ["Ann", "Bo"]}, {"co": "B", "dir": "Cy"}, {"co": "C", "dir": ""}]).to_string();
    let map = "[source]\npublisher = 'P'\n[files.t]\neach = '$.dir[*]'\n[[stints]]\nfile = 't'\nperson = '@'\ncompany = '$.co'\n";
    let shell = Shell::new();
    let run = ingest(&shell, "records", map, "2024-01-10", &companies);
    assert_eq!((run.exit, told(&shell)), (Some(8), vec!["Ann -".to_owned(), "Bo -".to_owned()]), "{run:?}");
    assert!(
        rejects(&shell)[0].contains("`$.dir[*]` is to find items of a list, and finds a text"),
        "{:?}",
        rejects(&shell)
    );
    let companies =
        companies.replace("{\"co\":\"C\"", "{\"co\":\"D\",\"dir\":{}},{\"co\":\"E\",\"dir\":false},{\"co\":\"C\"");
    let lists = map.replace("[[stints]]", "lists = 'dir'\n[[stints]]");
    let run = ingest(&shell, "records", &lists, "2024-01-10", &companies);
    assert_eq!((run.exit, told(&shell).len(), shell.read("rejects")), (Some(0), 3, String::new()), "{run:?}");
    let shell = Shell::new();
    let xml = "<r><c><co>A</co><dir/></c><c><co>B</co><dir>Ann</dir></c></r>";
    let of_xml = lists.replace("'$.dir[*]'", "['$.c[*]', '@.dir[*]']").replace("'$.co'", "'^.co'");
    let run = ingest(&shell, "records", &of_xml, "2024-01-10", xml);
    assert_eq!((run.exit, told(&shell)), (Some(0), vec!["Ann -".to_owned()]), "{run:?}");
    // So under a header.
    let shell = Shell::new();
    let headed = lists.replace("[[stints]]", "header = 'co'\n[[stints]]");
    let run = ingest(&shell, "records", &headed, "2024-01-10", "[[\"co\",\"dir\"],[\"A\",[\"Ann\"]],[\"B\",\"Cy\"]]");
    assert_eq!((run.exit, told(&shell)), (Some(0), vec!["Ann -".to_owned(), "Cy -".to_owned()]), "{run:?}");
    // The map that is proposed names it.
    let text = json!([{"name": "Ann", "posts": [{"title": "A", "from": "2019-01-01"}, {"title": "B", "from": "2020-01-01"}]},
        {"name": "Bo", "posts": {"title": "C", "from": "2021-01-01"}}]);
    shell.write("in.json", text.to_string());
    let proposed = shell.run(&["map", "propose", "in.json"]).well().out;
    assert!(proposed.contains("each = \"$.posts[*]\"") && proposed.contains("lists = [\"posts\"]"), "{proposed}");
}

#[test]
fn a_file_has_one_name_however_it_is_named() {
    let map = "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\npath = ['*/1.json', '1.json']\neach = '$'\n[[stints]]\nfile = 't'\nkey = { path = 'file' }\nperson = '$.n'\n";
    let shell = Shell::new();
    shell.write("map.toml", map);
    for year in ["2023", "2024"] {
        std::fs::create_dir_all(shell.dir().join("d").join(year)).unwrap();
        shell.write(&format!("d/{year}/1.json"), json!({"n": year}).to_string());
    }
    let read = |inputs: &[&str]| {
        shell.run(&[&["ingest", "--from", "records", "--map", "map.toml"], inputs].concat()).well();
        let events = shell.ask(&["log"])["events"].as_array().unwrap().clone();
        events.iter().map(|entry| entry["event"]["source"]["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let expect = ["2023/1.json", "2024/1.json"];
    let whole = shell.dir().join("d").display().to_string();
    for directory in ["d", "d/", "./d", "d/../d", &whole] {
        assert_eq!(read(&[directory]), expect, "{directory}");
    }
    let file = format!("{whole}/2024/1.json");
    assert_eq!(read(&["d/2024/1.json"]).last().unwrap(), "1.json");
    assert_eq!(read(&[&file]).len(), 3);
    for inputs in [["d/2023/1.json", "d/2024/1.json"], ["d/2023", "d/2024"]] {
        let run = shell.run(&[&["ingest", "--from", "records", "--map", "map.toml"], &inputs[..]].concat());
        assert!(
            run.exit == Some(1) && run.err.contains("are both called `1.json`, and the map reads `file`"),
            "{run:?}"
        );
    }
}

#[test]
fn hidden_files_are_none_of_a_path_and_a_path_that_finds_nothing_is_to_be_mended() {
    let map = "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\npath = '*.json'\neach = '$.people[*]'\n[[stints]]\nfile = 't'\nperson = '@.n'\n";
    let shell = Shell::new();
    std::fs::create_dir_all(shell.dir().join("d")).unwrap();
    for (name, person) in [("a.json", "Ann"), (".c.json", "Cy")] {
        shell.write(&format!("d/{name}"), json!({"people": [{"n": person, "labels": 1}]}).to_string());
    }
    let read = |map: &str| {
        shell.write("map.toml", map);
        shell.run(&["ingest", "--from", "records", "--map", "map.toml", "d"])
    };
    read(map).well();
    assert_eq!(told(&shell), ["Ann -"]);
    let typo = map.replace("people", "peple");
    let run = read(&typo);
    assert!(run.err.contains("this looks like entities of Wikidata: --from wikidata; or mend the path"), "{run:?}");
    shell.write("d/b.json", "{\"people\": []}");
    let run = read(&typo);
    assert!(run.exit == Some(1) && run.err.contains("hint: mend the path"), "{run:?}");
}

#[test]
fn what_a_column_does_not_find_costs_its_row_alone() {
    let map = |stints: &str| {
        format!(
            "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\neach = '$.people[*]'\nonly = {{ '@.kind' = 'person' }}\n\
             [[stints]]\nfile = 't'\nperson = {{ name = '@.n', aliases = ['@.aka[*]?'] }}\n{stints}"
        )
    };
    let people = json!({"people": [{"kind": "person", "n": "Ann", "aka": ["A"], "title": "Boss"},
        {"kind": "firm", "n": "F", "aka": "ZZ"}, {"kind": "person", "n": "Bo", "aka": "B"},
        {"kind": "person", "n": "Cy", "title": [{"text": "Cook"}]}]});
    let shell = Shell::new();
    let run = ingest(&shell, "records", &map(""), "2024-01-10", &people.to_string());
    assert_eq!((run.exit, told(&shell)), (Some(8), vec!["Ann -".to_owned(), "Cy -".to_owned()]), "{run:?}");
    assert_eq!(rejects(&shell), ["`@.aka[*]` is to find items of a list, and finds a text"]);
    assert!(shell.read("rejects").contains("write lists = [\\\"aka\\\"] under [files.TABLE]"), "{run:?}");
    let shell = Shell::new();
    let title = "title = { path = '@.title[0].text?', otherwise = { path = '@.title?' } }";
    ingest(&shell, "records", &map(title), "2024-01-10", &people.to_string());
    assert_eq!(told(&shell), ["Cy Cook"]);
    let lists = map(title).replace("[[stints]]", "lists = ['title', 'aka']\n[[stints]]");
    assert_eq!(ingest(&shell, "records", &lists, "2024-01-11", &people.to_string()).exit, Some(0));
    assert_eq!(told(&shell)[1..], ["Ann Boss", "Bo -", "Cy Cook"]);
    // Beside lists of any names there may be a text, as by the RFC.
    let shell = Shell::new();
    let any = "company = 'Co'\n[source]\npublisher = 'P'\n[files.t]\neach = '$.*[*]'\n[[stints]]\nfile = 't'\nperson = '@.n'\n";
    let run =
        ingest(&shell, "records", any, "2024-01-10", &json!({"updated": "2024", "ops": [{"n": "Ann"}]}).to_string());
    assert_eq!((run.exit, told(&shell)), (Some(0), vec!["Ann -".to_owned()]), "{run:?}");
}

#[test]
fn items_within_an_element_that_stands_once_are_found() {
    let map = "[source]\npublisher = 'P'\n[files.t]\neach = '$.list[*].p[*]'\n[[stints]]\nfile = 't'\nperson = '@.n'\ncompany = '$.list[0].co'\n";
    let people: String =
        (0..1_000).flat_map(|number| ["<p><n>N ".to_owned(), number.to_string(), "</n></p>".to_owned()]).collect();
    let run = ingest(&Shell::new(), "records", map, "2024-01-10", &format!("<r><list><co>Co</co>{people}</list></r>"));
    assert!(run.out.starts_with("appended 1000,"), "{run:?}");
}

#[test]
fn where_no_version_is_known_its_day_is_that_of_the_reading() {
    let shell = Shell::new();
    shell.write("t.csv", "id,name,state\n1,Ann,gone\n2,Bo,\n");
    shell.write(
        "map.toml",
        "company = 'C'\nend = 'exclusive'\n[source]\npublisher = 'P'\n[files.t]\npath = 't.csv'\n[stints]\nfile = 't'\n\
         key = 'id'\nperson = 'name'\nto = { text = '{state}/{version}', match = '^gone/(.+)$', bound = 'latest' }\n",
    );
    shell.run(&["ingest", "--from", "csv", "--map", "map.toml", "t.csv"]).well();
    assert_eq!(shell.ask(&["person", "Ann"])["positions"], json!([]));
    assert_eq!(shell.ask(&["person", "Bo"])["positions"].as_array().unwrap().len(), 1);
}
