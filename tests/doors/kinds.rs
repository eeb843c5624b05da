//! Questions that have no answer, each with the exit code of the command and a part of what is said, at whatever door.

use serde_json::{Map, Value, json};

/// A question without an answer.
pub(crate) struct Kind {
    pub(crate) verb: &'static str,
    pub(crate) fields: Map<String, Value>,
    pub(crate) exit: u64,
    pub(crate) says: &'static str,
}

/// The question with its verb, as JSON.
impl Kind {
    pub(crate) fn line(&self) -> Value {
        let verb = [("verb".to_owned(), Value::from(self.verb))];
        Value::Object(verb.into_iter().chain(self.fields.clone()).collect())
    }

    /// As the parameters of an address; none where these cannot say it.
    pub(crate) fn address(&self) -> Option<String> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.fields {
            let is_list = matches!(name.as_str(), "source" | "type");
            let texts = if let Value::Array(all) = value
                && is_list
            {
                all.iter().collect()
            } else {
                vec![value]
            };
            for text in texts {
                match text {
                    Value::String(text) => query.append_pair(name, text),
                    Value::Bool(flag) => query.append_pair(name, &flag.to_string()),
                    Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_) => {
                        return None;
                    }
                };
            }
        }
        Some(format!("/v1/{}?{}", self.verb, query.finish()))
    }

    /// The status of HTTP that goes with the exit code.
    pub(crate) fn status(&self) -> u16 {
        match self.exit {
            2 => 400,
            3 => 404,
            4 => 409,
            6 => 504,
            other => panic!("no kind ends with {other}"),
        }
    }

    /// What it is, for who reads that it failed.
    pub(crate) fn shown(&self) -> String {
        self.line().to_string().chars().take(120).collect()
    }
}

