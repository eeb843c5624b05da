//! Rule 7: endings.

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::event::{Concurrency, Employment};
use crate::name::Name;
use crate::tenure::Origin;

use super::Fold;
use super::about::Fit;
use super::claim::{Field, Named, Says};
use super::draft::{OPENED, Opening};
use super::drafts::Among;
use super::turn::CurrentClaim;

/// Of how many posts that one statement ended a later one states the end again: of those that were opened last. Each would
/// be stated again by each.
const MOST_LEFT_AGAIN: usize = 100;

impl<'f> Fold<'f> {
    /// `LeftCompany` ends every tenure in the company.
    pub(super) fn leave(&mut self, now: &CurrentClaim<'f>) {
        let open = self.drafts.all_open(&[Among::all(now.claim.company)], &|_| true);
        if !open.is_empty() {
            for draft in open {
                self.end_one(draft, now);
            }
            return;
        }
        let Some(last) = self.last_ended(now.claim.company) else {
            self.infer_relieved(now, &Named::default(), Bounds::until(now.bounds.latest()));
            return;
        };
        let end = self.drafts[last].tenure.end.as_ref().expect("an ended tenure has an end");
        if end.origin.is_inferred() {
            // "For `LeftCompany`, all that were ended with it."
            let cause = self.drafts[last].ended_by.expect("a claim ended what is ended");
            for draft in self.drafts.ended_by(cause) {
                if self.drafts[draft].tenure.company == now.claim.company && self.end_is_inferred(draft) {
                    self.end_one(draft, now);
                }
            }
            return;
        }
        if let Some(leaving) = self.drafts[last].left_by.first().copied() {
            // "All that the same `LeftCompany` ended."
            for draft in self.drafts.left_by(leaving).into_iter().rev().take(MOST_LEFT_AGAIN) {
                if self.drafts[draft].tenure.end.is_some() {
                    self.drafts[draft].state_end_again(now);
                }
            }
        } else if end.bounds.overlaps(now.bounds) {
            self.drafts[last].state_end_again(now);
        } else {
            // "Except that a `LeftCompany` disjoint from an end none of whose statements is a `LeftCompany` infers a tenure,
            // post unknown, which starts between that end's earliest day and this one's latest, and ends here."
            let start = Bounds::until(now.bounds.latest()).raised(end.bounds.earliest());
            self.infer_relieved(now, &Named::default(), start);
        }
    }

    /// `RelievedOfPost` ends all that match.
    pub(super) fn relieve(&mut self, now: &CurrentClaim<'f>, named: &Named) {
        if self.end_about(now, named) {
            return;
        }
        let ended = self.ended_fit(now.claim);
        // "As a last resort, after an inferred end has given way."
        let gives_way = ended.filter(|draft| self.end_is_inferred(*draft));
        if gives_way.is_none()
            && let Some(draft) = self.last_resort(now.claim.company, named)
        {
            self.note_other_title(draft, now, named.title.as_ref());
            self.end_one(draft, now);
            return;
        }
        match ended {
            Some(draft) => self.end_again(draft, now, named),
            None => {
                self.infer_relieved(now, named, Bounds::until(now.bounds.latest()));
            }
        }
    }

    /// A succession ends the post of the person succeeded: "among the open tenures, and if none of them among the ended
    /// ones; only if neither has any, the only open one there".
    pub(super) fn succeed(&mut self, now: &CurrentClaim<'f>, named: &Named) {
        if self.end_about(now, named) {
            return;
        }
        if let Some(draft) = self.ended_fit(now.claim) {
            self.end_again(draft, now, named);
        } else if let Some(draft) = self.only_one_open(now.claim.company, named.unit) {
            self.end_one(draft, now);
        } else {
            let draft = self.infer_relieved(now, named, Bounds::until(now.bounds.latest()));
            // The predecessor of a lead led.
            if let Says::Succeeded { lead, .. } = &now.claim.says {
                self.drafts[draft].tenure.lead = *lead;
            }
        }
    }

    /// Ends the open tenures that the claim is about. Whether there are any.
    fn end_about(&mut self, now: &CurrentClaim<'f>, named: &Named) -> bool {
        let (about, fit) = self.about(now.claim);
        if fit.takes() {
            self.take(&about, now, named, OPENED);
        }
        for draft in &about {
            self.end_one(*draft, now);
        }
        !about.is_empty()
    }

    /// An ended tenure that the claim fits: "an inferred end, of a missing link too, is replaced; another is stated again".
    fn end_again(&mut self, draft: usize, now: &CurrentClaim<'f>, named: &Named) {
        if now.claim.fit(&self.look(draft)).is_some_and(Fit::takes) {
            self.take(&[draft], now, named, OPENED);
        }
        if self.end_is_inferred(draft) {
            self.end_one(draft, now);
            return;
        }
        self.drafts[draft].state_end_again(now);
    }

    /// Relieved under another name of the only post there: the names are on show.
    fn note_other_title(&mut self, draft: usize, now: &CurrentClaim<'f>, title: Option<&Name>) {
        let draft = &self.drafts[draft];
        let mut events = now.claim.that_give(Field::Title);
        events.extend(draft.title_from.iter().flat_map(|given| given.events.iter().cloned()));
        let text = |title: Option<&Name>| title.map_or("no title".to_owned(), |t| format!("`{}`", t.as_str()));
        let detail = format!("relieved as {}, held as {}", text(title), text(draft.tenure.title.as_ref()));
        self.conflicts.push(Conflict::new(ConflictKind::FieldDisagrees, events, detail));
    }

    /// "The `to` of a `HeldPost`: the tenure that this one opened or supported, or that a change of title made of it, or,
    /// where it names neither unit nor title, a move." "The `to` of a `HeldPost` infers nothing."
    pub(super) fn end_held(&mut self, now: &CurrentClaim<'f>) {
        let held = self.drafts.held_by(now.index);
        let open: Vec<usize> = held.iter().copied().filter(|i| self.drafts[*i].tenure.end.is_none()).collect();
        for draft in &open {
            self.end_one(*draft, now);
        }
        if !open.is_empty() {
            return;
        }
        match held.last() {
            Some(draft) if self.end_is_inferred(*draft) => self.end_one(*draft, now),
            Some(draft) => self.drafts[*draft].state_end_again(now),
            None => {}
        }
    }

    fn end_is_inferred(&self, draft: usize) -> bool {
        self.drafts[draft].tenure.end.as_ref().is_some_and(|end| end.origin.is_inferred())
    }

    /// Ends an open tenure, or puts a stated end in the place of an inferred one.
    pub(super) fn end_one(&mut self, draft: usize, now: &CurrentClaim<'f>) {
        let draft = &mut self.drafts[draft];
        draft.end(draft.tenure.raised(now.bounds), Origin::Stated, now);
    }

    /// "Where there is none at all, a tenure is inferred, start unknown, ending here."
    fn infer_relieved(&mut self, now: &CurrentClaim<'f>, named: &Named, start: Bounds) -> usize {
        let employment = Employment::Employee;
        let primary = self.primary(now.claim.company, employment).is_none();
        let (unit, title) = (named.unit, named.title.clone());
        let (concurrency, origin) = (Concurrency::Exclusive, Origin::Inferred);
        self.infer_ended(now, Opening { unit, title, employment, concurrency, primary, start, origin, fields: OPENED })
    }
}
