//! What is told of the last step of a ledger, made once for all who listen.

use std::sync::{Arc, Mutex, PoisonError};

use tenure_domain::position::Seq;
use tenure_ledger::question::Kind;
use tenure_ledger::{AppliedEvent, SharedLedger};
use tenure_serve::Desk;
use tokio::sync::OnceCell;

/// What was applied between two positions, each event with its JSON; none where that is too much to be told one by one.
type StepShown = Option<Vec<(AppliedEvent, String)>>;

/// What is applied between two positions, made by the first who asks for it.
pub(crate) struct Step {
    after: Seq,
    up_to: Seq,
    told: OnceCell<StepShown>,
}

impl Step {
    /// What was applied; none where that cannot be had for now.
    pub(crate) async fn told(&self, desk: &Arc<Desk>, client: &str) -> Option<&StepShown> {
        let (after, up_to) = (self.after, self.up_to);
        let made = move |ledger: &SharedLedger| {
            let events = ledger.events_between(after, up_to).map_err(drop)?;
            let written = |event: AppliedEvent| serde_json::to_string(&event).map(|json| (event, json)).map_err(drop);
            events.map(|events| events.into_iter().map(written).collect::<Result<_, ()>>()).transpose()
        };
        let made = || async { desk.work(client, Kind::Index, made).await.map_err(drop)? };
        self.told.get_or_try_init(made).await.ok()
    }
}

/// The step that was asked for last.
#[derive(Default)]
pub(crate) struct LastStep(Mutex<Option<Arc<Step>>>);

impl LastStep {
    /// The step between two positions. One that is older than the last is for its asker alone.
    pub(crate) fn between(&self, after: Seq, up_to: Seq) -> Arc<Step> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(step) = last.as_ref().filter(|step| (step.after, step.up_to) == (after, up_to)) {
            return step.clone();
        }
        let step = Arc::new(Step { after, up_to, told: OnceCell::new() });
        if last.as_ref().is_none_or(|last| last.after <= after) {
            *last = Some(step.clone());
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_made_once_for_all_who_ask_for_it_as_the_last() {
        let last = LastStep::default();
        let step = |after, up_to| last.between(Seq::new(after), Seq::new(up_to));
        let newest = step(4, 6);
        assert!(Arc::ptr_eq(&newest, &step(4, 6)));
        let older = step(1, 6);
        assert!(!Arc::ptr_eq(&older, &step(1, 6)) && Arc::ptr_eq(&newest, &step(4, 6)), "who comes late asks alone");
        let next = step(6, 7);
        assert!(Arc::ptr_eq(&next, &step(6, 7)) && !Arc::ptr_eq(&newest, &step(4, 6)));
    }
}
