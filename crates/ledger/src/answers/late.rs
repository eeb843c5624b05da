//! The ledger at its head, beside another basis that is asked about.

use std::cell::OnceCell;
use std::sync::Arc;

use tenure_domain::archive::Archive;
use tenure_domain::day::{Day, Instant};
use tenure_domain::erasure::ErasedNames;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{NameConflict, PersonState, Persona, RosterRow, UnitState, View};

/// The ledger at its head, read when somebody looks: most questions about another basis never do.
pub(super) struct LateReading<'a> {
    pub(super) archive: &'a Archive,
    reading: OnceCell<Reading<'a>>,
}

impl<'a> LateReading<'a> {
    /// The head of the ledger that these events make up.
    pub(super) fn of(archive: &'a Archive) -> LateReading<'a> {
        LateReading { archive, reading: OnceCell::new() }
    }

    /// The reading, which is made now where it was not.
    pub(super) fn reading(&self) -> &Reading<'a> {
        self.reading.get_or_init(|| Reading::new(self.archive, &Basis::default()))
    }
}

impl View for LateReading<'_> {
    fn people_asked(&self, text: &str) -> Vec<PersonNo> {
        self.reading().people_asked(text)
    }

    fn units_asked(&self, text: &str) -> Vec<UnitNo> {
        self.reading().units_asked(text)
    }

    fn who(&self, person: PersonNo) -> Arc<Persona> {
        self.reading().who(person)
    }

    fn person(&self, person: PersonNo) -> Arc<PersonState> {
        self.reading().person(person)
    }

    fn unit(&self, unit: UnitNo) -> Arc<UnitState> {
        self.reading().unit(unit)
    }

    fn roster(&self, unit: UnitNo) -> Arc<[RosterRow]> {
        self.reading().roster(unit)
    }

    fn present(&self, unit: UnitNo, day: Day) -> Vec<RosterRow> {
        self.reading().present(unit, day)
    }

    fn reports(&self, manager: PersonNo) -> Vec<PersonNo> {
        self.reading().reports(manager)
    }

    fn people(&self) -> Vec<PersonNo> {
        View::people(self.reading())
    }

    fn units(&self) -> Vec<UnitNo> {
        View::units(self.reading())
    }

    fn people_with_conflicts(&self) -> Vec<PersonNo> {
        self.reading().people_with_conflicts()
    }

    fn erased_names(&self) -> Arc<ErasedNames> {
        self.archive.erased_names().clone()
    }

    fn name_conflicts(&self) -> Vec<NameConflict> {
        View::name_conflicts(self.reading())
    }

    fn first_reported(&self, person: PersonNo) -> Option<Instant> {
        self.reading().first_reported(person)
    }
}
