//! The page of a person: the posts on a day, the reporting line, the timeline, contradictions.

use axum::body::Body;
use axum::http::Response;
use futures_util::future::join;
use maud::{Markup, html};
use tenure_answers::{Answer, CareerAnswer, Down, PersonAnswer, ReportsAnswer, Up};
use tenure_domain::excerpt::EventTimes;
use tenure_domain::position::Seq;
use tenure_ledger::question::Kind;
use tenure_ledger::{LedgerDirectory, PostEvents, SnapshotsError};
use tenure_render::picture::{self, words};
use tenure_serve::Denial;

use super::layout::{name, person as link};
use super::{Visit, post, shown};
use crate::marks::Marks;

/// How many events about a person are looked at for marks.
const EVENTS: usize = 500;
/// The most managers or reports of one level that are named.
const NAMED: usize = 40;
/// The most contradictions that are shown.
const CONFLICTS: usize = 30;

/// The page of a person.
pub(super) async fn person(mut visit: Visit) -> Response<Body> {
    shown!(visit, made(&mut visit).await)
}

async fn made(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    let asked = visit.must_give("person")?;
    let person: PersonAnswer = visit.ask("person", &[("person", &asked)]).await?;
    visit.basis = Some(person.basis.clone());
    let id = person.person.id.clone();
    visit.cited = Some(id.clone());
    let asked: &[_] = &[("person", id.as_str())];
    let marks = marks(visit, &id);
    let (answers, mut marks) = join(visit.ask_all([("career", asked), ("reports", asked)]), marks).await;
    let [Answer::Career(career), Answer::Reports(line)] = answers? else { unreachable!("it answers so") };
    career.tenures.iter().for_each(|tenure| marks.tenure(tenure));
    career.died.iter().for_each(|died| marks.bounds(died));
    marks.days(&career.turning_days);
    let title = person.person.name.clone();
    visit.page(&title, marks, move |visit| body(visit, &person, &career, &line)).await
}

/// When what is told of a person, a unit or a company was reported and recorded, on any basis: none where that cannot be
/// had. Of a company that is its structure.
pub(super) fn marks(visit: &Visit, id: &str) -> impl Future<Output = Marks> + use<> {
    let id = id.to_owned();
    marks_told(visit, move |ledger| ledger.told(&id, EVENTS))
}

/// The same of what these posts rest on.
pub(super) fn marks_of_posts(visit: &Visit, posts: Vec<PostEvents>) -> impl Future<Output = Marks> + use<> {
    marks_told(visit, move |ledger| ledger.told_of_posts(&posts, EVENTS))
}

fn marks_told<T>(visit: &Visit, told: T) -> impl Future<Output = Marks> + use<T>
where
    T: FnOnce(&LedgerDirectory) -> Result<Vec<EventTimes>, SnapshotsError> + Send + 'static,
{
    let (desk, client) = (visit.state.desk.clone(), visit.peer.client());
    let up_to = Seq::new(visit.basis.as_ref().map_or(u64::MAX, |basis| basis.seq));
    async move {
        let told = desk.work(&client, Kind::Head, move |held| told(&held.ledger())).await;
        let mut marks = Marks::default();
        if let Ok(Ok(told)) = told {
            for one in &told {
                marks.told(one, up_to);
            }
        }
        marks
    }
}

fn body(visit: &Visit, answer: &PersonAnswer, career: &CareerAnswer, line: &ReportsAnswer) -> Markup {
    let person = &answer.person;
    let others: Vec<&String> = person.names.iter().filter(|other| **other != person.name).collect();
    let disputed = post::disputed(&career.conflicts);
    html! {
        h1 { (name(visit, &person.name)) }
        p.also {
            @if !others.is_empty() { "also " @for (i, other) in others.iter().enumerate() { @if i > 0 { ", " } (name(visit, other)) } " · " }
            code { (person.id) }
        }
        @if let Some(died) = &answer.died { p { (words::died(died)) } }
        section aria-labelledby="posts" {
            h2 id="posts" { "Posts on " (answer.basis.at) }
            @if answer.positions.is_empty() { p { "No post is known on this day." } }
            @else { (post::positions(visit, answer.positions.iter().map(|post| (None, post)), &disputed)) }
        }
        (reporting(visit, line))
        section aria-labelledby="timeline" {
            h2 id="timeline" { "Timeline" }
            @if career.tenures.is_empty() { p { "No posts are known." } } @else {
                ol.posts { @for tenure in &career.tenures { li.post { (post::tenure(visit, None, tenure, &disputed)) } } }
                div.picture tabindex="0" role="region" aria-label="The timeline as a picture" {
                    img src=(visit.link("/person.svg", &[("person", &person.id)])) alt="Timeline of the posts that are told above";
                }
            }
        }
        @if !career.conflicts.is_empty() {
            section aria-labelledby="conflicts" {
                h2 id="conflicts" { "Contradictions" }
                (post::conflicts(visit, &career.conflicts, CONFLICTS))
            }
        }
        p.more { a href=(visit.link("/diff", &[("target", &person.id)])) { "What changed between two points" } }
    }
}

fn reporting(visit: &Visit, line: &ReportsAnswer) -> Markup {
    let (up, down) = (line.up.as_deref().unwrap_or_default(), line.down.as_deref().unwrap_or_default());
    if up.is_empty() && down.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="line" {
            h2 id="line" { "Reporting line on " (line.basis.at) }
            @if !up.is_empty() { h3 { "Managers" } (managers(visit, up, 0)) }
            @if !down.is_empty() { h3 { "Reports" } (reports(visit, down)) }
        }
    }
}

/// How far up or down a line is shown.
const LEVELS: usize = 12;

fn managers(visit: &Visit, up: &[Up], level: usize) -> Markup {
    html! {
        ul {
            @for one in up.iter().take(NAMED) {
                li {
                    (link(visit, &one.person))
                    @if one.certainty == "possible" { " (possible)" }
                    @if let Some(left) = &one.person.left { " (" (words::left(left)) ")" }
                    @if !one.up.is_empty() && level < LEVELS { (managers(visit, &one.up, level + 1)) }
                }
            }
        }
    }
}

fn reports(visit: &Visit, down: &[Down]) -> Markup {
    html! {
        ul {
            @for one in down.iter().take(NAMED) {
                li {
                    (link(visit, &one.person))
                    @if one.certainty == "possible" { " (possible)" }
                    @if !one.down.is_empty() { " " span.about { "with " (one.down.len()) " below" } }
                }
            }
            @if down.len() > NAMED { li { "and " (down.len() - NAMED) " more" } }
        }
    }
}

/// The timeline as a picture.
pub(super) async fn picture(mut visit: Visit) -> Response<Body> {
    shown!(visit, drawn(&mut visit).await)
}

async fn drawn(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    let asked = visit.must_give("person")?;
    let career: CareerAnswer = visit.ask("career", &[("person", &asked)]).await?;
    visit.picture(&career.basis.clone(), move |grounds| picture::career(&career, grounds)).await
}
