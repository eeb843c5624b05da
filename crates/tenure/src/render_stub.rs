//! stub
use tenure_query::answer::*;
pub enum Format { Table, Json, Ndjson, Csv }
#[derive(PartialEq)] pub enum Color { Plain, Ansi }
pub struct Look { pub width: Option<usize>, pub color: Color }
pub enum Answer<'a> { Person(&'a PersonAnswer), Career(&'a CareerAnswer), Who(&'a WhoAnswer), Holders(&'a HoldersAnswer), Org(&'a OrgAnswer), Reports(&'a ReportsAnswer), Diff(&'a DiffAnswer), Why(&'a WhyAnswer), Conflicts(&'a ConflictsAnswer), Find(&'a FindAnswer), Moves(&'a MovesAnswer), Log(&'a LogAnswer), Status(&'a StatusAnswer) }
pub fn plain(t: &str) -> String { t.to_owned() }
pub fn render(a: &Answer<'_>, _f: Format, _l: &Look) -> anyhow::Result<String> {
    Ok(match a { Answer::Person(x) => serde_json::to_string_pretty(x)?, Answer::Career(x) => serde_json::to_string_pretty(x)?, Answer::Who(x) => serde_json::to_string_pretty(x)?, Answer::Holders(x) => serde_json::to_string_pretty(x)?, Answer::Org(x) => serde_json::to_string_pretty(x)?, Answer::Reports(x) => serde_json::to_string_pretty(x)?, Answer::Diff(x) => serde_json::to_string_pretty(x)?, Answer::Why(x) => serde_json::to_string_pretty(x)?, Answer::Conflicts(x) => serde_json::to_string_pretty(x)?, Answer::Find(x) => serde_json::to_string_pretty(x)?, Answer::Moves(x) => serde_json::to_string_pretty(x)?, Answer::Log(x) => serde_json::to_string_pretty(x)?, Answer::Status(x) => serde_json::to_string_pretty(x)? } + "\n")
}
