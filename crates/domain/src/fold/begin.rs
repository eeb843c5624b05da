//! Rule 5: what beginnings do, stints and sightings among them.

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::day::Day;
use crate::event::{Concurrency, Employment};
use crate::tenure::{ManagerSpell, Origin, Since, Tenure};

use super::Fold;
use super::claim::{Claim, Field, Post, Says, gives, same_title, titles_differ};
use super::dates::After;
use super::draft::{HeldLink, OPENED, Opening, TenureDraft};
use super::drafts::{Among, Sort, Which};
use super::field::Starts;
use super::keys::Row;
use super::turn::CurrentClaim;

/// The open tenure that a beginning, no sighting, comes upon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Found {
    /// It finds its tenure open, and supports it.
    Open(usize),
    /// "The same unit and title, but `acting` differs and dates are disjoint: the old tenure ends there."
    OtherwiseActing(usize),
}

/// "A `HeldPost` that is no sighting does not find a tenure that a `HeldPost` of two keys, no sighting either, opened or
/// supported, unless both give `from`", and unless unit and title are equal: what two rows say of two posts are two stints,
/// and neither ends with the other.
fn is_of_another_row(draft: &TenureDraft<'_>, claim: &Claim<'_>, is_same_post: bool) -> bool {
    if !matches!(claim.says, Says::Held { .. }) {
        return false;
    }
    claim.members.iter().any(|one| {
        let from = is_same_post && gives(one, Field::From);
        draft.rows.are_two_with(one, |ends| !(from && ends.from))
    })
}

impl<'f> Fold<'f> {
    /// "Never are two open tenures of one company and `employment` primary: the later opened or reopened one is not."
    pub(super) fn keep_one_primary(&mut self, latest: usize) {
        let t = &self.drafts[latest].tenure;
        let (company, employment) = (t.company, t.employment);
        let primary = Among::all(company).of(Sort::Primary);
        let is_rival = |o: &Tenure| {
            o.primary && o.employment == employment && !std::ptr::eq(o, &raw const self.drafts[latest].tenure)
        };
        if self.drafts.first_open(&[primary], is_rival).is_some() {
            self.drafts[latest].tenure.primary = false;
        }
    }

    /// `JoinedCompany`, `AppointedToPost` and `HeldPost` but for sightings.
    pub(super) fn begin(&mut self, now: &CurrentClaim<'f>, post: &Post, concurrency: Concurrency) {
        let is_joining = matches!(now.claim.says, Says::Joined { .. });
        match self.found(now.claim, now.bounds, post) {
            Some(Found::Open(draft)) => self.support_as_begun(draft, now, post),
            Some(Found::OtherwiseActing(old)) => {
                let was_primary = self.drafts[old].tenure.primary;
                let bounds = self.drafts[old].tenure.raised(now.bounds);
                self.drafts[old].end(bounds, Origin::Stated, now);
                let now = &CurrentClaim { bounds, ..*now };
                let draft = self.open_begun(now, post, concurrency, &After::Alike(post), was_primary);
                self.keep_one_primary(draft);
            }
            None if is_joining => {
                let draft = self.open_begun(now, post, concurrency, &After::Any, true);
                let employment = post.employment.unwrap_or_default();
                if employment == Employment::Employee && concurrency == Concurrency::Exclusive {
                    self.end_other_employments(draft, now);
                }
            }
            None => self.begin_beside(now, post, concurrency),
        }
    }

