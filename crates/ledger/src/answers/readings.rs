//! Events that were loaded for a question, read on its bases when a query looks, and whom was looked at.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tenure_domain::archive::Archive;
use tenure_domain::day::Day;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::excerpt::{Excerpt, Lack, LookedAt};
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{Meant, NameConflict, PersonState, Persona, RosterRow, UnitState, View, ViewError};

use crate::clocks::Clocks;

/// Events on the bases of a question. Most questions look at one of them.
pub(super) struct Readings<'a> {
    pub(super) archive: &'a Archive,
    /// At the head of the ledger.
    pub(super) head: LazyReading<'a>,
    /// Everybody whom any event ever named.
    pub(super) everybody: LazyReading<'a>,
    /// Everybody whom any event named that was recorded up to the position asked for, where one is.
    everybody_recorded: Option<LazyReading<'a>>,
    /// Everybody whom any event named that was known as well by the instant asked for, where one is.
    everybody_known: Option<LazyReading<'a>>,
    /// All that was recorded up to the position asked for, where the basis of the second point admits less of it.
    recorded: Option<LazyReading<'a>>,
    /// On the basis of the first point, where that is another one than the second's.
    first: Option<LazyReading<'a>>,
    /// On the basis of the second point, where that is not the head's.
    second: Option<LazyReading<'a>>,
}

impl<'a> Readings<'a> {
    pub(super) fn of(archive: &'a Archive, clocks: &Clocks) -> Readings<'a> {
        let (first, second) = &clocks.basis;
        let on = |basis: &Basis| LazyReading::of(archive, Named::Living, basis.clone());
        let ever = |basis: Basis| LazyReading::of(archive, Named::Ever, basis);
        let Basis { known, recorded, .. } = *second;
        Readings {
            archive,
            head: on(&Basis::default()),
            everybody: ever(Basis::default()),
            everybody_recorded: recorded.map(|_| ever(Basis { recorded, ..Basis::default() })),
            everybody_known: known.map(|_| ever(Basis { known, recorded, ..Basis::default() })),
            recorded: (second.recorded.is_some() && !second.is_of_position())
                .then(|| on(&Basis { recorded: second.recorded, ..Basis::default() })),
            first: (first != second).then(|| on(first)),
            second: (!second.is_head()).then(|| on(second)),
        }
    }

    /// On the basis of the first point.
    pub(super) fn before(&self) -> &LazyReading<'a> {
        self.first.as_ref().unwrap_or_else(|| self.after())
    }

    /// On the basis of the second point, which is that of a question about one.
    pub(super) fn after(&self) -> &LazyReading<'a> {
        self.second.as_ref().unwrap_or(&self.head)
    }

    /// All that the ledger had by the position asked for, where the second point's basis is another one: its head, where no
    /// position is asked for.
    pub(super) fn as_recorded(&self) -> Option<&LazyReading<'a>> {
        match self.second.as_ref()?.basis.recorded {
            Some(_) => self.recorded.as_ref(),
            None => Some(&self.head),
        }
    }

    /// Where an earlier position is asked for: everybody whom any event named by then, and the head.
    pub(super) fn since(&self) -> Option<(&LazyReading<'a>, &LazyReading<'a>)> {
        Some((self.everybody_recorded.as_ref()?, &self.head))
    }

    /// Everybody whom any event named by the clocks of the second point. Also those of whom nothing stands any more have
    /// events, and names.
    pub(super) fn everybody_then(&self) -> &LazyReading<'a> {
        self.everybody_known.as_ref().or(self.everybody_recorded.as_ref()).unwrap_or(&self.everybody)
    }

    /// The same, then by its position alone, then ever: as far as these differ.
    pub(super) fn everybody_by_clocks(&self) -> impl Iterator<Item = &LazyReading<'a>> {
        let narrower = self.everybody_known.iter().chain(&self.everybody_recorded);
        narrower.chain([&self.everybody])
    }

    /// What an excerpt lacks of which the events are, for what was looked at.
    pub(super) fn lacks(&self, excerpt: &Excerpt<'_>) -> Lack {
        let Readings { head, recorded, first, second, .. } = self;
        let all = [Some(head), recorded.as_ref(), first.as_ref(), second.as_ref()].into_iter().flatten();
        let made = all.chain(self.everybody_by_clocks()).filter_map(|lazy| Some((lazy, lazy.reading.get()?)));
        made.fold(Lack::default(), |lack, (lazy, reading)| {
            lack.and(excerpt.lacks(reading, &lazy.basis, &lazy.looked()))
        })
    }
}

