//! Rule 5. Begin.

use tenure_domain::bounds::Bounds;
use tenure_domain::conflict::ConflictKind;
use tenure_domain::day::Day;
use tenure_domain::event::{Concurrency, Employment};
use tenure_domain::position::EventId;
use tenure_domain::tenure::{ManagerSpell, Origin, Since};

use super::about::TenureDraft;
use super::claims::{Claim, agree, same_title, titles_agree};
use super::said::{Kind, Said};
use super::state::{Differing, Giver, NaiveTenure, State, opened};

impl State {
    /// "primary (..) unless `concurrent`, when no other primary one of that company and `employment` is open"
    pub(super) fn opens_as_primary(&self, claim: &Claim) -> bool {
        claim.concurrency == Concurrency::Exclusive && self.no_primary_open(claim.company, claim.employment())
    }

    pub(super) fn begin(&mut self, claim: &Claim) {
        loop {
            let found = self.found_open(claim);
            let acting = self.acting_differs(claim).filter(|_| found.is_none());
            // "That `to` is applied first; then the beginning looks again."
            if let Some(draft) = found.clone().or(acting.clone())
                && let Some(at) = self.follows_the_to(claim, &draft)
            {
                let to = self.waiting.remove(at);
                self.apply(&to);
                continue;
            }
            // "A claim that finds its tenure open supports it"
            if let Some(draft) = found {
                self.support_as_by_a_beginning(draft.at, claim);
            } else if claim.kind != Kind::Sighting || !self.seen_in_an_ended_one(claim) {
                self.open_new(claim, acting);
            }
            return;
        }
    }

    /// "It is found among the open tenures of the company and `employment`, one with equal unit and title first"
    fn open_of_the_employment(&self, claim: &Claim) -> Vec<TenureDraft> {
        let mut open = self.open(claim.company);
        open.retain(|draft| draft.employment == claim.employment());
        open.sort_by_key(|draft| !equal(draft, claim));
        open
    }

    fn dates_overlap(&self, draft: &TenureDraft, claim: &Claim) -> bool {
        self.tenures[draft.at].tenure.start.bounds.overlaps(claim.bounds)
    }

    fn found_open(&self, claim: &Claim) -> Option<TenureDraft> {
        self.open_of_the_employment(claim).into_iter().find(|draft| match claim.kind {
            // "`JoinedCompany`: the primary one."
            Kind::Joined => draft.primary,
            // "`AppointedToPost`, `HeldPost`: one whose unit and title are equal, or unknown on one side with
            // overlapping start dates, and whose `acting` is the same or start dates overlap."
            Kind::Appointed | Kind::Held => {
                let dates_overlap = self.dates_overlap(draft, claim);
                let alike = agree(draft.unit, claim.unit) && titles_agree(draft.title.as_ref(), claim.title.as_ref());
                (equal(draft, claim) || (alike && dates_overlap))
                    && (draft.acting == claim.acting || dates_overlap)
                    && !self.two_rows(draft, claim)
            }
            // "A sighting: one that says all that it says of unit and title (a title is not carried back to days
            // before it was seen)."
            Kind::Sighting => draft.has_unit(claim.unit) && draft.has_title(claim.title.as_ref()),
            Kind::Left
            | Kind::Relieved
            | Kind::Succeeded
            | Kind::To
            | Kind::Moved
            | Kind::Retitled
            | Kind::NewManager => unreachable!("begins nothing"),
        })
    }

    /// "A `HeldPost` that is no sighting does not find a tenure that a `HeldPost` of two keys, no sighting either,
    /// opened or supported, unless both give `from`." And unless unit and title are equal.
    fn two_rows(&self, draft: &TenureDraft, claim: &Claim) -> bool {
        let is_same = equal(draft, claim);
        let parted = |one: &Said, other: &Said| {
            one.of_two_keys(other) && !(is_same && one.from.is_some() && other.from.is_some())
        };
        claim.kind == Kind::Held
            && self
                .held_posts_of(draft)
                .iter()
                .any(|other| claim.members.iter().any(|one| other.members.iter().any(|another| parted(one, another))))
    }

    /// The `HeldPost`s, no sightings, that opened or supported it.
    fn held_posts_of(&self, draft: &TenureDraft) -> Vec<Claim> {
        let opened_or_supported = &self.tenures[draft.at].claims;
        let its_own = |claim: &&Claim| claim.kind == Kind::Held && opened_or_supported.contains(&claim.no);
        self.all.iter().filter(its_own).cloned().collect()
    }

    /// "The same unit and title, but `acting` differs and dates are disjoint: the old tenure ends there"
    fn acting_differs(&self, claim: &Claim) -> Option<TenureDraft> {
        let differs = |draft: &TenureDraft| {
            equal(draft, claim) && draft.acting != claim.acting && !self.dates_overlap(draft, claim)
        };
        let speaks_of_acting = matches!(claim.kind, Kind::Appointed | Kind::Held);
        self.open_of_the_employment(claim).into_iter().find(differs).filter(|_| speaks_of_acting)
    }

