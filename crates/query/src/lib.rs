//! Answers: who was where, what was known then, and which sources say so (contract, section 5).
//!
//! An [`Inquiry`] puts questions to a [`View`], whatever holds it, and gives the answers that `--format json` prints.
//! Nothing here reads a log, a store or a clock: the caller brings the view and the day.

mod ask;
pub mod changes;
pub mod effects;
mod event;
mod evidence;
pub mod export;
pub mod filters;
mod findings;
mod flows;
mod freshness;
mod gaps;
mod inventory;
mod leads;
mod lines;
mod location;
mod naming;
mod outlives;
mod people;
mod quotation;
mod reach;
mod search;
mod shares;
mod tenure_id;
mod turning_days;
mod units;

pub use ask::{AskError, Asked, Subject, Suggestions, TitleHeld};
pub use event::{EventBook, EventError, TenureGone, find_event, log_fate};
pub use evidence::{ConflictsOf, RecordedEvent, RecordedEvents, evidence};
pub use flows::Period;
pub use freshness::{NotAPeriod, SeenWithin};
pub use gaps::GapsAsked;
pub use inventory::{Inventory, Order};
pub use lines::{Direction, LineError, LineTooLong};
pub use naming::RowNames;
pub use units::{ChartError, ChartOrder, HoldersAsked, MemberFilter, PeopleOrder, SubUnits, TooDeep};

use tenure_domain::day::Day;
use tenure_domain::view::View;

/// Who asks what of which ledger: everything that questions have in common.
#[derive(Clone, Copy)]
pub struct Inquiry<'v> {
    /// The ledger on the basis asked for.
    pub view: &'v dyn View,
    /// The ledger as known today, where that is another basis: for names that the basis lacks.
    pub today: Option<&'v dyn View>,
    /// The day asked about.
    pub at: Day,
    /// In which language names are to be shown, where one is known.
    pub lang: Option<&'v str>,
    /// The company that scopes a unit's name.
    pub company: Option<&'v str>,
    /// How fresh the evidence of a tenure with no end must be; as old as it may be where left out.
    pub seen_within: Option<SeenWithin>,
    /// Of which day the names in the rows of timelines are.
    pub row_names: RowNames,
    /// Whether an unknown name is told with those that come near it.
    pub suggestions: Suggestions,
}

impl<'v> Inquiry<'v> {
    /// An inquiry on a day that asks for nothing in particular.
    pub fn of(view: &'v dyn View, at: Day) -> Inquiry<'v> {
        Inquiry {
            view,
            today: None,
            at,
            lang: None,
            company: None,
            seen_within: None,
            row_names: RowNames::default(),
            suggestions: Suggestions::default(),
        }
    }
}
