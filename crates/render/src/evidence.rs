//! `why` and `conflicts`: which sources say so, and where they disagree.

use serde_json::Value;
use tenure_answers::{Conflict, ConflictsAnswer, Evidence, WhyAnswer};
use tenure_domain::conflict::ConflictKind;

use super::ink::{Ink, Line};
use super::page::Page;
use super::post::{self, Ids, Legend};

/// A source, as an event gives it: an address or name alone, or an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SourceFields<'v> {
    pub(super) publisher: Option<&'v str>,
    pub(super) url: Option<&'v str>,
    pub(super) title: Option<&'v str>,
    pub(super) quote: Option<&'v str>,
    pub(super) key: Option<&'v str>,
    pub(super) lang: Option<&'v str>,
    pub(super) locator: Option<&'v str>,
    pub(super) archive_url: Option<&'v str>,
}

impl<'v> SourceFields<'v> {
    pub(super) fn of(value: &'v Value) -> SourceFields<'v> {
        match value.as_str() {
            Some(text) if text.contains("://") => SourceFields { url: Some(text), ..SourceFields::default() },
            Some(text) => SourceFields { publisher: Some(text), ..SourceFields::default() },
            None => {
                let field = |name: &str| value.get(name).and_then(Value::as_str);
                let exact = |quote: &'v Value| quote.as_str().or_else(|| quote.get("exact").and_then(Value::as_str));
                SourceFields {
                    publisher: field("publisher"),
                    url: field("url"),
                    title: field("title"),
                    quote: value.get("quote").and_then(exact),
                    key: field("key"),
                    lang: field("lang"),
                    locator: field("locator"),
                    archive_url: field("archive_url"),
                }
            }
        }
    }

    /// Who says so: the publisher, else the host of the address.
    pub(super) fn says(&self) -> &'v str {
        let host = |url: &'v str| url.split_once("://").and_then(|(_, rest)| rest.split('/').next());
        self.publisher.or(self.url.and_then(host)).or(self.url).unwrap_or("a source without a name")
    }
}

/// A tenure, and the events that support it, say otherwise, or were replaced.
pub(super) fn why(page: &mut Page, answer: &WhyAnswer) {
    let mut legend = Legend::default();
    if let Some(tenure) = &answer.tenure {
        legend.tenure(tenure);
        let ids = Ids::of(answer.tenure.iter().map(|tenure| &tenure.tenure));
        let seat = post::seat(tenure).with(Ink::Plain, "  ").with(Ink::Faint, ids.shown(&tenure.tenure));
        page.prose(&seat, 2);
        let mut said = vec![post::term(tenure)];
        said.extend(post::particulars(tenure, &answer.basis.at));
        page.prose(&Line::joined(&said, "; "), 2);
    } else {
        page.line(&Line::plain(&format!("no post on {}", answer.basis.at)));
    }
    let sections =
        [("Supports", &answer.supports), ("Contradicts", &answer.contradicts), ("Replaced", &answer.replaced)];
    for (name, events) in sections {
        if events.is_empty() {
            continue;
        }
        page.gap();
        page.section(name, events.len());
        for event in events {
            event_lines(page, event);
        }
    }
    legend.lay(page);
}

fn event_lines(page: &mut Page, event: &Evidence) {
    let head = Line::plain("  ").with(Ink::Plain, &when(event));
    let head = head.with(Ink::Plain, "  ").with(Ink::Strong, &event.event_type);
    let head = match post::confidence(&event.confidence) {
        word if word.is_empty() => head,
        word => head.with(Ink::Plain, "  ").then(&word),
    };
    page.prose(&head.with(Ink::Faint, &format!("  #{} {}", event.seq, event.id)), 4);
    source_lines(page, event, "    ", None);
}

/// Who says so, where, and in which words. `marked` is the address at which the quoted words are marked.
pub(super) fn source_lines(page: &mut Page, event: &Evidence, indent: &str, marked: Option<&str>) {
    let source = SourceFields::of(&event.source);
    let said = Line::plain(indent).with(Ink::Plain, source.says());
    let said = said.with(Ink::Plain, ", reported ").with(Ink::Plain, day_of(&event.reported_at));
    let said = match source.title {
        Some(title) => said.with(Ink::Plain, ": ").with(Ink::Plain, title),
        None => said,
    };
    page.prose(&said, 4);
    let places = [("key ", source.key), ("", source.locator)];
    let places: Vec<Line> =
        places.into_iter().filter_map(|(word, text)| Some(Line::plain(word).with(Ink::Plain, text?))).collect();
    if !places.is_empty() {
        page.prose(&Line::plain(indent).then(&Line::joined(&places, ", ")), 4);
    }
    for address in marked.or(source.url).into_iter().chain(source.archive_url) {
        page.whole(&Line::plain(indent).with(Ink::Faint, address));
    }
    if let Some(quote) = source.quote {
        page.prose(&Line::plain(indent).with(Ink::Plain, "“").with(Ink::Plain, quote).with(Ink::Plain, "”"), 5);
    }
}

/// The day of an instant, where it was given as no more than a day.
pub(super) fn day_of(instant: &str) -> &str {
    instant.strip_suffix("T00:00:00Z").unwrap_or(instant)
}

