//! What becomes of a statement that a later version does not have, where what is gone has ended.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::wire::Json;

use super::evidence::dates;

/// What a statement says of how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::adapter) enum Standing {
    /// It is no post.
    #[default]
    Aside,
    /// A post without an end.
    Open,
    /// A post that has its end from the source.
    Ended,
    /// A post that ended between the version that had it last and the one that had it no more.
    EndedByVersion,
}

impl Standing {
    /// That of an event reported on a day.
    pub(super) fn of(event: &Json<'_>, day: Day) -> Standing {
        if event["type"] != "HeldPost" {
            return Standing::Aside;
        }
        if event["to"].is_null() {
            return Standing::Open;
        }
        let is_of_version = |to: Bounds| {
            let is_by_day = |latest: Day| to.earliest().is_some_and(|earliest| latest == day.max(earliest));
            to.latest().is_some_and(is_by_day) && (to.single().is_none() || !event["seen"].is_null())
        };
        if dates(event, "to").is_some_and(is_of_version) { Standing::EndedByVersion } else { Standing::Ended }
    }
}
