//! What holds for every kernel of the catalogue.

use prism_device::conformance::{Case, Value};
use prism_device::{Device, Entry, ErrorKind, ParamKind, Requirement};
use prism_kernels::catalogue;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_ptx_holds_a_function_for_every_variant() {
    for kernel in catalogue::kernels() {
        let ptx = kernel.ptx();
        for symbol in symbols(kernel) {
            assert!(ptx.contains(&format!(".entry {symbol}(")), "{}: no `{symbol}` in its PTX", kernel.name);
            let alone = prism_device::ptx::only(&ptx, &symbol);
            assert_eq!(alone.matches(".entry ").count(), 1, "{symbol} is loaded alone");
            assert_eq!(alone.matches('{').count(), alone.matches('}').count(), "{symbol} is loaded whole");
        }
    }
}

/// The symbols of all element types × rows of constants, the general form among them.
fn symbols(kernel: &Entry) -> BTreeSet<String> {
    let names: Vec<&str> = kernel.quantity_names().collect();
    let mut all = vec![vec![u64::MAX; names.len()]];
    for constants in kernel.constants {
        let of_row = |quantities: &Vec<u64>, row: &[u64]| {
            let mut quantities = quantities.clone();
            for (name, value) in constants.names.iter().zip(row) {
                quantities[names.iter().position(|n| n == name).expect("it is a quantity")] = *value;
            }
            quantities
        };
        let special: Vec<_> = all.iter().flat_map(|q| constants.rows.iter().map(|row| of_row(q, row))).collect();
        all.extend(special);
    }
    kernel.elements().iter().flat_map(|&element| all.iter().map(move |q| kernel.symbol(element, q))).collect()
}

#[test]
fn every_compiled_kernel_is_in_the_catalogue_once() {
    let mut listed: Vec<&str> = catalogue::kernels().map(|k| k.name).collect();
    listed.sort_unstable();
    let folder = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("ptx")).unwrap();
    let files = folder.map(|f| f.unwrap().path()).filter(|f| f.extension().is_some_and(|e| e == "ptx"));
    let mut compiled: Vec<String> = files.map(|f| f.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    compiled.sort_unstable();
    assert_eq!(listed, compiled);
}

#[test]
fn every_operation_is_listed_once_and_says_what_it_takes() {
    let mut names = BTreeSet::new();
    for operation in catalogue::operations() {
        let name = operation.name;
        assert!(names.insert(name), "{name} is listed twice");
        assert!(operation.summary().ends_with('.'), "{name}: {:?}", operation.summary());
        assert!(
            !operation.kernels.is_empty() && operation.kept().next().is_some(),
            "{name} launches or returns nothing"
        );
        let mut parameters: Vec<_> =
            operation.parameters.iter().flat_map(|p| p.aliases.iter().chain([&p.name])).collect();
        parameters.sort_unstable();
        let all = parameters.len();
        parameters.dedup();
        assert_eq!(parameters.len(), all, "{name} has two parameters of one name");
    }
}

#[test]
fn every_kernel_says_what_it_computes_and_what_to_check_and_time() {
    for kernel in catalogue::kernels() {
        assert!(kernel.summary.ends_with('.'), "{}: {:?}", kernel.name, kernel.summary);
        assert!(!kernel.benches.is_empty(), "{} has no bench", kernel.name);
        for name in kernel.dims {
            let checked = kernel.checks.iter().any(|(n, values)| n == name && !values.is_empty());
            assert!(checked, "{}: check(…) gives no value of {name}", kernel.name);
        }
    }
}

