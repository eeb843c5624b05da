//! First maps: what columns are taken for in other languages and encodings, and by what stands in them. Each is read as it
//! stands, but for what is to be filled in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "toy/shell.rs"]
mod shell;

use encoding_rs::Encoding;
use serde_json::{Value, json};
use shell::{Shell, filled};

/// The map that is proposed for a file, after a reading by it in which nothing was rejected.
fn proposed(name: &str, format: &str, bytes: &[u8]) -> (Shell, String) {
    let shell = Shell::new();
    shell.write(name, bytes);
    let map = shell.run(&["map", "propose", name]).well().out;
    let map = filled(&map);
    shell.write("map.toml", &map);
    let run = shell.run(&["ingest", "--from", format, "--map", "map.toml", name]);
    assert_eq!(run.exit, Some(0), "{name}: {run:?}\n{map}");
    (shell, map)
}

/// What somebody holds on a day: unit, title and the first day.
fn post(shell: &Shell, person: &str) -> [String; 3] {
    let answer = shell.ask(&["person", person, "--at", "2025-01-01"]);
    let held = &answer["positions"][0];
    [&held["unit"]["name"], &held["title"], &held["from"]["edtf"]].map(|text| text.as_str().unwrap_or("-").to_owned())
}

#[test]
fn a_map_is_tried_as_it_is_and_used_when_it_is_filled_in() {
    let shell = Shell::new();
    shell.write("t.csv", "Name,Title,Start\nAnn Lee,Cook,2020-01-01\n");
    let map = shell.run(&["map", "propose", "t.csv"]).well().out;
    shell.write("map.toml", &map);
    let ingest = ["ingest", "--from", "csv", "--map", "map.toml", "t.csv"];
    let run = shell.run(&ingest);
    assert_eq!((run.exit, &*run.out), (Some(1), ""), "{run:?}");
    let line = 1 + map.lines().position(|line| line.contains("TODO:")).unwrap();
    assert!(run.err.contains(&format!("map.toml: line {line} is to be filled in: company = \"TODO: ")), "{run:?}");
    assert!(run.err.contains(", and 1 more") && run.err.contains("hint: nothing was appended"), "{run:?}");
    let run = shell.run(&[&ingest[..], &["--dry-run"]].concat()).well();
    assert!(run.err.contains(&format!("notice: map.toml: line {line} is to be filled in")), "{run:?}");
    shell.write("map.toml", filled(&map));
    assert!(shell.run(&ingest).well().out.starts_with("appended 1,"));
}

#[test]
fn what_looks_like_dates_and_is_not_read_is_to_be_decided() {
    let shell = Shell::new();
    shell.write("t.csv", "Name,Title,Start,Let go,Born,Room,Served\nAnn Lee,Cook,2020.0,2021-05,1970,12,1998-2004\n");
    let map = shell.run(&["map", "propose", "t.csv"]).well().out;
    let asked: Vec<&str> = map.lines().filter(|line| line.starts_with("# TODO:")).collect();
    assert_eq!(asked.len(), 2, "{map}");
    assert!(asked[0].contains("\"Let go\"") && asked[1].contains("\"Served\""), "{map}");
    // What is filled in there can be read.
    assert!(map.contains("# not read: \"Born\"") && map.contains("dates = [\"edtf\", \"%Y.0\"]"), "{map}");
}

#[test]
fn what_no_column_names_is_to_be_filled_in_and_read_as_it_stands() {
    for (header, person) in [
        ("Nr;Zuname;Rufname;Eintritt", "{ text = \"{Rufname} {Zuname}\" }"),
        ("Nr;Spalte;Beiname;Eintritt", "{ text = \"TODO: the column of names\" }"),
    ] {
        let table = format!("{header}\n1;Kern;Ada;01.02.2015\n2;Lund;Bo;01.01.2020\n");
        let shell = Shell::new();
        shell.write("t.csv", table);
        let map = shell.run(&["map", "propose", "t.csv"]).well().out;
        assert!(map.contains(&format!("person = {person}")), "{map}");
        shell.write("map.toml", map);
        let run = shell.run(&["ingest", "--from", "csv", "--map", "map.toml", "--dry-run", "t.csv"]).well();
        assert!(run.out.starts_with("would append 2"), "{run:?}");
    }
}

