//! Follows the stream into the ledger that is served: messages in, snapshots at their head.
//!
//! One thread writes. What comes is appended to the copy of the stream first and applied then, so that a process that
//! is killed anywhere finds on its next start how far it was: the copy by its last whole record, the snapshots by the
//! position in their head. While much is waiting, more is appended before anything is applied: a thousand events cost
//! about as much to apply as one.
//!
//! Where there are no snapshots that can be asked, they are made anew by another thread (see [`crate::rebuilding`]). What
//! comes waits for that, so that who asks the log meanwhile finds what was read for the one before; how far the ledger
//! is behind is known all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Clock};

use tenure_domain::position::Seq;
use tenure_log::replica::{self, ReplicaError};
use tenure_log::stream::Follow;
use tenure_log::{Journal, Log, LogError, Stream, identify};
use tenure_projector::{Damage, Done, Unfit, Unusable};

use crate::bulletin::{Bulletin, Level, progress, rounded, whole};
use crate::error::ServeError;
use crate::rebuilding::{Meanwhile, Mending};
use crate::setback::Setback;
use tenure_ledger::{Applied, SharedLedger, with_causes};

/// How long messages are waited for before it is looked whether to stop.
const WAIT: Duration = Duration::from_millis(200);
/// How long more is waited for where several messages came at once.
const LINGER: Duration = Duration::from_millis(1);
/// How many events are appended at least before they are applied, while more are waiting.
const WAITING: u64 = 5_000;
/// How often the server is asked how far the stream goes.
const LOOK: Duration = Duration::from_secs(2);
/// How often it is told at most what was applied.
const TELL: Duration = Duration::from_mins(1);

/// A stream that is followed.
pub(crate) struct Following {
    ledger: Arc<SharedLedger>,
    stream: Stream,
    follow: Follow,
    looked: Option<Clock>,
    bulletin: Bulletin,
    mending: Mending,
    /// Whether what comes can be written.
    writing: Setback,
    /// Whether what is written can be answered.
    applying: Setback,
    /// Whether there was nothing to answer from when it began.
    from_nothing: bool,
    /// Since when, and from where on, it was not told what was applied.
    untold: (Clock, Seq),
    /// Up to where it is told which events count for nothing.
    judged: Seq,
}

impl Following {
    /// Begins to follow, or goes on where the copy ends.
    pub(crate) fn begin(
        ledger: Arc<SharedLedger>,
        mut stream: Stream,
        bulletin: Bulletin,
    ) -> Result<Following, ServeError> {
        let dir = ledger.ledger().dir().to_owned();
        let (follow, copied) = ledger.write(|journal| {
            let copied = Journal::head(journal);
            replica::follow(&dir, journal, &mut stream).map(|follow| (follow, copied))
        })?;
        let name = stream.target().name.as_str().to_owned();
        let fields = [
            ("stream", name.into()),
            ("created", stream.created().into()),
            ("from", copied.next().number().into()),
            ("applied", ledger.ledger().head().number().into()),
        ];
        bulletin.tell(Level::Info, "following the stream", &fields);
        let mending = Mending::new(ledger.clone(), bulletin);
        let judged = ledger.ledger().head();
        let untold = (Clock::now(), judged);
        let from_nothing = copied == Seq::ZERO;
        let writing = Setback::new(bulletin, "the copy of the stream cannot be written");
        let applying = Setback::new(bulletin, "what came cannot be applied");
        let looked = None;
        Ok(Following {
            ledger,
            stream,
            follow,
            looked,
            bulletin,
            mending,
            writing,
            applying,
            from_nothing,
            untold,
            judged,
        })
    }

