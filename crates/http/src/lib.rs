//! A ledger over HTTP: the questions of the command as an API, what is new as a stream and as feeds, and a page for people.
//!
//! [`door`] gives what a service opens beside NATS. Questions go to the same desk and have the same answers; what a question
//! takes is declared where the question is, and nothing here knows a field by name that the page does not ask with.
//!
//! Deliberately not here: flags, signals, and the words of errors, which the program that serves brings.

mod address;
mod api;
mod caching;
mod changes;
mod events;
mod feed;
mod guard;
mod health;
mod inlet;
mod last_step;
mod marks;
mod metrics;
mod openapi;
mod options;
mod page;
mod response;
mod server;
mod state;
mod tls;
mod token;
mod unread;

pub use inlet::{Inlet, InletError, Taken, into_log};
pub use options::{HttpOptions, LIMITS, Limits};
pub use server::door;
pub use tls::{Tls, TlsError};
pub use token::{Token, TokenError};
