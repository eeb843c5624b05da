//! `tenure holders`: everyone who ever held a post in a unit or company.

use clap::Args;
use tenure_query::PeopleOrder;

use super::filters::{Between, PostFilter};
use crate::asking::ask;
use crate::failure::Failure;
use crate::global::Global;
use crate::words::{PEOPLE_ORDERS, one_of};
use tenure_ledger::question::Ask;

/// Everyone who ever held a post there, in order of start
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure holders 通義實驗室 --lead\nExample: tenure holders 通義實驗室 --lead --gaps")]
pub(crate) struct Holders {
    /// A name in any script, an alias or an id
    unit: String,
    /// Not those of its sub-units
    #[arg(long)]
    direct: bool,
    #[command(flatten)]
    filter: PostFilter,
    #[command(flatten)]
    between: Between,
    /// Tell also when nobody of them held it
    ///
    /// With --lead and no --title: when nobody led the unit itself. In tables (--format csv) a gap is a row without a person:
    /// `from_date` and `to_date` say when, and the column `gap`, which is blank in other rows, whether that is `certain` or `possible`.
    #[arg(long)]
    gaps: bool,
    /// In which order [default: start]
    #[arg(long, value_name = "ORDER", value_parser = one_of(PEOPLE_ORDERS))]
    sort: Option<PeopleOrder>,
    /// Only the first so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// Asks, and prints the answer.
pub(super) fn run(global: &Global, holders: &Holders) -> Result<(), Failure> {
    let Holders { unit, direct, filter: PostFilter { lead, title }, between, gaps, sort, limit } = holders;
    let (unit, title) = (unit.clone(), title.clone());
    let (since, until) = (between.since.clone(), between.until.clone());
    let (direct, lead, gaps, sort, limit) = (*direct, *lead, *gaps, *sort, *limit);
    ask(global, Ask::Holders { unit, direct, lead, title, since, until, gaps, sort, limit })
}
