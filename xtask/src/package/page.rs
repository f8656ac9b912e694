//! Finds the packages of npm that the app's page is bundled from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::root;

/// Parts of Svelte that run in the page. It is a tool otherwise, with packages that only compile.
const SVELTE: [&str; 4] = ["svelte", "clsx", "devalue", "esm-env"];

/// A package of npm.
pub(super) struct Module {
    pub(super) name: String,
    pub(super) version: String,
    /// SPDX expression.
    pub(super) licence: String,
    /// SHA-512 of the archive, hexadecimal.
    pub(super) checksum: String,
    pub(super) folder: PathBuf,
}

/// Reads the lock file. `dependencies` is the folder `node_modules` with its packages.
pub(super) fn read(dependencies: &Path) -> anyhow::Result<Vec<Module>> {
    let file = root().join("ui/package-lock.json");
    let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    parse(&text, dependencies).with_context(|| file.display().to_string())
}

fn parse(lock: &str, dependencies: &Path) -> anyhow::Result<Vec<Module>> {
    let lock: Value = serde_json::from_str(lock)?;
    let packages = lock["packages"].as_object().context("no `packages`")?;
    let mut found = BTreeMap::new();
    let mut waiting: Vec<String> = names(&packages.get("").context("no root package")?["dependencies"]);
    waiting.extend(SVELTE.map(str::to_owned));
    while let Some(name) = waiting.pop() {
        if found.contains_key(&name) {
            continue;
        }
        let package = packages.get(&format!("node_modules/{name}")).with_context(|| format!("{name} is not there"))?;
        if !SVELTE.contains(&name.as_str()) {
            waiting.extend(names(&package["dependencies"]));
        }
        let module = module(&name, package, dependencies).with_context(|| format!("the package {name}"))?;
        found.insert(name, module);
    }
    Ok(found.into_values().collect())
}

fn names(dependencies: &Value) -> Vec<String> {
    dependencies.as_object().map(|names| names.keys().cloned().collect()).unwrap_or_default()
}

fn module(name: &str, package: &Value, dependencies: &Path) -> anyhow::Result<Module> {
    let text = |key: &str| package[key].as_str().with_context(|| format!("no `{key}`"));
    let hash = text("integrity")?.strip_prefix("sha512-").context("`integrity` is not SHA-512")?;
    let hash = STANDARD.decode(hash).ok().context("`integrity` is not base64")?;
    ensure!(hash.len() == 64, "`integrity` has {} bytes", hash.len());
    Ok(Module {
        name: name.to_owned(),
        version: text("version")?.to_owned(),
        licence: text("license")?.to_owned(),
        checksum: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        folder: dependencies.join(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_contains_is_found_and_tools_are_not() {
        let modules = read(Path::new("node_modules")).expect("a lock file");
        let has = |name: &str| modules.iter().any(|module| module.name == name);
        for name in ["svelte", "esm-env", "@codemirror/view", "style-mod", "@fluent/bundle", "@tauri-apps/api"] {
            assert!(has(name), "{name} is in the page");
        }
        for name in ["vite", "acorn", "typescript", "magic-string", "adit-ui"] {
            assert!(!has(name), "{name} is not in the page");
        }
        assert!(modules.iter().all(|module| module.checksum.len() == 128 && !module.licence.is_empty()));
    }

    #[test]
    fn a_package_without_a_checksum_is_an_error_that_names_it() {
        let lock = r#"{"packages": {"": {"dependencies": {"a": "1"}}, "node_modules/a": {"version": "1"},
            "node_modules/svelte": {}, "node_modules/clsx": {}, "node_modules/devalue": {}, "node_modules/esm-env": {}}}"#;
        let error = parse(lock, Path::new(".")).err().expect("an error");
        assert!(format!("{error:#}").contains("no `integrity`"), "{error:#}");
    }
}
