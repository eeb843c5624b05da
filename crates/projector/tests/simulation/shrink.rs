//! Makes a history that fails shorter.

use crate::step::{History, Step};

/// How often a shorter history is tried at most.
const TRIES: usize = 2_000;

/// Leaves out steps as long as what is left still fails; first many at once, then single ones. `fails` says how. Tells
/// the shortest history, and how it fails where it is shorter.
pub(crate) fn shrink(
    history: &History,
    mut fails: impl FnMut(&History) -> Option<String>,
) -> (History, Option<String>) {
    let (mut shortest, mut finding) = (history.clone(), None);
    let mut tries = 0;
    let mut size = shortest.steps.len();
    while size > 0 {
        let mut at = 0;
        let mut shorter = false;
        while at < shortest.steps.len() && tries < TRIES {
            let end = (at + size).min(shortest.steps.len());
            let steps: Vec<Step> = [&shortest.steps[..at], &shortest.steps[end..]].concat();
            let without = History { steps, ..shortest.clone() };
            tries += 1;
            match fails(&without) {
                None => at = end,
                found => (shortest, finding, shorter) = (without, found, true),
            }
        }
        // Single steps are tried until none of them can be left out.
        if size > 1 || !shorter {
            size /= 2;
        }
    }
    (shortest, finding)
}
