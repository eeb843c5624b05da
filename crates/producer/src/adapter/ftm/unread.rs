//! What of an entity is not read.

use super::Edge;
use super::entity::{Entity, kind};
use crate::adapter::claims::Claims;

/// The properties of descriptions that are read.
const DESCRIBED: [&str; 17] = [
    "name",
    "alias",
    "previousName",
    "weakAlias",
    "abbreviation",
    "deathDate",
    "dissolutionDate",
    "organization",
    "country",
    "sourceUrl",
    "publisherUrl",
    "retrievedAt",
    "wikidataId",
    "leiCode",
    "dunsCode",
    "permId",
    "cikCode",
];

/// The properties of posts that are read, beside who holds them and where.
const POSTS: [&str; 14] = [
    "role",
    "startDate",
    "endDate",
    "periodStart",
    "periodEnd",
    "electionDate",
    "declarationDate",
    "date",
    "status",
    "constituency",
    "sourceUrl",
    "publisherUrl",
    "retrievedAt",
    "ogrnCode",
];

/// Counts what of an entity is not read: its properties, or all of it. Whether any of it is read.
pub(super) fn leave(entity: &Entity, edge: Option<&Edge>, claims: &mut Claims<'_>) -> bool {
    let is_described =
        matches!(entity.schema.as_str(), "Person" | "Position" | "LegalEntity") || kind(&entity.schema).is_some();
    if edge.is_none() && !is_described {
        claims.accounts().drop_record(&format!("the schema {} puts nobody in a post", entity.schema));
        return false;
    }
    for property in entity.properties.keys().map(String::as_str) {
        let read = match edge {
            Some(edge) => property == edge.person || property == edge.place || POSTS.contains(&property),
            None if matches!(property, "parent" | "classification") => entity.is_unit(),
            None => DESCRIBED.contains(&property) || property == "ogrnCode",
        };
        if !read {
            claims.accounts().leave(&format!("{}.{property}", entity.schema));
        }
        // A post has one title and is in one company.
        let is_single = entity.schema == "Position" && matches!(property, "name" | "organization" | "country");
        for _ in entity.values(property).iter().skip(1).filter(|_| is_single) {
            claims.accounts().leave(&format!("Position.{property}, beyond the first"));
        }
    }
    true
}
