//! Two people who lead one unit on the same day, both certain and neither acting (contract, section 4, "Units").
//!
//! Each stretch of days on which two or more people lead is one conflict, with everybody who takes part in it.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;
use tenure_domain::bounds::{Bounds, Certainty};
use tenure_domain::conflict::{Conflict, ConflictKind};
use tenure_domain::day::Day;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::structure::{Existence, UnitHistory};
use tenure_domain::view::{RosterRow, UnitState, View, ViewError};

use crate::Inquiry;
use crate::location::{Stint, in_force};
use crate::naming::NameOrder;
use crate::outlives::dissolutions;
use crate::people::tenure_at;

/// The most people whom a conflict names.
const NAMED: usize = 10;

/// The people who lead a unit at once, and the conflict that this is.
pub(crate) struct LedByMany {
    pub(crate) people: BTreeSet<PersonNo>,
    pub(crate) conflict: Conflict,
}

/// When the people of a unit go elsewhere, in the order of time.
struct Departures {
    merged: Vec<Day>,
    dissolved: Vec<Day>,
}

impl Departures {
    fn of(view: &dyn View, unit: &UnitState) -> Result<Departures, ViewError> {
        let days_over = |unit: &UnitHistory, since| -> Vec<Day> {
            dissolutions(unit, since).filter_map(|change| change.bounds.latest()).collect()
        };
        let mut dissolved = days_over(&unit.history, None);
        let mut merged: Vec<Day> = mergers(&unit.history).filter_map(|(_, bounds)| bounds.latest()).collect();
        // The people of a unit stay in it when its company is merged, and end with what that was merged into.
        let (mut company, mut since) = (unit.company, None);
        let mut passed = FxHashSet::default();
        while let Some(number) = company.filter(|number| passed.insert(*number)) {
            let state = view.unit(number)?;
            dissolved.extend(days_over(&state.history, since));
            (company, since) = mergers(&state.history).last().map_or((None, None), |(into, on)| (Some(into), Some(on)));
        }
        merged.sort_unstable();
        dissolved.sort_unstable();
        Ok(Departures { merged, dissolved })
    }

    /// The first day after `day` on which the people of the tenure are no longer there.
    fn after(&self, day: Day, stint: &Stint) -> Option<Day> {
        let next = |days: &[Day], from: Day| days.get(days.partition_point(|departed| *departed < from)).copied();
        // Who was seen there after a dissolution, or whose end a source states, was not ended by it.
        let from = Some(day.next()).max(stint.seen).filter(|_| !stint.end_stated);
        let dissolved = from.and_then(|from| next(&self.dissolved, from));
        [next(&self.merged, day.next()), dissolved].into_iter().flatten().min()
    }
}

/// What it was merged into, and when.
fn mergers(unit: &UnitHistory) -> impl Iterator<Item = (UnitNo, Bounds)> + '_ {
    unit.existence.iter().filter_map(|change| match change.value {
        Existence::Merged(into) => Some((into, change.bounds)),
        Existence::Formed | Existence::Dissolved => None,
    })
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
        let departures = Departures::of(self.view, &*self.view.unit(unit)?)?;
        let mut turns: Vec<(Day, Turn, usize)> = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            let stint = Stint::row(unit, row);
            let Some(first) = row.start.latest() else { continue };
            if in_force(self.view, &stint, first)? != Some((unit, Certainty::Certain)) {
                continue;
            }
            turns.push((first, Turn::Begins, i));
            let ends = row.end.map(|end| end.earliest().unwrap_or(first));
            if let Some(last) = [ends, departures.after(first, &stint)].into_iter().flatten().min() {
                turns.push((last, Turn::Ends, i));
            }
        }
        turns.sort_unstable();
        self.stretches(&rows, &turns)
    }

    fn stretches(&self, rows: &[RosterRow], turns: &[(Day, Turn, usize)]) -> Result<Vec<LedByMany>, ViewError> {
        let mut leading: BTreeMap<PersonNo, BTreeSet<usize>> = BTreeMap::new();
        // The tenures of the stretch that is open, and the day on which it began.
        let mut open: Option<(Day, BTreeSet<usize>)> = None;
        let mut found = Vec::new();
        for day in turns.chunk_by(|one, other| one.0 == other.0) {
            for (_, turn, i) in day {
                let person = rows[*i].person;
                match turn {
                    Turn::Begins => {
                        leading.entry(person).or_default().insert(*i);
                        if let Some((_, tenures)) = &mut open {
                            tenures.insert(*i);
                        }
                    }
                    Turn::Ends => {
                        if let Some(tenures) = leading.get_mut(&person) {
                            tenures.remove(i);
                            if tenures.is_empty() {
                                leading.remove(&person);
                            }
                        }
                    }
                }
            }
            let today = day[0].0;
            match (leading.len() > 1, &open) {
                (true, None) => open = Some((today, leading.values().flatten().copied().collect())),
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
        tenures: &BTreeSet<usize>,
        first: Day,
        end: Option<Day>,
    ) -> Result<LedByMany, ViewError> {
        let mut people: BTreeSet<PersonNo> = BTreeSet::new();
        let mut events = Vec::new();
        for i in tenures {
            let RosterRow { person, tenure, .. } = rows[*i];
            people.insert(person);
            let state = self.view.person(person)?;
            events.extend(tenure_at(&state, tenure)?.1.start.events.iter().cloned());
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
