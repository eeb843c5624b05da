//! How near two names are, for `find` and for "did you mean": by words, by sound and by slips of the pen.
//!
//! A searcher has heard `Xu Zhuhong`, the ledger knows `許主洪`; or he types `Steven Hoy`. A [`Spelling`] is a name
//! prepared once for many comparisons, [`Spelling::score`] is one comparison. Most comparisons fail, so each
//! spelling carries small sets of letters that rule a match out before any text is read.
//!
//! Nothing here decides identity: that is the name key's alone.

mod aloud;
mod cover;
mod letters;
mod signature;
mod sound;
mod words;

use std::cmp::Reverse;

use serde::Serialize;

use self::aloud::read;
use self::cover::{Cover, Fit, cover};
use self::letters::Letters;
pub use self::signature::{SIGNATURE_BYTES, Signature};
use self::signature::{Script, hash};
use self::sound::{Sound, homophones, sounds_of};
use self::words::{MISSPELT_LETTERS, joined, orders, parts_words, slips_within};
use crate::name::NameKey;

/// The most ideographs of a name that are read aloud: longer ones are no names but sentences.
const SYLLABLES: usize = 32;
/// The same key.
const SAME: u16 = 1000;
/// The same words in another order.
const REORDERED: u16 = 970;
/// All of it in another script.
const SOUNDS_ALIKE: u16 = 930;
/// Other ideographs of the same sound.
const HOMOPHONE: u16 = 750;
/// A name with slips, before each slip is counted by its share of the letters.
const MISSPELT: Range = Range { least: 780, span: 900 };
/// Some of the words of a name.
const WORDS_OF: Range = Range { least: 700, span: 250 };
/// Beginnings of some of its words.
const PREFIXES_OF: Range = Range { least: 650, span: 200 };
/// Ideographs from within a word.
const WITHIN: Range = Range { least: 600, span: 200 };
/// All words of a name, and one more.
const WORDS_AND_ONE: Range = Range { least: 520, span: 200 };
/// Words of a name, with slips, before each slip is counted.
const MISSPELT_WORDS_OF: Range = Range { least: 480, span: 200 };
/// What a slip in a word takes from that.
const SLIP: u16 = 40;
/// A part of a name in another script.
const SOUNDS_OF: Range = Range { least: 600, span: 200 };

/// The scores of one kind of match: where they start, and how far a share of the name moves them.
struct Range {
    least: u16,
    span: u16,
}

impl Range {
    /// The score of a match that covers that share of the name.
    fn covering(&self, part: usize, whole: usize) -> u16 {
        self.least + self.share(part, whole)
    }

    /// The score of a match from which that share of the name is missing.
    fn missing(&self, part: usize, whole: usize) -> u16 {
        self.least.saturating_sub(self.share(part, whole))
    }

    fn share(&self, part: usize, whole: usize) -> u16 {
        let share = usize::from(self.span) * part.min(whole) / whole.max(1);
        u16::try_from(share).unwrap_or(self.span)
    }
}

/// How a query and a name are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Match {
    /// How much they are alike, in thousandths: 1000 for the same name key.
    pub score: u16,
    /// In which way.
    pub via: Via,
}

/// The ways in which a query and a name can be alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// They have the same name key.
    Name,
    /// Every word of the query is a word, or the beginning of a word, of the name; or, in ideographs, within one.
    Part,
    /// One is the other, or the beginning of it, read in Mandarin without tones.
    Pinyin,
    /// One is the other, or a part of it, written in ASCII.
    Transliteration,
    /// They differ by one or two letters.
    Spelling,
}

/// A text prepared to be compared with many others.
#[derive(Clone, Debug)]
pub struct Spelling {
    /// `None` when nothing remains of the text; then it is like nothing.
    key: Option<NameKey>,
    signature: Signature,
    /// The keys of the words, parted by spaces.
    words: Box<str>,
    /// The words in ASCII, parted by spaces, in Han one for each ideograph. Empty in ASCII, where it would be `words`.
    latin: Box<str>,
    /// The sounds in Han; empty in other scripts.
    sounds: Box<[Sound]>,
}

