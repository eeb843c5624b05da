//! The name of a stream.

use std::fmt;
use std::str::FromStr;

/// The name of a stream: printable, without spaces and `. * > / \`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamName(String);

/// The longest name of a stream that is taken, in bytes.
const NAME_BYTES: usize = 64;

/// A text that cannot name a stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name of a stream is 1 to {NAME_BYTES} printable characters without spaces and `.` `*` `>` `/` `\\`")]
pub struct NotAStreamName;

impl StreamName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for StreamName {
    fn default() -> StreamName {
        StreamName("TENURE".to_owned())
    }
}

impl FromStr for StreamName {
    type Err = NotAStreamName;

    fn from_str(text: &str) -> Result<StreamName, NotAStreamName> {
        let good = |b: u8| b.is_ascii_graphic() && !br".*>/\".contains(&b);
        if text.is_empty() || text.len() > NAME_BYTES || !text.bytes().all(good) {
            return Err(NotAStreamName);
        }
        Ok(StreamName(text.to_owned()))
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
