//! What events would change: the same ledger read without them and with them.
//!
//! Looked at are those whom the events name, and what depends on that: of a statement about a person's identity those who
//! reported to the person, of one about a unit the people who were ever in it. Two readings give one person and one
//! unit different numbers, so everything is compared as answers show it, by id.
//!
//! Deliberately not here: which events those are, and what becomes of the comparison.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;
use tenure_domain::bounds::Bounds;
use tenure_domain::edtf::shortest;
use tenure_domain::event::{Event, Fact, Field, Named, Reference};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::structure::Existence;
use tenure_domain::view::{Meant, View, ViewError};

use crate::location::subtree_ever;
use crate::{Asked, ConflictsOf, Inquiry};
use tenure_answers::{BasisShown, Conflict, Difference, Effects, Holder, Person, UnitProfile};

/// What the events change: `before` is asked of the ledger without them, `after` of the ledger with them.
///
/// `events` are the new ones and those that they retract or correct.
pub fn effects(before: &Inquiry<'_>, after: &Inquiry<'_>, events: &[Event]) -> Result<Effects, ViewError> {
    let mut named = Mentioned::default();
    for event in events {
        named.event(event);
    }
    let (was, is) = (Concerned::of(before, &named)?, Concerned::of(after, &named)?);
    let mut effects = Effects::default();
    let people = |inquiry: &Inquiry<'_>, of: &Concerned| -> Result<BTreeMap<String, Person>, ViewError> {
        of.people.iter().map(|p| inquiry.person_shown(*p)).map(|p| p.map(|p| (p.id.clone(), p))).collect()
    };
    let people = (people(before, &was)?, people(after, &is)?);
    effects.people = differences(&people.0, &people.1, |a, b| a.name == b.name && alike(&a.names, &b.names));
    let units = |inquiry: &Inquiry<'_>, of: &Concerned| -> Result<BTreeMap<String, UnitProfile>, ViewError> {
        of.units.iter().map(|u| profile(inquiry, *u)).map(|u| u.map(|u| (u.unit.id.clone(), u))).collect()
    };
    let units = (units(before, &was)?, units(after, &is)?);
    effects.units = differences(&units.0, &units.1, |a, b| {
        (&a.unit, &a.history) == (&b.unit, &b.history) && alike(&a.names, &b.names)
    });
    effects.tenures = tenures(held(before, &was)?, held(after, &is)?);
    effects.conflicts = disputes(conflicts(before, &was)?, conflicts(after, &is)?);
    Ok(effects)
}

/// Whether two lists hold the same names, in whatever order they were reported.
fn alike(one: &[String], other: &[String]) -> bool {
    one.iter().collect::<BTreeSet<_>>() == other.iter().collect::<BTreeSet<_>>()
}

/// Whom and what events name.
#[derive(Default)]
struct Mentioned<'e> {
    people: Vec<&'e Reference>,
    /// People whose identity is stated: those who report to them are looked at too.
    identities: Vec<&'e Reference>,
    /// Units, each with its company where it has one.
    units: Vec<(&'e Reference, Option<&'e Reference>)>,
    /// Units of which something is stated: their people are looked at too.
    structure: Vec<(&'e Reference, Option<&'e Reference>)>,
}