    /// "**Stints.** A beginning that is no sighting, and surely later than the start of the tenure that it finds, or
    /// that it would end by a different `acting`, does not support it but follows it, where the `to` of a `HeldPost`
    /// that opened or supported it is still waiting, and either the two are of two keys, or they touch: the beginning's
    /// latest day is not before the day before that `to`'s earliest (known) day, and it has no `to` of its own or one
    /// that is surely later." Where the two are of two keys and touch, a start that may be later is enough.
    fn follows_the_to(&self, claim: &Claim, draft: &TenureDraft) -> Option<usize> {
        let start = self.tenures[draft.at].tenure.start.bounds;
        if claim.kind == Kind::Sighting {
            return None;
        }
        let later = start.surely_before(claim.bounds);
        let held_posts = self.held_posts_of(draft);
        self.waiting.iter().position(|waiting| {
            let its_held_post = held_posts.iter().find(|held| waiting.kind == Kind::To && held.no == waiting.no);
            its_held_post.is_some_and(|held| {
                let (two_keys, touch) = (held.of_two_keys_with(claim), touch(claim, waiting.bounds));
                (later && (two_keys || touch)) || (two_keys && touch)
            })
        })
    }

    fn open_new(&mut self, claim: &Claim, acting: Option<TenureDraft>) {
        let mut start = claim.bounds;
        let mut primary = claim.kind == Kind::Joined || self.opens_as_primary(claim);
        // "the old tenure ends there, and a new one opens, primary if the old one was."
        if let Some(old) = acting {
            start = self.tenures[old.at].raise(claim.bounds);
            self.end_one(old.at, start, Origin::Stated, claim);
            primary = old.primary;
        }
        // "Else a tenure opens"
        let start = self.no_earlier_than_the_last_end(claim, start);
        let mut held = opened(claim, claim.employment(), claim.concurrency, start);
        held.tenure.primary = primary;
        self.tenures.push(held);
        // "A `JoinedCompany` as `employee` that opens one and is not `concurrent` ends every open `employee` tenure in
        // other companies that was not opened as concurrent, on the day that it starts, **inferred**."
        if claim.kind == Kind::Joined
            && claim.employment() == Employment::Employee
            && claim.concurrency == Concurrency::Exclusive
        {
            for at in 0..self.tenures.len() {
                let tenure = &self.tenures[at].tenure;
                if tenure.company != claim.company
                    && tenure.end.is_none()
                    && tenure.employment == Employment::Employee
                    && tenure.concurrency == Concurrency::Exclusive
                {
                    let end = self.tenures[at].raise(start);
                    self.end_one(at, end, Origin::Inferred, claim);
                }
            }
        }
    }

    /// "Never are two open tenures of one company and `employment` primary: the later opened or reopened one is not."
    /// "Where a sighting or a change of manager opens one of these again, `two_employers` is recorded"
    pub(super) fn reopen(&mut self, at: usize, claim: &Claim) {
        let (company, employment) = (self.tenures[at].tenure.company, self.tenures[at].tenure.employment);
        let alone = self.no_primary_open(company, employment);
        let held = &mut self.tenures[at];
        let end = held.tenure.end.take().expect("an ended tenure");
        held.end_belief = None;
        held.left_by.clear();
        held.tenure.primary &= alone;
        self.conflicts.push((ConflictKind::TwoEmployers, [claim.events(), end.events].concat()));
    }

    /// Whether the sighting is of a tenure that has ended.
    fn seen_in_an_ended_one(&mut self, claim: &Claim) -> bool {
        // "an inferred end gives way (..) a sighting opens the tenure again" (rule 3)
        // Of those that can have been in force on one of its days, the last one was, as `docs/decisions.md` has it.
        let first = claim.seen.and_then(Bounds::earliest);
        let before = self.ended(claim.company).into_iter().rfind(|draft| {
            let end = self.tenures[draft.at].tenure.end.as_ref().expect("an ended tenure").bounds.latest();
            let fits = draft.employment == claim.employment()
                && draft.has_unit(claim.unit)
                && draft.has_title(claim.title.as_ref());
            fits && first.is_none_or(|first| end.is_none_or(|end| first < end))
        });
        if let Some(draft) = before {
            self.support_as_by_a_beginning(draft.at, claim);
            let held = &mut self.tenures[draft.at];
            held.put_end(held.tenure.end.as_ref().expect("an ended tenure").bounds);
            return true;
        }
        if let Some(draft) = self.inferred_end_gives_way(claim) {
            self.reopen(draft.at, claim);
            self.support_as_by_a_beginning(draft.at, claim);
            return true;
        }
        // "Where the last opened of the ended tenures that fit was ended by a source on exactly that day, a sighting of
        // one day supports that one: nobody returns on the day of leaving."
        let Some(draft) = self.last_ended_that_fits(claim) else {
            return false;
        };
        let end = self.tenures[draft.at].tenure.end.as_ref().expect("an ended tenure");
        let day = claim.seen.and_then(Bounds::single);
        if end.origin != Origin::Stated || day.is_none() || end.bounds.single() != day {
            return false;
        }
        self.support_as_by_a_beginning(draft.at, claim);
        true
    }

