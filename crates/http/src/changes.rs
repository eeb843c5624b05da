//! `GET /v1/changes`: what the ledger takes in, told as it is applied, as server-sent events.
//!
//! The id of an event is its position, so a client that comes again goes on where it was.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream;
use tenure_answers::{Answer, DenialKind};
use tenure_domain::position::Seq;
use tenure_ledger::question::{Ask, Question, Terms};
use tenure_ledger::{AppliedEvent, clock};
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::response::Refusal;
use crate::state::{Peer, Shared};

/// How often a client that hears nothing is told that the stream stands.
const ALIVE: Duration = Duration::from_secs(15);
/// For how long what cannot be told yet waits.
const PAUSE: Duration = Duration::from_millis(500);
/// For how long a client should wait before it comes again.
const RETRY: Duration = Duration::from_secs(2);

/// What a stream remembers.
struct Feed {
    state: Shared,
    peer: Peer,
    /// Up to where the client was told.
    last: Seq,
    applied: watch::Receiver<Seq>,
    stopping: watch::Receiver<bool>,
    /// Of whom or what it is told; of everything where there is none.
    about: Option<String>,
    waiting: VecDeque<Event>,
    _permit: OwnedSemaphorePermit,
}

/// Tells what is applied from now on, or from after a position.
pub(crate) async fn listen(
    State(state): State<Shared>,
    Extension(peer): Extension<Peer>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let busy = || Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too many clients listen already", "come again later");
    let permit = state.streams.clone().try_acquire_owned().map_err(|_| busy())?;
    let asked = Parameters::read(query.as_deref().unwrap_or_default())?;
    let again = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let about = match &asked.target {
        Some(target) => Some(id_of(&state, peer, target, asked.terms()).await?),
        None => None,
    };
    let applied = state.desk.ledger().applied();
    let head = *applied.borrow();
    let last = again.or(asked.after).map_or(head, Seq::new).min(head);
    let (stopping, waiting) = (state.stopping.clone(), VecDeque::new());
    let told = Feed { state, peer, last, applied, stopping, about, waiting, _permit: permit };
    let events = stream::unfold(told, |mut told| async move { told.next().await.map(|event| (Ok(event), told)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)))
}

impl Feed {
    /// What is told next; none when the service stops.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let head = *self.applied.borrow_and_update();
            if head > self.last {
                self.take(head).await?;
                continue;
            }
            tokio::select! {
                changed = self.applied.changed() => changed.ok()?,
                stopped = self.stopping.wait_for(|stopping| *stopping) => {
                    drop(stopped);
                    return None;
                }
            }
        }
    }

    /// Takes what was applied up to a position.
    async fn take(&mut self, head: Seq) -> Option<()> {
        let before = self.last;
        let step = self.state.last_step.between(before, head);
        match step.told(&self.state.desk, &self.peer.client()).await {
            Some(Some(events)) => {
                self.last = head;
                let about = self.about.as_deref();
                let wanted = events.iter().filter(|(event, _)| about.is_none_or(|id| event.is_about(id)));
                self.waiting.extend(wanted.map(|(event, json)| change(event, json)));
            }
            Some(None) => {
                let json = serde_json::json!({"seq": head.number()}).to_string();
                self.last = head;
                self.waiting.push_back(Event::default().event("many").id(head.to_string()).data(json));
            }
            // The snapshots are being made, or there is no room for it now: it is told later.
            None => tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                stopped = self.stopping.wait_for(|stopping| *stopping) => {
                    drop(stopped);
                    return None;
                }
            },
        }
        Some(())
    }
}

fn change(event: &AppliedEvent, json: &str) -> Event {
    Event::default().event("change").id(event.seq.to_string()).retry(RETRY).data(json)
}

/// What the stream and the feeds take.
#[derive(Default)]
pub(crate) struct Parameters {
    /// Only of this person, unit or company.
    pub(crate) target: Option<String>,
    /// The company whose unit is meant by a unit's name.
    pub(crate) company: Option<String>,
    /// From after this position.
    pub(crate) after: Option<u64>,
}

impl Parameters {
    pub(crate) fn read(query: &str) -> Result<Parameters, Refusal> {
        let bad = |error: String| Refusal::new(StatusCode::BAD_REQUEST, error, "it takes target, company and after");
        let mut read = Parameters::default();
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                // What is empty is left out, as in a question.
                "target" | "company" | "after" if text.is_empty() => {}
                "target" => read.target = Some(text.into_owned()),
                "company" => read.company = Some(text.into_owned()),
                "after" => {
                    let number = text.parse().map_err(|_| bad("after: no position".to_owned()))?;
                    read.after = Some(number);
                }
                other => {
                    let other: String = other.chars().take(100).collect();
                    return Err(bad(format!("there is no parameter `{other}`")));
                }
            }
        }
        if read.company.is_some() && read.target.is_none() {
            return Err(bad("company says whose unit is meant, and no target is given".to_owned()));
        }
        Ok(read)
    }

    /// On which terms the target is looked up.
    pub(crate) fn terms(&self) -> Terms {
        Terms { at: clock::now().day().to_string(), company: self.company.clone(), ..Terms::default() }
    }
}

/// The id of a person, a unit or a company.
async fn id_of(state: &Shared, peer: Peer, target: &str, terms: Terms) -> Result<String, Refusal> {
    let mut who = Ask::who(target);
    if let Ask::Who { limit, .. } = &mut who {
        *limit = Some(1);
    }
    let asks = [Ask::Person { person: target.to_owned() }, who];
    let mut refusal = None;
    for ask in asks {
        let question = Question { ask, terms: terms.clone() };
        match state.desk.ask(&peer.client(), question, Ok).await.answer {
            Ok(Answer::Person(answer)) => return Ok(answer.person.id),
            Ok(Answer::Who(answer)) => return Ok(answer.unit.id),
            Ok(_) => {}
            Err(denial) if denial.kind == DenialKind::NotFound => refusal = refusal.or(Some(denial)),
            Err(denial) => return Err(denial.into()),
        }
    }
    Err(refusal.map_or_else(
        || Refusal::new(StatusCode::NOT_FOUND, "nobody and nothing of that name", "search with /v1/find"),
        Refusal::from,
    ))
}
