//! Processes of one machine that ask the same directory: the one that has its snapshots answers for the others.
//!
//! The one that has them listens on a socket in the directory, which its owner alone can open. A question is a line of
//! JSON, `{"verb": "who", "wording": "flags", "question": {..}}`. The line `"taken"` comes back at once, and then the
//! reply: `notices`, and the `answer` or why there is none as `denied`. Who is not told that the question is taken, since
//! the process stands still, stops or answers as many as it can, finds its answer elsewhere. A socket whose process is gone
//! lets no process in; the next process that listens takes its place.
//!
//! A socket's address has room for some hundred bytes, so the directory is named by an open handle.

use std::fs::{self, File, Permissions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenure_answers::Answer;
use tenure_domain::plain_text::shown_path;
use tenure_ledger::clock::now;
use tenure_ledger::{Notice, Question};
use tenure_log::Wait;

use crate::client::read;
use crate::denial::{Denial, Exit, Wording, Written};
use crate::error::ExchangeError;
use crate::reply::ANSWER;

/// The name of the socket in the directory of a ledger.
const SOCKET: &str = "socket";
/// The most bytes of a line that asks.
const REQUEST: u64 = 128 << 10;
/// What a process says at once of a question that it will answer.
const TAKEN: &[u8] = b"\"taken\"\n";
/// For how long a process is let say so at least, and how often it is looked after that.
const TAKING: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(20));
/// How many neighbours are listened to at a time. Others wait for their turn.
const MOST: usize = 256;
/// The stack of a thread that answers: charts can be deep. What is not touched costs nothing.
const STACK: usize = 64 << 20;

/// A neighbour that asks.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'n> {
    /// How it is called here.
    pub name: &'n str,
    /// In what words it is told why there is no answer.
    pub wording: Wording,
    /// For how long it waits.
    pub patience: Duration,
}