/// The kinds.
pub(crate) fn kinds() -> Vec<Kind> {
    let long = "x".repeat(1_101);
    let names = |name: &str, exit, says| ("person", json!({ "person": name }), exit, says);
    let with = |field: &str, text: &str, exit, says| ("person", json!({"person": "Ann Lee", field: text}), exit, says);
    let mut all = vec![
        names("", 2, ""),
        names("\u{0}", 3, ""),
        names("💩", 3, ""),
        names("Zq Zq", 3, "nothing in this ledger is called"),
        names("Ann Leee", 3, "did you mean `Ann Lee`?"),
        names("Kestrel", 3, "Kestrel"),
        names("../../etc/passwd", 3, "passwd"),
        names("'; DROP TABLE people;", 3, "DROP TABLE"),
        names("<script>alert(1)</script>", 3, "script"),
        names("eeL nnA\u{202e}", 3, ""),
        names("$(reboot)", 3, "reboot"),
        names(&long, 2, "may have 1100"),
        with("at", "now", 2, "not a calendar day"),
        with("at", "2024-13", 2, "not a calendar day"),
        with("at", "2024-02-30", 2, "not a calendar day"),
        with("at", "20240101", 2, "20240101"),
        with("at", "-30x", 2, "-30x"),
        with("at", "2023..2024", 2, "this question is about one point"),
        with("known", "soon", 2, "neither a day nor an instant"),
        with("known", "2024-01-01T25:00:00Z", 2, "neither a day nor an instant"),
        with("known", "2023..2024", 2, "this question is about one point"),
        with("recorded", "-1", 2, "neither a position nor an instant"),
        with("recorded", "1.5", 2, "neither a position nor an instant"),
        with("recorded", "99999", 6, "the ledger ends at position"),
        with("min_confidence", "sure", 2, "sure"),
        with("seen_within", "long", 2, "seen-within"),
        with("company", "Nowhere", 3, "Nowhere"),
        with("colour", "red", 2, "colour"),
        with("persn", "Ann Lee", 2, "did you mean `person`?"),
        ("person", json!({"person": "Ann Lee", "source": vec!["A"; 101]}), 2, "lists 101"),
        ("person", json!({}), 2, "person"),
        ("person", json!({"persn": "Ann Lee"}), 2, "persn"),
        ("person", json!({"unit": "Kestrel"}), 2, "unit"),
        ("who", json!({}), 2, "unit"),
        ("who", json!({"unit": "Nowhere"}), 3, "Nowhere"),
        ("who", json!({"unit": "Ann Lee"}), 3, "Ann Lee"),
        ("who", json!({"unit": "Kestrel", "sort": "size"}), 2, "size"),
        ("who", json!({"unit": "Kestrel", "lead": "perhaps"}), 2, "perhaps"),
        ("who", json!({"unit": "Kestrel", "direct": "perhaps"}), 2, "perhaps"),
        ("who", json!({"unit": "Vision", "company": "Nowhere"}), 3, "Nowhere"),
        ("org", json!({}), 2, "unit"),
        ("org", json!({"unit": "Ann Lee"}), 3, "Ann Lee"),
        ("org", json!({"unit": "Kestrel", "sort": "colour"}), 2, "colour"),
        ("holders", json!({}), 2, "unit"),
        ("holders", json!({"unit": "Vision", "since": "2024", "until": "2023"}), 2, "lies after"),
        ("holders", json!({"unit": "Vision", "since": "soon"}), 2, "soon"),
        ("holders", json!({"unit": "Vision", "gaps": "perhaps"}), 2, "perhaps"),
        ("diff", json!({}), 2, "target"),
        ("diff", json!({"target": "Ann Lee"}), 2, "two points"),
        ("diff", json!({"target": "Ann Lee", "at": "2024-05-01..2023-05-01"}), 2, "reversed"),
        ("diff", json!({"target": "Ann Lee", "at": ".."}), 2, "at least one end"),
        ("diff", json!({"target": "Nobody", "at": "2023..2024"}), 3, "Nobody"),
        ("why", json!({}), 2, "of"),
        ("why", json!({"of": "#1000000"}), 3, "1000000"),
        ("why", json!({"of": "#x"}), 3, "#x"),
        ("why", json!({"of": "nothing"}), 3, "nothing"),
        ("why", json!({"of": "p/lee@0000"}), 3, "p/lee@0000"),
        ("conflicts", json!({"target": "Nobody"}), 3, "Nobody"),
        ("conflicts", json!({"of": "Ann Lee"}), 2, "of"),
        ("find", json!({}), 2, "name"),
        ("find", json!({"name": "!"}), 2, "no letter"),
        ("find", json!({"name": "a", "limit": "many"}), 2, "many"),
        ("find", json!({"name": "a", "limit": "-1"}), 2, "-1"),
        ("find", json!({"name": long}), 2, "may have 1100"),
        ("log", json!({"type": ["Jined"]}), 2, "no such type"),
        ("log", json!({"since": "soon"}), 2, "soon"),
        ("log", json!({"target": "Nobody"}), 3, "Nobody"),
        ("log", json!({"quarantined": true, "target": "Ann Lee"}), 2, "`target` chooses by what events say"),
        ("log", json!({"quarantined": true, "type": ["JoinedCompany"]}), 2, "`type` chooses"),
        ("log", json!({"quarantined": true, "known": "2024"}), 2, "`known` chooses"),
        ("list", json!({}), 2, "what"),
        ("list", json!({"what": "cars"}), 2, "cars"),
        ("moves", json!({"since": "2024", "until": "2023"}), 2, "lies after"),
        ("moves", json!({"from": "Nowhere"}), 3, "Nowhere"),
        ("reports", json!({"person": "Ann Lee", "direction": "sideways"}), 2, "sideways"),
        ("career", json!({"person": "Kestrel"}), 3, "Kestrel"),
        // What an address cannot say: there all is text.
        ("person", json!({"person": 7}), 2, "7"),
        ("person", json!({"person": null}), 2, "person"),
        ("person", json!({"person": ["Ann Lee"]}), 2, "takes a text"),
        ("person", json!({"person": {"name": "Ann Lee"}}), 2, "takes a text"),
        ("person", json!({"person": "Ann Lee", "at": 20_240_601}), 2, "20240601"),
        ("who", json!({"unit": "Kestrel", "lead": 1}), 2, "1"),
        ("find", json!({"name": "a", "limit": -1}), 2, "-1"),
        ("find", json!({"name": "a", "limit": 1.5}), 2, "1.5"),
    ];
    all.drain(..)
        .map(|(verb, fields, exit, says)| {
            let Value::Object(fields) = fields else { unreachable!("the fields are an object") };
            Kind { verb, fields, exit, says }
        })
        .collect()
}
