//! The days of which a version of a source is one, as the names of files and `--version` tell them.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::{VagueDate, shortest};

/// The days of which something is a version: one, or all of a month or a year, of which it is not known on which it was so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Period {
    pub(super) first: Day,
    pub(super) last: Day,
}

impl Period {
    /// The days of a date without a doubt: `2024-02-16`, `2024-02`, `2024`.
    pub(super) fn parse(text: &str) -> Option<Period> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        Period::of(text.parse::<VagueDate>().ok().filter(|_| is_plain)?.bounds())
    }

    /// The days of bounds that have both.
    pub(super) fn of(bounds: Bounds) -> Option<Period> {
        Some(Period { first: bounds.earliest()?, last: bounds.latest()? })
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&shortest(Bounds::new(Some(self.first), Some(self.last)).unwrap_or(Bounds::UNKNOWN)))
    }
}
