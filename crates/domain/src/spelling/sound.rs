//! How ideographs are read in Mandarin, and everything else in ASCII.

use deunicode::deunicode_with_tofu;
use pinyin::ToPinyinMulti;

/// The most readings of one ideograph that are tried; rarer ones are left aside.
pub(super) const READINGS: usize = 6;

/// One sound of a name with ideographs.
#[derive(Clone, Debug)]
pub(super) enum Sound {
    /// An ideograph, as written: its readings are looked up when they are needed.
    Syllable(char),
    /// What stands between ideographs, transliterated.
    Word(Box<str>),
}

/// Whether two names in ideographs are read alike, sound by sound. One ideograph alone has too many of the same sound.
pub(super) fn homophones(one: &[Sound], other: &[Sound]) -> bool {
    one.len() > 1
        && one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.readings().any(|reading| other.readings().any(|also| reading == also)))
}

impl Sound {
    /// The ways in which it is read, the most common first.
    pub(super) fn readings(&self) -> impl Iterator<Item = &str> {
        let (ideograph, word): (Option<char>, Option<&str>) = match self {
            Sound::Syllable(ideograph) => (Some(*ideograph), None),
            Sound::Word(word) => (None, Some(word)),
        };
        word.into_iter().chain(ideograph.into_iter().flat_map(readings))
    }

    /// The letters with which its readings begin.
    pub(super) fn starts(&self) -> impl Iterator<Item = char> {
        self.readings().filter_map(|reading| reading.chars().next())
    }

    /// Its most common reading.
    pub(super) fn spelt(&self) -> &str {
        self.readings().next().unwrap_or_default()
    }
}

/// The sounds of a word: one for each ideograph, one for each run of anything else.
pub(super) fn sounds_of(word: &str) -> Vec<Sound> {
    let mut sounds = Vec::new();
    let mut run = String::new();
    let finish = |run: &mut String, sounds: &mut Vec<Sound>| {
        let spelt: String = deunicode_with_tofu(run, "")
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        if !spelt.is_empty() {
            sounds.push(Sound::Word(spelt.into()));
        }
        run.clear();
    };
    for character in word.chars() {
        if readings(character).next().is_some() {
            finish(&mut run, &mut sounds);
            sounds.push(Sound::Syllable(character));
        } else {
            run.push(character);
        }
    }
    finish(&mut run, &mut sounds);
    sounds
}

/// The readings of an ideograph in pinyin without tones, each once; none for every other character. `ü` is read `u`,
/// and as keyboards (`v`) and passports (`yu`) write it.
pub(super) fn readings<'a>(character: char) -> impl Iterator<Item = &'a str> {
    let mut readings = [""; READINGS];
    let mut count = 0;
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        let plain = reading.plain();
        let typed: &[&'a str] = match plain {
            "lü" => &["lu", "lv", "lyu"],
            "nü" => &["nu", "nv", "nyu"],
            "lüe" => &["lue", "lve", "lyue"],
            "nüe" => &["nue", "nve", "nyue"],
            _ if plain.is_ascii() => &[plain],
            _ => &[],
        };
        for typed in typed {
            if count < READINGS && !readings[..count].contains(typed) {
                readings[count] = typed;
                count += 1;
            }
        }
    }
    readings.into_iter().take(count)
}

/// Whether a character is written as one syllable of Chinese.
pub(super) fn is_ideograph(character: char) -> bool {
    readings(character).next().is_some()
}
