//! The `tenure` command: opens a ledger, puts questions to it, and prints the answers.
//!
//! Standard output carries answers only; progress, notices and the basis of an answer go to standard error.

mod asking;
mod cli;
mod clock;
mod copy;
mod directory;
mod failure;
mod files;
mod global;
mod misuse;
mod nats;
mod rehearsal;
mod signals;
mod terminal;
mod verbs;
mod words;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use failure::{Exit, Failure};
use global::Format;
use tenure_serve::Denial;

/// Folding makes and drops many small values on all cores; this allocator halves what that costs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            // A reader that went away is no failure.
            drop(error.print());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            let arguments: Vec<String> = std::env::args_os().map(|text| text.to_string_lossy().into_owned()).collect();
            let error = misuse::with_better_tip(error, &arguments);
            if misuse::wants_json(&arguments) {
                return fail(&misuse::failure(&error), Told::Json);
            }
            drop(error.print());
            return ExitCode::from(Exit::Usage as u8);
        }
    };
    match cli.run() {
        Ok(code) => ExitCode::from(code),
        Err(failure) => fail(
            &failure,
            match cli.global.format {
                Format::Json | Format::Ndjson => Told::Json,
                Format::Table | Format::Csv => Told::Text,
            },
        ),
    }
}

/// How a failure is told.
#[derive(Clone, Copy)]
enum Told {
    Text,
    Json,
}

/// Tells a failure on standard error, of which JSON is the last line, and gives its exit code.
fn fail(failure: &Failure, told: Told) -> ExitCode {
    let text = match told {
        Told::Json => Denial::from(failure.clone()).json() + "\n",
        Told::Text => {
            let hint = failure.hint.as_ref().map_or_else(String::new, |hint| format!("hint: {hint}\n"));
            format!("error: {}\n{hint}", failure.error)
        }
    };
    drop(std::io::stderr().write_all(tenure_render::plain(&text).as_bytes()));
    ExitCode::from(failure.exit as u8)
}
