//! `ingest --from ftm`, on entities and statements written from the documentation of `FollowTheMoney`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::Shell;

/// Ingests lines. The counts of appended, duplicate and rejected.
#[track_caller]
fn ingest(shell: &Shell, lines: &[Value], map: &str) -> (u64, u64, u64) {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    shell.write("ftm.json", lines.join("\n"));
    shell.write("map.toml", map);
    let flags = ["--map", "map.toml", "--rejects", "rejects", "--format", "json"];
    let run = shell.run(&[&["ingest", "--from", "ftm", "ftm.json"][..], &flags].concat());
    assert!(matches!(run.exit, Some(0 | 8)), "{run:?}");
    let sum: Value = serde_json::from_str(&run.out).unwrap();
    let count = |name: &str| sum[name].as_u64().unwrap();
    (count("appended"), count("duplicate"), count("rejected"))
}

fn rejects(shell: &Shell) -> Vec<Value> {
    shell.read("rejects").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn events(shell: &Shell, kind: &str) -> Vec<Value> {
    let log = shell.ask(&["log"]);
    let events = log["events"].as_array().unwrap().iter().map(|entry| entry["event"].clone());
    events.filter(|event| event["type"] == kind).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "it is written where it is passed")]
fn entity(id: &str, schema: &str, properties: Value) -> Value {
    json!({
        "id": id, "schema": schema, "properties": properties, "datasets": ["registry"],
        "first_seen": "2023-01-01T00:00:00", "last_seen": "2024-05-01T10:00:00",
    })
}

/// A small world, edges before what they refer to.
fn world() -> Vec<Value> {
    vec![
        entity(
            "occ-1",
            "Occupancy",
            json!({
                "holder": ["NK-ann"], "post": ["pos-mp"], "startDate": ["2019-12-12"], "constituency": ["Harbour North"],
            }),
        ),
        entity(
            "emp-1",
            "Employment",
            json!({
                "employee": ["NK-ann"], "employer": ["NK-firm"], "role": ["Engineer"],
                "startDate": ["2001"], "endDate": ["2004-06"], "sourceUrl": ["https://firm.example/team"],
            }),
        ),
        entity(
            "dir-1",
            "Directorship",
            json!({
                "director": ["NK-bo"], "organization": ["NK-firm"], "startDate": ["2010-03-01"],
            }),
        ),
        entity(
            "mem-1",
            "Membership",
            json!({
                "member": ["NK-bo"], "organization": ["NK-club"], "role": ["Treasurer", "Kassenwart"],
            }),
        ),
        entity("own-1", "Ownership", json!({"owner": ["NK-bo"], "asset": ["NK-firm"]})),
        entity("NK-ann", "Person", json!({"name": ["Ann Lee"], "alias": ["李安"], "wikidataId": ["Q10"]})),
        entity("NK-bo", "Person", json!({"name": ["Bo Berg"], "weakAlias": ["Bo"]})),
        entity(
            "NK-firm",
            "Company",
            json!({"name": ["Firm Ltd"], "previousName": ["Old Firm Ltd"], "leiCode": ["L1"]}),
        ),
        entity("NK-club", "Organization", json!({"name": ["The Club"], "dissolutionDate": ["2030-01-01"]})),
        entity("pos-mp", "Position", json!({"name": ["Member of Parliament"], "organization": ["NK-house"]})),
        entity("NK-house", "PublicBody", json!({"name": ["The House"]})),
    ]
}

/// The posts of a person on a day: place, title, employment.
fn posts(shell: &Shell, person: &str, day: &str) -> Value {
    let answer = shell.ask(&["person", person, "--at", day]);
    let posts = answer["positions"].as_array().unwrap().iter();
    posts.map(|p| json!([p["company"]["name"], p["title"], p["employment"], p["certainty"]])).collect()
}

