//! Entities of `FollowTheMoney`, whether they come whole, nested in each other, or as statements of single values.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::{Value, json};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::event::GivenId;
use tenure_domain::name_id::name_id;
use tenure_domain::wire;

use crate::adapter::conventions::truth;
use crate::adapter::office::is_line;

/// A value of a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worth {
    pub(super) text: String,
    /// BCP 47, where a statement tells it.
    pub(super) lang: Option<String>,
    /// When a statement was first in its dataset.
    pub(super) first_seen: Option<String>,
    /// When it last was.
    pub(super) last_seen: Option<String>,
}

/// An entity as one publisher has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Entity {
    pub(super) id: String,
    pub(super) schema: String,
    /// What the entity is called: the one of its names that the format takes for the main one.
    caption: Option<String>,
    /// The values of each property, sorted: their order in a file means nothing.
    pub(super) properties: BTreeMap<String, Vec<Worth>>,
    /// The dataset, or the datasets of a merged entity.
    pub(super) publisher: Option<String>,
    /// When the entity was last in its dataset.
    pub(super) last_seen: Option<String>,
    pub(super) first_seen: Option<String>,
}

/// The id by which the ledger calls an entity: its own, where that can be an id; else one made from it.
pub(super) fn ledger_id(id: &str) -> String {
    match GivenId::from_str(id) {
        Ok(_) => id.to_owned(),
        Err(_) => format!("ftm/{}", name_id(&wire::NAMESPACE, id.as_bytes())),
    }
}

/// The schemas of organisations, in the words of the ledger.
pub(super) fn kind(schema: &str) -> Option<&'static str> {
    match schema {
        "Company" => Some("company"),
        "Organization" => Some("organization"),
        "PublicBody" => Some("public body"),
        _ => None,
    }
}

/// The `classification` of an organisation that is a unit of the one above it.
const UNIT: &str = "organizational unit";

/// The registers of which an id is one of its kind everywhere, and how the ledger calls them.
const REGISTERS: [(&str, &str); 6] = [
    ("wikidataId", "wikidata"),
    ("leiCode", "lei"),
    ("dunsCode", "duns"),
    ("permId", "permid"),
    ("ogrnCode", "ogrn"),
    ("cikCode", "cik"),
];

impl Entity {
    /// Whether it says that it is a unit of its parent, which alone may be a company of its own.
    pub(super) fn is_unit(&self) -> bool {
        self.schema != "Company" && self.texts("classification").any(|word| word == UNIT)
    }

    /// What sort of unit or organisation it is.
    pub(super) fn kind(&self) -> Option<&str> {
        let own = self.texts("classification").find(|word| *word != UNIT && is_line(word));
        if self.is_unit() { own } else { kind(&self.schema) }
    }

    /// Whether a name is the main one.
    pub(super) fn is_caption(&self, name: &str) -> bool {
        self.caption.as_deref() == Some(name)
    }

    pub(super) fn values(&self, property: &str) -> &[Worth] {
        self.properties.get(property).map_or(&[], Vec::as_slice)
    }

    pub(super) fn texts(&self, property: &str) -> impl Iterator<Item = &str> {
        self.values(property).iter().map(|worth| worth.text.as_str())
    }

    pub(super) fn first(&self, property: &str) -> Option<&str> {
        self.texts(property).next()
    }

    /// The dates of a property: each a prefix of an ISO 8601 instant. What is none is told by its text.
    pub(super) fn dates(&self, property: &str, is_none: impl Fn(&str) -> bool) -> Result<Vec<Bounds>, String> {
        // "Long in the past", as the format's own word for a date that is not known.
        let known = self.texts(property).filter(|text| !text.starts_with("1001-01-01") && !is_none(text));
        known.map(|text| date(text).ok_or_else(|| text.to_owned())).collect()
    }

    /// What other registers call an entity.
    pub(super) fn identifiers(&self) -> Option<Value> {
        let mut identifiers = json!({});
        for (property, scheme) in REGISTERS {
            // Of several, none is known to be the right one.
            if let [one] = self.values(property)
                && is_line(&one.text)
            {
                identifiers[scheme] = one.text.as_str().into();
            }
        }
        identifiers.as_object().is_some_and(|all| !all.is_empty()).then_some(identifiers)
    }

    fn sort(mut self) -> Entity {
        for values in self.properties.values_mut() {
            values.sort();
            values.dedup_by(|a, b| a.text == b.text && a.lang == b.lang);
        }
        self
    }
}

/// A prefix of an instant as bounds.
fn date(text: &str) -> Option<Bounds> {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let plain = day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    day.parse::<VagueDate>().ok().filter(|_| plain).map(|date| date.bounds())
}

/// An instant as the ledger reads it; the format's are UTC without a zone.
pub(super) fn instant(text: &str) -> Option<String> {
    let zoned = if text.len() > 10 && !text.ends_with('Z') && !text.contains('+') {
        format!("{text}Z")
    } else {
        text.to_owned()
    };
    let zoned = zoned.replacen(' ', "T", 1);
    (zoned.parse::<Instant>().is_ok() || zoned.parse::<Day>().is_ok()).then_some(zoned)
}

/// The day of an instant.
pub(super) fn day(text: &str) -> Option<Day> {
    text.get(..10)?.parse().ok()
}

