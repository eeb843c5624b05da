//! Reads a whole log into an archive, decoding on all cores.

use std::collections::VecDeque;

use tenure_domain::archive::Archive;
use tenure_domain::day::Instant;
use tenure_domain::event::Event;
use tenure_domain::position::Seq;
use tenure_domain::reading::withhold;
use tenure_domain::wire::{Refusal, read_stored};
use tenure_log::{Block, Journal, LogError};

/// An event of the log that this version cannot read. It is kept, told, and tried again by the next version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Its position.
    pub seq: Seq,
    /// Why it cannot be read.
    pub refusal: Refusal,
}

/// A log in memory.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The events that can be read, erased people withheld.
    pub archive: Archive,
    /// Those that cannot.
    pub quarantined: Vec<Quarantined>,
}

type Decoded = Result<Vec<(Seq, Instant, Result<Event, Refusal>)>, LogError>;

fn decode(block: &Block) -> Decoded {
    block
        .records()
        .map(|record| {
            let record = record?;
            Ok((record.seq, record.recorded_at, read_stored(record.event, record.recorded_at)))
        })
        .collect()
}

/// Loads the log. `passed` is told the position up to which it is loaded.
pub fn load(journal: &Journal, mut passed: impl FnMut(Seq)) -> Result<Loaded, LogError> {
    let mut loaded = Loaded::default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut blocks = journal.blocks(Seq::ZERO.next());
    std::thread::scope(|scope| -> Result<(), LogError> {
        // A window of blocks in flight: the order of the log is kept, and memory is bounded.
        let mut flight: VecDeque<std::thread::ScopedJoinHandle<'_, Decoded>> = VecDeque::new();
        loop {
            while flight.len() <= cores {
                let Some(block) = blocks.next() else { break };
                let block = block?;
                flight.push_back(scope.spawn(move || decode(&block)));
            }
            let Some(next) = flight.pop_front() else { return Ok(()) };
            let decoded = next.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            for (seq, recorded_at, event) in decoded {
                match event {
                    Ok(event) => loaded.archive.push(seq, recorded_at, event),
                    Err(refusal) => loaded.quarantined.push(Quarantined { seq, refusal }),
                }
                passed(seq);
            }
        }
    })?;
    withhold(&mut loaded.archive);
    Ok(loaded)
}
