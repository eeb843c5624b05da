//! `tenure log`: the events as recorded, or a copy of the whole log.

use clap::{Args, Subcommand};

use crate::asking::ask;
use crate::copy;
use crate::failure::Failure;
use crate::global::{Global, date};
use tenure_ledger::question::Ask;

/// The events as recorded, oldest first; or copy the log
#[derive(Debug, Args)]
#[command(
    before_help = "Example: tenure log 許主洪\nExample: tenure log copy tenure-data nats://localhost:4222",
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Log {
    #[command(subcommand)]
    task: Option<LogTask>,
    /// A person, a unit, a company or an event; everything where left out
    target: Option<String>,
    /// The events that could not be read
    #[arg(long)]
    quarantined: bool,
    /// Only the last so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Only those reported from this date on
    #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = date)]
    since: Option<String>,
    /// Only those reported up to this date
    #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = date)]
    until: Option<String>,
    /// Only events of this type (repeatable)
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,
}

/// What is done with a whole log.
#[derive(Debug, Subcommand)]
enum LogTask {
    /// Copy a ledger from a directory to a stream, or back
    #[command(
        long_about = "Copy a ledger to where there is none, or go on with a copy: its events in their order, with the \
        times at which they were recorded. Running it again appends nothing. The flags for NATS tell how to log in, and \
        the name of a stream where the address does not.",
        before_help = "Example: tenure log copy tenure-data nats://localhost:4222/TENURE"
    )]
    Copy {
        /// A ledger's directory, or nats://HOST:PORT/STREAM
        from: String,
        /// A ledger's directory, or nats://HOST:PORT/STREAM
        to: String,
    },
}

/// Asks for the events and prints them, or copies the log.
pub(super) fn run(global: &Global, log: &Log) -> Result<(), Failure> {
    let Log { task, target, quarantined, limit, since, until, types } = log;
    if let Some(LogTask::Copy { from, to }) = task {
        return copy::run(global, from, to);
    }
    ask(
        global,
        Ask::Log {
            target: target.clone(),
            quarantined: *quarantined,
            limit: *limit,
            since: since.clone(),
            until: until.clone(),
            types: types.clone(),
        },
    )
}
