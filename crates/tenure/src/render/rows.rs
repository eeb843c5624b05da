//! Answers for programs: JSON as the contract gives it, and its rows as NDJSON and CSV.
//!
//! A row is what an answer lists: a position, a tenure, a member, a unit, a change, an event. An answer that lists
//! nothing is one row. What does not fit into rows, such as the conflicts of a career, has its own question.
//!
//! The columns of a CSV depend on the question alone. Entities are given by id and name, dates by their EDTF, earliest
//! and latest day and whether they are inferred, lists are joined by `; `, and what is not known is empty. Text is
//! quoted where CSV needs it, and otherwise as sources gave it.

use std::fmt::Write as _;

use serde::Serialize;
use tenure_query::answer::{
    Bounds, Change, Conflict, Down, Evidence, Flow, Found, LogEntry, OrgUnit, Person, Position, StatusAnswer, Tenure,
    Unit, Up,
};

use super::Answer;
use super::evidence::Source;
use super::ink::drives_terminal;
use super::journal;

/// The object of the contract, indented.
pub(super) fn json(answer: &Answer<'_>) -> anyhow::Result<String> {
    let mut text = match answer {
        Answer::Person(answer) => serde_json::to_string_pretty(answer),
        Answer::Career(answer) => serde_json::to_string_pretty(answer),
        Answer::Who(answer) => serde_json::to_string_pretty(answer),
        Answer::Holders(answer) => serde_json::to_string_pretty(answer),
        Answer::Org(answer) => serde_json::to_string_pretty(answer),
        Answer::Reports(answer) => serde_json::to_string_pretty(answer),
        Answer::Diff(answer) => serde_json::to_string_pretty(answer),
        Answer::Why(answer) => serde_json::to_string_pretty(answer),
        Answer::Conflicts(answer) => serde_json::to_string_pretty(answer),
        Answer::Find(answer) => serde_json::to_string_pretty(answer),
        Answer::Moves(answer) => serde_json::to_string_pretty(answer),
        Answer::Log(answer) => serde_json::to_string_pretty(answer),
        Answer::Status(answer) => serde_json::to_string_pretty(answer),
    }?;
    text.push('\n');
    Ok(escaped(text))
}

/// JSON with the characters escaped that could drive a terminal and that JSON itself lets stand.
fn escaped(json: String) -> String {
    let to_escape = |c: char| c != '\n' && drives_terminal(c);
    if !json.contains(to_escape) {
        return json;
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        // All of them lie in the basic plane, and can only stand within strings.
        if to_escape(c) {
            write!(text, "\\u{:04x}", u32::from(c)).expect("a string takes all that is written");
        } else {
            text.push(c);
        }
    }
    text
}

/// One object a line and row.
pub(super) fn ndjson(answer: &Answer<'_>) -> anyhow::Result<String> {
    fn lines<T: Serialize>(rows: impl IntoIterator<Item = T>) -> anyhow::Result<String> {
        let mut text = String::new();
        for row in rows {
            text.push_str(&serde_json::to_string(&row)?);
            text.push('\n');
        }
        Ok(escaped(text))
    }
    match answer {
        Answer::Person(answer) => lines(&answer.positions),
        Answer::Career(answer) => lines(&answer.tenures),
        Answer::Who(answer) => lines(&answer.members),
        Answer::Holders(answer) => lines(&answer.holders),
        Answer::Org(answer) => lines(chart(&answer.unit)),
        Answer::Reports(answer) => {
            lines(reporting_lines(&answer.person, answer.up.as_deref(), answer.down.as_deref()))
        }
        Answer::Diff(answer) => lines(passages(&answer.learned, &answer.happened)),
        Answer::Why(answer) => lines(roles(&answer.supports, &answer.contradicts, &answer.replaced)),
        Answer::Conflicts(answer) => lines(&answer.conflicts),
        Answer::Find(answer) => lines(&answer.matches),
        Answer::Moves(answer) => lines(&answer.flows),
        Answer::Log(answer) => lines(&answer.events),
        Answer::Status(answer) => lines([answer]),
    }
}

