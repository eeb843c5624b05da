//! Events: what sources claim, as facts in the past tense, just as the contract names them.
//!
//! The types are generic in how they name people, companies and units: an event in the log names them by
//! [`Reference`], and the fold is given the same facts with every reference resolved. Nothing here knows JSON:
//! `wire` turns records into events.

mod references;

use std::sync::Arc;

pub use self::references::{Field, Named, Renaming};
use crate::bounds::Bounds;
use crate::day::Instant;
use crate::edtf::VagueDate;
use crate::name::Name;
use crate::position::EventId;

/// How far a source is to be trusted with one claim; later is higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Confidence {
    /// Told as a rumour.
    Rumoured,
    /// Told as a fact by a source that is no party to it.
    #[default]
    Reported,
    /// Told by a party to it.
    Confirmed,
}

impl Confidence {
    /// The word for it, in events and in answers.
    pub const fn word(self) -> &'static str {
        match self {
            Confidence::Rumoured => "rumoured",
            Confidence::Reported => "reported",
            Confidence::Confirmed => "confirmed",
        }
    }
}

/// The relation that a post rests on. Primary posts are counted per company and employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Employment {
    /// Works for the company.
    #[default]
    Employee,
    /// Sits on its board.
    Board,
    /// Advises it.
    Advisor,
    /// Works for it under a contract.
    Contractor,
}

impl Employment {
    /// The word for it, in events and in answers.
    pub const fn word(self) -> &'static str {
        match self {
            Employment::Employee => "employee",
            Employment::Board => "board",
            Employment::Advisor => "advisor",
            Employment::Contractor => "contractor",
        }
    }

    /// Whether moves and changes pass over such a post unless they name it (rule 3).
    pub fn is_secondary(self) -> bool {
        matches!(self, Employment::Board | Employment::Advisor)
    }
}

/// An identifier of another register, compared exactly: scheme (`wikidata`) and value (`Q1`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// The register, as the scraper calls it.
    pub scheme: Arc<str>,
    /// What the register calls the entity.
    pub value: Arc<str>,
}

/// The id that a scraper gave to an entity: `[A-Za-z0-9][A-Za-z0-9._:/-]*`, at most 200 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GivenId(Arc<str>);

/// The longest id of an entity, in bytes.
pub const GIVEN_ID_BYTES: usize = 200;

/// A text that cannot be the id of an entity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "an id starts with a letter or digit, goes on with those and . _ : / -, and has at most {GIVEN_ID_BYTES} bytes"
)]
pub struct NotAGivenId;

impl GivenId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for GivenId {
    type Err = NotAGivenId;

    fn from_str(text: &str) -> Result<GivenId, NotAGivenId> {
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let goes_on = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/-".contains(&b));
        if !starts || !goes_on || text.len() > GIVEN_ID_BYTES {
            return Err(NotAGivenId);
        }
        Ok(GivenId(Arc::from(text)))
    }
}

/// How an event names a person, a company or a unit. Holds an id or at least one name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The id that the scraper gives to the entity.
    pub id: Option<GivenId>,
    /// Its names, the main one first.
    pub names: Vec<Name>,
    /// What other registers call it.
    pub identifiers: Vec<Identifier>,
}

/// What an event says of a post that it opens. `P` names people, `U` units.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Post<P, U> {
    /// The unit; none where the source names none.
    pub unit: Option<U>,
    /// The title, compared by its key.
    pub title: Option<Name>,
    /// Heads the unit, or without a unit the company.
    pub lead: bool,
    /// Holds the post until a successor is appointed.
    pub acting: bool,
    /// What the person is responsible for.
    pub remit: Option<Arc<str>>,
    /// The manager.
    pub reports_to: Option<P>,
    /// The employment that the source names; `Employee` where it names none.
    pub employment: Option<Employment>,
}

