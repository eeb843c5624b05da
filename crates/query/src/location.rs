//! Where the people of a tenure are on a day, through mergers and dissolutions, and what stands under a unit.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use tenure_domain::bounds::{Bounds, Certainty};
use tenure_domain::day::Day;
use tenure_domain::statement::UnitNo;
use tenure_domain::structure::{DatedValue, Existence, UnitHistory, Whereabouts};
use tenure_domain::tenure::{Tenure, raised};
use tenure_domain::view::{RosterRow, UnitState, View, ViewError};

use crate::Inquiry;
use crate::naming::sort_by_asked_key;

/// What decides where a tenure's people are.
#[derive(Clone, Copy)]
pub(crate) struct Stint {
    pub(crate) unit: UnitNo,
    pub(crate) start: Bounds,
    pub(crate) end: Option<Bounds>,
    pub(crate) end_stated: bool,
    pub(crate) seen: Option<Day>,
    pub(crate) attested: Option<Day>,
}

impl Stint {
    pub(crate) fn of(tenure: &Tenure) -> Stint {
        Stint {
            unit: tenure.unit.unwrap_or(tenure.company),
            start: tenure.start.bounds,
            end: tenure.end.as_ref().map(|end| end.bounds),
            end_stated: tenure.end_is_stated(),
            seen: tenure.seen,
            attested: tenure.attested,
        }
    }

    pub(crate) fn row(unit: UnitNo, row: &RosterRow) -> Stint {
        let RosterRow { start, end, end_stated, seen, attested, .. } = *row;
        Stint { unit, start, end, end_stated, seen, attested }
    }

    /// Of no person in particular, at any time.
    pub(crate) fn of_unit(unit: UnitNo) -> Stint {
        Stint { unit, start: Bounds::UNKNOWN, end: None, end_stated: false, seen: None, attested: None }
    }

    /// The latest day on which it is known to have been in force or begun.
    fn alive(&self) -> Option<Day> {
        // It had begun by the day on which a source has it in force, though its start be vaguer.
        let begun = self.start.latest().into_iter().chain(self.attested).min().or(self.start.earliest());
        begun.max(self.start.earliest()).max(self.seen)
    }

    /// Whether it goes on though its unit was dissolved between those days: a source states its end, or saw it in force
    /// after that.
    pub(crate) fn outlives(&self, dissolved: Bounds) -> bool {
        self.end_stated || dissolved.latest().is_some_and(|latest| self.seen > Some(latest))
    }
}

/// The people of a tenure in a unit, or in a company, on their way through mergers.
#[derive(Clone, Copy)]
pub(crate) struct Stay {
    pub(crate) unit: UnitNo,
    /// The earliest day on which they can have come there.
    begun: Option<Day>,
    /// The latest day on which they are known to have been there.
    pub(crate) alive: Option<Day>,
}

impl Stay {
    /// In a unit to which its people came by mergers, or from the beginning.
    pub(crate) fn of(stint: &Stint, unit: UnitNo, came: Option<Bounds>) -> Stay {
        let begun = stint.start.earliest().max(came.and_then(Bounds::earliest));
        Stay { unit, begun, alive: stint.alive().max(came.and_then(Bounds::latest)) }
    }

    /// What changed the existence of the unit for them.
    pub(crate) fn changes(self, history: &UnitHistory) -> impl Iterator<Item = &DatedValue<Existence>> {
        history.changes_for(self.begun, self.alive)
    }
}

/// Where a tenure stands on a day.
pub(crate) enum Location {
    /// In that unit: its own, or the one into which that was merged.
    In(UnitNo),
    /// Nowhere any more: the unit was dissolved between those days.
    Dissolved(Bounds),
}

/// Where mergers led from units: for the tenures of one answer, so that a long chain of mergers is followed once and not for
/// each of them.
#[derive(Default)]
pub(crate) struct MergerPaths {
    /// Whether a unit and its company were there all the time, as nearly all are.
    lasting: FxHashMap<UnitNo, bool>,
    ways: FxHashMap<UnitNo, MergerPath>,
    /// By company, the one that it belongs to between those days.
    companies: FxHashMap<UnitNo, (UnitNo, Span)>,
    /// Units in which the ways end, though they be merged.
    ends: BTreeSet<UnitNo>,
}