impl<'e> Mentioned<'e> {
    fn event(&mut self, event: &'e Event) {
        match &event.fact {
            Fact::Person { person, fact } => {
                self.people.push(person);
                fact.visit(|_, named| match named {
                    Named::Person(person) => self.people.push(person),
                    Named::Company(company) => self.units.push((company, None)),
                    Named::Unit(unit) => self.units.push((unit, Some(fact.company()))),
                });
            }
            Fact::Unit { unit, company, fact } => {
                let company = company.as_ref();
                self.structure.push((unit, company));
                self.units.extend(company.map(|company| (company, None)));
                // The people of a unit that takes in another are looked at too.
                let other = fact.other().map(|(field, other)| (field, (other, Some(company.unwrap_or(unit)))));
                match other {
                    Some((Field::Into, into)) => self.structure.push(into),
                    Some((_, parent)) => self.units.push(parent),
                    None => {}
                }
            }
            Fact::PersonDied { person } => self.people.push(person),
            Fact::PersonDescribed { person, company, .. } => {
                self.identities.push(person);
                self.units.extend(company.iter().map(|company| (company, None)));
            }
            Fact::SamePerson { person, same_as } => self.identities.extend([person, same_as]),
            Fact::SameUnit { unit, company, same_as, same_as_company } => {
                let company = company.as_ref();
                let other = same_as_company.as_ref().or(company);
                self.structure.extend([(unit, company), (same_as, other)]);
            }
            Fact::EventRetracted { .. } => {}
            Fact::PersonErased { person } => self.identities.push(person),
        }
    }
}

/// Everything by which a reference may be known.
fn calls(reference: &Reference) -> impl Iterator<Item = &str> {
    let id = reference.id.iter().map(tenure_domain::event::GivenId::as_str);
    let names = reference.names.iter().map(tenure_domain::name::Name::as_str);
    id.chain(names).chain(reference.identifiers.iter().map(|identifier| &*identifier.value))
}

/// Who and what of one reading is looked at.
struct Concerned {
    people: BTreeSet<PersonNo>,
    units: BTreeSet<UnitNo>,
}

impl Concerned {
    fn of(inquiry: &Inquiry<'_>, named: &Mentioned<'_>) -> Result<Concerned, ViewError> {
        let view = inquiry.view;
        let meant = |references: &[&Reference]| -> Result<BTreeSet<PersonNo>, ViewError> {
            let mut meant = BTreeSet::new();
            for call in references.iter().flat_map(|reference| calls(reference)) {
                meant.extend(view.people_asked(call)?);
            }
            Ok(meant)
        };
        let mut people = meant(&named.people)?;
        let stated = meant(&named.identities)?;
        for person in &stated {
            people.extend(view.reports(*person)?);
        }
        people.extend(stated);
        let mut units: BTreeSet<UnitNo> = BTreeSet::new();
        for (unit, company) in &named.units {
            units.extend(units_meant(view, unit, *company)?);
        }
        let mut structure: BTreeSet<UnitNo> = BTreeSet::new();
        for (unit, company) in &named.structure {
            structure.extend(units_meant(view, unit, *company)?);
        }
        for unit in &structure {
            for source in subtree_ever(view, *unit, inquiry.at)?.sources {
                people.extend(view.roster(source)?.iter().map(|row| row.person));
            }
        }
        units.extend(structure);
        Ok(Concerned { people, units })
    }
}

/// The units that a reference may mean: of its company, or the company itself.
fn units_meant(view: &dyn View, unit: &Reference, company: Option<&Reference>) -> Result<Vec<UnitNo>, ViewError> {
    let asked = |reference: &Reference| -> Result<Vec<UnitNo>, ViewError> {
        let mut asked = Vec::new();
        for call in calls(reference) {
            asked.extend(view.units_asked(call)?);
        }
        Ok(asked)
    };
    let companies = company.map(asked).transpose()?;
    let mut found = Vec::new();
    for unit in asked(unit)? {
        let of = view.unit(unit)?.company;
        let is_meant = match &companies {
            Some(companies) => companies.contains(&unit) || of.is_some_and(|company| companies.contains(&company)),
            None => of.is_none(),
        };
        if is_meant {
            found.push(unit);
        }
    }
    Ok(found)
}