/// A kind of conflict in a few words.
pub(super) fn in_short(kind: &str) -> &str {
    let Some(known) = ConflictKind::named(kind) else { return kind };
    match known {
        ConflictKind::DateDisagrees => "dates disagree",
        ConflictKind::FieldDisagrees => "fields disagree",
        ConflictKind::ContestedMove => "contested move",
        ConflictKind::MissingLink => "missing link",
        ConflictKind::SeenAfterEnd => "seen after the end",
        ConflictKind::TwoLeads => "two leads",
        ConflictKind::TwoEmployers => "two employers",
        ConflictKind::AfterDeath => "after the death",
        ConflictKind::OutlivesUnit => "outlives the unit",
        ConflictKind::SharedIdentifier => "shared identifier",
        ConflictKind::AmbiguousName => "ambiguous name",
        ConflictKind::KeyReused => "key reused",
        ConflictKind::Cycle => "cycle",
    }
}

/// What a kind of conflict means.
fn in_a_sentence(kind: &str) -> &'static str {
    let Some(known) = ConflictKind::named(kind) else { return "" };
    match known {
        ConflictKind::DateDisagrees => "Sources date a start or an end differently.",
        ConflictKind::FieldDisagrees => "Sources give different titles, units or managers for one post.",
        ConflictKind::ContestedMove => {
            "Sources move one person to different units on the same day; one move is applied."
        }
        ConflictKind::MissingLink => "A move must have happened in between that no source tells.",
        ConflictKind::SeenAfterEnd => "A source saw somebody in a post after it had ended.",
        ConflictKind::TwoLeads => "Several people lead one unit on the same days, and none of them is acting.",
        ConflictKind::TwoEmployers => "One person is seen in two companies at once, or two people bear one name.",
        ConflictKind::AfterDeath => {
            "A source has somebody in a post after the death: it is stale, or means a namesake."
        }
        ConflictKind::OutlivesUnit => "A post is stated to go on after its unit was dissolved.",
        ConflictKind::SharedIdentifier => "Two ids claim one identifier: one of them is wrong, or they are one.",
        ConflictKind::AmbiguousName => "A name can mean several ids, and nothing says which.",
        ConflictKind::KeyReused => "A source uses one key for several statements.",
        ConflictKind::Cycle => "A unit would stand under itself.",
    }
}

/// Conflicts by kind, each in a line.
pub(super) fn conflicts(page: &mut Page, answer: &ConflictsAnswer) {
    if answer.conflicts.is_empty() {
        page.line(&Line::plain("no conflicts"));
        return;
    }
    for (i, group) in answer.conflicts.chunk_by(|a, b| a.kind == b.kind).enumerate() {
        if i > 0 {
            page.gap();
        }
        let kind = &group[0].kind;
        page.section(&capitalised(in_short(kind)), group.len());
        page.prose(&Line::of(Ink::Faint, in_a_sentence(kind)), 0);
        for conflict in group {
            conflict_lines(page, conflict);
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn conflict_lines(page: &mut Page, conflict: &Conflict) {
    let mut about = Vec::new();
    if let Some(person) = &conflict.person {
        about.push(post::person(person));
    }
    if let Some(unit) = &conflict.unit {
        about.push(post::place(unit).with(Ink::Plain, "  ").with(Ink::Faint, &unit.id));
    }
    let mut line = Line::plain("  ");
    if !about.is_empty() {
        line = line.then(&Line::joined(&about, ", ")).with(Ink::Plain, ": ");
    }
    page.prose(&line.with(Ink::Plain, &conflict.detail), 4);
    page.prose(&Line::of(Ink::Faint, &format!("    {}", conflict.events.join(", "))), 4);
}

/// When it happened: the interval of a `HeldPost`, else the date of the change.
pub(super) fn when(event: &Evidence) -> String {
    match (&event.to, &event.seen) {
        (Some(to), _) => format!("{} to {to}", event.effective),
        (None, Some(seen)) => format!("{}, seen {seen}", event.effective),
        (None, None) => event.effective.clone(),
    }
}

#[cfg(test)]
mod snapshots {
    use super::super::Answer;
    use super::super::samples::{self, check};

    #[test]
    fn evidence_shows_its_sources() {
        let answer = samples::why_answer();
        check(
            &Answer::Why(answer.clone()),
            "
首席科学家 [acting, lead] · 通义实验室 · 阿里巴巴集团  ~许主洪@1f2e3d4c
since 2025-09-30; reports to 周靖人; responsible for 多模态交互模型, multimodal interaction; last seen 2025-11-01; confirmed; 2 events

Supports (2)
  2025-09-30  TransferredUnit  confirmed  #5 2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11
    华尔街见闻, reported 2025-09-30T06:00:00Z: 许主洪转岗通义
    https://web-origin.lbkrs.com/news/259456682
    “许主洪已转岗至通义实验室， 负责多模态交互模型方向，向周靖人汇报。”
  2025-09-30  TransferredUnit  #6 e6
    The Daily Ledger, reported 2025-09-30T06:00:00Z

Contradicts (1)
  2025-09-30  TransferredUnit  rumoured  #9 e9
    www.667687.com, reported 2025-09-29
    http://www.667687.com/p/507076.html
",
        );
    }

    #[test]
    fn conflicts_stand_by_kind() {
        let answer = samples::conflicts_answer();
        check(
            &Answer::Conflicts(answer.clone()),
            "
Ambiguous name (1)
A name can mean several ids, and nothing says which.
  Lin Wei  ~linwei: one of lin, p/lin-wei-2 can be meant
    2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11, e7

Dates disagree (2)
Sources date a start or an end differently.
  许主洪  ~许主洪: the start is dated differently; 2025-02 is believed
    2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11, e7
  周靖人  p/zhou-jingren: the end is dated differently; 2025-09-30 is believed
    2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11, e7

Two leads (1)
Several people lead one unit on the same days, and none of them is acting.
  通义实验室 · 阿里巴巴集团  ~alibaba/通义实验室: 周靖人 and 许主洪 both lead from 2025-09-30 on
    2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11, e7
",
        );
    }
}
