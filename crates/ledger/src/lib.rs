//! A ledger of personnel changes in a directory: append events, ask any question at any basis, make the snapshots anew.
//!
//! ```
//! use tenure_domain::wire::EventBuilder;
//! use tenure_ledger::Ledger;
//!
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("ledger");
//! let joined = EventBuilder::new("JoinedCompany")
//!     .set("person", "Steven Hoi")
//!     .set("company", "Alibaba")
//!     .set("effective", "2025-02")
//!     .set("reported_at", "2025-02-06")
//!     .set("source", "Reuters")
//!     .build()?;
//! let left = EventBuilder::new("LeftCompany")
//!     .set("person", "Steven Hoi")
//!     .set("company", "Alibaba")
//!     .set("effective", "2025-09-30")
//!     .set("reported_at", "2025-09-29")
//!     .set("source", "Reuters")
//!     .build()?;
//!
//! let ledger = Ledger::open(dir)?;
//! ledger.append([joined, left])?;
//! let held = ledger.at("2025-10-01")?.known("2025-09-28")?.person("Steven Hoi")?;
//! assert_eq!(held.positions.len(), 1);
//! let held = ledger.at("2025-10-01")?.person("Steven Hoi")?;
//! assert_eq!(held.positions.len(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Ledger`] is all that a program needs that keeps a ledger of its own. A [`SharedLedger`] takes writing and
//! answering apart, for a service that answers many while it follows a stream. A [`LedgerDirectory`] is the log and the
//! snapshots themselves, for tools.
//!
//! Deliberately not here: command lines, terminals, exit codes and hints of what to do, and the network. What is to be
//! told beside an answer is returned with it, as [`Notice`]s; nothing is printed.

pub mod answers;
mod applied;
mod cancellation;
pub mod clock;
mod clocks;
pub mod dates;
mod directory;
mod error;
mod ledger;
mod notice;
pub mod question;
mod shared;
mod view;

pub use answers::{Answered, Unanswered};
pub use applied::AppliedEvent;
pub use cancellation::{Cancellation, Cancelled};
pub use directory::{Lag, LedgerDirectory, PostEvents, journal_to_read, journal_to_write, snapshots_dir};
pub use error::{
    AnswerError, AppendError, ApplyError, DateField, LISTED, Opener, QUESTION_BYTES, QuestionError, SnapshotsError,
    Stamp, TEXT_CHARACTERS, TenureEnd,
};
pub use ledger::Ledger;
pub use notice::Notice;
pub use question::{Ask, Question, Terms};
pub use shared::{Applied, Rebuilt, SharedLedger};
pub use tenure_domain::plain_text::with_causes;
pub use tenure_projector::FOLD_VERSION;
pub use view::LedgerView;
