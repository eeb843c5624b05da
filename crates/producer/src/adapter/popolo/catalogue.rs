//! What memberships refer to: organizations, posts, areas and periods. They are few where people are many, and may
//! stand after them in the file, so they are read first and kept.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tenure_domain::bounds::Bounds;
use tenure_domain::wire::Refusal;

use super::dates::{Meaning, Period, Span, date};
use super::stream::Element;
use super::{collected, reference, text};
use crate::adapter::claims::over::Mortal;

/// How many of them a file may hold.
const ENTRIES: usize = 1_000_000;

/// An organization.
#[derive(Debug, Default)]
pub(super) struct Organization {
    pub(super) parent: Option<String>,
}

/// A post.
#[derive(Debug, Default)]
pub(super) struct Post {
    pub(super) title: Option<String>,
    pub(super) organization: Option<String>,
    pub(super) area: Option<String>,
    /// What the area is called where it stands in the post itself.
    pub(super) area_name: Option<String>,
}

/// What memberships refer to.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    /// Whether a membership dated by its period alone lasted for the whole of it.
    pub(super) whole: bool,
    pub(super) organizations: BTreeMap<String, Organization>,
    pub(super) posts: BTreeMap<String, Post>,
    pub(super) areas: BTreeMap<String, String>,
    pub(super) periods: BTreeMap<String, Period>,
    /// From which day on people are dead, and organizations dissolved.
    pub(super) over: BTreeMap<(Mortal, String), Bounds>,
    /// Groups in which a person is a member for no more than a period, each with the person, organization and period.
    seats: BTreeMap<(String, String, String), BTreeSet<Option<String>>>,
    /// Organizations in which a person is a member on behalf of another one, that other one first.
    pub(super) groups: BTreeSet<(String, String)>,
    /// Organizations that have members, posts or parts.
    pub(super) staffed: BTreeSet<String>,
    /// The tops that were found, each for all on the way to it; none for those whose parents go round in a circle. They
    /// are asked for when all organizations are read.
    tops: RefCell<BTreeMap<String, Option<String>>>,
    /// The names of organizations that stand in what refers to them. Once all is read, those of organizations that stand
    /// nowhere else.
    pub(super) embedded: BTreeMap<String, String>,
    /// Posts whose members say no organization, each with on whose behalf they hold it.
    by_post: BTreeSet<(String, Option<String>)>,
}

/// Why a catalogue cannot be kept.
pub(super) struct TooMany;

impl Catalogue {
    /// Takes what is to be kept of an element. Dates that are none are told when the element itself is read.
    pub(super) fn take(&mut self, element: &Element, meaning: &Meaning) -> Result<(), TooMany> {
        let value = &element.value;
        match (element.of, reference(value, "id")) {
            ("organizations", Some(id)) => {
                let parent = reference(value, "parent_id").or_else(|| reference(&value["parent"], "id"));
                self.staffed.extend(parent.clone());
                let dissolved = text(value, "dissolution_date").and_then(date);
                self.ends(Mortal::Unit, &id, dissolved.and_then(|date| meaning.over(&date)));
                for post in collected(value, "posts") {
                    self.post(post, Some(&id));
                }
                for membership in collected(value, "memberships") {
                    self.member(membership, None, Some(&id));
                }
                self.organizations.insert(id, Organization { parent });
            }
            ("posts", Some(_)) => self.post(value, None),
            ("areas", Some(id)) => {
                if let Some(name) = text(value, "name") {
                    self.areas.insert(id, name.to_owned());
                }
            }
            ("events", Some(id)) => {
                let of =
                    |field, none: &dyn Fn(&str) -> bool| text(value, field).filter(|text| !none(text)).and_then(date);
                let end = of("end_date", &|text| meaning.open.is_open_end(text));
                let to = end.as_ref().and_then(|date| meaning.over(date));
                let from = of("start_date", &|text| meaning.open.is_unknown_start(text)).map(|date| date.bounds());
                let ended = end.map(|date| date.bounds()).filter(|_| to.is_some());
                self.periods.insert(id, Period { span: Span { from, to }, ended });
            }
            ("persons", of) => {
                if let Some(id) = of {
                    let died = text(value, "death_date").and_then(date);
                    self.ends(Mortal::Person, &id, died.map(|date| date.bounds()));
                }
                let person = reference(value, "id");
                for membership in collected(value, "memberships") {
                    self.member(membership, person.as_ref(), None);
                }
            }
            ("memberships", _) => self.member(value, None, None),
            _ => {}
        }
        let kept = [
            self.organizations.len(),
            self.posts.len(),
            self.areas.len(),
            self.periods.len(),
            self.groups.len(),
            self.by_post.len(),
            self.over.len(),
            self.seats.len(),
            self.embedded.len(),
        ];
        if kept.into_iter().sum::<usize>() > ENTRIES { Err(TooMany) } else { Ok(()) }
    }

