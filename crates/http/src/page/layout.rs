//! What all pages have in common: their head, the search, the clocks, and where to cite them from.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use maud::{DOCTYPE, Markup, html};
use tenure_answers::{Candidate, Company, Person, Sort, Unit};
use tenure_ledger::answers::basis_told;
use tenure_render::picture::{self, FONTS, FONTS_BY_LANGUAGE, Phrase, clean};
use tenure_serve::Denial;

use super::clocks;
use super::{Visit, verb_of};
use crate::address::address;
use crate::marks::Marks;
use crate::response::{self, Refusal};

/// The type of pages.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// A page.
pub(super) fn page(visit: &Visit, title: &str, marks: &Marks, body: &Markup) -> Markup {
    let feed = |form: &str| {
        let target = ["person", "unit", "target"].into_iter().find_map(|name| visit.given(name));
        let company = visit.given("company").filter(|_| target.is_some()).map(|company| ("company", company));
        let about = target.map(|target| ("target", target)).into_iter().chain(company);
        let about = about.map(|(name, text)| (name.to_owned(), text.to_owned()));
        address(&format!("/v1/feed.{form}"), about)
    };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (clean(title)) " – Tenure" }
                link rel="stylesheet" href="/style.css";
                script src="/slider.js" defer {}
                link rel="icon" type="image/svg+xml" href="/icon.svg";
                link rel="alternate" type="application/atom+xml" title="What is recorded" href=(feed("atom"));
            }
            body {
                a.skip href="#main" { "Skip to the answer" }
                header.top {
                    a.brand href=(visit.link("/", &[])) { "Tenure" }
                    (search(visit))
                    nav aria-label="Pages" {
                        a href=(visit.link("/conflicts", &[])) { "Contradictions" }
                        a href=(visit.link("/diff", &[])) { "What changed" }
                    }
                }
                (clocks::form(visit, marks))
                main id="main" tabindex="-1" {
                    @for notice in &visit.notices { p.notice { b { "Note: " } (sentence(visit, notice)) } }
                    (body)
                }
                (footer(visit, &feed))
            }
        }
    }
}

fn search(visit: &Visit) -> Markup {
    html! {
        form.search role="search" method="get" action="/find" {
            label for="search" { span.hidden { "Search people, units and titles in any script" } }
            input id="search" type="search" name="name" required placeholder="Name in any script" value=[visit.given("name")];
            @for (name, text) in visit.clocks_on("/find").pairs().iter().chain(visit.kept_terms()) { input type="hidden" name=(name) value=(text); }
            button type="submit" { "Search" }
        }
    }
}

/// On what the page rests, its address for ever, and the same for programs.
fn footer(visit: &Visit, feed: &dyn Fn(&str) -> String) -> Markup {
    let own = |except: &[&str]| {
        let kept = visit.pairs.iter().filter(|(name, _)| !except.contains(&name.as_str()));
        kept.cloned().collect::<Vec<_>>()
    };
    let fixed = visit.basis.as_ref().map(|basis| {
        // Nothing in it counts from today.
        let mut pairs = own(&["at", "known", "recorded"]);
        // Names can come to mean others; ids stay.
        for (_, text) in pairs.iter_mut().filter(|(name, _)| ["person", "unit"].contains(&name.as_str())) {
            if let Some(id) = &visit.cited {
                text.clone_from(id);
            }
        }
        pairs.push(("at".to_owned(), basis.at.clone()));
        pairs.extend(basis.known.iter().map(|known| ("known".to_owned(), known.clone())));
        pairs.push(("recorded".to_owned(), basis.seq.to_string()));
        format!("{}{}", visit.base, address(&visit.path, pairs))
    });
    let is_asked = (visit.basis.is_some() && visit.path != "/") || visit.path == "/find";
    let json = is_asked.then(|| address(&format!("/v1/{}", verb_of(&visit.path)), own(&[])));
    let terms = visit.all_terms().unwrap_or_default();
    html! {
        footer {
            @if let Some(basis) = &visit.basis {
                p.basis { b { "Basis: " } (sentence(visit, &basis_told(&terms, basis))) "." }
            }
            @if let Some(fixed) = fixed {
                p.cite {
                    b { "Cite as: " } a href=(fixed) { (fixed) } " "
                    // What is noted beside an answer can become otherwise, as whom a name means.
                    @if visit.notices.is_empty() { span.about { "It stays as it is, whatever is recorded later." } }
                }
            }
            p.also {
                @if let Some(json) = json { a href=(json) { "JSON" } " · " }
                a href=(feed("atom")) { "Atom" } " · " a href=(feed("json")) { "JSON Feed" } " · "
                a href="/v1/openapi.json" { "API" }
            }
        }
    }
}

