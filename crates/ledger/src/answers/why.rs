//! `why`: the evidence of a tenure, and what one event says and what became of it.

use tenure_answers::Answer;
use tenure_domain::reading::Fate;
use tenure_domain::view::ViewError;
use tenure_query::{Asked, EventBook, TenureGone, find_event, log_fate};

use super::scene::{Everything, Scene, Unsettled};
use crate::error::{AnswerError, Opener, Stamp, TenureEnd};

impl Scene<'_> {
    /// The evidence that is asked for by a person, a tenure or an event.
    pub(super) fn why(&self, of: &str) -> Result<Answer, Unsettled> {
        let inquiry = self.inquiry();
        let tenure = match inquiry.tenure_by_id(of)? {
            Some(found) => Some(found),
            None if of.starts_with('#') || !self.is_known(of)? => match self.book {
                None => return Err(Unsettled::NeedsLog),
                Some(book) => return self.why_of_log(book, of),
            },
            None => self.tenure_of(of)?,
        };
        Ok(Answer::Why(inquiry.why_answer(self.shown.clone(), tenure, self.events)?))
    }

    /// Whether a person can be meant.
    fn is_known(&self, text: &str) -> Result<bool, ViewError> {
        let since = self.since.map(|since| since.head);
        for view in [Some(self.view), self.as_recorded, since].into_iter().flatten() {
            if !view.people_asked(text)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The tenure of a person that is meant where only the person is named.
    fn tenure_of(&self, person: &str) -> Result<Option<(tenure_domain::statement::PersonNo, usize)>, Unsettled> {
        let inquiry = self.inquiry();
        let Asked::Here(person) = self.person(person)? else { return Ok(None) };
        let posts = inquiry.positions_of(person)?;
        if posts.len() > 1 {
            let ids = tenure_answers::shortened(posts.iter().map(|p| p.tenure.tenure.as_str()));
            let others = posts[1..].iter().map(|p| {
                let place = p.tenure.unit.as_ref().unwrap_or(&p.tenure.company);
                let id = ids.get(p.tenure.tenure.as_str()).unwrap_or(&p.tenure.tenure);
                format!("\n  {id}  ({})", place.name)
            });
            let others: String = others.collect();
            let count = posts.len();
            self.notice(format!(
                "{count} posts on that day, this is the primary one; ask why of the others by id:{others}"
            ));
        }
        Ok(inquiry.tenure_of(person)?.map(|tenure| (person, tenure)))
    }

    /// What the snapshots do not know: an event, a tenure that is gone, a person of whom nothing stands any more.
    fn why_of_log(&self, book: &dyn EventBook, of: &str) -> Result<Answer, Unsettled> {
        if let Some(gone) = self.gone(book, of)? {
            return self.why_gone(book, of, &gone);
        }
        let Some(entry) = find_event(book, of)? else {
            let tenure = self.tenure_of(of)?;
            return Ok(Answer::Why(self.inquiry().why_answer(self.shown.clone(), tenure, self.events)?));
        };
        let basis = &self.clocks.basis.1;
        if !basis.admits_in_time(entry) {
            let is_recorded_later = basis.recorded.is_some_and(|recorded| entry.seq > recorded);
            let stamp = if is_recorded_later { Stamp::Recorded } else { Stamp::Reported };
            return Err(AnswerError::EventLater { seq: entry.seq, stamp }.into());
        }
        Ok(Answer::Event(self.inquiry().event_answer(self.shown.clone(), book, entry, self.events)?))
    }

    /// What became of a tenure of that id, where there was one: on the widest basis there is.
    fn gone(&self, book: &dyn EventBook, of: &str) -> Result<Option<TenureGone>, ViewError> {
        let Some((person, _)) = of.rsplit_once('@') else { return Ok(None) };
        let Everything::Loaded(ever) = self.everything else { return Ok(None) };
        let namesakes = ever.people_asked(person)?;
        self.inquiry().successor_of(of, book, &ever.events_about(&namesakes))
    }

    fn why_gone(&self, book: &dyn EventBook, of: &str, gone: &TenureGone) -> Result<Answer, Unsettled> {
        let (seq, id) = &gone.opener;
        let how = gone.how.and_then(log_fate).map(|fate| fate.state);
        let is_restated = matches!(gone.how, Some(Fate::Superseded { .. }));
        let how = how.as_deref().map(|how| if is_restated { "restated" } else { how });
        let Some(successor) = gone.successor else {
            let end = how.zip(gone.by.as_ref());
            let end = end.map(|(how, (by, day))| TenureEnd { how: how.to_owned(), by: *by, day: day.clone() });
            let entry = book.at(*seq).filter(|entry| self.clocks.basis.1.admits_in_time(entry));
            let opener = if entry.is_some() { Opener::Admitted } else { Opener::Later };
            return Err(AnswerError::TenureGone { asked: of.to_owned(), seq: *seq, id: id.clone(), end, opener }.into());
        };
        let inquiry = self.inquiry();
        let mut answer = inquiry.why_answer(self.shown.clone(), Some(successor), self.events)?;
        let new = answer.tenure.as_ref().map_or(of, |tenure| &tenure.tenure);
        let person = |tenure: &str| tenure.rsplit_once('@').map(|(person, _)| person.to_owned());
        let when = match (how, &gone.by) {
            (Some(how), Some((_, day))) => format!("{how} {day}"),
            _ if person(new) != person(of) => "the event that opened it is about another person there".to_owned(),
            _ => "another event opens it now".to_owned(),
        };
        self.notice(format!("{of} is superseded by {new} ({when})"));
        answer.asked = Some(of.to_owned());
        Ok(Answer::Why(answer))
    }
}
