//! Reads a whole log into an archive, decoding on all cores.

use std::sync::mpsc::sync_channel;

use tenure_domain::archive::Archive;
use tenure_domain::position::Seq;
use tenure_domain::reading::withhold;
use tenure_domain::wire::{Refusal, read_stored};
use tenure_log::{Block, Blocks, Journal, LogError};

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

/// Decodes a block, on whichever thread.
pub(crate) fn decode(block: &Block) -> Result<Loaded, LogError> {
    let mut part = Loaded::default();
    for record in block.records() {
        let record = record?;
        match read_stored(record.event, record.recorded_at) {
            Ok(event) => part.archive.push(record.seq, record.recorded_at, event),
            Err(refusal) => part.quarantined.push(Quarantined { seq: record.seq, refusal }),
        }
    }
    Ok(part)
}

/// How many blocks wait for each thread that decodes.
const WAITING: usize = 2;

/// Loads the log. `passed` is told the position up to which it is loaded.
pub fn load(journal: &Journal, passed: impl FnMut(Seq)) -> Result<Loaded, LogError> {
    load_blocks(journal.blocks(Seq::ZERO.next()), journal.head(), passed)
}

/// The same of blocks from the first position on to `head`, for whoever does not hold the journal while it is read.
pub fn load_blocks(mut blocks: Blocks, head: Seq, mut passed: impl FnMut(Seq)) -> Result<Loaded, LogError> {
    let mut loaded = Loaded::default();
    loaded.archive.reserve(usize::try_from(head.number()).unwrap_or_default());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| -> Result<(), LogError> {
        // Blocks are dealt out in turn and taken back in turn: the order of the log is kept, and memory is bounded.
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                let (give, given) = sync_channel::<Block>(WAITING);
                let (tell, told) = sync_channel::<Result<Loaded, LogError>>(WAITING);
                scope.spawn(move || given.into_iter().all(|block| tell.send(decode(&block)).is_ok()));
                (give, told)
            })
            .collect();
        let gone = "a thread that decodes ends after those that it serves";
        let (mut dealt, mut taken) = (0, 0);
        loop {
            while dealt < taken + cores * WAITING {
                let Some(block) = blocks.next() else { break };
                workers[dealt % cores].0.send(block?).expect(gone);
                dealt += 1;
            }
            if taken == dealt {
                return Ok(());
            }
            let part = workers[taken % cores].1.recv().expect(gone)?;
            taken += 1;
            loaded.quarantined.extend(part.quarantined);
            loaded.archive.append(part.archive);
            passed(loaded.archive.head());
        }
    })?;
    withhold(&mut loaded.archive);
    Ok(loaded)
}
