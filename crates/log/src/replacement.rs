//! A file that takes the place of another at once: who opens the name finds the old content or the new one, whole.
//!
//! It is written beside the place under a name that nothing else has, never through a link that was laid there, and is
//! on disk before it gets its name. A process that is killed meanwhile leaves a hidden file behind, and the old one as
//! it was.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A file that has no name yet.
#[derive(Debug)]
pub struct Replacement {
    file: NamedTempFile,
    place: PathBuf,
}

impl Replacement {
    /// Begins a file for that place.
    pub fn of(place: &Path) -> io::Result<Replacement> {
        let name = place.file_name().ok_or_else(|| io::Error::other("it names no file"))?;
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(name);
        let mut builder = Builder::new();
        // As readable as other files: what is taken from it, the user's mask says.
        builder.prefix(&prefix).suffix(".part").permissions(Permissions::from_mode(0o666));
        let file = builder.tempfile_in(dir_of(place)).map_err(without_name)?;
        Ok(Replacement { file, place: place.to_owned() })
    }

    /// Puts it in its place, whole and on disk.
    pub fn put(mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.as_file().sync_all()?;
        self.file.persist(&self.place).map_err(|error| error.error)?;
        File::open(dir_of(&self.place))?.sync_all()
    }

    /// Writes a text to a place at once.
    pub fn write(place: &Path, text: &str) -> io::Result<()> {
        let mut file = Replacement::of(place)?;
        file.write_all(text.as_bytes())?;
        file.put()
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What is wrong, without the name that nothing else has.
fn without_name(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((text, _)) => io::Error::new(error.kind(), text),
        None => error,
    }
}

fn dir_of(place: &Path) -> &Path {
    match place.parent() {
        Some(dir) if dir != Path::new("") => dir,
        Some(_) | None => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::Replacement;

    #[test]
    fn the_old_stays_until_the_new_is_whole() {
        let dir = tempfile::tempdir().expect("a directory");
        let (place, other) = (dir.path().join("list"), dir.path().join("other"));
        fs::write(&place, "old").expect("written");
        let mut new = Replacement::of(&place).expect("begun");
        new.write_all(b"new").expect("written");
        assert_eq!(fs::read_to_string(&place).expect("read"), "old");
        drop(new);
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 1, "what is dropped leaves nothing");

        // A link gives way to the file, and what it leads to stays.
        fs::write(&other, "other").expect("written");
        fs::remove_file(&place).expect("removed");
        std::os::unix::fs::symlink(&other, &place).expect("linked");
        Replacement::write(&place, "new").expect("written");
        assert_eq!(
            (fs::read_to_string(&place).expect("read"), fs::read_to_string(&other).expect("read")),
            ("new".into(), "other".into())
        );
    }
}
