//! Links to the quoted words of a page, as browsers follow them: `URL#:~:text=..` (URL Fragment Text Directives).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tenure_domain::event::{Quote, Source};

/// Everything but what a text directive leaves as it is. The hyphen, the comma and `&` part it, and are encoded.
const TEXT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'~');

/// The most characters of a quote that stand in a link whole; of a longer one stand its first and its last words.
const WHOLE: usize = 300;
/// How many words from each end of a longer quote.
const WORDS: usize = 8;

/// The address of the page with the quoted words marked; none where a source has no web address or no quote.
pub(crate) fn link(source: &Source) -> Option<String> {
    let url = source.url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    let Quote { exact, prefix, suffix } = source.quote.as_ref()?;
    let words: Vec<&str> = exact.split_whitespace().collect();
    if words.is_empty() {
        return None;
    }
    let text = if exact.chars().count() <= WHOLE || words.len() <= 2 * WORDS {
        encoded(&words)
    } else {
        format!("{},{}", encoded(&words[..WORDS]), encoded(&words[words.len() - WORDS..]))
    };
    let context = |text: &Option<std::sync::Arc<str>>| {
        let words: Vec<&str> = text.as_deref().unwrap_or_default().split_whitespace().collect();
        (!words.is_empty()).then(|| encoded(&words))
    };
    let prefix = context(prefix).map_or_else(String::new, |prefix| format!("{prefix}-,"));
    let suffix = context(suffix).map_or_else(String::new, |suffix| format!(",-{suffix}"));
    // A fragment that is there stays the fragment, and a directive that is there gives way.
    let page = url.split_once(":~:").map_or(url, |(page, _)| page);
    let hash = if page.contains('#') { "" } else { "#" };
    Some(format!("{page}{hash}:~:text={prefix}{text}{suffix}"))
}

fn encoded(words: &[&str]) -> String {
    utf8_percent_encode(&words.join(" "), TEXT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, quote: (&str, Option<&str>, Option<&str>), expected: Option<&str>) {
        let (exact, prefix, suffix) = quote;
        let quote = Quote { exact: exact.into(), prefix: prefix.map(Into::into), suffix: suffix.map(Into::into) };
        let source = Source { url: Some(url.into()), quote: Some(quote), ..Source::default() };
        assert_eq!(link(&source).as_deref(), expected, "{url} {exact}");
    }

    #[test]
    fn quotes_are_linked_to() {
        let page = "https://news.example/1";
        check(page, ("Ann joins", None, None), Some("https://news.example/1#:~:text=Ann%20joins"));
        check(
            page,
            ("R&D, well-known", Some("the \n new"), Some("said.")),
            Some("https://news.example/1#:~:text=the%20new-,R%26D%2C%20well%2Dknown,-said."),
        );
        check(page, ("转岗", None, None), Some("https://news.example/1#:~:text=%E8%BD%AC%E5%B2%97"));
        check("https://n.example/#top", ("Ann", None, None), Some("https://n.example/#top:~:text=Ann"));
        check("https://n.example/#:~:text=Old", ("Ann", None, None), Some("https://n.example/#:~:text=Ann"));
        check("file:///a.html", ("Ann", None, None), None);
        check(page, (" \n", None, None), None);
    }

    #[test]
    fn of_a_long_quote_the_ends_are_linked_to() {
        let words: Vec<String> = (0..100).map(|i| format!("word{i}")).collect();
        let source = Source {
            url: Some("https://n.example/".into()),
            quote: Some(Quote { exact: words.join(" ").into(), prefix: None, suffix: None }),
            ..Source::default()
        };
        let link = link(&source).expect("a link");
        assert!(link.contains("word7,word92%20") && link.ends_with("word99"), "{link}");
    }
}