#[test]
fn no_date_is_taken_for_a_name_whatever_its_column_is_called() {
    for header in ["In office", "Term of office", "Time in office", "Office"] {
        let table =
            format!("Minister,Portfolio,{header}\nChen Wei,Finance,2019-2021\nAnn Lee,Health,May 2021 - present\n");
        let (shell, map) = proposed("t.csv", "csv", table.as_bytes());
        assert!(
            map.contains("title = \"Portfolio\"") && map.contains(&format!("\"{header}\" looks like dates")),
            "{map}"
        );
        assert_eq!(post(&shell, "Ann Lee")[1], "Health", "{map}");
    }
    // What follows the header is a name, whatever another column of that word holds.
    for (header, key) in [
        ("Unit,Team", "unit = \"Team\""),
        ("Company,Employer", "company = \"Employer\""),
        ("Boss,Manager", "reports_to = \"Manager\""),
    ] {
        let table = format!("Name,Title,{header}\nAnn Lee,Cook,2019-2021,Kelp\nBo Ode,Clerk,2020-05,Rill\n");
        let (_, map) = proposed("t.csv", "csv", table.as_bytes());
        assert!(map.contains(key) && map.contains("looks like dates"), "{map}");
    }
    let (_, map) = proposed("t.csv", "csv", b"Member,Name,Title\nMay 2010,Ann Lee,Cook\nJune 2011,Bo Ode,Cook\n");
    assert!(map.contains("person = \"Name\"") && map.contains("\"Member\" looks like dates"), "{map}");
    let tree = r#"[{"name": "Ann Lee", "office": "2019-2021", "portfolio": "Finance", "from": "2019"}, {"name": "Bo Ode", "office": "2020", "portfolio": "Health", "from": "2020"}]"#;
    let (shell, map) = proposed("t.json", "records", tree.as_bytes());
    assert_eq!(post(&shell, "Bo Ode")[1], "Health", "{map}");
}

