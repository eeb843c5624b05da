//! The people in the boxes of an org chart.
//!
//! A box names a few and counts the rest, so that a unit of thousands is drawn as a unit of ten is.

use std::collections::{BTreeMap, BTreeSet};

use tenure_answers::{Member, OrgUnit, Tenure};

use super::text::Phrase;
use crate::counted;

/// How many people or posts a box names, and how many holders of one post.
const NAMED: usize = 6;

/// Who is directly in each unit, by the unit's id, in the order of `who`.
#[derive(Clone, Debug, Default)]
pub struct Staff(BTreeMap<String, Vec<Member>>);

/// A line of a box: a person, or a post with its holders.
struct Line<'m> {
    title: Option<&'m str>,
    /// The id of each, and how the line calls them.
    holders: Vec<(&'m str, Phrase)>,
    /// Whether the title goes before them: it is said of a post, not of a person.
    is_post: bool,
}

impl Line<'_> {
    /// Those whom the line names.
    fn named(&self) -> &[(&str, Phrase)] {
        &self.holders[..self.holders.len().min(NAMED)]
    }

    fn in_words(&self) -> Phrase {
        let names = Phrase::joined(self.named().iter().map(|(_, called)| called.clone()), ", ");
        match self.title.map(Phrase::isolated) {
            None => names,
            Some(title) if self.is_post => title.then(": ").then(names),
            Some(title) => names.then(", ").then(title),
        }
    }
}

impl Staff {
    /// The people of a unit and of what is below it, each in the unit of the post.
    pub fn of(members: Vec<Member>) -> Staff {
        let mut staff: BTreeMap<String, Vec<Member>> = BTreeMap::new();
        for member in members {
            let tenure = &member.position.tenure;
            let unit = tenure.unit.as_ref().unwrap_or(&tenure.company).id.clone();
            staff.entry(unit).or_default().push(member);
        }
        Staff(staff)
    }

    /// The lines of a unit's box: one for each person, or of a unit without sub-units for each post, and one that
    /// counts those left out. Those who certainly lead are named there already, but where posts are told.
    pub(super) fn named(&self, unit: &OrgUnit) -> Vec<Phrase> {
        let members = self.0.get(&unit.id).map_or(&[][..], Vec::as_slice);
        let mut lines = if tells_posts(unit) { by_post(members) } else { by_person(members, unit) };
        let all: BTreeSet<&str> = lines.iter().flat_map(|line| &line.holders).map(|(id, _)| *id).collect();
        let unnamed = |lines: &[Line<'_>]| {
            let named: BTreeSet<&str> = lines.iter().flat_map(Line::named).map(|(id, _)| *id).collect();
            all.len() - named.len()
        };
        // One more line says as much as the one that would count it.
        let shown = if lines.len() == NAMED + 1 && unnamed(&lines) == 0 { NAMED + 1 } else { NAMED };
        let hidden = lines.len().saturating_sub(shown);
        lines.truncate(shown);
        let more = match (unnamed(&lines), hidden) {
            (0, 0) => None,
            // Those shown hold the rest as well.
            (0, posts) => Some(format!("and {}", counted(posts, "more post", "more posts")).into()),
            (people, _) => Some(format!("and {people} more").into()),
        };
        lines.iter().map(Line::in_words).chain(more).collect()
    }

    /// Whether the same people are in the same posts of the same units.
    pub fn is_like(&self, other: &Staff) -> bool {
        let posts = |staff: &Staff| -> Vec<(String, String, Option<String>, String)> {
            let all = staff.0.iter().flat_map(|(unit, members)| members.iter().map(move |member| (unit, member)));
            let rows = all.map(|(unit, Member { person, position })| {
                (unit.clone(), person.id.clone(), position.tenure.title.clone(), position.certainty.clone())
            });
            rows.collect()
        };
        posts(self) == posts(other)
    }
}

/// Whether the box of a unit tells its posts: it has no units below it.
pub(super) fn tells_posts(unit: &OrgUnit) -> bool {
    unit.children.is_empty()
}

/// The name of a person, and that only the dates allow it.
fn called(member: &Member) -> Phrase {
    let name = Phrase::isolated(&member.person.name);
    if member.position.certainty == "certain" { name } else { name.then(" (possibly)") }
}

/// A line for each person who does not lead.
fn by_person<'m>(members: &'m [Member], unit: &'m OrgUnit) -> Vec<Line<'m>> {
    let mut known: BTreeSet<&str> = unit.leads.iter().map(|lead| lead.id.as_str()).collect();
    let others = members.iter().filter(|member| known.insert(&member.person.id));
    let line = |member: &'m Member| Line {
        title: member.position.tenure.title.as_deref(),
        holders: vec![(&*member.person.id, called(member))],
        is_post: false,
    };
    others.map(line).collect()
}

