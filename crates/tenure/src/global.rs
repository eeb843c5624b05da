//! The flags that all verbs have in common.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tenure_domain::event::Confidence;
use tenure_log::stream::{StreamName, SubjectPrefix};

use crate::failure::Failure;
use crate::words::{CONFIDENCES, FORMATS, one_of};
use tenure_render::Format;

/// What all verbs have in common.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// The ledger's directory
    #[arg(
        long,
        global = true,
        env = "TENURE_DATA",
        default_value = "tenure-data",
        value_name = "DIR",
        help_heading = "Of all verbs"
    )]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) nats: Nats,
    /// How long to wait for an answer, for the position of --after, and for a server to acknowledge events
    #[arg(
        long,
        global = true,
        default_value = "30",
        value_name = "SECONDS",
        value_parser = seconds,
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) timeout: Duration,
    /// How long to wait for another process that has the ledger: 10s, 500ms, 2m
    #[arg(
        long,
        global = true,
        env = "TENURE_WAIT",
        default_value = "10s",
        value_name = "TIME",
        value_parser = time,
        help_heading = "Ledger",
        hide_short_help = true
    )]
    pub(crate) wait: Duration,
    /// Answer only when the ledger has come to this position, as ingest prints it
    #[arg(long, global = true, value_name = "SEQ", help_heading = "NATS", hide_short_help = true)]
    pub(crate) after: Option<u64>,

    /// The day asked about [default: today]
    ///
    /// Also a month or a year, which is its last day; yesterday, -30d, -18m; a diff takes D1..D2
    #[arg(allow_hyphen_values = true, value_parser = date, long, global = true, value_name = "DATE", help_heading = "Of all verbs")]
    pub(crate) at: Option<String>,
    /// Only what the world knew by then [default: all]
    ///
    /// By the end of that day, month or year, or by an instant; a diff takes K1..K2
    #[arg(allow_hyphen_values = true, value_parser = date, long, global = true, value_name = "DATE|INSTANT", help_heading = "Of all verbs")]
    pub(crate) known: Option<String>,
    /// Only what the ledger had recorded by then
    #[arg(allow_hyphen_values = true, value_parser = date, long, global = true, value_name = "SEQ|INSTANT", help_heading = "Of all verbs")]
    pub(crate) recorded: Option<String>,

    /// Where no end is known, a post is certain only if a source saw it in force within this time (90d, 18m, 2y)
    #[arg(long, global = true, value_name = "PERIOD", help_heading = "Sources", hide_short_help = true)]
    pub(crate) seen_within: Option<String>,
    /// Only claims of at least this confidence
    #[arg(long, global = true, value_name = "CONFIDENCE", value_parser = one_of(CONFIDENCES), help_heading = "Sources", hide_short_help = true)]
    pub(crate) min_confidence: Option<Confidence>,
    /// Only claims by this publisher (repeatable)
    #[arg(long, global = true, value_name = "PUBLISHER", help_heading = "Sources", hide_short_help = true)]
    pub(crate) source: Vec<String>,
    /// No claims by this publisher (repeatable)
    #[arg(long, global = true, value_name = "PUBLISHER", help_heading = "Sources", hide_short_help = true)]
    pub(crate) not_source: Vec<String>,

    /// The company whose unit is meant
    #[arg(long, global = true, value_name = "COMPANY", help_heading = "Of all verbs")]
    pub(crate) company: Option<String>,
    /// Show names in this language, where one is known
    #[arg(long, global = true, value_name = "LANG", help_heading = "Output", hide_short_help = true)]
    pub(crate) lang: Option<String>,

    /// How to print answers
    #[arg(long, global = true, value_name = "FORMAT", default_value = "table", value_parser = one_of(FORMATS), help_heading = "Of all verbs")]
    pub(crate) format: Format,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output",
        hide_short_help = true
    )]
    pub(crate) color: When,
    /// No notices, only answers and errors
    #[arg(short, long, global = true, help_heading = "Output", hide_short_help = true)]
    pub(crate) quiet: bool,
    /// Tell more of what is done
    #[arg(short, long, global = true, help_heading = "Output", hide_short_help = true)]
    pub(crate) verbose: bool,
    /// Print long answers as they are, also where a pager is set
    ///
    /// On a terminal an answer goes through `TENURE_PAGER`, else `PAGER`, else less; cat or nothing is none
    #[arg(long, global = true, help_heading = "Output", hide_short_help = true)]
    pub(crate) no_pager: bool,
}

impl Global {
    /// Refuses what chooses among answers, with a verb that is of all that there is.
    pub(crate) fn must_be_of_all(&self, verb: &str) -> Result<(), Failure> {
        let given = [
            ("at", self.at.is_some()),
            ("known", self.known.is_some()),
            ("recorded", self.recorded.is_some()),
            ("seen-within", self.seen_within.is_some()),
            ("min-confidence", self.min_confidence.is_some()),
            ("source", !self.source.is_empty()),
            ("not-source", !self.not_source.is_empty()),
            ("company", self.company.is_some()),
        ];
        match given.iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) => {
                let error = format!("--{flag} chooses among answers, and tenure {verb} gives none");
                Err(Failure::usage(error, "leave it out"))
            }
            None => Ok(()),
        }
    }
}

