//! The people of units, and the org chart.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use serde::{Deserialize, Serialize};
use tenure_domain::bounds::{Bounds, Certainty};
use tenure_domain::name::NameKey;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::structure::Existence;
use tenure_domain::tenure::Tenure as FoldedTenure;
use tenure_domain::view::{RosterRow, UnitState, ViewError};

use crate::Inquiry;
use crate::ask::Asked;
use crate::findings::Findings;
use crate::gaps::Extent;
use crate::gaps::GapsAsked;
use crate::location::{
    Below, Location, MergerPaths, Stint, Subtree, gone_into, location, location_by, subtree, subtree_ever,
};
use crate::naming::NameOrder;
use crate::naming::{StartKey, start_key};
use crate::people::tenure_at;
use crate::reach::{InReach, Reach};
use crate::shares::in_shares;
use crate::tenure_id::TenureIds;
use tenure_answers::{BasisShown, Holder, HoldersAnswer, Member, OrgAnswer, OrgUnit, Person, Tenure, Unit, WhoAnswer};

/// Whether what stands under a unit counts as in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubUnits {
    /// The unit alone.
    Direct,
    /// Its sub-units too.
    Whole,
}

/// How many units may stand one under the other in a chart. No company comes near it, but sources can say anything, and
/// what draws, writes or reads a chart goes down into it.
const DEPTH: usize = 1_000;

/// A chart is too deep to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{depth} units stand one under the other there, and charts are at most {DEPTH} deep")]
pub struct TooDeep {
    /// How many units stand one under the other.
    pub depth: usize,
}

/// Why there is no chart.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// It would be too deep.
    #[error(transparent)]
    TooDeep(#[from] TooDeep),
    /// The ledger that is asked does not read.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// Which of the people of a unit are asked for.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Only those who lead.
    pub leads_only: bool,
    /// Only those with one of these titles, which are compared by their keys.
    pub titles: Option<BTreeSet<NameKey>>,
}

impl MemberFilter {
    fn admits_title(&self, held: &FoldedTenure) -> bool {
        let has = |titles: &BTreeSet<NameKey>| held.title.as_ref().is_some_and(|title| titles.contains(title.key()));
        self.titles.as_ref().is_none_or(has)
    }
}

/// Which holders are asked for, and what of them.
#[derive(Clone, Copy, Debug)]
pub struct HoldersAsked<'f> {
    /// Whether those of the sub-units too.
    pub reach: SubUnits,
    /// Who they are.
    pub filter: &'f MemberFilter,
    /// The days on one of which they can have held the post.
    pub between: Bounds,
    /// In which order.
    pub order: PeopleOrder,
    /// How many of that order; all where left out.
    pub most: Option<usize>,
    /// Whether the gaps between them are asked for too.
    pub gaps: GapsAsked,
}

/// The order of people in posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PeopleOrder {
    /// Leads first, then by unit, title and name.
    Post,
    /// By name, then by start.
    Name,
    /// By start, then by name.
    Start,
    /// By title, then by unit and name.
    Title,
    /// By unit, then leads first, then by title and name.
    Unit,
}

/// The order of the units under a unit in a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChartOrder {
    /// By name.
    Name,
    /// The largest first, by the people who are certainly there.
    Size,
}

/// The place of a person in a post among others.
type PostOrder =
    (Option<NameOrder>, bool, Option<NameOrder>, Option<NameOrder>, Option<StartKey>, NameOrder, bool, String);

/// What is told of a person in a post, and its place among others; boxed, for it is large and is sorted.
type Placed<T> = Box<(PostOrder, T)>;

/// What a row of holders comes to: what is told of it, and when it held the post, each where it is asked for.
type HolderFound = (Option<Placed<Holder>>, Option<Extent>);

impl PeopleOrder {
    fn key(self, person: &Person, tenure: &Tenure, start: StartKey) -> PostOrder {
        let name = NameOrder::person(person);
        let unit = tenure.unit.as_ref().map(NameOrder::unit);
        let title = tenure.title.as_ref().map(|title| NameOrder::text(title, ""));
        let (follows, beside) = (!tenure.lead, !tenure.primary);
        let id = tenure.tenure.clone();
        match self {
            PeopleOrder::Post => (None, follows, unit, title, None, name, beside, id),
            PeopleOrder::Name => (Some(name.clone()), false, None, None, Some(start), name, beside, id),
            PeopleOrder::Start => (None, false, None, None, Some(start), name, beside, id),
            PeopleOrder::Title => (title, false, unit, None, None, name, beside, id),
            PeopleOrder::Unit => (unit, follows, None, title, None, name, beside, id),
        }
    }
}

