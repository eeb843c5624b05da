//! An excerpt of a log: the events from which some people can be read as from the whole log, on any basis.
//!
//! A person is read from the events that tell of them, from those that say who is meant by the names in these, and from
//! those that say whether either live. [`Excerpt::read`] follows these from event to event. It takes too much rather
//! than too little: names conduct all who bear them, and no basis plays a part. What it cannot bound it leaves, and
//! the caller reads the whole log, which gives the same. What is told of a person who is only named beside others is
//! taken when an answer looks at it ([`Excerpt::lacks`]).
//!
//! What is taken:
//!
//! - of each person asked for, and of those who share a name, an id or an identifier with them: all events;
//! - of a unit or a company asked for: all events, those of what stands under it or was merged into it too, and those who
//!   these name;
//! - of their managers: what says who these are; where an answer looks at them, the events that tell of them; of a
//!   reporting line, all who stand in it;
//! - of the companies and units in these: their structure, that of what is above them, and the earliest events that name
//!   them, which say what they are called;
//! - where a person was erased: all others whom these events name, for they tell nothing of the erased;
//! - of every event: those that retract, correct or restate it, and those which it does that to.
//!
//! [`Changes`] are found in the same way, from what new events touch.

mod changes;
mod directory;
mod earliest;
mod event_times;
mod gather;
mod taken;

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

pub use self::changes::{Changes, Exchange, Turn};
pub use self::directory::{Directory, Leaf, MentionCounts};
use self::directory::{Kind, Usage, called_mark, published_as};
use self::earliest::{Earliest, Extent, FIRST};
pub use self::event_times::{Calls, EventTimes, EventTimesOf, event_times};
use self::gather::{Beside, Breadth, Depth, Gather, Task};
pub use self::taken::KnownEvent;
use crate::archive::Archive;
use crate::identity::{Call, Meaning, Namespace};
use crate::implicit_id::ImplicitUnitId;
use crate::mark::{Mark, MentionMarks};
use crate::position::{EventId, Seq};
use crate::reading::{Basis, FirstUse, Reading};
use crate::statement::{PersonNo, UnitNo};

/// How often more is taken, because what was taken lacks something.
const MOST_ROUNDS: usize = 8;

/// What a log and its directory tell.
pub trait Lookup {
    /// Why it cannot be looked up.
    type Error;
    /// What the directory says under a mark.
    fn leaf(&self, mark: Mark) -> Result<Option<Leaf>, Self::Error>;
    /// The event at that position; none where there is none that can be read.
    fn event(&self, seq: Seq) -> Result<Option<Arc<KnownEvent>>, Self::Error>;
    /// Where the event with that id stands, if it is there.
    fn position(&self, id: &EventId) -> Result<Option<Seq>, Self::Error>;
}

/// Events that were taken from a log; see the module.
pub struct Excerpt<'g> {
    archive: Archive,
    marks: MentionMarks,
    usages: &'g FxHashMap<Mark, Arc<Usage>>,
    depths: &'g FxHashMap<Mark, Depth>,
    /// People of whom not all events are there that name them.
    in_part: &'g FxHashSet<Mark>,
    /// The ways of naming by which something else can be meant of which all is known that decides this.
    decided: FxHashSet<Mark>,
    /// The units and companies of which all is there.
    whole: &'g FxHashSet<Mark>,
    /// The texts of which is there what they can call.
    heard: &'g FxHashSet<String>,
    /// In which reports the publishers that are asked for use a way of naming, beside the earliest of all.
    used_by: &'g FxHashMap<Mark, Vec<Earliest>>,
    /// Up to where the reports are there that use a way of naming, of the log up to a position.
    first_taken: &'g FxHashMap<Mark, Vec<(Option<Seq>, Extent)>>,
}

/// What an excerpt lacks to say what the whole log says.
#[derive(Debug, Default)]
pub struct Lack {
    /// The ways of naming whom and what more is to be taken of.
    ways: BTreeSet<Mark>,
    /// The ways of naming units and companies whose people are to be taken.
    members: BTreeSet<Mark>,
    /// What else a person or a unit is looked up by.
    texts: BTreeSet<String>,
    /// Whether it is not sure that the whole log means the same by some way of naming.
    is_unsure: bool,
}

