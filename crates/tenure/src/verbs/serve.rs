//! `tenure serve`: a ledger that answers over NATS, over HTTP, or both.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use clap::Args;
use tenure_http::{HttpOptions, Inlet, LIMITS, Tls, Token};
use tenure_log::{Create, replica};
use tenure_serve::{Bulletin, Denial, Door, Level, LogFormat, ReplyError, ServeOptions, ServedStream};

use crate::failure::{Exit, Failure, deny_by_address, deny_by_field, deny_by_page};
use crate::global::Global;
use crate::nats;
use crate::signals::{end_in_time, told_to_stop};
use crate::words::{Word, one_of};

/// Answer questions over HTTP, with a page for people, or over NATS
#[derive(Debug, Args)]
#[command(
    long_about = "Answer questions about the ledger in the data directory: over HTTP with --http, with a page for people at \
    its address, and over NATS with --nats. With --nats the stream of events on the server is followed into the \
    directory; several of these, each with a directory of its own, share the questions. A directory that holds a ledger of \
    its own is answered from as it is.",
    before_help = "Examples: tenure serve --http 127.0.0.1:8080\n          \
    tenure serve --nats nats://localhost:4222 --data served"
)]
pub(crate) struct Serve {
    /// How to tell on standard error what happens
    #[arg(
        long,
        env = "TENURE_LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT",
        value_parser = one_of(LOG_FORMATS)
    )]
    log_format: LogFormat,
    #[command(flatten)]
    http: Http,
}

/// How questions come over HTTP.
#[derive(Debug, Args)]
#[command(next_help_heading = "HTTP")]
struct Http {
    /// Answer over HTTP on this address; a port alone is one of this machine, which no other reaches
    #[arg(long = "http", env = "TENURE_HTTP", value_name = "ADDR", value_parser = address)]
    address: Option<SocketAddr>,
    /// The address under which others know this server, where it stands behind one that speaks for it
    #[arg(long = "http-url", env = "TENURE_HTTP_URL", value_name = "URL", value_parser = url, requires = "address")]
    public_url: Option<String>,
    /// Take events in with POST /v1/events from whoever shows the token in this file, which its owner alone may read
    #[arg(long = "http-write-token", env = "TENURE_HTTP_WRITE_TOKEN", value_name = "FILE", requires = "address")]
    write_token: Option<PathBuf>,
    /// Answer only who shows the token in this file, which its owner alone may read
    #[arg(long = "http-read-token", env = "TENURE_HTTP_READ_TOKEN", value_name = "FILE", requires = "address")]
    read_token: Option<PathBuf>,
    /// Speak TLS, with the certificates in this file (PEM)
    #[arg(
        long = "http-cert",
        env = "TENURE_HTTP_CERT",
        value_name = "FILE",
        requires = "address",
        requires = "key",
        hide_short_help = true
    )]
    certificate: Option<PathBuf>,
    /// The key of the certificate (PEM), which not everybody may read
    #[arg(
        long = "http-key",
        env = "TENURE_HTTP_KEY",
        value_name = "FILE",
        requires = "certificate",
        hide_short_help = true
    )]
    key: Option<PathBuf>,
    /// Let web pages of this origin read answers (repeatable), or with * of every one
    #[arg(long = "http-origin", value_name = "ORIGIN", value_parser = origin, requires = "address", hide_short_help = true)]
    origins: Vec<String>,
}

/// An address to listen on.
fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.trim_start_matches(':').parse::<u16>() {
        return Ok(SocketAddr::from(([127, 0, 0, 1], port)));
    }
    let named = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let text = named.as_deref().unwrap_or(text);
    text.parse()
        .map_err(|_| "an address is written as 127.0.0.1:8080, [::1]:8080, or 8080 for this machine alone".to_owned())
}

/// The address of a server as others know it.
fn url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    match host {
        Some(host) if !host.is_empty() && !text.contains(char::is_whitespace) => Ok(text.to_owned()),
        Some(_) | None => Err("it is written as https://people.example".to_owned()),
    }
}

/// An origin of web pages, as browsers send it.
fn origin(text: &str) -> Result<String, String> {
    let is_one = text.split_once("://").is_some_and(|(scheme, host)| {
        matches!(scheme, "http" | "https")
            && !host.is_empty()
            && !host.contains(|c: char| c == '/' || c.is_whitespace())
    });
    if is_one || text == "*" {
        return Ok(text.to_owned());
    }
    Err("it is written as https://desk.example, without a path; * is every origin".to_owned())
}

/// How lines are written.
const LOG_FORMATS: &[Word<LogFormat>] = &[
    ("text", Some("Time, level, what happened, and fields as `name=value`"), LogFormat::Text),
    ("json", Some("One object of JSON a line"), LogFormat::Json),
];

