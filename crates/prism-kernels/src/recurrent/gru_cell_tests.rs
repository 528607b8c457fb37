use super::{GruCellOutputs, GruCellSettings, gru_cell};
use crate::recurrent::{Direction, GateOrder, data, near};
use prism_device::{Buffer, Device, Result};

fn sequence() -> GruCellSettings {
    GruCellSettings { sequence: true, ..GruCellSettings::default() }
}

/// Three series of four inputs of two numbers, three units, biased.
fn call(settings: &GruCellSettings, lengths: Option<&[u32]>) -> Result<GruCellOutputs<f64>> {
    let directions: &[usize] = if settings.direction == Direction::Bidirectional { &[2] } else { &[] };
    let of = |tail: &[usize], salt| data(&[directions, tail].concat(), salt);
    let steps: &[usize] = if settings.sequence { &[4] } else { &[] };
    let lengths = lengths.map(|lengths| Device::cpu().upload(lengths, &[lengths.len()]).unwrap());
    let (x, h, w_ih, w_hh) = (data(&[steps, &[3, 2]].concat(), 5), of(&[3, 3], 6), of(&[9, 2], 1), of(&[9, 3], 2));
    gru_cell(&x, &h, &w_ih, &w_hh, Some(&of(&[9], 3)), Some(&of(&[9], 4)), lengths.as_ref(), settings)
}

/// `torch.nn.GRUCell(2, 3)` in double precision, torch 2.15.0.
#[test]
fn a_step_equals_torchs_cell() {
    let out = call(&GruCellSettings::default(), None).unwrap();
    let known = [
        [0.230_873_449_168_335_77, -0.341_062_241_212_975_57, 0.615_605_971_251_093_3],
        [0.375_742_674_517_244_2, -0.414_615_938_720_976_13, 0.466_784_347_889_610_1],
        [0.487_745_186_239_115_95, -0.467_412_971_186_636_16, 0.292_617_707_195_702_7],
    ];
    near(&out.h, &known.concat());
    assert!(out.y.is_none());
}

/// `torch.nn.GRU(2, 3, bidirectional=True)` on `pack_padded_sequence(x, [4, 2, 1])`, torch 2.15.0.
#[test]
fn packed_sequences_in_two_directions_equal_torchs() {
    let both = GruCellSettings { direction: Direction::Bidirectional, ..sequence() };
    let out = call(&both, Some(&[4, 2, 1])).unwrap();
    let known = [
        [0.475_591_547_160_564_8, -0.128_286_602_898_642_3, 0.392_430_556_327_826_25],
        [0.304_818_053_695_147_9, -0.399_791_113_357_147_5, 0.569_218_229_174_178_1],
        [0.487_745_186_239_115_95, -0.467_412_971_186_636_16, 0.292_617_707_195_702_7],
        [-0.123_548_662_076_530_81, -0.694_156_311_271_835_9, 0.346_066_139_346_176_25],
        [0.086_343_805_240_313_65, -0.396_267_256_260_106_5, 0.452_902_687_602_151_63],
        [-0.138_767_149_929_790_03, -0.098_563_622_118_067_96, 0.416_722_950_002_263_95],
    ];
    near(&out.h, &known.concat());
    let y = out.y.unwrap();
    assert_eq!((y.shape(), out.h.shape()), (&[4, 3, 6][..], &[2, 3, 3][..]));
    let y = y.download().unwrap();
    let row = |t: usize, b: usize| &y[(t * 3 + b) * 6..][..6];
    let known = [
        [0.375_742_674_517_244_2, -0.414_615_938_720_976_13, 0.466_784_347_889_610_1],
        [0.086_343_805_240_313_65, -0.396_267_256_260_106_5, 0.452_902_687_602_151_63],
        [0.304_818_053_695_147_9, -0.399_791_113_357_147_5, 0.569_218_229_174_178_1],
        [0.081_343_160_368_088_86, -0.140_982_943_026_836_4, 0.300_990_169_645_361_3],
    ];
    near(&Device::cpu().upload(&[row(0, 1), row(1, 1)].concat(), &[12]).unwrap(), &known.concat());
    assert!([row(2, 1), row(3, 1), row(1, 2), row(2, 2), row(3, 2)].iter().all(|row| *row == [0.0; 6]));
}

/// `onnx.reference.ReferenceEvaluator` of `GRU` with B and `initial_h`, onnx 1.23.2.
#[test]
fn onnxs_order_and_its_reset_equal_its_reference() {
    let before = [
        [0.595_363_995_756_733_2, -0.024_345_884_366_834_172, 0.256_107_309_126_826_44],
        [0.466_689_700_980_276_84, 0.109_932_216_116_107_51, 0.169_679_146_894_242_4],
        [0.533_266_823_194_040_7, -0.357_771_277_075_269_34, 0.481_841_659_803_812_77],
    ];
    let behind = [
        [0.378_303_460_755_150_03, -0.153_911_027_388_391_44, 0.422_192_188_100_299_1],
        [0.222_919_307_154_559_57, -0.046_744_752_642_399_44, 0.344_722_645_328_849_5],
        [0.254_108_359_712_860_83, -0.435_603_821_737_682_14, 0.620_955_891_827_811_8],
    ];
    for (linear_before_reset, known) in [(false, before), (true, behind)] {
        let settings = GruCellSettings { gate_order: GateOrder::Onnx, linear_before_reset, ..sequence() };
        near(&call(&settings, None).unwrap().h, &known.concat());
    }
}

