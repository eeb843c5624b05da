//! The report: one page of HTML that can be kept, sent and printed.
//!
//! It needs no network and no script, and forbids both to itself: the dates of the org chart are radio buttons that a
//! style sheet obeys, and where no style sheet is obeyed, or on paper, every date is there one below the other. Every fact
//! has footnotes that lead to its sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use tenure_answers::{Conflict, OrgUnit, Person, Tenure, Unit};

use super::canvas::{PATTERNS, styles};
use super::lane::{self, Axis};
use super::source::Register;
use super::staff::Staff;
use super::text::{FONTS, FONTS_BY_LANGUAGE, Phrase, escaped, language};
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
    fn cite(&mut self, events: impl IntoIterator<Item = &'r String>) -> String {
        let mut cited: BTreeSet<usize> = BTreeSet::new();
        let mut calls = String::new();
        for event in events {
            let register = self.sources.get(event).and_then(Footnote::register);
            let next = self.order.len() + 1;
            let number = *self.numbers.entry(register.map_or(NoteOf::Event(event), NoteOf::Register)).or_insert(next);
            let mut anchor = String::new();
            if number == next {
                self.order.push(BTreeSet::new());
                anchor = format!(" id=\"call-{number}\"");
            }
            self.order[number - 1].insert(event);
            if cited.insert(number) {
                let comma = if calls.is_empty() { "" } else { "," };
                let _ = write!(calls, "{comma}<a href=\"#note-{number}\"{anchor}>{number}</a>");
            }
        }
        if calls.is_empty() { calls } else { format!("<sup class=\"calls\">{calls}</sup>") }
    }

    /// The footnote of some events.
    fn note(&self, events: &BTreeSet<&'r str>) -> String {
        let unknown = |event: &str| format!("event <code>{}</code>: ask with <code>tenure log</code>", escaped(event));
        let mut known: Vec<&Footnote> = events.iter().filter_map(|event| self.sources.get(*event)).collect();
        known.sort_by_key(|source| source.seq);
        match known.as_slice() {
            [] => events.iter().map(|event| unknown(event)).collect::<Vec<_>>().join(", "),
            [one] => one.footnote(),
            [first, ..] => {
                let rows: Vec<String> = known.iter().take(ROWS).map(|source| source.row()).collect();
                let more = known.len().saturating_sub(ROWS);
                let more = if more > 0 { format!("; and {more} more") } else { String::new() };
                let count = counted(known.len(), "row", "rows");
                format!("{} <small>{count}: {}{more}</small>", first.origin(), rows.join("; "))
            }
        }
    }
}

/// A name as HTML: kept apart from what surrounds it, in its language.
fn name(text: &str, wanted: Option<&str>) -> String {
    let tag = language(text, wanted).map_or(String::new(), |tag| format!(" lang=\"{tag}\""));
    format!("<bdi{tag}>{}</bdi>", escaped(text))
}

/// A sentence in which names stand, as HTML: the names are kept apart, and not the sentence.
fn sentence(text: &str, wanted: Option<&str>) -> String {
    let tag = language(text, wanted).map_or(String::new(), |tag| format!(" lang=\"{tag}\""));
    format!("<span{tag}>{}</span>", Phrase::sentence(text).markup())
}

