//! Questions whose answer is not waited for any more: the asker says so, and what computes the answer looks now and then.
//!
//! It is looked at before each block of the log that is read, at each look into a view, and for each event that is listed.
//! Deliberately not here: clocks. For how long an answer is waited for is for each door to say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a question is cancelled. Clones are of the same question.
#[derive(Clone, Debug, Default)]
pub struct Cancellation {
    own: Arc<AtomicBool>,
    /// That of all questions, where there is one.
    of_all: Option<Arc<AtomicBool>>,
}

impl Cancellation {
    /// One for a single question among those that this one cancels together.
    #[must_use]
    pub fn of_one(&self) -> Cancellation {
        Cancellation { own: Arc::default(), of_all: Some(self.own.clone()) }
    }

    /// Says that the asker waits no more.
    pub fn cancel(&self) {
        self.own.store(true, Ordering::Relaxed);
    }

    /// Whether that was said.
    pub fn is_cancelled(&self) -> bool {
        let is_set = |flag: &Arc<AtomicBool>| flag.load(Ordering::Relaxed);
        is_set(&self.own) || self.of_all.as_ref().is_some_and(is_set)
    }

    /// An error where the asker waits no more.
    pub(crate) fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

/// The asker waits no more, and so there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the question was given up before it was answered")]
pub struct Cancelled;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_question_is_cancelled_alone_or_with_all() {
        let all = Cancellation::default();
        let (one, other) = (all.of_one(), all.of_one());
        one.cancel();
        assert_eq!([&all, &one, &other].map(Cancellation::is_cancelled), [false, true, false]);
        all.cancel();
        assert_eq!((other.check(), all.of_one().check()), (Err(Cancelled), Err(Cancelled)));
    }
}
