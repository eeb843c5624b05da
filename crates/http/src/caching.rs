//! What caches are told: an entity tag made of the ledger's position and digest, and which answers never change.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use axum::http::{Response, StatusCode};
use tenure_answers::BasisShown;
use tenure_domain::day::Day;
use tenure_domain::position::Seq;
use tenure_ledger::dates::{self, Recorded};
use tenure_ledger::question::{Ask, Question};
use tenure_ledger::{FOLD_VERSION, Notice, SharedLedger};

/// For how long a cache may keep an answer that never changes: what the ledger says of a person who is erased is gone from
/// caches a day later.
const KEPT: &str = "max-age=86400, immutable";

/// What a cache may do with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// It is to ask each time whether the answer still stands.
    Asking,
    /// The answer stays as it is.
    Fixed,
}

/// The entity tags of answers as the ledger stands, looked up when it has moved on.
#[derive(Default)]
pub(crate) struct Tags(Mutex<Option<(Seq, String)>>);

impl Tags {
    /// The tag of an answer now. An answer that depends on which day it is bears the day.
    pub(crate) async fn now(&self, ledger: &Arc<SharedLedger>, today: Option<Day>) -> Option<String> {
        let head = *ledger.applied().borrow();
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let digest = if let Some((_, digest)) = last.filter(|(of, _)| *of == head) {
            digest
        } else {
            let ledger = ledger.clone();
            // Who changes the ledger holds it alone; the thread of connections must not wait for that.
            let looked_up = tokio::task::spawn_blocking(move || ledger.ledger().journal().digest_at(head));
            let digest = looked_up.await.ok()?.ok()?.to_string();
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((head, digest.clone()));
            digest
        };
        let day = today.map_or_else(String::new, |day| format!("-{day}"));
        Some(format!("\"{}.{FOLD_VERSION}-{head}-{}{day}\"", env!("CARGO_PKG_VERSION"), digest.get(..16)?))
    }
}

/// Whether the request has what bears that tag, or says that it has anything.
pub(crate) fn has(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|tags| tags.split(',')).map(str::trim).any(|one| {
        let one = one.strip_prefix("W/").unwrap_or(one);
        one == tag || one == "*"
    })
}

/// Whether the answer to a question stays as it is: one on what is recorded for good, that does not depend on today, and
/// beside which there is nothing to tell.
///
/// What is recorded by an instant is so for good once a later event is answered: stamps of a log never go back. The clock
/// tells nothing of it, for events that are written already may be still to come here, with the stamps of their log.
pub(crate) fn keeping(
    question: &Question,
    depends_on_today: bool,
    notices: &[Notice],
    basis: Option<&BasisShown>,
) -> Keeping {
    let is_recorded = question.terms.recorded.as_deref().is_some_and(|text| match dates::recorded(text) {
        Ok(Recorded::Up(_)) => true,
        Ok(Recorded::By(_)) => basis.is_some_and(|basis| basis.seq < basis.head),
        Err(_) => false,
    });
    let remarks = notices.iter().any(|notice| matches!(notice, Notice::Remark(_)));
    let of_now = matches!(question.ask, Ask::Status {});
    if is_recorded && !depends_on_today && !remarks && !of_now { Keeping::Fixed } else { Keeping::Asking }
}

/// Says it to caches. What only some may read is for no shared cache.
pub(crate) fn mark(response: &mut Response<Body>, tag: Option<&str>, keeping: Keeping, private: bool) {
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
        response.headers_mut().insert(ETAG, tag);
    }
    let whose = if private { "private" } else { "public" };
    let control = match keeping {
        Keeping::Asking => format!("{whose}, no-cache"),
        Keeping::Fixed => format!("{whose}, {KEPT}"),
    };
    if let Ok(control) = HeaderValue::from_str(&control) {
        response.headers_mut().insert(CACHE_CONTROL, control);
    }
}

/// The response that says that what the asker has still stands.
pub(crate) fn unchanged(tag: &str, private: bool) -> Response<Body> {
    // Its length would be that of what the asker has, which is not known here.
    let mut response = Response::new(Body::from_stream(futures_util::stream::empty::<Result<Vec<u8>, Infallible>>()));
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    mark(&mut response, Some(tag), Keeping::Asking, private);
    response
}
