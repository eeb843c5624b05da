//! Answering: a question goes in, an answer or a failure comes out, whoever asked and from wherever.
//!
//! There are two steps, because there are two sorts of question. What is about the head of the ledger is asked of the
//! snapshots, which takes moments, and for which the ledger is held. Everything else ([`Slow`]) reads the log and folds
//! what the basis admits, which takes the longer the longer the log is, and holds nothing. Whoever answers many at a
//! time takes the steps apart, so that the slow ones wait for each other and not for the quick ones.
//!
//! Deliberately not here: how answers look, and what becomes of what is told beside them.

mod list;
mod log;
mod told;
mod why;

use std::cell::{OnceCell, RefCell};
use std::path::Path;
use std::sync::Arc;

use tenure_answers::{self as answer, Answer, LogAnswer, LogEntry, StatusAnswer, Target};
use tenure_domain::archive::{Archive, Entry};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::erasure::ErasedNames;
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Fates, Reading};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{NameConflict, PersonState, Persona, RosterRow, UnitState, View, ViewError};
use tenure_projector::{Loaded, Store};
use tenure_query::changes::{Of, Point, diff_answer};
use tenure_query::filters;
use tenure_query::{
    AskError, Asked, ChartError, ChartOrder, ConflictsOf, Direction, EventBook, GapsAsked, HoldersAsked, Inquiry,
    KnownEvents, LineError, MemberFilter, PeopleOrder, Period, Reach, RowNames, Subject, Suggestions,
};

use self::told::meant;
use crate::cli::{By, ChartSort, PeopleSort};
use crate::dates::{self, Span};
use crate::failure::{Exit, Failure};
use crate::ledger::{Clocks, Events, Held, Ledger, vague};
use crate::question::{self, Matter, Question, Terms, Way};

/// What is told beside an answer, on standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Aside {
    /// On what the answer rests.
    Basis(String),
    /// What an asker should know.
    Notice(String),
    /// What only the curious want to know.
    Detail(String),
}

/// What became of a question in the first step.
pub(crate) enum Step {
    /// It is answered.
    Answered(Box<Answer>),
    /// It takes the log.
    Slow(Box<Slow>),
}

/// A question that is answered from the log, as far as it went when it was asked.
pub(crate) struct Slow {
    clocks: Clocks,
    shown: answer::Basis,
    events: Events,
}

/// Answers a question, however long that takes.
pub(crate) fn answer(held: &Held, question: &Question, hear: &dyn Fn(Aside)) -> Result<Answer, Failure> {
    match first_step(held, question, hear)? {
        Step::Answered(answer) => Ok(*answer),
        Step::Slow(slow) => slow.answer(held, question, hear),
    }
}

