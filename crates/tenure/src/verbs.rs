//! What each verb does.

mod export;
mod list;
mod log;
mod picture;

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use tenure_domain::day::{Day, Instant};
use tenure_domain::plain_text::escape_json;
use tenure_domain::wire;
use tenure_log::{Create, Log};
use tenure_producer::adapter::{self, Adapter, AdapterError, Task, adapt};
use tenure_producer::{IngestError, KeyReuse, Place, Reject, Rest, Summary, Watch, ingest};

use crate::answering::{self, Aside};
use crate::cli::{Between, Cli, Foreign, Format, Global, LogTask, PostFilter, Verb, When};
use crate::failure::{Exit, Failure};
use crate::ledger::{Held, Ledger};
use crate::question::{Matter, Question, RowNames, Terms, Way};
use crate::render::{self, Answer, Color, Look};

/// Runs a command. The number is its exit code.
pub(crate) fn run(cli: &Cli) -> Result<u8, Failure> {
    let global = &cli.global;
    look_at_clock()?;
    if let Some(verb) = cli.verb.of_a_directory() {
        crate::nats::not_here(global, verb)?;
    }
    match &cli.verb {
        Verb::Ingest { files, rejects, from, map, unsent } => {
            let input = match from {
                None => Input::Events(files),
                Some(from) => Input::Foreign { format: *from, files, map: map.as_deref() },
            };
            let leftovers = Leftovers { rejects: rejects.as_deref(), unsent: unsent.as_deref() };
            return ingest_files(global, &input, &leftovers);
        }
        Verb::Nats { task } => crate::nats::run(global, task)?,
        Verb::Log { task: Some(LogTask::Copy { from, to }), .. } => crate::copy::run(global, from, to)?,
        Verb::Person { person } => ask(global, Matter::Person { person: person.clone() })?,
        Verb::Career { person, output } => {
            picture::ask_or_draw(global, Matter::Career { person: person.clone() }, output.as_deref())?;
        }
        Verb::Who { unit, direct, filter: PostFilter { lead, title }, sort } => {
            let (unit, direct, lead, title, sort) = (unit.clone(), *direct, *lead, title.clone(), *sort);
            ask(global, Matter::Who { unit, direct, lead, title, sort })?;
        }
        Verb::Org { unit, sort, output } => {
            picture::ask_or_draw(global, Matter::Org { unit: unit.clone(), sort: *sort }, output.as_deref())?;
        }
        Verb::Holders { unit, direct, filter, between, gaps, sort } => {
            let (PostFilter { lead, title }, Between { since, until }) = (filter, between);
            let (unit, direct, lead, title) = (unit.clone(), *direct, *lead, title.clone());
            let (since, until) = (since.clone(), until.clone());
            let (gaps, sort) = (*gaps, *sort);
            ask(global, Matter::Holders { unit, direct, lead, title, since, until, gaps, sort })?;
        }
        Verb::Reports { person, up, down } => {
            let direction = match (up, down) {
                (true, _) => Way::Up,
                (_, true) => Way::Down,
                _ => Way::Both,
            };
            ask(global, Matter::Reports { person: person.clone(), direction })?;
        }
        Verb::Diff { target } => ask(global, Matter::Diff { target: target.clone() })?,
        Verb::Moves { from, to, between: Between { since, until }, by, output } => {
            let (from, to, since, until) = (from.clone(), to.clone(), since.clone(), until.clone());
            let matter = Matter::Moves { from, to, since, until, by: *by };
            picture::ask_or_draw(global, matter, output.as_deref())?;
        }
        Verb::Why { of } => ask(global, Matter::Why { of: of.clone() })?,
        Verb::Conflicts { target } => ask(global, Matter::Conflicts { target: target.clone() })?,
        Verb::Log { task: None, target, quarantined, filter } => {
            log::run(global, target.as_deref(), *quarantined, filter)?;
        }
        Verb::Export { to, target, output } => export::export(global, *to, target.as_deref(), output.as_deref())?,
        Verb::Report { target, output } => picture::report(global, target, output.as_deref())?,
        Verb::Find { name, limit } => ask(global, Matter::Find { name: name.clone(), limit: *limit })?,
        Verb::List { what, sort, limit } => list::run(global, *what, *sort, *limit)?,
        Verb::Status { max_lag } => return status(global, *max_lag),
        Verb::Replay => replay(global)?,
        Verb::Verify => return verify(global),
        Verb::Serve { log_format } => return crate::service::serve(global, *log_format),
        Verb::Watch { target } => crate::remote::watch(global, target.as_deref())?,
        Verb::Demo => crate::demo::run(global)?,
        Verb::Completions { shell } => {
            let mut command = <Cli as clap::CommandFactory>::command();
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut command, "tenure", &mut script);
            put(&String::from_utf8_lossy(&script))?;
        }
        Verb::Schema { name } => schema(name.as_deref())?,
    }
    Ok(0)
}

