//! Asking a ledger that is held elsewhere: the question goes out over NATS, the reply comes back, and from there on
//! everything is as if the ledger lay here.
//!
//! The answer is read and printed anew, also as JSON: what comes from a network is not handed to a terminal as it is.

use std::future::Future;
use std::time::Duration;

use async_nats::{HeaderMap, StatusCode};
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt};
use serde_json::Value;
use tenure_answers::Answer;
use tenure_domain::plain_text::one_line;
use tenure_ledger::{AppliedEvent, Notice, Question};
use tenure_log::stream::Connection;

use crate::changes::{self, AppliedStep};
use crate::denial::Wording;
use crate::endpoints::settling;
use crate::error::ExchangeError;
use crate::reply::{Assembly, PATIENCE, PROGRESS, Reply, WORDING};

/// How much longer than the service is told to wait for a position a client waits for the service to say so.
const GRACE: Duration = Duration::from_secs(2);

/// How deep lists and objects may be nested: a chart of a thousand units has two of them a unit.
const DEPTH: usize = 4_000;

/// Puts questions to a service over a connection.
pub struct ServiceClient {
    connection: Connection,
    prefix: String,
    patience: Duration,
}

/// What a client hears that listens to a service.
#[derive(Debug)]
pub enum Heard<'h> {
    /// From now on nothing is missed that is told on this subject.
    Listening {
        /// The subject.
        subject: &'h str,
    },
    /// An event was applied.
    Event(&'h AppliedEvent),
    /// More events were applied than are told one by one.
    Many {
        /// The last of them.
        seq: u64,
    },
}

impl ServiceClient {
    /// A client of the services whose subjects begin so. It waits so long for an answer.
    pub fn new(connection: Connection, prefix: &str, patience: Duration) -> ServiceClient {
        ServiceClient { connection, prefix: prefix.to_owned(), patience }
    }

    /// Asks, and gives what is told beside the answer, and the answer, or in those words why there is none.
    pub fn ask(&self, question: &Question, wording: Wording) -> (Vec<Notice>, Result<Answer, ExchangeError>) {
        let subject = format!("{}.{}", self.prefix, question.ask.verb());
        let patience = self.patience + question.terms.after.map_or(Duration::ZERO, |_| GRACE);
        let (notices, outcome) = self.exchange(&subject, (question.json(), wording), patience, &mut |_| {});
        let answer = outcome.and_then(|answer| {
            read_answer(question.ask.verb(), &answer).map_err(|problem| ExchangeError::NoAnswer { problem })
        });
        (notices, answer)
    }

    /// Has a service make its snapshots anew. `progress` is told how far it is; the answer says what they hold.
    pub fn replay(&self, progress: &mut dyn FnMut(Notice)) -> (Vec<Notice>, Result<Value, ExchangeError>) {
        let subject = changes::beside(&self.prefix, "control.replay");
        let (notices, outcome) = self.exchange(&subject, (String::new(), Wording::Flags), self.patience, progress);
        let read = |json: Bytes| {
            serde_json::from_slice(&json).map_err(|error| ExchangeError::NoAnswer { problem: error.to_string() })
        };
        (notices, outcome.and_then(read))
    }