/// Answers a question from the snapshots where they can, and holds the ledger meanwhile.
pub(crate) fn first_step(held: &Held, question: &Question, hear: &dyn Fn(Aside)) -> Result<Step, Failure> {
    question.must_be_bounded()?;
    let ledger = &*held.ledger();
    if let Some(after) = question.terms.after.filter(|after| *after > ledger.head().number()) {
        let error = format!("--after {after}: the ledger is at position {}", ledger.head());
        return Err(Failure::new(Exit::NotReached, error).hint("ask again later, or wait longer with --timeout"));
    }
    let span = if matches!(question.matter, Matter::Diff { .. }) { Span::Range } else { Span::Point };
    let clocks = Clocks::read(&question.terms, ledger, span)?;
    let shown = clocks.shown(ledger);
    let slow = |clocks, shown| Ok(Step::Slow(Box::new(Slow { clocks, shown, events: ledger.events() })));
    // The snapshots are a cache: where they cannot be asked, the log answers.
    let without_snapshots = |failure: Failure, clocks, shown| {
        if failure.exit != Exit::Failure {
            return Err(failure);
        }
        hear(Aside::Notice(format!("asked of the log, without snapshots: {}", failure.error)));
        slow(clocks, shown)
    };
    if let Matter::Status {} = question.matter {
        return match ledger.with_store(hear, |store| Ok(status(ledger, &Counts::of(store), shown.clone()))) {
            Ok(answer) => answer.map(answered),
            Err(failure) => without_snapshots(failure, clocks, shown),
        };
    }
    hear(Aside::Basis(basis_told(&question.terms, &shown)));
    let of_log = matches!(question.matter, Matter::Diff { .. } | Matter::Log { .. });
    if of_log || !clocks.basis.1.is_head() {
        return slow(clocks, shown);
    }
    let asked = ledger.with_store(hear, |store| {
        let scene = Scene {
            question,
            clocks: &clocks,
            shown: &shown,
            view: store,
            today: None,
            everything: None,
            events: ledger,
            book: None,
            notices: RefCell::default(),
        };
        let answer = match scene.answer() {
            Err(Unanswered::Unread(error)) => return Err(error),
            answer => answer,
        };
        Ok((answer, scene.notices.into_inner()))
    });
    match asked {
        Ok((Err(Unanswered::NeedsLog), _)) => slow(clocks, shown),
        Ok((answer, notices)) => {
            tell(notices, hear);
            match answer {
                Err(Unanswered::NeedsLog) => slow(clocks, shown),
                Err(unanswered) => Err(unanswered.of_log()),
                Ok(answer) => Ok(answered(answer)),
            }
        }
        Err(failure) => without_snapshots(failure, clocks, shown),
    }
}

fn answered(answer: Answer) -> Step {
    Step::Answered(Box::new(answer))
}

fn tell(notices: Vec<String>, hear: &dyn Fn(Aside)) {
    for notice in notices {
        hear(Aside::Notice(notice));
    }
}

impl Slow {
    /// Answers from the log.
    pub(crate) fn answer(self, held: &Held, question: &Question, hear: &dyn Fn(Aside)) -> Result<Answer, Failure> {
        let Slow { clocks, shown, events } = self;
        let loaded = held.load(events)?;
        let archive = &loaded.archive;
        tell_unknown_publishers(archive, &question.terms, hear);
        let head = LateReading { archive, reading: OnceCell::new() };
        match &question.matter {
            Matter::Diff { target } => diff(archive, &head, question, &clocks, shown, target, hear),
            Matter::Log { quarantined: true, limit, .. } => {
                let first = limit.map_or(0, |limit| loaded.quarantined.len().saturating_sub(limit));
                let mut entries = Vec::new();
                for bad in &loaded.quarantined[first..] {
                    entries.push(log::entry(held, archive, bad.seq, None)?);
                    hear(Aside::Notice(format!("{}: {}", bad.seq, bad.refusal.reason)));
                }
                Ok(Answer::Log(LogAnswer { basis: shown, events: entries }))
            }
            Matter::Log { quarantined: false, .. } => log::log(held, &head, question, &clocks, shown),
            Matter::Status {} => status(&held.ledger(), &Counts::in_log(&loaded, head.reading()), shown),
            Matter::Person { .. }
            | Matter::Career { .. }
            | Matter::Who { .. }
            | Matter::Org { .. }
            | Matter::Holders { .. }
            | Matter::Reports { .. }
            | Matter::Moves { .. }
            | Matter::Why { .. }
            | Matter::Conflicts { .. }
            | Matter::Find { .. }
            | Matter::List { .. } => {
                let basis = &clocks.basis.1;
                let of_basis;
                let (reading, today): (&Reading<'_>, Option<&dyn View>) = if basis.is_head() {
                    (head.reading(), None)
                } else {
                    of_basis = Reading::new(archive, basis);
                    (&of_basis, Some(&head))
                };
                let fates =
                    matches!(question.matter, Matter::Why { .. } | Matter::List { .. }).then(|| Fates::of(reading));
                let scene = Scene {
                    question,
                    clocks: &clocks,
                    shown: &shown,
                    view: reading,
                    today,
                    everything: Some(archive),
                    events: held,
                    book: fates.as_ref().map(|fates| fates as &dyn EventBook),
                    notices: RefCell::default(),
                };
                let answer = scene.answer();
                tell(scene.notices.into_inner(), hear);
                answer.map_err(Unanswered::of_log)
            }
        }
    }
}

