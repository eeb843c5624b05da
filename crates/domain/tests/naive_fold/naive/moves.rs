//! Rule 6. Move.

use tenure_domain::bounds::Bounds;
use tenure_domain::conflict::ConflictKind;
use tenure_domain::event::Concurrency;
use tenure_domain::tenure::{OpenedAs, Origin};

use super::about::{TenureDraft, not_passed_over};
use super::claims::{Claim, titles_agree};
use super::state::{Differing, Giver, NaiveTenure, State, inferred, opened};

impl State {
    /// The open tenures in `to_unit`, "titles not disagreeing": none of these is left.
    fn already_there(&self, claim: &Claim) -> Vec<TenureDraft> {
        let mut there = not_passed_over(claim, &self.open(claim.company));
        there.retain(|draft| draft.unit == claim.unit && titles_agree(draft.title.as_ref(), claim.title.as_ref()));
        there
    }

    pub(super) fn transfer(&mut self, claim: &Claim) {
        let already_there = self.already_there(claim);
        let spared = |draft: &TenureDraft| already_there.iter().any(|there| there.at == draft.at);
        let supported = already_there.first().cloned();
        let mut left = self.about(claim);
        left.retain(|draft| !spared(draft));
        if !left.is_empty() {
            self.leave(claim, &left, supported);
            return;
        }
        // "If nothing else is open to be left (with a `from_unit`: and it is primary, or no primary one is open in
        // another unit), it is supported as by a beginning (rule 5), with a `from_unit` even where titles disagree; an
        // inferred end then stays."
        let open = not_passed_over(claim, &self.open(claim.company));
        let whatever_title = open.iter().find(|draft| claim.named_unit.is_some() && draft.unit == claim.unit).cloned();
        let there = supported.clone().or(whatever_title);
        let elsewhere = open.into_iter().find(|draft| draft.primary && draft.unit != claim.unit);
        if let Some(there) = there
            && (claim.named_unit.is_none() || there.primary || elsewhere.is_none())
        {
            self.support_as_by_a_beginning(there.at, claim);
            return;
        }
        if let Some(meant) = self.inferred_end_gives_way(claim) {
            self.leave(claim, &[meant], supported);
            return;
        }
        if claim.named_unit.is_some()
            && let Some(left) = self.left_already(claim)
        {
            self.leave(claim, &[left], supported);
            return;
        }
        if claim.named_unit.is_none() {
            // "primary (..) if nothing was ended"
            self.arrive(claim, &[], claim.bounds, true);
            return;
        }
        self.infer_where_it_started(claim, elsewhere);
        let linked = self.draft(self.tenures.len() - 1);
        self.leave(claim, &[linked], supported);
    }

    fn infer_where_it_started(&mut self, claim: &Claim, elsewhere: Option<TenureDraft>) {
        let mut held = inferred(claim);
        if let Some(primary) = elsewhere {
            // "With `from_unit`, and the primary tenure elsewhere: a move in between was missed. The primary tenure
            // ends, and an inferred one in `from_unit` starts, between the day after it was last attested and this
            // date's latest; the inferred one ends on this date. `missing_link` is recorded."
            let missed = self.tenures[primary.at].raise(Bounds::until(claim.bounds.latest()));
            self.end_one(primary.at, missed, Origin::MissingLink, claim);
            let before = self.tenures[primary.at].clone();
            held.made_of = self.whose_to_goes_on(&before);
            held.tenure.start.bounds = missed;
            held.tenure.start.origin = Origin::MissingLink;
            held.tenure.employment = before.tenure.employment;
            held.tenure.concurrency = before.tenure.concurrency;
            held.tenure.primary = true;
            let events = [claim.events(), before.tenure.start.events].concat();
            self.conflicts.push((ConflictKind::MissingLink, events));
        } else {
            // "With `from_unit`, and no primary tenure open in the company: a tenure is inferred there, start unknown
            // (on or before this date), ending on this date."
            held.tenure.employment = claim.employment();
            held.tenure.primary = self.no_primary_open(claim.company, claim.employment());
        }
        held.tenure.opened_as = OpenedAs::Ended;
        self.tenures.push(held);
    }