/// The report as a page.
pub fn report(report: &Report, grounds: &Grounds<'_>) -> String {
    let wanted = grounds.language;
    let mut notes = Notes { sources: &report.sources, order: Vec::new(), numbers: BTreeMap::new() };
    let (title, heading, also) = match &report.subject {
        Subject::Person(person) => {
            let others = person.names.iter().filter(|other| **other != person.name).map(|other| name(other, wanted));
            (&person.name, name(&person.name, wanted), others.collect::<Vec<_>>().join(", "))
        }
        Subject::Unit(unit) => {
            let company = unit.company.as_ref().map(|company| name(&company.name, wanted));
            (&unit.name, name(&unit.name, wanted), company.unwrap_or_default())
        }
    };
    let id = match &report.subject {
        Subject::Person(person) => &person.id,
        Subject::Unit(unit) => &unit.id,
    };
    let also = if also.is_empty() { also } else { format!("{also} · ") };
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
        <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{} – Tenure</title>\n\
        <style>\n{}\n{}</style>\n</head>\n<body>\n\
        <svg class=\"tn patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\" focusable=\"false\">{PATTERNS}</svg>\n\
        <header>\n<h1>{heading}</h1>\n<p class=\"also\">{also}<code>{}</code></p>\n\
        <p class=\"basis\"><b>Basis</b>: {}</p>\n",
        escaped(title),
        page_styles(),
        day_styles(report.charts.len()),
        escaped(id),
        sentence(grounds.basis, wanted),
    );
    for notice in &report.notices {
        let _ = writeln!(page, "<p class=\"notice\"><b>Note</b>: {}</p>", sentence(notice, wanted));
    }
    page.push_str("</header>\n");
    let sections = [
        ("timeline", "Timeline", timeline(report, wanted, &mut notes)),
        ("org", "Org chart", charts(report, wanted, &mut notes)),
        ("conflicts", "Contradictions", contradictions(report, wanted, &mut notes)),
        ("structure", "Names and units", structure(report, &mut notes)),
        ("notes", "Sources", footnotes(&notes)),
    ];
    page.push_str("<nav aria-label=\"Contents\"><ul class=\"contents\">");
    for (id, title, _) in sections.iter().filter(|(_, _, html)| !html.is_empty()) {
        let _ = write!(page, "<li><a href=\"#{id}\">{title}</a></li>");
    }
    page.push_str("</ul>\n");
    page.push_str(&people_listed(report, wanted));
    page.push_str("</nav>\n<main>\n");
    for (_, _, html) in &sections {
        page.push_str(html);
    }
    let _ = write!(
        page,
        "</main>\n<footer><p><b>Basis</b>: {}. Made by tenure {}; nothing on this page was fetched or run.</p>\
        </footer>\n</body>\n</html>\n",
        sentence(grounds.basis, wanted),
        env!("CARGO_PKG_VERSION")
    );
    page
}

/// Whether a name of a place is said once, at the head of the page: the unit of the report, and its company.
fn is_heading(report: &Report, part: &str) -> bool {
    match &report.subject {
        Subject::Person(_) => false,
        Subject::Unit(unit) => part == unit.name || unit.company.as_ref().is_some_and(|company| part == company.name),
    }
}

/// Links to those who held posts in a unit, by name.
fn people_listed(report: &Report, wanted: Option<&str>) -> String {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    if let Subject::Unit(_) = report.subject {
        for (i, post) in report.posts.iter().enumerate() {
            first.entry((&post.person.name, &post.person.id)).or_insert(i);
        }
    }
    if first.len() < FEW {
        return String::new();
    }
    let count = counted(first.len(), "person", "people");
    let mut html = format!("<details><summary>{count}</summary><ul class=\"contents\">");
    for ((called, _), i) in first {
        let _ = write!(html, "<li><a href=\"#holder-{i}\">{}</a></li>", name(called, wanted));
    }
    html.push_str("</ul></details>\n");
    html
}

/// From how many people on a page links to them.
const FEW: usize = 12;

