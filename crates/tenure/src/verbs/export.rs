//! `export`: the events, and the state on a basis, for other programs.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use tenure_answers::OrgAnswer;
use tenure_domain::archive::Entry;
use tenure_domain::plain_text::escape_json;
use tenure_domain::reading::Fates;
use tenure_domain::wire::{self, Submission};
use tenure_query::export::table::{self, ByteOrderMark, Fill, Table, write_csv};
use tenure_query::export::{self, ChartFormat, ExportError, Format, Whose, write_chart};
use tenure_query::{Asked, Subject};

use super::destination::Destination;
use crate::asking::{answer, terms};
use crate::directory;
use crate::failure::Failure;
use crate::global::Global;
use crate::terminal::{hear, hear_all};
use tenure_ledger::Notice;
use tenure_ledger::SharedLedger;
use tenure_ledger::answers::{Scene, WholeLog};
use tenure_ledger::question::Ask;

/// Write the events, or the state on a basis, for other programs
#[derive(Debug, Args)]
#[command(
    long_about = "Write the events, or the state on a basis: all clocks and filters apply. A target narrows it to a \
    person, or to who was ever in a unit or company; a chart is always of one.",
    before_help = "Example: tenure export --to csv --output tenures.csv\n\
    Example: tenure export --to csv --table statements 'Tongyi Lab'\n\
    Example: tenure export --to mermaid Alibaba --at 2026-04-10"
)]
pub(crate) struct Export {
    /// A person, a unit or a company; everything where left out
    target: Option<String>,
    /// The format to write
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: Exported,
    /// The table to write [default: tenures; all of them into a database or a workbook]
    #[arg(long, value_enum, value_name = "TABLE")]
    table: Option<Tabled>,
    /// Begin a CSV with a byte order mark, as spreadsheets want it
    #[arg(long)]
    bom: bool,
    /// Write to this file [default: standard output]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A table of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tabled {
    /// A row a tenure
    Tenures,
    /// A row for each field of a tenure and each event that gives it
    Statements,
    /// A row an event
    Events,
    /// A row for each unit and company
    Units,
}

impl Tabled {
    fn table(self) -> &'static Table {
        match self {
            Tabled::Tenures => &table::TENURES,
            Tabled::Statements => &table::STATEMENTS,
            Tabled::Events => &table::EVENTS,
            Tabled::Units => &table::UNITS,
        }
    }
}

/// A format in which a ledger is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(clippy::doc_markdown, reason = "help is shown as it stands here")]
enum Exported {
    /// Events as they were recorded, one a line
    Events,
    /// Events as CloudEvents 1.0 structured records, one a line
    Cloudevents,
    /// A table as CSV
    Csv,
    /// A table as Parquet
    Parquet,
    /// All tables as a database of SQLite
    Sqlite,
    /// All tables as a workbook of Excel
    Xlsx,
    /// Popolo JSON
    Popolo,
    /// FollowTheMoney entities, one a line
    Ftm,
    /// FollowTheMoney statements, one a line
    FtmStatements,
    /// Statements of the Beneficial Ownership Data Standard, one a line
    Bods,
    /// An org chart for GraphViz
    Dot,
    /// An org chart for Mermaid
    Mermaid,
}

