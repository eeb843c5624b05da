//! `diff` and `moves`: what changed between two points, and where people went.
//!
//! The changes of a unit are laid out by unit. Where people went from a post and others came to it, they stand together
//! under the post, one line each.

use std::collections::{BTreeMap, BTreeSet};

use tenure_answers::{Change, DiffAnswer, Flow, MovesAnswer, Position, Target, Unit};
use tenure_domain::name::NameKey;

use super::grid::{Column, Grid};
use super::ink::{Ink, Line};
use super::page::{Page, counted};
use super::post::{self, Legend};

/// Of how many changes a section begins with their numbers by unit.
const LARGE: usize = 20;
/// The most people who are named in the heading of a post.
const NAMED: usize = 6;

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
        let words = changes.iter().map(|change| in_words(change).len()).max().unwrap_or(0);
        let (posts, legend) = (posts(changes), &mut legend);
        let mut section = Section { page, legend, posts, changes, words, indent: 2 };
        match &answer.target {
            Target::Person(_) => changes.iter().for_each(|change| section.change(change)),
            Target::Unit(_) => section.by_unit(),
        }
    }
    legend.lay(page);
}

/// The word for a change. Where it was learned that a post has ended, or is to end, it is told when.
fn in_words(change: &Change) -> String {
    let end = |position: &Option<Position>| position.as_ref().and_then(|position| position.tenure.to.clone());
    let (before, after) = (end(&change.before), end(&change.after));
    match after {
        Some(end) if is_ended(change) => format!("ended {}", end.edtf),
        Some(end) if change.kind == "corrected" && change.before.is_some() && before.is_none() => {
            format!("ends {}", end.edtf)
        }
        Some(_) | None => change.kind.strip_prefix("unit_").unwrap_or(&change.kind).replace('_', " "),
    }
}

/// Whether it was learned that the post has ended; then it is shown with its end, and is not in force.
fn is_ended(change: &Change) -> bool {
    change.after.is_some() && matches!(change.kind.as_str(), "left" | "relieved")
}

/// A unit and a title.
type Post = (String, NameKey);

/// The people who went from a post, and those who came to it, by the places of the changes.
#[derive(Default)]
struct Turnover {
    went: Vec<usize>,
    came: Vec<usize>,
}

fn post_of(position: &Position) -> Option<Post> {
    let tenure = &position.tenure;
    let unit = tenure.unit.as_ref().unwrap_or(&tenure.company);
    Some((unit.id.clone(), NameKey::of(tenure.title.as_ref()?)?))
}

/// The posts from which some went and to which others came.
fn posts(changes: &[Change]) -> BTreeMap<Post, Turnover> {
    let mut posts: BTreeMap<Post, Turnover> = BTreeMap::new();
    for (i, change) in changes.iter().enumerate() {
        let before = change.before.as_ref().and_then(post_of);
        let after = change.after.as_ref().filter(|_| !is_ended(change)).and_then(post_of);
        if before == after {
            continue;
        }
        if let Some(post) = before {
            posts.entry(post).or_default().went.push(i);
        }
        if let Some(post) = after {
            posts.entry(post).or_default().came.push(i);
        }
    }
    posts.retain(|_, turnover| !turnover.went.is_empty() && !turnover.came.is_empty());
    posts
}

/// One section of a diff, being laid out.
struct Section<'s> {
    page: &'s mut Page,
    legend: &'s mut Legend,
    changes: &'s [Change],
    posts: BTreeMap<Post, Turnover>,
    /// How wide the widest word for a change is.
    words: usize,
    /// How far its lines are indented.
    indent: usize,
}

