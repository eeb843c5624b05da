//! A first map for a tree: where in it entries stand that name people, and what stands around them.

mod fields;
mod names;
mod posts;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map as Object, Value};

use self::fields::{FIELDS, all_fields, complete, step, within};
use self::names::{IDS, WHOLE, full_name, id_field, name_fields, names_one, reference, with_id};
use super::dates::{forms, is_plain};
use super::words::{OF_ANYTHING, WITHIN, all_taken, fits, folded, is_no_name, is_word, parts, parts_of_names};
use super::{ROWS, VERSION, WITHOUT_KEY, heading, quoted};

/// How deep lists are looked for.
const DEPTH: usize = 8;

/// How many lists are told apart.
const LISTS: usize = 1_000;

/// In how many entries texts are looked at.
const TEXTS: usize = 200;

/// Words in the names of fields that hold what a unit is called.
const CALLED: [&str; 6] = ["name", "title", "label", "slug", "id", "key"];

/// Fields that hold lists of people, who may be named by texts alone.
const PEOPLE: [&str; 13] = [
    "people",
    "members",
    "leads",
    "chairs",
    "staff",
    "team",
    "maintainers",
    "owners",
    "directors",
    "officers",
    "reviewers",
    "approvers",
    "board",
];

/// What dates of a post are taken for.
const DATED: [&str; 3] = ["from", "hired", "to"];

/// Fields that hold lists of the names of one person, as they are compared.
const NAMES: [&str; 9] =
    ["name", "names", "namen", "othernames", "formernames", "previousnames", "aliases", "noms", "nombres"];

/// Who is listed by the names of lists, each of one of them.
#[rustfmt::skip]
const ROLES: [&str; 36] = [
    "chair", "lead", "leader", "maintainer", "owner", "director", "officer", "reviewer", "approver", "minister", "secretary", "treasurer",
    "senator", "representative", "councillor", "councilor", "judge", "commissioner", "trustee", "governor", "partner", "manager",
    "editor", "moderator", "contributor", "committer", "admin", "administrator", "president", "deputy", "advisor", "adviser", "founder",
    "fellow", "professor", "ambassador",
];

/// A step from the document towards an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
enum TreeStep {
    Field(String),
    /// Each element of a list.
    Item,
    /// Each value of an object whose keys are no fields, but name what stands under them.
    Keyed,
}

impl TreeStep {
    fn field(&self) -> Option<&str> {
        match self {
            TreeStep::Field(name) => Some(name),
            TreeStep::Item | TreeStep::Keyed => None,
        }
    }
}

/// Entries of one kind.
#[derive(Debug)]
struct EntryList<'v> {
    steps: Vec<TreeStep>,
    count: usize,
    /// The fields of entries, also those within others, and those among them that are no lists; none where entries are texts.
    fields: Vec<String>,
    plain: Vec<String>,
    /// Short texts, true and false, each with its field.
    texts: Vec<(String, String)>,
    /// What stands in fields that may be keys, in one entry after the other.
    ids: Vec<(String, String)>,
    /// The first entry, and before it what it lies in, from the document on: one value for each step.
    first: Vec<&'v Value>,
    /// The first entry, with what others have and it has not.
    example: Value,
}

