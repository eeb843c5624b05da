//! A reading as a view: it is in memory, and so never fails.

use std::sync::Arc;

use super::Reading;
use crate::erasure::ErasedNames;
use crate::statement::{PersonNo, UnitNo};
use crate::view::{NameConflict, PersonState, Persona, RosterRow, UnitState, View, ViewError};

impl View for Reading<'_> {
    fn people_asked(&self, text: &str) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.people_asked(text))
    }

    fn units_asked(&self, text: &str) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.units_asked(text))
    }

    fn who(&self, person: PersonNo) -> Result<Arc<Persona>, ViewError> {
        Ok(self.who(person))
    }

    fn person(&self, person: PersonNo) -> Result<Arc<PersonState>, ViewError> {
        Ok(self.person(person))
    }

    fn unit(&self, unit: UnitNo) -> Result<Arc<UnitState>, ViewError> {
        Ok(self.unit(unit))
    }

    fn roster(&self, unit: UnitNo) -> Result<Arc<[RosterRow]>, ViewError> {
        Ok(self.roster(unit))
    }

    fn reports(&self, manager: PersonNo) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reports(manager))
    }

    fn people(&self) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.people())
    }

    fn units(&self) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.units())
    }

    fn people_with_conflicts(&self) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.people_with_conflicts())
    }

    fn name_conflicts(&self) -> Result<Vec<NameConflict>, ViewError> {
        Ok(self.name_conflicts())
    }

    fn erased_names(&self) -> Result<Arc<ErasedNames>, ViewError> {
        Ok(self.erased_names())
    }
}
