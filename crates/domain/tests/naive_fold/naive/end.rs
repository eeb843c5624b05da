//! Rule 7. End.

use tenure_domain::conflict::ConflictKind;
use tenure_domain::tenure::{OpenedAs, Origin};

use super::about::TenureDraft;
use super::claims::{Claim, titles_agree};
use super::said::Kind;
use super::state::{NaiveTenure, State, inferred};

impl State {
    pub(super) fn end(&mut self, claim: &Claim) {
        // "Ends what it is about."
        let mut open = self.about(claim);
        // "as a last resort, after an inferred end has given way" (rule 3)
        if open.is_empty() && self.inferred_end_gives_way(claim).is_none() {
            open = self.last_resort(claim);
        }
        for draft in &open {
            self.take(draft, claim);
            let before = &self.tenures[draft.at];
            if claim.kind == Kind::Relieved && !titles_agree(before.tenure.title.as_ref(), claim.named_title.as_ref()) {
                // The last resort: "that one, and `field_disagrees` is recorded" (rule 3).
                let giver = before.title_giver.as_ref().expect("a title was given");
                let events = [claim.events_that(|member| member.named_title.is_some()), giver.events.clone()].concat();
                self.conflicts.push((ConflictKind::FieldDisagrees, events));
            }
            let end = self.tenures[draft.at].raise(claim.bounds);
            self.end_one(draft.at, end, Origin::Stated, claim);
        }
        if !open.is_empty() {
            return;
        }
        // "Where nothing is open, the last opened of the ended tenures that it fits is looked at (those that have what
        // it names before those that lack it, which take it; for `LeftCompany`, all that the same `LeftCompany` ended)"
        match self.last_ended_that_fits(claim) {
            Some(last) => self.end_again(claim, &last),
            // "The `to` of a `HeldPost` infers nothing."
            None if claim.kind == Kind::To => {}
            // "Where there is none at all, a tenure is inferred, start unknown, ending here."
            None => {
                let mut held = inferred(claim);
                // A `RelievedOfPost` of the person succeeded, with this `lead` (rule 1).
                held.tenure.lead = claim.kind == Kind::Succeeded && claim.lead;
                self.infer_ended(claim, held);
            }
        }
    }

    fn end_again(&mut self, claim: &Claim, last: &TenureDraft) {
        let looked_at = self.tenures[last.at].clone();
        let end = looked_at.tenure.end.as_ref().expect("an ended tenure");
        // "except that a `LeftCompany` disjoint from an end none of whose statements, believed or not, is a
        // `LeftCompany` infers a tenure, post unknown, which starts between that end's earliest day and this one's
        // latest, and ends here."
        if claim.kind == Kind::Left
            && end.origin == Origin::Stated
            && looked_at.left_by.is_empty()
            && !end.bounds.overlaps(claim.bounds)
        {
            let mut held = inferred(claim);
            held.tenure.start.bounds = held.tenure.start.bounds.raised(end.bounds.earliest());
            self.infer_ended(claim, held);
            return;
        }
        // "an inferred end, of a missing link too, is replaced; another is stated again (rule 4)"
        self.take(last, claim);
        let turn = self.applied;
        for at in 0..self.tenures.len() {
            let held = &self.tenures[at];
            let likewise = held.tenure.end.as_ref().is_some_and(|other| {
                if end.origin.is_inferred() {
                    // "(for `LeftCompany`, all that were ended with it)" (rule 3)
                    other.origin.is_inferred() && held.ended_in_turn == looked_at.ended_in_turn
                } else {
                    held.left_by.iter().any(|left| looked_at.left_by.contains(left))
                }
            });
            let of_the_company = held.tenure.company == claim.company;
            if at == last.at || (claim.kind == Kind::Left && of_the_company && likewise) {
                self.tenures[at].restate_end(claim, turn);
            }
        }
    }

    /// "An inferred tenure (of rules 6 and 8 too) is primary when no other primary one of that company and
    /// `employment` is open."
    pub(super) fn infer_ended(&mut self, claim: &Claim, mut held: NaiveTenure) {
        held.tenure.primary = self.no_primary_open(claim.company, held.tenure.employment);
        let end = held.raise(claim.bounds);
        held.set_end(end, Origin::Stated, claim, self.applied);
        held.tenure.opened_as = OpenedAs::Ended;
        self.tenures.push(held);
    }
}
