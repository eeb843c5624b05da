//! What is counted of requests, and how long they took.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use tenure_ledger::question::VERBS;

/// Up to how many seconds each bucket of times goes.
const BUCKETS: [f64; 9] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1.0, 10.0];

/// What is counted. What it is counted by is the route of a request, of which there are few, never its address.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), Times>>,
    /// Connections that are open.
    pub(crate) open: AtomicU64,
    /// Connections that were refused.
    pub(crate) refused: AtomicU64,
}

/// How long requests took.
#[derive(Clone, Default)]
struct Times {
    count: u64,
    seconds: f64,
    buckets: [u64; BUCKETS.len()],
}

impl Metrics {
    /// The verb of that name, by which questions are counted.
    #[expect(clippy::unused_self, reason = "what is counted by is said here")]
    pub(crate) fn verb(&self, name: &str) -> Option<&'static str> {
        VERBS.into_iter().map(|(verb, _)| verb).find(|verb| *verb == name)
    }

    /// Counts a request.
    pub(crate) fn count(&self, route: &str, status: StatusCode, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let times = requests.entry((route.to_owned(), status.as_u16())).or_default();
        let seconds = took.as_secs_f64();
        times.count += 1;
        times.seconds += seconds;
        for (bucket, most) in times.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(seconds <= most);
        }
    }

    /// The times of requests in the text format of Prometheus.
    pub(crate) fn text(&self) -> String {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut text = "# HELP tenure_http_request_seconds How long requests took, by verb or route and status.\n\
            # TYPE tenure_http_request_seconds histogram\n"
            .to_owned();
        for ((route, status), times) in &requests {
            let labels = format!("route=\"{}\",status=\"{status}\"", route.replace(['"', '\\'], ""));
            for (most, count) in BUCKETS.iter().zip(times.buckets) {
                let _ = writeln!(text, "tenure_http_request_seconds_bucket{{{labels},le=\"{most}\"}} {count}");
            }
            let _ = writeln!(text, "tenure_http_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}", times.count);
            let _ = writeln!(text, "tenure_http_request_seconds_sum{{{labels}}} {}", times.seconds);
            let _ = writeln!(text, "tenure_http_request_seconds_count{{{labels}}} {}", times.count);
        }
        text
    }
}
