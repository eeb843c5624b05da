//! What new events change: who and what is otherwise than before them.
//!
//! Of the new events, and of those that live or do not because of them, an excerpt is taken that tells of everybody whom
//! they tell of. It is read as of before the new events and with them. Where a name means another person afterwards, the
//! events that use it are taken as well, and it is read again, until nothing else is touched.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::directory::Kind;
use super::gather::{Beside, Breadth, Depth, Gather, Task};
use super::{Excerpt, Lookup, MOST_ROUNDS, NoExcerpt};
use crate::archive::{Archive, Entry, PersonRef};
use crate::conflict::ConflictKind;
use crate::identity::Call;
use crate::mark::{Mark, MentionMarks};
use crate::name::NameKey;
use crate::position::{EventId, Seq};
use crate::reading::{Basis, MentionNumbers, Numbered, Numbers, Reading, UNNUMBERED, both, withhold_as_of};
use crate::statement::{PersonNo, UnitNo};
use crate::view::{Meant, NameConflict, PersonState, UnitState};

/// What something was, and what it is; none: it was not there, or is not there any more.
#[derive(Debug)]
pub struct Turn<T> {
    /// Before the new events.
    pub was: Option<T>,
    /// With them.
    pub is: Option<T>,
}

/// What a list has no more, and what it has in addition.
#[derive(Debug)]
pub struct Exchange<T> {
    /// What goes.
    pub gone: Vec<T>,
    /// What comes.
    pub new: Vec<T>,
}

/// What new events change. People and units have their lasting numbers ([`Numbers`]).
#[derive(Debug)]
pub struct Changes {
    /// The people who are otherwise than before, or may be.
    pub people: BTreeMap<PersonNo, Turn<PersonState>>,
    /// The units and companies that are otherwise than before. Of what is below them, only those are told of that come or
    /// go.
    pub units: BTreeMap<UnitNo, Turn<UnitState>>,
    /// The companies that have another id: the one before and the new one. What of their units has no id of its own has one
    /// made of it, and is told of only where something else about it changes too.
    pub company_ids: BTreeMap<UnitNo, (String, String)>,
    /// By what they are called.
    pub calls: Exchange<(Call, Meant)>,
    /// The conflicts of names and of keys.
    pub conflicts: Exchange<NameConflict>,
    /// The names of those who are erased, beside those who were.
    pub erased_names: Vec<NameKey>,
}

impl Changes {
    /// What the events after a position change. `lookup` tells of them too. No excerpt of more than `most` events is taken.
    pub fn of<L: Lookup>(
        lookup: &L,
        fresh: impl Iterator<Item = Seq>,
        before: Seq,
        most: usize,
    ) -> Result<Changes, NoExcerpt<L::Error>> {
        let fresh: BTreeSet<Seq> = fresh.collect();
        // What it took for one round is there for the next.
        let mut gather = Gather::new(lookup, Beside::Names { before }, most)?;
        let seeds = affected(&mut gather, fresh, before)?;
        let mut trial = Trial { before, seeds, ways: BTreeMap::new() };
        for _ in 0..MOST_ROUNDS {
            match trial.round(&mut gather, lookup, most)? {
                Round::Done(changes) => return Ok(changes),
                Round::More => {}
                Round::Unbounded => break,
            }
        }
        Err(NoExcerpt::TooMany)
    }
}

/// The new events, with those that live or do not because of them, or of which it is otherwise what they replace. Who is
/// meant by anything plays no part in that.
fn affected<L: Lookup>(
    gather: &mut Gather<'_, L>,
    fresh: BTreeSet<Seq>,
    before: Seq,
) -> Result<BTreeSet<Seq>, NoExcerpt<L::Error>> {
    gather.work.extend(fresh.iter().map(|seq| Task::Event(*seq, Breadth::Life, Depth::Named)));
    gather.work_off()?;
    let archive = gather.archive();
    let then = as_of(before);
    let (was, is) = both(archive.len(), || Reading::new(&archive, &then), || Reading::new(&archive, &Basis::default()));
    let mut affected = fresh;
    for (at, entry) in archive.entries.iter().enumerate() {
        if was.lives(at) != is.lives(at) || was.replaced_by(entry) != is.replaced_by(entry) {
            affected.insert(entry.seq);
        }
    }
    Ok(affected)
}

