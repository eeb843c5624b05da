//! Names as sources spell them, and the keys by which two spellings are one name.
//!
//! Sources write one person as `許主洪`, `许主洪` or `Wu, Yongming`, `wu yongming`. A [`NameKey`] takes away
//! what tells spellings apart and not people: width and case, Traditional and Simplified characters, diacritics
//! of Latin letters, and everything that is neither letter, mark nor digit. It deliberately does not
//! transliterate, sort words or forgive slips: a key decides identity, and those only help a search.
//!
//! Keys are written into the ids of implicit entities, so a change of the rule is a change of the contract.
//!
//! # Traditional and Simplified Chinese
//!
//! The table says what the dictionaries of `OpenCC` (Apache-2.0, <https://github.com/BYVoid/OpenCC>) make of each character
//! alone: they convert by phrases as well, which a key must not. It lies beside the sources, sorted, and is searched. A test
//! holds it against the dictionaries, which are compiled for that alone; `TENURE_BLESS=1` writes it.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

/// The longest name, in characters.
pub const NAME_CHARACTERS: usize = 500;

/// Traditional characters and their simplified forms, sorted by the first.
static SIMPLIFIED: &[(char, char)] = include!("name/simplified.in");

/// A name as a source spells it, trimmed at both ends, with its key.
///
/// Names are equal, ordered and hashed by their text: two spellings of one name are two values with one [`key`](Name::key).
#[derive(Clone)]
pub struct Name {
    text: Arc<str>,
    key: NameKey,
}

/// A text that cannot be a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing remains of it as a key.
    #[error("the name `{0}` has no letter and no digit")]
    NoKey(String),
    /// It contains a control character: a line break, a tab, a stray byte.
    #[error("a name has no control characters, this one has U+{:04X}", u32::from(*.0))]
    Control(char),
    /// It has that many characters.
    #[error("a name has at most {NAME_CHARACTERS} characters, this one has {0}")]
    TooLong(usize),
}