    /// Notes when a person died, or a unit was dissolved.
    fn ends(&mut self, of: Mortal, id: &str, over: Option<Bounds>) {
        self.over.extend(over.map(|over| ((of, id.to_owned()), over)));
    }

    fn post(&mut self, post: &Value, organization: Option<&String>) {
        let Some(id) = reference(post, "id") else { return };
        self.embed(&post["organization"]);
        let organization = own_organization(post).or(organization.cloned());
        self.staffed.extend(organization.clone());
        for membership in members_of(post) {
            self.member(&membership, None, organization.as_ref());
        }
        let title = text(post, "label").or(text(post, "role")).map(ToOwned::to_owned);
        if let (Some(area), Some(name)) = (area(post), text(&post["area"], "name")) {
            self.areas.entry(area).or_insert_with(|| name.to_owned());
        }
        let area_name = text(&post["area"], "name").map(ToOwned::to_owned);
        self.posts.insert(id, Post { title, organization, area: area(post), area_name });
    }

    /// Whether a person is a member of an organization in several groups, each dated by this period alone.
    pub(super) fn is_shared(&self, person: &str, organization: &str, period: &str) -> bool {
        let seat = (person.to_owned(), organization.to_owned(), period.to_owned());
        self.seats.get(&seat).is_some_and(|groups| groups.len() > 1)
    }

    /// Notes a seat that is dated by a period alone.
    fn seat(&mut self, membership: &Value, person: Option<&String>, organization: Option<&String>) {
        let dated = ["start_date", "end_date"].iter().any(|field| text(membership, field).is_some());
        let member = reference(membership, "person_id").or_else(|| reference(&membership["person"], "id"));
        let of = own_organization(membership).or(organization.cloned());
        let period = reference(membership, "legislative_period_id").filter(|_| !dated);
        if let (Some(member), Some(of), Some(period)) = (member.or(person.cloned()), of, period) {
            self.seats.entry((member, of, period)).or_default().insert(on_behalf_of(membership));
        }
    }

    fn member(&mut self, membership: &Value, person: Option<&String>, organization: Option<&String>) {
        if self.whole {
            self.seat(membership, person, organization);
        }
        self.embed(&membership["organization"]);
        self.embed(&membership["on_behalf_of"]);
        if membership["post"].is_object() {
            self.embed(&membership["post"]["organization"]);
        }
        let behalf = on_behalf_of(membership);
        let embedded = || own_organization(&membership["post"]);
        match own_organization(membership).or_else(embedded).or(organization.cloned()) {
            Some(organization) => self.join(organization, behalf),
            None => self.by_post.extend(post_of(membership).map(|post| (post, behalf))),
        }
    }

    /// Notes an organization that stands with its name in what refers to it.
    fn embed(&mut self, organization: &Value) {
        if let (Some(id), Some(name)) = (reference(organization, "id"), text(organization, "name")) {
            self.embedded.entry(id).or_insert_with(|| name.to_owned());
        }
    }

    fn join(&mut self, organization: String, behalf: Option<String>) {
        self.groups.extend(behalf.map(|behalf| (behalf, organization.clone())));
        self.staffed.insert(organization);
    }

    /// Looks up what could stand after what refers to it.
    pub(super) fn settle(&mut self) {
        self.embedded.retain(|id, _| !self.organizations.contains_key(id));
        for id in self.embedded.keys() {
            self.organizations.insert(id.clone(), Organization { parent: None });
        }
        for (post, behalf) in std::mem::take(&mut self.by_post) {
            if let Some(organization) = self.posts.get(&post).and_then(|post| post.organization.clone()) {
                self.join(organization, behalf);
            }
        }
    }

