//! Rule 2: the order in which claims are applied, and the looking ahead.

use rustc_hash::FxHashMap;

use crate::bounds::Bounds;
use crate::day::Day;
use crate::statement::{Statement, UnitNo};

use super::Fold;
use super::ahead::{Ahead, Sort, Wanted};
use super::claim::{Claim, Says, attested_by};
use super::drafts::{Among, Looked};
use super::turn::{ClaimPart, Class, CurrentClaim, Waiting};

/// The claims in their order; a place is empty once its claim is applied.
pub(super) struct Queue {
    waiting: Vec<Option<Waiting>>,
    /// By place: the least `earliest` from there on, so that looking ahead stops where nothing can be in time.
    least_earliest: Vec<Option<Day>>,
    /// Before it all are applied.
    first: usize,
    /// By claim, where it stands.
    wholes: Vec<usize>,
    /// By claim, where its `to` stands, of one that has one.
    ends: FxHashMap<usize, usize>,
    /// What can be found ahead, where many claims wait.
    ahead: Option<Ahead>,
    pub(super) looked: Looked,
}

impl Queue {
    /// "Claims, and the `to` of each `HeldPost` as an ending of its own, are applied by (latest day, an unbounded one
    /// last; earliest day, for a sighting its latest; endings, moves, changes, joinings, other beginnings;
    /// `reported_at`; id)." Of beginnings that are alike so far, what ends first begins first.
    pub(super) fn new(claims: &[Claim<'_>], many: usize) -> Queue {
        let mut waiting = Vec::with_capacity(claims.len() + 2);
        for (index, claim) in claims.iter().enumerate() {
            let bounds = claim.bounds;
            let earliest = if claim.is_sighting() { bounds.latest() } else { bounds.earliest() };
            waiting.push(Waiting {
                claim: index,
                part: ClaimPart::Whole,
                class: Class::of(&claim.says),
                bounds,
                earliest,
            });
            if let Says::Held { to: Some(to), .. } = &claim.says {
                let (part, class) = (ClaimPart::To(*to), Class::Ending);
                waiting.push(Waiting { claim: index, part, class, bounds: *to, earliest: to.earliest() });
            }
        }
        if waiting.len() > 1 {
            let key = |w: &Waiting| {
                let latest = w.bounds.latest();
                // The earliest day of a sighting is its latest, and an unbounded one comes last.
                let is_last = latest.is_none() && claims[w.claim].is_sighting();
                let ends = match (&claims[w.claim].says, w.part) {
                    (Says::Held { to: Some(to), .. }, ClaimPart::Whole) => to.latest(),
                    _ => None,
                };
                let begins = (w.earliest, w.class, ends.is_none(), ends);
                (latest.is_none(), latest, is_last, begins, claims[w.claim].belief.first())
            };
            waiting.sort_by(|a, b| key(a).cmp(&key(b)));
        }
        let mut least_earliest: Vec<Option<Day>> = waiting.iter().map(|w| w.earliest).collect();
        for place in (1..least_earliest.len()).rev() {
            least_earliest[place - 1] = least_earliest[place - 1].min(least_earliest[place]);
        }
        let mut wholes = vec![0; claims.len()];
        let mut ends = FxHashMap::default();
        for (place, one) in waiting.iter().enumerate() {
            match one.part {
                ClaimPart::Whole => wholes[one.claim] = place,
                ClaimPart::To(_) => {
                    ends.insert(one.claim, place);
                }
            }
        }
        let ahead = (waiting.len() > many).then(|| Ahead::new(&waiting, claims));
        let waiting = waiting.into_iter().map(Some).collect();
        Queue { waiting, least_earliest, first: 0, wholes, ends, ahead, looked: Looked::default() }
    }

    /// The place of the next claim whose turn it is.
    pub(super) fn next(&mut self) -> Option<usize> {
        while self.first < self.waiting.len() && self.waiting[self.first].is_none() {
            self.first += 1;
        }
        (self.first < self.waiting.len()).then_some(self.first)
    }

    fn take(&mut self, place: usize) -> Waiting {
        if let Some(ahead) = &mut self.ahead {
            ahead.remove(place);
        }
        self.waiting[place].take().expect("a claim that comes first waits")
    }

    /// The waiting claims whose earliest day can be no later than that, with their places, in order.
    fn by(&self, latest: Option<Day>) -> impl Iterator<Item = (usize, &Waiting)> {
        let in_time = move |earliest: Option<Day>| match (earliest, latest) {
            (Some(earliest), Some(latest)) => earliest <= latest,
            _ => true,
        };
        (self.first..self.waiting.len())
            .take_while(move |place| in_time(self.least_earliest[*place]))
            .filter_map(|place| Some((place, self.waiting[place].as_ref()?)))
            .filter(move |(_, waiting)| in_time(waiting.earliest))
    }

    /// Where the `to` of a `HeldPost` waits, if it does.
    pub(super) fn end_of(&self, claim: usize) -> Option<(usize, usize, Bounds)> {
        let place = *self.ends.get(&claim)?;
        let waiting = self.waiting[place].as_ref()?;
        if let ClaimPart::To(to) = waiting.part { Some((place, claim, to)) } else { None }
    }
}

/// What is looked for before an ending, a move or a change is applied, in this sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// "Sightings of this claim's very latest day that were reported before it."
    Sightings,
    /// "The first beginning or move that would give it one."
    Giving,
    /// "For `LeftCompany`, while any tenure of the company is open."
    Leaving,
}

