//! The index over the tenures in the making: places that hold all tenures with something in common.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::event::Employment;
use crate::name::NameKey;
use crate::statement::UnitNo;

use super::super::draft::TenureDraft;
use super::{Among, Common, EMPLOYMENTS, Sort, Which, is_exclusive_employment};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum State {
    Open,
    Ended,
}

/// By which sort a place holds its tenures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum By {
    /// An employment, and whether the holder is acting.
    Employment(Employment, bool),
    Primary,
    Leading,
    EndedByInference,
}

/// What all of one place have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct GroupKey {
    company: UnitNo,
    state: State,
    by: By,
    unit: Common<Option<UnitNo>>,
    title: Common<Option<u32>>,
}

impl GroupKey {
    /// One for each sort, unit and title.
    fn each(
        company: UnitNo,
        state: State,
        sorts: &[By],
        units: &[Common<Option<UnitNo>>],
        titles: &[Common<Option<u32>>],
    ) -> Vec<GroupKey> {
        let mut keys = Vec::with_capacity(sorts.len() * units.len() * titles.len());
        for by in sorts {
            for unit in units {
                keys.extend(titles.iter().map(|title| GroupKey {
                    company,
                    state,
                    by: *by,
                    unit: *unit,
                    title: *title,
                }));
            }
        }
        keys
    }

    /// Whether its tenures are kept by register too: rows look for open tenures of an employment.
    fn is_by_register(&self) -> bool {
        self.state == State::Open && matches!(self.by, By::Employment(..))
    }
}

/// What the index knows of one tenure.
#[expect(clippy::struct_excessive_bools, reason = "each is a respect of its own, as in a tenure")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct IndexedDraft {
    company: UnitNo,
    state: State,
    unit: Option<UnitNo>,
    title: Option<u32>,
    employment: Employment,
    primary: bool,
    lead: bool,
    acting: bool,
    ended_by_inference: bool,
    exclusive: bool,
    register: Option<Register>,
}

/// The register whose row opened or supported a tenure first, and whether that row gives a `from`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Register {
    pub(super) publisher: u32,
    pub(super) from: bool,
}

impl IndexedDraft {
    /// The places where it stands.
    pub(super) fn places(self) -> Vec<GroupKey> {
        let mut sorts = vec![By::Employment(self.employment, self.acting)];
        sorts.extend(self.primary.then_some(By::Primary));
        sorts.extend(self.lead.then_some(By::Leading));
        sorts.extend(self.ended_by_inference.then_some(By::EndedByInference));
        let (units, titles) = ([Common::Nothing, Common::All(self.unit)], [Common::Nothing, Common::All(self.title)]);
        GroupKey::each(self.company, self.state, &sorts, &units, &titles)
    }

    /// In an open place primary ones come first.
    fn rank(self, draft: usize) -> (bool, usize) {
        (self.state == State::Open && !self.primary, draft)
    }
}

/// What was noted of one tenure, and how much of what only grows.
#[derive(Clone, Copy)]
pub(super) struct Noted {
    pub(super) known: IndexedDraft,
    held: usize,
    left: usize,
    ended_by: Option<usize>,
}

/// The tenures of one place in their order, primary open ones first.
type Ranked = BTreeSet<(bool, usize)>;

/// The tenures of one place by register.
type ByRegister = BTreeMap<Option<Register>, Ranked>;

#[derive(Default)]
pub(super) struct DraftIndex {
    pub(super) titles: FxHashMap<NameKey, u32>,
    pub(super) noted: Vec<Option<Noted>>,
    pub(super) places: FxHashMap<GroupKey, Ranked>,
    pub(super) exclusive: BTreeMap<UnitNo, BTreeSet<usize>>,
    /// Whether a row of a register opened or supported any.
    pub(super) has_rows: bool,
    /// The publishers of registers.
    pub(super) registers: FxHashMap<Box<str>, u32>,
    /// Open tenures once more by register, where there is any.
    pub(super) by_register: FxHashMap<GroupKey, ByRegister>,
    /// The tenures that a row of this key opened or supported before any other row.
    pub(super) by_key: FxHashMap<(u32, Box<str>), Vec<usize>>,
    /// By claim; a tenure stands there for ever, and is asked whether it still belongs there.
    pub(super) ended_by: FxHashMap<usize, Vec<usize>>,
    pub(super) left_by: FxHashMap<usize, Vec<usize>>,
    pub(super) held_by: FxHashMap<usize, Vec<usize>>,
}