/// Exports in a format to a file or to standard output.
pub(super) fn run(global: &Global, export: &Export) -> Result<(), Failure> {
    let Export { target, to, table, bom, output } = export;
    let target = target.as_deref();
    let is_table = matches!(to, Exported::Csv | Exported::Parquet | Exported::Sqlite | Exported::Xlsx);
    if table.is_some() && !is_table {
        return Err(Failure::usage("--table is for csv, parquet, sqlite and xlsx", "leave it out"));
    }
    if *bom && *to != Exported::Csv {
        return Err(Failure::usage("--bom is for csv", "leave it out"));
    }
    let destination = Destination::to(global, output.as_deref())?;
    let one = table.unwrap_or(Tabled::Tenures).table();
    match to {
        Exported::Events => events(global, target, &destination, &|_, _, event| Ok(event.to_owned())),
        Exported::Cloudevents => events(global, target, &destination, &cloud_event),
        Exported::Csv => {
            let mark = if *bom { ByteOrderMark::Bom } else { ByteOrderMark::Absent };
            tables(global, target, &destination, &|fill, out| write_csv(one, mark, fill, out))
        }
        #[cfg(feature = "full")]
        Exported::Parquet | Exported::Sqlite | Exported::Xlsx => {
            let all = table.map_or_else(|| table::TABLES.to_vec(), |table| vec![table.table()]);
            tables(global, target, &destination, &|fill, out| {
                if *to == Exported::Parquet {
                    tenure_tables::parquet(one, fill, out)
                } else if *to == Exported::Sqlite {
                    tenure_tables::sqlite(&all, fill, out)
                } else {
                    tenure_tables::xlsx(&all, fill, out)
                }
            })
        }
        #[cfg(not(feature = "full"))]
        Exported::Parquet | Exported::Sqlite | Exported::Xlsx => {
            let hint = "build it with --features full, or write --to csv";
            Err(Failure::usage("this program was built without Parquet, SQLite and workbooks", hint))
        }
        Exported::Popolo => state(global, Format::Popolo, target, &destination),
        Exported::Ftm => state(global, Format::FtmEntities, target, &destination),
        Exported::FtmStatements => state(global, Format::FtmStatements, target, &destination),
        Exported::Bods => state(global, Format::Bods, target, &destination),
        Exported::Dot => chart(global, ChartFormat::Dot, target, &destination),
        Exported::Mermaid => chart(global, ChartFormat::Mermaid, target, &destination),
    }
}

/// The org chart of a unit, of whichever ledger is asked.
fn chart(
    global: &Global,
    format: ChartFormat,
    target: Option<&str>,
    destination: &Destination<'_>,
) -> Result<(), Failure> {
    let hint = "name a unit or company: tenure export --to dot 'Tongyi Lab'";
    let unit = target.ok_or_else(|| Failure::usage("an org chart is of a unit or company", hint))?;
    let answer: OrgAnswer = answer(global, Ask::Org { unit: unit.to_owned(), sort: None })?.narrow();
    destination.write(|out| Ok(write_chart(&answer, format, out)?))
}

/// The ledger in the data directory: an export goes through all of it.
fn ledger(global: &Global) -> Result<SharedLedger, Failure> {
    if crate::nats::url(global).is_some() {
        let hint = "run it where `tenure serve` has its data directory, or on a copy: tenure log copy";
        return Err(Failure::usage("an export reads a whole ledger, which is not done over NATS", hint));
    }
    // The whole log is read, and who has the snapshots is not waited for.
    Ok(SharedLedger::new(directory::open_without_snapshots(global, None)?))
}

/// Reads the whole log, and tells on what basis it is looked at.
fn whole<'l>(global: &Global, ledger: &'l SharedLedger) -> Result<WholeLog<'l>, Failure> {
    let whole = WholeLog::read(ledger, terms(global));
    let notices = match &whole {
        Ok(whole) => whole.notices(),
        Err(unanswered) => &unanswered.notices,
    };
    hear_all(global, notices.iter().cloned());
    Ok(whole?)
}

/// Whose posts a target means.
fn whose(scene: &Scene<'_>, target: Option<&str>) -> Result<Whose, Failure> {
    Ok(match target {
        None => Whose::Everybody,
        Some(target) => match scene.subject(target)? {
            Subject::Person(Asked::Here(person)) => Whose::Person(person),
            Subject::Unit(Asked::Here(unit)) => Whose::Unit(unit),
            Subject::Person(Asked::Later { .. }) | Subject::Unit(Asked::Later { .. }) => Whose::Nobody,
        },
    })
}

