//! A setting of a stream that would lose events.

use std::fmt;

/// A setting of an existing stream with which events would be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfitSetting {
    /// The setting, as the server calls it, and its value.
    pub found: String,
    /// What would happen.
    pub harm: &'static str,
    /// What it should be.
    pub wanted: String,
}

impl fmt::Display for UnfitSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; should be {}", self.found, self.harm, self.wanted)
    }
}
