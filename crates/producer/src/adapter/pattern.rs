//! The pattern of a file's name, or of its path, that tells a date: `{date}_*_stints.csv`, `{year}/{month}/*.csv`.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use regex::Regex;
use serde::Deserialize;

use super::period::Period;

/// What a file is called whose name holds a date.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Pattern {
    regex: Regex,
    /// How many names at the end of a path it is about.
    names: usize,
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Pattern, String> {
        Pattern::read(&text).ok_or_else(|| {
            format!(
                "`{text}` does not say where the date stands: write {{date}} for 2024-02-16 or 20240216, or else {{year}}, with \
                 {{month}} and {{day}} or without, and * for anything"
            )
        })
    }
}

impl Pattern {
    /// Reads a pattern: `{date}` once, for `2024-02-16` or `20240216`, or `{year}`, `{month}` and `{day}`, of which the last or
    /// the last two may be missing; `*` for anything within a name.
    pub(super) fn read(text: &str) -> Option<Pattern> {
        let (mut regex, mut rest, mut parts) = ("^".to_owned(), text, BTreeSet::new());
        while let Some(at) = rest.find(['{', '}', '*']) {
            regex.push_str(&regex::escape(&rest[..at]));
            let end = if rest[at..].starts_with('*') { at } else { rest.find('}')? };
            let part = rest.get(at..=end)?;
            regex.push_str(match part {
                "*" => "[^/]*?",
                "{date}" => "(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})",
                "{year}" => "(?<year>[0-9]{4})",
                "{month}" => "(?<month>0[1-9]|1[0-2])",
                "{day}" => "(?<day>[0-9]{2})",
                _ => return None,
            });
            // A name that stands twice is refused with the expression.
            parts.insert(part);
            rest = &rest[end + 1..];
        }
        parts.remove("*");
        let parts: Vec<&str> = parts.into_iter().collect();
        let tells = matches!(parts[..], ["{date}" | "{year}"] | ["{month}", "{year}"] | ["{day}", "{month}", "{year}"]);
        regex.push_str(&regex::escape(rest));
        regex.push('$');
        let regex = Regex::new(&regex).ok().filter(|_| tells)?;
        Some(Pattern { regex, names: text.split('/').count() })
    }

    /// The day, the month or the year that the end of a path tells; none where it does not fit.
    pub(super) fn date(&self, path: &Path) -> Option<Period> {
        let names = path.components().filter_map(|part| match part {
            Component::Normal(name) => name.to_str(),
            Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
        });
        let names: Vec<&str> = names.collect();
        let name = names[names.len().checked_sub(self.names)?..].join("/");
        let found = self.regex.captures(&name)?;
        if let Some(date) = found.name("date") {
            let digits = date.as_str().replace('-', "");
            return Period::parse(&format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]));
        }
        let parts = ["year", "month", "day"].into_iter().filter_map(|part| Some(found.name(part)?.as_str()));
        Period::parse(&parts.collect::<Vec<_>>().join("-"))
    }
}

/// Whether a name is as a pattern says, `*` for anything.
pub(super) fn is_like(name: &str, pattern: &str) -> bool {
    fits(name, &pattern.split('*').map(str::to_owned).collect::<Vec<_>>())
}

/// Whether a text is these pieces with anything between them.
fn fits(text: &str, pieces: &[String]) -> bool {
    let Some(([first], others)) = pieces.split_first_chunk::<1>() else { return text.is_empty() };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = others.split_last() else { return rest.is_empty() };
    for piece in middle {
        match rest.find(piece.as_str()) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Pattern;

    #[test]
    fn a_name_tells_its_date() {
        let check = |pattern: &str, name: &str, expect: Option<&str>| {
            let pattern = Pattern::read(pattern).expect("a pattern");
            assert_eq!(pattern.date(Path::new(name)).map(|day| day.to_string()).as_deref(), expect, "{name}");
        };
        check("{date}_*_stints.csv", "2024-02-16_ada6c6_stints.csv", Some("2024-02-16"));
        check("{date}_*_stints.csv", "20240216_x_stints.csv", Some("2024-02-16"));
        check("{date}_*_stints.csv", "2024-02-16_stints.csv", None);
        check("{date}_*_stints.csv", "2024-02-30_x_stints.csv", None);
        check("{date}_*_stints.csv", "x2024-02-16_x_stints.csv", None);
        check("stints-{date}.csv", "stints-2024-02-16.csv", Some("2024-02-16"));
        check("*{date}*", "a 2023-01-02 b 2024-02-16", Some("2023-01-02"));
        check("stints {date} *", "stints 2024-02-16 Ä.csv", Some("2024-02-16"));
        check("{date}", "stints.csv", None);
        check("{date}*.csv", "2024-02_x.csv", None);
        check("{year}-{month}_*.csv", "old/2024-02_x.csv", Some("2024-02"));
        check("{year}{month}_*.csv", "202402_x.csv", Some("2024-02"));
        check("{year}-{month}_*.csv", "2024-13_x.csv", None);
        check("*{day}.{month}.{year}.csv", "Liste 16.02.2024.csv", Some("2024-02-16"));
        check("*_{year}.csv", "x_2024.csv", Some("2024"));
        check("{year}/{month}/x.csv", "/data/2024/02/x.csv", Some("2024-02"));
        check("{year}/*.csv", "./2024/x.csv", Some("2024"));
        check("{year}/{month}/x.csv", "02/x.csv", None);
        check("{date}/*", "2024-02-16/a/x.csv", None);
    }

    #[test]
    fn a_pattern_tells_one_date() {
        for text in ["stints.csv", "{date}{date}", "{day}", "{month}", "{day}{year}", "{date}{year}", "{year", "year}"]
        {
            assert!(Pattern::read(text).is_none(), "{text}");
        }
    }
}