/// The clock of this machine, read here alone.
pub(crate) fn now() -> Instant {
    Instant::from_micros(chrono::Utc::now().timestamp_micros())
}

/// Refuses a clock that stands before 1970: nothing could be dated by it.
fn look_at_clock() -> Result<(), Failure> {
    match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::new(Exit::Failure, "the clock of this machine stands before 1970")
            .hint("set the clock: what is recorded is dated by it")),
    }
}

/// Today, where the asker is.
fn today() -> Day {
    let days = chrono::Local::now().date_naive().to_epoch_days();
    Day::from_number(days)
}

/// Prints to standard output. A reader that has gone away ends the command quietly.
pub(crate) fn put(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        result => result.map_err(Failure::from),
    }
}

/// Prints what a verb that asks nothing has done, as text or as one object of JSON.
pub(crate) fn put_result(global: &Global, json: &serde_json::Value, text: &str) -> Result<(), Failure> {
    match global.format {
        Format::Json | Format::Ndjson => put(&format!("{json}\n")),
        Format::Table | Format::Csv => put(&format!("{text}\n")),
    }
}

/// Tells something on standard error, cleaned of what could drive a terminal. Nobody may be listening.
pub(crate) fn tell(text: &str) {
    drop(writeln!(std::io::stderr(), "{}", render::plain(text)));
}

/// Tells what is told beside an answer, to those who want to hear it.
pub(crate) fn hear(global: &Global) -> impl Fn(Aside) {
    let (quiet, verbose) = (global.quiet, global.verbose);
    move |aside| match aside {
        Aside::Basis(text) if !quiet => tell(&text),
        Aside::Notice(text) if !quiet => tell(&format!("notice: {text}")),
        Aside::Detail(text) if verbose => tell(&format!("notice: {text}")),
        Aside::Basis(_) | Aside::Notice(_) | Aside::Detail(_) => {}
    }
}

fn look(global: &Global) -> Look {
    let terminal = std::io::stdout().is_terminal();
    let width = terminal.then(terminal_width);
    let wanted = match global.color {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    };
    Look { width, color: if wanted { Color::Ansi } else { Color::Plain } }
}

/// The columns of the terminal, as the shell or the system tells them.
fn terminal_width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).unwrap_or(80)
}

/// Prints an answer in the format asked for.
pub(crate) fn print(global: &Global, answer: &Answer<'_>) -> Result<(), Failure> {
    let format = match global.format {
        Format::Table => render::Format::Table,
        Format::Json => render::Format::Json,
        Format::Ndjson => render::Format::Ndjson,
        Format::Csv => render::Format::Csv,
    };
    put(&render::render(answer, format, &look(global))?)
}

