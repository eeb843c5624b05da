//! Reads a whole log into an archive, decoding on all cores.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use rustc_hash::{FxHashMap, FxHashSet};
use tenure_domain::archive::{Archive, Stretch};
use tenure_domain::day::Instant;
use tenure_domain::event::Event;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::withhold;
use tenure_domain::wire::{Refusal, Submission, read_stored};
use tenure_log::{Block, Blocks, Journal, LogError, OwnedRecord, PassedOver, RecordsOf};

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
    /// How many records hold no event: copies and whatever else was published to a stream.
    pub passed_over: u64,
    /// What an older version could not read, and this one can.
    retried: Vec<Retried>,
    /// Whether there is something that an older version could not read, while this one knows which event it is.
    pub(crate) again: bool,
    /// Events that cannot be read, though it is known which they are.
    unread: Vec<Retried>,
    /// Where their ids stand first.
    taken: FxHashMap<EventId, Seq>,
    /// Events whose ids stand before them, which only happens where an older version could not read what stands there.
    repeated: Vec<(Seq, EventId)>,
    /// Copies, each with the position of what it is a copy of.
    copies: Vec<(Seq, Seq)>,
}

/// An event that an older version could not read, or that none can.
#[derive(Debug)]
struct Retried {
    seq: Seq,
    id: EventId,
    fingerprint: [u8; 16],
}

impl Loaded {
    /// Adds what follows in the log.
    pub(crate) fn append(&mut self, next: Decoded) {
        let Decoded { events, quarantined, passed_over, retried, unread, copies, again, last: _ } = next;
        self.quarantined.extend(quarantined);
        self.again |= again;
        for Retried { seq, id, .. } in &unread {
            self.taken.entry(id.clone()).or_insert(*seq);
        }
        self.unread.extend(unread);
        self.copies.extend(copies);
        // An id is taken by the first event that has it, also by one that cannot be read.
        let counts = |id: &EventId, seq| self.taken.get(id).is_none_or(|first| seq < *first);
        let repeated = self.archive.append(events, counts);
        self.passed_over += passed_over + repeated.len() as u64;
        self.repeated.extend(repeated);
        self.retried.extend(retried);
    }

    /// Finds out what counts where an older version could not read something: as in a copy that this version makes, the
    /// first event of an id does, and what follows is a copy of it or another event under an id that is taken.
    fn settle(&mut self) {
        let Loaded { archive, quarantined, passed_over, retried, unread, repeated, copies, taken, .. } = self;
        let stands = |id: &EventId| {
            let read = archive.entry(id).map(|entry| entry.seq);
            read.into_iter().chain(taken.get(id).copied()).min()
        };
        let is_first = |one: &&Retried| stands(&one.id) == Some(one.seq);
        let first: FxHashMap<&EventId, [u8; 16]> =
            retried.iter().chain(&*unread).filter(is_first).map(|one| (&one.id, one.fingerprint)).collect();
        let mut others: FxHashMap<Seq, Seq> = FxHashMap::default();
        for Retried { seq, id, fingerprint } in retried.iter().chain(&*unread) {
            // Of what stands there by its own record, the older version knew the id: this was no copy to it.
            if let Some(stands) = stands(id).filter(|stands| stands != seq && first.get(id) != Some(fingerprint)) {
                others.insert(*seq, stands);
            }
        }
        // What has its own record was new to the older version: it is another event than the one before it.
        let own = |seq: &Seq| retried.binary_search_by_key(seq, |one| one.seq).is_err();
        let repeated = repeated.iter().filter(|(seq, _)| own(seq));
        others.extend(repeated.filter_map(|(seq, id)| Some((*seq, stands(id)?))));
        let copies: Vec<(Seq, Seq)> = copies.iter().filter_map(|(seq, of)| Some((*seq, *others.get(of)?))).collect();
        others.extend(copies);
        // That they cannot be read is told of the first ones.
        let later: FxHashSet<Seq> = unread.iter().filter(|one| !is_first(one)).map(|one| one.seq).collect();
        *passed_over += later.len() as u64;
        quarantined.retain(|quarantined| !later.contains(&quarantined.seq));
        quarantined.extend(others.into_iter().map(|(seq, stands)| Quarantined { seq, refusal: reused(stands) }));
        quarantined.sort_by_key(|quarantined| quarantined.seq);
    }
}

/// A block, decoded.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    events: Stretch,
    quarantined: Vec<Quarantined>,
    passed_over: u64,
    retried: Vec<Retried>,
    unread: Vec<Retried>,
    copies: Vec<(Seq, Seq)>,
    again: bool,
    /// The position of the last record.
    last: Seq,
}

