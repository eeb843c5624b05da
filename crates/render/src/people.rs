//! `person`, `who` and `holders`: people in their posts.

use std::collections::BTreeSet;

use tenure_answers::{BasisShown, Gap, HoldersAnswer, Person, PersonAnswer, Tenure, Unit, WhoAnswer};

use super::grid::{Column, Grid};
use super::ink::{Ink, Line};
use super::page::{Page, counted, on_the_day};
use super::post::{self, Ids, Legend};

/// The posts of one person on a day, two lines each.
pub(super) fn person(page: &mut Page, answer: &PersonAnswer) {
    post::person_title(page, &answer.person);
    post::died(page, answer.died.as_ref());
    page.gap();
    if answer.positions.is_empty() {
        page.line(&Line::plain(&format!("no posts {}", on_the_day(&answer.basis))));
    }
    let mut legend = Legend::default();
    let ids = Ids::of(answer.positions.iter().map(|position| &position.tenure.tenure));
    for position in &answer.positions {
        legend.position(position);
        let tenure = &position.tenure;
        let seat = post::mark(&position.certainty).with(Ink::Plain, " ").then(&post::seat(tenure));
        page.prose(&seat, 4);
        let mut said = vec![post::term(tenure)];
        said.extend(post::particulars(tenure, &answer.basis.at));
        let said = Line::plain("  ").then(&Line::joined(&said, "; "));
        page.prose(&said.with(Ink::Plain, "  ").with(Ink::Faint, ids.shown(&tenure.tenure)), 4);
    }
    legend.lay(page);
}

/// The people of a unit on a day.
pub(super) fn who(page: &mut Page, answer: &WhoAnswer) {
    post::unit_title(page, &answer.unit);
    let day = on_the_day(&answer.basis);
    if answer.members.is_empty() {
        let nobody = format!("nobody {day}");
        page.line(&Line::plain(&unlisted(answer.total).map_or(nobody, |posts| format!("{posts} {day}, none listed"))));
        return;
    }
    let mut certain: BTreeSet<&str> = BTreeSet::new();
    let mut possible: BTreeSet<&str> = BTreeSet::new();
    for member in &answer.members {
        let set = if member.position.certainty == "certain" { &mut certain } else { &mut possible };
        set.insert(&member.person.id);
    }
    let people = counted(certain.len(), "person", "people");
    let more = match possible.difference(&certain).count() {
        0 => String::new(),
        n => format!(", possibly {n} more"),
    };
    // Of how many people there are, the first posts do not tell.
    if !of_total(page, answer.members.len(), answer.total, &format!(" {day}")) {
        page.line(&Line::plain(&format!("{people}{more} {day}")));
    }
    page.gap();

    let mut legend = Legend::default();
    let mut grid = Grid::new(vec![
        Column::new("  NAME").shrinks_to(12).hangs(2),
        Column::new("TITLE").shrinks_to(14),
        Column::new("UNIT").shrinks_to(10),
        Column::new("SINCE"),
        Column::new("UNTIL"),
        Column::new("REPORTS TO").shrinks_to(10).spared(2),
        Column::new("LAST SEEN").spared(0),
        Column::new("CONFIDENCE").spared(4),
        Column::new("ID").spared(3),
        Column::new("REMIT").shrinks_to(16).spared(1),
    ]);
    for member in &answer.members {
        legend.position(&member.position);
        let name = post::mark(&member.position.certainty).with(Ink::Plain, " ");
        grid.row(held(&answer.unit, &answer.basis, name, &member.person, &member.position.tenure));
    }
    grid.lay(page);
    legend.lay(page);
}

