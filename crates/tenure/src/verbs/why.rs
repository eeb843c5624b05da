//! `tenure why`: the evidence of a tenure, or what became of an event.

use clap::Args;

use crate::asking::ask;
use crate::failure::Failure;
use crate::global::Global;
use tenure_ledger::question::Ask;

/// The evidence for a person's post on a day, for one tenure, or what became of one event
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure why 許主洪 --at 2025-10-01\nExample: tenure why '#12'")]
pub(crate) struct Why {
    /// A person, the id of a tenure from another answer, or an event: its id, or its position as '#12'
    #[arg(value_name = "PERSON|TENURE|EVENT")]
    of: String,
}

/// Asks, and prints the answer.
pub(super) fn run(global: &Global, Why { of }: &Why) -> Result<(), Failure> {
    ask(global, Ask::Why { of: of.clone() })
}
