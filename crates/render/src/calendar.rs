//! The days of an axis of time, and how its months and years are labelled, in characters and in pictures alike.

use tenure_answers::Bounds;
use tenure_domain::day::Day;

/// How many months can lie between two labels.
const STEPS: [i32; 13] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24000];

pub(crate) fn number(day: &str) -> Option<i32> {
    day.parse::<Day>().ok().map(Day::number)
}

/// The earliest and the latest day of the bounds.
pub(crate) fn days(bounds: &Bounds) -> (Option<i32>, Option<i32>) {
    (bounds.earliest.as_deref().and_then(number), bounds.latest.as_deref().and_then(number))
}

/// The days from `first` until before `end` on which months or years begin that are labelled: as many as `fits` says of
/// the months between two labels.
pub(crate) fn labels(first: i32, end: i32, fits: impl Fn(i32) -> bool) -> impl Iterator<Item = (i32, String)> {
    let step = STEPS.into_iter().find(|step| fits(*step)).unwrap_or(STEPS[STEPS.len() - 1]);
    let (year, month, _) = Day::from_number(first).ymd();
    let months = year * 12 + i32::try_from(month).unwrap_or(1) - 1;
    let from = months.div_euclid(step) * step;
    let begins = (0..).map(move |i| from + i * step).map_while(move |months| {
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let day = Day::from_ymd(year, u32::try_from(month).ok()?, 1)?.number();
        let label = if step < 12 { format!("{year:04}-{month:02}") } else { format!("{year:04}") };
        (day < end).then_some((day, label))
    });
    begins.filter(move |(day, _)| *day >= first)
}
