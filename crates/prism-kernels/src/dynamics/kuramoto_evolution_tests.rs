use super::{KuramotoEvolutionSettings, Method, Normalisation, kuramoto_evolution};
use approx::assert_relative_eq;
use prism_device::philox::Philox;
use prism_device::{Buffer, Device};
use std::f64::consts::PI;

type Settings = KuramotoEvolutionSettings;

/// Small eighths, other ones for every `salt`, times `scale`.
fn data(shape: &[usize], salt: usize, scale: f64) -> Buffer<f64> {
    let cell = |i: usize| scale * (((i * 7 + 3 * salt) % 11) as f64 / 8.0 - 0.625);
    let cells: Vec<f64> = (0..shape.iter().product()).map(cell).collect();
    Device::cpu().upload(&cells, shape).unwrap()
}

/// Couplings of no sign, those below 0.2 absent.
fn couplings() -> Vec<f64> {
    let a = data(&[5, 5], 3, 1.0).download().unwrap();
    a.into_iter().map(|a| if a.abs() < 0.2 { 0.0 } else { a.abs() }).collect()
}

fn compressed() -> (Buffer<i32>, Buffer<i32>, Buffer<f64>) {
    let (mut row_start, mut column, mut value) = (vec![0], vec![], vec![]);
    for row in couplings().chunks(5) {
        for (j, a) in row.iter().enumerate().filter(|(_, a)| **a != 0.0) {
            column.push(j as i32);
            value.push(*a);
        }
        row_start.push(column.len() as i32);
    }
    let (device, nnz) = (Device::cpu(), column.len());
    let (column, value) = (device.upload(&column, &[nnz]), device.upload(&value, &[nnz]));
    (device.upload(&row_start, &[6]).unwrap(), column.unwrap(), value.unwrap())
}

fn settings(dt: f64, steps: u32) -> Settings {
    Settings { k: 1.5, alpha: 0.3, dt, steps, ..Settings::default() }
}

/// In a dense and in a compressed network.
fn in_all(settings: &Settings) -> [Vec<f64>; 2] {
    let (theta, omega) = (data(&[2, 5], 1, 3.0), data(&[2, 5], 2, 1.0));
    let a = Device::cpu().upload(&couplings(), &[5, 5]).unwrap();
    let (row_start, column, value) = compressed();
    let dense = kuramoto_evolution(&theta, &omega, Some(&a), None, None, None, settings).unwrap();
    let sparse =
        kuramoto_evolution(&theta, &omega, None, Some(&row_start), Some(&column), Some(&value), settings).unwrap();
    [dense.theta.download().unwrap(), sparse.theta.download().unwrap()]
}

fn close(got: &[f64], known: &[[f64; 5]; 2]) {
    for (got, known) in got.iter().zip(known.concat()) {
        assert!((got - known).abs() < 1e-11, "{got} is not {known}");
    }
}

/// The same steps in numpy 2.4.6; `scipy.integrate.solve_ivp(method="DOP853", rtol=1e-10)`, scipy 1.17.1.
#[test]
fn the_mean_field_equals_numpy_and_the_true_course() {
    let (theta, omega) = (data(&[2, 5], 1, 3.0), data(&[2, 5], 2, 1.0));
    let settings = Settings { with_r: true, ..settings(0.05, 100) };
    let out = kuramoto_evolution(&theta, &omega, None, None, None, None, &settings).unwrap();
    let known = [
        [
            -1.653_308_369_434_897,
            -2.006_126_461_180_2,
            -1.343_720_939_793_798,
            -1.746_135_536_153_054_6,
            -2.093_253_466_611_364_5,
        ],
        [
            -2.450_464_501_018_742_2,
            -2.837_586_229_582_48,
            -3.181_709_168_898_341_7,
            -2.555_311_735_082_737_5,
            -2.926_125_571_002_606_4,
        ],
    ];
    let course = [
        [
            -1.653_308_408_831_503_8,
            -2.006_126_506_637_065,
            -1.343_720_980_887_923_4,
            -1.746_135_574_948_279_6,
            -2.093_253_511_062_183_5,
        ],
        [
            -2.450_464_528_413_123_7,
            -2.837_586_254_706_617_7,
            -3.181_709_199_559_729_8,
            -2.555_311_761_775_834,
            -2.926_125_595_536_947,
        ],
    ];
    let got = out.theta.download().unwrap();
    close(&got, &known);
    assert!(got.iter().zip(course.concat()).all(|(got, known)| (got - known).abs() < 1e-7));
    let r = out.r.unwrap();
    assert_eq!(r.shape(), [2, 100]);
    let r = r.download().unwrap();
    let known = [0.431_406_487_441_181_04, 0.964_776_802_029_224_1, 0.533_256_007_932_694_3, 0.965_874_296_770_403_7];
    for (at, known) in [0, 99, 100, 199].into_iter().zip(known) {
        assert_relative_eq!(r[at], known, max_relative = 1e-12);
    }
}

