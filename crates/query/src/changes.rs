//! `diff`: what was learned, and what happened, between two points (contract, section 5).

use std::collections::{BTreeMap, BTreeSet};

use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::structure::Existence;

use crate::Inquiry;
use crate::answer::{Basis, Change, DiffAnswer, Person, Position, Target};
use crate::place::{parent, subtree};
use crate::tenure_id::TenureIds;

/// The person or unit of a diff at one point, where there is any.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    /// A person.
    Person(Option<PersonNo>),
    /// A unit and what is below it.
    Unit(Option<UnitNo>),
}

/// One end of a comparison: whom it is asked of, and on what.
#[derive(Clone, Copy)]
pub struct Point<'p> {
    /// The ledger and the day.
    pub inquiry: Inquiry<'p>,
    /// The target on that basis.
    pub of: Of,
}

/// Whether a post before and one after are the same in some sense.
type Same<'s> = dyn Fn(&Position, &Position) -> bool + 's;

/// Whether knowledge or time passes between two points.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Passing {
    Knowledge,
    Time,
}

/// `diff`: `first` is the earlier day as known at first, `then` the same day as known later, `last` the later day as
/// known later.
pub fn diff_answer(basis: Basis, target: Target, first: &Point<'_>, then: &Point<'_>, last: &Point<'_>) -> DiffAnswer {
    let learned = compare(first, then, Passing::Knowledge);
    let happened = compare(then, last, Passing::Time);
    DiffAnswer { basis, target, happened, learned }
}

fn compare(before: &Point<'_>, after: &Point<'_>, passing: Passing) -> Vec<Change> {
    let mut changes = Vec::new();
    match (before.of, after.of) {
        (Of::Person(b), Of::Person(a)) => changes.extend(person_changes(before, b, after, a, passing)),
        (Of::Unit(b), Of::Unit(a)) => {
            changes.extend(unit_changes(before, b, after, a));
            let inside = Inside::of(before, b, after, a);
            for (b, a) in pairs(before, &inside.before, after, &inside.after) {
                let found = person_changes(before, b, after, a, passing);
                changes.extend(found.into_iter().filter(|change| inside.touches(change)));
            }
        }
        (Of::Person(_), Of::Unit(_)) | (Of::Unit(_), Of::Person(_)) => {}
    }
    changes.sort_by_cached_key(|c| {
        let person = c.person.as_ref().map(|p| p.id.clone());
        let unit = c.unit.as_ref().map(|u| u.id.clone());
        let tenure = c.before.as_ref().or(c.after.as_ref()).map(|p| p.tenure.tenure.clone());
        (person, unit, c.kind.clone(), tenure)
    });
    changes
}

/// The people and the unit ids of a unit at both points.
struct Inside {
    before: BTreeSet<PersonNo>,
    after: BTreeSet<PersonNo>,
    ids: BTreeSet<String>,
}

impl Inside {
    fn of(before: &Point<'_>, b: Option<UnitNo>, after: &Point<'_>, a: Option<UnitNo>) -> Inside {
        let mut inside = Inside { before: BTreeSet::new(), after: BTreeSet::new(), ids: BTreeSet::new() };
        let ends = [(before, b), (after, a)];
        for (point, unit) in ends {
            let Some(unit) = unit else { continue };
            let view = point.inquiry.view;
            let tree = subtree(view, unit, point.inquiry.at);
            inside.ids.extend(tree.units.iter().map(|u| view.unit(*u).id.to_string()));
            let people = if std::ptr::eq(point, before) { &mut inside.before } else { &mut inside.after };
            for source in &tree.sources {
                people.extend(view.roster(*source).iter().map(|row| row.person));
            }
        }
        inside
    }

    fn touches(&self, change: &Change) -> bool {
        change.before.iter().chain(&change.after).any(|p| {
            let unit = p.tenure.unit.as_ref().unwrap_or(&p.tenure.company);
            self.ids.contains(&unit.id)
        })
    }
}

