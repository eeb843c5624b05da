//! The page of what changed between two points: what happened, and what was learned.

use axum::body::Body;
use axum::http::Response;
use maud::{Markup, html};
use tenure_answers::{Answer, Change, DiffAnswer, Position, Target};
use tenure_render::picture::words;
use tenure_serve::Denial;

use super::layout::{name, person, unit};
use super::{Visit, shown};
use crate::marks::Marks;

/// The most changes of one sort that are shown.
const CHANGES: usize = 300;

/// The page of what changed.
pub(super) async fn diff(mut visit: Visit) -> Response<Body> {
    shown!(visit, made(&mut visit).await)
}

async fn made(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    joined(visit);
    let target = visit.given("target").map(str::to_owned);
    let clocks = [&visit.clocks.at, &visit.clocks.known];
    let two_points = clocks.into_iter().flatten().any(|text| text.contains("..") || text.len() < 8);
    let (Some(target), true) = (&target, two_points) else {
        let body = html! { h1 { "What changed" } (form(visit)) };
        return Ok(visit.page("What changed", &Marks::default(), &body));
    };
    let Answer::Diff(answer) = visit.ask("diff", &[("target", target)]).await? else { unreachable!("it answers so") };
    visit.basis = Some(answer.basis.clone());
    let body = body(visit, &answer);
    Ok(visit.page("What changed", &Marks::default(), &body))
}

/// Puts the two fields of a form for each clock together, as questions have them.
fn joined(visit: &mut Visit) {
    for clock in ["at", "known"] {
        let ends = [format!("{clock}_from"), format!("{clock}_to")];
        let [from, to] = ends.each_ref().map(|name| visit.given(name).unwrap_or_default().to_owned());
        visit.pairs.retain(|(name, _)| !ends.contains(name));
        if !from.is_empty() || !to.is_empty() {
            visit.pairs.retain(|(name, _)| name != clock);
            visit.pairs.push((clock.to_owned(), format!("{from}..{to}")));
        }
    }
    visit.clocks = super::Clocks::of(&visit.pairs);
}

fn form(visit: &Visit) -> Markup {
    let ends = |clock: &Option<String>| {
        let (from, to) = clock.as_deref().and_then(|text| text.split_once("..")).unwrap_or_default();
        (from.get(..10).unwrap_or(from).to_owned(), to.get(..10).unwrap_or(to).to_owned())
    };
    let at = ends(&visit.clocks.at);
    let known = ends(&visit.clocks.known);
    html! {
        form.points method="get" action="/diff" {
            p { label for="target" { "Person, unit or company" } input id="target" name="target" required value=[visit.given("target")]; }
            (points("at", "In the world", &at))
            (points("known", "In what was known", &known))
            @if let Some(recorded) = &visit.clocks.recorded { input type="hidden" name="recorded" value=(recorded); }
            button type="submit" { "Compare" }
        }
    }
}

fn points(clock: &str, legend: &str, (from, to): &(String, String)) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            label for={ (clock) "-from" } { "from" }
            input id={ (clock) "-from" } type="date" name={ (clock) "_from" } value=(from);
            label for={ (clock) "-to" } { "to" }
            input id={ (clock) "-to" } type="date" name={ (clock) "_to" } value=(to);
        }
    }
}

fn body(visit: &Visit, answer: &DiffAnswer) -> Markup {
    html! {
        h1 {
            "What changed: "
            @match &answer.target { Target::Person(of) => (person(visit, of)), Target::Unit(of) => (unit(visit, of)) }
        }
        (form(visit))
        (changes(visit, "happened", "Happened", "Nothing happened between these days.", &answer.happened))
        (changes(visit, "learned", "Learned", "Nothing was learned between these points.", &answer.learned))
    }
}

fn changes(visit: &Visit, id: &str, heading: &str, none: &str, changes: &[Change]) -> Markup {
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (heading) }
            @if changes.is_empty() { p { (none) } }
            ul.changes { @for one in changes.iter().take(CHANGES) { li { (change(visit, one)) } } }
            @if changes.len() > CHANGES { p.about { (changes.len() - CHANGES) " more are not shown here." } }
        }
    }
}

fn change(visit: &Visit, change: &Change) -> Markup {
    html! {
        p.seat {
            b { (change.kind.replace('_', " ")) }
            @if let Some(of) = &change.person { " · " (person(visit, of)) }
            @if let Some(of) = &change.unit { " · " (unit(visit, of)) }
        }
        @if let Some(before) = &change.before { (side(visit, "before", before)) }
        @if let Some(after) = &change.after { (side(visit, "after", after)) }
    }
}

fn side(visit: &Visit, which: &str, post: &Position) -> Markup {
    let at = visit.basis.as_ref().map_or("", |basis| basis.at.as_str());
    html! {
        p.when {
            span.about { (which) ": " } (name(visit, &words::seat(&post.tenure))) " · " (words::span(&post.tenure, at)) " · "
            a.why href=(visit.link("/why", &[("of", &post.tenure.tenure)])) { "evidence" span.hidden { " for " (post.tenure.tenure) } }
        }
    }
}
