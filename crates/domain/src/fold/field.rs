//! Rule 5, the fields: "fields that it lacks are filled; where unit, title or manager differ the believed statement gives
//! the value and `field_disagrees` is recorded, but what a move or a change of title brought stands against a beginning
//! whose start overlaps: both can be true."

use crate::conflict::{Conflict, ConflictKind};
use crate::name::Name;
use crate::statement::{PersonNo, UnitNo};
use crate::tenure::{ManagerSpell, Since};

use super::Fold;
use super::claim::{Field, Named, Post, same_title};
use super::draft::{Brought, FieldOrigin, TenureDraft};
use super::turn::CurrentClaim;

/// Whether the start that a claim states and that of the tenure can be one day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Starts {
    Overlap,
    Differ,
}

/// What becomes of a field's value where a claim gives another.
enum Outcome {
    Stays,
    Replaced,
}

impl<'f> FieldOrigin<'f> {
    /// A statement that agrees with a field's value strengthens it.
    fn agree(value: &mut Option<FieldOrigin<'f>>, given: FieldOrigin<'f>) {
        let Some(value) = value else {
            *value = Some(given);
            return;
        };
        value.events.extend(given.events.iter());
        value.belief = value.belief.most(given.belief);
    }

    /// Decides between a field's value and another that a claim gives.
    fn decide(
        value: Option<&FieldOrigin<'f>>,
        given: &FieldOrigin<'f>,
        starts: Starts,
        conflicts: &mut Vec<Conflict>,
        detail: impl FnOnce() -> String,
    ) -> Outcome {
        let Some(value) = value else { return Outcome::Replaced };
        if value.brought == Brought::ByChange && starts == Starts::Overlap {
            return Outcome::Stays;
        }
        let events = value.events.iter().chain(given.events.iter()).cloned().collect();
        conflicts.push(Conflict::new(ConflictKind::FieldDisagrees, events, detail()));
        if given.belief.over(&value.belief) { Outcome::Replaced } else { Outcome::Stays }
    }
}

impl<'f> Fold<'f> {
    /// The unit that a claim gives to a tenure that it supports.
    pub(super) fn fill_unit(&mut self, draft: usize, now: &CurrentClaim<'f>, unit: Option<UnitNo>, starts: Starts) {
        let Some(unit) = unit else { return };
        let given = now.claim.brought(Field::Unit);
        let TenureDraft { tenure, unit_from, .. } = &mut self.drafts[draft];
        if tenure.unit == Some(unit) {
            FieldOrigin::agree(unit_from, given);
            return;
        }
        let detail = || "one tenure, two units".to_owned();
        match FieldOrigin::decide(unit_from.as_ref(), &given, starts, &mut self.conflicts, detail) {
            Outcome::Stays => {}
            Outcome::Replaced => {
                tenure.unit = Some(unit);
                *unit_from = Some(given);
            }
        }
    }

    /// The title that a claim gives to a tenure that it supports.
    pub(super) fn fill_title(&mut self, draft: usize, now: &CurrentClaim<'f>, title: Option<&Name>, starts: Starts) {
        let Some(title) = title else { return };
        let given = now.claim.brought(Field::Title);
        let TenureDraft { tenure, title_from, .. } = &mut self.drafts[draft];
        if same_title(tenure.title.as_ref(), Some(title)) {
            FieldOrigin::agree(title_from, given);
            return;
        }
        let detail = || {
            let had = tenure.title.as_ref().map_or("", Name::as_str);
            format!("one tenure, two titles: `{had}` and `{}`", title.as_str())
        };
        match FieldOrigin::decide(title_from.as_ref(), &given, starts, &mut self.conflicts, detail) {
            Outcome::Stays => {}
            Outcome::Replaced => {
                tenure.title = Some(title.clone());
                *title_from = Some(given);
            }
        }
    }

    /// The manager that a beginning states with the start.
    pub(super) fn fill_first_manager(
        &mut self,
        draft: usize,
        now: &CurrentClaim<'f>,
        manager: Option<PersonNo>,
        starts: Starts,
    ) {
        let Some(manager) = manager else { return };
        let given = now.claim.brought(Field::Manager);
        let draft = &mut self.drafts[draft];
        let mut manager_from = draft.manager_from.take();
        match draft.first_manager() {
            Some(spell) if spell.manager == Some(manager) => {
                spell.attested = spell.attested.max(now.attested);
                FieldOrigin::agree(&mut manager_from, given);
            }
            Some(spell) => {
                let detail = || "two managers from the start".to_owned();
                match FieldOrigin::decide(manager_from.as_ref(), &given, starts, &mut self.conflicts, detail) {
                    Outcome::Stays => {}
                    Outcome::Replaced => {
                        spell.manager = Some(manager);
                        spell.attested = now.attested;
                        manager_from = Some(given);
                    }
                }
            }
            None => {
                let (manager, attested) = (Some(manager), now.attested);
                draft.hold_manager(ManagerSpell { manager, since: Since::Start, attested }, now);
                manager_from = Some(given);
            }
        }
        draft.manager_from = manager_from;
    }

    /// The manager that a move gives to a tenure that it finds open: fills the line of one that has none.
    pub(super) fn fill_manager(&mut self, draft: usize, now: &CurrentClaim<'f>, manager: Option<PersonNo>) {
        let Some(manager) = manager else { return };
        let given = now.claim.brought(Field::Manager);
        let draft = &mut self.drafts[draft];
        if draft.managers.is_empty() {
            let (manager, attested) = (Some(manager), now.attested);
            draft.hold_manager(ManagerSpell { manager, since: Since::Start, attested }, now);
            draft.manager_from = Some(given);
        } else if draft.first_manager().is_some_and(|spell| spell.manager == Some(manager)) {
            FieldOrigin::agree(&mut draft.manager_from, given);
        }
    }

    /// Remit and `lead`, where the tenure lacks them.
    pub(super) fn fill_rest(&mut self, draft: usize, post: &Post) {
        let tenure = &mut self.drafts[draft].tenure;
        if tenure.remit.is_none() {
            tenure.remit.clone_from(&post.remit);
        }
        tenure.lead |= post.lead;
    }

    /// A claim that names the unit and title that the tenure has.
    pub(super) fn agree(&mut self, draft: usize, now: &CurrentClaim<'f>, unit: Option<UnitNo>, title: Option<&Name>) {
        let draft = &mut self.drafts[draft];
        if unit.is_some() {
            FieldOrigin::agree(&mut draft.unit_from, now.claim.given(Field::Unit));
        }
        if title.is_some() {
            FieldOrigin::agree(&mut draft.title_from, now.claim.given(Field::Title));
        }
    }

    /// Tenures that lack the unit or title named "take it"; `fields` are those of the claim that name them.
    pub(super) fn take(&mut self, drafts: &[usize], now: &CurrentClaim<'f>, named: &Named, fields: [Field; 2]) {
        for draft in drafts {
            let draft = &mut self.drafts[*draft];
            if let (None, Some(unit)) = (draft.tenure.unit, named.unit) {
                draft.tenure.unit = Some(unit);
                draft.unit_from = Some(now.claim.given(fields[0]));
            }
            if let (None, Some(title)) = (&draft.tenure.title, &named.title) {
                draft.tenure.title = Some(title.clone());
                draft.title_from = Some(now.claim.given(fields[1]));
            }
        }
    }
}
