//! An excerpt of a log: the events from which some people can be read as from the whole log, on any basis.
//!
//! A person is read from the events that tell of them, from those that say who is meant by the names in these, and from
//! those that say whether either live. [`Excerpt::gather`] follows these from event to event. It takes too much rather
//! than too little: names conduct whoever bears them, and no basis plays a part. What it cannot bound it leaves, and
//! the caller reads the whole log, which gives the same ([`Excerpt::is_exact`] tells where an excerpt does not do).
//!
//! What is taken:
//!
//! - of each person asked for, and of whoever shares a name, an id or an identifier with them: all events;
//! - of a unit asked for: all events, those of what stands under it or was merged into it too, and whoever these name;
//! - of their managers: the events that tell of them, and the earliest ones that name them;
//! - of the companies and units in these: their structure, that of what is above them, and the earliest events that name
//!   them, which say what they are called;
//! - where somebody was erased: whoever else these events name, for they tell nothing of the erased;
//! - of every event: those that retract, correct or restate it, and those which it does that to.

mod directory;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

pub use self::directory::{Directory, Leaf};
use self::directory::{Early, FIRST, Kind, SHARED, Usage, called_mark, each_use};
use crate::archive::{Archive, EntryFact};
use crate::day::Instant;
use crate::event::{Event, Fact};
use crate::identity::{Call, Meaning, Namespace};
use crate::mark::{Mark, MentionMarks};
use crate::position::Seq;
use crate::reading::{Basis, FirstUse, Reading};

/// What a log and its directory tell.
pub trait Lookup {
    /// Why it cannot be looked up.
    type Error;
    /// What the directory says under a mark.
    fn leaf(&self, mark: Mark) -> Result<Option<Leaf>, Self::Error>;
    /// The event at that position, and when it was recorded; none where there is none that can be read.
    fn event(&self, seq: Seq) -> Result<Option<(Instant, Event)>, Self::Error>;
}

/// How much of a person is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    /// What is told of the person, and what they are called.
    Beside,
    /// The managers of the person too.
    Member,
    /// All that names the person too.
    Asked,
}

/// What is looked at in an event that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    /// Whether it lives.
    Life,
    /// Also where it has the person, or what it says of the unit.
    Places,
    /// Also whom it names beside the person asked for.
    People,
    /// Also whom it has in the unit, and what it puts under it.
    Members,
}

/// Events that were taken from a log; see the module.
pub struct Excerpt {
    archive: Archive,
    usages: FxHashMap<Mark, Arc<Usage>>,
    /// People of whom not all events are there that name them.
    in_part: FxHashSet<Mark>,
}

/// What is asked of the people of an excerpt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Their posts.
    Posts,
    /// The events that name them, with whomever these name.
    Events,
    /// The people of a unit.
    Members,
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

impl Excerpt {
    /// Takes from a log what must be known of the people, or the unit, that are called so, at most so many events. There is
    /// none where an asker may mean something else by that.
    pub fn gather<L: Lookup>(lookup: &L, calls: &[Call], of: Of, most: usize) -> Result<Excerpt, NoExcerpt<L::Error>> {
        let mut gather = Gather {
            lookup,
            most,
            events: BTreeMap::new(),
            usages: FxHashMap::default(),
            depths: FxHashMap::default(),
            unit_names: FxHashSet::default(),
            whole: FxHashSet::default(),
            whole_names: FxHashSet::default(),
            in_part: FxHashSet::default(),
            erasures: lookup.leaf(Mark::erasures())?.is_some(),
            of,
            work: Vec::new(),
        };
        for call in calls {
            let (kind, others) = match of {
                Of::Posts | Of::Events => (Kind::Person, [Kind::Company, Kind::Unit]),
                Of::Members => (Kind::Unit, [Kind::Company, Kind::Person]),
            };
            for other in others {
                if lookup.leaf(called_mark(other, None, call))?.is_some() {
                    return Err(NoExcerpt::OfOthers);
                }
            }
            let ways = gather.called(called_mark(kind, None, call))?;
            if kind == Kind::Unit && ways.len() > SHARED {
                return Err(NoExcerpt::TooMany);
            }
            let task = |way| if kind == Kind::Unit { Task::Members(way) } else { Task::Person(way, Depth::Asked) };
            gather.work.extend(ways.into_iter().map(task));
        }
        gather.work_off()?;
        let Gather { events, usages, in_part, .. } = gather;
        let mut archive = Archive::new();
        for (seq, (_, recorded_at, event)) in events {
            archive.push(seq, recorded_at, event);
        }
        crate::reading::withhold(&mut archive);
        Ok(Excerpt { archive, usages, in_part })
    }

