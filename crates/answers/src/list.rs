//! The answer of `list`: what is in a ledger.

use serde::{Deserialize, Serialize};

use crate::{BasisShown, Company};

/// One thing of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Listed {
    /// The id of a person, a unit or a company; null for titles and sources.
    pub id: Option<String>,
    /// The name on the day asked about, the title, or who publishes.
    pub name: String,
    /// The company of a unit; null for all else.
    pub company: Option<Company>,
    /// How many people were ever there, held the title, or are spoken of by the source; null for a person. Those of a
    /// unit's sub-units are theirs; those of all units of a company are the company's too.
    pub people: Option<usize>,
    /// How many tenures; null for a source.
    pub tenures: Option<usize>,
    /// How many events support that; of a source, how many it made.
    pub events: usize,
    /// The first start of a tenure, as EDTF; of a source, the day of its first report.
    pub first: Option<String>,
    /// The last day that is attested or on which a tenure ended, as EDTF; of a source, the day of its last report.
    pub last: Option<String>,
}

/// `list`: by name, or as asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// `companies`, `units`, `people`, `titles` or `sources`.
    pub what: String,
    /// How many there are, whatever the limit.
    pub total: usize,
    /// What there is.
    pub listed: Vec<Listed>,
}
