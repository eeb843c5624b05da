//! Entities of Wikibase as JSON: items, their names, and statements with qualifiers and references.

use serde_json::Value;
use tenure_domain::bounds::Bounds;

use super::time;

/// The number of an item: 42 of `Q42`.
pub(super) type Item = u64;

/// Reads the id of an item.
pub(super) fn item(id: &str) -> Option<Item> {
    let digits = id.strip_prefix('Q')?;
    let canonical = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if canonical { digits.parse().ok() } else { None }
}

/// An item: the view of its JSON that this adapter needs.
#[derive(Clone, Copy)]
pub(super) struct Entity<'e> {
    pub(super) id: &'e str,
    pub(super) item: Item,
    json: &'e Value,
}

/// The items of a record: one, or those of an object of `Special:EntityData`.
pub(super) fn entities(record: &Value) -> Vec<Entity<'_>> {
    match record["entities"].as_object() {
        Some(several) => several.values().filter_map(Entity::read).collect(),
        None => Entity::read(record).into_iter().collect(),
    }
}

/// A name of an item.
pub(super) struct Label<'e> {
    pub(super) lang: &'e str,
    pub(super) text: &'e str,
    /// `labels` or `aliases`.
    pub(super) field: &'static str,
}

impl<'e> Entity<'e> {
    /// An item; none of a property, a lexeme, or an id without an entity.
    fn read(json: &'e Value) -> Option<Entity<'e>> {
        let id = json["id"].as_str()?;
        Some(Entity { id, item: item(id)?, json })
    }

    /// The properties of which it has statements.
    pub(super) fn properties(&self) -> impl Iterator<Item = &'e str> + use<'e> {
        self.json["claims"].as_object().into_iter().flat_map(|claims| claims.keys().map(String::as_str))
    }

    /// The statements of a property.
    pub(super) fn statements(&self, property: &str) -> impl Iterator<Item = Statement<'e>> + use<'e> {
        list(&self.json["claims"][property]).map(Statement)
    }

    /// The items that a property has for its value, deprecated statements left out, preferred ones first.
    pub(super) fn items(&self, property: &str) -> Vec<&'e str> {
        let mut statements: Vec<_> =
            self.statements(property).filter(|statement| statement.rank() != Rank::Deprecated).collect();
        statements.sort_by_key(|statement| statement.rank());
        statements.iter().filter_map(|statement| statement.main().item()).collect()
    }

    /// Whether it is a human; nothing where it does not say what it is.
    pub(super) fn is_human(&self) -> Option<bool> {
        let kinds = self.items("P31");
        if kinds.is_empty() { None } else { Some(kinds.contains(&"Q5")) }
    }

    /// When the item was last changed, which is when what it says was read at the latest.
    pub(super) fn modified(&self) -> Option<&'e str> {
        self.json["modified"].as_str()
    }

    /// The label in one language.
    pub(super) fn label(&self, lang: &str) -> Option<&'e str> {
        self.json["labels"][lang]["value"].as_str()
    }

    /// All names: labels before aliases, by language.
    pub(super) fn names(&self) -> Vec<Label<'e>> {
        let text = |name: &'e Value| name["value"].as_str();
        let mut names = Vec::new();
        for (lang, label) in self.json["labels"].as_object().into_iter().flatten() {
            names.extend(text(label).map(|text| Label { lang, text, field: "labels" }));
        }
        for (lang, aliases) in self.json["aliases"].as_object().into_iter().flatten() {
            names.extend(list(aliases).filter_map(text).map(|text| Label { lang, text, field: "aliases" }));
        }
        names.sort_by_key(|name| (std::cmp::Reverse(name.field), name.lang));
        names
    }
}

fn list(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().into_iter().flatten()
}

/// How much Wikidata holds of a statement; the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Preferred,
    Normal,
    Deprecated,
}

/// A statement.
#[derive(Clone, Copy)]
pub(super) struct Statement<'e>(&'e Value);

