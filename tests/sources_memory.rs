//! What memory the importers hold: for the keys of a source, and not for the size of its files, nor for their number. Each
//! register is made up anew at two sizes, of the same fifty statements told again and again; of one that has a file for each
//! record there are more files; and of one whose keys all differ, what each of them takes is bounded.
//!
//! The larger is of `SOURCE_MB` megabytes, 2 where that is not set; `make attack` makes a gigabyte of each.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use shell::{Shell, skipped, times};

/// How many statements there are.
const KEYS: usize = 50;

/// How much more a large file may take than a small one, in MiB: the buffers are full, and the allocator keeps some. Of a file
/// of a few megabytes it is three times its size, and what is kept of it as it was read would be more.
const MORE: u64 = 32;

/// How many files there are in the end, where each record has one of its own, and how many there were before.
const FILES: [usize; 2] = [500, 2_500];

/// How many bytes a further file may take: its path, as it stands in lists of them.
const PER_FILE: u64 = 1_200;

/// How many keys that all differ there are in the end, and how many there were before.
const DIFFERENT: [usize; 2] = [3_000, 10_000];

/// How many bytes a further key may take: 500 to 700, and what tables of so few have free.
const PER_KEY: u64 = 1_600;

/// A register: how it is read, and what its file is of.
struct Register {
    flags: &'static [&'static str],
    file: &'static str,
    head: String,
    record: fn(usize) -> String,
    between: &'static str,
    tail: &'static str,
    /// Files beside it.
    beside: Vec<(&'static str, String)>,
    /// How many events come of it.
    events: usize,
}

/// Runs a command, and tells the most memory that it held, in KiB.
fn peak(shell: &Shell, words: &[&str]) -> u64 {
    let mut child = shell.command(words).stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = most.max(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success(), "{words:?}");
    most
}

fn check(register: &Register) {
    let megabytes: usize = std::env::var("SOURCE_MB").ok().and_then(|size| size.parse().ok()).unwrap_or(2);
    if !is_measured() {
        return;
    }
    let mut peaks = Vec::new();
    for size in [(megabytes << 20) / 4, megabytes << 20] {
        let shell = Shell::new();
        let mut file = BufWriter::new(File::create(shell.dir().join(register.file)).unwrap());
        file.write_all(register.head.as_bytes()).unwrap();
        let (mut bytes, mut number) = (0, 0);
        while bytes < size || number < 2 * KEYS {
            let record = (register.record)(number);
            let between = if number > 0 { register.between } else { "" };
            write!(file, "{between}{record}").unwrap();
            bytes += record.len() + between.len();
            number += 1;
        }
        write!(file, "{}", register.tail).unwrap();
        file.into_inner().unwrap().sync_all().unwrap();
        for (name, text) in &register.beside {
            shell.write(name, text);
        }
        let mut words = vec!["ingest", "--from"];
        words.extend(register.flags);
        words.push(if register.beside.is_empty() { register.file } else { "." });
        peaks.push(peak(&shell, &words) / 1024);
        assert_eq!(shell.ask(&["status"])["events"], register.events, "{:?}", register.flags);
    }
    let [small, large] = peaks[..] else { unreachable!("two sizes were measured") };
    eprintln!(
        "{:?}: {small} MiB of memory for a quarter of {megabytes} MiB of input; {large} MiB for all of it",
        register.flags
    );
    assert!(large < small + MORE.min(3 * megabytes as u64), "{:?}: {small} MiB became {large} MiB", register.flags);
}

/// Whether this system tells what memory a process holds.
fn is_measured() -> bool {
    let is_measured = std::path::Path::new("/proc/self/status").exists();
    if !is_measured {
        skipped("this system does not tell what memory a process holds");
    }
    is_measured
}

