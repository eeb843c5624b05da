//! `log`: events as recorded, each in a line.

use serde_json::Value;
use tenure_answers::{EventShown, LogAnswer, LogEntry, Names};

use super::evidence::SourceFields;
use super::grid::{Column, Grid};
use super::ink::{Ink, Line};
use super::page::Page;
use super::post;

/// The events, oldest first.
pub(super) fn log(page: &mut Page, answer: &LogAnswer) {
    if answer.events.is_empty() {
        page.line(&Line::plain("no events"));
        return;
    }
    let mut grid = Grid::new(vec![
        Column::new("SEQ").right(),
        Column::new("REPORTED").spared(4),
        Column::new("RECORDED").spared(1),
        Column::new("EFFECTIVE").shrinks_to(10).spared(3),
        Column::new("TYPE"),
        Column::new("WHAT").shrinks_to(20),
        Column::new("SOURCE").shrinks_to(10).spared(2),
        Column::new("ID").spared(0),
    ]);
    for entry in &answer.events {
        grid.row(cells(entry));
    }
    grid.lay(page);
}

fn cells(entry: &LogEntry) -> Vec<Line> {
    let number = format!("{}{}", if entry.became.is_some() { "✗ " } else { "" }, entry.seq);
    let seq = Line::of(if entry.became.is_some() { Ink::Gone } else { Ink::Faint }, &number);
    let recorded = Line::plain(&to_the_second(&entry.recorded_at));
    let Some(event) = &entry.event else {
        let erased = Line::of(Ink::Faint, "(about an erased person)");
        let mut cells = vec![seq, Line::new(), recorded, Line::new(), Line::new(), erased];
        cells.resize(8, Line::new());
        return cells;
    };
    let source = event.get("source").map(SourceFields::of).unwrap_or_default();
    let confidence = post::confidence(text(event, "confidence").unwrap_or("reported"));
    let what = Line::joined(&[Line::plain(&event_in_words(event, &entry.names)), confidence], "; ");
    let what = match &entry.became {
        None => what,
        Some(became) => {
            let by = became.by.map(|by| format!(" by #{by}")).unwrap_or_default();
            let word = if became.state == "superseded" { "restated" } else { &became.state };
            what.with(Ink::Plain, " ").with(Ink::Gone, &format!("({word}{by})"))
        }
    };
    vec![
        seq,
        Line::plain(&reported(entry, event)),
        recorded,
        Line::plain(&effective(event)),
        Line::plain(text(event, "type").unwrap_or("-")),
        what,
        Line::plain(source.says()),
        Line::of(Ink::Faint, text(event, "id").unwrap_or("")),
    ]
}

/// The day on which the world learned it.
fn reported(entry: &LogEntry, event: &Value) -> String {
    let at = entry.reported_at.as_deref().or_else(|| text(event, "reported_at")).unwrap_or_default();
    at.split('T').next().unwrap_or(at).to_owned()
}

/// What an event claims, in a few words, with the names of those whom it means.
pub(super) fn summary_of(event: &EventShown) -> String {
    let mut fields = event.fields.clone();
    fields.insert("type".to_owned(), event.evidence.event_type.as_str().into());
    event_in_words(&Value::Object(fields), &event.names)
}

/// An instant without parts of a second, which no reader needs.
fn to_the_second(instant: &str) -> String {
    match instant.split_once('.') {
        Some((whole, _)) if instant.ends_with('Z') => format!("{whole}Z"),
        Some(_) | None => instant.to_owned(),
    }
}

fn text<'v>(event: &'v Value, field: &str) -> Option<&'v str> {
    event.get(field).and_then(Value::as_str)
}

/// The name in a reference, else its id.
fn name<'v>(event: &'v Value, field: &str) -> Option<&'v str> {
    let reference = event.get(field)?;
    let of_object = || text(reference, "name").or_else(|| text(reference, "id"));
    reference.as_str().or_else(of_object)
}

