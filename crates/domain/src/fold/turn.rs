//! A claim that waits for its turn, and one whose turn has come (rule 2).

use crate::bounds::Bounds;
use crate::day::Day;

use super::claim::{Claim, Says};

/// The order in which claims of one day are applied: "endings, moves, changes, joinings, other beginnings".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Class {
    Ending,
    Move,
    Change,
    Joining,
    Beginning,
}

impl Class {
    pub(super) fn of(says: &Says) -> Class {
        match says {
            Says::Left | Says::Relieved { .. } | Says::Succeeded { .. } => Class::Ending,
            Says::Moved { .. } => Class::Move,
            Says::Retitled(_) | Says::NewManager { .. } => Class::Change,
            Says::Joined { .. } => Class::Joining,
            Says::Appointed { .. } | Says::Held { .. } | Says::Sighting { .. } => Class::Beginning,
        }
    }
}

/// Which part of a claim is applied: all of it, or the `to` of a `HeldPost`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ClaimPart {
    Whole,
    To(Bounds),
}

/// A claim that waits for its turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) claim: usize,
    pub(super) part: ClaimPart,
    pub(super) class: Class,
    pub(super) bounds: Bounds,
    /// The earliest day by which it is ordered: of a sighting its latest.
    pub(super) earliest: Option<Day>,
}

/// A claim whose turn has come, with the days that hold for it now.
#[derive(Clone, Copy)]
pub(super) struct CurrentClaim<'f> {
    pub(super) index: usize,
    pub(super) claim: &'f Claim<'f>,
    pub(super) part: ClaimPart,
    pub(super) bounds: Bounds,
    pub(super) attested: Option<Day>,
}
