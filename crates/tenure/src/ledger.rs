//! The ledger in a data directory: its log, its snapshots, and the bases on which questions are asked.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use tenure_domain::archive::Archive;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::Confidence;
use tenure_domain::position::Seq;
use tenure_domain::reading::{Basis, Reading};
use tenure_domain::wire::read_stored;
use tenure_log::{Create, Journal};
use tenure_producer::identify;
use tenure_projector::{Done, Loaded, Snapshots, Store};
use tenure_query::{Known, KnownEvents, answer};

use crate::cli::{self, Global};
use crate::failure::{Exit, Failure};
use crate::verbs::tell;

pub(crate) struct Ledger {
    pub(crate) journal: Journal,
    dir: PathBuf,
    loaded: OnceCell<Loaded>,
}

impl Ledger {
    /// Opens the ledger in a directory. What the log had to mend is told on standard error.
    pub(crate) fn open(dir: &Path, create: Create) -> Result<Ledger, Failure> {
        let journal = Journal::open(dir.join("journal"), create, identify)?;
        for notice in journal.notices() {
            tell(&format!("notice: {notice}"));
        }
        Ok(Ledger { journal, dir: dir.to_owned(), loaded: OnceCell::new() })
    }

    /// The directory of the ledger.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The snapshots at the head of the log, caught up or made anew where they were not.
    pub(crate) fn store(&self, global: &Global) -> Result<Store, Failure> {
        let (store, done) = self.snapshots().at_head(&self.journal)?;
        match done {
            Done::Added { events, people } | Done::CaughtUp { events, people } if global.verbose => {
                tell(&format!("notice: the snapshots took in {events} events, which touch {people} people"));
            }
            Done::Rebuilt { reason } if !global.quiet => {
                tell(&format!("notice: the snapshots are made from the log: {reason}"));
            }
            Done::Nothing | Done::Added { .. } | Done::CaughtUp { .. } | Done::Rebuilt { .. } => {}
        }
        Ok(store)
    }

    pub(crate) fn snapshots(&self) -> Snapshots {
        Snapshots::in_dir(self.dir.join("snapshots"))
    }

    /// Asks the snapshots. Where they turn out not to read, they are made anew and asked again: they are a cache.
    pub(crate) fn with_store<T>(
        &self,
        global: &Global,
        ask: impl Fn(&Store) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let store = self.store(global)?;
        if let Some(answer) = tenure_projector::unless_broken(|| ask(&store)) {
            return answer;
        }
        drop(store);
        if !global.quiet {
            tell("notice: the snapshots do not read and are made from the log");
        }
        ask(&self.snapshots().rebuild(&self.journal, |_| {})?)
    }

    /// All events, in memory.
    pub(crate) fn loaded(&self) -> Result<&Loaded, Failure> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        let loaded = tenure_projector::load(&self.journal, |_| {})?;
        Ok(self.loaded.get_or_init(|| loaded))
    }

    pub(crate) fn archive(&self) -> Result<&Archive, Failure> {
        Ok(&self.loaded()?.archive)
    }

    /// The ledger on a basis.
    pub(crate) fn reading(&self, basis: &Basis) -> Result<Reading<'_>, Failure> {
        Ok(Reading::new(self.archive()?, basis))
    }

    /// The last position that the basis admits.
    pub(crate) fn seq_of(&self, basis: &Basis) -> Seq {
        basis.recorded.unwrap_or(self.journal.head()).min(self.journal.head())
    }

    /// An event of the log by its position.
    pub(crate) fn known(&self, seq: Seq) -> Result<Known, Failure> {
        let record = self.journal.read(seq)?;
        let event = read_stored(&record.event, record.recorded_at)?;
        Ok(Known { seq, recorded_at: record.recorded_at, event })
    }
}

/// What a question fixes: the clocks as asked, and what they come to.
#[derive(Clone, Debug)]
pub(crate) struct Clocks {
    pub(crate) at: (Day, Day),
    pub(crate) at_asked: String,
    pub(crate) basis: (Basis, Basis),
    pub(crate) known_asked: Option<String>,
    pub(crate) recorded_asked: Option<String>,
}

/// Whether a question is about one point or may be about two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    Point,
    Range,
}

