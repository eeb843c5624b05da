//! Files that a command reads and writes. None of those that it writes may be one that it reads, one of the ledger's own, or a
//! link that another user laid there: that is looked at before anything is opened for writing.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tenure_domain::plain_text::shown_path;
use tenure_ledger::Notice;
use tenure_log::{Replacement, open_own_file};
use tenure_producer::Binary;

use crate::failure::{Exit, Failure};
use crate::global::Global;
use crate::terminal::hear;

/// The directories of a ledger that no other program may write to.
const OWN: [&str; 2] = ["journal", "snapshots"];

/// Refuses to write to a file that is none of the command's. `inputs` are the files and directories that it reads.
pub(crate) fn refuse_others(global: &Global, flag: &str, path: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    let shown = shown_path(path);
    let refused = |what: &str| {
        let hint = "name another file: nothing was written";
        Err(Failure::usage(format!("{flag} {shown} {what}"), hint))
    };
    let there = std::fs::symlink_metadata(path).ok();
    if there.as_ref().is_some_and(Metadata::is_symlink) && !is_device(path) {
        return refused("is a link to another file");
    }
    if there.as_ref().is_some_and(Metadata::is_dir) {
        return refused("is a directory");
    }
    let dir = match path.parent() {
        Some(dir) if dir != Path::new("") => dir,
        Some(_) | None => Path::new("."),
    };
    let dir = std::fs::canonicalize(dir).ok();
    for input in inputs {
        let read = if input == Path::new("-") { Path::new("/dev/stdin") } else { input };
        let Ok(meta) = std::fs::metadata(read) else { continue };
        if there.as_ref().is_some_and(|there| same(there, &meta) && there.is_file()) {
            return refused("is one of the inputs");
        }
        let canonical = std::fs::canonicalize(read).ok();
        // What is there already may be read; a new file is not.
        if there.is_some() && meta.is_dir() && dir.iter().zip(&canonical).any(|(dir, input)| dir.starts_with(input)) {
            return refused("lies in a directory that is read");
        }
    }
    for own in OWN {
        let own = global.data.join(own);
        if dir.iter().zip(&std::fs::canonicalize(&own).ok()).any(|(dir, own)| dir.starts_with(own)) {
            return refused("is a file of the ledger");
        }
        let linked =
            |there: &Metadata| files(&own).any(|file| std::fs::metadata(file).is_ok_and(|file| same(there, &file)));
        if there.as_ref().is_some_and(|there| there.is_file() && there.nlink() > 1 && linked(there)) {
            return refused("is a file of the ledger");
        }
    }
    Ok(())
}

fn files(dir: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path())
}

fn same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Whether a path leads to something that only passes bytes on, such as `/dev/null`.
fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| {
        let kind = meta.file_type();
        kind.is_char_device() || kind.is_fifo() || kind.is_socket()
    })
}

/// A file that is written.
#[derive(Debug)]
pub(crate) enum Output {
    /// One that takes its place when it is whole.
    File(Replacement),
    /// Something that passes on what is written at once.
    Device(std::fs::File),
}

impl Output {
    /// Begins to write. [`refuse_others`] was asked before.
    pub(crate) fn to(path: &Path) -> Result<Output, Failure> {
        let begun = if is_device(path) {
            std::fs::File::options().write(true).open(path).map(Output::Device)
        } else {
            Replacement::of(path).map(Output::File)
        };
        begun.map_err(|error| {
            let hint = if error.kind() == io::ErrorKind::NotFound {
                "make its directory first, or name another file"
            } else {
                "name a file that can be written"
            };
            Failure::new(Exit::Failure, format!("{}: {error}", shown_path(path))).hint(hint)
        })
    }

    /// Puts the file in its place.
    pub(crate) fn put(self) -> io::Result<()> {
        match self {
            Output::File(file) => file.put(),
            Output::Device(mut device) => device.flush(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::File(file) => file.write(bytes),
            Output::Device(device) => device.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::File(file) => file.flush(),
            Output::Device(device) => device.flush(),
        }
    }
}

/// Tells of each file with a secret that the flags name and that other users of the machine can read.
pub(crate) fn tell_of_open_secrets(global: &Global) {
    let nats = &global.nats;
    let secrets = [&nats.creds, &nats.nkey, &nats.password_file, &nats.token_file, &nats.key];
    // The service manager hands secrets over in a directory of its own, with a list of who may read them beside the mode.
    let handed_over = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    let is_own = |file: &&PathBuf| handed_over.as_ref().is_none_or(|dir| !file.starts_with(dir));
    for file in secrets.into_iter().flatten().filter(is_own) {
        // One that cannot be read is told of where it is read.
        let Ok(mode) = std::fs::metadata(file).map(|meta| meta.permissions().mode() & 0o777) else { continue };
        if mode & 0o077 != 0 {
            let shown = shown_path(file);
            let text = format!("{shown} holds a secret, and others can use it (mode {mode:04o}): chmod 600 {shown}");
            hear(global, Notice::Remark(text));
        }
    }
}

/// Opens a file to add to its end: what is there stays. A link is not followed.
pub(crate) fn open_to_add(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::File::options();
    options.append(true);
    if is_device(path) {
        return options.open(path);
    }
    open_own_file(path, options.create(true)).map_err(io::Error::other)
}

/// An input of events with its name and length; a stream has none.
pub(crate) type Opened = (String, Box<dyn Read + Send>, u64);

/// Opens what is to be read: nothing is read of any where one cannot be, or is no text.
pub(crate) fn open_inputs(files: &[String]) -> Result<Vec<Opened>, Failure> {
    let mut inputs: Vec<Opened> = Vec::new();
    for file in files {
        if file == "-" {
            inputs.push(("-".to_owned(), Box::new(std::io::stdin()), 0));
            continue;
        }
        let failed =
            |why: &dyn fmt::Display| Failure::new(Exit::Failure, format!("{}: {why}", shown_path(Path::new(file))));
        let unreadable = |error: std::io::Error| failed(&error).hint("nothing was appended");
        let opened = File::open(file).map_err(unreadable)?;
        let meta = opened.metadata().map_err(unreadable)?;
        if meta.is_dir() {
            return Err(Failure::usage(format!("{file} is a directory"), "name the files in it"));
        }
        if let Some(binary) = Binary::of_file(Path::new(file)) {
            return Err(failed(&binary).hint(format!("{}; nothing was appended", binary.hint())));
        }
        inputs.push((file.clone(), Box::new(opened), meta.len()));
    }
    Ok(inputs)
}
