//! `tenure serve`: a ledger that answers over NATS.

use std::io::Write;

use clap::Args;
use tenure_serve::{Bulletin, Denial, Level, LogFormat, ReplyError, ServeOptions};

use crate::failure::Failure;
use crate::global::Global;
use crate::nats::{connect, place, url};
use crate::signals::{end_in_time, told_to_stop};
use crate::words::{Word, one_of};

/// Follow the log on NATS into the data directory, and answer questions over NATS
#[derive(Debug, Args)]
#[command(
    long_about = "Follow the stream of events on a NATS server into the data directory, and answer questions over \
    NATS. Several of these, each with a directory of its own, share the questions. A directory that holds a ledger \
    of its own is answered from as it is.",
    after_help = "Example: tenure serve --nats nats://localhost:4222 --data served"
)]
pub(crate) struct Serve {
    /// How to tell on standard error what happens
    #[arg(
        long,
        env = "TENURE_LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT",
        value_parser = one_of(LOG_FORMATS)
    )]
    log_format: LogFormat,
}

/// How lines are written.
const LOG_FORMATS: &[Word<LogFormat>] = &[
    ("text", Some("Time, level, what happened, and fields as `name=value`"), LogFormat::Text),
    ("json", Some("One object of JSON a line"), LogFormat::Json),
];

/// Answers until it is told to stop. The number is the exit code.
pub(super) fn run(global: &Global, Serve { log_format }: &Serve) -> Result<u8, Failure> {
    let bulletin = bulletin(global, *log_format);
    match serve(global, bulletin) {
        Ok(()) => {
            bulletin.tell(Level::Info, "stopped", &[]);
            Ok(0)
        }
        // Who reads objects reads this one as well.
        Err(failure) if *log_format == LogFormat::Json => {
            let exit = failure.exit as u8;
            bulletin.tell(Level::Error, "stopped", &Denial::from(failure).fields());
            Ok(exit)
        }
        Err(failure) => Err(failure),
    }
}

/// Tells on standard error, as much as was asked for.
fn bulletin(global: &Global, format: LogFormat) -> Bulletin {
    let least = match (global.quiet, global.verbose) {
        (true, _) => Level::Warn,
        (false, true) => Level::Debug,
        (false, false) => Level::Info,
    };
    // That nobody listens is no failure.
    Bulletin { format, least, write: |line| drop(std::io::stderr().lock().write_all(line.as_bytes())) }
}

fn serve(global: &Global, bulletin: Bulletin) -> Result<(), Failure> {
    let Some(url) = url(global) else {
        return Err(Failure::usage("tenure serve answers over NATS", "name a server with --nats URL or TENURE_NATS"));
    };
    let options = ServeOptions {
        connection: connect(&global.nats, url, global.timeout)?,
        stream: place(&global.nats),
        dir: global.data.clone(),
        prefix: global.nats.queries.clone(),
        bulletin,
        deny,
        stopping: end_in_time,
    };
    Ok(tenure_serve::serve(&options, told_to_stop())?)
}

/// Why there is no answer, in the words in which the command tells it.
fn deny(error: ReplyError) -> Denial {
    Failure::from(error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_and_verbose_say_how_much_is_told() {
        let check = |flags: &[&str], least: Level| {
            let cli = <crate::cli::Cli as clap::Parser>::try_parse_from([&["tenure", "serve"], flags].concat());
            let cli = cli.expect("a command");
            assert_eq!(bulletin(&cli.global, LogFormat::Text).least, least, "{flags:?}");
        };
        check(&[], Level::Info);
        check(&["-v"], Level::Debug);
        check(&["-q"], Level::Warn);
        check(&["-q", "-v"], Level::Warn);
    }
}
