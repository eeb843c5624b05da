//! Words in the names of columns and fields, in the languages of the registers that were met, and what they are taken for.
//!
//! Words and names are compared by the key that names of people have: without case, width, diacritics of Latin letters and what
//! stands between words, and with simplified characters for traditional ones. So one spelling of a word is enough.

use std::collections::HashMap;
use std::sync::LazyLock;

use tenure_domain::name::NameKey;

use super::dates::is_like_date;

/// For each thing its words; the first that fits counts.
#[rustfmt::skip]
pub(super) const WORDS: [(&str, &[&str]); 15] = [
    ("from", &[
        "start", "start_date", "from", "begin", "begins", "since", "appointed", "appointed_on", "first_day",
        "appointment_date", "date_of_appointment", "took_office", "started",
        "Beginn", "von", "ab", "seit", "Startdatum", "Amtsantritt",
        "début", "date_de_début", "depuis", "date_de_nomination", "fecha_de_nombramiento", "data_de_posse", "data_nomina",
        "inicio", "fecha_de_inicio", "fecha_inicio", "desde",
        "data_de_início", "data_início", "inizio", "data_inizio", "data_di_inizio", "dal", "begindatum", "vanaf", "sinds",
        "od", "początek", "data_rozpoczęcia", "data_od", "начало", "дата_начала", "с", "дата_назначения",
        "початок", "дата_початку", "з", "дата_призначення", "από", "έναρξη", "ημερομηνία_έναρξης",
        "من", "تاريخ_البداية", "تاريخ_البدء", "بداية", "تاريخ_التعيين",
        "開始", "開始日", "就任日", "就任", "就任年月日", "开始", "开始日期", "开始时间", "起始日期", "任职日期", "任职时间", "到任日期", "到任日", "就職日期", "就職日", "選任日期", "現職日期",
        "시작", "시작일", "취임일", "임용일", "부터",
        "began", "assumed", "assumed_office", "inaugurated", "inauguration", "commencement", "commenced", "commencement_date", "elected",
        "sworn_in", "entered_office", "effective_date", "eff_date", "effdt", "start_dt", "startdt", "date_from", "year_from", "valid_from",
        "début_du_mandat", "début_mandat", "Dienstbeginn", "datum_van", "toma_de_posesión", "fecha_de_toma_de_posesión", "från", "fra",
        "tiltrådt", "alkoi", "alkaen", "začátek", "kezdete", "上任时间", "上任日期", "başlangıç", "göreve_başlama",
    ]),
    // Joining a company: a post that a person has there began then or later.
    ("hired", &[
        "hired", "hired_on", "hire_date", "hiring_date", "date_hired", "date_of_hire", "original_hire_date", "last_hire_date", "joined",
        "joined_on", "date_joined", "joining_date", "date_of_joining", "employment_start_date", "employment_date", "seniority_date",
        "service_date", "Eintritt", "Eintrittsdatum", "eingetreten", "Einstellungsdatum", "date_d_entrée", "date_d_embauche", "embauche",
        "fecha_de_alta", "fecha_de_ingreso", "fecha_ingreso", "fecha_de_contratación", "data_ingresso", "data_de_admissão",
        "data_admissão", "data_de_ingresso", "data_assunzione", "data_di_assunzione", "indiensttreding", "datum_indiensttreding",
        "in_dienst_sinds", "data_zatrudnienia", "дата_приема", "дата_приема_на_работу", "дата_прийняття", "入社", "入社日", "入社年月日", "入職日",
        "入职日期", "入职时间", "到職日", "到職日期", "到职", "입사", "입사일", "입사일자",
    ]),
    ("to", &[
        "end", "end_date", "to", "until", "till", "resigned", "resigned_on", "last_day", "left", "finish",
        "left_office", "termination_date", "resignation_date", "date_left", "leaving_date", "departure", "date_of_departure", "cessation", "ceased", "ended", "exit_date", "finished", "finished_on", "fecha_de_cese", "data_de_exoneração", "data_cessazione",
        "Ende", "bis", "Enddatum", "Austritt", "Austrittsdatum", "fin", "date_de_fin", "jusqu_au", "date_de_sortie",
        "fecha_de_fin", "fecha_fin", "hasta", "fecha_de_baja", "fim", "data_de_fim", "data_fim", "até", "término",
        "fine", "data_fine", "data_di_fine", "al", "einde", "einddatum", "tot", "do", "koniec", "data_zakończenia", "data_do",
        "конец", "дата_окончания", "окончание", "по", "до", "кінець", "дата_закінчення", "έως", "λήξη", "ημερομηνία_λήξης", "μέχρι",
        "إلى", "تاريخ_النهاية", "تاريخ_الانتهاء", "نهاية", "حتى",
        "終了", "終了日", "退任日", "退任", "退社日", "结束", "结束日期", "结束时间", "终止日期", "离职日期", "離職日", "卸任", "卸任日", "卸任日期", "解任日期", "離退日期",
        "종료", "종료일", "퇴임일", "퇴사일", "까지",
        "date_to", "to_date", "valid_to", "valid_through", "effective_to", "effective_through", "thru", "year_to", "in_office_to",
        "expiration_date", "expiration", "expiry", "expiry_date", "expires", "term_expires", "terminated", "terminated_on", "retired",
        "departed", "vacated", "vacated_office", "end_dt", "enddt", "fin_du_mandat", "fin_mandat", "Amtsende", "Dienstende",
        "data_de_saída", "slutdatum", "slut", "til", "fratrådt", "päättyi", "asti", "konec", "vége", "дата_увольнения", "退任年月日",
        "离任时间", "离任日期", "bitiş", "görevden_ayrılma",
    ]),
    ("person", &[
        "person", "person_name", "full_name", "name", "member", "employee", "officer", "holder", "minister", "who", "maintainer", "names", "members", "people", "worker",
        "last name, first name", "surname, first name", "surname, given name", "last, first", "Name, Vorname", "Nachname, Vorname", "nom, prénom", "cognome e nome",
        "apellidos, nombre", "apellidos y nombre", "real_name", "Spieler", "player",
        "vollständiger_Name", "Mitarbeiter", "Mitarbeiterin", "Vor- und Nachname", "Amtsinhaber", "Mitglied",
        "nom", "nom_complet", "nom_et_prénom", "prénom_nom", "personne", "titulaire", "membre", "employé",
        "nombre", "nombre_completo", "nombre_y_apellidos", "persona", "titular", "empleado", "miembro",
        "nome", "nome_completo", "pessoa", "funcionário", "servidor", "membro", "nominativo", "nome_e_cognome", "titolare", "dipendente",
        "naam", "volledige_naam", "persoon", "medewerker", "lid", "imię_i_nazwisko", "nazwisko_i_imię", "osoba", "pracownik", "członek",
        "фио", "ф.и.о.", "фамилия_имя_отчество", "имя", "полное_имя", "сотрудник", "лицо",
        "піб", "прізвище_ім'я_по_батькові", "ім'я", "повне_ім'я", "особа", "працівник", "ονοματεπώνυμο", "όνομα", "πρόσωπο",
        "الاسم", "الاسم_الكامل", "اسم", "اسم_الموظف", "الموظف", "الشخص",
        "氏名", "名前", "役員名", "社員名", "人名", "担当者", "姓名", "名字", "人员", "员工", "职员", "员工姓名",
        "이름", "성명", "성함", "직원", "직원명",
    ]),
    ("given", &[
        "first_name", "given_name", "given_names", "other_names", "forename", "forenames", "Vorname", "Vornamen", "Rufname", "prénom", "prénoms", "nombre", "nombres", "nome", "voornaam", "voornamen", "imię", "имя", "ім'я", "όνομα",
        "الاسم_الأول", "名", "이름", "명",
    ]),
    ("family", &[
        "last_name", "family_name", "surname", "Nachname", "Familienname", "Zuname", "Nachnamen", "Familiennamen", "nom_de_famille", "apellidos", "apellido", "primer_apellido", "apellido_paterno", "sobrenome", "apelido",
        "cognome", "achternaam", "nazwisko", "фамилия", "прізвище", "επώνυμο", "اسم_العائلة", "姓", "성", "nom", "name",
    ]),
    ("infix", &["tussenvoegsel", "tussenvoegsels", "voorvoegsel", "voorvoegsels"]),
    ("second_family", &["segundo_apellido", "apellido_materno", "second_surname", "second_last_name"]),
    ("title", &[
        "title", "role", "position", "post", "job", "job_title", "office", "function", "rank", "titles", "roles", "positions", "posts",
        "Titel", "Funktion", "Amt", "Rolle", "Stelle", "Dienststellung", "titre", "fonction", "poste", "qualité", "mandat",
        "cargo", "puesto", "título", "función", "rol", "função", "titolo", "carica", "ruolo", "funzione", "qualifica", "incarico",
        "functie", "positie", "stanowisko", "funkcja", "tytuł", "rola", "должность", "роль", "звание", "посада", "звання",
        "τίτλος", "θέση", "ρόλος", "ιδιότητα", "αξίωμα", "المنصب", "الوظيفة", "المسمى_الوظيفي", "اللقب", "الدور",
        "役職", "役職名", "職名", "肩書", "肩書き", "職位", "职务", "头衔", "岗位", "职称", "직위", "직책", "직함", "직급",
        "portfolio", "Ressort", "portefeuille", "cartera", "portafolio", "portafoglio", "type",
    ]),
    ("unit", &[
        "unit", "team", "department", "dept", "bureau", "branch", "directorate", "ministry", "division", "group", "section", "committee", "project", "working_group", "business_unit", "supervisory_organization", "organizational_unit", "ou", "teams", "departments", "groups",
        "committees", "projects",
        "Abteilung", "Bereich", "Referat", "Einheit", "Gruppe", "Ausschuss", "Dezernat", "service", "direction", "équipe", "unité", "groupe",
        "departamento", "unidad", "área", "equipo", "sección", "división", "unidade", "setor", "equipa", "equipe",
        "dipartimento", "ufficio", "unità", "settore", "reparto", "divisione", "afdeling", "eenheid", "dienst",
        "dział", "jednostka", "zespół", "wydział", "departament", "отдел", "подразделение", "структурное_подразделение", "департамент",
        "управление", "команда", "группа", "відділ", "підрозділ", "управління", "група", "τμήμα", "μονάδα", "ομάδα",
        "القسم", "الإدارة", "الوحدة", "الفريق", "الدائرة", "部署", "部署名", "部門", "課", "部", "所属", "部局", "チーム", "会派", "委員会",
        "部门", "单位", "科室", "团队", "处室", "小组", "부서", "부서명", "팀", "소속", "과", "본부",
    ]),
    ("company", &[
        "company", "organisation", "organization", "employer", "org", "institution", "agency", "órgão",
        "Firma", "Unternehmen", "Gesellschaft", "Arbeitgeber", "Behörde", "entreprise", "société", "organisme", "employeur",
        "empresa", "compañía", "organización", "sociedad", "organismo", "entidad", "institución", "companhia", "organização", "sociedade",
        "instituição", "azienda", "società", "ente", "impresa", "organizzazione", "bedrijf", "organisatie", "werkgever", "onderneming",
        "spółka", "przedsiębiorstwo", "organizacja", "pracodawca", "компания", "организация", "предприятие", "фирма", "работодатель",
        "компанія", "організація", "підприємство", "фірма", "εταιρεία", "εταιρία", "οργανισμός", "επιχείρηση",
        "الشركة", "المؤسسة", "المنظمة", "الجهة", "会社", "会社名", "企業", "企業名", "法人名", "組織", "勤務先", "公司", "公司名称", "机构",
        "회사", "회사명", "기업", "기업명", "기관", "조직",
    ]),
    ("reports_to", &[
        "manager", "reports_to", "reporting_to", "boss", "supervisor", "Vorgesetzter", "Vorgesetzte", "Führungskraft", "responsable", "supérieur",
        "supérieur_hiérarchique", "jefe", "superior", "gerente", "gestor", "chefe", "responsabile", "superiore", "capo",
        "leidinggevende", "przełożony", "kierownik", "menedżer", "руководитель", "начальник", "керівник", "προϊστάμενος",
        "المدير", "الرئيس_المباشر", "المشرف", "上司", "上長", "上级", "直属上级", "主管", "经理", "상사", "상급자", "관리자",
    ]),
    ("key", &[
        "id", "key", "uid", "uuid", "row_id", "record_id", "appointment_id", "no", "number",
        "Nr", "Nummer", "Kennung", "lfd. Nr.", "identifiant", "numéro", "identificador", "clave", "código", "codice", "identificativo",
        "kenmerk", "numer", "identyfikator", "lp", "номер", "код", "идентификатор", "ідентифікатор", "αριθμός", "κωδικός",
        "الرقم", "رقم", "المعرف", "番号", "コード", "識別子", "编号", "序号", "代码", "번호", "코드", "식별자",
    ]),
    ("person_id", &[
        "person_id", "employee_id", "member_id", "staff_id", "officer_id", "user_id", "employee_number", "employee_no", "orcid",
        "github", "github_name", "github_id", "handle", "login", "username",
        "Personalnummer", "Mitarbeiternummer", "matricule", "matrícula", "matricola", "personeelsnummer", "табельный_номер",
        "табельний_номер", "αριθμός_μητρώου", "رقم_الموظف", "社員番号", "職員番号", "工号", "员工编号", "사번", "직원번호",
    ]),
    ("died", &["died", "death", "death_date", "date_of_death", "deceased", "Todesdatum", "Sterbedatum", "date_de_décès", "дата_смерти", "死亡日", "사망일"]),
];

