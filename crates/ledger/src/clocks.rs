//! The clocks of a question, as asked and as this ledger has them.

use tenure_answers as answer;
use tenure_domain::day::{Day, Instant};
use tenure_domain::position::Seq;
use tenure_domain::reading::Basis;
use tenure_query::SeenWithin;

use crate::dates::{self, PointOrRange, Recorded, Span};
use crate::directory::LedgerDirectory;
use crate::error::{AnswerError, DateField, QuestionError};
use crate::question::Terms;

/// What a question fixes: the clocks as asked, and what they come to.
#[derive(Clone, Debug)]
pub(crate) struct Clocks {
    pub(crate) at: (Day, Day),
    pub(crate) at_shown: String,
    pub(crate) basis: (Basis, Basis),
    pub(crate) known_shown: Option<String>,
    pub(crate) recorded_asked: Option<String>,
    pub(crate) seen_within: Option<SeenWithin>,
}

impl Clocks {
    /// Reads the clocks of a question, as this ledger has them.
    pub(crate) fn read(terms: &Terms, ledger: &LedgerDirectory, span: Span) -> Result<Clocks, AnswerError> {
        let (at, known) = points(terms, span)?;
        if span == Span::Range && !are_two(at, known) {
            return Err(QuestionError::NotTwoPoints.into());
        }
        let recorded = terms.recorded.as_deref().map(|text| recorded(text, ledger)).transpose()?;
        let basis = |known| Basis {
            known,
            recorded,
            min_confidence: terms.min_confidence,
            sources: terms.source.clone(),
            not_sources: terms.not_source.clone(),
        };
        let (first, last) = known.map_or((None, None), PointOrRange::both);
        Ok(Clocks {
            at: at.both(),
            at_shown: at_shown(&terms.at, at),
            basis: (basis(first), basis(last)),
            known_shown: known.and_then(|known| known_shown(terms.known.as_deref(), known)),
            recorded_asked: terms.recorded.clone(),
            seen_within: seen_within(terms)?,
        })
    }

    /// The basis as answers print it.
    pub(crate) fn shown(&self, ledger: &LedgerDirectory) -> answer::BasisShown {
        answer::BasisShown {
            at: self.at_shown.clone(),
            known: self.known_shown.clone(),
            recorded: self.recorded_asked.clone(),
            seq: ledger.seq_of(&self.basis.1).number(),
            head: ledger.head().number(),
        }
    }
}

/// A point of knowledge or two.
type KnowledgePoints = Option<PointOrRange<Option<Instant>>>;

/// The day or the days, and the point or the points of knowledge, that are asked for.
fn points(terms: &Terms, span: Span) -> Result<(PointOrRange<Day>, KnowledgePoints), QuestionError> {
    let at = dates::days(DateField::At, &terms.at, span)?;
    // Beside two days, a month or a year of knowledge is one point: its end.
    let whole = if at.is_range() { Span::Point } else { span };
    let known = terms.known.as_deref().map(|text| dates::instants(DateField::Known, text, span, whole)).transpose()?;
    Ok((at, known))
}

fn are_two(at: PointOrRange<Day>, known: KnowledgePoints) -> bool {
    at.is_range() || known.is_some_and(PointOrRange::is_range)
}

impl Terms {
    /// Whether these are two points, as a comparison needs them.
    pub fn are_two_points(&self) -> Result<bool, QuestionError> {
        points(self, Span::Range).map(|(at, known)| are_two(at, known))
    }
}

/// The day or the days that were asked for, as answers print them.
fn at_shown(asked: &str, at: PointOrRange<Day>) -> String {
    match at {
        PointOrRange::Point(day) => day.to_string(),
        PointOrRange::Range(_, last) if asked.starts_with("..") => format!("..{last}"),
        PointOrRange::Range(first, last) => format!("{first}..{last}"),
    }
}

/// The knowledge that was asked for, as answers print it.
fn known_shown(asked: Option<&str>, known: PointOrRange<Option<Instant>>) -> Option<String> {
    match known {
        PointOrRange::Point(one) => one.map(|one| one.to_string()),
        PointOrRange::Range(first, last) => {
            let first = first.filter(|_| !asked.is_some_and(|asked| asked.starts_with("..")));
            let end = |end: Option<Instant>| end.map_or_else(String::new, |end| end.to_string());
            Some(format!("{}..{}", end(first), end(last)))
        }
    }
}

/// How fresh evidence must be.
fn seen_within(terms: &Terms) -> Result<Option<SeenWithin>, QuestionError> {
    Ok(terms.seen_within.as_deref().map(str::parse).transpose()?)
}

/// What was recorded: a position, or the last one recorded by an instant or a UTC day.
fn recorded(text: &str, ledger: &LedgerDirectory) -> Result<Seq, AnswerError> {
    match dates::recorded(text)? {
        Recorded::By(instant) => Ok(ledger.journal.seq_at(instant)?),
        Recorded::Up(asked) => {
            let head = ledger.head();
            if asked > head { Err(AnswerError::NotRecordedYet { asked, head }) } else { Ok(asked) }
        }
    }
}
