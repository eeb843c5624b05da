//! The people in the boxes of an org chart.
//!
//! A box names a few and counts the rest, so that a unit of thousands is drawn as a unit of ten is.

use std::collections::{BTreeMap, BTreeSet};

use tenure_query::answer::{Member, OrgUnit, Tenure};

use super::text;

/// How many people or posts a box names.
const NAMED: usize = 6;
/// How many posts of one unit are told apart; the people of those beyond are counted.
const MOST_POSTS: usize = 200;

/// Who is directly in each unit, by the unit's id, in the order of `who`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Staff(BTreeMap<String, Vec<Member>>);

/// What a box says of the people in its unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// A line for each person, or of a unit without sub-units for each post.
    pub(crate) lines: Vec<String>,
    /// How many more there are.
    pub(crate) more: usize,
}

impl Named {
    /// The lines, with one that counts those left out.
    pub(crate) fn all(&self) -> impl Iterator<Item = String> {
        let more = (self.more > 0).then(|| format!("and {} more", self.more));
        self.lines.clone().into_iter().chain(more)
    }
}

impl Staff {
    /// The people of a unit and of what is below it, each in the unit of the post.
    pub(crate) fn of(members: Vec<Member>) -> Staff {
        let mut staff: BTreeMap<String, Vec<Member>> = BTreeMap::new();
        for member in members {
            let tenure = &member.position.tenure;
            let unit = tenure.unit.as_ref().unwrap_or(&tenure.company).id.clone();
            staff.entry(unit).or_default().push(member);
        }
        Staff(staff)
    }

    /// Who is named in the box of a unit. Those who certainly lead are named there already, but where posts are told.
    pub(super) fn named(&self, unit: &OrgUnit) -> Named {
        let members = self.0.get(&unit.id).map_or(&[][..], Vec::as_slice);
        let (mut lines, rest) = if tells_posts(unit) { by_post(members) } else { (by_person(members, unit), 0) };
        // One more line says as much as the one that would count it.
        let shown = if lines.len() + rest == NAMED + 1 { NAMED + 1 } else { NAMED };
        let more = lines.len().saturating_sub(shown) + rest;
        lines.truncate(shown);
        Named { lines, more }
    }

    /// Whether the same people are in the same posts of the same units.
    pub(crate) fn is_like(&self, other: &Staff) -> bool {
        let posts = |staff: &Staff| -> Vec<(String, String, Option<String>, String)> {
            let all = staff.0.iter().flat_map(|(unit, members)| members.iter().map(move |member| (unit, member)));
            let told = all.map(|(unit, Member { person, position })| {
                (unit.clone(), person.id.clone(), position.tenure.title.clone(), position.certainty.clone())
            });
            told.collect()
        };
        posts(self) == posts(other)
    }
}

/// Whether the box of a unit tells its posts: it has no units below it.
pub(super) fn tells_posts(unit: &OrgUnit) -> bool {
    unit.children.is_empty()
}

/// The name of somebody, and that only the dates allow it.
fn called(member: &Member) -> String {
    let name = text::isolated(&member.person.name);
    if member.position.certainty == "certain" { name } else { format!("{name} (possibly)") }
}

/// A line for each person who does not lead.
fn by_person(members: &[Member], unit: &OrgUnit) -> Vec<String> {
    let mut named: BTreeSet<&str> = unit.leads.iter().map(|lead| lead.id.as_str()).collect();
    let others = members.iter().filter(|member| named.insert(&member.person.id));
    let line = |member: &Member| match &member.position.tenure.title {
        Some(title) => format!("{}, {}", called(member), text::isolated(title)),
        None => called(member),
    };
    others.map(line).collect()
}

/// A line for each post, with those who hold it, and how many people are in none of these.
fn by_post(members: &[Member]) -> (Vec<String>, usize) {
    let mut posts: Vec<(Option<&str>, Vec<String>)> = Vec::new();
    let mut rest = 0;
    for member in members {
        let Tenure { title, lead, .. } = &member.position.tenure;
        let title = title.as_deref();
        let holder = if *lead { format!("{} (leads)", called(member)) } else { called(member) };
        let is_told_apart = posts.len() < MOST_POSTS;
        match posts.iter_mut().find(|(of, _)| title.is_some() && *of == title) {
            Some((_, holders)) if holders.len() < NAMED => holders.push(holder),
            None if is_told_apart => posts.push((title, vec![holder])),
            Some(_) | None => rest += 1,
        }
    }
    let line = |(title, holders): (Option<&str>, Vec<String>)| match title {
        Some(title) => format!("{}: {}", text::isolated(title), holders.join(", ")),
        None => holders.join(", "),
    };
    (posts.into_iter().map(line).collect(), rest)
}

#[cfg(test)]
mod tests {
    use super::Staff;
    use crate::picture::samples;

    /// The lines of a box, where the unit has sub-units and where it has none.
    fn check(people: &[(&str, Option<&str>)], among_units: &[&str], alone: &[&str]) {
        let members = people.iter().map(|(name, title)| samples::member("u", name, *title)).collect();
        let staff = Staff::of(members);
        let leaf = samples::org_unit("u", vec![]);
        let above = samples::org_unit("u", vec![samples::org_unit("v", vec![])]);
        let said = |unit| -> Vec<String> {
            let plain = |line: String| line.replace(['\u{2068}', '\u{2069}'], "");
            staff.named(unit).all().map(plain).collect()
        };
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
}
