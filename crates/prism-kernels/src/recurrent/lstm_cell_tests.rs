use super::{LstmCellOutputs, LstmCellSettings, lstm_cell};
use crate::recurrent::{Direction, GateOrder, data, near};
use prism_device::{Buffer, Device, Result};

const SEQUENCE: LstmCellSettings =
    LstmCellSettings { gate_order: GateOrder::Torch, sequence: true, direction: Direction::Forward };

/// `direction` of three series of four inputs of two numbers, three units, biased.
fn call(settings: &LstmCellSettings, lengths: Option<&[u32]>) -> Result<LstmCellOutputs<f64>> {
    let directions: &[usize] = if settings.direction == Direction::Bidirectional { &[2] } else { &[] };
    let of = |tail: &[usize], salt| data(&[directions, tail].concat(), salt);
    let steps: &[usize] = if settings.sequence { &[4] } else { &[] };
    let lengths = lengths.map(|lengths| Device::cpu().upload(lengths, &[lengths.len()]).unwrap());
    let (b_ih, b_hh) = (of(&[12], 3), of(&[12], 4));
    lstm_cell(
        &data(&[steps, &[3, 2]].concat(), 5),
        &of(&[3, 3], 6),
        &of(&[3, 3], 7),
        &of(&[12, 2], 1),
        &of(&[12, 3], 2),
        Some(&b_ih),
        Some(&b_hh),
        None,
        lengths.as_ref(),
        settings,
    )
}

/// `torch.nn.LSTMCell(2, 3)` in double precision, torch 2.15.0.
#[test]
fn a_step_equals_torchs_cell() {
    let out = call(&LstmCellSettings::default(), None).unwrap();
    let h = [
        [0.225_962_849_653_289_55, -0.131_767_316_322_677_16, 0.023_798_628_805_239_14],
        [0.291_302_941_317_667_6, -0.145_248_862_882_258, -0.025_949_741_718_389_794],
        [0.340_658_845_410_409_86, -0.145_014_425_170_824_3, -0.096_605_123_410_883_48],
    ];
    let c = [
        [0.398_724_377_739_718_8, -0.261_342_998_117_744_3, 0.045_840_845_170_503_16],
        [0.500_551_924_375_666_9, -0.326_155_370_700_716_54, -0.047_498_521_628_612_37],
        [0.569_035_181_774_630_4, -0.372_308_370_685_478_34, -0.170_015_344_433_764_07],
    ];
    near(&out.h, &h.concat());
    near(&out.c, &c.concat());
    assert!(out.y.is_none());
    assert_eq!((out.h.shape(), out.c.shape()), (&[3, 3][..], &[3, 3][..]));
}

/// `torch.nn.LSTM(2, 3, bidirectional=True)` on `pack_padded_sequence(x, [4, 2, 1])`, torch 2.15.0.
#[test]
fn packed_sequences_in_two_directions_equal_torchs() {
    let both = LstmCellSettings { direction: Direction::Bidirectional, ..SEQUENCE };
    let out = call(&both, Some(&[4, 2, 1])).unwrap();
    let h = [
        [0.347_689_024_109_601_5, 0.014_451_601_875_506_918, 0.071_938_888_727_917_01],
        [0.273_105_742_011_747_3, -0.121_235_045_925_996_32, 0.084_773_244_985_795_83],
        [0.340_658_845_410_409_86, -0.145_014_425_170_824_3, -0.096_605_123_410_883_48],
        [-0.116_717_355_785_736_36, 0.057_732_824_068_993_95, 0.291_540_796_267_923_23],
        [-0.151_236_870_708_866_27, 0.027_026_462_474_849_824, 0.357_332_753_815_691],
        [-0.064_380_524_372_536_72, -0.084_879_749_838_862_78, 0.282_227_479_521_068_7],
    ];
    let c = [
        [0.541_475_108_004_474_8, 0.041_562_628_632_131_77, 0.154_322_814_946_306_4],
        [0.414_232_820_051_154_36, -0.313_239_857_167_101_23, 0.194_371_472_763_214_84],
        [0.569_035_181_774_630_4, -0.372_308_370_685_478_34, -0.170_015_344_433_764_07],
        [-0.281_611_333_547_724_94, 0.131_256_685_508_211_48, 0.468_194_580_574_926_24],
        [-0.400_227_412_989_848_43, 0.055_969_072_485_590_81, 0.616_304_718_702_836_3],
        [-0.235_637_419_464_216_04, -0.203_666_700_022_965_14, 0.581_327_252_773_232_4],
    ];
    near(&out.h, &h.concat());
    near(&out.c, &c.concat());
    let y = out.y.unwrap();
    assert_eq!((y.shape(), out.h.shape()), (&[4, 3, 6][..], &[2, 3, 3][..]));
    let y = y.download().unwrap();
    let row = |t: usize, b: usize| &y[(t * 3 + b) * 6..][..6];
    // Series 1 after its steps 0 and 1.
    let known = [
        [0.291_302_941_317_667_6, -0.145_248_862_882_258, -0.025_949_741_718_389_794],
        [-0.151_236_870_708_866_27, 0.027_026_462_474_849_824, 0.357_332_753_815_691],
        [0.273_105_742_011_747_3, -0.121_235_045_925_996_32, 0.084_773_244_985_795_83],
        [-0.060_687_706_216_730_23, -0.024_527_736_606_355_31, 0.301_316_746_206_493_8],
    ];
    let device = Device::cpu();
    near(&device.upload(&[row(0, 1), row(1, 1)].concat(), &[12]).unwrap(), &known.concat());
    assert!([row(2, 1), row(3, 1), row(1, 2), row(2, 2), row(3, 2)].iter().all(|row| *row == [0.0; 6]));
}

