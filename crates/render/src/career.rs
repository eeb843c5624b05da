//! `career`: the whole timeline of a person.

use tenure_answers::{CareerAnswer, Tenure};

use super::evidence;
use super::ink::{Ink, Line};
use super::page::Page;
use super::post::{self, Ids, Legend};
use super::timeline::Axis;

/// The narrowest picture that still tells something, and the widest that the eye follows.
const BAR: (usize, usize) = (16, 100);

/// One bar for each tenure over a common axis, and below it what the tenure was.
pub(super) fn career(page: &mut Page, answer: &CareerAnswer) {
    post::person_title(page, &answer.person);
    post::died(page, answer.died.as_ref());
    page.gap();
    let mut legend = Legend::default();
    if answer.tenures.is_empty() {
        page.line(&Line::plain("no posts known"));
    } else {
        timeline(page, answer, &mut legend);
    }
    if !answer.conflicts.is_empty() {
        page.gap();
        page.section("Sources disagree", answer.conflicts.len());
        for conflict in &answer.conflicts {
            let events = format!("  {}", conflict.events.join(", "));
            let line = Line::plain("  ").with(Ink::Doubt, evidence::in_short(&conflict.kind));
            let line = line.with(Ink::Plain, ": ").with(Ink::Plain, &conflict.detail);
            page.prose(&line.with(Ink::Faint, &events), 4);
        }
    }
    legend.lay(page);
}

fn timeline(page: &mut Page, answer: &CareerAnswer, legend: &mut Legend) {
    let until = |tenure: &Tenure| tenure.to.as_ref().map_or(Line::of(Ink::Faint, "-"), post::date);
    let widest = |header: &str, cell: &dyn Fn(&Tenure) -> Line| {
        answer.tenures.iter().map(|t| cell(t).width()).chain([header.len()]).max().unwrap_or(0)
    };
    let (from_width, to_width) = (widest("FROM", &|t| post::date(&t.from)), widest("TO", &until));
    let dated = |from: &Line, to: &Line| {
        let blanks = |n: usize| " ".repeat(n);
        let line = from.clone().with(Ink::Plain, &blanks(from_width + 2 - from.width()));
        line.then(to).with(Ink::Plain, &blanks(to_width + 2 - to.width()))
    };
    let room = page.picture_width().saturating_sub(from_width + to_width + 4);
    let axis = if room < BAR.0 { None } else { Axis::over(&answer.tenures, &answer.basis.at, room.min(BAR.1)) };
    let labels = axis.as_ref().map_or(Line::new(), Axis::labels);
    page.line(&dated(&Line::of(Ink::Faint, "FROM"), &Line::of(Ink::Faint, "TO")).then(&labels));
    let ids = Ids::of(answer.tenures.iter().map(|tenure| &tenure.tenure));
    for tenure in &answer.tenures {
        legend.tenure(tenure);
        let mut line = dated(&post::date(&tenure.from), &until(tenure));
        if let Some(axis) = &axis {
            let (bar, vague) = axis.bar(tenure);
            line = line.then(&bar);
            if vague {
                legend.vague_bars();
            }
        }
        page.line(&line);
        page.prose(&Line::plain("  ").then(&post::seat(tenure)), 4);
        let said = Line::plain("  ").then(&Line::joined(&post::particulars(tenure, &answer.basis.at), "; "));
        page.prose(&said.with(Ink::Plain, "  ").with(Ink::Faint, ids.shown(&tenure.tenure)), 4);
    }
}

#[cfg(test)]
mod snapshots {
    use super::super::Answer;
    use super::super::samples::{self, check, check_at};

    #[test]
    fn tenures_are_drawn_over_one_axis() {
        let answer = samples::career_answer();
        check(
            &Answer::Career(answer.clone()),
            "
许主洪  ~许主洪
also 許主洪, Steven Hoi, Steven C.H. Hoi

FROM                TO                     2015        2020        2025
[..2015]            2019*                  ◁░████████░░┊           ┊
  Professor · Singapore Management University
  1 event  ~许主洪@aaaa0001
2019                [2024-12..2025-01-15]  ┊         ░░████████████┊
  Managing Director [lead] · Salesforce Research Asia · Salesforce
  reports to Silvio Savarese; 1 event  ~许主洪@aaaa0002
[2023..]            202X                   ┊           ┊      ░░░░░░░░░░░░░░░░░
  HyperAGI [board]
  1 event  ~许主洪@aaaa0003
[2025-01..2025-02]  -                      ┊           ┊           ██▶
  Vice President [secondary] · 阿里巴巴集团
  3 events  ~许主洪@9a8b7c6d
2025-02             2025-09-30*            ┊           ┊           ██
  首席科学家 · 智能信息事业群 · 阿里巴巴集团
  rumoured; 1 event  ~许主洪@00c0ffee
2025-09-30          -                      ┊           ┊           ┊█▶
  首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团
  reports to 周靖人; responsible for 多模态交互模型, multimodal interaction; last seen 2025-11-01; confirmed; 2 events  ~许主洪@1f2e3d4c

Sources disagree (2)
  dates disagree: the start is dated differently; 2025-02 is believed  2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11, e7
  fields disagree: one claim, several titles: `副总裁`, `Vice President`  2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11, e7

█ certain  ░ possible, by the dates alone   * inferred, stated by no source
",
        );
    }

    #[test]
    fn a_career_keeps_within_a_terminal() {
        let answer = samples::career_answer();
        check_at(
            &Answer::Career(answer.clone()),
            Some(60),
            "
许主洪  ~许主洪
also 許主洪, Steven Hoi, Steven C.H. Hoi

FROM                TO                          2020
[..2015]            2019*                  ◁███░┊
  Professor · Singapore Management University
  1 event  ~许主洪@aaaa0001
2019                [2024-12..2025-01-15]      ░██████
  Managing Director [lead] · Salesforce Research Asia ·
    Salesforce
  reports to Silvio Savarese; 1 event  ~许主洪@aaaa0002
[2023..]            202X                        ┊   ░░░░░░░
  HyperAGI [board]
  1 event  ~许主洪@aaaa0003
[2025-01..2025-02]  -                           ┊     █▶
  Vice President [secondary] · 阿里巴巴集团
  3 events  ~许主洪@9a8b7c6d
2025-02             2025-09-30*                 ┊    █
  首席科学家 · 智能信息事业群 · 阿里巴巴集团
  rumoured; 1 event  ~许主洪@00c0ffee
2025-09-30          -                           ┊     █▶
  首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团
  reports to 周靖人; responsible for 多模态交互模型,
    multimodal interaction; last seen 2025-11-01; confirmed;
    2 events  ~许主洪@1f2e3d4c

Sources disagree (2)
  dates disagree: the start is dated differently; 2025-02 is
    believed  2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11, e7
  fields disagree: one claim, several titles: `副总裁`,
    `Vice President`  2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11,
    e7

█ certain  ░ possible, by the dates alone
* inferred, stated by no source
",
        );
    }
}
