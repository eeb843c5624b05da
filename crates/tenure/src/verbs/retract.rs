//! `tenure retract`: an event does not count any more.

use clap::Args;

use super::mend::{Desk, Mending, mend};
use crate::failure::Failure;
use crate::global::Global;

/// An event does not count any more
#[derive(Clone, Debug, Args)]
#[command(
    long_about = "Retract an event: shows which answers change by that, asks, and appends an EventRetracted. \
    Nothing is deleted, and the retraction can be retracted.",
    before_help = "Example: tenure retract zhidx-hoi-rumour --reason 'the source withdrew it' --by lin"
)]
pub(crate) struct Retract {
    /// The event: its id, at least 4 characters of its beginning, or its position as '#12'
    event: String,
    /// Why: the source withdrew it, the scraper erred
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    mending: Mending,
}

/// Appends an `EventRetracted`.
pub(super) fn run(global: &Global, Retract { event, reason, mending }: &Retract) -> Result<u8, Failure> {
    let mut statement = mending.statement("EventRetracted")?;
    let desk = Desk::open(global)?;
    let entry = desk.event(event)?;
    desk.must_count(entry)?;
    statement.insert("event".to_owned(), entry.id.as_str().into());
    statement.insert("reason".to_owned(), reason.as_str().into());
    mend(global, mending, desk, &statement)
}
