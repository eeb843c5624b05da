//! Words: where they part, in which orders they stand, and slips of the pen in them.

use crate::name::NameKey;

/// The most slips in the words of a query.
pub(super) const SLIPS: usize = 2;
/// The fewest letters of a word that can be misspelt within a name: shorter ones are like too many others.
pub(super) const MISSPELT_LETTERS: usize = 6;

/// How many slips there are in the words of a query, each of which must be another word of the name, and how many
/// letters they have; none where a word is not there, or where there is no slip at all.
///
/// The first letter must be right: people seldom mistake it, and without it most words are like some other.
pub(super) fn slips_within(query: &str, name: &str) -> Option<(usize, usize)> {
    let mut free: Vec<&str> = name.split(' ').collect();
    let (mut slips, mut letters) = (0, 0);
    for word in query.split(' ') {
        let allowed = match word.len() {
            0..MISSPELT_LETTERS => 0,
            6..=8 => 1,
            _ => SLIPS,
        };
        let near = |(at, other): (usize, &&str)| {
            let comparable =
                word.as_bytes().first() == other.as_bytes().first() && word.len().abs_diff(other.len()) <= allowed;
            let distance = (comparable && allowed > 0).then(|| strsim::osa_distance(word, other));
            let distance = if word == *other { Some(0) } else { distance };
            distance.filter(|distance| *distance <= allowed).map(|distance| (distance, at))
        };
        let (distance, at) = free.iter().enumerate().filter_map(near).min()?;
        free.swap_remove(at);
        slips += distance;
        letters += word.len();
    }
    (1..=SLIPS).contains(&slips).then_some((slips, letters))
}

/// How many slips a name of that many letters may have: in a short one, one letter more is another name.
pub(super) fn slips_allowed(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The words run together as they stand, and with the family name moved from either end to the other.
pub(super) fn orders(words: &str) -> Vec<String> {
    let mut words: Vec<&str> = words.split(' ').collect();
    let mut orders = vec![words.concat()];
    if words.len() > 1 {
        words.rotate_left(1);
        orders.push(words.concat());
    }
    if words.len() > 2 {
        words.rotate_right(2);
        orders.push(words.concat());
    }
    orders
}

/// Whether a character stands between words. Apostrophes and joiners stand within: `O'Brien` is one word.
pub(super) fn parts_words(character: char) -> bool {
    match character {
        '\'' | '’' | 'ʼ' | '\u{200C}' | '\u{200D}' => false,
        '\0'..='\x7F' => !character.is_ascii_alphanumeric(),
        _ if character.is_alphanumeric() => false,
        _ => NameKey::of(character.encode_utf8(&mut [0; 4])).is_none(),
    }
}

/// Words parted by one space each.
pub(super) fn joined(words: impl Iterator<Item: ToString>) -> Box<str> {
    words.map(|word| word.to_string()).collect::<Vec<_>>().join(" ").into()
}
