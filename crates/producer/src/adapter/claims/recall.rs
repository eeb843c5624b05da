//! Reads again what the ledger was told: an importer holds of it what tells one statement from another, no more.

use rustc_hash::FxHashMap;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_domain::wire::Json;

use super::{Claims, Lack, Statement, keyed};
use crate::adapter::conventions::instant;
use crate::adapter::history::{Key, KeyedEvent};
use crate::adapter::{AdapterError, Asked};

/// An event of the ledger, and when it was reported.
pub(super) struct Recalled {
    pub(super) event: Json<'static>,
    pub(super) at: Instant,
}

/// Events of the ledger by their ids.
pub(super) type RecalledById = FxHashMap<Box<str>, Recalled>;

impl Claims<'_> {
    /// Reads events of the ledger. What this run said is looked for once, behind what was there.
    pub(super) fn recall(&mut self, events: &[KeyedEvent]) -> Result<RecalledById, AdapterError> {
        // To ask the ledger has what was found so far appended.
        if events.is_empty() {
            return Ok(RecalledById::default());
        }
        let history = &mut self.history;
        if events.iter().any(|event| history.position(event) == Some(Seq::ZERO)) {
            let asked = Asked::of(self.publisher.as_deref());
            self.sink.said(asked, history.next_position(), &mut |said| history.note_position(said))?;
        }
        let placed = events.iter().filter_map(|event| history.position(event));
        let mut positions: Vec<Seq> = placed.filter(|position| *position != Seq::ZERO).collect();
        positions.sort_unstable();
        positions.dedup();
        let mut recalled = RecalledById::default();
        self.sink.said_at(&positions, &mut |said| {
            let event = said.event().into_owned();
            let at = event["reported_at"].as_str().and_then(instant).unwrap_or(said.recorded_at);
            if let Some(id) = event["id"].as_str().map(Box::from) {
                recalled.insert(id, Recalled { event, at });
            }
        })?;
        Ok(recalled)
    }

    /// Says what lacks something with what an earlier version said of it, or rejects it.
    pub(super) fn look_up(&mut self) -> Result<(), AdapterError> {
        let lacking = std::mem::take(&mut self.lacking);
        if lacking.is_empty() {
            return Ok(());
        }
        let said: Vec<Option<KeyedEvent>> = lacking.iter().map(|lacking| self.told_of(lacking)).collect();
        let events: Vec<KeyedEvent> = said.iter().flatten().cloned().collect();
        let recalled = self.recall(&events)?;
        for (mut statement, said) in lacking.into_iter().zip(said) {
            let lacks = std::mem::take(&mut statement.lacks);
            let before = said.and_then(|said| recalled.get(&said.id)).map(|recalled| &recalled.event);
            let over = self.over_by(&statement.event);
            let is_told = |lack: &Lack| before.is_some_and(|before| lack.is_told(before, &statement.event, over));
            let (told, untold): (Vec<Lack>, Vec<Lack>) = lacks.into_iter().partition(is_told);
            if let Some(before) = before {
                for field in told.into_iter().flat_map(|lack| lack.fields).filter(|field| !before[*field].is_null()) {
                    statement.event.set(field, before[field].clone());
                }
            }
            self.say_without(statement, untold)?;
        }
        Ok(())
    }

    /// The event that says under the key of a statement what was said last by then, or where nothing was, what came after it.
    fn told_of(&self, statement: &Statement) -> Option<KeyedEvent> {
        let (publisher, name, title) = keyed(&statement.event)?;
        let key = Key::new(&publisher, &name, title.as_deref());
        let by_then = self.history.event_by(&key, self.time_of(&statement.event));
        by_then.or_else(|| self.history.last_event(&key))
    }
}
