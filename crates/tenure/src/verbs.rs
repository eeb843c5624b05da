//! The verbs: a file for each, with its flags, what it asks and how it answers, and one list of them all.

mod apart;
mod batch;
mod career;
mod completions;
mod conflicts;
mod correct;
mod demo;
mod destination;
mod diff;
mod export;
mod filters;
mod find;
mod holders;
mod ingest;
mod list;
mod log;
mod map;
mod mcp;
mod mend;
mod moves;
mod nats;
mod org;
mod person;
mod picture;
mod replay;
mod report;
mod reports;
mod retract;
mod same;
mod schema;
mod serve;
mod status;
mod verify;
mod watch;
mod who;
mod why;

use clap::{Command, Subcommand};

use crate::failure::Failure;
use crate::global::Global;

/// The verbs of the command line, in the order in which help shows them.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Ingest(ingest::Ingest),
    Person(person::Person),
    Career(career::Career),
    Who(who::Who),
    Org(org::Org),
    Holders(holders::Holders),
    Reports(reports::Reports),
    Diff(diff::Diff),
    Moves(moves::Moves),
    Why(why::Why),
    Conflicts(conflicts::Conflicts),
    Log(log::Log),
    Retract(retract::Retract),
    Correct(correct::Correct),
    Same(same::Same),
    Apart(apart::Apart),
    Export(export::Export),
    Report(report::Report),
    Find(find::Find),
    List(list::List),
    Replay(replay::Replay),
    Status(status::Status),
    Verify(verify::Verify),
    Serve(serve::Serve),
    Watch(watch::Watch),
    Batch(batch::Batch),
    Mcp(mcp::Mcp),
    Nats(nats::Nats),
    Demo(demo::Demo),
    Completions(completions::Completions),
    Schema(schema::Schema),
    Map(map::Map),
}

/// The command line that a verb is part of, for those verbs that use it.
pub(crate) struct CommandLine {
    /// Runs a command as if its words had been typed.
    pub(crate) run: demo::Typed,
    /// The parser of the whole command line.
    pub(crate) parser: fn() -> Command,
}

impl Verb {
    /// Does what the verb says. The number is the exit code.
    pub(crate) fn run(&self, global: &Global, line: &CommandLine) -> Result<u8, Failure> {
        match self {
            Verb::Ingest(verb) => return ingest::run(global, verb),
            Verb::Person(verb) => person::run(global, verb)?,
            Verb::Career(verb) => career::run(global, verb)?,
            Verb::Who(verb) => who::run(global, verb)?,
            Verb::Org(verb) => org::run(global, verb)?,
            Verb::Holders(verb) => holders::run(global, verb)?,
            Verb::Reports(verb) => reports::run(global, verb)?,
            Verb::Diff(verb) => diff::run(global, verb)?,
            Verb::Moves(verb) => moves::run(global, verb)?,
            Verb::Why(verb) => why::run(global, verb)?,
            Verb::Conflicts(verb) => conflicts::run(global, verb)?,
            Verb::Log(verb) => log::run(global, verb)?,
            Verb::Retract(verb) => return retract::run(global, verb),
            Verb::Correct(verb) => return correct::run(global, verb),
            Verb::Same(verb) => return same::run(global, verb),
            Verb::Apart(verb) => return apart::run(global, verb),
            Verb::Export(verb) => export::run(global, verb)?,
            Verb::Report(verb) => report::run(global, verb)?,
            Verb::Find(verb) => find::run(global, verb)?,
            Verb::List(verb) => list::run(global, verb)?,
            Verb::Replay(_) => replay::run(global)?,
            Verb::Status(verb) => status::run(global, verb)?,
            Verb::Verify(verb) => return verify::run(global, *verb),
            Verb::Serve(verb) => return serve::run(global, verb),
            Verb::Watch(verb) => watch::run(global, verb)?,
            Verb::Batch(_) => batch::run(global)?,
            Verb::Mcp(_) => mcp::run(global)?,
            Verb::Nats(verb) => nats::run(global, verb)?,
            Verb::Demo(_) => demo::run(global, line.run)?,
            Verb::Completions(verb) => completions::run((line.parser)(), verb)?,
            Verb::Schema(verb) => schema::run(verb)?,
            Verb::Map(verb) => map::run(verb)?,
        }
        Ok(0)
    }
}
