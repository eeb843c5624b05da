//! What tells this process to stop.

use std::pin::pin;

use futures_util::future;
use tokio::sync::oneshot;

use crate::failure::Failure;

/// Gives word when this process is told to stop. Told again, it ends at once.
pub(crate) fn stop_signal() -> Result<oneshot::Receiver<()>, Failure> {
    let (tell, told) = oneshot::channel();
    let mut signals = Signals::new()?;
    tokio::spawn(async move {
        signals.next().await;
        drop(tell);
        signals.next().await;
        std::process::exit(130);
    });
    Ok(told)
}

/// What tells a process to stop.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
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

/// What tells a process to stop.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // Nobody can tell it then.
            future::pending().await
        }
    }
}
