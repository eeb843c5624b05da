//! `tenure who`: the people of a unit or company.

use clap::Args;
use tenure_query::PeopleOrder;

use super::filters::PostFilter;
use crate::asking::ask;
use crate::failure::Failure;
use crate::global::Global;
use crate::words::{PEOPLE_ORDERS, one_of};
use tenure_ledger::question::Ask;

/// The people of a unit or company
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure who 'Tongyi Lab' --at 2025-10-01")]
pub(crate) struct Who {
    /// A name in any script, an alias or an id
    unit: String,
    /// Not those of its sub-units
    #[arg(long)]
    direct: bool,
    #[command(flatten)]
    filter: PostFilter,
    /// In which order [default: post]
    #[arg(long, value_name = "ORDER", value_parser = one_of(PEOPLE_ORDERS))]
    sort: Option<PeopleOrder>,
    /// Only the first so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// Asks, and prints the answer.
pub(super) fn run(global: &Global, who: &Who) -> Result<(), Failure> {
    let Who { unit, direct, filter: PostFilter { lead, title }, sort, limit } = who;
    let (unit, title) = (unit.clone(), title.clone());
    ask(global, Ask::Who { unit, direct: *direct, lead: *lead, title, sort: *sort, limit: *limit })
}
