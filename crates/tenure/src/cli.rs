//! The command line: the flags of all verbs, and one verb.

use std::ffi::OsString;
use std::time::SystemTime;

use clap::{CommandFactory, FromArgMatches as _, Parser};

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
    before_help = "Example: tenure --data demo-data demo\n         \
        tenure --data demo-data person 'Steven Hoi' --at 2025-10-01",
    after_help = "Exit codes: 0 answered, 1 failure, 2 usage, 3 not found, 4 ambiguous name, 5 log unreachable,\n\
        6 basis not reached, 7 verification failed, 8 some input was rejected"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// `tenure -h`: the verbs by what they are for, in one screen.
const SHORT: &str = "\
{before-help}{about-with-newline}
Usage: tenure [OPTIONS] VERB ..

Ask:    person, career, who, org, holders, reports   people, units, posts on a day
        diff, moves                                  what changed
        why, conflicts, log                          the evidence
        find, list, status                           what there is
Write:  ingest, retract, correct, same, apart
Share:  export, report, serve, watch, batch, mcp
Keep:   replay, verify, nats, demo, completions, schema, map, help

{all-args}

tenure VERB -h shows an example and the flags of a verb, tenure --help everything
";

impl Cli {
    /// Reads a command line.
    pub(crate) fn read(arguments: &[OsString]) -> Result<Cli, clap::Error> {
        let is_short = arguments.len() < 2 || arguments.iter().any(|argument| argument == "-h");
        let parser = if is_short {
            Cli::command().help_template(SHORT).mut_subcommands(|verb| verb.hide(true))
        } else {
            Cli::command()
        };
        Cli::from_arg_matches(&parser.try_get_matches_from(arguments)?)
    }

    /// Runs the command. The number is its exit code.
    pub(crate) fn run(&self) -> Result<u8, Failure> {
        clock::must_be_set(SystemTime::now())?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_in_short_fits_a_screen_and_begins_with_an_example() {
        let help = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            Cli::read(&words).expect_err("help is no command").to_string()
        };
        let check = |words: &[&str], most: usize| {
            let text = help(words);
            assert!(text.starts_with("Example"), "{words:?}: {text}");
            assert!(text.lines().count() <= most, "{words:?}, {} lines: {text}", text.lines().count());
        };
        check(&["tenure", "-h"], 32);
        let short = help(&["tenure", "-h"]);
        for verb in Cli::command().get_subcommands() {
            let name = verb.get_name();
            assert!(short.contains(name), "{name} is among the verbs");
            check(&["tenure", name, "-h"], 32);
        }
        let whole = help(&["tenure", "person", "--help"]);
        assert!(
            whole.starts_with("Example") && whole.contains("--seen-within") && whole.contains("a diff takes K1..K2")
        );
    }
}
