//! A ledger that answers over NATS: the service that follows a stream and answers questions, and the client that asks it.
//!
//! [`serve`] takes a connection, a directory and a prefix, and answers until it is told to stop. [`ServiceClient`] puts
//! questions to a service, and listens to what it applies. `docs/service.md` says what travels between the two.
//!
//! Deliberately not here: flags, signals and exit codes. The program that serves says when to stop, where lines about what
//! happens are written, and how errors are put into words for those who ask.

mod bulletin;
mod changes;
mod client;
mod denial;
mod desk;
mod endpoints;
mod error;
mod following;
mod neighbour;
mod rebuilding;
mod reply;
mod service;
mod setback;
mod slots;
mod waits;

pub use bulletin::{Bulletin, Level, LogFormat};
pub use client::{Heard, ServiceClient};
pub use denial::{Denial, Exit, Wording};
pub use desk::{Desk, Outcome, json, written};
pub use error::{ExchangeError, ReplyError, ServeError};
pub use neighbour::{Answerer, Asking, Listening, Neighbour};
pub use reply::notice_headers;
pub use service::{Door, ServeOptions, ServedStream, serve};