#[test]
fn entities_in_any_order_become_posts_held() {
    let shell = Shell::new();
    assert_eq!(ingest(&shell, &world(), ""), (10, 0, 0));
    assert_eq!(posts(&shell, "李安", "2003-01-01"), json!([["Firm Ltd", "Engineer", "employee", "certain"]]));
    let member = json!([["The House", "Member of Parliament", "employee", "certain"]]);
    assert_eq!(posts(&shell, "Ann Lee", "2020-01-01"), member);
    let bo = json!([["Firm Ltd", "director", "board", "certain"], ["The Club", "Kassenwart", "employee", "certain"]]);
    assert_eq!(posts(&shell, "Bo Berg", "2024-05-01"), bo);
    // An undated membership is in force on the day on which it was last seen; what begins before that is open.
    assert_eq!(posts(&shell, "Bo Berg", "2012-01-01").as_array().unwrap().len(), 2);
    let ann = shell.ask(&["career", "Q10"]);
    assert_eq!(ann["tenures"][0]["to"]["edtf"], "[2004-06..2004-07-01]");
    assert_eq!(ann["tenures"][1]["attested"], "2024-05-01");
    assert_eq!(ann["tenures"][1]["remit"], "Harbour North");
    let firm = shell.ask(&["why", ann["tenures"][0]["tenure"].as_str().unwrap()]);
    let source = json!({
        "publisher": "registry", "url": "https://firm.example/team", "retrieved_at": "2024-05-01T10:00:00Z", "key": "emp-1",
    });
    assert_eq!(firm["supports"][0]["source"], source);
    assert_eq!(events(&shell, "UnitDissolved").len(), 1);
    assert_eq!(shell.ask(&["org", "Old Firm Ltd", "--at", "2024-01-01"])["unit"]["kind"], "company");

    // A second run, in another order, with properties that are not read: nothing new.
    let mut again = world();
    again.reverse();
    again[4]["properties"]["notes"] = json!(["something else"]);
    assert_eq!(ingest(&shell, &again, ""), (0, 10, 0));
    // A value that changes restates its claim alone.
    again[9]["properties"]["endDate"] = json!(["2005"]);
    assert_eq!(ingest(&shell, &again, ""), (1, 9, 0));
    let ann = shell.ask(&["career", "Q10"]);
    assert_eq!((&ann["tenures"][0]["to"]["edtf"], &ann["conflicts"]), (&json!("[2005..2006-01-01]"), &json!([])));
}

#[test]
fn nested_entities_are_the_same_entities() {
    let flat = Shell::new();
    ingest(&flat, &world(), "");
    let mut nested = world();
    let house = nested.pop().unwrap();
    let mut position = nested.pop().unwrap();
    position["properties"]["organization"] = json!([house]);
    nested[0]["properties"]["post"] = json!([position]);
    let occupancy = nested.remove(0);
    nested[4]["properties"]["positionOccupancies"] = json!([occupancy]);
    let shell = Shell::new();
    assert_eq!(ingest(&shell, &nested, ""), (10, 0, 0));
    let ids = |shell: &Shell| {
        let mut ids: Vec<String> =
            events(shell, "HeldPost").iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&shell), ids(&flat));
}

/// The dates of the claims of one Occupancy.
#[track_caller]
fn dates(properties: &Value, map: &str) -> Value {
    let mut occupancy = entity("occ", "Occupancy", json!({"holder": ["p"], "post": ["pos"]}));
    for (property, values) in properties.as_object().unwrap() {
        occupancy["properties"][property] = values.clone();
    }
    let shell = Shell::new();
    let position = entity("pos", "Position", json!({"name": ["Judge"], "country": ["gb"]}));
    let (_, _, rejected) = ingest(&shell, &[position, occupancy], map);
    if rejected > 0 {
        return rejects(&shell)[0]["column"].clone();
    }
    let held = events(&shell, "HeldPost").into_iter().map(|event| {
        let mut dates = json!({});
        for field in ["from", "to", "seen"] {
            if let Some(date) = event.get(field) {
                dates[field] = date.clone();
            }
        }
        dates
    });
    Value::Array(held.collect())
}

