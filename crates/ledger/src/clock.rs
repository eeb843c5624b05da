//! The clock of this machine, read here alone.

use tenure_domain::day::Instant;

/// The instant at which this is called.
pub(crate) fn now() -> Instant {
    Instant::from_micros(chrono::Utc::now().timestamp_micros())
}
