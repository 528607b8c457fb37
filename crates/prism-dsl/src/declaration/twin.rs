//! Kernels that share a declaration.

use super::{Declaration, Settings, judge};
use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Result, Token, parenthesized};

/// A kernel declared with another: its name, its documentation, and the settings that differ.
#[derive(Clone)]
pub struct Twin {
    documentation: Vec<Attribute>,
    name: Ident,
    settings: TokenStream,
}

impl Twin {
    /// Reads `(/// documentation name, key = value, …)`.
    pub(super) fn parse(input: ParseStream) -> Result<Self> {
        let inside;
        parenthesized!(inside in input);
        let (documentation, name) = (Attribute::parse_outer(&inside)?, inside.parse()?);
        if !inside.is_empty() {
            inside.parse::<Token![,]>()?;
        }
        Ok(Self { documentation, name, settings: inside.parse()? })
    }

    /// Its declaration, beside the one that names it.
    pub(super) fn declaration(&self, of: &Declaration) -> Result<Declaration> {
        let mut twin = of.clone();
        twin.twin_of = Some(of.name().clone());
        twin.function.sig.ident = self.name.clone();
        twin.function.attrs.retain(|a| !a.path().is_ident("doc"));
        twin.function.attrs.splice(0..0, self.documentation.clone());
        let replace = |input: ParseStream| -> Result<Settings> {
            let mut settings = Settings { twins: Vec::new(), ..of.settings.clone() };
            settings.replace(input)?;
            Ok(settings)
        };
        twin.settings = replace.parse2(self.settings.clone())?;
        judge::all(&twin)?;
        Ok(twin)
    }
}