/// The terms on which the command line asks.
pub(crate) fn terms(global: &Global) -> Terms {
    let today = today();
    let terms = Terms {
        at: global.at.clone().unwrap_or_else(|| today.to_string()),
        known: global.known.clone(),
        recorded: global.recorded.clone(),
        min_confidence: global.min_confidence,
        source: global.source.clone(),
        not_source: global.not_source.clone(),
        company: global.company.clone(),
        lang: global.lang.clone(),
        row_names: RowNames::of(global.at.as_deref(), global.lang.as_deref()),
        seen_within: global.seen_within.clone(),
        after: global.after,
        wait_ms: global.after.map(|_| u64::try_from(global.timeout.as_millis()).unwrap_or(u64::MAX)),
    };
    terms.settled(today)
}

/// The answer of the ledger in the data directory, or of one that is served elsewhere.
fn answer(global: &Global, matter: Matter) -> Result<tenure_query::answer::Answer, Failure> {
    let question = Question { matter, terms: terms(global) }.settled(today());
    if let Some(url) = crate::nats::url(global) {
        return crate::remote::ask(global, url, &question);
    }
    let held = Held::new(Ledger::open(&global.data, Create::Never)?);
    answering::answer(&held, &question, &hear(global))
}

/// Asks, and prints the answer.
fn ask(global: &Global, matter: Matter) -> Result<(), Failure> {
    print(global, &Answer::from(&answer(global, matter)?))
}

fn status(global: &Global, max_lag: Option<f64>) -> Result<u8, Failure> {
    let answer = answer(global, Matter::Status {})?;
    print(global, &Answer::from(&answer))?;
    let tenure_query::answer::Answer::Status(status) = &answer else {
        unreachable!("a question about the status is answered with one")
    };
    match max_lag {
        Some(most) if status.lag_seconds > most => {
            let error =
                format!("it has been behind for {:.1} seconds, by {} events", status.lag_seconds, status.lag_events);
            Err(Failure::new(Exit::NotReached, error).hint("is tenure serve running, and does it reach the server?"))
        }
        _ => Ok(0),
    }
}

fn replay(global: &Global) -> Result<(), Failure> {
    if let Some(url) = crate::nats::url(global) {
        return crate::remote::replay(global, url);
    }
    let ledger = Ledger::open(&global.data, Create::Never)?;
    let head = ledger.journal.head().number();
    let bar = (std::io::stderr().is_terminal() && !global.quiet && head > 50_000).then(|| {
        let bar = ProgressBar::new(head);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} events {per_sec} {eta}") {
            bar.set_style(style);
        }
        bar
    });
    let started = std::time::Instant::now();
    let store = ledger.snapshots().rebuild(&ledger.journal, |seq| {
        if let Some(bar) = &bar {
            bar.set_position(seq.number());
        }
    })?;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    let seconds = started.elapsed().as_secs_f64();
    let (people, units) = (store.people_count(), store.unit_count());
    put_result(
        global,
        &serde_json::json!({"events": head, "people": people, "units": units, "seconds": seconds}),
        &format!("replayed {head} events in {seconds:.1} s: {people} people, {units} units"),
    )
}

fn verify(global: &Global) -> Result<u8, Failure> {
    let unverified = |mut failure: Failure| {
        // What cannot be reached was not looked at; what is damaged was.
        if failure.exit == Exit::Failure {
            failure.exit = Exit::Unverified;
        }
        failure
    };
    let ledger = Ledger::open(&global.data, Create::Never).map_err(unverified)?;
    let verified = ledger.journal.verify().map_err(|error| unverified(Failure::from(error)))?;
    let store = ledger.store(&hear(global))?;
    let snapshots = ledger.snapshots();
    let differences = snapshots.compare(&ledger.journal, &store)?;
    if differences.is_empty() {
        let (events, digest, people) = (verified.records, verified.digest, store.people_count());
        put_result(
            global,
            &serde_json::json!({"events": events, "digest": digest.to_string(), "people": people}),
            &format!("journal: {events} events, digest {digest}\nsnapshots: equal to a fresh fold, {people} people"),
        )?;
        return Ok(0);
    }
    let list: Vec<String> = differences.iter().map(|difference| format!("\n  {difference}")).collect();
    let error = format!("the snapshots differ from a fresh fold of the log:{}", list.concat());
    Err(Failure::new(Exit::Unverified, error).hint("make them anew with tenure replay"))
}