/// The two places of the reset gate are one where there is no bias and W is diagonal.
#[test]
fn a_diagonal_network_does_not_care_where_it_is_reset() {
    for n in [3, 150] {
        let device = Device::cpu();
        let diagonal: Vec<f64> = (0..3 * n * n).map(|at| f64::from(at / n % n == at % n) * 0.75).collect();
        let (x, h, w_ih) = (data(&[5, 2, 4], 1), data(&[2, 2, n], 2), data(&[2, 3 * n, 4], 3));
        let w_hh = device.upload(&[&diagonal[..], &diagonal].concat(), &[2, 3 * n, n]).unwrap();
        let lengths = device.upload(&[5, 3], &[2]).unwrap();
        let run = |linear_before_reset| {
            let direction = Direction::Bidirectional;
            let settings = GruCellSettings { linear_before_reset, direction, ..sequence() };
            gru_cell(&x, &h, &w_ih, &w_hh, None, None, Some(&lengths), &settings).unwrap()
        };
        let (behind, before) = (run(true), run(false));
        near(&before.h, &behind.h.download().unwrap());
        near(&before.y.unwrap(), &behind.y.unwrap().download().unwrap());
    }
}

#[test]
fn series_without_steps_keep_their_state() {
    for linear_before_reset in [true, false] {
        let settings = GruCellSettings { linear_before_reset, ..sequence() };
        let out = call(&settings, Some(&[0, 4, 0])).unwrap();
        let (h, known) = (out.h.download().unwrap(), data(&[3, 3], 6).download().unwrap());
        assert!(h[..3] == known[..3] && h[6..] == known[6..] && h[3..6] != known[3..6]);
        let empty = Device::cpu().zeros(&[0, 3, 2]).unwrap();
        let h = data(&[3, 3], 6);
        let out = gru_cell(&empty, &h, &data(&[9, 2], 1), &data(&[9, 3], 2), None, None, None, &settings).unwrap();
        assert_eq!(out.h.download().unwrap(), known);
        assert_eq!(out.y.unwrap().shape(), [0, 3, 3]);
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let refused =
        |settings: &GruCellSettings, lengths: Option<&[u32]>| call(settings, lengths).unwrap_err().to_string();
    let both = GruCellSettings { direction: Direction::Bidirectional, ..GruCellSettings::default() };
    let known = "gru_cell: needs direction forward unless sequence, got direction = bidirectional";
    assert_eq!(refused(&both, None), known);
    let single = GruCellSettings::default();
    assert_eq!(refused(&single, Some(&[1, 1, 1])), "gru_cell: needs no lengths unless sequence, got lengths");
    for linear_before_reset in [true, false] {
        let settings = GruCellSettings { linear_before_reset, ..sequence() };
        let known = "gru_cell: `lengths` must be at most T; its element 2 is not";
        assert_eq!(refused(&settings, Some(&[4, 0, 5])), known);
    }
    let text = |h: &[usize], w_hh: &[usize], b_ih: &[usize]| {
        let (x, b_ih) = (data(&[3, 2], 0), data(b_ih, 0));
        let out = gru_cell(&x, &data(h, 0), &data(&[9, 2], 0), &data(w_hh, 0), Some(&b_ih), None, None, &single);
        out.unwrap_err().to_string()
    };
    assert_eq!(text(&[2, 3], &[9, 3], &[9]), "gru_cell: `h` must be [3, 3], got [2, 3]");
    assert_eq!(text(&[3, 3], &[9, 4], &[9]), "gru_cell: `w_hh` must be [9, 3], got [9, 4]");
    assert_eq!(text(&[3, 3], &[9, 3], &[3]), "gru_cell: `b_ih` must be [9], got [3]");
}

#[test]
fn empty_batches_and_no_units_are_empty() {
    let device = Device::cpu();
    let zeros = |shape: &[usize]| -> Buffer<f32> { device.zeros(shape).unwrap() };
    for (b, n) in [(0, 3), (3, 0), (0, 0)] {
        let (x, h, w_ih, w_hh) = (zeros(&[4, b, 2]), zeros(&[b, n]), zeros(&[3 * n, 2]), zeros(&[3 * n, n]));
        let out = gru_cell(&x, &h, &w_ih, &w_hh, None, None, None, &sequence()).unwrap();
        assert_eq!((out.h.shape(), out.y.unwrap().shape()), (&[b, n][..], &[4, b, n][..]));
    }
}