    /// "Ends what it is about". "A move that ends several raises it for all alike." (rule 4)
    fn leave(&mut self, claim: &Claim, left: &[TenureDraft], supported: Option<TenureDraft>) {
        // What was over already is not ended by it.
        let stated = |draft: &TenureDraft| {
            self.tenures[draft.at].tenure.end.as_ref().is_some_and(|end| end.origin == Origin::Stated)
        };
        let nothing_ended = left.iter().all(stated);
        let mut end = claim.bounds;
        for draft in left {
            end = self.tenures[draft.at].raise(end);
        }
        for draft in left {
            self.take(draft, claim);
            self.end_by_change(draft.at, end, claim);
        }
        if let Some(there) = supported {
            self.support_where_it_ends(claim, left, &there, nothing_ended);
        } else {
            let ended = left.first().and_then(|draft| self.tenures[draft.at].tenure.end.as_ref());
            let start = ended.map_or(end, |end| end.bounds);
            self.arrive(claim, left, start, nothing_ended);
        }
    }

    /// "A tenure already open in `to_unit`, titles not disagreeing, is not left but supported, its start intersected
    /// where the dates overlap, and primary if what was ended was."
    fn support_where_it_ends(&mut self, claim: &Claim, left: &[TenureDraft], there: &TenureDraft, nothing_ended: bool) {
        let alone = self.no_primary_open(claim.company, there.employment);
        let held = &mut self.tenures[there.at];
        let starts_overlap = held.tenure.start.bounds.overlaps(claim.bounds);
        if starts_overlap {
            held.restate_start(claim);
        }
        held.support(claim);
        held.remember(claim);
        // "fields that it lacks are filled (`lead` too, and `acting` where the starts overlap (..))" (rule 5)
        held.tenure.lead |= claim.lead;
        held.tenure.acting |= claim.acting && starts_overlap;
        let no_disagreement = &mut Vec::new();
        let unit_given = Giver::of(claim, |member| member.unit.is_some());
        held.support_unit(claim.unit, unit_given, Differing::Disagrees, no_disagreement);
        held.support_title(claim, Differing::Disagrees, no_disagreement);
        if held.tenure.remit.is_none() {
            held.tenure.remit.clone_from(&claim.remit);
        }
        if held.spells.is_empty() {
            held.fill_first_manager(claim);
        } else {
            held.strengthen_first_manager(claim);
        }
        held.tenure.primary |= alone && (nothing_ended || left.iter().any(|draft| draft.primary));
    }

    /// "and opens a tenure in `to_unit`, primary if one that it ended was, or if nothing was ended; fields that the
    /// event does not give are not carried over, except `employment` and `concurrent`. Never are two open tenures of
    /// one company and `employment` primary".
    fn arrive(&mut self, claim: &Claim, left: &[TenureDraft], start: Bounds, nothing_ended: bool) {
        let first = left.first();
        let employment = claim.employment.or(first.map(|draft| draft.employment)).unwrap_or_default();
        let concurrency = first.map_or(Concurrency::Exclusive, |draft| self.tenures[draft.at].tenure.concurrency);
        let mut held = opened(claim, employment, concurrency, start);
        held.made_of = left.iter().flat_map(|draft| self.whose_to_goes_on(&self.tenures[draft.at])).collect();
        let wanted = nothing_ended || left.iter().any(|draft| draft.primary);
        held.tenure.primary = wanted && self.no_primary_open(claim.company, employment);
        self.tenures.push(held);
    }

    /// "or, where it names neither unit nor title, a move" (rule 3)
    fn whose_to_goes_on(&self, left: &NaiveTenure) -> Vec<usize> {
        let names_neither =
            |no: &usize| self.all.iter().any(|claim| claim.no == *no && claim.unit.is_none() && claim.title.is_none());
        left.claims.iter().chain(&left.made_of).filter(|no| names_neither(no)).copied().collect()
    }
}