/// A word: what it is taken for, and its place among the words for that.
type Rank = (&'static str, usize, &'static str);

/// The words by their keys.
static BY_KEY: LazyLock<HashMap<String, Vec<Rank>>> = LazyLock::new(|| {
    let mut by_key = HashMap::<String, Vec<Rank>>::new();
    for (what, words) in WORDS {
        for (place, word) in words.iter().enumerate() {
            by_key.entry(folded(word)).or_default().push((what, place, word));
        }
    }
    by_key
});

/// A word without what spellings of it differ in.
pub(super) fn folded(name: &str) -> String {
    NameKey::of(name).map_or_else(String::new, |key| key.as_str().to_owned())
}

/// A word that a name is, or that stands in it.
struct WordFound {
    /// The less, the better it fits.
    place: usize,
    word: &'static str,
    /// What the name says beside it.
    beside: String,
}

/// Names of fields within each other, one of the other: `person` and in it `name`.
pub(super) const WITHIN: char = '\u{1f}';

/// Words for people that are said of anything that has a name.
pub(super) const OF_ANYTHING: [&str; 12] =
    ["name", "names", "nom", "nombre", "nome", "naam", "имя", "ім'я", "όνομα", "الاسم", "اسم", "名前"];

/// Of how many words a name is at most in which one is looked for. Beyond that it is a sentence.
const MOST_PARTS: usize = 16;

