//! A connection to NATS that is used without async: the runtime lives on a thread of its own.
//!
//! The thread keeps the connection alive (answers to the server's pings, reconnects) however long its user computes in
//! between. Async goes no further than this module and those beside it.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Clock};

use async_nats::connection::State;
use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event, RequestErrorKind, ServerError};
use bytes::Bytes;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::{broadcast, oneshot, watch};

use super::access::Access;
use super::greeting::wrong_greeting;
use tenure_domain::plain_text::with_causes;

use crate::error::LogError;

/// How long an answer of the `JetStream` API is waited for: half of the patience of the connection, for some are asked
/// twice, but neither longer nor shorter than these.
const ANSWER_TIME: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// How long a server is let try to connect at least.
const LEAST_TIME: Duration = Duration::from_millis(500);

/// How many things that the server does not allow are kept for a task that is busy.
const DENIALS: usize = 256;

/// What the server tells without being asked.
#[derive(Clone)]
pub(crate) struct Signs {
    /// How often the connection was lost.
    losses: Arc<watch::Sender<u64>>,
    /// What this user may not do, as the server puts it.
    denials: broadcast::Sender<Arc<str>>,
}

impl Signs {
    fn new() -> Signs {
        Signs { losses: Arc::new(watch::channel(0).0), denials: broadcast::channel(DENIALS).0 }
    }

    /// How often the connection was lost.
    pub(crate) fn losses(&self) -> watch::Receiver<u64> {
        self.losses.subscribe()
    }

    /// What this user may not do, from now on.
    pub(crate) fn denials(&self) -> Denials {
        Denials(self.denials.subscribe())
    }

    fn note(&self, event: Event) {
        match event {
            Event::Disconnected | Event::Closed => self.losses.send_modify(|losses| *losses += 1),
            Event::ServerError(ServerError::Other(text)) if text.to_lowercase().contains("permissions violation") => {
                // There may be no task that listens.
                drop(self.denials.send(text.into()));
            }
            Event::Connected
            | Event::LameDuckMode
            | Event::Draining
            | Event::SlowConsumer(_)
            | Event::ServerError(
                ServerError::AuthorizationViolation | ServerError::SlowConsumer(_) | ServerError::Other(_),
            )
            | Event::ClientError(_) => {}
        }
    }
}

/// What the server does not let this user do. It tells so on the connection, and answers nothing.
pub struct Denials(broadcast::Receiver<Arc<str>>);

