//! Answers to draw in tests, names of every unpleasant sort, and what must be so of every picture.

use tenure_answers::{BasisShown, Bounds, Company, Conflict, Member, OrgUnit, Person, Position, Tenure, Unit};

use super::Grounds;

pub(super) const GROUNDS: Grounds<'static> =
    Grounds { basis: "at 2025-11-20, everything known, ledger at 42", language: Some("zh") };

/// Names as no person should have them, and some do.
pub(super) const HOSTILE: &[&str] = &[
    "Ann Lee",
    "许主洪",
    "通义实验室多模态交互模型研究中心首席科学家办公室通义实验室多模态交互模型研究中心首席科学家办公室",
    "دانا الفهد",
    "Wolfeschlegelsteinhausenbergerdorff-Wolfeschlegelsteinhausenbergerdorff-Wolfeschlegelsteinhausenbergerdorff",
    "MWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMWMW",
    "</text><script>alert(1)</script>\" onload='x' & <![CDATA[",
    "a\u{0}\u{1b}[31m\u{202E}\u{FFFE}\u{E000}b",
    "👩‍🔬👨‍👩‍👧‍👦 Zoë de la Cruz y Fernández-O'Neill Ⅻ ﷽",
];

pub(super) fn basis() -> BasisShown {
    BasisShown { at: "2025-11-20".to_owned(), seq: 42, head: 42, ..BasisShown::default() }
}

pub(super) fn person(id: &str, name: &str) -> Person {
    let names = vec![name.to_owned(), "Other Name".to_owned()];
    Person { id: id.to_owned(), name: name.to_owned(), names, left: None }
}

pub(super) fn unit(name: &str) -> Unit {
    let company = Company { id: "c".to_owned(), name: name.to_owned() };
    Unit { id: format!("c/{name}"), name: name.to_owned(), company: Some(company) }
}

/// A member of the unit with that id.
pub(super) fn member(unit: &str, name: &str, title: Option<&str>) -> Member {
    let unit = Unit { id: unit.to_owned(), ..self::unit(name) };
    let tenure = Tenure { unit: Some(unit), title: title.map(str::to_owned), lead: false, ..tenure() };
    let position = Position { tenure, certainty: "certain".to_owned(), unseen_days: None };
    Member { person: person(&format!("p/{name}"), name), position }
}

pub(super) fn org_unit(id: &str, children: Vec<OrgUnit>) -> OrgUnit {
    let (headcount, possible) = (1, 0);
    OrgUnit { id: id.to_owned(), name: id.to_owned(), kind: None, leads: vec![], headcount, possible, children }
}

pub(super) fn bounds(earliest: Option<&str>, latest: Option<&str>) -> Bounds {
    let edtf = match (earliest, latest) {
        (Some(earliest), Some(latest)) if earliest == latest => earliest.to_owned(),
        _ => format!("[{}..{}]", earliest.unwrap_or_default(), latest.unwrap_or_default()),
    };
    Bounds { edtf, earliest: earliest.map(str::to_owned), latest: latest.map(str::to_owned), inferred: false }
}

/// A primary post, since a day, seen.
pub(super) fn tenure() -> Tenure {
    Tenure {
        tenure: "p@1".to_owned(),
        company: Unit { id: "c".to_owned(), name: "Kestrel".to_owned(), company: None },
        unit: None,
        title: Some("Engineer".to_owned()),
        primary: true,
        lead: false,
        acting: false,
        employment: "employee".to_owned(),
        remit: None,
        reports_to: Some(person("q", "Bo Chen")),
        from: bounds(Some("2024-01-01"), Some("2024-01-01")),
        to: None,
        end_reason: None,
        attested: Some("2025-01-01".to_owned()),
        confidence: "reported".to_owned(),
        supports: vec!["e1".to_owned()],
        turning_days: Vec::new(),
    }
}

pub(super) fn conflict() -> Conflict {
    let detail = "start: 2024-01-01 or 2024-02-01".to_owned();
    Conflict { kind: "date_disagrees".to_owned(), person: None, unit: None, events: vec!["e1".to_owned()], detail }
}

/// A picture is well-formed; each of its texts lies within the sheet and overlaps no other, by the estimate of widths.
#[track_caller]
pub(super) fn check_layout(svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    let root = document.root_element();
    let allowed = [
        "svg",
        "title",
        "desc",
        "style",
        "defs",
        "pattern",
        "linearGradient",
        "stop",
        "circle",
        "g",
        "rect",
        "path",
        "text",
    ];
    let mut boxes: Vec<(f64, f64, f64, f64, &str)> = Vec::new();
    let frame: Vec<f64> =
        root.attribute("viewBox").expect("a view box").split(' ').map(|n| n.parse().expect("a number")).collect();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        assert!(allowed.contains(&name), "<{name}> in {svg}");
        assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")), "{svg}");
        if name != "text" {
            continue;
        }
        let number = |name: &str| -> f64 { node.attribute(name).expect("set").parse().expect("a number") };
        let face = match node.attribute("class") {
            Some("tn-title") => super::canvas::TITLE,
            Some("tn-head") => super::canvas::HEAD,
            Some("tn-body") => super::canvas::BODY,
            other => panic!("no face {other:?}"),
        };
        let (text, x, baseline) = (node.text().unwrap_or_default(), number("x"), number("y"));
        let height = face.line_height();
        let bottom = baseline + height * 0.25;
        let seen = text.replace(['\u{2068}', '\u{2069}'], "");
        boxes.push((x, bottom - height + 0.6, x + face.width(seen), bottom, text));
    }
    for (left, top, right, bottom, text) in &boxes {
        let inside = *left >= 0.0 && *top >= 0.0 && *right <= frame[2] + 0.1 && *bottom <= frame[3];
        assert!(inside, "{text:?} leaves the sheet: {left} {top} {right} {bottom} of {frame:?}");
    }
    boxes.sort_by(|a, b| a.1.total_cmp(&b.1));
    for (i, one) in boxes.iter().enumerate() {
        for other in boxes[i + 1..].iter().take_while(|other| other.1 < one.3) {
            let apart = one.2 <= other.0 + 0.1 || other.2 <= one.0 + 0.1;
            assert!(apart, "{:?} overlaps {:?}", one.4, other.4);
        }
    }
}
