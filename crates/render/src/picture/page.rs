//! The report: one page of HTML that can be kept, sent and printed.
//!
//! It needs no network and no script, and forbids both to itself: the dates of the org chart are radio buttons that a
//! style sheet obeys, and where no style sheet is obeyed, or on paper, every date is there one below the other. Every fact
//! has footnotes that lead to its sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use tenure_answers::{Conflict, OrgUnit, Person, Tenure, Unit};

use super::canvas::{PATTERNS, styles};
use super::lane::{self, Axis};
use super::source::Register;
use super::staff::Staff;
use super::text::{FONTS, FONTS_BY_LANGUAGE, clean, name, sentence};
use super::tree::{details, heads_bar};
use super::{Footnote, Grounds, words};
use crate::counted;

/// The width of a lane in its own view box.
const WIDTH: f64 = 900.0;
/// The least room between two labels of the axis.
const TICK: f64 = 72.0;
/// The most levels of an org chart that are lists within lists; browsers bound them too.
const LEVELS: usize = 60;

/// Of whom or of what a report is.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A person.
    Person(Person),
    /// A unit or company, with its other names where they are known.
    Unit(Unit),
}

/// A tenure in the timeline: in that of a unit with its holder.
#[derive(Clone, Debug)]
pub struct Post {
    /// Who holds it.
    pub person: Person,
    /// The tenure.
    pub tenure: Tenure,
}

/// The org chart on a day.
#[derive(Clone, Debug)]
pub struct DayChart {
    /// The day.
    pub day: String,
    /// The units asked for, each with what is below it.
    pub units: Vec<OrgUnit>,
    /// The ids of units to be pointed out, with why.
    pub marked: BTreeMap<String, String>,
    /// The people to name in the units.
    pub staff: Staff,
}

/// All that a report shows.
#[derive(Clone, Debug)]
pub struct Report {
    /// Of whom or of what it is.
    pub subject: Subject,
    /// The day asked about.
    pub at: String,
    /// What was told beside the answers.
    pub notices: Vec<String>,
    /// The timeline.
    pub posts: Vec<Post>,
    /// How many more tenures there are than are shown.
    pub more_posts: usize,
    /// The org charts by day; the one of the day asked about is among them.
    pub charts: Vec<DayChart>,
    /// On how many more days the chart can have changed than are shown.
    pub more_days: usize,
    /// The events by which a person leads a unit of a chart, by the ids of both, where the timeline does not tell them.
    pub leads: BTreeMap<(String, String), Vec<String>>,
    /// What sources disagree on.
    pub conflicts: Vec<Conflict>,
    /// What is known of the events behind all this, by id.
    pub sources: BTreeMap<String, Footnote>,
}

/// The footnotes in the order in which they are first called for. The rows of one register are one footnote.
struct Notes<'r> {
    sources: &'r BTreeMap<String, Footnote>,
    /// The events of each footnote.
    order: Vec<BTreeSet<&'r str>>,
    numbers: BTreeMap<NoteOf<'r>, usize>,
}

