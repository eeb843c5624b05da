//! Those that a name in a question can mean, as errors list them.

use serde::{Deserialize, Serialize};

use crate::Company;

/// Why a question has no answer, as far as it decides what an asker does next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DenialKind {
    /// No person, unit, event or tenure is meant.
    NotFound,
    /// A name means several.
    Ambiguous,
    /// The org chart that was asked for is too deep.
    TooDeep,
    /// It may be answered later: the service is busy, gave up waiting, or makes its snapshots.
    Later,
    /// Something else, or what an answerer of another version calls otherwise.
    #[default]
    #[serde(other)]
    Other,
}

impl DenialKind {
    /// Whether it says nothing beside the error.
    pub fn is_other(&self) -> bool {
        *self == DenialKind::Other
    }
}

/// Of which sort a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// A person.
    Person,
    /// A unit, or a company, which has no company of its own.
    Unit,
    /// A tenure.
    Tenure,
    /// An event.
    Event,
}

/// One of those that a name can mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its id, with which to ask again.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Of which sort it is.
    pub kind: Sort,
    /// Of a unit its company. Of a person the company of the main post, on the day asked about or else the last one.
    pub company: Option<Company>,
    /// Of a person the title of that post.
    pub title: Option<String>,
    /// Of a person when the first post began, of a unit when it was formed, as EDTF.
    pub from: Option<String>,
    /// Of a person who holds no post any more when the last one ended, of a unit when it ceased to be, as EDTF.
    pub to: Option<String>,
}

impl Candidate {
    /// One of which the name says all that tells it apart.
    pub fn named(kind: Sort, id: String, name: String) -> Candidate {
        Candidate { id, name, kind, company: None, title: None, from: None, to: None }
    }
}
