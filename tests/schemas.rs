//! The schemas of the answers are those of the types, and the answers of the binary pass them.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/answers")
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    let bless = std::env::var_os("TENURE_BLESS").is_some();
    let mut names = Vec::new();
    for (verb, schema) in tenure_answers::schema::answers() {
        let file = schemas().join(format!("{verb}.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if bless {
            std::fs::create_dir_all(schemas()).unwrap();
            std::fs::write(&file, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(committed, text, "{} differs; write it with TENURE_BLESS=1", file.display());
        names.push(format!("{verb}.json"));
    }
    for entry in std::fs::read_dir(schemas()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(names.contains(&name), "{name} is the schema of no answer");
    }
}

const EVENTS: &str = r#"
{"id":"f","type":"UnitFormed","company":"Acme","unit":"Search","kind":"lab","effective":"2023-01-01","reported_at":"2023-01-02","source":"News"}
{"id":"j","type":"JoinedCompany","person":"Ann Lee","company":"Acme","unit":"Search","title":"Engineer","lead":true,"reports_to":"Bo Chen","effective":"2024-01-01","reported_at":"2024-01-10","source":"News"}
{"id":"k","type":"JoinedCompany","person":"Ann Lee","company":"Acme","unit":"Ads","effective":"2024-02","reported_at":"2024-02-10","source":{"publisher":"Other","url":"https://other.example/1"}}
{"id":"b","type":"AppointedToPost","person":"Bo Chen","company":"Acme","unit":"Search","title":"Head","lead":true,"effective":"2024-01-01","reported_at":"2024-01-10","source":"News"}
{"id":"t","type":"TransferredUnit","person":"Ann Lee","company":"Acme","to_unit":"Lab","effective":"2024-03","reported_at":"2024-03-10","source":"News"}
{"id":"u","type":"TransferredUnit","person":"Ann Lee","company":"Acme","to_unit":"Lab","effective":"2024-03-05","reported_at":"2024-04-10","source":"News","corrects":"t"}
{"id":"l","type":"LeftCompany","person":"Bo Chen","company":"Acme","effective":"2024-06-01","reported_at":"2024-06-02","source":"News"}
"#;

#[test]
fn answers_pass_their_schemas() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("events.ndjson");
    std::fs::write(&file, EVENTS).unwrap();
    let tenure = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_tenure"))
            .arg("--data")
            .arg(dir.path().join("data"))
            .args(["--format", "json"])
            .args(args)
            .env_remove("TENURE_DATA")
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    tenure(&["ingest", file.to_str().unwrap()]);
    let questions: [&[&str]; 18] = [
        &["person", "Ann Lee", "--at", "2024-03-01"],
        &["person", "Ann Lee", "--at", "2024-03-01", "--known", "2023-01-01"],
        &["career", "Ann Lee"],
        &["who", "Acme", "--at", "2024-03-03"],
        &["holders", "Search"],
        &["org", "Acme", "--at", "2024-03-03"],
        &["reports", "Ann Lee", "--at", "2024-02-01"],
        &["reports", "Bo Chen", "--down", "--at", "2024-02-01"],
        &["diff", "Ann Lee", "--at", "2024-01-15..2024-04-01"],
        &["diff", "Acme", "--at", "2022-01-15..2024-07-01", "--known", "2024-01-01..2024-07-01"],
        &["why", "Ann Lee", "--at", "2024-04-01"],
        &["why", "Ann Lee", "--at", "2020-04-01"],
        &["conflicts"],
        &["find", "ann"],
        &["moves"],
        &["moves", "--by", "quarter"],
        &["log"],
        &["status"],
    ];
    for question in questions {
        let schema: Value =
            serde_json::from_str(&std::fs::read_to_string(schemas().join(format!("{}.json", question[0]))).unwrap())
                .unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let answer = tenure(question);
        let errors: Vec<String> =
            validator.iter_errors(&answer).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{question:?}: {errors:#?}");
    }
}
