//! `log`: the events as recorded, with the names of those whom they mean and what became of them.

use rustc_hash::FxHashSet;
use tenure_answers::{self as answer, Answer, LogAnswer, LogEntry, Names};
use tenure_domain::archive::{Archive, Entry};
use tenure_domain::bounds::Bounds;
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Fate, Fates, Reading};
use tenure_domain::view::{Meant, View, ViewError};
use tenure_log::PassedOver;
use tenure_query::{AskError, Asked, Inquiry, Subject, find_event, log_fate};

use super::notices::{learned_later, not_there};
use super::readings::Readings;
use crate::cancellation::Cancellation;
use crate::clocks::Clocks;
use crate::dates::between;
use crate::error::AnswerError;
use crate::notice::Notice;
use crate::question::{Ask, Question, Terms};
use crate::shared::SharedLedger;

/// The events that a question asks for, oldest first.
pub(super) fn log(
    ledger: &SharedLedger,
    readings: &Readings<'_>,
    question: &Question,
    clocks: &Clocks,
    shown: answer::BasisShown,
    (notices, cancellation): (&mut Vec<Notice>, &Cancellation),
) -> Result<Answer, AnswerError> {
    let Ask::Log { target, limit, since, until, types, .. } = &question.ask else {
        unreachable!("this is asked for a log alone")
    };
    let terms = &question.terms;
    let between = between(since.as_deref(), until.as_deref())?;
    let archive = readings.archive;
    let basis = &clocks.basis.1;
    let reading = readings.after().reading();
    let fates = Fates::of(reading);
    asked_of(readings, terms, clocks, Inquiry::ask_company)?;
    let wanted = target.as_deref().map(|target| wanted(readings, &fates, terms, clocks, target)).transpose()?;
    let wanted = wanted.map(|(seqs, why_not)| {
        notices.extend(why_not.map(Notice::Remark));
        seqs
    });
    let is_of_type =
        |entry: &Entry| types.is_empty() || entry.type_name().is_some_and(|name| types.iter().any(|one| one == name));
    // What is asked of what events say would tell what is withheld.
    let is_of_all = types.is_empty() && since.is_none() && until.is_none() && !basis.narrows_claims();
    let filter = basis.filter();
    let asked = |entry: &&Entry| {
        wanted.as_ref().is_none_or(|seqs| seqs.contains(&entry.seq))
            && filter.lists(entry)
            && (is_of_all || !entry.is_withheld())
            && is_of_type(entry)
            // A log is asked for what a source said, whatever that is about.
            && filter.is_of_sources(entry)
            && is_reported(between, entry)
    };
    let listed: Vec<&Entry> = archive.entries().iter().filter(asked).collect();
    let first = limit.map_or(0, |limit| listed.len().saturating_sub(limit));
    let here = inquiry(reading, terms, clocks);
    let everybody = readings.everybody_then().reading();
    let anywhere = inquiry(everybody, terms, clocks);
    let mut events = Vec::with_capacity(listed.len() - first);
    for listed in &listed[first..] {
        cancellation.check()?;
        let mut entry = entry(ledger, archive, listed.seq, Some(listed))?;
        if entry.event.is_some() {
            entry.names = names(&here, &fates, &anywhere, everybody, listed)?;
            entry.reported_at = Some(listed.reported_at.to_string());
            entry.became = log_fate(fates.fate(listed));
        }
        events.push(entry);
    }
    Ok(Answer::Log(LogAnswer { basis: shown, events }))
}

/// The names of those whom the event means on the basis; of whom it does not know there, as all events have it that were there
/// by its clocks.
fn names(
    here: &Inquiry<'_>,
    fates: &Fates<'_, '_>,
    anywhere: &Inquiry<'_>,
    everybody: &Reading<'_>,
    entry: &Entry,
) -> Result<Names, ViewError> {
    let mut names = here.names_meant(&fates.means(entry))?;
    let meant = everybody.means(entry);
    if meant.len() > names.len() {
        for (field, name) in anywhere.names_meant(&meant)? {
            names.entry(field).or_insert(name);
        }
    }
    Ok(names)
}