fn state(global: &Global, format: Format, target: Option<&str>, destination: &Destination<'_>) -> Result<(), Failure> {
    let ledger = ledger(global)?;
    let whole = whole(global, &ledger)?;
    let mut notices = Vec::new();
    let done = whole.put(&mut notices, |scene, _| {
        let export = export::Export { inquiry: scene.inquiry(), events: &ledger, whose: whose(scene, target)? };
        destination.write(|out| Ok(export.write(format, out)?))
    });
    hear_all(global, notices);
    done
}

/// Writes tables, of which it is given the rows.
type WriteTables<'w> = dyn Fn(&mut Fill<'_>, &mut dyn Write) -> Result<(), ExportError> + 'w;

fn tables(
    global: &Global,
    target: Option<&str>,
    destination: &Destination<'_>,
    write: &WriteTables<'_>,
) -> Result<(), Failure> {
    let ledger = ledger(global)?;
    let whole = whole(global, &ledger)?;
    let mut notices = Vec::new();
    let done = whole.put(&mut notices, |scene, reading| {
        let book = Fates::of(reading);
        let export = export::Export { inquiry: scene.inquiry(), events: &ledger, whose: whose(scene, target)? };
        let filter = scene.filter();
        let lists = |entry: &Entry| filter.lists(entry);
        destination.write(|out| Ok(write(&mut |table, rows| export.rows(table, &book, &lists, rows), out)?))
    });
    hear_all(global, notices);
    done
}

/// How an event is written: by its position, the instant at which it was recorded, and itself.
type Wrap = dyn Fn(u64, &str, &str) -> Result<String, Failure>;

/// The events that the basis admits, as they were recorded, oldest first; those about erased people are left out.
fn events(global: &Global, target: Option<&str>, destination: &Destination<'_>, wrap: &Wrap) -> Result<(), Failure> {
    let ledger = ledger(global)?;
    let whole_log = whole(global, &ledger)?;
    let (mut left_out, mut notices) = (0, Vec::new());
    destination.write(|out| {
        whole_log.each_event(target, &mut notices, |entry, shown| {
            let whole = entry.withheld_fields().next().is_none();
            let event = shown.event.map(|event| event.to_string());
            // What is left of an event about an erased person may be none any more.
            let Some(event) = event.filter(|event| whole || Submission::read(event.as_bytes()).is_ok()) else {
                left_out += 1;
                return Ok(());
            };
            Ok(writeln!(out, "{}", escape_json(wrap(shown.seq, &shown.recorded_at, &event)?))?)
        })
    })?;
    hear_all(global, notices);
    if left_out > 0 {
        let left_out = format!("{left_out} events are left out: they are about people who were erased");
        hear(global, Notice::Remark(left_out));
    }
    Ok(())
}

/// The event as a `CloudEvents` 1.0 structured record; its position is the extension attribute `sequence`.
fn cloud_event(seq: u64, recorded_at: &str, event: &str) -> Result<String, Failure> {
    let data: Value = serde_json::from_str(event).map_err(anyhow::Error::from)?;
    let source = &data["source"];
    let url = source["url"].as_str().or(source.as_str()).filter(|url| url.contains("://"));
    let says = wire::says(|field| source[field].as_str(), source.as_str()).unwrap_or_default();
    let record = json!({
        "specversion": "1.0",
        "id": data["id"],
        "source": uri(&url.map_or_else(|| format!("urn:tenure:source:{says}"), str::to_owned)),
        "type": format!("tenure.{}", data["type"].as_str().unwrap_or_default()),
        "time": recorded_at,
        "datacontenttype": "application/json",
        "sequence": format!("{seq:020}"),
        "data": data,
    });
    Ok(record.to_string())
}

/// What the reference of a URI cannot hold as it is. A sign of percent stays: an address comes encoded.
const NOT_IN_A_URI: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// A text as the reference of a URI.
fn uri(text: &str) -> String {
    utf8_percent_encode(text, NOT_IN_A_URI).to_string()
}