impl EntryList<'_> {
    fn takes(&self, what: &str) -> Option<(&str, &'static str)> {
        let can_be = |field: &str| match within(self.entry(), field) {
            Some(Value::String(text)) => fits(what, text),
            // What has fields is called what one of them says.
            Some(Value::Object(parts)) => match what {
                "from" | "hired" | "to" => false,
                "person" => true,
                _ => WHOLE.iter().any(|part| parts.contains_key(*part)),
            },
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => true,
        };
        all_taken(&self.plain, what).into_iter().find(|(field, _)| can_be(field))
    }

    /// What stands in the fields of beginnings and ends.
    fn dates(&self) -> Vec<&str> {
        let fields: Vec<&str> = DATED.iter().filter_map(|what| Some(self.takes(what)?.0)).collect();
        self.texts.iter().filter(|(field, _)| fields.contains(&field.as_str())).map(|(_, text)| text.as_str()).collect()
    }

    /// The texts of a field.
    fn texts_of(&self, field: &str) -> Vec<&str> {
        self.texts.iter().filter(|(of, _)| of == field).map(|(_, text)| text.as_str()).collect()
    }

    fn is_dated(&self) -> bool {
        DATED.iter().any(|what| self.takes(what).is_some())
    }

    /// Whether the entries are the names that were borne, and no posts.
    fn is_of_names(&self) -> bool {
        let field = self.steps.iter().rev().find_map(TreeStep::field).map(folded);
        field.is_some_and(|field| NAMES.contains(&field.as_str()))
    }

    /// Whether entries name people in fields for these, or stand in one: anything has a `name`.
    fn is_surely_of_people(&self) -> bool {
        let named = match &name_fields(self.entry())[..] {
            [field] => {
                all_taken(&self.plain, "person").iter().any(|(of, word)| of == field && !OF_ANYTHING.contains(word))
            }
            parts => !parts.is_empty(),
        };
        named || self.steps.iter().rev().find_map(TreeStep::field).is_some_and(|field| PEOPLE.contains(&field))
    }

    fn entry(&self) -> &Value {
        &self.example
    }

    /// The field whose value names the entry, and by which word: each has one, and no two the same.
    fn key(&self, read: &[String]) -> Option<(&str, &'static str)> {
        let is_key = |field: &str| {
            let ids: Vec<&str> = self.ids.iter().filter(|(of, _)| of == field).map(|(_, id)| id.as_str()).collect();
            ids.len() == self.count && ids.iter().collect::<BTreeSet<_>>().len() == self.count
        };
        let mut found = all_taken(&self.plain, "key").into_iter();
        found.find(|(field, _)| !read.iter().any(|read| read == field) && is_key(field))
    }

    /// Whether entries name a person themselves.
    fn names_people(&self) -> bool {
        full_name("@", self.entry()).is_some()
    }

    /// Whether entries are texts in a field that holds people.
    fn lists_people(&self) -> bool {
        let field = self.steps.iter().rev().find_map(TreeStep::field);
        self.fields.is_empty() && self.names_texts() && field.is_some_and(|field| PEOPLE.contains(&field))
    }

    /// Whether entries that are texts can be what people are called.
    fn names_texts(&self) -> bool {
        self.entry().as_str().is_some_and(|text| !is_no_name(text))
    }

    /// How many steps lead to the record: what a list of records has in it, or all that the document is.
    fn to_record(&self) -> usize {
        usize::from(self.first[0].is_array())
    }

    /// The path of what so many steps lead to, as a row names it.
    fn above(&self, at: usize) -> String {
        let is_list = |one: &TreeStep| one.field().is_none();
        let steps = &self.steps[self.to_record()..];
        let at = at.saturating_sub(self.to_record());
        let last = steps[..at].iter().rposition(is_list).map(|list| list + 1);
        let begin = match last {
            None => "$".to_owned(),
            Some(last) => "^".repeat(steps[last..].iter().filter(|one| is_list(one)).count()),
        };
        steps[last.unwrap_or(0)..at].iter().filter_map(TreeStep::field).fold(begin, |path, field| step(&path, field))
    }

    /// The name of the nearest thing around an entry that has one as people have.
    fn named_above(&self) -> Option<String> {
        let is_place = |at: &usize| *at == self.to_record() || self.steps[*at - 1].field().is_none();
        let places = (self.to_record()..self.steps.len()).rev().filter(is_place);
        places.into_iter().find_map(|at| reference(&self.above(at), self.first[at], false))
    }

    /// The last of the names in a list that stands beside that of the entries, in one and the same record.
    fn named_beside(&self, found: &[EntryList<'_>]) -> Option<String> {
        found.iter().filter(|list| list.is_of_names() && list.steps != self.steps).find_map(|names| {
            let common = self.steps.iter().zip(&names.steps).take_while(|(one, other)| one == other).count();
            let (last, fields) = names.steps.get(common..)?.split_last()?;
            let fields: Option<Vec<&str>> = fields.iter().map(TreeStep::field).collect();
            let fields = fields.filter(|_| *last == TreeStep::Item && common >= self.to_record())?;
            let above = self.above(common);
            let list = fields.into_iter().fold(above.clone(), |path, field| step(&path, field));
            let name = full_name(&format!("{list}[-1]"), names.entry())?;
            let named = self.first[common];
            let Some(id) = IDS.iter().find(|id| named.get(**id).is_some_and(|id| !id.is_object())) else {
                return Some(name);
            };
            Some(with_id(&quoted(&step(&above, id)), &name))
        })
    }

    /// The nearest thing around an entry that is called something: how many steps up it is, and its field; none where it is a
    /// key.
    fn around(&self) -> Option<(usize, Option<String>)> {
        let top = self.steps.len();
        (0..top).rev().find_map(|at| {
            let up = top - at;
            if self.steps.get(at) == Some(&TreeStep::Keyed) && up > 1 {
                return Some((up - 1, None));
            }
            let names: Vec<String> = self.first[at].as_object()?.keys().cloned().collect();
            let called =
                CALLED.iter().find(|word| names.iter().any(|name| name == *word && self.first[at][name].is_string()));
            called.map(|field| (up, Some((*field).to_owned())))
        })
    }

    /// The path of what tells the things around entries apart: an id, or else what the nearest one is called.
    fn key_around(&self) -> Option<String> {
        let id = |at: usize| {
            let is_id = |id: &&&str| self.first[at].get(**id).is_some_and(|id| id.is_string() || id.is_number());
            IDS.iter().find(is_id).map(|id| step(&self.above(at), id))
        };
        (self.to_record()..self.steps.len()).rev().find_map(id).or_else(|| self.path_around())
    }

    /// The path of what the nearest thing around an entry is called, as a row names it.
    fn path_around(&self) -> Option<String> {
        let (up, field) = self.around()?;
        let at = self.steps.len() - up;
        let above = (at >= self.to_record()).then(|| self.above(at))?;
        Some(field.map_or_else(|| format!("{above}~"), |field| step(&above, &field)))
    }

    /// What the list itself says of those in it: `Chair` of `chairs`.
    fn role(&self) -> Option<String> {
        let name = self.steps.iter().rev().find_map(TreeStep::field)?;
        let role = match name.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => name.strip_suffix('s')?.to_owned(),
        };
        let words = parts(&role);
        ROLES.contains(&words.last()?.as_str()).then_some(())?;
        let mut letters = words.join(" ").chars().collect::<Vec<_>>().into_iter();
        let first = letters.next()?.to_uppercase();
        Some(first.chain(letters).collect())
    }
}

