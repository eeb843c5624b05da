//! What the people of a group hold at one point: all their tenures, and which of them are in force on the day.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tenure_domain::event::Employment;
use tenure_domain::name::Name;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::{OpenedAs, Tenure as FoldedTenure};
use tenure_domain::view::{EvidenceRef, PersonState, ViewError};

use super::Point;
use crate::findings::{Findings, company_of};
use crate::location::Stint;
use crate::tenure_id::TenureIds;
use tenure_answers::Position;

/// Which of the tenures of a group: whose it is, and which of that person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TenureNo {
    holder: usize,
    tenure: usize,
}

/// A tenure as it is shown.
pub(super) struct Post {
    pub(super) no: TenureNo,
    pub(super) position: Position,
}

/// Where the people of a post are on the day.
#[derive(Clone, Copy)]
pub(super) struct Workplace {
    pub(super) company: UnitNo,
    /// The company itself where the post is in no unit.
    pub(super) unit: UnitNo,
}

/// The tenures of people at one point. What only posts without a match need is gone through when it is first needed.
pub(super) struct Holdings<'p> {
    point: &'p Point<'p>,
    found: &'p RefCell<Findings>,
    holders: Vec<(PersonNo, Arc<PersonState>)>,
    index: OnceCell<HoldingsIndex>,
    evidence: OnceCell<EvidenceIndex>,
    places: RefCell<FxHashMap<TenureNo, Workplace>>,
}

impl<'p> Holdings<'p> {
    pub(super) fn of(
        point: &'p Point<'p>,
        found: &'p RefCell<Findings>,
        people: &[PersonNo],
    ) -> Result<Holdings<'p>, ViewError> {
        let holders = people.iter().map(|person| Ok((*person, point.inquiry.view.person(*person)?)));
        let holders = holders.collect::<Result<_, ViewError>>()?;
        let (index, evidence, places) = (OnceCell::new(), OnceCell::new(), RefCell::default());
        Ok(Holdings { point, found, holders, index, evidence, places })
    }

    /// The posts in force on the day.
    pub(super) fn posts(&self) -> Result<Vec<Post>, ViewError> {
        let mut posts = Vec::new();
        for (holder, (_, state)) in self.holders.iter().enumerate() {
            let positions = self.point.inquiry.placed_positions(&mut self.found.borrow_mut(), state)?;
            let post = |(tenure, position)| Post { no: TenureNo { holder, tenure }, position };
            posts.extend(positions.into_iter().map(post));
        }
        Ok(posts)
    }

    pub(super) fn tenure(&self, no: TenureNo) -> &FoldedTenure {
        &self.holders[no.holder].1.career.tenures[no.tenure]
    }

    /// Whose the tenure is.
    pub(super) fn holder(&self, no: TenureNo) -> PersonNo {
        self.holders[no.holder].0
    }

    /// The one person whose the tenures are.
    pub(super) fn only_holder(&self) -> Option<PersonNo> {
        if let [(person, _)] = self.holders[..] { Some(person) } else { None }
    }

    /// Where the people of a post are on the day.
    pub(super) fn place(&self, no: TenureNo) -> Result<Workplace, ViewError> {
        if let Some(known) = self.places.borrow().get(&no) {
            return Ok(*known);
        }
        let (held, inquiry) = (self.tenure(no), &self.point.inquiry);
        let stint = Stint::of(held);
        let ways = &mut self.found.borrow_mut().ways;
        let unit = inquiry.in_force(ways, &stint)?.map_or(stint.unit, |(unit, _)| unit);
        let place = Workplace { company: company_of(ways, inquiry.view, held, unit, inquiry.at)?, unit };
        self.places.borrow_mut().insert(no, place);
        Ok(place)
    }

    /// The manager whom a post shows.
    pub(super) fn manager(&self, no: TenureNo) -> Option<PersonNo> {
        self.point.inquiry.manager_of(self.tenure(no))
    }

    /// A tenure that is not in force on the day, as changes show it.
    pub(super) fn shown(&self, no: TenureNo) -> Result<Post, ViewError> {
        let id = TenureIds::of(&self.holders[no.holder].1).id(no.tenure);
        let tenure = self.point.inquiry.tenure_shown(&mut self.found.borrow_mut(), id, self.tenure(no))?;
        Ok(Post { no, position: Position { tenure, certainty: "absent".to_owned(), unseen_days: None } })
    }

    /// The events that tell of the people.
    fn evidence(&self) -> impl Iterator<Item = &EvidenceRef> {
        self.holders.iter().flat_map(|(_, state)| &state.evidence)
    }

    fn evidence_index(&self) -> &EvidenceIndex {
        self.evidence.get_or_init(|| EvidenceIndex::of(self.evidence()))
    }

    /// The events of another point that replaced one on which a tenure of this one rests, or that one of them replaced.
    pub(super) fn replacing(&self, held: &FoldedTenure, there: &Holdings<'_>) -> Vec<EventId> {
        let (own, others) = (self.evidence_index(), there.evidence_index());
        let of_post = held.supports.iter().filter_map(|event| own.by_id.get(event));
        let versions = of_post.flat_map(|event| {
            let replaced = event.replaces.iter().filter_map(|seq| others.by_seq.get(seq)).cloned();
            replaced.chain(others.replacing.get(&event.seq).into_iter().flatten().cloned()).collect::<Vec<_>>()
        });
        versions.collect()
    }

    pub(super) fn index(&self) -> Result<&HoldingsIndex, ViewError> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let index = HoldingsIndex::of(self)?;
        Ok(self.index.get_or_init(|| index))
    }

    /// The tenure of this point that the same claim opened.
    pub(super) fn same(&self, other: &FoldedTenure) -> Result<Option<TenureNo>, ViewError> {
        Ok(self.index()?.by_opener.get(&opener(other)).copied())
    }
}

