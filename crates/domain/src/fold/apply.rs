//! Rules 5 to 8: what beginnings, moves, endings and changes do to the tenures.

use std::sync::Arc;

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::day::Day;
use crate::event::{Concurrency, Employment};
use crate::name::Name;
use crate::position::EventId;
use crate::statement::{PersonNo, UnitNo};
use crate::tenure::{Edge, ManagerSpell, Origin, Since, Tenure};

use super::about::Fit;
use super::claim::{Field, Post, Says, same_title, titles_differ};
use super::dates::{After, raised};
use super::{Fold, Given, Now, Part, Seat};

/// A tenure about to be opened.
struct Opening {
    unit: Option<UnitNo>,
    title: Option<Name>,
    employment: Employment,
    concurrency: Concurrency,
    primary: bool,
    start: Bounds,
    origin: Origin,
    /// The fields of the claim that give it its unit and its title.
    fields: [Field; 2],
}

/// Of a post that a claim opens.
const OPENED: [Field; 2] = [Field::Unit, Field::Title];
/// Of a post that a move leaves.
const LEFT: [Field; 2] = [Field::FromUnit, Field::FromTitle];
/// Of a seat before a change of title.
const RETITLED: [Field; 2] = [Field::Unit, Field::FromTitle];

impl<'f> Fold<'f> {
    pub(super) fn apply(&mut self, now: &Now<'f>) {
        match (&now.claim.says, now.part) {
            (_, Part::To(_)) => self.end_held(now),
            (Says::Joined { post, concurrency }, Part::Whole) => self.join(now, post, *concurrency),
            (Says::Appointed { post }, Part::Whole) => self.take_post(now, post, Concurrency::Exclusive),
            (Says::Held { post, concurrency, .. }, Part::Whole) => self.take_post(now, post, *concurrency),
            (Says::Sighting { post, concurrency }, Part::Whole) => self.sight(now, post, *concurrency),
            (Says::Moved { from, to, post }, Part::Whole) => self.transfer(now, *from, *to, post),
            (Says::Left, Part::Whole) => self.leave(now),
            (Says::Relieved { unit, title } | Says::Succeeded { unit, title, .. }, Part::Whole) => {
                self.relieve(now, *unit, title.as_ref());
            }
            (Says::Retitled { unit, from, to, lead, acting }, Part::Whole) => {
                let change = Retitling { unit: *unit, from: from.as_ref(), to, lead: *lead, acting: *acting };
                self.retitle(now, &change);
            }
            (Says::NewManager { unit, title, manager }, Part::Whole) => {
                self.change_manager(now, *unit, title.as_ref(), *manager);
            }
        }
    }

    // Rule 5: begin.

    fn join(&mut self, now: &Now<'f>, post: &Post, concurrency: Concurrency) {
        let employment = post.employment.unwrap_or_default();
        if let Some(seat) = self.primary(now.claim.company, employment) {
            self.support_as_begun(seat, now, post);
            return;
        }
        let seat = self.begin(now, post, concurrency, &After::Any, true);
        if employment == Employment::Employee && concurrency == Concurrency::Exclusive {
            self.end_other_employments(seat, now);
        }
    }

    /// A new employer ends the open employments elsewhere, as an inference.
    fn end_other_employments(&mut self, joined: usize, now: &Now<'f>) {
        let start = self.seats[joined].tenure.start.bounds;
        for seat in &mut self.seats {
            let t = &seat.tenure;
            let ends = t.end.is_none()
                && t.company != now.claim.company
                && t.employment == Employment::Employee
                && t.concurrency == Concurrency::Exclusive;
            if ends {
                seat.end(raised(start, &seat.tenure), Origin::Inferred, now);
            }
        }
    }

