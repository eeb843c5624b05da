//! Feeds: the last events about a person, a unit or a company, or of the whole ledger, by when they were recorded. A late
//! report is news too.

use axum::body::Body;
use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::{HeaderMap, Response, StatusCode};
use maud::{PreEscaped, html};
use serde_json::{Value, json};
use tenure_answers::{LogAnswer, LogEntry};
use tenure_domain::wire::says;
use tenure_ledger::question::{Ask, Question};
use tenure_render::event_in_words;
use tenure_serve::Denial;

use crate::address::address;
use crate::caching::{self, Keeping};
use crate::changes::Parameters;
use crate::response::{self, Refusal};
use crate::state::{Peer, Shared};

/// How many events a feed holds.
pub(crate) const ITEMS: usize = 50;

/// An event in a list of what is new.
pub(crate) struct Item {
    pub(crate) seq: u64,
    /// Its id; none where nothing of it may be told.
    pub(crate) id: Option<String>,
    pub(crate) recorded_at: String,
    pub(crate) reported_at: Option<String>,
    pub(crate) effective: Option<String>,
    /// What it says, in a few words.
    pub(crate) says: String,
    /// Who says so.
    pub(crate) source: Option<String>,
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

impl Item {
    /// The event as `log` has it.
    fn of(entry: &LogEntry) -> Item {
        let null = Value::Null;
        let event = entry.event.as_ref().unwrap_or(&null);
        let said = match &entry.event {
            Some(event) => event_in_words(event, &entry.names),
            None => "an event of which nothing may be told".to_owned(),
        };
        Item {
            seq: entry.seq,
            id: text(&event["id"]),
            recorded_at: entry.recorded_at.clone(),
            reported_at: entry.reported_at.clone(),
            effective: text(&event["effective"]),
            says: said,
            source: says(|field| event["source"][field].as_str(), event["source"].as_str()).map(str::to_owned),
        }
    }

    /// The events of a log, newest first.
    pub(crate) fn newest_first(log: &LogAnswer) -> Vec<Item> {
        log.events.iter().rev().map(Item::of).collect()
    }
}

/// The last events about a person, a unit or a company, or of all, newest first.
async fn latest(state: &Shared, peer: Peer, about: &Parameters) -> Result<Vec<Item>, Denial> {
    let ask = Ask::Log {
        target: about.target.clone(),
        quarantined: false,
        limit: Some(ITEMS),
        since: None,
        until: None,
        types: Vec::new(),
    };
    let answer = state.desk.ask(&peer.client(), Question { ask, terms: about.terms() }, Ok).await.answer?;
    Ok(Item::newest_first(&answer.narrow()))
}

/// `GET /v1/feed.atom` and `/v1/feed.json`.
pub(crate) async fn feed(
    State(state): State<Shared>,
    Extension(peer): Extension<Peer>,
    Path(form): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response<Body>, Refusal> {
    let asked = Parameters::read(query.as_deref().unwrap_or_default())?;
    if asked.after.is_some() {
        let hint = format!("a feed has the last {ITEMS} events; /v1/changes?after=N goes on from a position");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "a feed takes target and company, and no after", hint));
    }
    let private = state.options.read_token.is_some();
    let tag = state.tags.now(state.desk.ledger(), None).await;
    if let Some(tag) = tag.as_deref().filter(|tag| caching::has(&headers, tag)) {
        return Ok(caching::unchanged(tag, private));
    }
    let items = latest(&state, peer, &asked).await?;
    let base = base(&state, &headers);
    let about = Feed { base: &base, asked: &asked };
    let mut response = match &*form {
        "feed.atom" => response::of(StatusCode::OK, "application/atom+xml; charset=utf-8", about.atom(&items)),
        "feed.json" => response::of(StatusCode::OK, "application/feed+json", about.json(&items)),
        other => return Err(crate::api::no_verb(other)),
    };
    caching::mark(&mut response, tag.as_deref(), Keeping::Asking, private);
    Ok(response)
}

/// The address of this server, as the asker knows it.
pub(crate) fn base(state: &Shared, headers: &HeaderMap) -> String {
    if let Some(url) = &state.options.url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = headers.get(axum::http::header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if state.options.tls.is_some() { "https" } else { "http" };
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}

struct Feed<'f> {
    base: &'f str,
    asked: &'f Parameters,
}

impl Feed<'_> {
    fn title(&self) -> String {
        format!("Tenure: {}", self.asked.target.as_deref().unwrap_or("all that is recorded"))
    }

    /// The address of the feed in a form.
    fn address(&self, form: &str) -> String {
        let Parameters { target, company, .. } = self.asked;
        let pairs = [("target", target), ("company", company)].into_iter();
        let pairs = pairs.filter_map(|(name, text)| Some((name.to_owned(), text.clone()?)));
        format!("{}{}", self.base, address(&format!("/v1/feed.{form}"), pairs))
    }

    /// The page of what it is about, as far as a name says that.
    fn home(&self) -> String {
        let path = if self.asked.target.is_some() { "/find" } else { "/" };
        let name = self.asked.target.clone().map(|target| ("name".to_owned(), target));
        format!("{}{}", self.base, address(path, name))
    }

    /// The page about an event.
    fn page(&self, item: &Item) -> String {
        format!(
            "{}/why?{}",
            self.base,
            form_urlencoded::Serializer::new(String::new()).append_pair("of", &format!("#{}", item.seq)).finish()
        )
    }

    fn summary(item: &Item) -> String {
        let parts = [
            item.effective.as_ref().map(|when| format!("effective {when}")),
            item.reported_at.as_ref().map(|when| format!("reported {when}")),
            item.source.as_ref().map(|source| format!("says {source}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn atom(&self, items: &[Item]) -> String {
        let updated = items.first().map_or("1970-01-01T00:00:00Z", |item| item.recorded_at.as_str());
        let address = self.address("atom");
        let xml = html! {
            feed xmlns="http://www.w3.org/2005/Atom" {
                title { (self.title()) }
                id { (address) }
                link rel="self" type="application/atom+xml" href=(address) {}
                link rel="alternate" type="text/html" href=(self.home()) {}
                updated { (updated) }
                author { name { "Tenure" } }
                @for item in items {
                    entry {
                        title { (item.says) }
                        id { (self.page(item)) }
                        link rel="alternate" type="text/html" href=(self.page(item)) {}
                        published { (item.recorded_at) }
                        updated { (item.recorded_at) }
                        summary { (Feed::summary(item)) }
                    }
                }
            }
        };
        html! { (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")) (xml) }.into_string() + "\n"
    }

    fn json(&self, items: &[Item]) -> String {
        let item = |item: &Item| {
            json!({
                "id": self.page(item), "url": self.page(item), "title": item.says, "content_text": Feed::summary(item),
                "date_published": item.recorded_at,
                "_tenure": {
                    "seq": item.seq, "event": item.id, "effective": item.effective, "reported_at": item.reported_at,
                    "source": item.source,
                },
            })
        };
        let feed = json!({
            "version": "https://jsonfeed.org/version/1.1", "title": self.title(), "home_page_url": self.home(),
            "feed_url": self.address("json"), "items": items.iter().map(item).collect::<Vec<_>>(),
        });
        format!("{feed}\n")
    }
}