#[test]
fn a_map_without_a_key_says_what_that_means() {
    let (_, map) = proposed("t.csv", "csv", b"Name,Title\nAnn Lee,Cook\n");
    assert!(map.contains("# no column is a key: a row that its source corrects"), "{map}");
    let (_, map) = proposed("t.json", "records", br#"[{"name": "Ann Lee", "title": "Cook", "from": "2020"}]"#);
    assert!(map.contains("# no field is a key: a row that its source corrects"), "{map}");
    let (_, map) = proposed("t.csv", "csv", b"id,Name,Title\n7,Ann Lee,Cook\n");
    assert!(!map.contains("is a key:"), "{map}");
}

#[test]
fn a_table_without_a_header_gets_names_for_its_columns() {
    let table = "7;Ann Lee;2020-01-01\n8;Bo Ode;2021-05-01\n";
    let (_, map) = proposed("t.csv", "csv", table.as_bytes());
    assert!(map.contains("columns = [\"c1\", \"c2\", \"c3\"]") && map.contains("dates = [\"edtf\"]"), "{map}");
    let (_, map) = proposed("t.csv", "csv", b"Name,2020-01,2020-02\nAnn Lee,x,\n");
    assert!(!map.contains("columns = "), "{map}");
}

#[test]
fn rows_of_totals_are_left_out() {
    let (shell, map) = proposed("t.csv", "csv", b"Name,Title,Start\nAnn Lee,Cook,2020-01-01\nTotal:,,\n");
    assert!(map.contains("when = { column = \"Name\", words = { \"Total:\" = \"\", \"*\" = \"true\" } }"), "{map}");
    assert_eq!(shell.ask(&["log"])["events"].as_array().unwrap().len(), 1, "{map}");
}

#[test]
fn columns_are_told_in_many_languages_and_encodings() {
    let check = |label: &str, table: &str, person: &str, expect: [&str; 3]| {
        let encoding = Encoding::for_label(label.as_bytes()).unwrap();
        let mut bytes = encoding.encode(table).0.into_owned();
        if label == "utf-16le" {
            bytes = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }
        let (shell, map) = proposed("t.csv", "csv", &bytes);
        assert_eq!(post(&shell, person), expect.map(str::to_owned), "{label}\n{map}");
        assert_eq!(map.contains("encoding ="), label != "utf-8", "{label}\n{map}");
    };
    let japanese = "番号,氏名,役職,部署,就任日,退任日\n1,山田太郎,部長,営業部,2020年5月1日,\n2,鈴木花子,課長,総務部,2019年4月1日,2021年3月31日\n";
    check("utf-8", japanese, "山田太郎", ["営業部", "部長", "2020-05-01"]);
    check("shift_jis", japanese, "山田太郎", ["営業部", "部長", "2020-05-01"]);
    check("euc-jp", japanese, "山田太郎", ["営業部", "部長", "2020-05-01"]);
    check("utf-16le", japanese, "山田太郎", ["営業部", "部長", "2020-05-01"]);
    let russian = "Номер;ФИО;Должность;Подразделение;Дата начала;Дата окончания\n1;Иванов Иван Петрович;Начальник отдела;Отдел кадров;01.05.2020;\n\
                   2;Петрова Анна Сергеевна;Специалист;Бухгалтерия;13.02.2019;31.12.2021\n";
    check("utf-8", russian, "Иванов Иван Петрович", ["Отдел кадров", "Начальник отдела", "2020-05-01"]);
    check("windows-1251", russian, "Иванов Иван Петрович", ["Отдел кадров", "Начальник отдела", "2020-05-01"]);
    check("koi8-r", russian, "Иванов Иван Петрович", ["Отдел кадров", "Начальник отдела", "2020-05-01"]);
    for table in [
        "編號,姓名,職務,部門,任職日期\n1,王小明,處長,教育處,2020/5/1\n",
        "编号,姓名,职务,部门,任职日期\n1,王小明,處長,教育處,2020.05.01\n",
        "번호,성명,직책,부서,취임일\n1,王小明,處長,教育處,2020년 5월 1일\n",
        "الرقم,الاسم,المنصب,القسم,تاريخ التعيين\n1,王小明,處長,教育處,٢٠٢٠-٠٥-٠١\n",
        "Α/Α,Ονοματεπώνυμο,Θέση,Τμήμα,Έναρξη\n1,王小明,處長,教育處,1/5/2020\n",
        "№,ПІБ,Посада,Відділ,Дата початку\n1,王小明,處長,教育處,01.05.2020\n",
        "Nr;Name;Funktion;Abteilung;Beginn\n1;王小明;處長;教育處;01.05.2020\n",
        "Nº,Nombre,Cargo,Unidad,Fecha de inicio\n1,王小明,處長,教育處,01/05/2020\n",
        "Código,Nome,Função,Órgão?,Setor,Data de início\n1,王小明,處長,,教育處,01/05/2020\n",
        "Codice,Nominativo,Incarico,Ufficio,Dal\n1,王小明,處長,教育處,01/05/2020\n",
        "Nummer,Naam,Functie,Afdeling,Vanaf\n1,王小明,處長,教育處,01-05-2020\n",
        "Lp.,Imię i nazwisko,Stanowisko,Wydział,Od\n1,王小明,處長,教育處,01.05.2020\n",
        "Numéro,Titulaire,Fonction,Direction,Depuis\n1,王小明,處長,教育處,01/05/2020\n",
    ] {
        check("utf-8", table, "王小明", ["教育處", "處長", "2020-05-01"]);
    }
}

#[test]
fn names_in_two_columns_are_put_together() {
    let (_, map) = proposed("t.csv", "csv", "Nom,Prénom,Fonction,Service\nDurand,Ève,Cheffe,Achats\n".as_bytes());
    assert!(map.contains("person = { text = \"{Prénom} {Nom}\" }"), "{map}");
    let (shell, _) = proposed("t.csv", "csv", "姓,名,職名\n山田,太郎,部長\n".as_bytes());
    assert_eq!(post(&shell, "山田太郎")[1], "部長");
    for (table, person) in [
        ("Nom,Prénoms,Fonction\nDurand,Ève,Cheffe\n", "Ève Durand"),
        ("Nombre,Primer apellido,Segundo apellido,Cargo\nAna,Ruiz,Gil,Jefa\n", "Ana Ruiz Gil"),
        ("Voornaam,Tussenvoegsel,Achternaam,Functie\nJan,van den,Berg,Chef\n", "Jan van den Berg"),
        ("Voornaam,Tussenvoegsel,Achternaam,Functie\nJan,,Berg,Chef\n", "Jan Berg"),
    ] {
        let (shell, _) = proposed("t.csv", "csv", table.as_bytes());
        assert!(!post(&shell, person)[1].is_empty(), "{person}");
    }
}

#[test]
fn days_that_were_counted_since_1970_and_shortened_months_are_found() {
    for date in ["1577836800", "1577836800000", "2020-01-01T00:00:00.000Z", "1 janv. 2020", "1 ene 2020"] {
        let table = format!("Name,Title,Start\nAnn Lee,Cook,{date}\n");
        let (shell, map) = proposed("t.csv", "csv", table.as_bytes());
        assert_eq!(post(&shell, "Ann Lee")[2], "2020-01-01", "{map}");
    }
}

#[test]
fn ids_and_keys_of_one_file_are_told_from_those_of_another() {
    let member = |id: u64, name: &str| {
        let posts = json!([{ "id": 1, "name": "Finance Committee", "startDate": "2020-01-01" }]);
        json!({ "value": { "id": id, "nameDisplayAs": name, "committees": posts } }).to_string()
    };
    let (shell, map) = proposed("a.json", "records", member(7, "Ann Lee").as_bytes());
    assert!(map.contains("key = { text = \"{$.value.id}/{@.id}\" }"), "{map}");
    shell.write("b.json", member(8, "Bo Chan"));
    shell.run(&["ingest", "--from", "records", "--map", "map.toml", "b.json"]).well();
    assert_eq!([post(&shell, "Ann Lee")[2].as_str(), &post(&shell, "Bo Chan")[2]], ["2020-01-01"; 2]);
    let page = json!({ "team": [{ "id": "1", "name": "Ann Lee" }, { "id": "2", "name": "Bo Chan" }] }).to_string();
    let (_, map) = proposed("page.json", "roster", page.as_bytes());
    assert!(map.contains("namespace = \"x/\"") && map.contains("id = \"id?\""), "{map}");
}

#[test]
fn a_word_is_found_in_a_longer_name_of_a_column() {
    let table = "Code;Nom de l'élu;Prénom de l'élu;Nom du parti;Libellé de la fonction;Date de naissance;Date de début du mandat\n\
                 01;Abbey;Ève;Verts;Présidente;12/03/1961;28/07/2021\n";
    let (shell, map) = proposed("t.csv", "csv", table.as_bytes());
    assert_eq!(post(&shell, "Ève Abbey"), ["-", "Présidente", "2021-07-28"], "{map}");
    assert!(map.contains("# not read: \"Nom du parti\"") && map.contains("# not read: \"Date de naissance\""), "{map}");
}

#[test]
fn results_of_sparql_are_read() {
    let term = |value: &str| format!("{{\"type\": \"literal\", \"value\": \"{value}\"}}");
    let results = format!(
        "{{\"head\": {{\"vars\": [\"person\"]}}, \"results\": {{\"bindings\": [{{\"person\": {}, \"personLabel\": {}, \
         \"positionLabel\": {}, \"start\": {}}}]}}}}",
        term("https://wiki.example/Q1"),
        term("Ann Lee"),
        term("Chair"),
        term("2017-01-20T00:00:00Z")
    );
    let (shell, map) = proposed("t.json", "records", results.as_bytes());
    assert_eq!(post(&shell, "Ann Lee"), ["-", "Chair", "2017-01-20"], "{map}");
    let table = "person,personLabel,position,positionLabel,start\nhttps://wiki.example/Q1,Ann Lee,https://wiki.example/Q2,Chair,\
                 2017-01-20T00:00:00Z\n";
    let (shell, map) = proposed("t.csv", "csv", table.as_bytes());
    assert_eq!(post(&shell, "Ann Lee"), ["-", "Chair", "2017-01-20"], "{map}");
}

#[test]
fn a_delimiter_within_quotes_makes_no_other_header() {
    let table = "id,name,sort_name,group,start_date\na1,Ann Lee,\"Lee, Ann\",Greens,2015-05-07\nb2,Bo Ode,\"Ode, Bo\",Blues,2017-06-08\n";
    let (shell, map) = proposed("t.csv", "csv", table.as_bytes());
    assert!(!map.contains("header ="), "{map}");
    assert_eq!(post(&shell, "Ann Lee"), ["Greens", "-", "2015-05-07"], "{map}");
}

#[test]
fn how_somebody_is_addressed_is_no_post() {
    let table = "Title,Surname,Other Names,Post,Date of Appointment,Date of Departure\nMr,CHAN,Tai Man,Secretary,1 July 2022,\n\
                 Ms,LEE,Mei Ling,Clerk,12 Aug 2019,30 June 2022\n";
    let (shell, map) = proposed("t.csv", "csv", table.as_bytes());
    assert_eq!(post(&shell, "Tai Man CHAN"), ["-", "Secretary", "2022-07-01"], "{map}");
}

#[test]
fn what_spreadsheets_write_above_a_table_is_passed_over() {
    let table = "Report of 2024-05-01,,,\n,,,\nFull Name,Job Title,Start Date,End Date\n\"Lee, Ann\",Cook,Jan-15,Mar-18\n\
                 Bo Ode,Clerk,Feb-98,in carica\n";
    let (shell, map) = proposed("t.csv", "csv", table.as_bytes());
    assert!(map.contains("header = \"Full Name\"") && map.contains("last_year = 2030"), "{map}");
    assert_eq!(post(&shell, "Bo Ode"), ["-", "Clerk", "1998-02"], "{map}");
}

#[test]
fn fields_within_fields_are_found() {
    let members = r#"{"items": [
        {"value": {"id": 7, "nameListAs": "Lee, Ann", "nameDisplayAs": "Ann Lee", "party": {"name": "Green"},
         "membership": {"membershipFrom": "North", "membershipStartDate": "1987-06-11T00:00:00", "membershipEndDate": null}}},
        {"value": {"id": 8, "nameListAs": "Ode, Bo", "nameDisplayAs": "Bo Ode", "party": {"name": "Green"},
         "membership": {"membershipFrom": "South", "membershipStartDate": "2011-01-13T00:00:00", "membershipEndDate": null}}}]}"#;
    let (shell, map) = proposed("t.json", "records", members.as_bytes());
    assert_eq!(post(&shell, "Ann Lee")[2], "1987-06-11", "{map}");
    assert!(map.contains("# not read: \"@.value.party.name\""), "{map}");
    assert_eq!(shell.ask(&["person", "x/7", "--at", "2025-01-01"])["person"]["name"], "Ann Lee", "{map}");
    let cabinet = "ministers:\n- person: { first_name: Ann, last_name: Lee }\n  portfolio: Finance\n  in_office: { from: 2020-01-01, to: 2026-05-01 }\n\
                   - person: { first_name: Bo, last_name: Ode }\n  in_office: { from: 2020-01-01 }\n";
    let (shell, map) = proposed("t.yaml", "records", cabinet.as_bytes());
    assert_eq!(post(&shell, "Ann Lee")[2], "2020-01-01", "{map}");
    assert!(map.contains("to = \"@.in_office.to?\""), "{map}");
    let xml = "<R><MDB><ID>11</ID><NAMEN><NAME><NACHNAME>Abel</NACHNAME><VORNAME>Max</VORNAME></NAME></NAMEN><WPS>\
               <WP><VON>19.10.1965</VON><BIS>19.10.1969</BIS></WP><WP><VON>20.10.1969</VON><BIS/></WP></WPS></MDB>\
               <MDB><ID>12</ID><NAMEN><NAME><NACHNAME>Ode</NACHNAME><VORNAME>Bo</VORNAME></NAME></NAMEN><WPS>\
               <WP><VON>15.10.1957</VON><BIS>15.10.1961</BIS></WP></WPS></MDB></R>";
    let (shell, map) = proposed("t.xml", "records", xml.as_bytes());
    assert_eq!(post(&shell, "Max Abel")[2], "1969-10-20", "{map}");
    assert_eq!(shell.ask(&["person", "x/12", "--at", "1960-01-01"])["person"]["name"], "Bo Ode", "{map}");
}