impl Name {
    /// The name as the source spells it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The key which it shares with its other spellings.
    pub fn key(&self) -> &NameKey {
        &self.key
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Name, NameError> {
        RECENT.with_borrow_mut(|recent| {
            let at = FxBuildHasher.hash_one(text) >> RECENT_SHIFT;
            let slot = &mut recent[usize::try_from(at).expect("a small number")];
            match slot {
                Some(name) if *name.text == *text => Ok(name.clone()),
                _ => {
                    let name = Name::read(text)?;
                    *slot = Some(name.clone());
                    Ok(name)
                }
            }
        })
    }
}

/// How many bits of a hash choose the place of a name that was read.
const RECENT_BITS: u32 = 10;
const RECENT_SHIFT: u32 = u64::BITS - RECENT_BITS;

thread_local! {
    /// Names that this thread read last. Logs say the same names again and again, and a key takes long to make.
    static RECENT: RefCell<[Option<Name>; 1 << RECENT_BITS]> = const { RefCell::new([const { None }; 1 << RECENT_BITS]) };
}

impl Name {
    fn read(text: &str) -> Result<Name, NameError> {
        if let Some(control) = text.chars().find(|character| character.is_control()) {
            return Err(NameError::Control(control));
        }
        let text = text.trim();
        if text.len() > NAME_CHARACTERS {
            let characters = text.chars().count();
            if characters > NAME_CHARACTERS {
                return Err(NameError::TooLong(characters));
            }
        }
        let key = key_of(text);
        if key.is_empty() {
            return Err(NameError::NoKey(text.to_owned()));
        }
        let text: Arc<str> = Arc::from(text);
        let key = if key == *text { Arc::clone(&text) } else { Arc::from(key) };
        Ok(Name { text, key: NameKey(key) })
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.text == other.text
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// What the spellings of one name have in common. Never empty, in NFC, and the key of itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(Arc<str>);

impl NameKey {
    /// The key of any text; `None` when it has no letter, mark or digit.
    pub fn of(text: &str) -> Option<NameKey> {
        let key = key_of(text);
        (!key.is_empty()).then(|| NameKey(Arc::from(key)))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A map by key is asked with the text of a key.
impl Borrow<str> for NameKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The rule. Most names need only the short way; both ways agree wherever the short one answers.
fn key_of(text: &str) -> String {
    key_of_plain(text).unwrap_or_else(|| key_of_any(text))
}

/// The key of a text of letters on which nothing depends but themselves: ASCII, accented Latin, basic Cyrillic, kana,
/// Hangul syllables, common ideographs, and the dots between the parts of a name. `None` for all others: a mark that
/// stands alone, above all, may join the letter before it.
fn key_of_plain(text: &str) -> Option<String> {
    let mut key = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            'a'..='z' | '0'..='9' | 'а'..='я' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '가'..='힣' => {
                key.push(character);
            }
            'A'..='Z' => key.push(character.to_ascii_lowercase()),
            'А'..='Я' => key.extend(character.to_lowercase()),
            '\0'..='\x7F' | '·' | '・' => {}
            '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' => key.push(simplified(character)),
            'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž' | 'Ạ'..='ỹ' => {
                decompose_compatible(character, |part| {
                    if !is_combining_mark(part) {
                        key.extend(part.to_lowercase().map(undecorated));
                    }
                });
            }
            _ => return None,
        }
    }
    Some(key)
}

/// The rule step by step, as the contract words it.
fn key_of_any(text: &str) -> String {
    let mut base = ' ';
    text.nfkc()
        .flat_map(char::to_lowercase)
        .map(without_final_form)
        .map(simplified)
        .nfd()
        .filter(|character| !is_ignorable(*character))
        .filter_map(|character| match character.general_category_group() {
            GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number => {
                base = character;
                Some(undecorated(character))
            }
            GeneralCategoryGroup::Mark => (base.script() != Script::Latin).then_some(character),
            GeneralCategoryGroup::Punctuation
            | GeneralCategoryGroup::Symbol
            | GeneralCategoryGroup::Separator
            | GeneralCategoryGroup::Other => None,
        })
        .nfc()
        .collect()
}

/// The sigma at the end of a word is the sigma within it: capitals do not tell them apart.
fn without_final_form(letter: char) -> char {
    if letter == 'ς' { 'σ' } else { letter }
}

/// The simplified form of a traditional character, whatever stands beside it; every other character is its own.
fn simplified(character: char) -> char {
    if character < '\u{3400}' {
        return character;
    }
    SIMPLIFIED
        .binary_search_by_key(&character, |(traditional, _)| *traditional)
        .map_or(character, |at| SIMPLIFIED[at].1)
}

/// A Latin letter without its stroke, hook or the like, which Unicode does not take apart: under each letter stand
/// all those whose Unicode name is that letter `WITH` something, and the dotless ones. `æ`, `œ` and `ß` are
/// letters of their own and stay.
fn undecorated(letter: char) -> char {
    match letter {
        'ᶏ' | 'ⱥ' => 'a',
        'ƀ' | 'ƃ' | 'ɓ' | 'ᵬ' | 'ᶀ' | 'ꞗ' => 'b',
        'ƈ' | 'ȼ' | 'ɕ' | 'ꞓ' | 'ꞔ' | '𝼝' => 'c',
        'đ' | 'ƌ' | 'ȡ' | 'ɖ' | 'ɗ' | 'ᵭ' | 'ᶁ' | 'ᶑ' | 'ꟈ' | '𝼥' => 'd',
        'ɇ' | 'ᶒ' | 'ⱸ' | 'ꬴ' => 'e',
        'ƒ' | 'ᵮ' | 'ᶂ' | 'ꞙ' => 'f',
        'ǥ' | 'ɠ' | 'ᶃ' | 'ꞡ' => 'g',
        'ħ' | 'ɦ' | 'ⱨ' | 'ꞕ' => 'h',
        'ı' | 'ɨ' | 'ᶖ' | '𝼚' => 'i',
        'ȷ' | 'ɉ' | 'ʝ' => 'j',
        'ƙ' | 'ᶄ' | 'ⱪ' | 'ꝁ' | 'ꝃ' | 'ꝅ' | 'ꞣ' => 'k',
        'ł' | 'ƚ' | 'ȴ' | 'ɫ' | 'ɬ' | 'ɭ' | 'ᶅ' | 'ⱡ' | 'ꝉ' | 'ꞎ' | 'ꬷ' | 'ꬸ' | 'ꬹ' | '𝼑' | '𝼓' | '𝼦' => {
            'l'
        }
        'ɱ' | 'ᵯ' | 'ᶆ' | 'ꬺ' => 'm',
        'ƞ' | 'ȵ' | 'ɲ' | 'ɳ' | 'ᵰ' | 'ᶇ' | 'ꞑ' | 'ꞥ' | 'ꬻ' | '𝼧' => 'n',
        'ø' | 'ⱺ' | 'ꝋ' | 'ꝍ' | '𝼛' => 'o',
        'ƥ' | 'ᵱ' | 'ᵽ' | 'ᶈ' | 'ꝑ' | 'ꝓ' | 'ꝕ' => 'p',
        'ɋ' | 'ʠ' | 'ꝗ' | 'ꝙ' => 'q',
        'ɍ' | 'ɼ' | 'ɽ' | 'ɾ' | 'ᵲ' | 'ᵳ' | 'ᶉ' | 'ꞧ' | 'ꭉ' | '𝼖' | '𝼨' => 'r',
        'ȿ' | 'ʂ' | 'ᵴ' | 'ᶊ' | 'ẜ' | 'ẝ' | 'ꞩ' | 'ꟊ' | 'ꟍ' | '𝼞' | '𝼩' => 's',
        'ŧ' | 'ƫ' | 'ƭ' | 'ȶ' | 'ʈ' | 'ᵵ' | 'ⱦ' | '𝼉' | '𝼪' => 't',
        'ᶙ' | 'ꞹ' | 'ꭎ' | 'ꭒ' => 'u',
        'ʋ' | 'ᶌ' | 'ⱱ' | 'ⱴ' | 'ꝟ' => 'v',
        'ⱳ' => 'w',
        'ᶍ' | 'ꭖ' | 'ꭗ' | 'ꭘ' | 'ꭙ' => 'x',
        'ƴ' | 'ɏ' | 'ỿ' | 'ꭚ' => 'y',
        'ƶ' | 'ȥ' | 'ɀ' | 'ʐ' | 'ʑ' | 'ᵶ' | 'ᶎ' | 'ⱬ' => 'z',
        _ => letter,
    }
}

/// Letters and marks that show nothing: joiners, fillers and variation selectors (those that Unicode calls
/// default-ignorable). Two names that look alike have one key, and a name that shows nothing has none.
fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{34F}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FFA0}'
            | '\u{E0100}'..='\u{E01EF}'
    )
}

