//! Reading the journal in order: in blocks of whole lines, and record by record.
//!
//! One thread reads [`Blocks`]; each [`Block`] owns its bytes and can be decoded on another thread. A block
//! knows what must stand before it, so the thread that decodes it checks all there is to check: layout, checksum,
//! sequence, and that stamps do not go back. What is read is what was acknowledged when reading began.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter, memrchr};
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;

use crate::damage::Damage;
use crate::error::LogError;
use crate::own_file::open_to_read;
use crate::record::{self, OwnedRecord, Record};
use crate::segment::Segment;

/// How much is read at a time.
const BLOCK_BYTES: u64 = 1 << 20;

/// Where reading begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// Which of the segments.
    pub(crate) segment: usize,
    /// Where in it a line begins.
    pub(crate) offset: u64,
    /// The position of that line.
    pub(crate) seq: Seq,
    /// The stamp of the record before it; `None` where that is not known.
    pub(crate) after: Option<Instant>,
}

impl Start {
    /// The first record of all.
    pub(crate) fn first() -> Start {
        Start { segment: 0, offset: 0, seq: Seq::ZERO.next(), after: None }
    }
}

/// The blocks of a journal, in order. After an error there are no more.
pub struct Blocks(State);

enum State {
    Reading(Reader),
    Failed(LogError),
    Ended,
}

struct Reader {
    dir: PathBuf,
    segments: Vec<Segment>,
    at: Start,
    file: Option<File>,
    /// The beginning of a line whose end was not read yet.
    begun: Vec<u8>,
}

impl Blocks {
    pub(crate) fn new(dir: PathBuf, segments: Vec<Segment>, at: Start) -> Blocks {
        Blocks(State::Reading(Reader { dir, segments, at, file: None, begun: Vec::new() }))
    }

    pub(crate) fn failed(error: LogError) -> Blocks {
        Blocks(State::Failed(error))
    }

    pub(crate) fn none() -> Blocks {
        Blocks(State::Ended)
    }
}

impl Iterator for Blocks {
    type Item = Result<Block, LogError>;

    fn next(&mut self) -> Option<Result<Block, LogError>> {
        match std::mem::replace(&mut self.0, State::Ended) {
            State::Reading(mut reader) => {
                let block = reader.next_block().transpose();
                if let Some(Ok(_)) = block {
                    self.0 = State::Reading(reader);
                }
                block
            }
            State::Failed(error) => Some(Err(error)),
            State::Ended => None,
        }
    }
}

impl Reader {
    fn next_block(&mut self) -> Result<Option<Block>, LogError> {
        while let Some(segment) = self.segments.get(self.at.segment).copied() {
            let path = segment.path(&self.dir);
            let file = match &mut self.file {
                Some(file) => file,
                None => self.file.insert(enter(&path, segment, self.at)?),
            };
            let left = segment.bytes - self.at.offset - self.begun.len() as u64;
            if left == 0 && self.begun.is_empty() {
                self.at = Start { segment: self.at.segment + 1, offset: 0, ..self.at };
                self.file = None;
                continue;
            }
            let mut bytes = std::mem::take(&mut self.begun);
            let want = left.min(BLOCK_BYTES);
            bytes.reserve(usize::try_from(want).unwrap_or_default());
            let read = file.take(want).read_to_end(&mut bytes).map_err(LogError::io(&path))?;
            if (read as u64) < want {
                let source = io::Error::from(io::ErrorKind::UnexpectedEof);
                return Err(LogError::Io { path, source });
            }
            if want < left {
                let Some(newline) = memrchr(b'\n', &bytes) else {
                    self.begun = bytes;
                    continue;
                };
                self.begun = bytes.split_off(newline + 1);
            }
            let block = Block {
                first: self.at.seq,
                dir: self.dir.clone(),
                segment,
                offset: self.at.offset,
                after: self.at.after,
                bytes,
            };
            self.at.offset += block.bytes.len() as u64;
            self.at.seq = Seq::new(block.first.number() + block.lines() as u64);
            self.at.after = block.last_stamp();
            return Ok(Some(block));
        }
        Ok(None)
    }
}

/// Opens a segment where reading goes on, and checks at its beginning that it is the one that is due.
fn enter(path: &std::path::Path, segment: Segment, at: Start) -> Result<File, LogError> {
    let mut file = open_to_read(path).map_err(LogError::io(path))?;
    if at.offset == 0 && segment.first != at.seq {
        let mut beginning = Vec::new();
        (&file).take(64).read_to_end(&mut beginning).map_err(LogError::io(path))?;
        let found = record::seq_of(&beginning);
        if segment.first > at.seq && found.is_none_or(|found| found == segment.first) {
            return Err(LogError::SegmentMissing { file: path.to_owned(), missing: at.seq });
        }
        let (named, expected) = (segment.first, at.seq);
        let damage = Damage::Misnamed { named, expected, found: found.unwrap_or(named) };
        return Err(LogError::Damaged { file: path.to_owned(), line: 1, damage });
    }
    file.seek(SeekFrom::Start(at.offset)).map_err(LogError::io(path))?;
    Ok(file)
}

/// Some whole lines of one segment, about a megabyte of them, not decoded yet.
#[derive(Debug)]
pub struct Block {
    /// The position of the first record in it.
    pub first: Seq,
    dir: PathBuf,
    segment: Segment,
    offset: u64,
    after: Option<Instant>,
    bytes: Vec<u8>,
}

