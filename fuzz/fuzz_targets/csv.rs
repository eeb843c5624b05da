//! An input of the adapter `csv`, with a plain map.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_producer::adapter::csv::CsvStints;

const MAP: &str = r#"
company = "Amt"
[source]
publisher = "Amtsblatt"
[cells]
empty = [""]
end = "inclusive"
dates = ["%d.%m.%Y", "edtf"]
[files.t]
delimiter = ";"
[stints]
file = "t"
key = "id"
person = "name"
unit = "team"
title = "role"
from = "start"
to = "end"
"#;

fuzz_target!(|bytes: &[u8]| tenure_fuzz::read(&CsvStints, "t.csv", bytes, MAP.as_bytes()));
