//! The maps that come with the program, and where the text of a map is found.

use std::path::Path;

use tenure_domain::suggest::nearest;

use crate::adapter::AdapterError;
use crate::adapter::settings::unusable;

/// The maps that come with the program, by their names.
const SHIPPED: [(&str, &str); 10] = [
    ("companies-house", include_str!("../../../maps/companies-house.toml")),
    ("companies-house-appointments", include_str!("../../../maps/companies-house-appointments.toml")),
    ("companies-house-stream", include_str!("../../../maps/companies-house-stream.toml")),
    ("govuk-roles", include_str!("../../../maps/govuk-roles.toml")),
    ("ifg-ministers", include_str!("../../../maps/ifg-ministers.toml")),
    ("orcid", include_str!("../../../maps/orcid.toml")),
    ("orcid-xml", include_str!("../../../maps/orcid-xml.toml")),
    ("sec-insider", include_str!("../../../maps/sec-insider.toml")),
    ("sec-insider-tables", include_str!("../../../maps/sec-insider-tables.toml")),
    ("tenure-stints", include_str!("../../../maps/tenure-stints.toml")),
];

/// The least that a map must hold.
pub(super) const LEAST: &str = r#"company = "Harbour Labs"
end = "inclusive"
[source]
publisher = "Harbour Gazette"
[files.stints]
[stints]
file = "stints"
person = "name"
from = "start"
to = "end""#;

/// The least that a map of paths must hold.
pub(super) const LEAST_OF_TREES: &str = r#"company = "Harbour Labs"
end = "inclusive"
[source]
publisher = "Harbour Gazette"
[files.terms]
each = "$.terms[*]"
[stints]
file = "terms"
person = "$.name"
from = "@.start"
to = "@.end?""#;

/// The name and the text of a map: a file, or one that comes with the program.
pub(super) fn map_text(map: Option<&Path>, (what, least): (&str, &str)) -> Result<(String, String), AdapterError> {
    let shipped = || SHIPPED.iter().map(|(name, _)| *name);
    let Some(path) = map else {
        return Err(AdapterError::Unusable {
            file: "--map".to_owned(),
            problem: format!("{what} needs a map"),
            hint: format!(
                "name one with --map MAP.toml; tenure map propose FILE prints a first one, and the least is:\n{least}\n\
                 with the program come: {}",
                shipped().collect::<Vec<_>>().join(", ")
            ),
        });
    };
    let name = path.display().to_string();
    if let Some((_, text)) = SHIPPED.iter().find(|(shipped, _)| *shipped == name && !path.is_file()) {
        return Ok((name, (*text).to_owned()));
    }
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((name, text)),
        Err(error) => {
            let hint = match nearest(&name, shipped()) {
                Some(near) => format!("did you mean `{near}`, which comes with the program?"),
                None => "name the file of the map".to_owned(),
            };
            Err(unusable(path, error, hint))
        }
    }
}
