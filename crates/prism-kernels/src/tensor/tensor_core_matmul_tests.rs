use super::{ProductFormat, TensorCoreMatmulSettings, tensor_core_matmul};
use crate::map::Activation;
use crate::map::activation::activate;
use crate::tensor::{EightBitFormat, Operand};
use prism_device::{Buffer, Device, Float, Result, bf16, f16};

/// `(arange(12)*5%7 - 3).reshape(2, 2, 3)/2`.
const A: [f32; 12] = [-1.5, 1.0, 0.0, -1.0, 1.5, 0.5, -0.5, -1.5, 1.0, 0.0, -1.0, 1.5];
/// `(arange(12)*3%8 - 4).reshape(3, 4)/4`.
const B: [f32; 12] = [-1.0, -0.25, 0.5, -0.75, 0.0, 0.75, -0.5, 0.25, -1.0, -0.25, 0.5, -0.75];

fn up<T: Float>(values: &[f32], shape: &[usize]) -> Buffer<T> {
    let values: Vec<T> = values.iter().map(|&value| T::nearest(value.into())).collect();
    Device::cpu().upload(&values, shape).unwrap()
}

fn plain<T: Operand>(a: &Buffer<T>, b: &Buffer<T>, settings: &TensorCoreMatmulSettings) -> Result<Buffer<f32>> {
    Ok(tensor_core_matmul(a, b, None, None, None, None, None, None, settings)?.f32.expect("f32 is asked for"))
}

/// `a @ b` in double precision, numpy 2.4.6; every number is exact in all types.
const PRODUCT: [f32; 16] =
    [1.5, 1.125, -1.25, 1.375, 0.5, 1.25, -1.0, 0.75, -0.5, -1.25, 1.0, -0.75, -1.5, -1.125, 1.25, -1.375];

#[test]
fn stacks_of_matrices_are_multiplied() {
    fn judge<T: Float + Operand>() {
        let settings = TensorCoreMatmulSettings::default();
        let y = plain(&up::<T>(&A, &[2, 2, 3]), &up(&B, &[3, 4]), &settings).unwrap();
        assert_eq!((y.shape(), y.download().unwrap()), (&[2, 2, 4][..], PRODUCT.to_vec()));
    }
    judge::<f16>();
    judge::<bf16>();
    judge::<f32>();
}

/// `numpy.swapaxes(a, -1, -2)` and `b.T`, stored so and exchanged back.
#[test]
fn either_operand_may_be_transposed() {
    let a: [f32; 12] = [-1.5, -1.0, 1.0, 1.5, 0.0, 0.5, -0.5, 0.0, -1.5, -1.0, 1.0, 1.5];
    let b: [f32; 12] = [-1.0, 0.0, -1.0, -0.25, 0.75, -0.25, 0.5, -0.5, 0.5, -0.75, 0.25, -0.75];
    let of = |trans_a, trans_b, a: Buffer<f16>, b: Buffer<f16>| {
        let settings = TensorCoreMatmulSettings { trans_a, trans_b, ..Default::default() };
        plain(&a, &b, &settings).unwrap().download().unwrap()
    };
    assert_eq!(of(true, false, up(&a, &[2, 3, 2]), up(&B, &[3, 4])), PRODUCT);
    assert_eq!(of(false, true, up(&A, &[2, 2, 3]), up(&b, &[4, 3])), PRODUCT);
    assert_eq!(of(true, true, up(&a, &[2, 3, 2]), up(&b, &[4, 3])), PRODUCT);
}

/// `a[0, 0] @ b`, `a @ b[:, 0]`, `a[0, 0] @ b[:, 1]`, numpy 2.4.6.
#[test]
fn vectors_are_rows_of_a_and_columns_of_b() {
    let settings = TensorCoreMatmulSettings::default();
    let row = plain(&up::<f16>(&A[..3], &[3]), &up(&B, &[3, 4]), &settings).unwrap();
    assert_eq!((row.shape(), row.download().unwrap()), (&[4][..], vec![1.5, 1.125, -1.25, 1.375]));
    let column = plain(&up::<f16>(&A, &[2, 2, 3]), &up(&[-1.0, 0.0, -1.0], &[3]), &settings).unwrap();
    assert_eq!((column.shape(), column.download().unwrap()), (&[2, 2][..], vec![1.5, 0.5, -0.5, -1.5]));
    let number = plain(&up::<f16>(&A[..3], &[3]), &up(&[-0.25, 0.75, -0.25], &[3]), &settings).unwrap();
    assert_eq!((number.shape(), number.download().unwrap()), (&[][..], vec![1.125]));
}