/// When it happened, as the source dates it.
fn effective(event: &Value) -> String {
    match (text(event, "effective"), text(event, "from"), text(event, "to"), text(event, "seen")) {
        (Some(effective), ..) => effective.to_owned(),
        (_, Some(from), Some(to), _) => format!("{from} to {to}"),
        (_, Some(from), None, _) => format!("since {from}"),
        (_, None, Some(to), _) => format!("until {to}"),
        (_, None, None, Some(seen)) => format!("seen {seen}"),
        (_, None, None, None) => String::new(),
    }
}

/// What an event claims, in a few words; `names` are those of whom its fields mean, where that is known.
pub fn event_in_words(event: &Value, names: &Names) -> String {
    let kind = text(event, "type").unwrap_or("");
    // What is said of names themselves is told in the names that the source gave.
    let of_names = matches!(kind, "SamePerson" | "SameUnit" | "UnitRenamed");
    let name = |event: &Value, field: &str| -> Option<String> {
        let given = name(event, field).map(str::to_owned);
        let named = event.get(field).is_some_and(|given| given.is_string() || given.get("name").is_some());
        if of_names && named { given } else { names.get(field).cloned().or(given) }
    };
    let given =
        |field: &str, before: &str| name(event, field).map(|name| format!("{before}{name}")).unwrap_or_default();
    let person = given("person", "");
    let subject = format!("{}{}", given("unit", ""), given("company", ", "));
    let place = match (name(event, "unit"), name(event, "company")) {
        (Some(unit), Some(company)) => format!("{unit}, {company}"),
        (unit, company) => unit.or(company).unwrap_or_default(),
    };
    let title = given("title", " as ");
    match kind {
        "JoinedCompany" => format!("{person} joined {place}{title}"),
        "LeftCompany" => format!("{person} left {place}"),
        "TransferredUnit" => {
            let (from, to) = (given("from_unit", " from "), given("to_unit", " to "));
            format!("{person} moved{from}{to}{}{title}", given("company", ", "))
        }
        "AppointedToPost" => {
            let post = name(event, "title").unwrap_or_else(|| "lead".to_owned());
            format!("{person} appointed {post}, {place}{}", given("succeeds", ", to succeed "))
        }
        "RelievedOfPost" => format!("{person} relieved{title}, {place}"),
        "ChangedTitle" => {
            let (from, to) = (given("from_title", ""), given("to_title", "→ "));
            let from = if from.is_empty() { from } else { format!("{from} ") };
            format!("{person}: {from}{to}, {place}")
        }
        "ChangedManager" => {
            let manager = name(event, "reports_to").unwrap_or_else(|| "nobody".to_owned());
            format!("{person} reports to {manager}, {place}")
        }
        "HeldPost" => {
            let verb = if text(event, "to").is_some() { "was" } else { "is" };
            match name(event, "title") {
                Some(title) => format!("{person} {verb} {title}, {place}"),
                None => format!("{person} {verb} at {place}"),
            }
        }
        "UnitFormed" => format!("{subject} formed{}", given("parent", " under ")),
        "UnitRenamed" => format!("{subject} renamed {}", given("name", "")),
        "UnitMoved" => format!("{subject} moved under {}", given("parent", "")),
        "UnitMerged" => format!("{subject} merged into {}", given("into", "")),
        "UnitDissolved" => format!("{subject} dissolved"),
        "PersonDescribed" => format!("{person}{}", described(event)),
        "UnitDescribed" => {
            let details = [given("kind", ", kind "), given("parent", ", under ")].concat();
            format!("{subject}{details}{}", described(event))
        }
        "SamePerson" => {
            let [one, other] = told_apart(event, ["person", "same_as"]).unwrap_or([person, given("same_as", "")]);
            format!("{one} is {other}")
        }
        "SameUnit" => {
            let [one, other] =
                told_apart(event, ["unit", "same_as"]).unwrap_or_else(|| [given("unit", ""), given("same_as", "")]);
            format!("{one}{} is {other}{}", given("company", ", "), given("same_as_company", ", "))
        }
        "EventRetracted" => format!("withdraws {}", given("event", "")),
        "PersonDied" => format!("{person} died"),
        "PersonErased" => format!("{person} erased"),
        _ => String::new(),
    }
}

