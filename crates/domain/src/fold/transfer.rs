//! Rule 6: moves. What a move does is decided first, as one of the rule's cases, and then applied.

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::event::Concurrency;
use crate::statement::UnitNo;
use crate::tenure::{Origin, Tenure};

use super::Fold;
use super::about::is_in_scope;
use super::claim::{Claim, Named, Post, Says, titles_differ};
use super::draft::{HeldClaim, HeldLink, LEFT, OPENED, Opening};
use super::drafts::{Among, Sort, Which};
use super::field::Starts;
use super::turn::CurrentClaim;

/// What a move does.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Move {
    /// Nothing is to be left: the tenure already open in `to_unit` "is supported as by a beginning".
    Arrived(usize),
    /// "Ends what it is about and opens a tenure in `to_unit`", or supports one already open there.
    Leaves { left: Vec<usize>, joined: Option<usize> },
    /// "With `from_unit`, and the primary tenure elsewhere: a move in between was missed."
    MissedLink { primary: usize, from: UnitNo, joined: Option<usize> },
    /// "With `from_unit`, and no primary tenure open in the company: a tenure is inferred there."
    FirstHeard { from: UnitNo, joined: Option<usize> },
    /// Without `from_unit`, and nothing open to be left.
    Opens { joined: Option<usize> },
}

impl<'f> Fold<'f> {
    /// `TransferredUnit`.
    pub(super) fn transfer(&mut self, now: &CurrentClaim<'f>, from: Option<UnitNo>, to: UnitNo, post: &Post) {
        match self.decided(now, from, to, post) {
            Move::Arrived(draft) => self.support_as_begun(draft, now, &Post { unit: Some(to), ..post.clone() }),
            Move::Leaves { left, joined } => {
                self.take(&left, now, &Named { unit: from, title: None }, LEFT);
                // "A move that ends several raises it for all alike."
                let bounds = left.iter().fold(now.bounds, |bounds, draft| self.drafts[*draft].tenure.raised(bounds));
                for draft in &left {
                    self.drafts[*draft].end_by_change(bounds, now);
                }
                self.arrive(now, &left, joined, to, post);
            }
            Move::MissedLink { primary, from, joined } => {
                let left = self.miss_a_link(now, primary, from);
                self.arrive(now, &[left], joined, to, post);
            }
            Move::FirstHeard { from, joined } => {
                let inferred = Opening {
                    unit: Some(from),
                    title: None,
                    employment: post.employment.unwrap_or_default(),
                    concurrency: Concurrency::Exclusive,
                    primary: true,
                    start: Bounds::until(now.bounds.latest()),
                    origin: Origin::Inferred,
                    fields: LEFT,
                };
                let left = self.infer_ended(now, inferred);
                self.arrive(now, &[left], joined, to, post);
            }
            Move::Opens { joined } => self.arrive(now, &[], joined, to, post),
        }
    }

