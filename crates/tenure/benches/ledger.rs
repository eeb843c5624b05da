//! What a ledger costs: ingest, replay, sizes, memory and the time of answers, on synthetic ledgers of 10 thousand,
//! 100 thousand and 1 million events. `cargo bench --profile dist -p tenure --bench ledger [EVENTS..]`.
//!
//! The ledgers are deterministic and skewed: a few huge units and many small ones, vague dates, several sources for one
//! claim, a few per cent of corrections and retractions. Every figure is of work that a user's command does.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints figures and may stop on any error"
)]

#[path = "measure.rs"]
mod measure;
#[path = "quiet.rs"]
mod quiet;
#[path = "synthetic.rs"]
mod synthetic;

use std::io::BufReader;
use std::process::Command;
use std::time::{Duration, Instant as Clock};

use measure::bytes_below;
use quiet::Quiet;
use synthetic::{HUGE, events};
use tenure_answers as answer;
use tenure_domain::day::Day;
use tenure_domain::view::View;
use tenure_log::{Create, Journal, identify};
use tenure_producer::ingest;
use tenure_projector::Snapshots;
use tenure_query::{Asked, ChartOrder, Inquiry, MemberFilter, PeopleOrder, SubUnits};

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Resident memory of this process, and the most it ever was, in MB.
fn memory() -> (u64, u64) {
    (measure::memory("self", "VmRSS"), measure::memory("self", "VmHWM"))
}

/// The median and the 99th percentile of so many runs.
fn times(runs: usize, mut run: impl FnMut(usize)) -> String {
    let mut took: Vec<Duration> = (0..runs)
        .map(|i| {
            let start = Clock::now();
            run(i);
            start.elapsed()
        })
        .collect();
    took.sort_unstable();
    let micros = |at: usize| took[at.min(took.len() - 1)].as_secs_f64() * 1e6;
    format!("p50 {:>9.1} us   p99 {:>9.1} us", micros(runs / 2), micros(runs * 99 / 100))
}

fn measure(count: u64) {
    let text = events(count);
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let start = Clock::now();
    let summary = ingest(&mut journal, "synthetic", &mut BufReader::new(text.as_bytes()), &mut Quiet).unwrap();
    let took = start.elapsed().as_secs_f64();
    let total = summary.appended;
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let rate = |seconds: f64| total as f64 / seconds / 1000.0;
    println!("{total} events");
    println!("  ingest        {:>9.0} thousand events/s", rate(took));
    drop(text);
    let before = memory().0;
    let start = Clock::now();
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let store = snapshots.rebuild(&journal, |_| {}).unwrap();
    println!("  replay        {:>9.0} thousand events/s", rate(start.elapsed().as_secs_f64()));
    println!("  journal       {:>9} bytes/event", journal.bytes() / total);
    println!("  store         {:>9} bytes/event", bytes_below(&dir.path().join("snapshots")) / total);
    println!("  memory        {:>9} MB before replay, {} MB at most", before, memory().1);

    let at: Day = "2020-06-15".parse().unwrap();
    let inquiry = Inquiry { company: Some("Company 0"), ..Inquiry::of(&store, at) };
    let people = store.people().unwrap();
    let ids: Vec<String> =
        (0..20_000).map(|i| store.who(people[i * 7_919 % people.len()]).unwrap().id.to_string()).collect();
    let basis = || answer::BasisShown { at: at.to_string(), known: None, recorded: None, seq: total, head: total };
    println!(
        "  person        {}",
        times(ids.len(), |i| {
            let asked = inquiry.ask_person(&ids[i]).unwrap();
            std::hint::black_box(inquiry.person_answer(basis(), asked).unwrap());
        })
    );
    let Ok(Asked::Here(huge)) = inquiry.ask_unit(HUGE) else { panic!("the huge unit is there") };
    let (certain, possible) = inquiry.count(huge, SubUnits::Whole).unwrap();
    let ever = store.roster(huge).unwrap().len();
    println!(
        "  roster        {}   {certain} certainly, {possible} possibly there, {ever} ever",
        times(200, |_| {
            std::hint::black_box(inquiry.count(huge, SubUnits::Whole).unwrap());
        })
    );
    println!(
        "  who           {}   the same with every name and post",
        times(20, |_| {
            let answer = inquiry
                .who_answer(
                    basis(),
                    Asked::Here(huge),
                    SubUnits::Whole,
                    &MemberFilter::default(),
                    PeopleOrder::Post,
                    None,
                )
                .unwrap();
            std::hint::black_box(answer);
        })
    );
    let Ok(Asked::Here(company)) = inquiry.ask_unit("Company 0") else { panic!("the company is there") };
    println!(
        "  org           {}   the company of the huge unit",
        times(20, |_| {
            drop(std::hint::black_box(inquiry.org_answer(basis(), Asked::Here(company), ChartOrder::Name)));
        })
    );
    drop(store);
    drop(journal);
    let mut cold: Vec<f64> = (0..9)
        .map(|i| {
            let start = Clock::now();
            let output = Command::new(env!("CARGO_BIN_EXE_tenure"))
                .arg("--data")
                .arg(dir.path())
                .args(["person", &ids[i], "--at", "2020-06-15"])
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    cold.sort_by(f64::total_cmp);
    println!("  cold command  {:>9.1} ms median, {:.1} to {:.1}", cold[4], cold[0], cold[8]);
    let start = Clock::now();
    let older = Command::new(env!("CARGO_BIN_EXE_tenure"))
        .arg("--data")
        .arg(dir.path())
        .args(["person", &ids[3], "--at", "2020-06-15", "--known", "2020-01-01"])
        .output()
        .unwrap();
    assert!(older.status.success());
    println!("  older basis   {:>9.1} ms, one cold command with --known", start.elapsed().as_secs_f64() * 1000.0);
}

fn main() {
    let asked: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10_000, 100_000, 1_000_000] } else { asked };
    for size in sizes {
        measure(size);
    }
}