/// The same steps in numpy 2.4.6.
#[test]
fn networks_equal_numpy_by_either_divisor() {
    let by_n = [
        [
            -0.032_063_436_174_323_6,
            -0.839_309_528_140_699_9,
            0.875_155_233_396_163_7,
            -0.572_495_183_354_308_7,
            -1.048_632_875_721_129,
        ],
        [
            0.804_970_110_742_343_3,
            -1.157_503_728_384_474_5,
            -2.304_102_234_191_349_7,
            -0.959_006_167_104_513_1,
            -2.570_730_556_489_538,
        ],
    ];
    let by_degree = [
        [
            -1.429_279_971_409_432_2,
            -1.879_727_762_930_649,
            -1.398_696_355_180_434,
            -1.849_755_544_008_621_7,
            -2.095_833_065_316_833_5,
        ],
        [
            -2.358_905_304_862_266,
            -2.675_447_539_791_974_4,
            -3.108_972_536_906_892,
            -2.689_235_364_781_304,
            -3.150_748_014_537_554,
        ],
    ];
    let euler = [
        [
            -0.712_433_069_977_598_9,
            1.722_824_029_214_751_4,
            0.509_863_517_310_940_5,
            -1.038_397_640_933_264_5,
            1.296_579_244_218_204,
        ],
        [
            0.105_766_498_885_351_03,
            -1.433_312_876_420_419_7,
            0.849_287_773_696_041_6,
            -0.396_435_200_887_733_2,
            -1.937_355_084_606_602,
        ],
    ];
    for got in &in_all(&settings(0.05, 100)) {
        close(got, &by_n);
    }
    let degree = Settings { n: Normalisation::Degree, ..settings(0.05, 100) };
    for got in &in_all(&degree) {
        close(got, &by_degree);
    }
    let steps = Settings { method: Method::Euler, ..settings(0.1, 3) };
    for got in &in_all(&steps) {
        close(got, &euler);
    }
}

/// Frequencies of a Lorentzian of width γ = ½ and K = 2: r = √(1 − 2γ/K) = 0.7071.
#[test]
fn a_lorentzian_locks_as_theory_says() {
    let n = 501;
    let quantile = |i: usize| 0.5 * (PI * ((i as f64 + 0.5) / n as f64 - 0.5)).tan();
    let omega = Device::cpu().upload(&(0..n).map(quantile).collect::<Vec<_>>(), &[n]).unwrap();
    let theta = Device::cpu().zeros(&[n]).unwrap();
    let settings = Settings { k: 2.0, dt: 0.05, steps: 400, with_r: true, ..Settings::default() };
    let r = kuramoto_evolution(&theta, &omega, None, None, None, None, &settings).unwrap().r.unwrap();
    assert_eq!(r.shape(), [400]);
    let late = &r.download().unwrap()[200..];
    let mean = late.iter().sum::<f64>() / late.len() as f64;
    assert!((mean - 0.5f64.sqrt()).abs() < 0.01, "{mean}");
}

