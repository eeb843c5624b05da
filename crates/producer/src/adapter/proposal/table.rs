//! A first map for a table, from its header and its first rows.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use csv::{ReaderBuilder, StringRecord};
use encoding_rs::Encoding;

use super::columns::{Blanks, IdOf, Sample};
use super::dates::{forms, is_date, is_like_date};
use super::status::{self, Status, ends, hired};
use super::words::all_taken;
use super::{WITHOUT_KEY, heading, quoted};
use crate::adapter::looks;

/// The keys of stints that are taken from one column each, in the order in which they are proposed.
const KEYS: [&str; 5] = ["from", "title", "unit", "company", "reports_to"];

/// Columns in which cells may be merged, or hold several texts.
const NAMED: [&str; 4] = ["person", "title", "unit", "company"];

/// The text of a table, and the encoding that the map has to name.
fn decoded(bytes: &[u8]) -> (Cow<'_, str>, Option<&'static Encoding>) {
    if Encoding::for_bom(bytes).is_some() {
        return (looks::decoded(bytes), None);
    }
    let sixteen = looks::utf_16(bytes);
    let is_escaped = bytes.windows(2).any(|two| two == b"\x1b$");
    // The last character may be cut off.
    let is_utf8 = std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
    if sixteen.is_none() && is_utf8 && !is_escaped {
        return (looks::decoded(bytes), None);
    }
    let encoding = sixteen.unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, false);
        detector.guess(None, Utf8Detection::Deny)
    });
    (encoding.decode_without_bom_handling(bytes).0, Some(encoding))
}

/// Whether a file is a table whose header stands below other lines.
pub(super) fn is_below(bytes: &[u8]) -> bool {
    below(&decoded(bytes).0).is_some()
}

/// Names for the columns of a table that has no header: in its first two rows one and the same column holds a day or a month.
fn without_header(text: &str, delimiter: char) -> Option<Vec<String>> {
    let delimiter = u8::try_from(delimiter).ok()?;
    let mut reader = ReaderBuilder::new();
    let reader = reader.delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let rows: Vec<StringRecord> = reader.into_records().flatten().take(2).collect();
    let [first, second] = &rows[..] else { return None };
    let is_day = |cell: &str| is_date(cell.trim()) && !cell.trim().bytes().all(|byte| byte.is_ascii_digit());
    let has_dates = first.iter().zip(second).any(|(one, other)| is_day(one) && is_day(other));
    has_dates.then(|| (1..=first.len()).map(|number| format!("c{number}")).collect())
}

/// The map of a table.
pub(super) fn propose(bytes: &[u8], name: &str) -> String {
    let (text, encoding) = decoded(bytes);
    // A line by which spreadsheets are told the delimiter.
    let text = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("sep=") => rest,
        _ => &text,
    };
    let above = below(text);
    let text = above.map_or(text, |at| &text[at..]);
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [',', ';', '\t', '|'].into_iter().max_by_key(|one| first.matches(*one).count()).unwrap_or(',');
    let columns = without_header(text, delimiter);
    let headed = columns.iter().map(|names| format!("{}\n{text}", names.join(&delimiter.to_string()))).next();
    let sample = Sample::of(headed.as_deref().unwrap_or(text), delimiter);
    let mut map = heading("csv", name);
    let is_given = |(column, _): (&str, _)| sample.filled(column).len() == sample.count();
    if !sample.taken("company").is_some_and(is_given) {
        map.push_str("company = \"TODO: the company of all rows that name none\"\n");
    }
    map.push_str("end = \"inclusive\"  # a guess: the last day; \"exclusive\" if it is the first day after\n");
    let dated = ["from", "hired", "to"].iter().filter_map(|of| sample.taken(of));
    let mut dates: Vec<&str> = dated.flat_map(|(column, _)| sample.filled(column)).collect();
    // What is to be decided can be filled in as it stands.
    let others = sample.columns.iter().filter(|column| may_date_posts(&sample, column));
    dates.extend(others.flat_map(|column| sample.filled(column)).filter(|cell| is_date(cell)));
    map.push_str("\n[source]\npublisher = \"TODO: who publishes the table\"\n\n[cells]\n");
    map.push_str(&forms(&dates));
    let _ = write!(map, "\n[files.table]\npath = {}\n", quoted(name));
    if delimiter != ',' {
        let _ = writeln!(map, "delimiter = {}", quoted(&delimiter.to_string()));
    }
    if let Some(column) = sample.columns.iter().find(|name| above.is_some() && !name.is_empty()) {
        let _ = writeln!(map, "header = {}  # the names of the columns stand below other lines", quoted(column));
    }
    if let Some(columns) = columns {
        let columns: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
        let _ = writeln!(
            map,
            "columns = [{}]  # a guess: a date stands in the first line, which so names no columns; name them",
            columns.join(", ")
        );
    }
    if let Some(encoding) = encoding {
        let _ = writeln!(map, "encoding = {}  # a guess: it is not UTF-8", quoted(encoding.name()));
    }
    map.push_str(&fill_down(&sample));
    map.push_str("\n[stints]\nfile = \"table\"\n");
    map.push_str(&stints(&sample));
    map
}

