//! The snapshots of a served ledger, made anew on a thread of its own, beside what answers meanwhile.
//!
//! A client asks for that, or they are missing, do not read, or were made by a version that folds otherwise. How far it
//! is can be looked at by those who wait. A thread that is not waited for any more goes on alone, and leaves nothing that
//! counts where the process ends before it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant as Clock};

use serde_json::Value;
use tenure_domain::position::Seq;
use tenure_log::LogError;
use tenure_projector::{ProjectError, Unusable};
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

use crate::bulletin::{Bulletin, Level, progress, rounded};
use crate::error::ServeError;
use tenure_ledger::Notice;
use tenure_ledger::{Rebuilt, SharedLedger, with_causes};

/// How often those who run the service are told how far it is.
const PROGRESS: Duration = Duration::from_secs(5);
/// How often it is looked whether it is done.
const LOOK: Duration = Duration::from_millis(20);
/// How long snapshots that could not be made are left alone: so many times as long as the attempt took, within bounds.
const AGAIN: u32 = 10;
const AGAIN_WITHIN: [Duration; 2] = [Duration::from_secs(2), Duration::from_mins(1)];

/// What answers while the snapshots are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meanwhile {
    /// Those that are there.
    Snapshots,
    /// The log, which takes longer.
    Log,
    /// Nothing yet.
    Nothing,
}

/// What came of it.
type End = Result<Rebuilt, ProjectError>;

/// Snapshots that are being made.
pub(crate) struct Rebuilding {
    bulletin: Bulletin,
    started: Clock,
    reported: Clock,
    head: Seq,
    read: Arc<AtomicU64>,
    end: oneshot::Receiver<End>,
}

impl Rebuilding {
    /// Begins to make them, and tells so.
    pub(crate) fn begin(
        ledger: &Arc<SharedLedger>,
        bulletin: Bulletin,
        level: Level,
        reason: &str,
        meanwhile: Meanwhile,
    ) -> std::io::Result<Rebuilding> {
        let (ledger, started) = (ledger.clone(), Clock::now());
        let head = ledger.written();
        let meanwhile = match meanwhile {
            Meanwhile::Snapshots => "snapshots",
            Meanwhile::Log => "log",
            Meanwhile::Nothing => "nothing",
        };
        let fields = [("head", head.number().into()), ("reason", reason.into()), ("answered_from", meanwhile.into())];
        bulletin.tell(level, "rebuild began", &fields);
        let read = Arc::new(AtomicU64::new(0));
        let (tell_end, end) = oneshot::channel();
        let passed = read.clone();
        std::thread::Builder::new().name("tenure-rebuilds".to_owned()).spawn(move || {
            let rebuilt = ledger.rebuild(&|seq| passed.store(seq.number(), Ordering::Relaxed));
            // No asker may be waiting any more.
            drop(tell_end.send(rebuilt));
        })?;
        Ok(Rebuilding { bulletin, started, reported: started, head, read, end })
    }

