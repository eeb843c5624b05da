//! What the entries of a tree say of posts: what is held, from when, until when, and which of them are none.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::EntryList;
use super::fields::{step, within};
use super::names::{WHOLE, name_fields};
use crate::adapter::proposal::quoted;
use crate::adapter::proposal::status::{self, Status, ends, hired};

/// The path of what a field says; none where what it has is called nothing.
fn path_of(list: &EntryList<'_>, item: &str, field: &str) -> Option<String> {
    match within(list.entry(), field) {
        Some(Value::Object(parts)) => {
            WHOLE.iter().find(|part| parts.contains_key(**part)).map(|part| step(&step(item, field), part))
        }
        _ => Some(step(item, field)),
    }
}

/// The first field of status that is not read, with the words for what is over and those that are not known.
fn over<'l>(list: &'l EntryList<'_>, read: &[String]) -> Option<(&'l str, Vec<String>, Vec<String>)> {
    let fields = list.plain.iter().filter(|field| !read.contains(field));
    fields.into_iter().find_map(|field| match status::of(field, &list.texts_of(field))? {
        Status::Over { words, unknown } => Some((field.as_str(), words, unknown)),
        Status::OfNobody(_) => None,
    })
}

/// The field by which an entry is of no person.
fn of_nobody<'l>(list: &'l EntryList<'_>) -> Option<(&'l str, Vec<String>)> {
    list.plain.iter().find_map(|field| match status::of(field, &list.texts_of(field))? {
        Status::OfNobody(words) => Some((field.as_str(), words)),
        Status::Over { .. } => None,
    })
}

/// Whether entries tell that they are over, or of no person.
pub(super) fn tells_status(list: &EntryList<'_>) -> bool {
    let read: Vec<String> = ["title", "unit"].iter().filter_map(|what| Some(list.takes(what)?.0.to_owned())).collect();
    over(list, &read).is_some() || of_nobody(list).is_some()
}

/// The texts in the place of a name that stand for no person.
pub(super) fn nobodies<'l>(list: &'l EntryList<'_>) -> BTreeSet<&'l str> {
    match &name_fields(list.entry())[..] {
        [field] => status::nobodies(&list.texts_of(field)),
        _ => BTreeSet::new(),
    }
}

/// The entries that are left out: of vacant posts, and of what is no person.
pub(super) fn left_out(list: &EntryList<'_>, person: &str, item: &str, read: &mut Vec<String>) -> String {
    let nobodies = nobodies(list);
    let mut map = String::new();
    // A person that is named in one path.
    if !nobodies.is_empty() && person.starts_with('"') {
        let words = status::nothing(nobodies.into_iter());
        let _ = writeln!(map, "when = {{ path = {person}, words = {words} }}  # a guess: vacant posts are left out");
    }
    if let Some((field, words)) = of_nobody(list) {
        let path = quoted(&(step(item, field) + "?"));
        if map.is_empty() {
            let when = status::without(&format!("path = {path}"), &words);
            let _ = writeln!(map, "when = {when}  # by its name: what is no person is left out");
        } else {
            let _ = writeln!(map, "# TODO: {path} tells what is no person: leave it out by `when`");
        }
        read.push(field.to_owned());
    }
    map
}

/// What is held, and from when until when.
pub(super) fn said(list: &EntryList<'_>, item: &str, own: bool, read: &mut Vec<String>) -> String {
    let mut map = String::new();
    let mut is_begun = false;
    for key in ["title", "unit", "company", "from"] {
        let Some((field, word)) = list.takes(key) else { continue };
        let Some(path) = path_of(list, item, field) else { continue };
        let _ = writeln!(map, "{key} = {}  # by its name, as `{word}`", quoted(&format!("{path}?")));
        is_begun |= key == "from";
        read.push(field.to_owned());
    }
    let role = list.role().filter(|_| own && list.takes("title").is_none());
    if let Some(role) = &role {
        let _ = writeln!(map, "title = {{ text = {} }}  # by the list", quoted(role));
    }
    if let Some((field, word)) = list.takes("hired").filter(|_| !is_begun) {
        let is_post = role.is_some() || ["title", "unit"].iter().any(|what| list.takes(what).is_some());
        let (value, why) = hired("path", &quoted(&(step(item, field) + "?")), is_post);
        let _ = writeln!(map, "from = {value}  # by its name, as `{word}`{why}");
        read.push(field.to_owned());
    }
    let own_end = list.takes("to");
    read.extend(own_end.map(|(field, _)| field.to_owned()));
    let over = over(list, read);
    read.extend(over.as_ref().map(|(field, ..)| (*field).to_owned()));
    let end = own_end.map(|(field, word)| (format!("path = {}", quoted(&(step(item, field) + "?"))), word));
    let over = over.map(|(field, words, unknown)| (step(item, field) + "?", words, unknown));
    map + &ends(
        end.as_ref().map(|(at, word)| (at.as_str(), *word)),
        over.as_ref().map(|(at, words, unknown)| (at.as_str(), &words[..], &unknown[..])),
    )
}
