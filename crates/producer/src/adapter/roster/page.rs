//! What a document lists: entries where the map says that they are, and the posts that they come to.

use std::collections::btree_map::Entry::{Occupied, Vacant};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use tenure_domain::event::GivenId;
use tenure_domain::name::NameKey;
use tenure_domain::wire::{Json, Refusal};

use super::document::{Node, Value as NodeValue};
use super::{Settings, settings};
use crate::Place;
use crate::adapter::Accounts;
use crate::adapter::csv::spaced;

/// A list in the document, and what its entries' fields mean.
///
/// Places are written like those of files: `leads/*` for everything in `leads`, `../../name` for the name of what holds
/// the list, `.` for the entry itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    at: String,
    #[serde(default = "name")]
    name: String,
    id: Option<String>,
    title: Option<String>,
    /// The title of all, where the entries give none.
    title_is: Option<String>,
    unit: Option<String>,
    unit_is: Option<String>,
    /// What the source calls the unit for ever, whatever its name.
    unit_id: Option<String>,
    /// The day of the person's death.
    died: Option<String>,
    /// The manager: a name, or a post that another entry calls its own.
    manager: Option<String>,
    /// What the entry's own post is called where others report to it.
    post: Option<String>,
    /// What the list calls the entry from snapshot to snapshot; in an object, its key.
    key: Option<String>,
    /// Whether they head their unit.
    #[serde(default)]
    lead: bool,
}

fn name() -> String {
    "name".to_owned()
}

impl List {
    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<String> {
        let at = self.at.split('/').find(|part| matches!(*part, ".." | "" | "."))?;
        (self.at != ".").then(|| format!("`lists.at` is `{}`: `{at}` is no step down", self.at))
    }

    /// Whether people or units have ids, under which they can get another name.
    pub(super) fn gives_ids(&self) -> bool {
        self.id.is_some() || self.unit_id.is_some()
    }

    /// The fields of an entry that the map reads, by the first step of each path.
    fn reads(&self, field: &str) -> bool {
        let first = |path: &str| plain(path).split('/').find(|part| *part != ".").is_some_and(|part| part == field);
        first(&self.name) || self.paths().any(|(_, path)| first(path))
    }

    /// The paths of the map, each with its key.
    fn paths(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let named = [
            ("id", &self.id),
            ("title", &self.title),
            ("unit", &self.unit),
            ("unit_id", &self.unit_id),
            ("manager", &self.manager),
            ("post", &self.post),
            ("key", &self.key),
            ("died", &self.died),
        ];
        named.into_iter().filter_map(|(key, path)| Some((key, path.as_deref()?)))
    }
}

/// Something that cannot be mapped.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) line: u64,
    pub(super) column: Option<String>,
    pub(super) input: String,
    pub(super) refusal: Refusal,
}

/// A person as the source names him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Who {
    pub(super) id: Option<String>,
    pub(super) name: String,
    /// By which two mentions are one: the id, else the key of the name.
    pub(super) key: String,
}

impl Who {
    fn new(id: Option<String>, name: String) -> Who {
        let key = match &id {
            Some(id) => format!("#{id}"),
            None => folded(&name),
        };
        Who { id, name, key }
    }

    /// The reference in an event.
    pub(super) fn reference(&self) -> Value {
        match &self.id {
            Some(id) => json!({"id": id, "name": self.name}),
            None => json!(self.name),
        }
    }

    /// What a stored event refers to.
    pub(super) fn referred(reference: &Json<'_>) -> Option<Who> {
        let id = reference["id"].as_str().map(ToOwned::to_owned);
        let name = reference.as_str().or(reference["name"].as_str())?;
        Some(Who::new(id, name.to_owned()))
    }

    /// The name, or the id, in a key.
    pub(super) fn label(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.name)
    }
}

/// The key by which spellings are one; a text without letters stands for itself, and is refused later.
fn folded(text: &str) -> String {
    NameKey::of(text).map_or_else(|| text.to_owned(), |key| key.as_str().to_owned())
}

/// A text and the key by which spellings of it are one.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) key: String,
    /// The source's own id, of a unit that has one.
    pub(super) id: Option<String>,
}

impl Label {
    pub(super) fn of(text: &str) -> Label {
        Label { text: text.to_owned(), key: folded(text), id: None }
    }

    /// A unit that keeps its id when its name changes.
    pub(super) fn with_id(id: String, text: &str) -> Label {
        Label { text: text.to_owned(), key: format!("#{id}"), id: Some(id) }
    }

