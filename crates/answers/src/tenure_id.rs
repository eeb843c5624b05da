//! Ids of tenures as people are shown them.

use std::collections::BTreeMap;

/// The fewest digits that an id is cut to.
const SHORTEST: usize = 8;

/// The person, the digits and what is behind them of an id.
fn parts(id: &str) -> Option<(&str, &str, &str)> {
    let (person, hash) = id.rsplit_once('@')?;
    let (digits, _) = hash.split_at(hash.find('.').unwrap_or(hash.len()));
    Some((person, digits, &hash[digits.len()..]))
}

/// The ids as people are shown them: each cut to its first digits, as many as tell it apart from the others given.
pub fn shortened<'i>(ids: impl IntoIterator<Item = &'i str>) -> BTreeMap<&'i str, String> {
    let mut shown: BTreeMap<&str, String> = ids.into_iter().map(|id| (id, id.to_owned())).collect();
    let mut digits: Vec<(&str, &str)> = shown.keys().filter_map(|id| parts(id)).map(|(p, d, _)| (p, d)).collect();
    digits.sort_unstable();
    digits.dedup();
    let mut needed: BTreeMap<(&str, &str), usize> = digits.iter().map(|key| (*key, SHORTEST)).collect();
    for pair in digits.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        let alike = pair[0].1.bytes().zip(pair[1].1.bytes()).take_while(|(one, other)| one == other).count();
        for key in pair {
            needed.entry(*key).and_modify(|needed| *needed = (*needed).max(alike + 1));
        }
    }
    for (id, short) in &mut shown {
        let Some((person, digits, behind)) = parts(id) else { continue };
        let needed = needed.get(&(person, digits)).copied().unwrap_or(SHORTEST);
        if let Some(first) = digits.get(..needed) {
            *short = format!("{person}@{first}{behind}");
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn ids_are_cut_to_what_tells_them_apart() {
        let check = |ids: &[&str], expect: &[&str]| {
            let shown = shortened(ids.iter().copied());
            let got: Vec<&str> = ids.iter().map(|id| shown[id].as_str()).collect();
            assert_eq!(got, expect);
        };
        let (one, alike) = ("~ann@9f86d081884c7d659a2feaa0c55ad015", "~ann@9f86d081884cffff9a2feaa0c55ad015");
        check(&[one], &["~ann@9f86d081"]);
        check(&[one, one], &["~ann@9f86d081", "~ann@9f86d081"]);
        check(&[one, alike], &["~ann@9f86d081884c7", "~ann@9f86d081884cf"]);
        check(&[one, "~bo@9f86d081884cffff9a2feaa0c55ad015"], &["~ann@9f86d081", "~bo@9f86d081"]);
        check(&[one, "~ann@9f86d081884c7d659a2feaa0c55ad015.2"], &["~ann@9f86d081", "~ann@9f86d081.2"]);
        check(&["a.b@c@1f2e", "no id"], &["a.b@c@1f2e", "no id"]);
    }
}
