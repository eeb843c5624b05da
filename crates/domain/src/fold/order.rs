//! Rule 2: the order in which claims are applied, and the looking ahead.

use crate::bounds::Bounds;
use crate::day::Day;
use crate::statement::UnitNo;

use super::Fold;
use super::claim::{Claim, Says};

/// The order in which claims of one day are applied: "endings, moves, changes, joinings, other beginnings".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Class {
    Ending,
    Move,
    Change,
    Joining,
    Beginning,
}

impl Class {
    fn of(says: &Says) -> Class {
        match says {
            Says::Left | Says::Relieved { .. } | Says::Succeeded { .. } => Class::Ending,
            Says::Moved { .. } => Class::Move,
            Says::Retitled(_) | Says::NewManager { .. } => Class::Change,
            Says::Joined { .. } => Class::Joining,
            Says::Appointed { .. } | Says::Held { .. } | Says::Sighting { .. } => Class::Beginning,
        }
    }
}

/// Which part of a claim is applied: all of it, or the `to` of a `HeldPost`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Whole,
    To(Bounds),
}

/// A claim that waits for its turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) claim: usize,
    pub(super) part: Part,
    class: Class,
    bounds: Bounds,
    /// The earliest day by which it is ordered: of a sighting its latest.
    earliest: Option<Day>,
}

/// A claim whose turn has come, with the days that hold for it now.
#[derive(Clone, Copy)]
pub(super) struct Now<'f> {
    pub(super) index: usize,
    pub(super) claim: &'f Claim<'f>,
    pub(super) part: Part,
    pub(super) bounds: Bounds,
    pub(super) attested: Option<Day>,
}

/// The claims in their order; a place is empty once its claim is applied.
pub(super) struct Queue {
    waiting: Vec<Option<Waiting>>,
    /// By place: the least `earliest` from there on, so that looking ahead stops where nothing can be in time.
    least_earliest: Vec<Option<Day>>,
    /// Before it all are applied.
    first: usize,
}

impl Queue {
    /// "Claims, and the `to` of each `HeldPost` as an ending of its own, are applied by (latest day, an unbounded one
    /// last; earliest day, for a sighting its latest; endings, moves, changes, joinings, other beginnings;
    /// `reported_at`; id)."
    pub(super) fn new(claims: &[Claim<'_>]) -> Queue {
        let mut waiting = Vec::with_capacity(claims.len() + 2);
        for (index, claim) in claims.iter().enumerate() {
            let bounds = claim.bounds;
            let earliest = if claim.is_sighting() { bounds.latest() } else { bounds.earliest() };
            waiting.push(Waiting { claim: index, part: Part::Whole, class: Class::of(&claim.says), bounds, earliest });
            if let Says::Held { to: Some(to), .. } = &claim.says {
                let (part, class) = (Part::To(*to), Class::Ending);
                waiting.push(Waiting { claim: index, part, class, bounds: *to, earliest: to.earliest() });
            }
        }
        if waiting.len() > 1 {
            let key = |w: &Waiting| {
                let latest = w.bounds.latest();
                (latest.is_none(), latest, w.earliest, w.class, claims[w.claim].belief.first())
            };
            waiting.sort_by(|a, b| key(a).cmp(&key(b)));
        }
        let mut least_earliest: Vec<Option<Day>> = waiting.iter().map(|w| w.earliest).collect();
        for place in (1..least_earliest.len()).rev() {
            least_earliest[place - 1] = least_earliest[place - 1].min(least_earliest[place]);
        }
        Queue { waiting: waiting.into_iter().map(Some).collect(), least_earliest, first: 0 }
    }

    /// The place of the next claim whose turn it is.
    pub(super) fn next(&mut self) -> Option<usize> {
        while self.first < self.waiting.len() && self.waiting[self.first].is_none() {
            self.first += 1;
        }
        (self.first < self.waiting.len()).then_some(self.first)
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

    /// The waiting `to`s, with their places, in order.
    pub(super) fn ends(&self) -> impl Iterator<Item = (usize, usize, Bounds)> {
        (self.first..self.waiting.len()).filter_map(|place| {
            let waiting = self.waiting[place].as_ref()?;
            if let Part::To(to) = waiting.part { Some((place, waiting.claim, to)) } else { None }
        })
    }
}

/// What is looked for before an ending, a move or a change is applied, in this sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ahead {
    /// "Sightings of this claim's very latest day that were reported before it."
    Sightings,
    /// "The first beginning or move that would give it one."
    Giving,
    /// "For `LeftCompany`, while any tenure of the company is open."
    Leaving,
}

/// A claim out of the queue, and how far the looking ahead before it has come.
struct Turn<'f> {
    now: Now<'f>,
    class: Class,
    ahead: Ahead,
}