/// A system twice is the system: the large one goes stage by stage, the small one in one launch. All coupled to all is
/// the mean field.
#[test]
fn large_systems_and_full_networks_are_of_one_law() {
    let n = 4096;
    let (theta, omega) = (data(&[n], 1, 3.0), data(&[n], 2, 1.0));
    let twice = |x: &Buffer<f64>| Device::cpu().upload(&x.download().unwrap().repeat(2), &[2 * n]).unwrap();
    for method in [Method::Rk4, Method::Euler] {
        let settings = Settings { method, with_r: true, wrap: true, ..settings(0.1, 3) };
        let small = kuramoto_evolution(&theta, &omega, None, None, None, None, &settings).unwrap();
        let large = kuramoto_evolution(&twice(&theta), &twice(&omega), None, None, None, None, &settings).unwrap();
        let (small_r, large_r) = (small.r.unwrap().download().unwrap(), large.r.unwrap().download().unwrap());
        for (small, large) in small_r.iter().zip(&large_r) {
            assert_relative_eq!(small, large, max_relative = 1e-12);
        }
        for (small, large) in small.theta.download().unwrap().iter().zip(&large.theta.download().unwrap()[n..]) {
            assert!((small - large).abs() < 1e-12 && small.abs() <= PI);
        }
    }
    let (theta, omega) = (data(&[1, 2, 5], 1, 3.0), data(&[1, 2, 5], 2, 1.0));
    let ones = Device::cpu().upload(&[1.0; 25], &[5, 5]).unwrap();
    let settings = Settings { with_r: true, ..settings(0.1, 3) };
    let field = kuramoto_evolution(&theta, &omega, None, None, None, None, &settings).unwrap();
    let network = kuramoto_evolution(&theta, &omega, Some(&ones), None, None, None, &settings).unwrap();
    assert_eq!(network.theta.shape(), [1, 2, 5]);
    for (field, network) in [(field.theta, network.theta), (field.r.unwrap(), network.r.unwrap())] {
        assert_eq!(field.shape(), network.shape());
        for (field, network) in field.download().unwrap().iter().zip(network.download().unwrap()) {
            assert!((field - network).abs() < 1e-13);
        }
    }
}

/// Without frequencies and coupling phases are sums of noise, drawn by its number.
#[test]
fn noise_is_drawn_by_its_number() {
    let device = Device::cpu();
    let draws = Philox::new(7, 0);
    for n in [3, 4100] {
        let zero = device.zeros(&[2, n]).unwrap();
        let noisy = |steps, offset| {
            let method = Method::EulerMaruyama;
            Settings { k: 0.0, d: 0.5, dt: 0.25, method, steps, seed: 7, offset, ..Settings::default() }
        };
        let run = |theta: &Buffer<f64>, settings: &Settings| {
            kuramoto_evolution(theta, &zero, None, None, None, None, settings).unwrap().theta
        };
        let long = run(&zero, &noisy(2, 5)).download().unwrap();
        let short = run(&run(&zero, &noisy(1, 5)), &noisy(1, 5 + 2 * n as u64)).download().unwrap();
        assert_eq!(long, short);
        for at in [0, 1, n, 2 * n - 1] {
            let known = 0.5 * (draws.normal(5 + at as u64) + draws.normal((5 + 2 * n + at) as u64));
            assert_relative_eq!(long[at], known, max_relative = 1e-13, epsilon = 1e-15);
        }
    }
}

