//! The desk: each question gets a place, is answered on a thread of its own, and is replied to.
//!
//! The questions of each [`Kind`] have lanes and places apart (see [`Places`]): those of the head, of an index, of
//! everything.
//! Everything that askers could pile up has a bound, and beyond it they are told that the service is busy.

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
use tenure_domain::position::Seq;
use tenure_ledger::answers::{Step, first_step};
use tenure_ledger::clock::now;
use tenure_ledger::question::{Kind, Question, VERBS};
use tenure_ledger::{Answered, SharedLedger, Unanswered};
use tenure_render::{self as render, Color, Look};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

use crate::bulletin::{Bulletin, Level};
use crate::changes;
use crate::denial::Denial;
use crate::error::{ReplyError, ServeError};
use crate::places::{Place, Places};
use crate::rebuilding::{Meanwhile, Rebuilding, differences};
use crate::reply::{self, ANSWER, Reply};

/// How the service is called among services, and its queue group.
const NAME: &str = "tenure";
/// How often somebody who waits for a rebuild is told of it.
const PROGRESS: Duration = Duration::from_secs(1);
/// How many quick questions are under way at a time; more are refused.
const QUICK: usize = 1_024;
/// How many of the events of a few.
const INDEX: usize = 512;
/// How many long ones.
const LONG: usize = 512;
/// How many questions wait for a position.
const WAITING: usize = 256;
/// More events a second than any log takes: what is further off than a wait has seconds cannot come in it.
const RATE: u64 = 1_000_000;
/// How long a question waits for its position where it does not say.
const WAIT: Duration = Duration::from_secs(5);
/// The longest that a question waits for its position.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// How long questions under way are waited for when the service is stopped.
const DRAIN: Duration = Duration::from_secs(4);
/// With what a subject begins to which replies go: a service that may publish anywhere writes where no asker may.
const INBOX: &str = "_INBOX";
/// How many questions of each sort are answered at a time.
#[derive(Clone, Copy)]
pub(crate) struct Lanes {
    quick: usize,
    index: usize,
    long: usize,
}

impl Lanes {
    /// As many as this machine has cores for.
    pub(crate) fn of_this_machine() -> Lanes {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Lanes { quick: cores.max(2), index: (cores / 2).max(1), long: (cores / 2).max(1) }
    }

    /// How many threads they take.
    pub(crate) fn threads(self) -> usize {
        self.quick + self.index + self.long
    }
}

/// What all endpoints have in common.
pub(crate) struct Desk {
    client: Client,
    held: Arc<SharedLedger>,
    quick_places: Arc<Places>,
    index_places: Arc<Places>,
    long_places: Arc<Places>,
    waiting_places: Arc<Places>,
    quick: Semaphore,
    index: Semaphore,
    long: Semaphore,
    bulletin: Bulletin,
    deny: fn(ReplyError) -> Denial,
    /// For each verb, how many questions had no answer.
    failed: HashMap<&'static str, AtomicU64>,
    /// Tells those who wait for a position that the service stops.
    stopping: Notify,
    /// How many requests asked for a reply where none goes.
    misdirected: AtomicU64,
}

/// A question that has a place.
struct Admitted {
    question: Question,
    place: Place,
    waits: bool,
}

/// A running service.
pub(crate) struct Service {
    micro: async_nats::service::Service,
    desk: Arc<Desk>,
    endpoints: JoinSet<()>,
}

impl Service {
    /// Announces the service, and takes questions from then on.
    pub(crate) async fn start(desk: Desk, prefix: &str) -> Result<Service, ServeError> {
        let desk = Arc::new(desk);
        let client = desk.client.clone();
        let failed = desk.clone();
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
            endpoints.spawn(listen(desk.clone(), verb, endpoint.map_err(ServeError::CannotServe)?));
        }
        let control = service.group(changes::beside(prefix, "control"));
        let about =
            HashMap::from([("description".to_owned(), "makes the snapshots anew, and answers meanwhile".to_owned())]);
        let endpoint = control.endpoint_builder().name("replay").metadata(about).add("replay").await;
        endpoints.spawn(rebuild(desk.clone(), endpoint.map_err(ServeError::CannotServe)?));
        // Whoever is told that this answers finds it answering.
        client.flush().await.map_err(|error| ServeError::CannotServe(error.into()))?;
        Ok(Service { micro: service, desk, endpoints })
    }

    /// Takes no more questions, and answers those that are under way. A server that is away is not waited for: nobody
    /// could be answered, and what was applied is on the disk.
    pub(crate) async fn stop(mut self) -> Result<(), ServeError> {
        let client = self.desk.client.clone();
        if client.connection_state() != State::Connected {
            self.desk.bulletin.tell(Level::Warn, "the server is away: questions under way are left unanswered", &[]);
            return Ok(());
        }
        let bulletin = self.desk.bulletin;
        let last_answers = async {
            self.micro.stop().await.map_err(ServeError::CannotStop)?;
            while self.endpoints.join_next().await.is_some() {}
            self.desk.stopping.notify_waiters();
            // In the order in which a question goes from one to the other.
            let desk = &self.desk;
            for places in [&desk.waiting_places, &desk.quick_places, &desk.index_places, &desk.long_places] {
                places.close().await;
            }
            client.flush().await.map_err(|error| ServeError::CannotStop(error.into()))
        };
        tokio::time::timeout(DRAIN, last_answers).await.unwrap_or_else(|_| {
            bulletin.tell(Level::Warn, "some questions took too long and are left unanswered", &[]);
            Ok(())
        })
    }
}

