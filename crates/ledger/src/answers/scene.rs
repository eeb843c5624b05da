//! A question about one point, or a comparison of two, put to the ledger on its basis.

use std::cell::RefCell;

use tenure_answers::{self as answer, Answer, ConflictsAnswer, MovesAnswer};
use tenure_domain::reading::Filter;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{View, ViewError};
use tenure_query::filters;
use tenure_query::{
    AskError, Asked, ChartError, ChartOrder, ConflictsOf, EventBook, EventError, GapsAsked, HoldersAsked, Inquiry,
    LineError, MemberFilter, PeopleOrder, RecordedEvents, SubUnits, Subject, Suggestions,
};

use super::readings::Everybody;
use crate::clocks::Clocks;
use crate::dates::between;
use crate::error::{AnswerError, QuestionError};
use crate::notice::Notice;
use crate::question::{Ask, Question};

/// Why a question about one point has no answer.
pub(super) enum Unsettled {
    /// There is none.
    Failed(AnswerError),
    /// The view does not read.
    Unread(ViewError),
    /// The view knows no person and no unit of a name, and what it does not know has to be looked for in the log.
    NeedsLog,
}

impl From<AnswerError> for Unsettled {
    fn from(error: AnswerError) -> Unsettled {
        Unsettled::Failed(error)
    }
}

impl From<ViewError> for Unsettled {
    fn from(error: ViewError) -> Unsettled {
        Unsettled::Unread(error)
    }
}

impl From<AskError> for Unsettled {
    fn from(error: AskError) -> Unsettled {
        if let AskError::View(error) = error { error.into() } else { Unsettled::Failed(error.into()) }
    }
}

impl From<ChartError> for Unsettled {
    fn from(error: ChartError) -> Unsettled {
        match error {
            ChartError::TooDeep(error) => Unsettled::Failed(error.into()),
            ChartError::View(error) => error.into(),
        }
    }
}

impl From<LineError> for Unsettled {
    fn from(error: LineError) -> Unsettled {
        match error {
            LineError::TooLong(error) => Unsettled::Failed(error.into()),
            LineError::View(error) => error.into(),
        }
    }
}

impl From<QuestionError> for Unsettled {
    fn from(error: QuestionError) -> Unsettled {
        Unsettled::Failed(error.into())
    }
}

impl From<EventError> for Unsettled {
    fn from(error: EventError) -> Unsettled {
        Unsettled::Failed(error.into())
    }
}

impl Unsettled {
    /// The error of a question to which the whole log was there.
    pub(super) fn with_log(self) -> AnswerError {
        match self {
            Unsettled::Failed(error) => error,
            Unsettled::Unread(error) => error.into(),
            Unsettled::NeedsLog => unreachable!("the whole log is there"),
        }
    }
}

/// What is known of names of which nothing stands any more.
#[derive(Clone, Copy)]
pub(super) enum Everything<'s> {
    /// The events that may tell of them are not loaded.
    NotLoaded,
    /// No event ever named what is asked for.
    Unheard,
    /// Everybody whom any event ever named.
    Loaded(&'s dyn Everybody),
}

/// What is looked through for a name that nothing gives which stands as of an earlier position.
#[derive(Clone, Copy)]
pub(super) struct Since<'s> {
    /// Everybody whom any event named by then.
    pub(super) gone: &'s dyn View,
    /// The head.
    pub(super) head: &'s dyn View,
}

/// Whether what a view says of a name stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It does.
    Stands,
    /// It need not: the names are those that any event ever gave.
    Gone,
}

/// A question about one point, and the ledger on its basis.
pub struct Scene<'s> {
    pub(super) question: &'s Question,
    pub(super) clocks: &'s Clocks,
    pub(super) shown: &'s answer::BasisShown,
    pub(super) view: &'s dyn View,
    /// On the basis of the first point of a comparison; else the same.
    pub(super) before: &'s dyn View,
    /// All that the ledger had by the position asked for, where that is another basis: for names that were learned later.
    pub(super) as_recorded: Option<&'s dyn View>,
    /// Where an earlier position is asked for: for names that what was recorded by then does not give.
    pub(super) since: Option<Since<'s>>,
    /// All events, for names of which nothing stands any more.
    pub(super) everything: Everything<'s>,
    pub(super) events: &'s dyn RecordedEvents,
    /// What became of single events; none where the log is not loaded.
    pub(super) book: Option<&'s dyn EventBook>,
    /// What is to be told. It is kept until the question is settled, for it may be put a second time.
    pub(super) notices: RefCell<Vec<Notice>>,
}

