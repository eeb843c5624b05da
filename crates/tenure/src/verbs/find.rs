//! `tenure find`: search by any script or spelling.

use clap::Args;

use crate::asking::ask;
use crate::failure::Failure;
use crate::global::Global;
use tenure_ledger::question::Ask;

/// Search people, units and titles by any script or spelling
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure find 'Xu Zhuhong'")]
pub(crate) struct Find {
    /// What to look for
    name: String,
    /// How many to show
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
}

/// Asks, and prints the answer.
pub(super) fn run(global: &Global, Find { name, limit }: &Find) -> Result<(), Failure> {
    ask(global, Ask::Find { name: name.clone(), limit: *limit })
}
