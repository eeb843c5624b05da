//! Reads bytes one by one, as a deserializer of JSON asks for them, and tells on which line it is.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// Where a reading is, and how far it may go. Clones tell of the same reading.
#[derive(Clone, Debug)]
pub(super) struct At {
    line: Rc<Cell<u64>>,
    passed: Rc<Cell<u64>>,
    left: Rc<Cell<u64>>,
}

impl At {
    /// The line, from 1, of the byte that was read last.
    pub(super) fn line(&self) -> u64 {
        self.line.get()
    }

    /// How many bytes were read.
    pub(super) fn passed(&self) -> u64 {
        self.passed.get()
    }

    /// Allows so many bytes more.
    pub(super) fn allow(&self, bytes: u64) {
        self.left.set(bytes);
    }
}

/// A reader that counts lines. What goes beyond what is allowed is an error of the kind `FileTooLarge`.
pub(super) struct Lines<R> {
    inner: R,
    at: At,
    /// The last byte ended its line.
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(inner: R) -> Lines<R> {
        let at = At { line: Rc::new(Cell::new(1)), passed: Rc::default(), left: Rc::new(Cell::new(u64::MAX)) };
        Lines { inner, at, ended: false }
    }

    /// Tells where it is, while it is read.
    pub(super) fn at(&self) -> At {
        self.at.clone()
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(place) = buffer.first_mut() else { return Ok(0) };
        let Some(byte) = self.inner.fill_buf()?.first().copied() else { return Ok(0) };
        let At { line, passed, left } = &self.at;
        let still = left.get().checked_sub(1);
        left.set(still.ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, "too long"))?);
        self.inner.consume(1);
        passed.set(passed.get() + 1);
        line.set(line.get() + u64::from(self.ended));
        self.ended = byte == b'\n';
        *place = byte;
        Ok(1)
    }
}
