//! Who is who at two points: by number where both are of one reading, else by id, else by a name that means one there.
//!
//! Identity depends on what is known, so a person or a unit of one basis has to be looked up on the other. A few are
//! asked for one by one. For many an index of the other basis is made once, for each question would go through all names.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use tenure_domain::name::NameKey;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{View, ViewError};

use super::Point;

/// How many are asked for one by one before an index is made.
const ONE_BY_ONE: usize = 16;

/// A person at both points, where known.
pub(super) type Pair<N> = (Option<N>, Option<N>);

/// Whether both points are of one reading of the ledger, so that numbers mean the same.
pub(super) fn is_one_reading(before: &Point<'_>, after: &Point<'_>) -> bool {
    std::ptr::addr_eq(std::ptr::from_ref(before.inquiry.view), std::ptr::from_ref(after.inquiry.view))
}

/// The people of both points, each with their counterpart.
pub(super) fn people(
    before: &Point<'_>,
    here: &BTreeSet<PersonNo>,
    after: &Point<'_>,
    there: &BTreeSet<PersonNo>,
) -> Result<Vec<Pair<PersonNo>>, ViewError> {
    if is_one_reading(before, after) {
        return Ok(here.union(there).map(|person| (Some(*person), Some(*person))).collect());
    }
    let mut pairs: Vec<Pair<PersonNo>> = counterparts(before.inquiry.view, here, after.inquiry.view, there)?
        .into_iter()
        .map(|(person, counterpart)| (Some(person), counterpart))
        .collect();
    let met: BTreeSet<PersonNo> = pairs.iter().filter_map(|(_, a)| *a).collect();
    let rest: BTreeSet<PersonNo> = there.difference(&met).copied().collect();
    let back = counterparts(after.inquiry.view, &rest, before.inquiry.view, here)?;
    pairs.extend(back.into_iter().map(|(person, counterpart)| (counterpart, Some(person))));
    Ok(pairs)
}

/// Each of these people with who it is in the other view; `likely` are looked at first.
fn counterparts(
    from: &dyn View,
    people: &BTreeSet<PersonNo>,
    to: &dyn View,
    likely: &BTreeSet<PersonNo>,
) -> Result<Vec<(PersonNo, Option<PersonNo>)>, ViewError> {
    let by_id = likely.iter().map(|person| Ok((to.who(*person)?.id.to_string(), *person)));
    let by_id: FxHashMap<String, PersonNo> = by_id.collect::<Result<_, ViewError>>()?;
    let mut found: Vec<(PersonNo, Option<PersonNo>)> = Vec::with_capacity(people.len());
    for person in people {
        found.push((*person, by_id.get(&*from.who(*person)?.id).copied()));
    }
    let missing = found.iter().filter(|(_, counterpart)| counterpart.is_none()).count();
    let index = (missing > ONE_BY_ONE).then(|| Index::of(to)).transpose()?;
    for (person, counterpart) in found.iter_mut().filter(|(_, counterpart)| counterpart.is_none()) {
        let who = from.who(*person)?;
        for name in std::iter::once(&*who.id).chain(who.names.iter().map(|n| n.name.as_str())) {
            *counterpart = match &index {
                Some(index) => index.only(name),
                None => only(&to.people_asked(name)?),
            };
            if counterpart.is_some() {
                break;
            }
        }
    }
    Ok(found)
}

/// The one of several, where it is the only one.
fn only<N: Copy>(found: &[N]) -> Option<N> {
    if let [one] = found { Some(*one) } else { None }
}

/// Whom ids and names mean in a view; none where several are meant.
struct Index {
    ids: FxHashMap<String, PersonNo>,
    names: FxHashMap<NameKey, Option<PersonNo>>,
}

impl Index {
    fn of(view: &dyn View) -> Result<Index, ViewError> {
        let mut index = Index { ids: FxHashMap::default(), names: FxHashMap::default() };
        for person in view.people()? {
            let who = view.who(person)?;
            index.ids.insert(who.id.to_string(), person);
            index.ids.extend(who.ids.iter().map(|id| (id.as_str().to_owned(), person)));
            for known in &who.names {
                let meant = index.names.entry(known.name.key().clone()).or_insert(Some(person));
                *meant = meant.filter(|other| *other == person);
            }
        }
        Ok(index)
    }

    fn only(&self, name: &str) -> Option<PersonNo> {
        let by_id = self.ids.get(name).copied();
        by_id.or_else(|| self.names.get(&NameKey::of(name)?).copied().flatten())
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
            found.extend(only(&view.units_asked(id)?).map(|unit| (id.clone(), unit)));
        }
    }
    Ok(found)
}

/// Whether a unit of one point is that of the other: by its number or its id, else by a name that it had in its company.
pub(super) fn is_one_unit(before: &Point<'_>, b: UnitNo, after: &Point<'_>, a: UnitNo) -> Result<bool, ViewError> {
    if is_one_reading(before, after) {
        return Ok(b == a);
    }
    let view = after.inquiry.view;
    let (then, now) = (before.inquiry.view.unit(b)?, view.unit(a)?);
    if then.id == now.id {
        return Ok(true);
    }
    let is_of_one_company = match (then.company, now.company) {
        (Some(b), Some(a)) => is_one_unit(before, b, after, a)?,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    for name in then.names.iter().filter(|_| is_of_one_company) {
        if view.units_asked(name.name.as_str())?.contains(&a) {
            return Ok(true);
        }
    }
    Ok(false)
}