impl Lack {
    /// Whether nothing is lacking.
    pub fn is_none(&self) -> bool {
        self.ways.is_empty() && self.members.is_empty() && self.texts.is_empty() && !self.is_unsure
    }

    /// What this one or another one lacks.
    #[must_use]
    pub fn and(mut self, other: Lack) -> Lack {
        self.ways.extend(other.ways);
        self.members.extend(other.members);
        self.texts.extend(other.texts);
        self.is_unsure |= other.is_unsure;
        self
    }
}

/// Whom and what an answer looks at in a reading of an excerpt.
#[derive(Debug, Default)]
pub struct LookedAt {
    /// People, by whatever is told of them.
    pub people: BTreeSet<PersonNo>,
    /// Units and companies, by what they are called and what became of them.
    pub units: BTreeSet<UnitNo>,
    /// Units and companies, by who was there.
    pub rosters: BTreeSet<UnitNo>,
    /// What people, units and companies were looked up by.
    pub texts: BTreeSet<String>,
    /// Whether all can be told of whom the events name.
    pub all: bool,
}

/// What is asked of the people, or of the unit, of an excerpt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// The posts of a person.
    Posts,
    /// The events that name a person, with whomever these name.
    Events,
    /// Whom a person reports to, and who reports to them, and so on.
    Lines,
    /// What contradicts itself about a person: also the people of the units that they led.
    Conflicts,
    /// The people of a unit or a company.
    Members,
    /// The events of a unit or a company, with what replaces them.
    UnitEvents,
}

/// What an excerpt is to tell of.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// The people, or the unit, that are called so.
    Called {
        /// The text of the asker.
        text: &'a str,
        /// What is asked of them.
        of: Aspect,
        /// What the asker calls the company to which the names of units are confined; none where they are not.
        company: Option<&'a str>,
    },
    /// The event at a position, whom it names, and what replaces it or is replaced by it.
    Event(Seq),
    /// The last events up to a position, at most so many, whom they name, and what replaces them.
    Latest(Seq, usize),
}

/// Why there is no excerpt.
#[derive(Debug)]
pub enum NoExcerpt<E> {
    /// Something of another sort can be meant.
    OfOthers,
    /// It would be of more events than are allowed: the whole log is to be read.
    TooMany,
    /// Something cannot be looked up.
    Lookup(E),
}

impl<E> From<E> for NoExcerpt<E> {
    fn from(error: E) -> NoExcerpt<E> {
        NoExcerpt::Lookup(error)
    }
}

impl<'g> Excerpt<'g> {
    /// Takes from a log what must be known of what is asked for, on these bases and on that of all events; at most so many
    /// events. It is read, and as long as the reading finds that it lacks something, more is taken and it is read again.
    /// There is none where an asker may mean something else by it.
    pub fn read<L: Lookup, T>(
        lookup: &L,
        about: About<'_>,
        bases: &[&Basis],
        most: usize,
        mut read: impl FnMut(Excerpt<'_>) -> (T, Lack),
    ) -> Result<T, NoExcerpt<L::Error>> {
        let beside = match about {
            About::Called { of: Aspect::Events | Aspect::Conflicts, .. } | About::Event(_) | About::Latest(..) => {
                Beside::PeopleOfAll
            }
            About::Called { of: Aspect::Posts | Aspect::Lines | Aspect::Members | Aspect::UnitEvents, .. } => {
                Beside::People
            }
        };
        let mut gather = Gather::new(lookup, beside, most)?;
        gather.on(bases);
        gather.tells_what_replaces |= matches!(about, About::Called { of: Aspect::UnitEvents, .. });
        match about {
            About::Called { text, of, company } => gather.ask(text, of, company)?,
            About::Event(seq) => gather.work.push(Task::Event(seq, Breadth::Asked, Depth::Asked)),
            About::Latest(last, most) => gather.ask_latest(last, most)?,
        }
        for _ in 0..MOST_ROUNDS {
            gather.work_off()?;
            let (read, lack) = read(Excerpt::of(&gather));
            for way in lack.ways {
                gather.take_way(way, Depth::Beside)?;
            }
            gather.work.extend(lack.members.into_iter().map(Task::Members));
            for text in lack.texts {
                gather.hear(text)?;
            }
            if gather.work.is_empty() {
                return if lack.is_unsure { Err(NoExcerpt::TooMany) } else { Ok(read) };
            }
        }
        Err(NoExcerpt::TooMany)
    }

    fn of<L: Lookup>(gather: &'g Gather<'_, L>) -> Excerpt<'g> {
        let mut archive = gather.archive();
        crate::reading::withhold(&mut archive);
        let marks = MentionMarks::of(&archive);
        let Gather { usages, depths, in_part, whole, heard, used_by, first_taken, .. } = gather;
        Excerpt {
            archive,
            marks,
            usages,
            depths,
            in_part,
            decided: gather.decided(),
            whole,
            heard,
            used_by,
            first_taken,
        }
    }