fn timeline<'r>(report: &'r Report, wanted: Option<&str>, notes: &mut Notes<'r>) -> String {
    let mut html = "<section class=\"timeline\" id=\"timeline\">\n<h2>Timeline</h2>\n".to_owned();
    if report.posts.is_empty() {
        html.push_str("<p>No posts are known.</p>\n</section>\n");
        return html;
    }
    let disputed: BTreeSet<&String> = report.conflicts.iter().flat_map(|conflict| &conflict.events).collect();
    let axis = Axis::over(report.posts.iter().map(|post| &post.tenure), &report.at, 0.0, WIDTH);
    let ticks = axis.map(|axis| axis.ticks(TICK)).unwrap_or_default();
    let labels = axis.map_or(String::new(), |axis| axis_labels(&axis, &ticks, &report.at));
    // The head of a table stands on each page of a print, and so does the scale in it.
    let _ = write!(
        html,
        "<table class=\"paged\" role=\"presentation\"><thead><tr><td>{labels}</td></tr></thead><tbody><tr><td>\n\
        <ol class=\"posts\">\n"
    );
    let of_person = matches!(report.subject, Subject::Person(_));
    let mut holder: Option<&str> = None;
    for (i, Post { person, tenure }) in report.posts.iter().enumerate() {
        html.push_str("<li>");
        if !of_person && holder != Some(&person.id) {
            let _ = write!(html, "<h3 id=\"holder-{i}\">{}</h3>", name(&person.name, wanted));
        } else if !of_person {
            let _ = write!(html, "<p class=\"again\" aria-hidden=\"true\">{}</p>", name(&person.name, wanted));
        }
        holder = Some(&person.id);
        let title = tenure.title.as_ref().map(|title| format!("<b>{}</b>", name(title, wanted)));
        let place = words::place(tenure).into_iter().filter(|part| !is_heading(report, part));
        let place = place.map(|part| name(part, wanted));
        let seat: Vec<String> = title.into_iter().chain(place).collect();
        let calls = notes.cite(&tenure.supports);
        let doubt = if tenure.supports.iter().any(|event| disputed.contains(event)) {
            " <span class=\"disputed\">≠ sources disagree</span>"
        } else {
            ""
        };
        let manager = tenure.reports_to.as_ref();
        let manager = manager.map_or(String::new(), |manager| {
            let left =
                manager.left.as_ref().map_or(String::new(), |left| format!(" ({})", escaped(&words::left(left))));
            format!(" · reports to {}{left}", name(&manager.name, wanted))
        });
        let remit = tenure.remit.as_ref().map_or(String::new(), |remit| format!(" · {}", name(remit, wanted)));
        let _ = write!(
            html,
            "<p class=\"seat\">{}{calls}{doubt}</p><p class=\"when\">{} · {}{manager}{remit}</p>",
            seat.join(" · "),
            words::span(tenure, &report.at).markup(),
            escaped(&words::tags(tenure)),
        );
        if let Some(axis) = &axis {
            let _ = write!(
                html,
                "<svg class=\"tn\" viewBox=\"0 0 {WIDTH} {}\" aria-hidden=\"true\" focusable=\"false\">{}</svg>",
                lane::HEIGHT,
                axis.lane(tenure, 0.0, &ticks)
            );
        }
        html.push_str("</li>\n");
    }
    html.push_str("</ol>\n</td></tr></tbody></table>\n");
    if report.more_posts > 0 {
        let more = counted(report.more_posts, "tenure is", "tenures are");
        let _ = writeln!(
            html,
            "<p>{more} not shown here: ask about a smaller unit, or with <code>tenure holders</code>.</p>"
        );
    }
    if axis.is_some() {
        html.push_str(&signs());
    }
    html.push_str("</section>\n");
    html
}

/// What the signs in a lane mean.
fn signs() -> String {
    let mut html = "<h3>Signs</h3>\n<ul class=\"signs\">\n".to_owned();
    for (sample, says) in lane::signs(56.0) {
        let _ = writeln!(
            html,
            "<li><svg class=\"tn\" viewBox=\"-1 0 58 {0}\" width=\"58\" height=\"{0}\" aria-hidden=\"true\">{sample}</svg> {says}</li>",
            lane::HEIGHT
        );
    }
    html + "</ul>\n"
}

