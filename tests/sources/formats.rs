//! One small world as every format writes it: Ann Lee, who is Clerk of the Rolls Office since 2015, and Bo Ode, who held
//! the post before her.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::registers;
use crate::shell::{Run, Shell, file};

/// A format, and how it writes the world.
pub(crate) struct Format {
    pub(crate) name: &'static str,
    /// What `--from` calls it.
    pub(crate) from: &'static str,
    pub(crate) extension: &'static str,
    /// The map without the keys that all maps share; a name is that of a map that comes with the program.
    pub(crate) map: &'static str,
    pub(crate) write: fn(&World) -> String,
    /// By what the office is asked for.
    pub(crate) office: &'static str,
    pub(crate) dated: Dated,
    /// Which rules say nothing of it.
    pub(crate) without: &'static [Rule],
}

/// How a format tells when something was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dated {
    /// By the name of the file, or `--version`.
    ByFile,
    /// In every record.
    Within,
}

/// What a format may have no word for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Titles of any wording.
    Titles,
    /// Starts of posts.
    Starts,
    /// Ends of posts.
    Ends,
    /// Words in the place of dates.
    Words,
    Deaths,
    /// Keys of statements.
    Keys,
    /// Posts without dates.
    Undated,
    /// That a post went on until a version, by the key `seen`.
    Seen,
    /// That a post is gone, and so ends.
    Gone,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    /// When it is published; empty where nothing tells.
    pub(crate) day: &'static str,
    /// The title, start and end of Ann's post, as they are written.
    pub(crate) title: &'static str,
    pub(crate) start: &'static str,
    pub(crate) end: &'static str,
    /// Whether the posts of Ann and Bo are in it.
    pub(crate) ann: bool,
    pub(crate) bo: bool,
    /// When Ann died.
    pub(crate) died: &'static str,
    /// Whether Ann's record stands twice, the second time with another start or, in a format without, another title.
    pub(crate) twice: bool,
}

pub(crate) const WORLD: World =
    World { day: "", title: "Clerk", start: "2015-01-01", end: "", ann: true, bo: true, died: "", twice: false };

/// A post: its key, who holds it, the title, the start and the end.
pub(crate) type Post<'w> = (&'static str, &'static str, &'w str, &'w str, &'w str);

impl World {
    pub(crate) fn posts(&self) -> Vec<Post<'_>> {
        let ann = |title, start| ("1", "ann", title, start, self.end);
        let mut posts = Vec::new();
        posts.extend(self.ann.then(|| ann(self.title, self.start)));
        posts.extend(self.twice.then(|| ann("Senior Clerk", "2016-01-01")));
        posts.extend(self.bo.then_some(("2", "bo", "Clerk", "2010-01-01", "2014-12-31")));
        posts
    }
}

pub(crate) const PEOPLE: [(&str, &str); 2] = [("ann", "Ann Lee"), ("bo", "Bo Ode")];

