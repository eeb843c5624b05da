//! What keeps a service from going on for now, such as a full disk: it is told once, and tried again after pauses that grow.

use std::time::Duration;

use crate::bulletin::{Bulletin, Level};

/// How long the first pause is.
const FIRST: Duration = Duration::from_millis(20);
/// How long a pause is at most.
const LONGEST: Duration = Duration::from_secs(2);

/// Whether something goes on, and since when it does not.
pub(crate) struct Setback {
    bulletin: Bulletin,
    what: &'static str,
    /// Why it does not go on, as it was told last.
    told: Option<String>,
    pause: Duration,
}

impl Setback {
    /// Nothing is in the way. `what` is told with the error where something is.
    pub(crate) fn new(bulletin: Bulletin, what: &'static str) -> Setback {
        Setback { bulletin, what, told: None, pause: FIRST }
    }

    /// Tells why it does not go on, unless that was told last.
    pub(crate) fn tell(&mut self, error: String) {
        if self.told.as_ref() != Some(&error) {
            self.bulletin.tell(Level::Warn, self.what, &[("error", error.clone().into())]);
            self.told = Some(error);
        }
    }

    /// Waits before it is tried again: a full disk may find room again, and until then what is there is answered.
    pub(crate) fn wait(&mut self) {
        std::thread::sleep(self.next_pause());
    }

    fn next_pause(&mut self) -> Duration {
        let longer = (self.pause * 2).min(LONGEST);
        std::mem::replace(&mut self.pause, longer)
    }

    /// It goes on.
    pub(crate) fn end(&mut self) {
        self.told = None;
        self.pause = FIRST;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::bulletin::LogFormat;

    static LINES: AtomicUsize = AtomicUsize::new(0);

    fn count(_line: &str) {
        LINES.fetch_add(1, Ordering::Relaxed);
    }

    #[test]
    fn it_is_told_once_and_tried_again_after_pauses_that_grow() {
        let bulletin = Bulletin { format: LogFormat::Text, least: Level::Info, write: count };
        let mut setback = Setback::new(bulletin, "what came cannot be applied");
        for expect in [20, 40, 80, 160, 320, 640, 1_280, 2_000, 2_000] {
            setback.tell("no room".to_owned());
            assert_eq!(setback.next_pause(), Duration::from_millis(expect));
        }
        assert_eq!(LINES.load(Ordering::Relaxed), 1);
        setback.tell("another reason".to_owned());
        assert_eq!(LINES.load(Ordering::Relaxed), 2);
        setback.end();
        setback.tell("another reason".to_owned());
        assert_eq!((LINES.load(Ordering::Relaxed), setback.next_pause()), (3, FIRST));
    }
}
