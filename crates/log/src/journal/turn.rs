//! Processes take turns to write, and know what the others wrote.
//!
//! The lock is held for a step: an append, or the opening of a journal, which may have to mend it. The process that has its turn
//! looks first whether the last segment is as it left it, and else takes in what is new. For as long as it writes it also
//! holds a lock on that segment, which is not removed by mistake. A process that only asks does not wait:
//! while another process writes, the journal goes as far as its index, in which nothing stands that is not on disk.

use std::fs;
use std::path::Path;

use tenure_domain::position::Seq;

use super::{Expected, Journal, LostEnd};
use crate::error::{JournalNotice, LogError};
use crate::head::HeadRecord;
use crate::identity::Identify;
use crate::lock::{Lock, Patience};
use crate::segment::{self, Segment, Tail};
use crate::sidecar::{Access, Index};

impl Journal {
    /// Runs with the journal to itself: what other processes wrote is known, and none writes meanwhile.
    pub fn in_turn<T, E: From<LogError>>(&mut self, run: impl FnOnce(&mut Journal) -> Result<T, E>) -> Result<T, E> {
        if self.access == Access::Read {
            return Err(LogError::ReadOnly { dir: self.dir.clone() }.into());
        }
        if self.turn.is_some() {
            return run(self);
        }
        self.turn = Some(Lock::take(&self.dir, self.patience)?);
        let done = self.take_in_others().map_err(E::from).and_then(|()| run(self));
        self.end_turn();
        done
    }

    /// Lets others write. Not while the end of the journal holds what a failed write left there: others would take it
    /// for what was written.
    pub(super) fn end_turn(&mut self) {
        if let Some(tail) = &mut self.tail {
            tail.release();
        }
        if self.tail.as_ref().is_none_or(Tail::is_settled) {
            self.turn = None;
        }
    }

    /// Takes in what other processes wrote since this one last looked, as far as that is on disk, and says whether there
    /// was something. It does not wait.
    pub fn look(&mut self) -> Result<bool, LogError> {
        let head = self.head();
        if self.access == Access::Read || self.turn.is_some() || !self.is_outdated() {
            return Ok(false);
        }
        match Lock::if_free(&self.dir)? {
            Some(lock) => {
                self.turn = Some(lock);
                let taken = self.take_in_others();
                self.end_turn();
                taken?;
            }
            None => {
                if let Some(fresh) = Journal::settled(&self.dir, self.identify, &self.expected(), self.patience)? {
                    self.become_that(fresh)?;
                }
            }
        }
        Ok(self.head() > head)
    }

    /// Whether something was written since this journal was opened, or made [to read](Journal::to_read), that is done: it is
    /// on disk, and noted.
    pub fn is_outdated(&self) -> bool {
        self.head_record.is_outdated()
    }

    /// The last position that is on disk and noted now, whichever process wrote it. None where nothing is noted that reads.
    pub fn noted_now(&self) -> Option<Seq> {
        self.head_record.seq_now()
    }

    /// Opens the journal whose lock is this one, and mends what a killed process left. The turn goes on.
    pub(super) fn locked(dir: &Path, identify: Identify, expected: &Expected, lock: Lock) -> Result<Journal, LogError> {
        let head_record = HeadRecord::open(dir)?;
        let mut journal = Journal::closed(dir, identify, Index::open(dir)?, head_record)?;
        (journal.access, journal.turn) = (Access::Write, Some(lock));
        if let Some(segment) = journal.segments.last_mut() {
            let (mut tail, torn) = Tail::open(dir, *segment)?;
            tail.claim()?;
            segment.bytes = tail.bytes();
            journal.tail = Some(tail);
            if torn > 0 {
                journal.notices.push(JournalNotice::TornTail { file: segment.path(dir), bytes: torn });
            }
        }
        journal.read_on(expected)?;
        // Only now, for nothing is removed from a journal that is refused.
        journal.tail.as_mut().map_or(Ok(()), Tail::settle)?;
        Ok(journal)
    }

    /// The journal as it was last left, while another process writes; none where only that one knows.
    pub(super) fn settled(
        dir: &Path,
        identify: Identify,
        expected: &Expected,
        patience: Patience,
    ) -> Result<Option<Journal>, LogError> {
        if expected.lost_end != LostEnd::Refuse {
            return Ok(None);
        }
        // This first: the index is written before it.
        let head_record = HeadRecord::open_to_read(dir);
        let mut index = Index::open_to_read(dir);
        let noted = head_record.noted().map_or(Seq::ZERO, |noted| noted.seq);
        let Some((last, entry)) = index.last_known().filter(|(last, _)| *last >= noted.max(expected.by_snapshots))
        else {
            return Ok(None);
        };
        index.end_at(last);
        let mut journal = Journal::closed(dir, identify, index, head_record)?;
        journal.segments.retain(|segment| segment.first <= last);
        match journal.segments.last_mut() {
            Some(segment) if segment.first == entry.segment && segment.bytes >= entry.end() => {
                segment.bytes = entry.end();
            }
            Some(_) | None => return Ok(None),
        }
        let Some((last, start)) = journal.fitting() else { return Ok(None) };
        journal.catch_up(Some(last), start)?;
        (journal.access, journal.patience) = (Access::Write, patience);
        Ok(Some(journal))
    }

    /// What is known of the journal by this process.
    fn expected(&self) -> Expected {
        let lost_end = if self.once_held().is_some() { LostEnd::FetchAgain } else { LostEnd::Refuse };
        Expected { by_snapshots: self.head(), lost_end }
    }

    /// Takes in what others wrote before it came to be this one's turn.
    fn take_in_others(&mut self) -> Result<(), LogError> {
        if !self.is_behind()? {
            return Ok(());
        }
        let Some(lock) = self.turn.take() else { return Ok(()) };
        let fresh = Journal::locked(&self.dir, self.identify, &self.expected(), lock)?;
        self.become_that(fresh)
    }

    /// Whether the segments are not as this process knows them.
    fn is_behind(&self) -> Result<bool, LogError> {
        let Some(last) = self.segments.last() else { return Ok(!segment::list(&self.dir)?.is_empty()) };
        if self.tail.is_none() {
            return Ok(true);
        }
        let next = Segment { first: self.head().next(), bytes: 0 };
        let bytes = fs::metadata(last.path(&self.dir)).map(|file| file.len());
        Ok(bytes.ok() != Some(last.bytes) || next.path(&self.dir).exists())
    }

    /// Takes over what the same journal is now.
    fn become_that(&mut self, fresh: Journal) -> Result<(), LogError> {
        let (head, digest) = (self.head(), self.digest());
        if fresh.head() < head || fresh.digest_at(head)? != digest {
            return Err(LogError::Displaced { path: self.dir.clone() });
        }
        let before = std::mem::replace(self, fresh);
        self.segment_bytes = before.segment_bytes;
        self.patience = before.patience;
        self.files = before.files;
        self.notices.splice(0..0, before.notices);
        if let Some(mut identities) = before.identities
            && let Some(new) = self.indexed_ids(head)?
        {
            for (id, fingerprint) in new {
                identities.push(id, fingerprint);
            }
            self.identities = Some(identities);
        }
        Ok(())
    }
}
