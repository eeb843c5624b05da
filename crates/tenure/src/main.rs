//! The `tenure` command: opens a ledger, puts questions to it, and prints the answers.
//!
//! Standard output carries answers only; progress, notices and the basis of an answer go to standard error.

mod answering;
mod bulletin;
mod changes;
mod cli;
mod copy;
mod demo;
mod failure;
mod files;
mod following;
mod ledger;
mod nats;
mod picture;
mod question;
mod rebuilding;
mod rehearsal;
mod remote;
mod render;
mod reply;
mod service;
mod verbs;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use failure::{Exit, Failure};

/// Folding makes and drops many small values on all cores; this allocator halves what that costs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that went away is no failure.
            drop(error.print());
            let code = if error.use_stderr() { Exit::Usage as u8 } else { 0 };
            return ExitCode::from(code);
        }
    };
    match verbs::run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(Failure { exit, error, hint }) => {
            let hint = hint.map_or_else(String::new, |hint| format!("hint: {hint}\n"));
            let text = format!("error: {error}\n{hint}");
            drop(std::io::stderr().write_all(render::plain(&text).as_bytes()));
            ExitCode::from(exit as u8)
        }
    }
}
