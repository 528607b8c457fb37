//! A tuner's thread, told of launches of a kernel that is not there.

use super::*;
use crate::{BlockSize, Tolerance};
use std::sync::mpsc;
use std::time::Duration;

const ENTRY: Entry = Entry {
    name: "scale",
    summary: "",
    documentation: "",
    is_operation: false,
    defaults: &[],
    choices: &[],
    source: "",
    params: &[],
    dims: &["n"],
    wide: &[],
    types: &[],
    threads: |quantities, _| quantities[0],
    block: BlockSize::Candidates(&[256, 128]),
    shared: None,
    requires: &[],
    constants: &[],
    checks: &[],
    benches: &[],
    inputs: None,
    tolerance: Tolerance::Exact,
    ops: None,
    reference: |_, _, _| {},
    deflated_ptx: &[],
    ptx_hash: "",
};

const SOON: Duration = Duration::from_secs(20);

fn met(n: u64) -> Met {
    Met { entry: ENTRY, element: Dtype::F32, quantities: vec![n], times: None }
}

#[test]
fn a_kernel_is_asked_for_once_in_a_bucket() {
    let (said, heard) = mpsc::channel();
    let background = Background::begin(move |met, _| said.send(met.quantities[0]).unwrap()).unwrap();
    for n in [5, 7, 5000, 5, 4000, 50_000] {
        background.missed("scale", &[n], || met(n));
    }
    background.missed("other", &[5], || met(6));
    let all: Vec<u64> = (0..4).map(|_| heard.recv_timeout(SOON).unwrap()).collect();
    assert_eq!(all, [5, 5000, 50_000, 6]);
    drop(background);
    assert!(heard.recv().is_err(), "nothing else was asked for");
}

/// The work ends when it is asked to alone: were a launch to wait for it, or the end not said, this would not return.
#[test]
fn a_launch_does_not_wait_and_the_end_is_said() {
    let (begun, has_begun) = mpsc::channel();
    let background = Background::begin(move |_, is_ending| {
        begun.send(()).unwrap();
        while !is_ending() {
            thread::yield_now();
        }
    })
    .unwrap();
    (1..100).for_each(|n| background.missed(&n.to_string(), &[n], || met(n)));
    has_begun.recv_timeout(SOON).unwrap();
    drop(background);
    assert!(has_begun.recv().is_err(), "what waits in the queue is given up");
}

#[test]
fn a_tuner_that_died_stops_no_launch() {
    let background = Background::begin(|_, _| panic!("a case that cannot be made")).unwrap();
    for n in 0..100 {
        background.tell(met(n));
        thread::yield_now();
    }
}
