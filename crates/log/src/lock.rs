//! One process at a time: a lock on a file that names its holder.
//!
//! The lock is the operating system's, so it goes with the process, however that ends. The file stays;
//! what it says counts only while it is locked.
//!
//! A lock holds as long as its file has its name: who removes the file lets another process in. So the holder looks
//! again whether that file is still there before it relies on the lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::error::LogError;

/// The name of the lock file in a journal's directory.
pub(crate) const LOCK: &str = "lock";

/// How often the lock is taken anew where its file was replaced meanwhile.
const TRIES: usize = 8;

/// Held as long as the value lives.
pub(crate) struct Lock {
    path: PathBuf,
    file: File,
}

/// Whether the name still leads to the file that is open, without a link in between.
pub(crate) fn is_named(file: &File, path: &Path) -> bool {
    match (fs::symlink_metadata(path), file.metadata()) {
        (Ok(there), Ok(open)) => (there.dev(), there.ino()) == (open.dev(), open.ino()),
        (Err(_), _) | (_, Err(_)) => false,
    }
}

impl Lock {
    /// Takes the lock, or says at once who has it.
    pub(crate) fn take(dir: &Path) -> Result<Lock, LogError> {
        let path = dir.join(LOCK);
        for _ in 0..TRIES {
            if fs::symlink_metadata(&path).is_ok_and(|there| !there.is_file()) {
                return Err(LogError::NotAFile { path });
            }
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let mut file = options.open(&path).map_err(LogError::io(&path))?;
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
            // Another may have removed it since it was opened, and a third have taken the one that came after.
            if !is_named(&file, &path) {
                continue;
            }
            // On a full disk the holder stays without a name, but the journal can be read.
            let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
            return Ok(Lock { path, file });
        }
        Err(LogError::Displaced { path })
    }

    /// Whether the lock still keeps others out.
    pub(crate) fn holds(&self) -> Result<(), LogError> {
        if is_named(&self.file, &self.path) {
            return Ok(());
        }
        Err(LogError::Displaced { path: self.path.clone() })
    }
}
