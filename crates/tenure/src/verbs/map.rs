//! `tenure map propose`: a first map for a file of another format.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tenure_producer::adapter::propose;

use crate::failure::Failure;
use crate::terminal::put;

/// Maps of other formats
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure map propose stints.csv > map.toml")]
pub(crate) struct Map {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print a first map for a file, with what was guessed and why
    #[command(before_help = "Example: tenure map propose stints.csv > map.toml")]
    Propose {
        /// A table, a team page, or a file of a format that `ingest --from` reads
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Prints a map.
pub(super) fn run(Map { what: What::Propose { file } }: &Map) -> Result<(), Failure> {
    put(&propose(file)?)
}
