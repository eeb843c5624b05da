//! Follows from event to event what an excerpt is to hold.

mod asked;
mod first;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::directory::{Kind, Leaf, Usage, Use, published_as};
use super::earliest::{Earliest, Extent, FIRST};
use super::taken::{KnownEvent, MetNames};
use super::{Lookup, NoExcerpt};
use crate::archive::Archive;
use crate::event::Fact;
use crate::mark::Mark;
use crate::position::Seq;
use crate::reading::Basis;

/// How much of a person is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Depth {
    /// What says who that is.
    Named,
    /// What is told of the person, and what they are called.
    Beside,
    /// The managers of the person too.
    Member,
    /// All that names the person, or the unit, too.
    Asked,
}

/// What is looked at in an event that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Breadth {
    /// Whether it lives.
    Life,
    /// Also where it has the person, or what it says of the unit.
    Places,
    /// Also whom it names beside the person asked for.
    People,
    /// Also all that names the people whom it tells of, and what replaces it.
    Asked,
    /// Also whom it has in the unit, and what it puts under it.
    Members,
    /// Also all of the units that it names in the company.
    Company,
    /// All that can be otherwise because of it, or because it lives or does not.
    Touched,
}

/// What is still to be taken.
pub(super) enum Task {
    Person(Mark, Depth),
    Company(Mark),
    /// A company to which the question is confined.
    Confined(Mark),
    /// The units of that name in a company, with all of them.
    MembersCalled(Mark, Arc<str>),
    Unit(Mark, Depth),
    /// A unit or a company with all who were there.
    Members(Mark),
    Line(Mark, Direction),
    Erasures(Mark),
    /// Whatever names a person who may be erased: whom its names mean where less is known, and that nothing is told of it.
    Erased(Mark),
    Event(Seq, Breadth, Depth),
}

/// Which way a reporting line is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    Up,
    Down,
}

/// For what the ways of naming are taken that give a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Purpose {
    So(Depth),
    Members,
    Line(Direction),
}

/// What is taken beside what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Those whom the events of the people asked for name, with what says who that is. What is told of them is taken where an
    /// answer looks at it.
    People,
    /// Those whom all events name that name the people asked for, with what is told of these.
    PeopleOfAll,
    /// What says who that is, whom the events name: as of a position, and with what is taken beyond it.
    Names { before: Seq },
}

pub(super) struct Gather<'l, L> {
    lookup: &'l L,
    most: usize,
    pub(super) events: BTreeMap<Seq, ((Breadth, Depth), Arc<KnownEvent>)>,
    /// What the events that were looked up name.
    pub(super) met: MetNames,
    pub(super) usages: FxHashMap<Mark, Arc<Usage>>,
    pub(super) depths: FxHashMap<Mark, Depth>,
    /// The names of units that were looked up in each company so far, with how much of these is taken.
    unit_names: FxHashMap<String, Depth>,
    /// The units and companies of which all is taken.
    pub(super) whole: FxHashSet<Mark>,
    /// The texts of which is taken what they can call.
    pub(super) heard: FxHashSet<String>,
    /// Of which companies, as they are named, which names of units were looked up to take the units whole.
    whole_names: FxHashSet<(Mark, Arc<str>)>,
    /// How the company is named to which the question is confined, and what was merged into it.
    confined: FxHashSet<Mark>,
    /// How else a company can be named, and what was merged into it.
    same_company: FxHashMap<Mark, Arc<[Mark]>>,
    /// The calls of which all ways of naming were taken, and for what: many ways can give one call.
    all_called: FxHashSet<(Mark, Purpose)>,
    /// Whose lines were followed which way.
    lines: FxHashSet<(Mark, Direction)>,
    /// Of what in the events of those asked for the people are taken too: of units, of companies.
    with_members: Vec<Kind>,
    pub(super) in_part: FxHashSet<Mark>,
    /// Whether a person is erased: an event tells nothing of one person where the other one is.
    pub(super) erasures: bool,
    /// Of whom it was looked whether they are erased.
    erasures_of: FxHashSet<Mark>,
    /// Of whom all is taken, because an event erases them.
    erased: FxHashSet<Mark>,
    beside: Beside,
    /// Whether it is told of the events asked for what replaces them, and of that what replaces it.
    pub(super) tells_what_replaces: bool,
    /// The positions up to which the log is read; none: up to its head.
    ends: BTreeSet<Option<Seq>>,
    /// Whether a basis leaves claims out that are there in time.
    is_selective: bool,
    /// The publishers whose claims alone are admitted, and none for what counts from any publisher; empty where all are.
    publishers: Vec<Option<Mark>>,
    /// In which reports these use a way of naming, as far as they are not among the earliest of all.
    pub(super) used_by: FxHashMap<Mark, Vec<Earliest>>,
    /// The events that nothing retracts, corrects or restates.
    alone: FxHashSet<Seq>,
    /// The keys of sources whose events are taken, what is looked at in these, and whether it is one event.
    keyed: FxHashMap<Mark, (Breadth, bool)>,
    /// Up to where the reports are taken that use a way of naming, of the log up to a position.
    pub(super) first_taken: FxHashMap<Mark, Vec<(Option<Seq>, Extent)>>,
    pub(super) work: Vec<Task>,
}

