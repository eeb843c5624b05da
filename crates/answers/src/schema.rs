//! JSON Schemas of the answers, generated from their types.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

use crate::MendAnswer;

/// The verbs that answer in JSON, with the schema of each.
pub fn answers() -> Vec<(&'static str, Value)> {
    vec![
        ("person", schema::<crate::PersonAnswer>()),
        ("career", schema::<crate::CareerAnswer>()),
        ("who", schema::<crate::WhoAnswer>()),
        ("holders", schema::<crate::HoldersAnswer>()),
        ("org", schema::<crate::OrgAnswer>()),
        ("reports", schema::<crate::ReportsAnswer>()),
        ("diff", schema::<crate::DiffAnswer>()),
        ("why", schema::<crate::WhyOrEvent>()),
        ("conflicts", schema::<crate::ConflictsAnswer>()),
        ("find", schema::<crate::FindAnswer>()),
        ("moves", schema::<crate::MovesAnswer>()),
        ("log", schema::<crate::LogAnswer>()),
        ("list", schema::<crate::ListAnswer>()),
        ("status", schema::<crate::StatusAnswer>()),
        ("retract", schema::<MendAnswer>()),
        ("correct", schema::<MendAnswer>()),
        ("same", schema::<MendAnswer>()),
        ("apart", schema::<MendAnswer>()),
    ]
}

fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}