/// Decodes a block up to a position, on whichever thread.
pub(crate) fn decode(block: &Block, last: Seq) -> Result<Decoded, LogError> {
    let mut part = Decoded::default();
    part.events.reserve(block.lines());
    for record in block.records() {
        let record = record?;
        if record.seq > last {
            break;
        }
        part.last = record.seq;
        if let Some(passed_over) = PassedOver::of(record.event) {
            // What an older version could not read may be an event to this one.
            let text = PassedOver::to_retry(record.event);
            let identified = text.and_then(|text| Some((Submission::read(text.as_bytes()).ok()?, text)));
            let identified = identified.filter(|(submission, _)| !submission.id.is_of_no_event());
            if let Some((Submission { id, fingerprint, .. }, text)) = identified {
                part.again = true;
                let one = Retried { seq: record.seq, id, fingerprint };
                match read_stored(&text, record.recorded_at) {
                    Ok(event) => {
                        part.retried.push(one);
                        part.events.push(record.seq, record.recorded_at, event);
                    }
                    Err(refusal) => {
                        part.unread.push(one);
                        part.quarantined.push(Quarantined { seq: record.seq, refusal });
                    }
                }
                continue;
            }
            part.passed_over += 1;
            if let PassedOver::Copy(of) = passed_over {
                part.copies.push((record.seq, of));
            }
            let refusal = set_aside(&passed_over, record.event, record.recorded_at);
            part.quarantined.extend(refusal.map(|refusal| Quarantined { seq: record.seq, refusal }));
            continue;
        }
        match read_stored(record.event, record.recorded_at) {
            Ok(event) => part.events.push(record.seq, record.recorded_at, event),
            Err(refusal) => {
                let identified = Submission::read(record.event.as_bytes()).ok();
                let one = |Submission { id, fingerprint, .. }| Retried { seq: record.seq, id, fingerprint };
                part.unread.extend(identified.map(one));
                part.quarantined.push(Quarantined { seq: record.seq, refusal });
            }
        }
    }
    Ok(part)
}

/// Why a message of a stream is set aside; none of a mere copy.
fn set_aside(passed_over: &PassedOver, record: &str, recorded_at: Instant) -> Option<Refusal> {
    match passed_over {
        PassedOver::Copy(_) | PassedOver::Lost => None,
        PassedOver::Reused(seq) => Some(reused(*seq)),
        PassedOver::Unidentified => Some(match PassedOver::payload(record).map(|text| refusal(&text, recorded_at)) {
            Some(Some(Refusal { reason, hint })) => Refusal { reason: format!("it is no event: {reason}"), hint },
            Some(None) | None => Refusal {
                reason: "it is no event".to_owned(),
                hint: "publish one event a message, as tenure ingest stores it; tenure schema event describes it"
                    .to_owned(),
            },
        }),
    }
}

/// Why an event does not count whose id stands at that position.
fn reused(seq: Seq) -> Refusal {
    Refusal {
        reason: format!("its id stands at position {seq} with other content"),
        hint: "an event is never changed: send the new content under another id, with `corrects`".to_owned(),
    }
}

/// Why a text that was recorded then is no event.
fn refusal(text: &str, recorded_at: Instant) -> Option<Refusal> {
    Submission::read_at(text.as_bytes(), recorded_at).err()
}

/// How many blocks wait for each thread that decodes.
const WAITING: usize = 2;

/// Loads the log. `passed` is told the position up to which it is loaded.
pub fn load(journal: &Journal, passed: impl FnMut(Seq)) -> Result<Loaded, LogError> {
    load_blocks(journal.blocks(Seq::ZERO.next()), journal.head(), passed)
}

/// Loads a log by its blocks from the first position on to `head`, for a caller that does not hold the journal while it is
/// read. `passed` is told the position up to which it is loaded.
pub fn load_blocks(blocks: Blocks, head: Seq, passed: impl FnMut(Seq)) -> Result<Loaded, LogError> {
    load_blocks_and(blocks, head, Vec::new(), passed)
}

/// An event that is not in the log, to be read as if the log had recorded it last.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The position that it would have.
    pub seq: Seq,
    /// When it would have been recorded.
    pub recorded_at: Instant,
    /// The event.
    pub event: Event,
}

/// Loads a log as [`load_blocks`] does, and with it events that are to follow. What these erase is withheld too.
pub fn load_blocks_and(
    blocks: Blocks,
    head: Seq,
    arrivals: Vec<Arrival>,
    passed: impl FnMut(Seq),
) -> Result<Loaded, LogError> {
    let mut loading = Loading::default();
    // It is wanted to its end.
    let _ = loading.read_blocks(blocks, head, &|| true, passed)?;
    Ok(finished(loading.loaded, arrivals))
}

