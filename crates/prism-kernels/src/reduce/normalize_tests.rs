use super::{NormalizeMode, NormalizeSettings, normalize};
use approx::assert_relative_eq;
use prism_device::{Buffer, Device, Float, bf16};

/// `x = (numpy.arange(12)*7 % 11 - 5).reshape(3, 4)/4`.
fn quarters(shift: f64) -> Buffer<f64> {
    let x: Vec<f64> = (0..12).map(|i| f64::from(i * 7 % 11 - 5) / 4.0 + shift).collect();
    Device::cpu().upload(&x, &[3, 4]).unwrap()
}

fn lp(p: f64, axis: i64) -> NormalizeSettings {
    NormalizeSettings { axis, p, ..NormalizeSettings::default() }
}

fn zscore(axis: i64, ddof: u32) -> NormalizeSettings {
    NormalizeSettings { mode: NormalizeMode::Zscore, axis, ddof, ..NormalizeSettings::default() }
}

fn assert_near(got: &Buffer<f64>, known: &[f64; 12]) {
    assert_eq!(got.shape(), [3, 4]);
    for (got, known) in got.download().unwrap().iter().zip(known) {
        assert_relative_eq!(*got, *known, max_relative = 1e-15);
    }
}

/// `torch.nn.functional.normalize(x, p, dim)` of doubles, torch 2.15.0.
#[test]
fn norms_equal_torch() {
    let largest = [-1.0, 0.4, -0.4, 1.0, 0.25, -0.75, 1.0, 0.0, -0.8, 0.6, -0.2, -1.0];
    assert_near(&normalize(&quarters(0.0), &lp(f64::INFINITY, -1)).unwrap(), &largest);
    let ones = [-5.0, 2.0, -2.0, 5.0, 1.0, -3.0, 4.0, 0.0, -4.0, 3.0, -1.0, -5.0];
    let sums = [14.0, 8.0, 13.0];
    let of: [f64; 12] = std::array::from_fn(|at| ones[at] / sums[at / 4]);
    assert_near(&normalize(&quarters(0.0), &lp(1.0, 1)).unwrap(), &of);
    let columns = [
        -0.771_516_749_810_459_5,
        0.426_401_432_711_220_83,
        -0.436_435_780_471_984_8,
        0.707_106_781_186_547_5,
        0.154_303_349_962_091_9,
        -0.639_602_149_066_831_3,
        0.872_871_560_943_969_6,
        0.0,
        -0.617_213_399_848_367_6,
        0.639_602_149_066_831_3,
        -0.218_217_890_235_992_4,
        -0.707_106_781_186_547_5,
    ];
    assert_near(&normalize(&quarters(0.0), &lp(2.0, 0)).unwrap(), &columns);
}

/// `x / x.sum(1, keepdims=True)`, numpy 2.4.6.
#[test]
fn sums_equal_numpy() {
    let settings = NormalizeSettings { mode: NormalizeMode::Sum, ..NormalizeSettings::default() };
    let known = [3.0, 10.0, 6.0, 13.0, 9.0, 5.0, 12.0, 8.0, 4.0, 11.0, 7.0, 3.0];
    let sums = [32.0, 34.0, 25.0];
    let known: [f64; 12] = std::array::from_fn(|at| known[at] / sums[at / 4]);
    assert_near(&normalize(&quarters(2.0), &settings).unwrap(), &known);
}

/// `scipy.stats.zscore(x, axis, ddof)`, scipy 1.17.1.
#[test]
fn deviations_equal_scipy() {
    let rows = [
        -1.137_147_065_368_355_3,
        0.454_858_826_147_342_1,
        -0.454_858_826_147_342_1,
        1.137_147_065_368_355_3,
        0.173_205_080_756_887_73,
        -1.212_435_565_298_214_2,
        1.212_435_565_298_214_2,
        -0.173_205_080_756_887_73,
        -0.626_047_509_276_227_2,
        1.321_655_852_916_479_7,
        0.208_682_503_092_075_73,
        -0.904_290_846_732_328_2,
    ];
    assert_near(&normalize(&quarters(0.0), &zscore(-1, 1)).unwrap(), &rows);
    let columns = [
        -0.889_000_889_001_333_6,
        0.508_000_508_000_762_1,
        -0.889_000_889_001_333_6,
        1.224_744_871_391_589,
        1.397_001_397_002_095_6,
        -1.397_001_397_002_095_6,
        1.397_001_397_002_095_6,
        0.0,
        -0.508_000_508_000_762_1,
        0.889_000_889_001_333_6,
        -0.508_000_508_000_762,
        -1.224_744_871_391_589,
    ];
    assert_near(&normalize(&quarters(0.0), &zscore(0, 0)).unwrap(), &columns);
}

fn of<T: Float>(x: &[T], settings: &NormalizeSettings) -> Vec<T> {
    normalize(&Device::cpu().upload(x, &[1, x.len()]).unwrap(), settings).unwrap().download().unwrap()
}

#[test]
fn vectors_of_zeros_and_of_one_number_become_zeros() {
    for p in [1.0, 2.0, f64::INFINITY] {
        for epsilon in [0.0, 1e-12] {
            assert_eq!(of(&[0.0f32; 5], &NormalizeSettings { epsilon, ..lp(p, -1) }), [0.0; 5]);
        }
    }
    assert_eq!(of(&[0.1f64; 77], &zscore(-1, 1)), [0.0; 77]);
    assert_eq!(of(&[bf16::from_f32(0.1); 7], &zscore(-1, 1)), [bf16::ZERO; 7]);
    assert_eq!(of(&[3.0f32, 4.0], &NormalizeSettings { epsilon: 10.0, ..lp(2.0, -1) }), [0.3, 0.4]);
}

#[test]
fn what_has_no_deviation_is_nan_and_nothing_stays_nothing() {
    assert!(of(&[2.0f32], &zscore(-1, 1))[0].is_nan());
    assert!(of(&[2.0f32, f32::NAN], &lp(f64::INFINITY, -1)).iter().all(|y| y.is_nan()));
    let empty = Device::cpu().zeros::<f32>(&[2, 0, 3]).unwrap();
    let settings = NormalizeSettings { mode: NormalizeMode::Sum, ..NormalizeSettings::default() };
    for axis in [0, 1, 2] {
        assert_eq!(normalize(&empty, &NormalizeSettings { axis, ..settings.clone() }).unwrap().shape(), [2, 0, 3]);
    }
}

#[test]
fn wrong_settings_and_sums_of_0_are_refused() {
    let error = |settings: &NormalizeSettings| normalize(&quarters(0.0), settings).unwrap_err().to_string();
    assert_eq!(error(&lp(2.0, 2)), "normalize: needs -rank <= axis < rank, got axis = 2, rank = 2");
    assert_eq!(error(&lp(3.0, 0)), "normalize: needs p of 1, 2 or infinity, got p = 3");
    let negative = NormalizeSettings { epsilon: -1.0, ..NormalizeSettings::default() };
    assert_eq!(error(&negative), "normalize: needs 0 <= epsilon < ∞, got epsilon = -1");
    let sums = |axis| NormalizeSettings { mode: NormalizeMode::Sum, axis, ..NormalizeSettings::default() };
    let known = "normalize: `x` must be of vectors whose sums are not 0; its element";
    assert_eq!(error(&sums(1)), format!("{known} 0 is not"));
    let x = Device::cpu().upload(&[1.0, 2.0, 0.0, -2.0], &[2, 2]).unwrap();
    assert_eq!(normalize(&x, &sums(0)).unwrap_err().to_string(), format!("{known} 1 is not"));
}