/// How the records are written, where a map has to say so.
#[derive(Clone, Copy, Default)]
pub(super) struct Written<'w> {
    /// Fields in which one or several stand.
    pub(super) lists: &'w [String],
    /// A name in the list that names the elements of those below.
    pub(super) header: Option<&'w str>,
}

/// The map of a document. `is_page` tells whether it can be read as a team page.
pub(super) fn propose(document: &Value, name: &str, is_page: bool, written: Written<'_>) -> Option<String> {
    let mut found = Vec::new();
    collect(&mut vec![document], &mut Vec::new(), &mut found);
    let above = |list: &EntryList<'_>| list.named_above().or_else(|| list.named_beside(&found));
    let is_named = |list: &&EntryList<'_>| list.names_people() || above(list).is_some();
    let terms = found.iter().filter(|list| list.is_dated() && !list.is_of_names() && is_named(list));
    if let Some(list) = terms.max_by_key(|list| list.count) {
        // Where something around them has a name too, the plain `name` of entries which say no role is that of the role.
        let is_role = list.takes("person").is_some_and(|(_, word)| word == "name");
        let above = above(list);
        let own = list.names_people() && (!is_role || above.is_none() || list.takes("title").is_some());
        let above = above.filter(|_| !own);
        return Some(records(list, name, above, written) + &others(list, &found));
    }
    // What holds other lists of names is a unit and no person.
    let holds_another = |list: &&EntryList<'_>| {
        let is_within =
            |other: &EntryList<'_>| other.steps.len() > list.steps.len() && other.steps.starts_with(&list.steps);
        found.iter().any(|other| is_within(other) && (other.names_people() || other.lists_people()))
    };
    let is_of_people = |list: &&EntryList<'_>| list.names_people() && !(list.is_of_names() && list.is_dated());
    let people = found.iter().filter(|list| (is_of_people(list) && !holds_another(list)) || list.lists_people());
    // Texts in what stands in a list are more of what is told of one.
    let is_alone = |list: &EntryList<'_>| {
        let last = list.steps.iter().rposition(|one| one.field().is_some());
        !list.steps[..last.unwrap_or(0)].contains(&TreeStep::Item)
    };
    let texts = || {
        let texts = found.iter().filter(|list| list.fields.is_empty() && list.names_texts() && is_alone(list));
        texts.max_by_key(|list| list.count)
    };
    let list = people.max_by_key(|list| (list.is_surely_of_people(), list.count)).or_else(texts)?;
    // A page names people in one field.
    let is_named = || match &name_fields(list.entry())[..] {
        [field] => within(list.entry(), field).is_some_and(Value::is_string),
        _ => false,
    };
    let is_named = list.fields.is_empty() || is_named();
    // A page has all that is listed in force.
    let is_page = is_page && !list.steps.is_empty() && is_named && !posts::tells_status(list);
    let map = if is_page { page(list, name) } else { records(list, name, None, written) };
    Some(map + &others(list, &found))
}