impl<P, U> Post<P, U> {
    /// A post of which nothing is said.
    pub fn unknown() -> Post<P, U> {
        Post { unit: None, title: None, lead: false, acting: false, remit: None, reports_to: None, employment: None }
    }
}

/// Whether a post stands beside another employment without ending it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Concurrency {
    /// Joining elsewhere ends it, and it ends others.
    #[default]
    Exclusive,
    /// It ends nothing and joining elsewhere does not end it.
    Concurrent,
}

/// What an event claims of one person's posts (contract, section 3). `P` names people, `C` companies, `U` units.
/// Dates other than those of `HeldPost` are the event's `effective`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PersonFact<P, C, U> {
    /// Begins a primary post in the company.
    JoinedCompany {
        /// Where.
        company: C,
        /// The post begun.
        post: Post<P, U>,
        /// Beside other employments or instead of them.
        concurrency: Concurrency,
    },
    /// Ends every post in the company.
    LeftCompany {
        /// Where.
        company: C,
        /// Why, in the words of the source.
        reason: Option<Arc<str>>,
    },
    /// Moves the primary post.
    TransferredUnit {
        /// Where.
        company: C,
        /// The unit left, where the source names it.
        from_unit: Option<U>,
        /// The unit joined.
        to_unit: U,
        /// The post there; its `unit` is none.
        post: Post<P, U>,
    },
    /// Adds a post beside the others.
    AppointedToPost {
        /// Where.
        company: C,
        /// The post begun; has a title or leads.
        post: Post<P, U>,
        /// Whose matching post ends by it.
        succeeds: Option<P>,
    },
    /// Ends matching posts.
    RelievedOfPost {
        /// Where.
        company: C,
        /// The unit of the posts, where named.
        unit: Option<U>,
        /// Their title, where named.
        title: Option<Name>,
        /// Why, in the words of the source.
        reason: Option<Arc<str>>,
    },
    /// Same seat, new title.
    ChangedTitle {
        /// Where.
        company: C,
        /// The seat's unit, where named.
        unit: Option<U>,
        /// The title until then, where named.
        from_title: Option<Name>,
        /// The title from then on.
        to_title: Name,
        /// Whether the seat heads the unit from then on; as before where not said.
        lead: Option<bool>,
        /// Acting under the new title.
        acting: bool,
    },
    /// New reporting line.
    ChangedManager {
        /// Where.
        company: C,
        /// The seat's unit, where named.
        unit: Option<U>,
        /// The seat's title, where named.
        title: Option<Name>,
        /// The manager from then on, if there is one.
        reports_to: Option<P>,
    },
    /// Held this post between two vague dates.
    HeldPost {
        /// Where.
        company: C,
        /// The post held.
        post: Post<P, U>,
        /// When it began, where known.
        from: Option<VagueDate>,
        /// When it ended; none where it is not known to have ended.
        to: Option<VagueDate>,
        /// On at least one day of this date the source saw it in force.
        seen: Option<VagueDate>,
        /// Beside other employments or instead of them.
        concurrency: Concurrency,
    },
}

/// A name of a person or unit, with its language and the dates between which it is the one to show.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DescribedName {
    /// The name.
    pub name: Name,
    /// BCP 47 tag, lower case.
    pub lang: Option<Arc<str>>,
    /// First shown on, where dated.
    pub from: Option<VagueDate>,
    /// No longer shown from, where dated.
    pub to: Option<VagueDate>,
}

/// What an event claims of a unit, or of a company where the event names no company.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UnitFact<U> {
    /// Exists from then on.
    Formed {
        /// The unit above it.
        parent: Option<U>,
        /// What sort of unit it is (`lab`, `department`).
        kind: Option<Arc<str>>,
    },
    /// Same unit, new name.
    Renamed {
        /// The name from then on.
        name: Name,
    },
    /// New parent.
    Moved {
        /// The unit above it from then on.
        parent: U,
    },
    /// Its people are another unit's from then on.
    Merged {
        /// The other unit.
        into: U,
    },
    /// No longer exists, until it is formed again.
    Dissolved,
    /// Identity, kind and parent.
    Described {
        /// Names with their languages.
        names: Vec<DescribedName>,
        /// What other registers call it.
        identifiers: Vec<Identifier>,
        /// What sort of unit it is; holds from `effective` where that is given.
        kind: Option<Arc<str>>,
        /// The unit above it, from the beginning until something changes it.
        parent: Option<U>,
    },
}