    /// "the start by rule 4; fields that it lacks are filled (`lead` too, and `acting` where the starts overlap and it
    /// is no sighting); where unit, title or manager differ the believed statement gives the value and
    /// `field_disagrees` is recorded, but what a move or a change of title brought stands against a beginning whose
    /// start overlaps: both can be true."
    pub(super) fn support_as_by_a_beginning(&mut self, at: usize, claim: &Claim) {
        let mut disagreeing: Vec<Vec<EventId>> = Vec::new();
        let held = &mut self.tenures[at];
        let attested_before = held.tenure.attested;
        let starts_overlap = held.tenure.start.bounds.overlaps(claim.bounds);
        // "is a **renewal**: it supports and attests, contradicts nothing and changes no field." (rule 4)
        if held.is_renewed_by(claim) {
            held.support(claim);
            held.remember(claim);
            return;
        }
        held.restate_start(claim);
        held.support(claim);
        held.remember(claim);
        held.tenure.lead |= claim.lead;
        held.tenure.acting |= claim.acting && starts_overlap && claim.kind != Kind::Sighting;
        if held.tenure.remit.is_none() {
            held.tenure.remit.clone_from(&claim.remit);
        }
        let differing = if starts_overlap { Differing::StandsIfBrought } else { Differing::Disagrees };
        let unit_given = Giver::of(claim, |member| member.unit.is_some());
        held.support_unit(claim.unit, unit_given, differing, &mut disagreeing);
        held.support_title(claim, differing, &mut disagreeing);
        if claim.manager.is_some() {
            if claim.kind == Kind::Sighting {
                held.see_manager(claim, attested_before);
            } else {
                held.support_first_manager(claim, differing, &mut disagreeing);
            }
        }
        self.conflicts.extend(disagreeing.into_iter().map(|events| (ConflictKind::FieldDisagrees, events)));
    }
}

fn equal(draft: &TenureDraft, claim: &Claim) -> bool {
    draft.unit == claim.unit && same_title(draft.title.as_ref(), claim.title.as_ref())
}

fn touch(beginning: &Claim, to: Bounds) -> bool {
    let reaches = match (beginning.bounds.latest(), to.earliest()) {
        (Some(latest), Some(earliest)) => latest >= earliest.previous(),
        (None, Some(_)) => true,
        (_, None) => false,
    };
    reaches && beginning.to.is_none_or(|own| to.surely_before(own))
}

impl NaiveTenure {
    /// "One that names another manager than the tenure has, or the first one, says that the manager changed between
    /// the day after that manager (or, without one, the tenure) was last attested (never: on or before that day) and
    /// that day (a change of title attests no manager)."
    fn see_manager(&mut self, claim: &Claim, attested_before: Option<Day>) {
        let day = claim.bounds.latest();
        // "shows on a day the last one whose latest day is not after it" (rule 8)
        let shown = self.spells.iter_mut().rfind(|(spell, _, _)| match spell.since {
            Since::Start => true,
            Since::Change(bounds) => day.is_none() || bounds.latest().is_some_and(|latest| Some(latest) <= day),
        });
        let last_attested = match shown {
            Some((shown, _, _)) if shown.manager == claim.manager => {
                shown.attested = shown.attested.max(claim.attested);
                if shown.since == Since::Start {
                    self.strengthen_first_manager(claim);
                }
                return;
            }
            Some((shown, _, _)) => shown.attested,
            None => attested_before,
        };
        let between = Bounds::new(last_attested.map(Day::next), day);
        let bounds = between.unwrap_or_else(|| day.map_or(Bounds::UNKNOWN, Bounds::on));
        self.change_manager(bounds, claim);
    }

    /// "shows on a day the last one whose latest day is not after it (of one day: the one reported later)" (rule 8)
    pub(super) fn change_manager(&mut self, bounds: Bounds, claim: &Claim) {
        let spell = ManagerSpell { manager: claim.manager, since: Since::Change(bounds), attested: claim.attested };
        self.spells.push((spell, claim.reported_at, claim.event.clone()));
        self.spells.sort_by_key(|(spell, reported_at, event)| {
            let since = match spell.since {
                Since::Start => (0, None),
                Since::Change(bounds) => (if bounds.latest().is_some() { 1 } else { 2 }, bounds.latest()),
            };
            (since, *reported_at, event.clone())
        });
    }
}
