//! Prints what lets a struct of settings be set by name, an enum be a setting, a struct of buffers be outputs.

use crate::declaration::{description, one_line};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{
    Attribute, Data, DeriveInput, Error, Field, Fields, LitStr, Result, Token, punctuated::Punctuated, spanned::Spanned,
};

/// `#[derive(Settings)]`: every field is a parameter; `#[alias("…")]` gives it other names.
///
/// # Errors
/// It is no struct with named fields.
pub fn settings(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let fields = named_fields(input)?;
    let parameters = fields.iter().map(parameter).collect::<Result<Vec<_>>>()?;
    let idents: Vec<_> = fields.iter().filter_map(|f| f.ident.as_ref()).collect();
    let names: Vec<_> = idents.iter().map(|i| plain(i)).collect();
    let types: Vec<_> = fields.iter().map(|f| &f.ty).collect();
    Ok(quote! {
        impl ::prism_device::operation::Settings for #name {
            fn parameters() -> Vec<::prism_device::operation::Parameter> {
                let default = <Self as Default>::default();
                vec![#(#parameters),*]
            }

            fn set(&mut self, name: &str, text: &str) -> ::core::result::Result<(), String> {
                match name {
                    #(#names => {
                        self.#idents = <#types as ::prism_device::operation::Setting>::parse(text)
                            .ok_or_else(<#types as ::prism_device::operation::Setting>::expects)?;
                    })*
                    _ => {}
                }
                Ok(())
            }
        }
    })
}

fn parameter(field: &Field) -> Result<TokenStream> {
    let (Some(ident), ty) = (&field.ident, &field.ty) else {
        return Err(Error::new(field.span(), "a setting has a name"));
    };
    let (name, text, aliases) = (plain(ident), description(&field.attrs, ident)?, aliases(&field.attrs)?);
    Ok(quote!(::prism_device::operation::Parameter {
        name: #name,
        aliases: &[#(#aliases),*],
        documentation: #text,
        expects: <#ty as ::prism_device::operation::Setting>::expects(),
        default: Some(::prism_device::operation::Setting::show(&default.#ident)),
    }))
}

fn aliases(attributes: &[Attribute]) -> Result<Vec<LitStr>> {
    let Some(attribute) = attributes.iter().find(|a| a.path().is_ident("alias")) else { return Ok(Vec::new()) };
    let list = attribute.parse_args_with(Punctuated::<LitStr, Token![,]>::parse_terminated)?;
    Ok(list.into_iter().collect())
}

/// `#[derive(Setting)]`: the variants of an enum are choices, in lower case, and so it is displayed.
///
/// # Errors
/// It is no enum, or a variant has fields.
pub fn setting(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let Data::Enum(data) = &input.data else { return Err(Error::new(name.span(), "a choice is an enum")) };
    if let Some(variant) = data.variants.iter().find(|v| !matches!(v.fields, Fields::Unit)) {
        return Err(Error::new(variant.ident.span(), "a choice has no fields"));
    }
    let variants: Vec<_> = data.variants.iter().map(|v| &v.ident).collect();
    let names: Vec<_> = variants.iter().map(|v| lower_case(&v.to_string())).collect();
    let listed = names.join(", ");
    Ok(quote! {
        impl ::prism_device::operation::Setting for #name {
            fn expects() -> String {
                #listed.into()
            }

            fn parse(text: &str) -> Option<Self> {
                let is = |name| ::prism_device::operation::same_choice(name, text);
                #(if is(#names) { return Some(Self::#variants); })*
                None
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(match self { #(Self::#variants => #names,)* })
            }
        }
    })
}

/// `#[derive(Outputs)]`: every field is a buffer, or one that may be absent.
///
/// # Errors
/// It is no struct with named fields.
pub fn outputs(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let (generics, types, conditions) = input.generics.split_for_impl();
    let fields = named_fields(input)?;
    let described = fields.iter().map(|field| {
        let (ty, name, text) = (&field.ty, field.ident.as_ref().map(plain), one_line(&field.attrs));
        quote!(for mut output in <#ty as ::prism_device::operation::Outputs>::outputs(#name) {
            output.documentation = #text;
            outputs.push(output);
        })
    });
    let made = fields.iter().map(|field| {
        let (ident, name) = (&field.ident, field.ident.as_ref().map(plain));
        quote!(made.extend(::prism_device::operation::Outputs::made(self.#ident, #name));)
    });
    Ok(quote! {
        impl #generics ::prism_device::operation::Outputs for #name #types #conditions {
            fn outputs(_: &'static str) -> Vec<::prism_device::operation::Output> {
                let mut outputs = Vec::new();
                #(#described)*
                outputs
            }

            fn made(self, _: &'static str) -> ::prism_device::operation::Made {
                let mut made = Vec::new();
                #(#made)*
                made
            }
        }
    })
}

fn named_fields(input: &DeriveInput) -> Result<&Punctuated<Field, Token![,]>> {
    match &input.data {
        Data::Struct(data) if matches!(data.fields, Fields::Named(_)) => match &data.fields {
            Fields::Named(fields) => Ok(&fields.named),
            _ => unreachable!("the guard saw it"),
        },
        _ => Err(Error::new(input.ident.span(), "it must be a struct with named fields")),
    }
}

/// A field's name as it is said: `r#mod` is `mod`.
fn plain(ident: &Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

/// `FlatZones` is `flat_zones`, `LeakyRelu2` `leaky_relu2`.
fn lower_case(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(c.to_lowercase());
    }
    text
}
