//! Where a value of a tree was found: its key, and the path to it.

use serde_json_path::PathElement;

/// The key by which a value was found last.
pub(super) fn key_of(last: Option<&PathElement<'_>>) -> Option<String> {
    last.map(|element| match element {
        PathElement::Name(name) => (*name).to_owned(),
        PathElement::Index(index) => index.to_string(),
    })
}

/// A path one step further.
pub(super) fn further(path: &str, element: &PathElement<'_>) -> String {
    match element {
        PathElement::Index(index) => format!("{path}[{index}]"),
        PathElement::Name(name) if name.chars().all(|c| c.is_alphanumeric() || c == '_') => format!("{path}.{name}"),
        PathElement::Name(name) => format!("{path}['{name}']"),
    }
}
