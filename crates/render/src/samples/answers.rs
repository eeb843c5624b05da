//! An answer to each question.

use serde_json::json;
use tenure_answers::{
    Became, CareerAnswer, Change, Conflict, ConflictsAnswer, DiffAnswer, Down, EventAnswer, EventRef, EventShown,
    Evidence, FindAnswer, Flow, Found, Holder, HoldersAnswer, ListAnswer, Listed, LogAnswer, LogEntry, LogFate, Member,
    MovesAnswer, Names, Occurrence, OrgAnswer, OrgUnit, Person, PersonAnswer, Position, PostShown, ReportsAnswer,
    StatusAnswer, Supported, Target, Tenure, Unit, Up, WhoAnswer, WhyAnswer,
};

use super::*;

pub(crate) fn person_answer() -> PersonAnswer {
    let positions = vec![certain(scientist()), possible(vice_president())];
    PersonAnswer { basis: basis(), person: hoi(), died: None, positions }
}

pub(crate) fn conflict(kind: &str, person: Option<Person>, unit: Option<Unit>, detail: &str) -> Conflict {
    let events = vec!["2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11".to_owned(), "e7".to_owned()];
    Conflict { kind: kind.to_owned(), person, unit, events, detail: detail.to_owned() }
}

pub(crate) fn career_answer() -> CareerAnswer {
    let salesforce = company("salesforce", "Salesforce");
    let employer = Company { id: salesforce.id.clone(), name: salesforce.name.clone() };
    let smu = company("~singaporemanagementuniversity", "Singapore Management University");
    let professor = Tenure {
        to: Some(inferred(bounds("2019", Some("2019-01-01"), Some("2019-12-31")))),
        ..tenure("~许主洪@aaaa0001", smu, None, Some("Professor"), bounds("[..2015]", None, Some("2015-12-31")))
    };
    let director = Tenure {
        to: Some(bounds("[2024-12..2025-01-15]", Some("2024-12-01"), Some("2025-01-15"))),
        unit: Some(Unit { company: Some(employer), ..company("u/sra", "Salesforce Research Asia") }),
        lead: true,
        reports_to: Some(person("~silviosavarese", &["Silvio Savarese"])),
        ..tenure(
            "~许主洪@aaaa0002",
            salesforce,
            None,
            Some("Managing Director"),
            bounds("2019", Some("2019-01-01"), Some("2019-12-31")),
        )
    };
    let founder = Tenure {
        employment: "board".to_owned(),
        to: Some(bounds("202X", Some("2020-01-01"), Some("2029-12-31"))),
        ..tenure(
            "~许主洪@aaaa0003",
            company("hyperagi", "HyperAGI"),
            None,
            None,
            bounds("[2023..]", Some("2023-01-01"), None),
        )
    };
    let tenures = vec![professor, director, founder, vice_president(), intelligent_information(), scientist()];
    let conflicts = vec![
        conflict("date_disagrees", Some(hoi()), None, "the start is dated differently; 2025-02 is believed"),
        conflict("field_disagrees", Some(hoi()), None, "one claim, several titles: `副总裁`, `Vice President`"),
    ];
    CareerAnswer { basis: basis(), person: hoi(), died: None, tenures, conflicts, turning_days: Vec::new() }
}

pub(crate) fn who_answer() -> WhoAnswer {
    let head = Tenure {
        lead: true,
        confidence: "confirmed".to_owned(),
        reports_to: Some(wu()),
        ..tenure(
            "p/zhou-jingren@11111111",
            alibaba(),
            Some(lab()),
            Some("CTO, Alibaba Cloud"),
            bounds("2022-12", Some("2022-12-01"), Some("2022-12-31")),
        )
    };
    let speech = Some(unit("~alibaba/语音组", "语音组"));
    let researcher = Tenure {
        to: Some(bounds("2026", Some("2026-01-01"), Some("2026-12-31"))),
        confidence: "rumoured".to_owned(),
        employment: "contractor".to_owned(),
        ..tenure("zoe@22222222", alibaba(), speech, None, inferred(bounds("[..2025-12-31]", None, Some("2025-12-31"))))
    };
    let members = vec![
        Member { person: zhou(), position: certain(head) },
        Member { person: hoi(), position: certain(scientist()) },
        Member { person: person("zoe", &["Zoë Ångström 👩\u{200D}🔬"]), position: possible(researcher) },
    ];
    WhoAnswer { basis: basis(), unit: lab(), members, total: None }
}