    /// `AppointedToPost` and `HeldPost`.
    fn take_post(&mut self, now: &Now<'f>, post: &Post, concurrency: Concurrency) {
        let employment = post.employment.unwrap_or_default();
        let open = self.open_alike_first(now.claim.company, employment, post);
        let same_date = |t: &Tenure| t.start.bounds.overlaps(now.bounds);
        let fits = |t: &Tenure| {
            let unit_equal = t.unit == post.unit;
            let title_equal = same_title(t.title.as_ref(), post.title.as_ref());
            let unit_differs = !unit_equal && t.unit.is_some() && post.unit.is_some();
            let differs = unit_differs || titles_differ(t.title.as_ref(), post.title.as_ref());
            let same_post = (unit_equal && title_equal) || (!differs && same_date(t));
            same_post && (t.acting == post.acting || same_date(t))
        };
        if let Some(seat) = open.iter().copied().find(|i| fits(&self.seats[*i].tenure)) {
            self.support_as_begun(seat, now, post);
            return;
        }
        // No longer acting, or acting from now on: the old tenure ends there.
        let same_post = |i: &usize| {
            let t = &self.seats[*i].tenure;
            t.unit == post.unit && same_title(t.title.as_ref(), post.title.as_ref())
        };
        if let Some(old) = open.iter().copied().find(same_post) {
            let was_primary = self.seats[old].tenure.primary;
            let bounds = raised(now.bounds, &self.seats[old].tenure);
            self.seats[old].end(bounds, Origin::Stated, now);
            let now = &Now { bounds, ..*now };
            let seat = self.begin(now, post, concurrency, &After::Alike(post), was_primary);
            self.keep_one_primary(seat);
            return;
        }
        self.begin_beside(now, post, concurrency);
    }

    fn sight(&mut self, now: &Now<'f>, post: &Post, concurrency: Concurrency) {
        let employment = post.employment.unwrap_or_default();
        let says_no_more = |t: &Tenure| {
            let unit = post.unit.is_none() || post.unit == t.unit;
            let title = post.title.is_none() || same_title(post.title.as_ref(), t.title.as_ref());
            t.employment == employment && unit && title
        };
        let open = self.open_alike_first(now.claim.company, employment, post);
        if let Some(seat) = open.into_iter().find(|i| says_no_more(&self.seats[*i].tenure)) {
            self.support_as_seen(seat, now, post);
            return;
        }
        let last = self.ended(now.claim.company).find(|i| says_no_more(&self.seats[*i].tenure));
        if let Some(seat) = last {
            if self.end_gives_way(seat, now) {
                self.reopen(seat);
                self.support_as_seen(seat, now, post);
                return;
            }
            let end = self.seats[seat].tenure.end.as_ref();
            let ended_that_day = end.is_some_and(|end| {
                !end.origin.is_inferred() && end.bounds.single().is_some() && end.bounds.single() == now.bounds.latest()
            });
            if ended_that_day {
                self.support_as_seen(seat, now, post);
                return;
            }
        }
        self.begin_beside(now, post, concurrency);
    }

    fn begin_beside(&mut self, now: &Now<'f>, post: &Post, concurrency: Concurrency) {
        let employment = post.employment.unwrap_or_default();
        let alone = self.primary(now.claim.company, employment).is_none();
        let primary = alone && concurrency == Concurrency::Exclusive;
        self.begin(now, post, concurrency, &After::Alike(post), primary);
    }

    /// Opens the tenure that a beginning states.
    fn begin(
        &mut self,
        now: &Now<'f>,
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
        let seat = self.open_seat(now, opening);
        self.describe(seat, now, post);
        if matches!(now.claim.says, Says::Held { .. }) {
            self.seats[seat].held.push(now.index);
        }
        seat
    }

    /// The open tenures of a company and employment, one with equal unit and title first.
    fn open_alike_first(&self, company: UnitNo, employment: Employment, post: &Post) -> Vec<usize> {
        let mut open = self.open(company);
        open.retain(|i| self.seats[*i].tenure.employment == employment);
        open.sort_by_key(|i| {
            let t = &self.seats[*i].tenure;
            !(t.unit == post.unit && same_title(t.title.as_ref(), post.title.as_ref()))
        });
        open
    }