/// Of what a footnote is: of all rows of a register, or of one event.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum NoteOf<'r> {
    Register(Register<'r>),
    Event(&'r str),
}

/// How many rows of a register a footnote lists.
const ROWS: usize = 40;

impl<'r> Notes<'r> {
    /// The calls for the footnotes of some events.
    fn cite(&mut self, events: impl IntoIterator<Item = &'r String>) -> Markup {
        // Each footnote once, and whether it is called for here first.
        let mut cited: Vec<(usize, bool)> = Vec::new();
        for event in events {
            let register = self.sources.get(event).and_then(Footnote::register);
            let next = self.order.len() + 1;
            let number = *self.numbers.entry(register.map_or(NoteOf::Event(event), NoteOf::Register)).or_insert(next);
            if number == next {
                self.order.push(BTreeSet::new());
            }
            self.order[number - 1].insert(event);
            if !cited.iter().any(|(known, _)| *known == number) {
                cited.push((number, number == next));
            }
        }
        html! {
            @if !cited.is_empty() {
                sup.calls {
                    @for (i, (number, is_first)) in cited.iter().enumerate() {
                        @if i > 0 { "," }
                        a href={ "#note-" (number) } id=[is_first.then(|| format!("call-{number}"))] { (number) }
                    }
                }
            }
        }
    }

    /// The footnote of some events.
    fn note(&self, events: &BTreeSet<&'r str>) -> Markup {
        let mut known: Vec<&Footnote> = events.iter().filter_map(|event| self.sources.get(*event)).collect();
        known.sort_by_key(|source| source.seq);
        match known.as_slice() {
            [] => html! {
                @for (i, event) in events.iter().enumerate() {
                    @if i > 0 { ", " }
                    "event " code { (clean(event)) } ": ask with " code { "tenure log" }
                }
            },
            [one] => one.footnote(),
            [first, ..] => html! {
                (first.origin()) " "
                small {
                    (counted(known.len(), "row", "rows")) ": "
                    @for (i, source) in known.iter().take(ROWS).enumerate() { @if i > 0 { "; " } (source.row()) }
                    @if known.len() > ROWS { "; and " (known.len() - ROWS) " more" }
                }
            },
        }
    }
}

/// The report as a page.
pub fn report(report: &Report, grounds: &Grounds<'_>) -> String {
    let wanted = grounds.language;
    let mut notes = Notes { sources: &report.sources, order: Vec::new(), numbers: BTreeMap::new() };
    let (title, id, also) = match &report.subject {
        Subject::Person(person) => {
            let others: Vec<&String> = person.names.iter().filter(|other| **other != person.name).collect();
            (&person.name, &person.id, others)
        }
        Subject::Unit(unit) => {
            let company = unit.company.iter().map(|company| &company.name);
            (&unit.name, &unit.id, company.collect())
        }
    };
    let styles = format!("{}\n{}", page_styles(), day_styles(report.charts.len()));
    // The sources come last: what stands before calls for them.
    let mut sections = vec![("timeline", "Timeline", timeline(report, wanted, &mut notes))];
    sections.extend(charts(report, wanted, &mut notes).map(|html| ("org", "Org chart", html)));
    sections.push(("conflicts", "Contradictions", contradictions(report, wanted, &mut notes)));
    sections.extend(structure(report, &mut notes).map(|html| ("structure", "Names and units", html)));
    sections.push(("notes", "Sources", footnotes(&notes)));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (clean(title)) " – Tenure" }
                style { (PreEscaped(styles)) }
            }
            body {
                svg class="tn patterns" width="0" height="0" aria-hidden="true" focusable="false" { (PreEscaped(PATTERNS)) }
                header {
                    h1 { (name(title, wanted)) }
                    p.also {
                        @for (i, other) in also.iter().enumerate() { @if i > 0 { ", " } (name(other, wanted)) }
                        @if !also.is_empty() { " · " }
                        code { (clean(id)) }
                    }
                    p.basis { b { "Basis" } ": " (sentence(grounds.basis, wanted)) }
                    @for notice in &report.notices { p.notice { b { "Note" } ": " (sentence(notice, wanted)) } }
                }
                nav aria-label="Contents" {
                    ul.contents { @for (id, title, _) in &sections { li { a href={ "#" (id) } { (title) } } } }
                    (people_listed(report, wanted))
                }
                main {
                    @for (id, title, html) in &sections { section class=(id) id=(id) { h2 { (title) } (html) } }
                }
                footer {
                    p {
                        b { "Basis" } ": " (sentence(grounds.basis, wanted)) ". Made by tenure " (env!("CARGO_PKG_VERSION"))
                        "; nothing on this page was fetched or run."
                    }
                }
            }
        }
    };
    page.into_string() + "\n"
}

/// Whether a name of a place is said once, at the head of the page: the unit of the report, and its company.
fn is_heading(report: &Report, part: &str) -> bool {
    match &report.subject {
        Subject::Person(_) => false,
        Subject::Unit(unit) => part == unit.name || unit.company.as_ref().is_some_and(|company| part == company.name),
    }
}