/// Where mergers lead from a unit. They can lead on from there.
#[derive(Clone, Copy)]
struct MergerPath {
    behind: UnitNo,
    /// When people come there by these.
    came: Bounds,
    /// Those who were known to be there on this day do not go that way: by then a unit on it was formed again.
    formed_again: Option<Day>,
}

impl MergerPath {
    /// Whether those go that way who were known to be there on that day last.
    fn is_taken(&self, alive: Option<Day>, day: Day) -> bool {
        self.came.latest().is_some_and(|came| came <= day) && self.formed_again.is_none_or(|again| alive < Some(again))
    }

    fn then(self, next: MergerPath) -> MergerPath {
        let formed_again = self.formed_again.into_iter().chain(next.formed_again).min();
        MergerPath { behind: next.behind, came: self.came.later(next.came), formed_again }
    }
}

/// The days from one on, and before another.
#[derive(Clone, Copy)]
struct Span {
    from: Day,
    until: Option<Day>,
}

impl Span {
    const ALWAYS: Span = Span { from: Day::MIN, until: None };

    fn has(self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    fn and(self, other: Span) -> Span {
        Span { from: self.from.max(other.from), until: self.until.into_iter().chain(other.until).min() }
    }
}

impl MergerPaths {
    /// The ways to some units.
    pub(crate) fn ending_in(ends: BTreeSet<UnitNo>) -> MergerPaths {
        MergerPaths { ends, ..MergerPaths::default() }
    }

    /// Whether nothing is told of the existence of a unit and its company.
    pub(crate) fn is_lasting(&mut self, view: &dyn View, unit: UnitNo) -> Result<bool, ViewError> {
        if let Some(known) = self.lasting.get(&unit) {
            return Ok(*known);
        }
        let state = view.unit(unit)?;
        let company = state.company.map(|company| view.unit(company)).transpose()?;
        let is_lasting = [Some(state), company].iter().flatten().all(|state| state.history.existence.is_empty());
        self.lasting.insert(unit, is_lasting);
        Ok(is_lasting)
    }

    /// Follows the mergers of units that take in everybody who is there before they are formed again. `came` is when people
    /// came to the unit, and `alive` the latest day on which they were known to be there. Gives where they are then, and since
    /// when: there mergers of other sorts can lead on.
    pub(crate) fn follow(
        &mut self,
        view: &dyn View,
        (unit, came): (UnitNo, Bounds),
        alive: Option<Day>,
        day: Day,
    ) -> Result<(UnitNo, Bounds), ViewError> {
        let mut passed = FxHashSet::default();
        let mut way: Vec<(UnitNo, MergerPath)> = Vec::new();
        let (mut at, mut came) = (unit, came);
        while passed.insert(at) && !self.ends.contains(&at) {
            let alive = alive.max(came.latest());
            let known = self.ways.get(&at).copied().filter(|way| way.is_taken(alive, day));
            let next = match known {
                Some(way) => Some(way),
                None => first_path(&view.unit(at)?.history).filter(|way| way.is_taken(alive, day)),
            };
            let Some(next) = next else { break };
            way.push((at, next));
            (at, came) = (next.behind, came.later(next.came));
        }
        let mut beyond: Option<MergerPath> = None;
        for (unit, next) in way.into_iter().rev() {
            let whole = beyond.map_or(next, |beyond| next.then(beyond));
            self.ways.insert(unit, whole);
            beyond = Some(whole);
        }
        Ok((at, came))
    }