/// How many are in a unit on a day, by certainty.
pub(crate) type Counts = (usize, usize);

/// From how many candidates on those are let go that are not among the first.
const PRUNED_FROM: usize = 2_048;

/// A row of a roster that holders are made of.
struct Candidate {
    person: PersonNo,
    tenure: u32,
    /// Whether it is asked for.
    is_told: bool,
    /// Whether the gaps asked for are those between it and others.
    fills: bool,
    start: StartKey,
    /// Since when it was in the unit asked about.
    since: Bounds,
}

impl<'v> Inquiry<'v> {
    /// What is in a unit on the day.
    fn reach_then(&self, unit: UnitNo, reach: SubUnits) -> Result<Subtree, ViewError> {
        match reach {
            SubUnits::Whole => subtree(self.view, unit, self.at),
            SubUnits::Direct => {
                let mut sources = BTreeSet::from([unit]);
                sources.extend(gone_into(self.view, unit, self.at)?);
                Ok(Subtree { units: BTreeSet::from([unit]), sources, depth: 1, below: FxHashMap::default() })
            }
        }
    }

    /// The same for a question about all days: in a unit that is gone on the day is what stood under it when it went.
    pub(crate) fn reach(&self, unit: UnitNo, reach: SubUnits) -> Result<Reach<'v>, ViewError> {
        let Subtree { units, sources, .. } = match reach {
            SubUnits::Whole => subtree_ever(self.view, unit, self.at)?,
            SubUnits::Direct => self.reach_then(unit, reach)?,
        };
        Ok(Reach::of(self.view, self.at, units, sources))
    }

    /// `who`: the people of a unit on the day, at most so many.
    pub fn who_answer(
        &self,
        basis: BasisShown,
        asked: Asked<UnitNo, Unit>,
        reach: SubUnits,
        filter: &MemberFilter,
        order: PeopleOrder,
        most: Option<usize>,
    ) -> Result<WhoAnswer, ViewError> {
        let unit = match asked {
            Asked::Later { shown, .. } => {
                return Ok(WhoAnswer { basis, unit: shown, members: Vec::new(), total: most.map(|_| 0) });
            }
            Asked::Here(unit) => unit,
        };
        let tree = self.reach_then(unit, reach)?;
        let mut there: Vec<(PersonNo, u32, StartKey)> = Vec::new();
        let mut found = Findings::default();
        for source in &tree.sources {
            for row in &self.view.present(*source, self.at)? {
                let stint = Stint::row(*source, row);
                let Some((place, _)) = self.in_force(&mut found.ways, &stint)? else { continue };
                // Who led what was merged away does not lead what it was merged into.
                let leads = row.lead && place == stint.unit;
                if tree.units.contains(&place) && (leads || !filter.leads_only) {
                    there.push((row.person, row.tenure, start_key(row.start)));
                }
            }
        }
        let mut total = there.len();
        if let Some(most) = most.filter(|_| order == PeopleOrder::Start && filter.titles.is_none()) {
            keep_first(&mut there, most, |row| row.2);
        }
        there.sort_unstable();
        let members = in_shares(&there, |row| row.0, |rows| self.members(rows, filter, order))?;
        if filter.titles.is_some() {
            total = members.len();
        }
        let members = sorted(members, most);
        Ok(WhoAnswer { basis, unit: self.unit_shown(unit)?, members, total: most.map(|_| total) })
    }

    /// Those of the tenures that a filter admits, which are sorted by people and in force on the day.
    fn members(
        &self,
        rows: &[(PersonNo, u32, StartKey)],
        filter: &MemberFilter,
        order: PeopleOrder,
    ) -> Result<Vec<Placed<Member>>, ViewError> {
        let mut members = Vec::new();
        let mut found = Findings::default();
        // A person can hold many posts, and is looked up once.
        for rows in rows.chunk_by(|one, other| one.0 == other.0) {
            let state = self.view.person(rows[0].0)?;
            let ids = TenureIds::of(&state);
            let person = self.persona_shown(&state.who);
            for (_, tenure, _) in rows {
                let (index, held) = tenure_at(&state, *tenure)?;
                if !filter.admits_title(held) {
                    continue;
                }
                if let Some(position) = self.position(&mut found, held, || ids.id(index))? {
                    let place = order.key(&person, &position.tenure, start_key(held.start.bounds));
                    members.push(Box::new((place, Member { person: person.clone(), position })));
                }
            }
        }
        Ok(members)
    }

    /// How many people are in a unit on the day, sub-units included: certainly, and possibly beyond them. The
    /// cheapest question about a roster: it reads no person.
    pub fn count(&self, unit: UnitNo, reach: SubUnits) -> Result<Counts, ViewError> {
        let tree = self.reach_then(unit, reach)?;
        let mut people: FxHashMap<PersonNo, Certainty> = FxHashMap::default();
        let mut ways = MergerPaths::default();
        for source in &tree.sources {
            let is_in_place = ways.is_lasting(self.view, *source)? && tree.units.contains(source);
            for row in &self.view.present(*source, self.at)? {
                let sure = if is_in_place {
                    Certainty::of(row.start, row.end, self.at).map(|sure| self.aged(row.end, row.attested, sure))
                } else {
                    self.in_force(&mut ways, &Stint::row(*source, row))?
                        .filter(|(there, _)| tree.units.contains(there))
                        .map(|(_, sure)| sure)
                };
                if let Some(sure) = sure {
                    let known = people.entry(row.person).or_insert(sure);
                    *known = (*known).max(sure);
                }
            }
        }
        let certain = people.values().filter(|sure| **sure == Certainty::Certain).count();
        Ok((certain, people.len() - certain))
    }

    /// `holders`: everyone who ever held a post there, and the gaps between them where these are asked for. A gap is one of
    /// all whom the filter admits, whatever the days asked about; where it asks for leads of any title, of those who led the
    /// unit itself: a lead of a sub-unit does not stand in for them.
    pub fn holders_answer(
        &self,
        basis: BasisShown,
        asked: Asked<UnitNo, Unit>,
        wanted: &HoldersAsked<'_>,
    ) -> Result<HoldersAnswer, ViewError> {
        let HoldersAsked { reach, filter, between, order, most, gaps } = *wanted;
        let wants_gaps = gaps == GapsAsked::Yes;
        let unit = match asked {
            Asked::Later { shown, .. } => {
                let gaps = wants_gaps.then(Vec::new);
                return Ok(HoldersAnswer { basis, unit: shown, holders: Vec::new(), total: most.map(|_| 0), gaps });
            }
            Asked::Here(unit) => unit,
        };
        let is_of_lead = filter.leads_only && filter.titles.is_none();
        let by_rows = !wants_gaps && filter.titles.is_none();
        // Where the first alone are wanted, the others are let go on the way.
        let first = most.filter(|_| order == PeopleOrder::Start && by_rows);
        let mut room = PRUNED_FROM;
        let mut total = 0;
        let mut wanted: Vec<Candidate> = Vec::new();
        // What is gone on the day had its holders all the same.
        let mut within = self.reach(unit, reach)?;
        for source in within.sources.clone() {
            // Who led what was merged away does not lead what it was merged into.
            if filter.leads_only && !within.units.contains(&source) {
                continue;
            }
            let fills = wants_gaps && (source == unit || !is_of_lead);
            let rows = if filter.leads_only { self.view.leads(source)?.into() } else { self.view.roster(source)? };
            for row in rows.iter() {
                let Some(InReach { told, since }) = within.tenure(Stint::row(source, row))? else { continue };
                let is_told = can_overlap(&Stint { start: since, ..told }, between);
                if is_told || fills {
                    let (person, tenure, start) = (row.person, row.tenure, start_key(told.start));
                    wanted.push(Candidate { person, tenure, is_told, fills, start, since });
                    total += 1;
                }
                if let Some(first) = first.filter(|_| wanted.len() >= room) {
                    keep_first(&mut wanted, first, |row| row.start);
                    room = PRUNED_FROM + 2 * wanted.len();
                }
            }
        }
        if let Some(first) = first {
            keep_first(&mut wanted, first, |row| row.start);
        }
        wanted.sort_unstable_by_key(|row| (row.person, row.tenure));
        let looked_up = in_shares(&wanted, |row| row.person, |rows| self.holders_of(rows, filter, order))?;
        let (holders, extents): (Vec<_>, Vec<_>) = looked_up.into_iter().unzip();
        let holders: Vec<Placed<Holder>> = holders.into_iter().flatten().collect();
        let extents: Vec<Extent> = extents.into_iter().flatten().collect();
        if !by_rows {
            total = holders.len();
        }
        let holders = sorted(holders, most);
        let gaps = wants_gaps.then(|| crate::gaps::gaps(extents, between));
        Ok(HoldersAnswer { basis, unit: self.unit_shown(unit)?, holders, total: most.map(|_| total), gaps })
    }

    /// What rows come to that are sorted by people, but for those that the filter leaves out.
    fn holders_of(
        &self,
        rows: &[Candidate],
        filter: &MemberFilter,
        order: PeopleOrder,
    ) -> Result<Vec<HolderFound>, ViewError> {
        let mut looked_up = Vec::new();
        let mut found = Findings::default();
        for rows in rows.chunk_by(|one, other| one.person == other.person) {
            let state = self.view.person(rows[0].person)?;
            let ids = TenureIds::of(&state);
            for row in rows {
                let (index, held) = tenure_at(&state, row.tenure)?;
                if !filter.admits_title(held) {
                    continue;
                }
                let held = self.as_told(&mut found.ways, held)?;
                let extent = row.fills.then(|| Extent::of(&held, row.since));
                let holder = if row.is_told {
                    let person = self.of_row(&held).persona_shown(&state.who);
                    let tenure = self.told_shown(&mut found, ids.id(index), &held)?;
                    let place = order.key(&person, &tenure, row.start);
                    Some(Box::new((place, Holder { person, tenure })))
                } else {
                    None
                };
                looked_up.push((holder, extent));
            }
        }
        Ok(looked_up)
    }

    /// `org`: the org chart on the day.
    pub fn org_answer(
        &self,
        basis: BasisShown,
        asked: Asked<UnitNo, Unit>,
        order: ChartOrder,
    ) -> Result<OrgAnswer, ChartError> {
        let unit = match asked {
            Asked::Later { shown, .. } => {
                let Unit { id, name, .. } = shown;
                let empty =
                    OrgUnit { id, name, kind: None, leads: vec![], headcount: 0, possible: 0, children: vec![] };
                return Ok(OrgAnswer { basis, unit: empty, turning_days: Vec::new() });
            }
            Asked::Here(unit) => unit,
        };
        let mut tree = subtree(self.view, unit, self.at)?;
        if tree.depth > DEPTH {
            return Err(TooDeep { depth: tree.depth }.into());
        }
        let mut there: BTreeMap<UnitNo, Staff> = BTreeMap::new();
        let mut ways = MergerPaths::default();
        for source in &tree.sources {
            let present = self.view.present(*source, self.at)?;
            // A person who was there and left has made the unit known as well.
            let begun = |row: &RosterRow| row.start.earliest().is_none_or(|earliest| earliest <= self.at);
            let somebody_was = !present.is_empty() || self.view.roster(*source)?.iter().any(begun);
            if somebody_was {
                there.entry(*source).or_default().known = true;
            }
            // So has what was merged into it.
            let history = &self.view.unit(*source)?.history;
            let merged = matches!(history.existence(self.at).map(|change| change.value), Some(Existence::Merged(_)));
            if merged
                && (somebody_was || history.is_known(self.at))
                && let Location::In(into) = location_by(&mut ways, self.view, &Stint::of_unit(*source), self.at)?
            {
                there.entry(into).or_default().known = true;
            }
            for row in &present {
                let stint = Stint::row(*source, row);
                let Some((unit, sure)) = self.in_force(&mut ways, &stint)? else { continue };
                let staff = there.entry(unit).or_default();
                let known = staff.people.entry(row.person).or_insert(sure);
                *known = (*known).max(sure);
                if row.lead && unit == stint.unit && sure == Certainty::Certain {
                    staff.leads.push(row.person);
                }
            }
        }
        let turning_days = self.turning_days(unit)?;
        let (unit, _) = self.chart(unit, &mut there, &mut tree.below, order)?;
        Ok(OrgAnswer { basis, unit: unit.unit, turning_days })
    }

    /// The chart of a unit and what is below it, and whether it is to be shown.
    fn chart(
        &self,
        unit: UnitNo,
        there: &mut BTreeMap<UnitNo, Staff>,
        tree: &mut FxHashMap<UnitNo, Below>,
        order: ChartOrder,
    ) -> Result<(Charted, bool), ViewError> {
        let state = self.view.unit(unit)?;
        let Staff { mut people, mut leads, known } = there.remove(&unit).unwrap_or_default();
        let mut children = Vec::new();
        let below = tree.remove(&unit).unwrap_or_default();
        for unseen in below.unseen {
            // A person in a unit that is not to be shown is in the one above it all the same.
            for (person, sure) in there.remove(&unseen).unwrap_or_default().people {
                let known = people.entry(person).or_insert(sure);
                *known = (*known).max(sure);
            }
        }
        for child in below.children {
            let (child, shown) = self.chart(child, there, tree, order)?;
            // The larger set takes in the smaller, so that a deep chart costs no more than a flat one.
            let mut smaller = child.people;
            if smaller.len() > people.len() {
                std::mem::swap(&mut smaller, &mut people);
            }
            for (person, sure) in smaller {
                let known = people.entry(person).or_insert(sure);
                *known = (*known).max(sure);
            }
            if shown {
                children.push(child.unit);
            }
        }
        children.sort_by_cached_key(|child| {
            let size = match order {
                ChartOrder::Name => 0,
                ChartOrder::Size => child.headcount,
            };
            (std::cmp::Reverse(size), NameOrder::text(&child.name, &child.id))
        });
        leads.sort_unstable();
        leads.dedup();
        let shown = known
            || !people.is_empty()
            || !children.is_empty()
            || state.history.is_known(self.at)
            || self.had_below(unit, &state)?;
        let headcount = people.values().filter(|sure| **sure == Certainty::Certain).count();
        let mut leads: Vec<_> = leads.into_iter().map(|p| self.person_shown(p)).collect::<Result<_, _>>()?;
        leads.sort_by_cached_key(NameOrder::person);
        let unit = OrgUnit {
            id: state.id.to_string(),
            name: self.unit_name(&state),
            kind: state.history.kind(self.at).map(std::string::ToString::to_string),
            leads,
            headcount,
            possible: people.len() - headcount,
            children,
        };
        Ok((Charted { unit, people }, shown))
    }

    /// Whether by the day anything stood under the unit, or was merged into it, and has gone elsewhere since.
    fn had_below(&self, unit: UnitNo, state: &UnitState) -> Result<bool, ViewError> {
        for candidate in &state.below {
            if self.view.unit(*candidate)?.history.was_under(unit, self.at) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What became of a unit that is asked for by name, where it is no longer there on the day.
    pub fn what_became_of(&self, unit: UnitNo) -> Result<Option<String>, ViewError> {
        let state = self.view.unit(unit)?;
        let Some(change) = state.history.existence(self.at) else { return Ok(None) };
        let when = tenure_domain::edtf::shortest(change.bounds);
        let name = self.unit_name(&state);
        Ok(match change.value {
            Existence::Formed => None,
            Existence::Dissolved => Some(format!("{name} was dissolved: {when}")),
            Existence::Merged(_) => {
                let into = match location(self.view, &Stint::of_unit(unit), self.at)? {
                    Location::In(into) => format!("ask for {}", self.unit_name(&*self.view.unit(into)?)),
                    Location::Dissolved(bounds) => {
                        format!("dissolved since: {}", tenure_domain::edtf::shortest(bounds))
                    }
                };
                Some(format!("{name} was merged: {when}; {into}"))
            }
        })
    }
}

/// Leaves what can be among the first so many by start, so that no more people than these are read.
fn keep_first<T>(rows: &mut Vec<T>, most: usize, start: impl Fn(&T) -> StartKey) {
    let mut starts: Vec<StartKey> = rows.iter().map(&start).collect();
    let last = most.checked_sub(1).filter(|last| *last < starts.len());
    match last.map(|last| *starts.select_nth_unstable(last).1) {
        Some(last) => rows.retain(|row| start(row) <= last),
        None if most == 0 => rows.clear(),
        None => {}
    }
}

/// At most so many of a list, in the order of their places.
fn sorted<T>(mut list: Vec<Placed<T>>, most: Option<usize>) -> Vec<T> {
    list.sort_by(|one, other| one.0.cmp(&other.0));
    list.truncate(most.unwrap_or(list.len()));
    list.into_iter().map(|one| one.1).collect()
}

/// Whether a tenure can have been in force between those days, by its own dates.
fn can_overlap(stint: &Stint, between: Bounds) -> bool {
    let begins_in_time = !matches!((stint.start.earliest(), between.latest()), (Some(s), Some(until)) if s > until);
    let over = stint.end.and_then(Bounds::latest);
    let ends_in_time = !matches!((over, between.earliest()), (Some(e), Some(since)) if e <= since);
    begins_in_time && ends_in_time
}

/// The people of one unit on the day.
#[derive(Default)]
struct Staff {
    people: FxHashMap<PersonNo, Certainty>,
    leads: Vec<PersonNo>,
    /// Whether a person was or can have been there by the day.
    known: bool,
}

struct Charted {
    unit: OrgUnit,
    people: FxHashMap<PersonNo, Certainty>,
}