#[test]
fn an_id_of_people_is_told_from_a_key_of_rows() {
    let table = "id,row id,name,role\np1,1a,Ann,Chair\np2,2b,Bo,Clerk\np1,3c,Ann,Cook\n";
    let (_, map) = proposed("t.csv", "csv", table.as_bytes());
    assert!(map.contains("person = { id = { column = \"id\", prefix = \"x/\", escape = true }, name = \"name\" }  # the id by its name, as `id`"), "{map}");
    assert!(map.contains("key = \"row id\"  # by its name, as `row_id`\n"), "{map}");
    let (_, map) = proposed("t.csv", "csv", "id,name,role\n1,Ann,Chair\n2,Bo,Clerk\n".as_bytes());
    assert!(map.contains("key = \"id\"") && map.contains("a running number"), "{map}");
    let shared = "id,name,role\n1,Ann,Chair\n1,Bo,Clerk\n2,Cy,Clerk\n";
    let (_, map) = proposed("t.csv", "csv", shared.as_bytes());
    assert!(map.contains("# not the key: \"id\"") && map.contains("person = \"name\""), "{map}");
    let (_, map) = proposed("t.csv", "csv", "github,name,role\n@ann,Ann,Chair\n@bo,Bo,Clerk\n".as_bytes());
    assert!(map.contains("id = { column = \"github\", prefix = \"x/\", escape = true }"), "{map}");
}