/// Whose names a reading has.
#[derive(Clone, Copy)]
enum Named {
    /// Of those whom a live event names.
    Living,
    /// Of everybody whom any event named, dead ones included.
    Ever,
}

/// Events on one basis, read when a query looks.
pub(super) struct LazyReading<'a> {
    archive: &'a Archive,
    named: Named,
    basis: Basis,
    reading: OnceLock<Reading<'a>>,
    looked_at: Mutex<LookedAt>,
}

impl<'a> LazyReading<'a> {
    fn of(archive: &'a Archive, named: Named, basis: Basis) -> LazyReading<'a> {
        LazyReading { archive, named, basis, reading: OnceLock::new(), looked_at: Mutex::default() }
    }

    /// The reading, which is made now where it was not.
    pub(super) fn reading(&self) -> &Reading<'a> {
        self.reading.get_or_init(|| match self.named {
            Named::Living => Reading::new(self.archive, &self.basis),
            Named::Ever => Reading::of_everybody(self.archive, &self.basis),
        })
    }

    fn looked(&self) -> MutexGuard<'_, LookedAt> {
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_for(&self, text: &str) -> &Reading<'a> {
        self.looked().texts.insert(text.to_owned());
        self.reading()
    }

    fn look_at(&self, person: PersonNo) -> &Reading<'a> {
        self.looked().people.insert(person);
        self.reading()
    }

    fn look_into(&self, unit: UnitNo) -> &Reading<'a> {
        self.looked().rosters.insert(unit);
        self.reading()
    }

    fn look_at_all(&self) -> &Reading<'a> {
        self.looked().all = true;
        self.reading()
    }
}

/// Everybody whom any event ever named, and in which.
pub(super) trait Everybody: View {
    /// The events that name any of these people, and the retractions of these, by position.
    fn events_about(&self, people: &[PersonNo]) -> Vec<Seq>;
}

impl Everybody for LazyReading<'_> {
    fn events_about(&self, people: &[PersonNo]) -> Vec<Seq> {
        self.looked().people.extend(people);
        let about = self.reading().seqs_about(&people.iter().copied().map(Meant::Person).collect());
        let mut seqs: Vec<Seq> = about.into_iter().collect();
        seqs.sort_unstable();
        seqs
    }
}

impl View for LazyReading<'_> {
    fn people_asked(&self, text: &str) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.look_for(text).people_asked(text))
    }

    fn units_asked(&self, text: &str) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.look_for(text).units_asked(text))
    }

    fn who(&self, person: PersonNo) -> Result<Arc<Persona>, ViewError> {
        Ok(self.look_at(person).who(person))
    }

    fn person(&self, person: PersonNo) -> Result<Arc<PersonState>, ViewError> {
        Ok(self.look_at(person).person(person))
    }

    fn unit(&self, unit: UnitNo) -> Result<Arc<UnitState>, ViewError> {
        self.looked().units.insert(unit);
        Ok(self.reading().unit(unit))
    }

    fn roster(&self, unit: UnitNo) -> Result<Arc<[RosterRow]>, ViewError> {
        Ok(self.look_into(unit).roster(unit))
    }

    fn present(&self, unit: UnitNo, day: Day) -> Result<Vec<RosterRow>, ViewError> {
        self.look_into(unit).present(unit, day)
    }

    fn reports(&self, manager: PersonNo) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.look_at(manager).reports(manager))
    }

    fn people(&self) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reading().people())
    }

    fn units(&self) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.reading().units())
    }

    fn people_with_conflicts(&self) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.look_at_all().people_with_conflicts())
    }

    fn erased_names(&self) -> Result<Arc<ErasedNames>, ViewError> {
        Ok(self.archive.erased_names().clone())
    }

    fn name_conflicts(&self) -> Result<Vec<NameConflict>, ViewError> {
        Ok(self.look_at_all().name_conflicts())
    }
}
