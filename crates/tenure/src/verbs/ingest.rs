//! `tenure ingest`: events from files and streams, or from other formats, go into the log.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use tenure_domain::day::Instant;
use tenure_domain::plain_text::{escape_json, shown_path};
use tenure_log::{Create, Log};
use tenure_producer::adapter::{self, Accounts, Adapter, Task, adapt};
use tenure_producer::{IngestError, KeyReuse, OnUnsent, Place, Reject, Summary, Watch, ingest_slow};

use super::mend::{LISTED, SHOWN};
use crate::directory;
use crate::failure::{Exit, Failure};
use crate::files::{Opened, Output, open_inputs, open_to_add, refuse_others};
use crate::global::Global;
use crate::nats::{self, Away, OpenError};
use crate::rehearsal::{Missing, Rehearsal, Rehearsed};
use crate::terminal::{hear, layout, put_before_end, tell};
use tenure_ledger::Notice;
use tenure_ledger::clock::now;
use tenure_render as render;
use tenure_render::Format;

/// Append events from files or standard input
#[derive(Clone, Debug, Args)]
#[command(
    long_about = "Append events: NDJSON (one event a line), a JSON array of events, or either of CloudEvents 1.0 \
    structured records. What is no event is told with its line and costs nothing else; running it again appends nothing.",
    before_help = "Example: tenure ingest events.ndjson --rejects rejected.ndjson"
)]
pub(crate) struct Ingest {
    /// The files to read
    #[arg(required = true, value_name = "FILE|-")]
    files: Vec<String>,
    /// Write what is rejected to this file, a line of JSON each
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// The format of the files, where they are not events
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Option<Foreign>,
    /// How the format's fields map to events: a file of TOML, or the name of a map that comes with tenure
    #[arg(long, value_name = "MAP", requires = "from")]
    map: Option<PathBuf>,
    /// The day, or the month or year, of which the files are a version, where their names do not tell it
    #[arg(long, value_name = "DATE", requires = "from")]
    version: Option<String>,
    /// Tell which fields and records of the files the map leaves out
    #[arg(long, requires = "from")]
    explain: bool,
    /// Add the events that a NATS server did not acknowledge to this file, a line each, to ingest it again
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    unsent: Option<PathBuf>,
    /// Append nothing, but tell what would be appended and what that would change
    #[arg(long)]
    dry_run: bool,
}

/// A format that is read as events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(clippy::doc_markdown, reason = "help is shown as it stands here")]
enum Foreign {
    /// Tables of stints (CSV, TSV): a row for each post held
    Csv,
    /// Trees (JSON, lines of JSON, YAML, TOML, XML) with posts in them, by a map of paths
    Records,
    /// Statements of the Beneficial Ownership Data Standard (0.4)
    Bods,
    /// Dated snapshots of a team page
    Roster,
    /// Popolo JSON
    Popolo,
    /// FollowTheMoney entities and statements
    Ftm,
    /// Wikidata entity JSON
    Wikidata,
}

/// Appends what the files hold. The number is the exit code.
pub(super) fn run(global: &Global, ingest: &Ingest) -> Result<u8, Failure> {
    global.must_be_of_all("ingest")?;
    let Ingest { files, rejects, from, map, version, explain, unsent, dry_run } = ingest;
    let input = match from {
        None => Input::Events(files),
        Some(from) => {
            Input::Foreign { format: *from, files, map: map.as_deref(), version: version.as_deref(), explain: *explain }
        }
    };
    let leftovers = Leftovers { rejects: rejects.as_deref(), unsent: unsent.as_deref() };
    if let Some(unfilled) = map.as_deref().and_then(unfilled) {
        if !dry_run {
            let hint =
                "nothing was appended: write what is meant and take `TODO:` out; --dry-run tries the map as it is";
            return Err(Failure::new(Exit::Failure, unfilled).hint(hint));
        }
        hear(global, Notice::Remark(unfilled));
    }
    if *dry_run { rehearse(global, &input, &leftovers) } else { ingest_files(global, &input, &leftovers) }
}