    /// Hands on what is applied, as it is, until `stop` comes or `hear` fails.
    pub fn listen<E: From<ExchangeError>>(
        &self,
        stop: impl Future,
        hear: &mut dyn FnMut(Heard<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let subject = changes::beside(&self.prefix, "changes");
        let client = self.connection.client();
        let mut denials = self.connection.denials();
        self.connection.wait_for(async {
            let subscribed = client.subscribe(subject.clone()).await;
            let mut steps = subscribed.map_err(|error| ExchangeError::CannotListen(error.into()))?;
            self.connection.settle(settling(&self.prefix)).await;
            while let Some(what) = denials.next().now_or_never() {
                self.allowed(&what, &[&subject])?;
            }
            hear(Heard::Listening { subject: &subject })?;
            let mut stop = std::pin::pin!(stop);
            loop {
                let message = tokio::select! {
                    message = steps.next() => message,
                    _ = &mut stop => return Ok(()),
                    what = denials.next() => {
                        self.allowed(&what, &[&subject])?;
                        continue;
                    }
                };
                let Some(message) = message else { return Err(ExchangeError::Closed.into()) };
                let Ok(step) = serde_json::from_slice::<AppliedStep>(&message.payload) else { continue };
                match step.events {
                    None => hear(Heard::Many { seq: step.seq })?,
                    Some(events) => events.iter().try_for_each(|event| hear(Heard::Event(event)))?,
                }
            }
        })
    }

    /// That the server does not allow something is an error where it is about one of these subjects.
    fn allowed(&self, what: &str, subjects: &[&str]) -> Result<(), ExchangeError> {
        if subjects.iter().any(|subject| what.contains(subject)) {
            return Err(ExchangeError::NotAllowed { source: self.connection.denied(what) });
        }
        Ok(())
    }

    fn exchange(
        &self,
        subject: &str,
        request: (String, Wording),
        patience: Duration,
        progress: &mut dyn FnMut(Notice),
    ) -> (Vec<Notice>, Result<Bytes, ExchangeError>) {
        match self.connection.wait_for(self.reply(subject, request, patience, progress)) {
            Ok(Reply { notices, outcome }) => (notices, outcome.map_err(ExchangeError::Denied)),
            Err(error) => (Vec::new(), Err(error)),
        }
    }

    async fn reply(
        &self,
        subject: &str,
        request: (String, Wording),
        patience: Duration,
        progress: &mut dyn FnMut(Notice),
    ) -> Result<Reply, ExchangeError> {
        let client = self.connection.client();
        let inbox = client.new_inbox();
        let mut denials = self.connection.denials();
        let subscribed = client.subscribe(inbox.clone()).await;
        let mut replies = subscribed.map_err(|error| ExchangeError::NoReply(error.into()))?;
        let (request, wording) = request;
        let mut headers = HeaderMap::new();
        headers.insert(WORDING, wording.word());
        headers.insert(PATIENCE, patience.as_millis().to_string());
        let sent =
            client.publish_with_reply_and_headers(subject.to_owned(), inbox.clone(), headers, request.into()).await;
        sent.map_err(|error| ExchangeError::NoReply(error.into()))?;
        let mut assembly = Assembly::default();
        // Whatever comes meanwhile, it ends in time.
        let end = tokio::time::Instant::now() + patience;
        loop {
            let message = tokio::select! {
                message = replies.next() => message,
                what = denials.next() => {
                    self.allowed(&what, &[subject, &inbox])?;
                    continue;
                }
                () = tokio::time::sleep_until(end) => {
                    let (subject, seconds) = (subject.to_owned(), patience.as_secs_f64());
                    return Err(ExchangeError::TooLate { subject, seconds });
                }
            };
            let message = message.ok_or(ExchangeError::Closed)?;
            if message.status == Some(StatusCode::NO_RESPONDERS) {
                return Err(ExchangeError::NobodyAnswers { subject: subject.to_owned() });
            }
            let headers = message.headers.unwrap_or_default();
            if let Some(told) = headers.get(PROGRESS) {
                progress(Notice::Remark(one_line(told.as_str()).into_owned()));
                continue;
            }
            let whole = assembly.take(&headers, &message.payload);
            let not_whole = |problem| ExchangeError::NotWhole { subject: subject.to_owned(), problem };
            if let Some(reply) = whole.map_err(not_whole)? {
                return Ok(reply);
            }
        }
    }
}

/// The deserializer of a text of JSON.
type Json<'j> = serde_json::Deserializer<serde_json::de::SliceRead<'j>>;

/// Reads a text of JSON whose lists and objects may be nested, as deep as answers are.
pub(crate) fn read<'j, T>(
    json: &'j [u8],
    read: impl FnOnce(&mut Json<'j>) -> Result<T, serde_json::Error>,
) -> Result<T, String> {
    if depth(json) > DEPTH {
        return Err(format!("it is nested more than {DEPTH} deep"));
    }
    let mut json = serde_json::Deserializer::from_slice(json);
    json.disable_recursion_limit();
    let value = read(&mut json).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// Reads the answer to a verb.
fn read_answer(verb: &str, json: &[u8]) -> Result<Answer, String> {
    let none = || serde::de::Error::custom(format!("`{verb}` has none"));
    read(json, |json| Answer::read(verb, json).unwrap_or_else(|| Err(none())))
}

/// How deep lists and objects are nested in a text of JSON; any text will do.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_that_of_lists_and_objects() {
        let check = |json: &str, expect: usize| assert_eq!(depth(json.as_bytes()), expect, "{json}");
        check("", 0);
        check("7", 0);
        check(r#"{"a": [1, {"b": "]}[["}], "c": "\"[[["}"#, 3);
        check("]]]][", 1);
        check(&"[".repeat(9_999), 9_999);
    }
}
