//! The clock of this machine, as the asker sees it.

use std::time::{SystemTime, UNIX_EPOCH};

use tenure_domain::day::Day;
use tenure_ledger::dates::Today;

use crate::failure::{Exit, Failure};

/// Today, in the asker's time zone.
pub(crate) fn today() -> Day {
    Day::from_number(chrono::Local::now().date_naive().to_epoch_days())
}

/// The same, and the day in UTC.
pub(crate) fn day_of_asking() -> Today {
    Today { here: today(), utc: Day::from_number(chrono::Utc::now().date_naive().to_epoch_days()) }
}

/// Refuses a clock that stands before 1970: nothing could be dated by it.
pub(crate) fn must_be_set(now: SystemTime) -> Result<(), Failure> {
    if now < UNIX_EPOCH {
        let failure = Failure::new(Exit::Failure, "the clock of this machine stands before 1970");
        return Err(failure.hint("set the clock: what is recorded is dated by it"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_before_1970_is_refused() {
        assert!(must_be_set(UNIX_EPOCH).is_ok());
        let failure = must_be_set(UNIX_EPOCH - Duration::from_secs(1)).expect_err("nothing is dated before 1970");
        assert_eq!(
            (failure.exit, failure.error.as_str()),
            (Exit::Failure, "the clock of this machine stands before 1970")
        );
    }
}
