//! What each verb does.

pub(crate) mod apart;
pub(crate) mod correct;
mod export;
pub(crate) mod ingest;
mod list;
mod log;
mod mend;
mod picture;
pub(crate) mod retract;
pub(crate) mod same;
pub(crate) mod verify;

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use tenure_domain::day::{Day, Instant};
use tenure_domain::wire;
use tenure_log::Create;

use crate::answering::{self, Aside};
use crate::cli::{Between, Cli, Format, Global, LogTask, PostFilter, Verb, When};
use crate::dates::{self, Span};
use crate::failure::{Exit, Failure};
use crate::ledger::{Held, Ledger};
use crate::question::{Matter, Question, RowNames, Terms, Way};
use tenure_answers::Answer;
use tenure_render::{self as render, Color, Look};

/// Runs a command. The number is its exit code.
pub(crate) fn run(cli: &Cli) -> Result<u8, Failure> {
    let global = &cli.global;
    look_at_clock()?;
    if let Some(verb) = cli.verb.of_a_directory() {
        crate::nats::not_here(global, verb)?;
    }
    match &cli.verb {
        Verb::Ingest(ingest) => return ingest::run(global, ingest),
        Verb::Retract(retract) => return retract::run(global, retract),
        Verb::Correct(correct) => return correct::run(global, correct),
        Verb::Same(same) => return same::run(global, same),
        Verb::Apart(apart) => return apart::run(global, apart),
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
        Verb::Report { target, filter, between, output } => {
            picture::report(global, target, filter, between, output.as_deref())?;
        }
        Verb::Find { name, limit } => ask(global, Matter::Find { name: name.clone(), limit: *limit })?,
        Verb::List { what, sort, limit } => list::run(global, *what, *sort, *limit)?,
        Verb::Status { max_lag } => return status(global, *max_lag),
        Verb::Replay => replay(global)?,
        Verb::Verify(task) => return verify::run(global, *task),
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

/// The day that is asked about: one day.
pub(crate) fn day_asked(global: &Global) -> Result<Day, Failure> {
    let Some(text) = &global.at else { return Ok(today()) };
    let text = dates::settled_days(text, today());
    dates::days("--at", &text, Span::Point).map(|day| day.both().1)
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
pub(crate) fn print(global: &Global, answer: &Answer) -> Result<(), Failure> {
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
fn answer(global: &Global, matter: Matter) -> Result<Answer, Failure> {
    let question = Question { matter, terms: terms(global) }.settled(today());
    if let Some(url) = crate::nats::url(global) {
        return crate::remote::ask(global, url, &question);
    }
    let held = Held::new(Ledger::open(&global.data, Create::Never)?);
    answering::answer(&held, &question, &hear(global))
}

/// Asks, and prints the answer.
fn ask(global: &Global, matter: Matter) -> Result<(), Failure> {
    print(global, &answer(global, matter)?)
}

fn status(global: &Global, max_lag: Option<f64>) -> Result<u8, Failure> {
    let answer = answer(global, Matter::Status {})?;
    print(global, &answer)?;
    let Answer::Status(status) = &answer else { unreachable!("a question about the status is answered with one") };
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

fn schema(name: Option<&str>) -> Result<(), Failure> {
    let answers = tenure_answers::schema::answers();
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
        let answers = tenure_answers::schema::answers();
        let names = wire::schema::event_types().chain(answers.iter().map(|(verb, _)| *verb));
        let near = tenure_domain::suggest::nearest(name, names);
        let hint = near.map_or("tenure schema lists all names".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Failure::new(Exit::NotFound, format!("there is no event type `{name}`")).hint(hint));
    };
    put(&(serde_json::to_string_pretty(&found).map_err(anyhow::Error::from)? + "\n"))
}
