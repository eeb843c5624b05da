//! Answers for programs: JSON as the contract gives it, and its rows as NDJSON and CSV.
//!
//! A row is what an answer lists: a position, a tenure, a member, a unit, a change, an event. An answer that lists
//! nothing is one row. What does not fit into rows, such as the conflicts of a career, has its own question.
//!
//! The columns of a CSV depend on the question alone. Entities are given by id and name, dates by their EDTF, earliest
//! and latest day and whether they are inferred, lists are joined by `; `, and what is not known is empty. Text is
//! quoted where CSV needs it. A cell that a spreadsheet would take for a formula has an apostrophe before it.

mod shape;
mod sheet;

use serde::Serialize;
use tenure_answers::Answer;

use self::shape::{GapRow, chart, passages, reporting_lines, roles};
use crate::RenderError;
use crate::room::{EscapedJson, Room};

pub(super) use self::sheet::csv;

/// The object of the contract, indented.
pub(super) fn json(answer: &Answer, room: &mut Room) -> Result<(), RenderError> {
    let mut json = EscapedJson::into_room(room);
    serde_json::to_writer_pretty(&mut json, answer)?;
    json.end_line();
    json.end();
    Ok(())
}

/// One object a line and row.
pub(super) fn ndjson(answer: &Answer, room: &mut Room) -> Result<(), RenderError> {
    fn lines<T: Serialize>(
        json: &mut EscapedJson<'_>,
        rows: impl IntoIterator<Item = T>,
    ) -> Result<(), serde_json::Error> {
        for row in rows {
            serde_json::to_writer(&mut *json, &row)?;
            json.end_line();
        }
        Ok(())
    }
    let mut json = EscapedJson::into_room(room);
    let to = &mut json;
    match answer {
        Answer::Person(answer) => lines(to, &answer.positions),
        Answer::Career(answer) => lines(to, &answer.tenures),
        Answer::Who(answer) => lines(to, &answer.members),
        Answer::Holders(answer) => {
            let gaps = answer.gaps.iter().flatten().map(|gap| GapRow { gap });
            lines(to, &answer.holders).and_then(|()| lines(to, gaps))
        }
        Answer::Org(answer) => lines(to, chart(&answer.unit)),
        Answer::Reports(answer) => {
            lines(to, reporting_lines(&answer.person, answer.up.as_deref(), answer.down.as_deref()))
        }
        Answer::Diff(answer) => lines(to, passages(&answer.learned, &answer.happened)),
        Answer::Why(answer) => lines(to, roles(&answer.supports, &answer.contradicts, &answer.replaced)),
        Answer::Event(answer) => lines(to, [answer]),
        Answer::Conflicts(answer) => lines(to, &answer.conflicts),
        Answer::Find(answer) => lines(to, &answer.matches),
        Answer::Moves(answer) => lines(to, &answer.flows),
        Answer::Log(answer) => lines(to, &answer.events),
        Answer::List(answer) => lines(to, &answer.listed),
        Answer::Status(answer) => lines(to, [answer]),
    }?;
    json.end();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, Samples};
    use tenure_answers::Gap;

    use tenure_domain::plain_text::escape_json;

    use super::*;
    use crate::{Color, Format, Layout};

    fn written(answer: &Answer, format: Format) -> String {
        let layout = Layout { width: None, color: Color::Plain };
        crate::render(answer, format, &layout).expect("answers can be written")
    }

    #[test]
    fn the_columns_depend_on_the_question_alone() {
        let tenure = "tenure,company_id,company,unit_id,unit,title,is_primary,is_lead,is_acting,employment,remit,\
            reports_to_id,reports_to,from_date,from_earliest,from_latest,from_inferred,to_date,to_earliest,to_latest,\
            to_inferred,end_reason,attested,confidence,supports";
        let side = |side: &str| {
            format!("{side}_{},{side}_certainty,{side}_unseen_days", tenure.replace(',', &format!(",{side}_")))
        };
        let expected = [
            format!("person_id,person,{tenure},certainty,unseen_days"),
            format!("person_id,person,{tenure}"),
            format!("person_id,person,{tenure},certainty,unseen_days"),
            format!("person_id,person,{tenure}"),
            "path,depth,parent_id,unit_id,unit,kind,leads_ids,leads,headcount,possible".to_owned(),
            "direction,depth,of_person_id,of_person,person_id,person,certainty,left_date,above".to_owned(),
            format!("section,kind,person_id,person,unit_id,unit,{},{}", side("before"), side("after")),
            "role,event_id,seq,recorded_at,event_type,effective,reported_at,confidence,publisher,url,source_key,source_title,\
                lang,quote,retrieved_at,locator,archive_url"
                .to_owned(),
            "event_id,seq,recorded_at,event_type,effective,to_date,seen,reported_at,confidence,publisher,url,source_key,source_title,\
                lang,quote,retrieved_at,locator,archive_url,quote_url,note,summary,supports,replaces,became,became_by,reason,\
                stands,waits_for"
                .to_owned(),
            "kind,person_id,person,unit_id,unit,company_id,company,events,detail".to_owned(),
            "kind,id,name,names,score,via,company_id,company,title,unit_id,unit,from_date,to_date,people,places".to_owned(),
            "period,from_unit_id,from_unit,from_company_id,from_company,to_unit_id,to_unit,to_company_id,to_company,count,people_ids,\
                people"
                .to_owned(),
            "seq,recorded_at,event_id,event_type,effective,from_date,to_date,seen,reported_at,confidence,publisher,url,summary,\
                became,became_by,event"
                .to_owned(),
            "id,name,company_id,company,people,tenures,events,first,last".to_owned(),
            "seq,head,events,people,units,lag_events,lag_seconds,quarantined,journal_bytes,store_bytes,digest"
                .to_owned(),
        ];
        for samples in [Samples::full(), Samples::empty()] {
            for (answer, expected) in samples.answers().iter().zip(&expected) {
                let text = written(answer, Format::Csv);
                assert_eq!(text.lines().next(), Some(expected.as_str()));
            }
        }
    }

    #[test]
    fn ndjson_and_csv_have_the_same_rows() {
        let samples = Samples::full();
        for answer in samples.answers() {
            let objects = written(&answer, Format::Ndjson);
            let table = written(&answer, Format::Csv);
            let records = csv::Reader::from_reader(table.as_bytes()).into_records().count();
            assert_eq!(objects.lines().count(), records, "{answer:?}");
            for line in objects.lines() {
                let row: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
                assert!(row.is_object(), "{row}");
            }
        }
    }

    #[test]
    fn rows_are_quoted_and_lists_joined() {
        let answer = samples::person_answer();
        let text = written(&Answer::Person(answer.clone()), Format::Csv);
        assert_eq!(
            text.lines().nth(1),
            Some(
                "~许主洪,许主洪,~许主洪@1f2e3d4c,alibaba,阿里巴巴集团,~alibaba/通义实验室,通义实验室,首席科学家,\
                true,true,true,employee,\"多模态交互模型, multimodal interaction\",p/zhou-jingren,周靖人,2025-09-30,\
                2025-09-30,2025-09-30,false,,,,,,2025-11-01,confirmed,e5; e6,certain,19"
            )
        );
    }

    #[test]
    fn gaps_are_rows_of_their_own() {
        let mut answer = samples::holders_answer();
        let (from, to) = (samples::day("2012-01-01"), Some(samples::day("2012-03-01")));
        answer.gaps = Some(vec![Gap { from, to, certainty: "certain".to_owned() }]);
        let table = written(&Answer::Holders(answer.clone()), Format::Csv);
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let header = reader.headers().expect("there is a header").clone();
        let last = reader.records().last().expect("there are rows").expect("a row");
        let filled = header.iter().zip(&last).filter(|(_, cell)| !cell.is_empty()).map(|(column, _)| column);
        let bounds = ["_date", "_earliest", "_latest", "_inferred"];
        let dates = ["from", "to"].iter().flat_map(|side| bounds.map(|part| format!("{side}{part}")));
        assert_eq!(filled.collect::<Vec<_>>(), dates.chain(["gap".to_owned()]).collect::<Vec<_>>());
        let objects = written(&Answer::Holders(answer.clone()), Format::Ndjson);
        assert!(objects.lines().last().is_some_and(|row| row.starts_with(r#"{"gap":{"from":"#)), "{objects}");
    }

    #[test]
    fn a_unit_stands_by_itself_with_its_path() {
        let answer = samples::org_answer();
        let text = written(&Answer::Org(answer.clone()), Format::Ndjson);
        assert_eq!(
            text.lines().nth(4),
            Some(
                r#"{"path":["阿里巴巴集团","Cloud Intelligence Group","通义实验室","Vision"],"depth":3,"parent":"~alibaba/通义实验室","id":"u/vision","name":"Vision","kind":"team","leads":[],"headcount":4,"possible":0}"#
            )
        );
    }

    #[test]
    fn json_keeps_the_order_of_the_contract() {
        let answer = samples::who_answer();
        let text = written(&Answer::Who(answer.clone()), Format::Json);
        let at = |key: &str| text.find(&format!("\"{key}\"")).expect("the key is there");
        let keys = ["basis", "unit", "members", "person", "tenure", "certainty"];
        assert!(keys.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{text}");
        assert!(text.starts_with("{\n  \"basis\": {\n    \"at\": "), "{text}");
    }

    #[test]
    fn json_escapes_what_could_drive_a_terminal() {
        let text = escape_json("{\"a\":\"\u{9b}2J\u{7f}\u{202e}许\"}\n".to_owned());
        assert_eq!(text, "{\"a\":\"\\u009b2J\\u007f\\u202e许\"}\n");
        let value: serde_json::Value = serde_json::from_str(&text).expect("it is still JSON");
        assert_eq!(value["a"], "\u{9b}2J\u{7f}\u{202e}许");
    }
}
