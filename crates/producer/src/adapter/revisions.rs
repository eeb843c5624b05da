//! How versions of one source follow each other, and what becomes of a statement that is gone: the section
//! `[revisions]` of every map.

use serde::Deserialize;

use super::pattern::Pattern;

/// How versions of a source follow each other.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revisions {
    /// The names of files that are dated versions.
    #[serde(default)]
    pub(super) files: Option<Pattern>,
    /// Whether a version says all that there is: what it does not say is gone.
    #[serde(default = "yes")]
    pub(super) complete: bool,
    /// What becomes of a statement that is gone.
    #[serde(default)]
    pub(super) gone: Gone,
    /// Whether a version may lack most of what the one before had.
    #[serde(default)]
    pub(super) may_shrink: bool,
}

fn yes() -> bool {
    true
}

/// What becomes of a statement that a complete version does not have any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Gone {
    /// It is withdrawn: it was never so, as far as the source now says.
    #[default]
    Withdrawn,
    /// A post without an end ended between the two versions.
    Ended,
}