pub(crate) fn holders_answer() -> HoldersAnswer {
    let holders = vec![
        Holder {
            person: zhou(),
            tenure: Tenure { to: Some(day("2025-09-30")), ..who_answer().members[0].position.tenure.clone() },
        },
        Holder { person: hoi(), tenure: scientist() },
    ];
    HoldersAnswer { basis: basis(), unit: lab(), holders, total: None, gaps: None }
}

fn org_unit(id: &str, name: &str, kind: Option<&str>, leads: Vec<Person>, counts: (usize, usize)) -> OrgUnit {
    OrgUnit {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: kind.map(str::to_owned),
        leads,
        headcount: counts.0,
        possible: counts.1,
        children: Vec::new(),
    }
}

pub(crate) fn org_answer() -> OrgAnswer {
    let speech = org_unit("~alibaba/语音组", "语音组", None, Vec::new(), (0, 1));
    let vision = org_unit("u/vision", "Vision", Some("team"), Vec::new(), (4, 0));
    let lab = OrgUnit {
        children: vec![speech, vision],
        ..org_unit("~alibaba/通义实验室", "通义实验室", Some("lab"), vec![zhou(), hoi()], (12, 3))
    };
    let cloud = OrgUnit {
        children: vec![lab],
        ..org_unit("u/cloud", "Cloud Intelligence Group", Some("business group"), vec![wu()], (40, 3))
    };
    let commerce = org_unit("u/commerce", "淘天集团", Some("business group"), Vec::new(), (7, 0));
    let unit = OrgUnit {
        children: vec![cloud, commerce],
        ..org_unit("alibaba", "阿里巴巴集团", None, vec![wu()], (118, 5))
    };
    OrgAnswer { basis: basis(), unit, turning_days: Vec::new() }
}

pub(crate) fn reports_answer() -> ReportsAnswer {
    let up = |person, certainty: &str, up| Up { person, certainty: certainty.to_owned(), above: false, up };
    let down = |person, certainty: &str, down| Down { person, certainty: certainty.to_owned(), above: false, down };
    let (lin, zoe) = (person("lin", &["林伟"]), person("zoe", &["Zoë Ångström"]));
    let managers = vec![up(zhou(), "certain", vec![up(wu(), "certain", Vec::new())])];
    let reports = vec![
        down(lin, "certain", vec![down(person("ana", &["Ana Duarte"]), "possible", Vec::new())]),
        down(zoe, "possible", Vec::new()),
    ];
    ReportsAnswer { basis: basis(), person: hoi(), up: Some(managers), down: Some(reports) }
}

fn change(kind: &str, person: Option<Person>, before: Option<Position>, after: Option<Position>) -> Change {
    Change { kind: kind.to_owned(), person, unit: None, before, after }
}

/// A post that changes hands.
fn head_of_lab(from: &str, to: Option<&str>) -> Tenure {
    let on = |day: &str| bounds(day, Some(day), Some(day));
    Tenure { title: Some("Head of Lab".to_owned()), from: on(from), to: to.map(on), ..scientist() }
}

pub(crate) fn diff_answer() -> DiffAnswer {
    let other_manager = Tenure { reports_to: Some(wu()), ..scientist() };
    let dated = Tenure { from: bounds("2025-02", Some("2025-02-01"), Some("2025-02-28")), ..vice_president() };
    let learned = vec![
        change("corrected", Some(hoi()), Some(possible(vice_president())), Some(certain(dated))),
        change(
            "left",
            Some(wu()),
            Some(certain(head_of_lab("2024-06-01", None))),
            Some(absent(head_of_lab("2024-06-01", Some("2025-02-11")))),
        ),
        change("withdrawn", Some(zhou()), Some(certain(who_answer().members[0].position.tenure.clone())), None),
    ];
    let zoe = || Some(person("zoe", &["Zoë Ångström"]));
    let happened = vec![
        Change { unit: Some(lab()), ..change("unit_renamed", None, None, None) },
        change("relieved", Some(wu()), Some(certain(head_of_lab("2024-06-01", Some("2025-08-01")))), None),
        change(
            "moved",
            zoe(),
            Some(certain(intelligent_information())),
            Some(certain(head_of_lab("2025-08-01", None))),
        ),
        change("moved", Some(hoi()), Some(certain(intelligent_information())), Some(certain(scientist()))),
        change("new_manager", Some(hoi()), Some(certain(scientist())), Some(certain(other_manager))),
        change("joined", zoe(), None, Some(who_answer().members[2].position.clone())),
    ];
    let basis = BasisShown {
        at: "2025-03-01..2025-11-20".to_owned(),
        known: Some("2025-03-31..2025-11-20".to_owned()),
        ..basis()
    };
    DiffAnswer { basis, target: Target::Unit(alibaba()), happened, learned }
}

