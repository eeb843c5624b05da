//! Reporting lines: who reports to whom on a day.
//!
//! Lines fork and join again, so a line is followed on from each person once; where a person comes again, the answer
//! refers to what stands above. That keeps an answer as long as there are lines in it.

use std::rc::Rc;
use std::vec::IntoIter;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use tenure_domain::bounds::Certainty;
use tenure_domain::statement::PersonNo;
use tenure_domain::view::ViewError;

use crate::Inquiry;
use crate::ask::Asked;
use crate::findings::{Findings, Left, company_of};
use crate::location::Stint;
use crate::naming::NameOrder;
use crate::people::certainty;
use tenure_answers::{BasisShown, Down, Person, ReportsAnswer, Up};

/// Which way to follow the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the managers.
    Up,
    /// To the reports.
    Down,
    /// Both ways.
    #[default]
    Both,
}

/// How many people may stand one above the other in an answer. No company comes near it, but sources can say anything,
/// and what writes or reads an answer goes down into it.
const DEPTH: usize = 1_000;

/// A reporting line is too long to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {DEPTH} people stand one above the other in this reporting line")]
pub struct LineTooLong;

/// Why there is no reporting line.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It would be too long.
    #[error(transparent)]
    TooLong(#[from] LineTooLong),
    /// The ledger that is asked does not read.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// A line from a person to a manager on the day.
#[derive(Clone, Debug)]
struct Line {
    manager: PersonNo,
    sure: Certainty,
    /// When the manager left the company, where that is so; a manager who is still in one of the companies has not left.
    left: Option<Left>,
}

/// A person at the other end of a line.
struct Step {
    number: PersonNo,
    person: Person,
    sure: Certainty,
}

/// A person in an answer, with those beyond.
trait Node: Sized {
    fn of(step: Step, above: bool, beyond: Vec<Self>) -> Self;
}

impl Node for Up {
    fn of(step: Step, above: bool, up: Vec<Up>) -> Up {
        Up { person: step.person, certainty: certainty(step.sure).to_owned(), above, up }
    }
}

impl Node for Down {
    fn of(step: Step, above: bool, down: Vec<Down>) -> Down {
        Down { person: step.person, certainty: certainty(step.sure).to_owned(), above, down }
    }
}

/// A step whose lines are being followed.
struct Branch<N> {
    step: Option<Step>,
    rest: IntoIter<Step>,
    beyond: Vec<N>,
}

/// The lines of one answer.
struct Lines<'q, 'v> {
    inquiry: &'q Inquiry<'v>,
    known: FxHashMap<PersonNo, Rc<[Line]>>,
    found: Findings,
}

impl Inquiry<'_> {
    /// `reports`: the line up, down or both ways.
    pub fn reports_answer(
        &self,
        basis: BasisShown,
        asked: Asked<PersonNo, Person>,
        direction: Direction,
    ) -> Result<ReportsAnswer, LineError> {
        let (wants_up, wants_down) = (direction != Direction::Down, direction != Direction::Up);
        let number = match asked {
            Asked::Later { shown, .. } => {
                let up = wants_up.then(Vec::new);
                return Ok(ReportsAnswer { basis, person: shown, up, down: wants_down.then(Vec::new) });
            }
            Asked::Here(person) => person,
        };
        let mut lines = Lines { inquiry: self, known: FxHashMap::default(), found: Findings::default() };
        let mut person = self.person_shown(number)?;
        let (mut up, mut down) = (None, None);
        if wants_up {
            up = Some(follow(number, |person| lines.up(person))?);
        }
        if wants_down {
            down = Some(follow(number, |person| lines.down(person, number))?);
            person.left = lines.left(number)?.map(Left::shown);
        }
        Ok(ReportsAnswer { basis, person, up, down })
    }
}

