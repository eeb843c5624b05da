//! What is said of a post wherever one is shown: the seat, its tags, its dates, and the signs for doubt.

use std::collections::BTreeMap;

use tenure_answers::{Bounds, Person, Position, Tenure, Unit};
use tenure_domain::day::Day;

use super::ink::{Ink, Line};
use super::page::{Page, counted};

/// After how many days evidence is old enough for its age to be told.
const OLD: i32 = 365;

/// Between the parts of a seat.
const DOT: &str = " · ";

/// Which signs a page used, to explain them below it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Legend {
    possible: bool,
    inferred: bool,
    bars: bool,
}

impl Legend {
    pub(super) fn certainty(&mut self, certainty: &str) {
        self.possible |= certainty == "possible";
    }

    pub(super) fn tenure(&mut self, tenure: &Tenure) {
        self.inferred |= tenure.from.inferred || tenure.to.as_ref().is_some_and(|to| to.inferred);
    }

    pub(super) fn position(&mut self, position: &Position) {
        self.certainty(&position.certainty);
        self.tenure(&position.tenure);
    }

    /// Bars are drawn in which time is possible only.
    pub(super) fn vague_bars(&mut self) {
        self.bars = true;
    }

    /// Explains the signs that were used, below a gap.
    pub(super) fn lay(self, page: &mut Page) {
        let signs = [
            (self.possible, "● certain  ○ possible, by the dates alone"),
            (self.bars, "█ certain  ░ possible, by the dates alone"),
            (self.inferred, "* inferred, stated by no source"),
        ];
        let used: Vec<&str> = signs.iter().filter(|(used, _)| *used).map(|(_, sign)| *sign).collect();
        if used.is_empty() {
            return;
        }
        page.gap();
        let line = Line::of(Ink::Faint, &used.join("   "));
        if page.width().is_none_or(|most| line.width() <= most) {
            page.line(&line);
        } else {
            for sign in used {
                page.line(&Line::of(Ink::Faint, sign));
            }
        }
    }
}

/// The sign of a certainty.
pub(super) fn mark(certainty: &str) -> Line {
    if certainty == "possible" { Line::of(Ink::Doubt, "○") } else { Line::of(Ink::Sure, "●") }
}

/// A start or an end.
pub(super) fn date(bounds: &Bounds) -> Line {
    let text = match (&bounds.earliest, &bounds.latest) {
        (None, None) => "unknown",
        (Some(_), _) | (_, Some(_)) => &bounds.edtf,
    };
    Line::plain(text).with(Ink::Doubt, if bounds.inferred { "*" } else { "" })
}

/// A confidence, where it is worth a word.
pub(super) fn confidence(confidence: &str) -> Line {
    match confidence {
        "reported" => Line::new(),
        "rumoured" => Line::of(Ink::Doubt, "rumoured"),
        other => Line::of(Ink::Sure, other),
    }
}

/// What is special about a post: ` [acting, lead]`.
fn tags(tenure: &Tenure) -> Line {
    let employment = tenure.employment.as_str();
    let all = [
        (tenure.acting, "acting"),
        (tenure.lead, "lead"),
        (employment != "employee", employment),
        (!tenure.primary, "secondary"),
    ];
    let given: Vec<&str> = all.iter().filter(|(given, _)| *given).map(|(_, tag)| *tag).collect();
    if given.is_empty() { Line::new() } else { Line::of(Ink::Tag, &format!("[{}]", given.join(", "))) }
}

/// The title of a post and its tags, for a column.
pub(super) fn title(tenure: &Tenure) -> Line {
    let title = tenure.title.as_ref().map_or(Line::new(), |title| Line::plain(title));
    let shown = Line::joined(&[title, tags(tenure)], " ");
    if shown.is_empty() { Line::of(Ink::Faint, "-") } else { shown }
}

/// A post in one line: title and tags, unit, company.
pub(super) fn seat(tenure: &Tenure) -> Line {
    let unit = tenure.unit.as_ref().map(|unit| &unit.name);
    let parts: Vec<&String> = tenure.title.iter().chain(unit).chain(std::iter::once(&tenure.company.name)).collect();
    let first = Line::joined(&[Line::of(Ink::Strong, parts[0]), tags(tenure)], " ");
    parts[1..].iter().fold(first, |so_far, part| so_far.with(Ink::Faint, DOT).with(Ink::Plain, part))
}

