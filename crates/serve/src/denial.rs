//! Why a question has no answer, as it travels.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenure_answers::Candidate;

/// What became of a question or a command, as the protocol numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Something failed.
    Failure = 1,
    /// The question is wrong in itself.
    Usage = 2,
    /// Nobody and nothing is meant.
    NotFound = 3,
    /// Several are meant.
    Ambiguous = 4,
    /// The log or the service cannot be reached.
    Unreachable = 5,
    /// The ledger has not come to the basis asked for.
    NotReached = 6,
    /// The log or the snapshots are not what they should be.
    Unverified = 7,
    /// Some input is rejected.
    Rejected = 8,
}

impl Outcome {
    /// The outcome of that number; none where it stands for no failure.
    fn of(number: u8) -> Option<Outcome> {
        let all = [
            Outcome::Failure,
            Outcome::Usage,
            Outcome::NotFound,
            Outcome::Ambiguous,
            Outcome::Unreachable,
            Outcome::NotReached,
            Outcome::Unverified,
            Outcome::Rejected,
        ];
        all.into_iter().find(|outcome| *outcome as u8 == number)
    }

    /// The code that services give: what HTTP would say.
    pub(crate) fn code(self) -> u16 {
        match self {
            Outcome::Usage | Outcome::Rejected => 400,
            Outcome::NotFound => 404,
            Outcome::Ambiguous => 409,
            Outcome::Failure | Outcome::Unverified => 500,
            Outcome::Unreachable => 503,
            Outcome::NotReached => 504,
        }
    }
}

/// Why a question has no answer, in words for those who ask.
#[derive(Clone, Debug)]
pub struct Denial {
    /// What became of the question.
    pub outcome: Outcome,
    /// Why there is no answer.
    pub error: String,
    /// What to do.
    pub hint: Option<String>,
    /// Whom or what the asker can have meant.
    pub candidates: Vec<Candidate>,
}

/// A denial as programs read it.
#[derive(Serialize, Deserialize)]
struct Written {
    error: String,
    hint: Option<String>,
    exit: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Candidate>,
}

impl Denial {
    /// The denial as one object of JSON: `error`, `hint`, the number of the outcome as `exit`, and `candidates` where
    /// there are any.
    pub fn json(&self) -> String {
        let Denial { outcome, error, hint, candidates } = self;
        let (error, hint, candidates) = (error.clone(), hint.clone(), candidates.clone());
        let written = Written { error, hint, exit: *outcome as u8, candidates };
        serde_json::to_string(&written).expect("text and a number can be written")
    }

    /// Reads what [`Denial::json`] has written; none where it is something else.
    pub(crate) fn read(json: &[u8]) -> Option<Denial> {
        let Written { error, hint, exit, candidates } = serde_json::from_slice(json).ok()?;
        Some(Denial { outcome: Outcome::of(exit)?, error, hint, candidates })
    }

    /// The denial as the fields of a line about what happens.
    pub fn fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = vec![("error", self.error.as_str().into()), ("exit", (self.outcome as u8).into())];
        fields.extend(self.hint.as_deref().map(|hint| ("hint", hint.into())));
        fields
    }
}
