//! Where the people of a tenure are on a day, through mergers and dissolutions, and what stands under a unit.

use std::collections::BTreeSet;

use tenure_domain::bounds::{Bounds, Certainty};
use tenure_domain::day::Day;
use tenure_domain::statement::UnitNo;
use tenure_domain::structure::{Existence, Whereabouts};
use tenure_domain::tenure::Tenure;
use tenure_domain::view::{RosterRow, View};

/// How far a chain of mergers or parents is followed. Cycles are refused when the structure is folded; this bounds
/// what a store that was tampered with can cost.
const CHAIN: usize = 1_000;

/// What decides where a tenure's people are.
#[derive(Clone, Copy)]
pub(crate) struct Stint {
    pub(crate) unit: UnitNo,
    pub(crate) start: Bounds,
    pub(crate) end: Option<Bounds>,
    pub(crate) end_stated: bool,
    pub(crate) seen: Option<Day>,
}

impl Stint {
    pub(crate) fn of(tenure: &Tenure) -> Stint {
        Stint {
            unit: tenure.unit.unwrap_or(tenure.company),
            start: tenure.start.bounds,
            end: tenure.end.as_ref().map(|end| end.bounds),
            end_stated: tenure.end.as_ref().is_some_and(|end| !end.origin.is_inferred()),
            seen: tenure.seen,
        }
    }

    pub(crate) fn row(unit: UnitNo, row: &RosterRow) -> Stint {
        let RosterRow { start, end, end_stated, seen, .. } = *row;
        Stint { unit, start, end, end_stated, seen }
    }

    /// The latest day on which it is known to have been in force or begun.
    fn alive(&self) -> Option<Day> {
        self.start.latest().or(self.start.earliest()).max(self.seen)
    }

    /// Whether it goes on though its unit was dissolved between those days: a source states its end, or saw it in force
    /// after that.
    fn outlives(&self, dissolved: Bounds) -> bool {
        self.end_stated || dissolved.latest().is_some_and(|latest| self.seen > Some(latest))
    }
}

/// Where a tenure stands on a day.
pub(crate) enum Place {
    /// In that unit: its own, or the one into which that was merged.
    In(UnitNo),
    /// Nowhere any more: the unit was dissolved between those days.
    Dissolved(Bounds),
}

/// Where the tenure's people are on the day, whether or not the tenure is in force then.
pub(crate) fn place(view: &dyn View, stint: &Stint, day: Day) -> Place {
    let mut unit = stint.unit;
    let mut alive = stint.alive();
    for _ in 0..CHAIN {
        let state = view.unit(unit);
        if state.history.existence.is_empty() {
            break;
        }
        match state.history.of_tenure(stint.start.earliest(), alive, day) {
            Whereabouts::There => break,
            Whereabouts::Merged(into, since) => {
                unit = into;
                alive = alive.max(since.latest());
            }
            Whereabouts::Dissolved(bounds) if stint.outlives(bounds) => break,
            Whereabouts::Dissolved(bounds) => return Place::Dissolved(bounds),
        }
    }
    if let Some(company) = view.unit(unit).company {
        let company = view.unit(company);
        match company.history.of_tenure(stint.start.earliest(), alive, day) {
            Whereabouts::Dissolved(bounds) if !stint.outlives(bounds) => return Place::Dissolved(bounds),
            Whereabouts::Dissolved(_) | Whereabouts::There | Whereabouts::Merged(..) => {}
        }
    }
    Place::In(unit)
}

/// The company to which the people of a unit belong on the day: its own, or the one into which that was merged.
pub(crate) fn company(view: &dyn View, unit: UnitNo, day: Day) -> UnitNo {
    let mut company = view.unit(unit).company.unwrap_or(unit);
    for _ in 0..CHAIN {
        match view.unit(company).history.existence(day).map(|change| change.value) {
            Some(Existence::Merged(into)) => company = view.unit(into).company.unwrap_or(into),
            Some(Existence::Formed | Existence::Dissolved) | None => break,
        }
    }
    company
}

/// In which unit the tenure is in force on the day, and how surely.
pub(crate) fn in_force(view: &dyn View, stint: &Stint, day: Day) -> Option<(UnitNo, Certainty)> {
    let certainty = Certainty::of(stint.start, stint.end, day)?;
    match place(view, stint, day) {
        Place::In(unit) => Some((unit, certainty)),
        Place::Dissolved(_) => None,
    }
}

/// Under which unit or company a unit stands on the day: merged ones give way to what they were merged into,
/// dissolved and not yet formed ones to what is above them. None for a company that stands under nothing.
pub(crate) fn parent(view: &dyn View, unit: UnitNo, day: Day) -> Option<UnitNo> {
    let above = |unit: UnitNo| {
        let state = view.unit(unit);
        state.history.parent(day).or(state.company).filter(|above| *above != unit)
    };
    let mut at = above(unit)?;
    for _ in 0..CHAIN {
        let history = &view.unit(at).history;
        match history.existence(day).map(|change| change.value) {
            Some(Existence::Merged(into)) => at = into,
            Some(Existence::Formed) => break,
            None if history.exists(day) => break,
            Some(Existence::Dissolved) | None => at = above(at)?,
        }
    }
    Some(at)
}

/// What stands under a unit on a day.
pub(crate) struct Below {
    /// The units directly under it that exist.
    pub(crate) children: Vec<UnitNo>,
    /// Units that are gone, whose people or sub-units can be here.
    pub(crate) gone: Vec<UnitNo>,
    /// Of these, the ones that stood or will stand directly under it: who is in one all the same is here.
    pub(crate) unseen: Vec<UnitNo>,
}

/// Finds what stands directly under a unit on a day.
pub(crate) fn below(view: &dyn View, unit: UnitNo, day: Day) -> Below {
    let mut found = Below { children: Vec::new(), gone: Vec::new(), unseen: Vec::new() };
    let mut seen = BTreeSet::from([unit]);
    let mut work = vec![unit];
    while let Some(at) = work.pop() {
        for candidate in &view.unit(at).below {
            if !seen.insert(*candidate) {
                continue;
            }
            if view.unit(*candidate).history.exists(day) {
                if parent(view, *candidate, day) == Some(unit) {
                    found.children.push(*candidate);
                }
                // A unit that exists again can have left its earlier people to this one.
                if !view.unit(*candidate).history.existence.is_empty() {
                    found.gone.push(*candidate);
                }
            } else {
                found.gone.push(*candidate);
                if parent(view, *candidate, day) == Some(unit) {
                    found.unseen.push(*candidate);
                }
                work.push(*candidate);
            }
        }
    }
    found.children.sort_unstable();
    found
}

/// A unit with all that stands under it on a day, and the units whose tenures can be placed there.
pub(crate) struct Subtree {
    pub(crate) units: BTreeSet<UnitNo>,
    pub(crate) sources: BTreeSet<UnitNo>,
    /// How many units stand one under the other, this one counted.
    pub(crate) depth: usize,
}

pub(crate) fn subtree(view: &dyn View, unit: UnitNo, day: Day) -> Subtree {
    let mut tree = Subtree { units: BTreeSet::from([unit]), sources: BTreeSet::from([unit]), depth: 1 };
    let mut work = vec![(unit, 1)];
    while let Some((at, depth)) = work.pop() {
        tree.depth = tree.depth.max(depth);
        let Below { children, gone, unseen } = below(view, at, day);
        tree.sources.extend(gone);
        tree.units.extend(unseen);
        for child in children {
            tree.sources.insert(child);
            if tree.units.insert(child) {
                work.push((child, depth + 1));
            }
        }
    }
    tree
}
