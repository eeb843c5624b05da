//! Which waiting claims the looking ahead of rule 2 can find, so that it need not look at each of them.
//!
//! As for tenures, an index leaves out only what cannot qualify; the rule judges what is left. It is made where many claims
//! wait, and a claim that is applied leaves it.

use rustc_hash::FxHashMap;

use crate::day::Day;
use crate::event::Employment;
use crate::name::{Name, NameKey};
use crate::statement::UnitNo;

use super::claim::{Claim, Retitling, Says};
use super::drafts::Common;
use super::turn::{Class, Waiting};

/// Of what sort waiting claims are.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Sort {
    /// Sightings of that latest day, in the order in which they were reported.
    SeenOn(Option<Day>),
    /// Joinings of that employment, which give nothing while a primary tenure of it is open.
    Joining(Employment),
    /// Other beginnings and moves.
    Giving,
    /// Those of them that lead.
    GivingLead,
    /// Those without an earliest day.
    GivingUndated,
    /// Changes of title.
    Retitling,
    /// Moves and changes, which a `LeftCompany` takes with it.
    Change,
    /// The beginnings that a `LeftCompany` takes with it.
    Beginning,
}

/// The unit that a claim would give to a tenure.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Unit {
    Named(Option<UnitNo>),
    /// A change of title that names no unit gives the one of its seat.
    OfSeat,
}

/// What all claims of one list have in common.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct ListKey {
    company: UnitNo,
    sort: Sort,
    unit: Common<Unit>,
    title: Common<Option<NameKey>>,
}

/// Claims in their order, each with its earliest day; of those that wait, the first that is early enough is found.
#[derive(Default)]
struct List {
    places: Vec<usize>,
    /// A tree of minima over the earliest days: the leaves are the last half.
    least: Vec<i64>,
}

const UNBOUNDED: i64 = i64::MIN;
const APPLIED: i64 = i64::MAX;

/// A day as the lists compare it.
fn number(earliest: Option<Day>) -> i64 {
    earliest.map_or(UNBOUNDED, |day| i64::from(day.number()))
}

impl List {
    fn close(&mut self, earliest: impl Fn(usize) -> i64) {
        let leaves = self.places.len().next_power_of_two();
        self.least = vec![APPLIED; 2 * leaves];
        for (i, place) in self.places.iter().enumerate() {
            self.least[leaves + i] = earliest(*place);
        }
        for node in (1..leaves).rev() {
            self.least[node] = self.least[2 * node].min(self.least[2 * node + 1]);
        }
    }

    fn remove(&mut self, place: usize) {
        let Ok(i) = self.places.binary_search(&place) else { return };
        let mut node = self.least.len() / 2 + i;
        self.least[node] = APPLIED;
        while node > 1 {
            node /= 2;
            self.least[node] = self.least[2 * node].min(self.least[2 * node + 1]);
        }
    }

    /// The first claim behind that one (or the first of all) whose earliest day is no later than that.
    fn first_by(&self, by: i64, behind: Option<usize>) -> Option<usize> {
        let leaves = self.least.len() / 2;
        let from = behind.map_or(0, |behind| self.places.partition_point(|place| *place <= behind));
        if from >= self.places.len() {
            return None;
        }
        // Up and to the right, until a node that begins at `from` or behind it holds one; then down to the left.
        let mut node = leaves + from;
        while self.least[node] > by {
            while node % 2 == 1 {
                node /= 2;
            }
            if node == 0 {
                return None;
            }
            node += 1;
        }
        while node < leaves {
            node *= 2;
            if self.least[node] > by {
                node += 1;
            }
        }
        self.places.get(node - leaves).copied()
    }
}

/// The lists in which waiting claims stand.
pub(super) struct Ahead {
    lists: Vec<List>,
    list_of: FxHashMap<ListKey, usize>,
    /// By place in the queue, the lists in which it stands.
    stands_in: Vec<Vec<usize>>,
}

