//! Which letters a text has, as a small set that rules a match out before any text is read.

/// A small set of letters: each ASCII letter and digit for itself, all others in a few groups. What it rules out is
/// certain, what it lets pass is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Letters(u64);

impl Letters {
    pub(super) fn of(letters: impl Iterator<Item = char>) -> Letters {
        Letters(letters.fold(0, |set, letter| set | Letters::bit(letter)))
    }

    /// The first letters of words.
    pub(super) fn starting(words: &str) -> Letters {
        Letters::of(words.split(' ').filter_map(|word| word.chars().next()))
    }

    /// The place of a letter in the set; none for the space between words.
    pub(super) fn bit(letter: char) -> u64 {
        let place = match letter {
            ' ' => return 0,
            'a'..='z' => u32::from(letter) - u32::from('a'),
            '0'..='9' => 26 + u32::from(letter) - u32::from('0'),
            _ => 36 + u32::from(letter) % 28,
        };
        1 << place
    }

    pub(super) fn to_bits(self) -> u64 {
        self.0
    }

    pub(super) fn from_bits(bits: u64) -> Letters {
        Letters(bits)
    }

    /// Whether they have a letter in common.
    pub(super) fn meets(self, other: Letters) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the other set has all of this one.
    pub(super) fn within(self, other: Letters) -> bool {
        self.0 & !other.0 == 0
    }

    /// How many of this set the other one lacks.
    pub(super) fn beyond(self, other: Letters) -> usize {
        (self.0 & !other.0).count_ones() as usize
    }
}
