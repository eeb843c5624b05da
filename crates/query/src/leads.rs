//! Two people who lead one unit on the same day, both certain and neither acting (contract, section 4, "Units").
//!
//! Each stretch of days on which two or more people lead is one conflict, with everybody who takes part in it.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;
use tenure_domain::bounds::Certainty;
use tenure_domain::conflict::{Conflict, ConflictKind};
use tenure_domain::day::Day;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::structure::{DatedValue, Existence};
use tenure_domain::view::{RosterRow, View, ViewError};

use crate::Inquiry;
use crate::location::{MergerPaths, Stay, Stint, in_force, later};
use crate::naming::NameOrder;
use crate::people::tenure_at;

/// The most people whom a conflict names.
const NAMED: usize = 10;

/// The people who lead a unit at once, and the conflict that this is.
pub(crate) struct LedByMany {
    pub(crate) people: BTreeSet<PersonNo>,
    pub(crate) conflict: Conflict,
}

/// The first day after one on which the people of a tenure are in their unit, on which they are no longer there. `ways` are
/// those of all days.
fn departure(ways: &mut MergerPaths, view: &dyn View, stint: &Stint, day: Day) -> Result<Option<Day>, ViewError> {
    let mut first: Option<Day> = None;
    let mut passed = FxHashSet::default();
    let mut came = None;
    let mut at = Some(stint.unit);
    while let Some(here) = at.filter(|here| passed.insert(*here)) {
        let state = view.unit(here)?;
        let mut last = None;
        let stay = Stay::of(stint, here, came);
        for change in stay.changes(&state.history) {
            last = Some(change);
            // The people of a unit stay in it when its company is merged, and end with what that was merged into.
            let departs = match change.value {
                Existence::Merged(_) => here == stint.unit,
                Existence::Dissolved => !stint.outlives(change.bounds),
                Existence::Formed => false,
            };
            let departed = change.bounds.latest().filter(|departed| departs && *departed > day);
            first = [first, departed].into_iter().flatten().min();
        }
        (at, came) = match last {
            _ if here == stint.unit => (state.company, None),
            Some(DatedValue { value: Existence::Merged(into), bounds, .. }) => {
                let (behind, on) = ways.follow(view, (*into, later(came, *bounds)), stay.alive, Day::MAX)?;
                (Some(behind), Some(on))
            }
            Some(DatedValue { value: Existence::Formed | Existence::Dissolved, .. }) | None => (None, None),
        };
    }
    Ok(first)
}

/// What changes on a day: a tenure begins or ends to be certain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Ends,
    Begins,
}

impl Inquiry<'_> {
    /// The stretches of days on which several people lead the unit, in the order of time.
    pub(crate) fn led_by_many(&self, unit: UnitNo) -> Result<Vec<LedByMany>, ViewError> {
        let mut rows = self.view.leads(unit)?;
        rows.retain(|row| !row.acting);
        if rows.len() < 2 {
            return Ok(Vec::new());
        }
        let mut turns: Vec<(Day, Turn, usize)> = Vec::new();
        let (mut ways, mut ways_ever) = (MergerPaths::default(), MergerPaths::default());
        for (i, row) in rows.iter().enumerate() {
            let stint = Stint::row(unit, row);
            let Some(first) = row.start.latest() else { continue };
            if in_force(&mut ways, self.view, &stint, first)? != Some((unit, Certainty::Certain)) {
                continue;
            }
            turns.push((first, Turn::Begins, i));
            let ends = row.end.map(|end| end.earliest().unwrap_or(first));
            if let Some(last) = [ends, departure(&mut ways_ever, self.view, &stint, first)?].into_iter().flatten().min()
            {
                turns.push((last, Turn::Ends, i));
            }
        }
        turns.sort_unstable();
        self.stretches(&rows, &turns)
    }

    fn stretches(&self, rows: &[RosterRow], turns: &[(Day, Turn, usize)]) -> Result<Vec<LedByMany>, ViewError> {
        // Of each person the tenures, the first begun first.
        let mut leading: BTreeMap<PersonNo, BTreeSet<(Option<Day>, usize)>> = BTreeMap::new();
        // The first tenure of each who takes part in the stretch that is open, and the day on which it began.
        let mut open: Option<(Day, BTreeMap<PersonNo, usize>)> = None;
        let mut found = Vec::new();
        for day in turns.chunk_by(|one, other| one.0 == other.0) {
            for (_, turn, i) in day {
                let RosterRow { person, start, .. } = rows[*i];
                let tenure = (start.latest(), *i);
                match turn {
                    Turn::Begins => {
                        leading.entry(person).or_default().insert(tenure);
                        if let Some((_, tenures)) = &mut open {
                            tenures.entry(person).or_insert(*i);
                        }
                    }
                    Turn::Ends => {
                        if let Some(tenures) = leading.get_mut(&person) {
                            tenures.remove(&tenure);
                            if tenures.is_empty() {
                                leading.remove(&person);
                            }
                        }
                    }
                }
            }
            let today = day[0].0;
            match (leading.len() > 1, &open) {
                (true, None) => {
                    let first = leading.iter().filter_map(|(person, tenures)| Some((*person, tenures.first()?.1)));
                    open = Some((today, first.collect()));
                }
                (false, Some(_)) => {
                    if let Some((first, tenures)) = open.take() {
                        found.push(self.led(rows, &tenures, first, Some(today))?);
                    }
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
        if let Some((first, tenures)) = open {
            found.push(self.led(rows, &tenures, first, None)?);
        }
        Ok(found)
    }

    fn led(
        &self,
        rows: &[RosterRow],
        tenures: &BTreeMap<PersonNo, usize>,
        first: Day,
        end: Option<Day>,
    ) -> Result<LedByMany, ViewError> {
        let people: BTreeSet<PersonNo> = tenures.keys().copied().collect();
        let mut events = Vec::new();
        for (person, i) in tenures {
            let state = self.view.person(*person)?;
            events.extend(tenure_at(&state, rows[*i].tenure)?.1.start.events.iter().cloned());
        }
        let mut shown: Vec<_> = people.iter().map(|person| self.person_shown(*person)).collect::<Result<_, _>>()?;
        shown.sort_by_cached_key(NameOrder::person);
        let mut names: Vec<String> = shown.iter().take(NAMED).map(|person| person.name.clone()).collect();
        if let Some(more) = shown.len().checked_sub(NAMED).filter(|more| *more > 0) {
            names.push(format!("{more} more"));
        }
        let last = names.pop().unwrap_or_default();
        let both = if shown.len() == 2 { "both" } else { "all" };
        let until = end.map_or(" on".to_owned(), |end| format!(" until {end}"));
        let detail = format!("{} and {last} {both} lead from {first}{until}", names.join(", "));
        Ok(LedByMany { people, conflict: Conflict::new(ConflictKind::TwoLeads, events, detail) })
    }
}
