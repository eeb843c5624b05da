//! `POST /v1/events`: NDJSON in, what became of it out.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{Extension, State};
use axum::http::header::{CONTENT_ENCODING, EXPECT};
use axum::http::{HeaderMap, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use tenure_ledger::question::Kind;
use tenure_ledger::with_causes;
use tenure_serve::{Denial, Exit};

use crate::guard;
use crate::inlet::AGAIN;
use crate::response::{self, Refusal};
use crate::state::{Peer, Shared};

/// Takes events in.
pub(crate) async fn post(
    State(state): State<Shared>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response<Body>, Refusal> {
    let (Some(inlet), Some(token)) = (&state.options.inlet, &state.options.write_token) else {
        let hint = "start tenure serve with --http-write-token FILE to take events in";
        return Err(Refusal::new(StatusCode::FORBIDDEN, "this server takes no events", hint));
    };
    guard::must_show(&headers, &[token])?;
    must_be_plain(&headers)?;
    let body = read(body, headers.contains_key(EXPECT), state.options.limits.body).await?;
    let inlet = inlet.clone();
    let taken = state.desk.work(&peer.client(), Kind::Scan, move |ledger| inlet.take(ledger, &body)).await?;
    let taken = taken
        .map_err(|error| Denial { hint: Some(AGAIN.to_owned()), ..Denial::new(Exit::Failure, with_causes(&error)) })?;
    let status = taken.exit().map_or(Ok(StatusCode::OK), |exit| StatusCode::from_u16(exit.code()));
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(response::of(status, "application/json", format!("{}\n", taken.json())))
}

/// A body that is compressed is not taken: what it comes to has no bound before it is read.
fn must_be_plain(headers: &HeaderMap) -> Result<(), Refusal> {
    let coding = headers.get(CONTENT_ENCODING).filter(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    let Some(coding) = coding else { return Ok(()) };
    let coding: String = String::from_utf8_lossy(coding.as_bytes()).chars().take(100).collect();
    let error = format!("the body is said to be coded as {coding}");
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, error, "send NDJSON as it is, without Content-Encoding"))
}

/// For how long the rest of a body is read that is too large, and how much of it: a connection that is closed while its
/// client still sends can lose the refusal.
const LINGER: (Duration, usize) = (Duration::from_secs(10), 64 << 20);

/// The whole of a body, which may wait to be asked for.
async fn read(mut body: Body, waits: bool, most: usize) -> Result<Bytes, Refusal> {
    let mut read: Vec<u8> = Vec::new();
    // What is said to come is refused before it comes.
    let mut room = usize::try_from(body.size_hint().lower()).ok().and_then(|coming| most.checked_sub(coming));
    while room.is_some() {
        let Some(frame) = body.frame().await else { return Ok(read.into()) };
        let frame = frame.map_err(|error| {
            Refusal::new(StatusCode::BAD_REQUEST, format!("the body cannot be read: {error}"), "send it again")
        })?;
        if let Ok(data) = frame.into_data() {
            room = most.checked_sub(read.len() + data.len());
            read.extend_from_slice(&data);
        }
    }
    if !(waits && read.is_empty()) {
        let (time, bytes) = LINGER;
        let mut body = Limited::new(body, bytes);
        let rest = async move { while let Some(Ok(_)) = body.frame().await {} };
        drop(tokio::spawn(tokio::time::timeout(time, rest)));
    }
    let error = format!("the body has more than {most} bytes");
    Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, error, "send it in several parts, cut between lines"))
}
