//! What every request passes: whom it may be for, tokens, time, and what is said to browsers.

use std::net::IpAddr;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, AUTHORIZATION, HOST, HeaderName, HeaderValue, ORIGIN, VARY,
};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::middleware::Next;

use crate::address::must_decode;
use crate::inlet::AGAIN;
use crate::response::{self, Refusal};
use crate::state::Shared;
use crate::token::Token;

/// Paths that need no token: whether it lives says nothing of the ledger.
const OPEN: [&str; 1] = ["/healthz"];
/// Where events come in, which asks for a token of its own.
pub(crate) const EVENTS: &str = "/v1/events";
/// Where a response goes on for as long as the client likes.
const STREAM: &str = "/v1/changes";

/// What tells of the server itself, whatever the ledger has to answer.
const OF_SERVER: [&str; 3] = ["/healthz", "/metrics", EVENTS];

/// Lets a request through, or refuses it; counts what became of it.
pub(crate) async fn pass(State(state): State<Shared>, request: Request, next: Next) -> Response<Body> {
    let began = Instant::now();
    let path = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let verb = request.uri().path().strip_prefix("/v1/").and_then(|verb| state.metrics.verb(verb));
    let origin = allowed_origin(&state, &request);
    let varies = !state.options.origins.is_empty() && request.uri().path().starts_with("/v1");
    let mut response = match admitted(&state, &request) {
        // What a browser asks before it asks.
        _ if origin.is_some() && request.method() == Method::OPTIONS => {
            response::of(StatusCode::NO_CONTENT, "text/plain", Body::empty())
        }
        Err(refusal) => refusal.json(),
        Ok(()) if path == STREAM => next.run(request).await,
        Ok(()) => {
            let time = state.options.limits.time;
            let hint = if path == EVENTS {
                // Those that came whole are still being taken.
                AGAIN
            } else {
                "ask about less, or ask again: what was read for it may be at hand then"
            };
            let answer = async {
                if !OF_SERVER.contains(&path.as_str()) {
                    state.desk.take_in().await;
                }
                next.run(request).await
            };
            tokio::time::timeout(time, answer).await.unwrap_or_else(|_| {
                let error = format!("no answer within {} seconds", time.as_secs());
                Refusal::new(StatusCode::GATEWAY_TIMEOUT, error, hint).json()
            })
        }
    };
    harden(response.headers_mut());
    if let Some(origin) = origin {
        open_to(response.headers_mut(), origin);
    } else if varies {
        response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    }
    state.metrics.count(verb.unwrap_or(&path), response.status(), began.elapsed());
    response
}

/// The origin of a page that asks from a browser, where such pages may read what is answered: of questions alone.
fn allowed_origin(state: &Shared, request: &Request) -> Option<HeaderValue> {
    let origin = request.headers().get(ORIGIN).filter(|_| request.uri().path().starts_with("/v1"))?;
    let is_listed = |listed: &String| listed == "*" || listed.as_bytes() == origin.as_bytes();
    state.options.origins.iter().any(is_listed).then(|| origin.clone())
}

/// Tells a browser that a page of that origin may ask, and read the answer.
fn open_to(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let said = [
        (VARY, "origin"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, if-none-match, last-event-id"),
        (ACCESS_CONTROL_EXPOSE_HEADERS, "etag, tenure-basis, tenure-notice"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    for (name, value) in said {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Whether a request is for this server, and by a client that may ask.
fn admitted(state: &Shared, request: &Request) -> Result<(), Refusal> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    if !host.is_some_and(|host| is_ours(host, state.options.url.as_deref())) {
        let hint = "ask it by its address, or name its public address with tenure serve --http-url URL";
        return Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, "this server has another name", hint));
    }
    must_decode(request.uri())?;
    let path = request.uri().path();
    if OPEN.contains(&path) || path == EVENTS {
        return Ok(());
    }
    match &state.options.read_token {
        None => Ok(()),
        Some(token) => {
            let tokens: Vec<&Token> = [Some(token), state.options.write_token.as_ref()].into_iter().flatten().collect();
            must_show(request.headers(), &tokens)
        }
    }
}

/// Whether a name of a host is that of this server. A name that a stranger points here would let a page of that stranger
/// read the ledger in the browser of a user.
fn is_ours(host: &str, url: Option<&str>) -> bool {
    let public = url.and_then(|url| url.split_once("://")).map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
    if public.is_some_and(|public| public.eq_ignore_ascii_case(host)) {
        return true;
    }
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map_or(v6, |(name, _)| name),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

/// Refuses a request that shows none of the tokens.
pub(crate) fn must_show(headers: &HeaderMap, tokens: &[&Token]) -> Result<(), Refusal> {
    let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown =
        shown.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match shown {
        Some((_, text)) if tokens.iter().any(|token| token.is(text.trim())) => Ok(()),
        Some(_) => Err(Refusal::new(StatusCode::UNAUTHORIZED, "the token is not the one of this server", TOKEN_HINT)),
        None => Err(Refusal::new(StatusCode::UNAUTHORIZED, "this takes a token", TOKEN_HINT)),
    }
}

const TOKEN_HINT: &str = "send the header Authorization: Bearer TOKEN, with the token that the server was started with";

/// Tells browsers that nothing runs here but what the server has, and that nothing embeds or is embedded.
fn harden(headers: &mut HeaderMap) {
    let said = [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in said {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_an_address_or_a_name_that_is_known() {
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080", "[::1]", "192.0.2.7"] {
            assert!(is_ours(host, None), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example:8080", "127.0.0.1.evil.example", ":80"] {
            assert!(!is_ours(host, None), "{host}");
        }
        assert!(is_ours("People.example", Some("https://people.example/")));
        assert!(!is_ours("people.example:81", Some("https://people.example")));
    }
}
