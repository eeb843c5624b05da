//! The timeline of a career: bars over one axis of time.
//!
//! A character stands for a stretch of days. It is solid where most of what it shows is certain, light where most is
//! possible only; whatever is shorter than one character still gets one, so that no post is invisible.

use tenure_domain::day::Day;
use tenure_query::answer::{Bounds, Tenure};

use super::ink::{Ink, Line};

/// The axis: days from `first` up to `end`, in `cells` characters, and one more for the arrows of open ends.
pub(super) struct Axis {
    first: i64,
    end: i64,
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

fn number(day: &str) -> Option<i64> {
    day.parse::<Day>().ok().map(|day| i64::from(day.number()))
}

/// The earliest and the latest day of the bounds.
fn days(bounds: &Bounds) -> (Option<i64>, Option<i64>) {
    (bounds.earliest.as_deref().and_then(number), bounds.latest.as_deref().and_then(number))
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
        if tenures.iter().any(|t| t.to.is_none()) {
            known.extend(number(at));
        }
        let last = *known.iter().max()?;
        let cells = columns.saturating_sub(1).max(1);
        let (year, month, _) = day(first).ymd();
        let month = if last - first > 3 * 365 { 1 } else { month };
        let first = Day::from_ymd(year, month, 1).map_or(first, |day| i64::from(day.number()));
        let mut axis = Axis { first, end: last.max(first) + 1, cells, ticks: Vec::new() };
        axis.ticks = axis.ticks();
        Some(axis)
    }

    /// Where the months or years begin that are labelled: as many as fit.
    fn ticks(&self) -> Vec<(usize, String)> {
        const MONTHS: [i32; 11] = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000];
        let span = self.end - self.first;
        let fits = |step: i32| {
            let room = if step < 12 { 9 } else { 6 };
            i64::try_from(self.cells).is_ok_and(|cells| cells * i64::from(step) * 30 >= room * span)
        };
        let step = MONTHS.into_iter().find(|step| fits(*step)).unwrap_or(MONTHS[MONTHS.len() - 1]);
        let (year, month, _) = day(self.first).ymd();
        let months = year * 12 + i32::try_from(month).unwrap_or(1) - 1;
        let from = months.div_euclid(step) * step;
        let all = (0..).map(|i| from + i * step).map_while(|months| {
            let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
            let day = Day::from_ymd(year, u32::try_from(month).ok()?, 1)?;
            (i64::from(day.number()) < self.end).then_some((i64::from(day.number()), year, month))
        });
        let on_axis = all.filter(|(day, ..)| *day >= self.first);
        on_axis
            .map(|(day, year, month)| {
                let label = if step < 12 { format!("{year:04}-{month:02}") } else { format!("{year:04}") };
                (self.cell_of(day), label)
            })
            .collect()
    }

    fn cell_of(&self, day: i64) -> usize {
        let cells = i64::try_from(self.cells).unwrap_or(i64::MAX);
        let at = (day - self.first) * cells / (self.end - self.first);
        usize::try_from(at).unwrap_or(0).min(self.cells - 1)
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
        let began_before = tenure.from.earliest.is_none();
        let mut line = Line::new();
        for (i, cell) in cells.iter().enumerate() {
            match cell {
                Cell::Blank if self.ticks.iter().any(|(at, _)| *at == i) => line.push(Ink::Faint, "┊"),
                Cell::Blank => line.push(Ink::Plain, " "),
                Cell::Possible if i == 0 && began_before => line.push(Ink::Doubt, "◁"),
                Cell::Possible => line.push(Ink::Doubt, "░"),
                Cell::Certain => line.push(solid, "█"),
            }
        }
        match &tenure.to {
            None if cells.last() == Some(&Cell::Certain) => line.push(solid, "▶"),
            None => line.push(Ink::Doubt, "▷"),
            Some(to) if to.latest.is_none() => line.push(Ink::Doubt, "▷"),
            Some(_) => {}
        }
        (line, cells.contains(&Cell::Possible))
    }

    fn fill(&self, tenure: &Tenure) -> Vec<Cell> {
        let (begins, begun) = days(&tenure.from);
        let (ends, ended) = tenure.to.as_ref().map_or((None, None), days);
        let open = tenure.to.is_none();
        // The contract: certain from the latest start until the earliest end, possible outside of that.
        let begins = begins.unwrap_or(self.first);
        let possible = (begins, ended.unwrap_or(self.end));
        let certain_until = if open { Some(self.end) } else { ends };
        let certain = begun.zip(certain_until).unwrap_or((0, 0));
        let cells = i64::try_from(self.cells).unwrap_or(i64::MAX);
        let span = self.end - self.first;
        let scaled = |(from, to): (i64, i64)| ((from - self.first) * cells, (to - self.first) * cells);
        let (possible, certain) = (scaled(possible), scaled(certain));
        let shown = (0..cells).map(|i| {
            let cell = (i * span, (i + 1) * span);
            match (overlap(cell, possible), overlap(cell, certain)) {
                (0, _) => Cell::Blank,
                (all, sure) if sure * 2 >= all => Cell::Certain,
                _ => Cell::Possible,
            }
        });
        let mut shown: Vec<Cell> = shown.collect();
        if shown.iter().all(|cell| *cell == Cell::Blank) {
            // In force on no day: it ended on the day on which it began.
            shown[self.cell_of(begins)] = Cell::Possible;
        }
        shown
    }
}

fn day(number: i64) -> Day {
    Day::from_number(i32::try_from(number).unwrap_or(i32::MAX))
}
