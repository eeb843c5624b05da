//! The fields of questions as data, for doors that describe them or get them as texts.
//!
//! They come from the types of the parent module, so that each is declared once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use tenure_domain::plain_text::in_part;
use tenure_domain::suggest;

use super::{Ask, Terms, VERBS};
use crate::error::{LISTED, QuestionError};

/// A field of the questions to a verb.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it means.
    pub about: String,
    /// What its values are, as a JSON Schema.
    pub schema: Value,
    /// Whether a question must have it.
    pub required: bool,
}

impl Parameter {
    /// Whether its values are of that type of JSON.
    fn is(&self, kind: &str) -> bool {
        let of = &self.schema["type"];
        of == kind || of.as_array().is_some_and(|types| types.iter().any(|one| one == kind))
    }

    /// Whether it is a flag, which needs no value.
    pub fn is_flag(&self) -> bool {
        self.is("boolean")
    }

    /// The words that it takes, where it does not take any text.
    fn words(&self) -> Vec<&str> {
        let optional = self.schema["anyOf"].as_array().into_iter().flatten();
        let schemas = || optional.clone().chain([&self.schema]);
        let lists = |key: &'static str| schemas().filter_map(move |schema| schema[key].as_array()).flatten();
        lists("oneOf").map(|one| &one["const"]).chain(lists("enum")).filter_map(Value::as_str).collect()
    }

    /// Whether it lists texts.
    pub fn is_list(&self) -> bool {
        self.is("array")
    }
}

/// The fields of questions to a verb: its own, then those of all questions. None for what is no verb that asks.
pub fn parameters(verb: &str) -> &'static [Parameter] {
    static OF_VERBS: LazyLock<BTreeMap<&str, Vec<Parameter>>> = LazyLock::new(|| {
        let asks = schema::<Ask>();
        let of_verb = |verb: &'static str| {
            let variants = asks["oneOf"].as_array().map_or(&[][..], Vec::as_slice);
            let own = variants.iter().find(|variant| variant["properties"]["verb"]["const"] == verb);
            let own = own.map(fields_of).unwrap_or_default();
            let own = own.into_iter().filter(|field| field.name != "verb");
            (verb, own.chain(terms().iter().cloned()).collect())
        };
        VERBS.iter().map(|(verb, _)| of_verb(verb)).collect()
    });
    OF_VERBS.get(verb).map_or(&[], Vec::as_slice)
}

/// The fields of [`Terms`], which all questions have.
pub fn terms() -> &'static [Parameter] {
    static TERMS: LazyLock<Vec<Parameter>> = LazyLock::new(|| fields_of(&schema::<Terms>()));
    &TERMS
}

fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

fn fields_of(schema: &Value) -> Vec<Parameter> {
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    let field = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let about = schema.as_object_mut().and_then(|schema| schema.shift_remove("description"));
        // A text that is left out is no empty text.
        if let Some(schema) = schema.as_object_mut().filter(|schema| schema.get("default").is_some_and(is_nothing)) {
            schema.shift_remove("default");
        }
        let about = about.as_ref().and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
        Parameter { name: name.clone(), about, schema, required: required(name) }
    };
    schema["properties"].as_object().into_iter().flatten().map(field).collect()
}

/// Whether a default says that a field is left out.
fn is_nothing(default: &Value) -> bool {
    default.is_null() || default == "" || default.as_array().is_some_and(Vec::is_empty)
}

/// The names of the fields of questions to a verb.
pub(super) fn names(verb: &str) -> Vec<&'static str> {
    parameters(verb).iter().map(|field| field.name.as_str()).collect()
}

/// Refuses fields that a verb does not have, and values of another sort than they take.
pub(super) fn must_fit(verb: &str, fields: &Map<String, Value>) -> Result<(), QuestionError> {
    for (name, value) in fields.iter().filter(|(name, _)| *name != "verb") {
        let Some(field) = parameters(verb).iter().find(|field| field.name == *name) else {
            let fields = names(verb);
            let near = suggest::nearest(name, fields.iter().copied());
            return Err(QuestionError::NoField {
                verb: verb.to_owned(),
                field: in_part(name).into_owned(),
                near,
                fields,
            });
        };
        let words = field.words();
        let (fits, takes) = if field.is_flag() {
            (value.is_boolean(), "true or false".to_owned())
        } else if field.is_list() {
            (value.as_array().is_some_and(|texts| texts.iter().all(Value::is_string)), "a list of texts".to_owned())
        } else if field.is("integer") {
            (value.is_u64(), "a whole number".to_owned())
        } else if words.is_empty() {
            (value.is_string(), "a text".to_owned())
        } else {
            (value.as_str().is_some_and(|text| words.contains(&text)), format!("one of {}", words.join(", ")))
        };
        if !fits {
            let value = in_part(&value.to_string()).into_owned();
            return Err(QuestionError::WrongSort { field: name.clone(), value, takes });
        }
    }
    Ok(())
}