pub(crate) fn why_answer() -> WhyAnswer {
    let event = |seq: u64, id: &str, event_type: &str, confidence: &str, source| Evidence {
        id: id.to_owned(),
        seq,
        recorded_at: "2025-10-01T08:15:30.123456Z".to_owned(),
        event_type: event_type.to_owned(),
        effective: "2025-09-30".to_owned(),
        to: None,
        seen: None,
        reported_at: if seq == 9 { "2025-09-29T00:00:00Z" } else { "2025-09-30T06:00:00Z" }.to_owned(),
        source,
        confidence: confidence.to_owned(),
    };
    let wallstreetcn = json!({
        "url": "https://web-origin.lbkrs.com/news/259456682",
        "publisher": "华尔街见闻",
        "title": "许主洪转岗通义",
        "quote": "许主洪已转岗至通义实验室，\n负责多模态交互模型方向，向周靖人汇报。",
    });
    WhyAnswer {
        basis: basis(),
        asked: None,
        tenure: Some(scientist()),
        supports: vec![
            event(5, "2f0c6a52-6f1e-5c55-9d42-8d8f4e0c2a11", "TransferredUnit", "confirmed", wallstreetcn),
            event(6, "e6", "TransferredUnit", "reported", json!("The Daily Ledger")),
        ],
        contradicts: vec![event(9, "e9", "TransferredUnit", "rumoured", json!("http://www.667687.com/p/507076.html"))],
        replaced: Vec::new(),
    }
}

pub(crate) fn conflicts_answer() -> ConflictsAnswer {
    let conflicts = vec![
        conflict("ambiguous_name", Some(person("~linwei", &["Lin Wei"])), None, "one of lin, p/lin-wei-2 can be meant"),
        conflict("date_disagrees", Some(hoi()), None, "the start is dated differently; 2025-02 is believed"),
        conflict("date_disagrees", Some(zhou()), None, "the end is dated differently; 2025-09-30 is believed"),
        conflict("two_leads", None, Some(lab()), "周靖人 and 许主洪 both lead from 2025-09-30 on"),
    ];
    ConflictsAnswer { basis: basis(), conflicts }
}

pub(crate) fn find_answer() -> FindAnswer {
    let found = |kind: &str, id: &str, names: &[&str], score: f64, via: &str| Found {
        kind: kind.to_owned(),
        id: id.to_owned(),
        name: names[0].to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        score,
        via: via.to_owned(),
        company: None,
        post: None,
        from: None,
        to: None,
        places: Vec::new(),
        people: None,
    };
    let post = |from: &str, to: Option<&str>| PostShown {
        title: Some("首席科学家".to_owned()),
        unit: lab(),
        from: bounds(from, Some(from), Some(from)),
        to: to.map(|to| bounds(to, Some(to), Some(to))),
    };
    FindAnswer {
        matches: vec![
            Found {
                post: Some(post("2025-09-30", None)),
                ..found("person", "~许主洪", &["许主洪", "許主洪", "Steven Hoi"], 1.0, "name")
            },
            found("person", "p/xu-zhu", &["徐珠"], 0.72, "pinyin"),
            Found {
                company: lab().company,
                from: post("2023-07-01", None).from.into(),
                to: post("2023-07-01", Some("2026-03")).to,
                ..found("unit", "~alibaba/通义实验室", &["通义实验室", "Tongyi Lab"], 0.5, "spelling")
            },
            Found {
                places: vec![Occurrence { unit: lab(), people: 2 }, Occurrence { unit: alibaba(), people: 1 }],
                people: Some(3),
                ..found("title", "首席科学家", &["首席科学家"], 0.45, "part")
            },
        ],
        total: None,
    }
}

