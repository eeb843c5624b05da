//! What a map of Wikidata can set, beside the keys of every map.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::adapter::office::Office;
use crate::adapter::revisions::Revisions;

/// What a map can set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    /// Who is held to say it.
    pub(super) publisher: String,
    /// The day of the dump, by which unknown starts and ends of the past lie.
    pub(super) as_of: Option<String>,
    /// How versions follow each other.
    pub(super) revisions: Option<Revisions>,
    /// The languages in which titles are taken from labels, the first that there is.
    pub(super) title_lang: Vec<String>,
    /// What becomes of deprecated statements.
    pub(super) deprecated: Deprecated,
    /// When a claim counts as reported.
    pub(super) reported: Reported,
    /// Whether deaths are told.
    pub(super) death: bool,
    /// Items that say, as qualifiers, that a person is acting.
    pub(super) acting: Vec<String>,
    /// The properties of a position that tell whose it is, the first that there is.
    pub(super) company_of: Vec<String>,
    /// What is said of posts by their property.
    pub(super) properties: BTreeMap<String, Office>,
    /// What is said of posts by their position, employer or organisation; comes before `properties`.
    pub(super) items: BTreeMap<String, Office>,
}

impl Default for Settings {
    fn default() -> Settings {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Settings {
            publisher: "Wikidata".to_owned(),
            as_of: None,
            revisions: None,
            title_lang: words(&["en", "mul"]),
            deprecated: Deprecated::default(),
            reported: Reported::default(),
            death: true,
            acting: words(&["Q4676846"]),
            company_of: words(&["P2389", "P361", "P1001", "P17"]),
            properties: BTreeMap::new(),
            items: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Deprecated {
    #[default]
    Drop,
    Rumoured,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reported {
    #[default]
    Ingest,
    Reference,
}

/// What a property itself says of its posts.
pub(super) fn of_property(property: &str) -> Office {
    let office = |title: &str, lead: Option<bool>, employment: Option<&str>| Office {
        title: Some(title.to_owned()),
        lead,
        employment: employment.map(str::to_owned),
        ..Office::default()
    };
    match property {
        "P488" => office("chairperson", None, Some("board")),
        "P169" => office("chief executive officer", Some(true), None),
        "P1037" => office("director", Some(true), None),
        _ => Office::default(),
    }
}
