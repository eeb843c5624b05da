//! What rules a match out before the text of a name is read.

use super::letters::Letters;
use super::words::{SLIPS, slips_allowed};
use crate::fnv::fnv32;

/// In which letters a name is written, as far as a comparison cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// ASCII only: its words are their own transliteration.
    Ascii,
    /// At least one ideograph that can be read in Mandarin.
    Han,
    /// Any other.
    Other,
}

/// How many bytes a signature takes.
pub const SIGNATURE_BYTES: usize = 32;

/// The signature of a name: small sets of its letters, by which most names are ruled out for a query
/// ([`Spelling::may_match`](super::Spelling::may_match)). What it rules out is certain, what it lets pass is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    pub(super) script: Script,
    /// How many sounds the name has, in Han; at most 255 are told.
    pub(super) sounds: u8,
    /// How many letters the transliteration has; at most 65,535 are told.
    pub(super) length: u16,
    /// A hash of the name key; 0 where nothing remains of the text, which is like nothing.
    pub(super) key: u32,
    /// The first letters of the words; in Han all ideographs, for a word may be found within another.
    pub(super) starts: Letters,
    /// The letters with which the transliterated words begin; in Han every reading of every ideograph.
    pub(super) sound_starts: Letters,
    /// The letters of the transliteration.
    pub(super) letters: Letters,
}

impl Signature {
    /// Whether words of a query with this signature can be words of that name, or begin them.
    pub(super) fn may_be_part_of(self, name: Signature) -> bool {
        let are_ascii = (self.script, name.script) == (Script::Ascii, Script::Ascii);
        self.starts.within(name.starts) && (!are_ascii || self.letters.within(name.letters))
    }

    /// Whether a query with this signature, written in another script than that name, can sound like it or a part of
    /// it. Some scripts have no transliteration, and nothing sounds like everything.
    pub(super) fn may_sound_like(self, name: Signature) -> bool {
        if self.length == 0 || name.length == 0 {
            return false;
        }
        match (self.script, name.script) {
            (Script::Ascii, Script::Ascii) => false,
            (Script::Han, Script::Han) => self.sounds == name.sounds,
            (Script::Han, Script::Ascii | Script::Other) => name.sound_starts.within(self.sound_starts),
            (Script::Ascii | Script::Other, Script::Han) => self.sound_starts.within(name.sound_starts),
            (Script::Other, Script::Ascii | Script::Other) | (Script::Ascii, Script::Other) => {
                self.sound_starts.within(name.sound_starts) && self.letters.within(name.letters)
            }
        }
    }

    /// How many slips a query with this signature may have as that name; none where it has more.
    pub(super) fn slips_as(self, name: Signature) -> Option<usize> {
        let by_length = slips_allowed(usize::from(self.length.min(name.length)));
        let allowed = match (self.script, name.script) {
            (Script::Han, Script::Han) => 0,
            (Script::Han, _) | (_, Script::Han) => by_length.min(1),
            (Script::Ascii | Script::Other, Script::Ascii | Script::Other) => by_length,
        };
        let may = allowed > 0
            && usize::from(self.length.abs_diff(name.length)) <= allowed
            && self.letters.beyond(name.letters) <= allowed
            && name.letters.beyond(self.letters) <= allowed;
        may.then_some(allowed)
    }

    /// Whether a query with this signature can be that name and one word more.
    pub(super) fn may_be_more_than(self, name: Signature) -> bool {
        let are_ascii = (self.script, name.script) == (Script::Ascii, Script::Ascii);
        self.length > name.length
            && name.starts.within(self.starts)
            && (!are_ascii || name.letters.within(self.letters))
    }

    /// Whether the words of a query with this signature can be words of that name with a slip or two, of which the
    /// first letter is right.
    pub(super) fn may_slip_within(self, name: Signature) -> bool {
        self.script != Script::Han
            && name.script != Script::Han
            && usize::from(self.length) <= usize::from(name.length) + SLIPS
            && self.letters.beyond(name.letters) <= SLIPS
            && self.sound_starts.within(name.sound_starts)
    }

    /// The signature as bytes.
    pub fn to_bytes(self) -> [u8; SIGNATURE_BYTES] {
        let script = match self.script {
            Script::Ascii => 0,
            Script::Han => 1,
            Script::Other => 2,
        };
        let mut bytes = [0; SIGNATURE_BYTES];
        bytes[0] = script;
        bytes[1] = self.sounds;
        bytes[2..4].copy_from_slice(&self.length.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.key.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.starts.to_bits().to_le_bytes());
        bytes[16..24].copy_from_slice(&self.sound_starts.to_bits().to_le_bytes());
        bytes[24..].copy_from_slice(&self.letters.to_bits().to_le_bytes());
        bytes
    }

    /// The signature of which these are the bytes; none where they are of none.
    pub fn from_bytes(bytes: &[u8; SIGNATURE_BYTES]) -> Option<Signature> {
        let script = match bytes[0] {
            0 => Script::Ascii,
            1 => Script::Han,
            2 => Script::Other,
            _ => return None,
        };
        let (words, []) = bytes.as_chunks::<8>() else { return None };
        let [first, starts, sound_starts, letters] = words else { return None };
        Some(Signature {
            script,
            sounds: first[1],
            length: u16::from_le_bytes([first[2], first[3]]),
            key: u32::from_le_bytes([first[4], first[5], first[6], first[7]]),
            starts: Letters::from_bits(u64::from_le_bytes(*starts)),
            sound_starts: Letters::from_bits(u64::from_le_bytes(*sound_starts)),
            letters: Letters::from_bits(u64::from_le_bytes(*letters)),
        })
    }
}

/// A hash of a key; never 0.
pub(super) fn hash(key: &str) -> u32 {
    fnv32(key).max(1)
}