/// Reads as many records as these, in lines or in a file each, and checks what each further one takes.
fn check_growth(flags: &[&str], counts: [usize; 2], most: u64, write: &dyn Fn(&Shell, usize)) {
    if !is_measured() {
        return;
    }
    let peaks = counts.map(|count| {
        let shell = Shell::new();
        std::fs::create_dir(shell.dir().join("in")).unwrap();
        write(&shell, count);
        peak(&shell, &[&["ingest", "--from"], flags, &["in"]].concat())
    });
    let grown = (peaks[1].saturating_sub(peaks[0]) << 10) / (counts[1] - counts[0]) as u64;
    eprintln!(
        "{flags:?}: {} KiB of memory for {}, {} for {}: {grown} bytes each",
        peaks[0], counts[0], peaks[1], counts[1]
    );
    assert!(grown <= most, "{flags:?}: {grown} bytes for each");
}

/// Each record in a file of its own.
fn files_of(record: fn(usize) -> String, name: &'static str) -> impl Fn(&Shell, usize) {
    move |shell, count| (0..count).for_each(|number| shell.write(&format!("in/{number}{name}"), record(number)))
}

/// Records as lines of one file.
fn lines_of(record: fn(usize) -> String) -> impl Fn(&Shell, usize) {
    move |shell, count| shell.write("in/s.json", (0..count).map(record).collect::<Vec<_>>().join("\n"))
}

fn lines(flags: &'static [&'static str], record: fn(usize) -> String, events: usize) -> Register {
    Register {
        flags,
        file: "s.json",
        head: String::new(),
        record,
        between: "\n",
        tail: "\n",
        beside: Vec::new(),
        events,
    }
}

#[test]
fn the_stream_of_companies_house() {
    let record = |number: usize| {
        let (id, role) = (number % KEYS, if number.is_multiple_of(2) { "director" } else { "corporate-secretary" });
        json!({
            "resource_uri": format!("/company/1/appointments/{id}"), "resource_id": id.to_string(),
            "data": {"name": format!("LEE {id}, Ann"), "officer_role": role, "appointed_on": "2020-01-01", "address": "x".repeat(200)},
            "event": {"published_at": "2024-02-14T10:00:00", "type": "changed"},
        })
        .to_string()
    };
    check(&lines(&["records", "--map", "companies-house-stream"], record, KEYS / 2));
}

#[test]
fn lists_of_companies_house() {
    // A list of ten officers a line.
    let record = |number: usize| {
        let company = number % (KEYS / 10);
        let officer = |one: usize| {
            let id = company * 10 + one;
            json!({
                "name": format!("LEE {id}, Ann"), "officer_role": "director", "appointed_on": "2020-01-01",
                "links": {"self": format!("/company/{company}/appointments/{id}"),
                    "officer": {"appointments": format!("/officers/{id}/appointments")}},
                "address": {"locality": "x".repeat(200)},
            })
        };
        let items: Vec<_> = (0..10).map(officer).collect();
        json!({"links": {"self": format!("/company/{company}/officers")}, "total_results": 10, "items": items})
            .to_string()
    };
    check(&lines(&["records", "--map", "companies-house", "--version", "2024-03-01"], record, KEYS));
}

#[test]
fn records_of_orcid() {
    check(&lines(&["records", "--map", "orcid"], |number| orcid(number % KEYS), KEYS));
    check_growth(&["records", "--map", "orcid"], DIFFERENT, PER_KEY, &lines_of(orcid));
}

/// The record of a researcher.
fn orcid(id: usize) -> String {
    let employment = json!({
            "put-code": id, "path": format!("/0000-{id}/employment/{id}"), "visibility": "public", "role-title": "Clerk",
            "department-name": null, "start-date": {"year": {"value": "2010"}, "month": null, "day": null}, "end-date": null,
            "last-modified-date": {"value": 1_600_000_000_000_i64}, "organization": {"name": "Kelp", "disambiguated-organization": null},
            "source": {"source-name": {"value": "Ann"}}, "url": "x".repeat(200),
    });
    json!({
            "orcid-identifier": {"path": format!("0000-{id}"), "uri": format!("https://orcid.org/0000-{id}")},
            "person": {"name": {"given-names": {"value": "Ann"}, "family-name": {"value": format!("Lee {id}")}, "credit-name": null}},
            "activities-summary": {"employments": {"affiliation-group": [{"summaries": [{"employment-summary": employment}]}]}},
    })
    .to_string()
}

