//! The command line: the flags of all verbs, and one verb.

use clap::{CommandFactory, Parser};

use crate::clock;
use crate::failure::Failure;
use crate::global::Global;
use crate::verbs::{CommandLine, Verb};

/// An event-sourced ledger of personnel changes: who was where, what was known then, and which sources say so.
#[derive(Debug, Parser)]
#[command(
    name = "tenure",
    version,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "Make a ledger to try things on: tenure demo\n\
        Exit codes: 0 answered, 1 failure, 2 usage, 3 not found, 4 ambiguous name, 5 log unreachable,\n\
        6 basis not reached, 7 verification failed, 8 some input was rejected"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

impl Cli {
    /// Runs the command. The number is its exit code.
    pub(crate) fn run(&self) -> Result<u8, Failure> {
        clock::must_be_set()?;
        self.verb.run(&self.global, &CommandLine { run: typed, parser: Cli::command })
    }
}

/// Runs a command as if it had been typed, with flags that take the place of its own.
fn typed(words: &[&str], with: &dyn Fn(&mut Global)) -> Result<(), Failure> {
    let words = std::iter::once("tenure").chain(words.iter().copied());
    let mut cli = Cli::try_parse_from(words).map_err(anyhow::Error::from)?;
    with(&mut cli.global);
    cli.run().map(|_| ())
}
