//! What the verbs that mend a ledger by hand have in common: they show what their events would change, ask, and append.
//!
//! A mend is ordinary events, checked and appended like those of a scraper. It deletes nothing, and is taken back like
//! every other event: by an `EventRetracted`, or where that would not bring back what it replaced, by a correction.

use std::io::{BufRead, IsTerminal, Write};

use clap::Args;
use serde_json::{Map, Value, json};
use tenure_answers::{Appended, Effects, MendAnswer};
use tenure_domain::archive::Entry;
use tenure_domain::day::Instant;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::{Basis, Fate, Fates, Reading};
use tenure_domain::view::View;
use tenure_domain::wire::Submission;
use tenure_log::{Create, Log};
use tenure_producer::{Reject, Watch, ingest};
use tenure_projector::Loaded;
use tenure_query::{Inquiry, find_event};

use crate::asking::day_asked;
use crate::directory;
use crate::failure::{Exit, Failure, quoted};
use crate::global::Global;
use crate::rehearsal::{Missing, Rehearsal};
use crate::terminal::{layout, put, tell};
use tenure_ledger::clock::now;
use tenure_render as render;
use tenure_render::Format;

/// How many differences of a sort are listed for people, and how many for programs.
pub(super) const SHOWN: usize = 12;
pub(super) const LISTED: usize = 1_000;

/// What all verbs that mend take.
#[derive(Clone, Debug, Args)]
pub(crate) struct Mending {
    /// Who says so: a name or an address, written as the source
    #[arg(long, env = "TENURE_BY", value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// A note to keep with it
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Only show what would change
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,
    /// Append without asking
    #[arg(long)]
    pub(crate) yes: bool,
}

impl Mending {
    /// An event that the curator states, as far as all of them are alike.
    pub(super) fn statement(&self, kind: &str) -> Result<Map<String, Value>, Failure> {
        let by = self.by.as_deref().map(str::trim).filter(|by| !by.is_empty()).ok_or_else(|| {
            let hint = "name yourself or your register with --by NAME, or TENURE_BY: it is written as the source";
            Failure::usage("it is not said who says so", hint)
        })?;
        let mut event = Map::new();
        event.insert("type".to_owned(), kind.into());
        event.insert("reported_at".to_owned(), seconds(now()).into());
        event.insert(
            "source".to_owned(),
            if by.contains("://") { json!({ "url": by }) } else { json!({ "publisher": by }) },
        );
        if let Some(note) = &self.note {
            event.insert("note".to_owned(), note.as_str().into());
        }
        Ok(event)
    }
}

/// An instant to the second, as people write it.
pub(super) fn seconds(instant: Instant) -> String {
    let text = instant.to_string();
    match text.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => text,
    }
}

/// A ledger that is to be mended, read up to its end.
pub(super) struct Desk {
    pub(super) rehearsal: Rehearsal,
    pub(super) loaded: Loaded,
}

impl Desk {
    /// Opens the ledger. A mend is of the ledger as it stands, so nothing may narrow what is read.
    pub(super) fn open(global: &Global) -> Result<Desk, Failure> {
        let filters = !global.source.is_empty() || !global.not_source.is_empty() || global.min_confidence.is_some();
        if global.known.is_some() || global.recorded.is_some() || filters {
            let error = "a ledger is mended as it stands, on all that is known and recorded";
            return Err(Failure::usage(error, "leave out --known, --recorded and the filters of sources"));
        }
        let mut rehearsal = Rehearsal::open(global, Missing::Fails)?;
        let loaded = rehearsal.load(&[])?;
        Ok(Desk { rehearsal, loaded })
    }