impl Spelling {
    /// Prepares a name or a query.
    pub fn of(text: &str) -> Spelling {
        let words: Vec<&str> = text.split(parts_words).filter(|word| !word.is_empty()).collect();
        let keys = joined(words.iter().filter_map(|word| NameKey::of(word)));
        let (mut script, mut latin, mut sounds): (_, Box<str>, Box<[Sound]>) =
            (Script::Ascii, Box::default(), Box::default());
        if !text.is_ascii() {
            script = Script::Other;
            let heard: Vec<Sound> = words.iter().flat_map(|word| sounds_of(word)).take(SYLLABLES).collect();
            latin = joined(heard.iter().map(Sound::spelt));
            if heard.iter().any(|sound| matches!(sound, Sound::Syllable(_))) {
                script = Script::Han;
                sounds = heard.into();
            }
        }
        let key = NameKey::of(text);
        let in_ascii = if script == Script::Ascii { &keys } else { &latin };
        let signature = Signature {
            script,
            sounds: u8::try_from(sounds.len()).unwrap_or(u8::MAX),
            length: u16::try_from(in_ascii.bytes().filter(|byte| *byte != b' ').count()).unwrap_or(u16::MAX),
            key: key.as_ref().map_or(0, |key| hash(key.as_str())),
            starts: match script {
                Script::Ascii | Script::Other => Letters::starting(&keys),
                Script::Han => Letters::of(keys.chars()),
            },
            sound_starts: match script {
                Script::Ascii | Script::Other => Letters::starting(in_ascii),
                Script::Han => Letters::of(sounds.iter().flat_map(Sound::starts)),
            },
            letters: Letters::of(in_ascii.chars()),
        };
        Spelling { key, signature, words: keys, latin, sounds }
    }

    /// By what most queries rule the name out.
    pub fn signature(&self) -> Signature {
        self.signature
    }

    /// The words in ASCII.
    fn latin(&self) -> &str {
        match self.signature.script {
            Script::Ascii => &self.words,
            Script::Han | Script::Other => &self.latin,
        }
    }

    /// Whether this query can be like a name with that signature. One that it cannot be like has no [score](Self::score).
    pub fn may_match(&self, name: Signature) -> bool {
        let asked = self.signature;
        if asked.key == 0 || name.key == 0 {
            return false;
        }
        asked.key == name.key
            || asked.may_be_part_of(name)
            || (asked.may_sound_like(name) && self.may_have_the_sounds_of(name))
            || asked.slips_as(name).is_some()
            || (self.words.split(' ').nth(2).is_some() && asked.may_be_more_than(name))
            || (self.latin().split(' ').any(|word| word.len() >= MISSPELT_LETTERS) && asked.may_slip_within(name))
    }

    /// Of two names in ideographs, whether each sound of this one can be one of that.
    fn may_have_the_sounds_of(&self, name: Signature) -> bool {
        name.script != Script::Han
            || self.sounds.iter().all(|sound| Letters::of(sound.starts()).meets(name.sound_starts))
    }

    /// How this query and that name are alike; `None` when they are not.
    pub fn score(&self, name: &Spelling) -> Option<Match> {
        let (Some(asked), Some(key)) = (&self.key, &name.key) else {
            return None;
        };
        if asked == key {
            return Some(Match { score: SAME, via: Via::Name });
        }
        self.as_part(name)
            .or_else(|| self.as_sound(name))
            .or_else(|| self.as_slip(name))
            .or_else(|| self.as_more(name))
            .or_else(|| self.as_slip_within(name))
    }

