//! The titles of posts in the store, as they are counted over the tenures of everybody.
//!
//! A title stands under its key, with its spellings; where people had it stands beside, some units to a block.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenure_domain::name::NameKey;
use tenure_domain::spelling::{SIGNATURE_BYTES, Signature, Spelling};
use tenure_domain::statement::UnitNo;
use tenure_domain::titles::{TitleCount, TitleCounts, TitleUse};

use crate::error::StoreError;
use crate::keys::{TITLES, title_key, title_place_key, title_places_key};
use crate::store::Store;
use crate::stored::{self, Read, Unreadable};
use crate::writes::Writes;

/// How many units a block of places covers.
const BLOCK_UNITS: u32 = 512;

/// A title as it is stored: the signature of how it is written most often, its spellings, how many people had it.
#[derive(Serialize, Deserialize)]
struct StoredTitle<'a>(#[serde(borrow)] &'a [u8], Vec<(&'a str, i64)>, i64);

/// Where people had it.
type Places = Vec<(u32, i64)>;

fn title_bytes(count: &TitleCount) -> Vec<u8> {
    let signature = Spelling::of(count.name()).signature().to_bytes();
    let written = count.written.iter().map(|(name, times)| (name.as_str(), *times)).collect();
    stored::encode(&StoredTitle(&signature, written, count.people))
}

fn read_title(bytes: &[u8]) -> Read<(Signature, TitleCount)> {
    let StoredTitle(signature, written, people) = stored::decode(bytes)?;
    let signature: &[u8; SIGNATURE_BYTES] = signature.try_into().map_err(|_| Unreadable::Senseless)?;
    let signature = Signature::from_bytes(signature).ok_or(Unreadable::Senseless)?;
    let written = written.into_iter().map(|(name, times)| (name.to_owned(), times)).collect();
    Ok((signature, TitleCount { written, people, places: BTreeMap::new() }))
}

/// Writes how much more or less often titles are used than the store says.
pub(crate) fn put_titles(store: Option<&Store>, writes: &mut Writes, more: TitleCounts) -> Result<(), StoreError> {
    for (key, more) in more.into_counts() {
        let TitleCount { written, people, places } = more;
        let header = title_key(&key);
        let before = match store {
            Some(store) => store.read(&header, read_title)?.map(|(_, count)| count),
            None => None,
        };
        let mut count = before.unwrap_or_default();
        add(&mut count.written, written);
        count.people += people;
        writes.set_plain(&header, (!count.written.is_empty()).then(|| title_bytes(&count)));
        let mut blocks: BTreeMap<u32, BTreeMap<u32, i64>> = BTreeMap::new();
        for (unit, people) in places {
            blocks.entry(unit.0 / BLOCK_UNITS).or_default().insert(unit.0, people);
        }
        for (block, more) in blocks {
            let key = title_place_key(&key, block);
            let before = match store {
                Some(store) => store.read(&key, |bytes| stored::decode::<Places>(bytes))?,
                None => None,
            };
            let mut places: BTreeMap<u32, i64> = before.unwrap_or_default().into_iter().collect();
            add(&mut places, more);
            let places: Places = places.into_iter().collect();
            writes.set_plain(&key, (!places.is_empty()).then(|| stored::encode(&places)));
        }
    }
    Ok(())
}

fn add<K: Ord>(counts: &mut BTreeMap<K, i64>, more: BTreeMap<K, i64>) {
    for (key, times) in more {
        *counts.entry(key).or_default() += times;
    }
    counts.retain(|_, times| *times != 0);
}

impl Store {
    /// The titles that are wanted by what they are written like, in the order of their keys.
    pub(crate) fn titles_stored(&self, wanted: &dyn Fn(Signature, &str) -> bool) -> Result<Vec<TitleUse>, StoreError> {
        let mut titles = Vec::new();
        self.each_with_prefix(TITLES, |key, bytes| {
            let (signature, count) = read_title(bytes)?;
            if wanted(signature, count.name()) {
                let key = std::str::from_utf8(&key[TITLES.len()..]).ok().and_then(NameKey::of);
                titles.push((key.ok_or(Unreadable::Senseless)?, count));
            }
            Ok(())
        })?;
        titles.into_iter().map(|(key, count)| self.title_with_places(key, count)).collect()
    }

    /// The title with that key.
    pub(crate) fn title_stored(&self, key: &NameKey) -> Result<Option<TitleUse>, StoreError> {
        let Some((_, count)) = self.read(&title_key(key), read_title)? else { return Ok(None) };
        self.title_with_places(key.clone(), count).map(Some)
    }

    fn title_with_places(&self, key: NameKey, mut count: TitleCount) -> Result<TitleUse, StoreError> {
        self.each_with_prefix(&title_places_key(&key), |_, bytes| {
            let places: Places = stored::decode(bytes)?;
            count.places.extend(places.into_iter().map(|(unit, people)| (UnitNo(unit), people)));
            Ok(())
        })?;
        Ok(count.to_use(key))
    }
}
