//! A view that gives no more once no asker waits for the answer: queries go through people and units by it.

use std::sync::Arc;

use tenure_domain::day::Day;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::name::NameKey;
use tenure_domain::spelling::Signature;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::titles::TitleUse;
use tenure_domain::view::{NameConflict, PersonState, Persona, RosterRow, UnitState, View, ViewError};

use crate::cancellation::Cancellation;

/// The view, as long as an asker waits.
pub(super) struct AwaitedView<'v> {
    pub(super) view: &'v dyn View,
    pub(super) cancellation: &'v Cancellation,
}

impl<'v> AwaitedView<'v> {
    fn look(&self) -> Result<&'v dyn View, ViewError> {
        self.cancellation.check().map_err(ViewError::new)?;
        Ok(self.view)
    }
}

impl View for AwaitedView<'_> {
    fn people_asked(&self, text: &str) -> Result<Vec<PersonNo>, ViewError> {
        self.look()?.people_asked(text)
    }

    fn units_asked(&self, text: &str) -> Result<Vec<UnitNo>, ViewError> {
        self.look()?.units_asked(text)
    }

    fn who(&self, person: PersonNo) -> Result<Arc<Persona>, ViewError> {
        self.look()?.who(person)
    }

    fn person(&self, person: PersonNo) -> Result<Arc<PersonState>, ViewError> {
        self.look()?.person(person)
    }

    fn unit(&self, unit: UnitNo) -> Result<Arc<UnitState>, ViewError> {
        self.look()?.unit(unit)
    }

    fn roster(&self, unit: UnitNo) -> Result<Arc<[RosterRow]>, ViewError> {
        self.look()?.roster(unit)
    }

    fn present(&self, unit: UnitNo, day: Day) -> Result<Vec<RosterRow>, ViewError> {
        self.look()?.present(unit, day)
    }

    fn reports(&self, manager: PersonNo) -> Result<Vec<PersonNo>, ViewError> {
        self.look()?.reports(manager)
    }

    fn people(&self) -> Result<Vec<PersonNo>, ViewError> {
        self.look()?.people()
    }

    fn units(&self) -> Result<Vec<UnitNo>, ViewError> {
        self.look()?.units()
    }

    fn people_with_conflicts(&self) -> Result<Vec<PersonNo>, ViewError> {
        self.look()?.people_with_conflicts()
    }

    fn conflicted(&self, people: &[PersonNo]) -> Result<Vec<PersonNo>, ViewError> {
        self.look()?.conflicted(people)
    }

    fn leads(&self, unit: UnitNo) -> Result<Vec<RosterRow>, ViewError> {
        self.look()?.leads(unit)
    }

    fn units_led(&self) -> Result<Vec<UnitNo>, ViewError> {
        self.look()?.units_led()
    }

    fn name_conflicts(&self) -> Result<Vec<NameConflict>, ViewError> {
        self.look()?.name_conflicts()
    }

    fn erased_names(&self) -> Result<Arc<ErasedNames>, ViewError> {
        self.look()?.erased_names()
    }

    fn each_name(&self, take: &mut dyn FnMut(PersonNo, Signature, &str)) -> Result<(), ViewError> {
        self.look()?.each_name(take)
    }

    fn each_unit_name(&self, take: &mut dyn FnMut(UnitNo, Signature, &str)) -> Result<(), ViewError> {
        self.look()?.each_unit_name(take)
    }

    fn titles(&self, wanted: &dyn Fn(Signature, &str) -> bool) -> Result<Vec<TitleUse>, ViewError> {
        self.look()?.titles(wanted)
    }

    fn title(&self, key: &NameKey) -> Result<Option<TitleUse>, ViewError> {
        self.look()?.title(key)
    }
}