/// What stands in the name of what only leads to a person, a post or a place, or counts them.
#[rustfmt::skip]
const OF_NO_TEXT: [&str; 20] = [
    "id", "ids", "uid", "uuid", "code", "key", "number", "no", "nr", "url", "uri", "link", "path", "href", "email", "phone", "count",
    "total", "image", "photo",
];

/// What can stand beside these where a person is named.
#[rustfmt::skip]
const BESIDE: [&str; 37] = [
    "display", "list", "sort", "as", "full", "official", "complete", "legal", "preferred", "common", "known", "value", "main",
    "label", "of", "the", "de", "du", "des", "del", "della", "di", "do", "da", "l", "la", "le", "il", "der", "die", "das", "und", "et",
    "e", "y", "élu", "élue",
];

/// The word for something that a name is.
fn word(name: &str, what: &str) -> Option<WordFound> {
    let key = folded(name);
    let find = |key: &str, of: &str| -> Option<(usize, &'static str)> {
        let ranks = BY_KEY.get(key)?;
        ranks.iter().find(|(known, ..)| *known == of).map(|(_, place, word)| (*place, *word))
    };
    // What is called `team name` is called what a `team` is, and so is what ends with a word of ideographs, where words are
    // written without blanks; after all that are called so outright.
    let of_part = |part: &str| find(part, what).map(|(place, word)| (place + BY_KEY.len(), word));
    let named = || of_part(key.strip_suffix("name")?);
    let ends = || {
        let whole = key.strip_suffix('等').unwrap_or(&key);
        let parts = whole.char_indices().map(|(at, _)| &whole[at..]).filter(|part| part.chars().count() > 1);
        parts.filter(|part| part.chars().all(is_ideograph)).find_map(of_part)
    };
    // A field within another is what it is called itself, where that is not said of anything.
    if let Some((around, last)) = name.rsplit_once(WITHIN)
        && let Some(ranks) = BY_KEY.get(&folded(last))
        && !ranks
            .iter()
            .any(|(of, _, word)| OF_ANYTHING.contains(word) || ["key", "person_id"].contains(of) || *word == "type")
    {
        let (place, word) = of_part(&folded(last))?;
        return Some(WordFound { place, word, beside: parts(around).join(" ") });
    }
    if let Some((place, word)) = find(&key, what).or_else(named).or_else(ends) {
        return Some(WordFound { place, word, beside: String::new() });
    }
    // What is a word for something outright is none for what a part of it says.
    if BY_KEY.contains_key(&key) {
        return None;
    }
    within(name, what)
}

