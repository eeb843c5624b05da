//! The ledger as it is asked about a day, on a basis: a method for each question.

use tenure_answers::{
    Answer, CareerAnswer, ConflictsAnswer, DiffAnswer, EventAnswer, FindAnswer, HoldersAnswer, ListAnswer, LogAnswer,
    MovesAnswer, OrgAnswer, OtherAnswer, PersonAnswer, ReportsAnswer, StatusAnswer, WhoAnswer, WhyAnswer,
};
use tenure_domain::day::Day;
use tenure_domain::event::Confidence;
use tenure_query::{Direction, Order, RowNames};

use crate::answers::{self, Answered, Unanswered};
use crate::dates::{self, Span};
use crate::error::{AnswerError, DateField, QuestionError};
use crate::question::{Ask, Listing, Question, Terms};
use crate::shared::SharedLedger;

/// A ledger, and what is asked of it: about which day, on what that was known and recorded, by whom.
///
/// Each method puts one question, with nothing narrowed. What more a question can ask is in [`Ask`], and is put with
/// [`LedgerView::ask`], which also gives what is told beside the answer.
#[derive(Clone)]
pub struct LedgerView<'l> {
    ledger: &'l SharedLedger,
    today: Day,
    terms: Terms,
}

impl<'l> LedgerView<'l> {
    pub(crate) fn new(ledger: &'l SharedLedger, day: &str, today: Day) -> Result<LedgerView<'l>, QuestionError> {
        let at = dates::settled_days(day, today);
        dates::days(DateField::At, &at, Span::Range)?;
        Ok(LedgerView { ledger, today, terms: Terms { at, row_names: RowNames::DayAsked, ..Terms::default() } })
    }

    /// Only what the world knew by the end of a UTC day, a month or a year, or by an instant; a [diff](Self::diff) takes
    /// two.
    pub fn known(mut self, by: &str) -> Result<LedgerView<'l>, QuestionError> {
        let known = dates::settled(by, self.today);
        dates::instants(DateField::Known, &known, Span::Range, Span::Range)?;
        self.terms.known = Some(known);
        Ok(self)
    }

