//! The pages of evidence: why a tenure is believed, what an event says and what became of it, and what disagrees.

use axum::body::Body;
use axum::http::Response;
use maud::{Markup, html};
use serde_json::Value;
use tenure_answers::{Answer, Became, ConflictsAnswer, EventAnswer, EventRef, EventShown, Evidence, WhyAnswer};
use tenure_render::picture::{Footnote, clean};
use tenure_serve::Denial;

use super::layout::{name, person};
use super::person::marks;
use super::{Visit, post, shown};
use crate::marks::Marks;

/// The most events of one sort that are shown.
const EVENTS: usize = 200;
/// The most contradictions that are shown.
const CONFLICTS: usize = 200;

/// The page of a tenure or an event.
pub(super) async fn why(mut visit: Visit) -> Response<Body> {
    shown!(visit, why_made(&mut visit).await)
}

async fn why_made(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    let of = visit.must_give("of")?;
    let answer: Answer = visit.ask("why", &[("of", &of)]).await?;
    if let Answer::Event(answer) = answer {
        visit.basis = Some(answer.basis.clone());
        return visit.page("An event", Marks::default(), move |visit| event(visit, &answer)).await;
    }
    let answer: WhyAnswer = answer.narrow();
    visit.basis = Some(answer.basis.clone());
    let mut marks = Marks::default();
    answer.tenure.iter().for_each(|tenure| marks.tenure(tenure));
    visit.page("Evidence", marks, move |visit| tenure(visit, &answer)).await
}

fn tenure(visit: &Visit, answer: &WhyAnswer) -> Markup {
    let disputed = answer.contradicts.iter().map(|event| event.id.as_str()).collect();
    html! {
        h1 { "Evidence" }
        @if let Some(asked) = &answer.asked { p.about { "Asked for as " code { (asked) } ", whose place this tenure took." } }
        @match &answer.tenure {
            Some(tenure) => {
                (post::tenure(visit, None, tenure, &disputed))
                p.about { code { (tenure.tenure) } }
            },
            None => p { "No post is known on this day." },
        }
        (events(visit, "Says so", &answer.supports))
        (events(visit, "≠ Says otherwise", &answer.contradicts))
        (events(visit, "Said before, and corrected or restated since", &answer.replaced))
    }
}

fn events(visit: &Visit, heading: &str, events: &[Evidence]) -> Markup {
    html! {
        @if !events.is_empty() {
            section {
                h2 { (heading) }
                ol.evidence {
                    @for event in events.iter().take(EVENTS) { li { (evidence(visit, event)) } }
                }
                @if events.len() > EVENTS { p.about { (events.len() - EVENTS) " more are not shown here." } }
            }
        }
    }
}

/// An event as evidence, with the way to all that it says.
fn evidence(visit: &Visit, event: &Evidence) -> Markup {
    html! {
        p.source { (Footnote::of_evidence(event).footnote()) }
        p.tags {
            "recorded " time { (event.recorded_at) } " · "
            a href=(visit.link("/why", &[("of", &format!("#{}", event.seq))])) {
                "all that it says" span.hidden { ": event " (event.id) }
            }
        }
    }
}

fn event(visit: &Visit, answer: &EventAnswer) -> Markup {
    html! {
        h1 { @match &answer.event { Some(event) => { (event.evidence.event_type) }, None => "An event" } }
        @match &answer.event {
            Some(event) => (said(visit, event)),
            None => p { "It is about somebody of whom nothing is told any more." },
        }
        section aria-labelledby="became" { h2 id="became" { "What became of it" } (became(visit, &answer.became)) }
        @if !answer.supports.is_empty() {
            section aria-labelledby="supports" {
                h2 id="supports" { "What rests on it" }
                ul {
                    @for supported in answer.supports.iter().take(EVENTS) {
                        li {
                            (person(visit, &supported.person)) ": " (supported.what.join(", ").replace('_', " ")) " · "
                            a href=(visit.link("/why", &[("of", &supported.tenure)])) { (supported.tenure) }
                        }
                    }
                }
            }
        }
        @if !answer.replaces.is_empty() {
            section aria-labelledby="replaces" {
                h2 id="replaces" { "What it replaces" }
                ul { @for event in answer.replaces.iter().take(EVENTS) { li { (event_link(visit, event)) } } }
            }
        }
    }
}