/// The word for something that stands in a name of several words. It is the longest word for anything in it, and of equally
/// long ones the last; after all that are called so in other ways.
fn within(name: &str, what: &str) -> Option<WordFound> {
    const LEAST: usize = 3;
    let parts = parts(name);
    let is_of_text = !parts.iter().any(|part| OF_NO_TEXT.contains(&part.as_str()));
    if !is_of_text || parts.len() > MOST_PARTS || ["key", "person_id"].contains(&what) {
        return None;
    }
    let runs = (0..parts.len()).flat_map(|from| (from + 1..=parts.len()).map(move |to| (from, to)));
    let known = runs.filter(|(from, to)| {
        let key = parts[*from..*to].concat();
        key.chars().count() >= LEAST && (*from, *to) != (0, parts.len()) && BY_KEY.contains_key(&key)
    });
    let (from, to) = known.max_by_key(|(from, to)| (to - from, *to))?;
    let (_, place, word) = BY_KEY.get(&parts[from..to].concat())?.iter().find(|(of, ..)| *of == what)?;
    let beside: Vec<&str> = parts[..from].iter().chain(&parts[to..]).map(String::as_str).collect();
    let says_who = |part: &&str| {
        BESIDE.iter().any(|known| folded(known) == **part)
            || BY_KEY.get(*part).is_some_and(|ranks| ranks.iter().any(|(of, ..)| *of == "person"))
    };
    if what == "person" && OF_ANYTHING.contains(word) && !beside.iter().all(says_who) {
        return None;
    }
    // How it stands in a list is not how it is said.
    let is_for_lists = usize::from(beside.iter().any(|part| ["list", "sort"].contains(part)));
    let place = place + BY_KEY.len() * (2 + is_for_lists + parts.len() - (to - from));
    Some(WordFound { place, word, beside: beside.join(" ") })
}

