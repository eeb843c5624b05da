//! What is to be remembered of all events, so that new ones can be added without them.

use super::Reading;
use crate::addition::Settled;
use crate::identity::{Meaning, Namespace};
use crate::mark::{Mark, MentionMarks};
use crate::statement::{PersonNo, UnitNo};

use super::meanings::FirstUse;

impl Reading<'_> {
    /// What is to be remembered of all events, so that new ones can be added without them; see
    /// [`crate::addition`]. In no order, and some of it more than once.
    pub fn each_mark(&self, mut tell: impl FnMut(Mark, Option<Settled>)) {
        let archive = self.archive;
        let marks = MentionMarks::of(archive);
        let [people, companies, units] = &self.meanings.first_uses;
        let settled = |meant: Option<u32>, first: FirstUse| {
            let first_seq = archive.entries[first.entry as usize].seq;
            Settled { meant, first: first.reported_at, first_seq }
        };
        let one = |meaning: Meaning| match meaning {
            Meaning::One(entity) => Some(entity),
            Meaning::Ambiguous(_) => None,
        };
        for (at, mention) in archive.persons.iter().enumerate() {
            match (self.meanings.people.meanings[at], people[at]) {
                (Some(meaning), Some(first)) => tell(marks.persons[at], Some(settled(one(meaning), first))),
                _ => Mark::gone_person(mention).into_iter().for_each(|mark| tell(mark, None)),
            }
        }
        for (at, mark) in marks.companies.iter().enumerate() {
            if let (Some(meaning), Some(first)) = (self.meanings.companies.meanings[at], companies[at]) {
                tell(*mark, Some(settled(one(meaning), first)));
            }
        }
        for (at, mention) in archive.units.iter().enumerate() {
            match (self.meanings.units.meanings[at], units[at]) {
                (Some(meaning), Some(first)) => {
                    let unit = one(meaning).map(|unit| self.meanings.unit_no(unit).0);
                    tell(marks.units[at], Some(settled(unit, first)));
                }
                _ if self.meanings.means_company[at] => {}
                _ => Mark::gone_unit(mention).into_iter().for_each(|mark| tell(mark, None)),
            }
        }
        for candidate in candidates(&self.meanings.people) {
            tell(Mark::candidate_person(PersonNo(candidate)), None);
        }
        for candidate in candidates(&self.meanings.companies) {
            tell(Mark::candidate_unit(UnitNo(candidate)), None);
        }
        for candidate in candidates(&self.meanings.units) {
            tell(Mark::candidate_unit(self.meanings.unit_no(candidate)), None);
        }
        for entry in &archive.entries {
            if let Some(key) = &entry.key {
                tell(Mark::key(&entry.says, key), None);
            }
            for target in entry.fact.retracts().into_iter().chain(&entry.corrects) {
                if archive.index_of(target).is_none() {
                    tell(Mark::awaited(target), None);
                }
            }
        }
    }
}

/// Who can be meant by an ambiguous name, or claims an identifier that others claim.
fn candidates(space: &Namespace) -> impl Iterator<Item = u32> + '_ {
    let ambiguous = space.ambiguities.iter().flat_map(|a| &a.candidates);
    ambiguous.chain(space.shared.iter().flat_map(|shared| &shared.claimants)).copied()
}
