//! Posts that last longer than their unit, as far as sources say so (contract, section 4, "Units").
//!
//! A tenure ends with its unit, unless a source states its end or saw it in force after that. Then one of them is
//! wrong: the source of the post, or that of the dissolution.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tenure_domain::conflict::{Conflict, ConflictKind};
use tenure_domain::edtf::shortest;
use tenure_domain::position::EventId;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::structure::Existence;
use tenure_domain::tenure::Tenure;
use tenure_domain::view::{RosterRow, UnitState, View, ViewError};

use crate::Inquiry;
use crate::location::{MergerPaths, Stay, Stint, places};

/// Behind which units and companies something was dissolved: they themselves, what they were ever merged into, or the
/// companies of these. Each is looked at once for an answer.
pub(crate) struct Dissolved<'v> {
    view: &'v dyn View,
    known: FxHashMap<UnitNo, bool>,
}

impl<'v> Dissolved<'v> {
    pub(crate) fn in_view(view: &'v dyn View) -> Dissolved<'v> {
        Dissolved { view, known: FxHashMap::default() }
    }

    fn behind(&mut self, unit: UnitNo) -> Result<bool, ViewError> {
        let mut work = vec![(unit, false)];
        while let Some((at, is_followed)) = work.pop() {
            if !is_followed && self.known.contains_key(&at) {
                continue;
            }
            let state = self.view.unit(at)?;
            let into = state.history.existence.iter().filter_map(|change| match change.value {
                Existence::Merged(into) => Some(into),
                Existence::Formed | Existence::Dissolved => None,
            });
            let mut behind = into.chain(state.company);
            if is_followed {
                let was_dissolved = state.history.existence.iter().any(|change| change.value == Existence::Dissolved);
                let is_behind = was_dissolved || behind.any(|next| self.known.get(&next).is_none_or(|known| *known));
                self.known.insert(at, is_behind);
            } else {
                // As long as it is followed, a way that leads back to it may tell of a dissolution.
                self.known.insert(at, true);
                work.push((at, true));
                work.extend(behind.map(|next| (next, false)));
            }
        }
        Ok(self.known[&unit])
    }
}

impl Inquiry<'_> {
    /// The person's posts that outlive their unit or company, or what these were merged into, with what was dissolved.
    pub(crate) fn outliving(
        &self,
        ways: &mut MergerPaths,
        person: PersonNo,
    ) -> Result<Vec<(UnitNo, Conflict)>, ViewError> {
        let state = self.view.person(person)?;
        let mut found = Vec::new();
        for held in &state.career.tenures {
            for stay in places(ways, self.view, &Stint::of(held))? {
                found.extend(outlives(&*self.view.unit(stay.unit)?, stay, held).map(|conflict| (stay.unit, conflict)));
            }
        }
        Ok(found)
    }
}

impl Dissolved<'_> {
    /// Of the people of a unit, those who may have such posts: none where nothing behind it was ever dissolved, and then
    /// its rows are not read.
    pub(crate) fn may_outlive(
        &mut self,
        unit: UnitNo,
        rows: impl FnOnce() -> Result<Arc<[RosterRow]>, ViewError>,
    ) -> Result<Vec<PersonNo>, ViewError> {
        if !self.behind(unit)? {
            return Ok(Vec::new());
        }
        let rows = rows()?;
        let people = rows.iter().filter(|row| row.seen.is_some() || (row.end.is_some() && row.end_stated));
        Ok(people.map(|row| row.person).collect())
    }
}

/// The conflict between a tenure and the dissolutions that it outlives of its unit, or of one in which it is since a merger.
fn outlives(unit: &UnitState, stay: Stay, held: &Tenure) -> Option<Conflict> {
    let stated = held.end.as_ref().filter(|_| held.end_is_stated());
    let mut events: Vec<EventId> = Vec::new();
    let mut gone = None;
    for change in stay.changes(&unit.history).filter(|change| change.value == Existence::Dissolved) {
        let Some(latest) = change.bounds.latest() else { continue };
        let ends_later = stated.filter(|end| change.bounds.surely_before(end.bounds));
        let seen_later = held.seen > Some(latest);
        if ends_later.is_none() && !seen_later {
            continue;
        }
        events.push(change.event.clone());
        events.extend(ends_later.into_iter().flat_map(|end| end.events.iter().cloned()));
        if seen_later {
            events.extend(held.supports.iter().cloned());
        }
        gone.get_or_insert(change.bounds);
    }
    let gone = gone?;
    let lasts = match (stated, held.seen) {
        (Some(end), _) => format!("ended {}", shortest(end.bounds)),
        (None, Some(seen)) => format!("was seen on {seen}"),
        (None, None) => String::new(),
    };
    let post = held.title.as_ref().map_or("a post".to_owned(), |title| format!("`{}`", title.as_str()));
    let name = unit.names.first().map_or(&*unit.id, |known| known.name.as_str());
    let detail = format!("{post} in {name} {lasts}, but {name} was dissolved {}", shortest(gone));
    Some(Conflict::new(ConflictKind::OutlivesUnit, events, detail))
}
