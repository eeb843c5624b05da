//! The service as a whole: it opens the ledger, follows the stream on a thread beside, and answers at its doors until it is
//! told to stop.
//!
//! Any number of these form one queue group on NATS, and each question goes to one of them. What becomes of a question is in
//! `desk`; what brings new events is in `following`. Questions that wait for a position see it come.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Clock};

use async_nats::Client;
use async_nats::connection::State;
use tenure_domain::plain_text::{one_line, shown_path};
use tenure_domain::position::Seq;
use tenure_ledger::{AnswerError, Applied, Cancelled, LedgerDirectory, SharedLedger, with_causes};
use tenure_log::stream::{Connection, Denials, StreamTarget};
use tenure_log::{Create, Holder, LogError, Patience, Stream, identify, replica};
use tenure_projector::{Damage, Unusable};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;

use crate::bulletin::{Bulletin, Level, rounded};
use crate::changes;
use crate::denial::{Denial, Wording};
use crate::desk::{Desk, Desks, Lanes, Outcome};
use crate::endpoints::{Service, settling};
use crate::error::{ReplyError, ServeError};
use crate::following::Following;
use crate::neighbour::{Answerer, Asking, Listening};
use crate::rebuilding::{Meanwhile, Mending};
use crate::setback::Setback;

/// Threads for what is looked up beside questions.
const HOUSEKEEPING: usize = 2;
/// How often it is looked whether the connection stands.
const LOOK: Duration = Duration::from_millis(500);
/// How often it is told at most what the server does not allow.
const TELL_DENIED: Duration = Duration::from_secs(10);
/// How long a wait for another process is not worth telling.
const QUIET_WAIT: Duration = Duration::from_secs(1);
/// The stack of a thread that answers: charts can be deep. What is not touched costs nothing.
const STACK: usize = 64 << 20;

/// What a service is given.
pub struct ServeOptions {
    /// The server on which questions come and the stream lies, where there is one.
    pub nats: Option<ServedStream>,
    /// Another door by which questions come, where there is one.
    pub door: Option<Door>,
    /// The directory of the ledger, which is begun where there is none.
    pub dir: PathBuf,
    /// How long another process is waited for that asks the same directory.
    pub wait: Duration,
    /// Where it is told what happens.
    pub bulletin: Bulletin,
    /// Puts into words why there is no answer, for who types commands.
    pub deny: fn(ReplyError) -> Denial,
    /// The same for programs, whose questions have fields.
    pub deny_by_field: fn(ReplyError) -> Denial,
    /// Is called when the service begins to stop. What is under way then can be left as a killed process leaves it: the
    /// program may end itself where it takes too long.
    pub stopping: fn(Bulletin),
}

/// The stream that a service follows, and where it is asked.
pub struct ServedStream {
    /// The connection to the server on which questions come and the stream lies.
    pub connection: Connection,
    /// The stream that is followed. A directory that holds a ledger of its own follows none.
    pub stream: StreamTarget,
    /// What the subjects of questions begin with.
    pub prefix: String,
}

/// A door beside NATS: takes questions to the desk until it is told to stop, and ends once it has sent what was under
/// way.
pub type Door = Box<
    dyn FnOnce(Arc<Desk>, oneshot::Receiver<()>) -> Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>> + Send,
>;