/// The entities of a record: the entity itself, and those that lie nested in its properties.
pub(super) fn nested(record: &Value) -> Vec<Entity> {
    let mut found = Vec::new();
    let mut work = vec![(record, None)];
    while let Some((json, above)) = work.pop() {
        let text = |field: &str| json[field].as_str().map(str::to_owned);
        let datasets: Vec<&str> = json["datasets"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        // Which of several datasets says what is no longer to be seen in a merged entity.
        let publisher = if datasets.is_empty() { text("dataset").or(above) } else { Some(datasets.join(", ")) };
        let mut entity = Entity {
            id: text("id").unwrap_or_default(),
            schema: text("schema").unwrap_or_default(),
            caption: text("caption"),
            publisher: publisher.clone(),
            last_seen: text("last_seen"),
            first_seen: text("first_seen"),
            ..Entity::default()
        };
        for (property, values) in json["properties"].as_object().into_iter().flatten() {
            for value in values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice) {
                let text = value.as_str().unwrap_or_else(|| {
                    if value["schema"].is_string() {
                        work.push((value, publisher.clone()));
                    }
                    value["id"].as_str().unwrap_or_default()
                });
                if !text.is_empty() {
                    let worth = Worth { text: text.to_owned(), lang: None, first_seen: None, last_seen: None };
                    entity.properties.entry(property.clone()).or_default().push(worth);
                }
            }
        }
        found.push(entity.sort());
    }
    found
}

/// One row of a file of statements.
pub(super) struct Row {
    /// The entity, under the id that it has after merging.
    pub(super) id: String,
    schema: String,
    dataset: Option<String>,
    property: String,
    worth: Worth,
    /// Whether it is a statement of another source that was found to be like the entity, and not yet said to be of it.
    pub(super) is_external: bool,
}

/// Reads a record as a statement; none of one that is an entity.
pub(super) fn statement(record: &Value) -> Option<Row> {
    let text = |field: &str| record[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Row {
        id: text("canonical_id").or_else(|| text("entity_id"))?,
        schema: text("schema")?,
        dataset: text("dataset"),
        property: text("prop")?,
        worth: Worth {
            text: text("value").unwrap_or_default(),
            lang: text("lang").map(|lang| bcp47(&lang)),
            first_seen: text("first_seen"),
            last_seen: text("last_seen").or_else(|| text("first_seen")),
        },
        is_external: record["external"] == true || text("external").is_some_and(|word| truth(&word) == Some(true)),
    })
}

/// Puts the rows of one entity together again: one entity for each dataset that speaks of it.
pub(super) fn joined(rows: Vec<Row>) -> Vec<Entity> {
    let mut of_dataset: BTreeMap<Option<String>, Entity> = BTreeMap::new();
    for Row { id, schema, dataset, property, worth, .. } in rows {
        let entity =
            of_dataset.entry(dataset.clone()).or_insert_with(|| Entity { id, publisher: dataset, ..Entity::default() });
        // A row knows of its own schema only; the most special one is the entity's.
        if entity.schema.is_empty() || matches!(entity.schema.as_str(), "Thing" | "LegalEntity") {
            entity.schema = schema;
        }
        entity.last_seen = entity.last_seen.take().max(worth.last_seen.clone());
        if property != "id" {
            entity.properties.entry(property).or_default().push(worth);
        }
    }
    of_dataset.into_values().map(Entity::sort).collect()
}

/// The format's languages are those of ISO 639-3; the tags of the ledger have two letters where there are two.
fn bcp47(lang: &str) -> String {
    const TWO: &[(&str, &str)] = &[
        ("ara", "ar"),
        ("aze", "az"),
        ("bel", "be"),
        ("ben", "bn"),
        ("bos", "bs"),
        ("bul", "bg"),
        ("cat", "ca"),
        ("ces", "cs"),
        ("cmn", "zh"),
        ("cym", "cy"),
        ("dan", "da"),
        ("deu", "de"),
        ("ell", "el"),
        ("eng", "en"),
        ("est", "et"),
        ("eus", "eu"),
        ("fas", "fa"),
        ("fin", "fi"),
        ("fra", "fr"),
        ("gle", "ga"),
        ("glg", "gl"),
        ("heb", "he"),
        ("hin", "hi"),
        ("hrv", "hr"),
        ("hun", "hu"),
        ("hye", "hy"),
        ("ind", "id"),
        ("isl", "is"),
        ("ita", "it"),
        ("jpn", "ja"),
        ("kat", "ka"),
        ("kaz", "kk"),
        ("khm", "km"),
        ("kir", "ky"),
        ("kor", "ko"),
        ("lao", "lo"),
        ("lav", "lv"),
        ("lit", "lt"),
        ("mkd", "mk"),
        ("mlt", "mt"),
        ("mon", "mn"),
        ("msa", "ms"),
        ("mya", "my"),
        ("nep", "ne"),
        ("nld", "nl"),
        ("nor", "no"),
        ("pol", "pl"),
        ("por", "pt"),
        ("pus", "ps"),
        ("ron", "ro"),
        ("rus", "ru"),
        ("slk", "sk"),
        ("slv", "sl"),
        ("som", "so"),
        ("spa", "es"),
        ("sqi", "sq"),
        ("srp", "sr"),
        ("swa", "sw"),
        ("swe", "sv"),
        ("tam", "ta"),
        ("tgk", "tg"),
        ("tha", "th"),
        ("tuk", "tk"),
        ("tur", "tr"),
        ("ukr", "uk"),
        ("urd", "ur"),
        ("uzb", "uz"),
        ("vie", "vi"),
        ("zho", "zh"),
    ];
    let found = TWO.iter().find(|(three, _)| *three == lang);
    found.map_or_else(|| lang.to_owned(), |(_, two)| (*two).to_owned())
}
