//! `find` and `list`: what is in a ledger.

use tenure_answers::{self as answer, Answer, ListAnswer};
use tenure_domain::statement::UnitNo;
use tenure_query::{Asked, Inventory, Order};

use super::scene::{Scene, Unsettled};
use crate::question::Listing;

impl Scene<'_> {
    pub(super) fn find(&self, name: &str, limit: usize) -> Result<Answer, Unsettled> {
        Ok(Answer::Find(self.inquiry().find_answer(name, limit)?))
    }

    pub(super) fn list(
        &self,
        what: Listing,
        company: Option<Asked<UnitNo, answer::Unit>>,
        order: Order,
        limit: Option<usize>,
    ) -> Result<Answer, Unsettled> {
        let inquiry = self.inquiry();
        let filter = self.clocks.basis.1.filter();
        let lists = |entry: &_| filter.lists(entry);
        let what = match (what, self.book) {
            (Listing::Companies, _) => Inventory::Companies,
            (Listing::Units, _) => Inventory::Units,
            (Listing::People, _) => Inventory::People,
            (Listing::Titles, _) => Inventory::Titles,
            (Listing::Sources, Some(book)) => Inventory::Sources { book, lists: &lists },
            (Listing::Sources, None) => return Err(Unsettled::NeedsLog),
        };
        if let Some(company) = &company {
            self.tell_company(company)?;
        }
        let company = company.map(|company| company.here());
        // A company that is not known on this basis has nothing there.
        if company == Some(None) {
            let (basis, what) = (self.shown.clone(), what.word().to_owned());
            return Ok(Answer::List(ListAnswer { basis, what, total: 0, listed: Vec::new() }));
        }
        Ok(Answer::List(inquiry.list_answer(self.shown.clone(), what, company.flatten(), order, limit)?))
    }
}
