//! Flags that take one word of a few.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use tenure_domain::event::Confidence;
use tenure_query::{ChartOrder, Order, PeopleOrder, Period};
use tenure_render::Format;

use tenure_ledger::question::Listing;

/// A word that a flag takes, what the help says of it, and what it stands for.
pub(crate) type Word<T> = (&'static str, Option<&'static str>, T);

/// Reads one of some words.
pub(crate) fn one_of<T>(words: &'static [Word<T>]) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    let possible = words.iter().map(|(word, help, _)| {
        let value = PossibleValue::new(*word);
        match help {
            Some(help) => value.help(*help),
            None => value,
        }
    });
    PossibleValuesParser::new(possible).map(move |text| {
        let found = words.iter().find(|(word, ..)| *word == text);
        found.map(|(.., value)| *value).expect("the parser lets no other word through")
    })
}

/// How answers are printed.
pub(crate) const FORMATS: &[Word<Format>] = &{
    let [table, json, ndjson, csv] = Format::WORDS;
    [(table.0, None, table.1), (json.0, None, json.1), (ndjson.0, None, ndjson.1), (csv.0, None, csv.1)]
};

/// How far sources are trusted.
pub(crate) const CONFIDENCES: &[Word<Confidence>] = &[
    (Confidence::Rumoured.word(), None, Confidence::Rumoured),
    (Confidence::Reported.word(), None, Confidence::Reported),
    (Confidence::Confirmed.word(), None, Confidence::Confirmed),
];

/// The periods that are told apart.
pub(crate) const PERIODS: &[Word<Period>] =
    &[("month", None, Period::Month), ("quarter", None, Period::Quarter), ("year", None, Period::Year)];

/// The orders of people in posts.
pub(crate) const PEOPLE_ORDERS: &[Word<PeopleOrder>] = &[
    ("post", Some("Leads first, then by unit, title and name"), PeopleOrder::Post),
    ("name", Some("By name"), PeopleOrder::Name),
    ("start", Some("By start"), PeopleOrder::Start),
    ("title", Some("By title"), PeopleOrder::Title),
    ("unit", Some("By unit, leads first"), PeopleOrder::Unit),
];

/// The orders of the units of a chart.
pub(crate) const CHART_ORDERS: &[Word<ChartOrder>] =
    &[("name", Some("By name"), ChartOrder::Name), ("size", Some("The largest first"), ChartOrder::Size)];

/// What can be listed.
pub(crate) const LISTINGS: &[Word<Listing>] = &[
    ("companies", None, Listing::Companies),
    ("units", None, Listing::Units),
    ("people", None, Listing::People),
    ("titles", None, Listing::Titles),
    ("sources", None, Listing::Sources),
];

/// The orders of a list.
pub(crate) const ORDERS: &[Word<Order>] =
    &[("name", None, Order::Name), ("count", None, Order::Count), ("first", None, Order::First)];
