//! The command line: verbs, flags, and the help that shows examples which work on the demo ledger.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use tenure_log::stream::{StreamName, SubjectPrefix};

use crate::bulletin::LogFormat;
use crate::verbs::apart::Apart;
use crate::verbs::correct::Correct;
use crate::verbs::ingest::Ingest;
use crate::verbs::retract::Retract;
use crate::verbs::same::Same;

/// An event-sourced ledger of personnel changes: who was where, what was known then, and which sources say so.
#[derive(Debug, Parser)]
#[command(
    name = "tenure",
    version,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "Make a ledger to try things on: tenure demo\n\
        Exit codes: 0 answered, 1 failure, 2 usage, 3 not found, 4 ambiguous name, 5 log unreachable,\n\
        6 basis not reached, 7 verification failed, 8 some input was rejected"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

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
        help_heading = "Ledger"
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
        help_heading = "NATS"
    )]
    pub(crate) timeout: Duration,
    /// Answer only when the ledger has come to this position, as ingest prints it
    #[arg(long, global = true, value_name = "SEQ", help_heading = "Clocks")]
    pub(crate) after: Option<u64>,

    /// The day asked about [default: today]; also a month or a year, yesterday, -30d, -18m; a diff takes D1..D2
    #[arg(allow_hyphen_values = true, value_parser = date, long, global = true, value_name = "DATE", help_heading = "Clocks")]
    pub(crate) at: Option<String>,
    /// Only what the world knew by the end of then [default: everything]; a diff takes K1..K2
    #[arg(allow_hyphen_values = true, value_parser = date, long, global = true, value_name = "DATE|INSTANT", help_heading = "Clocks")]
    pub(crate) known: Option<String>,
    /// Only what the ledger had recorded by then [default: everything]
    #[arg(allow_hyphen_values = true, value_parser = date, long, global = true, value_name = "SEQ|INSTANT", help_heading = "Clocks")]
    pub(crate) recorded: Option<String>,

    /// Where no end is known, a post is certain only if a source saw it in force within this time (90d, 18m, 2y)
    #[arg(long, global = true, value_name = "PERIOD", help_heading = "Sources")]
    pub(crate) seen_within: Option<String>,
    /// Only claims of at least this confidence
    #[arg(long, global = true, value_name = "CONFIDENCE", help_heading = "Sources")]
    pub(crate) min_confidence: Option<Confidence>,
    /// Only claims by this publisher (repeatable)
    #[arg(long, global = true, value_name = "PUBLISHER", help_heading = "Sources")]
    pub(crate) source: Vec<String>,
    /// No claims by this publisher (repeatable)
    #[arg(long, global = true, value_name = "PUBLISHER", help_heading = "Sources")]
    pub(crate) not_source: Vec<String>,

    /// The company whose unit is meant by a unit's name
    #[arg(long, global = true, value_name = "COMPANY", help_heading = "Names")]
    pub(crate) company: Option<String>,
    /// Show names in this language, where one is known
    #[arg(long, global = true, value_name = "LANG", help_heading = "Names")]
    pub(crate) lang: Option<String>,

    /// How to print answers
    #[arg(long, global = true, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    pub(crate) format: Format,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(crate) color: When,
    /// No notices, only answers and errors
    #[arg(short, long, global = true, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Tell more of what is done
    #[arg(short, long, global = true, help_heading = "Output")]
    pub(crate) verbose: bool,
}

