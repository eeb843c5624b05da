//! A program that keeps a ledger of its own, with the library and without the program `tenure`.
//!
//! ```sh
//! cargo run -p tenure-ledger --example embed -- ledger
//! ```

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use tenure_domain::event::Event;
use tenure_domain::wire::{EventBuilder, Refusal};
use tenure_ledger::{Ask, Ledger, Notice};

/// What two articles say of one scientist.
fn events() -> Result<Vec<Event>, Refusal> {
    let joined = EventBuilder::new("JoinedCompany")
        .set("person", serde_json::json!({"name": "Steven Hoi", "aliases": ["许主洪"]}))
        .set("company", "Alibaba")
        .set("title", "Vice President")
        .set("effective", "2025-02")
        .set("reported_at", "2025-02-06")
        .set("source", "Reuters")
        .build()?;
    let left = EventBuilder::new("LeftCompany")
        .set("person", "许主洪")
        .set("company", "Alibaba")
        .set("effective", "2025-09-30")
        .set("reported_at", "2025-09-29")
        .set("source", serde_json::json!({"publisher": "Zhidx", "url": "https://zhidx.example/1"}))
        .build()?;
    Ok(vec![joined, left])
}

/// Keeps a ledger in a directory, asks it, and says what it answers.
pub(crate) fn told(dir: &Path) -> Result<String, Box<dyn Error>> {
    let mut told = String::new();
    let ledger = Ledger::open(dir)?;
    let positions = ledger.append(events()?)?;
    writeln!(told, "the events stand at {positions:?}")?;

    // Who was where on a day, as it was known on another.
    for known in ["2025-09-28", "2025-09-29"] {
        let held = ledger.at("2025-10-01")?.known(known)?.person("Steven Hoi")?;
        writeln!(told, "known on {known}: {} posts on {}", held.positions.len(), held.basis.at)?;
    }

    // Which sources say so.
    let why = ledger.at("2025-08-01")?.why("Steven Hoi")?;
    for event in &why.supports {
        writeln!(told, "#{} says so", event.seq)?;
    }

    // What is to be told beside an answer comes with it, and nothing is printed.
    let answered = ledger.at("2025-08-01")?.ask(Ask::Career { person: "许主洪".to_owned() })?;
    for notice in &answered.notices {
        let (Notice::Basis(text) | Notice::Remark(text) | Notice::Detail(text)) = notice;
        writeln!(told, "{text}")?;
    }
    Ok(told)
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args().nth(1).ok_or("name a directory for the ledger")?;
    std::io::stdout().write_all(told(Path::new(&dir))?.as_bytes())?;
    Ok(())
}