impl Lines<'_, '_> {
    /// The lines from a person to others on the day.
    fn of(&mut self, person: PersonNo) -> Result<Rc<[Line]>, ViewError> {
        if let Some(known) = self.known.get(&person) {
            return Ok(known.clone());
        }
        let Inquiry { view, at, .. } = *self.inquiry;
        let mut lines: Vec<Line> = Vec::new();
        let mut places: FxHashMap<PersonNo, usize> = FxHashMap::default();
        for held in &view.person(person)?.career.tenures {
            let Some((unit, sure)) = self.inquiry.in_force(&mut self.found.ways, &Stint::of(held))? else { continue };
            let Some(manager) = held.manager(at).filter(|manager| *manager != person) else { continue };
            let company = company_of(&mut self.found.ways, view, held, unit, at)?;
            let left = self.inquiry.left(&mut self.found, manager, company, at)?;
            let place = *places.entry(manager).or_insert(lines.len());
            match lines.get_mut(place) {
                None => lines.push(Line { manager, sure, left }),
                Some(line) => {
                    line.sure = line.sure.max(sure);
                    line.left = if line.left.is_some() && left.is_some() { Left::later(line.left, left) } else { None };
                }
            }
        }
        let lines: Rc<[Line]> = lines.into();
        self.known.insert(person, lines.clone());
        Ok(lines)
    }

    fn up(&mut self, person: PersonNo) -> Result<Vec<Step>, ViewError> {
        let mut steps = Vec::new();
        for line in self.of(person)?.iter() {
            let person = Person { left: line.left.map(Left::shown), ..self.inquiry.person_shown(line.manager)? };
            steps.push(Step { number: line.manager, person, sure: line.sure });
        }
        Ok(in_order(steps))
    }

    /// The reports of a person. Where that is not the one asked about, a line on which the person has left ends there.
    fn down(&mut self, person: PersonNo, asked: PersonNo) -> Result<Vec<Step>, ViewError> {
        let mut steps = Vec::new();
        for report in self.inquiry.view.reports(person)? {
            let lines = self.of(report)?;
            let goes_on = |line: &&Line| line.manager == person && (line.left.is_none() || person == asked);
            let Some(line) = lines.iter().find(goes_on) else { continue };
            steps.push(Step { number: report, person: self.inquiry.person_shown(report)?, sure: line.sure });
        }
        Ok(in_order(steps))
    }

    /// When a manager left, to whom lines lead all the same.
    fn left(&mut self, manager: PersonNo) -> Result<Option<Left>, ViewError> {
        let mut left = None;
        for report in self.inquiry.view.reports(manager)? {
            for line in self.of(report)?.iter().filter(|line| line.manager == manager) {
                if line.left.is_none() {
                    return Ok(None);
                }
                left = Left::later(left, line.left);
            }
        }
        Ok(left)
    }
}

/// Certain lines first, then by name.
fn in_order(mut steps: Vec<Step>) -> Vec<Step> {
    steps.sort_by_cached_key(|step| (step.sure != Certainty::Certain, NameOrder::person(&step.person)));
    steps
}

/// Follows the lines from a person: past none who is on the way already, and on from everybody once.
///
/// It goes down into the lines without recursion, so that no depth is too much for the stack.
fn follow<N: Node>(
    from: PersonNo,
    mut steps: impl FnMut(PersonNo) -> Result<Vec<Step>, ViewError>,
) -> Result<Vec<N>, LineError> {
    let mut way = FxHashSet::from_iter([from]);
    let mut followed = way.clone();
    let mut open = vec![Branch { step: None, rest: steps(from)?.into_iter(), beyond: Vec::new() }];
    loop {
        let depth = open.len();
        let branch = open.last_mut().expect("the first branch is the last to be closed");
        match branch.rest.next() {
            Some(step) if way.contains(&step.number) => {}
            // Who has left is at the end of every line.
            Some(step) if step.person.left.is_some() => {
                branch.beyond.push(N::of(step, false, Vec::new()));
            }
            Some(step) if !followed.insert(step.number) => {
                branch.beyond.push(N::of(step, true, Vec::new()));
            }
            Some(_) if depth > DEPTH => return Err(LineTooLong.into()),
            Some(step) => {
                way.insert(step.number);
                let rest = steps(step.number)?.into_iter();
                open.push(Branch { step: Some(step), rest, beyond: Vec::new() });
            }
            None => {
                let Some(Branch { step, beyond, .. }) = open.pop() else { return Ok(Vec::new()) };
                let Some(step) = step else { return Ok(beyond) };
                way.remove(&step.number);
                if let Some(branch) = open.last_mut() {
                    branch.beyond.push(N::of(step, false, beyond));
                }
            }
        }
    }
}
