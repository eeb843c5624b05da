//! A ledger as a program keeps one: opened in a directory, appended to, asked.

use std::path::Path;

use rustc_hash::FxHashMap;
use tenure_domain::event::Event;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::wire::{Arrival, Submission, write};
use tenure_log::{Create, Journal, LogError, LostEnd, NewEvent, Outcome, Patience, replica};
use tenure_projector::ProjectError;

use crate::answers::{self, Answered, Unanswered};
use crate::applied::AppliedEvent;
use crate::clock::now;
use crate::directory::LedgerDirectory;
use crate::error::{AppendError, ApplyError, QuestionError};
use crate::question::Question;
use crate::shared::{Rebuilt, SharedLedger};
use crate::view::LedgerView;

/// A ledger in a directory. Any number of threads can ask it while one appends. Other processes can append to it as well:
/// what they appended is answered after [`Ledger::refresh`].
pub struct Ledger {
    shared: SharedLedger,
}

impl Ledger {
    /// Opens the ledger in a directory, or begins one where there is none. Another process that asks it is waited for,
    /// for ten seconds.
    pub fn open(dir: impl AsRef<Path>) -> Result<Ledger, LogError> {
        let (dir, patience) = (dir.as_ref(), Patience::default());
        Ok(Ledger::of(LedgerDirectory::open(dir, Create::IfMissing, LostEnd::Refuse, patience)?))
    }

    /// The ledger in a directory that is open already.
    pub fn of(directory: LedgerDirectory) -> Ledger {
        Ledger { shared: SharedLedger::new(directory) }
    }

    /// Appends events, and gives the position of each, in their order. An event that stands in the ledger already is not
    /// appended again, and its position is the one at which it stands.
    ///
    /// Where one of them is refused, none is appended. When this returns, they are on disk and answered.
    ///
    /// The events are written as [`write()`] has them: what the types of an event do not carry, such as the reason of an
    /// erasure, is not stored.
    pub fn append(&self, events: impl AsRef<[Event]>) -> Result<Vec<Seq>, AppendError> {
        let events = events.as_ref();
        let dir = self.shared.ledger().dir().to_owned();
        if replica::is_one(&dir) {
            return Err(LogError::IsACopy { dir }.into());
        }
        let seqs = self.shared.write(|journal| append(journal, events))?;
        self.shared.apply_or_rebuild().map_err(AppendError::NotApplied)?;
        Ok(seqs)
    }

    /// Takes in what other processes appended, and says whether there was something. It costs a few microseconds where
    /// there was nothing.
    pub fn refresh(&self) -> Result<bool, ApplyError> {
        let found = self.shared.is_behind()?;
        if found {
            self.shared.apply_or_rebuild()?;
        }
        Ok(found)
    }

    /// What came after a position, with the names of those of whom it tells; none where it is more than a thousand events. To
    /// watch a ledger, it is asked again after each [`Ledger::refresh`], from the last position that was told.
    pub fn events_since(&self, seq: Seq) -> Result<Option<Vec<AppliedEvent>>, ApplyError> {
        self.shared.events_between(seq, self.head())
    }

    /// The last position that is answered.
    pub fn head(&self) -> Seq {
        self.shared.ledger().head()
    }

    /// The ledger as it is asked about a day (`2025-10-01`), the last day of a month (`2025-10`) or a year (`2025`), or a
    /// day that counts from today in UTC (`yesterday`, `-30d`). A [diff](LedgerView::diff) takes two: `D1..D2`.
    pub fn at(&self, day: &str) -> Result<LedgerView<'_>, QuestionError> {
        LedgerView::new(&self.shared, day, now().day())
    }

    /// Answers a question, however long that takes.
    pub fn ask(&self, question: &Question) -> Result<Answered, Unanswered> {
        answers::answer(&self.shared, question)
    }

    /// Makes the snapshots anew from the log, and compares them with those before.
    pub fn rebuild(&self) -> Result<Rebuilt, ProjectError> {
        self.shared.rebuild(&|_| {})
    }

    /// The ledger for those who write and answer on threads of their own.
    pub fn shared(&self) -> &SharedLedger {
        &self.shared
    }
}

/// Appends events to the log of a ledger: all of them or none.
pub(crate) fn append(journal: &mut Journal, events: &[Event]) -> Result<Vec<Seq>, AppendError> {
    journal.in_turn(|journal| append_in_turn(journal, events))
}

