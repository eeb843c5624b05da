//! The tools: which question each asks, and how it is described to agents.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value, json};
use tenure_domain::suggest;
use tenure_ledger::QuestionError;
use tenure_ledger::question::{Parameter, parameters};

use crate::paging::Paged;

/// A tool.
pub(crate) struct ToolOf {
    pub(crate) name: &'static str,
    title: &'static str,
    about: &'static str,
    /// The verbs that it asks.
    pub(crate) verbs: &'static [&'static str],
    /// Fields that it asks with where the agent leaves them out.
    filled: &'static [&'static str],
    /// Of what it gives pages.
    pub(crate) paged: Paged,
}

/// All tools.
pub(crate) static TOOLS: [ToolOf; 8] = [
    ToolOf {
        name: "find",
        title: "Find",
        about: "Search people, units, companies and titles by a name in any script or spelling. Gives ids to ask on with.",
        verbs: &["find"],
        filled: &[],
        paged: Paged::Search,
    },
    ToolOf {
        name: "person",
        title: "Person",
        about: "The posts that a person holds on a day, and the person's whole career, with what sources disagree on.",
        verbs: &["person", "career"],
        filled: &[],
        paged: Paged::Lists,
    },
    ToolOf {
        name: "who",
        title: "Who is there",
        about: "The people of a unit or company on a day, leads first; its sub-units too, unless `direct`.",
        verbs: &["who"],
        filled: &[],
        paged: Paged::Rows,
    },
    ToolOf {
        name: "org",
        title: "Org chart",
        about: "The units below a unit or company on a day, with leads and headcounts.",
        verbs: &["org"],
        filled: &[],
        paged: Paged::Chart,
    },
    ToolOf {
        name: "holders",
        title: "Holders of a post",
        about: "Everyone who ever held a post in a unit or company, in order, and when nobody did. Name the post with `title`, \
                or with `lead` for who led.",
        verbs: &["holders"],
        filled: &["gaps"],
        paged: Paged::Rows,
    },
    ToolOf {
        name: "diff",
        title: "What changed",
        about: "What changed about a person, unit or company between two points. `at` as D1..D2: what happened. `known` as \
                K1..K2: what was learned.",
        verbs: &["diff"],
        filled: &[],
        paged: Paged::Lists,
    },
    ToolOf {
        name: "why",
        title: "Evidence",
        about: "The sources behind a person's post on a day or behind one tenure, and those that say otherwise; or what one \
                event says and what became of it.",
        verbs: &["why"],
        filled: &[],
        paged: Paged::Lists,
    },
    ToolOf {
        name: "conflicts",
        title: "Contradictions",
        about: "What sources disagree on, missing links and ambiguous names: of a person, unit or company, or of all.",
        verbs: &["conflicts"],
        filled: &[],
        paged: Paged::Lists,
    },
];

/// Fields of questions that are not for agents: they are about services and layout.
const NOT_OFFERED: [&str; 3] = ["after", "wait_ms", "row_names"];

impl ToolOf {
    /// The tool as agents see it.
    pub(crate) fn described(&self) -> Tool {
        static TOLD: LazyLock<BTreeMap<&str, Tool>> =
            LazyLock::new(|| TOOLS.iter().map(|tool| (tool.name, tool.describe())).collect());
        TOLD[self.name].clone()
    }

    fn describe(&self) -> Tool {
        let annotations = ToolAnnotations::with_title(self.title).read_only(true).idempotent(true).open_world(false);
        Tool::new(self.name, self.about, Arc::new(self.input()))
            .with_raw_output_schema(Arc::new(self.output()))
            .with_annotations(annotations)
    }

    /// Whether it takes these arguments; else what is wrong, and what to do. A question has fields that are not for agents.
    pub(crate) fn takes(&self, arguments: &Map<String, Value>) -> Result<(), (String, String)> {
        let described = self.described();
        let fields =
            || described.input_schema["properties"].as_object().into_iter().flat_map(Map::keys).map(String::as_str);
        let Some(other) = arguments.keys().find(|given| fields().all(|field| field != given.as_str())) else {
            return Ok(());
        };
        let hint = match suggest::nearest(other, fields()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its fields are {}", fields().collect::<Vec<_>>().join(", ")),
        };
        let shown: String = other.chars().take(100).collect();
        Err((format!("the tool `{}` has no field `{shown}`", self.name), hint))
    }

