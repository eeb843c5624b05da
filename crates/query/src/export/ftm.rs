//! `FollowTheMoney`: people, organisations and what binds them, as entities or as statements of single values.
//!
//! Dates are prefixes of ISO 8601; `endDate` is the first day after. Boards are Directorships, advisors Memberships, all
//! else Employments. Each line says `tenure` for its dataset; who says it stands in `publisher` and `sourceUrl`.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use tenure_domain::day::Day;
use tenure_domain::event::{Employment, Identifier};
use tenure_domain::fnv::fnv64;
use tenure_domain::identity::KnownName;
use tenure_domain::structure::Existence;

use super::{Export, ExportError, line, reduced};
use crate::location::Above;

const DATASET: &str = "tenure";

/// The `classification` of a unit, which has no schema of its own. The company is the first of its parents that is none.
const UNIT: &str = "organizational unit";

/// The registers that the format has a property for.
const REGISTERS: [(&str, &str); 6] = [
    ("wikidata", "wikidataId"),
    ("lei", "leiCode"),
    ("duns", "dunsCode"),
    ("permid", "permId"),
    ("ogrn", "ogrnCode"),
    ("cik", "cikCode"),
];

/// An id as the format has them: letters, digits, `.` and `-`, the last two only within. Any other is given a form that says
/// as much of it as it can, and is its own by a number made from it.
fn entity_id(id: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let shown = id.replace(|c| !fits(c), "-");
    let shown = shown.trim_matches(['.', '-']);
    match shown {
        "" => format!("name-{:016x}", fnv64(id)),
        _ if shown == id => id.to_owned(),
        _ => format!("{shown}-{:016x}", fnv64(id)),
    }
}

/// An entity: values by property, in the order in which they were added.
struct Entity {
    id: String,
    schema: &'static str,
    properties: Map<String, Value>,
    /// The last day on which a source has it so.
    last_seen: Option<Day>,
}

impl Entity {
    fn new(id: &str, schema: &'static str) -> Entity {
        Entity { id: entity_id(id), schema, properties: Map::new(), last_seen: None }
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
pub(super) fn entities(export: &Export<'_>, out: &mut dyn Write) -> Result<(), ExportError> {
    each(export, &mut |Entity { id, schema, properties, last_seen }| {
        let mut entity = json!({"id": id, "schema": schema, "properties": properties, "datasets": [DATASET]});
        if let Some(day) = last_seen {
            entity["last_seen"] = day.to_string().into();
        }
        line(&entity, out)
    })
}

/// One value a line, the values of one entity together.
pub(super) fn statements(export: &Export<'_>, out: &mut dyn Write) -> Result<(), ExportError> {
    each(export, &mut |Entity { id, schema, properties, last_seen }| {
        for (property, values) in &properties {
            for value in values.as_array().into_iter().flatten() {
                let mut statement = json!({
                    "canonical_id": id, "entity_id": id, "prop": property, "schema": schema, "value": value,
                    "dataset": DATASET, "lang": null, "original_value": null, "external": false,
                });
                if let Some(day) = last_seen {
                    statement["last_seen"] = day.to_string().into();
                }
                line(&statement, out)?;
            }
        }
        Ok(())
    })
}

fn each(export: &Export<'_>, take: &mut dyn FnMut(Entity) -> io::Result<()>) -> Result<(), ExportError> {
    let view = export.inquiry.view;
    let selection = export.selection()?;
    for person in &selection.people {
        let state = view.person(*person)?;
        let mut entity = Entity::new(&state.who.id, "Person");
        entity.named(&export.inquiry.person_name(&state.who), &state.who.names, &state.who.identifiers);
        if let Some(died) = state.career.died.as_ref().and_then(|died| reduced(died.bounds)) {
            entity.add("deathDate", &died);
        }
        take(entity)?;
    }
    let mut above = Above::on(view, export.inquiry.at);
    for unit in &selection.units {
        let state = view.unit(*unit)?;
        let kind = state.history.kind(export.inquiry.at);
        let is_unit = state.company.is_some_and(|company| company != *unit);
        let schema = match kind.map(|kind| kind.to_lowercase()).as_deref() {
            Some("company") if !is_unit => "Company",
            Some("public body" | "department" | "ministry") if !is_unit => "PublicBody",
            _ => "Organization",
        };
        let mut entity = Entity::new(&state.id, schema);
        entity.named(&export.inquiry.unit_name(&state), &state.names, &state.identifiers);
        if is_unit {
            entity.add("classification", UNIT);
            if let Some(kind) = kind {
                entity.add("classification", kind);
            }
        }
        if let Some(dissolved) = state.history.gone()
            && dissolved.value == Existence::Dissolved
            && let Some(day) = reduced(dissolved.bounds)
        {
            entity.add("dissolutionDate", &day);
        }
        if let Some(parent) = above.parent(*unit)? {
            entity.add("parent", &entity_id(&view.unit(parent)?.id));
        }
        take(entity)?;
    }
    export.each_tenure(&selection.people, &mut |owner, held, shown| {
        let (schema, person, place) = match held.employment {
            Employment::Board => ("Directorship", "director", "organization"),
            Employment::Advisor => ("Membership", "member", "organization"),
            Employment::Employee | Employment::Contractor => ("Employment", "employee", "employer"),
        };
        let mut entity = Entity::new(&shown.tenure, schema);
        entity.add(person, &entity_id(&owner.state.who.id));
        entity.add(place, &entity_id(&super::place(shown).id));
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
        // Of what is over the format means the last day on which a dataset had it, which is not known here.
        entity.last_seen = held.attested.filter(|_| held.end.is_none());
        for cited in export.cited(owner, held)? {
            if let Some(publisher) = &cited.publisher {
                entity.add("publisher", publisher);
            }
            if let Some(url) = &cited.url {
                entity.add("sourceUrl", url);
            }
        }
        Ok(take(entity)?)
    })
}

#[cfg(test)]
mod tests {
    use super::entity_id;

    #[test]
    fn ids_have_the_form_of_the_format() {
        let check = |id: &str, expect: &str| assert_eq!(entity_id(id), expect);
        check("NK-ann.1", "NK-ann.1");
        check("p/ann", "p-ann-db634b48394bd5cb");
        check("p-ann", "p-ann");
        check("~李安", "name-9e8b1461c7a212b8");
    }
}