fn schema(name: Option<&str>) -> Result<(), Failure> {
    let answers = tenure_query::schema::answers();
    let Some(name) = name else {
        let types: Vec<&str> = wire::schema::event_types().collect();
        let verbs: Vec<&str> = answers.iter().map(|(verb, _)| *verb).collect();
        return put(&format!("event\n{}\n{}\n", types.join("\n"), verbs.join("\n")));
    };
    let found = match name {
        "event" => Some(wire::schema::any_event_schema()),
        _ => wire::schema::event_schema(name)
            .or_else(|| answers.into_iter().find(|(verb, _)| *verb == name).map(|(_, schema)| schema)),
    };
    let Some(found) = found else {
        let answers = tenure_query::schema::answers();
        let names = wire::schema::event_types().chain(answers.iter().map(|(verb, _)| *verb));
        let near = tenure_domain::suggest::nearest(name, names);
        let hint = near.map_or("tenure schema lists all names".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Failure::new(Exit::NotFound, format!("there is no event type `{name}`")).hint(hint));
    };
    put(&(serde_json::to_string_pretty(&found).map_err(anyhow::Error::from)? + "\n"))
}

/// Tells of an ingest as it goes: a bar on a terminal, rejects in a file or on standard error.
struct Teller<'t> {
    rejects: Option<BufWriter<File>>,
    unsent: Unsent<'t>,
    bar: Option<ProgressBar>,
    before: u64,
    quiet: bool,
    told: &'t RefCell<u64>,
    /// How many keys were used for two statements.
    reused: u64,
}

impl Teller<'_> {
    /// Tells something beside the bar.
    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| tell(text)),
            None => tell(text),
        }
    }
}

/// How many rejects are told on standard error before only their number is.
const TOLD: u64 = 20;

impl Watch for Teller<'_> {
    fn now(&self) -> Instant {
        now()
    }

    fn rejected(&mut self, reject: &Reject) -> std::io::Result<()> {
        if let Some(file) = &mut self.rejects {
            return writeln!(file, "{}", escape_json(reject.to_json().to_string()));
        }
        *self.told.borrow_mut() += 1;
        if *self.told.borrow() > TOLD && !self.quiet {
            return Ok(());
        }
        let Reject { file, line, column, reason, hint, .. } = reject;
        let column = column.as_ref().map_or_else(String::new, |column| format!(" ({column})"));
        self.say(&format!("{file}:{line}:{column} {reason}\n  hint: {hint}"));
        Ok(())
    }

    fn stamped_ahead(&mut self, last: Instant, now: Instant) {
        self.say(&format!(
            "warning: the last event of this ledger was recorded at {last}, later than this machine's clock ({now}); \
             what is recorded now bears that stamp\n  hint: set the clock; give events their `reported_at`, which is \
             that stamp where it is absent"
        ));
    }

    fn key_reused(&mut self, KeyReuse { place, first_line }: &KeyReuse<'_>) {
        self.reused += 1;
        if self.reused <= TOLD && !self.quiet {
            let Place { file, line, .. } = place;
            self.say(&format!(
                "{file}:{line}: the source uses the key of line {first_line} for another statement: only one of the two \
                 counts\n  hint: give each statement its own `source.key`; tenure conflicts lists them as key_reused"
            ));
        }
    }

    fn passed(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(self.before + bytes);
        }
    }

    fn unsent(&mut self, event: &str) -> std::io::Result<Rest> {
        self.unsent.add(event)
    }
}

/// Where the events go that were not acknowledged. What a run before this left there stays.
struct Unsent<'u> {
    path: Option<&'u Path>,
    /// Opened with the first of them, so that a run that needs none leaves none.
    file: Option<BufWriter<File>>,
}

