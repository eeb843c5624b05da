//! `find` and `status`.

use tenure_answers::{Bounds, FindAnswer, Found, StatusAnswer};

use super::grid::{Column, Grid};
use super::ink::{Ink, Line};
use super::page::{Page, counted};
use super::post;

/// What was found by name, the best match first.
pub(super) fn find(page: &mut Page, answer: &FindAnswer) {
    if answer.matches.is_empty() {
        page.line(&Line::plain(&match answer.total {
            None => "nothing found".to_owned(),
            Some(found) => format!("{} found, none listed", counted(found, "name", "names")),
        }));
        return;
    }
    let mut grid = Grid::new(vec![
        Column::new("NAME").shrinks_to(10),
        Column::new("KIND"),
        Column::new("WHAT").shrinks_to(18).spared(3),
        Column::new("ID").shrinks_to(10).spared(2),
        Column::new("SCORE"),
        Column::new("BY").spared(1),
        Column::new("ALSO").shrinks_to(12).spared(0),
    ]);
    for found in &answer.matches {
        grid.row(vec![
            Line::of(Ink::Strong, &found.name),
            Line::plain(&found.kind),
            what(found),
            Line::of(Ink::Faint, if found.kind == "title" { "" } else { &found.id }),
            score(found.score),
            Line::plain(&found.via),
            Line::plain(&post::other_names(&found.name, &found.names).join(", ")),
        ]);
    }
    grid.lay(page);
    if let Some(total) = answer.total {
        page.line(&Line::of(Ink::Faint, &format!("{} of {total}", answer.matches.len())));
    }
}

/// What a person does or did last, whose a unit is and when it existed, where a title occurs.
fn what(found: &Found) -> Line {
    if let Some(held) = &found.post {
        let title = held.title.as_deref().map_or(Line::new(), Line::plain);
        let seat = Line::joined(&[title, post::place(&held.unit)], ", ");
        return Line::joined(&[seat, span(Some(&held.from), held.to.as_ref())], "; ");
    }
    if found.kind == "title" {
        let people = counted(found.people.unwrap_or_default(), "person", "people");
        let places: Vec<Line> = found.places.iter().map(|place| post::place(&place.unit)).collect();
        return Line::joined(&[Line::plain(&people), Line::joined(&places, ", ")], "; ");
    }
    let company = found.company.as_ref().map_or(Line::new(), |company| Line::plain(&company.name));
    Line::joined(&[company, span(found.from.as_ref(), found.to.as_ref())], "; ")
}

/// From when to when; nothing where neither is known.
fn span(from: Option<&Bounds>, to: Option<&Bounds>) -> Line {
    match (from, to) {
        (None, None) => Line::new(),
        (Some(from), None) => Line::plain("since ").then(&post::date(from)),
        (None, Some(to)) => Line::plain("until ").then(&post::date(to)),
        (Some(from), Some(to)) => post::date(from).with(Ink::Plain, " to ").then(&post::date(to)),
    }
}

/// How well something matches: in five steps and as a number.
fn score(score: f64) -> Line {
    let full = [0.1, 0.3, 0.5, 0.7, 0.9].iter().filter(|step| score >= **step).count();
    let line = Line::of(Ink::Bar, &"▪".repeat(full)).with(Ink::Faint, &"·".repeat(5 - full));
    line.with(Ink::Plain, &format!(" {score:.2}"))
}

/// Lag and sizes, one a line.
pub(super) fn status(page: &mut Page, answer: &StatusAnswer) {
    let lag = match answer.lag_events {
        0 => Line::of(Ink::Sure, "none"),
        n => {
            let events = if n == 1 { "event" } else { "events" };
            Line::of(Ink::Doubt, &format!("{} {events}, {}", grouped(n), duration(answer.lag_seconds)))
        }
    };
    let quarantined = match answer.quarantined {
        0 => Line::plain("0"),
        n => Line::of(Ink::Doubt, &grouped(n)),
    };
    // What is behind the log answers up to where it has come.
    let last = answer.basis.head.saturating_add(answer.lag_events);
    let count = |n: usize| Line::plain(&grouped(u64::try_from(n).unwrap_or(u64::MAX)));
    let lines = [
        ("events", Line::plain(&grouped(answer.events))),
        ("people", count(answer.people)),
        ("units", count(answer.units)),
        ("position", Line::plain(&format!("{} of {}", grouped(answer.basis.seq), grouped(last)))),
        ("lag", lag),
        ("quarantined", quarantined),
        ("log", Line::plain(&size(answer.journal_bytes))),
        ("snapshots", Line::plain(&size(answer.store_bytes))),
    ];
    let keyed = |key: &str, value: &Line| Line::of(Ink::Faint, &format!("{key:<13}")).then(value);
    for (key, value) in lines {
        page.prose(&keyed(key, &value), 13);
    }
    // A reader compares it with another one.
    page.whole(&keyed("digest", &Line::plain(&answer.digest)));
}

/// A number with commas between the thousands.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in the unit that keeps the number short.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let (mut tenths, mut unit) = (u128::from(bytes) * 10 / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths / 1024, unit + 1);
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// Seconds in the unit that keeps the number short.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 60.0 => format!("{s:.1} s"),
        s if s < 3_600.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3_600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}

#[cfg(test)]
mod snapshots {
    use super::super::Answer;
    use super::super::samples::{self, check};

    #[test]
    fn matches_show_how_they_were_found() {
        let answer = samples::find_answer();
        check(
            &Answer::Find(answer.clone()),
            "
NAME        KIND    WHAT                                                     ID                   SCORE       BY        ALSO
许主洪      person  首席科学家, 通义实验室 · 阿里巴巴集团; since 2025-09-30  ~许主洪              ▪▪▪▪▪ 1.00  name      許主洪, Steven Hoi
徐珠        person                                                           p/xu-zhu             ▪▪▪▪· 0.72  pinyin
通义实验室  unit    阿里巴巴集团; 2023-07-01 to 2026-03                      ~alibaba/通义实验室  ▪▪▪·· 0.50  spelling  Tongyi Lab
首席科学家  title   3 people; 通义实验室 · 阿里巴巴集团, 阿里巴巴集团                             ▪▪··· 0.45  part
",
        );
    }

    #[test]
    fn sizes_are_short() {
        let answer = samples::status_answer();
        check(
            &Answer::Status(answer.clone()),
            "
events       10,243
people       1,381
units        212
position     10,240 of 10,243
lag          3 events, 2 min
quarantined  0
log          5.2 MiB
snapshots    900 B
digest       9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (n, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(n), expected);
        }
        for (bytes, expected) in
            [(0, "0 B"), (1_023, "1023 B"), (1_536, "1.5 KiB"), (1 << 20, "1.0 MiB"), (u64::MAX, "16777215.9 TiB")]
        {
            assert_eq!(size(bytes), expected);
        }
        for (seconds, expected) in [(0.25, "0.2 s"), (90.0, "2 min"), (7_200.0, "2.0 h"), (864_000.0, "10 days")] {
            assert_eq!(duration(seconds), expected);
        }
    }
}