    /// Puts questions to the ledger as it stands.
    pub(super) fn ask<T>(
        &self,
        global: &Global,
        ask: impl FnOnce(&Inquiry<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let reading = Reading::new(&self.loaded.archive, &Basis::default());
        let (lang, company) = (global.lang.as_deref(), global.company.as_deref());
        ask(&Inquiry { lang, company, ..Inquiry::of(&reading as &dyn View, day_asked(global)?) })
    }

    /// The names of those who were erased.
    pub(super) fn erased_names(&self) -> &ErasedNames {
        self.loaded.archive.erased_names()
    }

    /// The event that is meant by an id, by the beginning of one, or by a position as `#12`.
    pub(super) fn event(&self, text: &str) -> Result<&Entry, Failure> {
        let entries = self.loaded.archive.entries();
        if let Some(number) = text.strip_prefix('#') {
            let seq = number.parse().map(Seq::new).map_err(|_| {
                Failure::usage(format!("{text} is no position"), "write a position as #12, in quotes for the shell")
            })?;
            let found = entries.binary_search_by_key(&seq, |entry| entry.seq);
            return found.map(|at| &entries[at]).map_err(|_| {
                let error = format!("there is no event at position {seq}; the ledger is at {}", self.rehearsal.head());
                Failure::new(Exit::NotFound, error).hint("tenure log lists the events with their positions")
            });
        }
        if let Some(entry) = text.parse::<EventId>().ok().and_then(|id| self.loaded.archive.entry(&id)) {
            return Ok(entry);
        }
        let reading = Reading::new(&self.loaded.archive, &Basis::default());
        let found = find_event(&Fates::of(&reading), text)?.and_then(|entry| self.loaded.archive.entry(&entry.id));
        found.ok_or_else(|| {
            Failure::new(Exit::NotFound, format!("no event has the id {text}, or one that begins so"))
                .hint("give an id, at least 4 characters of its beginning, or a position as '#12'; see tenure log")
        })
    }

    /// Fails where an event does not count any more, and tells why.
    pub(super) fn must_count(&self, entry: &Entry) -> Result<(), Failure> {
        let reading = Reading::new(&self.loaded.archive, &Basis::default());
        let (id, seq) = (&entry.id, entry.seq);
        let fates = Fates::of(&reading);
        let by = |seq: Seq| fates.at(seq).map_or_else(|| format!("'#{seq}'"), |by| by.id.to_string());
        let named = |seq: Seq| format!("#{seq} {}", by(seq));
        let (error, hint) = match fates.fate(entry) {
            // An erasure withholds itself, and is taken back all the same.
            Fate::Live | Fate::Withheld => return Ok(()),
            Fate::Retracted { by: seq } => (
                format!("it is retracted already, by {}", named(seq)),
                format!("tenure retract {} takes that back", by(seq)),
            ),
            Fate::Corrected { by: seq } => {
                (format!("it is corrected already, by {}", named(seq)), format!("name the correction: {}", by(seq)))
            }
            Fate::Superseded { by: seq } => (
                format!("its source has restated it since, in {}", named(seq)),
                format!("name what the source says now: {}", by(seq)),
            ),
            Fate::Outside => (
                "corrections or retractions have undone it already".to_owned(),
                format!("tenure why {id} tells which, where there are any"),
            ),
        };
        Err(Failure::usage(format!("event {id} (#{seq}) does not count any more: {error}"), hint))
    }
}

/// How a mend is taken back.
pub(super) enum WayBack {
    /// What was appended is retracted.
    Retract,
    /// What was appended is corrected: it restates its source's key, and what it replaced does not count again.
    Correct {
        /// `FIELD=VALUE` as it was.
        fields: Vec<String>,
    },
}

impl WayBack {
    fn line(&self, event: &EventId) -> String {
        match self {
            WayBack::Retract => format!("to take it back: tenure retract {event} --reason TEXT\n"),
            WayBack::Correct { fields } => {
                let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
                format!("to take it back: tenure correct {event} {}\n", fields.join(" "))
            }
        }
    }
}

/// Shows what an event would change, asks, and appends it. The number is the exit code.
pub(super) fn mend(global: &Global, mending: &Mending, desk: Desk, event: &Map<String, Value>) -> Result<u8, Failure> {
    mend_all(global, mending, desk, std::slice::from_ref(event), &WayBack::Retract)
}

/// The same of several events, and of such as are taken back otherwise.
pub(super) fn mend_all(
    global: &Global,
    mending: &Mending,
    desk: Desk,
    events: &[Map<String, Value>],
    back: &WayBack,
) -> Result<u8, Failure> {
    let Desk { mut rehearsal, loaded } = desk;
    let mut submissions = Vec::new();
    for event in events {
        let text = serde_json::to_string(event).map_err(anyhow::Error::from)?;
        let read = Submission::read(text.as_bytes());
        let submission = read.map_err(|refusal| Failure::usage(refusal.reason, refusal.hint))?;
        if let Some(there) = loaded.archive.entry(&submission.id) {
            let error = format!("this very event stands at position {} already", there.seq);
            return Err(Failure::usage(error, "nothing was appended"));
        }
        submissions.push(submission);
    }
    drop(loaded);
    let effects = rehearsal.effects(global, &submissions)?;
    let head = rehearsal.head();
    drop(rehearsal);
    let shown = render::effects(&written(&submissions)?, &effects.clone().cut(SHOWN), &layout(global));
    let for_people = matches!(global.format, Format::Table | Format::Csv);
    if for_people {
        put(&shown)?;
    }
    if !mending.dry_run && !mending.yes && !for_people {
        tell(&shown);
    }
    if mending.dry_run || !mending.yes && !agreed()? {
        if for_people {
            put("nothing was appended\n")?;
        } else {
            put_json(&submissions, effects, &[])?;
        }
        return Ok(0);
    }
    let seqs = append(global, &submissions, head)?;
    if for_people {
        put(&recorded_lines(&submissions, &seqs, back))?;
    } else {
        put_json(&submissions, effects, &seqs)?;
    }
    Ok(0)
}

/// The events as they are written.
fn written(submissions: &[Submission]) -> Result<Vec<Value>, Failure> {
    let read = |submission: &Submission| serde_json::from_str(&submission.json).map_err(anyhow::Error::from);
    Ok(submissions.iter().map(read).collect::<Result<_, _>>()?)
}

/// What was appended, and how it is taken back.
fn recorded_lines(submissions: &[Submission], seqs: &[Seq], back: &WayBack) -> String {
    let appended = submissions.iter().zip(seqs);
    let lines = appended.map(|(event, seq)| format!("appended #{seq}  {}  {}\n", event.id, event.event_type));
    let back = submissions.iter().map(|event| back.line(&event.id));
    lines.chain(back).collect()
}

fn put_json(submissions: &[Submission], effects: Effects, seqs: &[Seq]) -> Result<(), Failure> {
    let appended = submissions.iter().zip(seqs);
    let appended = appended.map(|(event, seq)| Appended { id: event.id.to_string(), seq: seq.number() }).collect();
    let answer = MendAnswer { events: written(submissions)?, effects: effects.cut(LISTED), appended };
    put(&(serde_json::to_string(&answer).map_err(anyhow::Error::from)? + "\n"))
}

/// Asks on the terminal.
fn agreed() -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let hint = "nothing was appended: add --yes to append it, or --dry-run to look only";
        return Err(Failure::usage("there is no terminal to ask on", hint));
    }
    drop(write!(std::io::stderr(), "Append? [y/N] "));
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Appends the events in the way of all events, and tells where they stand.
fn append(global: &Global, submissions: &[Submission], head: Seq) -> Result<Vec<Seq>, Failure> {
    let mut log: Box<dyn Log> = match crate::nats::url(global) {
        None => Box::new(directory::open_log(global, &global.data, Create::Never)?),
        Some(url) => Box::new(crate::nats::open(&global.nats, url, Create::Never, global.timeout)?),
    };
    let moved = log.head()?.number().saturating_sub(head.number());
    if moved > 0 && !global.quiet {
        tell(&format!("notice: {moved} events came since what is shown above was found out"));
    }
    let mut seqs = Vec::new();
    for submission in submissions {
        match append_one(&mut *log, submission) {
            Ok(seq) => seqs.push(seq),
            Err(failure) => return Err(after(failure, submissions, &seqs)),
        }
    }
    log.close()?;
    Ok(seqs)
}