    /// The events, in the order of the log.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// The events, in the order of the log.
    pub fn into_archive(self) -> Archive {
        self.archive
    }

    /// The events, to withhold words from.
    pub fn archive_mut(&mut self) -> &mut Archive {
        &mut self.archive
    }

    /// Whether what a reading on that basis says of the people asked for is what the whole log says. It is not where a
    /// name is ambiguous of which not every use is there, or where the earliest uses of a name are all withdrawn.
    pub fn is_exact(&self, reading: &Reading<'_>, basis: &Basis) -> bool {
        let marks = MentionMarks::of(&self.archive);
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
        self.usages.iter().all(|(mark, usage)| {
            let Some((at, kind)) = places.get(mark) else { return self.is_first(usage, None, basis) };
            let (_, (space, firsts), _) = &kinds[match kind {
                Kind::Person => 0,
                Kind::Company => 1,
                Kind::Unit => 2,
            }];
            let is_whole = usage.kind == Kind::Person && !self.in_part.contains(mark);
            // Whom an ambiguous name means is decided by every use of all who bear it.
            let is_decided = usage.kind == Kind::Person && self.in_part.is_empty();
            let is_settled = is_decided || !is_ambiguous(space, *at);
            is_settled && (is_whole || self.is_first(usage, firsts[*at], basis))
        })
    }

    /// Whether the first use that was found is the first of the whole log on that basis; where none was found, whether
    /// there is none.
    fn is_first(&self, usage: &Usage, found: Option<FirstUse>, basis: &Basis) -> bool {
        let within = |early: &&Early| basis.recorded.is_none_or(|recorded| early.seq() <= recorded);
        let mut ranks: Vec<(i64, u32)> = usage.early.iter().filter(within).map(Early::rank).collect();
        ranks.sort_unstable();
        // Where fewer are kept, these are all that there are.
        let Some(last) = ranks.get(FIRST - 1) else { return true };
        match found {
            Some(first) => {
                let entry = &self.archive.entries[first.entry as usize];
                Early::of(entry.reported_at, &entry.id, entry.seq).rank() <= *last
            }
            None => basis.known.is_some_and(|known| last.0 > known.micros()),
        }
    }
}

fn is_ambiguous(space: &Namespace, mention: usize) -> bool {
    matches!(space.meanings[mention], Some(Meaning::Ambiguous(_)))
}

/// What is still to be taken.
enum Task {
    Person(Mark, Depth),
    Company(Mark),
    Unit(Mark),
    Members(Mark),
    Event(Seq, Look, Depth),
}

struct Gather<'l, L> {
    lookup: &'l L,
    most: usize,
    events: BTreeMap<Seq, ((Look, Depth), Instant, Event)>,
    usages: FxHashMap<Mark, Arc<Usage>>,
    depths: FxHashMap<Mark, Depth>,
    /// The names of units that were looked up in each company so far.
    unit_names: FxHashSet<String>,
    /// The units of which all is taken, and their names.
    whole: FxHashSet<Mark>,
    whole_names: FxHashSet<String>,
    in_part: FxHashSet<Mark>,
    /// Whether a person is erased: an event tells nothing of one person where the other one is.
    erasures: bool,
    of: Of,
    work: Vec<Task>,
}