/// Answers questions until `stop` comes, or until there is nothing to follow any more.
pub fn serve(options: ServeOptions, stop: impl Future<Output = std::io::Result<()>>) -> Result<(), ServeError> {
    let ServeOptions { nats, door, dir, wait, bulletin, deny, deny_by_field, stopping: tell_stop } = options;
    let mut fields = vec![("version", env!("CARGO_PKG_VERSION").into()), ("data", dir.display().to_string().into())];
    fields.extend(nats.as_ref().map(|nats| ("server", nats.connection.server().into())));
    bulletin.tell(Level::Info, "started", &fields);
    let mut ledger = opened(&dir, wait, bulletin)?;
    let own = ledger.journal().head() > Seq::ZERO && !replica::is_one(&dir);
    ledger.open_for_service();
    let ledger = Arc::new(SharedLedger::new(ledger));
    let mut following = match &nats {
        None => None,
        Some(_) if own => {
            bulletin.tell(Level::Warn, "the directory holds a ledger of its own: no stream is followed", &[]);
            None
        }
        Some(ServedStream { connection, stream, .. }) => {
            let stream = Stream::open(connection.clone(), stream.clone(), Create::IfMissing, identify)?;
            Some((Following::begin(ledger.clone(), stream, bulletin)?, connection))
        }
    };
    let follows = following.is_some();
    let lanes = Lanes::of_this_machine();
    let runtime = runtime(lanes)?;
    let stopping = AtomicBool::new(false);
    let desks = Desks::new(Arc::new(Desk::new(ledger.clone(), lanes, bulletin, !follows, deny)), deny_by_field);
    let served = std::thread::scope(|scope| {
        let (level, caught_up) = oneshot::channel();
        let (tell_end, ended) = oneshot::channel();
        let (stopping, ledger, nats) = (&stopping, &ledger, nats.as_ref());
        scope.spawn(move || {
            let kept = match &mut following {
                None => keep(ledger, bulletin, stopping, level),
                Some((following, connection)) => {
                    let subject = nats.map_or_else(String::new, |nats| changes::beside(&nats.prefix, "changes"));
                    let told = |before, now| publish(ledger, connection, bulletin, &subject, before, now);
                    following.catch_up(stopping).and_then(|()| {
                        let _ = level.send(());
                        following.run(stopping, &told)
                    })
                }
            };
            // A question that waits for it is there until it comes.
            drop(tell_end.send(kept));
        });
        let answering = Answering { desks, nats, door, dir: &dir, tell_stop };
        let served = runtime.block_on(answering.run(stop, ended, caught_up));
        stopping.store(true, Ordering::Relaxed);
        served
    });
    // What is still under way by now had its time.
    runtime.shutdown_background();
    served
}

/// How long questions under way are waited for when the service is stopped.
const DRAIN: Duration = Duration::from_secs(4);

/// What answers.
struct Answering<'a> {
    desks: Desks,
    nats: Option<&'a ServedStream>,
    door: Option<Door>,
    dir: &'a Path,
    tell_stop: fn(Bulletin),
}

impl Answering<'_> {
    /// Answers, once the ledger is level with the stream, until it is to stop or `ended` comes.
    async fn run(
        self,
        stop: impl Future<Output = std::io::Result<()>>,
        ended: oneshot::Receiver<Result<(), ServeError>>,
        caught_up: oneshot::Receiver<()>,
    ) -> Result<(), ServeError> {
        let Answering { desks, nats, door, dir, tell_stop } = self;
        let desk = desks.of(Wording::Flags);
        let bulletin = desk.bulletin();
        let (mut stop, mut ended) = (pin!(stop), pin!(ended));
        if let Some(nats) = nats {
            tokio::spawn(tell_of_connection(nats.connection.client().clone(), bulletin));
        }
        // It listens for what tells it to stop before it says that it answers.
        tokio::select! {
            biased;
            told = &mut stop => {
                tell_stop(bulletin);
                return Ok(told?);
            }
            end = &mut ended => return end.unwrap_or(Ok(())),
            _ = caught_up => {}
        }
        let applied = desk.ledger().applied();
        let position = || ("position", applied.borrow().number().into());
        let denials = nats.map(|nats| (nats, nats.connection.denials()));
        let mut denied = pin!(async {
            match denials {
                Some((nats, denials)) => denied(nats, denials, bulletin).await,
                None => std::future::pending().await,
            }
        });
        let service = match nats {
            None => None,
            Some(ServedStream { connection, prefix, .. }) => {
                let service = Service::start(connection, desks.clone(), prefix, &mut denied).await?;
                bulletin.tell(Level::Info, &format!("answering on {prefix}.*"), &[position()]);
                Some(service)
            }
        };
        let neighbours = neighbours(dir, &desks);
        let (close, closed) = oneshot::channel();
        let has_door = door.is_some();
        let mut door = pin!(async {
            match door {
                Some(door) => door(desk.clone(), closed).await,
                None => std::future::pending().await,
            }
        });
        let (end, open) = tokio::select! {
            told = &mut stop => (told.map_err(ServeError::from), true),
            end = &mut ended => (end.unwrap_or(Ok(())), true),
            end = &mut door => (end.map_err(ServeError::from), false),
            error = &mut denied => (Err(error), true),
        };
        tell_stop(bulletin);
        drop(neighbours);
        bulletin.tell(Level::Info, "stopping", &[position()]);
        let last_answers = async {
            let _ = close.send(());
            let answered = if let Some(service) = service {
                service.stop().await
            } else {
                desk.close().await;
                Ok(())
            };
            if open && has_door {
                door.await?;
            }
            answered
        };
        let drained = tokio::time::timeout(DRAIN, last_answers).await.unwrap_or_else(|_| {
            bulletin.tell(Level::Warn, "some questions took too long and are left unanswered", &[]);
            Ok(())
        });
        desk.give_up();
        end.and(drained)
    }
}