/// `numpy.maximum(2*(a @ b) - 0.5*c + bias, 0) + residual`, numpy 2.4.6.
#[test]
fn the_epilogue_scales_adds_bends_and_adds() {
    let c: Vec<f32> = (0..8).map(|i| i as f32 / 2.0).collect();
    let residual: Vec<f32> = (0..16).map(|i| i as f32 - 8.0).collect();
    let (c, bias, residual) = (up(&c, &[2, 4]), up(&[1.0, -1.0, 0.5, 0.25], &[4]), up(&residual, &[2, 2, 4]));
    let activation = Activation::Relu;
    let settings = TensorCoreMatmulSettings { alpha: 2.0, beta: -0.5, activation, ..Default::default() };
    let (a, b) = (up::<bf16>(&A, &[2, 2, 3]), up(&B, &[3, 4]));
    let y = tensor_core_matmul(&a, &b, Some(&c), Some(&bias), Some(&residual), None, None, None, &settings).unwrap();
    let known = [-4.0, -6.0, -6.0, -2.75, -3.0, -2.75, -2.0, -1.0, 0.0, 1.0, 4.0, 3.0, 4.0, 5.0, 7.5, 7.0];
    assert_eq!(y.f32.unwrap().download().unwrap(), known);
    let unread = up(&[f32::NAN; 8], &[2, 4]);
    let settings = TensorCoreMatmulSettings::default();
    let y = tensor_core_matmul(&a, &b, Some(&unread), None, None, None, None, None, &settings).unwrap();
    assert_eq!(y.f32.unwrap().download().unwrap(), PRODUCT, "c is not read where beta is 0");
}

#[test]
fn every_activation_is_of_the_shifted_product_and_before_the_residual() {
    let (a, b) = (up::<f16>(&A, &[2, 2, 3]), up(&B, &[3, 4]));
    let (bias, one) = (up(&[1.0, -1.0, 0.5, 0.25], &[4]), up(&[0.5, -2.0, 1.0, 4.0, 0.0, 3.0, -1.0, 2.0], &[2, 4]));
    for activation in Activation::ALL {
        let settings = TensorCoreMatmulSettings { activation, ..Default::default() };
        let of = |residual| tensor_core_matmul(&a, &b, None, Some(&bias), residual, None, None, None, &settings);
        let activated: Vec<f64> =
            (0..16).map(|i| activate((PRODUCT[i] + [1.0, -1.0, 0.5, 0.25][i % 4]).into(), activation as u32)).collect();
        let expected: Vec<f32> = activated.iter().map(|&y| y as f32).collect();
        let y = of(None).unwrap().f32.unwrap();
        assert_eq!((y.shape(), y.download().unwrap()), (&[2, 2, 4][..], expected), "{activation}");
        let residual = one.download().unwrap().repeat(2);
        let expected: Vec<f32> = activated.iter().zip(residual).map(|(y, r)| (y + f64::from(r)) as f32).collect();
        assert_eq!(of(Some(&one)).unwrap().f32.unwrap().download().unwrap(), expected, "{activation}");
    }
    let settings = TensorCoreMatmulSettings { activation: Activation::Silu, ..Default::default() };
    let said = tensor_core_matmul(&a, &b, None, None, Some(&bias), None, None, None, &settings).unwrap_err();
    assert!(said.to_string().starts_with("tensor_core_matmul: `residual` must be"), "{said}");
}

#[test]
fn what_exceeds_f16_is_infinite() {
    let (a, b) = (up::<f16>(&[60_000.0, -60_000.0, 300.0], &[3, 1]), up(&[2.0, 1.0], &[1, 2]));
    let of = |output| {
        let settings = TensorCoreMatmulSettings { output, ..Default::default() };
        tensor_core_matmul(&a, &b, None, None, None, None, None, None, &settings).unwrap()
    };
    let y: Vec<f32> = of(ProductFormat::F16).f16.unwrap().download().unwrap().iter().map(|y| y.to_f32()).collect();
    assert_eq!(y, [f32::INFINITY, 60_000.0, f32::NEG_INFINITY, -60_000.0, 600.0, 300.0]);
    let y = of(ProductFormat::Bf16).bf16.unwrap().download().unwrap();
    assert_eq!(y[0].to_f32(), 119_808.0, "the bf16 nearest to 120000");
}