/// Answers until it is told to stop. The number is the exit code.
pub(super) fn run(global: &Global, Serve { log_format, http }: &Serve) -> Result<u8, Failure> {
    let bulletin = bulletin(global, *log_format);
    match serve(global, http, bulletin) {
        Ok(()) => {
            bulletin.tell(Level::Info, "stopped", &[]);
            Ok(0)
        }
        // Who reads objects reads this one as well.
        Err(failure) if *log_format == LogFormat::Json => {
            let exit = failure.exit as u8;
            bulletin.tell(Level::Error, "stopped", &Denial::from(failure).fields());
            Ok(exit)
        }
        Err(failure) => Err(failure),
    }
}

/// Tells on standard error, as much as was asked for.
fn bulletin(global: &Global, format: LogFormat) -> Bulletin {
    let least = match (global.quiet, global.verbose) {
        (true, _) => Level::Warn,
        (false, true) => Level::Debug,
        (false, false) => Level::Info,
    };
    // A closed standard error is no failure.
    Bulletin { format, least, write: |line| drop(std::io::stderr().lock().write_all(line.as_bytes())) }
}

fn serve(global: &Global, http: &Http, bulletin: Bulletin) -> Result<(), Failure> {
    let url = nats::url(global);
    if url.is_none() && http.address.is_none() {
        let hint = "answer over HTTP with --http 127.0.0.1:8080, or name a NATS server with --nats URL or TENURE_NATS";
        return Err(Failure::usage("tenure serve answers over HTTP or NATS, and neither is named", hint));
    }
    let door = http.address.map(|address| door(global, http, address)).transpose()?;
    let nats = match url {
        None => None,
        Some(url) => Some(ServedStream {
            connection: nats::connect(&global.nats, url, global.timeout)?,
            stream: nats::target(&global.nats),
            prefix: global.nats.queries.clone(),
        }),
    };
    let (dir, wait) = (global.data.clone(), global.wait);
    let options = ServeOptions { nats, door, dir, wait, bulletin, deny, deny_by_field, stopping: end_in_time };
    Ok(tenure_serve::serve(options, told_to_stop())?)
}

/// The door by which questions come over HTTP.
fn door(global: &Global, http: &Http, address: SocketAddr) -> Result<Door, Failure> {
    let token = |file: &Option<PathBuf>| file.as_deref().map(Token::from_file).transpose();
    let (write_token, read_token) = (token(&http.write_token)?, token(&http.read_token)?);
    let tls = match (&http.certificate, &http.key) {
        (Some(certificate), Some(key)) => Some(Tls::from_files(certificate, key)?),
        _ => None,
    };
    let inlet = if write_token.is_some() { Some(Arc::new(inlet(global)?)) } else { None };
    let listener = TcpListener::bind(address).map_err(|error| {
        Failure::new(Exit::Failure, format!("cannot listen on {address}: {error}"))
            .hint("name a free one with --http ADDR")
    })?;
    let (url, origins) = (http.public_url.clone(), http.origins.clone());
    let (deny, deny_pages, deny_agents) = (deny_by_address, deny_by_page, deny_by_field);
    let options = HttpOptions {
        url,
        inlet,
        write_token,
        read_token,
        tls,
        origins,
        deny,
        deny_pages,
        deny_agents,
        limits: LIMITS,
    };
    Ok(tenure_http::door(listener, options))
}

/// Where events go that come by HTTP: to what the ledger that is served is made of.
fn inlet(global: &Global) -> Result<Inlet, Failure> {
    let is_copy = replica::is_one(&global.data);
    let Some(url) = nats::url(global) else {
        if is_copy {
            let error = "the directory holds a copy of a stream, to which events go";
            return Err(Failure::usage(error, "name its server with --nats, or leave out --http-write-token"));
        }
        return Ok(Inlet::Ledger);
    };
    if !is_copy && global.data.join("journal").is_dir() {
        let error =
            "the directory holds a ledger of its own, which does not follow the stream to which events would go";
        return Err(Failure::usage(error, "serve it without --nats, or leave out --http-write-token"));
    }
    let stream = nats::open(&global.nats, url, Create::IfMissing, global.timeout)?;
    Ok(Inlet::Stream(Box::new(Mutex::new(stream))))
}

/// Why there is no answer, in the words in which the command tells it.
fn deny(error: ReplyError) -> Denial {
    Failure::from(error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_and_verbose_say_how_much_is_told() {
        let check = |flags: &[&str], least: Level| {
            let cli = <crate::cli::Cli as clap::Parser>::try_parse_from([&["tenure", "serve"], flags].concat());
            let cli = cli.expect("a command");
            assert_eq!(bulletin(&cli.global, LogFormat::Text).least, least, "{flags:?}");
        };
        check(&[], Level::Info);
        check(&["-v"], Level::Debug);
        check(&["-q"], Level::Warn);
        check(&["-q", "-v"], Level::Warn);
    }

    #[test]
    fn a_port_alone_is_one_of_this_machine() {
        for (text, is) in [
            ("8080", "127.0.0.1:8080"),
            (":8080", "127.0.0.1:8080"),
            ("localhost:80", "127.0.0.1:80"),
            ("[::]:1", "[::]:1"),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()), Ok(is.to_owned()), "{text}");
        }
        for text in ["", "people.example:80", "127.0.0.1", "70000"] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
