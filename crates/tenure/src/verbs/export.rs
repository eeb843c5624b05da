//! `export`: the events, and the state on a basis, for other programs.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};
use tenure_answers::Answer;
use tenure_domain::plain_text::shown_path;
use tenure_domain::wire::Submission;
use tenure_log::Create;
use tenure_query::export::{ChartFormat, Export, Format, Whose, write_chart};
use tenure_query::{Asked, Subject};

use super::{answer, hear, terms};
use crate::answering::{self, Aside};
use crate::cli::{Exported, Global};
use crate::failure::{Exit, Failure};
use crate::files::{Output, refuse_others};
use crate::ledger::{Held, Ledger};
use crate::question::Matter;

/// Exports in a format to a file or to standard output.
pub(super) fn export(
    global: &Global,
    to: Exported,
    target: Option<&str>,
    output: Option<&Path>,
) -> Result<(), Failure> {
    let outlet = Outlet::to(global, output)?;
    match to {
        Exported::Events => events(global, target, &outlet, &|_, _, event| Ok(event.to_owned())),
        Exported::Cloudevents => events(global, target, &outlet, &cloud_event),
        Exported::Csv => state(global, Format::Csv, target, &outlet),
        Exported::Popolo => state(global, Format::Popolo, target, &outlet),
        Exported::Ftm => state(global, Format::FtmEntities, target, &outlet),
        Exported::FtmStatements => state(global, Format::FtmStatements, target, &outlet),
        Exported::Dot => chart(global, ChartFormat::Dot, target, &outlet),
        Exported::Mermaid => chart(global, ChartFormat::Mermaid, target, &outlet),
    }
}

/// The org chart of a unit, of whichever ledger is asked.
fn chart(global: &Global, format: ChartFormat, target: Option<&str>, outlet: &Outlet<'_>) -> Result<(), Failure> {
    let hint = "name a unit or company: tenure export --to dot 'Tongyi Lab'";
    let unit = target.ok_or_else(|| Failure::usage("an org chart is of a unit or company", hint))?;
    let Answer::Org(answer) = answer(global, Matter::Org { unit: unit.to_owned(), sort: None })? else {
        unreachable!("a question about a chart is answered with one")
    };
    outlet.write(|out| Ok(write_chart(&answer, format, out)?))
}

/// The ledger in the data directory: an export goes through all of it.
fn held(global: &Global) -> Result<Held, Failure> {
    if crate::nats::url(global).is_some() {
        let hint = "run it where `tenure serve` has its data directory, or on a copy: tenure log copy";
        return Err(Failure::usage("an export reads a whole ledger, which is not done over NATS", hint));
    }
    Ok(Held::new(Ledger::open(&global.data, Create::Never)?))
}

fn state(global: &Global, format: Format, target: Option<&str>, outlet: &Outlet<'_>) -> Result<(), Failure> {
    let held = held(global)?;
    answering::through(&held, terms(global), &hear(global), |scene| {
        let whose = match target {
            None => Whose::Everybody,
            Some(target) => match scene.subject(target)? {
                Subject::Person(Asked::Here(person)) => Whose::Person(person),
                Subject::Unit(Asked::Here(unit)) => Whose::Unit(unit),
                Subject::Person(Asked::Later { .. }) | Subject::Unit(Asked::Later { .. }) => Whose::Nobody,
            },
        };
        let export = Export { inquiry: scene.inquiry(), events: &held, whose };
        Ok(outlet.write(|out| Ok(export.write(format, out)?))?)
    })
}

/// How an event is written: by its position, the instant at which it was recorded, and itself.
type Wrap = dyn Fn(u64, &str, &str) -> Result<String, Failure>;

/// The events that the basis admits, as they were recorded, oldest first; those about erased people are left out.
fn events(global: &Global, target: Option<&str>, outlet: &Outlet<'_>, wrap: &Wrap) -> Result<(), Failure> {
    let held = held(global)?;
    let mut left_out = 0;
    outlet.write(|out| {
        answering::each_event(&held, &terms(global), &hear(global), target, |entry, shown| {
            let whole = entry.withheld_fields().next().is_none();
            let event = shown.event.map(|event| event.to_string());
            // What is left of an event about an erased person may be none any more.
            let Some(event) = event.filter(|event| whole || Submission::read(event.as_bytes()).is_ok()) else {
                left_out += 1;
                return Ok(());
            };
            Ok(writeln!(out, "{}", wrap(shown.seq, &shown.recorded_at, &event)?)?)
        })
    })?;
    if left_out > 0 {
        hear(global)(Aside::Notice(format!("{left_out} events are left out: they are about people who were erased")));
    }
    Ok(())
}

/// The event as a `CloudEvents` 1.0 structured record; its position is the extension attribute `sequence`.
fn cloud_event(seq: u64, recorded_at: &str, event: &str) -> Result<String, Failure> {
    let data: Value = serde_json::from_str(event).map_err(anyhow::Error::from)?;
    let source = &data["source"];
    let url = source["url"].as_str().or(source.as_str()).filter(|url| url.contains("://"));
    let says = source["publisher"].as_str().or(source["url"].as_str()).or(source.as_str()).unwrap_or_default();
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

/// A text as the reference of a URI: what none can hold stands as bytes in percent.
fn uri(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Where an export goes: a file, or standard output.
pub(super) struct Outlet<'o> {
    file: Option<&'o Path>,
}

impl<'o> Outlet<'o> {
    /// Looks at where it is to go. A file that is none of the command's is refused before anything is asked.
    pub(super) fn to(global: &Global, file: Option<&'o Path>) -> Result<Outlet<'o>, Failure> {
        if let Some(path) = file {
            refuse_others(global, "--output", path, &[])?;
        }
        Ok(Outlet { file })
    }

    /// Writes everything, or says why not. A file has its name only when it is whole.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
        let Some(path) = self.file else {
            let mut out = BufWriter::with_capacity(1 << 16, ToReader(io::stdout().lock()));
            write(&mut out)?;
            return Ok(out.flush()?);
        };
        let failed = |error: io::Error| Failure::new(Exit::Failure, format!("{}: {error}", shown_path(path)));
        let mut out = BufWriter::new(Output::to(path)?);
        write(&mut out)?;
        out.into_inner().map_err(|error| failed(error.into_error()))?.put().map_err(failed)
    }
}

/// Standard output, whose reader may go away: that ends the command quietly.
struct ToReader(io::StdoutLock<'static>);

impl Write for ToReader {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