    /// The company to which the people of a unit belong on the day: its own, or the one into which that was merged.
    pub(crate) fn company(&mut self, view: &dyn View, unit: UnitNo, day: Day) -> Result<UnitNo, ViewError> {
        let own = |unit: UnitNo| Ok::<_, ViewError>(view.unit(unit)?.company.unwrap_or(unit));
        let mut at = own(unit)?;
        let mut passed = FxHashSet::default();
        let mut way: Vec<(UnitNo, Span)> = Vec::new();
        loop {
            let known = self.companies.get(&at).copied().filter(|(_, span)| span.has(day));
            let next = match known {
                Some(known) => Some(known),
                None => match view.unit(at)?.history.merged_between(day) {
                    Some((into, from, until)) => Some((own(into)?, Span { from, until })),
                    None => None,
                },
            };
            let Some((next, span)) = next.filter(|_| passed.insert(at)) else { break };
            way.push((at, span));
            at = next;
        }
        // Companies that lead in a circle stay where they are.
        let circle = way.iter().position(|(company, _)| *company == at).unwrap_or(way.len());
        let round = way[circle..].iter().fold(Span::ALWAYS, |span, (_, next)| span.and(*next));
        self.companies.extend(way[circle..].iter().map(|(company, _)| (*company, (*company, round))));
        let mut span = round;
        for (company, next) in way[..circle].iter().rev() {
            span = next.and(span);
            self.companies.insert(*company, (at, span));
        }
        Ok(at)
    }
}

/// Where the first merger of a unit leads, if it takes in everybody who is there before it is formed again.
fn first_path(history: &UnitHistory) -> Option<MergerPath> {
    let (behind, came, again) = history.first_merger()?;
    Some(MergerPath { behind, came, formed_again: again.and_then(Bounds::latest) })
}

/// When people are behind a merger who were there behind other ones before, or from the beginning.
pub(crate) fn later(came: Option<Bounds>, merged: Bounds) -> Bounds {
    came.map_or(merged, |came| came.later(merged))
}

/// Where the tenure's people are on the day, whether or not the tenure is in force then.
pub(crate) fn location(view: &dyn View, stint: &Stint, day: Day) -> Result<Location, ViewError> {
    location_by(&mut MergerPaths::default(), view, stint, day)
}

/// The same for one of many tenures, all on one day.
pub(crate) fn location_by(
    ways: &mut MergerPaths,
    view: &dyn View,
    stint: &Stint,
    day: Day,
) -> Result<Location, ViewError> {
    let arrival = walk(ways, view, stint, day, |_| {})?;
    Ok(arrival.over.map_or(Location::In(arrival.unit), Location::Dissolved))
}

/// The units and companies with which a tenure can end, its own first. `ways` are those of all days.
pub(crate) fn places(ways: &mut MergerPaths, view: &dyn View, stint: &Stint) -> Result<Vec<Stay>, ViewError> {
    let mut places = Vec::new();
    walk(ways, view, stint, Day::MAX, |stay| places.push(stay))?;
    Ok(places)
}

/// The unit to which mergers brought the tenure's people by the day, and when; without a merger, their own.
pub(crate) fn came_to(
    ways: &mut MergerPaths,
    view: &dyn View,
    stint: &Stint,
    day: Day,
) -> Result<(UnitNo, Option<Bounds>), ViewError> {
    let Arrival { unit, came, .. } = walk(ways, view, stint, day, |_| {})?;
    Ok((unit, came))
}

/// Where mergers bring the people of a tenure.
struct Arrival {
    unit: UnitNo,
    /// When they came there, where a merger brought them.
    came: Option<Bounds>,
    /// Between which days that was dissolved, or its company was.
    over: Option<Bounds>,
}

/// Where the tenure's people are on the day. `pass` is told of the units on the way there, and then of their company and
/// of what that was merged into, unless nothing is told of the existence of any.
fn walk(
    ways: &mut MergerPaths,
    view: &dyn View,
    stint: &Stint,
    day: Day,
    mut pass: impl FnMut(Stay),
) -> Result<Arrival, ViewError> {
    let mut arrival = Arrival { unit: stint.unit, came: None, over: None };
    if ways.is_lasting(view, stint.unit)? {
        return Ok(arrival);
    }
    let own_company = view.unit(stint.unit)?.company;
    let mut came = None;
    // Cycles are refused when the structure is folded; a store that was tampered with may hold one.
    let mut passed = FxHashSet::default();
    // Units first, then companies: people stay in a unit whose company was merged.
    let mut at = Some(stint.unit);
    let mut of_units = true;
    while let Some(here) = at {
        let state = view.unit(here)?;
        let is_first = passed.insert(here);
        let stay = Stay::of(stint, here, came);
        pass(stay);
        match state.history.of_tenure(stay.begun, stay.alive, day) {
            Whereabouts::Merged(into, since) if is_first && !ways.ends.contains(&here) => {
                let (behind, on) = ways.follow(view, (into, later(came, since)), stay.alive, day)?;
                came = Some(on);
                if of_units {
                    (arrival.unit, arrival.came) = (behind, came);
                }
                at = Some(behind);
                continue;
            }
            Whereabouts::Dissolved(bounds) if !stint.outlives(bounds) => {
                arrival.over = Some(bounds.raised(came.and_then(Bounds::earliest)));
                return Ok(arrival);
            }
            Whereabouts::Dissolved(_) | Whereabouts::There | Whereabouts::Merged(..) => {}
        }
        at = view.unit(arrival.unit)?.company.filter(|_| std::mem::take(&mut of_units));
        // To their own company they did not come by a merger.
        came = came.filter(|_| at != own_company);
    }
    Ok(arrival)
}

/// The tenure with its dates as the day tells them: a unit that is dissolved by then ended it, where nothing ended it before.
pub(crate) fn as_ended(ways: &mut MergerPaths, view: &dyn View, stint: Stint, day: Day) -> Result<Stint, ViewError> {
    let Location::Dissolved(bounds) = location_by(ways, view, &stint, day)? else { return Ok(stint) };
    let later = |end: Bounds| end.latest().is_none_or(|l| bounds.latest().is_none_or(|b| b < l));
    if !stint.end.is_none_or(later) {
        return Ok(stint);
    }
    let end = raised(bounds, stint.start, stint.attested);
    Ok(Stint { start: stint.start.cut(end.latest()), end: Some(end), ..stint })
}

/// In which unit the tenure is in force on the day, and how surely.
pub(crate) fn in_force(
    ways: &mut MergerPaths,
    view: &dyn View,
    stint: &Stint,
    day: Day,
) -> Result<Option<(UnitNo, Certainty)>, ViewError> {
    let Some(certainty) = Certainty::of(stint.start, stint.end, day) else { return Ok(None) };
    Ok(match location_by(ways, view, stint, day)? {
        Location::In(unit) => Some((unit, certainty)),
        Location::Dissolved(_) => None,
    })
}

/// Under which unit or company a unit stands on the day: merged ones give way to what they were merged into,
/// dissolved and not yet formed ones to what is above them. None for a company that stands under nothing.
pub(crate) fn parent(view: &dyn View, unit: UnitNo, day: Day) -> Result<Option<UnitNo>, ViewError> {
    Above::on(view, day).parent(unit)
}

/// What stands above units on a day. What stands for a unit that is gone is found once.
pub(crate) struct Above<'v> {
    view: &'v dyn View,
    day: Day,
    /// A unit that keeps what stood under it, though it be gone.
    kept: Option<UnitNo>,
    stand_ins: FxHashMap<UnitNo, Option<UnitNo>>,
    /// Which units lead back to themselves, by what there is and what will be.
    lead_back: FxHashMap<UnitNo, bool>,
}