impl<'l, L: Lookup> Gather<'l, L> {
    pub(super) fn new(lookup: &'l L, beside: Beside, most: usize) -> Result<Gather<'l, L>, L::Error> {
        Ok(Gather {
            lookup,
            most,
            events: BTreeMap::new(),
            met: MetNames::default(),
            usages: FxHashMap::default(),
            depths: FxHashMap::default(),
            unit_names: FxHashMap::default(),
            whole: FxHashSet::default(),
            heard: FxHashSet::default(),
            whole_names: FxHashSet::default(),
            confined: FxHashSet::default(),
            same_company: FxHashMap::default(),
            all_called: FxHashSet::default(),
            lines: FxHashSet::default(),
            with_members: Vec::new(),
            in_part: FxHashSet::default(),
            erasures: lookup.leaf(Mark::erasures())?.is_some(),
            erasures_of: FxHashSet::default(),
            erased: FxHashSet::default(),
            beside,
            tells_what_replaces: beside == Beside::PeopleOfAll,
            ends: BTreeSet::from([None]),
            is_selective: false,
            publishers: Vec::new(),
            used_by: FxHashMap::default(),
            alone: FxHashSet::default(),
            keyed: FxHashMap::default(),
            first_taken: FxHashMap::default(),
            work: Vec::new(),
        })
    }

    /// Takes what decides on these bases: also what the publishers that are asked for call everything, and what was called
    /// first up to an earlier position.
    pub(super) fn on(&mut self, bases: &[&Basis]) {
        for basis in bases {
            let asked = basis.sources.iter().flat_map(|asked| published_as(asked));
            self.publishers.extend(asked.map(Some));
            self.ends.insert(basis.recorded);
            self.is_selective |=
                basis.min_confidence.is_some() || !basis.sources.is_empty() || !basis.not_sources.is_empty();
        }
        if !self.publishers.is_empty() {
            self.publishers.push(None);
        }
    }

    /// The events that are taken, of which nothing is withheld yet.
    pub(super) fn archive(&self) -> Archive {
        let mut archive = Archive::new();
        for (seq, (_, known)) in &self.events {
            archive.push(*seq, known.recorded_at, known.event.clone());
        }
        archive
    }

    /// Follows the reporting line of a person.
    fn line(&mut self, way: Mark, direction: Direction) -> Result<(), NoExcerpt<L::Error>> {
        if !self.lines.insert((way, direction)) {
            return Ok(());
        }
        self.work.push(Task::Person(way, Depth::Member));
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        for call in &usage.calls {
            let ways = self.newly_called(*call, Purpose::Line(direction))?;
            self.work.extend(ways.into_iter().map(|way| Task::Line(way, direction)));
        }
        for seq in usage.deciding.iter() {
            let Some(same) = self.look_up(seq)? else { continue };
            let people = same.named(&self.met).uses.iter().filter(|used| used.kind == Kind::Person);
            self.work.extend(people.map(|used| Task::Line(used.mark, direction)));
        }
        let uses = match direction {
            Direction::Up => usage.own.iter().collect(),
            Direction::Down => self.others(way, &usage)?,
        };
        for seq in uses {
            self.work.push(Task::Event(seq, Breadth::People, Depth::Member));
            if self.lines.len() > self.most {
                return Err(NoExcerpt::TooMany);
            }
            let Some(known) = self.look_up(seq)? else { continue };
            for used in &known.named(&self.met).uses {
                if used.kind == Kind::Person && used.is_own == (direction == Direction::Down) {
                    self.work.push(Task::Line(used.mark, direction));
                }
            }
        }
        Ok(())
    }

    /// Takes so much of what is named in a way.
    pub(super) fn take_way(&mut self, way: Mark, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        self.work.push(match usage.kind {
            Kind::Person => Task::Person(way, depth),
            Kind::Company => Task::Company(way),
            Kind::Unit => Task::Unit(way, depth),
        });
        Ok(())
    }

    /// The ways of naming of which all uses are taken, with the companies in which they are used.
    pub(super) fn decided(&self) -> FxHashSet<Mark> {
        let asked = self.depths.iter().filter(|(_, depth)| **depth == Depth::Asked);
        let ways = asked.map(|(way, _)| *way);
        if matches!(self.beside, Beside::Names { .. }) { ways.collect() } else { FxHashSet::default() }
    }

    pub(super) fn work_off(&mut self) -> Result<(), NoExcerpt<L::Error>> {
        while let Some(task) = self.work.pop() {
            match task {
                Task::Person(way, depth) => self.person(way, depth)?,
                Task::Company(way) => self.company(way)?,
                Task::Confined(company) => self.confined(company)?,
                Task::MembersCalled(company, name) => self.members_called(company, &name)?,
                Task::Unit(way, depth) => self.unit(way, depth)?,
                Task::Members(way) => self.members(way)?,
                Task::Line(way, direction) => self.line(way, direction)?,
                Task::Erasures(way) => self.erasures_of(way)?,
                Task::Erased(way) => self.erased(way)?,
                Task::Event(seq, look, depth) => self.event(seq, look, depth)?,
            }
        }
        Ok(())
    }

    /// The event at a position, which is not taken by that.
    fn look_up(&self, seq: Seq) -> Result<Option<Arc<KnownEvent>>, NoExcerpt<L::Error>> {
        Ok(self.lookup.event(seq)?)
    }

    /// The events that name a person beside others, or something as a place.
    fn others(&self, way: Mark, usage: &Usage) -> Result<Vec<Seq>, NoExcerpt<L::Error>> {
        if usage.others.len() > self.most as u64 {
            return Err(NoExcerpt::TooMany);
        }
        Ok(usage.others.all(way, self.lookup)?)
    }

    /// How a way of naming is used, where it is used at all.
    fn usage(&mut self, way: Mark) -> Result<Option<Arc<Usage>>, NoExcerpt<L::Error>> {
        if let Some(known) = self.usages.get(&way) {
            return Ok(Some(known.clone()));
        }
        let Some(Leaf::Usage(usage)) = self.lookup.leaf(way)? else { return Ok(None) };
        self.usages.insert(way, usage.clone());
        Ok(Some(usage))
    }

    /// The ways of naming that give a call.
    fn called(&self, call: Mark) -> Result<Vec<Mark>, NoExcerpt<L::Error>> {
        Ok(if let Some(Leaf::Called(ways)) = self.lookup.leaf(call)? { ways } else { Vec::new() })
    }

    /// The same, but for those that were given for that purpose before.
    fn newly_called(&mut self, call: Mark, purpose: Purpose) -> Result<Vec<Mark>, NoExcerpt<L::Error>> {
        if self.all_called.insert((call, purpose)) { self.called(call) } else { Ok(Vec::new()) }
    }

    fn person(&mut self, way: Mark, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        if self.depths.get(&way).is_some_and(|known| *known >= depth) {
            return Ok(());
        }
        self.depths.insert(way, depth);
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        for call in &usage.calls {
            let ways = self.newly_called(*call, Purpose::So(depth))?;
            self.work.extend(ways.into_iter().map(|way| Task::Person(way, depth)));
        }
        let look = match depth {
            Depth::Named | Depth::Beside => Breadth::Places,
            Depth::Member | Depth::Asked => Breadth::People,
        };
        // Of a person who is only named, it matters with whom they are the same, and whether they are erased.
        let is_only_named = depth == Depth::Named && self.publishers.is_empty();
        let own = if is_only_named { &usage.deciding } else { &usage.own };
        self.work.extend(own.iter().map(|seq| Task::Event(seq, look, depth)));
        // A person whom many name is named in part: what they are called is known by the first who did.
        if depth == Depth::Asked || (usage.others.len() <= FIRST as u64 && depth > Depth::Named) {
            self.in_part.remove(&way);
            let look = match self.beside {
                Beside::PeopleOfAll if depth == Depth::Asked => Breadth::People,
                // In which company a name is used decides whom it means.
                Beside::Names { .. } if depth == Depth::Asked => Breadth::Places,
                Beside::People | Beside::PeopleOfAll | Beside::Names { .. } => Breadth::Life,
            };
            let others = self.others(way, &usage)?;
            self.work.extend(others.into_iter().map(|seq| Task::Event(seq, look, depth)));
        } else {
            self.in_part.insert(way);
            self.first_reports(way, &usage)?;
        }
        Ok(())
    }

    fn company(&mut self, way: Mark) -> Result<(), NoExcerpt<L::Error>> {
        if self.depths.insert(way, Depth::Beside).is_some() {
            return Ok(());
        }
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        for call in &usage.calls {
            let ways = self.newly_called(*call, Purpose::So(Depth::Beside))?;
            self.work.extend(ways.into_iter().map(Task::Company));
        }
        // A name of a unit that was looked for in the other companies is looked for in this one.
        for (name, depth) in self.unit_names.clone() {
            self.units_called(way, &name, depth)?;
        }
        self.place(way, &usage)
    }

    /// Takes the company to which the question is confined, however it is named.
    fn confined(&mut self, company: Mark) -> Result<(), NoExcerpt<L::Error>> {
        if self.confined.insert(company) {
            self.work.push(Task::Company(company));
            let same = self.same_company(company)?;
            self.work.extend(same.iter().map(|company| Task::Confined(*company)));
        }
        Ok(())
    }

    /// Takes the units of that name in a company whole, however the company is named, and in what was merged into it.
    fn members_called(&mut self, company: Mark, name: &Arc<str>) -> Result<(), NoExcerpt<L::Error>> {
        if !self.whole_names.insert((company, name.clone())) {
            return Ok(());
        }
        if self.whole_names.len() > self.most {
            return Err(NoExcerpt::TooMany);
        }
        self.work.push(Task::Company(company));
        let ways = self.called(Mark::named(Kind::Unit as u8, Some(company), name))?;
        self.work.extend(ways.into_iter().map(Task::Members));
        let same = self.same_company(company)?;
        self.work.extend(same.iter().map(|company| Task::MembersCalled(*company, name.clone())));
        Ok(())
    }

    /// The ways of naming a company, and those that were merged into it, which something says of this way.
    fn same_company(&mut self, way: Mark) -> Result<Arc<[Mark]>, NoExcerpt<L::Error>> {
        if let Some(known) = self.same_company.get(&way) {
            return Ok(known.clone());
        }
        let mut same = FxHashSet::default();
        if let Some(usage) = self.usage(way)? {
            for call in &usage.calls {
                same.extend(self.called(*call)?);
            }
            for seq in usage.own.iter() {
                let Some(known) = self.look_up(seq)? else { continue };
                same.extend(known.named(&self.met).companies());
            }
        }
        let same: Arc<[Mark]> = same.into_iter().collect();
        self.same_company.insert(way, same.clone());
        Ok(same)
    }

    fn unit(&mut self, way: Mark, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        let known = self.depths.get(&way).copied();
        if known.is_some_and(|known| known >= depth) {
            return Ok(());
        }
        self.depths.insert(way, depth);
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        self.work.extend(usage.scope.map(Task::Company));
        for call in &usage.calls {
            let ways = self.newly_called(*call, Purpose::So(depth))?;
            self.work.extend(ways.into_iter().map(|way| Task::Unit(way, depth)));
        }
        for name in &usage.names {
            self.look_up_units(name, depth)?;
        }
        if known.is_none() {
            self.place(way, &usage)?;
        }
        if depth == Depth::Asked {
            let others = self.others(way, &usage)?;
            self.work.extend(others.into_iter().map(|seq| Task::Event(seq, Breadth::Places, Depth::Named)));
        }
        Ok(())
    }

    /// Takes all of a unit or a company: all who were there, and what stood under it.
    fn members(&mut self, way: Mark) -> Result<(), NoExcerpt<L::Error>> {
        if !self.whole.insert(way) {
            return Ok(());
        }
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        for call in &usage.calls {
            let ways = self.newly_called(*call, Purpose::Members)?;
            self.work.extend(ways.into_iter().map(Task::Members));
        }
        let look = if usage.kind == Kind::Company {
            self.company(way)?;
            let same = self.same_company(way)?;
            self.work.extend(same.iter().map(|company| Task::Members(*company)));
            Breadth::Company
        } else {
            self.unit(way, Depth::Beside)?;
            let names = usage.scope.into_iter().flat_map(|company| usage.names.iter().map(move |name| (company, name)));
            self.work.extend(names.map(|(company, name)| Task::MembersCalled(company, name.as_str().into())));
            Breadth::Members
        };
        let uses = usage.own.iter().chain(self.others(way, &usage)?);
        self.work.extend(uses.map(|seq| Task::Event(seq, look, Depth::Beside)));
        Ok(())
    }

    fn units_called(&mut self, company: Mark, name: &str, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        let ways = self.called(Mark::named(Kind::Unit as u8, Some(company), name))?;
        let is_due = |way: &Mark| self.depths.get(way).is_none_or(|known| *known < depth);
        self.work.extend(ways.into_iter().filter(is_due).map(|way| Task::Unit(way, depth)));
        Ok(())
    }

    fn companies(&self) -> impl Iterator<Item = Mark> + '_ {
        self.usages.iter().filter(|(_, usage)| usage.kind == Kind::Company).map(|(way, _)| *way)
    }

