//! Who is who at two points: by number where both are of one reading, else by ids, else by names that mean one alone.
//!
//! Identity depends on what is known, so a person or a unit of one basis has to be looked up on the other. There it can be
//! several: two are told to be one, or one was two all the time. A few are asked for one by one. For many an index of the
//! other basis is made once, for each question would go through all names.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tenure_domain::event::GivenId;
use tenure_domain::identity::KnownName;
use tenure_domain::name::{Name, NameKey};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{Meant, Persona, UnitState, View, ViewError};

use super::Point;
use crate::findings::Findings;

/// How many are asked for one by one before an index is made.
const ONE_BY_ONE: usize = 16;

/// One of the two points.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum End {
    Before,
    After,
}

impl End {
    pub(super) fn other(self) -> End {
        match self {
            End::Before => End::After,
            End::After => End::Before,
        }
    }
}

/// People of both points who are one person at one of them: mostly one and the same.
#[derive(Default)]
pub(super) struct Group {
    pub(super) before: Vec<PersonNo>,
    pub(super) after: Vec<PersonNo>,
}

/// Finds who is who at two points. What was found is remembered.
pub(super) struct Counterparts<'p> {
    before: Side<'p>,
    after: Side<'p>,
}

impl<'p> Counterparts<'p> {
    pub(super) fn of(before: &Point<'p>, after: &Point<'p>) -> Counterparts<'p> {
        Counterparts { before: Side::of(before.inquiry.view), after: Side::of(after.inquiry.view) }
    }

    /// Whether both points are of one reading of the ledger, so that numbers mean the same.
    pub(super) fn is_one_reading(&self) -> bool {
        std::ptr::addr_eq(std::ptr::from_ref(self.before.view), std::ptr::from_ref(self.after.view))
    }

    pub(super) fn is_one_unit(&self, b: UnitNo, a: UnitNo) -> Result<bool, ViewError> {
        self.is_one(Meant::Unit(b), Meant::Unit(a))
    }

    pub(super) fn is_one_person(&self, b: PersonNo, a: PersonNo) -> Result<bool, ViewError> {
        self.is_one(Meant::Person(b), Meant::Person(a))
    }

    fn is_one(&self, b: Meant, a: Meant) -> Result<bool, ViewError> {
        Ok(self.counterparts(End::Before, b)?.contains(&a) || self.counterparts(End::After, a)?.contains(&b))
    }

    /// The units of the other point that a unit of this end is.
    pub(super) fn units(&self, end: End, unit: UnitNo) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.counterparts(end, Meant::Unit(unit))?.into_iter().filter_map(Meant::unit).collect())
    }

    /// The people of both points in groups, completed by the counterparts of each.
    pub(super) fn groups(
        &self,
        here: &BTreeSet<PersonNo>,
        there: &BTreeSet<PersonNo>,
    ) -> Result<Vec<Group>, ViewError> {
        if self.is_one_reading() {
            return Ok(here.union(there).map(|one| Group { before: vec![*one], after: vec![*one] }).collect());
        }
        self.before.expect(here.iter().copied().map(Meant::Person))?;
        self.after.expect(there.iter().copied().map(Meant::Person))?;
        // That the one is found as the other need not hold the other way round.
        let mut linked: BTreeMap<(End, PersonNo), Vec<(End, PersonNo)>> = BTreeMap::new();
        let people = here.iter().map(|one| (End::Before, *one)).chain(there.iter().map(|one| (End::After, *one)));
        let mut work: Vec<(End, PersonNo)> = people.collect();
        let mut met: BTreeSet<(End, PersonNo)> = work.iter().copied().collect();
        while let Some((end, person)) = work.pop() {
            linked.entry((end, person)).or_default();
            let found = self.counterparts(end, Meant::Person(person))?;
            for other in found.into_iter().filter_map(Meant::person).map(|other| (end.other(), other)) {
                linked.entry((end, person)).or_default().push(other);
                linked.entry(other).or_default().push((end, person));
                if met.insert(other) {
                    work.push(other);
                }
            }
        }
        let mut groups = Vec::with_capacity(here.len());
        let mut grouped: BTreeSet<(End, PersonNo)> = BTreeSet::new();
        for first in linked.keys() {
            let mut group = Group::default();
            let mut work = vec![*first];
            while let Some(one) = work.pop() {
                if grouped.insert(one) {
                    match one {
                        (End::Before, person) => group.before.push(person),
                        (End::After, person) => group.after.push(person),
                    }
                    work.extend(&linked[&one]);
                }
            }
            if !group.before.is_empty() || !group.after.is_empty() {
                groups.push(group);
            }
        }
        Ok(groups)
    }

    /// Tells of units that are likely to be counterparts of each other.
    pub(super) fn expect_units(
        &self,
        here: impl Iterator<Item = UnitNo>,
        there: impl Iterator<Item = UnitNo>,
    ) -> Result<(), ViewError> {
        self.before.expect(here.map(Meant::Unit))?;
        self.after.expect(there.map(Meant::Unit))
    }

    /// What was found at one of the points, for all people of the answer.
    pub(super) fn findings(&self, end: End) -> &RefCell<Findings> {
        &self.side(end).findings
    }

    fn side(&self, end: End) -> &Side<'p> {
        match end {
            End::Before => &self.before,
            End::After => &self.after,
        }
    }

    /// Who or what it is at the other point: whatever has one of its ids there, and what alone has one of its names where
    /// one of the two is not found by an id.
    fn counterparts(&self, end: End, meant: Meant) -> Result<Vec<Meant>, ViewError> {
        if self.is_one_reading() {
            return Ok(vec![meant]);
        }
        let (here, there) = (self.side(end), self.side(end.other()));
        if let Some(known) = here.found.borrow().get(&meant) {
            return Ok(known.clone());
        }
        let identity = Identity::of(here.view, meant)?;
        let by_id = there.with_an_id_of(&identity)?;
        let mut found = by_id.clone();
        let mut known_names: FxHashSet<NameKey> = FxHashSet::default();
        for other in &by_id {
            let other = Identity::of(there.view, *other)?;
            known_names.extend(other.names().iter().map(|known| known.name.key().clone()));
        }
        for known in identity.names().iter().filter(|known| !known_names.contains(known.name.key())) {
            let mut called = there.called(identity.kind(), &known.name)?;
            if let Some(company) = identity.company() {
                called = self.of_company(end, company, called)?;
            }
            if let [one] = called[..]
                && (by_id.is_empty() || here.with_an_id_of(&Identity::of(there.view, one)?)?.is_empty())
            {
                found.push(one);
            }
        }
        found.sort_unstable();
        found.dedup();
        here.found.borrow_mut().insert(meant, found.clone());
        Ok(found)
    }

    /// Those of the other point's units that are of what is that company there.
    fn of_company(&self, end: End, company: UnitNo, units: Vec<Meant>) -> Result<Vec<Meant>, ViewError> {
        let companies = self.counterparts(end, Meant::Unit(company))?;
        let view = self.side(end.other()).view;
        let mut found = Vec::new();
        for unit in units {
            let of = Identity::of(view, unit)?.company();
            if of.is_some_and(|of| companies.contains(&Meant::Unit(of))) {
                found.push(unit);
            }
        }
        Ok(found)
    }
}

