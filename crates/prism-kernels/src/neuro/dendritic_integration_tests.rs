use super::{Dendrites, DendriticSettings, dendritic_integration};
use crate::neuro::Branch;
use approx::assert_relative_eq;
use prism_device::{Buffer, Device, Result};

const W: [f64; 9] = [1.0, 0.5, 0.0, 0.25, 2.0, 4.0, 0.0, 0.0, 0.0];

const NMDA: DendriticSettings = DendriticSettings {
    branch: Branch::Nmda,
    theta: 0.5,
    sigma: 2.0,
    g_l: 1.0,
    e_l: -70.0,
    e_rev: 0.0,
    mg: 1.0,
    kappa: 1.5,
    lambda: 200.0,
    b0: 0.3,
    sigmoid: false,
    with_y: true,
};

fn of(branch: Branch) -> DendriticSettings {
    DendriticSettings { branch, ..NMDA }
}

fn call(x: &[f64; 6], settings: &DendriticSettings, sparse: bool) -> Result<Dendrites<f64>> {
    let device = Device::cpu();
    let dense = device.upload(&W, &[3, 3])?;
    let row_start = device.upload(&[0, 2, 5, 5], &[4])?;
    let column = device.upload(&[0, 1, 0, 1, 2], &[5])?;
    let value = device.upload(&[1.0, 0.5, 0.25, 2.0, 4.0], &[5])?;
    let w = if sparse { (&value, Some(&row_start), Some(&column)) } else { (&dense, None, None) };
    let (alpha, x) = (device.upload(&[0.7, -1.2, 2.0], &[3])?, device.upload(x, &[2, 3])?);
    let (s_post, d) = (device.upload(&[1.0, 0.0], &[2])?, device.upload(&[50.0, 150.0, 300.0], &[3])?);
    dendritic_integration(&x, w.0, w.1, w.2, &alpha, Some(&s_post), Some(&d), settings)
}

const X: [f64; 6] = [0.5, 1.0, 2.0, 1.5, 0.25, 0.75];

/// The formulas in numpy 2.4.6.
#[test]
fn equals_numpy() {
    let known = [
        (Branch::Sigmoid, [0.378_844_938_682_388_5, 0.608_894_431_299_221]),
        (Branch::ActiveBp, [-18.941_139_601_480_014, -3.2125]),
        (Branch::Multiplicative, [-1.925, -0.243_749_999_999_999_97]),
    ];
    for (branch, expected) in known {
        for sparse in [false, true] {
            let v = call(&X, &of(branch), sparse).unwrap().v.download().unwrap();
            for (v, expected) in v.iter().zip(expected) {
                assert_relative_eq!(*v, expected, max_relative = 1e-14);
            }
        }
    }
    let v = call(&X, &DendriticSettings { sigmoid: true, ..of(Branch::Sigmoid) }, false).unwrap().v.download().unwrap();
    assert_relative_eq!(v[0], 0.593_594_486_010_019_7, max_relative = 1e-14);
}

/// The lowest roots by `scipy.optimize.brentq`, scipy 1.17.1.
#[test]
fn nmda_branches_settle_at_the_lowest_root() {
    let out = call(&X, &NMDA, false).unwrap();
    let roots = [3.660_266_803_411_858, 61.027_786_677_148_3, 0.0, 6.804_884_898_645_483, 41.888_033_455_407_424, 0.0];
    for (y, root) in out.y.unwrap().download().unwrap().iter().zip(roots) {
        assert_relative_eq!(*y, root, epsilon = 1e-5);
    }
    for (v, expected) in out.v.download().unwrap().iter().zip([-70.371_157_250_189_67, -45.202_220_717_437_07]) {
        assert_relative_eq!(*v, expected, epsilon = 2e-5);
    }
}

#[test]
fn neurons_have_their_own_branches() {
    let device = Device::cpu();
    let eye = device.upload(&[1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 0.0], &[2, 2, 2]).unwrap();
    let x = device.upload(&[3.0, 5.0], &[1, 1, 2]).unwrap();
    let alpha = device.upload(&[1.0, 10.0, 100.0, 1000.0], &[2, 2]).unwrap();
    let (zero, d) = (device.zeros(&[1, 1]).unwrap(), device.zeros(&[2, 2]).unwrap());
    let settings = DendriticSettings { branch: Branch::ActiveBp, ..Default::default() };
    let out = dendritic_integration(&x, &eye, None, None, &alpha, Some(&zero), Some(&d), &settings).unwrap();
    assert_eq!(out.v.shape(), [1, 1, 2]);
    assert_eq!(out.v.download().unwrap(), [53.0, 6800.0]);
    assert!(out.y.is_none());
}

#[test]
fn bad_arguments_are_named() {
    let text = |x: &[f64; 6], settings| call(x, settings, false).unwrap_err().to_string();
    let name = "dendritic_integration: ";
    let mut negative = X;
    negative[3] = -9.0;
    let fault = format!("{name}`x` gives an NMDA branch a negative or undefined conductance");
    assert_eq!(text(&negative, &NMDA), fault);
    let flat = DendriticSettings { sigma: 0.0, ..of(Branch::Sigmoid) };
    assert_eq!(text(&X, &flat), format!("{name}needs a positive parameter of the branch, got sigma = 0"));
    let device = Device::cpu();
    let zeros = |shape: &[usize]| device.zeros::<f32>(shape).unwrap();
    let (x, w, alpha) = (zeros(&[1, 1]), zeros(&[1, 1]), zeros(&[1]));
    let said = |w: &Buffer<f32>, starts: Option<&Buffer<i32>>, settings: &DendriticSettings| {
        dendritic_integration(&x, w, starts, None, &alpha, None, None, settings).unwrap_err().to_string()
    };
    assert_eq!(said(&w, None, &of(Branch::ActiveBp)), format!("{name}`s_post` is not given; the branch needs it"));
    let starts = device.zeros(&[2]).unwrap();
    assert_eq!(said(&w, Some(&starts), &NMDA), format!("{name}`column` is not given, and what goes with it is"));
    assert_eq!(said(&zeros(&[3, 1]), None, &NMDA), format!("{name}`w` must be [1, 1], got [3, 1]"));
}