/// The words of a name: what stands between characters that are neither letters nor digits, and begins with a capital behind
/// a small letter.
pub(super) fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (was_small && letter.is_uppercase()) {
            parts.push(String::new());
        }
        if let (true, Some(part)) = (letter.is_alphanumeric(), parts.last_mut()) {
            part.push(letter);
        }
        was_small = letter.is_lowercase();
    }
    parts.iter().map(|part| folded(part)).filter(|part| !part.is_empty()).collect()
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9FFF}')
}

/// Those of the names that are taken for something, and by which word: the first that fits comes first.
pub(super) fn all_taken<'n>(names: &'n [String], what: &str) -> Vec<(&'n str, &'static str)> {
    all_found(names, what).into_iter().map(|(name, found)| (name, found.word)).collect()
}

fn all_found<'n>(names: &'n [String], what: &str) -> Vec<(&'n str, WordFound)> {
    let mut found: Vec<_> = names.iter().filter_map(|name| Some((name.as_str(), word(name, what)?))).collect();
    found.sort_by_key(|(_, found)| found.place);
    found
}

/// The names that are taken for the parts of one name: the given one, what stands before that of the family, that of the
/// family, and a second one, in this order; none where there are not both of the given one and that of the family.
pub(super) fn parts_of_names(names: &[String]) -> Option<Vec<&str>> {
    let find = |what: &str, given: &(&str, WordFound)| {
        let mut found = all_found(names, what).into_iter();
        found.find(|(name, found)| *name != given.0 && found.beside == given.1.beside).map(|(name, _)| name)
    };
    all_found(names, "given").into_iter().find_map(|given| {
        let family = find("family", &given)?;
        let others = [find("infix", &given), Some(family), find("second_family", &given)];
        Some(std::iter::once(given.0).chain(others.into_iter().flatten()).collect())
    })
}

