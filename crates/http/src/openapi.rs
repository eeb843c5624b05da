//! `GET /v1/openapi.json`: what can be asked, as `OpenAPI` 3.1.
//!
//! Made of the verbs, of the fields of their questions, and of the schemas of their answers: nothing is said twice.

use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode};
use serde_json::{Map, Value, json};
use tenure_ledger::question::{NOT_OF_STATUS, Parameter, VERBS, parameters};
use tenure_render::Format;

use crate::api::FORMAT;
use crate::response;

/// Serves the document.
pub(crate) async fn serve() -> Response<Body> {
    static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| format!("{}\n", document()).into());
    response::of(StatusCode::OK, "application/json", DOCUMENT.clone())
}

/// The document.
fn document() -> Value {
    let mut schemas = Map::new();
    let mut paths = Map::new();
    let answers = tenure_answers::schema::answers();
    for (verb, about) in VERBS {
        if let Some((_, schema)) = answers.iter().find(|(of, _)| *of == verb) {
            adopt(&mut schemas, verb, schema.clone());
        }
        paths.insert(format!("/v1/{verb}"), json!({"get": operation(verb, about)}));
    }
    schemas.insert("Error".to_owned(), error());
    paths.insert("/v1/changes".to_owned(), json!({"get": listening()}));
    for (form, content) in [("atom", "application/atom+xml"), ("json", "application/feed+json")] {
        paths.insert(format!("/v1/feed.{form}"), json!({"get": feed(form, content)}));
    }
    paths.insert("/v1/events".to_owned(), json!({"post": posting()}));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tenure",
            "summary": "Who was where, what was known then, and which sources say so",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    })
}

/// Takes a schema in under a name, and what it defines for itself beside it.
fn adopt(schemas: &mut Map<String, Value>, name: &str, mut schema: Value) {
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("$schema");
        if let Some(Value::Object(own)) = schema.shift_remove("$defs") {
            for (name, mut definition) in own {
                refer(&mut definition);
                schemas.insert(name, definition);
            }
        }
    }
    refer(&mut schema);
    schemas.insert(format!("answer_{name}"), schema);
}

