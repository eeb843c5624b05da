//! What holds of the sources as a whole: modules use each other one way, types have plain names, and no file or function
//! grows without end.
//!
//! Read with a parser of Rust, test modules aside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, UseTree};

/// A module: its path in its crate, `[]` for the root.
type Module = Vec<String>;

/// The sources of a crate.
struct Sources {
    name: String,
    files: BTreeMap<Module, syn::File>,
}

fn crates() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("a crate lies in the directory of crates").to_owned()
}

impl Sources {
    fn of(dir: &Path) -> Sources {
        let name = dir.file_name().and_then(|name| name.to_str()).expect("crates have plain names").to_owned();
        let mut sources = Sources { name, files: BTreeMap::new() };
        sources.read(&dir.join("src"), &[]);
        sources
    }

    fn read(&mut self, dir: &Path, above: &[String]) {
        for entry in fs::read_dir(dir).expect("sources can be listed").map(|entry| entry.expect("an entry").path()) {
            let stem = entry.file_stem().and_then(|stem| stem.to_str()).expect("a plain name").to_owned();
            let is_root = above.is_empty() && (stem == "lib" || stem == "main");
            let module = if is_root { Vec::new() } else { [above, &[stem]].concat() };
            if entry.is_dir() {
                self.read(&entry, &module);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&entry).expect("a source can be read");
                let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", entry.display()));
                self.files.insert(module, file);
            }
        }
    }

    /// The file that has what a path names, as seen from a module.
    fn file_of(&self, from: &Module, path: &[String]) -> Option<Module> {
        let mut at: Module = match path.first()?.as_str() {
            "crate" => Vec::new(),
            "self" => from.clone(),
            "super" => from[..from.len().checked_sub(1)?].to_vec(),
            _ => return None,
        };
        for step in &path[1..] {
            let next = [&at[..], std::slice::from_ref(step)].concat();
            if step == "super" {
                at.pop()?;
            } else if self.files.contains_key(&next) {
                at = next;
            } else {
                break;
            }
        }
        Some(at)
    }

    /// Which modules each module uses.
    fn uses(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let used = |(module, file): (&Module, &syn::File)| {
            let mut paths = Paths::default();
            paths.visit_file(file);
            let found = paths.0.iter().filter_map(|path| self.file_of(module, path)).collect();
            (module.clone(), found)
        };
        self.files.iter().map(used).collect()
    }

    /// Groups of modules below one parent that use each other in a circle, each with what is below it.
    fn circles(&self) -> Vec<String> {
        let uses = self.uses();
        let mut found = Vec::new();
        for parent in self.files.keys() {
            let child = |module: &Module| {
                let below = module.starts_with(parent) && module.len() > parent.len();
                below.then(|| module[parent.len()].clone())
            };
            let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (module, used) in &uses {
                let Some(from) = child(module) else { continue };
                let to = used.iter().filter_map(child).filter(|to| *to != from);
                edges.entry(from.clone()).or_default().extend(to);
            }
            let reach: BTreeMap<&String, BTreeSet<&String>> =
                edges.keys().map(|from| (from, reached(&edges, from))).collect();
            let mut seen: BTreeSet<&String> = BTreeSet::new();
            for from in edges.keys().filter(|from| reach[*from].contains(*from)) {
                if seen.contains(from) {
                    continue;
                }
                let circle: Vec<&String> =
                    edges.keys().filter(|to| reach[from].contains(to) && reach[*to].contains(from)).collect();
                seen.extend(&circle);
                let names: Vec<&str> = circle.iter().map(|name| name.as_str()).collect();
                let place = [vec![self.name.clone()], parent.clone()].concat().join("::");
                found.push(format!("{place}: {}", names.join(", ")));
            }
        }
        found
    }
}

/// All that a module uses, directly or not.
fn reached<'e>(edges: &'e BTreeMap<String, BTreeSet<String>>, from: &String) -> BTreeSet<&'e String> {
    let mut reached = BTreeSet::new();
    let mut work: Vec<&String> = edges.get(from).into_iter().flatten().collect();
    while let Some(next) = work.pop() {
        if reached.insert(next) {
            work.extend(edges.get(next).into_iter().flatten());
        }
    }
    reached
}

/// The paths that a file names outside of its tests.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl Paths {
    fn tree(&mut self, above: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| [above, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) => self.0.push(with(&name.ident)),
            UseTree::Rename(name) => self.0.push(with(&name.ident)),
            UseTree::Glob(_) => self.0.push(above.to_vec()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(above, tree)),
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::NameValue(_) => false,
    })
}