impl Denials {
    /// The next one, as the server puts it: it names the subject. Comes never where there is none.
    pub async fn next(&mut self) -> Arc<str> {
        loop {
            match self.0.recv().await {
                Ok(what) => return what,
                // The others of many at once; each is told of again when it is tried again.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

/// A connection; clones share it. The last one to go closes it.
#[derive(Clone)]
pub struct Connection {
    client: Client,
    access: Arc<Access>,
    server: Arc<str>,
    signs: Signs,
    answer_time: Duration,
    thread: Arc<RuntimeThread>,
}

/// A second connection of the same user, to publish on. It is not made again when it is lost, and what waited in it is
/// gone then: a client that connects again sends first what it still holds, and so after what was lost with the
/// connection, out of order.
pub(crate) struct PublishConnection {
    pub(crate) client: Client,
    pub(crate) signs: Signs,
}

impl PublishConnection {
    pub(crate) fn is_up(&self) -> bool {
        self.client.connection_state() == State::Connected
    }
}

/// A subject without listeners.
const NOWHERE: &str = "nats://127.0.0.1:0";

/// The thread that drives the runtime, until this is dropped.
struct RuntimeThread {
    handle: Handle,
    stop: Mutex<Option<oneshot::Sender<()>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl RuntimeThread {
    fn start() -> Result<RuntimeThread, LogError> {
        let failed = |source| LogError::NoRuntime { source };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("nats".to_owned()).spawn(move || {
            // Also when the sender is dropped, which is a stop as well.
            let _ = runtime.block_on(stopped);
        });
        let thread = Mutex::new(Some(thread.map_err(failed)?));
        Ok(RuntimeThread { handle, stop: Mutex::new(Some(stop)), thread })
    }
}

impl Drop for RuntimeThread {
    fn drop(&mut self) {
        let stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(stop);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // On its own thread it could not be waited for; nothing holds a connection there when all is well.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

impl Connection {
    /// Connects. A server that cannot be reached is tried again, for as long as `patience` says.
    pub fn open(access: &Access, patience: Duration) -> Result<Connection, LogError> {
        let thread = RuntimeThread::start()?;
        let server: Arc<str> = Arc::from(access.to_string());
        let signs = Signs::new();
        let access = Arc::new(access.clone());
        let began = Clock::now();
        let mut pause = Duration::from_millis(50);
        let client = loop {
            let mut options = listening(access.options()?, &signs);
            let servers = access.servers().to_vec();
            let left = || patience.saturating_sub(began.elapsed()).max(LEAST_TIME);
            if let Some(wrong) = thread.handle.block_on(wrong_greeting(&servers, left())) {
                return Err(LogError::Unreachable { server: server.to_string(), reason: wrong });
            }
            options = sharing(options, left(), servers.len());
            let connect = async { tokio::time::timeout(left(), options.connect(servers)).await };
            let error = match thread.handle.block_on(connect) {
                Ok(Ok(client)) => break client,
                Ok(Err(error)) => error,
                Err(_) => return Err(unreachable_in(&server, began.elapsed(), "it does not answer")),
            };
            let refused = |reason: &str| LogError::Refused { server: server.to_string(), reason: reason.into() };
            match error.kind() {
                ConnectErrorKind::AuthorizationViolation => return Err(refused("it does not accept the login")),
                ConnectErrorKind::Authentication => return Err(refused("the key of the login cannot be used")),
                ConnectErrorKind::Tls => {
                    return Err(LogError::Tls { server: server.to_string(), reason: with_causes(&error) });
                }
                kind @ (ConnectErrorKind::ServerParse
                | ConnectErrorKind::Dns
                | ConnectErrorKind::TimedOut
                | ConnectErrorKind::Io
                | ConnectErrorKind::MaxReconnects) => {
                    let text = with_causes(&error);
                    // A failed handshake is told as a broken connection.
                    if kind == ConnectErrorKind::Io && (text.contains("certificate") || text.contains("TLS")) {
                        return Err(LogError::Tls { server: server.to_string(), reason: text });
                    }
                    if began.elapsed() + pause >= patience {
                        return Err(unreachable_in(&server, began.elapsed(), &text));
                    }
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
            }
        };
        let answer_time = (patience / 2).clamp(ANSWER_TIME.0, ANSWER_TIME.1);
        Ok(Connection { client, access, server, signs, answer_time, thread: Arc::new(thread) })
    }

    /// Connects once more, to publish. One server after the other is tried once, those that the first one told of as
    /// well.
    pub(crate) async fn outlet(&self) -> Result<PublishConnection, LogError> {
        let mut servers = self.access.servers().to_vec();
        let scheme = servers[0].scheme().to_owned();
        let told = self.client.server_info().connect_urls;
        servers.extend(told.iter().filter_map(|host| format!("{scheme}://{host}").parse().ok()));
        let (mut reason, count) = (String::new(), servers.len());
        for server in servers {
            let signs = Signs::new();
            let options = listening(self.access.options()?, &signs);
            let options = sharing(options, self.answer_time, count).max_reconnects(1).ignore_discovered_servers();
            let connected = async {
                let client = options.connect(server).await.map_err(|error| with_causes(&error))?;
                client.set_server_pool(NOWHERE).await.map_err(|error| with_causes(&error))?;
                Ok(client)
            };
            match connected.await {
                Ok(client) => return Ok(PublishConnection { client, signs }),
                Err(error) => reason = error,
            }
        }
        Err(self.unreachable(reason))
    }

    /// The client, for what is not the log: it is to be used on [`Connection::runtime`].
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The runtime that the client lives on.
    pub fn runtime(&self) -> &Handle {
        &self.thread.handle
    }

    /// Waits for something on the connection. Not to be called on the runtime itself.
    pub fn wait_for<F: Future>(&self, future: F) -> F::Output {
        self.thread.handle.block_on(future)
    }

    /// The addresses, without what is secret in them.
    pub fn server(&self) -> &str {
        &self.server
    }

    pub(crate) fn signs(&self) -> &Signs {
        &self.signs
    }

    /// What the server does not let this user do, from now on.
    pub fn denials(&self) -> Denials {
        self.signs.denials()
    }

    /// Whether the server is of that version or a later one.
    pub(crate) fn is_at_least(&self, major: i64, minor: i64) -> bool {
        self.client.is_server_compatible(major, minor, 0)
    }

    pub(crate) fn unreachable(&self, reason: impl Into<String>) -> LogError {
        LogError::Unreachable { server: self.server.to_string(), reason: reason.into() }
    }

    /// The error that the server does not let this user do that.
    pub fn denied(&self, what: &str) -> LogError {
        LogError::Denied { server: self.server.to_string(), what: what.to_owned() }
    }

    /// Asks the `JetStream` API.
    pub(crate) async fn api(&self, verb: &str, body: &Value) -> Result<Value, ApiError> {
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let message = self.ask(format!("$JS.API.{verb}"), body).await?;
        let answer: Value = serde_json::from_slice(&message.payload)
            .map_err(|_| ApiError::Log(self.unreachable(format!("{verb} was not answered in JSON"))))?;
        match answer.get("error") {
            None => Ok(answer),
            Some(error) => Err(ApiError::Answered {
                code: error["code"].as_u64().unwrap_or(0),
                description: error["description"].as_str().unwrap_or_default().to_owned(),
            }),
        }
    }

    /// Waits until the server has gone through what this client sent. No service listens on that subject, which the server
    /// says then; what it does not allow it has said before.
    pub async fn settle(&self, nowhere: String) {
        drop(self.ask(nowhere, Bytes::new()).await);
    }

    /// Sends a request and waits for its answer, or for the server to say that it is not allowed.
    pub(crate) async fn ask(&self, subject: String, body: Bytes) -> Result<async_nats::Message, ApiError> {
        let mut denials = self.denials();
        let request = async_nats::Request::new().payload(body).timeout(Some(self.answer_time));
        let mut answer = std::pin::pin!(self.client.send_request(subject.clone(), request));
        loop {
            tokio::select! {
                answer = &mut answer => {
                    return answer.map_err(|error| match error.kind() {
                        RequestErrorKind::NoResponders => ApiError::NobodyAnswers,
                        RequestErrorKind::TimedOut
                        | RequestErrorKind::InvalidSubject
                        | RequestErrorKind::MaxPayloadExceeded
                        | RequestErrorKind::Other => {
                            ApiError::Log(self.unreachable(format!("{subject}: {error}")))
                        }
                    });
                }
                what = denials.next() => {
                    if what.contains(&subject) || what.contains("Subscription") {
                        return Err(ApiError::Log(self.denied(&what)));
                    }
                }
            }
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Why the `JetStream` API did not do what it was asked.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// It answered with an error.
    Answered { code: u64, description: String },
    /// There is no `JetStream`, or it has no leader just now.
    NobodyAnswers,
    /// The question did not get there.
    Log(LogError),
}

impl ApiError {
    pub(crate) fn into_log(self, connection: &Connection) -> LogError {
        match self {
            ApiError::Answered { code, description, .. } => {
                connection.unreachable(format!("JetStream says {code}: {description}"))
            }
            ApiError::NobodyAnswers => connection.unreachable("JetStream is not enabled there, or not up yet"),
            ApiError::Log(error) => error,
        }
    }
}

/// Options by which one of several servers that hangs leaves time for the others.
fn sharing(options: ConnectOptions, time: Duration, servers: usize) -> ConnectOptions {
    match u32::try_from(servers) {
        Ok(several @ 2..) => options.connection_timeout((time / several).clamp(LEAST_TIME, ANSWER_TIME.1)),
        Ok(_) | Err(_) => options,
    }
}

fn listening(options: ConnectOptions, signs: &Signs) -> ConnectOptions {
    let signs = signs.clone();
    options.event_callback(move |event| {
        signs.note(event);
        std::future::ready(())
    })
}

fn unreachable_in(server: &str, time: Duration, reason: &str) -> LogError {
    LogError::Unreachable {
        server: server.to_owned(),
        reason: format!("{reason} (tried for {:.1} s)", time.as_secs_f64()),
    }
}