#[test]
fn cells_that_say_nothing_tell_nothing_of_their_column() {
    let table = "Name,Role,Start,End,Died\nAnn,Chair,2010-01-01,2015-01-01,2016-02-03\nBo,Cook,2010-01-01,N/A,\nCy,Cook,2010-01-01,N/A,\n";
    let (shell, map) = proposed("t.csv", "csv", table.as_bytes());
    assert!(map.contains("to = \"End\"") && map.contains("empty = [\"N/A\"]"), "{map}");
    assert!(map.contains("# not read: \"Died\": [people] takes the day of a death"), "{map}");
    // Ann's post is over, and Bo's goes on.
    assert_eq!((&*post(&shell, "Ann")[2], &*post(&shell, "Bo")[2]), ("-", "2010-01-01"));
}

#[test]
fn addresses_paths_and_lists_are_not_taken_for_people() {
    let table =
        "member,holder,name,role\nhttps://a.example/1,teams/a.md,Ann,Chair\nhttps://a.example/2,teams/b.md,Bo,Clerk\n";
    let (_, map) = proposed("t.csv", "csv", table.as_bytes());
    assert!(map.contains("person = \"name\""), "{map}");
    assert!(map.contains("# not the person: \"holder\" holds addresses"), "{map}");
    let tree = "files:\n- { name: docs/a.md, title: Guide }\n- { name: docs/b.md, title: Rules }\n- { name: docs/c.md }\n\
                staff:\n- { name: Ann Lee, title: Cook }\n- { name: Bo Ode }\n";
    let (_, map) = proposed("t_2024-01-10.yaml", "roster", tree.as_bytes());
    assert!(map.contains("at = \"staff/*\""), "{map}");
}

#[test]
fn a_record_of_an_older_orcid_is_told_as_neither_events_nor_what_the_map_reads() {
    let shell = Shell::new();
    let work = "{\"source\": {\"source-name\": \"x\"}, \"role-title\": \"Cook\", \"id\": {\"type\": \"a\"}}";
    let record = format!(
        "{{\"orcid-identifier\": {{\"path\": \"0\"}}, \"activities-summary\": {{\"employments\": {{\"employment-summary\": [{work}]}}}}}}"
    );
    shell.write("old.json", record);
    let run = shell.run(&["ingest", "--from", "records", "--map", "orcid", "old.json"]);
    assert!(run.exit == Some(1) && !run.err.contains("events of this ledger"), "{run:?}");
    let run = shell.run(&["map", "propose", "old.json"]);
    assert!(!run.err.contains("events") && !run.err.contains("comes with the program"), "{run:?}");
}