/// Puts to a ledger what goes through all of it anyway: the whole log is read, whatever the basis.
pub(crate) fn through<T>(
    held: &Held,
    terms: Terms,
    hear: &dyn Fn(Aside),
    put: impl FnOnce(&Scene<'_>) -> Result<T, Unanswered>,
) -> Result<T, Failure> {
    let question = Question { matter: Matter::Status {}, terms };
    question.must_be_bounded()?;
    let (clocks, shown, events) = begin(held, &question.terms, hear)?;
    let loaded = held.load(events)?;
    tell_unknown_publishers(&loaded.archive, &question.terms, hear);
    let head = LateReading { archive: &loaded.archive, reading: OnceCell::new() };
    let on_basis = Reading::new(&loaded.archive, &clocks.basis.1);
    let scene = Scene {
        question: &question,
        clocks: &clocks,
        shown: &shown,
        view: &on_basis,
        today: (!clocks.basis.1.is_head()).then_some(&head as &dyn View),
        everything: Some(&loaded.archive),
        events: held,
        book: None,
        notices: RefCell::default(),
    };
    let done = put(&scene);
    tell(scene.notices.into_inner(), hear);
    done.map_err(Unanswered::of_log)
}

/// Tells the events about a target, or all, that the basis lists, each as it may be shown.
pub(crate) fn each_event(
    held: &Held,
    terms: &Terms,
    hear: &dyn Fn(Aside),
    target: Option<&str>,
    tell: impl FnMut(&Entry, LogEntry) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (clocks, _, events) = begin(held, terms, hear)?;
    let loaded = held.load(events)?;
    tell_unknown_publishers(&loaded.archive, terms, hear);
    log::each_listed(held, &loaded.archive, terms, &clocks, target, tell)
}

/// Reads the clocks of what is about one point, and tells the basis.
fn begin(held: &Held, terms: &Terms, hear: &dyn Fn(Aside)) -> Result<(Clocks, answer::Basis, Events), Failure> {
    let ledger = &*held.ledger();
    let clocks = Clocks::read(terms, ledger, Span::Point)?;
    let shown = clocks.shown(ledger);
    hear(Aside::Basis(basis_told(terms, &shown)));
    Ok((clocks, shown, ledger.events()))
}

/// The basis as it is told to people.
pub(crate) fn basis_told(terms: &Terms, basis: &answer::Basis) -> String {
    let known = dates::known_in_words(basis.known.as_deref());
    let seq = if basis.seq == basis.head {
        format!("ledger at {}", basis.head)
    } else {
        format!("ledger at {} of {}", basis.seq, basis.head)
    };
    let sources = terms.source.iter().map(|source| format!(", source {source}"));
    let not_sources = terms.not_source.iter().map(|source| format!(", not source {source}"));
    let least = terms.min_confidence.iter().map(|least| format!(", at least {least:?}").to_lowercase());
    let filters: String = sources.chain(not_sources).chain(least).collect();
    format!("at {}, {known}, {seq}{filters}", basis.at)
}

/// Why a question about one point has no answer.
pub(crate) enum Unanswered {
    /// There is none.
    Failed(Failure),
    /// The view does not read.
    Unread(ViewError),
    /// The view knows nobody of a name, and what it does not know has to be looked for in the log.
    NeedsLog,
}

impl Unanswered {
    /// Why there is no answer though the whole log is there.
    fn of_log(self) -> Failure {
        match self {
            Unanswered::Failed(failure) => failure,
            Unanswered::Unread(error) => error.into(),
            Unanswered::NeedsLog => unreachable!("the whole log is there"),
        }
    }
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Unanswered {
        Unanswered::Failed(failure)
    }
}

impl From<ViewError> for Unanswered {
    fn from(error: ViewError) -> Unanswered {
        Unanswered::Unread(error)
    }
}

impl From<AskError> for Unanswered {
    fn from(error: AskError) -> Unanswered {
        if let AskError::View(error) = error { error.into() } else { Unanswered::Failed(error.into()) }
    }
}

impl From<ChartError> for Unanswered {
    fn from(error: ChartError) -> Unanswered {
        if let ChartError::View(error) = error { error.into() } else { Unanswered::Failed(error.into()) }
    }
}

impl From<LineError> for Unanswered {
    fn from(error: LineError) -> Unanswered {
        if let LineError::View(error) = error { error.into() } else { Unanswered::Failed(error.into()) }
    }
}

/// A question about one point, and the ledger on its basis.
pub(crate) struct Scene<'s> {
    question: &'s Question,
    clocks: &'s Clocks,
    shown: &'s answer::Basis,
    view: &'s dyn View,
    today: Option<&'s dyn View>,
    /// All events, for names of which nothing stands any more; none where they are not loaded.
    everything: Option<&'s Archive>,
    events: &'s dyn KnownEvents,
    /// What became of single events; none where the log is not loaded.
    book: Option<&'s dyn EventBook>,
    /// What is to be told. It is kept until the question is settled, for it may be put a second time.
    notices: RefCell<Vec<String>>,
}

