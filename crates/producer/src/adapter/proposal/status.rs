//! What says of a row that its post is over, or that no person is in it: columns of status, and words in the place of a name.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use super::quoted;
use super::words::{WITHIN, folded, parts};
use crate::adapter::conventions::{FALSE, TRUE, truth};

/// Words in the names of columns that tell how it stands with a row, or why a person left.
#[rustfmt::skip]
const NAMES: [&str; 26] = [
    "status", "state", "state_of_employment", "standing", "lifecycle", "reason", "separation", "leaving", "Zustand", "Austrittsgrund",
    "statut", "état", "situation", "motif", "estado", "situación", "motivo", "situação", "stato", "situazione", "статус", "состояние",
    "стан", "状態", "状况", "상태",
];

/// Words for a post that is over, or one that has left.
#[rustfmt::skip]
const OVER: [&str; 99] = [
    "former", "formerly", "resigned", "terminated", "inactive", "retired", "dismissed", "departed", "deprovisioned", "deactivated",
    "disabled", "ceased", "expired", "ended", "closed", "left", "ex", "past", "previous", "historic", "historical", "deceased", "dead",
    "died", "removed", "withdrawn", "separated", "emeritus", "exited", "laid off", "quit", "fired", "discharged", "disqualified",
    "vacated", "deleted", "archived", "alumni", "alumnus", "alumna", "not current", "no longer in office", "out of office",
    "no longer employed", "offboarded", "ehemalig", "ehemals", "ausgeschieden", "inaktiv", "gekündigt", "beendet", "pensioniert",
    "im Ruhestand", "verstorben", "ancien", "ancienne", "inactif", "retraité", "retraitée", "parti", "sorti", "décédé",
    "baja", "dado de baja", "inactivo", "inactiva", "cesado", "cesada", "jubilado", "jubilada", "fallecido", "inativo", "inativa", "exonerado",
    "exonerada", "desligado", "demitido", "aposentado", "aposentada", "cessato", "cessata", "inattivo", "dimesso", "dimissionario",
    "uit dienst", "inactief", "nieaktywny", "zwolniony", "уволен", "уволена", "бывший", "неактивен", "退職", "退職済", "退任", "離職",
    "已離職", "卸任", "퇴직",
];

/// Words for a post that is held.
#[rustfmt::skip]
const HELD: [&str; 47] = [
    "active", "current", "currently", "in office", "in post", "in role", "serving", "sitting", "incumbent", "employed", "working", "present",
    "enabled", "ongoing", "staged", "provisioned", "full time", "part time", "permanent", "regular", "aktiv", "aktuell", "beschäftigt",
    "im Amt", "actif", "en poste", "en fonction", "activo", "activa", "vigente", "en activo", "alta", "ativo", "ativa",
    "attivo", "attiva", "in carica", "in servizio", "actief", "in dienst", "aktywny", "активен", "работает", "действующий", "在職", "現職",
    "재직",
];

/// Names of columns whose cells are true where the post is over.
#[rustfmt::skip]
const TRUE_IF_OVER: [&str; 17] = [
    "deleted", "inactive", "terminated", "archived", "disabled", "deactivated", "former", "left", "retired", "departed", "resigned",
    "has_left", "ended", "closed", "deceased", "dead", "alumni",
];

/// Names of columns whose cells are true where it is held.
#[rustfmt::skip]
const TRUE_IF_HELD: [&str; 17] = [
    "active", "current", "enabled", "in_office", "incumbent", "employed", "present", "in_post", "still_in_office", "serving",
    "account_enabled", "currently_employed", "currently_active", "currently_in_office", "in_service", "aktiv", "actif",
];

/// Names of columns whose cells are true where the row is of no person.
const TRUE_IF_NOBODY: [&str; 6] = ["bot", "robot", "app_user", "service_account", "system_account", "workflow_bot"];