/// A ledger on NATS. Secrets are read from files; one in an address is never printed.
#[derive(Clone, Debug, Args)]
pub(crate) struct Nats {
    /// The ledger is on this NATS server: its log a stream, questions answered by tenure serve; nats://HOST:PORT
    #[arg(
        long = "nats",
        global = true,
        env = "TENURE_NATS",
        hide_env_values = true,
        value_name = "URL",
        help_heading = "NATS"
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Confidence {
    Rumoured,
    Reported,
    Confirmed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Ndjson,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum By {
    Month,
    Quarter,
    Year,
}

/// The order of people in posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PeopleSort {
    /// Leads first, then by unit, title and name
    Post,
    /// By name
    Name,
    /// By start
    Start,
    /// By title
    Title,
    /// By unit, leads first
    Unit,
}

/// The order of the units of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ChartSort {
    /// By name
    Name,
    /// The largest first
    Size,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Append events from files or standard input
    #[command(
        long_about = "Append events: NDJSON (one event a line), a JSON array of events, or either of CloudEvents 1.0 \
        structured records. What is no event is told with its line and costs nothing else; running it again appends nothing.",
        after_help = "Example: tenure ingest events.ndjson --rejects rejected.ndjson"
    )]
    Ingest(Ingest),
    /// The posts that a person holds on a day
    #[command(after_help = "Example: tenure person 'Steven Hoi' --at 2025-08-01")]
    Person {
        /// A name in any script, an alias or an id
        person: String,
    },
    /// The whole timeline of a person
    #[command(after_help = "Example: tenure career 许主洪\nExample: tenure career 许主洪 --output career.svg")]
    Career {
        /// A name in any script, an alias or an id
        person: String,
        /// Draw it into this file (.svg)
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// The people of a unit or company
    #[command(after_help = "Example: tenure who 'Tongyi Lab' --at 2025-10-01")]
    Who {
        /// A name in any script, an alias or an id
        unit: String,
        /// Not those of its sub-units
        #[arg(long)]
        direct: bool,
        #[command(flatten)]
        filter: PostFilter,
        /// In which order [default: post]
        #[arg(long, value_enum, value_name = "ORDER")]
        sort: Option<PeopleSort>,
    },
    /// The org chart of a unit or company
    #[command(after_help = "Example: tenure org Alibaba --at 2026-04-10")]
    Org {
        /// A name in any script, an alias or an id
        unit: String,
        /// In which order the units under one unit stand [default: name]
        #[arg(long, value_enum, value_name = "ORDER")]
        sort: Option<ChartSort>,
        /// Draw it into this file (.svg)
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Everyone who ever held a post there, in order of start
    #[command(
        after_help = "Example: tenure holders 通義實驗室 --lead\nExample: tenure holders 通義實驗室 --lead --gaps"
    )]
    Holders {
        /// A name in any script, an alias or an id
        unit: String,
        /// Not those of its sub-units
        #[arg(long)]
        direct: bool,
        #[command(flatten)]
        filter: PostFilter,
        #[command(flatten)]
        between: Between,
        /// Tell also when nobody of them held it
        #[arg(long)]
        gaps: bool,
        /// In which order [default: start]
        #[arg(long, value_enum, value_name = "ORDER")]
        sort: Option<PeopleSort>,
    },
    /// The reporting line of a person
    #[command(after_help = "Example: tenure reports 許主洪 --up --at 2025-10-01")]
    Reports {
        /// A name in any script, an alias or an id
        person: String,
        /// Only to whom the person reports
        #[arg(long, conflicts_with = "down")]
        up: bool,
        /// Only who reports to the person
        #[arg(long)]
        down: bool,
    },
    /// What happened between two days, and what was learned between two points of knowledge
    #[command(after_help = "Example: tenure diff 許主洪 --at 2025-08-01..2025-10-01\n\
        Example: tenure diff 許主洪 --at 2025-10-01 --known 2025-09-28..2025-10-01")]
    Diff {
        /// A person, a unit or a company
        target: String,
    },
    /// Who went from where to where
    #[command(after_help = "Example: tenure moves --to 'Tongyi Lab' --by year")]
    Moves {
        /// Only from this unit or company
        #[arg(long, value_name = "UNIT")]
        from: Option<String>,
        /// Only to this unit or company
        #[arg(long, value_name = "UNIT")]
        to: Option<String>,
        #[command(flatten)]
        between: Between,
        /// Tell periods apart
        #[arg(long)]
        by: Option<By>,
        /// Draw it into this file (.svg)
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// The evidence for a person's post on a day, or for one tenure
    #[command(after_help = "Example: tenure why 許主洪 --at 2025-10-01")]
    Why {
        /// A person, or the id of a tenure from another answer
        #[arg(value_name = "PERSON|TENURE")]
        of: String,
    },
    /// Contradictions, missing links, ambiguous names
    #[command(after_help = "Example: tenure conflicts 許主洪")]
    Conflicts {
        /// A person, a unit or a company; everything where left out
        target: Option<String>,
    },
    /// The events as recorded, oldest first; or copy the log
    #[command(
        after_help = "Example: tenure log 許主洪\nExample: tenure log copy tenure-data nats://localhost:4222",
        args_conflicts_with_subcommands = true
    )]
    Log {
        #[command(subcommand)]
        task: Option<LogTask>,
        /// A person, a unit, a company or an event; everything where left out
        target: Option<String>,
        /// The events that could not be read
        #[arg(long, conflicts_with = "target")]
        quarantined: bool,
        #[command(flatten)]
        filter: LogFilter,
    },
    /// An event does not count any more
    #[command(
        long_about = "Retract an event: shows which answers change by that, asks, and appends an EventRetracted. \
        Nothing is deleted, and the retraction can be retracted.",
        after_help = "Example: tenure retract zhidx-hoi-rumour --reason 'the source withdrew it' --by lin"
    )]
    Retract(Retract),
    /// Replace an event by a copy of it that says something else
    #[command(
        long_about = "Correct what this ledger holds of a claim: shows which answers change by that, asks, and appends \
        a copy of the event with other fields, which corrects it. The copy goes on saying who claimed it.",
        after_help = "Example: tenure correct zhidx-hoi-joined effective=2025-01 --by lin --note 'a slip of the scraper'"
    )]
    Correct(Correct),
    /// Two people, units or companies are one
    #[command(
        long_about = "Join two: shows which answers change by that, asks, and appends a SamePerson or a SameUnit. \
        The id of the second is kept.",
        after_help = "Example: tenure same 'Zhou Jingren' p/zhou --by lin"
    )]
    Same(Same),
    /// One name means different people in different companies
    #[command(
        long_about = "Part namesakes: for each company says by an id whom the name means there. Shows which answers \
        change by that, asks, and appends a PersonDescribed for each.",
        after_help = "Example: tenure apart 'Wang Wei' --in Kestrel --as p/wang-1 --in Heron --as p/wang-2 --by lin"
    )]
    Apart(Apart),
    /// Write the events, or the state on a basis, for other programs
    #[command(
        long_about = "Write the events, or the state on a basis: all clocks and filters apply. A target narrows it to a \
        person, or to who was ever in a unit or company; a chart is always of one.",
        after_help = "Example: tenure export --to csv --output stints.csv\n\
        Example: tenure export --to mermaid Alibaba --at 2026-04-10"
    )]
    Export {
        /// A person, a unit or a company; everything where left out
        target: Option<String>,
        /// The format to write
        #[arg(long, value_enum, value_name = "FORMAT")]
        to: Exported,
        /// Write to this file [default: standard output]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// A page of HTML on a person, a unit or a company: timeline, org chart by date, contradictions, sources
    #[command(
        long_about = "Write one page that needs no network and no script: the timeline of a person or of everyone in a \
        unit, the org chart by date, contradictions, and a footnote with the source of every fact.",
        after_help = "Example: tenure report 许主洪 --output report.html"
    )]
    Report {
        /// A person, a unit or a company
        target: String,
        #[command(flatten)]
        filter: PostFilter,
        #[command(flatten)]
        between: Between,
        /// Write to this file (.html) [default: standard output]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Search people, units and titles by any script or spelling
    #[command(after_help = "Example: tenure find 'Xu Zhuhong'")]
    Find {
        /// What to look for
        name: String,
        /// How many to show
        #[arg(long, default_value_t = 10, value_name = "N")]
        limit: usize,
    },
    /// The companies, units, people, titles or sources of this ledger, with counts and dates
    #[command(
        after_help = "Example: tenure list units --company Alibaba\nExample: tenure list titles --sort count --limit 20"
    )]
    List {
        /// What to list
        #[arg(value_enum, value_name = "WHAT")]
        what: Listing,
        /// In which order: by name, the most people first, or the first start first
        #[arg(long, value_enum, value_name = "ORDER", default_value = "name")]
        sort: Sort,
        /// Only the first so many of that order
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
    },
    /// Rebuild the snapshots from the log
    Replay,
    /// Lag and sizes
    #[command(after_help = "Example: tenure status --max-lag 60 || echo behind")]
    Status {
        /// Exit with 6 where it has been behind the log for longer
        #[arg(long, value_name = "SECONDS")]
        max_lag: Option<f64>,
    },
    /// Check the log, and the snapshots against a fresh fold of it
    Verify(crate::verbs::verify::Verify),
    /// Follow the log on NATS into the data directory, and answer questions over NATS
    #[command(
        long_about = "Follow the stream of events on a NATS server into the data directory, and answer questions over \
        NATS. Several of these, each with a directory of its own, share the questions. A directory that holds a ledger \
        of its own is answered from as it is.",
        after_help = "Example: tenure serve --nats nats://localhost:4222 --data served"
    )]
    Serve {
        /// How to tell on standard error what happens
        #[arg(long, env = "TENURE_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
        log_format: LogFormat,
    },
    /// Changes as they are applied by tenure serve
    #[command(after_help = "Example: tenure watch 'Tongyi Lab' --nats nats://localhost:4222")]
    Watch {
        /// Only of this person, unit or company
        target: Option<String>,
    },
    /// Set up the log on a NATS server
    Nats {
        #[command(subcommand)]
        task: NatsTask,
    },
    /// Make a small ledger of real events to try things on, and ask it a few questions
    #[command(after_help = "Example: tenure --data demo-data demo")]
    Demo,
    /// Completions for a shell
    #[command(after_help = "Example: tenure completions bash > ~/.local/share/bash-completion/completions/tenure")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// The JSON Schema of an event type or an answer; without a name, their names
    #[command(after_help = "Example: tenure schema TransferredUnit")]
    Schema {
        /// An event type (`TransferredUnit`), `event` for all, or a verb (`person`)
        #[arg(value_name = "TYPE")]
        name: Option<String>,
    },
}

