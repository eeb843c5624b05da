//! Filters that match nothing: which titles and publishers there are, and which of them come near what was asked for.
//!
//! An empty answer says that no person was there. Where it is empty because no title and no publisher is called so, the
//! asker is told. Nothing here is read before a filter has matched nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tenure_domain::archive::Archive;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::name::NameKey;
use tenure_domain::reading::{Publishers, host_of};
use tenure_domain::statement::UnitNo;
use tenure_domain::view::ViewError;

use crate::Inquiry;
use crate::changes::DiffSubject;
use crate::location::{MergerPaths, Stint, as_ended};
use crate::people::tenure_at;
use crate::units::SubUnits;
use tenure_domain::spelling::{Spelling, Via};

/// How many names are suggested.
const SUGGESTED: usize = 3;

/// Names that an asker can have meant by one that matches nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nearest {
    /// These come near it, the nearest first.
    Near(Vec<String>),
    /// None comes near it; these are the most frequent, and so many more there are.
    Frequent(Vec<String>, usize),
}

impl Nearest {
    /// Of names, each with how often it stands there.
    fn to(asked: &str, names: &BTreeMap<&str, usize>) -> Nearest {
        let query = Spelling::of(asked);
        let spelled: Vec<(Spelling, &str)> = names.keys().map(|name| (Spelling::of(name), *name)).collect();
        let ranked = query.ranked(spelled.iter().map(|(spelling, name)| (spelling, *name)));
        let mut near: Vec<String> = ranked.into_iter().map(|(_, name)| name.to_owned()).collect();
        near.extend(names.keys().filter(|name| has_initials(name, asked)).map(|name| (*name).to_owned()));
        near.truncate(SUGGESTED);
        if !near.is_empty() {
            return Nearest::Near(near);
        }
        let mut frequent: Vec<(&str, usize)> = names.iter().map(|(name, count)| (*name, *count)).collect();
        frequent.sort_by_key(|(name, count)| (Reverse(*count), *name));
        let more = frequent.len().saturating_sub(SUGGESTED);
        Nearest::Frequent(frequent.into_iter().take(SUGGESTED).map(|(name, _)| name.to_owned()).collect(), more)
    }
}

/// Whether these are the first letters of the words of a name: `IfG` of `Institute for Government`.
fn has_initials(name: &str, asked: &str) -> bool {
    let initials: String = name.split_whitespace().filter_map(|word| word.chars().next()).collect();
    asked.chars().count() > 1 && initials.to_lowercase() == asked.to_lowercase()
}

/// What a title means that no person has on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TitleMeant {
    /// A person had it there, if not then; and these other titles have it as a part.
    Held(Vec<String>),
    /// It is a part of these titles, which are what is asked for.
    PartOf(Vec<String>),
    /// No person ever had it there.
    Unheard(Nearest),
}

/// A publisher whom no event is by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPublisher {
    /// As the asker wrote it.
    pub asked: String,
    /// Who can be meant.
    pub nearest: Nearest,
}

