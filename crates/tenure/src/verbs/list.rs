//! `tenure list`: what is in a ledger.

use super::ask;
use crate::cli::{Global, Listing, Sort};
use crate::failure::Failure;
use crate::question::Matter;

/// Asks for the list, and prints it.
pub(super) fn run(global: &Global, what: Listing, sort: Sort, limit: Option<usize>) -> Result<(), Failure> {
    ask(global, Matter::List { what, sort, limit })
}
