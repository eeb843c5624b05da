//! The clock of this machine, as the asker sees it.

use tenure_domain::day::Day;

use crate::failure::{Exit, Failure};

/// Today, in the asker's time zone.
pub(crate) fn today() -> Day {
    Day::from_number(chrono::Local::now().date_naive().to_epoch_days())
}

/// Refuses a clock that stands before 1970: nothing could be dated by it.
pub(crate) fn must_be_set() -> Result<(), Failure> {
    match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::new(Exit::Failure, "the clock of this machine stands before 1970")
            .hint("set the clock: what is recorded is dated by it")),
    }
}