#[test]
fn lone_oscillators_turn_freely_and_empty_systems_stay_empty() {
    let device = Device::cpu();
    let (theta, omega) = (data(&[1, 5], 1, 1.0), data(&[1, 5], 2, 1.0));
    let nothing = device.zeros(&[5, 5]).unwrap();
    let settings = Settings { n: Normalisation::Degree, ..settings(0.5, 2) };
    let out = kuramoto_evolution(&theta, &omega, Some(&nothing), None, None, None, &settings).unwrap();
    let (before, rates) = (theta.download().unwrap(), omega.download().unwrap());
    for (i, after) in out.theta.download().unwrap().into_iter().enumerate() {
        assert_relative_eq!(after, before[i] + rates[i], max_relative = 1e-14, epsilon = 1e-15);
    }
    for shape in [[0, 5], [2, 0], [0, 0]] {
        let empty = device.zeros::<f32>(&shape).unwrap();
        let settings = Settings { steps: 3, with_r: true, ..Settings::default() };
        let out = kuramoto_evolution(&empty, &empty, None, None, None, None, &settings).unwrap();
        let r = out.r.unwrap();
        assert_eq!((out.theta.shape(), r.shape()), (&shape[..], &[shape[0], 3][..]));
        assert!(r.download().unwrap().iter().all(|r| r.is_nan()));
    }
    let of_field = Settings { n: Normalisation::Oscillators, ..settings };
    let still = kuramoto_evolution(&theta, &omega, None, None, None, None, &Settings { steps: 0, ..of_field });
    assert_eq!(still.unwrap().theta.download().unwrap(), before);
}

#[test]
fn what_does_not_fit_is_named() {
    let (theta, omega) = (data(&[2, 5], 1, 3.0), data(&[2, 5], 2, 1.0));
    let text = |settings: Settings| {
        kuramoto_evolution(&theta, &omega, None, None, None, None, &settings).unwrap_err().to_string()
    };
    let of = Settings::default;
    let known = "kuramoto_evolution: needs finite k and alpha, got k = NaN, alpha = 0";
    assert_eq!(text(Settings { k: f64::NAN, ..of() }), known);
    assert_eq!(text(Settings { dt: 0.0, ..of() }), "kuramoto_evolution: needs 0 < dt < ∞, got dt = 0");
    assert_eq!(text(Settings { d: -1.0, ..of() }), "kuramoto_evolution: needs 0 <= d < ∞, got d = -1");
    let known = "kuramoto_evolution: needs d = 0 unless method is euler_maruyama, got d = 1, method = rk4";
    assert_eq!(text(Settings { d: 1.0, ..of() }), known);
    let known = "kuramoto_evolution: needs couplings where n is degree, got no a and no value";
    assert_eq!(text(Settings { n: Normalisation::Degree, ..of() }), known);

    let (row_start, column, value) = compressed();
    let text = |omega: &Buffer<f64>, a: Option<&Buffer<f64>>, row_start, column, value| {
        let settings = Settings::default();
        kuramoto_evolution(&theta, omega, a, row_start, column, value, &settings).unwrap_err().to_string()
    };
    let known = "kuramoto_evolution: `omega` must be [2, 5], got [5]";
    assert_eq!(text(&data(&[5], 0, 1.0), None, None, None, None), known);
    let known = "kuramoto_evolution: `a` must be [5, 5], got [5]";
    assert_eq!(text(&omega, Some(&data(&[5], 0, 1.0)), None, None, None), known);
    let known = "kuramoto_evolution: needs a, or row_start, column and value, or none of them, got row_start, value";
    assert_eq!(text(&omega, None, Some(&row_start), None, Some(&value)), known);
    let known = "kuramoto_evolution: `row_start` must be [6], got [1]";
    let one = Device::cpu().upload(&[0], &[1]).unwrap();
    assert_eq!(text(&omega, None, Some(&one), Some(&column), Some(&value)), known);
    let outside = Device::cpu().upload(&[0, 1, 2, 3, 4, 100], &[6]).unwrap();
    let known = "kuramoto_evolution: `row_start` has a row that points outside the matrix";
    assert_eq!(text(&omega, None, Some(&outside), Some(&column), Some(&value)), known);
    let none = Device::cpu().upload(&[0.0], &[]).unwrap();
    let error = kuramoto_evolution(&none, &none, None, None, None, None, &Settings::default()).unwrap_err().to_string();
    assert_eq!(error, "kuramoto_evolution: `theta` must be […, N], got []");
}