pub(crate) fn lines(values: &[Value]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

const CSV_MAP: &str = r#"
company = "Rolls Office"
[source]
publisher = "Register"
[files.t]
path = "t.csv"
[files.people]
path = "people.csv"
[stints]
file = "t"
key = "id"
person = { id = "person" }
title = "role"
from = "start"
to = "end"
[people]
file = "people"
id = "id"
name = "name"
died = "died?"
"#;

fn csv(world: &World) -> String {
    let mut text = "id,person,role,start,end\n".to_owned();
    for (id, person, title, start, end) in world.posts() {
        writeln!(text, "{id},{person},{title},{start},{end}").expect("a string takes it");
    }
    text
}

/// The table beside that of the posts.
pub(crate) fn people(world: &World) -> String {
    format!("id,name,died\nann,Ann Lee,{}\nbo,Bo Ode,\n", world.died)
}

const POPOLO_MAP: &str = "namespace = \"x:\"\n[source]\npublisher = \"Register\"\n";

fn popolo(world: &World) -> String {
    let held = |(id, person, title, start, end): Post<'_>| json!({"id": id, "person_id": person, "organization_id": "rolls", "role": title, "start_date": start, "end_date": end});
    json!({
        "persons": [{"id": "ann", "name": "Ann Lee", "death_date": world.died}, {"id": "bo", "name": "Bo Ode"}],
        "organizations": [{"id": "rolls", "name": "Rolls Office"}],
        "memberships": world.posts().into_iter().map(held).collect::<Vec<_>>(),
    })
    .to_string()
}

fn ftm(world: &World) -> String {
    let entity = |id: &str, schema: &str, properties: Value| json!({"id": id, "schema": schema, "datasets": ["Register"], "properties": properties});
    let given = |fields: &[(&str, &str)]| -> Value {
        let given = fields.iter().filter(|(_, value)| !value.is_empty());
        given.map(|(field, value)| ((*field).to_owned(), json!([value]))).collect()
    };
    let mut values = vec![
        entity("ann", "Person", given(&[("name", "Ann Lee"), ("deathDate", world.died)])),
        entity("bo", "Person", given(&[("name", "Bo Ode")])),
        entity("rolls", "Company", given(&[("name", "Rolls Office")])),
    ];
    for (id, person, title, start, end) in world.posts() {
        let fields =
            [("employee", person), ("employer", "rolls"), ("role", title), ("startDate", start), ("endDate", end)];
        values.push(entity(id, "Employment", given(&fields)));
    }
    lines(&values)
}

fn wikidata(world: &World) -> String {
    let value = |property: &str, id: &str| json!({"snaktype": "value", "property": property, "datavalue": {"type": "wikibase-entityid", "value": {"id": id}}});
    let time = |property: &str, day: &str| {
        // A month or a year has a precision of its own.
        let (rest, precision) = match day.len() {
            4 => ("-00-00", 9),
            7 => ("-00", 10),
            _ => ("", 11),
        };
        let value = json!({
            "time": format!("+{day}{rest}T00:00:00Z"), "precision": precision,
            "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
        });
        json!({"snaktype": "value", "property": property, "datavalue": {"type": "time", "value": value}})
    };
    let item = |id: &str, label: &str, claims: Value| json!({"type": "item", "id": id, "labels": {"en": {"language": "en", "value": label}}, "claims": claims});
    let claim = |id: &str, snak: Value| json!({"id": id, "rank": "normal", "mainsnak": snak});
    let held = |(id, person, title, start, end): Post<'_>| {
        let mut held = claim(
            &format!("{}${id}", if person == "ann" { "Q10" } else { "Q11" }),
            value("P39", if title == "Clerk" { "Q2" } else { "Q3" }),
        );
        for (property, day) in [("P580", start), ("P582", end)] {
            if !day.is_empty() {
                held["qualifiers"][property] = json!([time(property, day)]);
            }
        }
        held
    };
    let mut items = Vec::new();
    for (id, (person, name)) in [("Q10", PEOPLE[0]), ("Q11", PEOPLE[1])] {
        let posts: Vec<Value> = world.posts().into_iter().filter(|post| post.1 == person).map(held).collect();
        let mut claims = json!({"P31": [claim(&format!("{id}$h"), value("P31", "Q5"))], "P39": posts});
        if person == "ann" && !world.died.is_empty() {
            claims["P570"] = json!([claim("Q10$d", time("P570", world.died))]);
        }
        items.push(item(id, name, claims));
    }
    let office = |id: &str| json!({"P361": [claim(id, value("P361", "Q1"))]});
    items.push(item("Q2", "Clerk", office("Q2$o")));
    items.push(item("Q3", "Senior Clerk", office("Q3$o")));
    items.push(item("Q1", "Rolls Office", json!({})));
    lines(&items)
}

const RECORDS_MAP: &str = r#"
company = "Rolls Office"
[source]
publisher = "Register"
[files.people]
each = "$.people[*]"
[files.terms]
each = ["$.people[*]", "@.terms[*]"]
[people]
file = "people"
id = "@.id"
name = "@.name"
died = "@.died?"
[[stints]]
file = "terms"
key = "@.id"
person = { id = "^.id" }
title = "@.role"
from = "@.start"
to = "@.end"
"#;

fn records(world: &World) -> String {
    let mut text = "people:\n".to_owned();
    for (person, name) in PEOPLE {
        let died = if person == "ann" { world.died } else { "" };
        writeln!(text, "- id: {person}\n  name: {name}\n  died: \"{died}\"\n  terms:").expect("a string takes it");
        let terms: Vec<_> = world.posts().into_iter().filter(|post| post.1 == person).collect();
        for (id, _, title, start, end) in &terms {
            writeln!(text, "  - {{ id: {id}, role: {title}, start: \"{start}\", end: \"{end}\" }}")
                .expect("a string takes it");
        }
        if terms.is_empty() {
            text.push_str("    []\n");
        }
    }
    text
}