/// What runs the questions of a service.
fn runtime(lanes: Lanes) -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .thread_name("tenure-answers")
        .thread_stack_size(STACK)
        .max_blocking_threads(lanes.threads() + HOUSEKEEPING)
        .build()
}

/// Opens the ledger, and tells what its log had to mend.
fn opened(dir: &Path, wait: Duration, bulletin: Bulletin) -> Result<LedgerDirectory, LogError> {
    let open = |most| LedgerDirectory::open_to_serve(dir, Patience { most, ..Patience::default() });
    let ledger = match open(wait.min(QUIET_WAIT)) {
        Err(LogError::InUse { holder, .. }) if wait > QUIET_WAIT => {
            let fields = [("holder", Holder(holder).to_string().into())];
            bulletin.tell(Level::Info, "waiting for who has the ledger", &fields);
            open(wait.saturating_sub(QUIET_WAIT))?
        }
        opened => opened?,
    };
    for notice in ledger.journal().notices() {
        bulletin.tell(Level::Warn, &notice.to_string(), &[]);
    }
    if ledger.journal().head() == Seq::ZERO {
        bulletin.tell(Level::Info, "the ledger is empty", &[("dir", shown_path(dir).into())]);
    }
    Ok(ledger)
}

/// How often it is looked whether other processes wrote to the log.
const LOOK_AT_LOG: Duration = Duration::from_millis(20);

/// Where nothing is followed, keeps the snapshots at the head of a log to which others write, until it is told to stop.
fn keep(
    ledger: &Arc<SharedLedger>,
    bulletin: Bulletin,
    stopping: &AtomicBool,
    level: oneshot::Sender<()>,
) -> Result<(), ServeError> {
    let mut mending = Mending::new(ledger.clone(), bulletin);
    apply(ledger, bulletin, stopping, &mut mending)?;
    let _ = level.send(());
    let mut taking_in = Setback::new(bulletin, "what others wrote cannot be answered");
    while !stopping.load(Ordering::Relaxed) {
        // Where nothing can be written, the log goes on answering.
        if let Some(why) = ledger.ledger().unusable().filter(|why| !matches!(why, Unusable::ReadOnly)) {
            mending.mend(&why, Meanwhile::Log, stopping, &mut || {})?;
        }
        let is_behind = ledger.is_behind().map_err(ServeError::from);
        let taken_in = is_behind
            .and_then(|behind| if behind { apply(ledger, bulletin, stopping, &mut mending) } else { Ok(None) });
        match taken_in.map_err(|error| with_causes(&error)) {
            Err(why) | Ok(Some(why)) => {
                taking_in.tell(why);
                taking_in.wait();
            }
            Ok(None) => {
                taking_in.end();
                std::thread::sleep(LOOK_AT_LOG);
            }
        }
    }
    Ok(())
}