impl Clocks {
    /// Reads the clocks of the command line; `today` is the day asked about where none is given.
    pub(crate) fn read(global: &Global, ledger: &Ledger, today: Day, span: Span) -> Result<Clocks, Failure> {
        let at_asked = global.at.clone().unwrap_or_else(|| today.to_string());
        let at = two("--at", &at_asked, span, |text| day("--at", text))?;
        let known = match &global.known {
            None => (None, None),
            Some(text) => {
                let (first, last) = two("--known", text, span, known)?;
                (Some(first), Some(last))
            }
        };
        let recorded = global.recorded.as_deref().map(|text| recorded(text, ledger)).transpose()?;
        let basis = |known| Basis {
            known,
            recorded,
            min_confidence: global.min_confidence.map(|c| match c {
                cli::Confidence::Rumoured => Confidence::Rumoured,
                cli::Confidence::Reported => Confidence::Reported,
                cli::Confidence::Confirmed => Confidence::Confirmed,
            }),
            sources: global.source.clone(),
            not_sources: global.not_source.clone(),
        };
        Ok(Clocks {
            at,
            at_asked,
            basis: (basis(known.0), basis(known.1)),
            known_asked: global.known.clone(),
            recorded_asked: global.recorded.clone(),
        })
    }

    /// The basis as answers print it.
    pub(crate) fn shown(&self, ledger: &Ledger) -> answer::Basis {
        let known = self.known_asked.as_ref().map(|asked| {
            let instants = [self.basis.0.known, self.basis.1.known];
            match instants {
                [Some(first), Some(last)] if first != last => format!("{first}..{last}"),
                [Some(one), _] => one.to_string(),
                _ => asked.clone(),
            }
        });
        answer::Basis {
            at: self.at_asked.clone(),
            known,
            recorded: self.recorded_asked.clone(),
            seq: ledger.seq_of(&self.basis.1).number(),
            head: ledger.journal.head().number(),
        }
    }
}

/// One value, or two around `..`.
fn two<T: Copy + PartialOrd>(
    flag: &str,
    text: &str,
    span: Span,
    read: impl Fn(&str) -> Result<T, Failure>,
) -> Result<(T, T), Failure> {
    let Some((first, last)) = text.split_once("..").filter(|_| !text.starts_with('[')) else {
        let one = read(text)?;
        return Ok((one, one));
    };
    if span == Span::Point {
        let error = format!("{flag} {text}: this question is about one point");
        return Err(Failure::usage(error, "ranges are for tenure diff"));
    }
    let (first, last) = (read(first)?, read(last)?);
    if first > last {
        let error = format!("{flag} {text}: the range is reversed");
        return Err(Failure::usage(error, "write the earlier point first"));
    }
    Ok((first, last))
}

/// A single day.
pub(crate) fn day(flag: &str, text: &str) -> Result<Day, Failure> {
    text.parse().map_err(|_| {
        let error = format!("{flag} {text}: not a calendar day");
        Failure::usage(error, "write a day as 2025-09-30")
    })
}

/// A date of which the first or the last day is meant.
pub(crate) fn vague(flag: &str, text: &str) -> Result<VagueDate, Failure> {
    text.parse()
        .map_err(|error: tenure_domain::edtf::NotADate| Failure::usage(format!("{flag} {text}: {error}"), error.hint()))
}

/// `--known`: all of a UTC day, or up to an instant.
fn known(text: &str) -> Result<Instant, Failure> {
    if let Ok(day) = text.parse::<Day>() {
        return Ok(Instant::last_of(day));
    }
    text.parse().map_err(|_| {
        let error = format!("--known {text}: neither a day nor an instant");
        Failure::usage(
            error,
            "write a day as 2025-09-30, which is all of that UTC day, or an instant as 2025-09-30T06:00:00Z",
        )
    })
}

/// `--recorded`: a position, or the last one recorded by an instant or a UTC day.
fn recorded(text: &str, ledger: &Ledger) -> Result<Seq, Failure> {
    if let Ok(number) = text.parse::<u64>() {
        let head = ledger.journal.head();
        if number > head.number() {
            let error = format!("--recorded {number}: the ledger ends at position {head}");
            return Err(Failure::new(Exit::NotReached, error).hint("ask at a position that is recorded already"));
        }
        return Ok(Seq::new(number));
    }
    let instant = match text.parse::<Day>() {
        Ok(day) => Instant::last_of(day),
        Err(_) => text.parse().map_err(|_| {
            let error = format!("--recorded {text}: neither a position nor an instant");
            Failure::usage(
                error,
                "write a position as 1200, a day as 2025-09-30, or an instant as 2025-09-30T06:00:00Z",
            )
        })?,
    };
    Ok(ledger.journal.seq_at(instant)?)
}

impl KnownEvents for Ledger {
    fn event(&self, seq: Seq) -> Option<Known> {
        self.known(seq).ok()
    }
}