    /// What a stored event refers to.
    pub(super) fn referred(reference: &Json<'_>) -> Option<Label> {
        let text = reference.as_str().or(reference["name"].as_str()).or(reference["id"].as_str())?;
        Some(match reference["id"].as_str() {
            Some(id) => Label::with_id(id.to_owned(), text),
            None => Label::of(text),
        })
    }

    /// The reference to a unit in an event.
    pub(super) fn reference(&self) -> Value {
        match &self.id {
            Some(id) => json!({"id": id, "name": self.text}),
            None => json!(self.text),
        }
    }
}

/// A post that a snapshot lists.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) person: Who,
    pub(super) unit: Option<Label>,
    pub(super) title: Option<Label>,
    pub(super) manager: Option<Who>,
    pub(super) lead: bool,
    pub(super) acting: bool,
    /// The day of the person's death.
    pub(super) died: Option<String>,
    /// What the list calls the entry, where it calls it anything.
    pub(super) entry: Option<String>,
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    pub(super) input: String,
}

impl Post {
    pub(super) fn place(&self) -> Place {
        Place { file: self.file.clone(), line: self.line, column: None }
    }

    pub(super) fn unit_key(&self) -> Option<&str> {
        self.unit.as_ref().map(|label| label.key.as_str())
    }

    pub(super) fn title_key(&self) -> Option<&str> {
        self.title.as_ref().map(|label| label.key.as_str())
    }

    /// What to do about an id that the ledger cannot take, if it has such a one.
    pub(super) fn id_hint(&self) -> Option<&'static str> {
        let is_wrong = |id: &Option<String>| id.as_ref().is_some_and(|id| id.parse::<GivenId>().is_err());
        if is_wrong(&self.person.id) {
            return Some("set `namespace` in the map, such as \"github:\": it stands before every id of a person");
        }
        let unit = self.unit.as_ref().filter(|unit| is_wrong(&unit.id));
        unit.map(|_| "leave `unit_id` out of the map: units are then known by their names")
    }

    /// Whether it says nothing that another does not say: an event that names it means the other too.
    pub(super) fn says_less(&self, other: &Post) -> bool {
        let unit = self.unit.is_none() || self.unit_key() == other.unit_key();
        unit && (self.title.is_none() || self.title_key() == other.title_key())
    }
}

/// An entry whose manager is not looked up yet.
pub(super) struct RosterEntry {
    post: Post,
    manager: Option<String>,
    called: Option<String>,
    column: String,
}

/// What a path from the document's root leads to; a path with `*`, the first.
pub(super) fn at<'d>(document: &'d Node, path: &str) -> Option<&'d Node> {
    path.split('/').filter(|part| *part != ".").try_fold(document, |node, part| match part {
        "*" => node.within().first().map(|(_, node)| *node),
        name => node.field(name),
    })
}

/// A value with all that hold it, the root first, each with its key in an object of which all fields are taken.
struct Trail<'d> {
    nodes: Vec<(Option<&'d str>, &'d Node)>,
}

impl<'d> Trail<'d> {
    /// What a path from here leads to, upwards by `..`.
    fn find(&self, path: &str) -> Option<(Option<&'d str>, &'d Node)> {
        let mut nodes = self.nodes.clone();
        for part in plain(path).split('/') {
            match part {
                "." => {}
                ".." => {
                    nodes.pop();
                }
                name => {
                    let (_, node) = nodes.last()?;
                    nodes.push((None, node.field(name)?));
                }
            }
        }
        nodes.last().copied()
    }

    /// The text there, on one line; of a list or an object, the key by which it is found.
    fn text(&self, path: Option<&String>) -> Option<String> {
        let (key, node) = self.find(path?)?;
        match node.value {
            NodeValue::Null | NodeValue::Text(_) => node.text().map(spaced),
            NodeValue::List(_) | NodeValue::Fields(_) => key.map(spaced),
        }
    }

    /// The key of the value itself.
    fn key(&self) -> Option<&'d str> {
        self.nodes.last().and_then(|(key, _)| *key)
    }
}

/// A path without the mark of one that may find nothing.
fn plain(path: &str) -> &str {
    path.strip_suffix('?').unwrap_or(path)
}