/// Tells the other lists that may be of people or of their posts.
fn others(chosen: &EntryList<'_>, found: &[EntryList<'_>]) -> String {
    let may_be = |list: &&EntryList<'_>| {
        list.steps != chosen.steps && (list.is_dated() || list.names_people() || list.lists_people())
    };
    let path = |list: &EntryList<'_>| {
        list.steps[list.to_record()..].iter().fold("$".to_owned(), |path, one| match one {
            TreeStep::Field(field) => step(&path, field),
            TreeStep::Item => path + "[*]",
            TreeStep::Keyed => path + ".*",
        })
    };
    found
        .iter()
        .filter(may_be)
        .flat_map(|list| ["# another list: ".to_owned(), quoted(&path(list)), "\n".to_owned()])
        .collect()
}

/// The table of the rows: the path to each.
fn rows(list: &EntryList<'_>, name: &str, written: Written<'_>) -> String {
    let mut map = format!("[files.rows]\n# path = {}  # needed with [revisions]; `*` is anything\n", quoted(name));
    // A path for each step into a list, so that what lies between can be named.
    let mut paths: Vec<String> = Vec::new();
    let mut path = "$".to_owned();
    for one in &list.steps[list.to_record()..] {
        match one {
            TreeStep::Field(field) => path = step(&path, field),
            TreeStep::Item => paths.push(std::mem::replace(&mut path, "@".to_owned()) + "[*]"),
            TreeStep::Keyed => paths.push(std::mem::replace(&mut path, "@".to_owned()) + ".*"),
        }
    }
    let each = match &paths[..] {
        [] => quoted("$"),
        [one] => quoted(one),
        several => format!("[{}]", several.iter().map(|path| quoted(path)).collect::<Vec<_>>().join(", ")),
    };
    let _ = writeln!(map, "each = {each}  # {} entries", list.count);
    if let Some(header) = written.header {
        let _ = writeln!(map, "header = {}  # a list that names the elements of those below", quoted(header));
    }
    if !written.lists.is_empty() {
        let all: Vec<String> = written.lists.iter().map(|list| quoted(list)).collect();
        let _ = writeln!(map, "lists = [{}]  # fields in which one or several stand", all.join(", "));
    }
    map
}