/// Applies what was written, or has snapshots made that can take it in. Given back is why it is not answered, where these
/// could not be made either.
fn apply(
    ledger: &Arc<SharedLedger>,
    bulletin: Bulletin,
    stopping: &AtomicBool,
    mending: &mut Mending,
) -> Result<Option<String>, ServeError> {
    let (applied, notice) = ledger.apply()?;
    bulletin.hear_all(notice);
    let Applied::Unfit(error) = applied else { return Ok(None) };
    let told = with_causes(&error);
    let why = Damage::NotCaughtUp(Arc::new(error)).into();
    mending.mend(&why, Meanwhile::Nothing, stopping, &mut || {})?;
    Ok((ledger.ledger().head() < ledger.written()).then_some(told))
}

/// Answers the neighbours of this process at the desk, as those at its other doors.
fn neighbours(dir: &Path, desks: &Desks) -> Option<Listening> {
    let (desks, handle, bulletin) = (desks.clone(), Handle::current(), desks.of(Wording::Flags).bulletin());
    let answer: Answerer = Arc::new(move |Asking { name, wording, patience }, question| {
        let (asked, name) = (desks.of(wording).clone(), name.to_owned());
        let (tell, told) = std::sync::mpsc::channel();
        handle.spawn(async move {
            // What was written before it asks is in the answer.
            let answer = async {
                asked.take_in().await;
                asked.ask(&name, question, Ok).await
            };
            let told = match tokio::time::timeout(patience, answer).await {
                // Another answers it once this one has let go.
                Ok(Outcome { answer: Err(_), .. }) if asked.gave_up() => return,
                Ok(Outcome { notices, answer, .. }) => (notices, answer),
                Err(_) => (Vec::new(), Err(asked.denial(AnswerError::from(Cancelled)))),
            };
            drop(tell.send(told));
        });
        told.recv().ok()
    });
    match Listening::begin(dir, answer) {
        Ok(listening) => Some(listening),
        Err(error) => {
            let fields = [("error", error.to_string().into())];
            bulletin.tell(Level::Warn, "other processes of this machine cannot ask", &fields);
            None
        }
    }
}

/// Tells what the server does not let the service do. Comes where that is to hear questions.
async fn denied(nats: &ServedStream, mut denials: Denials, bulletin: Bulletin) -> ServeError {
    let ServedStream { connection, prefix, .. } = nats;
    let (questions, own) = (format!("Subscription to \"{prefix}."), settling(prefix));
    let mut told: Option<Clock> = None;
    loop {
        let what = denials.next().await;
        if what.contains(&questions) {
            return connection.denied(&what).into();
        }
        // A client can have any number of replies denied by where it wants them.
        if !what.contains(&own) && told.is_none_or(|at| at.elapsed() > TELL_DENIED) {
            told = Some(Clock::now());
            bulletin.tell(Level::Warn, "the server does not allow it", &[("error", one_line(&what).into())]);
        }
    }
}

/// Tells of a connection that is lost and made again. What waits for it meanwhile goes on by itself.
async fn tell_of_connection(client: Client, bulletin: Bulletin) {
    let statistics = client.statistics();
    let connects = || statistics.connects.load(Ordering::Relaxed);
    let (mut times, mut lost) = (connects(), None);
    loop {
        tokio::time::sleep(LOOK).await;
        let stands = client.connection_state() == State::Connected;
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

/// Tells those who listen what was applied.
fn publish(ledger: &SharedLedger, connection: &Connection, bulletin: Bulletin, subject: &str, before: Seq, now: Seq) {
    let told = changes::step(ledger, before, now).map(|step| serde_json::to_vec(&step).unwrap_or_default());
    let (client, subject) = (connection.client(), subject.to_owned());
    let sent = match told {
        Ok(mut payload) => {
            if payload.len() > client.max_payload() {
                let step = changes::AppliedStep { seq: now.number(), events: None };
                payload = serde_json::to_vec(&step).unwrap_or_default();
            }
            connection.wait_for(client.publish(subject, payload.into())).map_err(|error| error.to_string())
        }
        Err(error) => Err(with_causes(&error)),
    };
    if let Err(error) = sent {
        let fields = [("position", now.number().into()), ("error", error.into())];
        bulletin.tell(Level::Warn, "what was applied could not be told", &fields);
    }
}
