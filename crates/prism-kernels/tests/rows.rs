//! Operations that say they are of rows give for pieces the pieces of what they give for the whole.

use prism_device::conformance::{Uploaded, Value};
use prism_device::operation::{Call, Number};
use prism_device::philox::Philox;
use prism_device::{Device, Dtype, Operation};
use prism_kernels::catalogue;

/// Probabilities, which every operation takes; whole numbers where it wants those.
fn array(dtype: Dtype, shape: &[usize], stream: u64) -> Value {
    let words = Philox::new(7, stream);
    let len = shape.iter().product::<usize>() as u64;
    let scale = if dtype.roundoff() > 0.0 { 1000.0 } else { 1.0 };
    holding(dtype, shape.to_vec(), (0..len).map(|i| f64::from(words.word(i) % 5) / scale).collect())
}

fn holding(dtype: Dtype, shape: Vec<usize>, data: Vec<f64>) -> Value {
    let whole = || Value::U32(shape.clone(), data.iter().map(|x| *x as u32).collect());
    let value = if dtype.roundoff() > 0.0 { Value::F64(shape, data) } else { whole() };
    value.converted(dtype).expect("every type has such numbers")
}

/// Rows `from..to` along the first axis.
fn piece(value: &Value, from: usize, to: usize) -> Value {
    let (shape, all) = (value.shape(), value.doubles());
    let row = all.len() / shape[0];
    let shape = std::iter::once(to - from).chain(shape[1..].iter().copied()).collect();
    holding(value.dtype(), shape, all[from * row..to * row].to_vec())
}

/// What has no default, and the axes of a fold, which by default are all.
fn parameters(operation: &Operation) -> Vec<(&'static str, String)> {
    let given = [("order", "2"), ("axes", "-1")];
    let named = operation.parameters.iter().filter_map(|p| given.iter().find(|(name, _)| *name == p.name));
    named.map(|(name, text)| (*name, (*text).to_owned())).collect()
}

fn results(operation: &Operation, element: Dtype, inputs: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
    let cpu = Device::cpu();
    let given = inputs.iter().map(|(name, value)| (*name, value.boxed(&cpu).unwrap())).collect();
    let call = Call {
        operation: operation.name,
        device: cpu.clone(),
        element,
        inputs: given,
        parameters: parameters(operation),
    };
    let made = operation.run(call).unwrap_or_else(|error| panic!("{}: {error}", operation.name));
    made.iter().map(|(name, buffer)| (*name, Value::of(buffer.as_ref()).unwrap())).collect()
}

#[test]
fn pieces_of_rows_make_pieces_of_the_results() {
    let mut judged = 0;
    for operation in catalogue::operations().filter(|operation| !operation.rows.is_empty()) {
        for &element in if operation.types.is_empty() { &[Dtype::F32][..] } else { operation.types } {
            judged += usize::from(judge(&operation, element));
        }
    }
    assert!(judged > 100, "{judged} forms of operations were judged");
}

fn judge(operation: &Operation, element: Dtype) -> bool {
    let wanted =
        operation.inputs.iter().enumerate().filter(|(_, input)| {
            input.number == Number::One || operation.rows.iter().any(|rows| rows.input == input.name)
        });
    let inputs: Vec<_> = wanted
        .map(|(at, input)| (input.name, array(input.element.unwrap_or(element), &[6, 5, 4], at as u64)))
        .collect();
    let shapes: Vec<_> = inputs.iter().map(|(name, value)| (*name, value.shape())).collect();
    if !operation.can_be_cut(&shapes, &parameters(operation)) {
        return false;
    }
    let cut = |from, to| -> Vec<_> { inputs.iter().map(|(name, value)| (*name, piece(value, from, to))).collect() };
    let whole = results(operation, element, &inputs);
    let pieces = [results(operation, element, &cut(0, 2)), results(operation, element, &cut(2, 6))];
    for (at, (name, whole)) in whole.iter().enumerate() {
        let joined: Vec<f64> = pieces.iter().flat_map(|made| made[at].1.doubles()).collect();
        let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(joined), bits(whole.doubles()), "{} of {} in {element}", name, operation.name);
        assert_eq!(pieces[0][at].1.shape()[0], 2, "{} of {}", name, operation.name);
    }
    true
}

/// A row is not cut, nor is an axis that the operation works along.
#[test]
fn what_is_no_row_is_not_cut() {
    let cut = |name: &str, shapes: &[(&str, &[usize])], axis: &str| {
        let operation = catalogue::operation(name).unwrap();
        let given = operation.parameters.iter().find(|p| matches!(p.name, "axis" | "axes")).map(|p| p.name);
        let given = given.filter(|_| !axis.is_empty()).map(|name| (name, axis.to_owned()));
        operation.can_be_cut(shapes, given.as_slice())
    };
    assert!(cut("relu", &[("x", &[9])], "") && cut("softmax", &[("x", &[9, 4])], ""));
    assert!(!cut("softmax", &[("x", &[9])], "") && !cut("softmax", &[("x", &[9, 4])], "0"));
    assert!(!cut("softmax", &[("x", &[9, 4])], "-2") && cut("softmax", &[("x", &[9, 4, 2])], "-2"));
    assert!(!cut("reduce_sum", &[("x", &[9, 4])], "") && cut("reduce_sum", &[("x", &[9, 4])], "1"));
    assert!(!cut("shannon_entropy", &[("p", &[9])], "") && cut("shannon_entropy", &[("p", &[9, 4])], ""));
    assert!(!cut("vector_add", &[("a", &[9]), ("b", &[8])], ""));
    assert!(!cut("hadamard_gate", &[("state", &[8])], "") && !cut("matmul", &[("a", &[8, 2]), ("b", &[2, 8])], ""));
}

/// A buffer that is only lent is read as well as one that is given, and is never changed.
#[test]
fn a_lent_buffer_is_read_and_not_changed() {
    let cpu = Device::cpu();
    let state = Uploaded::owned(array(Dtype::C64, &[8], 1).boxed(&cpu).unwrap()).unwrap();
    let run = |name: &str, input: &'static str, element| {
        let operation = catalogue::operation(name).unwrap();
        let inputs = vec![(input, state.lent())];
        let parameters = vec![("target", "0".to_owned())];
        operation.run(Call { operation: operation.name, device: cpu.clone(), element, inputs, parameters }).map(drop)
    };
    assert!(run("hadamard_gate", "state", Dtype::C64).unwrap_err().to_string().contains("state"));
    let x = Uploaded::owned(array(Dtype::F32, &[8], 1).boxed(&cpu).unwrap()).unwrap();
    let relu = catalogue::operation("relu").unwrap();
    let call =
        Call { operation: "relu", device: cpu, element: Dtype::F32, inputs: vec![("x", x.lent())], parameters: vec![] };
    assert_eq!(relu.run(call).unwrap().len(), 1);
}