    /// In which organization a person is a member: the membership's own, else its post's.
    pub(super) fn organization_of(&self, membership: &Value) -> Option<String> {
        let of_post = || self.posts.get(&post_of(membership)?)?.organization.clone();
        own_organization(membership).or_else(of_post).or_else(|| own_organization(&membership["post"]))
    }

    /// The organization at the top of the one given; none where its parents go round in a circle. A parent that the
    /// file does not have is passed over.
    pub(super) fn top(&self, organization: &str) -> Result<String, Refusal> {
        let mut tops = self.tops.borrow_mut();
        let mut below = BTreeSet::new();
        let mut at = organization;
        let top = loop {
            if let Some(known) = tops.get(at) {
                break known.clone();
            }
            if !below.insert(at) {
                break None;
            }
            match self.parent(at) {
                Some(parent) => at = parent,
                None => break Some(at.to_owned()),
            }
        };
        tops.extend(below.into_iter().map(|below| (below.to_owned(), top.clone())));
        top.ok_or_else(|| Refusal {
            reason: format!("the parents of organization `{organization}` go round in a circle"),
            hint: "mend `parent_id` of one of them".to_owned(),
        })
    }

    /// The parent, where the file has it.
    pub(super) fn parent(&self, organization: &str) -> Option<&str> {
        let parent = self.organizations.get(organization)?.parent.as_deref()?;
        self.organizations.contains_key(parent).then_some(parent)
    }

    /// Whether the organization is known only as one on whose behalf others are members somewhere.
    pub(super) fn is_only_group(&self, organization: &str) -> bool {
        let first = (organization.to_owned(), String::new());
        let named = self.groups.range(first..).next().is_some_and(|(behalf, _)| behalf == organization);
        named && !self.staffed.contains(organization) && self.parent(organization).is_none()
    }

    /// The organizations in which a person is a member on behalf of this one.
    pub(super) fn groups_of<'c>(&'c self, organization: &'c str) -> impl Iterator<Item = &'c str> {
        let first = (organization.to_owned(), String::new());
        let own = self.groups.range(first..).take_while(move |(behalf, _)| behalf == organization);
        own.map(|(_, of)| of.as_str()).filter(|of| self.organizations.contains_key(*of))
    }
}

fn own_organization(membership: &Value) -> Option<String> {
    reference(membership, "organization_id").or_else(|| reference(&membership["organization"], "id"))
}

/// The organization on whose behalf a person is a member.
pub(super) fn on_behalf_of(membership: &Value) -> Option<String> {
    reference(membership, "on_behalf_of_id").or_else(|| reference(&membership["on_behalf_of"], "id"))
}

/// The post that a membership is.
pub(super) fn post_of(membership: &Value) -> Option<String> {
    reference(membership, "post_id").or_else(|| reference(&membership["post"], "id"))
}

/// The memberships that stand in a post, each with the post that it is.
pub(super) fn members_of(post: &Value) -> impl Iterator<Item = Value> + '_ {
    collected(post, "memberships").iter().map(|membership| {
        let mut membership = membership.clone();
        if post_of(&membership).is_none()
            && let (Some(fields), Some(id)) = (membership.as_object_mut(), reference(post, "id"))
        {
            fields.insert("post_id".to_owned(), id.into());
        }
        membership
    })
}

/// The area of a membership or a post.
pub(super) fn area(value: &Value) -> Option<String> {
    reference(value, "area_id").or_else(|| reference(&value["area"], "id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_the_top_is_walked_once() {
        let mut catalogue = Catalogue::default();
        for number in 0..1_000 {
            let parent = (number > 0).then(|| format!("o{}", number - 1));
            catalogue.organizations.insert(format!("o{number}"), Organization { parent });
        }
        for circle in [("a", "b"), ("b", "a"), ("c", "a")] {
            let parent = Some(circle.1.to_owned());
            catalogue.organizations.insert(circle.0.to_owned(), Organization { parent });
        }
        assert_eq!(catalogue.top("o999").ok().as_deref(), Some("o0"));
        assert_eq!(catalogue.tops.borrow().len(), 1_000, "all on the way know it");
        assert!(catalogue.top("c").is_err());
        assert_eq!(catalogue.tops.borrow().len(), 1_003, "so do those of a circle");
    }
}
