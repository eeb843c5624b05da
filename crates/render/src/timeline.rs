//! The timeline of a career: bars over one axis of time.
//!
//! A character stands for a stretch of days, and is drawn where a tenure takes up half of it: solid if most of that is
//! certain, light if most is possible only. A tenure that takes up half of none still gets one, so that no post is
//! invisible.

use tenure_answers::{Bounds, Tenure};
use tenure_domain::day::Day;

use super::calendar;
use super::ink::{Ink, Line};

/// The axis: days from `first` up to `end`, in `cells` characters, and one more for the arrows of open ends.
pub(super) struct Axis {
    first: i64,
    end: i64,
    /// The day after the one asked about: up to here a tenure is drawn that is not known to have ended.
    now: i64,
    cells: usize,
    ticks: Vec<(usize, String)>,
}

/// What a character of a bar shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Blank,
    Possible,
    Certain,
}

/// The earliest and the latest day of the bounds.
fn days(bounds: &Bounds) -> (Option<i64>, Option<i64>) {
    let (earliest, latest) = calendar::days(bounds);
    (earliest.map(i64::from), latest.map(i64::from))
}

fn number(day: &str) -> Option<i64> {
    calendar::number(day).map(i64::from)
}

/// The days from which and up to which something is so, if there are any.
fn overlap(one: (i64, i64), other: (i64, i64)) -> i64 {
    (one.1.min(other.1) - one.0.max(other.0)).max(0)
}

impl Axis {
    /// An axis for the tenures in `columns` characters, up to the day asked about where one of them is open; none where
    /// no day is known.
    pub(super) fn over(tenures: &[Tenure], at: &str, columns: usize) -> Option<Axis> {
        let edges = tenures.iter().flat_map(|t| std::iter::once(&t.from).chain(&t.to)).map(days);
        let mut known: Vec<i64> = edges.flat_map(|(earliest, latest)| earliest.into_iter().chain(latest)).collect();
        known.extend(tenures.iter().filter_map(|t| t.attested.as_deref().and_then(number)));
        let first = *known.iter().min()?;
        let now = number(at);
        if tenures.iter().any(|t| t.to.is_none()) {
            known.extend(now);
        }
        let last = *known.iter().max()?;
        let cells = columns.saturating_sub(1).max(1);
        let (year, month, _) = day(first).ymd();
        let month = if last - first > 3 * 365 { 1 } else { month };
        let first = Day::from_ymd(year, month, 1).map_or(first, |day| i64::from(day.number()));
        let end = last.max(first) + 1;
        let mut axis = Axis { first, end, now: now.map_or(end, |now| now + 1), cells, ticks: Vec::new() };
        axis.ticks = axis.ticks();
        Some(axis)
    }

    /// Where the months or years begin that are labelled: as many as fit.
    fn ticks(&self) -> Vec<(usize, String)> {
        let span = self.end - self.first;
        let fits = |step: i32| {
            // A label and two blanks; 30.5 days are a month here.
            let room = if step < 12 { 9 } else { 6 };
            i64::try_from(self.cells).is_ok_and(|cells| cells * i64::from(step) * 61 >= room * span * 2)
        };
        let labels = calendar::labels(day(self.first).number(), day(self.end).number(), fits);
        labels.map(|(day, label)| (self.nearest(i64::from(day)), label)).collect()
    }

    fn cell_of(&self, day: i64) -> usize {
        let cells = i64::try_from(self.cells).unwrap_or(i64::MAX);
        let at = (day - self.first) * cells / (self.end - self.first);
        usize::try_from(at).unwrap_or(0).min(self.cells - 1)
    }

    /// The character that begins nearest to the day.
    fn nearest(&self, day: i64) -> usize {
        self.cell_of(day + (self.end - self.first) / (2 * i64::try_from(self.cells).unwrap_or(i64::MAX)))
    }

    /// The years, or months, above the bars.
    pub(super) fn labels(&self) -> Line {
        let mut text = String::new();
        for (at, label) in &self.ticks {
            let fits = *at + label.len() <= self.cells + 1;
            if fits && (text.is_empty() || text.len() < *at) {
                text.extend(std::iter::repeat_n(' ', *at - text.len()));
                text.push_str(label);
            }
        }
        Line::of(Ink::Faint, &text)
    }

    /// The bar of a tenure, and whether some of its time is possible only.
    pub(super) fn bar(&self, tenure: &Tenure) -> (Line, bool) {
        let cells = self.fill(tenure);
        let solid = if tenure.primary { Ink::Bar } else { Ink::Tag };
        // An arrow stands behind the last character of what is not known to have ended, or not known when.
        let pointed = tenure.to.as_ref().is_none_or(|to| to.latest.is_none());
        let last = cells.iter().rposition(|cell| *cell != Cell::Blank);
        let mut line = Line::new();
        for (i, cell) in cells.iter().chain([&Cell::Blank]).enumerate() {
            let behind = i.checked_sub(1).filter(|before| Some(*before) == last && pointed).map(|before| cells[before]);
            match (cell, behind) {
                (Cell::Blank, Some(Cell::Certain)) => line.push(solid, "▶"),
                (Cell::Blank, Some(_)) => line.push(Ink::Doubt, "▷"),
                (Cell::Blank, None) if self.ticks.iter().any(|(at, _)| *at == i) => line.push(Ink::Faint, "┊"),
                (Cell::Blank, None) => line.push(Ink::Plain, " "),
                (Cell::Possible, _) if i == 0 && tenure.from.earliest.is_none() => line.push(Ink::Doubt, "◁"),
                (Cell::Possible, _) => line.push(Ink::Doubt, "░"),
                (Cell::Certain, _) => line.push(solid, "█"),
            }
        }
        (line, cells.contains(&Cell::Possible))
    }