pub(crate) fn event_answer() -> EventAnswer {
    let why = why_answer();
    let other = |seq: u64, id: &str, event_type: &str| EventRef {
        id: id.to_owned(),
        seq,
        event_type: event_type.to_owned(),
        reported_at: "2025-11-02T00:00:00Z".to_owned(),
        says: "Harbour Labs".to_owned(),
    };
    let fields =
        json!({"person": "Xu Zhuhong", "company": "Alibaba", "to_unit": {"id": "u/tongyi"}, "title": "Scientist"});
    let names = [("person", "许主洪"), ("company", "阿里巴巴集团"), ("to_unit", "通义实验室")];
    EventAnswer {
        basis: basis(),
        event: Some(EventShown {
            evidence: why.supports[0].clone(),
            fields: fields.as_object().cloned().unwrap_or_default(),
            names: names.map(|(field, name)| (field.to_owned(), name.to_owned())).into(),
            ids: [("to_unit".to_owned(), "u/tongyi".to_owned())].into(),
            note: Some("read by hand".to_owned()),
            quote_url: Some("https://web-origin.lbkrs.com/news/259456682#:~:text=%E8%BD%AC".to_owned()),
        }),
        supports: vec![Supported {
            tenure: "~许主洪@1f2e3d4c".to_owned(),
            person: hoi(),
            what: vec!["start".to_owned(), "title".to_owned()],
        }],
        replaces: vec![other(4, "e4", "TransferredUnit")],
        became: Became {
            state: "retracted".to_owned(),
            by: Some(other(12, "e12", "EventRetracted")),
            reason: Some("the page was withdrawn".to_owned()),
            stands: None,
            conflict: None,
            waits_for: None,
        },
    }
}

pub(crate) fn list_answer() -> ListAnswer {
    let listed = |unit: Unit, people: usize, first: Option<&str>| Listed {
        id: Some(unit.id),
        name: unit.name,
        company: unit.company,
        people: Some(people),
        tenures: Some(people + 1),
        events: 3 * people,
        first: first.map(str::to_owned),
        last: first.map(|_| "2025-11-01".to_owned()),
    };
    let listed = vec![listed(lab(), 12, Some("2023-07")), listed(unit("u/ii", "智能信息事业群"), 0, None)];
    ListAnswer { basis: basis(), what: "units".to_owned(), total: 3, listed }
}

pub(crate) fn moves_answer() -> MovesAnswer {
    let flow = |from: Unit, to: Unit, people: Vec<Person>| Flow {
        period: Some("2025-Q3".to_owned()),
        from,
        to,
        count: people.len(),
        people,
    };
    let ii = unit("u/ii", "智能信息事业群");
    MovesAnswer {
        basis: basis(),
        flows: vec![
            flow(ii, lab(), vec![hoi(), person("lin", &["林伟"])]),
            flow(company("salesforce", "Salesforce"), alibaba(), vec![person("zoe", &["Zoë Ångström"])]),
        ],
    }
}

pub(crate) fn log_answer() -> LogAnswer {
    let entry = |seq: u64, event| LogEntry {
        seq,
        recorded_at: "2025-10-01T08:15:30.123456Z".to_owned(),
        reported_at: None,
        event,
        names: Names::new(),
        became: None,
    };
    LogAnswer {
        basis: basis(),
        events: vec![
            entry(
                1,
                Some(json!({
                    "type": "JoinedCompany", "id": "e1", "person": {"name": "許主洪", "aliases": ["Steven Hoi"]},
                    "company": "阿里巴巴集团", "title": "Vice President", "effective": "2025-01",
                    "reported_at": "2025-02-06T00:00:00Z", "source": {"url": "https://www.daily8.com/en/article/1"}
                })),
            ),
            entry(
                2,
                Some(json!({
                    "type": "TransferredUnit", "id": "e2", "person": "许主洪", "company": "阿里巴巴集团",
                    "from_unit": "智能信息事业群", "to_unit": "通义实验室", "effective": "2025-09-30",
                    "reported_at": "2025-09-30T06:00:00Z", "confidence": "rumoured",
                    "source": {"publisher": "华尔街见闻", "url": "https://web-origin.lbkrs.com/news/259456682"}
                })),
            ),
            entry(3, None),
            entry(
                10,
                Some(json!({
                    "type": "HeldPost", "id": "e10", "person": "Ana Duarte", "company": "Harbour Labs",
                    "title": "Head of Vision", "from": "2021", "to": "2023-04",
                    "reported_at": "2025-09-30T06:00:00Z", "source": "Harbour Labs"
                })),
            ),
        ],
    }
}

pub(crate) fn status_answer() -> StatusAnswer {
    StatusAnswer {
        basis: BasisShown { seq: 10_240, head: 10_240, ..basis() },
        events: 10_243,
        people: 1_381,
        units: 212,
        lag_events: 3,
        lag_seconds: 90.0,
        quarantined: 0,
        journal_bytes: 5_500_000,
        store_bytes: 900,
        digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
    }
}