/// `onnx.reference.ReferenceEvaluator` of `LSTM` with B, `initial_h`, `initial_c` and P, onnx 1.23.2.
#[test]
fn peepholes_and_onnxs_order_equal_its_reference() {
    let onnx = LstmCellSettings { gate_order: GateOrder::Onnx, ..SEQUENCE };
    let (w_ih, w_hh, p) = (data(&[1, 12, 2], 1), data(&[1, 12, 3], 2), data(&[1, 9], 8));
    let (b_ih, b_hh) = (data(&[1, 12], 3), data(&[1, 12], 4));
    let (x, h, c) = (data(&[4, 3, 2], 5), data(&[3, 3], 6), data(&[3, 3], 7));
    let out = lstm_cell(&x, &h, &c, &w_ih, &w_hh, Some(&b_ih), Some(&b_hh), Some(&p), None, &onnx).unwrap();
    let h = [
        [0.169_734_655_564_590_05, -0.138_187_480_474_643_88, 0.002_641_863_442_547_077],
        [0.224_906_660_511_981_52, -0.026_121_307_841_135_265, 0.029_996_786_309_712_545],
        [0.154_629_462_130_986_7, -0.214_028_976_612_379_2, -0.064_350_094_932_267_88],
    ];
    let c = [
        [0.636_512_769_652_875, -0.300_587_975_196_991_04, 0.008_775_011_278_336_589],
        [0.566_423_166_987_977_5, -0.057_850_832_163_191_195, 0.135_997_285_268_331_27],
        [0.597_220_993_107_049_8, -0.408_595_389_067_667_57, -0.222_421_727_739_075_98],
    ];
    near(&out.h, &h.concat());
    near(&out.c, &c.concat());
}

/// A reversed series is the forward one of its inputs in reverse, and a sequence is its steps.
#[test]
fn directions_and_steps_are_of_one_law() {
    let back = call(&LstmCellSettings { direction: Direction::Reverse, ..SEQUENCE }, None).unwrap();
    let (mut h, mut c) = (data(&[3, 3], 6), data(&[3, 3], 7));
    let x = data(&[4, 3, 2], 5).download().unwrap();
    let (w_ih, w_hh, b_ih, b_hh) = (data(&[12, 2], 1), data(&[12, 3], 2), data(&[12], 3), data(&[12], 4));
    for t in (0..4).rev() {
        let x = Device::cpu().upload(&x[t * 6..][..6], &[3, 2]).unwrap();
        let settings = LstmCellSettings::default();
        let out = lstm_cell(&x, &h, &c, &w_ih, &w_hh, Some(&b_ih), Some(&b_hh), None, None, &settings).unwrap();
        (h, c) = (out.h, out.c);
    }
    assert_eq!(back.h.download().unwrap(), h.download().unwrap());
    assert_eq!(back.c.download().unwrap(), c.download().unwrap());
    assert_eq!(back.y.unwrap().download().unwrap()[..9], h.download().unwrap());
}

/// Many units go step by step: with weights of 0 the gates are ½ and 0, c halves and h = ½·tanh c.
#[test]
fn many_units_and_batches_of_any_depth() {
    let (device, n) = (Device::cpu(), 150);
    let zeros = |shape: &[usize]| device.zeros::<f32>(shape).unwrap();
    let ones = device.upload(&vec![1.0f32; 4 * n], &[2, 1, 2, n]).unwrap();
    let (x, w_ih, w_hh) = (zeros(&[3, 2, 1, 2, 5]), zeros(&[4 * n, 5]), zeros(&[4 * n, n]));
    let out = lstm_cell(&x, &ones, &ones, &w_ih, &w_hh, None, None, None, None, &SEQUENCE).unwrap();
    assert!(out.c.download().unwrap().iter().all(|&c| c == 0.125));
    assert_eq!((out.h.shape(), out.y.unwrap().shape()), (&[2, 1, 2, n][..], &[3, 2, 1, 2, n][..]));
    let h = out.h.download().unwrap()[0];
    approx::assert_relative_eq!(h, 0.5 * 0.125f32.tanh(), max_relative = 1e-6);
}