/// The longest that anybody waits.
const LONGEST: f64 = 3600.0;

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if !(0.0..=LONGEST).contains(&seconds) {
        return Err(format!("between 0 and {LONGEST} seconds"));
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// A date, or a clock's position: whatever does not begin like a flag. `-30d` is a date.
fn date(text: &str) -> Result<String, String> {
    if text.starts_with('-') && !crate::dates::is_count(text) {
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

impl Verb {
    /// What it is called where its ledger can only be one in a directory.
    pub(crate) fn of_a_directory(&self) -> Option<&'static str> {
        match self {
            Verb::Verify(_) => Some("verify"),
            Verb::Demo => Some("demo"),
            Verb::Ingest(_)
            | Verb::Person { .. }
            | Verb::Career { .. }
            | Verb::Who { .. }
            | Verb::Org { .. }
            | Verb::Holders { .. }
            | Verb::Reports { .. }
            | Verb::Diff { .. }
            | Verb::Moves { .. }
            | Verb::Why { .. }
            | Verb::Conflicts { .. }
            | Verb::Log { .. }
            | Verb::Retract(_)
            | Verb::Correct(_)
            | Verb::Same(_)
            | Verb::Apart(_)
            | Verb::Export { .. }
            | Verb::Report { .. }
            | Verb::Find { .. }
            | Verb::List { .. }
            | Verb::Status { .. }
            | Verb::Serve { .. }
            | Verb::Watch { .. }
            | Verb::Replay
            | Verb::Nats { .. }
            | Verb::Completions { .. }
            | Verb::Schema { .. } => None,
        }
    }
}

/// What is done with a whole log.
#[derive(Debug, Subcommand)]
pub(crate) enum LogTask {
    /// Copy a ledger from a directory to a stream, or back
    #[command(
        long_about = "Copy a ledger to where there is none, or go on with a copy: its events in their order, with the \
        times at which they were recorded. Running it again appends nothing. The flags for NATS tell how to log in, and \
        the name of a stream where the address does not.",
        after_help = "Example: tenure log copy tenure-data nats://localhost:4222/TENURE"
    )]
    Copy {
        /// A ledger's directory, or nats://HOST:PORT/STREAM
        from: String,
        /// A ledger's directory, or nats://HOST:PORT/STREAM
        to: String,
    },
}