#[test]
fn lists_under_a_list_of_names_are_a_table() {
    let rows = "[[\"name\", \"role\", \"team\", \"start\"],\n[\"Ann Lee\", \"Cook\", \"Ops\", \"2020\"],\n[\"Bo Ode\", null, \"Ops\", null]]";
    let (shell, map) = proposed("t.json", "records", rows.as_bytes());
    assert!(map.contains("header = \"name\""), "{map}");
    assert_eq!(post(&shell, "Ann Lee"), ["Ops", "Cook", "2020"]);
    shell.write("short.json", "[[\"note\", 1], [\"role\", \"name\", \"team\", \"start\", \"role\"], [\"Cook\", \"Cy\", \"Ops\", \"2021\", \"x\"], [\"Di\"]]");
    shell.write("map.toml", map.replace("title = \"@.role?\"", "note = \"@.role?\""));
    let run = shell.run(&["ingest", "--from", "records", "--map", "map.toml", "short.json"]);
    assert_eq!(run.exit, Some(8), "{run:?}");
    assert!(run.err.contains("the list has 1 elements, and the header has 5"), "{run:?}");
    // Of two fields of one name neither is read.
    assert_eq!(post(&shell, "Cy"), ["Ops", "-", "2021"]);
}

#[test]
fn merged_cells_and_cells_of_several_are_told() {
    let table = "Project,Tier,Name,Role,Notes\nKelp,x,Ann,Lead; Cook,\n,,Bo,Cook,\n,,Cy,Cook,once\nRill,,Di,Cook,\n,x,Ed,Cook,\n";
    let (shell, map) = proposed("t.csv", "csv", table.as_bytes());
    assert!(map.contains("fill_down = [\"Project\"]  # a guess: blank in 3 of 5 rows"), "{map}");
    assert!(map.contains("title = { column = \"Role\", split = \";\" }"), "{map}");
    assert_eq!((&*post(&shell, "Cy")[0], &*post(&shell, "Ed")[0]), ("Kelp", "Rill"));
    let flags = "Name,Team\nAnn,\nBo,Ops\nCy,\nDi,\nEd,Ops\n";
    let (_, map) = proposed("t.csv", "csv", flags.as_bytes());
    assert!(map.contains("# \"Team\" is blank in 3 of 5 rows") && !map.contains("fill_down = "), "{map}");
    // What is blank beside another company is not merged with what stands above.
    let companies = "Company,Department,Name\nKelp,Ops,Ann\nRill,,Bo\nRill,Labs,Cy\nRill,,Di\nKelp,,Ed\n";
    let (_, map) = proposed("t.csv", "csv", companies.as_bytes());
    assert!(map.contains("# \"Department\" is blank in 3 of 5 rows") && !map.contains("fill_down = "), "{map}");
}

#[test]
fn a_field_is_told_by_all_entries_and_one_that_names_each_is_the_key() {
    let people = r#"[{"id": "p1", "name": "Ann Lee", "terms": [{"key": "k1", "no": 1, "title": "Cook", "from": "2010", "to": "2011"},
        {"key": "k2", "no": 2, "unit": {"id": "u1", "name": "Ops"}, "title": "Clerk", "from": "2012"}]},
        {"id": "p2", "name": "Bo Ode", "terms": [{"key": "k3", "no": 1, "unit": {"id": "u2", "name": "Labs"}, "title": "Cook", "from": "2015"}]}]"#;
    let (shell, map) = proposed("t.json", "records", people.as_bytes());
    assert!(
        map.contains("key = { text = \"{$.id}/{@.key}\" }  # by its name, as `key`, with what it stands in\n")
            && !map.contains("not read: \"@.key\""),
        "{map}"
    );
    assert!(map.contains("unit = \"@.unit.name?\""), "{map}");
    assert_eq!((&*post(&shell, "Bo Ode")[0], &*post(&shell, "Ann Lee")[0]), ("Labs", "Ops"));
    let (_, map) = proposed("t.json", "records", people.replace("k3", "k1").as_bytes());
    assert!(!map.contains("\nkey = ") && map.contains("# not read: \"@.key\""), "{map}");
}

#[test]
fn groups_within_groups_and_files_without_an_extension_are_read() {
    let aliases = "# See https://a.example/owners\n\naliases:\n  core-leads:\n  - ann\n  - bo\n  docs-leads:\n  - cy\n";
    let (shell, map) = proposed("OWNERS_ALIASES", "roster", aliases.as_bytes());
    assert!(map.contains("at = \"aliases/*/*\"") && map.contains("unit = \"..\""), "{map}");
    assert!(!map.contains("title_is"), "{map}");
    assert_eq!(post(&shell, "cy")[0], "docs-leads");
    let groups = "Ops:\n  cooks: { name: Ann Lee }\n  clerks: { name: Bo Ode }\nLabs:\n  cooks: { name: Cy Day }\n  clerks: { name: Di Fox }\n";
    let (_, map) = proposed("g.yaml", "roster", groups.as_bytes());
    assert!(map.contains("at = \"*/*\"  # 4 entries"), "{map}");
    let empty = "SSAF:\n- { name: Ann Lee }\n- { name: Bo Ode }\nHSPW: []\nSSAP:\n- { name: Cy Day }\n";
    let (_, map) = proposed("e.yaml", "roster", empty.as_bytes());
    assert!(map.contains("at = \"*/*\"  # 3 entries"), "{map}");
    let members = "Ops:\n  members: [{ name: Ann Lee }]\nLabs:\n  members: [{ name: Bo Ode }]\n";
    let (shell, map) = proposed("m.yaml", "roster", members.as_bytes());
    assert!(map.contains("at = \"*/members/*\"  # 2 entries"), "{map}");
    assert_eq!(post(&shell, "Bo Ode")[0], "Labs");
}