    /// Why an agent asks no question, without the fields that are not for agents.
    pub(crate) fn offered(mut error: QuestionError) -> QuestionError {
        if let QuestionError::Unfit { fields, .. } | QuestionError::NoField { fields, .. } = &mut error {
            fields.retain(|field| !NOT_OFFERED.contains(field));
        }
        error
    }

    /// Fills in what the tool asks with where the agent does not say.
    pub(crate) fn fill(&self, arguments: &mut Map<String, Value>) {
        for field in self.filled {
            arguments.entry(*field).or_insert(Value::Bool(true));
        }
    }

    fn input(&self) -> Map<String, Value> {
        let fields = parameters(self.verbs[0]).iter().filter(|field| !NOT_OFFERED.contains(&field.name.as_str()));
        let mut properties = Map::new();
        let mut required = Vec::new();
        for Parameter { name, about, schema, required: must } in fields {
            let mut schema = schema.clone();
            schema["description"] = about.as_str().into();
            if self.filled.contains(&name.as_str()) {
                schema["default"] = true.into();
            }
            properties.insert(name.clone(), schema);
            required.extend(must.then(|| Value::from(name.as_str())));
        }
        if self.paged != Paged::Search {
            let limit = json!({
                "type": "integer", "minimum": 1, "maximum": 500, "default": 50,
                "description": "How many of each list to give",
            });
            properties.insert("limit".to_owned(), limit);
        }
        if matches!(self.paged, Paged::Rows | Paged::Lists) {
            let offset =
                json!({"type": "integer", "minimum": 0, "default": 0, "description": "From which one of each list on"});
            properties.insert("offset".to_owned(), offset);
        }
        object(
            &json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false}),
        )
    }

    fn output(&self) -> Map<String, Value> {
        let answers = tenure_answers::schema::answers();
        let mut definitions = Map::new();
        let mut of_verb = |verb: &str| {
            let mut schema =
                answers.iter().find(|(of, _)| *of == verb).map(|(_, schema)| schema.clone()).unwrap_or_default();
            if let Some(schema) = schema.as_object_mut() {
                schema.shift_remove("$schema");
                if let Some(Value::Object(own)) = schema.shift_remove("$defs") {
                    definitions.extend(own);
                }
            }
            schema
        };
        let answer = match self.verbs {
            [one] => of_verb(one),
            several => {
                let properties: Map<String, Value> =
                    several.iter().map(|verb| ((*verb).to_owned(), of_verb(verb))).collect();
                json!({"type": "object", "properties": properties, "required": several})
            }
        };
        object(&json!({
            "type": "object",
            "properties": {
                "basis": {"type": ["string", "null"], "description": "On what the answer rests"},
                "notices": {"type": "array", "items": {"type": "string"}, "description": "What to know beside the answer"},
                "answer": answer,
                "left_out": {
                    "type": "object", "additionalProperties": {"type": "integer"},
                    "description": "Of each list, how many are left out here: ask on with `offset`, of a search or a chart with a larger `limit`, or about less",
                },
            },
            "required": ["basis", "notices", "answer", "left_out"],
            "$defs": definitions,
        }))
    }
}

fn object(schema: &Value) -> Map<String, Value> {
    schema.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_takes_the_clocks_and_says_what_it_gives() {
        for tool in &TOOLS {
            let described = tool.describe();
            for clock in ["at", "known", "recorded", "source"] {
                assert!(described.input_schema["properties"].get(clock).is_some(), "{}: {clock}", tool.name);
            }
            let output = described.output_schema.expect("it says what it gives");
            let text = Value::Object((*output).clone()).to_string();
            for reference in text.split("#/$defs/").skip(1) {
                let name = reference.split('"').next().unwrap_or_default();
                assert!(output["$defs"].get(name).is_some(), "{}: {name} is defined", tool.name);
            }
        }
    }
}