/// What opened a tenure, by which it is found at another point, though it be known of another person there.
pub(super) fn opener(held: &FoldedTenure) -> (EventId, OpenedAs) {
    (held.opened_by.clone(), held.opened_as)
}

/// What a post is called, wherever it is.
type PostKey = (Option<Name>, Employment);

fn post_key(held: &FoldedTenure) -> PostKey {
    (held.title.clone(), held.employment)
}

/// By what events of one point are found.
struct EvidenceIndex {
    by_id: FxHashMap<EventId, EvidenceRef>,
    by_seq: FxHashMap<Seq, EventId>,
    /// Those that replace the event at a position.
    replacing: FxHashMap<Seq, Vec<EventId>>,
}

impl EvidenceIndex {
    fn of<'e>(evidence: impl Iterator<Item = &'e EvidenceRef>) -> EvidenceIndex {
        let (mut by_id, mut by_seq) = (FxHashMap::default(), FxHashMap::default());
        let mut replacing: FxHashMap<Seq, Vec<EventId>> = FxHashMap::default();
        for one in evidence {
            for seq in &one.replaces {
                replacing.entry(*seq).or_default().push(one.id.clone());
            }
            by_seq.insert(one.seq, one.id.clone());
            by_id.insert(one.id.clone(), one.clone());
        }
        EvidenceIndex { by_id, by_seq, replacing }
    }
}

/// By what tenures of one point are found.
#[derive(Default)]
pub(super) struct HoldingsIndex {
    by_opener: FxHashMap<(EventId, OpenedAs), TenureNo>,
    by_post: FxHashMap<PostKey, Vec<TenureNo>>,
    by_support: FxHashMap<EventId, Vec<TenureNo>>,
    /// Those in force on the day: these have been compared already.
    in_force: FxHashSet<TenureNo>,
}

impl HoldingsIndex {
    fn of(holdings: &Holdings<'_>) -> Result<HoldingsIndex, ViewError> {
        let mut index = HoldingsIndex::default();
        let ways = &mut holdings.found.borrow_mut().ways;
        for (holder, (_, state)) in holdings.holders.iter().enumerate() {
            for (tenure, held) in state.career.tenures.iter().enumerate() {
                let no = TenureNo { holder, tenure };
                index.by_opener.insert(opener(held), no);
                index.by_post.entry(post_key(held)).or_default().push(no);
                if holdings.point.inquiry.in_force(ways, &Stint::of(held))?.is_some() {
                    index.in_force.insert(no);
                }
                for event in &held.supports {
                    index.by_support.entry(event.clone()).or_default().push(no);
                }
            }
        }
        Ok(index)
    }

    /// Whether a tenure is not in force on the day.
    pub(super) fn is_free(&self, no: TenureNo) -> bool {
        !self.in_force.contains(&no)
    }

    /// The tenures that are called like that one, wherever they are.
    pub(super) fn called_like(&self, held: &FoldedTenure) -> impl Iterator<Item = TenureNo> {
        self.by_post.get(&post_key(held)).into_iter().flatten().copied()
    }

    /// The tenures that rest on any of these events.
    pub(super) fn resting_on<'e>(
        &self,
        events: impl IntoIterator<Item = &'e EventId>,
    ) -> impl Iterator<Item = TenureNo> {
        events.into_iter().filter_map(|event| self.by_support.get(event)).flatten().copied()
    }
}
