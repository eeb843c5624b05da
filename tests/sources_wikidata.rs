//! `ingest --from wikidata`, on entities written from the documentation of Wikibase JSON and from public facts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::Shell;

const GREGORIAN: &str = "http://www.wikidata.org/entity/Q1985727";
const JULIAN: &str = "http://www.wikidata.org/entity/Q1985786";

fn item(property: &str, id: &str) -> Value {
    let value = json!({"entity-type": "item", "numeric-id": id[1..].parse::<u64>().unwrap(), "id": id});
    let value = json!({"value": value, "type": "wikibase-entityid"});
    json!({"snaktype": "value", "property": property, "datatype": "wikibase-item", "datavalue": value})
}

/// A time such as `2007-06-28`, `2007-06` or `2007`, with the precision that it shows.
fn time(property: &str, text: &str) -> Value {
    let precision = [9, 10, 11][text.split('-').count() - 1];
    let full = format!("+{text}{}T00:00:00Z", ["", "-00", "-00-00"][3 - text.split('-').count()]);
    exact(property, &full, precision, GREGORIAN)
}

fn exact(property: &str, time: &str, precision: u64, calendar: &str) -> Value {
    let value = json!({
        "time": time, "timezone": 0, "before": 0, "after": 0, "precision": precision, "calendarmodel": calendar,
    });
    let value = json!({"value": value, "type": "time"});
    json!({"snaktype": "value", "property": property, "datatype": "time", "datavalue": value})
}

fn without_value(property: &str, snaktype: &str) -> Value {
    json!({"snaktype": snaktype, "property": property, "datatype": "time"})
}

fn text(property: &str, text: &str) -> Value {
    let value = json!({"value": text, "type": "string"});
    json!({"snaktype": "value", "property": property, "datatype": "url", "datavalue": value})
}

/// A statement with qualifiers.
fn statement(id: &str, main: &Value, qualifiers: &[Value]) -> Value {
    let mut statement = json!({"mainsnak": main, "type": "statement", "id": id, "rank": "normal", "qualifiers": {}});
    for snak in qualifiers {
        let property = snak["property"].as_str().unwrap();
        let place = &mut statement["qualifiers"][property];
        match place.as_array_mut() {
            Some(several) => several.push(snak.clone()),
            None => *place = json!([snak]),
        }
    }
    statement
}

/// An item with labels and statements.
fn entity(id: &str, labels: &[(&str, &str)], statements: &[Value]) -> Value {
    let mut entity = json!({
        "type": "item", "id": id, "labels": {}, "aliases": {}, "claims": {}, "modified": "2024-05-01T10:00:00Z",
    });
    for (lang, label) in labels {
        entity["labels"][lang] = json!({"language": lang, "value": label});
    }
    for statement in statements {
        let property = statement["mainsnak"]["property"].as_str().unwrap();
        let place = &mut entity["claims"][property];
        match place.as_array_mut() {
            Some(several) => several.push(statement.clone()),
            None => *place = json!([statement]),
        }
    }
    entity
}

fn human() -> Value {
    statement("H$1", &item("P31", "Q5"), &[])
}

/// A position that is its own company.
fn position() -> Value {
    entity("Q2", &[("en", "Warden")], &[])
}