/// Takes the questions of one verb, for as long as they come.
async fn listen(desk: Arc<Desk>, verb: &'static str, mut endpoint: Endpoint) {
    while let Some(request) = endpoint.next().await {
        let Some(client) = desk.client_of(&request) else { continue };
        let question = Question::read(verb, &request.message.payload, now().day());
        match question.map_err(ReplyError::from).and_then(|question| desk.admit(&client, question)) {
            Ok(admitted) => {
                let desk = desk.clone();
                tokio::spawn(async move {
                    let (reply, place) = desk.reply(admitted, &client).await;
                    desk.send(verb, &request, reply).await;
                    drop(place);
                });
            }
            Err(error) => desk.send(verb, &request, desk.denied(error)).await,
        }
    }
}

/// Makes the snapshots anew for whoever asks, one after the other, and tells how far it is.
async fn rebuild(desk: Arc<Desk>, mut endpoint: Endpoint) {
    while let Some(request) = endpoint.next().await {
        if desk.client_of(&request).is_none() {
            continue;
        }
        let reply = match desk.rebuild(&request).await {
            Ok(reply) => reply,
            Err(error) => desk.denied(error),
        };
        desk.send("replay", &request, reply).await;
    }
}

/// For how long a question waits for its position.
fn wait_of(question: &Question) -> Duration {
    question.terms.wait_ms.map_or(WAIT, Duration::from_millis).min(LONGEST_WAIT)
}

impl Desk {
    /// A desk at which nothing was asked yet.
    pub(crate) fn new(
        client: Client,
        held: Arc<SharedLedger>,
        lanes: Lanes,
        bulletin: Bulletin,
        deny: fn(ReplyError) -> Denial,
    ) -> Desk {
        Desk {
            client,
            held,
            quick_places: Places::new(QUICK),
            index_places: Places::new(INDEX),
            long_places: Places::new(LONG),
            waiting_places: Places::new(WAITING),
            quick: Semaphore::new(lanes.quick),
            index: Semaphore::new(lanes.index),
            long: Semaphore::new(lanes.long),
            bulletin,
            deny,
            stopping: Notify::new(),
            misdirected: AtomicU64::default(),
            failed: VERBS.iter().map(|(verb, _)| (*verb, AtomicU64::new(0))).collect(),
        }
    }

    /// The reply to a question that has no answer.
    fn denied(&self, error: ReplyError) -> Reply {
        Reply { notices: Vec::new(), outcome: Err((self.deny)(error)) }
    }

