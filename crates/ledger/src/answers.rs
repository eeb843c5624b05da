//! Answers: a question goes in, an answer or an error comes out.
//!
//! There are three kinds of question ([`Kind`]): of the head, asked of the snapshots; of the events of a few people or
//! units, found by the directory of names; and of everything. The first step answers all that need not read the whole
//! log. What remains ([`Slow`]) reads the log and folds what the basis admits. A service that answers many at a time takes the
//! steps apart, and each kind by itself, so that the slow ones wait for each other and not for the quick ones. All are
//! put to the ledger as it is at one moment, and hold up nothing that is written or applied meanwhile.
//!
//! Deliberately not here: how answers look, and what becomes of the notices beside them.

mod awaited;
mod diff;
mod list;
mod log;
mod notices;
mod readings;
mod scene;
mod status;
mod whole;
mod why;

use std::cell::RefCell;
use std::error::Error;
use std::fmt;

use tenure_answers::{self as answer, Answer, LogAnswer};
use tenure_domain::archive::Archive;
use tenure_domain::excerpt::{About, Aspect, Excerpt, Lack};
use tenure_domain::plain_text::with_causes;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::Fates;
use tenure_domain::view::{View, ViewError};
use tenure_projector::{Loaded, Store};
use tenure_query::{EventBook, filters};

pub use self::scene::Scene;
pub use self::whole::WholeLog;

use self::awaited::AwaitedView;
use self::notices::meant;
use self::readings::Readings;
use self::scene::{Everything, Since, Unsettled};
use self::status::{Counts, status};
use crate::cancellation::{Cancellation, Cancelled};
use crate::clocks::Clocks;
use crate::dates::{self, Span};
use crate::directory::{Events, LedgerDirectory};
use crate::error::{AnswerError, SnapshotsError};
use crate::notice::Notice;
use crate::question::{Ask, AskedAbout, Kind, Question, Terms};
use crate::shared::SharedLedger;

/// An answer, on what it rests, and what is told beside it.
#[derive(Debug)]
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// On what it rests.
    pub basis: answer::BasisShown,
    /// What is told beside it, in the order in which it is to be told.
    pub notices: Vec<Notice>,
}

/// A question without an answer: why there is none, and what is told beside.
#[derive(Debug)]
pub struct Unanswered {
    /// Why there is none.
    pub error: Box<AnswerError>,
    /// What is told beside it, in the order in which it is to be told.
    pub notices: Vec<Notice>,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for Unanswered {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

impl<E: Into<AnswerError>> From<E> for Unanswered {
    fn from(error: E) -> Unanswered {
        Unanswered { error: Box::new(error.into()), notices: Vec::new() }
    }
}

/// What became of a question in the first step.
#[derive(Debug)]
pub enum FirstStep {
    /// It is answered.
    Answered(Box<Answered>),
    /// It takes the log.
    Slow(Box<Slow>),
}

/// A question that is answered from the log, as far as it went when it was asked.
pub struct Slow {
    clocks: Clocks,
    shown: answer::BasisShown,
    events: Events,
    /// Whether the events of the person or unit asked about may do.
    is_of_few: bool,
    /// Whether no event ever named what is asked for.
    is_unheard: bool,
    notices: Vec<Notice>,
}

impl fmt::Debug for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slow").field("basis", &self.shown).finish_non_exhaustive()
    }
}

/// Answers a question, however long that takes.
pub fn answer(ledger: &SharedLedger, question: &Question) -> Result<Answered, Unanswered> {
    let never = Cancellation::default();
    match first_step(ledger, question, &never)? {
        FirstStep::Answered(answered) => Ok(*answered),
        FirstStep::Slow(slow) => slow.answer(ledger, question, &never),
    }
}

/// Answers a question from the snapshots where they can; or from the events of the person asked about, where these do.
pub fn first_step(
    shared: &SharedLedger,
    question: &Question,
    cancellation: &Cancellation,
) -> Result<FirstStep, Unanswered> {
    cancellation.check()?;
    let ledger = &*shared.ledger();
    match of_snapshots(ledger, question, cancellation)? {
        FirstStep::Slow(slow) if slow.is_of_few => slow.from_excerpt(shared, ledger, question, cancellation),
        step @ (FirstStep::Answered(_) | FirstStep::Slow(_)) => Ok(step),
    }
}

