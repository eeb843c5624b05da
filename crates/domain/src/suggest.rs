//! The nearest known word to one that is not known: "did you mean" for fields, types and verbs.
//!
//! For short fixed vocabularies only; names of people and units are compared elsewhere, by script and sound.

/// The most letters in which a suggestion differs from what was asked; two neighbours swapped count as one.
const EDITS: usize = 2;

/// The fewest letters with which a word can begin that is suggested for these.
const BEGINNING: usize = 4;

/// The known word nearest to the asked one, upper and lower case being the same: of those at most two edits away, and by fewer
/// than half of the longer word's letters, the nearest, else the only one that begins with at least four letters asked for.
///
/// Of several equally near the first known one is suggested.
pub fn nearest<'a>(asked: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let asked = asked.to_lowercase();
    let letters = asked.chars().count();
    let mut near: Option<(usize, &str)> = None;
    let mut longer_ones = Vec::new();
    for word in known {
        let folded = word.to_lowercase();
        let of_word = folded.chars().count();
        if of_word > letters && letters >= BEGINNING && folded.starts_with(&asked) {
            longer_ones.push(word);
        }
        if of_word.abs_diff(letters) > EDITS {
            continue;
        }
        let edits = strsim::osa_distance(&asked, &folded);
        let is_near = edits <= EDITS && edits * 2 < of_word.max(letters);
        if is_near && near.is_none_or(|(fewest, _)| edits < fewest) {
            near = Some((edits, word));
        }
    }
    near.map(|(_, word)| word).or(if let [one] = longer_ones[..] { Some(one) } else { None })
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
        check("Reported", Some("reported_at"));
        check("comp", Some("company"));
    }

    #[test]
    fn nothing_is_suggested_from_afar() {
        check("", None);
        check("un", None);
        check("re", None);
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