/// A unit with its history.
fn profile(inquiry: &Inquiry<'_>, unit: UnitNo) -> Result<UnitProfile, ViewError> {
    let state = inquiry.view.unit(unit)?;
    let history = &state.history;
    let name_of = |unit: UnitNo| Ok::<_, ViewError>(inquiry.unit_shown(unit)?.name);
    let first_parent = history.first_parent.map(name_of).transpose()?;
    let first = [
        history.first_name.as_ref().map(|name| format!("called {}", name.as_str())),
        history.first_kind.as_ref().map(|kind| format!("a {kind}")),
        first_parent.map(|parent| format!("under {parent}")),
    ];
    let mut lines: Vec<String> = first.into_iter().flatten().collect();
    let since = |what: String, bounds: Bounds| format!("{what} {}", shortest(bounds));
    lines.extend(history.renames.iter().map(|c| since(format!("called {} from", c.value.as_str()), c.bounds)));
    lines.extend(history.kinds.iter().map(|c| since(format!("a {} from", c.value), c.bounds)));
    for change in &history.parents {
        lines.push(since(format!("under {} from", name_of(change.value)?), change.bounds));
    }
    for change in &history.existence {
        let what = match change.value {
            Existence::Formed => "formed".to_owned(),
            Existence::Merged(into) => format!("merged into {},", name_of(into)?),
            Existence::Dissolved => "dissolved".to_owned(),
        };
        lines.push(since(what, change.bounds));
    }
    let names = state.names.iter().map(|n| n.name.as_str().to_owned()).collect();
    Ok(UnitProfile { unit: inquiry.unit_shown(unit)?, names, history: lines })
}

/// What is there on one side only, or is not the same on both; by key.
fn differences<T: Clone>(
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<Difference<T>> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let pairs = keys.into_iter().map(|key| (before.get(key), after.get(key)));
    let differ = pairs.filter(|(b, a)| !matches!((b, a), (Some(b), Some(a)) if same(b, a)));
    differ.map(|(b, a)| Difference { before: b.cloned(), after: a.cloned() }).collect()
}

/// Contradictions that are on one side only. Two of one sort about the same are one that says something else.
fn disputes(before: Vec<Conflict>, after: Vec<Conflict>) -> Vec<Difference<Conflict>> {
    let about =
        |c: &Conflict| (c.kind.clone(), c.person.as_ref().map(|p| p.id.clone()), c.unit.as_ref().map(|u| u.id.clone()));
    let by_content = |conflicts: Vec<Conflict>| -> BTreeMap<_, Conflict> {
        conflicts.into_iter().map(|c| ((about(&c), c.events.clone(), c.detail.clone()), c)).collect()
    };
    let (mut before, mut after) = (by_content(before), by_content(after));
    before.retain(|key, _| after.remove(key).is_none());
    let mut waiting: BTreeMap<_, VecDeque<Conflict>> = BTreeMap::new();
    for conflict in after.into_values() {
        waiting.entry(about(&conflict)).or_default().push_back(conflict);
    }
    let mut found: Vec<Difference<Conflict>> = Vec::new();
    for conflict in before.into_values() {
        let after = waiting.get_mut(&about(&conflict)).and_then(VecDeque::pop_front);
        found.push(Difference { before: Some(conflict), after });
    }
    found.extend(waiting.into_values().flatten().map(|conflict| Difference { before: None, after: Some(conflict) }));
    found
}

/// All tenures of the people looked at, by person and then as `career` orders them.
fn held(inquiry: &Inquiry<'_>, of: &Concerned) -> Result<Vec<Holder>, ViewError> {
    let mut held = Vec::new();
    for person in &of.people {
        let career = inquiry.career_answer(no_basis(), Asked::Here(*person))?;
        let person = career.person;
        held.extend(career.tenures.into_iter().map(|tenure| Holder { person: person.clone(), tenure }));
    }
    held.sort_by(|a, b| a.person.id.cmp(&b.person.id));
    Ok(held)
}

/// Answers compared here are not shown, and rest on nothing that was asked for.
fn no_basis() -> BasisShown {
    BasisShown::default()
}

/// What a tenure says, with those whom it names by their ids alone: a name learned is told of who bears it.
fn said(held: &Holder) -> Value {
    let mut said = serde_json::to_value(&held.tenure).unwrap_or_default();
    for field in ["company", "unit", "reports_to"] {
        if let Some(value) = said.get_mut(field)
            && let Some(id) = value.get("id").cloned()
        {
            *value = id;
        }
    }
    said["person"] = held.person.id.clone().into();
    said
}

