//! The sections of a map that say what the rows of a table are: posts, people, units, and what became of units.

use super::section::Section;
use super::{Defaults, Fault, Reference, Spec, missing};

/// What a field of a stint holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::adapter::csv) enum Holds {
    Text,
    Flag,
    Date,
    /// The first day after.
    End,
    /// An instant, or a date that stands for one.
    Moment,
}

/// The fields of a stint that hold a value, in the order in which events give them.
const STINT_FIELDS: [(&str, Holds); 17] = [
    ("title", Holds::Text),
    ("lead", Holds::Flag),
    ("acting", Holds::Flag),
    ("remit", Holds::Text),
    ("employment", Holds::Text),
    ("concurrent", Holds::Flag),
    ("from", Holds::Date),
    ("to", Holds::End),
    ("seen", Holds::Date),
    ("confidence", Holds::Text),
    ("note", Holds::Text),
    ("reported_at", Holds::Moment),
    ("source.url", Holds::Text),
    ("source.quote", Holds::Text),
    ("source.publisher", Holds::Text),
    ("effective", Holds::Date),
    ("reason", Holds::Text),
];

/// The types of events that a row can make.
const MADE: [&str; 5] = ["HeldPost", "JoinedCompany", "AppointedToPost", "RelievedOfPost", "LeftCompany"];

/// The dates that a `HeldPost` has alone.
const SPAN: [&str; 3] = ["from", "to", "seen"];

/// Those that end something: their day is that of an end.
const ENDINGS: [&str; 2] = ["RelievedOfPost", "LeftCompany"];

