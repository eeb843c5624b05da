//! `tenure career`: the whole timeline of a person.

use std::path::PathBuf;

use clap::Args;

use super::picture::ask_or_draw;
use crate::failure::Failure;
use crate::global::Global;
use tenure_ledger::question::Ask;

/// The whole timeline of a person
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure career 许主洪\nExample: tenure career 许主洪 --output career.svg")]
pub(crate) struct Career {
    /// A name in any script, an alias or an id
    person: String,
    /// Draw it into this file (.svg, .png)
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Asks, and prints or draws the answer.
pub(super) fn run(global: &Global, Career { person, output }: &Career) -> Result<(), Failure> {
    ask_or_draw(global, Ask::Career { person: person.clone() }, output.as_deref())
}
