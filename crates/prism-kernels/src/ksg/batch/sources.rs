//! The sources of a target: on the device where there is room for all, else on the host, and a few at a time come up to the
//! problems that ask for them.

use super::Displacement;
use crate::ksg::near::Near;
use prism_device::{Buffer, Device, Pinned, Pipeline, Real, Result};

/// Most bytes of the sources that come up together: beyond it a copy is as fast as it gets.
const GROUP: usize = 64 << 20;
/// The share of the free memory that they may take: three groups are on the device at a time, and the work on one.
const SHARE: usize = 8;

/// Columns of sources in sample order, near copies and the values themselves, each `[source, ds, n]`.
pub(super) type Values<T> = (Buffer<f32>, Buffer<T>);

/// Where the sources are.
pub(super) enum Sources<T: Real> {
    There(Values<T>),
    Away(Away<T>),
}

/// Sources on the host.
pub(super) struct Away<T: Real> {
    near: Vec<Vec<f32>>,
    exact: Vec<Vec<T>>,
    ds: usize,
    n: usize,
    /// Sources that come up together.
    most: usize,
    pipeline: Pipeline,
}

/// Some sources, and the problems that ask for these alone, by position among them.
#[derive(Debug, PartialEq)]
struct Group {
    sources: Vec<usize>,
    problems: Vec<(usize, Displacement)>,
}

impl<T: Real> Sources<T> {
    pub fn of(device: &Device, sources: &[Vec<Vec<T>>], near: &Near) -> Result<Self> {
        let (ds, n) = sources.first().map_or((0, 0), |source| (source.len(), source.first().map_or(0, Vec::len)));
        let near =
            |source: &Vec<Vec<T>>| source.iter().flat_map(|column| near.column(column)).map(|x| x as f32).collect();
        let near: Vec<Vec<f32>> = sources.iter().map(near).collect();
        let exact: Vec<Vec<T>> = sources.iter().map(|source| source.concat()).collect();
        let shape = [sources.len(), ds, n];
        let there =
            device.upload(&near.concat(), &shape).and_then(|near| Ok((near, device.upload(&exact.concat(), &shape)?)));
        match there {
            Err(error) if error.is_out_of_memory() => {
                let bytes = ds * n * (size_of::<f32>() + size_of::<T>());
                let room = device.memory()?.map_or(GROUP, |(free, _)| free / SHARE);
                let most = (room.min(GROUP) / bytes.max(1)).max(1);
                Ok(Self::Away(Away { near, exact, ds, n, most, pipeline: Pipeline::over(device)? }))
            }
            there => there.map(Self::There),
        }
    }
}

impl<T: Real> Away<T> {
    /// One source alone.
    pub fn alone(&self, device: &Device, source: usize) -> Result<Values<T>> {
        let shape = [1, self.ds, self.n];
        Ok((device.upload(&self.near[source], &shape)?, device.upload(&self.exact[source], &shape)?))
    }

    /// The sums of all problems, of which `sums` is asked for those of one group after another.
    pub fn sums(
        &self,
        problems: &[(usize, Displacement)],
        sums: impl Fn(&Values<T>, &[(usize, Displacement)]) -> Result<Vec<Buffer<i64>>>,
    ) -> Result<Vec<i64>> {
        let groups = grouped(problems, self.most);
        let (mut asked, mut all) = (groups.iter(), Vec::with_capacity(problems.len()));
        let compute = |values: &Values<T>| sums(values, &asked.next().expect("one for each that comes up").problems);
        let collect = |sums: Vec<Pinned<i64>>| {
            all.extend(sums.iter().flat_map(|sums| sums.iter()));
            Ok(())
        };
        self.pipeline.run(groups.iter().map(|group| self.pinned(group)), compute, collect, || false)?;
        Ok(all)
    }

    fn pinned(&self, group: &Group) -> Result<(Pinned<f32>, Pinned<T>)> {
        let (pool, shape) = (self.pipeline.pool(), [group.sources.len(), self.ds, self.n]);
        let (mut near, mut exact) = (pool.take::<f32>(&shape)?, pool.take::<T>(&shape)?);
        let len = self.ds * self.n;
        for (at, &source) in group.sources.iter().enumerate() {
            near[at * len..][..len].copy_from_slice(&self.near[source]);
            exact[at * len..][..len].copy_from_slice(&self.exact[source]);
        }
        Ok((near, exact))
    }
}

/// Groups of no more than `most` sources, in the order of the problems.
fn grouped(problems: &[(usize, Displacement)], most: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for &(source, displacement) in problems {
        let open = groups.last().is_some_and(|group| group.sources.len() < most || group.sources.contains(&source));
        if !open {
            groups.push(Group { sources: Vec::new(), problems: Vec::new() });
        }
        let group = groups.last_mut().expect("there is one now");
        let at = group.sources.iter().position(|&other| other == source).unwrap_or_else(|| {
            group.sources.push(source);
            group.sources.len() - 1
        });
        group.problems.push((at, displacement));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::{Displacement, grouped};

    #[test]
    fn problems_stay_in_order_and_groups_have_no_more_sources_than_they_may() {
        let asked: Vec<_> = [4, 4, 1, 4, 7, 7, 1, 1, 4].map(|source| (source, Displacement::NONE)).to_vec();
        for most in 1..5 {
            let groups = grouped(&asked, most);
            let named = groups.iter().flat_map(|g| g.problems.iter().map(|(at, d)| (g.sources[*at], *d)));
            assert_eq!(named.collect::<Vec<_>>(), asked);
            assert!(groups.iter().all(|group| group.sources.len() <= most));
        }
        assert_eq!(grouped(&asked, 2).iter().map(|group| group.problems.len()).collect::<Vec<_>>(), [4, 4, 1]);
        assert_eq!(grouped(&asked, 3).len(), 1);
    }
}
