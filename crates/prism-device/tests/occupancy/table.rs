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
            for block_size in block_sizes(gpu) {
                let mut runs: Vec<Run> = Vec::new();
                for shared_memory in shared_sizes(gpu) {
                    let blocks = blocks(Point { registers, block_size, shared_memory });
                    runs.pop_if(|last| last.0 == blocks);
                    runs.push((blocks, shared_memory));
                }
                let known = table.runs.iter().position(|r| *r == runs);
                let index = known.unwrap_or(table.runs.len());
                if known.is_none() {
                    table.runs.push(runs);
                }
                table.rows.entry(registers).or_default().push(index);
            }
        }
        table
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
                    table.rows.insert(registers, words.map(|word| number(word) as usize).collect());
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

    /// Every launch of a row with its blocks.
    pub fn points(&self, gpu: &GpuProperties) -> impl Iterator<Item = (Point, u32)> {
        let shared: Vec<u32> = shared_sizes(gpu).collect();
        let columns = self.rows.iter().flat_map(|(&registers, row)| {
            assert_eq!(row.len(), self.block_sizes.len(), "the row of {registers} registers");
            self.block_sizes.iter().zip(row).map(move |(&block_size, &index)| (registers, block_size, index))
        });
        columns.flat_map(move |(registers, block_size, index)| {
            let runs = &self.runs[index];
            let point = |&shared_memory: &u32| Point { registers, block_size, shared_memory };
            let points = shared.iter().map(point);
            points.map(|p| (p, runs.iter().find(|run| p.shared_memory <= run.1).unwrap().0)).collect::<Vec<_>>()
        })
    }
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
