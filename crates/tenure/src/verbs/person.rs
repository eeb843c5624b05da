//! `tenure person`: the posts that a person holds on a day.

use clap::Args;

use crate::asking::ask;
use crate::failure::Failure;
use crate::global::Global;
use tenure_ledger::question::Ask;

/// The posts that a person holds on a day
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure person 'Steven Hoi' --at 2025-08-01")]
pub(crate) struct Person {
    /// A name in any script, an alias or an id
    person: String,
}

/// Asks, and prints the answer.
pub(super) fn run(global: &Global, Person { person }: &Person) -> Result<(), Failure> {
    ask(global, Ask::Person { person: person.clone() })
}
