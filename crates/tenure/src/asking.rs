//! Questions of the command line: put to the ledger in the data directory, or to one that is served elsewhere.

use tenure_answers::Answer;
use tenure_domain::day::Day;
use tenure_log::Create;

use crate::answers;
use crate::clock::today;
use crate::dates::{self, Span};
use crate::directory;
use crate::failure::Failure;
use crate::global::Global;
use crate::ledger::SharedLedger;
use crate::question::{Ask, Question, Terms, row_names};
use crate::terminal::{hear, print};

/// The day that is asked about: one day.
pub(crate) fn day_asked(global: &Global) -> Result<Day, Failure> {
    let Some(text) = &global.at else { return Ok(today()) };
    let text = dates::settled_days(text, today());
    dates::days("--at", &text, Span::Point).map(|day| day.both().1)
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
        return crate::remote::ask(global, url, &question);
    }
    let ledger = SharedLedger::new(directory::open(&global.data, Create::Never)?);
    answers::answer(&ledger, &question, &|notice| hear(global, notice))
}

/// Asks, and prints the answer.
pub(crate) fn ask(global: &Global, ask: Ask) -> Result<(), Failure> {
    print(global, &answer(global, ask)?)
}
