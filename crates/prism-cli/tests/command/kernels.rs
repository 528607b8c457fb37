//! Kernels on files.

use crate::sandbox::Sandbox;
use ndarray::{Array1, array};
use ndarray_npy::{read_npy, write_npy};

fn with_x() -> Sandbox {
    let sandbox = Sandbox::new();
    write_npy(sandbox.path().join("x.npy"), &array![1.0, 2.0, 3.0]).unwrap();
    sandbox
}

#[test]
fn a_kernel_goes_from_file_to_file() {
    let sandbox = with_x();
    assert_eq!(sandbox.done("kernels run digamma --input x=x.npy --output y=y.npy --device cpu"), "");
    let y: Array1<f64> = read_npy(sandbox.path().join("y.npy")).unwrap();
    let euler = -0.577_215_664_901_532_9;
    for (found, known) in y.iter().zip([euler, euler + 1.0, euler + 1.5]) {
        assert!((found - known).abs() < 1e-15, "{found} and {known}");
    }
}

#[test]
fn any_shape_and_type_goes_through_and_defaults_need_no_flag() {
    let sandbox = Sandbox::new();
    write_npy(sandbox.path().join("x.npy"), &array![[[1.0f32, -2.0], [0.5, 0.0]]]).unwrap();
    write_npy(sandbox.path().join("p.npy"), &array![[[1u8, 1, 2], [0, 3, 0]]]).unwrap();
    sandbox.done("kernels run gelu_activation --input x=x.npy --output y=y.npy --param approximate=tanh --device cpu");
    let y: ndarray::Array3<f32> = read_npy(sandbox.path().join("y.npy")).unwrap();
    assert_eq!(y.shape(), [1, 2, 2]);
    assert!((y[[0, 0, 0]] - 0.841_192).abs() < 1e-6, "{y}");
    sandbox.done("kernels run shannon_entropy --input p=p.npy --output entropy=h.npy --param base=2 --precision f64 --device cpu");
    let h: ndarray::Array2<f64> = read_npy(sandbox.path().join("h.npy")).unwrap();
    assert_eq!(h, array![[1.5, 0.0]]);
}

#[test]
fn an_output_that_is_asked_for_is_made() {
    let sandbox = Sandbox::new();
    write_npy(sandbox.path().join("w.npy"), &array![[[0.0, 1.0], [2.0, 0.0]]]).unwrap();
    let run = "kernels run entropy_production --input w=w.npy --param form=counts --device cpu";
    sandbox.done(&format!("{run} --output sigma=s.npy --output edges=e.npy"));
    let edges: ndarray::Array3<f64> = read_npy(sandbox.path().join("e.npy")).unwrap();
    assert_eq!(edges.shape(), [1, 2, 2]);
    let made_no = "entropy_production has made no `edges` with these settings";
    sandbox.refuses(&format!("{run} --param with_edges=false --output edges=f.npy"), made_no);
}

#[test]
fn files_that_do_not_fit_are_refused_before_anything_runs() {
    let sandbox = with_x();
    write_npy(sandbox.path().join("i.npy"), &array![1i64, 2]).unwrap();
    write_npy(sandbox.path().join("m.npy"), &array![1.0f32]).unwrap();
    sandbox.write("t.npy", &std::fs::read(sandbox.path().join("x.npy")).unwrap()[..140]);
    sandbox.write("n.npy", "a,b");
    let refused = |rest: &str, message: &str| sandbox.refuses(&format!("kernels run {rest} --device cpu"), message);
    refused(
        "digamma --input x=i.npy --output y=y.npy",
        "i.npy holds i64; digamma takes f32, f64 as `x`: choose one with --precision, or convert the file",
    );
    refused(
        "vector_add --input a=x.npy --input b=m.npy --output c=y.npy",
        "m.npy holds f32; vector_add takes f64 as `b`: convert it",
    );
    refused(
        "relu --input x=x.npy --output y=y.npy --precision c64",
        "relu has no form for c64; it has f16, bf16, f32, f64",
    );
    refused(
        "gelu_activation --input x=x.npy --output y=y.npy --param approximate=erf",
        "gelu_activation: `approximate` must be none, tanh, got erf",
    );
    refused("relu --input x=none.npy --output y=y.npy", "none.npy: there is no such file; check the name");
    for broken in ["t.npy", "n.npy"] {
        let output = sandbox.run(&format!("kernels run relu --input x={broken} --output y=y.npy --device cpu"));
        assert_eq!(output.status.code(), Some(2), "{broken}: {}", crate::sandbox::text(&output.stderr));
    }
    sandbox.done("kernels run digamma --input x=i.npy --output y=y.npy --precision f32 --device cpu");
}

