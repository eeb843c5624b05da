//! `tenure diff`: what happened between two days, and what was learned between two points of knowledge.

use clap::Args;

use crate::asking::ask;
use crate::failure::Failure;
use crate::global::Global;
use tenure_ledger::question::Ask;

/// What happened between two days, and what was learned between two points of knowledge
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure diff 許主洪 --at 2025-08-01..2025-10-01\n\
        Example: tenure diff 許主洪 --at 2025-10-01 --known 2025-09-28..2025-10-01")]
pub(crate) struct Diff {
    /// A person, a unit or a company
    target: String,
}

/// Asks, and prints the answer.
pub(super) fn run(global: &Global, Diff { target }: &Diff) -> Result<(), Failure> {
    ask(global, Ask::Diff { target: target.clone() })
}
