//! The changes of one person, or of several who are one at one of the points: what became of each post between two points.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};
use tenure_domain::day::Day;
use tenure_domain::position::EventId;
use tenure_domain::statement::UnitNo;
use tenure_domain::tenure::{Edge, OpenedAs, Tenure as FoldedTenure};
use tenure_domain::view::ViewError;

use super::Point;
use super::counterparts::{Counterparts, End, Group};
use super::holdings::{Holdings, Post, TenureNo, opener};
use super::open::Open;
use tenure_answers::{Change, Person};

/// What passes between two points.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Passing {
    /// Knowledge, seen on one day. Ends up to `until` are told by what happened, where time passes too.
    Knowledge {
        /// The later day of the diff.
        until: Day,
    },
    /// Time.
    Time,
}

/// In what sense a post before and one after are the same, the strongest first.
#[derive(Clone, Copy)]
enum Sense {
    /// The same tenure.
    Tenure,
    /// The same title in the same unit.
    Title,
    /// One event ended the one and began the other.
    Move,
    /// The primary posts in one company.
    Primary,
    /// The same unit.
    Unit,
}

/// What two posts that are the same in some sense have in common, as far as it can be looked up.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Mark {
    Opener((EventId, OpenedAs)),
    Event(EventId),
    /// Of those that are called so, a company or unit at the one point, or at the other.
    In(Called, End, UnitNo),
    /// Of those that are called so, a company and a unit as they are shown.
    Shown(Called, String, Option<String>),
}

/// What a post is called, as far as that matters.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Called {
    title: Option<String>,
    employment: String,
    primary: bool,
}

/// The changes of a group of people.
pub(super) fn group_changes(
    before: &Point<'_>,
    after: &Point<'_>,
    group: &Group,
    counterparts: &Counterparts<'_>,
    passing: Passing,
) -> Result<Vec<Change>, ViewError> {
    let both = BothPoints {
        points: (before, after),
        before: Holdings::of(before, counterparts.findings(End::Before), &group.before)?,
        after: Holdings::of(after, counterparts.findings(End::After), &group.after)?,
        counterparts,
        passing,
        known_as: RefCell::default(),
    };
    let (old, new) = (both.before.posts()?, both.after.posts()?);
    let (were, are) = (both.companies(End::Before, &old)?, both.companies(End::After, &new)?);
    let mut found = FoundChanges { both: &both, changes: Vec::new() };
    let (old, new) = found.matched(old, new)?;
    for post in old {
        found.gone(post, &are)?;
    }
    for post in new {
        found.come(post, &were)?;
    }
    Ok(found.changes)
}

/// The changes that have been found.
struct FoundChanges<'p> {
    both: &'p BothPoints<'p>,
    changes: Vec<Change>,
}

