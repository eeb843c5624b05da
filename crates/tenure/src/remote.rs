//! Asking a ledger that is held elsewhere: the question goes out over NATS, the reply comes back, and from there on
//! everything is as if the ledger lay here.
//!
//! The answer is read and printed anew, also as JSON: what comes from a network is not handed to a terminal as it is.

use std::time::Duration;

use async_nats::{Client, StatusCode};
use futures_util::StreamExt;
use tenure_query::answer::Answer;

use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::nats;
use crate::question::Question;
use crate::reply::{Assembly, Reply};
use crate::verbs::hear;

/// How much longer than the service is told to wait for a position somebody waits for the service to say so.
const GRACE: Duration = Duration::from_secs(2);

/// How deep lists and objects may be nested: a chart of a thousand units has two of them a unit.
const DEPTH: usize = 4_000;

/// Asks, tells what is told beside the answer, and gives the answer.
pub(crate) fn ask(global: &Global, url: &str, question: &Question) -> Result<Answer, Failure> {
    let connection = nats::connect(&global.nats, url, global.timeout)?;
    let Reply { asides, outcome } = connection.wait_for(exchange(connection.client(), global, question))?;
    let hear = hear(global);
    asides.into_iter().for_each(hear);
    let answer = outcome?;
    read(question.matter.verb(), &answer).map_err(|problem| {
        Failure::new(Exit::Failure, format!("the service answered with something else than an answer: {problem}"))
            .hint("is it of another version? See nats micro info tenure")
    })
}

async fn exchange(client: &Client, global: &Global, question: &Question) -> Result<Reply, Failure> {
    let inbox = client.new_inbox();
    let subject = format!("{}.{}", global.nats.queries, question.matter.verb());
    let lost = |error: &dyn std::error::Error| Failure::new(Exit::Unreachable, format!("no reply over NATS: {error}"));
    let mut replies = client.subscribe(inbox.clone()).await.map_err(|error| lost(&error))?;
    let question_json = question.json()?;
    let sent = client.publish_with_reply(subject.clone(), inbox, question_json.into()).await;
    sent.map_err(|error| lost(&error))?;
    let mut assembly = Assembly::default();
    let mut patience = global.timeout + question.terms.after.map_or(Duration::ZERO, |_| GRACE);
    loop {
        let Ok(message) = tokio::time::timeout(patience, replies.next()).await else {
            let error = format!("no answer on {subject} within {} seconds", global.timeout.as_secs_f64());
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
        let whole = assembly.take(&message.headers.unwrap_or_default(), &message.payload).map_err(|problem| {
            Failure::new(Exit::Unreachable, format!("the reply on {subject} is not whole: {problem}")).hint("ask again")
        })?;
        if let Some(reply) = whole {
            return Ok(reply);
        }
        patience = global.timeout;
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
