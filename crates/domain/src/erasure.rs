//! Words about people who were erased (contract, section 3, `PersonErased`).
//!
//! Nothing of an erased person is answered, and that goes for what others wrote of them as well: quotes, notes,
//! reasons, remits and titles of sources in which one of their names stands. The whole text is withheld, for a text
//! without a name can still tell whom it is about.
//!
//! A name stands in a text where the key of the name (see [`crate::name`]) is found in the key of the text, from the
//! edge of one word to the edge of another. A word is a run of letters, marks and digits, so that `Quixote's` begins
//! with the name and `Quixoteville` does not have it. What stands between the words of a name makes no difference.
//! Scripts that write words without spaces, or join particles to names (Chinese, Japanese, Korean, Thai, Lao, Khmer,
//! Burmese), have an edge beside each character. Inflected forms of other scripts, initials and nicknames that no
//! event gave are not found.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use serde_json::Value;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

use crate::name::NameKey;

/// The names of all erased people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedNames {
    keys: FxHashSet<NameKey>,
    /// The lengths of the keys, in bytes.
    lengths: BTreeSet<usize>,
}

impl FromIterator<NameKey> for ErasedNames {
    fn from_iter<I: IntoIterator<Item = NameKey>>(keys: I) -> ErasedNames {
        let keys: FxHashSet<NameKey> = keys.into_iter().collect();
        ErasedNames { lengths: keys.iter().map(|key| key.as_str().len()).collect(), keys }
    }
}

impl ErasedNames {
    /// Whether no person was erased.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys of the names, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &NameKey> {
        self.keys.iter()
    }

    /// Whether that is one of the names.
    pub fn has(&self, name: &NameKey) -> bool {
        self.keys.contains(name)
    }

    /// Whether one of the names stands in a text.
    pub fn stand_in(&self, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let Words { key, edges } = Words::of(text);
        let ends: FxHashSet<usize> = edges.iter().copied().collect();
        edges.iter().any(|start| {
            let mut ending = self.lengths.iter().map(|length| start + length).filter(|end| ends.contains(end));
            ending.any(|end| self.keys.contains(&key[*start..end]))
        })
    }

    /// Takes the texts out of an event, as JSON, in which one of the names stands.
    pub fn withhold_words(&self, event: &mut Value) {
        if self.is_empty() {
            return;
        }
        for field in ["note", "reason", "remit"] {
            self.withhold_field(event, field);
        }
        if let Some(source) = event.get_mut("source") {
            self.withhold_words_of_source(source);
        }
    }

    /// The same of a source alone.
    pub fn withhold_words_of_source(&self, source: &mut Value) {
        for field in ["title", "locator", "quote"] {
            self.withhold_field(source, field);
        }
    }

    fn withhold_field(&self, object: &mut Value, field: &str) {
        let Some(fields) = object.as_object_mut() else { return };
        let text = match fields.get(field) {
            Some(Value::String(text)) => text.clone(),
            // A name can begin before the words that are quoted.
            Some(Value::Object(quote)) => {
                let parts = ["prefix", "exact", "suffix"].into_iter().filter_map(|part| quote.get(part)?.as_str());
                parts.collect::<Vec<_>>().join(" ")
            }
            _ => return,
        };
        if self.stand_in(&text) {
            fields.remove(field);
        }
    }
}

/// The key of a text, and where in it a name can begin or end.
struct Words {
    key: String,
    edges: Vec<usize>,
}

impl Words {
    fn of(text: &str) -> Words {
        let mut words = Words { key: String::new(), edges: Vec::new() };
        for word in text.split(|character: char| !is_of_a_word(character)) {
            let Some(key) = NameKey::of(word) else { continue };
            let mut after_unspaced = true;
            for (at, character) in key.as_str().char_indices() {
                let unspaced = is_unspaced(character);
                if at == 0 || unspaced || after_unspaced {
                    words.edge(at);
                }
                after_unspaced = unspaced;
            }
            words.key.push_str(key.as_str());
            words.edge(0);
        }
        words
    }

    /// Notes an edge that far behind what is there.
    fn edge(&mut self, further: usize) {
        let edge = self.key.len() + further;
        if self.edges.last() != Some(&edge) {
            self.edges.push(edge);
        }
    }
}

fn is_of_a_word(character: char) -> bool {
    match character.general_category_group() {
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number => true,
        GeneralCategoryGroup::Punctuation
        | GeneralCategoryGroup::Symbol
        | GeneralCategoryGroup::Separator
        | GeneralCategoryGroup::Other => false,
    }
}

/// Whether the script of a character writes names without an edge that can be seen.
fn is_unspaced(character: char) -> bool {
    [
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Bopomofo,
        Script::Hangul,
        Script::Thai,
        Script::Lao,
        Script::Khmer,
        Script::Myanmar,
    ]
    .contains(&character.script())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ErasedNames;
    use crate::name::NameKey;

    fn erased(names: &[&str]) -> ErasedNames {
        names.iter().map(|name| NameKey::of(name).expect("a name")).collect()
    }

    #[test]
    fn names_stand_between_the_edges_of_words() {
        let check = |name: &str, text: &str, stands: bool| {
            assert_eq!(erased(&["Somebody Else", name]).stand_in(text), stands, "{name} in {text}");
        };
        check("Zebulon Quixote", "The court heard Zebulon Quixote.", true);
        check("Zebulon Quixote", "ZEBULON  QUIXOTE's lawyer", true);
        check("Zebulon Quixote", "zebulon-quixote sued", true);
        check("Zebulon Quixote", "Zebulón Quixote", true);
        check("Zebulon Quixote", "Zebulon's Quixote", false);
        check("Quixote", "Quixoteville, pop. 12", false);
        check("Li", "Lisbon, or Belli", false);
        check("Li", "said Li, who", true);
        check("許主洪", "据悉许主洪将离职", true);
        check("許主洪", "据悉许主将离职", false);
        check("김철수", "김철수는 떠났다", true);
        check("O'Brien", "an O’Brien of note", true);
        check("Ann 2", "Ann 2nd", false);
        check("Ann", "", false);
        assert!(!ErasedNames::default().stand_in("anybody"));
    }

    #[test]
    fn long_texts_are_looked_through_quickly() {
        let begun = std::time::Instant::now();
        let names: Vec<String> = (0..5_000).map(|i| format!("{}{i}", "许".repeat(i % 60))).collect();
        let names = erased(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(!names.stand_in(&"许".repeat(20_000)));
        assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
    }

    #[test]
    fn whole_texts_are_withheld() {
        let mut event = json!({
            "type": "LeftCompany", "person": "Ann", "reason": "followed Zebulon Quixote", "note": "seen by us",
            "source": {
                "publisher": "P", "title": "Zebulon Quixote leaves", "locator": "p. 1",
                "quote": {"exact": "Quixote leaves", "prefix": "Zebulon"},
            },
        });
        erased(&["Zebulon Quixote"]).withhold_words(&mut event);
        let expect = json!({
            "type": "LeftCompany", "person": "Ann", "note": "seen by us",
            "source": {"publisher": "P", "locator": "p. 1"},
        });
        assert_eq!(event, expect);
    }
}