fn is_reported(between: Bounds, entry: &Entry) -> bool {
    let day = entry.reported_at.day();
    between.earliest().is_none_or(|first| first <= day) && between.latest().is_none_or(|last| day <= last)
}

fn inquiry<'v>(view: &'v dyn View, terms: &'v Terms, clocks: &Clocks) -> Inquiry<'v> {
    let (lang, company) = (terms.lang.as_deref(), terms.company.as_deref());
    Inquiry { lang, company, ..Inquiry::of(view, clocks.at.1) }
}

/// What was asked of everybody whom any event named, and of whom that was.
struct Heard<'v, T> {
    /// By the clocks asked for; beside them those who know what a name means that no event gave by then.
    of: Inquiry<'v>,
    asked: T,
}

/// Asks everybody whom any event named by the clocks asked for; by names that no event gave by then, whomever they mean later.
fn asked_of<'v, T>(
    readings: &'v Readings<'_>,
    terms: &'v Terms,
    clocks: &Clocks,
    ask: impl Fn(&Inquiry<'v>) -> Result<T, AskError>,
) -> Result<Heard<'v, T>, AskError> {
    let mut of = inquiry(readings.everybody_then().reading(), terms, clocks);
    let mut asked = ask(&of);
    for later in readings.everybody_by_clocks().skip(1) {
        if !matches!(asked, Err(AskError::NotFound { .. })) {
            break;
        }
        of = Inquiry { today: Some(later.reading()), ..of };
        asked = ask(&of);
    }
    asked.map(|asked| Heard { of, asked })
}

/// What is told of a name that no event gave by the clocks asked for: that of the target, or of the company to which it is
/// confined.
fn told_of_later(heard: &Heard<'_, Subject>, target: &str, basis: &Basis) -> Result<Option<String>, AskError> {
    let Heard { of, asked } = heard;
    let why_not = |name: &str, first_reported| Some(not_there(name, first_reported, basis, false));
    Ok(match asked {
        Subject::Person(Asked::Later { shown, first_reported }) => why_not(&shown.name, *first_reported),
        Subject::Unit(Asked::Later { shown, first_reported }) => why_not(&shown.name, *first_reported),
        Subject::Person(Asked::Here(_)) | Subject::Unit(Asked::Here(_)) if of.today.is_none() => None,
        Subject::Person(Asked::Here(person)) => Some(learned_later(target, &of.person_shown(*person)?.name)),
        Subject::Unit(Asked::Here(unit)) => {
            let company = of.ask_company()?.and_then(|company| company.here());
            let company = company.map(|company| of.unit_shown(company)).transpose()?;
            let then = Inquiry { today: None, company: company.as_ref().map(|company| &*company.id), ..*of };
            match (company.as_ref(), of.company, AskError::in_particular(then.ask_unit(target))?) {
                (Some(company), Some(text), Some(_)) => Some(learned_later(text, &company.name)),
                _ => Some(learned_later(target, &of.unit_shown(*unit)?.name)),
            }
        }
    })
}