/// A unit with its company.
pub(super) fn place(unit: &Unit) -> Line {
    let line = Line::plain(&unit.name);
    match &unit.company {
        Some(company) => line.with(Ink::Faint, DOT).with(Ink::Plain, &company.name),
        None => line,
    }
}

/// A person with the id.
pub(super) fn person(person: &Person) -> Line {
    Line::of(Ink::Strong, &person.name).with(Ink::Plain, "  ").with(Ink::Faint, &person.id)
}

/// When a post was held, as a sentence goes on to say it.
pub(super) fn term(tenure: &Tenure) -> Line {
    let unknown = tenure.from.earliest.is_none() && tenure.from.latest.is_none();
    let from = date(&tenure.from);
    match &tenure.to {
        None if unknown => Line::plain("since a day unknown"),
        None => Line::plain("since ").then(&from),
        Some(to) if unknown => Line::plain("until ").then(&date(to)),
        Some(to) => from.with(Ink::Plain, " to ").then(&date(to)),
    }
}

/// How many days before the day asked about a day is.
fn days_before(day: &str, at: &str) -> Option<i32> {
    let number = |text: &str| text.parse::<Day>().ok().map(Day::number);
    Some(number(at)? - number(day)?)
}

/// How long before the day asked about the evidence of an open post is, where that is more than a year.
fn age(tenure: &Tenure, at: &str) -> Option<String> {
    let days = days_before(tenure.attested.as_deref().filter(|_| tenure.to.is_none())?, at)?;
    // A month is 30.44 days on the average.
    let months = i64::from(days) * 100 / 3_044;
    match months {
        _ if days <= OLD => None,
        12 | 13 => Some("1 year".to_owned()),
        0..24 => Some(format!("{months} months")),
        _ => Some(format!("{} years", i64::from(days) * 100 / 36_525)),
    }
}

/// What is told of an open post that surely began more than a year ago, and that no source has in force on any day.
const NEVER: &str = "no known day";

fn is_never_seen(tenure: &Tenure, at: &str) -> bool {
    let begun = tenure.from.latest.as_deref().filter(|_| tenure.to.is_none() && tenure.attested.is_none());
    begun.and_then(|begun| days_before(begun, at)).is_some_and(|days| days > OLD)
}

/// When an open post was last seen, for a column.
pub(super) fn last_seen(tenure: &Tenure, at: &str) -> Line {
    if is_never_seen(tenure, at) {
        return Line::of(Ink::Doubt, NEVER);
    }
    let Some(day) = tenure.attested.as_ref().filter(|_| tenure.to.is_none()) else { return Line::new() };
    match age(tenure, at) {
        None => Line::plain(day),
        Some(age) => Line::plain(day).with(Ink::Doubt, &format!(" ({age} before)")),
    }
}

/// When an open post was last seen, in words, and how long before the day asked about that is where it is old. The day
/// on which it is known to have begun is told anyway.
pub(crate) fn last_sight(tenure: &Tenure, at: &str) -> Option<(String, Option<String>)> {
    if is_never_seen(tenure, at) {
        return Some((String::new(), Some(format!("last seen on {NEVER}"))));
    }
    let day = tenure.attested.as_deref().filter(|_| tenure.to.is_none())?;
    let age = age(tenure, at);
    if [&tenure.from.earliest, &tenure.from.latest].iter().any(|edge| edge.as_deref() != Some(day)) {
        return Some((format!("last seen {day}"), age.map(|age| format!(" ({age} before)"))));
    }
    age.map(|age| ("not seen since".to_owned(), Some(format!(" ({age})"))))
}

/// A manager, and since when the manager is no longer there.
pub(super) fn manager(manager: &Person) -> Line {
    let line = Line::plain(&manager.name);
    match &manager.left {
        None => line,
        Some(left) => line.with(Ink::Doubt, " (left ").then(&date(left)).with(Ink::Doubt, ")"),
    }
}

