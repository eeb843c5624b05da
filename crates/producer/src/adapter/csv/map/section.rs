//! A table of keys of a map, and what is understood of it.

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value as Json};
use tenure_domain::suggest::nearest;
use toml::{Table as Toml, Value};

use super::{Defaults, Fault, Holds, Reference, SEE, Spec, missing, not_a};
use crate::adapter::conventions::{self, Conventions};
use crate::adapter::revisions::Revisions;
use crate::adapter::stint::Ending;

const SEE_ALL: &str = "docs/adapters.md describes it; a pattern of files has {date} for the date, and * for anything";

/// A table of keys, which are taken out as they are understood.
pub(super) struct Section {
    pub(super) path: String,
    pub(super) table: Toml,
}

impl Section {
    pub(super) fn new(path: &str, table: Toml) -> Section {
        Section { path: path.to_owned(), table }
    }

    pub(super) fn key(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        match self.table.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(Value::Datetime(date)) => Ok(Some(date.to_string())),
            Some(_) => Err(not_a(&self.key(name), "a text")),
        }
    }

    /// The company of all rows: a name, or texts that say its `id` and `name`.
    pub(super) fn company(&mut self) -> Result<Option<Json>, Fault> {
        if !matches!(self.table.get("company"), Some(Value::Table(_))) {
            return Ok(self.text("company")?.map(Json::from));
        }
        let Some(Value::Table(table)) = self.table.remove("company") else { return Ok(None) };
        let mut company = Section::new(&self.key("company"), table);
        company.only(&["id", "name"])?;
        let said: Object<String, Json> = ["id", "name"]
            .into_iter()
            .filter_map(|key| Some(company.text(key).transpose()?.map(|text| (key.to_owned(), text.into()))))
            .collect::<Result<_, _>>()?;
        if said.is_empty() {
            return Err(missing(&company.key("id"), "a company has an `id` or a `name`"));
        }
        Ok(Some(said.into()))
    }

    /// One text or several.
    pub(super) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, Fault> {
        let text = |value: Value| value.as_str().map(str::to_owned);
        let texts = match self.table.remove(name) {
            None => return Ok(None),
            Some(Value::Array(values)) => values.into_iter().map(text).collect::<Option<Vec<String>>>(),
            Some(value) => text(value).map(|text| vec![text]),
        };
        texts.map(Some).ok_or_else(|| not_a(&self.key(name), "a text or a list of texts"))
    }

    pub(super) fn words(&mut self, name: &str) -> Result<Option<BTreeMap<String, String>>, Fault> {
        let key = self.key(name);
        let Some(value) = self.table.remove(name) else { return Ok(None) };
        let Value::Table(table) = value else { return Err(not_a(&key, "a table of texts")) };
        let mut words = BTreeMap::new();
        for (word, value) in table {
            let Value::String(text) = value else { return Err(not_a(&format!("{key}.{word}"), "a text")) };
            words.insert(word, text);
        }
        Ok(Some(words))
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Fault> {
        match self.table.remove(name) {
            None => Ok(false),
            Some(Value::Boolean(flag)) => Ok(flag),
            Some(_) => Err(not_a(&self.key(name), "true or false")),
        }
    }

    pub(super) fn end(&mut self, name: &str) -> Result<Option<Ending>, Fault> {
        match self.text(name)?.as_deref() {
            None => Ok(None),
            Some("inclusive") => Ok(Some(Ending::Inclusive)),
            Some("exclusive") => Ok(Some(Ending::Exclusive)),
            Some("either") => Ok(Some(Ending::Either)),
            Some(other) => Err(Fault::new(
                format!("`{}`: `{other}` is neither \"inclusive\" nor \"exclusive\"", self.key(name)),
                "\"inclusive\": an end is the last day; \"exclusive\": it is the first day after; \"either\": that is not known",
            )),
        }
    }

    pub(super) fn year(&mut self, name: &str) -> Result<Option<i32>, Fault> {
        let year = match self.table.remove(name) {
            None => return Ok(None),
            Some(Value::Integer(year)) => i32::try_from(year).ok().filter(|year| (100..=9999).contains(year)),
            Some(_) => None,
        };
        year.map(Some).ok_or_else(|| not_a(&self.key(name), "a year"))
    }

    /// The keys that every map has.
    pub(super) fn conventions(&mut self) -> Result<Conventions, Fault> {
        let mut shared = Toml::new();
        for key in conventions::KEYS {
            let Some(value) = self.table.remove(key) else { continue };
            let alone: Result<Conventions, toml::de::Error> =
                Toml::from_iter([(key.to_owned(), value.clone())]).try_into();
            alone.map_err(|error| Fault::new(format!("`{key}`: {}", error.to_string().trim_end()), SEE_ALL))?;
            shared.insert(key.to_owned(), value);
        }
        let read: Result<Conventions, toml::de::Error> = shared.try_into();
        let read = read.map_err(|error| Fault::new(error.to_string().trim_end(), SEE_ALL))?;
        read.problem().map_or(Ok(read), |problem| Err(Fault::new(problem, "write 2024-02-16 or 2024-02-16T15:35:27Z")))
    }

    /// How versions follow each other.
    pub(super) fn revisions(&mut self) -> Result<Option<Revisions>, Fault> {
        let Some(value) = self.table.remove("revisions") else { return Ok(None) };
        let read: Result<Revisions, toml::de::Error> = value.try_into();
        let read =
            read.map_err(|error| Fault::new(format!("`revisions`: {}", error.to_string().trim_end()), SEE_ALL))?;
        Ok(Some(read))
    }

    pub(super) fn section(&mut self, name: &str) -> Result<Option<Section>, Fault> {
        let key = self.key(name);
        match self.table.remove(name) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Section::new(&key, table))),
            Some(_) => Err(not_a(&key, "a table of keys")),
        }
    }

    /// A section that can stand once or several times.
    pub(super) fn sections(&mut self, name: &str) -> Result<Vec<Section>, Fault> {
        let key = self.key(name);
        let tables = match self.table.remove(name) {
            None => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(value) => vec![value],
        };
        let section = |value| match value {
            Value::Table(table) => Ok(Section::new(&key, table)),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => Err(not_a(&key, "a table of keys")),
        };
        tables.into_iter().map(section).collect()
    }

    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, Fault> {
        value.ok_or_else(|| missing(&self.key(name), SEE))
    }

    /// A value: a column, or a table that says more.
    pub(super) fn spec(&mut self, name: &str, holds: Holds, defaults: &Defaults) -> Result<Option<Spec>, Fault> {
        let key = self.key(name);
        let spec = self.table.remove(name).map(|value| Spec::read(&key, value, holds, defaults)).transpose()?;
        spec.map(Spec::of_one).transpose()
    }

    /// A text.
    pub(super) fn text_spec(&mut self, name: &str, defaults: &Defaults) -> Result<Option<Spec>, Fault> {
        self.spec(name, Holds::Text, defaults)
    }

    /// A value whose cells may hold several texts.
    pub(super) fn one_or_several(&mut self, name: &str, defaults: &Defaults) -> Result<Option<Spec>, Fault> {
        let key = self.key(name);
        self.table.remove(name).map(|value| Spec::read(&key, value, Holds::Text, defaults)).transpose()
    }

    /// A value that says when something ended.
    pub(super) fn ending(&mut self, name: &str, defaults: &Defaults) -> Result<Option<Spec>, Fault> {
        let spec = self.spec(name, Holds::End, defaults)?;
        if let Some(spec) = &spec
            && spec.end.is_none()
        {
            return Err(Fault::new(
                format!("`{}`: whether an end is the last day or the first day after is not said", spec.key),
                "write end = \"inclusive\" (the last day) or end = \"exclusive\" (the first day after) under [cells]",
            ));
        }
        Ok(spec)
    }

    pub(super) fn aliases(&mut self, defaults: &Defaults) -> Result<Vec<Spec>, Fault> {
        let key = self.key("aliases");
        match self.table.remove("aliases") {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => {
                values.into_iter().map(|value| Spec::read(&key, value, Holds::Text, defaults)).collect()
            }
            Some(value) => Ok(vec![Spec::read(&key, value, Holds::Text, defaults)?]),
        }
    }

    pub(super) fn identifiers(&mut self, defaults: &Defaults) -> Result<Vec<(String, Spec)>, Fault> {
        let Some(section) = self.section("identifiers")? else { return Ok(Vec::new()) };
        let Section { path, table } = section;
        let read = |(name, value): (String, Value)| {
            let spec = Spec::read(&format!("{path}.{name}"), value, Holds::Text, defaults)?;
            Ok((name, spec.of_one()?))
        };
        table.into_iter().map(read).collect()
    }

    pub(super) fn reference(&mut self, name: &str, defaults: &Defaults) -> Result<Option<Reference>, Fault> {
        let key = self.key(name);
        let Some(value) = self.table.remove(name) else { return Ok(None) };
        let is_value = |table: &Toml| ["column", "path", "text"].iter().any(|key| table.contains_key(*key));
        let Some(table) = value.as_table().filter(|table| !is_value(table)).cloned() else {
            let name = Some(Spec::read(&key, value, Holds::Text, defaults)?);
            return Ok(Some(Reference { id: None, name, aliases: Vec::new(), identifiers: Vec::new() }));
        };
        let mut section = Section::new(&key, table);
        section.only(&["id", "name", "aliases", "identifiers"])?;
        let reference = Reference {
            id: section.one_or_several("id", defaults)?,
            name: section.one_or_several("name", defaults)?,
            aliases: section.aliases(defaults)?,
            identifiers: section.identifiers(defaults)?,
        };
        let is_one = |spec: &Spec| spec.split.is_empty();
        let mixed = reference.id.iter().chain(&reference.name).any(is_one);
        if reference.is_split() && (mixed || !reference.aliases.is_empty() || !reference.identifiers.is_empty()) {
            return Err(Fault::new(
                format!("`{key}`: of several in a cell, it is not known which of them the other keys are about"),
                "split both `id` and `name`, which go in step, and leave out `aliases` and `identifiers`",
            ));
        }
        if reference.id.is_none() && reference.name.is_none() {
            return Err(missing(&format!("{key}.id"), "a reference has an `id` or a `name`"));
        }
        Ok(Some(reference))
    }

    /// Refuses other keys than these.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Fault> {
        let Some(unknown) = self.table.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
        let hint = match nearest(unknown, known.iter().copied()) {
            Some(near) => format!("did you mean `{}`?", self.key(near)),
            None => format!("known are {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")),
        };
        Err(Fault::new(format!("`{}` is not a key of a map", self.key(unknown)), hint))
    }
}

impl Section {
    /// A text that may be white space.
    pub(super) fn text_as_is(&mut self, name: &str) -> Result<Option<String>, Fault> {
        match self.table.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(not_a(&self.key(name), "a text")),
        }
    }
}
