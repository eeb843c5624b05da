//! Folds a log into snapshots.

mod load;

pub use load::{Loaded, Quarantined, load};
