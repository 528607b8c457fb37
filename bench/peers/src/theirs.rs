//! The estimate of infomeasure.

use infomeasure::estimators::approaches::expfam::ksg::{KsgConditionalMutualInformation, KsgMutualInformation2};
use infomeasure::estimators::traits::GlobalValue;
use ndarray::Array2;

use crate::cases::{Case, Data, Kind};

pub fn estimate(case: &Case, data: &Data) -> f64 {
    let [x, y, z] = [&data.x, &data.y, &data.z].map(|v| array(v));
    match case.kind {
        Kind::Mi => KsgMutualInformation2::<2, 1, 1>::new(&[x, y], 4, 0.0).global_value(),
        Kind::Cmi | Kind::Te1 => three(x, y, &z),
        Kind::Te5 => KsgConditionalMutualInformation::<5, 1, 5, 11, 10, 6>::new(&[x, y], &z, 4, 0.0).global_value(),
        Kind::Permuted => data.permuted.iter().map(|x| three(array(x), y.clone(), &z)).sum::<f64>() / 100.0,
    }
}

fn three(x: Array2<f64>, y: Array2<f64>, z: &Array2<f64>) -> f64 {
    KsgConditionalMutualInformation::<1, 1, 1, 3, 2, 2>::new(&[x, y], z, 4, 0.0).global_value()
}

fn array(columns: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_fn((columns.first().map_or(0, Vec::len), columns.len()), |(i, c)| columns[c][i])
}
