//! The answer to `moves`: who went from where to where.

use serde::{Deserialize, Serialize};

use crate::{BasisShown, Person, Unit};

/// People who went from one unit to another.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Flow {
    /// The month, quarter or year, where flows are asked for by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The unit left, or the company where no unit is known.
    pub from: Unit,
    /// The unit joined.
    pub to: Unit,
    /// How many people.
    pub count: usize,
    /// Who, by name.
    pub people: Vec<Person>,
}

/// `moves`: the flows of people, the largest first, then by the names of the units.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MovesAnswer {
    /// On what it rests.
    pub basis: BasisShown,
    /// The flows.
    pub flows: Vec<Flow>,
}