    /// "It is found among the open tenures of the company and `employment`, one with equal unit and title first."
    fn found(&self, claim: &'f Claim<'f>, bounds: Bounds, post: &Post) -> Option<Found> {
        let employment = post.employment.unwrap_or_default();
        // "`JoinedCompany`: the primary one."
        if let Says::Joined { .. } = claim.says {
            return self.primary(claim.company, employment).map(Found::Open);
        }
        // "`AppointedToPost`, `HeldPost`: one whose unit and title are equal, or unknown on one side with overlapping start
        // dates, and whose `acting` is the same or start dates overlap."
        let is_same_post = |t: &Tenure| t.unit == post.unit && same_title(t.title.as_ref(), post.title.as_ref());
        let fits = |t: &Tenure| {
            let overlap = t.start.bounds.overlaps(bounds);
            let units_differ = matches!((t.unit, post.unit), (Some(a), Some(b)) if a != b);
            let differs = units_differ || titles_differ(t.title.as_ref(), post.title.as_ref());
            (is_same_post(t) || (!differs && overlap)) && (t.acting == post.acting || overlap)
        };
        let of_employment = |t: &Tenure| t.employment == employment;
        let open = Among::all(claim.company).of(Sort::Of(employment));
        let same = open.in_unit(Which::same(post.unit)).titled(Which::same(post.title.as_ref()));
        let alike = open.in_unit(Which::not_differing(post.unit)).titled(Which::not_differing(post.title.as_ref()));
        let is_found = |draft: &TenureDraft<'f>| {
            fits(&draft.tenure) && !is_of_another_row(draft, claim, is_same_post(&draft.tenure))
        };
        // The rows of its register, where the claim is one that they refuse.
        let row = claim.keys.first().filter(|_| matches!(claim.says, Says::Held { .. }));
        let same_post_found = self.drafts.first_open_beside(same, row, &|draft| {
            of_employment(&draft.tenure) && is_same_post(&draft.tenure) && is_found(draft)
        });
        let found = same_post_found.or_else(|| {
            let row = row.map(|row| Row { from: false, ..row });
            self.drafts.first_open_beside(alike, row, &|draft| of_employment(&draft.tenure) && is_found(draft))
        });
        let otherwise_acting = |t: &Tenure| {
            of_employment(t) && is_same_post(t) && t.acting != post.acting && !t.start.bounds.overlaps(bounds)
        };
        let otherwise = || {
            self.drafts
                .first_open(&[same.of(Sort::Acting(employment, !post.acting))], otherwise_acting)
                .map(Found::OtherwiseActing)
        };
        found.map(Found::Open).or_else(otherwise)
    }

    /// Stints: the place in the queue of the `to` that is applied before this beginning, where there is one.
    ///
    /// "A beginning that is no sighting, and surely later than the start of the tenure that it finds, or that it would end by
    /// a different `acting`, does not support it but follows it, where the `to` of a `HeldPost` that opened or supported it
    /// is still waiting, and either the two are of two keys, or they touch." Where the two are of two keys and touch, a start
    /// that may be later is enough: a term within one year, and the next from that year on.
    pub(super) fn stint_before(&self, now: &CurrentClaim<'f>) -> Option<usize> {
        let (post, own_to) = match &now.claim.says {
            Says::Held { post, to, .. } => (post, *to),
            Says::Joined { post, .. } | Says::Appointed { post, .. } => (post, None),
            Says::Left
            | Says::Moved { .. }
            | Says::Relieved { .. }
            | Says::Succeeded { .. }
            | Says::Retitled(_)
            | Says::NewManager { .. }
            | Says::Sighting { .. } => return None,
        };
        let (Found::Open(draft) | Found::OtherwiseActing(draft)) = self.found(now.claim, now.bounds, post)?;
        let draft = &self.drafts[draft];
        let is_later = draft.tenure.start.bounds.surely_before(now.bounds);
        let follows = |claim: usize, to: Bounds| {
            let touch = touches(now.bounds, own_to, to);
            let are_two = || now.claim.is_of_two_keys_with(&self.claims[claim]);
            if is_later { touch || are_two() } else { touch && are_two() }
        };
        let directly = draft.held.iter().filter(|held| held.how == HeldLink::Directly);
        let ends = directly.filter_map(|held| self.queue.end_of(held.claim));
        ends.filter(|(_, claim, to)| follows(*claim, *to)).map(|(place, _, _)| place).min()
    }

    /// Another claim begins or has the same tenure: "a claim that finds its tenure open supports it".
    pub(super) fn support_as_begun(&mut self, draft: usize, now: &CurrentClaim<'f>, post: &Post) {
        let found = &mut self.drafts[draft];
        if found.is_renewed_by(now) {
            // "A renewal: it supports and attests, contradicts nothing and changes no field."
            found.support(now);
            return;
        }
        let overlap = found.tenure.start.bounds.overlaps(now.bounds);
        let starts = if overlap { Starts::Overlap } else { Starts::Differ };
        found.state_start_again(now);
        found.support(now);
        // "`acting` where the starts overlap and it is no sighting."
        found.tenure.acting |= post.acting && overlap;
        self.fill_unit(draft, now, post.unit, starts);
        self.fill_title(draft, now, post.title.as_ref(), starts);
        self.fill_rest(draft, post);
        self.fill_first_manager(draft, now, post.reports_to, starts);
    }

    /// "A `JoinedCompany` as `employee` that opens one and is not `concurrent` ends every open `employee` tenure in other
    /// companies that was not opened as concurrent, on the day that it starts, inferred."
    fn end_other_employments(&mut self, joined: usize, now: &CurrentClaim<'f>) {
        let start = self.drafts[joined].tenure.start.bounds;
        for draft in self.drafts.employed_elsewhere(now.claim.company) {
            let draft = &mut self.drafts[draft];
            draft.end(draft.tenure.raised(start), Origin::Inferred, now);
            draft.ended_by_joining = true;
        }
    }

    /// "Else a tenure opens: primary for `JoinedCompany`; for the others, unless `concurrent`, when no other primary one of
    /// that company and `employment` is open."
    fn begin_beside(&mut self, now: &CurrentClaim<'f>, post: &Post, concurrency: Concurrency) {
        let alone = self.primary(now.claim.company, post.employment.unwrap_or_default()).is_none();
        let primary = alone && concurrency == Concurrency::Exclusive;
        self.open_begun(now, post, concurrency, &After::Alike(post), primary);
    }

    /// Opens the tenure that a beginning states.
    fn open_begun(
        &mut self,
        now: &CurrentClaim<'f>,
        post: &Post,
        concurrency: Concurrency,
        after: &After<'_>,
        primary: bool,
    ) -> usize {
        let employment = post.employment.unwrap_or_default();
        let start = self.start_after_ended(now.bounds, now.claim.company, employment, after);
        let (unit, title) = (post.unit, post.title.clone());
        let origin = Origin::Stated;
        let opening = Opening { unit, title, employment, concurrency, primary, start, origin, fields: OPENED };
        let draft = self.open_draft(now, opening);
        self.describe(draft, now, post);
        draft
    }

    // Sightings.

    /// "A sighting: one that says all that it says of unit and title."
    pub(super) fn sight(&mut self, now: &CurrentClaim<'f>, post: &Post, concurrency: Concurrency) {
        let employment = post.employment.unwrap_or_default();
        let says_no_more = |t: &Tenure| {
            let unit = post.unit.is_none() || post.unit == t.unit;
            let title = post.title.is_none() || same_title(post.title.as_ref(), t.title.as_ref());
            t.employment == employment && unit && title
        };
        let is_same_post = |t: &Tenure| t.unit == post.unit && same_title(t.title.as_ref(), post.title.as_ref());
        let all = Among::all(now.claim.company).of(Sort::Of(employment));
        let same = all.in_unit(Which::same(post.unit)).titled(Which::same(post.title.as_ref()));
        let named = all.in_unit(Which::named(post.unit)).titled(Which::named(post.title.as_ref()));
        let open = self.drafts.first_open(&[same], |t| is_same_post(t) && says_no_more(t));
        if let Some(draft) = open.or_else(|| self.drafts.first_open(&[named], says_no_more)) {
            self.support_as_seen(draft, now, post);
            return;
        }
        // Of what can have been in force on one of the days, the last that was: before an end, no return is inferred.
        let first = now.claim.seen.first().map(|(day, _)| *day);
        let was_over_later = |t: &Tenure| {
            let end = t.end.as_ref().and_then(|end| end.bounds.latest());
            says_no_more(t) && first.is_none_or(|first| end.is_none_or(|end| first < end))
        };
        if let Some(draft) = self.drafts.last_ended(&[named], &was_over_later) {
            self.support_as_seen(draft, now, post);
            self.drafts[draft].raise_end();
            return;
        }
        let last = self.drafts.last_ended(&[named], &says_no_more);
        if let Some(draft) = last {
            if self.end_gives_way(draft, now) {
                self.reopen(draft, now);
                self.support_as_seen(draft, now, post);
                return;
            }
            if self.was_left_when_seen(draft, now) {
                self.support_as_seen(draft, now, post);
                return;
            }
        }
        self.begin_beside(now, post, concurrency);
    }

    /// "Where the last opened of the ended tenures that fit was ended by a source on exactly that day, a sighting of one day
    /// supports that one: nobody returns on the day of leaving."
    fn was_left_when_seen(&self, draft: usize, now: &CurrentClaim<'f>) -> bool {
        let end = self.drafts[draft].tenure.end.as_ref();
        let day = now.claim.seen.first().map(|(day, _)| *day).filter(|day| now.bounds.latest() == Some(*day));
        end.is_some_and(|end| !end.origin.is_inferred() && day.is_some() && end.bounds.single() == day)
    }

    /// "A sighting bounds the start (on or before its latest day)", and tells of a manager who changed since the last look.
    fn support_as_seen(&mut self, draft: usize, now: &CurrentClaim<'f>, post: &Post) {
        let attested = self.drafts[draft].tenure.attested;
        let found = &mut self.drafts[draft];
        found.state_start_again(now);
        found.support(now);
        self.agree(draft, now, post.unit, post.title.as_ref());
        self.fill_rest(draft, post);
        let Some(manager) = post.reports_to else { return };
        let found = &mut self.drafts[draft];
        match found.managers.last_mut().map(|spell| &mut spell.spell) {
            Some(spell) if spell.manager == Some(manager) => {
                spell.attested = spell.attested.max(now.attested);
                if spell.since == Since::Start {
                    self.fill_first_manager(draft, now, post.reports_to, Starts::Overlap);
                }
            }
            last => {
                let before = last.map_or(attested, |spell| spell.attested);
                let since = Since::Change(changed_since(before, now.bounds.latest()));
                let (manager, attested) = (Some(manager), now.attested);
                found.hold_manager(ManagerSpell { manager, since, attested }, now);
            }
        }
    }

    /// Opens an ended tenure again, by a sighting or a change of manager.
    pub(super) fn reopen(&mut self, draft: usize, now: &CurrentClaim<'f>) {
        let ended = &mut self.drafts[draft];
        let end = ended.tenure.end.take();
        ended.end_belief = None;
        ended.ended_by = None;
        // "Where a sighting or a change of manager opens one of these again, `two_employers` is recorded."
        if let (Some(end), true) = (end, std::mem::take(&mut ended.ended_by_joining)) {
            let events = end.events.into_iter().chain(now.claim.events().cloned()).collect();
            let detail = "in the employ of two companies at once, or two people of one name".to_owned();
            self.conflicts.push(Conflict::new(ConflictKind::TwoEmployers, events, detail));
        }
        self.keep_one_primary(draft);
    }
}

/// Whether a stint that begins follows one that ends: "the beginning's latest day is not before the day before that
/// `to`'s earliest (known) day, and it has no `to` of its own or one that is surely later".
fn touches(begins: Bounds, own_to: Option<Bounds>, to: Bounds) -> bool {
    let Some(earliest) = to.earliest() else { return false };
    let in_time = begins.latest().is_none_or(|latest| latest >= earliest.previous());
    in_time && own_to.is_none_or(|own| to.surely_before(own))
}

/// When a manager who is seen took over: "between the day after that manager was last attested (never: on or before that
/// day) and that day".
fn changed_since(attested: Option<Day>, seen: Option<Day>) -> Bounds {
    match (attested, seen) {
        (Some(attested), Some(seen)) if attested >= seen => Bounds::on(seen),
        (attested, seen) => Bounds::until(seen).raised(attested.map(Day::next)),
    }
}
