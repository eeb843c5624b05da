//! Questions of the command line: put to the ledger in the data directory, or to one that is served elsewhere.

use std::sync::{Arc, PoisonError, RwLock};

use tenure_answers::{Answer, DenialKind};
use tenure_domain::day::Day;
use tenure_log::{Lock, LogError, Wait};

use crate::clock::{day_of_asking, today};
use crate::failure::{Failure, deny_by_field};
use crate::global::Global;
use crate::terminal::{hear_all, print};
use crate::{directory, nats};
use tenure_ledger::dates::{self, Span};
use tenure_ledger::question::{Ask, Question, Terms, row_names};
use tenure_ledger::{AnswerError, Answered, DateField, Ledger, LedgerDirectory, Notice, Unanswered, snapshots_dir};
use tenure_serve::{Answerer, Asking, Denial, ExchangeError, Listening, Neighbour, ServiceClient, Wording};

/// The day that is asked about: one day.
pub(crate) fn day_asked(global: &Global) -> Result<Day, Failure> {
    let Some(text) = &global.at else { return Ok(today()) };
    let text = dates::settled_days(text, today());
    Ok(dates::days(DateField::At, &text, Span::Point)?.both().1)
}

/// The terms on which the command line asks.
pub(crate) fn terms(global: &Global) -> Terms {
    let today = day_of_asking();
    let terms = Terms {
        at: global.at.clone().unwrap_or_else(|| today.here.to_string()),
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
    /// To a service, or another process of this machine.
    There(ExchangeError),
    /// There is no ledger and no service to put it to.
    Nowhere(Box<Failure>),
}

impl NoAnswer {
    /// The same in words for those who ask with fields: an [`Endpoint::open_for_long`] with these words was asked.
    pub(crate) fn by_field(self) -> Denial {
        match self {
            NoAnswer::Here(error) => deny_by_field(error.into()),
            NoAnswer::There(_) | NoAnswer::Nowhere(_) => Failure::from(self).into(),
        }
    }

    /// What can be decided by.
    pub(crate) fn kind(&self) -> DenialKind {
        match self {
            NoAnswer::Here(error) => error.kind(),
            NoAnswer::There(ExchangeError::Denied(denial)) => denial.kind,
            NoAnswer::There(_) => DenialKind::Other,
            NoAnswer::Nowhere(failure) => failure.kind,
        }
    }

    /// Why there is none, as it is told.
    pub(crate) fn text(&self) -> String {
        match self {
            NoAnswer::Here(error) => error.to_string(),
            NoAnswer::There(error) => error.to_string(),
            NoAnswer::Nowhere(failure) => failure.error.clone(),
        }
    }
}

impl From<NoAnswer> for Failure {
    fn from(error: NoAnswer) -> Failure {
        match error {
            NoAnswer::Here(error) => error.into(),
            NoAnswer::There(error) => error.into(),
            NoAnswer::Nowhere(failure) => *failure,
        }
    }
}

/// Where questions are put.
pub(crate) struct Endpoint {
    global: Global,
    stay: Stay,
    wording: Wording,
    at: RwLock<At>,
}

/// Where questions are put just now.
enum At {
    /// The ledger in the data directory. While others may want it, this process answers for them; and while it has it all in
    /// memory for one question, others wait.
    Here { ledger: Arc<Ledger>, _listening: Option<Listening>, _turn: Option<Lock> },
    /// Another process of this machine that has the ledger in the data directory.
    Beside(Neighbour),
    /// A service.
    There(ServiceClient),
}

/// How long a place is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stay {
    /// For one question.
    Short,
    /// For many.
    Long,
}

impl Endpoint {
    /// The place that the flags name, for one question.
    pub(crate) fn open(global: &Global) -> Result<Endpoint, Failure> {
        Endpoint::new(global, Stay::Short, Wording::Flags)
    }

    /// The same for many questions: other processes are answered meanwhile. Services and other processes are told what the
    /// asker has, for their words.
    pub(crate) fn open_for_long(global: &Global, wording: Wording) -> Result<Endpoint, Failure> {
        Endpoint::new(global, Stay::Long, wording)
    }

    fn new(global: &Global, stay: Stay, wording: Wording) -> Result<Endpoint, Failure> {
        let at = if let Some(url) = nats::url(global) {
            At::There(nats::client(global, url)?)
        } else {
            let snapshots = snapshots_dir(&global.data);
            here_or_beside(global, stay, &mut Wait::new(&snapshots, directory::patience(global)))?
        };
        Ok(Endpoint { global: global.clone(), stay, wording, at: RwLock::new(at) })
    }

