//! The desk: each question gets a slot and is answered on a thread of its own, whichever door it came by.
//!
//! The questions of each [`Kind`] have lanes and slots apart (see [`Slots`]): those of the head, of an index, of
//! everything.
//! Everything that askers could pile up has a bound, and beyond it they are told that the service is busy.

use std::sync::Arc;
use std::time::Duration;

use tenure_answers::{Answer, BasisShown};
use tenure_domain::position::Seq;
use tenure_ledger::answers::{FirstStep, Slow, first_step};
use tenure_ledger::question::{Kind, Question};
use tenure_ledger::{AnswerError, Answered, Cancellation, Cancelled, Notice, SharedLedger, Unanswered};
use tenure_render::{self as render, Color, Layout};
use tokio::sync::{Notify, Semaphore};

use crate::bulletin::Bulletin;
use crate::denial::{Denial, Wording};
use crate::error::ReplyError;
use crate::reply::ANSWER;
use crate::slots::{Slot, Slots};
use crate::waits::{PositionWait, Waits};

/// How many questions of the head are under way at a time; more are refused.
const HEAD: usize = 1_024;
/// How many of an index.
const INDEX: usize = 512;
/// How many of everything.
const SCAN: usize = 512;
/// How many questions wait for a position.
const WAITING: usize = 256;
/// More events a second than any log takes: what is further off than a wait has seconds cannot come in it.
const RATE: u64 = 1_000_000;
/// How long a question waits for its position where it does not say.
const WAIT: Duration = Duration::from_secs(5);
/// How often it is looked meanwhile whether the asker still waits.
const LOOK: Duration = Duration::from_millis(50);
/// How long what other processes wrote before a question came is waited for. It can be that it cannot be answered.
const TAKE_IN: Duration = Duration::from_secs(1);
/// The longest that a question waits for its position.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// How many questions of each sort are answered at a time.
#[derive(Clone, Copy)]
pub(crate) struct Lanes {
    head: usize,
    index: usize,
    scan: usize,
}

impl Lanes {
    /// As many as this machine has cores for.
    pub(crate) fn of_this_machine() -> Lanes {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Lanes { head: cores.max(2), index: (cores / 2).max(1), scan: (cores / 2).max(1) }
    }

    /// How many threads they take.
    pub(crate) fn threads(self) -> usize {
        self.head + self.index + self.scan
    }
}

/// Where the questions of one [`Kind`] are answered.
#[derive(Clone)]
struct Lane {
    /// Those that are under way.
    slots: Arc<Slots>,
    /// Those that are answered at a time.
    turns: Arc<Semaphore>,
}

impl Lane {
    fn of(slots: usize, turns: usize) -> Lane {
        Lane { slots: Slots::new(slots), turns: Arc::new(Semaphore::new(turns)) }
    }
}

/// What all doors have in common: clients over NATS and HTTP are answered here, within the same bounds.
#[derive(Clone)]
pub struct Desk {
    ledger: Arc<SharedLedger>,
    head: Lane,
    index: Lane,
    scan: Lane,
    waits: Arc<Waits>,
    bulletin: Bulletin,
    /// Whether other processes write to the log.
    others_write: bool,
    deny: fn(ReplyError) -> Denial,
    /// Tells those who wait for a position that the service stops.
    stopping: Arc<Notify>,
    /// Cancels all questions.
    ended: Cancellation,
}

/// Cancels a question when who waits for it lets go of this.
struct Waiting(Cancellation);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// One desk, in the words of each who asks there.
#[derive(Clone)]
pub(crate) struct Desks {
    by_flag: Arc<Desk>,
    by_field: Arc<Desk>,
}

impl Desks {
    /// The desk, which speaks of flags, and beside it the same one that speaks of fields.
    pub(crate) fn new(by_flag: Arc<Desk>, deny_by_field: fn(ReplyError) -> Denial) -> Desks {
        Desks { by_field: Arc::new(by_flag.with_words(deny_by_field)), by_flag }
    }

