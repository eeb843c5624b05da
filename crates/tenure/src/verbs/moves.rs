//! `tenure moves`: who went from where to where.

use std::path::PathBuf;

use clap::Args;
use tenure_query::Period;

use super::filters::Between;
use super::picture::ask_or_draw;
use crate::failure::Failure;
use crate::global::Global;
use crate::words::{PERIODS, one_of};
use tenure_ledger::question::Ask;

/// Who went from where to where
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure moves --to 'Tongyi Lab' --by year")]
pub(crate) struct Moves {
    /// Only from this unit or company
    #[arg(long, value_name = "UNIT")]
    from: Option<String>,
    /// Only to this unit or company
    #[arg(long, value_name = "UNIT")]
    to: Option<String>,
    #[command(flatten)]
    between: Between,
    /// Tell periods apart
    #[arg(long, value_parser = one_of(PERIODS))]
    by: Option<Period>,
    /// Draw it into this file (.svg, .png)
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Asks, and prints or draws the answer.
pub(super) fn run(global: &Global, moves: &Moves) -> Result<(), Failure> {
    let Moves { from, to, between: Between { since, until }, by, output } = moves;
    let (from, to, since, until) = (from.clone(), to.clone(), since.clone(), until.clone());
    ask_or_draw(global, Ask::Moves { from, to, since, until, by: *by }, output.as_deref())
}
