//! `diff`: what was learned, and what happened, between two points (contract, section 5).
//!
//! Changes come by unit, by post and by person, so that who went and who came in one post stand together. Nothing here
//! decides how that is shown.

mod counterparts;
mod holdings;
mod open;
mod people;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tenure_domain::name::NameKey;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::structure::{self, Existence};
use tenure_domain::view::{UnitState, ViewError};

use self::counterparts::{Counterparts, End, Group};
use self::people::{Passing, group_changes};
use crate::Inquiry;
use crate::location::{Subtree, parent, subtree};
use crate::naming::NameOrder;
use tenure_answers::{BasisShown, Change, DiffAnswer, Target};

/// The person or unit of a diff at one point, where there is any.
#[derive(Clone, Copy, Debug)]
pub enum DiffSubject {
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
    pub of: DiffSubject,
}

/// `diff`: `first` is the earlier day as known at first, `then` the same day as known later, `last` the later day as
/// known later.
pub fn diff_answer(
    basis: BasisShown,
    target: Target,
    first: &Point<'_>,
    then: &Point<'_>,
    last: &Point<'_>,
) -> Result<DiffAnswer, ViewError> {
    let learned = compare(first, then, Passing::Knowledge { until: last.inquiry.at })?;
    let happened = compare(then, last, Passing::Time)?;
    Ok(DiffAnswer { basis, target, happened, learned })
}

fn compare(before: &Point<'_>, after: &Point<'_>, passing: Passing) -> Result<Vec<Change>, ViewError> {
    let mut changes = Vec::new();
    let counterparts = Counterparts::of(before, after);
    if counterparts.is_one_reading() && before.inquiry.at == after.inquiry.at {
        return Ok(changes);
    }
    match (before.of, after.of) {
        (DiffSubject::Person(b), DiffSubject::Person(a)) => {
            let group = Group { before: Vec::from_iter(b), after: Vec::from_iter(a) };
            changes.extend(group_changes(before, after, &group, &counterparts, passing)?);
        }
        (DiffSubject::Unit(b), DiffSubject::Unit(a)) => {
            changes.extend(unit_changes((before, b), (after, a), &counterparts, passing)?);
            let inside = Inside::of(before, b, after, a)?;
            for group in counterparts.groups(&inside.before, &inside.after)? {
                let found = group_changes(before, after, &group, &counterparts, passing)?;
                changes.extend(found.into_iter().filter(|change| inside.touches(change)));
            }
        }
        (DiffSubject::Person(_), DiffSubject::Unit(_)) | (DiffSubject::Unit(_), DiffSubject::Person(_)) => {}
    }
    sort(&mut changes, after)?;
    Ok(changes)
}

/// A change of whether a unit exists.
type Existed = structure::DatedValue<Existence>;

/// Sorts by unit, as it is called at the later point, what became of the unit itself first; then by post, those without
/// a title last; then by person.
fn sort(changes: &mut [Change], after: &Point<'_>) -> Result<(), ViewError> {
    let ids: BTreeSet<String> =
        changes.iter().filter_map(|change| change.unit_told().map(|unit| unit.id.clone())).collect();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (id, unit) in counterparts::units(after.inquiry.view, &ids)? {
        names.insert(id, after.inquiry.unit_shown(unit)?.name);
    }
    changes.sort_by_cached_key(|change| {
        let post = change.after.as_ref().or(change.before.as_ref()).map(|position| &position.tenure);
        let unit = change.unit_told().map(|unit| NameOrder::text(names.get(&unit.id).unwrap_or(&unit.name), &unit.id));
        let title = post.and_then(|post| NameKey::of(post.title.as_ref()?));
        let person = change.person.as_ref().map(NameOrder::person);
        let tenure = change.before.as_ref().or(change.after.as_ref()).map(|position| position.tenure.tenure.clone());
        (unit, change.unit.is_none(), title.is_none(), title, person, change.kind.clone(), tenure)
    });
    Ok(())
}

/// The people and the unit ids of a unit at both points.
struct Inside {
    before: BTreeSet<PersonNo>,
    after: BTreeSet<PersonNo>,
    ids: BTreeSet<String>,
}

impl Inside {
    fn of(before: &Point<'_>, b: Option<UnitNo>, after: &Point<'_>, a: Option<UnitNo>) -> Result<Inside, ViewError> {
        let mut inside = Inside { before: BTreeSet::new(), after: BTreeSet::new(), ids: BTreeSet::new() };
        let ends = [(before, b), (after, a)];
        for (point, unit) in ends {
            let Some(unit) = unit else { continue };
            let view = point.inquiry.view;
            let tree = subtree(view, unit, point.inquiry.at)?;
            for unit in &tree.units {
                inside.ids.insert(view.unit(*unit)?.id.to_string());
            }
            let people = if std::ptr::eq(point, before) { &mut inside.before } else { &mut inside.after };
            for source in &tree.sources {
                people.extend(view.roster(*source)?.iter().map(|row| row.person));
            }
        }
        Ok(inside)
    }

    fn touches(&self, change: &Change) -> bool {
        change.before.iter().chain(&change.after).any(|p| {
            let unit = p.tenure.unit.as_ref().unwrap_or(&p.tenure.company);
            self.ids.contains(&unit.id)
        })
    }
}

/// The units of which a diff of one tells at a point.
#[derive(Default)]
struct InReach {
    /// What becomes of them.
    units: BTreeSet<UnitNo>,
    /// Of these, that they were merged: they exist again, somewhere, and those who were in them before are here.
    merged: BTreeSet<UnitNo>,
}

