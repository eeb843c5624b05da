//! How versions of one source follow each other, and what becomes of a statement that is gone: the section
//! `[revisions]` of every map.

use serde::Deserialize;
use tenure_domain::day::{Day, Instant};

use super::conventions::instant;
use super::pattern::Pattern;
use super::period::Period;

/// How versions of a source follow each other.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revisions {
    /// The names of files that are dated versions.
    #[serde(default)]
    pub(super) files: Option<Pattern>,
    /// Whether a version says all that there is: what it does not say is gone.
    #[serde(default = "yes")]
    pub(super) complete: bool,
    /// What becomes of a statement that is gone.
    #[serde(default)]
    pub(super) gone: Gone,
    /// Whether a version may lack most of what the one before had.
    #[serde(default)]
    pub(super) may_shrink: bool,
}

fn yes() -> bool {
    true
}

/// What becomes of a statement that a complete version does not have any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Gone {
    /// It is withdrawn: it was never so, as far as the source now says.
    #[default]
    Withdrawn,
    /// A post without an end ended between the two versions.
    Ended,
}

/// A version of a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Version {
    /// The day or the instant, as events give it in `reported_at`; none: when it is read.
    pub(super) text: Option<String>,
    /// On some day of which it was so.
    period: Option<Period>,
}

impl Version {
    /// The version of a day, an instant, a month or a year, read on a day. What a month had is known on its last day, or where
    /// it is not over, when it is read.
    pub(super) fn of(text: Option<String>, today: Day) -> Version {
        let period = text.as_deref().filter(|text| instant(text).is_none()).and_then(Period::parse);
        let Some(Period { first, last }) = period else { return Version { text, period } };
        let known = if first <= today && today < last { today } else { last };
        Version { text: Some(known.to_string()), period }
    }

    /// The day on which all of it was known.
    pub(super) fn day(&self) -> Option<Day> {
        self.instant().map(Instant::day)
    }

    /// When a post of it was in force, as events give it in `seen`.
    pub(super) fn seen(&self) -> Option<String> {
        self.period.map(|period| period.to_string()).or_else(|| self.day().map(|day| day.to_string()))
    }

    /// Of what an earlier version was that was reported then: of that day, or where this one is of a month or a year, of that.
    pub(super) fn like(&self, reported: Day) -> Period {
        let of_day = Period { first: reported, last: reported };
        // A month is written as `2024-02`, a year as `2024`.
        let own = self.period.filter(|period| period.first < period.last).map(|period| period.to_string());
        own.and_then(|own| Period::parse(reported.to_string().get(..own.len())?)).unwrap_or(of_day)
    }

    /// When it was reported; none: when it is read.
    pub(super) fn instant(&self) -> Option<Instant> {
        self.text.as_deref().and_then(instant)
    }
}
