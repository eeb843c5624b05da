//! How the words of a query cover those of a name.

use std::cmp::Reverse;

use super::sound::is_ideograph;

/// How well a word of the query fits the name, the best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It stands within a word of ideographs.
    Within,
    /// A word begins with it.
    Prefix,
    /// It is a word.
    Whole,
}

/// How much of a name a query covers, and how well in its worst word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cover {
    pub(super) fit: Fit,
    pub(super) part: usize,
    pub(super) whole: usize,
}

/// How the words of a query cover words of a name, each another one; `None` when one of them fits nowhere.
///
/// The longest go first: what a long beginning fits, a shorter one of the same letters fits too, so that no word
/// takes the only place of another.
pub(super) fn cover(query: &str, name: &str) -> Option<Cover> {
    let mut asked: Vec<&str> = query.split(' ').collect();
    asked.sort_by_key(|word| Reverse(word.len()));
    let mut free: Vec<&str> = name.split(' ').collect();
    let whole = free.iter().map(|word| word.chars().count()).sum();
    let mut cover = Cover { fit: Fit::Whole, part: 0, whole };
    for word in asked {
        let (fit, _, at) = free
            .iter()
            .enumerate()
            .filter_map(|(at, free)| Some((fit(word, free)?, Reverse(free.len()), at)))
            .max_by_key(|(fit, length, at)| (*fit, *length, Reverse(*at)))?;
        free.remove(at);
        cover.fit = cover.fit.min(fit);
        cover.part += word.chars().count();
    }
    Some(cover)
}

/// How a word of a query fits a word of a name.
pub(super) fn fit(word: &str, name: &str) -> Option<Fit> {
    if word == name {
        Some(Fit::Whole)
    } else if name.starts_with(word) {
        Some(Fit::Prefix)
    } else {
        let ideographs = word.chars().count() > 1 && word.chars().all(is_ideograph);
        (ideographs && name.contains(word)).then_some(Fit::Within)
    }
}
