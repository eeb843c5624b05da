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
use crate::adapter::conventions::OpenWords;
use crate::adapter::records::{Learner, Pass, json as parse};
use crate::adapter::settings::unusable;

/// How many positions and organisations the inputs may have: what bounds the memory of a run.
const MOST_LEARNED: usize = 8_000_000;

/// What is known of a position.
#[derive(Clone, Debug, Default)]
pub(super) struct Position {
    /// The name, and how far it is from the one to take.
    pub(super) name: Option<(bool, String)>,
    pub(super) organization: Option<String>,
    pub(super) country: Option<String>,
}

/// What the first pass learned.
#[derive(Default)]
pub(super) struct EntityIndex {
    pub(super) positions: HashMap<String, Position>,
    /// The ids of organisations, by hash: there can be millions.
    pub(super) organisations: HashSet<u64>,
    /// From which day on people are dead, and organisations dissolved.
    pub(super) over: HashMap<String, Day>,
}

pub(super) fn hash(id: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(id)
}

impl EntityIndex {
    fn learn(&mut self, entity: &Entity, open: &OpenWords) {
        let over = ["deathDate", "dissolutionDate"].iter().find_map(|property| {
            let dates = entity.dates(property, |text| open.is_open_end(text)).ok()?;
            dates.into_iter().filter_map(Bounds::latest).min()
        });
        self.over.extend(over.map(|day| (entity.id.clone(), day)));
        if kind(&entity.schema).is_some() {
            self.organisations.insert(hash(&entity.id));
        }
        if entity.schema != "Position" {
            return;
        }
        let position = self.positions.entry(entity.id.clone()).or_default();
        let name = |worth: &entity::Worth| (worth.lang.as_deref().is_some_and(|lang| lang != "en"), worth.text.clone());
        let is_name = |(_, text): &(bool, String)| text.parse::<Name>().is_ok();
        let least = |had: Option<String>, property: &str| {
            had.into_iter().chain(entity.first(property).map(str::to_owned)).min()
        };
        position.name =
            position.name.take().into_iter().chain(entity.values("name").iter().map(name)).filter(is_name).min();
        position.organization = least(position.organization.take(), "organization");
        position.country = least(position.country.take(), "country");
    }
}

/// Learns what positions are, which ids are those of organisations, and what is over.
pub(super) fn learn(inputs: &[PathBuf], open: &OpenWords) -> Result<EntityIndex, AdapterError> {
    const WORDS: [&str; 6] = ["Position", "Company", "Organization", "PublicBody", "deathDate", "dissolutionDate"];
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
        if known.positions.len() + known.organisations.len() + known.over.len() > MOST_LEARNED {
            let problem = format!("there are more than {MOST_LEARNED} positions and organisations");
            return Err(unusable(Path::new(&*record.place.file), problem, "make several extracts"));
        }
        Ok(())
    })?;
    Ok(known)
}
