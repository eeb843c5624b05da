//! Flows of people between units and companies.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::Tenure;
use tenure_domain::view::{RosterRow, ViewError};

use crate::Inquiry;
use crate::location::{MergerPaths, Stint, as_ended};
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
    /// `moves`: who went from where to where. A move is a tenure that ends as the same person's next one begins, by their dates as
    /// the day asked about tells them; it counts on the latest day of that beginning, which must lie within `between`. `from` and `to` narrow by unit
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
        let mut ways = MergerPaths::default();
        for person in self.movers(&mut ways, (from.as_ref(), to.as_ref()), between)? {
            let state = self.view.person(person)?;
            let told = state.career.tenures.iter().map(|held| self.as_told(&mut ways, held));
            for (left, joined) in steps(&told.collect::<Result<Vec<_>, ViewError>>()?) {
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
        ways: &mut MergerPaths,
        (from, to): (Option<&BTreeSet<UnitNo>>, Option<&BTreeSet<UnitNo>>),
        between: Bounds,
    ) -> Result<BTreeSet<PersonNo>, ViewError> {
        let mut joined_in_time = |unit: UnitNo, row: &RosterRow| {
            let start = as_ended(ways, self.view, Stint::row(unit, row), self.at)?.start;
            Ok::<_, ViewError>(start.latest().is_some_and(|day| between.contains(day)))
        };
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
                    for row in &*self.view.roster(unit)? {
                        if joined_in_time(unit, row)? {
                            movers.insert(row.person);
                        }
                    }
                }
            }
        }
        Ok(movers)
    }
}

fn place_of(tenure: &Tenure) -> UnitNo {
    tenure.unit.unwrap_or(tenure.company)
}

/// The steps of a career: of the tenures of one employment, one that ends and the one that begins with that end. Of several
/// that can have ended so it is the last one of the career.
fn steps<T: Borrow<Tenure>>(tenures: &[T]) -> Vec<(&Tenure, &Tenure)> {
    let tenures: Vec<&Tenure> = tenures.iter().map(T::borrow).collect();
    let mut sorts: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, tenure) in tenures.iter().enumerate() {
        sorts.entry((tenure.employment, tenure.primary)).or_default().push(at);
    }
    let mut steps: Vec<(usize, usize)> = sorts.values().flat_map(|sort| steps_of(&tenures, sort)).collect();
    steps.sort_unstable_by_key(|(_, joined)| *joined);
    steps.into_iter().map(|(left, joined)| (tenures[left], tenures[joined])).collect()
}

/// The steps between some tenures of a career. By the latest day of each beginning, those that had begun and can have ended by
/// then are known by the latest day on which they can have ended: the beginning looks at those which reach its earliest day.
fn steps_of(tenures: &[&Tenure], sort: &[usize]) -> Vec<(usize, usize)> {
    let last_day = |at: usize| tenures[at].end.as_ref().map(|end| end.bounds.latest().unwrap_or(Day::MAX));
    let mut ended: Vec<(Option<Day>, usize)> = sort
        .iter()
        .filter_map(|at| {
            let end = tenures[*at].end.as_ref()?;
            Some((tenures[*at].start.bounds.latest().max(end.bounds.earliest()), *at))
        })
        .collect();
    ended.sort_unstable();
    let mut days: Vec<Day> = ended.iter().filter_map(|(_, at)| last_day(*at)).collect();
    days.sort_unstable();
    days.dedup();
    let mut begun: Vec<(Day, usize)> =
        sort.iter().filter_map(|at| Some((tenures[*at].start.bounds.latest()?, *at))).collect();
    begun.sort_unstable();
    let mut reach = vec![LastTwo::default(); days.len() + 1];
    let (mut steps, mut taken) = (Vec::new(), 0);
    for (day, joined) in begun {
        while let Some((_, left)) = ended.get(taken).filter(|(since, _)| *since <= Some(day)) {
            let place = days.len() - days.partition_point(|other| Some(*other) < last_day(*left));
            let places = std::iter::successors(Some(place), |place| Some(place + (place & place.wrapping_neg())));
            for place in places.take_while(|place| *place <= days.len()) {
                reach[place].add(*left, place_of(tenures[*left]));
            }
            taken += 1;
        }
        let earliest = tenures[joined].start.bounds.earliest();
        let place = days.len() - days.partition_point(|other| Some(*other) < earliest);
        let places = std::iter::successors(Some(place), |place| place.checked_sub(1).map(|less| place & less));
        let elsewhere = places.take_while(|place| *place > 0);
        let elsewhere = elsewhere.filter_map(|place| reach[place].elsewhere(place_of(tenures[joined])));
        steps.extend(elsewhere.max().map(|left| (left, joined)));
    }
    steps
}

