//! Why snapshots cannot be used or written, and which of their values that is.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tenure_domain::plain_text::shown_path;
use tenure_domain::position::Seq;
use tenure_domain::view::ViewError;
use tenure_log::{Holder, LogError};

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

/// Why a store cannot be used any more; it is to be made anew from the log.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unfit(pub(crate) StoreError);

/// Why the snapshots are not at the head.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The snapshots cannot be written.
    #[error("{}: {source}", shown_path(dir))]
    Store {
        /// The directory of the snapshots.
        dir: PathBuf,
        /// What went wrong.
        source: Unwritten,
    },
}

/// Why snapshots cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// Their files cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The database takes or gives no more.
    #[error(transparent)]
    Store(#[from] Unfit),
    /// What was just made does not read.
    #[error("what was just made does not read: {0}")]
    MadeUnfit(#[source] Unfit),
}

/// Why the snapshots that are there cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unusable {
    /// None were ever made.
    #[error("there are none yet")]
    NoneYet,
    /// They were made by another version, which folds otherwise, or are gone.
    #[error("they are missing or of another version")]
    OtherVersion,
    /// They do not read, or are of another log.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// Another process has them.
    #[error("{} has them", Holder(*.0))]
    InUse(Option<u32>),
    /// Something else lies in the place of their directory.
    #[error("{} is no plain directory: move it away", shown_path(.0))]
    NotADirectory(PathBuf),
    /// Nothing can be written where they are.
    #[error("nothing can be written there")]
    ReadOnly,
    /// The log does not read where they end, so that it is not known whether they are of it.
    #[error("the log does not read where they end: {0}")]
    LogUnread(#[source] Arc<LogError>),
}

/// What is wrong with snapshots.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Damage {
    /// They do not read.
    #[error("they do not read ({0})")]
    Unreadable(#[source] Arc<ViewError>),
    /// They cannot take what came.
    #[error("they could not be caught up ({0})")]
    NotCaughtUp(#[source] Arc<Unfit>),
    /// They know of more than the log has.
    #[error("they are at position {seq}, beyond the log's last, {head}")]
    BeyondLog {
        /// Their position.
        seq: Seq,
        /// The last position of the log.
        head: Seq,
    },
    /// They are of another log.
    #[error("they are of another log")]
    OtherLog,
}