/// What stands in the place of a name where a post is vacant.
#[rustfmt::skip]
const NOBODY: [&str; 40] = [
    "vacant", "vacancy", "vacant position", "vacant post", "position vacant", "open position", "unfilled", "unassigned", "nobody", "none",
    "tbc", "tba", "tbd", "tbh", "to be confirmed", "to be announced", "to be appointed", "to be hired", "to be determined", "n.n.", "n. n.",
    "vakant", "unbesetzt", "poste vacant", "à pourvoir", "vacante", "por designar", "a designar", "vago", "vaga", "nomeação pendente",
    "da nominare", "vacature", "wakat", "вакансия", "вакантно", "空席", "欠員", "空缺", "공석",
];

/// What a column says of its rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// The words by which a post is over, and others of which that is not known.
    Over { words: Vec<String>, unknown: Vec<String> },
    /// The words by which a row is of no person.
    OfNobody(Vec<String>),
}

/// Words as they are compared.
type Keys = LazyLock<HashSet<String>>;

static NAMES_KEYS: Keys = LazyLock::new(|| keys(&NAMES));
static OVER_KEYS: Keys = LazyLock::new(|| keys(&OVER));
static HELD_KEYS: Keys = LazyLock::new(|| keys(&HELD));
static TRUE_IF_OVER_KEYS: Keys = LazyLock::new(|| keys(&TRUE_IF_OVER));
static TRUE_IF_HELD_KEYS: Keys = LazyLock::new(|| keys(&TRUE_IF_HELD));
static TRUE_IF_NOBODY_KEYS: Keys = LazyLock::new(|| keys(&TRUE_IF_NOBODY));
static NOBODY_KEYS: Keys = LazyLock::new(|| keys(&NOBODY));

fn keys(words: &[&str]) -> HashSet<String> {
    words.iter().map(|word| folded(word)).collect()
}

/// What a column says of its rows by its name and its cells; none where it says nothing of the kind.
pub(super) fn of(name: &str, cells: &[&str]) -> Option<Status> {
    const MOST: usize = 20;
    let distinct: BTreeSet<&str> = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    let name = name.rsplit(WITHIN).next().unwrap_or(name);
    if distinct.is_empty() || distinct.len() > MOST || name.contains(['{', '}']) || name.ends_with('?') {
        return None;
    }
    if distinct.iter().all(|cell| truth(cell).is_some()) {
        let list = |words: [&str; 5]| words.map(str::to_owned).to_vec();
        let key = folded(name);
        let is_called = |names: &Keys| names.contains(&key) || names.contains(key.strip_prefix("is").unwrap_or(&key));
        let over = |words: [&str; 5]| Some(Status::Over { words: list(words), unknown: Vec::new() });
        return match name {
            _ if is_called(&TRUE_IF_NOBODY_KEYS) => Some(Status::OfNobody(list(TRUE))),
            _ if is_called(&TRUE_IF_HELD_KEYS) => over(FALSE),
            _ if is_called(&TRUE_IF_OVER_KEYS) => over(TRUE),
            _ => None,
        };
    }
    let (over, others): (Vec<&str>, Vec<&str>) =
        distinct.into_iter().partition(|cell| OVER_KEYS.contains(&folded(cell)));
    let (held, unknown): (Vec<&str>, Vec<&str>) =
        others.into_iter().partition(|cell| HELD_KEYS.contains(&folded(cell)));
    let is_named =
        || parts(name).iter().any(|part| NAMES_KEYS.contains(&folded(part))) || NAMES_KEYS.contains(&folded(name));
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
    (!over.is_empty() && (!held.is_empty() || is_named()))
        .then(|| Status::Over { words: owned(over), unknown: owned(unknown) })
}