#[cfg(test)]
mod tests {
    use ferrous_opencc::OpenCC;
    use ferrous_opencc::config::BuiltinConfig;

    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(key_of(text), expect, "the key of {text:?}");
    }

    fn same(names: &[&str]) {
        for name in names {
            assert_eq!(key_of(name), key_of(names[0]), "{name} is not {}", names[0]);
        }
    }

    fn differ(one: &str, other: &str) {
        assert_ne!(key_of(one), key_of(other), "{one} is {other}");
    }

    #[test]
    fn spellings_of_one_name_share_a_key() {
        same(&["許主洪", "许主洪", "許 主洪", "许·主洪"]);
        same(&["Wu, Yongming", "wu yongming", "WU Yongming", "Ｗｕ　Ｙｏｎｇｍｉｎｇ", "Wú Yǒngmíng"]);
        same(&["ΟΔΟΣ", "οδος", "οδοσ", "Οδος"]);
        same(&["Łukasz Żółć", "lukasz zolc", "ŁUKASZ ŻÓŁĆ"]);
        same(&["İstanbul", "istanbul", "ISTANBUL", "Istanbul", "ıstanbul"]);
        same(&["ﾊﾟﾌﾞ", "パブ", "ハ\u{309A}フ\u{3099}"]);
        same(&["김정은", "\u{1100}\u{1175}\u{11B7}\u{110C}\u{1165}\u{11BC}\u{110B}\u{1173}\u{11AB}"]);
        same(&["\u{F9D1}六", "六六"]);
        same(&["葛\u{E0100}城", "葛城"]);
        same(&["Ngô Đình Diệm", "Ngo Dinh Diem"]);
        same(&["ﬁsh", "fish"]);
    }

    #[test]
    fn names_that_differ_keep_their_keys_apart() {
        differ("ハフ", "パブ");
        differ("и", "й");
        differ("е", "ё");
        differ("שָׁלוֹם", "שלום");
        differ("कि", "क");
        differ("Straße", "Strase");
        differ("Ærø", "Aro");
        differ("Μάρκος", "Μαρκος");
        differ("Qwen 2", "Qwen 3");
        differ("a", "а");
    }

    #[test]
    fn the_rule_step_by_step() {
        check("二〇一二实验室", "二〇一二实验室");
        check("二○一二实验室", "二一二实验室");
        check("佐々木", "佐々木");
        check("スーパー", "スーパー");
        check("Ⅳ", "iv");
        check("½", "12");
        check("x²", "x2");
        check("Straße", "straße");
        check("STRAẞE", "straße");
        check("Ærøskøbing", "ærøskøbing".replace('ø', "o").as_str());
        check("Œuvre", "œuvre");
        check("Þór", "þor");
        check("O'Brien-Smith, Jr.", "obriensmithjr");
        check("कि", "कि");
        check("שָׁלוֹם", "שָׁלוֹם");
        check("Йовович", "йовович");
        check("e-\u{301}", "e");
        check("и-\u{306}", "й");
        check("x\u{200D}y\u{FEFF}", "xy");
        check("Qwen🤖", "qwen");
        check("١٢", "١٢");
        check("—", "");
        check("\u{3164}", "");
    }

    #[test]
    fn traditional_characters_become_simplified_ones() {
        let table = "許许 羣群 裏里 裡里 峯峰 吳吴 實实 驗验 義义 貓猫 臺台 後后 麼么 乾干 \
                     羅罗 葉叶 鍾钟 髮发 發发 爲为 為为 衆众 祕秘 嶽岳 薴苎 著著 着着 么么 干干 主主";
        for pair in table.split_whitespace() {
            let mut characters = pair.chars();
            let (traditional, expect) = (characters.next().expect("two"), characters.next().expect("two"));
            assert_eq!(simplified(traditional), expect, "{traditional}");
        }
    }

    /// The longest chain from a character to its simplified form; one more would be a circle.
    const STEPS: usize = 4;

    /// What a character becomes in the end, converted alone until it rests, so that a key of a key is that key; itself when
    /// it has no simplified form of one character.
    fn rests_in(dictionaries: &OpenCC, character: char) -> char {
        let mut form = character;
        for _ in 0..STEPS {
            let next = dictionaries.convert(form.encode_utf8(&mut [0; 4]));
            let mut characters = next.chars();
            match (characters.next(), characters.next()) {
                (Some(only), None) if only != form => form = only,
                _ => return form,
            }
        }
        panic!("{character:?} has no simplified form in which it rests");
    }

    #[test]
    fn the_table_is_that_of_the_dictionaries() {
        let dictionaries = OpenCC::from_config(BuiltinConfig::T2s).expect("the dictionaries are part of the crate");
        // The ideographs and all their extensions.
        let ideographs = ('\u{3400}'..='\u{9FFF}').chain('\u{20000}'..='\u{3FFFF}');
        let table = ideographs.map(|character| (character, rests_in(&dictionaries, character)));
        let table: Vec<(char, char)> = table.filter(|(character, form)| character != form).collect();
        if std::env::var_os("TENURE_BLESS").is_some() {
            let rows = table.chunks(10).map(|row| {
                let pairs: Vec<String> = row.iter().map(|pair| format!("{pair:?}")).collect();
                format!("    {},\n", pairs.join(", "))
            });
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/name/simplified.in");
            std::fs::write(file, format!("&[\n{}]\n", rows.collect::<String>())).expect("the sources can be written");
        }
        assert!(table == SIMPLIFIED, "TENURE_BLESS=1 writes the table of {} characters", table.len());
    }

    #[test]
    fn no_phrase_decides() {
        check("乾隆", "干隆");
        check("著作", "著作");
        check("瞭望", "瞭望");
    }

    #[test]
    fn the_table_is_sorted_and_rests() {
        assert!(SIMPLIFIED.is_sorted_by(|one, other| one.0 < other.0));
        for (traditional, form) in SIMPLIFIED {
            assert_eq!(simplified(*form), *form, "{traditional}");
        }
    }

    #[test]
    fn decorated_letters_are_small_latin_letters_that_nothing_else_takes_apart() {
        let decorated: Vec<char> = ('\0'..=char::MAX).filter(|letter| undecorated(*letter) != *letter).collect();
        assert_eq!(decorated.len(), 158, "{decorated:?}");
        for letter in decorated {
            assert_eq!(letter.nfkd().collect::<String>(), letter.to_string(), "{letter}");
            assert_eq!(letter.script(), Script::Latin, "{letter}");
            check(&letter.to_string(), &undecorated(letter).to_string());
        }
    }

    #[test]
    fn the_key_of_any_one_character_is_canonical() {
        // Beyond these nothing is assigned but tags and private use.
        for character in ('\0'..='\u{33FFF}').chain('\u{E0000}'..='\u{E0FFF}') {
            let key = key_of_any(&character.to_string());
            assert_eq!(key_of(&key), key, "the key of the key of {character:?}");
            assert_eq!(key.nfc().collect::<String>(), key, "the key of {character:?}");
            if let Some(plain) = key_of_plain(&character.to_string()) {
                assert_eq!(plain, key, "the short way to the key of {character:?}");
            }
        }
    }

    #[test]
    fn a_name_keeps_its_spelling_and_knows_its_key() {
        let name: Name = "  Wu,  Yongming ".parse().expect("a name");
        assert_eq!(name.as_str(), "Wu,  Yongming");
        assert_eq!(name.key().as_str(), "wuyongming");
        assert_eq!(Some(name.key().clone()), NameKey::of("wu yongming"));
        let other: Name = "Wu Yongming".parse().expect("a name");
        assert_ne!(name, other);
        assert_eq!(name.key(), other.key());
        let plain: Name = "吴泳铭".parse().expect("a name");
        assert_eq!(plain.as_str(), plain.key().as_str());
    }

    #[test]
    fn what_cannot_be_a_name_is_refused() {
        let refused = |text: &str| text.parse::<Name>().expect_err("no name").to_string();
        assert_eq!(refused(" "), "the name `` has no letter and no digit");
        assert_eq!(refused("—·—"), "the name `—·—` has no letter and no digit");
        assert_eq!(refused("Wu\tYongming"), "a name has no control characters, this one has U+0009");
        assert_eq!(refused("Wu\u{85}Y"), "a name has no control characters, this one has U+0085");
        assert_eq!(refused(&"许".repeat(501)), "a name has at most 500 characters, this one has 501");
        assert!("许".repeat(500).parse::<Name>().is_ok());
    }

    /// Texts in which letters, marks and what is removed stand in every order.
    fn texts() -> impl Strategy<Value = String> {
        let awkward: Vec<char> =
            "aİıßẞΣςøǾŁéЙиハﾊﾞ許乾薴佛각가나-·\u{301}\u{306}\u{307}\u{308}\u{323}\u{345}\u{34F}\u{3099}\u{309A}\
             \u{FE0F}\u{200D}\u{11A8}\u{1161}\u{1100}\u{5B8}\u{93F}\u{915}１²Ⅳ〇"
                .chars()
                .collect();
        let character = prop_oneof![3 => prop::sample::select(awkward), 1 => any::<char>()];
        prop::collection::vec(character, 0..12).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_that_key(text in texts()) {
            let key = key_of(&text);
            prop_assert_eq!(key_of(&key), key);
        }

        #[test]
        fn composition_case_of_letters_and_edges_do_not_matter(text in texts()) {
            let key = key_of(&text);
            prop_assert_eq!(key_of(&text.nfc().collect::<String>()), &*key);
            prop_assert_eq!(key_of(&text.nfd().collect::<String>()), &*key);
            prop_assert_eq!(key_of(&text.nfkd().collect::<String>()), &*key);
            let edged = format!("- {text} -");
            prop_assert_eq!(key_of(&edged), &*key);
        }

        #[test]
        fn both_ways_agree(text in "[ -~·À-ÖØ-öø-ľŁ-ňŊ-žẠ-ỹА-яぁ-ゖァ-ー가-힣\u{3400}-\u{4DBF}\u{4E00}-\u{9FFF}]{0,12}") {
            prop_assert_eq!(key_of_plain(&text), Some(key_of_any(&text)));
        }
    }
}