/// The last tenure of some, and the last one in another place than that.
#[derive(Clone, Copy, Default)]
struct LastTwo([Option<(usize, UnitNo)>; 2]);

impl LastTwo {
    fn add(&mut self, at: usize, place: UnitNo) {
        let [last, other] = self.0;
        let new = Some((at, place));
        self.0 = match last {
            Some((_, there)) if there == place => [last.max(new), other],
            _ if new > last => [new, last],
            _ => [last, other.max(new)],
        };
    }

    /// The last tenure that is not in a place.
    fn elsewhere(&self, place: UnitNo) -> Option<usize> {
        self.0.iter().flatten().find(|(_, there)| *there != place).map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::event::{Concurrency, Confidence, Employment};
    use tenure_domain::tenure::{Edge, OpenedAs, Origin};

    use super::*;

    fn tenure(unit: u32, start: Bounds, end: Option<Bounds>) -> Tenure {
        let edge = |bounds| Edge { bounds, origin: Origin::Stated, events: Vec::new() };
        Tenure {
            company: UnitNo(0),
            unit: Some(UnitNo(unit)),
            title: None,
            primary: true,
            concurrency: Concurrency::Exclusive,
            lead: false,
            acting: false,
            employment: Employment::Employee,
            remit: None,
            managers: Vec::new(),
            start: edge(start),
            end: end.map(edge),
            end_reason: None,
            seen: None,
            attested: None,
            confidence: Confidence::Reported,
            supports: Vec::new(),
            opened_by: "e1".parse().expect("an id"),
            opened_as: OpenedAs::InForce,
        }
    }

    /// The last of the others that can have ended as a tenure began, looked for among all of them.
    fn step_to(tenures: &[Tenure], joined: &Tenure) -> Option<usize> {
        tenures.iter().rposition(|left| {
            left.end.as_ref().is_some_and(|end| end.bounds.overlaps(joined.start.bounds))
                && left.unit != joined.unit
                && left.start.bounds.latest() <= joined.start.bounds.latest()
                && left.primary == joined.primary
        })
    }

    #[test]
    fn a_step_comes_from_the_last_tenure_that_can_have_ended_so() {
        let mut state = 7_u64;
        let mut below = |most: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % most
        };
        for _ in 0..2_000 {
            let mut some = || {
                let day = |number: u64| Day::from_number(i32::try_from(number).expect("a small number"));
                let (first, wide) = (below(12), below(4));
                let bounds = [(below(5) > 0).then(|| day(first)), (below(5) > 0).then(|| day(first + wide))];
                Bounds::new(bounds[0], bounds[1]).expect("in order")
            };
            let edges: Vec<(Bounds, Bounds)> = (0..12).map(|_| (some(), some())).collect();
            let mut tenures = Vec::new();
            for (start, end) in edges {
                let unit = u32::try_from(below(3)).expect("a small number");
                let primary = below(4) > 0;
                tenures.push(Tenure { primary, ..tenure(unit, start, (below(4) > 0).then_some(end)) });
            }
            // Where it is not known by when one began, it counts on no day.
            let expect = tenures.iter().filter(|joined| joined.start.bounds.latest().is_some());
            let expect = expect.filter_map(|joined| Some((&tenures[step_to(&tenures, joined)?], joined)));
            let at = |tenure: &Tenure| tenures.iter().position(|other| std::ptr::eq(other, tenure));
            let places = |steps: Vec<(&Tenure, &Tenure)>| -> Vec<_> {
                steps.into_iter().map(|(left, joined)| (at(left), at(joined))).collect()
            };
            assert_eq!(places(steps(&tenures)), places(expect.collect()), "{tenures:?}");
        }
    }
}