/// Pairs the tenures that differ: by person and id, then by person and post, then by post and start alone.
fn tenures(before: Vec<Holder>, after: Vec<Holder>) -> Vec<Difference<Holder>> {
    let unchanged: BTreeSet<String> = {
        let after: BTreeSet<String> = after.iter().map(|held| said(held).to_string()).collect();
        before.iter().map(|held| said(held).to_string()).filter(|said| after.contains(said)).collect()
    };
    let differs = |held: &Holder| !unchanged.contains(&said(held).to_string());
    let mut old: Vec<Option<Holder>> = before.into_iter().filter(differs).map(Some).collect();
    let mut new: Vec<Holder> = after.into_iter().filter(differs).collect();
    let post = |held: &Holder| {
        let tenure = &held.tenure;
        let unit = tenure.unit.as_ref().map(|unit| unit.id.clone());
        format!("{:?}", (&tenure.company.id, unit, &tenure.title, &tenure.employment))
    };
    let by_id = |held: &Holder| held.tenure.tenure.clone();
    let by_post = |held: &Holder| format!("{} {}", held.person.id, post(held));
    let by_start = |held: &Holder| format!("{:?} {}", held.tenure.from.edtf, post(held));
    let stages: [&dyn Fn(&Holder) -> String; 3] = [&by_id, &by_post, &by_start];
    let mut found: Vec<Difference<Holder>> = Vec::new();
    for key in stages {
        let mut waiting: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, held) in old.iter().enumerate().rev() {
            if let Some(held) = held {
                waiting.entry(key(held)).or_default().push(at);
            }
        }
        let mut rest = Vec::new();
        for held in new {
            let other = waiting.get_mut(&key(&held)).and_then(Vec::pop).and_then(|at| old[at].take());
            match other {
                Some(before) => found.push(Difference { before: Some(before), after: Some(held) }),
                None => rest.push(held),
            }
        }
        new = rest;
    }
    found.extend(old.into_iter().flatten().map(|held| Difference { before: Some(held), after: None }));
    found.extend(new.into_iter().map(|held| Difference { before: None, after: Some(held) }));
    let person = |pair: &Difference<Holder>| pair.after.as_ref().or(pair.before.as_ref()).map(|h| h.person.id.clone());
    found.sort_by_cached_key(person);
    found
}

/// Of how many people contradictions are looked for one by one; of more, among all of the ledger.
const FEW: usize = 50;

fn conflicts(inquiry: &Inquiry<'_>, of: &Concerned) -> Result<Vec<Conflict>, ViewError> {
    if of.people.len() <= FEW {
        let mut found = Vec::new();
        for person in &of.people {
            found.extend(inquiry.conflicts_answer(no_basis(), Some(ConflictsOf::Person(*person)))?.conflicts);
        }
        for unit in &of.units {
            found.extend(inquiry.conflicts_within(*unit)?);
        }
        let is_looked_at = |one| matches!(one, Meant::Unit(unit) if of.units.contains(&unit));
        found.extend(inquiry.name_conflicts_that(|named| named.about().any(is_looked_at))?);
        return Ok(found);
    }
    let ids = of.people.iter().map(|p| Ok(inquiry.view.who(*p)?.id.to_string()));
    let ids: BTreeSet<String> = ids.collect::<Result<_, ViewError>>()?;
    let units = of.units.iter().map(|u| Ok(inquiry.view.unit(*u)?.id.to_string()));
    let units: BTreeSet<String> = units.collect::<Result<_, ViewError>>()?;
    let mut found = inquiry.conflicts_answer(no_basis(), None)?.conflicts;
    found.retain(|c| {
        c.person.as_ref().is_some_and(|p| ids.contains(&p.id)) || c.unit.as_ref().is_some_and(|u| units.contains(&u.id))
    });
    Ok(found)
}
