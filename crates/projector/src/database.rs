//! The database under a store: sled, with what it does not see to by itself (the only module that knows sled).
//!
//! sled answers some damage with a panic. Every call into it goes through [`caught`], which makes an error of that. A
//! panic of anything else is no damage of a store, and goes on.

use std::any::Any;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) use sled::{Batch, IVec};

use crate::error::StoreError;

/// Up to how many bytes of a store are kept in memory, as they are read: those of some two million events. What does not
/// fit is read from the file for each question.
const CACHE_BYTES: u64 = 512 << 20;

/// What sled takes beside what it is given, in bytes: two segments of its log.
const BESIDE: u64 = 1 << 20;

/// Calls sled. A panic of its becomes an error with its text; what it holds then is not used for anything else than to
/// be thrown away.
fn caught<T>(call: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => Ok(result?),
        Err(panic) => Err(StoreError::Panicked(text(&*panic))),
    }
}

/// What a panic says, in one line.
fn text(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    said.unwrap_or("it does not say why").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An open database.
pub(crate) struct Database {
    /// None only while it is dropped.
    db: Option<sled::Db>,
    dir: PathBuf,
    /// Whether something could not be written whole.
    torn: AtomicBool,
}

impl Database {
    pub(crate) fn open(dir: &Path) -> Result<Database, StoreError> {
        // It would write behind a link.
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|sort| sort.is_symlink()) {
                return Err(StoreError::Link(entry.path().display().to_string()));
            }
        }
        let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        let db = caught(|| config.open())?;
        Ok(Database { db: Some(db), dir: dir.to_path_buf(), torn: AtomicBool::new(false) })
    }

    fn sled(&self) -> &sled::Db {
        self.db.as_ref().expect("it is there until it is dropped")
    }

    /// Whether something could not be written whole.
    pub(crate) fn is_torn(&self) -> bool {
        self.torn.load(Ordering::Relaxed)
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        caught(|| self.sled().get(key))
    }

    pub(crate) fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        caught(|| self.sled().apply_batch(batch))
    }

    /// All keys and values, in the order of the keys.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = Result<(IVec, IVec), StoreError>> {
        let mut pairs = self.sled().iter();
        std::iter::from_fn(move || caught(|| pairs.next().transpose()).transpose())
    }

    /// Those whose keys begin so.
    pub(crate) fn pairs_with_prefix(&self, prefix: &[u8]) -> impl Iterator<Item = Result<(IVec, IVec), StoreError>> {
        let mut pairs = self.sled().scan_prefix(prefix);
        std::iter::from_fn(move || caught(|| pairs.next().transpose()).transpose())
    }

    /// Writes so many bytes, and waits until they are on the disk. Where there is no room for them, it does not begin.
    pub(crate) fn write(
        &self,
        bytes: usize,
        write: impl FnOnce(&Database) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        // Each value has its own header, and a page is written again when many of its values are new.
        let need = u64::try_from(bytes + bytes / 4).unwrap_or(u64::MAX).saturating_add(BESIDE);
        // Where the system does not tell, the disk will.
        let there = fs4::available_space(&self.dir).unwrap_or(u64::MAX);
        if need > there {
            return Err(StoreError::NoRoom { need: need >> 10, there: there >> 10 });
        }
        self.torn.store(true, Ordering::Relaxed);
        write(self)?;
        caught(|| self.sled().flush())?;
        self.torn.store(false, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Database {
    /// When it is let go of, sled waits for all that is not written yet. After a failed write that can be for ever, with
    /// a lock held that every other database of the process needs: so then it is never let go of, which costs its
    /// memory and a file handle until the process ends. What is on the disk is of no more use.
    fn drop(&mut self) {
        if self.is_torn() {
            std::mem::forget(self.db.take());
            drop(fs::remove_dir_all(&self.dir));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{StoreError, caught};

    #[test]
    fn a_panic_is_an_error_with_its_text() {
        let check = |panic: fn() -> Result<(), sled::Error>, says: &str| {
            let error = caught(panic).expect_err("an error");
            assert!(matches!(&error, StoreError::Panicked(text) if text == says), "{error:?}");
        };
        check(|| panic!("no\n  page"), "no page");
        check(|| panic!("no page {}", 7), "no page 7");
        check(|| std::panic::panic_any(7), "it does not say why");
    }
}
