//! Histories: lists of steps made from a seed. A step carries all that it needs, so that others can be left out.

use crate::disk::Rot;
use crate::events::{Erasures, event, garbage};
use crate::random::Random;

/// How many producers there are.
pub(crate) const PRODUCERS: usize = 3;

/// Which version of the program follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// One that does not know some types of events.
    Older,
    /// This one.
    This,
}

/// What becomes of the snapshots when the follower dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SnapshotsAfter {
    /// They are as they were.
    Kept,
    /// They are those of the last backup.
    Older,
    /// They are gone.
    Gone,
    /// They are those of another ledger.
    OfAnother,
}

/// What becomes of the index, which is never synced, when the follower dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IndexAfter {
    /// It is as it was before the last batch.
    Before,
    /// It is shorter.
    Short(u64),
    /// It holds garbage from some byte on.
    Garbage(u64),
    /// It is gone.
    Gone,
}

/// Whether the follower lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ahead {
    /// It does.
    Life,
    /// It dies.
    Death,
}

/// On what basis an asker asks. Positions are counted from the head backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// On all that the follower has.
    Head,
    /// On what the snapshots have, however far behind they are.
    Snapshots,
    /// On what was recorded up to a position.
    Recorded(u64),
    /// On what was reported by a day, and recorded up to a position.
    Known(&'static str, u64),
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A producer comes to hold an event.
    Hold { producer: usize, event: String },
    /// A producer sends all that is not acknowledged.
    Send { producer: usize },
    /// A program publishes something without checking it, and without an id.
    Publish { payload: String },
    /// The network delivers one of its messages, whichever.
    Deliver { pick: u64 },
    /// The network delivers a message and keeps it as well.
    Double { pick: u64 },
    /// The network loses a message.
    Drop { pick: u64 },
    /// The clock of the server goes on, or back.
    Tick { seconds: i64 },
    /// The server forgets ids.
    Forget,
    /// The follower takes messages in.
    TakeIn { most: usize },
    /// The follower's disk is full: it reads messages, and nothing of them is appended or applied.
    FullDisk,
    /// The follower brings the snapshots to the head.
    Apply,
    /// The follower makes two changes for one position, and applies both.
    ApplyTwice { most: usize },
    /// The follower makes the snapshots anew, and dies before they count or goes on.
    Rebuild { ahead: Ahead },
    /// Copies of the snapshots and of the journal are kept.
    BackUp,
    /// The follower dies between two steps.
    Die { snapshots: SnapshotsAfter },
    /// The follower dies while it appends.
    DieAppending { most: usize, cut: u64, index: IndexAfter, snapshots: SnapshotsAfter },
    /// The disk does not keep what it said that it keeps.
    Suffer { rot: Rot, at: u64 },
    /// A person puts the older journal back.
    RestoreJournal,
    /// The follower is stopped, and from now on it is this version.
    Upgrade,
    /// An asker asks.
    Ask { question: Question },
    /// All that was held up goes through, and everything is checked.
    Settle,
}

/// A history.
#[derive(Clone, Debug)]
pub(crate) struct History {
    /// The length at which the follower begins new segments.
    pub(crate) segment_bytes: u64,
    /// The version with which the follower begins.
    pub(crate) version: Version,
    pub(crate) steps: Vec<Step>,
}

impl History {
    /// The history of a seed.
    pub(crate) fn of(seed: u64) -> History {
        let mut random = Random(seed);
        let erasures = if random.once_in(4) { Erasures::Some } else { Erasures::None };
        let segment_bytes = random.of(&[600, 2_000, 6_000, 1 << 20]);
        let version = if random.once_in(3) { Version::Older } else { Version::This };
        let length = 25 + random.below(35);
        let mut maker = Maker { random, erasures, events: Vec::new() };
        let steps = (0..length).map(|_| maker.step()).collect();
        History { segment_bytes, version, steps }
    }
}

/// What makes a history.
struct Maker {
    random: Random,
    erasures: Erasures,
    /// The events that were made.
    events: Vec<String>,
}

impl Maker {
    fn step(&mut self) -> Step {
        let producer = self.random.below(PRODUCERS);
        let pick = self.random.next();
        let most = 1 + self.random.below(6);
        match self.random.below(100) {
            0..28 => Step::Hold { producer, event: self.event() },
            28..37 => Step::Send { producer },
            37..57 => Step::Deliver { pick },
            57..60 => Step::Double { pick },
            60..64 => Step::Drop { pick },
            64..66 => Step::Publish { payload: self.published() },
            66..68 => Step::Tick { seconds: [-40, 1, 60, 90_000][self.random.below(4)] },
            68 => Step::Forget,
            69..79 => Step::TakeIn { most },
            79 => Step::FullDisk,
            80..84 => Step::Apply,
            84 => Step::ApplyTwice { most },
            85 => Step::Rebuild { ahead: self.random.of(&[Ahead::Life, Ahead::Death]) },
            86..88 => Step::BackUp,
            88 => Step::Die { snapshots: self.snapshots_after() },
            89..92 => {
                let index = self.index_after();
                Step::DieAppending { most, cut: pick, index, snapshots: self.snapshots_after() }
            }
            92 => Step::Suffer { rot: self.random.of(&[Rot::End, Rot::Inside, Rot::Bit, Rot::Segment]), at: pick },
            93 if pick.is_multiple_of(2) => Step::RestoreJournal,
            93 => Step::Upgrade,
            94..99 => Step::Ask { question: self.question() },
            _ => Step::Settle,
        }
    }

    fn snapshots_after(&mut self) -> SnapshotsAfter {
        let (older, gone, other) = (SnapshotsAfter::Older, SnapshotsAfter::Gone, SnapshotsAfter::OfAnother);
        self.random.of(&[SnapshotsAfter::Kept, SnapshotsAfter::Kept, SnapshotsAfter::Kept, older, older, gone, other])
    }

    fn index_after(&mut self) -> IndexAfter {
        let at = self.random.next();
        self.random.of(&[IndexAfter::Before, IndexAfter::Short(at), IndexAfter::Garbage(at), IndexAfter::Gone])
    }

    fn question(&mut self) -> Question {
        let back = self.random.next();
        let day = self.random.of(&["2024-01-31", "2024-06-30", "2025-05-01"]);
        self.random.of(&[
            Question::Head,
            Question::Snapshots,
            Question::Recorded(back),
            Question::Recorded(back),
            Question::Known(day, back),
        ])
    }

    /// An event to hold: mostly a new one, else one that was there before, or another one under its id.
    fn event(&mut self) -> String {
        let number = self.events.len();
        match self.random.below(12) {
            0 if number > 0 => self.events[self.random.below(number)].clone(),
            1 if number > 0 => {
                let other = self.random.below(number);
                event(&mut self.random, other, self.erasures)
            }
            2 => garbage(&mut self.random, number),
            _ => {
                let made = event(&mut self.random, number, self.erasures);
                self.events.push(made.clone());
                made
            }
        }
    }

    /// What is published without a check.
    fn published(&mut self) -> String {
        let number = self.events.len();
        match self.random.below(3) {
            0 if number > 0 => self.events[self.random.below(number)].clone(),
            1 if number > 0 => {
                let other = self.random.below(number);
                event(&mut self.random, other, self.erasures)
            }
            _ => garbage(&mut self.random, number),
        }
    }
}
