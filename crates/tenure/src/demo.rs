//! The demo.
use crate::cli::Global;
use crate::failure::Failure;
pub(crate) fn run(_global: &Global) -> Result<(), Failure> { Ok(()) }
