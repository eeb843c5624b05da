//! Why a question has no answer, as it travels.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenure_answers::{Candidate, DenialKind};

/// How a question or a command fails, by the number that is its exit code and that the protocol sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Something failed.
    Failure = 1,
    /// The question is wrong in itself.
    Usage = 2,
    /// No person and no unit is meant.
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

impl Exit {
    /// The one of that number; none where it stands for no failure.
    fn of(number: u8) -> Option<Exit> {
        let all = [
            Exit::Failure,
            Exit::Usage,
            Exit::NotFound,
            Exit::Ambiguous,
            Exit::Unreachable,
            Exit::NotReached,
            Exit::Unverified,
            Exit::Rejected,
        ];
        all.into_iter().find(|exit| *exit as u8 == number)
    }

    /// The code that services give: the status of HTTP.
    pub fn code(self) -> u16 {
        match self {
            Exit::Usage | Exit::Rejected => 400,
            Exit::NotFound => 404,
            Exit::Ambiguous => 409,
            Exit::Failure | Exit::Unverified => 500,
            Exit::Unreachable => 503,
            Exit::NotReached => 504,
        }
    }
}

/// What those have who ask, so that they are told in words of it what to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wording {
    /// The flags and verbs of the command.
    #[default]
    Flags,
    /// The fields of a question.
    Fields,
}

impl Wording {
    /// As it travels in a header.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Wording::Flags => "flags",
            Wording::Fields => "fields",
        }
    }
}

/// Why a question has no answer, in words for those who ask.
#[derive(Clone, Debug)]
pub struct Denial {
    /// What became of the question.
    pub exit: Exit,
    /// What an asker can decide by.
    pub kind: DenialKind,
    /// Why there is no answer.
    pub error: String,
    /// What to do.
    pub hint: Option<String>,
    /// Whom or what the asker can have meant.
    pub candidates: Vec<Candidate>,
}

/// A denial as programs read it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Written {
    error: String,
    hint: Option<String>,
    exit: u8,
    #[serde(default, skip_serializing_if = "DenialKind::is_other")]
    kind: DenialKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Candidate>,
}

impl Denial {
    /// A denial without a hint.
    pub fn new(exit: Exit, error: impl Into<String>) -> Denial {
        Denial { exit, kind: DenialKind::Other, error: error.into(), hint: None, candidates: Vec::new() }
    }

    /// The denial as one object of JSON: `error`, `hint`, its number as `exit`, its `kind` where it is of one, and
    /// `candidates` where there are any.
    pub fn json(&self) -> String {
        serde_json::to_string(&self.written()).expect("text and a number can be written")
    }

    pub(crate) fn written(&self) -> Written {
        let Denial { exit, kind, error, hint, candidates } = self;
        let (error, hint, candidates) = (error.clone(), hint.clone(), candidates.clone());
        Written { error, hint, exit: *exit as u8, kind: *kind, candidates }
    }

    /// Reads what [`Denial::json`] has written; none where it is something else.
    pub(crate) fn read(json: &[u8]) -> Option<Denial> {
        serde_json::from_slice::<Written>(json).ok()?.denial()
    }

    /// The denial as the fields of a line about what happens.
    pub fn fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = vec![("error", self.error.as_str().into()), ("exit", (self.exit as u8).into())];
        fields.extend(self.hint.as_deref().map(|hint| ("hint", hint.into())));
        fields
    }
}

impl Written {
    /// The denial; none where its number stands for no failure.
    pub(crate) fn denial(self) -> Option<Denial> {
        let Written { error, hint, exit, kind, candidates } = self;
        Some(Denial { exit: Exit::of(exit)?, kind, error, hint, candidates })
    }
}
