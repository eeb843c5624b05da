//! The values of a map: a column, a way through several tables, or text with columns in it.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use toml::Value;

use super::section::Section;
use super::{Bound, Defaults, Fault, Holds, Path, Spec, ValuePart, ValueSpec, formats_of};
use crate::adapter::conventions::OpenWords;

/// The keys of a value that says more than its column.
const KEYS: [&str; 17] = [
    "column",
    "path",
    "text",
    "empty",
    "open",
    "words",
    "otherwise",
    "without_end",
    "dates",
    "end",
    "bound",
    "match",
    "unless",
    "prefix",
    "whole",
    "split",
    "escape",
];

/// The most memory that a pattern may take, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

fn pattern_of(key: &str, text: &str) -> Result<Regex, Fault> {
    RegexBuilder::new(text).size_limit(PATTERN_BYTES).build().map_err(|error| {
        let hint = "write a regular expression; what its groups find counts, or without groups all that it finds";
        Fault::new(format!("`{key}`: {}", error.to_string().lines().last().unwrap_or_default()), hint)
    })
}

impl Spec {
    /// A value that says no more than what it is made of.
    fn of(key: &str, parts: Vec<ValuePart>, defaults: &Defaults) -> Spec {
        Spec(Arc::new(ValueSpec {
            key: key.to_owned(),
            parts,
            empty: defaults.empty.clone(),
            open: defaults.open.clone(),
            line_breaks: defaults.line_breaks,
            words: None,
            pattern: None,
            unless: None,
            prefix: None,
            whole: false,
            needs: Vec::new(),
            split: Vec::new(),
            escape: false,
            otherwise: None,
            without_end: None,
            formats: defaults.formats.clone(),
            writes_dates: false,
            last_year: defaults.last_year,
            end: defaults.end,
            bound: Bound::Exact,
        }))
    }