#[test]
fn an_object_of_any_number_of_fields_is_looked_at_in_part() {
    let shell = Shell::new();
    let mut document = json!({"board": [{"name": "Ann Lee", "since": "2020"}]});
    for number in 0..40_000 {
        document[format!("k{number}")] = json!([{"a": number, "b": [1]}]);
    }
    shell.write("t.json", document.to_string());
    // All lists held against all others would take minutes.
    let map = shell.run(&["map", "propose", "t.json"]).well().out;
    assert!(map.contains("board[*]"), "fields come by their names: {map}");
}

#[test]
fn dates_codes_true_and_false_are_no_people() {
    let person = |value: Value| {
        let shell = Shell::new();
        shell.write("t.json", Value::Array(vec![value.clone(), value]).to_string());
        let map = shell.run(&["map", "propose", "t.json"]).out;
        map.lines()
            .find(|line| ["person = ", "name = "].iter().any(|key| line.starts_with(key)))
            .unwrap_or_default()
            .to_owned()
    };
    let brreg = json!({"person": {"fodselsdato": "1970-01-02", "erDoed": "false", "navn": {"fornavn": "Ann", "etternavn": "Lee"}}, "fratraadt": "2020-01-01"});
    assert_eq!(person(brreg), "person = { name = { text = \"{$.person.navn.fornavn?} {$.person.navn.etternavn?}\" } }");
    for none in [
        json!({"employee": {"startDate": "2020-01-01", "id": 7}, "roleName": "Engineer"}),
        json!({"employee": {"code": "R2.1.3", "active": "true"}, "startDate": "2020-01-01"}),
    ] {
        let told = person(none);
        assert!(told.is_empty() || told.contains("TODO"), "{told}");
    }
    let parts = json!({"person": {"first": "Ann", "last": "Lee"}, "title": "Chair"});
    assert_eq!(person(parts), "person = { name = { text = \"{$.person.first?} {$.person.last?}\" } }");
    let job = json!({"name": "Ann at Co", "person_name": "Ann Lee", "title": "Chair"});
    assert!(person(job).starts_with("name = \"person_name\""));
}

#[test]
fn an_id_that_differs_in_each_row_is_named_where_no_column_is_known_for_a_key() {
    let (_, map) = proposed("t.csv", "csv", b"nid,Name,Start\n7,Ann Lee,2001\n9,Bo Ode,2001\n");
    assert!(map.contains("# is it key = \"nid\"? It differs in each row"), "{map}");
    let (_, map) = proposed("t.csv", "csv", b"nid,Name,Start\n7,Ann Lee,2001\n7,Bo Ode,2001\n");
    assert!(!map.contains("# is it key"), "{map}");
}

/// The map that is proposed for a file, and the events that it makes of it on 2024-06-01: their persons, titles, and dates.
fn events_proposed(name: &str, format: &str, text: &str) -> (String, Vec<Value>) {
    let shell = Shell::new();
    shell.write(name, text);
    let map = filled(&shell.run(&["map", "propose", name]).well().out);
    shell.write("map.toml", &map);
    let run = shell.run(&["ingest", "--from", format, "--map", "map.toml", "--version", "2024-06-01", name]);
    assert_eq!(run.exit, Some(0), "{run:?}\n{map}");
    let events = shell.ask(&["log"])["events"].as_array().unwrap().clone();
    let told = |event: &Value| {
        let event = &event["event"];
        let person = event["person"]["name"].as_str().or(event["person"].as_str());
        json!([person, event["title"], event["from"], event["to"], event["seen"]])
    };
    (map, events.iter().map(told).collect())
}

#[test]
fn a_proposed_map_ends_the_posts_of_those_whom_a_status_calls_gone() {
    let table = "Name,Title,Start,End,Status\nAnn,Cook,2019,,Active\nBo,Cook,2019,2022-12-31,Inactive\nCy,Cook,2020-02-01,,Terminated\nDi,Cook,,,On Leave\n";
    let (map, events) = events_proposed("t.csv", "csv", table);
    assert_eq!(
        events,
        [
            json!(["Ann", "Cook", "2019", null, "2024-06-01"]),
            json!(["Bo", "Cook", "2019", "2023-01-01", null]),
            json!(["Cy", "Cook", "2020-02-01", "[..2024-06-01]", null]),
            json!(["Di", "Cook", null, null, "2024-06-01"]),
        ],
        "{map}"
    );
    assert!(map.contains("`On Leave`: taken as held"), "{map}");
    // In trees and on pages, of which all that is listed would be in force, by true and false too.
    let user = |name: &str, gone: bool, bot: bool| json!({"name": name, "title": "Cook", "profile": {"deleted": gone}, "is_bot": bot});
    let users = json!([user("Ann", false, false), user("Bo", true, false), user("bot", false, true)]);
    let (map, events) = events_proposed("t.json", "records", &users.to_string());
    let gone = json!(["Bo", "Cook", null, "[..2024-06-01]", null]);
    assert_eq!(events, [json!(["Ann", "Cook", null, null, "2024-06-01"]), gone], "{map}");
    let staff = json!({"staff": [{"name": "Ann", "current": false}, {"name": "Bo", "current": true}]}).to_string();
    let (map, events) = events_proposed("t.json", "records", &staff);
    assert_eq!(events[0], json!(["Ann", null, null, "[..2024-06-01]", null]), "{map}");
}