/// The people of both points, each with himself: by id, else by a name that means one person there.
fn pairs(
    before: &Point<'_>,
    here: &BTreeSet<PersonNo>,
    after: &Point<'_>,
    there: &BTreeSet<PersonNo>,
) -> Vec<(Option<PersonNo>, Option<PersonNo>)> {
    let counterpart = |from: &Point<'_>, person: PersonNo, to: &Point<'_>| {
        let who = from.inquiry.view.who(person);
        let names = who.names.iter().map(|n| n.name.as_str());
        std::iter::once(&*who.id).chain(names).find_map(|name| match to.inquiry.view.people_asked(name)[..] {
            [one] => Some(one),
            _ => None,
        })
    };
    let mut pairs: Vec<(Option<PersonNo>, Option<PersonNo>)> =
        here.iter().map(|p| (Some(*p), counterpart(before, *p, after))).collect();
    let met: BTreeSet<PersonNo> = pairs.iter().filter_map(|(_, a)| *a).collect();
    let rest = there.iter().filter(|p| !met.contains(p));
    pairs.extend(rest.map(|p| (counterpart(after, *p, before), Some(*p))));
    pairs
}

fn person_changes(
    before: &Point<'_>,
    b: Option<PersonNo>,
    after: &Point<'_>,
    a: Option<PersonNo>,
    passing: Passing,
) -> Vec<Change> {
    let positions =
        |point: &Point<'_>, p: Option<PersonNo>| p.map(|p| point.inquiry.positions_of(p)).unwrap_or_default();
    let (mut old, mut new) = (positions(before, b), positions(after, a));
    let person: Option<Person> = a.map(|p| after.inquiry.person_shown(p)).or(b.map(|p| before.inquiry.person_shown(p)));
    let mut changes = Vec::new();
    let mut change = |kind: &str, before: Option<Position>, after: Option<Position>| {
        let kind = kind.to_owned();
        changes.push(Change { kind, person: person.clone(), unit: None, before, after });
    };
    // What ended the posts before, as the later point tells it: a move ends one post and begins another.
    let ended_by: BTreeMap<String, BTreeSet<String>> = a
        .map(|p| after.inquiry.view.person(p))
        .iter()
        .flat_map(|state| {
            let ids = TenureIds::of(state);
            state.career.tenures.iter().enumerate().map(move |(i, held)| {
                let ending = held.end.iter().filter(|end| !end.origin.is_inferred()).flat_map(|end| &end.events);
                (ids.id(i), ending.map(ToString::to_string).collect())
            })
        })
        .collect();
    let moved = |b: &Position, a: &Position| {
        let ending = ended_by.get(&b.tenure.tenure);
        same_company(b, a) && ending.is_some_and(|events| a.tenure.supports.iter().any(|e| events.contains(e)))
    };
    // The same post at both points, then the same seat under another title, then what one event ended and began, then
    // the primary posts.
    let stages: [&Same<'_>; 5] = [
        &|b, a| b.tenure.tenure == a.tenure.tenure,
        &|b, a| same_unit(b, a) && b.tenure.title == a.tenure.title && b.tenure.employment == a.tenure.employment,
        &moved,
        &|b, a| {
            let primary = b.tenure.primary && a.tenure.primary;
            same_company(b, a) && primary && b.tenure.employment == a.tenure.employment
        },
        &|b, a| {
            let alike = b.tenure.primary == a.tenure.primary && b.tenure.employment == a.tenure.employment;
            same_unit(b, a) && alike
        },
    ];
    let was_in: BTreeSet<String> = old.iter().map(|p| p.tenure.company.id.clone()).collect();
    let is_in: BTreeSet<String> = new.iter().map(|p| p.tenure.company.id.clone()).collect();
    for same in stages {
        let mut rest = Vec::new();
        for b in old {
            match new.iter().position(|a| same(&b, a)) {
                Some(found) => {
                    let a = new.remove(found);
                    if let Some(kind) = difference(&b, &a, passing) {
                        change(kind, Some(b), Some(a));
                    }
                }
                None => rest.push(b),
            }
        }
        old = rest;
    }
    let still_told: BTreeSet<String> = a
        .map(|p| after.inquiry.view.person(p))
        .iter()
        .flat_map(|state| state.career.tenures.iter().flat_map(|t| t.supports.iter().map(ToString::to_string)))
        .collect();
    for b in old {
        let kind = if passing == Passing::Knowledge && !b.tenure.supports.iter().any(|e| still_told.contains(e)) {
            "withdrawn"
        } else if is_in.contains(&b.tenure.company.id) {
            "relieved"
        } else {
            "left"
        };
        change(kind, Some(b), None);
    }
    for a in new {
        let kind = if was_in.contains(&a.tenure.company.id) || !a.tenure.primary { "appointed" } else { "joined" };
        change(kind, None, Some(a));
    }
    changes
}