/// The columns in which blanks mean the row above, and what else is blank in most rows.
fn fill_down(sample: &Sample) -> String {
    let named: Vec<(&str, &str)> = NAMED.iter().filter_map(|what| Some((*what, column(sample, what)?))).collect();
    // A unit lies in a company, a title in both.
    let around = |of: &str| -> Vec<&str> {
        let what = named.iter().find(|(_, column)| *column == of).map(|(what, _)| *what);
        let around = match what {
            Some("unit") => &["company"][..],
            Some("title") => &["company", "unit"],
            Some(_) | None => &[],
        };
        named.iter().filter(|(what, _)| around.contains(what)).map(|(_, column)| *column).collect()
    };
    let (mut merged, mut told) = (Vec::new(), String::new());
    for column in &sample.columns {
        let is_named = named.iter().any(|(_, named)| named == column);
        let how = match (sample.blanks(column, &around(column)), is_named) {
            (Some(Blanks::Merged(blank)), true) => {
                merged.push((quoted(column), blank));
                continue;
            }
            (Some(Blanks::Merged(blank)), false) if !column.is_empty() => (blank, "no text in it comes twice"),
            (Some(Blanks::Scattered(blank)), true) => (blank, "blank may mean none, or as above"),
            (Some(_) | None, _) => continue,
        };
        let (blank, why) = how;
        let rows = sample.count();
        let _ = writeln!(
            told,
            "# {} is blank in {blank} of {rows} rows: {why}. Add it to `fill_down` where a blank cell means \
             what stands in the row above",
            quoted(column)
        );
    }
    if !merged.is_empty() {
        let columns: Vec<&str> = merged.iter().map(|(column, _)| column.as_str()).collect();
        let blank: Vec<String> = merged.iter().map(|(_, blank)| blank.to_string()).collect();
        told = format!(
            "fill_down = [{}]  # a guess: blank in {} of {} rows, and no text comes twice, so a blank cell means the row above\n{told}",
            columns.join(", "),
            blank.join(" and "),
            sample.count()
        );
    }
    told
}

/// The column that is taken for something.
fn column<'s>(sample: &'s Sample, what: &str) -> Option<&'s str> {
    let found = if what == "person" { sample.person() } else { sample.taken(what) };
    found.map(|(column, _)| column)
}

/// What the rows are.
fn stints(sample: &Sample) -> String {
    let mut map = String::new();
    let mut read: BTreeSet<&str> = BTreeSet::new();
    let names = sample.parts_of_names().or_else(|| sample.person().map(|(column, _)| vec![column])).unwrap_or_default();
    let one_name = names.last().copied();
    let mut key = None;
    let mut id = None;
    for (column, word) in all_taken(&sample.columns, "key") {
        match sample.id_of(column, one_name) {
            IdOf::Row if key.is_none() => key = Some((column, word)),
            IdOf::Person if id.is_none() => {
                id = Some((column, format!("by its name, as `{word}`, and it stands with one name")));
            }
            IdOf::Row | IdOf::Person => {}
            IdOf::Neither => {
                let _ = writeln!(map, "# not the key: {} is blank or stands twice in some rows", quoted(column));
                read.insert(column);
            }
        }
    }
    for (column, word) in all_taken(&sample.columns, "person_id") {
        if !sample.is_of_people(column, one_name) {
            let _ = writeln!(map, "# not the id of a person: {} stands with several names", quoted(column));
            read.insert(column);
        } else if id.is_none() {
            id = Some((column, format!("by its name, as `{word}`")));
        }
    }
    map.push_str(&person(sample, &names, id.as_ref(), &mut read));
    map.push_str(&left_out(sample, one_name, &mut read));
    if let Some((column, word)) = key {
        let why = if sample.is_running_number(column) {
            "; a running number: a key only where each row keeps its own"
        } else {
            ""
        };
        let _ = writeln!(map, "key = {}  # by its name, as `{word}`{why}", quoted(column));
        read.insert(column);
    } else {
        let unique = sample.unique_id(&|column| read.contains(column));
        let unique = unique.map_or_else(String::new, |column| {
            format!("# is it key = {}? It differs in each row; without it, as below\n", quoted(column))
        });
        let _ = writeln!(map, "{unique}# no column is a key: {WITHOUT_KEY}");
    }
    map.push_str(&said(sample, &mut read));
    for column in sample.columns.iter().filter(|column| !read.contains(column.as_str())) {
        let is_of = |what: &str| !all_taken(std::slice::from_ref(column), what).is_empty();
        if may_date_posts(sample, column) && !is_of("hired") {
            let _ = writeln!(
                map,
                "# TODO: {} looks like dates: is it the `from` or the `to` of the post, or `seen`? If it is neither, take \
                 this line out",
                quoted(column)
            );
        } else {
            let why = if is_of("died") {
                ": [people] takes the day of a death, where people have ids"
            } else if is_of("hired") {
                ": a section with makes = \"JoinedCompany\" takes the day of joining a company, as `effective`"
            } else {
                ""
            };
            let _ = writeln!(map, "# not read: {}{why}", quoted(column));
        }
    }
    map
}

