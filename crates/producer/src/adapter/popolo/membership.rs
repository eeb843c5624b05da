//! Who was where: a membership as one claim that a post was held.

use serde_json::{Map, Value};
use tenure_domain::edtf::VagueDate;
use tenure_domain::wire::Refusal;

use super::catalogue::{area, on_behalf_of, post_of};
use super::dates::{During, Span, during, said};
use super::{File, collected, named, reference, text, whole_name};
use crate::adapter::AdapterError;
use crate::adapter::claims::Lack;
use crate::adapter::history::Key;
use crate::adapter::settings::{StatementRef, id};

/// What a membership refers to and the file does not have.
#[derive(Default)]
struct Lost(Vec<Lack>);

impl Lost {
    /// Something without which the rest of the membership stands.
    fn add(&mut self, fields: &[&'static str], column: &str, reason: String, hint: &str) {
        self.0.push(lack(fields, column, reason, hint));
    }
}

fn lack(fields: &[&'static str], column: &str, reason: String, hint: &str) -> Lack {
    let refusal = Refusal { reason, hint: hint.to_owned() };
    Lack { fields: fields.to_vec(), column: Some(column.to_owned()), refusal, rest_stands: true }
}

impl File<'_, '_> {
    /// Says that a post was held; `person` and `organization` are those that the membership stands in.
    pub(super) fn membership(
        &mut self,
        membership: &Value,
        person: Option<&String>,
        organization: Option<&String>,
    ) -> Result<(), AdapterError> {
        let own_key = reference(membership, "id").map(|id| format!("membership/{}", self.settings.id(&id)));
        let member = reference(membership, "person_id").or_else(|| reference(&membership["person"], "id"));
        let Some(member) = member.or(person.cloned()) else {
            let hint = "what organizations are members of is not kept; a person needs `person_id`";
            return self.refuse(own_key.as_deref(), "person_id", "a membership of no person".to_owned(), hint);
        };
        let of = self.catalogue.organization_of(membership).or(organization.cloned());
        let key = own_key.unwrap_or_else(|| self.key_of(membership, &member, of.as_deref()));
        let mut lost = Lost::default();
        let page = collected(membership, "sources").iter().find_map(|source| text(source, "url"));
        let mut event = self.event("HeldPost", StatementRef::Key(&key), page);
        let name = whole_name(&membership["person"]);
        event.insert("person".to_owned(), named(&self.settings.id(&member), name.as_ref()));
        let known = of.filter(|id| self.catalogue.organizations.contains_key(id));
        if let Some(organization) = &known {
            match self.place_of(membership, organization, &mut event, &mut lost) {
                Ok(()) => {}
                Err(refusal) => return self.refuse(Some(&key), "organization_id", refusal.reason, &refusal.hint),
            }
        } else {
            let reason = "a membership in no organization of the file".to_owned();
            let hint = "add the organization, or its id to the membership";
            let of_no_use = lack(&["company", "unit"], "organization_id", reason, hint);
            lost.0.push(Lack { rest_stands: false, ..of_no_use });
        }
        self.post_held(membership, &mut event, &mut lost);
        let Some(Span { from, to }) = self.span(membership, (&member, known.as_deref()), &key, &mut lost)? else {
            return Ok(());
        };
        for (field, date) in [("from", said(from)), ("to", said(to))] {
            event.extend(date.map(|date| (field.to_owned(), Value::from(date))));
        }
        // What is lost counts as an earlier version told it.
        let within = |lack: Lack| Lack { refusal: self.within(lack.refusal), ..lack };
        let lacks = lost.0.into_iter().map(within).collect();
        self.say_lacking(event, lacks)
    }

    /// The key of a membership that has no id: what says which one it is. Its end is what a later version may tell.
    fn key_of(&self, membership: &Value, member: &str, organization: Option<&str>) -> String {
        let given = |field: &str| text(membership, field).map(ToOwned::to_owned);
        let parts = [
            organization.map(ToOwned::to_owned),
            on_behalf_of(membership),
            post_of(membership).or_else(|| given("role")).or_else(|| given("label")),
            area(membership),
            reference(membership, "legislative_period_id"),
            given("start_date"),
        ];
        let parts = parts.map(|part| id("", &part.unwrap_or_default()));
        format!("membership/{}/{}", self.settings.id(member), parts.join("/"))
    }

    /// Refuses a membership. What was said under its key stands.
    fn refuse(&mut self, key: Option<&str>, column: &str, reason: String, hint: &str) -> Result<(), AdapterError> {
        let Some(key) = key else { return self.reject(Some(column), reason, hint) };
        let refusal = self.within(Refusal { reason, hint: hint.to_owned() });
        let (place, input) = (self.place(Some(column)), self.input.clone());
        let key = Key::new(self.settings.source.publisher(), key, None);
        self.claims.reject(place, &input, Some(&key), refusal)
    }

    /// The company and the unit.
    fn place_of(
        &self,
        membership: &Value,
        organization: &str,
        event: &mut Map<String, Value>,
        lost: &mut Lost,
    ) -> Result<(), Refusal> {
        let (company, mut unit) = self.unit(organization)?;
        if let Some(behalf) = on_behalf_of(membership) {
            if self.catalogue.organizations.contains_key(&behalf) {
                unit = Some(self.group(&behalf, organization));
            } else {
                let reason = format!("`on_behalf_of_id`: there is no organization `{behalf}`; the rest is in");
                lost.add(&["unit"], "on_behalf_of_id", reason, "add the organization to the file");
            }
        }
        event.insert("company".to_owned(), company);
        let name = on_behalf_of(membership).and_then(|behalf| self.catalogue.embedded.get(&behalf));
        event.extend(unit.map(|unit| ("unit".to_owned(), named(&unit, name))));
        Ok(())
    }

    /// The title and the remit.
    fn post_held(&self, membership: &Value, event: &mut Map<String, Value>, lost: &mut Lost) {
        let post_id = post_of(membership);
        let post = post_id.as_ref().and_then(|id| self.catalogue.posts.get(id));
        let within = &membership["post"];
        let within = text(within, "label").or(text(within, "role")).map(ToOwned::to_owned);
        let title = post.and_then(|post| post.title.clone()).or(within);
        let own_title = text(membership, "role").or(text(membership, "label")).map(ToOwned::to_owned);
        let areas = area(membership).or_else(|| post?.area.clone());
        let by_id = areas.as_ref().and_then(|id| self.catalogue.areas.get(id).cloned());
        let remit = by_id.or_else(|| text(&membership["area"], "name").map(ToOwned::to_owned));
        let remit = remit.or_else(|| post?.area_name.clone());
        if let (Some(id), None, None) = (&post_id, post, &title) {
            let reason = format!("`post_id`: there is no post `{id}`; the rest is in");
            lost.add(&["title"], "post_id", reason, "add the post to the file");
        }
        if let (Some(id), None) = (&areas, &remit) {
            let reason = format!("`area_id`: there is no area `{id}` with a name; the rest is in");
            lost.add(&["remit"], "area_id", reason, "add the area to the file");
        }
        for (field, value) in [("title", title.or(own_title)), ("remit", remit)] {
            event.extend(value.map(|value| (field.to_owned(), Value::from(value))));
        }
    }

    /// The dates of a membership; none where one cannot be read, or they are in the wrong order. What it says itself is
    /// believed before its period.
    fn span(
        &mut self,
        membership: &Value,
        (member, organization): (&str, Option<&str>),
        key: &str,
        lost: &mut Lost,
    ) -> Result<Option<Span>, AdapterError> {
        let mut read = |field: &'static str| -> Result<Option<Option<VagueDate>>, AdapterError> {
            match self.dated(membership, field) {
                Ok(date) => Ok(Some(date)),
                // A claim whose date cannot be read would say that it is not known, which is something else.
                Err(reason) => {
                    self.refuse(Some(key), field, reason, "write 2015, 2015-03 or 2015-03-30")?;
                    Ok(None)
                }
            }
        };
        let (Some(start), Some(end)) = (read("start_date")?, read("end_date")?) else { return Ok(None) };
        if let (Some(start), Some(end)) = (&start, &end)
            && end.bounds().surely_before(start.bounds())
        {
            let reason = format!("it ended ({}) before it began ({})", end.as_str(), start.as_str());
            self.refuse(Some(key), "end_date", reason, "mend the dates of the membership")?;
            return Ok(None);
        }
        let from = start.map(|start| start.bounds());
        let own = Span { from, to: end.and_then(|end| self.dates.over(&end)) };
        let Some(id) = reference(membership, "legislative_period_id") else { return Ok(Some(own)) };
        let column = "legislative_period_id";
        let Some(period) = self.catalogue.periods.get(&id).copied() else {
            let reason = format!("`{column}`: there is no event `{id}`; the rest is in");
            let open = [("from", own.from.is_none()), ("to", own.to.is_none())];
            let fields: Vec<&str> = open.into_iter().filter(|(_, open)| *open).map(|(field, _)| field).collect();
            lost.add(&fields, column, reason, "add the period to `events`, with its dates");
            return Ok(Some(own));
        };
        let mut meaning = self.settings.period;
        let one_seat = organization.is_some_and(|of| self.catalogue.is_shared(member, of, &id));
        if own == Span::default() && meaning == During::Whole && one_seat {
            meaning = During::Within;
            let reason = format!(
                "`{column}`: it is a member in several groups, each for the whole of `{id}`; it is in as within it"
            );
            self.reject(Some(column), reason, "give the memberships their dates, or write period = \"within\"")?;
        }
        let span = during(own, period, meaning, self.version.day());
        if span.is_none() {
            let reason = format!("`{column}`: its own dates lie outside of `{id}`; it is in with these alone");
            self.reject(Some(column), reason, "mend the dates of the one or the other")?;
        }
        Ok(Some(span.unwrap_or(own)))
    }
}