impl<'e> Statement<'e> {
    pub(super) fn id(self) -> Option<&'e str> {
        self.0["id"].as_str()
    }

    pub(super) fn rank(self) -> Rank {
        match self.0["rank"].as_str() {
            Some("preferred") => Rank::Preferred,
            Some("deprecated") => Rank::Deprecated,
            _ => Rank::Normal,
        }
    }

    pub(super) fn main(self) -> Snak<'e> {
        Snak(&self.0["mainsnak"])
    }

    /// The qualifiers of a property.
    pub(super) fn qualifiers(self, property: &str) -> impl Iterator<Item = Snak<'e>> + use<'e> {
        list(&self.0["qualifiers"][property]).map(Snak)
    }

    /// The items that qualifiers of a property have for their value.
    pub(super) fn qualifier_items(self, property: &str) -> impl Iterator<Item = &'e str> + use<'e> {
        self.qualifiers(property).filter_map(Snak::item)
    }

    /// The properties of the qualifiers.
    pub(super) fn qualified_by(self) -> impl Iterator<Item = &'e str> + use<'e> {
        self.0["qualifiers"].as_object().into_iter().flat_map(|qualifiers| qualifiers.keys().map(String::as_str))
    }

    /// The organisation of a position that is held, where the statement itself names it, and by which property.
    pub(super) fn organisation(self) -> Option<(&'static str, &'e str)> {
        let named = |property| Some((property, self.qualifier_items(property).next()?));
        ["P642", "P2389"].into_iter().find_map(named)
    }

    pub(super) fn references(self) -> impl Iterator<Item = Reference<'e>> + use<'e> {
        list(&self.0["references"]).map(Reference)
    }

    /// The text for a reject.
    pub(super) fn text(self) -> String {
        self.0.to_string()
    }
}

/// A value, or the word that there is some, or none.
#[derive(Clone, Copy)]
pub(super) struct Snak<'e>(&'e Value);

/// What a snak says of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Between those days.
    At(Bounds),
    /// There is one, but it is not known.
    Unknown,
    /// There is none.
    Never,
}

impl<'e> Snak<'e> {
    /// The id of the item that it names.
    pub(super) fn item(self) -> Option<&'e str> {
        let id = self.0["datavalue"]["value"]["id"].as_str()?;
        item(id).map(|_| id)
    }

    /// Whether it has a value: `somevalue` and `novalue` have none.
    pub(super) fn has_value(self) -> bool {
        self.0["snaktype"].as_str() == Some("value")
    }

    pub(super) fn moment(self) -> Result<Moment, String> {
        match self.0["snaktype"].as_str() {
            Some("somevalue") => Ok(Moment::Unknown),
            Some("novalue") => Ok(Moment::Never),
            _ => time::bounds(&self.0["datavalue"]["value"]).map(Moment::At),
        }
    }

    fn string(self) -> Option<&'e str> {
        self.0["datavalue"]["value"].as_str()
    }
}

/// Where a statement comes from.
#[derive(Clone, Copy)]
pub(super) struct Reference<'e>(&'e Value);

impl<'e> Reference<'e> {
    fn snaks(self, property: &str) -> impl Iterator<Item = Snak<'e>> + use<'e> {
        list(&self.0["snaks"][property]).map(Snak)
    }

    /// The address of the page (P854).
    pub(super) fn url(self) -> Option<&'e str> {
        self.snaks("P854").find_map(Snak::string)
    }

    /// The work in which it is stated (P248).
    pub(super) fn work(self) -> Option<&'e str> {
        self.snaks("P248").find_map(Snak::item)
    }

    /// The title of the page (P1476) and its language.
    pub(super) fn title(self) -> Option<(&'e str, &'e str)> {
        self.snaks("P1476").find_map(|snak| {
            let value = &snak.0["datavalue"]["value"];
            Some((value["text"].as_str()?, value["language"].as_str().unwrap_or_default()))
        })
    }

    /// The words that make the claim (P1683).
    pub(super) fn quote(self) -> Option<&'e str> {
        self.snaks("P1683").find_map(|snak| snak.0["datavalue"]["value"]["text"].as_str())
    }

    /// The day on which it was read (P813).
    pub(super) fn retrieved(self) -> Option<Bounds> {
        self.day("P813")
    }

    /// The day on which it was published (P577).
    pub(super) fn published(self) -> Option<Bounds> {
        self.day("P577")
    }

    fn day(self, property: &str) -> Option<Bounds> {
        self.snaks(property).find_map(|snak| match snak.moment() {
            Ok(Moment::At(bounds)) => Some(bounds),
            Ok(Moment::Unknown | Moment::Never) | Err(_) => None,
        })
    }
}
