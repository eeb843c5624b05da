//! `tenure reports`: the reporting line of a person.

use clap::Args;
use tenure_query::Direction;

use crate::asking::ask;
use crate::failure::Failure;
use crate::global::Global;
use tenure_ledger::question::Ask;

/// The reporting line of a person
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure reports 許主洪 --up --at 2025-10-01")]
pub(crate) struct Reports {
    /// A name in any script, an alias or an id
    person: String,
    /// Only to whom the person reports
    #[arg(long, conflicts_with = "down")]
    up: bool,
    /// Only who reports to the person
    #[arg(long)]
    down: bool,
}

/// Asks, and prints the answer.
pub(super) fn run(global: &Global, Reports { person, up, down }: &Reports) -> Result<(), Failure> {
    let direction = match (up, down) {
        (true, _) => Direction::Up,
        (_, true) => Direction::Down,
        _ => Direction::Both,
    };
    ask(global, Ask::Reports { person: person.clone(), direction })
}