impl Unsent<'_> {
    fn add(&mut self, event: &str) -> std::io::Result<Rest> {
        let Some(path) = self.path else { return Ok(Rest::Leave) };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(File::options().create(true).append(true).open(path)?)),
        };
        writeln!(file, "{event}")?;
        Ok(Rest::Read)
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

/// What is to be ingested.
enum Input<'i> {
    Events(&'i [String]),
    Foreign { format: Foreign, files: &'i [String], map: Option<&'i Path> },
}

/// An input of events with its name and length; a stream has none.
type Opened = (String, Box<dyn BufRead>, u64);

fn open_inputs(files: &[String]) -> Result<Vec<Opened>, Failure> {
    let mut inputs: Vec<Opened> = Vec::new();
    for file in files {
        if file == "-" {
            inputs.push(("-".to_owned(), Box::new(BufReader::with_capacity(1 << 20, std::io::stdin())), 0));
            continue;
        }
        let unreadable = |error: std::io::Error| {
            Failure::new(Exit::Failure, format!("{file}: {error}")).hint("nothing was appended")
        };
        let opened = File::open(file).map_err(unreadable)?;
        let meta = opened.metadata().map_err(unreadable)?;
        if meta.is_dir() {
            return Err(Failure::usage(format!("{file} is a directory"), "name the files in it"));
        }
        inputs.push((file.clone(), Box::new(BufReader::with_capacity(1 << 20, opened)), meta.len()));
    }
    Ok(inputs)
}

/// The adapter that reads a format.
fn adapter(format: Foreign) -> Box<dyn Adapter> {
    match format {
        Foreign::Csv => Box::new(adapter::csv::CsvStints),
        Foreign::Roster => Box::new(adapter::roster::Roster),
        Foreign::Popolo => Box::new(adapter::popolo::Popolo),
        Foreign::Ftm => Box::new(adapter::ftm::FollowTheMoney),
        Foreign::Wikidata => Box::new(adapter::wikidata::Wikidata),
    }
}

/// Opens the log to append to. Where it cannot be reached, and there is a file for what it does not acknowledge, one
/// that acknowledges nothing stands in.
fn open_log(global: &Global, leftovers: &Leftovers<'_>) -> Result<Box<dyn Log>, Failure> {
    let Some(url) = crate::nats::url(global) else {
        return Ok(Box::new(Ledger::open(&global.data, Create::IfMissing)?.journal));
    };
    match crate::nats::open(&global.nats, url, Create::IfMissing, global.timeout) {
        Ok(stream) => Ok(Box::new(stream)),
        Err(failure) if failure.exit == Exit::Unreachable && leftovers.unsent.is_some() => {
            Ok(Box::new(crate::nats::Away::instead_of(&failure)))
        }
        Err(failure) => Err(failure),
    }
}

