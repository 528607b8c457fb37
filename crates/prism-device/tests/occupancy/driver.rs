//! Functions of every number of registers, and what the driver says of them.

use crate::grid::Point;
use cudarc::driver::sys::CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
use cudarc::driver::{CudaContext, CudaFunction};
use cudarc::nvrtc::Ptx;
use prism_device::occupancy::GpuProperties;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Functions by the registers of a thread that the driver gave them.
pub struct Functions(BTreeMap<u32, CudaFunction>);

impl Functions {
    pub fn load(gpu: &GpuProperties) -> Self {
        let context = CudaContext::new(0).unwrap();
        let module = context.load_module(Ptx::from_src(module())).unwrap();
        let functions = (1..=255).map(|live| {
            let function = module.load_function(&format!("live_{live}")).unwrap();
            let most = gpu.shared_memory_per_block_optin as i32;
            function.set_attribute(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, most).unwrap();
            (function.num_regs().unwrap() as u32, function)
        });
        Self(functions.collect())
    }

    pub fn registers(&self) -> Vec<u32> {
        self.0.keys().copied().collect()
    }

    pub fn blocks(&self, point: Point) -> u32 {
        let function = &self.0[&point.registers];
        let shared_memory = point.shared_memory as usize;
        function.occupancy_max_active_blocks_per_multiprocessor(point.block_size, shared_memory, None).unwrap()
    }
}

/// One function for each number of live registers. The compiler takes no limit below 24.
fn module() -> String {
    let head = ".version 8.0\n.target sm_70\n.address_size 64\n".to_owned();
    (1..=255).fold(head, |text, live| text + &function(live))
}

/// Reads all its values before it writes any.
fn function(live: u32) -> String {
    let mut text = format!(
        ".visible .entry live_{live}(.param .u64 at)\n.maxnreg {}\n{{\n.reg .f32 %v<{live}>;\n.reg .u64 %at;\n\
         ld.param.u64 %at, [at];\n",
        live.max(24)
    );
    for value in 0..live {
        writeln!(text, "ld.volatile.global.f32 %v{value}, [%at+{}];", 4 * value).unwrap();
    }
    for value in 0..live {
        writeln!(text, "st.volatile.global.f32 [%at+{}], %v{value};", 4 * (live - 1 - value)).unwrap();
    }
    text + "ret;\n}\n"
}
