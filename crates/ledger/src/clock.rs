//! The clock of this machine. The ledger, the service and the command read it here.

use tenure_domain::day::Instant;

/// The instant at which this is called.
pub fn now() -> Instant {
    Instant::from_micros(chrono::Utc::now().timestamp_micros())
}
