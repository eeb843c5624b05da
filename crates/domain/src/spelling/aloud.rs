//! Words in ASCII as they read the sounds of a name aloud.

use super::cover::{Cover, Fit};
use super::sound::Sound;

/// The most words of a query that are tried in every order.
const WORDS: usize = 6;

/// How words, in any order, read the sounds of a name aloud without a gap; the last may stop within a syllable.
///
/// One syllable alone must be the first: as the family name it is what people ask for, and elsewhere it is in
/// every other name.
pub(super) fn read(words: &str, sounds: &[Sound]) -> Option<Cover> {
    let words: Vec<&str> = words.split(' ').collect();
    let letters: usize = words.iter().map(|word| word.len()).sum();
    if words.len() > WORDS || letters < 2 {
        return None;
    }
    (0..sounds.len()).find_map(|from| {
        let read = Alignment { words: &words, sounds }.on("", Unused::all(words.len()), from)?;
        let syllables = read.until - from;
        (from == 0 || syllables > 1).then_some(Cover { fit: read.fit, part: syllables, whole: sounds.len() })
    })
}

/// Words being read over the sounds of a name.
struct Alignment<'a> {
    words: &'a [&'a str],
    sounds: &'a [Sound],
}

/// How far words reach over sounds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Reach {
    fit: Fit,
    until: usize,
}

/// The words that are still to be read, one bit each.
#[derive(Clone, Copy)]
struct Unused(u8);

impl Unused {
    fn all(count: usize) -> Unused {
        Unused(u8::MAX >> (8 - count))
    }

    fn without(self, word: usize) -> Unused {
        Unused(self.0 & !(1 << word))
    }

    fn has(self, word: usize) -> bool {
        self.0 & (1 << word) != 0
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Alignment<'_> {
    /// Reads on with the rest of a word from a sound; the farthest that the words reach, whole syllables before broken ones.
    fn on(&self, rest: &str, unused: Unused, at: usize) -> Option<Reach> {
        if rest.is_empty() {
            if unused.is_empty() {
                return Some(Reach { fit: Fit::Whole, until: at });
            }
            return (0..self.words.len())
                .filter(|word| unused.has(*word))
                .filter_map(|word| self.on(self.words[word], unused.without(word), at))
                .max();
        }
        self.sounds
            .get(at)?
            .readings()
            .filter_map(|reading| match rest.strip_prefix(reading) {
                Some(rest) => self.on(rest, unused, at + 1),
                None => (unused.is_empty() && reading.starts_with(rest))
                    .then_some(Reach { fit: Fit::Prefix, until: at + 1 }),
            })
            .max()
    }
}