/// The map of records, with a row for each entry. Entries name the person themselves, where no `above` does around them.
fn records(list: &EntryList<'_>, name: &str, above: Option<String>, written: Written<'_>) -> String {
    let own = above.is_none();
    let mut map = heading("records", name);
    let company = list.takes("company").map(|(field, _)| field.to_owned());
    if company.is_none() {
        map.push_str("company = \"TODO: the company of all rows\"\n");
    }
    map.push_str("end = \"inclusive\"  # a guess: the last day; \"exclusive\" if it is the first day after\n");
    map.push_str(VERSION);
    map.push_str("\n[source]\npublisher = \"TODO: who publishes the file\"\n\n");
    let dates = list.dates();
    if !dates.iter().all(|date| is_plain(date)) {
        let _ = writeln!(map, "[cells]\n{}", forms(&dates));
    }
    map.push_str(&rows(list, name, written));
    // What is a list within the record has an item for each row.
    let is_record = list.steps[list.to_record()..].iter().all(|one| one.field().is_some());
    let item = if is_record { "$" } else { "@" };
    map.push_str("\n[[stints]]\nfile = \"rows\"\n");
    let mut read: Vec<String> = Vec::new();
    let person = if list.fields.is_empty() {
        Some(quoted("@"))
    } else if own {
        read.extend(name_fields(list.entry()));
        read.extend(id_field(list.entry(), true));
        reference(item, list.entry(), true)
    } else {
        above
    };
    let person = person.unwrap_or_else(|| "{ text = \"TODO: the path of the name\" }".to_owned());
    let why = if person.starts_with("{ id = ") {
        "  # a guess: the id is of the person, and x/ tells it from others"
    } else {
        ""
    };
    let _ = writeln!(map, "person = {person}{why}");
    map.push_str(&posts::left_out(list, &person, item, &mut read));
    if let Some((field, word)) = list.key(&read) {
        let own_key = step(item, field);
        // What lies in a record has its key there: another record, or the file of another one, may use it again.
        let (key, why) = match list.key_around().filter(|_| !is_record) {
            Some(around) => {
                (format!("{{ text = {} }}", quoted(&format!("{{{around}}}/{{{own_key}}}"))), ", with what it stands in")
            }
            None => (quoted(&own_key), ""),
        };
        let _ = writeln!(map, "key = {key}  # by its name, as `{word}`{why}");
        read.push(field.to_owned());
    } else {
        let _ = writeln!(map, "# no field is a key: {WITHOUT_KEY}");
    }
    map.push_str(&posts::said(list, item, own, &mut read));
    if own && list.takes("unit").is_none() && !is_record {
        map.push_str(&unit_above(list));
    }
    leave(&mut map, list, &read, &|field| step(item, field));
    map
}

/// The unit of a row, by what stands above the entry.
fn unit_above(list: &EntryList<'_>) -> String {
    list.path_around()
        .map_or_else(String::new, |path| format!("unit = {}  # what the entries stand in\n", quoted(&path)))
}