impl<'v> Above<'v> {
    pub(crate) fn on(view: &'v dyn View, day: Day) -> Above<'v> {
        Above { view, day, kept: None, stand_ins: FxHashMap::default(), lead_back: FxHashMap::default() }
    }

    pub(crate) fn parent(&mut self, unit: UnitNo) -> Result<Option<UnitNo>, ViewError> {
        match self.above(unit)? {
            Some(above) => self.stand_in(above),
            None => Ok(None),
        }
    }

    /// What it stands under by what sources told; before it is formed, what it will stand under, unless that stands under it
    /// until then.
    fn above(&mut self, unit: UnitNo) -> Result<Option<UnitNo>, ViewError> {
        let state = self.view.unit(unit)?;
        Ok(match state.history.parent_to_be(self.day) {
            Some(to_be) if !self.leads_to(to_be, unit)? => Some(to_be),
            Some(_) | None => state.above(unit, self.day),
        })
    }

    /// Where a unit leads up to, by what there is and what will be.
    fn leads_up(&self, here: UnitNo) -> Result<Option<UnitNo>, ViewError> {
        let state = self.view.unit(here)?;
        Ok(match state.history.existence(self.day).map(|change| change.value) {
            Some(Existence::Merged(into)) => Some(into),
            Some(Existence::Formed | Existence::Dissolved) | None => {
                state.history.parent_to_be(self.day).or_else(|| state.above(here, self.day))
            }
        })
    }

    /// Whether one unit is the other or leads up to it.
    fn leads_to(&mut self, one: UnitNo, other: UnitNo) -> Result<bool, ViewError> {
        if self.leads_up(other)? == Some(one) {
            return self.leads_back(other);
        }
        let mut passed = FxHashSet::default();
        let mut at = Some(one);
        while let Some(here) = at.filter(|here| passed.insert(*here)) {
            if here == other {
                return Ok(true);
            }
            at = self.leads_up(here)?;
        }
        Ok(false)
    }

    /// Whether a unit leads up to itself. What is found on the way is found once: chains can be long.
    fn leads_back(&mut self, unit: UnitNo) -> Result<bool, ViewError> {
        let mut way: Vec<UnitNo> = Vec::new();
        let mut places: FxHashMap<UnitNo, usize> = FxHashMap::default();
        let mut at = Some(unit);
        let mut circle = usize::MAX;
        while let Some(here) = at.filter(|here| !self.lead_back.contains_key(here)) {
            if let Some(place) = places.get(&here) {
                circle = *place;
                break;
            }
            places.insert(here, way.len());
            way.push(here);
            at = self.leads_up(here)?;
        }
        self.lead_back.extend(way.into_iter().enumerate().map(|(place, unit)| (unit, place >= circle)));
        Ok(self.lead_back[&unit])
    }

    /// The unit itself where it exists, else what it was merged into or what is above it.
    fn stand_in(&mut self, unit: UnitNo) -> Result<Option<UnitNo>, ViewError> {
        let mut way = Vec::new();
        let mut passed = FxHashSet::default();
        let mut at = Some(unit);
        while let Some(here) = at {
            if let Some(known) = self.stand_ins.get(&here) {
                at = *known;
                break;
            }
            if self.kept == Some(here) || !passed.insert(here) {
                break;
            }
            let state = self.view.unit(here)?;
            let next = match state.history.existence(self.day).map(|change| change.value) {
                Some(Existence::Merged(into)) => Some(into),
                Some(Existence::Formed) => break,
                // What stands under a company that is told of before it was formed has nothing else to stand under.
                None if state.history.exists(self.day) || state.company.is_none() => break,
                Some(Existence::Dissolved) | None => self.above(here)?,
            };
            way.push(here);
            at = next;
        }
        for gone in way {
            self.stand_ins.insert(gone, at);
        }
        Ok(at)
    }
}

/// What stands under a unit on a day.
#[derive(Default)]
pub(crate) struct Below {
    /// The units directly under it that exist.
    pub(crate) children: Vec<UnitNo>,
    /// Units that are gone and stood or will stand directly under it: who is in one all the same is here.
    pub(crate) unseen: Vec<UnitNo>,
}

/// Units that are gone, or were merged once, whose people or sub-units can be where others stand.
#[derive(Default)]
struct Gone {
    units: BTreeSet<UnitNo>,
    /// Of these, the ones of which it was found what was ever merged into them.
    followed: FxHashSet<UnitNo>,
}

impl Gone {
    /// Takes in a unit that was merged, with all that was ever merged into it: one that exists again can have left its
    /// earlier people, with those merged into it, to what it was merged into.
    fn follow(&mut self, view: &dyn View, merged: UnitNo) -> Result<(), ViewError> {
        let mut work = vec![merged];
        while let Some(at) = work.pop() {
            if !self.followed.insert(at) {
                continue;
            }
            self.units.insert(at);
            for candidate in &view.unit(at)?.below {
                if was_merged_into(&*view.unit(*candidate)?, at) {
                    work.push(*candidate);
                }
            }
        }
        Ok(())
    }
}

/// Whether a unit was ever merged into that one.
fn was_merged_into(state: &UnitState, unit: UnitNo) -> bool {
    state.history.existence.iter().any(|change| change.value == Existence::Merged(unit))
}

/// What is directly in a unit on a day beside it: units that are gone, or were merged once, whose people can be there.
pub(crate) fn gone_into(view: &dyn View, unit: UnitNo, day: Day) -> Result<BTreeSet<UnitNo>, ViewError> {
    let mut gone = Gone::default();
    below(&mut Above::on(view, day), &mut gone, unit)?;
    Ok(gone.units)
}

/// Finds what stands directly under a unit. Those that are gone and lead to it have under them more of that.
fn below(above: &mut Above<'_>, gone: &mut Gone, unit: UnitNo) -> Result<Below, ViewError> {
    let (view, day) = (above.view, above.day);
    let mut found = Below::default();
    let mut seen = BTreeSet::from([unit]);
    let mut work = vec![unit];
    while let Some(at) = work.pop() {
        for candidate in &view.unit(at)?.below {
            // An event of a company can name a unit of another one.
            let state = view.unit(*candidate)?;
            if !state.was_ever_under(at) || *candidate == unit {
                continue;
            }
            if was_merged_into(&state, at) {
                gone.follow(view, *candidate)?;
            }
            if seen.contains(candidate) {
                continue;
            }
            let exists = state.history.exists(day);
            let stands_here = above.parent(*candidate)? == Some(unit);
            let leads_here = !exists && (stands_here || above.stand_in(*candidate)? == Some(unit));
            if leads_here {
                gone.units.insert(*candidate);
                work.push(*candidate);
            }
            if stands_here {
                if exists { &mut found.children } else { &mut found.unseen }.push(*candidate);
            }
            if stands_here || leads_here {
                seen.insert(*candidate);
            }
        }
    }
    // A company and a unit can be called alike, also by their ids.
    sort_by_asked_key(&mut found.children, |child| Ok((view.unit(*child)?.company.is_some(), *child)))?;
    Ok(found)
}

impl Inquiry<'_> {
    /// The units of other companies that the events of a company name.
    pub fn named_elsewhere(&self, company: UnitNo) -> Result<Vec<UnitNo>, ViewError> {
        let mut named = Vec::new();
        for unit in &self.view.unit(company)?.below {
            let state = self.view.unit(*unit)?;
            if state.company.is_some() && !state.was_ever_under(company) {
                named.push(*unit);
            }
        }
        Ok(named)
    }
}

