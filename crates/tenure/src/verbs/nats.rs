//! `tenure nats`: the log on a NATS server is set up.

use std::time::Duration;

use clap::{Args, Subcommand};
use tenure_log::identify;
use tenure_log::stream::{Compression, LEAST_MESSAGE_BYTES, Made, Settings, StreamTarget};
use tenure_log::{Log, Stream};

use crate::failure::Failure;
use crate::global::Global;
use crate::nats::{CONNECT_TIME, connect, target, url};
use crate::terminal::{put_result, tell};
use crate::words::{Word, one_of};

/// Set up the log on a NATS server
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure nats init --nats nats://localhost:4222")]
pub(crate) struct Nats {
    #[command(subcommand)]
    task: NatsTask,
}

/// What is done on a NATS server.
#[derive(Debug, Subcommand)]
enum NatsTask {
    /// Make the stream, or see whether the one that is there loses no events
    #[command(before_help = "Example: tenure nats init --nats nats://localhost:4222 --replicas 3")]
    Init {
        /// On how many servers of a cluster it lies
        #[arg(long, value_name = "N", default_value_t = 1)]
        replicas: u8,
        /// For how many seconds the server drops what is sent twice
        #[arg(long, value_name = "SECONDS", default_value_t = 120)]
        duplicate_window: u64,
        /// The longest message in bytes, its headers included
        #[arg(long, value_name = "BYTES", default_value_t = 131_072, value_parser = clap::value_parser!(u32).range(i64::from(LEAST_MESSAGE_BYTES)..))]
        message_bytes: u32,
        /// How long the stream may grow in bytes; then it takes no more [default: as the disk allows]
        #[arg(long, value_name = "BYTES")]
        most_bytes: Option<u64>,
        /// How it is stored
        #[arg(long, value_name = "HOW", default_value = "s2", value_parser = one_of(COMPRESSIONS))]
        compression: Compression,
    },
}

/// How a stream is stored.
const COMPRESSIONS: &[Word<Compression>] = &[("s2", None, Compression::S2), ("none", None, Compression::None)];

/// Sets up the server.
pub(super) fn run(global: &Global, Nats { task }: &Nats) -> Result<(), Failure> {
    let NatsTask::Init { replicas, duplicate_window, message_bytes, most_bytes, compression } = task;
    let url = url(global)
        .ok_or_else(|| Failure::usage("no server is named", "name it with --nats nats://HOST:4222 or TENURE_NATS"))?;
    let settings = Settings {
        replicas: *replicas,
        duplicate_window: Duration::from_secs(*duplicate_window),
        message_bytes: *message_bytes,
        most_bytes: *most_bytes,
        compression: *compression,
    };
    let connection = connect(&global.nats, url, CONNECT_TIME)?;
    let most = connection.client().max_payload();
    if u32::try_from(most).is_ok_and(|most| most < LEAST_MESSAGE_BYTES) {
        tell(&format!(
            "notice: the server takes messages of {most} bytes at most: events that are longer are rejected. With its \
             headers an event can have {LEAST_MESSAGE_BYTES}: raise max_payload"
        ));
    }
    let (mut stream, made) = Stream::init(connection, target(&global.nats), &settings, identify)?;
    let seq = Log::head(&mut stream)?;
    let StreamTarget { name, subjects } = stream.target();
    let json = serde_json::json!({
        "stream": name.as_str(),
        "subjects": format!("{subjects}.>"),
        "created": made == Made::Now,
        "seq": seq.number(),
    });
    let text = match made {
        Made::Now => format!("made stream {name} for {subjects}.>"),
        Made::Before => format!("stream {name} is there and loses nothing; it is at {seq}, and was left as it is"),
    };
    put_result(global, &json, &text)
}
