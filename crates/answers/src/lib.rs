//! The shapes of the answers (contract, section 5). JSON is the contract: these types are what `--format json` prints,
//! and the schemas under `schemas/answers` are generated from them.

mod answer;
mod candidate;
mod effects;
mod event;
mod list;
mod log;
mod moves;
#[cfg(feature = "schema")]
pub mod schema;
mod tenure_id;

use serde::{Deserialize, Deserializer, Serialize};

pub use answer::{Answer, OtherAnswer};
pub use candidate::{Candidate, DenialKind, Sort};
pub use effects::{Appended, Difference, Effects, MendAnswer, UnitProfile};
pub use event::{Became, EventAnswer, EventRef, EventShown, LogFate, Names, Supported, WhyOrEvent};
pub use list::{ListAnswer, Listed};
pub use log::{LogAnswer, LogEntry};
pub use moves::{Flow, MovesAnswer};
pub use tenure_id::shortened;

/// On what an answer rests.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Basis"))]
pub struct BasisShown {
    /// The day asked about, or the two days of a diff as `D1..D2`.
    pub at: String,
    /// What was known by then; null: everything.
    pub known: Option<String>,
    /// What the ledger had recorded by then, as asked; null: everything.
    pub recorded: Option<String>,
    /// The log position on which the answer rests.
    pub seq: u64,
    /// The log's last position.
    pub head: u64,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Person {
    /// The id: a scraper's, or `~` and a name key.
    pub id: String,
    /// The name on the first day of a row of a timeline, elsewhere on the day asked about.
    pub name: String,
    /// All names, the first reported first.
    pub names: Vec<String>,
    /// Of a manager who surely holds nothing in the company any more: the end of the last tenure there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Bounds>,
}

/// The company of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Company {
    /// Its id.
    pub id: String,
    /// Its name on the first day of a row of a timeline, elsewhere on the day asked about.
    pub name: String,
}

/// A unit or a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unit {
    /// The id: a scraper's, or `~`, the company's id, `/` and a name key.
    pub id: String,
    /// The name on the first day of a row of a timeline, elsewhere on the day asked about.
    pub name: String,
    /// The company of a unit; null for a company.
    pub company: Option<Company>,
}

/// Vague bounds of a start or an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bounds {
    /// The shortest EDTF that says them.
    pub edtf: String,
    /// The earliest day; null when unbounded.
    pub earliest: Option<String>,
    /// The latest day; null when unbounded.
    pub latest: Option<String>,
    /// Whether the fold inferred it; else a source stated it.
    pub inferred: bool,
}

/// A tenure: a person in a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tenure {
    /// Its id, to ask `why` with.
    pub tenure: String,
    /// Where.
    pub company: Unit,
    /// The unit, where known.
    pub unit: Option<Unit>,
    /// The title, where known.
    pub title: Option<String>,
    /// The main post of its company and employment.
    pub primary: bool,
    /// Heads the unit, or without a unit the company.
    pub lead: bool,
    /// Until a successor is appointed.
    pub acting: bool,
    /// `employee`, `board`, `advisor` or `contractor`.
    pub employment: String,
    /// What the person is responsible for.
    pub remit: Option<String>,
    /// The manager.
    pub reports_to: Option<Person>,
    /// When it began.
    pub from: Bounds,
    /// When it ended; null: not known to have ended.
    pub to: Option<Bounds>,
    /// Why it ended, as the believed source says; `died` where a death ended it.
    pub end_reason: Option<String>,
    /// The latest day on which a source that says so has it in force, an exact start among them.
    pub attested: Option<String>,
    /// `confirmed`, `reported` or `rumoured`: the highest of the events that state its start or see it in force.
    pub confidence: String,
    /// The ids of the events that state its start, its end or one of its fields.
    pub supports: Vec<String>,
    /// The days from which it has another manager: for who draws a line of time, and no part of what is told.
    #[serde(skip)]
    pub turning_days: Vec<String>,
}

/// A tenure on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Position {
    /// The tenure.
    #[serde(flatten)]
    pub tenure: Tenure,
    /// `certain` or `possible`: by dates alone, unless fresh evidence is asked for. Of what was learned, `absent` where the
    /// post is told otherwise, and is not in force on the day, at one of the ends.
    pub certainty: String,
    /// Of a tenure with no end: how many days before the day asked about a source last had it in force. Null for others,
    /// and where it is not known or lies after that day.
    pub unseen_days: Option<i32>,
}

