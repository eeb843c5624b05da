//! Follows the stream into the ledger that is served: messages in, snapshots at their head.
//!
//! One thread writes. What comes is appended to the copy of the stream first and applied then, so that a process that
//! is killed anywhere finds on its next start how far it was: the copy by its last whole record, the snapshots by the
//! position in their head. While much is waiting, more is appended before anything is applied: a thousand events cost
//! about as much to apply as one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Clock};

use tenure_domain::position::Seq;
use tenure_log::replica::{self, ReplicaError};
use tenure_log::stream::Follow;
use tenure_log::{Log, LogError, Stream};
use tenure_producer::identify;

use crate::answering::Aside;
use crate::failure::{Exit, Failure, with_causes};
use crate::ledger::Held;

/// How long messages are waited for before somebody looks whether to stop.
const WAIT: Duration = Duration::from_millis(200);
/// How many messages come at once where more are waiting.
const FULL: usize = 1_000;
/// How many events are appended at least before they are applied, while more are waiting.
const WAITING: u64 = 5_000;
/// How often the server is asked how far the stream goes.
const LOOK: Duration = Duration::from_secs(2);
/// How long a disk that takes nothing is left alone.
const FULL_DISK: Duration = Duration::from_secs(2);

/// A stream that is followed.
pub(crate) struct Following {
    held: Arc<Held>,
    stream: Stream,
    follow: Follow,
    looked: Option<Clock>,
}

impl Following {
    /// Begins to follow, or goes on where the copy ends.
    pub(crate) fn begin(held: Arc<Held>, mut stream: Stream) -> Result<Following, Failure> {
        let dir = held.ledger().dir().to_owned();
        let follow = held.write(|journal| replica::follow(&dir, journal, &mut stream, identify))?;
        Ok(Following { held, stream, follow, looked: None })
    }

    /// Takes in what is waiting, and tells of progress, until everything up to the head as it was is applied.
    pub(crate) fn catch_up(&mut self, stop: &AtomicBool, hear: &dyn Fn(Aside)) -> Result<(), Failure> {
        let head = self.stream.head()?;
        let (started, from) = (Clock::now(), self.held.ledger().head());
        let mut told = Clock::now();
        while self.held.ledger().head() < head && !stop.load(Ordering::Relaxed) {
            self.step(stop, &|_, _| {}, hear)?;
            if told.elapsed() > Duration::from_secs(5) {
                told = Clock::now();
                hear(Aside::Notice(progress(from, self.held.ledger().journal.head(), head, started)));
            }
        }
        Ok(())
    }

    /// Follows until it is told to stop. `applied` is told the positions that were answered before and are now.
    pub(crate) fn run(
        &mut self,
        stop: &AtomicBool,
        applied: &dyn Fn(Seq, Seq),
        hear: &dyn Fn(Aside),
    ) -> Result<(), Failure> {
        while !stop.load(Ordering::Relaxed) {
            self.step(stop, applied, hear)?;
        }
        Ok(())
    }

    fn step(&mut self, stop: &AtomicBool, applied: &dyn Fn(Seq, Seq), hear: &dyn Fn(Aside)) -> Result<(), Failure> {
        let messages = self.follow.next(WAIT)?;
        let came = messages.len();
        while came > 0 && !stop.load(Ordering::Relaxed) {
            match self.held.write(|journal| replica::take_in(journal, &messages, identify)) {
                Ok(()) => break,
                Err(error @ LogError::Io { .. }) => {
                    // A full disk may find room again; until then what is there is answered.
                    hear(Aside::Notice(format!("the copy of the stream cannot be written: {}", with_causes(&error))));
                    std::thread::sleep(FULL_DISK);
                }
                Err(error) => return Err(error.into()),
            }
        }
        if self.looked.is_none_or(|at| at.elapsed() > LOOK) {
            self.looked = Some(Clock::now());
            // A server that cannot be asked just now is asked again.
            if let Ok(head) = self.stream.head() {
                self.held.ledger().hear_of(head);
            }
        }
        let (before, end) = {
            let ledger = self.held.ledger();
            (ledger.head(), ledger.journal.head())
        };
        let waiting = end.number() - before.number();
        if waiting > 0 && (came < FULL || waiting >= WAITING.max(before.number() / 8)) {
            match self.held.apply(hear) {
                Ok(_) => applied(before, end),
                Err(failure) if failure.exit == Exit::Failure => {
                    hear(Aside::Notice(format!("what came cannot be applied: {}", failure.error)));
                    std::thread::sleep(FULL_DISK);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }
}

/// How far a way is gone, at what rate, and how long the rest takes.
pub(crate) fn progress(from: Seq, at: Seq, head: Seq, started: Clock) -> String {
    let (done, seconds) = (at.number().saturating_sub(from.number()), started.elapsed().as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (rate, left) = (done as f64 / seconds.max(0.001), head.number().saturating_sub(at.number()) as f64);
    format!("{at} of {head} events, {rate:.0} a second, {:.0} s left", left / rate.max(1.0))
}

impl From<ReplicaError> for Failure {
    fn from(error: ReplicaError) -> Failure {
        let text = error.to_string();
        match error {
            ReplicaError::OfAnother { .. } => {
                Failure::new(Exit::Failure, text).hint("serve it from a directory of its own: --data DIR")
            }
            ReplicaError::Shorter { stream, head, copied, .. } => Failure::new(
                Exit::Failure,
                format!("{text}: positions {} to {copied} are lost there", head.next()),
            )
            .hint(format!(
                "nothing was changed. The copy still has them: stop what publishes to {stream}, and copy the ledger to a \
                 new stream with tenure log copy"
            )),
            ReplicaError::Differs { .. } => Failure::new(Exit::Failure, text).hint(
                "nothing was changed. It is not the stream that was followed: name the right one with --nats-stream, or \
                 begin a new directory",
            ),
            ReplicaError::Log(error) => Failure::from(error),
        }
    }
}
