//! What questions ask of a ledger: people, units and who was in them, all on one basis.
//!
//! There are two ways to hold that: a [`crate::reading::Reading`] folds on demand from the events that a basis admits, and
//! the projector's store keeps the head folded. Both give the same. What is kept can turn out not to read; then a view
//! gives a [`ViewError`] in place of an answer.

use std::error::Error;
use std::sync::Arc;

use crate::bounds::{Bounds, Certainty};
use crate::conflict::Conflict;
use crate::day::{Day, Instant};
use crate::erasure::ErasedNames;
use crate::event::{DescribedName, GivenId, Identifier};
use crate::identity::KnownName;
use crate::name::NameKey;
use crate::position::{EventId, Seq};
use crate::spelling::{Signature, Spelling};
use crate::statement::{PersonNo, UnitNo};
use crate::structure::UnitHistory;
use crate::tenure::Career;
use crate::titles::{TitleCounts, TitleUse};

/// Who a person is on a basis.
#[derive(Clone, Debug, PartialEq)]
pub struct Persona {
    /// The id by which answers call the person.
    pub id: Arc<str>,
    /// All ids that scrapers gave.
    pub ids: Vec<GivenId>,
    /// The names, the first reported first.
    pub names: Vec<KnownName>,
    /// Names with a language or dates, by report.
    pub described: Vec<DescribedName>,
    /// What other registers call the person.
    pub identifiers: Vec<Identifier>,
    /// When an event first named the person, by whatever name or id.
    pub first_reported: Option<Instant>,
}

/// A person on a basis.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonState {
    /// Who it is.
    pub who: Arc<Persona>,
    /// The tenures and the conflicts among their sources.
    pub career: Career,
    /// The live events about the person's posts, by position.
    pub evidence: Vec<EvidenceRef>,
}

/// Where a live event stands in the log, and what it replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRef {
    /// The event.
    pub id: EventId,
    /// Its position.
    pub seq: Seq,
    /// The events that it corrects or restates, by position.
    pub replaces: Vec<Seq>,
}

/// A unit or a company on a basis.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitState {
    /// The id by which answers call it.
    pub id: Arc<str>,
    /// All ids that scrapers gave.
    pub ids: Vec<GivenId>,
    /// Its company; none for a company.
    pub company: Option<UnitNo>,
    /// The names, the first reported first.
    pub names: Vec<KnownName>,
    /// What other registers call it.
    pub identifiers: Vec<Identifier>,
    /// When an event first named it, by whatever name or id.
    pub first_reported: Option<Instant>,
    /// What became of it.
    pub history: UnitHistory,
    /// Units that ever stood under it or were merged into it, as sources told, and of a company all that its events name,
    /// though they be another one's; sorted.
    pub below: Vec<UnitNo>,
    /// The conflicts about it.
    pub conflicts: Vec<Conflict>,
}

impl UnitState {
    /// What this unit stands under on the day by what sources told, its company where they told nothing; none for a company
    /// that stands under nothing. What is above may be gone by then.
    pub fn above(&self, unit: UnitNo, at: Day) -> Option<UnitNo> {
        self.history.parent(at).or(self.company).filter(|above| *above != unit)
    }

    /// Whether it ever stood under the unit or was merged into it, or is one of the company's own.
    pub fn was_ever_under(&self, unit: UnitNo) -> bool {
        self.company == Some(unit) || self.history.ever_under().any(|above| above == unit)
    }
}

/// One tenure, as far as a list of members needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RosterRow {
    /// Who.
    pub person: PersonNo,
    /// Which of the person's tenures.
    pub tenure: u32,
    /// When it began.
    pub start: Bounds,
    /// When it ended; none: not known to have ended.
    pub end: Option<Bounds>,
    /// Whether a source stated the end.
    pub end_stated: bool,
    /// The latest day on which a source has it in force.
    pub attested: Option<Day>,
    /// The latest day that a `seen` surely reaches.
    pub seen: Option<Day>,
    /// Heads the unit.
    pub lead: bool,
    /// Until a successor is appointed.
    pub acting: bool,
}

/// A conflict of names or keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameConflict {
    /// Who stands for the ambiguous name, or is the first whom it is about.
    pub person: Option<PersonNo>,
    /// Which unit or company does.
    pub unit: Option<UnitNo>,
    /// Who else claims the identifier that it is about, or bears a statement under the key.
    pub others: Vec<Meant>,
    /// The conflict.
    pub conflict: Conflict,
}

impl NameConflict {
    /// Who and what it is about.
    pub fn about(&self) -> impl Iterator<Item = Meant> {
        let stand_in = self.person.map(Meant::Person).into_iter().chain(self.unit.map(Meant::Unit));
        stand_in.chain(self.others.iter().copied())
    }
}

/// Why a view gives no answer. What is behind it, only the cause knows.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// What the view is kept in does not read.
    #[error(transparent)]
    Kept(Box<dyn Error + Send + Sync>),
    /// The log does not read. What is made of it cannot help.
    #[error(transparent)]
    Log(Box<dyn Error + Send + Sync>),
}

impl ViewError {
    /// The error of what a view is kept in.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> ViewError {
        ViewError::Kept(cause.into())
    }
}