    fn open_seat(&mut self, now: &Now<'f>, opening: Opening) -> usize {
        let claim = now.claim;
        let inferred = opening.origin.is_inferred();
        let tenure = Tenure {
            company: claim.company,
            unit: opening.unit,
            title: opening.title,
            primary: opening.primary,
            concurrency: opening.concurrency,
            lead: false,
            acting: false,
            employment: opening.employment,
            remit: None,
            managers: Vec::new(),
            start: Edge { bounds: opening.start, origin: opening.origin, events: claim.starting() },
            end: None,
            end_reason: None,
            seen: None,
            attested: if inferred { None } else { now.attested },
            confidence: claim.belief.confidence,
            supports: sorted(claim.events()),
            opened_by: claim.belief.id.clone(),
        };
        let [unit, title] = opening.fields;
        let given = |field| Given { belief: claim.belief.clone(), events: claim.that_give(field) };
        self.seats.push(Seat {
            start_belief: claim.belief.clone(),
            start_disagrees: false,
            end_belief: None,
            end_disagrees: false,
            ended_by: None,
            left_by: Vec::new(),
            unit_from: tenure.unit.map(|_| given(unit)),
            title_from: tenure.title.as_ref().map(|_| given(title)),
            manager_from: None,
            held: Vec::new(),
            seen: claim.seen.clone(),
            tenure,
        });
        self.seats.len() - 1
    }

    /// Gives a tenure just opened what the claim says of the post beside unit and title.
    fn describe(&mut self, seat: usize, now: &Now<'f>, post: &Post) {
        let seat = &mut self.seats[seat];
        seat.tenure.lead = post.lead;
        seat.tenure.acting = post.acting;
        seat.tenure.remit.clone_from(&post.remit);
        if let Some(manager) = post.reports_to {
            let (manager, attested) = (Some(manager), now.attested);
            seat.tenure.managers.push(ManagerSpell { manager, since: Since::Start, attested });
            let events = now.claim.that_give(Field::Manager);
            seat.manager_from = Some(Given { belief: now.claim.belief.clone(), events });
        }
    }

    /// A claim that states the start, sees the tenure in force, or changes its manager vouches for it.
    fn vouch(&mut self, seat: usize, now: &Now<'f>) {
        let confidence = &mut self.seats[seat].tenure.confidence;
        *confidence = (*confidence).max(now.claim.belief.confidence);
    }

    /// A claim of any sort that has the tenure in force supports it.
    fn support(&mut self, seat: usize, now: &Now<'f>) {
        let seat = &mut self.seats[seat];
        seat.tenure.supports.extend(now.claim.events().cloned());
        seat.tenure.attested = seat.tenure.attested.max(now.attested);
        seat.seen.extend(now.claim.seen.iter().cloned());
        if matches!(now.claim.says, Says::Held { .. }) {
            seat.held.push(now.index);
        }
    }

    /// A beginning that finds its tenure open supports it.
    fn support_as_begun(&mut self, seat: usize, now: &Now<'f>, post: &Post) {
        self.seats[seat].state_start_again(now.bounds, now);
        self.support(seat, now);
        self.vouch(seat, now);
        self.fill_unit(seat, now, post.unit);
        self.fill_title(seat, now, post.title.as_ref());
        self.fill_rest(seat, post);
        let Some(manager) = post.reports_to else { return };
        let claim = now.claim;
        let given = Given { belief: claim.belief.clone(), events: claim.that_give(Field::Manager) };
        let Seat { tenure, manager_from, .. } = &mut self.seats[seat];
        match tenure.managers.first_mut() {
            Some(spell) if spell.since == Since::Start => {
                if spell.manager == Some(manager) {
                    spell.attested = spell.attested.max(now.attested);
                    agree(manager_from, given);
                } else if let Some(conflict) =
                    disagree(manager_from.as_ref(), &given, "two managers from the start".to_owned())
                {
                    self.conflicts.push(conflict);
                    if given.is_believed_over(manager_from.as_ref()) {
                        spell.manager = Some(manager);
                        spell.attested = now.attested;
                        *manager_from = Some(given);
                    }
                }
            }
            _ => {
                let (manager, attested) = (Some(manager), now.attested);
                tenure.managers.insert(0, ManagerSpell { manager, since: Since::Start, attested });
                *manager_from = Some(given);
            }
        }
    }