/// A unit with all that stands under it on a day, and the units whose tenures can be placed there.
pub(crate) struct Subtree {
    pub(crate) units: BTreeSet<UnitNo>,
    pub(crate) sources: BTreeSet<UnitNo>,
    /// How many units stand one under the other, this one counted.
    pub(crate) depth: usize,
    /// What stands directly under each of the units that exist.
    pub(crate) below: FxHashMap<UnitNo, Below>,
}

pub(crate) fn subtree(view: &dyn View, unit: UnitNo, day: Day) -> Result<Subtree, ViewError> {
    subtree_by(Above::on(view, day), unit)
}

/// The same for questions about all days: a unit that is gone on the day keeps what stood under it when it went.
pub(crate) fn subtree_ever(view: &dyn View, unit: UnitNo, day: Day) -> Result<Subtree, ViewError> {
    subtree_by(Above { kept: Some(unit), ..Above::on(view, day) }, unit)
}

fn subtree_by(mut above: Above<'_>, unit: UnitNo) -> Result<Subtree, ViewError> {
    let (units, sources) = (BTreeSet::from([unit]), BTreeSet::from([unit]));
    let mut tree = Subtree { units, sources, depth: 1, below: FxHashMap::default() };
    let mut gone = Gone::default();
    let mut work = vec![(unit, 1)];
    while let Some((at, depth)) = work.pop() {
        tree.depth = tree.depth.max(depth);
        let below = below(&mut above, &mut gone, at)?;
        tree.units.extend(&below.unseen);
        for child in &below.children {
            tree.sources.insert(*child);
            if tree.units.insert(*child) {
                work.push((*child, depth + 1));
            }
        }
        tree.below.insert(at, below);
    }
    tree.sources.extend(gone.units);
    Ok(tree)
}