/// What sort of thing is looked up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Person,
    Company,
    Unit,
}

/// Who or what is meant: its ids and names.
enum Identity {
    Person(Arc<Persona>),
    Unit(Arc<UnitState>),
}

impl Identity {
    fn of(view: &dyn View, meant: Meant) -> Result<Identity, ViewError> {
        Ok(match meant {
            Meant::Person(person) => Identity::Person(view.who(person)?),
            Meant::Unit(unit) => Identity::Unit(view.unit(unit)?),
        })
    }

    fn kind(&self) -> Kind {
        match self {
            Identity::Person(_) => Kind::Person,
            Identity::Unit(unit) if unit.company.is_none() => Kind::Company,
            Identity::Unit(_) => Kind::Unit,
        }
    }

    fn company(&self) -> Option<UnitNo> {
        match self {
            Identity::Person(_) => None,
            Identity::Unit(unit) => unit.company,
        }
    }

    /// The id by which answers call it, and those that scrapers gave.
    fn ids(&self) -> impl Iterator<Item = &str> {
        let (id, given) = match self {
            Identity::Person(person) => (&person.id, &person.ids),
            Identity::Unit(unit) => (&unit.id, &unit.ids),
        };
        std::iter::once(&**id).chain(given.iter().map(GivenId::as_str))
    }

    fn names(&self) -> &[KnownName] {
        match self {
            Identity::Person(person) => &person.names,
            Identity::Unit(unit) => &unit.names,
        }
    }
}

/// One of the points, as things of the other are looked up there.
struct Side<'p> {
    view: &'p dyn View,
    /// By their ids, those that are likely to be looked up.
    likely: RefCell<BTreeMap<Kind, FxHashMap<String, Meant>>>,
    /// How often something was asked for.
    asked: Cell<usize>,
    people: OnceCell<Index>,
    units: OnceCell<Index>,
    /// The counterparts that were found of what is here.
    found: RefCell<BTreeMap<Meant, Vec<Meant>>>,
    /// What was found at this point alone.
    findings: RefCell<Findings>,
}

