//! Responses: how answers and denials look over HTTP.
//!
//! The body is what `--format json` prints, to the byte; what is told beside an answer stands in headers, each a string of
//! JSON, as over NATS.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{Response, StatusCode};
use tenure_ledger::Notice;
use tenure_serve::{Denial, Exit, notice_headers};

/// The most bytes of all notices together.
const NOTICES: usize = 8 << 10;

/// Why a request has no answer: a denial, and its status.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) denial: Denial,
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Refusal {
        let status = StatusCode::from_u16(denial.exit.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Refusal { status, denial }
    }
}

impl Refusal {
    /// A refusal of the request itself.
    pub(crate) fn new(status: StatusCode, error: impl Into<String>, hint: impl Into<String>) -> Refusal {
        let exit = match status {
            StatusCode::NOT_FOUND => Exit::NotFound,
            StatusCode::SERVICE_UNAVAILABLE => Exit::Unreachable,
            StatusCode::GATEWAY_TIMEOUT => Exit::NotReached,
            status if status.is_server_error() => Exit::Failure,
            _ => Exit::Usage,
        };
        Refusal { status, denial: Denial { hint: Some(hint.into()), ..Denial::new(exit, error) } }
    }

    /// The refusal as JSON.
    pub(crate) fn json(&self) -> Response<Body> {
        let mut response = of(self.status, "application/json", self.denial.json() + "\n");
        if self.status == StatusCode::UNAUTHORIZED {
            let realm = HeaderValue::from_static("Bearer realm=\"tenure\"");
            response.headers_mut().insert(axum::http::header::WWW_AUTHENTICATE, realm);
        }
        response
    }
}

impl axum::response::IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        self.json()
    }
}

/// A response that no cache keeps, unless it is said otherwise.
pub(crate) fn of(status: StatusCode, content: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Writes what is told beside an answer into headers, as far as there is room.
pub(crate) fn tell(response: &mut Response<Body>, notices: &[Notice]) {
    for (name, line) in notice_headers(notices, NOTICES, escaped) {
        if let Ok(value) = HeaderValue::from_str(&line) {
            response.headers_mut().append(name, value);
        }
    }
}

/// A text as a string of JSON in ASCII: clients read other letters in headers in different ways.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let json = serde_json::to_string(text).expect("a string can be written");
    json.chars().fold(String::with_capacity(json.len()), |mut ascii, c| {
        if c.is_ascii() && c != '\u{7f}' {
            ascii.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
        ascii
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_strings_of_json_in_ascii() {
        for text in ["plain", "two\nlines \"quoted\"", "通义实验室 𠮷\u{7f}"] {
            let escaped = escaped(text);
            assert!(escaped.is_ascii() && HeaderValue::from_str(&escaped).is_ok(), "{escaped}");
            assert_eq!(serde_json::from_str::<String>(&escaped).expect("a string"), text);
        }
        let mut response = of(StatusCode::OK, "application/json", "{}");
        let notices: Vec<Notice> = (0..9_000).map(|i| Notice::Remark(i.to_string())).collect();
        tell(&mut response, &notices);
        let told: Vec<_> = response.headers().get_all("tenure-notice").iter().collect();
        assert!(told.last().is_some_and(|last| last.to_str().is_ok_and(|last| last.contains("more notices"))));
    }
}