    /// The candidates that are like this query: the best first, equal ones in the order of what they stand for.
    pub fn ranked<'a, T: Ord>(&self, candidates: impl IntoIterator<Item = (&'a Spelling, T)>) -> Vec<(Match, T)> {
        let mut found: Vec<(Match, T)> =
            candidates.into_iter().filter_map(|(name, of)| Some((self.score(name)?, of))).collect();
        found.sort_by(|(one, of_one), (other, of_other)| {
            (Reverse(one.score), of_one, one.via).cmp(&(Reverse(other.score), of_other, other.via))
        });
        found
    }

    /// Whether the words of this query are words of that name, in any order.
    fn as_part(&self, name: &Spelling) -> Option<Match> {
        if !self.signature.may_be_part_of(name.signature) {
            return None;
        }
        let score = match cover(&self.words, &name.words)? {
            Cover { fit: Fit::Whole, part, whole } if part == whole => REORDERED,
            Cover { fit: Fit::Whole, part, whole } => WORDS_OF.covering(part, whole),
            Cover { fit: Fit::Prefix, part, whole } => PREFIXES_OF.covering(part, whole),
            Cover { fit: Fit::Within, part, whole } => WITHIN.covering(part, whole),
        };
        Some(Match { score, via: Via::Part })
    }

    /// Whether this query, written in another script than that name, sounds like it.
    fn as_sound(&self, name: &Spelling) -> Option<Match> {
        if !self.signature.may_sound_like(name.signature) {
            return None;
        }
        match (self.signature.script, name.signature.script) {
            (Script::Ascii, Script::Ascii) => None,
            (Script::Han, Script::Han) => {
                homophones(&self.sounds, &name.sounds).then_some(Match { score: HOMOPHONE, via: Via::Pinyin })
            }
            (Script::Ascii | Script::Other, Script::Han) => {
                let score = match read(self.latin(), &name.sounds)? {
                    Cover { fit: Fit::Whole, part, whole } if part == whole => SOUNDS_ALIKE,
                    Cover { part, whole, .. } => SOUNDS_OF.covering(part, whole),
                };
                Some(Match { score, via: Via::Pinyin })
            }
            (Script::Han, Script::Ascii | Script::Other) => {
                let Cover { fit, part, whole } = read(name.latin(), &self.sounds)?;
                (fit == Fit::Whole && part == whole).then_some(Match { score: SOUNDS_ALIKE, via: Via::Pinyin })
            }
            (Script::Other, Script::Ascii | Script::Other) | (Script::Ascii, Script::Other) => {
                let score = match cover(self.latin(), name.latin())? {
                    Cover { fit: Fit::Whole, part, whole } if part == whole => SOUNDS_ALIKE,
                    Cover { part, whole, .. } => SOUNDS_OF.covering(part, whole),
                };
                Some(Match { score, via: Via::Transliteration })
            }
        }
    }

    /// Whether this query is that name with a slip or two. Ideographs are no letters: of two names in Han none is a
    /// slip of the other; and pinyin is so dense that two slips lead to another name.
    fn as_slip(&self, name: &Spelling) -> Option<Match> {
        let allowed = self.signature.slips_as(name.signature)?;
        let spelt = name.latin().replace(' ', "");
        let slips = orders(self.latin())
            .into_iter()
            .map(|asked| strsim::osa_distance(&asked, &spelt))
            .min()
            .filter(|slips| *slips <= allowed)?;
        let score = MISSPELT.missing(slips, usize::from(self.signature.length.max(name.signature.length)));
        Some(Match { score, via: Via::Spelling })
    }

    /// Whether this query is all the words of that name and one more: `Sir Keir Starmer`. A name of one word is in too
    /// much else.
    fn as_more(&self, name: &Spelling) -> Option<Match> {
        if !self.signature.may_be_more_than(name.signature) {
            return None;
        }
        let (asked, words) = (self.words.split(' ').count(), name.words.split(' ').count());
        if words < 2 || asked != words + 1 {
            return None;
        }
        match cover(&name.words, &self.words)? {
            Cover { fit: Fit::Whole, part, whole } => {
                Some(Match { score: WORDS_AND_ONE.covering(part, whole), via: Via::Part })
            }
            Cover { fit: Fit::Prefix | Fit::Within, .. } => None,
        }
    }

    /// Whether the words of this query are words of that name with a slip or two: `Camaron`. Ideographs are no letters.
    fn as_slip_within(&self, name: &Spelling) -> Option<Match> {
        if !self.signature.may_slip_within(name.signature) {
            return None;
        }
        let (slips, part) = slips_within(self.latin(), name.latin())?;
        let lost = SLIP * u16::try_from(slips).unwrap_or(u16::MAX / SLIP);
        let score = MISSPELT_WORDS_OF.covering(part, usize::from(name.signature.length)).saturating_sub(lost);
        Some(Match { score, via: Via::Spelling })
    }
}

#[cfg(test)]
mod tests {
    use super::words::slips_allowed;
    use super::*;

    fn alike(query: &str, name: &str) -> Option<Match> {
        Spelling::of(query).score(&Spelling::of(name))
    }

