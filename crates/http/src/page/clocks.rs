//! The three clocks: what each page asks on, the days on which something changed, and the ways between them.

use std::collections::BTreeSet;

use maud::{Markup, html};
use tenure_domain::day::Day;

use super::{CLOCKS, Pair, Visit};
use crate::address::address;
use crate::marks::Marks;

/// The clocks of a page as they were asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clocks {
    pub(crate) at: Option<String>,
    pub(crate) known: Option<String>,
    pub(crate) recorded: Option<String>,
}

impl Clocks {
    /// Those among the parameters of a page.
    pub(super) fn of(pairs: &[Pair]) -> Clocks {
        let given = |name: &str| pairs.iter().find(|(given, _)| given == name).map(|(_, text)| text.trim().to_owned());
        Clocks { at: given("at"), known: given("known"), recorded: given("recorded") }
    }

    /// As parameters.
    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let all = [("at", &self.at), ("known", &self.known), ("recorded", &self.recorded)];
        all.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?))).collect()
    }

    /// The same clocks with one of them set, or set back to now.
    fn with(&self, clock: &str, text: Option<&str>) -> Clocks {
        let mut clocks = self.clone();
        let text = text.map(str::to_owned);
        match clock {
            "at" => clocks.at = text,
            "known" => clocks.known = text,
            _ => clocks.recorded = text,
        }
        clocks
    }
}

/// The most marks of a clock that are drawn; the rest is thinned evenly.
const DRAWN: usize = 60;

/// A clock as it is shown.
struct Clock<'c> {
    name: &'c str,
    label: &'c str,
    about: &'c str,
    /// What the clock says where nothing is asked for.
    now: String,
    value: Option<&'c str>,
    /// The points, each with how it is called.
    points: Vec<(String, String)>,
    /// How many of the points are at or before what is asked for.
    passed: usize,
    /// The point at which it stands, if it stands at one.
    stands_at: String,
}

/// The clocks as a form, with the ways to the points next to where they stand.
pub(super) fn form(visit: &Visit, marks: &Marks) -> Markup {
    let Clocks { at, known, recorded } = &visit.clocks;
    let today = visit.today.to_string();
    let days = |days: &BTreeSet<String>| days.iter().map(|day| (day.clone(), day.clone())).collect::<Vec<_>>();
    let passed = |points: &[(String, String)], by: &str| points.iter().filter(|(day, _)| day.as_str() <= by).count();
    let at_points = days(&marks.at);
    let known_points = days(&marks.known);
    let recorded_points: Vec<(String, String)> =
        marks.recorded.iter().map(|(seq, day)| (seq.to_string(), format!("{seq}, on {day}"))).collect();
    // Where the clocks stand, as the answer resolved what was asked for: of two points, at the later one.
    let at_day = visit.basis.as_ref().map_or(today.as_str(), |basis| basis.at.rsplit("..").next().unwrap_or_default());
    let known_day = visit.basis.as_ref().and_then(|basis| basis.known.as_deref());
    let known_day = known_day.and_then(|known| known.rsplit("..").next()).and_then(|known| known.get(..10));
    let seq = visit.basis.as_ref().map_or(u64::MAX, |basis| basis.seq);
    let head = visit.basis.as_ref().map_or_else(|| "head".to_owned(), |basis| format!("head, {}", basis.head));
    let clocks = [
        Clock {
            name: "at",
            label: "At",
            about: "true in the world on",
            now: today.clone(),
            value: at.as_deref(),
            passed: passed(&at_points, at_day),
            stands_at: at_day.to_owned(),
            points: at_points,
        },
        Clock {
            name: "known",
            label: "Known",
            about: "reported by the end of",
            now: "everything".to_owned(),
            value: known.as_deref(),
            passed: passed(&known_points, known_day.unwrap_or("9")),
            stands_at: known_day.unwrap_or_default().to_owned(),
            points: known_points,
        },
        Clock {
            name: "recorded",
            label: "Recorded",
            about: "in this ledger up to position",
            now: head,
            value: recorded.as_deref(),
            passed: marks.recorded.iter().filter(|(one, _)| *one <= seq).count(),
            stands_at: seq.to_string(),
            points: recorded_points,
        },
    ];
    let others = visit.pairs.iter().filter(|(name, _)| !CLOCKS.contains(&name.as_str()));
    html! {
        section.clocks aria-label="Clocks" {
            form method="get" action=(visit.path) {
                @for (name, text) in others { input type="hidden" name=(name) value=(text); }
                @for clock in &clocks { (shown(visit, clock)) }
                button type="submit" { "Show" }
            }
        }
    }
}