    /// Reads a value of what holds that. A key of it that has no effect there is refused.
    pub(super) fn read(key: &str, value: Value, holds: Holds, defaults: &Defaults) -> Result<Spec, Fault> {
        let table = match value {
            Value::String(column) => {
                return Ok(Spec::of(key, vec![ValuePart::Column(Path::read(key, &column)?)], defaults));
            }
            Value::Table(table) => table,
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) => {
                return Err(Fault::new(
                    format!("`{key}` is not the name of a column"),
                    "write the column, or { text = \"..\" } for what is the same in every row",
                ));
            }
        };
        let mut section = Section::new(key, table);
        section.only(&KEYS)?;
        let mut spec = Spec::of(key, parts_in(&mut section, key)?, defaults);
        spec.only_with_effect(&section, holds)?;
        if let Some(empty) = section.texts("empty")? {
            spec.empty = empty;
        }
        if let Some(open) = section.texts("open")? {
            spec.open = OpenWords::of(&open);
        }
        spec.words = section.words("words")?;
        spec.without_end = section.text("without_end")?;
        spec.whole = section.flag("whole")?;
        spec.needs = if spec.whole { spec.looked_for(key)? } else { Vec::new() };
        spec.read_forms(&mut section)?;
        spec.read_dates(&mut section)?;
        if let Some(value) = section.table.remove("otherwise") {
            spec.otherwise = Some(Box::new(spec.or_else(&section.key("otherwise"), value, holds)?));
        }
        Ok(spec)
    }

    /// The columns in the text by which a row of another table is looked for.
    fn looked_for(&self, key: &str) -> Result<Vec<Path>, Fault> {
        let [ValuePart::Column(Path { hops, .. })] = &self.parts[..] else { return Ok(Vec::new()) };
        let Some((text, _)) = hops.first() else { return Ok(Vec::new()) };
        let of_part = |part| match part {
            ValuePart::Text(_) => None,
            ValuePart::Column(path) => Some(path),
        };
        Ok(parts_of(key, text)?.into_iter().filter_map(of_part).collect())
    }

    /// Refuses keys about dates where no date is read.
    fn only_with_effect(&self, section: &Section, holds: Holds) -> Result<(), Fault> {
        let (is_date, is_end) = (matches!(holds, Holds::Date | Holds::End), holds == Holds::End);
        let has_forms = is_date || holds == Holds::Moment || self.parts.len() > 1;
        let about = [
            ("end", is_end, "the date of an end"),
            ("bound", is_date, "a date"),
            ("open", is_date, "a date"),
            ("dates", has_forms, "a date, or a text of several parts"),
        ];
        let idle = about.into_iter().find(|(key, has_effect, _)| !has_effect && section.table.contains_key(*key));
        idle.map_or(Ok(()), |(key, _, of)| {
            let problem = format!("`{}` has no effect: it is for {of}", section.key(key));
            Err(Fault::new(problem, "leave it out, or write it where the date is read"))
        })
    }

    /// What is cut out of a text, and what is put before it.
    fn read_forms(&mut self, section: &mut Section) -> Result<(), Fault> {
        self.prefix = section.text("prefix")?;
        self.split = section.texts("split")?.unwrap_or_default();
        let is_one_column = matches!(&self.parts[..], [ValuePart::Column(_)]);
        if !self.split.is_empty() && !is_one_column || self.split.iter().any(String::is_empty) {
            let problem = format!("`{}` is not what stands between the texts of a column", section.key("split"));
            return Err(Fault::new(problem, "write { column = \"name of column\", split = \";\" }"));
        }
        self.escape = section.flag("escape")?;
        let begins = self.prefix.as_ref().is_some_and(|prefix| prefix.starts_with(|c: char| c.is_ascii_alphanumeric()));
        if self.escape && !begins {
            let problem = format!("`{}` needs a `prefix` that begins with a letter or digit", section.key("escape"));
            return Err(Fault::new(
                problem,
                "an id does: { column = \"name of column\", prefix = \"x/\", escape = true }",
            ));
        }
        if let Some(pattern) = section.text("match")? {
            self.pattern = Some(pattern_of(&section.key("match"), &pattern)?);
        }
        if let Some(pattern) = section.text("unless")? {
            self.unless = Some(pattern_of(&section.key("unless"), &pattern)?);
        }
        Ok(())
    }

    /// How dates are written, and what they bound.
    fn read_dates(&mut self, section: &mut Section) -> Result<(), Fault> {
        if let Some(formats) = section.texts("dates")? {
            self.formats = formats_of(&section.key("dates"), &formats)?;
            self.writes_dates = true;
        }
        self.end = section.end("end")?.or(self.end);
        self.bound = match section.text("bound")?.as_deref() {
            None => Bound::Exact,
            Some("earliest") => Bound::Earliest,
            Some("latest") => Bound::Latest,
            Some(other) => {
                let hint = "\"latest\": the date is the latest on which it can have been, and nothing more is known";
                let problem = format!("`{}`: `{other}` is neither \"earliest\" nor \"latest\"", section.key("bound"));
                return Err(Fault::new(problem, hint));
            }
        };
        Ok(())
    }

    /// What is said where this says nothing: text, or a value. It is read as this one is, but for its words and pattern.
    fn or_else(&self, key: &str, value: Value, holds: Holds) -> Result<Spec, Fault> {
        let defaults = Defaults {
            empty: self.empty.clone(),
            formats: self.formats.clone(),
            end: self.end,
            open: self.open.clone(),
            line_breaks: self.line_breaks,
            last_year: self.last_year,
        };
        let value = if let Value::String(text) = value {
            if text.strip_prefix(['$', '@', '^']).is_some_and(|rest| rest.starts_with(['.', '['])) {
                let problem = format!("`{key}`: `{text}` would stand there as it is, and looks like a path");
                return Err(Fault::new(problem, "write { path = \"..\" }, or { text = \"..\" } where it is text"));
            }
            Value::Table(toml::Table::from_iter([("text".to_owned(), Value::String(text))]))
        } else {
            value
        };
        Spec::read(key, value, holds, &defaults)?.of_one()
    }

    /// The value, where its cells hold one text: what several texts are is known of some keys only.
    pub(super) fn of_one(self) -> Result<Spec, Fault> {
        if self.split.is_empty() {
            return Ok(self);
        }
        Err(Fault::new(
            format!(
                "`{}.split`: several texts in a cell are statements of their own nowhere but for people, \
                     companies, units and titles of stints",
                self.key
            ),
            "`aliases` take them too; leave `split` out elsewhere",
        ))
    }

    /// The columns that the value reads, each with its table, and whether a row of another one is looked for by it; `of` is the
    /// table of the row.
    pub(super) fn columns(&self, of: &str, take: &mut dyn FnMut(&str, &str, bool)) {
        let paths = self.parts.iter().filter_map(|part| match part {
            ValuePart::Text(_) => None,
            ValuePart::Column(path) => Some(path),
        });
        for Path { hops, column } in paths.chain(&self.needs) {
            let mut table = of;
            for (column, into) in hops {
                take(table, column, true);
                table = into;
            }
            take(table, column, false);
        }
        if let Some(otherwise) = &self.otherwise {
            otherwise.columns(of, take);
        }
    }
}

