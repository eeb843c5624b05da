//! A scraper in Rust: it hands its events to a log by the library, without the program `tenure`.
//!
//! ```sh
//! cargo run -p tenure-producer --example publish -- ledger
//! cargo run -p tenure-producer --example publish -- nats://localhost:4222
//! ```
//!
//! The log is the journal in a directory, or a stream; [`ingest`] is the same for both. What was appended before is
//! counted as a duplicate, so the scraper remembers nothing.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use tenure_domain::day::Instant;
use tenure_log::stream::{Access, Connection, StreamTarget};
use tenure_log::{Create, Journal, Log, Stream, identify};
use tenure_producer::{OnUnsent, Reject, Summary, Watch, ingest};

/// What the pages of a day say, as a scraper found it. Each of the three clocks gets what its source says:
/// what happened when (`effective`, as vague as the words), when the world could know it (`reported_at`), and a day on
/// which it was seen to be so (`seen`).
fn scrape() -> String {
    let news = |key: &str, quote: &str| {
        json!({
            "url": "https://news.example/2025-04-02", "publisher": "The Daily Ledger", "key": key, "lang": "en",
            "quote": quote,
        })
    };
    let events = [
        json!({
            "type": "TransferredUnit", "person": {"name": "Lin Wei", "aliases": ["林伟"]}, "company": "Harbour Labs",
            "from_unit": "Speech", "to_unit": "Vision", "effective": "2025-03", "reported_at": "2025-04-02T00:00:00Z",
            "source": news("1", "Lin Wei went from Speech to Vision in March."),
        }),
        // "Recently": it has happened, and nobody says when.
        json!({
            "type": "LeftCompany", "person": "Ben Okafor", "company": "Harbour Labs", "effective": "[..2025-04-02]",
            "reported_at": "2025-04-02T00:00:00Z", "source": news("2", "Ben Okafor recently left Harbour Labs."),
        }),
        // The team page of a day: since when she is there, it does not say.
        json!({
            "type": "HeldPost", "person": "Ana Duarte", "company": "Harbour Labs", "title": "Chief Scientist",
            "seen": "2025-04-03", "reported_at": "2025-04-03", "confidence": "confirmed",
            "source": {"url": "https://harbour.example/team", "publisher": "Harbour Labs"},
        }),
    ];
    events.map(|event| event.to_string()).join("\n")
}

/// Tells what goes wrong on standard error.
struct Stderr;

impl Watch for Stderr {
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// An event that is none. The others are appended.
    fn rejected(&mut self, reject: &Reject) -> io::Result<()> {
        writeln!(io::stderr(), "{}", reject.to_json())
    }

    fn passed(&mut self, _bytes: u64) {}

    /// An event that the server did not acknowledge: it may be in the stream or not. Sending it again is harmless.
    fn unsent(&mut self, event: &str) -> io::Result<OnUnsent> {
        writeln!(io::stderr(), "not acknowledged: {event}")?;
        Ok(OnUnsent::Leave)
    }
}

/// The log of an address: a stream on a server, which is made where it is missing, or else a ledger's directory.
fn open(address: &str) -> Result<Box<dyn Log>, Box<dyn Error>> {
    if !address.contains("://") {
        // What `tenure --data` names; the journal lies in it.
        return Ok(Box::new(Journal::open(Path::new(address).join("journal"), Create::IfMissing, identify)?));
    }
    let connection = Connection::open(&Access::to(address)?, Duration::from_secs(5))?;
    Ok(Box::new(Stream::open(connection, StreamTarget::default(), Create::IfMissing, identify)?))
}

/// Appends what was scraped. When it returns, everything that is counted as appended has been acknowledged.
pub fn publish(address: &str) -> Result<Summary, Box<dyn Error>> {
    let mut log = open(address)?;
    let events = scrape();
    let summary = ingest(&mut *log, "scraper", &mut events.as_bytes(), &mut Stderr)?;
    log.close()?;
    Ok(summary)
}

#[allow(dead_code, reason = "the tests of the examples call `publish` alone")]
fn main() -> Result<(), Box<dyn Error>> {
    let Some(address) = std::env::args().nth(1) else {
        return Err("name a directory, or the address of a NATS server".into());
    };
    let Summary { appended, duplicate, rejected, .. } = publish(&address)?;
    writeln!(io::stdout(), "appended {appended}, duplicate {duplicate}, rejected {rejected}")?;
    Ok(())
}