/// An answer to each question.
pub(crate) struct Samples {
    person: PersonAnswer,
    career: CareerAnswer,
    who: WhoAnswer,
    holders: HoldersAnswer,
    org: OrgAnswer,
    reports: ReportsAnswer,
    diff: DiffAnswer,
    why: WhyAnswer,
    event: EventAnswer,
    conflicts: ConflictsAnswer,
    find: FindAnswer,
    moves: MovesAnswer,
    log: LogAnswer,
    list: ListAnswer,
    status: StatusAnswer,
}

impl Samples {
    pub(crate) fn full() -> Samples {
        Samples {
            person: person_answer(),
            career: career_answer(),
            who: who_answer(),
            holders: holders_answer(),
            org: org_answer(),
            reports: reports_answer(),
            diff: diff_answer(),
            why: why_answer(),
            event: event_answer(),
            conflicts: conflicts_answer(),
            find: find_answer(),
            moves: moves_answer(),
            log: log_answer(),
            list: list_answer(),
            status: status_answer(),
        }
    }

    /// Answers that list nothing.
    pub(crate) fn empty() -> Samples {
        let nobody = org_unit("~alibaba/语音组", "语音组", None, Vec::new(), (0, 0));
        Samples {
            person: PersonAnswer { positions: Vec::new(), ..person_answer() },
            career: CareerAnswer { tenures: Vec::new(), conflicts: Vec::new(), ..career_answer() },
            who: WhoAnswer { members: Vec::new(), ..who_answer() },
            holders: HoldersAnswer { holders: Vec::new(), ..holders_answer() },
            org: OrgAnswer { unit: nobody, ..org_answer() },
            reports: ReportsAnswer { up: Some(Vec::new()), down: Some(Vec::new()), ..reports_answer() },
            diff: DiffAnswer { learned: Vec::new(), happened: Vec::new(), ..diff_answer() },
            why: WhyAnswer { tenure: None, supports: Vec::new(), contradicts: Vec::new(), ..why_answer() },
            event: EventAnswer {
                event: None,
                supports: Vec::new(),
                replaces: Vec::new(),
                became: Became { state: "withheld".to_owned(), by: None, reason: None, ..event_answer().became },
                ..event_answer()
            },
            conflicts: ConflictsAnswer { conflicts: Vec::new(), ..conflicts_answer() },
            find: FindAnswer { matches: Vec::new(), total: None },
            moves: MovesAnswer { flows: Vec::new(), ..moves_answer() },
            log: LogAnswer { events: Vec::new(), ..log_answer() },
            list: ListAnswer { total: 0, listed: Vec::new(), ..list_answer() },
            status: status_answer(),
        }
    }

