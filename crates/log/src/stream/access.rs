//! How to reach a NATS server: addresses, who asks, and TLS.
//!
//! Secrets go in and never come out: neither `Debug` nor any error shows them, and an address is shown without what
//! stands before its `@`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_nats::{ConnectOptions, ServerAddr};

use crate::error::LogError;

/// The longest wait between two attempts to reach a server again.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A text that is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret as it is.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// Reads a file that holds nothing else; line breaks at its end do not count.
    pub fn from_file(path: &Path) -> Result<Secret, LogError> {
        let text = fs::read_to_string(path).map_err(LogError::io(path))?;
        Ok(Secret(text.trim_end_matches(['\n', '\r']).to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Login {
    /// Any client.
    #[default]
    None,
    /// A user of the server's own list.
    Password {
        /// The user's name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// A client that holds this token.
    Token(Secret),
    /// A client that holds the seed of this key (`SU..`).
    Nkey(Secret),
    /// A user of a decentralised account: the text of a credentials file.
    Creds(Secret),
}

/// A client's own certificate, for servers that ask for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// How to reach a server, or a cluster by several of its servers.
#[derive(Clone, Debug)]
pub struct Access {
    servers: Vec<ServerAddr>,
    login: Login,
    authority: Option<PathBuf>,
    certificate: Option<ClientCertificate>,
    inbox: Option<String>,
}

impl Access {
    /// Reads one address or several, with commas between them: `nats://HOST:4222`, `tls://HOST`, `HOST`. A user and
    /// password, or a token, may stand in the first one, before an `@`.
    pub fn to(urls: &str) -> Result<Access, LogError> {
        let mut servers = Vec::new();
        let mut login = Login::None;
        for url in urls.split(',').map(str::trim).filter(|url| !url.is_empty()) {
            let (address, asker) =
                read_address(url).ok_or_else(|| LogError::NotAnAddress { url: without_userinfo(url) })?;
            servers.push(address);
            if login == Login::None {
                login = asker;
            }
        }
        if servers.is_empty() {
            return Err(LogError::NotAnAddress { url: String::new() });
        }
        Ok(Access { servers, login, authority: None, certificate: None, inbox: None })
    }

    /// Says who asks; it counts more than what stands in an address.
    #[must_use]
    pub fn login(mut self, login: Login) -> Access {
        self.login = login;
        self
    }

    /// Trusts the certificates in this PEM file instead of the system's, and insists on TLS.
    #[must_use]
    pub fn authority(mut self, file: impl Into<PathBuf>) -> Access {
        self.authority = Some(file.into());
        self
    }

    /// Shows this certificate to the server, and insists on TLS.
    #[must_use]
    pub fn certificate(mut self, certificate: ClientCertificate) -> Access {
        self.certificate = Some(certificate);
        self
    }

    /// Has answers come under this subject instead of `_INBOX`, so that a server can keep users from listening in.
    #[must_use]
    pub fn inbox(mut self, prefix: impl Into<String>) -> Access {
        self.inbox = Some(prefix.into());
        self
    }

    pub(crate) fn servers(&self) -> &[ServerAddr] {
        &self.servers
    }

    pub(crate) fn options(&self) -> Result<ConnectOptions, LogError> {
        let mut options = ConnectOptions::new()
            .name(concat!("tenure ", env!("CARGO_PKG_VERSION")))
            .client_capacity(8192)
            .connection_timeout(Duration::from_secs(5))
            .reconnect_delay_callback(|attempts| {
                let doubled = Duration::from_millis(20).saturating_mul(1 << attempts.min(7));
                if attempts <= 1 { Duration::ZERO } else { doubled.min(LONGEST_PAUSE) }
            });
        options = match &self.login {
            Login::None => options,
            Login::Password { user, password } => options.user_and_password(user.clone(), password.0.clone()),
            Login::Token(token) => options.token(token.0.clone()),
            Login::Nkey(seed) => options.nkey(seed.0.trim().to_owned()),
            // What is wrong with the file is told without any of it.
            // Its last line counts only with a line break, which is off as of every secret's file.
            Login::Creds(creds) => options.credentials(&format!("{}\n", creds.0)).map_err(|_| LogError::Refused {
                server: self.to_string(),
                reason: "the file is no creds file".into(),
            })?,
        };
        if let Some(authority) = &self.authority {
            // Read again by the client, which would tell less of a file that is not there.
            fs::metadata(authority).map_err(LogError::io(authority))?;
            options = options.add_root_certificates(authority.clone()).require_tls(true);
        }
        if let Some(ClientCertificate { certificate, key }) = &self.certificate {
            for file in [certificate, key] {
                fs::metadata(file).map_err(LogError::io(file))?;
            }
            options = options.add_client_certificate(certificate.clone(), key.clone()).require_tls(true);
        }
        if let Some(inbox) = &self.inbox {
            options = options.custom_inbox_prefix(inbox);
        }
        Ok(options)
    }
}

/// The addresses, without what is secret in them.
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, server) in self.servers.iter().enumerate() {
            let comma = if n > 0 { "," } else { "" };
            write!(f, "{comma}{}://{}:{}", server.scheme(), server.host(), server.port())?;
        }
        Ok(())
    }
}

/// An address without its login, and the login.
fn read_address(url: &str) -> Option<(ServerAddr, Login)> {
    let address: ServerAddr = url.parse().ok()?;
    if address.is_websocket() {
        return None;
    }
    let mut url = address.into_inner();
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().ok().map(String::from);
    let user = decode(url.username())?;
    let login = match url.password() {
        Some(password) => Login::Password { user, password: Secret(decode(password)?) },
        None if !user.is_empty() => Login::Token(Secret(user)),
        None => Login::None,
    };
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    url.host_str().filter(|host| !host.is_empty())?;
    Some((ServerAddr::from_url(url).ok()?, login))
}

/// An address that could not be read, fit to be shown: what may be a login is cut off, however broken the rest is.
fn without_userinfo(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
}

#[cfg(test)]
mod tests {
    use super::{Access, Login, Secret};

    #[test]
    fn addresses_are_read_and_shown_without_secrets() {
        let check = |urls: &str, shown: &str, login: Login| {
            let access = Access::to(urls).expect(urls);
            assert_eq!((access.to_string().as_str(), &access.login), (shown, &login), "{urls}");
            let debug = format!("{access:?}");
            assert!(!debug.contains("s3cret"), "{debug}");
        };
        let password = |user: &str, text: &str| Login::Password { user: user.to_owned(), password: Secret::new(text) };
        check("example.org", "nats://example.org:4222", Login::None);
        check("tls://example.org:7", "tls://example.org:7", Login::None);
        check("nats://a:1, nats://b:2", "nats://a:1,nats://b:2", Login::None);
        check("nats://me:s3cret@a", "nats://a:4222", password("me", "s3cret"));
        check("nats://me:s3cret%40%2F@a", "nats://a:4222", password("me", "s3cret@/"));
        check("nats://s3cret@a,b", "nats://a:4222,nats://b:4222", Login::Token(Secret::new("s3cret")));
    }

    #[test]
    fn what_is_no_address_is_told_without_secrets() {
        for (urls, shown) in [
            ("", ""),
            ("http://me:s3cret@a", "http://a"),
            ("ws://a", "ws://a"),
            ("nats://me:s3cret@a:port", "nats://a:port"),
            ("nats://me:s3@cret@:1", "nats://:1"),
        ] {
            let error = Access::to(urls).expect_err(urls).to_string();
            assert!(error.contains(shown) && !error.contains("s3"), "{error}");
        }
    }
}
