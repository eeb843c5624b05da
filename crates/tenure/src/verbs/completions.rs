//! `tenure completions`: completions for a shell.

use clap::{Args, Command};

use crate::failure::Failure;
use crate::terminal::put;

/// Completions for a shell
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure completions bash > ~/.local/share/bash-completion/completions/tenure")]
pub(crate) struct Completions {
    /// Which shell
    shell: clap_complete::Shell,
}

/// Prints the script for the whole command line.
pub(super) fn run(mut command: Command, Completions { shell }: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command, "tenure", &mut script);
    put(&String::from_utf8_lossy(&script))
}
