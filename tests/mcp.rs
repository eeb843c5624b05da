//! The ledger for agents, driven by the official client of the protocol; and what checkers say of the API.
//!
//! Needs what `.ci/doors-venv` fetches. Where that cannot be had, these tests say so and check nothing.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

#[path = "doors/fetched.rs"]
mod fetched;
#[path = "toy/shell.rs"]
mod shell;
#[path = "doors/site.rs"]
mod site;

use std::process::Command;

use fetched::{done, fetched};
use shell::{Shell, TENURE, file, times};
use site::Site;

fn demo() -> Shell {
    let shell = Shell::new();
    shell.run(&["demo"]).well();
    shell
}

#[test]
fn an_agent_drives_every_tool() {
    let Some(python) = fetched() else { return };
    let shell = demo();
    let mut agent = Command::new(&python);
    agent.arg(file("doors/agent.py")).args(["stdio", TENURE]).arg(shell.data());
    assert!(done(&mut agent).starts_with("driven 8 tools"));
}

#[test]
fn several_agents_drive_the_tools_of_a_server() {
    let Some(python) = fetched() else { return };
    let site = Site::serve(demo(), &[]);
    let address = format!("http://{}", site.address);
    let drive = || {
        let mut agent = Command::new(&python);
        agent.arg(file("doors/agent.py")).args(["http", &address]);
        assert!(done(&mut agent).starts_with("driven 8 tools"));
    };
    std::thread::scope(|scope| {
        scope.spawn(drive);
        scope.spawn(drive);
    });
}

#[test]
fn who_hangs_up_or_talks_nonsense_ends_the_conversation() {
    let shell = demo();
    assert_eq!(shell.run(&["mcp"]).exit, Some(0));
    let run = shell.fed(&["mcp"], b"nonsense\n");
    assert!(run.exit.is_some_and(|exit| exit < 2) && !run.err.contains("panicked"), "{run:?}");
    assert_eq!(Shell::new().run(&["mcp"]).exit, Some(5), "there is no ledger");
}

#[test]
fn readers_of_feeds_read_those_of_a_person_a_unit_a_company_and_the_ledger() {
    let Some(python) = fetched() else { return };
    let site = Site::serve(demo(), &[]);
    let mut reader = Command::new(&python);
    reader.arg(file("doors/feeds.py")).arg(format!("http://{}", site.address));
    reader.args(["steven-hoi", "alibaba/tongyi", "Alibaba"]);
    assert_eq!(done(&mut reader), "read 4 feeds\n");
}

#[test]
fn the_description_of_the_api_is_sound_and_holds() {
    let Some(python) = fetched() else { return };
    let site = Site::serve(demo(), &[]);
    let document = site.get("/v1/openapi.json");
    site.shell.write("openapi.json", &document.body);
    let path = site.shell.dir().join("openapi.json");
    done(Command::new(&python).args(["-m", "openapi_spec_validator"]).arg(&path));
    // Without what makes a question wait for a position that never comes.
    let mut document = document.json();
    for (_, path) in document["paths"].as_object_mut().unwrap() {
        let parameters = path.get_mut("get").and_then(|get| get["parameters"].as_array_mut());
        if let Some(parameters) = parameters {
            parameters.retain(|field| field["name"] != "after" && field["name"] != "wait_ms");
        }
    }
    site.shell.write("openapi.json", document.to_string());
    let mut fuzzer = Command::new(&python);
    fuzzer.args(["-m", "schemathesis.cli", "run"]).arg(&path).args(["--url", &format!("http://{}", site.address)]);
    // Changes are a stream without end, and events are not taken in here.
    fuzzer.args([
        "--exclude-path",
        "/v1/changes",
        "--exclude-path",
        "/v1/events",
        "--max-examples",
        if times() > 1 { "15" } else { "5" },
        "--seed",
        "1",
    ]);
    fuzzer.args([
        "--checks",
        "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
    ]);
    fuzzer.args(["--phases", "fuzzing", "--no-color"]).current_dir(site.shell.dir());
    done(&mut fuzzer);
}
