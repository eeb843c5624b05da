//! The nearest known word to one that is not known: "did you mean" for fields, types and verbs.
//!
//! For short fixed vocabularies only; names of people and units are compared elsewhere, by script and sound.

/// The most letters in which a suggestion differs from what was asked; two neighbours swapped count as one.
const EDITS: usize = 2;

/// The known word nearest to the asked one, upper and lower case being the same.
///
/// `None` when every word is further than two edits, or half or more of the longer word's letters, away. Of several
/// equally near the first known one is suggested.
pub fn nearest<'a>(asked: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let asked = asked.to_lowercase();
    let letters = asked.chars().count();
    known
        .filter_map(|word| {
            let folded = word.to_lowercase();
            let longer = folded.chars().count().max(letters);
            let shorter = folded.chars().count().min(letters);
            if longer - shorter > EDITS {
                return None;
            }
            let edits = strsim::osa_distance(&asked, &folded);
            (edits <= EDITS && edits * 2 < longer).then_some((edits, word))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 6] = ["person", "company", "unit", "as_of", "reported_at", "recorded_at"];

    fn check(asked: &str, expect: Option<&str>) {
        assert_eq!(nearest(asked, KNOWN.into_iter()), expect, "{asked}");
    }

    #[test]
    fn a_word_is_suggested_when_it_is_near() {
        check("person", Some("person"));
        check("Persno", Some("person"));
        check("COMPANY", Some("company"));
        check("comapny", Some("company"));
        check("compny", Some("company"));
        check("asof", Some("as_of"));
        check("reportedat", Some("reported_at"));
        check("recorded_to", Some("recorded_at"));
        check("unti", Some("unit"));
    }

    #[test]
    fn nothing_is_suggested_from_afar() {
        check("", None);
        check("un", None);
        check("uu", None);
        check("until_when", None);
        check("pxrsxx", None);
        check("人", None);
    }

    #[test]
    fn the_first_of_equals_is_suggested() {
        assert_eq!(nearest("cats", ["bats", "rats"].into_iter()), Some("bats"));
        assert_eq!(nearest("cat", std::iter::empty()), None);
    }
}