#[test]
fn the_catalogue_says_what_it_takes() {
    let sandbox = Sandbox::new();
    let page = sandbox.done("kernels describe gelu_activation");
    assert!(page.contains("approximate  none, tanh [default none]"), "{page}");
    let list = sandbox.done("kernels list");
    assert!(
        list.lines().any(|l| l.starts_with("relu ") && l.contains("map") && l.contains("f16 bf16 f32 f64")),
        "{list}"
    );
    let names: Vec<serde_json::Value> = serde_json::from_str(&sandbox.done("kernels list --json")).unwrap();
    assert!(names.iter().any(|o| o["name"] == "shannon_entropy" && o["kernels"].as_array().unwrap().len() == 3));
    sandbox.refuses("kernels describe nope", "no operation `nope`; `prism-ai kernels list` shows them");
    let message = "no operation `gelu`; did you mean `gelu_activation`? `prism-ai kernels list` shows them";
    sandbox.refuses("kernels describe gelu", message);
}

#[test]
fn what_a_kernel_has_not_is_refused() {
    let refused = |rest: &str, message: &str| with_x().refuses(&format!("kernels run {rest}"), message);
    refused("nope", "no operation `nope`; `prism-ai kernels list` shows them");
    refused("softmx", "no operation `softmx`; did you mean `softmax`? `prism-ai kernels list` shows them");
    refused("digamma --input z=x.npy", "digamma has no --input `z`; it has x");
    refused("digamma --input x=x.npy --output x=y.npy", "digamma has no --output `x`; it has y");
    refused("digamma --input x=x.npy --param k=4", "digamma has no --param `k`; it has none");
    refused("shannon_entropy --output base=y.npy", "shannon_entropy has no --output `base`; it has entropy");
    refused("digamma --input x=x.npy --input x=x.npy", "--input x is given twice; give it once");
    refused("digamma --input x=x.npy", "nothing of digamma would be kept; add --output y=FILE.npy");
    refused("digamma --output y=y.npy", "digamma needs --input x=FILE.npy");
}