fn of_snapshots(
    ledger: &LedgerDirectory,
    question: &Question,
    cancellation: &Cancellation,
) -> Result<FirstStep, Unanswered> {
    question.must_make_sense()?;
    let after = question.terms.after.map(Seq::new);
    if let Some(after) = after.filter(|after| *after > ledger.head()) {
        return Err(AnswerError::NotThereYet { after, head: ledger.head() }.into());
    }
    let span = if matches!(question.ask, Ask::Diff { .. }) { Span::Range } else { Span::Point };
    let clocks = Clocks::read(&question.terms, ledger, span)?;
    let shown = clocks.shown(ledger);
    let mut notices = Vec::new();
    let is_of_head = clocks.basis.0.is_head() && clocks.basis.1.is_head() && !matches!(question.ask, Ask::Log { .. });
    let asked = if let Ask::Status {} = question.ask {
        ledger.with_store(&mut notices, |store| {
            let status = status(ledger, &Counts::of(store), shown.clone());
            Ok((status.map_err(|error| Unsettled::Failed(error.into())), Vec::new()))
        })
    } else {
        notices.push(Notice::Basis(basis_told(&question.terms, &shown)));
        if !is_of_head {
            return Ok(Slow::of(ledger, question, (clocks, shown), true, notices));
        }
        ledger.with_store(&mut notices, |store| of_head(ledger, store, question, &clocks, &shown, cancellation))
    };
    let are_readable = match asked {
        // What was told on the way is told again with the answer from the log.
        Ok((Err(Unsettled::NeedsLog), _)) => true,
        Ok((answer, told)) => {
            notices.extend(told);
            return match answer.map_err(Unsettled::with_log) {
                Ok(answer) => Ok(FirstStep::Answered(Box::new(Answered { answer, basis: shown, notices }))),
                Err(error) => Err(Unanswered { error: Box::new(error), notices }),
            };
        }
        // Which record it is, is told by reading all of them.
        Err(SnapshotsError::Log(_)) => false,
        // The snapshots are a cache: where they cannot be asked, the log answers.
        Err(error) => {
            let why = with_causes(&error);
            notices.push(Notice::Remark(format!("asked of the log, without snapshots: {why}")));
            false
        }
    };
    Ok(Slow::of(ledger, question, (clocks, shown), are_readable, notices))
}

/// Answers a question about the head from the snapshots, with what is told beside it; an error is that they do not read.
fn of_head(
    ledger: &LedgerDirectory,
    store: &Store,
    question: &Question,
    clocks: &Clocks,
    shown: &answer::BasisShown,
    cancellation: &Cancellation,
) -> Result<(Result<Answer, Unsettled>, Vec<Notice>), ViewError> {
    let store = &AwaitedView { view: store, cancellation };
    let scene = Scene::of_head(question, clocks, shown, store, Everything::NotLoaded, ledger);
    let answer = scene.answer();
    let notices = scene.notices.into_inner();
    match answer {
        // That does not read because no asker waits.
        Err(Unsettled::Unread(_)) if cancellation.is_cancelled() => {
            Ok((Err(Unsettled::Failed(Cancelled.into())), notices))
        }
        Err(Unsettled::Unread(error)) => Err(error),
        answer => Ok((answer, notices)),
    }
}

/// Whether no event ever named what a question asks for: on no basis is there anything. Which company a name means to which that is
/// confined can be otherwise on another basis than the head's.
fn is_unheard(ledger: &LedgerDirectory, question: &Question, clocks: &Clocks, notices: &mut Vec<Notice>) -> bool {
    let text = match question.ask.about() {
        AskedAbout::Person(text) | AskedAbout::Unit(text) | AskedAbout::Either(text) => text,
        AskedAbout::Evidence(_) | AskedAbout::All => return false,
    };
    let is_of_head = clocks.basis.0.is_head() && clocks.basis.1.is_head();
    if question.terms.company.is_some() && !is_of_head {
        return false;
    }
    let (journal, terms) = (ledger.journal(), &question.terms);
    let is_unheard = ledger.with_store(notices, |store| {
        // Of a publisher that there is not, only all events say so.
        Ok(store.is_named(journal, text)? == Some(false)
            && store.are_published(journal, &terms.source)?
            && store.are_published(journal, &terms.not_source)?)
    });
    is_unheard.unwrap_or(false)
}