#[test]
fn dates_say_what_properties_say() {
    let check = |properties: Value, expect: Value| {
        assert_eq!(dates(&properties, "end = 'exclusive'"), expect, "{properties}");
    };
    let seen = "2024-05-01";
    check(json!({"startDate": ["2001-02-16T21:48:52"]}), json!([{"from": "2001-02-16", "seen": seen}]));
    check(json!({"startDate": ["2001", "2001-02"]}), json!([{"from": "2001-02", "seen": seen}]));
    // Several starts are several claims.
    let both = json!([{"from": "2001", "to": "2003"}, {"from": "2005", "seen": seen}]);
    check(json!({"startDate": ["2005", "2001"], "endDate": ["2003"]}), both);
    let disagree = json!([{"from": "2001", "to": "2007"}, {"from": "2002", "to": "2007"}]);
    check(json!({"startDate": ["2002", "2001"], "endDate": ["2007"]}), disagree);
    // Seen is never an end, and what is over is not seen.
    check(json!({}), json!([{"seen": seen}]));
    check(json!({"startDate": ["2030"]}), json!([{"from": "2030"}]));
    check(json!({"status": ["ended"]}), json!([{"to": "[..2024-05-01]"}]));
    check(json!({"startDate": ["2001"], "status": ["ended"]}), json!([{"from": "2001", "to": "[2001..2024-05-01]"}]));
    check(json!({"startDate": ["2001"], "status": ["unknown"]}), json!([{"from": "2001"}]));
    check(json!({"status": ["unknown"]}), json!([{"from": "[0000..]"}]));
    // A term holds its holder's time; elections come before, declarations after the beginning.
    let term = json!({"periodStart": ["2010-05-06"], "periodEnd": ["2015-03-30"]});
    check(term, json!([{"from": "[2010-05-06..2015-03-29]", "to": "[2010-05-06..2015-03-30]"}]));
    check(json!({"electionDate": ["2010-05-06"]}), json!([{"from": "[2010-05-06..]", "seen": seen}]));
    check(json!({"declarationDate": ["2012"]}), json!([{"from": "[..2012]", "seen": seen}]));
    check(json!({"startDate": ["1001-01-01"]}), json!([{"seen": seen}]));
    // Rejected by its property, or by the ledger.
    check(json!({"startDate": ["about 2001"]}), json!("occ/startDate"));
    check(json!({"startDate": ["2001-1X"]}), json!("occ/startDate"));
    check(json!({"electionDate": ["2012"], "date": ["2010"]}), json!("occ/startDate"));
    assert_eq!(dates(&json!({"endDate": ["2003-01-31"]}), ""), json!([{"to": "[2003-01-31..2003-02-01]"}]));
}

#[test]
fn what_has_ended_by_a_day_that_moves_is_over_by_the_first() {
    let shell = Shell::new();
    let mut ended = entity(
        "occ",
        "Occupancy",
        json!({"holder": ["p"], "post": ["pos"], "startDate": ["2001"], "status": ["ended"]}),
    );
    let position = entity("pos", "Position", json!({"name": ["Judge"], "country": ["gb"]}));
    for (seen, day, expect) in [("2024-05-01", "2024-05-03", 1), ("2024-06-01", "2024-06-03", 0), ("2024-07-01", "", 0)]
    {
        ended["last_seen"] = seen.into();
        let version = if day.is_empty() { String::new() } else { format!("version = '{day}'\n") };
        let (appended, ..) = ingest(&shell, &[position.clone(), ended.clone()], &version);
        assert_eq!(appended, expect, "{seen}");
        assert_eq!(events(&shell, "HeldPost").last().unwrap()["to"], "[2001..2024-05-01]");
    }
}