impl<'f> Visit<'f> for Paths {
    fn visit_item_mod(&mut self, item: &'f syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'f syn::ItemUse) {
        if !is_test(&item.attrs) {
            self.tree(&[], &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'f syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }
}

fn all() -> Vec<Sources> {
    let mut dirs: Vec<PathBuf> =
        fs::read_dir(crates()).expect("crates can be listed").map(|entry| entry.expect("an entry").path()).collect();
    dirs.sort();
    dirs.iter().map(|dir| Sources::of(dir)).collect()
}

/// The files of Rust below those directories, with their text.
fn texts_below(mut dirs: Vec<PathBuf>) -> impl Iterator<Item = (PathBuf, String)> {
    let mut files = Vec::new();
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).expect("sources can be listed").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                dirs.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                files.push(entry);
            }
        }
    }
    files.into_iter().map(|file| {
        let text = fs::read_to_string(&file).expect("a source can be read");
        (file, text)
    })
}

/// Of what is read with the parser of Rust, which takes longer than all else here: so in one test.
#[test]
fn modules_types_and_functions_keep_to_the_rules() {
    let sources = all();
    modules_use_each_other_one_way(&sources);
    types_are_called_by_plain_names(&sources);
    functions_are_short(&sources);
}

fn modules_use_each_other_one_way(sources: &[Sources]) {
    let circles: Vec<String> = sources.iter().flat_map(Sources::circles).collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn limits_are_shown_by_tests_or_constants_that_there_are() {
    let root = crates().parent().expect("the crates lie in the directory of the whole").to_owned();
    let limits = fs::read_to_string(root.join("docs/limits.md")).expect("the limits");
    let named = limits.lines().filter_map(|row| row.strip_suffix("` |")?.rsplit_once("| `").map(|(_, test)| test));
    let mut missing: BTreeSet<&str> = named.collect();
    assert!(missing.len() > 30, "the table is read");
    for (path, text) in texts_below(vec![root.join("tests"), crates()]) {
        missing.retain(|shown| match shown.split_once("` in `") {
            Some((constant, file)) => !(path.ends_with(file) && text.contains(&format!("const {constant}: "))),
            None => !text.contains(&format!("fn {shown}(")),
        });
    }
    assert!(missing.is_empty(), "no test is called so, and no constant is there: {missing:?}");
}

#[test]
fn functions_that_the_architecture_names_are_where_it_says() {
    let docs = crates().parent().expect("the crates lie in the directory of the whole").join("docs");
    let text = fs::read_to_string(docs.join("architecture.md")).expect("the architecture");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = 0;
    for (before, after) in text.match_indices("`](").map(|(at, link)| text.split_at(at + link.len())) {
        let path = after.split(')').next().expect("a link ends");
        let name = before.trim_end_matches("`](").rsplit('`').next().expect("a name begins");
        if Path::new(path).extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(docs.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            let is_there = [format!("fn {name}("), format!("fn {name}<")].iter().any(|start| source.contains(start));
            assert!(is_there, "there is no {name} in {path}");
            found += 1;
        }
    }
    assert!(found > 15, "the walks are read");
}

#[test]
fn the_architecture_lists_every_module() {
    let root = crates().parent().expect("the crates lie in the directory of the whole").to_owned();
    let text = fs::read_to_string(root.join("docs/architecture.md")).expect("the architecture");
    let mut missing = Vec::new();
    let mut found = 0;
    for section in text.split("\n### `crates/").skip(1) {
        let (name, section) = section.split_once('`').expect("a crate");
        let told: BTreeSet<&str> = section.split('`').filter_map(|told| told.rsplit("::").next()).collect();
        for file in fs::read_dir(crates().join(name).join("src")).expect("the crate").flatten() {
            let file = file.path();
            let module = file.file_stem().and_then(|stem| stem.to_str()).expect("a name");
            found += 1;
            if !["lib", "main"].contains(&module) && !told.contains(module) {
                missing.push(format!("{name}: {module}"));
            }
        }
    }
    assert!(found > 150, "the sources are read: {found}");
    assert!(missing.is_empty(), "not in docs/architecture.md: {missing:?}");
}

#[test]
fn files_that_a_contributor_is_told_to_touch_are_there() {
    let root = crates().parent().expect("the crates lie in the directory of the whole").to_owned();
    let text = fs::read_to_string(root.join("CONTRIBUTING.md")).expect("how to contribute");
    let is_path = |word: &&str| ["crates/", "docs/", "python/", "tests/"].iter().any(|start| word.starts_with(start));
    let paths: Vec<&str> = text.split('`').skip(1).step_by(2).filter(is_path).collect();
    assert!(paths.len() > 30, "the paths are read");
    for path in paths {
        // What is to be added lies beside others.
        let there =
            if path.contains("NAME") { Path::new(path).parent().expect("a directory") } else { Path::new(path) };
        assert!(root.join(there).exists(), "there is no {path}");
    }
}

/// Words that say too little to be the name of a type.
const VAGUE: [&str; 8] = ["Aside", "Held", "Known", "Matter", "Part", "Seat", "Told", "Way"];

/// Names that one type has, and no other.
const OF_ONE: [&str; 5] = ["Basis", "Entry", "Place", "Reading", "Source"];

/// The names of types.
#[derive(Default)]
struct Types(Vec<String>);

impl<'f> Visit<'f> for Types {
    fn visit_item_mod(&mut self, item: &'f syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item(&mut self, item: &'f syn::Item) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "all else names no type")]
        let name = match item {
            syn::Item::Enum(item) => Some(&item.ident),
            syn::Item::Struct(item) => Some(&item.ident),
            syn::Item::Trait(item) => Some(&item.ident),
            syn::Item::Type(item) => Some(&item.ident),
            _ => None,
        };
        self.0.extend(name.map(ToString::to_string));
        visit::visit_item(self, item);
    }
}