/// Reads a question about one person, or one unit, from the events that tell of it, on whatever basis.
fn read_excerpt<T>(
    ledger: &LedgerDirectory,
    question: &Question,
    clocks: &Clocks,
    notices: &mut Vec<Notice>,
    read: impl Fn(&Excerpt<'_>) -> (T, Lack),
) -> Option<T> {
    let bases = [&clocks.basis.0, &clocks.basis.1];
    if let Some(most) = question.latest() {
        let head = ledger.head();
        let last = clocks.basis.1.recorded.map_or(head, |recorded| recorded.min(head));
        let about = About::Latest(last, most);
        let asked = ledger.with_store(notices, |store| store.read_excerpt(ledger.journal(), about, &bases, &read));
        return asked.ok().flatten();
    }
    let is_log = matches!(question.ask, Ask::Log { .. });
    let (text, of): (_, &[Aspect]) = match question.ask.about() {
        AskedAbout::Person(text) if matches!(question.ask, Ask::Reports { .. }) => (text, &[Aspect::Lines]),
        AskedAbout::Person(text) => (text, &[Aspect::Posts]),
        AskedAbout::Unit(text) => (text, &[Aspect::Members]),
        AskedAbout::Either(text) if matches!(question.ask, Ask::Conflicts { .. }) => {
            (text, &[Aspect::Conflicts, Aspect::Members])
        }
        AskedAbout::Either(text) => (text, &[Aspect::Posts, Aspect::Members]),
        AskedAbout::Evidence(text) if is_log => (text, &[Aspect::Events, Aspect::UnitEvents]),
        // The id of a tenure has its person's before it.
        AskedAbout::Evidence(text) => (text.rsplit_once('@').map_or(text, |(person, _)| person), &[Aspect::Posts]),
        AskedAbout::All => return None,
    };
    let terms = &question.terms;
    let company = terms.company.as_deref();
    let asked = ledger.with_store(notices, |store| {
        let journal = ledger.journal();
        // Of publishers that no event is by, only all events tell who can be meant.
        if !store.are_published(journal, &terms.source)? || !store.are_published(journal, &terms.not_source)? {
            return Ok(None);
        }
        if let AskedAbout::Evidence(text) = question.ask.about()
            && let Some(seq) = event_asked(store, ledger, text)?
        {
            return store.read_excerpt(journal, About::Event(seq), &bases, &read);
        }
        for of in of {
            let about = About::Called { text, of: *of, company };
            if let Some(read) = store.read_excerpt(journal, about, &bases, &read)? {
                return Ok(Some(read));
            }
        }
        Ok(None)
    });
    asked.ok().flatten()
}

/// The position of the event that is asked for by it, or by its id; none where a person can be meant.
fn event_asked(store: &Store, ledger: &LedgerDirectory, text: &str) -> Result<Option<Seq>, ViewError> {
    if let Some(seq) = text.strip_prefix('#').and_then(|digits| digits.parse().ok()) {
        return Ok(Some(Seq::new(seq)));
    }
    let Ok(id) = text.parse::<EventId>() else { return Ok(None) };
    if store.is_named(ledger.journal(), text)?.unwrap_or(true) {
        return Ok(None);
    }
    // A log that does not read is found out when all of it is read.
    Ok(ledger.journal().position(&id).ok().flatten())
}

impl Slow {
    /// The question, which the snapshots do not answer, on its clocks and as these are shown; `are_readable` where the snapshots
    /// can be looked up.
    fn of(
        ledger: &LedgerDirectory,
        question: &Question,
        (clocks, shown): (Clocks, answer::BasisShown),
        are_readable: bool,
        mut notices: Vec<Notice>,
    ) -> FirstStep {
        let is_unheard = is_unheard(ledger, question, &clocks, &mut notices);
        let is_of_few = are_readable && !is_unheard && question.kind() != Kind::Scan;
        FirstStep::Slow(Box::new(Slow { clocks, shown, events: ledger.events(), is_of_few, is_unheard, notices }))
    }

    /// Answers from the events of the person or unit asked about, if these tell what all would. Where nothing is found in
    /// them, all are needed to say what comes near.
    fn from_excerpt(
        mut self: Box<Slow>,
        shared: &SharedLedger,
        ledger: &LedgerDirectory,
        question: &Question,
        cancellation: &Cancellation,
    ) -> Result<FirstStep, Unanswered> {
        let mut notices = std::mem::take(&mut self.notices);
        let read = |excerpt: &Excerpt<'_>| {
            let readings = Readings::of(excerpt.archive(), &self.clocks);
            let events = LoadedEvents { readings: &readings, whole: None, cancellation };
            let mut told = Vec::new();
            let answer = of_log(shared, &events, question, &self.clocks, self.shown.clone(), &mut told);
            ((answer, told), readings.lacks(excerpt))
        };
        match read_excerpt(ledger, question, &self.clocks, &mut notices, read) {
            Some((Ok(answer), told)) => {
                notices.extend(told);
                Ok(FirstStep::Answered(Box::new(Answered { answer, basis: self.shown, notices })))
            }
            Some((Err(error), told)) if error.is_of_few() => {
                notices.extend(told);
                Err(Unanswered { error: Box::new(error), notices })
            }
            Some((Err(_), _)) | None => {
                self.notices = notices;
                Ok(FirstStep::Slow(self))
            }
        }
    }

    /// Answers from the log.
    pub fn answer(
        self,
        ledger: &SharedLedger,
        question: &Question,
        cancellation: &Cancellation,
    ) -> Result<Answered, Unanswered> {
        cancellation.check()?;
        let Slow { clocks, shown, events, mut notices, is_unheard, .. } = self;
        // What comes near a name as of an earlier position, only the log tells.
        if is_unheard
            && clocks.basis.1.recorded.is_none()
            && let Some(error) = nothing_heard(ledger, question, &clocks, &shown)
        {
            return Err(Unanswered { error: Box::new(error), notices });
        }
        let basis = shown.clone();
        let answer = events.load(cancellation).and_then(|loaded| {
            let readings = Readings::of(&loaded.archive, &clocks);
            let events = LoadedEvents { readings: &readings, whole: Some(&loaded), cancellation };
            of_log(ledger, &events, question, &clocks, shown, &mut notices)
        });
        match answer {
            // A view does not read either where no asker waits.
            Err(AnswerError::View(_)) if cancellation.is_cancelled() => Err(Cancelled.into()),
            Ok(answer) => Ok(Answered { answer, basis, notices }),
            Err(error) => Err(Unanswered { error: Box::new(error), notices }),
        }
    }
}

