//! Where an event stands in the log, and by what name it is known there.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A position in the log: the first event stands at 1. [`Seq::ZERO`] is the position before all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(u64);

impl Seq {
    /// The position before the first event: the head of an empty log.
    pub const ZERO: Seq = Seq(0);

    /// The position with that number.
    pub fn new(number: u64) -> Seq {
        Seq(number)
    }

    /// The number: 1 for the first event.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The position after this one; of the last that there can be, itself.
    #[must_use]
    pub fn next(self) -> Seq {
        Seq(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The longest event id, in bytes.
pub const EVENT_ID_BYTES: usize = 200;

/// The id of an event: what its scraper called it, or a UUID made from its content.
///
/// One to 200 bytes of printable text without spaces.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(Arc<str>);

/// A text that cannot be an event id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an event id is 1 to {EVENT_ID_BYTES} bytes of printable text without spaces")]
pub struct NotAnEventId;

impl EventId {
    /// What ids begin with that the copy of a stream gives to messages that are no events. No event that comes in has
    /// such an id.
    pub const OF_NO_EVENT: &str = "tenure.passed-over:";

    /// Whether a copy of a stream gives such an id to a message that is no event.
    pub fn is_of_no_event(&self) -> bool {
        self.0.starts_with(EventId::OF_NO_EVENT)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EventId {
    type Err = NotAnEventId;

    fn from_str(text: &str) -> Result<EventId, NotAnEventId> {
        // Nearly all are of ASCII alone.
        let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic())
            || !text.chars().any(|c| c.is_control() || c.is_whitespace());
        if text.is_empty() || text.len() > EVENT_ID_BYTES || !is_printable {
            return Err(NotAnEventId);
        }
        Ok(EventId(Arc::from(text)))
    }
}

impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EventId, D::Error> {
        deserializer.deserialize_str(EventIdVisitor)
    }
}

/// Reads an id where it stands.
struct EventIdVisitor;

impl Visitor<'_> for EventIdVisitor {
    type Value = EventId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event id")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<EventId, E> {
        text.parse().map_err(E::custom)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