/// What is done on a NATS server.
#[derive(Debug, Subcommand)]
pub(crate) enum NatsTask {
    /// Make the stream, or see whether the one that is there loses no events
    #[command(after_help = "Example: tenure nats init --nats nats://localhost:4222 --replicas 3")]
    Init {
        /// On how many servers of a cluster it lies
        #[arg(long, value_name = "N", default_value_t = 1)]
        replicas: u8,
        /// For how many seconds the server drops what is sent twice
        #[arg(long, value_name = "SECONDS", default_value_t = 120)]
        duplicate_window: u64,
        /// The longest message in bytes, its headers included
        #[arg(long, value_name = "BYTES", default_value_t = 131_072)]
        message_bytes: u32,
        /// How long the stream may grow in bytes; then it takes no more [default: as the disk allows]
        #[arg(long, value_name = "BYTES")]
        most_bytes: Option<u64>,
        /// How it is stored
        #[arg(long, value_enum, value_name = "HOW", default_value = "s2")]
        compression: Compressed,
    },
}

/// How a stream is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compressed {
    S2,
    None,
}

#[derive(Debug, Args)]
pub(crate) struct PostFilter {
    /// Only those who lead
    #[arg(long)]
    pub(crate) lead: bool,
    /// Only those with this title, or, where nobody has the whole of it, with it as a part of theirs
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
}

