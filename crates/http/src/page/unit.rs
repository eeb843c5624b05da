//! The page of a unit or company: its people, its chart with names, who held which post and when none did.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::Response;
use futures_util::future::join;
use maud::{Markup, html};
use tenure_answers::{
    Answer, ConflictsAnswer, Gap, Holder, HoldersAnswer, Member, OrgAnswer, OrgUnit, Tenure, WhoAnswer,
};
use tenure_ledger::PostEvents;
use tenure_render::picture::{self, Staff, words};
use tenure_serve::Denial;

use super::layout::{name, person, unit_of};
use super::person::{marks, marks_of_posts};
use super::{Visit, post, shown};

/// The most people that are shown of a day.
const PEOPLE: usize = 150;
/// The most holders that are shown of all time.
const HOLDERS: usize = 150;
/// The most units of a chart.
const UNITS: usize = 200;
/// The most people that a box of a chart names.
const NAMED: usize = 12;
/// The most levels of a chart.
const LEVELS: usize = 30;
/// The most people of a unit whose picture names others than who leads: a box names a few, and takes all of them to count.
const PICTURED: usize = 2_000;
/// The most titles that are listed.
const TITLES: usize = 40;
/// The most contradictions that are shown.
const CONFLICTS: usize = 20;

/// The page of a unit or company.
pub(super) async fn unit(mut visit: Visit) -> Response<Body> {
    shown!(visit, made(&mut visit).await)
}

/// What the page is made of.
struct Found {
    who: WhoAnswer,
    org: OrgAnswer,
    holders: HoldersAnswer,
    /// Who held the one post that is asked for, or led; and when no person did.
    post: HoldersAnswer,
    conflicts: ConflictsAnswer,
}

async fn made(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    let asked = visit.must_give("unit")?;
    let org: OrgAnswer = visit.ask("org", &[("unit", &asked)]).await?;
    visit.basis = Some(org.basis.clone());
    let id = org.unit.id.clone();
    visit.cited = Some(id.clone());
    // Of a large unit those who have been there longest are found without reading the others.
    let sort = if org.unit.headcount + org.unit.possible > PEOPLE { "start" } else { "post" };
    let given = visit.clone();
    let limit = visit.limit(PEOPLE);
    let mut people = vec![("unit", id.as_str()), ("limit", &limit), given.passed("sort").unwrap_or(("sort", sort))];
    people.extend(["direct", "lead", "title"].into_iter().filter_map(|name| given.passed(name)));
    let most = HOLDERS.to_string();
    let all: Vec<_> = [("unit", id.as_str()), ("limit", &most)].into_iter().chain(given.passed("direct")).collect();
    let which = given.passed("title").unwrap_or(("lead", "true"));
    // Who led it led the unit itself; a post is looked for where the page lists it.
    let direct = if which.0 == "lead" { Some(("direct", "true")) } else { given.passed("direct") };
    let of_post: Vec<_> = [("unit", id.as_str()), which, ("gaps", "true")].into_iter().chain(direct).collect();
    let disputed = [("target", id.as_str())];
    let asked: [(&str, &[_]); 4] =
        [("who", &people), ("holders", &all), ("holders", &of_post), ("conflicts", &disputed)];
    let marks = marks(visit, &id);
    let (answers, mut marks) = join(visit.ask_all(asked), marks).await;
    let [Answer::Who(who), Answer::Holders(holders), Answer::Holders(post), Answer::Conflicts(conflicts)] = answers?
    else {
        unreachable!("it answers so")
    };
    let below = posts_below(visit, &all, &holders, &id).await;
    marks.add(marks_of_posts(visit, below).await);
    holders.holders.iter().for_each(|holder| marks.tenure(&holder.tenure));
    marks.days(&org.turning_days);
    let found = Found { who, org, holders, post, conflicts };
    let title = found.who.unit.name.clone();
    visit.page(&title, marks, move |visit| body(visit, &found)).await
}

/// The posts in the units below a unit, of a company all its posts, with the events that they rest on, on any basis; of `holders`,
/// where these are of the newest.
async fn posts_below(visit: &mut Visit, asked: &[(&str, &str)], holders: &HoldersAnswer, id: &str) -> Vec<PostEvents> {
    let newest;
    let holders = if visit.clocks.known.is_none() && visit.clocks.recorded.is_none() {
        holders
    } else {
        let Ok(found) = visit.ask_aside::<HoldersAnswer>("holders", asked, Vec::new()).await else {
            return Vec::new();
        };
        newest = found;
        &newest
    };
    let events = |tenure: &Tenure| tenure.supports.iter().filter_map(|event| event.parse().ok()).collect();
    // Of a unit, what is told of the posts in it itself is told of it.
    let is_below = |post: &&Holder| post.tenure.unit.as_ref().is_none_or(|unit| unit.id != id);
    holders
        .holders
        .iter()
        .filter(is_below)
        .map(|post| PostEvents { person: post.person.id.clone(), events: events(&post.tenure) })
        .collect()
}