impl<'s> Scene<'s> {
    fn answer(&self) -> Result<Answer, Unanswered> {
        let (inquiry, basis) = (self.inquiry(), self.shown.clone());
        self.company()?;
        Ok(match &self.question.matter {
            Matter::Person { person } => Answer::Person(inquiry.person_answer(basis, self.person(person)?)?),
            Matter::Career { person } => Answer::Career(inquiry.career_answer(basis, self.person(person)?)?),
            Matter::Who { unit, direct, lead, title, sort } => {
                self.who(unit, reach(*direct), *lead, title.as_ref(), *sort)?
            }
            Matter::Org { unit, sort } => {
                let order = match sort {
                    None | Some(ChartSort::Name) => ChartOrder::Name,
                    Some(ChartSort::Size) => ChartOrder::Size,
                };
                Answer::Org(inquiry.org_answer(basis, self.unit(unit)?, order)?)
            }
            Matter::Holders { unit, direct, lead, title, since, until, gaps, sort } => {
                let (asked, reach) = (self.unit(unit)?, reach(*direct));
                self.tell_namesakes(unit, &asked)?;
                let between = bounds(since.as_deref(), until.as_deref())?;
                let order = sort.map_or(PeopleOrder::Start, people_order);
                let gaps = if *gaps { GapsAsked::Yes } else { GapsAsked::No };
                let answer = |filter| {
                    let wanted = HoldersAsked { reach, filter: &filter, between, order, gaps };
                    inquiry.holders_answer(basis.clone(), asked.clone(), &wanted)
                };
                let whole = answer(members(*lead, title.as_ref()))?;
                match self.titles_instead(&asked, reach, title.as_ref())? {
                    None => Answer::Holders(whole),
                    Some(titles) => Answer::Holders(answer(MemberFilter { leads_only: *lead, titles: Some(titles) })?),
                }
            }
            Matter::Reports { person, direction } => {
                let direction = match direction {
                    Way::Up => Direction::Up,
                    Way::Down => Direction::Down,
                    Way::Both => Direction::Both,
                };
                Answer::Reports(inquiry.reports_answer(basis, self.person(person)?, direction)?)
            }
            Matter::Moves { from, to, since, until, by } => {
                let here = |unit: &Option<String>| match unit {
                    None => Ok::<_, Unanswered>(None),
                    Some(unit) => {
                        let asked = self.unit(unit)?;
                        self.tell_namesakes(unit, &asked)?;
                        Ok(asked.here())
                    }
                };
                let by = by.map(|by| match by {
                    By::Month => Period::Month,
                    By::Quarter => Period::Quarter,
                    By::Year => Period::Year,
                });
                let (from, to) = (here(from)?, here(to)?);
                let between = bounds(since.as_deref(), until.as_deref())?;
                Answer::Moves(inquiry.moves_answer(basis, from, to, between, by)?)
            }
            Matter::Why { of } => self.why(of)?,
            Matter::Conflicts { target } => {
                let of = match target {
                    None => None,
                    Some(target) => match self.subject(target)? {
                        Subject::Person(asked) => asked.here().map(ConflictsOf::Person),
                        Subject::Unit(asked) => asked.here().map(ConflictsOf::Unit),
                    },
                };
                Answer::Conflicts(inquiry.conflicts_answer(basis, of)?)
            }
            Matter::Find { name, limit } => self.find(name, *limit)?,
            Matter::List { what, sort, limit } => self.list(*what, *sort, *limit)?,
            Matter::Diff { .. } | Matter::Log { .. } | Matter::Status {} => {
                unreachable!("these are not about one point of the fold")
            }
        })
    }