impl DraftIndex {
    pub(super) fn note(&mut self, number: usize, draft: &TenureDraft<'_>) {
        if self.noted.len() <= number {
            self.noted.resize(number + 1, None);
        }
        let before = self.noted[number];
        let known = self.known(draft);
        if before.map(|noted| noted.known) != Some(known) {
            if let Some(before) = before {
                self.remove(number, before.known);
            }
            for place in known.places() {
                self.places.entry(place).or_default().insert(known.rank(number));
            }
            let had_register = before.is_some_and(|before| before.known.register.is_some());
            if let (Some(register), Some(row), false) = (known.register, draft.rows.first(), had_register) {
                self.by_key.entry((register.publisher, row.key.into())).or_default().push(number);
                if !std::mem::replace(&mut self.has_rows, true) {
                    // From now on; those that were there before have none.
                    let noted: Vec<(usize, IndexedDraft)> = self
                        .noted
                        .iter()
                        .enumerate()
                        .filter_map(|(i, noted)| Some((i, noted.as_ref()?.known)))
                        .collect();
                    for (other, known) in noted.into_iter().filter(|(other, _)| *other != number) {
                        self.note_register(other, known);
                    }
                }
            }
            if self.has_rows {
                self.note_register(number, known);
            }
            if known.exclusive {
                self.exclusive.entry(known.company).or_default().insert(number);
            }
        }
        let ended_anew = before.is_none_or(|before| before.ended_by != draft.ended_by);
        if let (true, Some(claim)) = (ended_anew, draft.ended_by) {
            self.ended_by.entry(claim).or_default().push(number);
        }
        let held = before.map_or(0, |before| before.held);
        // What ended the tenure anew left nothing of the statements of the end before.
        let left = before.filter(|_| !ended_anew).map_or(0, |before| before.left.min(draft.left_by.len()));
        for held in &draft.held[held..] {
            self.held_by.entry(held.claim).or_default().push(number);
        }
        for claim in &draft.left_by[left..] {
            self.left_by.entry(*claim).or_default().push(number);
        }
        let (held, left) = (draft.held.len(), draft.left_by.len());
        self.noted[number] = Some(Noted { known, held, left, ended_by: draft.ended_by });
    }

    fn remove(&mut self, number: usize, known: IndexedDraft) {
        for place in known.places() {
            if place.is_by_register()
                && let Some(registers) = self.by_register.get_mut(&place)
                && let Some(drafts) = registers.get_mut(&known.register)
            {
                drafts.remove(&known.rank(number));
                if drafts.is_empty() {
                    registers.remove(&known.register);
                }
            }
            let drafts = self.places.get_mut(&place).expect("a tenure is in its places");
            drafts.remove(&known.rank(number));
            if drafts.is_empty() {
                self.places.remove(&place);
            }
        }
        if known.exclusive
            && let Some(drafts) = self.exclusive.get_mut(&known.company)
        {
            drafts.remove(&number);
            if drafts.is_empty() {
                self.exclusive.remove(&known.company);
            }
        }
    }

    fn note_register(&mut self, number: usize, known: IndexedDraft) {
        for place in known.places().into_iter().filter(GroupKey::is_by_register) {
            let registers = self.by_register.entry(place).or_default();
            registers.entry(known.register).or_default().insert(known.rank(number));
        }
    }

    fn known(&mut self, draft: &TenureDraft<'_>) -> IndexedDraft {
        let tenure = &draft.tenure;
        let publishers = u32::try_from(self.registers.len()).expect("a person has fewer sources than that");
        let register = draft.rows.first().map(|row| {
            let publisher = match self.registers.get(row.publisher) {
                Some(publisher) => *publisher,
                None => *self.registers.entry(row.publisher.into()).or_insert(publishers),
            };
            Register { publisher, from: row.from }
        });
        let next = u32::try_from(self.titles.len()).expect("a person has fewer titles than that");
        let title = tenure.title.as_ref().map(|title| match self.titles.get(title.key()) {
            Some(title) => *title,
            None => *self.titles.entry(title.key().clone()).or_insert(next),
        });
        IndexedDraft {
            company: tenure.company,
            state: if tenure.end.is_none() { State::Open } else { State::Ended },
            unit: tenure.unit,
            title,
            employment: tenure.employment,
            primary: tenure.primary,
            lead: tenure.lead,
            acting: tenure.acting,
            ended_by_inference: tenure.end.as_ref().is_some_and(|end| end.origin.is_inferred()),
            exclusive: is_exclusive_employment(tenure),
            register,
        }
    }

    /// The places that hold what a rule looks for.
    pub(super) fn places(&self, among: &[Among<'_>], state: State) -> Vec<&Ranked> {
        let mut places = Vec::new();
        for among in among {
            places.extend(self.keys(among, state).iter().filter_map(|key| self.places.get(key)));
        }
        places
    }

    /// What marks these places.
    pub(super) fn keys(&self, among: &Among<'_>, state: State) -> Vec<GroupKey> {
        let of = |employments: &[Employment]| -> Vec<By> {
            let both = |employment: &Employment| [false, true].map(|acting| By::Employment(*employment, acting));
            employments.iter().flat_map(both).collect()
        };
        let sorts = match among.sort {
            Sort::Any => of(&EMPLOYMENTS),
            Sort::NotAside => of(&[Employment::Employee, Employment::Contractor]),
            Sort::Of(employment) => of(&[employment]),
            Sort::Acting(employment, acting) => vec![By::Employment(employment, acting)],
            Sort::Primary => vec![By::Primary],
            Sort::Leading => vec![By::Leading],
            Sort::EndedByInference => vec![By::EndedByInference],
        };
        // A title that no tenure has stands for a place that there is not.
        let titles = marked(among.title.map(|title| self.titles.get(title.key()).copied().unwrap_or(u32::MAX)));
        GroupKey::each(among.company, state, &sorts, &marked(among.unit), &titles)
    }
}

/// How places are marked that hold such a unit or title.
fn marked<T: Copy>(which: Which<T>) -> Vec<Common<Option<T>>> {
    match which {
        Which::Any => vec![Common::Nothing],
        Which::Exactly(one) => vec![Common::All(one)],
        Which::OrUnknown(one) => vec![Common::All(Some(one)), Common::All(None)],
    }
}