impl Path {
    /// `column`, or `column -> table.column`, or more of these steps.
    fn read(key: &str, text: &str) -> Result<Path, Fault> {
        let wrong = || {
            Fault::new(
                format!("`{key}`: `{text}` is not a path to a column"),
                "write \"column\", or \"column -> table.column\" where the column holds the id of a row of that table",
            )
        };
        let mut steps = text.split("->").map(str::trim);
        let mut column = steps.next().filter(|c| !c.is_empty()).ok_or_else(wrong)?.to_owned();
        let mut hops = Vec::new();
        for step in steps {
            let (table, next) = step.split_once('.').ok_or_else(wrong)?;
            if table.is_empty() || next.is_empty() {
                return Err(wrong());
            }
            hops.push((std::mem::replace(&mut column, next.to_owned()), table.to_owned()));
        }
        Ok(Path { hops, column })
    }
}

/// What a value is made of, as its section says: one column, or a text with columns in it.
fn parts_in(section: &mut Section, key: &str) -> Result<Vec<ValuePart>, Fault> {
    let column = match (section.text("column")?, section.text("path")?) {
        (column, None) => column,
        (None, path) => path,
        (Some(_), Some(_)) => {
            return Err(Fault::new(format!("`{key}` has both `column` and `path`"), "they are one key"));
        }
    };
    match (column, section.text("text")?) {
        (Some(column), None) => Ok(vec![ValuePart::Column(Path::read(key, &column)?)]),
        (None, Some(text)) => parts_of(key, &text),
        _ => Err(Fault::new(
            format!("`{key}` has to have one of `column` and `text`"),
            "write { column = \"name of column\" } or { text = \"text with {name of column}\" }",
        )),
    }
}

/// Cuts text into what stands there and the columns in braces. A brace itself is written twice.
fn parts_of(key: &str, text: &str) -> Result<Vec<ValuePart>, Fault> {
    let unclosed = || Fault::new(format!("`{key}`: a brace in `{text}` has no other"), "write a brace itself twice");
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            literal.push_str(brace);
            rest = after;
        } else if brace == "{" {
            let (column, after) = rest.split_once('}').ok_or_else(unclosed)?;
            if !literal.is_empty() {
                parts.push(ValuePart::Text(std::mem::take(&mut literal)));
            }
            parts.push(ValuePart::Column(Path::read(key, column)?));
            rest = after;
        } else {
            return Err(unclosed());
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(ValuePart::Text(literal));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::super::{Fault, Path, ValuePart};
    use super::parts_of;

    #[test]
    fn text_is_cut_at_its_columns() {
        let column = |column: &str, hops: &[(&str, &str)]| {
            let hops = hops.iter().map(|(c, t)| ((*c).to_owned(), (*t).to_owned())).collect();
            ValuePart::Column(Path { hops, column: column.to_owned() })
        };
        let text = |text: &str| ValuePart::Text(text.to_owned());
        let check = |given: &str, expect: Option<Vec<ValuePart>>| {
            assert_eq!(parts_of("k", given).map_err(|Fault { problem, .. }| problem).ok(), expect, "{given}");
        };
        check("plain", Some(vec![text("plain")]));
        check("{a}", Some(vec![column("a", &[])]));
        check(
            "x/{a b} {c -> t.d -> u.e.f}",
            Some(vec![text("x/"), column("a b", &[]), text(" "), column("e.f", &[("c", "t"), ("d", "u")])]),
        );
        check("{{a}}", Some(vec![text("{a}")]));
        check("", Some(vec![]));
        check("a}", None);
        check("{a", None);
        check("{}", None);
    }
}
