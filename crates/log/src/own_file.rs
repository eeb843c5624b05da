//! Files of a ledger, opened: none is waited for that is no file, and none is written that lies behind a link.
//!
//! Who may write into the directory of a ledger could otherwise have the next process write where he may not, or wait at a
//! pipe for ever.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::error::LogError;

/// Opens a file to read it. A pipe in its place is an error, as everything else is that is no file.
pub fn open_to_read(path: &Path) -> io::Result<File> {
    let nonblock = OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(nonblock).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is no plain file")) }
}

/// Opens a file in that way. Fails with [`LogError::NotAFile`] where something else than a plain file lies there.
pub fn open_own_file(path: &Path, options: &OpenOptions) -> Result<File, LogError> {
    let not_a_file = || LogError::NotAFile { path: path.to_owned() };
    let mut options = options.clone();
    // And a pipe in its place is not waited for.
    let file = options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed()).open(path);
    let is_else = |errno: Errno| file.as_ref().is_err_and(|error| error.raw_os_error() == Some(errno.raw_os_error()));
    if [Errno::LOOP, Errno::ISDIR, Errno::NXIO].into_iter().any(is_else) {
        return Err(not_a_file());
    }
    let file = file.map_err(LogError::io(path))?;
    if file.metadata().map_err(LogError::io(path))?.is_file() { Ok(file) } else { Err(not_a_file()) }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::{LogError, open_own_file, open_to_read};

    #[test]
    fn only_a_plain_file_is_opened() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = |name: &str| dir.path().join(name);
        fs::write(path("victim"), "keep").expect("written");
        fs::create_dir(path("directory")).expect("made");
        symlink("victim", path("link")).expect("linked");
        symlink("made", path("dangling")).expect("linked");
        let _socket = UnixListener::bind(path("socket")).expect("bound");
        for (name, is_file) in
            [("directory", false), ("dangling", false), ("socket", false), ("link", true), ("victim", true)]
        {
            assert_eq!(open_to_read(&path(name)).is_ok(), is_file, "{name}");
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        for name in ["directory", "link", "dangling", "socket"] {
            let opened = open_own_file(&path(name), &options);
            assert!(matches!(opened, Err(LogError::NotAFile { .. })), "{name}: {opened:?}");
        }
        assert_eq!(fs::read(path("victim")).expect("read"), b"keep");
        assert!(!path("made").exists());
        assert!(open_own_file(&path("new"), &options).is_ok() && path("new").exists());
    }
}
