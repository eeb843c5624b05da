//! A journal that has lost its end: noticing it, and going on after it.
//!
//! A journal that ends before a record that its index, its head record or its snapshots know of has lost it. Nothing is
//! read from such a journal and nothing appended, until the loss is accepted. Then records without an event take the
//! lost positions, so that no position is given twice and line `n` is still record `n`.
//! A power cut while a batch is being written can leave whole unacknowledged lines, which stay, or a torn
//! last line, which is cut off. Should a disk have written such a batch out of order, with a hole before
//! its end, then that is reported as damage: which bytes a journal may lose is not for it to guess.

use tenure_domain::day::Instant;
use tenure_domain::position::Seq;

use super::Journal;
use crate::append::NewEvent;
use crate::block::Start;
use crate::digest::Digest;
use crate::error::{Digests, JournalNotice, LogError, Witness};
use crate::head::Noted;
use crate::identity::{EventIdentity, MOST_RECORDS};
use crate::passed_over::PassedOver;
use crate::sidecar::{Access, Index};

/// How many lost positions are filled at a time.
const FILLED_AT_A_TIME: u64 = 8192;

/// What to do with a journal that has lost its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostEnd {
    /// Say so, and do nothing.
    Refuse,
    /// Go on after the lost positions. What takes them is stamped with that instant, or the last stamp.
    Accept(Instant),
    /// Go on where it ends, at the positions that were given: for a copy, which has them fetched again.
    FetchAgain,
}

/// What a journal is held against when it is opened.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// The last record that its snapshots know of.
    pub by_snapshots: Seq,
    /// What to do where it has lost its end.
    pub lost_end: LostEnd,
}

impl Default for Expected {
    /// Nothing is known of snapshots, and no loss accepted.
    fn default() -> Expected {
        Expected { by_snapshots: Seq::ZERO, lost_end: LostEnd::Refuse }
    }
}

impl Journal {
    /// Holds the index against the segments, reads what it does not know, and holds what was read against all that is
    /// known of the journal.
    pub(super) fn read_on(&mut self, expected: &Expected) -> Result<(), LogError> {
        let Some((last, start)) = self.fitting() else { return self.make_index(expected) };
        self.catch_up(Some(last), start)?;
        let lost = self.lost(None, expected.by_snapshots);
        self.take_loss(lost, expected.lost_end)
    }

    /// The last record that the journal is known to have held, where it ends before.
    fn lost(&self, index: Option<&Index>, by_snapshots: Seq) -> Option<(Seq, Witness)> {
        let by_index = index.and_then(Index::last_known).map_or(Seq::ZERO, |(seq, _)| seq);
        let noted = self.head_record.noted().map_or(Seq::ZERO, |noted| noted.seq);
        let known = [(by_index, Witness::Index), (noted, Witness::HeadRecord), (by_snapshots, Witness::Snapshots)];
        let lost = known.into_iter().filter(|(seq, _)| *seq > self.head() && seq.number() < MOST_RECORDS);
        // The first of those that know of as much.
        lost.rev().max_by_key(|(seq, _)| *seq)
    }

    /// Does with a lost end what is to be done. Where there is none, or it is dealt with, the head is noted.
    fn take_loss(&mut self, lost: Option<(Seq, Witness)>, lost_end: LostEnd) -> Result<(), LogError> {
        match (lost, lost_end) {
            (Some((known, witness)), LostEnd::Refuse) => return Err(self.end_lost(known, witness)),
            (Some(_), LostEnd::Accept(_)) if self.access == Access::Read => {
                return Err(LogError::ReadOnly { dir: self.dir.clone() });
            }
            (Some((known, _)), LostEnd::Accept(now)) => {
                self.once_held = Some(known);
                self.fill(known, now)?;
            }
            (Some((known, _)), LostEnd::FetchAgain) => self.once_held = Some(known),
            (None, _) => self.fits_head_record()?,
        }
        self.note_head();
        Ok(())
    }

    fn end_lost(&self, known: Seq, witness: Witness) -> LogError {
        LogError::EndLost { dir: self.dir.clone(), head: self.head(), known, witness }
    }

    /// Whether the journal says at its noted head what it said when that was noted.
    fn fits_head_record(&self) -> Result<(), LogError> {
        let Some(Noted { seq, digest }) = self.head_record.noted() else { return Ok(()) };
        let journal = self.digest_at(seq)?;
        // Where only the position was known, there is nothing to compare.
        if journal == digest || digest == Digest::EMPTY {
            return Ok(());
        }
        let digests = Box::new(Digests { journal: Some(journal), remembered: Some(digest) });
        Err(LogError::Unfit { file: self.head_record.path().to_owned(), seq, digests })
    }

    /// Notes the head. Until lost positions are filled or fetched again, what is noted stays.
    pub(super) fn note_head(&mut self) {
        if self.once_held.is_none_or(|known| self.head() >= known) {
            let noted = Noted { seq: self.head(), digest: self.digest() };
            self.head_record.note(noted);
        }
    }

    /// Takes the positions up to that one with records that hold no event.
    fn fill(&mut self, last: Seq, now: Instant) -> Result<(), LogError> {
        let first = self.head().next();
        while self.head() < last {
            let to = last.number().min(self.head().number() + FILLED_AT_A_TIME);
            let records: Vec<(String, EventIdentity)> = (self.head().next().number()..=to)
                .map(|seq| {
                    let record = PassedOver::Lost.record(Seq::new(seq), &[]);
                    let identity = PassedOver::identity(&record).expect("such a record says what it is known by");
                    (record, identity)
                })
                .collect();
            let batch: Vec<NewEvent<'_>> =
                records.iter().map(|(event, is)| NewEvent { id: &is.id, fingerprint: is.fingerprint, event }).collect();
            self.append(&batch, now)?;
        }
        self.notices.push(JournalNotice::LossAccepted { first, last });
        Ok(())
    }

    /// The last position that the journal once held, where it has lost its end and that is not fetched again yet.
    pub fn once_held(&self) -> Option<Seq> {
        self.once_held.filter(|known| *known > self.head())
    }

    /// Makes the index anew from the segments, beside the one that is there: that one stays where the journal turns out
    /// to be damaged, or to have lost its end.
    pub(super) fn make_index(&mut self, expected: &Expected) -> Result<(), LogError> {
        let fresh = self.index.beside();
        let old = std::mem::replace(&mut self.index, fresh);
        let read = self.catch_up(None, Start::first()).and_then(|()| {
            let differing = self.index.differs_from(&old);
            // What says something else of what is there is no witness of what is not.
            let lost = self.lost(differing.is_none().then_some(&old), expected.by_snapshots);
            match (lost, expected.lost_end) {
                (Some((known, witness)), LostEnd::Refuse) => Err(self.end_lost(known, witness)),
                (None, _) => self.fits_head_record().map(|()| (differing, lost)),
                (Some(_), LostEnd::Accept(_) | LostEnd::FetchAgain) => Ok((differing, lost)),
            }
        });
        let (differing, lost) = match read {
            Ok(read) => read,
            Err(error) => {
                std::mem::replace(&mut self.index, old).discard();
                return Err(error);
            }
        };
        if let Some((known, _)) = lost {
            // The old index may be all that knows of it, and is about to go. Only the position is known of what is lost.
            self.head_record.note(Noted { seq: known, digest: Digest::EMPTY });
        }
        if let Some((seq, file)) = differing.and_then(|seq| Some((seq, old.set_aside()?))) {
            self.notices.push(JournalNotice::IndexSetAside { file, seq });
        }
        self.index.put();
        self.take_loss(lost, expected.lost_end)
    }
}