/// A ledger on NATS. Secrets are read from files; one in an address is never printed.
#[derive(Clone, Debug, Args)]
pub(crate) struct Nats {
    /// The ledger is on this NATS server
    ///
    /// Its log is a stream, and questions are answered by tenure serve; nats://HOST:PORT
    #[arg(
        long = "nats",
        global = true,
        env = "TENURE_NATS",
        hide_env_values = true,
        value_name = "URL",
        help_heading = "Of all verbs"
    )]
    pub(crate) url: Option<String>,
    /// The name of the stream
    #[arg(
        long = "nats-stream",
        global = true,
        env = "TENURE_NATS_STREAM",
        default_value = "TENURE",
        value_name = "NAME",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) stream: StreamName,
    /// What the subjects of its events begin with
    #[arg(
        long = "nats-subjects",
        global = true,
        env = "TENURE_NATS_SUBJECTS",
        default_value = "tenure.events",
        value_name = "PREFIX",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) subjects: SubjectPrefix,
    /// What the subjects of questions begin with
    #[arg(
        long = "nats-queries",
        global = true,
        env = "TENURE_NATS_QUERIES",
        default_value = "tenure.query",
        value_name = "PREFIX",
        value_parser = prefix,
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) queries: String,
    /// Log in with a credentials file
    #[arg(
        long = "nats-creds",
        global = true,
        env = "TENURE_NATS_CREDS",
        value_name = "FILE",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) creds: Option<PathBuf>,
    /// Log in with the seed of a key that stands in this file
    #[arg(
        long = "nats-nkey",
        global = true,
        env = "TENURE_NATS_NKEY",
        value_name = "FILE",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) nkey: Option<PathBuf>,
    /// Log in as this user
    #[arg(
        long = "nats-user",
        global = true,
        env = "TENURE_NATS_USER",
        value_name = "USER",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) user: Option<String>,
    /// The file that holds the user's password
    #[arg(
        long = "nats-password-file",
        global = true,
        env = "TENURE_NATS_PASSWORD_FILE",
        value_name = "FILE",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) password_file: Option<PathBuf>,
    /// Log in with the token in this file
    #[arg(
        long = "nats-token-file",
        global = true,
        env = "TENURE_NATS_TOKEN_FILE",
        value_name = "FILE",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) token_file: Option<PathBuf>,
    /// Trust the certificates in this file (PEM), and insist on TLS
    #[arg(
        long = "nats-ca",
        global = true,
        env = "TENURE_NATS_CA",
        value_name = "FILE",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) ca: Option<PathBuf>,
    /// Show this certificate to the server (PEM)
    #[arg(
        long = "nats-cert",
        global = true,
        env = "TENURE_NATS_CERT",
        value_name = "FILE",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) cert: Option<PathBuf>,
    /// The key of that certificate (PEM)
    #[arg(
        long = "nats-key",
        global = true,
        env = "TENURE_NATS_KEY",
        value_name = "FILE",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) key: Option<PathBuf>,
    /// Have answers come under this subject, where the server keeps users apart by it
    #[arg(
        long = "nats-inbox",
        global = true,
        env = "TENURE_NATS_INBOX",
        value_name = "PREFIX",
        help_heading = "NATS",
        hide_short_help = true
    )]
    pub(crate) inbox: Option<SubjectPrefix>,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

/// The longest that a command waits.
const LONGEST: f64 = 3600.0;

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if !(0.0..=LONGEST).contains(&seconds) {
        return Err(format!("between 0 and {LONGEST} seconds"));
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// A time with its unit; a number alone is of seconds.
fn time(text: &str) -> Result<Duration, String> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let unit = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("a time is written as 10s, 500ms or 2m".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| "a time is written as 10s, 500ms or 2m".to_owned())?;
    seconds(&(number * unit).to_string())
}

/// A date, or a clock's position: whatever does not begin like a flag. `-30d` is a date.
pub(crate) fn date(text: &str) -> Result<String, String> {
    if text.starts_with('-') && !tenure_ledger::dates::is_count(text) {
        return Err(
            "a date is missing here; one that counts back from today is written as -30d, -18m or -2y".to_owned()
        );
    }
    Ok(text.to_owned())
}

/// A subject in which anything can be asked: tokens with dots between them, and no wildcards.
fn prefix(text: &str) -> Result<String, String> {
    let token = |token: &str| {
        !token.is_empty() && token.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '*' && c != '>')
    };
    if text.split('.').all(token) && !text.starts_with('$') {
        return Ok(text.to_owned());
    }
    Err("a subject is words with dots between them, without wildcards".to_owned())
}