/// The line of the ends of posts: by the column of ends, as the map names it, and the word for which it was taken; and by a
/// column of status with its words for what is over and those that are not known.
pub(super) fn ends(own: Option<(&str, &str)>, over: Option<(&str, &[String], &[String])>) -> String {
    let gone = over.map(|(at, words, _)| end(at, words));
    let why = over.map_or_else(String::new, |(at, _, unknown)| {
        const SHOWN: usize = 5;
        let shown: Vec<String> = unknown.iter().take(SHOWN).map(|word| format!("`{word}`")).collect();
        let held = if unknown.is_empty() { String::new() } else { format!("; {}: taken as held", shown.join(", ")) };
        format!("a guess: by {} a post is over, on a day of which no more is known{held}", quoted(at))
    });
    match (own, gone) {
        (None, None) => String::new(),
        (None, Some(gone)) => format!("to = {gone}  # {why}\n"),
        (Some((own, word)), Some(gone)) => {
            format!("to = {{ {own}, otherwise = {gone} }}  # by its name, as `{word}`; where it is blank, {why}\n")
        }
        (Some((own, word)), None) => {
            let plain = own.split_once(" = ").map_or(own, |(_, column)| column);
            format!("to = {plain}  # by its name, as `{word}`\n")
        }
    }
}

/// The value of a start by the day on which a person joined the company, and why it is so: a title, or a place in a unit, may
/// be a later one.
pub(super) fn hired(key: &str, column: &str, is_post: bool) -> (String, &'static str) {
    if is_post {
        (
            format!("{{ {key} = {column}, bound = \"earliest\" }}"),
            ": of joining the company, and the post began then or later; without `bound` where it began then",
        )
    } else {
        (column.to_owned(), "")
    }
}

/// The value of an end where none is told, but that it has come by the version: `at` is how the map names the column.
pub(super) fn end(at: &str, words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    let pattern = format!("^(?:(?i:{})/(.+)|.*)$", words.join("|"));
    let text = quoted(&format!("{{{at}}}/{{version}}"));
    format!(
        "{{ text = {text}, match = {}, bound = \"latest\", dates = [\"edtf\"], end = \"exclusive\" }}",
        quoted(&pattern)
    )
}

/// The names that stand for no person, each once.
pub(super) fn nobodies<'c>(cells: &[&'c str]) -> BTreeSet<&'c str> {
    cells.iter().copied().filter(|cell| NOBODY_KEYS.contains(&folded(cell))).collect()
}

/// The `words` of a value that says nothing for some words, and something for all others.
pub(super) fn nothing<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.map(|word| format!("{} = \"\", ", quoted(word))).collect();
    format!("{{ {}\"*\" = \"true\" }}", words.concat())
}

/// The value by which rows are left out in which a column has one of some words; `at` is how the map names it.
pub(super) fn without(at: &str, words: &[String]) -> String {
    let all = nothing(words.iter().map(String::as_str));
    format!("{{ {at}, words = {all}, otherwise = {{ text = \"true\" }} }}")
}

#[cfg(test)]
mod tests {
    use super::{Status, of};

    #[test]
    fn a_status_is_told_by_its_words_and_true_and_false_by_the_name_of_the_column() {
        let over = |name: &str, cells: &[&str]| match of(name, cells) {
            Some(Status::Over { words, .. }) => words.join(" "),
            Some(Status::OfNobody(words)) => format!("nobody: {}", words.join(" ")),
            None => String::new(),
        };
        for (name, cells, expect) in [
            ("Status", &["Active", "Resigned", ""][..], "Resigned"),
            ("Worker Status", &["Terminated", "On Leave"], "Terminated"),
            ("x", &["current", "FORMER"], "FORMER"),
            ("x", &["FORMER", "y"], ""),
            ("Side", &["Left", "Right"], ""),
            ("Status", &["Active"], ""),
            ("is_current", &["true", "false"], "false no n f 0"),
            ("profile\u{1f}deleted", &["false"], "true yes y t 1"),
            ("is_admin", &["false"], ""),
            ("Left", &["2020-01-01"], ""),
            ("isBot", &["false", "true"], "nobody: true yes y t 1"),
        ] {
            assert_eq!(over(name, cells), expect, "{name} {cells:?}");
        }
    }
}
