//! The wire format against its samples, its schemas and its page.
//!
//! `TENURE_BLESS=1 cargo test -p tenure-domain --test wire` writes the schemas, the page, and the errors that the
//! invalid samples expect.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use tenure_domain::day::Instant;
use tenure_domain::event::{Event, Fact, PersonFact};
use tenure_domain::wire::{self, Arrival, EVENT_BYTES, Refusal, STORED_BYTES, Submission, read_stored, schema};

const HOW: &str = "run TENURE_BLESS=1 cargo test -p tenure-domain --test wire, and look at what changes";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn blessing() -> bool {
    std::env::var_os("TENURE_BLESS").is_some()
}

/// The texts of a directory of samples, by name.
fn samples(kind: &str) -> BTreeMap<String, String> {
    let directory = root().join("schemas/samples").join(kind);
    let entries = fs::read_dir(&directory).expect("the samples are there");
    entries
        .map(|entry| {
            let path = entry.expect("a directory can be read").path();
            let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a sample is text"))
        })
        .collect()
}

/// Compares a committed file with what it must be, or writes it.
fn check_file(path: &str, expect: &str) {
    let path = root().join(path);
    if blessing() {
        fs::create_dir_all(path.parent().expect("a file lies in a directory")).expect("the directory can be made");
        fs::write(&path, expect).expect("the file can be written");
    }
    let got = fs::read_to_string(&path).unwrap_or_default();
    assert!(got == expect, "{} is not what the table makes: {HOW}", path.display());
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn any_event() -> Validator {
    jsonschema::validator_for(&schema::any_event_schema()).expect("the schema is one")
}

/// The validators of the types, by name.
static VALIDATORS: LazyLock<BTreeMap<&str, Validator>> = LazyLock::new(|| {
    let validator = |name| {
        let schema = schema::event_schema(name).expect("a type has a schema");
        (name, jsonschema::validator_for(&schema).expect("the schema is one"))
    };
    schema::event_types().map(validator).collect()
});

fn now() -> Instant {
    "2026-01-02T03:04:05Z".parse().expect("an instant")
}

/// Reads an event that comes in.
fn read(json: &str) -> Result<Submission, Refusal> {
    Submission::read_at(json.as_bytes(), now())
}

fn stored(json: &str) -> Event {
    let submission = read(json).expect(json);
    read_stored(&submission.json, now()).expect(&submission.json)
}

/// The event of a sample, out of its record.
fn unwrapped(sample: &str) -> Value {
    let mut value: Value = serde_json::from_str(sample).expect("a valid sample is JSON");
    if value.get("specversion").is_some() { value["data"].take() } else { value }
}

#[test]
fn schemas_and_page_are_those_of_the_table() {
    check_file("docs/events.md", &wire::page());
    check_file("schemas/event.json", &pretty(&schema::any_event_schema()));
    for name in schema::event_types() {
        let schema = schema::event_schema(name).expect("a type has a schema");
        jsonschema::meta::validate(&schema).expect(name);
        check_file(&format!("schemas/events/{name}.json"), &pretty(&schema));
    }
    let files = fs::read_dir(root().join("schemas/events")).expect("the schemas are there");
    assert_eq!(files.count(), schema::event_types().count(), "a schema without a type");
    assert_eq!(schema::event_schema("event"), None);
}

#[test]
fn valid_samples_pass_the_decoder_and_the_schemas() {
    let any = any_event();
    let samples = samples("valid");
    for name in schema::event_types() {
        assert!(samples.contains_key(name), "no sample of {name}");
    }
    for (name, sample) in samples {
        let submission = read(&sample).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert!(!submission.json.contains('\n'), "{name}");
        assert_eq!(read(&submission.json).as_ref(), Ok(&submission), "what is stored reads alike: {name}");
        check_round_trip(&submission);

        let event = unwrapped(&sample);
        let written = wire::write(&read_stored(&submission.json, now()).expect(&name));
        for (field, value) in event.as_object().expect("an object") {
            let says_nothing = value.is_null() || value == false || field == "reason";
            assert!(says_nothing || written.get(field).is_some(), "{name}: `{field}` is lost");
        }
        let one = &VALIDATORS[submission.event_type];
        for (schema, validator) in [("event", &any), (submission.event_type, one)] {
            let error = validator.validate(&event).err().map(|e| e.to_string());
            assert_eq!(error, None, "{name} against the schema {schema}");
        }
    }
}

#[test]
fn the_examples_of_the_page_are_events() {
    let any = any_event();
    for name in schema::event_types() {
        let schema = schema::event_schema(name).expect("a type has a schema");
        let example = &schema["examples"][0];
        let submission = read(&example.to_string()).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(submission.event_type, name);
        assert!(any.is_valid(example), "{name}");
    }
}

#[test]
fn invalid_samples_are_refused_with_the_errors_they_expect() {
    let any = any_event();
    for (name, text) in samples("invalid") {
        let mut sample: Value = serde_json::from_str(&text).expect(&name);
        let raw = sample["text"].as_str().map_or_else(|| sample["event"].to_string(), str::to_owned);
        let refusal = read(&raw).err().unwrap_or_else(|| panic!("{name} is accepted"));
        if blessing() {
            let semantic = sample.get("semantic").cloned();
            let given = if sample["text"].is_string() { "text" } else { "event" };
            let event = sample[given].take();
            sample = json!({"reason": refusal.reason, "hint": refusal.hint});
            if let Some(semantic) = semantic {
                sample["semantic"] = semantic;
            }
            sample[given] = event;
            check_file(&format!("schemas/samples/invalid/{name}.json"), &pretty(&sample));
        }
        assert_eq!(sample["reason"], refusal.reason, "{name}");
        assert_eq!(sample["hint"], refusal.hint, "{name}");
        let Ok(event) = serde_json::from_str::<Value>(&raw) else {
            continue;
        };
        // A record of CloudEvents is none of the schema's business.
        if event.get("specversion").is_none() {
            let semantic = sample["semantic"] == true;
            assert_eq!(any.is_valid(&event), semantic, "{name}: semantic errors are those that no schema finds");
        }
    }
}

fn check_round_trip(submission: &Submission) {
    let event = read_stored(&submission.json, now()).expect(&submission.json);
    let written = wire::write(&event);
    assert_eq!(written["type"], event.fact.type_name());
    assert_eq!(read_stored(&written.to_string(), now()), Ok(event), "{written}");
    assert!(read(&written.to_string()).is_ok(), "{written}");
}

#[test]
fn size_depth_and_encoding_are_bounded() {
    let event = |note: usize| {
        let note = "x".repeat(note);
        json!({"type": "LeftCompany", "person": "A", "company": "B", "source": "C", "note": note}).to_string()
    };
    let room = EVENT_BYTES - event(0).len();
    let longest = read(&event(room)).expect("the longest event");
    // The id comes on top in what is stored, which is read as it was, by whoever reads it.
    assert_eq!(longest.json.len(), EVENT_BYTES + 44);
    let arrival = Arrival::now(now(), Some("2026-01-02T03:04:06Z".parse().expect("an instant")));
    let ahead = Submission::read_at(event(room).as_bytes(), arrival).expect("the longest event");
    assert!(ahead.json.len() > longest.json.len() && ahead.json.len() <= STORED_BYTES);
    assert_eq!((&ahead.id, ahead.fingerprint), (&longest.id, longest.fingerprint));
    assert_eq!(read(&ahead.json).as_ref(), Ok(&ahead));
    assert_eq!(read(&longest.json).as_ref(), Ok(&longest));
    assert_eq!(Submission::read(longest.json.as_bytes()).as_ref(), Ok(&longest));
    assert!(read_stored(&longest.json, now()).is_ok());
    let other_id = longest.json.replace(longest.id.as_str(), "00000000-0000-0000-0000-000000000000");
    assert_eq!(read(&other_id).expect_err("too long").reason, "the event has 65580 bytes, at most 65536 are allowed");
    let with_id = |id: &str| event(room - r#""id":"","#.len() - id.len()).replace('{', &format!(r#"{{"id":"{id}","#));
    assert!(read(&with_id("row-17")).is_ok());
    assert!(read(&format!("{} ", with_id("row-17"))).is_err());
    // Wrapped, it is as long as it is bare; the record has a bound of its own.
    let wrapped = |event: &str, beside: usize| {
        format!(r#"{{"specversion":"1.0","subject":"{}","data":{event}}}"#, "x".repeat(beside))
    };
    assert_eq!(read(&wrapped(&event(room), 60_000)), Ok(longest.clone()));
    assert_eq!(read(&wrapped(&with_id("row-17"), 9)), read(&with_id("row-17")));
    assert_eq!(read(&wrapped(&longest.json, 9)), Ok(longest.clone()));
    for (event, beside) in [(event(room + 1), 9), (event(room), 66_000)] {
        assert!(read(&wrapped(&event, beside)).expect_err("too long").reason.starts_with("the event has "), "{beside}");
    }
    let refusal = read(&event(room + 1)).expect_err("too long");
    assert_eq!(refusal.reason, "the event has 65537 bytes, at most 65536 are allowed");
    assert_eq!(refusal.hint, "shorten `source.quote`, `remit` or `note`");

    let refusal = read(&format!("{}{}", "[".repeat(9000), "]".repeat(9000))).expect_err("too deep");
    assert_eq!(refusal.reason, "broken JSON at line 1, column 128: recursion limit exceeded");

    let refusal = Submission::read(b"{\"type\":\"Left\xff\"}").expect_err("no UTF-8");
    assert_eq!(refusal.reason, "byte 14 of the event is not UTF-8");
}

#[test]
fn an_absent_reported_at_is_left_to_the_log() {
    let submission = read(r#"{"type":"LeftCompany","person":"A","company":"B","source":"C"}"#).expect("an event");
    assert!(!submission.json.contains("reported_at"));
    for at in ["2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"] {
        let at: Instant = at.parse().expect(at);
        assert_eq!(read_stored(&submission.json, at).expect("an event").reported_at, at);
    }
    for (text, at) in [
        ("2025-02", "2025-02-28T00:00:00Z"),
        ("2024", "2024-12-31T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("2025-09-30T14:00:00.5+08:00", "2025-09-30T06:00:00.500Z"),
    ] {
        let event = stored(&format!(
            r#"{{"type":"LeftCompany","person":"A","company":"B","source":"C","reported_at":"{text}"}}"#
        ));
        assert_eq!(event.reported_at.to_string(), at);
    }
}

#[test]
fn what_older_versions_took_in_is_read() {
    let held = |rest: &str| format!(r#"{{"id":"1","type":"HeldPost","person":"A","company":"B","source":"C",{rest}}}"#);
    for rest in [
        r#""from":"2020","to":"9999-12-31""#,
        r#""seen":"9999""#,
        r#""from":"0000-01-01""#,
        r#""from":"0000","to":"2020""#,
        r#""to":"2024-05-01","seen":"2024-05-01""#,
        r#""to":"2024-05","seen":"2024-05-31""#,
    ] {
        let json = held(rest);
        assert!(read(&json).is_err(), "{rest}");
        assert_eq!(Submission::read(json.as_bytes()).expect(rest).json, json);
        assert!(read_stored(&json, now()).is_ok(), "{rest}");
    }
}

#[test]
fn only_a_range_from_the_year_0000_on_comes_in() {
    let with =
        |from: &str| read(&format!(r#"{{"type":"HeldPost","person":"A","company":"B","source":"C","from":"{from}"}}"#));
    for from in ["0000-01-01", "0000-07", "0000", "0000~", "[..0000-05-01]", "[0000-01-01..0000-02-01]"] {
        let refusal = with(from).expect_err(from);
        assert_eq!(&*refusal.reason, format!("`from` (`{from}`) is in the year 0000"));
        assert!(refusal.hint.contains("leave the field out"), "{}", refusal.hint);
    }
    for reported_at in ["0000-01-01", "0000-01-01T00:00:00Z", "0000-02", "0000"] {
        let event = format!(
            r#"{{"type":"LeftCompany","person":"A","company":"B","source":"C","reported_at":"{reported_at}"}}"#
        );
        let refusal = read(&event).expect_err(reported_at);
        assert!(
            refusal.reason.starts_with("`reported_at` (`0000-") && refusal.reason.ends_with("is in the year 0000"),
            "{refusal}"
        );
    }
    for from in ["[0000..]", "[0000-01-01..]", "[0000..2020]", "0001", "000X"] {
        assert!(with(from).is_ok(), "{from}");
    }
}

#[test]
fn an_id_that_stands_for_no_event_does_not_come_in() {
    let json = r#"{"id":"tenure.passed-over:7","type":"LeftCompany","person":"A","company":"B","source":"C"}"#;
    let refusal = read(json).expect_err("refused");
    let reason =
        "`id` (`tenure.passed-over:7`) begins with `tenure.passed-over:`, which stands for messages that are no events";
    assert_eq!((&*refusal.reason, &*refusal.hint), (reason, "give the event another id, or none"));
    assert!(Submission::read(json.as_bytes()).is_ok(), "a log that has it can still be read");
}

/// An event reported at that time, recorded at that instant.
fn reported(text: &str, recorded_at: &str) -> Result<Instant, Refusal> {
    let json =
        format!(r#"{{"id":"1","type":"LeftCompany","person":"A","company":"B","source":"C","reported_at":"{text}"}}"#);
    let at = recorded_at.parse().expect(recorded_at);
    let submission = Submission::read_at(json.as_bytes(), at);
    let event = read_stored(&json, at);
    assert_eq!(submission.err(), event.as_ref().err().cloned(), "both refuse alike: {text}");
    event.map(|event| event.reported_at)
}

#[test]
fn a_month_or_year_that_runs_was_reported_when_it_is_recorded() {
    for (text, recorded_at, expect) in [
        ("2025-02", "2025-02-10T08:00:00Z", "2025-02-10T08:00:00Z"),
        ("2025-02", "2025-02-28T08:00:00Z", "2025-02-28T08:00:00Z"),
        ("2025", "2025-02-10T08:00:00Z", "2025-02-10T08:00:00Z"),
        ("2024", "2025-02-10T08:00:00Z", "2024-12-31T00:00:00Z"),
        // A day is its midnight, also the one that runs.
        ("2025-02-10", "2025-02-10T08:00:00Z", "2025-02-10T00:00:00Z"),
    ] {
        let at = reported(text, recorded_at).expect(text);
        assert_eq!(at.to_string(), expect, "{text} recorded at {recorded_at}");
    }
}

#[test]
fn what_is_reported_more_than_a_day_after_its_recording_is_refused() {
    let recorded_at = "2025-02-10T08:00:00Z";
    for text in ["2025-02-11T08:00:00Z", "2025-02-11", "2025-02-10T23:00:00-08:00"] {
        assert!(reported(text, recorded_at).is_ok(), "{text}");
    }
    for text in ["2025-02-11T08:00:01Z", "2025-02-12", "2025-03", "2026", "9999-12-31"] {
        let refusal = reported(text, recorded_at).expect_err(text);
        assert!(refusal.reason.starts_with("`reported_at` ("), "{refusal}");
        assert!(refusal.reason.ends_with("is more than a day after the event is recorded (2025-02-10T08:00:00Z)"));
        assert!(refusal.hint.contains("`effective`"), "{}", refusal.hint);
    }
}

#[test]
fn what_comes_in_was_not_retrieved_more_than_a_day_later() {
    let event = |at: &str| {
        let source = json!({"publisher": "C", "retrieved_at": at});
        json!({"type": "LeftCompany", "person": "A", "company": "B", "source": source}).to_string()
    };
    let came_in: Instant = "2025-02-10T08:00:00Z".parse().expect("an instant");
    for text in ["2025-02-11T08:00:00Z", "2025-02", "2025", "2019"] {
        assert!(Submission::read_at(event(text).as_bytes(), came_in).is_ok(), "{text}");
    }
    for text in ["2025-02-11T08:00:01Z", "2025-03", "9999-12-31", "0000-01-01"] {
        let refusal = Submission::read_at(event(text).as_bytes(), came_in).expect_err(text);
        assert!(refusal.reason.starts_with("`source.retrieved_at` ("), "{refusal}");
        // What a log holds is read as it was.
        let stored = Submission::read(event(text).as_bytes()).expect("what was taken");
        assert!(read_stored(&stored.json, came_in).is_ok(), "{text}");
    }
}

#[test]
fn what_is_stored_is_what_was_given() {
    let submission = read(
        "{ \"type\": \"ChangedManager\",\n \"person\": {\"name\": \"Lin Wei\", \"id\": null}, \"company\": \"B\", \
         \"title\": null, \"reports_to\": null, \"source\": \"C\"}",
    )
    .expect("an event");
    let id = submission.id.as_str();
    let expect = format!(
        r#"{{"id":"{id}","type":"ChangedManager","person":{{"name":"Lin Wei"}},"company":"B","reports_to":null,"source":"C"}}"#
    );
    assert_eq!(submission.json, expect);
    let Fact::Person { fact: PersonFact::ChangedManager { reports_to: None, title: None, .. }, .. } =
        read_stored(&submission.json, now()).expect("an event").fact
    else {
        panic!("not what was sent");
    };

    let refusal = read_stored(r#"{"type":"LeftCompany","person":"A","company":"B","source":"C"}"#, now());
    assert_eq!(refusal.expect_err("no id").reason, "`id` is missing");
}

/// Ids are for ever, and others compute them too.
#[test]
fn ids_stay_what_they_are() {
    let check = |event: Value, id: &str, fingerprint: &str| {
        let submission = read(&event.to_string()).expect("an event");
        let hex = format!("{:032x}", u128::from_be_bytes(submission.fingerprint));
        assert_eq!((submission.id.as_str(), &*hex), (id, fingerprint), "{event}");
    };
    check(
        json!({"type": "LeftCompany", "person": "Lin Wei", "company": "Harbour Labs", "source": "The Daily Ledger"}),
        "7bb33e75-bea0-5020-92a8-8a12fbfa72e0",
        "d5421424fe3142cde3d6e5fc674c8a1f",
    );
    check(
        json!({
            "source": {"url": "https://news.example/a", "retrieved_at": "2025-01-01", "quote": "\"so\"\n\t\u{2028}é\u{1f916}"},
            "type": "ChangedManager", "reports_to": null, "unit": null,
            "person": {"name": "許主洪", "identifiers": {"b": "2", "a": "1"}},
            "company": "Harbour Labs", "reported_at": "2025-01",
        }),
        "9f501f2c-97d5-50e1-918e-fbc5b1bd9bcc",
        "87e6531ab8e532a1acbcca7fbd7978eb",
    );
}

#[test]
fn content_is_all_but_the_id_and_the_time_of_reading() {
    let base = json!({
        "type": "LeftCompany", "person": "A", "company": "B",
        "source": {"publisher": "C", "retrieved_at": "2025-01-01"},
    });
    let with = |field: &str, value: Value| {
        let mut event = base.clone();
        *event.pointer_mut(field).expect(field) = value;
        read(&event.to_string()).expect("an event")
    };
    let mut more = base.clone();
    more["id"] = json!("row-17");
    let same = read(&base.to_string()).expect("an event");
    let given = read(&more.to_string()).expect("an event");
    assert_eq!(given.id.as_str(), "row-17");
    assert_eq!(given.fingerprint, same.fingerprint);
    let later = with("/source/retrieved_at", json!("2025-02-01"));
    assert_eq!((&later.id, later.fingerprint), (&same.id, same.fingerprint));
    let other = with("/person", json!("a"));
    assert_ne!(other.id, same.id);
    assert_ne!(other.fingerprint, same.fingerprint);
    more["reported_at"] = json!("2025-01-01");
    assert_ne!(read(&more.to_string()).expect("an event").fingerprint, same.fingerprint);
    let wrapped = json!({"specversion": "1.0", "id": "7", "data": base});
    assert_eq!(read(&wrapped.to_string()).expect("an event"), same);
}

/// A valid sample with some of its fields taken away, nulled or moved about.
fn thinned() -> impl Strategy<Value = (Value, Value)> {
    let all: Vec<Value> = samples("valid").values().map(|sample| unwrapped(sample)).collect();
    (prop::sample::select(all), any::<u64>(), any::<u64>(), any::<usize>()).prop_map(|(event, drop, null, turn)| {
        let Value::Object(fields) = event else { unreachable!("an event is an object") };
        let mut kept: Vec<(String, Value)> = fields
            .into_iter()
            .enumerate()
            .filter(|(at, (name, _))| drop >> at & 1 == 1 || name == "type" || name == "reports_to")
            .map(|(_, field)| field)
            .collect();
        let plain = Value::Object(kept.iter().cloned().collect());
        for (at, name) in ["note", "corrects", "confidence", "reported_at"].into_iter().enumerate() {
            if null >> at & 1 == 1 && plain.get(name).is_none() {
                kept.push((name.to_owned(), Value::Null));
            }
        }
        let turn = turn % kept.len();
        kept.rotate_left(turn);
        (plain, Value::Object(kept.into_iter().collect()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_read_is_written_and_read_alike((plain, turned) in thinned()) {
        let submission = read(&plain.to_string());
        match (&submission, read(&turned.to_string())) {
            (Ok(submission), Ok(turned)) => {
                prop_assert_eq!(&submission.id, &turned.id);
                prop_assert_eq!(submission.fingerprint, turned.fingerprint);
                check_round_trip(submission);
            }
            (Err(refusal), Err(turned)) => prop_assert_eq!(refusal, &turned),
            (one, other) => prop_assert!(false, "{:?} but {:?}", one, other),
        }
    }

    #[test]
    fn no_text_is_read_that_the_schema_refuses(
        text in prop::sample::select(
            samples("valid").into_iter().filter(|(n, _)| n != "cloudevent").map(|(_, s)| s).collect::<Vec<_>>()
        ),
        at in any::<usize>(),
        put in prop_oneof![Just(String::new()), "[ -~]", "\\PC", Just("\u{b}".to_owned()), Just("null".to_owned())],
        cut in 0_usize..3,
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        let at = at % characters.len();
        let end = (at + cut).min(characters.len());
        characters.splice(at..end, put.chars());
        let text: String = characters.into_iter().collect();
        match read(&text) {
            Ok(submission) => {
                check_round_trip(&submission);
                let event = serde_json::from_str(&text).expect("an event is JSON");
                let error = VALIDATORS[submission.event_type].validate(&event).err().map(|e| e.to_string());
                prop_assert_eq!(error, None, "{}", text);
            }
            Err(refusal) => prop_assert!(!refusal.reason.is_empty() && !refusal.hint.is_empty()),
        }
    }
}

#[test]
fn what_a_program_makes_is_what_its_json_is_read_as() {
    let arrivals = [None, Some(Arrival::from(now())), Some(Arrival::now(now(), Some(Instant::last_of(now().day()))))];
    let examples = schema::event_types().filter_map(schema::event_schema);
    let examples = examples.flat_map(|schema| schema["examples"].as_array().cloned().unwrap_or_default());
    let others = [
        json!({"type": "ChangedManager", "person": "A", "company": "B", "reports_to": null, "note": null, "source": "C"}),
        json!({"type": "LeftCompany", "person": {"name": "A", "id": null}, "company": "B\"\\\n", "source": {"url": "u://", "retrieved_at": "2025-01-01"}}),
        json!({"type": "LeftCompany", "person": "A", "company": "B", "source": "C", "note": "x".repeat(EVENT_BYTES)}),
        json!({"type": "LeftCompany", "person": 7, "company": "B", "source": "C"}),
        json!({"type": "LeftCompany", "id": "a", "person": "A", "company": "B", "reported_at": "2026", "source": "C"}),
        json!(["no event"]),
    ];
    let mut count = 0;
    for event in examples.chain(others) {
        for arrival in arrivals {
            let text = event.to_string();
            let read = match arrival {
                None => Submission::read(text.as_bytes()),
                Some(arrival) => Submission::read_at(text.as_bytes(), arrival),
            };
            assert_eq!(Submission::made((&event).into(), arrival), read, "{text}");
        }
        count += 1;
    }
    assert!(count > 20, "the schemas have examples: {count}");
}
