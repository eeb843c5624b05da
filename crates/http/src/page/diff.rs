//! The page of what changed between two points: what happened, and what was learned.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Response;
use maud::{Markup, html};
use tenure_answers::{Change, ConflictsAnswer, DiffAnswer, Position, Target};
use tenure_domain::day::{Day, Instant};
use tenure_ledger::dates;
use tenure_serve::Denial;

use super::clocks::field_kind;
use super::layout::{person, unit};
use super::{Pair, Visit, post, shown};
use crate::marks::Marks;

/// The most changes of one sort that are shown.
const CHANGES: usize = 300;

/// The page of what changed.
pub(super) async fn diff(mut visit: Visit) -> Response<Body> {
    shown!(visit, made(&mut visit).await)
}

async fn made(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    let target = visit.given("target").map(str::to_owned);
    let are_two = visit.all_terms()?.are_two_points().map_err(|error| visit.state.page_desk.denial(error))?;
    let (Some(target), true) = (&target, are_two) else {
        let body = |visit: &Visit| {
            html! {
                h1 { "What changed" }
                p { "Name a person, a unit or a company, and two days, or two points of what was known." }
                (form(visit))
            }
        };
        return visit.page("What changed", Marks::default(), body).await;
    };
    let answer: DiffAnswer = visit.ask("diff", &[("target", target)]).await?;
    visit.basis = Some(answer.basis.clone());
    let points = Points::of(visit, &answer).await;
    visit.page("What changed", Marks::default(), move |visit| body(visit, &answer, &points)).await
}

/// A point of a comparison: what stood there leads to pages on the clocks of it.
struct Point {
    visit: Visit,
    /// The events that take part in a contradiction, as known there.
    disputed: BTreeSet<String>,
}

/// The points of a comparison.
struct Points {
    /// The earlier day, as known at first.
    first: Point,
    /// The earlier day, as known later.
    then: Point,
    /// The later day, as known later.
    last: Point,
}

impl Points {
    async fn of(visit: &mut Visit, answer: &DiffAnswer) -> Points {
        let ends = |text: &str| {
            text.split_once("..").map_or([text; 2].map(str::to_owned), |ends| [ends.0, ends.1].map(str::to_owned))
        };
        let [first_day, last_day] = ends(&answer.basis.at);
        let [first_known, last_known] = ends(answer.basis.known.as_deref().unwrap_or_default());
        let id = match &answer.target {
            Target::Person(person) => person.id.clone(),
            Target::Unit(unit) => unit.id.clone(),
        };
        let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let stands =
            [(&first_day, known(&first_known)), (&first_day, known(&last_known)), (&last_day, known(&last_known))];
        let mut points = Vec::new();
        for (day, known) in stands {
            let stands = visit.at_point(day, known.as_deref());
            let found: Result<ConflictsAnswer, Denial> =
                visit.ask_aside("conflicts", &[("target", &id)], stands.clocks.pairs()).await;
            // Of whom nothing is known there, nothing is disputed.
            let disputed = found.as_ref().map_or_else(|_| BTreeSet::new(), |found| post::disputed(&found.conflicts));
            points.push(Point { disputed: disputed.into_iter().map(str::to_owned).collect(), visit: stands });
        }
        let [first, then, last] = points.try_into().unwrap_or_else(|_| unreachable!("there are three"));
        Points { first, then, last }
    }
}

/// Puts the two fields of the form for each clock together, as questions have them. Two that are alike are one point.
pub(super) fn joined(mut pairs: Vec<Pair>) -> Vec<Pair> {
    for clock in ["at", "known"] {
        let ends = [format!("{clock}_from"), format!("{clock}_to")];
        let end = |name: &String| pairs.iter().find(|(given, _)| given == name).map(|(_, text)| text.clone());
        let (from, to) = match ends.each_ref().map(end) {
            [None, None] => continue,
            [from, to] => (from.unwrap_or_default(), to.unwrap_or_default()),
        };
        pairs.retain(|(name, _)| name != clock && !ends.contains(name));
        let is_point = from == to && (from.parse::<Day>().is_ok() || from.parse::<Instant>().is_ok());
        pairs.push((clock.to_owned(), if is_point { from } else { format!("{from}..{to}") }));
    }
    pairs
}

/// The clocks as two points each, which can be changed; all else that was asked for is kept.
fn form(visit: &Visit) -> Markup {
    let shown = |asked: &Option<String>, came_to: Option<&str>| -> [String; 2] {
        let Some(asked) = asked else { return Default::default() };
        let settled = dates::settled_days(asked, visit.today);
        let text = came_to.unwrap_or(&settled);
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        [from, to].map(|end| dates::day_or_instant(end).to_owned())
    };
    let basis = visit.basis.as_ref();
    let at = shown(&visit.clocks.at, basis.map(|basis| basis.at.as_str()));
    let known = shown(&visit.clocks.known, basis.and_then(|basis| basis.known.as_deref()));
    let others = visit.pairs.iter().filter(|(name, _)| !["target", "at", "known"].contains(&name.as_str()));
    html! {
        form.points method="get" action="/diff" {
            p { label for="target" { "Person, unit or company" } input id="target" name="target" required value=[visit.given("target")]; }
            (points("at", "In the world", &at))
            (points("known", "In what was known", &known))
            @for (name, text) in others { input type="hidden" name=(name) value=(text); }
            button type="submit" { "Compare" }
        }
    }
}

fn points(clock: &str, legend: &str, [from, to]: &[String; 2]) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            label for={ (clock) "-from" } { "from" }
            input id={ (clock) "-from" } type=(field_kind(from)) name={ (clock) "_from" } value=(from);
            label for={ (clock) "-to" } { "to" }
            input id={ (clock) "-to" } type=(field_kind(to)) name={ (clock) "_to" } value=(to);
        }
    }
}

fn body(visit: &Visit, answer: &DiffAnswer, points: &Points) -> Markup {
    let Points { first, then, last } = points;
    html! {
        h1 {
            "What changed: "
            @match &answer.target { Target::Person(of) => (person(visit, of)), Target::Unit(of) => (unit(visit, of)) }
        }
        (form(visit))
        (changes(("happened", "Happened"), "Nothing happened between these days.", &answer.happened, [then, last]))
        (changes(("learned", "Learned"), "Nothing was learned between these points.", &answer.learned, [first, then]))
    }
}

fn changes((id, heading): (&str, &str), none: &str, changes: &[Change], points: [&Point; 2]) -> Markup {
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (heading) }
            @if changes.is_empty() { p { (none) } }
            ul.changes { @for one in changes.iter().take(CHANGES) { li { (change(one, points)) } } }
            @if changes.len() > CHANGES { p.about { (changes.len() - CHANGES) " more are not shown here." } }
        }
    }
}

fn change(change: &Change, [earlier, later]: [&Point; 2]) -> Markup {
    let visit = &later.visit;
    html! {
        p.seat {
            b { (change.kind.replace('_', " ")) }
            @if let Some(of) = &change.person { " · " (person(visit, of)) }
            @if let Some(of) = &change.unit { " · " (unit(visit, of)) }
        }
        @if let Some(before) = &change.before { (side("before", before, earlier)) }
        @if let Some(after) = &change.after { (side("after", after, later)) }
    }
}

/// A post as it stood at a point.
fn side(which: &str, held: &Position, point: &Point) -> Markup {
    let disputed = point.disputed.iter().map(String::as_str).collect();
    html! {
        p.about { (which) ":" }
        ul.posts { (post::position(&point.visit, None, held, &disputed)) }
    }
}