fn said(visit: &Visit, event: &EventShown) -> Markup {
    html! {
        p.source { (Footnote::of_evidence(&event.evidence).footnote()) }
        p.tags {
            "recorded " time { (event.evidence.recorded_at) }
            @if let Some(url) = &event.quote_url { " · " a href=(url) rel="noreferrer noopener" { "the quote in its page" } }
        }
        dl.fields {
            @for (called, value) in &event.fields {
                dt { (clean(&called.replace('_', " "))) }
                dd {
                    @match event.names.get(called).zip(event.ids.get(called)) {
                        Some((meant, id)) => {
                            @let path = if is_person(&event.evidence.event_type, called) { "person" } else { "unit" };
                            a href=(visit.link(&format!("/{path}"), &[(path, id)])) { (name(visit, meant)) }
                            @if field(value) != *meant { " " span.about { "as " (clean(&field(value))) } }
                        },
                        None => (clean(&field(value))),
                    }
                }
            }
        }
        @if let Some(note) = &event.note { p { b { "Note: " } (name(visit, note)) } }
    }
}

/// What a field of an event says, in words: whom it names, a name with its language and dates, registers with their ids.
fn field(value: &Value) -> String {
    let joined = |parts: Vec<String>, by: &str| parts.join(by);
    match value {
        Value::Null => "nobody".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(all) => joined(all.iter().map(field).collect(), ", "),
        Value::Object(fields) => match ["name", "text", "id"].into_iter().find_map(|main| fields.get(main)?.as_str()) {
            Some(main) if fields.contains_key("text") => {
                let parts = ["lang", "from", "to"].into_iter().filter_map(|part| {
                    let text = fields.get(part)?.as_str()?;
                    Some(if part == "lang" { text.to_owned() } else { format!("{part} {text}") })
                });
                let parts = joined(parts.collect(), " ");
                if parts.is_empty() { main.to_owned() } else { format!("{main} ({parts})") }
            }
            Some(main) => main.to_owned(),
            None => joined(fields.iter().map(|(scheme, id)| format!("{scheme} {}", field(id))).collect(), ", "),
        },
    }
}

/// Whether a field of an event means a person.
fn is_person(event_type: &str, field: &str) -> bool {
    matches!(field, "person" | "reports_to" | "succeeds") || (field == "same_as" && event_type == "SamePerson")
}

fn event_link(visit: &Visit, event: &EventRef) -> Markup {
    html! {
        a href=(visit.link("/why", &[("of", &format!("#{}", event.seq))])) { (event.event_type) " #" (event.seq) }
        " by " (name(visit, &event.says)) ", reported " time { (event.reported_at) }
    }
}

fn became(visit: &Visit, became: &Became) -> Markup {
    let says = match became.state.as_str() {
        "live" => "It counts.",
        "not_believed" => "It counts, and another is believed.",
        "waiting" => "It counts, and what it retracts or corrects is not there yet.",
        "superseded" => "Its source has restated it.",
        "corrected" => "It was corrected.",
        "retracted" => "It was retracted.",
        "withheld" => "It is withheld: its person was erased.",
        "outside" => "What is asked for leaves it out.",
        other => other,
    };
    html! {
        p { (says) }
        @if let Some(by) = &became.by { p { "By " (event_link(visit, by)) } }
        @if let Some(reason) = &became.reason { p { "Reason: " (name(visit, reason)) } }
        @if let Some(stands) = &became.stands { p { "What stands: " (event_link(visit, stands)) } }
        @if let Some(waits) = &became.waits_for { p { "Waits for " code { (clean(waits)) } } }
        @if let Some(conflict) = &became.conflict { (post::conflicts(visit, std::slice::from_ref(conflict), 1)) }
    }
}

/// The page of contradictions: of a person, of a unit, or all.
pub(super) async fn conflicts(mut visit: Visit) -> Response<Body> {
    shown!(visit, conflicts_made(&mut visit).await)
}

async fn conflicts_made(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    let target = visit.given("target").map(str::to_owned);
    let asked: Vec<(&str, &str)> = target.iter().map(|target| ("target", target.as_str())).collect();
    let answer: ConflictsAnswer = visit.ask("conflicts", &asked).await?;
    visit.basis = Some(answer.basis.clone());
    let marks = match &target {
        Some(target) => marks(visit, target).await,
        None => Marks::default(),
    };
    let body = move |visit: &Visit| {
        html! {
            h1 { "Contradictions" @if let Some(target) = &target { " about " (name(visit, target)) } }
            @if answer.conflicts.is_empty() { p { "None is known on this basis." } }
            (post::conflicts(visit, &answer.conflicts, CONFLICTS))
        }
    };
    visit.page("Contradictions", marks, body).await
}