    /// Takes in what is waiting, and tells of progress, until everything up to the head as it was is applied.
    pub(crate) fn catch_up(&mut self, stop: &AtomicBool) -> Result<(), ServeError> {
        let head = self.stream.head()?;
        let (started, from) = (Clock::now(), self.ledger.ledger().head());
        let mut reported = Clock::now();
        while self.ledger.ledger().head() < head && !stop.load(Ordering::Relaxed) {
            // No question is asked yet, and all of it at once costs least.
            if self.copied() < head {
                self.take_in(stop, WAIT)?;
            } else {
                self.apply(stop, &|_, _| {})?;
            }
            if reported.elapsed() > Duration::from_secs(5) {
                reported = Clock::now();
                let at = self.copied();
                self.bulletin.tell(Level::Info, "catching up", &progress(from, at, head, started));
            }
        }
        let at = self.ledger.ledger().head();
        self.untold = (Clock::now(), at);
        if at >= head {
            let (events, seconds) = (at.number() - from.number(), started.elapsed().as_secs_f64());
            #[expect(clippy::cast_precision_loss, reason = "figures for people")]
            let rate = whole(events as f64 / seconds.max(0.001));
            let fields = [
                ("events", events.into()),
                ("seconds", rounded(seconds)),
                ("rate", rate),
                ("position", at.number().into()),
            ];
            self.bulletin.tell(Level::Info, "caught up", &fields);
        }
        if self.from_nothing {
            // No asker was answered by this one before, and others may answer faster than the log does.
            self.mend(Meanwhile::Nothing, stop, &|_, _| {})?;
        }
        Ok(())
    }

    /// Follows until it is told to stop. `applied` is told the positions that were answered before and are now.
    pub(crate) fn run(&mut self, stop: &AtomicBool, applied: &dyn Fn(Seq, Seq)) -> Result<(), ServeError> {
        while !stop.load(Ordering::Relaxed) {
            self.mend(Meanwhile::Log, stop, applied)?;
            self.step(stop, applied)?;
            self.tell_applied();
        }
        Ok(())
    }

    /// Has snapshots made where there are none that can be asked.
    pub(crate) fn mend(
        &mut self,
        answered_from: Meanwhile,
        stop: &AtomicBool,
        applied: &dyn Fn(Seq, Seq),
    ) -> Result<(), ServeError> {
        let why = self.ledger.ledger().unusable();
        why.map_or(Ok(()), |why| self.make_anew(&why, answered_from, stop, applied))
    }

    fn make_anew(
        &mut self,
        why: &Unusable,
        answered_from: Meanwhile,
        stop: &AtomicBool,
        applied: &dyn Fn(Seq, Seq),
    ) -> Result<(), ServeError> {
        let before = self.ledger.ledger().head();
        let Following { ledger, stream, looked, mending, .. } = self;
        mending.mend(why, answered_from, stop, &mut || look(ledger, stream, looked))?;
        let now = self.ledger.ledger().head();
        self.tell_judged();
        if now > before {
            applied(before, now);
        }
        Ok(())
    }

    /// The last position of the copy.
    fn copied(&self) -> Seq {
        self.ledger.written()
    }

    /// Tells once in a while how many events were applied.
    fn tell_applied(&mut self) {
        let ((since, from), at) = (self.untold, self.ledger.ledger().head());
        if since.elapsed() < TELL {
            return;
        }
        self.untold = (Clock::now(), at);
        if at > from {
            let lag = self.ledger.ledger().lag();
            let fields = [
                ("events", (at.number() - from.number()).into()),
                ("position", at.number().into()),
                ("lag_events", lag.events.into()),
                ("lag_seconds", rounded(lag.seconds)),
            ];
            self.bulletin.tell(Level::Info, "applied", &fields);
        }
    }

    /// Tells what one step came to.
    fn tell_step(&mut self, before: Seq, applied: &Applied, took: Duration) {
        let (how, people) = match applied {
            Applied::Log => ("left to the log", 0),
            Applied::Unfit(_) | Applied::Snapshots(Done::Nothing) => ("nothing", 0),
            Applied::Snapshots(Done::Added { people, .. }) => ("added", *people),
            Applied::Snapshots(Done::CaughtUp { people, .. }) => ("read all events", *people),
            Applied::Snapshots(Done::Rebuilt { .. }) => ("made anew", 0),
        };
        let at = self.ledger.ledger().head();
        let fields = [
            ("events", at.number().saturating_sub(before.number()).into()),
            ("position", at.number().into()),
            ("how", how.into()),
            ("people", people.into()),
            ("seconds", rounded(took.as_secs_f64())),
        ];
        self.bulletin.tell(Level::Debug, "step", &fields);
        self.tell_judged();
    }

