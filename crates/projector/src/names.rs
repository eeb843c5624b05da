//! By what people and units are called: entries in buckets by the hash of the text.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use tenure_domain::fnv::fnv32;
use tenure_domain::identity::Call;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::Meant;

use crate::packed::{Packed, pack};
use crate::stored::{self, Unreadable};

/// One entry of a bucket of names: the sort of call, its text, and whom it can mean, which is read for the one entry
/// that is looked for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NameEntry<'a> {
    tag: u32,
    sort: u8,
    text: &'a [u8],
    meant: Cow<'a, [u8]>,
}

/// Whom a call can mean.
pub(crate) type Meanings = (Vec<PersonNo>, Vec<UnitNo>);

/// The same as it is stored.
type Numbers = (Vec<u32>, Vec<u32>);

impl<'a> NameEntry<'a> {
    /// The entry of a call, with everybody whom it can mean.
    pub(crate) fn of(call: &'a Call, meant: &[(Call, Meant)]) -> NameEntry<'a> {
        let mut numbers = Numbers::default();
        for (_, meant) in meant {
            match meant {
                Meant::Person(person) => numbers.0.push(person.0),
                Meant::Unit(unit) => numbers.1.push(unit.0),
            }
        }
        NameEntry::new(call, &numbers)
    }

    fn new(call: &'a Call, numbers: &Numbers) -> NameEntry<'a> {
        let (sort, text) = sort_and_text(call);
        NameEntry { tag: fnv32(text), sort, text: text.as_bytes(), meant: Cow::Owned(stored::encode(numbers)) }
    }

    fn read(tag: u32, bytes: &'a [u8]) -> Result<NameEntry<'a>, Unreadable> {
        let parts = || {
            let (&[sort], rest) = bytes.split_first_chunk()?;
            let (length, rest) = rest.split_first_chunk()?;
            let (text, meant) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
            Some(NameEntry { tag, sort, text, meant: Cow::Borrowed(meant) })
        };
        parts().ok_or(Unreadable::Senseless)
    }

    fn bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.text.len()).expect("a text of an event is short");
        [&[self.sort], &length.to_le_bytes()[..], self.text, &self.meant].concat()
    }

    fn is_of(&self, call: &Call) -> bool {
        let (sort, text) = sort_and_text(call);
        self.sort == sort && self.text == text.as_bytes()
    }
}

/// A bucket of names.
pub(crate) fn bucket_bytes(mut entries: Vec<NameEntry<'_>>) -> Vec<u8> {
    entries.sort_unstable();
    pack(&entries.iter().map(|entry| (entry.tag, entry.bytes())).collect::<Vec<_>>())
}

/// The entries of a bucket, without the calls that go, and with those that come; none where none are left.
pub(crate) fn exchanged(
    bucket: Option<&[u8]>,
    gone: &[&(Call, Meant)],
    new: &[&(Call, Meant)],
) -> Result<Option<Vec<u8>>, Unreadable> {
    let mut entries: Vec<NameEntry<'_>> = Vec::new();
    let mut places: FxHashMap<(u8, &[u8]), usize> = FxHashMap::default();
    if let Some(bucket) = bucket {
        for entry in Packed::read(bucket)?.all() {
            let (tag, bytes) = entry?;
            let entry = NameEntry::read(tag, bytes)?;
            places.insert((entry.sort, entry.text), entries.len());
            entries.push(entry);
        }
    }
    let changes = gone.iter().map(|one| (*one, false)).chain(new.iter().map(|one| (*one, true)));
    for ((call, meant), comes) in changes {
        let (sort, text) = sort_and_text(call);
        let place = places.get(&(sort, text.as_bytes())).copied();
        let mut numbers: Numbers = match place {
            Some(place) => stored::decode(&entries[place].meant)?,
            None => Numbers::default(),
        };
        let (list, number) = match meant {
            Meant::Person(person) => (&mut numbers.0, person.0),
            Meant::Unit(unit) => (&mut numbers.1, unit.0),
        };
        match (list.binary_search(&number), comes) {
            (Err(at), true) => list.insert(at, number),
            (Ok(at), false) => drop(list.remove(at)),
            (Ok(_), true) | (Err(_), false) => {}
        }
        let entry = NameEntry::new(call, &numbers);
        if let Some(place) = place {
            entries[place] = entry;
        } else {
            places.insert((sort, text.as_bytes()), entries.len());
            entries.push(entry);
        }
    }
    let nobody = stored::encode(&Numbers::default());
    entries.retain(|entry| *entry.meant != nobody);
    Ok((!entries.is_empty()).then(|| bucket_bytes(entries)))
}

fn sort_and_text(call: &Call) -> (u8, &str) {
    match call {
        Call::Id(text) => (0, text),
        Call::Name(key) => (1, key.as_str()),
        Call::Identifier(text) => (2, text),
    }
}

/// In which of so many buckets a call lies.
pub(crate) fn bucket(call: &Call, buckets: u32) -> u32 {
    fnv32(sort_and_text(call).1) % buckets.max(1)
}

/// Whom a call can mean, by its bucket.
pub(crate) fn called(bucket: &[u8], call: &Call) -> Result<Meanings, Unreadable> {
    let tag = fnv32(sort_and_text(call).1);
    for entry in Packed::read(bucket)?.tagged(tag) {
        let entry = NameEntry::read(tag, entry?)?;
        if entry.is_of(call) {
            let (people, units): Numbers = stored::decode(&entry.meant)?;
            return Ok((people.into_iter().map(PersonNo).collect(), units.into_iter().map(UnitNo).collect()));
        }
    }
    Ok(Meanings::default())
}