/// What else is known of a post: manager, remit, why it ended, how old and how good the evidence is.
pub(super) fn particulars(tenure: &Tenure, at: &str) -> Vec<Line> {
    let mut all = Vec::new();
    if let Some(manager) = &tenure.reports_to {
        all.push(Line::plain("reports to ").then(&self::manager(manager)));
    }
    if let Some(remit) = &tenure.remit {
        all.push(Line::plain("responsible for ").with(Ink::Plain, remit));
    }
    if let Some(reason) = &tenure.end_reason {
        all.push(Line::plain("ended: ").with(Ink::Plain, reason));
    }
    if let Some((seen, age)) = last_sight(tenure, at) {
        all.push(Line::plain(&seen).with(Ink::Doubt, age.as_deref().unwrap_or_default()));
    }
    all.push(confidence(&tenure.confidence));
    all.push(Line::plain(&counted(tenure.supports.len(), "event", "events")));
    all
}

/// The ids of tenures as they are shown: as short as tells them apart.
pub(super) struct Ids<'t>(BTreeMap<&'t str, String>);

impl<'t> Ids<'t> {
    pub(super) fn of(ids: impl Iterator<Item = &'t String>) -> Ids<'t> {
        Ids(tenure_answers::shortened(ids.map(String::as_str)))
    }

    pub(super) fn shown<'i>(&'i self, id: &'i str) -> &'i str {
        self.0.get(id).map_or(id, String::as_str)
    }
}

/// When a person died, below the names.
pub(super) fn died(page: &mut Page, died: Option<&Bounds>) {
    if let Some(died) = died {
        page.line(&Line::of(Ink::Faint, "died ").then(&date(died)));
    }
}

/// The names that are not the one shown.
pub(super) fn other_names<'n>(name: &str, names: &'n [String]) -> Vec<&'n str> {
    names.iter().map(String::as_str).filter(|other| *other != name).collect()
}

/// Heads a page with a person.
pub(super) fn person_title(page: &mut Page, person: &Person) {
    let left = person.left.as_ref().map_or(Line::new(), |left| Line::of(Ink::Doubt, "left ").then(&date(left)));
    page.title(&person.name, &person.id, &left);
    let others = other_names(&person.name, &person.names);
    if !others.is_empty() {
        page.prose(&Line::of(Ink::Faint, "also ").with(Ink::Plain, &others.join(", ")), 5);
    }
}

/// Heads a page with a unit.
pub(super) fn unit_title(page: &mut Page, unit: &Unit) {
    let company = unit.company.as_ref().map_or(Line::new(), |company| Line::plain(&company.name));
    page.title(&unit.name, &unit.id, &company);
}

#[cfg(test)]
mod tests {
    use super::super::samples::{alibaba, day, tenure};
    use super::*;

    #[test]
    fn an_old_post_that_was_never_seen_is_told_as_such() {
        let open = |from: Bounds| Tenure { attested: None, ..tenure("ann@1", alibaba(), None, None, from) };
        let check = |tenure: &Tenure, at: &str, expect: bool| {
            assert_eq!(last_seen(tenure, at) == Line::of(Ink::Doubt, NEVER), expect, "{tenure:?} at {at}");
            assert_eq!(last_sight(tenure, at).is_some(), expect, "{tenure:?} at {at}");
        };
        let begun = open(day("2019-12-31"));
        check(&begun, "2020-12-30", false);
        check(&begun, "2020-12-31", true);
        check(&Tenure { to: Some(day("2030-01-01")), ..begun }, "2025-01-01", false);
        let unknown = Bounds { latest: None, ..day("2019-12-31") };
        check(&open(unknown), "2025-01-01", false);
    }

    #[test]
    fn the_age_of_old_evidence_is_told() {
        let check = |attested: Option<&str>, at: &str, expect: Option<&str>| {
            let attested = attested.map(str::to_owned);
            let open = Tenure { attested, ..tenure("ann@1", alibaba(), None, None, day("2000-01-01")) };
            assert_eq!(age(&open, at).as_deref(), expect, "{:?} at {at}", open.attested);
            assert_eq!(age(&Tenure { to: Some(day("2030-01-01")), ..open }, at), None);
        };
        check(Some("2020-01-01"), "2020-12-31", None);
        check(Some("2019-12-31"), "2020-12-31", Some("1 year"));
        check(Some("2020-01-01"), "2021-04-05", Some("15 months"));
        check(Some("2014-03-01"), "2020-01-01", Some("5 years"));
        check(Some("2022-01-01"), "2020-01-01", None);
        check(None, "2020-01-01", None);
        check(Some("2014-03-01"), "2019-01-01..2020-01-01", None);
    }
}
