//! The page over HTTP: every link leads somewhere, nothing runs, and people can use it in a real browser.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

#[path = "toy/shell.rs"]
mod shell;
#[path = "doors/site.rs"]
mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use shell::{Shell, file};
use site::Site;

/// The one script of a page, which is the server's own.
const SLIDER: &str = "<script src=\"/slider.js\" defer></script>";

/// The addresses to which a page links here.
fn links(page: &str) -> BTreeSet<String> {
    let found = page.split("href=\"").skip(1).chain(page.split("src=\"").skip(1));
    let found = found.filter_map(|rest| rest.split('"').next()).filter(|link| link.starts_with('/'));
    found.map(|link| link.replace("&amp;", "&")).collect()
}

/// The demo's ledger, served.
fn demo() -> Site {
    let shell = Shell::new();
    shell.run(&["demo"]).well();
    Site::serve(shell, &[])
}

#[test]
fn every_link_leads_to_a_page_and_nothing_runs() {
    let site = demo();
    let mut open: Vec<String> = vec!["/".to_owned()];
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let kind = |link: &str| link.split('?').next().unwrap().to_owned();
    while let Some(link) = open.pop() {
        let reply = site.get(&link);
        assert_eq!(reply.status, 200, "{link}: {}", reply.body);
        if reply.header("content-type") != Some("text/html; charset=utf-8") {
            continue;
        }
        let body = reply.body.replacen(SLIDER, "", 1);
        assert!(!body.contains("<script") && !body.contains(" style="), "{link}");
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        for clock in ["clock-at", "clock-known", "clock-recorded"] {
            assert!(reply.body.contains(&format!("id=\"{clock}\"")), "{link} has the clock {clock}");
        }
        for next in links(&reply.body) {
            // Some of each sort: the clocks of each page lead on and on.
            let of_kind = kinds.entry(kind(&next)).or_default();
            if *of_kind < 25 && seen.insert(next.clone()) {
                *of_kind += 1;
                open.insert(0, next);
            }
        }
    }
    for kind in ["/person", "/person.svg", "/unit", "/why", "/diff", "/conflicts", "/v1/person", "/v1/feed.atom"] {
        assert!(kinds.contains_key(kind), "{kind} is linked to: {kinds:?}");
    }
}

