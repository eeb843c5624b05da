//! The endpoints: questions that come over NATS, handed to the desk and replied to.
//!
//! Deliberately not here: what becomes of a question, which is the same for all doors.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::service::endpoint::Endpoint;
use async_nats::service::{Request, ServiceExt};
use async_nats::{Client, PublishError};
use bytes::Bytes;
use futures_util::StreamExt;
use tenure_ledger::clock::now;
use tenure_ledger::question::{Question, VERBS};
use tenure_log::stream::Connection;
use tokio::task::JoinSet;

use crate::bulletin::Level;
use crate::changes;
use crate::denial::Wording;
use crate::desk::{self, Desk, Desks, LONGEST_WAIT, Outcome};
use crate::error::{ReplyError, ServeError};
use crate::rebuilding::{Meanwhile, Rebuilding, differences};
use crate::reply::{self, Reply};

/// How the service is called among services, and its queue group.
const NAME: &str = "tenure";
/// How often a client that waits for a rebuild is told of it.
const PROGRESS: Duration = Duration::from_secs(1);
/// For how long an answer is worked on whose asker does not say for how long it waits, as those who ask over NATS wait
/// where nothing else is said. Who is gone cannot be told from who waits, and keeps the others of its sort from their turn.
const UNTOLD_PATIENCE: Duration = Duration::from_secs(10);
/// With what a subject begins to which replies go: a service that may publish anywhere writes where no asker may.
const INBOX: &str = "_INBOX";

/// How long what the server said may take to be heard by another thread.
const HEARD: Duration = Duration::from_millis(20);

/// A subject on which no service answers.
pub(crate) fn settling(prefix: &str) -> String {
    format!("{prefix}.listening")
}

/// A running service.
pub(crate) struct Service {
    micro: async_nats::service::Service,
    door: Arc<NatsDoor>,
    endpoints: JoinSet<()>,
}

/// What all endpoints have in common.
struct NatsDoor {
    client: Client,
    desks: Desks,
    /// For each verb, how many questions had no answer.
    failed: HashMap<&'static str, AtomicU64>,
    /// How many requests asked for a reply where none goes.
    misdirected: AtomicU64,
}

impl Service {
    /// Announces the service, and takes questions from then on. Ends with what `denied` comes to, where that comes first.
    pub(crate) async fn start(
        connection: &Connection,
        desks: Desks,
        prefix: &str,
        denied: &mut (impl Future<Output = ServeError> + Unpin),
    ) -> Result<Service, ServeError> {
        let client = connection.client().clone();
        let failed = VERBS.iter().map(|(verb, _)| (*verb, AtomicU64::new(0))).collect();
        let misdirected = AtomicU64::default();
        let door = Arc::new(NatsDoor { client: client.clone(), desks, failed, misdirected });
        let failed = door.clone();
        let service = client
            .service_builder()
            .description("Who was where, what was known then, and which sources say so")
            .metadata(HashMap::from([("protocol".to_owned(), "1".to_owned())]))
            .queue_group(NAME)
            .stats_handler(move |endpoint, _| {
                let failed = failed.failed.get(endpoint.as_str()).map(|count| count.load(Ordering::Relaxed));
                serde_json::json!({"failed": failed})
            })
            .start(NAME, env!("CARGO_PKG_VERSION"))
            .await
            .map_err(ServeError::CannotServe)?;
        let group = service.group(prefix);
        let mut endpoints = JoinSet::new();
        for (verb, answers) in VERBS {
            let about = [("description", answers), ("answer_schema", verb)];
            let about = about.map(|(name, text)| (name.to_owned(), text.to_owned()));
            let endpoint = group.endpoint_builder().name(verb).metadata(HashMap::from(about)).add(verb).await;
            endpoints.spawn(listen(door.clone(), verb, endpoint.map_err(ServeError::CannotServe)?));
        }
        let control = service.group(changes::beside(prefix, "control"));
        let about =
            HashMap::from([("description".to_owned(), "makes the snapshots anew, and answers meanwhile".to_owned())]);
        let endpoint = control.endpoint_builder().name("replay").metadata(about).add("replay").await;
        endpoints.spawn(rebuild(door.clone(), endpoint.map_err(ServeError::CannotServe)?));
        // A client that is told that this answers finds it answering.
        client.flush().await.map_err(|error| ServeError::CannotServe(error.into()))?;
        // What the server does not allow of the subscriptions it says before anything that comes after them.
        let unrefused = async {
            connection.settle(settling(prefix)).await;
            tokio::time::sleep(HEARD).await;
        };
        tokio::select! {
            biased;
            error = denied => return Err(error),
            () = unrefused => {}
        }
        Ok(Service { micro: service, door, endpoints })
    }

