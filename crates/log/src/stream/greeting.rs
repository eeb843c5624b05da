//! The greeting of a server, looked at before the client is let at it.
//!
//! The client keeps a line of any length until it ends, so what is no NATS server could fill the memory with its first one.
//! Lines that come later are not bounded: nothing can be put between the client and the server.

use std::time::Duration;

use async_nats::ServerAddr;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// The longest greeting that is accepted, in bytes. That of a server in a cluster of a thousand has some 30,000.
const LONGEST: u64 = 1 << 20;

/// What every greeting begins with.
const BEGINNING: &[u8] = b"INFO ";

/// A greeting, or what is wrong with it.
type Greeting = Result<(), String>;

/// What is wrong with the first greeting that one of the servers gives in that time. Of servers that cannot be reached, or
/// say nothing, the client tells.
pub(crate) async fn wrong_greeting(servers: &[ServerAddr], time: Duration) -> Option<String> {
    let looks: FuturesUnordered<_> = servers.iter().map(look).collect();
    let mut greetings = std::pin::pin!(looks.filter_map(std::future::ready));
    tokio::time::timeout(time, greetings.next()).await.ok().flatten().and_then(Result::err)
}

/// The greeting of a server; none where it breaks off.
async fn look(server: &ServerAddr) -> Option<Greeting> {
    let (host, port) = (server.host(), server.port());
    let plain = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let mut stream = TcpStream::connect((plain, port)).await.ok()?.take(LONGEST);
    let (mut said, mut buffer) = (Vec::new(), [0; 4096]);
    let mut bytes = 0;
    loop {
        let read = stream.read(&mut buffer).await.ok()?;
        let new = &buffer[..read];
        bytes += read as u64;
        said.extend(new.iter().take(BEGINNING.len() - said.len()));
        if !BEGINNING.starts_with(&said) {
            return Some(Err(format!("what answers at {host}:{port} is no NATS server")));
        }
        if new.contains(&b'\n') {
            return Some(Ok(()));
        }
        if read == 0 {
            let too_long = || Err(format!("the greeting of {host}:{port} is longer than {LONGEST} bytes"));
            return (bytes >= LONGEST).then(too_long);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::{Shutdown, TcpListener};

    use super::*;

    /// What is wrong with a greeting that is one text, and another again and again until no client listens.
    fn wrong(greeting: &'static str, again: &'static str) -> Option<String> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut told = stream.write_all(greeting.as_bytes());
            while told.is_ok() && !again.is_empty() {
                told = stream.write_all(again.repeat(1_000).as_bytes());
            }
            drop(stream.shutdown(Shutdown::Both));
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let servers = [address.parse().expect("an address")];
        let wrong = runtime.block_on(wrong_greeting(&servers, Duration::from_mins(1)));
        server.join().expect("it ends");
        wrong.map(|wrong| wrong.replace(&address, "it"))
    }

    #[test]
    fn a_greeting_without_an_end_is_given_up() {
        let long = "the greeting of it is longer than 1048576 bytes";
        assert_eq!(wrong("INFO {}\r\n", ""), None);
        assert_eq!(wrong("INFO {}", ""), None, "the client tells of what breaks off");
        assert_eq!(wrong("", ""), None);
        assert_eq!(wrong("INFO ", "x").as_deref(), Some(long));
        for other in ["HTTP/1.1 400 Bad Request\r\n", "INFORM\r\n", "\0"] {
            assert_eq!(wrong(other, "x").as_deref(), Some("what answers at it is no NATS server"), "{other}");
        }
    }

    #[test]
    fn a_server_that_hangs_keeps_no_other_waiting() {
        let hanging = TcpListener::bind("127.0.0.1:0").expect("a port");
        let right = TcpListener::bind("127.0.0.1:0").expect("a port");
        let servers = [&hanging, &right].map(|of| of.local_addr().expect("an address").to_string());
        let servers = servers.map(|server| server.parse().expect("an address"));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = right.accept().expect("a client");
            stream.write_all(b"INFO {}\r\n").expect("it listens");
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        // Waiting for both would take for ever.
        assert_eq!(runtime.block_on(wrong_greeting(&servers, Duration::MAX)), None);
        server.join().expect("it ends");
    }
}
