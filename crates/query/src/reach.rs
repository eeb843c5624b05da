//! Which tenures a question about all days is about: all that were ever held in units of the day asked about, and those of
//! people whom a merger brought there while they held them.

use std::collections::BTreeSet;
use std::sync::Arc;

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::statement::UnitNo;
use tenure_domain::view::{RosterRow, View, ViewError};

use crate::location::{MergerPaths, Stint, as_ended, came_to};

/// The units in reach of a question about all days.
pub(crate) struct Reach<'v> {
    view: &'v dyn View,
    at: Day,
    /// The units themselves.
    pub(crate) units: BTreeSet<UnitNo>,
    /// With them, the units whose people can have come there.
    pub(crate) sources: BTreeSet<UnitNo>,
    /// Where people are on the day.
    ways: MergerPaths,
    /// How they come to the units.
    ways_there: MergerPaths,
    /// The unit that was looked at last, and whether all its tenures are in reach as they are: rosters are long.
    keeps: Option<(UnitNo, bool)>,
}

/// A tenure in reach.
pub(crate) struct InReach {
    /// It has the dates that the day tells.
    pub(crate) told: Stint,
    /// Since when it was in reach: its start, or a merger after that.
    pub(crate) since: Bounds,
}

impl<'v> Reach<'v> {
    pub(crate) fn of(view: &'v dyn View, at: Day, units: BTreeSet<UnitNo>, sources: BTreeSet<UnitNo>) -> Reach<'v> {
        let ways_there = MergerPaths::ending_in(units.clone());
        Reach { view, at, units, sources, ways: MergerPaths::default(), ways_there, keeps: None }
    }

    /// Whether all tenures of a unit are in reach, and no merger or dissolution tells their dates otherwise.
    fn keeps(&mut self, unit: UnitNo) -> Result<bool, ViewError> {
        if let Some((_, keeps)) = self.keeps.filter(|(of, _)| *of == unit) {
            return Ok(keeps);
        }
        let keeps = self.units.contains(&unit) && self.ways.is_lasting(self.view, unit)?;
        self.keeps = Some((unit, keeps));
        Ok(keeps)
    }

    /// The tenure, if it was ever in reach.
    pub(crate) fn tenure(&mut self, stint: Stint) -> Result<Option<InReach>, ViewError> {
        if self.keeps(stint.unit)? {
            return Ok(Some(InReach { told: stint, since: stint.start }));
        }
        let told = as_ended(&mut self.ways, self.view, stint, self.at)?;
        if self.units.contains(&stint.unit) {
            return Ok(Some(InReach { told, since: told.start }));
        }
        let (unit, came) = came_to(&mut self.ways_there, self.view, &stint, self.at)?;
        let Some(came) = came.filter(|_| self.units.contains(&unit)) else { return Ok(None) };
        let was_over = told.end.is_some_and(|end| end.latest().is_some_and(|end| Some(end) <= came.earliest()));
        Ok((!was_over).then(|| InReach { told, since: told.start.later(came) }))
    }

    /// The tenures of a unit that were ever in reach.
    pub(crate) fn rows(&mut self, source: UnitNo) -> Result<Arc<[RosterRow]>, ViewError> {
        let all = self.view.roster(source)?;
        if self.units.contains(&source) {
            return Ok(all);
        }
        let mut rows = Vec::new();
        for row in all.iter() {
            if self.tenure(Stint::row(source, row))?.is_some() {
                rows.push(*row);
            }
        }
        Ok(rows.into())
    }
}