    /// Takes no more questions, and answers those that are under way. A server that is away is not waited for: no asker
    /// could be answered, and what was applied is on the disk.
    pub(crate) async fn stop(mut self) -> Result<(), ServeError> {
        let client = &self.door.client;
        if client.connection_state() != State::Connected {
            let bulletin = self.door.desk().bulletin();
            bulletin.tell(Level::Warn, "the server is away: questions under way are left unanswered", &[]);
            return Ok(());
        }
        self.micro.stop().await.map_err(ServeError::CannotStop)?;
        while self.endpoints.join_next().await.is_some() {}
        self.door.desk().close().await;
        client.flush().await.map_err(|error| ServeError::CannotStop(error.into()))
    }
}

/// Takes the questions of one verb, for as long as they come.
async fn listen(door: Arc<NatsDoor>, verb: &'static str, mut endpoint: Endpoint) {
    while let Some(request) = endpoint.next().await {
        let Some(client) = door.client_of(&request) else { continue };
        let desk = door.desks.of(wording_of(&request)).clone();
        let question = Question::read(verb, &request.message.payload, now().day());
        match question.map_err(ReplyError::from).and_then(|question| desk.admit(&client, question)) {
            Ok(admitted) => {
                let door = door.clone();
                let (told, untold) = (patience_of(&request), UNTOLD_PATIENCE + admitted.wait());
                tokio::spawn(async move {
                    let asked = desk.carry_out(admitted, &client, |answer| desk::json(&answer));
                    match tokio::time::timeout(told.unwrap_or(untold), asked).await {
                        Ok(Outcome { notices, answer, slot, .. }) => {
                            door.send(verb, &request, Reply { notices, outcome: answer.map(Bytes::from) }).await;
                            drop(slot);
                        }
                        // A client that waits no more is sent nothing.
                        Err(_) if told.is_some() => {}
                        Err(_) => {
                            let too_long = ReplyError::TooLong { header: reply::PATIENCE, most: UNTOLD_PATIENCE };
                            door.send(verb, &request, denied(&desk, too_long)).await;
                        }
                    }
                });
            }
            Err(error) => door.send(verb, &request, denied(&desk, error)).await,
        }
    }
}

/// Makes the snapshots anew for each that asks, one after the other, and tells how far it is.
async fn rebuild(door: Arc<NatsDoor>, mut endpoint: Endpoint) {
    while let Some(request) = endpoint.next().await {
        if door.client_of(&request).is_none() {
            continue;
        }
        let reply = match door.rebuild(&request).await {
            Ok(reply) => reply,
            Err(error) => denied(door.desk(), error),
        };
        door.send("replay", &request, reply).await;
    }
}

/// The reply to a question that has no answer.
fn denied(desk: &Desk, error: ReplyError) -> Reply {
    Reply { notices: Vec::new(), outcome: Err(desk.denial(error)) }
}

/// What the asker has: only the command says that it has flags.
fn wording_of(request: &Request) -> Wording {
    let told = request.message.headers.as_ref().and_then(|headers| headers.get(reply::WORDING));
    let is_command = told.is_some_and(|told| told.as_str() == Wording::Flags.word());
    if is_command { Wording::Flags } else { Wording::Fields }
}

/// For how long the asker waits, where it says so.
fn patience_of(request: &Request) -> Option<Duration> {
    let told = request.message.headers.as_ref()?.get(reply::PATIENCE)?;
    let milliseconds = told.as_str().parse().ok()?;
    Some(Duration::from_millis(milliseconds).min(LONGEST_WAIT + UNTOLD_PATIENCE))
}

