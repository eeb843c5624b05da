//! Command lines that cannot be read: what is told of them, as text or as JSON.
//!
//! The parser's own tips are kept where they help. One that tells how to pass a mistyped flag as a value is not: a user who
//! writes `--csv` means a format.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::{Exit, Failure};

/// Flags of other programs, and what is written here instead.
const MEANT: [(&[&str], &str); 5] = [
    (&["--csv"], "ask with --format csv"),
    (&["--json"], "ask with --format json"),
    (&["--ndjson", "--jsonl"], "ask with --format ndjson"),
    (&["--date", "--day", "--on", "--as-of"], "name the day with --at, what was known by then with --known"),
    (&["--publisher"], "name a publisher with --source, or --not-source"),
];

/// What a diff takes instead of these.
const OF_A_DIFF: [&str; 4] = ["--since", "--until", "--from", "--to"];

/// Whether the command line asks for JSON, as far as it can be read.
pub(crate) fn wants_json(arguments: &[String]) -> bool {
    let arguments = arguments.iter().map(String::as_str).take_while(|argument| *argument != "--");
    let mut before = "";
    let mut json = false;
    for argument in arguments {
        let format = if before == "--format" { Some(argument) } else { argument.strip_prefix("--format=") };
        if let Some(format) = format {
            json = matches!(format, "json" | "ndjson");
        }
        before = argument;
    }
    json
}

/// The parser's error with a tip that helps, or without one.
pub(crate) fn with_better_tip(mut error: clap::Error, arguments: &[String]) -> clap::Error {
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return error };
    let flag = flag.split('=').next().unwrap_or_default().to_owned();
    let tip = meant(&flag, arguments);
    error.remove(ContextKind::Suggested);
    if let Some(tip) = tip {
        error.remove(ContextKind::SuggestedArg);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.to_owned().into()]));
    }
    error
}

fn meant(flag: &str, arguments: &[String]) -> Option<&'static str> {
    if OF_A_DIFF.contains(&flag) && arguments.iter().any(|argument| argument == "diff") {
        return Some("a diff takes its days as --at D1..D2, or --at 2024-07 for a month");
    }
    MEANT.iter().find(|(flags, _)| flags.contains(&flag)).map(|(_, meant)| *meant)
}

/// The parser's error as a failure: its first paragraph, and its tip or how the verb is written.
pub(crate) fn failure(error: &clap::Error) -> Failure {
    let without_verb = [ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, ErrorKind::MissingSubcommand];
    if without_verb.contains(&error.kind()) {
        return Failure::usage("no verb is given", "tenure help lists the verbs");
    }
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
        lines.join(" ")
    });
    let said = paragraphs.next().unwrap_or_default();
    let said = said.strip_prefix("error: ").unwrap_or(&said).to_owned();
    let rest: Vec<String> = paragraphs.collect();
    let tip = rest.iter().find_map(|told| told.strip_prefix("tip: "));
    let usage = rest.iter().find_map(|told| told.strip_prefix("Usage: "));
    let hint = match (tip, usage) {
        (Some(tip), _) => tip.to_owned(),
        (None, Some(usage)) => {
            // The parser shows what the environment and the asker have given besides.
            let given = ["--format <FORMAT> ", "--nats <URL> ", "--data <DIR> "];
            let usage = given.into_iter().fold(usage.to_owned(), |usage, flag| usage.replace(flag, ""));
            format!("it is written as {usage}")
        }
        (None, None) => "tenure help VERB shows what it takes".to_owned(),
    };
    Failure::new(Exit::Usage, said).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_found_in_what_cannot_be_read() {
        for (line, json) in [
            ("tenure who", false),
            ("tenure --format json who --nonsense", true),
            ("tenure who --format=ndjson", true),
            ("tenure who --format csv", false),
            ("tenure who --format json --format table", false),
            ("tenure who -- --format json", false),
            ("tenure who --format", false),
        ] {
            let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(wants_json(&arguments), json, "{line}");
        }
    }
}