    /// A sighting bounds the start, and tells of a manager who changed since the last look.
    fn support_as_seen(&mut self, seat: usize, now: &Now<'f>, post: &Post) {
        let attested = self.seats[seat].tenure.attested;
        self.seats[seat].state_start_again(now.bounds, now);
        self.support(seat, now);
        self.vouch(seat, now);
        self.agree_as_seen(seat, now, post);
        self.fill_rest(seat, post);
        let Some(manager) = post.reports_to else { return };
        let day = now.bounds.latest();
        let given = Given { belief: now.claim.belief.clone(), events: now.claim.that_give(Field::Manager) };
        let Seat { tenure: Tenure { managers, .. }, manager_from, .. } = &mut self.seats[seat];
        match managers.last_mut() {
            Some(spell) if spell.manager == Some(manager) => {
                spell.attested = spell.attested.max(now.attested);
                if spell.since == Since::Start {
                    agree(manager_from, given);
                }
            }
            last => {
                let before = last.map_or(attested, |spell| spell.attested);
                let changed = Bounds::until(day).raised(before.map(Day::next));
                let changed = match before {
                    Some(before) if Some(before) >= day => day.map_or(changed, Bounds::on),
                    _ => changed,
                };
                let (manager, attested) = (Some(manager), now.attested);
                managers.push(ManagerSpell { manager, since: Since::Change(changed), attested });
            }
        }
    }

    /// A sighting names no other unit and title than the tenure has.
    fn agree_as_seen(&mut self, seat: usize, now: &Now<'f>, post: &Post) {
        let given = |field| Given { belief: now.claim.belief.clone(), events: now.claim.that_give(field) };
        let seat = &mut self.seats[seat];
        if post.unit.is_some() {
            agree(&mut seat.unit_from, given(Field::Unit));
        }
        if post.title.is_some() {
            agree(&mut seat.title_from, given(Field::Title));
        }
    }

    fn fill_unit(&mut self, seat: usize, now: &Now<'f>, unit: Option<UnitNo>) {
        let Some(unit) = unit else { return };
        let given = Given { belief: now.claim.belief.clone(), events: now.claim.that_give(Field::Unit) };
        let Seat { tenure, unit_from, .. } = &mut self.seats[seat];
        if tenure.unit == Some(unit) {
            agree(unit_from, given);
            return;
        }
        let conflict = disagree(unit_from.as_ref(), &given, "one tenure, two units".to_owned());
        let believed = conflict.is_none() || given.is_believed_over(unit_from.as_ref());
        self.conflicts.extend(conflict);
        if believed {
            tenure.unit = Some(unit);
            *unit_from = Some(given);
        }
    }

    fn fill_title(&mut self, seat: usize, now: &Now<'f>, title: Option<&Name>) {
        let Some(title) = title else { return };
        let given = Given { belief: now.claim.belief.clone(), events: now.claim.that_give(Field::Title) };
        let Seat { tenure, title_from, .. } = &mut self.seats[seat];
        if same_title(tenure.title.as_ref(), Some(title)) {
            agree(title_from, given);
            return;
        }
        let had = tenure.title.as_ref().map_or("", Name::as_str);
        let detail = format!("one tenure, two titles: `{had}` and `{}`", title.as_str());
        let conflict = disagree(title_from.as_ref(), &given, detail);
        let believed = conflict.is_none() || given.is_believed_over(title_from.as_ref());
        self.conflicts.extend(conflict);
        if believed {
            tenure.title = Some(title.clone());
            *title_from = Some(given);
        }
    }

    fn fill_rest(&mut self, seat: usize, post: &Post) {
        let tenure = &mut self.seats[seat].tenure;
        if tenure.remit.is_none() {
            tenure.remit.clone_from(&post.remit);
        }
        tenure.lead |= post.lead;
    }

    /// Opens an ended tenure again.
    fn reopen(&mut self, seat: usize) {
        let ended = &mut self.seats[seat];
        ended.tenure.end = None;
        ended.end_belief = None;
        ended.ended_by = None;
        self.keep_one_primary(seat);
    }

    /// Never are two open tenures of one company and employment primary: the later opened or reopened is not.
    fn keep_one_primary(&mut self, latest: usize) {
        let t = &self.seats[latest].tenure;
        let (company, employment) = (t.company, t.employment);
        let rival = self.seats.iter().enumerate().any(|(i, seat)| {
            let o = &seat.tenure;
            i != latest && o.primary && o.end.is_none() && o.company == company && o.employment == employment
        });
        if rival {
            self.seats[latest].tenure.primary = false;
        }
    }

    // Rule 6: move.

