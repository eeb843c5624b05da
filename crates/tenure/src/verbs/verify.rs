//! `tenure verify`: the log and the snapshots, checked against each other and against what is known of them.

use clap::Args;
use tenure_domain::position::Seq;
use tenure_ledger::{SnapshotsError, with_causes};
use tenure_log::{Create, JournalNotice, LogError, LostEnd, replica};
use tenure_projector::{Unusable, load_blocks};

use crate::failure::{Exit, Failure};
use crate::global::Global;
use crate::terminal::{hear_all, put_result};
use crate::{directory, nats};
use tenure_ledger::clock::now;

/// Check the log, and the snapshots against a fresh fold of it
#[derive(Clone, Copy, Debug, Args)]
#[command(before_help = "Example: tenure verify")]
pub(crate) struct Verify {
    /// Go on with a journal that has lost its end: the lost positions hold no event, and are not given again
    #[arg(long)]
    pub(crate) accept_loss: bool,
}

/// A log that does not pass. What cannot be reached was not looked at; what is damaged was.
fn unverified(error: LogError) -> Failure {
    let is_away = matches!(error, LogError::NoJournal { .. } | LogError::InUse { .. });
    let exit = if is_away { Exit::Unreachable } else { Exit::Unverified };
    Failure { exit, ..Failure::from(error) }
}

/// Checks a ledger, and goes on with one that has lost its end where that is accepted. The number is the exit code.
pub(super) fn run(global: &Global, task: Verify) -> Result<u8, Failure> {
    let Verify { accept_loss } = task;
    global.must_be_of_all("verify")?;
    nats::not_here(global, "verify")?;
    let lost_end = if accept_loss { LostEnd::Accept(now()) } else { LostEnd::Refuse };
    if accept_loss && replica::is_one(&global.data) {
        return Err(Failure::usage(
            "the ledger is the copy of a stream, which has the lost records",
            "tenure serve fetches them again; a copy of a stream that lost them is best copied to a new stream",
        ));
    }
    let ledger = match directory::open_after_loss(global, Create::Never, lost_end) {
        // The snapshots are another process's: the log can be checked all the same.
        Err(LogError::InUse { holder, .. }) if !accept_loss => directory::open_without_snapshots(global, holder),
        opened => opened,
    };
    let ledger = ledger.map_err(unverified)?;
    let accepted = ledger.journal().notices().iter().find_map(|notice| match notice {
        JournalNotice::LossAccepted { first, last } => Some((first.number(), last.number())),
        JournalNotice::TornTail { .. } | JournalNotice::IndexSetAside { .. } => None,
    });
    let verified = ledger.journal().verify().map_err(unverified)?;
    let checked = |passed_over: u64, people: Option<usize>, snapshots: &str| {
        let (events, digest) = (verified.records - passed_over, verified.digest.to_string());
        let mut json = serde_json::json!({"events": events, "digest": digest, "people": people});
        if let Some((first, last)) = accepted {
            json["lost"] = serde_json::json!({"first": first, "last": last});
        }
        put_result(global, &json, &format!("journal: {events} events, digest {digest}\nsnapshots: {snapshots}"))
    };
    let (store, notice) = match ledger.store() {
        Ok(opened) => opened,
        // What was looked at is well.
        Err(
            error @ (SnapshotsError::BeingMade(Unusable::ReadOnly | Unusable::NotADirectory(_) | Unusable::InUse(_))
            | SnapshotsError::Unmade(_)),
        ) => {
            let journal = ledger.journal();
            let passed_over = load_blocks(journal.blocks(Seq::ZERO.next()), journal.head(), |_| {})?.passed_over;
            checked(passed_over, None, &format!("not checked and not asked, for {}", with_causes(&error)))?;
            return Ok(0);
        }
        Err(error) => return Err(error.into()),
    };
    hear_all(global, notice);
    let snapshots = ledger.snapshots();
    let differences = snapshots.compare(ledger.journal(), &store)?;
    if differences.is_empty() {
        let people = store.people_count();
        checked(store.passed_over(), Some(people), &format!("equal to a fresh fold, {people} people"))?;
        return Ok(0);
    }
    let list: Vec<String> = differences.iter().map(|difference| format!("\n  {difference}")).collect();
    let error = format!("the snapshots differ from a fresh fold of the log:{}", list.concat());
    Err(Failure::new(Exit::Unverified, error).hint("make them anew with tenure replay"))
}