impl Inquiry<'_> {
    /// The day from which on anything is known of posts in a unit, where that is later than the day asked about: the
    /// earliest start, where each has one.
    pub fn nothing_before(&self, unit: UnitNo, reach: SubUnits) -> Result<Option<Day>, ViewError> {
        let mut first: Option<Day> = None;
        let mut within = self.reach(unit, reach)?;
        for source in within.sources.clone() {
            for row in within.rows(source)?.iter() {
                let Some(start) = row.start.earliest().filter(|start| *start > self.at) else { return Ok(None) };
                first = Some(first.map_or(start, |first| first.min(start)));
            }
        }
        Ok(first)
    }

    /// How many posts surely began after one day and ended by another, by their dates as that one tells them: what a comparison of the
    /// two days does not show.
    pub fn posts_between(&self, of: DiffSubject, first: Day, last: Day) -> Result<usize, ViewError> {
        let mut stints = Vec::new();
        match of {
            DiffSubject::Person(None) | DiffSubject::Unit(None) => {}
            DiffSubject::Person(Some(person)) => {
                stints.extend(self.view.person(person)?.career.tenures.iter().map(Stint::of));
            }
            DiffSubject::Unit(Some(unit)) => {
                let mut within = self.reach(unit, SubUnits::Whole)?;
                for source in within.sources.clone() {
                    stints.extend(within.rows(source)?.iter().map(|row| Stint::row(source, row)));
                }
            }
        }
        let (mut count, mut ways) = (0, MergerPaths::default());
        for stint in stints {
            let Stint { start, end, .. } = as_ended(&mut ways, self.view, stint, last)?;
            let is_after = start.earliest().is_some_and(|start| start > first);
            count += usize::from(is_after && end.and_then(Bounds::latest).is_some_and(|end| end <= last));
        }
        Ok(count)
    }

    /// What a title means in a unit where no whole title matched: it is compared with all that anyone there ever had.
    pub fn title_meant(&self, unit: UnitNo, reach: SubUnits, asked: &str) -> Result<TitleMeant, ViewError> {
        let mut titles: BTreeMap<NameKey, (String, usize)> = BTreeMap::new();
        let mut within = self.reach(unit, reach)?;
        for source in within.sources.clone() {
            for row in within.rows(source)?.iter() {
                let state = self.view.person(row.person)?;
                if let Some(title) = &tenure_at(&state, row.tenure)?.1.title {
                    titles.entry(title.key().clone()).or_insert_with(|| (title.as_str().to_owned(), 0)).1 += 1;
                }
            }
        }
        let query = Spelling::of(asked);
        let has_it = |title: &str| query.score(&Spelling::of(title)).is_some_and(|found| found.via == Via::Part);
        let mut parts: Vec<&(String, usize)> = titles.values().filter(|(title, _)| has_it(title)).collect();
        let is_held = NameKey::of(asked).is_some_and(|key| titles.contains_key(&key));
        if parts.is_empty() && !is_held {
            let names = titles.values().map(|(title, count)| (title.as_str(), *count)).collect();
            return Ok(TitleMeant::Unheard(Nearest::to(asked, &names)));
        }
        parts.sort_by(|(title, count), (other, others)| (Reverse(count), title).cmp(&(Reverse(others), other)));
        let parts = parts.into_iter().map(|(title, _)| title.clone()).collect();
        Ok(if is_held { TitleMeant::Held(parts) } else { TitleMeant::PartOf(parts) })
    }
}

/// The keys of titles, by which tenures are compared.
pub fn title_keys<'t>(titles: impl IntoIterator<Item = &'t str>) -> BTreeSet<NameKey> {
    titles.into_iter().filter_map(NameKey::of).collect()
}

/// Of the publishers that are asked for, those whom no event of the log is by.
pub fn unknown_publishers<'a>(archive: &Archive, asked: impl IntoIterator<Item = &'a str>) -> Vec<UnknownPublisher> {
    let asked: Vec<&str> = asked.into_iter().collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let mut counts: FxHashMap<&Arc<str>, usize> = FxHashMap::default();
    for entry in archive.entries() {
        *counts.entry(&entry.says).or_default() += usize::from(!entry.is_withheld());
    }
    let unknown = |asked: &&str| {
        let publishers = Publishers::of([*asked]);
        !counts.keys().any(|says| publishers.include(says))
    };
    let unknown: Vec<&str> = asked.into_iter().filter(unknown).collect();
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    if !unknown.is_empty() {
        // A source that told of the erased alone is not suggested.
        for (says, count) in counts.iter().filter(|(_, count)| **count > 0) {
            *names.entry(host_of(says).unwrap_or(says)).or_default() += count;
        }
    }
    let nearest = |asked: &str| Nearest::to(asked, &names);
    unknown.iter().map(|asked| UnknownPublisher { asked: (*asked).to_owned(), nearest: nearest(asked) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_near_is_told_before_what_is_frequent() {
        let names = BTreeMap::from([
            ("Institute for Government", 9),
            ("Harbour Gazette", 5),
            ("gov.uk", 7),
            ("The Harbour", 5),
        ]);
        let check = |asked: &str, expect: Nearest| assert_eq!(Nearest::to(asked, &names), expect, "{asked}");
        let near = |names: &[&str]| Nearest::Near(names.iter().map(|name| (*name).to_owned()).collect());
        check("Harbor Gazette", near(&["Harbour Gazette"]));
        check("gazette", near(&["Harbour Gazette"]));
        check("IfG", near(&["Institute for Government"]));
        check("harbour", near(&["The Harbour", "Harbour Gazette"]));
        let frequent = ["Institute for Government", "gov.uk", "Harbour Gazette"];
        check("Zzz", Nearest::Frequent(frequent.iter().map(|name| (*name).to_owned()).collect(), 1));
        assert_eq!(Nearest::to("Zzz", &BTreeMap::new()), Nearest::Frequent(Vec::new(), 0));
    }
}