/// Has references lead to where the definitions are now.
fn refer(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let (Value::String(to), "$ref") = (&mut *value, name.as_str()) {
                    *to = to.replace("#/$defs/", "#/components/schemas/");
                } else {
                    refer(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(refer),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn operation(verb: &str, about: &str) -> Value {
    let applies = |field: &&Parameter| verb != "status" || !NOT_OF_STATUS.contains(&&*field.name);
    let parameters: Vec<Value> = parameters(verb).iter().filter(applies).map(parameter).chain([format()]).collect();
    json!({
        "operationId": verb,
        "summary": about,
        "parameters": parameters,
        "responses": responses(&json!({
            "description": "The answer, as `tenure --format json` prints it",
            "headers": {
                "ETag": {"description": "Of the position and digest of the ledger", "schema": {"type": "string"}},
                "Tenure-Basis": {"description": "On what the answer rests, as a string of JSON", "schema": {"type": "string"}},
                "Tenure-Notice": {"description": "What an asker should know, as a string of JSON", "schema": {"type": "string"}},
            },
            "content": {
                "application/json": {"schema": {"$ref": format!("#/components/schemas/answer_{verb}")}},
                "application/x-ndjson": {"schema": {"type": "string"}},
                "text/csv": {"schema": {"type": "string"}},
                "text/plain": {"schema": {"type": "string"}},
            },
        })),
    })
}

/// How the answer is written.
fn format() -> Value {
    let words = Format::WORDS.map(|(word, _)| word);
    json!({
        "name": FORMAT, "in": "query", "description": "How the answer is written, as with `--format`", "required": false,
        "schema": {"type": "string", "enum": words, "default": "json"},
    })
}

fn parameter(field: &Parameter) -> Value {
    let mut parameter = json!({
        "name": field.name, "in": "query", "description": field.about, "required": field.required,
        "schema": without_null(&field.schema),
    });
    if field.is_list() {
        parameter["style"] = "form".into();
        parameter["explode"] = true.into();
    }
    parameter
}

/// The schema of a field in an address, where nothing stands for what is left out.
fn without_null(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(types) = schema["type"].as_array().cloned() {
        let types: Vec<Value> = types.into_iter().filter(|one| one != "null").collect();
        schema["type"] = match types.as_slice() {
            [one] => one.clone(),
            _ => types.into(),
        };
    }
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    if let Some(any) = schema["anyOf"].as_array().cloned() {
        let any: Vec<Value> = any.into_iter().filter(|one| one["type"] != "null").collect();
        if let [one] = any.as_slice() {
            schema = one.clone();
        }
    }
    if let Some(schema) = schema.as_object_mut() {
        if schema.get("default").is_some_and(Value::is_null) {
            schema.shift_remove("default");
        }
        for absent in ["type", "anyOf"] {
            if schema.get(absent).is_some_and(Value::is_null) {
                schema.shift_remove(absent);
            }
        }
    }
    schema
}

/// The responses that questions have in common, beside the one that answers.
fn responses(answer: &Value) -> Value {
    let error = |about: &str| {
        json!({
            "description": about,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        })
    };
    json!({
        "200": answer,
        "304": {"description": "What the asker has still stands"},
        "400": error("The question is wrong in itself"),
        "401": error("This takes a token"),
        "404": error("Nobody and nothing is meant"),
        "409": error("Several are meant: `candidates` names them"),
        "414": {"description": "The address is too long"},
        "421": error("The host is not this server"),
        "431": {"description": "The head of the request is too long"},
        "500": error("The ledger failed"),
        "503": error("Too much is under way"),
        "504": error("The ledger has not come to the basis asked for, or the answer takes too long"),
    })
}

fn error() -> Value {
    json!({
        "type": "object",
        "required": ["error", "hint", "exit"],
        "properties": {
            "error": {"type": "string", "description": "What is wrong, and where"},
            "hint": {"type": ["string", "null"], "description": "What to do"},
            "exit": {"type": "integer", "minimum": 1, "maximum": 8, "description": "The exit code of the command"},
            "kind": {
                "type": "string",
                "description": "`not_found`, `ambiguous`, `too_deep`, or `later`: the same question may be answered later",
            },
            "candidates": {"type": "array", "items": {"type": "object", "required": ["id", "name", "kind"]}},
        },
    })
}

/// Whom or what a stream or a feed is about.
fn about() -> [Value; 2] {
    let about = [
        ("target", "Only of this person, unit or company"),
        ("company", "The company whose unit is meant by the name of a unit in `target`"),
    ];
    about.map(|(name, about)| {
        json!({"name": name, "in": "query", "description": about, "required": false, "schema": {"type": "string"}})
    })
}

fn listening() -> Value {
    let after = json!({
        "name": "after", "in": "query", "description": "From after this position on; `Last-Event-ID` goes before it",
        "required": false, "schema": {"type": "integer", "minimum": 0},
    });
    let [target, company] = about();
    json!({
        "operationId": "changes",
        "summary": "What the ledger takes in, as it is applied",
        "parameters": [target, company, after],
        "responses": responses(&json!({
            "description": "Events named `change`, each an object of JSON; `many` where they are too many to be told one by one",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        })),
    })
}

fn feed(form: &str, content: &str) -> Value {
    let schema = if form == "json" { json!({"type": "object"}) } else { json!({"type": "string"}) };
    json!({
        "operationId": format!("feed_{form}"),
        "summary": "The last events by when they were recorded",
        "parameters": about(),
        "responses": responses(&json!({"description": "The feed", "content": {content: {"schema": schema}}})),
    })
}

fn posting() -> Value {
    let count = json!({"type": "integer", "minimum": 0});
    let mut responses = responses(&json!({
        "description": "What became of the events",
        "content": {"application/json": {"schema": {
            "type": "object",
            "required": ["appended", "duplicate", "rejected", "seq", "rejects"],
            "properties": {
                "appended": count, "duplicate": count, "rejected": count,
                "seq": {"type": ["integer", "null"], "minimum": 0, "description": "Null where it is not known"},
                "rejects": {"type": "array", "items": {"type": "object"}},
            },
        }}},
    }));
    let error = json!({
        "description": "This server takes no events",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    });
    responses["403"] = error;
    for (status, what) in [("413", "The body has too many bytes"), ("415", "The body is compressed")] {
        responses[status] = json!({
            "description": what,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        });
    }
    json!({
        "operationId": "append",
        "summary": "Take events in: one object of JSON a line",
        "security": [{"token": []}],
        "requestBody": {"required": true, "content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
        "responses": responses,
    })
}
