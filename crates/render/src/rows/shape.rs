//! What a row is, where an answer has it otherwise: a unit with its path, a line of reports, a change with its section.

use serde::Serialize;
use tenure_answers::{Change, Down, Evidence, Gap, OrgUnit, Person, Up};

/// A time in which a post was vacant.
#[derive(Serialize)]
pub(super) struct GapRow<'a> {
    pub(super) gap: &'a Gap,
}

/// A unit of a chart by itself.
#[derive(Serialize)]
pub(super) struct UnitRow<'a> {
    /// The names from the unit asked about down to this one.
    pub(super) path: Vec<&'a str>,
    pub(super) depth: usize,
    /// The id of the unit above it in the chart.
    pub(super) parent: Option<&'a str>,
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) kind: Option<&'a str>,
    pub(super) leads: &'a [Person],
    pub(super) headcount: usize,
    pub(super) possible: usize,
}

pub(super) fn chart(root: &OrgUnit) -> Vec<UnitRow<'_>> {
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
pub(super) struct LineRow<'a> {
    /// `up`: `person` is the manager of `of`; `down`: `person` reports to `of`.
    pub(super) direction: &'static str,
    /// 1 for those next to the person asked about.
    pub(super) depth: usize,
    pub(super) of: &'a Person,
    pub(super) person: &'a Person,
    pub(super) certainty: &'a str,
    /// Whether what is beyond the person stands in a row before.
    pub(super) above: bool,
}

pub(super) fn reporting_lines<'a>(
    person: &'a Person,
    up: Option<&'a [Up]>,
    down: Option<&'a [Down]>,
) -> Vec<LineRow<'a>> {
    fn climb<'a>(of: &'a Person, ups: &'a [Up], depth: usize, rows: &mut Vec<LineRow<'a>>) {
        for up in ups {
            rows.push(LineRow {
                direction: "up",
                depth,
                of,
                person: &up.person,
                certainty: &up.certainty,
                above: up.above,
            });
            climb(&up.person, &up.up, depth + 1, rows);
        }
    }
    fn descend<'a>(of: &'a Person, downs: &'a [Down], depth: usize, rows: &mut Vec<LineRow<'a>>) {
        for down in downs {
            let (person, certainty, above) = (&down.person, &down.certainty, down.above);
            rows.push(LineRow { direction: "down", depth, of, person, certainty, above });
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
pub(super) struct ChangeRow<'a> {
    pub(super) section: &'static str,
    #[serde(flatten)]
    pub(super) change: &'a Change,
}

pub(super) fn passages<'a>(learned: &'a [Change], happened: &'a [Change]) -> Vec<ChangeRow<'a>> {
    let learned = learned.iter().map(|change| ChangeRow { section: "learned", change });
    learned.chain(happened.iter().map(|change| ChangeRow { section: "happened", change })).collect()
}

/// An event, and what it does for a tenure.
#[derive(Serialize)]
pub(super) struct EvidenceRow<'a> {
    pub(super) role: &'static str,
    #[serde(flatten)]
    pub(super) event: &'a Evidence,
}

pub(super) fn roles<'a>(
    supports: &'a [Evidence],
    contradicts: &'a [Evidence],
    replaced: &'a [Evidence],
) -> Vec<EvidenceRow<'a>> {
    let lists = [("supports", supports), ("contradicts", contradicts), ("replaced", replaced)];
    let rows = lists.into_iter().flat_map(|(role, list)| list.iter().map(move |event| EvidenceRow { role, event }));
    rows.collect()
}
