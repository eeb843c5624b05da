//! Rule 1, the search: the first claim that a statement fits, among those that are alike in what must be equal.
//!
//! A few claims are walked through. Where there are many they are found by what must not disagree, by the days of their
//! start, and of a `HeldPost` by those of its `to`; what is found is judged by the rule all the same. That a claim does not
//! fit a statement never changes, since joining only narrows its days and fills its fields: so claims that hold rows of one
//! register are passed over by its other rows in one step.

use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Unbounded};

use rustc_hash::FxHashMap;

use crate::bounds::Bounds;
use crate::event::Employment;
use crate::name::NameKey;
use crate::statement::{PersonNo, Statement, UnitNo};

use super::claim::{Claim, Post, Retitling, Says};
use super::days::{NarrowSpans, Spans};
use super::drafts::Looked;
use super::keys::Ends;

/// What the table of rule 1 asks to be equal, absent equal to absent.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Alike {
    company: UnitNo,
    of: AlikeOf,
}

#[derive(PartialEq, Eq, Hash)]
enum AlikeOf {
    Joined(Employment),
    Left,
    Moved(UnitNo),
    Appointed(Employment, Option<UnitNo>),
    Held(Employment, Option<UnitNo>),
    Relieved(Option<UnitNo>),
    Succeeded(Option<UnitNo>),
    Retitled(NameKey),
    NewManager(Option<PersonNo>),
}

impl Alike {
    /// None for a sighting.
    pub(super) fn of(claim: &Claim<'_>) -> Option<Alike> {
        let employment = |post: &Post| post.employment.unwrap_or_default();
        let of = match &claim.says {
            Says::Joined { post, .. } => AlikeOf::Joined(employment(post)),
            Says::Left => AlikeOf::Left,
            Says::Moved { to, .. } => AlikeOf::Moved(*to),
            Says::Appointed { post, .. } => AlikeOf::Appointed(employment(post), post.unit),
            Says::Held { post, .. } => AlikeOf::Held(employment(post), post.unit),
            Says::Relieved { named } => AlikeOf::Relieved(named.unit),
            Says::Succeeded { named, .. } => AlikeOf::Succeeded(named.unit),
            Says::Retitled(Retitling { to, .. }) => AlikeOf::Retitled(to.key().clone()),
            Says::NewManager { manager, .. } => AlikeOf::NewManager(*manager),
            Says::Sighting { .. } => return None,
        };
        Some(Alike { company: claim.company, of })
    }
}

/// What the table of rule 1 asks not to disagree: equal, or absent in one.
#[derive(Clone, PartialEq, Eq)]
struct Agreeing {
    unit: Option<UnitNo>,
    other: Option<Other>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Other {
    Title(NameKey),
    Employment(Employment),
}

impl Agreeing {
    fn of(claim: &Claim<'_>) -> Agreeing {
        let title = |title: &Option<crate::name::Name>| title.as_ref().map(|title| Other::Title(title.key().clone()));
        match &claim.says {
            Says::Joined { post, .. } => Agreeing { unit: post.unit, other: None },
            Says::Moved { from, post, .. } => Agreeing { unit: *from, other: post.employment.map(Other::Employment) },
            Says::Appointed { post, .. } | Says::Held { post, .. } => {
                Agreeing { unit: None, other: title(&post.title) }
            }
            Says::Relieved { named } | Says::Succeeded { named, .. } => {
                Agreeing { unit: None, other: title(&named.title) }
            }
            Says::Retitled(Retitling { named, .. }) | Says::NewManager { named, .. } => {
                Agreeing { unit: named.unit, other: title(&named.title) }
            }
            Says::Left | Says::Sighting { .. } => Agreeing { unit: None, other: None },
        }
    }
}

/// What all claims of one group have in common; `None`: nothing in this respect.
type Group = (Option<Option<UnitNo>>, Option<Option<Other>>);

/// The days of the claims of one group.
#[derive(Default)]
struct Days {
    starts: NarrowSpans,
    /// Of those that give a `to`.
    ends: Spans,
    /// Those that give none.
    endless: BTreeSet<usize>,
}

/// What the index knows of a claim.
#[derive(Clone, PartialEq, Eq)]
struct IndexedClaim {
    agreeing: Agreeing,
    bounds: Bounds,
    to: Option<Bounds>,
}

impl IndexedClaim {
    fn of(claim: &Claim<'_>) -> IndexedClaim {
        let to = if let Says::Held { to, .. } = &claim.says { *to } else { None };
        IndexedClaim { agreeing: Agreeing::of(claim), bounds: claim.bounds, to }
    }

