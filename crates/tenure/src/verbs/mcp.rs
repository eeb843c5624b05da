//! `tenure mcp`: a ledger for agents, over standard input and output.

use std::sync::Arc;

use clap::Args;
use tenure_ledger::AnswerError;
use tenure_mcp::{Agents, Asker, Reply};
use tenure_serve::Wording;
use tokio::sync::Semaphore;

use crate::asking::{Endpoint, NoAnswer};
use crate::failure::{Exit, Failure, deny_by_field};
use crate::global::Global;

/// Answer an agent that speaks the Model Context Protocol on standard input and output
#[derive(Debug, Args)]
#[command(
    long_about = "Answer an agent that speaks the Model Context Protocol on standard input and output, until it hangs up. \
    Eight tools ask the ledger; none changes it.",
    before_help = "Example, as an agent's configuration has it: {\"command\": \"tenure\", \"args\": [\"--data\", \"DIR\", \"mcp\"]}"
)]
pub(crate) struct Mcp {}

/// Answers until the agent hangs up.
pub(super) fn run(global: &Global) -> Result<(), Failure> {
    let endpoint = Arc::new(Endpoint::open_for_long(global, Wording::Fields)?);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    // What an agent asks at once beyond that waits.
    let lanes = Arc::new(Semaphore::new(cores));
    let asker: Asker = Arc::new(move |question| {
        let (endpoint, lanes) = (endpoint.clone(), lanes.clone());
        Box::pin(async move {
            let _lane = lanes.acquire_owned().await;
            let asked = tokio::task::spawn_blocking(move || {
                let (notices, answer) = endpoint.ask(&question);
                Reply { notices, answer: answer.map_err(NoAnswer::by_field) }
            });
            asked.await.unwrap_or_else(|_| {
                let failure = Failure::new(Exit::Failure, "the ledger failed on this question");
                Reply { notices: Vec::new(), answer: Err(failure.into()) }
            })
        })
    });
    let agents = Agents::new(asker, Arc::new(|error| deny_by_field(AnswerError::from(error).into())));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().thread_stack_size(STACK).build()?;
    let served = runtime.block_on(agents.serve_stdio());
    // A read of standard input that nothing comes to any more is not waited for.
    runtime.shutdown_background();
    served.map_err(|error| Failure::new(Exit::Failure, error.to_string()))
}

/// The stack of a thread that answers: charts can be deep. What is not touched costs nothing.
const STACK: usize = 64 << 20;