fn append_one(log: &mut dyn Log, submission: &Submission) -> Result<Seq, Failure> {
    let mut watch = FirstReject::default();
    let summary = ingest(log, "-", &mut submission.json.as_bytes(), &mut watch);
    match watch.first {
        Some(Reject { reason, hint, .. }) => Err(Failure::new(Exit::Rejected, reason).hint(hint)),
        None => Ok(summary?.head.expect("what is appended has a position")),
    }
}

/// A failure that also tells what is in already.
fn after(mut failure: Failure, submissions: &[Submission], seqs: &[Seq]) -> Failure {
    for (event, seq) in submissions.iter().zip(seqs) {
        failure.error.extend(["; before that, ", event.id.as_str(), " was appended at #", &seq.to_string()]);
    }
    failure
}

/// Keeps the first reject.
#[derive(Default)]
pub(super) struct FirstReject {
    pub(super) first: Option<Reject>,
}

impl Watch for FirstReject {
    fn now(&self) -> Instant {
        now()
    }

    fn rejected(&mut self, reject: &Reject) -> std::io::Result<()> {
        self.first.get_or_insert_with(|| reject.clone());
        Ok(())
    }

    fn passed(&mut self, _bytes: u64) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_tells_what_is_in_already() {
        let event = |id: &str| {
            let text = format!(r#"{{"id":"{id}","type":"PersonDescribed","person":"Ann","source":"Page"}}"#);
            Submission::read(text.as_bytes()).expect("an event")
        };
        let failure = after(Failure::new(Exit::Failure, "no"), &[event("e1"), event("e2")], &[Seq::new(7)]);
        assert_eq!(failure.error, "no; before that, e1 was appended at #7");
    }
}