/// Which paths of the map have found something.
#[derive(Debug, Default)]
pub(super) struct Found {
    entries: BTreeSet<usize>,
    paths: BTreeSet<(usize, &'static str)>,
}

impl Found {
    /// Notes what the paths find in a document.
    pub(super) fn look(&mut self, settings: &Settings, document: &Node) {
        for (number, list) in settings.lists.iter().enumerate() {
            for trail in trails(document, &list.at) {
                self.entries.insert(number);
                for (key, path) in list.paths() {
                    let leads = |(key, node): (Option<&str>, &Node)| {
                        key.is_some() || matches!(node.value, NodeValue::Null | NodeValue::Text(_))
                    };
                    if !self.paths.contains(&(number, key)) && trail.find(path).is_some_and(leads) {
                        self.paths.insert((number, key));
                    }
                }
            }
        }
    }

    /// What is wrong with the map: a path that finds nothing in any document.
    pub(super) fn problem(&self, settings: &Settings) -> Option<String> {
        settings.lists.iter().enumerate().find_map(|(number, list)| {
            if !self.entries.contains(&number) {
                let others = !self.entries.is_empty() && !list.at.ends_with('?');
                return others.then(|| format!("`lists.at` is `{}`, and finds nothing in any document", list.at));
            }
            let lost =
                |(key, path): &(&'static str, &str)| !path.ends_with('?') && !self.paths.contains(&(number, *key));
            let (key, path) = list.paths().find(lost)?;
            Some(format!("`lists.{key}` is `{path}`, and finds nothing in any entry of `{}`", list.at))
        })
    }
}

fn trails<'d>(document: &'d Node, path: &str) -> Vec<Trail<'d>> {
    let mut trails = vec![Trail { nodes: vec![(None, document)] }];
    for part in plain(path).split('/').filter(|part| *part != ".") {
        let mut next = Vec::new();
        for Trail { nodes } in trails {
            let Some((_, node)) = nodes.last() else { continue };
            let mut step = |key, node| {
                let mut nodes = nodes.clone();
                nodes.push((key, node));
                next.push(Trail { nodes });
            };
            if part == "*" {
                node.within().into_iter().for_each(|(key, node)| step(key, node));
            } else if let Some(node) = node.field(part) {
                step(None, node);
            }
        }
        trails = next;
    }
    trails
}

/// The entries of a document, and what of them cannot be mapped. An entry that has a key twice is told apart from
/// other problems: it lists a person, and it is not known as what.
pub(super) fn entries(
    settings: &Settings,
    path: &Path,
    document: &Node,
    accounts: &mut Accounts,
) -> (Vec<RosterEntry>, Vec<Problem>, bool) {
    let file: Arc<str> = Arc::from(path.display().to_string());
    let mut entries = Vec::new();
    let mut problems = Vec::new();
    let mut doubtful = false;
    for list in &settings.lists {
        for trail in trails(document, &list.at) {
            let Some((_, node)) = trail.nodes.last() else { continue };
            if matches!(node.value, NodeValue::Null) {
                continue;
            }
            accounts.records += 1;
            if let NodeValue::Fields(fields) = &node.value {
                for (field, _) in fields.iter().filter(|(field, _)| !list.reads(field)) {
                    accounts.leave(&format!("{}/{field}", plain(&list.at)));
                }
            }
            let mut input = node.to_json().to_string();
            input.truncate(input.floor_char_boundary(crate::INPUT_BYTES));
            let above = trail.nodes.iter().find_map(|(_, node)| node.twice.as_ref());
            if let Some((line, key)) = above.map(|(line, key)| (*line, &**key)).or_else(|| node.ambiguous_key()) {
                let refusal = Refusal {
                    reason: format!("the key `{key}` stands twice in one object: which of the two counts is not known"),
                    hint: "leave out one of them; until then this snapshot ends nothing".to_owned(),
                };
                problems.push(Problem { line, column: Some(key.to_owned()), input, refusal });
                doubtful = true;
                continue;
            }
            if trail.text(Some(&list.name)).is_some_and(|name| settings.is_nobody(&settings.shown(name))) {
                accounts.drop_record("a post that by `nobody` of the map is vacant");
                continue;
            }
            problems.extend(several(list, &trail, &input));
            match entry(settings, list, &trail, &file, input) {
                Ok(entry) => entries.push(entry),
                Err(problem) => problems.push(problem),
            }
        }
    }
    (entries, problems, doubtful)
}

