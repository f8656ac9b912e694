//! A fake wg-quick, whose tunnels the test sets.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use adit_config::InterfaceName;

use super::lock;
use crate::wg_quick::{NoWgQuick, Order, Standing, WgQuick};

/// A wg-quick in memory. Its commands are `wg-quick down FILE` and `wg-quick up FILE`. Clones share their tunnels.
#[derive(Clone, Debug, Default)]
pub struct FakeWgQuick {
    inside: Arc<Mutex<Inside>>,
}

#[derive(Debug, Default)]
struct Inside {
    tunnels: BTreeMap<InterfaceName, Standing>,
    refuses: Option<NoWgQuick>,
}

impl FakeWgQuick {
    /// Sets the state of a tunnel.
    pub fn set(&self, name: &str, standing: Standing) {
        if let Ok(name) = name.parse() {
            lock(&self.inside).tunnels.insert(name, standing);
        }
    }

    /// Makes every later request for a command fail with `reason`.
    pub fn refuse(&self, reason: NoWgQuick) {
        lock(&self.inside).refuses = Some(reason);
    }
}

impl WgQuick for FakeWgQuick {
    fn look(&self, name: &InterfaceName) -> io::Result<Standing> {
        Ok(lock(&self.inside).tunnels.get(name).copied().unwrap_or_default())
    }

    fn command(&self, order: Order, file: &Path, _: Standing) -> Result<String, NoWgQuick> {
        match (lock(&self.inside).refuses, order) {
            (Some(reason), _) => Err(reason),
            (None, Order::Up) => Ok(format!("wg-quick up {}", file.display())),
            (None, Order::Down) => Ok(format!("wg-quick down {}", file.display())),
        }
    }
}