/// Something that sources disagree on or that the ledger had to guess.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Conflict {
    /// `date_disagrees`, `field_disagrees`, `contested_move`, `missing_link`, `seen_after_end`, `two_leads`,
    /// `two_employers`, `after_death`, `outlives_unit`, `shared_identifier`, `ambiguous_name`, `key_reused` or `cycle`.
    pub kind: String,
    /// About whom.
    pub person: Option<Person>,
    /// About which unit.
    pub unit: Option<Unit>,
    /// The events that take part in it.
    pub events: Vec<String>,
    /// What disagrees, in words.
    pub detail: String,
}

/// One change between two points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// `joined`, `left`, `moved`, `appointed`, `relieved`, `retitled`, `new_manager`, `corrected`, `withdrawn`,
    /// `unit_formed`, `unit_renamed`, `unit_moved`, `unit_merged` or `unit_dissolved`.
    pub kind: String,
    /// Of whom.
    pub person: Option<Person>,
    /// Of which unit.
    pub unit: Option<Unit>,
    /// The post before; of what is learned also one that was known to be over by the day, or yet to begin.
    pub before: Option<Position>,
    /// The post after; of what is learned also one that is now known to have ended by the day (`left`, `relieved`), with
    /// its end.
    pub after: Option<Position>,
}

impl Change {
    /// The unit that it is told under: the one of which it is, else that of the post, the later one first.
    pub fn unit_told(&self) -> Option<&Unit> {
        let post = self.after.as_ref().or(self.before.as_ref()).map(|position| &position.tenure);
        self.unit.as_ref().or(post.map(|post| post.unit.as_ref().unwrap_or(&post.company)))
    }
}

/// An event as evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// Its id.
    pub id: String,
    /// Its position in the log.
    pub seq: u64,
    /// When the log recorded it.
    pub recorded_at: String,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When it happened: as the source dates it, else on or before the day of the report. Of a `HeldPost` its beginning.
    pub effective: String,
    /// When a `HeldPost` ended, as the source dates it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// On which day the source saw it in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// When the world learned it.
    pub reported_at: String,
    /// The source, as the event gives it.
    pub source: serde_json::Value,
    /// How far to trust it.
    pub confidence: String,
}

/// `person`: the posts held on a day, the primary one first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// Who.
    pub person: Person,
    /// When the person died; null where no believed source says so.
    pub died: Option<Bounds>,
    /// The posts: primary ones first, then by company, unit and title.
    pub positions: Vec<Position>,
}

/// `career`: the whole timeline.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CareerAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// Who.
    pub person: Person,
    /// When the person died; null where no believed source says so.
    pub died: Option<Bounds>,
    /// The tenures, by latest start, earliest start, company, unit, title.
    pub tenures: Vec<Tenure>,
    /// What the sources disagree on.
    pub conflicts: Vec<Conflict>,
    /// The days from which the person is called otherwise: for who draws a line of time, and no part of what is told.
    #[serde(skip)]
    pub turning_days: Vec<String>,
}

/// Somebody in a unit on a day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Member {
    /// Who.
    pub person: Person,
    /// In which post.
    #[serde(flatten)]
    pub position: Position,
}

/// `who`: the people of a unit, leads first, then by unit, title and person, or as asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhoAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// Which unit.
    pub unit: Unit,
    /// Its people.
    pub members: Vec<Member>,
    /// How many posts there are of which these are the first, where no more than so many were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<usize>,
}

/// Somebody who held a post.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Holder {
    /// Who.
    pub person: Person,
    /// Which tenure.
    #[serde(flatten)]
    pub tenure: Tenure,
}

/// A time in which a post was vacant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gap {
    /// The end of who held it last.
    pub from: Bounds,
    /// The start of who held it next; null where nobody is known to have followed.
    pub to: Option<Bounds>,
    /// `certain` or `possible`, by dates alone.
    pub certainty: String,
}

/// `holders`: everyone who ever held a post there, by start, or as asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HoldersAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// Which unit.
    pub unit: Unit,
    /// Who held posts there.
    pub holders: Vec<Holder>,
    /// How many there are of whom these are the first, where no more than so many were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<usize>,
    /// When none of them did, where that is asked for; of leads of any title, when none led the unit itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gaps: Option<Vec<Gap>>,
}

/// A unit in an org chart.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrgUnit {
    /// Its id.
    pub id: String,
    /// Its name on the day.
    pub name: String,
    /// What sort of unit it is.
    pub kind: Option<String>,
    /// Who certainly leads it on the day.
    pub leads: Vec<Person>,
    /// How many people are certainly there, sub-units included.
    pub headcount: usize,
    /// How many more are possibly there.
    pub possible: usize,
    /// The units below it, by name, or as asked for.
    pub children: Vec<OrgUnit>,
}