fn row(entity: &str, schema: &str, prop: &str, value: &str, dataset: &str) -> Value {
    json!({
        "canonical_id": entity, "entity_id": format!("{dataset}-{entity}"), "prop": prop, "schema": schema, "value": value,
        "dataset": dataset, "lang": null, "original_value": null, "external": false,
        "first_seen": "2021-03-04T05:06:07", "last_seen": "2024-05-01T10:00:00", "origin": null,
        "id": format!("{entity}{prop}{value}"),
    })
}

#[test]
fn statements_are_told_by_their_datasets() {
    let shell = Shell::new();
    let mut ended = row("occ", "Occupancy", "endDate", "2022-02-02", "b");
    ended["first_seen"] = "2022-03-01T00:00:00".into();
    let mut chinese = row("p", "Person", "name", "李安", "a");
    chinese["lang"] = "zho".into();
    let rows = [
        row("occ", "Occupancy", "id", "checksum", "a"),
        row("occ", "Occupancy", "holder", "p", "a"),
        row("occ", "Occupancy", "post", "pos", "a"),
        row("occ", "Occupancy", "startDate", "2020", "a"),
        ended,
        row("p", "LegalEntity", "name", "Ann Lee", "a"),
        chinese,
        row("pos", "Position", "name", "Judge", "a"),
        row("pos", "Position", "country", "gb", "a"),
    ];
    assert_eq!(ingest(&shell, &rows, "end = 'exclusive'"), (3, 0, 0));
    let career = shell.ask(&["career", "李安", "--lang", "zh"]);
    assert_eq!(career["person"]["name"], "李安");
    assert_eq!(career["tenures"].as_array().unwrap().len(), 1, "{career}");
    assert_eq!(career["tenures"][0]["company"]["name"], "GB");
    assert_eq!(career["tenures"][0]["to"]["edtf"], "2022-02-02");
    // What was known when is what the datasets had by then.
    let before = shell.ask(&["career", "p", "--known", "2021-12-31"]);
    assert_eq!(before["tenures"][0]["to"], Value::Null);
    assert_eq!(shell.ask(&["career", "p", "--source", "a"])["tenures"][0]["to"], Value::Null);
    assert_eq!(ingest(&shell, &rows, "end = 'exclusive'"), (0, 3, 0));
}

/// The same rows as the table that the format's own tools write.
#[test]
fn a_table_of_statements_is_the_same_statements() {
    let quoted = |value: &Value| {
        let word = |flag: bool| if flag { "t" } else { "f" };
        let text = value.as_bool().map_or_else(|| value.as_str().unwrap_or_default(), word);
        format!("\"{}\"", text.replace('"', "\"\""))
    };
    let mut external = row("p", "Person", "name", "Somebody Else", "enriched");
    external["external"] = true.into();
    let rows = [
        row("occ", "Occupancy", "holder", "p", "a"),
        row("occ", "Occupancy", "post", "pos", "a"),
        row("occ", "Occupancy", "startDate", "2020-02-03", "a"),
        row("p", "Person", "name", "Ann \"Nan\" Lee,\nof Rill", "a"),
        row("p", "Person", "alias", "Ann Lee", "a"),
        external,
        row("pos", "Position", "name", "Judge", "a"),
        row("pos", "Position", "country", "gb", "a"),
    ];
    let columns = [
        "canonical_id",
        "entity_id",
        "prop",
        "prop_type",
        "schema",
        "value",
        "dataset",
        "lang",
        "original_value",
        "external",
        "first_seen",
        "last_seen",
        "origin",
        "id",
    ];
    let cells = |row: &Value| columns.map(|column| quoted(&row[column])).join(",");
    let table: Vec<String> = [columns.join(",")].into_iter().chain(rows.iter().map(cells)).collect();
    let shell = Shell::new();
    shell.write("statements.csv", table.join("\n") + "\nstray\n");
    let flags = ["--rejects", "rejects", "--format", "json"];
    let run = shell.run(&[&["ingest", "--from", "ftm", "statements.csv"][..], &flags].concat());
    let sum: Value = serde_json::from_str(&run.out).unwrap();
    // A name is one line, and a row has all cells.
    assert_eq!((&sum["appended"], &sum["rejected"]), (&json!(2), &json!(2)), "{run:?}");
    let places: Vec<_> =
        rejects(&shell).iter().map(|reject| (reject["line"].clone(), reject["column"].clone())).collect();
    assert_eq!(places, [(json!(5), json!("p/name")), (json!(12), Value::Null)]);
    assert_eq!(sum["dropped"].as_object().unwrap().values().collect::<Vec<_>>(), [&json!(1), &json!(1)], "{sum}");
    assert_eq!(posts(&shell, "Ann Lee", "2021-01-01"), json!([["GB", "Judge", "employee", "certain"]]));
    assert_eq!(shell.ask(&["find", "Somebody Else"])["matches"], json!([]));
    // Given as something else, it is told as what it is.
    let run = shell.run(&["ingest", "--from", "wikidata", "statements.csv"]);
    assert!(run.err.contains("this looks like FollowTheMoney: --from ftm"), "{run:?}");
}

