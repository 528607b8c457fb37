//! What the one funnel refuses, in its own words, through one kernel.

use prism_device::{Arg, Buffer, Device, Error, Scalar, run};
use prism_kernels::knn::{KNN_RADIUS, knn_radius};

fn zeros(shape: &[usize]) -> Buffer<f32> {
    Device::cpu().zeros(shape).unwrap()
}

fn refused(points: &[usize], radius: &[usize], k: u32) -> String {
    knn_radius(&zeros(points), &mut zeros(radius), k).unwrap_err().to_string()
}

#[test]
fn a_shape_that_is_not_the_declared_one() {
    assert_eq!(refused(&[3, 5], &[6], 1), "knn_radius: `radius` must be [n = 5], got [6]");
    assert_eq!(refused(&[3, 5], &[5, 1], 1), "knn_radius: `radius` must be [n = 5], got [5, 1]");
    assert_eq!(refused(&[15], &[5], 1), "knn_radius: `points` must be [d, n], got [15]");
}

#[test]
fn a_requirement_that_is_not_met() {
    assert_eq!(refused(&[3, 5], &[5], 0), "knn_radius: needs k >= 1, got k = 0");
    assert_eq!(refused(&[3, 100], &[100], 65), "knn_radius: needs k <= 64, got k = 65");
    assert_eq!(refused(&[3, 5], &[5], 5), "knn_radius: needs k < n, got n = 5, k = 5");
}

#[test]
fn an_element_type_that_is_not_declared() {
    let (mut radius, k) = (zeros(&[5]), Scalar::U32(1));
    let words: Buffer<u32> = Device::cpu().zeros(&[3, 5]).unwrap();
    let error = run(&KNN_RADIUS, &mut [Arg::In(&words), Arg::Out(&mut radius), Arg::Scalar(k)]).unwrap_err();
    assert_eq!(error.to_string(), "knn_radius: `points` must hold f32 or f64, got u32");
    let wide: Buffer<f64> = Device::cpu().zeros(&[3, 5]).unwrap();
    let error = run(&KNN_RADIUS, &mut [Arg::In(&wide), Arg::Out(&mut radius), Arg::Scalar(k)]).unwrap_err();
    assert_eq!(error.to_string(), "knn_radius: `radius` must hold f64, got f32");
    let points = zeros(&[3, 5]);
    let scalar = Arg::Scalar(Scalar::F32(1.0));
    let error = run(&KNN_RADIUS, &mut [Arg::In(&points), Arg::Out(&mut radius), scalar]).unwrap_err();
    assert_eq!(error.to_string(), "knn_radius: `k` must hold u32, got f32");
}

#[test]
fn data_that_do_not_fill_their_shape() {
    let refused: Result<Buffer<f32>, Error> = Device::cpu().upload(&[1.0, 2.0, 3.0], &[2, 2]);
    assert_eq!(refused.unwrap_err().to_string(), "upload: `data` must be [2 × 2 = 4], got [3]");
}

#[test]
fn buffers_of_two_devices() {
    let Ok(gpu) = Device::cuda(0) else { return };
    let mut radius = gpu.zeros(&[5]).unwrap();
    let error = knn_radius(&zeros(&[3, 5]), &mut radius, 1).unwrap_err().to_string();
    assert_eq!(error, format!("knn_radius: `radius` is on {gpu}, the other buffers are on cpu"));
}

#[test]
fn a_refused_call_writes_nothing() {
    let points = zeros(&[3, 5]);
    let mut radius = Device::cpu().upload(&[7.0f32; 5], &[5]).unwrap();
    knn_radius(&points, &mut radius, 5).unwrap_err();
    assert_eq!(radius.download().unwrap(), [7.0; 5]);
}
