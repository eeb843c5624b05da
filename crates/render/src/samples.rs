//! Answers to lay out in tests: a few people in two scripts, with every sort of doubt.

mod answers;

use tenure_answers::{BasisShown, Bounds, Company, Person, Position, Tenure, Unit};

use super::{Answer, Color, Format, Layout, render};

pub(crate) use answers::*;

/// Lays the answer out as into a pipe, and compares it with what is expected after its first line break.
pub(super) fn check(answer: &Answer, expected: &str) {
    check_at(answer, None, expected);
}

/// Lays the answer out at a width, and compares it with what is expected after its first line break.
pub(super) fn check_at(answer: &Answer, width: Option<usize>, expected: &str) {
    let layout = Layout { width, color: Color::Plain };
    let text = render(answer, Format::Table, &layout).expect("a table needs nothing that can fail");
    assert_eq!(text, expected.trim_start_matches('\n'), "\n{text}");
}

pub(super) fn basis() -> BasisShown {
    BasisShown { at: "2025-11-20".to_owned(), seq: 42, head: 42, ..BasisShown::default() }
}

pub(super) fn person(id: &str, names: &[&str]) -> Person {
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    Person { id: id.to_owned(), name: names[0].clone(), names, left: None }
}

pub(super) fn hoi() -> Person {
    person("~许主洪", &["许主洪", "許主洪", "Steven Hoi", "Steven C.H. Hoi"])
}

pub(super) fn zhou() -> Person {
    person("p/zhou-jingren", &["周靖人", "Zhou Jingren"])
}

pub(super) fn wu() -> Person {
    person("Q15908540", &["Eddie Wu", "吴泳铭"])
}

pub(super) fn company(id: &str, name: &str) -> Unit {
    Unit { id: id.to_owned(), name: name.to_owned(), company: None }
}

pub(super) fn alibaba() -> Unit {
    company("alibaba", "阿里巴巴集团")
}

pub(super) fn unit(id: &str, name: &str) -> Unit {
    let company = Company { id: "alibaba".to_owned(), name: "阿里巴巴集团".to_owned() };
    Unit { id: id.to_owned(), name: name.to_owned(), company: Some(company) }
}

pub(super) fn lab() -> Unit {
    unit("~alibaba/通义实验室", "通义实验室")
}

pub(super) fn day(day: &str) -> Bounds {
    bounds(day, Some(day), Some(day))
}

pub(super) fn bounds(edtf: &str, earliest: Option<&str>, latest: Option<&str>) -> Bounds {
    let owned = |day: Option<&str>| day.map(str::to_owned);
    Bounds { edtf: edtf.to_owned(), earliest: owned(earliest), latest: owned(latest), inferred: false }
}

pub(super) fn inferred(bounds: Bounds) -> Bounds {
    Bounds { inferred: true, ..bounds }
}

pub(super) fn tenure(id: &str, company: Unit, unit: Option<Unit>, title: Option<&str>, from: Bounds) -> Tenure {
    Tenure {
        tenure: id.to_owned(),
        company,
        unit,
        title: title.map(str::to_owned),
        primary: true,
        lead: false,
        acting: false,
        employment: "employee".to_owned(),
        remit: None,
        reports_to: None,
        from,
        to: None,
        end_reason: None,
        attested: None,
        confidence: "reported".to_owned(),
        supports: vec!["e1".to_owned()],
        turning_days: Vec::new(),
    }
}

fn held(certainty: &str, tenure: Tenure) -> Position {
    let day = |text: &str| text.parse::<tenure_domain::day::Day>().ok().map(tenure_domain::day::Day::number);
    let seen = tenure.attested.as_deref().filter(|_| tenure.to.is_none()).and_then(day);
    let unseen_days = seen.and_then(|seen| Some(day(&basis().at)? - seen));
    Position { tenure, certainty: certainty.to_owned(), unseen_days }
}

pub(super) fn certain(tenure: Tenure) -> Position {
    held("certain", tenure)
}

pub(super) fn absent(tenure: Tenure) -> Position {
    held("absent", tenure)
}

pub(super) fn possible(tenure: Tenure) -> Position {
    held("possible", tenure)
}

/// The main post.
pub(super) fn scientist() -> Tenure {
    Tenure {
        reports_to: Some(zhou()),
        remit: Some("多模态交互模型, multimodal interaction".to_owned()),
        attested: Some("2025-11-01".to_owned()),
        confidence: "confirmed".to_owned(),
        supports: ["e5", "e6"].map(str::to_owned).to_vec(),
        lead: true,
        acting: true,
        ..tenure("~许主洪@1f2e3d4c", alibaba(), Some(lab()), Some("首席科学家"), day("2025-09-30"))
    }
}

/// A post beside it, of which less is known.
pub(super) fn vice_president() -> Tenure {
    Tenure {
        primary: false,
        supports: ["e1", "e2", "e7"].map(str::to_owned).to_vec(),
        ..tenure(
            "~许主洪@9a8b7c6d",
            alibaba(),
            None,
            Some("Vice President"),
            bounds("[2025-01..2025-02]", Some("2025-01-01"), Some("2025-02-28")),
        )
    }
}

pub(super) fn intelligent_information() -> Tenure {
    Tenure {
        to: Some(inferred(day("2025-09-30"))),
        confidence: "rumoured".to_owned(),
        ..tenure(
            "~许主洪@00c0ffee",
            alibaba(),
            Some(unit("u/ii", "智能信息事业群")),
            Some("首席科学家"),
            bounds("2025-02", Some("2025-02-01"), Some("2025-02-28")),
        )
    }
}
