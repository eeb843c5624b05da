//! What was said under one key of a source, by when it was reported.

use std::sync::Arc;

use tenure_domain::position::Seq;

use super::evidence::Evidence;
use super::standing::Standing;
use super::{At, GONE, Print};

/// How many statements of a key are looked through for the last day on which a post was seen.
pub(super) const MOST_BACK: usize = 1_000;

/// Something that was said under a key.
#[derive(Clone, Debug)]
pub(super) struct KeyedStatement {
    pub(super) at: At,
    pub(super) print: Print,
    /// The event's id; empty where it is not known.
    pub(super) event: Box<str>,
    /// Where it stands in the log; before the first position where that was not looked up.
    pub(super) seq: Seq,
    pub(super) standing: Standing,
    pub(super) evidence: Option<Evidence>,
}

/// What was said under one key.
#[derive(Debug, Default)]
pub(super) struct Trail {
    /// By when they were reported.
    pub(super) entries: Vec<KeyedStatement>,
    /// The version in which the key was seen last.
    pub(super) seen: u32,
    /// The version in which it was seen last without a time of its own.
    pub(super) of_version: u32,
    /// Whether all that this version has under it could not be read.
    pub(super) is_kept: bool,
    /// The file in which it was.
    pub(super) file: u32,
    /// Which of the titles it stands under.
    pub(super) title: Option<Arc<str>>,
}

impl Trail {
    /// What was said at a time.
    pub(super) fn of(&self, at: At) -> impl Iterator<Item = &KeyedStatement> {
        let first = self.entries.partition_point(|entry| entry.at < at);
        self.entries[first..].iter().take_while(move |entry| entry.at == at)
    }

    /// What was said last by then.
    pub(super) fn by(&self, at: At) -> Option<&KeyedStatement> {
        self.entries[..self.entries.partition_point(|entry| entry.at <= at)].last()
    }

    /// Whether a statement is the last of its time, which no other reading corrects.
    pub(super) fn is_last_of_its_time(&self, place: usize) -> bool {
        self.entries.get(place + 1).is_none_or(|next| next.at > self.entries[place].at)
    }

    /// The evidence of what the first so many statements say, the last first, withdrawals aside.
    pub(super) fn evidence(&self, first: usize) -> impl Iterator<Item = Option<&Evidence>> {
        let counts = |place: &usize| self.entries[*place].print != GONE && self.is_last_of_its_time(*place);
        let places = (first.saturating_sub(MOST_BACK)..first).rev().filter(counts);
        places.map(|place| self.entries[place].evidence.as_ref())
    }
}