/// 0x38 is 1 in e4m3 and ½ in e5m2, 0x40 is 2 in both, 0x7e 448 in e4m3.
#[test]
fn eight_bit_numbers_have_their_format_and_scale() {
    let device = Device::cpu();
    let codes = |codes: &[u8], shape: &[usize]| device.upload(codes, shape).unwrap();
    let (a, b) = (codes(&[0x38, 0x40, 0x7e, 0xb8], &[2, 2]), codes(&[0x38, 0x40], &[2]));
    let of = |format_b, scale: Option<&Buffer<f32>>| {
        let settings = TensorCoreMatmulSettings { format_b, ..Default::default() };
        let y = tensor_core_matmul(&a, &b, None, None, None, scale, scale, None, &settings).unwrap();
        y.f32.unwrap().download().unwrap()
    };
    assert_eq!(of(EightBitFormat::E4m3, None), [5.0, 446.0]);
    assert_eq!(of(EightBitFormat::E5m2, None), [4.5, 222.0]);
    assert_eq!(of(EightBitFormat::E4m3, Some(&up(&[0.5], &[1]))), [1.25, 111.5]);
}

/// One scale for every 128 neighbours of a line: those of a along the depth, those of b across it, then along it.
#[test]
fn blocks_have_scales_of_their_own() {
    let device = Device::cpu();
    let codes = |of: fn(usize) -> u8, shape: &[usize]| {
        let count = shape.iter().product();
        device.upload(&(0..count).map(of).collect::<Vec<u8>>(), shape).unwrap()
    };
    // 1, 2 and 3 in e4m3.
    let ones = codes(|_| 0x38, &[2, 130]);
    let (b, turned) =
        (codes(|i| [0x38, 0x40, 0x44][i % 3], &[130, 3]), codes(|i| [0x38, 0x40, 0x44][i / 130], &[3, 130]));
    let scale_a = up(&[1.0, 0.5, 2.0, 4.0], &[2, 2]);
    let of = |b: &Buffer<u8>, scale_b: Option<&Buffer<f32>>, trans_b| {
        let settings = TensorCoreMatmulSettings { trans_b, ..Default::default() };
        let y = tensor_core_matmul(&ones, b, None, None, None, Some(&scale_a), scale_b, None, &settings).unwrap();
        y.f32.unwrap().download().unwrap()
    };
    assert_eq!(of(&b, None, false), [129.0, 258.0, 387.0, 264.0, 528.0, 792.0]);
    let rows: Vec<f32> = (0..130).map(|l| if l < 128 { 0.0 } else { 1.0 }).collect();
    assert_eq!(of(&b, Some(&up(&rows, &[130, 1])), false), [1.0, 2.0, 3.0, 8.0, 16.0, 24.0]);
    let columns = up(&[1.0, 0.0, 0.5, 2.0, 0.0, 1.0], &[3, 2]);
    assert_eq!(of(&turned, Some(&columns), true), [128.0, 132.0, 3.0, 256.0, 288.0, 24.0]);
}

#[test]
fn a_product_of_eight_bits_is_stored_over_its_scale() {
    let (a, b) = (up::<f16>(&[1.0, 3.0, 1000.0], &[3, 1]), up(&[2.0], &[1, 1]));
    let of = |output, scale: Option<&Buffer<f32>>| {
        let settings = TensorCoreMatmulSettings { output, ..Default::default() };
        tensor_core_matmul(&a, &b, None, None, None, None, None, scale, &settings)
    };
    let codes = |output, scale: Option<&Buffer<f32>>| of(output, scale).unwrap().fp8.unwrap().download().unwrap();
    assert_eq!(codes(ProductFormat::E4m3, None), [0x40, 0x4c, 0x7e]);
    assert_eq!(codes(ProductFormat::E4m3, Some(&up(&[2.0], &[1]))), [0x38, 0x44, 0x7e]);
    assert_eq!(codes(ProductFormat::E5m2, Some(&up(&[2.0, 0.5, 1.0], &[3, 1]))), [0x3c, 0x4a, 0x68]);
    let lone = of(ProductFormat::F16, Some(&up(&[2.0], &[1]))).unwrap_err().to_string();
    assert_eq!(lone, "tensor_core_matmul: needs no scale_y unless the output has eight bits, got f16");
}

