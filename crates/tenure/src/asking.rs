//! Questions of the command line: put to the ledger in the data directory, or to one that is served elsewhere.

use tenure_answers::Answer;
use tenure_domain::day::Day;
use tenure_log::Create;

use crate::clock::today;
use crate::failure::Failure;
use crate::global::Global;
use crate::terminal::{hear_all, print};
use crate::{directory, nats};
use tenure_ledger::dates::{self, Span};
use tenure_ledger::question::{Ask, Question, Terms, row_names};
use tenure_ledger::{AnswerError, Answered, DateField, Ledger, Notice, Unanswered};
use tenure_query::{AskError, EventError};
use tenure_serve::{ExchangeError, Exit, ServiceClient};

/// The day that is asked about: one day.
pub(crate) fn day_asked(global: &Global) -> Result<Day, Failure> {
    let Some(text) = &global.at else { return Ok(today()) };
    let text = dates::settled_days(text, today());
    Ok(dates::days(DateField::At, &text, Span::Point)?.both().1)
}

/// The terms on which the command line asks.
pub(crate) fn terms(global: &Global) -> Terms {
    let today = today();
    let terms = Terms {
        at: global.at.clone().unwrap_or_else(|| today.to_string()),
        known: global.known.clone(),
        recorded: global.recorded.clone(),
        min_confidence: global.min_confidence,
        source: global.source.clone(),
        not_source: global.not_source.clone(),
        company: global.company.clone(),
        lang: global.lang.clone(),
        row_names: row_names(global.at.as_deref(), global.lang.as_deref()),
        seen_within: global.seen_within.clone(),
        after: global.after,
        wait_ms: global.after.map(|_| u64::try_from(global.timeout.as_millis()).unwrap_or(u64::MAX)),
    };
    terms.settled(today)
}

/// Why a question has no answer, wherever it was put.
pub(crate) enum NoAnswer {
    /// To the ledger in the data directory.
    Here(AnswerError),
    /// To a service.
    There(ExchangeError),
}

impl NoAnswer {
    /// Whether nobody and nothing is meant.
    pub(crate) fn is_not_found(&self) -> bool {
        match self {
            NoAnswer::Here(AnswerError::Name(error) | AnswerError::Event(EventError::Ambiguous(error))) => {
                match error {
                    AskError::NotFound { .. } | AskError::OtherSort { .. } | AskError::NoCompany { .. } => true,
                    AskError::Ambiguous { .. } | AskError::View(_) => false,
                }
            }
            NoAnswer::Here(
                AnswerError::Event(EventError::NoSuchPosition { .. })
                | AnswerError::EventLater { .. }
                | AnswerError::TenureGone { .. }
                | AnswerError::AnEvent { .. }
                | AnswerError::NotAnEvent { .. },
            ) => true,
            NoAnswer::There(ExchangeError::Denied(denial)) => denial.exit == Exit::NotFound,
            NoAnswer::Here(
                AnswerError::Question(_)
                | AnswerError::TooDeep(_)
                | AnswerError::LineTooLong(_)
                | AnswerError::NotThereYet { .. }
                | AnswerError::NotRecordedYet { .. }
                | AnswerError::Project(_)
                | AnswerError::View(_)
                | AnswerError::Log(_),
            )
            | NoAnswer::There(_) => false,
        }
    }

    /// Whether the chart that was asked for is too deep. A service says only that it failed on it.
    pub(crate) fn is_too_deep(&self) -> bool {
        match self {
            NoAnswer::Here(error) => matches!(error, AnswerError::TooDeep(_)),
            NoAnswer::There(ExchangeError::Denied(denial)) => denial.exit == Exit::Failure,
            NoAnswer::There(_) => false,
        }
    }

    /// Why there is none, as it is told.
    pub(crate) fn text(&self) -> String {
        match self {
            NoAnswer::Here(error) => error.to_string(),
            NoAnswer::There(error) => error.to_string(),
        }
    }

    /// Whether several are meant.
    pub(crate) fn is_ambiguous(&self) -> bool {
        match self {
            NoAnswer::Here(AnswerError::Name(error) | AnswerError::Event(EventError::Ambiguous(error))) => {
                matches!(error, AskError::Ambiguous { .. })
            }
            NoAnswer::There(ExchangeError::Denied(denial)) => denial.exit == Exit::Ambiguous,
            NoAnswer::Here(_) | NoAnswer::There(_) => false,
        }
    }
}

impl From<NoAnswer> for Failure {
    fn from(error: NoAnswer) -> Failure {
        match error {
            NoAnswer::Here(error) => error.into(),
            NoAnswer::There(error) => error.into(),
        }
    }
}

/// Where questions are put.
#[expect(clippy::large_enum_variant, reason = "there is one")]
pub(crate) enum Place {
    /// The ledger in the data directory.
    Here(Ledger),
    /// A service.
    There(ServiceClient),
}

impl Place {
    /// The place that the flags name. `create` says what becomes of a directory without a ledger.
    pub(crate) fn open(global: &Global, create: Create) -> Result<Place, Failure> {
        Ok(match nats::url(global) {
            Some(url) => Place::There(nats::client(global, url)?),
            None => Place::Here(Ledger::of(directory::open(&global.data, create)?)),
        })
    }

    /// Asks, and gives the notices beside the answer, and the answer.
    pub(crate) fn ask(&self, question: &Question) -> (Vec<Notice>, Result<Answer, NoAnswer>) {
        match self {
            Place::Here(ledger) => match ledger.ask(question) {
                Ok(Answered { answer, notices, .. }) => (notices, Ok(answer)),
                Err(Unanswered { error, notices }) => (notices, Err(NoAnswer::Here(*error))),
            },
            Place::There(client) => {
                let (notices, answer) = client.ask(question);
                (notices, answer.map_err(NoAnswer::There))
            }
        }
    }
}

/// The answer of the ledger in the data directory, or of one that is served elsewhere.
pub(crate) fn answer(global: &Global, ask: Ask) -> Result<Answer, Failure> {
    let question = Question { ask, terms: terms(global) }.settled(today());
    let (notices, answer) = Place::open(global, Create::Never)?.ask(&question);
    hear_all(global, notices);
    Ok(answer?)
}

/// Asks, and prints the answer.
pub(crate) fn ask(global: &Global, ask: Ask) -> Result<(), Failure> {
    print(global, &answer(global, ask)?)
}
