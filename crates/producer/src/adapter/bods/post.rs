//! What is known of a post by the statements of its record so far. Of one record and one type of interest, a term that
//! begins after the declared end of the one before is a post by itself.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::VagueDate;

use super::statement::Interest;

/// What a post is known by so far.
#[derive(Clone, Debug)]
pub(super) struct Post {
    /// The event that says so.
    pub(super) event: Box<str>,
    pub(super) from: Option<String>,
    /// When it was last declared.
    pub(super) seen: Option<Day>,
    pub(super) has_ended: bool,
    /// The end that was told, where there is one.
    pub(super) to: Option<String>,
    /// Which of the terms of its record and type it is, from 1.
    pub(super) term: u32,
}

impl Post {
    /// Whether an interest is one of the same type after the end of this one.
    pub(super) fn is_before(&self, interest: &Interest) -> bool {
        let ended = self.to.as_deref().and_then(bounds).and_then(Bounds::earliest);
        let before = self.from.as_deref().and_then(bounds).and_then(Bounds::earliest);
        let begun = dates(interest.start.as_deref()).first().and_then(|start| start.earliest());
        let is_after =
            |begun: &Day| ended.is_some_and(|ended| ended <= *begun) && before.is_none_or(|first| first < *begun);
        !interest.is_corrected && begun.is_some_and(|begun| is_after(&begun))
    }
}

/// The key of a term of a record: the first has no number.
pub(super) fn key_of(record: &str, interest: &Interest, term: u32) -> String {
    let key = format!("{record}#{}", interest.code);
    if term == 1 { key } else { format!("{key}#{term}") }
}

/// The record, the type of interest and the term of a key.
pub(super) fn post_of(key: &str) -> Option<(&str, Interest, u32)> {
    let (rest, last) = key.rsplit_once('#')?;
    if let Some(interest) = Interest::of(last) {
        return Some((rest, interest, 1));
    }
    let (record, code) = rest.rsplit_once('#')?;
    Some((record, Interest::of(code)?, last.parse().ok()?))
}

/// Puts a post in the place of what was known of its type.
pub(super) fn set(posts: &mut Vec<(&'static str, Post)>, interest: &Interest, post: Post) {
    match posts.iter_mut().find(|(code, _)| *code == interest.code) {
        Some((_, known)) => *known = post,
        None => posts.push((interest.code, post)),
    }
}

pub(super) fn dates(date: Option<&str>) -> Vec<Bounds> {
    date.and_then(|date| bounds(date.get(..10).unwrap_or(date))).into_iter().collect()
}

pub(super) fn bounds(date: &str) -> Option<Bounds> {
    date.parse::<VagueDate>().ok().map(|date| date.bounds())
}
