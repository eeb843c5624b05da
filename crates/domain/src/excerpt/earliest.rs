//! Which reports use a way of naming first.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::archive::Entry;
use crate::position::{EventId, Seq};

/// How many of the earliest reports are kept of each way of naming, for each stretch of the log from its beginning.
pub(super) const FIRST: usize = 4;

/// How many are kept for all stretches. Beyond that, what decides for a short while only is not known any more.
const MOST: usize = 64;

/// When a report was made, in microseconds from 1970, and its id, which decides between reports of one instant.
pub(super) type Rank = (i64, EventId);

/// An early report in which a way of naming is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Early {
    rank: Rank,
    seq: u64,
    /// When it was recorded, in seconds from 1970.
    recorded: i64,
}

/// The earliest of some reports: of each stretch of the log from its beginning, those [`FIRST`] and more that were
/// reported first, in the order of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earliest {
    known: Vec<Early>,
    /// The ends of the stretches of which it is not known which are first.
    unsure: Vec<Range<u64>>,
}

/// Up to where some reports are all that there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// They are all.
    All,
    /// All that come no later than that.
    To(Rank),
    /// That is not known.
    Unsure,
}

impl Earliest {
    /// Whether the report is one of them, which it is then noted as.
    pub(super) fn note(&mut self, entry: &Entry) -> bool {
        let seq = entry.seq.number();
        if self.known.last().is_some_and(|last| last.seq == seq) {
            return true;
        }
        let rank = (entry.reported_at.micros(), entry.id.clone());
        let is_early = self.known.iter().filter(|known| known.rank < rank).take(FIRST).count() < FIRST;
        if is_early {
            self.known.push(Early { rank, seq, recorded: entry.recorded_at.micros() / 1_000_000 });
            if self.known.len() > MOST {
                self.thin();
            }
        }
        is_early
    }

    /// Lets go of half of them: of those that decide for the shortest time, until enough earlier ones are recorded. Where
    /// each report of a long file is earlier than the one before it, these are those within the file.
    fn thin(&mut self) {
        let outdone = |(at, early): (usize, &Early)| {
            let mut earlier = self.known[at + 1..].iter().filter(|later| later.rank < early.rank);
            earlier.nth(FIRST - 1).map(|by| (by.recorded - early.recorded, early.seq..by.seq))
        };
        let mut passing: Vec<(i64, Range<u64>)> = self.known.iter().enumerate().filter_map(outdone).collect();
        passing.sort_by_key(|(time, stretch)| (*time, stretch.start));
        passing.truncate(MOST / 2);
        self.known.retain(|early| passing.iter().all(|(_, stretch)| stretch.start != early.seq));
        self.unsure.extend(passing.into_iter().map(|(_, stretch)| stretch));
        self.unsure.sort_unstable_by_key(|stretch| stretch.start);
        let mut unsure: Vec<Range<u64>> = Vec::new();
        for stretch in self.unsure.drain(..) {
            match unsure.last_mut() {
                Some(last) if stretch.start <= last.end => last.end = last.end.max(stretch.end),
                _ => unsure.push(stretch),
            }
        }
        // What is longest ago is asked for least.
        while unsure.len() > MOST {
            let first = unsure.remove(0);
            unsure[0].start = first.start;
        }
        self.unsure = unsure;
    }

