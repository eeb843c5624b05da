//! A nats-server of its own for each test: a free port, a directory that goes with it, and an end on drop.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How a server is to be set up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    /// `always`, or an interval such as `2m`; the server's own default where it is empty.
    pub(crate) sync_interval: String,
    /// More lines of its configuration: users, TLS, a cluster.
    pub(crate) more: String,
    /// Another program than the usual one.
    pub(crate) program: Option<PathBuf>,
}

/// A running server; stopped, and its directory removed, when this goes.
pub(crate) struct Server {
    child: Option<Child>,
    port: u16,
    dir: tempfile::TempDir,
    program: PathBuf,
}

/// The program: `TENURE_NATS_SERVER`, else one on the `PATH`, else the one that `make test` fetches.
fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("TENURE_NATS_SERVER") {
        return named.into();
    }
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/nats-server/nats-server");
    [PathBuf::from("nats-server"), fetched].into_iter().find(|program| is_new_enough(program)).unwrap_or_else(|| {
        panic!(
            "there is no nats-server 2.12 or later: run .ci/nats-server, which fetches one, put one on PATH, \
             or name one with TENURE_NATS_SERVER"
        )
    })
}

/// The oldest server that is supported, where `make test` could fetch it.
pub(crate) fn oldest() -> Option<PathBuf> {
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/nats-server/oldest");
    fetched.exists().then_some(fetched)
}

fn is_new_enough(program: &Path) -> bool {
    let Ok(output) = Command::new(program).arg("--version").output() else { return false };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let Some(version) = text.split('v').find_map(|part| part.split_once('.')) else { return false };
    let minor: String = version.1.chars().take_while(char::is_ascii_digit).collect();
    let number = |text: &str| text.trim().parse::<u32>().unwrap_or(0);
    (number(version.0), number(&minor)) >= (2, 12)
}

/// A port that nobody listens on just now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

impl Server {
    /// Starts a server with an empty store.
    pub(crate) fn start(setup: &Setup) -> Server {
        let program = setup.program.clone().unwrap_or_else(program);
        // Another may take the port in between; then it is tried again with another one.
        for _ in 0..5 {
            let dir = tempfile::tempdir().expect("a directory");
            let port = free_port();
            write_config(dir.path(), port, setup);
            let mut server = Server { child: None, port, dir, program: program.clone() };
            if server.try_start() {
                return server;
            }
        }
        panic!("no nats-server starts");
    }

    /// The address, without a login.
    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// What the server has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Sends it a signal: `STOP` cuts it off without a word, `CONT` lets it go on.
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.as_ref().expect("it runs").id().to_string();
        let sent = Command::new("kill").args([&format!("-{signal}"), &pid]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Kills it with `SIGKILL`; the store stays.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
        }
    }

    /// Starts it again, on the same port and store.
    pub(crate) fn start_again(&mut self) {
        self.kill();
        assert!(self.try_start(), "the server does not start again:\n{}", self.log());
    }

    /// Starts it again with another setup.
    pub(crate) fn start_with(&mut self, setup: &Setup) {
        self.kill();
        write_config(self.dir.path(), self.port, setup);
        self.start_again();
    }

    /// Starts it again without a log of any sort.
    pub(crate) fn start_without_jetstream(&mut self) {
        self.kill();
        let config = format!("listen: \"127.0.0.1:{}\"\n", self.port);
        fs::write(self.dir.path().join("config"), config).expect("the configuration is written");
        self.start_again();
    }

    fn try_start(&mut self) -> bool {
        let log = fs::File::options().create(true).append(true).open(self.dir.path().join("log")).expect("a log");
        let mut child = Command::new(&self.program)
            .arg("--config")
            .arg(self.dir.path().join("config"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("nats-server runs");
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(30) {
            if child.try_wait().expect("its state").is_some() {
                return false;
            }
            if self.is_up() {
                self.child = Some(child);
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        false
    }

    /// Whether it greets whoever connects.
    fn is_up(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut greeting = [0; 4];
        drop(stream.set_read_timeout(Some(Duration::from_secs(1))));
        let greets = stream.read_exact(&mut greeting).is_ok() && &greeting == b"INFO";
        drop(stream.flush());
        greets
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn write_config(dir: &Path, port: u16, setup: &Setup) {
    let mut config = format!("listen: \"127.0.0.1:{port}\"\njetstream {{\n");
    writeln!(config, "store_dir: \"{}\"", dir.join("store").display()).expect("a string takes all");
    if !setup.sync_interval.is_empty() {
        writeln!(config, "sync_interval: {}", setup.sync_interval).expect("a string takes all");
    }
    config.push_str("}\n");
    config.push_str(&setup.more);
    fs::write(dir.join("config"), config).expect("the configuration is written");
}