/// Two references that have the same name, with their ids.
fn told_apart(event: &Value, fields: [&str; 2]) -> Option<[String; 2]> {
    let with_id = |field: &str| {
        let name = name(event, field)?;
        Some(text(&event[field], "id").filter(|id| *id != name).map_or(name.to_owned(), |id| format!("{name} ({id})")))
    };
    (name(event, fields[0]) == name(event, fields[1])).then_some([with_id(fields[0])?, with_id(fields[1])?])
}

/// The names and identifiers that an event of identity gives.
fn described(event: &Value) -> String {
    let names = event.get("names").and_then(Value::as_array);
    let names: Vec<&str> = names.into_iter().flatten().filter_map(|name| text(name, "text")).collect();
    let identifiers = event.get("identifiers").and_then(Value::as_object);
    let identifiers: Vec<String> = identifiers
        .into_iter()
        .flatten()
        .map(|(scheme, value)| format!("{scheme} {}", value.as_str().map_or(value.to_string(), str::to_owned)))
        .collect();
    let called = if names.is_empty() { String::new() } else { format!(", called {}", names.join(", ")) };
    let known = if identifiers.is_empty() { String::new() } else { format!(", {}", identifiers.join(", ")) };
    format!("{called}{known}")
}

#[cfg(test)]
mod snapshots {
    use super::super::Answer;
    use super::super::samples::{self, check, check_at};

    #[test]
    fn events_stand_in_columns() {
        let answer = samples::log_answer();
        check(
            &Answer::Log(answer.clone()),
            "
SEQ  REPORTED    RECORDED              EFFECTIVE        TYPE             WHAT                                                                    SOURCE          ID
  1  2025-02-06  2025-10-01T08:15:30Z  2025-01          JoinedCompany    許主洪 joined 阿里巴巴集团 as Vice President                            www.daily8.com  e1
  2  2025-09-30  2025-10-01T08:15:30Z  2025-09-30       TransferredUnit  许主洪 moved from 智能信息事业群 to 通义实验室, 阿里巴巴集团; rumoured  华尔街见闻      e2
  3              2025-10-01T08:15:30Z                                    (about an erased person)
 10  2025-09-30  2025-10-01T08:15:30Z  2021 to 2023-04  HeldPost         Ana Duarte was Head of Vision, Harbour Labs                             Harbour Labs    e10
",
        );
    }

