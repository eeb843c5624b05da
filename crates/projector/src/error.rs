//! Why a store cannot be used, and where in it that is.

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

/// What a key stands for.
pub(crate) fn described(key: &[u8]) -> String {
    let number = key.get(1..5).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    let sort = match key.first() {
        Some(b'p') => "page of people",
        Some(b'u') => "page of units",
        Some(b'r') => "page of rosters",
        Some(b'b') => "roster of unit",
        Some(b'm') => "page of reports",
        Some(b'n') => "bucket of names",
        Some(b's') => "set of people",
        Some(b't') => "set of units",
        Some(b'x') => "bucket of the directory",
        Some(b'h') => "head",
        Some(b'k') => "list of name conflicts",
        Some(b'c') => "set of people with conflicts",
        Some(b'z') => "list of erased names",
        Some(b'f') => "page of names of people",
        Some(b'g') => "page of names of units",
        Some(b'w' | b'o') => return format!("title {}", String::from_utf8_lossy(&key[1..]).replace('\0', ", block ")),
        _ => "value",
    };
    number.map_or_else(|| sort.to_owned(), |number| format!("{sort} {number}"))
}
