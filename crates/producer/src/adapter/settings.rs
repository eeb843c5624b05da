//! What the maps of several formats have in common: how they are read, and in whose name the events go out.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use tenure_domain::wire::Json;

use super::conventions::{Conventions, KEYS};
use super::{AdapterError, Task};

/// Reads the map that a format cannot do without. `example` is the least that it must hold; `shared` are the keys of all
/// maps that have an effect in the format.
pub(super) fn required<T: DeserializeOwned>(
    task: &Task<'_>,
    example: &str,
    shared: &[&str],
) -> Result<(T, Conventions), AdapterError> {
    let Some(path) = task.map else {
        let file = task.inputs.first().map_or_else(String::new, |input| input.display().to_string());
        let hint = format!(
            "write one and name it with --map FILE; tenure map propose FILE prints a first one, and the least is:\n{example}"
        );
        return Err(AdapterError::Unusable { file, problem: "this format needs a map".to_owned(), hint });
    };
    read(path, shared)
}

/// Reads a map where one is named; all that it leaves out is as the format has it by default. `shared` are the keys of
/// all maps that have an effect in the format.
pub(super) fn optional<T: DeserializeOwned + Default>(
    map: Option<&Path>,
    shared: &[&str],
) -> Result<(T, Conventions), AdapterError> {
    map.map_or_else(|| Ok((T::default(), Conventions::default())), |path| read(path, shared))
}

/// Reads a map: the keys that every map has, and those of the format.
fn read<T: DeserializeOwned>(path: &Path, shared: &[&str]) -> Result<(T, Conventions), AdapterError> {
    let text =
        fs::read_to_string(path).map_err(|error| unusable(path, error, "name a readable file of TOML with --map"))?;
    let hint = "nothing was appended: mend the map and run it again";
    let wrong = |error: toml::de::Error| unusable(path, error.to_string().trim_end(), hint);
    let conventions: Conventions = toml::from_str(&text).map_err(wrong)?;
    if let Some(problem) = conventions.problem() {
        return Err(unusable(path, problem, "write 2024-02-16 or 2024-02-16T15:35:27Z"));
    }
    let table: toml::Table = toml::from_str(&text).map_err(wrong)?;
    if let Some(key) = table.keys().find(|key| KEYS.contains(&key.as_str()) && !shared.contains(&key.as_str())) {
        let listed = shared.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let hint = format!("leave it out; of the keys of all maps this format has {listed}");
        return Err(unusable(path, format!("`{key}` has no effect in this format"), hint));
    }
    let own = toml::from_str(&without_shared(&text)).map_err(wrong)?;
    Ok((own, conventions))
}

/// The text of a map, blanks in the place of the keys that every map has: so an error of another key keeps its line.
fn without_shared(text: &str) -> String {
    let Ok(table) = toml::de::DeTable::parse(text) else { return text.to_owned() };
    let mut bytes = text.as_bytes().to_vec();
    for (key, value) in table.get_ref() {
        if KEYS.contains(&&**key.get_ref()) {
            for byte in &mut bytes[key.span().start..value.span().end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The error of a map or an input that cannot be used.
pub(super) fn unusable(file: &Path, problem: impl std::fmt::Display, hint: impl std::fmt::Display) -> AdapterError {
    AdapterError::Unusable { file: file.display().to_string(), problem: problem.to_string(), hint: hint.to_string() }
}

/// What in the source makes a statement.
#[derive(Clone, Copy, Debug)]
pub(super) enum StatementRef<'e> {
    /// Nothing that has a name.
    None,
    /// What the source itself calls the statement, for ever.
    Key(&'e str),
    /// Where in it the statement stands.
    Title(&'e str),
}

/// In whose name events go out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attribution {
    publisher: Option<String>,
    url: Option<String>,
    /// `confirmed`, `reported` or `rumoured`; as the ledger's default where absent.
    confidence: Option<String>,
}

impl Attribution {
    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
        (blank(&self.publisher) && blank(&self.url)).then_some("`source` names neither a `publisher` nor a `url`")
    }

    /// The name under which the ledger keeps what this source said.
    pub(super) fn publisher(&self) -> &str {
        self.publisher.as_deref().or(self.url.as_deref()).unwrap_or_default()
    }

    /// An event of a type, with its source; `url` is the page of this one statement where the source tells it.
    pub(super) fn event(&self, event_type: &str, entry: StatementRef<'_>, url: Option<&str>) -> Map<String, Value> {
        let mut source = Map::new();
        let url = url.or(self.url.as_deref());
        let (key, title) = match entry {
            StatementRef::None => (None, None),
            StatementRef::Key(key) => (Some(key), None),
            StatementRef::Title(title) => (None, Some(title)),
        };
        for (field, value) in [("publisher", self.publisher.as_deref()), ("url", url), ("key", key), ("title", title)] {
            if let Some(value) = value {
                source.insert(field.to_owned(), value.into());
            }
        }
        let mut event = Map::new();
        event.insert("type".to_owned(), event_type.into());
        event.insert("source".to_owned(), source.into());
        if let Some(confidence) = &self.confidence {
            event.insert("confidence".to_owned(), confidence.as_str().into());
        }
        event
    }

    /// The source alone, in whose name something is withdrawn.
    pub(super) fn source(&self) -> Value {
        let fields = [("publisher", &self.publisher), ("url", &self.url)];
        fields.into_iter().filter_map(|(field, value)| Some((field.to_owned(), json!(value.as_ref()?)))).collect()
    }

    /// Whether a stored source is this one.
    pub(super) fn is_of(&self, source: &Json<'_>) -> bool {
        source["publisher"].as_str() == self.publisher.as_deref() && source["url"].as_str() == self.url.as_deref()
    }
}

/// An id of the source as the ledger can take it, behind the map's namespace.
///
/// What an id must not hold is written as `_xHH`, byte by byte, and so is an underscore before an `x`: no two ids of a
/// source become one, and each can be read back.
pub(super) fn id(namespace: &str, id: &str) -> String {
    let mut text = namespace.to_owned();
    let bytes = id.as_bytes();
    for (i, byte) in bytes.iter().enumerate() {
        let escapes = *byte == b'_' && bytes.get(i + 1) == Some(&b'x');
        if (byte.is_ascii_alphanumeric() || b"._:/-".contains(byte)) && !escapes {
            text.push(char::from(*byte));
        } else {
            text.extend(format!("_x{byte:02x}").chars());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{id, without_shared};

    #[test]
    fn the_shared_keys_leave_the_others_on_their_lines() {
        let map = "a = 1\nopen = [\n  \"x\",\n]\nend = 'either' # last\nb = 2\n[c]\nend = 3\n";
        let own = without_shared(map);
        let table: toml::Table = own.parse().expect("a map");
        assert_eq!(table.keys().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(own.lines().position(|line| line == "b = 2"), map.lines().position(|line| line == "b = 2"));
    }

    #[test]
    fn ids_stay_apart_and_become_ids() {
        let check = |given: &str, expect: &str| {
            assert_eq!(id("", given), expect);
            assert!(id("n:", given).parse::<tenure_domain::event::GivenId>().is_ok(), "{given}");
        };
        check("area/harju-_ja_raplamaa", "area/harju-_ja_raplamaa");
        check("a b", "a_x20b");
        check("a_x20b", "a_x5fx20b");
        check("õ~", "_xc3_xb5_x7e");
        check("_", "_");
    }
}
