//! Slots: how many questions a service has under way, in all and of one client.
//!
//! Each sort of question has slots of its own, so that many of one sort keep out no question of another; and one client
//! has at most a share of them, so that it keeps out no other client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The slots of one sort of question.
pub(crate) struct Slots {
    free: Arc<Semaphore>,
    all: usize,
    /// How many of them one client can have.
    share: usize,
    clients: Mutex<HashMap<String, Client>>,
}

/// A client with questions under way.
#[derive(Default)]
struct Client {
    taken: usize,
    /// Held by the one of its questions that is in line: the line has one question of each client, and so serves the
    /// clients in turn.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// A slot that one question has, until it is dropped.
pub(crate) struct Slot {
    slots: Arc<Slots>,
    client: String,
    turn: Arc<tokio::sync::Mutex<()>>,
    _permit: OwnedSemaphorePermit,
}

impl Slots {
    /// So many slots, of which a client can have a quarter.
    pub(crate) fn new(all: usize) -> Arc<Slots> {
        let clients = Mutex::default();
        Arc::new(Slots { free: Arc::new(Semaphore::new(all)), all, share: all.div_ceil(4), clients })
    }

    /// A slot for a question of that client. None where all are taken, or as many as the client can have.
    pub(crate) fn take(self: &Arc<Slots>, client: &str) -> Option<Slot> {
        let mut clients = self.clients();
        let taken = clients.get(client).map_or(0, |client| client.taken);
        if taken >= self.share {
            return None;
        }
        let permit = self.free.clone().try_acquire_owned().ok()?;
        let entry = clients.entry(client.to_owned()).or_default();
        entry.taken += 1;
        Some(Slot { slots: self.clone(), client: client.to_owned(), turn: entry.turn.clone(), _permit: permit })
    }

    /// Whether all of them are taken.
    pub(crate) fn are_taken(&self) -> bool {
        self.free.available_permits() == 0
    }

    /// Whether that client has fewer than it can have.
    pub(crate) fn has_room_for(&self, client: &str) -> bool {
        self.clients().get(client).is_none_or(|client| client.taken < self.share)
    }

    /// Waits until no slot is taken. From then on none can be.
    pub(crate) async fn close(&self) {
        let all = u32::try_from(self.all).expect("a small number");
        if let Ok(permits) = self.free.acquire_many(all).await {
            permits.forget();
        }
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<String, Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Held by this question while it is in line; the client's other questions wait for it.
    pub(crate) fn turn(&self) -> Arc<tokio::sync::Mutex<()>> {
        self.turn.clone()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut clients = self.slots.clients();
        if let Some(client) = clients.get_mut(&self.client) {
            client.taken -= 1;
            if client.taken == 0 {
                clients.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_a_quarter_at_most() {
        let slots = Slots::new(8);
        let of = |client: &str| slots.take(client);
        let ann = [of("ann"), of("ann")];
        assert!(ann.iter().all(Option::is_some) && of("ann").is_none());
        let others: Vec<Option<Slot>> = ["bo", "bo", "cy", "cy", "di", "di"].map(of).into_iter().collect();
        assert!(others.iter().all(Option::is_some));
        assert!(of("ed").is_none(), "all are taken");
        drop(ann);
        assert!(of("ed").is_some());
        drop(others);
        assert!(slots.clients().is_empty(), "who asks nothing is forgotten");
    }

    #[tokio::test]
    async fn questions_of_a_client_take_turns() {
        let slots = Slots::new(8);
        let (one, two, other) = (slots.take("ann"), slots.take("ann"), slots.take("bo"));
        let (one, two, other) = (one.expect("free"), two.expect("free"), other.expect("free"));
        let turn = one.turn().lock_owned().await;
        assert!(two.turn().try_lock().is_err());
        assert!(other.turn().try_lock().is_ok());
        drop(turn);
        assert!(two.turn().try_lock().is_ok());
    }
}