/// The table of stints.
#[derive(Debug)]
pub(in crate::adapter::csv) struct Stints {
    pub(in crate::adapter::csv) file: String,
    /// The type of the events that its rows make.
    pub(in crate::adapter::csv) makes: String,
    /// Where it says nothing, the row makes no statement.
    pub(in crate::adapter::csv) when: Option<Spec>,
    /// Whether the row says that what was said under its key is withdrawn.
    pub(in crate::adapter::csv) withdrawn: Option<Spec>,
    /// Which list of the source the row stands in, where the source has many.
    pub(in crate::adapter::csv) list: Option<Spec>,
    /// Whether that list is there as a whole.
    pub(in crate::adapter::csv) whole: Option<Spec>,
    pub(in crate::adapter::csv) key: Option<Spec>,
    /// What is the same in rows of which each holds until the next begins.
    pub(in crate::adapter::csv) until_next: Option<Spec>,
    /// Which of several of these that begin on one day it is.
    pub(in crate::adapter::csv) order: Option<Spec>,
    pub(in crate::adapter::csv) person: Reference,
    pub(in crate::adapter::csv) company: Option<Reference>,
    pub(in crate::adapter::csv) unit: Option<Reference>,
    pub(in crate::adapter::csv) reports_to: Option<Reference>,
    /// The other fields.
    pub(in crate::adapter::csv) fields: Vec<(&'static str, Holds, Spec)>,
}

/// The table of people: a row for each name that a person bore.
#[derive(Debug)]
pub(in crate::adapter::csv) struct People {
    pub(in crate::adapter::csv) file: String,
    pub(in crate::adapter::csv) id: Spec,
    pub(in crate::adapter::csv) name: Spec,
    pub(in crate::adapter::csv) lang: Option<Spec>,
    pub(in crate::adapter::csv) from: Option<Spec>,
    pub(in crate::adapter::csv) to: Option<Spec>,
    pub(in crate::adapter::csv) died: Option<Spec>,
    pub(in crate::adapter::csv) aliases: Vec<Spec>,
    pub(in crate::adapter::csv) identifiers: Vec<(String, Spec)>,
}

/// The table of units.
#[derive(Debug)]
pub(in crate::adapter::csv) struct Units {
    pub(in crate::adapter::csv) file: String,
    /// Under which key of the source the row stands, where that is not the id.
    pub(in crate::adapter::csv) key: Option<Spec>,
    pub(in crate::adapter::csv) id: Spec,
    pub(in crate::adapter::csv) name: Spec,
    pub(in crate::adapter::csv) company: Option<Reference>,
    pub(in crate::adapter::csv) from: Option<Spec>,
    pub(in crate::adapter::csv) to: Option<Spec>,
    pub(in crate::adapter::csv) parent: Option<Spec>,
    pub(in crate::adapter::csv) kind: Option<Spec>,
    pub(in crate::adapter::csv) aliases: Vec<Spec>,
    pub(in crate::adapter::csv) identifiers: Vec<(String, Spec)>,
}

/// The table of what became of units: one became another, from one day to another.
#[derive(Debug)]
pub(in crate::adapter::csv) struct Links {
    pub(in crate::adapter::csv) file: String,
    pub(in crate::adapter::csv) unit: Spec,
    pub(in crate::adapter::csv) into: Spec,
    pub(in crate::adapter::csv) kind: Spec,
    pub(in crate::adapter::csv) from: Option<Spec>,
    pub(in crate::adapter::csv) to: Option<Spec>,
}

impl Stints {
    pub(in crate::adapter::csv::map) fn read(section: &mut Section, defaults: &Defaults) -> Result<Stints, Fault> {
        let mut known = vec!["file", "makes", "when", "withdrawn", "list", "whole", "key", "until_next", "order"];
        known.extend(["person", "company", "unit", "reports_to", "source"]);
        known.extend(STINT_FIELDS.iter().map(|(name, _)| *name).filter(|name| !name.contains('.')));
        section.only(&known)?;
        let file = section.text("file")?;
        let file = section.required("file", file)?;
        let makes = section.text("makes")?.unwrap_or_else(|| MADE[0].to_owned());
        if !MADE.contains(&makes.as_str()) {
            let hint = format!("a row can make {}", MADE.join(", "));
            return Err(Fault::new(format!("`{}`: rows make no `{makes}`", section.key("makes")), hint));
        }
        let key = section.text_spec("key", defaults)?;
        let person = section.reference("person", defaults)?;
        let person = section.required("person", person)?;
        let company = section.reference("company", defaults)?;
        let unit = section.reference("unit", defaults)?;
        let reports_to = section.reference("reports_to", defaults)?;
        let mut source = section.section("source")?;
        if let Some(source) = &source {
            source.only(&["url", "quote", "publisher"])?;
        }
        let mut fields = Vec::new();
        for (name, holds) in STINT_FIELDS {
            let holds = if name == "effective" && ENDINGS.contains(&makes.as_str()) { Holds::End } else { holds };
            let spec = match (name.strip_prefix("source."), holds) {
                (Some(name), _) => source.as_mut().map(|s| s.text_spec(name, defaults)).transpose()?.flatten(),
                (None, Holds::End) => section.ending(name, defaults)?,
                (None, _) if name == "title" => section.one_or_several(name, defaults)?,
                (None, Holds::Text | Holds::Flag | Holds::Date | Holds::Moment) => {
                    section.spec(name, holds, defaults)?
                }
            };
            fields.extend(spec.map(|spec| (name, holds, spec)));
        }
        let [when, withdrawn, list, whole, until_next, order] =
            ["when", "withdrawn", "list", "whole", "until_next", "order"].map(|name| section.text_spec(name, defaults));
        let (when, withdrawn, list, whole) = (when?, withdrawn?, list?, whole?);
        let (until_next, order) = (until_next?, order?);
        if let Some((name, ..)) = fields.iter().find(|(name, ..)| makes != MADE[0] && SPAN.contains(name)) {
            let hint = "the day on which it happened is `effective`";
            return Err(Fault::new(format!("`{}`: a `{makes}` has none", section.key(name)), hint.to_owned()));
        }
        let has_start = makes == MADE[0] && fields.iter().any(|(name, ..)| *name == "from");
        for (needs, there, name, value) in [
            ("key", key.is_some(), "withdrawn", &withdrawn),
            ("list", list.is_some(), "whole", &whole),
            ("from", has_start, "until_next", &until_next),
            ("until_next", until_next.is_some(), "order", &order),
        ] {
            if value.is_some() && !there {
                return Err(missing(&section.key(needs), &format!("`{name}` has no effect without it")));
            }
        }
        Ok(Stints {
            file,
            makes,
            when,
            withdrawn,
            list,
            whole,
            key,
            until_next,
            order,
            person,
            company,
            unit,
            reports_to,
            fields,
        })
    }

