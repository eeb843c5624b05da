//! Writes the table by which `name` turns Traditional into Simplified Chinese, from the dictionaries of `OpenCC`.
//!
//! Each character is converted alone, so that no phrase decides, and again until it rests, so that a
//! key of a key is that key. The binary carries the finished table: nothing is parsed when it starts.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::{env, fs};

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// Where characters lie that have a simplified form: the ideographs and all their extensions.
const IDEOGRAPHS: [RangeInclusive<char>; 2] = ['\u{3400}'..='\u{9FFF}', '\u{20000}'..='\u{3FFFF}'];

/// The longest chain from a character to its simplified form; one more would be a circle.
const STEPS: usize = 4;

fn main() {
    let dictionaries = OpenCC::from_config(BuiltinConfig::T2s).expect("the dictionaries are part of the crate");
    let table: Vec<(char, char)> = IDEOGRAPHS
        .into_iter()
        .flatten()
        .map(|character| (character, simplified(&dictionaries, character)))
        .filter(|(character, simplified)| character != simplified)
        .collect();
    assert!(table.len() > 4000, "the dictionaries hold only {} characters", table.len());

    let directory = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the directory"));
    fs::write(directory.join("simplified.rs"), format!("&{table:?}")).expect("cargo's directory can be written");
    // A new dictionary makes a new script, so only the script itself need be watched.
    println!("cargo::rerun-if-changed=build.rs");
}

/// What a character becomes in the end; itself when it has no simplified form of one character.
fn simplified(dictionaries: &OpenCC, character: char) -> char {
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