    /// The events, in the order of the log.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// The events, to say whose names may stand in no text.
    pub fn archive_mut(&mut self) -> &mut Archive {
        &mut self.archive
    }

    /// What is lacking for a reading on that basis to say of what an answer looked at what the whole log says of it.
    pub fn lacks(&self, reading: &Reading<'_>, basis: &Basis, looked_at: &LookedAt) -> Lack {
        let mut lack = Lack { is_unsure: !self.doubtful(reading, basis).is_empty(), ..Lack::default() };
        lack.texts.extend(looked_at.texts.iter().filter(|text| !self.heard.contains(*text)).cloned());
        let MentionMarks { persons, companies, units } = &self.marks;
        let depth = |way: &Mark| self.depths.get(way).copied();
        if lack.is_unsure || looked_at.all {
            // Whatever is not sure may be once more is known of those who are only named.
            let people = self.usages.iter().filter(|(_, usage)| usage.kind == Kind::Person).map(|(way, _)| *way);
            lack.ways.extend(people.filter(|way| depth(way) == Some(Depth::Named)));
        }
        for (at, way) in persons.iter().enumerate() {
            let is_looked_at = reading.person_called(at).is_some_and(|person| looked_at.people.contains(&person));
            if is_looked_at && depth(way) < Some(Depth::Beside) {
                lack.ways.insert(*way);
            }
        }
        for (at, way) in companies.iter().enumerate() {
            let Some(company) = reading.company_called(at) else { continue };
            if looked_at.rosters.contains(&company) && !self.whole.contains(way) {
                lack.members.insert(*way);
            } else if looked_at.units.contains(&company) && depth(way).is_none() {
                lack.ways.insert(*way);
            }
        }
        for (at, way) in units.iter().enumerate() {
            let Some(unit) = reading.unit_called(at) else { continue };
            if looked_at.rosters.contains(&unit) && !self.whole.contains(way) {
                lack.members.insert(*way);
            } else if looked_at.units.contains(&unit) && depth(way).is_none() {
                lack.ways.insert(*way);
            }
        }
        lack
    }

