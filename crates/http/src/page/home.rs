//! The first page, and what a search finds.

use axum::body::Body;
use axum::http::Response;
use maud::{Markup, html};
use tenure_answers::{Bounds, FindAnswer, Found, ListAnswer, LogAnswer};
use tenure_render::picture::words;
use tenure_serve::Denial;

use super::layout::{name, unit, unit_of};
use super::{Visit, shown};
use crate::feed::{ITEMS, Item};
use crate::marks::Marks;

/// How many companies the first page lists.
const COMPANIES: &str = "30";
/// How many matches a search shows.
const MATCHES: usize = 50;
/// How many places of a title are named.
const PLACES: usize = 12;

/// The first page: what is in the ledger, and what was recorded last.
pub(super) async fn home(mut visit: Visit) -> Response<Body> {
    shown!(visit, home_made(&mut visit).await)
}

async fn home_made(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    let companies = companies(visit).await?;
    visit.basis = Some(companies.basis.clone());
    let log: LogAnswer = visit.ask("log", &[("limit", &ITEMS.to_string())]).await?;
    let items = Item::newest_first(&log);
    let mut marks = Marks::default();
    for item in &items {
        let day = |instant: &str| instant.get(..10).map(str::to_owned);
        marks.known.extend(item.reported_at.as_deref().and_then(day));
        marks.recorded.extend(day(&item.recorded_at).map(|day| (item.seq, day)));
    }
    let body = move |visit: &Visit| {
        html! {
            h1 { "Who was where, what was known then, and which sources say so" }
            (listed(visit, &companies))
            (latest(visit, &items))
        }
    };
    visit.page("A ledger of personnel changes", marks, body).await
}

/// The largest companies. For the first page as it stands without clocks they are counted once at each position of the
/// ledger, and visits that come meanwhile wait for the one that counts.
async fn companies(visit: &mut Visit) -> Result<ListAnswer, Denial> {
    let asked = [("what", "companies"), ("sort", "count"), ("limit", COMPANIES)];
    let tag = visit.tag.clone().filter(|_| visit.pairs.is_empty());
    let state = visit.state.clone();
    let mut kept = if tag.is_some() { Some(state.companies.lock().await) } else { None };
    if let Some(Some((at, companies))) = kept.as_deref()
        && Some(at) == tag.as_ref()
    {
        return Ok(companies.clone());
    }
    let companies: ListAnswer = visit.ask("list", &asked).await?;
    if let (Some(kept), Some(tag), true) = (&mut kept, tag, visit.notices.is_empty()) {
        **kept = Some((tag, companies.clone()));
    }
    Ok(companies)
}

fn listed(visit: &Visit, companies: &ListAnswer) -> Markup {
    html! {
        section aria-labelledby="companies" {
            h2 id="companies" { "Companies" }
            @if companies.listed.is_empty() { p { "This ledger has no company on this basis." } }
            ul.cards {
                @for company in &companies.listed {
                    li {
                        @match &company.id { Some(id) => (unit_of(visit, id, &company.name)), None => (name(visit, &company.name)) }
                        " " span.about { (words::heads(company.people.unwrap_or_default(), 0)) }
                    }
                }
            }
            @if companies.total > companies.listed.len() { p.about { "and " (companies.total - companies.listed.len()) " more" } }
        }
    }
}

fn latest(visit: &Visit, items: &[Item]) -> Markup {
    html! {
        section aria-labelledby="latest" {
            h2 id="latest" { "Recorded last" }
            @if items.is_empty() { p { "None of the last events is in the ledger on this basis." } }
            ol.latest {
                @for item in items {
                    li {
                        a href=(visit.link("/why", &[("of", &format!("#{}", item.seq))])) { (name(visit, &item.says)) }
                        p.tags {
                            @if let Some(when) = &item.effective { "effective " (when) " · " }
                            @if let Some(when) = &item.reported_at { "reported " (when) " · " }
                            @if let Some(source) = &item.source { (name(visit, source)) " · " }
                            "position " (item.seq)
                        }
                    }
                }
            }
        }
    }
}

/// What a search finds, in any script or spelling.
pub(super) async fn find(mut visit: Visit) -> Response<Body> {
    shown!(visit, find_made(&mut visit).await)
}

async fn find_made(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    let asked = visit.must_give("name")?;
    let limit = visit.limit(MATCHES);
    let found: FindAnswer = visit.ask("find", &[("name", &asked), ("limit", &limit)]).await?;
    let body = move |visit: &Visit| {
        html! {
            h1 { "Search: " (name(visit, &asked)) }
            @if found.matches.is_empty() { p { "Nothing found." } }
            ol.found { @for one in &found.matches { li { (matched(visit, one)) } } }
        }
    };
    visit.page("Search", Marks::default(), body).await
}

fn matched(visit: &Visit, found: &Found) -> Markup {
    let others: Vec<&String> = found.names.iter().filter(|other| **other != found.name).collect();
    html! {
        p.seat {
            @match found.kind.as_str() {
                "person" => a href=(visit.link("/person", &[("person", &found.id)])) { (name(visit, &found.name)) },
                "unit" => a href=(visit.link("/unit", &[("unit", &found.id)])) { (name(visit, &found.name)) },
                _ => b { (name(visit, &found.name)) },
            }
            " " span.about { (found.kind) }
            @if found.kind != "title" { " " code { (found.id) } }
        }
        @if !others.is_empty() {
            p.tags { "also " @for (i, other) in others.iter().enumerate() { @if i > 0 { ", " } (name(visit, other)) } }
        }
        (what(visit, found))
    }
}

/// What tells apart those of one name: what a person does or did last, whose a unit is and when it existed, where a title occurs.
fn what(visit: &Visit, found: &Found) -> Markup {
    let dates = |from: Option<&Bounds>, to: Option<&Bounds>| {
        let from = from.map(|from| words::date(from, "from", "began"));
        let to = to.map(|to| words::date(to, "until", "ended"));
        html! { @for date in from.iter().chain(&to) { " · " (date) } }
    };
    if let Some(post) = &found.post {
        return html! {
            p.tags {
                @if let Some(title) = &post.title { (name(visit, title)) " · " }
                (unit(visit, &post.unit)) (dates(Some(&post.from), post.to.as_ref()))
            }
        };
    }
    if let Some(company) = &found.company {
        let dates = dates(found.from.as_ref(), found.to.as_ref());
        return html! { p.tags { "a unit of " (unit_of(visit, &company.id, &company.name)) (dates) } };
    }
    if found.kind == "title" {
        return html! {
            p.tags {
                (words::heads(found.people.unwrap_or_default(), 0))
                @for (i, place) in found.places.iter().take(PLACES).enumerate() {
                    @if i == 0 { ", at " } @else { "; " } (unit(visit, &place.unit))
                }
            }
        };
    }
    html! { @if found.kind == "unit" { p.tags { "a company" (dates(found.from.as_ref(), found.to.as_ref())) } } }
}
