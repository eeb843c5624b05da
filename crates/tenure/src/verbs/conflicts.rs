//! `tenure conflicts`: contradictions, missing links, ambiguous names.

use clap::Args;

use crate::asking::ask;
use crate::failure::Failure;
use crate::global::Global;
use tenure_ledger::question::Ask;

/// Contradictions, missing links, ambiguous names
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure conflicts 許主洪")]
pub(crate) struct Conflicts {
    /// A person, a unit or a company; everything where left out
    target: Option<String>,
}

/// Asks, and prints the answer.
pub(super) fn run(global: &Global, Conflicts { target }: &Conflicts) -> Result<(), Failure> {
    ask(global, Ask::Conflicts { target: target.clone() })
}