    pub(super) fn seqs(&self) -> impl Iterator<Item = Seq> + '_ {
        self.known.iter().map(|early| Seq::new(early.seq))
    }

    /// The reports of the log up to a position that were made first, in their order, as many as decide; none: up to its
    /// head.
    fn of_stretch(&self, last: Option<Seq>) -> Vec<&Early> {
        let within = |early: &&Early| last.is_none_or(|last| early.seq <= last.number());
        let mut first: Vec<&Early> = self.known.iter().filter(within).collect();
        first.sort_unstable_by_key(|early| &early.rank);
        first.truncate(FIRST);
        first
    }

    /// The positions of these reports.
    pub(super) fn first(&self, last: Option<Seq>) -> Vec<Seq> {
        self.of_stretch(last).into_iter().map(|early| Seq::new(early.seq)).collect()
    }

    /// Up to where so many of these reports are all that there are.
    pub(super) fn extent(&self, last: Option<Seq>, taken: usize) -> Extent {
        if last.is_some_and(|last| self.unsure.iter().any(|stretch| stretch.contains(&last.number()))) {
            return Extent::Unsure;
        }
        let first = self.of_stretch(last);
        match taken.checked_sub(1).and_then(|at| first.get(at)) {
            _ if first.len() <= taken && first.len() < FIRST => Extent::All,
            Some(last) => Extent::To(last.rank.clone()),
            None if taken == 0 => Extent::Unsure,
            None => first.last().map_or(Extent::All, |last| Extent::To(last.rank.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;
    use crate::day::Instant;
    use crate::wire::{Submission, read_stored};

    /// Notes reports of these seconds, one after the other, each batch a day after the one before.
    fn noted(batches: &[Vec<i64>]) -> (Earliest, Vec<Rank>) {
        let mut archive = Archive::new();
        let mut ranks = Vec::new();
        for (day, batch) in (1..).zip(batches) {
            for second in batch {
                let seq = ranks.len() as u64 + 1;
                let recorded_at = Instant::from_micros(1_700_000_000_000_000 + day * 86_400_000_000);
                let reported_at = Instant::from_micros(second * 1_000_000);
                let text = format!(
                    r#"{{"id":"report-{seq}","type":"LeftCompany","person":"P","company":"C","reported_at":"{reported_at}","source":"s"}}"#
                );
                let stored = Submission::read(text.as_bytes()).expect("it is an event").json;
                let event = read_stored(&stored, recorded_at).expect("it is an event");
                ranks.push((event.reported_at.micros(), event.id.clone()));
                archive.push(Seq::new(seq), recorded_at, event);
            }
        }
        let mut early = Earliest::default();
        for entry in &archive.entries {
            early.note(entry);
        }
        (early, ranks)
    }

    /// Holds what is known of each stretch to all its reports; how many are not known.
    fn unsure(early: &Earliest, ranks: &[Rank]) -> Vec<usize> {
        let mut unsure = Vec::new();
        for end in 1..=ranks.len() {
            let mut all: Vec<(&Rank, Seq)> = ranks[..end].iter().zip((1..).map(Seq::new)).collect();
            all.sort_unstable();
            let last = Some(Seq::new(end as u64));
            for taken in 1..=FIRST {
                let extent = match early.extent(last, taken) {
                    Extent::Unsure => {
                        unsure.push(end);
                        break;
                    }
                    extent @ (Extent::All | Extent::To(_)) => extent,
                };
                let first: Vec<Seq> = all.iter().take(FIRST).map(|(_, seq)| *seq).collect();
                assert_eq!(early.first(last), first, "up to {end}");
                let is_all = all.len() <= taken && all.len() < FIRST;
                let to = if is_all { Extent::All } else { Extent::To(all[(taken - 1).min(all.len() - 1)].0.clone()) };
                assert_eq!(extent, to, "{taken} up to {end}");
            }
        }
        unsure
    }

    #[test]
    fn the_first_of_each_stretch_are_known() {
        let mixed: Vec<i64> = (0..2_000).map(|n: i64| n * 7_919 % 2_003).collect();
        let (early, ranks) = noted(&[mixed]);
        assert_eq!(unsure(&early, &ranks), Vec::<usize>::new());
        let same = vec![5; 300];
        let (early, ranks) = noted(&[same]);
        assert_eq!(unsure(&early, &ranks), Vec::<usize>::new());
    }

    #[test]
    fn of_files_with_the_latest_first_it_is_known_after_each() {
        let latest_first = |from: i64| (0..1_000).map(|n| from - n).collect::<Vec<i64>>();
        let (early, ranks) =
            noted(&[latest_first(9_000), latest_first(8_000), latest_first(3_000), latest_first(7_000)]);
        assert!(early.known.len() <= MOST, "{}", early.known.len());
        let unsure = unsure(&early, &ranks);
        assert!(unsure.len() > 2_000, "{}", unsure.len());
        for after in [1_000, 2_000, 3_000, 3_500, 4_000] {
            assert!(!unsure.contains(&after), "{after}");
        }
    }
}
