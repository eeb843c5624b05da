//! The tenures in the making, and where a rule finds those that it asks for.
//!
//! A rule says of what it looks for: open or ended, of this company, with this unit, that title. [`Among`] says the same,
//! and [`Drafts`] gives the tenures that it can mean, in the rule's order. The rule still judges each of them: an index only
//! leaves out what cannot fit, so that a person of many thousand events is not looked through for each of them. A person of
//! few tenures has no index.

mod index;

use std::cell::{Cell, RefCell};
use std::ops::{Deref, Index, IndexMut};

use rustc_hash::FxHashMap;

use crate::event::{Concurrency, Employment};
use crate::name::Name;
use crate::statement::UnitNo;
use crate::tenure::Tenure;

use super::draft::TenureDraft;
use super::keys::Row;
use index::{DraftIndex, Register, State};

/// The employments, by which open tenures are kept apart.
const EMPLOYMENTS: [Employment; 4] =
    [Employment::Employee, Employment::Board, Employment::Advisor, Employment::Contractor];

/// What all of one place have in common in one respect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Common<T> {
    Nothing,
    All(T),
}

/// What a unit or a title must be.
#[derive(Clone, Copy)]
pub(super) enum Which<T> {
    /// Nothing is asked of it.
    Any,
    /// This one, or for none: not known.
    Exactly(Option<T>),
    /// This one, or not known.
    OrUnknown(T),
}

impl<T> Which<T> {
    /// The one that is named, where one is.
    pub(super) fn named(named: Option<T>) -> Which<T> {
        named.map_or(Which::Any, |one| Which::Exactly(Some(one)))
    }

    /// One that does not differ from what is named: equal, or absent in one.
    pub(super) fn not_differing(named: Option<T>) -> Which<T> {
        named.map_or(Which::Any, Which::OrUnknown)
    }

    /// The same as what is given, absent equal to absent.
    pub(super) fn same(given: Option<T>) -> Which<T> {
        Which::Exactly(given)
    }

    fn map<U>(self, map: impl Fn(T) -> U) -> Which<U> {
        match self {
            Which::Any => Which::Any,
            Which::Exactly(one) => Which::Exactly(one.map(map)),
            Which::OrUnknown(one) => Which::OrUnknown(map(one)),
        }
    }
}

/// Of what sort the tenures are that a rule looks for.
#[derive(Clone, Copy)]
pub(super) enum Sort {
    Any,
    Of(Employment),
    /// Of an employment, acting or not.
    Acting(Employment, bool),
    /// Of an employment that is not `board` or `advisor`.
    NotAside,
    Primary,
    /// Those that lead.
    Leading,
    /// Those that an inference ended.
    EndedByInference,
}

/// Where the tenures are that a rule looks for.
#[derive(Clone, Copy)]
pub(super) struct Among<'n> {
    pub(super) company: UnitNo,
    pub(super) sort: Sort,
    pub(super) unit: Which<UnitNo>,
    pub(super) title: Which<&'n Name>,
}

impl<'n> Among<'n> {
    pub(super) fn all(company: UnitNo) -> Among<'n> {
        Among { company, sort: Sort::Any, unit: Which::Any, title: Which::Any }
    }

    pub(super) fn of(self, sort: Sort) -> Among<'n> {
        Among { sort, ..self }
    }

    pub(super) fn in_unit(self, unit: Which<UnitNo>) -> Among<'n> {
        Among { unit, ..self }
    }

    pub(super) fn titled(self, title: Which<&'n Name>) -> Among<'n> {
        Among { title, ..self }
    }
}

/// How many tenures or claims a rule was asked about: what grows where something is walked through.
#[derive(Default)]
pub(super) struct Looked(Cell<u64>);

impl Looked {
    pub(super) fn at<T>(&self, found: T) -> T {
        self.0.set(self.0.get() + 1);
        found
    }

    pub(super) fn times(&self) -> u64 {
        self.0.get()
    }
}

/// The tenures in the making, in the order in which they were opened.
pub(super) struct Drafts<'f> {
    all: Vec<TenureDraft<'f>>,
    /// From how many tenures on there is an index.
    many: usize,
    index: Option<RefCell<DraftIndex>>,
    /// Those that may have changed since the index looked at them.
    touched: RefCell<Vec<usize>>,
    looked: Looked,
}

