//! `FollowTheMoney`: people, organisations and what binds them, as entities or as statements of single values.
//!
//! Dates are prefixes of ISO 8601; `endDate` is the first day after. Boards are Directorships, advisors Memberships, all
//! else Employments. Each line says `tenure` for its dataset; who says it stands in `publisher` and `sourceUrl`.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use tenure_domain::event::{Employment, Identifier};
use tenure_domain::identity::KnownName;

use super::{Export, line, outside, reduced};

const DATASET: &str = "tenure";

/// The registers that the format has a property for.
const REGISTERS: [(&str, &str); 6] = [
    ("wikidata", "wikidataId"),
    ("lei", "leiCode"),
    ("duns", "dunsCode"),
    ("permid", "permId"),
    ("ogrn", "ogrnCode"),
    ("cik", "cikCode"),
];

/// An entity: values by property, in the order in which they were added.
struct Entity {
    id: String,
    schema: &'static str,
    properties: Map<String, Value>,
}

impl Entity {
    fn new(id: &str, schema: &'static str) -> Entity {
        Entity { id: outside(id), schema, properties: Map::new() }
    }

    fn add(&mut self, property: &str, value: &str) {
        let values = self.properties.entry(property).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut().filter(|values| !values.iter().any(|had| had == value)) {
            values.push(value.into());
        }
    }

    fn named(&mut self, shown: &str, names: &[KnownName], identifiers: &[Identifier]) {
        self.add("name", shown);
        for name in names.iter().map(|name| name.name.as_str()).filter(|name| *name != shown) {
            self.add("alias", name);
        }
        for Identifier { scheme, value } in identifiers {
            if let Some((_, property)) = REGISTERS.iter().find(|(register, _)| *register == scheme.as_ref()) {
                self.add(property, value);
            }
        }
    }
}

/// One entity a line.
pub(super) fn entities(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    each(export, &mut |Entity { id, schema, properties }| {
        line(&json!({"id": id, "schema": schema, "properties": properties, "datasets": [DATASET]}), out)
    })
}

/// One value a line, the values of one entity together.
pub(super) fn statements(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    each(export, &mut |Entity { id, schema, properties }| {
        for (property, values) in &properties {
            for value in values.as_array().into_iter().flatten() {
                let statement = json!({
                    "canonical_id": id, "entity_id": id, "prop": property, "schema": schema, "value": value,
                    "dataset": DATASET, "lang": null, "original_value": null, "external": false,
                });
                line(&statement, out)?;
            }
        }
        Ok(())
    })
}

fn each(export: &Export<'_>, take: &mut dyn FnMut(Entity) -> io::Result<()>) -> io::Result<()> {
    let view = export.inquiry.view;
    let selection = export.selection();
    for person in &selection.people {
        let state = view.person(*person);
        let mut entity = Entity::new(&state.who.id, "Person");
        entity.named(&export.inquiry.person_shown(*person).name, &state.who.names, &state.who.identifiers);
        take(entity)?;
    }
    for unit in &selection.units {
        let state = view.unit(*unit);
        let kind = state.history.kind(export.inquiry.at).map(|kind| kind.to_lowercase());
        let schema = match kind.as_deref() {
            Some("company") => "Company",
            Some("public body" | "department" | "ministry") => "PublicBody",
            _ => "Organization",
        };
        let mut entity = Entity::new(&state.id, schema);
        entity.named(&export.inquiry.unit_name(&state), &state.names, &state.identifiers);
        if let Some(parent) = state.history.parent(export.inquiry.at).or(state.company).filter(|parent| parent != unit)
        {
            entity.add("parent", &outside(&view.unit(parent).id));
        }
        take(entity)?;
    }
    export.each_tenure(&selection.people, &mut |state, _, held, shown| {
        let (schema, person, place) = match held.employment {
            Employment::Board => ("Directorship", "director", "organization"),
            Employment::Advisor => ("Membership", "member", "organization"),
            Employment::Employee | Employment::Contractor => ("Employment", "employee", "employer"),
        };
        let mut entity = Entity::new(&shown.tenure, schema);
        entity.add(person, &outside(&state.who.id));
        entity.add(place, &outside(&shown.unit.as_ref().unwrap_or(&shown.company).id));
        if let Some(title) = &shown.title {
            entity.add("role", title);
        }
        if let Some(from) = reduced(held.start.bounds) {
            entity.add("startDate", &from);
        }
        match held.end.as_ref().map(|end| reduced(end.bounds)) {
            Some(Some(to)) => entity.add("endDate", &to),
            // It ended on a day that the format has no form for.
            Some(None) => entity.add("status", "ended"),
            None => {}
        }
        for cited in export.cited(state, held) {
            if let Some(publisher) = &cited.publisher {
                entity.add("publisher", publisher);
            }
            if let Some(url) = &cited.url {
                entity.add("sourceUrl", url);
            }
        }
        take(entity)
    })
}
