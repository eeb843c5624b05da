//! The ledger at its head, beside another basis that is asked about.

use std::cell::OnceCell;
use std::sync::Arc;

use tenure_domain::archive::Archive;
use tenure_domain::day::{Day, Instant};
use tenure_domain::erasure::ErasedNames;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{NameConflict, PersonState, Persona, RosterRow, UnitState, View, ViewError};

/// The ledger at its head, read when somebody looks: most questions about another basis never do.
pub(super) struct LazyReading<'a> {
    pub(super) archive: &'a Archive,
    reading: OnceCell<Reading<'a>>,
}

impl<'a> LazyReading<'a> {
    /// The head of the ledger that these events make up.
    pub(super) fn of(archive: &'a Archive) -> LazyReading<'a> {
        LazyReading { archive, reading: OnceCell::new() }
    }

    /// The reading, which is made now where it was not.
    pub(super) fn reading(&self) -> &Reading<'a> {
        self.reading.get_or_init(|| Reading::new(self.archive, &Basis::default()))
    }
}

impl View for LazyReading<'_> {
    fn people_asked(&self, text: &str) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reading().people_asked(text))
    }

    fn units_asked(&self, text: &str) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.reading().units_asked(text))
    }

    fn who(&self, person: PersonNo) -> Result<Arc<Persona>, ViewError> {
        Ok(self.reading().who(person))
    }

    fn person(&self, person: PersonNo) -> Result<Arc<PersonState>, ViewError> {
        Ok(self.reading().person(person))
    }

    fn unit(&self, unit: UnitNo) -> Result<Arc<UnitState>, ViewError> {
        Ok(self.reading().unit(unit))
    }

    fn roster(&self, unit: UnitNo) -> Result<Arc<[RosterRow]>, ViewError> {
        Ok(self.reading().roster(unit))
    }

    fn present(&self, unit: UnitNo, day: Day) -> Result<Vec<RosterRow>, ViewError> {
        self.reading().present(unit, day)
    }

    fn reports(&self, manager: PersonNo) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reading().reports(manager))
    }

    fn people(&self) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reading().people())
    }

    fn units(&self) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.reading().units())
    }

    fn people_with_conflicts(&self) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reading().people_with_conflicts())
    }

    fn erased_names(&self) -> Result<Arc<ErasedNames>, ViewError> {
        Ok(self.archive.erased_names().clone())
    }

    fn name_conflicts(&self) -> Result<Vec<NameConflict>, ViewError> {
        Ok(self.reading().name_conflicts())
    }

    fn first_reported(&self, person: PersonNo) -> Result<Option<Instant>, ViewError> {
        self.reading().first_reported(person)
    }
}
