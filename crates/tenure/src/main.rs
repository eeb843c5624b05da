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
mod pager;
#[cfg(feature = "full")]
mod raster;
mod rehearsal;
mod signals;
mod terminal;
mod verbs;
mod words;

use std::ffi::OsString;
use std::io::Write;

use cli::Cli;
use failure::{Exit, Failure, Reader};
use tenure_render::Format;
use tenure_serve::Denial;

/// Folding makes and drops many small values on all cores; this allocator halves what that costs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The embedded database answers some damage with a panic. The store turns that into an error with the panic's text, so
/// the panic itself is not told a second time.
fn leave_panics_of_the_database_to_the_store() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let of_database = |place: &std::panic::Location<'_>| place.file().contains("/sled-");
        if !panic.location().is_some_and(of_database) {
            tell(panic);
        }
    }));
}

/// A command touches a little of many places, and pages of two megabytes for each would be most of its memory and a fifth
/// of its time. Where the system does not say so of a process, it is as it was.
fn keep_to_small_pages() {
    #[cfg(target_os = "linux")]
    rustix::thread::disable_transparent_huge_pages(true).unwrap_or_default();
}

fn main() -> ! {
    signals::end_at_once(run())
}

/// Does what the arguments ask for. The number is the exit code.
fn run() -> u8 {
    keep_to_small_pages();
    leave_panics_of_the_database_to_the_store();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if let Err(error) = signals::outlive_the_limit_of_files() {
        let failure = Failure::new(Exit::Failure, error.to_string()).hint("ulimit -n says how many files may be open");
        return fail(&failure, FailureFormat::Text);
    }
    let cli = match Cli::read(&arguments) {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            // A reader that went away is no failure.
            drop(error.print());
            return 0;
        }
        Err(error) => {
            let arguments: Vec<String> = arguments.iter().map(|text| text.to_string_lossy().into_owned()).collect();
            let format = if misuse::wants_json(&arguments) { FailureFormat::Json } else { FailureFormat::Text };
            if misuse::lacks_verb(&error) && matches!(format, FailureFormat::Text) {
                drop(error.print());
                return Exit::Usage as u8;
            }
            return fail(&misuse::failure(error, &arguments), format);
        }
    };
    files::tell_of_open_secrets(&cli.global);
    match cli.run() {
        Ok(code) => code,
        Err(Failure { reader: Reader::Gone, .. }) => 0,
        Err(failure) => fail(
            &failure,
            match cli.global.format {
                Format::Json | Format::Ndjson => FailureFormat::Json,
                Format::Table | Format::Csv => FailureFormat::Text,
            },
        ),
    }
}

/// How a failure is told.
#[derive(Clone, Copy)]
enum FailureFormat {
    Text,
    Json,
}

/// Tells a failure on standard error, of which JSON is the last line, and gives its exit code.
fn fail(failure: &Failure, format: FailureFormat) -> u8 {
    let denial = Denial::from(failure.clone());
    let text = match format {
        FailureFormat::Json => denial.json() + "\n",
        FailureFormat::Text => {
            let hint = denial.hint.map_or_else(String::new, |hint| format!("hint: {hint}\n"));
            format!("error: {}\n{hint}", denial.error)
        }
    };
    drop(std::io::stderr().write_all(tenure_render::plain(&text).as_bytes()));
    failure.exit as u8
}