impl<'f> Drafts<'f> {
    pub(super) fn new(many: usize) -> Drafts<'f> {
        Drafts { all: Vec::new(), many, index: None, touched: RefCell::default(), looked: Looked::default() }
    }

    pub(super) fn push(&mut self, draft: TenureDraft<'f>) -> usize {
        let number = self.all.len();
        self.all.push(draft);
        if self.index.is_some() {
            self.touched.get_mut().push(number);
        } else if self.all.len() > self.many {
            self.index = Some(RefCell::default());
            *self.touched.get_mut() = (0..self.all.len()).collect();
        }
        number
    }

    pub(super) fn looked(&self) -> u64 {
        self.looked.times()
    }

    pub(super) fn into_vec(self) -> Vec<TenureDraft<'f>> {
        self.all
    }

    /// The index, with all changes known to it.
    fn index(&self) -> Option<std::cell::Ref<'_, DraftIndex>> {
        let index = self.index.as_ref()?;
        let mut touched = self.touched.borrow_mut();
        if !touched.is_empty() {
            let mut index = index.borrow_mut();
            for draft in touched.drain(..) {
                index.note(draft, &self.all[draft]);
            }
        }
        Some(index.borrow())
    }

    /// The first open tenure that fits: primary ones first, then in the order in which they were opened.
    pub(super) fn first_open(&self, among: &[Among<'_>], fits: impl Fn(&Tenure) -> bool) -> Option<usize> {
        self.first_open_draft(among, &|draft| fits(&draft.tenure))
    }

    /// The same, where more is asked of it than what the tenure is by now.
    fn first_open_draft(&self, among: &[Among<'_>], fits: &dyn Fn(&TenureDraft<'f>) -> bool) -> Option<usize> {
        let fits = |i: &usize| self.looked.at(fits(&self.all[*i]));
        let Some(index) = self.index() else {
            let company = among[0].company;
            let open = |i: &usize| {
                let tenure = &self.all[*i].tenure;
                tenure.company == company && tenure.end.is_none()
            };
            let mut first = None;
            for i in (0..self.all.len()).filter(open).filter(fits) {
                if self.all[i].tenure.primary {
                    return Some(i);
                }
                first = first.or(Some(i));
            }
            return first;
        };
        let places = index.places(among, State::Open);
        let firsts = places.iter().filter_map(|place| place.iter().find(|(_, i)| fits(i)));
        firsts.min().map(|(_, i)| *i)
    }

    /// The same for a row of a register, which finds no tenure that another row of it opened, unless both give `from`:
    /// those are passed over together.
    pub(super) fn first_open_beside(
        &self,
        among: Among<'_>,
        row: Option<Row<'_>>,
        fits: &dyn Fn(&TenureDraft<'f>) -> bool,
    ) -> Option<usize> {
        let (Some(row), Some(index)) = (row, self.index()) else {
            return self.first_open_draft(&[among], fits);
        };
        if !index.has_rows {
            return self.first_open_draft(&[among], fits);
        }
        let fits = |i: &usize| self.looked.at(fits(&self.all[*i]));
        let own = index.registers.get(row.publisher).copied();
        let refuses = |of: &Option<Register>| of.is_some_and(|of| Some(of.publisher) == own && !(of.from && row.from));
        let places = index.keys(&among, State::Open);
        let registers = places.iter().filter_map(|place| index.by_register.get(place));
        let others = registers.flat_map(|by| by.iter().filter(|(of, _)| !refuses(of)).map(|(_, drafts)| drafts));
        let first = others.filter_map(|drafts| drafts.iter().find(|(_, i)| fits(i))).min().copied();
        // Of its own register, those that a row of this very key opened.
        let same_key = own.and_then(|own| index.by_key.get(&(own, row.key.into()))).into_iter().flatten();
        let here = |i: &&usize| {
            let known = index.noted[**i].as_ref().map(|noted| noted.known);
            known.is_some_and(|known| known.places().iter().any(|place| places.contains(place)))
        };
        let same_key = same_key.filter(here).filter(|i| fits(i)).map(|i| (!self.all[*i].tenure.primary, *i)).min();
        [first, same_key].into_iter().flatten().min().map(|(_, i)| i)
    }

    /// All open tenures that fit, in the same order.
    pub(super) fn all_open(&self, among: &[Among<'_>], fits: &dyn Fn(&Tenure) -> bool) -> Vec<usize> {
        let fits = |i: &usize| self.looked.at(fits(&self.all[*i].tenure));
        let mut open: Vec<usize> = match self.index() {
            None => {
                let company = among[0].company;
                let open = |i: &usize| {
                    let tenure = &self.all[*i].tenure;
                    tenure.company == company && tenure.end.is_none()
                };
                (0..self.all.len()).filter(open).filter(fits).collect()
            }
            Some(index) => {
                index.places(among, State::Open).into_iter().flatten().map(|(_, i)| *i).filter(fits).collect()
            }
        };
        if open.len() > 1 {
            open.sort_unstable_by_key(|i| (!self.all[*i].tenure.primary, *i));
            open.dedup();
        }
        open
    }

    /// The last opened of the ended tenures that fit.
    pub(super) fn last_ended(&self, among: &[Among<'_>], fits: &dyn Fn(&Tenure) -> bool) -> Option<usize> {
        let fits = |i: &usize| self.looked.at(fits(&self.all[*i].tenure));
        let Some(index) = self.index() else {
            let company = among[0].company;
            let ended = |i: &usize| {
                let tenure = &self.all[*i].tenure;
                tenure.company == company && tenure.end.is_some()
            };
            return (0..self.all.len()).rev().filter(ended).find(fits);
        };
        let places = index.places(among, State::Ended);
        places.iter().filter_map(|place| place.iter().rev().map(|(_, i)| *i).find(|i| fits(i))).max()
    }

    /// The open `employee` tenures of other companies that were not opened as concurrent.
    pub(super) fn employed_elsewhere(&self, company: UnitNo) -> Vec<usize> {
        match self.index() {
            None => {
                let elsewhere = |i: &usize| {
                    let tenure = &self.all[*i].tenure;
                    tenure.company != company && is_exclusive_employment(tenure)
                };
                (0..self.all.len()).filter(elsewhere).collect()
            }
            Some(index) => {
                let others = index.exclusive.iter().filter(|(of, _)| **of != company);
                others.flat_map(|(_, drafts)| drafts.iter().copied()).collect()
            }
        }
    }

    /// The tenures that one claim ended, that is, whose end it was the one to apply.
    pub(super) fn ended_by(&self, claim: usize) -> Vec<usize> {
        self.noted(|index| &index.ended_by, claim, |draft| draft.ended_by == Some(claim))
    }

    /// The tenures among whose statements of the end a `LeftCompany` is.
    pub(super) fn left_by(&self, claim: usize) -> Vec<usize> {
        self.noted(|index| &index.left_by, claim, |draft| draft.left_by.contains(&claim))
    }

    /// The tenures that come from a `HeldPost`, in the order in which they were opened.
    pub(super) fn held_by(&self, claim: usize) -> Vec<usize> {
        self.noted(|index| &index.held_by, claim, |draft| draft.held.iter().any(|held| held.claim == claim))
    }

    fn noted(
        &self,
        by_claim: impl Fn(&DraftIndex) -> &FxHashMap<usize, Vec<usize>>,
        claim: usize,
        fits: impl Fn(&TenureDraft<'f>) -> bool,
    ) -> Vec<usize> {
        let Some(index) = self.index() else {
            return (0..self.all.len()).filter(|i| fits(&self.all[*i])).collect();
        };
        let mut noted = by_claim(&index).get(&claim).cloned().unwrap_or_default();
        noted.sort_unstable();
        noted.dedup();
        noted.retain(|i| self.looked.at(fits(&self.all[*i])));
        noted
    }
}

impl<'f> Deref for Drafts<'f> {
    type Target = [TenureDraft<'f>];

    fn deref(&self) -> &[TenureDraft<'f>] {
        &self.all
    }
}

impl<'f> Index<usize> for Drafts<'f> {
    type Output = TenureDraft<'f>;

    fn index(&self, draft: usize) -> &TenureDraft<'f> {
        &self.all[draft]
    }
}

/// A rule that asks for a tenure to change it may change what the index knows of it.
impl<'f> IndexMut<usize> for Drafts<'f> {
    fn index_mut(&mut self, draft: usize) -> &mut TenureDraft<'f> {
        let touched = self.touched.get_mut();
        if self.index.is_some() && touched.last() != Some(&draft) {
            touched.push(draft);
        }
        &mut self.all[draft]
    }
}

fn is_exclusive_employment(tenure: &Tenure) -> bool {
    tenure.end.is_none() && tenure.employment == Employment::Employee && tenure.concurrency == Concurrency::Exclusive
}
