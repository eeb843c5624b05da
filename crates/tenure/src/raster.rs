//! Pictures as PNG, drawn with the fonts of this machine.
//!
//! An SVG is drawn by the program that shows it; a PNG has what the fonts here could draw. A character that none of them has would be
//! left out without a word, so it is an error.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::{Database, ID};
use resvg::usvg::{self, FontResolver, Options, Tree};

use crate::failure::{Exit, Failure};

/// Pixels to a unit of the picture, for screens of high density.
const SCALE: f32 = 2.0;
/// The most pixels of a picture: 400 MB while it is drawn.
const PIXELS: f32 = 100e6;
/// The most characters without a font that an error names.
const NAMED: usize = 8;
/// The most fonts that are looked at for one that fits its neighbours better.
const TRIED: usize = 64;

/// Draws an SVG as PNG.
pub(crate) fn png(svg: &str) -> Result<Vec<u8>, Failure> {
    let missing: Arc<Mutex<BTreeSet<char>>> = Arc::default();
    let mut options = Options { font_resolver: resolver(missing.clone()), ..Options::default() };
    let fonts = options.fontdb_mut();
    fonts.load_system_fonts();
    name_plain_fonts(fonts);
    let has_fonts = !fonts.is_empty();
    let tree = Tree::from_str(svg, &options).map_err(|error: usvg::Error| cannot(&error.to_string()))?;
    let missing = missing.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if !has_fonts || !missing.is_empty() {
        let named: Vec<String> = missing.iter().take(NAMED).map(char::to_string).collect();
        let and_more = if missing.len() > NAMED { ", .." } else { "" };
        let what = if has_fonts { format!("{}{and_more}", named.join(", ")) } else { "any character".to_owned() };
        return Err(Failure::new(Exit::Failure, format!("no font of this machine has {what}")).hint(
            "install one that does (for Chinese, Japanese and Korean fonts-noto-cjk), or name something.svg, which is drawn \
             where it is shown",
        ));
    }
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = SCALE.min((PIXELS / (width * height)).sqrt());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of pixels is small and positive"
    )]
    let pixels = |length: f32| (length * scale).ceil().max(1.0) as u32;
    let map = Pixmap::new(pixels(width), pixels(height));
    let mut map = map.ok_or_else(|| cannot(&format!("it is {width} by {height}")))?;
    map.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut map.as_mut());
    map.encode_png().map_err(|error| io::Error::other(error).into())
}

fn cannot(problem: &str) -> Failure {
    let error = format!("the picture cannot be drawn as PNG: {problem}");
    Failure::new(Exit::Failure, error).hint("name something.svg, which has no such bounds")
}

/// Has the generic families mean a font that there is.
fn name_plain_fonts(fonts: &mut Database) {
    let plain = ["Noto Sans", "DejaVu Sans", "Liberation Sans", "Helvetica", "Arial"];
    let families = || fonts.faces().flat_map(|face| face.families.iter().map(|(name, _)| name.as_str()));
    let found = plain.into_iter().find(|plain| families().any(|family| family == *plain));
    let Some(name) = found.or_else(|| families().next()).map(str::to_owned) else { return };
    // The last that is looked for where no family of a text is there.
    fonts.set_serif_family(name.as_str());
    fonts.set_sans_serif_family(name);
}

/// Finds fonts as usual, and remembers the characters that none has.
fn resolver(missing: Arc<Mutex<BTreeSet<char>>>) -> FontResolver<'static> {
    let other = FontResolver::default_fallback_selector();
    let fallback = move |c: char, tried: &[ID], fonts: &mut Arc<Database>| {
        let weight = tried.first().and_then(|id| fonts.face(*id)).map(|face| face.weight);
        let mut excluded = tried.to_vec();
        let mut found: Vec<(bool, ID)> = Vec::new();
        // The pictures are set in fonts without serifs, of which a system has several weights.
        while let Some(id) = other(c, &excluded, fonts)
            && found.len() < TRIED
        {
            let is_plain = |(name, _): &(String, _)| name.contains("Sans") || name.contains("Gothic");
            let face = fonts.face(id);
            let plain = face.is_some_and(|face| face.families.iter().any(is_plain));
            if plain && face.map(|face| face.weight) == weight {
                return Some(id);
            }
            excluded.push(id);
            found.push((plain, id));
        }
        if found.is_empty() && !c.is_control() {
            missing.lock().unwrap_or_else(PoisonError::into_inner).insert(c);
        }
        found.iter().max_by_key(|(plain, _)| *plain).map(|(_, id)| *id)
    };
    FontResolver { select_font: FontResolver::default_font_selector(), select_fallback: Box::new(fallback) }
}