const ROSTER_MAP: &str = r#"
company = "Rolls Office"
complete = true
least_share = 0
[source]
publisher = "Register"
[[lists]]
at = "people/*"
title = "role"
died = "died?"
"#;

fn roster(world: &World) -> String {
    let mut text = "office: Rolls\npeople:\n- { name: Cy Oh, role: Cook }\n".to_owned();
    for (_, _, title, ..) in world.posts().into_iter().filter(|post| post.1 == "ann") {
        let died = if world.died.is_empty() { String::new() } else { format!(", died: {}", world.died) };
        writeln!(text, "- {{ name: Ann Lee, role: {title}{died} }}").expect("a string takes it");
    }
    text
}

/// What no register has: deaths.
const LISTED: &[Rule] = &[Rule::Deaths];
/// A register that withdraws nothing.
const LASTING: &[Rule] = &[Rule::Deaths, Rule::Gone];
/// A register of sightings.
const SIGHTINGS: &[Rule] =
    &[Rule::Deaths, Rule::Gone, Rule::Starts, Rule::Ends, Rule::Words, Rule::Undated, Rule::Seen];

const fn by_file(
    name: &'static str,
    extension: &'static str,
    map: &'static str,
    write: fn(&World) -> String,
) -> Format {
    let office = "Rolls Office";
    Format { name, from: name, extension, map, write, office, dated: Dated::ByFile, without: &[] }
}

const fn register(name: &'static str, write: fn(&World) -> String, dated: Dated, without: &'static [Rule]) -> Format {
    Format { name, from: "records", extension: "json", map: name, write, office: "Rolls Office", dated, without }
}

pub(crate) const FORMATS: [Format; 15] = [
    by_file("csv", "csv", CSV_MAP, csv),
    by_file("popolo", "json", POPOLO_MAP, popolo),
    by_file("ftm", "json", "", ftm),
    Format { without: &[Rule::Words], ..by_file("wikidata", "json", "", wikidata) },
    by_file("records", "yaml", RECORDS_MAP, records),
    Format {
        without: &[Rule::Starts, Rule::Ends, Rule::Words, Rule::Keys, Rule::Undated, Rule::Seen],
        ..by_file("roster", "yaml", ROSTER_MAP, roster)
    },
    Format {
        dated: Dated::Within,
        without: &[Rule::Titles, Rule::Undated, Rule::Seen],
        ..by_file("bods", "json", "", registers::bods)
    },
    register("companies-house", registers::companies_house, Dated::ByFile, LISTED),
    // Title and start are a part of the key.
    register(
        "companies-house-appointments",
        registers::appointments,
        Dated::ByFile,
        &[Rule::Deaths, Rule::Titles, Rule::Keys],
    ),
    Format { office: "gb-coh/1", ..register("companies-house-stream", registers::stream, Dated::Within, LASTING) },
    Format {
        from: "csv",
        extension: "tsv",
        ..register("sec-insider-tables", registers::sec_table, Dated::Within, SIGHTINGS)
    },
    Format { extension: "xml", ..register("sec-insider", registers::sec_filing, Dated::Within, SIGHTINGS) },
    register("govuk-roles", registers::govuk, Dated::Within, &[Rule::Deaths, Rule::Gone, Rule::Undated]),
    register("orcid", registers::orcid, Dated::Within, LASTING),
    Format { extension: "xml", ..register("orcid-xml", registers::orcid_xml, Dated::Within, LASTING) },
];

impl Format {
    pub(crate) fn has(&self, rule: Rule) -> bool {
        !self.without.contains(&rule)
    }

    /// The map, the keys that all maps share first.
    pub(crate) fn map_with(&self, shared: &str) -> String {
        let end = if self.has(Rule::Ends) && !shared.contains("end =") { "end = \"inclusive\"\n" } else { "" };
        if self.map != self.name {
            return format!("{end}{shared}\n{}", self.map);
        }
        let own = std::fs::read_to_string(file("../crates/producer/maps").join(format!("{}.toml", self.name)));
        let own = own.expect("a map that comes with the program");
        let own: Vec<&str> = own.lines().filter(|line| !line.starts_with("end =")).collect();
        format!("{end}{shared}\n{}", own.join("\n"))
    }