impl Ahead {
    pub(super) fn new(waiting: &[Waiting], claims: &[Claim<'_>]) -> Ahead {
        let mut ahead =
            Ahead { lists: Vec::new(), list_of: FxHashMap::default(), stands_in: vec![Vec::new(); waiting.len()] };
        for (place, one) in waiting.iter().enumerate() {
            let claim = &claims[one.claim];
            for sort in sorts(one, claim) {
                let (unit, title) = given(claim);
                let title = title.map(|title| title.key().clone());
                let in_all = (Common::Nothing, Common::Nothing);
                // What a `LeftCompany` takes with it is asked for without regard to the post.
                let others = [
                    (Common::All(unit), Common::Nothing),
                    (Common::Nothing, Common::All(title.clone())),
                    (Common::All(unit), Common::All(title)),
                ];
                let others = others.into_iter().filter(|_| !matches!(sort, Sort::Change | Sort::Beginning));
                for (unit, title) in std::iter::once(in_all).chain(others) {
                    ahead.add(ListKey { company: claim.company, sort: sort.clone(), unit, title }, place);
                }
            }
        }
        for list in &mut ahead.lists {
            list.close(|place| number(waiting[place].earliest));
        }
        ahead
    }

    fn add(&mut self, to: ListKey, place: usize) {
        let next = self.lists.len();
        let list = *self.list_of.entry(to).or_insert(next);
        if list == next {
            self.lists.push(List::default());
        }
        self.lists[list].places.push(place);
        self.stands_in[place].push(list);
    }

    /// A claim is applied.
    pub(super) fn remove(&mut self, place: usize) {
        for list in std::mem::take(&mut self.stands_in[place]) {
            self.lists[list].remove(place);
        }
    }

    /// The first of those claims that can be in time for that day, and fits.
    pub(super) fn first(&self, looks: &[Wanted<'_>], by: Option<Day>, fits: impl Fn(usize) -> bool) -> Option<usize> {
        let by = by.map_or(APPLIED - 1, |day| i64::from(day.number()));
        let lists = looks.iter().flat_map(|look| self.lists(look));
        let firsts = lists.filter_map(|list| {
            let mut place = list.first_by(by, None)?;
            while !fits(place) {
                place = list.first_by(by, Some(place))?;
            }
            Some(place)
        });
        firsts.min()
    }

    fn lists(&self, look: &Wanted<'_>) -> impl Iterator<Item = &List> {
        let units = match look.unit {
            None => [Some(Common::Nothing), None, None],
            Some(unit) => {
                [Unit::Named(Some(unit)), Unit::Named(None), Unit::OfSeat].map(|unit| Some(Common::All(unit)))
            }
        };
        let titles = match look.title {
            None => [Some(Common::Nothing), None],
            Some(title) => [Some(Common::All(Some(title.key().clone()))), Some(Common::All(None))],
        };
        let (company, sort) = (look.company, look.sort.clone());
        units.into_iter().flatten().flat_map(move |unit| {
            let (titles, sort) = (titles.clone(), sort.clone());
            titles.into_iter().flatten().filter_map(move |title| {
                let list = self.list_of.get(&ListKey { company, sort: sort.clone(), unit, title })?;
                Some(&self.lists[*list])
            })
        })
    }
}

/// What is looked for: claims of that sort that would give that unit and title, or none.
pub(super) struct Wanted<'n> {
    pub(super) company: UnitNo,
    pub(super) sort: Sort,
    pub(super) unit: Option<UnitNo>,
    pub(super) title: Option<&'n Name>,
}

/// Under which sorts a waiting claim is looked for.
fn sorts(waiting: &Waiting, claim: &Claim<'_>) -> Vec<Sort> {
    let giving = |lead: bool| {
        let giving = if waiting.earliest.is_none() { Sort::GivingUndated } else { Sort::Giving };
        let lead = (lead && waiting.earliest.is_some()).then_some(Sort::GivingLead);
        std::iter::once(giving).chain(lead)
    };
    let taken_along = |employment: Option<Employment>| {
        let taken = waiting.earliest.is_some() && !employment.unwrap_or_default().is_secondary();
        taken.then_some(Sort::Beginning)
    };
    match (&claim.says, waiting.class) {
        (Says::Sighting { .. }, _) => vec![Sort::SeenOn(claim.bounds.latest())],
        (Says::Joined { .. }, _) if waiting.earliest.is_none() => vec![Sort::GivingUndated],
        (Says::Joined { post, .. }, _) => vec![Sort::Joining(post.employment.unwrap_or_default())],
        (Says::Held { to: Some(_), .. }, _) => Vec::new(),
        (Says::Appointed { post, .. } | Says::Held { post, .. }, Class::Beginning) => {
            giving(post.lead).chain(taken_along(post.employment)).collect()
        }
        (Says::Moved { post, .. }, _) => giving(post.lead).chain([Sort::Change]).collect(),
        (Says::Retitled(_), _) => vec![Sort::Retitling, Sort::Change],
        (Says::NewManager { .. }, _) => vec![Sort::Change],
        (
            Says::Left | Says::Relieved { .. } | Says::Succeeded { .. } | Says::Appointed { .. } | Says::Held { .. },
            _,
        ) => Vec::new(),
    }
}

/// The unit and the title of the tenure that a claim would give.
fn given<'c>(claim: &'c Claim<'_>) -> (Unit, Option<&'c Name>) {
    match &claim.says {
        Says::Joined { post, .. }
        | Says::Appointed { post, .. }
        | Says::Held { post, .. }
        | Says::Sighting { post, .. } => (Unit::Named(post.unit), post.title.as_ref()),
        Says::Moved { to, post, .. } => (Unit::Named(Some(*to)), post.title.as_ref()),
        Says::Retitled(Retitling { named, to, .. }) => {
            (named.unit.map_or(Unit::OfSeat, |unit| Unit::Named(Some(unit))), Some(to))
        }
        Says::Left | Says::Relieved { .. } | Says::Succeeded { .. } | Says::NewManager { .. } => {
            (Unit::Named(None), None)
        }
    }
}