    fn fill(&self, tenure: &Tenure) -> Vec<Cell> {
        let (begins, begun) = days(&tenure.from);
        let (ends, ended) = match &tenure.to {
            Some(to) => days(to),
            None => (Some(self.now), Some(self.now)),
        };
        // The contract: certain from the latest start until the earliest end, possible outside of that.
        let begins = begins.unwrap_or(self.first);
        let possible = (begins, ended.unwrap_or(self.end));
        let certain = begun.zip(ends).unwrap_or((self.first, self.first));
        let cells = i64::try_from(self.cells).unwrap_or(i64::MAX);
        let span = self.end - self.first;
        let scaled = |(from, to): (i64, i64)| ((from - self.first) * cells, (to - self.first) * cells);
        let (possible, certain) = (scaled(possible), scaled(certain));
        let what = |stretch: (i64, i64)| {
            let (all, sure) = (overlap(stretch, possible), overlap(stretch, certain));
            if sure > 0 && sure * 2 >= all { Cell::Certain } else { Cell::Possible }
        };
        let shown = (0..cells).map(|i| {
            let cell = (i * span, (i + 1) * span);
            if overlap(cell, possible) * 2 < span { Cell::Blank } else { what(cell) }
        });
        let mut shown: Vec<Cell> = shown.collect();
        if shown.iter().all(|cell| *cell == Cell::Blank) {
            // Too short, over on the day on which it began, or yet to begin.
            shown[self.cell_of(begins)] = what((0, cells * span));
        }
        shown
    }
}

fn day(number: i64) -> Day {
    Day::from_number(i32::try_from(number).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{alibaba, bounds, day as on, inferred, tenure};
    use super::*;

    fn held(from: Bounds, to: Option<Bounds>) -> Tenure {
        Tenure { to, ..tenure("ann@1", alibaba(), None, None, from) }
    }

    fn year(year: &str) -> Bounds {
        bounds(year, Some(&format!("{year}-01-01")), Some(&format!("{year}-12-31")))
    }

    fn painted(line: &Line) -> String {
        let mut out = String::new();
        line.paint(super::super::Color::Plain, &mut out);
        out
    }

    /// Draws the tenure over the years 2020 to 2026, three characters each, on 2026-06-30.
    fn check(from: Bounds, to: Option<Bounds>, expected: &str) {
        let frame = held(on("2020-01-01"), Some(on("2026-12-31")));
        let axis = Axis::over(&[frame], "2026-06-30", 22).expect("the frame has days");
        assert_eq!(painted(&axis.labels()), "2020  2022  2024  2026");
        assert_eq!(painted(&axis.bar(&held(from, to)).0), expected);
    }

    #[test]
    fn certain_time_is_solid_and_possible_time_light() {
        check(on("2021-01-01"), Some(on("2023-01-01")), "┊  ██████   ┊     ┊");
        check(year("2021"), Some(year("2023")), "┊  ░░░███░░░┊     ┊");
        check(year("2021"), Some(inferred(on("2022-01-01"))), "┊  ░░░┊     ┊     ┊");
    }

    #[test]
    fn open_ends_point_on() {
        check(on("2024-01-01"), None, "┊     ┊     ███████▶");
        check(bounds("[2024..]", Some("2024-01-01"), None), None, "┊     ┊     ░░░░░░░▷");
        check(on("2024-01-01"), Some(bounds("[2025..]", Some("2025-01-01"), None)), "┊     ┊     ███░░░░░░▷");
        check(bounds("[..2021]", None, Some("2021-12-31")), Some(on("2023-01-01")), "◁░░░░░███   ┊     ┊");
    }

    #[test]
    fn no_tenure_is_invisible() {
        check(on("2023-02-01"), Some(on("2023-02-02")), "┊     ┊  █  ┊     ┊");
        check(on("2023-02-01"), Some(on("2023-02-01")), "┊     ┊  ░  ┊     ┊");
        check(on("2026-08-01"), None, "┊     ┊     ┊     ┊░▷");
    }

    #[test]
    fn a_short_career_is_labelled_by_months() {
        let tenures = [held(on("2025-02-10"), Some(on("2025-08-01")))];
        let axis = Axis::over(&tenures, "2025-11-20", 40).expect("the tenure has days");
        assert_eq!(painted(&axis.labels()), "      2025-03      2025-05      2025-07");
    }

    #[test]
    fn any_dates_can_be_drawn() {
        let unknown = bounds("XXXX", None, None);
        assert!(Axis::over(&[held(unknown.clone(), None)], "2025-11-20", 40).is_none());
        for (from, to) in [("0000-01-01", "9999-12-31"), ("9999-12-31", "9999-12-31"), ("0000-01-01", "0000-01-01")] {
            for columns in [0, 1, 2, 40] {
                let all = [held(on(from), Some(on(to))), held(unknown.clone(), None), held(on(to), Some(on(from)))];
                let axis = Axis::over(&all, "2025-11-20", columns).expect("the tenures have days");
                for tenure in &all {
                    assert!(axis.bar(tenure).0.width() <= columns.max(2), "{from} {to} in {columns}");
                }
                assert!(axis.labels().width() <= columns.max(2), "{from} {to} in {columns}");
            }
        }
    }
}