#[test]
fn neurons_filters_series_and_images_go_from_file_to_file() {
    let sandbox = Sandbox::new();
    let write = |name: &str, value: ndarray::ArrayD<f64>| write_npy(sandbox.path().join(name), &value).unwrap();
    write("v.npy", array![[-56.0, -70.0, -80.0]].into_dyn());
    write("j.npy", array![[2.0, 20.0, 0.0]].into_dyn());
    write("i.npy", array![0.0].into_dyn());
    write_npy(sandbox.path().join("c.npy"), &array![[0i64, 1, 0]]).unwrap();
    let run = "kernels run leaky_integrate_fire --input v=v.npy --input counter=c.npy --input i=i.npy --input j=j.npy";
    sandbox.done(&format!("{run} --output neuron=n.npy --output counter=w.npy --device cpu"));
    assert_eq!(read_npy::<_, Array1<u32>>(sandbox.path().join("n.npy")).unwrap(), array![0]);
    assert_eq!(read_npy::<_, ndarray::Array2<i32>>(sandbox.path().join("w.npy")).unwrap(), array![[20, 0, 0]]);

    write("x.npy", array![1.0].into_dyn());
    write("one.npy", array![[1.0]].into_dyn());
    write("z.npy", array![[2.0], [f64::NAN]].into_dyn());
    let model =
        "--input x=x.npy --input p=one.npy --input f=one.npy --input q=one.npy --input h=one.npy --input r=one.npy";
    sandbox.done(&format!("kernels run kalman_filter_steps {model} --input z=z.npy --output x=f.npy --device cpu"));
    let x: ndarray::Array2<f64> = read_npy(sandbox.path().join("f.npy")).unwrap();
    assert!((x[[0, 0]] - 5.0 / 3.0).abs() < 1e-15 && x[[1, 0]].to_bits() == x[[0, 0]].to_bits(), "{x}");
    let lone = format!(
        "kernels run kalman_filter_steps {model} --input z=z.npy --input u=z.npy --output x=g.npy --device cpu"
    );
    sandbox.refuses(&lone, "kalman_filter_steps: `b` is not given, and what goes with it is");

    write("y.npy", array![1.0, 2.0, 4.0, 8.0, 16.0, 32.0].into_dyn());
    sandbox.done(
        "kernels run ar_forecast --input y=y.npy --param trend=n --param h=2 --output forecast=a.npy --device cpu",
    );
    let ahead: Array1<f64> = read_npy(sandbox.path().join("a.npy")).unwrap();
    assert!((ahead[0] - 64.0).abs() < 1e-10 && (ahead[1] - 128.0).abs() < 1e-10, "{ahead}");

    write_npy(sandbox.path().join("p.npy"), &array![[0u8, 9, 9], [0, 0, 0], [7, 0, 9]]).unwrap();
    sandbox.done(
        "kernels run image_segmentation --input image=p.npy --output labels=l.npy --output count=k.npy --device cpu",
    );
    let labels: ndarray::Array2<i32> = read_npy(sandbox.path().join("l.npy")).unwrap();
    assert_eq!(labels, array![[0, 1, 1], [0, 0, 0], [2, 0, 3]]);
    let pads = "kernels run conv2d --input x=x.npy --input w=x.npy --param strides=1,2,3 --output y=q.npy --device cpu";
    sandbox.refuses(pads, "conv2d: `stride` must be 2 values with commas between, or one for all, each a whole number, 0 or more, got 1,2,3");
}

#[test]
fn sparse_weights_need_both_their_parts() {
    let sandbox = Sandbox::new();
    let write = |name: &str, value: ndarray::ArrayD<f32>| write_npy(sandbox.path().join(name), &value).unwrap();
    write("x.npy", array![1.0, 2.0].into_dyn());
    write("w.npy", array![0.5, -1.0].into_dyn());
    write("in.npy", array![[1.0], [0.0]].into_dyn());
    write("u.npy", array![0.25].into_dyn());
    write_npy(sandbox.path().join("s.npy"), &array![0i64, 1, 2]).unwrap();
    write_npy(sandbox.path().join("c.npy"), &array![1i64, 0]).unwrap();
    let run = "kernels run reservoir_update --input x=x.npy --input w=w.npy --input w_in=in.npy --input u=u.npy";
    let run = format!("{run} --input row_start=s.npy --param f=identity --output x=y.npy --device cpu");
    sandbox.refuses(&run, "reservoir_update: `column` is not given, and what goes with it is");
    sandbox.done(&format!("{run} --input column=c.npy"));
    let x: Array1<f32> = read_npy(sandbox.path().join("y.npy")).unwrap();
    assert_eq!(x, array![1.25, -1.0]);
}

