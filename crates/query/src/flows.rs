//! Flows of people between units and companies.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::Tenure;
use tenure_domain::view::{RosterRow, ViewError};

use crate::Inquiry;
use crate::naming::NameOrder;
use crate::units::SubUnits;
use tenure_answers::{BasisShown, Flow, MovesAnswer};

/// By which periods flows are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// `2025-09`
    Month,
    /// `2025-Q3`
    Quarter,
    /// `2025`
    Year,
}

impl Period {
    fn of(self, day: Day) -> String {
        let (year, month, _) = day.ymd();
        match self {
            Period::Month => format!("{year:04}-{month:02}"),
            Period::Quarter => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
            Period::Year => format!("{year:04}"),
        }
    }
}

/// A period, where flows are told apart by one, with the unit left and the unit joined.
type FlowKey = (Option<String>, UnitNo, UnitNo);

impl Inquiry<'_> {
    /// `moves`: who went from where to where. A move is a tenure that ends as the same person's next one begins; it
    /// counts on the latest day of that beginning, which must lie within `between`. `from` and `to` narrow by unit
    /// or company, sub-units on the day asked about included. People have the names of the day of their move, units those
    /// of the first one.
    pub fn moves_answer(
        &self,
        basis: BasisShown,
        from: Option<UnitNo>,
        to: Option<UnitNo>,
        between: Bounds,
        by: Option<Period>,
    ) -> Result<MovesAnswer, ViewError> {
        let within = |unit: UnitNo| Ok::<_, ViewError>(self.reach(unit, SubUnits::Whole)?.units);
        let (from, to) = (from.map(within).transpose()?, to.map(within).transpose()?);
        let mut flows: BTreeMap<FlowKey, Vec<(PersonNo, Day)>> = BTreeMap::new();
        for person in self.movers(from.as_ref(), to.as_ref(), between)? {
            let state = self.view.person(person)?;
            for (left, joined) in steps(&state.career.tenures) {
                let Some(day) = joined.start.bounds.latest() else { continue };
                let (source, target) = (place_of(left), place_of(joined));
                let wanted = between.contains(day)
                    && from.as_ref().is_none_or(|units| units.contains(&source))
                    && to.as_ref().is_none_or(|units| units.contains(&target));
                if wanted {
                    let people = flows.entry((by.map(|by| by.of(day)), source, target)).or_default();
                    if people.last().is_none_or(|(last, _)| *last != person) {
                        people.push((person, day));
                    }
                }
            }
        }
        let mut shown: Vec<Flow> = Vec::with_capacity(flows.len());
        for ((period, source, target), movers) in flows {
            let people = movers.iter().map(|(who, day)| self.on(*day).person_shown(*who));
            let mut people: Vec<_> = people.collect::<Result<_, _>>()?;
            people.sort_by_cached_key(NameOrder::person);
            let first = movers.iter().map(|(_, day)| *day).min().unwrap_or(self.at);
            let (from, to) = (self.on(first).unit_shown(source)?, self.on(first).unit_shown(target)?);
            shown.push(Flow { period, from, to, count: people.len(), people });
        }
        shown.sort_by_cached_key(|flow| {
            let places = (NameOrder::unit(&flow.from), NameOrder::unit(&flow.to));
            (flow.period.clone(), std::cmp::Reverse(flow.count), places)
        });
        Ok(MovesAnswer { basis, flows: shown })
    }
}

impl Inquiry<'_> {
    /// The people who can have moved so: of those who joined in time, or of those who ever were where they left.
    fn movers(
        &self,
        from: Option<&BTreeSet<UnitNo>>,
        to: Option<&BTreeSet<UnitNo>>,
        between: Bounds,
    ) -> Result<BTreeSet<PersonNo>, ViewError> {
        let joined_in_time = |row: &&RosterRow| row.start.latest().is_some_and(|day| between.contains(day));
        let mut movers = BTreeSet::new();
        match (from, to) {
            (Some(left), None) => {
                for unit in left {
                    movers.extend(self.view.roster(*unit)?.iter().map(|row| row.person));
                }
            }
            (_, to) => {
                let joined = to.map_or_else(|| self.view.units(), |to| Ok(to.iter().copied().collect()))?;
                for unit in joined {
                    movers.extend(self.view.roster(unit)?.iter().filter(joined_in_time).map(|row| row.person));
                }
            }
        }
        Ok(movers)
    }
}

fn place_of(tenure: &Tenure) -> UnitNo {
    tenure.unit.unwrap_or(tenure.company)
}

/// The steps of a career: of the tenures of one employment, one that ends and the one that begins with that end.
fn steps(tenures: &[Tenure]) -> Vec<(&Tenure, &Tenure)> {
    let mut steps = Vec::new();
    for (i, joined) in tenures.iter().enumerate() {
        let left = tenures.iter().enumerate().rev().find(|(j, left)| {
            let ends_then = left.end.as_ref().is_some_and(|end| end.bounds.overlaps(joined.start.bounds));
            let elsewhere = place_of(left) != place_of(joined);
            let before = left.start.bounds.latest() <= joined.start.bounds.latest();
            *j != i
                && ends_then
                && elsewhere
                && before
                && left.employment == joined.employment
                && left.primary == joined.primary
        });
        steps.extend(left.map(|(_, left)| (left, joined)));
    }
    steps
}