    fn who(
        &self,
        unit: &str,
        reach: Reach,
        lead: bool,
        title: Option<&String>,
        sort: Option<PeopleSort>,
    ) -> Result<Answer, Unanswered> {
        let (inquiry, asked) = (self.inquiry(), self.unit(unit)?);
        let order = sort.map_or(PeopleOrder::Post, people_order);
        let answer = |filter| inquiry.who_answer(self.shown.clone(), asked.clone(), reach, &filter, order);
        let whole = answer(members(lead, title))?;
        if whole.members.is_empty() {
            self.tell_nothing_before(&asked, reach)?;
        }
        Ok(match self.titles_instead(&asked, reach, title.filter(|_| whole.members.is_empty()))? {
            None => Answer::Who(whole),
            Some(titles) => Answer::Who(answer(MemberFilter { leads_only: lead, titles: Some(titles) })?),
        })
    }

    pub(crate) fn inquiry(&self) -> Inquiry<'s> {
        Inquiry {
            view: self.view,
            today: self.today,
            at: self.clocks.at.1,
            lang: self.question.terms.lang.as_deref(),
            company: self.question.terms.company.as_deref(),
            seen_within: self.clocks.seen_within,
            row_names: row_names(self.question.terms.row_names),
            // A name that the snapshots lack is looked for in the log first, and again with all that it takes.
            suggestions: if self.everything.is_some() { Suggestions::Made } else { Suggestions::Left },
        }
    }

    fn notice(&self, text: String) {
        self.notices.borrow_mut().push(text);
    }

    fn person(&self, text: &str) -> Result<Asked<PersonNo, answer::Person>, Unanswered> {
        let asked = match self.inquiry().ask_person(text) {
            Err(error @ AskError::NotFound { .. }) => {
                let shown = self
                    .ever(|ever| Ok(ever.ask_person(text)?.here().map(|one| ever.person_shown(one)).transpose()?))?;
                Asked::Later { shown: shown.ok_or(error)?, first_reported: None }
            }
            asked => asked?,
        };
        self.tell_person(text, &asked)?;
        Ok(asked)
    }

    /// Asks among everybody whom any event ever named, also of those of whom nothing stands any more.
    fn ever<T>(&self, ask: impl FnOnce(&Inquiry<'_>) -> Result<Option<T>, AskError>) -> Result<Option<T>, Unanswered> {
        let Some(everything) = self.everything else { return Err(Unanswered::NeedsLog) };
        let ever = Reading::of_everybody(everything);
        let asked = ask(&Inquiry { view: &ever, today: None, ..self.inquiry() });
        Ok(AskError::in_particular(asked)?.flatten())
    }

    /// Looks the company of the question up, so that one that nothing is called is told with every verb.
    fn company(&self) -> Result<(), Unanswered> {
        match self.inquiry().ask_company() {
            Err(error @ AskError::NotFound { .. }) => {
                let known = self.ever(|ever| Ok(ever.ask_company()?.map(|_| ())))?;
                known.ok_or(error).map_err(Unanswered::from)
            }
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }

    fn unit(&self, text: &str) -> Result<Asked<UnitNo, answer::Unit>, Unanswered> {
        let asked = match self.inquiry().ask_unit(text) {
            Err(error @ AskError::NotFound { .. }) => {
                let shown =
                    self.ever(|ever| Ok(ever.ask_unit(text)?.here().map(|one| ever.unit_shown(one)).transpose()?))?;
                Asked::Later { shown: shown.ok_or(error)?, first_reported: None }
            }
            asked => asked?,
        };
        self.tell_unit(text, &asked)?;
        Ok(asked)
    }

    pub(crate) fn subject(&self, text: &str) -> Result<Subject, Unanswered> {
        let subject = match self.inquiry().ask(text) {
            Err(error @ AskError::NotFound { .. }) => {
                let shown = self.ever(|ever| {
                    let first_reported = None;
                    Ok(match ever.ask(text)? {
                        Subject::Person(asked) => {
                            let shown = asked.here().map(|one| ever.person_shown(one)).transpose()?;
                            shown.map(|shown| Subject::Person(Asked::Later { shown, first_reported }))
                        }
                        Subject::Unit(asked) => {
                            let shown = asked.here().map(|one| ever.unit_shown(one)).transpose()?;
                            shown.map(|shown| Subject::Unit(Asked::Later { shown, first_reported }))
                        }
                    })
                })?;
                shown.ok_or(error)?
            }
            subject => subject?,
        };
        match &subject {
            Subject::Person(asked) => self.tell_person(text, asked)?,
            Subject::Unit(asked) => self.tell_unit(text, asked)?,
        }
        Ok(subject)
    }
}

fn row_names(asked: question::RowNames) -> RowNames {
    match asked {
        question::RowNames::FirstDay => RowNames::FirstDay,
        question::RowNames::DayAsked => RowNames::DayAsked,
    }
}

fn people_order(sort: PeopleSort) -> PeopleOrder {
    match sort {
        PeopleSort::Post => PeopleOrder::Post,
        PeopleSort::Name => PeopleOrder::Name,
        PeopleSort::Start => PeopleOrder::Start,
        PeopleSort::Title => PeopleOrder::Title,
        PeopleSort::Unit => PeopleOrder::Unit,
    }
}

fn reach(direct: bool) -> Reach {
    if direct { Reach::Direct } else { Reach::Whole }
}

fn members(lead: bool, title: Option<&String>) -> MemberFilter {
    MemberFilter { leads_only: lead, titles: title.map(|title| filters::title_keys([title.as_str()])) }
}

/// Tells of publishers that are asked for, or left out, and whom no event is by.
fn tell_unknown_publishers(archive: &Archive, terms: &Terms, hear: &dyn Fn(Aside)) {
    for (flag, asked) in [("--source", &terms.source), ("--not-source", &terms.not_source)] {
        for unknown in filters::unknown_publishers(archive, asked.iter().map(String::as_str)) {
            let meant = meant(&unknown.nearest, "events are by");
            hear(Aside::Notice(format!("{flag}: no event is by `{}`{meant}", unknown.asked)));
        }
    }
}

fn bounds(since: Option<&str>, until: Option<&str>) -> Result<Bounds, Failure> {
    let read = |flag, text: Option<&str>| match text {
        None => Ok(Bounds::UNKNOWN),
        Some(text) => vague(flag, text).map(|date| date.bounds()),
    };
    let (since, until) = (read("--since", since)?, read("--until", until)?);
    Bounds::new(since.earliest(), until.latest())
        .ok_or_else(|| Failure::usage("--since lies after --until", "write the earlier date as --since"))
}

fn diff(
    archive: &Archive,
    head: &LateReading<'_>,
    question: &Question,
    clocks: &Clocks,
    shown: answer::Basis,
    target: &str,
    hear: &dyn Fn(Aside),
) -> Result<Answer, Failure> {
    let after = Reading::new(archive, &clocks.basis.1);
    // Where the points differ in their days alone, they are of one reading.
    let earlier = (clocks.basis.0 != clocks.basis.1).then(|| Reading::new(archive, &clocks.basis.0));
    let before = earlier.as_ref().unwrap_or(&after);
    let inquiry = |view, at| Inquiry {
        view,
        today: Some(head as &dyn View),
        at,
        lang: question.terms.lang.as_deref(),
        company: question.terms.company.as_deref(),
        seen_within: clocks.seen_within,
        row_names: row_names(question.terms.row_names),
        suggestions: Suggestions::Made,
    };
    let then = inquiry(&after as &dyn View, clocks.at.0);
    let end = inquiry(&after as &dyn View, clocks.at.1);
    let start = inquiry(before as &dyn View, clocks.at.0);
    // A target of which nothing stands at one of the points is nobody there; one that neither knows is not found.
    let ask = |inquiry: &Inquiry<'_>, other: &Inquiry<'_>| match inquiry.ask(target) {
        // A name that was withdrawn since is looked up as the other point knows it.
        Err(AskError::NotFound { .. }) => Inquiry { today: Some(other.view), ..*inquiry }.ask(target),
        asked => asked,
    };
    let (at_start, at_end) = (ask(&start, &end), ask(&end, &start));
    let nobody = |subject: &Subject| match subject {
        Subject::Person(_) => Of::Person(None),
        Subject::Unit(_) => Of::Unit(None),
    };
    let there = |subject: &Subject| match subject {
        Subject::Person(asked) => Of::Person(asked.here()),
        Subject::Unit(asked) => Of::Unit(asked.here()),
    };
    let (target, of_first, of) = match (at_start, at_end) {
        (Ok(before), Ok(after)) => (target_shown(&end, &after)?, there(&before), there(&after)),
        (Err(AskError::NotFound { .. }), Ok(after)) => (target_shown(&end, &after)?, nobody(&after), there(&after)),
        (Ok(before), Err(AskError::NotFound { .. })) => {
            (target_shown(&start, &before)?, there(&before), nobody(&before))
        }
        (
            Err(
                error @ (AskError::Ambiguous { .. }
                | AskError::OtherSort { .. }
                | AskError::NoCompany { .. }
                | AskError::View(_)),
            ),
            _,
        )
        | (_, Err(error)) => return Err(error.into()),
    };
    let passed = end.posts_between(of, clocks.at.0, clocks.at.1)?;
    if passed > 0 {
        let posts = if passed == 1 { "post" } else { "posts" };
        hear(Aside::Notice(format!(
            "two days are compared: {passed} {posts} that began and ended in between can be seen with tenure career, \
             holders and moves"
        )));
    }
    Ok(Answer::Diff(diff_answer(
        shown,
        target,
        &Point { inquiry: start, of: of_first },
        &Point { inquiry: then, of },
        &Point { inquiry: end, of },
    )?))
}

/// The target of a diff as one of its points shows it.
fn target_shown(inquiry: &Inquiry<'_>, subject: &Subject) -> Result<Target, ViewError> {
    Ok(match subject {
        Subject::Person(Asked::Here(person)) => Target::Person(inquiry.person_shown(*person)?),
        Subject::Person(Asked::Later { shown, .. }) => Target::Person(shown.clone()),
        Subject::Unit(Asked::Here(unit)) => Target::Unit(inquiry.unit_shown(*unit)?),
        Subject::Unit(Asked::Later { shown, .. }) => Target::Unit(shown.clone()),
    })
}

/// What a status counts.
struct Counts {
    people: usize,
    units: usize,
    quarantined: usize,
    passed_over: u64,
}

impl Counts {
    fn of(store: &Store) -> Counts {
        let (people, units) = (store.people_count(), store.unit_count());
        Counts { people, units, quarantined: store.quarantined(), passed_over: store.passed_over() }
    }

    fn in_log(loaded: &Loaded, head: &Reading<'_>) -> Counts {
        let (people, units) = (head.people_count(), head.units().len());
        Counts { people, units, quarantined: loaded.quarantined.len(), passed_over: loaded.passed_over }
    }
}

/// The status on a basis that is the head, or was when it was asked about.
fn status(ledger: &Ledger, counts: &Counts, basis: answer::Basis) -> Result<Answer, Failure> {
    let (lag_events, lag_seconds) = ledger.lag();
    // Of what is answered, not of what was copied and is not applied yet.
    let head = Seq::new(basis.head);
    let digest =
        if head == ledger.journal.head() { ledger.journal.digest() } else { ledger.journal.digest_at(head)? };
    Ok(Answer::Status(StatusAnswer {
        events: basis.head.saturating_sub(counts.passed_over),
        basis,
        people: counts.people,
        units: counts.units,
        lag_events,
        lag_seconds,
        quarantined: counts.quarantined as u64,
        journal_bytes: ledger.journal.bytes(),
        store_bytes: bytes_below(&ledger.dir().join("snapshots")),
        digest: digest.to_string(),
    }))
}

fn bytes_below(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => bytes_below(&entry.path()),
            _ => entry.metadata().map_or(0, |meta| meta.len()),
        })
        .sum()
}