fn body(visit: &Visit, found: &Found) -> Markup {
    let Found { who, org, holders, conflicts, .. } = found;
    let disputed = post::disputed(&conflicts.conflicts);
    let posts = who.total.unwrap_or(who.members.len());
    let unshown = posts.saturating_sub(who.members.len());
    let is_filtered =
        ["direct", "lead", "title"].iter().any(|name| visit.given(name).is_some_and(|text| text != "false"));
    let more = holders.total.unwrap_or_default().saturating_sub(holders.holders.len());
    html! {
        h1 { (name(visit, &who.unit.name)) }
        p.also {
            @match &who.unit.company {
                Some(company) => { "a unit of " (unit_of(visit, &company.id, &company.name)) },
                None => "a company",
            }
            @if let Some(kind) = org.unit.kind.as_ref().filter(|kind| who.unit.company.is_some() || *kind != "company") {
                " · " (name(visit, kind))
            }
            " · " code { (who.unit.id) }
        }
        section aria-labelledby="people" {
            h2 id="people" {
                "People on " (who.basis.at)
                @if visit.given("direct") == Some("true") { ", without sub-units" }
                @if visit.given("lead") == Some("true") { ", only those who lead" }
                @if let Some(title) = visit.given("title") { ", only as " (name(visit, title)) }
            }
            p {
                @if is_filtered {
                    (posts) @if posts == 1 { " post" } @else { " posts" }
                } @else {
                    (words::heads(org.unit.headcount, org.unit.possible))
                    @if !org.unit.leads.is_empty() {
                        ", led by " @for (i, lead) in org.unit.leads.iter().enumerate() { @if i > 0 { ", " } (person(visit, lead)) }
                    }
                }
            }
            @if unshown > 0 && visit.given("sort").is_none() { p.about { "Those who have been there longest are shown; " (unshown) " more posts are not: ask for a unit below, or as JSON." } }
            @if unshown > 0 && visit.given("sort").is_some() { p.about { (unshown) " more posts are not shown: ask for a unit below, or as JSON." } }
            (post::positions(visit, who.members.iter().map(|Member { person, position }| (Some(person), position)), &disputed))
        }
        @if !org.unit.children.is_empty() {
            section aria-labelledby="chart" {
                h2 id="chart" { "Chart on " (org.basis.at) }
                (chart(visit, org, &who.members))
                @if unshown > 0 || is_filtered {
                    p.about { "Besides those who lead, only people who are listed above are named here; the counts are of all." }
                }
                p { a href=(visit.link("/unit.svg", &[("unit", &who.unit.id)])) { "The chart as a picture" } }
            }
        }
        (one_post(visit, found, &disputed))
        section aria-labelledby="holders" {
            h2 id="holders" { "Everyone who ever held a post here" }
            (titles(visit, found))
            ol.posts {
                @for Holder { person, tenure } in &holders.holders {
                    li.post { (post::tenure(visit, Some(person), tenure, &disputed)) }
                }
            }
            @if more > 0 { p.about { (more) " who began later are not shown here." } }
        }
        @if !conflicts.conflicts.is_empty() {
            section aria-labelledby="conflicts" {
                h2 id="conflicts" { "Contradictions" }
                (post::conflicts(visit, &conflicts.conflicts, CONFLICTS))
            }
        }
        p.more { a href=(visit.link("/diff", &[("target", &who.unit.id)])) { "What changed between two points" } }
    }
}

/// Who held one post, one after the other, with the times in which no person did.
fn one_post(visit: &Visit, found: &Found, disputed: &BTreeSet<&str>) -> Markup {
    let HoldersAnswer { holders, gaps, .. } = &found.post;
    let gaps = gaps.as_deref().unwrap_or_default();
    let heading =
        visit.given("title").map_or_else(|| "Who led it".to_owned(), |title| format!("Who held the post of {title}"));
    html! {
        section aria-labelledby="post" {
            h2 id="post" { (name(visit, &heading)) }
            @if holders.is_empty() { p { "Nobody is known to have held it." } }
            ol.posts {
                @for Holder { person, tenure } in holders.iter().take(HOLDERS) {
                    li.post { (post::tenure(visit, Some(person), tenure, disputed)) }
                }
            }
            @if !gaps.is_empty() {
                h3 { "Vacant" }
                ul { @for gap in gaps { li { (vacant(gap)) } } }
            }
        }
    }
}

