//! The tenures in the making, and where a rule finds those that it asks for.
//!
//! A rule says of what it looks for: open or ended, of this company, with this unit, that title. [`Among`] says the same,
//! and [`Seats`] gives the tenures that it can mean, in the rule's order. The rule still judges each of them: an index only
//! leaves out what cannot fit, so that a person of many thousand events is not looked through for each of them. A person of
//! few tenures has no index.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, Index, IndexMut};

use rustc_hash::FxHashMap;

use crate::event::{Concurrency, Employment};
use crate::name::{Name, NameKey};
use crate::statement::UnitNo;
use crate::tenure::Tenure;

use super::keys::Row;
use super::seat::Seat;

/// The employments, by which open tenures are kept apart.
const EMPLOYMENTS: [Employment; 4] =
    [Employment::Employee, Employment::Board, Employment::Advisor, Employment::Contractor];

/// What a unit or a title must be.
#[derive(Clone, Copy)]
pub(super) enum Which<T> {
    /// Nothing is asked of it.
    Any,
    /// This one, or for none: not known.
    Exactly(Option<T>),
    /// This one, or not known.
    OrUnknown(T),
}

impl<T> Which<T> {
    /// The one that is named, where one is.
    pub(super) fn named(named: Option<T>) -> Which<T> {
        named.map_or(Which::Any, |one| Which::Exactly(Some(one)))
    }

    /// One that does not differ from what is named: equal, or absent in one.
    pub(super) fn not_differing(named: Option<T>) -> Which<T> {
        named.map_or(Which::Any, Which::OrUnknown)
    }

    /// The same as what is given, absent equal to absent.
    pub(super) fn same(given: Option<T>) -> Which<T> {
        Which::Exactly(given)
    }

    fn map<U>(self, map: impl Fn(T) -> U) -> Which<U> {
        match self {
            Which::Any => Which::Any,
            Which::Exactly(one) => Which::Exactly(one.map(map)),
            Which::OrUnknown(one) => Which::OrUnknown(map(one)),
        }
    }
}

/// Of what sort the tenures are that a rule looks for.
#[derive(Clone, Copy)]
pub(super) enum Sort {
    Any,
    Of(Employment),
    /// Of an employment, acting or not.
    Acting(Employment, bool),
    /// Of an employment that is not `board` or `advisor`.
    NotAside,
    Primary,
    /// Those that lead.
    Leading,
    /// Those that an inference ended.
    EndedByInference,
}

/// Where the tenures are that a rule looks for.
#[derive(Clone, Copy)]
pub(super) struct Among<'n> {
    pub(super) company: UnitNo,
    pub(super) sort: Sort,
    pub(super) unit: Which<UnitNo>,
    pub(super) title: Which<&'n Name>,
}

impl<'n> Among<'n> {
    pub(super) fn all(company: UnitNo) -> Among<'n> {
        Among { company, sort: Sort::Any, unit: Which::Any, title: Which::Any }
    }

    pub(super) fn of(self, sort: Sort) -> Among<'n> {
        Among { sort, ..self }
    }

    pub(super) fn in_unit(self, unit: Which<UnitNo>) -> Among<'n> {
        Among { unit, ..self }
    }

    pub(super) fn titled(self, title: Which<&'n Name>) -> Among<'n> {
        Among { title, ..self }
    }
}

/// How many tenures or claims a rule was asked about: what grows where something is walked through.
#[derive(Default)]
pub(super) struct Looked(Cell<u64>);

impl Looked {
    pub(super) fn at<T>(&self, found: T) -> T {
        self.0.set(self.0.get() + 1);
        found
    }

    pub(super) fn times(&self) -> u64 {
        self.0.get()
    }
}

/// The tenures in the making, in the order in which they were opened.
pub(super) struct Seats<'f> {
    all: Vec<Seat<'f>>,
    /// From how many tenures on there is an index.
    many: usize,
    index: Option<RefCell<SeatIndex>>,
    /// Those that may have changed since the index looked at them.
    touched: RefCell<Vec<usize>>,
    looked: Looked,
}

