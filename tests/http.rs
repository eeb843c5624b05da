//! The ledger over HTTP: the same answers as on the command line, and nothing else harmed by bad requests.

#![expect(clippy::unwrap_used, reason = "a test stops on what it does not expect")]

#[path = "nats/server.rs"]
mod server;
#[path = "toy/shell.rs"]
mod shell;
#[path = "doors/site.rs"]
mod site;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use server::{Server, Setup};
use shell::Shell;
use site::{PATIENCE, Site};

/// Questions as addresses and as command lines.
const QUESTIONS: [(&str, &[&str]); 16] = [
    ("person?person=Ann+Lee&at=2024-06-01", &["person", "Ann Lee", "--at", "2024-06-01"]),
    (
        "person?person=p%2Flee&at=2024-06&known=2024-01-01",
        &["person", "p/lee", "--at", "2024-06", "--known", "2024-01-01"],
    ),
    ("career?person=%E6%9E%97%E4%BC%9F&lang=zh", &["career", "林伟", "--lang", "zh"]),
    ("who?unit=Kestrel&at=2024-01-01", &["who", "Kestrel", "--at", "2024-01-01"]),
    ("who?unit=Vision&at=2024-06-01&lead=true", &["who", "Vision", "--at", "2024-06-01", "--lead"]),
    ("org?unit=Kestrel&at=2024-01-01", &["org", "Kestrel", "--at", "2024-01-01"]),
    ("holders?unit=Vision&gaps=true", &["holders", "Vision", "--gaps"]),
    ("reports?person=Ann+Lee&at=2024-06-01", &["reports", "Ann Lee", "--at", "2024-06-01"]),
    ("diff?target=Ann+Lee&at=2024-01-01..2025-01-01", &["diff", "Ann Lee", "--at", "2024-01-01..2025-01-01"]),
    ("moves?by=year", &["moves", "--by", "year"]),
    ("why?of=Ann+Lee&at=2024-06-01", &["why", "Ann Lee", "--at", "2024-06-01"]),
    ("conflicts", &["conflicts"]),
    ("log?limit=3", &["log", "--limit", "3"]),
    ("find?name=lin", &["find", "lin"]),
    ("list?what=people", &["list", "people"]),
    (
        "person?person=Ann+Lee&at=2024-06-01&source=Kestrel&source=Company+Register&recorded=20",
        &[
            "person",
            "Ann Lee",
            "--at",
            "2024-06-01",
            "--source",
            "Kestrel",
            "--source",
            "Company Register",
            "--recorded",
            "20",
        ],
    ),
];

/// Questions that have no answer.
const DENIED: [(&str, &[&str], u16); 5] = [
    ("who?unit=Nowhere", &["who", "Nowhere"], 404),
    ("person?person=Ann+Leee", &["person", "Ann Leee"], 404),
    ("person?person=Ann+Lee&at=2024-13", &["person", "Ann Lee", "--at", "2024-13"], 400),
    ("diff?target=Ann+Lee", &["diff", "Ann Lee"], 400),
    ("person?person=Ann+Lee&recorded=99999", &["person", "Ann Lee", "--recorded", "99999"], 504),
];

fn world() -> Shell {
    Shell::of(&std::fs::read_to_string(shell::file("toy/world.ndjson")).unwrap())
}