#[test]
fn an_unmet_requirement_is_an_error_before_the_launch() {
    let mut met = BTreeSet::new();
    for kernel in catalogue::kernels() {
        for quantities in excluded(kernel) {
            let case = zeros(kernel, &quantities);
            let error = kernel.run_case(&Device::cpu(), &case).expect_err(kernel.name);
            let ErrorKind::Requirement { condition, .. } = error.kind() else { panic!("{error} for {quantities:?}") };
            met.insert((kernel.name, *condition));
        }
    }
    let never = catalogue::kernels().flat_map(|kernel| {
        let met = &met;
        let untried = move |r: &&Requirement| !met.contains(&(kernel.name, r.text)) && !limits_size(kernel, r);
        kernel.requires.iter().filter(untried).map(move |r| format!("{}: {}", kernel.name, r.text))
    });
    assert_eq!(never.collect::<Vec<_>>(), [""; 0], "never failed");
}

#[test]
fn a_number_outside_of_its_domain_is_an_error_before_the_launch() {
    let mut refused = 0;
    for kernel in catalogue::kernels() {
        let first = |name| kernel.checks.iter().find(|(n, _)| *n == name).map_or(0, |(_, values)| values[0]);
        let quantities: Vec<u64> = kernel.quantity_names().map(first).collect();
        for (param, domain) in kernel.params.iter().filter_map(|p| Some((p, p.domain?))) {
            let mut case = zeros(kernel, &quantities);
            let number = case.values.iter_mut().find(|(name, _)| *name == param.name).expect("one for each");
            number.1 = Value::Scalar(f64::NAN.into());
            let error = kernel.run_case(&Device::cpu(), &case).expect_err(kernel.name);
            let ErrorKind::Requirement { condition, values, .. } = error.kind() else { panic!("{error}") };
            assert_eq!((*condition, values.as_str()), (domain.text, format!("{} = NaN", param.name).as_str()));
            refused += 1;
        }
    }
    assert!(refused >= 6, "{refused} numbers with a domain");
}

/// Whether a requirement is of sizes that no test can allocate: it holds until one dimension is of 2³¹.
fn limits_size(kernel: &Entry, requirement: &Requirement) -> bool {
    let base = vec![1; kernel.quantity_names().count()];
    let large = |at: usize| (0..base.len()).map(|i| if i == at { 1 << 31 } else { 1 }).collect::<Vec<u64>>();
    (requirement.holds)(&base) && (0..kernel.dims.len()).any(|at| !(requirement.holds)(&large(at)))
}

/// The first checked values with one quantity at an edge, where that breaks a requirement.
fn excluded(kernel: &Entry) -> Vec<Vec<u64>> {
    let first = |name| kernel.checks.iter().find(|(n, _)| *n == name).map_or(0, |(_, values)| values[0]);
    let names: Vec<&str> = kernel.quantity_names().collect();
    let base: Vec<u64> = names.iter().map(|name| first(*name)).collect();
    let edges = [0, 1, 2, 3, 33, 65, 100, 300, 100_000];
    let moved = (0..base.len()).flat_map(|at| {
        let base = &base;
        edges.map(move |edge| base.iter().enumerate().map(|(i, v)| if i == at { edge } else { *v }).collect())
    });
    // Dimensions stay small enough to allocate.
    let moved = moved.filter(|q: &Vec<u64>| q[..kernel.dims.len()].iter().all(|d| *d < 100_000));
    moved.filter(|q: &Vec<u64>| kernel.requires.iter().any(|r| !(r.holds)(q))).collect()
}

fn zeros(kernel: &Entry, quantities: &[u64]) -> Case {
    let named: Vec<(&str, u64)> = kernel.quantity_names().zip(quantities.iter().copied()).collect();
    let value = |name: &str| named.iter().find(|(n, _)| *n == name).map_or(0, |(_, v)| *v);
    let values = kernel.params.iter().map(|param| {
        let element = param.element.unwrap_or(kernel.elements()[0]);
        let zero = match &param.kind {
            ParamKind::Scalar => Value::Scalar(element.parse(&value(param.name).to_string()).expect("a whole number")),
            ParamKind::Buffer { shape, .. } => {
                Value::zeros(element, shape.iter().map(|e| (e.value)(quantities) as usize).collect())
            }
        };
        (param.name, zero)
    });
    Case { values: values.collect(), quantities: kernel.quantity_names().zip(quantities.iter().copied()).collect() }
}
