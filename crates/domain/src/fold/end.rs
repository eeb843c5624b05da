//! Rule 7: endings.

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::event::{Concurrency, Employment};
use crate::name::Name;
use crate::tenure::Origin;

use super::Fold;
use super::about::Fit;
use super::claim::{Field, Named, Says};
use super::seat::{OPENED, Opening};
use super::seats::Among;
use super::turn::CurrentClaim;

impl<'f> Fold<'f> {
    /// `LeftCompany` ends every tenure in the company.
    pub(super) fn leave(&mut self, now: &CurrentClaim<'f>) {
        let open = self.seats.all_open([Among::all(now.claim.company)], |_| true);
        if !open.is_empty() {
            for seat in open {
                self.end_one(seat, now);
            }
            return;
        }
        let Some(last) = self.last_ended(now.claim.company) else {
            self.infer_relieved(now, &Named::default(), Bounds::until(now.bounds.latest()));
            return;
        };
        let end = self.seats[last].tenure.end.as_ref().expect("an ended tenure has an end");
        if end.origin.is_inferred() {
            // "For `LeftCompany`, all that were ended with it."
            let cause = self.seats[last].ended_by.expect("a claim ended what is ended");
            for seat in self.seats.ended_by(cause) {
                if self.seats[seat].tenure.company == now.claim.company && self.end_is_inferred(seat) {
                    self.end_one(seat, now);
                }
            }
            return;
        }
        if let Some(leaving) = self.seats[last].left_by.first().copied() {
            // "All that the same `LeftCompany` ended."
            for seat in self.seats.left_by(leaving) {
                if self.seats[seat].tenure.end.is_some() {
                    self.seats[seat].state_end_again(now);
                }
            }
        } else if end.bounds.overlaps(now.bounds) {
            self.seats[last].state_end_again(now);
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
        let gives_way = ended.filter(|seat| self.end_is_inferred(*seat));
        if gives_way.is_none()
            && let Some(seat) = self.last_resort(now.claim.company, named)
        {
            self.note_other_title(seat, now, named.title.as_ref());
            self.end_one(seat, now);
            return;
        }
        match ended {
            Some(seat) => self.end_again(seat, now, named),
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
        if let Some(seat) = self.ended_fit(now.claim) {
            self.end_again(seat, now, named);
        } else if let Some(seat) = self.only_one_open(now.claim.company, named.unit) {
            self.end_one(seat, now);
        } else {
            let seat = self.infer_relieved(now, named, Bounds::until(now.bounds.latest()));
            // The predecessor of a lead led.
            if let Says::Succeeded { lead, .. } = &now.claim.says {
                self.seats[seat].tenure.lead = *lead;
            }
        }
    }

    /// Ends the open tenures that the claim is about. Whether there are any.
    fn end_about(&mut self, now: &CurrentClaim<'f>, named: &Named) -> bool {
        let (about, fit) = self.about(now.claim);
        if fit == Fit::Lacks {
            self.take(&about, now, named, OPENED);
        }
        for seat in &about {
            self.end_one(*seat, now);
        }
        !about.is_empty()
    }

    /// An ended tenure that the claim fits: "an inferred end, of a missing link too, is replaced; another is stated again".
    fn end_again(&mut self, seat: usize, now: &CurrentClaim<'f>, named: &Named) {
        if now.claim.fit(&self.look(seat)) == Some(Fit::Lacks) {
            self.take(&[seat], now, named, OPENED);
        }
        if self.end_is_inferred(seat) {
            self.end_one(seat, now);
            return;
        }
        self.seats[seat].state_end_again(now);
    }

    /// Relieved under another name of the only post there: the names are on show.
    fn note_other_title(&mut self, seat: usize, now: &CurrentClaim<'f>, title: Option<&Name>) {
        let seat = &self.seats[seat];
        let mut events = now.claim.that_give(Field::Title);
        events.extend(seat.title_from.iter().flat_map(|given| given.events.iter().cloned()));
        let text = |title: Option<&Name>| title.map_or("no title".to_owned(), |t| format!("`{}`", t.as_str()));
        let detail = format!("relieved as {}, held as {}", text(title), text(seat.tenure.title.as_ref()));
        self.conflicts.push(Conflict::new(ConflictKind::FieldDisagrees, events, detail));
    }

    /// "The `to` of a `HeldPost`: the tenure that this one opened or supported, or that a change of title made of it, or,
    /// where it names neither unit nor title, a move." "The `to` of a `HeldPost` infers nothing."
    pub(super) fn end_held(&mut self, now: &CurrentClaim<'f>) {
        let held = self.seats.held_by(now.index);
        let open: Vec<usize> = held.iter().copied().filter(|i| self.seats[*i].tenure.end.is_none()).collect();
        for seat in &open {
            self.end_one(*seat, now);
        }
        if !open.is_empty() {
            return;
        }
        match held.last() {
            Some(seat) if self.end_is_inferred(*seat) => self.end_one(*seat, now),
            Some(seat) => self.seats[*seat].state_end_again(now),
            None => {}
        }
    }

    fn end_is_inferred(&self, seat: usize) -> bool {
        self.seats[seat].tenure.end.as_ref().is_some_and(|end| end.origin.is_inferred())
    }

    /// Ends an open tenure, or puts a stated end in the place of an inferred one.
    pub(super) fn end_one(&mut self, seat: usize, now: &CurrentClaim<'f>) {
        let seat = &mut self.seats[seat];
        seat.end(seat.tenure.raised(now.bounds), Origin::Stated, now);
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