/// Links to those who held posts in a unit, by name.
fn people_listed(report: &Report, wanted: Option<&str>) -> Markup {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    if let Subject::Unit(_) = report.subject {
        for (i, post) in report.posts.iter().enumerate() {
            first.entry((&post.person.name, &post.person.id)).or_insert(i);
        }
    }
    html! {
        @if first.len() >= FEW {
            details {
                summary { (counted(first.len(), "person", "people")) }
                ul.contents { @for ((called, _), i) in first { li { a href={ "#holder-" (i) } { (name(called, wanted)) } } } }
            }
        }
    }
}

/// From how many people on a page links to them.
const FEW: usize = 12;

fn timeline<'r>(report: &'r Report, wanted: Option<&str>, notes: &mut Notes<'r>) -> Markup {
    if report.posts.is_empty() {
        return html! { p { "No posts are known." } };
    }
    let disputed: BTreeSet<&String> = report.conflicts.iter().flat_map(|conflict| &conflict.events).collect();
    let axis = Axis::over(report.posts.iter().map(|post| &post.tenure), &report.at, 0.0, WIDTH);
    let ticks = axis.map(|axis| axis.ticks(TICK)).unwrap_or_default();
    let of_person = matches!(report.subject, Subject::Person(_));
    let mut holder: Option<&str> = None;
    let posts = report.posts.iter().enumerate().map(|(i, Post { person, tenure })| {
        let is_next = !of_person && holder != Some(&person.id);
        holder = Some(&person.id);
        let doubted = tenure.supports.iter().any(|event| disputed.contains(event));
        html! {
            li {
                @if is_next { h3 id={ "holder-" (i) } { (name(&person.name, wanted)) } }
                @else if !of_person { p.again aria-hidden="true" { (name(&person.name, wanted)) } }
                (post(report, tenure, wanted, &notes.cite(&tenure.supports), doubted))
                @if let Some(axis) = &axis {
                    svg.tn viewBox={ "0 0 " (WIDTH) " " (lane::HEIGHT) } aria-hidden="true" focusable="false" {
                        (PreEscaped(axis.lane(tenure, 0.0, &ticks)))
                    }
                }
            }
        }
    });
    let posts: Vec<Markup> = posts.collect();
    html! {
        // The head of a table stands on each page of a print, and so does the scale in it.
        table.paged role="presentation" {
            thead { tr { td { @if let Some(axis) = &axis { (axis_labels(axis, &ticks, &report.at)) } } } }
            tbody { tr { td { ol.posts { @for post in &posts { (post) } } } } }
        }
        @if report.more_posts > 0 {
            p {
                (counted(report.more_posts, "tenure is", "tenures are")) " not shown here: ask about a smaller unit, or with "
                code { "tenure holders" } "."
            }
        }
        @if axis.is_some() { (signs()) }
    }
}

/// What is told of a post: its seat with the calls for its sources, and when it was held.
fn post(report: &Report, tenure: &Tenure, wanted: Option<&str>, calls: &Markup, doubted: bool) -> Markup {
    let title = tenure.title.as_ref().map(|title| html! { b { (name(title, wanted)) } });
    let place = words::place(tenure).into_iter().filter(|part| !is_heading(report, part));
    let seat: Vec<Markup> = title.into_iter().chain(place.map(|part| name(part, wanted))).collect();
    html! {
        p.seat {
            @for (i, part) in seat.iter().enumerate() { @if i > 0 { " · " } (part) }
            (calls)
            @if doubted { " " span.disputed { "≠ sources disagree" } }
        }
        p.when {
            (words::span(tenure, &report.at)) " · " (words::tags(tenure))
            @if let Some(manager) = &tenure.reports_to {
                " · reports to " (name(&manager.name, wanted))
                @if let Some(left) = &manager.left { " (" (clean(&words::left(left))) ")" }
            }
            @if let Some(remit) = &tenure.remit { " · " (name(remit, wanted)) }
        }
    }
}

/// What the signs in a lane mean.
fn signs() -> Markup {
    html! {
        h3 { "Signs" }
        ul.signs {
            @for (sample, says) in lane::signs(56.0) {
                li {
                    svg.tn viewBox={ "-1 0 58 " (lane::HEIGHT) } width="58" height=(lane::HEIGHT) aria-hidden="true" {
                        (PreEscaped(sample))
                    }
                    " " (says)
                }
            }
        }
    }
}