/// Why there is no answer, and whom or what can have been meant.
pub(super) fn denied(visit: &Visit, denial: &Denial) -> Markup {
    let link = |candidate: &Candidate| match candidate.kind {
        Sort::Person => visit.link("/person", &[("person", &candidate.id)]),
        Sort::Unit => visit.link("/unit", &[("unit", &candidate.id)]),
        Sort::Tenure | Sort::Event => visit.link("/why", &[("of", &candidate.id)]),
    };
    html! {
        h1 { "No answer" }
        p { (sentence(visit, denial.error.lines().next().unwrap_or_default())) }
        @if denial.candidates.is_empty() {
            @if let Some(hint) = &denial.hint { p.about { (sentence(visit, hint)) } }
        } @else {
            h2 { "Did you mean" }
            ul {
                @for candidate in &denial.candidates {
                    li {
                        a href=(link(candidate)) { (name(visit, &candidate.name)) }
                        @if let Some(title) = &candidate.title { ", " (name(visit, title)) }
                        @if let Some(company) = &candidate.company { ", " (name(visit, &company.name)) }
                        " " code { (candidate.id) }
                    }
                }
            }
        }
    }
}

/// A page that says why a request cannot be read.
pub(crate) fn plain_error(refusal: &Refusal) -> Response<Body> {
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "No answer – Tenure" } link rel="stylesheet" href="/style.css"; }
            body {
                main {
                    h1 { "No answer" }
                    p { (Phrase::sentence(&refusal.denial.error)) }
                    @if let Some(hint) = &refusal.denial.hint { p.about { (Phrase::sentence(hint)) } }
                    p { a href="/" { "Tenure" } }
                }
            }
        }
    };
    response::of(refusal.status, HTML, html.into_string())
}

/// A name: kept apart from what surrounds it, in its language.
pub(super) fn name(visit: &Visit, text: &str) -> Markup {
    picture::name(text, visit.given("lang"))
}

/// A sentence in which names stand: the names are kept apart, and not the sentence.
pub(super) fn sentence(visit: &Visit, text: &str) -> Markup {
    picture::sentence(text, visit.given("lang"))
}

/// A person, as a link.
pub(super) fn person(visit: &Visit, person: &Person) -> Markup {
    html! { a href=(visit.link("/person", &[("person", &person.id)])) { (name(visit, &person.name)) } }
}

/// A unit or a company, as a link.
pub(super) fn unit_of(visit: &Visit, id: &str, called: &str) -> Markup {
    html! { a href=(visit.link("/unit", &[("unit", id)])) { (name(visit, called)) } }
}

/// A unit with its company, as links.
pub(super) fn unit(visit: &Visit, unit: &Unit) -> Markup {
    html! {
        (unit_of(visit, &unit.id, &unit.name))
        @if let Some(Company { id, name }) = &unit.company { ", " (unit_of(visit, id, name)) }
    }
}

/// The sign of the page in a browser's tabs: three clocks as three lines.
const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><rect width=\"16\" height=\"16\" rx=\"3\" \
    fill=\"#17436b\"/><path d=\"M3 4.5h10M3 8h7M3 11.5h4\" stroke=\"#fff\" stroke-width=\"2\"/></svg>\n";

/// Serves the sign.
pub(super) async fn icon() -> Response<Body> {
    kept(response::of(StatusCode::OK, "image/svg+xml", ICON))
}

/// A file that does not change while this version runs.
fn kept(mut file: Response<Body>) -> Response<Body> {
    let kept = axum::http::HeaderValue::from_static("public, max-age=300");
    file.headers_mut().insert(axum::http::header::CACHE_CONTROL, kept);
    file
}

/// What drags the line of a clock, where scripts run.
pub(super) async fn slider() -> Response<Body> {
    kept(response::of(StatusCode::OK, "text/javascript; charset=utf-8", include_str!("slider.js")))
}

/// The style sheet of all pages.
pub(super) async fn style() -> Response<Body> {
    static STYLE: LazyLock<String> = LazyLock::new(|| {
        let mut css = format!("body{{font-family:{FONTS}}}\n");
        for (language, fonts) in FONTS_BY_LANGUAGE {
            let _ = writeln!(css, ":lang({language}){{font-family:{fonts}}}");
        }
        css.push_str(include_str!("style.css"));
        css
    });
    kept(response::of(StatusCode::OK, "text/css; charset=utf-8", STYLE.as_str()))
}
