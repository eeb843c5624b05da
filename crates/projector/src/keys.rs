//! Under which keys a store keeps what.

use tenure_domain::mark::Mark;
use tenure_domain::name::NameKey;
use tenure_domain::statement::{PersonNo, UnitNo};

pub(crate) const HEAD: &[u8] = b"head";
pub(crate) const NAME_CONFLICTS: &[u8] = b"k";
pub(crate) const ERASED_NAMES: &[u8] = b"z";
/// With this begin the keys of titles.
pub(crate) const TITLES: &[u8] = b"w";

/// With this begin the keys of the blocks that say where people had a title.
const TITLE_PLACES: &[u8] = b"o";
/// With this begin the keys of the blocks of rosters.
pub(crate) const ROSTER_BLOCK: u8 = b'b';
const NAME_BUCKET: u8 = b'n';
const LEAF_BUCKET: u8 = b'x';

pub(crate) fn key(prefix: u8, number: u32) -> [u8; 5] {
    let [a, b, c, d] = number.to_be_bytes();
    [prefix, a, b, c, d]
}

/// What is kept by number, several to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// People.
    People,
    /// Units and companies.
    Units,
    /// Rosters of units: rows, or for a large one the number of its blocks.
    Rosters,
    /// Who ever reported to a person.
    Reports,
    /// Names of people, as a search goes through them.
    Names,
    /// Names of units and companies likewise.
    UnitNames,
}

impl Table {
    const ALL: [Table; 6] =
        [Table::People, Table::Units, Table::Rosters, Table::Reports, Table::Names, Table::UnitNames];

    pub(crate) fn prefix(self) -> u8 {
        match self {
            Table::People => b'p',
            Table::Units => b'u',
            Table::Rosters => b'r',
            Table::Reports => b'm',
            Table::Names => b'f',
            Table::UnitNames => b'g',
        }
    }

    fn of(key: &[u8]) -> Option<Table> {
        Table::ALL.into_iter().find(|table| key.first() == Some(&table.prefix()))
    }

    /// Whether a key is that of a page of any table.
    pub(crate) fn is_page(key: &[u8]) -> bool {
        key.len() == 5 && Table::of(key).is_some()
    }

    /// How many values share a page: a few kilobytes, so that sled has few keys to keep and a change rewrites little.
    /// Names are read many at a time, and change seldom.
    fn page(self) -> u32 {
        match self {
            Table::People | Table::Units | Table::Rosters | Table::Reports => 16,
            Table::Names | Table::UnitNames => 128,
        }
    }

    /// The page of a number, and its place there, which is its tag.
    pub(crate) fn place(self, number: u32) -> (u32, u32) {
        (number / self.page(), number % self.page())
    }

    /// The first number of a page.
    pub(crate) fn first(self, page: u32) -> u32 {
        page * self.page()
    }
}

/// A set of numbers, kept as one bit a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// The people there are.
    People,
    /// The units and companies there are.
    Units,
    /// The people who have conflicts.
    Conflicted,
}

impl Set {
    const ALL: [Set; 3] = [Set::People, Set::Units, Set::Conflicted];

    fn prefix(self) -> u8 {
        match self {
            Set::People => b's',
            Set::Units => b't',
            Set::Conflicted => b'c',
        }
    }

    /// The key of a block.
    pub(crate) fn key(self, block: u32) -> [u8; 5] {
        key(self.prefix(), block)
    }

    fn of(key: &[u8]) -> Option<Set> {
        Set::ALL.into_iter().find(|set| key.first() == Some(&set.prefix()))
    }
}

/// How many numbers a block of a set covers.
pub(crate) const BLOCK_NUMBERS: u32 = 8 * 1_024;

/// The key of a block of a unit's roster, by the first person in it.
pub(crate) fn block_key(unit: UnitNo, first: PersonNo) -> [u8; 9] {
    let mut bytes = [ROSTER_BLOCK; 9];
    bytes[1..5].copy_from_slice(&unit.0.to_be_bytes());
    bytes[5..].copy_from_slice(&first.0.to_be_bytes());
    bytes
}