/// A dump: one array, each entity on a line.
fn dump(entities: &[Value]) -> String {
    let lines: Vec<String> = entities.iter().map(ToString::to_string).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// Ingests a dump. The counts of appended, duplicate and rejected.
#[track_caller]
fn ingest(shell: &Shell, entities: &[Value], map: &str) -> (u64, u64, u64) {
    shell.write("dump.json", dump(entities));
    shell.write("map.toml", map);
    let flags = ["--map", "map.toml", "--rejects", "rejects", "--format", "json"];
    let run = shell.run(&[&["ingest", "--from", "wikidata", "dump.json"][..], &flags].concat());
    assert!(matches!(run.exit, Some(0 | 8)), "{run:?}");
    let sum: Value = serde_json::from_str(&run.out).unwrap();
    let count = |name: &str| sum[name].as_u64().unwrap();
    (count("appended"), count("duplicate"), count("rejected"))
}

fn rejects(shell: &Shell) -> Vec<Value> {
    shell.read("rejects").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The `HeldPost` events of the ledger.
fn held(shell: &Shell) -> Vec<Value> {
    let log = shell.ask(&["log"]);
    let events = log["events"].as_array().unwrap().iter().map(|entry| entry["event"].clone());
    events.filter(|event| event["type"] == "HeldPost").collect()
}

/// The office of the chancellor, its ministry, and two who held it.
fn chancellors() -> Vec<Value> {
    let office = statement("O$1", &item("P2389", "Q1"), &[]);
    let (start, end) = (time("P580", "1997-05-02"), time("P582", "2007-06-27"));
    let mut brown = statement("Q10$a", &item("P39", "Q2"), &[start, end, item("P1366", "Q11")]);
    brown["references"] = json!([{
        "hash": "h",
        "snaks": {
            "P854": [text("P854", "https://news.example/brown")],
            "P813": [time("P813", "2015-01-02")],
            "P1476": [{
                "snaktype": "value",
                "datavalue": {"value": {"text": "Brown moves next door", "language": "en"}, "type": "monolingualtext"},
            }],
        },
    }]);
    let darling = [time("P580", "2007-06-28"), time("P582", "2010-05-11")];
    let mut aliased = entity("Q10", &[("en", "Gordon Brown"), ("zh-hans", "戈登·布朗")], &[human(), brown]);
    aliased["aliases"]["en"] = json!([{"language": "en", "value": "James Gordon Brown"}]);
    vec![
        aliased,
        entity("Q11", &[("en", "Alistair Darling")], &[human(), statement("Q11$a", &item("P39", "Q2"), &darling)]),
        entity("Q2", &[("de", "Schatzkanzler"), ("en", "Chancellor of the Exchequer")], &[office]),
        entity("Q1", &[("en", "HM Treasury"), ("fr", "Trésor de Sa Majesté")], &[]),
        entity("Q99", &[("en", "nobody asked for")], &[]),
    ]
}

#[test]
fn a_position_is_held_in_the_organisation_that_it_directs() {
    let shell = Shell::new();
    assert_eq!(ingest(&shell, &chancellors(), ""), (5, 0, 0));
    let who = |day: &str| {
        let answer = shell.ask(&["who", "HM Treasury", "--at", day]);
        let members = answer["members"].as_array().unwrap().clone();
        let shown = members.iter().map(|m| (m["person"]["name"].clone(), m["certainty"].clone()));
        shown.map(|(name, sure)| format!("{} {}", name.as_str().unwrap(), sure.as_str().unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(who("2007-06-26"), ["Gordon Brown certain"]);
    // The date of an end can be the last day or the first day after: it says neither.
    assert_eq!(who("2007-06-27"), ["Gordon Brown possible"]);
    assert_eq!(who("2007-06-28"), ["Alistair Darling certain"]);
    let career = shell.ask(&["career", "戈登·布朗", "--lang", "zh"]);
    assert_eq!(career["person"]["name"], "戈登·布朗");
    assert_eq!(career["person"]["id"], "Q10");
    let tenure = &career["tenures"][0];
    assert_eq!((&tenure["title"], &tenure["lead"]), (&json!("Chancellor of the Exchequer"), &json!(true)));
    assert_eq!(tenure["to"]["edtf"], "[2007-06-27..2007-06-28]");
    let names = shell.ask(&["find", "Trésor de Sa Majesté"]);
    assert_eq!(names["matches"][0]["id"], "Q1");
    // A position is a title, not one more organisation; and of what no statement names, nothing is taken in.
    assert_eq!(shell.ask(&["find", "Schatzkanzler"])["matches"], json!([]));
    assert_eq!(shell.run(&["find", "nobody asked for", "--format", "json"]).json()["matches"], json!([]));

    let brown = held(&shell).into_iter().find(|event| event["person"]["id"] == "Q10").unwrap();
    assert!(brown["id"].as_str().unwrap().starts_with("Q10$a~"), "{brown}");
    let source = json!({
        "url": "https://news.example/brown", "publisher": "Wikidata", "key": "Q10$a",
        "title": "Brown moves next door", "lang": "en", "retrieved_at": "2015-01-02",
    });
    assert_eq!(brown["source"], source);
    assert_eq!(brown["note"], "replaced by Q11");
}

#[test]
fn what_else_an_item_says_does_not_change_a_claim() {
    let shell = Shell::new();
    let mut entities = chancellors();
    let (appended, ..) = ingest(&shell, &entities, "");
    assert_eq!(ingest(&shell, &entities, ""), (0, appended, 0));
    // The same entities as Special:EntityData gives them, in another order.
    let all: serde_json::Map<String, Value> =
        entities.iter().rev().map(|e| (e["id"].as_str().unwrap().to_owned(), e.clone())).collect();
    shell.write("data.json", json!({"entities": all}).to_string());
    let run = shell.run(&["ingest", "--from", "wikidata", "data.json", "--format", "json"]).json();
    assert_eq!((&run["appended"], &run["duplicate"]), (&json!(0), &json!(appended)));
    // Another statement, another name, a later edit: the names are restated, the posts are not.
    let before = held(&shell);
    entities[0]["labels"]["fr"] = json!({"language": "fr", "value": "Gordon Brown"});
    entities[0]["modified"] = "2025-01-01T00:00:00Z".into();
    entities[0]["claims"]["P108"] = json!([statement("Q10$b", &item("P108", "Q50"), &[time("P580", "1980")])]);
    assert_eq!(ingest(&shell, &entities, ""), (2, appended - 1, 0));
    let after = held(&shell);
    assert_eq!(after[..before.len()], before);
    assert_eq!(after.len(), before.len() + 1);
    // A statement that is corrected replaces what it said before.
    entities[0]["claims"]["P39"][0]["qualifiers"]["P580"] = json!([time("P580", "1997-05-03")]);
    assert_eq!(ingest(&shell, &entities, "").0, 1);
    let career = shell.ask(&["career", "Q10"]);
    assert_eq!(career["conflicts"], json!([]));
    assert_eq!(career["tenures"].as_array().unwrap().len(), 2);
    assert_eq!(career["tenures"][1]["from"]["edtf"], "1997-05-03");
}

/// The known answer: on 2007-06-27 one source has nobody in the office, the other the old chancellor on his last day.
#[test]
fn on_2007_06_27_two_sources_disagree_about_the_chancellor() {
    let claim = |name: &str, from: &str, to: &str, key: &str| {
        json!({
            "type": "HeldPost", "person": name, "company": "UK Government", "unit": "HM Treasury",
            "title": "Chancellor of the Exchequer", "lead": true, "from": from, "to": to, "reported_at": "2020-01-01",
            "source": {"publisher": "Ministers database", "key": key},
        })
    };
    let ministers = [
        claim("Gordon Brown", "1997-05-02", "2007-06-27", "1"),
        claim("Alistair Darling", "2007-06-28", "2010-05-11", "2"),
    ];
    let shell = Shell::of(&format!("{}\n{}\n", ministers[0], ministers[1]));
    let map = r#"
        end = "inclusive"
        [items.Q2]
        company = "UK Government"
        unit = "HM Treasury"
        lead = true
    "#;
    assert_eq!(ingest(&shell, &chancellors(), map), (5, 0, 0));
    let chancellor = |flags: &[&str]| {
        let ask = ["who", "HM Treasury", "--company", "UK Government", "--at", "2007-06-27"];
        let answer = shell.ask(&[&ask, flags].concat());
        let members = answer["members"].as_array().unwrap().clone();
        members.iter().map(|m| m["person"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(chancellor(&["--source", "Ministers database"]), Vec::<String>::new());
    assert_eq!(chancellor(&["--source", "Wikidata"]), ["Gordon Brown"]);
    // Taken together, the earlier report is believed, and the disagreement told.
    assert_eq!(chancellor(&[]), Vec::<String>::new());
    let career = shell.ask(&["career", "Gordon Brown"]);
    assert_eq!(career["tenures"].as_array().unwrap().len(), 1, "{career}");
    let conflict = &career["conflicts"][0];
    assert_eq!(conflict["kind"], "date_disagrees");
    let (ours, theirs) = ("2007-06-27", "2007-06-28");
    let detail = conflict["detail"].as_str().unwrap();
    assert!(detail.contains(ours) && detail.contains(theirs), "{detail}");
    let why = shell.ask(&["why", career["tenures"][0]["tenure"].as_str().unwrap()]);
    let publishers: Vec<_> = why["supports"]
        .as_array()
        .unwrap()
        .iter()
        .chain(why["contradicts"].as_array().unwrap())
        .map(|event| event["source"]["publisher"].as_str().unwrap().to_owned())
        .collect();
    for publisher in ["Ministers database", "Wikidata"] {
        assert!(publishers.iter().any(|p| p == publisher), "{why}");
    }
    // Of the new one's first day they say the same: only his last one is in dispute.
    let darling = shell.ask(&["career", "Alistair Darling"]);
    assert_eq!(darling["tenures"][0]["from"]["edtf"], "2007-06-28");
    assert_eq!(darling["conflicts"].as_array().unwrap().len(), 1);
}

#[test]
fn dates_say_what_qualifiers_say() {
    let check = |qualifiers: &[Value], more: &[Value], map: &str, expect: Value| {
        let shell = Shell::new();
        let statements = [&[human(), statement("Q10$a", &item("P39", "Q2"), qualifiers)], more].concat();
        let (_, _, rejected) = ingest(&shell, &[position(), entity("Q10", &[("en", "Ann")], &statements)], map);
        let got = if rejected == 0 {
            let dates = held(&shell).into_iter().map(|event| {
                let mut dates = json!({});
                for field in ["from", "to", "seen"] {
                    if let Some(date) = event.get(field) {
                        dates[field] = date.clone();
                    }
                }
                dates
            });
            Value::Array(dates.collect())
        } else {
            rejects(&shell)[0]["column"].clone()
        };
        assert_eq!(got, expect, "{qualifiers:?}");
    };
    let died = |day: &str| statement("Q10$d", &time("P570", day), &[]);
    let exclusive = "end = 'exclusive'";
    check(&[time("P580", "2001-02-03")], &[], "", json!([{"from": "2001-02-03"}]));
    check(&[time("P580", "2001-02")], &[], "", json!([{"from": "2001-02"}]));
    check(&[time("P580", "2001"), time("P582", "2003")], &[], exclusive, json!([{"from": "2001", "to": "2003"}]));
    check(&[time("P582", "2003-04-05")], &[], "end = 'inclusive'", json!([{"to": "2003-04-06"}]));
    check(&[exact("P580", "+1995-00-00T00:00:00Z", 8, GREGORIAN)], &[], "", json!([{"from": "199X"}]));
    check(&[exact("P580", "+1800-00-00T00:00:00Z", 7, GREGORIAN)], &[], "", json!([{"from": "[1701..1800]"}]));
    check(&[exact("P580", "+1700-02-29T00:00:00Z", 11, JULIAN)], &[], "", json!([{"from": "1700-03-11"}]));
    check(&[exact("P580", "-0044-03-15T00:00:00Z", 11, JULIAN)], &[], "", json!("Q10/P39/P580"));
    // Unknown ends are ends, and no end is none.
    let ended = without_value("P582", "somevalue");
    check(&[time("P580", "2001"), ended.clone()], &[], "", json!([{"from": "2001", "to": "[2001..]"}]));
    let map = "as_of = '2024-05-01'";
    check(&[time("P580", "2001"), ended], &[], map, json!([{"from": "2001", "to": "[2001..2024-05-01]"}]));
    check(&[time("P580", "2001"), without_value("P582", "novalue")], &[], "", json!([{"from": "2001"}]));
    // Undated is not "seen today".
    check(&[], &[], "", json!([{"from": "[0000..]"}]));
    check(&[], &[], map, json!([{"from": "[0000..]"}]));
    check(&[], &[died("1810-03-04")], map, json!([{"from": "[0000..1810-03-03]", "to": "[..1810-03-04]"}]));
    check(&[time("P585", "2004-03-02")], &[], "", json!([{"seen": "2004-03-02"}]));
    check(&[time("P585", "2004")], &[], map, json!([{"seen": "2004"}]));
    // Earliest and latest dates.
    let (earliest, latest) = (time("P1319", "1990"), time("P1326", "1995"));
    let unknown = without_value("P580", "somevalue");
    check(&[unknown, earliest.clone(), latest.clone()], &[], "", json!([{"from": "[1990..1995]"}]));
    check(&[earliest.clone(), latest.clone()], &[], exclusive, json!([{"from": "[1990..]", "to": "[..1995]"}]));
    check(&[time("P580", "1995"), time("P1326", "1995-06")], &[], "", json!([{"from": "[1995..1995-06]"}]));
    check(&[time("P580", "1989"), earliest], &[], "", json!("Q10/P39/P580"));
    check(&[time("P582", "1996"), latest], &[], exclusive, json!("Q10/P39/P582"));
    // Several stints in one statement.
    let stints = ["2001", "2005"].map(|year| time("P580", year));
    let ends = ["2003", "2007"].map(|year| time("P582", year));
    let expect = json!([{"from": "2001", "to": "2003"}, {"from": "2005", "to": "2007"}]);
    check(&[&stints[..], &ends[..]].concat(), &[], exclusive, expect);
    // A death is a statement of its own.
    check(&[time("P580", "1801")], &[died("1810-03-04")], exclusive, json!([{"from": "1801"}]));
    let whole = [time("P580", "1801"), time("P582", "1805")];
    check(&whole, &[died("1810-03-04")], exclusive, json!([{"from": "1801", "to": "1805"}]));
}

#[test]
fn a_death_ends_posts() {
    let died = statement("Q10$d", &time("P570", "1810-03-04"), &[]);
    let posts = statement("Q10$a", &item("P39", "Q2"), &[time("P580", "1801")]);
    let dead = [position(), entity("Q10", &[("en", "Ann")], &[human(), posts, died])];
    let shell = Shell::new();
    assert_eq!(ingest(&shell, &dead, ""), (4, 0, 0));
    let career = shell.ask(&["career", "Ann"]);
    assert_eq!(career["died"]["edtf"], "1810-03-04");
    assert_eq!(career["tenures"][0]["to"]["edtf"], "1810-03-04");
    let other = Shell::new();
    assert_eq!(ingest(&other, &dead, "death = false"), (3, 0, 0));
    assert_eq!(other.ask(&["career", "Ann"])["died"], Value::Null);
}

#[test]
fn deaths_that_differ_or_are_not_known_are_told_as_far_as_they_are() {
    let check = |deaths: &[Value], version: &[&str], expect: Option<&str>| {
        let deaths = deaths.iter().enumerate().map(|(at, death)| statement(&format!("Q10$d{at}"), death, &[]));
        let held = statement("Q10$a", &item("P39", "Q2"), &[time("P580", "1801")]);
        let statements: Vec<Value> = [human(), held].into_iter().chain(deaths).collect();
        let shell = Shell::new();
        shell.write("dump.json", dump(&[position(), entity("Q10", &[("en", "Ann")], &statements)]));
        let run = shell.run(&[&["ingest", "--from", "wikidata", "dump.json"], version].concat());
        let died = shell.ask(&["career", "Ann"])["died"]["edtf"].clone();
        assert_eq!(died.as_str(), expect, "{run:?}");
        // What is not in is told.
        assert_eq!(run.exit, Some(if expect.is_some() { 0 } else { 8 }), "{run:?}");
    };
    check(&[time("P570", "1810"), time("P570", "1815")], &[], Some("[1810..1815]"));
    check(&[time("P570", "1810"), time("P570", "1810-03")], &[], Some("1810-03"));
    check(&[without_value("P570", "somevalue")], &["--version", "1900-01-01"], Some("[..1900-01-01]"));
    check(&[exact("P570", "-0044-03-15T00:00:00Z", 11, JULIAN)], &[], None);
}

#[test]
fn organisations_name_who_leads_them() {
    let shell = Shell::new();
    let since = [time("P580", "2010-01-01")];
    let acting = [time("P580", "2010-01-01"), item("P5102", "Q4676846")];
    let firm = [
        statement("Q20$a", &item("P488", "Q10"), &since),
        statement("Q20$b", &item("P169", "Q11"), &since),
        statement("Q20$c", &item("P1037", "Q12"), &acting),
        // What leads is itself an organisation: no person, whatever stands here.
        statement("Q20$d", &item("P169", "Q21"), &since),
    ];
    let works = [time("P580", "2011"), item("P39", "Q3")];
    let entities = [
        entity("Q20", &[("en", "Firm")], &firm),
        entity("Q10", &[("en", "Chair")], &[human()]),
        entity("Q11", &[("en", "Chief")], &[human()]),
        entity("Q13", &[("en", "Worker")], &[human(), statement("Q13$a", &item("P108", "Q20"), &works)]),
        entity("Q21", &[("en", "Holding")], &[statement("Q21$a", &item("P31", "Q4830453"), &[])]),
        entity("Q3", &[("fr", "ingénieur"), ("en", "engineer")], &[]),
    ];
    assert_eq!(ingest(&shell, &entities, ""), (4 + 5, 0, 1));
    assert_eq!(rejects(&shell)[0]["column"], "Q20/P169/P31");
    assert_eq!(rejects(&shell)[0]["line"], 2);
    let who = shell.ask(&["who", "Firm", "--at", "2012-01-01"]);
    let shown: Vec<Value> = who["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| json!([m["person"]["name"], m["title"], m["lead"], m["acting"], m["employment"]]))
        .collect();
    let expect = json!([
        ["Chief", "chief executive officer", true, false, "employee"],
        ["Q12", "director", true, true, "employee"],
        ["Chair", "chairperson", false, false, "board"],
        ["Worker", "engineer", false, false, "employee"],
    ]);
    assert_eq!(Value::Array(shown), expect);
    // The words for the posts are the map's.
    let other = Shell::new();
    let map = "[properties.P169]\ntitle = 'Vorstandsvorsitz'\nlead = false\n";
    ingest(&other, &entities, map);
    let chief = other.ask(&["person", "Chief", "--at", "2012-01-01"]);
    assert_eq!(chief["positions"][0]["title"], "Vorstandsvorsitz");
    assert_eq!(chief["positions"][0]["lead"], false);
}

#[test]
fn a_statement_can_say_whose_the_position_is() {
    let shell = Shell::new();
    let party = [time("P580", "2010-01-01"), item("P2389", "Q40"), item("P768", "Q50")];
    let entities = [
        entity("Q10", &[("en", "Ann Lee")], &[human(), statement("Q10$a", &item("P39", "Q30"), &party)]),
        entity("Q30", &[("en", "party leader")], &[]),
        entity("Q40", &[("en", "United Party")], &[]),
        // A human is no organisation, whatever is said to lead it.
        entity("Q11", &[("en", "Bo Roe")], &[human(), statement("Q11$a", &item("P488", "Q10"), &[])]),
    ];
    shell.write("dump.json", dump(&entities));
    let run = shell.run(&["ingest", "--from", "wikidata", "--explain", "--rejects", "rejects", "dump.json"]);
    assert!(run.err.contains("not read: P39/P768 (1)"), "{run:?}");
    assert_eq!(rejects(&shell).len(), 1);
    assert_eq!(rejects(&shell)[0]["column"], "Q11/P488/P31");
    let who = shell.ask(&["who", "United Party", "--at", "2012-01-01"]);
    let member = &who["members"][0];
    assert_eq!(
        (&member["person"]["name"], &member["title"], &member["lead"]),
        (&json!("Ann Lee"), &json!("party leader"), &json!(true))
    );
}

#[test]
fn qualifiers_that_say_nothing_here_are_told() {
    let shell = Shell::new();
    let role = |id: &str, qualifiers: &[Value]| statement(id, &item("P108", "Q30"), qualifiers);
    let post = |id: &str, qualifiers: &[Value]| statement(id, &item("P39", "Q2"), qualifiers);
    let statements = [
        human(),
        role("Q10$a", &[time("P580", "2001"), item("P2868", "Q40"), item("P3831", "Q41")]),
        role("Q10$b", &[time("P580", "2003"), item("P39", "Q40"), item("P39", "Q41")]),
        post("Q10$c", &[item("P642", "Q30"), item("P642", "Q31"), time("P585", "2010"), time("P585", "2012")]),
        post("Q10$d", &[time("P580", "2015"), item("P5102", "Q50"), item("P5102", "Q4676846"), time("P585", "2016")]),
    ];
    let labels = [("Q30", "Uni"), ("Q31", "Club"), ("Q40", "Professor"), ("Q41", "Dean")];
    let others = labels.map(|(id, label)| entity(id, &[("en", label)], &[]));
    let all = [&[entity("Q10", &[("en", "Ann")], &statements), position()][..], &others].concat();
    shell.write("dump.json", dump(&all));
    let run = shell.run(&["ingest", "--from", "wikidata", "dump.json", "--explain"]).well();
    let told: Vec<&str> = run.err.lines().filter_map(|line| line.strip_prefix("not read: ")).collect();
    let expect = [
        "P108/P3831 (1)",
        "P108/P39, beyond the first (1)",
        "P39/P5102 (1)",
        "P39/P585 (1)",
        "P39/P585, beyond the first (1)",
        "P39/P642, beyond the first (1)",
    ];
    assert_eq!(told, expect);
    let titles: Vec<Value> = held(&shell).iter().map(|event| event["title"].clone()).collect();
    assert_eq!(titles.iter().filter(|title| **title == "Professor").count(), 2, "{titles:?}");
}

#[test]
fn a_human_is_no_organisation() {
    let shell = Shell::new();
    let of = |id: &str, main: &Value, qualifiers: &[Value]| {
        entity("Q10", &[("en", "Ann")], &[human(), statement(id, main, qualifiers)])
    };
    let other = entity("Q11", &[("en", "Bo")], &[human()]);
    for (holder, column) in [
        (of("Q10$a", &item("P108", "Q11"), &[]), "Q10/P108/P31"),
        (of("Q10$b", &item("P39", "Q2"), &[item("P642", "Q11")]), "Q10/P39/P642"),
    ] {
        ingest(&shell, &[holder, position(), other.clone()], "");
        assert_eq!(rejects(&shell)[0]["column"], column);
        assert!(held(&shell).is_empty(), "{column}");
    }
}

#[test]
fn deprecated_statements_do_not_count() {
    let shell = Shell::new();
    let mut held_it = statement("Q10$a", &item("P39", "Q2"), &[time("P580", "2001")]);
    let with = |statement: &Value| [position(), entity("Q10", &[("en", "Ann")], &[human(), statement.clone()])];
    assert_eq!(ingest(&shell, &with(&held_it), ""), (3, 0, 0));
    held_it["rank"] = "deprecated".into();
    // What the ledger has of it is withdrawn, once.
    assert_eq!(ingest(&shell, &with(&held_it), "").0, 1);
    assert_eq!(ingest(&shell, &with(&held_it), "").0, 0);
    assert_eq!(shell.ask(&["career", "Ann"])["tenures"], json!([]));
    let other = Shell::new();
    assert_eq!(ingest(&other, &with(&held_it), "deprecated = 'rumoured'"), (3, 0, 0));
    assert_eq!(other.ask(&["career", "Ann"])["tenures"][0]["confidence"], "rumoured");
}

#[test]
fn names_in_many_languages_go_into_as_many_events_as_they_need() {
    let shell = Shell::new();
    let mut many = entity("Q10", &[], &[human(), statement("Q10$a", &item("P39", "Q2"), &[time("P580", "2001")])]);
    for number in 0..600 {
        let lang = if number == 0 { "en".to_owned() } else { format!("qaa-x{number}") };
        many["labels"][&lang] = json!({"language": lang, "value": format!("{} {number}", "Anna ".repeat(20))});
    }
    many["aliases"]["en"] = json!([{"language": "en", "value": "?!"}, {"language": "en", "value": "Annie"}]);
    let (appended, _, rejected) = ingest(&shell, &[many, position()], "");
    assert!(appended >= 3, "{appended}");
    assert_eq!(rejected, 1);
    assert_eq!(rejects(&shell)[0]["column"], "Q10/aliases/en");
    let person = shell.ask(&["person", "Annie"]);
    assert_eq!(person["person"]["names"].as_array().unwrap().len(), 601);
}

#[test]
fn a_bad_record_costs_nothing_else() {
    let shell = Shell::new();
    let lines = [
        "{\"type\":\"item\",\"id\":\"Q10\",\"claims\":{\"P39\":".to_owned(),
        chancellors()[1].to_string(),
        "{\"some\":\"thing\"}".to_owned(),
        json!({"entities": {"Q77": {"id": "Q77", "missing": ""}}}).to_string(),
        "\u{0}".to_owned(),
    ];
    shell.write("lines.json", lines.join("\n"));
    let run = shell.run(&["ingest", "--from", "wikidata", "lines.json", "--rejects", "rejects"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    let places: Vec<_> = rejects(&shell).iter().map(|reject| reject["line"].as_u64().unwrap()).collect();
    // Nothing says what the position is called or whose it is: an id is no title.
    assert_eq!(places, [1, 2, 3, 5]);
    assert_eq!(rejects(&shell)[1]["column"], "Q11/P39");
    // A map that says what nobody reads is refused before anything is appended.
    shell.write("map.toml", "endd = 'inclusive'\n");
    let run = shell.run(&["ingest", "--from", "wikidata", "lines.json", "--map", "map.toml"]);
    assert_eq!(run.exit, Some(1), "{run:?}");
    assert!(run.err.contains("map.toml") && run.err.contains("endd"), "{}", run.err);
}

#[test]
fn what_is_missing_from_a_file_keeps_what_an_earlier_one_told() {
    let shell = Shell::new();
    assert_eq!(ingest(&shell, &chancellors(), ""), (5, 0, 0));
    let mut alone = chancellors()[..2].to_vec();
    alone[1]["claims"]["P39"][0]["qualifiers"]["P582"] = json!([time("P582", "2010-05-12")]);
    assert_eq!(ingest(&shell, &alone, ""), (1, 3, 0));
    let career = shell.ask(&["career", "Alistair Darling"]);
    assert_eq!(career["tenures"].as_array().unwrap().len(), 1, "{career}");
    let tenure = &career["tenures"][0];
    assert_eq!((&tenure["title"], &tenure["lead"]), (&json!("Chancellor of the Exchequer"), &json!(true)));
    assert_eq!((&tenure["company"]["id"], &tenure["to"]["edtf"]), (&json!("Q1"), &json!("[2010-05-12..2010-05-13]")));
    // An end that is only known to lie between two days is none of the start's.
    let limits =
        [time("P580", "2001"), without_value("P582", "somevalue"), time("P1319", "2004"), time("P1326", "2006")];
    let clamped =
        [position(), entity("Q50", &[("en", "Ed")], &[human(), statement("Q50$a", &item("P39", "Q2"), &limits)])];
    let other = Shell::new();
    assert_eq!(ingest(&other, &clamped, ""), (3, 0, 0));
    assert_eq!(other.ask(&["career", "Ed"])["tenures"][0]["to"]["edtf"], "[2004..2007-01-01]");
}