/// Whether a name is a word for anything.
pub(super) fn is_word(name: &str) -> bool {
    BY_KEY.contains_key(&folded(name))
}

/// Whether a text can stand in what is taken for something: a date has a digit, no person is addressed in a title, and nothing
/// has a link or a date for its name, whatever the column is called. A number that a key is can be that of a year.
pub(super) fn fits(what: &str, text: &str) -> bool {
    let is_name = || !text.contains("://") && !is_like_date(text);
    match what {
        // One digit is true or false, or counts.
        "from" | "to" | "hired" => text.is_empty() || (text.contains(char::is_numeric) && text.len() > 1),
        "title" => !is_form_of_address(text) && !is_kind(text) && is_name(),
        "unit" | "company" => is_name(),
        "reports_to" => is_name() && !is_no_name(text),
        _ => !text.contains("://"),
    }
}

/// Whether a text is how a person is addressed, and no post.
fn is_form_of_address(text: &str) -> bool {
    #[rustfmt::skip]
    const FORMS: [&str; 24] = [
        "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "lord", "lady", "hon", "herr", "frau", "m", "mme", "mlle",
        "sr", "sra", "sig", "sig.ra", "dott", "ing", "drs",
    ];
    let text = text.trim().trim_end_matches('.').to_lowercase();
    FORMS.contains(&text.as_str())
}

/// Whether a text says what kind of thing an entry is, and no post.
fn is_kind(text: &str) -> bool {
    const KINDS: [&str; 8] = ["user", "bot", "person", "human", "individual", "organization", "organisation", "group"];
    KINDS.contains(&text.trim().to_lowercase().as_str())
}

/// Whether a text is something that no person is called: an address, a path, a list, a date, a code, true or false, or nothing
/// with a letter.
pub(super) fn is_no_name(text: &str) -> bool {
    let is_spaced = text.contains(char::is_whitespace);
    text.contains("://")
        || text.starts_with("www.")
        || text.starts_with(['[', '{'])
        || (!is_spaced && text.contains(['/', '\\']))
        || !text.contains(char::is_alphabetic)
        // A name of LDAP.
        || text.contains('=')
        || ["true", "false"].contains(&text)
        || (!is_spaced && is_code(text))
        || is_like_date(text)
}

