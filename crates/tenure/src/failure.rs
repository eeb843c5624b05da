//! How a command fails: what, where, what to do, and with which exit code.

mod answer;
mod log;
mod question;

use serde::{Deserialize, Serialize};
use tenure_answers::Candidate;
use tenure_ledger::with_causes;
use tenure_render::RenderError;

/// The exit codes of the contract, section 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Failure = 1,
    Usage = 2,
    NotFound = 3,
    Ambiguous = 4,
    Unreachable = 5,
    NotReached = 6,
    Unverified = 7,
    Rejected = 8,
}

impl Exit {
    /// The outcome that an exit code stands for; none where it stands for no failure.
    fn of(code: u8) -> Option<Exit> {
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
        all.into_iter().find(|exit| *exit as u8 == code)
    }
}

/// A command that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) error: String,
    pub(crate) hint: Option<String>,
    /// Whom or what the asker can have meant.
    pub(crate) candidates: Vec<Candidate>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, error: impl Into<String>) -> Failure {
        Failure { exit, error: error.into(), hint: None, candidates: Vec::new() }
    }

    fn candidates(mut self, candidates: Vec<Candidate>) -> Failure {
        self.candidates = candidates;
        self
    }

    pub(crate) fn usage(error: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, error).hint(hint)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
    }
}

/// A failure as programs read it.
#[derive(Serialize, Deserialize)]
struct Told {
    error: String,
    hint: Option<String>,
    exit: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Candidate>,
}

impl Failure {
    /// The failure as one object of JSON: `error`, `hint`, the exit code as `exit`, and `candidates` where there are any.
    pub(crate) fn json(&self) -> String {
        let Failure { exit, error, hint, candidates } = self;
        let told = Told { error: error.clone(), hint: hint.clone(), exit: *exit as u8, candidates: candidates.clone() };
        serde_json::to_string(&told).expect("text and a number can be written")
    }

    /// Reads what [`Failure::json`] has written; none where it is something else.
    pub(crate) fn read(json: &[u8]) -> Option<Failure> {
        let Told { error, hint, exit, candidates } = serde_json::from_slice(json).ok()?;
        Some(Failure { exit: Exit::of(exit)?, error, hint, candidates })
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::new(Exit::Failure, format!("{error:#}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::new(Exit::Failure, error.to_string())
    }
}

impl From<RenderError> for Failure {
    fn from(error: RenderError) -> Failure {
        Failure::new(Exit::Failure, with_causes(&error))
    }
}