    fn transfer(&mut self, now: &Now<'f>, from: Option<UnitNo>, to: UnitNo, post: &Post) {
        let claim = now.claim;
        let in_scope = |t: &Tenure| match post.employment {
            Some(employment) => t.employment == employment,
            None => !t.employment.is_aside(),
        };
        let open: Vec<usize> =
            self.open(claim.company).into_iter().filter(|i| in_scope(&self.seats[*i].tenure)).collect();
        let there = |i: &usize| self.seats[*i].tenure.unit == Some(to);
        let agrees = |i: &usize| !titles_differ(self.seats[*i].tenure.title.as_ref(), post.title.as_ref());
        let spared = |i: &usize| there(i) && agrees(i) && in_scope(&self.seats[*i].tenure);
        let joined = open.iter().copied().find(spared);
        let supported = joined.or_else(|| open.iter().copied().find(|i| from.is_some() && there(i)));
        let elsewhere = open.iter().copied().find(|i| self.seats[*i].tenure.primary && !there(i));
        let (mut left, fit) = self.about(claim);
        left.retain(|i| !spared(i));
        if left.is_empty() {
            if let Some(seat) = supported
                && (from.is_none() || self.seats[seat].tenure.primary || elsewhere.is_none())
            {
                self.support_as_begun(seat, now, post);
                self.fill_unit(seat, now, Some(to));
                return;
            }
            if joined.is_none() {
                left.extend(self.gives_way(now));
                self.take(&left, now, from, None, LEFT);
            }
        } else if fit == Fit::Lacks {
            self.take(&left, now, from, None, LEFT);
        }
        if !left.is_empty() {
            self.leave_for(now, &left, joined, to, post);
            return;
        }
        let inferred_there = match (from, elsewhere) {
            (None, _) => None,
            (Some(from), Some(primary)) => Some(self.miss_a_link(now, primary, from)),
            (Some(from), None) => {
                let start = Bounds::until(now.bounds.latest());
                let employment = post.employment.unwrap_or_default();
                let inferred = Opening {
                    unit: Some(from),
                    title: None,
                    employment,
                    concurrency: Concurrency::Exclusive,
                    primary: true,
                    start,
                    origin: Origin::Inferred,
                    fields: LEFT,
                };
                Some(self.infer_ended(now, inferred))
            }
        };
        match inferred_there {
            Some(left) => self.arrive(now, &[left], joined, to, post),
            None => self.arrive(now, &[], joined, to, post),
        }
    }

    /// Ends what is left, all alike, and opens or supports what is joined.
    fn leave_for(&mut self, now: &Now<'f>, left: &[usize], joined: Option<usize>, to: UnitNo, post: &Post) {
        let mut bounds = now.bounds;
        for seat in left {
            bounds = raised(bounds, &self.seats[*seat].tenure);
        }
        for seat in left {
            self.seats[*seat].end(bounds, Origin::Stated, now);
        }
        self.arrive(now, left, joined, to, post);
    }

    /// Opens the tenure in the unit joined, or supports the one that is open there.
    fn arrive(&mut self, now: &Now<'f>, left: &[usize], joined: Option<usize>, to: UnitNo, post: &Post) {
        let was_primary = left.is_empty() || left.iter().any(|i| self.seats[*i].tenure.primary);
        let first = left.first().map(|i| &self.seats[*i].tenure);
        if let Some(seat) = joined {
            self.support(seat, now);
            let start = &self.seats[seat].tenure.start;
            if start.bounds.overlaps(now.bounds) {
                self.seats[seat].state_start_again(now.bounds, now);
                self.vouch(seat, now);
            }
            self.fill_unit(seat, now, Some(to));
            self.fill_title(seat, now, post.title.as_ref());
            self.fill_rest(seat, post);
            self.fill_manager(seat, now, post);
            self.seats[seat].tenure.primary |= was_primary;
            self.keep_one_primary(seat);
            return;
        }
        let start = first.and_then(|t| t.end.as_ref()).map_or(now.bounds, |end| end.bounds);
        let employment = post.employment.or(first.map(|t| t.employment)).unwrap_or_default();
        let concurrency = first.map_or(Concurrency::Exclusive, |t| t.concurrency);
        let (unit, title) = (Some(to), post.title.clone());
        let (primary, origin) = (was_primary, Origin::Stated);
        let opening = Opening { unit, title, employment, concurrency, primary, start, origin, fields: OPENED };
        let seat = self.open_seat(now, opening);
        self.describe(seat, now, post);
        self.keep_one_primary(seat);
    }