    fn check(query: &str, name: &str, via: Option<Via>) {
        let found = alike(query, name);
        assert_eq!(found.map(|found| found.via), via, "{query} finds {name}: {found:?}");
    }

    #[test]
    fn names_are_found() {
        let table = [
            ("許主洪", "许主洪", Via::Name),
            ("wu yongming", "Wu, Yongming", Via::Name),
            ("obrien", "O'Brien", Via::Name),
            ("Hoi Steven", "Steven Hoi", Via::Part),
            ("steve", "Steven Hoi", Via::Part),
            ("hoi st", "Steven Hoi", Via::Part),
            ("J Smith", "John Smith", Via::Part),
            ("obrien pat", "Pat O'Brien", Via::Part),
            ("實驗室", "通义实验室", Via::Part),
            ("主洪", "許主洪", Via::Part),
            ("许", "許主洪", Via::Part),
            ("путин", "Владимир Путин", Via::Part),
            ("Xu Zhuhong", "許主洪", Via::Pinyin),
            ("Zhuhong Xu", "許主洪", Via::Pinyin),
            ("xuzhuhong", "許主洪", Via::Pinyin),
            ("Xú Zhǔhóng", "許主洪", Via::Pinyin),
            ("Zhu-hong Xu", "許主洪", Via::Pinyin),
            ("zhuhong", "許主洪", Via::Pinyin),
            ("許主洪", "Zhuhong Xu", Via::Pinyin),
            ("Wu Yongming", "吴泳铭", Via::Pinyin),
            ("吴永明", "吴泳铭", Via::Pinyin),
            ("tongyi", "通义实验室", Via::Pinyin),
            ("tongyi shiyan", "通义实验室", Via::Pinyin),
            ("tongyi lab", "通义 Lab", Via::Pinyin),
            ("zeng", "曾鸣", Via::Pinyin),
            ("Shan Xiong", "单雄", Via::Pinyin),
            ("Lv Bu", "吕布", Via::Pinyin),
            ("Lyu Bu", "吕布", Via::Pinyin),
            ("Lü Bu", "吕布", Via::Pinyin),
            ("zhang", "张勇", Via::Pinyin),
            ("zhang yo", "张勇", Via::Pinyin),
            ("Путин", "Putin", Via::Transliteration),
            ("Putin", "Путин", Via::Transliteration),
            ("putin vladimir", "Владимир Путин", Via::Transliteration),
            ("putin", "Владимир Путин", Via::Transliteration),
            ("Strasse", "Straße", Via::Transliteration),
            ("Kim Jeongeun", "김정은", Via::Spelling),
            ("Steven Hoy", "Steven Hoi", Via::Spelling),
            ("Hoy Steven", "Steven Hoi", Via::Spelling),
            ("Stevne Hoi", "Steven Hoi", Via::Spelling),
            ("Yonming Wu", "吴泳铭", Via::Spelling),
            ("Putim", "Путин", Via::Spelling),
            ("Alibba", "Alibaba", Via::Spelling),
            ("Camaron", "David Cameron", Via::Spelling),
            ("Tresury", "HM Treasury", Via::Spelling),
            ("kwarteg", "Kwasi Kwarteng", Via::Spelling),
            ("George Osbrone", "George Gideon Osborne", Via::Spelling),
            ("Sir Keir Starmer", "Keir Starmer", Via::Part),
        ];
        for (query, name, via) in table {
            check(query, name, Some(via));
        }
    }

    #[test]
    fn other_names_are_not() {
        let table = [
            ("", "Steven Hoi"),
            ("—", "—"),
            ("Steven", ""),
            ("Hoy", "Hoi"),
            ("Amaron", "David Cameron"),
            ("Howe", "Geoffrey Hove"),
            ("The Office", "Office"),
            ("Sir Keir Rodney Starmer", "Keir Starmer"),
            ("Steven Starmer", "Keir Starmer"),
            ("teven", "Steven Hoi"),
            ("Steven Steven", "Steven Hoi"),
            ("Steven Lee", "Steven Hoi"),
            ("Stvn Hy", "Steven Hoi"),
            ("zhang", "Wu Zhenghang"),
            ("zhang", "王章"),
            ("hong", "許主洪"),
            ("z", "张勇"),
            ("Wang Yong", "张勇"),
            ("吴泳铭", "吴泳"),
            ("张", "章"),
            ("许宏", "许主洪"),
            ("Putin", "Медведев"),
            ("𒀀𒀁", "Steven Hoi"),
            ("Steven Hoi", "𒀀𒀁"),
            ("张", "𒀀𒀁"),
        ];
        for (query, name) in table {
            check(query, name, None);
        }
    }