/// Answers a question of a neighbour: what is told beside the answer, and the answer or why there is none. None at all where
/// this process ends first, and another can answer.
pub type Answerer = Arc<dyn Fn(Asking<'_>, Question) -> Option<(Vec<Notice>, Result<Answer, Denial>)> + Send + Sync>;

/// A question as it travels.
#[derive(Serialize, Deserialize)]
struct Request {
    verb: String,
    /// In whose words an error is told.
    #[serde(default)]
    wording: Wording,
    /// For how long an answer is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    patience_ms: Option<u64>,
    question: Value,
}

/// A reply without its answer, which is read by the verb.
#[derive(Serialize, Deserialize)]
struct Reply<A> {
    notices: Vec<Notice>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    answer: Option<A>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    denied: Option<Written>,
}

fn none<A>() -> Option<A> {
    None
}

/// A directory in which a socket lies.
struct Directory {
    path: PathBuf,
    open: File,
}

impl Directory {
    fn open(path: &Path) -> io::Result<Directory> {
        Ok(Directory { path: path.to_owned(), open: File::open(path)? })
    }

    /// The path of the socket. On Linux it is short, however long the directory's own is.
    fn socket(&self) -> PathBuf {
        if cfg!(target_os = "linux") {
            return PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", self.open.as_raw_fd()));
        }
        self.path.join(SOCKET)
    }
}

/// A process that listens to its neighbours, until the value is dropped.
pub struct Listening {
    dir: Directory,
    stop: Arc<AtomicBool>,
    inode: u64,
}

impl Listening {
    /// Listens in that directory. Only the process that has the snapshots may.
    pub fn begin(dir: &Path, answer: Answerer) -> io::Result<Listening> {
        // No other user can open a socket that is made in a directory of this user's alone.
        let own =
            tempfile::Builder::new().prefix(".socket-").permissions(Permissions::from_mode(0o700)).tempdir_in(dir)?;
        let (own_dir, dir) = (Directory::open(own.path())?, Directory::open(dir)?);
        let socket = own_dir.socket();
        let listener = UnixListener::bind(&socket)?;
        fs::set_permissions(&socket, Permissions::from_mode(0o600))?;
        let inode = fs::symlink_metadata(&socket)?.ino();
        fs::rename(&socket, dir.socket())?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = stop.clone();
        std::thread::Builder::new().name("tenure-neighbours".to_owned()).spawn(move || {
            listen(&listener, &stopping, &answer);
        })?;
        Ok(Listening { dir, stop, inode })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let socket = self.dir.socket();
        // Wakes the thread that waits for the next one.
        drop(UnixStream::connect(&socket));
        if fs::symlink_metadata(&socket).is_ok_and(|there| there.ino() == self.inode) {
            drop(fs::remove_file(&socket));
        }
    }
}

fn listen(listener: &UnixListener, stop: &AtomicBool, answer: &Answerer) {
    let count = Arc::new(AtomicUsize::new(0));
    let mut number = 0_u64;
    for stream in listener.incoming() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let Ok(stream) = stream else {
            // There are no more handles just now.
            std::thread::sleep(Duration::from_millis(10));
            continue;
        };
        if count.fetch_add(1, Ordering::Relaxed) >= MOST {
            count.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        number += 1;
        let (answer, counted, name) = (answer.clone(), count.clone(), format!("neighbour {number}"));
        let thread = std::thread::Builder::new().name("tenure-neighbour".to_owned()).stack_size(STACK);
        let begun = thread.spawn(move || {
            // A process that goes away in the middle is done.
            drop(serve(&stream, &name, &answer));
            counted.fetch_sub(1, Ordering::Relaxed);
        });
        if begun.is_err() {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Answers one neighbour, question by question.
fn serve(stream: &UnixStream, name: &str, answer: &Answerer) -> io::Result<()> {
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        lines.by_ref().take(REQUEST).read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return Ok(());
        }
        (&mut &*stream).write_all(TAKEN)?;
        let refused = |error: String| Some((Vec::new(), Err(Denial::new(Exit::Usage, error))));
        let told = match serde_json::from_slice::<Request>(&line) {
            Ok(Request { verb, wording, patience_ms, question }) => {
                let patience = patience_ms.map_or(Duration::MAX, Duration::from_millis);
                match Question::read(&verb, question.to_string().as_bytes(), now().day()) {
                    Ok(question) => answer(Asking { name, wording, patience }, question),
                    Err(error) => refused(error.to_string()),
                }
            }
            Err(error) => refused(format!("this is no question: {error}")),
        };
        let Some((notices, outcome)) = told else { return Ok(()) };
        let (answer, denied) = match outcome {
            Ok(answer) => (Some(answer), None),
            Err(denial) => (None, Some(denial.written())),
        };
        let mut reply = serde_json::to_vec(&Reply { notices, answer, denied })?;
        reply.push(b'\n');
        (&mut &*stream).write_all(&reply)?;
    }
}

/// A process that has the snapshots of a directory, and answers for them.
pub struct Neighbour {
    dir: PathBuf,
    patience: Duration,
    /// Connections on which nothing is under way.
    idle: Mutex<Vec<UnixStream>>,
}

impl Neighbour {
    /// The one that listens in that directory, where there is one. It is waited so long for an answer.
    pub fn find(dir: &Path, patience: Duration) -> Option<Neighbour> {
        let stream = connect(dir).ok()?;
        Some(Neighbour { dir: dir.to_owned(), patience, idle: Mutex::new(vec![stream]) })
    }

    /// Asks, and gives what is told beside the answer, and the answer, or in those words why there is none. A process that
    /// does not take the question is waited for so long.
    pub fn ask(
        &self,
        question: &Question,
        wording: Wording,
        waiting: &mut Wait<'_>,
    ) -> (Vec<Notice>, Result<Answer, ExchangeError>) {
        match self.exchange(question, wording, waiting) {
            Ok((notices, outcome)) => (notices, outcome),
            Err(error) => (Vec::new(), Err(error)),
        }
    }

    fn exchange(
        &self,
        question: &Question,
        wording: Wording,
        waiting: &mut Wait<'_>,
    ) -> Result<ReadReply, ExchangeError> {
        let verb = question.ask.verb();
        let fields = serde_json::from_str(&question.json()).unwrap_or_default();
        let patience_ms = u64::try_from(self.patience.as_millis()).ok();
        let mut line =
            serde_json::to_string(&Request { verb: verb.to_owned(), wording, patience_ms, question: fields })
                .map_err(|error| ExchangeError::NoAnswer { problem: error.to_string() })?;
        line.push('\n');
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (reply, stream) = match idle.map(|stream| self.put(stream, &line, waiting)) {
            Some(Ok(reply)) => reply,
            Some(Err(error)) if is_timeout(&error) => return Err(self.failed(error)),
            // It went away since; there may be another one by now.
            Some(Err(_)) | None => {
                let stream = connect(&self.dir).map_err(|error| self.failed(error))?;
                self.put(stream, &line, waiting).map_err(|error| self.failed(error))?
            }
        };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
        read_reply(verb, &reply).map_err(|problem| ExchangeError::NoAnswer { problem })
    }

    /// Sends a line, and gives the line that comes back once it is taken.
    fn put(&self, stream: UnixStream, line: &str, waiting: &mut Wait<'_>) -> io::Result<(Vec<u8>, UnixStream)> {
        let (at_first, later) = TAKING;
        stream.set_write_timeout(Some(at_first))?;
        let gone = || io::Error::from(io::ErrorKind::UnexpectedEof);
        (&mut &stream).write_all(line.as_bytes()).map_err(|error| if is_timeout(&error) { gone() } else { error })?;
        let mut lines = BufReader::new((&stream).take(ANSWER as u64 * 2));
        let mut taken = Vec::new();
        stream.set_read_timeout(Some(at_first))?;
        loop {
            match lines.read_until(b'\n', &mut taken) {
                Ok(_) if taken == TAKEN => break,
                Ok(_) => return Err(gone()),
                Err(error) if is_timeout(&error) => waiting.more().map_err(|_| gone())?,
                Err(error) => return Err(error),
            }
            stream.set_read_timeout(Some(later))?;
        }
        stream.set_read_timeout(Some(self.patience.max(Duration::from_millis(1))))?;
        let mut reply = Vec::new();
        lines.read_until(b'\n', &mut reply)?;
        drop(lines);
        if reply.pop() != Some(b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((reply, stream))
    }

    fn failed(&self, error: io::Error) -> ExchangeError {
        let subject = shown_path(&self.dir.join(SOCKET));
        if is_timeout(&error) {
            return ExchangeError::TooLate { subject, seconds: self.patience.as_secs_f64() };
        }
        ExchangeError::NeighbourGone { socket: subject, source: error }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut].contains(&error.kind())
}

fn connect(dir: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(Directory::open(dir)?.socket())
}

type ReadReply = (Vec<Notice>, Result<Answer, ExchangeError>);

/// Reads a reply, however deep its answer is within bounds.
fn read_reply(verb: &str, line: &[u8]) -> Result<ReadReply, String> {
    let Reply { notices, answer, denied } = read(line, |json| Reply::<Value>::deserialize(json))?;
    let answer = match (answer, denied.and_then(Written::denial)) {
        (_, Some(denial)) => Err(ExchangeError::Denied(denial)),
        (Some(answer), None) => {
            let answer = Answer::read(verb, answer).ok_or_else(|| format!("`{verb}` has none"))?;
            Ok(answer.map_err(|error| error.to_string())?)
        }
        (None, None) => return Err("it holds no answer".to_owned()),
    };
    Ok((notices, answer))
}
