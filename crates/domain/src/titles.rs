//! The titles of posts, counted over careers.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::name::NameKey;
use crate::statement::UnitNo;
use crate::tenure::Career;

/// A title as posts have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleUse {
    /// What its spellings have in common.
    pub key: NameKey,
    /// As it is written most often; of equals the least.
    pub name: String,
    /// How many people ever had it.
    pub people: usize,
    /// In which units, and in companies without one, how many had it: the most first, then by number.
    pub places: Vec<(UnitNo, usize)>,
}

/// How often one title is used, or how much more often than before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TitleCount {
    /// Tenures by how it is written.
    pub written: BTreeMap<String, i64>,
    /// People.
    pub people: i64,
    /// People by unit.
    pub places: BTreeMap<UnitNo, i64>,
}

impl TitleCount {
    /// The spelling that is used most; of equals the least.
    pub fn name(&self) -> &str {
        self.written.iter().min_by_key(|(_, count)| Reverse(**count)).map_or("", |(name, _)| name)
    }

    /// The title with that key, as it is used so often.
    pub fn to_use(&self, key: NameKey) -> TitleUse {
        let count = |count: i64| usize::try_from(count).unwrap_or_default();
        let mut places: Vec<(UnitNo, usize)> =
            self.places.iter().map(|(unit, people)| (*unit, count(*people))).collect();
        places.sort_by_key(|(_, people)| Reverse(*people));
        TitleUse { key, name: self.name().to_owned(), people: count(self.people), places }
    }
}

/// How often titles are used.
#[derive(Clone, Debug, Default)]
pub struct TitleCounts(FxHashMap<NameKey, TitleCount>);

impl TitleCounts {
    /// Counts the posts of a career so many times.
    pub fn count(&mut self, career: &Career, times: i64) {
        let mut held: Vec<(&NameKey, UnitNo)> = Vec::with_capacity(career.tenures.len());
        for tenure in &career.tenures {
            let Some(title) = &tenure.title else { continue };
            let count = match self.0.get_mut(title.key()) {
                Some(count) => count,
                None => self.0.entry(title.key().clone()).or_default(),
            };
            match count.written.get_mut(title.as_str()) {
                Some(written) => *written += times,
                None => drop(count.written.insert(title.as_str().to_owned(), times)),
            }
            held.push((title.key(), tenure.unit.unwrap_or(tenure.company)));
        }
        held.sort_unstable();
        held.dedup();
        let mut before = None;
        for (key, unit) in held {
            let Some(count) = self.0.get_mut(key) else { continue };
            *count.places.entry(unit).or_default() += times;
            if before != Some(key) {
                count.people += times;
                before = Some(key);
            }
        }
    }

    /// Counts what others counted as well.
    pub fn add(&mut self, others: TitleCounts) {
        for (key, other) in others.0 {
            let count = self.0.entry(key).or_default();
            for (name, times) in other.written {
                *count.written.entry(name).or_default() += times;
            }
            count.people += other.people;
            for (unit, people) in other.places {
                *count.places.entry(unit).or_default() += people;
            }
        }
    }

    /// Each title with its count, as far as that is not none.
    pub fn into_counts(self) -> impl Iterator<Item = (NameKey, TitleCount)> {
        self.0.into_iter().filter_map(|(key, mut count)| {
            count.written.retain(|_, times| *times != 0);
            count.places.retain(|_, people| *people != 0);
            let is_none = count.people == 0 && count.written.is_empty() && count.places.is_empty();
            (!is_none).then_some((key, count))
        })
    }
}
