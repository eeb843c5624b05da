//! What tells this process to stop, and how it ends.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::mpsc;
use std::time::Duration;

use futures_util::future;
use tenure_serve::{Bulletin, Level};

/// How long a service takes to stop at most. What is under way then can be left as a killed process leaves it.
const STOP: Duration = Duration::from_secs(5);

/// How long it is tried to tell so: what is told may not be read.
const TELL: Duration = Duration::from_millis(200);

/// The signal of a write beyond the limit of the size of files (`ulimit -f`), on Linux and macOS.
const FILE_TOO_LARGE: std::ffi::c_int = 25;

/// Has a write beyond the limit of the size of files fail as one on a full disk does, where the system would end the
/// process without a word. Fails where this process may have so few files open that no signal can be listened to, of which
/// the library would make a panic.
pub(crate) fn outlive_the_limit_of_files() -> std::io::Result<()> {
    // As many as the runtime takes: two for events, a pair for signals and a copy of one of these.
    let (pair, another) = (UnixStream::pair()?, UnixStream::pair()?);
    drop((pair.0.try_clone()?, pair, another));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _inside = runtime.enter();
    // What is listened to once never ends the process again, also when no task listens. Where it cannot be, the system does
    // as it does.
    drop(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(FILE_TOO_LARGE)));
    Ok(())
}

/// Ends the process with this exit code. What a C library does at the end of a process (the allocator's tidying above all)
/// takes it that no other thread is at work any more; here questions may be, and nothing of theirs needs an end.
pub(crate) fn end_at_once(code: u8) -> ! {
    // The reader may be gone.
    drop(std::io::stdout().flush());
    signal_hook::low_level::exit(code.into())
}

/// Comes when this process is told to stop. Told again, it ends at once.
pub(crate) async fn told_to_stop() -> std::io::Result<()> {
    let mut signals = Signals::new()?;
    signals.next().await;
    tokio::spawn(async move {
        signals.next().await;
        end_at_once(130);
    });
    Ok(())
}

/// Sees to it that the process ends in time, whatever it is at: events that are being applied are in the log, and a
/// store that is being written is opened again as one of a process that was killed.
pub(crate) fn end_in_time(bulletin: Bulletin) {
    std::thread::spawn(move || {
        std::thread::sleep(STOP);
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            bulletin.tell(Level::Warn, "stopped without waiting for what is under way", &[]);
            let _ = tell.send(());
        });
        let _ = told.recv_timeout(TELL);
        end_at_once(0);
    });
}

/// What tells a process to stop.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        let (interrupt, terminate) = (pin!(self.interrupt.recv()), pin!(self.terminate.recv()));
        future::select(interrupt, terminate).await;
    }
}
