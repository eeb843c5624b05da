//! The documentation shows what the binary prints: the sessions of its pages are run, and printed alike.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::path::Path;
use std::process::Command;

use shell::{Shell, TENURE, file};

/// A block of a page that is fenced off, with its language.
#[derive(Clone)]
struct Block {
    language: String,
    text: String,
}

/// The blocks of a page, from one heading to the next of its level, or of all of it.
fn blocks(page: &str, heading: Option<&str>) -> Vec<Block> {
    let text = std::fs::read_to_string(file("..").join(page)).unwrap();
    let mut part = text.as_str();
    if let Some(heading) = heading {
        part = part.split_once(&format!("\n{heading}\n")).expect("the heading is there").1;
        part = part.split_once("\n## ").map_or(part, |(part, _)| part);
    }
    let fenced = part.split("```").skip(1).step_by(2);
    let block = |block: &str| {
        let (language, text) = block.split_once('\n').unwrap();
        Block { language: language.to_owned(), text: text.to_owned() }
    };
    fenced.map(block).collect()
}

/// Runs a command line as a shell does, with the environment that the session has set.
fn run(shell: &Shell, line: &str, set: &[(String, String)]) -> (String, String) {
    let plain = shell.command(&[]);
    let mut command = Command::new("sh");
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", Path::new(TENURE).parent().unwrap().display());
    command.env("PATH", path).envs(set.iter().cloned()).current_dir(shell.dir()).args(["-c", line]);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

/// A text without what differs from run to run: ids that are made of the time, and the time.
fn scrubbed(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_hexdigit() || "-T:.Z".contains(c);
    let mut scrubbed = String::new();
    for line in text.trim().lines() {
        for piece in line.trim_end().split_inclusive(|c| !is_part(c)) {
            let word = piece.trim_end_matches(|c| !is_part(c));
            let is_id = word.len() == 36 && word.matches('-').count() == 4;
            let is_time = word.len() >= 20 && word.contains('T') && word.ends_with('Z');
            let shown = if is_id || is_time { "…" } else { word };
            scrubbed += shown;
            scrubbed += &piece[word.len()..];
        }
        scrubbed.push('\n');
    }
    scrubbed
}

/// What is amiss with the sessions of a page. Where a page shows events as JSON, each session goes on from an empty ledger
/// and those before it.
fn amiss(shell: &mut Shell, page: &str, blocks: &[Block]) -> Vec<String> {
    let (mut amiss, mut set, mut events, mut commands) = (Vec::new(), Vec::new(), String::new(), 0);
    for Block { language, text } in blocks {
        if language == "json" {
            events += text;
        }
        if language != "console" {
            continue;
        }
        if !events.is_empty() {
            *shell = Shell::of(&std::mem::take(&mut events));
        }
        for shown in format!("\n{text}").split("\n$ ").skip(1) {
            let (line, printed) = shown.split_once('\n').unwrap_or((shown, ""));
            if let Some(settings) = line.strip_prefix("export ") {
                let setting = |setting: &str| setting.split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned()));
                set.extend(settings.split(' ').filter_map(setting));
                continue;
            }
            if let Some(name) = line.strip_prefix("cat ") {
                shell.write(name, printed);
                continue;
            }
            let (out, err) = run(shell, line, &set);
            commands += 1;
            let expected = scrubbed(printed);
            let errors: String =
                err.lines().filter(|line| !line.starts_with("at ")).fold(out.clone(), |all, line| all + line + "\n");
            if ![&out, &errors].into_iter().any(|got| scrubbed(got) == expected) {
                amiss.push(format!("{page}: $ {line}\n{out}{err}"));
            }
        }
    }
    assert!(commands > 3, "{page}: {commands} commands");
    amiss
}

#[test]
fn sessions_print_what_the_pages_show() {
    let demo = || {
        let shell = Shell::new();
        shell.run(&["--data", "demo-data", "demo"]).well();
        shell
    };
    let mut found = Vec::new();
    let mut shell = demo();
    let readme = [
        vec![Block { language: "console".to_owned(), text: "$ export TENURE_DATA=demo-data\n".to_owned() }],
        blocks("README.md", Some("## The demo")),
    ]
    .concat();
    found.extend(amiss(&mut shell, "README.md", &readme));
    found.extend(amiss(&mut demo(), "docs/curation.md", &blocks("docs/curation.md", None)));
    found.extend(amiss(&mut Shell::new(), "docs/sources.md", &blocks("docs/sources.md", None)));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
