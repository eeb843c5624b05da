//! The server: connections in, requests to their handlers, and an end within time.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware;
use axum::routing::{get, post};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tenure_ledger::{AnswerError, Cancelled};
use tenure_mcp::{Agents, Asker, Reply};
use tenure_serve::{Desk, Door, Level, Outcome};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot, watch};

use crate::caching::Tags;
use crate::guard::EVENTS;
use crate::last_step::LastStep;
use crate::metrics::Metrics;
use crate::options::{HttpOptions, Limits};
use crate::response::Refusal;
use crate::state::{Peer, Shared, State};
use crate::unread::ReadInTime;
use crate::{api, changes, events, feed, guard, health, openapi, page};

/// For how long what is under way is waited for when the server is to stop.
const DRAIN: Duration = Duration::from_secs(3);
/// For how long no connection is let in where the system gives no more connections.
const PAUSE: Duration = Duration::from_millis(50);

/// The door by which questions come over HTTP, on an address that is listened to already.
pub fn door(listener: std::net::TcpListener, options: HttpOptions) -> Door {
    Box::new(move |desk, closed| Box::pin(run(listener, options, desk, closed)))
}

async fn run(
    listener: std::net::TcpListener,
    options: HttpOptions,
    desk: Arc<Desk>,
    mut closed: oneshot::Receiver<()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let bulletin = desk.bulletin();
    let address = listener.local_addr()?;
    let limits = options.limits;
    let places = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopping) = watch::channel(false);
    let streams = Arc::new(Semaphore::new(limits.streams));
    let agents = agents(&Arc::new(desk.with_words(options.deny_agents)), limits.time);
    let page_desk = Arc::new(desk.with_words(options.deny_pages));
    let desk = Arc::new(desk.with_words(options.deny));
    let state = Shared::new(State {
        desk,
        page_desk,
        options,
        metrics: Metrics::default(),
        tags: Tags::default(),
        streams,
        companies: tokio::sync::Mutex::default(),
        last_step: LastStep::default(),
        stopping,
    });
    let router = router(&state, agents);
    let open = GracefulShutdown::new();
    let scheme = if state.options.tls.is_some() { "https" } else { "http" };
    bulletin.tell(Level::Info, &format!("answering on {scheme}://{address}"), &[]);
    loop {
        let (stream, peer) = tokio::select! {
            _ = &mut closed => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    bulletin.tell(Level::Warn, "a connection cannot be taken", &[("error", error.to_string().into())]);
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            state.metrics.refused.fetch_add(1, Ordering::Relaxed);
            if state.options.tls.is_none() {
                turn_away(&stream);
            }
            continue;
        };
        state.metrics.open.fetch_add(1, Ordering::Relaxed);
        let (state, router, watcher) = (state.clone(), router.clone(), open.watcher());
        tokio::spawn(async move {
            // Answers are sent as they are whole: there is nothing to wait for.
            drop(stream.set_nodelay(true));
            let stream = ReadInTime::new(stream, limits.unread);
            // A client that went away is no failure of the server.
            match &state.options.tls {
                None => drop(watcher.watch(connection(stream, peer, router, limits)).await),
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(limits.head, tls.accept(stream)).await {
                        drop(watcher.watch(connection(stream, peer, router, limits)).await);
                    }
                }
            }
            state.metrics.open.fetch_sub(1, Ordering::Relaxed);
            drop(place);
        });
    }
    drop(listener);
    stop.send_replace(true);
    if tokio::time::timeout(DRAIN, open.shutdown()).await.is_err() {
        bulletin.tell(Level::Warn, "some clients took too long and are left unanswered", &[]);
    }
    Ok(())
}

/// Serves one connection.
fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    let peer = Peer(peer.ip().to_canonical());
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(peer);
        let router = router.clone();
        async move {
            use tower_service::Service as _;
            let mut router = router;
            Ok::<_, Infallible>(match router.call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            })
        }
    });
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(96 << 10)
        .serve_connection(TokioIo::new(stream), service)
}

/// Tells a client that there are too many, as far as it hears it at once.
fn turn_away(stream: &TcpStream) {
    let error = "too many connections are open";
    let body = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, error, "come again in a moment").denial.json() + "\n";
    let text = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {}\r\nretry-after: 1\r\n\
        connection: close\r\n\r\n{body}",
        body.len()
    );
    drop(stream.try_write(text.as_bytes()));
}

/// Which request goes where.
fn router(state: &Shared, agents: Agents) -> Router {
    let not_found = |headers: HeaderMap| async move {
        let hint = "/ searches, /v1 lists what can be asked";
        let refusal = Refusal::new(StatusCode::NOT_FOUND, "there is no such page", hint);
        let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        if accept.contains("text/html") { page::refused(&refusal) } else { refusal.json() }
    };
    let not_allowed = |uri: Uri| async move {
        let error = match uri.path() {
            EVENTS => "events are sent with POST, and asked for with GET /v1/log",
            _ => "this is asked with GET, and events are sent with POST /v1/events",
        };
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, error, "/v1/openapi.json says what takes what").json()
    };
    Router::new()
        .route("/v1", get(api::verbs))
        .route("/v1/openapi.json", get(openapi::serve))
        .route(EVENTS, post(events::post))
        .route("/v1/changes", get(changes::listen))
        .route("/v1/{verb}", get(route))
        .route("/healthz", get(health::health))
        .route("/metrics", get(health::metrics))
        .route_service("/mcp", agents.http_service())
        .merge(page::router())
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(middleware::from_fn_with_state(state.clone(), guard::pass))
        .with_state(state.clone())
}

/// The tools of agents, which ask at the same desk.
fn agents(desk: &Arc<Desk>, time: Duration) -> Agents {
    let (of_asker, of_refuse) = (desk.clone(), desk.clone());
    let asker: Asker = Arc::new(move |question| {
        let desk = of_asker.clone();
        Box::pin(async move {
            // All agents together are one client: they leave room for people.
            let asked = tokio::time::timeout(time, desk.ask("agents", question, Ok)).await;
            // The request of one that took longer is over, and nothing else says so here.
            match asked {
                Ok(Outcome { notices, answer, .. }) => Reply { notices, answer },
                Err(_) => Reply { notices: Vec::new(), answer: Err(desk.denial(AnswerError::from(Cancelled))) },
            }
        })
    });
    Agents::new(asker, Arc::new(move |error| of_refuse.denial(error)))
}

/// A question, or a feed.
async fn route(
    state: axum::extract::State<Shared>,
    peer: axum::extract::Extension<Peer>,
    path: axum::extract::Path<String>,
    query: axum::extract::RawQuery,
    headers: axum::http::HeaderMap,
) -> Result<axum::http::Response<axum::body::Body>, Refusal> {
    if path.starts_with("feed.") {
        return feed::feed(state, peer, path, query, headers).await;
    }
    api::ask(state, peer, path, query, headers).await
}
