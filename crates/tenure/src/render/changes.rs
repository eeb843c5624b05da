//! `diff` and `moves`: what changed between two points, and where people went.

use std::collections::BTreeSet;

use tenure_query::answer::{Basis, Change, DiffAnswer, Flow, MovesAnswer, Position, Target, Unit};

use super::grid::{Column, Grid};
use super::ink::{Ink, Line};
use super::page::{Page, counted};
use super::post::{self, Legend};

/// What was learned and what happened, each change with the post before and the post after.
pub(super) fn diff(page: &mut Page, answer: &DiffAnswer) {
    match &answer.target {
        Target::Unit(unit) => post::unit_title(page, unit),
        Target::Person(person) => post::person_title(page, person),
    }
    page.prose(&Line::plain(&points(&answer.basis)), 2);
    page.gap();
    if answer.learned.is_empty() && answer.happened.is_empty() {
        page.line(&Line::plain("no changes"));
        return;
    }
    let mut legend = Legend::default();
    let sections = [("Learned", &answer.learned), ("Happened", &answer.happened)];
    let told: Vec<_> = sections.into_iter().filter(|(_, changes)| !changes.is_empty()).collect();
    for (i, (name, changes)) in told.into_iter().enumerate() {
        if i > 0 {
            page.gap();
        }
        page.section(name, changes.len());
        let kinds = changes.iter().map(|change| in_words(&change.kind).len()).max().unwrap_or(0);
        for change in changes {
            told_change(page, change, kinds, &mut legend);
        }
    }
    legend.lay(page);
}

/// The points compared, of those that differ or are given.
fn points(basis: &Basis) -> String {
    let known = basis.known.as_ref().map(|known| format!(", known {known}"));
    format!("at {}{}", basis.at, known.unwrap_or_default())
}

fn in_words(kind: &str) -> String {
    kind.strip_prefix("unit_").unwrap_or(kind).replace('_', " ")
}

fn told_change(page: &mut Page, change: &Change, kinds: usize, legend: &mut Legend) {
    let mut line = Line::plain("  ").with(kind_ink(&change.kind), &format!("{:kinds$}  ", in_words(&change.kind)));
    if let Some(person) = &change.person {
        line = line.then(&post::person(person));
    }
    if let Some(unit) = &change.unit {
        line = line.then(&post::place(unit)).with(Ink::Plain, "  ").with(Ink::Faint, &unit.id);
    }
    page.prose(&line, kinds + 4);
    let indent = " ".repeat(kinds + 4);
    for (sign, ink, position, other) in [
        ("- ", Ink::Gone, &change.before, &change.after),
        ("+ ", Ink::Sure, &change.after, &change.before),
    ] {
        let Some(position) = position else { continue };
        legend.position(position);
        let line = Line::plain(&indent).with(ink, sign).then(&described(position, other.as_ref()));
        page.prose(&line, indent.len() + 2);
    }
}

fn kind_ink(kind: &str) -> Ink {
    match kind {
        "joined" | "appointed" | "unit_formed" => Ink::Sure,
        "left" | "relieved" | "withdrawn" | "unit_dissolved" => Ink::Gone,
        _ => Ink::Doubt,
    }
}

/// A post in one line, with whatever sets it apart from the one on the other side.
fn described(position: &Position, other: Option<&Position>) -> Line {
    let tenure = &position.tenure;
    let mut parts = vec![post::seat(tenure), post::term(tenure)];
    let differs = |of: fn(&Position) -> Option<&str>| {
        other.is_some_and(|other| of(other) != of(position))
    };
    let manager: fn(&Position) -> Option<&str> = |p| p.tenure.reports_to.as_ref().map(|manager| manager.id.as_str());
    if differs(manager) {
        let to = tenure.reports_to.as_ref().map_or("nobody known", |manager| &manager.name);
        parts.push(Line::plain("reports to ").with(Ink::Strong, to));
    }
    if differs(|p| p.tenure.remit.as_deref()) {
        parts.push(match &tenure.remit {
            Some(remit) => Line::plain("responsible for ").with(Ink::Plain, remit),
            None => Line::plain("no remit known"),
        });
    }
    let line = Line::joined(&parts, ", ");
    let doubtful = position.certainty == "possible" || differs(|p| Some(p.certainty.as_str()));
    if doubtful { line.with(Ink::Plain, " ").then(&post::mark(&position.certainty)) } else { line }
}

/// Flows between units, the largest first.
pub(super) fn moves(page: &mut Page, answer: &MovesAnswer) {
    if answer.flows.is_empty() {
        page.line(&Line::plain("no moves"));
        return;
    }
    let company = |unit: &Unit| unit.company.as_ref().map_or(unit.id.clone(), |company| company.id.clone());
    let ends = |flow: &Flow| [company(&flow.from), company(&flow.to)];
    let companies: BTreeSet<String> = answer.flows.iter().flat_map(ends).collect();
    let place = |unit: &Unit| if companies.len() > 1 { post::place(unit) } else { Line::plain(&unit.name) };
    let mut grid = Grid::new(vec![
        Column::new("PERIOD"),
        Column::new("FROM").shrinks_to(16),
        Column::new(""),
        Column::new("TO").shrinks_to(16),
        Column::new("MOVED").right(),
        Column::new("WHO").shrinks_to(16),
    ]);
    for flow in &answer.flows {
        let people: Vec<&str> = flow.people.iter().map(|person| person.name.as_str()).collect();
        grid.row(vec![
            flow.period.as_ref().map_or(Line::new(), |period| Line::plain(period)),
            place(&flow.from),
            Line::of(Ink::Faint, "→"),
            place(&flow.to),
            Line::of(Ink::Strong, &flow.count.to_string()),
            Line::plain(&people.join(", ")),
        ]);
    }
    grid.lay(page);
    page.gap();
    let total = answer.flows.iter().map(|flow| flow.count).sum();
    let said = format!("{} in {}", counted(total, "move", "moves"), counted(answer.flows.len(), "flow", "flows"));
    page.line(&Line::of(Ink::Faint, &said));
}
