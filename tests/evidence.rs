//! One event can be shown with what became of it, a tenure that is gone is told with its successor, and a ledger shows
//! what is in it.

#[path = "toy/shell.rs"]
mod shell;

use serde_json::{Value, json};
use shell::Shell;

const EVENTS: &str = r#"
{"id":"ann-joined","type":"JoinedCompany","person":{"id":"p/ann","name":"Ann Lee"},"company":"Kestrel","unit":"Speech","title":"Engineer","effective":"2023-02","reported_at":"2023-02-20","source":{"publisher":"Daily","url":"https://daily.example/1","quote":{"exact":"Ann Lee joins","prefix":"says:"},"locator":"p. 3","archive_url":"https://archive.example/1"},"note":"by hand"}
{"id":"bo-held-1","type":"HeldPost","person":"Bo Okafor","company":"Kestrel","unit":"Speech","title":"Clerk","from":"2020-01-01","to":"2021-01-01","reported_at":"2021-02-01","source":{"publisher":"Register","key":"r1"}}
{"id":"bo-held-2","type":"HeldPost","person":"Bo Okafor","company":"Kestrel","unit":"Speech","title":"Clerk","from":"2020-01-02","to":"2021-01-01","reported_at":"2024-11-29","source":{"publisher":"Register","key":"r1"}}
{"id":"ann-title-1","type":"ChangedTitle","person":"Ann Lee","company":"Kestrel","to_title":"Senior","effective":"2024-01","reported_at":"2024-02-01","source":"Daily"}
{"id":"ann-title-2","type":"ChangedTitle","person":"Ann Lee","company":"Kestrel","to_title":"Principal","effective":"2024-01-05","reported_at":"2024-03-01","source":"Daily","corrects":"ann-title-1"}
{"id":"cy-joined","type":"JoinedCompany","person":"Cy Young","company":"Kestrel","title":"Engineer","effective":"2022-01-01","reported_at":"2022-01-02","source":"Mill"}
{"id":"cy-gone","type":"EventRetracted","event":"cy-joined","reason":"another Cy","reported_at":"2022-06-01","source":"Mill"}
{"id":"lost-one","type":"EventRetracted","event":"never-came","reported_at":"2022-06-01","source":"Mill"}
{"id":"ann-joined-late","type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","unit":"Speech","effective":"2023-05-01","reported_at":"2023-06-01","source":"Mill"}
{"id":"di-joined","type":"JoinedCompany","person":"Di Erased","company":"Kestrel","effective":"2022-01-01","reported_at":"2022-01-02","source":"Mill"}
{"id":"di-erased","type":"PersonErased","person":"Di Erased","reported_at":"2022-06-01","source":"Desk"}
{"id":"abcd-1","type":"UnitFormed","company":"Kestrel","unit":"Speech","effective":"2019-01-01","reported_at":"2019-01-02","source":"Daily"}
{"id":"abcd-2","type":"UnitRenamed","company":"Kestrel","unit":"Speech","name":"Voice","effective":"2025-01-01","reported_at":"2025-01-02","source":"Daily"}
"#;

fn world() -> Shell {
    Shell::of(EVENTS)
}

fn why(world: &Shell, of: &str) -> Value {
    world.run(&["why", of, "--at", "2025-06-01", "--format", "json"]).json()
}