/// Which events of the log are shown.
#[derive(Debug, Args)]
pub(crate) struct LogFilter {
    /// Only the last so many
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Only those reported from this date on
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// Only those reported up to this date
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// Only events of this type (repeatable)
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<String>,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Listing {
    Companies,
    Units,
    People,
    Titles,
    Sources,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sort {
    #[default]
    Name,
    Count,
    First,
}

#[derive(Debug, Args)]
pub(crate) struct Between {
    /// From this date on
    #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = date)]
    pub(crate) since: Option<String>,
    /// Up to this date
    #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = date)]
    pub(crate) until: Option<String>,
}

/// A format that is read as events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(clippy::doc_markdown, reason = "help is shown as it stands here")]
pub(crate) enum Foreign {
    /// Tables of stints (CSV, TSV): a row for each post held
    Csv,
    /// Dated snapshots of a team page
    Roster,
    /// Popolo JSON
    Popolo,
    /// FollowTheMoney entities and statements
    Ftm,
    /// Wikidata entity JSON
    Wikidata,
}

/// A format in which a ledger is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(clippy::doc_markdown, reason = "help is shown as it stands here")]
pub(crate) enum Exported {
    /// Events as they were recorded, one a line
    Events,
    /// Events as CloudEvents 1.0 structured records, one a line
    Cloudevents,
    /// A table of stints, one a row
    Csv,
    /// Popolo JSON
    Popolo,
    /// FollowTheMoney entities, one a line
    Ftm,
    /// FollowTheMoney statements, one a line
    FtmStatements,
    /// An org chart for GraphViz
    Dot,
    /// An org chart for Mermaid
    Mermaid,
}
