//! Rule 8: changes of title and of manager.

use crate::bounds::Bounds;
use crate::event::{Concurrency, Employment};
use crate::statement::PersonNo;
use crate::tenure::{ManagerSpell, Origin, Since, Tenure};

use super::Fold;
use super::about::Fit;
use super::claim::{Named, Retitling, same_title};
use super::field::Starts;
use super::seat::{Held, HeldHow, OPENED, Opening, RETITLED};
use super::seats::{Among, Which};
use super::turn::CurrentClaim;

impl<'f> Fold<'f> {
    /// `ChangedTitle`.
    pub(super) fn retitle(&mut self, now: &CurrentClaim<'f>, change: &Retitling) {
        let about = self.first_about(now.claim);
        let has_from_title = about.filter(|(seat, _)| {
            let title = self.seats[*seat].tenure.title.as_ref();
            change.named.title.is_some() && same_title(title, change.named.title.as_ref())
        });
        if has_from_title.is_none()
            && let Some(seat) = self.titled_already(now, change)
        {
            // "That one is supported, its dates untouched"; one whose unit is not known takes it.
            self.fill_unit(seat, now, change.named.unit, Starts::Overlap);
            self.agree(seat, now, None, Some(&change.to));
            self.seats[seat].tenure.lead |= change.lead.unwrap_or_default();
            self.seats[seat].support(now);
            return;
        }
        if let Some((seat, fit)) = about {
            if fit == Fit::Lacks {
                self.take(&[seat], now, &change.named, RETITLED);
            }
            self.change_title(seat, now, change);
        } else if let Some(seat) = self.gives_way(now) {
            self.take(&[seat], now, &change.named, RETITLED);
            self.change_title(seat, now, change);
        } else {
            self.first_heard_title(now, change);
        }
    }

    /// "One in the unit, or whose unit is not known, has the new title already (a `board` or `advisor` one only where its
    /// unit is named) and the same `acting`."
    fn titled_already(&self, now: &CurrentClaim<'f>, change: &Retitling) -> Option<usize> {
        let unit = change.named.unit;
        let has = |t: &Tenure| {
            let in_unit = unit.is_none() || t.unit == unit || t.unit.is_none();
            let is_named = !t.employment.is_aside() || (unit.is_some() && t.unit == unit);
            in_unit && is_named && same_title(t.title.as_ref(), Some(&change.to)) && t.acting == change.acting
        };
        let titled = Among::all(now.claim.company).titled(Which::named(Some(&change.to)));
        let in_unit = self
            .seats
            .first_open([titled.in_unit(Which::named(unit))], |t| (unit.is_none() || t.unit == unit) && has(t));
        in_unit.or_else(|| self.seats.first_open([titled.in_unit(Which::not_differing(unit))], has))
    }

    /// "Ends the seat's tenure and opens one with the new title, all else carried over (the history of managers too) but
    /// `acting`."
    fn change_title(&mut self, seat: usize, now: &CurrentClaim<'f>, change: &Retitling) {
        self.end_one(seat, now);
        let old = &self.seats[seat];
        let start = old.tenure.end.as_ref().map_or(now.bounds, |end| end.bounds);
        let opening = Opening {
            unit: old.tenure.unit,
            title: Some(change.to.clone()),
            employment: old.tenure.employment,
            concurrency: old.tenure.concurrency,
            primary: old.tenure.primary,
            start,
            origin: Origin::Stated,
            fields: OPENED,
        };
        let lead = change.lead.unwrap_or(old.tenure.lead);
        let remit = old.tenure.remit.clone();
        let managers = old.managers_from(start);
        let (unit_from, manager_from) = (old.unit_from.clone(), old.manager_from.clone());
        // A `to` that was applied is asked for no more.
        let waiting = old.held.iter().filter(|held| self.queue.end_of(held.claim).is_some());
        let held = waiting.map(|held| Held { how: HeldHow::Through, ..*held }).collect();
        let new = self.open_seat(now, opening);
        let seat = &mut self.seats[new];
        seat.tenure.lead = lead;
        seat.tenure.acting = change.acting;
        seat.tenure.remit = remit;
        seat.managers = managers;
        seat.unit_from = unit_from;
        seat.manager_from = manager_from;
        seat.held = held;
        self.keep_one_primary(new);
    }

    /// "Where there is neither, a tenure with the new title opens on that date, and with `from_title` one before it is
    /// inferred."
    fn first_heard_title(&mut self, now: &CurrentClaim<'f>, change: &Retitling) {
        let employment = Employment::Employee;
        let primary = self.primary(now.claim.company, employment).is_none();
        let (unit, concurrency) = (change.named.unit, Concurrency::Exclusive);
        let mut start = now.bounds;
        if let Some(title) = &change.named.title {
            let (title, origin) = (Some(title.clone()), Origin::Inferred);
            let until = Bounds::until(now.bounds.latest());
            let fields = RETITLED;
            let before = Opening { unit, title, employment, concurrency, primary, start: until, origin, fields };
            let before = self.infer_ended(now, before);
            start = self.seats[before].tenure.end.as_ref().map_or(start, |end| end.bounds);
        }
        let (title, origin) = (Some(change.to.clone()), Origin::Stated);
        let opening = Opening { unit, title, employment, concurrency, primary, start, origin, fields: OPENED };
        let seat = self.open_seat(now, opening);
        self.seats[seat].tenure.lead = change.lead.unwrap_or_default();
        self.seats[seat].tenure.acting = change.acting;
    }

    /// `ChangedManager`: "from that date". "Where there is none, a tenure with unknown start is inferred."
    pub(super) fn change_manager(&mut self, now: &CurrentClaim<'f>, named: &Named, manager: Option<PersonNo>) {
        let seat = if let Some((seat, _)) = self.first_about(now.claim) {
            seat
        } else if let Some(seat) = self.gives_way(now) {
            // "A change of manager opens the tenure again."
            self.reopen(seat, now);
            seat
        } else {
            let employment = Employment::Employee;
            let primary = self.primary(now.claim.company, employment).is_none();
            let (concurrency, origin) = (Concurrency::Exclusive, Origin::Inferred);
            let start = Bounds::until(now.bounds.latest());
            let (unit, title) = (named.unit, named.title.clone());
            let fields = OPENED;
            self.open_seat(now, Opening { unit, title, employment, concurrency, primary, start, origin, fields })
        };
        self.take(&[seat], now, named, OPENED);
        let seat = &mut self.seats[seat];
        seat.support(now);
        let attested = now.attested;
        seat.hold_manager(ManagerSpell { manager, since: Since::Change(now.bounds), attested }, now);
    }
}
