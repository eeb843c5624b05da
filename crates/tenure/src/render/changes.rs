//! `diff` and `moves`: what changed between two points, and where people went.

use std::collections::BTreeSet;

use tenure_query::answer::{Change, DiffAnswer, Flow, MovesAnswer, Position, Target, Unit};

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
    for (sign, ink, position, other) in
        [("- ", Ink::Gone, &change.before, &change.after), ("+ ", Ink::Sure, &change.after, &change.before)]
    {
        let Some(position) = position else { continue };
        legend.position(position);
        let line = Line::plain(&indent).with(ink, sign).then(&described(&change.kind, position, other.as_ref()));
        page.prose(&line, indent.len() + 4);
    }
}

fn kind_ink(kind: &str) -> Ink {
    match kind {
        "joined" | "appointed" | "unit_formed" => Ink::Sure,
        "left" | "relieved" | "withdrawn" | "unit_dissolved" => Ink::Gone,
        _ => Ink::Doubt,
    }
}

/// A post in one line, with what a change of that kind is about where it is not the seat or the dates.
fn described(kind: &str, position: &Position, other: Option<&Position>) -> Line {
    let tenure = &position.tenure;
    let mut parts = vec![post::seat(tenure), post::term(tenure)];
    let manager = |p: &Position| p.tenure.reports_to.as_ref().map(|manager| manager.id.clone());
    if other.is_some_and(|other| manager(other) != manager(position)) {
        match &tenure.reports_to {
            Some(manager) => parts.push(Line::plain("reports to ").with(Ink::Plain, &manager.name)),
            None if kind == "new_manager" => parts.push(Line::plain("reports to nobody known")),
            None => {}
        }
    }
    if kind == "corrected" && other.is_some_and(|other| other.tenure.remit != tenure.remit) {
        parts.push(match &tenure.remit {
            Some(remit) => Line::plain("responsible for ").with(Ink::Plain, remit),
            None => Line::plain("no remit known"),
        });
    }
    post::mark(&position.certainty).with(Ink::Plain, " ").then(&Line::joined(&parts, "; "))
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
        Column::new("FROM").shrinks_to(12),
        Column::new(""),
        Column::new("TO").shrinks_to(12),
        Column::new("MOVED").right(),
        Column::new("WHO").shrinks_to(12).spared(0),
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

#[cfg(test)]
mod snapshots {
    use super::super::Answer;
    use super::super::samples::{self, check, check_at};

    #[test]
    fn changes_show_before_and_after() {
        let answer = samples::diff_answer();
        check(
            &Answer::Diff(&answer),
            "
阿里巴巴集团  alibaba

Learned (2)
  corrected  许主洪  ~许主洪
             - ○ Vice President [secondary] · 阿里巴巴集团; since [2025-01..2025-02]
             + ● Vice President [secondary] · 阿里巴巴集团; since 2025-02
  withdrawn  周靖人  p/zhou-jingren
             - ● CTO, Alibaba Cloud [lead] · 通义实验室 · 阿里巴巴集团; since 2022-12

Happened (4)
  moved        许主洪  ~许主洪
               - ● 首席科学家 · 智能信息事业群 · 阿里巴巴集团; 2025-02 to 2025-09-30*
               + ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团; since 2025-09-30; reports to 周靖人
  new manager  许主洪  ~许主洪
               - ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团; since 2025-09-30; reports to 周靖人
               + ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团; since 2025-09-30; reports to Eddie Wu
  joined       Zoë Ångström  zoe
               + ○ 语音组 [contractor] · 阿里巴巴集团; [..2025-12-31]* to 2026
  renamed      通义实验室 · 阿里巴巴集团  ~alibaba/通义实验室

● certain  ○ possible, by the dates alone   * inferred, stated by no source
",
        );
    }

    #[test]
    fn changes_keep_within_a_terminal() {
        let answer = samples::diff_answer();
        check_at(
            &Answer::Diff(&answer),
            Some(80),
            "
阿里巴巴集团  alibaba

Learned (2)
  corrected  许主洪  ~许主洪
             - ○ Vice President [secondary] · 阿里巴巴集团; since
                 [2025-01..2025-02]
             + ● Vice President [secondary] · 阿里巴巴集团; since 2025-02
  withdrawn  周靖人  p/zhou-jingren
             - ● CTO, Alibaba Cloud [lead] · 通义实验室 · 阿里巴巴集团; since
                 2022-12

Happened (4)
  moved        许主洪  ~许主洪
               - ● 首席科学家 · 智能信息事业群 · 阿里巴巴集团; 2025-02 to
                   2025-09-30*
               + ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团; since
                   2025-09-30; reports to 周靖人
  new manager  许主洪  ~许主洪
               - ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团; since
                   2025-09-30; reports to 周靖人
               + ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团; since
                   2025-09-30; reports to Eddie Wu
  joined       Zoë Ångström  zoe
               + ○ 语音组 [contractor] · 阿里巴巴集团; [..2025-12-31]* to 2026
  renamed      通义实验室 · 阿里巴巴集团  ~alibaba/通义实验室

● certain  ○ possible, by the dates alone   * inferred, stated by no source
",
        );
    }

    #[test]
    fn flows_show_where_people_went() {
        let answer = samples::moves_answer();
        check(
            &Answer::Moves(&answer),
            "
PERIOD   FROM                              TO                         MOVED  WHO
2025-Q3  智能信息事业群 · 阿里巴巴集团  →  通义实验室 · 阿里巴巴集团      2  许主洪, 林伟
2025-Q3  Salesforce                     →  阿里巴巴集团                   1  Zoë Ångström

3 moves in 2 flows
",
        );
    }
}