/// What an event claims.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// Of one person's posts.
    Person {
        /// Who.
        person: Reference,
        /// What.
        fact: PersonFact<Reference, Reference, Reference>,
    },
    /// Of a unit or a company.
    Unit {
        /// Which.
        unit: Reference,
        /// Whose unit; none where the unit is itself a company.
        company: Option<Reference>,
        /// What.
        fact: UnitFact<Reference>,
    },
    /// The person died: ends every post in every company, and nothing begins after it.
    PersonDied {
        /// Who.
        person: Reference,
    },
    /// Names and identifiers of a person.
    PersonDescribed {
        /// Who.
        person: Reference,
        /// The company in which these names mean this person, where the source names one.
        company: Option<Reference>,
        /// Names with their languages.
        names: Vec<DescribedName>,
        /// What other registers call the person.
        identifiers: Vec<Identifier>,
    },
    /// Two persons are one.
    SamePerson {
        /// The one.
        person: Reference,
        /// The other, whose id is kept.
        same_as: Reference,
    },
    /// Two units, or two companies, are one.
    SameUnit {
        /// The one.
        unit: Reference,
        /// Whose unit; none for a company.
        company: Option<Reference>,
        /// The other, whose id is kept.
        same_as: Reference,
        /// Whose unit the other is, where not the same company's.
        same_as_company: Option<Reference>,
    },
    /// The source withdrew an event, or the scraper erred.
    EventRetracted {
        /// Which event.
        event: EventId,
        /// Why, in the words of the source that withdrew it.
        reason: Option<Arc<str>>,
    },
    /// By law, nothing of this person is answered any more.
    PersonErased {
        /// Who.
        person: Reference,
    },
}

impl Fact {
    /// The type of the events that claim it, as the contract names them.
    pub fn type_name(&self) -> &'static str {
        match self {
            Fact::Person { fact, .. } => fact.type_name(),
            Fact::Unit { fact, .. } => fact.type_name(),
            Fact::PersonDied { .. } => "PersonDied",
            Fact::PersonDescribed { .. } => "PersonDescribed",
            Fact::SamePerson { .. } => "SamePerson",
            Fact::SameUnit { .. } => "SameUnit",
            Fact::EventRetracted { .. } => "EventRetracted",
            Fact::PersonErased { .. } => "PersonErased",
        }
    }
}

impl<P, C, U> PersonFact<P, C, U> {
    /// The type of the events that claim it, as the contract names them.
    pub fn type_name(&self) -> &'static str {
        match self {
            PersonFact::JoinedCompany { .. } => "JoinedCompany",
            PersonFact::LeftCompany { .. } => "LeftCompany",
            PersonFact::TransferredUnit { .. } => "TransferredUnit",
            PersonFact::AppointedToPost { .. } => "AppointedToPost",
            PersonFact::RelievedOfPost { .. } => "RelievedOfPost",
            PersonFact::ChangedTitle { .. } => "ChangedTitle",
            PersonFact::ChangedManager { .. } => "ChangedManager",
            PersonFact::HeldPost { .. } => "HeldPost",
        }
    }

    /// The company that it names.
    pub fn company(&self) -> &C {
        match self {
            PersonFact::JoinedCompany { company, .. }
            | PersonFact::LeftCompany { company, .. }
            | PersonFact::TransferredUnit { company, .. }
            | PersonFact::AppointedToPost { company, .. }
            | PersonFact::RelievedOfPost { company, .. }
            | PersonFact::ChangedTitle { company, .. }
            | PersonFact::ChangedManager { company, .. }
            | PersonFact::HeldPost { company, .. } => company,
        }
    }

    /// The post that it begins or has in force, where it does.
    pub fn post(&self) -> Option<&Post<P, U>> {
        match self {
            PersonFact::JoinedCompany { post, .. }
            | PersonFact::TransferredUnit { post, .. }
            | PersonFact::AppointedToPost { post, .. }
            | PersonFact::HeldPost { post, .. } => Some(post),
            PersonFact::LeftCompany { .. }
            | PersonFact::RelievedOfPost { .. }
            | PersonFact::ChangedTitle { .. }
            | PersonFact::ChangedManager { .. } => None,
        }
    }
}

