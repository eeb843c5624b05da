//! A post as pages show it: what it was, when, how sure that is, and the way to its evidence.

use std::collections::BTreeSet;

use maud::{Markup, html};
use tenure_answers::{Bounds, Conflict, Person, Position, Tenure};
use tenure_render::picture::words;

use super::Visit;
use super::layout::{name, person, sentence, unit_of};

/// The events that take part in a contradiction.
pub(super) fn disputed(conflicts: &[Conflict]) -> BTreeSet<&str> {
    conflicts.iter().flat_map(|conflict| &conflict.events).map(String::as_str).collect()
}

/// A post, with its holder where that is given.
pub(super) fn tenure(visit: &Visit, holder: Option<&Person>, tenure: &Tenure, disputed: &BTreeSet<&str>) -> Markup {
    let at = visit.basis.as_ref().map_or("", |basis| basis.at.as_str());
    let doubted = tenure.supports.iter().any(|event| disputed.contains(event.as_str()));
    html! {
        p.seat {
            @if let Some(holder) = holder { b { (person(visit, holder)) } " · " }
            @match &tenure.title { Some(title) => b { (name(visit, title)) }, None => i { "title unknown" } }
            @if let Some(unit) = &tenure.unit { " · " (unit_of(visit, &unit.id, &unit.name)) }
            " · " (unit_of(visit, &tenure.company.id, &tenure.company.name))
        }
        p.when { (words::span(tenure, at)) }
        p.tags {
            (words::tags(tenure))
            @if let Some(manager) = &tenure.reports_to {
                " · reports to " (person(visit, manager)) @if let Some(left) = &manager.left { " (" (words::left(left)) ")" }
            }
            @if let Some(remit) = &tenure.remit { " · " (name(visit, remit)) }
            " · " a.why href=(visit.link("/why", &[("of", &tenure.tenure)])) {
                "evidence: " (tenure.supports.len()) @if tenure.supports.len() == 1 { " event" } @else { " events" }
                span.hidden { " for " (tenure.tenure) }
            }
            @if doubted { " · " span.disputed { "≠ sources disagree" } }
        }
    }
}

/// A post on a day.
pub(super) fn position(visit: &Visit, holder: Option<&Person>, post: &Position, disputed: &BTreeSet<&str>) -> Markup {
    html! {
        li class={ "post " (post.certainty) } {
            span.certainty {
                @match post.certainty.as_str() {
                    "certain" => "● certain",
                    "absent" => "not in force on the day",
                    _ => "○ possible",
                }
            }
            (tenure(visit, holder, &post.tenure, disputed))
        }
    }
}

/// A list of posts.
pub(super) fn positions<'p>(
    visit: &Visit,
    posts: impl Iterator<Item = (Option<&'p Person>, &'p Position)>,
    disputed: &BTreeSet<&str>,
) -> Markup {
    html! { ul.posts { @for (holder, post) in posts { (position(visit, holder, post, disputed)) } } }
}

/// A date in words.
pub(super) fn date(bounds: &Bounds) -> String {
    words::date(bounds, "", "")
}

/// Contradictions, each with the events that take part in it.
pub(super) fn conflicts(visit: &Visit, conflicts: &[Conflict], most: usize) -> Markup {
    html! {
        ul.conflicts {
            @for conflict in conflicts.iter().take(most) {
                li {
                    p {
                        span.disputed { "≠ " (words::conflict(&conflict.kind)) }
                        @if let Some(of) = &conflict.person { " · " (person(visit, of)) }
                        @if let Some(of) = &conflict.unit { " · " (unit_of(visit, &of.id, &of.name)) }
                    }
                    p { (sentence(visit, &conflict.detail)) }
                    p.tags {
                        "events: "
                        @for (i, event) in conflict.events.iter().take(EVENTS).enumerate() {
                            @if i > 0 { ", " }
                            a href=(visit.link("/why", &[("of", event)])) { (event) }
                        }
                        @if conflict.events.len() > EVENTS { " and " (conflict.events.len() - EVENTS) " more" }
                    }
                }
            }
        }
        @if conflicts.len() > most { p.about { (conflicts.len() - most) " more are not shown here." } }
    }
}

/// The most events of a contradiction that are named.
const EVENTS: usize = 12;