/// What says that something of a map is still to be filled in, with the first line of that; none where nothing is.
fn unfilled(map: &Path) -> Option<String> {
    let lines = adapter::unfilled(map);
    let (number, line) = lines.first()?;
    let more = if lines.len() > 1 { format!(", and {} more", lines.len() - 1) } else { String::new() };
    Some(format!("{}: line {number} is to be filled in: {line}{more}", shown_path(map)))
}

/// Tells of an ingest as it goes: a bar on a terminal, rejects in a file or on standard error.
struct Teller<'t> {
    rejects: Option<BufWriter<Output>>,
    reasons: Reasons,
    unsent: Unsent<'t>,
    bar: Option<ProgressBar>,
    before: u64,
    quiet: bool,
    /// How many rejects were told on standard error, or left out there.
    rejected: u64,
    /// The hint that was told last, which stands for the rejects after it that have the same.
    hint: String,
    /// How many keys were used for two statements.
    reused: u64,
    /// What became of the records of another format.
    accounts: Option<Accounts>,
}

/// How many rejects are told on standard error before only their number is.
const MOST_LINES: u64 = 20;

/// How many rejects of one reason are written down before only their number is.
const MOST_OF_ONE: u64 = 5_000;

/// How many reasons are counted apart; the rest count as one.
const MOST_REASONS: usize = 1_000;

/// How many rejects there are of each reason, so that an input that is wrong throughout fills no disk.
#[derive(Default)]
struct Reasons(BTreeMap<String, u64>);

impl Reasons {
    /// Counts a reject. Whether it is to be written down.
    fn admit(&mut self, reject: &Reject) -> bool {
        // What a reason quotes differs from line to line.
        let plain: Vec<&str> = reject.reason.split('`').step_by(2).collect();
        let mut reason = plain.join("..");
        if self.0.len() >= MOST_REASONS && !self.0.contains_key(&reason) {
            reason = String::new();
        }
        let count = self.0.entry(reason).or_default();
        *count += 1;
        *count <= MOST_OF_ONE
    }

    /// The reasons of which rejects were left out, with their number.
    fn left_out(&self) -> impl Iterator<Item = (&str, u64)> {
        let more = self.0.iter().filter(|(_, count)| **count > MOST_OF_ONE);
        more.map(|(reason, count)| (reason.as_str(), count - MOST_OF_ONE))
    }
}

impl Watch for Teller<'_> {
    fn now(&self) -> Instant {
        now()
    }

    fn rejected(&mut self, reject: &Reject) -> std::io::Result<()> {
        if let Some(file) = &mut self.rejects {
            return if self.reasons.admit(reject) {
                writeln!(file, "{}", escape_json(reject.to_json().to_string()))
            } else {
                Ok(())
            };
        }
        self.rejected += 1;
        if self.rejected > MOST_LINES && !self.quiet {
            return Ok(());
        }
        let Reject { file, line, column, reason, hint, .. } = reject;
        let column = column.as_ref().map_or_else(String::new, |column| format!(" ({column})"));
        let file = shown_path(Path::new(file));
        self.say(&format!("{file}:{line}:{column} {reason}"));
        if self.hint != *hint {
            self.say(&format!("  hint: {hint}"));
            self.hint.clone_from(hint);
        }
        Ok(())
    }

    fn stamped_ahead(&mut self, last: Instant, now: Instant) {
        self.say(&format!(
            "warning: the last event of this ledger was recorded at {last}, later than this machine's clock ({now}); \
             what is recorded now bears that stamp, and events without `reported_at` are reported by this clock\n  \
             hint: is this clock right? What is recorded keeps its stamp until the clock has passed it"
        ));
    }

    fn key_reused(&mut self, KeyReuse { place, first_line }: &KeyReuse<'_>) {
        self.reused += 1;
        if self.reused <= MOST_LINES && !self.quiet {
            let Place { file, line, .. } = place;
            self.say(&format!(
                "{file}:{line}: the source uses the key of line {first_line} for another statement: only one of the two \
                 counts\n  hint: give each statement its own `source.key`; tenure conflicts lists them as key_reused"
            ));
        }
    }

    fn accounted(&mut self, accounts: &Accounts) {
        self.accounts = Some(accounts.clone());
    }

    fn passed(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(self.before + bytes);
        }
    }

    fn unsent(&mut self, event: &str) -> std::io::Result<OnUnsent> {
        self.unsent.add(event)
    }
}