/// The unit of whose roster a key has a block; none where it is the key of something else.
pub(crate) fn unit_of_block(key: &[u8]) -> Option<UnitNo> {
    let (unit, first) = key.strip_prefix(&[ROSTER_BLOCK])?.split_first_chunk()?;
    (first.len() == 4).then(|| UnitNo(u32::from_be_bytes(*unit)))
}

/// The key of a title.
pub(crate) fn title_key(title: &NameKey) -> Vec<u8> {
    [TITLES, title.as_str().as_bytes()].concat()
}

/// With this begin the keys of the blocks that say where people had a title.
pub(crate) fn title_places_key(title: &NameKey) -> Vec<u8> {
    [TITLE_PLACES, title.as_str().as_bytes(), &[0]].concat()
}

/// The key of one of them.
pub(crate) fn title_place_key(title: &NameKey, block: u32) -> Vec<u8> {
    let mut key = title_places_key(title);
    key.extend_from_slice(&block.to_be_bytes());
    key
}

pub(crate) fn names_key(bucket: u32) -> [u8; 5] {
    key(NAME_BUCKET, bucket)
}

pub(crate) fn leaves_key(bucket: u32) -> [u8; 5] {
    key(LEAF_BUCKET, bucket)
}

/// The bucket of leaves that a key has; none where it is the key of something else.
pub(crate) fn bucket_of_leaves(key: &[u8]) -> Option<u32> {
    let bucket = key.strip_prefix(&[LEAF_BUCKET])?.first_chunk()?;
    (key.len() == 5).then(|| u32::from_be_bytes(*bucket))
}

/// The bucket in which a mark is kept: buckets hold the marks in their order. Their number is a power of two.
pub(crate) fn mark_bucket(mark: Mark, buckets: u32) -> u32 {
    let [a, b, c, d, ..] = mark.0;
    let place = (u64::from(u32::from_be_bytes([a, b, c, d])) * u64::from(buckets)) >> 32;
    u32::try_from(place).expect("fewer than the buckets")
}

/// What a key stands for.
pub(crate) fn described(key: &[u8]) -> String {
    let whole = [(HEAD, "head"), (NAME_CONFLICTS, "list of name conflicts"), (ERASED_NAMES, "list of erased names")];
    if let Some((_, what)) = whole.iter().find(|(of, _)| *of == key) {
        return (*what).to_owned();
    }
    if [TITLES, TITLE_PLACES].iter().any(|titles| key.starts_with(titles)) {
        return format!("title {}", String::from_utf8_lossy(&key[1..]).replace('\0', ", block "));
    }
    let sort = match (Table::of(key), Set::of(key), key.first()) {
        (Some(Table::People), ..) => "page of people",
        (Some(Table::Units), ..) => "page of units",
        (Some(Table::Rosters), ..) => "page of rosters",
        (Some(Table::Reports), ..) => "page of reports",
        (Some(Table::Names), ..) => "page of names of people",
        (Some(Table::UnitNames), ..) => "page of names of units",
        (_, Some(Set::People), _) => "set of people",
        (_, Some(Set::Units), _) => "set of units",
        (_, Some(Set::Conflicted), _) => "set of people with conflicts",
        (.., Some(&ROSTER_BLOCK)) => "roster of unit",
        (.., Some(&NAME_BUCKET)) => "bucket of names",
        (.., Some(&LEAF_BUCKET)) => "bucket of the directory",
        _ => "value",
    };
    let number = key.get(1..5).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
    number.map_or_else(|| sort.to_owned(), |number| format!("{sort} {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_described() {
        let title = NameKey::of("Chair").expect("a title");
        let keys = [HEAD.to_vec(), NAME_CONFLICTS.to_vec(), ERASED_NAMES.to_vec(), title_key(&title)];
        let pages = Table::ALL.map(|table| key(table.prefix(), 7).to_vec());
        let sets = Set::ALL.map(|set| set.key(7).to_vec());
        let others = [
            title_place_key(&title, 7),
            block_key(UnitNo(7), PersonNo(0)).to_vec(),
            names_key(7).to_vec(),
            leaves_key(7).to_vec(),
        ];
        let described: Vec<String> =
            keys.iter().chain(&pages).chain(&sets).chain(&others).map(|key| described(key)).collect();
        assert!(described.iter().all(|words| !words.starts_with("value")), "{described:?}");
        let mut distinct = described.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), described.len(), "{described:?}");
    }
}