/// The months or years over the lanes, and the day asked about.
fn axis_labels(axis: &Axis, ticks: &[(f64, String)], at: &str) -> Markup {
    let place = |x: f64| format!("{x:.1}");
    html! {
        svg class="tn axis" viewBox={ "0 0 " (WIDTH) " 34" } aria-hidden="true" focusable="false" {
            @if let Some(x) = axis.at() {
                text.tn-body x=(place(x.clamp(60.0, WIDTH - 60.0))) y="12" text-anchor="middle" { "asked: " (clean(at)) }
            }
            @for (x, label) in ticks.iter().filter(|(x, _)| *x < WIDTH - 54.0) {
                text.tn-body x=(place(*x)) y="29" { (label) }
            }
        }
    }
}

fn charts<'r>(report: &'r Report, wanted: Option<&str>, notes: &mut Notes<'r>) -> Option<Markup> {
    if report.charts.is_empty() {
        return None;
    }
    // Who leads a unit is a fact of the tenure by which it is so.
    let mut led: BTreeMap<(&str, &str), Vec<&'r String>> = BTreeMap::new();
    for Post { person, tenure } in report.posts.iter().filter(|post| post.tenure.lead) {
        let unit = tenure.unit.as_ref().unwrap_or(&tenure.company);
        led.entry((unit.id.as_str(), person.id.as_str())).or_default().extend(&tenure.supports);
    }
    for ((unit, person), events) in &report.leads {
        led.entry((unit, person)).or_default().extend(events);
    }
    let chosen = report.charts.iter().position(|chart| chart.day == report.at).unwrap_or(0);
    let days: Vec<Markup> =
        report.charts.iter().enumerate().map(|(i, chart)| day(i, chart, wanted, &led, notes)).collect();
    Some(html! {
        p {
            @if let Subject::Person(_) = report.subject {
                "The way to each post, and the units directly below it; other units are counted only. "
            }
            "A lead is named where certain on the day; people are counted once, sub-units included."
        }
        div.days {
            @for (i, chart) in report.charts.iter().enumerate() {
                input type="radio" name="day" id={ "day-" (i) } checked[i == chosen];
                label for={ "day-" (i) } { (clean(&chart.day)) }
            }
            @for day in &days { (day) }
        }
        @if report.more_days > 0 {
            p {
                "It can have changed on " (counted(report.more_days, "day that is not shown", "days that are not shown"))
                " too: ask with " code { "tenure org --at DATE" } "."
            }
        }
        ul.signs {
            @for (class, says) in
                [("tn-node", " certainly there"), ("tn-possible", " possibly there, by the dates alone")]
            {
                li {
                    svg.tn viewBox="0 0 40 8" width="40" height="8" aria-hidden="true" {
                        rect class=(class) width="40" height="8" {}
                    }
                    (says)
                }
            }
        }
    })
}

/// The chart of a day.
fn day<'r>(
    i: usize,
    chart: &DayChart,
    wanted: Option<&str>,
    led: &BTreeMap<(&'r str, &'r str), Vec<&'r String>>,
    notes: &mut Notes<'r>,
) -> Markup {
    let mut trees = Vec::new();
    for unit in &chart.units {
        let all = unit.headcount + unit.possible;
        let mut list = ChartList { chart, wanted, led, notes, all, items: String::new() };
        list.unit(unit, 0);
        trees.push(PreEscaped(list.items));
    }
    html! {
        div.chart id={ "chart-" (i) } {
            h3 { "On " (clean(&chart.day)) }
            @if trees.is_empty() { p { "Nothing to chart on that day." } }
            @for tree in &trees { ul.tree { (tree) } }
        }
    }
}

/// An org chart as lists within lists.
struct ChartList<'c, 'r> {
    chart: &'c DayChart,
    wanted: Option<&'c str>,
    led: &'c BTreeMap<(&'r str, &'r str), Vec<&'r String>>,
    notes: &'c mut Notes<'r>,
    all: usize,
    /// The items of the list so far.
    items: String,
}