#[test]
fn series_without_steps_keep_their_state() {
    let out = call(&SEQUENCE, Some(&[0, 4, 0])).unwrap();
    let (h, known) = (out.h.download().unwrap(), data(&[3, 3], 6).download().unwrap());
    assert!(h[..3] == known[..3] && h[6..] == known[6..] && h[3..6] != known[3..6]);
    assert_eq!(out.c.download().unwrap()[6..], data(&[3, 3], 7).download().unwrap()[6..]);
    let device = Device::cpu();
    let (empty, w_ih, w_hh) = (device.zeros(&[0, 3, 2]).unwrap(), data(&[12, 2], 1), data(&[12, 3], 2));
    let (h, c) = (data(&[3, 3], 6), data(&[3, 3], 7));
    let out = lstm_cell(&empty, &h, &c, &w_ih, &w_hh, None, None, None, None, &SEQUENCE).unwrap();
    assert_eq!(out.h.download().unwrap(), h.download().unwrap());
    assert_eq!(out.y.unwrap().shape(), [0, 3, 3]);
}

#[test]
fn what_does_not_fit_is_named() {
    let settings = LstmCellSettings::default();
    let refused =
        |settings: &LstmCellSettings, lengths: Option<&[u32]>| call(settings, lengths).unwrap_err().to_string();
    let reverse = LstmCellSettings { direction: Direction::Reverse, ..settings.clone() };
    let known = "lstm_cell: needs direction forward unless sequence, got direction = reverse";
    assert_eq!(refused(&reverse, None), known);
    assert_eq!(refused(&settings, Some(&[1, 1, 1])), "lstm_cell: needs no lengths unless sequence, got lengths");
    assert_eq!(refused(&SEQUENCE, Some(&[1, 1])), "lstm_cell: `lengths` must be [3], got [2]");
    let known = "lstm_cell: `lengths` must be at most T; its element 1 is not";
    assert_eq!(refused(&SEQUENCE, Some(&[4, 5, 6])), known);

    let text = |x: &[usize], c: &[usize], w_ih: &[usize], p: &[usize], settings| {
        let p = data(p, 0);
        let (x, h, w_hh) = (data(x, 0), data(&[3, 3], 0), data(&[12, 3], 0));
        lstm_cell(&x, &h, &data(c, 0), &data(w_ih, 0), &w_hh, None, None, Some(&p), None, settings)
            .unwrap_err()
            .to_string()
    };
    let (x, c, w_ih, p) = (&[3, 2], &[3, 3], &[12, 2], &[9]);
    assert_eq!(text(&[2], c, w_ih, p, &settings), "lstm_cell: `h` must be [3], got [3, 3]");
    assert_eq!(text(x, &[3, 4], w_ih, p, &settings), "lstm_cell: `c` must be [3, 3], got [3, 4]");
    assert_eq!(text(x, c, &[9, 2], p, &settings), "lstm_cell: `w_ih` must be [12, 2], got [9, 2]");
    assert_eq!(text(x, c, w_ih, &[12], &settings), "lstm_cell: `p` must be [9], got [12]");
    assert_eq!(text(&[2], c, w_ih, p, &SEQUENCE), "lstm_cell: `x` must be [T, …, I], got [2]");
    assert_eq!(text(&[], c, w_ih, p, &settings), "lstm_cell: `x` must be […, I], got []");
}

#[test]
fn empty_batches_and_no_units_are_empty() {
    let device = Device::cpu();
    let zeros = |shape: &[usize]| -> Buffer<f32> { device.zeros(shape).unwrap() };
    for (b, n) in [(0, 3), (3, 0), (0, 0)] {
        let (x, h, w_ih, w_hh) = (zeros(&[4, b, 2]), zeros(&[b, n]), zeros(&[4 * n, 2]), zeros(&[4 * n, n]));
        let out = lstm_cell(&x, &h, &h, &w_ih, &w_hh, None, None, None, None, &SEQUENCE).unwrap();
        assert_eq!((out.h.shape(), out.y.unwrap().shape()), (&[b, n][..], &[4, b, n][..]));
    }
}