/// A unit of a chart by itself.
#[derive(Serialize)]
struct UnitRow<'a> {
    /// The names from the unit asked about down to this one.
    path: Vec<&'a str>,
    depth: usize,
    /// The id of the unit above it in the chart.
    parent: Option<&'a str>,
    id: &'a str,
    name: &'a str,
    kind: Option<&'a str>,
    leads: &'a [Person],
    headcount: usize,
    possible: usize,
}

fn chart(root: &OrgUnit) -> Vec<UnitRow<'_>> {
    fn visit<'a>(unit: &'a OrgUnit, parent: Option<&'a str>, above: &[&'a str], rows: &mut Vec<UnitRow<'a>>) {
        let path = [above, &[unit.name.as_str()]].concat();
        rows.push(UnitRow {
            path: path.clone(),
            depth: above.len(),
            parent,
            id: &unit.id,
            name: &unit.name,
            kind: unit.kind.as_deref(),
            leads: &unit.leads,
            headcount: unit.headcount,
            possible: unit.possible,
        });
        for child in &unit.children {
            visit(child, Some(&unit.id), &path, rows);
        }
    }
    let mut rows = Vec::new();
    visit(root, None, &[], &mut rows);
    rows
}

/// One step of a reporting line.
#[derive(Serialize)]
struct LineRow<'a> {
    /// `up`: `person` is the manager of `of`; `down`: `person` reports to `of`.
    direction: &'static str,
    /// 1 for those next to the person asked about.
    depth: usize,
    of: &'a Person,
    person: &'a Person,
    certainty: &'a str,
}

fn reporting_lines<'a>(person: &'a Person, up: Option<&'a [Up]>, down: Option<&'a [Down]>) -> Vec<LineRow<'a>> {
    fn climb<'a>(of: &'a Person, ups: &'a [Up], depth: usize, rows: &mut Vec<LineRow<'a>>) {
        for up in ups {
            rows.push(LineRow { direction: "up", depth, of, person: &up.person, certainty: &up.certainty });
            climb(&up.person, &up.up, depth + 1, rows);
        }
    }
    fn descend<'a>(of: &'a Person, downs: &'a [Down], depth: usize, rows: &mut Vec<LineRow<'a>>) {
        for down in downs {
            rows.push(LineRow { direction: "down", depth, of, person: &down.person, certainty: &down.certainty });
            descend(&down.person, &down.down, depth + 1, rows);
        }
    }
    let mut rows = Vec::new();
    climb(person, up.unwrap_or_default(), 1, &mut rows);
    descend(person, down.unwrap_or_default(), 1, &mut rows);
    rows
}

/// A change, and whether it was learned or happened.
#[derive(Serialize)]
struct ChangeRow<'a> {
    section: &'static str,
    #[serde(flatten)]
    change: &'a Change,
}

fn passages<'a>(learned: &'a [Change], happened: &'a [Change]) -> Vec<ChangeRow<'a>> {
    let learned = learned.iter().map(|change| ChangeRow { section: "learned", change });
    learned.chain(happened.iter().map(|change| ChangeRow { section: "happened", change })).collect()
}

/// An event, and what it does for a tenure.
#[derive(Serialize)]
struct EvidenceRow<'a> {
    role: &'static str,
    #[serde(flatten)]
    event: &'a Evidence,
}

fn roles<'a>(
    supports: &'a [Evidence],
    contradicts: &'a [Evidence],
    replaced: &'a [Evidence],
) -> Vec<EvidenceRow<'a>> {
    let lists = [("supports", supports), ("contradicts", contradicts), ("replaced", replaced)];
    let rows = lists.into_iter().flat_map(|(role, list)| list.iter().map(move |event| EvidenceRow { role, event }));
    rows.collect()
}

/// The columns of a tenure.
const TENURE: [&str; 26] = [
    "tenure",
    "company_id",
    "company",
    "unit_id",
    "unit",
    "title",
    "primary",
    "lead",
    "acting",
    "employment",
    "remit",
    "reports_to_id",
    "reports_to",
    "from",
    "from_earliest",
    "from_latest",
    "from_inferred",
    "to",
    "to_earliest",
    "to_latest",
    "to_inferred",
    "attested",
    "confidence",
    "supports",
    "person_id",
    "person",
];