    /// Takes what is told of a company or a unit, and what says how it is called.
    fn place(&mut self, way: Mark, usage: &Usage) -> Result<(), NoExcerpt<L::Error>> {
        self.work.extend(usage.own.iter().map(|seq| Task::Event(seq, Breadth::Places, Depth::Named)));
        self.first_reports(way, usage)
    }

    fn event(&mut self, seq: Seq, look: Breadth, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        let known = self.events.get(&seq).map(|(known, _)| *known);
        if known.is_some_and(|(known_look, known_depth)| known_look >= look && known_depth >= depth) {
            return Ok(());
        }
        let (look, depth) = known.map_or((look, depth), |(l, d)| (l.max(look), d.max(depth)));
        if known.is_none() && self.events.len() >= self.most {
            return Err(NoExcerpt::TooMany);
        }
        let found = if let Some((_, found)) = self.events.remove(&seq) {
            found
        } else {
            let Some(found) = self.look_up(seq)? else { return Ok(()) };
            if matches!(found.event.fact, Fact::PersonErased { .. }) {
                self.work.extend(found.named(&self.met).people().map(Task::Erased));
            }
            found
        };
        // Of what contradicts itself, it is told whom that is about.
        let tells = self.tells_what_replaces;
        let is_asked = |(look, depth): (Breadth, Depth)| match look {
            // A log of a unit lists what replaces an event about it.
            Breadth::Asked | Breadth::Members | Breadth::Company => true,
            Breadth::Life | Breadth::Places | Breadth::People | Breadth::Touched => tells && depth == Depth::Asked,
        };
        if known.is_none() || (is_asked((look, depth)) && !known.is_some_and(is_asked)) {
            // What replaces it is told with it, and so is what replaces that.
            let beyond = if is_asked((look, depth)) {
                (Breadth::People, if tells { Depth::Asked } else { Depth::Named })
            } else {
                (Breadth::Life, Depth::Named)
            };
            if self.relatives(&found.event, beyond)? {
                self.alone.insert(seq);
            }
        }
        if look == Breadth::Life && self.erasures && !matches!(self.beside, Beside::Names { .. }) {
            self.may_be_withheld(&found);
        }
        if look > Breadth::Life {
            self.named_in(&found, look, depth)?;
        }
        self.events.insert(seq, ((look, depth), found));
        Ok(())
    }

