//! The page over HTTP: every link leads somewhere, nothing runs, and people can use it in a real browser.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

#[path = "toy/shell.rs"]
mod shell;
#[path = "doors/site.rs"]
mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use shell::{Shell, file, skipped};
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
    // Namesakes are told apart by where they are.
    let found = text("/find?name=Steven+Hoi&at=2025-10-01");
    assert!(found.contains("<bdi>Vice-President</bdi> · <a href=") && found.contains(" · from 2025-01<"), "{found}");
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
    let below = [
        claim("e-1", r#""type":"UnitFormed","unit":"Lab","company":"Acme""#.to_owned(), "2024-01-02"),
        claim("e-2", r#""type":"UnitFormed","unit":"Vision","company":"Acme","parent":"Lab""#.to_owned(), "2024-01-02"),
        claim("e-3", joined("p/1", "Acme").replace("\"company\"", "\"unit\":\"Vision\",\"company\""), "2024-03-04"),
    ];
    let site = Site::serve(Shell::of(&below.concat()), &[]);
    let page = site.get("/unit?unit=Lab");
    assert!(page.body.contains("data-point=\"2024-03-04\""), "who came to a unit below is marked: {page:?}");
}

/// An event of one line.
fn claim(fields: &str, reported_at: &str) -> String {
    format!("{{{fields},\"reported_at\":\"{reported_at}\",\"source\":\"News\"}}\n")
}

/// The value and the type of a field of a form.
fn field(body: &str, name: &str) -> (String, String) {
    let input = body.split("<input ").find(|input| input.contains(&format!(" name=\"{name}\""))).expect(name);
    let attribute = |name: &str| {
        let value = input.split(&format!("{name}=\"")).nth(1).unwrap_or_default();
        value.split('"').next().unwrap_or_default().to_owned()
    };
    (attribute(" value"), attribute(" type").replace("id=", ""))
}

#[test]
fn what_is_written_from_right_to_left_is_kept_apart_everywhere() {
    let ann = r#""person":"Ann Lee","company":"Acme""#;
    let events = [
        claim(&format!(r#""type":"JoinedCompany",{ann},"title":"رئيس","effective":"2013-02-11""#), "2014-01-01"),
        claim(&format!(r#""type":"JoinedCompany",{ann},"title":"مدير","effective":"2013-02""#), "2015-01-01"),
        claim(&format!(r#""type":"LeftCompany",{ann},"reason":"تقاعد","effective":"2015-02-11""#), "2016-01-01"),
    ];
    let site = Site::serve(Shell::of(&events.concat()), &[]);
    let diff = "/diff?target=Ann+Lee&at=2012-01-01..2014-01-01";
    let about = ["/person?person=Ann+Lee", "/person.svg?person=Ann+Lee", "/unit?unit=Acme&at=2014-01-01", diff];
    let pages = about.into_iter().chain(["/unit.svg?unit=Acme&at=2014-01-01", "/conflicts"]);
    let report = site.shell.run(&["report", "Acme", "--at", "2014-01-01", "--output", "report.html"]);
    report.well();
    let shown = pages.map(|page| (page, site.get(page).body)).chain([("report", site.shell.read("report.html"))]);
    for (page, body) in shown {
        assert!(body.contains("رئيس"), "{page}: {body}");
        assert!(!body.contains(['\u{E000}', '\u{E001}']), "{page}: {body}");
        // Of the sentence about a contradiction the titles are set apart, and not the sentence.
        if ["/conflicts", "report"].contains(&page) {
            let told = body.split("one claim, several titles").nth(1).expect(page);
            assert!(told.split("</").next().unwrap().contains("\u{2068}مدير\u{2069}"), "{page}: {told}");
        }
    }
}

#[test]
fn the_form_of_a_comparison_asks_what_its_address_asks() {
    let site = demo();
    let both = |query: &str| {
        let reply = site.get(&format!("/diff?target=alibaba{query}"));
        assert_eq!(reply.status, 200, "{reply:?}");
        let fields = ["at_from", "at_to", "known_from", "known_to"].map(|name| field(&reply.body, name));
        let basis =
            reply.body.split("<b>Basis: </b>").nth(1).map(|basis| basis.split("</p>").next().unwrap().to_owned());
        let hidden =
            reply.body.split("type=\"hidden\" ").skip(1).map(|input| input.split('>').next().unwrap().to_owned());
        (fields, basis, hidden.collect::<BTreeSet<String>>())
    };
    for query in [
        "&at=2025-01-01..2026-01-01&known=2025-09-28&lang=zh&source=Reuters&min_confidence=reported&recorded=20",
        "&at=2025..2026",
        "&known=2025",
        "&at=2025-01-01..2026-01-01&known=2025",
        "&at=..2026-01-01&known=2025-09-28T06:00:00Z",
        "&known=2025-06-01..",
    ] {
        let (fields, basis, hidden) = both(query);
        for (value, kind) in &fields {
            assert_eq!(kind == "date", value.is_empty() || value.len() == 10, "{query}: {value} in a field for {kind}");
        }
        let names = ["at_from", "at_to", "known_from", "known_to"];
        let mut submitted = form_urlencoded::Serializer::new(String::new());
        submitted.extend_pairs(names.iter().zip(&fields).map(|(name, (value, _))| (*name, value.as_str())));
        for kept in ["lang=zh", "source=Reuters", "min_confidence=reported", "recorded=20"] {
            let (name, value) = kept.split_once('=').unwrap();
            let is_hidden = hidden.contains(&format!("name=\"{name}\" value=\"{value}\""));
            assert_eq!(is_hidden, query.contains(kept), "{query}: {kept} in {hidden:?}");
            if is_hidden {
                submitted.append_pair(name, value);
            }
        }
        assert!(basis.is_some(), "{query} compares");
        assert_eq!(both(&format!("&{}", submitted.finish())).1, basis, "{query}");
    }
    // From a page at one point there is a way to the form, with that point.
    for (clocks, at, known) in [
        ("&at=2026", "2026-12-31", ""),
        ("&at=-30d&known=2026", "", "2026-12-31"),
        ("&at=2025-10-01", "2025-10-01", ""),
    ] {
        let page = site.get(&format!("/unit?unit=alibaba{clocks}")).body;
        let way = page.split("<p class=\"more\"><a href=\"").nth(1).unwrap().split('"').next().unwrap();
        let form = site.get(&way.replace("&amp;", "&"));
        assert_eq!(form.status, 200, "{way}");
        assert!(!form.body.contains("<b>Basis: </b>"), "{way} is one point");
        let [at_from, at_to, known_from, known_to] =
            ["at_from", "at_to", "known_from", "known_to"].map(|name| field(&form.body, name).0);
        assert_eq!((at_from, known_from.as_str()), (at_to.clone(), known), "{way}");
        assert!(at.is_empty() || at == at_to, "{way}");
        assert_eq!(known_from, known_to, "{way}");
    }
    // The search keeps what the page stands on.
    let page = site.get("/person?person=steven-hoi&lang=zh&known=2025-09-28&source=Reuters").body;
    for kept in
        ["name=\"lang\" value=\"zh\"", "name=\"known\" value=\"2025-09-28\"", "name=\"source\" value=\"Reuters\""]
    {
        assert!(
            page.split("class=\"search\"").nth(1).unwrap().split("</form>").next().unwrap().contains(kept),
            "{kept}"
        );
    }
}

#[test]
fn a_page_takes_what_its_question_takes() {
    let held = |person: &str, unit: &str, source: &str| {
        format!(
            "{{\"type\":\"HeldPost\",\"person\":\"{person}\",\"company\":\"Acme\"{unit},\"title\":\"Clerk\",\"from\":\"2020-01-01\",\
            \"reported_at\":\"2020-01-02\",\"source\":\"{source}\"}}\n"
        )
    };
    let lab = ",\"unit\":\"Lab\"";
    let events = [
        held("Ann Lee", "", "News"),
        held("Bo Chan", "", "Gazette"),
        held("Cy Dow", lab, "News"),
        held("Di Eco", lab, "News").replace("Acme", "Birch"),
    ];
    let site = Site::serve(Shell::of(&events.concat()), &[]);
    let page = |path: &str| {
        let reply = site.get(path);
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        reply.body
    };
    let people = |body: &str| {
        let people = body.split("<h2 id=\"people\">").nth(1).unwrap().split("</section>").next().unwrap();
        ["Ann Lee", "Bo Chan", "Cy Dow"].map(|name| people.contains(name))
    };
    let acme = "/unit?unit=Acme&at=2021-01-01";
    assert_eq!(people(&page(acme)), [true, true, true]);
    for (filter, expect) in [
        ("&source=News", [true, false, true]),
        ("&not_source=News", [false, true, false]),
        ("&min_confidence=confirmed", [false; 3]),
        ("&direct=true", [true, true, false]),
        ("&direct", [true, true, false]),
        ("&lead", [false; 3]),
        ("&limit=1&sort=name", [true, false, false]),
    ] {
        let body = page(&format!("{acme}{filter}"));
        assert_eq!(people(&body), expect, "{filter}");
        // What is to be cited, the clocks and JSON keep it, and what else is linked to keeps the filters.
        let is_flag = !filter.contains('=');
        let kept = if is_flag { format!("{filter}=true") } else { filter.to_owned() }.replace('&', "&amp;");
        for of in ["Cite as: ", "JSON", "Known: next change", "Known: now"] {
            let Some(before) =
                body.split_once(of).map(|(before, after)| if of == "Cite as: " { after } else { before })
            else {
                continue;
            };
            let link = if of == "Cite as: " { before.split("href=\"").nth(1) } else { before.rsplit("href=\"").next() };
            assert!(link.unwrap().split('"').next().unwrap().contains(&kept), "{filter}: {of}");
        }
    }
    assert!(page("/person?person=Ann+Lee&at=2021-01-01&seen_within=90d").contains("○ possible"));
    assert!(page("/person?person=Ann+Lee&source=News").contains("source=News"));
    assert!(page("/unit?unit=Lab&company=Birch&at=2021-01-01").contains("Di Eco"));
    for bad in ["nonsense=x", "format=csv", "min_confidence=perhaps", "source=News&at=2021&at=2022"] {
        for path in [
            "/?",
            "/person?person=Ann+Lee&",
            "/unit?unit=Acme&",
            "/diff?",
            "/diff?target=Acme&",
            "/conflicts?",
            "/find?name=Ann&",
        ] {
            let reply = site.get(&format!("{path}{bad}"));
            assert_eq!(reply.status, 400, "{path}{bad}: {}", reply.body);
            assert!(reply.body.contains("No answer"), "{path}{bad}");
        }
    }
    assert_eq!(site.get("/person?person=Ann+Lee&direct=true").status, 400);
}

#[test]
fn posts_of_a_comparison_lead_to_the_evidence_of_their_point() {
    let ann = r#""person":"Ann Lee","company":"Acme""#;
    let events = [
        claim(
            &format!(r#""id":"e1","type":"JoinedCompany",{ann},"title":"Clerk","effective":"2013-02-11""#),
            "2014-01-01",
        ),
        claim(r#""id":"e2","type":"EventRetracted","event":"e1""#, "2015-01-01"),
        claim(
            &format!(r#""id":"e3","type":"HeldPost",{ann},"title":"Boss","from":"2012-01-01","confidence":"rumoured""#),
            "2016-01-01",
        ),
        claim(&format!(r#""id":"e4","type":"HeldPost",{ann},"title":"Boss","from":"2012-05-01""#), "2016-02-01"),
    ];
    let site = Site::serve(Shell::of(&events.concat()), &[]);
    let page = site.get("/diff?target=Ann+Lee&at=2013-06-01..2014-06-01&known=2014-06-01..2016-12-31").body;
    assert!(
        page.contains("● certain") && page.contains(">reported · ") && page.contains("≠ sources disagree"),
        "{page}"
    );
    let evidence: Vec<&str> =
        page.split("class=\"why\" href=\"").skip(1).map(|link| link.split('"').next().unwrap()).collect();
    assert!(evidence.len() > 1, "{page}");
    for link in evidence {
        let reply = site.get(&link.replace("&amp;", "&"));
        assert_eq!(reply.status, 200, "{link}: {}", reply.body);
    }
    // What is gone says so in the words of a page.
    let gone = site.get("/why?of=~annlee%40e1");
    assert_eq!(gone.status, 404);
    assert!(!gone.body.split("<main").nth(1).unwrap().contains("/v1/why"), "{}", gone.body);
    let unknown = site.get("/person?person=Zq+Zq").body;
    assert!(unknown.contains("look for a part of it with the search above"), "{unknown}");
}

/// The days that the line of the clock At marks.
fn marked_days(body: &str) -> BTreeSet<String> {
    let clock = body.split("id=\"clock-at\"").nth(1).unwrap().split("<div class=\"clock\">").next().unwrap();
    clock.split("data-point=\"").skip(1).map(|mark| mark.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn a_day_on_which_something_becomes_otherwise_is_marked() {
    let dated = |fields: &str, day: &str| claim(&format!("{fields},\"effective\":\"{day}\""), "2024-01-02");
    let ann = r#""person":{"id":"p/1","name":"Ann Lee"},"company":"Acme""#;
    let lab = r#""unit":"Lab","company":"Acme""#;
    let person = [
        dated(&format!(r#""type":"JoinedCompany",{ann},"reports_to":"Bo Chan""#), "2019-01-01"),
        dated(&format!(r#""type":"ChangedManager",{ann},"reports_to":"Cy Dow""#), "2019-06-01"),
        dated(&format!(r#""type":"ChangedManager",{ann},"reports_to":"Di Eco""#), "2021-06"),
        claim(
            r#""type":"PersonDescribed","person":{"id":"p/1"},"names":[{"text":"Ann Poe","from":"2020-03-01"}]"#,
            "2024-01-02",
        ),
    ];
    let units = [
        dated(&format!(r#""type":"JoinedCompany","person":"Bo Chan",{lab}"#), "2018-01-01"),
        dated(&format!(r#""type":"UnitRenamed",{lab},"name":"Institute""#), "2022-01-01"),
        dated(r#""type":"JoinedCompany","person":"Cy Dow","company":"Acme","unit":"Annex""#, "2018-02-02"),
        dated(r#""type":"UnitMerged","unit":"Annex","company":"Acme","into":"Lab""#, "2023-01-01"),
        dated(&format!(r#""type":"UnitMoved",{lab},"parent":"Science""#), "2023-06-01"),
        dated(r#""type":"UnitFormed","unit":"Cell","company":"Acme","parent":"Lab""#, "2023-07-01"),
        dated(r#""type":"UnitRenamed","unit":"Depot","company":"Acme","name":"Store""#, "2023-08-01"),
    ];
    let site = Site::serve(Shell::of(&(person.concat() + &units.concat())), &[]);
    let marks = |path: &str| marked_days(&site.get(path).body);
    let days = |days: &[&str]| -> BTreeSet<String> { days.iter().map(|day| (*day).to_owned()).collect() };
    assert_eq!(marks("/person?person=p%2F1"), days(&["2019-01-01", "2019-06-01", "2020-03-01", "2021-06-30"]));
    let of_lab = ["2022-01-01", "2023-01-01", "2023-06-01", "2023-07-01"];
    for day in of_lab {
        assert!(marks("/unit?unit=Lab&company=Acme").contains(day), "{day}");
        assert!(marks("/unit?unit=Acme").contains(day), "{day}");
    }
    assert!(!marks("/unit?unit=Lab&company=Acme").contains("2023-08-01"), "it is of another unit");
    let of_science = marks("/unit?unit=Science&company=Acme");
    assert!(of_science.contains("2023-06-01") && of_science.contains("2023-07-01"), "{of_science:?}");
    assert!(!of_science.contains("2022-01-01"), "the lab was not there yet");
}

#[test]
fn marks_stay_where_an_id_gave_way_to_another() {
    let joined = |person: &str, company: &str, day: &str| {
        claim(
            &format!(
                r#""type":"JoinedCompany","person":{person},"company":{company},"unit":"Lab","effective":"{day}""#
            ),
            day,
        )
    };
    let events = [
        joined(r#""Ann Lee""#, r#""Acme""#, "2019-01-02"),
        joined(r#""Bo Chan""#, r#"{"id":"acme","name":"Acme"}"#, "2020-01-02"),
        joined(r#"{"id":"p/1","name":"Ann Lee"}"#, r#"{"id":"acme","name":"Acme"}"#, "2021-01-02"),
    ];
    let site = Site::serve(Shell::of(&events.concat()), &[]);
    for path in [
        "/unit?unit=~acme/lab&known=2019-01-02",
        "/unit?unit=~~acme/lab&known=2019-01-02",
        "/person?person=Ann+Lee&known=2019-01-02",
    ] {
        let page = site.get(path).body;
        assert!(page.contains("~~acme/lab") || page.contains("~annlee"), "{path} has the id of then");
        let known = page.split("id=\"clock-known\"").nth(1).unwrap();
        for day in ["2019-01-02", "2021-01-02"] {
            assert!(known.contains(&format!("data-point=\"{day}\"")), "{path}: {day}");
        }
    }
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
fn a_page_leads_to_what_it_says() {
    let events = [
        r#"{"type":"JoinedCompany","id":"a1","person":"Ann Lee","company":"Acme","unit":"Lab","title":"Chief","effective":"2020-01-01","reported_at":"2020-02-01","source":"News"}"#,
        r#"{"type":"LeftCompany","id":"a2","person":"Ann Lee","company":"Acme","effective":"2022-01-01","reported_at":"2022-02-01","source":"News"}"#,
    ];
    let site = Site::serve(Shell::of(&events.join("\n")), &[]);
    let text = |path: &str| site.get(path).body;
    // A title that the page of a company lists is that of a unit below it.
    let company = text("/unit?unit=Acme&at=2021-01-01");
    let link = links(&company).into_iter().find(|link| link.contains("title=Chief")).unwrap();
    assert!(!text(&link).contains("ever had the title"), "{link}");
    // What is filtered is counted as it is listed, and a company is no unit of the kind "company".
    assert!(text("/unit?unit=Acme&title=Clerk&at=2021-01-01").contains("<p>0 posts</p>"));
    assert!(text(&link).contains("Besides those who lead, only people who are listed above are named here"), "{link}");
    assert!(company.contains("a company · <code>"), "{company}");
    // What is cited does not count from today, and what can become otherwise is not said to stay.
    let cited = |page: &str| page.split("Cite as: </b>").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
    let relative = cited(&text("/person?person=Ann+Lee&known=-30d"));
    assert!(
        relative.contains("known=20") && !relative.contains("-30d") && relative.contains("stays as it is"),
        "{relative}"
    );
    assert!(relative.contains("person=%7Eannlee"), "a name can come to mean another: {relative}");
    let noted = cited(&text("/person?person=Ann+Lee&recorded=0"));
    assert!(!noted.contains("stays as it is"), "{noted}");
    // The change before is the last one; from there it is the one before that.
    let before = |path: &str| {
        let page = text(path);
        let link = page.split("rel=\"prev\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        link.split("at=").nth(1).map(|at| at.split('&').next().unwrap().to_owned())
    };
    assert_eq!(before("/person?person=Ann+Lee&at=2023-05-05").as_deref(), Some("2022-01-01"));
    assert_eq!(before("/person?person=Ann+Lee&at=2022-01-01").as_deref(), Some("2020-01-01"));
}

#[test]
fn people_can_use_it_in_a_browser() {
    let fetched = Command::new(file("../.ci/browser")).output().unwrap();
    if !fetched.status.success() {
        skipped(&format!("no browser: {}", String::from_utf8_lossy(&fetched.stderr)));
        return;
    }
    let site = demo();
    let mut node = Command::new("node");
    node.arg(file("doors/browser.cjs")).arg(format!("http://{}", site.address)).arg(file("../target/browser"));
    // What the browser leaves goes with the ledger.
    let run = node.env("TMPDIR", site.shell.dir()).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}\n{err}");
    assert_eq!(out.lines().filter(|line| line.starts_with("walked ")).count(), 3, "{out}");
    assert!(out.contains("dragged") && out.contains("clicked"), "{out}");
}