/// Each file takes the place of its path, whatever stands in it: at full size that is shown of two formats.
#[test]
fn records_in_files_of_their_own() {
    let orcid = |number: usize| {
        let id = number % KEYS;
        format!(
            "<r:record xmlns:r='r' xmlns:a='a' xmlns:s='s' xmlns:c='c' path='/0000-{id}'><c:orcid-identifier><c:uri>https://orcid.org/0000-{id}\
             </c:uri></c:orcid-identifier><r:person><r:name><r:given-names>Ida</r:given-names><r:family-name>Made {id}</r:family-name>\
             </r:name></r:person><a:activities-summary><a:employments><a:affiliation-group><s:employment-summary put-code='{id}' \
             path='/0000-{id}/employment/{id}' visibility='public'><c:last-modified-date>2021-03-04T05:06:07.000Z</c:last-modified-date>\
             <c:role-title>Clerk</c:role-title><c:organization><c:name>Kelp</c:name></c:organization></s:employment-summary>\
             </a:affiliation-group></a:employments></a:activities-summary></r:record>"
        )
    };
    // Most owners hold no post, and a filing of theirs is read for nothing.
    let filing = |number: usize| {
        let (id, of) =
            (number % KEYS, if number < KEYS { "<isDirector>1</isDirector>" } else { "<isOther>1</isOther>" });
        format!(
            "<ownershipDocument><documentType>4</documentType><periodOfReport>2024-05-01</periodOfReport><issuer><issuerCik>9</issuerCik>\
             <issuerName>Kelp</issuerName></issuer><reportingOwner><reportingOwnerId><rptOwnerCik>{id}</rptOwnerCik><rptOwnerName>LEE {id}\
             </rptOwnerName></reportingOwnerId><reportingOwnerRelationship>{of}</reportingOwnerRelationship></reportingOwner>\
             <ownerSignature><signatureDate>2024-05-03</signatureDate></ownerSignature></ownershipDocument>"
        )
    };
    check_growth(&["records", "--map", "sec-insider"], FILES, PER_FILE, &files_of(filing, ".xml"));
    if times() > 1 {
        check_growth(&["records", "--map", "orcid-xml"], FILES, PER_FILE, &files_of(orcid, ".xml"));
    }
}

#[test]
fn pages_of_govuk() {
    let record = |number: usize| {
        let id = number % KEYS;
        json!({
            "content_id": format!("role-{id}"), "document_type": "ministerial_role", "title": format!("Minister {id}"),
            "updated_at": "2024-03-01T10:00:00Z", "details": {"body": "x".repeat(300)},
            "links": {"role_appointments": [{"content_id": format!("a{id}"), "details": {"started_on": "2020-01-01T00:00:00+00:00", "current": true},
                "links": {"person": [{"content_id": format!("p{id}"), "title": format!("Ann Lee {id}")}]}}]},
        })
        .to_string()
    };
    check(&lines(&["records", "--map", "govuk-roles"], record, KEYS));
}

#[test]
fn tables_of_the_sec() {
    let filing = |id: usize| format!("{id}\t15-JAN-2024\t10-JAN-2024\t4\t{}\tKelp\t0\t\n", id % 50);
    let filings: String = (0..KEYS).map(filing).collect();
    let head = "ACCESSION_NUMBER\tFILING_DATE\tPERIOD_OF_REPORT\tDOCUMENT_TYPE\tISSUERCIK\tISSUERNAME\tNOT_SUBJECT_SEC16\tREMARKS\n";
    check(&Register {
        file: "REPORTINGOWNER.tsv",
        head: "ACCESSION_NUMBER\tRPTOWNERCIK\tRPTOWNERNAME\tRPTOWNER_RELATIONSHIP\tRPTOWNER_TITLE\tRPTOWNER_TXT\n"
            .to_owned(),
        beside: vec![("SUBMISSION.tsv", head.to_owned() + &filings)],
        ..lines(
            &["csv", "--map", "sec-insider-tables"],
            |number| format!("{0}\t{0}\tLEE ANN {0}\tDirector\t\t{1}", number % KEYS, "x".repeat(200)),
            KEYS,
        )
    });
}