/// Everyone who ever held a post in a unit.
pub(super) fn holders(page: &mut Page, answer: &HoldersAnswer) {
    post::unit_title(page, &answer.unit);
    if answer.holders.is_empty() {
        let nobody = "nobody is known to have held such a post".to_owned();
        page.line(&Line::plain(&unlisted(answer.total).map_or(nobody, |posts| format!("{posts}, none listed"))));
        if let Some(found) = answer.gaps.as_ref().filter(|gaps| !gaps.is_empty()) {
            let mut legend = Legend::default();
            gaps(page, found, &mut legend);
            legend.lay(page);
        }
        return;
    }
    of_total(page, answer.holders.len(), answer.total, "");
    page.gap();
    let mut legend = Legend::default();
    let mut grid = Grid::new(vec![
        Column::new("NAME").shrinks_to(12),
        Column::new("TITLE").shrinks_to(14),
        Column::new("UNIT").shrinks_to(10),
        Column::new("FROM"),
        Column::new("TO"),
        Column::new("REPORTS TO").shrinks_to(10).spared(2),
        Column::new("LAST SEEN").spared(0),
        Column::new("CONFIDENCE").spared(4),
        Column::new("ID").spared(3),
        Column::new("REMIT").shrinks_to(16).spared(1),
    ]);
    for holder in &answer.holders {
        legend.tenure(&holder.tenure);
        grid.row(held(&answer.unit, &answer.basis, Line::new(), &holder.person, &holder.tenure));
    }
    grid.lay(page);
    if let Some(found) = &answer.gaps {
        gaps(page, found, &mut legend);
    }
    legend.lay(page);
}

/// How many posts there are, where none of them is told.
fn unlisted(total: Option<usize>) -> Option<String> {
    total.filter(|total| *total > 0).map(|total| counted(total, "post", "posts"))
}

/// Tells how many there are, where not all of them are told. Whether that is so.
fn of_total(page: &mut Page, told: usize, total: Option<usize>, day: &str) -> bool {
    let more = total.filter(|total| *total > told);
    if let Some(total) = more {
        page.line(&Line::of(Ink::Faint, &format!("the first {told} of {total} posts{day}")));
    }
    more.is_some()
}

/// When none of the holders held it.
fn gaps(page: &mut Page, gaps: &[Gap], legend: &mut Legend) {
    page.gap();
    if gaps.is_empty() {
        page.line(&Line::plain("held by one of them all the time"));
        return;
    }
    page.section("Held by none of them", gaps.len());
    for gap in gaps {
        legend.certainty(&gap.certainty);
        let line = post::mark(&gap.certainty).with(Ink::Plain, " from ").then(&post::date(&gap.from));
        let line = match &gap.to {
            Some(to) => line.with(Ink::Plain, " to ").then(&post::date(to)),
            None => line.with(Ink::Plain, " on: nobody is known to have followed"),
        };
        page.line(&Line::plain("  ").then(&line));
    }
}

/// The cells of a person in a post; the unit only where it is not the one asked about.
fn held(asked: &Unit, basis: &BasisShown, sign: Line, person: &Person, tenure: &Tenure) -> Vec<Line> {
    let text = |text: &Option<String>| text.as_ref().map_or(Line::new(), |text| Line::plain(text));
    let unit = tenure.unit.as_ref().filter(|unit| unit.id != asked.id);
    vec![
        sign.with(Ink::Strong, &person.name),
        post::title(tenure),
        unit.map_or(Line::new(), |unit| Line::plain(&unit.name)),
        post::date(&tenure.from),
        tenure.to.as_ref().map_or(Line::new(), post::date),
        tenure.reports_to.as_ref().map_or(Line::new(), post::manager),
        post::last_seen(tenure, &basis.at),
        post::confidence(&tenure.confidence),
        Line::of(Ink::Faint, &person.id),
        text(&tenure.remit),
    ]
}

#[cfg(test)]
mod snapshots {
    use super::super::Answer;
    use super::super::samples::{self, check, check_at};
    use super::Gap;

