//! `tenure status`: lag and sizes.

use clap::Args;
use tenure_answers::StatusAnswer;

use crate::asking::answer;
use crate::failure::{Exit, Failure};
use crate::global::Global;
use crate::terminal::print;
use tenure_ledger::question::Ask;

/// Lag and sizes
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure status --max-lag 60 || echo behind")]
pub(crate) struct Status {
    /// Exit with 6 where it has been behind the log for longer
    #[arg(long, value_name = "SECONDS")]
    max_lag: Option<f64>,
}

/// Prints the status, and fails where the ledger is further behind than is allowed.
pub(super) fn run(global: &Global, Status { max_lag }: &Status) -> Result<(), Failure> {
    let answer = answer(global, Ask::Status {})?;
    print(global, &answer)?;
    let status: StatusAnswer = answer.narrow();
    match max_lag {
        Some(most) if status.lag_seconds > *most => {
            let error =
                format!("it has been behind for {:.1} seconds, by {} events", status.lag_seconds, status.lag_events);
            Err(Failure::new(Exit::NotReached, error).hint("is tenure serve running, and does it reach the server?"))
        }
        _ => Ok(()),
    }
}