    fn groups(&self) -> impl Iterator<Item = Group> {
        [None, Some(self.agreeing.unit)]
            .into_iter()
            .flat_map(|unit| [None, Some(self.agreeing.other.clone())].into_iter().map(move |other| (unit, other)))
    }

    /// The groups of the claims that this one does not disagree with.
    fn agreeing_groups(&self) -> impl Iterator<Item = Group> {
        let units = self.agreeing.unit.map_or([Some(None), None], |unit| [Some(Some(Some(unit))), Some(Some(None))]);
        let others = match &self.agreeing.other {
            None => [Some(None), None],
            Some(other) => [Some(Some(Some(other.clone()))), Some(Some(None))],
        };
        units.into_iter().flatten().flat_map(move |unit| {
            let others = others.clone();
            others.into_iter().flatten().map(move |other| (unit, other))
        })
    }
}

/// Rows of a register: whose they are, and what they give.
type Register<'f> = (&'f str, bool, bool);

/// Numbers that are passed over, each with one behind it that need not be looked at either.
#[derive(Default)]
struct PassedOver {
    to: FxHashMap<usize, usize>,
}

impl PassedOver {
    fn add(&mut self, number: usize) {
        self.to.entry(number).or_insert(number);
    }

    fn holds(&self, number: usize) -> bool {
        self.to.contains_key(&number)
    }

    /// The last of the numbers from that one on that are all passed over.
    fn end(&mut self, number: usize) -> usize {
        let mut end = number;
        let mut way = Vec::new();
        while let Some(next) = self.to.get(&end) {
            way.push(end);
            end = if *next == end { end + 1 } else { *next };
        }
        // `end` is the first that is not passed over.
        for passed in way {
            self.to.insert(passed, if passed + 1 == end { passed } else { end });
        }
        end - 1
    }
}

#[derive(Default)]
struct ClaimIndex<'f> {
    groups: FxHashMap<Group, Days>,
    known: Vec<IndexedClaim>,
    passed_over: FxHashMap<Register<'f>, PassedOver>,
    by_key: FxHashMap<(&'f str, &'f str), Vec<usize>>,
}

/// Claims alike in what must be equal, in the order in which they were made.
#[derive(Default)]
pub(super) struct Candidates<'f> {
    claims: Vec<usize>,
    index: Option<Box<ClaimIndex<'f>>>,
}