fn shown(visit: &Visit, clock: &Clock<'_>) -> Markup {
    let Clock { name, label, about, now, value, points, passed, stands_at } = clock;
    let is_at_last = passed.checked_sub(1).is_some_and(|last| points[last].0 == *stands_at);
    let before = passed.checked_sub(1 + usize::from(is_at_last)).and_then(|i| points.get(i));
    let after = points.get(*passed);
    let way = |to: Option<&str>| {
        let others = visit.pairs.iter().filter(|(name, _)| !CLOCKS.contains(&name.as_str()));
        address(&visit.path, others.cloned().chain(visit.clocks.with(name, to).pairs()))
    };
    let id = format!("clock-{name}");
    let kind = if *name == "recorded" { "text" } else { field_kind(value.unwrap_or_default()) };
    html! {
        div.clock {
            label for=(id) { b { (label) } " " span.about { (about) } }
            input id=(id) name=(name) type=(kind) value=[*value] placeholder=(now) autocomplete="off"
                aria-describedby={ (id) "-now" };
            p.ways {
                span id={ (id) "-now" } {
                    @if value.is_none() { "now: " (now) } @else { a href=(way(None)) aria-label={ (label) ": now" } { "now" } }
                }
                @if let Some((point, called)) = before {
                    " " a rel="prev" href=(way(Some(point))) aria-label={ (label) ": change before, " (called) } { "‹ " (point) }
                }
                @if let Some((point, called)) = after {
                    " " a rel="next" href=(way(Some(point))) aria-label={ (label) ": next change, " (called) } { (point) " ›" }
                }
            }
            @if !points.is_empty() { (track(clock, &way)) }
        }
    }
}

/// The sort of field that can show a text of a clock: that for dates takes days alone.
pub(super) fn field_kind(text: &str) -> &'static str {
    if text.is_empty() || text.parse::<Day>().is_ok() { "date" } else { "text" }
}

/// The points on a line. Who uses no pointer has the ways to the next ones and the list.
fn track(clock: &Clock<'_>, way: &dyn Fn(Option<&str>) -> String) -> Markup {
    let Clock { label, points, passed, .. } = clock;
    let place = |i: usize| 10.0 + 980.0 * to_float(i) / to_float(points.len().saturating_sub(1).max(1));
    let every = points.len().div_ceil(DRAWN).max(1);
    // That where the clock stands is always among them.
    let is_drawn = |i: usize| i.is_multiple_of(every) || i + 1 == *passed;
    let drawn = || points.iter().enumerate().filter(|(i, _)| is_drawn(*i));
    let shown = drawn().count();
    html! {
        svg.track viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            line x1="0" y1="20" x2="1000" y2="20" {}
            @if let Some(last) = passed.checked_sub(1) {
                line.gone x1="0" y1="20" x2={ (format!("{:.0}", place(last))) } y2="20" {}
            }
            @for (i, (point, called)) in drawn() {
                a href=(way(Some(point))) data-point=(point) tabindex="-1" {
                    title { (called) }
                    rect class=(if i + 1 == *passed { "here" } else if i < *passed { "past" } else { "to-come" })
                        x={ (format!("{:.0}", place(i) - 5.0)) } y="6" width="10" height="28" {}
                }
            }
        }
        details {
            summary {
                (points.len()) @if points.len() == 1 { " change" } @else { " changes" }
                @if shown < points.len() { ", " (shown) " of them here" }
                span.hidden { " of " (label) }
            }
            ol { @for (_, (point, called)) in drawn() { li { a href=(way(Some(point))) { (called) } } } }
        }
    }
}

fn to_float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