fn same_company(b: &Position, a: &Position) -> bool {
    b.tenure.company.id == a.tenure.company.id
}

fn same_unit(b: &Position, a: &Position) -> bool {
    same_company(b, a) && b.tenure.unit.as_ref().map(|u| &u.id) == a.tenure.unit.as_ref().map(|u| &u.id)
}

/// In what one post before and one after differ, the greatest first.
fn difference(b: &Position, a: &Position, passing: Passing) -> Option<&'static str> {
    let manager = |p: &Position| p.tenure.reports_to.as_ref().map(|m| m.id.clone());
    if !same_unit(b, a) {
        // The same tenure elsewhere: its unit was merged, which is told of the unit.
        (b.tenure.tenure != a.tenure.tenure).then_some("moved")
    } else if b.tenure.title != a.tenure.title {
        Some("retitled")
    } else if manager(b) != manager(a) {
        Some("new_manager")
    } else if passing == Passing::Knowledge {
        let ended_anew = b.tenure.to.is_some() && b.tenure.to != a.tenure.to;
        let otherwise = (b.tenure.lead, b.tenure.acting, &b.tenure.remit, b.tenure.primary)
            != (a.tenure.lead, a.tenure.acting, &a.tenure.remit, a.tenure.primary);
        let restated = b.tenure.from != a.tenure.from || b.certainty != a.certainty;
        (restated || ended_anew || otherwise).then_some("corrected")
    } else {
        None
    }
}

fn unit_changes(before: &Point<'_>, b: Option<UnitNo>, after: &Point<'_>, a: Option<UnitNo>) -> Vec<Change> {
    let reach = |point: &Point<'_>, unit: Option<UnitNo>| -> BTreeMap<String, UnitNo> {
        let view = point.inquiry.view;
        let units = unit.map(|unit| {
            let tree = subtree(view, unit, point.inquiry.at);
            tree.units.union(&tree.sources).copied().collect::<Vec<_>>()
        });
        units.into_iter().flatten().map(|u| (view.unit(u).id.to_string(), u)).collect()
    };
    let (mut old, mut new) = (reach(before, b), reach(after, a));
    // A unit that moved in or out is in reach at one point only, and is looked up at the other.
    for (id, unit) in new.clone() {
        let _ = unit;
        if let (false, [found]) = (old.contains_key(&id), &before.inquiry.view.units_asked(&id)[..]) {
            old.insert(id, *found);
        }
    }
    for id in old.keys().cloned().collect::<Vec<_>>() {
        if let (false, [found]) = (new.contains_key(&id), &after.inquiry.view.units_asked(&id)[..]) {
            new.insert(id, *found);
        }
    }
    let mut changes = Vec::new();
    for (id, now) in &new {
        let there = after.inquiry.view.unit(*now);
        let is = there.history.exists(after.inquiry.at);
        let mut tell = |kind: &str| {
            let unit = Some(after.inquiry.unit_shown(*now));
            changes.push(Change { kind: kind.to_owned(), person: None, unit, before: None, after: None });
        };
        let Some(then) = old.get(id) else {
            if there.history.existence(after.inquiry.at).is_some_and(|c| c.value == Existence::Formed) {
                tell("unit_formed");
            }
            continue;
        };
        let was = before.inquiry.view.unit(*then).history.exists(before.inquiry.at);
        match (was, is) {
            (false, true) => tell("unit_formed"),
            (true, false) => match there.history.existence(after.inquiry.at).map(|c| c.value) {
                Some(Existence::Merged(_)) => tell("unit_merged"),
                Some(Existence::Formed | Existence::Dissolved) | None => tell("unit_dissolved"),
            },
            (false, false) => {}
            (true, true) => {
                if before.inquiry.unit_shown(*then).name != after.inquiry.unit_shown(*now).name {
                    tell("unit_renamed");
                }
                let above = |point: &Point<'_>, unit: UnitNo| {
                    let view = point.inquiry.view;
                    parent(view, unit, point.inquiry.at).map(|p| view.unit(p).id.clone())
                };
                if above(before, *then) != above(after, *now) {
                    tell("unit_moved");
                }
            }
        }
    }
    changes
}