#[test]
fn nothing_to_sum_leaves_what_is_added_and_nothing_to_write_is_empty() {
    let settings = TensorCoreMatmulSettings { beta: 3.0, ..Default::default() };
    let (a, b, c) = (up::<f16>(&[], &[2, 0]), up(&[], &[0, 1]), up(&[1.0, 2.0], &[2, 1]));
    let y = tensor_core_matmul(&a, &b, Some(&c), None, None, None, None, None, &settings).unwrap();
    assert_eq!(y.f32.unwrap().download().unwrap(), [3.0, 6.0]);
    let empty: [(&[usize], &[usize], &[usize]); 3] =
        [(&[0, 3], &[3, 4], &[0, 4]), (&[2, 3], &[3, 0], &[2, 0]), (&[0, 2, 3], &[3, 4], &[0, 2, 4])];
    for (a, b, shape) in empty {
        let zeros = |shape: &[usize]| Device::cpu().zeros::<bf16>(shape).unwrap();
        let y = plain(&zeros(a), &zeros(b), &TensorCoreMatmulSettings::default()).unwrap();
        assert_eq!((y.shape(), y.download().unwrap().len()), (shape, 0));
    }
}

/// Twelve products of two stacks, against products one by one.
#[test]
fn stacks_are_broadcast_like_those_of_numpy() {
    let numbers = |count: usize| (0..count).map(|i| (i * 5 % 13) as f32 - 6.0).collect::<Vec<_>>();
    let (a, b) = (numbers(4 * 6), numbers(3 * 12));
    let settings = TensorCoreMatmulSettings::default();
    let y = plain(&up::<f16>(&a, &[4, 1, 2, 3]), &up(&b, &[3, 3, 4]), &settings).unwrap();
    assert_eq!(y.shape(), [4, 3, 2, 4]);
    let y = y.download().unwrap();
    for (item, y) in y.chunks(8).enumerate() {
        let (a, b) = (&a[item / 3 * 6..][..6], &b[item % 3 * 12..][..12]);
        let one = plain(&up::<f16>(a, &[2, 3]), &up(b, &[3, 4]), &settings).unwrap();
        assert_eq!(y, one.download().unwrap(), "product {item}");
    }
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let (a, b) = (up::<f16>(&A, &[2, 2, 3]), up(&B, &[3, 4]));
    let refused = |c: Option<&[usize]>, bias: Option<&[usize]>, residual: Option<&[usize]>, scale: Option<&[usize]>| {
        let [c, bias, residual, scale] =
            [c, bias, residual, scale].map(|shape| shape.map(|shape| Device::cpu().zeros::<f32>(shape).unwrap()));
        let settings = TensorCoreMatmulSettings { beta: 1.0, ..Default::default() };
        let (c, bias, residual) = (c.as_ref(), bias.as_ref(), residual.as_ref());
        tensor_core_matmul(&a, &b, c, bias, residual, scale.as_ref(), None, None, &settings).unwrap_err().to_string()
    };
    let (one, all): (&[usize], &[usize]) = (&[2, 4], &[2, 2, 4]);
    assert_eq!(refused(None, None, None, None), "tensor_core_matmul: needs c unless beta is 0, got beta = 1 and no c");
    assert_eq!(refused(Some(&[4]), None, None, None), "tensor_core_matmul: `c` must be [2, 2, 4], got [4]");
    assert_eq!(refused(Some(one), Some(&[2]), None, None), "tensor_core_matmul: `bias` must be [n = 4], got [2]");
    let residual = "tensor_core_matmul: `residual` must be [2, 2, 4], got [3, 2, 4]";
    assert_eq!(refused(Some(all), None, Some(&[3, 2, 4]), None), residual);
    let scaled = "tensor_core_matmul: needs no scales unless a and b are u8, got f16";
    assert_eq!(refused(Some(one), None, None, Some(&[1])), scaled);
    let codes = Device::cpu().zeros::<u8>(&[2, 2]).unwrap();
    let scale = Device::cpu().zeros(&[2]).unwrap();
    let settings = TensorCoreMatmulSettings::default();
    let error = tensor_core_matmul(&codes, &codes, None, None, None, None, Some(&scale), None, &settings).unwrap_err();
    assert_eq!(error.to_string(), "tensor_core_matmul: `scale_b` must be [1] or [2, 1], got [2]");
}