/// What another event says of somebody who was erased is told nowhere, and not said again by a correction.
#[test]
fn an_event_is_told_without_the_words_about_who_was_erased() {
    let world = Shell::of(
        r#"
{"id":"zeb","type":"JoinedCompany","person":"Zebulon Quixote","company":"Kestrel","source":"Mill"}
{"id":"ann","type":"JoinedCompany","person":"Ann Lee","company":"Kestrel","note":"for Zebulon Quixote","source":{"url":"https://mill.example/a","title":"Zebulon Quixote sued","quote":"Zebulon Quixote and Ann Lee","locator":"p. 3"}}
{"id":"bo","type":"LeftCompany","person":"Bo Okafor","company":"Kestrel","reason":"as Zebulon Quixote did","source":"Mill"}
{"id":"bo-gone","type":"EventRetracted","event":"bo","reason":"that was Zebulon Quixote","source":"Mill"}
{"id":"cy","type":"HeldPost","person":"Cy Dunn","company":"Kestrel","title":"Aide","from":"2024","to":"2025","remit":"assists Zebulon Quixote","source":"Mill"}
{"id":"cy-left","type":"LeftCompany","person":"Cy Dunn","company":"Kestrel","effective":"2025","reason":"followed Zebulon Quixote","source":"Mill"}
"#,
    );
    let aide = ["career", "Cy Dunn", "--format", "json"];
    assert!(world.run(&aide).well().out.contains("assists Zebulon Quixote"), "the snapshots have the words");
    let erased = r#"{"id":"erased","type":"PersonErased","person":"Zebulon Quixote","source":"Desk"}"#;
    world.fed(&["ingest", "-"], erased.as_bytes()).well();
    for asked in [
        &aide[..],
        &["career", "Cy Dunn", "--recorded", "6", "--format", "json"],
        &["who", "Kestrel", "--at", "2024-07-01", "--format", "json"],
        &["holders", "Kestrel", "--format", "json"],
        &["log", "--format", "json"],
        &["moves", "--format", "json"],
        &["report", "Cy Dunn"],
        &["export", "--to", "csv"],
        &["export", "--to", "csv", "--table", "statements"],
        &["export", "--to", "events"],
        &["export", "--to", "popolo"],
    ] {
        let told = world.run(asked).well().out;
        assert!(!told.contains("Quixote") && !told.is_empty(), "{asked:?}: {told}");
    }
    for of in ["ann", "bo", "bo-gone"] {
        for flags in [&[][..], &["--format", "json"], &["--recorded", "4"], &["--known", "2100"]] {
            let told = world.run(&[&["why", of], flags].concat()).well();
            assert!(!told.out.contains("Quixote"), "{of} {flags:?}: {told:?}");
        }
    }
    assert!(world.run(&["why", "ann", "--format", "json"]).well().out.contains("p. 3"));
    let told = world.run(&["correct", "ann", "title=Head", "--by", "desk", "--yes"]).well();
    assert!(!told.out.contains("Quixote"), "{told:?}");
    let appended =
        std::fs::read_to_string(world.data().join("journal/00000000000000000001.ndjson")).expect("a segment is read");
    let last = appended.lines().last().unwrap_or_default();
    assert!(last.contains("Head") && !last.contains("Quixote"), "{last}");
}

#[test]
fn an_event_says_what_became_of_it() {
    let world = world();
    let cases = [
        ("bo-held-2", json!({"state": "live"})),
        ("lost-one", json!({"state": "waiting", "waits_for": "never-came"})),
        ("di-joined", json!({"state": "withheld"})),
    ];
    for (id, expected) in cases {
        assert_eq!(why(&world, id)["became"], expected, "{id}");
    }
    let by = |id: &str| {
        let became = why(&world, id)["became"].clone();
        let words = ["state", "reason"].map(|field| became[field].as_str().unwrap_or_default().to_owned());
        (words, became["by"]["id"].as_str().unwrap_or_default().to_owned())
    };
    let state = |state: &str, reason: &str| [state.to_owned(), reason.to_owned()];
    assert_eq!(by("bo-held-1"), (state("superseded", ""), "bo-held-2".to_owned()));
    assert_eq!(by("ann-title-1"), (state("corrected", ""), "ann-title-2".to_owned()));
    assert_eq!(by("cy-joined"), (state("retracted", "another Cy"), "cy-gone".to_owned()));
    assert_eq!(by("ann-joined-late"), (state("not_believed", ""), "ann-joined".to_owned()));
    assert_eq!(why(&world, "ann-joined-late")["became"]["conflict"]["kind"], "date_disagrees");
    assert_eq!(why(&world, "di-joined")["event"], Value::Null);
    assert_eq!(why(&world, "cy-gone")["replaces"][0]["id"], "cy-joined");
}