    /// The one in those words.
    pub(crate) fn of(&self, wording: Wording) -> &Arc<Desk> {
        match wording {
            Wording::Flags => &self.by_flag,
            Wording::Fields => &self.by_field,
        }
    }
}

/// What became of a question. It keeps the slot of its question until it is dropped, so hold it until it is sent.
pub struct Outcome<T> {
    /// What is told beside the answer, in order.
    pub notices: Vec<Notice>,
    /// On what the answer rests, where there is one.
    pub basis: Option<Box<BasisShown>>,
    /// The answer, or why there is none.
    pub answer: Result<T, Denial>,
    pub(crate) slot: Option<Slot>,
}

/// A question that has a slot.
pub(crate) struct Admitted {
    question: Question,
    taken: TakenSlot,
}

impl Admitted {
    /// For how long it waits at most before it is answered.
    pub(crate) fn wait(&self) -> Duration {
        match self.taken {
            TakenSlot::Waits(_) => wait_of(&self.question),
            TakenSlot::Asks(_) => Duration::ZERO,
        }
    }
}

/// What a question has its slot for.
enum TakenSlot {
    /// To wait for its position.
    Waits(PositionWait),
    /// To be answered.
    Asks(Slot),
}

/// How a wait for a position ended.
enum Waited {
    /// The position came, or the asker waits no more.
    Over,
    /// Another wait has its slot.
    GaveWay,
}

/// For how long a question waits for its position.
fn wait_of(question: &Question) -> Duration {
    question.terms.wait_ms.map_or(WAIT, Duration::from_millis).min(LONGEST_WAIT)
}

impl Desk {
    /// A desk at which nothing was asked yet.
    pub(crate) fn new(
        ledger: Arc<SharedLedger>,
        lanes: Lanes,
        bulletin: Bulletin,
        others_write: bool,
        deny: fn(ReplyError) -> Denial,
    ) -> Desk {
        Desk {
            ledger,
            head: Lane::of(HEAD, lanes.head),
            index: Lane::of(INDEX, lanes.index),
            scan: Lane::of(SCAN, lanes.scan),
            waits: Waits::new(WAITING),
            bulletin,
            others_write,
            deny,
            stopping: Arc::default(),
            ended: Cancellation::default(),
        }
    }

    /// The same desk, which says in other words why there is no answer.
    #[must_use]
    pub fn with_words(&self, deny: fn(ReplyError) -> Denial) -> Desk {
        Desk { deny, ..self.clone() }
    }

    /// The ledger that is asked.
    pub fn ledger(&self) -> &Arc<SharedLedger> {
        &self.ledger
    }

    /// Where it is told what happens.
    pub fn bulletin(&self) -> Bulletin {
        self.bulletin
    }

    /// Waits for what other processes wrote to the log before this moment to be answered, up to a second.
    pub async fn take_in(&self) {
        let mut applied = self.ledger.applied();
        let written = if self.others_write { self.ledger.ledger().journal().noted_now() } else { None };
        let Some(written) = written.filter(|seq| *seq > *applied.borrow()) else { return };
        // An answer says by its basis what it rests on, also where that took too long.
        drop(tokio::time::timeout(TAKE_IN, applied.wait_for(|seq| *seq >= written)).await);
    }

    /// Why there is no answer, in words for those who ask.
    pub fn denial(&self, error: impl Into<ReplyError>) -> Denial {
        (self.deny)(error.into())
    }