    #[test]
    fn posts_read_as_sentences() {
        let answer = samples::person_answer();
        check(
            &Answer::Person(answer.clone()),
            "
许主洪  ~许主洪
also 許主洪, Steven Hoi, Steven C.H. Hoi

● 首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团
  since 2025-09-30; reports to 周靖人; responsible for 多模态交互模型, multimodal interaction; last seen 2025-11-01; confirmed; 2 events  ~许主洪@1f2e3d4c
○ Vice President [secondary] · 阿里巴巴集团
  since [2025-01..2025-02]; 3 events  ~许主洪@9a8b7c6d

● certain  ○ possible, by the dates alone
",
        );
    }

    #[test]
    fn members_stand_in_columns() {
        let answer = samples::who_answer();
        check(
            &Answer::Who(answer.clone()),
            "
通义实验室  ~alibaba/通义实验室  阿里巴巴集团
2 people, possibly 1 more on 2025-11-20

  NAME             TITLE                      UNIT    SINCE            UNTIL  REPORTS TO  LAST SEEN     CONFIDENCE  ID              REMIT
● 周靖人           CTO, Alibaba Cloud [lead]          2022-12                 Eddie Wu    no known day  confirmed   p/zhou-jingren
● 许主洪           首席科学家 [acting, lead]          2025-09-30              周靖人      2025-11-01    confirmed   ~许主洪         多模态交互模型, multimodal interaction
○ Zoë Ångström 👩‍🔬  [contractor]               语音组  [..2025-12-31]*  2026                             rumoured    zoe

● certain  ○ possible, by the dates alone   * inferred, stated by no source
",
        );
    }

    #[test]
    fn members_keep_within_a_terminal() {
        let answer = samples::who_answer();
        check_at(
            &Answer::Who(answer.clone()),
            Some(80),
            "
通义实验室  ~alibaba/通义实验室  阿里巴巴集团
2 people, possibly 1 more on 2025-11-20

  NAME             TITLE              UNIT    SINCE            UNTIL  CONFIDENCE
● 周靖人           CTO, Alibaba               2022-12                 confirmed
                   Cloud [lead]
● 许主洪           首席科学家                 2025-09-30              confirmed
                   [acting, lead]
○ Zoë Ångström 👩‍🔬  [contractor]       语音组  [..2025-12-31]*  2026   rumoured
no room for REPORTS TO, LAST SEEN, ID, REMIT

● certain  ○ possible, by the dates alone   * inferred, stated by no source
",
        );
    }

    #[test]
    fn gaps_stand_below_the_holders() {
        let gap = |from: &str, to: Option<&str>, certainty: &str| Gap {
            from: samples::day(from),
            to: to.map(samples::day),
            certainty: certainty.to_owned(),
        };
        let found = vec![gap("2012-01-01", Some("2012-03-01"), "certain"), gap("2020-02-01", None, "possible")];
        let told = |gaps: Vec<Gap>| {
            let mut answer = samples::holders_answer();
            answer.holders.truncate(1);
            answer.gaps = Some(gaps);
            let layout = super::super::Layout { width: None, color: super::super::Color::Plain };
            let text = super::super::render(&Answer::Holders(answer.clone()), super::super::Format::Table, &layout);
            text.expect("a table needs nothing that can fail").lines().skip(4).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            told(found),
            "\nHeld by none of them (2)\n  ● from 2012-01-01 to 2012-03-01\n  \
            ○ from 2020-02-01 on: nobody is known to have followed\n\n● certain  ○ possible, by the dates alone"
        );
        assert_eq!(told(Vec::new()), "\nheld by one of them all the time");
    }

    #[test]
    fn holders_stand_in_columns() {
        let answer = samples::holders_answer();
        check(
            &Answer::Holders(answer.clone()),
            "
通义实验室  ~alibaba/通义实验室  阿里巴巴集团

NAME    TITLE                      FROM        TO          REPORTS TO  LAST SEEN   CONFIDENCE  ID              REMIT
周靖人  CTO, Alibaba Cloud [lead]  2022-12     2025-09-30  Eddie Wu                confirmed   p/zhou-jingren
许主洪  首席科学家 [acting, lead]  2025-09-30              周靖人      2025-11-01  confirmed   ~许主洪         多模态交互模型, multimodal interaction
",
        );
    }
}
