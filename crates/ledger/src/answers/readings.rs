//! Events that were loaded for a question, read on its bases when a query looks, and whom was looked at.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use tenure_domain::archive::Archive;
use tenure_domain::day::{Day, Instant};
use tenure_domain::erasure::ErasedNames;
use tenure_domain::excerpt::{Excerpt, Lack, LookedAt};
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{NameConflict, PersonState, Persona, RosterRow, UnitState, View, ViewError};

use crate::clocks::Clocks;

/// Events on the bases of a question. Most questions look at one of them.
pub(super) struct Readings<'a> {
    pub(super) archive: &'a Archive,
    /// At the head of the ledger.
    pub(super) head: LazyReading<'a>,
    /// Everybody whom any event ever named.
    pub(super) everybody: LazyReading<'a>,
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
        let on = |basis: &Basis| LazyReading::of(archive, Some(basis.clone()));
        Readings {
            archive,
            head: on(&Basis::default()),
            everybody: LazyReading::of(archive, None),
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
        match self.second.as_ref()?.basis.as_ref()?.recorded {
            Some(_) => self.recorded.as_ref(),
            None => Some(&self.head),
        }
    }

    /// The head, where an earlier position is asked for.
    pub(super) fn since(&self) -> Option<&LazyReading<'a>> {
        self.second.as_ref()?.basis.as_ref()?.recorded.map(|_| &self.head)
    }

    /// What an excerpt lacks of which the events are, for what was looked at.
    pub(super) fn lacks(&self, excerpt: &Excerpt<'_>) -> Lack {
        let Readings { head, everybody, recorded, first, second, .. } = self;
        let all = [Some(head), Some(everybody), recorded.as_ref(), first.as_ref(), second.as_ref()];
        let made = all.into_iter().flatten().filter_map(|lazy| Some((lazy, lazy.reading.get()?)));
        made.fold(Lack::default(), |lack, (lazy, reading)| {
            lack.and(excerpt.lacks(reading, lazy.basis.as_ref().unwrap_or(&Basis::default()), &lazy.looked_at.borrow()))
        })
    }
}

/// Events on one basis, read when a query looks.
pub(super) struct LazyReading<'a> {
    archive: &'a Archive,
    /// None: everybody whom any event ever named.
    basis: Option<Basis>,
    reading: OnceCell<Reading<'a>>,
    looked_at: RefCell<LookedAt>,
}

impl<'a> LazyReading<'a> {
    fn of(archive: &'a Archive, basis: Option<Basis>) -> LazyReading<'a> {
        LazyReading { archive, basis, reading: OnceCell::new(), looked_at: RefCell::default() }
    }

    /// The reading, which is made now where it was not.
    pub(super) fn reading(&self) -> &Reading<'a> {
        self.reading.get_or_init(|| match &self.basis {
            Some(basis) => Reading::new(self.archive, basis),
            None => Reading::of_everybody(self.archive),
        })
    }

    fn look_for(&self, text: &str) -> &Reading<'a> {
        self.looked_at.borrow_mut().texts.insert(text.to_owned());
        self.reading()
    }

    fn look_at(&self, person: PersonNo) -> &Reading<'a> {
        self.looked_at.borrow_mut().people.insert(person);
        self.reading()
    }

    fn look_into(&self, unit: UnitNo) -> &Reading<'a> {
        self.looked_at.borrow_mut().rosters.insert(unit);
        self.reading()
    }

    fn look_at_all(&self) -> &Reading<'a> {
        self.looked_at.borrow_mut().all = true;
        self.reading()
    }
}

/// Everybody whom any event ever named, and in which.
pub(super) trait Everybody: View {
    /// The events that name a person, and the retractions of these.
    fn events_about(&self, person: PersonNo) -> Vec<Seq>;
}

impl Everybody for LazyReading<'_> {
    fn events_about(&self, person: PersonNo) -> Vec<Seq> {
        self.look_at(person).seqs_about(Some(person), None).into_iter().collect()
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
        self.looked_at.borrow_mut().units.insert(unit);
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

    fn first_reported(&self, person: PersonNo) -> Result<Option<Instant>, ViewError> {
        self.look_at(person).first_reported(person)
    }
}
