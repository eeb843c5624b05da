//! What all handlers have in common, and who asks.

use std::net::IpAddr;
use std::sync::Arc;

use tenure_answers::ListAnswer;
use tenure_serve::Desk;
use tokio::sync::{Semaphore, watch};

use crate::caching::Tags;
use crate::last_step::LastStep;
use crate::metrics::Metrics;
use crate::options::HttpOptions;

/// What all handlers have in common.
#[derive(Clone)]
pub(crate) struct Shared(Arc<State>);

/// The desk, and what HTTP needs beside it.
pub(crate) struct State {
    pub(crate) desk: Arc<Desk>,
    /// The same desk, in words for those who read pages.
    pub(crate) page_desk: Arc<Desk>,
    pub(crate) options: HttpOptions,
    pub(crate) metrics: Metrics,
    pub(crate) tags: Tags,
    /// The companies of the first page and the tag at which they were counted, which takes a walk through everybody.
    pub(crate) companies: tokio::sync::Mutex<Option<(String, ListAnswer)>>,
    /// A place for each stream of changes.
    pub(crate) streams: Arc<Semaphore>,
    /// What the streams told last.
    pub(crate) last_step: LastStep,
    /// Whether the service stops.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Shared {
    pub(crate) fn new(state: State) -> Shared {
        Shared(Arc::new(state))
    }
}

impl std::ops::Deref for Shared {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

/// Where a request comes from: the address of the other side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Peer {
    /// The peer as a client of the desk.
    pub(crate) fn client(self) -> String {
        self.0.to_string()
    }
}