#[test]
fn answers_and_errors_are_those_of_the_command() {
    let shell = world();
    let printed = |words: &[&str]| shell.run(&[&["--format", "json"], words].concat());
    let answers: Vec<String> = QUESTIONS.iter().map(|(_, words)| printed(words).well().out).collect();
    let errors: Vec<Value> = DENIED
        .iter()
        .map(|(_, words, _)| serde_json::from_str(printed(words).err.lines().last().unwrap()).unwrap())
        .collect();
    let site = Site::serve(shell, &[]);
    for ((path, _), answer) in QUESTIONS.iter().zip(answers) {
        let reply = site.get(&format!("/v1/{path}"));
        assert_eq!((reply.status, reply.body.as_str()), (200, answer.as_str()), "{path}");
        assert_eq!(reply.header("content-type"), Some("application/json"));
    }
    for ((path, _, status), error) in DENIED.iter().zip(errors) {
        let reply = site.get(&format!("/v1/{path}"));
        let told = reply.json();
        assert_eq!((reply.status, &told["exit"], &told["candidates"]), (*status, &error["exit"], &error["candidates"]));
        // A flag of the command is a parameter here.
        let of_command = error["error"].as_str().unwrap().trim_start_matches("--");
        assert_eq!(told["error"], of_command, "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    assert_eq!(site.get("/v1/status").json()["events"], site.get("/healthz").json()["seq"]);
}

#[test]
fn an_answer_comes_in_every_format_of_the_command() {
    let shell = world();
    let formats = [
        ("json", "application/json"),
        ("ndjson", "application/x-ndjson"),
        ("csv", "text/csv; charset=utf-8"),
        ("table", "text/plain; charset=utf-8"),
    ];
    let printed = formats.map(|(format, _)| shell.run(&["holders", "Vision", "--gaps", "--format", format]).well().out);
    let site = Site::serve(shell, &[]);
    for ((format, content), text) in formats.iter().zip(printed) {
        let reply = site.get(&format!("/v1/holders?unit=Vision&gaps&format={format}"));
        assert_eq!((reply.status, reply.header("content-type"), &reply.body), (200, Some(*content), &text), "{format}");
    }
    let wrong = site.get("/v1/holders?unit=Vision&format=xlsx");
    assert_eq!((wrong.status, wrong.json()["exit"].as_u64()), (400, Some(2)));
}

#[test]
fn caches_are_told_what_changes() {
    let site = Site::of_the_toy_world(&[]);
    let fixed = "/v1/who?unit=Kestrel&at=2024-01-01&recorded=20";
    for (path, control) in [
        (fixed, "public, max-age=86400, immutable"),
        ("/v1/who?unit=Kestrel&at=2024-01-01", "public, no-cache"),
        // These ask something else tomorrow.
        ("/v1/who?unit=Kestrel&recorded=20", "public, no-cache"),
        ("/v1/who?unit=Kestrel&at=-30d&recorded=20", "public, no-cache"),
        ("/v1/who?unit=Kestrel&at=2024-01-01&recorded=9998-01-01", "public, no-cache"),
        // A page says how far the ledger is by now, on whatever clocks it stands.
        ("/person?person=p%2Flee&at=2024-01-01&recorded=20", "public, no-cache"),
        ("/person?person=p%2Flee", "public, no-cache"),
        ("/person.svg?person=p%2Flee", "public, no-cache"),
        ("/unit.svg?unit=Kestrel", "public, no-cache"),
    ] {
        let reply = site.get(path);
        assert_eq!((reply.status, reply.header("cache-control")), (200, Some(control)), "{path}");
        let tag = reply.header("etag").unwrap();
        let again = site.ask(path, &[&format!("If-None-Match: \"other\", {tag}")]);
        assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", Some(tag)), "{path}");
        assert_eq!(site.ask(path, &["If-None-Match: \"other\""]).status, 200);
        let head = format!(
            "HEAD {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nIf-None-Match: {tag}\r\n\r\n",
            site.address
        );
        let head = site.send(head.as_bytes());
        assert_eq!((head.status, head.header("content-length")), (304, None), "{head:?}");
    }
    assert_eq!(site.get("/v1/status").header("etag"), None, "how far it is behind is told each time");
}

#[test]
fn what_rests_on_a_name_of_later_is_no_permalink() {
    let joined = |person: &str, company: &str, unit: &str| {
        format!(r#"{{"type":"JoinedCompany","person":{person},"company":{company},{unit}"source":"N"}}"#)
    };
    let both = |one: &str, other: &str| format!(r#"{{"name":"{one}","aliases":["{other}"]}}"#);
    let events = [
        joined(r#""Bo""#, r#""Bolt""#, r#""unit":"Lab","#),
        joined(r#""Ann""#, r#""Acme""#, r#""unit":"Lab","#),
        joined(&both("Ann", "Bo"), &both("Acme", "Bolt"), ""),
    ];
    let site = Site::serve(Shell::of(&events.join("\n")), &[]);
    for (asked, control) in [
        ("log?target=Bo", "public, max-age=86400, immutable"),
        ("log?target=Ann", "public, no-cache"),
        ("log?target=Lab&company=Acme", "public, no-cache"),
        ("who?unit=Lab&company=Acme", "public, no-cache"),
        ("list?what=people&company=Bolt", "public, max-age=86400, immutable"),
        ("list?what=people&company=Acme", "public, no-cache"),
    ] {
        let reply = site.get(&format!("/v1/{asked}&recorded=1&at=2026-11-01"));
        assert_eq!((reply.status, reply.header("cache-control")), (200, Some(control)), "{asked}");
    }
}

/// What is recorded by an instant is so for good once a later event is there, whatever the clock says.
#[test]
fn what_is_recorded_by_an_instant_is_fixed_by_a_later_event() {
    let shell = world();
    shell.fed(&["ingest", "-"], HIRED.lines().next().unwrap().as_bytes()).well();
    let site = Site::serve(shell, &[]);
    let log = site.get("/v1/log").json();
    let stamp = |entry: Option<&Value>| entry.unwrap()["recorded_at"].as_str().unwrap().to_owned();
    let events = log["events"].as_array().unwrap();
    let (first, last) = (stamp(events.first()), stamp(events.last()));
    assert!(first < last);
    let control = |recorded: &str| {
        let reply = site.get(&format!("/v1/who?unit=Kestrel&at=2024-01-01&recorded={recorded}"));
        reply.header("cache-control").unwrap().to_owned()
    };
    assert_eq!(control(&first), "public, max-age=86400, immutable");
    assert_eq!(control(&last), "public, no-cache", "events of that instant may be still to come");
    assert_eq!(control(&events.len().to_string()), "public, max-age=86400, immutable");
}

/// A file with a token that its owner alone may read.
fn token(shell: &Shell, name: &str, mode: u32) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = shell.dir().join(name);
    std::fs::write(&path, "a-token-of-the-tests-0123456789\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path.to_str().unwrap().to_owned()
}

const AUTHORIZED: &str = "Authorization: Bearer a-token-of-the-tests-0123456789";

const HIRED: &str = "{\"type\":\"JoinedCompany\",\"id\":\"new-1\",\"person\":\"Zoe Quist\",\"company\":\"Kestrel\",\
    \"effective\":\"2024-05-01\",\"reported_at\":\"2024-05-02\",\"source\":\"News\"}\n{\"type\":\"Jined\"}\n";

/// The rest of the next line that begins so.
fn until(listening: &mut BufReader<TcpStream>, begins: &str) -> String {
    let mut line = String::new();
    while !line.starts_with(begins) {
        line.clear();
        assert!(listening.read_line(&mut line).unwrap() > 0, "the stream stands");
    }
    line[begins.len()..].trim_end().to_owned()
}

#[test]
fn events_come_in_with_a_token_and_are_answered_and_told() {
    let shell = world();
    let file = token(&shell, "token", 0o600);
    let site = Site::serve(shell, &["--http-write-token", &file]);
    let head = site.get("/healthz").json()["seq"].as_u64().unwrap();
    let mut listening = BufReader::new(site.connect());
    let ask = format!("GET /v1/changes?target=Kestrel HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
    listening.get_mut().write_all(ask.as_bytes()).unwrap();
    assert_eq!(until(&mut listening, "content-type: "), "text/event-stream");
    until(&mut listening, "\r\n");
    for (headers, status) in
        [(&[][..], 401), (&["Authorization: Bearer wrong-token-wrong"][..], 401), (&[AUTHORIZED][..], 200)]
    {
        let reply = site.post("/v1/events", headers, HIRED);
        assert_eq!(reply.status, status, "{reply:?}");
        if status == 200 {
            let json = reply.json();
            let counts = ["appended", "duplicate", "rejected", "seq"].map(|field| json[field].as_u64().unwrap());
            assert_eq!(counts, [1, 0, 1, head + 1]);
            assert_eq!(json["rejects"][0]["line"], 2);
            assert!(json["rejects"][0]["hint"].as_str().unwrap().contains("JoinedCompany"), "{json}");
        }
    }
    let told: Value = serde_json::from_str(&until(&mut listening, "data: ")).unwrap();
    assert_eq!((&told["id"], &told["person"]["name"]), (&"new-1".into(), &"Zoe Quist".into()));
    let asked = site.get(&format!("/v1/person?person=Zoe+Quist&at=2024-06-01&after={}", head + 1)).json();
    assert_eq!(asked["positions"][0]["company"]["name"], "Kestrel");
    let again = site.post("/v1/events", &[AUTHORIZED], HIRED).json();
    assert_eq!([&again["appended"], &again["duplicate"]], [0, 1]);
    let coded = site.post("/v1/events", &[AUTHORIZED, "Content-Encoding: gzip"], HIRED);
    assert_eq!(coded.status, 415, "{coded:?}");
    assert!(coded.body.contains("coded as gzip"), "{coded:?}");
    let plain = site.post("/v1/events", &[AUTHORIZED, "Content-Encoding: Identity"], HIRED);
    assert_eq!(plain.status, 200, "{plain:?}");
    let nothing = site.post("/v1/events", &[AUTHORIZED], "{}\n");
    assert_eq!((nothing.status, nothing.json()["exit"].as_u64()), (400, Some(8)));
    let workbook = site.post("/v1/events", &[AUTHORIZED], "PK\u{3}\u{4}\nx\n");
    let reject = &workbook.json()["rejects"];
    assert_eq!((workbook.status, reject.as_array().map(Vec::len)), (400, Some(1)), "{workbook:?}");
    assert!(reject[0]["reason"].as_str().unwrap().contains("zip archive"), "{workbook:?}");
    // Who comes again goes on where they were.
    let mut again = BufReader::new(site.connect());
    let ask = format!("GET /v1/changes HTTP/1.1\r\nHost: {}\r\nLast-Event-ID: {head}\r\n\r\n", site.address);
    again.get_mut().write_all(ask.as_bytes()).unwrap();
    assert_eq!(until(&mut again, "id: "), (head + 1).to_string());
    // Those who listen do not hold up the end.
    let (code, took) = site.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(6), "{took:?}");
}

#[test]
fn beside_nats_events_go_to_the_stream() {
    let mut server = Server::start(&Setup::default());
    let shell = Shell::new();
    let file = token(&shell, "token", 0o600);
    let flags = ["--nats", &server.url(), "--http-write-token", &file];
    let site = Site::serve(shell, &flags);
    let taken = site.post("/v1/events", &[AUTHORIZED], HIRED).json();
    let seq = taken["seq"].as_u64().unwrap();
    assert_eq!((taken["appended"].as_u64(), seq > 0), (Some(1), true), "{taken}");
    let path = format!("person?person=Zoe+Quist&at=2024-06-01&after={seq}&wait_ms=30000");
    let over_http = site.get(&format!("/v1/{path}"));
    assert_eq!(over_http.status, 200, "{over_http:?}");
    let words = ["person", "Zoe Quist", "--at", "2024-06-01", "--format", "json", "--nats", &server.url()];
    assert_eq!(site.shell.run(&words).well().out, over_http.body);
    let lost = {
        server.kill();
        site.post("/v1/events", &[AUTHORIZED], HIRED)
    };
    assert_eq!((lost.status, lost.json()["exit"].as_u64()), (503, Some(5)), "{lost:?}");
    let own = world();
    let refused =
        own.run(&["serve", "--http", "0", "--nats", &server.url(), "--http-write-token", &token(&own, "token", 0o600)]);
    assert!(refused.exit == Some(2) && refused.err.contains("a ledger of its own"), "{refused:?}");
}

#[test]
fn without_a_token_nothing_comes_in_and_with_one_nothing_goes_out() {
    let site = Site::of_the_toy_world(&[]);
    let reply = site.post("/v1/events", &[AUTHORIZED], HIRED);
    assert_eq!((reply.status, reply.json()["exit"].as_u64()), (403, Some(2)));
    let shell = world();
    let file = token(&shell, "token", 0o600);
    let site = Site::serve(shell, &["--http-read-token", &file]);
    for path in ["/", "/v1/status", "/v1/feed.atom", "/metrics", "/v1/changes", "/nowhere"] {
        let reply = site.get(path);
        assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some("Bearer realm=\"tenure\"")), "{path}");
    }
    assert_eq!(site.post("/mcp", &[], "{}").status, 401);
    assert_eq!(site.get("/healthz").status, 200, "whether it lives is told to all");
    let reply = site.ask("/v1/who?unit=Kestrel", &[AUTHORIZED]);
    assert_eq!((reply.status, reply.header("cache-control")), (200, Some("private, no-cache")));
}

#[test]
fn a_token_that_others_may_read_is_refused() {
    let shell = world();
    let file = token(&shell, "open", 0o640);
    let run = shell.run(&["serve", "--http", "0", "--http-write-token", &file]);
    assert_eq!(run.exit, Some(2));
    assert!(run.err.contains("mode 0640") && run.err.contains("chmod 600"), "{}", run.err);
    let missing = shell.run(&["serve", "--http", "0", "--http-read-token", "nowhere"]);
    assert!(missing.exit == Some(2) && missing.err.contains("hint: name a file with a token"), "{missing:?}");
    assert_eq!(shell.run(&["serve"]).exit, Some(2), "it must answer somewhere");
}

/// A certificate of its own making for this machine, and the trust in it.
fn certificate(shell: &Shell) -> Arc<rustls::ClientConfig> {
    let key = rcgen::KeyPair::generate().unwrap();
    let signed = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    shell.write("cert.pem", signed.pem());
    shell.write("key.pem", key.serialize_pem());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut trusted = rustls::RootCertStore::empty();
    trusted.add(signed.der().clone()).unwrap();
    Arc::new(config.with_root_certificates(trusted).with_no_client_auth())
}

#[test]
fn tls_is_spoken_with_a_certificate_from_a_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let shell = world();
    let trust = certificate(&shell);
    let serve = |flags: &[&str]| shell.run(&[&["serve", "--http", "0"], flags].concat());
    let both = ["--http-cert", "cert.pem", "--http-key", "key.pem"];
    let mode = |mode: u32| {
        std::fs::set_permissions(shell.dir().join("key.pem"), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o644);
    for (flags, says) in [
        (&both[..2], "--http-key"),
        (&both[..], "chmod 640"),
        (&["--http-cert", "absent.pem", "--http-key", "key.pem"][..], "absent.pem"),
        (&["--http-cert", "key.pem", "--http-key", "key.pem"][..], "key.pem"),
    ] {
        let run = serve(flags);
        assert!(run.exit == Some(2) && run.err.contains(says), "{flags:?}: {run:?}");
    }
    mode(0o600);
    let site = Site::begin(shell, &both);
    let ask = |path: &str| {
        let name = rustls::pki_types::ServerName::try_from("127.0.0.1").unwrap();
        let connection = rustls::ClientConnection::new(trust.clone(), name).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, site.connect());
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", site.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        // It may hang up without a word once all is sent.
        drop(stream.read_to_string(&mut reply));
        reply
    };
    let began = std::time::Instant::now();
    while !ask("/healthz").contains("\"snapshots\":true") {
        assert!(began.elapsed() < PATIENCE, "its snapshots are made");
    }
    assert!(ask("/v1/who?unit=Kestrel").starts_with("HTTP/1.1 200 "));
    let feed = ask("/v1/feed.atom");
    assert!(feed.contains(&format!("https://{}/", site.address)), "addresses are those of TLS: {feed}");
    // Who speaks no TLS is not answered, and harms nobody.
    let plain = site.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assert_eq!(plain.status, 0, "{plain:?}");
    assert!(ask("/healthz").starts_with("HTTP/1.1 200 "));
    assert_eq!(site.stop().0, Some(0));
}

#[test]
fn pages_of_other_origins_read_answers_where_they_may() {
    let asks = ["Origin: https://desk.example"];
    let allowed = |reply: &site::Reply| reply.header("access-control-allow-origin").map(str::to_owned);
    let site = Site::of_the_toy_world(&[]);
    assert_eq!(allowed(&site.ask("/v1/who?unit=Kestrel", &asks)), None, "off unless asked for");
    let shell = world();
    let file = token(&shell, "token", 0o600);
    let flags = ["--http-origin", "https://desk.example", "--http-read-token", &file];
    let site = Site::serve(shell, &flags);
    let preflight = format!(
        "OPTIONS /v1/who?unit=Kestrel HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nOrigin: https://desk.example\r\n\
        Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\n\r\n",
        site.address
    );
    let before = site.send(preflight.as_bytes());
    assert_eq!((before.status, allowed(&before).as_deref()), (204, Some("https://desk.example")), "{before:?}");
    assert!(before.header("access-control-allow-headers").is_some_and(|names| names.contains("authorization")));
    let answer = site.ask("/v1/who?unit=Kestrel", &[asks[0], AUTHORIZED]);
    assert_eq!((answer.status, allowed(&answer).as_deref()), (200, Some("https://desk.example")), "{answer:?}");
    assert_eq!(
        (answer.header("vary"), answer.header("cross-origin-resource-policy")),
        (Some("origin"), Some("cross-origin"))
    );
    for (path, origin) in [("/v1/who?unit=Kestrel", "Origin: https://other.example"), ("/unit?unit=Kestrel", asks[0])] {
        assert_eq!(allowed(&site.ask(path, &[origin, AUTHORIZED])), None, "{path}");
    }
    // A cache must not give it to a page of that origin.
    let other = site.ask("/v1/who?unit=Kestrel", &[AUTHORIZED]);
    assert!(other.header("vary").is_some_and(|names| names.contains("origin")), "{other:?}");
    assert_eq!(site.ask("/v1/who?unit=Kestrel", &[AUTHORIZED, "If-None-Match: *"]).status, 304);
    assert_eq!(world().run(&["serve", "--http", "0", "--http-origin", "desk.example"]).exit, Some(2));
}

#[test]
fn feeds_tell_what_was_recorded_last() {
    let site = Site::of_the_toy_world(&[]);
    let head = site.get("/healthz").json()["seq"].as_u64().unwrap();
    for (target, first) in [("", Some(head)), ("?target=p%2Flee", None)] {
        let json = site.get(&format!("/v1/feed.json{target}")).json();
        let items = json["items"].as_array().unwrap();
        let seqs: Vec<u64> = items.iter().map(|item| item["_tenure"]["seq"].as_u64().unwrap()).collect();
        assert!(!seqs.is_empty() && seqs.is_sorted_by(|one, next| one > next), "newest first: {seqs:?}");
        assert!(first.is_none_or(|first| seqs[0] == first));
        let atom = site.get(&format!("/v1/feed.atom{target}"));
        assert_eq!(atom.header("content-type"), Some("application/atom+xml; charset=utf-8"));
        let xml = roxmltree::Document::parse(&atom.body).unwrap();
        let entries: Vec<_> = xml.descendants().filter(|node| node.has_tag_name("entry")).collect();
        assert_eq!(entries.len(), items.len());
        for (entry, item) in entries.iter().zip(items) {
            let text =
                |name: &str| entry.children().find(|node| node.tag_name().name() == name).unwrap().text().unwrap();
            assert_eq!((text("title"), text("id")), (item["title"].as_str().unwrap(), item["id"].as_str().unwrap()));
            let page = text("id").split_once(&site.address).unwrap().1.to_owned();
            assert_eq!(site.get(&page).status, 200, "{page}");
        }
    }
    // An item is the same in each.
    let items = |target: &str| site.get(&format!("/v1/feed.json{target}")).json()["items"].as_array().unwrap().clone();
    let all = items("");
    let of_one: Vec<Value> = items("?target=p%2Flee").into_iter().filter(|item| all.contains(item)).collect();
    assert!(!of_one.is_empty() && of_one.len() == all.iter().filter(|item| of_one.contains(item)).count());
    let is_instant = |item: &Value| item["_tenure"]["reported_at"].as_str().is_some_and(|text| text.ends_with('Z'));
    let withheld = |item: &Value| item["_tenure"]["event"].is_null();
    assert!(all.iter().all(|item| is_instant(item) || withheld(item)), "{all:#?}");
    let none = site.get("/v1/feed.atom?target=Nobody");
    assert_eq!((none.status, none.json()["exit"].as_u64()), (404, Some(3)));
}

#[test]
fn a_unit_of_a_common_name_is_listened_to_by_its_company() {
    let joined = |person: &str, company: &str| {
        format!(
            "{{\"type\":\"JoinedCompany\",\"person\":\"{person}\",\"company\":\"{company}\",\"unit\":\"Research\",\
            \"effective\":\"2024-01-01\",\"reported_at\":\"2024-01-02\",\"source\":\"News\"}}\n"
        )
    };
    let site = Site::serve(Shell::of(&(joined("Ann Lee", "Acme") + &joined("Bo Kim", "Beta"))), &[]);
    for what in ["feed.json?", "feed.atom?", "changes?after=0&"] {
        let asked = site.get(&format!("/v1/{what}target=Research"));
        assert_eq!(asked.status, 409, "{what}: {asked:?}");
        assert!(asked.json()["hint"].as_str().unwrap().contains("company"), "{what}: {asked:?}");
        let alone = site.get(&format!("/v1/{what}company=Acme"));
        assert!(alone.status == 400 && alone.body.contains("no target"), "{what}: {alone:?}");
    }
    let feed = site.get("/v1/feed.json?target=Research&company=Beta").json();
    assert_eq!(feed["items"].as_array().unwrap().len(), 1);
    assert!(feed["feed_url"].as_str().unwrap().ends_with("/v1/feed.json?target=Research&company=Beta"), "{feed}");
    let mut told = site.connect();
    let host = &site.address;
    let request = format!("GET /v1/changes?after=0&target=Research&company=Beta HTTP/1.1\r\nHost: {host}\r\n\r\n");
    told.write_all(request.as_bytes()).unwrap();
    assert_eq!(until(&mut BufReader::new(told), "id: "), "2");
}

#[test]
fn the_description_holds_for_what_is_answered() {
    let site = Site::of_the_toy_world(&[]);
    let document = site.get("/v1/openapi.json").json();
    for (path, _) in QUESTIONS {
        let verb = path.split('?').next().unwrap();
        let described = &document["paths"][format!("/v1/{verb}")]["get"];
        let names: Vec<&str> =
            described["parameters"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
        for given in path.split(['?', '&']).skip(1) {
            assert!(names.contains(&given.split('=').next().unwrap()), "{verb}: {given}");
        }
        let mut schema = described["responses"]["200"]["content"]["application/json"]["schema"].clone();
        schema["components"] = document["components"].clone();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let answer = site.get(&format!("/v1/{path}")).json();
        let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
    }
}

/// Requests that are wrong, each with its status and a part of its words. What is wrong at every door is in
/// `bad_questions.rs`.
fn wrong() -> Vec<(String, u16, &'static str)> {
    let long = "x".repeat(70_000);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let question = [
        ("/v1/person?person=a&person=b", 400, "twice"),
        ("/v1/person?person=Ann+Lee&after=18446744073709551615", 504, "cannot be there in time"),
        ("/v1/person?person=%ff%fe", 400, "percent-encoding"),
        ("/v1/person?person=100%", 400, "percent-encoding"),
        ("/v1/person?person=", 400, "missing field `person`"),
        ("/v1/who?unit=Kestrel&limit=-1", 400, "takes a whole number"),
        ("/v1/who?unit=Kestrel&att=2024", 400, "did you mean `at`?"),
        ("/v1/feed.json?target=%e6%9e", 400, "percent-encoding"),
        ("/v1/%ff", 400, "percent-encoding"),
        ("/find?name=%zz", 400, "percent-encoding"),
        ("/v1/events", 405, "events are sent with POST"),
        ("/v1/person?person=Zq+Zq", 404, "search with /v1/find?name=Zq+Zq"),
        ("/v1/person?person=Kestrel", 404, "ask /v1/who?unit=Kestrel"),
        ("/v1/who?unit=Ann+Lee", 404, "ask /v1/person?person=Ann+Lee"),
        ("/v1/diff?target=Ann+Lee", 400, "at=D1..D2"),
        ("/v1/person?person=Ann+Lee&at=2023..2024", 400, "/v1/diff"),
        ("/v1/changes?after=x", 400, "no position"),
        ("/v1/changes?who=x", 400, "no parameter"),
        ("/v1/changes?target=Nobody", 404, "Nobody"),
        ("/v1/feed.rss", 404, "feed.rss"),
        ("/v1/feed.json?after=3", 400, "/v1/changes?after=N"),
        ("/v1/persn", 404, "did you mean /v1/person?"),
        ("/v1/", 404, "no such page"),
        ("/v2/person", 404, "no such page"),
        ("/../etc/passwd", 404, ""),
        ("/v1/..%2f..%2fetc%2fpasswd", 404, "no verb"),
        ("/person", 400, "this page is about nothing"),
        ("/person?person=Nobody+Here", 404, "Nobody Here"),
        ("/unit?unit=%3Cscript%3E", 404, "&lt;script&gt;"),
        ("/find?name=%21", 400, "no letter"),
        ("/diff?target=Nobody&at=2024", 404, "Nobody"),
        ("/why?of=nothing", 404, "nothing"),
        ("/why", 400, "this page is about nothing"),
    ];
    let mut all: Vec<(String, u16, &'static str)> =
        question.into_iter().map(|(path, status, says)| (get(path), status, says)).collect();
    all.extend([
        (get(&format!("/v1/person?person={}", &long[..65_000])), 400, ""),
        (get(&format!("/v1/person?person={long}")), 414, ""),
        (
            "GET /persons HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: text/html,*/*\r\n\r\n".to_owned(),
            404,
            "<h1>No answer</h1>",
        ),
        ("PUT /v1/person HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_owned(), 405, "GET"),
        ("DELETE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_owned(), 405, "GET"),
        ("GET / HTTP/1.1\r\nHost: people.example\r\nConnection: close\r\n\r\n".to_owned(), 421, "another name"),
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), 421, "another name"),
        ("GET /healthz HTTP/1.0\r\n\r\n".to_owned(), 421, "another name"),
        ("GARBAGE\r\n\r\n".to_owned(), 400, ""),
        ("\u{16}\u{3}\u{1}\u{2}\r\n\r\n".to_owned(), 400, ""),
        (format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", long.repeat(3)), 431, ""),
        (
            "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: -1\r\n\r\n".to_owned(),
            400,
            "",
        ),
        (
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
            406,
            "",
        ),
        (
            format!(
                "POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
                 Accept: application/json, text/event-stream\r\nContent-Length: 65537\r\n\r\n{}",
                " ".repeat(65_537)
            ),
            413,
            "",
        ),
    ]);
    all
}

#[test]
fn bad_requests_have_their_status_and_words_and_harm_nothing() {
    let site = Site::of_the_toy_world(&[]);
    let good = || site.get("/v1/who?unit=Kestrel&at=2024-01-01");
    let before = good().body;
    for (request, status, says) in wrong() {
        let reply = site.send(request.as_bytes());
        let shown: String = request.chars().take(120).collect();
        assert_eq!(reply.status, status, "{shown}: {reply:?}");
        assert!(reply.body.contains(says), "{shown}: {reply:?}");
        if reply.header("content-type") == Some("application/json") && request.starts_with("GET /v1") {
            assert!(reply.json()["error"].is_string() && reply.json()["exit"].is_u64(), "{reply:?}");
            for text in [&reply.json()["error"], &reply.json()["hint"]] {
                let text = text.as_str().unwrap_or_default();
                assert!(!text.contains("--") && !text.contains("tenure "), "it speaks of the command: {shown}: {text}");
            }
        }
    }
    assert_eq!(good().body, before);
}

#[test]
fn a_body_without_end_is_refused_where_its_limit_is() {
    let shell = world();
    let file = token(&shell, "token", 0o600);
    let site = Site::serve(shell, &["--http-write-token", &file]);
    let mut stream = site.connect();
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{AUTHORIZED}\r\nTransfer-Encoding: chunked\r\n\r\n",
        site.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("100000\r\n{}\r\n", " ".repeat(1 << 20));
    // A gigabyte, if it were read.
    let sent = (0..1_024).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
    assert!(sent < 200, "{sent} MiB were taken");
    assert_eq!(site.get("/healthz").status, 200);
    let said = site.post("/v1/events", &[AUTHORIZED], &" ".repeat((16 << 20) + 1));
    assert_eq!(said.status, 413, "{said:?}");
    // What is said to come is not waited for.
    let mut stream = site.connect();
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nHost: {}\r\n{AUTHORIZED}\r\nExpect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n",
        site.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
}

#[test]
fn more_connections_than_there_is_room_for_are_told_so() {
    let site = Site::of_the_toy_world(&[]);
    let idle: Vec<TcpStream> = (0..512).map(|_| site.connect()).collect();
    // All of them count once one more is refused.
    let mut refused = String::new();
    site.connect().read_to_string(&mut refused).unwrap();
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("come again in a moment"), "{refused}");
    drop(idle);
    let began = std::time::Instant::now();
    while site.get("/healthz").status != 200 {
        assert!(began.elapsed() < PATIENCE, "places come free again");
    }
    let metrics = site.get("/metrics").body;
    let counted = metrics.lines().find(|line| line.starts_with("tenure_http_connections_refused_total ")).unwrap();
    assert!(!counted.ends_with(" 0"), "{counted}");
}

#[test]
fn more_who_listen_than_there_is_room_for_are_told_so() {
    let site = Site::of_the_toy_world(&[]);
    let ask = format!("GET /v1/changes HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
    let listening: Vec<TcpStream> = (0..128)
        .map(|_| {
            let mut stream = site.connect();
            stream.write_all(ask.as_bytes()).unwrap();
            let mut status = [0; 12];
            stream.read_exact(&mut status).unwrap();
            assert_eq!(status, *b"HTTP/1.1 200");
            stream
        })
        .collect();
    let refused = site.get("/v1/changes");
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("too many clients listen already"), "{refused:?}");
    drop(listening);
}

#[test]
fn what_another_process_wrote_is_answered_at_once() {
    let site = Site::of_the_toy_world(&[]);
    for nth in 0..10 {
        let event = format!(
            r#"{{"type":"JoinedCompany","person":"Newcomer {nth}","company":"Kestrel","reported_at":"2024-01-02","source":"S"}}"#
        );
        assert_eq!(site.shell.fed(&["ingest", "-"], event.as_bytes()).exit, Some(0));
        let asked = site.get(&format!("/{}?person=Newcomer+{nth}", ["v1/person", "person"][nth % 2]));
        assert_eq!(asked.status, 200, "{asked:?}");
    }
}

#[test]
fn rejects_of_one_body_are_told_up_to_a_number_and_counted() {
    let shell = world();
    let file = token(&shell, "token", 0o600);
    let site = Site::serve(shell, &["--http-write-token", &file]);
    let told = site.post("/v1/events", &[AUTHORIZED], &"{}\n".repeat(1_200)).json();
    assert_eq!((told["rejected"].as_u64(), told["rejects"].as_array().unwrap().len()), (Some(1_200), 1_000));
}

#[test]
fn a_client_that_sends_nothing_is_let_go() {
    let site = Site::of_the_toy_world(&[]);
    let mut slow = site.connect();
    slow.write_all(b"GET /v1/status HTTP/1.1\r\nHost: ").unwrap();
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).expect("it is let go before the test loses its patience");
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
}