    /// Who asks, as far as that can be told: where replies go, without the last part, which is that of one question. None
    /// where no reply may go there; that is told once, and counted.
    fn client_of(&self, request: &Request) -> Option<String> {
        let reply = request.message.reply.as_ref()?.as_str();
        if !reply.starts_with(INBOX) {
            if self.misdirected.fetch_add(1, Ordering::Relaxed) == 0 {
                let fields = [("reply", reply.chars().take(200).collect::<String>().into())];
                self.bulletin.tell(
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

    /// Gives a question its place, or says why it has none.
    fn admit(&self, client: &str, question: Question) -> Result<Admitted, ReplyError> {
        let waits = self.must_wait(&question)?;
        let places = if waits { &self.waiting_places } else { self.places_of(&question) };
        let place = places.take(client).ok_or(ReplyError::Busy)?;
        Ok(Admitted { question, place, waits })
    }

    fn places_of(&self, question: &Question) -> &Arc<Places> {
        match question.kind() {
            Kind::Head => &self.quick_places,
            Kind::Index => &self.index_places,
            Kind::Scan => &self.long_places,
        }
    }

    /// What becomes of a question, with the place that it has until that is sent.
    async fn reply(&self, admitted: Admitted, client: &str) -> (Reply, Option<Place>) {
        let busy = || (self.denied(ReplyError::Busy), None);
        let Admitted { question, mut place, waits } = admitted;
        if waits {
            self.wait(&question).await;
            let Some(next) = self.places_of(&question).take(client) else { return busy() };
            place = next;
        }
        let question = Arc::new(question);
        let held = self.held.clone();
        let asked = question.clone();
        let first = move || first_step(&held, &asked);
        let kind = question.kind();
        let step = {
            // Quick ones are not worth taking turns for.
            let _turn = if kind == Kind::Head { None } else { Some(place.turn().lock_owned().await) };
            let lane = match kind {
                Kind::Head => &self.quick,
                Kind::Index => &self.index,
                Kind::Scan => &self.long,
            };
            let Ok(_lane) = lane.acquire().await else { return busy() };
            work(first).await
        };
        let slow = match step {
            None => return (self.denied(ReplyError::Panicked), Some(place)),
            Some(Err(unanswered)) => return (self.reply_of(Err(unanswered)), Some(place)),
            Some(Ok(Step::Answered(answered))) => return (self.reply_of(Ok(*answered)), Some(place)),
            Some(Ok(Step::Slow(slow))) => slow,
        };
        if kind != Kind::Scan {
            let Some(next) = self.long_places.take(client) else { return busy() };
            place = next;
        }
        let _turn = place.turn().lock_owned().await;
        let Ok(_lane) = self.long.acquire().await else { return busy() };
        let held = self.held.clone();
        let answered = work(move || slow.answer(&held, &question)).await;
        let reply = match answered {
            None => self.denied(ReplyError::Panicked),
            Some(answered) => self.reply_of(answered),
        };
        (reply, Some(place))
    }

    /// What becomes of a question, as it is sent.
    fn reply_of(&self, answered: Result<Answered, Unanswered>) -> Reply {
        match answered {
            Ok(Answered { answer, notices, .. }) => {
                let outcome = written(&answer).map(Bytes::from).map_err(self.deny);
                Reply { notices, outcome }
            }
            Err(Unanswered { error, notices }) => Reply { notices, outcome: Err((self.deny)((*error).into())) },
        }
    }

    /// Makes the snapshots anew, and tells how far it is.
    async fn rebuild(&self, request: &Request) -> Result<Reply, ReplyError> {
        let unusable = self.held.ledger().unusable();
        let answered_from = if unusable.is_some() { Meanwhile::Log } else { Meanwhile::Snapshots };
        let mut rebuilding =
            Rebuilding::begin(&self.held, self.bulletin, Level::Info, "it was asked for", answered_from)?;
        let end = loop {
            tokio::select! {
                end = rebuilding.ended() => break end,
                () = tokio::time::sleep(PROGRESS) => {
                    rebuilding.tell_progress();
                    let [(_, at), (_, head), (_, rate), (_, left)] = rebuilding.way();
                    let told = format!("{at} of {head} events, {rate} a second, {left} s left");
                    let mut headers = async_nats::HeaderMap::new();
                    headers.insert(reply::PROGRESS, told.as_str());
                    if let Some(inbox) = request.message.reply.clone() {
                        // Whoever is gone does not mind.
                        drop(self.client.publish_with_headers(inbox, headers, "".into()).await);
                    }
                }
            }
        };
        rebuilding.tell_end(end.as_ref());
        let Some(rebuilt) = end else { return Err(ReplyError::RebuildGone) };
        let notices = rebuilt.iter().flat_map(differences).collect();
        let outcome = rebuilt.map_err(|error| (self.deny)(error.into())).map(|rebuilt| {
            let json = serde_json::json!({
                "events": rebuilt.events, "people": rebuilt.people, "units": rebuilt.units,
                "seconds": rebuilding.seconds(), "differences": rebuilt.differences,
            });
            json.to_string().into()
        });
        Ok(Reply { notices, outcome })
    }

    /// Whether the position is still to come after which a question is to be answered. One that cannot come within the
    /// time that the question gives is refused.
    fn must_wait(&self, question: &Question) -> Result<bool, ReplyError> {
        let Some(after) = question.terms.after.map(Seq::new) else { return Ok(false) };
        let head = *self.held.applied().borrow();
        if head >= after {
            return Ok(false);
        }
        let seconds = wait_of(question).as_secs() + 10;
        if after.number() > head.number().saturating_add(RATE * seconds) {
            return Err(ReplyError::NotInTime { after, head });
        }
        Ok(true)
    }

    /// Waits for the position that a question is to be answered after. Whether it came is for the answer to say.
    async fn wait(&self, question: &Question) {
        let Some(after) = question.terms.after.map(Seq::new) else { return };
        let mut applied = self.held.applied();
        let came = tokio::time::timeout(wait_of(question), applied.wait_for(|seq| *seq >= after));
        tokio::select! {
            came = came => drop(came),
            () = self.stopping.notified() => {}
        }
    }

    /// Sends a reply. Where that fails there is nobody left to tell but those who run the service.
    async fn send(&self, verb: &str, request: &Request, reply: Reply) {
        if reply.outcome.is_err()
            && let Some(failed) = self.failed.get(verb)
        {
            failed.fetch_add(1, Ordering::Relaxed);
        }
        if let Err(error) = self.publish(request, reply).await {
            let fields = [("verb", verb.into()), ("error", error.to_string().into())];
            self.bulletin.tell(Level::Warn, "an answer could not be sent", &fields);
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

/// Runs what takes a while on a thread of its own. None where it panicked: that is one question without an answer.
async fn work<T: Send + 'static>(answer: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(answer).await.ok()
}

/// An answer as `--format json` prints it.
fn written(answer: &tenure_answers::Answer) -> Result<String, ReplyError> {
    let look = Look { width: None, color: Color::Plain };
    let text = render::render(answer, render::Format::Json, &look)?;
    if text.len() > ANSWER {
        return Err(ReplyError::TooLarge { bytes: text.len() });
    }
    Ok(text)
}