#[test]
fn a_proposed_map_takes_the_day_of_joining_a_company_for_the_earliest_of_a_post() {
    for (table, from) in [
        ("Name,Title,Hire Date\nAnn,Cook,2019-03-01\n", "[2019-03-01..]"),
        ("氏名,役職,入社日\nAnn,Cook,2019/03/01\n", "[2019-03-01..]"),
        ("姓名,職稱,到職日\nAnn,Cook,108/03/01\n", "[2019-03-01..]"),
        ("姓名,職稱,任職日期\nAnn,Cook,1080301\n", "2019-03-01"),
    ] {
        let (map, events) = events_proposed("t.csv", "csv", table);
        assert_eq!(events, [json!(["Ann", "Cook", from, null, "2024-06-01"])], "{map}");
    }
    // In the company, without a title, one is from then on.
    let (map, events) = events_proposed("t.csv", "csv", "Name,Hire Date\nAnn,2019-03-01\n");
    assert_eq!(events[0], json!(["Ann", null, "2019-03-01", null, "2024-06-01"]), "{map}");
    let (map, events) = events_proposed("t.csv", "csv", "Name,Title,Start,Hire Date\nAnn,Cook,2021,2019-03-01\n");
    assert_eq!(events[0], json!(["Ann", "Cook", "2021", null, "2024-06-01"]), "{map}");
    assert!(map.contains("# not read: \"Hire Date\": a section with makes = \"JoinedCompany\""), "{map}");
    let tree = json!([{"name": "Ann", "title": "Cook", "hireDate": "2019-03-01"}]).to_string();
    let (map, events) = events_proposed("t.json", "records", &tree);
    assert_eq!(events[0], json!(["Ann", "Cook", "[2019-03-01..]", null, "2024-06-01"]), "{map}");
}

#[test]
fn a_proposed_map_takes_no_vacancy_for_a_person_and_no_list_of_other_things_for_people() {
    let (map, events) =
        events_proposed("t.csv", "csv", "Name,Title,Cost center\nAnn,Cook,1000\nVacant,Clerk,1100\nTBC,Clerk,\n");
    assert_eq!(events.len(), 1, "{map}");
    assert!(
        map.contains("# not read: \"Cost center\"") && map.contains("# a guess: vacant posts are left out"),
        "{map}"
    );
    let (map, events) =
        events_proposed("t.json", "roster", r#"[{"name": "Ann", "title": "User"}, {"name": "Vacant"}]"#);
    assert_eq!(events, [json!(["Ann", null, null, null, "2024-06-01"])], "{map}");
    // The lists of more than one person are of those whose names are said to be such.
    let filing = r#"{"results": [{"title": "Q1", "lobbyists": [{"first_name": "Ann", "last_name": "Lee"}], "bodies": [{"name": "SENATE"}, {"name": "HOUSE"}]}]}"#;
    let (map, events) = events_proposed("t.json", "records", filing);
    assert_eq!(events, [json!(["Ann Lee", null, null, null, "2024-06-01"])], "{map}");
    let shell = Shell::new();
    shell.write("t.json", r#"[{"dn": "uid=ann", "title": ["Engineer"], "objectClass": ["top", "inetOrgPerson"]}]"#);
    assert_eq!(shell.run(&["map", "propose", "t.json"]).exit, Some(1));
}

#[test]
fn a_proposed_map_takes_names_that_were_borne_for_no_posts() {
    let xml = "<D><MDB><ID>11</ID><NAMEN><NAME><NACHNAME>Abel</NACHNAME><VORNAME>Eva</VORNAME><VON>1965</VON><BIS>1970</BIS></NAME>\
               <NAME><NACHNAME>Bell</NACHNAME><VORNAME>Eva</VORNAME><VON>1970</VON><BIS/></NAME></NAMEN>\
               <WPS><WP><VON>1965-10-19</VON><BIS>1969-10-18</BIS></WP><WP><VON>1970</VON><BIS>1971</BIS></WP></WPS></MDB></D>";
    let (map, events) = events_proposed("t.xml", "records", xml);
    assert_eq!(events[0], json!(["Eva Bell", null, "1965-10-19", "1969-10-19", null]), "{map}");
    let scim = json!({"Resources": [{"id": "1", "name": {"formatted": "Ann Lee", "familyName": "Lee", "givenName": "Ann"}, "title": "Cook",
        "manager": {"value": "2"}}]});
    let (map, events) = events_proposed("t.json", "records", &scim.to_string());
    assert_eq!(events, [json!(["Ann Lee", "Cook", null, null, "2024-06-01"])], "{map}");
}