impl<L: Lookup> Gather<'_, L> {
    fn work_off(&mut self) -> Result<(), NoExcerpt<L::Error>> {
        while let Some(task) = self.work.pop() {
            match task {
                Task::Person(way, depth) => self.person(way, depth)?,
                Task::Company(way) => self.company(way)?,
                Task::Unit(way) => self.unit(way)?,
                Task::Members(way) => self.members(way)?,
                Task::Event(seq, look, depth) => self.event(seq, look, depth)?,
            }
        }
        Ok(())
    }

    /// How a way of naming is used, where it is used at all.
    fn usage(&mut self, way: Mark) -> Result<Option<Arc<Usage>>, NoExcerpt<L::Error>> {
        if let Some(known) = self.usages.get(&way) {
            return Ok(Some(known.clone()));
        }
        let Some(Leaf::Usage(usage)) = self.lookup.leaf(way)? else { return Ok(None) };
        let usage = Arc::new(*usage);
        self.usages.insert(way, usage.clone());
        Ok(Some(usage))
    }

    /// The ways of naming that give a call.
    fn called(&self, call: Mark) -> Result<Vec<Mark>, NoExcerpt<L::Error>> {
        Ok(if let Some(Leaf::Called(ways)) = self.lookup.leaf(call)? { ways } else { Vec::new() })
    }

    fn person(&mut self, way: Mark, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        if self.depths.get(&way).is_some_and(|known| *known >= depth) {
            return Ok(());
        }
        self.depths.insert(way, depth);
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        for call in &usage.calls {
            let ways = self.called(*call)?;
            self.work.extend(ways.into_iter().map(|way| Task::Person(way, depth)));
        }
        let look = if depth == Depth::Beside { Look::Places } else { Look::People };
        self.work.extend(usage.own.iter().map(|seq| Task::Event(seq, look, depth)));
        // Whoever many name is named in part: what they are called is known by the first who did.
        if depth == Depth::Asked || usage.others.len() <= FIRST {
            self.in_part.remove(&way);
            let look = if depth == Depth::Asked && self.of == Of::Events { Look::People } else { Look::Life };
            self.work.extend(usage.others.iter().map(|seq| Task::Event(seq, look, depth)));
        } else {
            self.in_part.insert(way);
            self.work.extend(usage.early.iter().map(|early| Task::Event(early.seq(), Look::Life, depth)));
        }
        Ok(())
    }

    fn company(&mut self, way: Mark) -> Result<(), NoExcerpt<L::Error>> {
        if self.depths.insert(way, Depth::Beside).is_some() {
            return Ok(());
        }
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        for call in &usage.calls {
            let ways = self.called(*call)?;
            self.work.extend(ways.into_iter().map(Task::Company));
        }
        // A name of a unit that was looked for in the other companies is looked for in this one.
        for name in self.unit_names.clone() {
            self.units_called(way, &name)?;
        }
        self.place(&usage);
        Ok(())
    }

    fn unit(&mut self, way: Mark) -> Result<(), NoExcerpt<L::Error>> {
        if self.depths.insert(way, Depth::Beside).is_some() {
            return Ok(());
        }
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        self.work.extend(usage.scope.map(Task::Company));
        for call in &usage.calls {
            let ways = self.called(*call)?;
            self.work.extend(ways.into_iter().map(Task::Unit));
        }
        for name in &usage.names {
            if self.unit_names.insert(name.clone()) {
                let companies: Vec<Mark> = self.companies().collect();
                for company in companies {
                    self.units_called(company, name)?;
                }
            }
        }
        self.place(&usage);
        Ok(())
    }

    /// Takes all of a unit: whoever was there, and what stood under it.
    fn members(&mut self, way: Mark) -> Result<(), NoExcerpt<L::Error>> {
        if !self.whole.insert(way) {
            return Ok(());
        }
        self.unit(way)?;
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        for call in &usage.calls {
            let ways = self.called(*call)?;
            self.work.extend(ways.into_iter().map(Task::Members));
        }
        for name in &usage.names {
            if self.whole_names.insert(name.clone()) {
                let companies: Vec<Mark> = self.companies().collect();
                for company in companies {
                    self.units_called(company, name)?;
                }
            }
        }
        let uses = usage.own.iter().chain(usage.others.iter());
        self.work.extend(uses.map(|seq| Task::Event(seq, Look::Members, Depth::Beside)));
        Ok(())
    }

    fn units_called(&mut self, company: Mark, name: &str) -> Result<(), NoExcerpt<L::Error>> {
        let ways = self.called(Mark::named(Kind::Unit as u8, Some(company), name))?;
        let task = if self.whole_names.contains(name) { Task::Members } else { Task::Unit };
        self.work.extend(ways.into_iter().map(task));
        Ok(())
    }

    fn companies(&self) -> impl Iterator<Item = Mark> + '_ {
        self.usages.iter().filter(|(_, usage)| usage.kind == Kind::Company).map(|(way, _)| *way)
    }

    /// Takes what is told of a company or a unit, and what says how it is called.
    fn place(&mut self, usage: &Usage) {
        self.work.extend(usage.own.iter().map(|seq| Task::Event(seq, Look::Places, Depth::Beside)));
        self.work.extend(usage.early.iter().map(|early| Task::Event(early.seq(), Look::Life, Depth::Beside)));
    }

    fn event(&mut self, seq: Seq, look: Look, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        let known = self.events.get(&seq).map(|(known, _, _)| *known);
        if known.is_some_and(|(known_look, known_depth)| known_look >= look && known_depth >= depth) {
            return Ok(());
        }
        let (look, depth) = known.map_or((look, depth), |(l, d)| (l.max(look), d.max(depth)));
        let (recorded_at, event) = if let Some((_, recorded_at, event)) = self.events.remove(&seq) {
            (recorded_at, event)
        } else {
            if self.events.len() >= self.most {
                return Err(NoExcerpt::TooMany);
            }
            let Some(found) = self.lookup.event(seq)? else { return Ok(()) };
            found
        };
        if known.is_none() {
            self.relatives(&event)?;
        }
        if look > Look::Life {
            self.named_in(seq, recorded_at, &event, look, depth);
        }
        self.events.insert(seq, ((look, depth), recorded_at, event));
        Ok(())
    }

    /// Takes what decides whether the event lives, and what that decides on.
    fn relatives(&mut self, event: &Event) -> Result<(), NoExcerpt<L::Error>> {
        let mut found: Vec<Seq> = Vec::new();
        if let Some(Leaf::Replaced(_, by)) = self.lookup.leaf(Mark::replaced(&event.id))? {
            found.extend(by.iter());
        }
        let retracted = if let Fact::EventRetracted { event, .. } = &event.fact { Some(event) } else { None };
        for target in retracted.into_iter().chain(&event.corrects) {
            if let Some(Leaf::Replaced(Some(target), _)) = self.lookup.leaf(Mark::replaced(target))? {
                found.push(Seq::new(target));
            }
        }
        if let Some(key) = &event.source.key
            && let Some(Leaf::Keyed(same)) = self.lookup.leaf(Mark::keyed(event.source.says(), key))?
        {
            found.extend(same.iter());
        }
        self.work.extend(found.into_iter().map(|seq| Task::Event(seq, Look::Life, Depth::Beside)));
        Ok(())
    }

    /// Takes the places that an event names, and the people where these play a part.
    fn named_in(&mut self, seq: Seq, recorded_at: Instant, event: &Event, look: Look, depth: Depth) {
        let mut one = Archive::new();
        one.push(seq, recorded_at, event.clone());
        let marks = MentionMarks::of(&one);
        let Some(entry) = one.entries.first() else { return };
        let joins = matches!(entry.fact, EntryFact::SamePerson { .. });
        let whom = match look {
            _ if joins && look != Look::Members => Some(depth),
            Look::Members => Some(Depth::Member),
            Look::People => Some(Depth::Beside),
            Look::Life | Look::Places => self.erasures.then_some(Depth::Beside),
        };
        let mut work = Vec::new();
        each_use(&one, &marks, &entry.fact, |used| match used.kind {
            Kind::Person => work.extend(whom.map(|depth| Task::Person(used.mark, depth))),
            Kind::Company => work.push(Task::Company(used.mark)),
            // What an event puts under the unit is of it.
            Kind::Unit if look == Look::Members && used.is_own => work.push(Task::Members(used.mark)),
            Kind::Unit => work.push(Task::Unit(used.mark)),
        });
        self.work.extend(work);
    }
}

/// Of what a ledger has ever heard under a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Whether an event names a person, a company or a unit so.
    pub named: bool,
    /// Whether an event gives a post that title.
    pub titled: bool,
}

impl Heard {
    /// Of what the log has ever heard under that text.
    pub fn of<L: Lookup>(lookup: &L, text: &str) -> Result<Heard, L::Error> {
        let mut heard = Heard { named: false, titled: false };
        for call in calls(text) {
            for kind in [Kind::Person, Kind::Company, Kind::Unit] {
                heard.named |= lookup.leaf(called_mark(kind, None, &call))?.is_some();
            }
            if let Call::Name(key) = &call {
                heard.titled |= lookup.leaf(Mark::titled(key))?.is_some();
            }
        }
        Ok(heard)
    }
}

/// What a text can call.
pub fn calls(text: &str) -> Vec<Call> {
    let mut calls = vec![Call::id(text)];
    // The id of what no scraper gave one is made of its name; that of a unit has its company's id before it.
    if let Some(name) = text.strip_prefix('~') {
        calls.extend(Call::others(name));
        calls.extend(name.rsplit_once('/').into_iter().flat_map(|(_, name)| Call::others(name)));
    }
    calls.extend(Call::others(text));
    calls
}
