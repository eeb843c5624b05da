//! The log on NATS, as the flags name it.
//!
//! Deliberately not here: questions. They go to snapshots, and those to the process that keeps them.

use std::path::Path;
use std::time::Duration;

use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_log::identify;
use tenure_log::stream::{Access, ClientCertificate, Connection, Login, Secret, StreamTarget};
use tenure_log::{Create, Digest, Log, LogError, LogIdentity, NewEvent, Outcome, RecordsOf, Stream};

use tenure_serve::ServiceClient;

use crate::failure::Failure;
use crate::global::{Global, Nats};

/// How long a server is looked for before it counts as unreachable.
pub(crate) const CONNECT_TIME: Duration = Duration::from_secs(5);

/// The address that is asked for, if one is.
pub(crate) fn url(global: &Global) -> Option<&str> {
    global.nats.url.as_deref().filter(|url| !url.is_empty())
}

/// Why a stream or a server cannot be used.
pub(crate) enum OpenError {
    /// The flags do not go together.
    Flags(Failure),
    /// The server or the stream cannot be reached, or is not what it should be.
    Log(LogError),
}

impl From<LogError> for OpenError {
    fn from(error: LogError) -> OpenError {
        OpenError::Log(error)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Failure {
        match error {
            OpenError::Flags(failure) => failure,
            OpenError::Log(error) => error.into(),
        }
    }
}

/// Connects to a server, with what the flags say of logging in.
pub(crate) fn connect(nats: &Nats, url: &str, time: Duration) -> Result<Connection, OpenError> {
    let mut access = Access::to(url)?;
    if let Some(login) = login(nats)? {
        access = access.login(login);
    }
    if let Some(ca) = &nats.ca {
        access = access.authority(ca);
    }
    match (&nats.cert, &nats.key) {
        (Some(certificate), Some(key)) => {
            access = access.certificate(ClientCertificate { certificate: certificate.clone(), key: key.clone() });
        }
        (None, None) => {}
        _ => {
            let hint = "name the certificate and its key";
            return Err(OpenError::Flags(Failure::usage("--nats-cert and --nats-key go together", hint)));
        }
    }
    if let Some(inbox) = &nats.inbox {
        access = access.inbox(inbox.as_str());
    }
    Ok(Connection::open(&access, time.min(CONNECT_TIME))?)
}

/// Who asks, where a flag says so.
fn login(nats: &Nats) -> Result<Option<Login>, OpenError> {
    let secret = |file: &Path| Secret::from_file(file);
    let mut logins = Vec::new();
    if let Some(file) = &nats.creds {
        logins.push(Login::Creds(secret(file)?));
    }
    if let Some(file) = &nats.nkey {
        logins.push(Login::Nkey(secret(file)?));
    }
    if let Some(file) = &nats.token_file {
        logins.push(Login::Token(secret(file)?));
    }
    match (&nats.user, &nats.password_file) {
        (Some(user), Some(file)) => logins.push(Login::Password { user: user.clone(), password: secret(file)? }),
        (None, None) => {}
        (Some(_), None) | (None, Some(_)) => {
            let error = "--nats-user and --nats-password-file go together";
            let hint = "name the user, and the file that holds the password";
            return Err(OpenError::Flags(Failure::usage(error, hint)));
        }
    }
    if logins.len() > 1 {
        let hint = "keep one of --nats-creds, --nats-nkey, --nats-token-file and --nats-user (or their variables)";
        return Err(OpenError::Flags(Failure::usage("there are several ways to log in", hint)));
    }
    Ok(logins.pop())
}

/// A client of the services that answer there.
pub(crate) fn client(global: &Global, url: &str) -> Result<ServiceClient, Failure> {
    let connection = connect(&global.nats, url, global.timeout)?;
    Ok(ServiceClient::new(connection, &global.nats.queries, global.timeout))
}

/// Which stream is asked for.
pub(crate) fn target(nats: &Nats) -> StreamTarget {
    StreamTarget { name: nats.stream.clone(), subjects: nats.subjects.clone() }
}

/// Opens the stream that is asked for.
pub(crate) fn open(nats: &Nats, url: &str, create: Create, patience: Duration) -> Result<Stream, OpenError> {
    open_at(nats, url, target(nats), create, patience)
}

/// Opens a stream that is named otherwise than by the flags.
pub(crate) fn open_at(
    nats: &Nats,
    url: &str,
    target: StreamTarget,
    create: Create,
    patience: Duration,
) -> Result<Stream, OpenError> {
    let connection = connect(nats, url, patience)?;
    Ok(Stream::open(connection, target, create, identify)?.with_patience(patience))
}

/// Refuses what cannot be asked of a stream.
pub(crate) fn not_here(global: &Global, what: &str) -> Result<(), Failure> {
    if url(global).is_none() {
        return Ok(());
    }
    let error = format!("tenure {what} cannot be asked with --nats");
    Err(Failure::usage(
        error,
        "copy the ledger with tenure log copy nats://.. DIR, and ask that: --data DIR, without TENURE_NATS",
    ))
}

/// A log that cannot be reached: it acknowledges nothing, so that all events are set aside.
pub(crate) struct Away {
    server: String,
    reason: String,
}

impl Away {
    /// The log in place of one that could not be opened, where that may change; else why it could not be.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what else is wrong with a log does not pass by itself")]
    pub(crate) fn instead_of(error: LogError) -> Result<Away, LogError> {
        Ok(match error {
            LogError::Unreachable { server, reason } | LogError::Refused { server, reason } => Away { server, reason },
            LogError::Tls { server, reason } => Away { server, reason: format!("no secure connection: {reason}") },
            LogError::Denied { server, what } => Away { server, reason: format!("not allowed: {what}") },
            LogError::NoStream { .. } => Away { server: "the log".to_owned(), reason: error.to_string() },
            error => return Err(error),
        })
    }

    fn error(&self) -> LogError {
        LogError::Unreachable { server: self.server.clone(), reason: self.reason.clone() }
    }
}

impl Log for Away {
    fn identity(&self) -> LogIdentity {
        LogIdentity::Stream { name: String::new(), created: String::new() }
    }

    fn stands_in(&self) -> bool {
        true
    }

    fn head(&mut self) -> Result<Seq, LogError> {
        Err(self.error())
    }

    fn append(&mut self, batch: &[NewEvent<'_>], _now: Instant) -> Result<Vec<Outcome>, LogError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        Err(LogError::Unacknowledged { outcomes: vec![None; batch.len()], source: Box::new(self.error()) })
    }

    fn append_copies(&mut self, _batch: &[(NewEvent<'_>, Instant)]) -> Result<Vec<Outcome>, LogError> {
        Err(self.error())
    }

    fn records(&mut self, _from: Seq) -> Result<RecordsOf<'_>, LogError> {
        Err(self.error())
    }

    fn digest(&mut self) -> Result<Digest, LogError> {
        Err(self.error())
    }

    fn close(self: Box<Self>) -> Result<(), LogError> {
        Ok(())
    }
}