fn append_in_turn(journal: &mut Journal, events: &[Event]) -> Result<Vec<Seq>, AppendError> {
    let now = now();
    let arrival = Arrival::now(now, journal.last_recorded_at());
    let mut submissions = Vec::with_capacity(events.len());
    for event in events {
        let json = write(event).to_string();
        let refused = |problem| AppendError::Refused { id: event.id.clone(), problem };
        submissions.push(Submission::read_at(json.as_bytes(), arrival).map_err(refused)?);
    }
    let entries: Vec<NewEvent<'_>> = submissions
        .iter()
        .map(|Submission { id, fingerprint, json, .. }| NewEvent { id, fingerprint: *fingerprint, event: json })
        .collect();
    let mut told: FxHashMap<&EventId, _> = FxHashMap::default();
    for entry in &entries {
        if *told.entry(entry.id).or_insert(entry.fingerprint) != entry.fingerprint {
            return Err(AppendError::Twice { id: entry.id.clone() });
        }
        if let Some(Outcome::Reused(seq)) = journal.would_be(entry)? {
            return Err(AppendError::Reused { id: entry.id.clone(), seq });
        }
    }
    let outcomes = journal.append(&entries, now)?;
    let seq = |(outcome, entry): (Outcome, &NewEvent<'_>)| match outcome {
        Outcome::Appended(seq) | Outcome::Duplicate(seq) => Ok(seq),
        Outcome::Reused(seq) => Err(AppendError::Reused { id: entry.id.clone(), seq }),
        Outcome::TooLong { .. } => unreachable!("a journal takes events of any length that is read"),
    };
    outcomes.into_iter().zip(&entries).map(seq).collect()
}

#[cfg(test)]
mod tests {
    use tenure_domain::wire::EventBuilder;

    use super::*;
    use crate::error::AnswerError;
    use crate::question::{Ask, Terms};

    fn joined(person: &str, id: &str) -> Event {
        let event = EventBuilder::new("JoinedCompany").set("id", id).set("person", person).set("company", "Harbour");
        let event = event.set("effective", "2024-01-08").set("reported_at", "2024-02-01");
        event.set("source", "Harbour Gazette").build().expect("an event")
    }

    #[test]
    fn an_event_is_appended_once_and_answered_at_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        let ann = joined("Ann Lee", "harbour-1");
        assert_eq!(ledger.append(&ann).expect("appended"), [Seq::new(1)]);
        assert_eq!(ledger.append([joined("Bo Li", "harbour-2"), ann]).expect("appended"), [Seq::new(2), Seq::new(1)]);
        assert_eq!(ledger.head(), Seq::new(2));
        let view = ledger.at("2024-07-01").expect("a day");
        assert_eq!(view.who("Harbour").expect("an answer").members.len(), 2);
        assert_eq!(view.person("Ann Lee").expect("an answer").positions.len(), 1);
        let before = ledger.at("2024-07-01").and_then(|view| view.recorded("1")).expect("a position");
        assert_eq!(before.who("Harbour").expect("an answer").members.len(), 1);
        let rebuilt = ledger.rebuild().expect("rebuilt");
        assert_eq!((rebuilt.events, rebuilt.people, rebuilt.differences.len()), (2, 2, 0));
    }

    #[test]
    fn an_id_is_used_for_one_event() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        ledger.append(joined("Ann Lee", "harbour-1")).expect("appended");
        let refused = ledger.append([joined("Cy Wu", "harbour-3"), joined("Bo Li", "harbour-1")]);
        assert!(matches!(refused, Err(AppendError::Reused { seq, .. }) if seq == Seq::new(1)), "{refused:?}");
        let refused = ledger.append([joined("Cy Wu", "harbour-3"), joined("Di Xu", "harbour-3")]);
        assert!(matches!(refused, Err(AppendError::Twice { .. })), "{refused:?}");
        assert_eq!(ledger.head(), Seq::new(1), "none of them is appended");
    }

    #[test]
    fn errors_are_told_apart_by_variant() {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::open(dir.path()).expect("a ledger");
        ledger.append(joined("Ann Lee", "harbour-1")).expect("appended");
        assert!(matches!(ledger.at("2024-13"), Err(QuestionError::NotADay { .. })));
        let view = ledger.at("2024-07-01").expect("a day");
        assert!(matches!(view.person("Nobody"), Err(AnswerError::Name(tenure_query::AskError::NotFound { .. }))));
        assert!(matches!(view.diff("Harbour"), Err(AnswerError::Question(QuestionError::NotTwoPoints))));
        assert!(matches!(view.why("harbour-1"), Err(AnswerError::AnEvent { .. })));
        let question = Question { ask: Ask::Status {}, terms: Terms { after: Some(7), ..Terms::default() } };
        let unanswered = ledger.ask(&question).expect_err("it is not there yet");
        assert!(matches!(*unanswered.error, AnswerError::NotThereYet { .. }), "{unanswered}");
    }
}
