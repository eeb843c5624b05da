//! Pictures and reports by the real binary: what is written is whole, harmless, and says what the ledger says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "nats/server.rs"]
#[allow(unreachable_pub, reason = "other tests reach it elsewhere")]
mod server;
#[path = "toy/shell.rs"]
mod shell;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use roxmltree::{Document, Node};
use serde_json::{Value, json};
use server::{Server, Setup};
use shell::{Shell, skipped};

const AT: &str = "2024-07-01";

/// What a command writes into a file.
#[track_caller]
fn written(shell: &Shell, command: &[&str], name: &str) -> String {
    let run = shell.run(&[command, &["--at", AT, "--output", name]].concat()).well();
    assert_eq!(run.out, "");
    assert!(!shell.dir().join(format!("{name}.part")).exists());
    shell.read(name)
}

/// The page as XML: it is written so that a parser of XML reads it too, but for tags that HTML leaves open.
fn tree(page: &str) -> String {
    let page = page.strip_prefix("<!DOCTYPE html>").expect("a page of HTML");
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    let page = format!("{before}{after}").replace(" checked>", ">");
    // Tags that are closed nowhere.
    ["<meta", "<br", "<input"].into_iter().fold(page, |page, tag| {
        let parts = page.split(tag).enumerate();
        parts
            .map(|(i, part)| if i == 0 { part.to_owned() } else { format!("{tag}{}", part.replacen('>', "/>", 1)) })
            .collect()
    })
}

fn words(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect::<Vec<_>>().concat()
}

#[test]
fn pictures_say_what_the_answers_say() {
    let world = Shell::toy();
    let career = world.ask(&["career", "Ann Lee", "--at", AT]);
    let svg = written(&world, &["career", "Ann Lee"], "ann.svg");
    let document = Document::parse(&svg).unwrap();
    assert_eq!(
        document.descendants().filter(|node| node.attribute("class") == Some("tn-lane")).count(),
        career["tenures"].as_array().unwrap().len()
    );
    let said = words(document.root());
    for tenure in career["tenures"].as_array().unwrap() {
        assert!(said.contains(tenure["company"]["name"].as_str().unwrap()), "{said}");
    }
    assert!(said.contains("Basis: at 2024-07-01, everything known"), "{said}");

    let org = world.ask(&["org", "Kestrel", "--at", AT]);
    let svg = written(&world, &["org", "Kestrel"], "org.svg");
    let said = words(Document::parse(&svg).unwrap().root());
    let mut units = vec![&org["unit"]];
    while let Some(unit) = units.pop() {
        assert!(said.contains(unit["name"].as_str().unwrap()), "{unit} in {said}");
        units.extend(unit["children"].as_array().unwrap());
    }

    let moves = world.ask(&["moves", "--at", AT]);
    let svg = written(&world, &["moves"], "flows.SVG");
    assert_eq!(svg.matches("class=\"tn-band\"").count(), moves["flows"].as_array().unwrap().len());
    assert!(!moves["flows"].as_array().unwrap().is_empty());
}

#[test]
fn clocks_and_filters_stand_on_every_picture() {
    let world = Shell::toy();
    let flags = ["--known", "2023-12-31", "--recorded", "12", "--source", "Kestrel"];
    for (command, name) in [
        (&["career", "Ann Lee"][..], "p.svg"),
        (&["org", "Kestrel"], "u.svg"),
        (&["moves"], "f.svg"),
        (&["report", "Kestrel"], "r.html"),
    ] {
        let text = written(&world, &[command, &flags].concat(), name);
        for said in ["at 2024-07-01", "known by the end of 2023-12-31", "ledger at 12 of", "source Kestrel"] {
            assert!(text.contains(said), "{name}: {said}");
        }
    }
}