/// The ledger at its head, read when somebody looks: most questions about another basis never do.
struct LateReading<'a> {
    archive: &'a Archive,
    reading: OnceCell<Reading<'a>>,
}

impl<'a> LateReading<'a> {
    fn reading(&self) -> &Reading<'a> {
        self.reading.get_or_init(|| Reading::new(self.archive, &Basis::default()))
    }
}

impl View for LateReading<'_> {
    fn people_asked(&self, text: &str) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reading().people_asked(text))
    }

    fn units_asked(&self, text: &str) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.reading().units_asked(text))
    }

    fn who(&self, person: PersonNo) -> Result<Arc<Persona>, ViewError> {
        Ok(self.reading().who(person))
    }

    fn person(&self, person: PersonNo) -> Result<Arc<PersonState>, ViewError> {
        Ok(self.reading().person(person))
    }

    fn unit(&self, unit: UnitNo) -> Result<Arc<UnitState>, ViewError> {
        Ok(self.reading().unit(unit))
    }

    fn roster(&self, unit: UnitNo) -> Result<Arc<[RosterRow]>, ViewError> {
        Ok(self.reading().roster(unit))
    }

    fn present(&self, unit: UnitNo, day: Day) -> Result<Vec<RosterRow>, ViewError> {
        self.reading().present(unit, day)
    }

    fn reports(&self, manager: PersonNo) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reading().reports(manager))
    }

    fn people(&self) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reading().people())
    }

    fn units(&self) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.reading().units())
    }

    fn people_with_conflicts(&self) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reading().people_with_conflicts())
    }

    fn erased_names(&self) -> Result<Arc<ErasedNames>, ViewError> {
        Ok(self.archive.erased_names().clone())
    }

    fn name_conflicts(&self) -> Result<Vec<NameConflict>, ViewError> {
        Ok(self.reading().name_conflicts())
    }

    fn first_reported(&self, person: PersonNo) -> Result<Option<Instant>, ViewError> {
        self.reading().first_reported(person)
    }
}