impl NatsDoor {
    /// The desk, for what the command alone asks and for those who run the service.
    fn desk(&self) -> &Arc<Desk> {
        self.desks.of(Wording::Flags)
    }

    /// Who asks, as far as that can be told: where replies go, without the last part, which is that of one question. None
    /// where no reply may go there; that is told once, and counted.
    fn client_of(&self, request: &Request) -> Option<String> {
        let reply = request.message.reply.as_ref()?.as_str();
        if !reply.starts_with(INBOX) {
            if self.misdirected.fetch_add(1, Ordering::Relaxed) == 0 {
                let fields = [("reply", reply.chars().take(200).collect::<String>().into())];
                self.desk().bulletin().tell(
                    Level::Warn,
                    "replies go to inboxes only, and a request names another subject",
                    &fields,
                );
            }
            return None;
        }
        let parts = reply.rsplit_once('.').filter(|(above, _)| above.contains('.'));
        Some(parts.map_or(reply, |(above, _)| above).to_owned())
    }

    /// Makes the snapshots anew, and tells how far it is.
    async fn rebuild(&self, request: &Request) -> Result<Reply, ReplyError> {
        let unusable = self.desk().ledger().ledger().unusable();
        let answered_from = if unusable.is_some() { Meanwhile::Log } else { Meanwhile::Snapshots };
        let mut rebuilding = Rebuilding::begin(
            self.desk().ledger(),
            self.desk().bulletin(),
            Level::Info,
            "it was asked for",
            answered_from,
        )?;
        let end = loop {
            tokio::select! {
                end = rebuilding.ended() => break end,
                () = tokio::time::sleep(PROGRESS) => {
                    rebuilding.tell_progress();
                    let [(_, at), (_, head), (_, rate), (_, left)] = rebuilding.progress();
                    let told = format!("{at} of {head} events, {rate} a second, {left} s left");
                    let mut headers = async_nats::HeaderMap::new();
                    headers.insert(reply::PROGRESS, told.as_str());
                    if let Some(inbox) = request.message.reply.clone() {
                        // A client that is gone misses nothing.
                        drop(self.client.publish_with_headers(inbox, headers, "".into()).await);
                    }
                }
            }
        };
        rebuilding.tell_end(end.as_ref());
        let Some(rebuilt) = end else { return Err(ReplyError::RebuildGone) };
        let notices = rebuilt.iter().flat_map(differences).collect();
        let outcome = rebuilt.map_err(|error| self.desk().denial(error)).map(|rebuilt| {
            let json = serde_json::json!({
                "events": rebuilt.events, "people": rebuilt.people, "units": rebuilt.units,
                "seconds": rebuilding.seconds(), "differences": rebuilt.differences,
            });
            json.to_string().into()
        });
        Ok(Reply { notices, outcome })
    }

    /// Sends a reply. Where that fails, only those who run the service can be told.
    async fn send(&self, verb: &str, request: &Request, reply: Reply) {
        if reply.outcome.is_err()
            && let Some(failed) = self.failed.get(verb)
        {
            failed.fetch_add(1, Ordering::Relaxed);
        }
        if let Err(error) = self.publish(request, reply).await {
            let fields = [("verb", verb.into()), ("error", error.to_string().into())];
            self.desk().bulletin().tell(Level::Warn, "an answer could not be sent", &fields);
        }
    }

    async fn publish(&self, request: &Request, reply: Reply) -> Result<(), PublishError> {
        let Some(inbox) = request.message.reply.clone() else { return Ok(()) };
        let mut messages = reply.messages(self.client.max_payload());
        // The last one goes by the request, which takes the time and counts it.
        let last = messages.pop();
        for (headers, payload) in messages {
            self.client.publish_with_headers(inbox.clone(), headers, payload).await?;
        }
        match last {
            Some((headers, payload)) => request.respond_with_headers(Ok(payload), headers).await,
            None => Ok(()),
        }
    }
}
