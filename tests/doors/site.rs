//! A running `tenure serve --http` on a ledger of its own, and a plain client of it.

#![allow(dead_code, reason = "each test takes what it needs of this")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::shell::{Shell, TENURE, file};

/// How long anything is waited for. A machine that does much else is slow.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A server and its ledger, which go with the value.
pub(crate) struct Site {
    pub(crate) shell: Shell,
    pub(crate) address: String,
    child: Child,
    /// Kept, so that the server can go on writing to it.
    err: BufReader<ChildStderr>,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    fn of(text: &[u8]) -> Reply {
        let text = String::from_utf8_lossy(text);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Reply { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A header, by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// The body, which must be JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Site {
    /// The toy world, served.
    pub(crate) fn of_the_toy_world(flags: &[&str]) -> Site {
        let world = std::fs::read_to_string(file("toy/world.ndjson")).expect("the toy world lies there");
        Site::serve(Shell::of(&world), flags)
    }

    /// A ledger, served on a free port of this machine.
    pub(crate) fn serve(shell: Shell, flags: &[&str]) -> Site {
        let site = Site::begin(shell, flags);
        let began = std::time::Instant::now();
        // A ledger that was never asked has no snapshots yet; meanwhile its log answers.
        while site.get("/healthz").json()["snapshots"] != true {
            assert!(began.elapsed() < PATIENCE, "its snapshots are made");
        }
        site
    }

    /// The same, whether its snapshots are made or not.
    pub(crate) fn begin(shell: Shell, flags: &[&str]) -> Site {
        let mut command = Command::new(TENURE);
        command.args(["serve", "--http", "127.0.0.1:0"]).args(flags).current_dir(shell.dir());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TENURE_")) {
            command.env_remove(name);
        }
        command.env("TENURE_DATA", shell.data()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let mut err = BufReader::new(child.stderr.take().expect("standard error is a pipe"));
        let mut told = String::new();
        let address = loop {
            let before = told.len();
            err.read_line(&mut told).expect("standard error can be read");
            assert!(told.len() > before, "it answers nowhere: {told}");
            if let Some((_, address)) =
                told[before..].trim_end().split_once("answering on http").and_then(|(_, at)| at.split_once("://"))
            {
                break address.to_owned();
            }
        };
        Site { shell, address, child, err }
    }

    /// Opens a connection.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a connection has a timeout");
        stream
    }

    /// Sends a request as it is, and reads all that comes.
    pub(crate) fn send(&self, request: &[u8]) -> Reply {
        let mut stream = self.connect();
        // A server that has answered may not read the rest.
        drop(stream.write_all(request));
        let mut text = Vec::new();
        drop(stream.read_to_end(&mut text));
        Reply::of(&text)
    }

    /// Asks with headers of its own.
    pub(crate) fn ask(&self, path: &str, headers: &[&str]) -> Reply {
        let headers = [headers, &[""]].concat().join("\r\n");
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.address);
        self.send(request.as_bytes())
    }

    /// Asks.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask(path, &[])
    }

    /// Sends a body.
    pub(crate) fn post(&self, path: &str, headers: &[&str], body: &str) -> Reply {
        let headers = [headers, &[""]].concat().join("\r\n");
        let host = &self.address;
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
        self.send(request.as_bytes())
    }

    /// Sends it a signal: `STOP` has it stand still, `CONT` go on.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Tells it to stop, and gives its exit code and how long that took.
    pub(crate) fn stop(mut self) -> (Option<i32>, Duration) {
        let began = std::time::Instant::now();
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.is_ok_and(|told| told.success()), "it can be told");
        let code = self.child.wait().expect("it ends").code();
        (code, began.elapsed())
    }
}

impl Site {
    /// Ends it at once, in the middle of whatever it does.
    pub(crate) fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.kill();
    }
}