/// The positions of all that is about a person, a unit or a company, as the basis means it or else as everybody ever named is
/// meant; else those around an event. And why what is asked for is not there on the basis, where that is so.
fn wanted(
    readings: &Readings<'_>,
    fates: &Fates<'_, '_>,
    terms: &Terms,
    clocks: &Clocks,
    target: &str,
) -> Result<(FxHashSet<Seq>, Option<String>), AnswerError> {
    let about = |reading: &Reading<'_>, subject: Subject| {
        let meant = match subject {
            Subject::Person(asked) => asked.here().map(Meant::Person),
            Subject::Unit(asked) => asked.here().map(Meant::Unit),
        };
        reading.seqs_about(&meant.into_iter().collect())
    };
    let (here, everybody) = (readings.after().reading(), readings.everybody_then().reading());
    let on_basis = inquiry(here, terms, clocks).ask(target).ok().map(|subject| about(here, subject));
    // What only dead events name it by, everybody ever named tells.
    match (asked_of(readings, terms, clocks, |inquiry| inquiry.ask(target)), on_basis) {
        (Ok(heard), on_basis) => {
            let why_not = if on_basis.is_none() { told_of_later(&heard, target, &clocks.basis.1)? } else { None };
            let mut seqs = about(everybody, heard.asked);
            seqs.extend(on_basis.into_iter().flatten());
            Ok((seqs, why_not))
        }
        (Err(_), Some(on_basis)) => Ok((on_basis, None)),
        (Err(unknown @ AskError::NotFound { .. }), None) => around(fates, target, unknown).map(|seqs| (seqs, None)),
        (Err(error), None) => Err(error.into()),
    }
}

/// The positions of an event, of what it replaces, and of what retracts, corrects or restates it.
fn around(fates: &Fates<'_, '_>, target: &str, unknown: AskError) -> Result<FxHashSet<Seq>, AnswerError> {
    match find_event(fates, target)? {
        None => Err(unknown.into()),
        Some(entry) => {
            let by = match fates.fate(entry) {
                Fate::Superseded { by } | Fate::Corrected { by } | Fate::Retracted { by } => Some(by),
                Fate::Live | Fate::Outside | Fate::Withheld => None,
            };
            let others = fates.replaces(entry).into_iter().chain(fates.against(entry)).chain(by);
            Ok(others.chain([entry.seq]).collect())
        }
    }
}

/// The events about a target, or all, that the basis lists, each as it may be shown; what is told beside them goes to `notices`.
pub(super) fn each_listed<E: From<AnswerError>>(
    ledger: &SharedLedger,
    archive: &Archive,
    terms: &Terms,
    clocks: &Clocks,
    (target, notices): (Option<&str>, &mut Vec<Notice>),
    mut take: impl FnMut(&Entry, LogEntry) -> Result<(), E>,
) -> Result<(), E> {
    let readings = Readings::of(archive, clocks);
    let wanted = match target {
        None => None,
        Some(target) => {
            let fates = Fates::of(readings.after().reading());
            let (seqs, why_not) = wanted(&readings, &fates, terms, clocks, target)?;
            notices.extend(why_not.map(Notice::Remark));
            Some(seqs)
        }
    };
    let filter = clocks.basis.1.filter();
    for listed in archive.entries() {
        let asked = wanted.as_ref().is_none_or(|seqs| seqs.contains(&listed.seq));
        if asked && filter.lists(listed) {
            take(listed, entry(ledger, archive, listed.seq, Some(listed))?)?;
        }
    }
    Ok(())
}

/// An event as the log has it, without what an erasure withholds.
pub(super) fn entry(
    ledger: &SharedLedger,
    archive: &Archive,
    seq: Seq,
    entry: Option<&Entry>,
) -> Result<LogEntry, AnswerError> {
    let record = ledger.ledger().record(seq)?;
    // What an older version could not read stands in a copy of a stream as what was passed over.
    let payload = entry.and_then(|_| PassedOver::payload(&record.event));
    let mut event: Option<serde_json::Value> = serde_json::from_str(payload.as_ref().unwrap_or(&record.event)).ok();
    if let Some(entry) = entry {
        event = event.filter(|_| !entry.is_withheld());
        for field in entry.withheld_fields() {
            if let Some(event) = event.as_mut().and_then(|event| event.as_object_mut()) {
                event.remove(field);
            }
        }
    }
    if let Some(event) = &mut event {
        archive.erased_names().withhold_words(event);
    }
    let (seq, recorded_at) = (seq.number(), record.recorded_at.to_string());
    Ok(LogEntry { seq, recorded_at, reported_at: None, event, names: Names::new(), became: None })
}
