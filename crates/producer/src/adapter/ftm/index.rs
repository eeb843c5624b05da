//! What must be known of other entities before one is handed on: what positions are called and whose they are, which
//! ids are those of organisations, and who or what is over.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::name::Name;

use super::entity::{self, Entity, joined, kind, nested, statement};
use super::inputs::each_record;
use crate::adapter::AdapterError;
use crate::adapter::claims::over::Mortal;
use crate::adapter::conventions::OpenWords;
use crate::adapter::records::{Learner, Pass, json as parse};
use crate::adapter::settings::unusable;
use crate::adapter::stint::covering;

/// How many positions and organisations the inputs may have: what bounds the memory of a run.
const MOST_LEARNED: usize = 8_000_000;

/// The schema of what is a person or an organisation.
pub(super) const UNSURE: &str = "LegalEntity";

/// How many units may stand above each other.
const MOST_LEVELS: usize = 1_000;

/// What is known of a position.
#[derive(Clone, Debug, Default)]
pub(super) struct Position {
    /// The name, and how far it is from the one to take: whether it is not the main one, and not English.
    pub(super) name: Option<(bool, bool, String)>,
    pub(super) organization: Option<String>,
    pub(super) country: Option<String>,
}

/// What the first pass learned.
#[derive(Default)]
pub(super) struct EntityIndex {
    pub(super) positions: HashMap<String, Position>,
    /// The ids of organisations, by hash: there can be millions.
    pub(super) organisations: HashSet<u64>,
    /// The ids of what is a person or an organisation, by hash: its schema does not say which.
    pub(super) unsure: HashSet<u64>,
    /// The parents of units of organisations, as far as they are known.
    units: HashMap<String, Option<String>>,
    /// The last entity that was read with a parent: its statements stand together, in any order.
    last_parent: Option<(String, String)>,
    /// When people died, and organisations were dissolved.
    pub(super) over: HashMap<String, (Mortal, Bounds)>,
}

pub(super) fn hash(id: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(id)
}

impl EntityIndex {
    fn learn(&mut self, entity: &Entity, open: &OpenWords) {
        let over =
            [(Mortal::Person, "deathDate"), (Mortal::Unit, "dissolutionDate")].iter().find_map(|(of, property)| {
                let dates = entity.dates(property, |text| open.is_open_end(text)).ok()?;
                Some((*of, covering(&dates).filter(|over| over.latest().is_some())?))
            });
        self.over.extend(over.map(|over| (entity.id.clone(), over)));
        if kind(&entity.schema).is_some() {
            self.organisations.insert(hash(&entity.id));
        }
        if entity.schema == UNSURE {
            self.unsure.insert(hash(&entity.id));
        }
        if let Some(parent) = entity.first("parent") {
            self.last_parent = Some((entity.id.clone(), parent.to_owned()));
        }
        if entity.is_unit() {
            self.units.entry(entity.id.clone()).or_default();
        }
        if let Some((id, parent)) = &self.last_parent
            && let Some(known) = self.units.get_mut(id)
        {
            *known = Some(parent.clone());
        }
        if entity.schema != "Position" {
            return;
        }
        let position = self.positions.entry(entity.id.clone()).or_default();
        let name = |worth: &entity::Worth| {
            let is_foreign = worth.lang.as_deref().is_some_and(|lang| lang != "en");
            (!entity.is_caption(&worth.text), is_foreign, worth.text.clone())
        };
        let is_name = |(_, _, text): &(bool, bool, String)| text.parse::<Name>().is_ok();
        let least = |had: Option<String>, property: &str| {
            had.into_iter().chain(entity.first(property).map(str::to_owned)).min()
        };
        position.name =
            position.name.take().into_iter().chain(entity.values("name").iter().map(name)).filter(is_name).min();
        position.organization = least(position.organization.take(), "organization");
        position.country = least(position.country.take(), "country");
    }
}

impl EntityIndex {
    /// The organisation of which an entity is a unit, and the unit or organisation directly above it.
    pub(super) fn above<'k>(&'k self, id: &str) -> Option<(&'k str, &'k str)> {
        let parent = |id: &str| self.units.get(id)?.as_deref();
        let above = parent(id)?;
        let chain = std::iter::successors(Some(above), |id| parent(id));
        // Units that stand above themselves are units of nothing.
        let last = chain.take(MOST_LEVELS).last()?;
        parent(last).is_none().then_some((last, above))
    }

    /// What is a person or an organisation by one statement may be a person by another.
    fn settle(&mut self, record: &str) {
        if !record.contains("\"Person\"") {
            return;
        }
        let Ok(json) = parse(record) else { return };
        for entity in statement(&json).map_or_else(|| nested(&json), |row| joined(vec![row])) {
            if entity.schema == "Person" {
                self.unsure.remove(&hash(&entity.id));
            }
        }
    }

    /// Until which day a person lived, or something was there, for sure.
    pub(super) fn lasted(&self, id: &str) -> Option<Day> {
        self.over.get(id).and_then(|(of, over)| match of {
            Mortal::Person => Some(over.earliest().unwrap_or(Day::MIN)),
            Mortal::Unit => over.latest(),
        })
    }

    fn len(&self) -> usize {
        self.positions.len() + self.organisations.len() + self.unsure.len() + self.over.len() + self.units.len()
    }
}

/// Learns what positions are, which ids are those of organisations, and what is over.
pub(super) fn learn(inputs: &[PathBuf], open: &OpenWords) -> Result<EntityIndex, AdapterError> {
    const WORDS: [&str; 7] =
        ["Position", "Company", "Organization", "PublicBody", "LegalEntity", "deathDate", "dissolutionDate"];
    let mut known = EntityIndex::default();
    each_record(inputs, Pass::Learning, &mut Learner, &mut |record, _| {
        if !WORDS.iter().any(|word| record.text.contains(word)) {
            return Ok(());
        }
        let Ok(json) = parse(record.text) else { return Ok(()) };
        match statement(&json) {
            Some(row) if row.is_external => {}
            Some(row) => joined(vec![row]).iter().for_each(|entity| known.learn(entity, open)),
            None => nested(&json).iter().for_each(|entity| known.learn(entity, open)),
        }
        if known.len() > MOST_LEARNED {
            let problem = format!("there are more than {MOST_LEARNED} positions and organisations");
            return Err(unusable(Path::new(&*record.place.file), problem, "make several extracts"));
        }
        Ok(())
    })?;
    if !known.unsure.is_empty() {
        each_record(inputs, Pass::Learning, &mut Learner, &mut |record, _| {
            known.settle(record.text);
            Ok(())
        })?;
    }
    Ok(known)
}