    /// The map by which files with dates in their names are versions.
    pub(crate) fn map_of_versions(&self) -> String {
        let map = self.map_with("");
        match self.dated {
            Dated::Within => map,
            Dated::ByFile if self.name == "roster" => format!("{map}[date]\nfile = \"{{date}}_t.yaml\"\n"),
            Dated::ByFile if map.contains("[revisions]") => map,
            Dated::ByFile => format!("{}\n[revisions]\nfiles = \"{{date}}_t.*\"\n", self.named(&map)),
        }
    }

    /// The map by which a post that is gone has ended.
    pub(crate) fn map_of_endings(&self) -> String {
        let map = self.map_with("");
        match self.name {
            "roster" | "bods" => map,
            _ if map.contains("[revisions]") => format!("{map}\ngone = \"ended\"\n"),
            _ => format!("{}\n[revisions]\ngone = \"ended\"\n", self.named(&map)),
        }
    }

    /// A map of trees in which each has a name, as versions need it.
    fn named(&self, map: &str) -> String {
        if self.from == "records" { map.replace("\neach = ", "\npath = \"*\"\neach = ") } else { map.to_owned() }
    }

    /// The file of a version.
    pub(crate) fn version_file(&self, day: &str) -> String {
        match self.name {
            "companies-house" => format!("t.{day}.json"),
            _ => format!("{day}_{}", self.file()),
        }
    }

    /// Whether versions can come in any order, for each record tells its time.
    pub(crate) fn takes_any_order(&self) -> bool {
        self.dated == Dated::Within && self.name != "bods"
    }

    /// The file of a world, called so that it tells nothing.
    pub(crate) fn file(&self) -> String {
        format!("t.{}", self.extension)
    }

    /// Ingests a world by the map that was written.
    pub(crate) fn ingest_file(&self, shell: &Shell, file: &str, world: &World, flags: &[&str]) -> Run {
        let files = self.write_files(shell, file, world);
        let mut words = ["ingest", "--from", self.from, "--map", "map.toml", "--rejects", "rejects"].to_vec();
        words.extend(files.iter().map(String::as_str));
        shell.run(&[&words[..], flags].concat())
    }

    /// Writes a world and gives the names of its files.
    pub(crate) fn write_files(&self, shell: &Shell, file: &str, world: &World) -> Vec<String> {
        let mut files = vec![file.to_owned()];
        match self.name {
            "csv" => {
                shell.write("people.csv", people(world));
                files.push("people.csv".to_owned());
            }
            "sec-insider-tables" => {
                let dir = format!("{file}.d");
                std::fs::create_dir_all(shell.dir().join(&dir)).expect("a directory is made");
                shell.write(&format!("{dir}/SUBMISSION.tsv"), registers::sec_submissions(world));
                shell.write(&format!("{dir}/REPORTINGOWNER.tsv"), (self.write)(world));
                return vec![dir];
            }
            _ => {}
        }
        shell.write(file, (self.write)(world));
        files
    }

    /// Ingests a world with keys that all maps share, as the version of its day.
    pub(crate) fn ingest(&self, shell: &Shell, shared: &str, world: &World, flags: &[&str]) -> Run {
        shell.write("map.toml", self.map_with(shared));
        let version = ["--version", world.day];
        let version = if self.dated == Dated::ByFile && !world.day.is_empty() { &version[..] } else { &[] };
        self.ingest_file(shell, &self.file(), world, &[version, flags].concat())
    }

    /// The world in which Ann's post is another one: by its title, else by its end.
    pub(crate) fn other(&self) -> World {
        if self.has(Rule::Titles) {
            World { title: "Senior Clerk", ..WORLD }
        } else {
            World { end: "2018-12-31", ..WORLD }
        }
    }

    /// The day on which a world shows Ann in her post: where nothing tells a start, the day of the world.
    pub(crate) fn shown_on(&self, world: &World) -> &'static str {
        if self.name == "roster" { world.day } else { "2020-01-01" }
    }

    /// Who is in the office on that day, as the world says.
    pub(crate) fn shows(&self, world: &World) -> Vec<String> {
        let title = if self.name == "bods" { "board member" } else { world.title };
        let mut shown = vec![format!("Ann Lee {title}")];
        if self.name == "roster" {
            shown.push("Cy Oh Cook".to_owned());
        }
        shown.truncate(if world.end.is_empty() { shown.len() } else { 0 });
        shown
    }
}