/// Of several live events that correct or retract another one, whatever their order in the log.
#[test]
fn an_event_became_what_was_reported_last_of_it() {
    let told = |id: &str, rest: &str| format!(r#"{{"id":"{id}",{rest},"source":"Mill"}}"#);
    let events = [
        told("told", r#""type":"JoinedCompany","person":"Ann","company":"Acme","reported_at":"2024-01-01""#),
        told("gone", r#""type":"JoinedCompany","person":"Bo","company":"Acme","reported_at":"2024-01-01""#),
        told(
            "c-2",
            r#""type":"LeftCompany","person":"Ann","company":"Acme","corrects":"told","reported_at":"2024-03-01""#,
        ),
        told(
            "c-1",
            r#""type":"LeftCompany","person":"Ann","company":"Bolt","corrects":"told","reported_at":"2024-02-01""#,
        ),
        told("r-1", r#""type":"EventRetracted","event":"gone","reported_at":"2024-02-01""#),
        told("r-2", r#""type":"EventRetracted","event":"gone","reported_at":"2024-02-01""#),
    ];
    let mut later = events.clone();
    later.reverse();
    for events in [events, later] {
        let world = Shell::of(&events.join("\n"));
        let by = ["told", "gone"].map(|id| why(&world, id)["became"]["by"]["id"].clone());
        assert_eq!(by, ["c-2", "r-2"], "{events:?}");
    }
}

#[test]
fn an_event_is_shown_with_names_and_its_source() {
    let world = world();
    let by_position = why(&world, "#1");
    assert_eq!(why(&world, "ann-joined"), by_position);
    let event = &by_position["event"];
    assert_eq!(event["names"], json!({"person": "Ann Lee", "company": "Kestrel", "unit": "Voice"}));
    assert_eq!(event["fields"]["title"], "Engineer");
    assert_eq!(event["source"]["locator"], "p. 3");
    assert_eq!(event["quote_url"], "https://daily.example/1#:~:text=says%3A-,Ann%20Lee%20joins");
    let supports = &by_position["supports"];
    assert_eq!(supports[0]["person"]["id"], "p/ann");
    assert_eq!(supports[0]["what"], json!(["start", "unit", "title"]));
    let text = world.run(&["why", "#1", "-q"]).well().out;
    for part in [
        "JoinedCompany  #1  ann-joined\n",
        "Ann Lee joined Voice, Kestrel as Engineer\n",
        "reported   2023-02-20\n",
        "p. 3\n",
        "https://archive.example/1\n",
        "“Ann Lee joins”\n",
        "note: by hand\n",
        "\nlive\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn an_event_is_meant_by_the_beginning_of_its_id() {
    let world = world();
    assert_eq!(why(&world, "lost")["event"]["id"], "lost-one");
    let several = world.run(&["why", "abcd"]);
    assert_eq!(several.exit, Some(4));
    assert!(several.err.contains("abcd-1  (#12 UnitFormed, Daily, reported 2019-01-02)"), "{several:?}");
    for unknown in ["los", "#99", "#0", "nothing-like-it"] {
        assert_eq!(world.run(&["why", unknown]).exit, Some(3), "{unknown}");
    }
    // What came later than the basis is not told of.
    assert_eq!(world.run(&["why", "abcd-2", "--known", "2024-01-01"]).exit, Some(3));
    assert_eq!(world.run(&["why", "abcd-2", "--recorded", "3"]).exit, Some(3));
    assert_eq!(
        world.run(&["why", "bo-held-1", "--known", "2022-01-01", "--format", "json"]).json()["became"]["state"],
        "live"
    );
}

#[test]
fn a_tenure_that_is_gone_is_told_with_its_successor() {
    let world = world();
    let ask = |known: &[&str]| {
        let question = [&["why", "Bo Okafor", "--at", "2020-06-01", "--format", "json"], known].concat();
        world.run(&question).json()["tenure"]["tenure"].as_str().unwrap_or_default().to_owned()
    };
    let (old, new) = (ask(&["--known", "2022-01-01"]), ask(&[]));
    assert_ne!(old, new);
    let run = world.run(&["why", &old, "--at", "2020-06-01", "--format", "json"]);
    assert!(run.err.contains(&format!("{old} is superseded by {new} (restated 2024-11-29)")), "{run:?}");
    let answer = run.json();
    assert_eq!((&answer["asked"], &answer["tenure"]["tenure"]), (&json!(old), &json!(new)));
    let cy = world.run(&["why", "Cy Young", "--known", "2022-02-01", "--at", "2022-02-01", "--format", "json"]).json();
    let gone = world.run(&["why", cy["tenure"]["tenure"].as_str().unwrap_or_default()]);
    assert_eq!(gone.exit, Some(3));
    assert!(gone.err.contains("the event that opened it, #6, was retracted by #7 on 2022-06-01"), "{gone:?}");
}

#[test]
fn a_tenure_is_found_that_is_told_of_another_person_now() {
    let joined = |id: &str, person: &str| {
        format!(r#"{{"id":"{id}","type":"JoinedCompany","person":{person},"company":"{id}","source":"Mill"}}"#)
    };
    let world = Shell::of(
        &[
            joined("Acme", r#"{"id":"p1","name":"Ann"}"#),
            joined("Bolt", r#""Ann""#),
            joined("Cole", r#"{"id":"p2","name":"Ann"}"#),
        ]
        .join("\n"),
    );
    let career = world.ask(&["career", "p1", "--recorded", "2"]);
    let tenures = career["tenures"].as_array().unwrap_or(&Vec::new()).clone();
    let of_bolt = tenures.iter().find(|held| held["company"]["name"] == "Bolt").map(|held| &held["tenure"]);
    let old = of_bolt.and_then(Value::as_str).unwrap_or_default();
    let run = world.run(&["why", old, "--format", "json"]);
    let new = run.json()["tenure"]["tenure"].as_str().unwrap_or_default().to_owned();
    assert!(new.starts_with("~ann@") && new[5..] == old[3..], "{old} {run:?}");
    let told = format!("{old} is superseded by {new} (the event that opened it is about another person there)");
    assert!(run.err.contains(&told), "{run:?}");
    assert_eq!(world.run(&["why", &old[..10]]).exit, Some(3), "the beginning of an id is of its person alone");
}

#[test]
fn a_log_is_filtered_and_tells_names_and_fates() {
    let world = world();
    let seqs = |arguments: &[&str]| -> Vec<u64> {
        let answer = world.run(&[&["log", "--format", "json"], arguments].concat()).json();
        answer["events"].as_array().into_iter().flatten().filter_map(|event| event["seq"].as_u64()).collect()
    };
    assert_eq!(seqs(&["--limit", "2"]), [12, 13]);
    assert_eq!(seqs(&["--type", "HeldPost", "--type", "UnitFormed"]), [2, 3, 12]);
    assert_eq!(seqs(&["--since", "2024-02", "--until", "2024-11"]), [3, 4, 5]);
    assert_eq!(seqs(&["--source", "Register"]), [2, 3]);
    assert_eq!(seqs(&["bo-held-1"]), [2, 3]);
    assert_eq!(seqs(&["#6"]), [6, 7]);
    let log = world.run(&["log", "#6", "--format", "json"]).json();
    assert_eq!(log["events"][0]["became"], json!({"state": "retracted", "by": 7}));
    let text = world.run(&["log", "-q"]).well().out;
    assert!(text.contains("Ann Lee joined Voice, Kestrel as Engineer"), "{text}");
    assert!(text.contains("(restated by #3)") && text.contains("(retracted by #7)"), "{text}");
    let wrong = world.run(&["log", "--type", "HeldPosts"]);
    assert_eq!(wrong.exit, Some(2));
    assert!(wrong.err.contains("did you mean `HeldPost`?"), "{wrong:?}");
}

#[test]
fn a_ledger_shows_what_is_in_it() {
    let world = world();
    let list = |arguments: &[&str]| -> Vec<String> {
        let answer = world.run(&[&["list", "--format", "json"], arguments].concat()).json();
        let shown = |one: &Value| {
            let counts = ["people", "tenures", "events"].map(|count| one[count].to_string());
            format!("{} {}", one["name"].as_str().unwrap_or_default(), counts.join(" "))
        };
        answer["listed"].as_array().into_iter().flatten().map(shown).collect()
    };
    assert_eq!(list(&["companies"]), ["Kestrel 2 3 4"]);
    assert_eq!(list(&["units", "--company", "Kestrel"]), ["Voice 2 3 4"]);
    assert_eq!(list(&["people"]), ["Ann Lee null 2 3", "Bo Okafor null 1 1"]);
    assert_eq!(list(&["titles", "--sort", "first", "--limit", "1"]), ["Clerk 1 1 1"]);
    assert_eq!(list(&["sources", "--sort", "count"])[0], "Daily 1 null 5");
    for format in ["table", "csv", "ndjson"] {
        let run = world.run(&["list", "units", "--format", format, "-q"]).well();
        assert!(run.out.contains("Voice"), "{format}: {}", run.out);
    }
    for nothing in ["", "*"] {
        let run = world.run(&["find", nothing]);
        assert_eq!(run.exit, Some(2));
        assert!(run.err.contains("tenure list people"), "{run:?}");
    }
}

#[test]
fn titles_and_misspelt_words_are_found() {
    let world = world();
    let find = |name: &str| -> Vec<(String, String)> {
        let answer = world.run(&["find", name, "--format", "json"]).json();
        let text = |one: &Value, field: &str| one[field].as_str().unwrap_or_default().to_owned();
        let matches = answer["matches"].as_array().into_iter().flatten();
        matches.map(|one| (text(one, "kind"), text(one, "name"))).collect()
    };
    let one = |kind: &str, name: &str| vec![(kind.to_owned(), name.to_owned())];
    assert_eq!(find("clerk"), one("title", "Clerk"));
    assert_eq!(find("Okafro"), one("person", "Bo Okafor"));
    assert_eq!(find("Sir Bo Okafor"), one("person", "Bo Okafor"));
    let found = world.run(&["find", "Bo Okafor", "-q"]).well().out;
    assert!(found.contains("Clerk, Speech · Kestrel; 2020-01-02 to 2021-01-01"), "{found}");
}

#[test]
fn what_leaves_the_ledger_drives_nothing() {
    let name = "=HYPERLINK(\"x\")\u{202e}";
    let event = json!({
        "type": "HeldPost", "person": name, "company": "Kestrel", "title": "+1", "from": "2020",
        "reported_at": "2020-01-01", "source": "@Daily",
    });
    let world = Shell::of(&format!("{event}\n"));
    let overrides = |text: &str| text.contains('\u{202e}');
    for arguments in [
        &["export", "--to", "csv"][..],
        &["export", "--to", "events"],
        &["export", "--to", "cloudevents"],
        &["export", "--to", "ftm-statements"],
        &["export", "--to", "ftm"],
        &["export", "--to", "popolo"],
        &["export", "--to", "bods"],
        &["log", "--format", "csv"],
        &["career", name, "--format", "csv"],
        &["log", "--format", "ndjson"],
        &["list", "people"],
    ] {
        let run = world.run(arguments).well();
        assert!(!overrides(&run.out), "{arguments:?}: {}", run.out);
    }
    let csv = world.run(&["export", "--to", "csv"]).well().out;
    assert!(csv.contains("'=HYPERLINK") && csv.contains("'+1") && csv.contains("'@Daily"), "{csv}");
    let rejected = world.fed(&["ingest", "-", "--rejects", "rejects"], "{\"type\":\"\u{9b}\u{202e}\"}\n".as_bytes());
    assert_eq!(rejected.exit, Some(8));
    let rejects = world.read("rejects");
    assert!(!rejects.contains(['\u{9b}', '\u{202e}']), "{rejects:?}");
}