#[test]
fn a_report_has_a_source_for_every_fact() {
    let world = Shell::toy();
    for target in ["Kestrel", "Ann Lee"] {
        let page = written(&world, &["report", target], "r.html");
        let xml = tree(&page);
        let document = Document::parse(&xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
        let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands once");
        let links = document.descendants().filter_map(|node| node.attribute("href"));
        for link in links {
            let here = link.strip_prefix('#').is_some_and(|id| ids.contains(&id));
            assert!(here || link.starts_with("https://"), "{link}");
        }
        let has_class = |node: &Node<'_, '_>, class: &str| node.attribute("class") == Some(class);
        let seats: Vec<Node<'_, '_>> = document.descendants().filter(|node| has_class(node, "seat")).collect();
        let tenures = match target {
            "Kestrel" => world.ask(&["holders", target, "--at", AT])["holders"].as_array().unwrap().len(),
            _ => world.ask(&["career", target, "--at", AT])["tenures"].as_array().unwrap().len(),
        };
        assert_eq!(seats.len(), tenures);
        for seat in seats {
            assert!(seat.descendants().any(|node| has_class(&node, "calls")), "{}", words(seat));
        }
        // Who is said to lead is cited too.
        let boxes = document.descendants().filter(|node| node.attribute("class").is_some_and(|c| c.starts_with("box")));
        for unit in boxes.filter(|unit| words(*unit).contains("led by")) {
            assert!(unit.descendants().any(|node| has_class(&node, "calls")), "{}", words(unit));
        }
        let notes: Vec<String> = document
            .descendants()
            .filter(|node| node.attribute("id").is_some_and(|id| id.starts_with("note-")))
            .map(words)
            .collect();
        assert!(!notes.is_empty() && notes.iter().all(|note| note.contains("reported ")), "{notes:#?}");
        let conflicts = world.ask(&["conflicts", target, "--at", AT])["conflicts"].as_array().unwrap().len();
        let said = document.descendants().find(|node| has_class(node, "conflicts")).unwrap();
        assert_eq!(words(said).matches('≠').count(), conflicts);
    }
}

#[test]
fn a_report_counts_from_today() {
    let page = written(&Shell::toy(), &["report", "Kestrel", "--since", "-400y"], "r.html");
    assert!(page.contains("only posts from 1") && !page.contains("-400y"));
}

#[test]
fn a_report_needs_no_network_and_no_script() {
    let page = written(&Shell::toy(), &["report", "Kestrel"], "r.html");
    for stranger in ["<script", "<img", "<link", "<iframe", "src=", "@import", "url(http", " on"] {
        let found = page.match_indices(stranger).map(|(at, _)| &page[at..(at + 40).min(page.len())]);
        let found: Vec<_> = found
            .filter(|found| {
                stranger != " on"
                    || found
                        .split('=')
                        .next()
                        .is_some_and(|name| name.trim().chars().all(char::is_alphanumeric) && found.contains('='))
            })
            .collect();
        assert!(found.is_empty(), "{found:?}");
    }
    assert!(page.contains("default-src 'none'"));
    // One chart is chosen, and each can be.
    let charts = page.matches("class=\"chart\"").count();
    assert!(charts > 1);
    assert_eq!(page.matches(" checked>").count(), 1);
    assert_eq!(page.matches("type=\"radio\"").count(), charts);
    assert!(page.contains("On 2024-07-01"));
}

#[test]
fn sources_cannot_write_into_pictures() {
    let evil = "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let event = |id: &str, more: Value| {
        let mut event = json!({
            "id": id, "type": "AppointedToPost", "person": {"id": "p", "name": evil}, "company": {"id": "c", "name": format!("c {evil}")},
            "unit": evil, "title": format!("t {evil}"), "remit": evil, "lead": true, "effective": "2024-01", "reported_at": "2024-02-01",
            "source": {"url": "javascript:alert(1)", "publisher": evil, "title": evil, "lang": "zh", "quote": evil},
        });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event.to_string()
    };
    let events = [
        event("one", json!({})),
        event("two", json!({"effective": "2024-03", "title": "\u{202e}许主洪\u{200f} دانا", "source": format!("https://x.example/{}", "\"onclick=\"a")})),
        event("three", json!({"type": "TransferredUnit", "to_unit": "B", "title": null, "unit": null, "lead": null, "remit": null, "effective": "2024-05"})).replace(r#","unit":null"#, ""),
    ];
    let shell = Shell::of(&events.join("\n"));
    for (command, name) in [
        (&["career", "p"][..], "p.svg"),
        (&["org", "c"], "c.svg"),
        (&["moves"], "f.svg"),
        (&["report", "p"], "p.html"),
        (&["report", "c"], "c.html"),
    ] {
        let text = written(&shell, command, name);
        let xml = if name.ends_with("svg") { text.clone() } else { tree(&text) };
        let document = Document::parse(&xml).unwrap_or_else(|error| panic!("{name}: {error}"));
        for node in document.descendants().filter(Node::is_element) {
            assert!(!["script", "img"].contains(&node.tag_name().name()), "{name}");
            assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")), "{name}");
            assert!(!node.attribute("href").is_some_and(|href| href.starts_with("javascript")), "{name}");
        }
        assert!(text.contains("&lt;script&gt;") && !text.contains("<script"), "{name}");
    }
}

/// Runs a command in a machine with the fonts of one directory alone, and gives its exit code and standard error.
fn with_fonts(world: &Shell, dir: &Path, command: &[&str]) -> (Option<i32>, String) {
    let config = format!("<?xml version=\"1.0\"?><fontconfig><dir>{}</dir></fontconfig>", dir.display());
    world.write("fonts.conf", config);
    let run = world.command(command).env("FONTCONFIG_FILE", world.dir().join("fonts.conf")).output().unwrap();
    (run.status.code(), String::from_utf8(run.stderr).unwrap())
}

#[test]
fn a_picture_is_drawn_as_png_or_it_is_told_which_fonts_are_missing() {
    let world = Shell::toy();
    if !cfg!(feature = "full") {
        let run = world.run(&["career", "Ann Lee", "--output", "a.png"]);
        assert!(run.exit == Some(2) && run.err.contains("--features full"), "{run:?}");
        return;
    }
    let none = tempfile::tempdir().unwrap();
    let career = ["career", "林伟", "--lang", "zh", "--output", "p.png"];
    let (exit, told) = with_fonts(&world, none.path(), &career);
    assert_eq!((exit, told.contains("no font of this machine has any character")), (Some(1), true), "{told}");
    assert!(told.contains("fonts-noto-cjk") && !world.dir().join("p.png").exists(), "{told}");
    let fonts = Path::new("/usr/share/fonts");
    let latin = fonts.join("truetype/dejavu");
    if latin.is_dir() {
        let (exit, told) = with_fonts(&world, &latin, &career);
        assert_eq!((exit, told.contains("no font of this machine has ")), (Some(1), true), "{told}");
        assert!(told.contains('林'), "{told}");
        let plain = Shell::of(
            r#"{"type":"JoinedCompany","person":"Ann","company":"Harbour","effective":"2024-01","reported_at":"2024-02","source":"News"}"#,
        );
        let (exit, told) = with_fonts(&plain, &latin, &["career", "Ann", "--output", "a.png"]);
        assert_eq!((exit, told.contains("wrote a.png, ")), (Some(0), true), "{told}");
        assert!(std::fs::read(plain.dir().join("a.png")).unwrap().starts_with(b"\x89PNG"));
    } else {
        skipped(&format!("a picture without Chinese fonts: there is no {}", latin.display()));
    }
    if fonts.join("opentype/noto").is_dir() {
        let (exit, told) = with_fonts(&world, fonts, &career);
        assert_eq!(exit, Some(0), "{told}");
        assert!(std::fs::read(world.dir().join("p.png")).unwrap().starts_with(b"\x89PNG"));
    } else {
        skipped(&format!("a picture with Chinese fonts: there are none in {}", fonts.display()));
    }
}

#[test]
fn what_cannot_be_drawn_is_refused_and_leaves_no_file() {
    let world = Shell::toy();
    let check = |command: &[&str], exit: i32, hint: &str| {
        let run = world.run(command);
        assert_eq!(run.exit, Some(exit), "{run:?}");
        assert!(run.err.contains("error") && run.err.contains(hint), "{run:?}");
        assert!(run.out.is_empty());
    };
    check(&["career", "Ann Lee", "--output", "p.gif"], 2, "hint: name it something.svg or something.png");
    check(&["org", "Kestrel", "--output", "p"], 2, "hint: name it something.svg");
    check(&["moves", "--output", "m.html"], 2, "tenure report");
    check(&["report", "Kestrel", "--output", "r.svg"], 2, "name it something.html");
    check(&["career", "Ann Lee", "--output", "p.svg", "--format", "json"], 2, "leave out --format");
    check(&["career", "Nobody Such", "--output", "p.svg"], 3, "hint: ");
    check(&["report", "Nobody Such", "--output", "r.html"], 3, "hint: ");
    check(&["org", "Kestrel", "--output", "no/such/u.svg"], 1, "no/such/u.svg");
    let left: Vec<_> = std::fs::read_dir(world.dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["data"]);
    // Without a name it goes to standard output, as everything does.
    let page = written(&world, &["report", "Ann Lee"], "r.html");
    assert_eq!(world.run(&["report", "Ann Lee", "--at", AT]).well().out, page);
}

#[test]
fn somebody_known_only_later_has_an_empty_report_that_says_so() {
    let world = Shell::toy();
    let run = world.run(&["report", "Ann Lee", "--known", "2023-01-05", "--at", AT]).well();
    assert!(run.out.contains("No posts are known.") && run.out.contains("was first reported on"), "{}", run.out);
}

#[test]
fn a_ledger_that_is_served_is_drawn_alike() {
    let (server, here) = (Server::start(&Setup::default()), Shell::toy());
    let (url, there) = (server.url(), here.copy());
    let mut command = there.command(&["serve", "--nats", &url]);
    let mut service = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(service.stderr.take().unwrap()).lines();
    assert!(lines.by_ref().map(Result::unwrap).any(|line| line.contains("answering on")));
    let reader = std::thread::spawn(move || lines.for_each(drop));
    for (command, name) in [
        (&["career", "Ann Lee"][..], "p.svg"),
        (&["org", "Kestrel"], "u.svg"),
        (&["moves"], "f.svg"),
        (&["report", "Kestrel"], "u.html"),
        (&["report", "Ann Lee", "--known", "2024-01-31"], "p.html"),
    ] {
        let asker = Shell::new();
        let remote = written(&asker, &[command, &["--nats", &url]].concat(), name);
        assert_eq!(remote, written(&here, command, name), "{name}");
    }
    service.kill().unwrap();
    service.wait().unwrap();
    reader.join().unwrap();
}

#[test]
fn a_report_of_a_unit_takes_a_choice_and_folds_a_register() {
    let shell = Shell::new();
    let row = |key: usize, title: &str, from: &str| {
        json!({
            "type": "HeldPost", "person": format!("Holder {key}"), "company": "Office", "unit": "Lab", "title": title,
            "from": from, "source": {"publisher": "Register", "key": format!("row-{key}")}, "reported_at": "2024-01-01",
        })
    };
    let mut rows: Vec<Value> = (0..20).map(|key| row(key, "Clerk", "2010-01-01")).collect();
    rows.extend((20..30).map(|key| row(key, "Head", "2020-01-01")));
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    shell.fed(&["ingest", "-"], lines.join("\n").as_bytes()).well();
    let page = |choice: &[&str]| written(&shell, &[&["report", "Lab"], choice].concat(), "r.html");
    let whole = page(&[]);
    let holders = |page: &str| page.matches("<h3 id=\"holder-").count();
    assert_eq!(holders(&whole), 30);
    assert_eq!(whole.matches("<li id=\"note-").count(), 1, "the rows of one register are one footnote");
    assert!(whole.contains("30 rows: <code>row-0</code>"), "{whole}");
    assert!(whole.contains("<summary>30 people</summary>"), "{whole}");
    assert_eq!(holders(&page(&["--title", "Head"])), 10);
    assert_eq!(holders(&page(&["--until", "2015"])), 20);
    let refused = shell.run(&["report", "Holder 1", "--title", "Head", "--at", AT]);
    assert_eq!(refused.exit, Some(2), "{refused:?}");
    assert!(refused.err.contains("this is a person"), "{refused:?}");
}

#[test]
fn a_chart_names_people() {
    let world = Shell::toy();
    let svg = written(&world, &["org", "Kestrel"], "o.svg");
    assert!(svg.contains("Engineer: ") || svg.contains(", Engineer"), "{svg}");
}
