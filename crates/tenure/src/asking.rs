//! Questions of the command line: put to the ledger in the data directory, or to one that is served elsewhere.

use tenure_answers::Answer;
use tenure_domain::day::Day;
use tenure_log::Create;

use crate::clock::today;
use crate::directory;
use crate::failure::Failure;
use crate::global::Global;
use crate::terminal::{hear_all, print};
use tenure_ledger::dates::{self, Span};
use tenure_ledger::question::{Ask, Question, Terms, row_names};
use tenure_ledger::{Answered, DateField, Ledger, Notice, Unanswered};

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

/// The answer of the ledger in the data directory, or of one that is served elsewhere.
pub(crate) fn answer(global: &Global, ask: Ask) -> Result<Answer, Failure> {
    let question = Question { ask, terms: terms(global) }.settled(today());
    if let Some(url) = crate::nats::url(global) {
        let (notices, answer) = crate::remote::ask(global, url, &question)?;
        hear_all(global, notices);
        return answer;
    }
    let ledger = Ledger::of(directory::open(&global.data, Create::Never)?);
    let (notices, answer) = apart(ledger.ask(&question));
    hear_all(global, notices);
    answer
}

/// The notices beside an answer, and the answer or why there is none.
pub(crate) fn apart(answered: Result<Answered, Unanswered>) -> (Vec<Notice>, Result<Answer, Failure>) {
    match answered {
        Ok(Answered { answer, notices, .. }) => (notices, Ok(answer)),
        Err(Unanswered { error, notices }) => (notices, Err(Failure::from(*error))),
    }
}

/// Asks, and prints the answer.
pub(crate) fn ask(global: &Global, ask: Ask) -> Result<(), Failure> {
    print(global, &answer(global, ask)?)
}
