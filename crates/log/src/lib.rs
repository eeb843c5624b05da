//! The log: the ledger's record of what it was told, in the order in which it was told.
//!
//! [`Log`] is what every log can do. There are two: the [`Journal`] in a directory, for the processes of one
//! machine, and the [`Stream`] on NATS `JetStream`, for many (see [`stream`]).
//!
//! # The journal
//!
//! A journal is a directory of append-only segment files of plain NDJSON, one record a line, so that
//! `cat`, `grep`, `jq` and any backup tool can read it:
//!
//! ```json
//! {"seq":1,"recorded_at":"2026-01-02T03:04:05.123456Z","crc":"d7116286","event":{"id":"a"}}
//! ```
//!
//! Segments are named by the first position they hold and nothing else in the directory is needed:
//! `index` is a cache that is made anew from the segments, `head` remembers where they ended, and with `lock` processes
//! write in turn.
//!
//! What holds:
//!
//! - What [`Journal::append`] has acknowledged is on disk, once, and stays.
//! - Only the torn last line of a write that was never acknowledged is cut off, and the caller is told. A journal that
//!   ends before a record that it once held is refused, until that is accepted.
//!   All other damage is an error that names file and line.
//! - Stamps never go back, positions have no gaps, and none is given twice.
//! - An event id stands in the journal once, for ever.
//!
//! Deliberately absent: an event is opaque to the journal (one JSON object on one line, kept byte for byte), no
//! clock is read, nothing is compressed or ever rewritten, and no thread is started: [`Journal::blocks`] hands out pieces for the caller's.

mod append;
mod block;
mod damage;
mod digest;
mod distinct;
mod error;
mod head;
mod identity;
mod journal;
mod lock;
mod log;
mod own_file;
mod passed_over;
mod record;
mod replacement;
pub mod replica;
mod segment;
mod sidecar;
pub mod stream;
mod stream_name;
mod unfit_setting;

pub use append::{Create, NewEvent, Outcome};
pub use block::{Block, Blocks, Records, Scan};
pub use damage::Damage;
pub use digest::Digest;
pub use distinct::{Distinct, Standing};
pub use error::{Digests, Holder, JournalNotice, LogError, Witness};
pub use identity::{EventIdentity, Fingerprint, Identify, identify};
pub use journal::{Expected, Journal, LostEnd, SEGMENT_BYTES, Verified};
pub use lock::{Lock, Patience, Wait};
pub use log::{Log, LogIdentity, RecordsOf};
pub use own_file::{open_own_file, open_to_read};
pub use passed_over::PassedOver;
pub use record::{OwnedRecord, Record};
pub use replacement::Replacement;
pub use stream::Stream;