/// Whether a text has as many digits as letters: `R2.1.3`.
fn is_code(text: &str) -> bool {
    let count = |is: fn(char) -> bool| text.chars().filter(|letter| is(*letter)).count();
    count(char::is_numeric) > 0 && count(char::is_numeric) >= count(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::{BY_KEY, all_taken, is_no_name, parts_of_names};

    #[test]
    fn names_of_columns_are_told_in_many_languages() {
        let check = |name: &str, what: &str, expect: Option<&str>| {
            let names = [name.to_owned()];
            assert_eq!(all_taken(&names, what).first().map(|(_, word)| *word), expect, "{name}");
        };
        check("Start Date", "from", Some("start_date"));
        check("startDate", "from", Some("start_date"));
        check("FONCTION", "title", Some("fonction"));
        check("Função", "title", Some("função"));
        check("部門", "unit", Some("部門"));
        check("部门", "unit", Some("部門"));
        check("Ф.И.О.", "person", Some("фио"));
        check("ΟΝΟΜΑΤΕΠΏΝΥΜΟ", "person", Some("ονοματεπώνυμο"));
        check("الاسم", "person", Some("الاسم"));
        check("직책", "title", Some("직책"));
        check("Team Name", "unit", Some("team"));
        check("議員氏名", "person", Some("氏名"));
        check("役職等", "title", Some("役職"));
        check("通称名使用議員の本名", "person", None);
        check("colour", "unit", None);
        check("Date de début du mandat", "from", Some("début_du_mandat"));
        check("Date de début du mandat", "title", None);
        check("MDBWP_VON", "from", Some("von"));
        check("membershipStartDate", "from", Some("start_date"));
        check("nameDisplayAs", "person", Some("name"));
        check("Libellé de la fonction", "title", Some("fonction"));
        check("post_id", "title", None);
        check("Début du mandat", "from", Some("début_du_mandat"));
        check("effective_to", "to", Some("effective_to"));
        check("Current Term Expires", "to", Some("term_expires"));
        check("EFFDT", "from", Some("effdt"));
        for other in [
            "person_id",
            "minister url",
            "party name",
            "seat\u{1f}name",
            "Code du département",
            "Date de naissance",
            "type of seat id",
        ] {
            check(other, "person", None);
            check(other, "from", None);
            check(other, "key", None);
        }
        let names = ["Nom de l'élu", "Nom du parti", "Prénom de l'élu"].map(str::to_owned);
        assert_eq!(parts_of_names(&names), Some(vec!["Prénom de l'élu", "Nom de l'élu"]));
        let both = ["Maintainer Name".to_owned(), "name".to_owned()];
        assert_eq!(all_taken(&both, "person").first().map(|(name, _)| *name), Some("name"));
    }

    #[test]
    fn a_word_stands_for_one_thing() {
        for (key, ranks) in BY_KEY.iter() {
            let of: Vec<&str> = ranks.iter().map(|(what, ..)| *what).collect();
            // A part of a name may be all of it.
            let apart: Vec<&&str> = of.iter().filter(|what| !["given", "family"].contains(what)).collect();
            assert!(apart.len() <= 1 || apart.iter().all(|what| *what == apart[0]), "{key}: {of:?}");
        }
    }

    #[test]
    fn addresses_paths_lists_and_dates_are_no_names() {
        for text in [
            "https://a.example/x",
            "www.a.example",
            "a/b.md",
            "[\"a\"]",
            "{}",
            "12-3",
            "",
            "May 2010 - present",
            "true",
            "R2.1.3",
        ] {
            assert!(is_no_name(text), "{text}");
        }
        for text in ["Ann Lee", "李安", "J.R.", "Ann / Bo", "octocat", "ann42"] {
            assert!(!is_no_name(text), "{text}");
        }
    }
}