impl ChartList<'_, '_> {
    /// Adds a unit as an item, with what is below it.
    fn unit(&mut self, unit: &OrgUnit, level: usize) {
        let mut leads = Vec::new();
        for lead in &unit.leads {
            let events = self.led.get(&(unit.id.as_str(), lead.id.as_str())).into_iter().flatten();
            leads.push((name(&lead.name, self.wanted), self.notes.cite(events.copied())));
        }
        let mark = self.chart.marked.get(&unit.id);
        let (_, heads) = details(unit);
        let told = html! {
            div.box.marked[mark.is_some()] {
                b { (name(&unit.name, self.wanted)) }
                @if level > LEVELS { " " small { "level " (level) } }
                @if let Some(mark) = mark { br; "▶ " (sentence(mark, self.wanted)) }
                @for (i, (lead, calls)) in leads.iter().enumerate() {
                    @if i == 0 { br; "led by " } @else { ", " }
                    (lead) (calls)
                }
                @for person in self.chart.staff.named(unit) { br; (person) }
                br;
                span.heads { (heads) }
                svg.tn viewBox="0 0 200 6" preserveAspectRatio="none" aria-hidden="true" {
                    (PreEscaped(heads_bar(unit, self.all, 0.0, 0.0, 200.0)))
                }
            }
        };
        // Items are written one after the other into one text: each would be copied at each level above it.
        self.items.push_str("<li>");
        self.items.push_str(&told.0);
        // Below the deepest level that is a list of its own, what is further down follows in the same list.
        let is_nested = level < LEVELS && !unit.children.is_empty();
        self.items.push_str(if is_nested { "<ul>" } else { "</li>" });
        for child in &unit.children {
            self.unit(child, level + 1);
        }
        if is_nested {
            self.items.push_str("</ul></li>");
        }
    }
}

fn contradictions<'r>(report: &'r Report, wanted: Option<&str>, notes: &mut Notes<'r>) -> Markup {
    let told = report.conflicts.iter().map(|conflict| {
        let whom = conflict.person.iter().map(|person| &person.name);
        let about = whom.chain(conflict.unit.iter().map(|unit| &unit.name));
        html! {
            li {
                b { "≠ " (clean(words::conflict(&conflict.kind))) }
                @for about in about { " · " (name(about, wanted)) }
                ": " (sentence(&conflict.detail, wanted)) (notes.cite(&conflict.events))
            }
        }
    });
    let told: Vec<Markup> = told.collect();
    html! { @if told.is_empty() { p { "None are known." } } @else { ul { @for one in &told { (one) } } } }
}

/// What sources say of units and of who is who.
fn structure<'r>(report: &'r Report, notes: &mut Notes<'r>) -> Option<Markup> {
    let mut said: Vec<&Footnote> = report.sources.values().filter(|source| source.is_of_structure()).collect();
    if said.is_empty() {
        return None;
    }
    said.sort_by_key(|source| source.seq);
    Some(html! {
        p { "What sources said of units and of who is who, as it was recorded, also what was corrected or disbelieved since." }
        ul { @for source in said { li { (source.statement()) (notes.cite([&source.id])) } } }
    })
}

fn footnotes(notes: &Notes<'_>) -> Markup {
    html! {
        ol {
            @for (i, events) in notes.order.iter().enumerate() {
                li id={ "note-" (i + 1) } {
                    (notes.note(events)) " "
                    a href={ "#call-" (i + 1) } class="back" aria-label="back to the text" { "↩" }
                }
            }
        }
    }
}

fn page_styles() -> String {
    let mut css = format!("body{{font-family:{FONTS}}}\n");
    for (language, fonts) in FONTS_BY_LANGUAGE {
        let _ = writeln!(css, ":lang({language}){{font-family:{fonts}}}");
    }
    css.push_str(&styles());
    css.push_str(include_str!("page.css"));
    css
}

/// The charts that the radio buttons choose from.
fn day_styles(days: usize) -> String {
    (0..days).fold(String::new(), |mut css, i| {
        let _ = writeln!(css, "@media screen{{#day-{i}:checked~#chart-{i}{{display:block}}}}");
        css
    })
}