/// `org`: the org chart on a day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrgAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// The unit asked for, with what is below it.
    pub unit: OrgUnit,
    /// The days from which the unit is otherwise, or one below it: for who draws a line of time, and no part of what is told.
    #[serde(skip)]
    pub turning_days: Vec<String>,
}

/// A manager, with the managers above.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Up {
    /// The manager.
    pub person: Person,
    /// `certain` or `possible`.
    pub certainty: String,
    /// Whether the managers of the manager stand elsewhere in the answer, above this one as it is read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub above: bool,
    /// The managers of the manager.
    pub up: Vec<Up>,
}

/// A report, with the reports below.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Down {
    /// Who reports.
    pub person: Person,
    /// `certain` or `possible`.
    pub certainty: String,
    /// Whether who reports to that person stands elsewhere in the answer, above this one as it is read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub above: bool,
    /// Who reports to that person.
    pub down: Vec<Down>,
}

/// `reports`: the reporting line on a day; a direction that was not asked for is left out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReportsAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// Who.
    pub person: Person,
    /// To whom the person reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up: Option<Vec<Up>>,
    /// Who reports to the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub down: Option<Vec<Down>>,
}

/// The target of a diff.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Target {
    /// A unit or company.
    Unit(Unit),
    /// A person.
    Person(Person),
}

impl<'de> Deserialize<'de> for Target {
    /// A person is what has names. A unit is looked for second: read as one, a person would be a company.
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Target, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Person(Person),
            Unit(Unit),
        }
        Ok(match Either::deserialize(json)? {
            Either::Person(person) => Target::Person(person),
            Either::Unit(unit) => Target::Unit(unit),
        })
    }
}

/// `diff`: what was learned, and what happened, between two points.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffAnswer {
    /// On what it rests: ranges where ranges were asked for.
    pub basis: BasisShown,
    /// Of whom or of what.
    pub target: Target,
    /// What happened between the days, as known at the later point.
    pub happened: Vec<Change>,
    /// What was learned between the points of knowledge, of the earlier day.
    pub learned: Vec<Change>,
}

/// `why`: the evidence of one tenure.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhyAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// The id that was asked for, where the tenure of that id is gone and this one took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// The tenure; null where the person held none on the day.
    pub tenure: Option<Tenure>,
    /// The events that support it, by position in the log.
    pub supports: Vec<Evidence>,
    /// Live events that say otherwise.
    pub contradicts: Vec<Evidence>,
    /// Events that the supports correct or restate.
    pub replaced: Vec<Evidence>,
}

/// `conflicts`: contradictions, missing links, ambiguous names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConflictsAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// By kind, person, unit, events.
    pub conflicts: Vec<Conflict>,
}

/// Something found by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Found {
    /// `person`, `unit` or `title`.
    pub kind: String,
    /// Its id; of a title the name key.
    pub id: String,
    /// Its name on the day asked about.
    pub name: String,
    /// All its names.
    pub names: Vec<String>,
    /// How well it matches, 0 to 1.
    pub score: f64,
    /// How: `id`, `name`, `part`, `pinyin`, `transliteration` or `spelling`.
    pub via: String,
    /// The company of a unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<Company>,
    /// What a person does on the day asked about, or did last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<PostShown>,
    /// When a unit was formed, as far as sources tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Bounds>,
    /// When a unit was dissolved or merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Bounds>,
    /// Where a title occurs: the units with the most holders first, at most five.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Occurrence>,
    /// How many people held a title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<usize>,
}

/// A post in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PostShown {
    /// The title, where known.
    pub title: Option<String>,
    /// The unit, or the company where no unit is known.
    pub unit: Unit,
    /// When it began.
    pub from: Bounds,
    /// When it ended; null: not known to have ended.
    pub to: Option<Bounds>,
}

/// A unit in which a title occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Occurrence {
    /// The unit, or the company where no unit is known.
    pub unit: Unit,
    /// How many people held it there.
    pub people: usize,
}

/// `find`: the best match first, then by name and id.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindAnswer {
    /// What was found.
    pub matches: Vec<Found>,
    /// How many there are of which these are the first, where not all are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<usize>,
}

/// `status`: lag and sizes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatusAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// Events in the log.
    pub events: u64,
    /// People that live events mean.
    pub people: usize,
    /// Units and companies.
    pub units: usize,
    /// Events that the snapshots do not have yet.
    pub lag_events: u64,
    /// Seconds since the first of these was recorded.
    pub lag_seconds: f64,
    /// Events that could not be read.
    pub quarantined: u64,
    /// Bytes of the log.
    pub journal_bytes: u64,
    /// Bytes of the snapshots.
    pub store_bytes: u64,
    /// SHA-256 chain over the events.
    pub digest: String,
}
