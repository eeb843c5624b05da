//! A ledger for agents: eight tools that ask it, over the Model Context Protocol.
//!
//! What a tool takes is what its question takes, and what it gives is what `--format json` prints, in pages of bounded size,
//! with the basis and what is told beside. Nothing can be changed by a tool.
//!
//! Deliberately not here: where the ledger is. The caller brings an [`Asker`].

mod paging;
mod tools;

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::{RequestContext, RoleServer, ServerInitializeError};
use rmcp::transport::io::stdio;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, ServerHandler, ServiceExt};
use serde_json::{Map, Value, json};
use tenure_answers::Answer;
use tenure_domain::plain_text::in_part;
use tenure_ledger::clock::now;
use tenure_ledger::question::Question;
use tenure_ledger::{Notice, QUESTION_BYTES, QuestionError};
use tenure_render::{Color, Format, Layout};
use tenure_serve::{Denial, Exit};
use tokio::sync::Mutex;

use crate::paging::{BYTES, CutAnswer, Page};
use crate::tools::{TOOLS, ToolOf};

/// What became of a question.
pub struct Reply {
    /// What is told beside the answer.
    pub notices: Vec<Notice>,
    /// The answer, or why there is none.
    pub answer: Result<Answer, Denial>,
}

/// Puts a question to a ledger.
pub type Asker = Arc<dyn Fn(Question) -> Pin<Box<dyn Future<Output = Reply> + Send>> + Send + Sync>;

/// Puts into words why what an agent asks is no question.
pub type Refuse = Arc<dyn Fn(QuestionError) -> Denial + Send + Sync>;