    /// Asks, and gives the notices beside the answer, and the answer.
    pub(crate) fn ask(&self, question: &Question) -> (Vec<Notice>, Result<Answer, NoAnswer>) {
        let snapshots = snapshots_dir(&self.global.data);
        let mut waiting = Wait::new(&snapshots, directory::patience(&self.global));
        loop {
            let (notices, answer) = match &*self.at.read().unwrap_or_else(PoisonError::into_inner) {
                At::Here { ledger, .. } => return ask_here(ledger, question),
                At::Beside(neighbour) => neighbour.ask(question, self.wording, &mut waiting),
                At::There(client) => client.ask(question, self.wording),
            };
            if !matches!(answer, Err(ExchangeError::NeighbourGone { .. })) {
                return (notices, answer.map_err(NoAnswer::There));
            }
            match self.find_again(&mut waiting) {
                Ok(None) => {}
                Ok(Some((log, _turn))) => return ask_here(&log, question),
                Err(error) => return (Vec::new(), Err(NoAnswer::Nowhere(Box::new(error)))),
            }
        }
    }

    /// Finds the ledger again where the process that had it let go of it, or does not take a question. Where that was waited
    /// for long enough, gives the log alone, for one question.
    fn find_again(&self, waiting: &mut Wait<'_>) -> Result<Option<(Ledger, Option<Lock>)>, Failure> {
        if let Err(LogError::InUse { holder, .. }) = waiting.more() {
            let (directory, turn) = directory::open_in_turn(&self.global, holder)?;
            return Ok(Some((Ledger::of(directory), turn)));
        }
        let mut at = self.at.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(&*at, At::Beside(_)) {
            *at = here_or_beside(&self.global, self.stay, waiting)?;
        }
        Ok(None)
    }
}

/// The ledger in the data directory, once no other process has it; or the one that has it and answers for it; or the log
/// alone, where that was waited for long enough.
fn here_or_beside(global: &Global, stay: Stay, waiting: &mut Wait<'_>) -> Result<At, Failure> {
    loop {
        if let Some(directory) = directory::open_if_free(global)? {
            return Ok(here(global, stay, directory, None));
        }
        if let Some(neighbour) = Neighbour::find(&global.data, global.timeout) {
            return Ok(At::Beside(neighbour));
        }
        if let Err(LogError::InUse { holder, .. }) = waiting.more() {
            let (directory, turn) = match stay {
                Stay::Short => directory::open_in_turn(global, holder)?,
                Stay::Long => (directory::open_without_snapshots(global, holder)?, None),
            };
            return Ok(here(global, Stay::Short, directory, turn));
        }
    }
}

fn here(global: &Global, stay: Stay, directory: LedgerDirectory, turn: Option<Lock>) -> At {
    let ledger = Arc::new(Ledger::of(directory));
    let listening = (stay == Stay::Long).then(|| {
        let ledger = ledger.clone();
        let answer: Answerer = Arc::new(move |Asking { wording, .. }, question| {
            let (notices, answer) = ask_here(&ledger, &question);
            let denied = |error: NoAnswer| match wording {
                Wording::Flags => Failure::from(error).into(),
                Wording::Fields => error.by_field(),
            };
            Some((notices, answer.map_err(denied)))
        });
        // Where it cannot, others wait for their turn.
        Listening::begin(&global.data, answer).ok()
    });
    At::Here { ledger, _listening: listening.flatten(), _turn: turn }
}

/// Asks the ledger in the data directory, as it is now.
fn ask_here(ledger: &Ledger, question: &Question) -> (Vec<Notice>, Result<Answer, NoAnswer>) {
    if let Err(error) = ledger.refresh() {
        return (Vec::new(), Err(NoAnswer::Nowhere(Box::new(error.into()))));
    }
    match ledger.ask(question) {
        Ok(Answered { answer, notices, .. }) => (notices, Ok(answer)),
        Err(Unanswered { error, notices }) => (notices, Err(NoAnswer::Here(*error))),
    }
}

/// The answer of the ledger in the data directory, or of one that is served elsewhere.
pub(crate) fn answer(global: &Global, ask: Ask) -> Result<Answer, Failure> {
    let question = Question { ask, terms: terms(global) }.settled(day_of_asking());
    let (notices, answer) = Endpoint::open(global)?.ask(&question);
    hear_all(global, notices);
    Ok(answer?)
}

/// Asks, and prints the answer.
pub(crate) fn ask(global: &Global, ask: Ask) -> Result<(), Failure> {
    print(global, &answer(global, ask)?)
}
