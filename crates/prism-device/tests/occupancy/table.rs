//! A driver's answers, run by run.
//!
//! `runs 7 2:115712 1:232448` names a sequence of answers over growing shared memory: two blocks up to 115712 bytes,
//! then one up to 232448. `registers 40 0 0 7 …` names the sequence of each block size of the line `blocks`.

use crate::grid::{Point, block_sizes, shared_sizes};
use prism_device::occupancy::GpuProperties;
use std::collections::BTreeMap;
use std::fmt;

/// Blocks, and the most bytes of shared memory with which there are as many.
type Run = (u32, u32);

/// The blocks that a multiprocessor holds, by registers, block size and shared memory.
pub struct Table {
    block_sizes: Vec<u32>,
    runs: Vec<Vec<Run>>,
    rows: BTreeMap<u32, Vec<usize>>,
}

impl Table {
    /// Asks for the blocks of every launch.
    pub fn ask(gpu: &GpuProperties, registers: &[u32], blocks: impl Fn(Point) -> u32) -> Self {
        let mut table = Self { block_sizes: block_sizes(gpu), runs: Vec::new(), rows: BTreeMap::new() };
        for &registers in registers {
            let runs_of =
                |block_size| runs(gpu, |shared_memory| blocks(Point { registers, block_size, shared_memory }));
            let row = block_sizes(gpu).into_iter().map(|block_size| table.index(runs_of(block_size))).collect();
            table.rows.insert(registers, row);
        }
        table
    }

    fn index(&mut self, runs: Vec<Run>) -> usize {
        self.runs.iter().position(|known| *known == runs).unwrap_or_else(|| {
            self.runs.push(runs);
            self.runs.len() - 1
        })
    }

    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Self {
        let mut table = Self { block_sizes: Vec::new(), runs: Vec::new(), rows: BTreeMap::new() };
        for line in text.lines() {
            let mut words = line.split(' ');
            match words.next().unwrap() {
                "blocks" => table.block_sizes = words.map(number).collect(),
                "runs" => table.runs.push(words.skip(1).map(run).collect()),
                "registers" => {
                    let registers = number(words.next().unwrap());
                    let row: Vec<usize> = words.map(|word| number(word) as usize).collect();
                    assert_eq!(row.len(), table.block_sizes.len(), "the row of {registers} registers");
                    table.rows.insert(registers, row);
                }
                other => panic!("a line of the table starts with `{other}`"),
            }
        }
        table
    }

    /// The registers of its rows.
    pub fn registers(&self) -> impl Iterator<Item = u32> {
        self.rows.keys().copied()
    }

    /// Every launch with its blocks.
    pub fn points(&self, shared_sizes: &[u32]) -> impl Iterator<Item = (Point, u32)> {
        let columns = self.rows.iter().flat_map(|(&registers, row)| {
            let sizes_and_runs = self.block_sizes.iter().zip(row);
            sizes_and_runs.map(move |(&block_size, &runs)| (registers, block_size, runs))
        });
        columns.flat_map(move |(registers, block_size, runs)| {
            let point = move |&shared_memory: &u32| Point { registers, block_size, shared_memory };
            shared_sizes.iter().map(point).map(move |point| (point, self.blocks(runs, point.shared_memory)))
        })
    }

    fn blocks(&self, runs: usize, shared_memory: u32) -> u32 {
        let run = self.runs[runs].iter().find(|run| shared_memory <= run.1);
        run.unwrap_or_else(|| panic!("the table has no answer for {shared_memory} bytes")).0
    }
}

/// The answers over growing shared memory, equal neighbours as one.
fn runs(gpu: &GpuProperties, blocks: impl Fn(u32) -> u32) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for shared_memory in shared_sizes(gpu) {
        let blocks = blocks(shared_memory);
        runs.pop_if(|last| last.0 == blocks);
        runs.push((blocks, shared_memory));
    }
    runs
}

fn number(word: &str) -> u32 {
    word.parse().unwrap_or_else(|_| panic!("`{word}` in the table is no number"))
}

fn run(word: &str) -> Run {
    let (blocks, bytes) = word.split_once(':').unwrap_or_else(|| panic!("`{word}` in the table is no run"));
    (number(blocks), number(bytes))
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |words: Vec<String>| words.join(" ");
        writeln!(f, "blocks {}", join(self.block_sizes.iter().map(u32::to_string).collect()))?;
        for (index, runs) in self.runs.iter().enumerate() {
            writeln!(
                f,
                "runs {index} {}",
                join(runs.iter().map(|(blocks, bytes)| format!("{blocks}:{bytes}")).collect())
            )?;
        }
        for (registers, row) in &self.rows {
            writeln!(f, "registers {registers} {}", join(row.iter().map(usize::to_string).collect()))?;
        }
        Ok(())
    }
}