fn types_are_called_by_plain_names(sources: &[Sources]) {
    let mut types = Types::default();
    sources.iter().flat_map(|sources| sources.files.values()).for_each(|file| types.visit_file(file));
    let times = |name: &str| types.0.iter().filter(|called| *called == name).count();
    assert!(types.0.len() > 500, "the types are read");
    let vague: Vec<&str> = VAGUE.into_iter().filter(|name| times(name) > 0).collect();
    let shared: Vec<&str> = OF_ONE.into_iter().filter(|name| times(name) > 1).collect();
    assert!(vague.is_empty() && shared.is_empty(), "vague: {vague:?}, of several types: {shared:?}");
}

/// Words of comments that leave out who is meant, where a type could be named.
const UNNAMED: [&str; 4] = ["somebody", "nobody", "whoever", "anybody"];

/// How many comments of the sources have one. They only grow fewer.
const UNNAMED_LEFT: usize = 9;

/// Whether a file is of the sources of a crate.
fn is_source(path: &Path) -> bool {
    path.strip_prefix(crates()).is_ok_and(|path| path.iter().nth(1) == Some("src".as_ref()))
}

#[test]
fn comments_name_who_is_meant() {
    let unnamed = |comment: &&str| {
        let words = comment.to_lowercase();
        words.split(|c: char| !c.is_alphabetic()).any(|word| UNNAMED.contains(&word))
    };
    let mut found = Vec::new();
    for (path, text) in texts_below(vec![crates()]).filter(|(path, _)| is_source(path)) {
        let comments = text.lines().filter_map(|line| line.split_once("//")).map(|(_, comment)| comment);
        found.extend(comments.filter(unnamed).map(|comment| format!("{}: {comment}", path.display())));
    }
    assert_eq!(found.len(), UNNAMED_LEFT, "say it with a type, or note the smaller number:\n{}", found.join("\n"));
}

/// What tests cannot try on a machine is told by `skipped`, which keeps it for the end of `make test`.
#[test]
fn what_is_skipped_is_told_in_one_way() {
    let mut ways = Vec::new();
    for (path, text) in texts_below(vec![crates(), crates().join("../tests")]) {
        let lines = text.lines().filter(|line| line.contains("print") && line.contains("(\"skipped"));
        ways.extend(lines.map(|line| format!("{}:{line}", path.display())));
    }
    assert!(matches!(&ways[..], [one] if one.contains("toy/shell.rs")), "{ways:#?}");
}

/// The most lines of a file that are not worth a thought.
const FILE_LINES: usize = 650;

/// The most lines of a function, its signature included.
const FUNCTION_LINES: usize = 80;

/// The functions that are longer, with their lines. The list only shrinks: what grows fails, and what became shorter is to be
/// noted here.
const LONG_FUNCTIONS: [(&str, usize); 1] = [("render::samples::answers::hostile", 134)];

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for (path, text) in texts_below(vec![crates()]).filter(|(path, _)| is_source(path)) {
        let lines = text.lines().count();
        if lines > FILE_LINES {
            wrong.push(format!("{}: {lines} lines, at most {FILE_LINES}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Functions with their lines.
#[derive(Default)]
struct Functions(Vec<(String, usize)>);

impl Functions {
    fn take(&mut self, name: &syn::Ident, block: &syn::Block) {
        let braces = block.brace_token.span;
        self.0.push((name.to_string(), braces.close().end().line + 1 - name.span().start().line));
    }
}

impl<'f> Visit<'f> for Functions {
    fn visit_item_mod(&mut self, item: &'f syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'f syn::ItemFn) {
        self.take(&item.sig.ident, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'f syn::ImplItemFn) {
        self.take(&item.sig.ident, &item.block);
        visit::visit_impl_item_fn(self, item);
    }
}

fn functions_are_short(sources: &[Sources]) {
    let mut long = Vec::new();
    for sources in sources {
        for (module, file) in &sources.files {
            let mut functions = Functions::default();
            functions.visit_file(file);
            let place = [vec![sources.name.clone()], module.clone()].concat().join("::");
            let longer = functions.0.into_iter().filter(|(_, lines)| *lines > FUNCTION_LINES);
            long.extend(longer.map(|(name, lines)| (format!("{place}::{name}"), lines)));
        }
    }
    long.sort();
    let listed: Vec<(String, usize)> =
        LONG_FUNCTIONS.iter().map(|(name, lines)| ((*name).to_owned(), *lines)).collect();
    assert_eq!(long, listed, "what is longer than {FUNCTION_LINES} lines, and what the list says");
}