    /// A manager fills the line of a tenure that has none.
    fn fill_manager(&mut self, seat: usize, now: &Now<'f>, post: &Post) {
        let Some(manager) = post.reports_to else { return };
        let given = Given { belief: now.claim.belief.clone(), events: now.claim.that_give(Field::Manager) };
        let Seat { tenure, manager_from, .. } = &mut self.seats[seat];
        match tenure.managers.first() {
            None => {
                let (manager, attested) = (Some(manager), now.attested);
                tenure.managers.push(ManagerSpell { manager, since: Since::Start, attested });
                *manager_from = Some(given);
            }
            Some(spell) if spell.since == Since::Start && spell.manager == Some(manager) => agree(manager_from, given),
            Some(_) => {}
        }
    }

    /// A move in between was missed: the primary tenure ends, and one in the unit that is left is inferred.
    fn miss_a_link(&mut self, now: &Now<'f>, primary: usize, from: UnitNo) -> usize {
        let until = Bounds::until(now.bounds.latest());
        let left = &mut self.seats[primary];
        let link = raised(until, &left.tenure);
        let events = now.claim.events().chain(&left.tenure.start.events).cloned().collect();
        let detail = format!("a move is missing between {link:?} and {:?}", now.bounds);
        left.end(link, Origin::MissingLink, now);
        let (employment, concurrency) = (left.tenure.employment, left.tenure.concurrency);
        self.conflicts.push(Conflict::new(ConflictKind::MissingLink, events, detail));
        let inferred = Opening {
            unit: Some(from),
            title: None,
            employment,
            concurrency,
            primary: true,
            start: link,
            origin: Origin::MissingLink,
            fields: LEFT,
        };
        self.infer_ended(now, inferred)
    }

    /// Infers a tenure that ends by this claim.
    fn infer_ended(&mut self, now: &Now<'f>, inferred: Opening) -> usize {
        let seat = self.open_seat(now, inferred);
        let bounds = raised(now.bounds, &self.seats[seat].tenure);
        self.seats[seat].end(bounds, Origin::Stated, now);
        seat
    }

    /// Tenures that lack the unit or title named take it; `fields` are those of the claim that name them.
    fn take(&mut self, seats: &[usize], now: &Now<'f>, unit: Option<UnitNo>, title: Option<&Name>, fields: [Field; 2]) {
        let given = |field| Given { belief: now.claim.belief.clone(), events: now.claim.that_give(field) };
        for seat in seats {
            let seat = &mut self.seats[*seat];
            if let (None, Some(unit)) = (seat.tenure.unit, unit) {
                seat.tenure.unit = Some(unit);
                seat.unit_from = Some(given(fields[0]));
            }
            if let (None, Some(title)) = (&seat.tenure.title, title) {
                seat.tenure.title = Some(title.clone());
                seat.title_from = Some(given(fields[1]));
            }
        }
    }

    // Rule 7: end.

    fn leave(&mut self, now: &Now<'f>) {
        let open = self.open(now.claim.company);
        if !open.is_empty() {
            for seat in open {
                self.end_one(seat, now);
            }
            return;
        }
        let Some(last) = self.ended(now.claim.company).next() else {
            self.infer_relieved(now, None, None, Bounds::until(now.bounds.latest()));
            return;
        };
        let end = self.seats[last].tenure.end.as_ref().expect("an ended tenure has an end");
        if end.origin.is_inferred() {
            let cause = self.seats[last].ended_by;
            let alike: Vec<usize> = self
                .ended(now.claim.company)
                .filter(|i| {
                    let inferred = |edge: &Edge| edge.origin.is_inferred();
                    self.seats[*i].ended_by == cause && self.seats[*i].tenure.end.as_ref().is_some_and(inferred)
                })
                .collect();
            for seat in alike {
                self.end_one(seat, now);
            }
            return;
        }
        if let Some(leaving) = self.seats[last].left_by.first().copied() {
            let alike: Vec<usize> =
                self.ended(now.claim.company).filter(|i| self.seats[*i].left_by.contains(&leaving)).collect();
            for seat in alike {
                self.seats[seat].state_end_again(now);
            }
        } else if end.bounds.overlaps(now.bounds) {
            self.seats[last].state_end_again(now);
        } else {
            // Nobody leaves a company after the end of the last post there: a post was missed.
            let until = Bounds::until(now.bounds.latest());
            let start = until.raised(end.bounds.earliest());
            self.infer_relieved(now, None, None, start);
        }
    }