    /// The ways of naming of which it is not sure that the whole log means the same by them. It is not where a name is
    /// ambiguous of which not every use is there, or where the earliest uses of a name are all withdrawn.
    fn doubtful(&self, reading: &Reading<'_>, basis: &Basis) -> Vec<Mark> {
        let marks = &self.marks;
        let [people, companies, units] = reading.uses();
        let kinds: [(&[Mark], _, _); 3] = [
            (&marks.persons, people, Kind::Person),
            (&marks.companies, companies, Kind::Company),
            (&marks.units, units, Kind::Unit),
        ];
        let mut places: FxHashMap<Mark, (usize, Kind)> = FxHashMap::default();
        for (marks, _, kind) in &kinds {
            places.extend(marks.iter().enumerate().map(|(at, mark)| (*mark, (at, *kind))));
        }
        let is_sure = |mark: &Mark, usage: &Usage| {
            let Some((at, kind)) = places.get(mark) else { return self.is_first(*mark, None, basis) };
            let (_, (space, firsts), _) = &kinds[match kind {
                Kind::Person => 0,
                Kind::Company => 1,
                Kind::Unit => 2,
            }];
            let is_person = usage.kind == Kind::Person;
            let is_whole = self.decided.contains(mark) || (is_person && !self.in_part.contains(mark));
            // Whom an ambiguous name means is decided by every use of all who bear it.
            let is_decided = self.decided.contains(mark) || (is_person && self.in_part.is_empty());
            let is_settled = is_decided || !is_ambiguous(space, *at);
            is_settled && (is_whole || self.is_first(*mark, firsts[*at], basis))
        };
        let unsure = self.usages.iter().filter(|(mark, usage)| !is_sure(mark, usage)).map(|(mark, _)| *mark);
        unsure.collect()
    }

    /// Whether the first use that was found is the first of the whole log on that basis; where none was found, whether
    /// there is none.
    fn is_first(&self, way: Mark, found: Option<FirstUse>, basis: &Basis) -> bool {
        let is_within = |extent: &Extent| match (extent, found) {
            (Extent::All, _) => true,
            (Extent::Unsure, _) => false,
            (Extent::To(last), Some(first)) => {
                let entry = &self.archive.entries[first.entry as usize];
                (entry.reported_at.micros(), &entry.id) <= (last.0, &last.1)
            }
            (Extent::To(last), None) => basis.known.is_some_and(|known| last.0 > known.micros()),
        };
        let of_all = self.first_taken.get(&way).and_then(|taken| taken.iter().find(|(end, _)| *end == basis.recorded));
        let by_publishers = || {
            let by = self.used_by.get(&way).filter(|_| !basis.sources.is_empty());
            by.is_some_and(|by| by.iter().all(|early| is_within(&early.extent(basis.recorded, FIRST))))
        };
        of_all.is_some_and(|(_, extent)| is_within(extent)) || by_publishers()
    }
}

fn is_ambiguous(space: &Namespace, mention: usize) -> bool {
    matches!(space.meanings[mention], Some(Meaning::Ambiguous(_)))
}

/// Whether any event of the log names a person, a company or a unit by that text. Not where the text is the id of a unit in
/// a company that no event names.
pub fn is_named<L: Lookup>(lookup: &L, text: &str) -> Result<bool, L::Error> {
    let is_called = |kinds: &[Kind], calls: Vec<Call>| -> Result<bool, L::Error> {
        for (kind, call) in kinds.iter().flat_map(|kind| calls.iter().map(move |call| (*kind, call))) {
            if lookup.leaf(called_mark(kind, None, call))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    };
    if is_called(&[Kind::Person, Kind::Company, Kind::Unit], calls(text))? {
        return Ok(true);
    }
    let Some(ImplicitUnitId { company, name }) = ImplicitUnitId::parse(text) else { return Ok(false) };
    // Unlike an asker's text, the id of a company is never its name.
    let of_company = if company.starts_with('~') { calls(company) } else { vec![Call::id(company)] };
    Ok(is_called(&[Kind::Company], of_company)? && is_called(&[Kind::Unit], Call::others(name))?)
}

/// Whether some event of the log is by that publisher, as [`Publishers`](crate::reading::Publishers) have it. None
/// where the directory cannot tell: an address is looked for in the events themselves.
pub fn is_published<L: Lookup>(lookup: &L, asked: &str) -> Result<Option<bool>, L::Error> {
    if asked.contains("://") {
        return Ok(None);
    }
    for mark in published_as(asked) {
        if lookup.leaf(mark)?.is_some() {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}

/// What a text of an asker can call: what has it for an id, or for a name. An id that is made of a name has its key.
fn calls(text: &str) -> Vec<Call> {
    [vec![Call::id(text)], Call::others(text)].concat()
}
