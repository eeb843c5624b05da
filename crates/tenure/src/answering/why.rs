//! `why`: the evidence of a tenure, and what one event says and what became of it.

use tenure_answers::Answer;
use tenure_domain::reading::Reading;
use tenure_domain::view::ViewError;
use tenure_query::{Asked, EventBook, TenureGone, find_event};

use super::{Scene, Unanswered};
use crate::failure::{Exit, Failure};

impl Scene<'_> {
    /// The evidence that is asked for by a person, a tenure or an event.
    pub(super) fn why(&self, of: &str) -> Result<Answer, Unanswered> {
        let inquiry = self.inquiry();
        let tenure = match inquiry.tenure_by_id(of)? {
            Some(found) => Some(found),
            None if of.starts_with('#') || !self.is_known(of)? => match self.book {
                None => return Err(Unanswered::NeedsLog),
                Some(book) => return self.why_of_log(book, of),
            },
            None => self.tenure_of(of)?,
        };
        Ok(Answer::Why(inquiry.why_answer(self.shown.clone(), tenure, self.events)?))
    }

    /// Whether a person can be meant.
    fn is_known(&self, text: &str) -> Result<bool, ViewError> {
        for view in [Some(self.view), self.today].into_iter().flatten() {
            if !view.people_asked(text)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The tenure of a person that is meant where only the person is named.
    fn tenure_of(&self, person: &str) -> Result<Option<(tenure_domain::statement::PersonNo, usize)>, Unanswered> {
        let inquiry = self.inquiry();
        let Asked::Here(person) = self.person(person)? else { return Ok(None) };
        let posts = inquiry.positions_of(person)?;
        if posts.len() > 1 {
            let ids = tenure_answers::shortened(posts.iter().map(|p| p.tenure.tenure.as_str()));
            let others = posts[1..].iter().map(|p| {
                let place = p.tenure.unit.as_ref().unwrap_or(&p.tenure.company);
                let id = ids.get(p.tenure.tenure.as_str()).unwrap_or(&p.tenure.tenure);
                format!("\n  tenure why {id}  ({})", place.name)
            });
            let others: String = others.collect();
            let count = posts.len();
            self.notice(format!("{count} posts on that day, this is the primary one; for the others:{others}"));
        }
        Ok(inquiry.tenure_of(person)?.map(|tenure| (person, tenure)))
    }

    /// What the snapshots do not know: an event, a tenure that is gone, a person of whom nothing stands any more.
    fn why_of_log(&self, book: &dyn EventBook, of: &str) -> Result<Answer, Unanswered> {
        if let Some(gone) = self.gone(book, of)? {
            return self.why_gone(book, of, &gone);
        }
        let Some(entry) = find_event(book, of).map_err(Failure::from)? else {
            let tenure = self.tenure_of(of)?;
            return Ok(Answer::Why(self.inquiry().why_answer(self.shown.clone(), tenure, self.events)?));
        };
        let basis = &self.clocks.basis.1;
        if !basis.admits_in_time(entry) {
            let after =
                if basis.recorded.is_some_and(|recorded| entry.seq > recorded) { "recorded" } else { "reported" };
            let error = format!("the event #{} was {after} after what is asked for", entry.seq);
            return Err(Failure::new(Exit::NotFound, error).hint("ask without --known and --recorded").into());
        }
        Ok(Answer::Event(self.inquiry().event_answer(self.shown.clone(), book, entry, self.events)?))
    }

    /// What became of a tenure of that id, where there was one: on the widest basis there is.
    fn gone(&self, book: &dyn EventBook, of: &str) -> Result<Option<TenureGone>, ViewError> {
        let Some(((person, _), everything)) = of.rsplit_once('@').zip(self.everything) else { return Ok(None) };
        let ever = Reading::of_everybody(everything);
        for person in ever.people_asked(person) {
            let seqs: Vec<_> = ever.seqs_about(Some(person), None).into_iter().collect();
            let gone = self.inquiry().successor_of(of, book, &seqs)?;
            if gone.is_some() {
                return Ok(gone);
            }
        }
        Ok(None)
    }

    fn why_gone(&self, book: &dyn EventBook, of: &str, gone: &TenureGone) -> Result<Answer, Unanswered> {
        let (seq, id) = &gone.opener;
        let how = gone.how.as_deref().map(|how| if how == "superseded" { "restated" } else { how });
        let Some(successor) = gone.successor else {
            let error = match (how, &gone.by) {
                (Some(how), Some((by, day))) => {
                    format!("the tenure {of} is gone: the event that opened it, #{seq}, was {how} by #{by} on {day}")
                }
                _ => format!("the tenure {of} does not stand on this basis: #{seq} opened it"),
            };
            let entry = book.at(*seq).filter(|entry| self.clocks.basis.1.admits_in_time(entry));
            let hint = if entry.is_some() { format!("tenure why {id}") } else { "ask on a later basis".to_owned() };
            return Err(Failure::new(Exit::NotFound, error).hint(hint).into());
        };
        let inquiry = self.inquiry();
        let mut answer = inquiry.why_answer(self.shown.clone(), Some(successor), self.events)?;
        let new = answer.tenure.as_ref().map_or(of, |tenure| &tenure.tenure);
        let when = match (how, &gone.by) {
            (Some(how), Some((_, day))) => format!("{how} {day}"),
            _ => "another event opens it now".to_owned(),
        };
        self.notice(format!("{of} is superseded by {new} ({when})"));
        answer.asked = Some(of.to_owned());
        Ok(Answer::Why(answer))
    }
}
