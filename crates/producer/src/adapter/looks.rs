//! What a file looks like by its beginning, so that a file that is given as the wrong format is told as what it is.
//!
//! Nothing is read by a guess: the guess only goes into the hint of a reject.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use tenure_domain::wire::Refusal;
use tenure_domain::wire::schema::event_types;

/// How much of a file is looked at.
const LOOKED_AT: usize = 64 << 10;

/// A format, as its beginning shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Table,
    Popolo,
    FollowTheMoney,
    Wikidata,
    Bods,
    Events,
    /// YAML, TOML, XML, or JSON of another form.
    Tree,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileKind::Table => "a table: --from csv --map MAP.toml",
            FileKind::Popolo => "Popolo: --from popolo --map MAP.toml",
            FileKind::FollowTheMoney => "FollowTheMoney: --from ftm",
            FileKind::Wikidata => "entities of Wikidata: --from wikidata",
            FileKind::Bods => "statements of BODS: --from bods",
            FileKind::Events => "events of this ledger: leave out --from",
            FileKind::Tree => {
                "a tree of XML, TOML, YAML or JSON: --from records --map MAP.toml, or --from roster for a team page"
            }
        })
    }
}

/// What a file looks like by its beginning that it was not given as, in words.
pub(super) fn instead(path: &Path, given: FileKind) -> Option<String> {
    let mut begins = Vec::new();
    File::open(path).ok()?.take(LOOKED_AT as u64).read_to_end(&mut begins).ok()?;
    if begins.trim_ascii().is_empty() {
        return Some(format!("{} is empty", path.display()));
    }
    let text = decoded(&begins);
    let is_page =
        |mark: &str| text.trim_start().get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    if is_page("<!doctype html") || is_page("<html") {
        return Some("this looks like a page of HTML: write what it shows as a table or a tree".to_owned());
    }
    like(&begins).filter(|looks| *looks != given).map(|looks| format!("this looks like {looks}"))
}

/// Whether a file is a table of statements of `FollowTheMoney`: its columns are the fields of these.
pub(super) fn is_table_of_statements(path: &Path) -> bool {
    let mut begins = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LOOKED_AT as u64).read_to_end(&mut begins));
    read.is_ok() && decoded(&begins).lines().next().is_some_and(names_statements)
}

/// Whether the header of a table names the fields of statements.
fn names_statements(header: &str) -> bool {
    let has = |field: &str| header.split(',').any(|name| name.trim().trim_matches('"') == field);
    ["prop", "schema", "value"].into_iter().all(has) && (has("canonical_id") || has("entity_id"))
}

/// The refusal of a text that looks like something else than what it was given as, with what it looks like.
pub(super) fn named(refusal: Refusal, text: &str, given: FileKind) -> Refusal {
    match like(text.as_bytes()) {
        Some(looks) if looks != given => Refusal { hint: format!("this looks like {looks}"), ..refusal },
        Some(_) | None => refusal,
    }
}

/// What a text looks like that begins so; none where it looks like nothing that is known.
pub(crate) fn like(begins: &[u8]) -> Option<FileKind> {
    let text = decoded(&begins[..begins.len().min(LOOKED_AT)]);
    let text = text.trim_start();
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    if text.starts_with(['{', '[']) {
        let is_bods = (has("statementId") && has("recordId")) || (has("statementID") && has("statementType"));
        return Some(if is_bods {
            FileKind::Bods
        } else if has("type") && has("source") && (has("specversion") || event_types().any(has)) {
            FileKind::Events
        } else if has("canonical_id") || (has("schema") && has("properties")) {
            FileKind::FollowTheMoney
        } else if has("claims") || has("labels") || has("entities") {
            FileKind::Wikidata
        } else if is_popolo(text) {
            FileKind::Popolo
        } else {
            FileKind::Tree
        });
    }
    if is_xml(text) {
        return Some(FileKind::Tree);
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("sep="));
    let (first, second) = (lines.next()?, row(&mut lines));
    let second = second.as_str();
    let count = |line: &str, delimiter: char| line.matches(delimiter).count();
    // A line of words can hold a comma: alone, it is a row of a table where it has three short cells or more.
    let is_row = |one: char| {
        let short = |cell: &str| cell.len() <= 40 && cell.split_whitespace().count() <= 4;
        count(first, one) > 1 && first.split(one).all(short)
    };
    let is_table = [',', ';', '\t', '|'].into_iter().any(|one| {
        let columns = count(first, one);
        if second.is_empty() { is_row(one) } else { columns > 0 && count(second, one) >= columns }
    });
    let is_yaml = |line: &str| line.starts_with("- ") || line == "---" || line.ends_with(':') || line.contains(": ");
    let first_said = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    if first_said.is_some_and(is_toml) {
        return Some(FileKind::Tree);
    }
    let is_mapping = is_yaml(first) || (first.starts_with('#') && !is_table && first_said.is_some_and(is_yaml));
    match (is_table && !is_mapping, is_mapping) {
        (true, _) if names_statements(first) => Some(FileKind::FollowTheMoney),
        (true, _) => Some(FileKind::Table),
        (false, true) => Some(FileKind::Tree),
        (false, false) => None,
    }
}

