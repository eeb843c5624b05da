//! Rule 8: changes of title and of manager.

use crate::bounds::Bounds;
use crate::event::{Concurrency, Employment};
use crate::statement::PersonNo;
use crate::tenure::{ManagerSpell, Origin, Since, Tenure};

use super::Fold;
use super::claim::{Named, Retitling, same_title};
use super::draft::{HeldClaim, HeldLink, OPENED, Opening, RETITLED};
use super::drafts::{Among, Which};
use super::field::Starts;
use super::turn::CurrentClaim;

impl<'f> Fold<'f> {
    /// `ChangedTitle`.
    pub(super) fn retitle(&mut self, now: &CurrentClaim<'f>, change: &Retitling) {
        let about = self.first_about(now.claim);
        let has_from_title = about.filter(|(draft, _)| {
            let title = self.drafts[*draft].tenure.title.as_ref();
            change.named.title.is_some() && same_title(title, change.named.title.as_ref())
        });
        if has_from_title.is_none()
            && let Some(draft) = self.titled_already(now, change)
        {
            // "That one is supported, its dates untouched"; one whose unit is not known takes it.
            self.fill_unit(draft, now, change.named.unit, Starts::Overlap);
            self.agree(draft, now, None, Some(&change.to));
            self.drafts[draft].tenure.lead |= change.lead.unwrap_or_default();
            self.drafts[draft].support(now);
            return;
        }
        if let Some((draft, fit)) = about {
            if fit.takes() {
                self.take(&[draft], now, &change.named, RETITLED);
            }
            self.change_title(draft, now, change);
        } else if let Some(draft) = self.gives_way(now).or_else(|| {
            // With `from_title` alone one before it would be inferred.
            change.named.title.as_ref().and_then(|_| self.left_already(now))
        }) {
            self.take(&[draft], now, &change.named, RETITLED);
            self.change_title(draft, now, change);
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
            let is_named = !t.employment.is_secondary() || (unit.is_some() && t.unit == unit);
            in_unit && is_named && same_title(t.title.as_ref(), Some(&change.to)) && t.acting == change.acting
        };
        let titled = Among::all(now.claim.company).titled(Which::named(Some(&change.to)));
        let in_unit = self
            .drafts
            .first_open(&[titled.in_unit(Which::named(unit))], |t| (unit.is_none() || t.unit == unit) && has(t));
        in_unit.or_else(|| self.drafts.first_open(&[titled.in_unit(Which::not_differing(unit))], has))
    }

    /// "Ends the seat's tenure and opens one with the new title, all else carried over (the history of managers too) but
    /// `acting`."
    fn change_title(&mut self, draft: usize, now: &CurrentClaim<'f>, change: &Retitling) {
        let end = self.drafts[draft].tenure.raised(now.bounds);
        self.drafts[draft].end_by_change(end, now);
        let old = &self.drafts[draft];
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
        let held = waiting.map(|held| HeldClaim { how: HeldLink::Through, ..*held }).collect();
        let new = self.open_draft(now, opening);
        let draft = &mut self.drafts[new];
        draft.tenure.lead = lead;
        draft.tenure.acting = change.acting;
        draft.tenure.remit = remit;
        draft.managers = managers;
        draft.unit_from = unit_from;
        draft.manager_from = manager_from;
        draft.held = held;
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
            start = self.drafts[before].tenure.end.as_ref().map_or(start, |end| end.bounds);
        }
        let (title, origin) = (Some(change.to.clone()), Origin::Stated);
        let opening = Opening { unit, title, employment, concurrency, primary, start, origin, fields: OPENED };
        let draft = self.open_draft(now, opening);
        self.drafts[draft].tenure.lead = change.lead.unwrap_or_default();
        self.drafts[draft].tenure.acting = change.acting;
    }

    /// `ChangedManager`: "from that date". "Where there is none, a tenure with unknown start is inferred."
    pub(super) fn change_manager(&mut self, now: &CurrentClaim<'f>, named: &Named, manager: Option<PersonNo>) {
        let draft = if let Some((draft, _)) = self.first_about(now.claim) {
            draft
        } else if let Some(draft) = self.gives_way(now) {
            // "A change of manager opens the tenure again."
            self.reopen(draft, now);
            draft
        } else {
            let employment = Employment::Employee;
            let primary = self.primary(now.claim.company, employment).is_none();
            let (concurrency, origin) = (Concurrency::Exclusive, Origin::Inferred);
            let start = Bounds::until(now.bounds.latest());
            let (unit, title) = (named.unit, named.title.clone());
            let fields = OPENED;
            self.open_draft(now, Opening { unit, title, employment, concurrency, primary, start, origin, fields })
        };
        self.take(&[draft], now, named, OPENED);
        let draft = &mut self.drafts[draft];
        draft.support(now);
        let attested = now.attested;
        draft.hold_manager(ManagerSpell { manager, since: Since::Change(now.bounds), attested }, now);
    }
}
