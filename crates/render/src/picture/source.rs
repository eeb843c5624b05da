//! What a footnote says: which source stated something, where that can be read, and when it was reported.

use maud::{Markup, html};
use serde_json::Value;
use tenure_answers::{Evidence, LogEntry};

use super::text::{clean, is_tag};
use super::words;
use crate::evidence::SourceFields;

/// The longest quote that a footnote repeats, in characters.
const QUOTE: usize = 600;

/// A source's statement, as a footnote shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footnote {
    /// The event's id.
    pub id: String,
    /// Its position in the log.
    pub seq: u64,
    /// Its type.
    pub event_type: String,
    /// The dates that it states, in words.
    dates: String,
    reported_at: Option<String>,
    recorded_at: String,
    confidence: String,
    /// What it says of units and names, where that is not a post.
    says: String,
    publisher: Option<String>,
    url: Option<String>,
    /// The source's own name of the statement.
    key: Option<String>,
    title: Option<String>,
    lang: Option<String>,
    quote: Option<String>,
}

/// A source that makes many statements, each under a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Register<'s> {
    publisher: Option<&'s str>,
    url: Option<&'s str>,
    title: Option<&'s str>,
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// What a reference calls its person or unit.
fn called(reference: &Value) -> Option<String> {
    text(reference).or_else(|| text(&reference["name"])).or_else(|| text(&reference["id"]))
}

impl Footnote {
    /// An event of a log; none where it may not be shown or has no id.
    pub fn of_log(entry: &LogEntry) -> Option<Footnote> {
        let event = entry.event.as_ref()?;
        let dated = ["effective", "from", "to", "seen"].into_iter().filter_map(|field| {
            let date = event[field].as_str()?;
            Some(if field == "effective" { date.to_owned() } else { format!("{field} {date}") })
        });
        let parts = ["unit", "person", "name", "parent", "into", "same_as"].into_iter().filter_map(|field| {
            let called = called(&event[field])?;
            Some(match field {
                "unit" | "person" => called,
                "same_as" => format!("is {called}"),
                field => format!("{field} {called}"),
            })
        });
        let names = event["names"].as_array().into_iter().flatten().filter_map(|name| text(&name["text"]));
        let source = Footnote {
            id: text(&event["id"])?,
            seq: entry.seq,
            event_type: text(&event["type"]).unwrap_or_default(),
            dates: dated.collect::<Vec<_>>().join(", "),
            reported_at: text(&event["reported_at"]),
            recorded_at: entry.recorded_at.clone(),
            confidence: text(&event["confidence"]).unwrap_or_else(|| "reported".to_owned()),
            says: parts.chain(names).collect::<Vec<_>>().join(" · "),
            ..Footnote::default()
        };
        Some(source.told_by(&event["source"]))
    }

    /// An event of an answer.
    pub fn of_evidence(event: &Evidence) -> Footnote {
        let dated = [("to", &event.to), ("seen", &event.seen)];
        let more = dated.into_iter().filter_map(|(field, date)| date.as_ref().map(|date| format!("{field} {date}")));
        let source = Footnote {
            id: event.id.clone(),
            seq: event.seq,
            event_type: event.event_type.clone(),
            dates: std::iter::once(event.effective.clone()).chain(more).collect::<Vec<_>>().join(", "),
            reported_at: Some(event.reported_at.clone()),
            recorded_at: event.recorded_at.clone(),
            confidence: event.confidence.clone(),
            ..Footnote::default()
        };
        source.told_by(&event.source)
    }

    fn told_by(mut self, source: &Value) -> Footnote {
        let source = SourceFields::of(source);
        let owned = |text: Option<&str>| text.map(str::to_owned);
        self.url = owned(source.url);
        self.publisher = owned(source.publisher);
        self.key = owned(source.key);
        self.title = owned(source.title);
        self.lang = owned(source.lang.filter(|tag| is_tag(tag)));
        self.quote = source.quote.map(|quote| {
            let cut = quote.char_indices().nth(QUOTE).map_or(quote.len(), |(at, _)| at);
            format!("{}{}", &quote[..cut], if cut < quote.len() { "…" } else { "" })
        });
        self
    }

    /// Whether it says something of units or identities and nothing of a post.
    pub fn is_of_structure(&self) -> bool {
        words::is_of_structure(&self.event_type)
    }

    /// What it says of units and identities, as HTML.
    pub(super) fn statement(&self) -> Markup {
        html! {
            b { (clean(words::structure(&self.event_type))) } ": " bdi { (clean(&self.says)) } (self.dates_in_brackets())
        }
    }

    fn dates_in_brackets(&self) -> Markup {
        html! { @if !self.dates.is_empty() { " (" (clean(&self.dates)) ")" } }
    }

