//! Why a store cannot be used, and where in it that is.

use crate::keys::described;
use crate::stored::Unreadable;

/// Why a store cannot be used; the remedy is always to make it again from the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The database says so.
    #[error(transparent)]
    Sled(#[from] sled::Error),
    /// The database broke off, and said this.
    #[error("the database broke off: {0}")]
    Panicked(String),
    /// A link lies where a file of the database belongs.
    #[error("{0} is a link")]
    Link(String),
    /// A value is not what a store of this version holds.
    #[error("{place}: {cause}")]
    Unreadable {
        /// Under what it stands.
        place: String,
        #[source]
        cause: Unreadable,
    },
    /// A value is not there that another names.
    #[error("{0} is missing")]
    Missing(String),
    #[error("an earlier change could not be written")]
    Unwritten,
    #[error("no room on the disk: they need {need} kB more, and {there} kB are free")]
    NoRoom { need: u64, there: u64 },
}

impl StoreError {
    /// The value under that key does not read.
    pub(crate) fn unreadable(key: &[u8], cause: Unreadable) -> StoreError {
        StoreError::Unreadable { place: described(key), cause }
    }

    /// The value under that key is not there.
    pub(crate) fn missing(key: &[u8]) -> StoreError {
        StoreError::Missing(described(key))
    }
}