/// The months or years over the lanes, and the day asked about.
fn axis_labels(axis: &Axis, ticks: &[(f64, String)], at: &str) -> String {
    let mut svg =
        format!("<svg class=\"tn axis\" viewBox=\"0 0 {WIDTH} 34\" aria-hidden=\"true\" focusable=\"false\">");
    if let Some(x) = axis.at() {
        let _ = write!(
            svg,
            "<text class=\"tn-body\" x=\"{:.1}\" y=\"12\" text-anchor=\"middle\">asked: {}</text>",
            x.clamp(60.0, WIDTH - 60.0),
            escaped(at)
        );
    }
    for (x, label) in ticks.iter().filter(|(x, _)| *x < WIDTH - 54.0) {
        let _ = write!(svg, "<text class=\"tn-body\" x=\"{x:.1}\" y=\"29\">{label}</text>");
    }
    svg.push_str("</svg>\n");
    svg
}

fn charts<'r>(report: &'r Report, wanted: Option<&str>, notes: &mut Notes<'r>) -> String {
    if report.charts.is_empty() {
        return String::new();
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
    let mut html = "<section class=\"org\" id=\"org\">\n<h2>Org chart</h2>\n".to_owned();
    let told = match report.subject {
        Subject::Person(_) => "The way to each post, and the units directly below it; other units are counted only. ",
        Subject::Unit(_) => "",
    };
    let _ = write!(
        html,
        "<p>{told}A lead is named where certain on the day; people are counted once, sub-units included.</p>\n\
        <div class=\"days\">\n"
    );
    for (i, chart) in report.charts.iter().enumerate() {
        let checked = if i == chosen { " checked" } else { "" };
        let _ = writeln!(
            html,
            "<input type=\"radio\" name=\"day\" id=\"day-{i}\"{checked}><label for=\"day-{i}\">{}</label>",
            escaped(&chart.day)
        );
    }
    for (i, chart) in report.charts.iter().enumerate() {
        let _ = writeln!(html, "<div class=\"chart\" id=\"chart-{i}\">\n<h3>On {}</h3>", escaped(&chart.day));
        if chart.units.is_empty() {
            html.push_str("<p>Nothing to chart on that day.</p>\n");
        }
        for unit in &chart.units {
            let mut draw =
                ChartList { html: &mut html, chart, wanted, led: &led, notes, all: unit.headcount + unit.possible };
            draw.html.push_str("<ul class=\"tree\">\n");
            draw.unit(unit, 0);
            draw.html.push_str("</ul>\n");
        }
        html.push_str("</div>\n");
    }
    html.push_str("</div>\n");
    if report.more_days > 0 {
        let _ = writeln!(
            html,
            "<p>It can have changed on {} too: ask with <code>tenure org --at DATE</code>.</p>",
            counted(report.more_days, "day that is not shown", "days that are not shown")
        );
    }
    html.push_str(
        "<ul class=\"signs\">\n\
        <li><svg class=\"tn\" viewBox=\"0 0 40 8\" width=\"40\" height=\"8\" aria-hidden=\"true\"><rect class=\"tn-node\" width=\"40\" height=\"8\"/></svg> certainly there</li>\n\
        <li><svg class=\"tn\" viewBox=\"0 0 40 8\" width=\"40\" height=\"8\" aria-hidden=\"true\"><rect class=\"tn-possible\" width=\"40\" height=\"8\"/></svg> possibly there, by the dates alone</li>\n\
        </ul>\n</section>\n",
    );
    html
}

/// An org chart as lists within lists.
struct ChartList<'c, 'r> {
    html: &'c mut String,
    chart: &'c DayChart,
    wanted: Option<&'c str>,
    led: &'c BTreeMap<(&'r str, &'r str), Vec<&'r String>>,
    notes: &'c mut Notes<'r>,
    all: usize,
}