impl<'f> Seats<'f> {
    pub(super) fn new(many: usize) -> Seats<'f> {
        Seats { all: Vec::new(), many, index: None, touched: RefCell::default(), looked: Looked::default() }
    }

    pub(super) fn push(&mut self, seat: Seat<'f>) -> usize {
        let number = self.all.len();
        self.all.push(seat);
        if self.index.is_some() {
            self.touched.get_mut().push(number);
        } else if self.all.len() > self.many {
            self.index = Some(RefCell::default());
            *self.touched.get_mut() = (0..self.all.len()).collect();
        }
        number
    }

    pub(super) fn looked(&self) -> u64 {
        self.looked.times()
    }

    pub(super) fn into_vec(self) -> Vec<Seat<'f>> {
        self.all
    }

    /// The index, with all changes known to it.
    fn index(&self) -> Option<std::cell::Ref<'_, SeatIndex>> {
        let index = self.index.as_ref()?;
        let mut touched = self.touched.borrow_mut();
        if !touched.is_empty() {
            let mut index = index.borrow_mut();
            for seat in touched.drain(..) {
                index.note(seat, &self.all[seat]);
            }
        }
        Some(index.borrow())
    }

    /// The first open tenure that fits: primary ones first, then in the order in which they were opened.
    pub(super) fn first_open<const N: usize>(
        &self,
        among: [Among<'_>; N],
        fits: impl Fn(&Tenure) -> bool,
    ) -> Option<usize> {
        self.first_open_seat(among, |seat| fits(&seat.tenure))
    }

    /// The same, where more is asked of it than what the tenure is by now.
    pub(super) fn first_open_seat<const N: usize>(
        &self,
        among: [Among<'_>; N],
        fits: impl Fn(&Seat<'f>) -> bool,
    ) -> Option<usize> {
        let fits = |i: &usize| self.looked.at(fits(&self.all[*i]));
        let Some(index) = self.index() else {
            let company = among[0].company;
            let open = |i: &usize| {
                let tenure = &self.all[*i].tenure;
                tenure.company == company && tenure.end.is_none()
            };
            let mut first = None;
            for i in (0..self.all.len()).filter(open).filter(fits) {
                if self.all[i].tenure.primary {
                    return Some(i);
                }
                first = first.or(Some(i));
            }
            return first;
        };
        let places = among.iter().flat_map(|among| index.places(among, State::Open));
        let firsts = places.filter_map(|place| place.iter().find(|(_, i)| fits(i)));
        firsts.min().map(|(_, i)| *i)
    }

    /// The same for a row of a register, which finds no tenure that another row of it opened, unless both give `from`:
    /// those are passed over together.
    pub(super) fn first_open_beside(
        &self,
        among: Among<'_>,
        row: Option<Row<'_>>,
        fits: impl Fn(&Seat<'f>) -> bool,
    ) -> Option<usize> {
        let (Some(row), Some(index)) = (row, self.index()) else {
            return self.first_open_seat([among], fits);
        };
        if !index.has_rows {
            return self.first_open_seat([among], fits);
        }
        let fits = |i: &usize| self.looked.at(fits(&self.all[*i]));
        let own = index.registers.get(row.publisher).copied();
        let refuses = |of: &Option<Register>| of.is_some_and(|of| Some(of.publisher) == own && !(of.from && row.from));
        let registers = index.keys(&among, State::Open).filter_map(|place| index.by_register.get(&place));
        let others = registers.flat_map(|by| by.iter().filter(|(of, _)| !refuses(of)).map(|(_, seats)| seats));
        let first = others.filter_map(|seats| seats.iter().find(|(_, i)| fits(i))).min().copied();
        // Of its own register, those that a row of this very key opened.
        let same_key = own.and_then(|own| index.by_key.get(&(own, row.key.into()))).into_iter().flatten();
        let here = |i: &&usize| {
            let known = index.noted[**i].as_ref().map(|noted| noted.known);
            known.is_some_and(|known| index.keys(&among, State::Open).any(|place| known.places().any(|p| p == place)))
        };
        let same_key = same_key.filter(here).filter(|i| fits(i)).map(|i| (!self.all[*i].tenure.primary, *i)).min();
        [first, same_key].into_iter().flatten().min().map(|(_, i)| i)
    }

    /// All open tenures that fit, in the same order.
    pub(super) fn all_open<const N: usize>(&self, among: [Among<'_>; N], fits: impl Fn(&Tenure) -> bool) -> Vec<usize> {
        let fits = |i: &usize| self.looked.at(fits(&self.all[*i].tenure));
        let mut open: Vec<usize> = match self.index() {
            None => {
                let company = among[0].company;
                let open = |i: &usize| {
                    let tenure = &self.all[*i].tenure;
                    tenure.company == company && tenure.end.is_none()
                };
                (0..self.all.len()).filter(open).filter(fits).collect()
            }
            Some(index) => {
                let places = among.iter().flat_map(|among| index.places(among, State::Open));
                places.flatten().map(|(_, i)| *i).filter(fits).collect()
            }
        };
        if open.len() > 1 {
            open.sort_unstable_by_key(|i| (!self.all[*i].tenure.primary, *i));
            open.dedup();
        }
        open
    }

    /// The last opened of the ended tenures that fit.
    pub(super) fn last_ended<const N: usize>(
        &self,
        among: [Among<'_>; N],
        fits: impl Fn(&Tenure) -> bool,
    ) -> Option<usize> {
        let fits = |i: &usize| self.looked.at(fits(&self.all[*i].tenure));
        let Some(index) = self.index() else {
            let company = among[0].company;
            let ended = |i: &usize| {
                let tenure = &self.all[*i].tenure;
                tenure.company == company && tenure.end.is_some()
            };
            return (0..self.all.len()).rev().filter(ended).find(fits);
        };
        let places = among.iter().flat_map(|among| index.places(among, State::Ended));
        places.filter_map(|place| place.iter().rev().map(|(_, i)| *i).find(|i| fits(i))).max()
    }

    /// The open `employee` tenures of other companies that were not opened as concurrent.
    pub(super) fn employed_elsewhere(&self, company: UnitNo) -> Vec<usize> {
        match self.index() {
            None => {
                let elsewhere = |i: &usize| {
                    let tenure = &self.all[*i].tenure;
                    tenure.company != company && is_exclusive_employment(tenure)
                };
                (0..self.all.len()).filter(elsewhere).collect()
            }
            Some(index) => {
                let others = index.exclusive.iter().filter(|(of, _)| **of != company);
                others.flat_map(|(_, seats)| seats.iter().copied()).collect()
            }
        }
    }

    /// The tenures that one claim ended, that is, whose end it was the one to apply.
    pub(super) fn ended_by(&self, claim: usize) -> Vec<usize> {
        self.noted(|index| &index.ended_by, claim, |seat| seat.ended_by == Some(claim))
    }

    /// The tenures among whose statements of the end a `LeftCompany` is.
    pub(super) fn left_by(&self, claim: usize) -> Vec<usize> {
        self.noted(|index| &index.left_by, claim, |seat| seat.left_by.contains(&claim))
    }

    /// The tenures that come from a `HeldPost`, in the order in which they were opened.
    pub(super) fn held_by(&self, claim: usize) -> Vec<usize> {
        self.noted(|index| &index.held_by, claim, |seat| seat.held.iter().any(|held| held.claim == claim))
    }

    fn noted(
        &self,
        by_claim: impl Fn(&SeatIndex) -> &FxHashMap<usize, Vec<usize>>,
        claim: usize,
        fits: impl Fn(&Seat<'f>) -> bool,
    ) -> Vec<usize> {
        let Some(index) = self.index() else {
            return (0..self.all.len()).filter(|i| fits(&self.all[*i])).collect();
        };
        let mut noted = by_claim(&index).get(&claim).cloned().unwrap_or_default();
        noted.sort_unstable();
        noted.dedup();
        noted.retain(|i| self.looked.at(fits(&self.all[*i])));
        noted
    }
}

impl<'f> Deref for Seats<'f> {
    type Target = [Seat<'f>];

    fn deref(&self) -> &[Seat<'f>] {
        &self.all
    }
}

impl<'f> Index<usize> for Seats<'f> {
    type Output = Seat<'f>;

    fn index(&self, seat: usize) -> &Seat<'f> {
        &self.all[seat]
    }
}

/// Whoever asks for a tenure to change it may change what the index knows of it.
impl<'f> IndexMut<usize> for Seats<'f> {
    fn index_mut(&mut self, seat: usize) -> &mut Seat<'f> {
        let touched = self.touched.get_mut();
        if self.index.is_some() && touched.last() != Some(&seat) {
            touched.push(seat);
        }
        &mut self.all[seat]
    }
}

fn is_exclusive_employment(tenure: &Tenure) -> bool {
    tenure.end.is_none() && tenure.employment == Employment::Employee && tenure.concurrency == Concurrency::Exclusive
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum State {
    Open,
    Ended,
}

/// By which sort a place holds its tenures.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum By {
    /// An employment, and whether the holder is acting.
    Employment(Employment, bool),
    Primary,
    Leading,
    EndedByInference,
}

/// What all that stands in one place has in common in one respect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Common<T> {
    Nothing,
    Is(Option<T>),
}

/// What all tenures of one place have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Place {
    company: UnitNo,
    state: State,
    by: By,
    unit: Common<UnitNo>,
    title: Common<u32>,
}

impl Place {
    /// Whether its tenures are kept by register too: rows look for open tenures of an employment.
    fn is_by_register(&self) -> bool {
        self.state == State::Open && matches!(self.by, By::Employment(..))
    }
}

/// What the index knows of one tenure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is what a rule asks of a tenure")]
struct Known {
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
struct Register {
    publisher: u32,
    from: bool,
}

impl Known {
    /// The places where it stands.
    fn places(self) -> impl Iterator<Item = Place> {
        let sorts = [
            Some(By::Employment(self.employment, self.acting)),
            self.primary.then_some(By::Primary),
            self.lead.then_some(By::Leading),
            self.ended_by_inference.then_some(By::EndedByInference),
        ];
        let units = [Common::Nothing, Common::Is(self.unit)];
        sorts.into_iter().flatten().flat_map(move |by| {
            units.into_iter().flat_map(move |unit| {
                let titles = [Common::Nothing, Common::Is(self.title)];
                let (company, state) = (self.company, self.state);
                titles.into_iter().map(move |title| Place { company, state, by, unit, title })
            })
        })
    }

    /// In an open place primary ones come first.
    fn rank(self, seat: usize) -> (bool, usize) {
        (self.state == State::Open && !self.primary, seat)
    }
}

/// What was noted of one tenure, and how much of what only grows.
#[derive(Clone, Copy)]
struct Noted {
    known: Known,
    held: usize,
    left: usize,
    ended_by: Option<usize>,
}

/// Tenures in the order in which a rule takes them: primary ones first.
type Ranked = BTreeSet<(bool, usize)>;

#[derive(Default)]
struct SeatIndex {
    titles: FxHashMap<NameKey, u32>,
    noted: Vec<Option<Noted>>,
    places: FxHashMap<Place, BTreeSet<(bool, usize)>>,
    exclusive: BTreeMap<UnitNo, BTreeSet<usize>>,
    /// Whether a row of a register opened or supported any.
    has_rows: bool,
    /// The publishers of registers.
    registers: FxHashMap<Box<str>, u32>,
    /// Open tenures once more by register, where there is any.
    by_register: FxHashMap<Place, BTreeMap<Option<Register>, Ranked>>,
    /// The tenures that a row of this key opened or supported before any other row.
    by_key: FxHashMap<(u32, Box<str>), Vec<usize>>,
    /// By claim; a tenure stands there for ever, and is asked whether it still belongs there.
    ended_by: FxHashMap<usize, Vec<usize>>,
    left_by: FxHashMap<usize, Vec<usize>>,
    held_by: FxHashMap<usize, Vec<usize>>,
}

impl SeatIndex {
    fn note(&mut self, number: usize, seat: &Seat<'_>) {
        if self.noted.len() <= number {
            self.noted.resize(number + 1, None);
        }
        let before = self.noted[number];
        let known = self.known(seat);
        if before.map(|noted| noted.known) != Some(known) {
            if let Some(before) = before {
                self.remove(number, before.known);
            }
            for place in known.places() {
                self.places.entry(place).or_default().insert(known.rank(number));
            }
            let had_register = before.is_some_and(|before| before.known.register.is_some());
            if let (Some(register), Some(row), false) = (known.register, seat.rows.first(), had_register) {
                self.by_key.entry((register.publisher, row.key.into())).or_default().push(number);
                if !std::mem::replace(&mut self.has_rows, true) {
                    // From now on; those that were there before have none.
                    let noted: Vec<(usize, Known)> = self
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
        let ended_anew = before.is_none_or(|before| before.ended_by != seat.ended_by);
        if let (true, Some(claim)) = (ended_anew, seat.ended_by) {
            self.ended_by.entry(claim).or_default().push(number);
        }
        let held = before.map_or(0, |before| before.held);
        // What ended the tenure anew left nothing of the statements of the end before.
        let left = before.filter(|_| !ended_anew).map_or(0, |before| before.left.min(seat.left_by.len()));
        for held in &seat.held[held..] {
            self.held_by.entry(held.claim).or_default().push(number);
        }
        for claim in &seat.left_by[left..] {
            self.left_by.entry(*claim).or_default().push(number);
        }
        let (held, left) = (seat.held.len(), seat.left_by.len());
        self.noted[number] = Some(Noted { known, held, left, ended_by: seat.ended_by });
    }

    fn remove(&mut self, number: usize, known: Known) {
        for place in known.places() {
            if place.is_by_register()
                && let Some(registers) = self.by_register.get_mut(&place)
                && let Some(seats) = registers.get_mut(&known.register)
            {
                seats.remove(&known.rank(number));
                if seats.is_empty() {
                    registers.remove(&known.register);
                }
            }
            let seats = self.places.get_mut(&place).expect("a tenure is in its places");
            seats.remove(&known.rank(number));
            if seats.is_empty() {
                self.places.remove(&place);
            }
        }
        if known.exclusive
            && let Some(seats) = self.exclusive.get_mut(&known.company)
        {
            seats.remove(&number);
            if seats.is_empty() {
                self.exclusive.remove(&known.company);
            }
        }
    }

    fn note_register(&mut self, number: usize, known: Known) {
        for place in known.places().filter(Place::is_by_register) {
            let registers = self.by_register.entry(place).or_default();
            registers.entry(known.register).or_default().insert(known.rank(number));
        }
    }

    fn known(&mut self, seat: &Seat<'_>) -> Known {
        let tenure = &seat.tenure;
        let publishers = u32::try_from(self.registers.len()).expect("a person has fewer sources than that");
        let register = seat.rows.first().map(|row| {
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
        Known {
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
    fn places(&self, among: &Among<'_>, state: State) -> impl Iterator<Item = &BTreeSet<(bool, usize)>> {
        self.keys(among, state).filter_map(|place| self.places.get(&place))
    }

    /// What marks these places.
    fn keys(&self, among: &Among<'_>, state: State) -> impl Iterator<Item = Place> + use<> {
        let company = among.company;
        let of = |employment| [false, true].map(|acting| Some(By::Employment(employment, acting)));
        let [employee, board, advisor, contractor] = EMPLOYMENTS.map(of);
        let alone = |by| [[Some(by), None], [None; 2], [None; 2], [None; 2]];
        let sorts: [[Option<By>; 2]; 4] = match among.sort {
            Sort::Any => [employee, board, advisor, contractor],
            Sort::NotAside => [employee, contractor, [None; 2], [None; 2]],
            Sort::Of(employment) => [of(employment), [None; 2], [None; 2], [None; 2]],
            Sort::Acting(employment, acting) => alone(By::Employment(employment, acting)),
            Sort::Primary => alone(By::Primary),
            Sort::Leading => alone(By::Leading),
            Sort::EndedByInference => alone(By::EndedByInference),
        };
        // A title that no tenure has stands for a place that there is not.
        let titles = two(among.title.map(|title| self.titles.get(title.key()).copied().unwrap_or(u32::MAX)));
        let units = two(among.unit);
        sorts.into_iter().flatten().flatten().flat_map(move |by| {
            units.into_iter().flatten().flat_map(move |unit| {
                let titles = titles.into_iter().flatten();
                titles.map(move |title| Place { company, state, by, unit, title })
            })
        })
    }
}

/// The one or two ways in which places are marked that hold such a unit or title.
fn two<T: Copy>(which: Which<T>) -> [Option<Common<T>>; 2] {
    match which {
        Which::Any => [Some(Common::Nothing), None],
        Which::Exactly(one) => [Some(Common::Is(one)), None],
        Which::OrUnknown(one) => [Some(Common::Is(Some(one))), Some(Common::Is(None))],
    }
}