impl<'s> Scene<'s> {
    /// A question about the head, without the log.
    pub(super) fn of_head(
        question: &'s Question,
        clocks: &'s Clocks,
        shown: &'s answer::BasisShown,
        head: &'s dyn View,
        everything: Everything<'s>,
        events: &'s dyn RecordedEvents,
    ) -> Scene<'s> {
        Scene {
            question,
            clocks,
            shown,
            view: head,
            before: head,
            as_recorded: None,
            since: None,
            everything,
            events,
            book: None,
            notices: RefCell::default(),
        }
    }

    pub(super) fn answer(&self) -> Result<Answer, Unsettled> {
        let (inquiry, basis) = (self.inquiry(), self.shown.clone());
        let company = self.company()?;
        Ok(match &self.question.ask {
            Ask::Person { person } => Answer::Person(inquiry.person_answer(basis, self.person(person)?)?),
            Ask::Career { person } => Answer::Career(inquiry.career_answer(basis, self.person(person)?)?),
            Ask::Who { unit, direct, lead, title, sort, limit } => {
                self.who(unit, reach(*direct), &members(*lead, title.as_ref()), title.as_ref(), *sort, *limit)?
            }
            Ask::Org { unit, sort } => {
                let asked = self.unit(unit)?;
                self.tell_elsewhere(&asked)?;
                Answer::Org(inquiry.org_answer(basis, asked, sort.unwrap_or(ChartOrder::Name))?)
            }
            Ask::Holders { unit, direct, lead, title, since, until, gaps, sort, limit } => {
                let (asked, reach) = (self.unit(unit)?, reach(*direct));
                self.tell_namesakes(unit, &asked)?;
                let between = between(since.as_deref(), until.as_deref())?;
                let order = sort.unwrap_or(PeopleOrder::Start);
                let gaps = if *gaps { GapsAsked::Yes } else { GapsAsked::No };
                let answer = |filter| {
                    let wanted = HoldersAsked { reach, filter: &filter, between, order, most: *limit, gaps };
                    inquiry.holders_answer(basis.clone(), asked.clone(), &wanted)
                };
                let whole = answer(members(*lead, title.as_ref()))?;
                match self.titles_instead(&asked, reach, title.as_ref())? {
                    None => Answer::Holders(whole),
                    Some(titles) => Answer::Holders(answer(MemberFilter { leads_only: *lead, titles: Some(titles) })?),
                }
            }
            Ask::Reports { person, direction } => {
                Answer::Reports(inquiry.reports_answer(basis, self.person(person)?, *direction)?)
            }
            Ask::Moves { from, to, since, until, by } => {
                let asked = |unit: &String| {
                    let asked = self.unit(unit)?;
                    self.tell_namesakes(unit, &asked)?;
                    Ok::<_, Unsettled>(asked.here())
                };
                let (from, to) = (from.as_ref().map(asked).transpose()?, to.as_ref().map(asked).transpose()?);
                let between = between(since.as_deref(), until.as_deref())?;
                if from == Some(None) || to == Some(None) {
                    // From what is not there on the basis no person came, and none went there.
                    return Ok(Answer::Moves(MovesAnswer { basis, flows: Vec::new() }));
                }
                Answer::Moves(inquiry.moves_answer(basis, from.flatten(), to.flatten(), between, *by)?)
            }
            Ask::Why { of } => self.why(of)?,
            Ask::Conflicts { target } => {
                let of = match target.as_ref().map(|target| self.subject_meant(target)).transpose()? {
                    None => None,
                    Some(Subject::Person(Asked::Here(person))) => Some(ConflictsOf::Person(person)),
                    Some(Subject::Unit(Asked::Here(unit))) => Some(ConflictsOf::Unit(unit)),
                    // Of whom nothing stands, nothing contradicts itself.
                    Some(Subject::Person(Asked::Later { .. }) | Subject::Unit(Asked::Later { .. })) => {
                        return Ok(Answer::Conflicts(ConflictsAnswer { basis, conflicts: Vec::new() }));
                    }
                };
                Answer::Conflicts(inquiry.conflicts_answer(basis, of)?)
            }
            Ask::Find { name, limit } => self.find(name, *limit)?,
            Ask::List { what, sort, limit } => self.list(*what, company, *sort, *limit)?,
            Ask::Diff { target } => self.diff(target)?,
            Ask::Log { .. } | Ask::Status {} => {
                unreachable!("these are not about one point of the fold")
            }
        })
    }

    fn who(
        &self,
        unit: &str,
        reach: SubUnits,
        filter: &MemberFilter,
        title: Option<&String>,
        sort: Option<PeopleOrder>,
        most: Option<usize>,
    ) -> Result<Answer, Unsettled> {
        let (inquiry, asked) = (self.inquiry(), self.unit(unit)?);
        let order = sort.unwrap_or(PeopleOrder::Post);
        if reach == SubUnits::Whole {
            self.tell_elsewhere(&asked)?;
        }
        let answer = |filter: &_| inquiry.who_answer(self.shown.clone(), asked.clone(), reach, filter, order, most);
        let whole = answer(filter)?;
        let is_empty = whole.total.unwrap_or(whole.members.len()) == 0;
        if is_empty {
            self.tell_nothing_before(&asked, reach)?;
        }
        Ok(match self.titles_instead(&asked, reach, title.filter(|_| is_empty))? {
            None => Answer::Who(whole),
            Some(titles) => Answer::Who(answer(&MemberFilter { titles: Some(titles), ..filter.clone() })?),
        })
    }

    /// The ledger on the basis, to be asked.
    pub fn inquiry(&self) -> Inquiry<'s> {
        Inquiry {
            view: self.view,
            today: self.as_recorded,
            at: self.clocks.at.1,
            lang: self.question.terms.lang.as_deref(),
            company: self.question.terms.company.as_deref(),
            seen_within: self.clocks.seen_within,
            row_names: self.question.terms.row_names,
            // A name that the snapshots lack is looked for in the log first, and again with all that it takes.
            suggestions: match self.everything {
                Everything::NotLoaded => Suggestions::Left,
                Everything::Unheard | Everything::Loaded(_) => Suggestions::Made,
            },
        }
    }

    /// Which events lists of the basis show.
    pub fn filter(&self) -> Filter<'_> {
        self.clocks.basis.1.filter()
    }

    pub(super) fn notice(&self, text: String) {
        self.notices.borrow_mut().push(Notice::Remark(text));
    }

    /// Where a name is looked for in turn that neither the basis nor what was recorded by the position asked for gives: among
    /// all names that were given by then, at the head, among all names ever given. None where no event ever named it.
    pub(super) fn further(&self) -> Result<Vec<(&'s dyn View, Standing)>, Unsettled> {
        let ever: &dyn View = match self.everything {
            Everything::NotLoaded => return Err(Unsettled::NeedsLog),
            Everything::Unheard => return Ok(Vec::new()),
            Everything::Loaded(ever) => ever,
        };
        let by_then = self.since.map(|since| [(since.gone, Standing::Gone), (since.head, Standing::Stands)]);
        Ok(by_then.into_iter().flatten().chain([(ever, Standing::Gone)]).collect())
    }

    /// Asks on the basis, then [`further`](Scene::further). Whom names mean of which nothing stands is `unreported`; of several
    /// whom such a name can mean none is.
    fn look_up<T>(
        &self,
        ask: impl Fn(&Inquiry<'s>) -> Result<T, AskError>,
        unreported: impl Fn(T) -> T,
    ) -> Result<T, Unsettled> {
        let error = match ask(&self.inquiry()) {
            Err(error @ AskError::NotFound { .. }) => error,
            asked => return Ok(asked?),
        };
        for (view, standing) in self.further()? {
            match (ask(&Inquiry { today: Some(view), suggestions: Suggestions::Left, ..self.inquiry() }), standing) {
                (Err(AskError::NotFound { .. }), _) => {}
                (asked, Standing::Stands) => return Ok(asked?),
                (asked, Standing::Gone) => {
                    if let Some(meant) = AskError::in_particular(asked)? {
                        return Ok(unreported(meant));
                    }
                }
            }
        }
        Err(error.into())
    }

    pub(super) fn person(&self, text: &str) -> Result<Asked<PersonNo, answer::Person>, Unsettled> {
        let asked = self.look_up(|inquiry| inquiry.ask_person(text), Asked::unreported)?;
        self.tell_person(text, &asked)?;
        Ok(asked)
    }

    /// The company of the question, where it names one. One that nothing is called is told with every verb.
    pub(super) fn company(&self) -> Result<Option<Asked<UnitNo, answer::Unit>>, Unsettled> {
        self.look_up(Inquiry::ask_company, |asked| asked.map(Asked::unreported))
    }

    pub(super) fn unit(&self, text: &str) -> Result<Asked<UnitNo, answer::Unit>, Unsettled> {
        let asked = self.look_up(|inquiry| inquiry.ask_unit(text), Asked::unreported)?;
        self.tell_unit(text, &asked)?;
        Ok(asked)
    }

    /// The person, unit or company that is meant by a name.
    pub fn subject(&self, text: &str) -> Result<Subject, AnswerError> {
        self.subject_meant(text).map_err(Unsettled::with_log)
    }

    pub(super) fn subject_meant(&self, text: &str) -> Result<Subject, Unsettled> {
        let subject = self.look_up(|inquiry| inquiry.ask(text), Subject::unreported)?;
        self.tell_subject(text, &subject)?;
        Ok(subject)
    }
}

fn reach(direct: bool) -> SubUnits {
    if direct { SubUnits::Direct } else { SubUnits::Whole }
}

fn members(lead: bool, title: Option<&String>) -> MemberFilter {
    MemberFilter { leads_only: lead, titles: title.map(|title| filters::title_keys([title.as_str()])) }
}
