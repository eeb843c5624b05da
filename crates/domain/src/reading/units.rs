//! The units and companies of a ledger: what stands where, and what became of it (contract, section 4, "Units").

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Reading, index};
use crate::archive::{Archive, CompanyRef, EntryFact, Manner, OrganisationRef, UnitRef};
use crate::conflict::Conflict;
use crate::identity::Identity;
use crate::name::Name;
use crate::statement::UnitNo;
use crate::structure::UnitStatement;
use crate::view::UnitState;

impl Reading<'_> {
    /// The units and companies, as their events have them.
    pub(super) fn structured(&self) -> Vec<Arc<UnitState>> {
        let mut statements = Vec::new();
        let archive = self.archive;
        for (entry, live) in archive.entries.iter().zip(&self.live) {
            let EntryFact::Unit { unit: place, fact } = &entry.fact else { continue };
            if !*live {
                continue;
            }
            let Some(unit) = self.meanings.place_meant(*place) else { continue };
            let Some(fact) = (**fact).clone().renamed(|other| self.meanings.place_meant(other)) else { continue };
            statements.push(UnitStatement {
                unit,
                called: called(archive, *place),
                fact,
                effective: entry.effective,
                dated: entry.dated,
                reported_at: entry.reported_at,
                event: &entry.id,
            });
        }
        let companies = self.meanings.companies.entities.len();
        let count = companies + self.meanings.units.entities.len();
        let company_of = |unit: UnitNo| {
            let unit = unit.0 as usize;
            (unit >= companies).then(|| UnitNo(self.meanings.units.entities[unit - companies].scope))
        };
        let (histories, mut told) = crate::structure::fold(statements, count, company_of);
        let mut below: Vec<Vec<UnitNo>> = vec![Vec::new(); count];
        for (i, history) in histories.iter().enumerate() {
            let unit = UnitNo(index(i));
            let named_by = i.checked_sub(companies).map(|unit| &self.meanings.units.entities[unit].other_scopes);
            let named_by = named_by.into_iter().flatten().map(|company| UnitNo(*company));
            for above in history.ever_under().chain(company_of(unit)).chain(named_by) {
                below[above.0 as usize].push(unit);
            }
        }
        told.sort();
        let mut conflicts: FxHashMap<UnitNo, Vec<Conflict>> = FxHashMap::default();
        for (of, conflict) in told {
            conflicts.entry(of).or_default().push(conflict);
        }
        let mut structure = Vec::with_capacity(count);
        for (i, (history, mut below)) in histories.into_iter().zip(below).enumerate() {
            let unit = UnitNo(index(i));
            below.sort_unstable();
            below.dedup();
            let entity = match i.checked_sub(companies) {
                None => &self.meanings.companies.entities[i],
                Some(unit) => &self.meanings.units.entities[unit],
            };
            let Identity { id, ids, names, identifiers, first_reported, .. } = entity.clone();
            structure.push(Arc::new(UnitState {
                id,
                ids,
                company: company_of(unit),
                names,
                identifiers,
                first_reported,
                history,
                below,
                conflicts: conflicts.remove(&unit).unwrap_or_default(),
            }));
        }
        structure
    }
}

/// The name by which an event calls the unit itself, a rename's new name aside.
fn called(archive: &Archive, place: OrganisationRef) -> Option<&Name> {
    let mention = match place {
        OrganisationRef::Company(CompanyRef(mention)) => &archive.companies[mention as usize],
        OrganisationRef::Unit(UnitRef(mention)) => &archive.units[mention as usize],
    };
    let own = mention.reference.names.len() - usize::from(mention.manner == Manner::Renamed);
    mention.reference.names[..own].first()
}