impl Block {
    /// Decodes and checks the records, one by one. After an error there are no more.
    pub fn records(&self) -> Records<'_> {
        Records { block: self, place: Cursor::beginning(self) }
    }

    /// The segment that holds the block.
    pub(crate) fn segment(&self) -> Segment {
        self.segment
    }

    /// Where in the segment the block begins.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// The error that a record of this block is damaged.
    pub(crate) fn damaged(&self, seq: Seq, damage: Damage) -> LogError {
        LogError::Damaged { file: self.segment.path(&self.dir), line: self.segment.line_of(seq), damage }
    }

    /// How many lines it has.
    pub fn lines(&self) -> usize {
        let unended = self.bytes.last().is_some_and(|byte| *byte != b'\n');
        memchr_iter(b'\n', &self.bytes).count() + usize::from(unended)
    }

    /// The stamp of the last record. Where that is damaged, the block's own records tell it.
    fn last_stamp(&self) -> Option<Instant> {
        let lines = self.bytes.strip_suffix(b"\n")?;
        let begin = memrchr(b'\n', lines).map_or(0, |newline| newline + 1);
        record::decode(&lines[begin..]).ok().map(|record| record.recorded_at)
    }
}

/// How far a block is decoded.
#[derive(Clone, Copy)]
struct Cursor {
    offset: usize,
    due: Seq,
    after: Option<Instant>,
}

impl Cursor {
    fn beginning(block: &Block) -> Cursor {
        Cursor { offset: 0, due: block.first, after: block.after }
    }

    fn next<'b>(&mut self, block: &'b Block) -> Option<Result<Record<'b>, LogError>> {
        let rest = block.bytes.get(self.offset..).filter(|rest| !rest.is_empty())?;
        let due = self.due;
        let record = memchr(b'\n', rest)
            .ok_or(Damage::CutShort)
            .and_then(|end| record::decode(&rest[..end]))
            .and_then(|record| self.check(record, block.segment));
        match record {
            Ok(record) => {
                *self = Cursor { offset: self.offset + record.bytes, due: due.next(), after: Some(record.recorded_at) };
                Some(Ok(record))
            }
            Err(damage) => {
                self.offset = block.bytes.len();
                Some(Err(block.damaged(due, damage)))
            }
        }
    }

    /// Whether the record is the one that stands here.
    fn check<'b>(&self, record: Record<'b>, segment: Segment) -> Result<Record<'b>, Damage> {
        let (expected, found) = (self.due, record.seq);
        if found != expected && expected == segment.first {
            return Err(Damage::Misnamed { named: segment.first, expected, found });
        }
        if found != expected {
            return Err(Damage::OutOfSequence { expected, found });
        }
        match self.after {
            Some(before) if record.recorded_at < before => Err(Damage::WentBack { before, found: record.recorded_at }),
            _ => Ok(record),
        }
    }
}

/// The records of one block, borrowed from it.
pub struct Records<'a> {
    block: &'a Block,
    place: Cursor,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, LogError>;

    fn next(&mut self) -> Option<Result<Record<'a>, LogError>> {
        self.place.next(self.block)
    }
}

/// The records of a journal, or those that hold one of some texts, in order. After an error there are no more.
pub struct Scan {
    blocks: Blocks,
    current: Option<(Block, Cursor)>,
    search: Option<TextSearch>,
}

/// Which texts are searched for in the blocks of a journal.
struct TextSearch {
    texts: Vec<Finder<'static>>,
    /// Where in the block each of the texts is found next; past its end where it is not found any more.
    found: Vec<usize>,
}

impl TextSearch {
    fn begin(&mut self, block: &Block) {
        self.found = self.texts.iter().map(|text| text.find(&block.bytes).unwrap_or(usize::MAX)).collect();
    }

    /// Goes on to the line that holds one of the texts next; none where the rest of the block holds none.
    fn seek(&mut self, block: &Block, place: &mut Cursor) -> Option<()> {
        for (text, found) in self.texts.iter().zip(&mut self.found) {
            if *found < place.offset {
                let rest = &block.bytes[place.offset..];
                *found = text.find(rest).map_or(usize::MAX, |at| place.offset + at);
            }
        }
        let found = self.found.iter().copied().min().filter(|found| *found < block.bytes.len())?;
        let between = &block.bytes[place.offset..found];
        if let Some(newline) = memrchr(b'\n', between) {
            let lines = memchr_iter(b'\n', between).count() as u64;
            let due = Seq::new(place.due.number() + lines);
            *place = Cursor { offset: place.offset + newline + 1, due, after: None };
        }
        Some(())
    }
}

impl Scan {
    pub(crate) fn new(blocks: Blocks) -> Scan {
        Scan { blocks, current: None, search: None }
    }

    /// The records that hold one of the texts.
    pub(crate) fn holding(blocks: Blocks, texts: &[String]) -> Scan {
        let texts = texts.iter().map(|text| Finder::new(text).into_owned()).collect();
        Scan { blocks, current: None, search: Some(TextSearch { texts, found: Vec::new() }) }
    }

    /// The next record of the block at hand.
    fn next_in_block(&mut self) -> Option<Result<OwnedRecord, LogError>> {
        let (block, place) = self.current.as_mut()?;
        if let Some(search) = &mut self.search {
            search.seek(block, place)?;
        }
        Some(place.next(block)?.map(Record::to_owned))
    }
}

impl Iterator for Scan {
    type Item = Result<OwnedRecord, LogError>;

    fn next(&mut self) -> Option<Result<OwnedRecord, LogError>> {
        loop {
            if let Some(record) = self.next_in_block() {
                if record.is_err() {
                    *self = Scan::new(Blocks::none());
                }
                return Some(record);
            }
            match self.blocks.next()? {
                Ok(block) => {
                    if let Some(search) = &mut self.search {
                        search.begin(&block);
                    }
                    let place = Cursor::beginning(&block);
                    self.current = Some((block, place));
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