    /// Which of the rule's cases a move is.
    fn decided(&self, now: &CurrentClaim<'f>, from: Option<UnitNo>, to: UnitNo, post: &Post) -> Move {
        let claim = now.claim;
        let tenure = |i: &usize| -> &Tenure { &self.drafts[*i].tenure };
        let there = |t: &Tenure| t.unit == Some(to);
        let agrees = |t: &Tenure| !titles_differ(t.title.as_ref(), post.title.as_ref());
        let in_scope = |t: &Tenure| is_in_scope(post, t.employment);
        let all = Among::all(claim.company).of(post.employment.map_or(Sort::NotAside, Sort::Of));
        let in_to = all.in_unit(Which::named(Some(to)));
        // "A tenure already open in `to_unit`, titles not disagreeing, is not left but supported."
        let agreeing = in_to.titled(Which::not_differing(post.title.as_ref()));
        let joined = self.drafts.first_open(&[agreeing], |t| in_scope(t) && there(t) && agrees(t));
        let (mut left, _) = self.about(claim);
        left.retain(|i| !(there(tenure(i)) && agrees(tenure(i))));
        if !left.is_empty() {
            return Move::Leaves { left, joined };
        }
        // "If nothing else is open to be left (with a `from_unit`: and it is primary, or no primary one is open in another
        // unit), it is supported as by a beginning, with a `from_unit` even where titles disagree."
        let primary = Among::all(claim.company).of(Sort::Primary);
        let elsewhere = self.drafts.first_open(&[primary], |t| in_scope(t) && t.primary && !there(t));
        let with_from_unit = || self.drafts.first_open(&[in_to], |t| in_scope(t) && from.is_some() && there(t));
        let supported = joined.or_else(with_from_unit);
        if let Some(draft) = supported
            && (from.is_none() || tenure(&draft).primary || elsewhere.is_none())
        {
            return Move::Arrived(draft);
        }
        if joined.is_none()
            && let Some(draft) = self.gives_way(now)
        {
            return Move::Leaves { left: vec![draft], joined };
        }
        if from.is_some()
            && let Some(draft) = self.left_already(now)
        {
            return Move::Leaves { left: vec![draft], joined };
        }
        match (from, elsewhere) {
            (None, _) => Move::Opens { joined },
            (Some(from), Some(primary)) => Move::MissedLink { primary, from, joined },
            (Some(from), None) => Move::FirstHeard { from, joined },
        }
    }

    /// Opens the tenure in the unit joined, or supports the one that is open there.
    fn arrive(&mut self, now: &CurrentClaim<'f>, left: &[usize], joined: Option<usize>, to: UnitNo, post: &Post) {
        // "Primary if one that it ended was, or if nothing was ended": what was over already was not.
        let nothing_ended = left.iter().all(|i| self.drafts[*i].ended_by != Some(now.index));
        let was_primary = nothing_ended || left.iter().any(|i| self.drafts[*i].tenure.primary);
        if let Some(draft) = joined {
            self.support_as_joined(draft, now, to, post);
            self.drafts[draft].tenure.primary |= was_primary;
            self.keep_one_primary(draft);
            return;
        }
        let first = left.first().map(|i| &self.drafts[*i].tenure);
        // "What a move opens starts with the bounds so raised."
        let start = first.and_then(|t| t.end.as_ref()).map_or(now.bounds, |end| end.bounds);
        // "Fields that the event does not give are not carried over, except `employment` and `concurrent`."
        let employment = post.employment.or(first.map(|t| t.employment)).unwrap_or_default();
        let concurrency = first.map_or(Concurrency::Exclusive, |t| t.concurrency);
        let (unit, title) = (Some(to), post.title.clone());
        let (primary, origin) = (was_primary, Origin::Stated);
        let opening = Opening { unit, title, employment, concurrency, primary, start, origin, fields: OPENED };
        let draft = self.open_draft(now, opening);
        self.describe(draft, now, post);
        let spells: Vec<HeldClaim> = left.iter().flat_map(|i| self.spells_of_no_post(*i)).collect();
        self.drafts[draft].held = spells;
        self.keep_one_primary(draft);
    }