/// A line for each post, with those who hold it.
fn by_post(members: &[Member]) -> Vec<Line<'_>> {
    let mut posts: Vec<Line<'_>> = Vec::new();
    let mut place = BTreeMap::new();
    for member in members {
        let Tenure { title, lead, .. } = &member.position.tenure;
        let title = title.as_deref();
        // People without a title are not of one post.
        let at = title.map_or(posts.len(), |title| *place.entry(title).or_insert(posts.len()));
        if at == posts.len() {
            posts.push(Line { title, holders: Vec::new(), is_post: true });
        }
        let holder = if *lead { called(member).then(" (leads)") } else { called(member) };
        posts[at].holders.push((&member.person.id, holder));
    }
    posts
}

#[cfg(test)]
mod tests {
    use super::{Phrase, Staff};
    use crate::picture::samples;

    /// The lines of a box, where the unit has sub-units and where it has none.
    fn check(people: &[(&str, Option<&str>)], among_units: &[&str], alone: &[&str]) {
        let members = people.iter().map(|(name, title)| samples::member("u", name, *title)).collect();
        let staff = Staff::of(members);
        let leaf = samples::org_unit("u", vec![]);
        let above = samples::org_unit("u", vec![samples::org_unit("v", vec![])]);
        let said = |unit| -> Vec<String> { staff.named(unit).iter().map(Phrase::markup).collect() };
        assert_eq!(said(&above), among_units);
        assert_eq!(said(&leaf), alone);
    }

    #[test]
    fn some_are_named_and_the_rest_are_counted() {
        check(&[], &[], &[]);
        let two = [("Ann", Some("Clerk")), ("Bo", Some("Clerk")), ("Cy", None)];
        check(&two, &["Ann, Clerk", "Bo, Clerk", "Cy"], &["Clerk: Ann, Bo", "Cy"]);
        let seven: Vec<(&str, Option<&str>)> = ["A", "B", "C", "D", "E", "F", "G"].map(|name| (name, None)).to_vec();
        check(&seven, &["A", "B", "C", "D", "E", "F", "G"], &["A", "B", "C", "D", "E", "F", "G"]);
        let eight: Vec<(&str, Option<&str>)> = seven.into_iter().chain([("H", None)]).collect();
        let cut = ["A", "B", "C", "D", "E", "F", "and 2 more"];
        check(&eight, &cut, &cut);
    }

    #[test]
    fn those_left_out_are_counted_as_people_where_a_line_is_a_post() {
        let titles = ["1", "2", "3", "4", "5", "6", "7", "8"];
        let two_each: Vec<(String, &str)> =
            titles.iter().flat_map(|post| ["a", "b"].map(|who| (format!("{who}{post}"), *post))).collect();
        let people: Vec<(&str, Option<&str>)> =
            two_each.iter().map(|(who, post)| (who.as_str(), Some(*post))).collect();
        let posts = ["1: a1, b1", "2: a2, b2", "3: a3, b3", "4: a4, b4", "5: a5, b5", "6: a6, b6", "and 4 more"];
        let six = ["a1, 1", "b1, 1", "a2, 2", "b2, 2", "a3, 3", "b3, 3", "and 10 more"];
        check(&people, &six, &posts);
        // Seven posts whose holders are all named are listed in full, but not where one has more than a line names.
        let seven = ["1: a1, b1", "2: a2, b2", "3: a3, b3", "4: a4, b4", "5: a5, b5", "6: a6, b6", "7: a7, b7"];
        check(&people[..14], &[&six[..6], &["and 8 more"]].concat(), &seven);
        let one_has_all: Vec<(&str, Option<&str>)> = titles.iter().map(|title| ("a", Some(*title))).collect();
        let cut = ["1: a", "2: a", "3: a", "4: a", "5: a", "6: a", "and 2 more posts"];
        check(&one_has_all, &["a, 1"], &cut);
        let nine: Vec<(&str, Option<&str>)> =
            ["A", "B", "C", "D", "E", "F", "G", "H", "I"].map(|name| (name, Some("Clerk"))).to_vec();
        let six = ["A, Clerk", "B, Clerk", "C, Clerk", "D, Clerk", "E, Clerk", "F, Clerk", "and 3 more"];
        check(&nine, &six, &["Clerk: A, B, C, D, E, F", "and 3 more"]);
    }
}
