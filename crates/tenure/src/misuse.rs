//! Command lines that cannot be read: what is told of them, as text or as JSON.
//!
//! A word that comes near what is meant is told as everywhere; the parser's other tips are kept where they help. One that tells
//! how to pass a mistyped flag as a value is not: a user who writes `--csv` means a format.

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

/// What is meant by something that is no flag, where that can be told.
fn meant(error: &clap::Error, arguments: &[String]) -> Option<String> {
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = unknown.split('=').next().unwrap_or_default();
    if OF_A_DIFF.contains(&flag) && arguments.iter().any(|argument| argument == "diff") {
        return Some("a diff takes its days as --at D1..D2, or --at 2024-07 for a month".to_owned());
    }
    if let Some((_, meant)) = MEANT.iter().find(|(flags, _)| flags.contains(&flag)) {
        return Some((*meant).to_owned());
    }
    if !unknown.starts_with('-') {
        return Some("a name of several words stands in quotes: 'Ann Lee'".to_owned());
    }
    if unknown[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return Some("no number here lies below 0".to_owned());
    }
    let is_no_word = |argument: &&String| argument.starts_with(unknown) && !argument.starts_with("--");
    let name = arguments.iter().skip(1).find(is_no_word)?;
    Some(format!("what begins with a dash and is no flag goes behind --, at the end: -- '{name}'"))
}

/// The word that comes near what was written.
fn suggested(error: &clap::Error) -> Option<String> {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let word = kinds.into_iter().find_map(|kind| {
        let word = error.get(kind)?;
        if let ContextValue::Strings(words) = word { words.first().cloned() } else { Some(word.to_string()) }
    })?;
    Some(format!("did you mean `{word}`?"))
}

/// Whether the command line has no verb, and the parser tells all verbs.
pub(crate) fn lacks_verb(error: &clap::Error) -> bool {
    [ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, ErrorKind::MissingSubcommand].contains(&error.kind())
}

/// The parser's error as a failure: its first paragraph, and what is meant or how the verb is written.
pub(crate) fn failure(mut error: clap::Error, arguments: &[String]) -> Failure {
    if lacks_verb(&error) {
        return Failure::usage("no verb is given", "tenure help lists the verbs");
    }
    let is_flag = error.kind() == ErrorKind::UnknownArgument;
    if is_flag {
        error.remove(ContextKind::Suggested);
    }
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
        lines.join(" ")
    });
    let said = paragraphs.next().unwrap_or_default();
    let said = said.strip_prefix("error: ").unwrap_or(&said).to_owned();
    let tip = paragraphs.find_map(|told| told.strip_prefix("tip: ").map(str::to_owned));
    // Of several ways to write it the first.
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
    let known = if is_flag { meant(&error, arguments) } else { None };
    // What a verb has in the place of its own verbs, it lists itself.
    let of_verb = usage.and_then(|usage| usage.split(' ').nth(1)).filter(|word| !word.starts_with(['[', '<']));
    let verbs = (error.kind() == ErrorKind::InvalidSubcommand).then(|| {
        of_verb.map_or("tenure help lists the verbs".to_owned(), |verb| format!("tenure {verb} -h lists them"))
    });
    let hint = match (known.or_else(|| suggested(&error)).or(tip).or(verbs), usage) {
        (Some(hint), _) => hint,
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
