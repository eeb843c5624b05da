//! `GET /healthz` and `GET /metrics`: whether questions are answered, and counts and times for Prometheus.

use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};

use crate::response;
use crate::state::Shared;

/// All counts as text.
pub(crate) async fn metrics(State(state): State<Shared>) -> Response<Body> {
    let mut text = state.metrics.text();
    let head = state.desk.ledger().applied().borrow().number();
    let held = state.desk.ledger().clone();
    let lag = tokio::task::spawn_blocking(move || held.ledger().lag()).await.unwrap_or_default();
    let streams = state.options.limits.streams - state.streams.available_permits();
    let (open, refused) = (state.metrics.open.load(Ordering::Relaxed), state.metrics.refused.load(Ordering::Relaxed));
    for (name, kind, help, value) in [
        ("tenure_http_connections", "gauge", "Connections that are open.", open.to_string()),
        (
            "tenure_http_connections_refused_total",
            "counter",
            "Connections refused for being too many.",
            refused.to_string(),
        ),
        ("tenure_http_streams", "gauge", "Clients that listen to changes.", streams.to_string()),
        ("tenure_ledger_position", "gauge", "The last position that is answered.", head.to_string()),
        ("tenure_ledger_lag_events", "gauge", "Events of the log that are not answered yet.", lag.events.to_string()),
        ("tenure_ledger_lag_seconds", "gauge", "For how long there have been such events.", lag.seconds.to_string()),
    ] {
        let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
    }
    response::of(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
}

/// Whether questions are answered, and up to where.
pub(crate) async fn health(State(state): State<Shared>) -> Response<Body> {
    let seq = state.desk.ledger().applied().borrow().number();
    let held = state.desk.ledger().clone();
    let has_snapshots = tokio::task::spawn_blocking(move || held.ledger().unusable().is_none()).await.unwrap_or(false);
    let json = serde_json::json!({"status": "ok", "seq": seq, "snapshots": has_snapshots});
    response::of(StatusCode::OK, "application/json", format!("{json}\n"))
}
