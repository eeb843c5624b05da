//! Byte strings packed into one value, each found by its tag without reading the others.
//!
//! A table comes first: how many there are, then for each its tag and where it ends, all 32 bits, little-endian. The
//! strings follow in the order of their tags.

use crate::stored::Unreadable;

/// Bytes of a number in the table.
const NUMBER: usize = 4;

/// A value that is packed so.
#[derive(Clone, Copy)]
pub(crate) struct Packed<'a> {
    /// Tags and ends.
    table: &'a [[u8; 2 * NUMBER]],
    strings: &'a [u8],
}

/// Packs strings that are sorted by their tags.
pub(crate) fn pack(strings: &[(u32, impl AsRef<[u8]>)]) -> Vec<u8> {
    debug_assert!(strings.is_sorted_by_key(|(tag, _)| *tag), "sorted by their tags");
    let length = |text: &[u8]| u32::try_from(text.len()).expect("a value is shorter than 4 GB");
    let all: usize = strings.iter().map(|(_, text)| text.as_ref().len()).sum();
    let mut bytes = Vec::with_capacity(NUMBER + strings.len() * 2 * NUMBER + all);
    bytes.extend_from_slice(&u32::try_from(strings.len()).expect("fewer than 2^32").to_le_bytes());
    let mut end = 0;
    for (tag, text) in strings {
        end += length(text.as_ref());
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(&end.to_le_bytes());
    }
    for (_, text) in strings {
        bytes.extend_from_slice(text.as_ref());
    }
    bytes
}

impl<'a> Packed<'a> {
    /// Reads the table.
    pub(crate) fn read(value: &'a [u8]) -> Result<Packed<'a>, Unreadable> {
        let (count, rest) = value.split_first_chunk().ok_or(Unreadable::Senseless)?;
        let count = usize::try_from(u32::from_le_bytes(*count)).map_err(|_| Unreadable::Senseless)?;
        let length = count.checked_mul(2 * NUMBER).ok_or(Unreadable::Senseless)?;
        let (table, strings) = rest.split_at_checked(length).ok_or(Unreadable::Senseless)?;
        let (table, _) = table.as_chunks();
        Ok(Packed { table, strings })
    }

    /// The strings with that tag.
    pub(crate) fn tagged(self, tag: u32) -> impl Iterator<Item = Result<&'a [u8], Unreadable>> {
        let tag = tag.to_le_bytes();
        (0..self.table.len()).filter(move |at| self.table[*at][..NUMBER] == tag).map(move |at| self.string(at))
    }

    /// All strings with their tags.
    pub(crate) fn all(self) -> impl Iterator<Item = Result<(u32, &'a [u8]), Unreadable>> {
        (0..self.table.len()).map(move |at| Ok((self.number(at, 0), self.string(at)?)))
    }

    fn number(self, at: usize, place: usize) -> u32 {
        let bytes = self.table[at].as_chunks::<NUMBER>().0[place];
        u32::from_le_bytes(bytes)
    }

    fn string(self, at: usize) -> Result<&'a [u8], Unreadable> {
        let end = |at| usize::try_from(self.number(at, 1)).map_err(|_| Unreadable::Senseless);
        let begin = at.checked_sub(1).map_or(Ok(0), end)?;
        self.strings.get(begin..end(at)?).ok_or(Unreadable::Senseless)
    }
}

#[cfg(test)]
mod tests {
    use super::{Packed, pack};

    #[test]
    fn strings_are_found_by_their_tags() {
        let value = pack(&[(1, "one"), (3, ""), (3, "three"), (u32::MAX, "last")]);
        let packed = Packed::read(&value).expect("packed");
        let check = |tag: u32, expected: &[&str]| {
            let found: Vec<&[u8]> = packed.tagged(tag).collect::<Result<_, _>>().expect("sound");
            assert_eq!(found, expected.iter().map(|text| text.as_bytes()).collect::<Vec<_>>(), "tag {tag}");
        };
        check(0, &[]);
        check(1, &["one"]);
        check(3, &["", "three"]);
        check(u32::MAX, &["last"]);
        assert_eq!(packed.all().count(), 4);
        assert_eq!(Packed::read(&pack(&[(0, ""); 0])).expect("packed").all().count(), 0);
    }

    #[test]
    fn what_is_cut_short_does_not_read() {
        let value = pack(&[(1, "one"), (2, "two")]);
        for length in 0..value.len() {
            let whole = Packed::read(&value[..length]).and_then(|packed| packed.all().collect::<Result<Vec<_>, _>>());
            assert!(whole.is_err(), "the first {length} bytes");
        }
        let mut backwards = value;
        backwards[8..12].copy_from_slice(&9_u32.to_le_bytes());
        assert!(Packed::read(&backwards).expect("a table").all().any(|string| string.is_err()));
    }
}