/// The rows that are left out: those of totals, of vacant posts, and of what is no person.
fn left_out<'s>(sample: &'s Sample, name: Option<&'s str>, read: &mut BTreeSet<&'s str>) -> String {
    let in_name = |what: &dyn Fn(&str) -> BTreeSet<&'s str>| name.map_or_else(BTreeSet::new, what);
    let totals = in_name(&|column| sample.totals(column));
    let vacant = in_name(&|column| status::nobodies(&sample.filled(column)));
    let mut map = String::new();
    if let Some(name) = name.filter(|_| !totals.is_empty() || !vacant.is_empty()) {
        let what = match (totals.is_empty(), vacant.is_empty()) {
            (false, true) => "rows of totals",
            (true, _) => "vacant posts",
            (false, false) => "vacant posts and rows of totals",
        };
        let words = status::nothing(totals.into_iter().chain(vacant));
        let _ =
            writeln!(map, "when = {{ column = {}, words = {words} }}  # a guess: {what} are left out", quoted(name));
    }
    for column in &sample.columns {
        let Some(Status::OfNobody(words)) = status::of(column, &sample.filled(column)) else { continue };
        if map.is_empty() {
            let when = status::without(&format!("column = {}", quoted(column)), &words);
            let _ = writeln!(map, "when = {when}  # by its name: what is no person is left out");
        } else {
            let _ = writeln!(map, "# TODO: {} tells what is no person: leave it out by `when`", quoted(column));
        }
        read.insert(column);
    }
    map
}

/// What is taken from one column each, and the ends.
fn said<'s>(sample: &'s Sample, read: &mut BTreeSet<&'s str>) -> String {
    let mut map = String::new();
    let taken = |what: &str, read: &BTreeSet<&str>| sample.taken(what).filter(|(column, _)| !read.contains(column));
    let by_key: Vec<_> = KEYS.iter().filter_map(|what| Some((*what, taken(what, read)?))).collect();
    let is_post = by_key.iter().any(|(what, _)| ["title", "unit"].contains(what));
    let mut is_begun = false;
    for (what, (column, word)) in by_key {
        // What is in two columns by their names is in the first.
        if !read.insert(column) {
            continue;
        }
        is_begun |= what == "from";
        let (value, why) = value(sample, column, NAMED.contains(&what));
        let _ = writeln!(map, "{what} = {value}  # by its name, as `{word}`{why}");
    }
    if let Some((column, word)) = taken("hired", read).filter(|_| !is_begun) {
        let (value, why) = hired("column", &quoted(column), is_post);
        let _ = writeln!(map, "from = {value}  # by its name, as `{word}`{why}");
        read.insert(column);
    }
    let end = taken("to", read);
    read.extend(end.map(|(column, _)| column));
    let mut others = sample.columns.iter().filter(|column| !read.contains(column.as_str()));
    let over = others.find_map(|column| match status::of(column, &sample.filled(column))? {
        Status::Over { words, unknown } => Some((column.as_str(), words, unknown)),
        Status::OfNobody(_) => None,
    });
    read.extend(over.as_ref().map(|(column, ..)| *column));
    let end = end.map(|(column, word)| (format!("column = {}", quoted(column)), word));
    map + &ends(
        end.as_ref().map(|(at, word)| (at.as_str(), *word)),
        over.as_ref().map(|(at, words, unknown)| (*at, &words[..], &unknown[..])),
    )
}

