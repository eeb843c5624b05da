//! How a command fails: what, where, what to do, and with which exit code.

mod address;
mod answer;
mod log;
mod question;
mod serve;

pub(crate) use address::{deny_by_address, deny_by_field, deny_by_page};
pub(crate) use answer::quoted;
use tenure_answers::{Candidate, DenialKind};
use tenure_ledger::with_causes;
use tenure_render::RenderError;
pub(crate) use tenure_serve::Exit;

/// A command that failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) kind: DenialKind,
    pub(crate) error: String,
    pub(crate) hint: Option<String>,
    /// Whom or what the asker can have meant.
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) reader: Reader,
}

/// Whether the program still reads that standard output goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reader {
    #[default]
    There,
    /// It has seen enough, which is no failure: the command ends quietly.
    Gone,
}

impl Failure {
    pub(crate) fn new(exit: Exit, error: impl Into<String>) -> Failure {
        let (kind, reader) = (DenialKind::Other, Reader::There);
        Failure { exit, kind, error: error.into(), hint: None, candidates: Vec::new(), reader }
    }

    /// The reader of standard output has gone away.
    pub(crate) fn reader_gone() -> Failure {
        Failure { reader: Reader::Gone, ..Failure::new(Exit::Failure, "the reader of standard output has gone away") }
    }

    fn kind(mut self, kind: DenialKind) -> Failure {
        self.kind = kind;
        self
    }

    fn candidates(mut self, candidates: Vec<Candidate>) -> Failure {
        self.candidates = candidates;
        self
    }

    pub(crate) fn usage(error: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, error).hint(hint)
    }

    /// The same of the file, or whatever else it is, that is at fault.
    pub(crate) fn of(mut self, what: &str) -> Failure {
        self.error = format!("{what}: {}", self.error);
        self
    }

    /// The same of a command that did what it was told, and could not say so.
    pub(crate) fn although(mut self, done: &str) -> Failure {
        self.error = format!("{} ({done})", self.error);
        self.hint("what was appended stays, and running it again is harmless")
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self
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
        let failure = Failure::new(Exit::Failure, with_causes(&error));
        match error {
            RenderError::TooLarge { .. } => failure.hint("ask about less, or ask the ledger where it lies"),
            RenderError::Json(_) | RenderError::Csv(_) => failure,
        }
    }
}