/// Why agents are not served.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The other side does not speak the protocol.
    #[error("the other side does not speak the Model Context Protocol: {0}")]
    NotInitialized(#[from] Box<ServerInitializeError>),
    /// The task that served is gone.
    #[error("the conversation broke off: {0}")]
    BrokeOff(#[from] tokio::task::JoinError),
}

/// The tools, and whom they ask.
#[derive(Clone)]
pub struct Agents {
    asker: Asker,
    refuse: Refuse,
    /// Whose turn it is to have a page made.
    turn: Arc<Mutex<()>>,
}

/// What answers agents over HTTP.
pub type HttpService = StreamableHttpService<Agents, NeverSessionManager>;

/// What an agent is told before it asks.
const INSTRUCTIONS: &str = "\
A ledger of personnel changes: who held which post, where, when, and which sources say so.

Three clocks, on every tool. `at`: the day asked about in the world (default today). `known`: only what had been reported by \
then (default everything). `recorded`: only what this ledger had recorded by then, a position or an instant (default \
everything); with `at` and `recorded` given, the answer stays the same for ever and can be cited.

`certainty` is about dates alone: `certain` where all possible dates cover the day, `possible` where some do. `confidence` \
is about sources: `confirmed` by a party to it, `reported`, or `rumoured`. Give both when you report a fact. Dates are vague \
where sources are (`[2025-01..2025-03]`); `inferred` means that no source stated it. An open post says when it was last \
`attested`: it may have ended since, unnoticed.

Names can be in any script. Where a name means several, the tool fails with `candidates`: ask again by id. Use `find` when \
you are not sure of a name, and `why` with the id of a `tenure` (or of an event) to see the sources before you rely on it. \
Where sources disagree, `conflicts` says so. `left_out` counts what had no room: ask on with `offset`, of `find` \
and `org` with a larger `limit`, or about a unit of the chart. The text of a page that is not all has its rows as CSV.";

impl Agents {
    /// The tools that ask there.
    pub fn new(asker: Asker, refuse: Refuse) -> Agents {
        Agents { asker, refuse, turn: Arc::default() }
    }

    /// Serves one agent over standard input and output, until it hangs up.
    pub async fn serve_stdio(self) -> Result<(), McpError> {
        let running = match self.serve(stdio()).await {
            Ok(running) => running,
            // Who hangs up before saying anything wanted nothing.
            Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(Box::new(error).into()),
        };
        running.waiting().await?;
        Ok(())
    }

    /// Serves any number of agents over HTTP. Each request is answered by itself, so nothing is kept of who asked; which
    /// hosts may be asked is for the server to say.
    pub fn http_service(self) -> HttpService {
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .disable_allowed_hosts()
            .with_max_request_body_bytes(QUESTION_BYTES);
        StreamableHttpService::new(move || Ok(self.clone()), Arc::new(NeverSessionManager::default()), config)
    }

    /// Calls a tool.
    async fn call(&self, tool: &ToolOf, mut arguments: Map<String, Value>) -> Result<Called, Denial> {
        tool.takes(&arguments).map_err(|(problem, hint)| usage(problem, hint))?;
        let page = Page::take(tool.paged, &mut arguments).map_err(|problem| usage(problem, PAGES.to_owned()))?;
        tool.fill(&mut arguments);
        let arguments = Value::Object(arguments).to_string();
        let mut called = Called::default();
        let mut answers = Map::new();
        for verb in tool.verbs {
            let question = Question::read(verb, arguments.as_bytes(), now().day())
                .map_err(|error| (self.refuse)(ToolOf::offered(error)))?;
            let Reply { notices, answer } = (self.asker)(question).await;
            called.hear(notices);
            let bytes = BYTES / tool.verbs.len();
            let Laid { cut, text } = self.laid_out(verb, answer?, page, bytes).await?;
            called.text += &text;
            for (list, count) in cut.left_out {
                let before = called.left_out.get(&list).and_then(Value::as_u64).unwrap_or_default();
                called.left_out.insert(list, (before + count.as_u64().unwrap_or_default()).into());
            }
            answers.insert((*verb).to_owned(), cut.answer);
        }
        called.answer = match tool.verbs {
            [one] => answers.remove(*one).unwrap_or_default(),
            _ => Value::Object(answers),
        };
        Ok(called)
    }

    /// The page of an answer, and its text. That takes as long as the whole answer is large: one at a time is made, where it keeps
    /// no others waiting.
    async fn laid_out(&self, verb: &'static str, answer: Answer, page: Page, bytes: usize) -> Result<Laid, Denial> {
        let _turn = self.turn.lock().await;
        tokio::task::spawn_blocking(move || Laid::of(verb, answer, page, bytes)).await.map_err(failed)?
    }
}

fn failed(problem: impl Display) -> Denial {
    Denial::new(Exit::Failure, problem.to_string())
}

/// A page of an answer, and the same as text.
struct Laid {
    cut: CutAnswer,
    text: String,
}

impl Laid {
    /// The text is laid out as the command does it: for people where it is the whole answer, else in rows, which say nothing of
    /// what is not among them.
    fn of(verb: &str, answer: Answer, page: Page, bytes: usize) -> Result<Laid, Denial> {
        let whole = serde_json::to_value(answer).map_err(failed)?;
        let cut = page.cut(whole, bytes);
        let format = if cut.is_cut { Format::Csv } else { Format::Table };
        let layout = Layout { width: None, color: Color::Plain };
        let text = match Answer::read(verb, &cut.answer) {
            None => String::new(),
            Some(answer) => tenure_render::render(&answer.map_err(failed)?, format, &layout).map_err(failed)?,
        };
        Ok(Laid { cut, text })
    }
}

/// Which pages there are.
const PAGES: &str = "limit is between 1 and 500, offset at least 0";

fn usage(error: String, hint: String) -> Denial {
    Denial { hint: Some(hint), ..Denial::new(Exit::Usage, error) }
}

/// The most letters of the text beside an answer.
const TEXT: usize = 4_000;

/// What stands at the end of a text that has more.
const CUT: &str = "\n… (cut; the structured content has more)";

/// What a call came to.
#[derive(Default)]
struct Called {
    answer: Value,
    basis: Option<String>,
    notices: Vec<String>,
    left_out: Map<String, Value>,
    text: String,
}

impl Called {
    fn hear(&mut self, notices: Vec<Notice>) {
        for notice in notices {
            match notice {
                Notice::Basis(text) => self.basis = Some(text),
                Notice::Remark(text) if !self.notices.contains(&text) => self.notices.push(text),
                Notice::Remark(_) | Notice::Detail(_) => {}
            }
        }
    }

    fn result(self) -> CallToolResult {
        let Called { answer, basis, notices, left_out, text } = self;
        let mut said: Vec<String> = notices.iter().map(|notice| format!("note: {notice}\n")).collect();
        said.extend(basis.iter().map(|basis| format!("basis: {basis}\n")));
        if !left_out.is_empty() {
            let counts: Vec<String> = left_out.iter().map(|(list, count)| format!("{list} {count}")).collect();
            said.push(format!("left out: {}\n", counts.join(", ")));
        }
        said.push(text);
        let said = said.concat();
        let mut short: String = said.chars().take(TEXT - CUT.len()).collect();
        if short.len() < said.len() {
            short.push_str(CUT);
        }
        let content = json!({"basis": basis, "notices": notices, "answer": answer, "left_out": left_out});
        let mut result = CallToolResult::success(vec![ContentBlock::text(short)]);
        result.structured_content = Some(content);
        result
    }
}

/// Why a tool gives no answer, as the agent reads it.
fn denied(denial: &Denial) -> CallToolResult {
    let hint = denial.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    let mut result = CallToolResult::error(vec![ContentBlock::text(format!("error: {}{hint}", denial.error))]);
    result.structured_content = serde_json::from_str(&denial.json()).ok();
    result
}

impl ServerHandler for Agents {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("tenure", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(TOOLS.iter().map(ToolOf::described).collect()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        TOOLS.iter().find(|tool| tool.name == name).map(ToolOf::described)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = TOOLS.iter().find(|tool| tool.name == request.name) else {
            let names: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
            let problem = format!("there is no tool `{}`; there are {}", request.name, names.join(", "));
            return Err(ErrorData::invalid_params(in_part(&problem).into_owned(), None));
        };
        let called = self.call(tool, request.arguments.unwrap_or_default()).await;
        Ok(called.map_or_else(|denial| denied(&denial), Called::result).into())
    }
}