/// Whether a text of JSON is an object that begins as one of Popolo does.
fn is_popolo(text: &str) -> bool {
    const FIELDS: [&str; 7] = ["persons", "organizations", "memberships", "posts", "areas", "events", "meta"];
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    let first = text.strip_prefix('{').and_then(|text| text.trim_start().strip_prefix('"')?.split('"').next());
    first.is_some_and(|first| FIELDS.contains(&first))
        && ["persons", "organizations", "memberships"].into_iter().any(has)
}

/// Whether a text begins as XML does, and not as a page for people.
fn is_xml(text: &str) -> bool {
    let begins = text.get(..512).unwrap_or(text).to_lowercase();
    let is_tag =
        text.strip_prefix('<').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || "?!".contains(c)));
    is_tag && !begins.contains("<html") && !begins.starts_with("<!doctype html")
}

/// Whether a line is a key of TOML and its value.
fn is_toml(line: &str) -> bool {
    let is_plain = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.\"".contains(c));
    line.split_once(" = ").is_some_and(|(key, value)| is_plain(key.trim()) && !value.trim().is_empty())
}

/// A text as its byte order mark says, or as UTF-8.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    UTF_8.decode(bytes).0
}

/// The encoding of a text of UTF-16 without a byte order mark: its delimiters and line breaks have a byte beside them that is 0,
/// which no byte of another text is.
pub(super) fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let is_mark = |byte: u8| b"\n\r,;\t|\"<".contains(&byte);
    let count = |is: fn(&[u8]) -> (u8, u8)| {
        let pairs = bytes.chunks_exact(2).map(is);
        pairs.filter(|(letter, zero)| *zero == 0 && is_mark(*letter)).count()
    };
    let (little, big) = (count(|pair| (pair[0], pair[1])), count(|pair| (pair[1], pair[0])));
    match little.max(big) {
        0 | 1 => None,
        _ => Some(if little > big { UTF_16LE } else { UTF_16BE }),
    }
}

/// The encoding of a text of UTF-16, as its byte order mark or its marks say.
pub(super) fn in_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let begins = &bytes[..bytes.len().min(LOOKED_AT)];
    match Encoding::for_bom(begins) {
        Some((encoding, _)) => Some(encoding).filter(|encoding| *encoding != UTF_8),
        None => utf_16(begins),
    }
}

/// Why a text is not read that is in another encoding, and what to do.
pub(super) fn other_encoding(bytes: &[u8]) -> Refusal {
    let of = in_utf_16(bytes).map_or_else(String::new, |encoding| format!(", but {}", encoding.name()));
    Refusal { reason: format!("the file is not UTF-8{of}"), hint: "write it in UTF-8".to_owned() }
}

/// A row of a table: a line, and those after it while a quote is open.
fn row<'t>(lines: &mut impl Iterator<Item = &'t str>) -> String {
    let mut row = lines.next().unwrap_or_default().to_owned();
    while row.matches('"').count() % 2 == 1 {
        let Some(line) = lines.next() else { break };
        row.push_str(line);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::{FileKind, like};

    #[test]
    fn a_beginning_tells_the_format() {
        let check = |begins: &str, expect: Option<FileKind>| assert_eq!(like(begins.as_bytes()), expect, "{begins}");
        check("\u{feff}id,name,role\n1,Ann,Clerk\n", Some(FileKind::Table));
        check("canonical_id,entity_id,prop,schema,value\nQ1,a,name,Person,Ann\n", Some(FileKind::FollowTheMoney));
        check("id;name;role\n", Some(FileKind::Table));
        check("id;name;role\n1;\"Ann\r\nLee\";Clerk\n", Some(FileKind::Table));
        check("not JSON, at all\n", None);
        check("1,2\n3\n", None);
        check("{\"persons\": [", Some(FileKind::Popolo));
        check("{\"id\":\"x\",\"schema\":\"Person\",\"properties\":{}}", Some(FileKind::FollowTheMoney));
        check("[\n{\"type\":\"item\",\"labels\":{}", Some(FileKind::Wikidata));
        check("[{\"statementId\": \"a\", \"recordId\": \"b\", \"source\": {\"type\": []}}", Some(FileKind::Bods));
        check("{\"type\":\"HeldPost\",\"source\":\"S\"}", Some(FileKind::Events));
        check("{\"path\":\"/x\",\"source\":{\"type\":\"self\"}}", Some(FileKind::Tree));
        check("people:\n- name: Ann, of Rill\n", Some(FileKind::Tree));
        check("{\"team\": []}", Some(FileKind::Tree));
        check("{\"team\": [{\"memberships\": []}]}", Some(FileKind::Tree));
        check("<?xml version=\"1.0\"?>\n<register>", Some(FileKind::Tree));
        check("<!DOCTYPE html>\n<html>", None);
        check("# of a team\nname = \"core\"\n\n[people]\n", Some(FileKind::Tree));
        check("# See https://a.example\n\naliases:\n  core:\n  - ann\n", Some(FileKind::Tree));
        check("Once upon a time", None);
        check("", None);
        let utf16: Vec<u8> = "\u{feff}a\tb\nx\ty\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(like(&utf16), Some(FileKind::Table));
    }
}