    /// How much of the log is read; folding and writing comes after that.
    pub(crate) fn progress(&self) -> [(&'static str, Value); 4] {
        progress(Seq::ZERO, Seq::new(self.read.load(Ordering::Relaxed)), self.head, self.started)
    }

    /// Tells now and then how far it is.
    pub(crate) fn tell_progress(&mut self) {
        if self.reported.elapsed() >= PROGRESS {
            self.reported = Clock::now();
            self.bulletin.tell(Level::Info, "rebuilding", &self.progress());
        }
    }

    /// How long it has taken by now, in seconds.
    pub(crate) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Comes when it is done; nothing where the thread is gone.
    pub(crate) async fn ended(&mut self) -> Option<End> {
        (&mut self.end).await.ok()
    }

    /// Tells what came of it.
    pub(crate) fn tell_end(&self, end: Option<&End>) {
        let seconds = ("seconds", rounded(self.seconds()));
        match end {
            Some(Ok(rebuilt)) => {
                let differences = ("differences", rebuilt.differences.len().into());
                let (events, people) = (("events", rebuilt.events.into()), ("people", rebuilt.people.into()));
                self.bulletin.tell(Level::Info, "rebuilt", &[events, people, seconds, differences]);
            }
            Some(Err(error)) => {
                let error = with_causes(error);
                self.bulletin.tell(Level::Warn, "rebuild failed", &[("error", error.into()), seconds]);
            }
            None => self.bulletin.tell(Level::Warn, "rebuild failed", &[seconds]),
        }
    }

    /// Waits for the end, and does something meanwhile; nothing where it is to stop before that.
    fn wait(mut self, stop: &AtomicBool, meanwhile: &mut dyn FnMut()) -> Option<Result<Rebuilt, Unmade>> {
        while !stop.load(Ordering::Relaxed) {
            let end = match self.end.try_recv() {
                Ok(end) => Some(end),
                Err(TryRecvError::Closed) => None,
                Err(TryRecvError::Empty) => {
                    meanwhile();
                    self.tell_progress();
                    std::thread::sleep(LOOK);
                    continue;
                }
            };
            self.tell_end(end.as_ref());
            let Some(rebuilt) = end else { return Some(Err(Unmade::Snapshots)) };
            for notice in rebuilt.iter().flat_map(differences) {
                self.bulletin.hear(notice);
            }
            return Some(rebuilt.map_err(|error| match error {
                ProjectError::Log(error) => Unmade::Log(error),
                ProjectError::Store { .. } => Unmade::Snapshots,
            }));
        }
        None
    }
}

/// What is told of snapshots that said something else than those made anew.
pub(crate) fn differences(rebuilt: &Rebuilt) -> Vec<Notice> {
    let told = |difference| Notice::Remark(format!("the old snapshots differed: {difference}"));
    rebuilt.differences.iter().map(told).collect()
}

/// Why there are no new snapshots.
enum Unmade {
    /// The log does not read, and without it there are no answers either.
    Log(LogError),
    /// They cannot be written, or the thread is gone.
    Snapshots,
}

/// Sees to it that there are snapshots.
pub(crate) struct Mending {
    ledger: Arc<SharedLedger>,
    bulletin: Bulletin,
    /// When it is tried again, where it failed.
    again: Option<Clock>,
}

impl Mending {
    pub(crate) fn new(ledger: Arc<SharedLedger>, bulletin: Bulletin) -> Mending {
        Mending { ledger, bulletin, again: None }
    }

    /// Makes the snapshots anew, and does something while that goes on. Where they cannot be written, that is tried
    /// again after a while at the soonest.
    pub(crate) fn mend(
        &mut self,
        why: &Unusable,
        answered_from: Meanwhile,
        stop: &AtomicBool,
        meanwhile: &mut dyn FnMut(),
    ) -> Result<(), ServeError> {
        if self.again.is_some_and(|at| Clock::now() < at) {
            return Ok(());
        }
        let level = match why {
            Unusable::NoneYet | Unusable::OtherVersion => Level::Info,
            Unusable::Damaged(_)
            | Unusable::LogUnread(_)
            | Unusable::InUse(_)
            | Unusable::ReadOnly
            | Unusable::NotADirectory(_) => Level::Warn,
        };
        let began = Clock::now();
        let rebuilding = Rebuilding::begin(&self.ledger, self.bulletin, level, &why.to_string(), answered_from)?;
        self.again = match rebuilding.wait(stop, meanwhile) {
            None | Some(Ok(_)) => None,
            Some(Err(Unmade::Snapshots)) => {
                let [least, most] = AGAIN_WITHIN;
                Some(Clock::now() + (began.elapsed() * AGAIN).clamp(least, most))
            }
            Some(Err(Unmade::Log(error))) => return Err(error.into()),
        };
        Ok(())
    }
}
