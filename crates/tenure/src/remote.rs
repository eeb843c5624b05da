//! Asking a ledger that is held elsewhere: the question goes out over NATS, the reply comes back, and from there on
//! everything is as if the ledger lay here.
//!
//! The answer is read and printed anew, also as JSON: what comes from a network is not handed to a terminal as it is.

use std::time::Duration;

use async_nats::{Client, StatusCode};
use futures_util::StreamExt;
use serde_json::Value;
use tenure_answers::Answer;
use tenure_domain::plain_text::one_line;
use tenure_log::stream::Connection;

use crate::changes::{self, Applied, Step};
use crate::failure::{Exit, Failure};
use crate::global::Global;
use crate::nats;
use crate::reply::{Assembly, Reply};
use crate::terminal::{hear, hear_all};
use tenure_ledger::Notice;
use tenure_ledger::question::Question;

/// How much longer than the service is told to wait for a position somebody waits for the service to say so.
const GRACE: Duration = Duration::from_secs(2);

/// How deep lists and objects may be nested: a chart of a thousand units has two of them a unit.
const DEPTH: usize = 4_000;

/// Asks, and gives what is told beside the answer, and the answer.
pub(crate) fn ask(
    global: &Global,
    url: &str,
    question: &Question,
) -> Result<(Vec<Notice>, Result<Answer, Failure>), Failure> {
    let connection = nats::connect(&global.nats, url, global.timeout)?;
    Ok(ask_over(&connection, global, question))
}

/// The same over a connection that is there, for who asks more than once.
pub(crate) fn ask_over(
    connection: &Connection,
    global: &Global,
    question: &Question,
) -> (Vec<Notice>, Result<Answer, Failure>) {
    let (notices, outcome) = match connection.wait_for(exchange(connection.client(), global, question)) {
        Ok(Reply { notices, outcome }) => (notices, outcome),
        Err(failure) => (Vec::new(), Err(failure)),
    };
    let answer = outcome.and_then(|answer| {
        read(question.ask.verb(), &answer).map_err(|problem| {
            Failure::new(Exit::Failure, format!("the service answered with something else than an answer: {problem}"))
                .hint("is it of another version? See nats micro info tenure")
        })
    });
    (notices, answer)
}

/// Has a service make its snapshots anew, and tells how far it is. The answer says what they hold.
pub(crate) fn replay(global: &Global, url: &str) -> Result<Value, Failure> {
    let connection = nats::connect(&global.nats, url, global.timeout)?;
    let subject = changes::beside(&global.nats.queries, "control.replay");
    let reply =
        connection.wait_for(exchange_bytes(connection.client(), global, &subject, Vec::new(), global.timeout))?;
    hear_all(global, reply.notices);
    Ok(serde_json::from_slice(&reply.outcome?).map_err(anyhow::Error::from)?)
}

/// Hands on each event that is applied, as it is, until it is told to stop.
pub(crate) fn listen(
    global: &Global,
    url: &str,
    applied: &dyn Fn(&Applied) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let connection = nats::connect(&global.nats, url, global.timeout)?;
    let subject = changes::beside(&global.nats.queries, "changes");
    connection.wait_for(async {
        let lost = |error: &dyn std::error::Error| Failure::new(Exit::Unreachable, format!("cannot listen: {error}"));
        let mut steps = connection.client().subscribe(subject.clone()).await.map_err(|error| lost(&error))?;
        connection.client().flush().await.map_err(|error| lost(&error))?;
        hear(global, Notice::Remark(format!("listening on {subject}")));
        loop {
            let message = tokio::select! {
                message = steps.next() => message,
                _ = tokio::signal::ctrl_c() => return Ok(()),
            };
            let Some(message) = message else {
                return Err(Failure::new(Exit::Unreachable, "the connection to NATS was closed"));
            };
            let Ok(step) = serde_json::from_slice::<Step>(&message.payload) else { continue };
            let Some(events) = step.events else {
                hear(global, Notice::Remark(format!("too many events to be told one by one, up to {}", step.seq)));
                continue;
            };
            for event in &events {
                applied(event)?;
            }
        }
    })
}

async fn exchange(client: &Client, global: &Global, question: &Question) -> Result<Reply, Failure> {
    let subject = format!("{}.{}", global.nats.queries, question.ask.verb());
    let patience = global.timeout + question.terms.after.map_or(Duration::ZERO, |_| GRACE);
    exchange_bytes(client, global, &subject, question.json().into_bytes(), patience).await
}

async fn exchange_bytes(
    client: &Client,
    global: &Global,
    subject: &str,
    request: Vec<u8>,
    patience: Duration,
) -> Result<Reply, Failure> {
    let inbox = client.new_inbox();
    let lost = |error: &dyn std::error::Error| Failure::new(Exit::Unreachable, format!("no reply over NATS: {error}"));
    let mut replies = client.subscribe(inbox.clone()).await.map_err(|error| lost(&error))?;
    let sent = client.publish_with_reply(subject.to_owned(), inbox, request.into()).await;
    sent.map_err(|error| lost(&error))?;
    let mut assembly = Assembly::default();
    // Whatever comes meanwhile, it ends in time.
    let end = tokio::time::Instant::now() + patience;
    loop {
        let Ok(message) = tokio::time::timeout_at(end, replies.next()).await else {
            let error = format!("no answer on {subject} within {} seconds", patience.as_secs_f64());
            return Err(Failure::new(Exit::Unreachable, error)
                .hint("older bases and whole logs take longer: wait longer with --timeout SECONDS"));
        };
        let Some(message) = message else {
            return Err(Failure::new(Exit::Unreachable, "the connection to NATS was closed"));
        };
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            return Err(Failure::new(Exit::Unreachable, format!("nobody answers on {subject}"))
                .hint("run tenure serve on the ledger, or name where it answers with --nats-queries"));
        }
        let headers = message.headers.clone().unwrap_or_default();
        if let Some(progress) = headers.get("Tenure-Progress") {
            hear(global, Notice::Remark(one_line(progress.as_str()).into_owned()));
            continue;
        }
        let whole = assembly.take(&message.headers.unwrap_or_default(), &message.payload).map_err(|problem| {
            Failure::new(Exit::Unreachable, format!("the reply on {subject} is not whole: {problem}")).hint("ask again")
        })?;
        if let Some(reply) = whole {
            return Ok(reply);
        }
    }
}

/// Reads an answer, however deep it is within bounds.
fn read(verb: &str, json: &[u8]) -> Result<Answer, String> {
    if depth(json) > DEPTH {
        return Err(format!("it is nested more than {DEPTH} deep"));
    }
    let mut json = serde_json::Deserializer::from_slice(json);
    json.disable_recursion_limit();
    let answer = Answer::read(verb, &mut json).ok_or_else(|| format!("`{verb}` has none"))?;
    let answer = answer.map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(answer)
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
