//! Waits: the questions that wait for a position of the log.
//!
//! A client is known by a name that it chooses, so a share for each client does not bound what one asker can take. Where
//! all slots are taken, the wait for the furthest position gives way, the oldest of several: no wait for a later position
//! keeps out one for an earlier position.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tenure_domain::position::Seq;
use tokio::sync::oneshot;

use crate::slots::{Slot, Slots};

/// The waits of a service.
pub(crate) struct Waits {
    slots: Arc<Slots>,
    line: Mutex<Line>,
}

/// Who waits. The last key is the one that gives way.
#[derive(Default)]
struct Line {
    waiting: BTreeMap<Key, WaitingSlot>,
    /// How many came so far.
    came: u64,
}

/// The position that is waited for, and which of the waits it is.
type Key = (Seq, Reverse<u64>);

/// What a wait has until it ends or gives way: its slot, and what tells it that it gave way by being dropped.
struct WaitingSlot {
    _slot: Slot,
    _stays: oneshot::Sender<Infallible>,
}

/// A wait that has a slot, until this is dropped or the wait gives way.
pub(crate) struct PositionWait {
    waits: Arc<Waits>,
    key: Key,
    stays: oneshot::Receiver<Infallible>,
}

impl Waits {
    /// So many at a time, of which a client can have a quarter.
    pub(crate) fn new(all: usize) -> Arc<Waits> {
        Arc::new(Waits { slots: Slots::new(all), line: Mutex::default() })
    }

    /// A slot for a question of that client that waits for that position. None where the client has as many as it can
    /// have, or all are taken by waits for earlier positions.
    pub(crate) fn take(self: &Arc<Waits>, client: &str, after: Seq) -> Option<PositionWait> {
        let mut line = self.line();
        if self.slots.are_taken() && self.slots.has_room_for(client) {
            let last = line.waiting.last_entry().filter(|last| last.key().0 >= after)?;
            // Which frees its slot.
            drop(last.remove());
        }
        let slot = self.slots.take(client)?;
        let (sender, stays) = oneshot::channel();
        line.came += 1;
        let key = (after, Reverse(line.came));
        line.waiting.insert(key, WaitingSlot { _slot: slot, _stays: sender });
        Some(PositionWait { waits: self.clone(), key, stays })
    }

    /// Waits until no question waits. From then on none can.
    pub(crate) async fn close(&self) {
        self.slots.close().await;
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PositionWait {
    /// The position that is waited for.
    pub(crate) fn after(&self) -> Seq {
        self.key.0
    }

    /// Returns when the wait has given way to another one.
    pub(crate) async fn gave_way(&mut self) {
        // Nothing is ever sent, so this is the error of a sender that was dropped.
        let _ = (&mut self.stays).await;
    }
}

impl Drop for PositionWait {
    fn drop(&mut self) {
        self.waits.line().waiting.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the wait has its slot still.
    fn stays(wait: &mut Option<PositionWait>) -> bool {
        let wait = wait.as_mut().expect("it had a slot");
        wait.stays.try_recv() == Err(oneshot::error::TryRecvError::Empty)
    }

    #[test]
    fn the_furthest_wait_gives_way_and_of_equal_ones_the_oldest() {
        let waits = Waits::new(4);
        let take = |client: &str, after: u64| waits.take(client, Seq::new(after));
        let mut far = [take("a", 9), take("b", 9), take("c", 8), take("d", 8)];
        let mut near = take("e", 7);
        assert_eq!((stays(&mut near), far.each_mut().map(stays)), (true, [false, true, true, true]));
        let mut equal = take("f", 9);
        assert_eq!((stays(&mut equal), far.each_mut().map(stays)), (true, [false, false, true, true]));
        assert!(take("g", 10).is_none(), "what is further than all others has no slot");
        assert!(take("e", 1).is_none(), "a client that has its share makes nobody give way");
        assert!(stays(&mut equal) && stays(&mut near));
        drop(near);
        assert!(take("e", 10).is_some(), "what ends frees its slot");
        drop((far, equal));
        assert!(waits.line().waiting.is_empty());
    }

    #[tokio::test]
    async fn a_wait_is_told_that_it_gave_way() {
        let waits = Waits::new(1);
        let mut first = waits.take("a", Seq::new(2)).expect("it is free");
        let second = waits.take("b", Seq::new(1)).expect("the first gives way");
        first.gave_way().await;
        drop((first, second));
        waits.close().await;
        assert!(waits.take("a", Seq::new(1)).is_none(), "it is closed");
    }
}