#[test]
fn statements_of_bods() {
    // Of a register of owners, few statements are about posts.
    let record = |number: usize| {
        let (record, kind, details) = if number < KEYS {
            let names = json!([{"type": "legal", "fullName": format!("Ann Lee {number}")}]);
            (format!("p{number}"), "person", json!({"personType": "knownPerson", "names": names}))
        } else {
            let interest = if number < 2 * KEYS { "boardMember" } else { "shareholding" };
            let interests = json!([{"type": interest, "startDate": "2020-01-01"}]);
            let details =
                json!({"subject": "e1", "interestedParty": format!("p{}", number % KEYS), "interests": interests});
            (format!("r{number}"), "relationship", details)
        };
        json!({
            "statementId": format!("statement-{number:032}"), "statementDate": "2024-01-01", "recordId": record,
            "recordType": kind, "recordStatus": "new", "recordDetails": details,
            "publicationDetails": {"publicationDate": "2024-01-02", "bodsVersion": "0.4", "publisher": {"name": "Register"}},
            "annotations": "x".repeat(100),
        })
        .to_string()
    };
    check(&lines(&["bods"], record, 2 * KEYS));
}

#[test]
fn statements_of_follow_the_money() {
    let record = |number: usize| {
        let id = number % KEYS;
        let row = |property| {
            format!("e{id},{property},Employment,{property} of {id},Register,2024-01-01,{}", "x".repeat(100))
        };
        ["employee", "employer", "role"].map(row).join("\n")
    };
    check(&Register {
        file: "statements.csv",
        head: "entity_id,prop,schema,value,dataset,last_seen,original_value\n".to_owned(),
        ..lines(&["ftm"], record, KEYS)
    });
}

#[test]
fn items_of_wikidata() {
    let record = |number: usize| {
        let id = format!("Q{}", number % KEYS + 10);
        let item = json!({"snaktype": "value", "datavalue": {"type": "wikibase-entityid", "value": {"id": "Q5"}}});
        let employer = json!({"snaktype": "value", "datavalue": {"type": "wikibase-entityid", "value": {"id": "Q1"}}});
        json!({
            "type": "item", "id": id, "labels": {}, "descriptions": {"en": {"language": "en", "value": "x".repeat(300)}},
            "claims": {
                "P31": [{"id": format!("{id}$h"), "rank": "normal", "mainsnak": item}],
                "P108": [{"id": format!("{id}$e"), "rank": "normal", "mainsnak": employer}],
            },
        })
        .to_string()
    };
    check(&lines(&["wikidata"], record, 2 * KEYS));
}

#[test]
fn memberships_of_popolo() {
    let record = |number: usize| {
        let id = number % KEYS;
        json!({"id": id.to_string(), "person": {"id": format!("p{id}")}, "organization_id": "k", "role": "Clerk", "start_date": "2020",
            "contact_details": "x".repeat(200)})
        .to_string()
    };
    let map = "namespace = \"\"\nversion = \"2024-01-01\"\n[source]\npublisher = \"Register\"\n";
    let shell_map = vec![("map.toml", map.to_owned())];
    check(&Register {
        head: "{\"organizations\": [{\"id\": \"k\", \"name\": \"Kelp\"}], \"memberships\": [".to_owned(),
        between: ",\n",
        tail: "]}",
        beside: shell_map,
        ..lines(&["popolo", "--map", "map.toml"], record, KEYS + 1)
    });
}