#[test]
fn estimators_on_files_give_the_bits_of_the_commands() {
    let sandbox = Sandbox::with_good();
    let write = |name: &str, of: fn(f64) -> f64, shape: &[usize]| {
        let column: Array1<f64> = (0..60).map(|t| of(f64::from(t))).collect();
        write_npy(sandbox.path().join(name), &column.into_shape_with_order(shape).unwrap()).unwrap();
    };
    write("a.npy", |t| (t * 0.7).sin() + t * 1e-3, &[60]);
    write("b.npy", |t| (t * 1.3).cos() - t * 1e-3, &[60, 1]);
    write("t.npy", |t| (t * 1.3).cos() - t * 1e-3, &[60]);
    let found = |name: &str, line: &str| {
        sandbox
            .done(&format!("kernels run {line} --param noise=1e-8 --param base=2 --output {name}=y.npy --device cpu"));
        read_npy::<_, ndarray::Array0<f64>>(sandbox.path().join("y.npy")).unwrap().into_scalar()
    };
    let said = |line: &str, key: &str, value: f64| {
        let text = sandbox.done(&format!("{line} --units bits --json --device cpu"));
        let pair = format!("\"{key}\":{}", serde_json::json!(value));
        assert!(text.contains(&pair), "{line}: no {pair} in {text}");
    };
    let mi = found("information", "ksg_mutual_information --input x=a.npy --input y=b.npy");
    said("mi good.csv --x a --y b", "value", mi);
    let te = "ksg_transfer_entropy --input source=a.npy --input target=t.npy --param delay=2 --param target_history=2";
    said(
        "te good.csv --sources a --targets b --delays 2 --target-history 2 --surrogates 0 --quiet",
        "te",
        found("te", te),
    );
    let run = |rest: &str| format!("kernels run conditional_mutual_information {rest} --device cpu");
    sandbox.done(&run("--input x=a.npy --input y=b.npy --input z=b.npy --param algorithm=2 --output local=l.npy"));
    let local: Array1<f64> = read_npy(sandbox.path().join("l.npy")).unwrap();
    assert_eq!(local.len(), 60);
    let few =
        "conditional_mutual_information: needs more than k + 2·theiler observations, got 60 with k = 60, theiler = 0";
    sandbox.refuses(&run("--input x=a.npy --input y=b.npy --param k=60 --output local=m.npy"), few);
}

#[test]
fn weights_scales_and_projections_go_from_file_to_file() {
    let sandbox = Sandbox::new();
    let write = |name: &str, value: ndarray::ArrayD<f64>| write_npy(sandbox.path().join(name), &value).unwrap();
    let read = |name: &str| read_npy::<_, ndarray::ArrayD<f64>>(sandbox.path().join(name)).unwrap();
    write("x.npy", array![0.0, 1.0, 1.0].into_dyn());
    write("w.npy", array![0.5, 2.0, -1.0].into_dyn());
    let run = "kernels run histogram_2d --input x=x.npy --input y=x.npy --param bins=2 --device cpu";
    sandbox.done(&format!("{run} --input weights=w.npy --output sums=s.npy --output counts=c.npy"));
    assert_eq!(read("s.npy"), array![[0.5, 0.0], [0.0, 1.0]].into_dyn());
    sandbox.refuses(&format!("{run} --output sums=t.npy"), "histogram_2d has made no `sums` with these settings");

    write_npy(sandbox.path().join("a.npy"), &array![[0x38u8, 0x40]]).unwrap();
    write_npy(sandbox.path().join("b.npy"), &array![[0x38u8], [0x38]]).unwrap();
    write_npy(sandbox.path().join("f.npy"), &array![[0.5f32], [4.0]]).unwrap();
    let run = "kernels run tensor_core_matmul --input a=a.npy --input b=b.npy --input scale_b=f.npy --device cpu";
    sandbox.done(&format!("{run} --param output=e4m3 --output fp8=y.npy"));
    assert_eq!(read_npy::<_, ndarray::Array2<u8>>(sandbox.path().join("y.npy")).unwrap(), array![[0x50]]);
    let scaled = format!("{run} --input scale_y=f.npy --output f32=z.npy");
    sandbox.refuses(&scaled, "tensor_core_matmul: needs no scale_y unless the output has eight bits, got f32");

    write("q.npy", array![[1.0, 2.0]].into_dyn());
    write("o.npy", array![[1.0, 0.0], [0.0, -1.0], [3.0, 0.0]].into_dyn());
    let run = "kernels run multi_head_attention_projected --input q=q.npy --input k=q.npy --input v=q.npy --device cpu";
    sandbox.done(&format!("{run} --input w_o=o.npy --param heads=2 --output o=p.npy"));
    assert_eq!(read("p.npy"), array![[1.0, -2.0, 3.0]].into_dyn());
    sandbox.refuses(&format!("{run} --output o=r.npy"), "multi_head_attention_projected: needs heads, got none");
}