    /// Only what the ledger had recorded by a position, a UTC day or an instant.
    pub fn recorded(mut self, by: &str) -> Result<LedgerView<'l>, QuestionError> {
        let recorded = dates::settled(by, self.today);
        dates::recorded(&recorded)?;
        self.terms.recorded = Some(recorded);
        Ok(self)
    }

    /// Only claims by this publisher, and by others for which this is called.
    #[must_use]
    pub fn source(mut self, publisher: &str) -> LedgerView<'l> {
        self.terms.source.push(publisher.to_owned());
        self
    }

    /// No claims by this publisher, nor by others for which this is called.
    #[must_use]
    pub fn not_source(mut self, publisher: &str) -> LedgerView<'l> {
        self.terms.not_source.push(publisher.to_owned());
        self
    }

    /// Only claims of at least this confidence.
    #[must_use]
    pub fn min_confidence(mut self, least: Confidence) -> LedgerView<'l> {
        self.terms.min_confidence = Some(least);
        self
    }

    /// Units are those of this company.
    #[must_use]
    pub fn company(mut self, company: &str) -> LedgerView<'l> {
        self.terms.company = Some(company.to_owned());
        self
    }

    /// Names are shown in this language, where one is known.
    #[must_use]
    pub fn lang(mut self, language: &str) -> LedgerView<'l> {
        self.terms.lang = Some(language.to_owned());
        self
    }

    /// Puts a question, and gives the answer with what is told beside it.
    pub fn ask(&self, ask: Ask) -> Result<Answered, Unanswered> {
        answers::answer(self.ledger, &Question { ask, terms: self.terms.clone() })
    }

    fn put<A: TryFrom<Answer>>(&self, ask: Ask) -> Result<A, AnswerError> {
        self.ask(ask).map(|answered| answered.answer.narrow()).map_err(|unanswered| *unanswered.error)
    }

    /// The posts that a person holds on the day.
    pub fn person(&self, person: &str) -> Result<PersonAnswer, AnswerError> {
        self.put(Ask::Person { person: person.to_owned() })
    }

    /// The whole timeline of a person.
    pub fn career(&self, person: &str) -> Result<CareerAnswer, AnswerError> {
        self.put(Ask::Career { person: person.to_owned() })
    }

    /// The people of a unit or company and of all below it, on the day.
    pub fn who(&self, unit: &str) -> Result<WhoAnswer, AnswerError> {
        self.put(Ask::who(unit))
    }

    /// The org chart of a unit or company on the day.
    pub fn org(&self, unit: &str) -> Result<OrgAnswer, AnswerError> {
        self.put(Ask::Org { unit: unit.to_owned(), sort: None })
    }

    /// Everyone who ever held a post in a unit or company or below it, in order of start.
    pub fn holders(&self, unit: &str) -> Result<HoldersAnswer, AnswerError> {
        let ask = Ask::Holders {
            unit: unit.to_owned(),
            direct: false,
            lead: false,
            title: None,
            since: None,
            until: None,
            gaps: false,
            sort: None,
            limit: None,
        };
        self.put(ask)
    }

    /// The reporting line of a person on the day, up and down.
    pub fn reports(&self, person: &str) -> Result<ReportsAnswer, AnswerError> {
        self.put(Ask::Reports { person: person.to_owned(), direction: Direction::Both })
    }

    /// What happened to a person, a unit or a company between two days, and what was learned between two points of
    /// knowledge.
    pub fn diff(&self, target: &str) -> Result<DiffAnswer, AnswerError> {
        self.put(Ask::Diff { target: target.to_owned() })
    }

    /// Who went from where to where, of all that is known.
    pub fn moves(&self) -> Result<MovesAnswer, AnswerError> {
        self.put(Ask::Moves { from: None, to: None, since: None, until: None, by: None })
    }

    /// The evidence for a person's post on the day, or for the tenure of an id.
    pub fn why(&self, of: &str) -> Result<WhyAnswer, AnswerError> {
        let answer: Answer = self.put(Ask::Why { of: of.to_owned() })?;
        answer.try_into().map_err(|_: OtherAnswer| AnswerError::AnEvent { of: of.to_owned() })
    }

    /// What one event says and what became of it: by its id, the beginning of its id, or its position as `#12`.
    pub fn event(&self, of: &str) -> Result<EventAnswer, AnswerError> {
        let answer: Answer = self.put(Ask::Why { of: of.to_owned() })?;
        answer.try_into().map_err(|_: OtherAnswer| AnswerError::NotAnEvent { of: of.to_owned() })
    }

    /// Contradictions, missing links and ambiguous names about a person, a unit or a company.
    pub fn conflicts(&self, target: &str) -> Result<ConflictsAnswer, AnswerError> {
        self.put(Ask::Conflicts { target: Some(target.to_owned()) })
    }

    /// The events about a person, a unit or a company, as they were recorded.
    pub fn log(&self, target: &str) -> Result<LogAnswer, AnswerError> {
        self.put(Ask::log_of(target))
    }

    /// The people, units and titles that a name in any script or spelling comes near, at most so many.
    pub fn find(&self, name: &str, limit: usize) -> Result<FindAnswer, AnswerError> {
        self.put(Ask::Find { name: name.to_owned(), limit })
    }

    /// What is in the ledger, by name.
    pub fn list(&self, what: Listing) -> Result<ListAnswer, AnswerError> {
        self.put(Ask::List { what, sort: Order::Name, limit: None })
    }

    /// Sizes, and how far what is answered is behind the log.
    pub fn status(&self) -> Result<StatusAnswer, AnswerError> {
        self.put(Ask::Status {})
    }
}