impl ChartList<'_, '_> {
    fn unit(&mut self, unit: &OrgUnit, level: usize) {
        let (_, heads) = details(unit);
        let mark = self.chart.marked.get(&unit.id);
        let class = if mark.is_some() { "box marked" } else { "box" };
        let _ = write!(self.html, "<li><div class=\"{class}\"><b>{}</b>", name(&unit.name, self.wanted));
        if level > LEVELS {
            let _ = write!(self.html, " <small>level {level}</small>");
        }
        if let Some(mark) = mark {
            let _ = write!(self.html, "<br>▶ {}", sentence(mark, self.wanted));
        }
        if !unit.leads.is_empty() {
            self.html.push_str("<br>led by ");
            for (i, lead) in unit.leads.iter().enumerate() {
                let calls = self.led.get(&(unit.id.as_str(), lead.id.as_str()));
                let calls = calls.map_or(String::new(), |events| self.notes.cite(events.iter().copied()));
                let comma = if i == 0 { "" } else { ", " };
                let _ = write!(self.html, "{comma}{}{calls}", name(&lead.name, self.wanted));
            }
        }
        for person in self.chart.staff.named(unit) {
            let _ = write!(self.html, "<br>{}", person.markup());
        }
        let _ = write!(
            self.html,
            "<br><span class=\"heads\">{}</span><svg class=\"tn\" viewBox=\"0 0 200 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{}</svg></div>",
            heads.markup(),
            heads_bar(unit, self.all, 0.0, 0.0, 200.0)
        );
        // Below the deepest level that is a list of its own, what is further down follows in the same list.
        let nested = level < LEVELS && !unit.children.is_empty();
        self.html.push_str(if nested { "\n<ul>\n" } else { "</li>\n" });
        for child in &unit.children {
            self.unit(child, level + 1);
        }
        if nested {
            self.html.push_str("</ul></li>\n");
        }
    }
}

fn contradictions<'r>(report: &'r Report, wanted: Option<&str>, notes: &mut Notes<'r>) -> String {
    let mut html = "<section class=\"conflicts\" id=\"conflicts\">\n<h2>Contradictions</h2>\n".to_owned();
    if report.conflicts.is_empty() {
        html.push_str("<p>None are known.</p>\n</section>\n");
        return html;
    }
    html.push_str("<ul>\n");
    for conflict in &report.conflicts {
        let whom = conflict.person.iter().map(|person| name(&person.name, wanted));
        let what = conflict.unit.iter().map(|unit| name(&unit.name, wanted));
        let about: Vec<String> = whom.chain(what).collect();
        let about = if about.is_empty() { String::new() } else { format!(" · {}", about.join(" · ")) };
        let calls = notes.cite(&conflict.events);
        let _ = writeln!(
            html,
            "<li><b>≠ {}</b>{about}: {}{calls}</li>",
            escaped(words::conflict(&conflict.kind)),
            sentence(&conflict.detail, wanted)
        );
    }
    html.push_str("</ul>\n</section>\n");
    html
}

/// What sources say of units and of who is who.
fn structure<'r>(report: &'r Report, notes: &mut Notes<'r>) -> String {
    let mut said: Vec<&Footnote> = report.sources.values().filter(|source| source.is_of_structure()).collect();
    if said.is_empty() {
        return String::new();
    }
    said.sort_by_key(|source| source.seq);
    let mut html = "<section class=\"structure\" id=\"structure\">\n<h2>Names and units</h2>\n\
        <p>What sources said of units and of who is who, as it was recorded, also what was corrected or disbelieved since.</p>\n<ul>\n"
        .to_owned();
    for source in said {
        let _ = writeln!(html, "<li>{}{}</li>", source.statement(), notes.cite([&source.id]));
    }
    html.push_str("</ul>\n</section>\n");
    html
}

fn footnotes(notes: &Notes<'_>) -> String {
    let mut html = "<section class=\"notes\" id=\"notes\">\n<h2>Sources</h2>\n<ol>\n".to_owned();
    for (i, events) in notes.order.iter().enumerate() {
        let number = i + 1;
        let says = notes.note(events);
        let back = format!("<a href=\"#call-{number}\" class=\"back\" aria-label=\"back to the text\">↩</a>");
        let _ = writeln!(html, "<li id=\"note-{number}\">{says} {back}</li>");
    }
    html.push_str("</ol>\n</section>\n");
    html
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