/// The fields of a question that come as texts. What is no number or flag stays a text, and is refused when it is read.
pub(super) fn fields(
    verb: &str,
    texts: impl IntoIterator<Item = (String, String)>,
) -> Result<Map<String, Value>, QuestionError> {
    let known = parameters(verb);
    let mut fields = Map::new();
    for (name, text) in texts {
        let Some(field) = known.iter().find(|field| field.name == name) else {
            fields.insert(name, text.into());
            continue;
        };
        // What is left empty in a form is not asked for.
        if text.is_empty() && !field.is_flag() {
            continue;
        }
        if field.is_list() {
            let list = fields.entry(&name).or_insert_with(|| Value::Array(Vec::new()));
            let Value::Array(list) = list else { continue };
            if list.len() >= LISTED {
                return Err(QuestionError::TooMany { field: name, count: list.len() + 1 });
            }
            list.push(text.into());
            continue;
        }
        let value = match text.as_str() {
            "" | "true" if field.is_flag() => true.into(),
            "false" if field.is_flag() => false.into(),
            number if field.is("integer") => number.parse::<u64>().map_or_else(|_| text.into(), Value::from),
            _ => text.into(),
        };
        if fields.insert(name.clone(), value).is_some() {
            return Err(QuestionError::Twice { field: name });
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use tenure_domain::day::Day;

    use super::*;
    use crate::question::Question;

    #[test]
    fn every_field_has_a_type_and_says_what_it_means() {
        for (verb, _) in VERBS {
            for field in parameters(verb) {
                assert!(!field.about.is_empty(), "{verb}: {}", field.name);
                let of = ["type", "oneOf", "anyOf", "enum"].iter().any(|word| field.schema.get(word).is_some());
                assert!(of, "{verb}: {} {}", field.name, field.schema);
            }
        }
        let required = |verb: &str| {
            let required = parameters(verb).iter().filter(|field| field.required);
            required.map(|field| field.name.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(required("who"), ["unit"]);
        assert_eq!(required("find"), ["name"]);
        assert_eq!(required("status"), [""; 0]);
    }

    #[test]
    fn texts_become_what_the_field_takes() {
        let check = |verb: &str, texts: &[(&str, &str)], json: &str| {
            let texts = texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
            let today = Day::from_number(20_000);
            let read = Question::of_texts(verb, texts, today).expect("a question");
            assert_eq!(read, Question::read(verb, json.as_bytes(), today).expect("a question"), "{json}");
        };
        check("who", &[("unit", "1"), ("lead", ""), ("direct", "false")], r#"{"unit": "1", "lead": true}"#);
        check(
            "who",
            &[("unit", "a"), ("title", ""), ("source", ""), ("sort", "name")],
            r#"{"unit": "a", "sort": "name"}"#,
        );
        check("find", &[("name", "林"), ("limit", "3")], r#"{"name": "林", "limit": 3}"#);
        let two = [("source", "A"), ("source", "B"), ("recorded", "7"), ("min_confidence", "confirmed")];
        check("status", &two, r#"{"source": ["A", "B"], "recorded": "7", "min_confidence": "confirmed"}"#);
    }

    #[test]
    fn texts_that_do_not_fit_are_refused() {
        let check = |verb: &str, texts: &[(&str, &str)], says: &str| {
            let texts = texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
            let error = Question::of_texts(verb, texts, Day::from_number(20_000)).expect_err(says).to_string();
            assert!(error.contains(says), "{error}");
        };
        check("find", &[("name", "a"), ("limit", "many")], "`limit` is \"many\", and takes a whole number");
        check("who", &[("unit", "a"), ("lead", "perhaps")], "`lead` is \"perhaps\", and takes true or false");
        check(
            "who",
            &[("unit", "a"), ("sort", "zzz")],
            "`sort` is \"zzz\", and takes one of post, name, start, title, unit",
        );
        check("who", &[("unit", "a"), ("min_confidence", "sure")], "takes one of rumoured, reported, confirmed");
        check("who", &[("unit", "a"), ("unit", "b")], "`unit` stands there twice");
        check("who", &[("units", "a")], "a question to `who` has no field `units`");
        check("who", &[("unit", "")], "missing field `unit`");
        check("who", &[], "unit");
        let many: Vec<(&str, &str)> = (0..=LISTED).map(|_| ("source", "A")).collect();
        check("status", &many, "lists 101");
    }
}