/// A ledger on one basis. Several threads can ask it at once.
pub trait View: Sync {
    /// People whom an asker can mean by an id, a name or an identifier; sorted.
    fn people_asked(&self, text: &str) -> Result<Vec<PersonNo>, ViewError>;
    /// Units and companies that an asker can mean; sorted.
    fn units_asked(&self, text: &str) -> Result<Vec<UnitNo>, ViewError>;
    /// Who the person is: what naming a person takes, without the career.
    fn who(&self, person: PersonNo) -> Result<Arc<Persona>, ViewError>;
    /// The person.
    fn person(&self, person: PersonNo) -> Result<Arc<PersonState>, ViewError>;
    /// The unit.
    fn unit(&self, unit: UnitNo) -> Result<Arc<UnitState>, ViewError>;
    /// The tenures ever held in the unit itself; of a company, those without a unit.
    fn roster(&self, unit: UnitNo) -> Result<Arc<[RosterRow]>, ViewError>;
    /// Of these, the ones that can be in force on the day by their own dates.
    fn present(&self, unit: UnitNo, day: Day) -> Result<Vec<RosterRow>, ViewError> {
        let in_force = |row: &&RosterRow| Certainty::of(row.start, row.end, day).is_some();
        Ok(self.roster(unit)?.iter().filter(in_force).copied().collect())
    }
    /// The people who ever had this manager.
    fn reports(&self, manager: PersonNo) -> Result<Vec<PersonNo>, ViewError>;
    /// Everybody.
    fn people(&self) -> Result<Vec<PersonNo>, ViewError>;
    /// All units and companies.
    fn units(&self) -> Result<Vec<UnitNo>, ViewError>;
    /// The people who have conflicts.
    fn people_with_conflicts(&self) -> Result<Vec<PersonNo>, ViewError>;
    /// Those of the people, who are sorted, who have conflicts.
    fn conflicted(&self, people: &[PersonNo]) -> Result<Vec<PersonNo>, ViewError> {
        let mut conflicted = Vec::new();
        for person in people {
            if !self.person(*person)?.career.conflicts.is_empty() {
                conflicted.push(*person);
            }
        }
        Ok(conflicted)
    }
    /// Of the tenures ever held in the unit itself, those of who headed it.
    fn leads(&self, unit: UnitNo) -> Result<Vec<RosterRow>, ViewError> {
        Ok(self.roster(unit)?.iter().filter(|row| row.lead).copied().collect())
    }
    /// The units and companies that anyone ever headed; sorted.
    fn units_led(&self) -> Result<Vec<UnitNo>, ViewError> {
        let mut led = Vec::new();
        for unit in self.units()? {
            if !self.leads(unit)?.is_empty() {
                led.push(unit);
            }
        }
        Ok(led)
    }
    /// Conflicts of names and of keys.
    fn name_conflicts(&self) -> Result<Vec<NameConflict>, ViewError>;
    /// The names of everybody who was erased, at whatever clock: texts with one of them are not answered.
    fn erased_names(&self) -> Result<Arc<ErasedNames>, ViewError>;
    /// Goes through the names of everybody, with what rules each out for most queries.
    fn each_name(&self, take: &mut dyn FnMut(PersonNo, Signature, &str)) -> Result<(), ViewError> {
        for person in self.people()? {
            for known in &self.who(person)?.names {
                take(person, Spelling::of(known.name.as_str()).signature(), known.name.as_str());
            }
        }
        Ok(())
    }
    /// Goes through the names of all units and companies likewise.
    fn each_unit_name(&self, take: &mut dyn FnMut(UnitNo, Signature, &str)) -> Result<(), ViewError> {
        for unit in self.units()? {
            for known in &self.unit(unit)?.names {
                take(unit, Spelling::of(known.name.as_str()).signature(), known.name.as_str());
            }
        }
        Ok(())
    }
    /// The titles of posts that are wanted by what they are written like, in the order of their keys.
    fn titles(&self, wanted: &dyn Fn(Signature, &str) -> bool) -> Result<Vec<TitleUse>, ViewError> {
        let mut counts = TitleCounts::default();
        for person in self.people()? {
            counts.count(&self.person(person)?.career, 1);
        }
        let counts = counts.into_counts();
        let wanted = counts.filter(|(_, count)| wanted(Spelling::of(count.name()).signature(), count.name()));
        let mut titles: Vec<TitleUse> = wanted.map(|(key, count)| count.to_use(key)).collect();
        titles.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        Ok(titles)
    }
    /// The title with that key; none where no post has it.
    fn title(&self, key: &NameKey) -> Result<Option<TitleUse>, ViewError> {
        Ok(self.titles(&|_, name| NameKey::of(name).as_ref() == Some(key))?.pop())
    }
}

/// Whom a call can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meant {
    /// A person.
    Person(PersonNo),
    /// A unit or company.
    Unit(UnitNo),
}

impl Meant {
    /// The person, if it is one.
    pub fn person(self) -> Option<PersonNo> {
        match self {
            Meant::Person(person) => Some(person),
            Meant::Unit(_) => None,
        }
    }

    /// The unit, if it is one.
    pub fn unit(self) -> Option<UnitNo> {
        match self {
            Meant::Person(_) => None,
            Meant::Unit(unit) => Some(unit),
        }
    }
}

/// The rows that a person's tenures put into rosters, with the unit of each.
pub fn roster_rows(person: PersonNo, career: &Career) -> impl Iterator<Item = (UnitNo, RosterRow)> {
    career.tenures.iter().enumerate().map(move |(i, t)| {
        let row = RosterRow {
            person,
            tenure: u32::try_from(i).expect("a person has fewer than 2^32 tenures"),
            start: t.start.bounds,
            end: t.end.as_ref().map(|end| end.bounds),
            end_stated: t.end_is_stated(),
            attested: t.attested,
            seen: t.seen,
            lead: t.lead,
            acting: t.acting,
        };
        (t.unit.unwrap_or(t.company), row)
    })
}