impl Claim<'_> {
    /// Where the claims are that can give this one, whose latest day is now that one, a tenure that it is about.
    pub(super) fn given_by(&self, day: Option<Day>, is_primary_open: impl Fn(Employment) -> bool) -> Vec<Wanted<'_>> {
        let (unit, title) = match &self.says {
            Says::Relieved { named }
            | Says::NewManager { named, .. }
            | Says::Succeeded { named, .. }
            | Says::Retitled(Retitling { named, .. }) => (named.unit, named.title.as_ref()),
            Says::Moved { from, .. } => (*from, None),
            Says::Left | Says::Joined { .. } | Says::Appointed { .. } | Says::Held { .. } | Says::Sighting { .. } => {
                (None, None)
            }
        };
        let look = |sort: Sort| Wanted { company: self.company, sort, unit, title };
        let employments = [Employment::Employee, Employment::Board, Employment::Advisor, Employment::Contractor];
        let joining = employments.into_iter().filter(|e| !is_primary_open(*e)).map(Sort::Joining);
        let mut looks: Vec<Wanted<'_>> = joining.chain([Sort::Giving, Sort::SeenOn(day)]).map(look).collect();
        if self.names_title_until_then() {
            looks.push(look(Sort::Retitling));
        }
        if let Says::Moved { from: Some(_), .. } = &self.says {
            looks.push(look(Sort::GivingUndated));
        }
        if let Says::Succeeded { lead: true, .. } = &self.says {
            // Any lead there fits, whatever the title.
            let joining = employments.into_iter().map(Sort::Joining);
            looks.extend(joining.chain([Sort::GivingLead]).map(|sort| Wanted { title: None, ..look(sort) }));
            looks.push(Wanted { title: None, ..look(Sort::SeenOn(day)) });
            looks.push(Wanted { title: None, ..look(Sort::Retitling) });
        }
        looks
    }
}