    /// Takes the places that an event names, and the people where these play a part.
    fn named_in(&mut self, known: &KnownEvent, look: Breadth, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        let joins = matches!(known.event.fact, Fact::SamePerson { .. });
        let is_of_names = matches!(self.beside, Beside::Names { .. });
        let beside = if self.beside == Beside::PeopleOfAll { Depth::Beside } else { Depth::Named };
        let whom = match look {
            _ if joins && look < Breadth::Members => Some(depth),
            Breadth::Members | Breadth::Company | Breadth::People | Breadth::Asked | Breadth::Touched => Some(beside),
            Breadth::Life | Breadth::Places => None,
        };
        let whom = match (self.erasures, is_of_names) {
            (true, true) => whom.max(Some(Depth::Named)),
            (true, false) => whom.max(Some(Depth::Beside)),
            (false, _) => whom,
        };
        let is_with_members =
            |used: &Use| depth == Depth::Asked && look >= Breadth::People && self.with_members.contains(&used.kind);
        let task = |used: &Use| match used.kind {
            Kind::Person if matches!(look, Breadth::Members | Breadth::Company | Breadth::Touched) && used.is_own => {
                Some(Task::Person(used.mark, Depth::Member))
            }
            Kind::Person if look == Breadth::Asked && used.is_own => Some(Task::Person(used.mark, Depth::Asked)),
            Kind::Person => whom.map(|depth| Task::Person(used.mark, depth)),
            Kind::Unit | Kind::Company if is_with_members(used) => Some(Task::Members(used.mark)),
            Kind::Company => Some(Task::Company(used.mark)),
            // What an event puts under the unit is of it.
            Kind::Unit if look == Breadth::Members && used.is_own => Some(Task::Members(used.mark)),
            Kind::Unit if look == Breadth::Company => Some(Task::Members(used.mark)),
            Kind::Unit => Some(Task::Unit(used.mark, Depth::Beside)),
        };
        self.work.extend(known.named(&self.met).uses.iter().filter_map(task));
        if look == Breadth::Touched {
            // What stands above a unit by such a name can be the company.
            for name in &known.named(&self.met).company_names {
                self.look_up_units(name.as_str(), Depth::Beside)?;
            }
        }
        Ok(())
    }

    /// Looks for units of that name in the companies.
    fn look_up_units(&mut self, name: &str, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        if self.unit_names.get(name).is_none_or(|known| *known < depth) {
            self.unit_names.insert(name.to_owned(), depth);
            let companies: Vec<Mark> = self.companies().collect();
            for company in companies {
                self.units_called(company, name, depth)?;
            }
        }
        Ok(())
    }
}
