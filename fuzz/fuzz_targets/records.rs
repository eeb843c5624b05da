//! Trees of each format of the adapter `records`, with a map of two levels. The first byte chooses the format.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_producer::adapter::csv::Records;

const MAP: &[u8] = br#"
company = "Harbour Council"
end = "inclusive"
[source]
publisher = "Harbour Gazette"
[files.people]
each = "$"
[files.terms]
each = "$.terms[*]"
[people]
file = "people"
id = { path = "$.id", prefix = "hc/" }
name = { text = "{$.name.first?} {$.name.last?}" }
aliases = ["$.other[*].text?"]
[[stints]]
file = "terms"
key = { text = "{$.id}/{@.of}" }
person = { id = { path = "$.id", prefix = "hc/" } }
unit = { text = "Ward {@.ward?}", whole = true }
title = { path = "@.of", words = { c = "Councillor", m = "Mayor" } }
from = "@.start?"
to = "@.end?"
"#;

const FILES: [&str; 6] = ["p.json", "p.ndjson", "p.yaml", "p.toml", "p.xml", "p.txt"];

fuzz_target!(|bytes: &[u8]| {
    if let Some((format, input)) = bytes.split_first() {
        tenure_fuzz::read(&Records, FILES[usize::from(*format) % FILES.len()], input, MAP);
    }
});
