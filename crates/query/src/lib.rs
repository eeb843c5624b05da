//! Answers: who was where, what was known then, and which sources say so (contract, section 5).
//!
//! An [`Inquiry`] puts questions to a [`View`], whatever holds it, and gives the answers that `--format json` prints.
//! Nothing here reads a log, a store or a clock: the caller brings the view and the day.

pub mod answer;
mod ask;
pub mod changes;
pub mod effects;
mod evidence;
pub mod export;
mod flows;
mod lines;
mod people;
mod place;
pub mod schema;
pub mod spelling;
mod units;

pub use ask::{AskError, Asked, Candidate, Subject};
pub use evidence::{ConflictsOf, Known, KnownEvents, evidence};
pub use flows::Period;
pub use lines::Direction;
pub use units::{MemberFilter, Reach, TooDeep};

use tenure_domain::day::Day;
use tenure_domain::view::View;

/// Who asks what of which ledger: everything that questions have in common.
#[derive(Clone, Copy)]
pub struct Inquiry<'v> {
    /// The ledger on the basis asked for.
    pub view: &'v dyn View,
    /// The ledger as known today, where that is another basis: for names that were learned later.
    pub today: Option<&'v dyn View>,
    /// The day asked about.
    pub at: Day,
    /// In which language names are to be shown, where one is known.
    pub lang: Option<&'v str>,
    /// The company that scopes a unit's name.
    pub company: Option<&'v str>,
}