fn ingest_files(global: &Global, input: &Input<'_>, leftovers: &Leftovers<'_>) -> Result<u8, Failure> {
    // Inputs are opened before the ledger is touched, so that a mistyped name costs nothing.
    let mut opened = Vec::new();
    let mut paths = Vec::new();
    let mut total = 0;
    match input {
        Input::Events(files) => {
            opened = open_inputs(files)?;
            total = opened.iter().map(|(_, _, bytes)| bytes).sum();
        }
        Input::Foreign { files, .. } => {
            for file in *files {
                let path = PathBuf::from(file);
                let meta = std::fs::metadata(&path).map_err(|error| {
                    Failure::new(Exit::Failure, format!("{file}: {error}")).hint("nothing was appended")
                })?;
                total += if meta.is_file() { meta.len() } else { 0 };
                paths.push(path);
            }
        }
    }
    if let Some(unsent) = leftovers.unsent {
        let same = |file: &String| std::fs::canonicalize(file).ok() == std::fs::canonicalize(unsent).ok();
        let (Input::Events(files) | Input::Foreign { files, .. }) = input;
        if unsent.exists() && files.iter().any(same) {
            let error = format!("--unsent {} is one of the inputs", unsent.display());
            return Err(Failure::usage(error, "name another file for what is not acknowledged"));
        }
    }
    let rejects_file = match leftovers.rejects {
        None => None,
        Some(path) => {
            let unwritable = |error| Failure::new(Exit::Failure, format!("{}: {error}", path.display()));
            Some(BufWriter::new(File::create(path).map_err(unwritable)?))
        }
    };
    let mut log = open_log(global, leftovers)?;
    let bar = (std::io::stderr().is_terminal() && !global.quiet && total > 4 << 20).then(|| {
        let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
        let bar = ProgressBar::new(total);
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar
    });
    let told = RefCell::new(0);
    let unsent = Unsent { path: leftovers.unsent, file: None };
    let mut teller =
        Teller { rejects: rejects_file, unsent, bar, before: 0, quiet: global.quiet, told: &told, reused: 0 };
    let mut sum = Summary::default();
    let mut result = Ok(());
    for (file, mut input, bytes) in opened {
        match ingest(&mut *log, &file, &mut *input, &mut teller) {
            Ok(one) => sum = sum.and(one),
            // What is not acknowledged of the other inputs is wanted too, where there is a file for it.
            Err(IngestError::Unsent { summary, source }) => {
                sum = sum.and(summary);
                let failure = Failure::from(IngestError::Unsent { summary: sum, source });
                result = result.and(Err(failure));
                if leftovers.unsent.is_none() {
                    break;
                }
            }
            Err(error) => {
                result = Err(Failure::from(error));
                break;
            }
        }
        teller.before += bytes;
    }
    if let Input::Foreign { format, map, .. } = input {
        let task = Task { inputs: &paths, map: *map };
        match adapt(&*adapter(*format), &task, &mut *log, &mut teller) {
            Ok(all) => sum = all,
            Err(error) => {
                if let AdapterError::Ingest(IngestError::Unsent { summary, .. }) = &error {
                    sum = *summary;
                }
                result = Err(Failure::from(error));
            }
        }
    }
    if let Some(bar) = &teller.bar {
        bar.finish_and_clear();
    }
    if let Some(mut file) = teller.rejects {
        file.flush()?;
    }
    let more = told.borrow().saturating_sub(TOLD);
    if more > 0 && !global.quiet {
        tell(&format!("and {more} more rejected; --rejects FILE keeps them all"));
    }
    let more = teller.reused.saturating_sub(TOLD);
    if more > 0 && !global.quiet {
        tell(&format!("and {more} more keys that are used for two statements"));
    }
    teller.unsent.end()?;
    let Summary { appended, duplicate, rejected, unsent, head } = sum;
    let failed = match result {
        Ok(()) => None,
        // What was acknowledged is told nevertheless.
        Err(failure) if unsent > 0 => Some(match leftovers.unsent {
            Some(file) => failure
                .hint(format!("they are in {}: ingest that; to ingest anything twice is harmless", file.display())),
            None => failure,
        }),
        Err(failure) => return Err(failure),
    };
    let text = match global.format {
        Format::Json | Format::Ndjson => {
            let mut json = serde_json::json!({
                "appended": appended, "duplicate": duplicate, "rejected": rejected, "seq": head.number(),
            });
            if unsent > 0 {
                json["unsent"] = unsent.into();
            }
            format!("{json}\n")
        }
        Format::Csv => format!("appended,duplicate,rejected,seq\n{appended},{duplicate},{rejected},{head}\n"),
        Format::Table => {
            let unsent = if unsent > 0 { format!(", not acknowledged {unsent}") } else { String::new() };
            format!("appended {appended}, duplicate {duplicate}, rejected {rejected}{unsent}; ledger at {head}\n")
        }
    };
    put(&text)?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    log.close()?;
    Ok(if rejected > 0 { Exit::Rejected as u8 } else { 0 })
}