fn reach(point: &Point<'_>, unit: Option<UnitNo>) -> Result<InReach, ViewError> {
    let (view, at) = (point.inquiry.view, point.inquiry.at);
    let mut reach = InReach::default();
    let Some(unit) = unit else { return Ok(reach) };
    let Subtree { units, sources, .. } = subtree(view, unit, at)?;
    let is_here = |unit: &UnitNo| units.contains(unit) || sources.contains(unit);
    for unit in units.iter().chain(&sources) {
        let history = &view.unit(*unit)?.history;
        // What merges in only later is not of the unit on the day.
        if units.contains(unit) || !history.exists(at) {
            reach.units.insert(*unit);
        } else if history.mergers(at).any(|into| is_here(&into)) {
            reach.merged.insert(*unit);
        }
    }
    Ok(reach)
}

fn unit_changes(
    (before, b): (&Point<'_>, Option<UnitNo>),
    (after, a): (&Point<'_>, Option<UnitNo>),
    counterparts: &Counterparts<'_>,
    passing: Passing,
) -> Result<Vec<Change>, ViewError> {
    let (old, mut new) = (reach(before, b)?, reach(after, a)?);
    let all = |reach: &InReach| reach.units.union(&reach.merged).copied().collect::<Vec<_>>();
    counterparts.expect_units(all(&old).into_iter(), all(&new).into_iter())?;
    // A unit that moved in or out is in reach at one point only, and is looked up at the other.
    for then in old.units {
        new.units.extend(counterparts.units(End::Before, then)?);
    }
    let mut changes = Vec::new();
    for now in all(&new) {
        let then = counterparts.units(End::After, now)?;
        for kind in kinds_of_change((before, &then), (after, now), counterparts, passing)? {
            if kind == MERGED || new.units.contains(&now) {
                let unit = Some(after.inquiry.unit_shown(now)?);
                changes.push(Change { kind: kind.to_owned(), person: None, unit, before: None, after: None });
            }
        }
    }
    Ok(changes)
}

/// What is told of a unit whose people are another one's.
const MERGED: &str = "unit_merged";

/// What became of a unit, which was one or several before, if it was known.
fn kinds_of_change(
    (before, then): (&Point<'_>, &[UnitNo]),
    (after, now): (&Point<'_>, UnitNo),
    counterparts: &Counterparts<'_>,
    passing: Passing,
) -> Result<Vec<&'static str>, ViewError> {
    let there = after.inquiry.view.unit(now)?;
    let is = there.history.exists(after.inquiry.at);
    let change = there.history.existence(after.inquiry.at);
    let here = then.iter().map(|then| before.inquiry.view.unit(*then));
    let here: Vec<Arc<UnitState>> = here.collect::<Result<_, ViewError>>()?;
    if here.is_empty() {
        return Ok(if change.is_some_and(|c| c.value == Existence::Formed) { vec!["unit_formed"] } else { Vec::new() });
    }
    let was = here.iter().any(|one| one.history.exists(before.inquiry.at));
    // What the earlier point told of as well is no news. Where nothing else says it, what was told of the unit was
    // withdrawn or dated anew.
    let was_told =
        |change: &&Existed| here.iter().flat_map(|one| &one.history.existence).any(|known| known.event == change.event);
    let news = change.filter(|change| passing == Passing::Time || !was_told(change));
    let mut kinds = match (was, is, news.map(|change| change.value)) {
        (false, true, Some(Existence::Formed)) => vec!["unit_formed"],
        (true, false, Some(Existence::Merged(_))) => vec![MERGED],
        (true, false, Some(Existence::Dissolved)) => vec!["unit_dissolved"],
        (false, true, _) | (true, false, _) => vec!["corrected"],
        (false, false, _) => Vec::new(),
        (true, true, _) => {
            // Of a unit that was one with another it is not told which name and which parent were its own.
            let (mut is_renamed, mut is_moved) = (true, true);
            for then in then {
                let is_parted = counterparts.units(End::Before, *then)?.len() > 1;
                let keeps_name = before.inquiry.unit_shown(*then)?.name == after.inquiry.unit_shown(now)?.name;
                is_renamed &= !is_parted && !keeps_name;
                is_moved &= !is_parted && !keeps_parent((before, *then), (after, now), counterparts)?;
            }
            let told = [(is_renamed, "unit_renamed"), (is_moved, "unit_moved")];
            told.into_iter().filter(|(is_so, _)| *is_so).map(|(_, kind)| kind).collect()
        }
    };
    // Its people stay where a merger brought them, whatever it was before and is now.
    let mergers = here.iter().map(|one| one.history.mergers(before.inquiry.at).count()).max();
    if mergers < Some(there.history.mergers(after.inquiry.at).count()) && !kinds.contains(&MERGED) {
        kinds.push(MERGED);
    }
    Ok(kinds)
}

/// Whether the same stands above a unit at both points.
fn keeps_parent(
    (before, then): (&Point<'_>, UnitNo),
    (after, now): (&Point<'_>, UnitNo),
    counterparts: &Counterparts<'_>,
) -> Result<bool, ViewError> {
    let above = |point: &Point<'_>, unit| parent(point.inquiry.view, unit, point.inquiry.at);
    Ok(match (above(before, then)?, above(after, now)?) {
        (Some(b), Some(a)) => counterparts.is_one_unit(b, a)?,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    })
}