impl<'f> Candidates<'f> {
    /// "Each joining the first claim that it fits."
    pub(super) fn first(&mut self, claims: &[Claim<'f>], one: &Claim<'f>, looked: &Looked) -> Option<usize> {
        let Some(index) = &mut self.index else {
            return self.claims.iter().copied().find(|claim| looked.at(claims[*claim].fits(one)));
        };
        index.first(&self.claims, claims, one, looked).map(|number| self.claims[number])
    }

    /// A claim that was made or joined by a statement.
    pub(super) fn note(&mut self, claims: &[Claim<'f>], claim: usize, by: &'f Statement, many: usize) {
        if claim + 1 == claims.len() && self.claims.last() != Some(&claim) {
            self.claims.push(claim);
        }
        if let Some(index) = &mut self.index {
            let number = self.claims.binary_search(&claim).expect("the claim is a candidate");
            index.note(number, IndexedClaim::of(&claims[claim]));
            index.note_key(number, by);
        } else if self.claims.len() > many {
            let mut index = Box::<ClaimIndex<'f>>::default();
            for (number, claim) in self.claims.iter().enumerate() {
                index.note(number, IndexedClaim::of(&claims[*claim]));
                claims[*claim].members.iter().for_each(|member| index.note_key(number, member));
            }
            self.index = Some(index);
        }
    }
}

impl<'f> ClaimIndex<'f> {
    fn note(&mut self, number: usize, known: IndexedClaim) {
        if let Some(before) = self.known.get(number) {
            if *before == known {
                return;
            }
            for group in before.groups() {
                let days = self.groups.get_mut(&group).expect("a claim is in its groups");
                days.starts.remove(before.bounds, number);
                match before.to {
                    Some(to) => days.ends.remove(to, number),
                    None => {
                        days.endless.remove(&number);
                    }
                }
            }
        }
        for group in known.groups() {
            let days = self.groups.entry(group).or_default();
            days.starts.add(known.bounds, number);
            match known.to {
                Some(to) => days.ends.add(to, number),
                None => {
                    days.endless.insert(number);
                }
            }
        }
        if number == self.known.len() {
            self.known.push(known);
        } else {
            self.known[number] = known;
        }
    }

    fn note_key(&mut self, number: usize, statement: &'f Statement) {
        if let Some(key) = &statement.key {
            self.by_key.entry((&statement.publisher, key)).or_default().push(number);
        }
    }

    /// The number of the first claim that this one of one statement fits.
    fn first(&mut self, numbered: &[usize], claims: &[Claim<'f>], one: &Claim<'f>, looked: &Looked) -> Option<usize> {
        let ClaimIndex { groups, passed_over, by_key, .. } = self;
        let known = IndexedClaim::of(one);
        let statement = one.members[0];
        let is_held = matches!(one.says, Says::Held { .. });
        let key = statement.key.as_deref().filter(|_| is_held).map(|key| (&*statement.publisher, key));
        let ends = Ends::of(statement);
        let mut passed_over = key.map(|(publisher, _)| passed_over.entry((publisher, ends.from, ends.to)).or_default());
        // Of the claims that are passed over, those of this very key.
        let same_key = key.and_then(|key| by_key.get(&key)).into_iter().flatten().copied();
        let same_key = same_key.filter(|number| looked.at(claims[numbered[*number]].fits(one))).min();
        let searched = known.agreeing_groups().filter_map(|group| {
            let days = groups.get(&group)?;
            let mut behind = None;
            loop {
                let number = days.next(&known, behind)?;
                let claim = looked.at(&claims[numbered[number]]);
                behind = Some(number);
                if let Some(passed_over) = &mut passed_over
                    && (passed_over.holds(number) || claim.is_row_beside(statement))
                {
                    passed_over.add(number);
                    behind = Some(passed_over.end(number));
                } else if claim.fits(one) {
                    return Some(number);
                }
            }
        });
        searched.min().into_iter().chain(same_key).min()
    }
}

impl Days {
    /// The next claim whose days overlap those.
    fn next(&self, known: &IndexedClaim, behind: Option<usize>) -> Option<usize> {
        let Some(to) = known.to else {
            return self.starts.least(known.bounds, behind);
        };
        let mut behind = behind;
        loop {
            let start = self.starts.least(known.bounds, behind)?;
            // The first from there on that ends then too.
            let before = start.checked_sub(1);
            let endless = match before {
                None => self.endless.first().copied(),
                Some(before) => self.endless.range((Excluded(before), Unbounded)).next().copied(),
            };
            let end = [self.ends.least(to, before), endless].into_iter().flatten().min()?;
            if end == start {
                return Some(end);
            }
            behind = end.checked_sub(1);
        }
    }
}