#[test]
fn a_page_tells_the_story_of_the_demo() {
    let site = demo();
    let person = "/person?person=Steven+Hoi&at=2025-10-01";
    let text = |path: &str| site.get(path).body;
    let known = text(&format!("{person}&known=2025-09-28"));
    assert!(!known.contains("Multimodal") && known.contains("value=\"2025-09-28\""));
    let now = text(person);
    assert!(now.contains("Tongyi Lab") && now.contains("sources disagree") && now.contains("evidence: 4 events"));
    assert!(now.contains("rel=\"prev\"") && now.contains("Cite as: "));
    // What it says to cite is the same page, for ever.
    let cite = now.split("Cite as: </b><a href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let cited = site.get(cite.split_once(&site.address).unwrap().1);
    assert_eq!(cited.header("cache-control"), Some("public, no-cache"), "it says how far the ledger is by now");
    let main = |page: &str| {
        page.split("<h2 id=\"posts\">").nth(1).unwrap().split("<h2 id=\"timeline\">").next().unwrap().len()
    };
    assert!(main(&cited.body) > 500);
    // The same search in another script.
    for name in ["%E9%80%9A%E4%B9%89", "%E9%80%9A%E7%BE%A9", "tongyi"] {
        assert!(text(&format!("/find?name={name}")).contains("unit=alibaba%2Ftongyi"), "{name}");
    }
}

#[test]
fn clocks_are_marked_where_something_was_told_of_the_person_who_is_meant() {
    let ann = |id: &str| format!(r#"{{"id":"{id}","name":"Ann Lee"}}"#);
    let claim = |id: &str, fields: String, day: &str| {
        format!(r#"{{"id":"{id}",{fields},"reported_at":"{day}","source":"News"}}"#) + "\n"
    };
    let joined =
        |of: &str, company: &str| format!(r#""type":"JoinedCompany","person":{},"company":"{company}""#, ann(of));
    let moved = format!(r#""type":"TransferredUnit","person":{},"company":"Acme","to_unit":"Lab""#, ann("p/1"));
    let events = [
        claim("e-1", joined("p/1", "Acme"), "2024-01-02"),
        claim("e-2", moved, "2024-02-03"),
        claim("e-3", r#""type":"EventRetracted","event":"e-2""#.to_owned(), "2024-03-04"),
        claim("e-4", joined("p/2", "Birch"), "2024-05-06"),
    ];
    let site = Site::serve(Shell::of(&events.concat()), &[]);
    let marks = |path: &str| {
        let page = site.get(path);
        assert_eq!(page.status, 200, "{page:?}");
        ["2024-01-02", "2024-02-03", "2024-03-04", "2024-05-06"]
            .map(|day| page.body.contains(&format!("data-point=\"{day}\"")))
    };
    assert_eq!(
        marks("/person?person=p%2F1"),
        [true, true, true, false],
        "what was retracted is marked, no namesake is"
    );
    // Also where the page stands before it.
    assert_eq!(marks("/person?person=p%2F1&known=2024-01-31"), [true, true, true, false]);
    // What is not recorded there is none; the ways to it are.
    let before = "/person?person=p%2F1&recorded=1";
    assert_eq!(marks(before), [true, false, false, false]);
    assert!(site.get(before).body.contains("data-point=\"2\""));
    assert_eq!(marks("/unit?unit=Acme"), [true, false, false, false], "what counts of a company's people");
}

#[test]
fn an_event_leads_to_whom_it_means() {
    let event = |fields: &str| {
        format!("{{{fields},\"effective\":\"2024-01-01\",\"reported_at\":\"2024-01-02\",\"source\":\"News\"}}\n")
    };
    let joined = |person: &str, company: &str, unit: &str| {
        event(&format!(r#""type":"JoinedCompany","person":"{person}","company":"{company}","unit":"{unit}""#))
    };
    let described = r#"{"type":"PersonDescribed","person":"Ann Lee","names":[{"text":"李安","lang":"zh","from":"2020"}],
        "identifiers":{"wikidata":"Q1"},"reported_at":"2024-01-02","source":"News"}"#;
    let same = r#"{"type":"SamePerson","person":"Bo Kim","same_as":{"id":"p/bo","name":"Robert Kim"},"reported_at":"2024-01-02","source":"News"}"#;
    let events = [
        joined("Ann Lee", "Acme", "Research"),
        joined("Bo Kim", "Beta", "Research"),
        joined("Cy Day", "Harbour", "Harbour"),
        same.to_owned() + "\n",
        event(r#""type":"ChangedManager","person":"Ann Lee","company":"Acme","reports_to":null"#),
        described.replace('\n', "") + "\n",
    ];
    let site = Site::serve(Shell::of(&events.concat()), &[]);
    let page = |seq: usize| {
        let page = site.get(&format!("/why?of=%23{seq}"));
        assert_eq!(page.status, 200, "{page:?}");
        let fields = page.body.split("<dl class=\"fields\">").nth(1).unwrap().split("</dl>").next().unwrap().to_owned();
        for link in links(&fields) {
            assert_eq!(site.get(&link).status, 200, "{seq}: {link}");
        }
        fields
    };
    assert!(page(1).contains("unit=%7E%7Eacme%2Fresearch"));
    assert!(page(3).contains("unit=%7E%7Eharbour%2Fharbour") && page(3).contains("unit=%7Eharbour\""));
    assert!(page(4).contains("/person?person=p%2Fbo"));
    assert!(page(5).contains("nobody") && !page(5).contains("null"));
    let said = page(6);
    assert!(said.contains("李安 (zh from 2020)") && said.contains("wikidata Q1"), "{said}");
}

#[test]
fn the_first_page_names_units_as_they_were_recorded() {
    let claim = |fields: &str, day: &str| {
        format!("{{{fields},\"effective\":\"{day}\",\"reported_at\":\"{day}\",\"source\":\"News\"}}\n")
    };
    let unit = r#""unit":{"id":"u","name":"Old Lab"}"#;
    let events = [
        claim(&format!(r#""type":"JoinedCompany","person":"Ann Lee","company":"Acme",{unit}"#), "2024-01-01"),
        claim(
            r#""type":"UnitRenamed","unit":{"id":"u","name":"Old Lab"},"company":"Acme","name":"New Lab""#,
            "2024-01-02",
        ),
    ];
    let site = Site::serve(Shell::of(&events.concat()), &[]);
    assert!(site.get("/?at=2024-06-01").body.contains("New Lab"));
    let before = site.get("/?at=2024-06-01&recorded=1").body;
    assert!(before.contains("Old Lab") && !before.contains("New Lab"), "{before}");
}

#[test]
fn sources_cannot_write_the_page() {
    let hostile = "<script>alert(1)</script>\\\"'><img src=x onerror=alert(1)>";
    let event = format!(
        "{{\"type\":\"JoinedCompany\",\"person\":\"{hostile}\",\"company\":\"Acme {hostile}\",\"title\":\"{hostile}\",\
        \"effective\":\"2024-01-01\",\"reported_at\":\"2024-01-02\",\"source\":{{\"url\":\"javascript:alert(1)\",\
        \"publisher\":\"{hostile}\",\"quote\":\"{hostile}\"}},\"note\":\"{hostile}\"}}\n"
    );
    let site = Site::serve(Shell::of(&event), &[]);
    let listed = site.get("/v1/list?what=people").json();
    let id = listed["listed"][0]["id"].as_str().unwrap().to_owned();
    let encoded: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    for page in
        ["/".to_owned(), format!("/person?person={encoded}"), "/why?of=%231".to_owned(), "/find?name=script".to_owned()]
    {
        let reply = site.get(&page);
        assert_eq!(reply.status, 200, "{page}");
        for bad in ["<script", "<img src=x", "href=\"javascript"] {
            assert!(!reply.body.replacen(SLIDER, "", 1).contains(bad), "{page}: {bad}");
        }
    }
}

#[test]
fn people_can_use_it_in_a_browser() {
    let fetched = Command::new(file("../.ci/browser")).output().unwrap();
    if !fetched.status.success() {
        eprintln!("skipped, no browser: {}", String::from_utf8_lossy(&fetched.stderr));
        return;
    }
    let site = demo();
    let mut node = Command::new("node");
    node.arg(file("doors/browser.cjs")).arg(format!("http://{}", site.address)).arg(file("../target/browser"));
    let run = node.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}\n{err}");
    assert_eq!(out.lines().filter(|line| line.starts_with("walked ")).count(), 3, "{out}");
    assert!(out.contains("dragged") && out.contains("clicked"), "{out}");
}
