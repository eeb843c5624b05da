//! A map of a table, with a plain table.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_producer::adapter::csv::CsvStints;

const TABLE: &[u8] = b"name,unit,title,from,to\nAnn Lee,Vision,Engineer,2024-01-08,2024-06\nBo,,Head,2023,\n";

fuzz_target!(|bytes: &[u8]| tenure_fuzz::read(&CsvStints, "t.csv", TABLE, bytes));