    /// The register of which it is a row: what has keys of its own, and no quote that is of one statement alone.
    pub(super) fn register(&self) -> Option<Register<'_>> {
        let is_row = self.key.is_some() && self.quote.is_none();
        is_row.then_some(Register {
            publisher: self.publisher.as_deref(),
            url: self.url.as_deref(),
            title: self.title.as_deref(),
        })
    }

    /// The row as HTML, in a few words.
    pub(super) fn row(&self) -> Markup {
        html! { code { (clean(self.key.as_ref().unwrap_or(&self.id))) } (self.dates_in_brackets()) }
    }

    /// Who says it and where, as HTML; empty where it is not told.
    pub(super) fn origin(&self) -> Markup {
        let title = self.title.as_ref().map(|title| html! { cite { bdi lang=[&self.lang] { (clean(title)) } } });
        let shown = self.url.as_ref().map(|url| html! { span.url { (clean(url)) } });
        let place = html! {
            @if let Some(title) = &title { (title) @if shown.is_some() { " " } }
            @if let Some(shown) = &shown { (shown) }
        };
        let is_told = title.is_some() || shown.is_some();
        html! {
            @if let Some(publisher) = &self.publisher { b { bdi { (clean(publisher)) } } @if is_told { ", " } }
            @match self.url.as_ref().filter(|url| is_web(url)) {
                Some(url) => a href=(clean(url)) rel="noreferrer noopener" { (place) },
                None => (place),
            }
        }
    }

    /// Who says it, where, when and in which words, as HTML.
    pub fn footnote(&self) -> Markup {
        let origin = self.origin();
        html! {
            (origin) @if !origin.0.is_empty() { ", " }
            @match &self.reported_at {
                Some(day) => { "reported " time { (clean(day)) } },
                // Where a scraper gives no day, the report counts as made when it was recorded.
                None => { "no date of report, recorded " time { (clean(&self.recorded_at)) } },
            }
            @if let Some(quote) = &self.quote { " " q lang=[&self.lang] { (clean(quote)) } }
            " "
            small {
                (clean(&self.event_type)) " · "
                @if self.dates.is_empty() { "undated" } @else { (clean(&self.dates)) }
                " · " (clean(&self.confidence)) " · event " code { (clean(&self.id)) } ", position " (self.seq)
            }
        }
    }
}

/// Whether it is an address that a browser may be sent to from here: nothing that runs, and nothing on this machine.
fn is_web(url: &str) -> bool {
    let scheme = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    (scheme("http://") || scheme("https://")) && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use tenure_answers::Names;

    use super::*;

    fn of(source: &Value) -> Footnote {
        let event = json!({"id": "e", "type": "LeftCompany", "effective": "2024", "reported_at": "2024-05-01", "source": source});
        let entry = LogEntry {
            seq: 7,
            recorded_at: String::new(),
            reported_at: None,
            event: Some(event),
            names: Names::new(),
            became: None,
        };
        Footnote::of_log(&entry).expect("it may be shown")
    }

    fn footnote(source: &Value) -> String {
        of(source).footnote().into_string()
    }

    #[test]
    fn a_quote_given_with_the_words_around_it_is_shown_and_belongs_to_one_statement() {
        let source = json!({"key": "row-1", "quote": {"exact": "named as CEO", "prefix": "she was ", "suffix": "."}});
        let told = of(&source);
        let html = told.footnote().into_string();
        assert!(html.contains("<q>named as CEO</q>"), "{html}");
        assert_eq!(told.register(), None, "words of its own make it more than a row");
        assert!(of(&json!({"key": "row-1"})).register().is_some(), "a key alone makes a row");
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        let check = |source: Value, link: Option<&str>| {
            let html = footnote(&source);
            let href = link.map(|link| format!("href=\"{link}\""));
            assert_eq!(html.contains("<a "), link.is_some(), "{html}");
            assert!(href.is_none_or(|href| html.contains(&href)), "{html}");
        };
        check(json!("https://news.example/a?b=1&c=\"2\""), Some("https://news.example/a?b=1&amp;c=&quot;2&quot;"));
        check(json!({"url": "HTTP://news.example"}), Some("HTTP://news.example"));
        check(json!("The Daily Ledger"), None);
        check(json!({"url": "javascript:alert(1)"}), None);
        check(json!({"url": "data:text/html,<script>alert(1)</script>", "title": "x"}), None);
        check(json!({"url": " https://news.example"}), None);
        check(json!({"url": "file:///etc/passwd", "publisher": "<b>"}), None);
    }

    #[test]
    fn a_footnote_says_who_what_where_and_when() {
        let html = footnote(&json!({
            "url": "https://news.example/1", "publisher": "日报 & Co", "title": "许主洪<b>", "lang": "zh", "quote": "\"a\""
        }));
        assert_eq!(
            html,
            "<b><bdi>日报 &amp; Co</bdi></b>, <a href=\"https://news.example/1\" rel=\"noreferrer noopener\">\
            <cite><bdi lang=\"zh\">许主洪&lt;b&gt;</bdi></cite> <span class=\"url\">https://news.example/1</span></a>, \
            reported <time>2024-05-01</time> <q lang=\"zh\">&quot;a&quot;</q> \
            <small>LeftCompany · 2024 · reported · event <code>e</code>, position 7</small>"
        );
        let event = json!({"id": "e", "type": "LeftCompany", "source": "x"});
        let undated = LogEntry {
            seq: 7,
            recorded_at: "2024-06-01T00:00:00Z".to_owned(),
            reported_at: None,
            event: Some(event),
            names: Names::new(),
            became: None,
        };
        let html = Footnote::of_log(&undated).expect("it may be shown").footnote().into_string();
        assert!(html.contains("no date of report, recorded <time>2024-06-01T00:00:00Z</time>"), "{html}");
        assert!(!footnote(&json!({"publisher": "x", "lang": "zh\" onload=\"", "quote": "y"})).contains("onload"));
    }
}