/// The map of a team page.
fn page(list: &EntryList<'_>, name: &str) -> String {
    let date = name.char_indices().find_map(|(i, _)| {
        let day = name.get(i..i + 10)?;
        day.parse::<tenure_domain::day::Day>().ok().map(|_| name.replacen(day, "{date}", 1))
    });
    let mut map = heading("roster", name);
    let nobody: Vec<String> = posts::nobodies(list).into_iter().map(quoted).collect();
    if !nobody.is_empty() {
        let _ = writeln!(map, "nobody = [{}]  # a guess: what stands for no person", nobody.join(", "));
    }
    map.push_str(
        "company = \"TODO: the company of the page\"\ncomplete = false  # true where whoever is not listed is gone\n",
    );
    map.push_str("\n[source]\npublisher = \"TODO: who publishes the page\"\n\n[date]\n");
    match date {
        Some(pattern) => {
            let _ = writeln!(map, "file = {}  # the name of the file tells a day", quoted(&pattern));
        }
        None => map.push_str("on = \"2024-01-31\"  # TODO: the day of the snapshot, or `file`, or `field`\n"),
    }
    let at: Vec<&str> =
        list.steps.iter().map(|step| if let TreeStep::Field(name) = step { name } else { "*" }).collect();
    let _ = write!(map, "\n[[lists]]\nat = {}  # {} entries\n", quoted(&at.join("/")), list.count);
    let mut read = Vec::new();
    let mut put = |map: &mut String, key: &str, (field, word): (&str, &str), mark: &str| {
        read.push(field.to_owned());
        let _ = writeln!(
            map,
            "{key} = {}  # by its name, as `{word}`",
            quoted(&format!("{}{mark}", field.replace(WITHIN, "/")))
        );
    };
    match (list.takes("person"), &name_fields(list.entry())[..]) {
        (Some(found), [name]) if found.0 == name => put(&mut map, "name", found, ""),
        (_, [name]) => put(&mut map, "name", (name, name), ""),
        (_, _) => map.push_str("name = \".\"  # the entries are texts\n"),
    }
    for (key, what) in
        [("title", "title"), ("unit", "unit"), ("manager", "reports_to"), ("id", "key"), ("died", "died")]
    {
        if let Some(found) = list.takes(what) {
            put(&mut map, key, found, "?");
        }
    }
    if list.takes("key").is_some() {
        let before = "complete = false";
        map = map.replacen(
            before,
            &format!("namespace = \"x/\"  # before every id: it tells them from those of others\n{before}"),
            1,
        );
    }
    if list.takes("title").is_none()
        && let Some(role) = list.role()
    {
        let _ = writeln!(map, "title_is = {}  # by the list", quoted(&role));
    }
    if list.takes("unit").is_none()
        && let Some((up, field)) = list.around()
    {
        let path: Vec<&str> = std::iter::repeat_n("..", up).chain(field.as_deref()).collect();
        let _ = writeln!(map, "unit = {}  # what the entries stand in", quoted(&path.join("/")));
    }
    leave(&mut map, list, &read, &|field| field.replace(WITHIN, "/"));
    map
}

/// Tells the fields of entries that the map does not read.
fn leave(map: &mut String, list: &EntryList<'_>, read: &[String], shown: &dyn Fn(&str) -> String) {
    // What has fields is told by these, and what is read with all of them.
    let has_fields = |field: &str| matches!(within(list.entry(), field), Some(Value::Object(_)));
    let is_read = |field: &str| {
        read.iter()
            .any(|read| field == read || field.strip_prefix(read.as_str()).is_some_and(|rest| rest.starts_with(WITHIN)))
    };
    for field in list.fields.iter().filter(|field| !is_read(field) && !has_fields(field)) {
        let _ = writeln!(map, "# not read: {}", quoted(&shown(field)));
    }
}

