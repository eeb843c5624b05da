//! Folds a log into snapshots, and keeps them at its head.
//!
//! The log is the truth; the snapshots are a cache that can be thrown away at any time. [`Snapshots::at_head`] opens
//! them where they are good, folds in what is new, and makes them anew where they are missing, damaged, of an older
//! version or of another log. They are never trusted beyond what their head says.

mod at_hand;
mod buckets;
mod change;
mod database;
mod directory;
mod error;
mod fold_in;
mod head;
mod keys;
mod load;
mod names;
mod older;
mod over;
mod packed;
mod people;
mod position;
mod project;
mod rosters;
mod store;
mod stored;
mod titles;
mod writes;

pub use change::{Done, SnapshotChange};
pub use error::{Damage, ProjectError, Unfit, Unusable, Unwritten};
pub use load::{Arrival, LoadStep, Loaded, Loading, Quarantined, load, load_blocks, load_blocks_and, load_records};
pub use older::event_at;
pub use project::{Beside, Snapshots};
pub use store::{FOLD_VERSION, Store};
