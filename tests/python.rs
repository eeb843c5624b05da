//! The Python module, on a directory, over HTTP and over NATS; and its types, as a checker reads them.
//!
//! Needs what `.ci/doors-venv` fetches. Where that cannot be had, these tests say so and check nothing.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

#[path = "doors/fetched.rs"]
mod fetched;
#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;
#[path = "doors/site.rs"]
mod site;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use fetched::{done, fetched};
use server::{Server, Setup};
use shell::{Shell, TENURE, file};
use site::Site;

const TOKEN: &str = "a-token-of-the-tests-0123456789";

/// A Python that finds the module.
fn with_module(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.env("PYTHONPATH", file("../python")).current_dir(file(".."));
    command
}

#[test]
fn the_module_asks_and_appends_by_the_command_and_over_http() {
    let Some(python) = fetched() else { return };
    let world = file("toy/world.ndjson");
    let shell = Shell::of(&std::fs::read_to_string(&world).unwrap());
    let token = shell.dir().join("token");
    std::fs::write(&token, TOKEN).unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    let site = Site::serve(shell, &["--http-write-token", token.to_str().unwrap()]);
    let mut run = with_module(&python);
    run.arg(file("doors/module.py")).args([TENURE]).arg(world);
    run.args([&format!("http://{}", site.address), TOKEN]);
    assert_eq!(done(&mut run), "driven the command\ndriven a server\n");
}

#[test]
fn the_module_asks_over_nats() {
    let Some(python) = fetched() else { return };
    let server = Server::start(&Setup::default());
    let _site = Site::serve(Shell::new(), &["--nats", &server.url()]);
    let program = "
import sys
from tenure import Ledger, NotFoundError
with Ledger(sys.argv[1], command=sys.argv[2]) as ledger:
    event = {'type': 'JoinedCompany', 'person': 'Zoe', 'company': 'Kestrel', 'effective': '2024-05', 'source': 'News'}
    seq = ledger.append([event])['seq']
    print(ledger.person('Zoe', at='2024-06-01', after=seq, wait_ms=30_000)['positions'][0]['company']['name'])
    try:
        ledger.person('Nobody')
    except NotFoundError:
        print('not found')
";
    let mut run = with_module(&python);
    run.args(["-c", program, &server.url(), TENURE]);
    assert_eq!(done(&mut run), "Kestrel\nnot found\n");
}

#[test]
fn the_types_of_the_module_are_sound_and_refuse_what_it_does() {
    let Some(python) = fetched() else { return };
    for checked in ["../python/tenure", "doors/typed.py"] {
        let mut check = with_module(&python);
        check.env("MYPYPATH", file("../python"));
        // The checker keeps what it has found beside the ledgers of the tests.
        let cache = tempfile::tempdir().unwrap();
        check.args(["-m", "mypy", "--strict", "--cache-dir"]).arg(cache.path()).arg(file(checked));
        assert!(done(&mut check).starts_with("Success"));
    }
}

#[test]
fn what_the_page_on_python_shows_is_so() {
    let Some(python) = fetched() else { return };
    let shell = Shell::new();
    shell.run(&["--data", "demo-data", "demo"]).well();
    // The end of a block is not what its last line prints.
    let program = "
import doctest, pathlib, sys
text = pathlib.Path(sys.argv[1]).read_text().replace('```', '')
runner = doctest.DocTestRunner()
runner.run(doctest.DocTestParser().get_doctest(text, {}, 'page', sys.argv[1], 0))
print(runner.summarize())
";
    let mut run = with_module(&python);
    let command = Path::new(TENURE).parent().unwrap().to_str().unwrap();
    let path = format!("{command}:{}", std::env::var("PATH").unwrap());
    run.args(["-c", program]).arg(file("../docs/python.md")).current_dir(shell.dir()).env("PATH", path);
    let told = done(&mut run);
    assert!(told.contains("failed=0") && !told.contains("attempted=0"), "{told}");
}
