//! `why` of one event: what it says, who says so, when, what it supports, and what became of it.

use tenure_answers::{Became, EventAnswer, EventRef, EventShown};

use super::evidence::{day_of, in_short, source_lines, when};
use super::ink::{Ink, Line};
use super::journal;
use super::page::Page;
use super::post;

/// The event, and what became of it.
pub(super) fn event(page: &mut Page, answer: &EventAnswer) {
    match &answer.event {
        None => page.line(&Line::of(Ink::Faint, "(about an erased person)")),
        Some(event) => event_lines(page, event),
    }
    page.gap();
    fate(page, &answer.became);
    if !answer.supports.is_empty() {
        page.gap();
        page.section("Supports", answer.supports.len());
        let ids = post::Ids::of(answer.supports.iter().map(|held| &held.tenure));
        for held in &answer.supports {
            let line = Line::plain("  ").with(Ink::Plain, &held.person.name).with(Ink::Plain, ": ");
            let what: Vec<String> = held.what.iter().map(|part| part.replace('_', " ")).collect();
            let line =
                line.with(Ink::Plain, &what.join(", ")).with(Ink::Faint, &format!("  {}", ids.shown(&held.tenure)));
            page.prose(&line, 4);
        }
    }
    if !answer.replaces.is_empty() {
        page.gap();
        page.section("Replaces", answer.replaces.len());
        for other in &answer.replaces {
            page.prose(&Line::plain("  ").then(&reference(other)), 4);
        }
    }
}

fn event_lines(page: &mut Page, event: &EventShown) {
    let said = &event.evidence;
    let head = Line::of(Ink::Strong, &said.event_type).with(Ink::Faint, &format!("  #{}  {}", said.seq, said.id));
    page.prose(&head, 2);
    page.prose(&Line::plain(&journal::summary_of(event)), 2);
    let clocks = [("effective", when(said)), ("reported", day_of(&said.reported_at).to_owned())];
    let recorded = ("recorded", said.recorded_at.clone());
    for (name, at) in clocks.into_iter().chain([recorded]) {
        page.prose(&Line::of(Ink::Faint, &format!("{name:<11}")).with(Ink::Plain, &at), 2);
    }
    let confidence = post::confidence(&said.confidence);
    if !confidence.is_empty() {
        page.prose(&Line::of(Ink::Faint, &format!("{:<11}", "confidence")).then(&confidence), 2);
    }
    page.gap();
    source_lines(page, said, "", event.quote_url.as_deref());
    if let Some(note) = &event.note {
        page.prose(&Line::of(Ink::Faint, "note: ").with(Ink::Plain, note), 2);
    }
}

/// An event in a line: its position and id, its type, who says so.
fn reference(event: &EventRef) -> Line {
    let line = Line::of(Ink::Faint, &format!("#{} ", event.seq)).with(Ink::Plain, &event.event_type);
    let said = format!(", {}, reported {}", event.says, day_of(&event.reported_at));
    line.with(Ink::Plain, &said).with(Ink::Faint, &format!("  {}", event.id))
}

fn fate(page: &mut Page, became: &Became) {
    let (ink, words) = match became.state.as_str() {
        "live" => (Ink::Sure, "live"),
        "waiting" => (Ink::Doubt, "live, and waits for an event that is not there"),
        "not_believed" => (Ink::Doubt, "not believed"),
        "superseded" => (Ink::Gone, "restated by its source under the same key"),
        "corrected" => (Ink::Gone, "corrected"),
        "retracted" => (Ink::Gone, "retracted"),
        "withheld" => (Ink::Gone, "withheld: its person was erased"),
        "outside" => (Ink::Gone, "left out by the filters asked for"),
        other => (Ink::Plain, other),
    };
    let mut line = Line::of(ink, words);
    if let Some(id) = &became.waits_for {
        line = line.with(Ink::Plain, ": ").with(Ink::Faint, id);
    }
    if let Some(conflict) = &became.conflict {
        line = line.with(Ink::Plain, &format!(" ({}: {})", in_short(&conflict.kind), conflict.detail));
    }
    page.prose(&line, 2);
    let others =
        [(if became.state == "not_believed" { "believed" } else { "by" }, &became.by), ("now stands", &became.stands)];
    for (word, other) in others {
        if let Some(other) = other {
            page.prose(&Line::plain(&format!("  {word} ")).then(&reference(other)), 4);
        }
    }
    if let Some(reason) = &became.reason {
        page.prose(&Line::plain("  because: ").with(Ink::Plain, reason), 4);
    }
}

#[cfg(test)]
mod snapshots {
    use super::super::Answer;
    use super::super::samples::{self, check};

    #[test]
    fn an_event_tells_what_became_of_it() {
        let answer = samples::event_answer();
        check(
            &Answer::Event(answer.clone()),
            "
TransferredUnit  #5  2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11
许主洪 moved to 通义实验室, 阿里巴巴集团 as Scientist
effective  2025-09-30
reported   2025-09-30T06:00:00Z
recorded   2025-10-01T08:15:30.123456Z
confidence confirmed

华尔街见闻, reported 2025-09-30T06:00:00Z: 许主洪转岗通义
https://web-origin.lbkrs.com/news/259456682#:~:text=%E8%BD%AC
“许主洪已转岗至通义实验室， 负责多模态交互模型方向，向周靖人汇报。”
note: read by hand

retracted
  by #12 EventRetracted, Harbour Labs, reported 2025-11-02  e12
  because: the page was withdrawn

Supports (1)
  许主洪: start, title  ~许主洪@1f2e3d4c

Replaces (1)
  #4 TransferredUnit, Harbour Labs, reported 2025-11-02  e4
",
        );
    }
}
