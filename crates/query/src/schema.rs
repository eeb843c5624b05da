//! JSON Schemas of the answers, generated from their types.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

use crate::answer;
use crate::effects::MendAnswer;

/// The verbs that answer in JSON, with the schema of each.
pub fn answers() -> Vec<(&'static str, Value)> {
    vec![
        ("person", schema::<answer::PersonAnswer>()),
        ("career", schema::<answer::CareerAnswer>()),
        ("who", schema::<answer::WhoAnswer>()),
        ("holders", schema::<answer::HoldersAnswer>()),
        ("org", schema::<answer::OrgAnswer>()),
        ("reports", schema::<answer::ReportsAnswer>()),
        ("diff", schema::<answer::DiffAnswer>()),
        ("why", schema::<answer::WhyOrEvent>()),
        ("conflicts", schema::<answer::ConflictsAnswer>()),
        ("find", schema::<answer::FindAnswer>()),
        ("moves", schema::<answer::MovesAnswer>()),
        ("log", schema::<answer::LogAnswer>()),
        ("list", schema::<answer::ListAnswer>()),
        ("status", schema::<answer::StatusAnswer>()),
        ("retract", schema::<MendAnswer>()),
        ("correct", schema::<MendAnswer>()),
        ("same", schema::<MendAnswer>()),
        ("apart", schema::<MendAnswer>()),
    ]
}

fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}
