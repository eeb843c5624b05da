//! `tenure org`: the org chart of a unit or company.

use std::path::PathBuf;

use clap::Args;
use tenure_query::ChartOrder;

use super::picture::ask_or_draw;
use crate::failure::Failure;
use crate::global::Global;
use crate::words::{CHART_ORDERS, one_of};
use tenure_ledger::question::Ask;

/// The org chart of a unit or company
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure org Alibaba --at 2026-04-10")]
pub(crate) struct Org {
    /// A name in any script, an alias or an id
    unit: String,
    /// In which order the units under one unit stand [default: name]
    #[arg(long, value_name = "ORDER", value_parser = one_of(CHART_ORDERS))]
    sort: Option<ChartOrder>,
    /// Draw it into this file (.svg, .png)
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Asks, and prints or draws the answer.
pub(super) fn run(global: &Global, Org { unit, sort, output }: &Org) -> Result<(), Failure> {
    ask_or_draw(global, Ask::Org { unit: unit.clone(), sort: *sort }, output.as_deref())
}
