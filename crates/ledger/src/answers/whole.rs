//! What goes through a whole ledger: an export of its state or of its events.

use std::cell::RefCell;
use std::sync::Arc;

use tenure_answers::{BasisShown, LogEntry};
use tenure_domain::archive::Entry;
use tenure_domain::reading::Reading;
use tenure_domain::view::View;
use tenure_projector::Loaded;

use super::readings::Readings;
use super::scene::{Everything, Scene, Since};
use super::{Unanswered, basis_told, log, unknown_publishers};
use crate::cancellation::Cancellation;
use crate::clocks::Clocks;
use crate::dates::Span;
use crate::error::AnswerError;
use crate::notice::Notice;
use crate::question::{Ask, Question, Terms};
use crate::shared::SharedLedger;

/// All events of a ledger in memory, and the terms on which they are looked at.
pub struct WholeLog<'l> {
    ledger: &'l SharedLedger,
    question: Question,
    clocks: Clocks,
    shown: BasisShown,
    loaded: Arc<Loaded>,
    notices: Vec<Notice>,
}

impl<'l> WholeLog<'l> {
    /// Reads the whole log of a ledger, whatever the basis.
    pub fn read(ledger: &'l SharedLedger, terms: Terms) -> Result<WholeLog<'l>, Unanswered> {
        let (clocks, shown, events) = {
            let ledger = &*ledger.ledger();
            let clocks = Clocks::read(&terms, ledger, Span::Point)?;
            let shown = clocks.shown(ledger);
            (clocks, shown, ledger.events())
        };
        let mut notices = vec![Notice::Basis(basis_told(&terms, &shown))];
        match events.load(&Cancellation::default()) {
            Ok(loaded) => {
                notices.extend(unknown_publishers(&loaded.archive, &terms));
                let question = Question { ask: Ask::Status {}, terms };
                Ok(WholeLog { ledger, question, clocks, shown, loaded, notices })
            }
            Err(error) => Err(Unanswered { error: Box::new(error), notices }),
        }
    }

    /// What is told beside all that comes of it, in the order in which it is to be told.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Puts something to the state on the basis, and to the events of it. What is told beside what comes of it is added to
    /// `notices`.
    pub fn put<T, E: From<AnswerError>>(
        &self,
        notices: &mut Vec<Notice>,
        put: impl FnOnce(&Scene<'_>, &Reading<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let readings = Readings::of(&self.loaded.archive, &self.clocks);
        let on_basis = readings.after();
        let scene = Scene {
            question: &self.question,
            clocks: &self.clocks,
            shown: &self.shown,
            view: on_basis,
            before: on_basis,
            as_recorded: readings.as_recorded().map(|view| view as &dyn View),
            since: readings.since().map(|(gone, head)| Since { gone, head }),
            everything: Everything::Loaded(&readings.everybody),
            events: self.ledger,
            book: None,
            notices: RefCell::default(),
        };
        let done = put(&scene, on_basis.reading());
        notices.extend(scene.notices.into_inner());
        done
    }

    /// Hands on the events about a target, or all, that the basis lists, each as it may be shown; what is told beside them
    /// goes to `notices`.
    pub fn each_event<E: From<AnswerError>>(
        &self,
        target: Option<&str>,
        notices: &mut Vec<Notice>,
        take: impl FnMut(&Entry, LogEntry) -> Result<(), E>,
    ) -> Result<(), E> {
        let target = (target, notices);
        log::each_listed(self.ledger, &self.loaded.archive, &self.question.terms, &self.clocks, target, take)
    }
}
