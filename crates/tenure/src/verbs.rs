//! What each verb does.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use tenure_domain::archive::Entry;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::view::View;
use tenure_domain::wire;
use tenure_log::Create;
use tenure_producer::{Reject, Summary, Watch, ingest};
use tenure_query::answer::{LogAnswer, LogEntry, StatusAnswer, Target};
use tenure_query::changes::{Of, Point, diff_answer};
use tenure_query::{AskError, Asked, ConflictsOf, Direction, Inquiry, MemberFilter, Period, Reach, Subject};

use crate::cli::{Between, By, Cli, Format, Global, PostFilter, Verb, When};
use crate::failure::{Exit, Failure};
use crate::ledger::{Clocks, Ledger, Span, vague};
use crate::render::{self, Answer, Color, Look};

/// Runs a command. The number is its exit code.
pub(crate) fn run(cli: &Cli) -> Result<u8, Failure> {
    let global = &cli.global;
    match &cli.verb {
        Verb::Ingest { files, rejects } => return ingest_files(global, files, rejects.as_deref()),
        Verb::Person { person } => ask(global, |q| {
            let asked = q.person(person)?;
            q.print(&Answer::Person(&q.inquiry().person_answer(q.basis(), asked)))
        })?,
        Verb::Career { person } => ask(global, |q| {
            let asked = q.person(person)?;
            q.print(&Answer::Career(&q.inquiry().career_answer(q.basis(), asked)))
        })?,
        Verb::Who { unit, direct, filter } => ask(global, |q| {
            let asked = q.unit(unit)?;
            let answer = q.inquiry().who_answer(q.basis(), asked, reach(*direct), &members(filter));
            q.print(&Answer::Who(&answer))
        })?,
        Verb::Org { unit } => ask(global, |q| {
            let asked = q.unit(unit)?;
            q.print(&Answer::Org(&q.inquiry().org_answer(q.basis(), asked)))
        })?,
        Verb::Holders { unit, direct, filter, between } => ask(global, |q| {
            let asked = q.unit(unit)?;
            let (reach, filter, between) = (reach(*direct), members(filter), bounds(between)?);
            let answer = q.inquiry().holders_answer(q.basis(), asked, reach, &filter, between);
            q.print(&Answer::Holders(&answer))
        })?,
        Verb::Reports { person, up, down } => ask(global, |q| {
            let asked = q.person(person)?;
            let direction = match (up, down) {
                (true, _) => Direction::Up,
                (_, true) => Direction::Down,
                _ => Direction::Both,
            };
            q.print(&Answer::Reports(&q.inquiry().reports_answer(q.basis(), asked, direction)))
        })?,
        Verb::Diff { target } => diff(global, target)?,
        Verb::Moves { from, to, between, by } => ask(global, |q| {
            let here = |unit: &Option<String>| match unit {
                None => Ok(None),
                Some(unit) => q.unit(unit).map(|asked| asked.here()),
            };
            let by = by.map(|by| match by {
                By::Month => Period::Month,
                By::Quarter => Period::Quarter,
                By::Year => Period::Year,
            });
            let answer = q.inquiry().moves_answer(q.basis(), here(from)?, here(to)?, bounds(between)?, by);
            q.print(&Answer::Moves(&answer))
        })?,
        Verb::Why { of } => ask(global, |q| why(q, of))?,
        Verb::Conflicts { target } => ask(global, |q| {
            let of = match target {
                None => None,
                Some(target) => match q.subject(target)? {
                    Subject::Person(asked) => asked.here().map(ConflictsOf::Person),
                    Subject::Unit(asked) => asked.here().map(ConflictsOf::Unit),
                },
            };
            q.print(&Answer::Conflicts(&q.inquiry().conflicts_answer(q.basis(), of)))
        })?,
        Verb::Log { target, quarantined } => log(global, target.as_deref(), *quarantined)?,
        Verb::Find { name, limit } => ask(global, |q| q.print(&Answer::Find(&q.inquiry().find_answer(name, *limit))))?,
        Verb::Replay => replay(global)?,
        Verb::Status => status(global)?,
        Verb::Verify => return verify(global),
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

fn reach(direct: bool) -> Reach {
    if direct { Reach::Direct } else { Reach::Whole }
}

fn members(filter: &PostFilter) -> MemberFilter {
    MemberFilter { leads_only: filter.lead, title: filter.title.clone() }
}

fn bounds(between: &Between) -> Result<Bounds, Failure> {
    let read = |flag, text: &Option<String>| match text {
        None => Ok(Bounds::UNKNOWN),
        Some(text) => vague(flag, text).map(|date| date.bounds()),
    };
    let (since, until) = (read("--since", &between.since)?, read("--until", &between.until)?);
    Bounds::new(since.earliest(), until.latest())
        .ok_or_else(|| Failure::usage("--since lies after --until", "write the earlier date as --since"))
}

/// The clock of this machine, read here alone.
pub(crate) fn now() -> Instant {
    Instant::from_micros(chrono::Utc::now().timestamp_micros())
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
fn put_result(global: &Global, json: &serde_json::Value, text: &str) -> Result<(), Failure> {
    match global.format {
        Format::Json | Format::Ndjson => put(&format!("{json}\n")),
        Format::Table | Format::Csv => put(&format!("{text}\n")),
    }
}

/// Tells something on standard error, cleaned of what could drive a terminal. Nobody may be listening.
pub(crate) fn tell(text: &str) {
    drop(writeln!(std::io::stderr(), "{}", render::plain(text)));
}

fn notice(global: &Global, text: &str) {
    if !global.quiet {
        tell(&format!("notice: {text}"));
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

/// A question: the ledger on a basis, and the clocks asked for.
struct Question<'q> {
    global: &'q Global,
    ledger: &'q Ledger,
    clocks: &'q Clocks,
    view: &'q dyn View,
    today: Option<&'q dyn View>,
}

impl<'q> Question<'q> {
    fn inquiry(&self) -> Inquiry<'q> {
        Inquiry {
            view: self.view,
            today: self.today,
            at: self.clocks.at.1,
            lang: self.global.lang.as_deref(),
            company: self.global.company.as_deref(),
        }
    }

    fn basis(&self) -> tenure_query::answer::Basis {
        self.clocks.shown(self.ledger)
    }

    fn print(&self, answer: &Answer<'_>) -> Result<(), Failure> {
        print(self.global, answer)
    }

    fn person(
        &self,
        text: &str,
    ) -> Result<Asked<tenure_domain::statement::PersonNo, tenure_query::answer::Person>, Failure> {
        let asked = match self.inquiry().ask_person(text) {
            Err(error @ AskError::NotFound { .. }) => {
                let shown = self.ever(|ever| Some(ever.person_shown(ever.ask_person(text).ok()?.here()?)))?;
                Asked::Later { shown: shown.ok_or(error)?, first_reported: None }
            }
            asked => asked?,
        };
        self.tell_person(text, &asked);
        Ok(asked)
    }

    fn tell_person(&self, text: &str, asked: &Asked<tenure_domain::statement::PersonNo, tenure_query::answer::Person>) {
        match asked {
            Asked::Here(person) => {
                let unknown_then = self.today.is_some() && self.view.people_asked(text).is_empty();
                if unknown_then {
                    let shown = self.inquiry().person_shown(*person);
                    notice(self.global, &format!("{text} is a name learned later; then known as {}", shown.name));
                }
            }
            Asked::Later { shown, first_reported } => self.tell_later(&shown.name, *first_reported),
        }
    }

    /// Asks among everybody whom any event ever named, also of those of whom nothing stands any more.
    fn ever<T>(&self, ask: impl FnOnce(&Inquiry<'_>) -> Option<T>) -> Result<Option<T>, Failure> {
        let ever = Reading::of_everybody(self.ledger.archive()?);
        Ok(ask(&Inquiry { view: &ever, today: None, ..self.inquiry() }))
    }

    fn tell_later(&self, name: &str, first_reported: Option<Instant>) {
        let basis = &self.clocks.basis.1;
        match first_reported {
            Some(at) if basis.known.is_some_and(|known| at > known) => {
                notice(self.global, &format!("{name} was first reported on {}, after what is asked for", at.day()));
            }
            Some(at) if basis.recorded.is_some() => {
                let text = format!("{name}, first reported on {}, was recorded after what is asked for", at.day());
                notice(self.global, &text);
            }
            _ => notice(self.global, &format!("nothing that is said of {name} stands on this basis")),
        }
    }

    fn unit(&self, text: &str) -> Result<Asked<tenure_domain::statement::UnitNo, tenure_query::answer::Unit>, Failure> {
        let asked = match self.inquiry().ask_unit(text) {
            Err(error @ AskError::NotFound { .. }) => {
                let shown = self.ever(|ever| Some(ever.unit_shown(ever.ask_unit(text).ok()?.here()?)))?;
                Asked::Later { shown: shown.ok_or(error)?, first_reported: None }
            }
            asked => asked?,
        };
        self.tell_unit(text, &asked);
        Ok(asked)
    }

    fn tell_unit(&self, text: &str, asked: &Asked<tenure_domain::statement::UnitNo, tenure_query::answer::Unit>) {
        match asked {
            Asked::Here(unit) => {
                if self.today.is_some() && self.view.units_asked(text).is_empty() {
                    let shown = self.inquiry().unit_shown(*unit);
                    notice(self.global, &format!("{text} is a name learned later; then known as {}", shown.name));
                }
                if let Some(became) = self.inquiry().what_became_of(*unit) {
                    notice(self.global, &became);
                }
            }
            Asked::Later { shown, first_reported } => self.tell_later(&shown.name, *first_reported),
        }
    }

    fn subject(&self, text: &str) -> Result<Subject, Failure> {
        let subject = match self.inquiry().ask(text) {
            Err(error @ AskError::NotFound { .. }) => {
                let shown = self.ever(|ever| {
                    Some(match ever.ask(text).ok()? {
                        Subject::Person(asked) => {
                            let shown = ever.person_shown(asked.here()?);
                            Subject::Person(Asked::Later { shown, first_reported: None })
                        }
                        Subject::Unit(asked) => {
                            let shown = ever.unit_shown(asked.here()?);
                            Subject::Unit(Asked::Later { shown, first_reported: None })
                        }
                    })
                })?;
                shown.ok_or(error)?
            }
            subject => subject?,
        };
        match &subject {
            Subject::Person(asked) => self.tell_person(text, asked),
            Subject::Unit(asked) => self.tell_unit(text, asked),
        }
        Ok(subject)
    }
}

fn tell_basis(global: &Global, clocks: &Clocks, ledger: &Ledger) {
    if global.quiet {
        return;
    }
    let basis = clocks.shown(ledger);
    let known = basis.known.map_or("everything known".to_owned(), |k| format!("known by {k}"));
    let seq = if basis.seq == basis.head {
        format!("ledger at {}", basis.head)
    } else {
        format!("ledger at {} of {}", basis.seq, basis.head)
    };
    let sources = global.source.iter().map(|source| format!(", source {source}"));
    let not_sources = global.not_source.iter().map(|source| format!(", not source {source}"));
    let least = global.min_confidence.iter().map(|least| format!(", at least {least:?}").to_lowercase());
    let filters: String = sources.chain(not_sources).chain(least).collect();
    tell(&format!("at {}, {known}, {seq}{filters}", basis.at));
}

/// Opens the ledger and puts a question about one point to it: to the snapshots where it is about the head, else to a
/// reading of the events that the basis admits.
fn ask(global: &Global, question: impl Fn(&Question<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
    let ledger = Ledger::open(&global.data, Create::Never)?;
    let clocks = Clocks::read(global, &ledger, today(), Span::Point)?;
    tell_basis(global, &clocks, &ledger);
    let (ledger, clocks) = (&ledger, &clocks);
    let basis = &clocks.basis.1;
    let ask = |head: &dyn View| {
        if basis.is_head() {
            return question(&Question { global, ledger, clocks, view: head, today: None });
        }
        let view = ledger.reading(basis)?;
        question(&Question { global, ledger, clocks, view: &view, today: Some(head) })
    };
    match ledger.with_store(global, |store| Ok(ask(store))) {
        Ok(answered) => answered,
        Err(failure) if failure.exit == Exit::Failure => {
            // The snapshots are a cache: where they cannot be made, the log answers.
            notice(global, &format!("asked of the log, without snapshots: {}", failure.error));
            ask(&ledger.reading(&Basis::default())?)
        }
        Err(failure) => Err(failure),
    }
}

fn diff(global: &Global, target: &str) -> Result<(), Failure> {
    let ledger = Ledger::open(&global.data, Create::Never)?;
    let clocks = Clocks::read(global, &ledger, today(), Span::Range)?;
    tell_basis(global, &clocks, &ledger);
    let (first, last) = (&clocks.basis.0, &clocks.basis.1);
    let before = ledger.reading(first)?;
    let after = ledger.reading(last)?;
    let head = ledger.reading(&Basis::default())?;
    let inquiry = |view, at| Inquiry {
        view,
        today: Some(&head as &dyn View),
        at,
        lang: global.lang.as_deref(),
        company: global.company.as_deref(),
    };
    let then = inquiry(&after as &dyn View, clocks.at.0);
    let end = inquiry(&after as &dyn View, clocks.at.1);
    let start = inquiry(&before as &dyn View, clocks.at.0);
    // A target of which nothing stands at one of the points is nobody there; one that neither knows is not found.
    let ask = |inquiry: &Inquiry<'_>, other: &Inquiry<'_>| match inquiry.ask(target) {
        // A name that was withdrawn since is looked up as the other point knows it.
        Err(AskError::NotFound { .. }) => Inquiry { today: Some(other.view), ..*inquiry }.ask(target),
        asked => asked,
    };
    let (at_start, at_end) = (ask(&start, &end), ask(&end, &start));
    let nobody = |subject: &Subject| match subject {
        Subject::Person(_) => Of::Person(None),
        Subject::Unit(_) => Of::Unit(None),
    };
    let there = |subject: &Subject| match subject {
        Subject::Person(asked) => Of::Person(asked.here()),
        Subject::Unit(asked) => Of::Unit(asked.here()),
    };
    let (shown, of_first, of) = match (at_start, at_end) {
        (Ok(before), Ok(after)) => (target_shown(&end, &after), there(&before), there(&after)),
        (Err(AskError::NotFound { .. }), Ok(after)) => (target_shown(&end, &after), nobody(&after), there(&after)),
        (Ok(before), Err(AskError::NotFound { .. })) => {
            (target_shown(&start, &before), there(&before), nobody(&before))
        }
        (Err(error @ AskError::Ambiguous { .. }), _) | (_, Err(error)) => return Err(error.into()),
    };
    let answer = diff_answer(
        clocks.shown(&ledger),
        shown,
        &Point { inquiry: start, of: of_first },
        &Point { inquiry: then, of },
        &Point { inquiry: end, of },
    );
    print(global, &Answer::Diff(&answer))
}

/// The target of a diff as one of its points shows it.
fn target_shown(inquiry: &Inquiry<'_>, subject: &Subject) -> Target {
    match subject {
        Subject::Person(Asked::Here(person)) => Target::Person(inquiry.person_shown(*person)),
        Subject::Person(Asked::Later { shown, .. }) => Target::Person(shown.clone()),
        Subject::Unit(Asked::Here(unit)) => Target::Unit(inquiry.unit_shown(*unit)),
        Subject::Unit(Asked::Later { shown, .. }) => Target::Unit(shown.clone()),
    }
}

fn why(q: &Question<'_>, of: &str) -> Result<(), Failure> {
    let inquiry = q.inquiry();
    let tenure = match inquiry.tenure_by_id(of) {
        Some(found) => Some(found),
        None => match q.person(of)? {
            Asked::Later { .. } => None,
            Asked::Here(person) => {
                let posts = inquiry.positions_of(person);
                if posts.len() > 1 {
                    let others = posts[1..].iter().map(|p| {
                        let place = p.tenure.unit.as_ref().unwrap_or(&p.tenure.company);
                        format!("\n  tenure why {}  ({})", p.tenure.tenure, place.name)
                    });
                    let others: String = others.collect();
                    notice(
                        q.global,
                        &format!("{} posts on that day, this is the primary one; for the others:{others}", posts.len()),
                    );
                }
                inquiry.tenure_of(person).map(|tenure| (person, tenure))
            }
        },
    };
    q.print(&Answer::Why(&inquiry.why_answer(q.basis(), tenure, q.ledger)))
}

fn log(global: &Global, target: Option<&str>, quarantined: bool) -> Result<(), Failure> {
    let ledger = Ledger::open(&global.data, Create::Never)?;
    let clocks = Clocks::read(global, &ledger, today(), Span::Point)?;
    tell_basis(global, &clocks, &ledger);
    let basis = &clocks.basis.1;
    let loaded = ledger.loaded()?;
    let mut entries: Vec<LogEntry> = Vec::new();
    let mut add = |seq: Seq, entry: Option<&Entry>| -> Result<(), Failure> {
        let record = ledger.journal.read(seq)?;
        let mut event: Option<serde_json::Value> = serde_json::from_str(&record.event).ok();
        if let Some(entry) = entry {
            event = event.filter(|_| !entry.is_withheld());
            for field in entry.withheld_fields() {
                if let Some(event) = event.as_mut().and_then(|event| event.as_object_mut()) {
                    event.remove(field);
                }
            }
        }
        entries.push(LogEntry { seq: seq.number(), recorded_at: record.recorded_at.to_string(), event });
        Ok(())
    };
    if quarantined {
        for bad in &loaded.quarantined {
            add(bad.seq, None)?;
            notice(global, &format!("{}: {}", bad.seq, bad.refusal.reason));
        }
    } else {
        // Also those of whom nothing stands any more have events.
        let head = Reading::of_everybody(&loaded.archive);
        let wanted = match target {
            None => None,
            Some(target) => {
                let inquiry = Inquiry {
                    view: &head,
                    today: None,
                    at: clocks.at.1,
                    lang: global.lang.as_deref(),
                    company: global.company.as_deref(),
                };
                Some(match inquiry.ask(target)? {
                    Subject::Person(asked) => head.seqs_about(asked.here(), None),
                    Subject::Unit(asked) => head.seqs_about(None, asked.here()),
                })
            }
        };
        for entry in loaded.archive.entries() {
            let asked = wanted.as_ref().is_none_or(|seqs| seqs.contains(&entry.seq));
            if asked && basis.lists(entry) {
                add(entry.seq, Some(entry))?;
            }
        }
    }
    let answer = LogAnswer { basis: clocks.shown(&ledger), events: entries };
    print(global, &Answer::Log(&answer))
}

fn status(global: &Global) -> Result<(), Failure> {
    let ledger = Ledger::open(&global.data, Create::Never)?;
    let clocks = Clocks::read(global, &ledger, today(), Span::Point)?;
    let (ledger, clocks) = (&ledger, &clocks);
    ledger.with_store(global, |store| {
        let answer = StatusAnswer {
            basis: clocks.shown(ledger),
            events: ledger.journal.head().number(),
            people: store.people_count(),
            units: store.unit_count(),
            lag_events: ledger.journal.head().number() - store.seq().number(),
            lag_seconds: 0.0,
            quarantined: store.quarantined() as u64,
            journal_bytes: ledger.journal.bytes(),
            store_bytes: bytes_below(&ledger.dir().join("snapshots")),
            digest: ledger.journal.digest().to_string(),
        };
        print(global, &Answer::Status(&answer))
    })
}

fn bytes_below(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => bytes_below(&entry.path()),
            _ => entry.metadata().map_or(0, |meta| meta.len()),
        })
        .sum()
}

fn replay(global: &Global) -> Result<(), Failure> {
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
    let store = ledger.store(global)?;
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
    bar: Option<ProgressBar>,
    before: u64,
    quiet: bool,
    told: &'t RefCell<u64>,
}

/// How many rejects are told on standard error before only their number is.
const TOLD: u64 = 20;

impl Watch for Teller<'_> {
    fn now(&self) -> Instant {
        now()
    }

    fn rejected(&mut self, reject: &Reject) -> std::io::Result<()> {
        if let Some(file) = &mut self.rejects {
            return writeln!(file, "{}", reject.to_json());
        }
        *self.told.borrow_mut() += 1;
        if *self.told.borrow() > TOLD && !self.quiet {
            return Ok(());
        }
        let Reject { file, line, reason, hint, .. } = reject;
        let text = format!("{file}:{line}: {reason}\n  hint: {hint}");
        match &self.bar {
            Some(bar) => bar.suspend(|| tell(&text)),
            None => tell(&text),
        }
        Ok(())
    }

    fn passed(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(self.before + bytes);
        }
    }
}

fn ingest_files(global: &Global, files: &[String], rejects: Option<&Path>) -> Result<u8, Failure> {
    // Inputs are opened before the ledger is touched, so that a mistyped name costs nothing.
    let mut inputs: Vec<(String, Box<dyn BufRead>, u64)> = Vec::new();
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
    let rejects_file = match rejects {
        None => None,
        Some(path) => {
            let unwritable = |error| Failure::new(Exit::Failure, format!("{}: {error}", path.display()));
            Some(BufWriter::new(File::create(path).map_err(unwritable)?))
        }
    };
    let mut ledger = Ledger::open(&global.data, Create::IfMissing)?;
    let total: u64 = inputs.iter().map(|(_, _, bytes)| bytes).sum();
    let bar = (std::io::stderr().is_terminal() && !global.quiet && total > 4 << 20).then(|| {
        let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
        let bar = ProgressBar::new(total);
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar
    });
    let told = RefCell::new(0);
    let mut teller = Teller { rejects: rejects_file, bar, before: 0, quiet: global.quiet, told: &told };
    let mut sum = Summary { head: ledger.journal.head(), ..Summary::default() };
    let mut result = Ok(());
    for (file, mut input, bytes) in inputs {
        match ingest(&mut ledger.journal, &file, &mut *input, &mut teller) {
            Ok(one) => {
                sum.appended += one.appended;
                sum.duplicate += one.duplicate;
                sum.rejected += one.rejected;
                sum.head = one.head;
            }
            Err(error) => {
                result = Err(Failure::from(error));
                break;
            }
        }
        teller.before += bytes;
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
    result?;
    let Summary { appended, duplicate, rejected, head } = sum;
    let text = match global.format {
        Format::Json | Format::Ndjson => {
            let json = serde_json::json!({
                "appended": appended, "duplicate": duplicate, "rejected": rejected, "seq": head.number(),
            });
            format!("{json}\n")
        }
        Format::Csv => format!("appended,duplicate,rejected,seq\n{appended},{duplicate},{rejected},{head}\n"),
        Format::Table => format!("appended {appended}, duplicate {duplicate}, rejected {rejected}; ledger at {head}\n"),
    };
    put(&text)?;
    Ok(if rejected > 0 { Exit::Rejected as u8 } else { 0 })
}