    /// Answers in which every source tries to drive the terminal.
    pub(crate) fn hostile() -> Samples {
        let text = "\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{7}\r\nroot\u{7f}";
        let owned = || text.to_owned();
        let name = || Person { id: owned(), name: owned(), names: vec![owned(), format!("{text}2")], left: None };
        let there = || Unit { id: owned(), name: owned(), company: Some(Company { id: owned(), name: owned() }) };
        let held = || Tenure {
            unit: Some(there()),
            title: Some(owned()),
            remit: Some(owned()),
            reports_to: Some(name()),
            employment: owned(),
            confidence: owned(),
            supports: vec![owned()],
            ..tenure(text, there(), None, None, bounds(text, Some("2024-01-01"), None))
        };
        let post = || certain(held());
        let dispute = || vec![Conflict { events: vec![owned()], ..conflict(text, Some(name()), Some(there()), text) }];
        let event = || {
            json!({
                "type": text, "id": text, "person": text, "effective": text, "confidence": text,
                "source": {"publisher": text, "url": text, "title": text, "quote": text}
            })
        };
        let evidence = || Evidence {
            id: owned(),
            seq: 1,
            recorded_at: owned(),
            event_type: owned(),
            effective: owned(),
            to: Some(owned()),
            seen: Some(owned()),
            reported_at: owned(),
            source: event()["source"].clone(),
            confidence: owned(),
        };
        let org = OrgUnit { id: owned(), name: owned(), kind: Some(owned()), leads: vec![name()], ..org_answer().unit };
        let up = vec![Up { person: name(), certainty: owned(), above: false, up: Vec::new() }];
        let down = vec![Down { person: name(), certainty: owned(), above: false, down: Vec::new() }];
        let joined = json!({"type": "JoinedCompany", "person": {"name": text}, "company": text, "title": text});
        let entry = |seq, event| LogEntry {
            seq,
            recorded_at: owned(),
            reported_at: Some(owned()),
            event: Some(event),
            names: [("person".to_owned(), owned())].into(),
            became: Some(LogFate { state: owned(), by: Some(3) }),
        };
        let dated = || bounds(text, Some("2024-01-01"), None);
        let found = Found {
            kind: owned(),
            id: owned(),
            name: owned(),
            names: vec![owned()],
            score: 1.0,
            via: owned(),
            company: there().company,
            post: Some(PostShown { title: Some(owned()), unit: there(), from: dated(), to: Some(dated()) }),
            from: Some(dated()),
            to: Some(dated()),
            places: vec![Occurrence { unit: there(), people: 1 }],
            people: Some(1),
        };
        let other = || EventRef { id: owned(), seq: 3, event_type: owned(), reported_at: owned(), says: owned() };
        let about = EventAnswer {
            basis: basis(),
            event: Some(EventShown {
                evidence: evidence(),
                fields: [("person".to_owned(), event()["person"].clone())].into_iter().collect(),
                names: [("company".to_owned(), owned())].into(),
                ids: [("company".to_owned(), owned())].into(),
                note: Some(owned()),
                quote_url: Some(owned()),
            }),
            supports: vec![Supported { tenure: owned(), person: name(), what: vec![owned()] }],
            replaces: vec![other()],
            became: Became {
                state: owned(),
                by: Some(other()),
                reason: Some(owned()),
                stands: Some(other()),
                conflict: dispute().pop(),
                waits_for: Some(owned()),
            },
        };
        let row = Listed { id: Some(owned()), name: owned(), first: Some(owned()), ..list_answer().listed[0].clone() };
        let flow = Flow { period: Some(owned()), from: there(), to: there(), count: 1, people: vec![name()] };
        let basis = || BasisShown { at: owned(), known: Some(owned()), ..basis() };
        Samples {
            person: PersonAnswer { basis: basis(), person: name(), died: None, positions: vec![post()] },
            career: CareerAnswer {
                basis: basis(),
                person: name(),
                tenures: vec![held()],
                conflicts: dispute(),
                ..career_answer()
            },
            who: WhoAnswer {
                basis: basis(),
                unit: there(),
                members: vec![Member { person: name(), position: post() }],
                total: None,
            },
            holders: HoldersAnswer {
                basis: basis(),
                unit: there(),
                holders: vec![Holder { person: name(), tenure: held() }],
                total: None,
                gaps: None,
            },
            org: OrgAnswer { basis: basis(), unit: org, turning_days: Vec::new() },
            reports: ReportsAnswer { basis: basis(), person: name(), up: Some(up), down: Some(down) },
            diff: DiffAnswer {
                basis: basis(),
                target: Target::Person(name()),
                happened: vec![change(text, Some(name()), Some(post()), Some(post()))],
                learned: vec![Change { unit: Some(there()), ..change(text, None, None, None) }],
            },
            why: WhyAnswer {
                basis: basis(),
                asked: Some(owned()),
                tenure: Some(held()),
                supports: vec![evidence()],
                contradicts: vec![evidence()],
                replaced: vec![evidence()],
            },
            event: about,
            conflicts: ConflictsAnswer { basis: basis(), conflicts: dispute() },
            find: FindAnswer { matches: vec![found], total: None },
            moves: MovesAnswer { basis: basis(), flows: vec![flow] },
            log: LogAnswer { basis: basis(), events: vec![entry(1, event()), entry(2, joined)] },
            list: ListAnswer { what: owned(), listed: vec![row], ..list_answer() },
            status: StatusAnswer { digest: owned(), ..status_answer() },
        }
    }

    /// The answers, each with its question, in the order of the questions.
    pub(crate) fn answers(&self) -> Vec<Answer> {
        vec![
            Answer::Person(self.person.clone()),
            Answer::Career(self.career.clone()),
            Answer::Who(self.who.clone()),
            Answer::Holders(self.holders.clone()),
            Answer::Org(self.org.clone()),
            Answer::Reports(self.reports.clone()),
            Answer::Diff(self.diff.clone()),
            Answer::Why(self.why.clone()),
            Answer::Event(self.event.clone()),
            Answer::Conflicts(self.conflicts.clone()),
            Answer::Find(self.find.clone()),
            Answer::Moves(self.moves.clone()),
            Answer::Log(self.log.clone()),
            Answer::List(self.list.clone()),
            Answer::Status(self.status.clone()),
        ]
    }
}
