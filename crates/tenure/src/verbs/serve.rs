//! `tenure serve`: a ledger that answers over NATS.

use clap::Args;

use crate::bulletin::LogFormat;
use crate::failure::Failure;
use crate::global::Global;
use crate::service;

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
    #[arg(long, env = "TENURE_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    log_format: LogFormat,
}

/// Answers until it is told to stop. The number is the exit code.
pub(super) fn run(global: &Global, Serve { log_format }: &Serve) -> Result<u8, Failure> {
    service::serve(global, *log_format)
}