impl<P, C, U> PersonFact<P, C, U> {}

impl<U> UnitFact<U> {
    /// The type of the events that claim it, as the contract names them.
    pub fn type_name(&self) -> &'static str {
        match self {
            UnitFact::Formed { .. } => "UnitFormed",
            UnitFact::Renamed { .. } => "UnitRenamed",
            UnitFact::Moved { .. } => "UnitMoved",
            UnitFact::Merged { .. } => "UnitMerged",
            UnitFact::Dissolved => "UnitDissolved",
            UnitFact::Described { .. } => "UnitDescribed",
        }
    }
}

/// Words of a source, and what stands around them, as in a W3C `TextQuoteSelector`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quote {
    /// The words.
    pub exact: Arc<str>,
    /// The words just before them.
    pub prefix: Option<Arc<str>>,
    /// The words just after them.
    pub suffix: Option<Arc<str>>,
}

/// Where a claim comes from. Has a `url` or a `publisher`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Source {
    /// Address of the page or file.
    pub url: Option<Arc<str>>,
    /// Who published it.
    pub publisher: Option<Arc<str>>,
    /// The source's own stable name for this statement.
    pub key: Option<Arc<str>>,
    /// Headline.
    pub title: Option<Arc<str>>,
    /// Language of the text, BCP 47.
    pub lang: Option<Arc<str>>,
    /// The words that make the claim.
    pub quote: Option<Quote>,
    /// Where in it they stand: a page, a paragraph, a time.
    pub locator: Option<Arc<str>>,
    /// Address of a copy in an archive.
    pub archive_url: Option<Arc<str>>,
    /// When the scraper read it.
    pub retrieved_at: Option<Instant>,
}

impl Source {
    /// Who is held to say it: the publisher, else the address.
    pub fn says(&self) -> &str {
        self.publisher.as_deref().or(self.url.as_deref()).unwrap_or_default()
    }
}

/// One event, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// Its id, given by the scraper or made from its content.
    pub id: EventId,
    /// What it claims.
    pub fact: Fact,
    /// When that happened, as the source dates it; see [`Event::effective_bounds`].
    pub effective: Option<VagueDate>,
    /// When the world learned it; where the scraper did not say, the instant at which the log recorded it.
    pub reported_at: Instant,
    /// Who says so.
    pub source: Source,
    /// How far to trust it.
    pub confidence: Confidence,
    /// The event that this one replaces.
    pub corrects: Option<EventId>,
    /// Free text of the scraper.
    pub note: Option<Arc<str>>,
}

/// One event is a list of one.
impl AsRef<[Event]> for Event {
    fn as_ref(&self) -> &[Event] {
        std::slice::from_ref(self)
    }
}

impl Event {
    /// The bounds of `effective`; without one, on or before the day on which it was reported.
    pub fn effective_bounds(&self) -> Bounds {
        match &self.effective {
            Some(date) => date.bounds(),
            None => Bounds::until(Some(self.reported_at.day())),
        }
    }

    /// The event that it retracts, if it is a retraction.
    pub fn retracts(&self) -> Option<&EventId> {
        if let Fact::EventRetracted { event, .. } = &self.fact { Some(event) } else { None }
    }
}