#[test]
fn what_cannot_be_mapped_is_rejected_with_its_property() {
    let shell = Shell::new();
    let lines = [
        entity("a", "Employment", json!({"employee": ["p"]})),
        entity("b", "Directorship", json!({"director": ["firm"], "organization": ["firm"]})),
        entity("firm", "Company", json!({"name": ["Firm", "..."]})),
        entity("c", "Occupancy", json!({"holder": ["p"], "post": ["nowhere"]})),
        json!({"prop": "name", "value": "x"}),
        entity(
            "d",
            "Employment",
            json!({"employee": ["p"], "employer": ["firm"], "startDate": ["2005"], "endDate": ["2001"]}),
        ),
        entity("an id", "Person", json!({"name": ["Spaced"]})),
        entity("e", "Employment", json!({"employee": ["an id"], "employer": ["firm"], "startDate": ["2005"]})),
    ];
    let (appended, _, rejected) = ingest(&shell, &lines, "");
    assert_eq!((appended, rejected), (3, 6), "{:?}", rejects(&shell));
    let places: Vec<_> =
        rejects(&shell).iter().map(|reject| (reject["line"].clone(), reject["column"].clone())).collect();
    let expect = [
        (json!(1), json!("a/employer")),
        (json!(2), json!("b/director")),
        (json!(3), json!("firm/name")),
        (json!(4), json!("c/post")),
        (json!(5), Value::Null),
        (json!(6), json!("d/endDate")),
    ];
    assert_eq!(places, expect);
    // An id that the ledger cannot take is replaced by one made from it, wherever it stands.
    assert_eq!(posts(&shell, "Spaced", "2006-01-01")[0][0], "Firm");
    // Where the position is in no file, the map can say what it is.
    let map = "[items.nowhere]\ntitle = 'Judge'\ncompany = 'The Court'\n";
    assert_eq!(ingest(&Shell::new(), &lines[3..4], map).2, 0);
}

#[test]
fn dates_of_a_death_that_differ_are_told_as_one_that_holds_them() {
    let check = |dates: Value, expect: &str| {
        let shell = Shell::new();
        let company = json!({"name": ["Kelp"], "dissolutionDate": dates});
        let lines = [
            entity("p", "Person", json!({"name": ["Ann Lee"], "deathDate": dates})),
            entity("o", "Company", company),
            entity("e", "Employment", json!({"employee": ["p"], "employer": ["o"], "startDate": ["1980"]})),
        ];
        ingest(&shell, &lines, "end = 'exclusive'");
        for kind in ["PersonDied", "UnitDissolved"] {
            assert_eq!(events(&shell, kind)[0]["effective"], expect, "{kind} {dates}");
        }
    };
    check(json!(["1995", "1990"]), "[1990..1995]");
    check(json!(["1990", "1990-05-01"]), "1990-05-01");
}
