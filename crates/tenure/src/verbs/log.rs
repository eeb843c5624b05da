//! `tenure log`: the events as recorded.

use super::ask;
use crate::cli::{Global, LogFilter};
use crate::failure::Failure;
use crate::question::Matter;

/// Asks for the events, and prints them.
pub(super) fn run(global: &Global, target: Option<&str>, quarantined: bool, filter: &LogFilter) -> Result<(), Failure> {
    let LogFilter { limit, since, until, types } = filter;
    ask(
        global,
        Matter::Log {
            target: target.map(str::to_owned),
            quarantined,
            limit: *limit,
            since: since.clone(),
            until: until.clone(),
            types: types.clone(),
        },
    )
}