    #[test]
    fn events_keep_within_a_terminal() {
        let answer = samples::log_answer();
        check_at(
            &Answer::Log(answer.clone()),
            Some(80),
            "
SEQ  REPORTED    EFFECTIVE    TYPE             WHAT                  SOURCE
  1  2025-02-06  2025-01      JoinedCompany    許主洪 joined 阿里巴  www.daily8.
                                               巴集团 as Vice        com
                                               President
  2  2025-09-30  2025-09-30   TransferredUnit  许主洪 moved from 智  华尔街见闻
                                               能信息事业群 to 通义
                                               实验室, 阿里巴巴集
                                               团; rumoured
  3                                            (about an erased
                                               person)
 10  2025-09-30  2021 to      HeldPost         Ana Duarte was Head   Harbour
                 2023-04                       of Vision, Harbour    Labs
                                               Labs
no room for RECORDED, ID
",
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tenure_domain::wire::schema::event_types;

    use super::*;

    #[test]
    fn every_event_has_a_summary() {
        let cases = [
            (
                json!({"type": "JoinedCompany", "unit": "Speech", "title": "Scientist"}),
                "Ann joined Speech, Acme as Scientist",
            ),
            (json!({"type": "LeftCompany"}), "Ann left Acme"),
            (
                json!({"type": "TransferredUnit", "from_unit": "Speech", "to_unit": "Vision"}),
                "Ann moved from Speech to Vision, Acme",
            ),
            (
                json!({"type": "AppointedToPost", "lead": true, "unit": "Vision", "succeeds": {"id": "ben"}}),
                "Ann appointed lead, Vision, Acme, to succeed ben",
            ),
            (json!({"type": "RelievedOfPost", "title": "CTO"}), "Ann relieved as CTO, Acme"),
            (json!({"type": "ChangedTitle", "from_title": "VP", "to_title": "CTO"}), "Ann: VP → CTO, Acme"),
            (json!({"type": "ChangedTitle", "to_title": "CTO"}), "Ann: → CTO, Acme"),
            (json!({"type": "ChangedManager", "reports_to": null}), "Ann reports to nobody, Acme"),
            (json!({"type": "HeldPost", "title": "CTO", "to": "2024"}), "Ann was CTO, Acme"),
            (json!({"type": "HeldPost", "unit": "Vision", "seen": "2024-01-01"}), "Ann is at Vision, Acme"),
            (json!({"type": "UnitFormed", "unit": "Vision", "parent": "Labs"}), "Vision, Acme formed under Labs"),
            (json!({"type": "UnitRenamed", "unit": "Vision", "name": "Sight"}), "Vision, Acme renamed Sight"),
            (json!({"type": "UnitMoved", "unit": "Vision", "parent": "Labs"}), "Vision, Acme moved under Labs"),
            (json!({"type": "UnitMerged", "unit": "Vision", "into": "Labs"}), "Vision, Acme merged into Labs"),
            (json!({"type": "UnitDissolved", "unit": "Vision"}), "Vision, Acme dissolved"),
            (
                json!({"type": "PersonDescribed", "names": [{"text": "安"}], "identifiers": {"wikidata": "Q1"}}),
                "Ann, called 安, wikidata Q1",
            ),
            (
                json!({"type": "UnitDescribed", "unit": "Vision", "kind": "lab", "parent": "Labs"}),
                "Vision, Acme, kind lab, under Labs",
            ),
            (json!({"type": "SamePerson", "same_as": {"id": "ann"}}), "Ann is ann"),
            (json!({"type": "SamePerson", "same_as": {"id": "q/1", "name": "Ann"}}), "Ann (ann) is Ann (q/1)"),
            (
                json!({"type": "SameUnit", "unit": "Vision", "same_as": "Sight", "same_as_company": "Acme"}),
                "Vision, Acme is Sight, Acme",
            ),
            (json!({"type": "EventRetracted", "event": "e1"}), "withdraws e1"),
            (json!({"type": "PersonDied"}), "Ann died"),
            (json!({"type": "PersonErased"}), "Ann erased"),
            (json!({"type": "SomethingNew"}), ""),
        ];
        for known in event_types() {
            assert!(cases.iter().any(|(event, _)| event["type"] == known), "{known} has no summary");
        }
        for (mut event, expected) in cases {
            event["person"] = json!({"name": "Ann", "id": "ann"});
            event["company"] = json!("Acme");
            assert_eq!(event_in_words(&event, &Names::new()), expected, "{event}");
        }
    }

    #[test]
    fn dates_are_told_as_the_source_gives_them() {
        let cases = [
            (json!({"effective": "2024~"}), "2024~"),
            (json!({"from": "2021", "to": "2023-04"}), "2021 to 2023-04"),
            (json!({"from": "2021", "seen": "2022-01-01"}), "since 2021"),
            (json!({"to": "2023-04"}), "until 2023-04"),
            (json!({"seen": "2022-01-01"}), "seen 2022-01-01"),
            (json!({}), ""),
        ];
        for (event, expected) in cases {
            assert_eq!(effective(&event), expected, "{event}");
        }
    }
}