    /// Answers a question of a client, within what is free for that client. `make` makes of the answer what is to be
    /// sent, on the thread that answers: [`json`] writes it as all doors do.
    ///
    /// Who stops waiting lets go of the future, and cancels the question so. Its slot is free once that is noticed.
    pub async fn ask<T: Send + 'static>(
        self: &Arc<Desk>,
        client: &str,
        question: Question,
        make: fn(Answer) -> Result<T, ReplyError>,
    ) -> Outcome<T> {
        let admitted = match self.admit(client, question) {
            Ok(admitted) => admitted,
            Err(error) => return self.denied(error, None),
        };
        self.carry_out(admitted, client, make).await
    }

    /// Answers a question that has a slot. It is cancelled when the future is let go of.
    pub(crate) async fn carry_out<T: Send + 'static>(
        self: &Arc<Desk>,
        admitted: Admitted,
        client: &str,
        make: fn(Answer) -> Result<T, ReplyError>,
    ) -> Outcome<T> {
        let (desk, client) = (self.clone(), client.to_owned());
        let cancellation = self.ended.of_one();
        let _waiting = Waiting(cancellation.clone());
        let answer = tokio::spawn(async move { desk.answer(admitted, &client, make, cancellation).await });
        answer.await.unwrap_or_else(|_| self.denied(ReplyError::Panicked, None))
    }

    /// Does something else with the ledger, in the slot of a question of that kind.
    pub async fn work<T: Send + 'static>(
        self: &Arc<Desk>,
        client: &str,
        kind: Kind,
        task: impl FnOnce(&SharedLedger) -> T + Send + 'static,
    ) -> Result<T, Denial> {
        let slot = self.lane(kind).slots.take(client).ok_or(ReplyError::Busy).map_err(self.deny)?;
        let desk = self.clone();
        let done = tokio::spawn(async move {
            // Quick ones are not worth taking turns for.
            let _turn = if kind == Kind::Head { None } else { Some(slot.turn().lock_owned().await) };
            let _lane = desk.lane(kind).turns.acquire().await.ok()?;
            let ledger = desk.ledger.clone();
            work(move || task(&ledger)).await
        });
        done.await.ok().flatten().ok_or_else(|| self.denial(ReplyError::Panicked))
    }

    /// The outcome of a question that has no answer.
    fn denied<T>(&self, error: ReplyError, slot: Option<Slot>) -> Outcome<T> {
        Outcome { notices: Vec::new(), basis: None, answer: Err((self.deny)(error)), slot }
    }

    /// Tells those who wait for a position that the service stops, and waits for all that is under way.
    pub(crate) async fn close(&self) {
        self.stopping.notify_waiters();
        // In the order in which a question goes from one to the other.
        self.waits.close().await;
        for lane in [&self.head, &self.index, &self.scan] {
            lane.slots.close().await;
        }
    }

    /// Cancels all that is still under way.
    pub(crate) fn give_up(&self) {
        self.ended.cancel();
    }

    /// Whether all that was under way is cancelled.
    pub(crate) fn gave_up(&self) -> bool {
        self.ended.is_cancelled()
    }

    /// Gives a question its slot, or says why it has none.
    pub(crate) fn admit(&self, client: &str, question: Question) -> Result<Admitted, ReplyError> {
        let taken = match self.to_come(&question)? {
            Some(after) => self.waits.take(client, after).map(TakenSlot::Waits),
            None => self.lane(question.kind()).slots.take(client).map(TakenSlot::Asks),
        };
        Ok(Admitted { question, taken: taken.ok_or(ReplyError::Busy)? })
    }

    fn lane(&self, kind: Kind) -> &Lane {
        match kind {
            Kind::Head => &self.head,
            Kind::Index => &self.index,
            Kind::Scan => &self.scan,
        }
    }

    /// What becomes of a question that has a slot.
    async fn answer<T: Send + 'static>(
        &self,
        admitted: Admitted,
        client: &str,
        make: fn(Answer) -> Result<T, ReplyError>,
        cancellation: Cancellation,
    ) -> Outcome<T> {
        let busy = || self.denied(ReplyError::Busy, None);
        let Admitted { question, taken } = admitted;
        let slot = match taken {
            TakenSlot::Asks(slot) => Some(slot),
            // It keeps this slot until it has the next: a service that stops waits for all of them in that order.
            TakenSlot::Waits(mut wait) => match self.wait(&mut wait, &question, &cancellation).await {
                Waited::Over => self.lane(question.kind()).slots.take(client),
                Waited::GaveWay => None,
            },
        };
        let Some(mut slot) = slot else { return busy() };
        let question = Arc::new(question);
        let ledger = self.ledger.clone();
        let (asked, waited_for) = (question.clone(), cancellation.clone());
        let first = move || match first_step(&ledger, &asked, &waited_for) {
            Ok(FirstStep::Slow(slow)) => First::Slow(slow),
            Ok(FirstStep::Answered(answered)) => First::Made(Made::of(Ok(*answered), make, &waited_for)),
            Err(unanswered) => First::Made(Made::of(Err(unanswered), make, &waited_for)),
        };
        let kind = question.kind();
        let step = {
            // Quick ones are not worth taking turns for.
            let _turn = if kind == Kind::Head { None } else { Some(slot.turn().lock_owned().await) };
            let Ok(_lane) = self.lane(kind).turns.acquire().await else { return busy() };
            work(first).await
        };
        let slow = match step {
            None => return self.denied(ReplyError::Panicked, Some(slot)),
            Some(First::Made(made)) => return self.outcome(made, slot),
            Some(First::Slow(slow)) => slow,
        };
        if kind != Kind::Scan {
            let Some(next) = self.scan.slots.take(client) else { return busy() };
            slot = next;
        }
        let _turn = slot.turn().lock_owned().await;
        let Ok(_lane) = self.scan.turns.acquire().await else { return busy() };
        let ledger = self.ledger.clone();
        match work(move || Made::of(slow.answer(&ledger, &question, &cancellation), make, &cancellation)).await {
            None => self.denied(ReplyError::Panicked, Some(slot)),
            Some(made) => self.outcome(made, slot),
        }
    }

    fn outcome<T>(&self, made: Made<T>, slot: Slot) -> Outcome<T> {
        let Made { notices, basis, answer } = made;
        Outcome { notices, basis, answer: answer.map_err(self.deny), slot: Some(slot) }
    }

    /// The position after which a question is to be answered, where it is still to come. One that cannot come within the
    /// time that the question gives is refused.
    fn to_come(&self, question: &Question) -> Result<Option<Seq>, ReplyError> {
        let Some(after) = question.terms.after.map(Seq::new) else { return Ok(None) };
        let head = *self.ledger.applied().borrow();
        if head >= after {
            return Ok(None);
        }
        let seconds = wait_of(question).as_secs() + 10;
        if after.number() > head.number().saturating_add(RATE * seconds) {
            return Err(ReplyError::NotInTime { after, head });
        }
        Ok(Some(after))
    }

    /// Waits for the position that a question is to be answered after. Whether it came is for the answer to say.
    async fn wait(&self, wait: &mut PositionWait, question: &Question, cancellation: &Cancellation) -> Waited {
        let after = wait.after();
        let mut applied = self.ledger.applied();
        let came = tokio::time::timeout(wait_of(question), applied.wait_for(|seq| *seq >= after));
        let given_up = async {
            while !cancellation.is_cancelled() {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            // A position that came counts, also for a wait that gave way.
            biased;
            came = came => drop(came),
            () = given_up => {}
            () = self.stopping.notified() => {}
            () = wait.gave_way() => return Waited::GaveWay,
        }
        Waited::Over
    }
}