    #[test]
    fn the_nearest_come_first() {
        let names =
            ["Zhang Wei", "Zhangjiakou Labs", "Zhang", "张伟", "Zhong", "Li Zhang", "Huang", "张", "Zhang Xiaoming"];
        let spelt: Vec<Spelling> = names.iter().map(|name| Spelling::of(name)).collect();
        let found = Spelling::of("zhang").ranked(spelt.iter().zip(names));
        let order: Vec<&str> = found.iter().map(|(_, name)| *name).collect();
        let expect = ["Zhang", "张", "Li Zhang", "Zhang Wei", "Zhang Xiaoming", "Zhangjiakou Labs", "张伟", "Zhong"];
        assert_eq!(order, expect, "{found:?}");
    }

    #[test]
    fn equals_stand_in_the_order_of_their_names() {
        let names = ["Steven Hop", "Steven Hoi", "Steven Hoz"];
        let spelt: Vec<Spelling> = names.iter().map(|name| Spelling::of(name)).collect();
        let found = Spelling::of("Steven Hoy").ranked(spelt.iter().zip(names));
        let order: Vec<&str> = found.iter().map(|(_, name)| *name).collect();
        assert_eq!(order, ["Steven Hoi", "Steven Hop", "Steven Hoz"]);
    }

    #[test]
    fn ways_are_written_in_small_letters() {
        let ways = [Via::Name, Via::Part, Via::Pinyin, Via::Transliteration, Via::Spelling];
        let written = serde_json::to_string(&ways).expect("plain words");
        assert_eq!(written, r#"["name","part","pinyin","transliteration","spelling"]"#);
    }

    #[test]
    fn a_signature_lets_pass_what_matches() {
        let texts = [
            "Steven Hoi",
            "Hoi Steven",
            "steve",
            "Stevne Hoi",
            "许主洪",
            "許主洪",
            "xuzhuhong",
            "Zhu-hong Xu",
            "吴泳铭",
            "吴永明",
            "Yonming Wu",
            "Путин",
            "Владимир Путин",
            "putin vladimir",
            "Putim",
            "Strasse",
            "Straße",
            "김정은",
            "Kim Jeongeun",
            "Sir Keir Starmer",
            "Keir Starmer",
            "George Osbrone",
            "George Gideon Osborne",
            "Tresury",
            "HM Treasury",
            "通义 Lab",
            "tongyi lab",
            "tongyi",
            "通义实验室",
            "𒀀𒀁",
            "—",
            "",
            "ＡＢＣ",
            "abc",
            "单雄",
            "Lyu Bu",
            "吕布",
            "实验",
            "J Smith",
            "John Smith",
            "O'Brien",
            "obrien pat",
            "Jürgen Müller",
            "Jurgen Muller",
        ];
        let mut matched = 0;
        for query in texts.map(Spelling::of) {
            for name in texts.map(Spelling::of) {
                let signature = name.signature();
                assert_eq!(Signature::from_bytes(&signature.to_bytes()), Some(signature));
                if query.score(&name).is_some() {
                    matched += 1;
                    assert!(query.may_match(signature), "{query:?} {name:?}");
                }
            }
        }
        assert!(matched > 60, "{matched}");
    }

    #[test]
    fn slips_grow_with_the_length() {
        for (letters, slips) in [(0, 0), (3, 0), (4, 1), (7, 1), (8, 2), (30, 2)] {
            assert_eq!(slips_allowed(letters), slips, "{letters} letters");
        }
    }

    #[test]
    fn scores_stay_within_a_thousand() {
        let texts = ["a", "ab cd", "許主洪", "许", "Путин Владимир", "Putin", "吕布 lab", "x y z u v w t s"];
        for query in texts {
            for name in texts {
                let score = alike(query, name).map_or(0, |found| found.score);
                assert!(score <= SAME, "{query} {name}");
                assert_eq!(score == SAME, query == name, "{query} {name}");
            }
        }
    }
}
