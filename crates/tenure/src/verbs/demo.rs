//! The demo: a small ledger of real events, and the questions that a ledger of personnel changes is for.
//!
//! The questions go through the command line like all others, so what is shown is what a user would type and get. The
//! events tell what public sources reported of one scientist's move within Alibaba, facts only; each names its source.
//!
//! Deliberately not here: events of a ledger that holds anything else. An append-only log would keep them for ever.

use std::io::Write;

use clap::Args;
use tenure_domain::plain_text::shown_path;
use tenure_domain::position::Seq;
use tenure_domain::wire::Submission;
use tenure_log::{Create, Journal};
use tenure_producer::{Reject, Summary, ingest};

use super::mend::FirstReject;
use crate::failure::{Exit, Failure, quoted};
use crate::global::Global;
use crate::{directory, nats, terminal};
use tenure_render::Format;

/// The events, one a line.
const EVENTS: &str = include_str!("../../demo/events.ndjson");

/// What is asked, and how.
const QUESTIONS: &[(&str, &[&[&str]])] = &[
    (
        "Where was he on 1 August 2025, and on 1 October?",
        &[&["person", "Steven Hoi", "--at", "2025-08-01"], &["person", "Steven Hoi", "--at", "2025-10-01"]],
    ),
    (
        "The same day, as known on 28 September, and on the 29th, when there was only a rumour",
        &[
            &["person", "Steven Hoi", "--at", "2025-10-01", "--known", "2025-09-28"],
            &["person", "Steven Hoi", "--at", "2025-10-01", "--known", "2025-09-29"],
        ],
    ),
    (
        "Who worked at the lab? A unit is found by any of its names, in any script",
        &[
            &["who", "Tongyi Lab", "--at", "2025-10-01"],
            &["who", "通义实验室", "--at", "2025-10-01"],
            &["who", "通義實驗室", "--at", "2025-10-01"],
        ],
    ),
    (
        "To whom did he report, before and after?",
        &[&["reports", "許主洪", "--up", "--at", "2025-08-01"], &["reports", "許主洪", "--up", "--at", "2025-10-01"]],
    ),
    ("What do the sources disagree on?", &[&["conflicts", "许主洪"]]),
    (
        "Why do we believe the transfer? (`tenure career` shows the ids of tenures)",
        &[&["why", TRANSFER, "--at", "2025-10-01"]],
    ),
    (
        "What became of the lab?",
        &[&["diff", "Tongyi Lab", "--at", "2026-03-01..2026-04-10"], &["org", "Alibaba", "--at", "2026-04-10"]],
    ),
];

/// The tenure at the lab. The id comes from that of the event that opened it, so it stays.
const TRANSFER: &str = "steven-hoi@7188c7b6";

/// Make a small ledger of real events to try things on, and ask it a few questions
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure --data demo-data demo")]
pub(crate) struct Demo {}

/// Runs a command as if its words had been typed, with flags that take the place of its own.
pub(crate) type Typed = fn(&[&str], &dyn Fn(&mut Global)) -> Result<(), Failure>;

/// Makes the ledger, or finds it made, and asks it.
pub(super) fn run(global: &Global, run: Typed) -> Result<(), Failure> {
    nats::not_here(global, "demo")?;
    let dir = global.data.display().to_string();
    let Summary { appended, head, .. } = fill(global)?;
    let head = head.expect("a journal was reached that was appended to");
    tell(global, &format!("{appended} of {} events appended; ledger at {head} in {dir}\n", EVENTS.lines().count()))?;
    if dir != "tenure-data" {
        tell(global, &format!("\n$ export TENURE_DATA={}\n", quoted(&dir)))?;
    }
    for (question, commands) in QUESTIONS {
        tell(global, &format!("\n# {question}\n"))?;
        for command in *commands {
            tell(global, &format!("\n$ tenure {}\n", typed(command)))?;
            run(command, &|flags| like(global, flags))?;
        }
    }
    Ok(())
}

fn fill(global: &Global) -> Result<Summary, Failure> {
    let mut journal = directory::open_log(global, &global.data, Create::IfMissing)?;
    if journal.head() > Seq::ZERO && !begins_with_the_demo(&journal)? {
        let error = format!("{} holds a ledger of other events", shown_path(&global.data));
        return Err(Failure::new(Exit::Failure, error).hint("give the demo a directory of its own: --data DIR"));
    }
    let mut rejects = FirstReject::default();
    let summary = ingest(&mut journal, "demo", &mut EVENTS.as_bytes(), &mut rejects)?;
    match rejects.first {
        None => Ok(summary),
        Some(Reject { line, reason, hint, .. }) => {
            Err(Failure::new(Exit::Rejected, format!("event {line} of the demo: {reason}")).hint(hint))
        }
    }
}

fn begins_with_the_demo(journal: &Journal) -> Result<bool, Failure> {
    let first = journal.read(Seq::new(1))?;
    let id = |event: &str| Submission::read(event.as_bytes()).ok().map(|event| event.id);
    Ok(id(&first.event) == EVENTS.lines().next().and_then(id))
}

/// Says something between the answers. Only people are told on standard output, which else holds nothing but answers.
fn tell(global: &Global, text: &str) -> Result<(), Failure> {
    if global.format == Format::Table {
        return terminal::put(text);
    }
    // No server may be listening there, which is no failure.
    drop(std::io::stderr().write_all(text.as_bytes()));
    Ok(())
}

/// Has a command ask this ledger, and print like the demo.
fn like(global: &Global, flags: &mut Global) {
    flags.data.clone_from(&global.data);
    flags.nats.url = None;
    flags.format = global.format;
    flags.color = global.color;
    flags.lang.clone_from(&global.lang);
    flags.quiet = global.quiet;
    flags.verbose = global.verbose;
}

fn typed(command: &[&str]) -> String {
    command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_can_be_read_and_has_an_id_of_its_own() {
        let mut ids = std::collections::BTreeSet::new();
        for line in EVENTS.lines() {
            let event = Submission::read(line.as_bytes()).unwrap_or_else(|refusal| panic!("{line}\n{refusal:?}"));
            assert!(ids.insert(event.id.to_string()), "{line}");
        }
    }

    #[test]
    fn every_question_is_a_command() {
        for command in QUESTIONS.iter().flat_map(|(_, commands)| *commands) {
            let words = std::iter::once("tenure").chain(command.iter().copied());
            assert!(<crate::cli::Cli as clap::Parser>::try_parse_from(words).is_ok(), "{command:?}");
        }
    }

    #[test]
    fn commands_are_shown_as_a_shell_takes_them() {
        assert_eq!(typed(&["person", "Steven Hoi", "--at", "2025-08-01"]), "person 'Steven Hoi' --at 2025-08-01");
        assert_eq!(typed(&["find", "O'Neill"]), r"find 'O'\''Neill'");
        assert_eq!(typed(&["who", "通义实验室"]), "who 通义实验室");
    }
}