impl Teller<'_> {
    /// Tells something beside the bar.
    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| tell(text)),
            None => tell(text),
        }
    }

    /// Ends what was told: the files are whole, and what was not told is counted.
    fn end(self, global: &Global) -> Result<(), Failure> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some(mut file) = self.rejects {
            for (reason, more) in self.reasons.left_out() {
                writeln!(file, "{}", serde_json::json!({"reason": reason, "more": more}))?;
                if !global.quiet {
                    tell(&format!("notice: {more} more rejected and not written down: {reason}"));
                }
            }
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.put()?;
        }
        let more = self.rejected.saturating_sub(MOST_LINES);
        if more > 0 && !global.quiet {
            tell(&format!("and {more} more rejected; --rejects FILE keeps them all"));
        }
        let more = self.reused.saturating_sub(MOST_LINES);
        if more > 0 && !global.quiet {
            tell(&format!("and {more} more keys that are used for two statements"));
        }
        self.unsent.end()?;
        Ok(())
    }
}

/// Where the events go that were not acknowledged. What a run before this left there stays.
struct Unsent<'u> {
    path: Option<&'u Path>,
    /// Opened with the first of them, so that a run that needs none leaves none.
    file: Option<BufWriter<File>>,
}

impl Unsent<'_> {
    fn add(&mut self, event: &str) -> std::io::Result<OnUnsent> {
        let Some(path) = self.path else { return Ok(OnUnsent::Leave) };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(open_to_add(path)?)),
        };
        writeln!(file, "{event}")?;
        Ok(OnUnsent::Read)
    }

    fn end(self) -> std::io::Result<()> {
        match self.file {
            None => Ok(()),
            Some(file) => file.into_inner()?.sync_all(),
        }
    }
}

/// Where an ingest puts what does not go into the log.
struct Leftovers<'a> {
    rejects: Option<&'a Path>,
    unsent: Option<&'a Path>,
}

impl Leftovers<'_> {
    /// Refuses files that are read, or that belong to something else.
    fn are_ours(&self, global: &Global, input: &Input<'_>) -> Result<(), Failure> {
        let (Input::Events(files) | Input::Foreign { files, .. }) = input;
        let mut read: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        if let Input::Foreign { map: Some(map), .. } = input {
            read.push(map.to_path_buf());
        }
        for (flag, path) in [("--rejects", self.rejects), ("--unsent", self.unsent)] {
            if let Some(path) = path {
                refuse_others(global, flag, path, &read)?;
            }
        }
        if self.rejects.is_some() && self.rejects == self.unsent {
            let hint = "what is rejected cannot be ingested again as it is: name two files";
            return Err(Failure::usage("--rejects and --unsent are one file", hint));
        }
        Ok(())
    }

    fn open_rejects(&self) -> Result<Option<BufWriter<Output>>, Failure> {
        self.rejects.map(|path| Output::to(path).map(BufWriter::new)).transpose()
    }
}

