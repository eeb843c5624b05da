//! Inputs that may keep their reader waiting: pipes, terminals, sockets.
//!
//! A thread reads and cuts the input, and hands on what is cut before each reading that may wait. So what came is appended
//! after a second at most, also when no more comes. The thread is at most two handfuls of texts ahead, each of about one
//! buffer; where the input is given up, it ends with its next handful, or with the process.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};

use tenure_log::Log;

use crate::texts::{Text, Texts};
use crate::{Feed, IngestError, Summary, Watch, piece};

/// How much is read at a time.
const BUFFER_BYTES: usize = 1 << 20;

/// A text, and how many bytes of the input are read with it.
type Cut = (Text, u64);

/// What the reading thread hands on.
enum Handed {
    /// Texts, in order.
    Texts(Vec<Cut>),
    /// The input is read to its end: so many bytes.
    End(u64),
    /// It cannot be read after that line.
    Failed(u64, io::Error),
}

/// An input that hands on what is cut before it waits.
struct Handing<R> {
    input: BufReader<R>,
    cut: Rc<RefCell<Vec<Cut>>>,
    to: SyncSender<Handed>,
}

impl<R: Read> Handing<R> {
    fn hand_on(&self) -> io::Result<()> {
        let texts = self.cut.take();
        if texts.is_empty() {
            return Ok(());
        }
        self.to.send(Handed::Texts(texts)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl<R: Read> Read for Handing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.input.read(into)
    }
}

impl<R: Read> BufRead for Handing<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.input.buffer().is_empty() {
            self.hand_on()?;
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.input.consume(bytes);
    }
}

/// Cuts an input to its end, or until what is cut is not taken any more.
fn cut(input: impl Read, to: &SyncSender<Handed>) {
    let cut: Rc<RefCell<Vec<Cut>>> = Rc::default();
    let input = BufReader::with_capacity(BUFFER_BYTES, input);
    let mut handing = Handing { input, cut: cut.clone(), to: to.clone() };
    let mut texts = Texts::new(&mut handing);
    let last = loop {
        let line = texts.line();
        match texts.next_text() {
            Ok(Some(text)) => cut.borrow_mut().push((text, texts.passed())),
            Ok(None) => break Handed::End(texts.passed()),
            Err(error) => break Handed::Failed(line, error),
        }
    };
    // The reader may be gone: then there is none to hand them to.
    if handing.hand_on().is_ok() {
        drop(to.send(last));
    }
}

/// Appends the events of an input to the log, each within a second of when it came.
pub fn ingest_slow(
    log: &mut dyn Log,
    file: &str,
    input: impl Read + Send + 'static,
    watch: &mut dyn Watch,
) -> Result<Summary, IngestError> {
    let mut feed = Feed::new(log, watch)?;
    let (to, from) = sync_channel(1);
    std::thread::spawn(move || cut(input, &to));
    take_all(&mut feed, file, &from)?;
    feed.end()
}

fn take_all(feed: &mut Feed<'_>, file: &str, from: &Receiver<Handed>) -> Result<(), IngestError> {
    let name: Arc<str> = Arc::from(file);
    let mut passed = 0;
    loop {
        match from.recv_timeout(feed.time_left()) {
            Ok(Handed::Texts(texts)) => {
                for (text, read) in texts {
                    passed = read;
                    feed.take(piece(&name, text), Some(passed))?;
                }
            }
            Err(RecvTimeoutError::Timeout) if feed.since.is_some() => feed.settle(Some(passed))?,
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Handed::End(read)) => return feed.settle(Some(read)),
            // What was read before it failed goes in nevertheless.
            Ok(Handed::Failed(line, source)) => {
                feed.settle(None)?;
                return Err(IngestError::of_input(file, line, source));
            }
            Err(RecvTimeoutError::Disconnected) => panic!("the reading thread says how it ends"),
        }
    }
}