    /// Tells which events count for nothing, as far as the snapshots know of more.
    fn tell_judged(&mut self) {
        let Ok((store, notice)) = self.ledger.ledger().store() else { return };
        self.bulletin.hear_all(notice);
        for (seq, reason) in store.quarantined_after(self.judged) {
            let all = store.quarantined().into();
            let fields = [("position", seq.number().into()), ("reason", reason.into()), ("all", all)];
            self.bulletin.tell(Level::Warn, "quarantined", &fields);
        }
        self.judged = self.judged.max(store.seq());
    }

    /// Why following ends. A stream that is gone was there when it began.
    fn lost(&self, source: LogError) -> ServeError {
        let copied = self.copied();
        if let LogError::Rewritten { stream, at } = source {
            let dir = self.ledger.ledger().dir().to_owned();
            ReplicaError::Differs { stream: stream.to_string(), at, dir }.into()
        } else if let LogError::NoStream { .. } | LogError::AnotherStream { .. } = &source {
            ServeError::StreamGone { source, copied }
        } else if let LogError::ShorterThan { head, .. } = &source {
            ServeError::StreamShorter { first: head.next(), source, copied }
        } else {
            source.into()
        }
    }

    fn look(&mut self) {
        look(&self.ledger, &mut self.stream, &mut self.looked);
    }

    fn step(&mut self, stop: &AtomicBool, applied: &dyn Fn(Seq, Seq)) -> Result<(), ServeError> {
        let mut came = self.take_in(stop, WAIT)?;
        // What comes a few at a time, but without a pause, is applied at once as well. One alone is not kept waiting.
        while came > 1 && !stop.load(Ordering::Relaxed) {
            let (before, end) = (self.ledger.ledger().head().number(), self.copied().number());
            if end - before >= WAITING.max(before / 8) {
                break;
            }
            came = self.take_in(stop, LINGER)?;
        }
        self.look();
        self.apply(stop, applied)
    }

    /// Appends the next messages to the copy, and tells how many they were.
    fn take_in(&mut self, stop: &AtomicBool, wait: Duration) -> Result<usize, ServeError> {
        let messages = self.follow.next(wait).map_err(|error| self.lost(error))?;
        while !messages.is_empty() && !stop.load(Ordering::Relaxed) {
            // Also while nothing can be written: how far it is behind is to be known then above all.
            self.look();
            match self.ledger.write(|journal| replica::take_in(journal, &messages, identify)) {
                Ok(()) => {
                    self.writing.end();
                    break;
                }
                Err(error @ LogError::Io { .. }) => {
                    self.writing.tell(with_causes(&error));
                    self.writing.wait();
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(messages.len())
    }

    /// Has snapshots made in the place of those that cannot take what came.
    fn unfit(
        &mut self,
        error: Unfit,
        before: Seq,
        stop: &AtomicBool,
        applied: &dyn Fn(Seq, Seq),
    ) -> Result<(), ServeError> {
        self.applying.tell(error.to_string());
        let why = Damage::NotCaughtUp(Arc::new(error)).into();
        self.make_anew(&why, Meanwhile::Snapshots, stop, applied)?;
        if self.ledger.ledger().head() == before {
            self.applying.wait();
        } else {
            self.applying.end();
        }
        Ok(())
    }

    /// Applies what was appended.
    fn apply(&mut self, stop: &AtomicBool, applied: &dyn Fn(Seq, Seq)) -> Result<(), ServeError> {
        let (before, end) = (self.ledger.ledger().head(), self.copied());
        if end <= before {
            return self.ledger.settle().or_else(|unfit| self.unfit(unfit, before, stop, applied));
        }
        let began = Clock::now();
        match self.ledger.apply() {
            Ok((Applied::Unfit(error), notice)) => {
                self.bulletin.hear_all(notice);
                self.unfit(error, before, stop, applied)?;
            }
            Ok((done, notice)) => {
                self.bulletin.hear_all(notice);
                self.applying.end();
                self.tell_step(before, &done, began.elapsed());
                applied(before, end);
            }
            Err(error) => {
                self.applying.tell(with_causes(&error));
                self.applying.wait();
            }
        }
        Ok(())
    }
}

/// Asks now and then how far the stream goes.
fn look(ledger: &SharedLedger, stream: &mut Stream, looked: &mut Option<Clock>) {
    if looked.is_none_or(|at| at.elapsed() > LOOK) {
        *looked = Some(Clock::now());
        // A server that cannot be asked just now is asked again.
        if let Ok(head) = stream.head() {
            ledger.ledger().hear_of(head);
        }
    }
}
