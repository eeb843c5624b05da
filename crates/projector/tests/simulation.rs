//! Whole histories of a ledger from seeds: producers, a network, a stream, the follower with its disk, and askers.
//!
//! The journal, the copy of a stream and the snapshots are the project's own, on a real directory. All else is simulated,
//! so that it can fail at any moment: messages are lost, doubled and reordered, the follower dies between two steps or
//! in the middle of a write, a disk does not keep what it said that it keeps. `docs/testing.md` tells what must hold.
//!
//! `TENURE_SEEDS` says how many seeds are tried, `TENURE_SEED` runs a single one. A history that fails is made shorter
//! and printed with its seed.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

#[path = "simulation/answers.rs"]
mod answers;
#[path = "simulation/disk.rs"]
mod disk;
#[path = "simulation/events.rs"]
mod events;
#[path = "simulation/follower.rs"]
mod follower;
#[path = "simulation/random.rs"]
mod random;
#[path = "simulation/shrink.rs"]
mod shrink;
#[path = "simulation/step.rs"]
mod step;
#[path = "simulation/stream.rs"]
mod stream;
#[path = "simulation/world.rs"]
mod world;

use std::cell::RefCell;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::thread;

use follower::{Found, Seen};
use step::{History, Step};
use world::World;

/// How many seeds are tried where nothing else is said.
const SEEDS: u64 = 250;

/// What comes about in many histories, or they show less than they should.
const COMES_ABOUT: [&str; 10] = [
    "a torn line was cut off",
    "a lost end was told",
    "a check found damage",
    "a damaged journal did not open",
    "events were added",
    "all events were read",
    "snapshots were at the head",
    "snapshots were beyond the journal",
    "snapshots were of another log",
    "snapshots were made anew",
];

thread_local! {
    /// What the last panic of this thread said, and where.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A directory in memory, where the system has one: what a disk keeps is simulated, and syncs would cost all the time.
fn directory() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a directory for a test")
}

/// Lives through a history. A panic is a finding too.
fn run(history: &History, seen: &mut Seen) -> Found {
    let dir = directory();
    let lived = catch_unwind(AssertUnwindSafe(|| World::run(history, dir.path(), seen)));
    lived.unwrap_or_else(|_| Err(PANIC.with_borrow(Clone::clone)))
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`")))
}

/// Makes a history that fails shorter, and tells of it.
fn told(seed: u64, history: &History, found: &str) -> String {
    let (shortest, finding) = shrink::shrink(history, |shorter| run(shorter, &mut Seen::new()).err());
    let all = history.steps.len();
    let mut text =
        format!("TENURE_SEED={seed}: {found}\n\n{}\n\nafter these steps of {all}", finding.unwrap_or_default());
    for (number, step) in (1..).zip(&shortest.steps) {
        write!(text, "\n{number:4} {step:?}").unwrap();
    }
    let History { segment_bytes, version, .. } = history;
    write!(text, "\n     with segments of {segment_bytes} bytes, begun by {version:?} version").unwrap();
    text
}

#[test]
fn what_was_acknowledged_is_answered_once_and_alike_whatever_fails() {
    // What the follower's panics say is told with the steps that lead to them.
    let (before, here) = (take_hook(), thread::current().id());
    set_hook(Box::new(
        move |panic| {
            if thread::current().id() == here { PANIC.set(panic.to_string()) } else { before(panic) }
        },
    ));
    let one = number("TENURE_SEED");
    let seeds = one.map_or(1..=number("TENURE_SEEDS").unwrap_or(SEEDS), |seed| seed..=seed);
    let many = seeds.clone().count() as u64 >= SEEDS;
    let (mut failed, mut seen) = (None, Seen::new());
    for seed in seeds {
        let history = History::of(seed);
        if let Err(found) = run(&history, &mut seen) {
            failed = Some(told(seed, &history, &found));
            break;
        }
    }
    drop(take_hook());
    assert!(failed.is_none(), "{}", failed.unwrap_or_default());
    for what in COMES_ABOUT.iter().filter(|_| many) {
        assert!(seen.contains_key(what), "in none of the histories {what}: {seen:#?}");
    }
}

#[test]
fn a_history_is_made_shorter_as_long_as_it_fails() {
    let history = History::of(7);
    let sends = |history: &History| history.steps.iter().filter(|step| matches!(step, Step::Send { .. })).count();
    assert!(sends(&history) >= 2);
    let fails = |shorter: &History| (sends(shorter) >= 2).then(|| format!("{} sends", sends(shorter)));
    let (shortest, finding) = shrink::shrink(&history, fails);
    assert_eq!((shortest.steps.len(), finding.as_deref()), (2, Some("2 sends")));
}

#[test]
fn a_seed_gives_one_history() {
    assert_eq!(History::of(3).steps, History::of(3).steps);
    assert_ne!(History::of(3).steps, History::of(4).steps);
}
