//! What one new event costs of each sort, and 5,000 claims, on synthetic ledgers of 100 thousand and 1 million events.
//! `cargo bench --profile dist -p tenure --bench changes [EVENTS..]`.
//!
//! Each event is appended to the journal and folded into the snapshots, both open, as `tenure serve` does it.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints figures and may stop on any error"
)]

#[path = "quiet.rs"]
mod quiet;
#[path = "synthetic.rs"]
mod synthetic;

use std::fmt::Write as _;
use std::io::BufReader;
use std::time::{Duration, Instant as Clock};

use quiet::Quiet;
use synthetic::{HUGE, Random, events, reference};
use tenure_log::{Create, Journal, identify};
use tenure_producer::ingest;
use tenure_projector::{Done, Snapshots, Store};

/// As in the command itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A ledger whose snapshots are kept at its head.
struct Live {
    journal: Journal,
    snapshots: Snapshots,
    store: Store,
    people: u64,
}

impl Live {
    /// Appends events and folds them in: how long the folding took, and what was done.
    fn take(&mut self, text: &str) -> (Duration, Done) {
        ingest(&mut self.journal, "news", &mut BufReader::new(text.as_bytes()), &mut Quiet).unwrap();
        let start = Clock::now();
        let change = self.store.change(&self.journal).unwrap().unwrap();
        let done = self.snapshots.take(&mut self.store, change).unwrap();
        (start.elapsed(), done)
    }

    /// Takes one event of a sort after another, and prints what they took.
    fn measure(&mut self, sort: &str, count: u64, event: impl Fn(&mut Random, u64) -> String) {
        let mut random = Random(count);
        let mut took = Vec::new();
        let mut few = 0;
        for number in 0..count {
            let id = format!("{}-{number}", sort.replace(' ', "-"));
            let mut text = event(&mut random, self.people);
            if !text.contains("\"source\"") {
                text.push_str(",\"source\":\"Desk\"");
            }
            let text = format!("{{\"id\":\"{id}\",\"reported_at\":\"2025-12-29\",{text}}}\n");
            let (time, done) = self.take(&text);
            few += u64::from(matches!(done, Done::Added { .. }));
            took.push(time.as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        let (median, most) = (took[took.len() / 2], took[took.len() - 1]);
        println!("  {sort:<24} p50 {median:>9.2} ms   most {most:>9.2} ms   {few} of {count} without reading all");
    }
}

fn person(random: &mut Random, people: u64) -> String {
    reference(1 + random.below(people))
}

fn measure(count: u64) {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).unwrap();
    let text = events(count);
    ingest(&mut journal, "synthetic", &mut BufReader::new(text.as_bytes()), &mut Quiet).unwrap();
    let people = text.lines().rev().find_map(|line| line.strip_prefix("{\"id\":\"e-")?.split('-').next()?.parse().ok());
    drop(text);
    let snapshots = Snapshots::in_dir(dir.path().join("snapshots"));
    let store = snapshots.rebuild(&journal, |_| {}).unwrap();
    println!("{count} events");
    let mut live = Live { journal, snapshots, store, people: people.unwrap() };
    let post = |random: &mut Random, people: u64, unit: &str| {
        let (person, manager) = (person(random, people), person(random, people));
        format!(
            "\"type\":\"AppointedToPost\",\"person\":{person},\"company\":\"Company 0\",\"unit\":\"{unit}\",\
             \"title\":\"Head\",\"reports_to\":{manager},\"effective\":\"2025-06-01\""
        )
    };
    live.measure("claim", 100, |random, people| post(random, people, "Unit 3"));
    live.measure("claim in the huge unit", 100, |random, people| post(random, people, HUGE));
    live.measure("claim of a new person", 100, |random, _| {
        format!("\"type\":\"JoinedCompany\",\"person\":\"New {}\",\"company\":\"Company 1\"", random.below(1 << 40))
    });
    live.measure("new company", 20, |random, people| {
        let person = person(random, people);
        format!("\"type\":\"JoinedCompany\",\"person\":{person},\"company\":\"New {}\"", random.below(1 << 40))
    });
    live.measure("new unit", 20, |random, people| {
        let unit = format!("New {}", random.below(1 << 40));
        post(random, people, &unit)
    });
    live.measure("retraction", 50, |random, people| {
        format!("\"type\":\"EventRetracted\",\"event\":\"e-{}-1-0\"", 1 + random.below(people))
    });
    live.measure("correction", 50, |random, people| {
        let number = 1 + random.below(people);
        let person = reference(number);
        format!(
            "\"type\":\"JoinedCompany\",\"person\":{person},\"company\":\"Company 0\",\"effective\":\"2016\",\
             \"corrects\":\"e-{number}-0-0\""
        )
    });
    live.measure("key restated", 50, |random, people| {
        let person = person(random, people);
        let day = 1 + random.below(28);
        format!(
            "\"type\":\"LeftCompany\",\"person\":{person},\"company\":\"Company 0\",\"effective\":\"2025-07-{day:02}\",\
             \"source\":{{\"publisher\":\"Desk\",\"key\":\"k{}\"}}",
            random.below(5)
        )
    });
    live.measure("two people are one", 50, |random, people| {
        format!("\"type\":\"SamePerson\",\"person\":{},\"same_as\":{}", person(random, people), person(random, people))
    });
    live.measure("unit renamed", 20, |random, _| {
        let (unit, name) = (random.below(16), random.below(1 << 40));
        format!("\"type\":\"UnitRenamed\",\"company\":\"Company 0\",\"unit\":\"Unit {unit}\",\"name\":\"Unit {name}\"")
    });
    live.measure("huge unit renamed", 5, |random, _| {
        let name = random.below(1 << 40);
        format!("\"type\":\"UnitRenamed\",\"company\":\"Company 0\",\"unit\":\"{HUGE}\",\"name\":\"Unit {name}\"")
    });
    live.measure("unit moved", 20, |random, _| {
        let (unit, parent) = (random.below(16), random.below(16));
        format!(
            "\"type\":\"UnitMoved\",\"company\":\"Company 0\",\"unit\":\"Unit {unit}\",\"parent\":\"Unit {parent}\""
        )
    });
    live.measure("company gets an id", 2, |random, people| {
        let (person, company) = (person(random, people), 2 + random.below(5));
        format!(
            "\"type\":\"LeftCompany\",\"person\":{person},\
             \"company\":{{\"id\":\"c-{company}\",\"name\":\"Company {company}\"}}"
        )
    });
    let mut random = Random(1);
    let mut claims = String::new();
    for number in 0..5_000 {
        let text = post(&mut random, live.people, "Unit 5");
        let given = format!("\"id\":\"many-{number}\",\"reported_at\":\"2025-12-29\",\"source\":\"Desk\"");
        writeln!(claims, "{{{given},{text}}}").unwrap();
    }
    let (took, done) = live.take(&claims);
    println!("  5,000 claims             {:>13.2} ms   {done:?}", took.as_secs_f64() * 1000.0);
    live.measure("person erased", 2, |random, people| {
        format!("\"type\":\"PersonErased\",\"person\":{}", person(random, people))
    });
    live.measure("claim after an erasure", 20, |random, people| post(random, people, "Unit 3"));
}

fn main() {
    let asked: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![100_000, 1_000_000] } else { asked };
    for size in sizes {
        measure(size);
    }
}