/// A log that is being loaded. The work can be put down between two blocks, and taken up later, also when the log has moved
/// on.
#[derive(Default)]
pub struct Loading {
    loaded: Loaded,
    /// The last position that is read.
    last: Seq,
}

/// What reading on comes to.
pub enum LoadStep {
    /// All of the log.
    Whole(Arc<Loaded>),
    /// What was read of it until it was wanted no more.
    Beginning(Box<Loading>),
}

impl Loading {
    /// What was loaded up to a position, to be added to. None where something else uses it, and where what follows can
    /// change what counts of it, or what may be told.
    pub fn further(loaded: Arc<Loaded>, last: Seq) -> Option<Loading> {
        let loaded = Arc::into_inner(loaded)?;
        let Loaded { archive, retried, unread, repeated, copies, .. } = &loaded;
        let is_final = retried.is_empty() && unread.is_empty() && repeated.is_empty() && copies.is_empty();
        (is_final && !archive.has_erasures()).then_some(Loading { loaded, last })
    }

    /// Reads on in the blocks from the [next position](Loading::next_position) on to `head`, for as long as `is_wanted` says so, and
    /// gives the log once it is read to there. Otherwise what was read so far is given back. After an error nothing is.
    pub fn read_on(mut self, blocks: Blocks, head: Seq, is_wanted: &dyn Fn() -> bool) -> Result<LoadStep, LogError> {
        match self.read_blocks(blocks, head, is_wanted, |_| {})? {
            ControlFlow::Continue(()) => Ok(LoadStep::Whole(Arc::new(finished(self.loaded, Vec::new())))),
            ControlFlow::Break(()) => Ok(LoadStep::Beginning(Box::new(self))),
        }
    }

    /// The first position that is not read.
    pub fn next_position(&self) -> Seq {
        self.last.next()
    }

    fn read_blocks(
        &mut self,
        mut blocks: Blocks,
        head: Seq,
        is_wanted: &dyn Fn() -> bool,
        mut passed: impl FnMut(Seq),
    ) -> Result<ControlFlow<()>, LogError> {
        let Loading { loaded, last } = self;
        let left = head.number().saturating_sub(loaded.archive.head().number());
        loaded.archive.reserve(usize::try_from(left).unwrap_or_default());
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        std::thread::scope(|scope| -> Result<ControlFlow<()>, LogError> {
            // Blocks are dealt out in turn and taken back in turn: the order of the log is kept, and memory is bounded.
            let workers: Vec<_> = (0..cores)
                .map(|_| {
                    let (give, given) = sync_channel::<Block>(WAITING);
                    let (tell, told) = sync_channel::<Result<Decoded, LogError>>(WAITING);
                    scope.spawn(move || given.into_iter().all(|block| tell.send(decode(&block, head)).is_ok()));
                    (give, told)
                })
                .collect();
            let gone = "a thread that decodes ends after those that it serves";
            let (mut dealt, mut taken, mut ends) = (0, 0, ControlFlow::Continue(()));
            loop {
                while dealt < taken + cores * WAITING {
                    if !is_wanted() {
                        // What is dealt is taken back still, so that the next block is the first one that is not read.
                        ends = ControlFlow::Break(());
                        break;
                    }
                    let Some(block) = blocks.next() else { break };
                    workers[dealt % cores].0.send(block?).expect(gone);
                    dealt += 1;
                }
                if taken == dealt {
                    return Ok(ends);
                }
                let part = workers[taken % cores].1.recv().expect(gone)?;
                taken += 1;
                *last = part.last.max(*last);
                loaded.append(part);
                passed(loaded.archive.head());
            }
        })
    }
}

/// Loads a log that has no blocks, by its records, and with it events that are to follow.
pub fn load_records(records: RecordsOf<'_>, arrivals: Vec<Arrival>) -> Result<Loaded, LogError> {
    let mut loaded = Loaded::default();
    for record in records {
        let OwnedRecord { seq, recorded_at, event, .. } = record?;
        match read_stored(&event, recorded_at) {
            Ok(event) => loaded.archive.push(seq, recorded_at, event),
            Err(refusal) => loaded.quarantined.push(Quarantined { seq, refusal }),
        }
    }
    Ok(finished(loaded, arrivals))
}

/// A log that is read, with the events that follow it, and without what may not be answered.
fn finished(mut loaded: Loaded, arrivals: Vec<Arrival>) -> Loaded {
    loaded.settle();
    for Arrival { seq, recorded_at, event } in arrivals {
        loaded.archive.push(seq, recorded_at, event);
    }
    withhold(&mut loaded.archive);
    loaded
}