/// Fields of an entry that hold several values where one is read. The entry is in without them.
fn several<'a>(list: &'a List, trail: &'a Trail<'_>, input: &'a str) -> impl Iterator<Item = Problem> + 'a {
    list.paths().filter_map(move |(key, path)| {
        let (found_by, node) = trail.find(path)?;
        let is_several = found_by.is_none() && !node.within().is_empty();
        is_several.then(|| {
            let refusal = Refusal {
                reason: format!("`{}` holds several values, and one is read: it is left out", plain(path)),
                hint: format!("in a list of the map whose `at` leads to each of them, `{key}` is one value"),
            };
            Problem { line: node.line, column: Some(plain(path).to_owned()), input: input.to_owned(), refusal }
        })
    })
}

/// What an entry says; one without a name lists no person.
fn entry(
    settings: &Settings,
    list: &List,
    trail: &Trail<'_>,
    file: &Arc<str>,
    input: String,
) -> Result<RosterEntry, Problem> {
    let line = trail.nodes.last().map_or(1, |(_, node)| node.line);
    let Some(name) = trail.text(Some(&list.name)) else {
        let refusal = Refusal {
            reason: "an entry without a name".to_owned(),
            hint: format!("`lists.name` in the map is `{}`: is it there?", list.name),
        };
        return Err(Problem { line, column: Some(list.name.clone()), input, refusal });
    };
    let shown = |text: String| settings.shown(text);
    let text = |path: Option<&String>, is: Option<&String>| trail.text(path).or_else(|| is.cloned()).map(shown);
    let title = text(list.title.as_ref(), list.title_is.as_ref()).map(|title| Label::of(&title));
    let unit_id = trail.text(list.unit_id.as_ref()).map(|id| settings::id("", &id));
    let unit = match (text(list.unit.as_ref(), list.unit_is.as_ref()), unit_id) {
        (Some(unit), None) => Some(Label::of(&unit)),
        (unit, Some(id)) => Some(Label::with_id(id.clone(), unit.as_deref().unwrap_or(&id))),
        (None, None) => None,
    };
    let acting = title.as_ref().is_some_and(|title| settings.is_acting(&title.text));
    let id = trail.text(list.id.as_ref()).map(|id| settings::id(&settings.namespace, &id));
    let key = match &list.key {
        Some(path) => trail.text(Some(path)),
        None => trail.key().map(spaced),
    };
    let post = Post {
        person: Who::new(id, shown(name)),
        unit,
        title,
        manager: None,
        lead: list.lead,
        acting,
        died: trail.text(list.died.as_ref()),
        entry: key,
        file: file.clone(),
        line,
        input,
    };
    let manager = trail.text(list.manager.as_ref());
    let column = list.manager.clone().unwrap_or_default();
    Ok(RosterEntry { post, manager, called: trail.text(list.post.as_ref()), column })
}

/// Whether a text holds words as they stand: no letter goes on beside them, but of a script without blanks.
fn holds(text: &str, words: &str) -> bool {
    let goes_on = |edge: Option<char>, beside: Option<char>| {
        let (Some(edge), Some(beside)) = (edge, beside) else { return false };
        edge.is_alphanumeric() && beside.is_alphanumeric() && !is_written_together(edge)
    };
    let ends = (words.chars().next(), words.chars().next_back());
    let mut found = text.match_indices(words);
    found.any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + words.len()..].chars().next());
        !goes_on(ends.0, before) && !goes_on(ends.1, after)
    })
}

