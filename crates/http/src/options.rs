//! What a server is given, and what it bounds.

use std::sync::Arc;
use std::time::Duration;

use tenure_serve::{Denial, ReplyError};

use crate::inlet::Inlet;
use crate::tls::Tls;
use crate::token::Token;

/// What is bounded.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections that are open at a time.
    pub connections: usize,
    /// Clients that listen to changes at a time.
    pub streams: usize,
    /// Bytes of a body.
    pub body: usize,
    /// For how long a request may take, its body included.
    pub time: Duration,
    /// For how long a client may take to send the head of a request, or to send the next one.
    pub head: Duration,
    /// For how long a client may read nothing of an answer.
    pub unread: Duration,
}

/// What a server bounds where nothing else is said.
pub const LIMITS: Limits = Limits {
    connections: 512,
    streams: 128,
    body: 16 << 20,
    time: Duration::from_secs(30),
    head: Duration::from_secs(10),
    unread: Duration::from_secs(30),
};

/// What a server is given.
pub struct HttpOptions {
    /// The address under which the public knows the server, where it stands behind another one.
    pub url: Option<String>,
    /// Where events go that come by HTTP, where they may.
    pub inlet: Option<Arc<Inlet>>,
    /// The token that a client shows to send events.
    pub write_token: Option<Token>,
    /// The token that a client shows to ask, where not all may.
    pub read_token: Option<Token>,
    /// By what the server shows who it is, where it speaks TLS.
    pub tls: Option<Tls>,
    /// The origins whose pages may read what is answered: none where the list is empty, all where it has `*`.
    pub origins: Vec<String>,
    /// Puts into words for those who ask by addresses why there is no answer.
    pub deny: fn(ReplyError) -> Denial,
    /// The same for those who read pages.
    pub deny_pages: fn(ReplyError) -> Denial,
    /// The same for agents, who ask with fields.
    pub deny_agents: fn(ReplyError) -> Denial,
    /// What is bounded.
    pub limits: Limits,
}