fn as_of(position: Seq) -> Basis {
    Basis { recorded: Some(position), ..Basis::default() }
}

enum Round {
    Done(Changes),
    /// More is to be taken.
    More,
    /// What changes cannot be told from an excerpt.
    Unbounded,
}

struct Trial {
    before: Seq,
    /// The events that can change something, beside those that live or do not because of these.
    seeds: BTreeSet<Seq>,
    /// The ways of naming people who can be otherwise, and those that are decided by all their uses.
    ways: BTreeMap<Mark, Depth>,
}

impl Trial {
    fn round<L: Lookup>(
        &mut self,
        gather: &mut Gather<'_, L>,
        lookup: &L,
        most: usize,
    ) -> Result<Round, NoExcerpt<L::Error>> {
        gather.work.extend(self.seeds.iter().map(|seq| Task::Event(*seq, Breadth::Touched, Depth::Named)));
        for (way, depth) in &self.ways {
            gather.take_way(*way, *depth)?;
        }
        gather.work_off()?;
        let touched: FxHashSet<Seq> = gather
            .events
            .iter()
            .filter(|(_, ((look, _), ..))| *look == Breadth::Touched)
            .map(|(seq, _)| *seq)
            .collect();
        let excerpt = Excerpt::of(gather);
        let archive = &excerpt.archive;
        let is_touched = |entry: usize| touched.contains(&archive.entries[entry].seq);
        // Of an erasure nothing is told at any clock; what is told now is held against what was told before it came.
        let withheld_before = archive.has_erasures().then(|| {
            let mut archive = gather.archive();
            withhold_as_of(&mut archive, self.before);
            archive
        });
        let archive_before = withheld_before.as_ref().unwrap_or(archive);
        let then = as_of(self.before);
        let events = archive.len();
        let (was, is) =
            both(events, || Reading::new(archive_before, &then), || Reading::new(archive, &Basis::default()));
        let (names_before, names) = (archive_before.erased_names(), archive.erased_names());
        if names_before.keys().any(|name| !names.has(name)) {
            // Whether another one who is erased has that name is not known.
            return Ok(Round::Unbounded);
        }
        let mut doubtful = excerpt.doubtful(&was, &then);
        doubtful.extend(excerpt.doubtful(&is, &Basis::default()));
        if !doubtful.is_empty() {
            let is_decidable = |way: &Mark| {
                excerpt.usages[way].kind != Kind::Company
                    && self.ways.get(way).is_none_or(|depth| *depth < Depth::Asked)
            };
            let all_are = doubtful.iter().all(is_decidable);
            self.ways.extend(doubtful.into_iter().map(|way| (way, Depth::Asked)));
            return Ok(if all_are { Round::More } else { Round::Unbounded });
        }
        let numbers = numbers(&excerpt);
        let (was, is) = both(events, || Numbered::of(&was, &numbers), || Numbered::of(&is, &numbers));
        let known = (self.seeds.len(), self.ways.len());
        self.follow_ways(lookup, &excerpt, &numbers, &was, &is, most)?;
        self.follow_erasures(&excerpt, archive_before);
        self.follow_decisions(archive, &was, &is, is_touched);
        self.follow_conflicts(archive, &was, &is);
        let dirty = dirty(archive, &was, &is, is_touched);
        for (way, mark) in excerpt.marks.persons.iter().enumerate() {
            let is_dirty =
                |side: &Numbered<'_, '_>| side.person_named(way).is_some_and(|person| dirty.contains(&person));
            if excerpt.depths.get(mark).is_some_and(|depth| *depth < Depth::Member) && (is_dirty(&was) || is_dirty(&is))
            {
                self.ways.insert(*mark, Depth::Member);
            }
        }
        if known != (self.seeds.len(), self.ways.len()) {
            return Ok(Round::More);
        }
        let mut changes = told(&was, &is, &dirty, &numbers.companies, events);
        changes.erased_names = names.keys().filter(|name| !names_before.has(name)).cloned().collect();
        let states = changes.people.values().flat_map(|turn| [&turn.was, &turn.is]).flatten();
        let is_whole = states.into_iter().all(Numbers::knows_all_of);
        Ok(if is_whole { Round::Done(changes) } else { Round::Unbounded })
    }