/// The error about what no event ever named, with what comes near it at the head; none where the snapshots cannot tell.
fn nothing_heard(
    ledger: &SharedLedger,
    question: &Question,
    clocks: &Clocks,
    shown: &answer::BasisShown,
) -> Option<AnswerError> {
    let ledger = ledger.ledger();
    let answer = ledger.ask_store(|store| {
        let scene = Scene::of_head(question, clocks, shown, store, Everything::Unheard, &*ledger);
        let asked = if let Ask::Diff { target } = &question.ask {
            scene.subject_meant(target).map(drop)
        } else {
            scene.answer().map(drop)
        };
        match asked {
            Err(Unsettled::Unread(error)) => Err(error),
            Err(Unsettled::Failed(error)) => Ok(Some(error)),
            Ok(()) | Err(Unsettled::NeedsLog) => Ok(None),
        }
    });
    answer.ok().flatten()
}

/// Events of the log for a question, as long as an asker waits for the answer.
struct LoadedEvents<'l> {
    readings: &'l Readings<'l>,
    /// The whole log, where these are all events. Where they are what tells of what is asked for, the publishers that are
    /// asked for are some of the log's.
    whole: Option<&'l Loaded>,
    cancellation: &'l Cancellation,
}

/// Answers a question from the events of the log.
fn of_log(
    ledger: &SharedLedger,
    LoadedEvents { readings, whole, cancellation }: &LoadedEvents<'_>,
    question: &Question,
    clocks: &Clocks,
    shown: answer::BasisShown,
    notices: &mut Vec<Notice>,
) -> Result<Answer, AnswerError> {
    let archive = readings.archive;
    cancellation.check()?;
    if whole.is_some() {
        notices.extend(unknown_publishers(archive, &question.terms));
    }
    match &question.ask {
        Ask::Log { quarantined: true, limit, .. } => {
            let quarantined = whole.map_or(&[][..], |loaded| &loaded.quarantined);
            // They stand in the order of the log.
            let recorded = clocks.basis.1.recorded;
            let end = quarantined.partition_point(|bad| recorded.is_none_or(|recorded| bad.seq <= recorded));
            let first = limit.map_or(0, |limit| end.saturating_sub(limit));
            let mut entries = Vec::new();
            for bad in &quarantined[first..end] {
                entries.push(log::entry(ledger, archive, bad.seq, None)?);
                notices.push(Notice::Remark(format!("{}: {}", bad.seq, bad.refusal.reason)));
            }
            Ok(Answer::Log(LogAnswer { basis: shown, events: entries }))
        }
        Ask::Log { quarantined: false, .. } => {
            log::log(ledger, readings, question, clocks, shown, (notices, cancellation))
        }
        Ask::Status {} => {
            let loaded = whole.unwrap_or_else(|| unreachable!("this is asked of the whole log"));
            Ok(status(&ledger.ledger(), &Counts::in_log(loaded, readings.head.reading()), shown)?)
        }
        Ask::Person { .. }
        | Ask::Career { .. }
        | Ask::Who { .. }
        | Ask::Org { .. }
        | Ask::Holders { .. }
        | Ask::Reports { .. }
        | Ask::Diff { .. }
        | Ask::Moves { .. }
        | Ask::Why { .. }
        | Ask::Conflicts { .. }
        | Ask::Find { .. }
        | Ask::List { .. } => {
            let after = readings.after();
            let awaited = |view| AwaitedView { view, cancellation };
            let (view, before) = (awaited(after), awaited(readings.before()));
            let as_recorded = readings.as_recorded().map(|view| awaited(view));
            let since = readings.since().map(|(gone, head)| (awaited(gone), awaited(head)));
            let fates = matches!(question.ask, Ask::Why { .. } | Ask::List { .. }).then(|| Fates::of(after.reading()));
            let scene = Scene {
                question,
                clocks,
                shown: &shown,
                view: &view,
                before: &before,
                as_recorded: as_recorded.as_ref().map(|view| view as &dyn View),
                since: since.as_ref().map(|(gone, head)| Since { gone, head }),
                everything: Everything::Loaded(&readings.everybody),
                events: ledger,
                book: fates.as_ref().map(|fates| fates as &dyn EventBook),
                notices: RefCell::default(),
            };
            let answer = scene.answer();
            notices.extend(scene.notices.into_inner());
            answer.map_err(Unsettled::with_log)
        }
    }
}

