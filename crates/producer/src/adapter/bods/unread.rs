//! What of a statement is not read.

use serde_json::{Map, Value};

use super::statement::Interest;
use crate::adapter::accounts::Accounts;

/// The fields of a statement that are read.
const STATEMENT: [&str; 8] = [
    "statementId",
    "statementDate",
    "publicationDetails",
    "recordId",
    "recordType",
    "recordStatus",
    "recordDetails",
    "annotations",
];

/// The fields that are read of what a record is about.
const PERSON: [&str; 3] = ["personType", "names", "deathDate"];
const ENTITY: [&str; 5] = ["entityType", "name", "alternateNames", "identifiers", "dissolutionDate"];
const RELATIONSHIP: [&str; 3] = ["subject", "interestedParty", "interests"];

/// The fields of an interest that are read.
const INTEREST: [&str; 4] = ["type", "directOrIndirect", "startDate", "endDate"];

/// Whether a statement is kept, or makes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Kept,
    Dropped,
}

/// Counts the interests of a statement that are no posts, each by its type, and what else of one that is kept is not
/// read.
pub(super) fn leave(statement: &Value, made: Use, accounts: &mut Accounts) {
    let record = statement["recordType"].as_str().unwrap_or_default();
    let details = &statement["recordDetails"];
    if made == Use::Kept {
        let read: &[&str] = match record {
            "person" => &PERSON,
            "entity" => &ENTITY,
            _ => &RELATIONSHIP,
        };
        leave_fields("", statement, &STATEMENT, accounts);
        leave_fields(&format!("{record}."), details, read, accounts);
    }
    for interest in details["interests"].as_array().into_iter().flatten() {
        if Interest::of_post(interest).is_some() {
            leave_fields("relationship.interests.", interest, &INTEREST, accounts);
            continue;
        }
        let kind = interest["type"].as_str().unwrap_or("of no type");
        let through = if Interest::of(kind).is_some() { ", held through others" } else { "" };
        accounts.leave(&format!("relationship.interests: {kind}{through}"));
    }
}

fn leave_fields(of: &str, value: &Value, read: &[&str], accounts: &mut Accounts) {
    for field in value.as_object().into_iter().flat_map(Map::keys).filter(|field| !read.contains(&field.as_str())) {
        accounts.leave(&format!("{of}{field}"));
    }
}