/// What is to be ingested.
enum Input<'i> {
    Events(&'i [String]),
    Foreign { format: Foreign, files: &'i [String], map: Option<&'i Path>, version: Option<&'i str>, explain: bool },
}

/// The adapter that reads a format.
fn adapter(format: Foreign) -> Box<dyn Adapter> {
    match format {
        Foreign::Csv => Box::new(adapter::csv::CsvStints),
        Foreign::Records => Box::new(adapter::csv::Records),
        Foreign::Bods => Box::new(adapter::bods::Bods),
        Foreign::Roster => Box::new(adapter::roster::Roster),
        Foreign::Popolo => Box::new(adapter::popolo::Popolo),
        Foreign::Ftm => Box::new(adapter::ftm::FollowTheMoney),
        Foreign::Wikidata => Box::new(adapter::wikidata::Wikidata),
    }
}

/// Opens the log to append to. Where it cannot be reached, and there is a file for what it does not acknowledge, one
/// that acknowledges nothing stands in.
fn open_log(global: &Global, leftovers: &Leftovers<'_>) -> Result<Box<dyn Log>, Failure> {
    let Some(url) = nats::url(global) else {
        return Ok(Box::new(directory::open_log(global, &global.data, Create::IfMissing)?));
    };
    match nats::open(&global.nats, url, Create::IfMissing, global.timeout) {
        Ok(stream) => Ok(Box::new(stream)),
        Err(OpenError::Log(error)) if leftovers.unsent.is_some() => Ok(Box::new(Away::instead_of(error)?)),
        Err(error) => Err(error.into()),
    }
}

/// Everything that is to be read, found before the ledger is touched: a mistyped name costs nothing.
#[derive(Default)]
struct Inputs {
    opened: Vec<Opened>,
    paths: Vec<PathBuf>,
    bytes: u64,
}

impl Inputs {
    fn find(input: &Input<'_>) -> Result<Inputs, Failure> {
        match input {
            Input::Events(files) => {
                let opened = open_inputs(files)?;
                let bytes = opened.iter().map(|(_, _, bytes)| bytes).sum();
                Ok(Inputs { opened, bytes, ..Inputs::default() })
            }
            Input::Foreign { files, .. } => {
                let mut inputs = Inputs::default();
                for file in *files {
                    if file == "-" {
                        let hint = "write it to a file first: a version is compared with the one before as a whole";
                        return Err(Failure::usage("--from reads files, not standard input", hint));
                    }
                    let path = PathBuf::from(file);
                    let meta = std::fs::metadata(&path).map_err(|error| {
                        Failure::new(Exit::Failure, format!("{}: {error}", shown_path(Path::new(file))))
                            .hint("nothing was appended")
                    })?;
                    inputs.bytes += if meta.is_file() { meta.len() } else { 0 };
                    inputs.paths.push(path);
                }
                Ok(inputs)
            }
        }
    }
}

/// What an ingest came to: what became of the events, and why it ended early, where it did.
struct Done {
    sum: Summary,
    failure: Option<Failure>,
}

fn ingest_files(global: &Global, input: &Input<'_>, leftovers: &Leftovers<'_>) -> Result<u8, Failure> {
    let inputs = Inputs::find(input)?;
    leftovers.are_ours(global, input)?;
    let rejects = leftovers.open_rejects()?;
    let mut log = open_log(global, leftovers)?;
    let mut teller = Teller {
        rejects,
        reasons: Reasons::default(),
        unsent: Unsent { path: leftovers.unsent, file: None },
        bar: progress(global, inputs.bytes),
        before: 0,
        quiet: global.quiet,
        rejected: 0,
        hint: String::new(),
        reused: 0,
        accounts: None,
    };
    let Done { sum, failure } = feed(input, inputs, &mut *log, &mut teller, leftovers);
    let accounts = teller.accounts.take();
    teller.end(global)?;
    if let (Some(accounts), Input::Foreign { explain: true, .. }) = (&accounts, input) {
        tell(&explained(accounts));
    }
    let Summary { appended, duplicate, rejected, unsent, .. } = sum;
    let is_told = unsent > 0 || (matches!(input, Input::Foreign { .. }) && appended + duplicate + rejected > 0);
    let failed = match (failure, leftovers.unsent) {
        (Some(failure), Some(file)) if unsent > 0 => Some(
            failure
                .hint(format!("they are in {}: ingest that; to ingest anything twice is harmless", shown_path(file))),
        ),
        (Some(failure), _) if !is_told => return Err(failure),
        // What was acknowledged is told nevertheless.
        (failed, _) => failed,
    };
    put_before_end(&summed_up(global, &sum, accounts.as_ref())).map_err(|failure| {
        failure.although(&format!("appended {appended}, duplicate {duplicate}, rejected {rejected}"))
    })?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    log.close()?;
    Ok(if rejected > 0 { Exit::Rejected as u8 } else { 0 })
}

/// Tells what an ingest would come to, and what it would change. Nothing is written.
fn rehearse(global: &Global, input: &Input<'_>, leftovers: &Leftovers<'_>) -> Result<u8, Failure> {
    let inputs = Inputs::find(input)?;
    leftovers.are_ours(global, input)?;
    let rehearsal = Rehearsal::open(global, Missing::Empty)?;
    let rejects = leftovers.open_rejects()?;
    let mut log = Rehearsed::new(rehearsal);
    let unsent = Unsent { path: None, file: None };
    let bar = progress(global, inputs.bytes);
    let mut teller = Teller {
        rejects,
        reasons: Reasons::default(),
        unsent,
        bar,
        before: 0,
        quiet: global.quiet,
        rejected: 0,
        hint: String::new(),
        reused: 0,
        accounts: None,
    };
    let Done { sum, failure } = feed(input, inputs, &mut log, &mut teller, leftovers);
    let accounts = teller.accounts.take();
    teller.end(global)?;
    if let (Some(accounts), Input::Foreign { explain: true, .. }) = (&accounts, input) {
        tell(&explained(accounts));
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    if log.is_cut() && !global.quiet {
        tell(&format!("notice: the changes shown are those of the first {} events", log.first.len()));
    }
    // An importer goes on with what it said itself, and beyond the bound it does not find that.
    let is_partial = log.is_cut() && matches!(input, Input::Foreign { .. });
    let effects = log.rehearsal.effects(global, &log.first)?;
    let Summary { appended, duplicate, rejected, .. } = sum;
    let text = match global.format {
        Format::Json | Format::Ndjson => {
            let effects = effects.cut(LISTED);
            let mut json = serde_json::json!({
                "appended": 0, "would_append": appended, "duplicate": duplicate, "rejected": rejected, "effects": effects,
            });
            account(&mut json, accounts.as_ref());
            if is_partial {
                json["partial"] = true.into();
            }
            format!("{json}\n")
        }
        Format::Csv => format!("would_append,duplicate,rejected\n{appended},{duplicate},{rejected}\n"),
        Format::Table => {
            let changes = render::changes(&effects.cut(SHOWN), &layout(global));
            let accounts = accounts.as_ref().map_or_else(String::new, accounted);
            let partial = if is_partial {
                format!("; counted without the events that would stand behind the first {}", log.first.len())
            } else {
                String::new()
            };
            format!(
                "would append {appended}, duplicate {duplicate}, rejected {rejected}{accounts}{partial}\n\n{changes}"
            )
        }
    };
    put_before_end(&text)?;
    Ok(if rejected > 0 { Exit::Rejected as u8 } else { 0 })
}

fn progress(global: &Global, bytes: u64) -> Option<ProgressBar> {
    (std::io::stderr().is_terminal() && !global.quiet && bytes > 4 << 20).then(|| {
        let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
        let bar = ProgressBar::new(bytes);
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar
    })
}

/// Feeds a log with all inputs.
fn feed(
    input: &Input<'_>,
    inputs: Inputs,
    log: &mut dyn Log,
    teller: &mut Teller<'_>,
    leftovers: &Leftovers<'_>,
) -> Done {
    let mut sum = Summary::default();
    let mut failure: Option<Failure> = None;
    for (file, input, bytes) in inputs.opened {
        match ingest_slow(log, &file, input, teller) {
            Ok(one) => sum = sum.and(one),
            // What is not acknowledged of the other inputs is wanted too, where there is a file for it.
            Err(IngestError::Unsent { summary, source }) => {
                sum = sum.and(summary);
                failure.get_or_insert(Failure::from(IngestError::Unsent { summary: sum, source }));
                if leftovers.unsent.is_none() {
                    break;
                }
            }
            Err(IngestError::Stopped { summary, source }) => {
                sum = sum.and(summary);
                failure = Some(Failure::from(IngestError::Stopped { summary: sum, source }));
                break;
            }
            Err(error) => {
                failure = Some(Failure::from(error));
                break;
            }
        }
        teller.before += bytes;
    }
    if let Input::Foreign { format, map, version, .. } = input {
        let task = Task { inputs: &inputs.paths, map: *map, version: *version };
        match adapt(&*adapter(*format), &task, log, teller) {
            Ok(all) => sum = all,
            Err(error) => {
                sum = error.summary().unwrap_or(sum);
                failure = Some(Failure::from(error));
            }
        }
    }
    Done { sum, failure }
}

/// What became of the events, as it is printed.
fn summed_up(global: &Global, sum: &Summary, accounts: Option<&Accounts>) -> String {
    let Summary { appended, duplicate, rejected, unsent, .. } = *sum;
    let head = sum.seq().map(|seq| seq.to_string()).unwrap_or_default();
    match global.format {
        Format::Json | Format::Ndjson => {
            let mut json = serde_json::json!({
                "appended": appended, "duplicate": duplicate, "rejected": rejected, "seq": sum.seq(),
            });
            if unsent > 0 {
                json["unsent"] = unsent.into();
            }
            account(&mut json, accounts);
            format!("{json}\n")
        }
        Format::Csv => format!("appended,duplicate,rejected,seq\n{appended},{duplicate},{rejected},{head}\n"),
        Format::Table => {
            let unsent = if unsent > 0 { format!(", not acknowledged {unsent}") } else { String::new() };
            let accounts = accounts.map_or_else(String::new, accounted);
            let head = if head.is_empty() { "the ledger was not reached" } else { &format!("ledger at {head}") };
            format!("appended {appended}, duplicate {duplicate}, rejected {rejected}{unsent}; {head}{accounts}\n")
        }
    }
}

/// What became of the records, as fields of a summary.
fn account(json: &mut serde_json::Value, accounts: Option<&Accounts>) {
    let Some(accounts) = accounts else { return };
    json["records"] = accounts.records.into();
    json["statements"] = accounts.statements.into();
    json["unchanged"] = accounts.unchanged.into();
    json["dropped"] = accounts.dropped.iter().map(|(reason, count)| (reason.clone(), *count)).collect();
    json["unmatched"] = accounts.unmatched.iter().map(|(value, count)| (value.clone(), *count)).collect();
    json["reused_keys"] = accounts.reused.into();
    json["gone"] = accounts.gone.into();
    json["missing"] = accounts.missing.into();
    json["seen_today"] = accounts.seen_today.into();
    json["dated_by_name"] = accounts.dated_by_name.into();
}

/// What became of the records, in a few words.
fn accounted(accounts: &Accounts) -> String {
    let Accounts { records, statements, reused, missing, gone, seen_today, dated_by_name, .. } = accounts;
    let mut text = format!("; records {records}, statements {statements}");
    for (reason, count) in accounts.dropped.iter().take(SHOWN_REASONS) {
        text.extend([", dropped ", &count.to_string(), " (", reason, ")"]);
    }
    let more: u64 = accounts.dropped.values().skip(SHOWN_REASONS).sum();
    for (what, count) in [
        ("dropped for other reasons", more),
        ("cells in which `match` finds nothing (--explain names them)", accounts.unmatched.values().sum()),
        ("reused keys", *reused),
        ("gone", *gone),
        ("not in this version, but not ended by it", *missing),
        ("without dates, and so in force today (or on the day that --version DATE names)", *seen_today),
        ("files of the day in their names, and not of --version", *dated_by_name),
    ] {
        if count > 0 {
            text.extend([", ", what, " ", &count.to_string()]);
        }
    }
    text
}

/// How many reasons why records are dropped a summary shows.
const SHOWN_REASONS: usize = 5;

/// Which records and fields the map leaves out, a line each.
fn explained(accounts: &Accounts) -> String {
    let mut lines =
        vec![format!("{} records were read, and made {} statements", accounts.records, accounts.statements)];
    lines.extend(accounts.dropped.iter().map(|(reason, count)| format!("dropped {count} records: {reason}")));
    let unmatched = |(value, count)| format!("`match` of `{value}` finds nothing in a cell that is filled ({count})");
    lines.extend(accounts.unmatched.iter().map(unmatched));
    lines.extend(accounts.unread.iter().map(|(field, count)| format!("not read: {field} ({count})")));
    lines.join("\n")
}