    /// The `HeldPost`s from which a tenure comes that name neither unit nor title: their `to` follows a move (rule 3).
    fn spells_of_no_post(&self, draft: usize) -> impl Iterator<Item = HeldClaim> {
        let names_no_post = |claim: &Claim<'_>| match &claim.says {
            Says::Held { post, .. } => post.unit.is_none() && post.title.is_none(),
            Says::Joined { .. }
            | Says::Left
            | Says::Moved { .. }
            | Says::Appointed { .. }
            | Says::Relieved { .. }
            | Says::Succeeded { .. }
            | Says::Retitled(_)
            | Says::NewManager { .. }
            | Says::Sighting { .. } => false,
        };
        let held = self.drafts[draft].held.iter();
        held.filter(move |held| names_no_post(&self.claims[held.claim]) && self.queue.end_of(held.claim).is_some())
            .map(|held| HeldClaim { how: HeldLink::Through, ..*held })
    }

    /// "Its start intersected where the dates overlap."
    fn support_as_joined(&mut self, draft: usize, now: &CurrentClaim<'f>, to: UnitNo, post: &Post) {
        let found = &mut self.drafts[draft];
        found.support(now);
        let overlap = found.tenure.start.bounds.overlaps(now.bounds);
        if overlap {
            found.state_start_again(now);
            found.tenure.acting |= post.acting;
        }
        let starts = if overlap { Starts::Overlap } else { Starts::Differ };
        self.fill_unit(draft, now, Some(to), starts);
        self.fill_title(draft, now, post.title.as_ref(), starts);
        self.fill_rest(draft, post);
        self.fill_manager(draft, now, post.reports_to);
    }

    /// "The primary tenure ends, and an inferred one in `from_unit` starts, between the day after it was last attested and
    /// this date's latest; the inferred one ends on this date. `missing_link` is recorded."
    fn miss_a_link(&mut self, now: &CurrentClaim<'f>, primary: usize, from: UnitNo) -> usize {
        let until = Bounds::until(now.bounds.latest());
        let left = &mut self.drafts[primary];
        let link = left.tenure.raised(until);
        let events = now.claim.events().chain(&left.tenure.start.events).cloned().collect();
        let detail = format!("a move is missing between {link} and {}", now.bounds);
        left.end(link, Origin::MissingLink, now);
        let (employment, concurrency) = (left.tenure.employment, left.tenure.concurrency);
        self.conflicts.push(Conflict::new(ConflictKind::MissingLink, events, detail));
        let inferred = Opening {
            unit: Some(from),
            title: None,
            employment,
            concurrency,
            primary: true,
            start: link,
            origin: Origin::MissingLink,
            fields: LEFT,
        };
        let inferred = self.infer_ended(now, inferred);
        self.drafts[inferred].held = self.spells_of_no_post(primary).collect();
        inferred
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Move, Post, Says};
    use crate::bounds::Bounds;
    use crate::day::{Day, Instant};
    use crate::event::{Concurrency, Confidence, Employment, PersonFact};
    use crate::fold::drafts::{Drafts, Looked};
    use crate::fold::order::Queue;
    use crate::fold::{Fold, MANY, merge};
    use crate::statement::{Statement, StatementFact, UnitNo};

    const COMPANY: UnitNo = UnitNo(0);
    const SEARCH: UnitNo = UnitNo(1);
    const LAB: UnitNo = UnitNo(2);
    const ADS: UnitNo = UnitNo(3);

    /// A post in a unit, by `unit` or `unit/title`; `-` for no unit.
    fn post(text: &str) -> Post {
        let (unit, title) = text.split_once('/').map_or((text, None), |(unit, title)| (unit, Some(title)));
        let unit = match unit {
            "Search" => Some(SEARCH),
            "Lab" => Some(LAB),
            "Ads" => Some(ADS),
            _ => None,
        };
        Post { unit, title: title.map(|t| t.parse().expect("a title")), ..Post::unknown() }
    }

    /// The day of the move.
    const MOVED: i32 = 100;

    fn on(number: i32) -> Bounds {
        Bounds::on(Day::from_number(20_000 + number))
    }

    fn statement(number: i32, fact: PersonFact<crate::statement::PersonNo, UnitNo, UnitNo>) -> Statement {
        let day = Day::from_number(20_000 + number);
        Statement {
            event: format!("e{number}").parse().expect("an id"),
            reported_at: Instant::midnight(day),
            confidence: Confidence::Reported,
            publisher: Arc::from("Paper"),
            key: None,
            effective: on(number),
            fact: StatementFact::Own(fact),
        }
    }

    /// What a move of that sort does where the posts were begun one after the other, the first by a joining. The move is
    /// `from>to`, with a title behind the unit where it gives one.
    fn check(begun: &[&str], moved: &str, expect: &Move) {
        let company = COMPANY;
        let mut statements: Vec<Statement> = Vec::new();
        for (number, text) in (0..).zip(begun) {
            let fact = match *text {
                "left for another company" => PersonFact::JoinedCompany {
                    company: UnitNo(9),
                    post: Post::unknown(),
                    concurrency: Concurrency::Exclusive,
                },
                "relieved on the day of the move" | "relieved before" => {
                    let (unit, title, reason) = (Some(SEARCH), None, None);
                    let relieved = PersonFact::RelievedOfPost { company, unit, title, reason };
                    let number = if *text == "relieved before" { 50 } else { MOVED - 1 };
                    statements.push(Statement { effective: on(number + 1), ..statement(number, relieved) });
                    continue;
                }
                text if number == 0 => {
                    PersonFact::JoinedCompany { company, post: post(text), concurrency: Concurrency::Exclusive }
                }
                text => PersonFact::AppointedToPost { company, post: post(text), succeeds: None },
            };
            statements.push(statement(number, fact));
        }
        let (from, to) = moved.split_once('>').expect("a move is from>to");
        let arrives = Post { employment: Some(Employment::Employee), ..post(to) };
        let to_unit = arrives.unit.expect("a move goes to a unit");
        let fact = PersonFact::TransferredUnit {
            company,
            from_unit: post(from).unit,
            to_unit,
            post: Post { unit: None, ..arrives },
        };
        statements.push(statement(MOVED, fact));
        let statements: Vec<&Statement> = statements.iter().collect();
        let mut conflicts = Vec::new();
        let claims = merge::claims(&statements, MANY, &Looked::default(), &mut conflicts);
        let (queue, drafts) = (Queue::new(&claims, MANY), Drafts::new(MANY));
        let mut fold = Fold { claims: &claims, queue, drafts, attesting: Vec::new(), conflicts };
        for _ in begun {
            let next = fold.queue.next().expect("a claim for each post");
            fold.apply_in_turn(next);
        }
        let last = fold.queue.next().expect("the move is last");
        let now = fold.now(last);
        let Says::Moved { from, to, post } = &now.claim.says else { panic!("the last claim is the move") };
        assert_eq!(fold.decided(&now, *from, *to, post), *expect, "{begun:?}, then {moved}");
    }

    #[test]
    fn the_cases_of_a_move() {
        let leaves = |left: &[usize], joined| Move::Leaves { left: left.to_vec(), joined };
        check(&["Search"], "Search>Lab", &leaves(&[0], None));
        check(&["Search"], "->Lab", &leaves(&[0], None));
        check(&["Search", "Search/Head"], "Search>Lab", &leaves(&[0, 1], None));
        check(&["Search", "Ads/Head"], "->Lab", &leaves(&[0], None));
        // The first primary one whose unit is not known.
        check(&["-/Engineer"], "Search>Lab", &leaves(&[0], None));
        // One already open where it goes.
        check(&["Search", "Lab/Head"], "Search>Lab", &leaves(&[0], Some(1)));
        check(&["Search", "Lab/Head"], "Search>Lab/Chief", &leaves(&[0], None));
        check(&["Lab"], "->Lab", &Move::Arrived(0));
        check(&["Lab/Engineer"], "->Lab/Head", &leaves(&[0], None));
        check(&["Lab/Engineer"], "Search>Lab/Head", &Move::Arrived(0));
        check(&["Ads", "Lab/Head"], "Search>Lab", &Move::MissedLink { primary: 0, from: SEARCH, joined: Some(1) });
        // Where nothing fits.
        check(&["Ads"], "Search>Lab", &Move::MissedLink { primary: 0, from: SEARCH, joined: None });
        check(&[], "Search>Lab", &Move::FirstHeard { from: SEARCH, joined: None });
        check(&[], "->Lab", &Move::Opens { joined: None });
        // An inferred end gives way.
        check(&["Search", "left for another company"], "Search>Lab", &leaves(&[0], None));
        check(&["Ads", "left for another company"], "Search>Lab", &Move::FirstHeard { from: SEARCH, joined: None });
        // What was left by an ending of that very day was left for where the move goes.
        check(&["Search", "relieved on the day of the move"], "Search>Lab", &leaves(&[0], None));
        check(&["Search", "relieved before"], "Search>Lab", &Move::FirstHeard { from: SEARCH, joined: None });
        check(&["Ads", "Search/Head", "relieved on the day of the move"], "Search>Lab", &leaves(&[1], None));
    }
}
