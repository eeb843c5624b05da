//! Where a verb writes what is no answer: a file, or standard output.

use std::cell::Cell;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tenure_domain::plain_text::shown_path;

use crate::failure::Failure;
use crate::files::{Output, refuse_others};
use crate::global::Global;
use crate::terminal::tell;

/// Where something is written: a file, or standard output.
pub(super) struct Destination<'o> {
    file: Option<&'o Path>,
    /// Whether it is told what was written.
    tells: bool,
}

impl<'o> Destination<'o> {
    /// Looks at where it is to go. A file that is none of the command's is refused before anything is asked.
    pub(super) fn to(global: &Global, file: Option<&'o Path>) -> Result<Destination<'o>, Failure> {
        if let Some(path) = file {
            refuse_others(global, "--output", path, &[])?;
        }
        Ok(Destination { file, tells: !global.quiet })
    }

    /// Writes everything, or says why not. A file has its name only when it is whole.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
        let gone = Cell::new(false);
        let Some(path) = self.file else {
            let stdout = Named { out: io::stdout().lock(), name: "standard output", gone: &gone };
            let mut out = BufWriter::with_capacity(1 << 16, stdout);
            let written = write(&mut out).and_then(|()| Ok(out.flush()?));
            return if gone.get() { Err(Failure::reader_gone()) } else { written };
        };
        let name = shown_path(path);
        let mut out = BufWriter::new(Named { out: Output::to(path)?, name: &name, gone: &gone });
        write(&mut out)?;
        let named = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        named.out.put().map_err(|error| Failure::from(error).of(&name))?;
        match std::fs::metadata(path) {
            Ok(file) if self.tells && file.is_file() => {
                tell(&format!("wrote {}, {} bytes", shown_path(path), file.len()));
            }
            Ok(_) | Err(_) => {}
        }
        Ok(())
    }
}

/// What is written to, whose errors name it. It is noted where its reader has gone away.
struct Named<'n, W> {
    out: W,
    name: &'n str,
    gone: &'n Cell<bool>,
}

impl<W> Named<'_, W> {
    fn note<T>(&self, done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            if error.kind() == io::ErrorKind::BrokenPipe {
                self.gone.set(true);
            }
            // It is told by layers that do not know where they write.
            io::Error::new(error.kind(), format!("{}: {error}", self.name))
        })
    }
}

impl<W: Write> Write for Named<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.note(flushed)
    }
}
