//! The service: a ledger that answers over NATS, one endpoint a verb, as the micro services of NATS do it.
//!
//! Any number of these form one queue group, and each question goes to one of them. Questions are answered on threads of
//! their own; the quick ones and the long ones have lanes and places apart (see [`Question::is_long`] and [`Places`]).
//! Everything that askers could pile up has a bound, and beyond it they are told that the service is busy.
//!
//! What brings new events is a thread beside it (see [`crate::following`]); questions that wait for a position see it
//! come.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant as Clock};

use async_nats::connection::State;
use async_nats::service::endpoint::Endpoint;
use async_nats::service::{Request, ServiceExt};
use async_nats::{Client, PublishError};
use bytes::Bytes;
use futures_util::StreamExt;
use tenure_domain::position::Seq;
use tenure_ledger::identify;
use tenure_log::stream::Connection;
use tenure_log::{Create, Stream, replica};
use tenure_projector::Unusable;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::task::JoinSet;

use crate::bulletin::{Bulletin, Level, LogFormat, rounded};
use crate::changes;
use crate::clock::now;
use crate::failure::{Exit, Failure};
use crate::following::Following;
use crate::global::Global;
use crate::nats::{connect, place, url};
use crate::places::{Place, Places};
use crate::rebuilding::{Meanwhile, Mending, Rebuilding, differences};
use crate::reply::{ANSWER, Reply};
use crate::signals::stop_signal;
use tenure_ledger::answers::{Step, first_step};
use tenure_ledger::question::{Question, VERBS};
use tenure_ledger::{Answered, Applied, LedgerDirectory, SharedLedger, Unanswered};
use tenure_render::{self as render, Color, Look};

/// How the service is called among services, and its queue group.
const NAME: &str = "tenure";
/// How often somebody who waits for a rebuild is told of it.
const PROGRESS: Duration = Duration::from_secs(1);
/// How often it is looked whether the connection stands.
const LOOK: Duration = Duration::from_millis(500);
/// How many quick questions are under way at a time; more are refused.
const QUICK: usize = 1_024;
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
/// How long the service takes to stop at most. What is under way then can be left as a killed process leaves it.
const STOP: Duration = Duration::from_secs(5);
/// With what a subject begins to which replies go: a service that may publish anywhere writes where no asker may.
const INBOX: &str = "_INBOX";
/// The stack of a thread that answers: charts can be deep. What is not touched costs nothing.
const STACK: usize = 64 << 20;

/// `tenure serve`: answers until it is told to stop.
pub(crate) fn serve(global: &Global, format: LogFormat) -> Result<u8, Failure> {
    let bulletin = Bulletin::of(global, format);
    match run(global, bulletin) {
        Ok(()) => {
            bulletin.tell(Level::Info, "stopped", &[]);
            Ok(0)
        }
        // Who reads objects reads this one as well.
        Err(failure) if bulletin.format() == LogFormat::Json => {
            bulletin.failed(&failure);
            Ok(failure.exit as u8)
        }
        Err(failure) => Err(failure),
    }
}

