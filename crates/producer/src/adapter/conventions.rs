//! What every map can say of the dates and names of its source, under keys that are the same in all maps.
//!
//! Sources write one fact in many ways: an end that is none as `9999-12-31`, a row without dates, the last day or the
//! first day after. Each is one key here, with one meaning, and every adapter reads it.

use std::borrow::Cow;

use rustc_hash::FxHashSet;
use serde::Deserialize;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::wire::Refusal;

use super::period::Period;
use super::stint::Ending;

/// The keys that every map has.
pub(super) const KEYS: [&str; 6] = ["end", "open", "undated", "seen", "version", "name_lang"];

/// Words that stand for no date where a map lists none. Databases write the last day that they know, or one far off.
#[rustfmt::skip]
const OPEN: [&str; 69] = [
    "9999-12-31", "9999", "9999-01-01", "9999-12-30", "4712-12-31", "2999-12-31", "2999", "3000-01-01", "3000-12-31",
    "0001-01-01", "present", "current", "now", "ongoing", "future", "to date", "to present", "till date", "incumbent",
    "till now", "until now", "until present", "till present", "to now", "today", "in office", "still in office", "serving",
    "heute", "bis heute", "laufend", "amtierend", "im amt", "aujourd'hui", "en cours", "à ce jour", "en fonction", "en exercice", "en poste", "actualidad", "actual", "hasta la fecha", "vigente",
    "en el cargo", "presente", "até o presente", "até a presente data", "atual", "attuale", "in corso", "in carica",
    "heden", "obecnie", "настоящее время", "по настоящее время", "по н.в.", "н.в.", "дотепер", "σήμερα", "حتى الآن",
    "現在", "現職", "在任", "在任中", "现在", "现任", "至今", "현재", "재임 중",
];

/// Words for true, in small letters.
pub(super) const TRUE: [&str; 5] = ["true", "yes", "y", "t", "1"];
/// Words for false, in small letters.
pub(super) const FALSE: [&str; 5] = ["false", "no", "n", "f", "0"];

/// Whether a word says true or false; none where it says neither.
pub(super) fn truth(word: &str) -> Option<bool> {
    let word = word.to_lowercase();
    let is_among = |words: &[&str]| words.contains(&word.as_str());
    if is_among(&TRUE) { Some(true) } else { is_among(&FALSE).then_some(false) }
}

/// What every map can say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Conventions {
    /// What the date of an end means.
    pub(super) end: Option<Ending>,
    /// Words that stand for no date.
    open: Option<Vec<String>>,
    /// What a row without dates says.
    pub(super) undated: Option<Undated>,
    /// What a version says of a row without an end.
    pub(super) seen: SeenBy,
    /// The day, the month, the year or the instant of which the inputs are a version.
    pub(super) version: Option<String>,
    /// The languages in which a name is the main one: the first in which there is one.
    pub(super) name_lang: Vec<String>,
}

/// What a row without dates says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Undated {
    /// The post was in force on the day of the version.
    Seen,
    /// The post was held at some time.
    Unknown,
    /// Nothing: the row is rejected.
    Reject,
}

impl Undated {
    /// Why a row without dates is rejected.
    pub(super) fn refusal() -> Refusal {
        Refusal {
            reason: "it has neither a start nor an end".to_owned(),
            hint: "give it a date, or write undated = \"seen\" or \"unknown\" in the map".to_owned(),
        }
    }
}

/// What a version of a day says of a row without an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SeenBy {
    /// Every version shows the post in force on its day.
    #[default]
    Version,
    /// Only a version in which the row is new or has changed does.
    Change,
    /// None does.
    Never,
}

impl Conventions {
    /// The words that stand for no date.
    pub(super) fn open(&self) -> OpenWords {
        self.open.as_deref().map_or_else(OpenWords::default, OpenWords::of)
    }

    /// What is wrong with them, if anything.
    pub(super) fn problem(&self) -> Option<String> {
        let version = self.version.as_deref()?;
        (!is_time(version)).then(|| format!("`version`: `{version}` is neither a day, a month, a year nor an instant"))
    }
}

/// The instant of a date or an instant.
pub(super) fn instant(text: &str) -> Option<Instant> {
    text.parse::<Instant>().ok().or_else(|| text.parse::<Day>().ok().map(Instant::midnight))
}

/// Whether a version can be of that: a day, a month, a year or an instant.
pub(super) fn is_time(text: &str) -> bool {
    instant(text).is_some() || Period::parse(text).is_some()
}

/// Words that stand for no date: an end that has not come, a start that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OpenWords(FxHashSet<String>);

impl Default for OpenWords {
    fn default() -> OpenWords {
        OpenWords(OPEN.iter().map(|word| (*word).to_owned()).collect())
    }
}

impl OpenWords {
    /// The words that a map lists, in any case.
    pub(super) fn of(words: &[String]) -> OpenWords {
        OpenWords(words.iter().map(|word| word.trim().to_lowercase()).collect())
    }

    /// Whether an end is none: the source says that it has not come.
    pub(super) fn is_open_end(&self, text: &str) -> bool {
        let text = in_lower_case(text.trim());
        let day = text.split(['t', ' ']).next().unwrap_or_default();
        self.0.contains(&*text) || is_date(day) && self.0.contains(day)
    }

    /// Whether a start is not known. A word such as `future` is no start at all, so only dates count.
    pub(super) fn is_unknown_start(&self, text: &str) -> bool {
        let text = in_lower_case(text.trim());
        let day = text.split(['t', ' ']).next().unwrap_or_default();
        is_date(day) && self.0.contains(day)
    }

    /// Whether bounds are those of a date that stands for none.
    pub(super) fn is_open(&self, bounds: Bounds) -> bool {
        bounds.single().is_some_and(|day| self.0.contains(&day.to_string()))
    }
}

fn in_lower_case(text: &str) -> Cow<'_, str> {
    let is_lower = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

fn is_date(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b"-/.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::OpenWords;

    #[test]
    fn words_for_open_are_read_in_any_case() {
        let check = |words: &OpenWords, text: &str, end: bool, start: bool| {
            assert_eq!((words.is_open_end(text), words.is_unknown_start(text)), (end, start), "{text}");
        };
        let plain = OpenWords::default();
        check(&plain, "Present", true, false);
        check(&plain, " to date ", true, false);
        check(&plain, "現在", true, false);
        check(&plain, "Настоящее время", true, false);
        check(&plain, "9999-12-31T00:00:00Z", true, true);
        check(&plain, "9999-12-31 00:00:00", true, true);
        check(&plain, "0001-01-01", true, true);
        check(&plain, "9999", true, true);
        check(&plain, "4712-12-31", true, true);
        check(&plain, "2999-12-31T00:00:00", true, true);
        check(&plain, "2099-12-31", false, false);
        check(&plain, "2015-01-01", false, false);
        check(&plain, "to", false, false);
        let own = OpenWords::of(&["31/12/2999".to_owned(), "Heute".to_owned()]);
        check(&own, "31/12/2999", true, true);
        check(&own, "heute", true, false);
        check(&own, "present", false, false);
    }
}