    fn relieve(&mut self, now: &Now<'f>, unit: Option<UnitNo>, title: Option<&Name>) {
        let claim = now.claim;
        let (about, fit) = self.about(claim);
        if !about.is_empty() {
            if fit == Fit::Lacks {
                self.take(&about, now, unit, title, OPENED);
            }
            for seat in about {
                self.end_one(seat, now);
            }
            return;
        }
        if let Some(seat) = self.last_resort(claim) {
            self.note_other_title(seat, now, title);
            self.end_one(seat, now);
            return;
        }
        match self.ended_fit(claim) {
            Some(seat) if self.end_is_inferred(seat) => {
                self.take(&[seat], now, unit, title, OPENED);
                self.end_one(seat, now);
            }
            Some(seat) => {
                self.take(&[seat], now, unit, title, OPENED);
                self.seats[seat].state_end_again(now);
            }
            None => self.infer_relieved(now, unit, title.cloned(), Bounds::until(now.bounds.latest())),
        }
    }

    /// Relieved under another name for the only post there: the names are on show.
    fn note_other_title(&mut self, seat: usize, now: &Now<'f>, title: Option<&Name>) {
        let seat = &self.seats[seat];
        if !matches!(now.claim.says, Says::Relieved { .. }) {
            return;
        }
        let mut events = now.claim.that_give(Field::Title);
        events.extend(seat.title_from.iter().flat_map(|given| given.events.iter().cloned()));
        let text = |title: Option<&Name>| title.map_or("no title".to_owned(), |t| format!("`{}`", t.as_str()));
        let detail = format!("relieved as {}, held as {}", text(title), text(seat.tenure.title.as_ref()));
        self.conflicts.push(Conflict::new(ConflictKind::FieldDisagrees, events, detail));
    }