impl<'p> Side<'p> {
    fn of(view: &'p dyn View) -> Side<'p> {
        let (likely, found, findings) = (RefCell::default(), RefCell::default(), RefCell::default());
        Side { view, likely, asked: Cell::new(0), people: OnceCell::new(), units: OnceCell::new(), found, findings }
    }

    fn expect(&self, likely: impl Iterator<Item = Meant>) -> Result<(), ViewError> {
        for meant in likely {
            let identity = Identity::of(self.view, meant)?;
            let mut likely = self.likely.borrow_mut();
            let by_id = likely.entry(identity.kind()).or_default();
            by_id.extend(identity.ids().map(|id| (id.to_owned(), meant)));
        }
        Ok(())
    }

    /// What has one of the ids here.
    fn with_an_id_of(&self, identity: &Identity) -> Result<Vec<Meant>, ViewError> {
        let kind = identity.kind();
        let mut found: Vec<Meant> = Vec::new();
        for id in identity.ids() {
            let likely = self.likely.borrow().get(&kind).and_then(|by_id| by_id.get(id).copied());
            let meant = match likely {
                Some(meant) => vec![meant],
                None => {
                    self.asked_for(kind, id, |index| index.ids.get(id), |one| one.ids().any(|known| known == id))?
                }
            };
            found.extend(meant);
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// What has that name here.
    fn called(&self, kind: Kind, name: &Name) -> Result<Vec<Meant>, ViewError> {
        let has_name = |one: &Identity| one.names().iter().any(|known| known.name.key() == name.key());
        self.asked_for(kind, name.as_str(), |index| index.names.get(name.key()), has_name)
    }

    /// What is found in the index, where there is one; else what the view finds for the text that fits.
    fn asked_for<'s>(
        &'s self,
        kind: Kind,
        text: &str,
        indexed: impl FnOnce(&'s Index) -> Option<&'s Vec<Meant>>,
        fits: impl Fn(&Identity) -> bool,
    ) -> Result<Vec<Meant>, ViewError> {
        let asked: Vec<Meant> = match self.index(kind)? {
            Some(index) => indexed(index).cloned().unwrap_or_default(),
            None if kind == Kind::Person => self.view.people_asked(text)?.into_iter().map(Meant::Person).collect(),
            None => self.view.units_asked(text)?.into_iter().map(Meant::Unit).collect(),
        };
        let mut found = Vec::new();
        for meant in asked {
            let identity = Identity::of(self.view, meant)?;
            if identity.kind() == kind && fits(&identity) {
                found.push(meant);
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn index(&self, kind: Kind) -> Result<Option<&Index>, ViewError> {
        let asked = self.asked.get() + 1;
        self.asked.set(asked);
        let index = match kind {
            Kind::Person => &self.people,
            Kind::Company | Kind::Unit => &self.units,
        };
        if asked > ONE_BY_ONE && index.get().is_none() {
            let all: Vec<Meant> = match kind {
                Kind::Person => self.view.people()?.into_iter().map(Meant::Person).collect(),
                Kind::Company | Kind::Unit => self.view.units()?.into_iter().map(Meant::Unit).collect(),
            };
            let made = Index::of(self.view, all)?;
            return Ok(Some(index.get_or_init(|| made)));
        }
        Ok(index.get())
    }
}

/// What ids and names mean in a view.
#[derive(Default)]
struct Index {
    ids: FxHashMap<String, Vec<Meant>>,
    names: FxHashMap<NameKey, Vec<Meant>>,
}

impl Index {
    fn of(view: &dyn View, all: Vec<Meant>) -> Result<Index, ViewError> {
        let mut index = Index::default();
        for meant in all {
            let identity = Identity::of(view, meant)?;
            for id in identity.ids() {
                index.ids.entry(id.to_owned()).or_default().push(meant);
            }
            for known in identity.names() {
                index.names.entry(known.name.key().clone()).or_default().push(meant);
            }
        }
        Ok(index)
    }
}

/// The units of some ids in a view.
pub(super) fn units<'i>(
    view: &dyn View,
    ids: impl IntoIterator<Item = &'i String>,
) -> Result<Vec<(String, UnitNo)>, ViewError> {
    let ids: Vec<&String> = ids.into_iter().collect();
    let mut found = Vec::new();
    if ids.len() > ONE_BY_ONE {
        let known = view.units()?.into_iter().map(|unit| Ok((view.unit(unit)?.id.to_string(), unit)));
        let known: FxHashMap<String, UnitNo> = known.collect::<Result<_, ViewError>>()?;
        found.extend(ids.into_iter().filter_map(|id| Some((id.clone(), *known.get(id)?))));
    } else {
        for id in ids {
            if let [unit] = view.units_asked(id)?[..] {
                found.push((id.clone(), unit));
            }
        }
    }
    Ok(found)
}