/// Whether words of a letter's script are written without blanks between them, or with others as one: Chinese, Japanese,
/// Korean, Thai, Lao, Khmer, Burmese.
fn is_written_together(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

impl Settings {
    /// A text as a reader of the page sees it.
    fn shown(&self, text: String) -> String {
        if self.markdown { unlinked(&text) } else { text }
    }

    fn is_nobody(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.nobody.iter().any(|nobody| nobody.to_lowercase() == name)
    }

    fn is_acting(&self, title: &str) -> bool {
        let title = title.to_lowercase();
        let acting = self.acting.iter().map(|acting| spaced(&acting.to_lowercase()));
        acting.filter(|acting| !acting.is_empty()).any(|acting| holds(&title, &acting))
    }

    fn knows_posts(&self) -> bool {
        self.lists.iter().any(|list| list.post.is_some())
    }
}

/// The posts that the entries of one snapshot come to: managers looked up, a person who stands twice in one post once.
pub(super) fn posts(settings: &Settings, entries: Vec<RosterEntry>) -> (Vec<Post>, Vec<(Arc<str>, Problem)>) {
    // Whom a manager's post, an entry's key or a name stands for; none where it stands for several.
    let mut holders: [BTreeMap<String, Option<Who>>; 3] = Default::default();
    let mut note = |of: usize, key: String, who: &Who| {
        let holder = holders[of].entry(key).or_insert_with(|| Some(who.clone()));
        if holder.as_ref().is_some_and(|holder| holder.key != who.key) {
            *holder = None;
        }
    };
    for RosterEntry { post, called, .. } in &entries {
        let called = called.iter().map(|called| (0, called)).chain(post.entry.iter().map(|entry| (1, entry)));
        for (of, key) in called {
            note(of, key.clone(), &post.person);
        }
        note(2, folded(&post.person.name), &post.person);
    }
    let mut problems = Vec::new();
    let mut posts: Vec<Post> = Vec::with_capacity(entries.len());
    let mut seen = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for RosterEntry { mut post, manager, column, .. } in entries {
        if let Some(text) = manager.filter(|text| !settings.is_nobody(text)) {
            let found = if settings.knows_posts() {
                holders[0].get(&text).or_else(|| holders[1].get(&text))
            } else {
                holders[2].get(&folded(&text))
            };
            match found {
                Some(Some(who)) => post.manager = Some(who.clone()),
                None if !settings.knows_posts() => post.manager = Some(Who::new(None, text)),
                Some(None) | None => {
                    let several = found.is_some();
                    let reason = if several {
                        format!("`{text}` is the post of several people: who of them is the manager is not said")
                    } else {
                        format!("no entry has the post `{text}`: the manager is not known")
                    };
                    let hint = "the rest of the entry is in; a word that means nobody goes under `nobody` in the map";
                    let refusal = Refusal { reason, hint: hint.to_owned() };
                    let problem =
                        Problem { line: post.line, column: Some(column.clone()), input: post.input.clone(), refusal };
                    problems.push((post.file.clone(), problem));
                }
            }
        }
        let same =
            (post.person.key.clone(), post.unit_key().map(ToOwned::to_owned), post.title_key().map(ToOwned::to_owned));
        match seen.entry(same) {
            Vacant(first) => drop(first.insert(posts.len())),
            Occupied(first) => {
                let kept = &mut posts[*first.get()].manager;
                if let (Some(one), Some(other)) = (&*kept, &post.manager)
                    && one.key != other.key
                {
                    let reason = format!("listed before under `{}`: that manager is kept", one.name);
                    let hint = "is it another post? then give it a title or a unit of its own".to_owned();
                    let (line, column) = (post.line, Some(column));
                    let problem = Problem { line, column, input: post.input, refusal: Refusal { reason, hint } };
                    problems.push((post.file, problem));
                } else if kept.is_none() {
                    *kept = post.manager;
                }
                continue;
            }
        }
        if post.entry.as_ref().is_some_and(|entry| !keys.insert(entry.clone())) {
            post.entry = None;
        }
        posts.push(post);
    }
    (posts, problems)
}

/// The text with the links of Markdown taken for what they are shown as.
fn unlinked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        let parts = link.split_once("](").and_then(|(label, after)| Some((label, after.split_once(')')?.1)));
        match parts {
            Some((label, after)) if !label.contains(['[', ']']) => {
                shown.push_str(before);
                shown.push_str(label);
                rest = after;
            }
            Some(_) | None => {
                shown.push_str(before);
                shown.push('[');
                rest = link;
            }
        }
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::{holds, unlinked};

    #[test]
    fn words_of_a_title_are_whole_ones_where_a_script_has_blanks() {
        let check = |title: &str, words: &str, expect: bool| assert_eq!(holds(title, words), expect, "{title} {words}");
        check("interim director", "interim", true);
        check("interims director", "interim", false);
        check("director ad interim", "ad interim", true);
        check("glad interim", "ad interim", false);
        check("directeur a.i.", "a.i.", true);
        check("director (f.f.)", "f.f.", true);
        check("agenda.i.", "a.i.", false);
        check("代理部長", "代理", true);
        check("장관직무대행", "직무대행", true);
        check("и.о. директора", "и.о.", true);
    }

    #[test]
    fn links_are_their_text() {
        let check = |given: &str, expect: &str| assert_eq!(unlinked(given), expect);
        check("[CEO](../ceo.md), Cofounder", "CEO, Cofounder");
        check("a [b](c) [d](e)", "a b d");
        check("[x] of [y](z)", "[x] of y");
        check("[open", "[open");
    }
}
