//! Flags that several verbs have in common.

use clap::Args;

use crate::clock::today;
use crate::global::date;
use tenure_ledger::dates;

/// Which posts are shown.
#[derive(Debug, Args)]
pub(crate) struct PostFilter {
    /// Only those who lead
    #[arg(long)]
    pub(crate) lead: bool,
    /// Only those with this title, or, where nobody has the whole of it, with it as a part of theirs
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
}

/// Between which dates.
#[derive(Debug, Args)]
pub(crate) struct Between {
    /// From this date on
    #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = date)]
    pub(crate) since: Option<String>,
    /// Up to this date
    #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = date)]
    pub(crate) until: Option<String>,
}

impl Between {
    /// The same, with days in the place of words that count from today.
    pub(crate) fn settled(&self) -> Between {
        let day = |text: &Option<String>| text.as_deref().map(|text| dates::settled(text, today()));
        Between { since: day(&self.since), until: day(&self.until) }
    }
}