fn run(global: &Global, bulletin: Bulletin) -> Result<(), Failure> {
    let Some(url) = url(global) else {
        return Err(Failure::usage("tenure serve answers over NATS", "name a server with --nats URL or TENURE_NATS"));
    };
    let connection = connect(&global.nats, url, global.timeout)?;
    let fields = [
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("server", connection.server().into()),
        ("data", global.data.display().to_string().into()),
    ];
    bulletin.tell(Level::Info, "started", &fields);
    let mut ledger = opened(global, bulletin)?;
    let own = ledger.journal().head() > Seq::ZERO && !replica::is_one(&global.data);
    ledger.open_for_service();
    let held = Arc::new(SharedLedger::new(ledger));
    let mut following = if own {
        bulletin.tell(Level::Warn, "the directory holds a ledger of its own: no stream is followed", &[]);
        None
    } else {
        let stream = Stream::open(connection.clone(), place(&global.nats), Create::IfMissing, identify)?;
        Some(Following::begin(held.clone(), stream, bulletin)?)
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let lanes = Lanes { quick: cores.max(2), long: (cores / 2).max(1) };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .thread_name("tenure-answers")
        .thread_stack_size(STACK)
        .max_blocking_threads(lanes.quick + lanes.long)
        .build()?;
    let stopping = AtomicBool::new(false);
    let served = std::thread::scope(|scope| {
        let (level, caught_up) = oneshot::channel();
        let (tell_end, ended) = oneshot::channel();
        let (stopping, held, prefix, connection) = (&stopping, &held, &global.nats.queries, &connection);
        scope.spawn(move || {
            let kept = match &mut following {
                None => keep(held, bulletin, stopping, level),
                Some(following) => {
                    let subject = changes::beside(prefix, "changes");
                    let told = |before, now| publish(held, connection, bulletin, &subject, before, now);
                    following.catch_up(stopping).and_then(|()| {
                        let _ = level.send(());
                        following.run(stopping, &told)
                    })
                }
            };
            // Whoever waits for it is there until it comes.
            drop(tell_end.send(kept));
        });
        let served = runtime.block_on(async {
            let mut stop = pin!(stop_signal()?);
            let mut ended = pin!(ended);
            tokio::spawn(tell_of_connection(connection.client().clone(), bulletin));
            tokio::select! {
                _ = &mut stop => {
                    end_in_time(bulletin);
                    return Ok(());
                }
                end = &mut ended => return end.unwrap_or(Ok(())),
                _ = caught_up => {}
            }
            let service = Service::start(connection.client().clone(), held.clone(), prefix, lanes, bulletin).await?;
            let applied = held.applied();
            let head = applied.borrow().number();
            bulletin.tell(Level::Info, &format!("answering on {prefix}.*"), &[("position", head.into())]);
            let end = tokio::select! {
                // Nothing is ever sent: the sender goes.
                _ = &mut stop => Ok(()),
                end = &mut ended => end.unwrap_or(Ok(())),
            };
            end_in_time(bulletin);
            bulletin.tell(Level::Info, "stopping", &[("position", applied.borrow().number().into())]);
            end.and(service.stop().await)
        });
        stopping.store(true, Ordering::Relaxed);
        served
    });
    // What is still under way by now had its time.
    runtime.shutdown_background();
    served
}

/// Opens the ledger, and tells what its log had to mend.
fn opened(global: &Global, bulletin: Bulletin) -> Result<LedgerDirectory, Failure> {
    let ledger = LedgerDirectory::open_to_serve(&global.data)?;
    for notice in ledger.journal().notices() {
        bulletin.tell(Level::Warn, &notice.to_string(), &[]);
    }
    Ok(ledger)
}

/// Sees to it that the process ends in time, whatever it is at: events that are being applied are in the log, and a
/// store that is being written is opened again as one of a process that was killed.
fn end_in_time(bulletin: Bulletin) {
    std::thread::spawn(move || {
        std::thread::sleep(STOP);
        bulletin.tell(Level::Warn, "stopped without waiting for what is under way", &[]);
        std::process::exit(0);
    });
}

/// Where nothing is followed, keeps the snapshots at the head of a log that does not grow, until it is told to stop.
fn keep(
    held: &Arc<SharedLedger>,
    bulletin: Bulletin,
    stopping: &AtomicBool,
    level: oneshot::Sender<()>,
) -> Result<(), Failure> {
    let mut mending = Mending::new(held.clone(), bulletin);
    let (applied, notice) = held.apply()?;
    bulletin.hear_all(notice);
    if let Applied::Unfit(error) = applied {
        let why = Unusable::Damaged(format!("they could not be caught up ({error})"));
        mending.mend(&why, Meanwhile::Nothing, stopping, &mut || {})?;
    }
    let _ = level.send(());
    while !stopping.load(Ordering::Relaxed) {
        let why = held.ledger().unusable();
        if let Some(why) = why {
            mending.mend(&why, Meanwhile::Log, stopping, &mut || {})?;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Tells of a connection that is lost and made again. What waits for it meanwhile goes on by itself.
async fn tell_of_connection(client: Client, bulletin: Bulletin) {
    let statistics = client.statistics();
    let connects = || statistics.connects.load(Ordering::Relaxed);
    let (mut times, mut lost) = (connects(), None);
    loop {
        tokio::time::sleep(LOOK).await;
        let stands = client.connection_state() == async_nats::connection::State::Connected;
        if !stands && lost.is_none() {
            lost = Some(Clock::now());
            bulletin.tell(Level::Warn, "disconnected", &[]);
        }
        if stands && (lost.is_some() || connects() != times) {
            let seconds = lost.take().map_or(0.0, |at| at.elapsed().as_secs_f64());
            times = connects();
            bulletin.tell(Level::Info, "reconnected", &[("seconds", rounded(seconds))]);
        }
    }
}

/// Tells whoever listens what was applied.
fn publish(held: &SharedLedger, connection: &Connection, bulletin: Bulletin, subject: &str, before: Seq, now: Seq) {
    let told =
        changes::step(held, before, now).and_then(|step| Ok(serde_json::to_vec(&step).map_err(anyhow::Error::from)?));
    let (client, subject) = (connection.client(), subject.to_owned());
    let sent = match told {
        Ok(payload) if payload.len() <= client.max_payload() => {
            connection.wait_for(client.publish(subject, payload.into())).map_err(|error| error.to_string())
        }
        Ok(_) => {
            let step = changes::Step { seq: now.number(), events: None };
            let payload = serde_json::to_vec(&step).unwrap_or_default();
            connection.wait_for(client.publish(subject, payload.into())).map_err(|error| error.to_string())
        }
        Err(failure) => Err(failure.error),
    };
    if let Err(error) = sent {
        let fields = [("position", now.number().into()), ("error", error.into())];
        bulletin.tell(Level::Warn, "what was applied could not be told", &fields);
    }
}

/// How many questions of each sort are answered at a time.
#[derive(Clone, Copy)]
struct Lanes {
    quick: usize,
    long: usize,
}

/// What all endpoints have in common.
struct Desk {
    client: Client,
    held: Arc<SharedLedger>,
    quick_places: Arc<Places>,
    long_places: Arc<Places>,
    waiting_places: Arc<Places>,
    quick: Semaphore,
    long: Semaphore,
    bulletin: Bulletin,
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
struct Service {
    micro: async_nats::service::Service,
    desk: Arc<Desk>,
    endpoints: JoinSet<()>,
}

impl Service {
    async fn start(
        client: Client,
        held: Arc<SharedLedger>,
        prefix: &str,
        lanes: Lanes,
        bulletin: Bulletin,
    ) -> Result<Service, Failure> {
        let desk = Arc::new(Desk {
            client: client.clone(),
            held,
            quick_places: Places::new(QUICK),
            long_places: Places::new(LONG),
            waiting_places: Places::new(WAITING),
            quick: Semaphore::new(lanes.quick),
            long: Semaphore::new(lanes.long),
            bulletin,
            stopping: Notify::new(),
            misdirected: AtomicU64::default(),
            failed: VERBS.iter().map(|(verb, _)| (*verb, AtomicU64::new(0))).collect(),
        });
        let failed = desk.clone();
        let unserved = |error: async_nats::Error| Failure::new(Exit::Unreachable, format!("cannot serve: {error}"));
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
            .map_err(unserved)?;
        let group = service.group(prefix);
        let mut endpoints = JoinSet::new();
        for (verb, answers) in VERBS {
            let about = [("description", answers), ("answer_schema", verb)];
            let about = about.map(|(name, text)| (name.to_owned(), text.to_owned()));
            let endpoint = group.endpoint_builder().name(verb).metadata(HashMap::from(about)).add(verb).await;
            endpoints.spawn(listen(desk.clone(), verb, endpoint.map_err(unserved)?));
        }
        let control = service.group(changes::beside(prefix, "control"));
        let about =
            HashMap::from([("description".to_owned(), "makes the snapshots anew, and answers meanwhile".to_owned())]);
        let endpoint = control.endpoint_builder().name("replay").metadata(about).add("replay").await;
        endpoints.spawn(rebuild(desk.clone(), endpoint.map_err(unserved)?));
        // Whoever is told that this answers finds it answering.
        client.flush().await.map_err(|error| unserved(error.into()))?;
        Ok(Service { micro: service, desk, endpoints })
    }

    /// Takes no more questions, and answers those that are under way. A server that is away is not waited for: nobody
    /// could be answered, and what was applied is on the disk.
    async fn stop(mut self) -> Result<(), Failure> {
        let client = self.desk.client.clone();
        if client.connection_state() != State::Connected {
            self.desk.bulletin.tell(Level::Warn, "the server is away: questions under way are left unanswered", &[]);
            return Ok(());
        }
        let unsent = |error: &dyn std::error::Error| Failure::new(Exit::Unreachable, format!("cannot stop: {error}"));
        let bulletin = self.desk.bulletin;
        let last_answers = async {
            self.micro.stop().await.map_err(|error| unsent(&*error))?;
            while self.endpoints.join_next().await.is_some() {}
            self.desk.stopping.notify_waiters();
            // In the order in which a question goes from one to the other.
            for places in [&self.desk.waiting_places, &self.desk.quick_places, &self.desk.long_places] {
                places.close().await;
            }
            client.flush().await.map_err(|error| unsent(&error))
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
        match question.map_err(Failure::from).and_then(|question| desk.admit(&client, question)) {
            Ok(admitted) => {
                let desk = desk.clone();
                tokio::spawn(async move {
                    let (reply, place) = desk.reply(admitted, &client).await;
                    desk.send(verb, &request, reply).await;
                    drop(place);
                });
            }
            Err(failure) => desk.send(verb, &request, Reply { notices: Vec::new(), outcome: Err(failure) }).await,
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
            Err(failure) => Reply { notices: Vec::new(), outcome: Err(failure) },
        };
        desk.send("replay", &request, reply).await;
    }
}

/// For how long a question waits for its position.
fn wait_of(question: &Question) -> Duration {
    question.terms.wait_ms.map_or(WAIT, Duration::from_millis).min(LONGEST_WAIT)
}

fn busy() -> Failure {
    Failure::new(Exit::Unreachable, "the service is busy").hint("ask again in a moment")
}

impl Desk {
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
    fn admit(&self, client: &str, question: Question) -> Result<Admitted, Failure> {
        let waits = self.must_wait(&question)?;
        let places = if waits { &self.waiting_places } else { self.places_of(&question) };
        let place = places.take(client).ok_or_else(busy)?;
        Ok(Admitted { question, place, waits })
    }

    fn places_of(&self, question: &Question) -> &Arc<Places> {
        if question.is_long() { &self.long_places } else { &self.quick_places }
    }

    /// What becomes of a question, with the place that it has until that is sent.
    async fn reply(&self, admitted: Admitted, client: &str) -> (Reply, Option<Place>) {
        let none = |failure| (Reply { notices: Vec::new(), outcome: Err(failure) }, None);
        let Admitted { question, mut place, waits } = admitted;
        if waits {
            self.wait(&question).await;
            let Some(next) = self.places_of(&question).take(client) else { return none(busy()) };
            place = next;
        }
        let question = Arc::new(question);
        let held = self.held.clone();
        let asked = question.clone();
        let first = move || match first_step(&held, &asked) {
            Ok(Step::Answered(answered)) => (reply_of(Ok(*answered)), None),
            Ok(Step::Slow(slow)) => (Reply { notices: Vec::new(), outcome: Ok(Bytes::new()) }, Some(slow)),
            Err(unanswered) => (reply_of(Err(unanswered)), None),
        };
        let (mut reply, slow) = if question.is_long() {
            let _turn = place.turn().lock_owned().await;
            let Ok(_lane) = self.long.acquire().await else { return none(busy()) };
            work(first).await
        } else {
            let Ok(_lane) = self.quick.acquire().await else { return none(busy()) };
            work(first).await
        };
        if let Some(slow) = slow {
            if !question.is_long() {
                let Some(next) = self.long_places.take(client) else { return none(busy()) };
                place = next;
            }
            let _turn = place.turn().lock_owned().await;
            let Ok(_lane) = self.long.acquire().await else { return none(busy()) };
            let held = self.held.clone();
            (reply, ()) = work(move || (reply_of(slow.answer(&held, &question)), ())).await;
        }
        (reply, Some(place))
    }

    async fn rebuild(&self, request: &Request) -> Result<Reply, Failure> {
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
                    headers.insert("Tenure-Progress", told.as_str());
                    if let Some(inbox) = request.message.reply.clone() {
                        // Whoever is gone does not mind.
                        drop(self.client.publish_with_headers(inbox, headers, "".into()).await);
                    }
                }
            }
        };
        rebuilding.tell_end(end.as_ref());
        let Some(rebuilt) = end else { return Err(Failure::new(Exit::Failure, "the rebuild failed")) };
        let notices = rebuilt.iter().flat_map(differences).collect();
        let outcome = rebuilt.map_err(Failure::from).map(|rebuilt| {
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
    fn must_wait(&self, question: &Question) -> Result<bool, Failure> {
        let Some(after) = question.terms.after.map(Seq::new) else { return Ok(false) };
        let head = self.held.applied().borrow().number();
        if head >= after.number() {
            return Ok(false);
        }
        let seconds = wait_of(question).as_secs() + 10;
        if after.number() > head.saturating_add(RATE * seconds) {
            let error = format!("--after {after}: the ledger is at position {head}, and cannot be there in time");
            return Err(Failure::new(Exit::NotReached, error).hint("ask for the position that the log gave an event"));
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

/// Runs what takes a while on a thread of its own. Should it panic, that is one question without an answer.
async fn work<T, F>(answer: F) -> (Reply, T)
where
    T: Default + Send + 'static,
    F: FnOnce() -> (Reply, T) + Send + 'static,
{
    tokio::task::spawn_blocking(answer).await.unwrap_or_else(|_| {
        let failure = Failure::new(Exit::Failure, "the service failed on this question").hint("its log says more");
        (Reply { notices: Vec::new(), outcome: Err(failure) }, T::default())
    })
}

/// What becomes of a question, as it is sent.
fn reply_of(answered: Result<Answered, Unanswered>) -> Reply {
    match answered {
        Ok(Answered { answer, notices, .. }) => Reply { notices, outcome: written(&answer).map(Bytes::from) },
        Err(Unanswered { error, notices }) => Reply { notices, outcome: Err(Failure::from(*error)) },
    }
}

/// An answer as `--format json` prints it.
fn written(answer: &tenure_answers::Answer) -> Result<String, Failure> {
    let look = Look { width: None, color: Color::Plain };
    let text = render::render(answer, render::Format::Json, &look)?;
    if text.len() > ANSWER {
        let error = format!("the answer has {} bytes, and at most {ANSWER} are sent", text.len());
        return Err(Failure::new(Exit::Failure, error).hint("ask about less, or ask the ledger where it lies"));
    }
    Ok(text)
}
