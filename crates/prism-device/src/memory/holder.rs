//! Whom memory is for: a name that the caller sets while it works.

use std::cell::Cell;
use std::sync::{PoisonError, RwLock};

/// Whom memory is for, by a number that stands for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Holder(u32);

/// Names that are told apart; all later ones are one.
pub(super) const HOLDERS: usize = 512;

static NAMES: RwLock<Vec<&'static str>> = RwLock::new(Vec::new());

thread_local! {
    static CURRENT: Cell<Holder> = const { Cell::new(Holder(0)) };
}

impl Holder {
    /// The holder of a name.
    pub fn of(name: &'static str) -> Self {
        let at = |names: &[&str]| names.iter().position(|known| *known == name);
        if let Some(known) = at(&NAMES.read().unwrap_or_else(PoisonError::into_inner)) {
            return Self(known as u32 + 1);
        }
        let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
        let known = at(&names).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        Self(known as u32 + 1)
    }

    /// Whom this thread works for.
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// Its name; of memory that nobody was named for, "unnamed".
    pub fn name(self) -> &'static str {
        let names = NAMES.read().unwrap_or_else(PoisonError::into_inner);
        (self.0 as usize).checked_sub(1).and_then(|at| names.get(at).copied()).unwrap_or("unnamed")
    }

    /// The holder of a place among counters.
    pub(super) fn at(index: usize) -> Self {
        Self(index as u32)
    }

    /// Its place among counters.
    pub(super) fn index(self) -> usize {
        (self.0 as usize).min(HOLDERS - 1)
    }
}

/// Runs `work`; what it allocates on this thread is for `name`, unless it names another.
pub fn held_by<R>(name: &'static str, work: impl FnOnce() -> R) -> R {
    struct Before(Holder);
    impl Drop for Before {
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }
    let _before = Before(CURRENT.replace(Holder::of(name)));
    work()
}

#[cfg(test)]
mod tests {
    use super::{Holder, held_by};

    #[test]
    fn the_innermost_name_holds_until_its_work_ends() {
        assert_eq!(Holder::current().name(), "unnamed");
        held_by("outer", || {
            assert_eq!(held_by("inner", || Holder::current().name()), "inner");
            assert_eq!(Holder::current(), Holder::of("outer"));
        });
        assert_eq!(Holder::current().name(), "unnamed");
    }
}
