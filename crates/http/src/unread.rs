//! Connections whose client does not read: what is written to them waits for so long, and then they end.
//!
//! Any progress counts, so a client that reads slowly or listens for hours is left alone.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// A connection on which a write that makes no progress fails after a while.
pub(crate) struct ReadInTime<S> {
    stream: S,
    most: Duration,
    /// Ends when the write that waits has waited for long enough.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> ReadInTime<S> {
    pub(crate) fn new(stream: S, most: Duration) -> ReadInTime<S> {
        ReadInTime { stream, most, stalled: None }
    }

    /// What a write came to, or its end where it has waited for long enough.
    fn judged(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let most = self.most;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(most)));
        stalled.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ReadInTime<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ReadInTime<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.judged(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.judged(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::ReadInTime;

    #[test]
    fn a_client_that_reads_nothing_is_let_go_and_one_that_reads_slowly_is_not() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let answer = [b'x'; 64];
        runtime.block_on(async {
            let (client, server) = tokio::io::duplex(16);
            let unread = ReadInTime::new(server, Duration::from_millis(1)).write_all(&answer).await;
            assert_eq!(unread.expect_err("nobody reads").kind(), io::ErrorKind::TimedOut);
            drop(client);

            // The answer is read in many pieces, which together take longer than the longest wait of one.
            let (mut client, server) = tokio::io::duplex(1);
            let most = Duration::from_mins(1);
            let mut server = ReadInTime::new(server, most);
            let slowly = async {
                let mut read = Vec::new();
                while read.len() < answer.len() {
                    tokio::task::yield_now().await;
                    read.push(client.read_u8().await.expect("it is open"));
                }
                read
            };
            let (sent, read) = tokio::join!(server.write_all(&answer), slowly);
            sent.expect("it is read");
            assert_eq!(read, answer);
            assert!(server.stalled.is_none(), "progress begins the wait anew");
        });
    }
}
