//! `GET /v1/{verb}`: a question to each verb, with its fields as parameters, and `format`.

use axum::body::Body;
use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode};
use tenure_answers::Answer;
use tenure_domain::day::Day;
use tenure_domain::suggest;
use tenure_ledger::clock::now;
use tenure_ledger::question::{Question, VERBS};
use tenure_ledger::{QUESTION_BYTES, QuestionError};
use tenure_render::Format;
use tenure_serve::{Outcome, ReplyError, written};

use crate::caching;
use crate::response::{self, Refusal};
use crate::state::{Peer, Shared};

/// The parameter that says how the answer is written.
pub(crate) const FORMAT: &str = "format";
/// For how long a question waits for its position where it does not say.
const WAIT_MS: u64 = 5_000;

/// Answers a question as JSON.
pub(crate) async fn ask(
    State(state): State<Shared>,
    Extension(peer): Extension<Peer>,
    Path(verb): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response<Body>, Refusal> {
    let Some((verb, _)) = VERBS.into_iter().find(|(known, _)| *known == verb) else {
        return Err(no_verb(&verb));
    };
    let asked = Asked::read(&state, verb, query.as_deref().unwrap_or_default())?;
    let private = state.options.read_token.is_some();
    let tag = state.tags.now(state.desk.ledger(), asked.depends_on_today.then_some(asked.today)).await;
    if let Some(tag) = tag.as_deref().filter(|tag| caching::has(&headers, tag)) {
        return Ok(caching::unchanged(tag, private));
    }
    let question = waiting(&state, asked.question.clone());
    let (write, content) = writer(asked.format);
    let outcome = state.desk.ask(&peer.client(), question, write).await;
    let Outcome { notices, basis, answer, .. } = outcome;
    let (mut response, keeping) = match answer {
        Ok(text) => {
            let keeping = caching::keeping(&asked.question, asked.depends_on_today, &notices, basis.as_deref());
            (response::of(StatusCode::OK, content, text), Some(keeping))
        }
        Err(denial) => (Refusal::from(denial).json(), None),
    };
    response::tell(&mut response, &notices);
    if let Some(keeping) = keeping {
        // What never changes on its basis may change by an erasure, so its tag is that of the whole ledger too.
        let tag = tag.filter(|_| !matches!(asked.question.ask, tenure_ledger::Ask::Status {}));
        caching::mark(&mut response, tag.as_deref(), keeping, private);
    }
    Ok(response)
}

/// The question, which waits for its position no longer than a request may take.
pub(crate) fn waiting(state: &Shared, mut question: Question) -> Question {
    if question.terms.after.is_some() {
        let most = u64::try_from(state.options.limits.time.as_millis()).unwrap_or(u64::MAX);
        question.terms.wait_ms = Some(question.terms.wait_ms.unwrap_or(WAIT_MS).min(most));
    }
    question
}

/// What writes an answer.
type Write = fn(Answer) -> Result<String, ReplyError>;

/// What writes answers in a format, and its media type.
fn writer(format: Format) -> (Write, &'static str) {
    match format {
        Format::Json => (|answer| written(&answer, Format::Json), "application/json"),
        Format::Ndjson => (|answer| written(&answer, Format::Ndjson), "application/x-ndjson"),
        Format::Csv => (|answer| written(&answer, Format::Csv), "text/csv; charset=utf-8"),
        Format::Table => (|answer| written(&answer, Format::Table), "text/plain; charset=utf-8"),
    }
}

/// A question as it was asked, and what it depends on.
pub(crate) struct Asked {
    pub(crate) question: Question,
    format: Format,
    today: Day,
    /// Whether the same address asks something else on another day.
    depends_on_today: bool,
}

impl Asked {
    /// Reads a question from the parameters of an address.
    pub(crate) fn read(state: &Shared, verb: &str, query: &str) -> Result<Asked, Refusal> {
        let refused = |error: QuestionError| Refusal::from(state.desk.denial(error));
        if query.len() > QUESTION_BYTES {
            return Err(refused(QuestionError::TooLong { bytes: query.len() }));
        }
        let today = now().day();
        let texts = || form_urlencoded::parse(query.as_bytes()).into_owned();
        let format = texts().filter(|(name, text)| name == FORMAT && !text.is_empty()).map(|(_, text)| text).last();
        let format = format.map_or(Ok(Format::Json), |text| {
            Format::named(&text)
                .ok_or_else(|| refused(QuestionError::UnknownFormat { text: text.chars().take(100).collect() }))
        })?;
        let read = |today| Question::of_texts(verb, texts().filter(|(name, _)| name != FORMAT), today);
        let question = read(today).map_err(refused)?;
        let another = Day::from_number(today.number() - 1);
        let depends_on_today = read(another).map_err(refused)? != question;
        Ok(Asked { question, format, today, depends_on_today })
    }
}

/// Why there is no such verb.
pub(crate) fn no_verb(verb: &str) -> Refusal {
    let near = suggest::nearest(verb, VERBS.into_iter().map(|(verb, _)| verb));
    let hint = match near {
        Some(near) => format!("did you mean /v1/{near}?"),
        None => "/v1 lists the verbs".to_owned(),
    };
    let shown: String = verb.chars().take(100).collect();
    Refusal::new(StatusCode::NOT_FOUND, format!("there is no verb `{shown}`"), hint)
}

/// The verbs, each with what it answers and the address of a question to it.
pub(crate) async fn verbs() -> Response<Body> {
    let verbs =
        VERBS.map(|(verb, about)| serde_json::json!({"verb": verb, "about": about, "path": format!("/v1/{verb}")}));
    let json = serde_json::json!({"verbs": verbs, "schema": "/v1/openapi.json"});
    response::of(StatusCode::OK, "application/json", format!("{json}\n"))
}
