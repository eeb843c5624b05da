//! `tenure replay`: the snapshots made anew, here or by a service.

use std::io::IsTerminal;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tenure_log::Create;

use crate::failure::Failure;
use crate::global::Global;
use crate::terminal::{hear, hear_all, put_result};
use crate::{directory, nats};

/// Rebuild the snapshots from the log
#[derive(Debug, Args)]
#[command(before_help = "Example: tenure replay")]
pub(crate) struct Replay {}

/// Makes the snapshots anew, and tells what they hold.
pub(super) fn run(global: &Global) -> Result<(), Failure> {
    global.must_be_of_all("replay")?;
    if let Some(url) = nats::url(global) {
        return elsewhere(global, url);
    }
    let ledger = directory::open(global, Create::Never)?;
    let head = ledger.journal().head().number();
    let bar = (std::io::stderr().is_terminal() && !global.quiet && head > 50_000).then(|| {
        let bar = ProgressBar::new(head);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} events {per_sec} {eta}") {
            bar.set_style(style);
        }
        bar
    });
    let started = std::time::Instant::now();
    let store = ledger.snapshots().rebuild(ledger.journal(), |seq| {
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

/// Has a service make its snapshots anew, and tells how far it is.
fn elsewhere(global: &Global, url: &str) -> Result<(), Failure> {
    let (notices, json) = nats::client(global, url)?.replay(&mut |notice| hear(global, notice));
    hear_all(global, notices);
    let json = json?;
    let text = format!(
        "replayed {} events in {:.1} s: {} people, {} units",
        json["events"],
        json["seconds"].as_f64().unwrap_or_default(),
        json["people"],
        json["units"]
    );
    put_result(global, &json, &text)
}