/// The basis as it is told to people.
pub fn basis_told(terms: &Terms, basis: &answer::BasisShown) -> String {
    let known = dates::known_in_words(basis.known.as_deref());
    let seq = if basis.seq == basis.head {
        format!("ledger at {}", basis.head)
    } else {
        format!("ledger at {} of {}", basis.seq, basis.head)
    };
    let sources = terms.source.iter().map(|source| format!(", source {source}"));
    let not_sources = terms.not_source.iter().map(|source| format!(", not source {source}"));
    let least = terms.min_confidence.iter().map(|least| format!(", at least {}", least.word()));
    let filters: String = sources.chain(not_sources).chain(least).collect();
    format!("at {}, {known}, {seq}{filters}", basis.at)
}

/// Which publishers are asked for, or left out, that no event is by.
fn unknown_publishers(archive: &Archive, terms: &Terms) -> Vec<Notice> {
    let mut notices = Vec::new();
    for (field, asked) in [("source", &terms.source), ("not-source", &terms.not_source)] {
        for unknown in filters::unknown_publishers(archive, asked.iter().map(String::as_str)) {
            let meant = meant(&unknown.nearest, "events are by");
            notices.push(Notice::Remark(format!("{field}: no event is by `{}`{meant}", unknown.asked)));
        }
    }
    notices
}