#[test]
fn words_are_drawn_where_they_are_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.done("kernels run random_uniform --param shape=1 --precision u32 --output y=y.npy --device cpu");
    assert_eq!(read_npy::<_, Array1<u32>>(sandbox.path().join("y.npy")).unwrap(), array![0x6627_e8d5]);
    let refused = "random_uniform has no form for u8; it has f32, f64, u32";
    sandbox.refuses("kernels run random_uniform --precision u8 --output y=y.npy --device cpu", refused);
}

/// Rows taken a few at a time give the file that all of them give; nothing is left of a run that fails on the way.
#[test]
fn rows_in_pieces_give_the_same_file() {
    let sandbox = Sandbox::new();
    let x: ndarray::Array3<f32> =
        ndarray::Array3::from_shape_fn((7, 3, 5), |(i, j, k)| ((i * 31 + j * 7 + k) % 13) as f32 - 4.0);
    write_npy(sandbox.path().join("x.npy"), &x).unwrap();
    write_npy(sandbox.path().join("g.npy"), &array![2.0f32, 1.0, 0.5, 0.0, -1.0]).unwrap();
    let norm = "kernels run layer_norm --input x=x.npy --input gamma=g.npy --param with_mean=true --device cpu";
    sandbox.done(&format!("{norm} --output y=y.npy --output mean=m.npy"));
    for rows in [1, 3, 7, 100] {
        sandbox.done(&format!("{norm} --output mean=m2.npy --output y=y2.npy --rows {rows}"));
        let same = |a: &str, b: &str| {
            std::fs::read(sandbox.path().join(a)).unwrap() == std::fs::read(sandbox.path().join(b)).unwrap()
        };
        assert!(same("y.npy", "y2.npy") && same("m.npy", "m2.npy"), "{rows} rows at a time");
    }
    let sums =
        "kernels run reduce_sum --input x=x.npy --param axes=-1 --param keepdims=false --output y=s.npy --device cpu";
    sandbox.done(&format!("{sums} --rows 2"));
    let sums: ndarray::Array2<f32> = read_npy(sandbox.path().join("s.npy")).unwrap();
    assert_eq!(sums, x.sum_axis(ndarray::Axis(2)));
}

#[test]
fn what_cannot_be_taken_in_pieces_says_why() {
    let sandbox = with_x();
    let rows: ndarray::Array2<f64> = ndarray::Array2::from_elem((4, 3), 0.25);
    write_npy(sandbox.path().join("r.npy"), &rows).unwrap();
    write_npy(sandbox.path().join("t.npy"), &rows.t()).unwrap();
    write_npy(sandbox.path().join("f.npy"), &rows.mapv(|x| x as f32)).unwrap();
    let refused = |rest: &str, message: &str| {
        sandbox.refuses(&format!("kernels run {rest} --output y=y.npy --device cpu --rows 2"), message);
    };
    refused(
        "softmax --input x=r.npy --param axis=0",
        "softmax cannot take these inputs in pieces: it works along their first axis, or they are not as many rows",
    );
    refused(
        "softmax --input x=x.npy",
        "softmax cannot take these inputs in pieces: it works along their first axis, or they are not as many rows",
    );
    refused(
        "relu --input x=t.npy",
        "t.npy has its rows across each other; to take them in pieces save it with `numpy.ascontiguousarray`",
    );
    refused(
        "relu --input x=f.npy --precision f64",
        "f.npy holds f32; in pieces it is taken as it is, and `x` is f64: convert it",
    );
    sandbox.refuses(
        "kernels run relu --input x=r.npy --output y=nowhere/y.npy --device cpu --rows 2",
        "nowhere/y.npy: No such file or directory (os error 2)",
    );
}