    fn end_held(&mut self, now: &Now<'f>) {
        let held = self.held(now);
        let open: Vec<usize> = held.iter().copied().filter(|i| self.seats[*i].tenure.end.is_none()).collect();
        if !open.is_empty() {
            for seat in open {
                self.end_one(seat, now);
            }
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
    fn end_one(&mut self, seat: usize, now: &Now<'f>) {
        let seat = &mut self.seats[seat];
        seat.end(raised(now.bounds, &seat.tenure), Origin::Stated, now);
    }

    /// A post that is first heard of when it ends.
    fn infer_relieved(&mut self, now: &Now<'f>, unit: Option<UnitNo>, title: Option<Name>, start: Bounds) {
        let employment = Employment::Employee;
        let primary = self.primary(now.claim.company, employment).is_none();
        let (concurrency, origin) = (Concurrency::Exclusive, Origin::Inferred);
        let fields = OPENED;
        self.infer_ended(now, Opening { unit, title, employment, concurrency, primary, start, origin, fields });
    }

    // Rule 8: changes.

    fn retitle(&mut self, now: &Now<'f>, change: &Retitling<'_>) {
        let (about, fit) = self.about(now.claim);
        let named_exactly = change.from.is_some() && fit == Fit::Has;
        if let (Some(seat), true) = (about.first(), named_exactly) {
            self.change_title(*seat, now, change);
            return;
        }
        if let Some(seat) = self.titled_already(now, change) {
            let given = |field| Given { belief: now.claim.belief.clone(), events: now.claim.that_give(field) };
            let Seat { tenure, unit_from, title_from, .. } = &mut self.seats[seat];
            if change.unit.is_some() {
                tenure.unit = change.unit;
                agree(unit_from, given(RETITLED[0]));
            }
            agree(title_from, given(OPENED[1]));
            self.support(seat, now);
            return;
        }
        if let Some(seat) = about.first().copied() {
            if fit == Fit::Lacks {
                self.take(&[seat], now, change.unit, change.from, RETITLED);
            }
            self.change_title(seat, now, change);
            return;
        }
        if let Some(seat) = self.gives_way(now) {
            self.take(&[seat], now, change.unit, change.from, RETITLED);
            self.change_title(seat, now, change);
            return;
        }
        let employment = Employment::Employee;
        let primary = self.primary(now.claim.company, employment).is_none();
        let (unit, concurrency) = (change.unit, Concurrency::Exclusive);
        let mut start = now.bounds;
        if let Some(title) = change.from {
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

    /// An open tenure in the unit, or whose unit is not known, that has the new title already.
    fn titled_already(&self, now: &Now<'f>, change: &Retitling<'_>) -> Option<usize> {
        let open = self.open(now.claim.company);
        let has = |i: &usize| {
            let t = &self.seats[*i].tenure;
            let in_unit = change.unit.is_none() || t.unit == change.unit || t.unit.is_none();
            let titled = same_title(t.title.as_ref(), Some(change.to));
            in_unit && titled && !now.claim.passes_over(&self.look(*i))
        };
        let in_unit_first = |i: &usize| change.unit.is_some() && self.seats[*i].tenure.unit != change.unit;
        open.into_iter().filter(has).min_by_key(in_unit_first)
    }

    /// Ends the seat's tenure and opens one with the new title, all else carried over but `acting`.
    fn change_title(&mut self, seat: usize, now: &Now<'f>, change: &Retitling<'_>) {
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
        let remit: Option<Arc<str>> = old.tenure.remit.clone();
        let managers = old.tenure.managers.clone();
        let (unit_from, manager_from) = (old.unit_from.clone(), old.manager_from.clone());
        let held = old.held.clone();
        let new = self.open_seat(now, opening);
        let seat = &mut self.seats[new];
        seat.tenure.lead = lead;
        seat.tenure.acting = change.acting;
        seat.tenure.remit = remit;
        seat.tenure.managers = managers;
        seat.unit_from = unit_from;
        seat.manager_from = manager_from;
        seat.held = held;
        self.keep_one_primary(new);
    }

    fn change_manager(&mut self, now: &Now<'f>, unit: Option<UnitNo>, title: Option<&Name>, manager: Option<PersonNo>) {
        let (about, _) = self.about(now.claim);
        let seat = if let Some(seat) = about.first().copied() {
            self.support(seat, now);
            self.vouch(seat, now);
            seat
        } else if let Some(seat) = self.gives_way(now) {
            self.reopen(seat);
            self.support(seat, now);
            self.vouch(seat, now);
            seat
        } else {
            let employment = Employment::Employee;
            let primary = self.primary(now.claim.company, employment).is_none();
            let (concurrency, origin) = (Concurrency::Exclusive, Origin::Inferred);
            let start = Bounds::until(now.bounds.latest());
            let title = title.cloned();
            let fields = OPENED;
            let opening = Opening { unit, title, employment, concurrency, primary, start, origin, fields };
            let seat = self.open_seat(now, opening);
            self.seats[seat].tenure.attested = now.attested;
            seat
        };
        self.take(&[seat], now, unit, title, OPENED);
        let spell = ManagerSpell { manager, since: Since::Change(now.bounds), attested: now.attested };
        let managers = &mut self.seats[seat].tenure.managers;
        managers.push(spell);
        managers.sort_by_key(|spell| match spell.since {
            Since::Start => (false, false, None),
            Since::Change(bounds) => (true, bounds.latest().is_none(), bounds.latest()),
        });
    }
}

/// What a `ChangedTitle` says.
struct Retitling<'c> {
    unit: Option<UnitNo>,
    from: Option<&'c Name>,
    to: &'c Name,
    lead: Option<bool>,
    acting: bool,
}

fn sorted<'e>(events: impl Iterator<Item = &'e EventId>) -> Vec<EventId> {
    let mut events: Vec<EventId> = events.cloned().collect();
    events.sort();
    events
}

impl Given {
    fn is_believed_over(&self, other: Option<&Given>) -> bool {
        other.is_none_or(|other| self.belief.over(&other.belief))
    }
}

/// A statement that agrees with a field's value strengthens it.
fn agree(value: &mut Option<Given>, given: Given) {
    let Some(value) = value else {
        *value = Some(given);
        return;
    };
    value.events.extend(given.events);
    value.events.sort();
    value.events.dedup();
    if given.belief.over(&value.belief) {
        value.belief = given.belief;
    }
}

/// The conflict between a field's value and another one; none where it has no value yet.
fn disagree(value: Option<&Given>, given: &Given, detail: String) -> Option<Conflict> {
    let value = value?;
    let events = value.events.iter().chain(&given.events).cloned().collect();
    Some(Conflict::new(ConflictKind::FieldDisagrees, events, detail))
}