fn vacant(Gap { from, to, certainty }: &Gap) -> String {
    let to = to.as_ref().map_or_else(|| " on".to_owned(), |to| format!(" to{}", post::date(to)));
    format!("from{}{to} ({certainty})", post::date(from))
}

/// The titles of the posts here, each a way to its holders.
fn titles(visit: &Visit, found: &Found) -> Markup {
    let mut titles: BTreeMap<&str, usize> = BTreeMap::new();
    for title in found.holders.holders.iter().filter_map(|holder| holder.tenure.title.as_deref()) {
        *titles.entry(title).or_default() += 1;
    }
    let id = found.who.unit.id.as_str();
    let are_all = found.holders.total == Some(found.holders.holders.len());
    html! {
        @if !titles.is_empty() {
            p.titles {
                "One post, with vacancies: "
                @for (i, (title, count)) in titles.iter().take(TITLES).enumerate() {
                    @if i > 0 { ", " }
                    a href=(visit.link("/unit", &[("unit", id), ("title", title)])) { (name(visit, title)) }
                    @if are_all { " (" (count) ")" }
                }
                @if titles.len() > TITLES { " and " (titles.len() - TITLES) " more titles" }
            }
        }
    }
}

/// The units below, each with who leads it and who is there.
fn chart(visit: &Visit, org: &OrgAnswer, members: &[Member]) -> Markup {
    let mut there: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
    for member in members {
        let tenure = &member.position.tenure;
        there.entry(&tenure.unit.as_ref().unwrap_or(&tenure.company).id).or_default().push(member);
    }
    let mut left = UNITS;
    let boxes = below(visit, &org.unit, &there, 0, &mut left);
    html! { div.chart { (boxes) } @if left == 0 { p.about { "Not all units are shown here: ask for one of them." } } }
}

fn below(
    visit: &Visit,
    unit: &OrgUnit,
    there: &BTreeMap<&str, Vec<&Member>>,
    level: usize,
    left: &mut usize,
) -> Markup {
    let mut items = Vec::new();
    for child in &unit.children {
        if *left == 0 || level >= LEVELS {
            break;
        }
        *left -= 1;
        let members = there.get(child.id.as_str()).map_or(&[][..], Vec::as_slice);
        let mut named: BTreeSet<&str> = child.leads.iter().map(|lead| lead.id.as_str()).collect();
        let others: Vec<&Member> = members.iter().copied().filter(|member| named.insert(&member.person.id)).collect();
        items.push(html! {
            li {
                p.unit {
                    (unit_of(visit, &child.id, &child.name))
                    " " span.about { @if let Some(kind) = &child.kind { (kind) ", " } (words::heads(child.headcount, child.possible)) }
                }
                @if !child.leads.is_empty() {
                    p { "led by " @for (i, lead) in child.leads.iter().enumerate() { @if i > 0 { ", " } (person(visit, lead)) } }
                }
                @if !others.is_empty() {
                    p.staff {
                        @for (i, member) in others.iter().take(NAMED).enumerate() {
                            @if i > 0 { ", " }
                            (person(visit, &member.person))
                            @if member.position.certainty == "possible" { " (possible)" }
                        }
                        @if others.len() > NAMED { " and " (others.len() - NAMED) " more" }
                    }
                }
                (below(visit, child, there, level + 1, left))
            }
        });
    }
    html! { @if !items.is_empty() { ul { @for item in items { (item) } } } }
}

/// The chart as a picture.
pub(super) async fn picture(mut visit: Visit) -> Response<Body> {
    shown!(visit, drawn(&mut visit).await)
}

async fn drawn(visit: &mut Visit) -> Result<Response<Body>, Denial> {
    let asked = visit.must_give("unit")?;
    let org: OrgAnswer = visit.ask("org", &[("unit", &asked)]).await?;
    let staff = if org.unit.headcount + org.unit.possible > PICTURED {
        Staff::default()
    } else {
        let who: WhoAnswer = visit.ask("who", &[("unit", &org.unit.id)]).await?;
        Staff::of(who.members)
    };
    visit.picture(&org.basis.clone(), move |grounds| picture::org(&org, &staff, grounds)).await
}