/// Finds lists of entries, and the document itself where it is one.
fn collect<'v>(values: &mut Vec<&'v Value>, steps: &mut Vec<TreeStep>, lists: &mut Vec<EntryList<'v>>) {
    let value = *values.last().expect("the document is the first of them");
    if matches!(steps.last(), None | Some(TreeStep::Item | TreeStep::Keyed)) {
        note(values, steps, lists);
    }
    if steps.len() >= DEPTH {
        return;
    }
    let within: Vec<(TreeStep, &Value)> = match value {
        Value::Array(items) => items.iter().take(ROWS).map(|item| (TreeStep::Item, item)).collect(),
        Value::Object(fields) if is_keyed(fields) => {
            fields.values().take(ROWS).map(|value| (TreeStep::Keyed, value)).collect()
        }
        Value::Object(fields) => {
            fields.iter().take(FIELDS).map(|(name, value)| (TreeStep::Field(name.clone()), value)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    };
    for (step, value) in within {
        values.push(value);
        steps.push(step);
        collect(values, steps, lists);
        values.pop();
        steps.pop();
    }
}

/// Whether the keys of an object name what stands under them: several values, no key a word of a field, and in each value
/// people in the same way.
fn is_keyed(fields: &Object<String, Value>) -> bool {
    // A group may be without people.
    let is_empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let (none, some): (Vec<&Value>, Vec<&Value>) = fields.values().partition(|value| is_empty(value));
    none.len() + some.len() > 1
        && !some.is_empty()
        && !fields.keys().any(|name| is_word(name) || PEOPLE.contains(&name.as_str()))
        && some.into_iter().all(|value| holds_people(value, DEPTH))
}

/// Whether a person is named in the fields of an object themselves.
fn names_somebody(fields: &Object<String, Value>) -> bool {
    let names: Vec<String> = fields.keys().cloned().collect();
    let is_name = |(field, _): &(&str, &str)| names_one(&fields[*field]);
    all_taken(&names, "person").iter().any(is_name) || parts_of_names(&names).is_some()
}

/// Whether a value is a person, a list of people, or holds such.
fn holds_people(value: &Value, depth: usize) -> bool {
    let is_text = |item: &Value| item.as_str().is_some_and(|text| !is_no_name(text));
    match value {
        Value::Array(items) => {
            let named = |item: &Value| item.as_object().is_some_and(names_somebody);
            !items.is_empty() && (items.iter().all(named) || items.iter().all(is_text))
        }
        Value::Object(fields) => {
            let lists = |(name, value): (&String, &Value)| PEOPLE.contains(&name.as_str()) && value.is_array();
            let is_group = || {
                fields.len() > 1
                    && !fields.keys().any(|name| is_word(name))
                    && fields.values().all(|value| value.is_object() && holds_people(value, depth - 1))
            };
            names_somebody(fields) || fields.iter().any(lists) || (depth > 1 && is_group())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Counts an entry.
fn note<'v>(values: &[&'v Value], steps: &[TreeStep], lists: &mut Vec<EntryList<'v>>) {
    let fields = match values.last() {
        Some(Value::Object(fields)) => Some(fields),
        Some(Value::String(_)) if !steps.is_empty() => None,
        _ => return,
    };
    let all = fields.map_or_else(Vec::new, |_| all_fields(values.last().expect("it is there")));
    let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    let plain: Vec<String> = all.iter().filter(|(_, value)| !value.is_array()).map(|(name, _)| name.clone()).collect();
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()).filter(|text| text.len() < 40 && !text.trim().is_empty()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let texts: Vec<(String, String)> =
        all.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect();
    let are_ids = all_taken(&plain, "key");
    let id = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let ids: Vec<(String, String)> = all
        .iter()
        .filter(|(name, _)| are_ids.iter().any(|(field, _)| field == name))
        .filter_map(|(name, value)| Some((name.clone(), id(value)?)))
        .collect();
    let entry = *values.last().expect("it is there");
    let known = lists.iter_mut().find(|list| list.steps == steps && list.fields.is_empty() == names.is_empty());
    let Some(list) = known else {
        if lists.len() >= LISTS {
            return;
        }
        let (steps, first, example) = (steps.to_vec(), values.to_vec(), entry.clone());
        lists.push(EntryList { steps, count: 1, fields: names, plain, texts, ids, first, example });
        return;
    };
    list.ids.extend(ids);
    complete(&mut list.example, entry);
    list.count += 1;
    if list.count <= TEXTS {
        list.texts.extend(texts);
    }
    for (all, more) in [(&mut list.fields, names), (&mut list.plain, plain)] {
        for name in more {
            if all.len() < FIELDS && !all.contains(&name) {
                all.push(name);
            }
        }
    }
}
