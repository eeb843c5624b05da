//! What one answer finds on its way and needs again: where mergers led, and when people left companies.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::Tenure;
use tenure_domain::view::{Persona, View, ViewError};

use crate::location::MergerPaths;

/// What was found for one answer.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) ways: MergerPaths,
    /// Those of whom it was asked when they left, for the day that was asked about last.
    pub(crate) left: FxHashMap<PersonNo, Leaver>,
}

/// Who a person is, and when they left which companies by a day.
pub(crate) struct Leaver {
    pub(crate) who: Arc<Persona>,
    pub(crate) day: Day,
    pub(crate) leavings: Leavings,
}

/// When a person left each company where nothing is held any more.
pub(crate) type Leavings = FxHashMap<UnitNo, Left>;

/// When a person left a company, and whether that was inferred.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left {
    pub(crate) bounds: Bounds,
    pub(crate) inferred: bool,
}

impl Left {
    /// The later of two, which is the one that is shown.
    pub(crate) fn later(one: Option<Left>, other: Option<Left>) -> Option<Left> {
        let key = |left: &Left| (left.bounds.latest(), left.bounds.earliest(), !left.inferred);
        one.into_iter().chain(other).max_by_key(key)
    }
}

/// The company of a post whose people are in that unit on the day: the unit's own where a merger brought them there, else
/// the one that sources gave, which can have the post in a unit of another.
pub(crate) fn company_of(
    ways: &mut MergerPaths,
    view: &dyn View,
    held: &Tenure,
    unit: UnitNo,
    day: Day,
) -> Result<UnitNo, ViewError> {
    let is_own = unit == held.unit.unwrap_or(held.company);
    ways.company(view, if is_own { held.company } else { unit }, day)
}
