//! Rule 8. Change of title, change of manager.

use tenure_domain::event::Employment;

use super::about::TenureDraft;
use super::claims::{Claim, same_title};
use super::state::{Differing, Giver, NaiveTenure, State, blank, inferred};

impl State {
    pub(super) fn change_title(&mut self, claim: &Claim) {
        let from_title = claim.named_title.as_ref();
        // "Where no open tenure has `from_title`, and one in the unit, or whose unit is not known (it takes it), has the
        // new title already (..), that one is supported, its dates untouched."
        // That is, none that it is about (rule 3).
        let about = self.about(claim);
        let has_from_title = about.first().is_some_and(|draft| from_title.is_some() && draft.has_title(from_title));
        if !has_from_title && let Some(draft) = self.has_the_new_title(claim) {
            self.support_the_new_title(claim, &draft);
            return;
        }
        // "ends the seat's tenure and opens one with the new title, all else carried over (the history of managers too)
        // but `acting`."
        let draft = self.about(claim).into_iter().next().or_else(|| self.inferred_end_gives_way(claim));
        let draft = draft.or_else(|| if from_title.is_some() { self.left_already(claim) } else { None });
        if let Some(draft) = draft {
            self.take(&draft, claim);
            let end = self.tenures[draft.at].raise(claim.bounds);
            self.end_by_change(draft.at, end, claim);
            let old = self.tenures[draft.at].clone();
            let mut held = retitled(claim, old.tenure.lead);
            held.tenure.unit = old.tenure.unit;
            held.unit_giver = old.unit_giver;
            held.tenure.concurrency = old.tenure.concurrency;
            held.tenure.employment = old.tenure.employment;
            held.tenure.remit = old.tenure.remit;
            held.spells = old.spells;
            held.manager_giver = old.manager_giver;
            // "or that a change of title made of it" (rule 3)
            held.made_of = [old.claims, old.made_of].concat();
            held.tenure.start.bounds = old.tenure.end.as_ref().map_or(end, |end| end.bounds);
            held.tenure.primary = old.tenure.primary && self.no_primary_open(claim.company, old.tenure.employment);
            self.tenures.push(held);
            return;
        }
        // "Where there is neither, a tenure with the new title opens on that date, and with `from_title` one before it
        // is inferred."
        if from_title.is_some() {
            self.infer_ended(claim, inferred(claim));
        }
        let mut held = retitled(claim, false);
        held.tenure.unit = claim.named_unit;
        held.unit_giver = Giver::of(claim, |member| member.named_unit.is_some());
        held.tenure.primary = self.no_primary_open(claim.company, Employment::Employee);
        self.tenures.push(held);
    }

    /// "one in the unit, or whose unit is not known (it takes it), has the new title already (a `board` or `advisor`
    /// one only where its unit is named) and the same `acting`"
    fn has_the_new_title(&self, claim: &Claim) -> Option<TenureDraft> {
        let mut open = self.open(claim.company);
        open.retain(|draft| {
            let its_unit_is_named = claim.named_unit.is_some() && draft.unit == claim.named_unit;
            same_title(draft.title.as_ref(), claim.title.as_ref())
                && draft.acting == claim.acting
                && (!draft.employment.is_secondary() || its_unit_is_named)
        });
        let in_the_unit = open.iter().find(|draft| draft.has_unit(claim.named_unit));
        in_the_unit.or_else(|| open.iter().find(|draft| draft.unit.is_none())).cloned()
    }

    fn support_the_new_title(&mut self, claim: &Claim, draft: &TenureDraft) {
        let held = &mut self.tenures[draft.at];
        let no_disagreement = &mut Vec::new();
        let unit_given = Giver::of(claim, |member| member.named_unit.is_some());
        held.support_unit(claim.named_unit, unit_given, Differing::Disagrees, no_disagreement);
        held.support_title(claim, Differing::Disagrees, no_disagreement);
        // "fields that it lacks are filled (`lead` too" (rule 5)
        held.tenure.lead |= claim.new_lead.unwrap_or(false);
        held.support(claim);
        held.in_force.extend(claim.attested.into_iter().chain(claim.bounds.latest()).min());
    }

    /// "from that date; a tenure holds a small history of managers". "Where there is none, a tenure with unknown start
    /// is inferred."
    pub(super) fn change_manager(&mut self, claim: &Claim) {
        let at = if let Some(draft) = self.about(claim).into_iter().next() {
            self.take(&draft, claim);
            draft.at
        } else if let Some(draft) = self.inferred_end_gives_way(claim) {
            // "and a change of manager or a sighting opens the tenure again" (rule 3)
            self.take(&draft, claim);
            self.reopen(draft.at, claim);
            draft.at
        } else {
            let mut held = inferred(claim);
            held.tenure.primary = self.no_primary_open(claim.company, Employment::Employee);
            self.tenures.push(held);
            self.tenures.len() - 1
        };
        let held = &mut self.tenures[at];
        held.change_manager(claim.bounds, claim);
        held.support(claim);
        held.in_force.extend(claim.attested.into_iter().chain(claim.bounds.latest()).min());
    }
}

/// What a change of title opens, before what it carries over.
fn retitled(claim: &Claim, lead_before: bool) -> NaiveTenure {
    let mut held = blank(claim);
    held.tenure.title.clone_from(&claim.title);
    held.title_giver = Giver::of(claim, |member| member.title.is_some());
    held.tenure.lead = claim.new_lead.unwrap_or(lead_before);
    held.tenure.acting = claim.acting;
    held.tenure.attested = claim.attested;
    held
}