/// A claim out of the queue, and how far the looking ahead before it has come.
struct Turn<'f> {
    now: CurrentClaim<'f>,
    /// To which day its latest day, and the day that it attests, are cut.
    cut: Option<Day>,
    class: Class,
    phase: Phase,
}

/// A waiting claim that is applied before another, its latest day cut where one is given.
struct First {
    place: usize,
    cut: Option<Day>,
}

fn cut_to(day: Day, cut: Option<Day>) -> Day {
    cut.map_or(day, |cut| day.min(cut))
}

impl<'f> Fold<'f> {
    /// Applies the claim at that place, and before it, "each looking ahead in its turn", those that come first.
    pub(super) fn apply_in_turn(&mut self, place: usize) {
        let mut turns = vec![self.take_turn(&First { place, cut: None })];
        while let Some(turn) = turns.last_mut() {
            if let Some(first) = self.comes_first(turn) {
                turns.push(self.take_turn(&first));
            } else if let Some(Turn { now, cut, .. }) = turns.pop() {
                if now.part == ClaimPart::Whole {
                    let attest = |s: &&'f Statement| Some((cut_to(attested_by(s)?, cut), *s));
                    self.attesting.extend(now.claim.members.iter().filter_map(attest));
                }
                self.apply(&now);
            }
        }
    }

