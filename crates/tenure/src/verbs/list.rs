//! `tenure list`: what is in a ledger.

use clap::Args;
use tenure_query::Order;

use crate::asking::ask;
use crate::failure::Failure;
use crate::global::Global;
use crate::words::{LISTINGS, ORDERS, one_of};
use tenure_ledger::question::{Ask, Listing};

/// The companies, units, people, titles or sources of this ledger, with counts and dates
#[derive(Debug, Args)]
#[command(
    before_help = "Example: tenure list units --company Alibaba\nExample: tenure list titles --sort count --limit 20"
)]
pub(crate) struct List {
    /// What to list
    #[arg(value_name = "WHAT", value_parser = one_of(LISTINGS))]
    what: Listing,
    /// In which order: by name, the most people first, or the first start first
    #[arg(long, value_name = "ORDER", default_value = "name", value_parser = one_of(ORDERS))]
    sort: Order,
    /// Only the first so many of that order
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// Asks for the list, and prints it.
pub(super) fn run(global: &Global, List { what, sort, limit }: &List) -> Result<(), Failure> {
    ask(global, Ask::List { what: *what, sort: *sort, limit: *limit })
}