impl FoundChanges<'_> {
    fn change(&mut self, kind: &str, before: Option<Post>, after: Option<Post>) -> Result<(), ViewError> {
        let person = self.both.person_told(before.as_ref(), after.as_ref())?;
        let [before, after] = [before, after].map(|post| post.map(|post| post.position));
        self.changes.push(Change { kind: kind.to_owned(), person, unit: None, before, after });
        Ok(())
    }

    /// Pairs the posts before with those after, and tells in what they differ. What is left is at one point only.
    fn matched(&mut self, mut old: Vec<Post>, mut new: Vec<Post>) -> Result<(Vec<Post>, Vec<Post>), ViewError> {
        let both = self.both;
        for sense in [Sense::Tenure, Sense::Title, Sense::Move, Sense::Primary, Sense::Unit] {
            if old.is_empty() || new.is_empty() {
                break;
            }
            let start = |post: &Post| both.after.tenure(post.no).start.bounds.earliest();
            let row = new.iter().map(|post| Ok((both.marks(sense, End::After, post)?, start(post))));
            let mut open = Open::of(row.collect::<Result<_, ViewError>>()?);
            let mut there: Vec<Option<Post>> = new.into_iter().map(Some).collect();
            let mut rest = Vec::new();
            for b in old {
                let marks = both.marks(sense, End::Before, &b)?;
                let fits = |place: usize| there[place].as_ref().map_or(Ok(false), |a| both.are_one(sense, &b, a));
                let found = open.first_that(&marks, both.last_start(sense, b.no)?, fits)?;
                match found.and_then(|place| Some((place, there[place].take()?))) {
                    Some((place, a)) => {
                        open.close(place);
                        if let Some(kind) = both.difference(&b, &a)? {
                            self.change(kind, Some(b), Some(a))?;
                        }
                    }
                    None => rest.push(b),
                }
            }
            (old, new) = (rest, there.into_iter().flatten().collect());
        }
        Ok((old, new))
    }

    /// Tells of a post that is in force before and has no match after. Where knowledge passed and the later point still
    /// tells of it, it is shown as it is told there. `are` are the companies of the posts in force after.
    fn gone(&mut self, post: Post, are: &FxHashSet<Mark>) -> Result<(), ViewError> {
        let both = self.both;
        let ended = if both.is_in_one_of(are, End::Before, post.no)? { "relieved" } else { "left" };
        if both.passing == Passing::Time {
            return self.change(ended, Some(post), None);
        }
        if let Some(held) = both.counterpart(End::Before, post.no)? {
            let told = both.after.shown(held)?;
            let start = both.after.tenure(held).start.bounds;
            let began = start.earliest().is_none_or(|start| start <= both.points.1.inquiry.at);
            let kind = if began && told.position.tenure.to.is_some() { ended } else { "corrected" };
            return self.change(kind, Some(post), Some(told));
        }
        // What it rests on tells of no end where another post that is in force rests on it.
        let index = both.after.index()?;
        let supports = &both.before.tenure(post.no).supports;
        let is_over =
            index.resting_on(supports).next().is_some() && index.resting_on(supports).all(|no| index.is_free(no));
        self.change(if is_over { ended } else { "withdrawn" }, Some(post), None)
    }

    /// Tells of a post that is in force after and has no match before. One that was known, and not as in force on the
    /// day, is corrected. `were` are the companies of the posts in force before.
    fn come(&mut self, post: Post, were: &FxHashSet<Mark>) -> Result<(), ViewError> {
        let both = self.both;
        let known = match both.passing {
            Passing::Time => None,
            Passing::Knowledge { .. } => both.counterpart(End::After, post.no)?,
        };
        if let Some(held) = known {
            return self.change("corrected", Some(both.before.shown(held)?), Some(post));
        }
        let began = if both.is_in_one_of(were, End::After, post.no)? || !post.position.tenure.primary {
            "appointed"
        } else {
            "joined"
        };
        self.change(began, None, Some(post))
    }
}

/// The tenures of a group at both points, and in what a post at the one differs from a post at the other.
struct BothPoints<'p> {
    points: (&'p Point<'p>, &'p Point<'p>),
    before: Holdings<'p>,
    after: Holdings<'p>,
    counterparts: &'p Counterparts<'p>,
    passing: Passing,
    /// As which tenure the other point knows one, where that was looked for.
    known_as: RefCell<FxHashMap<(End, TenureNo), Option<TenureNo>>>,
}

impl<'p> BothPoints<'p> {
    /// The tenures of that point, and those of the other.
    fn sides(&self, end: End) -> (&Holdings<'p>, &Holdings<'p>) {
        match end {
            End::Before => (&self.before, &self.after),
            End::After => (&self.after, &self.before),
        }
    }