/// Runs what takes a while on a thread of its own. None where it panicked: that is one question without an answer.
async fn work<T: Send + 'static>(answer: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(answer).await.ok()
}

/// What the first step came to.
enum First<T> {
    Made(Made<T>),
    Slow(Box<Slow>),
}

/// What was made of an answer, where there is one.
struct Made<T> {
    notices: Vec<Notice>,
    basis: Option<Box<BasisShown>>,
    answer: Result<T, ReplyError>,
}

impl<T> Made<T> {
    /// Makes of an answer what is to be sent, where the asker still waits for it.
    fn of(
        answered: Result<Answered, Unanswered>,
        make: fn(Answer) -> Result<T, ReplyError>,
        cancellation: &Cancellation,
    ) -> Made<T> {
        match answered {
            Ok(Answered { notices, .. }) if cancellation.is_cancelled() => {
                Made { notices, basis: None, answer: Err(AnswerError::from(Cancelled).into()) }
            }
            Ok(Answered { answer, basis, notices }) => {
                Made { notices, basis: Some(Box::new(basis)), answer: make(answer) }
            }
            Err(Unanswered { error, notices }) => Made { notices, basis: None, answer: Err((*error).into()) },
        }
    }
}

/// An answer as `--format json` prints it.
pub fn json(answer: &Answer) -> Result<String, ReplyError> {
    written(answer, render::Format::Json)
}