impl Section<'_> {
    /// The changes under headings of units, the posts that changed hands as one thing each.
    fn by_unit(&mut self) {
        let changes = self.changes;
        self.indent = 4;
        if changes.len() > LARGE {
            self.numbers();
        }
        let mut told: BTreeSet<Post> = BTreeSet::new();
        let mut heading: Option<&str> = None;
        for change in changes {
            let unit = change.unit_told();
            if let Some(unit) = unit.filter(|unit| heading != Some(&unit.id)) {
                if heading.is_some() {
                    self.page.gap();
                }
                heading = Some(&unit.id);
                let id = Line::of(Ink::Faint, &unit.id);
                let unit = Line::plain("  ").then(&post::place(unit)).with(Ink::Plain, "  ").then(&id);
                self.page.prose(&unit, 4);
            }
            let post = change.after.as_ref().or(change.before.as_ref()).and_then(post_of);
            match post.filter(|post| self.posts.contains_key(post)) {
                None => self.change(change),
                Some(post) => {
                    if told.insert(post.clone()) {
                        self.turnover(&post);
                    }
                }
            }
        }
    }

    /// How many went and came, by unit.
    fn numbers(&mut self) {
        let mut counts: Vec<(&Unit, [usize; 3])> = Vec::new();
        for change in self.changes {
            let Some(unit) = change.unit_told() else { continue };
            if counts.last().is_none_or(|(last, _)| last.id != unit.id) {
                counts.push((unit, [0; 3]));
            }
            let column = match change.kind.as_str() {
                "left" | "relieved" | "withdrawn" => 0,
                "joined" | "appointed" => 1,
                _ => 2,
            };
            if let Some((_, numbers)) = counts.last_mut() {
                numbers[column] += 1;
            }
        }
        if counts.len() < 2 {
            return;
        }
        let headers = ["WENT", "CAME", "OTHER"].map(|header| Column::new(header).right());
        let mut grid = Grid::new([vec![Column::new("UNIT").shrinks_to(12)], headers.to_vec()].concat());
        for (unit, numbers) in counts {
            let number = |n: usize| if n == 0 { Line::new() } else { Line::plain(&n.to_string()) };
            grid.row([vec![Line::plain(&unit.name)], numbers.map(number).to_vec()].concat());
        }
        grid.lay(self.page);
        self.page.gap();
    }

    /// A post that changed hands: who went and who came.
    fn turnover(&mut self, post: &Post) {
        let changes = self.changes;
        let Some(Turnover { went, came }) = self.posts.remove(post) else { return };
        let title = |i: &usize| {
            let of = |position: &Option<Position>| {
                position.as_ref().filter(|p| post_of(p).as_ref() == Some(post)).and_then(|p| p.tenure.title.clone())
            };
            of(&changes[*i].after).or(of(&changes[*i].before))
        };
        let title = came.iter().chain(&went).find_map(title).unwrap_or_default();
        let names = |of: &[usize]| {
            let names = of.iter().filter_map(|i| changes[*i].person.as_ref()).map(|person| person.name.as_str());
            names.collect::<Vec<_>>().join(", ")
        };
        let hands = match (went.len(), came.len()) {
            (1, 1) => format!(": {}, then {}", names(&went), names(&came)),
            (gone, new) if gone + new > NAMED => format!(": {gone} went, {new} came"),
            _ => format!(": {} went, {} came", names(&went), names(&came)),
        };
        self.page.prose(&Line::plain("    ").with(Ink::Strong, &title).with(Ink::Plain, &hands), 6);
        for i in went {
            self.one(&changes[i], changes[i].after.as_ref().filter(|_| is_ended(&changes[i])), &Line::plain("to "));
        }
        for i in came {
            self.one(&changes[i], changes[i].after.as_ref(), &Line::plain("from "));
        }
        self.posts.insert(post.clone(), Turnover::default());
    }

    /// One who went or came, in a line: the post's dates, and to or from where else.
    fn one(&mut self, change: &Change, after: Option<&Position>, whither: &Line) {
        let words = self.words;
        let word = format!("{:words$}  ", in_words(change));
        let mut line = Line::plain("      ").with(kind_ink(&change.kind), &word);
        if let Some(person) = &change.person {
            line = line.then(&post::person(person)).with(Ink::Plain, "  ");
        }
        let shown = after.or(change.before.as_ref());
        if let Some(position) = shown {
            line = line.then(&self.mark(position)).then(&post::term(&position.tenure));
        }
        let other = if after.is_some() { &change.before } else { &change.after };
        if let Some(other) = other.as_ref().filter(|_| !is_ended(change)) {
            line = line.with(Ink::Plain, "; ").then(whither).then(&post::seat(&other.tenure));
        }
        self.page.prose(&line, words + 10);
    }

    /// A change with the post before and the post after.
    fn change(&mut self, change: &Change) {
        let (words, margin) = (self.words, " ".repeat(self.indent));
        let mut line = Line::plain(&margin).with(kind_ink(&change.kind), &format!("{:words$}  ", in_words(change)));
        if let Some(person) = &change.person {
            line = line.then(&post::person(person));
        }
        if let Some(unit) = &change.unit {
            line = line.then(&post::place(unit)).with(Ink::Plain, "  ").with(Ink::Faint, &unit.id);
        }
        let indent = " ".repeat(self.indent + words + 2);
        self.page.prose(&line, indent.len());
        for (sign, ink, position, other) in
            [("- ", Ink::Gone, &change.before, &change.after), ("+ ", Ink::Sure, &change.after, &change.before)]
        {
            let Some(position) = position else { continue };
            let line = Line::plain(&indent).with(ink, sign).then(&self.mark(position));
            let line = line.then(&described(&change.kind, position, other.as_ref()));
            self.page.prose(&line, indent.len() + 4);
        }
    }

    /// The sign of a post's certainty; none where it is not in force on the day.
    fn mark(&mut self, position: &Position) -> Line {
        if position.certainty == "absent" {
            return Line::plain("  ");
        }
        self.legend.position(position);
        post::mark(&position.certainty).with(Ink::Plain, " ")
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
    Line::joined(&parts, "; ")
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
            &Answer::Diff(answer.clone()),
            "
阿里巴巴集团  alibaba

Learned (3)
  阿里巴巴集团  alibaba
    corrected         许主洪  ~许主洪
                      - ○ Vice President [secondary] · 阿里巴巴集团; since [2025-01..2025-02]
                      + ● Vice President [secondary] · 阿里巴巴集团; since 2025-02

  通义实验室 · 阿里巴巴集团  ~alibaba/通义实验室
    ended 2025-02-11  Eddie Wu  Q15908540
                      - ● Head of Lab [acting, lead] · 通义实验室 · 阿里巴巴集团; since 2024-06-01
                      +   Head of Lab [acting, lead] · 通义实验室 · 阿里巴巴集团; 2024-06-01 to 2025-02-11
    withdrawn         周靖人  p/zhou-jingren
                      - ● CTO, Alibaba Cloud [lead] · 通义实验室 · 阿里巴巴集团; since 2022-12

Happened (6)
  通义实验室 · 阿里巴巴集团  ~alibaba/通义实验室
    renamed      通义实验室 · 阿里巴巴集团  ~alibaba/通义实验室
    Head of Lab: Eddie Wu, then Zoë Ångström
      relieved     Eddie Wu  Q15908540  ● 2024-06-01 to 2025-08-01
      moved        Zoë Ångström  zoe  ● since 2025-08-01; from 首席科学家 · 智能信息事业群 · 阿里巴巴集团
    moved        许主洪  ~许主洪
                 - ● 首席科学家 · 智能信息事业群 · 阿里巴巴集团; 2025-02 to 2025-09-30*
                 + ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团; since 2025-09-30; reports to 周靖人
    new manager  许主洪  ~许主洪
                 - ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团; since 2025-09-30; reports to 周靖人
                 + ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团; since 2025-09-30; reports to Eddie Wu

  语音组 · 阿里巴巴集团  ~alibaba/语音组
    joined       Zoë Ångström  zoe
                 + ○ 语音组 [contractor] · 阿里巴巴集团; [..2025-12-31]* to 2026

● certain  ○ possible, by the dates alone   * inferred, stated by no source
",
        );
    }

    #[test]
    fn changes_keep_within_a_terminal() {
        let answer = samples::diff_answer();
        check_at(
            &Answer::Diff(answer.clone()),
            Some(80),
            "
阿里巴巴集团  alibaba

Learned (3)
  阿里巴巴集团  alibaba
    corrected         许主洪  ~许主洪
                      - ○ Vice President [secondary] · 阿里巴巴集团; since
                          [2025-01..2025-02]
                      + ● Vice President [secondary] · 阿里巴巴集团; since
                          2025-02

  通义实验室 · 阿里巴巴集团  ~alibaba/通义实验室
    ended 2025-02-11  Eddie Wu  Q15908540
                      - ● Head of Lab [acting, lead] · 通义实验室 · 阿里巴巴集
                          团; since 2024-06-01
                      +   Head of Lab [acting, lead] · 通义实验室 · 阿里巴巴集
                          团; 2024-06-01 to 2025-02-11
    withdrawn         周靖人  p/zhou-jingren
                      - ● CTO, Alibaba Cloud [lead] · 通义实验室 · 阿里巴巴集团;
                          since 2022-12

Happened (6)
  通义实验室 · 阿里巴巴集团  ~alibaba/通义实验室
    renamed      通义实验室 · 阿里巴巴集团  ~alibaba/通义实验室
    Head of Lab: Eddie Wu, then Zoë Ångström
      relieved     Eddie Wu  Q15908540  ● 2024-06-01 to 2025-08-01
      moved        Zoë Ångström  zoe  ● since 2025-08-01; from 首席科学家 · 智能
                     信息事业群 · 阿里巴巴集团
    moved        许主洪  ~许主洪
                 - ● 首席科学家 · 智能信息事业群 · 阿里巴巴集团; 2025-02 to
                     2025-09-30*
                 + ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团;
                     since 2025-09-30; reports to 周靖人
    new manager  许主洪  ~许主洪
                 - ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团;
                     since 2025-09-30; reports to 周靖人
                 + ● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团;
                     since 2025-09-30; reports to Eddie Wu

  语音组 · 阿里巴巴集团  ~alibaba/语音组
    joined       Zoë Ångström  zoe
                 + ○ 语音组 [contractor] · 阿里巴巴集团; [..2025-12-31]* to 2026

● certain  ○ possible, by the dates alone   * inferred, stated by no source
",
        );
    }

    #[test]
    fn flows_show_where_people_went() {
        let answer = samples::moves_answer();
        check(
            &Answer::Moves(answer.clone()),
            "
PERIOD   FROM                              TO                         MOVED  WHO
2025-Q3  智能信息事业群 · 阿里巴巴集团  →  通义实验室 · 阿里巴巴集团      2  许主洪, 林伟
2025-Q3  Salesforce                     →  阿里巴巴集团                   1  Zoë Ångström

3 moves in 2 flows
",
        );
    }
}
