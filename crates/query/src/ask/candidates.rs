//! Those whom an asker can mean, with what tells them apart, and their order.

use tenure_answers::{Candidate, Company, Person, Sort, Unit};
use tenure_domain::edtf::shortest;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::ViewError;

use crate::Inquiry;
use crate::findings::Findings;
use crate::naming::{NameOrder, start_key};

impl Inquiry<'_> {
    pub(super) fn person_candidate(&self, person: PersonNo) -> Result<Candidate, ViewError> {
        let Person { id, name, .. } = self.person_shown(person)?;
        let state = self.view.person(person)?;
        let tenures = &state.career.tenures;
        let mut found = Findings::default();
        let told =
            tenures.iter().map(|held| self.as_told(&mut found.ways, held)).collect::<Result<Vec<_>, ViewError>>()?;
        let mut post =
            self.placed_positions(&mut found, &state)?.into_iter().next().map(|(_, position)| position.tenure);
        if post.is_none() {
            let last = told.iter().max_by_key(|held| start_key(held.start.bounds));
            post = last.map(|last| self.told_shown(&mut found, String::new(), last)).transpose()?;
        }
        let starts = told.iter().map(|held| held.start.bounds);
        let began = starts.min_by_key(|start| (start.earliest(), start.latest()));
        let ends = told.iter().filter_map(|held| held.end.as_ref()).map(|end| end.bounds);
        let ended = ends.max_by_key(|end| (end.latest().is_none(), end.latest()));
        let over = told.iter().all(|held| held.end.is_some());
        let company =
            post.as_ref().map(|post| Company { id: post.company.id.clone(), name: post.company.name.clone() });
        Ok(Candidate {
            id,
            name,
            kind: Sort::Person,
            company,
            title: post.and_then(|post| post.title),
            from: began.map(shortest),
            to: ended.filter(|_| over).map(shortest),
        })
    }

    pub(super) fn unit_candidate(&self, unit: UnitNo) -> Result<Candidate, ViewError> {
        let Unit { id, name, company } = self.unit_shown(unit)?;
        let state = self.view.unit(unit)?;
        Ok(Candidate {
            id,
            name,
            kind: Sort::Unit,
            company,
            title: None,
            from: state.history.formed().map(|change| shortest(change.bounds)),
            to: state.history.gone().map(|change| shortest(change.bounds)),
        })
    }

    /// The place of a unit among those that can be meant: by id. A company and units can have one.
    pub(super) fn place(&self, unit: UnitNo) -> Result<(String, Option<String>, NameOrder), ViewError> {
        let shown = self.unit_shown(unit)?;
        let name = NameOrder::unit(&shown);
        Ok((shown.id, shown.company.map(|company| company.id), name))
    }
}