    /// Whether the map gives a field a value.
    pub(in crate::adapter::csv) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, ..)| *field == name)
    }

    pub(in crate::adapter::csv) fn specs(&self) -> Vec<&Spec> {
        let mentions = [Some(&self.person), self.company.as_ref(), self.unit.as_ref(), self.reports_to.as_ref()];
        let own = [&self.when, &self.withdrawn, &self.list, &self.whole, &self.key, &self.until_next, &self.order];
        let own = own.into_iter().flatten();
        own.chain(mentions.into_iter().flatten().flat_map(Reference::specs))
            .chain(self.fields.iter().map(|(.., spec)| spec))
            .collect()
    }
}

impl People {
    pub(in crate::adapter::csv::map) fn read(mut section: Section, defaults: &Defaults) -> Result<People, Fault> {
        section.only(&["file", "id", "name", "lang", "from", "to", "died", "aliases", "identifiers"])?;
        let (file, id, name) =
            (section.text("file")?, section.text_spec("id", defaults)?, section.text_spec("name", defaults)?);
        let people = People {
            file: section.required("file", file)?,
            id: section.required("id", id)?,
            name: section.required("name", name)?,
            lang: section.text_spec("lang", defaults)?,
            from: section.spec("from", Holds::Date, defaults)?,
            to: section.ending("to", defaults)?,
            died: section.spec("died", Holds::Date, defaults)?,
            aliases: section.aliases(defaults)?,
            identifiers: section.identifiers(defaults)?,
        };
        Ok(people)
    }

    pub(in crate::adapter::csv) fn specs(&self) -> Vec<&Spec> {
        let optional = [&self.lang, &self.from, &self.to, &self.died];
        let own = [&self.id, &self.name].into_iter().chain(optional.into_iter().flatten());
        own.chain(&self.aliases).chain(self.identifiers.iter().map(|(_, spec)| spec)).collect()
    }
}

impl Units {
    pub(in crate::adapter::csv::map) fn read(mut section: Section, defaults: &Defaults) -> Result<Units, Fault> {
        section.only(&[
            "file",
            "key",
            "id",
            "name",
            "company",
            "from",
            "to",
            "parent",
            "kind",
            "aliases",
            "identifiers",
        ])?;
        let (file, id, name) =
            (section.text("file")?, section.text_spec("id", defaults)?, section.text_spec("name", defaults)?);
        let units = Units {
            file: section.required("file", file)?,
            key: section.text_spec("key", defaults)?,
            id: section.required("id", id)?,
            name: section.required("name", name)?,
            company: section.reference("company", defaults)?,
            from: section.spec("from", Holds::Date, defaults)?,
            to: section.ending("to", defaults)?,
            parent: section.text_spec("parent", defaults)?,
            kind: section.text_spec("kind", defaults)?,
            aliases: section.aliases(defaults)?,
            identifiers: section.identifiers(defaults)?,
        };
        Ok(units)
    }

    pub(in crate::adapter::csv) fn specs(&self) -> Vec<&Spec> {
        let optional = [&self.key, &self.from, &self.to, &self.parent, &self.kind];
        let company = self.company.iter().flat_map(Reference::specs);
        let own = [&self.id, &self.name].into_iter().chain(optional.into_iter().flatten()).chain(company);
        own.chain(&self.aliases).chain(self.identifiers.iter().map(|(_, spec)| spec)).collect()
    }
}

impl Links {
    pub(in crate::adapter::csv::map) fn read(mut section: Section, defaults: &Defaults) -> Result<Links, Fault> {
        section.only(&["file", "unit", "into", "kind", "from", "to"])?;
        let file = section.text("file")?;
        let [unit, into, kind] = ["unit", "into", "kind"].map(|name| section.text_spec(name, defaults));
        let links = Links {
            file: section.required("file", file)?,
            unit: section.required("unit", unit?)?,
            into: section.required("into", into?)?,
            kind: section.required("kind", kind?)?,
            from: section.spec("from", Holds::Date, defaults)?,
            to: section.ending("to", defaults)?,
        };
        if links.from.is_none() && links.to.is_none() {
            return Err(missing("links.from", "a link has a date: name the column of its first or its last day"));
        }
        Ok(links)
    }

    pub(in crate::adapter::csv) fn specs(&self) -> Vec<&Spec> {
        let own = [&self.unit, &self.into, &self.kind];
        own.into_iter().chain(self.from.iter()).chain(self.to.iter()).collect()
    }
}
