//! One process at a time: a lock on a file that names its holder.
//!
//! The lock is the operating system's, so it goes with the process, however that ends. The file stays;
//! what it says counts only while it is locked.
//!
//! A lock holds as long as its file has its name: who removes the file lets another process in. So the holder looks
//! again whether that file is still there before it relies on the lock.
//!
//! Those who wait form a queue of one: who is next holds a second lock, which everybody takes first. So who lets go of
//! the lock and wants it again comes after who waited for it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Clock};

use crate::error::LogError;
use crate::own_file::{open_own_file, open_to_read};

/// The name of the lock file in a directory.
pub(crate) const LOCK: &str = "lock";

/// The name of the file that the next process has locked.
const NEXT: &str = "lock.next";

/// How often the lock is taken anew where its file was replaced meanwhile.
const TRIES: usize = 8;

/// How often it is looked whether the lock is free: at first, and after a while.
const LOOK: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(10));

/// How long a wait is not worth telling.
const QUIET: Duration = Duration::from_secs(1);

/// How long another process is waited for that holds what this one needs.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long at most for one of them: where what is waited for goes from hand to hand, each is waited for anew.
    pub most: Duration,
    /// Is told once, after a second, which directory is waited for and which process has it, where that is known.
    pub on_wait: fn(&Path, Option<u32>),
}

impl Default for Patience {
    /// Ten seconds, in silence.
    fn default() -> Patience {
        Patience { most: Duration::from_secs(10), on_wait: |_, _| {} }
    }
}

/// The lock of a directory, held as long as the value lives.
#[derive(Debug)]
pub struct Lock {
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

/// Locks the file of that name, which is made where there is none; gives none while another has it.
fn locked(path: &Path) -> Result<Option<File>, LogError> {
    for _ in 0..TRIES {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = open_own_file(path, &options)?;
        match file.try_lock() {
            // Another may have removed it since it was opened, and a third have taken the one that came after.
            Ok(()) if is_named(&file, path) => return Ok(Some(file)),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(source)) => return Err(LogError::Io { path: path.to_owned(), source }),
        }
    }
    Err(LogError::Displaced { path: path.to_owned() })
}

impl Lock {
    /// Takes the lock of a directory where it is free; none while another has it.
    pub fn if_free(dir: &Path) -> Result<Option<Lock>, LogError> {
        let path = dir.join(LOCK);
        let Some(mut file) = locked(&path)? else { return Ok(None) };
        // On a full disk the holder stays without a name, but the journal can be read.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Some(Lock { path, file }))
    }

    /// Takes the lock of a directory once it is free and none has waited longer for it.
    pub fn take(dir: &Path, patience: Patience) -> Result<Lock, LogError> {
        let mut wait = Wait::new(dir, patience);
        let next = dir.join(NEXT);
        let _next = loop {
            if let Some(file) = locked(&next)? {
                break file;
            }
            wait.more()?;
        };
        loop {
            if let Some(lock) = Lock::if_free(dir)? {
                return Ok(lock);
            }
            wait.more()?;
        }
    }

    /// Whether the lock still keeps others out.
    pub(crate) fn holds(&self) -> Result<(), LogError> {
        if is_named(&self.file, &self.path) {
            return Ok(());
        }
        Err(LogError::Displaced { path: self.path.clone() })
    }
}

/// A wait for what another process has.
pub struct Wait<'d> {
    dir: &'d Path,
    patience: Patience,
    began: Clock,
    /// The process that is waited for, once it was looked for, and since when.
    holder: Option<(Option<u32>, Clock)>,
    notified: bool,
}

impl Wait<'_> {
    /// Begins to wait for the lock of that directory.
    pub fn new(dir: &Path, patience: Patience) -> Wait<'_> {
        Wait { dir, patience, began: Clock::now(), holder: None, notified: false }
    }

    /// Waits a little more, or fails where that was long enough.
    pub fn more(&mut self) -> Result<(), LogError> {
        let waited = self.began.elapsed();
        let left = self.left()?;
        if waited >= QUIET && !self.notified {
            self.notified = true;
            (self.patience.on_wait)(self.dir, self.holder());
        }
        let (first, later) = LOOK;
        let look = if waited < first * 50 { first } else { later };
        std::thread::sleep(look.min(left));
        Ok(())
    }

    /// How much longer to wait for the process that has the lock.
    fn left(&mut self) -> Result<Duration, LogError> {
        let Patience { most, .. } = self.patience;
        if let Some((_, since)) = self.holder
            && let Some(left) = most.checked_sub(since.elapsed()).filter(|left| !left.is_zero())
        {
            return Ok(left);
        }
        let before = self.holder.map(|(holder, _)| holder);
        let holder = self.holder();
        if most.is_zero() || before == Some(holder) {
            return Err(LogError::InUse { dir: self.dir.to_owned(), holder });
        }
        self.holder = Some((holder, Clock::now()));
        Ok(most)
    }

    /// Who has the lock. A holder that cannot be named is still a holder.
    fn holder(&self) -> Option<u32> {
        let mut text = String::new();
        let file = open_to_read(&self.dir.join(LOCK)).ok()?;
        file.take(32).read_to_string(&mut text).ok()?;
        text.trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_holder_is_waited_for_anew() {
        let dir = tempfile::tempdir().expect("a directory");
        let is_held_by =
            |process: u32| fs::write(dir.path().join(LOCK), format!("{process}\n")).expect("it is written");
        let patience = Patience { most: Duration::from_nanos(1), ..Patience::default() };
        let mut wait = Wait::new(dir.path(), patience);
        for process in 1..4 {
            is_held_by(process);
            wait.more().expect("another has it");
        }
        let error = wait.more().expect_err("it has it still");
        assert!(matches!(error, LogError::InUse { holder: Some(3), .. }), "{error}");
        is_held_by(4);
        let at_once = Patience { most: Duration::ZERO, ..patience };
        Wait::new(dir.path(), at_once).more().expect_err("none is waited for");
    }
}