    /// Takes the events that use a way of naming which means another one than before.
    fn follow_ways<L: Lookup>(
        &mut self,
        lookup: &L,
        excerpt: &Excerpt<'_>,
        numbers: &MentionNumbers,
        was: &Numbered<'_, '_>,
        is: &Numbered<'_, '_>,
        most: usize,
    ) -> Result<(), NoExcerpt<L::Error>> {
        let differs =
            |one: &Option<Vec<u32>>, other: &Option<Vec<u32>>| one.is_some() && other.is_some() && one != other;
        let numbered = |numbers: &[u32], way: usize| numbers[way] != UNNUMBERED;
        let MentionNumbers { persons, companies, units } = numbers;
        let people = (0..persons.len()).filter(|way| numbered(persons, *way));
        let people = people.filter(|way| differs(&was.person_way(*way), &is.person_way(*way)));
        let places = (0..units.len()).filter(|way| numbered(units, *way));
        let places = places.filter(|way| differs(&was.unit_way(*way), &is.unit_way(*way)));
        // Of a company, all that is there is another one's.
        let firms = (0..companies.len()).filter(|way| numbered(companies, *way));
        let firms = firms.filter(|way| differs(&was.company_way(*way), &is.company_way(*way)));
        let marks = people.map(|way| &excerpt.marks.persons[way]).chain(places.map(|way| &excerpt.marks.units[way]));
        for mark in marks.chain(firms.map(|way| &excerpt.marks.companies[way])) {
            let Some(usage) = excerpt.usages.get(mark) else { continue };
            if usage.others.len() > most as u64 {
                return Err(NoExcerpt::TooMany);
            }
            self.seeds.extend(usage.own.iter().chain(usage.others.all(*mark, lookup)?));
        }
        Ok(())
    }

    /// Takes the events of which something else is withheld than before, and all that name those of whom that is.
    fn follow_erasures(&mut self, excerpt: &Excerpt<'_>, before: &Archive) {
        let now = &excerpt.archive;
        let mentions = |archive: &Archive| -> FxHashSet<(u32, PersonRef)> {
            archive.erased_mentions.iter().map(|mention| (mention.entry, mention.person)).collect()
        };
        for (entry, PersonRef(way)) in mentions(before).symmetric_difference(&mentions(now)) {
            self.seeds.insert(now.entries[*entry as usize].seq);
            self.ways.insert(excerpt.marks.persons[*way as usize], Depth::Asked);
        }
        let sides = before.entries.iter().zip(&now.entries);
        let differs =
            |(was, is): &(&Entry, &Entry)| was.is_withheld() != is.is_withheld() || was.withheld != is.withheld;
        let otherwise: Vec<&Entry> = sides.filter(differs).map(|(_, is)| is).collect();
        // What replaces one of them, or is replaced by it, is told with it.
        let ids: FxHashSet<&EventId> =
            otherwise.iter().flat_map(|entry| std::iter::once(&entry.id).chain(&entry.corrects)).collect();
        let keyed = |entry: &Entry| entry.key.clone().map(|key| (entry.says.clone(), key));
        let keys: FxHashSet<_> = otherwise.iter().filter_map(|entry| keyed(entry)).collect();
        let is_related = |entry: &&Entry| {
            ids.contains(&entry.id)
                || entry.corrects.as_ref().is_some_and(|corrected| ids.contains(corrected))
                || keyed(entry).is_some_and(|key| keys.contains(&key))
        };
        self.seeds.extend(now.entries.iter().filter(is_related).map(|entry| entry.seq));
    }

    /// Takes the events in which an ambiguous name means another one than before.
    fn follow_decisions(
        &mut self,
        archive: &Archive,
        was: &Numbered<'_, '_>,
        is: &Numbered<'_, '_>,
        is_touched: impl Fn(usize) -> bool,
    ) {
        if !was.is_ambiguous() && !is.is_ambiguous() {
            return;
        }
        for (at, entry) in archive.entries.iter().enumerate().filter(|(at, _)| !is_touched(*at)) {
            if was.lives(at) && is.lives(at) && was.decided(at) != is.decided(at) {
                self.seeds.insert(entry.seq);
            }
        }
    }
}