    fn take_turn(&mut self, first: &First) -> Turn<'f> {
        let waiting = self.queue.take(first.place);
        let claim = &self.claims[waiting.claim];
        let attested = claim.attested.map(|day| cut_to(day, first.cut));
        let bounds = waiting.bounds.cut(first.cut);
        let now = CurrentClaim { index: waiting.claim, claim, part: waiting.part, bounds, attested };
        Turn { now, cut: first.cut, class: waiting.class, phase: Phase::Sightings }
    }

    /// The claim at that place with its own days, as a test looks at one.
    #[cfg(test)]
    pub(super) fn now(&self, place: usize) -> CurrentClaim<'f> {
        let waiting = self.queue.waiting[place].as_ref().expect("it waits");
        let claim = &self.claims[waiting.claim];
        CurrentClaim {
            index: waiting.claim,
            claim,
            part: waiting.part,
            bounds: waiting.bounds,
            attested: claim.attested,
        }
    }

    /// What is applied before this claim, if anything is.
    fn comes_first(&self, turn: &mut Turn<'f>) -> Option<First> {
        let now = &turn.now;
        match turn.class {
            // Rule 5, stints: the `to` of the stint that this one follows.
            Class::Joining | Class::Beginning => self.stint_before(now).map(|place| First { place, cut: None }),
            Class::Ending | Class::Move | Class::Change => {
                let cut = now.bounds.latest();
                loop {
                    let (found, next) = match turn.phase {
                        Phase::Sightings => (self.sighting_before(now), Phase::Giving),
                        Phase::Giving => (self.giving_before(now), Phase::Leaving),
                        Phase::Leaving => return self.leaving_before(now).map(|place| First { place, cut }),
                    };
                    if let Some(place) = found {
                        return Some(First { place, cut });
                    }
                    turn.phase = next;
                }
            }
        }
    }

    /// The first waiting claim of the company, in order, that can be in time for this one and qualifies. Where many wait,
    /// only those are looked at that `looks` tells of.
    fn first_waiting<'l>(
        &self,
        now: &CurrentClaim<'f>,
        looks: impl FnOnce() -> Vec<Wanted<'l>>,
        qualifies: impl Fn(&Waiting, &'f Claim<'f>) -> bool,
    ) -> Option<usize> {
        let (claims, company) = (self.claims, now.claim.company);
        if let Some(ahead) = &self.queue.ahead {
            let qualifies = |place: usize| {
                let waiting = self.queue.waiting[place].as_ref();
                waiting.is_some_and(|waiting| self.queue.looked.at(qualifies(waiting, &claims[waiting.claim])))
            };
            return ahead.first(&looks(), now.bounds.latest(), qualifies);
        }
        let mut waiting = self.queue.by(now.bounds.latest());
        let first = waiting.find(|(_, waiting)| {
            let claim = &claims[waiting.claim];
            self.queue.looked.at(claim.company == company && qualifies(waiting, claim))
        });
        first.map(|(place, _)| place)
    }

    /// "Sightings of this claim's very latest day that were reported before it."
    fn sighting_before(&self, now: &CurrentClaim<'f>) -> Option<usize> {
        let day = now.bounds.latest()?;
        let company = now.claim.company;
        let looks = || vec![Wanted { company, sort: Sort::SeenOn(Some(day)), unit: None, title: None }];
        let is_of_the_day = |_: &Waiting, claim: &Claim<'_>| claim.is_sighting() && claim.bounds.latest() == Some(day);
        // Those of one day wait in the order in which they were reported.
        let first = self.first_waiting(now, looks, is_of_the_day)?;
        let waiting = self.queue.waiting[first].as_ref()?;
        (self.claims[waiting.claim].belief.reported_at < now.claim.belief.reported_at).then_some(first)
    }

    /// "While there is no open tenure that it is about: the first beginning or move (for a claim that names a title held
    /// until then, also the first change of title) that would give it one."
    fn giving_before(&self, now: &CurrentClaim<'f>) -> Option<usize> {
        if let ClaimPart::To(_) = now.part {
            // "But a `to` takes its own `HeldPost`, always."
            let own = self.queue.wholes[now.index];
            return self.queue.waiting[own].as_ref().map(|_| own);
        }
        if self.is_about_something_open(now.claim) {
            return None;
        }
        let is_primary_open = |employment| self.primary(now.claim.company, employment).is_some();
        let looks = || now.claim.given_by(now.bounds.latest(), is_primary_open);
        self.first_waiting(now, looks, |waiting, claim| self.would_give(waiting, claim, now))
    }

    /// Whether the waiting claim would give this one a tenure that it is about.
    fn would_give(&self, waiting: &Waiting, claim: &'f Claim<'f>, now: &CurrentClaim<'f>) -> bool {
        let qualifies = match (&claim.says, waiting.class) {
            // "A `HeldPost` with a `to` not at all."
            (Says::Held { to: Some(_), .. }, _) => false,
            // "A sighting qualifies only on that very day."
            (Says::Sighting { .. }, _) => {
                claim.bounds.latest().is_some() && claim.bounds.latest() == now.bounds.latest()
            }
            (Says::Retitled(_), _) => now.claim.names_title_until_then(),
            (_, Class::Joining | Class::Beginning | Class::Move) => true,
            (_, Class::Ending | Class::Change) => false,
        };
        if !qualifies {
            return false;
        }
        // "One without an earliest day qualifies only if the claim is a move and it names the unit that the move leaves."
        if waiting.earliest.is_none() {
            let Says::Moved { from: Some(left), .. } = &now.claim.says else { return false };
            if claim.unit_held() != Some(*left) {
                return false;
            }
        }
        self.imagined(claim).is_some_and(|look| now.claim.fit(&look).is_some())
    }

    /// "For `LeftCompany`, while any tenure of the company is open: every move and change, dated or not, and every
    /// `AppointedToPost` and `HeldPost` whose earliest day is known and before the leaving's latest."
    fn leaving_before(&self, now: &CurrentClaim<'f>) -> Option<usize> {
        if !matches!(now.claim.says, Says::Left) || !self.any_open(now.claim.company) {
            return None;
        }
        let leaving = now.bounds.latest();
        let belongs = |waiting: &Waiting, claim: &Claim<'_>| match (&claim.says, waiting.class) {
            (_, Class::Move | Class::Change) => true,
            (Says::Appointed { post, .. } | Says::Held { post, to: None, .. }, Class::Beginning) => {
                let before = match (waiting.earliest, leaving) {
                    (Some(earliest), Some(leaving)) => earliest < leaving,
                    (Some(_), None) => true,
                    (None, _) => false,
                };
                before && !post.employment.unwrap_or_default().is_secondary()
            }
            _ => false,
        };
        let company = now.claim.company;
        let look = |sort: Sort| Wanted { company, sort, unit: None, title: None };
        self.first_waiting(now, || [Sort::Change, Sort::Beginning].map(look).into(), belongs)
    }

    fn any_open(&self, company: UnitNo) -> bool {
        self.drafts.first_open(&[Among::all(company)], |_| true).is_some()
    }
}