/// An answer as `--format` prints it into a pipe, where it is small enough to be sent.
pub fn written(answer: &Answer, format: render::Format) -> Result<String, ReplyError> {
    let layout = Layout { width: None, color: Color::Plain };
    Ok(render::render_within(answer, format, &layout, ANSWER)?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tenure_ledger::{Ask, LedgerDirectory, Terms};
    use tenure_log::{Create, LostEnd, Patience};

    use super::*;
    use crate::bulletin::{Level, LogFormat};
    use crate::denial::Exit;

    #[expect(clippy::needless_pass_by_value, reason = "the desk hands errors over")]
    fn deny(error: ReplyError) -> Denial {
        Denial::new(Exit::Failure, error.to_string())
    }

    /// How many answers were made.
    static MADE: AtomicUsize = AtomicUsize::new(0);

    #[expect(clippy::unnecessary_wraps, reason = "the desk takes what can fail")]
    fn make(_answer: Answer) -> Result<(), ReplyError> {
        MADE.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// A desk of an empty ledger, with one lane for each sort of question.
    fn desk(dir: &std::path::Path) -> Arc<Desk> {
        let ledger = LedgerDirectory::open(dir, Create::IfMissing, LostEnd::Refuse, Patience::default());
        let ledger = Arc::new(SharedLedger::new(ledger.expect("a ledger")));
        let bulletin = Bulletin { format: LogFormat::Text, least: Level::Error, write: |_| {} };
        Arc::new(Desk::new(ledger, Lanes { head: 1, index: 1, scan: 1 }, bulletin, false, deny))
    }

    #[tokio::test]
    async fn a_position_is_not_waited_for_longer_than_its_asker_waits() {
        let dir = tempfile::tempdir().expect("a directory");
        let desk = desk(dir.path());
        let terms = Terms { after: Some(1), wait_ms: Some(3_600_000), ..Terms::default() };
        let asked = desk.ask("ann", Question { ask: Ask::Status {}, terms }, |_| Ok(()));
        assert!(tokio::time::timeout(Duration::from_millis(1), asked).await.is_err(), "its future is let go of");
        desk.waits.close().await;
    }

    #[tokio::test]
    async fn who_waits_no_more_has_no_answer_made_and_leaves_the_slot() {
        let dir = tempfile::tempdir().expect("a directory");
        let desk = desk(dir.path());
        let question = || {
            let terms = Terms { at: "2024-07-01".to_owned(), source: vec!["A".to_owned()], ..Terms::default() };
            Question { ask: Ask::Conflicts { target: None }, terms }
        };
        assert_eq!(question().kind(), Kind::Scan);
        // The lane is taken, so that the question is under way when its asker goes.
        let lane = desk.scan.turns.clone().acquire_owned().await.expect("it is free");
        let asked = desk.ask("ann", question(), make);
        assert!(tokio::time::timeout(Duration::from_millis(1), asked).await.is_err(), "its future is let go of");
        drop(lane);
        // The next question has the lane after it.
        let other = desk.ask("bo", question(), make).await;
        assert_eq!((other.answer.is_ok(), MADE.load(Ordering::Relaxed)), (true, 1), "of the two, one was answered");
        drop(other);
        desk.give_up();
        let denied = desk.ask("ann", question(), make).await.answer.expect_err("all are given up");
        assert!(denied.error.contains("given up"), "{}", denied.error);
        desk.close().await;
    }
}