/// A waiting claim that is applied before another, its latest day cut where one is given.
struct First {
    place: usize,
    cut: Option<Day>,
}

impl<'f> Fold<'f> {
    /// Applies the claim at that place, and before it, "each looking ahead in its turn", those that come first.
    pub(super) fn apply_in_turn(&mut self, place: usize) {
        let mut turns = vec![self.take_turn(&First { place, cut: None })];
        while let Some(turn) = turns.last_mut() {
            if let Some(first) = self.comes_first(turn) {
                turns.push(self.take_turn(&first));
            } else if let Some(turn) = turns.pop() {
                self.apply(&turn.now);
            }
        }
    }

    fn take_turn(&mut self, first: &First) -> Turn<'f> {
        let waiting = self.queue.waiting[first.place].take().expect("a claim that comes first waits");
        let claim = &self.claims[waiting.claim];
        let attested = match (claim.attested, first.cut) {
            (Some(attested), Some(cut)) => Some(attested.min(cut)),
            (attested, _) => attested,
        };
        let bounds = waiting.bounds.cut(first.cut);
        let now = Now { index: waiting.claim, claim, part: waiting.part, bounds, attested };
        Turn { now, class: waiting.class, ahead: Ahead::Sightings }
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
                    let (found, next) = match turn.ahead {
                        Ahead::Sightings => (self.sighting_before(now), Ahead::Giving),
                        Ahead::Giving => (self.giving_before(now), Ahead::Leaving),
                        Ahead::Leaving => return self.leaving_before(now).map(|place| First { place, cut }),
                    };
                    if let Some(place) = found {
                        return Some(First { place, cut });
                    }
                    turn.ahead = next;
                }
            }
        }
    }

    /// The waiting claims of the company, in order, that can be in time for this one.
    fn waiting_for(&self, now: &Now<'f>) -> impl Iterator<Item = (usize, &Waiting, &'f Claim<'f>)> {
        let (claims, company) = (self.claims, now.claim.company);
        self.queue
            .by(now.bounds.latest())
            .map(move |(place, waiting)| (place, waiting, &claims[waiting.claim]))
            .filter(move |(_, _, claim)| claim.company == company)
    }

    /// "Sightings of this claim's very latest day that were reported before it."
    fn sighting_before(&self, now: &Now<'f>) -> Option<usize> {
        let day = now.bounds.latest()?;
        let before = |claim: &Claim<'_>| {
            claim.is_sighting()
                && claim.bounds.latest() == Some(day)
                && claim.belief.reported_at < now.claim.belief.reported_at
        };
        self.waiting_for(now).find(|(_, _, claim)| before(claim)).map(|(place, _, _)| place)
    }

    /// "While there is no open tenure that it is about: the first beginning or move (for a claim that names a title held
    /// until then, also the first change of title) that would give it one."
    fn giving_before(&self, now: &Now<'f>) -> Option<usize> {
        if let Part::To(_) = now.part {
            // "But a `to` takes its own `HeldPost`, always."
            let own = |w: &Option<Waiting>| w.as_ref().is_some_and(|w| w.claim == now.index && w.part == Part::Whole);
            return self.queue.waiting.iter().skip(self.queue.first).position(own).map(|i| i + self.queue.first);
        }
        if self.is_about_something_open(now.claim) {
            return None;
        }
        self.waiting_for(now)
            .find(|(_, waiting, claim)| self.would_give(waiting, claim, now))
            .map(|(place, _, _)| place)
    }

    /// Whether the waiting claim would give this one a tenure that it is about.
    fn would_give(&self, waiting: &Waiting, claim: &'f Claim<'f>, now: &Now<'f>) -> bool {
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
    fn leaving_before(&self, now: &Now<'f>) -> Option<usize> {
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
                before && !post.employment.unwrap_or_default().is_aside()
            }
            _ => false,
        };
        self.waiting_for(now).find(|(_, waiting, claim)| belongs(waiting, claim)).map(|(place, _, _)| place)
    }

    fn any_open(&self, company: UnitNo) -> bool {
        self.seats.iter().any(|seat| seat.tenure.company == company && seat.tenure.end.is_none())
    }
}
