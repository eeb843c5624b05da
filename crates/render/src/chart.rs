//! `org` and `reports`: trees.

use tenure_answers::{Down, OrgAnswer, OrgUnit, Person, ReportsAnswer, Up};

use super::grid::{Column, Grid};
use super::ink::{Ink, Line};
use super::page::{Page, on_the_day};
use super::post::{self, Legend};

/// The lines that lead to a branch, and those that lead on below it.
#[derive(Clone, Copy)]
enum Branch {
    Inner,
    Last,
}

impl Branch {
    fn of(at: usize, count: usize) -> Branch {
        if at + 1 == count { Branch::Last } else { Branch::Inner }
    }

    fn here(self) -> &'static str {
        match self {
            Branch::Inner => "├─ ",
            Branch::Last => "└─ ",
        }
    }

    fn below(self) -> &'static str {
        match self {
            Branch::Inner => "│  ",
            Branch::Last => "   ",
        }
    }
}

/// The org chart: units with their heads and headcounts.
pub(super) fn org(page: &mut Page, answer: &OrgAnswer) {
    let mut grid = Grid::new(vec![
        Column::new("UNIT").cuts_to(24),
        Column::new("KIND").shrinks_to(8).spared(1),
        Column::new("PEOPLE").right(),
        Column::new(""),
        Column::new("LEAD").shrinks_to(12),
        Column::new("ID").spared(0),
    ]);
    unit(&mut grid, &answer.unit, "", "");
    grid.lay(page);
    if answer.unit.headcount == 0 && answer.unit.possible == 0 && answer.unit.children.is_empty() {
        page.gap();
        page.line(&Line::plain(&format!("no people and no sub-units {}", on_the_day(&answer.basis))));
    } else if answer.unit.possible > 0 {
        page.gap();
        page.prose(&Line::of(Ink::Faint, "+n? possibly n more, by the dates alone"), 0);
    }
}

fn unit(grid: &mut Grid, unit: &OrgUnit, lead_in: &str, below: &str) {
    let leads: Vec<&str> = unit.leads.iter().map(|lead| lead.name.as_str()).collect();
    let more = if unit.possible == 0 { String::new() } else { format!("+{}?", unit.possible) };
    grid.row(vec![
        Line::of(Ink::Faint, lead_in).with(Ink::Strong, &unit.name),
        unit.kind.as_ref().map_or(Line::new(), |kind| Line::plain(kind)),
        Line::plain(&unit.headcount.to_string()),
        Line::of(Ink::Doubt, &more),
        Line::plain(&leads.join(", ")),
        Line::of(Ink::Faint, &unit.id),
    ]);
    for (i, child) in unit.children.iter().enumerate() {
        let branch = Branch::of(i, unit.children.len());
        self::unit(grid, child, &format!("{below}{}", branch.here()), &format!("{below}{}", branch.below()));
    }
}

/// A node of a reporting line, in either direction.
trait Node: Sized {
    fn person(&self) -> &Person;
    fn certainty(&self) -> &str;
    /// Whether what is beyond stands above.
    fn above(&self) -> bool;
    fn beyond(&self) -> &[Self];
}

impl Node for Up {
    fn person(&self) -> &Person {
        &self.person
    }

    fn certainty(&self) -> &str {
        &self.certainty
    }

    fn above(&self) -> bool {
        self.above
    }

    fn beyond(&self) -> &[Up] {
        &self.up
    }
}

impl Node for Down {
    fn person(&self) -> &Person {
        &self.person
    }

    fn certainty(&self) -> &str {
        &self.certainty
    }

    fn above(&self) -> bool {
        self.above
    }

    fn beyond(&self) -> &[Down] {
        &self.down
    }
}

/// The reporting line: managers and their managers, reports and their reports.
pub(super) fn reports(page: &mut Page, answer: &ReportsAnswer) {
    post::person_title(page, &answer.person);
    let day = on_the_day(&answer.basis);
    let mut legend = Legend::default();
    if let Some(up) = &answer.up {
        page.gap();
        direction(page, "Reports to", &format!("reports to nobody known {day}"), up, &mut legend);
    }
    if let Some(down) = &answer.down {
        page.gap();
        direction(page, "Reports", &format!("nobody known reports here {day}"), down, &mut legend);
    }
    legend.lay(page);
}

fn direction<N: Node>(page: &mut Page, name: &str, nobody: &str, nodes: &[N], legend: &mut Legend) {
    if nodes.is_empty() {
        page.line(&Line::plain(nobody));
        return;
    }
    page.line(&Line::of(Ink::Strong, name));
    branches(page, nodes, "", legend);
}

fn branches<N: Node>(page: &mut Page, nodes: &[N], below: &str, legend: &mut Legend) {
    for (i, node) in nodes.iter().enumerate() {
        let branch = Branch::of(i, nodes.len());
        legend.certainty(node.certainty());
        let line = Line::of(Ink::Faint, below).with(Ink::Faint, branch.here());
        let line = line.then(&post::mark(node.certainty())).with(Ink::Plain, " ").then(&post::person(node.person()));
        let line = match &node.person().left {
            Some(left) => line.with(Ink::Doubt, "  left ").then(&post::date(left)),
            None => line,
        };
        page.line(&line.with(Ink::Faint, if node.above() { "  see above" } else { "" }));
        branches(page, node.beyond(), &format!("{below}{}", branch.below()), legend);
    }
}

#[cfg(test)]
mod snapshots {
    use super::super::Answer;
    use super::super::samples::{self, check};

    #[test]
    fn units_stand_in_a_tree() {
        let answer = samples::org_answer();
        check(
            &Answer::Org(answer.clone()),
            "
UNIT                         KIND            PEOPLE       LEAD            ID
阿里巴巴集团                                    118  +5?  Eddie Wu        alibaba
├─ Cloud Intelligence Group  business group      40  +3?  Eddie Wu        u/cloud
│  └─ 通义实验室             lab                 12  +3?  周靖人, 许主洪  ~alibaba/通义实验室
│     ├─ 语音组                                   0  +1?                  ~alibaba/语音组
│     └─ Vision              team                 4                       u/vision
└─ 淘天集团                  business group       7                       u/commerce

+n? possibly n more, by the dates alone
",
        );
    }

    #[test]
    fn lines_go_up_and_down() {
        let answer = samples::reports_answer();
        check(
            &Answer::Reports(answer.clone()),
            "
许主洪  ~许主洪
also 許主洪, Steven Hoi, Steven C.H. Hoi

Reports to
└─ ● 周靖人  p/zhou-jingren
   └─ ● Eddie Wu  Q15908540

Reports
├─ ● 林伟  lin
│  └─ ○ Ana Duarte  ana
└─ ○ Zoë Ångström  zoe

● certain  ○ possible, by the dates alone
",
        );
    }
}