impl Trial {
    /// Takes the events of a conflict that is otherwise than before, where it is not known whom they name. One of a key is
    /// told of the first of its events that names one, whichever that is.
    fn follow_conflicts(&mut self, archive: &Archive, was: &Numbered<'_, '_>, is: &Numbered<'_, '_>) {
        let (before, now) = (was.conflicts(), is.conflicts());
        let (gone, new) = (without(&before, &now), without(&now, &before));
        let is_open = |conflict: &&NameConflict| {
            conflict.conflict.kind == ConflictKind::KeyReused || !Numbers::are_all_known(conflict)
        };
        for conflict in gone.iter().chain(&new).filter(is_open) {
            let entries = conflict.conflict.events.iter().filter_map(|event| archive.entry(event));
            self.seeds.extend(entries.map(|entry| entry.seq));
        }
    }
}

/// The conflicts of a list that another one has not.
fn without(one: &[NameConflict], other: &[NameConflict]) -> Vec<NameConflict> {
    one.iter().filter(|conflict| !other.contains(conflict)).cloned().collect()
}

/// The lasting numbers of the ways of naming that an excerpt follows.
fn numbers(excerpt: &Excerpt<'_>) -> MentionNumbers {
    let number = |mark: &Mark| {
        let usage = excerpt.usages.get(mark).filter(|_| excerpt.depths.contains_key(mark));
        usage.map_or(UNNUMBERED, |usage| usage.number)
    };
    let of = |marks: &[Mark]| marks.iter().map(number).collect();
    let MentionMarks { persons, companies, units } = &excerpt.marks;
    MentionNumbers { persons: of(persons), companies: of(companies), units: of(units) }
}

/// The people who are otherwise than before, or may be.
fn dirty(
    archive: &Archive,
    was: &Numbered<'_, '_>,
    is: &Numbered<'_, '_>,
    is_touched: impl Fn(usize) -> bool,
) -> BTreeSet<PersonNo> {
    let touched = (0..archive.entries.len()).filter(|entry| is_touched(*entry));
    let mut dirty: BTreeSet<PersonNo> =
        touched.flat_map(|entry| [was.subjects(entry), is.subjects(entry)].concat()).collect();
    let all: BTreeSet<PersonNo> = was.people().chain(is.people()).collect();
    dirty.extend(all.into_iter().filter(|person| was.persona(*person) != is.persona(*person)));
    dirty
}

fn told(
    was: &Numbered<'_, '_>,
    is: &Numbered<'_, '_>,
    dirty: &BTreeSet<PersonNo>,
    company_ways: &[u32],
    events: usize,
) -> Changes {
    let company_ids = (0..company_ways.len()).filter(|way| company_ways[*way] != UNNUMBERED).filter_map(|way| {
        let ((company, was), (now, is)) = (was.company(way)?, is.company(way)?);
        (company == now && was != is).then(|| (company, (was.to_owned(), is.to_owned())))
    });
    let states = |side: &Numbered<'_, '_>| dirty.iter().map(|person| side.person(*person)).collect::<Vec<_>>();
    let (before, now) = both(events, || states(was), || states(is));
    let turns = before.into_iter().zip(now).map(|(was, is)| Turn { was, is });
    let people = dirty.iter().copied().zip(turns);
    let units: BTreeSet<UnitNo> = was.units().chain(is.units()).collect();
    let units = units.into_iter().map(|unit| (unit, Turn { was: was.unit(unit), is: is.unit(unit) }));
    let calls = exchange(was.calls(), is.calls());
    let (before, now) = (was.conflicts(), is.conflicts());
    Changes {
        people: people.collect(),
        units: units.filter(|(_, turn)| turn.was != turn.is).collect(),
        company_ids: company_ids.collect(),
        calls,
        conflicts: Exchange { gone: without(&before, &now), new: without(&now, &before) },
        erased_names: Vec::new(),
    }
}

/// What differs between two sorted lists.
fn exchange<T: Ord>(was: Vec<T>, is: Vec<T>) -> Exchange<T> {
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    let (mut was, mut is) = (was.into_iter().peekable(), is.into_iter().peekable());
    loop {
        match (was.peek(), is.peek()) {
            (None, None) => return Exchange { gone, new },
            (Some(one), Some(other)) if one == other => {
                was.next();
                is.next();
            }
            (Some(one), other) if other.is_none_or(|other| one < other) => gone.extend(was.next()),
            _ => new.extend(is.next()),
        }
    }
}
