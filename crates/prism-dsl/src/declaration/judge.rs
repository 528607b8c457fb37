//! What a declaration must say, and what it may not.

use super::{Block, Declaration, ELEMENTS};
use proc_macro2::Ident;
use syn::{Error, Result};

/// Judges the whole declaration.
pub fn all(declaration: &Declaration) -> Result<()> {
    completeness(declaration)?;
    blocks(declaration)?;
    elements(declaration)?;
    quantities(declaration)
}

fn completeness(declaration: &Declaration) -> Result<()> {
    let (name, settings) = (declaration.name(), &declaration.settings);
    let missing = |what: &str| Err(Error::new(name.span(), format!("kernel `{name}`: {what}")));
    if settings.threads.is_none() {
        return missing("say how many threads it needs: `threads = n`");
    }
    if settings.block.as_ref().is_none_or(|block| matches!(block, Block::Candidates(sizes) if sizes.is_empty())) {
        return missing("say its block sizes, the default first: `block = [256, 128]`");
    }
    if declaration.type_parameter().is_some() == settings.types.is_empty() {
        return missing("a type parameter and `types(f32, f64)` go together");
    }
    match declaration.scalars().find(|scalar| settings.operation && scalar.text.is_empty()) {
        Some(bare) => Err(super::undescribed(&bare.name)),
        None => Ok(()),
    }
}

fn blocks(declaration: &Declaration) -> Result<()> {
    let Some(Block::Candidates(sizes)) = &declaration.settings.block else { return Ok(()) };
    for size in sizes {
        if !(1..=Block::LARGEST).contains(&size.base10_parse()?) {
            return Err(Error::new(size.span(), "a block has 1 to 1024 threads"));
        }
    }
    Ok(())
}

fn elements(declaration: &Declaration) -> Result<()> {
    let generic = declaration.type_parameter();
    let written = declaration.params.iter().map(|p| &p.element).filter(|element| Some(*element) != generic);
    let is_known = |element: &&Ident| ELEMENTS.iter().any(|(rust, _)| *element == rust);
    let Some(unknown) = written.chain(&declaration.settings.types).find(|e| !is_known(e)) else { return Ok(()) };
    let known = ELEMENTS.map(|(rust, _)| rust).join(", ");
    Err(Error::new(unknown.span(), format!("`{unknown}` is no element type; there are {known}")))
}

/// Settings name dimensions and scalars only, and give each name of a row its value.
fn quantities(declaration: &Declaration) -> Result<()> {
    let settings = &declaration.settings;
    let specialised = settings.specialise.iter().flat_map(|(names, _)| names);
    let sized = settings.bench.iter().flatten().map(|(name, _)| name);
    if let Some(unknown) = settings.wide.iter().find(|name| !declaration.dims.contains(name)) {
        return Err(Error::new(unknown.span(), format!("`{unknown}` is no dimension")));
    }
    let mut named = specialised.chain(settings.check.iter().map(|(name, _)| name)).chain(sized);
    if let Some(unknown) = named.find(|name| !declaration.quantities().contains(name)) {
        return Err(Error::new(unknown.span(), format!("`{unknown}` is neither a dimension nor a scalar")));
    }
    let by_name = settings.default.iter().map(|(name, _)| name).chain(settings.choices.iter().map(|(name, _)| name));
    if let Some(unknown) = by_name.into_iter().find(|name| !declaration.scalars().any(|s| s.name == **name)) {
        return Err(Error::new(unknown.span(), format!("`{unknown}` is no scalar")));
    }
    for (names, rows) in &settings.specialise {
        if let Some(row) = rows.iter().find(|row| row.len() != names.len()) {
            let place = row.first().map_or(names[0].span(), syn::LitInt::span);
            let message = format!("{} names are specialised, but this row has {} values", names.len(), row.len());
            return Err(Error::new(place, message));
        }
    }
    Ok(())
}
