//! What is told beside an answer.

use serde::{Deserialize, Serialize};

/// Something that is told beside an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// On what the answer rests.
    Basis(String),
    /// What an asker should know.
    Remark(String),
    /// What only the curious want to know.
    Detail(String),
}
