//! `career`: the whole timeline of a person.

use tenure_query::answer::{CareerAnswer, Tenure};

use super::evidence;
use super::ink::{Ink, Line};
use super::page::Page;
use super::post::{self, Legend};
use super::timeline::Axis;

/// The narrowest picture that still tells something, and the widest that the eye follows.
const BAR: (usize, usize) = (16, 100);

/// One bar for each tenure over a common axis, and below it what the tenure was.
pub(super) fn career(page: &mut Page, answer: &CareerAnswer) {
    post::person_title(page, &answer.person);
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
    let axis = Axis::over(&answer.tenures, &answer.basis.at, room.clamp(BAR.0, BAR.1));
    let labels = axis.as_ref().map_or(Line::new(), Axis::labels);
    page.line(&dated(&Line::of(Ink::Faint, "FROM"), &Line::of(Ink::Faint, "TO")).then(&labels));
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
        let said = Line::plain("  ").then(&Line::joined(&post::particulars(tenure), ", "));
        page.prose(&said.with(Ink::Plain, "  ").with(Ink::Faint, &tenure.tenure), 4);
    }
}
