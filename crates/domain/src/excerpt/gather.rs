//! Follows from event to event what an excerpt is to hold.

mod first;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::directory::{Kind, Leaf, SHARED, Usage, Use, called_mark, published_as};
use super::earliest::{Earliest, Extent, FIRST};
use super::taken::TakenEvent;
use super::{Lookup, NoExcerpt, Of, calls};
use crate::event::{Fact, PersonFact};
use crate::identity::Call;
use crate::implicit_id::ImplicitUnitId;
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
pub(super) enum Look {
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
    Members(Mark),
    Line(Mark, Direction),
    Erasures(Mark),
    Event(Seq, Look, Depth),
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
    /// Whoever the events of the people asked for name, with what says who that is. What is told of them is taken where an
    /// answer looks at it.
    People,
    /// Whoever all events that name the people asked for name, with what is told of these.
    PeopleOfAll,
    /// What says who that is, whom the events name: as of a position, and with what is taken beyond it.
    Names { before: Seq },
}

pub(super) struct Gather<'l, L> {
    lookup: &'l L,
    most: usize,
    pub(super) events: BTreeMap<Seq, ((Look, Depth), Box<TakenEvent>)>,
    pub(super) usages: FxHashMap<Mark, Arc<Usage>>,
    pub(super) depths: FxHashMap<Mark, Depth>,
    /// The names of units that were looked up in each company so far, with how much of these is taken.
    unit_names: FxHashMap<String, Depth>,
    /// The units of which all is taken, and their names.
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
    /// Whether those who were in the units of whoever is asked for are taken too.
    with_units: bool,
    pub(super) in_part: FxHashSet<Mark>,
    /// Whether a person is erased: an event tells nothing of one person where the other one is.
    pub(super) erasures: bool,
    /// Of whom it was looked whether they are erased.
    erasures_of: FxHashSet<Mark>,
    beside: Beside,
    /// The positions up to which the log is read; none: up to its head.
    ends: BTreeSet<Option<Seq>>,
    /// Whether a basis leaves claims out that are there in time.
    is_selective: bool,
    /// The publishers whose claims alone are admitted, and none for what counts whoever says it; empty where all are.
    publishers: Vec<Option<Mark>>,
    /// In which reports these use a way of naming, as far as they are not among the earliest of all.
    pub(super) used_by: FxHashMap<Mark, Vec<Earliest>>,
    /// The events that nothing retracts, corrects or restates.
    alone: FxHashSet<Seq>,
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
            with_units: false,
            in_part: FxHashSet::default(),
            erasures: lookup.leaf(Mark::erasures())?.is_some(),
            erasures_of: FxHashSet::default(),
            beside,
            ends: BTreeSet::from([None]),
            is_selective: false,
            publishers: Vec::new(),
            used_by: FxHashMap::default(),
            alone: FxHashSet::default(),
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

    /// Takes what an asker can mean by a text, of units called so in that company alone.
    pub(super) fn ask(&mut self, text: &str, of: Of, company: Option<&str>) -> Result<(), NoExcerpt<L::Error>> {
        self.heard.insert(text.to_owned());
        for call in company.map(calls).unwrap_or_default() {
            let ways = self.called(called_mark(Kind::Company, None, &call))?;
            self.work.extend(ways.into_iter().map(Task::Confined));
        }
        for call in calls(text) {
            self.ask_of(&call, of, company)?;
        }
        if let Some(ImplicitUnitId { company, name }) = ImplicitUnitId::parse(text) {
            self.units_asked(company, name, of)?;
        }
        Ok(())
    }

    /// Takes who and what else can be called so; of the units of a name, those of the companies that are taken.
    pub(super) fn hear(&mut self, text: String) -> Result<(), NoExcerpt<L::Error>> {
        let mut found = Vec::new();
        for call in calls(&text) {
            for kind in [Kind::Person, Kind::Company, Kind::Unit] {
                match &call {
                    Call::Name(name) if kind == Kind::Unit => self.look_up_units(name.as_str(), Depth::Beside)?,
                    Call::Id(_) | Call::Name(_) | Call::Identifier(_) => {
                        found.extend(self.called(called_mark(kind, None, &call))?);
                    }
                }
            }
        }
        if let Some(ImplicitUnitId { company, name }) = ImplicitUnitId::parse(&text) {
            for call in calls(company) {
                for company in self.called(called_mark(Kind::Company, None, &call))? {
                    found.push(company);
                    found.extend(self.called(Mark::named(Kind::Unit as u8, Some(company), name))?);
                }
            }
        }
        for way in found {
            if !self.depths.contains_key(&way) {
                self.take_way(way, Depth::Beside)?;
            }
        }
        self.heard.insert(text);
        Ok(())
    }

    /// Takes the units of that name in what an asker can mean by a company.
    fn units_asked(&mut self, company: &str, name: &str, of: Of) -> Result<(), NoExcerpt<L::Error>> {
        for call in calls(company) {
            let ways = self.called(called_mark(Kind::Company, None, &call))?;
            if of != Of::Members && !ways.is_empty() {
                return Err(NoExcerpt::OfOthers);
            }
            let name: Arc<str> = name.into();
            self.work.extend(ways.into_iter().map(|way| Task::MembersCalled(way, name.clone())));
        }
        Ok(())
    }

    fn ask_of(&mut self, call: &Call, of: Of, company: Option<&str>) -> Result<(), NoExcerpt<L::Error>> {
        let (kind, others) = match of {
            Of::Posts | Of::Events | Of::Lines | Of::Conflicts => (Kind::Person, [Kind::Company, Kind::Unit]),
            Of::Members => (Kind::Unit, [Kind::Company, Kind::Person]),
        };
        for other in others {
            if self.lookup.leaf(called_mark(other, None, call))?.is_some() {
                return Err(NoExcerpt::OfOthers);
            }
        }
        if let (Kind::Unit, Call::Name(name), Some(company)) = (kind, call, company) {
            return self.units_asked(company, name.as_str(), of);
        }
        let ways = self.called(called_mark(kind, None, call))?;
        if kind == Kind::Unit && ways.len() > SHARED {
            return Err(NoExcerpt::TooMany);
        }
        for way in ways {
            match of {
                Of::Members => self.work.push(Task::Members(way)),
                Of::Posts | Of::Events => self.work.push(Task::Person(way, Depth::Asked)),
                Of::Lines => {
                    let directions = [Direction::Up, Direction::Down];
                    self.work.extend(directions.map(|direction| Task::Line(way, direction)));
                    self.work.push(Task::Person(way, Depth::Asked));
                }
                Of::Conflicts => {
                    self.with_units |= self.leads(way)?;
                    self.work.push(Task::Person(way, Depth::Asked));
                }
            }
        }
        Ok(())
    }

    /// Whether an event says that the person leads something. Whoever leads a whole company is looked for in all of it.
    fn leads(&mut self, way: Mark) -> Result<bool, NoExcerpt<L::Error>> {
        let Some(usage) = self.usage(way)? else { return Ok(false) };
        let mut leads = false;
        for seq in usage.own.iter() {
            let Some((_, event)) = self.lookup.event(seq)? else { continue };
            let Fact::Person { fact, .. } = &event.fact else { continue };
            let (lead, unit) = match (fact, fact.post()) {
                (PersonFact::ChangedTitle { lead, unit, .. }, _) => (*lead == Some(true), unit.as_ref()),
                (PersonFact::TransferredUnit { to_unit, post, .. }, _) => (post.lead, Some(to_unit)),
                (_, Some(post)) => (post.lead, post.unit.as_ref()),
                (_, None) => continue,
            };
            if lead && unit.is_none() {
                return Err(NoExcerpt::TooMany);
            }
            leads |= lead;
        }
        Ok(leads)
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
            let people = same.named().uses.iter().filter(|used| used.kind == Kind::Person);
            self.work.extend(people.map(|used| Task::Line(used.mark, direction)));
        }
        let uses = match direction {
            Direction::Up => &usage.own,
            Direction::Down => &usage.others,
        };
        for seq in uses.iter() {
            self.work.push(Task::Event(seq, Look::People, Depth::Member));
            if self.lines.len() > self.most {
                return Err(NoExcerpt::TooMany);
            }
            let Some(known) = self.look_up(seq)? else { continue };
            for used in &known.named().uses {
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
                Task::Event(seq, look, depth) => self.event(seq, look, depth)?,
            }
        }
        Ok(())
    }

    /// The event at a position, which is not taken by that.
    fn look_up(&self, seq: Seq) -> Result<Option<TakenEvent>, NoExcerpt<L::Error>> {
        Ok(self.lookup.event(seq)?.map(|(recorded_at, event)| TakenEvent::of(seq, recorded_at, event)))
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
            Depth::Named | Depth::Beside => Look::Places,
            Depth::Member | Depth::Asked => Look::People,
        };
        // Of whoever is only named, it matters with whom they are the same, and whether they are erased.
        let is_only_named = depth == Depth::Named && self.publishers.is_empty();
        let own = if is_only_named { &usage.deciding } else { &usage.own };
        self.work.extend(own.iter().map(|seq| Task::Event(seq, look, depth)));
        // Whoever many name is named in part: what they are called is known by the first who did.
        if depth == Depth::Asked || (usage.others.len() <= FIRST && depth > Depth::Named) {
            self.in_part.remove(&way);
            let look = match self.beside {
                Beside::PeopleOfAll if depth == Depth::Asked => Look::People,
                // In which company a name is used decides whom it means.
                Beside::Names { .. } if depth == Depth::Asked => Look::Places,
                Beside::People | Beside::PeopleOfAll | Beside::Names { .. } => Look::Life,
            };
            self.work.extend(usage.others.iter().map(|seq| Task::Event(seq, look, depth)));
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
                same.extend(&known.named().companies);
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
            self.work.extend(usage.others.iter().map(|seq| Task::Event(seq, Look::Places, Depth::Named)));
        }
        Ok(())
    }

    /// Takes all of a unit: whoever was there, and what stood under it.
    fn members(&mut self, way: Mark) -> Result<(), NoExcerpt<L::Error>> {
        if !self.whole.insert(way) {
            return Ok(());
        }
        self.unit(way, Depth::Beside)?;
        let Some(usage) = self.usage(way)? else { return Ok(()) };
        for call in &usage.calls {
            let ways = self.newly_called(*call, Purpose::Members)?;
            self.work.extend(ways.into_iter().map(Task::Members));
        }
        let names = usage.scope.into_iter().flat_map(|company| usage.names.iter().map(move |name| (company, name)));
        self.work.extend(names.map(|(company, name)| Task::MembersCalled(company, name.as_str().into())));
        let uses = usage.own.iter().chain(usage.others.iter());
        self.work.extend(uses.map(|seq| Task::Event(seq, Look::Members, Depth::Beside)));
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
        self.work.extend(usage.own.iter().map(|seq| Task::Event(seq, Look::Places, Depth::Named)));
        self.first_reports(way, usage)
    }

    fn event(&mut self, seq: Seq, look: Look, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
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
            Box::new(found)
        };
        // Of what contradicts itself, it is told whom that is about.
        let of_all = self.beside == Beside::PeopleOfAll;
        let is_asked = |(look, depth): (Look, Depth)| look == Look::Asked || (of_all && depth == Depth::Asked);
        if known.is_none() || (is_asked((look, depth)) && !known.is_some_and(is_asked)) {
            let look = if is_asked((look, depth)) { Look::People } else { Look::Life };
            if self.relatives(seq, &found.event, look)? {
                self.alone.insert(seq);
            }
        }
        if look == Look::Life && self.erasures && !matches!(self.beside, Beside::Names { .. }) {
            self.may_be_withheld(&found);
        }
        if look > Look::Life {
            self.named_in(&found, look, depth)?;
        }
        self.events.insert(seq, ((look, depth), found));
        Ok(())
    }

    /// Takes the places that an event names, and the people where these play a part.
    fn named_in(&mut self, known: &TakenEvent, look: Look, depth: Depth) -> Result<(), NoExcerpt<L::Error>> {
        let joins = matches!(known.event.fact, Fact::SamePerson { .. });
        let is_of_names = matches!(self.beside, Beside::Names { .. });
        let beside = if self.beside == Beside::PeopleOfAll { Depth::Beside } else { Depth::Named };
        let whom = match look {
            _ if joins && look < Look::Members => Some(depth),
            Look::Members | Look::People | Look::Asked | Look::Touched => Some(beside),
            Look::Life | Look::Places => None,
        };
        let whom = match (self.erasures, is_of_names) {
            (true, true) => whom.max(Some(Depth::Named)),
            (true, false) => whom.max(Some(Depth::Beside)),
            (false, _) => whom,
        };
        let with_units = self.with_units && depth == Depth::Asked && look >= Look::People;
        let task = |used: &Use| match used.kind {
            Kind::Person if matches!(look, Look::Members | Look::Touched) && used.is_own => {
                Some(Task::Person(used.mark, Depth::Member))
            }
            Kind::Person if look == Look::Asked && used.is_own => Some(Task::Person(used.mark, Depth::Asked)),
            Kind::Person => whom.map(|depth| Task::Person(used.mark, depth)),
            Kind::Company => Some(Task::Company(used.mark)),
            // What an event puts under the unit is of it.
            Kind::Unit if look == Look::Members && used.is_own => Some(Task::Members(used.mark)),
            Kind::Unit if with_units => Some(Task::Members(used.mark)),
            Kind::Unit => Some(Task::Unit(used.mark, Depth::Beside)),
        };
        self.work.extend(known.named().uses.iter().filter_map(task));
        if look == Look::Touched {
            // What stands above a unit by such a name can be the company.
            for name in &known.named().company_names {
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