/// Whether most cells of a column look like dates, and its name does not say of what else.
fn may_date_posts(sample: &Sample, column: &str) -> bool {
    const OF_OTHERS: [&str; 14] = [
        "birth",
        "born",
        "dob",
        "geb",
        "naissance",
        "nacimiento",
        "nascimento",
        "nascita",
        "рожд",
        "updated",
        "modified",
        "created",
        "died",
        "death",
    ];
    let name = column.to_lowercase();
    let cells = sample.filled(column);
    let like = cells.iter().filter(|cell| is_like_date(cell)).count();
    like > 0 && 2 * like >= cells.len() && !OF_OTHERS.iter().any(|of| name.contains(of))
}

/// The value of a column, and why it is cut where it is.
fn value(sample: &Sample, column: &str, may_be_several: bool) -> (String, &'static str) {
    match sample.separator(column).filter(|_| may_be_several) {
        Some(by) => {
            (format!("{{ column = {}, split = {} }}", quoted(column), quoted(by)), "; a guess: its cells hold several")
        }
        None => (quoted(column), ""),
    }
}

/// Who the rows are about: by names, and the id where there is one.
fn person<'s>(
    sample: &'s Sample,
    names: &[&'s str],
    id: Option<&(&'s str, String)>,
    read: &mut BTreeSet<&'s str>,
) -> String {
    let mut map = String::new();
    // Those that look like dates are told with the others that do.
    for column in sample.no_people().into_iter().filter(|column| !may_date_posts(sample, column)) {
        let _ = writeln!(map, "# not the person: {} holds addresses, paths, lists, dates or numbers", quoted(column));
        read.insert(column);
    }
    let (name, why) = match names {
        [] if id.is_none() => return map + "person = { text = \"TODO: the column of names\" }\n",
        [] => (String::new(), String::new()),
        [column] => {
            read.insert(column);
            let word = sample.person().map_or(*column, |(_, word)| word);
            let (value, several) = value(sample, column, true);
            (value, format!("by its name, as `{word}`{several}"))
        }
        parts => {
            read.extend(parts);
            let all =
                |parts: &mut dyn Iterator<Item = &&str>| parts.map(|part| format!("{{{part}}}")).collect::<Vec<_>>();
            // Where the family's name is one character's column, names are written without a blank, the family's first.
            let is_east_asian = parts.iter().any(|part| ["姓", "성"].contains(part));
            let text =
                if is_east_asian { all(&mut parts.iter().rev()).concat() } else { all(&mut parts.iter()).join(" ") };
            (format!("{{ text = {} }}", quoted(&text)), "by the names of its parts".to_owned())
        }
    };
    let Some((column, why_id)) = id else {
        let _ = writeln!(map, "person = {name}  # {why}");
        return map;
    };
    read.insert(column);
    let cut = |by: &str| if name.contains("split = ") { format!(", split = {}", quoted(by)) } else { String::new() };
    let by = cut(names.last().and_then(|column| sample.separator(column)).unwrap_or_default());
    let id = format!("{{ column = {}{by}, prefix = \"x/\", escape = true }}", quoted(column));
    let named = if name.is_empty() { String::new() } else { format!(", name = {name}") };
    let and = if why.is_empty() { String::new() } else { format!("; {why}") };
    let _ = writeln!(map, "person = {{ id = {id}{named} }}  # the id {why_id}, and x/ tells it from others{and}");
    map
}

/// Where the header of a table begins that stands below lines of text; none where it is the first line, or there is none.
///
/// The rows of a table have one number of cells, and the first that has it, and says several things, names the columns.
/// Spreadsheets write what stands above as one text and blank cells.
fn below(text: &str) -> Option<usize> {
    const LOOKED_AT: usize = 50;
    let rows = |delimiter: u8| -> Vec<StringRecord> {
        let mut reader = ReaderBuilder::new();
        let reader = reader.delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
        reader.into_records().flatten().take(LOOKED_AT).collect()
    };
    let says_several = |row: &&StringRecord| row.iter().filter(|cell| !cell.trim().is_empty()).count() > 1;
    let alike = |rows: &[StringRecord], cells: usize| rows.iter().filter(|row| row.len() == cells).count();
    let widest = |rows: &Vec<StringRecord>| rows.iter().map(|row| (alike(rows, row.len()), row.len())).max();
    let tables = [b',', b';', b'\t', b'|'].into_iter().map(rows);
    let tables = tables.filter(|rows| rows.iter().any(|row| row.len() > 1 && alike(rows, row.len()) > 1));
    let rows = tables.max_by_key(widest)?;
    let (_, cells) = widest(&rows)?;
    let header = rows.iter().filter(says_several).find(|row| row.len() == cells)?;
    let above = usize::try_from(header.position()?.byte()).ok()?;
    // Blank lines are read with the row below them.
    let before = text.len() - text.get(above..)?.trim_start_matches(['\r', '\n']).len();
    (above > 0).then_some(before)
}
