//! One process at a time: a lock on a file that names its holder.
//!
//! The lock is the operating system's, so it goes with the process, however that ends. The file stays;
//! what it says counts only while it is locked.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::Path;

use crate::error::LogError;

/// The name of the lock file in a journal's directory.
pub(crate) const LOCK: &str = "lock";

/// Held as long as the value lives.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says at once who has it.
    pub(crate) fn take(dir: &Path) -> Result<Lock, LogError> {
        let path = dir.join(LOCK);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(LogError::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // A holder that cannot be named is still a holder.
                let _ = file.read_to_string(&mut holder);
                return Err(LogError::InUse { dir: dir.to_owned(), holder: holder.trim().parse().ok() });
            }
            Err(TryLockError::Error(source)) => return Err(LogError::Io { path, source }),
        }
        // On a full disk the holder stays without a name, but the journal can be read.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Lock { _file: file })
    }
}
