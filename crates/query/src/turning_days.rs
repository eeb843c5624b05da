//! The days on which something changes of a person or a unit though no post begins or ends: names, managers, and what becomes of
//! units. Who draws a line of time marks them.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::event::DescribedName;
use tenure_domain::statement::UnitNo;
use tenure_domain::structure::{Existence, UnitHistory};
use tenure_domain::tenure::{Since, Tenure};
use tenure_domain::view::{View, ViewError};

use crate::Inquiry;
use crate::location::Above;

/// The days on which another name is to be shown, as descriptions date them.
fn of_names(names: &[DescribedName]) -> impl Iterator<Item = Day> {
    let dates = names.iter().flat_map(|name| name.from.iter().chain(&name.to));
    dates.filter_map(|date| date.bounds().latest())
}

/// The days from which a person is called otherwise.
pub(crate) fn of_person(described: &[DescribedName]) -> Vec<String> {
    written(&of_names(described).collect())
}

/// The days from which a tenure has another manager.
pub(crate) fn of_managers(held: &Tenure) -> Vec<String> {
    let changes = held.managers.iter().filter_map(|spell| match spell.since {
        Since::Start => None,
        Since::Change(bounds) => bounds.latest(),
    });
    written(&changes.collect())
}

fn written(days: &BTreeSet<Day>) -> Vec<String> {
    days.iter().map(ToString::to_string).collect()
}

/// The days from which something of a unit itself is otherwise.
fn of_history(history: &UnitHistory) -> BTreeSet<Day> {
    let renames = history.renames.iter().map(|change| change.bounds);
    let parents = history.parents.iter().map(|change| change.bounds);
    let kinds = history.kinds.iter().map(|change| change.bounds);
    let existence = history.existence.iter().map(|change| change.bounds);
    let changes = renames.chain(parents).chain(kinds).chain(existence).filter_map(Bounds::latest);
    changes.chain(of_names(&history.described)).collect()
}

impl Inquiry<'_> {
    /// The days from which a unit is otherwise, or one that stands under it then or did the day before, or is merged into these.
    pub(crate) fn turning_days(&self, unit: UnitNo) -> Result<Vec<String>, ViewError> {
        let view = self.view;
        let mut days = of_history(&view.unit(unit)?.history);
        // On which day which unit is asked about, and for which day of those that are looked for: what is known of one day is
        // let go before the next.
        let mut asked: Vec<(Day, UnitNo, Day)> = Vec::new();
        let (mut seen, mut work) = (BTreeSet::from([unit]), vec![unit]);
        while let Some(at) = work.pop() {
            for candidate in &view.unit(at)?.below {
                let state = view.unit(*candidate)?;
                if !state.was_ever_under(at) || !seen.insert(*candidate) {
                    continue;
                }
                work.push(*candidate);
                for day in of_history(&state.history) {
                    let into = match state.history.existence(day).map(|change| change.value) {
                        Some(Existence::Merged(into)) => into,
                        Some(Existence::Formed | Existence::Dissolved) | None => *candidate,
                    };
                    asked.extend([(day, into, day), (day, *candidate, day), (day.previous(), *candidate, day)]);
                }
            }
        }
        asked.sort_unstable();
        for asked in asked.chunk_by(|one, next| one.0 == next.0) {
            let mut on_day = OnDay::of(view, asked[0].0, unit);
            for (_, one, day) in asked {
                if !days.contains(day) && on_day.is_under(*one)? {
                    days.insert(*day);
                }
            }
        }
        Ok(written(&days))
    }
}

/// What stands under a unit on a day, as far as it was asked for.
struct OnDay<'v> {
    above: Above<'v>,
    /// The unit itself among them.
    under: FxHashMap<UnitNo, bool>,
}

impl<'v> OnDay<'v> {
    fn of(view: &'v dyn View, day: Day, unit: UnitNo) -> OnDay<'v> {
        OnDay { above: Above::on(view, day), under: FxHashMap::from_iter([(unit, true)]) }
    }

    /// Whether that is the unit, or stands somewhere under it.
    fn is_under(&mut self, one: UnitNo) -> Result<bool, ViewError> {
        let mut way = Vec::new();
        let mut at = Some(one);
        let is_under = loop {
            let Some(here) = at else { break false };
            if let Some(known) = self.under.get(&here) {
                break *known;
            }
            // Until more is known of it, a way that leads back to it leads nowhere.
            self.under.insert(here, false);
            way.push(here);
            at = self.above.parent(here)?;
        };
        self.under.extend(way.into_iter().map(|here| (here, is_under)));
        Ok(is_under)
    }
}