    /// Of whom a change is told: the person as known after. Where several are one, that is whose the post is.
    fn person_told(&self, b: Option<&Post>, a: Option<&Post>) -> Result<Option<Person>, ViewError> {
        let (before, after) = (&self.points.0.inquiry, &self.points.1.inquiry);
        let (one_before, one_after) = (self.before.only_holder(), self.after.only_holder());
        if let Some(person) = one_after.filter(|_| one_before.is_some()) {
            return after.person_shown(person).map(Some);
        }
        match (b, a) {
            (_, Some(a)) => after.person_shown(self.after.holder(a.no)).map(Some),
            (Some(b), None) => before.person_shown(self.before.holder(b.no)).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// By what a post can be found that is the same as one at the other point.
    fn marks(&self, sense: Sense, end: End, post: &Post) -> Result<Vec<Mark>, ViewError> {
        let (here, shown) = (self.sides(end).0, &post.position.tenure);
        let called = Called { employment: shown.employment.clone(), ..Called::default() };
        Ok(match sense {
            Sense::Tenure => vec![Mark::Opener(opener(here.tenure(post.no)))],
            Sense::Title => self.units_marked(end, post, &Called { title: shown.title.clone(), ..called })?,
            Sense::Move => {
                let events = match end {
                    End::Before => self.stated_end(post.no)?.map_or(&[][..], |end| &end.events),
                    End::After => &here.tenure(post.no).supports,
                };
                events.iter().cloned().map(Mark::Event).collect()
            }
            Sense::Primary if !shown.primary || self.is_known_there(end, post.no)? => Vec::new(),
            Sense::Primary => self.marked(end, here.place(post.no)?.company, &called)?,
            Sense::Unit if self.is_known_there(end, post.no)? => Vec::new(),
            Sense::Unit => self.units_marked(end, post, &Called { primary: shown.primary, ..called })?,
        })
    }

    /// Whether the one is the same as the other, if they have a mark in common.
    fn are_one(&self, sense: Sense, b: &Post, a: &Post) -> Result<bool, ViewError> {
        match sense {
            Sense::Tenure => Ok(self.is_one_tenure(b.no, a.no)),
            Sense::Title => self.are_in_one_unit(b, a),
            Sense::Move => Ok(self.are_in_one_company(b.no, a.no)? && self.is_move(b.no, a.no)?),
            Sense::Primary => Ok(self.are_in_one_company(b.no, a.no)? && self.follows(b.no, a.no)?),
            Sense::Unit => Ok(self.are_in_one_unit(b, a)? && self.follows(b.no, a.no)?),
        }
    }

    /// The last day on which what is the same as that post can have begun.
    fn last_start(&self, sense: Sense, b: TenureNo) -> Result<Day, ViewError> {
        Ok(match sense {
            Sense::Tenure | Sense::Title | Sense::Move => Day::MAX,
            Sense::Primary | Sense::Unit => self.known_end(b)?.and_then(|end| end.bounds.latest()).unwrap_or(Day::MAX),
        })
    }

    /// A company or unit of that point, and those of the other that are one with it.
    fn marked(&self, end: End, unit: UnitNo, called: &Called) -> Result<Vec<Mark>, ViewError> {
        let others = self.counterparts.units(end, unit)?.into_iter().map(|other| (end.other(), other));
        let all = std::iter::once((end, unit)).chain(others);
        Ok(all.map(|(end, unit)| Mark::In(called.clone(), end, unit)).collect())
    }

    /// The units in which a post is.
    fn units_marked(&self, end: End, post: &Post, called: &Called) -> Result<Vec<Mark>, ViewError> {
        let (here, shown) = (self.sides(end).0, &post.position.tenure);
        let (there, own) = (here.place(post.no)?.unit, own_unit(here.tenure(post.no)));
        let mut marks = self.marked(end, there, called)?;
        if own != there {
            marks.extend(self.marked(end, own, called)?);
        }
        let unit = shown.unit.as_ref().map(|unit| unit.id.clone());
        marks.push(Mark::Shown(called.clone(), shown.company.id.clone(), unit));
        Ok(marks)
    }

    /// The companies of posts.
    fn companies(&self, end: End, posts: &[Post]) -> Result<FxHashSet<Mark>, ViewError> {
        let mut companies = FxHashSet::default();
        for post in posts {
            companies.extend(self.marked(end, self.sides(end).0.place(post.no)?.company, &Called::default())?);
        }
        Ok(companies)
    }

    /// Whether a post of that point is in one of the companies of the other.
    fn is_in_one_of(&self, companies: &FxHashSet<Mark>, end: End, no: TenureNo) -> Result<bool, ViewError> {
        let own = self.marked(end, self.sides(end).0.place(no)?.company, &Called::default())?;
        Ok(own.iter().any(|mark| companies.contains(mark)))
    }

    /// Whether one claim opened both: it is the same tenure, whatever else became known of it.
    fn is_one_tenure(&self, b: TenureNo, a: TenureNo) -> bool {
        let (b, a) = (self.before.tenure(b), self.after.tenure(a));
        b.opened_by == a.opened_by && b.opened_as == a.opened_as
    }

    /// Whether the later point has one event that ended the one post and began the other: a move.
    fn is_move(&self, b: TenureNo, a: TenureNo) -> Result<bool, ViewError> {
        let supports = &self.after.tenure(a).supports;
        Ok(self.stated_end(b)?.is_some_and(|end| have_one_in_common(&end.events, supports)))
    }

    /// The end that the later point tells of a post before.
    fn known_end(&self, b: TenureNo) -> Result<Option<&Edge>, ViewError> {
        let ended = self.after.same(self.before.tenure(b))?;
        Ok(ended.and_then(|ended| self.after.tenure(ended).end.as_ref()))
    }

    fn stated_end(&self, b: TenureNo) -> Result<Option<&Edge>, ViewError> {
        Ok(self.known_end(b)?.filter(|end| !end.origin.is_inferred()))
    }

    /// Whether the other point knows a post as well, if not as in force.
    fn is_known_there(&self, end: End, no: TenureNo) -> Result<bool, ViewError> {
        Ok(self.passing != Passing::Time && self.counterpart(end, no)?.is_some())
    }

    /// Whether the person can have the one post in place of the other. Not where the one had surely ended before the other
    /// can have begun; nor is a post that the other point knows as well, if not as in force on the day, in the place of one.
    fn follows(&self, b: TenureNo, a: TenureNo) -> Result<bool, ViewError> {
        if self.known_end(b)?.is_some_and(|end| end.bounds.surely_before(self.after.tenure(a).start.bounds)) {
            return Ok(false);
        }
        Ok(!self.is_known_there(End::Before, b)? && !self.is_known_there(End::After, a)?)
    }

    /// Whether the people of two posts are in one company on the day.
    fn are_in_one_company(&self, b: TenureNo, a: TenureNo) -> Result<bool, ViewError> {
        self.counterparts.is_one_unit(self.before.place(b)?.company, self.after.place(a)?.company)
    }

    /// Whether two posts are shown in one unit.
    fn are_shown_in_one_unit(&self, b: &Post, a: &Post) -> Result<bool, ViewError> {
        let (old, new) = (&b.position.tenure, &a.position.tenure);
        let unit_ids = [old, new].map(|tenure| tenure.unit.as_ref().map(|unit| &unit.id));
        if old.company.id == new.company.id && unit_ids[0] == unit_ids[1] {
            return Ok(true);
        }
        let (then, now) = (self.before.place(b.no)?, self.after.place(a.no)?);
        Ok(self.counterparts.is_one_unit(then.company, now.company)?
            && self.counterparts.is_one_unit(then.unit, now.unit)?)
    }

    /// Whether two posts are in one unit: as they are shown, or as sources gave it, whatever that was merged into.
    fn are_in_one_unit(&self, b: &Post, a: &Post) -> Result<bool, ViewError> {
        Ok(self.are_shown_in_one_unit(b, a)?
            || self.counterparts.is_one_unit(own_unit(self.before.tenure(b.no)), own_unit(self.after.tenure(a.no)))?)
    }

    /// Whether a tenure is known otherwise than before, and no other has taken its place: it is the same, or rests on one
    /// event with the other, or on what replaced one, while neither point tells of both.
    fn is_known_anew(&self, b: TenureNo, a: TenureNo) -> Result<bool, ViewError> {
        if self.is_one_tenure(b, a) {
            return Ok(true);
        }
        let (then, now) = (self.before.tenure(b), self.after.tenure(a));
        if self.passing == Passing::Time || self.after.same(then)?.is_some() || self.before.same(now)?.is_some() {
            return Ok(false);
        }
        let replacing = self.before.replacing(then, &self.after);
        Ok(have_one_in_common(&then.supports, &now.supports) || have_one_in_common(&replacing, &now.supports))
    }

    /// Whether another manager is shown.
    fn reports_otherwise(&self, b: &Post, a: &Post) -> Result<bool, ViewError> {
        let shown = [b, a].map(|post| post.position.tenure.reports_to.as_ref().map(|manager| &manager.id));
        if shown[0] == shown[1] {
            return Ok(false);
        }
        Ok(match (self.before.manager(b.no), self.after.manager(a.no)) {
            (Some(b), Some(a)) => !self.counterparts.is_one_person(b, a)?,
            (None, None) => false,
            (Some(_), None) | (None, Some(_)) => true,
        })
    }

    /// In what one post before and one after differ, the greatest first. That its unit was merged is told of the unit.
    fn difference(&self, before: &Post, after: &Post) -> Result<Option<&'static str>, ViewError> {
        let (b, a) = (&before.position, &after.position);
        if !self.are_in_one_unit(before, after)? {
            // Time moves no tenure: what is known of its unit is otherwise.
            return Ok(Some(if self.is_known_anew(before.no, after.no)? { "corrected" } else { "moved" }));
        }
        // Who led what was merged away is not shown to lead what it was merged into.
        let leads_otherwise = b.tenure.lead != a.tenure.lead && self.are_shown_in_one_unit(before, after)?;
        let acts_otherwise = b.tenure.acting != a.tenure.acting;
        // Who no longer acts, or has come to lead, has another title than before.
        let is_otherwise = self.passing == Passing::Time && (acts_otherwise || leads_otherwise);
        if b.tenure.title != a.tenure.title || is_otherwise {
            let known_anew = self.passing != Passing::Time && self.is_known_anew(before.no, after.no)?;
            return Ok(Some(if known_anew { "corrected" } else { "retitled" }));
        }
        if self.reports_otherwise(before, after)? {
            return Ok(Some("new_manager"));
        }
        Ok(match self.passing {
            Passing::Time => None,
            Passing::Knowledge { until } => {
                let later =
                    |to: &tenure_answers::Bounds| to.latest.as_ref().is_none_or(|latest| *latest > until.to_string());
                let ended_anew = b.tenure.to != a.tenure.to && (b.tenure.to.is_some() || a.tenure.to.iter().any(later));
                let fields_differ = b.tenure.remit != a.tenure.remit || b.tenure.primary != a.tenure.primary;
                let otherwise = leads_otherwise || acts_otherwise || fields_differ;
                let restated = b.tenure.from != a.tenure.from || b.certainty != a.certainty;
                (restated || ended_anew || otherwise).then_some("corrected")
            }
        })
    }

    /// The tenure, not in force on the day, as which the other point knows a post that is in force at that end: the same;
    /// else in the same seat one that begins on days which overlap; else in the same company one that rests on an event in
    /// common; else in the same seat the only one that is not known as another tenure there.
    fn counterpart(&self, end: End, of: TenureNo) -> Result<Option<TenureNo>, ViewError> {
        if let Some(known) = self.known_as.borrow().get(&(end, of)) {
            return Ok(*known);
        }
        let found = self.find_counterpart(end, of)?;
        self.known_as.borrow_mut().insert((end, of), found);
        Ok(found)
    }

    fn find_counterpart(&self, end: End, of: TenureNo) -> Result<Option<TenureNo>, ViewError> {
        let (here, there) = self.sides(end);
        let (post, index) = (here.tenure(of), there.index()?);
        if let Some(same) = there.same(post)?.filter(|no| index.is_free(*no)) {
            return Ok(Some(same));
        }
        let begins_then = |no: &TenureNo| there.tenure(*no).start.bounds.overlaps(post.start.bounds);
        let mut in_seat = Vec::new();
        for no in index.called_like(post).filter(|no| index.is_free(*no)) {
            if self.is_one_seat(end, post, there.tenure(no))? {
                in_seat.push(no);
            }
        }
        if let Some(overlapping) = in_seat.iter().copied().find(begins_then) {
            return Ok(Some(overlapping));
        }
        let versions = here.replacing(post, there);
        let mut shared: Vec<TenureNo> =
            index.resting_on(post.supports.iter().chain(&versions)).filter(|no| index.is_free(*no)).collect();
        shared.sort_unstable();
        if let Some(shared) = shared.into_iter().find(|no| in_seat.contains(no) || begins_then(no)) {
            return Ok(Some(shared));
        }
        let mut only = None;
        for no in in_seat {
            if !is_known_beside(here, of, there.tenure(no))? && only.replace(no).is_some() {
                return Ok(None);
            }
        }
        Ok(only)
    }

    /// Whether two posts that are called alike are in one unit of one company, as sources gave it.
    fn is_one_seat(&self, end: End, here: &FoldedTenure, there: &FoldedTenure) -> Result<bool, ViewError> {
        let (b, a) = match end {
            End::Before => (here, there),
            End::After => (there, here),
        };
        Ok(self.counterparts.is_one_unit(b.company, a.company)?
            && self.counterparts.is_one_unit(own_unit(b), own_unit(a))?)
    }
}

/// The unit that sources gave, or the company.
fn own_unit(held: &FoldedTenure) -> UnitNo {
    held.unit.unwrap_or(held.company)
}

/// Whether a tenure of the other point, called like that one and in its seat, is known here as another tenure.
fn is_known_beside(here: &Holdings<'_>, of: TenureNo, other: &FoldedTenure) -> Result<bool, ViewError> {
    let post = here.tenure(of);
    let mut beside = here.index()?.called_like(post).filter(|no| *no != of).map(|no| here.tenure(no));
    Ok(beside.any(|held| {
        let in_seat = held.company == post.company && held.unit == post.unit;
        in_seat && (opener(held) == opener(other) || held.start.bounds.overlaps(other.start.bounds))
    }))
}

/// Whether a sorted list of events and another have one in common.
fn have_one_in_common(one: &[EventId], sorted: &[EventId]) -> bool {
    one.iter().any(|event| sorted.binary_search(event).is_ok())
}
